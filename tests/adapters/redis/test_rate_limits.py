"""Limits of calls: shared through Redis, counted here while it is down, and never of a person's data."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from redis.asyncio import Redis

from fraudcheck.adapters.redis.embedded import EmbeddedRedis
from fraudcheck.adapters.redis.rate_limits import DEFAULTS, RateLimits, read_rates
from tests.adapters.conftest import Clock

RATES = ["read=3/minute", "check=2/minute", "wrong-key=2/minute"]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedRedis]:
    async with EmbeddedRedis(tmp_path) as running:
        yield running


@pytest.fixture
async def start(clock: Clock) -> AsyncIterator[Callable[[str | None], RateLimits]]:
    started = []

    def make(url: str | None) -> RateLimits:
        started.append(RateLimits(read_rates(RATES), url, clock))
        return started[-1]

    yield make
    for limits in started:
        await limits.close()


async def allowed(limits: RateLimits, kind: str, key: str, calls: int) -> list[bool]:
    return [(await limits.count(kind, "acme", key)).allowed for _ in range(calls)]


async def test_workers_share_what_a_key_has_left(server, start):
    one, other = start(server.url), start(server.url)
    assert await allowed(one, "read", "a", 2) == [True, True]
    assert await allowed(other, "read", "a", 2) == [True, False]
    standing = await one.count("read", "acme", "a")
    assert (standing.calls, standing.window, standing.left) == (3, 60, 0)
    assert 1 <= standing.seconds <= 60
    assert (one.refused["read"], other.refused["read"]) == (1, 1)
    assert await allowed(one, "read", "b", 1) == [True]
    assert (await one.count("read", "beta", "a")).left == 2


async def test_redis_is_told_tenants_and_ids_of_keys_alone_and_forgets_them(server, start):
    limits = start(server.url)
    await allowed(limits, "read", "a1b2", 1)
    await allowed(limits, "check", "a1b2", 1)
    await limits.count_wrong_key("203.0.113.7")
    async with Redis.from_url(server.url) as client:
        names = await client.keys("*")
        assert [name for name in names if not name.startswith(b"fc:limits:")] == []
        assert {name for name in names if b"acme/a1b2/read" not in name} == set()
        assert all([0 < await client.ttl(name) <= 120 for name in names])


async def test_while_redis_is_down_calls_are_counted_here_and_none_fails(server, start, clock):
    limits = start(server.url)
    assert await allowed(limits, "read", "a", 2) == [True, True]
    await server.stop()
    async with asyncio.timeout(5):
        assert await allowed(limits, "read", "a", 4) == [True, True, True, False]
    clock.now += 60
    async with asyncio.timeout(5):
        assert await allowed(limits, "read", "a", 1) == [False]


async def test_a_wrong_key_is_counted_by_address_and_no_address_is_kept(start):
    limits = start(None)
    assert [(await limits.count_wrong_key("203.0.113.7")).allowed for _ in range(3)] == [True, True, False]
    for number in range(5000):
        await limits.count_wrong_key(f"2001:db8::{number:x}")
    kept = [*limits._here.storage.storage, *limits._here.storage.expirations]
    assert not any("2001:" in name or "203.0." in name for name in kept)
    assert len(set(kept)) <= 2 * 1024  # this minute's and the last one's


async def test_checks_have_no_limit_unless_one_is_set():
    assert await RateLimits(read_rates([]), None).count("check", "acme", "a") is None
    assert await RateLimits(read_rates(["read = none"]), None).count("read", "acme", "a") is None


@pytest.mark.parametrize(
    "chosen", ["read", "read=", "read=many", "reed=3/minute", "=3/minute", "read=3/lifetime", "read=3"]
)
def test_a_limit_that_cannot_be_read_says_how_to_write_one(chosen):
    with pytest.raises(ValueError, match="give KIND="):
        read_rates([chosen])
    assert read_rates([]).keys() == DEFAULTS.keys()
