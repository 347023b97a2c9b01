"""Deliveries that another hand wrote than the adapters': people's forms, in twelve languages, as platforms send them.

``other_hands.json`` has each with the lead that its person is. ``expect`` says every field that is looked at, null
where the lead has none; ``none`` that there is no lead to be found, ``map`` what the source's key says of the form.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest

from fraudcheck.adapters.lists.shipped import load_lists
from fraudcheck.batch.form_columns import find_columns
from fraudcheck.intake.body import Unreadable
from fraudcheck.intake.forms import Delivery
from fraudcheck.intake.forms.flat import label_of
from fraudcheck.intake.forms.reading import read_content
from fraudcheck.intake.forms.registry import PLATFORMS
from fraudcheck.intake.lead import NoContact, read_lead

NOW = datetime(2026, 11, 29, tzinfo=UTC)
LISTS = load_lists()
CASES = json.loads((Path(__file__).parent / "other_hands.json").read_text())


def body_of(case):
    """The bytes of a delivery and their content type."""
    if case["as"] == "json":
        return json.dumps(case["body"]).encode(), "application/json"
    if case["as"] == "form":
        return urlencode([tuple(pair) for pair in case["body"]]).encode(), "application/x-www-form-urlencoded"
    parts = [
        f'--xyz\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in case["body"]
    ]
    return f"{''.join(parts)}--xyz--\r\n".encode(), "multipart/form-data; boundary=xyz"


def read(case):
    """The lead of a delivery, as it is judged."""
    body, kind = body_of(case)
    chosen = {field: [*names, *map(label_of, names)] for field, names in case.get("map", {}).items()}
    delivery = Delivery(body=body, content=read_content(body, kind))
    made = PLATFORMS[case["source"]].read(delivery, lambda labels: find_columns(labels, chosen))
    return read_lead(made.lead, NOW, LISTS)[0]


def told(lead):
    """A lead's fields by the names that the cases have for them."""
    click, client = lead.source.click, lead.client
    names = ("email", "first_name", "last_name", "company", "message", "postal_code", "country", "reference")
    return {
        **{name: getattr(lead, name) for name in names},
        **{name: getattr(click, name) for name in ("gclid", "utm_source", "utm_medium", "utm_campaign")},
        **{name: getattr(client, name) for name in ("ip", "user_agent", "page_url")},
        "phone": digits_of(lead.phone),
        "name": lead.full_name or None,
        "campaign": lead.source.campaign,
        "sub_id": lead.source.sub_id,
        "keystrokes": lead.form.keystrokes,
        "seconds_on_page": lead.form.seconds_on_page,
    }


def digits_of(phone):
    return re.sub(r"(?!^\+)\D", "", phone.strip()) if phone else None


@pytest.mark.parametrize("case", CASES, ids=[f"{case['source']}: {case['name']}" for case in CASES])
def test_the_lead_is_its_person(case):
    if case.get("none"):
        with pytest.raises((NoContact, Unreadable)):
            read(case)
        return
    lead = read(case)
    expected = case["expect"]
    if "phone" in expected:
        expected = expected | {"phone": digits_of(expected["phone"])}
    found = told(lead)
    assert {name: found[name] for name in expected} == expected
    assert bool(LISTS.test_lead(lead)) == case.get("test", False)


def test_a_countrys_code_in_a_field_of_its_own_joins_a_number_without_one():
    def phone(code, number, name="phone_country_code"):
        return read({"source": "flat", "as": "json", "body": {"phone": number, name: code}}).phone

    assert phone("+91", "98200 98200") == "+91 98200 98200"
    assert phone("0043", "0664 1234567", "dialCode") == "+43 664 1234567"
    assert phone("+84", "+49 171 2345678") == "+49 171 2345678"
    assert phone("91", "919820098200") == "919820098200"  # it stands there already
    assert phone("+84", "12") == "12"
    assert phone("IN", "98200 98200") == "98200 98200"
