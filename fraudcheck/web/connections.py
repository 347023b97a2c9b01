"""Who may hold a connection, and for how long? A bound on connections, time limits, and the end of a service.

A connection *works* from a request's last byte to its answer. Else it *waits*: for a request's head or its body. One
that waits costs a descriptor and gives nothing, so each wait has a limit, and where the bound is reached the connection
that has waited longest is closed for a new one. One that works is never closed for another.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from time import monotonic

from aiohttp import web
from aiohttp.streams import StreamReader

from fraudcheck.web.admission import Admission
from fraudcheck.web.answers import ON_EVERY_ANSWER, Problem

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]

FIRST_REQUEST = 10.0
"""Seconds in which a new connection has to send the whole head of a request."""
BODY = 15.0
"""Seconds in which the body of a call has to arrive. 64 KiB take so long at 35 kbit/s."""
IDLE = 75.0
"""Seconds for which a connection may be silent between two requests, longer than the minute of most proxies. A head
that comes in drops has no more."""
CHUNK = 30.0
"""Seconds in which the next piece of an upload has to arrive."""
UNREAD = 60_000
"""Milliseconds after which a caller that takes nothing of its answer is cut off, by the kernel (tcp(7))."""
_SLOWEST, _SLOW_START = 1000, 60.0
"""Bytes a second that an upload has to bring on average, from so many seconds on."""
BACKLOG = 1024
"""Connections that the kernel holds until they are taken."""
_LAST_CALL = 0.05
"""Seconds in which a call that was on its way when the gate closed arrives, and between two looks."""
_END_LIMIT = 5.0
"""Seconds in which the calls that have begun are answered, when nothing new is taken any more."""
_SWEEP = 1.0
_FEW_TOKENS = 200
"""Forms' tokens that a process gives in a second without a rest, in a twentieth of its time."""
_REST_RATE, _LONGEST_REST = 800.0, 5.0
"""So many tokens a second mean a rest of one second; the longest, in seconds."""
_MOST, _MOST_FILES = 10_000, 65_536
_CROWDED_BODY = b'{"type":"about:blank","title":"too many connections at one time","status":503}'
_CROWDED = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nRetry-After: 1\r\n"
    b"Connection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(_CROWDED_BODY), _CROWDED_BODY)
)


def most_connections(chosen: int) -> int:
    """The bound: ``chosen``, or if that is 0 three eighths of the files that this process may open, at most 10,000.

    The rest is for look-ups (a half: ``wiring``), for the ledger and for files. The limit of open files is raised as
    far as the system lets us.
    """
    if resource is None:
        return chosen or _MOST
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            soft = most
    return chosen or (_MOST if soft == resource.RLIM_INFINITY else min(_MOST, soft * 3 // 8))


class Connections:
    """The connections of one process. ``clock`` gives monotonic seconds."""

    def __init__(self, most: int, clock: Callable[[], float]) -> None:
        self.most = most
        self.refused = self.closed = 0
        self.ending = False
        self._clock = clock
        self._waiting: dict[Connection, float] = {}  # until when; the one that has waited longest first
        self._working: set[Connection] = set()

    def __len__(self) -> int:
        return len(self._waiting) + len(self._working)

    @property
    def busy(self) -> bool:
        """Whether any call is under way."""
        return bool(self._working) or any(one.receives is not None for one in self._waiting)

    def open(self, connection: Connection) -> bool:
        """Take a new connection in, in the place of the one that has waited longest if there is no other. False if
        all work.
        """
        if len(self) >= self.most:
            if not self._waiting:
                self.refused += 1
                return False
            self.closed += 1
            self._close(next(iter(self._waiting)))
        self.wait(connection, FIRST_REQUEST)
        return True

    def wait(self, connection: Connection, seconds: float) -> None:
        """It waits from now on, for at most so many seconds."""
        self._working.discard(connection)
        self._waiting.pop(connection, None)
        self._waiting[connection] = self._clock() + seconds

    def work(self, connection: Connection) -> None:
        """It works from now on."""
        if self._waiting.pop(connection, None) is not None:
            self._working.add(connection)

    def forget(self, connection: Connection) -> None:
        """It is closed."""
        self._waiting.pop(connection, None)
        self._working.discard(connection)

    async def sweep(self) -> None:
        """Close, for as long as the service lives, the connections that wait longer than they may."""
        while True:
            await asyncio.sleep(_SWEEP)
            now = self._clock()
            for connection in [one for one, until in self._waiting.items() if until <= now]:
                self.closed += 1
                content = connection.receives
                if content is not None and content.exception() is None:
                    content.set_exception(Problem(408, "the body has not come in time"))
                    self.wait(connection, _SWEEP)  # for the answer
                else:
                    self._close(connection)

    def _close(self, connection: Connection) -> None:
        self.forget(connection)
        connection.force_close()


class Pace:
    """For how long shall who fetches forms' tokens rest until the next? ``clock`` gives monotonic seconds.

    Nobody is refused: a person has the token by then. Of a hundred connections that come again at once each gets three
    a second, of ten thousand one in four seconds.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._second = self._count = self._before = 0

    def rest(self) -> float:
        """Note a token, and give the seconds of rest after it: none while few come."""
        second = int(self._clock())
        if second != self._second:
            self._before = self._count if second == self._second + 1 else 0
            self._second, self._count = second, 0
        self._count += 1
        rate = max(self._before, self._count)
        return min(rate / _REST_RATE, _LONGEST_REST) if rate > _FEW_TOKENS else 0.0


class Connection(web.RequestHandler):
    """aiohttp's connection, which is counted. ``server`` handles its requests.

    ``arrived`` is when its last bytes did, by the clock of the admission; ``receives`` is a body that has not come
    whole. One that ``rests`` after a refusal is read again a moment later: callers that come again at once, against
    what they were told, would else take the time of those that were let in.
    """

    __slots__ = ("_admission", "_all", "arrived", "pause", "receives", "rests")

    def __init__(self, server: web.Server, everyone: Connections, admission: Admission) -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type] # as aiohttp itself gives it
            keepalive_timeout=IDLE,
            lingering_time=2.0,
        )
        self._all = everyone
        self._admission = admission
        self.arrived = 0.0
        self.rests = False
        self.pause = 0.0
        self.receives: StreamReader | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See ``asyncio.Protocol``."""
        if self._all.open(self):
            super().connection_made(transport)
        elif isinstance(transport, asyncio.Transport):
            transport.write(_CROWDED)
            transport.close()

    def data_received(self, data: bytes) -> None:
        """See ``asyncio.Protocol``."""
        self.arrived = self._admission.arrived()
        super().data_received(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        """See ``asyncio.Protocol``."""
        self._all.forget(self)
        super().connection_lost(exc)

    def begin(self, content: StreamReader) -> None:
        """A request's head has arrived; it works when the body has too."""
        if content.is_eof():
            self._all.work(self)
            return

        def arrived() -> None:
            if self.receives is content:
                self.receives = None
                self._all.work(self)

        self.receives = content
        self._all.wait(self, BODY)
        content.on_eof(arrived)

    def upload(self) -> None:
        """A large body, whose pace somebody else minds, is work while it arrives."""
        self.receives = None
        self._all.work(self)

    def end(self, request: web.Request, response: web.StreamResponse | None) -> None:
        """The request is answered, but for the sending."""
        is_late = self.receives is not None and self.receives.exception() is not None
        # What is left of a packed body is not unpacked: it may be a thousand times as long.
        is_packed = "Content-Encoding" in request.headers and not request.content.is_eof()
        if is_late or is_packed:
            self.close()
            request.content.feed_eof()  # else aiohttp waits for the rest
        self.receives = None
        if response is not None and self._all.ending:
            response.force_close()
        if not isinstance(response, web.FileResponse) and self.transport is not None:
            self._all.wait(self, IDLE)  # a file that is sent for long goes on to be work
        if self.rests and self.transport is not None:
            self.rests = False
            self.transport.pause_reading()
            self._admission.rest(self._read_on)
        elif self.pause and self.transport is not None:
            if self._messages and response is not None:
                response.force_close()  # what was sent along would be answered without a rest; no browser does so
            self.transport.pause_reading()
            asyncio.get_running_loop().call_later(self.pause, self._read_on)
            self.pause = 0.0

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """See ``aiohttp``: the answer to what is no HTTP. Its message would hold what the caller sent."""
        title = "the service failed" if status >= 500 else "the call is no proper HTTP"
        answer = Problem(status, title).response()
        answer.headers.update(ON_EVERY_ANSWER)
        answer.force_close()
        return answer

    def _read_on(self) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.resume_reading()


@web.middleware
async def follow(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Note for each request when its connection works."""
    connection = request.protocol
    if not isinstance(connection, Connection):  # in tests, and where another server runs the application
        return await handler(request)
    connection.begin(request.content)
    response = None
    try:
        response = await handler(request)
    finally:
        connection.end(request, response)
    return response


async def paced(request: web.Request, pieces: AsyncIterator[bytes] | None = None) -> AsyncIterator[bytes]:
    """The body of an upload, piece by piece, or those ``pieces`` of it. Raises Problem where it comes too slowly."""
    connection = request.protocol
    if isinstance(connection, Connection):
        connection.upload()
    pieces, start, size = pieces or request.content.iter_any(), monotonic(), 0
    while True:
        try:
            async with asyncio.timeout(CHUNK):
                piece = await anext(pieces)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise _slow() from None
        size += len(piece)
        taken = monotonic() - start
        if taken > _SLOW_START and size < taken * _SLOWEST:
            raise _slow()
        yield piece


def _slow() -> Problem:
    return Problem(408, "the file comes too slowly: send it from a better connection, or packed")


class Gate:
    """Where connections come in."""

    def __init__(self, make: Callable[[], Connection], connections: Connections, listener: socket.socket) -> None:
        self._make = make
        self._connections = connections
        self._listener = listener.dup()
        self._sweep = asyncio.create_task(connections.sweep())
        self._server: asyncio.Server | None = None

    @classmethod
    async def open(
        cls, runner: web.AppRunner, connections: Connections, admission: Admission, listener: socket.socket
    ) -> Gate:
        """Listen. ``runner`` has the application that answers."""
        handler = runner.server
        assert handler is not None  # noqa: S101 - for the type checker: the runner is set up
        _set_unread_limit(listener)
        gate = cls(lambda: Connection(handler, connections, admission), connections, listener)
        gate._server = await asyncio.get_running_loop().create_server(gate._make, sock=listener, backlog=BACKLOG)
        return gate

    async def close(self) -> None:
        """Take no connection any more but those that the kernel has taken, and answer the calls that have begun."""
        loop = asyncio.get_running_loop()
        if self._server is None:
            return
        self._server.close()
        self._server = None
        self._listener.setblocking(False)
        with contextlib.suppress(OSError):  # until there is none
            while True:
                accepted, _ = self._listener.accept()
                await loop.connect_accepted_socket(self._make, accepted)
        self._listener.close()
        until = monotonic() + _END_LIMIT
        await asyncio.sleep(_LAST_CALL)
        while self._connections.busy and monotonic() < until:  # noqa: ASYNC110 - no event is worth its cost at each call
            await asyncio.sleep(_LAST_CALL)
        self._sweep.cancel()


def _set_unread_limit(listener: socket.socket) -> None:
    """Let the kernel cut off callers that take nothing of their answers; where it cannot, nothing changes."""
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        with contextlib.suppress(OSError):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD)
