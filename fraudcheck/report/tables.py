"""How does a table look in a terminal? Each column is as wide as its widest cell; cells are made printable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from unicodedata import combining, east_asian_width


def aligned(rows: Sequence[Sequence[str]], sides: str = "") -> list[str]:
    """Rows of equal length as lines, with two blanks between columns.

    ``sides`` aligns the columns, one character each: ``<`` to the left, ``>`` to the right. Columns beyond it are
    aligned to the left.
    """
    shown = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*shown, strict=True)]
    return ["  ".join(_padded(row, widths, sides)).rstrip() for row in shown]


def printable(text: str) -> str:
    """Text from outside with a mark in place of each character that could control the terminal."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else "�" for letter in text)


def shortened(name: str, most: int = 32) -> str:
    """A name cut to so many characters; 32 are the most that a table has room for."""
    return name if len(name) <= most else name[: most - 1] + "…"


def _padded(row: Sequence[str], widths: Sequence[int], sides: str) -> Iterator[str]:
    for cell, width, side in zip(row, widths, [*sides, *repeat("<", len(row) - len(sides))], strict=True):
        blanks = " " * (width - _width(cell))
        yield blanks + cell if side == ">" else cell + blanks


def _width(text: str) -> int:
    """The terminal columns that a text takes (Unicode UAX #11)."""
    return len(text) if text.isascii() else sum(map(_letter_width, text))


def _letter_width(letter: str) -> int:
    if combining(letter):
        return 0
    return 2 if east_asian_width(letter) in "WF" else 1  # Han, kana and Hangul take two
