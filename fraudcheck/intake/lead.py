"""What did the caller send? Raw bytes to a lead, leniently, with a warning for each field that could not be read.

The caller's form must never break, so only what is no JSON object, is nested too deeply or has neither a mail
address nor a phone is refused; anything else that cannot be read counts as absent.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NoReturn

import msgspec

from fraudcheck.intake import field_readers
from fraudcheck.records import Client, FieldWarning, Form, Lead, Price, Source

MAX_DEPTH = 32
MAX_BYTES = 64 * 1024

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Unreadable(ValueError):
    """The body is no JSON object, or nested too deeply. The text says which; it holds nothing of the body."""


class NoContact(ValueError):
    """The lead has neither a mail address nor a phone."""


def parse_body(body: bytes) -> dict[str, Any]:
    """Decode a request's body. Raises Unreadable.

    A number beyond a float's range and half a surrogate pair are legal JSON (RFC 8259 sections 6 and 8.2) that the
    quick decoder refuses, so a refusal is looked at again by the patient one.
    """
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH and _depth(body) > MAX_DEPTH:
        raise Unreadable(f"nested deeper than {MAX_DEPTH}")
    try:
        return _decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        pass
    try:
        raw = json.loads(body.decode(), parse_constant=_no_json)
    except (ValueError, RecursionError):
        raise Unreadable("not JSON") from None
    if not isinstance(raw, dict):
        raise Unreadable("not a JSON object")
    scrubbed: dict[str, Any] = _scrub(raw)
    return scrubbed


def read_lead(raw: Mapping[str, Any], now: datetime) -> tuple[Lead, list[FieldWarning]]:
    """Read a decoded body into a lead. Unknown fields go to ``extra``. Raises NoContact."""
    warnings: list[FieldWarning] = []
    extra: dict[str, Any] = {}
    given = _read_fields(_LEAD, raw, "", extra, warnings)
    if "email" not in given and "phone" not in given:
        raise NoContact
    if "submitted_at" in given:
        moment = datetime.fromisoformat(given["submitted_at"])
        if moment > now + timedelta(days=1):
            warnings.append(FieldWarning(field="submitted_at", problem="more than a day in the future"))
            del given["submitted_at"]
    return Lead(**given, extra=extra), warnings


def _depth(body: bytes) -> int:
    """The deepest nesting of brackets outside strings."""
    depth = deepest = 0
    for bracket in re.sub(rb'"(?:[^"\\]|\\.)*"|[^\[\]{}"]+', b"", body):
        depth += 1 if bracket in b"[{" else -1 if bracket in b"]}" else 0
        deepest = max(deepest, depth)
    return deepest


def _no_json(constant: str) -> NoReturn:
    raise ValueError(constant)


def _scrub(value: Any) -> Any:
    """Put U+FFFD in the place of lone surrogates, which no encoding can hold; an endless number becomes null."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("�", value)
    if isinstance(value, dict):
        return {_scrub(key): _scrub(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_scrub(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


_Reader = Callable[[Any], Any]


def _read_fields(
    table: Mapping[str, _Reader | _Part],
    raw: Mapping[str, Any],
    path: str,
    extra: dict[str, Any],
    warnings: list[FieldWarning],
) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name, value in raw.items():
        reader = table.get(name)
        if reader is None:
            extra[path + name] = value
            continue
        if value is None:
            continue
        try:
            if isinstance(reader, _Part):
                if not isinstance(value, dict):
                    raise field_readers.Unread("not an object")
                given[name] = reader.make(**_read_fields(reader.table, value, f"{path}{name}.", extra, warnings))
            else:
                answer = reader(value)
                if answer is not None:
                    given[name] = answer
        except field_readers.Unread as problem:
            warnings.append(FieldWarning(field=path + name, problem=str(problem)))
    return given


class _Part:
    """An object within the lead: the record that it becomes and the readers of its fields."""

    def __init__(self, make: Callable[..., Any], table: Mapping[str, _Reader | _Part]) -> None:
        self.make = make
        self.table = table


_LEAD: Mapping[str, _Reader | _Part] = {
    **dict.fromkeys(
        ["email", "phone", "name", "first_name", "last_name", "company", "message", "address", "postal_code"],
        field_readers.read_text,
    ),
    "country": field_readers.read_country,
    "source": _Part(
        Source,
        {
            **dict.fromkeys(["vendor", "campaign", "sub_id"], field_readers.read_one_line),
            "channel": field_readers.read_channel,
            "price": _Part(Price, {"amount": field_readers.read_amount, "currency": field_readers.read_currency}),
        },
    ),
    "client": _Part(
        Client,
        {
            "ip": field_readers.read_ip,
            "user_agent": field_readers.read_text_or_empty,
            "accept_language": field_readers.read_text_or_empty,
            **dict.fromkeys(["timezone", "device_id", "referrer", "page_url"], field_readers.read_text),
        },
    ),
    "form": _Part(
        Form,
        {
            **dict.fromkeys(["seconds_on_page", "fill_seconds"], field_readers.read_number),
            **dict.fromkeys(["keystrokes", "pastes", "autofills", "pointer_events"], field_readers.read_count),
            "honeypot": field_readers.read_text,
            "webdriver": field_readers.read_truth,
            "token": field_readers.read_text,
        },
    ),
    "submitted_at": field_readers.read_moment,
    "reference": field_readers.read_text,
}
