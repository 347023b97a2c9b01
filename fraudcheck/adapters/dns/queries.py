"""May this question be asked now? A share of the queries for each registered domain and each name server."""

from __future__ import annotations

import asyncio
from asyncio import Task
from collections import Counter, OrderedDict
from collections.abc import Collection
from typing import Any

from publicsuffixlist import PublicSuffixList

from fraudcheck.adapters.dns.fair_shares import Group, Shares
from fraudcheck.adapters.dns.resolvers import Answered, Resolvers
from fraudcheck.adapters.dns.upstream import CONCLUSIVE, Upstream

_SLOW = 0.3  # seconds after which a query counts against its shares
_CROWD = 32  # slow queries at one time: more are looked at for what they have in common
_ENOUGH = 50  # times in a row that a resolver did not tell a name server: it is not asked again
_MOST_SERVERS = 10_000  # domains whose name server is remembered


class Queries:
    """Asks ``resolvers`` within shares of ``share`` at first and ``most`` at best (``Shares``).

    Below a registered domain everything is one, also what a private suffix (of a dynamic DNS service, say) keeps
    apart. A recursive resolver does not tell a domain's name server beforehand: it is learnt from answers that name
    it, and for a crowd of slow queries by asking the resolver what it knows itself (RFC 1034 section 4.3.1), which
    not every resolver tells. Queries below ``known`` domains are never refused.

    ``refused`` counts queries by the bound (apex, server).
    """

    def __init__(self, resolvers: Resolvers, known: Collection[str], *, share: int, most: int) -> None:
        self.refused: Counter[str] = Counter()
        self._slow: set[int] = set()
        self._resolvers = resolvers
        self._known = known
        self._shares = Shares(share, most)
        self._servers: OrderedDict[str, str] = OrderedDict()
        self._learning: set[Task[None]] = set()
        self._in_vain = 0
        self._apex_of = PublicSuffixList(only_icann=True).privatesuffix

    @property
    def slow(self) -> int:
        """How many queries have been under way for long."""
        return len(self._slow)

    async def ask(self, name: str, kind: str, avoid: Collection[Upstream] = ()) -> Answered:
        """One question. Never raises; the status is ``overload`` where a share is used up."""
        apex = self._apex_of(name.rstrip(".").lower()) or name
        groups: list[Group] = []
        if apex not in self._known:
            groups.append(("apex", apex))
            if apex in self._servers:
                groups.append(("server", self._servers[apex]))
        if full := self._shares.full(groups):
            self.refused[full] += 1
            return Answered(("overload", (), 0.0))
        self._shares.enter(groups)
        loop = asyncio.get_running_loop()
        started = loop.time()
        in_time = False
        turns_slow = loop.call_at(started + _SLOW, self._turned_slow, apex, groups, asyncio.current_task())
        try:
            told = await self._resolvers.ask(name, kind, avoid)
            in_time = told.answer[0] in CONCLUSIVE and loop.time() - started < _SLOW
        finally:
            turns_slow.cancel()
            self._slow.discard(id(groups))
            self._shares.leave(groups, in_time=in_time)
            groups.clear()  # whoever still looks behind it comes too late
        if told.zone is not None:
            self._learn(apex, *told.zone)
        return told

    async def close(self) -> None:
        """Stop learning."""
        for task in self._learning:
            task.cancel()
        await asyncio.gather(*self._learning, return_exceptions=True)

    def _turned_slow(self, apex: str, groups: list[Group], asking: Task[Any] | None) -> None:
        self._slow.add(id(groups))
        crowded = len(self._slow) > _CROWD and len(self._learning) < _CROWD
        if crowded and self._in_vain < _ENOUGH and groups and asking is not None:
            task = asyncio.create_task(self._look_behind(apex, groups, asking))
            self._learning.add(task)
            task.add_done_callback(self._learning.discard)

    async def _look_behind(self, apex: str, groups: list[Group], asking: Task[Any]) -> None:
        """Put a slow query into the share of its name server; where that is full, end the look-up that asks."""
        if apex not in self._servers:
            zone = await self._resolvers.referral(apex)
            if zone is None or not self._learn(apex, *zone):
                self._in_vain += 1
                return
            self._in_vain = 0
        server: Group = ("server", self._servers[apex])
        if server in groups or not groups:
            return
        if self._shares.full((server,)):
            self.refused["server"] += 1
            asking.cancel()
            return
        self._shares.enter((server,))
        groups.append(server)

    def _learn(self, apex: str, zone: str, server: str) -> bool:
        if zone != apex and not zone.endswith("." + apex):
            return False  # a top-level domain's name servers are everyone's
        self._servers[apex] = server
        self._servers.move_to_end(apex)
        if len(self._servers) > _MOST_SERVERS:
            self._servers.popitem(last=False)
        return True
