"""How is a check refused at the least cost? From its first bytes, with an answer that lies ready.

A call that goes its whole way through the web server takes about a tenth of the time of a check, refused or not: were
many to be refused so, the refusals would take the time of those that were let in.
"""

from __future__ import annotations

import asyncio
import re
import socket
from typing import Any

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from fraudcheck.web.admission import Admission
from fraudcheck.web.answers import shed_problem

_CALL = b"POST /v1/checks HTTP/1.1\r\n"
_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]{1,7})\r\n")
_KEY = re.compile(rb"\r\nidempotency-key: *([^\r]*)\r\n", re.IGNORECASE)
_NOT_PLAIN = re.compile(rb"\r\n(?:transfer-encoding|connection|expect|upgrade):")


class Door(RequestHandler):
    """A connection. It notes when the last bytes ``arrived``, and refuses checks itself while too many come.

    A connection that it refused is read again a moment later: callers that come again at once, against what they were
    told, would else take the time of those that were let in. It refuses only a call that is here as a whole, alone on
    its connection, and plainly framed; any other goes to the web server, where it is refused as well.
    """

    __slots__ = ("_admission", "_announced", "_unfinished", "arrived")

    def __init__(self, manager: web.Server, *, admission: Admission, **options: Any) -> None:
        super().__init__(manager, loop=asyncio.get_running_loop(), **options)
        self._admission = admission
        self._announced = False  # a check is on its way through the web server
        self._unfinished = False  # the web server has a part of a call's head
        self.arrived = 0.0

    def data_received(self, data: bytes) -> None:
        """See ``asyncio.Protocol``."""
        self.arrived = self._admission.arrived()
        idle = self._waiter is not None and not self._waiter.done() and not self._messages
        if idle and not self._unfinished and data.startswith(_CALL):
            if self._admission.refusal(self.arrived) and not self.writing_paused and self._refuse(data):
                return
            self._announce(True)
        calls = self._request_count
        super().data_received(data)
        self._unfinished = idle and self._request_count == calls

    def connection_lost(self, exc: BaseException | None) -> None:
        """See ``asyncio.Protocol``."""
        self.here()
        super().connection_lost(exc)

    def here(self) -> None:
        """The web server has the check that was on its way, and asks the admission now."""
        self._announce(False)

    def _announce(self, announced: bool) -> None:
        self._admission.on_the_way += announced - self._announced
        self._announced = announced

    def _refuse(self, data: bytes) -> bool:
        """Answer a call where it is to be refused. Returns whether it was."""
        end = data.find(_HEAD_END)
        head = data[: end + 2]
        lower = head.lower()
        lengths = _LENGTH.findall(lower)
        if end < 0 or len(lengths) != 1 or len(data) != end + 4 + int(lengths[0]) or _NOT_PLAIN.search(lower):
            return False
        key = _KEY.search(head)
        cause = self._admission.refusal(self.arrived, key[1].decode("latin-1") if key else None)
        if not cause or self.transport is None:
            return False
        self._admission.refuse(cause)
        self.transport.write(_ready_answer(self._admission.retry_after))
        self.transport.pause_reading()
        self._admission.rest(self._read_on)
        return True

    def _read_on(self) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.resume_reading()


async def listen(runner: web.AppRunner, listener: socket.socket, admission: Admission) -> asyncio.Server:
    """Serve a runner's application on a socket, with a ``Door`` for each connection; else as aiohttp's own sites do."""
    server = runner.server
    if server is None:
        raise RuntimeError("the runner has not been set up")
    return await asyncio.get_running_loop().create_server(
        lambda: Door(server, admission=admission, **server._kwargs), sock=listener
    )


_answers: dict[int, bytes] = {}


def _ready_answer(retry_after: int) -> bytes:
    """The bytes of the answer to a refused call."""
    answer = _answers.get(retry_after)
    if answer is None:
        response = shed_problem(retry_after).response()
        body = bytes(response.body)  # type: ignore[arg-type]  # a Problem's is
        head = [f"HTTP/1.1 {response.status} {response.reason}", f"Content-Length: {len(body)}"]
        head += [f"{name}: {value}" for name, value in response.headers.items() if name != "Content-Length"]
        answer = _answers[retry_after] = ("\r\n".join(head) + "\r\n\r\n").encode() + body
    return answer
