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
SPACE, DIGIT, SYMBOL = 32, ord("0"), 0x2605
"""What every blank, digit and picture is read as."""
LINK = 0x2197
"""What every letter of a link or a mail address is read as, and all of them as one: whose it is says nothing."""
_LINK_MARK = chr(LINK)
_ENDING = r"(?:://|www\.|@|\.(?:com|net|org|info|biz|io|co|xyz|shop|site|online|top|ru|cn|vn|id|th|de|fr|es|br|pt|pl|uk|in|ng)\b)"
_LINK_INSIDE = re.compile(_ENDING, re.IGNORECASE)
_LINK = re.compile(rf"(?<!\S)(?=\S{{0,200}}?{_ENDING})\S+", re.IGNORECASE)
RUNS = (3, 4)
UNCLEAR, OTHER = "unclear", "other"
"""The kind of a text that says nothing; the language that is none of those that the model learned."""
_EVEN = 10 * log10(len(UNASKED) / (len(KINDS) + 1 - len(UNASKED)))
"""Decibans of an unasked offer before a text is read: in the training every kind is as likely as every other."""
_SUREST = 0.9999
_LANGUAGE_FROM, _SHORTEST = 0.7, 10
"""The probability from which a language is told, and the length of a folded text."""
_LONG, _MOST_COMPARED, _LEAST_DISTINCT = 60, 500, 0.3
"""Features from which on a text may repeat itself too much, those that are compared, the share that must differ."""
_PIECE = 6
"""Letters into which a script without spaces is cut for its spans."""
_MOST_SPANS = 3
_LEAST_SHARE = 0.25
"""What a span adds, of what the first adds, to be named beside it."""
_LETTER, _HALF = np.uint32(0x85EBCA6B), np.uint32(15)


def _powers(base: int, first: int) -> npt.NDArray[np.uint32]:
    return np.array([first * pow(base, power, 2**32) % 2**32 for power in range(LONGEST + 3)], np.uint32)


_BASE = 0x9E3779B1
_POWERS = _powers(_BASE, 1)
_RUN_INVERSES = [
    (length, _powers(pow(_BASE, -1, 2**32), odd)) for length, odd in zip(RUNS, (0x165667B1, 0xC2B2AE3D), strict=True)
]
_WORD_INVERSES = _powers(pow(_BASE, -1, 2**32), 0x297A2D39)

Codes = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


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

    ``rows`` are the table's for each of ``hashes``; these, ``codes``, ``places`` and ``starts`` are as
    ``fold`` and ``features`` give them.
    """

    kinds: list[float]
    languages: list[float]
    rows: Floats
    hashes: Codes
    codes: Codes
    places: Ints
    starts: Ints


class Model:
    """The enquiries model. ``body`` is the folding table, then for each row and column one signed byte."""

    def __init__(self, manifest: Manifest, body: bytes) -> None:
        self.manifest = manifest
        self.body = body
        self._folded = np.frombuffer(body, "<u2", FOLDED_BELOW)
        self._table = np.frombuffer(body, np.int8, offset=2 * FOLDED_BELOW).reshape(2**manifest.bits, -1)
        self._shift = np.uint32(32 - manifest.bits)
        self._units = np.array(manifest.units, np.float32)
        self._slopes = np.array(manifest.slopes, np.float32) * self._units[:-1]
        self._offsets = np.array(manifest.offsets, np.float32)

    def read(self, text: str) -> TextReading | None:
        """What a text says; None where it has no letters."""
        sums = self.sums(text)
        if sums is None:
            return None
        languages, kinds = _softmax(sums.languages), _softmax(sums.kinds)
        language = self._language(languages, sums)
        if language == OTHER or _repeats(sums.hashes):
            return TextReading({}, 0.0, None, ())
        shares = dict(zip(self.manifest.kinds, kinds, strict=True))
        del shares[UNCLEAR]
        unasked = min(sum(shares[kind] for kind in UNASKED), _SUREST)
        first, second, *_ = order = sorted(shares, key=shares.__getitem__, reverse=True)
        return TextReading(
            kinds={kind: shares[kind] for kind in order},
            unasked=10 * log10(unasked / (1 - unasked)) - _EVEN + self.manifest.unasked.get(language or "", 0.0),
            language=language,
            spans=_spans(self._for_kind(first, sums) - self._for_kind(second, sums), sums)
            if shares[first] >= BOUND
            else (),
        )

    def sums(self, text: str) -> Sums | None:
        """What the table says of a text; None where it has no letters."""
        codes, places = fold(text, self._folded)
        if codes.max() <= DIGIT + 9:
            return None
        hashes, starts = features(codes)
        rows = self._table.take(hashes >> self._shift, 0).astype(np.float32)
        sums = np.add.reduce(rows, 0)  # a product of matrices would wake the threads of a library
        length = sqrt(max(float(sums[-1] * self._units[-1]), 1e-6))
        logits: list[float] = (sums[:-1] * (self._slopes / np.float32(length)) + self._offsets).tolist()
        kinds = len(self.manifest.kinds)
        return Sums(logits[:kinds], logits[kinds:], rows, hashes, codes, places, starts)

    def _for_kind(self, kind: str, sums: Sums) -> Floats:
        """What each feature adds for a kind."""
        column = self.manifest.kinds.index(kind)
        shares: Floats = sums.rows[:, column] * self._units[column]
        return shares

    def _language(self, shares: list[float], sums: Sums) -> str | None:
        likeliest = max(shares)
        if likeliest < _LANGUAGE_FROM or len(sums.codes) < _SHORTEST:
            return None
        return self.manifest.languages[shares.index(likeliest)]


def fold(text: str, folded: npt.NDArray[np.uint16]) -> tuple[Codes, Ints]:
    """The folded text, as code points with one space between words and at both ends, and the places of these in it.

    Accents and vowel points are gone, every digit is 0, every picture a star; punctuation is a space, but for the marks
    that mean something here. The first and the last space have the place beside them.
    """
    text = text[:LONGEST]
    if _LINK_INSIDE.search(text):
        text = _LINK.sub(_as_one, text)
    given = np.frombuffer(f" {text} ".encode("utf-32-le", "surrogatepass"), np.uint32)
    codes = folded.take(given, mode="clip")
    kept = np.flatnonzero(codes)
    codes = codes.take(kept)
    spaces = (codes == SPACE) | (codes == LINK)
    spaces[1:] &= codes[1:] == codes[:-1]  # the second and further ones of several
    spaces[0] = False
    single = np.flatnonzero(~spaces)
    return codes.take(single).astype(np.uint32), kept.take(single) - 1


def _as_one(found: re.Match[str]) -> str:
    """As many marks of a link as it has letters, so that places stay what they are."""
    return _LINK_MARK * len(found[0])


def features(codes: Codes) -> tuple[Codes, Ints]:
    """Hashes of a folded text's runs of letters, by length, of its words and pairs of words; and where words start.

    A hash is the difference of two sums of letters times powers, brought back to the power nought: rows of a table are
    named by its upper bits, which depend on every letter.
    """
    size = len(codes)
    mixed = codes * _LETTER
    mixed ^= mixed >> _HALF
    mixed *= _POWERS[:size]
    sums = np.zeros(size + 1, np.uint32)
    np.cumsum(mixed, dtype=np.uint32, out=sums[1:])
    parts = [
        (sums[length:] - sums[:-length]) * inverses[: size + 1 - length]
        for length, inverses in _RUN_INVERSES
        if length <= size
    ]
    spaces = np.flatnonzero(codes == SPACE)
    starts, ends = spaces[:-1] + 1, sums.take(spaces[1:])
    before, inverses = sums.take(starts), _WORD_INVERSES.take(starts)
    parts += [(ends - before) * inverses, (ends[1:] - before[:-1]) * inverses[:-1]]
    return np.concatenate(parts), starts


def _repeats(hashes: Codes) -> bool:
    """Whether a text is little else than one thing, over and over: the table would be all too sure of it."""
    if len(hashes) < _LONG:
        return False
    ordered = np.sort(hashes[:_MOST_COMPARED])
    return bool(np.count_nonzero(ordered[1:] != ordered[:-1]) < _LEAST_DISTINCT * len(ordered))


def _softmax(logits: list[float]) -> list[float]:
    highest = max(logits)
    shares = [exp(logit - highest) for logit in logits]
    total = sum(shares)
    return [share / total for share in shares]


def _spans(shares: Floats, sums: Sums) -> list[tuple[int, int]]:
    """The places of the text whose words add most, neighbouring ones together, in the text's order.

    A run of letters speaks at its middle, a word or pair of words where it starts.
    """
    starts, places = sums.starts, sums.places
    size, words = len(sums.codes), len(starts)
    each = np.zeros(size, np.float32)
    at = 0
    for length in RUNS:
        if length <= size:
            count = size + 1 - length
            each[length // 2 : length // 2 + count] += shares[at : at + count]
            at += count
    each[starts] += shares[at : at + words]
    each[starts[:-1]] += shares[at + words :]
    if size > 12 * words:  # a script without spaces
        starts = np.union1d(starts, np.arange(1, size - 1, _PIECE))
    found: list[tuple[float, int, int]] = []
    total, since = 0.0, 0
    borders = [*starts.tolist(), size]
    for place, added in enumerate([*np.add.reduceat(each, starts).tolist(), -1.0]):
        if added > 0:
            since = place if not total else since
            total += added
        elif total:
            found.append((total, borders[since], borders[place] - 1))
            total = 0.0
    found = sorted(found, reverse=True)[:_MOST_SPANS]
    spans = sorted((first, last) for added, first, last in found if added >= _LEAST_SHARE * found[0][0])
    return [(int(places[first]), int(places[last - 1]) + 1) for first, last in spans]
