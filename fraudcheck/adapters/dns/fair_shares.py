"""How many DNS queries may be under way for one registered domain, or to one name server?"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Sequence

Group = tuple[str, str]
"""What queries have in common: ``("apex", registered domain)`` or ``("server", name server's host)``."""

_MAX_GROUPS = 10_000  # groups whose share is remembered


class Shares:
    """Counts the queries under way in each group, and says when a group has used up its share.

    A group's share starts at ``initial`` queries. It grows by one with each answer in time, up to ``largest``, and
    falls back to ``initial`` with each query that got no answer in time. So the host names of a large provider are
    never held up for long, and those of a tarpit soon are.
    """

    def __init__(self, initial: int, largest: int) -> None:
        self._initial = initial
        self._largest = largest
        self._under_way: Counter[Group] = Counter()
        self._grown: OrderedDict[Group, int] = OrderedDict()  # shares above the initial one, the latest used last

    def full(self, groups: Sequence[Group]) -> str | None:
        """Kind (``apex``, ``server``) of the first group whose share is used up; None when all groups have room."""
        for group in groups:
            if self._under_way[group] >= self._grown.get(group, self._initial):
                return group[0]
        return None

    def enter(self, groups: Sequence[Group]) -> None:
        """Count a query of these groups as under way."""
        self._under_way.update(groups)

    def leave(self, groups: Sequence[Group], *, in_time: bool) -> None:
        """Count a query of these groups as over; ``in_time`` says whether it was answered in time."""
        for group in groups:
            self._under_way[group] -= 1
            if not self._under_way[group]:
                del self._under_way[group]
            if not in_time:
                self._grown.pop(group, None)
                continue
            self._grown[group] = min(self._grown.get(group, self._initial) + 1, self._largest)
            self._grown.move_to_end(group)
            if len(self._grown) > _MAX_GROUPS:
                self._grown.popitem(last=False)
