"""A ledger that somebody has to see to stops the start with a sentence; one out of reach keeps nobody waiting."""

from __future__ import annotations

import asyncio
import errno
import signal
import sqlite3
import time
from contextlib import suppress

import psycopg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from fraudcheck.adapters.sql.faults import explain
from fraudcheck.adapters.sql.ledger import SqlLedger
from fraudcheck.ports import Unavailable
from tests.adapters.sql.test_ledger import made


async def started(url):
    ledger = SqlLedger(url)
    try:
        await ledger.start()
    finally:
        await ledger.close()


async def running(url):
    """A ledger that is open; where the machine is so busy that this takes more than two seconds, a moment later."""
    ledger = SqlLedger(url)
    with suppress(Unavailable):
        await ledger.start()
    async with asyncio.timeout(30):
        while True:
            try:
                await ledger.put_artefact("sha256:", b"")
                await ledger.ping()
                return ledger
            except Unavailable:
                await asyncio.sleep(0.1)


def cut(file):
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


def overwrite(file, begin, end):
    content = bytearray(file.read_bytes())
    content[begin:end] = b"\xa5" * (end - begin)
    file.write_bytes(content)


def execute(file, statement):
    with sqlite3.connect(file) as connection:
        connection.execute(statement)
    connection.close()


def folder(file):
    file.unlink()
    file.mkdir()


FAULTS = {
    "text": (lambda file: file.write_text("not a database " * 999), "no SQLite database"),
    "cut short": (cut, "damaged"),
    "its head": (lambda file: overwrite(file, 0, 100), "damaged"),
    "its schema": (lambda file: overwrite(file, 100, 4096), "damaged"),
    "a folder": (folder, "cannot be opened"),
    "newer": (lambda file: execute(file, "UPDATE alembic_version SET version_num = '9999'"), "newer version"),
    "another program's": (lambda file: execute(file, "DROP TABLE alembic_version"), "cannot be opened"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_file_that_is_no_ledger_stops_the_start(tmp_path, fault, caplog):
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    await started(url)
    spoil, sentence = FAULTS[fault]
    spoil(tmp_path / "ledger.sqlite")
    with pytest.raises(ValueError, match=sentence) as told:
        await started(url)
    assert "ledger.sqlite" in str(told.value)
    assert "\n" not in str(told.value)
    assert not caplog.records


async def test_a_server_that_refuses_stops_the_start(postgres, tmp_path):
    url = postgres.database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS weak")
        connection.execute("CREATE ROLE weak LOGIN")
    missing, nobody, weak = (
        url.replace("/ledger", "/no_such_ledger"),
        url.replace("fraudcheck@", "nobody:s3cret@"),
        url.replace("fraudcheck@", "weak@"),
    )
    for refused, why in ((missing, "does not exist"), (nobody, "does not exist"), (weak, "permission denied")):
        with pytest.raises(ValueError, match=why) as told:
            await started(refused)
        assert "s3cret" not in str(told.value)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num text)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    with pytest.raises(ValueError, match="newer version"):
        await started(url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://x@127.0.0.1:1/ledger",
        "postgresql://x@no-such-host.invalid/ledger",
        "postgresql:///x?host=/nowhere",
    ],
)
async def test_a_server_out_of_reach_is_waited_for(url):
    with pytest.raises(Unavailable):
        await started(url)


async def test_a_locked_file_is_waited_for(tmp_path):
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    await started(url)
    other = sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Unavailable):
        await started(url)
    other.close()


def refusal(text, sqlstate=None):
    problem = psycopg.OperationalError(text)
    problem.sqlstate = sqlstate
    return OperationalError("", {}, problem)


def of_sqlite(name):
    problem = sqlite3.OperationalError("told by SQLite")
    problem.sqlite_errorname = name
    return OperationalError("", {}, problem)


@pytest.mark.parametrize(
    ("problem", "waits"),
    [
        (refusal('connection failed: FATAL:  password authentication failed for user "x"'), False),
        (refusal("connection failed: FATAL:  no pg_hba.conf entry for host"), False),
        (refusal("connection failed: fe_sendauth: no password supplied"), False),
        (refusal("connection failed: FATAL:  the database system is starting up"), True),
        (refusal("connection failed: FATAL:  sorry, too many clients already"), True),
        (refusal("connection failed: Connection refused"), True),
        (refusal("connection timeout expired"), True),
        (refusal("terminating connection", "57P01"), True),
        (refusal("lock", "55P03"), True),
        (refusal("disk full", "53100"), True),
        (refusal("a standby", "25006"), True),
        (refusal("permission denied", "42501"), False),
        (refusal("no such column", "42703"), False),
        (of_sqlite("SQLITE_BUSY_SNAPSHOT"), True),
        (of_sqlite("SQLITE_FULL"), True),
        (of_sqlite("SQLITE_IOERR_FSYNC"), True),
        (of_sqlite("SQLITE_READONLY_DIRECTORY"), False),
        (of_sqlite("SQLITE_CANTOPEN"), False),
        (OSError(errno.ENOSPC, "no space left"), True),
        (OSError(errno.EMFILE, "too many open files"), True),
        (OSError(errno.EACCES, "permission denied"), False),
        (OSError(errno.EROFS, "read-only file system"), False),
        (RuntimeError("a kind that nobody thought of"), False),
    ],
)
def test_which_faults_pass(problem, waits):
    said = explain(problem, make_url("postgresql://x:s3cret@db/ledger"))
    assert (said is None) is waits
    assert "s3cret" not in (said or "")


async def test_a_frozen_server_keeps_no_reader_and_no_end_waiting(postgres):
    url = postgres.database()
    ledger = await running(url)
    await ledger.append(made(1))
    await ledger.get("default", made(1).check_id)
    postgres.signal_all(signal.SIGSTOP)
    try:
        began = time.monotonic()
        reads = [ledger.get("default", made(1).check_id), ledger.list("default", limit=9), ledger.ping()]
        reads += [ledger.by_idempotency("default", "k") for _ in range(5)]
        answers = await asyncio.gather(*reads, return_exceptions=True)
        assert {type(answer) for answer in answers} == {Unavailable}
        assert time.monotonic() - began < 6
        lost = asyncio.ensure_future(ledger.append(made(2)))
        await asyncio.sleep(0.1)
        began = time.monotonic()
        await ledger.close()
        assert time.monotonic() - began < 10
        with pytest.raises(Unavailable):
            await lost
    finally:
        postgres.signal_all(signal.SIGCONT)
    again = await running(url)
    assert await again.get("default", made(1).check_id)
    await again.close()


async def test_a_frozen_server_that_goes_on_is_used_again(postgres):
    ledger = await running(postgres.database())
    postgres.signal_all(signal.SIGSTOP)
    try:
        with pytest.raises(Unavailable):
            await ledger.ping()
    finally:
        postgres.signal_all(signal.SIGCONT)
    async with asyncio.timeout(20):
        while True:
            try:
                await ledger.append(made(1))
                break
            except Unavailable:
                await asyncio.sleep(0.1)
        assert await ledger.get("default", made(1).check_id)
    await ledger.close()


async def test_a_slow_query_of_a_server_that_answers_is_waited_for(postgres):
    ledger = await running(postgres.database())
    assert await ledger._read(lambda connection: connection.execute(text("SELECT 7 FROM pg_sleep(3)")).scalar()) == 7
    await ledger.close()


async def test_reading_does_not_wait_for_look_up_rows_that_cannot_be_written(tmp_path, monkeypatch):
    """As where a part of the file is damaged."""
    monkeypatch.setattr(SqlLedger, "_index_is_complete", failing)
    ledger = await running(f"sqlite:///{tmp_path}/ledger.sqlite")
    async with asyncio.timeout(10):
        while not ledger._cannot_catch_up:
            await asyncio.sleep(0.01)
        with pytest.raises(Unavailable):
            await ledger.list("default", limit=1)
    await ledger.close()


async def failing(*_):
    raise Unavailable("ledger")
