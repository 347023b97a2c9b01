"""The service as its users run it: a process of its own, with embedded Redis, stopped, killed and started again."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from http.client import HTTPConnection, HTTPException
from urllib.error import URLError

import pytest


class Running:
    def __init__(self, data_dir, *options, env=None, descriptors=None):
        self.process = subprocess.Popen(
            [
                *(["sh", "-c", f'ulimit -n {descriptors}; exec "$0" "$@"'] if descriptors else []),
                sys.executable,
                "-m",
                "fraudcheck",
                "serve",
                "--port",
                "0",
                "--data-dir",
                str(data_dir),
                *options,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(env or {})},
        )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        found = re.search(r"listens on (http://\S+)", said)
        if found is None:
            raise AssertionError(said + self.process.communicate(timeout=10)[1])
        self.url = found[1]
        self.curl = [self.process.stdout.readline() for _ in range(4)][2].strip()

    def call(self, path, body=None):
        request = urllib.request.Request(self.url + path, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def readiness(self):
        """What /readyz says when it no longer takes calls."""
        with contextlib.closing(HTTPConnection(self.url.removeprefix("http://"))) as connection:
            while True:
                connection.request("GET", "/readyz")
                said = json.load(connection.getresponse())["status"]
                if said not in ("ok", "degraded"):
                    return said

    def check(self, number):
        return self.call("/v1/checks", json.dumps({"phone": f"+8491{number:07}"}).encode())

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err


@pytest.fixture
def start(tmp_path):
    started = []

    def begin(*options, descriptors=None):
        started.append(Running(tmp_path / "data", *options, descriptors=descriptors))
        return started[-1]

    yield begin
    for running in started:
        if running.process.poll() is None:
            running.stop(signal.SIGKILL)


def test_the_printed_line_can_be_pasted(start):
    running = start()
    shown = subprocess.run(["sh", "-c", running.curl], capture_output=True, text=True, timeout=20, check=True)
    assert json.loads(shown.stdout)["trust_score"] >= 60
    code, _, err = running.stop()
    assert code == 0
    assert "Traceback" not in err


def test_a_second_service_on_one_data_directory_is_refused(start, tmp_path):
    start()
    command = [sys.executable, "-m", "fraudcheck", "serve", "--port", "0", "--data-dir", str(tmp_path / "data")]
    second = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert "--data-dir" in second.stderr or "data" in second.stderr


def test_kill_9_under_load_loses_no_verdict_that_was_given(start):
    running = start()
    given, stop = [], threading.Event()

    def caller(lane):
        number = lane * 100_000
        with contextlib.suppress(OSError, HTTPException, ValueError):
            while not stop.is_set():
                number += 1
                given.append(running.check(number))

    callers = [threading.Thread(target=caller, args=(lane,)) for lane in range(8)]
    for each in callers:
        each.start()
    while len(given) < 200:
        stop.wait(0.01)
    running.stop(signal.SIGKILL)
    stop.set()
    for each in callers:
        each.join()
    again = start()
    for verdict in given:
        kept = again.call(f"/v1/checks/{verdict['check_id']}")
        assert {name: kept[name] for name in verdict} == verdict
    newest, page = [], again.call("/v1/checks?limit=1000")
    newest += [one["check_id"] for one in page["checks"]]
    assert len(set(newest)) == len(newest)
    assert {verdict["check_id"] for verdict in given} <= set(newest)


def test_sigterm_breaks_no_call_off_and_readyz_turns_first(start):
    """Callers come without pause, each call on a connection of its own: each is answered or, at the end, refused."""
    running = start("--drain-seconds", "0.5")
    ended, broken, given = threading.Event(), [], []

    def caller(lane):
        number = lane * 100_000
        while not ended.is_set():
            number += 1
            try:
                given.append(running.check(number)["check_id"])
            except URLError as problem:
                if not isinstance(problem.reason, ConnectionRefusedError):
                    broken.append(problem)
                return
            except (OSError, HTTPException) as problem:
                broken.append(problem)

    callers = [threading.Thread(target=caller, args=(lane,)) for lane in range(8)]
    for each in callers:
        each.start()
    while len(given) < 100:
        ended.wait(0.01)
    running.process.send_signal(signal.SIGTERM)
    assert running.readiness() == "stopping"
    code, (_, err) = running.process.wait(20), running.process.communicate(timeout=20)
    ended.set()
    for each in callers:
        each.join()
    assert not broken
    assert code == 0
    assert "Traceback" not in err
    again = start()
    for check_id in given[-20:]:
        again.call(f"/v1/checks/{check_id}")


def test_idle_connections_shut_nobody_out(start):
    running = start(descriptors=256)
    host, port = running.url.removeprefix("http://").split(":")
    idle = [socket.create_connection((host, int(port))) for _ in range(400)]
    assert running.check(1)["decision"] == "accept"
    for each in idle:
        each.close()


def test_counts_and_keys_survive_a_restart(start):
    running = start()
    running.check(1)
    running.stop()
    verdict = start().check(1)
    assert [reason["code"] for reason in verdict["reasons"] if reason["group"] == "velocity"] == [
        "LEAD_SEEN_BEFORE",
        "LEAD_RESUBMITTED",
    ]


def test_replay_and_erase_from_a_terminal(start, tmp_path):
    running = start("--redis", "memory://")
    lead = {"email": "an.nguyen@example.com", "phone": "+84912840375"}
    verdict = running.call("/v1/checks", json.dumps(lead).encode())
    running.stop()

    def fraudcheck(*words):
        command = [sys.executable, "-m", "fraudcheck", *words, "--data-dir", str(tmp_path / "data")]
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout

    replayed = fraudcheck("replay", verdict["check_id"])
    assert "identical" in replayed
    assert f"{verdict['sum']:+6.1f}  sum" in replayed
    assert "1 check" in fraudcheck("erase", "--phone", "+84912840375")
    assert "erased" in fraudcheck("replay", verdict["check_id"])
    for file in (tmp_path / "data").rglob("*"):
        if file.is_file():
            assert b"an.nguyen" not in file.read_bytes(), file
