"""How far is the person: new, known or a customer? By the caller's word, else by what came before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fraudcheck.records import Facts, Lead
from fraudcheck.worth.told_stage import CUSTOMER, KNOWN, NEW, told_stage

UNKNOWN = "unknown"
STAGES = (NEW, KNOWN, CUSTOMER, UNKNOWN)
_SAME_VISIT = 86_400
"""Seconds: who sends a form again within a day has not come back."""
_LONGEST_NAME = 200


def read_stage(lead: Lead, facts: Mapping[str, Facts | None], at: datetime) -> tuple[str, str, str | bool | None]:
    """The stage, what said so (``extra.customer``, ``history``, ``velocity``, or nothing), and its word."""
    if lead.extra and (told := told_stage(lead.extra, at.date())):
        stage, path, word = told
        return stage, f"extra.{path}"[:_LONGEST_NAME], word if isinstance(word, bool) else str(word)[:64]
    history = facts.get("history")
    if history and "unknown" not in history:
        return _by_history(history, at), "history", None
    velocity = facts.get("velocity")
    if velocity and "unknown" not in velocity:
        since = [_seconds(velocity.get(kind)) for kind in ("mailbox", "phone")]
        if max(since) >= _SAME_VISIT:
            return KNOWN, "velocity", None
        if velocity.get("leads"):  # where no lead was counted, nobody can have been seen
            return NEW, "velocity", None
    return UNKNOWN, "", None


def _by_history(history: Facts, at: datetime) -> str:
    if history.get("converted"):
        return CUSTOMER
    if history.get("contacted") or history.get("confirmed"):
        return KNOWN
    if not history.get("leads"):
        return NEW
    try:
        ago = (at - datetime.fromisoformat(history["since"])).total_seconds()
    except (KeyError, TypeError, ValueError):
        return KNOWN
    return KNOWN if ago >= _SAME_VISIT else NEW


def _seconds(counts: Any) -> int:
    return counts.get("since", 0) if isinstance(counts, Mapping) else 0
