"""How often were a lead's identities seen before, counted in Redis for all workers and machines?"""

from __future__ import annotations

import asyncio
import time
from asyncio import Future, Task
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha1
from importlib import resources
from typing import Any, Self, TypeAlias
from zlib import crc32

from redis.asyncio import Redis, RedisCluster
from redis.exceptions import NoScriptError, RedisError

from fraudcheck.adapters.redis.link import FAILURES, Link
from fraudcheck.counting.formula import unpack
from fraudcheck.counting.windows import FORGOTTEN, FORGOTTEN_SOON, LAST, PARTNERS, RHYTHM, Seen
from fraudcheck.ports import Unavailable
from fraudcheck.records import Subject

_SCRIPT = resources.files("fraudcheck").joinpath("adapters/redis/observe.lua").read_text()
_SHA = sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()  # how Redis names a script

_TTL = str(FORGOTTEN)
_TTLS = {kind: str(seconds) for kind, seconds in FORGOTTEN_SOON.items()}
_LAST = str(LAST)
_KEY_HEX, _PARTNER_HEX = 24, 16  # 96 bits tell all identities apart, 64 the partners of one

_MOST_A_TRIP = 128  # leads: some 20 ms of Redis, so that a crowd does not run one trip into its time limit
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0  # seconds

Command: TypeAlias = tuple[str | bytes, ...]
Waiting: TypeAlias = tuple[list[Command], "Future[list[Any]]"]


class RedisCounters:
    """Counters (``fraudcheck.ports``) kept in Redis under ``fc:{TENANT/SHARD}:KIND:TOKEN``.

    Leads that wait together share a round trip, and only one trip is under way at a time. A trip that
    takes longer than ``timeout`` seconds, or fails otherwise, is Unavailable("redis") for everyone on
    it and everyone waiting; then nobody is made to wait for 1 s, doubling to 30 s while it keeps failing.
    ``shards`` spreads a tenant over a cluster's slots; changing it forgets the counts. ``clock`` gives
    monotonic seconds.
    """

    def __init__(
        self,
        client: Redis | RedisCluster,
        *,
        shards: int = 1,
        timeout: float = 0.2,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._link = Link(client)
        self._shards = shards
        self._timeout = timeout
        self._clock = clock
        self._latest: dict[str, float] = {}
        self._waiting: list[Waiting] = []
        self._runner: Task[None] | None = None
        self._pause = 0.0
        self._closed_until = float("-inf")

    @classmethod
    def connect(cls, url: str, *, shards: int = 1, timeout: float = 0.2) -> Self:
        """Counters at a URL (see ``Link.to``). Tags make its retry harmless. Raises ValueError."""
        return cls(Link.to(url, timeout).client, shards=shards, timeout=timeout)

    async def observe(self, subject: Subject) -> Mapping[str, Seen]:
        """Count this lead under each of its tokens and give what came before. See ``ports.Counters``."""
        tokens = subject.tokens
        if not tokens:
            return {}
        if self._pause and (self._runner is not None or self._clock() < self._closed_until):
            raise Unavailable("redis")  # Redis is out, or another lead is trying whether it is back
        shards, commands = self._commands(subject)
        answer: Future[list[Any]] = asyncio.get_running_loop().create_future()
        self._waiting.append((commands, answer))
        if self._runner is None:
            self._runner = asyncio.create_task(self._run())  # starts when this turn of the loop is over
        seen: dict[str, Seen] = {}
        for kinds, reply in zip(shards, await answer, strict=True):
            at = 0
            for kind in kinds:
                seen[kind], at = unpack(kind, reply, at)
        return seen

    async def ping(self) -> None:
        """Return when Redis answers. Raises Unavailable."""
        try:
            await self._link.ping(self._timeout)
        except FAILURES:
            raise Unavailable("redis") from None

    async def close(self) -> None:
        """Stop; whoever still waits, or asks later, gets Unavailable."""
        self._pause, self._closed_until = _LONGEST_PAUSE, float("inf")
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.gather(self._runner, return_exceptions=True)
            self._refuse(self._waiting)  # a task that is cancelled before it starts does nothing itself
        await self._link.close()

    def _commands(self, subject: Subject) -> tuple[list[list[str]], list[Command]]:
        """One call of the script for each shard, and the kinds in the order of its answers."""
        tenant, tokens = subject.tenant, subject.tokens
        # The clock of a machine may be set back; a tenant's time is not.
        at = self._latest[tenant] = max(int(subject.at), self._latest.get(tenant, 0))
        partners = {kind: bytes.fromhex(token[:_PARTNER_HEX]) for kind, token in {**tokens, **subject.partners}.items()}
        shards: dict[int, list[str]] = {0: list(tokens)}
        if self._shards > 1:
            shards = {}
            for kind, token in tokens.items():
                shards.setdefault(crc32(token.encode()) % self._shards, []).append(kind)
        commands = []
        for shard, kinds in shards.items():
            prefix = f"fc:{{{tenant}/{shard}}}:"
            keys: list[str | bytes] = [f"{prefix}tag2:{subject.tag}"]  # the number of the answer's form
            arguments: list[str | bytes] = [str(at), str(subject.remembered)]
            for kind in kinds:
                keys.append(f"{prefix}{kind}:".encode() + bytes.fromhex(tokens[kind][:_KEY_HEX]))
                relations = PARTNERS.get(kind, ())
                arguments += (_TTLS.get(kind, _TTL), _LAST if kind in RHYTHM else "0", str(len(relations)))
                arguments += [partners.get(relation, b"") for relation in relations]
            commands.append(("EVALSHA", _SHA, str(len(keys)), *keys, *arguments))
        return list(shards.values()), commands

    async def _run(self) -> None:
        """Make trips until nobody waits. Whoever was cancelled while waiting is counted: the lead did come."""
        batch: list[Waiting] = []
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_MOST_A_TRIP], self._waiting[_MOST_A_TRIP:]
                await self._trip(batch)
        except FAILURES:
            self._fail()
            self._refuse([*batch, *self._waiting])
            batch, self._waiting = [], []
            await self._link.afresh()
        finally:
            self._refuse([*batch, *self._waiting])  # whom a defect has left without an answer
            self._waiting = []
            self._runner = None

    async def _trip(self, batch: Sequence[Waiting]) -> None:
        """Send one pipeline and hand out its answers. Raises FAILURES, some answers handed out."""
        commands = [command for commands, _ in batch for command in commands]
        replies = await self._link.within(self._timeout, self._send(commands))
        problem: RedisError | None = None
        start = 0
        for commands, answer in batch:
            own = replies[start : start + len(commands)]
            start += len(commands)
            errors = [reply for reply in own if isinstance(reply, RedisError)]
            if errors:
                problem = errors[0]  # out of memory, read-only and the like
            elif not answer.done():
                answer.set_result(own)
        if problem is not None:
            raise problem
        self._pause = 0.0

    async def _send(self, commands: list[Command]) -> list[Any]:
        replies = await self._link.execute(commands)
        if any(isinstance(reply, NoScriptError) for reply in replies):
            await self._link.load(_SCRIPT)
            replies = await self._link.execute(commands)  # those that were counted already see themselves left out
        return replies

    def _fail(self) -> None:
        self._pause = min(self._pause * 2 or _FIRST_PAUSE, _LONGEST_PAUSE)
        self._closed_until = self._clock() + self._pause

    @staticmethod
    def _refuse(waiting: Sequence[Waiting]) -> None:
        for _, answer in waiting:
            if not answer.done():
                answer.set_exception(Unavailable("redis"))
