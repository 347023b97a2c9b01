"""Was a delivery signed with the source's secret, in one of the ways in which platforms sign?

Each signs the raw body, some with the time beside it. All comparisons take the same time whatever is wrong, and
nothing that stands in a header raises.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import msgspec

from fraudcheck.fields import base64url

WINDOW = 300.0
"""Seconds by which a signature's time may differ from ours: what the platforms that name one ask for."""
_LONGEST, _MOST = 4_096, 10
"""Characters of a header, and signatures in it, that are looked at."""


def hex_hmac(secret: str, *message: bytes) -> str:
    """The HMAC-SHA256 of a message as hexadecimal digits."""
    return _hmac(secret, message).hex()


def base64_hmac(secret: str, *message: bytes) -> str:
    """The HMAC-SHA256 of a message in base64."""
    return b64encode(_hmac(secret, message)).decode()


def bears(header: str, expected: Sequence[str], prefix: str = "") -> bool:
    """Whether one of the signatures in a header, with commas between, is one of those ``expected``.

    ``prefix`` is what the platform writes before each (``sha256=``); a signature without it is none.
    """
    found = False
    for given in header[:_LONGEST].split(",")[:_MOST]:
        sent = given.strip()
        for each in expected:
            found |= hmac.compare_digest(sent.encode("utf-8", "replace"), f"{prefix}{each}".encode())
    return found


def is_timely(written: str, now: float, unit: float = 1.0) -> bool:
    """Whether a header's time, in so many of a second's units (1,000: milliseconds), is within ``WINDOW`` of now."""
    written = written.strip()
    if not (written.isascii() and written.isdigit() and len(written) < 20):
        return False
    return abs(now - int(written) / unit) <= WINDOW


def jws_claims(token: str, secret: str) -> dict[str, Any]:
    """The claims of a JWS (HS256, RFC 7515) that was signed with a secret; none where it was not."""
    head, _, signature = token[:_LONGEST].strip().rpartition(".")
    header, _, claims = head.partition(".")
    expected = base64url.encode(_hmac(secret, [head.encode("utf-8", "replace")]))
    is_signed = hmac.compare_digest(signature.encode("utf-8", "replace"), expected.encode())
    told = _decoded(claims)
    return told if is_signed and _decoded(header).get("alg") == "HS256" else {}


def _hmac(secret: str, message: Sequence[bytes]) -> bytes:
    return hmac.digest(secret.encode("utf-8", "replace"), b"".join(message), "sha256")


def _decoded(part: str) -> dict[str, Any]:
    """The object in a part of a JWS; an empty one where there is none."""
    try:
        value = msgspec.json.decode(base64url.decode(part))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
