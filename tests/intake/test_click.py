"""Which click brought the person: given, in a cookie's form, in the address of the page, or not filled in at all."""

from __future__ import annotations

from datetime import UTC, datetime
from time import perf_counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.lists.sources import read_table
from fraudcheck.fields.empty_words import spellings
from fraudcheck.intake.lead import read_lead
from fraudcheck.ports.lists import Lists
from fraudcheck.records import Click

NOW = datetime(2026, 11, 24, tzinfo=UTC)
LISTS = Lists(empty_words=spellings(read_table("empty_words")))
LONGEST = 2048


def read(**raw):
    """What was read of the click, and the warnings."""
    lead, warnings = read_lead({"phone": "+84912840375", **raw}, NOW, LISTS)
    click = {name: value for name, value in msgspec.structs.asdict(lead.source.click).items() if value is not None}
    return click, [(each.field, each.problem) for each in warnings]


@pytest.mark.parametrize(
    ("name", "sent", "kept"),
    [
        ("gclid", "Cj0KCQiA-_x", "Cj0KCQiA-_x"),
        ("gclid", "  Cj0KCQiA \n", "Cj0KCQiA"),
        ("gclid", "GCL.1754500000.Cj0KCQiA", "Cj0KCQiA"),  # the cookie _gcl_aw
        ("wbraid", 5, "5"),
        ("fbclid", "fb.1.1754500000000.IwAR0.a_aem_X", "IwAR0.a_aem_X"),  # the cookie _fbc
        ("fbclid", "IwAR0_aem_X", "IwAR0_aem_X"),
        ("lead_id", "l:1234567890123456", "1234567890123456"),
        ("lead_id", 1234567890123456, "1234567890123456"),
        ("lead_id", 1234567890123456.0, "1234567890123456"),
        ("lead_id", "TeSter-123-ABCDEFG", "TeSter-123-ABCDEFG"),
        ("utm_source", " face  book ", "face book"),
        ("utm_campaign", "Tết 2027 – ưu đãi", "Tết 2027 – ưu đãi"),
        ("utm_term", "none", "none"),
        ("utm_content", "20 {size} off", "20 {size} off"),
        *(
            (name, macro, None)
            for name in ("gclid", "lead_id", "utm_campaign")
            for macro in (
                *("{{campaign.name}}", "{gclid}", "{{ad.id}}_{{adset.name}}", "__CAMPAIGN_NAME__", "%%SITE%%"),
                *("${GCLID}", " {{ campaign.name }} ", "{{campaign.name}} - {{ad.name}}", "(not set)", "null", ""),
            )
        ),
    ],
)
def test_a_field_as_it_is_sent(name, sent, kept):
    assert read(source={"click": {name: sent}}) == ({} if kept is None else {name: kept}, [])


@pytest.mark.parametrize("macro", ["{{campaign.name}}", "{campaignid}", "__CAMPAIGN_ID__"])
@pytest.mark.parametrize("name", ["vendor", "campaign", "sub_id"])
def test_a_macro_names_no_vendor_and_no_campaign(name, macro):
    lead, warnings = read_lead({"phone": "+84912840375", "source": {name: macro}}, NOW, LISTS)
    assert (getattr(lead.source, name), warnings) == (None, [])


@pytest.mark.parametrize("unit", ["__A__", "__A__ _", "{{a}} ", "{{a}}_", "{a}-", "%%A%%", "${A}"])
def test_macros_that_end_in_a_word_are_a_name_and_are_read_at_once(unit):
    name = unit * (199 // len(unit)) + "x"
    before = perf_counter()
    lead, _ = read_lead({"phone": "1", "source": {"campaign": name}}, NOW, LISTS)
    assert perf_counter() - before < 0.5
    assert lead.source.campaign == name


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        *(("gclid", sent) for sent in ("a b", "ä", "<script>", "a=b&c", "x" * 501, True, ["x"], {"a": 1})),
        *(("lead_id", sent) for sent in ("1.23457E+15", 1.23e17, "l:", "12 34")),
        ("utm_source", "x" * 501),
    ],
)
def test_what_is_no_id_is_warned_of_and_never_quoted(name, sent):
    click, ((field, problem),) = read(source={"click": {name: sent}})
    assert (click, field) == ({}, f"source.click.{name}")
    assert str(sent) not in problem


SHOP = "https://shop.example/contact"


@pytest.mark.parametrize(
    ("url", "found"),
    [
        (f"{SHOP}?gclid=Ab-1&x=2", {"gclid": "Ab-1"}),
        (f"{SHOP}?x=2&amp;utm_source=news+letter&amp;utm_term=%C3%A9", {"utm_source": "news letter", "utm_term": "é"}),
        (f"{SHOP}?UTM_Source=A&utm_source=b", {"utm_source": "A"}),
        (f"{SHOP}?utm_source={{{{site}}}}&utm_source=b", {"utm_source": "b"}),
        (f"{SHOP}#/form?fbclid=IwAR0", {"fbclid": "IwAR0"}),
        (f"{SHOP}?wbraid=w&gbraid=g#top", {"wbraid": "w", "gbraid": "g"}),
        (f"{SHOP}?lead_id=1234567890123456", {"lead_id": "1234567890123456"}),
        # what is none
        (f"{SHOP}?lead_id=42&msclkid=x&mygclid=x&utm_id=7", {}),
        (f"{SHOP}?gclid=&utm_source=%20&utm_term=(not%20set)", {}),
        (f"{SHOP}?gclid=%7Bgclid%7D&utm_campaign=%7B%7Bcampaign.name%7D%7D", {}),
        (f"{SHOP}?gclid=a%20b&fbclid=%FF%FE", {}),
        (f"{SHOP}/gclid=Ab-1", {}),
        (f"{SHOP}?gclid={'x' * 600}", {}),
        ("?", {}),
        (f"{SHOP}?gclid=Ab{'&x=1' * 510}&utm_source=cut off here {'x' * 2048}", {"gclid": "Ab"}),
    ],
)  # fmt: skip
def test_what_is_not_given_is_taken_from_the_address_of_the_page(url, found):
    click, warnings = read(client={"page_url": url})
    assert click == found
    assert all(field == "client.page_url" for field, _ in warnings)


def test_an_id_that_is_cut_is_another_id():
    whole = f"{SHOP}?gclid="
    assert read(client={"page_url": whole + "x" * 100})[0] == {"gclid": "x" * 100}
    assert read(client={"page_url": f"{SHOP}?a={'y' * (LONGEST - 80)}&gclid={'x' * 100}"})[0] == {}


def test_what_is_given_goes_before_the_address():
    page = {"page_url": f"{SHOP}?gclid=page&utm_source=page"}
    assert read(client=page, source={"click": {"gclid": "given"}}) == ({"gclid": "given", "utm_source": "page"}, [])
    assert read(client=page, source={"vendor": "acme", "click": []}) == ({"gclid": "page", "utm_source": "page"}, [])


def test_metas_own_id_of_a_lead_is_read_out_of_the_reference():
    lead, _ = read_lead({"phone": "+84912840375", "reference": "l:1234567890123456"}, NOW, LISTS)
    assert (lead.reference, lead.source.click.lead_id) == ("l:1234567890123456", "1234567890123456")
    for reference in ("L-12", "l:crm", "1234567890123456", "al:1234567890123456"):
        assert read(reference=reference) == ({}, [])


@given(st.text(max_size=200), st.sampled_from([*Click.__struct_fields__]))
def test_no_address_breaks_a_lead_or_warns(text, name):
    click, warnings = read(client={"page_url": f"https://x.example/?{name}={text}"})
    assert warnings == []
    assert set(click) <= set(Click.__struct_fields__)
