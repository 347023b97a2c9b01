"""A mail route that one process looked up serves the others; when Redis is down, nobody waits for it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from fraudcheck.adapters import keys
from fraudcheck.adapters.dns import DnsMailRoutes
from fraudcheck.adapters.redis import RedisRouteCache
from fraudcheck.adapters.redis.embedded import EmbeddedRedis
from fraudcheck.fields.email.mx import trace_mail_route
from tests.adapters.conftest import Clock
from tests.servers.dns import Nameserver

MX = {"v": 1, "route": "mx", "hosts": 1}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedRedis]:
    async with EmbeddedRedis(tmp_path) as running:
        yield running


@pytest.fixture
async def cache(server: EmbeddedRedis, clock: Clock) -> AsyncIterator[RedisRouteCache]:
    one = RedisRouteCache(Redis.from_url(server.url, retry=None), b"key", patience=5, timeout=5, clock=clock)
    yield one
    await one.close()


async def all_sent(cache: RedisRouteCache) -> None:
    async with asyncio.timeout(5):
        while cache._runner is not None:
            await asyncio.sleep(0.001)


async def test_what_was_stored_is_found(cache: RedisRouteCache) -> None:
    cache.put("firma.vn", MX, 300)
    cache.put("gone.vn", {"v": 1, "route": "nxdomain"}, 900)
    await all_sent(cache)
    assert await cache.get("other.vn") is None
    facts, seconds = await cache.get("firma.vn") or ({}, 0)
    assert facts == MX
    assert 200 < seconds <= 300
    assert (await cache.get("gone.vn") or ({}, 0))[0] == {"v": 1, "route": "nxdomain"}


async def test_keys_and_values_hold_no_name_and_expire(cache: RedisRouteCache, server: EmbeddedRedis) -> None:
    cache.put("an-nguyen.vn", MX, 300)
    await all_sent(cache)
    async with Redis.from_url(server.url) as client:
        (name,) = await client.keys("*")
        assert name.startswith(b"fc:mx:")
        assert b"nguyen" not in name + await client.get(name)
        assert 200 < await client.ttl(name) <= 300
    other = RedisRouteCache(Redis.from_url(server.url), b"another key", patience=5, timeout=5)
    assert await other.get("an-nguyen.vn") is None
    await other.close()


def test_the_key_is_the_deployments_and_the_lists() -> None:
    versions = {"mail domains": "2026-11-23", "service": "0.2.0"}
    made = keys.route_cache_key(b"secret", versions)
    assert made == keys.route_cache_key(b"secret", dict(reversed(versions.items())))
    assert made != keys.route_cache_key(b"other", versions)
    assert made != keys.route_cache_key(b"secret", versions | {"mail domains": "2026-11-24"})


@pytest.mark.parametrize(
    "value", [b"", b"null", b"[]", b"{", b'{"v": 2, "route": "mx"}', b'{"v": 1}', b'{"v": 1, "route": 7}', b"\xff"]
)
async def test_rubbish_is_no_answer(value: bytes, cache: RedisRouteCache, server: EmbeddedRedis) -> None:
    async with Redis.from_url(server.url) as client:
        await client.set(cache._redis_key("firma.vn"), value, ex=60)
        await client.set(cache._redis_key("for-ever.vn"), b'{"v":1,"route":"mx"}')
    assert await cache.get("firma.vn") is None
    assert await cache.get("for-ever.vn") is None
    assert cache.forgotten == 2


@pytest.mark.parametrize("command", ["rpush", "sadd", "pfadd"])
async def test_another_type_is_no_answer_and_is_overwritten(
    command: str, cache: RedisRouteCache, server: EmbeddedRedis
) -> None:
    async with Redis.from_url(server.url) as client:
        await client.execute_command(command, cache._redis_key("firma.vn"), "x")
    cache.put("other.vn", MX, 300)
    await all_sent(cache)
    assert await cache.get("firma.vn") is None
    assert await cache.get("other.vn") is not None  # it harms no other domain
    assert (cache.open, cache.forgotten, cache.trips["failed"]) == (True, 1, 0)
    cache.put("firma.vn", MX, 300)
    await all_sent(cache)
    assert (await cache.get("firma.vn") or ({}, 0))[0] == MX


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, 60), flip=st.integers(1, 255), cut=st.booleans())
def test_what_has_changed_is_no_answer(position: int, flip: int, cut: bool) -> None:
    cache = RedisRouteCache(Redis(), b"key")
    body = b'{"v":1,"route":"mx","hosts":["mx.firma.vn"]}'
    value = bytearray(cache._proof("k", body) + body)
    assert cache._decode("k", bytes(value), 1000) is not None
    assert cache._decode("other", bytes(value), 1000) is None
    value[position % len(value)] ^= flip
    assert cache._decode("k", bytes(value[: position % len(value)] if cut else value), 1000) is None


async def test_dead_is_believed_for_an_hour_at_most(cache: RedisRouteCache) -> None:
    cache.put("gone.vn", {"v": 1, "route": "nxdomain"}, 80_000)
    cache.put("firma.vn", MX, 80_000)
    await all_sent(cache)
    assert (await cache.get("gone.vn") or ({}, 0))[1] == 3600
    assert (await cache.get("firma.vn") or ({}, 0))[1] > 79_000


async def test_those_that_wait_share_a_trip(cache: RedisRouteCache) -> None:
    cache.put("d7.vn", MX, 300)
    await all_sent(cache)
    found = await asyncio.gather(*(cache.get(f"d{n % 50}.vn") for n in range(100)))
    assert [each is not None for each in found] == [n % 50 == 7 for n in range(100)]
    assert cache.trips == {"ok": 2}


async def test_a_redis_that_is_killed_and_back(cache: RedisRouteCache, server: EmbeddedRedis, clock: Clock) -> None:
    cache.put("firma.vn", MX, 300)
    await all_sent(cache)
    await server.stop()
    assert await cache.get("firma.vn") is None
    assert not cache.open
    trips = cache.trips.total()
    cache.put("other.vn", MX, 300)
    assert await cache.get("firma.vn") is None  # nobody asks for a while
    assert cache.trips.total() == trips
    await server.start()
    clock.now += 1
    assert (await cache.get("firma.vn") or ({}, 0))[0] == MX  # it keeps its data
    assert cache.open


async def test_a_redis_that_sleeps_delays_nobody(server: EmbeddedRedis, clock: Clock) -> None:
    cache = RedisRouteCache(Redis.from_url(server.url, retry=None), b"key", timeout=0.05, clock=clock)
    assert server._process is not None
    os.kill(server._process.pid, signal.SIGSTOP)
    assert await asyncio.gather(*(cache.get(f"d{n}.vn") for n in range(300))) == [None] * 300
    await all_sent(cache)
    assert not cache.open
    os.kill(server._process.pid, signal.SIGCONT)
    clock.now += 1
    await cache.get("d.vn")
    await all_sent(cache)
    assert cache.trips["failed"] == 1
    await cache.close()


async def test_the_breaker_waits_longer_each_time(tmp_path: Path, clock: Clock) -> None:
    client = Redis.from_url(f"unix://{tmp_path}/nobody.sock", retry=None)
    cache = RedisRouteCache(client, b"key", patience=5, timeout=5, clock=clock)
    tried = []
    for second in range(100):
        clock.now = 1000.0 + second
        before = cache.trips["failed"]
        assert await cache.get("firma.vn") is None
        await all_sent(cache)
        if cache.trips["failed"] > before:
            tried.append(second)
    assert tried == [0, 1, 3, 7, 15, 31, 61, 91]
    await cache.close()


async def test_a_redis_that_is_full_is_no_error(cache: RedisRouteCache, server: EmbeddedRedis) -> None:
    async with Redis.from_url(server.url) as client:
        await client.config_set("maxmemory", "1")
        cache.put("firma.vn", MX, 300)
        await all_sent(cache)
        assert not cache.open
        await client.config_set("maxmemory", "0")


async def test_close_leaves_nobody_waiting(server: EmbeddedRedis) -> None:
    cache = RedisRouteCache(Redis.from_url(server.url), b"key", patience=5)
    caller = asyncio.create_task(cache.get("firma.vn"))
    await asyncio.sleep(0)
    await cache.close()
    assert await caller is None
    assert await cache.get("firma.vn") is None


class TestRoutes:
    """Two processes with one Redis."""

    @staticmethod
    async def two(server: EmbeddedRedis, nameserver: Nameserver) -> tuple[DnsMailRoutes, DnsMailRoutes]:
        one, other = (
            DnsMailRoutes(
                trace_mail_route,
                [nameserver.address],
                shared=RedisRouteCache(Redis.from_url(server.url), b"key", patience=5),
            )
            for _ in range(2)
        )
        return one, other

    @pytest.mark.parametrize(
        ("domain", "shared"), [("mx-only.vn", True), ("null-mx.com", True), ("gone.com", True), ("servfail.com", False)]
    )
    async def test_ones_look_up_serves_the_other(
        self, domain: str, shared: bool, server: EmbeddedRedis, nameserver: Nameserver
    ) -> None:
        one, other = await self.two(server, nameserver)
        facts = await one.route(domain)
        assert isinstance(one.shared, RedisRouteCache)
        await all_sent(one.shared)
        asked = len(nameserver.queries)
        assert await other.route(domain) == facts
        assert (len(nameserver.queries) == asked) is shared
        assert other.shared_asked == {"hit" if shared else "miss": 1}
        await one.close()
        await other.close()

    async def test_without_redis_the_dns_is_asked(self, server: EmbeddedRedis, nameserver: Nameserver) -> None:
        one, other = await self.two(server, nameserver)
        await server.stop()
        assert await one.route("mx-only.vn") == MX
        assert await other.route("mx-only.vn") == MX
        await one.close()
        await other.close()
