"""More calls than can be judged, to a service in a process of its own: nobody waits in vain, nothing goes uncounted."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections import Counter
from itertools import chain, islice
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bench.leads import leads
from bench.load import request
from bench.processes import process_tree
from tests.test_service import Running

resource = pytest.importorskip("resource")


@pytest.fixture
def running(tmp_path, nameserver):
    service = Running(tmp_path / "data", "--nameserver", nameserver.address)
    yield service
    service.stop(signal.SIGKILL)


class Caller:
    """A connection of its own."""

    def __init__(self, url):
        self._url = urlsplit(url)

    async def open(self):
        self._reader, self._writer = await asyncio.open_connection(self._url.hostname, self._url.port)
        return self

    async def check(self, lead):
        """The status, and the verdict or the problem."""
        self._writer.write(request("/v1/checks", json.dumps(lead).encode()))
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].partition("\r")[0])
        body = json.loads(await self._reader.readexactly(length))
        status = int(head[9:12])
        assert status == 200 or int(head.partition("retry-after: ")[2].partition("\r")[0]) >= 1
        return status, body

    def close(self):
        self._writer.close()


@contextlib.asynccontextmanager
async def callers(running, count):
    """So many connections, which are all open."""
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 2 * count + 100:
        pytest.skip("needs more open files")
    opened = [await Caller(running.url).open() for _ in range(count)]
    yield opened
    for caller in opened:
        caller.close()


def of_one_device(seed, count):
    device = {"device_id": "one", "ip": "113.161.7.9", "user_agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0.0.0"}
    for lead in islice(leads(seed), count):
        yield lead | {"client": device, "source": {"vendor": "acme"}}


def statuses(answers):
    return Counter(status for status, _ in answers)


def verdicts(answers):
    return [body for status, body in answers if status == 200]


async def test_one_device_is_found_out_however_many_it_sends_at_once(running):
    async with asyncio.timeout(100), callers(running, 800) as many:
        given = []
        for seed in range(1, 20):
            sent = zip(many, of_one_device(seed, 800), strict=True)
            answers = await asyncio.gather(*[caller.check(lead) for caller, lead in sent])
            assert set(statuses(answers)) <= {200, 503}
            given += verdicts(answers)
            if len(given) > 200:
                break
    assert len(given) > 200
    assert not [verdict for verdict in given if "velocity" in verdict["unknown"]]
    assert Counter(verdict["decision"] for verdict in given[100:])["accept"] == 0


async def test_with_1900_connections_each_call_is_answered(running):
    async with asyncio.timeout(100), callers(running, 1_900) as many:
        for seed in range(3):
            answers = await asyncio.gather(
                *[caller.check(lead) for caller, lead in zip(many, islice(leads(seed), 1_900), strict=True)]
            )
            told = statuses(answers)
            assert set(told) == {200, 503}
            assert told[200] >= 6
            assert not [verdict for verdict in verdicts(answers) if "velocity" in verdict["unknown"]]


def redis_of(running):
    """The id of the embedded Redis' process."""
    tree = process_tree(running.process.pid)
    return next(pid for pid in tree if Path(f"/proc/{pid}/comm").read_text().strip().endswith("-server"))


async def test_a_frozen_redis_makes_counts_unknown_and_no_errors(running):
    redis = redis_of(running)
    source = leads(7)

    async def some(caller, count):
        return [await caller.check(next(source)) for _ in range(count)]

    async with asyncio.timeout(100), callers(running, 4) as four:
        assert not [each for each in (await some(four[0], 3)) if each[1]["unknown"]]
        os.kill(redis, signal.SIGSTOP)
        answers = list(chain(*await asyncio.gather(*[some(caller, 20) for caller in four])))
        os.kill(redis, signal.SIGCONT)
        assert set(statuses(answers)) <= {200, 503}
        assert {"velocity" in verdict["unknown"] for verdict in verdicts(answers)} == {True}
        while "velocity" in (await four[0].check(next(source)))[1].get("unknown", ["velocity"]):
            await asyncio.sleep(0.2)
