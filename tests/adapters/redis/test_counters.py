"""Counters in Redis: what is stored, what is sent, and what happens when Redis fails."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from redis.asyncio import Redis

from fraudcheck.adapters.redis import RedisCounters
from fraudcheck.adapters.redis.embedded import EmbeddedRedis
from fraudcheck.counting.windows import FORGET_AFTER, Seen
from fraudcheck.ports import Unavailable
from fraudcheck.ports.counters import Counters
from tests.adapters.counted import NOW, lead, seen, token


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedRedis]:
    async with EmbeddedRedis(tmp_path) as running:
        yield running


@pytest.fixture
async def redis(server: EmbeddedRedis) -> AsyncIterator[RedisCounters]:
    counters = RedisCounters.connect(server.url, timeout=5)  # whatever else this machine does
    yield counters
    await counters.close()


async def test_keys_are_keyed_hashes_and_expire(redis: RedisCounters, server: EmbeddedRedis) -> None:
    await redis.observe(lead("tag", mailbox="m1", block="a1", vendor="v1"))
    async with Redis.from_url(server.url) as client:
        keys = set(await client.keys("*"))
        assert (
            keys
            == {
                b"fc:{default/0}:tag3:tag",
                b"fc:{default/0}:vendor2:" + bytes.fromhex(token("vendorv1")[:24]),  # counted anew since 0.5
                b"fc:{default/0}:block2:" + bytes.fromhex(token("blocka1")[:24]),
                b"fc:{default/0}:mailbox:" + bytes.fromhex(token("mailboxm1")[:24]),
            }
        )
        assert {await client.ttl(key) for key in keys} <= {60, 59, FORGET_AFTER, FORGET_AFTER - 1}


async def test_what_cohorts_are_held_against_is_counted_anew(redis: RedisCounters, server: EmbeddedRedis) -> None:
    """Since 0.5: under the names of before stand the counts of other leads."""
    anew = ["everyone", "vendor", "clock", "pace", "any_pace", "block", "message", "message~0", "message~1"]
    as_ever = ["mailbox", "phone", "ip", "text~0", "text~1", "person"]
    await redis.observe(lead("tag", **dict.fromkeys([*anew, *as_ever], "x")))
    async with Redis.from_url(server.url) as client:
        kinds = {key.split(b":")[2].decode() for key in await client.keys("*")}
    assert kinds == {"tag3", *as_ever, *[f"{kind}2" for kind in anew]}


async def test_waiting_leads_share_a_trip(redis: RedisCounters, monkeypatch: pytest.MonkeyPatch) -> None:
    trips = []
    send = redis._send

    async def counted(commands: list[tuple[str, ...]]) -> list[object]:
        trips.append(len(commands))
        return await send(commands)

    monkeypatch.setattr(redis, "_send", counted)
    await asyncio.gather(*[redis.observe(lead(f"{n}")) for n in range(64)])
    assert trips == [64]


async def test_a_script_flush_goes_unnoticed(redis: RedisCounters, server: EmbeddedRedis) -> None:
    await redis.observe(lead("1"))
    async with Redis.from_url(server.url) as client:
        await client.script_flush()
    assert await redis.observe(lead("2")) == {"block": seen(1)}


@pytest.mark.parametrize("blocks", [[0.4], [0.1] * 8])
async def test_redis_is_not_late_while_our_own_loop_is(server: EmbeddedRedis, blocks: list[float]) -> None:
    counters = RedisCounters.connect(server.url, timeout=0.1)
    await counters.observe(lead("before"))
    waiting = [asyncio.create_task(counters.observe(lead(f"{n}"))) for n in range(200)]  # more than go in one trip
    for seconds in blocks:
        await asyncio.sleep(0)
        time.sleep(seconds)  # noqa: ASYNC251 - which is what a busy loop does
    assert [seen["block"].hour for seen in await asyncio.gather(*waiting)] == list(range(1, 201))
    assert counters._pause == 0
    await counters.close()


async def test_a_cancelled_caller_leaves_the_others_alone(redis: RedisCounters) -> None:
    callers = [asyncio.create_task(redis.observe(lead(f"{n}"))) for n in range(3)]
    await asyncio.sleep(0)
    callers[0].cancel()
    answers = await asyncio.gather(*callers, return_exceptions=True)
    assert isinstance(answers[0], asyncio.CancelledError)
    assert answers[1:] == [{"block": seen(1)}, {"block": seen(2)}]


async def test_close_leaves_nobody_waiting(server: EmbeddedRedis) -> None:
    counters = RedisCounters.connect(server.url)
    caller = asyncio.create_task(counters.observe(lead("1")))
    await asyncio.sleep(0)
    await counters.close()
    with pytest.raises(Unavailable):
        await caller
    with pytest.raises(Unavailable):
        await counters.observe(lead("2"))


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def failing(server: EmbeddedRedis) -> AsyncIterator[tuple[RedisCounters, Clock]]:
    clock = Clock()
    counters = RedisCounters(Redis.from_url(server.url, retry=None), timeout=0.1, clock=clock)
    await counters.observe(lead("before"))
    yield counters, clock
    await counters.close()


async def all_refused(counters: Counters) -> None:
    async with asyncio.timeout(10):  # were each to wait out the 0.1 s by itself, it would be twice that
        answers = await asyncio.gather(
            *[counters.observe(lead(f"lost {n}")) for n in range(200)], return_exceptions=True
        )
    assert {str(each) for each in answers} == {"redis"}
    assert {type(each) for each in answers} == {Unavailable}
    while isinstance(counters, RedisCounters) and counters._runner is not None:  # it makes an end of what it sent
        await asyncio.sleep(0)


async def test_paused(failing: tuple[RedisCounters, Clock], server: EmbeddedRedis) -> None:
    counters, clock = failing
    os.kill(pid_of(server), signal.SIGSTOP)
    await all_refused(counters)
    os.kill(pid_of(server), signal.SIGCONT)
    with pytest.raises(Unavailable):
        await counters.observe(lead("too early"))
    clock.now += 1
    # What it was sent while it slept it may count when it wakes: these leads did come.
    assert (await counters.observe(lead("after", NOW + 1)))["block"].hour >= 1


async def test_stopped(failing: tuple[RedisCounters, Clock], server: EmbeddedRedis) -> None:
    counters, clock = failing
    await server.stop()
    await all_refused(counters)
    await server.start()
    clock.now += 1
    assert await counters.observe(lead("after")) == {"block": seen(1)}


@pytest.mark.parametrize(
    ("fault", "cure"),
    [
        (("maxmemory", "1"), ("maxmemory", "0")),
        (("min-replicas-to-write", "1"), ("min-replicas-to-write", "0")),
    ],
)
async def test_refuses_to_write(
    failing: tuple[RedisCounters, Clock], server: EmbeddedRedis, fault: tuple[str, str], cure: tuple[str, str]
) -> None:
    counters, clock = failing
    async with Redis.from_url(server.url) as client:
        await client.config_set(*fault)
        await all_refused(counters)
        await client.config_set(*cure)
    clock.now += 1
    assert await counters.observe(lead("after")) == {"block": seen(1)}


async def test_read_only(failing: tuple[RedisCounters, Clock], server: EmbeddedRedis) -> None:
    counters, clock = failing
    async with Redis.from_url(server.url) as client:
        await client.replicaof("127.0.0.1", "1")
        await all_refused(counters)
        await client.replicaof("NO", "ONE")
    clock.now += 1
    assert (await counters.observe(lead("after")))["block"].hour == 1


async def test_the_breaker_waits_longer_each_time_and_lets_one_try(tmp_path: Path) -> None:
    clock = Clock()
    tried = []

    async def send(commands: object) -> list[list[int]]:
        tried.append(clock.now - 1000)
        if clock.now < 1100:
            raise ConnectionRefusedError
        return [b"\0"]

    counters = RedisCounters(Redis(), clock=clock)
    counters._send = send  # type: ignore[method-assign]
    for second in range(101):
        clock.now = 1000.0 + second
        await asyncio.gather(*[counters.observe(lead("1")) for _ in range(5)], return_exceptions=True)
    assert tried == [0, 1, 3, 7, 15, 31, 61, 91]
    clock.now = 1000.0 + 121
    first, *others = await asyncio.gather(*[counters.observe(lead("1")) for _ in range(5)], return_exceptions=True)
    assert first == {"block": Seen()}
    assert {type(each) for each in others} == {Unavailable}
    assert counters._pause == 0
    await counters.close()


async def test_ping_says_when_redis_is_out(tmp_path: Path) -> None:
    counters = RedisCounters.connect(f"unix://{tmp_path}/nobody.sock")
    with pytest.raises(Unavailable, match="redis"):
        await counters.ping()
    await counters.close()


def pid_of(server: EmbeddedRedis) -> int:
    assert server._process is not None
    return server._process.pid


async def test_a_defect_leaves_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    counters = RedisCounters(Redis())
    problems: list[Callable[[], object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: problems.append(context["exception"]))

    async def send(commands: object) -> list[list[int]]:
        raise LookupError

    monkeypatch.setattr(counters, "_send", send)
    answers = await asyncio.gather(*[counters.observe(lead(f"{n}")) for n in range(200)], return_exceptions=True)
    assert {type(each) for each in answers} == {Unavailable}
    await counters.close()
