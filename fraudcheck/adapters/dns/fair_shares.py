"""How much of the DNS may one domain, or one name server, take up?"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Sequence

Group = tuple[str, str]
"""What queries have in common: ``("apex", domain)`` or ``("server", host)``."""

_MOST_REMEMBERED = 10_000


class Shares:
    """Counts queries under way by group, and refuses those beyond a group's share.

    A share grows by one with each answer in time, up to ``most``, and falls back to ``first`` with each query
    that got none: a large provider's host names are never held up, a tarpit's soon are.
    """

    def __init__(self, first: int, most: int) -> None:
        self._first = first
        self._most = most
        self._busy: Counter[Group] = Counter()
        self._grown: OrderedDict[Group, int] = OrderedDict()

    def full(self, groups: Sequence[Group]) -> str | None:
        """The kind of the group whose share is used up, None where all have room."""
        for group in groups:
            if self._busy[group] >= self._grown.get(group, self._first):
                return group[0]
        return None

    def enter(self, groups: Sequence[Group]) -> None:
        """One more query of these groups is under way."""
        self._busy.update(groups)

    def leave(self, groups: Sequence[Group], *, in_time: bool) -> None:
        """One of them is over."""
        for group in groups:
            self._busy[group] -= 1
            if not self._busy[group]:
                del self._busy[group]
            if not in_time:
                self._grown.pop(group, None)
                continue
            self._grown[group] = min(self._grown.get(group, self._first) + 1, self._most)
            self._grown.move_to_end(group)
            if len(self._grown) > _MOST_REMEMBERED:
                self._grown.popitem(last=False)
