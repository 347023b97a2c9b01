"""A verdict for tests of what is kept: of a good lead, but for what a test tells."""

from __future__ import annotations

from typing import Any

from fraudcheck.records import CheckVerdict, Contacts, Normalized, Revision, ScoredReason, Versions


def verdict(check_id: str, checked_at: str, *, codes=("PHONE_VALID",), **told: Any) -> CheckVerdict:
    """A verdict of these reasons' codes; with ``revises`` a revision."""
    parts: dict[str, Any] = {
        "check_id": check_id,
        "reference": None,
        "origin": "live",
        "trust_score": 92,
        "score_range": (92, 92),
        "decision": "accept",
        "decided_by": "accept_from",
        "classification": "genuine",
        "prior": 9.5,
        "sum": 10.5,
        "reasons": [ScoredReason(code=code, group="phone", points=1.0, text="", evidence={}) for code in codes],
        "group_caps": [],
        "unknown": [],
        "warnings": [],
        "suggestions": Contacts(),
        "normalized": Normalized(phone="+84912840375", country="VN"),
        "versions": Versions(service="1", policy="sha256:", model=None, data={}),
        "submitted_at": checked_at,
        "checked_at": checked_at,
        "elapsed_ms": 1.0,
    }
    return (Revision if told.get("revises") else CheckVerdict)(
        **parts | {k: v for k, v in told.items() if v is not None}
    )
