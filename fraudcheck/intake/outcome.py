"""What became of a lead? The reading of an outcome that a caller sends.

An outcome is read strictly, unlike a lead: no visitor's form depends on it, and a guess would falsify the vendor's
history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec

from fraudcheck.intake import field_readers
from fraudcheck.ledger.outcomes import FAKE, RETURNED_AS, returned_as
from fraudcheck.records import REVIEWED, Outcome
from fraudcheck.worth.funnel import DEFAULT, Funnel, event_name

_LONGEST = 200


class FaultyOutcome(ValueError):
    """An outcome cannot be read.

    ``errors`` lists ``{"field": …, "problem": …}`` for each field at fault. No problem's text contains the value.
    """

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__("; ".join(f"{error['field']}: {error['problem']}" for error in errors))
        self.errors = errors


def read_outcome(raw: Mapping[str, Any], funnel: Funnel = DEFAULT) -> Outcome:
    """Read a decoded JSON object into an outcome, an event of the tenant's funnel or a return.

    Raises FaultyOutcome, with every field that is at fault.
    """
    errors: list[dict[str, str]] = []
    value = raw.get("value")
    given = dict(raw)
    if isinstance(value, dict):
        given |= {f"value.{name}": part for name, part in value.items()}
    fields: dict[str, Any] = {}
    readers: dict[str, Callable[[Any], Any]] = {**_OUTCOME, "outcome": partial(_read_outcome_word, funnel=funnel)}
    for name, read_field in readers.items():
        if given.get(name) in (None, ""):
            continue
        try:
            if isinstance(given[name], str) and len(given[name]) > _LONGEST:
                raise field_readers.Unread(f"longer than {_LONGEST} characters")
            read = read_field(given[name])
            if read is not None:  # blanks alone say nothing
                fields[name] = read
        except field_readers.Unread as problem:
            errors.append({"field": name, "problem": str(problem)})
    if "outcome" not in fields and not errors:
        errors.append({"field": "outcome", "problem": f"not given: one of {', '.join(funnel.words)}"})
    if (
        fields.get("outcome") in REVIEWED
        and "reason" in fields
        and not _may_review(fields["outcome"], fields["reason"])
    ):
        errors.append(
            {"field": "reason", "problem": f"of reviewed_fake one of {', '.join(sorted(FAKE))}, or leave it out"}
        )
    if value is not None and not isinstance(value, dict):
        errors.append({"field": "value", "problem": "not an object of amount and currency"})
    if ("value.amount" in fields) != ("value.currency" in fields) and not errors:
        errors.append({"field": "value", "problem": "an amount needs a currency, and a currency an amount"})
    if errors:
        raise FaultyOutcome(errors)
    amount, currency = fields.pop("value.amount", None), fields.pop("value.currency", None)
    if amount:
        fields["value"] = {"amount": amount, "currency": currency}
    return msgspec.convert(fields, Outcome)


def _read_outcome_word(value: Any, funnel: Funnel = DEFAULT) -> str:
    word = event_name(field_readers.read_text(value) or "")
    if word not in funnel.words:
        raise field_readers.Unread(f"not one of {', '.join(funnel.words)}")
    return word


def _may_review(outcome: str, reason: str) -> bool:
    return outcome == REVIEWED[1] and reason in FAKE


def _read_return_reason(value: Any) -> str:
    reason = returned_as(field_readers.read_text(value) or "")
    if reason is None:
        raise field_readers.Unread(f"not one of {', '.join(RETURNED_AS)}")
    return reason


_OUTCOME: Mapping[str, Callable[[Any], Any]] = {
    "outcome": _read_outcome_word,
    "reason": _read_return_reason,
    "value.amount": field_readers.read_amount,
    "value.currency": field_readers.read_currency,
    "at": field_readers.read_moment,
    "buyer": field_readers.read_one_line,
}
