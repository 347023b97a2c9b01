"""Where does mail for a domain go?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Protocol

from fraudcheck.records import Facts

Answer = tuple[str, tuple[str, ...], float]
"""What one DNS query gave: status, records as text, seconds that they hold.

The status is ``ok``, ``nxdomain`` (no such name), ``nodata`` (the name has no such record) or, when
nothing was learnt, the cause: ``timeout``, ``servfail``, ``refused``, ``bad_answer`` and the like.
"""

Resolve = Callable[[str, str], Awaitable[Answer]]
"""Asks for an absolute name and a record type. Never raises."""

Trace = Callable[[str, Resolve], Awaitable[tuple[Facts, float]]]
"""Follows a domain's mail route (``trace_mail_route``): the facts, and the seconds that they hold."""


class MailRoutes(Protocol):
    """Where does mail for a domain go?"""

    async def route(self, domain: str) -> Facts:
        """The facts of ``trace_mail_route`` for an A-label domain, from the cache where fresh.

        Never raises for a failed look-up: that is ``{"v": 1, "unknown": cause}``. A caller that stops
        waiting does not stop the look-up, whose answer still fills the cache.
        """
        ...


class SharedAnswers(Protocol):
    """What other workers and machines have found out about domains. Never raises, and costs a few ms at most.

    ``trips`` counts round trips by how they ended.
    """

    trips: Counter[str]

    @property
    def open(self) -> bool:
        """Whether it is being asked: not for a while after it has failed."""
        ...

    async def get(self, domain: str) -> tuple[Facts, float] | None:
        """Give the facts of a domain and the seconds that they still hold; None where nothing is known."""
        ...

    def put(self, domain: str, facts: Facts, seconds: float) -> None:
        """Tell the others, without waiting."""
        ...

    async def close(self) -> None:
        """Let go of the connection."""
        ...
