"""How long does a server take to answer? Sends requests over keep-alive connections and times each."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Iterator
from time import perf_counter


class LoadResult:
    """The result of a run: the seconds that each request took, the answers other than 200, and the seconds in all."""

    def __init__(self) -> None:
        self.latencies: list[float] = []
        self.failures = 0
        self.seconds = 0.0

    def quantile(self, share: float) -> float:
        """A quantile (0 to 1) of the latency, in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds


def request(path: str, body: bytes) -> bytes:
    """The bytes of a POST request with a JSON body."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def run(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> LoadResult:
    """Keep ``connections`` requests in flight for some seconds, or until all requests are sent."""
    result = LoadResult()
    started: dict[socket.socket, float] = {}
    buffers: dict[socket.socket, bytes] = {}
    with selectors.EpollSelector() as selector:
        begin = perf_counter()
        for _ in range(connections):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(connection, selectors.EVENT_READ)
            _send(connection, requests, started, buffers)
        while started:
            for key, _ in selector.select():
                connection = key.fileobj
                assert isinstance(connection, socket.socket)
                buffers[connection] += connection.recv(65536)
                if not _is_complete(buffers[connection]):
                    continue
                now = perf_counter()
                result.latencies.append(now - started.pop(connection))
                result.failures += not buffers[connection].startswith(b"HTTP/1.1 200")
                if now - begin < seconds:
                    _send(connection, requests, started, buffers)
        result.seconds = perf_counter() - begin
        for key in list(selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
    return result


def _send(
    connection: socket.socket,
    requests: Iterator[bytes],
    started: dict[socket.socket, float],
    buffers: dict[socket.socket, bytes],
) -> None:
    content = next(requests, None)
    if content is not None:
        buffers[connection] = b""
        started[connection] = perf_counter()
        connection.sendall(content)


def _is_complete(answer: bytes) -> bool:
    head = answer.find(b"\r\n\r\n")
    if head < 0:
        return False
    start = answer.find(b"Content-Length: ") + 16
    return len(answer) >= head + 4 + int(answer[start : answer.find(b"\r", start)])
