"""What became of the lead? An outcome is read strictly: a guess would falsify the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from fraudcheck.intake import field_readers
from fraudcheck.ledger.outcomes import RETURNED_AS, returned_as
from fraudcheck.records import OUTCOMES, Outcome


class FaultyOutcome(ValueError):
    """An outcome cannot be read: ``errors`` are fields with their problems, which hold nothing of a value."""

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__("; ".join(f"{error['field']}: {error['problem']}" for error in errors))
        self.errors = errors


def read_outcome(raw: Mapping[str, Any]) -> Outcome:
    """Read what became of a lead. Raises Faulty: nobody's form breaks by it, and a guess would falsify the record."""
    errors: list[dict[str, str]] = []
    value = raw.get("value")
    given = {**raw, **{f"value.{name}": part for name, part in value.items()}} if isinstance(value, dict) else raw
    read: dict[str, Any] = {}
    for field, reader in _OUTCOME.items():
        if given.get(field) in (None, ""):
            continue
        try:
            read[field] = reader(given[field])
        except field_readers.Unread as problem:
            errors.append({"field": field, "problem": str(problem)})
    if "outcome" not in read and not errors:
        errors.append({"field": "outcome", "problem": f"not given: one of {', '.join(OUTCOMES)}"})
    if value is not None and not isinstance(value, dict):
        errors.append({"field": "value", "problem": "not an object of amount and currency"})
    if ("value.amount" in read) != ("value.currency" in read) and not errors:
        errors.append({"field": "value", "problem": "an amount needs a currency, and a currency an amount"})
    if errors:
        raise FaultyOutcome(errors)
    amount, currency = (read.pop(f"value.{name}", None) for name in ("amount", "currency"))
    if amount:
        read["value"] = {"amount": amount, "currency": currency}
    return msgspec.convert(read, Outcome)


def _outcome(value: Any) -> str:
    word = (field_readers.read_text(value) or "").strip().lower()
    if word not in OUTCOMES:
        raise field_readers.Unread(f"not one of {', '.join(OUTCOMES)}")
    return word


def _return_reason(value: Any) -> str:
    reason = returned_as(field_readers.read_text(value) or "")
    if reason is None:
        raise field_readers.Unread(f"not one of {', '.join(RETURNED_AS)}")
    return reason


_OUTCOME: Mapping[str, Callable[[Any], Any]] = {
    "outcome": _outcome,
    "reason": _return_reason,
    "value.amount": field_readers.read_amount,
    "value.currency": field_readers.read_currency,
    "at": field_readers.read_moment,
    "buyer": field_readers.read_one_line,
}
