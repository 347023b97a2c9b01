"""What is known of the range that an internet address lies in? One table of ranges, laid out so that nothing is read.

Packed it is three counts (IPv6 ranges, IPv4 ranges, bytes of text), the first addresses of the ranges, the number of
what is known of each, and that as lines of text; numbers are little-endian. A range ends where the next one starts. Of
IPv6 addresses the first 64 bits count: no list tells two machines of one line apart.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

Starts = Sequence[tuple[int, str]]
"""The first address of each range, in order from 0, and what is known of it, as a line of text."""

_HEAD = 12
_SIX, _FOUR, _NUMBER = 8, 4, 2
"""Bytes of a start, and of the number of what is known."""


class AddressRanges:
    """Looks addresses up in ``packed``, which may be a file mapped into memory. ``known`` are the lines of text.

    Raises ValueError for what ``pack`` did not give.
    """

    def __init__(self, packed: Any) -> None:
        view = memoryview(packed)
        sixes, fours, length = view[:_HEAD].cast("I") if len(view) >= _HEAD else (0, 0, 0)
        size = _HEAD + sixes * (_SIX + _NUMBER) + fours * (_FOUR + _NUMBER) + length
        if len(view) != size or not sixes or not fours:
            raise ValueError("no table of address ranges, or one for machines with another order of bytes")
        self._sixes, view = view[_HEAD:][: sixes * _SIX].cast("Q"), view[_HEAD + sixes * _SIX :]
        self._fours, view = view[: fours * _FOUR].cast("I"), view[fours * _FOUR :]
        self._of_sixes, view = view[: sixes * _NUMBER].cast("H"), view[sixes * _NUMBER :]
        self._of_fours, view = view[: fours * _NUMBER].cast("H"), view[fours * _NUMBER :]
        self.known = str(view, "utf-8").split("\n")

    def four(self, address: int) -> int:
        """The number in ``known`` of what is known of an IPv4 address."""
        return self._of_fours[bisect_right(self._fours, address) - 1]

    def six(self, address: int) -> int:
        """The number in ``known`` of what is known of an IPv6 address."""
        return self._of_sixes[bisect_right(self._sixes, address >> 64) - 1]


def pack(fours: Starts, sixes: Starts) -> bytes:
    """The table. Raises ValueError where an IPv6 range starts within a line."""
    if any(start & (1 << 64) - 1 for start, _ in sixes):
        raise ValueError("a range starts within an IPv6 line")
    numbers: dict[str, int] = {}
    of_sixes, of_fours = (
        array("H", (numbers.setdefault(known, len(numbers)) for _, known in starts)) for starts in (sixes, fours)
    )
    text = "\n".join(numbers).encode()
    columns = [
        array("I", (len(sixes), len(fours), len(text))),
        array("Q", (start >> 64 for start, _ in sixes)),
        array("I", (start for start, _ in fours)),
        of_sixes,
        of_fours,
    ]
    return b"".join(column.tobytes() for column in columns) + text
