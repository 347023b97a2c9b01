"""May this DNS query be sent now? Each registered domain and each name server has a share of the queries under way."""

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

_SLOW = 0.3  # seconds without an answer, after which a query shrinks the shares of its groups
_CROWD = 32  # slow queries at one time, above which the name server of each further one is looked up
_MAX_FAILED_REFERRALS = 50  # in a row: the resolver does not tell name servers, and is not asked for them again
_MAX_SERVERS = 10_000  # domains whose name server is remembered


class Queries:
    """Sends queries to ``resolvers``, within a share for each registered domain and each name server.

    A share is ``share`` queries under way at first, and ``max_share`` at most (see ``Shares``). Queries below
    ``known`` domains are never refused.

    All names below one registered domain share one group, also where a private suffix (a dynamic DNS service's, say)
    sets them apart.

    A recursive resolver does not tell beforehand which name server it will ask. The name server of a domain is learnt
    from answers that name it. While more than ``_CROWD`` queries are slow, it is also asked for, by a query without
    recursion, which returns what the resolver has in its cache (RFC 1034 section 4.3.1). Not every resolver answers
    these.

    ``refused`` counts refused queries by the kind of share that was used up (``apex``, ``server``).
    """

    def __init__(self, resolvers: Resolvers, known: Collection[str], *, share: int, max_share: int) -> None:
        self.refused: Counter[str] = Counter()
        self._resolvers = resolvers
        self._known = known
        self._shares = Shares(share, max_share)
        self._slow: set[int] = set()  # for each slow query the id() of its list of groups
        self._servers: OrderedDict[str, str] = OrderedDict()  # name server by registered domain, the last learnt last
        self._referrals: set[Task[None]] = set()
        self._failed_referrals = 0
        self._registered_domain = PublicSuffixList(only_icann=True).privatesuffix

    @property
    def slow(self) -> int:
        """How many queries have been under way for longer than 0.3 s."""
        return len(self._slow)

    async def ask(self, name: str, kind: str, avoid: Collection[Upstream] = ()) -> Answered:
        """Ask one question: a name and a record type. Resolvers in ``avoid`` are not asked.

        Never raises. The status is ``overload`` when a share is used up.
        """
        apex = self._registered_domain(name.rstrip(".").lower()) or name
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
        slow_timer = loop.call_at(started + _SLOW, self._on_slow, apex, groups, asyncio.current_task())
        try:
            answered = await self._resolvers.ask(name, kind, avoid)
            in_time = answered.answer[0] in CONCLUSIVE and loop.time() - started < _SLOW
        finally:
            slow_timer.cancel()
            self._slow.discard(id(groups))
            self._shares.leave(groups, in_time=in_time)
            groups.clear()  # tells _charge_server that the query is over
        if answered.zone is not None:
            self._learn_server(apex, *answered.zone)
        return answered

    async def close(self) -> None:
        """Stop looking name servers up."""
        for task in self._referrals:
            task.cancel()
        await asyncio.gather(*self._referrals, return_exceptions=True)

    def _on_slow(self, apex: str, groups: list[Group], asking: Task[Any] | None) -> None:
        self._slow.add(id(groups))
        crowded = len(self._slow) > _CROWD and len(self._referrals) < _CROWD
        if crowded and self._failed_referrals < _MAX_FAILED_REFERRALS and groups and asking is not None:
            task = asyncio.create_task(self._charge_server(apex, groups, asking))
            self._referrals.add(task)
            task.add_done_callback(self._referrals.discard)

    async def _charge_server(self, apex: str, groups: list[Group], asking: Task[Any]) -> None:
        """Count a slow query in its name server's share too. When that is used up, cancel the task ``asking``."""
        if apex not in self._servers:
            zone = await self._resolvers.referral(apex)
            if zone is None or not self._learn_server(apex, *zone):
                self._failed_referrals += 1
                return
            self._failed_referrals = 0
        server: Group = ("server", self._servers[apex])
        if server in groups or not groups:
            return
        if self._shares.full((server,)):
            self.refused["server"] += 1
            asking.cancel()
            return
        self._shares.enter((server,))
        groups.append(server)

    def _learn_server(self, apex: str, zone: str, server: str) -> bool:
        """Remember a domain's name server. False, and not remembered, when the zone is a parent of the domain."""
        if zone != apex and not zone.endswith("." + apex):
            return False  # the name servers of a top-level domain serve everyone
        self._servers[apex] = server
        self._servers.move_to_end(apex)
        if len(self._servers) > _MAX_SERVERS:
            self._servers.popitem(last=False)
        return True
