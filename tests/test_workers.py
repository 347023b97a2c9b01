"""Several workers on one port over one PostgreSQL: started again when they die, and every verdict kept once."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
import time
import urllib.request
from http.client import HTTPException
from pathlib import Path

import psycopg
import pytest

from tests.test_service import Running


class Fleet:
    """Two services, each of two workers, with one ledger and one key for identities, as on two machines."""

    def __init__(self, folder, ledger):
        self.services = [
            Running(folder / name, "--workers", "2", "--ledger", ledger, env={"FRAUDCHECK_IDENTITY_KEY": "00" * 32})
            for name in ("one", "two")
        ]

    def stop(self, number=signal.SIGTERM):
        return [service.stop(number) for service in self.services if service.process.poll() is None]


@pytest.fixture
def ledger(postgres):
    return postgres.database()


@pytest.fixture
def service(tmp_path, ledger):
    running = Running(tmp_path / "data", "--workers", "2", "--ledger", ledger)
    yield running
    if running.process.poll() is None:
        running.stop(signal.SIGKILL)


@pytest.fixture
def fleet(tmp_path, ledger):
    running = Fleet(tmp_path, ledger)
    yield running
    running.stop(signal.SIGKILL)


class Callers:
    """Threads that send leads to services without a pause, and keep what they are given."""

    def __init__(self, services, many=4):
        self.given, self.failed = [], []
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._call, args=(services[lane % len(services)], lane)) for lane in range(many)
        ]
        for thread in self._threads:
            thread.start()

    def until(self, many):
        give_up = time.monotonic() + 60
        while len(self.given) < many:
            assert time.monotonic() < give_up, f"{len(self.given)} given, {self.failed[:3]} failed"
            time.sleep(0.01)

    def end(self):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _call(self, service, lane):
        number = lane * 100_000
        while not self._stop.is_set():
            number += 1
            try:
                self.given.append(service.check(number))
            except (OSError, HTTPException, ValueError) as problem:
                self.failed.append(repr(problem))


def kept(ledger):
    with psycopg.connect(ledger) as connection:
        return [check_id for (check_id,) in connection.execute("SELECT check_id FROM records")]


def metric(service, name):
    with urllib.request.urlopen(service.url + "/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return {line.partition("{")[2]: float(line.rpartition(" ")[2]) for line in lines if line.startswith(name + "{")}


@pytest.mark.parametrize("fault", [signal.SIGSTOP, signal.SIGQUIT])
def test_while_the_ledger_is_out_no_call_fails_and_nothing_is_lost_or_doubled(fleet, postgres, ledger, fault):
    callers = Callers(fleet.services)
    callers.until(100)
    if fault is signal.SIGSTOP:
        postgres.signal_all(signal.SIGSTOP)
    else:
        postgres.stop()
    callers.until(len(callers.given) + 200)
    time.sleep(3)  # longer than any lead waits
    callers.until(len(callers.given) + 200)
    if fault is signal.SIGSTOP:
        postgres.signal_all(signal.SIGCONT)
    else:
        postgres.start()
    callers.until(len(callers.given) + 100)
    callers.end()
    assert callers.failed == []
    give_up = time.monotonic() + 30
    while any(value for service in fleet.services for value in metric(service, "fraudcheck_spooled").values()):
        assert time.monotonic() < give_up
        time.sleep(0.1)
    given = [verdict["check_id"] for verdict in callers.given]
    assert sorted(kept(ledger)) == sorted(given)
    assert {code for code, _, _ in fleet.stop()} == {0}


def test_a_worker_that_dies_is_started_again(service):
    assert set(metric(service, "fraudcheck_worker_up").values()) == {1.0}
    children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children").read_text().split()
    worker = next(int(pid) for pid in children if "multiprocessing.spawn" in Path(f"/proc/{pid}/cmdline").read_text())
    os.kill(worker, signal.SIGKILL)
    given, give_up = 0, time.monotonic() + 30
    while list(metric(service, "fraudcheck_worker_up").values()) != [1.0, 1.0] or given < 20:
        assert time.monotonic() < give_up
        with contextlib.suppress(OSError, HTTPException):
            given += bool(service.check(given))
    code, _, err = service.stop()
    assert code == 0
    assert "started again" in err


def test_the_workers_end_with_their_supervisor(service):
    children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children").read_text().split()
    service.stop(signal.SIGKILL)
    give_up = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text() for pid in children):
        assert time.monotonic() < give_up
        time.sleep(0.05)


def test_one_key_has_one_verdict_whichever_machine_is_asked(fleet, ledger):
    answers = []

    def call(service):
        request = urllib.request.Request(
            service.url + "/v1/checks",
            json.dumps({"phone": "+84912840375"}).encode(),
            {"Content-Type": "application/json", "Idempotency-Key": "k1"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            answers.append(json.load(answer))

    threads = [threading.Thread(target=call, args=(fleet.services[n % 2],)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 16
    assert len({json.dumps(answer, sort_keys=True) for answer in answers}) == 1
    assert len(kept(ledger)) == 1
