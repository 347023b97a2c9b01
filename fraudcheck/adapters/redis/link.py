"""How is a Redis reached? One server or a cluster, by URL; a round trip that is given up leaves nothing behind."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Self, TypeVar
from urllib.parse import unquote

from hiredis import pack_command
from redis.asyncio import Redis, RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisClusterException, RedisError, ResponseError

from fraudcheck.ports.patience import patience

FAILURES = (RedisError, RedisClusterException, OSError)
"""What a round trip may raise. TimeoutError is an OSError too."""
_CLUSTER = "redis+cluster://"
_OF_ONE_COMMAND = re.compile("WRONGTYPE|script")
_OF_SERVER = re.compile("OOM|READONLY|LOADING|BUSY|MISCONF|NOREPLICAS|MASTERDOWN|CLUSTERDOWN|NOAUTH|NOPERM|not allowed")
_AT_LAST = 5  # times the time-out: when the client gives a connection up, by the clock of a loop that may be late

_T = TypeVar("_T")


def is_of_server(error: RedisError) -> bool:
    """Whether an error reply tells of the server's state (out of memory, read-only, ...), and not of one command.

    An error within a script has the other error's name in its text before Redis 7.
    """
    text = str(error)
    of_one_command = type(error) is ResponseError and _OF_ONE_COMMAND.search(text)
    return not of_one_command or bool(_OF_SERVER.search(text))


class Link:
    """A client and its round trips ("trips").

    When the caller of a trip is cancelled or times out, one server's connection is closed. A trip to a cluster goes on
    to its end: a cluster's client that is cancelled halfway would give the late replies to the next trip.
    """

    def __init__(self, client: Redis | RedisCluster) -> None:
        self.client = client
        self._under_way: set[asyncio.Task[Any]] = set()

    @classmethod
    def to(cls, url: str, timeout: float) -> Self:
        """A link to ``redis://…``, ``rediss://…``, ``unix://…`` or ``redis+cluster://HOST:PORT,HOST:PORT``,
        each also with ``USER:PASSWORD@``.

        It connects when first used. ``timeout`` is what the callers of ``within`` give: a cluster's client itself gives
        a connection up after five times as many seconds. A failed command is retried once, at once: a restarted server
        has closed the connection. Raises ValueError for any other URL.
        """
        at_last = _AT_LAST * timeout
        options: dict[str, Any] = {"socket_connect_timeout": at_last}
        if not url.startswith(_CLUSTER):
            try:
                return cls(Redis.from_url(url, retry=Retry(NoBackoff(), 1), **options))
            except ValueError:  # whose text may hold the password
                raise ValueError(
                    "the URL of Redis cannot be read: give redis://:PASSWORD@HOST:PORT, rediss://… or unix://…, in the "
                    "password %2F for /, %40 for @ and so on"
                ) from None
        login, _, places = url.removeprefix(_CLUSTER).rstrip("/").rpartition("@")
        nodes = [_node(text) for text in places.split(",")]
        user, _, password = login.partition(":")
        options |= {"username": unquote(user) or None, "password": unquote(password) or None, "socket_timeout": at_last}
        # Without full coverage: while one master is replaced, the others go on serving.
        return cls(
            RedisCluster(startup_nodes=nodes, require_full_coverage=False, retry=Retry(NoBackoff(), 1), **options)
        )

    async def within(self, seconds: float, trip: Coroutine[Any, Any, _T]) -> _T:
        """Await a trip for at most so many seconds, in which this process was not late itself (``patience``).

        Raises TimeoutError, and what the trip raises.
        """
        if isinstance(self.client, Redis):
            with patience(seconds):
                return await trip
        task = asyncio.create_task(trip)
        self._under_way.add(task)
        task.add_done_callback(self._on_end)
        with patience(seconds):
            return await asyncio.shield(task)

    async def execute(self, commands: list[tuple[str | bytes, ...]]) -> list[Any]:
        """Send commands in one round trip. Returns a reply for each; an error reply is returned as an exception."""
        if isinstance(self.client, Redis):
            packed = [pack_command(command) for command in commands]  # type: ignore[arg-type] # typed for one argument
            return await self._pipelined(self.client, b"".join(packed), len(commands))
        pipeline = self.client.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        replies: list[Any] = await pipeline.execute(raise_on_error=False)
        return replies

    async def _pipelined(self, client: Redis, packed: bytes, count: int) -> list[Any]:
        """The same by a connection itself: the client's own pipeline costs several times what Redis takes."""
        pool: Any = client.connection_pool
        connection: AbstractConnection = pool.get_available_connection()
        try:
            while True:
                may_be_stale = connection.is_connected
                try:
                    await connection.send_packed_command(packed)
                    return [await _reply(connection) for _ in range(count)]
                except RedisConnectionError:
                    if not may_be_stale:
                        raise
        finally:
            await pool.release(connection)  # closed, if the trip was given up

    async def load(self, script: str) -> None:
        """Load a Lua script on the server, or on all masters of the cluster."""
        targets = {"target_nodes": RedisCluster.PRIMARIES} if isinstance(self.client, RedisCluster) else {}
        await self.client.execute_command("SCRIPT LOAD", script, **targets)

    async def ping(self, seconds: float) -> None:
        """Return when Redis answers PING within so many seconds. Raises FAILURES."""
        await self.within(seconds, self.client.execute_command("PING"))

    async def reset(self) -> None:
        """After a failure a cluster's client ends its trips, reconnects, and learns anew which node has which keys."""
        if isinstance(self.client, RedisCluster):
            if self._under_way:
                await asyncio.wait(self._under_way)
            await self._disconnect()

    async def close(self) -> None:
        """Cancel all trips and close every connection."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._disconnect()

    async def _disconnect(self) -> None:
        with suppress(*FAILURES):
            await self.client.aclose()
        if isinstance(self.client, RedisCluster):  # after a failed connect, aclose() leaves connections open
            for nodes in ("nodes_cache", "startup_nodes"):
                with suppress(*FAILURES):
                    await self.client.nodes_manager.aclose(nodes)

    def _on_end(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # marks it as retrieved: the caller may be gone


async def _reply(connection: AbstractConnection) -> Any:
    try:
        return await connection.read_response()
    except ResponseError as error:
        return error


def _node(text: str) -> ClusterNode:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdecimal():
        raise ValueError("not the nodes of a Redis cluster: give redis+cluster://:PASSWORD@HOST:PORT,HOST:PORT")
    return ClusterNode(host.strip("[]"), int(port))
