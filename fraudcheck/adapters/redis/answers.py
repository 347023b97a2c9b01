"""What have the other workers and machines found out about a mail domain? A cache in Redis behind each process's own.

A domain may be a person's own, so that keys are keyed hashes of it and values hold no name.
"""

from __future__ import annotations

import asyncio
import hmac
import time
from asyncio import Future, Task
from collections import Counter
from collections.abc import Callable
from typing import Any, Self

import msgspec
from redis.asyncio import Redis, RedisCluster
from redis.exceptions import RedisError

from fraudcheck.adapters.redis.link import FAILURES, Link
from fraudcheck.fields.email.mx import RECEIVES
from fraudcheck.records import Facts

_MOST_A_TRIP = 128  # look-ups
_MOST_WAITING = 2_000
_TIMEOUT = 0.1  # seconds
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0  # seconds


class RedisAnswers:
    """``ports.SharedAnswers`` in Redis under ``fc:mx:HASH``, as JSON that expires with its answer.

    ``key`` is the secret that domains are hashed with; facts found under another one are never seen. Look-ups
    that wait together share a round trip. A caller waits ``patience`` seconds at most; a trip that fails, or takes
    ``timeout`` seconds, makes nobody ask for 1 s, doubling to 30 s while it keeps failing. ``clock`` gives
    monotonic seconds. ``trips`` counts round trips by how they ended (ok, failed), ``open`` says whether Redis is
    being asked.
    """

    def __init__(
        self,
        client: Redis | RedisCluster,
        key: bytes,
        *,
        patience: float = 0.005,
        timeout: float = _TIMEOUT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.trips: Counter[str] = Counter()
        self._link = Link(client)
        self._key = key
        self._patience = patience
        self._timeout = timeout
        self._clock = clock
        self._gets: dict[str, Future[tuple[Facts, float] | None]] = {}
        self._puts: dict[str, tuple[bytes, int]] = {}
        self._runner: Task[None] | None = None
        self._pause = 0.0
        self._closed_until = float("-inf")

    @classmethod
    def connect(cls, url: str, key: bytes) -> Self:
        """Answers at a URL (see ``Link.to``). Raises ValueError."""
        return cls(Link.to(url, _TIMEOUT).client, key)

    @property
    def open(self) -> bool:
        """Whether Redis is asked: not for a while after it has failed."""
        return self._clock() >= self._closed_until

    async def get(self, domain: str) -> tuple[Facts, float] | None:
        """See ``ports.SharedAnswers``."""
        if not self.open or len(self._gets) >= _MOST_WAITING:
            return None
        name = self._name(domain)
        answer = self._gets.get(name)
        if answer is None:
            answer = self._gets[name] = asyncio.get_running_loop().create_future()
            self._start()
        await asyncio.wait((answer,), timeout=self._patience)
        return answer.result() if answer.done() else None

    def put(self, domain: str, facts: Facts, seconds: float) -> None:
        """See ``ports.SharedAnswers``."""
        if self.open and len(self._puts) < _MOST_WAITING:
            self._puts[self._name(domain)] = (msgspec.json.encode(facts), int(seconds * 1000))
            self._start()

    async def close(self) -> None:
        """Stop; what was not told yet stays untold."""
        self._closed_until = float("inf")
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.gather(self._runner, return_exceptions=True)
        await self._link.close()

    def _name(self, domain: str) -> str:
        return "fc:mx:" + hmac.digest(self._key, domain.encode(), "sha256").hex()[:32]

    def _start(self) -> None:
        if self._runner is None:
            self._runner = asyncio.create_task(self._run())  # starts when this turn of the loop is over
            self._runner.add_done_callback(self._ended)

    def _ended(self, _: Task[None]) -> None:
        for answer in self._gets.values():
            if not answer.done():
                answer.set_result(None)
        self._gets, self._runner = {}, None

    async def _run(self) -> None:
        try:
            while self._gets or self._puts:
                await self._trip()
                self.trips["ok"] += 1
                self._pause = 0.0
        except FAILURES:
            self.trips["failed"] += 1
            self._puts.clear()
            self._pause = min(self._pause * 2 or _FIRST_PAUSE, _LONGEST_PAUSE)
            self._closed_until = self._clock() + self._pause
            await self._link.afresh()

    async def _trip(self) -> None:
        """Ask and tell what waits, in one round trip. Raises FAILURES."""
        asked = list(self._gets)[:_MOST_A_TRIP]
        told = list(self._puts)[:_MOST_A_TRIP]
        commands: list[tuple[str | bytes, ...]] = []
        for name in asked:
            commands += (("GET", name), ("PTTL", name))
        for name in told:
            value, milliseconds = self._puts.pop(name)
            commands.append(("SET", name, value, "PX", str(milliseconds)))
        replies = await self._link.within(self._timeout, self._link.execute(commands))
        for name, value, left in zip(asked, replies[::2], replies[1::2], strict=False):
            answer = self._gets.pop(name)
            if not answer.done():
                answer.set_result(_decode_answer(value, left))
        for reply in replies:
            if isinstance(reply, RedisError):  # out of memory, read-only and the like
                raise reply


def _decode_answer(value: Any, milliseconds: Any) -> tuple[Facts, float] | None:
    """The facts in a reply, None where there are none, or none that can be used: someone else may write there too."""
    if not isinstance(value, bytes) or not isinstance(milliseconds, int) or milliseconds <= 0:
        return None
    try:
        facts = msgspec.json.decode(value, type=dict[str, Any])
    except msgspec.DecodeError:
        return None
    seconds = min(milliseconds / 1000, 86_400.0 if facts.get("route") in RECEIVES else 3_600.0)
    return (facts, seconds) if facts.get("v") == 1 and isinstance(facts.get("route"), str) else None
