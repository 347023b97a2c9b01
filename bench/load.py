"""Sends requests over keep-alive connections as fast as they are answered, and times each."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Iterator
from time import perf_counter


class Answers:
    """What came of a run: seconds each request took, statuses other than 200, and how long it all took."""

    def __init__(self) -> None:
        self.latencies: list[float] = []
        self.failures = 0
        self.seconds = 0.0

    def quantile(self, share: float) -> float:
        """The latency that a share of the requests stayed within, in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds


def request(path: str, body: bytes) -> bytes:
    """A POST of JSON as bytes."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def run(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> Answers:
    """Keep ``connections`` requests under way for some seconds, or until the requests are used up."""
    answers = Answers()
    started: dict[socket.socket, float] = {}
    buffers: dict[socket.socket, bytes] = {}
    with selectors.EpollSelector() as ready:
        begin = perf_counter()
        for _ in range(connections):
            link = socket.create_connection(("127.0.0.1", port))
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ready.register(link, selectors.EVENT_READ)
            _send(link, requests, started, buffers)
        while started:
            for key, _ in ready.select():
                link = key.fileobj
                assert isinstance(link, socket.socket)
                buffers[link] += link.recv(65536)
                if not _whole(buffers[link]):
                    continue
                now = perf_counter()
                answers.latencies.append(now - started.pop(link))
                answers.failures += not buffers[link].startswith(b"HTTP/1.1 200")
                if now - begin < seconds:
                    _send(link, requests, started, buffers)
        answers.seconds = perf_counter() - begin
        for key in list(ready.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
    return answers


def _send(
    link: socket.socket,
    requests: Iterator[bytes],
    started: dict[socket.socket, float],
    buffers: dict[socket.socket, bytes],
) -> None:
    content = next(requests, None)
    if content is not None:
        buffers[link] = b""
        started[link] = perf_counter()
        link.sendall(content)


def _whole(answer: bytes) -> bool:
    head = answer.find(b"\r\n\r\n")
    if head < 0:
        return False
    at = answer.find(b"Content-Length: ") + 16
    return len(answer) >= head + 4 + int(answer[at : answer.find(b"\r", at)])
