"""Is the name one that a person could have, and does the mailbox bear it?

Facts: ``name`` the class of a name that is none (``placeholder``, ``keyboard_walk``, ``repeated_character``,
``random``, ``link``); ``same_fields`` how many fields hold one value; ``match`` ``full`` where the mailbox name
is made from two parts of the person's name or all of it, ``part`` where from one, with initials perhaps.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from anyascii import anyascii

from fraudcheck.gibberish import looks_random
from fraudcheck.mailbox import listed
from fraudcheck.ports import Lists, Ports
from fraudcheck.records import Facts, Finding, Lead, Mailbox, Subject

NAME = "identity"
SAYS = (
    "NAME_PLACEHOLDER",
    "NAME_KEYBOARD_WALK",
    "NAME_REPEATED_CHARACTER",
    "NAME_RANDOM",
    "NAME_HAS_LINK",
    "FIELDS_SAME_VALUE",
    "EMAIL_MATCHES_NAME",
)

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

_WORD = re.compile(r"[a-z]+")
# anyascii writes each Han and Hangul syllable with a capital: WangXiaoMing.
_SYLLABLE = re.compile(r"[A-Z]?[a-z]+")
_VOWELS = str.maketrans("", "", "aeiouyw")
_TWINS = re.compile(r"([a-z])\1+")

_LINK_MARKS = re.compile(r"[./:@<0-9]")
# Two letters and a dot may be initials or a title before a surname that is a country's domain too (Md.Rahman, A.Li),
# so a bare domain counts only under an ending that no name has.
_LINK = re.compile(
    r"://|\bwww\.|href=|[^\s@]@[^\s@]+\.[a-z]|[a-z0-9-]\.(?:com|net|org|info|biz|xyz|shop|online|site|club)\b"
    r"|\b(?:t\.me|wa\.me|bit\.ly|cutt\.ly|goo\.gl|is\.gd|t\.co)/"
)
_PHONE = re.compile(r"\+?\d[\d ().-]{7,}\d")


def gather(subject: Subject, ports: Ports) -> Facts | None:
    """Facts of the name, of values given twice, and of the mailbox; None with no name and fewer than two texts."""
    lead = subject.lead
    name = " ".join(lead.full_name[:_LONGEST].lower().split())
    texts = [text for text in (lead.company, lead.message, lead.address) if text]
    if not name and len(texts) < 2:
        return None
    facts: dict[str, Any] = {"v": 1}
    if texts and (same := _same_fields(lead, ports.lists.placeholder_names)):
        facts["same_fields"] = same
    if not name:
        return facts
    latin = name if name.isascii() else _latin(lead.full_name[:_LONGEST])
    if kind := _kind(lead, name, latin.lower(), ports.lists.placeholder_names):
        facts["name"] = kind
    elif match := _match_of(latin, subject.mailbox, ports.lists):
        facts["match"] = match
    return facts


def _match_of(name: str, mailbox: Mailbox | None, lists: Lists) -> str | None:
    """The match of name and mailbox; none at throw-away domains, where any name is to be had for the asking."""
    if mailbox is None or not mailbox.local or listed(mailbox.domain, lists):
        return None
    return _match(name, mailbox.local[:64])


def _latin(name: str) -> str:
    """The name in ASCII letters. Capitals are kept only where they part the syllables of Han and Hangul."""
    folded = anyascii(name)
    return folded if "\u3040" <= max(name) < "\ud800" else folded.lower()


def _kind(lead: Lead, name: str, latin: str, placeholders: frozenset[str]) -> str | None:
    """The class of a name that no person has, the surest first."""
    words = name.split()
    if _LINK_MARKS.search(name) and _has_link(lead, name):
        return "link"
    if any(_is_placeholder(text, placeholders) for text in ((name,) if latin == name else (name, latin))):
        return "placeholder"
    if _is_walk(words):
        return "keyboard_walk"
    if _is_repeated(words):
        return "repeated_character"
    return "random" if _is_latin(name) and looks_random(latin) else None


def _is_latin(name: str) -> bool:
    """Latin letters, those of Viet Nam (U+1E00 and on) and marks: in no other script can one tell."""
    return name.isascii() or (highest := max(name)) < "\u0370" or "\u1e00" <= highest < "\u1f00"


def _is_placeholder(name: str, placeholders: frozenset[str]) -> bool:
    words = name.split()
    return " ".join(words) in placeholders or (words != [] and placeholders.issuperset(words))


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


def _is_walk(words: list[str]) -> bool:
    if not _FIVES.isdisjoint([word[i : i + 5] for word in words for i in range(len(word) - 4)]):
        return True
    return all(len(word) >= 4 and word in _RUNS and word not in _NAMED_RUNS for word in words)


def _is_repeated(words: list[str]) -> bool:
    """Each word one character over and over. Aa, Oo and Ii are people's, and Lili's syllables in Han are two."""
    if not all(len(set(word)) == 1 and word[0].isalnum() for word in words):
        return False
    return any(len(word) > 2 or (len(word) == 2 and len(words) > 1 and word[0] not in "aeiou") for word in words)


def _same_fields(lead: Lead, placeholders: frozenset[str]) -> int:
    """How many fields hold one value, where that cannot be: 0 for a trader's own name as the company.

    People put a filler into every field that they are made to fill and do not want to, so one counts
    only where the name is the same. A single name given as first and last is one field.
    """
    name = lead.first_name if not lead.name and lead.first_name == lead.last_name else lead.full_name
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


def _match(name: str, local: str) -> str | None:
    """Whether the mailbox name is made from the person's name (in ASCII letters): ``full``, ``part`` or None."""
    words = list(dict.fromkeys(_words(name)))
    tokens = _WORD.findall((local if local.isascii() else anyascii(local)).lower().partition("+")[0])
    rest = letters = "".join(tokens)
    whole = "".join(words)
    if len(whole) >= 6 and whole in letters:
        return "full"
    found = []
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= 3 and word in rest:
            rest = rest.replace(word, " ", 1)
            found.append(word)
    if len(found) >= 2:
        return "full"
    alike = _alike(words, tokens, found)
    if len(found) + alike >= 2:
        return "full"
    return "part" if alike else _with_short(found, [word for word in words if word not in found], rest, tokens)


def _alike(words: list[str], tokens: list[str], found: list[str]) -> int:
    """How many words not found have the consonants of a part of the mailbox name; 2 where all together have them.

    Transliterations agree on these: mhmd of Muhammad and of Mohamed, mlr of Müller and of Mueller.
    """
    bones = _TWINS.sub(r"\1", " ".join(words + tokens).translate(_VOWELS)).split(" ")
    of_words, of_tokens = bones[: len(words)], bones[len(words) :]
    if len(whole := "".join(of_words)) >= 4 and whole == "".join(of_tokens):
        return 2
    alike = 0
    for word, bone in zip(words, of_words, strict=True):
        if len(bone) >= 3 and bone in of_tokens and word not in found:
            alike += 1
    return alike


def _with_short(found: list[str], others: list[str], rest: str, tokens: list[str]) -> str | None:
    """With one or no long word of the name found, are the letters left over its short words (Li, An) and initials?"""
    short = [word for word in others if len(word) == 2 and word in rest]
    for word in short:
        rest = rest.replace(word, " ", 1)
    left = rest.replace(" ", "")
    initials = [word[0] for word in others if word not in short]
    made_of_it = len(left) <= len(initials) and set(left) <= set(initials)
    if found:
        if made_of_it:
            return "full" if short else "part"
        return "part" if len(found[0]) >= 4 or found[0] in tokens else None
    return "part" if made_of_it and short and (len(short) > 1 or left) else None


def _words(name: str) -> list[str]:
    """The words of a name in ASCII: O'Brien is one, Bich-Ngoc two."""
    name = name.replace("'", "")
    return _WORD.findall(name) if name.islower() else [word.lower() for word in _SYLLABLE.findall(name)]


_CODES = {
    "placeholder": "NAME_PLACEHOLDER",
    "keyboard_walk": "NAME_KEYBOARD_WALK",
    "repeated_character": "NAME_REPEATED_CHARACTER",
    "random": "NAME_RANDOM",
    "link": "NAME_HAS_LINK",
}


def judge(lead: Lead, facts: Facts) -> list[Finding]:
    """At most one finding on the name, then what the other fields add to it."""
    del lead
    findings = []
    if "name" in facts:
        findings.append(Finding(_CODES[facts["name"]]))
    if "same_fields" in facts:
        findings.append(Finding("FIELDS_SAME_VALUE", {"fields": facts["same_fields"]}))
    if "match" in facts:
        findings.append(
            Finding("EMAIL_MATCHES_NAME", {"match": facts["match"]}, 1.0 if facts["match"] == "full" else 0.67)
        )
    return findings
