"""Meta's exports of leads, named .csv and tab separated in UTF-16 as often as not, are read without a word to them."""

from __future__ import annotations

import codecs
from datetime import UTC, datetime

import pytest

from fraudcheck.adapters.lists.shipped import load_lists
from fraudcheck.batch.cells import LeadReader
from fraudcheck.batch.columns import propose_mapping
from fraudcheck.batch.reading import open_source
from fraudcheck.batch.source import Slice
from fraudcheck.intake.lead import read_lead

NOW = datetime(2026, 11, 29, tzinfo=UTC)
LISTS = load_lists()
OF_ADS = ["id", "created_time", "ad_id", "ad_name", "adset_id", "adset_name", "campaign_id", "campaign_name",
          "form_id", "form_name", "is_organic", "platform"]  # fmt: skip
PAID = ["l:668610767661077", "2026-11-23T16:16:51+0000", "ag:23849853425890183", "Video 1", "as:23849853425900183",
        "Frauen 30-55", "c:23849853425910183", "Herbst", "f:447333180259108", "Formular", "false", "ig"]  # fmt: skip
ORGANIC = ["l:668610767661078", "2026-11-23T16:16:51+0000", *[""] * 6, "f:447333180259108", "Formular", "true", "fb"]
FORMS = {
    "de": (["wann_soll_es_fertig_sein?", "vollständiger_name", "e-mail-adresse", "telefonnummer"],
           ["bald", "Jana Brandt", "jana@web.de", "p:+4915123456789"]),
    "vi": (["bạn_cần_mua_gì?", "họ_và_tên", "số_điện_thoại", "email"],
           ["ghế", "Trần Thị Mai", "p:0912840375", "mai@gmail.com"]),
    "pt": (["quantos_colaboradores?", "nome_completo", "e-mail", "telefone"],
           ["4", "Ana Souza", "ana@uol.com.br", "p:+5511912345678"]),
    "ar": (["ما_هي_ميزانيتك؟", "الاسم_بالكامل", "البريد_الإلكتروني", "رقم_الهاتف"],
           ["1000", "محمد علي", "m@gmail.com", "p:+966501234567"]),
    "th": (["คุณสนใจอะไร", "ชื่อเต็ม", "อีเมล", "หมายเลขโทรศัพท์"],
           ["เก้าอี้", "สมชาย ใจดี", "s@gmail.com", "p:+66812345678"]),
    "pl": (["jaki_mebel?", "imię_i_nazwisko", "adres_e-mail", "numer_telefonu"],
           ["krzesło", "Zofia Wiśniewska", "z@wp.pl", "p:+48601234567"]),
    "zh": (["您需要什么？", "full_name", "email", "phone_number"],
           ["一把椅子", "王一一", "w@qq.com", "p:+8613812345678"]),
}  # fmt: skip
ENCODINGS = {
    "utf-16 with a mark": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "utf-16": lambda text: text.encode("utf-16-le"),
    "utf-16 the other way": lambda text: text.encode("utf-16-be"),
    "utf-8": str.encode,
}


def export(form, begins=(PAID, ORGANIC)):
    """The text of an export of two leads."""
    questions, answers = FORMS[form]
    lines = [[*OF_ADS, *questions, "inbox_url", "lead_status"]]
    lines += [[*begin, *answers, "https://business.facebook.com/latest/inbox/1", "CREATED"] for begin in begins]
    return "\r\n".join("\t".join(line) for line in lines) + "\r\n"


def leads(path):
    """The leads in a file, as they are judged."""
    with open_source(path) as source:
        reader = LeadReader(propose_mapping(source.columns, {}), lists=LISTS)
        parts: list[Slice] = list(source.slices(10))
    rows = [row for part in parts for row in part.table.to_pylist()]
    return [read_lead(reader.read(row), NOW, LISTS)[0] for row in rows]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("form", FORMS)
def test_export(tmp_path, form, encoding):
    path = tmp_path / "leads.csv"
    path.write_bytes(ENCODINGS[encoding](export(form)))
    paid, organic = leads(path)
    answers = FORMS[form][1]
    assert {paid.phone, paid.email, paid.full_name} == {answer.removeprefix("p:") for answer in answers[1:]}
    assert (paid.reference, paid.source.click.lead_id) == ("668610767661077", "668610767661077")
    assert (paid.source.campaign, paid.source.sub_id) == ("Herbst", "Frauen 30-55")
    assert (paid.source.click.utm_source, organic.source.click.utm_source) == ("ig", "fb")
    assert paid.submitted_at == "2026-11-23T16:16:51.000Z"
    assert (organic.source.campaign, organic.source.sub_id) == (None, None)


def test_test_lead_of_an_export(tmp_path):
    path = tmp_path / "leads.csv"
    text = export("de").replace("Jana Brandt", "<test lead: dummy data for full_name>")
    path.write_bytes(text.encode("utf-16"))
    assert [LISTS.test_lead(lead)[0] for lead in leads(path)] == ["meta", "meta"]


@pytest.mark.parametrize(
    ("lead", "read"),
    [
        ({"id": "l:668610767661077", "campaign": "c:23849853425910183", "sub_id": "as:23849853425900183"},
         {"reference": "668610767661077", "source": {"campaign": "23849853425910183", "sub_id": "23849853425900183",
          "click": {"lead_id": "668610767661077"}}}),
        ({"id": "l:668610767661077", "campaign": "c: 2 für 1", "phone": "p:0912840375"},
         {"reference": "668610767661077", "phone": "0912840375", "source": {"campaign": "c: 2 für 1",
          "click": {"lead_id": "668610767661077"}}}),
        ({"id": "l:x", "phone": "p:+84912840375"}, {"reference": "l:x", "phone": "+84912840375", "source": {}}),
        ({"id": "4711", "campaign": "c:12345678", "phone": "p:0912840375"},
         {"reference": "4711", "phone": "p:0912840375", "source": {"campaign": "c:12345678"}}),
    ],
)  # fmt: skip
def test_marks_are_taken_off_where_they_are_metas(lead, read):
    mapping = {"phone": ["phone"], "source.campaign": ["campaign"], "source.sub_id": ["sub_id"], "reference": ["id"]}
    assert LeadReader(mapping).read(lead) == read
