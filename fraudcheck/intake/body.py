"""Which JSON object do a request's bytes hold?

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

_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Unreadable(ValueError):
    """The body is not a JSON object or is nested too deeply. The message says which, without any of the body."""


def parse_body(body: bytes) -> dict[str, Any]:
    """Decode a request's body, a JSON object in UTF-8, or in UTF-16 with a byte order mark. Raises Unreadable.

    msgspec decodes almost every body. It refuses a number beyond the range of a float and half a surrogate pair, which
    are legal JSON (RFC 8259 sections 6 and 8.2), so what it refuses goes through the standard library's slower decoder.
    """
    if body[:1] >= _FIRST_OF_MARKS:
        body = _without_mark(body)
    # Counting brackets is cheap, and almost no body has so many that its depth must be measured.
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH and _nesting_depth(body) > MAX_DEPTH:
        raise Unreadable(f"nested deeper than {MAX_DEPTH}")
    try:
        return _decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        pass
    try:
        raw = json.loads(body.decode(), parse_constant=_refuse_constant, parse_int=_parse_integer)
    except (ValueError, RecursionError):
        raise Unreadable("not JSON") from None
    if not isinstance(raw, dict):
        raise Unreadable("not a JSON object")
    storable: dict[str, Any] = _make_storable(raw)
    return storable


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


def _make_storable(value: Any) -> Any:
    """Replace NUL and lone surrogates in texts by U+FFFD, and infinite numbers by null."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("�", value)
    if isinstance(value, dict):
        return {_make_storable(key): _make_storable(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_make_storable(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
