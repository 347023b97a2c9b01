"""While the ledger is down records go to the spool, from which none is lost."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine

from fraudcheck.adapters.spool.files import Spool
from fraudcheck.adapters.spool.frames import SpooledEntry, frames
from fraudcheck.adapters.spool.ledger import SpooledLedger
from fraudcheck.ports import Unavailable
from tests.adapters.sql.test_ledger import made


@pytest.fixture
async def both(store, tmp_path):
    running = SpooledLedger(store, Spool(tmp_path / "spool"), patience=0.2, pause=0.02)
    await running.start()
    yield running
    await running.close()


@contextmanager
def locked(url):
    """Another connection locks all tables, as a migration or a backup may."""
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
    assert [frame.item.entry.check_id for frame in frames(third.read(file))] == [made(1).check_id]
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
