"""Which resolver is asked, and which one next when it is slow, silent or fails?"""

from __future__ import annotations

import asyncio
import time
from asyncio import Task
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

import dns.resolver

from fraudcheck.adapters.dns.upstream import CONCLUSIVE, Upstream, nameserver
from fraudcheck.adapters.dns.usual_answers import Zone, wire_name
from fraudcheck.ports import Unavailable
from fraudcheck.ports.mail import Answer

_ROOT = wire_name(".")
_MAX_PATIENCE = 0.3  # seconds
_ROUNDS = 3  # times that one resolver is asked one question
_CROWD = 64  # tries at one time: above it a time-out means a tarpit rather than a lost packet, and is not retried


class Answered(NamedTuple):
    """An answer, the resolver that gave it (None: none was asked), and the zone that it came from, when it says so."""

    answer: Answer
    upstream: Upstream | None = None
    zone: Zone | None = None


class Resolvers:
    """Asks recursive resolvers, with fail-over and hedging.

    ``nameservers`` are ``HOST[:PORT]``; None for those in ``resolv_conf``. Raises ValueError for any other text.

    The quickest healthy resolver is asked first. The next one is asked when it fails. It is also asked, while the
    first goes on, when that takes four times its average latency, but not before ``patience`` seconds and at the
    latest after 0.3 s. The first conclusive answer counts. A resolver that times out is asked up to three times, as a
    packet may have been lost.

    ``attempt`` is the time-out of one try, in seconds; ``sockets`` the most tries at one time. ``events`` counts
    ``failover`` (a resolver failed, and another was asked) and ``hedge`` (it was slow, and another was asked beside
    it). ``busy`` is how many tries are under way.
    """

    def __init__(
        self,
        nameservers: Sequence[str] | None,
        *,
        probes: Sequence[str] = (),
        attempt: float = 1.5,
        patience: float = 0.06,
        sockets: int = 1000,
        clock: Callable[[], float] = time.monotonic,
        resolv_conf: str = "/etc/resolv.conf",
    ) -> None:
        addresses = list(dict.fromkeys(nameservers)) if nameservers else _system_resolvers(resolv_conf)
        self.upstreams = [Upstream(nameserver(address), probes, clock) for address in addresses]
        self.events: Counter[str] = Counter()
        self.busy = 0
        self._attempt = attempt
        self._min_patience = patience
        self._sockets = sockets

    async def ask(self, name: str, kind: str, avoid: Collection[Upstream] = ()) -> Answered:
        """Ask one question: a name and a record type. Resolvers in ``avoid`` are not asked.

        Never raises. There is no time limit here: the caller sets one.
        """
        try:
            qname = wire_name(name)  # absolute, so that no search list is tried
        except dns.exception.DNSException:  # an empty label or one that is too long: no such name can exist
            return Answered(("nxdomain", (), 3600.0))
        order = self._order(avoid)
        if not order:
            return Answered(("no_resolver", (), 0.0))
        if len(order) == 1:
            return await self._ask_only(order[0], qname, kind)
        tries: dict[Task[Answered], Upstream] = {}
        try:
            return await self._race(order, tries, qname, kind)
        finally:
            for task in tries:
                task.cancel()

    async def _ask_only(self, upstream: Upstream, name: bytes, kind: str) -> Answered:
        """Ask the only resolver; without the tasks that a race makes."""
        answered = Answered(("overload", (), 0.0))
        for _ in range(_ROUNDS):
            if self.busy >= self._sockets:
                return answered
            answered = await self._try(upstream, name, kind)
            if answered.answer[0] != "timeout" or self.busy > _CROWD:
                return answered
        return answered

    async def _race(
        self, order: Sequence[Upstream], tries: dict[Task[Answered], Upstream], name: bytes, kind: str
    ) -> Answered:
        """Ask several resolvers. The tasks under way are in ``tries``, for the caller to cancel."""
        failure = Answered(("timeout", (), 0.0))  # what to return when no answer is conclusive
        times_asked: Counter[Upstream] = Counter()
        while True:
            rounds = 1 if self.busy > _CROWD else _ROUNDS
            upstream = _next_upstream(order, tries, times_asked, rounds)
            if upstream is not None and self.busy < self._sockets:
                tries[asyncio.create_task(self._try(upstream, name, kind))] = upstream
                times_asked[upstream] += 1
            elif not tries:
                return failure if upstream is None else Answered(("overload", (), 0.0))
            following = _next_upstream(order, tries, times_asked, rounds)
            patience = self._patience(upstream) if upstream is not None and following is not None else None
            done, _ = await asyncio.wait(tries, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            self.events["hedge"] += int(not done)  # adding 0 makes the key, so that the metric shows it
            for task in done:
                tried, answered = tries.pop(task), task.result()
                status = answered.answer[0]
                if status in CONCLUSIVE:
                    return answered
                if status != "timeout":
                    times_asked[tried] = _ROUNDS  # it would fail again; only a time-out may be a lost packet
                if failure.answer[0] == "timeout":
                    failure = answered
                self.events["failover"] += int(following is not None)

    async def referral(self, name: str) -> Zone | None:
        """The zone of a name, from the quickest resolver's cache; None when it is not there."""
        order = self._order(())
        return await order[0].referral(name, _MAX_PATIENCE) if order else None

    async def ping(self) -> None:
        """Return when any resolver answers within 0.8 s; a refusal is an answer too. Raises Unavailable."""
        if not self.upstreams:
            raise Unavailable("no_resolver")
        tries = [asyncio.create_task(upstream.ask(_ROOT, "NS", 0.8)) for upstream in self.upstreams]
        status = "timeout"
        try:
            for finished in asyncio.as_completed(tries):
                (status, _, _), _ = await finished
                if status not in ("timeout", "unreachable", "resolver_error"):
                    return
        finally:
            for task in tries:
                task.cancel()
        raise Unavailable(status)

    async def close(self) -> None:
        """Stop all probes."""
        await asyncio.gather(*(upstream.close() for upstream in self.upstreams))

    def others(self, than: Collection[Upstream]) -> list[Upstream]:
        """The healthy resolvers that are not in ``than``."""
        return [upstream for upstream in self.upstreams if upstream.state == "ok" and upstream not in than]

    def _order(self, avoid: Collection[Upstream]) -> list[Upstream]:
        """The resolvers to ask, the quickest first.

        Where none is ``ok``, those that lie: what they say of living domains is true. Where there is none either,
        those that are down. Otherwise these are left alone, until a probe finds that they are back.
        """
        for upstream in self.upstreams:
            upstream.look_after()
        for state in ("ok", "lying", "down"):
            order = [upstream for upstream in self.upstreams if upstream.state == state and upstream not in avoid]
            if order:
                return sorted(order, key=lambda upstream: upstream.latency)
        return []

    async def _try(self, upstream: Upstream, name: bytes, kind: str) -> Answered:
        self.busy += 1
        try:
            answer, zone = await upstream.ask(name, kind, self._attempt)
        finally:
            self.busy -= 1
        return Answered(answer, upstream, zone)

    def _patience(self, upstream: Upstream) -> float | None:
        """Seconds to wait for a resolver before the next is asked beside it; None (no hedging) when sockets are few."""
        if self.busy > self._sockets / 2:
            return None
        return max(min(4 * upstream.latency, _MAX_PATIENCE), self._min_patience)


def _next_upstream(
    order: Sequence[Upstream],
    tries: Mapping[Task[Answered], Upstream],
    times_asked: Mapping[Upstream, int],
    rounds: int,
) -> Upstream | None:
    """The resolver to ask next: of those asked the fewest times, and not being asked now, the first in ``order``.

    None when each has been asked ``rounds`` times or is being asked.
    """
    free = [upstream for upstream in order if times_asked[upstream] < rounds and upstream not in tries.values()]
    return min(free, key=lambda upstream: times_asked[upstream], default=None)


def _system_resolvers(resolv_conf: str) -> list[str]:
    """The resolvers in a resolv.conf; none when it is missing or wrong, so that the service starts all the same."""
    try:
        found = dns.resolver.Resolver(resolv_conf).nameservers
    except (dns.resolver.NoResolverConfiguration, ValueError):
        return []
    return [f"[{address}]:53" if ":" in str(address) else f"{address}:53" for address in found]
