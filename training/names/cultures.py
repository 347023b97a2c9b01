"""Which words does each culture have, and how are they written on forms?

A culture is a language, a country or a source. Its words come from all corpora about it (``sources``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from anyascii import anyascii

from fraudcheck.fields.name.spelling import fold, words
from training.names import sources

# The letters of each table, and the length of its runs.
LETTERS = {
    "latin": ("abcdefghijklmnopqrstuvwxyz", 4),
    "cyrillic": ("абвгдежзиклмнопрстуфхцчшщъыьэюяђєіјљњћџґәғқңөұүһ", 3),
    "greek": ("αβγδεζηθικλμνξοπρστυφχψω", 3),
    "arabic": ("ءابتثجحخدذرزسشصضطظعغفقكلمنهويةپچژگٹڈڑںڤڭ", 3),
    "hebrew": ("אבגדהוזחטיךכלםמןנסעףפץצקרשת", 3),
    "mailbox": ("abcdefghijklmnopqrstuvwxyz", 4),
}
# Scripts that do not write vowels. anyascii leaves these out, as some Arabs do, but most people write them.
_WITHOUT_VOWELS = re.compile(r"[\u0590-\u07bf]")
# Indian scripts, Thai and Lao: nobody writes these as anyascii does.
_NOT_ROMANISED = re.compile(r"[\u0900-\u0eff]")
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


@dataclass(frozen=True)
class Culture:
    """The words of one culture.

    ``weight`` is the weight of one entry (1 for names). ``words`` gives, by script, each word with the share of people
    who spell it so.
    """

    key: str
    weight: float
    words: Mapping[str, Mapping[str, float]]


def read_cultures(node_modules: Path | None) -> list[Culture]:
    """The words of each culture from all its corpora, sorted by key. ``node_modules`` as in ``sources.read``."""
    weights: dict[str, float] = {}
    found_words: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for corpus, weight, entries in sources.read(node_modules):
        key = _culture_of(corpus)
        weights[key] = weight
        for entry in entries:
            for script, word, share in spellings(entry):
                shares = found_words[key][script]
                shares[word] = max(share, shares.get(word, 0))
    return [Culture(key, weights[key], found_words[key]) for key in sorted(found_words)]


def _culture_of(corpus: str) -> str:
    """The key of the culture that a corpus belongs to: ``pl`` for ``faker:pl_PL``."""
    kind, _, locale = corpus.partition(":")
    if kind in {"places", "words", "hand"}:
        return corpus
    locale = locale.replace("-", "_")
    return locale if locale.startswith("en_") or locale == "wikidata" else locale[:2] or kind


def spellings(entry: str) -> Iterator[tuple[str, str, float]]:
    """The ways in which the words of an entry are written on forms, each as script, word and share of people."""
    ways = [(entry, 1.0)]
    if (german := entry.lower().translate(_GERMAN)) != entry.lower():
        ways.append((german, 0.3))
    if not fold(entry).isascii() and not _NOT_ROMANISED.search(entry):
        ways.append((anyascii(entry), 0.15 if _WITHOUT_VOWELS.search(entry) else 0.7))
    for text, share in ways:
        for word in words(text):
            script = next((name for name, (letters, _) in LETTERS.items() if word[0] in letters), None)
            if script and len(word) < 30 and set(word) <= set(LETTERS[script][0]):
                yield script, word, share


def with_common_spellings(culture: Culture) -> Culture:
    """The culture with only those spellings that more than half of its people use."""
    common = {
        script: {word: share for word, share in shares.items() if share > 0.5}
        for script, shares in culture.words.items()
    }
    return Culture(culture.key, culture.weight, common)
