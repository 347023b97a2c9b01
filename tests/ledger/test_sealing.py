"""A record's bytes: canonical JSON without personal values, whatever the types that it was made from."""

from __future__ import annotations

import os
from hashlib import shake_256

import msgspec
import pytest

from fraudcheck.ledger.entry import make_entry, rebuild_entry
from fraudcheck.ledger.record import open_record, verify
from fraudcheck.ledger.sealing import SALT_BYTES
from fraudcheck.records import (
    Activity,
    Click,
    Client,
    Contacts,
    Criterion,
    Enquiry,
    Form,
    Lead,
    Normalized,
    Price,
    Quality,
    Source,
)
from tests.ledger.verdicts import verdict

LEAD = Lead(
    email="ann@exampel.com",
    phone="0912 840 375",
    country="VN",
    source=Source(
        vendor="acme", price=Price(amount="12.50", currency="EUR"), click=Click(gclid="Cj0KCQ", utm_term="stühle")
    ),
    client=Client(ip="203.0.113.9"),
    activity=(Activity(event="preise", count=3), Activity(event="korb", at="2026-11-23T00:00:00.000Z")),
    reference="crm 7",
    extra={"b": [1.0, None], "a": {}},
)
QUALITY = Quality(
    fit=50.0,
    engagement=12.5,
    criteria=[
        Criterion(part="fit", name="extra.age", value="age 44", weight=2.0, points=1.0),
        Criterion(part="fit", name="extra.income", value=None, weight=1.0, points=None),
        Criterion(part="engagement", name="pages", value=71.25, weight=1.0, points=0.5),
        Criterion(part="stage", name="extra.customer", value=False, weight=0.0, points=0.0),
    ],
)
FACTS = {"velocity": {"v": 6, "leads": 0}, "email": None}


SALTS = shake_256(b"salts").digest(SALT_BYTES)
"""Always the same, as three letters of a value come by chance in one of some hundred commitments."""


def sealed(**told):
    given = verdict(
        "01936b5e-0000-7000-8000-000000000001",
        "2026-11-23T00:00:00.000Z",
        reference="crm 7",
        normalized=Normalized(email="ann@exampel.com", phone="+84912840375", country="VN"),
        suggestions=Contacts(email="ann@example.com"),
        **{"enquiry": Enquiry(kind="sales_lead", confidence=0.9, because=[(0, 4)]), "quality": QUALITY} | told,
    )
    tokens = {"phone": "ab", "reference": "cd"}
    return given, make_entry("default", given.check_id, LEAD, FACTS, verdict=given, tokens=tokens, salts=SALTS)


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
        ({"enquiry": Enquiry(), "quality": Quality()}, (None, None)),  # nobody looked
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
    for personal in (b"ann", b"912", b"203.0", b"crm 7", b"Cj0KCQ", b"st\xc3\xbchle", b"preise", b"age 44", b"71.25"):
        assert personal not in entry.record


def test_what_is_erased_of_the_click_the_activity_and_the_quality():
    given, entry = sealed()
    erased = open_record(entry.record, None)
    assert erased.lead is None
    kept = msgspec.convert(erased.verdict, type(given))
    assert [criterion.value for criterion in kept.quality.criteria] == [None] * 4
    assert (kept.enquiry, kept.quality.fit) == (given.enquiry, 50.0)
    plain = msgspec.json.decode(entry.record)["lead"]["source"]
    assert plain == {"vendor": "acme", "price": {"amount": "12.50", "currency": "EUR"}}


def test_a_lead_that_has_only_a_click():
    lead = Lead(phone="1", source=Source(click=Click(fbclid="IwAR0")))
    given = verdict("01936b5e-0000-7000-8000-000000000001", "2026-11-23T00:00:00.000Z")
    entry = make_entry("default", given.check_id, lead, {}, verdict=given, tokens={}, salts=os.urandom(SALT_BYTES))
    assert open_record(entry.record, entry.personal).lead == lead
    assert rebuild_entry(entry.record, entry.record_hash, entry.personal) == entry


def test_the_salts_are_enough_for_a_lead_with_everything():
    texts = {field.name: "x" for field in msgspec.structs.fields(Lead) if field.type == str | None}
    lead = Lead(
        **texts,
        source=LEAD.source,
        client=Client(**dict.fromkeys(Client.__struct_fields__, "x")),
        form=Form(honeypot="x", token="x", keystrokes=1),
        activity=LEAD.activity,
        extra={"a": 1},
    )
    given = verdict(
        "01936b5e-0000-7000-8000-000000000001",
        "2026-11-23T00:00:00.000Z",
        reference="x",
        normalized=Normalized(email="x", phone="x", country="VN"),
        suggestions=Contacts(email="x", phone="x"),
        quality=QUALITY,
    )
    entry = make_entry(
        "d", given.check_id, lead, {}, verdict=given, tokens={"phone": "x"}, salts=os.urandom(SALT_BYTES)
    )
    opened = open_record(entry.record, entry.personal)
    assert (opened.lead, msgspec.convert(opened.verdict, type(given))) == (lead, given)


def test_a_record_from_before_says_unknown():
    _, entry = sealed()
    body = msgspec.json.decode(entry.record)
    for part in ("enquiry", "contact", "quality"):
        del body["verdict"][part]
    del body["verdict"]["versions"]["quality"]
    personal = msgspec.json.encode(
        [each for each in msgspec.json.decode(entry.personal) if each[1] != "quality.criteria"]
    )
    for kept in (personal, None):
        opened = open_record(msgspec.json.encode(body), kept).verdict
        assert [opened["enquiry"]["kind"], opened["contact"]["status"], opened["quality"]["band"]] == ["unknown"] * 3
        assert opened["versions"]["quality"] is None
