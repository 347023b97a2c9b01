"""What callers send, and what becomes of it: leniently read, refused only where the contract says so."""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.lists import shipped
from fraudcheck.identifiers import keyed_token
from fraudcheck.intake import field_readers
from fraudcheck.intake.identities import read_subject
from fraudcheck.intake.lead import _LEAD, NoContact, Unreadable, parse_body, read_lead
from fraudcheck.ports.lists import Lists
from fraudcheck.records import Client, Form, Source

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def read(**fields):
    return read_lead({"phone": "+84912840375", **fields}, NOW)


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
        ({"client": {"user_agent": ""}}, {"client.user_agent": ""}),  # sent empty is not the same as not sent
        ({"client": {"ip": " 203.0.113.7 "}}, {"client.ip": "203.0.113.7"}),
        ({"client": {"ip": "::ffff:203.0.113.7"}}, {"client.ip": "203.0.113.7"}),
        ({"client": {"ip": "[2001:DB8::1]"}}, {"client.ip": "2001:db8::1"}),
        ({"client": {"ip": "fe80::1%eth0"}}, {"client.ip": "fe80::1"}),
        ({"source": {"vendor": " acme\n leads "}}, {"source.vendor": "acme leads"}),
        ({"source": {"channel": "Social"}}, {"source.channel": "social"}),
        ({"source": {"price": {"amount": 12.5, "currency": "eur"}}}, {"source.price.amount": "12.5"}),
        ({"submitted_at": "2026-11-22T10:00:00+07:00"}, {"submitted_at": "2026-11-22T03:00:00.000Z"}),
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
        ({"country": "Viet Nam"}, "country"),
        ({"client": {"ip": "999.1.1.1"}}, "client.ip"),
        ({"client": "none"}, "client"),
        ({"form": {"fill_seconds": "soon"}}, "form.fill_seconds"),
        ({"form": {"fill_seconds": -1}}, "form.fill_seconds"),
        ({"form": {"fill_seconds": float("inf")}}, "form.fill_seconds"),
        ({"form": {"fill_seconds": "nan"}}, "form.fill_seconds"),
        ({"form": {"fill_seconds": True}}, "form.fill_seconds"),
        ({"form": {"keystrokes": 1.5}}, "form.keystrokes"),
        ({"form": {"keystrokes": 10**400}}, "form.keystrokes"),
        ({"form": {"webdriver": "perhaps"}}, "form.webdriver"),
        ({"source": {"channel": "carrier pigeon"}}, "source.channel"),
        ({"source": {"vendor": "x" * 201}}, "source.vendor"),
        ({"source": {"price": {"amount": "much"}}}, "source.price.amount"),
        ({"source": {"price": {"amount": "1e999999999"}}}, "source.price.amount"),
        ({"source": {"price": {"currency": "dong"}}}, "source.price.currency"),
        ({"submitted_at": "yesterday"}, "submitted_at"),
        ({"submitted_at": 1700000000}, "submitted_at"),
        ({"submitted_at": "9999-12-31T23:59:59-12:00"}, "submitted_at"),
        ({"submitted_at": "9999-12-31T00:00:00Z"}, "submitted_at"),
    ],
)
def test_what_cannot_be_read_counts_as_absent_and_is_named(fields, field):
    lead, warnings = read(**fields)
    assert [warning.field for warning in warnings] == [field]
    assert getattr(lead, field.partition(".")[0]) in (None, Client(), Form(), Source())


@pytest.mark.parametrize("raw", [{}, {"email": "", "phone": " "}, {"email": None}, {"email": 7}, {"name": "An"}])
def test_a_lead_needs_a_way_to_reach_the_person(raw):
    with pytest.raises(NoContact):
        read_lead(raw, NOW)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[1]", "not a JSON object"),
        (b'"\xff"', "not JSON"),
        (b'{"a": NaN}', "not JSON"),
        (b'{"a": "\x00"}', "not JSON"),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "nested deeper than 32"),
        (b"[" * 60_000, "nested deeper than 32"),
        (b'{"a": "' + b"1" * 5000, "not JSON"),
    ],
)
def test_what_is_no_lead_at_all(body, problem):
    with pytest.raises(Unreadable, match=problem):
        parse_body(body)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (rb'{"name": "\ud800An"}', {"name": "\ufffdAn"}),
        (rb'{"\udfff": [1, "\ud83d"]}', {"\ufffd": [1, "\ufffd"]}),
        (b'{"a": 1e400}', {"a": None}),
        (b'{"a": "' + b"[" * 100 + b'"}', {"a": "[" * 100}),  # brackets in text nest nothing
        (rb'{"a": "\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}', {"a": '\\"' + "[" * 40}),
        (b'{"a":' * 32 + b"1" + b"}" * 32, None),
    ],
)
def test_legal_json_that_decoders_stumble_over(body, expected):
    found = parse_body(body)
    assert expected is None or found == expected
    json.dumps(found).encode()


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


def test_tokens_are_keyed_by_person_kind_and_tenant():
    lead, _ = read_lead({"phone": "+84912840375", "client": {"ip": "203.0.113.7"}, "form": {"token": "x"}}, NOW)

    def tokens(key):
        return read_subject(
            lead, tenant="t", lists=Lists(), identity_key=key, tag="", at=0.0, default_country=None
        ).tokens

    assert sorted(tokens(b"a")) == ["block", "clock", "everyone", "form_token", "ip", "network", "phone"]
    assert not set(tokens(b"a").values()) & set(tokens(b"b").values())
    assert all(len(token) == 32 for token in tokens(b"a").values())
    assert "84912840375" not in str(tokens(b"a"))


def test_a_message_of_ones_own_has_a_token_and_a_short_one_has_none():
    def token(message):
        lead = read_lead({"phone": "+84912840375", "message": message}, NOW)[0]
        return read_subject(
            lead, tenant="t", lists=Lists(), identity_key=b"k", tag="", at=0.0, default_country=None
        ).tokens.get("message")

    assert token("Please call me") is None
    assert token("I have seen your flat near the park and would like to visit it") == token(
        "i have seen your flat near the park, and would like to visit it!"
    )


@given(st.binary(max_size=200), st.text())
def test_a_token_is_the_hmac_that_it_says(key, value):
    expected = hmac.digest(key, f"phone\0{value}".encode(), "sha256")[:16].hex()
    assert keyed_token(key, "phone", value) == expected


@given(st.ip_addresses().map(str) | st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){3}\n?", fullmatch=True))
def test_an_ip_address_is_what_the_standard_library_reads(text):
    try:
        expected = ip_address(text.strip())
    except ValueError:
        with pytest.raises(field_readers.Unread):
            field_readers.read_ip(text)
        return
    assert field_readers.read_ip(text) == str(getattr(expected, "ipv4_mapped", None) or expected)


@pytest.mark.parametrize(
    ("email", "counted"),
    [
        ("an@firma-nowa.pl", True),
        ("an@gmail.com", False),
        ("an@mail.yahoo.com", False),
        ("an@nus.edu.sg", False),
        ("an@duck.com", False),
        ("an@", False),
    ],
)
def test_a_mail_domain_is_counted_where_nothing_is_known_of_it(email, counted):
    lead, _ = read_lead({"email": email}, NOW)
    subject = read_subject(
        lead, tenant="t", lists=shipped.load_lists(), identity_key=b"k", tag="", at=0.0, default_country=None
    )
    assert ("mail_domain" in subject.tokens) is counted


@pytest.mark.parametrize(
    ("fields", "region", "read_in"),
    [
        ({"phone": "0803 174 9026", "client": {"timezone": "Africa/Lagos"}}, "NG", "timezone"),
        ({"phone": "0803 174 9026", "country": "NG", "client": {"timezone": "Europe/Paris"}}, "NG", None),
        ({"phone": "+84912840375", "client": {"timezone": "Africa/Lagos"}}, "VN", None),
        ({"phone": "0803 174 9026", "client": {"timezone": "UTC"}}, None, None),
        ({"phone": "0803 174 9026"}, None, None),
    ],
)
def test_a_number_without_a_country_is_read_by_the_clock(fields, region, read_in):
    lead, _ = read_lead(fields, NOW)
    zones = Lists(zone_countries={"Africa/Lagos": ("NG", "BJ", "NE"), "UTC": ()})
    subject = read_subject(lead, tenant="t", lists=zones, identity_key=b"k", tag="t", at=0.0, default_country=None)
    assert (subject.number.region, subject.number.read_in) == (region, read_in)


@pytest.mark.parametrize(
    ("form", "same"),
    [
        ({"pointer_events": 11, "keystrokes": 41, "fill_seconds": 19.0}, True),  # of one class
        ({"pastes": 3, "keystrokes": 0}, False),
        ({"keystrokes": 17}, False),  # one for each character, to the last one
        ({"pointer_events": None}, None),  # not measured: nothing to be alike in
    ],
)
def test_a_habit_is_a_class_of_inputs(form, same):
    given = {
        "seconds_on_page": 40,
        "fill_seconds": 18,
        "keystrokes": 40,
        "pastes": 0,
        "autofills": 0,
        "pointer_events": 9,
    }

    def habit(**differently):
        raw = {"email": "an.nguyen@firma.vn", "form": {**given, **differently}}
        lead, _ = read_lead(raw, NOW)
        return read_subject(
            lead, tenant="t", lists=Lists(), identity_key=b"k", tag="", at=0.0, default_country=None
        ).tokens.get("habit")

    assert (habit(**form) == habit() if habit(**form) else None) is same
