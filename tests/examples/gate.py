"""A stand-in before the real service, which tests make slow, busy, unreadable or absent while a program calls."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SLOW = 6
"""Seconds until the slow service answers: far more than any example waits."""


class Gate:
    """Hands calls on to the service at ``target``."""

    def __init__(self, target):
        self.target, self.mode, self.ended = target, "through", threading.Event()
        self._listen(0)
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}"

    @contextmanager
    def being(self, mode):
        """While this lasts, the service is ``down``, ``slow``, ``busy``, ``empty`` or ``unreadable``."""
        if mode == "down":
            self._stop()
        self.mode, self.ended = mode, threading.Event()
        try:
            yield
        finally:
            self.ended.set()  # the slow answers end with the test
            self.mode = "through"
            if mode == "down":
                self._listen(self.port)

    def close(self):
        self.ended.set()
        self._stop()

    def _listen(self, port):
        self.server = ThreadingHTTPServer(("127.0.0.1", port), type("Handler", (_Handler,), {"gate": self}))
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def _stop(self):
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    gate: Gate

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.gate.mode == "slow":
            self.gate.ended.wait(SLOW)
        status, kind, answer = {
            "through": self._answer,
            "slow": self._answer,
            "busy": lambda _: (503, "application/problem+json", b'{"title": "Too busy", "status": 503}'),
            "empty": lambda _: (200, "application/json", b"null"),
            "unreadable": lambda _: (200, "text/html", b"<p>Somebody else answers here."),
        }[self.gate.mode](body)
        with suppress(OSError):  # who called may have given up
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

    def _answer(self, body):
        names = {"Content-Type", "Authorization", "Accept"} & {*self.headers}
        handed_on = {name: self.headers[name] for name in names}
        call = urllib.request.Request(self.gate.target + self.path, body, handed_on)
        try:
            with urllib.request.urlopen(call, timeout=10) as answer:
                return answer.status, answer.headers["Content-Type"], answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.headers["Content-Type"], refused.read()

    def log_message(self, *_):
        pass
