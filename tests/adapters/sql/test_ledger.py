"""The ledger: no acknowledged record is lost, none is stored twice, and erased values are gone."""

from __future__ import annotations

import asyncio
import os

import msgspec
import pytest

from fraudcheck.adapters.sql.ledger import SqlLedger
from fraudcheck.adapters.sql.schema import checks
from fraudcheck.ledger.entry import make_entry
from fraudcheck.ledger.record import open_record, verify
from fraudcheck.ledger.sealing import SALT_BYTES
from fraudcheck.ports import Unavailable
from fraudcheck.records import Lead, Source
from tests.ledger.verdicts import verdict


def made(
    number, *, tenant="default", key=None, digest=None, revises=None, origin="live", vendor="acme", tokens=None, **told
):
    check_id = f"01936b5e-0000-7000-8000-{number:012}"
    checked_at = told.pop("checked_at", f"2026-11-23T00:00:0{number // 1000}.{number % 1000:03}Z")
    source = {name: told.pop(name) for name in ("campaign", "sub_id", "channel", "price") if name in told}
    return make_entry(
        tenant,
        check_id,
        Lead(phone="0912 840 375", source=Source(vendor=vendor, **source)),
        facts={"phone": {"v": 1}},
        verdict=verdict(check_id, checked_at, origin=origin, revises=revises, **told),
        tokens={"phone": "ab"} if tokens is None else tokens,
        salts=os.urandom(SALT_BYTES),
        idempotency=key,
        body_digest=digest,
    )


async def test_a_record_comes_back_byte_for_byte(store):
    entry = made(1)
    await store.append(entry)
    kept = await store.get("default", entry.check_id)
    assert (kept.record, kept.record_hash, kept.personal) == (entry.record, entry.record_hash, entry.personal)
    assert verify(kept.record, kept.record_hash, kept.personal) == []
    assert await store.get("other", entry.check_id) is None


async def test_fifty_at_once_with_one_key_have_one_winner(store):
    results = await asyncio.gather(*[store.append(made(n, key="k", digest=str(n))) for n in range(50)])
    winners = [n for n, result in enumerate(results) if result.existing is None]
    assert len(winners) == 1
    assert {result.body_digest for result in results if result.existing} == {str(winners[0])}
    assert len(await store.list("default", limit=100)) == 1


async def test_what_comes_in_one_round_of_the_loop_shares_one_commit(store, monkeypatch):
    written = []
    append = store._writer._append
    monkeypatch.setattr(store._writer, "_append", lambda entries: written.append(len(entries)) or append(entries))
    for _ in range(3):
        await asyncio.gather(*[store.append(made(40 * len(written) + number)) for number in range(40)])
    assert written == [40, 40, 40]


async def test_what_was_submitted_when_the_ledger_closes_is_still_written(tmp_path):
    ledger = SqlLedger(f"sqlite:///{tmp_path / 'closing.sqlite'}")
    await ledger.start()
    appended = ledger._writer.submit(made(1))
    await ledger.close()
    assert (await asyncio.wait_for(appended, 5)).existing is None


async def test_the_same_record_again_is_no_error(store):
    entry = made(1)
    await store.append(entry)
    assert (await store.append(entry)).existing is None
    assert len(await store.list("default", limit=9)) == 1


async def test_a_lead_is_listed_once_by_its_newest_version(store):
    first, other = made(1), made(2)
    for entry in (first, other, made(3, revises=first.check_id, origin="revision")):
        await store.append(entry)
    listed = [stored.check_id[-1] for stored in await store.list("default", limit=9)]
    assert listed == ["3", "2"]
    assert (await store.get("default", first.check_id)).revised_by[-1] == "3"


async def test_the_erased_is_gone_from_the_disk(store, tmp_path):
    entry = made(1)
    await store.append(entry)
    assert await store.find("default", "phone:ab") == [entry.check_id]
    await store.erase("default", [f"check:{entry.check_id}"], "2026-11-29T00:00:00.000Z")
    kept = await store.get("default", entry.check_id)
    assert kept.personal is None
    assert open_record(kept.record, None).erased
    assert await store.find("default", "phone:ab") == []
    for file in tmp_path.glob("ledger.sqlite*"):  # PostgreSQL's files are its own
        assert b"0912 840 375" not in file.read_bytes()
        assert file.stat().st_mode & 0o077 == 0


async def test_look_up_rows_are_caught_up_at_start(store, url):
    await store.append(made(1))
    await store.flush_index()
    with store._database.writing.begin() as connection:
        connection.execute(checks.delete())
    again = SqlLedger(url)
    await again.start()
    assert len(await again.list("default", limit=9)) == 1
    await again.close()


def test_any_changed_byte_is_found():
    entry = made(1)
    for at in range(0, len(entry.record), 7):
        changed = bytearray(entry.record)
        changed[at] ^= 1
        assert verify(bytes(changed), entry.record_hash, entry.personal)
    assert b"0912 840 375" not in entry.record
    assert b"84912840375" not in entry.record
    assert verify(entry.record, entry.record_hash, entry.personal.replace(b"0912", b"0913"))


async def test_uncounted_checks_are_taken_in_order_by_one_process_at_a_time(store):
    entries = [msgspec.structs.replace(made(n), uncounted=f"tag {n}") for n in (3, 1, 2)]
    await asyncio.gather(store.append(made(4)), *[store.append(entry) for entry in entries])
    assert await store.count_uncounted() == 3
    taken = await store.take_uncounted("one", limit=2, now=1000.0, lease=60)
    assert [(each.tag, each.stored.check_id[-1], each.stored.revised_by) for each in taken] == [
        ("tag 1", "1", None),
        ("tag 2", "2", None),
    ]
    assert taken[0].stored == await store.get("default", made(1).check_id)
    assert await store.take_uncounted("other", limit=2, now=1059.0, lease=60) == []
    assert len(await store.take_uncounted("one", limit=2, now=1059.0, lease=60)) == 2
    assert len(await store.take_uncounted("other", limit=2, now=1120.0, lease=60)) == 2  # the one has died
    assert await store.take_uncounted("other", limit=2, now=1121.0, lease=60, without={"default"}) == []
    await store.settle_uncounted("default", made(1).check_id)
    assert [each.tag for each in await store.take_uncounted("other", limit=9, now=1122.0, lease=60)] == [
        "tag 2",
        "tag 3",
    ]


async def test_two_that_ask_at_once_do_not_take_the_same(store, url):
    other = SqlLedger(url)
    await other.start()
    for n in range(9):
        await store.append(msgspec.structs.replace(made(n), uncounted="tag"))
    for again in range(5):
        both = await asyncio.gather(
            *[each.take_uncounted(f"{each} {again}", limit=3, now=1000.0 * again, lease=60) for each in (store, other)]
        )
        assert sorted(map(len, both)) == [0, 3]
    await other.close()


async def test_a_revision_settles_its_check_and_none_is_made_of_the_erased(store):
    for n in (1, 2):
        await store.append(msgspec.structs.replace(made(n), uncounted="tag"))
    await store.erase("default", [f"check:{made(2).check_id}"], "2099-01-01T00:00:00.000Z")
    revisions = [made(n + 4, revises=made(n).check_id, origin="revision") for n in (1, 2)]
    await asyncio.gather(*[store.append(revision) for revision in revisions])
    await store.append(revisions[0])
    assert await store.count_uncounted() == 0
    assert (await store.get("default", made(1).check_id)).revised_by == revisions[0].check_id
    assert await store.get("default", revisions[1].check_id) is None


async def test_records_wait_for_the_disk_whatever_became_of_look_up_rows(tmp_path):
    store = SqlLedger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    await store.start()

    def level(connection):
        return connection.exec_driver_sql("PRAGMA synchronous").scalar()  # 1 is NORMAL, 2 is FULL

    def of_look_up_rows(then="SELECT 1"):
        with store._database.writing_again() as connection:
            connection.exec_driver_sql(then)
            return level(connection)

    def of_records():
        with store._database.writing.connect() as connection:
            return level(connection)

    assert await store._writer.submit(of_look_up_rows) == 1
    assert await store._writer.submit(of_records) == 2
    with pytest.raises(Unavailable):
        await store._writer.submit(lambda: of_look_up_rows("this is no statement"))
    assert await store._writer.submit(of_records) == 2
    await store.close()
