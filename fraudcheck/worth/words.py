"""Which words does a text hold, whatever its case, accents, digits and script?

Cut before it is read, and read in linear time. Nothing here raises.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise

LONGEST = 2_000
"""Characters of a text that are read: what a person wants stands at the beginning."""

_CHUNK = 500
"""Characters that are decomposed at a time: to bring marks in a row into order takes the square of their number."""
_UNSEEN = (
    "\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff"
)
"""Accents and vowel points, which people leave out, and what shows nothing."""
_IS_UNSEEN = re.compile(f"[{_UNSEEN}]")
_REMEMBERED = 10_000


class _Plain(dict[int, int | str | None]):
    """What becomes of a decomposed character: accents go, digits become ASCII's, and letters that Unicode does not
    decompose plain ones; so do Arabic letters that people write either way.
    """

    def __missing__(self, code: int) -> int | str | None:
        sign = chr(code)
        plain = None if _IS_UNSEEN.match(sign) else str(unicodedata.decimal(sign)) if sign.isdecimal() else code
        if len(self) < _REMEMBERED:
            self[code] = plain
        return plain


_PLAIN = _Plain({ord(letter): plain for letter, plain in zip("łđøıةىی", "ldoiهيي", strict=True)})
_MARKS = ".,:;!?\n\r()…–—،؛؟。、，！？।"
_BETWEEN = frozenset(_MARKS)
_WITHIN_NUMBERS = frozenset(".,:")
_BLANKS = str.maketrans(dict.fromkeys(filter(lambda sign: not sign.isalnum(), map(chr, range(128))), " "))
_LETTERS = "\\w\u0900-\u0963\u0966-\u0dff\u0e00-\u0e7f\u3099\u309a"
"""What makes words: vowel signs of Indian and South-East Asian scripts are no letters to ``\\w``."""
_WORD = re.compile(f"[{_LETTERS}]+")
_WORD_OR_MARK = re.compile(f"[{_LETTERS}]+|[{re.escape(_MARKS)}]")
RUNS_ON = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""A letter of a script that puts no blank between words."""


def fold(text: str) -> str:
    """The text's beginning in lower case, without accents, and with the digits of every script as ASCII's."""
    text = text[:LONGEST]
    if text.isascii():
        return text.lower()
    chunks = [unicodedata.normalize("NFKD", text[start : start + _CHUNK]) for start in range(0, len(text), _CHUNK)]
    return "".join(chunks)[: 2 * LONGEST].casefold().translate(_PLAIN)


def words_of(folded: str) -> list[str]:
    """The words of a folded text, without its marks and signs."""
    if folded.isascii():
        return folded.translate(_BLANKS).split()
    return _WORD.findall(folded)


def clauses(folded: str) -> list[str]:
    """The parts of a folded text between its full stops, commas and brackets, each as ``" word word "``.

    A mark between numbers parts nothing (12.5, 10:30, June 12, 2027), nor does the point of ``12. Juni``.
    """
    words = _WORD_OR_MARK.findall(folded)
    ends = [place for place, word in enumerate(words) if word in _BETWEEN and not _is_within(words, place)]
    parts = [words[start + 1 : end] for start, end in pairwise([-1, *ends, len(words)])]
    return [f" {' '.join([word for word in part if word not in _BETWEEN])} " for part in parts if part]


def _is_within(words: Sequence[str], place: int) -> bool:
    """Whether a mark stands within a number, or behind the number of a day."""
    mark, before = words[place], words[place - 1] if place else ""
    if mark not in _WITHIN_NUMBERS or not before.isdecimal():
        return False
    return (mark == "." and len(before) <= 2) or (place + 1 < len(words) and words[place + 1].isdecimal())


def any_of(words: Iterable[str] | str) -> str:
    """The text of a pattern for one of these folded words, the longest first; ``a|b`` are words to fold."""
    listed = words if not isinstance(words, str) else [" ".join(fold(word).split()) for word in words.split("|")]
    return "(?:" + "|".join(re.escape(word) for word in sorted(listed, key=len, reverse=True) if word) + ")"


_PATTERNS: list[Pattern] = []


def compile_patterns() -> None:
    """Compile every pattern of this room now, so that no lead of a service waits for it (some 60 ms)."""
    for pattern in _PATTERNS:
        pattern.compile()


class Pattern:
    """A regular expression that is compiled when a text first needs it: most texts need few."""

    def __init__(self, text: str) -> None:
        self._text = text
        _PATTERNS.append(self)

    def compile(self) -> None:
        """Compile it now."""
        _ = self._compiled

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._text)

    def search(self, text: str) -> re.Match[str] | None:
        """As ``re.Pattern.search``."""
        return self._compiled.search(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """As ``re.Pattern.finditer``."""
        return self._compiled.finditer(text)

    def sub(self, instead: str, text: str) -> str:
        """As ``re.Pattern.sub``."""
        return self._compiled.sub(instead, text)


class Phrases:
    """Words and phrases: the words in a set, for which nobody has to walk through a clause, the rest in a pattern."""

    def __init__(self, listed: str) -> None:
        folded = [" ".join(fold(each).split()) for each in listed.split("|")]
        self.words = frozenset(each for each in folded if " " not in each)
        phrases = [each for each in folded if " " in each]
        self._firsts = frozenset(each.partition(" ")[0] for each in phrases)
        self._phrases = Pattern(f" {any_of(phrases)} ") if phrases else None

    def stand_in(self, clause: str, words: frozenset[str]) -> bool:
        """Whether one of them stands in a clause, whose words these are."""
        if not self.words.isdisjoint(words):
            return True
        return self._phrases is not None and not self._firsts.isdisjoint(words) and bool(self._phrases.search(clause))

    def without(self, clause: str) -> str:
        """The clause without the phrases."""
        return self._phrases.sub(" ", clause) if self._phrases else clause
