import pytest

from fraudcheck.adapters.lists import shipped
from fraudcheck.ports import Ports
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Lead, Subject
from fraudcheck.signals import content, enquiry
from fraudcheck.worth.enquiry import read_enquiry

PORTS = Ports(lists=shipped.load_lists(), mail_routes=None, counters=None)

HONEST = {
    "an offer that was asked for": [
        "Hello Mr Park, as we agreed on the phone this morning, here is our offer for the new gutters: 24 metres, scaffolding "
        "included, 2,180 plus 19 % VAT. We could begin in the second week of May.",
        "Guten Tag Frau Lenz, wie bei der Besichtigung besprochen unser Angebot für die Fliesenarbeiten im Bad: 3.450 Euro "
        "zuzüglich Mehrwertsteuer, Beginn Anfang Juni. Bitte geben Sie uns Bescheid.",
        "Bonjour, comme convenu lors de notre visite de mardi, voici le devis pour la réfection de la toiture : 8 200 euros "
        "hors taxes, valable un mois.",
        "Buenos días, según lo hablado por teléfono le envío el presupuesto de la instalación eléctrica que nos pidió: 1.950 "
        "euros más IVA.",
        "Dạ em gửi anh báo giá thi công trần thạch cao như anh yêu cầu hôm qua, 45 mét vuông, giá chưa gồm thuế VAT.",
        "Dzień dobry, zgodnie z naszą rozmową przesyłam wycenę malowania klatki schodowej, o którą Państwo prosili: 4 300 zł netto.",
    ],
    "a bill that is not paid": [
        "Our invoice 20931 of 3 March over 640 euros has not been paid yet. Could your accounts department look into it, please?",
        "Unsere Rechnung Nr. 5518 vom 2. Februar ist noch offen. Wir bitten um Überweisung bis Ende der Woche.",
        "Le règlement de notre facture de janvier ne nous est pas parvenu, merci de vérifier avec votre comptabilité.",
    ],
    "who wants to sell their goods": [
        "We run two hardware shops in Accra and would like to become a dealer of your water pumps. What are your conditions for "
        "distributors?",
        "Wir betreiben ein Fachgeschäft für Fahrräder in Graz und möchten Ihre Marke ins Sortiment aufnehmen. Wie werden wir Händler?",
        "Somos una ferretería de Lima y nos interesa ser distribuidores de sus pinturas, ¿qué condiciones ofrecen?",
        "Bên mình có cửa hàng mẹ và bé ở Vinh, muốn làm đại lý cấp hai cho hãng, chiết khấu thế nào ạ?",
    ],
    "buyers of what sellers sell": [
        "Somebody bought thousands of bad links to our shop and Google punished us. Can you remove them, and what would you charge?",
        "We are a bakery and want to run ads on Instagram for our cakes, 400 a month. Could you take care of it?",
        "I traded some bitcoin in 2021 and now the tax office asks questions. Do you advise on that, and how much is an hour?",
        "Wir suchen ein Factoring für unsere Spedition, offene Rechnungen rund 200.000 Euro. Welche Gebühren nehmen Sie?",
        "Nous cherchons quelqu'un pour refaire le site de notre camping et nous aider à être trouvés sur Google, budget 4000 euros.",
        "Queremos contratar a alguien que gestione los anuncios de nuestra clínica, unos 600 euros al mes.",
        "Precisamos de alguém para cuidar do Instagram da nossa pousada, quanto cobram por mês?",
        "Szukamy firmy, która usunie złe linki prowadzące do naszego sklepu. Jaki koszt?",
        "Kami mencari jasa untuk mengurus iklan Google toko kami, anggaran 3 juta sebulan, bisa?",
    ],
    "who asks for support of a good cause": [
        "Our school club is raising money for a trip to the robot contest. Would your firm sponsor our shirts? Your logo would be on them.",
        "Die Kirchengemeinde sammelt für das neue Dach der Kapelle. Würden Sie unser Sommerfest mit einer Spende unterstützen?",
        "Nuestro equipo infantil de baloncesto busca un patrocinador para las camisetas de esta temporada.",
    ],
    "who asks whether it was you": [
        "I got a call from someone who said he was from your company and wanted my card number. Was that really you or a fraud?",
        "Ich habe eine SMS in Ihrem Namen mit einem Link bekommen. Ist die echt oder ist das Betrug?",
        "Có người gọi cho em xưng là nhân viên bên mình bảo chuyển tiền cọc, cho em hỏi có đúng không ạ hay lừa đảo?",
    ],
    "who says first who they are": [
        "We are a family firm that has made wooden toys since 1974, with customers in nine countries. For our new hall we need "
        "shelving for about 600 pallets. Please send us a quotation.",
        "Unsere Agentur gestaltet Messestände für Kunden in ganz Europa. Wir suchen jetzt eine Druckerei für 40 Banner im Monat, "
        "was würde das kosten?",
        "Nous sommes fabricant de meubles et nous livrons dans toute la France. Nous aimerions louer chez vous trois camions à l'année.",
    ],
    "a formal request for quotations": [
        "Request for quotation RFQ-2207: supply of 1,200 pcs stainless flanges DN80 PN16, delivery DAP Hamburg. Please submit your "
        "best price, lead time and payment terms by Friday.",
        "Zapytanie ofertowe nr 14: prosimy o przedstawienie oferty na dostawę 300 krzeseł szkolnych, termin składania ofert do piątku.",
        "Solicitamos cotización formal para 50 equipos de aire acondicionado, entrega en Monterrey, indicar plazo y forma de pago.",
    ],
    "pictures in a cloud": [
        "A tree fell on our garage, you can see the damage here https://photos.app.goo.gl/aB3dE and https://imgur.com/a/xyz - what "
        "would the repair cost?",
        "Fotos vom Wasserschaden liegen hier: https://1drv.ms/f/s!abc und https://we.tl/t-abc. Können Sie ein Angebot machen?",
        "Em để ảnh nhà bị thấm ở đây https://drive.google.com/drive/abc với https://ibb.co/abc, anh xem rồi báo giá giúp em.",
    ],
    "another language": [
        "Buonasera, il nostro ristorante cerca qualcuno per rifare il sito e curare la pubblicità su Google, che prezzi avete?",
        "Goedendag, wat kost het om onze webshop te laten bouwen en beter vindbaar te maken in Google?",
        "Merhaba, internet sitemizi yenilemek ve Google reklamları vermek istiyoruz, aylık ücretiniz nedir?",
        "您好，我们餐厅想做一个网站，也想做谷歌推广，请问怎么收费？",
        "Здравствуйте, нужен новый сайт для стоматологии и реклама в Google, сколько это стоит?",
    ],
}  # fmt: skip

UNASKED = {
    "short and polite": [
        "Hi, are you the right person to talk to about your marketing? If not, who should I write to?",
        "Quick question: could you handle ten more clients a month? We can bring them to you.",
        "I found three mistakes on your homepage that cost you customers. Shall I send you the list?",
        "Guten Tag, sind Sie bei Ihnen für das Marketing zuständig? Ich hätte eine Idee, wie Sie mehr Anfragen bekommen.",
        "Bonjour, pourriez-vous accueillir une dizaine de clients de plus chaque mois ? Nous pouvons vous les apporter.",
        "Hola, vi su página y noté algunos errores que le hacen perder clientes, ¿le mando un informe sin costo?",
    ],
    "from around the corner": [
        "We bring yoga into the office: thirty minutes at lunch for your whole team, first lesson free. Shall we come by for a trial?",
        "Our cleaning crew looks after offices in your street, and we could clean yours too at a good price. Would you like an offer?",
        "Wir bedrucken Kalender und Kugelschreiber mit Ihrem Logo, jetzt 20 Prozent Rabatt für Firmenkunden.",
    ],
    "money from nowhere": [
        "Your e-mail address has won 950,000 pounds in the international lottery. Send your name and bank details to claim it.",
        "This is the office of the FBI: a fund of 4.5 million dollars in your name is ready, pay the delivery fee to release it.",
        "Je suis avocat au Togo, un client décédé a laissé 6 millions d'euros et je cherche un partenaire pour les recevoir.",
    ],
    "alarms that are none": [
        "Your bank account has been limited for security reasons. Confirm your details within 24 hours here: http://secure-check.example/login",
        "Ihr Postfach ist voll und wird heute gesperrt. Bestätigen Sie Ihr Passwort: http://mail-pruefung.example",
        "You have received a payment of 1,480 USD. It expires today, log in to accept: http://pay-accept.example",
    ],
    "only the postage": [
        "Free smart watch for the first 100 visitors, you pay only the shipping: http://gift.example/now",
    ],
}  # fmt: skip


def points(text):
    subject = Subject(tenant="default", lead=Lead(message=text))
    found = enquiry.judge(Lead(), enquiry.gather(subject, PORTS)) + content.judge(
        Lead(), content.gather(subject, PORTS)
    )
    return sum(CATALOGUE[each.code].points * each.scale for each in found)


def told(text):
    return read_enquiry({"enquiry": enquiry.gather(Subject(tenant="default", lead=Lead(message=text)), PORTS)}).kind


def test_people_who_write_like_sellers_lose_nothing_but_for_one_in_twenty():
    texts = [text for rows in HONEST.values() for text in rows]
    assert len([text for text in texts if points(text) < 0]) <= len(texts) / 20


def test_most_sellers_who_write_like_people_are_told():
    texts = [text for rows in UNASKED.values() for text in rows]
    assert sum(told(text) in {"solicitation", "spam"} for text in texts) >= 0.8 * len(texts)
    assert sum(points(text) < 0 for text in texts) >= 0.5 * len(texts)


@pytest.mark.parametrize(
    "text",
    ["price?", "how much", "giá?", "bao nhiêu tiền", "harga berapa", "كم السعر", "ราคาเท่าไหร่", "Preis?", "precio",
     "c'est combien", "quanto custa", "ile kosztuje"],
)  # fmt: skip
def test_a_short_question_for_the_price_is_a_buyers(text):
    assert told(text) in {"sales_lead", "unclear"}


@pytest.mark.parametrize(
    "text",
    [
        "Offriamo servizi SEO per il vostro sito, prima pagina su Google garantita in trenta giorni, analisi gratuita.",
        "Web siteniz için SEO ve backlink hizmeti veriyoruz, Google'da ilk sayfa garantili.",
        "我们专业提供网站优化和外链服务，保证排名，加微信咨询。",
    ],
)
def test_the_model_gives_no_points_in_a_language_that_it_did_not_learn(text):
    facts = enquiry.gather(Subject(tenant="default", lead=Lead(message=text)), PORTS)
    assert facts.get("unasked", 0.0) == 0.0
