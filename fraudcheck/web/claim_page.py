"""How does a claim look as a page? The letter, then the leads that are claimed, then those that are not."""

from __future__ import annotations

from fraudcheck.report.claim_words import Words
from fraudcheck.report.claims import ClaimList, VendorClaim
from fraudcheck.web import pages
from fraudcheck.web.frame import Frame


def claim(claim: VendorClaim, words: Words, frame: Frame | None, query: str = "", keeps: str = "") -> str:
    """The page of a claim. ``query`` is what the links to its files begin with; ``keeps`` is where its form goes, empty
    where nothing can be kept.
    """
    return pages.render(
        "claim.html",
        title=claim.subject,
        frame=frame,
        claim=claim,
        answered=any(row.answer for row in claim.rows),
        words=words,
        query=query,
        keeps=keeps,
    )


def claim_list(found: ClaimList, frame: Frame | None) -> str:
    """The page of all kept claims."""
    return pages.render("claims.html", title="Claims", frame=frame, found=found.claims)
