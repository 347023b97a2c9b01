"""Leads to be counted, and what counters should answer."""

from __future__ import annotations

from hashlib import sha256

from fraudcheck.counting.windows import Partners, Seen
from fraudcheck.records import Lead, Subject

DAY, MONTH = 86_400, 30 * 86_400
NOW = 7_900 * 216_000.0  # on the edge of a bucket of each window


def token(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]


def lead(tag: str, at: float = NOW, tenant: str = "default", name: str | None = None, **tokens: str) -> Subject:
    return Subject(
        tenant=tenant,
        lead=Lead(email="an@example.com"),
        tokens={kind: token(kind + text) for kind, text in (tokens or {"block": "a1"}).items()},
        partners={"name": token(name)} if name else {},
        tag=tag,
        at=at,
    )


def seen(*counts: int, first: float = NOW, last: float = NOW, **partners: Partners) -> Seen:
    """What came before: counts in the five windows; the last count given holds for the longer ones too."""
    five = (*counts, *[counts[-1]] * (5 - len(counts)))
    return Seen(*five, first=int(first), last=int(last), partners=partners)
