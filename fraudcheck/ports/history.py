"""What is known of a lead's mailbox and phone from the leads before it?"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import NamedTuple, Protocol

from fraudcheck.records import Facts


class Question(NamedTuple):
    """Whose history it is: a tenant's, of some ``identities`` (``mailbox:…``, ``phone:…``).

    A lead that came under the Idempotency-Key ``tag`` is the one that asks, and no earlier one. ``reached`` are the
    outcomes that show that a person was reached, ``sold`` those that show a conversion.
    """

    tenant: str
    identities: Sequence[str]
    tag: str
    reached: frozenset[str] = frozenset({"contacted", "qualified", "converted"})
    sold: frozenset[str] = frozenset({"converted"})


class Histories(Protocol):
    """Looks up what became of earlier leads."""

    def look_up(self, question: Question) -> Awaitable[Facts] | None:
        """The facts of ``signals.history``; None where nothing keeps a ledger.

        The question is on its way when this returns. Awaiting the answer raises Unavailable.
        """
        ...


class NoHistories:
    """``Histories`` without a ledger."""

    def look_up(self, question: Question) -> Awaitable[Facts] | None:
        """Nothing is known, nor could be."""
        del question
        return None
