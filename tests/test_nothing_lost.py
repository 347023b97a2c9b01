"""Killed, frozen, locked or told to end: the service keeps every verdict given, and what was erased stays away."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from fraudcheck.adapters.spool.files import Spool
from fraudcheck.adapters.spool.frames import SpooledEntry
from fraudcheck.adapters.sql.ledger import SqlLedger
from tests.adapters.sql.test_ledger import made
from tests.test_service import Running

ALONE = ("--redis", "memory://", "--nameserver", "127.0.0.1:1")
LEAD = {"email": "an.nguyen@example.com", "phone": "+84912840375"}


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def start(data):
    started = []

    def begin(*options):
        started.append(Running(data, *ALONE, *options))
        return started[-1]

    yield begin
    for running in started:
        if running.process.poll() is None:
            running.stop(signal.SIGKILL)


@pytest.fixture
def fraudcheck(data):
    def command(*words):
        given = [sys.executable, "-m", "fraudcheck", *words, "--data-dir", str(data)]
        ended = subprocess.run(given, capture_output=True, text=True, timeout=60, check=False)
        assert "Traceback" not in ended.stderr
        return ended.returncode, ended.stdout, ended.stderr

    return command


def spool_of(data, number):
    """Fill a spool as a process that has ended left it."""
    spool = Spool(data / "spool")
    for begin in range(0, number, 500):
        spool.append([SpooledEntry(made(n)) for n in range(begin, begin + 500)])
    spool.release()


def wait_for_empty(data):
    give_up = time.monotonic() + 60
    while list((data / "spool").rglob("*.spool")):
        assert time.monotonic() < give_up, "the spool is not drained"
        time.sleep(0.05)


def kept_in(url):
    async def count():
        ledger = SqlLedger(url)
        await ledger.start()
        found = await ledger.list("default", limit=100_000)
        await ledger.close()
        return len(found)

    return asyncio.run(count())


def personal_data_in(data, *texts):
    """Files of the data directory in which one of the texts stands."""
    return [
        file for file in data.rglob("*") if file.is_file() and any(text.encode() in file.read_bytes() for text in texts)
    ]


def test_killed_while_the_spool_is_drained(start, data):
    spool_of(data, 6_000)
    for _ in range(2):
        start().stop(signal.SIGKILL)
    running = start()
    wait_for_empty(data)
    running.stop()
    assert kept_in(f"sqlite:///{data / 'ledger.sqlite'}") == 6_000


def test_told_to_end_while_the_spool_is_drained(start, data):
    spool_of(data, 6_000)
    running = start()
    began = time.monotonic()
    code, _, errors = running.stop()
    assert (code, "Traceback" in errors) == (0, False)
    assert time.monotonic() - began < 10
    start()
    wait_for_empty(data)


def test_a_frozen_server_and_the_end_of_the_service(start, data, postgres):
    url = postgres.database()
    running = start("--ledger", url)
    given = [running.check(number)["check_id"] for number in range(3)]
    postgres.signal_all(signal.SIGSTOP)
    try:
        given += [running.check(number)["check_id"] for number in range(3, 6)]
        began = time.monotonic()
        for path in ("/v1/checks", "/v1/checks/01936b5e-0000-7000-8000-000000000000", "/v1/vendors"):
            with pytest.raises(OSError, match="503"):
                running.call(path)
        assert time.monotonic() - began < 20
        began = time.monotonic()
        code, _, errors = running.stop()
        assert (code, "Traceback" in errors) == (0, False)
        assert time.monotonic() - began < 10
    finally:
        postgres.signal_all(signal.SIGCONT)
    again = start("--ledger", url)
    wait_for_empty(data)
    assert [again.call(f"/v1/checks/{check_id}")["check_id"] for check_id in given] == given


def test_erased_while_the_ledger_is_locked(start, data, fraudcheck):
    running = start()
    other = sqlite3.connect(data / "ledger.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    verdict = running.call("/v1/checks", json.dumps(LEAD).encode())
    stranger = running.call("/v1/checks", b'{"phone": "+84912840399"}')
    code, out, _ = fraudcheck("ledger", "spool")
    assert code == 0
    assert "running" in out
    code, out, err = fraudcheck("erase", "--phone", LEAD["phone"])
    assert code == 1
    assert "ledger: not reached\nspool: 1 record(s)" in out
    assert "again when it is back" in err
    assert personal_data_in(data, "an.nguyen", "84912840375") == []
    other.close()
    wait_for_empty(data)
    assert running.call(f"/v1/checks/{verdict['check_id']}")["lead"] is None
    assert running.call(f"/v1/checks/{stranger['check_id']}")["lead"] is not None
    code, out, _ = fraudcheck("erase", "--check", verdict["check_id"])
    assert code == 0
    assert "0 check(s), 1 erased before" in out
    again = running.call("/v1/checks", json.dumps(LEAD).encode())
    assert running.call(f"/v1/checks/{again['check_id']}")["lead"] is not None
    assert fraudcheck("erase", "--email", LEAD["email"])[0] == 0
    assert personal_data_in(data, "an.nguyen") == []
    code, out, _ = fraudcheck("ledger", "verify")
    assert code == 0
    assert fraudcheck("ledger", "spool")[1] == "the spool is empty: the ledger has every record\n"


def test_a_repeated_call_gives_the_erased_verdict_without_its_person(start, fraudcheck):
    running = start()
    call = ["curl", "-s", f"{running.url}/v1/checks", "-H", "Content-Type: application/json"]
    call += ["-H", "Idempotency-Key: k", "-d", json.dumps(LEAD)]
    first = json.loads(subprocess.run(call, capture_output=True, check=True).stdout)
    assert fraudcheck("erase", "--check", first["check_id"])[0] == 0
    again = json.loads(subprocess.run(call, capture_output=True, check=True).stdout)
    assert (again["check_id"], again["sum"]) == (first["check_id"], first["sum"])
    assert (first["normalized"]["phone"], again["normalized"]["phone"]) == (LEAD["phone"], None)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--check", "nonsense"], 2),
        (["--check", "01936b5e-0000-7000-8000-000000000000"], 1),
        (["--email", "nonsense"], 2),
        (["--phone", "12"], 2),
        (["--email", "nobody@example.com"], 1),
        ([], 2),
    ],
)
def test_erasing_what_is_not_there(fraudcheck, data, words, code):
    data.mkdir(mode=0o700)
    ended, out, err = fraudcheck("erase", *words)
    assert ended == code
    assert ("nothing found" in err) is (code == 1)
    assert "nobody@" not in out + err


def test_a_damaged_ledger_is_told_by_verify_and_at_the_start(start, data, fraudcheck):
    running = start()
    verdict = running.check(1)
    running.stop()
    file = data / "ledger.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE records SET record = CAST(replace(record, 'accept', 'reject') AS BLOB)")
    connection.close()
    code, out, err = fraudcheck("ledger", "verify", "--since", "1d")
    assert code == 1
    assert f"records default {verdict['check_id']}: record: does not match its hash" in out
    assert err.count("\n") == 1
    file.write_bytes(os.urandom(file.stat().st_size))
    code, _, err = fraudcheck("serve", "--port", "0", *ALONE)
    assert code == 1
    assert "put a backup in its place" in err
    assert err.count("\n") == 1
    assert "no SQLite database" in fraudcheck("ledger", "verify")[2]
