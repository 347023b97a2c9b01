"""What does the field say that a form's script adds: which page fetched the token, when, from where; what was measured?

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
import re
from typing import Any

import msgspec

from fraudcheck.fields import base64url
from fraudcheck.fields.ip import line_and_network
from fraudcheck.identifiers import keyed_token, vendor_key
from fraudcheck.records import Beside, FormToken, ReadToken

LIFETIME = 12 * 3_600
"""Seconds for which a token is good: people leave pages open, and the script fetches another when they come back."""
MEASURES_BYTES = 2_000
"""Bytes of what a page measured that are read."""
_VERSION = "fc1"
_LONGEST = 4_096
_MAC_BYTES, _MAC_LETTERS, _MARK = 16, 22, 16
_LONGEST_AGENT, _TELLING = 300, 70
"""Characters of a browser's name that are read; and without its numbers, that tell the system and the engine."""
_BROWSERS = ("mozilla/", "opera/")
_NUMBERS = re.compile(r"[0-9][0-9._]*")


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
    relay: bool = False,
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
        line=_line_mark(tenant_key, line),
        network=mark(tenant_key, "network", network),
        agent=mark(tenant_key, "agent", _shape(agent or "")),
        country=country or "",
        assistant=assistant or "",
        relay=relay,
    )
    payload = base64url.encode(msgspec.msgpack.encode(token))
    return f"{_VERSION}.{payload}.{_mac(tenant_key, payload)}"


def mark(tenant_key: bytes, kind: str, value: str | None) -> str:
    """The beginning of a value's keyed token, as in ``Subject.tokens``; empty for nothing."""
    return keyed_token(tenant_key, kind, value)[:_MARK] if value else ""


def is_ours(text: str) -> bool:
    """Does a text begin as those of ``make_token``, also where it was cut? Any other is a caller's own mark of a visit.

    What a column of a database leaves of many visitors' tokens may be one text, which is nobody's mark.
    """
    return text.startswith(f"{_VERSION}.") and text.count(".") <= 3


def split(text: str) -> tuple[str | None, dict[str, Any] | None]:
    """The token, and what was measured, of a text that ``is_ours``; None for what is not there or cannot be read."""
    version, payload, mac, told, *_ = [*text[:_LONGEST].split("."), "", "", ""]
    token = f"{version}.{payload}.{mac}" if payload and mac else None
    measures = None
    if 0 < len(told) <= MEASURES_BYTES * 4 // 3:
        try:
            decoded = msgspec.json.decode(base64url.decode(told))
            measures = decoded if isinstance(decoded, dict) else None
        except ValueError:
            measures = None
    return token, measures


def read_token(
    tenant_key: bytes, text: str, *, vendor: str | None = None, ip: str | None = None, agent: str | None = None
) -> ReadToken:
    """Check a token that ``is_ours``, and hold it against the vendor, the address and the browser of the lead.

    One with another key's mark says nothing, as keys may have been changed; nor does one that was cut, or written in
    small letters on its way.
    """
    _, payload, mac, *_ = [*text.split("."), "", ""]
    if payload + mac == (payload + mac).lower():
        return ReadToken(state="other_key")
    try:
        read = msgspec.msgpack.decode(base64url.decode(payload), type=FormToken)
    except ValueError:
        return ReadToken(state="forged")
    if not hmac.compare_digest(mac.encode(), _mac(tenant_key, payload).encode()):
        is_cut = len(mac) < _MAC_LETTERS  # by a column of a database
        return ReadToken(state="forged" if read.key == _key_mark(tenant_key) and not is_cut else "other_key")
    line, network = line_and_network(ip) if ip else (None, None)
    address = _is_same(read.line, own := _line_mark(tenant_key, line))
    if address == "other" and read.network == mark(tenant_key, "network", network):
        address = "near"
    elif address == "other" and read.line[-1] != own[-1]:
        address = ""  # many reach one site by IPv4 and the other by IPv6
    # What names itself as no browser is the form backend's own, and other checks speak of it.
    browser = _shape(agent or "") if agent and agent.lstrip().lower().startswith(_BROWSERS) else None
    return ReadToken(
        state="valid",
        token=read,
        vendor=_is_same(read.vendor, mark(tenant_key, "vendor", vendor_key(vendor or ""))),
        address=address,
        agent=_is_same(read.agent, mark(tenant_key, "agent", browser)),
    )


def _is_same(at_issue: str, now: str) -> Beside:
    """How two marks compare; empty where either is."""
    return "" if not at_issue or not now else "same" if at_issue == now else "other"


def _line_mark(tenant_key: bytes, line: str | None) -> str:
    """The mark of a line, with the version of its addresses behind."""
    return f"{mark(tenant_key, 'place', line)}{6 if ':' in line else 4}" if line else ""


def _shape(agent: str) -> str:
    """The beginning of a browser's name without numbers and capitals.

    So an update while the page is open makes no other browser of it, nor does a form backend that cuts names or writes
    them small.
    """
    return _NUMBERS.sub("", agent[:_LONGEST_AGENT].strip().lower())[:_TELLING]


def _key_mark(tenant_key: bytes) -> str:
    return keyed_token(tenant_key, "form token", "key")[:8]


def _mac(tenant_key: bytes, payload: str) -> str:
    return base64url.encode(hmac.digest(tenant_key, b"form token\0" + payload.encode(), "sha256")[:_MAC_BYTES])
