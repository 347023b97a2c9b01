"""Any form and any JSON becomes a lead that can be read, or is refused in words."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fraudcheck.batch.form_columns import find_columns
from fraudcheck.intake.body import Unreadable, parse_body
from fraudcheck.intake.forms import Delivery
from fraudcheck.intake.forms.flat import PLATFORM, label_of
from fraudcheck.intake.forms.reading import read_content
from fraudcheck.intake.lead import NoContact, read_lead


def lead_of(content, chosen=None):
    delivery = Delivery(body=b"", content=content)
    return PLATFORM.read(delivery, lambda labels: find_columns(labels, chosen or {})).lead


@pytest.mark.parametrize(
    ("content", "lead"),
    [
        (
            {"lead": {"email": "a@b.de", "client": {"ip": "203.0.113.7"}}},
            {"email": "a@b.de", "client": {"ip": "203.0.113.7"}},
        ),
        ({"source": {"vendor": "v", "click": {"gclid": "g"}}}, {"source": {"vendor": "v", "click": {"gclid": "g"}}}),
        ({"activity": [{"event": "prices"}]}, {"activity": [{"event": "prices"}]}),
        ({"names[first]": "Jan", "names[last]": "Roth"}, {"first_name": "Jan", "last_name": "Roth"}),
        ({"email": {"value": "a@b.de"}}, {"email": "a@b.de"}),
        ({"email": ["", "a@b.de"]}, {"email": "a@b.de"}),
        ({"email": "", "your-email": "a@b.de"}, {"email": "a@b.de"}),
        ({"payload": '{"email": "a@b.de"}'}, {"email": "a@b.de"}),
        ({"a": "{no JSON}", "email": "a@b.de"}, {"a": "{no JSON}", "email": "a@b.de"}),
        (
            {"fields": [{"label": "E-Mail", "value": "a@b.de"}, "x"]},
            {"fields": [{"label": "E-Mail", "value": "a@b.de"}, "x"]},
        ),
        (
            {"form": {"id": 7, "name": "Contact", "title": "T"}},
            {"form id": 7, "form name": "Contact", "form title": "T"},
        ),
        ({"form[fill_seconds]": "3"}, {"form": {"fill_seconds": "3"}}),
        ({"form": {"phone": "0171 2345678"}}, {"phone": "0171 2345678"}),
        (
            {"form": "contact", "source": "web", "client": "Roth"},
            {"source": {"vendor": "web"}, "form (answer)": "contact", "client (answer)": "Roth"},
        ),
        ({"_wpnonce": "x", "h-captcha-response": "y", "cf-turnstile-response": "z"}, {}),
        ({"et_pb_contact_email_0": "a@b.de", "et_pb_contact_name_0": "Jan"}, {"email": "a@b.de", "name": "Jan"}),
        ({"field_phone": "0171 2345678", "txtEmail": "a@b.de"}, {"phone": "0171 2345678", "email": "a@b.de"}),
        ({"field_7": "x", "input_3": "y", "fieldset": "z"}, {"field_7": "x", "input_3": "y", "fieldset": "z"}),
        ([{"json": {"email": "a@b.de"}}], {"email": "a@b.de"}),
        ({"email": "a@b.de", "Telefon": "on", "Handy": True}, {"email": "a@b.de", "Telefon": "on", "Handy": True}),
        ({"phone": "on", "Telefon": "asdf"}, {"phone": "on", "Telefon": "asdf"}),
        ({"Telefon": "asdf"}, {"phone": "asdf"}),
        ({"price": "499", "Preis": "9"}, {"price": "499", "Preis": "9"}),
        ({"lead_price": "12.50"}, {"source": {"price": {"amount": "12.50"}}}),
        ({"date-3": "2026-12-01", "textarea-1": "hello"}, {"date-3": "2026-12-01", "message": "hello"}),
    ],
)
def test_shapes(content, lead):
    assert lead_of(content) == lead


@pytest.mark.parametrize(
    "content",
    [
        {"owner": {"email": "x@y.example"}},
        {"author": {"email": "x@y.example"}},
        {"site": {"admin_email": "x@y.example"}},
        {"agent[phone]": "0171 2345678"},
        {"referred_by": {"phone": "0171 2345678"}},
        {"form": {"recipient_email": "x@y.example"}},
        {"fields": [{"label": "Emergency contact email", "type": "email", "value": "x@y.example"}]},
        {"notification": {"to": {"email": "x@y.example"}}},
    ],
)
def test_other_peoples_contacts_are_kept_and_not_taken(content):
    lead = lead_of(content)
    assert not {"email", "phone"} & lead.keys()
    assert lead


@pytest.mark.parametrize("content", [[], [1], "text", 7, None, [{"email": "a@b.de"}, {"email": "c@d.de"}]])
def test_no_one_lead(content):
    with pytest.raises(Unreadable):
        lead_of(content)


@pytest.mark.parametrize(
    ("name", "label"),
    [("wpforms[fields][1]", "1"), ("data.tel", "tel"), ("Feld 7", "Feld 7"), ("x[y]", "x y"), ("a[]", "a"), ("", "")],
)
def test_the_label_of_a_name(name, label):
    assert label_of(name) == label


WORDS = "email phone name source client form activity fraudcheck price click value label type source.price"
NAMES = st.sampled_from(WORDS.split()) | st.text(max_size=12)
VALUES = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20) | st.just("fc1...e30")
ANYTHING = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6), max_leaves=25
)


@given(st.dictionaries(NAMES, ANYTHING, max_size=12))
@settings(max_examples=400, deadline=None)
def test_any_object_is_a_lead_that_can_be_read(content):
    with suppress(Unreadable, NoContact):
        sent = json.dumps(content, default=str).encode()
        lead = lead_of(read_content(sent, "application/json"))
        read_lead(parse_body(msgspec.json.encode(lead)), datetime.now(UTC))
