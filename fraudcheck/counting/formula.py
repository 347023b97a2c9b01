"""How often was an identity seen before? The counting formula of ``ports.Counters`` for one identity, in plain Python.

The memory twin runs it for each lead that comes, a batch over all the leads of one identity at once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import islice
from struct import Struct as Layout
from struct import unpack_from

from fraudcheck.counting.windows import FORGOTTEN, FORGOTTEN_SOON, LAST, PARTNERS, RHYTHM, STEPS, Partners, Seen

NEVER = Seen()
_COUNTS, _RELATION = Layout(">7I"), Layout(">3I?")


class _Latest:
    """Who came when last: a partner's last time, and all last times in order.

    What no window holds any more goes when it is half of what is kept: one at a time would move all the rest each time.
    """

    __slots__ = ("of", "times")

    def __init__(self) -> None:
        self.of: dict[object, int] = {}
        self.times: list[int] = []

    def count(self, partner: object, starts: list[int]) -> Partners:
        """Distinct partners before, in an hour, a day and 30 days."""
        times = self.times
        hour, day, month = [len(times) - bisect_left(times, starts[window]) for window in (1, 2, 4)]
        known = self.of.get(partner, starts[4] - 1) >= starts[4]
        if 2 * month < len(times):
            for oldest in list(islice(self.of, len(times) - month)):
                del self.of[oldest]
            del times[: len(times) - month]
        return Partners(hour, day, month, known)

    def add(self, partner: object, at: int) -> None:
        """Put one last, once."""
        before = self.of.pop(partner, None)
        if before is not None:
            del self.times[bisect_left(self.times, before)]
        self.of[partner] = at
        self.times.append(at)


class Identity:
    """When one identity of a kind was seen, oldest first, and with whom. Times are Unix seconds and never fall."""

    __slots__ = ("_kinds", "_rhythm", "first", "partners", "times")

    def __init__(self, kind: str, at: int) -> None:
        self._kinds = PARTNERS.get(kind, ())
        self._rhythm = kind in RHYTHM
        self.first = at
        self.times: list[int] = []
        self.partners = [_Latest() for _ in self._kinds]

    def size(self) -> int:
        """How many sightings are kept, its own and its partners'."""
        return len(self.times) + sum(len(latest.times) for latest in self.partners)

    def seen(self, partners: Sequence[object], at: int) -> Seen:
        """What came before ``at``. ``partners`` are the lead's, in the order of ``PARTNERS``; None was not given."""
        starts = [(at // step - 12) * step for step in STEPS]
        times = self.times
        last = times[-1]
        minutes, hour, day, week, month = [len(times) - bisect_left(times, start) for start in starts]
        if 2 * month < len(times):
            del times[: len(times) - month]
        counted = {
            kind: latest.count(partner, starts)
            for kind, latest, partner in zip(self._kinds, self.partners, partners, strict=True)
        }
        latest_times = tuple(times[max(len(times) - month, len(times) - LAST) :]) if self._rhythm else ()
        return Seen(minutes, hour, day, week, month, self.first, last, counted, latest_times)

    def add(self, partners: Sequence[object], at: int) -> None:
        """Count a lead."""
        self.times.append(at)
        for partner, latest in zip(partners, self.partners, strict=True):
            if partner is not None:
                latest.add(partner, at)


def observe(kind: str, identity: Identity | None, partners: Sequence[object], at: int) -> tuple[Identity, Seen]:
    """Count a lead under an identity (None: never seen) and give what came before; arguments as for ``Identity``."""
    seen = NEVER
    if identity is not None and at - identity.times[-1] < FORGOTTEN_SOON.get(kind, FORGOTTEN):
        seen = identity.seen(partners, at)
    else:
        identity = Identity(kind, at)
    identity.add(partners, at)
    return identity, seen


def pack(kind: str, seen: Seen) -> bytes:
    """What was seen of an identity of a kind, in the bytes that Redis answers with and ``unpack`` reads."""
    if not seen.last:
        return b"\0"
    counts = _COUNTS.pack(seen.minutes, seen.hour, seen.day, seen.week, seen.month, seen.first, seen.last)
    partners = b"".join([_RELATION.pack(p.hour, p.day, p.month, p.known) for p in seen.partners.values()])
    times = Layout(f">B{len(seen.times)}I").pack(len(seen.times), *seen.times) if kind in RHYTHM else b""
    return b"\1" + counts + partners + times


def unpack(kind: str, packed: bytes, at: int = 0) -> tuple[Seen, int]:
    """What was packed of an identity of a kind from byte ``at`` on, and where the next one's begins.

    A byte that is 0 for never; seven counts and times of 4 bytes, as ``Seen`` has them; for each kind of partner three
    counts and a byte; and for a kind in RHYTHM a byte, how many times, and these. The order is the network's.
    """
    before, at = packed[at], at + 1
    if not before:
        return NEVER, at
    minutes, hour, day, week, month, first, last = _COUNTS.unpack_from(packed, at)
    at += _COUNTS.size
    partners = {}
    for relation in PARTNERS.get(kind, ()):
        in_hour, in_day, in_month, known = _RELATION.unpack_from(packed, at)
        partners[relation] = Partners(in_hour, in_day, in_month, known)
        at += _RELATION.size
    times: tuple[int, ...] = ()
    if kind in RHYTHM:
        n, at = packed[at], at + 1
        times = unpack_from(f">{n}I", packed, at)
        at += 4 * n
    return Seen(minutes, hour, day, week, month, first, last, partners, times), at
