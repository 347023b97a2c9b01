"""How does a table look in a terminal? Columns by their widest cell, with characters that a terminal can show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from unicodedata import combining, east_asian_width


def aligned(rows: Sequence[Sequence[str]], sides: str = "") -> list[str]:
    """Rows of equal length as lines, with two blanks between columns.

    ``sides`` has ``<`` or ``>`` for each column; what it lacks is ``<``.
    """
    shown = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*shown, strict=True)]
    return ["  ".join(_padded(row, widths, sides)).rstrip() for row in shown]


def printable(text: str) -> str:
    """Text of somebody else's with a mark in the place of what would steer the terminal."""
    return text if text.isprintable() else "".join(each if each.isprintable() else "�" for each in text)


def shortened(name: str) -> str:
    """A name as long as a table has room for."""
    return name if len(name) <= 32 else name[:31] + "…"


def _padded(row: Sequence[str], widths: Sequence[int], sides: str) -> Iterator[str]:
    for cell, width, side in zip(row, widths, [*sides, *repeat("<", len(row) - len(sides))], strict=True):
        blanks = " " * (width - _width(cell))
        yield blanks + cell if side == ">" else cell + blanks


def _width(text: str) -> int:
    """Terminal columns: Han, kana and Hangul take two, a combining mark none (Unicode UAX #11)."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text)
