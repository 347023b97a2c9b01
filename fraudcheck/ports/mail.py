"""Where does mail for a domain go?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Protocol

from fraudcheck.records import Facts

Answer = tuple[str, tuple[str, ...], float]
"""The answer to one DNS query: status, records as text, and the seconds that it holds (TTL).

The status is ``ok``, ``nxdomain`` (no such name) or ``nodata`` (the name has no such record); or, when the query
failed, the cause: ``timeout``, ``servfail``, ``refused``, ``bad_answer``, ``unreachable``, ``resolver_error``,
``overload`` (too many queries), ``no_resolver``.
"""

Resolve = Callable[[str, str], Awaitable[Answer]]
"""Asks the DNS for an absolute name and a record type. Never raises."""

Trace = Callable[[str, Resolve], Awaitable[tuple[Facts, float]]]
"""Follows a domain's mail route (``fields.email.mx.trace_mail_route``): the facts, and the seconds that they hold."""


class MailRoutes(Protocol):
    """Looks mail routes of domains up."""

    async def route(self, domain: str) -> Facts:
        """The facts of ``trace_mail_route`` for a domain (as A-labels), from a cache while they are fresh.

        Never raises for a failed look-up; the facts are then ``{"v": 1, "unknown": cause}``. When the caller is
        cancelled, the look-up goes on, and its answer fills the cache.
        """
        ...


class SharedRouteCache(Protocol):
    """A cache of mail routes that all workers and machines share.

    Its methods never raise, and take a few milliseconds at most. ``trips`` counts round trips by how they ended,
    ``forgotten`` values that could not be read.
    """

    trips: Counter[str]
    forgotten: int

    @property
    def open(self) -> bool:
        """Whether the cache is being asked; False for a while after a failure."""
        ...

    async def get(self, domain: str) -> tuple[Facts, float] | None:
        """A domain's facts, and the seconds that they still hold; None when the cache has none or cannot answer."""
        ...

    def put(self, domain: str, facts: Facts, seconds: float) -> None:
        """Store a domain's facts for so many seconds, without waiting for it."""
        ...

    async def close(self) -> None:
        """Close the connection."""
        ...
