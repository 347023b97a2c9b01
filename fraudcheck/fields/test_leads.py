"""Did a platform make this lead to try out a connection, rather than a person?

Lead forms of advertising platforms have a button that sends a made-up lead, and CRMs ship sample records. Each has a
mark of the platform's own (``data/test_leads.toml``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from fraudcheck.records import Lead

_LONGEST = 300
"""Characters of a text in which a mark is looked for: they stand at its beginning."""
_MOST_FIELDS = 100
_YES = frozenset(("true", "1", "yes"))
_NOT_LETTERS = re.compile(r"[\s_-]+")
_NOT_DIGITS = re.compile(r"\D+")


def finder(platforms: Sequence[Mapping[str, Any]]) -> Callable[[Lead], tuple[str, bool] | None]:
    """A function ``lead -> (platform, whether its name is the platform's)`` from the file's rows; None for people's."""
    mailboxes = {box: row["name"] for row in platforms for box in row.get("mailboxes", ())}
    ends = {end: row["name"] for row in platforms for end in row.get("name_ends", ())}
    flags = {flag: row["name"] for row in platforms for flag in row.get("flags", ())}
    phrases = {phrase: row["name"] for row in platforms for phrase in row.get("phrases", ())}
    dummies = {_dummy(row["questions"]): row["name"] for row in platforms if "questions" in row}
    samples = [(row["sample"], row["name"]) for row in platforms if "sample" in row]

    def of_text(text: object) -> str | None:
        if not isinstance(text, str):
            return None
        lower = _plain(text)
        found = next((phrases[phrase] for phrase in phrases if phrase in lower), None)
        if found is None and lower.startswith("<"):
            found = next((dummies[dummy] for dummy in dummies if dummy.fullmatch(lower)), None)
        return found

    def of_name(name: str) -> str | None:
        if name.endswith(")"):
            return next((ends[end] for end in ends if name.endswith(end)), None)
        return of_text(name)

    def of_extra(extra: Mapping[str, Any]) -> str | None:
        for key, value in _answers(extra):
            if found := of_text(value) or (flags.get(key) if str(value).strip().lower() in _YES else None):
                return found
        return None

    def find(lead: Lead) -> tuple[str, bool] | None:
        name, email = _plain(lead.full_name), _plain(lead.email or "")
        texts = (lead.email, lead.phone, lead.first_name, lead.last_name, lead.company, lead.message, lead.address)
        given = [text[:_LONGEST] for text in texts if text]
        whole = "\n".join([name, *given]).lower()
        is_marked = "<" in whole or any(phrase in whole for phrase in phrases)  # else none of them is
        if (is_marked or name.endswith(")")) and (found := of_name(name)):
            return found, True
        for sample, platform in samples:
            is_name, is_email = name == sample["name"], email == sample["email"]
            if (is_name and is_email) or ((is_name or is_email) and _is_phone(lead, sample["phone"])):
                return platform, is_name
        found = mailboxes.get(email)
        if not found and is_marked:
            found = next((found for text in given if (found := of_text(text))), None)
        if not found and lead.extra:
            found = of_extra(lead.extra)
        return (found, False) if found else None

    return find


def _is_phone(lead: Lead, number: str) -> bool:
    digits = _NOT_DIGITS.sub("", (lead.phone or "")[:_LONGEST])
    return len(digits) > 9 and number.endswith(digits)


def _dummy(questions: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"<[^<>:]{{2,60}}:[^<>:]{{1,60}}\b(?:{'|'.join(map(re.escape, questions))})>")


def _plain(text: str) -> str:
    return text[:_LONGEST].strip().lower()


def _answers(extra: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The fields that are not ours, and those one level within them, by their names in letters alone."""
    for number, (key, value) in enumerate(extra.items()):
        if number >= _MOST_FIELDS:
            return
        yield _NOT_LETTERS.sub("", key[:_LONGEST]).lower(), value
        if isinstance(value, dict):
            for inner, within in list(value.items())[:_MOST_FIELDS]:
                yield _NOT_LETTERS.sub("", inner[:_LONGEST]).lower(), within
