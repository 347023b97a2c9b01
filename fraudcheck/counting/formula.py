"""How often was an identity seen before? The counting formula of ``ports.counters.Counters``, in plain Python.

``adapters.memory_counters`` calls it for each lead, the batch for all leads of one identity in turn; the Lua script in
``adapters.redis`` gives the same numbers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import islice
from struct import Struct as Layout
from struct import unpack_from

from fraudcheck.counting.windows import FORGET_AFTER, FORGET_SOONER, LAST_TIMES, PARTNERS, RHYTHM, STEPS, Partners, Seen

NEVER = Seen()
_COUNTS, _RELATION = Layout(">7I"), Layout(">3I?")


class _LastSeen:
    """When each distinct partner of an identity was last seen.

    Partners that no window holds any more are dropped when they are half of all: dropping one at a time would move the
    rest of the list each time.
    """

    __slots__ = ("by_partner", "times")

    def __init__(self) -> None:
        self.by_partner: dict[object, int] = {}  # the partner seen last is last
        self.times: list[int] = []  # the same times, in ascending order

    def count(self, partner: object, starts: list[int]) -> Partners:
        """Distinct partners so far; ``starts`` are the beginnings of the five windows, in Unix seconds."""
        times = self.times
        hour, day, month = [len(times) - bisect_left(times, starts[window]) for window in (1, 2, 4)]
        known = self.by_partner.get(partner, starts[4] - 1) >= starts[4]
        if 2 * month < len(times):
            for oldest in list(islice(self.by_partner, len(times) - month)):
                del self.by_partner[oldest]
            del times[: len(times) - month]
        return Partners(hour, day, month, known)

    def add(self, partner: object, at: int) -> None:
        """Note that a partner was seen; it is now the last one."""
        before = self.by_partner.pop(partner, None)
        if before is not None:
            del self.times[bisect_left(self.times, before)]
        self.by_partner[partner] = at
        self.times.append(at)


class Identity:
    """When one identity was seen, oldest first, and with which partners. Times are Unix seconds, and never decrease.

    Most identities are seen once, so that until the second time only the first lead's partners are kept.
    """

    __slots__ = ("_kinds", "_only", "_rhythm", "first", "partners", "times")

    def __init__(self, kind: str, partners: Sequence[object], at: int) -> None:
        self._kinds = PARTNERS.get(kind, ())
        self._rhythm = kind in RHYTHM
        self._only: Sequence[object] | None = partners
        self.first = at
        self.times = [at]
        self.partners: list[_LastSeen] = []

    def size(self) -> int:
        """How many times are kept in all, its own and its partners'."""
        if self._only is not None:
            return 1 + len(self._only) - self._only.count(None)
        return len(self.times) + sum(len(last_seen.times) for last_seen in self.partners)

    def seen(self, partners: Sequence[object], at: int) -> Seen:
        """What came before ``at``. ``partners`` are the lead's, in the order of ``PARTNERS``; None: it has none."""
        if self._only is not None:
            self.partners = [_LastSeen() for _ in self._kinds]
            self._add_partners(self._only, self.first)
            self._only = None
        starts = [(at // step - 12) * step for step in STEPS]
        times = self.times
        last = times[-1]
        minutes, hour, day, week, month = [len(times) - bisect_left(times, start) for start in starts]
        if 2 * month < len(times):
            del times[: len(times) - month]
        counted = {
            kind: last_seen.count(partner, starts)
            for kind, last_seen, partner in zip(self._kinds, self.partners, partners, strict=True)
        }
        last_times = tuple(times[max(len(times) - month, len(times) - LAST_TIMES) :]) if self._rhythm else ()
        return Seen(minutes, hour, day, week, month, self.first, last, counted, last_times)

    def add(self, partners: Sequence[object], at: int) -> None:
        """Count a lead after ``seen``, with the same arguments."""
        self.times.append(at)
        self._add_partners(partners, at)

    def _add_partners(self, partners: Sequence[object], at: int) -> None:
        for partner, last_seen in zip(partners, self.partners, strict=True):
            if partner is not None:
                last_seen.add(partner, at)


def observe(kind: str, identity: Identity | None, partners: Sequence[object], at: int) -> tuple[Identity, Seen]:
    """Count a lead under an identity of ``kind``, None if it was never seen. Returns the identity and what came before.

    ``partners`` are the lead's, in the order of ``PARTNERS``; ``at`` is its time in Unix seconds.
    """
    if identity is None or at - identity.times[-1] >= FORGET_SOONER.get(kind, FORGET_AFTER):
        return Identity(kind, partners, at), NEVER
    seen = identity.seen(partners, at)
    identity.add(partners, at)
    return identity, seen


def pack(kind: str, seen: Seen) -> bytes:
    """``Seen`` of an identity of ``kind`` as bytes: the reply of ``observe.lua``, which ``unpack`` reads."""
    if not seen.last:
        return b"\0"
    counts = _COUNTS.pack(seen.minutes, seen.hour, seen.day, seen.week, seen.month, seen.first, seen.last)
    partners = b"".join([_RELATION.pack(p.hour, p.day, p.month, p.known) for p in seen.partners.values()])
    times = Layout(f">B{len(seen.times)}I").pack(len(seen.times), *seen.times) if kind in RHYTHM else b""
    return b"\1" + counts + partners + times


def unpack(kind: str, packed: bytes, at: int = 0) -> tuple[Seen, int]:
    """Read ``Seen`` of an identity of ``kind`` from byte ``at`` on. Returns it and the position after it.

    The format, in big-endian: one byte 0 if the identity was never seen. Else one byte 1; the five counts, the first
    and the last time, 4 bytes each; for each kind of partner three counts of 4 bytes and one byte ``known``; and for a
    kind in RHYTHM one byte number of times, and the times, 4 bytes each.
    """
    was_seen, at = packed[at], at + 1
    if not was_seen:
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
