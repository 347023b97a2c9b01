"""Each domain of a batch is asked for once, and what could not be told is asked for again."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from contextlib import closing

import pytest

from fraudcheck.batch import mail_routes
from fraudcheck.batch.mail_routes import Resolving, Routes
from fraudcheck.ports import Unavailable

WORKS = {"v": 1, "route": "mx", "hosts": 1}
SILENT = {"v": 1, "unknown": "timeout"}


class CountingRoutes:
    """Count look-ups. A ``slow`` domain is answered from the second time on, a ``silent`` one never."""

    flights = 250

    def __init__(self, slow=(), silent=()):
        self.asked = Counter()
        self.slow, self.silent, self.closed = slow, silent, False

    async def ping(self):
        pass

    async def route(self, domain):
        self.asked[domain] += 1
        late = domain in self.slow and self.asked[domain] < 2
        return SILENT if late or domain in self.silent else WORKS

    async def close(self):
        self.closed = True


def finish(resolving):
    while not resolving.wait(0.05):
        pass


def test_each_is_asked_once(tmp_path):
    made, names = CountingRoutes(), [f"d{n}.vn" for n in range(1300)]
    with closing(Routes(tmp_path / "routes")) as routes, Resolving(tmp_path / "routes", lambda: made) as resolving:
        routes.add(names[:700])
        routes.add(names[500:])
        finish(resolving)
        assert made.asked == Counter(names)
        assert routes.figures() == (1300, 1300)
        assert routes.answers_for(["d7.vn", "d1299.vn", "other.vn"]) == {"d7.vn": WORKS, "d1299.vn": WORKS}
    assert made.closed


def test_what_was_answered_is_not_asked_again(tmp_path):
    with closing(Routes(tmp_path / "routes")) as routes:
        routes.add(["a.vn", "b.vn"])
        routes.keep([("a.vn", WORKS)])
    made = CountingRoutes()
    with Resolving(tmp_path / "routes", lambda: made) as resolving:
        finish(resolving)
    assert made.asked == {"b.vn": 1}


@pytest.fixture
def no_pauses(monkeypatch):
    monkeypatch.setattr(mail_routes, "_PAUSES", (0.0,) * 5)


def test_what_could_not_be_told_is_asked_for_again(tmp_path, no_pauses):
    made = CountingRoutes(slow=["slow.vn"], silent=["silent.vn"])
    with closing(Routes(tmp_path / "routes")) as routes, Resolving(tmp_path / "routes", lambda: made) as resolving:
        routes.add(["good.vn", "slow.vn", "silent.vn"])
        finish(resolving)
        assert made.asked == {"good.vn": 1, "slow.vn": 2, "silent.vn": 6}
        assert routes.answers_for(["slow.vn", "silent.vn"]) == {"slow.vn": WORKS, "silent.vn": SILENT}
        assert routes.unknown() == {"timeout": 1}
        assert resolving.times == 6


def test_pauses_grow(tmp_path, monkeypatch):
    monkeypatch.setattr(mail_routes, "_PAUSES", (0.02, 0.12, 0.22, 0.32, 0.42))
    made = CountingRoutes(silent=["silent.vn"])
    moments = []

    async def route(domain):
        moments.append(time.monotonic())
        return SILENT

    made.route = route
    with closing(Routes(tmp_path / "routes")) as routes, Resolving(tmp_path / "routes", lambda: made) as resolving:
        routes.add(["silent.vn"])
        finish(resolving)
    pauses = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert len(pauses) == 5
    assert pauses == sorted(pauses)


class LimitedRoutes(CountingRoutes):
    """A resolver that answers so many look-ups at a time, and lets the others time out; pings are look-ups too."""

    def __init__(self, limit):
        super().__init__()
        self.limit, self.under_way, self.most = limit, 0, 0

    async def _is_answered(self):
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        is_answered = self.under_way <= self.limit
        await asyncio.sleep(0.002 if is_answered else 0.02)
        self.under_way -= 1
        return is_answered

    async def route(self, domain):
        self.asked[domain] += 1
        return WORKS if await self._is_answered() else SILENT

    async def ping(self):
        if not await self._is_answered():
            raise Unavailable("timeout")


@pytest.mark.parametrize("limit", [3, 20, 60])
def test_a_resolver_in_trouble_is_asked_more_slowly_until_all_is_known(tmp_path, no_pauses, limit):
    made, names = LimitedRoutes(limit), [f"d{n}.vn" for n in range(500)]
    with closing(Routes(tmp_path / "routes")) as routes, Resolving(tmp_path / "routes", lambda: made) as resolving:
        routes.add(names)
        finish(resolving)
        assert routes.unknown() == {}
        assert routes.answers_for(names) == dict.fromkeys(names, WORKS)


def test_no_more_is_under_way_than_the_sockets_allow(tmp_path):
    made = LimitedRoutes(1000)
    made.flights = 20
    with closing(Routes(tmp_path / "routes")) as routes, Resolving(tmp_path / "routes", lambda: made) as resolving:
        routes.add([f"d{n}.vn" for n in range(500)])
        finish(resolving)
    assert made.most <= 20


def test_a_resolver_that_is_away_costs_a_large_file_no_more_than_a_small_one(tmp_path, no_pauses):
    made, names = LimitedRoutes(0), [f"d{n}.vn" for n in range(5000)]
    with closing(Routes(tmp_path / "routes")) as routes, Resolving(tmp_path / "routes", lambda: made) as resolving:
        routes.add(names)
        finish(resolving)
        assert routes.unknown() == {"timeout": 5000}
        assert routes.figures() == (5000, 5000)
    assert made.asked.total() < 2000


def test_a_resolver_that_comes_back_is_asked_for_all(tmp_path, monkeypatch):
    monkeypatch.setattr(mail_routes, "_PAUSES", (0.1,) * 5)
    made, names = LimitedRoutes(0), [f"d{n}.vn" for n in range(1000)]
    with closing(Routes(tmp_path / "routes")) as routes, Resolving(tmp_path / "routes", lambda: made) as resolving:
        routes.add(names)
        while resolving.times < 2:
            resolving.wait(0.01)
        made.limit = 1000
        finish(resolving)
        assert routes.unknown() == {}


def test_work_that_an_earlier_run_began_goes_on(tmp_path, no_pauses):
    with closing(Routes(tmp_path / "routes")) as routes:
        routes.add(["silent.vn", "good.vn", "new.vn"])
        routes.keep([("silent.vn", SILENT), ("good.vn", WORKS)])
        routes.keep([("silent.vn", SILENT)])
        assert routes.figures() == (1, 3)
        made = CountingRoutes(silent=["silent.vn"])
        with Resolving(tmp_path / "routes", lambda: made) as resolving:
            finish(resolving)
        assert made.asked == {"new.vn": 1, "silent.vn": 5}
        assert routes.unknown() == {"timeout": 1}


def test_a_failure_is_told(tmp_path):
    def broken():
        raise ValueError("there is no name server at this address")

    with Resolving(tmp_path / "routes", broken) as resolving, pytest.raises(ValueError, match="no name server"):
        finish(resolving)


def test_it_stops_when_the_batch_does(tmp_path):
    made = CountingRoutes()
    with closing(Routes(tmp_path / "routes")) as routes:
        routes.add([f"d{n}.vn" for n in range(5000)])
        with Resolving(tmp_path / "routes", lambda: made):
            pass
    assert made.asked.total() < 5000
    assert made.closed
