"""Is the name one that a person could have, and does the mailbox bear it?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import TypedDict

from fraudcheck.fields.mojibake import read_again, read_name
from fraudcheck.fields.name.match import match_mailbox, to_latin
from fraudcheck.ports import Ports
from fraudcheck.ports.lists import Lists
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Facts, Finding, Lead, Mailbox, Subject
from fraudcheck.signals import Signal

NAME = "identity"

_LONGEST = 200
"""Characters that are looked at: what a longer text has to show is in its beginning."""

_ROWS = (
    *("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"),
    *("azertyuiop", "qsdfghjklm", "wxcvbn", "qwertzuiop", "yxcvbnm"),
    *("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
)
_RUNS = " ".join(row + " " + row[::-1] for row in _ROWS)
# Neighbouring keys that are people's names: Wert, Ertz and Wertz, Azer, Reza, Smith and Tims in Cyrillic.
_NAMED_RUNS = frozenset(("wert", "trew", "ertz", "wertz", "azer", "reza", "treza", "смит", "тимс", "мить"))
_FIVES = frozenset(
    five for i in range(len(_RUNS) - 4) if (five := _RUNS[i : i + 5]).isalpha() and five not in _NAMED_RUNS
)

_LINK_MARKS = re.compile(r"[./:@<0-9]")
# Two letters and a dot may be initials or a title before a surname that is a country's domain too (Md.Rahman, A.Li),
# so a bare domain counts only under an ending that no name has.
_LINK = re.compile(
    r"://|\bwww\.|href=|[^\s@]@[^\s@]+\.[a-z]|[a-z0-9-]\.(?:com|net|org|info|biz|xyz|shop|online|site|club)\b"
    r"|\b(?:t\.me|wa\.me|bit\.ly|cutt\.ly|goo\.gl|is\.gd|t\.co)/"
)
_PHONE = re.compile(r"\+?\d[\d ().-]{7,}\d")


class IdentityFacts(TypedDict, total=False):
    """What the name is, and what else agrees with it or should not; each where it holds."""

    v: int
    read: str  # how a name was read that is not as it was meant: mended | lost (in part, or all); from v 2 on
    name: str  # the class of a name that is none: placeholder | keyboard_walk | repeated_character | random | link
    name_weight: float  # how random, up to 1; older facts have none: 1
    same_fields: int  # how many fields hold one value
    match: str  # the mailbox name is made from the person's name: full (two parts or all of it) | part (one)


def gather(subject: Subject, ports: Ports) -> Facts | None:
    """Facts of the name as it was meant, of values given twice, and of the mailbox.

    None with no name and fewer than two texts.
    """
    lead, lists = subject.lead, ports.lists
    texts = [text for text in (lead.company, lead.message, lead.address) if text]
    full_name = lead.full_name
    if not full_name.strip() and len(texts) < 2:
        return None
    facts: IdentityFacts = {"v": 2}
    if texts and (same := _same_fields(lead, lists.placeholder_names)):
        facts["same_fields"] = same
    read, how = read_name(full_name[:_LONGEST], lists.against_name)
    found = _look_at(read, subject, lists)
    if how is None and found.get("name") == "random":
        read, how = read_again(read, lists.against_name)
        found = _look_at(read, subject, lists) if how else found
    if how:
        facts["read"] = how
    facts |= found
    return facts


def _look_at(read: str, subject: Subject, lists: Lists) -> IdentityFacts:
    """Facts of a name as it was read; none where nothing of it could be."""
    name = " ".join(read.lower().split())
    if not name:
        return {}
    latin = name if name.isascii() else to_latin(read)
    if subject.test and subject.test[1]:
        return {"name": "placeholder"}
    if kind := _kind(subject.lead, name, latin.lower(), lists.placeholder_names):
        return {"name": kind}
    if weight := _weight(lists.against_name(name)):
        return {"name": "random", "name_weight": weight}
    match = None if subject.test else _match_of(latin, subject.mailbox, lists)
    return {"match": match} if match else {}


def _match_of(latin: str, mailbox: Mailbox | None, lists: Lists) -> str | None:
    """The match of name and mailbox; none at throw-away domains, where any name is to be had for the asking."""
    if mailbox is None or not mailbox.local or mailbox.listed:
        return None
    return match_mailbox(latin, mailbox.local[:64], lists.name_forms)


def _weight(decibans: float) -> float:
    """Decibans against the name as a share of what the catalogue gives at most."""
    return min(1.0, round(decibans / -CATALOGUE["NAME_RANDOM"].points, 2))


def _kind(lead: Lead, name: str, latin: str, placeholders: frozenset[str]) -> str | None:
    """The class of a name that no person has, the surest first."""
    words = name.split()
    if _LINK_MARKS.search(name) and _has_link(lead, name):
        return "link"
    if _is_placeholder(words, placeholders) or (latin != name and _is_placeholder(latin.split(), placeholders)):
        return "keyboard_walk" if all(map(_is_mashed, words)) else "placeholder"
    if _is_walk(name, words):
        return "keyboard_walk"
    if _is_repeated(words):
        return "repeated_character"
    return None


def _is_placeholder(words: list[str], placeholders: frozenset[str]) -> bool:
    return " ".join(words) in placeholders or (words != [] and placeholders.issuperset(words))


def _is_mashed(word: str) -> bool:
    """Whether a listed filler is a run of three neighbouring keys or more, perhaps again and again."""
    return len(word) >= 3 and (word in _RUNS or (word[:3] in _RUNS and word == (word[:3] * len(word))[: len(word)]))


def _has_link(lead: Lead, name: str) -> bool:
    """Whether the name holds an address or a number that is not the lead's own, which slips into a wrong field."""
    if lead.email:
        name = name.replace(lead.email.strip().lower(), "")
    if _LINK.search(name):
        return True
    number = _PHONE.search(name)
    if not number:
        return False
    # Without a field for it, the name is where a person leaves the phone.
    digits = re.sub(r"\D", "", number[0])
    own = re.sub(r"\D", "", lead.phone or "")
    return own != "" and digits[-8:] != own[-8:] and digits not in _RUNS and len(set(digits)) > 1


def _is_walk(name: str, words: list[str]) -> bool:
    if not _FIVES.isdisjoint([name[i : i + 5] for i in range(len(name) - 4)]):
        return True
    return all(len(word) >= 4 and word in _RUNS and word not in _NAMED_RUNS for word in words)


def _is_repeated(words: list[str]) -> bool:
    """Each word one character over and over. Aa, Oo and Ii are people's, and Lili's syllables in Han are two."""
    if any(word.strip(word[0]) or not word[0].isalnum() for word in words):
        return False
    return any(len(word) > 2 or (len(word) == 2 and len(words) > 1 and word[0] not in "aeiou") for word in words)


def _same_fields(lead: Lead, placeholders: frozenset[str]) -> int:
    """How many fields hold one value, where that cannot be: 0 for a trader's own name as the company.

    People put a filler into every field that they are made to fill and do not want to, so one counts
    only where the name is the same. A single name given as first and last is one field.
    """
    name = lead.first_name if not lead.name and lead.first_name == lead.last_name else lead.full_name
    first_words = [
        words[0].lower()
        for text in (name, lead.message, lead.company, lead.address)
        if text and (words := text[:_LONGEST].split(None, 1))
    ]
    if len(set(first_words)) == len(first_words):
        return 0
    who, message, *others = (
        " ".join((text or "")[:_LONGEST].lower().split()) for text in (name, lead.message, lead.company, lead.address)
    )
    values = [value for value in (who, message, *others) if any(map(str.isalnum, value))]
    if len(set(values)) == len(values):
        return 0
    value, count = Counter(values).most_common(1)[0]
    if count >= 3:
        return count if value == who or value not in placeholders else 0
    return 2 if who and who == message and who in values else 0


_CODES = {
    "placeholder": "NAME_PLACEHOLDER",
    "keyboard_walk": "NAME_KEYBOARD_WALK",
    "repeated_character": "NAME_REPEATED_CHARACTER",
    "random": "NAME_RANDOM",
    "link": "NAME_HAS_LINK",
}


def measure(lead: Lead, facts: IdentityFacts) -> Mapping[str, float]:
    """Whether the mailbox is made of the name: 0 no, 1 in part, 2 wholly; of a name that the readings can read."""
    if not (lead.email and lead.full_name) or "name" in facts or facts.get("read") == "lost":
        return {}
    return {"match": {"full": 2.0, "part": 1.0}.get(facts.get("match", ""), 0.0)}


def judge(lead: Lead, facts: IdentityFacts) -> list[Finding]:
    """At most one finding on the name, then what the other fields add to it."""
    del lead
    findings = []
    if "name" in facts:
        findings.append(Finding(_CODES[facts["name"]], {}, facts.get("name_weight", 1.0)))
    if "same_fields" in facts:
        findings.append(Finding("FIELDS_SAME_VALUE", {"fields": facts["same_fields"]}))
    if "match" in facts:
        findings.append(
            Finding("EMAIL_MATCHES_NAME", {"match": facts["match"]}, 1.0 if facts["match"] == "full" else 0.67)
        )
    return findings


SIGNAL = Signal(
    name=NAME,
    order=70,
    about="the name",
    facts=IdentityFacts,
    looks_at=(
        "how the name is spelled, by a model of some ninety cultures, as it was meant where an export broke it;"
        " what stands in fields that should differ"
    ),
    cannot_know=(
        "whether the name is the person's. In Han, kana, Hangul, Thai, Devanagari and other scripts it says "
        "nothing; mashed keys that can be pronounced pass"
    ),
    gather=gather,
    judge=judge,
    measure=measure,
    in_every_record=True,
)
