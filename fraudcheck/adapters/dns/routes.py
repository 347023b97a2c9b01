"""Where does mail for a domain go? Asked over the DNS, once for all leads that wait, and kept for its TTL."""

from __future__ import annotations

import asyncio
import time
from asyncio import Task
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Sequence, Set
from functools import partial
from typing import NamedTuple

from fraudcheck.adapters.dns.admission_queue import AdmissionQueue, QueueFull
from fraudcheck.adapters.dns.queries import Queries
from fraudcheck.adapters.dns.resolvers import Resolvers
from fraudcheck.adapters.dns.upstream import Upstream
from fraudcheck.ports.mail import Answer, SharedAnswers, Trace
from fraudcheck.records import Facts

_RECEIVES = ("mx", "address")
_LISTED: Facts = {"v": 1, "route": "mx", "from": "list"}
_OVERLOAD: Facts = {"v": 1, "unknown": "overload"}

_SHORTEST = 60.0
_LONGEST = 86_400.0
_LONGEST_DEAD = 3_600.0  # a repaired domain shall not be called dead for a day
_UNKNOWN_HELD = 5.0  # long enough to spare a dead resolver, short enough to notice that it lives again
_STALE = 86_400.0  # how long a domain that received mail may be believed beyond its TTL (RFC 8767)
_STALE_AFTER = 0.1  # seconds that a caller waits for a fresh answer where there is a stale one
_SHARE = 32  # queries at one time below one registered domain, until it has proved quick
_SECOND_OPINION = 0.15


class CachedRoute(NamedTuple):
    """Facts, and until when they are fresh; ``usable_until`` for want of fresh ones."""

    fresh_until: float
    facts: Facts
    usable_until: float = 0.0


class DnsMailRoutes:
    """``ports.MailRoutes`` over recursive resolvers.

    ``trace`` is ``trace_mail_route``; ``nameservers`` are ``HOST[:PORT]``, None for the system's, asked as
    ``Resolvers`` says; ``known`` domains certainly receive mail and are never looked up, and ``probes`` are those
    of them that show whether a resolver tells the truth. ``shared`` is what other workers found out.

    ``flights`` bounds look-ups at one time (``Lane``), of which no registered domain and no name server has more
    than its share (``Queries``). In seconds, ``lifetime`` bounds one domain's whole look-up, ``attempt`` one try at
    one resolver, and ``patience`` is the least time before another is asked beside it; ``clock`` is monotonic.
    Raises ValueError for a nameserver that is none.

    ``asked`` counts callers by where their answer came from (list, hit, stale, joined, miss), ``shared_asked``
    look-ups by what the shared cache said (hit, miss), ``outcomes`` look-ups by route or, for unknown ones,
    ``unknown_<cause>``, ``second_opinions`` dead domains by what another resolver said of them (dead, alive,
    unknown).
    """

    def __init__(
        self,
        trace: Trace,
        nameservers: Sequence[str] | None = None,
        *,
        known: Set[str] = frozenset(),
        probes: Sequence[str] = (),
        shared: SharedAnswers | None = None,
        size: int = 50_000,
        flights: int = 500,
        lifetime: float = 5.0,
        attempt: float = 1.5,
        patience: float = 0.06,
        clock: Callable[[], float] = time.monotonic,
        resolv_conf: str = "/etc/resolv.conf",
    ) -> None:
        self.asked: Counter[str] = Counter()
        self.shared_asked: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.second_opinions: Counter[str] = Counter()
        self.resolvers = Resolvers(
            nameservers,
            probes=probes,
            attempt=attempt,
            patience=patience,
            sockets=2 * flights,
            clock=clock,
            resolv_conf=resolv_conf,
        )
        self.queries = Queries(self.resolvers, known, share=min(_SHARE, flights), most=flights)
        self.lane = AdmissionQueue(flights)
        self._trace = trace
        self._known = known
        self.shared = shared
        self._size = size
        self._lifetime = lifetime
        self._clock = clock
        self._closed = False
        self._kept: OrderedDict[str, CachedRoute] = OrderedDict()
        self._flights: dict[str, Task[Facts]] = {}

    async def route(self, domain: str) -> Facts:
        """See ``ports.MailRoutes``. A fresh answer is given without suspending."""
        kept = self._kept.get(domain)
        if kept is not None and kept[0] > self._clock():
            self._kept.move_to_end(domain)
            self.asked["hit"] += 1
            return kept[1]
        if domain in self._known:
            self.asked["list"] += 1
            return _LISTED
        stale = kept if kept is not None and kept.usable_until > self._clock() else None
        flight = self._flight(domain)
        # Neither ends the flight with its caller nor the caller with the flight.
        done, _ = await asyncio.wait((flight,), timeout=_STALE_AFTER if stale else None)
        if done and not flight.cancelled():
            return flight.result()
        if stale:
            self.asked["stale"] += 1
            return _as_stale(stale.facts)
        return {"v": 1, "unknown": "closed"} if self._closed else _OVERLOAD

    async def ping(self) -> None:
        """Raise Unavailable unless a resolver answers within a second."""
        await self.resolvers.ping()

    async def close(self) -> None:
        """Stop the look-ups under way, whose callers get ``unknown``, and begin no more."""
        self._closed = True
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)
        await self.queries.close()
        await self.resolvers.close()
        if self.shared is not None:
            await self.shared.close()

    def _flight(self, domain: str) -> Task[Facts]:
        flight = self._flights.get(domain)
        if flight is not None:
            self.asked["joined"] += 1
            return flight
        self.asked["miss"] += 1
        flight = self._flights[domain] = asyncio.create_task(self._find(domain))
        flight.add_done_callback(lambda _: self._flights.pop(domain, None))
        return flight

    async def _find(self, domain: str) -> Facts:
        if self._closed:
            return {"v": 1, "unknown": "closed"}
        shared = None if self.shared is None else await self.shared.get(domain)
        if shared is not None:
            self.shared_asked["hit"] += 1
            return self._keep(domain, *shared)
        self.shared_asked["miss"] += self.shared is not None
        try:
            async with asyncio.timeout(self._lifetime):
                await self.lane.enter()
                facts, ttl = await self._look_up(domain)
        except TimeoutError:
            facts, ttl = {"v": 1, "unknown": "timeout"}, 0.0
        except QueueFull:
            facts, ttl = _OVERLOAD, 0.0
        except Exception:  # whatever it is, the lead has no part in it
            facts, ttl = {"v": 1, "unknown": "resolver_error"}, 0.0
        finally:
            self.lane.leave()
        self.outcomes[facts.get("route") or f"unknown_{facts['unknown']}"] += 1
        if "unknown" in facts:
            return self._keep(domain, facts, _UNKNOWN_HELD)
        ttl = min(max(ttl, _SHORTEST), _LONGEST if facts["route"] in _RECEIVES else _LONGEST_DEAD)
        if self.shared is not None:
            self.shared.put(domain, facts, ttl)
        return self._keep(domain, facts, ttl)

    async def _look_up(self, domain: str) -> tuple[Facts, float]:
        """Trace the route; where that ends dead, see whether the resolver can be believed and another agrees."""
        used: set[Upstream] = set()
        facts, ttl = await self._trace(domain, partial(self._resolve, used, ()))
        if facts.get("route") in (None, *_RECEIVES):
            return facts, ttl
        for upstream in tuple(used):
            if not await upstream.truthful():
                return {"v": 1, "unknown": "implausible"}, 0.0
        if not self.resolvers.others(used):
            return facts, ttl
        try:
            async with asyncio.timeout(_SECOND_OPINION):
                second, held = await self._trace(domain, partial(self._resolve, set(), tuple(used)))
        except TimeoutError:
            second, held = {"v": 1, "unknown": "timeout"}, 0.0
        alive = second.get("route") in _RECEIVES
        self.second_opinions["unknown" if "unknown" in second else "alive" if alive else "dead"] += 1
        return (second, held) if alive else (facts, ttl)

    async def _resolve(self, used: set[Upstream], avoid: Collection[Upstream], name: str, kind: str) -> Answer:
        told = await self.queries.ask(name, kind, avoid)
        if told.upstream is not None:
            used.add(told.upstream)
        return told.answer

    def _keep(self, domain: str, facts: Facts, held: float) -> Facts:
        """Keep facts, and give them; where nothing was learnt, what was known of a domain that received mail."""
        now = self._clock()
        usable_until = now + held + _STALE if facts.get("route") in _RECEIVES else 0.0
        earlier = self._kept.get(domain)
        if "unknown" in facts:
            if earlier is not None and earlier.usable_until > now:
                facts, usable_until = _as_stale(earlier.facts), earlier.usable_until
            elif facts == _OVERLOAD:  # says nothing about the domain
                return facts
        self._kept[domain] = CachedRoute(now + held, facts, usable_until)
        self._kept.move_to_end(domain, last="unknown" not in facts)  # a tarpit shall push nothing else out
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return facts


def _as_stale(facts: Facts) -> Facts:
    return {**facts, "stale": True}
