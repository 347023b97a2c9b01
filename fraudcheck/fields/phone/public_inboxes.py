"""Is a phone number one of those whose text messages anyone can read on a web page?

The list is kept as hashes: it holds numbers that may be people's by now, and nobody needs to read it. A record is the
first 40 bits of the number's BLAKE2b hash and the month in which it was listed; they lie sorted in one ``bytes``, so
that loading takes no time. One ordinary number in ten million meets a hash by chance.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from typing import Literal

_HASH, _RECORD = 5, 6
FIRST_YEAR = 2020
"""Months are counted from its January, in one byte."""
_BLOCK = 3

Found = tuple[Literal["number", "block"], int]
"""``number`` with the months since it was listed, or ``block`` with how many of its thousand numbers are listed."""


def pack_inboxes(listed: Iterable[tuple[str, int, int]]) -> bytes:
    """The records of (E.164 digits, year, month)."""
    rows = {_hashed(digits): (year - FIRST_YEAR) * 12 + month - 1 for digits, year, month in listed}
    return b"".join(hashed + bytes([month]) for hashed, month in sorted(rows.items()))


def inbox_finder(records: bytes, blocks: Mapping[str, int]) -> Callable[[str, int, int], Found | None]:
    """``E.164 digits, year, month -> what is listed of it``. ``blocks`` are numbers less their last three digits."""
    positions = range(len(records) // _RECORD)

    def find(digits: str, year: int, month: int) -> Found | None:
        hashed = _hashed(digits)
        at = bisect_left(positions, hashed, key=lambda i: records[i * _RECORD : i * _RECORD + _HASH]) * _RECORD
        if records[at : at + _HASH] == hashed:
            listed = records[at + _HASH]
            return "number", max(0, (year - FIRST_YEAR) * 12 + month - 1 - listed)
        count = blocks.get(digits[:-_BLOCK])
        return ("block", count) if count else None

    return find


def _hashed(digits: str) -> bytes:
    return blake2b(digits.encode(), digest_size=_HASH).digest()
