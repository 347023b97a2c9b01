"""What did a person confirm? The reading of a confirmation that a caller sends, as strict as that of an outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from fraudcheck.intake import field_readers
from fraudcheck.records import CHANNELS, CONFIRMED_BY, Confirmation

_LONGEST = 200


class FaultyConfirmation(ValueError):
    """A confirmation cannot be read; ``errors`` are as in ``FaultyOutcome``."""

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__("; ".join(f"{error['field']}: {error['problem']}" for error in errors))
        self.errors = errors


def read_confirmation(raw: Mapping[str, Any]) -> Confirmation:
    """Read a decoded JSON object into a confirmation. Raises FaultyConfirmation, with every field that is at fault."""
    errors: list[dict[str, str]] = []
    fields: dict[str, Any] = {}
    for name, read_field in _CONFIRMATION.items():
        given = raw.get(name)
        if given in (None, ""):
            continue
        try:
            if isinstance(given, str) and len(given) > _LONGEST:
                raise field_readers.Unread(f"longer than {_LONGEST} characters")
            read = read_field(given)
            if read is not None:
                fields[name] = read
        except field_readers.Unread as problem:
            errors.append({"field": name, "problem": str(problem)})
    at_fault = {error["field"] for error in errors}
    errors += [
        {"field": name, "problem": f"not given: one of {', '.join(words)}"}
        for name, words in (("channel", CHANNELS), ("how", CONFIRMED_BY))
        if name not in fields and name not in at_fault
    ]
    if errors:
        raise FaultyConfirmation(errors)
    return msgspec.convert(fields, Confirmation)


def _word_of(words: tuple[str, ...]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        word = (field_readers.read_text(value) or "").strip().lower()
        if word not in words:
            raise field_readers.Unread(f"not one of {', '.join(words)}")
        return word

    return read


_CONFIRMATION: Mapping[str, Callable[[Any], Any]] = {
    "channel": _word_of(CHANNELS),
    "how": _word_of(CONFIRMED_BY),
    "at": field_readers.read_moment,
}
