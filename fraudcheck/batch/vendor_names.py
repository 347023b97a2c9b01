"""Which vendor does a file's name say? Its name without ending, dates, numbers, and words such as "leads", "export"."""

from __future__ import annotations

import re

from fraudcheck.adapters.lists.sources import read_table
from fraudcheck.fields.normal_form import normalize, simplify

_ENDINGS = re.compile(r"(?:\.(?:csv|tsv|txt|ndjson|jsonl|json|parquet|xlsx|xlsm|xlsb|xls|ods|gz))+$", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d[\dTZ]*|(?:v|q|kw|t)\d{1,2}|\d{1,2}(?:st|nd|rd|th)", re.IGNORECASE)
"""Digits, also of a time (``05T10``), versions, quarters, weeks and months (``T11``)."""
_NEVER = frozenset(
    ["leads", "export", "exports", "exported", "download", "final", "copy", "kopie", "copie", "copia", "kopia"]
)
"""Words, in the form of ``normal_form.simplify``, that say of a file what it is, and not whose."""


def vendor_of(name: str) -> str:
    """The vendor that a file's name says: "AdClick_leads_2026-11 (2).csv" says AdClick.

    The name of a month goes with a number beside it, or at the end. Where nothing is left, it is the whole name
    without its ending.
    """
    stem = normalize("NFC", _ENDINGS.sub("", name.rpartition("/")[2])).strip()
    words = list(_WORD.finditer(stem))
    is_number = [_NUMBER.fullmatch(word[0]) is not None for word in words]
    kept: list[re.Match[str]] = []
    for position, word in enumerate(words):
        beside = is_number[max(0, position - 1) : position + 2]
        is_last = all(is_number[position + 1 :]) and bool(kept)
        is_date = is_number[position] or (_is_month(word[0]) and (any(beside) or is_last))
        if not is_date and simplify(word[0]) not in _NEVER:
            kept.append(word)
    return _joined(stem, words, kept) or stem


def _joined(stem: str, words: list[re.Match[str]], kept: list[re.Match[str]]) -> str:
    """The kept words, with what stands between two of them if that is no other word."""
    parts: list[str] = []
    for word in kept:
        before = words[words.index(word) - 1] if words.index(word) else None
        if parts:
            parts.append(stem[before.end() : word.start()] if before in kept and before else " ")
        parts.append(word[0])
    return " ".join("".join(parts).replace("_", " ").split())


def _is_month(word: str) -> bool:
    months = [names for meaning, names in read_table("date_words")["words"].items() if meaning.isdecimal()]
    return any(simplify(word) in names.split("|") for names in months)
