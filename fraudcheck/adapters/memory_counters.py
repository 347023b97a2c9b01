"""How often were a lead's identities seen before, counted in this process's memory? For when there is no Redis."""

from __future__ import annotations

import time
from asyncio import Future, get_running_loop
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping

from fraudcheck.counting.clock import TenantClock
from fraudcheck.counting.formula import Identity, observe
from fraudcheck.counting.windows import FORGET_AFTER, FORGET_SOONER, PARTNERS, Seen
from fraudcheck.ports import Unavailable
from fraudcheck.records import Subject


class MemoryCounters:
    """``ports.counters.Counters`` in memory. It gives exactly the numbers of ``RedisCounters``; they are lost on exit.

    At most ``max_times`` times at which identities and partners were seen are kept (a lead has up to forty). Beyond
    that whole identities are dropped, the one that was not seen for longest first. A time takes up to 0.2 KB, so the
    default is 100 MB.

    ``clock`` gives monotonic seconds. It says how long something is kept: the leads' times may jump.
    """

    def __init__(self, *, max_times: int = 500_000, clock: Callable[[], float] = time.monotonic):
        self.forgotten = 0  # nothing here is ever damaged
        self._max_times = max_times
        self._times_kept = 0
        self._clock = clock
        self._clocks: defaultdict[str, TenantClock] = defaultdict(TenantClock)
        # By tenant, kind and token; the one seen last is last.
        self._identities: OrderedDict[tuple[str, str, str], Identity] = OrderedDict()
        # By tenant and tag what a lead got, and until when it gets the same again; oldest first.
        self._results: dict[tuple[str, str], tuple[float, Mapping[str, Seen]]] = {}

    def observe(self, subject: Subject) -> Future[Mapping[str, Seen]]:
        """See ``ports.counters.Counters``."""
        answer: Future[Mapping[str, Seen]] = get_running_loop().create_future()
        answer.set_result(self._observe(subject))
        return answer

    async def ping(self) -> None:
        """Return at once: there is nothing to wait for."""

    async def close(self) -> None:
        """Forget everything."""
        self._identities.clear()
        self._results.clear()
        self._times_kept = 0

    def _observe(self, subject: Subject) -> Mapping[str, Seen]:
        tenant, now = subject.tenant, self._clock()
        at = self._clocks[tenant].second(subject.at, subject.late)
        self._forget_results(now)
        earlier = self._results.get((tenant, subject.tag))
        if earlier is not None and now < earlier[0]:
            return earlier[1]
        values = {**subject.tokens, **subject.partners}
        seen = {
            kind: self._count((tenant, kind, token), values, at, subject.late, now)
            for kind, token in subject.tokens.items()
        }
        self._results.pop((tenant, subject.tag), None)
        self._results[tenant, subject.tag] = (now + subject.remembered, seen)
        self._make_room(now)
        return seen

    def _count(self, key: tuple[str, str, str], values: Mapping[str, str], at: int, late: bool, now: float) -> Seen:
        kind = key[1]
        relations = PARTNERS.get(kind)
        partners = [values.get(relation) for relation in relations] if relations else ()
        before = self._identities.get(key)
        if before is not None:
            self._times_kept -= before.size()
        known = before if before is not None and now < before.kept_until else None
        identity, seen = observe(kind, known, partners, at, late)
        identity.kept_until = now + FORGET_SOONER.get(kind, FORGET_AFTER)
        if identity is not before:
            self._identities[key] = identity
        self._identities.move_to_end(key)
        self._times_kept += identity.size()
        return seen

    def _forget_results(self, now: float) -> None:
        while self._results:
            oldest = next(iter(self._results))
            if now < self._results[oldest][0]:
                return
            del self._results[oldest]

    def _make_room(self, now: float) -> None:
        """Drop identities that were not seen for so long that no window holds them, and the oldest of too many."""
        while self._identities:
            oldest = next(iter(self._identities))
            identity = self._identities[oldest]
            if self._times_kept <= self._max_times and now < identity.kept_until:
                return
            del self._identities[oldest]
            self._times_kept -= identity.size()


class NoCounters:
    """``ports.counters.Counters`` that count no lead, so that what came before it is unknown."""

    def observe(self, subject: Subject) -> Future[Mapping[str, Seen]]:
        """Nothing is counted. Awaiting the answer raises Unavailable."""
        del subject
        answer: Future[Mapping[str, Seen]] = get_running_loop().create_future()
        answer.set_exception(Unavailable("not counted"))
        answer.exception()  # nobody has to wait for it
        return answer

    async def ping(self) -> None:
        """Return at once: there is nothing to wait for."""

    async def close(self) -> None:
        """Do nothing: there is nothing to forget."""
