"""Where does mail for a domain go? One DNS look-up serves all leads that wait for it, and is cached for its TTL."""

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
from fraudcheck.ports.mail import Answer, SharedRouteCache, Trace
from fraudcheck.ports.patience import patience
from fraudcheck.records import Facts

_RECEIVES = ("mx", "address")
_LISTED: Facts = {"v": 1, "route": "mx", "from": "list"}
_OVERLOAD: Facts = {"v": 1, "unknown": "overload"}
_CLOSED: Facts = {"v": 1, "unknown": "closed"}

# All in seconds.
_MIN_TTL = 60.0
_MAX_TTL = 86_400.0
_MAX_TTL_DEAD = 3_600.0  # so that a repaired domain is not called dead for a day
_STALE_FOR = 86_400.0  # how long after its TTL the route of a domain that received mail may be used (RFC 8767)
_STALE_AFTER = 0.1  # how long a caller waits for a fresh answer when there is a stale one
_SECOND_OPINION_TIMEOUT = 0.15

_SHARE = 32  # queries under way below one registered domain, until it has answered in time


class CachedRoute(NamedTuple):
    """The facts of a domain, and until when they are fresh; until ``usable_until`` they stand in for missing ones."""

    fresh_until: float
    facts: Facts
    usable_until: float = 0.0


class DnsMailRoutes:
    """``ports.mail.MailRoutes`` over recursive resolvers.

    Args:
        trace: follows a domain's mail route (``trace_mail_route``).
        nameservers: resolvers as ``HOST[:PORT]``, asked as ``Resolvers`` says; None for the system's. Raises
            ValueError for any other text.
        known: domains that certainly receive mail; they are never looked up.
        probes: those of them that show whether a resolver tells the truth.
        shared: the cache of all workers and machines, if any.
        size: domains in this process's cache.
        flights: look-ups at one time (``AdmissionQueue``). Each registered domain and each name server has a share of
            these (``Queries``).
        lifetime: time-out of one domain's whole look-up, in seconds.
        attempt: time-out of one try at one resolver, in seconds.
        patience: least time before another resolver is asked beside it, in seconds.
        unknown_for: how long a domain that nothing could be told of is not asked for again, in seconds.
        clock: gives monotonic seconds.

    Counts, for the metrics: ``asked`` counts callers by where their answer came from (list, hit, stale, joined,
    miss); ``shared_asked`` look-ups by what the shared cache returned (hit, miss); ``outcomes`` look-ups by route, or
    by ``unknown_<cause>``; ``second_opinions`` dead domains by what another resolver answered (dead, alive, unknown).
    """

    def __init__(
        self,
        trace: Trace,
        nameservers: Sequence[str] | None = None,
        *,
        known: Set[str] = frozenset(),
        probes: Sequence[str] = (),
        shared: SharedRouteCache | None = None,
        size: int = 50_000,
        flights: int = 500,
        lifetime: float = 5.0,
        attempt: float = 1.5,
        patience: float = 0.06,
        unknown_for: float = 5.0,
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
        self.queries = Queries(self.resolvers, known, share=min(_SHARE, flights), max_share=flights)
        self.admission = AdmissionQueue(flights)
        self.flights = flights
        self._trace = trace
        self._unknown_for = unknown_for  # long enough to spare a dead resolver, short enough to notice that it is back
        self._known = known
        self.shared = shared
        self._size = size
        self._lifetime = lifetime
        self._clock = clock
        self._closed = False
        self._cache: OrderedDict[str, CachedRoute] = OrderedDict()
        self._flights: dict[str, Task[Facts]] = {}

    async def route(self, domain: str) -> Facts:
        """See ``ports.mail.MailRoutes``. A fresh answer is given without suspending."""
        cached = self._cache.get(domain)
        if cached is not None and cached.fresh_until > self._clock():
            self._cache.move_to_end(domain)
            self.asked["hit"] += 1
            return cached.facts
        if domain in self._known:
            self.asked["list"] += 1
            return _LISTED
        stale = cached if cached is not None and cached.usable_until > self._clock() else None
        flight = self._flight(domain)
        # wait() does not cancel the flight when this caller is cancelled, nor the caller when the flight is.
        done, _ = await asyncio.wait((flight,), timeout=_STALE_AFTER if stale else None)
        if done and not flight.cancelled():
            return flight.result()
        if stale:
            self.asked["stale"] += 1
            return _as_stale(stale.facts)
        return _CLOSED if self._closed else _OVERLOAD

    async def ping(self) -> None:
        """Return when a resolver answers within a second. Raises Unavailable."""
        await self.resolvers.ping()

    async def close(self) -> None:
        """Cancel the look-ups under way and start no more; their callers get ``unknown``: ``closed``."""
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
        """The look-up of a domain that is under way, or else a new one."""
        flight = self._flights.get(domain)
        if flight is not None:
            self.asked["joined"] += 1
            return flight
        self.asked["miss"] += 1
        flight = self._flights[domain] = asyncio.create_task(self._find(domain))
        flight.add_done_callback(lambda _: self._flights.pop(domain, None))
        return flight

    async def _find(self, domain: str) -> Facts:
        """The facts of a domain, from the shared cache or from the DNS; both fill the cache. Never raises."""
        if self._closed:
            return _CLOSED
        shared = None if self.shared is None else await self.shared.get(domain)
        if shared is not None:
            self.shared_asked["hit"] += 1
            return self._cache_route(domain, *shared)
        self.shared_asked["miss"] += int(self.shared is not None)
        try:
            async with asyncio.timeout(self._lifetime):
                await self.admission.enter()
                facts, ttl = await self._look_up(domain)
        except TimeoutError:
            facts, ttl = {"v": 1, "unknown": "timeout"}, 0.0
        except QueueFull:
            facts, ttl = _OVERLOAD, 0.0
        except Exception:  # a defect of ours or of a library, which must not count against the lead
            facts, ttl = {"v": 1, "unknown": "resolver_error"}, 0.0
        finally:
            self.admission.leave()
        self.outcomes[facts.get("route") or f"unknown_{facts['unknown']}"] += 1
        if "unknown" in facts:
            return self._cache_route(domain, facts, self._unknown_for)
        max_ttl = _MAX_TTL if facts["route"] in _RECEIVES else _MAX_TTL_DEAD
        ttl = min(max(ttl, _MIN_TTL), max_ttl)
        if self.shared is not None:
            self.shared.put(domain, facts, ttl)
        return self._cache_route(domain, facts, ttl)

    async def _look_up(self, domain: str) -> tuple[Facts, float]:
        """Trace a domain's route over the DNS: facts, and the seconds that they hold.

        Before a domain is called dead, each resolver that was used has to prove that it tells the truth (else the
        facts are unknown), and another resolver is asked, if there is one. If that finds a route, it counts.
        """
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
            with patience(_SECOND_OPINION_TIMEOUT):
                second, second_ttl = await self._trace(domain, partial(self._resolve, set(), tuple(used)))
        except TimeoutError:
            second, second_ttl = {"v": 1, "unknown": "timeout"}, 0.0
        if "unknown" in second:
            self.second_opinions["unknown"] += 1
        elif second.get("route") in _RECEIVES:
            self.second_opinions["alive"] += 1
            return second, second_ttl
        else:
            self.second_opinions["dead"] += 1
        return facts, ttl

    async def _resolve(self, used: set[Upstream], avoid: Collection[Upstream], name: str, kind: str) -> Answer:
        """``ports.mail.Resolve``, which adds the resolver that answered to ``used``."""
        answered = await self.queries.ask(name, kind, avoid)
        if answered.upstream is not None:
            used.add(answered.upstream)
        return answered.answer

    def _cache_route(self, domain: str, facts: Facts, ttl: float) -> Facts:
        """Cache a domain's facts for ``ttl`` seconds, and return those to use now.

        When they are unknown, and the domain received mail not long ago, the earlier facts are used, marked as stale.
        """
        now = self._clock()
        usable_until = now + ttl + _STALE_FOR if facts.get("route") in _RECEIVES else 0.0
        earlier = self._cache.get(domain)
        if "unknown" in facts:
            if earlier is not None and earlier.usable_until > now:
                facts, usable_until = _as_stale(earlier.facts), earlier.usable_until
            elif facts == _OVERLOAD:  # says nothing about the domain
                return facts
        self._cache[domain] = CachedRoute(now + ttl, facts, usable_until)
        self._cache.move_to_end(domain, last="unknown" not in facts)  # unknown ones are the first to be dropped
        if len(self._cache) > self._size:
            self._cache.popitem(last=False)
        return facts


def _as_stale(facts: Facts) -> Facts:
    return {**facts, "stale": True}
