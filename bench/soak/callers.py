"""Who calls during the soak? People, a farm at one device, readers, and callers who mean harm, at a given pace.

Calls come at random moments, whether earlier ones are answered or not, as they do from many form backends. Each waits
for half a second, as the README says a form backend should, and then goes on without an answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections import Counter, deque
from collections.abc import Iterator
from time import perf_counter

from bench import load
from bench.leads import leads

PATIENCE = 0.5
"""Seconds for which a caller waits."""
_HOSTILE, _READING, _REPEATED, _FARMED = 0.05, 0.01, 0.03, 0.03
"""Shares of the calls: with a hostile body, listings, repeats with an Idempotency-Key, and a farm's."""
_MOST_OPEN = 2000
_BIG = 60_000


def _hostile_bodies() -> list[bytes]:
    """Bodies that have stopped services, of several kinds each."""
    texts = [
        "é" * _BIG,
        "a" + "\u0301" * (_BIG // 2),
        "\ufdfa" * (_BIG // 3),
        "@" * _BIG,
        "a@" * (_BIG // 2),
        "(" * _BIG,
        "1" * _BIG,
        " " * _BIG + "x",
        "\u202e" * (_BIG // 3),
        "x." * (_BIG // 2) + "com",
        "<a " * (_BIG // 3),
        "\\" * (_BIG // 2),
    ]
    bodies = [
        json.dumps({"email": "an@gmail.com", field: text}, ensure_ascii=False).encode()
        for text in texts
        for field in ("name", "email", "phone", "message", "company")
    ]
    bodies += [b"[" * 33 + b'"' + b'\\"' * (_BIG // 2), b'{"a":' * 40, b'{"phone": 1e999999999}', b"\xff" * 1000, b""]
    bodies += [b'{"phone": "+84912840375", "form": "none", "client": [1, 2]}', b'{"phone": %b}' % (b"9" * _BIG)]
    bodies.append(json.dumps({"phone": "+84912840375", **{f"k{number}": number for number in range(5000)}}).encode())
    return bodies


class Tally:
    """What became of the calls of one phase. ``given`` has the verdicts' check ids, ``farmed`` those of the farm's."""

    def __init__(self) -> None:
        self.sent = 0
        self.given: list[str] = []
        self.farmed: list[str] = []
        self.farmed_accepted = 0
        self.unknown = 0
        self.shed = 0
        self.failed: Counter[str] = Counter()
        self.latencies: list[float] = []

    def quantile(self, share: float) -> float:
        """A quantile (0 to 1) of the time to a verdict, in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000 if ordered else float("nan")


class Callers:
    """Callers of the service at one port. ``seed`` decides who they are."""

    def __init__(self, port: int, seed: int) -> None:
        self._port = port
        self._dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._people = leads(seed)
        self._bodies = _hostile_bodies()
        self._idle: deque[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = deque()
        self._open = 0

    async def capacity(self, seconds: float, connections: int = 32) -> float:
        """Calls a second that are answered when so many callers ask without a pause, in the mix of the soak."""
        end, tally = perf_counter() + seconds, Tally()

        async def ask() -> None:
            while perf_counter() < end:
                await self._call(tally, *self._next(), patience=5.0)

        await asyncio.gather(*[ask() for _ in range(connections)])
        return (tally.sent - tally.shed - sum(tally.failed.values())) / seconds

    async def run(self, rate: float, seconds: float) -> Tally:
        """Call so many times a second, for so long. Returns when every caller has an answer or has given up."""
        tally, calls = Tally(), set()
        start = due = perf_counter()
        while (due := due + self._dice.expovariate(rate)) < start + seconds:
            if (wait := due - perf_counter()) > 0:
                await asyncio.sleep(wait)
            kind, content = self._next()
            task = asyncio.create_task(self._call(tally, kind, content, since=due))
            calls.add(task)
            task.add_done_callback(calls.discard)
        await asyncio.gather(*calls)
        return tally

    def close(self) -> None:
        """Close every connection."""
        while self._idle:
            self._idle.pop()[1].close()

    def _next(self) -> tuple[str, bytes]:
        pick = self._dice.random()
        for kind, share in (("hostile", _HOSTILE), ("reader", _READING), ("repeat", _REPEATED), ("farm", _FARMED)):
            if pick < share:
                return kind, self._request(kind)
            pick -= share
        return "person", self._person()

    def _person(self) -> bytes:
        return load.request("/v1/checks", json.dumps(next(self._people), ensure_ascii=False).encode())

    def _request(self, kind: str) -> bytes:
        if kind == "hostile":
            return load.request("/v1/checks", self._dice.choice(self._bodies))
        if kind == "reader":
            wanted = self._dice.choice(["decision=reject", "reason=EMAIL_DISPOSABLE", "vendor=vendor-3", "limit=200"])
            return f"GET /v1/checks?{wanted} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
        lead = next(self._people)
        if kind == "farm":
            lead["source"]["vendor"] = "vendor-7"
            lead["client"] |= {"device_id": "the farm's", "ip": "41.58.3.7", "user_agent": "Mozilla/5.0 (Linux) Farm"}
            return load.request("/v1/checks", json.dumps(lead, ensure_ascii=False).encode())
        request = load.request("/v1/checks", json.dumps(lead).encode())
        key = f"Idempotency-Key: key-{self._dice.randrange(50)}-{len(request)}\r\n".encode()
        return request.replace(b"Host: 127.0.0.1\r\n", b"Host: 127.0.0.1\r\n" + key)

    async def _call(
        self, tally: Tally, kind: str, content: bytes, *, since: float | None = None, patience: float | None = None
    ) -> None:
        tally.sent += 1
        since = perf_counter() if since is None else since
        patience = PATIENCE if patience is None else patience
        try:
            async with asyncio.timeout(max(0.0, patience - (perf_counter() - since))):
                status, body = await self._exchange(content)
        except TimeoutError:
            tally.failed[f"{kind}: no answer in {patience} s"] += 1
            return
        except (OSError, asyncio.IncompleteReadError) as problem:
            tally.failed[f"{kind}: {type(problem).__name__}"] += 1
            return
        if status in (503, 429):
            tally.shed += 1
        elif status == 200 and kind != "reader":
            tally.latencies.append(perf_counter() - since)
            self._note(tally, kind, json.loads(body))
        elif status >= 500 or (status >= 400 and kind in ("person", "farm")):
            tally.failed[f"{kind}: {status}"] += 1

    def _note(self, tally: Tally, kind: str, verdict: dict[str, object]) -> None:
        check_id, unknown = verdict["check_id"], verdict["unknown"]
        assert isinstance(check_id, str)
        assert isinstance(unknown, list)
        tally.given.append(check_id)
        tally.unknown += "velocity" in unknown
        if kind == "farm":
            tally.farmed.append(check_id)
            tally.farmed_accepted += verdict["decision"] == "accept"

    async def _exchange(self, content: bytes) -> tuple[int, bytes]:
        reader, writer = await self._connection()
        try:
            writer.write(content)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
            body = await reader.readexactly(length)
        except BaseException:
            self._open -= 1
            writer.close()
            raise
        if b"connection: close" in head.lower():
            self._open -= 1
            writer.close()
        else:
            self._idle.append((reader, writer))
        return int(head[9:12]), body

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            self._open -= 1
            writer.close()
        while self._open >= _MOST_OPEN:  # noqa: ASYNC110 - a caller that ends tells nobody
            await asyncio.sleep(0.01)
        self._open += 1
        try:
            return await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 20)
        except BaseException:
            self._open -= 1
            raise


class Loris:
    """Callers who open connections and say nothing, or half a head, or half a body, for as long as they are let."""

    def __init__(self, port: int, many: int) -> None:
        self._port, self._many = port, many

    async def hold(self) -> None:
        """Hold the connections, and open those anew that were closed, until cancelled."""
        with contextlib.suppress(OSError):
            await asyncio.gather(*[self._one(number) for number in range(self._many)])

    async def _one(self, number: int) -> None:
        said = (b"", b"POST /v1/checks HTTP/1.1\r\nHost: 127.0.0.1\r\n", next(_half_bodies()))[number % 3]
        while True:
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                try:
                    writer.write(said)
                    await reader.read()
                finally:
                    writer.close()
            await asyncio.sleep(0.2)


def _half_bodies() -> Iterator[bytes]:
    while True:
        yield load.request("/v1/checks", b'{"phone": "+84912840375"}')[:-10]
