"""At which second is a lead counted? At its own, unless most of the leads before it say that its clock is slow."""

from __future__ import annotations

from collections import deque

from fraudcheck.counting.windows import SETTLED_AFTER, TOLERANCE

_LAST_SECOND = 0xFFFF_FFFF
"""The last one that is counted, in the year 2106: times are kept in four bytes."""


class TenantClock:
    """The times of a tenant's last leads, as their clocks told them.

    A lead that comes before most of these by more than ``TOLERANCE`` has a clock that was set back, and is counted with
    the last lead. One from the future cannot be told from one after a quiet night: those that follow tell
    (``counting.formula``).
    """

    def __init__(self) -> None:
        self._told: deque[int] = deque(maxlen=SETTLED_AFTER)
        self._counted = 0

    def second(self, at: float, late: bool) -> int:
        """The Unix second at which a lead of this time is counted. A ``late`` one has its own, and tells nothing."""
        told = min(max(int(at), 1), _LAST_SECOND)
        if late:
            return told
        usual = sorted(self._told)[SETTLED_AFTER // 2] if len(self._told) == SETTLED_AFTER else 0
        self._told.append(told)
        self._counted = max(usual, self._counted) if told < usual - TOLERANCE else told
        return self._counted
