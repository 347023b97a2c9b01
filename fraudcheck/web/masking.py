"""What may a key without the scope ``personal`` see of a lead? Enough to recognise it, too little to use it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from fraudcheck.ledger.record import open_record
from fraudcheck.ports.ledger import Stored

_OPEN_PARTS = frozenset({"source", "country", "submitted_at", "reference"})
_OPEN_FORM = frozenset(
    {"seconds_on_page", "fill_seconds", "keystrokes", "pastes", "autofills", "pointer_events", "webdriver"}
)
HIDDEN = "***"


def shown(stored: Stored, personal: bool, whole: bool) -> dict[str, Any]:
    """A kept verdict as the wire gives it, the ``whole`` one with its lead and facts, masked unless ``personal``."""
    opened = open_record(stored.record, stored.personal)
    given = dict(opened.verdict) | {"revised_by": stored.revised_by}
    if whole:
        given["erased"] = opened.erased
        given["lead"] = msgspec.to_builtins(opened.lead) if opened.lead is not None else None
        given["facts"] = opened.facts
        given["record_hash"] = "sha256:" + stored.record_hash.hex()
    return given if personal else masked(given)


def masked(shown: Mapping[str, Any]) -> dict[str, Any]:
    """A verdict as the wire gives it, with personal values masked."""
    hidden = dict(shown)
    for part in ("normalized", "suggestions"):
        hidden[part] = {name: _contact(name, value) for name, value in shown[part].items()}
    if shown.get("lead"):
        hidden["lead"] = {name: _lead_field(name, value) for name, value in shown["lead"].items()}
    return hidden


def _contact(name: str, value: str | None) -> str | None:
    if value is None or name == "country":
        return value
    if name == "email":
        local, _, domain = value.rpartition("@")
        return f"{local[:1]}{HIDDEN}@{domain}"
    return f"{value[:3]}{HIDDEN}{value[-2:]}"


def _lead_field(name: str, value: Any) -> Any:
    if name in _OPEN_PARTS:
        return value
    if name == "form":
        return {inner: part if inner in _OPEN_FORM else HIDDEN for inner, part in value.items()}
    if isinstance(value, dict):
        return dict.fromkeys(value, HIDDEN)
    return HIDDEN
