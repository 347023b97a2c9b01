"""How often was an identity seen before?"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Protocol

from fraudcheck.counting.windows import Seen
from fraudcheck.records import Subject


class Counters(Protocol):
    """Counts leads by identity (``counting.windows`` says which identities and windows there are)."""

    def observe(self, subject: Subject) -> Awaitable[Mapping[str, Seen]]:
        """Count this lead once under each of ``subject.tokens``, and return what came before, by kind of identity.

        A window is the last 13 buckets, each a twelfth of it and cut on the epoch. A partner is in a window when it
        was last seen in it. Times are whole seconds; for an identity they never go backwards (``counting.formula`` says
        what becomes of a lead from the past or the future).

        The same ``subject.tag`` within ``subject.remembered`` seconds is the same lead again: it is not counted, and
        gets the same answer. Awaiting it raises Unavailable.

        Counting is under way before it is awaited where this is a future, which is done where nothing is to wait for.
        """
        ...

    async def ping(self) -> None:
        """Return when a lead could be counted. Raises Unavailable."""
        ...

    async def close(self) -> None:
        """Close the connection. Callers that still wait get Unavailable."""
        ...
