"""While the ledger is down records go to the spool, from which none is lost."""

from __future__ import annotations

import asyncio
import re
from contextlib import contextmanager

import msgspec
import pytest
from sqlalchemy import create_engine

from fraudcheck.adapters.spool import files
from fraudcheck.adapters.spool.files import Spool
from fraudcheck.adapters.spool.frames import SpooledEntry, frames
from fraudcheck.adapters.spool.ledger import SpooledLedger
from fraudcheck.ledger.erasure import Erasure
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


class Down:
    """A ledger that is out of reach."""

    async def append(self, entry):
        raise Unavailable("ledger")

    put_artefact = append


async def spooled(folder, entries, ledger=None):
    """Leave entries in the spool of a process that has ended; its files."""
    ended = SpooledLedger(ledger or Down(), Spool(folder))
    await ended.start()
    await asyncio.gather(*[ended.append(entry) for entry in entries])
    await ended.close()
    return sorted(folder.rglob("*.spool"))


async def drained(store, folder):
    """Start on a folder with a ledger that works, until nothing waits."""
    again = SpooledLedger(store, Spool(folder), pause=0.02)
    await again.start()
    async with asyncio.timeout(10):
        while again._drainer is not None and not again._drainer.done():
            await asyncio.sleep(0.02)
    await again.close()
    return again


async def test_one_flipped_bit_costs_one_record_which_is_set_aside(store, tmp_path, caplog):
    (file,) = await spooled(tmp_path / "spool", [made(n) for n in range(95)])
    content = bytearray(file.read_bytes())
    content[content.index(b'"commitments"') + 20] ^= 1
    file.write_bytes(content)
    again = await drained(store, tmp_path / "spool")
    assert len(await store.list("default", limit=100)) == 94
    (damaged,) = (tmp_path / "spool").rglob("*.*")
    assert (damaged.suffix, damaged.stat().st_mode & 0o777) == (".damaged", 0o600)
    assert 500 < damaged.stat().st_size < 3000
    assert again.damaged == 1
    assert "1 damaged parts of the spool" in caplog.text
    assert "0912" not in caplog.text


async def test_what_an_earlier_version_set_aside_as_a_whole_is_taken_in(store, tmp_path):
    (file,) = await spooled(tmp_path / "spool", [made(n) for n in range(10)])
    content = bytearray(file.read_bytes())
    content[20] ^= 1
    file.write_bytes(content)
    file.rename(file.with_suffix(".damaged"))
    await drained(store, tmp_path / "spool")
    assert len(await store.list("default", limit=100)) == 9
    await spooled(tmp_path / "spool", [made(20)])
    names = {path.name for path in (tmp_path / "spool").rglob("*.*")}
    assert len(names) == 2, "a new file must not take a damaged one's name"


async def test_erased_while_the_ledger_is_down_and_drained_later(store, tmp_path):
    mine = [msgspec.structs.replace(made(n), identities=("phone:cd",)) for n in range(3)]
    running = SpooledLedger(Down(), Spool(tmp_path / "spool"), pause=0.02)
    await running.start()
    for entry in [made(10), *mine, made(11)]:
        await running.append(entry)
    ended = Spool(tmp_path / "spool")
    ended.append([SpooledEntry(made(12, key="k"))])
    ended.release()
    covers = Erasure(tenant="default", tokens=frozenset({"phone:ab"}), at="2026-11-24T00:00:00.000Z").covers
    found = files.erase(tmp_path / "spool", covers, [b"ab"])
    assert (found.records, found.damaged, found.unreadable) == (3, 0, 0)
    assert files.erase(tmp_path / "spool", covers, []).records == 0
    # The running process goes on with its files: it finds what is there, and writes on.
    assert (await running.get("default", made(11).check_id)).personal is None
    assert (await running.get("default", mine[1].check_id)).personal == mine[1].personal
    await running.append(made(13, checked_at="2026-11-25T00:00:00.000Z"))
    running._ledger = store
    async with asyncio.timeout(10):
        while running.waiting:
            await asyncio.sleep(0.02)
    await running.close()
    await drained(store, tmp_path / "spool")
    kept = {stored.check_id[-2:]: stored.personal is not None for stored in await store.list("default", limit=100)}
    assert kept == {"10": False, "00": True, "01": True, "02": True, "11": False, "12": False, "13": True}
    assert await store.find("default", "phone:ab") == [made(13).check_id]


async def test_erasing_from_what_is_damaged(tmp_path):
    (file,) = await spooled(tmp_path / "spool", [made(n) for n in range(3)])
    content = bytearray(file.read_bytes())
    for at in [match.start() for match in re.finditer(b'"commitments"', content)][:2]:
        content[at + 20] ^= 1
    content[content.index(made(1).check_id.encode()) : content.index(made(2).check_id.encode()) - 300] = bytes(1)
    file.write_bytes(content)
    found = files.erase(tmp_path / "spool", lambda entry: False, [made(0).check_id.encode()])
    assert (found.records, found.damaged, found.unreadable) == (0, 1, 1)
    assert made(0).check_id.encode() not in file.read_bytes()
    aside = file.rename(file.with_suffix(".damaged"))
    found = files.erase(tmp_path / "spool", lambda entry: entry.check_id == made(2).check_id, [b"0912 840 375"])
    assert found.records == 1
    assert not aside.exists() or b"0912 840 375" not in aside.read_bytes()


async def test_a_record_that_was_read_before_the_erasure_is_not_given_back(store, tmp_path):
    """The drain holds a file's records in memory, while another process erases from file and ledger."""
    (file,) = await spooled(tmp_path / "spool", [made(1)])
    draining = SpooledLedger(store, Spool(tmp_path / "spool"))
    content = file.read_bytes()
    await store.erase("default", ["phone:ab"], "2026-11-24T00:00:00.000Z")
    async for part in draining._frames(file, content):
        for frame in part:
            await draining._hand_over(frame.item)
    assert (await store.get("default", made(1).check_id)).personal is None
    await draining.close()


async def test_erased_from_the_spool_alone_while_it_is_drained(store, tmp_path):
    """The ledger could not be reached by who erased, and is back before the spool is drained to its end."""
    covers = Erasure(tenant="default", tokens=frozenset({"phone:ab"}), at="2026-11-24T00:00:00.000Z").covers

    class Back:
        async def append(self, entry):
            appended = await store.append(entry)
            files.erase(tmp_path / "spool", covers, [])
            return appended

    theirs = msgspec.structs.replace(made(2), identities=("phone:cd",))
    await spooled(tmp_path / "spool", [made(1), theirs])
    await drained(Back(), tmp_path / "spool")
    assert (await store.get("default", made(1).check_id)).personal is None
    assert (await store.get("default", theirs.check_id)).personal == theirs.personal


async def test_it_ends_at_once_in_the_midst_of_a_large_spool(store, tmp_path):
    class Slow:
        async def append(self, entry):
            await asyncio.sleep(30)

        put_artefact = append

    await spooled(tmp_path / "spool", [made(n) for n in range(2000)])
    draining = SpooledLedger(Slow(), Spool(tmp_path / "spool"))
    await draining.start()
    await asyncio.sleep(0.1)
    async with asyncio.timeout(5):
        await draining.close()
    await drained(store, tmp_path / "spool")
    assert len(await store.list("default", limit=3000)) == 2000
