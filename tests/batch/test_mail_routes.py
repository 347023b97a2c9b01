"""Each domain of a batch is asked for once, and what could not be told is asked for again."""

from __future__ import annotations

from collections import Counter
from contextlib import closing

import pytest

from fraudcheck.batch.mail_routes import Resolving, Routes

WORKS = {"v": 1, "route": "mx", "hosts": 1}
SILENT = {"v": 1, "unknown": "timeout"}


class CountingRoutes:
    """Count look-ups. A ``slow`` domain is answered from the second time on, a ``silent`` one never."""

    def __init__(self, slow=(), silent=()):
        self.asked = Counter()
        self.slow, self.silent, self.closed = slow, silent, False

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


def test_what_could_not_be_told_is_asked_for_three_times(tmp_path):
    made = CountingRoutes(slow=["slow.vn"], silent=["silent.vn"])
    with closing(Routes(tmp_path / "routes")) as routes, Resolving(tmp_path / "routes", lambda: made) as resolving:
        routes.add(["good.vn", "slow.vn", "silent.vn"])
        finish(resolving)
        assert made.asked == {"good.vn": 1, "slow.vn": 2, "silent.vn": 3}
        assert routes.answers_for(["slow.vn", "silent.vn"]) == {"slow.vn": WORKS, "silent.vn": SILENT}


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
