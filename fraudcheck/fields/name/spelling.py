"""Is this spelled as people's names are, or as keys are mashed?

One table for each script holds, for every run of letters (up to four, with the word's borders), the natural
logarithm of P(last letter | those before, in names) over the same in mashed keys. A word's sum of these is the
evidence for a name. ``models/names`` has the tables, what they learned from and how.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from math import exp, log10

from msgspec import Struct

# Letters that carry no mark which could be taken off; an apostrophe parts no word (O'Brien).
_PLAIN = str.maketrans(
    dict(zip("łđøþðıəħŋɓɗƙƴŧɛɔǝ", "ldotdiehnbdkyteoe", strict=True))
    | {"ß": "ss", "æ": "ae", "œ": "oe", "ς": "σ"}
    | dict(zip("یىکہھەے", "ييكهههي", strict=True))
    | dict.fromkeys("'’ʼ`´ʻ‘ʹ·ـ\u200c\u200d", "")
)
_WORD = re.compile(r"[^\W\d_]+")
_TAIL = re.compile(r"[a-z]\d{2,}[a-z]$")
_ODD_TAIL = 3.0
"""Nats against one letter after a number: one in twenty such is a person's (country codes have two letters)."""
_PARTS = re.compile(r"[\s._+-]")
_MOST_FOR = 3.0
"""Nats that one word may speak for a name: a second that is mashed must show."""
_LEET = str.maketrans("013457", "oieast")
"""Letters that people write as digits (l33t, b4dboy); 2, 6, 8 and 9 stand for none."""


class Table(Struct, frozen=True):
    """One script: its letters have the codes 1, 2 … in order, 0 is a word's border; where its steps begin."""

    letters: str
    order: int
    at: int


class Calibration(Struct, frozen=True):
    """What a sum is worth: ``slope × sum + offset`` nats for a name, and above ``limit`` nothing is said.

    ``share`` is how many of the fakes are thought to be mashed at all.
    """

    slope: float
    offset: float
    limit: float
    share: float

    def against(self, total: float) -> float:
        """Decibans against the lead: 10·log10(P(seen | fake) / P(seen | genuine)), 0 where nothing is said."""
        if total >= self.limit:
            return 0.0
        times = exp(min(50.0, -(self.slope * total + self.offset)))
        return max(0.0, 10 * log10(1 - self.share + self.share * times))


class Manifest(Struct, frozen=True):
    """What a reader needs of ``manifest.json``. A step of a table is ``unit`` nats."""

    version: str
    sha256: str
    known_sha256: str
    unit: float
    tables: dict[str, Table]
    names: Calibration
    mailboxes: Calibration


class _Script:
    """A table that a word walks through."""

    __slots__ = ("codes", "modulus", "size", "steps", "unit")

    def __init__(self, table: Table, body: memoryview, unit: float) -> None:
        self.codes = {letter: code for code, letter in enumerate(table.letters, 1)}
        self.size = len(table.letters) + 1
        self.modulus = self.size ** (table.order - 1)
        self.steps = body[table.at : table.at + self.size**table.order].cast("b")
        self.unit = unit

    def evidence(self, word: str) -> float:
        """Nats for a name. Raises KeyError where the word has a letter of another script."""
        codes, size, modulus, steps = self.codes, self.size, self.modulus, self.steps
        at, total = 0, 0
        for letter in word:
            at = at % modulus * size + codes[letter]
            total += steps[at]
        return float((total + steps[at % modulus * size]) * self.unit)


class Model:
    """The names model: its manifest, the tables one after the other, a signed byte a step, and rare names.

    ``known`` are folded names that the tables would speak against, were they not known to be people's.
    """

    def __init__(self, manifest: Manifest, body: bytes, known: frozenset[str]) -> None:
        self.manifest = manifest
        self.body = body
        self._known = known
        view = memoryview(body)
        self._scripts = {name: _Script(table, view, manifest.unit) for name, table in manifest.tables.items()}
        self._script_of = {
            letter: script for name, script in self._scripts.items() if name != "mailbox" for letter in script.codes
        }

    def evidence(self, script: str, word: str) -> float:
        """Nats for a name of one folded word. Raises KeyError for letters that the script has not."""
        return self._scripts[script].evidence(word)

    def sum_of(self, name: str) -> float | None:
        """Nats for a name of all its words; None where none is in a script that the model knows."""
        folded = fold(name)
        turns = _turns(folded)
        total, initials, seen, borne = -turns, 0.0, False, False
        for word in _runs(folded, turns):
            script = self._script_of.get(word[0])
            if script is None or word in self._known:
                continue
            try:
                evidence = min(_MOST_FOR, script.evidence(word))
            except KeyError:  # letters that no name of this script has taught
                continue
            seen = True
            if len(word) <= 3 and evidence < 0:
                initials += evidence
            else:
                total += evidence
                borne = borne or evidence > 0
        # Beside a name, two or three letters that make none are initials (GHK Reddy).
        return (total if borne else total + initials) if seen else None

    def against_name(self, name: str) -> float:
        """Decibans that a name's spelling speaks against the lead; 0 where it is a name's, or nothing can be told."""
        total = self.sum_of(name)
        return 0.0 if total is None else self.manifest.names.against(total)

    def against_mailbox(self, local: str) -> float:
        """Decibans that the part before the @ speaks against the lead, by its letters and how digits lie among them.

        Runs of up to four letters are initials as often as not (zxq1988, kvsn), and say nothing; five say half.
        """
        folded = fold(local)
        turns = _turns(folded)
        total = -turns - (_ODD_TAIL if _TAIL.search(folded) else 0.0)
        for run in _runs(folded, turns):
            if len(run) > 4 and run.isascii():
                evidence = self._scripts["mailbox"].evidence(_bare(run))
                total += min(_MOST_FOR, evidence / 2 if len(run) == 5 else evidence)
        return self.manifest.mailboxes.against(total)


def fold(text: str) -> str:
    """Lower-case letters without their marks: some write them, and some leave them out."""
    text = text.lower()
    if text.isascii():
        return text.replace("'", "")
    plain = unicodedata.normalize("NFKD", text).translate(_PLAIN)
    return "".join(char for char in plain if not unicodedata.combining(char))


def words(text: str) -> list[str]:
    """The words of letters in a text, folded."""
    return _WORD.findall(fold(text))


def _runs(folded: str, turns: float) -> list[str]:
    """The runs of letters; all as one where digits part them all the time."""
    runs = _WORD.findall(folded)
    return ["".join(runs)] if turns and runs else runs


def _turns(text: str) -> float:
    """Nats against a word in which letters and digits take turns, where these are no letters in disguise.

    People put a year, a number or two at an end or between two words: three turns at the most. Letters in disguise
    (j0s3ph1n3) are all among 0, 1, 3, 4, 5 and 7. A program that draws from both takes turns two times in five.
    """
    most = 0
    for word in _PARTS.split(text):
        if len(word) >= 8 and not word.isalpha() and not word.isdigit():
            turns = sum(a.isdigit() != b.isdigit() for a, b in pairwise(word))
            if turns > 3 and not word.translate(_LEET).isalpha():
                most = max(most, turns)
    return 3.0 * (most - 2) if most else 0.0


def _bare(run: str) -> str:
    """Without the crosses that some put around a nickname (xxdarkxx)."""
    bare = run.strip("x")
    return bare if bare and run[:1] == run[-1:] == "x" else run
