"""What callers send, and what becomes of it: leniently read, refused only where the contract says so."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.lists.shipped import load_lists
from fraudcheck.fields.email.address import read_mailbox
from fraudcheck.fields.phone.number import read_phone
from fraudcheck.intake.body import Unreadable, parse_body
from fraudcheck.intake.identities import read_subject
from fraudcheck.intake.lead import _LEAD, NoContact, read_lead
from fraudcheck.ports.lists import Lists
from fraudcheck.records import Client, Form, Lead, Source

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LISTS = load_lists()


def read(**fields):
    return read_lead({"phone": "+84912840375", **fields}, NOW, LISTS)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"name": "  Nguyễn Văn An "}, {"name": "  Nguyễn Văn An "}),  # as typed
        ({"name": "   "}, {"name": None}),
        ({"country": "vn"}, {"country": "VN"}),
        ({"country": "UK"}, {"country": "GB"}),
        ({"form": {"fill_seconds": "12.5"}}, {"form.fill_seconds": 12.5}),
        ({"form": {"keystrokes": "80"}}, {"form.keystrokes": 80}),
        ({"form": {"keystrokes": 80.0}}, {"form.keystrokes": 80}),
        ({"form": {"webdriver": "false"}}, {"form.webdriver": False}),
        ({"form": {"webdriver": 1}}, {"form.webdriver": True}),
        ({"form": {"honeypot": ""}}, {"form.honeypot": None}),
        *[
            ({"form": {"honeypot": untouched}}, {"form.honeypot": None})
            for untouched in (
                False,
                0,
                [],
                {},
                [""],
                [[]],
                {"a": None},
                ["0", "off"],
                {"a": False, "b": " "},
                "\ufeff",
                " \u200b\u00a0",
            )
        ],
        *[
            ({"form": {"honeypot": filled}}, {"form.honeypot": text})
            for filled, text in (
                (["x"], "x"),
                (["", "x"], "x"),
                (["0", "x"], "x"),
                (["x", "NULL", "y", "x"], "x\ny"),  # a line for each
                ({"a": "Hà Nội", "b": "http://x.example"}, "Hà Nội\nhttp://x.example"),
                ({"website": "x"}, "x"),
                ([["x"]], "x"),
                (True, "true"),
                (7, "7"),
                (0.5, "0.5"),
            )
        ],
        ({"form": [], "client": []}, {"form.honeypot": None}),  # an empty object in PHP
        ({"client": {"user_agent": ""}}, {"client.user_agent": ""}),  # sent empty is not the same as not sent
        ({"client": {"ip": " 203.0.113.7 "}}, {"client.ip": "203.0.113.7"}),
        ({"client": {"ip": "::ffff:203.0.113.7"}}, {"client.ip": "203.0.113.7"}),
        ({"client": {"ip": "[2001:DB8::1]"}}, {"client.ip": "2001:db8::1"}),
        ({"client": {"ip": "fe80::1%eth0"}}, {"client.ip": "fe80::1"}),
        ({"source": {"vendor": " acme\n leads "}}, {"source.vendor": "acme leads"}),
        ({"source": {"channel": "Social"}}, {"source.channel": "social"}),
        ({"source": {"price": {"amount": 12.5, "currency": "eur"}}}, {"source.price.amount": "12.5"}),
        ({"submitted_at": "2026-11-22T10:00:00+07:00"}, {"submitted_at": "2026-11-22T03:00:00.000Z"}),
        ({"submitted_at": 1700000000}, {"submitted_at": "2023-11-14T22:13:20.000Z"}),
        ({"submitted_at": "1700000000123"}, {"submitted_at": "2023-11-14T22:13:20.123Z"}),
        (
            {"source": {"price": {"amount": "24,50 €"}}},
            {"source.price.amount": "24.50", "source.price.currency": "EUR"},
        ),
        (
            {"source": {"price": {"amount": "12.000đ"}}},
            {"source.price.amount": "12000", "source.price.currency": "VND"},
        ),
        ({"source": {"price": {"amount": "12.500", "currency": "vnd"}}}, {"source.price.amount": "12500"}),
        ({"source": {"price": {"amount": "12.500", "currency": "EUR"}}}, {"source.price.amount": "12.500"}),
        ({"source": {"price": {"amount": "$9.90", "currency": "AUD"}}}, {"source.price.amount": "9.90"}),
        ({"source": {"price": {"currency": "€"}}}, {"source.price.currency": "EUR"}),
        ({"form": {"fill_seconds": "38,6"}}, {"form.fill_seconds": 38.6}),
        ({"submitted_at": "2026-11-22T10:00:00"}, {"submitted_at": "2026-11-22T10:00:00.000Z"}),
        ({"name": None, "client": None}, {"name": None}),
        ({"utm": {"term": "x"}, "client": {"screen": 3}}, {"extra": {"utm": {"term": "x"}, "client.screen": 3}}),
    ],
)
def test_reading(fields, expected):
    lead, warnings = read(**fields)
    for path, value in expected.items():
        found = lead
        for name in path.split("."):
            found = getattr(found, name)
        assert found == value
    assert warnings == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"email": 7}, "email"),
        ({"email": ["a@b.vn"]}, "email"),
        ({"name": {"first": "An"}}, "name"),
        ({"country": "Atlantis"}, "country"),
        ({"country": "Congo"}, "country"),
        ({"client": {"ip": "999.1.1.1"}}, "client.ip"),
        ({"client": "Chrome"}, "client"),
        ({"form": {"fill_seconds": "soon"}}, "form.fill_seconds"),
        ({"form": {"fill_seconds": -1}}, "form.fill_seconds"),
        ({"form": {"fill_seconds": float("inf")}}, "form.fill_seconds"),
        ({"form": {"fill_seconds": "infinity"}}, "form.fill_seconds"),
        ({"form": {"fill_seconds": True}}, "form.fill_seconds"),
        ({"form": {"keystrokes": 1.5}}, "form.keystrokes"),
        ({"form": {"keystrokes": 10**400}}, "form.keystrokes"),
        ({"form": {"webdriver": "perhaps"}}, "form.webdriver"),
        ({"source": {"channel": "carrier pigeon"}}, "source.channel"),
        ({"source": {"vendor": "x" * 201}}, "source.vendor"),
        ({"source": {"price": {"amount": "much"}}}, "source.price.amount"),
        ({"source": {"price": {"amount": "1e999999999"}}}, "source.price.amount"),
        ({"source": {"price": {"currency": "$"}}}, "source.price.currency"),
        ({"submitted_at": "yesterday"}, "submitted_at"),
        ({"submitted_at": 1700}, "submitted_at"),
        ({"source": {"price": {"amount": "10-20 EUR"}}}, "source.price.amount"),
        ({"submitted_at": "9999-12-31T23:59:59-12:00"}, "submitted_at"),
        ({"submitted_at": "9999-12-31T00:00:00Z"}, "submitted_at"),
    ],
)
def test_what_cannot_be_read_counts_as_absent_and_is_named(fields, field):
    lead, warnings = read(**fields)
    assert [warning.field for warning in warnings] == [field]
    assert getattr(lead, field.partition(".")[0]) in (None, Client(), Form(), Source())


@pytest.mark.parametrize(
    ("fields", "field", "kept"),
    [
        ({"message": "a" * 9_000}, "message", "a" * 8_192),
        ({"name": "é" * 300}, "name", "é" * 200),
        ({"name": " " * 5_000 + "An " * 100}, "name", ("An " * 100)[:200]),  # blanks push nothing out of sight
        ({"company": "x" + "\n" * 60_000 + "y"}, "company", "x y"),
        ({"form": {"honeypot": "0" + " " * 5_000 + "spam" * 200}}, "form.honeypot", ("0 " + "spam" * 200)[:500]),
        ({"client": {"user_agent": " " * 60_000}}, "client.user_agent", ""),  # as good as empty
        ({"email": "x@y.vn" + " " * 60_000}, "email", "x@y.vn"),
        ({"form": {"token": "t" * 4_096}}, "form.token", "t" * 4_096),
        ({"email": "x" * 60_000}, "email", "x" * 1_000),
        ({"phone": "0" * 60_000}, "phone", "0" * 500),
        # What would be another value is not read.
        ({"form": {"token": "t" * 4_097}}, "form.token", None),
        ({"client": {"device_id": "d" * 1_001}}, "client.device_id", None),
        ({"reference": "r" * 501}, "reference", None),
        ({"client": {"ip": "1" * 60_000}}, "client.ip", None),
    ],
)
def test_no_text_is_longer_than_its_field(fields, field, kept):
    lead, warnings = read(**fields)
    found = lead
    for name in field.split("."):
        found = getattr(found, name)
    assert found == kept
    if kept is None or len(kept) in (200, 500, 1_000, 8_192):
        assert [(warning.field, warning.problem[:12]) for warning in warnings] == [(field, "longer than ")]
    else:
        assert warnings == []


def test_a_contact_that_is_too_long_is_no_contact_and_still_judged():
    lead, _ = read_lead({"email": "a" * 60_000, "phone": "9" * 60_000}, NOW)
    address, number = read_mailbox(lead.email, Lists()), read_phone(lead.phone, "VN")
    assert (address.problem, number.problem) == ("syntax", "impossible")


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ({f"k{n}": n for n in range(500)}, {f"k{n}": n for n in range(200)}),
        ({"k" * 101: 1, "k" * 100: 2}, {"k" * 100: 2}),
        ({"long": "x" * 20_000, "short": "y"}, {"short": "y"}),
        ({"many": {f"k{n}": n for n in range(5_000)}, "few": [1]}, {"few": [1]}),
        ({"client": {"z" * 90: 1, "z" * 100: 2}}, {"client." + "z" * 90: 1}),
    ],
)
def test_unknown_fields_are_bounded(raw, kept):
    lead, warnings = read(**raw)
    assert lead.extra == kept
    assert [warning.field for warning in warnings] == ["extra"]


@pytest.mark.parametrize("raw", [{}, {"email": "", "phone": " "}, {"email": None}, {"email": 7}, {"name": "An"}])
def test_a_lead_needs_a_way_to_reach_the_person(raw):
    with pytest.raises(NoContact):
        read_lead(raw, NOW)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (84912840375, "84912840375"),
        (84912840375.0, "84912840375"),
        (10**30, "1" + "0" * 30),
        (-5, "-5"),
        (38.6, "38.6"),
        (4.41e11, "4.41E+11"),  # a spreadsheet rounded it, which as digits nobody could see
        (441000000000, "441000000000"),
        (100000.0, "100000"),
        (2.0**60, "1.152921504606847e+18"),  # its last digits are lost
    ],
)
def test_a_number_where_text_is_expected(number, text):
    for field in ("phone", "name", "postal_code", "address", "company", "message", "reference"):
        lead, warnings = read(**{field: number})
        assert (getattr(lead, field), warnings) == (text, [])
    lead, warnings = read(
        source={"vendor": number, "sub_id": number}, client={"device_id": number}, form={"token": number}
    )
    assert (lead.source.vendor, lead.client.device_id, lead.form.token, warnings) == (text, text, text, [])


@pytest.mark.parametrize("value", [True, False, 10**40, -(10**400), float("inf"), float("nan"), ["1"], {"a": 1}])
@pytest.mark.parametrize("field", ["phone", "name", "reference"])
def test_no_text_and_no_number(value, field):
    lead, warnings = read(**{"email": "lan.pham@gmail.com", field: value})
    assert getattr(lead, field) is None
    assert [(warning.field, warning.problem) for warning in warnings] == [(field, "not text")]


@pytest.mark.parametrize("field", ["email", "country", "submitted_at"])
def test_a_number_that_is_no_such_thing(field):
    _, warnings = read(**{field: 84})
    assert [warning.field for warning in warnings] == [field]


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from([*_LEAD, "ip", "user_agent", "price", "webdriver"]), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_any_json_is_read_or_refused(value):
    raw = {"phone": "1", **value} if isinstance(value, dict) else {"phone": "1", "client": value}
    try:
        lead, _ = read_lead(parse_body(json.dumps(raw).encode()), NOW)
    except (NoContact, Unreadable):
        return
    read_subject(lead, tenant="t", lists=Lists(), identity_key=b"k", tag="t", at=0.0, default_country=None)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [("24,50 €", "USD"), ("12,500", "EUR"), ("$12.50", "EUR"), ("12 EUR", "$"), ("12-20", "EUR")],
)
def test_a_price_that_may_be_another_is_none(amount, currency):
    lead, warnings = read(source={"price": {"amount": amount, "currency": currency}})
    assert lead.source.price.amount is None
    assert "source.price.amount" in {warning.field for warning in warnings}


def test_a_country_is_read_by_the_names_that_the_lists_have():
    lists = Lists(country_names={"vietnam": "VN"})
    assert read_lead({"phone": "1", "country": "Việt Nam"}, NOW, lists) == (Lead(phone="1", country="VN"), [])
    assert [warning.field for warning in read_lead({"phone": "1", "country": "Laos"}, NOW, lists)[1]] == ["country"]


def test_a_currency_that_means_nothing_leaves_the_amounts_own():
    lead, _ = read(source={"price": {"amount": "24,50 €", "currency": "NULL"}})
    assert (lead.source.price.amount, lead.source.price.currency) == ("24.50", "EUR")
