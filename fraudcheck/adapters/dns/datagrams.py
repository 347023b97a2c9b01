"""How is a query sent to one resolver over UDP, such that nobody can slip it a forged answer?

Whoever forges an answer has to hit the id of the query and the port that it came from, which are both drawn at random
(RFC 5452). The kernel draws the port when a socket is connected, and drops what does not come from the resolver. A
socket is open only while queries wait at it, and for eight of them at most: queries that follow one another each come
from another port, and of those that wait at one time a few share one, with ids that differ. A forged datagram hits one
query as seldom as if each had a port of its own, and whoever finds a port out has no longer to use it.
"""

from __future__ import annotations

import asyncio
import socket
from asyncio import AbstractEventLoop, DatagramTransport, Future, Task
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar, cast

_T = TypeVar("_T")
_MOST_QUERIES = 8  # from one port


class Datagrams:
    """Sends queries to one resolver, and gives what its answers say."""

    def __init__(self, address: str, port: int) -> None:
        self._server = (address, port)
        self._open: _Port | None = None

    async def ask(self, query: bytes, read: Callable[[bytes], _T | None]) -> _T:
        """What ``read`` makes of the first datagram that it takes for an answer to the query; there is no time-out.

        ``read`` gets datagrams with the query's id, and gives None where one is no answer. Raises OSError or EOFError
        where the resolver cannot be reached, and what ``read`` raises.
        """
        loop = asyncio.get_running_loop()
        if self._open is None or not self._open.has_room_for(query):
            self._open = _Port(loop, self._server)
        return cast("_T", await self._open.ask(loop, query, read))


class _Port(asyncio.DatagramProtocol):
    """A socket, and the queries that wait at it."""

    def __init__(self, loop: AbstractEventLoop, server: tuple[str, int]) -> None:
        self._waiting: dict[bytes, tuple[Future[Any], Callable[[bytes], Any]]] = {}  # by the query's id
        self._queries = 0
        self._transport: DatagramTransport | None = None
        self._socket = socket.socket(socket.AF_INET6 if ":" in server[0] else socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.setblocking(False)
            self._socket.connect(server)
        except BaseException:
            self._socket.close()
            raise
        # It reads in a moment; what is sent need not wait for that.
        self._opening = loop.create_task(loop.create_datagram_endpoint(lambda: self, sock=self._socket))
        self._opening.add_done_callback(self._opened)

    def has_room_for(self, query: bytes) -> bool:
        """Whether a query can be sent from here. Where none waits any more, the socket is closed, or about to be."""
        return 0 < self._queries < _MOST_QUERIES and bool(self._waiting) and query[:2] not in self._waiting

    async def ask(self, loop: AbstractEventLoop, query: bytes, read: Callable[[bytes], Any]) -> Any:
        answered: Future[Any] = loop.create_future()
        self._waiting[query[:2]] = answered, read
        self._queries += 1
        try:
            with suppress(BlockingIOError):  # a full buffer loses it, as the network may
                self._socket.send(query)
            return await answered
        finally:
            del self._waiting[query[:2]]
            if not self._waiting and self._transport is not None:
                self._transport.close()

    def connection_made(self, transport: DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport
        if not self._waiting:
            transport.close()

    def datagram_received(self, data: bytes, _: Any) -> None:
        answered, read = self._waiting.get(data[:2], (None, None))
        if answered is None or read is None or answered.done():
            return
        try:
            said = read(data)
        except Exception as problem:
            answered.set_exception(problem)
        else:
            if said is not None:
                answered.set_result(said)

    def error_received(self, problem: Exception) -> None:
        self._fail(problem)

    def connection_lost(self, problem: Exception | None) -> None:
        self._fail(problem or EOFError())

    def _opened(self, opening: Task[Any]) -> None:
        if opening.cancelled() or opening.exception():
            self._socket.close()
            self._fail(EOFError())

    def _fail(self, problem: Exception) -> None:
        for answered, _ in self._waiting.values():
            if not answered.done():
                answered.set_exception(problem)
