"""A person's leads are found by one of their identities, with every version, and of no other person or tenant."""

from __future__ import annotations

import os

import pytest

from fraudcheck.ledger.entry import make_entry
from fraudcheck.ledger.sealing import SALT_BYTES
from fraudcheck.ports.ledger import CheckFilter
from fraudcheck.records import Lead, Source
from tests.adapters.sql.test_listing import check_id, minutes
from tests.ledger.verdicts import verdict


def made(number, tokens, *, revises=None, origin="live", vendor="acme", tenant="default"):
    told = verdict(
        check_id(number),
        minutes(number),
        origin=origin if revises is None else "revision",
        revises=None if revises is None else check_id(revises),
    )
    return make_entry(
        tenant, check_id(number), Lead(phone="0912 840 375", source=Source(vendor=vendor)), facts={}, verdict=told,
        tokens=tokens, salts=os.urandom(SALT_BYTES), idempotency=f"key {tenant} {number}", body_digest="",
    )  # fmt: skip


ENTRIES = [
    made(1, {"mailbox": "m1", "phone": "p1", "reference": "r1"}),
    made(2, {"mailbox": "m1", "phone": "p1", "reference": "r1"}, revises=1),
    made(3, {"mailbox": "m1", "reference": "r3"}, vendor="beta", origin="batch:one"),
    made(4, {"mailbox": "m4", "phone": "p1"}),
    made(5, {"mailbox": "m5", "network": "shared", "message": "shared"}),
    made(6, {"mailbox": "m6", "network": "shared", "reference": "r6"}),
    made(7, {"mailbox": "m1", "reference": "r1"}, tenant="other"),
    made(8, {"reference": "r3"}),
]


@pytest.fixture
async def leads(store):
    for entry in ENTRIES:
        await store.append(entry)
    return store


@pytest.mark.parametrize(
    ("tokens", "of_person", "numbers"),
    [
        (["reference:r1"], False, [2, 1]),
        (["reference:r1"], True, [4, 3, 2, 1]),
        (["mailbox:m4"], False, [4]),
        (["mailbox:m4"], True, [4, 2, 1]),
        (["phone:p1"], False, [4, 2, 1]),
        (["mailbox:m5"], True, [5]),
        (["mailbox:m5", "reference:r6"], True, [6, 5]),
        (["mailbox:m"], True, []),
        (["reference:m1"], True, []),
        ([], True, []),
    ],
)
async def test_what_an_identity_finds(leads, tokens, of_person, numbers):
    found = await leads.find_leads("default", tokens, limit=9, of_person=of_person)
    assert [check.check_id for check in found] == [check_id(number) for number in numbers]
    assert [each.check_id for each in await leads.find_leads("default", tokens, limit=1, of_person=of_person)] == [
        check_id(number) for number in numbers[:1]
    ]
    assert await leads.find_leads("nobody", tokens, limit=9, of_person=of_person) == []


async def test_a_check_is_found_by_its_id_with_the_persons_others(leads):
    found = await leads.find_leads("default", [], check_ids=[check_id(1)], limit=9, of_person=True)
    assert [(check.check_id, check.named) for check in found] == [
        (check_id(4), False), (check_id(3), False), (check_id(2), False), (check_id(1), True),
    ]  # fmt: skip
    assert [(check.vendor, check.origin, check.revises) for check in found[1:3]] == [
        ("beta", "batch:one", None), ("acme", "revision", check_id(1)),
    ]  # fmt: skip
    assert await leads.find_leads("default", [], check_ids=[check_id(7)], limit=9) == []


async def test_an_erased_lead_is_found_by_its_id_alone(leads):
    await leads.erase("default", ["mailbox:m4"], "2099-01-01T00:00:00.000Z")
    assert await leads.find_leads("default", ["mailbox:m4"], limit=9, of_person=True) == []
    (found,) = await leads.find_leads("default", [], check_ids=[check_id(4)], limit=9, of_person=True)
    assert found.erased
    assert await leads.erased_at("default", ["mailbox:m4", "phone:x"]) == "2099-01-01T00:00:00.000Z"
    assert await leads.erased_at("default", ["mailbox:m5"]) is None
    assert await leads.erased_at("other", ["mailbox:m4"]) is None


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (CheckFilter(identities=("reference:r1",)), [2]),
        (CheckFilter(identities=("reference:r1", "reference:r6")), [6, 2]),
        (CheckFilter(identities=("reference:r6",), vendor="beta"), []),
        (CheckFilter(identities=("reference:r3",)), [8]),
        (CheckFilter(identities=("reference:r3",), origin="batch:one", vendor="beta"), [3]),
        (CheckFilter(identities=("reference:none",)), []),
    ],
)
async def test_a_listing_by_reference(leads, wanted, numbers):
    found = await leads.list("default", wanted, limit=9)
    assert [stored.check_id for stored in found] == [check_id(number) for number in numbers]
