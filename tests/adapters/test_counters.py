"""Counters: one set of tests for both backends, and what Redis does when it fails."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from fraudcheck.adapters.embedded_redis import EmbeddedRedis
from fraudcheck.adapters.memory import MemoryCounters
from fraudcheck.adapters.redis import RedisCounters
from fraudcheck.ports import Counters, Seen, Unavailable
from fraudcheck.records import Lead, Subject

HOUR, DAY, MONTH = 3600, 86_400, 30 * 86_400
NOW = 7_900 * 216_000.0  # on the edge of a bucket of each window


def lead(tag: str, at: float = NOW, tenant: str = "default", **tokens: str) -> Subject:
    return Subject(tenant=tenant, lead=Lead(email="an@example.com"), tokens=tokens or {"ip": "a1"}, tag=tag, at=at)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedRedis]:
    async with EmbeddedRedis(tmp_path) as running:
        yield running


@pytest.fixture
async def redis(server: EmbeddedRedis) -> AsyncIterator[RedisCounters]:
    counters = RedisCounters.connect(server.url)
    yield counters
    await counters.close()


@pytest.fixture(scope="module")
def loop_and_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, EmbeddedRedis]]:
    """A server that tests share, and its loop, which hypothesis needs as it calls plain functions."""
    with asyncio.Runner() as runner:
        running = EmbeddedRedis(tmp_path_factory.mktemp("shared"))
        runner.run(running.start())
        yield runner, running
        runner.run(running.stop())


@pytest.fixture(params=["memory", "redis", "redis, 3 shards"])
async def counters(
    request: pytest.FixtureRequest, loop_and_redis: tuple[asyncio.Runner, EmbeddedRedis]
) -> AsyncIterator[MemoryCounters | RedisCounters]:
    if request.param == "memory":
        yield MemoryCounters()
        return
    client = Redis.from_url(loop_and_redis[1].url)
    await client.flushall()
    shared = RedisCounters(client, shards=3 if "shards" in request.param else 1)
    yield shared
    await shared.close()


# --- both backends ---


async def test_each_identity_is_counted_by_itself(counters: Counters) -> None:
    assert await counters.observe(lead("1", mailbox="m1", ip="a1")) == {"mailbox": Seen(), "ip": Seen()}
    assert await counters.observe(lead("2", mailbox="m2", ip="a1")) == {"mailbox": Seen(), "ip": Seen(1, 1, 1)}
    assert await counters.observe(lead("3", mailbox="m1", ip="a1")) == {"mailbox": Seen(1, 1, 1), "ip": Seen(2, 2, 2)}


async def test_nothing_to_count(counters: Counters) -> None:
    assert await counters.observe(Subject(tenant="default", lead=Lead(phone="1"), tag="1", at=NOW)) == {}


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (0, Seen(1, 1, 1)),
        (13 * 300 - 1, Seen(1, 1, 1)),  # the hour's 13 buckets end here
        (13 * 300, Seen(0, 1, 1)),
        (13 * 7_200 - 1, Seen(0, 1, 1)),
        (13 * 7_200, Seen(0, 0, 1)),
        (13 * 216_000 - 0.001, Seen(0, 0, 1)),
        (13 * 216_000, Seen(0, 0, 0)),
    ],
)
async def test_windows_end_with_their_thirteenth_bucket(counters: Counters, later: float, expected: Seen) -> None:
    await counters.observe(lead("1"))
    assert await counters.observe(lead("2", NOW + later)) == {"ip": expected}


async def test_a_retry_counts_once_and_sees_itself_left_out(counters: Counters) -> None:
    for tag in ("1", "2", "3"):
        await counters.observe(lead(tag))
    assert await counters.observe(lead("3")) == {"ip": Seen(2, 2, 2)}
    assert await counters.observe(lead("1", NOW + 2 * HOUR)) == {"ip": Seen(0, 2, 2)}
    assert await counters.observe(lead("4", NOW + 2 * HOUR)) == {"ip": Seen(0, 3, 3)}


async def test_a_retry_after_its_month_is_a_new_lead(counters: Counters) -> None:
    await counters.observe(lead("1"))
    assert await counters.observe(lead("1", NOW + 2 * MONTH)) == {"ip": Seen()}
    assert await counters.observe(lead("2", NOW + 2 * MONTH)) == {"ip": Seen(1, 1, 1)}


async def test_tenants_do_not_see_each_other(counters: Counters) -> None:
    await counters.observe(lead("1", tenant="one"))
    assert await counters.observe(lead("1", tenant="two")) == {"ip": Seen()}
    assert await counters.observe(lead("2", tenant="one")) == {"ip": Seen(1, 1, 1)}


async def test_time_never_goes_backwards(counters: Counters) -> None:
    await counters.observe(lead("1", NOW + DAY))
    await counters.observe(lead("2", NOW))  # the machine's clock was set back: counted as now
    assert await counters.observe(lead("3", NOW + DAY)) == {"ip": Seen(2, 2, 2)}
    assert await counters.observe(lead("1", NOW, tenant="other")) == {"ip": Seen()}


async def test_many_at_once_are_each_counted_once(counters: Counters) -> None:
    seen = await asyncio.gather(*[counters.observe(lead(str(n))) for n in range(300)])
    assert sorted(each["ip"].hour for each in seen) == list(range(300))


async def test_ping(counters: MemoryCounters | RedisCounters) -> None:
    await counters.ping()


# --- against a recount ---

LEADS = st.lists(
    st.tuples(
        st.integers(0, 8),  # tag: some come again
        st.one_of(st.integers(0, 400), st.integers(0, 100_000), st.integers(0, 3_000_000)).map(lambda n: n / 8),
        st.sampled_from(["one", "two"]),
        st.dictionaries(st.sampled_from(["mailbox", "ip", "lead"]), st.sampled_from(["a1", "b2"]), min_size=1),
    ),
    max_size=25,
)


def recount(leads: list[Subject]) -> Iterator[dict[str, Seen]]:
    """The formula, straight from ``ports.Counters``."""
    kept: list[tuple[tuple[str, str, str], str, float]] = []
    latest: dict[str, float] = {}
    for each in leads:
        now = latest[each.tenant] = max(each.at, latest.get(each.tenant, each.at))

        def inside(at: float, window: int, now: float = now) -> bool:
            return at // (window / 12) > now // (window / 12) - 13

        seen = {}
        for kind, token in each.tokens.items():
            mine = [(tag, at) for identity, tag, at in kept if identity == (each.tenant, kind, token)]
            others = [at for tag, at in mine if tag != each.tag]
            seen[kind] = Seen(*[sum(inside(at, window) for at in others) for window in (HOUR, DAY, MONTH)])
            if not any(tag == each.tag and inside(at, MONTH) for tag, at in mine):
                kept.append(((each.tenant, kind, token), each.tag, now))
        yield seen


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=LEADS)
def test_both_agree_with_a_recount(
    loop_and_redis: tuple[asyncio.Runner, EmbeddedRedis],
    steps: list[tuple[int, float, str, dict[str, str]]],
) -> None:
    at = NOW - 100_000.125
    leads = []
    for tag, passed, tenant, tokens in steps:
        at += passed
        leads.append(lead(str(tag), at, tenant, **tokens))

    async def observed(counters: Counters) -> list[dict[str, Seen]]:
        return [dict(await counters.observe(each)) for each in leads]

    async def both(url: str) -> tuple[list[dict[str, Seen]], list[dict[str, Seen]]]:
        client = Redis.from_url(url)
        await client.flushall()
        counters = RedisCounters(client, timeout=5)
        try:
            return await observed(MemoryCounters()), await observed(counters)
        finally:
            await counters.close()

    runner, running = loop_and_redis
    expected = list(recount(leads))
    assert runner.run(both(running.url)) == (expected, expected)


# --- the memory twin's bound ---


async def test_memory_forgets_the_oldest_identities() -> None:
    counters = MemoryCounters(most=3)
    for n in range(4):
        await counters.observe(lead(f"{n}", ip=f"a{n}"))
    assert await counters.observe(lead("5", ip="a3")) == {"ip": Seen(1, 1, 1)}
    assert await counters.observe(lead("6", ip="a0")) == {"ip": Seen()}


async def test_memory_drops_what_no_window_holds() -> None:
    counters = MemoryCounters()
    for n in range(50):
        await counters.observe(lead(f"{n}", NOW + n, ip=f"a{n}"))
    await counters.observe(lead("late", NOW + 2 * MONTH, ip="b1"))
    assert list(counters._identities) == [("default", "ip", "b1")]


# --- Redis ---


async def test_keys_hold_no_personal_value_and_expire(redis: RedisCounters, server: EmbeddedRedis) -> None:
    await redis.observe(lead("tag", mailbox="0f", ip="a1"))
    async with Redis.from_url(server.url, decode_responses=True) as client:
        keys = sorted(await client.keys("*"))
        assert keys == ["fc:{default/0}:ip:a1", "fc:{default/0}:mailbox:0f"]
        assert {await client.ttl(key) for key in keys} <= {13 * 216_000, 13 * 216_000 - 1}
        assert await client.zrange(keys[0], 0, -1) == ["tag"]
        assert await client.zscore(keys[0], "tag") == NOW


async def test_outdated_sightings_are_removed_a_thousand_at_a_time(redis: RedisCounters, server: EmbeddedRedis) -> None:
    async with Redis.from_url(server.url) as client:
        await client.zadd("fc:{default/0}:ip:a1", {f"old{n}": NOW - 2 * MONTH + n for n in range(2500)})
        left = []
        for n in range(4):
            assert await redis.observe(lead(f"{n}")) == {"ip": Seen(n, n, n)}
            left.append(await client.zcard("fc:{default/0}:ip:a1"))
    assert left == [1501, 502, 3, 4]


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
    assert await redis.observe(lead("2")) == {"ip": Seen(1, 1, 1)}


async def test_a_cancelled_caller_leaves_the_others_alone(redis: RedisCounters) -> None:
    callers = [asyncio.create_task(redis.observe(lead(f"{n}"))) for n in range(3)]
    await asyncio.sleep(0)
    callers[0].cancel()
    answers = await asyncio.gather(*callers, return_exceptions=True)
    assert isinstance(answers[0], asyncio.CancelledError)
    assert answers[1:] == [{"ip": Seen(1, 1, 1)}, {"ip": Seen(2, 2, 2)}]


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


async def all_refused(counters: Counters, within: float) -> None:
    started = time.monotonic()
    answers = await asyncio.gather(*[counters.observe(lead(f"lost {n}")) for n in range(200)], return_exceptions=True)
    assert {str(each) for each in answers} == {"redis"}
    assert {type(each) for each in answers} == {Unavailable}
    assert time.monotonic() - started < within


async def test_paused(failing: tuple[RedisCounters, Clock], server: EmbeddedRedis) -> None:
    counters, clock = failing
    os.kill(pid_of(server), signal.SIGSTOP)
    await all_refused(counters, within=0.3)
    os.kill(pid_of(server), signal.SIGCONT)
    with pytest.raises(Unavailable):
        await counters.observe(lead("too early"))
    clock.now += 1
    # What it was sent while it slept it may count when it wakes: these leads did come.
    assert (await counters.observe(lead("after", NOW + 1)))["ip"].hour >= 1


async def test_stopped(failing: tuple[RedisCounters, Clock], server: EmbeddedRedis) -> None:
    counters, clock = failing
    await server.stop()
    await all_refused(counters, within=0.3)
    await server.start()
    clock.now += 1
    assert await counters.observe(lead("after")) == {"ip": Seen(1, 1, 1)}


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
        await all_refused(counters, within=0.3)
        await client.config_set(*cure)
    clock.now += 1
    assert await counters.observe(lead("after")) == {"ip": Seen(1, 1, 1)}


async def test_read_only(failing: tuple[RedisCounters, Clock], server: EmbeddedRedis) -> None:
    counters, clock = failing
    async with Redis.from_url(server.url) as client:
        await client.replicaof("127.0.0.1", "1")
        await all_refused(counters, within=0.3)
        await client.replicaof("NO", "ONE")
    clock.now += 1
    assert (await counters.observe(lead("after")))["ip"].hour == 1


async def test_the_breaker_waits_longer_each_time_and_lets_one_try(tmp_path: Path) -> None:
    clock = Clock()
    tried = []

    async def send(commands: object) -> list[list[int]]:
        tried.append(clock.now - 1000)
        if clock.now < 1100:
            raise ConnectionRefusedError
        return [[0, 0, 0]]

    counters = RedisCounters(Redis(), clock=clock)
    counters._send = send  # type: ignore[method-assign]
    for second in range(101):
        clock.now = 1000.0 + second
        await asyncio.gather(*[counters.observe(lead("1")) for _ in range(5)], return_exceptions=True)
    assert tried == [0, 1, 3, 7, 15, 31, 61, 91]
    clock.now = 1000.0 + 121
    first, *others = await asyncio.gather(*[counters.observe(lead("1")) for _ in range(5)], return_exceptions=True)
    assert first == {"ip": Seen()}
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
