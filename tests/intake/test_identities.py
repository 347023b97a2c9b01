from __future__ import annotations

import hmac
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.lists import shipped
from fraudcheck.identifiers import keyed_token
from fraudcheck.intake import identities
from fraudcheck.intake.identities import read_subject
from fraudcheck.intake.lead import read_lead
from fraudcheck.ports.lists import Lists

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def read(**fields):
    return read_lead({"phone": "+84912840375", **fields}, NOW)


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


@pytest.mark.parametrize("text", ["x" * 60_000, "e" + "\u0301\u0327" * 15_000, "\ufdfa" * 20_000])
def test_of_a_long_text_the_beginning_tells_people_apart(text: str) -> None:
    """Normal forms of uncut text took seconds, for which every other caller waited."""
    name = identities._plain(text)
    assert len(name) <= 500 * 18  # one character may stand for eighteen
    assert name == identities._plain(text + " Nguyễn")
