"""Is it wanted later, by a whole message? In some fifteen languages, beside what was meant once or cannot wait."""

from __future__ import annotations

import pytest

from fraudcheck.records import Enquiry, Lead
from fraudcheck.worth.quality import QualityTable, read_quality


def band(message, kind="sales_lead"):
    lead = Lead(phone="1", message=message)
    enquiry = Enquiry(kind=kind)
    return read_quality(lead, {}, enquiry, QualityTable(), reasons=(), submitted_at="2026-11-29T12:00:00.000Z").band


def lines(text):
    return [line.strip() for line in text.strip().split("\n")]


@pytest.mark.parametrize(
    "message",
    lines(
        """Looking for a new heating system for autumn 2027, no hurry
        We want a quote for solar panels, but it would only be the summer after next
        Our current contract ends in 09/2027 and then we want to switch. What would it cost?
        My lease has another 14 months to run, after that I'd need a car. Prices?
        We'll need the kitchen in a couple of years, what should we budget?
        Waiting for the flat to be handed over in 2028, could you send prices for a kitchen?
        We're not ready yet, probably towards the end of next year
        It won't be before 2028 but I'd like a rough price
        The house will be finished in eighteen months
        Budget is approved for 2027/28, please send an offer
        We are tied to our supplier until December 2027. Could you quote anyway?
        I'll retire in two years and then want a camper
        Only once the kids are out of school, in three years
        no rush at all, sometime in the second half of 2027
        My insurance runs until 31.12.2027, please quote for afterwards
        We plan it for the year after next
        Heizung für Herbst 2027, es eilt nicht. Was kostet das?
        Erst übernächsten Sommer, aber ich möchte schon mal ein Angebot
        Unser Vertrag läuft bis 09/2027, danach möchten wir wechseln
        Noch 14 Monate läuft mein Leasing, dann brauche ich ein neues Auto
        In ein paar Jahren wollen wir umbauen, was würde das kosten?
        Die Wohnung wird erst 2028 übergeben, dann brauchen wir eine Küche
        Keine Eile, das Projekt startet frühestens im Sommer 2027
        In anderthalb Jahren gehe ich in Rente, dann soll es ein Wohnmobil werden
        In zwei Jahren, bitte um Angebot
        übernächstes Jahr soll das Dach gemacht werden
        Nicht dringend, erst wenn der Mietvertrag im Juni 2027 endet
        Pas pressé, ce serait pour l'automne 2027. Quel est le prix ?
        Pas avant l'été d'après, dans deux ans environ
        Notre contrat se termine en 09/2027, nous voudrions un devis pour après
        Encore 14 mois de leasing et ensuite je change de voiture
        Dans quelques années nous voulons rénover, combien cela coûte ?
        L'appartement nous sera livré en 2028, nous voulons un devis de cuisine
        Rien d'urgent, dans un an et demi
        Il me reste 14 mois de contrat
        Nie spieszy się, jesień 2027. Ile to kosztuje?
        Dopiero za dwa lata, proszę o wycenę
        Umowa kończy się w 09/2027 i wtedy chcemy zmienić
        Jeszcze 14 miesięcy umowy, potem chcę zmienić auto
        Za kilka lat planujemy budowę
        Czekamy na odbiór mieszkania w 2028, prosimy o wycenę kuchni
        Nie wcześniej niż latem 2028
        Nic pilnego, za rok może
        Không vội, mùa thu 2027 mới làm, cho xin báo giá
        Chưa gấp, tháng 9/2027 hết hợp đồng mình mới đổi
        Còn 14 tháng nữa mới hết hợp đồng thuê
        Vài năm nữa mình mới xây, giá bao nhiêu?
        Đang chờ nhận nhà năm 2028, cho xin báo giá bếp
        2 năm nữa mới cần
        Mùa hè năm sau nữa
        Hai năm tới mới tính
        nam 2028 ban giao nha, xin bao gia noi that
        Tidak buru-buru, musim gugur 2027, berapa harganya?
        Kontrak kami habis 09/2027, setelah itu mau ganti
        Masih 14 bulan lagi
        Beberapa tahun lagi, mau tahu harganya dulu
        Menunggu serah terima apartemen tahun 2028
        dua tahun lagi baru butuh
        لسنا مستعجلين، خريف 2027، كم السعر؟
        العقد ينتهي في 09/2027 وبعدها نريد التغيير
        باقي 14 شهر على انتهاء العقد
        بعد عدة سنوات نريد البناء، كم التكلفة؟
        ننتظر تسليم الشقة في 2028 ونريد عرض سعر للمطبخ
        بعد سنتين نحتاج السيارة
        الصيف بعد القادم
        ไม่รีบ ฤดูใบไม้ร่วงปี 2570 ขอราคาหน่อย
        สัญญาหมด 09/2027 แล้วจะเปลี่ยน ขอใบเสนอราคา
        อีก 14 เดือนถึงจะหมดสัญญา
        อีกสองสามปี ราคาเท่าไหร่
        รอรับโอนคอนโดปี 2571 ขอราคาครัว
        อีก 2 ปีค่อยทำ
        ยังไม่รีบ ปีหน้าค่อยว่ากัน
        Senza fretta, autunno 2027. Quanto costa?
        Solo fra due anni, vorrei un preventivo
        Il contratto scade a 09/2027 e poi vogliamo cambiare
        Mancano ancora 14 mesi alla fine del leasing
        Tra qualche anno vogliamo ristrutturare
        Aspettiamo la consegna dell'appartamento nel 2028
        L'estate dopo la prossima
        Не спешим, осень 2027. Сколько стоит?
        Только через два года, пришлите прайс
        Договор заканчивается в 09/2027, потом хотим сменить
        Ещё 14 месяцев по договору, затем нужна машина
        Через пару лет хотим строить
        Ждём сдачу квартиры в 2028 году, сколько стоит кухня?
        Через полтора года
        Acele değil, 2027 sonbaharında. Fiyat nedir?
        İki yıl sonra lazım olacak
        Sözleşmemiz 09/2027'de bitiyor, sonra değiştirmek istiyoruz
        Daha 14 ay var
        Birkaç yıl sonra ev yaptıracağız
        Dairenin 2028'de teslimini bekliyoruz, mutfak fiyatı
        Önümüzdeki değil sonraki yaz
        不急，2027年秋天再说，多少钱？
        合同2027年9月到期，之后想换
        还有14个月合同才到期
        过几年再买，现在什么价格
        等2028年交房，想问橱柜价格
        两年后才需要
        后年夏天
        急ぎません、2027年の秋に。見積もりお願いします
        2年後に必要です
        契約は2027年9月まで、その後変えたい
        No hay prisa, sería para otoño de 2027. ¿Cuánto cuesta?
        El contrato vence en 09/2027 y entonces queremos cambiar
        Me quedan 14 meses de contrato
        En un par de años queremos reformar
        Esperamos la entrega del piso en 2028, queremos presupuesto
        No antes del verano de 2028
        Sem pressa, outono de 2027. Quanto custa?
        O contrato termina em 09/2027 e depois queremos trocar
        Ainda faltam 14 meses
        Daqui a uns anos queremos construir
        Estamos à espera da entrega do apartamento em 2028
        Geen haast, najaar 2027. Wat kost het?
        Over twee jaar pas
        Het contract loopt nog 14 maanden
        Over een paar jaar willen we verbouwen
        We wachten op de oplevering van de woning in 2028
        אין לחץ, סתיו 2027, כמה זה עולה
        רק בעוד שנתיים
        החוזה נגמר ב-09/2027
        Koniec nájmu 09/2027, potom
        Nem sürgős, 2027 őszén
        לא דחוף, בשנה הבאה
        It's for the season after next, so plenty of time. What would it cost?
        Our agreement with the current provider expires in March 2028
        We have about twenty months left on the lease
        Not needed until autumn 2027
        Vor Sommer 2028 brauchen wir nichts
        In frühestens zwei Jahren
        Der Neubau wird Ende 2027 fertig, dann brauchen wir Möbel
        On déménage en septembre 2027, pas avant
        Notre bail court encore 18 mois
        Hasta dentro de dos años no lo necesitamos
        Nos entregan el piso a finales de 2027
        Lá para 2028, sem pressa nenhuma
        Za mniej więcej półtora roku
        Umowę mamy do końca 2027 roku
        Khoảng cuối năm 2027 mới cần, không vội đâu
        Hai năm nữa nhà xong mới mua
        Kira kira akhir 2027
        Sewa kami sampai Desember 2027
        نحتاجها في خريف 2027 وليس قبل ذلك
        عقد الايجار ينتهي في ديسمبر 2027
        คอนโดจะเสร็จปลายปี 2570
        อีกปีครึ่ง
        La casa sarà pronta nel 2028
        Tra un paio d'anni
        Ремонт начнём весной 2028
        Только в 2028 году
        2028 yılında taşınacağız
        Gelecek yaz değil, ondan sonraki yaz
        房子2028年才交付
        大概要再过两年"""
    ),
)
def test_it_is_wanted_later(message):
    assert band(message) == "not_now"


@pytest.mark.parametrize(
    "message",
    lines(
        """We meant to do it last year, then next spring, but it can't wait any longer
        We meant to replace it next spring but it can't wait
        I've been saying next year since 2022, now I finally want it
        Originally we planned for 2028 but now we need it immediately
        We planned it for next year but the boiler broke down, please come this week
        I wanted to wait until 2028 but changed my mind, send me a quote please
        Eigentlich wollten wir bis nächstes Jahr warten, aber es kann nicht warten
        Seit 2022 sage ich nächstes Jahr, jetzt soll es sein
        On pensait le faire l'année prochaine mais ça ne peut plus attendre
        Queríamos hacerlo el próximo año pero no puede esperar
        Íamos fazer só no próximo ano mas não pode esperar
        Mieliśmy to zrobić w przyszłym roku, ale nie może czekać
        Định sang năm mới làm nhưng không chờ được nữa
        Rencananya tahun depan tapi tidak bisa menunggu
        كنا ننوي السنة القادمة لكن لا يمكن الانتظار
        เดิมจะทำปีหน้า แต่รอไม่ไหวแล้ว
        Volevamo farlo l'anno prossimo ma non può aspettare
        Хотели в следующем году, но ждать больше нельзя
        Gelecek yıl yapacaktık ama bekleyemeyiz
        本来打算明年做，但是等不及了
        We need it now, not next year
        We want to get this done before next year
        I need it before the end of the year, the regulations change next year
        Prices will go up in 2027, so I want to buy now
        Wir wollen noch in diesem Jahr kaufen, weil 2027 die Förderung wegfällt
        The warranty runs until 2028, where do I send it?
        The car has inspection until 09/2027, how much would you give me?
        Der TÜV geht bis 09/2027, was zahlen Sie?
        Xe còn đăng kiểm đến 09/2027, cần bán
        My passport is valid until 2029
        24 months financing please
        Leasing über 36 Monate, was kostet das?
        financement sur 48 mois s'il vous plaît
        Leasing na 36 miesięcy, jaka cena?
        trả góp 24 tháng giá bao nhiêu
        cicilan 24 bulan berapa
        ผ่อน 24 เดือน ราคาเท่าไหร่
        分期24个月多少钱
        Please call me, no hurry but this week would be good
        I have been a customer for a couple of years
        Ich habe seit ein paar Jahren Probleme mit der Heizung
        depuis quelques années
        Từ vài năm nay
        A couple of years ago I bought a car
        model year 2027 Golf, price?
        Is the 2028 edition available now?
        Es eilt, bitte sofort
        no hurry
        I was planning for 2028, but I need it this month
        Could you deliver to my home in March 2027?
        Wir wollten erst 2028, müssen aber jetzt handeln
        Der Vertrag läuft noch 14 Monate, aber ich will sofort wechseln
        My boiler is still under warranty until 2028
        we can't wait, please send a price today
        Lieferung bis März 2027 möglich?
        I have 2 years experience
        quero comprar hoje, não no próximo ano
        Mua cho gia đình 4 người, giá bao nhiêu
        ผ่อนได้กี่ปี ราคาเท่าไหร่
        Finance over 5 years, how much
        price for 12 months subscription"""
    ),
)
def test_what_cannot_wait_and_what_only_names_a_time_is_wanted_now(message):
    assert band(message) != "not_now"


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        *dict.fromkeys(("peer", "general_business", "customer_service", "personal"), "not_now").items(),
        *dict.fromkeys(("spam", "solicitation", "job", "student", "competitor"), "unknown").items(),
    ],
)
def test_later_with_a_price_is_later_whatever_the_kind_but_junk(kind, told):
    assert band("The flat is handed over in 2028, what would a kitchen cost?", kind) == told
    assert band("What would a kitchen cost?", kind) == band("The flat is handed over in 2028", kind) == "unknown"


@pytest.mark.parametrize(
    "message",
    [
        "What does a strapping machine cost? It has to be in place by the end of April.",
        "Please quote two forklifts, needed before 15 May 2027",
        "We must replace the boiler no later than June 2027.",
        "Angebot für 30 Stühle bitte, wir brauchen sie bis Mitte März.",
        "Die Anlage muss spätestens im April 2027 laufen, was kostet sie?",
        "Fertigstellung vor dem 1. Mai 2027, bitte um ein Angebot",
        "Quel prix pour 12 bureaux ? Il nous les faut d'ici fin mars.",
        "Un devis svp, la cuisine doit être posée avant le 1er mai 2027",
        "¿Cuánto cuesta? Las necesitamos para abril.",
        "Necesitamos el equipo antes del 15 de mayo de 2027, a más tardar",
        "Precisamos das cadeiras até abril de 2027, qual o preço?",
        "Ile kosztuje 10 biurek? Potrzebujemy ich do końca marca.",
        "Proszę o wycenę, montaż przed majem 2027 najpóźniej w kwietniu",
        "Báo giá giúp em 20 bàn, cần xong trước tháng 4 năm 2027",
        "Berapa harga mesinnya? Harus terpasang sebelum April 2027",
        "كم سعر الجهاز؟ نحتاجه قبل نهاية مارس 2027",
        "ราคาเท่าไหร่ ต้องใช้ก่อนเดือนเมษายน 2570",
        "Quanto costa? Ci serve entro fine aprile 2027",
        "2027年4月之前需要，多少钱？",
        "The line must be up and running in April 2027, what would it cost?",
        "Der Ofen muss im April 2027 betriebsbereit sein, was kostet er?",
        "Wir brauchen die Anlage zum 15. April 2027, Angebot bitte",
        "Nous devons être prêts en avril 2027, quel prix ?",
        "Musi być gotowy w kwietniu 2027, ile to kosztuje?",
        "Harus selesai bulan April 2027, berapa harganya?",
    ],
)
def test_a_deadline_is_no_later_start(message):
    assert band(message) != "not_now"


@pytest.mark.parametrize(
    "message",
    [
        "How much is it? We need it by June but cannot start before April 2027",
        "Not before April 2027, please quote",
        "Our lease ends by April 2027, what would it cost then?",
        "Bis April 2027 sind wir gebunden, was kostet es danach?",
        "Wir brauchen sie erst ab April 2027, Angebot bitte",
        "No antes de abril de 2027, precio por favor",
        "Nie wcześniej niż w kwietniu 2027, proszę o wycenę",
        "Không trước tháng 4 năm 2027, báo giá giúp em",
        "Tidak sebelum April 2027, berapa harganya?",
    ],
)
def test_what_starts_later_stays_later_beside_a_deadline(message):
    assert band(message) == "not_now"
