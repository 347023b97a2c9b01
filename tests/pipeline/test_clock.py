"""A clock that jumps for a few leads gets nobody rejected, and hides no burst."""

from __future__ import annotations

import json
import os
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from operator import itemgetter

import pytest
from redis.asyncio import Redis

from fraudcheck.adapters.memory_counters import MemoryCounters
from fraudcheck.adapters.redis import RedisCounters
from fraudcheck.adapters.redis.embedded import EmbeddedRedis
from fraudcheck.pipeline.check import Pipeline
from fraudcheck.ports import Ports
from tests.pipeline.test_check import LISTS, TENANT, Routes
from tests.test_scenarios import BY_HAND, CHROME, FIRST, LAST, NUMBERS

START = datetime(2026, 11, 2, 8, tzinfo=UTC)
PEOPLE, BEFORE, WRONG = 60, 25, 5
WEEKS = 400  # people who came before, one an hour
MAILBOXES = ("{first}.{last}@gmail.com", "{first}{last}{year}@yahoo.com", "{last}.{first}@outlook.com",
             "{first}_{last}@gmail.com", "{first}.{last}{day}@gmx.de", "{last}{year}@web.de", "{first}@{last}-{day}.de",
             "{first[0]}.{last}@{last}{day}.com", "{first[0]}{last}@t-online.de", "{last}{day}@gmail.com")  # fmt: skip
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JUMPS = [timedelta(minutes=4), timedelta(minutes=20), HOUR, DAY, 3_650 * DAY, -HOUR, -DAY, -3_650 * DAY]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("redis")


@pytest.fixture(params=["memory", "redis"])
async def counters(request, folder) -> AsyncIterator[MemoryCounters | RedisCounters]:
    if request.param == "memory":
        yield MemoryCounters()
        return
    async with EmbeddedRedis(folder) as server:
        client = Redis.from_url(server.url)
        await client.flushall()
        yield (running := RedisCounters(client, timeout=5))
        await running.close()


def arrivals():
    """When people come, eight minutes apart on average."""
    dice, moment = random.Random(5), START  # noqa: S311 - repeatable on purpose
    while True:
        yield moment
        moment += timedelta(seconds=int(dice.expovariate(1 / 480)))


TIMES = list(islice(arrivals(), PEOPLE))


def ordinary(n):
    """People of one country and one vendor, who come all day through one gateway of their carrier."""
    dice = random.Random(n)  # noqa: S311
    first, last = dice.choice(FIRST), dice.choice(LAST)
    mailbox = dice.choice(MAILBOXES)
    return {
        "name": f"{first} {last}",
        "email": mailbox.format(first=first.lower(), last=last.lower(), year=1950 + n % 55, day=1 + n % 28),
        "phone": NUMBERS["DE"].format(10_007 + 3_907 * n),
        "country": "DE",
        "source": {"vendor": "acme"},
        "client": {
            "ip": "93.184.20.7",
            "user_agent": CHROME.replace("131", str(dice.randrange(126, 132))),
            "timezone": "Europe/Berlin",
            "device_id": f"device {n}",
        },
        "form": BY_HAND
        | {"fill_seconds": round(dice.lognormvariate(3.6, 0.5), 1), "keystrokes": dice.randrange(50, 90)},
    }


def one_device(n):
    return ordinary(200 + n) | {"client": {"device_id": "one", "ip": "198.18.3.4", "user_agent": CHROME}}


async def decisions(counters, leads):
    """What is decided of leads, each given with its time."""
    clock = [START]
    ports = Ports(lists=LISTS, mail_routes=Routes(), counters=counters)
    pipeline = Pipeline(ports, None, budget=5, now=lambda: clock[0], randomness=os.urandom)
    found = []
    for clock[0], lead in leads:
        verdict = await pipeline.check(TENANT, json.dumps(lead).encode())
        assert not verdict.unknown
        found.append(verdict.decision)
    return found


@pytest.mark.parametrize("jump", [timedelta(), *JUMPS], ids=str)
async def test_sixty_people_and_a_clock_that_jumps_for_five(counters, jump):
    timed = [(TIMES[n], ordinary(n)) for n in range(PEOPLE)]
    wrong = [(TIMES[BEFORE] + jump + timedelta(seconds=40 * n), ordinary(100 + n)) for n in range(WRONG)]
    found = await decisions(counters, [*timed[:BEFORE], *wrong, *timed[BEFORE:]])
    assert found.count("accept") >= PEOPLE + WRONG - 2
    assert "reject" not in found


@pytest.mark.parametrize("jump", [HOUR, DAY, 3_650 * DAY, -DAY], ids=str)
async def test_what_is_known_of_weeks_is_still_known(counters, jump):
    """Every lead is judged as if the clock had been right."""
    dice = random.Random(7)  # noqa: S311
    before = [(START - timedelta(minutes=60 * n + dice.randrange(60)), ordinary(200 + n)) for n in range(WEEKS, 0, -1)]
    before.sort(key=itemgetter(0))
    timed = [(TIMES[n] + timedelta(hours=n), ordinary(n)) for n in range(30)]
    at = timed[0][0]
    expected, found = [
        await decisions(kept, [*before, *[(at + by, ordinary(100 + n)) for n in range(WRONG)], *timed])
        for kept, by in ((MemoryCounters(), timedelta()), (counters, jump))
    ]
    assert found == expected
    assert "reject" not in found


@pytest.mark.parametrize("jump", JUMPS, ids=str)
async def test_a_burst_right_after_the_jump_is_seen(counters, jump):
    timed = [(TIMES[n], ordinary(n)) for n in range(BEFORE)]
    after = TIMES[BEFORE]
    wrong = [(after + jump + timedelta(seconds=40 * n), one_device(100 + n)) for n in range(WRONG)]
    burst = [(after + timedelta(seconds=20 * n), one_device(n)) for n in range(40)]
    found = (await decisions(counters, [*timed, *wrong, *burst]))[-40:]
    assert found[-20:] == ["reject"] * 20
    assert "accept" not in found[15:]


@pytest.mark.parametrize("jump", [HOUR, DAY, -HOUR, -DAY], ids=str)
async def test_one_of_three_machines_has_another_clock(counters, jump):
    timed = [(TIMES[n] + (jump if n % 3 == 2 else timedelta()), ordinary(n)) for n in range(PEOPLE)]
    found = await decisions(counters, timed)
    assert found.count("accept") >= PEOPLE - 2
    assert "reject" not in found


@pytest.mark.parametrize("jump", [HOUR, DAY], ids=str)
async def test_a_burst_is_seen_where_one_of_three_machines_is_ahead(counters, jump):
    burst = [
        (START + timedelta(seconds=20 * n) + (jump if n % 3 == 2 else timedelta()), one_device(n)) for n in range(60)
    ]
    right = [decision for n, decision in enumerate(await decisions(counters, burst)) if n % 3 != 2]
    assert "accept" not in right[-20:]


async def test_where_the_counts_of_all_leads_are_lost_nobody_is_a_group(folder):
    """A cohort that is older than what it is held against says nothing until that is a month old."""
    async with EmbeddedRedis(folder) as server:
        client = Redis.from_url(server.url)
        await client.flushall()
        counters = RedisCounters(client, timeout=5)
        before = [(START - timedelta(minutes=30 * n), ordinary(200 + n)) for n in range(200, 0, -1)]
        await decisions(counters, before)
        for key in await client.keys("fc:*:vendor2:*") + await client.keys("fc:*:everyone2:*"):
            await client.set(key, b"\x04 damaged")
        found = await decisions(counters, [(TIMES[n], ordinary(n)) for n in range(PEOPLE)])
        assert counters.forgotten == 2
        assert "reject" not in found
        assert found.count("accept") >= PEOPLE - 2
        await counters.close()
