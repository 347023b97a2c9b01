"""How often was an identity seen before?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from fraudcheck.counting.windows import Seen
from fraudcheck.records import Subject


class Counters(Protocol):
    """Counts leads by identity."""

    async def observe(self, subject: Subject) -> Mapping[str, Seen]:
        """Count this lead once under each of ``subject.tokens`` and give what came before, by kind.

        A window w is the last 13 buckets of w/12, cut on the epoch, over earlier leads; a partner is in it when its
        last sighting is. Times are whole seconds, and never go backwards for a tenant nor for an identity.
        The same ``subject.tag`` again within ``remembered`` seconds counts nothing and gets the same answer. Raises
        Unavailable.
        """
        ...

    async def ping(self) -> None:
        """Return when the counts can be reached. Raises Unavailable."""
        ...

    async def close(self) -> None:
        """Let go of the connection; whoever still waits gets Unavailable."""
        ...
