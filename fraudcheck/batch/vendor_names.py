"""Which vendor does a file's name say? Its name without ending, dates, numbers, and words such as "leads", "export"."""

from __future__ import annotations

import re
from functools import cache

from msgspec import Struct

from fraudcheck.adapters.lists.sources import read_table
from fraudcheck.fields.normal_form import normalize, simplify

_ENDINGS = re.compile(r"(?:\.(?:csv|tsv|txt|ndjson|jsonl|json|parquet|xlsx|xlsm|xlsb|xls|ods|gz))+$", re.IGNORECASE)
_WORD = re.compile(r"(?:[^\W_]|[\u0900-\u109f])+")
"""A word, with the vowel signs of Indian and South-East Asian scripts."""
_BETWEEN_PARTS = re.compile(r"_|\s[-–—]\s|[()\[\]|:]")
_NUMBER = re.compile(r"\d[\dTZ]*|(?:v|q|kw|t)\d{1,2}|\d{1,2}(?:st|nd|rd|th)", re.IGNORECASE)
"""Digits, also of a time (``05T10``), versions, quarters, weeks and months (``T11``)."""
_NAMED_NUMBER = re.compile(r"\d{0,2}([^\W\d_]{2,12})\d{1,4}")
"""A month or a week with its number in one word: ``Nov26``, ``01Nov2026``, ``wk45``."""
_IN_ONE_NAME = (" ", ".", "_")
"""What stands between words of one that the table has."""
_MOST_WORDS = 3
"""Words of one that the table has: "từ ngày"."""


class _Words(Struct, frozen=True):
    """What ``[file_names]`` of ``headings.toml`` says, in the form of ``normal_form.simplify``, and months' names."""

    always: frozenset[str]
    period: frozenset[str]
    alone: frozenset[str]
    links: frozenset[str]
    months: frozenset[str]


@cache
def _words() -> _Words:
    table = read_table("headings")["file_names"]
    kinds = {kind: frozenset(simplify(word) for word in table[kind].split(",")) - {""} for kind in table}
    told = read_table("date_words")["words"].items()
    months = frozenset(name for meaning, names in told if meaning.isdecimal() for name in names.split("|"))
    return _Words(**kinds, months=months)


def vendor_of(name: str) -> str:
    """The vendor that a file's name says: "AdClick_leads_2026-11 (2).csv" says AdClick.

    The name of a month goes with a number beside it, or at the end. Where nothing is left, it is the whole name
    without its ending.
    """
    stem = normalize("NFC", _ENDINGS.sub("", name.rpartition("/")[2])).strip()
    words = list(_WORD.finditer(stem))
    is_date, is_known = _dates_and_known(stem, words)
    kept = [word for word, date, known in zip(words, is_date, is_known, strict=True) if not date and not known]
    kept = _without_links(words, kept)
    named = _without_links(words, _without_general(stem, words, kept))
    return _joined(stem, words, named or kept) or stem


def _dates_and_known(stem: str, words: list[re.Match[str]]) -> tuple[list[bool], list[bool]]:
    """Which words are of a date or a number, and which always say what a file is."""
    known = _words()
    is_number = [_NUMBER.fullmatch(word[0]) is not None or _is_named_number(word[0]) for word in words]
    is_date, is_known = list(is_number), [False] * len(words)
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + _MOST_WORDS) + 1):
            if end > start + 1 and stem[words[end - 2].end() : words[end - 1].start()] not in _IN_ONE_NAME:
                break
            run = simplify(stem[words[start].start() : words[end - 1].end()])
            beside = any(is_number[max(0, start - 1) : end + 1])
            is_last = all(is_number[end:]) and any(not each for each in is_date[:start])
            if (run in known.months and (beside or is_last)) or (run in known.period and beside):
                is_date[start:end] = [True] * (end - start)
            elif run in known.always and not _is_linked(words, start, is_date, is_known):
                is_known[start:end] = [True] * (end - start)
    return is_date, is_known


def _is_linked(words: list[re.Match[str]], start: int, is_date: list[bool], is_known: list[bool]) -> bool:
    """Whether a link joins a word to one before it that is of a name: "Casa de Leads", but not "Relatório de leads"."""
    if start < 2 or simplify(words[start - 1][0]) not in _words().links:
        return False
    general = _words().alone | _words().links | _words().period
    return not is_date[start - 2] and not is_known[start - 2] and simplify(words[start - 2][0]) not in general


def _is_named_number(word: str) -> bool:
    found = _NAMED_NUMBER.fullmatch(word)
    return found is not None and simplify(found[1]) in _words().months | _words().period


def _without_general(stem: str, words: list[re.Match[str]], kept: list[re.Match[str]]) -> list[re.Match[str]]:
    """The kept words without the parts of the name that have general words alone: "Data Leads_" of what is "Data"."""
    bounds = [found.start() for found in _BETWEEN_PARTS.finditer(stem)]
    if not bounds and " " not in stem:
        bounds = [found.start() for found in re.finditer("-", stem)]
    parts: dict[int, list[re.Match[str]]] = {}
    for word in kept:
        parts.setdefault(sum(bound < word.start() for bound in bounds), []).append(word)
    general = _words().alone | _words().links | _words().period | _words().months
    return [word for part in parts.values() if any(simplify(each[0]) not in general for each in part) for word in part]


def _without_links(words: list[re.Match[str]], kept: list[re.Match[str]]) -> list[re.Match[str]]:
    """The kept words without links at the beginning or the end of those that stand beside each other."""
    place = {word.start(): number for number, word in enumerate(words)}
    runs: list[list[re.Match[str]]] = []
    for word in kept:
        if runs and place[word.start()] == place[runs[-1][-1].start()] + 1:
            runs[-1].append(word)
        else:
            runs.append([word])
    for run in runs if len(runs) > 1 or len(kept) < len(words) else ():
        while run and simplify(run[0][0]) in _words().links and place[run[0].start()]:
            del run[0]
        while run and simplify(run[-1][0]) in _words().links and place[run[-1].start()] < len(words) - 1:
            del run[-1]
    return [word for run in runs for word in run]


def _joined(stem: str, words: list[re.Match[str]], kept: list[re.Match[str]]) -> str:
    """The kept words, with what stands between two of them if that is no other word."""
    parts: list[str] = []
    for word in kept:
        before = words[words.index(word) - 1] if words.index(word) else None
        if parts:
            parts.append(stem[before.end() : word.start()] if before in kept and before else " ")
        parts.append(word[0])
    return " ".join("".join(parts).replace("_", " ").split())
