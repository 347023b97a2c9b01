"""Which leads wait for a person, who has which, and what is kept of a decision: in SQLite and PostgreSQL alike."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from fraudcheck.adapters.sql.ledger import SqlLedger
from fraudcheck.adapters.sql.schema import tags, terms
from fraudcheck.ports.reviews import ALL_WAITING, LEASE_SECONDS, PUT_OFF_SECONDS, QueueFilter, Verdict
from fraudcheck.records import Price
from tests.adapters.sql.test_ledger import made
from tests.report.leads_to_tell import told

NOW = 1_780_000_000.0
AT, LATER = "2026-05-28T20:26:40.000Z", "2026-05-28T20:30:00.000Z"


def waiting(number, **more):
    return made(number, **{"decision": "review", "classification": "unverified", "trust_score": 41} | more)


def name(number):
    return made(number).check_id


def priced(number, amount, currency="EUR", **more):
    return waiting(number, price=Price(amount=amount, currency=currency), **more)


async def kept(store, *entries):
    for entry in entries:
        await store.append(entry)
    return store


async def queue(store, wanted=ALL_WAITING, *, by="an", now=NOW, limit=20, tenant="default"):
    found = await store.review_queue(tenant, wanted, by=by, now=now, limit=limit)
    return [int(one.check_id[-12:]) for one in found]


async def decide(store, number, decision="fake", *, by="an", at=AT, **more):
    verdict = Verdict(check_id=name(number), decision=decision, at=at, by=by, buyer="desk", **more)
    return await store.decide_review("default", verdict)


async def test_only_leads_that_say_review_wait_oldest_first(store):
    again = {"revises": name(5), "origin": "revision"}
    await kept(store, waiting(4), made(1), waiting(2, origin="batch:1"), waiting(3, classification="test"))
    await kept(store, waiting(5), made(6, **again), waiting(7, tenant="other"), made(8, decision="reject"))
    await kept(store, made(9), waiting(10, revises=name(9), origin="revision"))
    assert await queue(store) == [2, 4, 10]
    assert await queue(store, limit=1) == [2]
    assert await queue(store, tenant="other") == [7]
    assert await queue(store, tenant="none") == []
    counts = await store.review_counts("default", NOW)
    assert (counts.waiting, counts.put_off, counts.oldest) == (3, 0, made(2).checked_at)
    assert (await store.review_counts("none", NOW)).waiting == 0
    assert [await store.count_waiting(tenant) for tenant in ("default", "other", "none")] == [3, 1, 0]


async def test_an_outcome_of_any_version_ends_the_waiting(store):
    again = {"revises": name(1), "origin": "revision"}
    await kept(store, waiting(1), waiting(2, **again), waiting(3), waiting(4))
    assert await queue(store) == [2, 3, 4]
    await store.record_outcomes("default", [(name(1), told("contacted")), (name(4), told("reviewed_fake"))], AT)
    assert await queue(store) == [3]
    await kept(store, waiting(5, revises=name(2), origin="revision"), waiting(6, revises=name(3), origin="revision"))
    assert await queue(store) == [6]  # what is known of a lead is known of its next version


async def test_the_queue_is_filtered_and_counted(store):
    await kept(
        store,
        waiting(1, vendor="acme", codes=("EMAIL_DISPOSABLE",)),
        waiting(2, vendor="Acme ", codes=("EMAIL_DISPOSABLE", "PHONE_INVALID")),
        waiting(3, vendor="beta", checked_at="2026-11-24T00:00:00.000Z"),
        waiting(4, vendor=None),
    )
    counts = await store.review_counts("default", NOW)
    assert counts.vendors == {"acme": 2, "beta": 1, "": 1}
    assert counts.reasons == {"EMAIL_DISPOSABLE": 2, "PHONE_VALID": 2, "PHONE_INVALID": 1}
    for wanted, expected in (
        (QueueFilter(vendor="ACME"), [1, 2]),
        (QueueFilter(reason="PHONE_INVALID"), [2]),
        (QueueFilter(vendor="beta", reason="PHONE_INVALID"), []),
        (QueueFilter(vendor="gamma"), []),
        (QueueFilter(reason="NO_SUCH"), []),
    ):
        assert await queue(store, wanted) == expected
    day = "2024-11-27T02:05:4{}.000Z"  # that of the ids
    await kept(store, waiting(5, checked_at=day.format(3)), waiting(6, checked_at=day.format(5)))
    assert await queue(store, QueueFilter(since=day.format(5))) == [1, 2, 3, 4, 6]  # made(…) came in 2026
    assert await queue(store, QueueFilter(until=day.format(5))) == [5]
    assert await queue(store, QueueFilter(since="2027-01-01T00:00:00.000Z")) == []


async def test_the_dearest_come_first_within_a_currency(store):
    await kept(store, priced(1, "9"), priced(2, "200000", "VND"), waiting(3), priced(4, "12.5"), priced(5, "9"))
    assert await queue(store, QueueFilter(order="dearest")) == [4, 1, 5, 2, 3]
    assert await queue(store, QueueFilter(order="dearest", currency="VND")) == [2, 4, 1, 5, 3]
    (first,) = await store.review_queue("default", QueueFilter(order="dearest"), by="an", now=NOW, limit=1)
    assert (first.price, first.currency) == (12_500_000, "EUR")
    assert (await store.review_counts("default", NOW)).currencies == {"EUR": 3, "VND": 1}


async def test_two_people_do_not_get_the_same_lead(store):
    await kept(store, waiting(1), waiting(2))
    assert await store.take_review("default", name(1), by="an", now=NOW)
    assert await store.take_review("default", name(1), by="an", now=NOW + 5)
    assert not await store.take_review("default", name(1), by="bo", now=NOW + 5)
    assert (await queue(store), await queue(store, by="bo")) == ([1, 2], [2])
    free = NOW + 5 + LEASE_SECONDS
    assert await queue(store, by="bo", now=free) == [1, 2]
    assert await store.take_review("default", name(1), by="bo", now=free)
    await store.leave_review("default", name(1), by="an")  # which is not hers any more
    assert await queue(store, now=free) == [2]
    await store.leave_review("default", name(1), by="bo")
    assert await queue(store, now=free) == [1, 2]


async def test_of_many_at_once_one_gets_a_lead(url):
    """Two processes of one ledger, where it takes several."""
    ledgers = [SqlLedger(url) for _ in range(1 if url.startswith("sqlite") else 2)]
    for ledger in ledgers:
        await ledger.start()
    await kept(ledgers[0], waiting(1))
    await ledgers[0].flush_index()
    asked = [
        ledger.take_review("default", name(1), by=f"{number} {n}", now=NOW)
        for number, ledger in enumerate(ledgers)
        for n in range(10)
    ]
    assert sum(await asyncio.gather(*asked)) == 1
    decided = [
        ledger.decide_review("default", Verdict(check_id=name(1), decision="fake", at=AT, by=f"{number} {n}"))
        for number, ledger in enumerate(ledgers)
        for n in range(10)
    ]
    answers = await asyncio.gather(*decided)
    assert sorted(answers) == ["decided"] * (len(answers) - 1) + ["kept"]
    assert len(await ledgers[0].lead_outcomes("default", name(1))) == 1
    for ledger in ledgers:
        await ledger.close()


async def test_a_decision_is_told_as_an_outcome_and_kept_with_its_note(store):
    await kept(store, waiting(1), waiting(2))
    assert await decide(store, 1, reason="invalid_phone", note="rang: nobody of this name") == "kept"
    assert await decide(store, 2, "genuine") == "kept"
    fake, genuine = [(await store.lead_outcomes("default", name(n)))[0] for n in (1, 2)]
    assert (fake.outcome, fake.reason, fake.buyer, fake.at) == ("reviewed_fake", "invalid_phone", "desk", AT)
    assert (genuine.outcome, genuine.reason) == ("reviewed_genuine", None)
    review = await store.find_review("default", name(1))
    assert (review.decision, review.note, review.decided_by) == ("fake", "rang: nobody of this name", "an")
    assert (review.taken_by, await queue(store)) == (None, [])
    assert not await store.take_review("default", name(1), by="an", now=NOW)


async def test_the_first_decision_counts(store):
    """The lease ran out, and somebody else was quicker."""
    await kept(store, waiting(1))
    await store.take_review("default", name(1), by="an", now=NOW)
    await store.take_review("default", name(1), by="bo", now=NOW + LEASE_SECONDS)
    assert await decide(store, 1, "genuine", by="an") == "kept"
    assert await decide(store, 1, "fake", by="bo", at=LATER) == "decided"
    assert [one.outcome for one in await store.lead_outcomes("default", name(1))] == ["reviewed_genuine"]
    assert (await store.find_review("default", name(1))).decided_by == "an"


async def test_what_is_put_off_comes_last_until_its_time(store):
    await kept(store, waiting(1), waiting(2))
    await store.take_review("default", name(1), by="an", now=NOW)
    assert await decide(store, 1, "later", note="call on Monday") == "kept"
    assert await queue(store, by="bo") == [2, 1]
    assert await queue(store, by="bo", now=NOW + PUT_OFF_SECONDS + 1) == [1, 2]
    counts = await store.review_counts("default", NOW)
    assert (counts.waiting, counts.put_off) == (2, 1)
    assert await store.lead_outcomes("default", name(1)) == []
    assert await store.take_review("default", name(1), by="bo", now=NOW)
    assert await decide(store, 1, "fake", by="bo", at=LATER) == "kept"
    assert await queue(store) == [2]


async def test_nothing_is_decided_of_what_was_not_seen(store):
    """A check that a newer one replaced, an erased one, none at all, and one of another tenant."""
    await kept(store, waiting(1), waiting(2, revises=name(1), origin="revision"), waiting(3), waiting(4, tenant="x"))
    await store.erase("default", [f"check:{name(3)}"], AT)
    answers = [await decide(store, number, note="Frau Kowalczyk") for number in (1, 3, 4, 9)]
    assert answers == ["revised", "erased", "missing", "missing"]
    assert await store.find_review("default", name(3)) is None
    assert await store.lead_outcomes("default", name(1)) == []
    assert await queue(store) == [2]


async def test_a_decision_is_taken_back_by_who_decided(store):
    await kept(store, waiting(1), waiting(2))
    await store.record_outcomes("default", [(name(2), told("contacted"))], AT)
    for number in (1, 2):
        await decide(store, number)
    assert not await store.undo_review("default", name(1), by="bo")
    assert [await store.undo_review("default", name(number), by="an") for number in (1, 2)] == [True, True]
    assert not await store.undo_review("default", name(1), by="an")
    assert not await store.undo_review("default", name(9), by="an")
    assert await queue(store) == [1]  # of the other an outcome is known
    assert [one.outcome for number in (1, 2) for one in await store.lead_outcomes("default", name(number))] == [
        "contacted"
    ]
    assert await decide(store, 1, "genuine", at=LATER) == "kept"
    assert [one.outcome for one in await store.lead_outcomes("default", name(1))] == ["reviewed_genuine"]


async def test_erasing_takes_the_note_and_the_lead_out_of_the_queue(store, url):
    note = "Kowalczyk says that she never asked"
    await kept(store, waiting(1), waiting(2, revises=name(1), origin="revision"), waiting(3), waiting(4))
    await decide(store, 2, note=note)
    await decide(store, 4, "later", note=note)
    await store.erase("default", [f"check:{name(number)}" for number in (1, 3, 4)], LATER)
    assert await queue(store) == []
    review = await store.find_review("default", name(2))
    assert (review.decision, review.note) == ("fake", None)
    assert (await store.find_review("default", name(4))).note is None
    assert await store.undo_review("default", name(2), by="an")
    assert await queue(store) == []
    if url.startswith("sqlite"):
        folder = Path(url.removeprefix("sqlite:///")).parent
        assert not any(b"Kowalczyk" in file.read_bytes() for file in folder.iterdir() if file.is_file())


async def test_which_other_leads_came_with_the_same_contact(store):
    def of(number, phone, **more):
        return waiting(number, tokens={"phone": phone, "mailbox": f"{number}"}, **more)

    again = {"revises": name(1), "origin": "revision"}
    await kept(store, of(1, "ab"), of(2, "ab", **again), of(3, "cd"), *[of(n, "ab") for n in range(4, 11)])
    await kept(store, of(11, "ab", tenant="other"), of(12, "ab", classification="test"))
    (found,) = await store.sharing("default", name(2))
    assert (found.kind, found.many, found.since) == ("phone", 7, made(4).checked_at)
    assert [int(lead[0][-12:]) for lead in found.leads] == [10, 9, 8, 7, 6]
    assert await store.sharing("default", name(3)) == []
    await store.erase("default", [f"check:{name(1)}"], AT)
    assert await store.sharing("default", name(2)) == []


async def test_what_waits_in_an_older_ledger_is_found_at_its_next_start(store, url):
    again = {"revises": name(2), "origin": "revision"}
    await kept(store, waiting(1), waiting(2), waiting(3, **again), waiting(4), waiting(5), made(6))
    await kept(store, waiting(7, classification="test"), waiting(8, tenant="other"))
    await store.record_outcomes("default", [(name(4), told("contacted"))], AT)
    await store.erase("default", [f"check:{name(5)}"], AT)
    before = await queue(store)
    assert before == [1, 3]
    with store._database.writing.begin() as connection:
        number = select(terms.c.id).where(terms.c.text == '{"queue":"review"}')
        connection.execute(tags.delete().where(tags.c.term.in_(number)))
        connection.execute(terms.delete().where(terms.c.text == '{"queue":"review"}'))
        for table in ("claims", "reviews"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0010'")
    older = SqlLedger(url)
    await older.start()
    assert (await queue(older), await queue(older, tenant="other")) == (before, [8])
    await older.close()


@pytest.mark.parametrize("number", [1, 2])
async def test_the_catch_up_puts_no_decided_lead_back(store, number):
    """Look-up rows are written again: of a lead with an outcome, and of one without."""
    await kept(store, waiting(1), waiting(2))
    await decide(store, 1)
    entry = waiting(number)
    store._writer.write_index([entry])
    assert await queue(store) == [2]
