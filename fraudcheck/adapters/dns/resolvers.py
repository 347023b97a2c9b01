"""Which resolver is asked, and which next when it is slow, silent or wrong?"""

from __future__ import annotations

import asyncio
import time
from asyncio import Task
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

import dns.resolver

from fraudcheck.adapters.dns.upstream import CONCLUSIVE, Upstream, Zone, nameserver
from fraudcheck.ports import Unavailable
from fraudcheck.ports.mail import Answer

_MOST_PATIENCE = 0.3
_ROUNDS = 3
_CROWD = 64  # tries at one time: with more, silence is no lost packet but a tarpit, and nobody is asked again


class Answered(NamedTuple):
    """An answer, who gave it (None: nobody was asked), and the zone that it came from where it was told."""

    answer: Answer
    upstream: Upstream | None = None
    zone: Zone | None = None


class Resolvers:
    """Recursive resolvers, ``HOST[:PORT]`` each, None for the system's; raises ValueError for one that is none.

    The quickest that is well is asked first. When it fails, or takes four times as long as it is wont to and
    ``patience`` at least, the next is asked beside it, and the first conclusive answer counts. ``attempt`` bounds
    one try, in seconds, ``sockets`` all tries at one time. ``events`` counts ``failover`` (a resolver failed, and
    another was asked) and ``hedge`` (it took too long, and another was asked beside it).
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
        named = list(dict.fromkeys(nameservers)) if nameservers else _of_the_system(resolv_conf)
        self.upstreams = [Upstream(nameserver(text), probes, clock) for text in named]
        self.events: Counter[str] = Counter()
        self.busy = 0
        self._attempt = attempt
        self._least_patience = patience
        self._sockets = sockets

    async def ask(self, name: str, kind: str, avoid: Collection[Upstream] = ()) -> Answered:
        """One question, to whichever resolvers it takes. Never raises; the caller sets the time limit."""
        try:
            qname = dns.name.from_text(name)  # absolute, so that no search list is tried
        except dns.exception.DNSException:  # a label too long, an empty one: no such name can exist
            return Answered(("nxdomain", (), 3600.0))
        order = self._order(avoid)
        if not order:
            return Answered(("no_resolver", (), 0.0))
        if len(order) == 1:
            return await self._alone(order[0], qname, kind)
        tries: dict[Task[Answered], Upstream] = {}
        try:
            return await self._race(order, tries, qname, kind)
        finally:
            for task in tries:
                task.cancel()

    async def _alone(self, upstream: Upstream, name: dns.name.Name, kind: str) -> Answered:
        """Without the tasks that a race takes."""
        told = Answered(("overload", (), 0.0))
        for _ in range(_ROUNDS):
            if self.busy >= self._sockets:
                return told
            told = await self._try(upstream, name, kind)
            if told.answer[0] != "timeout" or self.busy > _CROWD:
                return told
        return told

    async def _race(
        self, order: Sequence[Upstream], tries: dict[Task[Answered], Upstream], name: dns.name.Name, kind: str
    ) -> Answered:
        told = Answered(("timeout", (), 0.0))
        made: Counter[Upstream] = Counter()
        while True:
            rounds = 1 if self.busy > _CROWD else _ROUNDS
            upstream = _next(order, tries, made, rounds)
            if upstream is not None and self.busy < self._sockets:
                tries[asyncio.create_task(self._try(upstream, name, kind))] = upstream
                made[upstream] += 1
            elif not tries:
                return told if upstream is None else Answered(("overload", (), 0.0))
            following = _next(order, tries, made, rounds)
            patience = self._patience(upstream) if upstream is not None and following is not None else None
            done, _ = await asyncio.wait(tries, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            self.events["hedge"] += not done
            for task in done:
                tried, heard = tries.pop(task), task.result()
                if heard.answer[0] in CONCLUSIVE:
                    return heard
                if heard.answer[0] != "timeout":
                    made[tried] = _ROUNDS  # it would say the same again, where silence may be a lost packet
                if told.answer[0] == "timeout":
                    told = heard
                self.events["failover"] += following is not None

    async def referral(self, name: str) -> Zone | None:
        """The zone of a name, where the quickest resolver knows it without asking anyone."""
        order = self._order(())
        return await order[0].referral(name, _MOST_PATIENCE) if order else None

    async def ping(self) -> None:
        """Raise Unavailable unless a resolver answers within a second, with whatever: a refusal is an answer too."""
        if not self.upstreams:
            raise Unavailable("no_resolver")
        root = dns.name.root
        tries = [asyncio.create_task(upstream.ask(root, "NS", 0.8)) for upstream in self.upstreams]
        cause = "timeout"
        try:
            for finished in asyncio.as_completed(tries):
                (cause, _, _), _ = await finished
                if cause not in ("timeout", "unreachable", "resolver_error"):
                    return
        finally:
            for task in tries:
                task.cancel()
        raise Unavailable(cause)

    async def close(self) -> None:
        """Stop what is under way."""
        await asyncio.gather(*(upstream.close() for upstream in self.upstreams))

    def others(self, than: Collection[Upstream]) -> list[Upstream]:
        """The resolvers that are well, without these."""
        return [each for each in self.upstreams if each.state == "ok" and each not in than]

    def _order(self, avoid: Collection[Upstream]) -> list[Upstream]:
        """The quickest first. One that lies still knows who lives; one that is down is left alone, to be probed."""
        for each in self.upstreams:
            each.look_after()
        for state in ("ok", "lying", "down"):
            order = [each for each in self.upstreams if each.state == state and each not in avoid]
            if order:
                return sorted(order, key=lambda each: each.latency)
        return []

    async def _try(self, upstream: Upstream, name: dns.name.Name, kind: str) -> Answered:
        self.busy += 1
        try:
            answer, zone = await upstream.ask(name, kind, self._attempt)
        finally:
            self.busy -= 1
        return Answered(answer, upstream, zone)

    def _patience(self, upstream: Upstream) -> float | None:
        """How long to wait for one before the next is asked beside it; None, as long as it takes, without room."""
        if self.busy > self._sockets / 2:
            return None
        return max(min(4 * upstream.latency, _MOST_PATIENCE), self._least_patience)


def _next(
    order: Sequence[Upstream], tries: Mapping[Task[Answered], Upstream], made: Mapping[Upstream, int], rounds: int
) -> Upstream | None:
    """Whom to ask next: the quickest of those that were asked least and do not have the question already."""
    free = [each for each in order if made[each] < rounds and each not in tries.values()]
    return min(free, key=lambda each: made[each], default=None)


def _of_the_system(resolv_conf: str) -> list[str]:
    """The resolvers that the system names; none, so that the service still works without, where it names none."""
    try:
        found = dns.resolver.Resolver(resolv_conf).nameservers
    except (dns.resolver.NoResolverConfiguration, ValueError):
        return []
    return [f"[{address}]:53" if ":" in str(address) else f"{address}:53" for address in found]
