"""How does a claim look as a page? The letter, then the leads that are claimed, then those that are not."""

from __future__ import annotations

from collections.abc import Sequence

from fraudcheck.ports.claims import KeptClaim
from fraudcheck.report.claim_files import columns_of
from fraudcheck.report.claim_words import Words
from fraudcheck.report.claims import Claim
from fraudcheck.report.returns import amount
from fraudcheck.web import pages
from fraudcheck.web.frame import Frame

_NUMBERS = frozenset({"price", "amount", "left", "credited"})
_LEFT = ("reference", "came", "campaign", "price", "currency", "left", "reason", "why")
_NOT_SHOWN = frozenset({"claim", "answer", "credited"})
"""Columns that the page of a claim without answers has no use for."""


def claim(claim: Claim, words: Words, frame: Frame | None, query: str = "", keeps: str = "") -> str:
    """The page of a claim. ``query`` is what the links to its files begin with; ``keeps`` is where its form goes, empty
    where nothing can be kept.
    """
    is_answered = any(row.answer for row in claim.rows)
    unused = {"claim"} if is_answered else _NOT_SHOWN
    columns = [name for name in columns_of(claim) if name not in unused]
    columns = [name for name in columns if name not in ("campaign", "sub_id", "channel") or _any(claim, name)]
    return pages.render(
        "claim.html",
        title=claim.subject,
        frame=frame,
        claim=claim,
        columns=columns,
        left_columns=_LEFT,
        numbers=_NUMBERS,
        words=words,
        query=query,
        keeps=keeps,
    )


def _any(claim: Claim, name: str) -> bool:
    return any(getattr(row, name) for row in claim.rows)


def claim_list(found: Sequence[KeptClaim], frame: Frame | None) -> str:
    """The page of all kept claims."""
    return pages.render("claims.html", title="Claims", frame=frame, found=found, money=amount)
