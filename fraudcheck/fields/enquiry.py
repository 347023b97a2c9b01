"""What kind of enquiry is a text, and in which language is it written? A linear model over hashed runs of letters.

The text is folded (case, accents, vowel points), then cut into runs of letters, word borders included, words, and pairs
of words. Each is hashed to a row of a table that holds its weight for every kind and language, so that each letter's
share in a decision is exact. ``models/enquiries`` has the table and says what it was trained on and how.
"""

from __future__ import annotations

import re
from math import exp, log10, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from fraudcheck.ports.lists import TextReading
from fraudcheck.worth.enquiry import BOUND, KINDS, UNASKED

LONGEST = 2_000
"""Characters of a text that are read: a letter says what it wants in these."""
FOLDED_BELOW = 0x20000
"""Code points that the folding table holds; those above are read as the last of it."""
LINK, SPACE, SYMBOL, DIGIT = 1, 32, ord("*"), ord("0")
"""What a link or mail address, a blank, a picture and a digit are read as. Whose a link is says nothing."""
_LAST_MARK = ord("@")
"""The last of the marks that are kept; what is above it is a letter."""
_LINK_MARK = chr(LINK)
_DOMAIN_ENDING = (
    r"\.(?:com|net|org|info|biz|io|co|xyz|shop|site|online|top|ru|cn|vn|id|th|de|fr|es|br|pt|pl|uk|in|ng)\b"
)
_LINK_INSIDE = re.compile(_DOMAIN_ENDING, re.IGNORECASE)
_ENDING = rf"(?:://|www\.|@|{_DOMAIN_ENDING})"
_LINK = re.compile(rf"(?<!\S)(?=\S{{0,200}}?{_ENDING})\S+", re.IGNORECASE)
_LINK_MARKS = re.compile(f"{_LINK_MARK}{{2,}}")
_LEFT_OUT_ALONE = re.compile("(?<![^ ])\0+(?![^ ])")
RUN = 4
"""Letters of a run."""
UNCLEAR, OTHER = "unclear", "other"
"""The kind of a text that says nothing; the language that is none of those that the model learned."""
_EVEN = 10 * log10(len(UNASKED) / (len(KINDS) + 1 - len(UNASKED)))
"""Decibans of an unasked offer before a text is read: in the training every kind is as likely as every other."""
_SUREST = 0.9999
_LANGUAGE_FROM, _SHORTEST = 0.7, 10
"""The probability from which a language is told, and the length of a folded text."""
_CURIOUS_FROM = 32
"""The length of a folded text below which nobody is told to be a competitor: "price?" is what buyers write."""
_LONG, _COMPARED, _LEAST_DISTINCT = 60, slice(0, 400, 5), 0.3
"""Letters from which on a text may repeat itself too much, the runs that are compared, the share that must differ."""
_PIECE = 6
"""Letters into which a script without spaces is cut for its spans."""
_MOST_SPANS = 3
_LEAST_SHARE = 0.25
"""What a span adds, of what the first adds, to be named beside it."""
_ABREAST = 16
"""Rows that are added at once: adding row by row takes five times as long."""

Codes = npt.NDArray[np.uint16]
Hashes = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float32]


def _powers(base: int, first: int) -> Hashes:
    return np.array([first * pow(base, power, 2**32) % 2**32 for power in range(LONGEST + 3)], np.uint32)


def _letters() -> Hashes:
    mixed = np.arange(2**16, dtype=np.uint32) * np.uint32(0x85EBCA6B)
    return (mixed ^ (mixed >> np.uint32(15))) * np.uint32(0x9E3779B1)


_LETTERS = _letters()
"""A number for each letter."""
_BASE = 0x9E3779B1
_INVERSE = pow(_BASE, -1, 2**32)
_POWERS = _powers(_BASE, 1)
_RUN_INVERSES = _powers(_INVERSE, 0xC2B2AE3D)
_WORD_INVERSES = _powers(_INVERSE, 0x297A2D39)


class Manifest(Struct, frozen=True):
    """The part of a model's ``manifest.json`` that reading it needs.

    The table has ``2 ** bits`` rows, and a column for each of ``kinds`` and ``languages`` and one for a row's length.
    A 1 in a column is ``units`` of it. ``slopes`` and ``offsets`` make of each column's sum a logarithm of odds.
    ``unasked`` are decibans that a language's texts have too few of for an unasked offer.
    """

    version: str
    sha256: str
    bits: int
    kinds: list[str]
    languages: list[str]
    units: list[float]
    slopes: list[float]
    offsets: list[float]
    unasked: dict[str, float] = {}


class Sums(NamedTuple):
    """What the table says of a text: the logarithm of the odds of each kind and language, in the manifest's order.

    ``taken`` are the table's rows of ``rows``; these and ``starts`` are as ``features`` gives them, ``plain`` is the
    text as ``plain`` gives it, of ``size`` codes.
    """

    kinds: list[float]
    languages: list[float]
    taken: Floats
    rows: Ints
    starts: Ints
    plain: str
    size: int


class Model:
    """The enquiries model. ``body`` is the folding table, then for each row and column one signed byte."""

    def __init__(self, manifest: Manifest, body: bytes) -> None:
        self.manifest = manifest
        self.body = body
        self._folding = Folding(np.frombuffer(body, "<u2", FOLDED_BELOW))
        self._table = np.frombuffer(body, np.int8, offset=2 * FOLDED_BELOW).reshape(2**manifest.bits, -1)
        self._units = np.array(manifest.units, np.float32)
        self._columns = len(manifest.slopes)
        self._slopes = np.array(manifest.slopes, np.float32) * self._units[: self._columns]
        self._offsets = np.array(manifest.offsets, np.float32)

    def read(self, text: str) -> TextReading | None:
        """What a text says; None where it has no letters."""
        sums = self.sums(text)
        if sums is None:
            return None
        languages, kinds = _softmax(sums.languages), _softmax(sums.kinds)
        language = self._language(languages, sums)
        if language == OTHER or _repeats(sums):
            return TextReading({}, 0.0, None, ())
        shares = dict(zip(self.manifest.kinds, kinds, strict=True))
        del shares[UNCLEAR]
        if sums.size < _CURIOUS_FROM:
            shares["sales_lead"] += shares["competitor"]
            shares["competitor"] = 0.0
        unasked = min(sum([shares[kind] for kind in UNASKED]), _SUREST)
        first, second, *_ = order = sorted(shares, key=shares.__getitem__, reverse=True)
        return TextReading(
            kinds={kind: shares[kind] for kind in order},
            unasked=10 * log10(unasked / (1 - unasked)) - _EVEN + self.manifest.unasked.get(language, 0.0)
            if language
            else 0.0,
            language=language,
            spans=self._spans(first, second, sums) if shares[first] >= BOUND else (),
        )

    def sums(self, text: str) -> Sums | None:
        """What the table says of a text; None where it has no letters."""
        plain = self._folding.plain(text)
        codes = fold(plain)
        if not plain.islower() and codes.max() <= _LAST_MARK:
            return None
        rows, starts = features(codes, self.manifest.bits)
        taken = self._table.take(rows, 0).astype(np.float32)
        columns = taken.shape[1]
        # Sums of whole numbers, whose order does not count. A product of matrices would wake the threads of a library.
        sums = np.add.reduce(np.add.reduce(taken.reshape(_ABREAST, -1), 0).reshape(-1, columns), 0)
        length = sqrt(max(float(sums[self._columns] * self._units[self._columns]), 1e-6))
        logits: list[float] = (sums[: self._columns] * (self._slopes / np.float32(length)) + self._offsets).tolist()
        kinds = len(self.manifest.kinds)
        return Sums(logits[:kinds], logits[kinds:], taken, rows, starts, plain, len(codes))

    def _language(self, shares: list[float], sums: Sums) -> str | None:
        likeliest = max(shares)
        if likeliest < _LANGUAGE_FROM or len(sums.plain) < _SHORTEST:
            return None
        return self.manifest.languages[shares.index(likeliest)]

    def _spans(self, kind: str, other: str, sums: Sums) -> list[tuple[int, int]]:
        """The places of the text whose words add most for a kind beside another, neighbouring ones together.

        A run of letters speaks for the word that it begins in or before, a word or pair of words for its first.
        """
        taken, size = sums.taken, sums.size
        column, beside = self.manifest.kinds.index(kind), self.manifest.kinds.index(other)
        shares = taken[:, column] - taken[:, beside]  # kinds have one unit
        spoken = starts = sums.starts
        words = len(starts)
        if size > 12 * words:  # a script without spaces
            starts = np.union1d(starts, np.arange(1, size - 3, _PIECE))
        each = np.zeros(len(starts), np.float32)
        runs = max(0, size + 1 - RUN)
        if inside := int(starts.searchsorted(runs, "right")):
            each[:inside] = np.add.reduceat(shares[:runs], starts[:inside] - 1)
        where = starts.searchsorted(spoken)
        each[where] += shares[runs : runs + words]
        each[where[:-1]] += shares[runs + words : runs + 2 * words - 1]
        found = _strongest(each.tolist())
        places, borders = letters(sums.plain), [*starts.tolist(), size]
        return [(int(places[borders[first] - 1]), int(places[borders[last] - 3]) + 1) for first, last in found]


class Folding:
    """As which letter is each read? ``folded`` has it for each code point; 0 is left out."""

    def __init__(self, folded: npt.NDArray[np.uint16]) -> None:
        self._folded = folded
        self._ascii = folded[:128].astype(np.uint8).tobytes() + bytes(128)

    def plain(self, text: str) -> str:
        """The text, letter by letter as it is read, a NUL for those that are left out, a blank at both ends.

        Accents and vowel points are gone, every digit is 0, every picture a mark; punctuation is a space, but for the
        marks that mean something here. Every letter of a link is a mark of it.
        """
        text = text[:LONGEST]
        if "@" in text or "://" in text or _LINK_INSIDE.search(text):
            text = _LINK.sub(_as_one, text)
        if text.isascii():
            plain = text.encode().translate(self._ascii).decode("latin-1")
        else:
            given = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
            plain = self._folded.take(given, mode="clip").tobytes().decode("utf-16-le")
        if "\0" in plain:
            plain = _LEFT_OUT_ALONE.sub(_as_blanks, plain)
        return f" {plain} "


def fold(plain: str) -> Codes:
    """A text that ``Folding`` has read, as code points with one space between words and at both ends."""
    if _LINK_MARK in plain:
        plain = _LINK_MARKS.sub(_LINK_MARK, plain)
    if "\0" in plain:
        plain = plain.replace("\0", "")
    return np.frombuffer(f" {' '.join(plain.split())} ".encode("utf-16-le"), np.uint16)


def letters(plain: str) -> Ints:
    """Where in the text as it was given each code of ``fold`` stands, from the second on: the first is a space."""
    codes = np.frombuffer(plain.encode("utf-16-le"), np.uint16)
    kept = codes[1:] != codes[:-1]
    kept |= codes[1:] > SPACE
    if "\0" in plain:
        kept &= codes[1:] != 0
    places: Ints = kept.nonzero()[0]
    return places


def _as_one(found: re.Match[str]) -> str:
    """As many marks of a link as it has letters, so that places stay what they are."""
    return _LINK_MARK * len(found[0])


def _as_blanks(found: re.Match[str]) -> str:
    return " " * len(found[0])


def features(codes: Codes, bits: int) -> tuple[Ints, Ints]:
    """Rows of a folded text's runs of letters, of its words and pairs of words; and where words start.

    A hash is the difference of two sums of letters times powers, brought back to the power nought: rows of a table are
    named by its upper bits, which depend on every letter. Row 0, which is empty, fills up to a multiple of
    ``_ABREAST``.
    """
    size = len(codes)
    mixed = _LETTERS.take(codes)
    mixed *= _POWERS[:size]
    sums = np.empty(size + 1, np.uint32)
    sums[0] = 0
    np.add.accumulate(mixed, out=sums[1:])
    spaces = (codes == SPACE).nonzero()[0]
    starts = spaces[:-1] + 1
    words = len(starts)
    runs = max(0, size + 1 - RUN)
    ending, pairs = runs + words, runs + 2 * words - 1
    hashes = np.zeros(-(-pairs // _ABREAST) * _ABREAST, np.uint32)
    np.subtract(sums[RUN:], sums[:runs], hashes[:runs])
    hashes[:runs] *= _RUN_INVERSES[:runs]
    ends, before, inverses = sums.take(spaces[1:]), sums.take(starts), _WORD_INVERSES.take(starts)
    np.subtract(ends, before, hashes[runs:ending])
    hashes[runs:ending] *= inverses
    np.subtract(ends[1:], before[:-1], hashes[ending:pairs])
    hashes[ending:pairs] *= inverses[:-1]
    hashes >>= np.uint32(32 - bits)
    return hashes.astype(np.intp), starts


def _repeats(sums: Sums) -> bool:
    """Whether a text is little else than one thing, over and over: the table would be all too sure of it."""
    if len(sums.plain) < _LONG:
        return False
    compared = sums.rows[_COMPARED].tolist()
    return len(set(compared)) < _LEAST_DISTINCT * len(compared)


def _softmax(logits: list[float]) -> list[float]:
    highest = max(logits)
    shares = [exp(logit - highest) for logit in logits]
    total = sum(shares)
    return [share / total for share in shares]


def _strongest(added: list[float]) -> list[tuple[int, int]]:
    """First and one after the last of neighbouring words that all add, around those that add most, in their order."""
    found: list[tuple[int, int]] = []
    least = 0.0
    while len(found) < _MOST_SPANS and (most := max(added)) > least:
        least = least or _LEAST_SHARE * most
        first = last = added.index(most)
        while first and added[first - 1] > 0:
            first -= 1
        while last < len(added) and added[last] > 0:
            last += 1
        added[first:last] = [0.0] * (last - first)
        found.append((first, last))
    return sorted(found)
