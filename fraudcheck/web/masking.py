"""What may a key without the scope ``personal`` see of a lead? Enough to recognise the lead, too little to use it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from fraudcheck.ledger.record import open_record
from fraudcheck.ledger.sealing import PLAIN_FIELDS
from fraudcheck.ports.ledger import Stored

_OPEN_FIELDS = frozenset({"country", "submitted_at", "reference"})
HIDDEN = "***"


def shown(stored: Stored, personal: bool, whole: bool) -> dict[str, Any]:
    """A kept check as the API gives it: with its lead and facts if ``whole``, masked unless ``personal``."""
    opened = open_record(stored.record, stored.personal)
    check = dict(opened.verdict) | {"revised_by": stored.revised_by}
    if whole:
        check["erased"] = opened.erased
        check["lead"] = msgspec.to_builtins(opened.lead) if opened.lead is not None else None
        check["facts"] = opened.facts
        check["record_hash"] = "sha256:" + stored.record_hash.hex()
    return check if personal else mask(check)


def mask(check: Mapping[str, Any]) -> dict[str, Any]:
    """A check as the API gives it, with its personal values masked."""
    masked = dict(check)
    for part in ("normalized", "suggestions"):
        masked[part] = {name: _mask_contact(name, value) for name, value in check[part].items()}
    if "quality" in check:
        criteria = [
            each if each["value"] is None else {**each, "value": HIDDEN} for each in check["quality"]["criteria"]
        ]
        masked["quality"] = {**check["quality"], "criteria": criteria}
    if check.get("lead"):
        masked["lead"] = {name: _mask_field(name, value) for name, value in check["lead"].items()}
    return masked


def _mask_contact(name: str, value: str | None) -> str | None:
    """The first letter and the domain of a mail address; of a number nothing.

    Who may check leads can find out, number by number, which was seen before: with some digits known he would find
    the person's within hours.
    """
    if value is None or name == "country":
        return value
    if name == "email":
        local, _, domain = value.rpartition("@")
        return f"{local[:1]}{HIDDEN}@{domain}"
    return HIDDEN


def _mask_field(name: str, value: Any) -> Any:
    if name in _OPEN_FIELDS:
        return value
    if name == "source":
        return {inner: dict.fromkeys(part, HIDDEN) if inner == "click" else part for inner, part in value.items()}
    if name == "form":
        return {inner: part if inner in PLAIN_FIELDS["form"] else HIDDEN for inner, part in value.items()}
    if name == "extra":
        return {f"{HIDDEN} {number}": HIDDEN for number in range(1, len(value) + 1)}  # names are the caller's own text
    if isinstance(value, dict):
        return dict.fromkeys(value, HIDDEN)
    return [{"event": HIDDEN} for _ in value] if name == "activity" else HIDDEN
