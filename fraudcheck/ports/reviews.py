"""Which leads wait for a person's judgement, who looks at which of them, and what did they decide?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from msgspec import Struct

from fraudcheck.ports.ledger import Ledger

LEASE_SECONDS = 600.0
"""How long a lead is kept from others once somebody has opened it."""
PUT_OFF_SECONDS = 4 * 3600.0
"""How long a lead that was put off comes behind all others."""
Decision = Literal["genuine", "fake", "later"]


class QueueFilter(Struct, frozen=True, kw_only=True):
    """Which waiting leads, and in which order; those that have every value that is not None.

    ``since <= checked_at < until``, as in ``ports.ledger.CheckFilter``. The dearest come first within the currency that
    is asked for, else within the one that most leads have; nothing is converted.
    """

    vendor: str | None = None
    reason: str | None = None
    since: str | None = None
    until: str | None = None
    order: Literal["oldest", "dearest"] = "oldest"
    currency: str | None = None


ALL_WAITING = QueueFilter()


class Waiting(Struct, frozen=True, kw_only=True):
    """A lead in the queue, by its newest check. ``price`` is in millionths of ``currency``, None where there is none.

    ``reasons`` are codes, separated by blanks; ``put_off`` says that somebody decided to look again later.
    """

    check_id: str
    checked_at: str
    vendor: str | None
    trust_score: int
    reasons: str
    price: int | None = None
    currency: str | None = None
    put_off: bool = False


class QueueCounts(Struct, frozen=True, kw_only=True):
    """How many leads wait, ``put_off`` of them for later, and since when (RFC 3339; None where none waits).

    By vendor as it was written first ("" where none was named), by code of a reason that speaks against the lead or
    for it, and by currency.
    """

    waiting: int = 0
    put_off: int = 0
    oldest: str | None = None
    vendors: Mapping[str, int] = {}
    reasons: Mapping[str, int] = {}
    currencies: Mapping[str, int] = {}


class Review(Struct, frozen=True, kw_only=True):
    """Where the review of a lead stands. ``lead`` is its first check, ``check_id`` the one that was looked at.

    ``taken_by`` looks at it since ``taken_at`` (Unix seconds). ``decided_by`` is the id of the key that decided,
    ``decided_at`` is RFC 3339. ``note`` may be personal.
    """

    lead: str
    check_id: str
    taken_by: str | None = None
    taken_at: float | None = None
    decision: Decision | None = None
    reason: str | None = None
    note: str | None = None
    decided_by: str | None = None
    decided_at: str | None = None


class Verdict(Struct, frozen=True, kw_only=True):
    """What a reviewer decides of the check ``check_id``: ``by`` is the id of his key, ``buyer`` whose outcome it is.

    ``at`` is RFC 3339. ``reason`` is one of ``ledger.outcomes.FAKE`` or None.
    """

    check_id: str
    decision: Decision
    at: str
    by: str = ""
    buyer: str = ""
    reason: str | None = None
    note: str = ""


class Sharing(Struct, frozen=True, kw_only=True):
    """Other leads that came with the same contact: how many at least, since when, and the newest of them.

    ``kind`` is ``mailbox`` or ``phone``; ``leads`` are the first checks of at most five, with vendor and time.
    """

    kind: str
    many: int
    since: str
    leads: Sequence[tuple[str, str, str | None]]


class Reviews(Ledger, Protocol):
    """A ledger that also knows what waits for review. Every method raises Unavailable.

    A lead waits while its newest check says review, nobody told an outcome of it, and it is not erased. Platforms' test
    leads never wait.
    """

    async def review_counts(self, tenant: str, now: float) -> QueueCounts:
        """What waits, all together; ``now`` is in Unix seconds."""
        ...

    async def count_waiting(self, tenant: str) -> int:
        """How many leads wait, which is known more quickly than what they are."""
        ...

    async def review_queue(
        self, tenant: str, wanted: QueueFilter, *, by: str, now: float, limit: int
    ) -> Sequence[Waiting]:
        """Up to ``limit`` leads that ``by`` may look at next: in the order asked for, then those that were put off.

        Those that others look at are left out.
        """
        ...

    async def find_review(self, tenant: str, check_id: str) -> Review | None:
        """Where the review of the lead that the check belongs to stands; None where nobody has opened it."""
        ...

    async def take_review(self, tenant: str, check_id: str, *, by: str, now: float) -> bool:
        """Keep a lead from others for ``LEASE_SECONDS``. False where somebody else looks at it, or it is decided."""
        ...

    async def leave_review(self, tenant: str, check_id: str, *, by: str) -> None:
        """Give a lead back to the others."""
        ...

    async def decide_review(
        self, tenant: str, verdict: Verdict
    ) -> Literal["kept", "decided", "revised", "erased", "missing"]:
        """Keep a decision, durably, and tell it as an outcome of the lead, both together.

        Nothing is kept of a lead that was ``decided`` before (the first decision counts), of one that was checked again
        since (``revised``), nor of one that is erased or not there. To put a lead off is no decision.
        """
        ...

    async def undo_review(self, tenant: str, check_id: str, *, by: str) -> bool:
        """Take back what ``by`` decided of a lead, with its outcome. False where ``by`` decided nothing of it."""
        ...

    async def sharing(self, tenant: str, check_id: str) -> Sequence[Sharing]:
        """Which other leads came with the same mailbox or phone; nothing of an erased lead."""
        ...
