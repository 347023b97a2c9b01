"""The ledger and its spool: nothing that was acknowledged is lost, nothing comes twice, and the erased is gone."""

from __future__ import annotations

import asyncio
import os
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine

from fraudcheck.adapters.spool.files import Spool, SpooledEntry
from fraudcheck.adapters.spool.ledger import SpooledLedger
from fraudcheck.adapters.sql.ledger import SqlLedger
from fraudcheck.adapters.sql.schema import checks
from fraudcheck.ledger.entry import make_entry
from fraudcheck.ledger.record import open_record, verify
from fraudcheck.ledger.sealing import SALT_BYTES
from fraudcheck.ports import Unavailable
from fraudcheck.records import Lead, Source


def made(number, *, tenant="default", key=None, digest=None, revises=None, origin="live", vendor="acme", **told):
    check_id = f"01936b5e-0000-7000-8000-{number:012}"
    verdict = {
        "check_id": check_id, "reference": None, "checked_at": f"2026-11-23T00:00:00.{number:03}Z", "origin": origin,
        "decision": "accept", "classification": "genuine", "trust_score": 92, "reasons": [{"code": "PHONE_VALID"}],
        "normalized": {"email": None, "phone": "+84912840375", "country": "VN"}, "suggestions": {},
    }  # fmt: skip
    source = {name: told.pop(name) for name in ("campaign", "sub_id", "channel", "price") if name in told}
    verdict |= told
    if revises:
        verdict["revises"] = revises
    return make_entry(
        tenant,
        check_id,
        Lead(phone="0912 840 375", source=Source(vendor=vendor, **source)),
        facts={"phone": {"v": 1}},
        verdict=verdict,
        tokens={"phone": "ab"},
        salts=os.urandom(SALT_BYTES),
        idempotency=key,
        body_digest=digest,
    )


@pytest.fixture
async def both(store, tmp_path):
    running = SpooledLedger(store, Spool(tmp_path / "spool"), patience=0.2, pause=0.02)
    await running.start()
    yield running
    await running.close()


@contextmanager
def locked(url):
    """Somebody else holds everything, as a migration or a copy may."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with engine.connect() as other:
        if url.startswith("sqlite:"):
            other.exec_driver_sql("BEGIN EXCLUSIVE")
        else:
            other.exec_driver_sql("BEGIN")
            other.exec_driver_sql("LOCK TABLE records, personal, checks, identities IN ACCESS EXCLUSIVE MODE")
        yield
        other.exec_driver_sql("ROLLBACK")
    engine.dispose()


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
    await store.erase("default", [entry.check_id])
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


async def test_a_locked_ledger_costs_no_record(both, store, url, tmp_path):
    with locked(url):
        await asyncio.gather(*[both.append(made(n, key=str(n))) for n in range(20)])
        assert both.waiting == 20
        assert (await both.append(made(99, key="3"))).existing == made(3).check_id
        assert await both.by_idempotency("default", "3") == (made(3).check_id, None)
        assert (await both.get("default", made(7).check_id)).personal
    async with asyncio.timeout(10):
        while both.waiting:
            await asyncio.sleep(0.02)
    assert len(await store.list("default", limit=100)) == 20


async def test_what_was_spooled_outlives_the_process(store, tmp_path):
    class Down:
        async def append(self, entry):
            raise Unavailable("ledger")

        put_artefact = append

    crashed = SpooledLedger(Down(), Spool(tmp_path / "spool"))
    await crashed.start()
    await crashed.append(made(1))
    await crashed.close()
    (file,) = (tmp_path / "spool").rglob("*.spool")
    with file.open("ab") as torn:
        torn.write(b"\0\0\1\0half a frame")
    again = SpooledLedger(store, Spool(tmp_path / "spool"), pause=0.02)
    await again.start()
    async with asyncio.timeout(10):
        while again.waiting:
            await asyncio.sleep(0.02)
    await again.close()
    assert await store.get("default", made(1).check_id)


def test_a_process_takes_over_the_spool_of_one_that_has_ended_and_of_no_other(tmp_path):
    ended, living = Spool(tmp_path / "spool"), Spool(tmp_path / "spool")
    for spool in (ended, living):
        spool.append([SpooledEntry(made(1))])
    living.append([SpooledEntry(made(2))])
    ended.release()
    third = Spool(tmp_path / "spool")
    (file,) = third.files()
    assert [item.entry.check_id for _, item in third.read(file)[0]] == [made(1).check_id]
    assert len(living.files()) == 1
    for spool in (living, third):
        spool.release()


def test_the_spool_of_the_first_release_is_taken_over(tmp_path):
    writer = Spool(tmp_path / "elsewhere")
    (place,) = writer.append([SpooledEntry(made(1))])
    writer.release()
    (tmp_path / "spool").mkdir()
    place.file.rename(tmp_path / "spool" / "0000000001.spool")
    taken = Spool(tmp_path / "spool")
    assert len(taken.files()) == 1
    taken.release()


async def test_with_no_place_left_there_is_no_verdict(tmp_path):
    class Down:
        async def append(self, entry):
            raise Unavailable("ledger")

    (tmp_path / "spool").write_text("a file where the folder should be")
    nowhere = SpooledLedger(Down(), Spool(tmp_path / "spool"))
    with pytest.raises(Unavailable):
        await nowhere.append(made(1))
    await nowhere.close()


def test_any_changed_byte_is_found():
    entry = made(1)
    for at in range(0, len(entry.record), 7):
        changed = bytearray(entry.record)
        changed[at] ^= 1
        assert verify(bytes(changed), entry.record_hash, entry.personal)
    assert b"0912 840 375" not in entry.record
    assert b"84912840375" not in entry.record
    assert verify(entry.record, entry.record_hash, entry.personal.replace(b"0912", b"0913"))
