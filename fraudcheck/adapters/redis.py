"""How often were a lead's identities seen before, counted in Redis for all workers and machines?"""

from __future__ import annotations

import asyncio
import time
from asyncio import Future, Task
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha1
from importlib import resources
from struct import Struct
from typing import Any, Self, TypeAlias
from zlib import crc32

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisClusterException, RedisError

from fraudcheck.ports import FORGOTTEN, PARTNERS, Partners, Seen, Unavailable
from fraudcheck.records import Subject

_SCRIPT = resources.files("fraudcheck").joinpath("adapters/lua/observe.lua").read_text()
_SHA = sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()  # how Redis names a script

_ANSWERED = "3600"  # seconds in which a tag is known again
_TTL = str(FORGOTTEN)
_COUNTS, _RELATION = Struct(">7I"), Struct(">3I?")
_NEVER = Seen()

_MOST_A_TRIP = 128  # leads: some 20 ms of Redis, so that a crowd does not run one trip into its time limit
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0  # seconds

Argument: TypeAlias = str | bytes
Command: TypeAlias = tuple[Argument, ...]
Waiting: TypeAlias = tuple[list[Command], "Future[list[Any]]"]


class RedisCounters:
    """Counters (``fraudcheck.ports``) kept in Redis under ``fc:{TENANT/SHARD}:KIND:TOKEN``.

    Leads that wait together share a round trip, and only one trip is under way at a time. A trip that
    takes longer than ``timeout`` seconds, or fails otherwise, is Unavailable("redis") for everyone on
    it and everyone waiting; then nobody is made to wait for 1 s, doubling to 30 s while it keeps failing.
    ``shards`` spreads a tenant over a cluster's slots; changing it forgets the counts. ``clock`` gives
    monotonic seconds. A cluster's client has to give up by itself (``socket_timeout``), for it is never cancelled: it
    would hand late answers to the next trip.
    """

    def __init__(
        self,
        client: Redis | RedisCluster,
        *,
        shards: int = 1,
        timeout: float = 0.2,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._client = client
        self._shards = shards
        self._timeout = timeout
        self._clock = clock
        self._latest: dict[str, float] = {}
        self._waiting: list[Waiting] = []
        self._runner: Task[None] | None = None
        self._sending: Task[list[Any]] | None = None
        self._pause = 0.0
        self._closed_until = float("-inf")

    @classmethod
    def connect(cls, url: str, *, shards: int = 1, timeout: float = 0.2) -> Self:
        """Counters at ``redis://…``, ``rediss://…``, ``unix://…`` or ``redis+cluster://HOST:PORT,HOST:PORT``.

        It connects when first asked. One retry at once, for a connection that a restarted server has dropped: tags
        make it harmless. Raises ValueError for a URL that is none of these.
        """
        options: dict[str, Any] = {"socket_timeout": timeout, "socket_connect_timeout": timeout}
        client: Redis | RedisCluster
        if url.startswith("redis+cluster://"):
            nodes = [_node(text) for text in url.removeprefix("redis+cluster://").rstrip("/").split(",")]
            # Shards on the masters that live go on while one is replaced.
            client = RedisCluster(
                startup_nodes=nodes, require_full_coverage=False, retry=Retry(NoBackoff(), 1), **options
            )
        else:
            client = Redis.from_url(url, retry=Retry(NoBackoff(), 1), **options)
        return cls(client, shards=shards, timeout=timeout)

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
            _read(kinds, reply, seen)
        return seen

    async def ping(self) -> None:
        """Return when Redis answers. Raises Unavailable."""
        try:
            async with asyncio.timeout(self._timeout):
                await self._client.ping()
        except (RedisError, OSError):  # TimeoutError is an OSError
            raise Unavailable("redis") from None

    async def close(self) -> None:
        """Stop; whoever still waits, or asks later, gets Unavailable."""
        self._pause, self._closed_until = _LONGEST_PAUSE, float("inf")
        for task in (self._runner, self._sending):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        self._refuse(self._waiting)  # a task that is cancelled before it starts does nothing itself
        await _close(self._client)

    def _commands(self, subject: Subject) -> tuple[list[list[str]], list[Command]]:
        """One call of the script for each shard, and the kinds in the order of its answers."""
        tenant, tokens = subject.tenant, subject.tokens
        # The clock of a machine may be set back; a tenant's time is not.
        at = self._latest[tenant] = max(int(subject.at), self._latest.get(tenant, 0))
        partners = {kind: bytes.fromhex(token[:16]) for kind, token in {**tokens, **subject.partners}.items()}
        shards: dict[int, list[str]] = {0: list(tokens)}
        if self._shards > 1:
            shards = {}
            for kind, token in tokens.items():
                shards.setdefault(crc32(token.encode()) % self._shards, []).append(kind)
        commands = []
        for shard, kinds in shards.items():
            prefix = f"fc:{{{tenant}/{shard}}}:"
            keys: list[Argument] = [f"{prefix}tag:{subject.tag}"]
            arguments: list[Argument] = [str(at), _ANSWERED]
            for kind in kinds:
                keys.append(f"{prefix}{kind}:".encode() + bytes.fromhex(tokens[kind]))
                relations = PARTNERS.get(kind, ())
                arguments += (_TTL, str(len(relations)))
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
        except (RedisError, RedisClusterException, OSError):  # TimeoutError is an OSError
            self._fail()
            self._refuse([*batch, *self._waiting])
            batch, self._waiting = [], []
            await self._start_afresh()
        finally:
            self._refuse([*batch, *self._waiting])  # whom a defect has left without an answer
            self._waiting = []
            self._runner = None

    async def _trip(self, batch: Sequence[Waiting]) -> None:
        """Send one pipeline and hand out its answers. Raises RedisError and OSError, some answers handed out."""
        commands = [command for commands, _ in batch for command in commands]
        sending = self._sending = asyncio.create_task(self._send(commands))
        sending.add_done_callback(lambda sent: sent.cancelled() or sent.exception())  # nobody may wait for it
        async with asyncio.timeout(self._timeout):
            replies = await asyncio.shield(sending)
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

    async def _send(self, commands: Sequence[Command]) -> list[Any]:
        replies = await self._pipeline(commands)
        if any(isinstance(reply, NoScriptError) for reply in replies):
            await self._load()
            replies = await self._pipeline(commands)  # those that were counted already see themselves left out
        return replies

    async def _pipeline(self, commands: Sequence[Command]) -> list[Any]:
        pipeline = self._client.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        return await pipeline.execute(raise_on_error=False)

    async def _load(self) -> None:
        if isinstance(self._client, RedisCluster):
            await self._client.execute_command("SCRIPT LOAD", _SCRIPT, target_nodes=RedisCluster.PRIMARIES)
        else:
            await self._client.script_load(_SCRIPT)

    async def _start_afresh(self) -> None:
        """Make an end of what is still being sent, and let a cluster's client ask anew which node has what."""
        if self._sending is not None:
            if isinstance(self._client, Redis):
                self._sending.cancel()
            await asyncio.wait((self._sending,))
        if isinstance(self._client, RedisCluster):
            await _close(self._client)

    def _fail(self) -> None:
        self._pause = min(self._pause * 2 or _FIRST_PAUSE, _LONGEST_PAUSE)
        self._closed_until = self._clock() + self._pause

    @staticmethod
    def _refuse(waiting: Sequence[Waiting]) -> None:
        for _, answer in waiting:
            if not answer.done():
                answer.set_exception(Unavailable("redis"))


async def _close(client: Redis | RedisCluster) -> None:
    with suppress(RedisError, OSError):
        await client.aclose()
    if isinstance(client, RedisCluster):  # which leaves connections open where it failed while it connected
        for nodes in ("nodes_cache", "startup_nodes"):
            with suppress(RedisError, OSError):
                await client.nodes_manager.aclose(nodes)


def _node(text: str) -> ClusterNode:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdecimal():
        raise ValueError(f"not a node of a Redis cluster: {text!r}; give redis+cluster://HOST:PORT,HOST:PORT")
    return ClusterNode(host.strip("[]"), int(port))


def _read(kinds: Sequence[str], reply: bytes, seen: dict[str, Seen]) -> None:
    """What the script answered for each kind (see there for the format)."""
    at = 0
    for kind in kinds:
        before = reply[at]
        at += 1
        if not before:
            seen[kind] = _NEVER
            continue
        minutes, hour, day, week, month, first, last = _COUNTS.unpack_from(reply, at)
        at += _COUNTS.size
        partners = {}
        for relation in PARTNERS.get(kind, ()):
            in_hour, in_day, in_month, known = _RELATION.unpack_from(reply, at)
            partners[relation] = Partners(in_hour, in_day, in_month, known)
            at += _RELATION.size
        seen[kind] = Seen(minutes, hour, day, week, month, first, last, partners)
