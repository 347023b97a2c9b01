"""How are persons, checks and vendors told apart? By keyed tokens of identities, by ids of checks, by vendors' keys."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from hashlib import _Hash

_T = TypeVar("_T")

_LONGEST_VENDOR = 500
"""Characters of a vendor's name that tell it apart; a lead's has 200 at most."""

UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
"""An id of a check or of a batch: a UUID of any version, in lower case."""


def keyed_token(key: bytes, kind: str, value: str) -> str:
    """A token for a personal value: HMAC-SHA256 of kind and value under ``key``, the first 128 bits in hex."""
    inner, outer = _hashes_of(key)
    return _token(inner.copy(), outer.copy(), kind, value)


def keyed_tokens(key: bytes, values: Mapping[str, str | None]) -> dict[str, str]:
    """The tokens of values by kind, but of those that are None or empty: as many calls of ``keyed_token``."""
    inner, outer = _hashes_of(key)
    return {kind: _token(inner.copy(), outer.copy(), kind, value) for kind, value in values.items() if value}


def _token(inner: _Hash, outer: _Hash, kind: str, value: str) -> str:
    inner.update(f"{kind}\0{value}".encode())
    outer.update(inner.digest())
    return outer.hexdigest()[:32]


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


@lru_cache(maxsize=4_096)
def vendor_key(name: str) -> str:
    """By what a vendor is known: its name without case, blanks at the ends and more than one between words.

    Nor do the encoding of a letter and signs that nobody sees tell vendors apart; the dot of a Turkish i does not, as
    capitals lose or gain it. Empty for a name of nothing else.
    """
    if not name.isascii():
        seen = "".join([sign for sign in name[:_LONGEST_VENDOR] if unicodedata.category(sign) != "Cf"])
        for _ in range(2):  # a folded letter may have another normal form
            seen = unicodedata.normalize("NFKC", seen).casefold()
        name = unicodedata.normalize("NFKC", seen).replace("i\u0307", "i").replace("\u0131", "i")
    return " ".join(name[:_LONGEST_VENDOR].casefold().split())


def of_vendor(sections: Mapping[str, _T], vendor: str | None) -> _T | None:
    """What a table of settings by vendor has for one, however either is written; None where it has nothing."""
    if not vendor or not sections:
        return None
    own = sections.get(vendor)
    if own is None:
        key = vendor_key(vendor)
        own = next((section for name, section in sections.items() if vendor_key(name) == key), None)
    return own


def check_vendors(sections: Mapping[str, object]) -> None:
    """Raises ValueError where a table of settings by vendor says two things of one."""
    first: dict[str, str] = {}
    for name, section in sections.items():
        other = first.setdefault(vendor_key(name), name)
        if sections[other] != section:
            raise ValueError(f'vendors."{name}" and vendors."{other}" are one vendor: give one of them')
