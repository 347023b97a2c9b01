"""Is a word spelled as people's names are, or as random keys are typed?

The model is a table for each script. For every run of up to four letters, word borders included, it holds the natural
logarithm of ``P(last letter | letters before it, in names) / P(last letter | letters before it, in mashed keys)``. The
sum over a word, in nats, is the evidence that the word is a name: above zero for a name, below zero against it.
``models/names`` has the tables and says what they were trained on and how.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from math import exp, log10

from msgspec import Struct

from fraudcheck.fields.normal_form import normalize

# Letters that Unicode does not decompose into a plain letter and a mark. An apostrophe does not split a word (O'Brien).
_PLAIN = str.maketrans(
    dict(zip("łđøþðıəħŋɓɗƙƴŧɛɔǝ", "ldotdiehnbdkyteoe", strict=True))
    | {"ß": "ss", "æ": "ae", "œ": "oe", "ς": "σ"}
    | dict(zip("یىکہھەے", "ييكهههي", strict=True))
    | dict.fromkeys("'’ʼ`´ʻ‘ʹ·ـ\u200c\u200d", "")
)
_WORD = re.compile(r"[^\W\d_]+")
_LETTER_AFTER_NUMBER = re.compile(r"[a-z]\d{2,}[a-z]$")
_AGAINST_LETTER_AFTER_NUMBER = 3.0
"""Nats against one letter at the end after a number: one in twenty such mailboxes is a person's (country codes have two
letters)."""
_PARTS = re.compile(r"[\s._+-]")
_DIGITS_APART = re.compile(r"[0-9][^0-9\s._+-]+[0-9]")
"""What stands in every word of ASCII in which letters and digits alternate more than three times."""
_MOST_FOR_WORD = 3.0
"""Nats that one word may speak for a name, so that it cannot hide a second word that is mashed."""
_LETTERS_OF_DIGITS = str.maketrans("013457", "oieast")
"""Letters that people write as digits (l33t, b4dboy). The digits 2, 6, 8 and 9 are not used so."""


class Table(Struct, frozen=True):
    """The table of one script. Its letters have the codes 1, 2 … in their order; 0 is a word's border.

    ``order`` is the length of the runs of letters, ``at`` the position of the table's first byte in the model's body.
    """

    letters: str
    order: int
    at: int


class Calibration(Struct, frozen=True):
    """How a word sum becomes evidence: ``slope * total + offset`` nats for a name. From ``limit`` on nothing is said.

    ``share`` is the share of fakes that are thought to have a mashed name at all, 0 to 1.
    """

    slope: float
    offset: float
    limit: float
    share: float

    def against(self, total: float) -> float:
        """Decibans against the lead: ``10·log10(P(seen | fake) / P(seen | genuine))``, 0 where nothing is said."""
        if total >= self.limit:
            return 0.0
        likelihood_ratio = exp(min(50.0, -(self.slope * total + self.offset)))  # mashed keys to names
        return max(0.0, 10 * log10(1 - self.share + self.share * likelihood_ratio))


class Manifest(Struct, frozen=True):
    """The part of a model's ``manifest.json`` that reading it needs. A 1 in a table is ``unit`` nats."""

    version: str
    sha256: str
    known_sha256: str
    unit: float
    tables: dict[str, Table]
    names: Calibration
    mailboxes: Calibration


class _Script:
    """The table of one script, ready to sum up words.

    A table is an array with one place for each run of letters: the run's codes, read as digits of a number in base
    ``size``, are the place.
    """

    __slots__ = ("codes", "logarithms", "modulus", "size", "unit")

    def __init__(self, table: Table, body: memoryview, unit: float) -> None:
        self.codes = {letter: code for code, letter in enumerate(table.letters, 1)}
        self.size = len(table.letters) + 1
        self.modulus = self.size ** (table.order - 1)
        self.logarithms = body[table.at : table.at + self.size**table.order].cast("b")
        self.unit = unit

    def evidence(self, word: str) -> float:
        """Nats for a name. Raises KeyError where the word has a letter of another script."""
        codes, size, modulus, logarithms = self.codes, self.size, self.modulus, self.logarithms
        place, total = 0, 0
        for code in map(codes.__getitem__, word):
            place = place % modulus * size + code
            total += logarithms[place]
        total += logarithms[place % modulus * size]  # the border at the word's end
        return float(total * self.unit)


class Model:
    """The names model.

    ``body`` holds the tables one after the other, one signed byte for each run of letters. ``known`` are folded words
    that are people's names although the tables speak against them.
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
        """Nats that a folded word is a name. Raises KeyError for a letter or a script that the model does not have."""
        return self._scripts[script].evidence(word)

    def evidence_for_name(self, name: str) -> float | None:
        """Nats that a text is a name, over all its words; None where no word is in a script that the model has."""
        folded = fold(name)
        penalty = _mixing_penalty(folded)
        total, initials, has_evidence, has_name = -penalty, 0.0, False, False
        for word in _runs(folded, joined=penalty > 0):
            script = self._script_of.get(word[0])
            if script is None or word in self._known:
                continue
            try:
                evidence = min(_MOST_FOR_WORD, script.evidence(word))
            except KeyError:  # a letter that occurs in no name of this script
                continue
            has_evidence = True
            if len(word) <= 3 and evidence < 0:
                initials += evidence
            else:
                total += evidence
                has_name = has_name or evidence > 0
        if not has_evidence:
            return None
        # Beside a word that is a name, two or three letters that are none are initials (GHK Reddy) and do not count.
        return total if has_name else total + initials

    def against_name(self, name: str) -> float:
        """Decibans that a name's spelling speaks against the lead; 0 where it is a name's or cannot be judged."""
        total = self.evidence_for_name(name)
        return 0.0 if total is None else self.manifest.names.against(total)

    def against_mailbox(self, local: str) -> float:
        """Decibans that the part before the @ speaks against the lead, by its letters and the digits among them.

        Runs of up to four letters do not count: half of them are initials (zxq1988, kvsn). Runs of five count half.
        """
        folded = fold(local)
        penalty = _mixing_penalty(folded)
        total = -penalty
        if _LETTER_AFTER_NUMBER.search(folded):
            total -= _AGAINST_LETTER_AFTER_NUMBER
        for run in _runs(folded, joined=penalty > 0):
            if len(run) > 4 and run.isascii():
                # In lower case once more: what folding makes of one sign may be capitals (TM of ™).
                evidence = self._scripts["mailbox"].evidence(_without_crosses(run.lower()))
                if len(run) == 5:
                    evidence /= 2
                total += min(_MOST_FOR_WORD, evidence)
        return self.manifest.mailboxes.against(total)


def fold(text: str) -> str:
    """The text in lower case without accents and other marks, which people may leave out."""
    text = text.lower()
    if text.isascii():
        return text.replace("'", "")
    plain, combining = normalize("NFKD", text).translate(_PLAIN), unicodedata.combining
    return "".join([char for char in plain if not combining(char)])


def words(text: str) -> list[str]:
    """The words of letters in a text, folded."""
    return _WORD.findall(fold(text))


def _runs(folded: str, *, joined: bool) -> list[str]:
    """The runs of letters in a text; with ``joined`` all as one, for a text in which digits alternate with letters."""
    runs = _WORD.findall(folded)
    return ["".join(runs)] if joined and runs else runs


def _mixing_penalty(text: str) -> float:
    """Nats against a text in which letters and digits alternate; 0 for most texts.

    People put a year or a number or two at an end or between two words: that makes three changes at the most. A person
    who writes letters as digits (j0s3ph1n3) uses 0, 1, 3, 4, 5 and 7 only. In random letters and digits two of five
    characters begin a change.
    """
    if text.isascii() and not _DIGITS_APART.search(text):
        return 0.0
    most = 0
    for word in _PARTS.split(text):
        if len(word) >= 8 and not word.isalpha() and not word.isdigit():
            changes = sum(before.isdigit() != after.isdigit() for before, after in pairwise(word))
            if changes > 3 and not word.translate(_LETTERS_OF_DIGITS).isalpha():
                most = max(most, changes)
    return 3.0 * (most - 2) if most else 0.0


def _without_crosses(run: str) -> str:
    """A nickname without the letters x that some people put around it (xxdarkxx)."""
    bare = run.strip("x")
    return bare if bare and run[:1] == run[-1:] == "x" else run
