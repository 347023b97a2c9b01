import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.lists import shipped
from fraudcheck.fields.competitors import Competitors
from fraudcheck.fields.email.address import read_mailbox
from fraudcheck.ports import Ports
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Client, Lead, Subject
from fraudcheck.signals import content
from fraudcheck.signals import enquiry as signal
from fraudcheck.worth.enquiry import KINDS, read_enquiry

LISTS = shipped.load_lists()
PORTS = Ports(lists=LISTS, mail_routes=None, counters=None)
MESSAGES = tomllib.loads((Path(__file__).parent.parent.parent / "bench/evaluate/messages.toml").read_text("utf-8"))
RIVALS = Competitors(domains=("rival.example", "konkurrenz.example"), names=("Sunny Roofs", "Nắng Vàng"))


def subject(email="an.person@gmail.com", **fields):
    lead = Lead(email=email, **fields)
    mailbox = read_mailbox(email, LISTS)
    competitor = RIVALS.by(lead, mailbox.domain if mailbox else None)
    return Subject(tenant="default", lead=lead, mailbox=mailbox, competitor=competitor)


def gather(**fields):
    return signal.gather(subject(**fields), PORTS)


def kind(**fields):
    return read_enquiry({"enquiry": gather(**fields)}).kind


def points(facts):
    return {each.code: round(CATALOGUE[each.code].points * each.scale, 1) for each in signal.judge(Lead(), facts)}


def texts(group):
    return [
        pytest.param(text, id=f"{lang}{i}") for lang, rows in MESSAGES[group].items() for i, text in enumerate(rows)
    ]


PEOPLE = {
    "Viet Nam": [
        "Chị ơi cho em hỏi bộ bàn ăn 6 ghế gỗ sồi giá bao nhiêu, giao về Cần Thơ được không ạ?",
        "ben minh con phong gia dinh cuoi tuan nay ko, 2 nguoi lon 2 be, co an sang ko a",
        "Công ty tôi muốn thuê bên bạn làm SEO cho trang web bán đồ gỗ, ngân sách 12 triệu một tháng, xin báo giá.",
        "Tôi cần vay 300 triệu mua xe tải, lãi suất bao nhiêu một năm?",
    ],
    "Nigeria": [
        "Good day, please how much is the 3.5kva inverter with two batteries and can you install in Ibadan this week?",
        "Abeg I need person wey go fix my fridge, e no dey cool again. How much be your workmanship?",
        "We want to redo our church website, budget 400k naira, kindly send a quotation.",
    ],
    "India": [
        "Sir kindly quote for 250 nos school bags with logo, delivery at Pune within 20 days, GST extra.",
        "2bhk chahiye andheri west me, budget 80 lakh, site visit sunday ho sakta hai kya?",
        "I want to take a home loan of 30 lakhs, please tell me the rate of interest and documents required",
    ],
    "Brazil": [
        "Boa tarde, gostaria de um orçamento para pintar um apartamento de 60 m2 em Santos, quando podem visitar?",
        "qto fica o conserto da tela do iphone 11 vcs fazem na hora?",
        "Preciso contratar alguém pra cuidar do tráfego pago da minha loja, verba de 2 mil, como funciona?",
    ],
    "Thailand": [
        "ขอราคาติดตั้งกล้องวงจรปิด 4 ตัวที่บ้านหน่อยค่ะ อยู่ลาดพร้าว",
        "สนใจเรียนทำขนม วันเสาร์ยังมีที่ว่างไหมคะ ค่าเรียนเท่าไหร่",
    ],
    "Poland": [
        "Dzień dobry, ile kosztuje wymiana rozrządu w passacie 2.0 TDI i na kiedy jest termin?",
        "Szukam firmy do zrobienia strony sklepu z miodem, budżet 5 tys., prosimy o wycenę",
        "Proszę o ofertę na 40 krzeseł konferencyjnych z dostawą do Lublina",
    ],
    "Arab world": [
        "السلام عليكم كم سعر تركيب مطبخ المنيوم اربعة متر في الدمام",
        "أرغب في حجز قاعة لحفل تخرج 100 شخص يوم الخميس، كم التكلفة؟",
        "محتاج عرض سعر لعدد 30 كرسي مكتب مع التوصيل للمنصورة",
    ],
    "a long and warm letter": [
        "Dear team, I have admired your gardens for years, ever since my late husband and I walked past the one at the "
        "corner of Mill Lane. I am seventy now and the lawn has become too much for me. I would love to turn the back, "
        "about 12 by 9 metres, into something with gravel, lavender and a bench in the shade. You did such wonderful work "
        "for my sister Joan. Could you come and have a look on a weekday morning, and tell me what it might cost? My budget "
        "is around 6,000 pounds. With warmest regards, Margaret",
        "Sehr geehrte Damen und Herren, seit Jahren bewundern wir Ihre Öfen auf der Messe. Nun bauen wir endlich um und "
        "möchten einen Kachelofen mit Sitzbank, das Wohnzimmer hat 38 Quadratmeter, der Kamin ist von 1962. Könnten Sie "
        "uns im März besuchen und ein Angebot machen? Wir freuen uns sehr auf Ihre Antwort.",
    ],
    "an offer that was asked for": [
        "As discussed on the phone, please find attached our quotation for the roof repair that you asked for.",
        "Wie telefonisch besprochen anbei unser Angebot für die Malerarbeiten, das Sie angefordert haben.",
    ],
}


@pytest.mark.parametrize(
    "text", [pytest.param(text, id=f"{who} {at}") for who, rows in PEOPLE.items() for at, text in enumerate(rows)]
)
def test_people_in_any_land_lose_nothing(text):
    assert sum(points(gather(message=text)).values()) == 0
    assert kind(message=text) not in {"spam", "solicitation"}


SENT_TO_ALL = [
    ("en", "Hi, I was on your website and noticed it doesn't rank on Google. We offer SEO packages from $149 a month and "
           "guarantee page one. Can I send you a free audit?"),
    ("en", "Do you need more leads? We sell verified email lists of 50,000 decision makers. Reply YES for a sample."),
    ("vi", "Chào anh chị, bên em chuyên cung cấp dịch vụ SEO top Google giá rẻ, cam kết lên trang 1 sau 30 ngày, liên hệ zalo."),
    ("de", "Guten Tag, wir haben Ihre Website analysiert und bieten Ihnen SEO und Backlinks ab 99 Euro im Monat an. Haben Sie "
           "Interesse an einem kostenlosen Audit?"),
    ("fr", "Bonjour, nous proposons des prêts aux entreprises sans garantie sous 48 heures, contactez-nous sur WhatsApp."),
    ("es", "Ofrecemos posicionamiento web y reseñas en Google para su negocio desde 99 € al mes, ¿le interesa una auditoría gratis?"),
    ("pt", "Oferecemos criação de sites e SEO para a sua empresa, garantimos a primeira página, posso enviar uma proposta?"),
    ("pl", "Oferujemy pozycjonowanie stron i linki, gwarantujemy pierwszą stronę Google, przygotujemy darmowy audyt Państwa strony."),
    ("id", "Kami menawarkan jasa SEO dan backlink murah untuk website anda, dijamin halaman satu Google, hubungi WA kami."),
    ("id", "slot gacor hari ini deposit pulsa tanpa potongan bonus 100% daftar sekarang https://gacor.example"),
    ("th", "บริการรับทำ SEO ติดหน้าแรก google ราคาถูก รับปั๊มไลค์ เพิ่มผู้ติดตาม สนใจทักไลน์"),
    ("ar", "نقدم خدمات تحسين محركات البحث وزيادة المتابعين لموقعكم بأسعار مناسبة، تواصلوا معنا واتساب للحصول على عرض مجاني"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text"), SENT_TO_ALL, ids=[f"{each[0]}{at}" for at, each in enumerate(SENT_TO_ALL)]
)
def test_what_nobody_asked_for_weighs(language, text):
    facts = gather(message=text)
    assert facts["language"] == language
    assert sum(points(facts).values()) <= -5
    assert read_enquiry({"enquiry": facts}).kind in {"spam", "solicitation"}


@pytest.mark.parametrize("text", texts("people"))
def test_invented_people_lose_nothing(text):
    assert points(gather(message=text)) in ({}, {"ENQUIRY_NON_SALES": 0.0}, {"ENQUIRY_COMPETITOR": 0.0})


def test_invented_mass_mailings_and_letters_are_told_mostly():
    spam = [each.values[0] for each in texts("spam")]
    letters = [each.values[0] for each in texts("non_sales")]
    caught = sum(sum({**points(gather(message=text)), **of_content(text)}.values()) <= -3 for text in spam)
    named = sum("ENQUIRY_NON_SALES" in points(gather(message=text)) for text in letters)
    assert caught >= 0.8 * len(spam)
    assert named >= 0.8 * len(letters)


def of_content(text):
    facts = content.gather(subject(message=text), PORTS)
    return {each.code: CATALOGUE[each.code].points * each.scale for each in content.judge(Lead(), facts)}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "none"), ("", "none"), (".", "unclear"), ("test", "unclear"), ("hi", "unclear"), ("12345", "unclear"),
        ("asdf jkl qwe", "unclear"), ("👍👍", "unclear"), ("\u200b\u200b", "unclear"), ("a" * 8192, "unclear"),
        ("buy now " * 1000, "unclear"),
    ],
)  # fmt: skip
def test_what_says_nothing_stays_unclear(text, told):
    assert kind(message=text) == told


def test_records_without_facts():
    assert read_enquiry({}).kind == "unknown"
    assert read_enquiry({"enquiry": {"v": 1, "unknown": "error"}}).kind == "unknown"
    assert read_enquiry({"enquiry": None}).kind == "none"


@pytest.mark.parametrize(
    ("fields", "by"),
    [
        ({"email": "jo@rival.example"}, "domain"),
        ({"email": "jo@mail.rival.example", "message": "price list please"}, "domain"),
        ({"email": "jo@notrival.example"}, None),
        ({"company": "SUNNY  ROOFS Ltd."}, "name"),
        ({"company": "Nang Vang JSC"}, "name"),
        ({"company": "Sunny Roofsters"}, None),
        ({"company": "www.konkurrenz.example.com"}, None),
        ({"client": Client(page_url="https://www.rival.example/kontakt")}, "domain"),
        ({"message": "I am with Sunny Roofs now and want to change, what do you charge? jo@rival.example"}, None),
    ],
)
def test_competitors_by_the_tenants_list(fields, by):
    facts = gather(**fields)
    assert (facts or {}).get("competitor") == by
    if by:
        assert points(facts) == {"ENQUIRY_COMPETITOR": 0.0}
        assert read_enquiry({"enquiry": facts}).kind == "competitor"


def test_a_university_makes_a_student_likelier_and_a_buyer_no_student():
    at = {"v": 1, "text": True, "kinds": {"sales_lead": 0.5, "student": 0.3}, "sender": "university"}
    assert read_enquiry({"enquiry": at}).kind == "student"
    at["kinds"] = {"sales_lead": 0.95, "student": 0.01}
    assert read_enquiry({"enquiry": at}).kind == "sales_lead"
    assert "sender" not in gather(email="an@gmail.com", message="How much is the chair?")
    assert gather(email="an@indeedemail.com", message="How much is the chair?")["sender"] == "job_board"


@pytest.mark.parametrize(
    "text",
    [
        "Hello, I need {0} a quote for twenty chairs, delivered to {0} Lagos by Friday please",
        "Xin chào, cho em hỏi {0} giá bộ bàn ghế gỗ, giao hàng {0} về Huế",
        "ＨＥＬＬＯ how much 𝐢𝐬 the {0} chair ﬁx",
    ],
)
def test_spans_are_places_of_the_text_as_it_was_given(text):
    text = text.format("\u200b  \n e\u0301 ß 👍")
    facts = gather(message=text)
    assert 1 <= len(facts["because"]) <= 3
    for first, last in facts["because"]:
        assert 0 <= first < last <= len(text)
        assert text[first:last] == text[first:last].strip()


def test_accents_case_and_composition_do_not_count():
    import unicodedata

    text = "Chào shop, cho em hỏi giá máy lọc nước và phí lắp đặt ở Đà Nẵng với ạ"
    plain = "CHAO SHOP, CHO EM HOI GIA MAY LOC NUOC VA PHI LAP DAT O DA NANG VOI A"
    facts = gather(message=text)
    assert gather(message=plain)["kinds"] == facts["kinds"]
    assert gather(message=unicodedata.normalize("NFD", text))["kinds"] == facts["kinds"]


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=300))
def test_any_text_is_read(text):
    facts = gather(message=text)
    signal.judge(Lead(), facts or {"v": 1})
    read = read_enquiry({"enquiry": facts})
    assert read.kind in (*KINDS, "unclear", "none")
    assert all(0 <= first < last <= len(text) for first, last in read.because)


@pytest.mark.parametrize(
    "text",
    ["x" * 8192, "\u202eabc" * 2000, "🚀" * 4000, "\ud800a " * 2000, "a\u0301" * 4000, "ก" * 8000, "\u200b" * 8192 + "hi",
     " ".join("abcdefgh"[at % 7 :] for at in range(2000))],
)  # fmt: skip
def test_hostile_texts_are_bounded(text):
    facts = gather(message=text)
    assert len(str(facts)) < 1_500


def test_a_record_that_keeps_kinds_in_another_order_says_the_same():
    facts = gather(message="Hello, my order has not arrived, please send it or give me my money back")
    again = {**facts, "kinds": dict(sorted(facts["kinds"].items()))}
    backwards = {**facts, "kinds": dict(sorted(facts["kinds"].items(), reverse=True))}
    assert read_enquiry({"enquiry": again}) == read_enquiry({"enquiry": facts}) == read_enquiry({"enquiry": backwards})
    assert signal.judge(Lead(), again) == signal.judge(Lead(), facts)
    assert read_enquiry({"enquiry": facts}).kind == "customer_service"
