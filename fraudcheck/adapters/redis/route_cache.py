"""Which mail routes have other workers and machines looked up already? A shared cache in Redis.

Each process asks it when its own cache (``adapters.dns.routes``) has no fresh answer. A domain may belong to one
person, so the Redis keys are keyed hashes of domains, and the values hold no names.
"""

from __future__ import annotations

import asyncio
import hmac
import time
from asyncio import Future, Task
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

import msgspec
from redis.asyncio import Redis, RedisCluster
from redis.exceptions import RedisError

from fraudcheck.adapters.redis.link import FAILURES, Link, is_of_server
from fraudcheck.fields.email.mx import RECEIVES
from fraudcheck.ports.patience import patience
from fraudcheck.records import Facts

_MAX_PER_TRIP = 128  # reads, and as many writes, in one round trip
_MAX_WAITING = 2_000  # reads, and as many writes; further ones are left out
_TIMEOUT = 0.1  # seconds
_PROOF_BYTES = 16
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0  # seconds


class RedisRouteCache:
    """``ports.mail.SharedRouteCache`` in Redis: facts as JSON under ``fc:mx:HASH``, which expire with their TTL.

    A value is 16 bytes of its HMAC and the JSON. One that we did not write, or that has changed since, counts as none,
    and is counted in ``forgotten``; it is written anew after the look-up.

    ``key`` is the secret of the hashes; entries written under another key are never found. Reads and writes that wait
    at the same time share a round trip.

    A caller waits for at most ``patience`` seconds. When a round trip fails or takes ``timeout`` seconds, Redis is not
    asked for 1 s; the pause doubles up to 30 s while round trips go on failing. ``clock`` gives monotonic seconds.

    ``trips`` counts round trips by how they ended (ok, failed).
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
        self.forgotten = 0
        self._link = Link(client)
        self._key = key
        self._patience = patience
        self._timeout = timeout
        self._clock = clock
        self._reads: dict[str, Future[tuple[Facts, float] | None]] = {}
        self._writes: dict[str, tuple[bytes, int]] = {}
        self._runner: Task[None] | None = None
        self._pause = 0.0
        self._paused_until = float("-inf")

    @classmethod
    def connect(cls, url: str, key: bytes) -> Self:
        """A cache in the Redis at ``url`` (see ``Link.to``). Raises ValueError for a wrong URL."""
        return cls(Link.to(url, _TIMEOUT).client, key)

    @property
    def open(self) -> bool:
        """Whether Redis is being asked; False during the pause after a failure, and after ``close``."""
        return self._clock() >= self._paused_until

    async def get(self, domain: str) -> tuple[Facts, float] | None:
        """See ``ports.mail.SharedRouteCache``."""
        if not self.open or len(self._reads) >= _MAX_WAITING:
            return None
        key = self._redis_key(domain)
        read = self._reads.get(key)
        if read is None:
            read = self._reads[key] = asyncio.get_running_loop().create_future()
            self._start()
        with suppress(TimeoutError), patience(self._patience):
            return await asyncio.shield(read)  # others may wait for it too
        return None

    def put(self, domain: str, facts: Facts, seconds: float) -> None:
        """See ``ports.mail.SharedRouteCache``."""
        if self.open and len(self._writes) < _MAX_WAITING:
            key, body = self._redis_key(domain), msgspec.json.encode(facts)
            self._writes[key] = (self._proof(key, body) + body, int(seconds * 1000))
            self._start()

    async def close(self) -> None:
        """Stop, and close the connection; waiting writes are dropped."""
        self._paused_until = float("inf")
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.gather(self._runner, return_exceptions=True)
        await self._link.close()

    def _redis_key(self, domain: str) -> str:
        return "fc:mx:" + hmac.digest(self._key, domain.encode(), "sha256").hex()[:32]

    def _proof(self, key: str, body: bytes) -> bytes:
        return hmac.digest(self._key, key.encode() + body, "sha256")[:_PROOF_BYTES]

    def _start(self) -> None:
        if self._runner is None:
            self._runner = asyncio.create_task(self._run())  # which starts after this step of the event loop
            self._runner.add_done_callback(self._ended)

    def _ended(self, _: Task[None]) -> None:
        for read in self._reads.values():
            if not read.done():
                read.set_result(None)
        self._reads, self._runner = {}, None

    async def _run(self) -> None:
        """Make round trips until nothing waits, or until one fails."""
        try:
            while self._reads or self._writes:
                await self._trip()
                self.trips["ok"] += 1
                self._pause = 0.0
        except FAILURES:
            self.trips["failed"] += 1
            self._writes.clear()
            self._pause = min(self._pause * 2 or _FIRST_PAUSE, _LONGEST_PAUSE)
            self._paused_until = self._clock() + self._pause
            await self._link.reset()

    async def _trip(self) -> None:
        """Send waiting reads and writes in one round trip, and resolve the reads. Raises FAILURES."""
        read_keys = list(self._reads)[:_MAX_PER_TRIP]
        write_keys = list(self._writes)[:_MAX_PER_TRIP]
        commands: list[tuple[str | bytes, ...]] = []
        for key in read_keys:
            commands += (("GET", key), ("PTTL", key))
        for key in write_keys:
            value, milliseconds = self._writes.pop(key)
            commands.append(("SET", key, value, "PX", str(milliseconds)))
        replies = await self._link.within(self._timeout, self._link.execute(commands))
        for key, value, milliseconds in zip(read_keys, replies[::2], replies[1::2], strict=False):
            read = self._reads.pop(key)
            if not read.done():
                read.set_result(self._decode(key, value, milliseconds))
        for reply in replies:
            if isinstance(reply, RedisError) and is_of_server(reply):
                raise reply

    def _decode(self, key: str, value: Any, milliseconds: Any) -> tuple[Facts, float] | None:
        """The facts in replies to GET and PTTL, and the seconds that they hold; None where there are none of ours."""
        if value is None or (isinstance(value, RedisError) and is_of_server(value)):
            return None
        body = value[_PROOF_BYTES:] if isinstance(value, bytes) else b""
        if not body or not hmac.compare_digest(value[:_PROOF_BYTES], self._proof(key, body)):
            self.forgotten += 1
            return None
        if not isinstance(milliseconds, int) or milliseconds <= 0:
            return None
        facts: Facts = msgspec.json.decode(body)
        return facts, min(milliseconds / 1000, 86_400.0 if facts.get("route") in RECEIVES else 3_600.0)
