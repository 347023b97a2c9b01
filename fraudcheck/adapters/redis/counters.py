"""How often were a lead's identities seen before, counted in Redis for all workers and machines?"""

from __future__ import annotations

import asyncio
import time
from asyncio import Future, Task
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import sha1
from importlib import resources
from secrets import token_hex
from typing import Any, Self, TypeAlias
from zlib import crc32

from redis.asyncio import Redis, RedisCluster
from redis.exceptions import NoScriptError, RedisError

from fraudcheck.adapters.redis.link import FAILURES, Link, is_of_server
from fraudcheck.counting.clock import TenantClock
from fraudcheck.counting.formula import unpack
from fraudcheck.counting.windows import (
    COUNTED_ANEW,
    FORGET_SOONER,
    PARTNERS,
    RHYTHM,
    Seen,
)
from fraudcheck.ports import Unavailable
from fraudcheck.records import Subject

_SCRIPT = resources.files("fraudcheck").joinpath("adapters/redis/observe.lua").read_text()
_SHA = sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()  # how Redis names a script

_KEY_HEX = 24  # hex digits of a token in a key: 96 bits distinguish all identities
_PARTNER_HEX = 16  # hex digits of a partner's token: 64 bits distinguish the partners of one identity


@cache
def _form(kind: str) -> tuple[bytes, bytes, tuple[str, ...]]:
    """A kind of identity's name in a key, what the script has to know of it, and its kinds of partner."""
    name = f"{kind}2:" if kind in COUNTED_ANEW else f"{kind}:"
    partners = PARTNERS.get(kind, ())
    known = len(partners) | (kind in RHYTHM) << 3 | (kind in FORGET_SOONER) << 4
    return name.encode(), bytes([known]), partners


_REMEMBERED = 3_600
"""Seconds for which Redis knows a lead again, at least: one that it counted after we had given up is counted later
under the same tag (``pipeline.rejudging``)."""
_MAX_PER_TRIP = 128  # leads: they take Redis about 20 ms, so that a trip does not reach its time-out
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0  # seconds

Command: TypeAlias = tuple[str | bytes, ...]
Waiting: TypeAlias = tuple[list[list[str]], list[Command], "Future[Mapping[str, Seen]]"]
"""For each shard a lead's kinds of identity, in the order of the reply, and the command; and what will be answered."""


class RedisCounters:
    """``ports.counters.Counters`` in Redis, under keys ``fc:{TENANT/SHARD}:KIND:TOKEN``.

    Leads that wait at the same time share a round trip, and one trip is under way at a time. When a trip fails, or
    takes longer than ``timeout`` seconds, all its leads and all that wait get Unavailable("redis"). Later leads get it
    at once, for 1 s; the pause doubles up to 30 s while trips go on failing.

    A value that cannot be read is forgotten, and counted in ``forgotten``; an error reply to one lead makes that lead
    Unavailable and no other, unless it tells of the server's state.

    ``shards`` spreads a tenant's keys over so many slots of a cluster; changing it loses the counts. With
    ``server_clock`` a lead's time is Redis' own where they differ by more than half of ``windows.TOLERANCE``.
    ``clock`` gives monotonic seconds.
    """

    def __init__(
        self,
        client: Redis | RedisCluster,
        *,
        shards: int = 1,
        timeout: float = 0.2,
        server_clock: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.forgotten = 0
        self._link = Link(client)
        self._server_clock = server_clock
        self._clocks: defaultdict[str, TenantClock] = defaultdict(TenantClock)
        self._shards = shards
        self._timeout = timeout
        self._clock = clock
        self._waiting: list[Waiting] = []
        self._runner: Task[None] | None = None
        self._pause = 0.0
        self._paused_until = float("-inf")

    @classmethod
    def connect(cls, url: str, *, shards: int = 1, timeout: float = 0.2, server_clock: bool = False) -> Self:
        """Counters in the Redis at ``url`` (see ``Link.to``). Raises ValueError for a wrong URL.

        The link may send a command twice; the lead's tag keeps it from being counted twice.
        """
        return cls(Link.to(url, timeout).client, shards=shards, timeout=timeout, server_clock=server_clock)

    def observe(self, subject: Subject) -> Future[Mapping[str, Seen]]:
        """See ``ports.counters.Counters``."""
        answer: Future[Mapping[str, Seen]] = asyncio.get_running_loop().create_future()
        if not subject.tokens:
            answer.set_result({})
            return answer
        if self._pause and (self._runner is not None or self._clock() < self._paused_until):
            self._refuse([([], [], answer)])  # in the pause after a failure, or while another lead tries it again
            return answer
        self._waiting.append((*self._commands(subject), answer))
        if self._runner is None:
            self._runner = asyncio.create_task(self._run())  # which starts after this step of the event loop
        return answer

    async def ping(self) -> None:
        """Return when Redis has carried out the script, on a key that it soon forgets. Raises Unavailable.

        A Redis that answers PING may be unable to count: a replica, one whose memory is full, one that saves no more.
        """
        key = f"fc:{{readyz}}:{token_hex(8)}"  # a new one, for which the script cannot have a reply yet
        command: Command = ("EVALSHA", _SHA, "1", key, "0", "1", "", "")  # counts no identity, and writes its reply
        try:
            (reply,) = await self._link.within(self._timeout, self._send([command]))
        except FAILURES:
            raise Unavailable("redis") from None
        if isinstance(reply, RedisError):
            raise Unavailable("redis: it answers, but does not count")

    async def close(self) -> None:
        """Stop, and close the connection. Waiting leads and later ones get Unavailable."""
        self._pause, self._paused_until = _LONGEST_PAUSE, float("inf")
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.gather(self._runner, return_exceptions=True)
            self._refuse(self._waiting)  # the runner does so itself, unless it was cancelled before it started
        await self._link.close()

    def _commands(self, subject: Subject) -> tuple[list[list[str]], list[Command]]:
        """For each shard the kinds of identity that it has, in the order of the reply, and one call of the script."""
        tenant, tokens = subject.tenant, subject.tokens
        at = str(self._clocks[tenant].second(subject.at, subject.late))
        clock = "late" if subject.late else "now" if self._server_clock else ""
        remembered = str(max(subject.remembered, _REMEMBERED))
        values, fromhex = {**tokens, **subject.partners}, bytes.fromhex
        shards: dict[int, list[str]] = {0: list(tokens)}
        if self._shards > 1:
            shards = {}
            for kind, token in tokens.items():
                shards.setdefault(crc32(token.encode()) % self._shards, []).append(kind)
        commands: list[Command] = []
        for shard, kinds in shards.items():
            prefix = f"fc:{{{tenant}/{shard}}}:"
            start = prefix.encode()
            keys, given = [], []
            for kind in kinds:
                name, form, partners = _form(kind)
                keys.append(start + name + fromhex(tokens[kind][:_KEY_HEX]))
                given.append(form)
                for partner in partners:
                    value = values.get(partner)
                    given.append(b"\0" if value is None else b"\1" + fromhex(value[:_PARTNER_HEX]))
            # 4 is the version of the reply's format
            tag = f"{prefix}tag4:{subject.tag}"
            times = (at, remembered, clock)
            commands.append(("EVALSHA", _SHA, str(len(keys) + 1), tag, *keys, *times, b"".join(given)))
        return list(shards.values()), commands

    async def _run(self) -> None:
        """Make trips until no lead waits. A lead whose caller was cancelled is counted all the same: it did come."""
        batch: list[Waiting] = []
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_MAX_PER_TRIP], self._waiting[_MAX_PER_TRIP:]
                await self._trip(batch)
        except FAILURES:
            self._fail()
            self._refuse([*batch, *self._waiting])
            batch, self._waiting = [], []
            await self._link.reset()
        finally:
            self._refuse([*batch, *self._waiting])  # after an unexpected exception these would wait for ever
            self._waiting = []
            self._runner = None

    async def _trip(self, batch: Sequence[Waiting]) -> None:
        """Send one pipeline and resolve its leads. Raises FAILURES; some leads may have been resolved before."""
        commands = [command for _, own, _ in batch for command in own]
        replies = await self._link.within(self._timeout, self._send(commands))
        error: RedisError | None = None
        start = 0
        for waiting in batch:
            kinds_by_shard, _, answer = waiting
            own_replies = replies[start : start + len(kinds_by_shard)]
            start += len(kinds_by_shard)
            errors = [reply for reply in own_replies if isinstance(reply, RedisError)]
            of_server = [each for each in errors if is_of_server(each)]
            if of_server:
                error = of_server[0]
                continue
            seen = None if errors else self._read(kinds_by_shard, own_replies)
            if seen is None:
                self.forgotten += 1
                self._refuse([waiting])
            elif not answer.done():
                answer.set_result(seen)
        if error is not None:
            raise error
        self._pause = 0.0

    def _read(self, kinds_by_shard: list[list[str]], replies: list[Any]) -> dict[str, Seen] | None:
        """What the script replied; None where that is nothing that it replies."""
        seen: dict[str, Seen] = {}
        for kinds, reply in zip(kinds_by_shard, replies, strict=True):
            if isinstance(reply, list):
                reply, forgotten = reply  # noqa: PLW2901
                self.forgotten += forgotten
            try:
                seen |= unpack(kinds, reply)
            except (ValueError, TypeError):
                return None
        return seen

    async def _send(self, commands: list[Command]) -> list[Any]:
        replies = await self._link.execute(commands)
        if any(isinstance(reply, NoScriptError) for reply in replies):
            await self._link.load(_SCRIPT)
            replies = await self._link.execute(commands)  # leads that were counted already get the same answer again
        return replies

    def _fail(self) -> None:
        self._pause = min(self._pause * 2 or _FIRST_PAUSE, _LONGEST_PAUSE)
        self._paused_until = self._clock() + self._pause

    @staticmethod
    def _refuse(waiting: Sequence[Waiting]) -> None:
        for _, _, answer in waiting:
            if not answer.done():
                answer.set_exception(Unavailable("redis"))
                answer.exception()  # marks it as retrieved: the caller may be gone
