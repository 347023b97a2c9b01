"""Which JSON do a request's bytes hold?

Any body is read in linear time, and everything in what is read can be stored.
"""

from __future__ import annotations

import json
import math
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from itertools import accumulate
from typing import Any, NoReturn

import msgspec

MAX_DEPTH = 32
MAX_BYTES = 64 * 1024

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
"""A text of JSON; one that never ends reaches to the end. Nothing is tried twice."""
_STEPS = bytes({ord("["): 1, ord("{"): 1, ord("]"): 255, ord("}"): 255}.get(byte, 0) for byte in range(256))
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_MOST_DIGITS = 400
_FIRST_OF_MARKS = BOM_UTF8[:1]
"""The lowest byte with which a byte order mark begins; no JSON does with one as high."""
# NUL, which databases refuse in text, and lone surrogates, which no encoding has.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

_NOT_JSON = "not JSON: a quotation mark in a text must be escaped; let the platform make the JSON, or send a form"

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_decode_any = msgspec.json.Decoder().decode


class Unreadable(ValueError):
    """The body is not a JSON object or is nested too deeply. The message says which, without any of the body."""


def parse_body(body: bytes) -> dict[str, Any]:
    """Decode a request's body, a JSON object in UTF-8, or in UTF-16 with a byte order mark. Raises Unreadable.

    msgspec decodes almost every body. It refuses a number beyond the range of a float and half a surrogate pair, which
    are legal JSON (RFC 8259 sections 6 and 8.2), so what it refuses goes through the standard library's slower decoder.
    """
    body = _within_depth(body)
    try:
        return _decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        pass
    raw = _parse_slowly(body, strict=True)
    if not isinstance(raw, dict):
        raise Unreadable("not a JSON object")
    return raw


def parse_json(body: bytes) -> Any:
    """Decode any JSON as ``parse_body`` does, also with line breaks and tabs in its texts as they are: some callers put
    a person's message between two quotes. Raises Unreadable.
    """
    body = _within_depth(body)
    try:
        return _decode_any(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _parse_slowly(body, strict=False)


def _within_depth(body: bytes) -> bytes:
    """The body in UTF-8 and without a byte order mark. Raises Unreadable if it is nested too deeply."""
    if body[:1] >= _FIRST_OF_MARKS:
        body = _without_mark(body)
    # Counting brackets is cheap, and almost no body has so many that its depth must be measured.
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH and _nesting_depth(body) > MAX_DEPTH:
        raise Unreadable(f"nested deeper than {MAX_DEPTH}")
    return body


def _parse_slowly(body: bytes, *, strict: bool) -> Any:
    """``strict`` refuses control characters within texts."""
    try:
        raw = json.loads(body.decode(), parse_constant=_refuse_constant, parse_int=_parse_integer, strict=strict)
    except (ValueError, RecursionError):
        raise Unreadable("not JSON" if strict else _NOT_JSON) from None
    return make_storable(raw)


def _without_mark(body: bytes) -> bytes:
    """The body in UTF-8 and without its byte order mark, if it has one. Raises Unreadable."""
    if body.startswith(BOM_UTF8):
        return body[len(BOM_UTF8) :]
    if not body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return body
    try:
        return body.decode("utf-16").encode()
    except UnicodeDecodeError:
        raise Unreadable("not JSON") from None


def _nesting_depth(body: bytes) -> int:
    """The deepest nesting of brackets outside of texts, in one pass."""
    steps = _STRING.sub(b"", body).translate(_STEPS, _NO_BRACKETS)
    return max(accumulate(memoryview(steps).cast("b")), default=0)


def _parse_integer(digits: str) -> float:
    """An integer; one that is beyond a float's range is infinite. Python refuses to read more than 4,300 digits."""
    return int(digits) if len(digits) < _MOST_DIGITS else float(digits)


def _refuse_constant(constant: str) -> NoReturn:
    """``NaN`` and ``Infinity``, which Python reads, are not JSON."""
    raise ValueError(constant)


def make_storable(value: Any) -> Any:
    """Replace NUL and lone surrogates in texts by U+FFFD, and infinite numbers by null."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("�", value)
    if isinstance(value, dict):
        return {make_storable(key): make_storable(part) for key, part in value.items()}
    if isinstance(value, list):
        return [make_storable(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
