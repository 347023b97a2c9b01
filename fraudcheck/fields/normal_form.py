"""Which text is the same, though encoded, accented or dressed in another way? In linear time, whatever was typed."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

_MOST_MARKS = 30
"""Combining marks in a row that a text may hold. No language needs more (Unicode Standard Annex 15, section 13)."""
_LONG_RUN = re.compile(r"[^\w\s!-/:-@\[-`{-~]{31,}")
"""A run that may be of combining marks: neither letters, digits, blanks nor ASCII's punctuation."""

PLAIN_LETTERS = str.maketrans("đłøı", "dloi")
"""Letters that Unicode does not decompose into a plain letter and a mark."""
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Full-width forms of ASCII's characters, for ``str.translate``."""
_UNSEEN = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10)]
) | dict.fromkeys(map(ord, "\u00ad\u034f\u061c\u180e\ufeff"))
"""What shows nothing, and what sets the direction of writing or the look of the character before."""


def normalize(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """The text in a normal form. Of more than 30 combining marks in a row, the first 30 are kept.

    Marks in a row are brought into an order that takes the square of their number: 64 KiB of them took six seconds.
    """
    if text.isascii():
        return text
    if _LONG_RUN.search(text):
        text = _without_long_runs(text)
    return unicodedata.normalize(form, text)


def simplify(name: str) -> str:
    """A name's letters and digits alone, in lower case and without accents: the form in which names are looked up.

    Vowel signs of Indian and South-East Asian scripts stay, for they are no accents.
    """
    name = name.casefold()
    if name.isascii():
        return "".join(filter(str.isalnum, name))
    decomposed = normalize("NFKD", name).translate(PLAIN_LETTERS)
    return "".join(
        letter
        for letter in decomposed
        if letter.isalnum() or (not unicodedata.combining(letter) and unicodedata.category(letter)[0] == "M")
    )


def without_unseen(text: str) -> str:
    """The text without characters that nobody sees: marks of width, of direction and of look."""
    return text if text.isascii() else text.translate(_UNSEEN)


def plain_digits(text: str) -> str:
    """The text in NFKC, with the decimal digits of every script as ASCII digits."""
    if text.isascii():
        return text
    text = normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


def _without_long_runs(text: str) -> str:
    """The Stream-Safe Text Format of Annex 15, but that surplus marks are left out instead of parted."""
    kept = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)
