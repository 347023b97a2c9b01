"""As which letter is each letter read? The folding table of the enquiries model, which ships inside it."""

from __future__ import annotations

import unicodedata

import numpy as np

from fraudcheck.fields.enquiry import DIGIT, FOLDED_BELOW, LINK, SPACE, SYMBOL

_KEPT = frozenset("?!$€£₫%@/:#+")
"""Marks that tell kinds apart: a question, a price, a link."""
_DROPPED = frozenset("'’ʼ`´ʻ‘ʹـ")
_NOT_DECOMPOSED = dict(zip("łđøıþð", "ldoitd", strict=True))
_LETTERS_ALIKE = dict(zip("یىکہھەةؤئ", "ييكههههوي", strict=True))
_INDIC_AND_THAI = range(0x0900, 0x0F00)
"""Scripts whose marks are vowels. The tone marks of Thai are left out: people in a hurry leave them out."""
_THAI_TONES = range(0x0E47, 0x0E4F)
_THAI_AM = "\u0e33"


def folding_table() -> np.ndarray:
    """For each code point the one it is read as, 0 for those that are left out."""
    return np.array([_fold(chr(code)) for code in range(FOLDED_BELOW)], np.uint16)


def _fold(letter: str) -> int:
    if letter in _KEPT or ord(letter) == LINK:
        return ord(letter)
    plain = letter if letter == _THAI_AM else unicodedata.normalize("NFKD", letter)[:1].casefold()[:1]
    plain = _NOT_DECOMPOSED.get(plain, _LETTERS_ALIKE.get(plain, plain))
    category = "Cf" if letter in _DROPPED else unicodedata.category(plain)
    if category[0] == "N":
        return DIGIT
    if category[0] == "L" or category == "Mc":
        return ord(plain) if ord(plain) < 0xFFFF else SYMBOL
    if category == "Mn":
        return ord(plain) if ord(plain) in _INDIC_AND_THAI and ord(plain) not in _THAI_TONES else 0
    if category in {"Cf", "Cs", "Co", "Cn", "Me"}:
        return 0
    return SYMBOL if category in {"So", "Sk"} else SPACE
