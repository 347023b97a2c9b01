"""Counters in Redis: what is stored, what is sent, and what happens when Redis fails."""

from __future__ import annotations

import asyncio
import os
import signal
import struct
import time
from collections.abc import AsyncIterator, Callable, Iterator
from hashlib import sha1
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from fraudcheck.adapters.redis import RedisCounters
from fraudcheck.adapters.redis.embedded import EmbeddedRedis
from fraudcheck.counting.windows import FORGET_AFTER, STEPS, Partners, Seen
from fraudcheck.ports import Unavailable
from fraudcheck.ports.counters import Counters
from tests.adapters.counted import DAY, NOW, lead, seen, token


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
                b"fc:{default/0}:tag4:tag",
                b"fc:{default/0}:vendor2:" + bytes.fromhex(token("vendorv1")[:24]),  # counted anew since 0.5
                b"fc:{default/0}:block2:" + bytes.fromhex(token("blocka1")[:24]),
                b"fc:{default/0}:mailbox:" + bytes.fromhex(token("mailboxm1")[:24]),
            }
        )
        assert {await client.ttl(key) for key in keys} <= {3600, 3599, FORGET_AFTER, FORGET_AFTER - 1}


async def test_what_cohorts_are_held_against_is_counted_anew(redis: RedisCounters, server: EmbeddedRedis) -> None:
    """Since 0.5: under the names of before stand the counts of other leads."""
    anew = ["everyone", "vendor", "clock", "pace", "any_pace", "block", "message", "message~0", "message~1"]
    as_ever = ["mailbox", "phone", "place", "text~0", "text~1", "person"]
    await redis.observe(lead("tag", **dict.fromkeys([*anew, *as_ever], "x")))
    async with Redis.from_url(server.url) as client:
        kinds = {key.split(b":")[2].decode() for key in await client.keys("*")}
    assert kinds == {"tag4", *as_ever, *[f"{kind}2" for kind in anew]}


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
    waiting = [asyncio.ensure_future(counters.observe(lead(f"{n}"))) for n in range(200)]  # more than go in one trip
    for seconds in blocks:
        await asyncio.sleep(0)
        time.sleep(seconds)  # noqa: ASYNC251 - which is what a busy loop does
    assert [seen["block"].hour for seen in await asyncio.gather(*waiting)] == list(range(1, 201))
    assert counters._pause == 0
    await counters.close()


async def test_a_cancelled_caller_leaves_the_others_alone(redis: RedisCounters) -> None:
    callers = [asyncio.ensure_future(redis.observe(lead(f"{n}"))) for n in range(3)]
    await asyncio.sleep(0)
    callers[0].cancel()
    answers = await asyncio.gather(*callers, return_exceptions=True)
    assert isinstance(answers[0], asyncio.CancelledError)
    assert answers[1:] == [{"block": seen(1)}, {"block": seen(2)}]


async def test_close_leaves_nobody_waiting(server: EmbeddedRedis) -> None:
    counters = RedisCounters.connect(server.url)
    caller = asyncio.ensure_future(counters.observe(lead("1")))
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


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, str]]:
    """The event loop and URL of a server whose values are damaged."""
    with asyncio.Runner() as runner:
        running = EmbeddedRedis(tmp_path_factory.mktemp("damaged"))
        runner.run(running.start())
        yield runner, running.url
        runner.run(running.stop())


MACHINE = b"fc:{default/0}:machine:" + bytes.fromhex(token("machinem1")[:24])
PLACE = b"fc:{default/0}:place:" + bytes.fromhex(token("placep1")[:24])
LEADS = {"form 2": 1, "form 0": 3, "form 4": 40, "form 4 with a set": 60}


def at_machine(n: int, at: float = NOW) -> object:
    """The n-th person at a machine whose place and browser others share."""
    return lead(f"{n}", at, machine="m1", place="p1", mailbox=f"m{n}", phone="p1", browser="b1")


async def stored(client: Redis, leads: int) -> bytes:
    """The machine's value after so many leads."""
    await client.flushall()
    counters = RedisCounters(client, timeout=5)
    for n in range(leads):
        await counters.observe(at_machine(n))
    value: bytes = await client.get(MACHINE)
    return value


async def forgets(client: Redis, *, tag: int = 1_000) -> int:
    """The machine's damaged value harms nobody: two more leads are counted. Returns how many values were forgotten."""
    counters = RedisCounters(client, timeout=5)
    first = await counters.observe(at_machine(tag, NOW + 60))
    again = await counters.observe(at_machine(tag + 1, NOW + 61))
    assert again["machine"].month == first["machine"].month + 1
    assert again["place"].month == first["place"].month + 1
    assert counters._pause == 0
    return counters.forgotten


@pytest.mark.parametrize("form", LEADS)
def test_a_value_cut_off_anywhere_is_forgotten(shared: tuple[asyncio.Runner, str], form: str) -> None:
    async def damage() -> None:
        async with Redis.from_url(shared[1]) as client:
            value = await stored(client, LEADS[form])
            assert value[0] == int(form[5])
            for length in range(len(value)):
                await client.set(MACHINE, value[:length])
                assert await forgets(client, tag=1_000 + 2 * length) == 1, length
            await client.set(MACHINE, value + b"x")
            assert await forgets(client, tag=10_000) == 1
            await client.set(MACHINE, value)
            assert await forgets(client, tag=20_000) == 0

    shared[0].run(damage())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    form=st.sampled_from(list(LEADS)),
    random=st.binary(max_size=600),
    how=st.sampled_from(["all", "the rest", "one bit"]),
    where=st.integers(0, 10_000),
    partner_set=st.lists(st.tuples(st.binary(max_size=20), st.floats(allow_nan=False)), max_size=30),
    whole_tag=st.booleans(),
)
def test_any_bytes_harm_nobody(
    shared: tuple[asyncio.Runner, str],
    form: str,
    random: bytes,
    how: str,
    where: int,
    partner_set: list[tuple[bytes, float]],
    whole_tag: bool,
) -> None:
    async def damage() -> None:
        async with Redis.from_url(shared[1]) as client:
            value = bytearray(await stored(client, LEADS[form]))
            if how == "one bit":
                value[where % len(value)] ^= 1 << where % 8
            else:
                value[0 if how == "all" else where % len(value) :] = random
            await client.set(MACHINE, bytes(value))
            if partner_set:
                await client.zadd(MACHINE + b":1", dict(partner_set))
            await client.set("fc:{default/0}:tag4:1000", random)
            if whole_tag:
                await client.set(PLACE, random)
            await forgets(client)
            for n in range(60):  # and are forgotten in the end, whatever they say of the time
                await RedisCounters(client, timeout=5).observe(at_machine(2_000 + n, NOW + 100 + n))
            found = await RedisCounters(client, timeout=5).observe(at_machine(3_000, NOW + 200))
            assert (found["machine"].hour, found["machine"].last) != (0, 0)
            assert found["machine"].last <= NOW + 200

    shared[0].run(damage())


@pytest.mark.parametrize("key", [MACHINE, MACHINE + b":1", PLACE + b":2", b"fc:{default/0}:tag4:1000"])
@pytest.mark.parametrize(
    "command", [("RPUSH", "x"), ("SADD", "x"), ("HSET", "x", "y"), ("SET", "x"), ("XADD", "*", "x", "y")]
)
def test_another_type_under_a_key_is_overwritten(
    shared: tuple[asyncio.Runner, str], key: bytes, command: tuple[str, ...]
) -> None:
    async def damage() -> None:
        async with Redis.from_url(shared[1]) as client:
            await stored(client, 60)
            await client.delete(key)
            await client.execute_command(command[0], key, *command[1:])
            assert await forgets(client) == (0 if key == PLACE + b":2" else 1)  # one phone is in no set
            assert await forgets(client, tag=3_000) == 0

    shared[0].run(damage())


def test_a_kept_answer_that_has_changed_is_counted_anew(shared: tuple[asyncio.Runner, str]) -> None:
    async def damage() -> None:
        async with Redis.from_url(shared[1]) as client:
            await stored(client, 3)
            counters = RedisCounters(client, timeout=5)
            tag = "fc:{default/0}:tag4:2"
            assert (await counters.observe(at_machine(2)))["machine"].month == 2
            kept = await client.get(tag)
            for length in range(len(kept)):
                await client.set(tag, kept[:length])
                assert (await counters.observe(at_machine(2)))["machine"].month == 3 + length
            assert counters.forgotten == len(kept)
            assert (await counters.observe(at_machine(2)))["machine"].month == 2 + len(kept)

    shared[0].run(damage())


@pytest.mark.parametrize("form", [1, 3])
def test_counts_of_earlier_versions_are_read(shared: tuple[asyncio.Runner, str], form: int) -> None:
    """Up to 0.5: 21 leads in rings, one partner; the last times of a browser's beside them."""
    kind, own = ("browser", b"\1" + b"n" * 8) if form == 3 else ("place", b"\0\0\0\1" + b"d" * 8)
    at = int(NOW)
    rings = b"".join(struct.pack(">14I", at // step, 21, *[0] * 12) for step in STEPS)
    times = struct.pack(">B12I", 12, *[at] * 12) if form == 3 else b""
    value = struct.pack(">BII", form, at, at) + rings + times + own + struct.pack(">I", at)

    async def upgrade() -> None:
        async with Redis.from_url(shared[1]) as client:
            await client.flushall()
            key = f"fc:{{default/0}}:{kind}:".encode() + bytes.fromhex(token(f"{kind}x1")[:24])
            await client.set(key, value)
            counters = RedisCounters(client, timeout=5)
            found = [(await counters.observe(lead(f"{n}", NOW + n, **{kind: "x1"})))[kind] for n in range(100)]
            assert [each.hour for each in found] == list(range(21, 121))
            assert {each.first for each in found} == {at}
            assert found[50].partners["network" if form == 3 else "untyped"] == Partners(1, 1, 1)
            assert counters.forgotten == 0

    shared[0].run(upgrade())


def test_counts_without_partners_of_an_earlier_version_outlast_a_clock_that_was_set_back(
    shared: tuple[asyncio.Runner, str],
) -> None:
    at = int(NOW)
    rings = b"".join(struct.pack(">14I", at // step, 21, *[0] * 12) for step in STEPS)

    async def upgrade() -> None:
        async with Redis.from_url(shared[1]) as client:
            await client.flushall()
            key = b"fc:{default/0}:scheme:" + bytes.fromhex(token("schemex1")[:24])
            await client.set(key, struct.pack(">BII", 1, at, at) + rings)
            counters = RedisCounters(client, timeout=5)
            assert (await counters.observe(lead("1", NOW - DAY, scheme="x1")))["scheme"].month == 21
            assert counters.forgotten == 0

    shared[0].run(upgrade())


@pytest.mark.parametrize("before", [255, 256, 65_535, 65_536, 4_000_000])
def test_a_reply_has_room_for_any_count(shared: tuple[asyncio.Runner, str], before: int) -> None:
    """So many leads in rings, of which the last is not settled, and as many networks in a set."""
    at = int(NOW)
    rings = b"".join(struct.pack(">14I", at // step, before - 1, *[0] * 12) for step in STEPS)

    async def ask() -> Seen:
        async with Redis.from_url(shared[1]) as client:
            await client.flushall()
            key = b"fc:{default/0}:browser:" + bytes.fromhex(token("browserx1")[:24])
            await client.set(key, struct.pack(">BIII", 4, at, at, at) + rings + struct.pack(">BI", 1, at) + b"\xff")
            await client.zadd(key + b":1", {n.to_bytes(8, "big"): at for n in range(min(before, 70_000))})
            return (await RedisCounters(client, timeout=30).observe(lead("1", browser="x1", network="n1")))["browser"]

    found = shared[0].run(ask())
    networks = Partners(*[min(before, 70_000)] * 3)
    assert found == Seen(*[before] * 5, at, at, {"network": networks}, (at,))


async def test_a_retry_gets_what_a_worker_of_before_kept(redis: RedisCounters, server: EmbeddedRedis) -> None:
    """Replies were longer, and named by the other end of their SHA-1, so that no worker takes one for the other."""
    at = int(NOW)
    reply = struct.pack(">B7I", 1, 1, 2, 3, 4, 5, at, at) + struct.pack(">3I?", 1, 2, 3, True) + b"\0"
    async with Redis.from_url(server.url) as client:
        await client.set("fc:{default/0}:tag4:1", sha1(reply).hexdigest()[:8].encode() + reply)  # noqa: S324
        found = await redis.observe(lead("1", mail_domain="d1", block="b1"))
        assert len(await client.keys("*")) == 1
    assert found == {
        "mail_domain": Seen(1, 2, 3, 4, 5, at, at, {"mailbox": Partners(1, 2, 3, known=True)}),
        "block": Seen(),
    }


async def test_one_leads_error_is_its_own(redis: RedisCounters, monkeypatch: pytest.MonkeyPatch) -> None:
    send = redis._send

    async def one_fails(commands: list[tuple[str | bytes, ...]]) -> list[object]:
        replies = await send(commands)
        replies[1:4] = [ResponseError("WRONGTYPE Operation against a key"), b"\1\2", 7]
        return replies

    monkeypatch.setattr(redis, "_send", one_fails)
    answers = await asyncio.gather(*[redis.observe(lead(f"{n}")) for n in range(6)], return_exceptions=True)
    assert [type(each) for each in answers] == [dict, Unavailable, Unavailable, Unavailable, dict, dict]
    assert (redis._pause, redis.forgotten) == (0, 3)


async def test_a_clock_is_set_right_by_the_servers(server: EmbeddedRedis) -> None:
    counters = RedisCounters.connect(server.url, timeout=5, server_clock=True)
    now = time.time()
    for n, off in enumerate([0, DAY, -DAY, 3_650 * DAY]):
        found = await counters.observe(lead(f"{n}", now + off))
        assert found["block"].hour == n
        assert abs(found["block"].last - now) < 320 or not n
    await counters.close()
