"""Does a text mean that nothing was given? A database's NULL, a spreadsheet's #N/A, a person's "none".

The words are data (``data/empty_words.toml``), by kind. Which kinds a field takes stands here: what is nothing in the
place of a mail address may be a country, a name or an answer elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any
from unicodedata import normalize

_BRACKETS = ("()", "[]", "<>", "{}", '""', "''", "``", "«»", "“”", "‘’", "（）", "【】", "**", "--", "__")
_LONGEST_MARK = 10

# Kinds: ``program`` what programs write and no person is called; ``names`` what programs write so, and people are
# called in another case; ``na`` the capitals NA; ``mark`` punctuation; ``phrase`` what can mean nothing else;
# ``answer`` what may be a name, a town or an answer; ``zero`` a column of numbers' nothing; ``untouched`` a box's or a
# hidden field's.
_WORDS = ("program", "names", "na", "mark", "phrase", "answer")
_LABEL = ("program", "names", "mark")
_FIELDS: Mapping[str, frozenset[str]] = {
    field: frozenset(kinds)
    for names, kinds in (
        ("email phone postal_code form.honeypot", (*_WORDS, "zero", "untouched")),
        ("client.device_id form.token", (*_WORDS, "zero")),
        ("name first_name last_name", (*_LABEL, "na", "phrase")),
        ("message", (*_LABEL, "na")),
        ("address reference", (*_LABEL, "na", "phrase")),
        ("source.vendor source.campaign source.sub_id", _LABEL),
        (" ".join(f"source.click.utm_{name}" for name in ("source", "medium", "campaign", "term", "content")), _LABEL),
        ("client.user_agent client.accept_language", (*_LABEL, "phrase", "answer")),
        ("client.page_url", ("program", "names", "phrase")),  # / is a page
        ("country", (*_LABEL, "phrase", "answer")),
        ("form.webdriver", (*_LABEL, "phrase")),  # "no" is false
    )
    for field in names.split()
}
_OTHERS = frozenset(_WORDS)
_NAMES = ("name", "first_name", "last_name")
_OF_PEOPLE = (*_NAMES, "message", "address", "reference")
"""Fields in which such a word may be a name or an answer."""
_TELLING = ("email", "phone", "postal_code")
"""Fields in which it is neither: an export writes one word for nothing into all."""
_OTHER_HALF = {"first_name": "last_name", "last_name": "first_name"}


def spellings(table: Mapping[str, Any]) -> dict[str, str]:
    """For each text that may mean nothing, exactly as it may be written without blanks around it, its kind.

    ``table`` is ``data/empty_words.toml``. A look-up in the result is all that a lead's ordinary texts cost.
    """
    program, marks = table["program"], table["marks"]
    bracketed = [f"{pair[0]}{blank}{word}{blank}{pair[1]}" for word in program["bracketed"] for pair in _BRACKETS
                 for blank in ("", " ")]  # fmt: skip
    repeated = [character * n for character in marks["characters"] for n in range(1, _LONGEST_MARK + 1)]
    by_kind: tuple[tuple[str, Iterable[str]], ...] = (
        ("names", program["names"]),
        ("na", program["na"]),
        ("mark", repeated),
        ("mark", _in_every_case(marks["words"])),
        ("program", _in_every_case(program["words"] + bracketed)),
        ("zero", table["zeros"]["words"]),
        ("phrase", _in_every_case(word for words in table["phrases"].values() for word in words)),
        ("answer", _in_every_case(word for words in table["answers"].values() for word in words)),
        ("untouched", _in_every_case(table["untouched"]["words"])),
    )
    found: dict[str, str] = {}
    for kind, texts in by_kind:
        for text in texts:
            found.setdefault(text.strip(), kind)
    return found


def _in_every_case(words: Iterable[str]) -> Iterator[str]:
    """Each text as people and programs write it, with any of its words capitalised; accents in one character or two."""
    for text in words:
        parts = [
            {word: None, word.lower(): None, word.capitalize(): None, word.title(): None} for word in text.split(" ")
        ]
        for spelled in (text, text.upper(), text.title(), *map(" ".join, product(*parts))):
            yield spelled
            if not spelled.isascii():
                yield normalize("NFD", spelled)


def means_nothing(field: str, text: str, words: Mapping[str, str], beside: Mapping[str, Any]) -> bool:
    """Was nothing given in a field, though this text stands there?

    ``words`` are those of ``spellings``, and ``beside`` the fields of the same object, raw. One half of a name is a
    name, whatever it is, where the other half is written in the same manner: CHRISTOPHER NULL, nan zhang, Tom None.
    What may be a name or an answer is neither where the same word stands in the place of a contact.
    """
    text = text.strip()
    kind = words.get(text)
    if kind in ("phrase", "answer") and field in _OF_PEOPLE and text in [beside.get(name) for name in _TELLING]:
        return True
    if kind is None or kind not in _FIELDS.get(field, _OTHERS):
        return False
    if kind == "phrase" and field in _NAMES:
        return " " in text  # Nema is a name, and không có is none
    if field == "country":
        return not (len(text) == 2 and text.isascii() and text.isalpha())  # NO is Norway
    if kind in {"names", "na"} and field in _OTHER_HALF:
        other = beside.get(_OTHER_HALF[field])
        is_name = isinstance(other, str) and words.get(other.strip()) not in _FIELDS[field]
        return not (is_name and _manner(str(other)) == _manner(text))
    return True


def _manner(text: str) -> tuple[bool, bool, bool]:
    return text.islower(), text.isupper(), text.istitle()
