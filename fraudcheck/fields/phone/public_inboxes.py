"""Is a phone number one of those whose text messages anyone can read on a web page?

The list is kept as hashes: some of its numbers may belong to people by now, and nobody needs to read them. A row is the
first 40 bits of the number's BLAKE2b hash and, in one byte, the month in which the number was listed. The sorted rows
are read into one array of integers, which takes a millisecond. One ordinary number in ten million has the same 40 bits
as a listed one by chance.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Literal

_HASH_BYTES, _ROW_BYTES = 5, 6
FIRST_YEAR = 2020
"""Months are counted from January of this year."""
_BLOCK_DIGITS = 3

Found = tuple[Literal["number", "block"], int]
"""``number`` with the months since it was listed, or ``block`` with how many of its thousand numbers are listed."""


def pack_inboxes(listed: Iterable[tuple[str, int, int]]) -> bytes:
    """Pack numbers, as (E.164 digits without +, year, month of listing), into the list's rows."""
    months = {_hash(digits): _month_number(year, month) for digits, year, month in listed}
    return b"".join(hashed + bytes([month]) for hashed, month in sorted(months.items()))


def inbox_finder(packed: bytes, blocks: Mapping[str, int]) -> Callable[[str, float], Found | None]:
    """A look-up ``E.164 digits, Unix seconds -> what is listed of the number at that time``.

    ``packed`` is from ``pack_inboxes``. ``blocks`` counts the listed numbers by all their digits but the last three.
    """
    rows = _unpacked(packed)

    def find(digits: str, at: float) -> Found | None:
        first = int.from_bytes(_hash(digits)) << 8  # the month is the row's last byte
        row = bisect_left(rows, first)
        if row < len(rows) and rows[row] < first + 256:
            now = datetime.fromtimestamp(at, UTC)
            return "number", max(0, _month_number(now.year, now.month) - (rows[row] - first))
        count = blocks.get(digits[:-_BLOCK_DIGITS])
        return ("block", count) if count else None

    return find


def _unpacked(packed: bytes) -> array[int]:
    """The rows as integers: each one's bytes at the end of eight, the most significant first."""
    wide = bytearray(len(packed) // _ROW_BYTES * 8)
    for byte in range(_ROW_BYTES):
        wide[8 - _ROW_BYTES + byte :: 8] = packed[byte::_ROW_BYTES]
    rows = array("Q", bytes(wide))
    if sys.byteorder == "little":
        rows.byteswap()
    return rows


def _month_number(year: int, month: int) -> int:
    return (year - FIRST_YEAR) * 12 + month - 1


def _hash(digits: str) -> bytes:
    return blake2b(digits.encode(), digest_size=_HASH_BYTES).digest()
