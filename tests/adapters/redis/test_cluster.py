"""Counters on a cluster of three masters and three replicas: they give the same numbers, and survive failures."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from fraudcheck import wiring
from fraudcheck.adapters.memory_counters import MemoryCounters
from fraudcheck.adapters.redis import RedisCounters
from fraudcheck.adapters.redis.rate_limits import RateLimits, read_rates
from fraudcheck.counting.windows import Seen
from fraudcheck.ports import Unavailable
from fraudcheck.settings import Settings
from tests.adapters.counted import NOW, lead
from tests.servers.dns import Nameserver
from tests.servers.redis_cluster import Cluster

SHARDS = 16


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with Cluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


@pytest.fixture
async def counters(cluster: Cluster) -> AsyncIterator[RedisCounters]:
    for port in cluster.masters():
        cluster.call(port, "FLUSHALL")
    connected = RedisCounters.connect(cluster.url, shards=SHARDS, timeout=1)
    yield connected
    await connected.close()


async def test_the_numbers_are_the_twins(counters: RedisCounters, cluster: Cluster) -> None:
    twin = MemoryCounters()
    for n in range(120):
        one = lead(
            f"{n}", NOW + 7 * n, name=f"n{n % 3}", mailbox=f"m{n % 40}", phone=f"p{n % 7}", ip="i1", device=f"d{n}"
        )
        assert await counters.observe(one) == await twin.observe(one)
    assert all(int(cluster.call(port, "DBSIZE")) > 0 for port in cluster.masters())


async def test_many_at_once(counters: RedisCounters) -> None:
    found = await asyncio.gather(*[counters.observe(lead(f"{n}", ip="i1", mailbox=f"m{n}")) for n in range(300)])
    assert sorted(each["ip"].hour for each in found) == list(range(300))


@pytest.mark.parametrize("fault", [signal.SIGSTOP, signal.SIGKILL])
async def test_a_master_that_fails_is_replaced_and_the_counts_are_back(
    counters: RedisCounters, cluster: Cluster, fault: signal.Signals
) -> None:
    leads = [lead(f"{n}", mailbox=f"m{n}") for n in range(30)]  # on all shards
    await asyncio.gather(*[counters.observe(each) for each in leads])
    port = cluster.masters()[0]
    await asyncio.sleep(0.1)  # replicas follow within moments
    cluster.signal(port, fault)
    answers: list[object] = []
    give_up, again = time.monotonic() + 20, 0
    while time.monotonic() < give_up:
        again += 1
        answers = await asyncio.gather(
            *[counters.observe(lead(f"{again}/{n}", NOW + 1, mailbox=f"m{n}")) for n in range(30)],
            return_exceptions=True,
        )
        assert {type(each) for each in answers} <= {dict, Unavailable}
        if not any(isinstance(each, Unavailable) for each in answers):
            break
        await asyncio.sleep(0.1)
    assert all(isinstance(each, dict) and each["mailbox"].hour >= 1 for each in answers), "the counts are back"
    if fault is signal.SIGSTOP:
        cluster.signal(port, signal.SIGCONT)
    else:
        cluster.start(port)
    while len(cluster.masters()) != 3:
        await asyncio.sleep(0.05)


async def test_checks_go_on_while_the_cluster_does_not(
    cluster: Cluster, tmp_path: Path, nameserver: Nameserver
) -> None:
    settings = Settings(data_dir=tmp_path, redis=cluster.url, shards=SHARDS, nameserver=(nameserver.address,))
    async with wiring.service(settings) as service:
        tenant = await service.tenant("default")

        async def unknown() -> list[str]:
            return (await service.pipeline.check(tenant, b'{"phone": "+84912840375"}')).unknown

        assert await unknown() == []
        for port in cluster.ports:
            cluster.signal(port, signal.SIGSTOP)
        assert [await unknown() for _ in range(5)] == [["completeness", "velocity", "cluster"]] * 5
        for port in cluster.ports:
            cluster.signal(port, signal.SIGCONT)
        while await unknown():
            await asyncio.sleep(0.1)


async def test_out_of_memory(counters: RedisCounters, cluster: Cluster) -> None:
    masters = cluster.masters()
    for port in masters:
        cluster.call(port, "CONFIG", "SET", "maxmemory", "1")
    answers = await asyncio.gather(
        *[counters.observe(lead(f"{n}", mailbox=f"m{n}")) for n in range(30)], return_exceptions=True
    )
    assert {type(each) for each in answers} == {Unavailable}
    for port in masters:
        cluster.call(port, "CONFIG", "SET", "maxmemory", "0")
    give_up = time.monotonic() + 10
    while time.monotonic() < give_up:
        try:
            assert await counters.observe(lead("after", mailbox="m after")) == {"mailbox": Seen()}
            return
        except Unavailable:
            await asyncio.sleep(0.1)
    pytest.fail("the counts did not come back")


@pytest.mark.parametrize("url", ["redis+cluster://", "redis+cluster://host", "redis+cluster://host:1,:2"])
def test_a_url_that_is_none_says_what_to_give(url: str) -> None:
    with pytest.raises(ValueError, match="redis\\+cluster://:PASSWORD@HOST:PORT"):
        RedisCounters.connect(url)


async def test_limits_are_counted_on_a_cluster(cluster: Cluster) -> None:
    limits = RateLimits(read_rates(["read=2/minute"]), cluster.url)
    standings = [await limits.count("read", "acme", key) for key in ("a", "b", "a", "a")]
    assert [standing is not None and standing.allowed for standing in standings] == [True, True, True, False]
    assert not limits._here.storage.storage  # nothing was counted in this process
    await limits.close()
