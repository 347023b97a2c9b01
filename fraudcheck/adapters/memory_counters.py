"""How often were a lead's identities seen before, counted in this process alone? The twin of Redis."""

from __future__ import annotations

from collections.abc import Mapping

from fraudcheck.counting.formula import Identity, observe
from fraudcheck.counting.windows import FORGOTTEN, PARTNERS, Seen
from fraudcheck.records import Subject


class MemoryCounters:
    """Counters (``fraudcheck.ports``) in memory: the numbers of ``RedisCounters`` to the digit, lost on exit.

    It keeps at most ``most`` sightings of identities and partners (a lead has up to forty) and beyond that forgets
    whole identities, those first that were not seen for longest; each is up to 0.2 KB, 100 MB in all by default.
    """

    def __init__(self, *, most: int = 500_000):
        self._most = most
        self._kept = 0
        self._latest: dict[str, int] = {}
        self._identities: dict[tuple[str, str, str], Identity] = {}  # the one seen last is last
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
        partners = [tokens.get(kind) for kind in PARTNERS.get(name[1], ())]
        identity = self._identities.pop(name, None)
        if identity is not None:
            self._kept -= identity.size()
        identity, seen = observe(name[1], identity, partners, at)
        self._identities[name] = identity
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
