"""What was erased stays erased, whoever writes it later; a lead that the person brings afterwards is a new lead."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import msgspec
import pytest
from sqlalchemy import func, select

from fraudcheck.adapters.sql.ledger import SqlLedger
from fraudcheck.adapters.sql.schema import identities, personal
from fraudcheck.ledger.erasure import Erasure, is_erased
from fraudcheck.ports import Unavailable
from fraudcheck.ports.ledger import Appended
from tests.adapters.sql.test_ledger import made

AT = "2026-11-24T00:00:00.000Z"
BEFORE, AFTER = "2026-11-22T00:00:00.000Z", "2026-11-25T00:00:00.000Z"
HERS = ["phone:ab"]


def count(store, table):
    with store._database.reading.begin() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar()


async def personal_of(store, entry):
    return (await store.get("default", entry.check_id)).personal


async def test_the_answer_counts_what_was_there(store):
    await asyncio.gather(*[store.append(made(number)) for number in range(5)])
    unknown = await store.erase("default", ["check:01936b5e-0000-7000-8000-000000000099"], AT)
    assert (unknown.checks, unknown.erased) == ((), 0)
    one = await store.erase("default", [f"check:{made(1).check_id}"], AT)
    assert (one.checks, one.erased) == ((made(1).check_id,), 1)
    again = await store.erase("default", [f"check:{made(1).check_id}"], AT)
    assert (again.checks, again.erased) == ((made(1).check_id,), 0)
    assert (await store.erase("other", HERS, AT)).erased == 0
    assert (await store.erase("default", HERS, AT)).erased == 4


async def test_what_comes_late_is_kept_without_its_person(store):
    await store.erase("default", HERS, AT)
    late, other = made(1, key="k", digest="d"), msgspec.structs.replace(made(2), identities=("phone:cd",))
    await asyncio.gather(store.append(late), store.append(other))
    assert await personal_of(store, late) is None
    assert await personal_of(store, other)
    assert await store.by_idempotency("default", "k") == (late.check_id, "d")
    assert await store.find("default", "phone:ab") == []


async def test_a_new_lead_of_the_same_person_is_new(store):
    await store.erase("default", HERS, AT)
    new = made(3, checked_at=AFTER)
    await store.append(new)
    assert await personal_of(store, new)
    assert await store.find("default", "phone:ab") == [new.check_id]
    assert (await store.erase("default", HERS, "2026-11-26T00:00:00.000Z")).checks == (new.check_id,)


async def test_a_check_that_is_not_there_yet(store):
    await store.erase("default", [f"check:{made(7).check_id}"], AT)
    await store.append(made(7))
    assert await personal_of(store, made(7)) is None


async def test_every_version_of_the_lead_goes_and_none_comes_back(store):
    first, second = made(1), made(2, revises=made(1).check_id, origin="revision")
    unrelated = made(9)
    for entry in (first, second, unrelated):
        await store.append(entry)
    found = await store.erase("default", [f"check:{second.check_id}"], AT)
    assert (found.checks, found.erased) == ((first.check_id, second.check_id), 2)
    # It was judged again from what was read before the erasure, and comes after it.
    third = made(3, revises=second.check_id, origin="revision", checked_at=AFTER)
    await store.append(third)
    assert await store.get("default", third.check_id) is None
    assert await personal_of(store, unrelated)


async def test_a_record_whose_look_up_rows_are_written_after_the_erasure(store, url):
    """Another process has stored it, and has not written its identities yet, by which the erasure looks."""
    entry = made(1)
    await store.append(entry)
    await store.flush_index()
    with store._database.writing.begin() as connection:
        connection.execute(identities.delete())
    assert (await store.erase("default", HERS, AT)).erased == 0
    await store._writer.submit(lambda: store._writer.write_index([entry]))
    assert await personal_of(store, entry) is None
    assert count(store, identities) == 0


async def test_writers_and_erasures_at_the_same_time(store, url):
    """Two processes write a person's leads while a third erases them again and again."""
    other = SqlLedger(url)
    await other.start()
    numbers = iter(range(1000))

    async def write(ledger):
        for number in numbers:
            if number > 300:
                return
            while True:
                try:
                    await ledger.append(made(number))
                    break
                except Exception:  # a lock: a caller would spool it
                    await asyncio.sleep(0.01)

    async def erase():
        for _ in range(10):
            with suppress(Unavailable):  # a lock: whoever erases is told to come again
                await store.erase("default", HERS, AT)
            await asyncio.sleep(0.01)

    await asyncio.gather(write(other), write(other), write(other), erase())
    await other.flush_index()
    await store.erase("default", HERS, AT)
    assert count(store, personal) == 0
    assert count(store, identities) == 0
    await other.close()


@pytest.mark.parametrize(
    ("entry", "erased"),
    [
        (made(1), True),
        (made(1, checked_at=AT), True),
        (made(1, checked_at=AFTER), False),
        (made(1, tenant="other"), False),
        (made(2, revises="01936b5e-0000-7000-8000-000000000001", checked_at=AFTER), True),
        (made(2, revises="no id", checked_at=AFTER), False),
    ],
)
def test_whom_an_erasure_covers(entry, erased):
    assert Erasure(tenant="default", tokens=frozenset(HERS), at=AT).covers(entry) is erased


async def test_an_entry_that_was_erased_in_the_spool_after_an_earlier_write_of_it(store):
    """The earlier write took long, so the record went to the spool too, was erased there, and is written from there."""
    entry, other = made(1), made(2)
    await asyncio.gather(store.append(entry), store.append(other))
    erased = msgspec.structs.replace(entry, personal=b"", identities=())
    assert await store.append(erased) == Appended()
    await store.flush_index()
    assert await personal_of(store, entry) is None
    assert await personal_of(store, other)
    assert await store.find("default", "phone:ab") == [other.check_id]
    await store.append(entry)  # and the earlier write, if it comes last
    assert await personal_of(store, entry) is None


def test_no_tombstone_concerns_no_entry():
    assert not is_erased(made(1), {})
    assert not is_erased(made(1), {"phone:ab": BEFORE})


async def test_erasures_at_the_same_time(postgres):
    """Both keep writers from the tables that both delete from: one has to wait before it does so, not after."""
    url = postgres.database()
    ledgers = [SqlLedger(url) for _ in range(4)]
    for each in ledgers:
        await each.start()
    for number in range(40):
        await ledgers[0].append(made(number))
    await ledgers[0].flush_index()
    for start in range(0, 40, 4):
        tokens = [[f"check:{made(start + place).check_id}"] for place in range(4)]
        found = await asyncio.gather(
            *[ledger.erase("default", own, AT) for ledger, own in zip(ledgers, tokens, strict=True)]
        )
        assert [each.erased for each in found] == [1, 1, 1, 1]
    for each in ledgers:
        await each.close()
