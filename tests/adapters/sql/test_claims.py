"""What was claimed is remembered, once for each lead, in SQLite and PostgreSQL alike."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from fraudcheck.adapters.sql.ledger import SqlLedger
from fraudcheck.ports.claims import Answer, Claimed, KeptClaim, Paid
from fraudcheck.records import Price
from tests.adapters.sql.test_ledger import made

SINCE = ("2024-11-01T00:00:00.000Z", "2026-11-24T00:00:00.000Z")
NOW, LATER = "2026-12-01T10:00:00.000Z", "2026-12-08T10:00:00.000Z"
FIRST, SECOND, THIRD, OTHER = (made(number).check_id for number in (1, 2, 3, 4))
BOUGHT = {"campaign": "Tết", "sub_id": "7", "channel": "ppc", "price": Price(amount="12.50", currency="EUR")}
CODES = frozenset({"PHONE_IMPOSSIBLE"})


def row(lead=FIRST, claim="c1", **more):
    parts = {"vendor": "acme", "reason": "invalid_phone", "currency": "EUR", "price": 12_500_000}
    parts |= {"check_id": lead, "amount": 12_500_000, "claimed_at": NOW}
    return Claimed(lead=lead, claim=claim, **parts | more)


@pytest.fixture
async def leads(store):
    """A lead of three versions, three more of the same vendor, a test lead, and one of another vendor and tenant."""
    for entry in (
        made(1, codes=("PHONE_IMPOSSIBLE",), **BOUGHT),
        made(2, codes=("PHONE_IMPOSSIBLE",), revises=FIRST, origin="revision", **BOUGHT),
        made(3, codes=("PHONE_IMPOSSIBLE",), revises=SECOND, origin="revision", decision="reject", **BOUGHT),
        made(4, vendor=" ACME", decision="reject"),
        made(5, **BOUGHT),
        made(6, classification="test", decision="reject", **BOUGHT),
        made(7, vendor="beta", decision="reject", **BOUGHT),
        made(8, tenant="other", decision="reject", **BOUGHT),
    ):
        await store.append(entry)
    return store


async def test_the_leads_of_a_vendor_are_read_with_what_all_of_them_cost(leads):
    found = await leads.vendor_leads("default", "Acme ", *SINCE, CODES)
    (paid,) = found.paid
    assert (paid.currency, paid.leads, paid.millionths) == ("EUR", 2, 25_000_000)
    assert [(one.lead, one.check_id, one.price, one.currency) for one in found.leads] == [
        (FIRST, THIRD, 12_500_000, "EUR"),
        (OTHER, OTHER, -1, None),
    ]
    one = found.leads[0]
    assert (one.source, one.decision, one.codes) == (("acme", "Tết", "7", "ppc"), "reject", "PHONE_IMPOSSIBLE")
    nothing = await leads.vendor_leads("default", "nobody", *SINCE, CODES)
    assert (nothing.paid, nothing.leads) == ((), ())
    assert (await leads.vendor_leads("default", "acme", SINCE[1], "2027", CODES)).paid == []
    accepted = await leads.vendor_leads("other", "acme", *SINCE, CODES)
    assert isinstance(accepted.paid[0], Paid)


async def test_a_lead_is_claimed_once_whichever_version_of_it(leads):
    assert await leads.keep_claim("default", [row(check_id=THIRD), row(OTHER)]) == []
    assert await leads.keep_claim("default", [row(check_id=THIRD), row(OTHER)]) == []
    assert await leads.keep_claim("default", [row(made(5).check_id, "c2"), row(FIRST, "c2")]) == [FIRST]
    assert [each.claim for each in await leads.list_claims("default")] == ["c1"]
    assert await leads.keep_claim("other", [row(made(8).check_id, "c2")]) == []
    late = row(made(5).check_id, "c3")  # was settled before c1 was there, so that both may pass the contract's cap
    assert await leads.keep_claim("default", [late], seen=["c0"]) == [late.lead]
    (one, other) = await leads.claim_rows("default", "c1")
    assert (one.claimed, one.newest, one.decision) == (row(check_id=THIRD), THIRD, "reject")
    assert (one.source, one.price, one.counted) == (("acme", "Tết", "7", "ppc"), 12_500_000, True)
    assert (other.claimed.lead, other.price) == (OTHER, -1)
    assert await leads.claim_rows("default", "c2") == []
    assert await leads.claimed_leads("default", *SINCE) == [one, other]
    assert await leads.claimed_leads("default", SINCE[1], "2027") == []
    assert await leads.keep_claim("default", []) == []


async def test_two_claims_at_once_have_one_winner_and_nothing_is_halved(leads, url):
    second = SqlLedger(url)
    await second.start()
    try:
        both = [FIRST, OTHER, made(5).check_id]
        results = await asyncio.gather(
            *[
                (leads, second)[turn % 2].keep_claim("default", [row(lead, f"c{turn}") for lead in both])
                for turn in range(6)
            ]
        )
        assert sorted(map(len, results)) == [0, 3, 3, 3, 3, 3]
        (kept,) = await leads.list_claims("default")
        assert (kept.claim, kept.leads) == (f"c{results.index([])}", 3)
    finally:
        await second.close()


async def test_what_the_vendor_answers_is_kept_and_the_latest_counts(leads):
    await leads.keep_claim("default", [row(check_id=THIRD), row(OTHER), row(made(5).check_id, currency="USD")])
    told = [
        Answer(check_id=SECOND, answer="accepted", at=NOW),
        Answer(check_id=OTHER, answer="credited", at=NOW, credited=4_000_000),
        Answer(check_id=made(7).check_id, answer="refused", at=NOW),
        Answer(check_id=made(8).check_id, answer="refused", at=NOW),
        Answer(check_id=FIRST, answer="refused", at=NOW, claim="another"),
    ]
    expected = ["stored", "stored", "unclaimed", "missing", "unclaimed"]
    assert await leads.answer_claims("default", told) == expected
    assert (await leads.answer_claims("default", told))[:2] == ["known", "known"]
    eur, usd = await leads.list_claims("default", "ACME")
    assert eur == KeptClaim(
        claim="c1",
        vendor="acme",
        claimed_at=NOW,
        currency="EUR",
        leads=2,
        amount=25_000_000,
        answered=25_000_000,
        credited=4_000_000,
        answers={"accepted": 1, "credited": 1},
    )
    assert (usd.leads, usd.answered, usd.answers) == (1, 0, {})
    assert await leads.answer_claims("default", [Answer(check_id=FIRST, answer="credited", at=LATER)]) == ["stored"]
    assert await leads.answer_claims("default", [Answer(check_id=FIRST, answer="refused", at=NOW)]) == ["known"]
    (one, *_) = await leads.claim_rows("default", "c1")
    assert (one.claimed.answer, one.claimed.credited, one.claimed.answered_at) == ("credited", 12_500_000, LATER)
    assert await leads.list_claims("default", "beta") == []


async def test_it_is_there_after_a_restart(leads, url):
    await leads.keep_claim("default", [row()])
    again = SqlLedger(url)
    await again.start()
    try:
        assert [each.claimed for each in await again.claim_rows("default", "c1")] == [row()]
    finally:
        await again.close()


async def test_ten_thousand_at_once(leads):
    many = [row(f"l{number:05}") for number in range(10_000)]
    assert await leads.keep_claim("default", many) == []
    (kept,) = await leads.list_claims("default")
    assert (kept.leads, kept.amount) == (10_000, 125_000_000_000)
    again = [msgspec.structs.replace(one, claim="c2") for one in many]
    assert len(await leads.keep_claim("default", again)) == 10_000
