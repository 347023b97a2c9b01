"""What does the mark say that a form's script brings: which page fetched it, when, from where, and what was measured?

A page's script asks the service for a token when it finds a form (``POST /form/token``), and puts it into one field of
the form together with what it measured, so that one text comes through every hop to the service::

    fc1.PAYLOAD.MAC.MEASURES

PAYLOAD is base64url of a MessagePack array, MAC its HMAC under the tenant's key, MEASURES base64url of a JSON object
that the page signs with nothing. PAYLOAD and MAC are empty where no token could be fetched, MEASURES where nothing was
measured. Nothing is stored for a token: its age is told by the service's own clock at both ends, its use is counted
when a lead is judged.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NoBase64
from typing import Any

import msgspec

from fraudcheck.fields.ip import line_and_network
from fraudcheck.identifiers import keyed_token, vendor_key
from fraudcheck.records import FormToken, ReadToken

LIFETIME = 12 * 3_600
"""Seconds for which a token is good: people leave pages open, and the script fetches another when they come back."""
MEASURES_BYTES = 2_000
"""Bytes of what a page measured that are read."""
_VERSION = "fc1"
_LONGEST = 4_096
_MAC_BYTES, _MARK = 16, 16


def make_token(
    tenant_key: bytes,
    *,
    issued: float,
    random_id: str,
    site: str = "",
    origin: str = "",
    scripted: bool = False,
    vendor: str | None = None,
    ip: str | None = None,
    agent: str | None = None,
    country: str | None = None,
    assistant: str | None = None,
) -> str:
    """A new token, for the text before MEASURES. ``issued`` is in Unix seconds; ``random_id`` a text of its own."""
    line, network = line_and_network(ip) if ip else (None, None)
    token = FormToken(
        issued=round(issued, 1),
        id=random_id,
        key=_key_mark(tenant_key),
        site=site,
        origin=origin,
        scripted=scripted,
        vendor=mark(tenant_key, "vendor", vendor_key(vendor or "")),
        line=mark(tenant_key, "place", line),
        network=mark(tenant_key, "network", network),
        agent=mark(tenant_key, "agent", agent),
        country=country or "",
        assistant=assistant or "",
    )
    payload = _encode(msgspec.msgpack.encode(token))
    return f"{_VERSION}.{payload}.{_mac(tenant_key, payload)}"


def mark(tenant_key: bytes, kind: str, value: str | None) -> str:
    """The beginning of a value's keyed token, as in ``Subject.tokens``; empty for nothing."""
    return keyed_token(tenant_key, kind, value)[:_MARK] if value else ""


def is_ours(text: str) -> bool:
    """Is a text in the form of ``make_token``, whoever made it? Any other is a caller's own mark of a visit."""
    return text.startswith(f"{_VERSION}.") and text.count(".") in (2, 3)


def split(text: str) -> tuple[str | None, dict[str, Any] | None]:
    """The token, and what was measured, of a text that ``is_ours``; None for what is not there or cannot be read."""
    version, payload, mac, *rest = text[:_LONGEST].split(".")
    token = f"{version}.{payload}.{mac}" if payload and mac else None
    measures = None
    if rest and 0 < len(rest[0]) <= MEASURES_BYTES * 4 // 3:
        try:
            decoded = msgspec.json.decode(_decode(rest[0]))
            measures = decoded if isinstance(decoded, dict) else None
        except (ValueError, NoBase64):
            measures = None
    return token, measures


def read_token(tenant_key: bytes, token: str) -> ReadToken:
    """Check a token, as ``split`` gives it. One with another key's mark says nothing: keys may have been changed."""
    _, payload, mac = token.split(".")
    try:
        read = msgspec.msgpack.decode(_decode(payload), type=FormToken)
    except (ValueError, NoBase64):
        return ReadToken(state="forged")
    if hmac.compare_digest(mac.encode(), _mac(tenant_key, payload).encode()):
        return ReadToken(state="valid", token=read)
    return ReadToken(state="forged" if read.key == _key_mark(tenant_key) else "other_key")


def _key_mark(tenant_key: bytes) -> str:
    return keyed_token(tenant_key, "form token", "key")[:8]


def _mac(tenant_key: bytes, payload: str) -> str:
    return _encode(hmac.digest(tenant_key, b"form token\0" + payload.encode(), "sha256")[:_MAC_BYTES])


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
