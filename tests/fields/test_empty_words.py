"""What means that nothing was given, and what is somebody's name, town or answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fraudcheck.adapters.lists.shipped import load_lists
from fraudcheck.fields.empty_words import means_nothing
from fraudcheck.intake.lead import LEAD_FIELDS, NoContact, read_lead
from fraudcheck.records import Lead

LISTS = load_lists()
NOW = datetime(2026, 11, 24, tzinfo=UTC)

PROGRAMS = [
    *("NULL", "null", r"\N", "None", "nan", "NaN", "nil", "#N/A", "#REF!", "#VALUE!", "undefined", "<NA>", "NaT"),
    *(
        "(null)",
        "[null]",
        "<null>",
        "{null}",
        '"null"',
        "<nil>",
        "(None)",
        "(blank)",
        "(empty)",
        "(leer)",
        "(не указано)",
    ),
    *("[object Object]", "[object Undefined]", "#NV", "#Н/Д", "#¡VALOR!", "  NULL  ", "NULL\t"),
]
MARKS = [
    "-",
    "--",
    "---",
    "–",
    "—",
    ".",
    "...",
    "…",
    "_",
    "?",
    "???",
    "/",
    "*",
    "***",
    "n/a",
    "N/A",
    "n.a.",
    "N.A.",
    "./.",
    "-/-",
]
PEOPLE = [
    *(
        "none",
        "None",
        "NONE",
        "no",
        "not provided",
        "Not Available",
        "unknown",
        "blank",
        "empty",
        "no email",
        "n/d",
        "s/d",
    ),
    *(
        "keine Angabe",
        "k.A.",
        "leer",
        "nicht angegeben",
        "unbekannt",
        "keine",
        "aucun",
        "néant",
        "non renseigné",
        "vide",
    ),
    *(
        "ninguno",
        "no tiene",
        "Sin correo",
        "vacío",
        "nenhum",
        "não informado",
        "sem e-mail",
        "nessuno",
        "non disponibile",
    ),
    *(
        "geen",
        "niet opgegeven",
        "brak",
        "Brak",
        "nie podano",
        "neuvedeno",
        "нет",
        "Нет",
        "не указано",
        "отсутствует",
        "немає",
    ),
    *(
        "không có",
        "Không có",
        "KHÔNG CÓ",
        "khong co",
        "ko co",
        "chưa có",
        "trống",
        "không",
        "tidak ada",
        "kosong",
        "yok",
        "boş",
    ),
    *(
        "لا يوجد",
        "غير متوفر",
        "אין",
        "उपलब्ध नहीं",
        "ไม่มี",
        "ไม่ระบุ",
        "无",
        "没有",
        "未填写",
        "なし",
        "未入力",
        "없음",
        "nincs",
        "nu are",
    ),
    "kho\u0302ng co\u0301",  # accents of their own
]


def read(**fields):
    return read_lead({"email": "lan.pham@gmail.com", "phone": "+84912840375", **fields}, NOW, LISTS)


def nested(field, value):
    *outer, name = field.split(".")
    for part in reversed([*outer, name]):
        value = {part: value}
    return value


def found(lead, field):
    for name in field.split("."):
        lead = getattr(lead, name)
    return lead


@pytest.mark.parametrize("field", ["email", "phone", "company", "postal_code", "form.honeypot", "form.fill_seconds"])
@pytest.mark.parametrize("word", PROGRAMS + MARKS + PEOPLE)
def test_nothing_was_given_and_nothing_is_warned_of(field, word):
    lead, warnings = read(**nested(field, word))
    assert (found(lead, field), warnings) == (None, [])


@pytest.mark.parametrize("field", [field.name for field in LEAD_FIELDS if field.name != "extra"])
@pytest.mark.parametrize("word", ["NULL", r"\N", "nan", "None", "#N/A", "undefined", "(null)"])
def test_a_programs_word_is_nothing_in_every_field(field, word):
    lead, warnings = read(**nested(field, word))
    assert (found(lead, field) or None, warnings) == (None, [])


@pytest.mark.parametrize("part", ["source", "source.price", "client", "form"])
def test_a_programs_word_in_the_place_of_an_object(part):
    lead, warnings = read(**nested(part, "null"))
    assert (lead, warnings) == read()


@pytest.mark.parametrize("word", ["NULL", r"\N", "nan", "None", "n/a", "-", "không có", "なし", "0", "(empty)"])
@pytest.mark.parametrize("other", ["", " ", None, "NULL", "--"])
def test_a_lead_of_empty_words_has_no_contact(word, other):
    with pytest.raises(NoContact):
        read_lead({"email": word, "phone": other, "name": "Lan Pham"}, NOW, LISTS)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Nan Zhang",
            "Christopher Null",
            "Nan",
            "Null",
            "Nil",
            "Na",
            "Na Kim",
            "Nguyễn Văn Không",
            "Khong",
            "Brak",
            "Brak Jan",
        ),
        *("Unknown", "none", "No", "Nein", "Leer", "Vide", "Nada", "Nguyen Van Khong", "Nema", "無", "空 太郎", "X"),
    ],
)
def test_people_are_called_so(name):
    """Or somebody typed it in the place of a name, which is for other checks to say."""
    lead, warnings = read(name=name)
    assert (lead.name, warnings) == (name, [])


@pytest.mark.parametrize(
    "word", ["nessuno", "brak", "không", "keine", "aucun", "なし", "无", "нет", "yok", "k.A.", "néant"]
)
def test_an_exports_one_word_for_nothing_is_no_name_and_no_answer(word):
    said = {"name": word, "message": word, "company": word, "postal_code": word, "client": {"user_agent": word}}
    assert read(email=word, country=word, **said) == (Lead(phone="+84912840375"), [])
    lead, _ = read(name="Brak", message="không", company="Leer")
    assert (lead.name, lead.message) == ("Brak", "không")


@pytest.mark.parametrize(
    "name", ["NULL", "null", "None", "nan", "NaN", r"\N", "#N/A", "N/A", "n/a", "-", ".", "NULL NULL", "NA"]
)
def test_nobody_is_called_so(name):
    lead, _ = read(name=name, first_name="Lan", last_name="Pham")
    assert lead.full_name == "Lan Pham"


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("Christopher", "Null", "Christopher Null"),
        ("CHRISTOPHER", "NULL", "CHRISTOPHER NULL"),
        ("christopher", "null", "christopher null"),
        ("Nan", "Zhang", "Nan Zhang"),
        ("nan", "zhang", "nan zhang"),
        ("Na", "Kim", "Na Kim"),
        ("NA", "KIM", "NA KIM"),
        ("Tom", "None", "Tom None"),
        ("Nil", "Patel", "Nil Patel"),
        ("Khong", "Nguyen", "Khong Nguyen"),
        ("Jan", "Brak", "Jan Brak"),
        # An export's.
        ("Lan", "NULL", "Lan"),
        ("Lan", "nan", "Lan"),
        ("Lan", "NaN", "Lan"),
        ("Lan", "NA", "Lan"),
        ("nan", "Pham", "Pham"),
        (r"\N", "Pham", "Pham"),
        ("Lan", "#N/A", "Lan"),
        ("Lan", "-", "Lan"),
        ("Lan", ".", "Lan"),
        ("LAN", r"\N", "LAN"),
        ("NULL", "NULL", ""),
        ("null", "null", ""),
        ("None", "None", ""),
        ("NULL", None, ""),
        ("NULL", "", ""),
    ],
)
def test_half_a_name_is_a_name_beside_one_written_alike(first, last, name):
    lead, warnings = read(first_name=first, last_name=last)
    assert (lead.full_name, warnings) == (name, [])


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("message", "no"),
        ("message", "Không"),
        ("message", "none"),
        ("message", "nein"),
        ("message", "unknown"),
        ("address", "Leer"),
        ("address", "None"[:-1] + "e 12"),
        ("source.campaign", "NA"),
        ("source.vendor", "Unknown"),
        ("source.vendor", "Blank"),
        ("source.sub_id", "0"),
        ("reference", "0"),
        ("reference", "none"),
        ("client.page_url", "/"),
        ("company", "Null & Co"),
        ("company", "None of the above Ltd"),
        ("postal_code", "x"),
        ("form.honeypot", "x"),
        ("form.honeypot", "on"),
        ("form.honeypot", "1"),
        ("form.honeypot", "nothing here"),
        ("email", "none@gmail.com"),
        ("email", "null@null.com"),
        ("email", "x"),
        ("email", "test"),
        ("phone", "000000"),
        ("phone", "no 12345"),
    ],
)
def test_what_was_given_stays(field, text):
    lead, warnings = read(**nested(field, text))
    assert (found(lead, field), warnings) == (text, [])


@pytest.mark.parametrize(
    ("code", "country"), [("NA", "NA"), ("na", "NA"), ("NO", "NO"), ("no", "NO"), ("N/A", None), ("none", None)]
)
def test_namibia_and_norway_are_countries(code, country):
    lead, warnings = read(country=code)
    assert (lead.country, warnings) == (country, [])


@pytest.mark.parametrize("zero", [0, 0.0, "0", "0.0"])
def test_a_zero_is_no_phone_and_a_good_price_and_count(zero):
    lead, warnings = read(phone=zero, source={"price": {"amount": zero}}, form={"keystrokes": zero})
    assert (lead.phone, float(lead.source.price.amount), lead.form.keystrokes, warnings) == (None, 0, 0, [])


def test_one_mark_for_every_visitor_is_none():
    for nobody in ("null", "undefined", "unknown", "0", "00000000-0000-0000-0000-000000000000"):
        lead, _ = read(client={"device_id": nobody}, form={"token": nobody})
        assert (lead.client.device_id, lead.form.token) == (None, None)


@pytest.mark.parametrize("trap", [["NULL", "-"], {"website": "None", "fax": "n/a"}, [["không có"], {"a": "0"}]])
def test_empty_words_within_a_honeypot_of_several_parts(trap):
    assert read(form={"honeypot": trap})[0].form.honeypot is None


def test_no_words_known_mean_nothing():
    assert not means_nothing("email", "NULL", {}, {})
    assert read_lead({"email": "NULL"}, NOW)[0].email == "NULL"
