"""People of many countries: what type of contact they are, and what shows that a channel works."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Activity, Enquiry, Lead, Source
from fraudcheck.worth.contact import NEXT, STATUSES, TYPES, read_contact

MAIL, PHONE = {"email": "an.nguyen@gmail.com"}, {"phone": "0912 840 375"}
BOTH = MAIL | PHONE | {"name": "Nguyễn Văn An"}


def contact(lead, codes=(), facts=None, kind="unknown"):
    given_lead = dict(lead)
    if "source" in given_lead:
        given_lead["source"] = Source(**given_lead["source"])
    return read_contact(Lead(**given_lead), facts or {}, codes, Enquiry(kind=kind))


MESSAGES = {
    # who says what is wanted
    "Xin báo giá 20 bộ bàn ghế giao tại Hà Nội": True,
    "bao gia": True,
    "Please send a quote for 40 chairs.": True,
    "Price?": True,
    "pls call me abt the flat": True,
    "Ich interessiere mich für eine Wärmepumpe": True,
    "Je souhaite un devis": True,
    "Quisiera saber el precio": True,
    "Quanto custa?": True,
    "Proszę o wycenę": True,
    "أريد عرض سعر": True,
    "อยากได้ใบเสนอราคา": True,
    "ราคา": True,
    "Mau tanya harga": True,
    "价格": True,
    "見積もりをお願いします": True,
    "견적 부탁드립니다": True,
    "Сколько стоит?": True,
    # who says nothing
    "hi": False,
    "Hello there": False,
    "Xin chào anh": False,
    "Guten Tag": False,
    "Dzień dobry": False,
    "Bom dia, obrigado": False,
    "Terima kasih": False,
    "สวัสดีครับ": False,
    "مرحبا، شكرا": False,
    "你好": False,
    "안녕하세요": False,
    "test": False,
    "ok!!!": False,
    "12345": False,
    "👍👍👍": False,
    ". . .": False,
    " \u200b ": False,
}


@pytest.mark.parametrize(("message", "asks"), MESSAGES.items())
def test_a_message_that_says_what_is_wanted(message, asks):
    assert (contact(BOTH | {"message": message}).type == "interested") is asks


@pytest.mark.parametrize("code", ["CONTENT_RANDOM", "CONTENT_SPAM_SHAPE", "CONTENT_ATTACK", "CONTENT_MARKUP"])
def test_what_is_no_request_is_none(code):
    assert contact(BOTH | {"message": "sdkjfh sdkjfh"}, [code]).type == "quick"


@pytest.mark.parametrize(
    ("kind", "type_"),
    [
        *dict.fromkeys(
            ("sales_lead", "customer_service", "unclear", "none", "unknown", "competitor"), "interested"
        ).items(),
        *dict.fromkeys(("solicitation", "spam", "job", "peer", "personal"), "quick").items(),
    ],
)
def test_who_wants_nothing_of_what_is_offered_is_not_interested(kind, type_):
    assert contact(BOTH | {"message": "We offer you the best SEO"}, kind=kind).type == type_


EXTRAS = {
    "a time to call": ({"best_time_to_call": "after 6 pm"}, True),
    "a time to call, in Vietnamese": ({"Thời gian gọi lại": "sáng"}, True),
    "a time to call, in German": ({"rueckruf_zeit": "", "Wunschtermin": "Montag"}, True),
    "a time to call, in camel case": ({"bestTimeToCall": "9"}, True),
    "a call back that is wanted": ({"callback": True}, True),
    "a call back that is not": ({"callback": False}, False),
    "a question": ({"Wann möchten Sie kaufen?": "in 3 Monaten"}, True),
    "a question of Meta's": ({"when_do_you_plan_to_buy_a_house": "this_year"}, True),
    "a question in Portuguese, with words that are also a form's": ({"quais_os_produtos_que_deseja": "piso"}, True),
    "two answers": ({"coverage": "full", "mileage": "10000"}, True),
    "answers in a part of their own": ({"quiz": {"rooms": 3, "floor": "2"}}, True),
    "a wedding": ({"wedding_date": "2027-05-01", "guests": 80}, True),
    "a question without an answer": ({"When do you want to buy?": ""}, False),
    "one word alone": ({"budget": "5k"}, False),
    "account data": ({"username": "an", "password": "x", "date_of_birth": "1990-01-01", "gender": "f"}, False),
    "account data, in German": ({"Anrede": "Frau", "Geburtsdatum": "1.1.1990", "PLZ": "10115"}, False),
    "a form's own fields": (
        {"form_id": "7", "page_url": "https://x.example", "utm_source": "fb", "_wpnonce": "a"},
        False,
    ),
    "consents": (
        {"I agree to the terms and conditions": "yes", "newsletter": True, "privacy_policy_accepted": "1"},
        False,
    ),
    "long numbers": ({"a": "9f8e7d6c5b4a3210", "b": "120208123456789012"}, False),
}


@pytest.mark.parametrize(("extra", "answered"), EXTRAS.values(), ids=EXTRAS.keys())
def test_a_questionnaire(extra, answered):
    assert (contact(BOTH | {"extra": extra}).type == "interested") is answered


DONE = (
    Activity(event="page_view", count=9),
    Activity(event="prices compared", count=2),
    Activity(event="sign_up", count=1),
)


@pytest.mark.parametrize("lead", [BOTH, MAIL])
def test_what_was_done_on_the_site_makes_no_interested_contact(lead):
    assert contact(lead | {"activity": DONE}).type == contact(lead).type


REGISTRATIONS = [
    {"username": "an", "plan": "pro"},
    {"plan": "free", "company_size": "11-50", "role": "CTO"},
    {"trial": "14 days", "terms": "accepted", "newsletter": "yes"},
    {"Benutzername": "anna", "Tarif": "Pro", "AGB akzeptiert": "ja", "Newsletter": "nein"},
    {"Paket": "Basis", "Land": "DE", "Laufzeit": "12"},
    {"nom d'utilisateur": "marie", "forfait": "gratuit", "CGU": "oui"},
    {"usuario": "juan", "plan elegido": "básico", "acepto los términos": "sí"},
    {"nome de usuário": "joao", "plano": "premium", "aceito os termos": "sim"},
    {"nazwa użytkownika": "ola", "pakiet": "start", "regulamin": "tak"},
    {"tên đăng nhập": "an", "gói dịch vụ": "miễn phí", "đồng ý điều khoản": "có"},
    {"nama pengguna": "budi", "paket": "gratis", "setuju syarat": "ya"},
    {"اسم المستخدم": "ali", "الباقة": "مجانية"},
    {"ชื่อผู้ใช้": "som", "แพ็กเกจ": "ฟรี"},
    {"用户名": "wei", "套餐": "免费版"},
    {"имя пользователя": "ivan", "тариф": "базовый"},
    {"kullanıcı adı": "ali", "paket": "temel", "koşullar": "evet"},
    {"nome utente": "luca", "piano": "base", "newsletter": "sì"},
    {"gebruikersnaam": "jan", "abonnement": "gratis"},
    {"form_name": "Sign up", "industry": "retail", "team_size": "5"},
    {"username": "an", "How did you hear about us?": "Google"},
    {"trial_plan": "growth", "seats": "5", "timezone": "Europe/Berlin", "currency": "EUR"},
    {"registration_source": "web", "plan_name": "Starter", "billing_cycle": "monthly", "password_strength": "4"},
    {"account": {"type": "trial", "username": "x", "tos": True}},
    {"input_9": "I agree to the terms and conditions and the privacy policy", "username": "x"},
    {"waktu_daftar": "10:00", "nama_pengguna": "budi"},
    {"user_agent": "Mozilla/5.0 (X11; Linux x86_64) like Gecko and so on"},
    {"marketing_opt_in": "yes", "signup_date": "2026-11-01", "workspace": "acme", "subdomain": "acme"},
]
WRITTEN = [
    {"5": "I need a quote for 40 chairs"},
    {"input_7": "Wir brauchen 40 neue Stühle für unser Büro"},
    {"7": "Tôi cần báo giá cho 40 cái ghế"},
    {"field_12": "أحتاج عرض سعر لأربعين كرسيا للمكتب"},
    {"3": "อยากได้ใบเสนอราคาเก้าอี้สี่สิบตัว"},
    {"4": "我们需要四十把办公椅请报价谢谢"},
    {"Nachricht": "Preis für 40 Stühle?"},
    {"tin_nhan": "bao gia giup em"},
    {"q1": "house", "q2": "3 rooms"},
    {"input_1": "gas", "input_2": "1985"},
    {"What do you need?": "windows"},
    {"best_time": "evening"},
    {"answers": {"1": "own home", "2": "roof 80 m2"}},
    {"9": "NECESITO PRESUPUESTO PARA CAMBIAR VENTANAS"},
    {"6": "Je cherche une assurance pour ma voiture"},
    {"8": "хочу узнать сколько стоит ремонт кухни"},
]
OTHER_FIELDS = [
    {"1.3": "An", "1.6": "Nguyen", "2": "an.nguyen@gmail.com"},
    {"1": "Maria del Carmen Lopez Garcia"},
    {"4": "12 rue de la Paix, 75002 Paris"},
    {"page_title": "The best windows in the whole city"},
    {"utm_campaign": "spring sale for all new customers"},
    {"9.1": "Ich stimme der Datenschutzerklärung zu und bin einverstanden"},
    {"consent": "Yes I want to hear from you"},
]


@pytest.mark.parametrize("extra", REGISTRATIONS)
def test_who_opens_an_account_is_a_registration_in_any_language(extra):
    assert contact(MAIL | {"extra": extra}).type == "registration"
    assert contact(MAIL | {"extra": extra, "activity": DONE}).type == "registration"
    assert contact(MAIL | {"extra": extra, "message": "I need 40 chairs"}).type == "interested"


@pytest.mark.parametrize("extra", WRITTEN)
def test_what_is_written_under_any_name_is_a_request(extra):
    assert contact(BOTH | {"extra": extra}).type == contact(MAIL | {"extra": extra}).type == "interested"


@pytest.mark.parametrize("extra", OTHER_FIELDS)
def test_what_a_form_repeats_or_has_ticked_is_no_request(extra):
    assert contact(BOTH | {"name": "An Nguyen", "extra": extra}).type == "quick"


@pytest.mark.parametrize(
    ("lead", "type_"),
    [
        (PHONE | {"name": "Chidi"}, "quick"),
        (PHONE, "quick"),
        (BOTH, "quick"),
        (MAIL | {"name": "Joana", "address": "Rua 1", "extra": {"username": "joana"}}, "registration"),
        (MAIL, "registration"),
    ],
)
def test_a_number_makes_a_quick_contact_and_a_mail_address_alone_a_registration(lead, type_):
    assert contact(lead).type == type_


@pytest.mark.parametrize(
    ("source", "is_promotional"),
    [
        *[({"channel": name}, True) for name in (
            "offline", "Trade fair", "tradefair", "messe", "Messestand", "hội chợ", "sự kiện", "feira", "targi",
            "salon", "email-list", "purchased_list", "Gewinnspiel", "raffle", "event", "co-registration", "บูธ",
            "معرض", "pameran",
        )],
        *[({"channel": name}, False) for name in (
            "seo", "ppc", "social", "call", "affiliate", "email", "export", "listing", "referral", "alone",
        )],
        ({"campaign": "Messe Hannover 2026"}, True),
        ({"campaign": "Messe Hannover 2026", "channel": "ppc"}, False),
        ({"campaign": "spring"}, False),
        ({}, False),
    ],
)  # fmt: skip
def test_a_stand_or_a_list_is_promotional_whatever_else_was_said(source, is_promotional):
    asked = contact(BOTH | {"source": source, "message": "Please send me a quote"})
    assert asked.type == ("promotional" if is_promotional else "interested")


RECEIVES = ["EMAIL_DOMAIN_RECEIVES", "PHONE_VALID", "EMAIL_MATCHES_NAME"]


def test_only_what_shows_a_channel_verifies_one():
    assert contact(BOTH, RECEIVES).status == "unqualified"
    for code in ("EMAIL_CONFIRMED", "PHONE_CONFIRMED", "CONTACT_WORKED_BEFORE"):
        assert contact(BOTH, [code]) == contact(BOTH, [*RECEIVES, code])
        assert (contact(BOTH, [code]).status, contact(BOTH, [code]).next) == ("verified", None)
    assert contact(BOTH, ["EMAIL_CONFIRMED", "FORM_HONEYPOT_FILLED", "PHONE_IMPOSSIBLE"]).status == "verified"


MOBILE, LANDLINE = {"phone": {"v": 2, "line": "mobile"}}, {"phone": {"v": 2, "line": "fixed_line"}}
SLIP = {"email": {"v": 2, "suggestion": True}}
STEPS = [
    # lead, codes, facts, status, next
    (BOTH, RECEIVES, MOBILE, "unqualified", "confirm_email_by_link"),
    (PHONE, ["PHONE_VALID"], MOBILE, "unqualified", "confirm_phone_by_code"),
    (PHONE, ["PHONE_VALID"], LANDLINE, "unqualified", "call"),
    (PHONE, [], {}, "unqualified", "call"),
    (PHONE, [], {"phone": {"v": 2, "unknown": "no_country"}}, "unqualified", "correct_phone"),
    (MAIL, [], {"email_mx": {"v": 1, "unknown": "timeout"}}, "unqualified", "confirm_email_by_link"),
    (BOTH, ["EMAIL_DOMAIN_MISTYPED"], SLIP | MOBILE, "unqualified", "correct_email"),
    (MAIL, ["EMAIL_DOMAIN_NXDOMAIN"], SLIP, "unqualified", "correct_email"),
    (MAIL, ["EMAIL_DOMAIN_NXDOMAIN"], {}, "unreachable", "ask_for_phone"),
    (MAIL, ["EMAIL_NULL_MX", "LEAD_UNREACHABLE"], {}, "unreachable", "ask_for_phone"),
    (PHONE, ["PHONE_IMPOSSIBLE"], {}, "unreachable", "ask_for_email"),
    (PHONE, ["PHONE_IMPOSSIBLE"], {"phone": {"v": 2, "suggestion": True}}, "unqualified", "correct_phone"),
    (PHONE, ["PHONE_IMPOSSIBLE"], {"phone": {"v": 2, "several": True}}, "unqualified", "ask_for_email"),
    (BOTH, ["EMAIL_NO_MAIL_HOST"], MOBILE, "unqualified", "confirm_phone_by_code"),
    (BOTH, ["EMAIL_NO_MAIL_HOST", "PHONE_IMPOSSIBLE", "LEAD_UNREACHABLE"], {}, "unreachable", "ask_for_phone"),
    (BOTH, ["EMAIL_DISPOSABLE"], LANDLINE, "unqualified", "call"),
    (MAIL, ["EMAIL_DISPOSABLE"], {}, "unqualified", "ask_for_phone"),
    (MAIL, ["EMAIL_UNREADABLE"], {}, "unqualified", "ask_for_phone"),
    (PHONE, ["PHONE_PUBLIC_INBOX"], MOBILE, "unqualified", "ask_for_email"),
    (PHONE, ["PHONE_UNREADABLE"], {}, "unqualified", "ask_for_email"),
]


@pytest.mark.parametrize(("lead", "codes", "facts", "status", "step"), STEPS)
def test_what_would_verify_it_next(lead, codes, facts, status, step):
    found = contact(lead, codes, facts)
    assert (found.status, found.next) == (status, step)


unknown_facts = st.dictionaries(
    st.sampled_from(["email", "email_mx", "phone", "history"]), st.just({"v": 1, "unknown": "timeout"}) | st.none()
)


@given(st.sampled_from([MAIL, PHONE, BOTH]), unknown_facts)
def test_what_could_not_be_looked_up_is_never_worse_than_unqualified(lead, facts):
    found = contact(lead, facts=facts)
    assert found.status == "unqualified"
    assert found.next in NEXT


@given(
    st.sampled_from([MAIL, PHONE, BOTH]),
    st.lists(st.sampled_from(sorted(CATALOGUE)), max_size=6),
    st.text(max_size=40),
    st.dictionaries(st.text(max_size=20), st.text(max_size=10) | st.booleans() | st.lists(st.integers()), max_size=4),
)
def test_whatever_was_sent_the_words_are_of_the_lists(lead, codes, message, extra):
    found = contact(lead | {"message": message, "extra": extra}, codes)
    assert found.type in TYPES
    assert found.status in STATUSES
    assert (found.next is None) is (found.status == "verified")
    assert found.next is None or found.next in NEXT


@pytest.mark.parametrize(
    "more",
    [
        {"message": "hi " * 30_000},
        {"message": "\u0e2a" * 60_000},
        {"message": "a\u0301" * 30_000},
        {"extra": {f"k{n} " * 40: {"x" * 200: "9" * 60_000} for n in range(400)}},
        {"extra": {"a " * 30_000: "b"}},
        {"source": {"channel": "a_" * 30_000}},
    ],
    ids=["words", "no blanks", "accents", "fields", "a long name", "a long channel"],
)
def test_no_lead_takes_long(more):
    began = time.process_time()
    contact(BOTH | more)
    assert time.process_time() - began < 0.25


@pytest.mark.parametrize(
    ("message", "extra", "type_"),
    [
        ("undefined", {}, "quick"),
        ("null undefined n/a", {}, "quick"),
        ("[object Object]", {}, "quick"),
        (None, {"4": "NaN", "7": "undefined"}, "quick"),
        (None, {"comments": "null"}, "quick"),
        ("undefined", {"comments": "Two ovens for a bakery, please quote"}, "interested"),
        ("null Two ovens for a bakery, please quote", {}, "interested"),
        (None, {"form_id": "3", "1": "Eva Kern", "5": "Wir suchen zwei Öfen für die Bäckerei"}, "interested"),
        (None, {"input_6": "Cerchiamo due forni per il nostro panificio"}, "interested"),
        (None, {"1.3": "Eva", "1.6": "Kern", "6": "due forni, quanto?"}, "interested"),
        (None, {"1.3": "Eva", "1.6": "Kern", "6": "Calle de la Rosa 12 Madrid"}, "quick"),
    ],
)
def test_fields_with_numbers_for_names_and_what_programs_write_for_nothing(message, extra, type_):
    lead = Lead(email="eva@kern.example", phone="+4915112840375", name="Eva Kern", message=message, extra=extra)
    assert read_contact(lead, {}, (), Enquiry(kind="unknown")).type == type_
