"""How often were a lead's identities seen before, counted in this process alone? The twin of Redis."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping

from fraudcheck.ports import FORGOTTEN, FORGOTTEN_SOON, LAST, PARTNERS, RHYTHM, STEPS, Partners, Seen
from fraudcheck.records import Subject

_NEVER = Seen()


class _Latest:
    """Who came when last: a partner's last time, and all last times in order."""

    __slots__ = ("of", "times")

    def __init__(self) -> None:
        self.of: dict[str, int] = {}
        self.times: list[int] = []

    def count(self, partner: str | None, starts: list[int]) -> Partners:
        """Distinct partners before, in an hour, a day and 30 days."""
        while self.times and self.times[0] < starts[4]:
            oldest = next(iter(self.of))
            del self.of[oldest], self.times[0]
        hour, day = (len(self.times) - bisect_left(self.times, starts[window]) for window in (1, 2))
        return Partners(hour, day, len(self.times), partner in self.of)

    def add(self, partner: str, at: int) -> None:
        """Put one last, once."""
        before = self.of.pop(partner, None)
        if before is not None:
            del self.times[bisect_left(self.times, before)]
        self.of[partner] = at
        self.times.append(at)


class _Identity:
    """When one identity was seen, oldest first, and with whom."""

    __slots__ = ("first", "partners", "times")

    def __init__(self, at: int, kinds: tuple[str, ...]) -> None:
        self.first = at
        self.times: list[int] = []
        self.partners = [_Latest() for _ in kinds]

    def size(self) -> int:
        return len(self.times) + sum(len(latest.times) for latest in self.partners)


class MemoryCounters:
    """Counters (``fraudcheck.ports``) in memory: the numbers of ``RedisCounters`` to the digit, lost on exit.

    It keeps at most ``most`` sightings of identities and partners (a lead has up to forty) and beyond that forgets
    whole identities, those first that were not seen for longest; each is up to 0.2 KB, 100 MB in all by default.
    """

    def __init__(self, *, most: int = 500_000):
        self._most = most
        self._kept = 0
        self._latest: dict[str, int] = {}
        self._identities: dict[tuple[str, str, str], _Identity] = {}  # the one seen last is last
        self._answers: dict[tuple[str, str], tuple[int, Mapping[str, Seen]]] = {}

    async def observe(self, subject: Subject) -> Mapping[str, Seen]:
        """Count this lead under each of its tokens and give what came before. See ``ports.Counters``."""
        tenant = subject.tenant
        # The clock of a machine may be set back; a tenant's time is not.
        at = self._latest[tenant] = max(int(subject.at), self._latest.get(tenant, 0))
        self._forget_answers(at)
        given = self._answers.get((tenant, subject.tag))
        if given is not None and at < given[0]:
            return given[1]
        found = {**subject.tokens, **subject.partners}
        seen = {kind: self._see((tenant, kind, token), found, at) for kind, token in subject.tokens.items()}
        self._answers.pop((tenant, subject.tag), None)
        self._answers[tenant, subject.tag] = (at + subject.remembered, seen)
        self._make_room(at)
        return seen

    async def ping(self) -> None:
        """Return at once: there is nothing to wait for."""

    async def close(self) -> None:
        """Forget everything."""
        self._identities.clear()
        self._answers.clear()
        self._kept = 0

    def _see(self, name: tuple[str, str, str], tokens: Mapping[str, str], at: int) -> Seen:
        kinds = PARTNERS.get(name[1], ())
        identity = self._identities.pop(name, None)
        if identity is not None:
            self._kept -= identity.size()
            if at - identity.times[-1] >= FORGOTTEN_SOON.get(name[1], FORGOTTEN):
                identity = None
        seen = _NEVER if identity is None else _seen(identity, kinds, tokens, at, rhythm=name[1] in RHYTHM)
        if identity is None:
            identity = _Identity(at, kinds)
        self._identities[name] = identity
        identity.times.append(at)
        for partner, latest in zip(kinds, identity.partners, strict=True):
            if partner in tokens:
                latest.add(tokens[partner], at)
        self._kept += identity.size()
        return seen

    def _forget_answers(self, at: int) -> None:
        while self._answers:
            oldest = next(iter(self._answers))
            if self._answers[oldest][0] > at:
                return
            del self._answers[oldest]

    def _make_room(self, at: int) -> None:
        """Forget the identities that no window holds, and the oldest beyond the limit."""
        while self._identities:
            oldest = next(iter(self._identities))
            identity = self._identities[oldest]
            if self._kept <= self._most and at - identity.times[-1] < FORGOTTEN:
                return
            del self._identities[oldest]
            self._kept -= identity.size()


def _seen(identity: _Identity, kinds: tuple[str, ...], tokens: Mapping[str, str], at: int, *, rhythm: bool) -> Seen:
    starts = [(at // step - 12) * step for step in STEPS]
    times = identity.times
    last = times[-1]
    del times[: bisect_left(times, starts[4])]
    minutes, hour, day, week, month = [len(times) - bisect_left(times, start) for start in starts]
    partners = {
        kind: latest.count(tokens.get(kind), starts) for kind, latest in zip(kinds, identity.partners, strict=True)
    }
    latest_times = tuple(times[-LAST:]) if rhythm else ()
    return Seen(minutes, hour, day, week, month, identity.first, last, partners, latest_times)
