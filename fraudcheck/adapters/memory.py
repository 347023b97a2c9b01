"""How often were a lead's identities seen before, counted in this process alone? The twin of Redis."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from itertools import islice

from fraudcheck.ports import Seen
from fraudcheck.records import Subject

_BUCKETS = (300, 7_200, 216_000)  # seconds: a twelfth of an hour, of a day and of 30 days
_NEVER = Seen()


class _Sightings:
    """When one identity was seen: the leads' tags with their times, and the times alone, both oldest first."""

    __slots__ = ("tags", "times")

    def __init__(self) -> None:
        self.tags: dict[str, float] = {}
        self.times: list[float] = []

    def forget_before(self, start: float) -> int:
        """Drop the sightings before a time and give how many they were."""
        outdated = bisect_left(self.times, start)
        if outdated:
            del self.times[:outdated]
            for tag in list(islice(self.tags, outdated)):
                del self.tags[tag]
        return outdated


class MemoryCounters:
    """Counters (``fraudcheck.ports``) in memory: the numbers of ``RedisCounters`` to the digit, lost on exit.

    It keeps at most ``most`` sightings (a lead has up to nine) and beyond that forgets whole identities,
    those first that were not seen for longest; each is up to 0.4 KB, 120 MB in all by default.
    """

    def __init__(self, *, most: int = 300_000):
        self._most = most
        self._kept = 0
        self._latest: dict[str, float] = {}
        self._identities: dict[tuple[str, str, str], _Sightings] = {}  # the one seen last is last

    async def observe(self, subject: Subject) -> Mapping[str, Seen]:
        """Count this lead under each of its tokens and give what came before. See ``ports.Counters``."""
        tenant, tag = subject.tenant, subject.tag
        # The clock of a machine may be set back; a tenant's time is not.
        at = self._latest[tenant] = max(subject.at, self._latest.get(tenant, subject.at))
        starts = [(int(at // width) - 12) * width for width in _BUCKETS]
        seen = {kind: self._see((tenant, kind, token), tag, at, starts) for kind, token in subject.tokens.items()}
        self._make_room(starts[-1])
        return seen

    async def ping(self) -> None:
        """Return at once: there is nothing to wait for."""

    async def close(self) -> None:
        """Forget everything."""
        self._identities.clear()
        self._kept = 0

    def _see(self, identity: tuple[str, str, str], tag: str, at: float, starts: list[int]) -> Seen:
        sightings = self._identities.pop(identity, None) or _Sightings()
        self._identities[identity] = sightings
        self._kept -= sightings.forget_before(starts[-1])
        times, own = sightings.times, sightings.tags.get(tag)
        counts = [len(times) - bisect_left(times, start) for start in starts] if times else None
        if own is None:
            sightings.tags[tag] = at
            times.append(at)
            self._kept += 1
        elif counts:
            counts = [count - (own >= start) for count, start in zip(counts, starts, strict=True)]
        return Seen(*counts) if counts else _NEVER

    def _make_room(self, month: int) -> None:
        """Forget the identities that were not seen for a month, and the oldest beyond the limit."""
        while self._identities:
            oldest = next(iter(self._identities))
            sightings = self._identities[oldest]
            if self._kept <= self._most and sightings.times[-1] >= month:
                return
            del self._identities[oldest]
            self._kept -= len(sightings.times)
