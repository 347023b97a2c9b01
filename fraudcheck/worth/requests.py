"""What does a message ask for: a call or a visit, an answer, a price? By phrases of some seventeen languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fraudcheck.worth.words import RUNS_ON, fold

APPOINTMENT, CONTACT, PRICE = "appointment", "contact", "price"
"""A call, a visit or another appointment; an answer of any kind; a price or an offer."""

# A word that ends in * stands for every word that begins so.
_PHRASES = {
    APPOINTMENT: """
        call me|call us|call back|callback|give me a call|give us a call|phone me|ring me|appointment|appointments|
        book a call|
        schedule a|schedule an|arrange a|arrange an|set up a call|come and see|come and view|come by|drop by|
        site visit|book a demo|a demo|viewing|
        test drive|text me|whatsapp me|speak to someone|speak with someone|talk to someone|speak to an|
        speak with an|
        talk to an|time to call|
        ruckruf*|rueckruf*|rufen sie mich|rufen sie uns|ruft mich|ruft uns|ruf mich|anrufen|angerufen werden|
        zuruckrufen|zurueckrufen|zuruckgerufen|zurueckgerufen|
        ein termin|einen termin|termin frei|freien termin|termin verein*|termin ausmach*|termin fur|termin fuer|
        termin am|
        termin bei|
        termin zum|termin zur|um termin|wolny termin|umowic termin|termin wizyty|
        beratungstermin*|besichtigung*|probefahrt|vorfuhrung|vorfuehrung|
        rappelez moi|rappelez nous|me rappeler|nous rappeler|appelez moi|m appeler|etre rappele*|rendez vous|rdv|
        une visite|
        une demonstration|un appel|
        llamame|llamenme|llameme|llamarme|llamadme|me llamen|me llame|me pueden llamar|una llamada|una cita|
        cita previa|agendar|
        concertar|una visita|una demo|visita tecnica|prueba de manejo|
        me liga|me ligue|me liguem|ligar para mim|ligue me|liguem me|ligar me|uma ligacao|marcar|marcacao|
        uma visita|
        uma reuniao|me chama|me chamem|uma demonstracao|
        prosze o telefon|prosze dzwonic|zadzwon*|oddzwon*|kontakt telefoniczny|umowic|umowienie|spotkanie|
        spotkania|wizyte|
        wizyty|prezentacje|jazde probna|jazdy probnej|
        goi cho toi|goi cho em|goi cho minh|goi cho anh|goi cho chi|goi lai|goi em|goi toi|goi anh|goi giup|
        dat lich|hen lich|
        lich hen|hen gap|cuoc hen|xem nha|lai thu|alo cho|goi tu van|khao sat|
        اتصل بي|اتصلوا بي|الاتصال بي|يتصل بي|تتصل بي|تتصلوا بي|اتصل بنا|الاتصال بنا|كلموني|كلمني|موعد|موعدا|معاينه|
        زياره|مكالمه|
        โทรกลับ|โทรหา|โทรมา|ช่วยโทร|รบกวนโทร|นัดหมาย|นัดดู|ขอนัด|จองคิว|ทดลองขับ|ลองขับ|
        telepon saya|telpon saya|telp saya|tolong telepon|tolong telpon|ditelepon|ditelpon|jadwalkan|menjadwalkan|
        janji temu|
        buat janji|survei lokasi|survey lokasi|kunjungan|
        richiamatemi|richiamare|richiamarmi|chiamatemi|chiamami|richiamami|essere richiamat*|appuntamento|
        sopralluogo|
        bel mij|bel me|terugbellen|teruggebeld|gebeld worden|afspraak|bezichtiging|proefrit|
        beni arayin|beni ararsaniz|randevu|
        позвоните|перезвоните|звонок|записаться|
        打电话|打電話|致电|回电|预约|預約|電話して|お電話|予約|전화|예약""",
    CONTACT: """
        contact me|contact us|get back to me|get back to us|get in touch|reach out to me|reach me|reply to me|
        hear from you|
        kontaktieren sie|melden sie sich|kontaktaufnahme|bitte melden|mich kontaktieren|uns kontaktieren|
        bitte um kontakt|meldet euch|
        contactez moi|contactez nous|me contacter|me recontacter|nous contacter|etre contacte*|etre recontacte*|
        contactarme|contactenme|contactadme|me contacten|me contacte|ponerse en contacto|pongan* en contacto|
        entrem em contato|entre em contato|entrar em contato|contactem me|contacte me|contato comigo|
        aguardo contato|
        aguardo contacto|aguardo retorno|
        prosze o kontakt|skontakt*|
        ib em|ib minh|inbox em|inbox minh|lien he voi toi|lien he lai|lien he toi|lien he cho toi|lien he em|
        lien he voi em|lien he giup|lien he minh|
        تواصلوا معي|تواصل معي|التواصل معي|يتواصل معي|التواصل معنا|ติดต่อกลับ|ช่วยติดต่อ|รบกวนติดต่อ|
        hubungi saya|hubungi kami|dihubungi|kontak saya|
        contattatemi|contattami|essere contattat*|neem contact|contact opnemen|benimle iletisime|
        свяжитесь|связаться со мной|联系我|聯絡我|ご連絡|연락""",
    PRICE: """
        price|prices|pricing|quote|quotes|quotation|how much|cost|costs|estimate|rates|fees|
        preis*|angebot*|kosten|kostet|kostenvoranschlag|wieviel|wie viel|wie teuer|
        prix|devis|tarif|tarifs|combien|cout|couts|
        precio|precios|presupuesto|presupuestos|cotizacion*|cotizar|cuanto cuest*|cuanto cobran|cuanto me|
        cuanto saldria|a cuanto|cuanto vale|cuanto sale|
        cuanto seria|costo|coste|
        preco|precos|orcamento*|cotacao|quanto custa|quanto fica|quanto cobra|quanto cobram|quanto sai|
        quanto seria|quanto e|qual o valor|valores|
        cena|ceny|cene|cennik*|wycen*|ile kosztuje|po ile|ile wyjdzie|ile wyniesie|ile placi|ile to|koszt*|
        oferte|oferty|
        hoi gia|gui gia|biet gia|xem gia|cho em gia|cho minh gia|cho toi gia|gia ntn|gia nhiu|gia nhieu|gia si|
        gia le|gia ban|gia tot|gia bn|bn tien|
        bao gia|bang gia|bao nhieu|nhieu tien|het nhiu|chi phi|gia ca|gia xe|gia thue|xin gia|muc gia|don gia|
        gia the nao|gia sao|gia bao|
        سعر|السعر|اسعار|الاسعار|بكم|بكام|قديش|شحال|كم تكلفه|كم قيمه|كم سعر|كم السعر|كم يكلف|تكلفه|التكلفه|
        ราคา|เท่าไหร่|เท่าไร|กี่บาท|ค่าใช้จ่าย|harga*|berapa|biaya*|penawaran|
        prezzo|prezzi|preventiv*|quanto costa|quanto costano|quanto costerebbe*|quanto viene|prijs|prijzen|offerte|
        hoeveel|fiyat*|ne kadar|
        цена|цены|цену|стоимость|стоит|сколько|прайс*|价格|價格|多少钱|多少錢|报价|報價|価格|料金|見積|いくら|
        가격|견적|얼마""",
}
_NOT = frozenset(
    fold(
        """not never don dont doesn didn nobody no nicht nie kein keine keinen niemand ne pas jamais personne sans nunca
        nadie ningun nao ninguem nem nie nikt khong dung chua ko لا ليس لم لن tidak jangan bukan belum non mai niet geen
        не никто without cancel canceled cancelled reschedule"""
    ).split()
)
"""Words that turn round what follows, or tell of what did not happen."""
_BUT = frozenset(fold("but aber sondern mais pero sino mas ale lecz nhưng لكن ولكن tapi tetapi ma maar ama но").split())
"""Words behind which it is another matter: not now, but call me."""
_REACHES = 3
"""Words before a phrase in which such a word turns it round."""
_START = 4


class _Phrase(NamedTuple):
    """A phrase's kind and words; ``beginnings`` has them without the ``*`` where one of them stands for any ending."""

    kind: str
    words: list[str]
    beginnings: list[str] | None


def _index(phrases: Iterable[tuple[str, str]]) -> dict[str, list[_Phrase]]:
    """Phrases by the first letters of their first word."""
    index: dict[str, list[_Phrase]] = {}
    for kind, phrase in phrases:
        words = phrase.split()
        beginnings = [word if word[-1] == "*" else f"{word} " for word in words] if "*" in phrase else None
        plain = [word.rstrip("*") for word in words]
        index.setdefault(plain[0][:_START], []).append(
            _Phrase(kind, plain, beginnings and [word.rstrip("*") for word in beginnings])
        )
    return index


_ALL = [
    (kind, phrase) for kind, listed in _PHRASES.items() for each in listed.split("|") if (phrase := fold(each).strip())
]
_SPACED = _index(pair for pair in _ALL if not RUNS_ON.search(pair[1]))
_RUNNING_ON = [pair for pair in _ALL if RUNS_ON.search(pair[1])]
_NOT_RUNNING_ON = tuple(map(fold, ("ไม่ต้อง", "อย่า", "ไม่")))


def requests(words: Sequence[str], folded: str = "") -> set[str]:
    """What words (``words.words_of``) ask for, and where words run on the ``folded`` text that they are of: some of
    ``APPOINTMENT``, ``CONTACT``, ``PRICE``.
    """
    found: set[str] = set()
    for position, word in enumerate(words):
        start = word[:_START]
        if start in _SPACED:
            for phrase in _SPACED[start]:
                if phrase.kind not in found and _stands(phrase, words, position) and not _turned(words, position):
                    found.add(phrase.kind)
    if folded and not folded.isascii() and RUNS_ON.search(folded):
        found |= {kind for kind, phrase in _RUNNING_ON if phrase in folded and not _turned_there(folded, phrase)}
    return found


def _stands(phrase: _Phrase, words: Sequence[str], position: int) -> bool:
    end = position + len(phrase.words)
    here = words[position:end]
    if here[-1:] == ["gia"] and words[end : end + 1] == ["dinh"]:  # a family, where accents are left out: no price
        return False
    if here == phrase.words:
        return True
    if phrase.beginnings is None or len(here) != len(phrase.words):
        return False
    return all(f"{word} ".startswith(begin) for word, begin in zip(here, phrase.beginnings, strict=True))


def _turned(words: Sequence[str], position: int) -> bool:
    for word in reversed(words[max(0, position - _REACHES) : position]):
        if word in _BUT:
            return False
        if word in _NOT:
            return True
    return False


def _turned_there(text: str, phrase: str) -> bool:
    return text.partition(phrase)[0].rstrip().endswith(_NOT_RUNNING_ON)
