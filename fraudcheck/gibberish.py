"""Does this text look like random characters?

A judgement that can be explained, and errs towards people: it asks only for pairs of consonants that
no language's names use, in Latin letters, and for digits scattered among letters. A long run of
consonants alone is no sign: Krk, Strnad, mchedlishvili, mhmd and brzeczyszczykiewicz are people's.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

# Which consonants hardly follow which in names written in Latin letters, by judgement: held against the
# names in the tests (Polish, Czech, Welsh, Georgian, Vietnamese, Arabic and Indian without vowels …) and
# the 32,000 place names in phonenumbers' geocoder. What follows h, l, n, r or s is nearly always left alone.
_UNUSUAL_AFTER = {
    "b": "cfgkpqvwxz",
    "c": "bdfgjpvwx",
    "d": "fkpx",
    "f": "bcdgjkmpqvwxz",
    "g": "cfjkpqvxz",
    "h": "qx",
    "j": "cgpqtvwxz",
    "k": "fgjqxz",
    "l": "jqxz",
    "m": "fgvxz",
    "n": "xp",
    "p": "bcdgjkmqvwxz",
    "q": "cfgjkpvwxz",
    "r": "qx",
    "s": "gjx",
    "t": "gqx",
    "v": "bcfghjmpqwxz",
    "w": "fgjpqvx",
    "x": "bdfghjklmnqrsvwz",
    "z": "cfgjpqstvxwr",
}
_UNUSUAL = frozenset(first + second for first, seconds in _UNUSUAL_AFTER.items() for second in seconds)
_NEVER_AFTER = {
    "f": "q",
    "g": "q",
    "j": "qx",
    "k": "qx",
    "p": "q",
    "q": "gjkpvwxz",
    "v": "qx",
    "w": "x",
    "x": "jkqvwz",
    "z": "x",
}
_NEVER = frozenset(first + second for first, seconds in _NEVER_AFTER.items() for second in seconds)
_VOWELS = frozenset("aeiouy")
# Letters that people write as digits (l33t, b4dboy); 2, 6, 8 and 9 stand for none.
_LEET = str.maketrans("013457", "oieast")
_NO_DIGITS = str.maketrans("", "", "0123456789")
_BREAKS = re.compile(r"[ ._'+-]")
_PLAIN = re.compile(r"[a-z0-9 ._'+-]+")
_DOTLESS = str.maketrans("łđøßþðıæœ", "ldosttiao")


def looks_random(text: str) -> bool:
    """Whether Latin text has the pairs of letters, or the mix of letters and digits, of random characters.

    False for other scripts, for digits alone and for fewer than six characters: nothing can be told.
    """
    folded = text.lower()
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", folded.translate(_DOTLESS))
        folded = "".join(char for char in folded if not unicodedata.combining(char))
    if len(folded) < 6 or not _PLAIN.fullmatch(folded):
        return False
    words = _BREAKS.split(folded)
    return _has_unusual_letters(words) or _has_scattered_digits(words)


def _has_unusual_letters(words: list[str]) -> bool:
    """Whether unusual pairs are many and most of the pairs that there are, in words of five letters and more.

    Shorter ones are initials: zxq1988 is an ordinary mailbox in China.
    """
    pairs = weight = 0
    for word in words:
        letters = word.translate(_NO_DIGITS)
        if len(letters) < 5:
            continue
        pairs += len(letters) - 1
        for first, second in pairwise(letters):
            pair = first + second
            weight += 2 if pair in _NEVER else pair in _UNUSUAL
        if len(letters) >= 8 and _VOWELS.isdisjoint(letters):
            weight += 2
    return weight >= 4 and weight * 2 >= pairs


def _has_scattered_digits(words: list[str]) -> bool:
    """Whether letters and digits take turns five times within one word, where the digits are no letters in disguise."""
    for word in words:
        if len(word) >= 8 and not word.isdigit() and not word.isalpha():
            kinds = [char.isdigit() for char in word.translate(_LEET)]
            if sum(a != b for a, b in pairwise(kinds)) >= 5:
                return True
    return False
