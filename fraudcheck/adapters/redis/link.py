"""How is a Redis reached? One server or a cluster, by its URL; no trip is cut off midway."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Self, TypeVar

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisClusterException, RedisError

FAILURES = (RedisError, RedisClusterException, OSError)
"""What a trip may raise; TimeoutError is an OSError."""
_CLUSTER = "redis+cluster://"

_T = TypeVar("_T")


class Link:
    """A client with the trips that are under way on it. A trip of which nobody awaits the end any more still ends by
    itself: a cluster's client that is cancelled hands late answers to the next trip.
    """

    def __init__(self, client: Redis | RedisCluster) -> None:
        self.client = client
        self._under_way: set[asyncio.Task[Any]] = set()

    @classmethod
    def to(cls, url: str, timeout: float) -> Self:
        """A link to ``redis://…``, ``rediss://…``, ``unix://…`` or ``redis+cluster://HOST:PORT,HOST:PORT``.

        It connects when first used; sending and reading end after ``timeout`` seconds each. One retry at once, for
        a connection that a restarted server has dropped. Raises ValueError for a URL that is none of these.
        """
        options: dict[str, Any] = {"socket_timeout": timeout, "socket_connect_timeout": timeout}
        if not url.startswith(_CLUSTER):
            return cls(Redis.from_url(url, retry=Retry(NoBackoff(), 1), **options))
        nodes = [_node(text) for text in url.removeprefix(_CLUSTER).rstrip("/").split(",")]
        # Shards on the masters that live go on while one is replaced.
        return cls(
            RedisCluster(startup_nodes=nodes, require_full_coverage=False, retry=Retry(NoBackoff(), 1), **options)
        )

    async def within(self, seconds: float, trip: Coroutine[Any, Any, _T]) -> _T:
        """Await a trip for so long. Raises TimeoutError and what the trip raises."""
        task = asyncio.create_task(trip)
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        async with asyncio.timeout(seconds):
            return await asyncio.shield(task)

    async def execute(self, commands: list[tuple[str | bytes, ...]]) -> list[Any]:
        """Send commands in one round trip; an answer that is an error stands in its place."""
        pipeline = self.client.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        replies: list[Any] = await pipeline.execute(raise_on_error=False)
        return replies

    async def load(self, script: str) -> None:
        """Make a script known wherever it may be called."""
        where = {"target_nodes": RedisCluster.PRIMARIES} if isinstance(self.client, RedisCluster) else {}
        await self.client.execute_command("SCRIPT LOAD", script, **where)

    async def ping(self, seconds: float) -> None:
        """Return when it answers. Raises FAILURES."""
        await self.within(seconds, self.client.execute_command("PING"))

    async def afresh(self) -> None:
        """After a failure: end what is under way, and let a cluster's client ask anew which node has what."""
        if isinstance(self.client, Redis):
            for task in self._under_way:
                task.cancel()  # it closes its connection
        if self._under_way:
            await asyncio.wait(self._under_way)
        if isinstance(self.client, RedisCluster):
            await self._let_go()

    async def close(self) -> None:
        """Let go of every connection."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._let_go()

    async def _let_go(self) -> None:
        with suppress(*FAILURES):
            await self.client.aclose()
        if isinstance(self.client, RedisCluster):  # which leaves connections open where it failed while connecting
            for nodes in ("nodes_cache", "startup_nodes"):
                with suppress(*FAILURES):
                    await self.client.nodes_manager.aclose(nodes)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # nobody may have waited for it


def _node(text: str) -> ClusterNode:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdecimal():
        raise ValueError(f"not a node of a Redis cluster: {text!r}; give redis+cluster://HOST:PORT,HOST:PORT")
    return ClusterNode(host.strip("[]"), int(port))
