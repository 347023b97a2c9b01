"""How often was an identity seen before? The counting formula of ``ports.counters.Counters``, in plain Python.

``adapters.memory_counters`` calls it for each lead, the batch for all leads of one identity in turn; the Lua script in
``adapters.redis`` gives the same numbers.

**Time.** An identity's times never decrease. A lead that comes at most ``TOLERANCE`` before the last one is counted at
the last one's time. If it comes further before, what came last was from the future, and is counted at the newest time
that is not; an identity that was never seen at any other is forgotten. For this the last 24 to 36 times
(``SETTLED_AFTER``, ``MOST_RECENT``) are not settled. A lead before the settled ones is counted at the last time, until
24 came so in a row; then the identity's clock was wrong for long, and it is forgotten. A lead that is counted late
(``late``) tells nothing of the clock: it never changes other leads' times.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import islice
from math import inf
from struct import Struct as Layout
from struct import error as LayoutError  # noqa: N812
from struct import unpack_from
from typing import TypeAlias

from fraudcheck.counting.windows import (
    FORGET_AFTER,
    FORGET_SOONER,
    LAST_TIMES,
    MOST_RECENT,
    PARTNERS,
    RHYTHM,
    SETTLED_AFTER,
    STEPS,
    TOLERANCE,
    Partners,
    Seen,
)

NEVER = Seen()
Starts: TypeAlias = tuple[int, int, int, int, int]
"""When each of the five windows begins, in Unix seconds."""
_NO_PARTNERS: Mapping[str, Partners] = {}
_COUNTS = {2: Layout(">5B2I"), 3: Layout(">5H2I"), 4: Layout(">7I")}
_OLD_RELATION = Layout(">3I?")
_RELATION = {0: Layout(">3B"), 2: Layout(">3H"), 4: Layout(">3I")}


@lru_cache(maxsize=1)  # all identities of a lead ask for the same
def starts_of(at: int) -> Starts:
    """When each window begins that ends at this time."""
    minutes, hour, day, week, month = [(at // step - 12) * step for step in STEPS]
    return minutes, hour, day, week, month


class _LastSeen:
    """When each distinct partner of an identity was last seen.

    Partners that no window holds any more are dropped when they are half of all: dropping one at a time would move the
    rest of the list each time.
    """

    __slots__ = ("by_partner", "times")

    def __init__(self) -> None:
        self.by_partner: dict[object, int] = {}  # the partner seen last is last
        self.times: list[int] = []  # the same times, in ascending order

    def count(self, partner: object, starts: Starts, oldest: int) -> Partners:
        """Distinct partners so far. No window that will be asked for begins before ``oldest``."""
        times = self.times
        total = len(times)
        _, hour, day, _, month = starts
        known = self.by_partner.get(partner, -inf) >= month  # which begins before 0 in January 1970
        partners = Partners(
            total - bisect_left(times, hour), total - bisect_left(times, day), total - bisect_left(times, month), known
        )
        if times and times[0] < oldest:
            too_old = bisect_left(times, oldest)
            if 2 * too_old > total:
                for partner_then in list(islice(self.by_partner, too_old)):
                    del self.by_partner[partner_then]
                del times[:too_old]
        return partners

    def turn_back(self, at: int) -> None:
        """Partners seen after ``at`` were seen then."""
        future = len(self.times) - bisect_right(self.times, at)
        for partner in list(islice(reversed(self.by_partner), future)):
            self.by_partner[partner] = at
        self.times[len(self.times) - future :] = [at] * future

    def add(self, partner: object, at: int) -> None:
        """Note that a partner was seen; it is now the last one."""
        before = self.by_partner.pop(partner, None)
        if before is not None:
            del self.times[bisect_left(self.times, before)]
        self.by_partner[partner] = at
        self.times.append(at)


class Identity:
    """When one identity was seen, oldest first, and with which partners. Times are Unix seconds, and never decrease.

    The last ``recent`` times are not settled; ``settled`` is the newest that is, 0 for none. Most identities are seen
    once, so that until the second time only the first lead's partners are kept. ``kept_until`` is for whoever keeps it.
    """

    __slots__ = ("_kinds", "_only", "_rhythm", "first", "kept_until", "partners", "recent", "settled", "times")

    def __init__(self, kind: str, partners: Sequence[object], at: int) -> None:
        self._kinds = PARTNERS.get(kind, ())
        self._rhythm = kind in RHYTHM
        self._only: Sequence[object] | None = partners
        self.first = at
        self.times = [at]
        self.recent = 1
        self.settled = 0
        self.kept_until = inf
        self.partners: list[_LastSeen] = []

    def size(self) -> int:
        """How many times are kept in all, its own and its partners'."""
        if self._only is not None:
            return 1 + len(self._only) - self._only.count(None)
        times = len(self.times)
        for last_seen in self.partners:
            times += len(last_seen.times)
        return times

    def turn_to(self, at: int, late: bool) -> int | None:
        """The time at which a lead of ``at`` is counted, where that is before the last one; None to forget it all."""
        times = self.times
        last = times[-1]
        if late or last - at <= TOLERANCE:
            return last
        if at < self.settled - TOLERANCE:
            stands_still = self.recent >= SETTLED_AFTER and times[-SETTLED_AFTER] == last
            return None if stands_still else last
        at = max(at, self.settled)
        past = bisect_right(times, at)
        if not past:
            return None
        right = times[past - 1]
        times[past:] = [right] * (len(times) - past)
        for last_seen in self.partners:
            last_seen.turn_back(right)
        if self.first > at:  # begun anew in the future: by the month's oldest bucket, then
            oldest = times[bisect_left(times, self._oldest())]
            self.first = oldest // STEPS[4] * STEPS[4] if self.settled else times[0]
        return at

    def seen(self, partners: Sequence[object], at: int) -> Seen:
        """What came before ``at``. ``partners`` are the lead's, in the order of ``PARTNERS``; None: it has none."""
        if self._only is not None:
            self.partners = [_LastSeen() for _ in self._kinds]
            self._add_partners(self._only, self.times[0])
            self._only = None
        starts = starts_of(at)
        oldest, times = self._oldest(), self.times
        total, last = len(times), times[-1]
        first_in_month = bisect_left(times, starts[4])
        last_times = tuple(times[max(first_in_month, total - LAST_TIMES) :]) if self._rhythm else ()
        counted = (
            {
                kind: last_seen.count(partner, starts, oldest)
                for kind, last_seen, partner in zip(self._kinds, self.partners, partners, strict=True)
            }
            if self._kinds
            else _NO_PARTNERS
        )
        seen = Seen(
            total - bisect_left(times, starts[0], first_in_month),
            total - bisect_left(times, starts[1], first_in_month),
            total - bisect_left(times, starts[2], first_in_month),
            total - bisect_left(times, starts[3], first_in_month),
            total - first_in_month,
            self.first,
            last,
            counted,
            last_times,
        )
        if times[0] < oldest:
            too_old = min(bisect_left(times, oldest), total - self.recent)
            if 2 * too_old > total:
                del times[:too_old]
        return seen

    def _oldest(self) -> int:
        """Where the longest window begins that ends with the settled times."""
        return (self.settled // STEPS[4] - 12) * STEPS[4]

    def add(self, partners: Sequence[object], at: int) -> None:
        """Count a lead after ``seen``, with the same arguments."""
        self.times.append(at)
        self.recent += 1
        if self.recent > MOST_RECENT:
            self.recent = SETTLED_AFTER
            self.settled = self.times[-SETTLED_AFTER - 1]
        if self._kinds:
            self._add_partners(partners, at)

    def _add_partners(self, partners: Sequence[object], at: int) -> None:
        for partner, last_seen in zip(partners, self.partners, strict=True):
            if partner is not None:
                last_seen.add(partner, at)


def observe(
    kind: str, identity: Identity | None, partners: Sequence[object], at: int, late: bool = False
) -> tuple[Identity, Seen]:
    """Count a lead under an identity of ``kind``, None if it was never seen. Returns the identity and what came before.

    ``partners`` are the lead's, in the order of ``PARTNERS``; ``at`` is its time in Unix seconds. A ``late`` lead is
    counted at the time of the last one, if that is later than its own.
    """
    if identity is None:
        return Identity(kind, partners, at), NEVER
    turned = at if at >= identity.times[-1] else identity.turn_to(at, late)
    if turned is None:
        return Identity(kind, partners, at), NEVER
    gap = turned - identity.times[-1]
    if kind in FORGET_SOONER and gap >= FORGET_SOONER[kind]:
        return Identity(kind, partners, turned), NEVER
    seen = identity.seen(partners, turned)
    identity.add(partners, turned)
    if gap >= FORGET_AFTER:  # no window holds it; what was counted stays, as this lead may be from the future
        identity.first, seen = turned, NEVER
    return identity, seen


def unpack(kinds: Sequence[str], packed: bytes) -> dict[str, Seen]:
    """Read the ``Seen`` of identities of these kinds, one after the other: the reply of ``observe.lua``.

    The format, in big-endian: one byte 0 if the identity was never seen. Else one byte 2, 3 or 4 for counts of 1, 2 or
    4 bytes; the five counts; the first and the last time, 4 bytes each; for each kind of partner one byte 0, 2 or 4 for
    counts of 1, 2 or 4 bytes, 1 more where it is ``known``, and the three counts; and for a kind in RHYTHM one byte
    number of times, and the times, 4 bytes each. In what was packed before, a byte 1 comes first, all counts have
    4 bytes, and ``known`` is a byte after them.

    Raises ValueError on other bytes.
    """
    seen, at = {}, 0
    try:
        for kind in kinds:
            seen[kind], at = _unpack(kind, packed, at)
    except (LayoutError, LookupError):
        raise ValueError("no counts") from None
    return seen


def _unpack(kind: str, packed: bytes, at: int) -> tuple[Seen, int]:
    """``Seen`` of an identity of ``kind`` from byte ``at`` on, and the position after it."""
    form, at = packed[at], at + 1
    if not form:
        return NEVER, at
    counts = _COUNTS[form if form != 1 else 4]
    minutes, hour, day, week, month, first, last = counts.unpack_from(packed, at)
    at += counts.size
    partners: dict[str, Partners] = {}
    for relation in PARTNERS.get(kind, ()):
        if form == 1:
            partners[relation] = Partners(*_OLD_RELATION.unpack_from(packed, at))
            at += _OLD_RELATION.size
        else:
            known = packed[at] & 1
            layout = _RELATION[packed[at] - known]
            within_hour, within_day, within_month = layout.unpack_from(packed, at + 1)
            partners[relation] = Partners(within_hour, within_day, within_month, known == 1)
            at += 1 + layout.size
    times: tuple[int, ...] = ()
    if kind in RHYTHM:
        n, at = packed[at], at + 1
        times = unpack_from(f">{n}I", packed, at)
        at += 4 * n
    return Seen(minutes, hour, day, week, month, first, last, partners, times), at
