"""Counters: one set of tests for both backends, and what Redis does when it fails."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from hashlib import sha256
from math import lcm
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs
from redis.asyncio import Redis

from fraudcheck.adapters.memory_counters import MemoryCounters
from fraudcheck.adapters.redis import RedisCounters
from fraudcheck.adapters.redis.embedded import EmbeddedRedis
from fraudcheck.counting.windows import FORGET_AFTER, FORGET_SOONER, LAST_TIMES, PARTNERS, RHYTHM, STEPS, Partners, Seen
from fraudcheck.ports import Unavailable
from fraudcheck.ports.counters import Counters
from fraudcheck.records import Lead, Subject

DAY, MONTH = 86_400, 30 * 86_400
NOW = 7_900 * 216_000.0  # on the edge of a bucket of each window


def token(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]


def lead(tag: str, at: float = NOW, tenant: str = "default", name: str | None = None, **tokens: str) -> Subject:
    return Subject(
        tenant=tenant,
        lead=Lead(email="an@example.com"),
        tokens={kind: token(kind + text) for kind, text in (tokens or {"block": "a1"}).items()},
        partners={"name": token(name)} if name else {},
        tag=tag,
        at=at,
    )


def seen(*counts: int, first: float = NOW, last: float = NOW, **partners: Partners) -> Seen:
    """What came before: counts in five windows, the last one standing for the longer ones."""
    five = (*counts, *[counts[-1]] * (5 - len(counts)))
    return Seen(*five, first=int(first), last=int(last), partners=partners)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedRedis]:
    async with EmbeddedRedis(tmp_path) as running:
        yield running


@pytest.fixture
async def redis(server: EmbeddedRedis) -> AsyncIterator[RedisCounters]:
    counters = RedisCounters.connect(server.url, timeout=5)  # whatever else this machine does
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
    assert await counters.observe(lead("1", vendor="v1", block="a1")) == {"vendor": Seen(), "block": Seen()}
    assert await counters.observe(lead("2", vendor="v2", block="a1")) == {"vendor": Seen(), "block": seen(1)}
    assert await counters.observe(lead("3", vendor="v1", block="a1")) == {"vendor": seen(1), "block": seen(2)}


async def test_nothing_to_count(counters: Counters) -> None:
    assert await counters.observe(Subject(tenant="default", lead=Lead(phone="1"), tag="1", at=NOW)) == {}


@pytest.mark.parametrize("others", [0, 19, 20, 30])  # one string of times, and rings
@pytest.mark.parametrize(
    ("later", "windows"),
    [
        (0, 5),
        (13 * 25 - 1, 5),  # the five minutes' 13 buckets end here
        (13 * 25, 4),
        (13 * 300 - 1, 4),
        (13 * 300, 3),
        (13 * 7_200 - 1, 3),
        (13 * 7_200, 2),
        (13 * 50_400 - 1, 2),
        (13 * 50_400, 1),
        (13 * 216_000 - 1, 1),
    ],
)
async def test_windows_end_with_their_thirteenth_bucket(
    counters: Counters, later: int, windows: int, others: int
) -> None:
    start = NOW // lcm(*STEPS) * lcm(*STEPS)  # buckets of all windows begin here
    for n in range(others + 1):
        await counters.observe(lead(f"{n}", start))
    at = start + later
    expected = [others + 1 if at // step - start // step <= 12 else 0 for step in STEPS]
    assert sum(map(bool, expected)) == windows
    assert await counters.observe(lead("late", at)) == {"block": seen(*expected, first=start, last=start)}


async def test_an_identity_that_no_window_holds_never_was(counters: Counters) -> None:
    for n in range(30):
        await counters.observe(lead(f"{n}", ip="a1", mailbox=f"m{n}"))
    assert await counters.observe(lead("late", NOW + FORGET_AFTER, ip="a1")) == {"ip": Seen()}
    again = await counters.observe(lead("later", NOW + FORGET_AFTER + 1, ip="a1", mailbox="m1"))
    assert again["ip"].month == 1
    assert again["ip"].partners["mailbox"] == Partners()


async def test_partners_are_distinct_and_known_again(counters: Counters) -> None:
    for n, name in enumerate(["an", "bich", "an"]):
        await counters.observe(lead(f"{n}", name=name, phone="p1", ip=f"i{n}"))
    phone = (await counters.observe(lead("4", name="bich", phone="p1", ip="i7")))["phone"]
    assert phone.partners == {
        "mailbox": Partners(),
        "ip": Partners(3, 3, 3),
        "vendor": Partners(),
        "name": Partners(2, 2, 2, known=True),
    }


async def test_partners_are_counted_without_a_limit(counters: Counters) -> None:
    for n in range(200):
        await counters.observe(lead(f"{n}", NOW + 60 * n, ip="i1", mailbox=f"m{n}"))
    partners = (await counters.observe(lead("last", NOW + 60 * 200, ip="i1", mailbox="m0")))["ip"].partners["mailbox"]
    start = (NOW + 60 * 200) // 300 * 300 - 12 * 300
    in_hour = sum(NOW + 60 * n >= start for n in range(200))
    assert partners == Partners(in_hour, 200, 200, known=True)


@pytest.mark.parametrize("before", [1, 5, 12, 13, 20, 21, 60])  # one string of times, and rings
async def test_the_last_times_are_told_of_what_has_a_rhythm(counters: Counters, before: int) -> None:
    for n in range(before):
        await counters.observe(lead(f"{n}", NOW + 60 * n, agent="a1", ip="i1"))
    found = await counters.observe(lead("last", NOW + 60 * before, agent="a1", ip="i1"))
    assert found["agent"].times == tuple(int(NOW) + 60 * n for n in range(before))[-LAST_TIMES:]
    assert found["ip"].times == ()


async def test_a_retry_counts_once_and_gets_the_first_answer(counters: Counters) -> None:
    for tag in ("1", "2", "3"):
        await counters.observe(lead(tag))
    assert await counters.observe(lead("2", NOW + 1)) == {"block": seen(1)}
    assert await counters.observe(lead("4", NOW + 2)) == {"block": seen(3)}


async def test_tenants_do_not_see_each_other(counters: Counters) -> None:
    await counters.observe(lead("1", tenant="one"))
    assert await counters.observe(lead("1", tenant="two")) == {"block": Seen()}
    assert await counters.observe(lead("2", tenant="one")) == {"block": seen(1)}


async def test_time_never_goes_backwards(counters: Counters) -> None:
    await counters.observe(lead("1", NOW + DAY))
    await counters.observe(lead("2", NOW))  # the machine's clock was set back: counted as now
    assert await counters.observe(lead("3", NOW + DAY)) == {"block": seen(2, first=NOW + DAY, last=NOW + DAY)}
    assert await counters.observe(lead("1", NOW, tenant="other")) == {"block": Seen()}


async def test_many_at_once_are_each_counted_once(counters: Counters) -> None:
    found = await asyncio.gather(*[counters.observe(lead(str(n))) for n in range(300)])
    assert sorted(each["block"].hour for each in found) == list(range(300))


async def test_ping(counters: MemoryCounters | RedisCounters) -> None:
    await counters.ping()


# --- against a recount ---

PASSED = st.one_of(st.integers(0, 60), st.integers(0, 8_000), st.integers(0, 400_000), st.just(0)).map(float)
EDGES = st.tuples(st.sampled_from(STEPS), st.integers(1, 13), st.integers(-1, 1)).map(
    lambda e: float(e[0] * e[1] + e[2])
)
LEADS = st.lists(
    st.tuples(
        st.one_of(PASSED, EDGES),
        st.booleans(),  # the lead before is sent again
        st.sampled_from(["one", "one", "two"]),
        st.fixed_dictionaries(
            {},
            optional={
                kind: st.integers(0, most).map(str)
                for kind, most in (
                    ("ip", 1),
                    ("phone", 1),
                    ("mailbox", 60),
                    ("device", 3),
                    ("vendor", 1),
                    ("block", 0),
                    ("agent", 1),
                    ("body", 1),
                )
            },
        ),
        st.one_of(st.none(), st.sampled_from(["an", "bich"])),
    ),
    max_size=90,
)


def recount(leads: list[Subject]) -> Iterator[dict[str, Seen]]:
    """The formula of ``ports.Counters``, straight from a list of all earlier leads."""
    kept: list[tuple[int, Subject]] = []
    latest: dict[str, int] = {}
    answers: dict[str, dict[str, Seen]] = {}
    for each in leads:
        now = latest[each.tenant] = max(int(each.at), latest.get(each.tenant, 0))
        if each.tag in answers:
            yield answers[each.tag]
            continue
        answer = {}
        for kind, value in each.tokens.items():
            forgotten = FORGET_SOONER.get(kind, FORGET_AFTER)
            mine: list[tuple[int, Subject]] = []
            for at, other in kept:
                if other.tenant == each.tenant and other.tokens.get(kind) == value:
                    mine = [*([] if mine and at - mine[-1][0] >= forgotten else mine), (at, other)]
            answer[kind] = one(mine, each, kind, now) if mine and now - mine[-1][0] < forgotten else Seen()
        kept.append((now, each))
        answers[each.tag] = answer
        yield answer


def one(mine: list[tuple[int, Subject]], lead: Subject, kind: str, now: int) -> Seen:
    def inside(at: int, step: int) -> bool:
        return now // step - 12 <= at // step

    partners = {}
    for other_kind in PARTNERS.get(kind, ()):
        last = {
            token: at for at, other in mine if (token := {**other.tokens, **other.partners}.get(other_kind)) is not None
        }
        own = {**lead.tokens, **lead.partners}.get(other_kind)
        partners[other_kind] = Partners(
            *[sum(inside(at, STEPS[window]) for at in last.values()) for window in (1, 2, 4)],
            known=own in last and inside(last[own], STEPS[4]),
        )
    counts = [sum(inside(at, step) for at, _ in mine) for step in STEPS]
    times = tuple(at for at, _ in mine if inside(at, STEPS[4]))[-LAST_TIMES:] if kind in RHYTHM else ()
    return Seen(*counts, first=mine[0][0], last=mine[-1][0], partners=partners, times=times)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(steps=LEADS)
def test_both_agree_with_a_recount(
    loop_and_redis: tuple[asyncio.Runner, EmbeddedRedis],
    steps: list[tuple[float, bool, str, dict[str, str], str | None]],
) -> None:
    at = NOW - 100_000.125
    leads: list[Subject] = []
    for n, (passed, again, tenant, tokens, name) in enumerate(steps):
        if again and leads:
            leads.append(structs.replace(leads[-1], at=at))  # within the hour, as retries are
            continue
        at += passed
        leads.append(lead(f"{n}", at, tenant, name, **tokens))

    async def observed(counters: Counters) -> list[dict[str, Seen]]:
        return [dict(await counters.observe(each)) for each in leads]

    async def both(url: str) -> tuple[list[dict[str, Seen]], ...]:
        client = Redis.from_url(url)
        await client.flushall()
        counters = [RedisCounters(Redis.from_url(url), shards=shards, timeout=5) for shards in (1, 3)]
        try:
            found = [await observed(MemoryCounters()), await observed(counters[0])]
            await client.flushall()
            return (*found, await observed(counters[1]))
        finally:
            await client.aclose()
            for each in counters:
                await each.close()

    runner, running = loop_and_redis
    expected = list(recount(leads))
    assert runner.run(both(running.url)) == (expected, expected, expected)


# --- the memory twin's bound ---


async def test_memory_forgets_the_oldest_identities() -> None:
    counters = MemoryCounters(max_times=3)
    for n in range(4):
        await counters.observe(lead(f"{n}", block=f"a{n}"))
    assert await counters.observe(lead("5", block="a3")) == {"block": seen(1)}
    assert await counters.observe(lead("6", block="a0")) == {"block": Seen()}


async def test_memory_drops_what_no_window_holds() -> None:
    counters = MemoryCounters()
    for n in range(50):
        await counters.observe(lead(f"{n}", NOW + n, ip=f"a{n}"))
    await counters.observe(lead("late", NOW + 2 * MONTH, ip="b1"))
    assert list(counters._identities) == [("default", "ip", token("ipb1"))]


# --- Redis ---


async def test_keys_are_keyed_hashes_and_expire(redis: RedisCounters, server: EmbeddedRedis) -> None:
    await redis.observe(lead("tag", mailbox="m1", block="a1"))
    async with Redis.from_url(server.url) as client:
        keys = set(await client.keys("*"))
        assert keys == {
            b"fc:{default/0}:tag2:tag",
            b"fc:{default/0}:block:" + bytes.fromhex(token("blocka1")[:24]),
            b"fc:{default/0}:mailbox:" + bytes.fromhex(token("mailboxm1")[:24]),
        }
        assert {await client.ttl(key) for key in keys} <= {60, 59, FORGET_AFTER, FORGET_AFTER - 1}


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
