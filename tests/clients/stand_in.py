"""A server on loopback in the service's place: by the first word of the path it is broken, slow or hostile."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import socket
import socketserver
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from email.utils import formatdate

VERDICT = {
    "check_id": "01a207bd-a9c0-7a2a-aa2a-2a2a2a2a2a2a",
    "trust_score": 4,
    "decision": "reject",
    "classification": "bot",
    "reasons": [],
    "normalized": {"email": "an.nguyen@gmail.com"},
}
Behaviour = Callable[[socket.socket, int, bytes], object]
"""What is done with a call: its connection, how many calls of this name came before, and the request as it came. The
connection is closed then, unless it returns True.
"""
DRIPS = 30.0
"""Seconds for which a slow server goes on: many times what a client waits."""


def answer(status=200, body=VERDICT, kind="application/json", **headers):
    """The bytes of an answer."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Type: {kind}", f"Content-Length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


def says(*args, **kwargs) -> Behaviour:
    """Always the same answer."""
    return lambda connection, _, __: connection.sendall(answer(*args, **kwargs)) or True


def raw(content) -> Behaviour:
    """Bytes, and no more."""
    return lambda connection, _, __: connection.sendall(content)


def in_turn(*each: Behaviour) -> Behaviour:
    """One after the other; the last again and again."""
    return lambda connection, before, request: each[min(before, len(each) - 1)](connection, before, request)


def drips(first, piece, pause=0.02) -> Behaviour:
    """Something, and then a piece again and again."""

    def behave(connection, _, __):
        connection.sendall(first)
        ends = time.monotonic() + DRIPS
        while time.monotonic() < ends:
            connection.sendall(piece)
            time.sleep(pause)

    return behave


def echoes(make: Callable[[str], bytes]) -> Behaviour:
    """An answer made from the request as it came, on one line."""
    return lambda connection, _, request: connection.sendall(
        make(re.sub(r"[^ -~]+|[\"\\]", " ", request.decode("utf-8")))
    )


def doubles(connection, _, request):
    """Answers twice, so that the second answer is taken for that to the next call. The check's id is the lead's
    reference.
    """
    head, _, body = request.partition(b"\r\n\r\n")
    name = re.search(rb"\r\nx-request-id: (\S+)", head.lower())[1].decode()
    own = answer(body=VERDICT | {"check_id": json.loads(body)["reference"]}, X_Request_Id=name)
    connection.sendall(own)
    time.sleep(0.02)
    connection.sendall(own)
    return True


def renames(connection, _, __):
    """Answers as from behind a proxy with names of its own for calls."""
    connection.sendall(answer(X_Request_Id="0af7651916cd43dd8448eb211c80319c"))
    return True


def problem(status, **headers):
    document = {"type": "about:blank", "title": "what is wrong", "status": status, "request_id": "r1"}
    return says(status, document, "application/problem+json", **headers)


BUSY = problem(503, Retry_After=0)
GOOD = says()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
NOW = formatdate(usegmt=True)
BEFORE = formatdate(time.time() - 3600, usegmt=True)
BEFORE_A_MINUTE = formatdate(time.time() - 3600 + 60, usegmt=True)

BEHAVIOURS: dict[str, tuple[Behaviour, str | None, int | None, range]] = {
    # What it does, why there is no verdict, the status in the answer, and how often it is called.
    "good": (GOOD, None, 200, range(1, 2)),
    "charset": (says(kind="Application/JSON; charset=utf-8"), None, 200, range(1, 2)),
    "cookie": (says(Set_Cookie="a=b; Path=/"), None, 200, range(1, 2)),
    "proxy": (renames, None, 200, range(1, 2)),
    # Tried again, where there is time.
    "busy-once": (in_turn(BUSY, GOOD), None, 200, range(2, 3)),
    "limited-once": (in_turn(problem(429, Retry_After=0), GOOD), None, 200, range(2, 3)),
    "restarted": (
        in_turn(says(502, b"<html>", "text/html"), says(504, b"", "text/html"), GOOD),
        None,
        200,
        range(3, 4),
    ),
    "cut-off-once": (in_turn(raw(b""), GOOD), None, 200, range(2, 3)),
    "half-once": (in_turn(raw(answer()[:-9]), GOOD), None, 200, range(2, 3)),
    "no-word-of-when": (in_turn(problem(503), problem(503), GOOD), None, 200, range(3, 4)),
    "date-gone-by": (in_turn(problem(503, Retry_After=BEFORE), GOOD), None, 200, range(2, 3)),
    "its-clock-is-slow": (in_turn(problem(503, Retry_After=NOW, Date=NOW), GOOD), None, 200, range(2, 3)),
    "nonsense-of-when": (
        in_turn(*[problem(503, Retry_After=one) for one in ("soon", "-5", "1e9")], GOOD),
        None,
        200,
        range(4, 5),
    ),
    "a-second": (in_turn(problem(503, Retry_After=1), GOOD), None, 200, range(2, 3)),
    # Not tried again, as there is no time.
    "long-busy": (problem(503, Retry_After=100), "busy", 503, range(1, 2)),
    "limited": (problem(429, Retry_After="999999999"), "busy", 429, range(1, 2)),
    "beyond-numbers": (problem(429, Retry_After="9" * 400), "busy", 429, range(2, 20)),
    "date-to-come": (problem(503, Retry_After=BEFORE_A_MINUTE, Date=BEFORE), "busy", 503, range(1, 2)),
    "always-busy": (BUSY, "busy", 503, range(3, 20)),
    # Never tried again.
    **{
        f"refused-{status}": (problem(status), "refused", status, range(1, 2))
        for status in (400, 401, 403, 404, 409, 413, 415, 422)
    },
    "refused-421": (problem(421), "refused", 421, range(1, 3)),  # for which fetch itself makes another connection
    "refused-in-html": (says(404, b"<html>", "text/html"), "refused", 404, range(1, 2)),
    "refused-with-nonsense": (says(422, [1], "application/problem+json"), "refused", 422, range(1, 2)),
    "defect": (problem(500), "broken", 500, range(1, 2)),
    "html": (says(200, b"<html><title>Log in</title>", "text/html"), "broken", 200, range(1, 2)),
    "other-type": (says(kind="text/plain"), "broken", 200, range(1, 2)),
    "no-content": (raw(b"HTTP/1.1 204 No Content\r\n\r\n"), "broken", 204, range(1, 2)),
    "accepted": (says(202), "broken", 202, range(1, 2)),
    "a-part": (says(206), "broken", 206, range(1, 2)),
    **{
        f"redirect-{status}": (says(status, b"", Location="/stolen/v1/checks"), "broken", status, range(1, 2))
        for status in (301, 302, 303, 307, 308)
    },
    # No verdict.
    "cut-json": (says(200, b'{"decision": "acc'), "broken", 200, range(1, 2)),
    "empty": (says(200, b""), "broken", 200, range(1, 2)),
    "null": (says(200, None), "broken", 200, range(1, 2)),
    "list": (says(200, [VERDICT]), "broken", 200, range(1, 2)),
    "other-object": (says(200, {"status": "ok"}), "broken", 200, range(1, 2)),
    "other-decision": (says(200, VERDICT | {"decision": "approve"}), "broken", 200, range(1, 2)),
    "decision-in-a-list": (says(200, VERDICT | {"decision": ["accept"]}), "broken", 200, range(1, 2)),
    "score-as-text": (says(200, VERDICT | {"trust_score": "97"}), "broken", 200, range(1, 2)),
    "true-score": (says(200, VERDICT | {"trust_score": True}), "broken", 200, range(1, 2)),
    "no-score": (says(200, VERDICT | {"trust_score": float("nan")}), "broken", 200, range(1, 2)),
    "high-score": (says(200, VERDICT | {"trust_score": 970}), "broken", 200, range(1, 2)),
    "no-id": (says(200, VERDICT | {"check_id": None}), "broken", 200, range(1, 2)),
    "no-reasons": (says(200, VERDICT | {"reasons": None}), "broken", 200, range(1, 2)),
    "no-text": (says(200, b'{"check_id": "\xff\xfe"}'), "broken", 200, range(1, 2)),
    "deep": (says(200, b"[" * 500_000), "broken", 200, range(1, 2)),
    "large-number": (says(200, b'{"check_id": "1", "trust_score": %b}' % (b"9" * 500_000)), "broken", 200, range(1, 2)),
    # More than anyone should read.
    "large": (says(200, VERDICT | {"pad": "x" * (2 << 20)}), "broken", 200, range(1, 2)),
    "endless": (drips(HEAD + b"\r\n", b"x" * 65_536, 0), "broken", 200, range(1, 2)),
    "endless-chunks": (
        drips(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65_536 + b"\r\n", 0),
        "broken",
        200,
        range(1, 2),
    ),
    "bomb": (
        says(200, gzip.compress(json.dumps(VERDICT).encode() + b" " * (64 << 20)), Content_Encoding="gzip"),
        "broken",
        200,
        range(1, 2),
    ),
    # Slower than anyone should wait.
    "silent": (lambda *_: time.sleep(DRIPS), "timeout", None, range(1, 2)),
    "slow-head": (drips(HEAD + b"X-A: ", b"a"), "timeout", None, range(1, 2)),
    "slow-body": (drips(HEAD + b"Content-Length: 100000\r\n\r\n", b" "), "timeout", None, range(1, 2)),
    "slow-error": (drips(b"HTTP/1.1 503 No\r\nContent-Length: 9000\r\n\r\n", b" "), "timeout", None, range(1, 2)),
    "slow-chunks": (drips(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"), "timeout", None, range(1, 2)),
    # No HTTP.
    "cut-off": (raw(b""), "unreachable", None, range(2, 20)),
    "half": (raw(answer()[:-9]), "unreachable", None, range(2, 20)),
    "half-chunk": (raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n40\r\n{"), "unreachable", None, range(2, 20)),
    "half-head": (raw(HEAD), "unreachable", None, range(2, 20)),
    "other-protocol": (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "unreachable", None, range(2, 20)),
    "two-lengths": (
        raw(HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
        "unreachable",
        None,
        range(2, 20),
    ),
    "large-head": (raw(HEAD + b"X-A: " + b"a" * 1_000_000 + b"\r\n\r\n"), "unreachable", None, range(2, 20)),
    # Says again what it was sent.
    "echo-problem": (
        echoes(lambda sent: answer(422, {"title": sent, "status": 422}, "application/problem+json")),
        "refused",
        422,
        range(1, 2),
    ),
    "echo-line": (echoes(lambda sent: f"HTTP/9 {sent}\r\n\r\n".encode()), "unreachable", None, range(2, 20)),
    "echo-type": (echoes(lambda sent: answer(kind=sent)), "broken", 200, range(1, 2)),
}


class StandIn:
    """Answers by ``BEHAVIOURS``. ``calls`` are the requests as they came, by name; ``connections`` how many came."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.calls: dict[str, list[bytes]] = defaultdict(list)
        self.connections = 0
        stand_in = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                with contextlib.suppress(OSError):
                    stand_in.connections += 1
                    connection = self.request if tls is None else tls.wrap_socket(self.request, server_side=True)
                    while stand_in._serve(connection):
                        pass
                    connection.close()

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False
            request_queue_size = 128

        self._server = Server(("127.0.0.1", 0), Handler)
        host, port = self._server.server_address[:2]
        self.url = f"{'http' if tls is None else 'https'}://{host}:{port}"

    def _serve(self, connection: socket.socket) -> object:
        request = b""
        while b"\r\n\r\n" not in request:
            request += (part := connection.recv(65_536))
            if not part:
                return False
        head, _, body = request.partition(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: *(\d+)", head.lower())
        while length and len(body) < int(length[1]):
            body += connection.recv(65_536)
        name = head.split(b"/")[1].decode()
        before = len(self.calls[name])
        self.calls[name].append(head + b"\r\n\r\n" + body)
        return (doubles if name == "doubles" else BEHAVIOURS.get(name, (GOOD,))[0])(
            connection, before, head + b"\r\n\r\n" + body
        )

    def __enter__(self) -> StandIn:
        threading.Thread(target=self._server.serve_forever, args=[0.05], daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
