"""What did the caller send? A request's bytes become a lead, with a warning for each field that cannot be read.

The caller's form must never break. So only three things are refused: a body that is not a JSON object, one that is
nested too deeply, and a lead with neither a mail address nor a phone. Any other field that cannot be read counts as
absent.
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

_STRUCTURE = re.compile(rb'\\.|["\[\]{}]', re.DOTALL)
"""What opens and closes: quotes and brackets; a character behind a backslash is neither."""
# NUL, which databases refuse in text, and lone surrogates, which no encoding has.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Unreadable(ValueError):
    """The body is not a JSON object or is nested too deeply. The message says which, without any of the body."""


class NoContact(ValueError):
    """The lead has neither a mail address nor a phone."""


def parse_body(body: bytes) -> dict[str, Any]:
    """Decode a request's body, a JSON object in UTF-8. Raises Unreadable.

    msgspec decodes almost every body. It refuses a number beyond the range of a float and half a surrogate pair, which
    are legal JSON (RFC 8259 sections 6 and 8.2), so what it refuses goes through the standard library's slower decoder.
    """
    # Counting brackets is cheap, and almost no body has so many that its depth must be measured.
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH and _nesting_depth(body) > MAX_DEPTH:
        raise Unreadable(f"nested deeper than {MAX_DEPTH}")
    try:
        return _decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        pass
    try:
        raw = json.loads(body.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Unreadable("not JSON") from None
    if not isinstance(raw, dict):
        raise Unreadable("not a JSON object")
    storable: dict[str, Any] = _make_storable(raw)
    return storable


def read_lead(raw: Mapping[str, Any], now: datetime) -> tuple[Lead, list[FieldWarning]]:
    """Read a decoded body into a lead, with the warnings of reading it. Raises NoContact.

    Unknown fields go to ``extra``, by their path (``client.tls``). ``now`` is an aware time; a lead that was submitted
    more than a day after it has no ``submitted_at``.
    """
    warnings: list[FieldWarning] = []
    extra: dict[str, Any] = {}
    fields = _read_fields(_LEAD, raw, "", extra, warnings)
    if "email" not in fields and "phone" not in fields:
        raise NoContact
    if "submitted_at" in fields:
        submitted_at = datetime.fromisoformat(fields["submitted_at"])
        if submitted_at > now + timedelta(days=1):
            warnings.append(FieldWarning(field="submitted_at", problem="more than a day in the future"))
            del fields["submitted_at"]
    return Lead(**fields, extra=extra), warnings


def _nesting_depth(body: bytes) -> int:
    """The nesting of brackets outside strings: the deepest, or the first that is deeper than MAX_DEPTH.

    One pass: an expression that looks for whole strings would start anew at each quote of a string that never ends.
    """
    depth = deepest = 0
    in_string = False
    for token in _STRUCTURE.findall(body):
        if token == b'"':
            in_string = not in_string
        elif in_string:
            continue
        elif token in b"[{":
            depth += 1
            deepest = max(deepest, depth)
            if depth > MAX_DEPTH:
                break
        elif token in b"]}":
            depth -= 1
    return deepest


def _refuse_constant(constant: str) -> NoReturn:
    """``NaN`` and ``Infinity``, which Python reads, are not JSON."""
    raise ValueError(constant)


def _make_storable(value: Any) -> Any:
    """Replace NUL and lone surrogates in texts by U+FFFD, and infinite numbers by null."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("�", value)
    if isinstance(value, dict):
        return {_make_storable(key): _make_storable(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_make_storable(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


_Reader = Callable[[Any], Any]
"""Takes a decoded JSON value, gives what the lead holds (None: nothing), raises ``field_readers.Unread``."""


def _read_fields(
    readers: Mapping[str, _Reader | _Part],
    raw: Mapping[str, Any],
    path: str,
    extra: dict[str, Any],
    warnings: list[FieldWarning],
) -> dict[str, Any]:
    """Read an object's fields. Adds unknown ones to ``extra`` and what cannot be read to ``warnings``.

    ``path`` is what comes before the fields' names there: empty, or ``client.``.
    """
    fields: dict[str, Any] = {}
    for name, value in raw.items():
        reader = readers.get(name)
        if reader is None:
            extra[path + name] = value
            continue
        if value is None or (value == [] and isinstance(reader, _Part)):  # how PHP writes an object with nothing in it
            continue
        try:
            if isinstance(reader, _Part):
                if not isinstance(value, dict):
                    raise field_readers.Unread("not an object")
                part = _read_fields(reader.readers, value, f"{path}{name}.", extra, warnings)
                fields[name] = reader.make(**part)
            else:
                read_value = reader(value)
                if read_value is not None:
                    fields[name] = read_value
        except field_readers.Unread as problem:
            warnings.append(FieldWarning(field=path + name, problem=str(problem)))
    return fields


class _Part:
    """An object within the lead: the class that it becomes, and the readers of its fields."""

    def __init__(self, make: Callable[..., Any], readers: Mapping[str, _Reader | _Part]) -> None:
        self.make = make
        self.readers = readers


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
            "honeypot": field_readers.read_honeypot,
            "webdriver": field_readers.read_truth,
            "token": field_readers.read_text,
        },
    ),
    "submitted_at": field_readers.read_moment,
    "reference": field_readers.read_text,
}
