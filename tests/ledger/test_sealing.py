"""A record's bytes: canonical JSON without personal values, whatever the types that it was made from."""

from __future__ import annotations

import os

import msgspec
import pytest

from fraudcheck.ledger.entry import make_entry, rebuild_entry
from fraudcheck.ledger.record import open_record, verify
from fraudcheck.ledger.sealing import SALT_BYTES
from fraudcheck.records import Client, Contacts, Enquiry, Lead, Normalized, Price, Quality, Source
from tests.ledger.verdicts import verdict

LEAD = Lead(
    email="ann@exampel.com",
    phone="0912 840 375",
    country="VN",
    source=Source(vendor="acme", price=Price(amount="12.50", currency="EUR")),
    client=Client(ip="203.0.113.9"),
    reference="crm 7",
    extra={"b": [1.0, None], "a": {}},
)
FACTS = {"velocity": {"v": 6, "leads": 0}, "email": None}


def sealed(**told):
    given = verdict(
        "01936b5e-0000-7000-8000-000000000001",
        "2026-11-23T00:00:00.000Z",
        reference="crm 7",
        normalized=Normalized(email="ann@exampel.com", phone="+84912840375", country="VN"),
        suggestions=Contacts(email="ann@example.com"),
        **told,
    )
    tokens = {"phone": "ab", "reference": "cd"}
    return given, make_entry(
        "default", given.check_id, LEAD, FACTS, verdict=given, tokens=tokens, salts=os.urandom(SALT_BYTES)
    )


@pytest.mark.parametrize("revises", [None, "01936b5e-0000-7000-8000-000000000000"])
def test_a_record_gives_back_what_was_sealed(revises):
    given, entry = sealed(revises=revises)
    assert verify(entry.record, entry.record_hash, entry.personal) == []
    opened = open_record(entry.record, entry.personal)
    assert (opened.lead, opened.facts) == (LEAD, FACTS)
    assert msgspec.convert(opened.verdict, type(given)) == given
    assert rebuild_entry(entry.record, entry.record_hash, entry.personal) == entry
    assert (entry.revises, entry.price, entry.identities) == (revises, 12_500_000, ("phone:ab", "reference:cd"))


@pytest.mark.parametrize(
    ("told", "columns"),
    [
        ({"enquiry": Enquiry(kind="job"), "quality": Quality(band="not_now")}, ("job", "not_now")),
        ({"enquiry": Enquiry(kind="none")}, ("none", None)),
        ({}, (None, None)),  # nobody looked
    ],
)
def test_what_is_asked_for_is_found_again_in_the_record(told, columns):
    _, entry = sealed(**told)
    again = rebuild_entry(entry.record, entry.record_hash, entry.personal)
    assert (entry.enquiry, entry.band) == (again.enquiry, again.band) == columns


def test_a_record_from_before_has_none():
    _, entry = sealed()
    old = msgspec.json.decode(entry.record)
    del old["verdict"]["enquiry"], old["verdict"]["quality"]
    again = rebuild_entry(msgspec.json.encode(old, order="sorted"), b"", None)
    assert (again.enquiry, again.band) == (None, None)


def test_the_bytes_are_sorted_and_hold_no_personal_value():
    _, entry = sealed()
    assert entry.record == msgspec.json.encode(msgspec.json.decode(entry.record), order="sorted")
    for personal in (b"ann", b"912", b"203.0", b"crm", b"extra"):
        assert personal not in entry.record.partition(b'"facts"')[2]
