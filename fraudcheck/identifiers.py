"""How are persons and checks named without personal data? By keyed tokens of identities, and by ids of checks."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import _Hash

UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
"""An id of a check or of a batch: a UUID of any version, in lower case."""


def keyed_token(key: bytes, kind: str, value: str) -> str:
    """A token for a personal value: HMAC-SHA256 of kind and value under ``key``, the first 128 bits in hex."""
    inner, outer = _hashes_of(key)
    mac, outer = inner.copy(), outer.copy()
    mac.update(f"{kind}\0{value}".encode())
    outer.update(mac.digest())
    return outer.digest()[:16].hex()


@lru_cache(maxsize=256)
def _hashes_of(key: bytes) -> tuple[_Hash, _Hash]:
    """The inner and outer hash of HMAC (RFC 2104), fed with the key; copying both halves hmac.digest's time."""
    block = (sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    return sha256(bytes([byte ^ 0x36 for byte in block])), sha256(bytes([byte ^ 0x5C for byte in block]))


def uuid7(now: datetime, randomness: bytes) -> str:
    """A UUID of version 7 (RFC 9562 section 5.7), as text, of a time and 10 random bytes; they sort by millisecond."""
    milliseconds = int(now.timestamp() * 1000).to_bytes(6)
    text = (
        milliseconds
        + bytes([0x70 | randomness[0] & 0x0F, randomness[1], 0x80 | randomness[2] & 0x3F])
        + randomness[3:10]
    ).hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
