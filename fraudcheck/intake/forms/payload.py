"""What stands at a place of a platform's payload, whatever was sent in its stead? And how does it become a lead?

A platform's documents promise a shape that deliveries do not always have: parts are missing, null or of another type.
Nothing here raises for that. A name may come with several: a question's title, the platform's own name of the field.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from fraudcheck.intake.forms import FindColumns, FormLead
from fraudcheck.intake.forms.answers import Answer, lead_of_answers

MOST_ANSWERS = 500
"""Answers of one delivery that are read: no form has more questions."""
_LONGEST_TEXT, _LONGEST_NAME, _LONGEST_EVENT = 256 * 1024, 500, 200

MAILBOX = re.compile(r"[^\s@,;]{1,100}@[^\s@,;]{1,255}\.[^\s@,;]{1,63}")
"""A text that is one mail address."""
_AROUND = ("body", "data", "payload", "value")
"""Names under which connectors hand on what they got."""

Named = tuple[tuple[str, ...], Any, str]
"""What was answered: under which names, the best first; the value; and the field for which the platform asks, or ""."""


def at(value: Any, *path: str | int) -> Any:
    """What stands at a path of names and positions; None where there is no such place."""
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def holder(content: Any, name: str, depth: int = 4) -> dict[str, Any] | None:
    """The object with a value of this name, within what a connector may have put around it; None where there is none.

    n8n and Make hand a delivery on as ``{"body": …}`` or in a list of one.
    """
    if isinstance(content, list) and len(content) == 1:
        content = content[0]
    if not isinstance(content, dict) or not depth:
        return None
    if name in content:
        return content
    inner = (holder(content.get(around), name, depth - 1) for around in _AROUND)
    return next((found for found in inner if found is not None), None)


def text(value: Any) -> str:
    """A text, or a number as text; "" for anything else. Ids of 64 bits stay whole."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**40 else ""


def first(*values: Any) -> str:
    """The first of the texts that is not empty; "" if all are."""
    return next(filter(None, map(text, values)), "")


def rows(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; none of anything else."""
    return [row for row in value[:MOST_ANSWERS] if isinstance(row, dict)] if isinstance(value, list) else []


def pairs(value: Any) -> list[tuple[str, Any]]:
    """The names and values of an object; none of anything else."""
    return list(value.items())[:MOST_ANSWERS] if isinstance(value, dict) else []


def joined(value: Any) -> Any:
    """A value as one that a question may have: of a list its texts with commas between, of an object those in it."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return ", ".join(filter(None, (text(each) or text(at(each, "url")) for each in value[:MOST_ANSWERS])))
    return value if isinstance(value, str | int | float | bool) else None


def part_label(question: str, own: str) -> str:
    """What a part of a question is called: by both, where both are there."""
    return f"{question} ({own})" if question and own else own or question


def decoded(value: Any) -> Any:
    """The JSON value that is written in a text; None where none is."""
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        return None
    try:
        return msgspec.json.decode(value)
    except (ValueError, RecursionError):
        return None


def form_lead(
    answers: Iterable[Named], find_columns: FindColumns, known: Mapping[str, Any], event: str = "", reference: str = ""
) -> FormLead:
    """The lead of a form's answers.

    ``known`` has what the platform itself tells, which goes before any answer: by the contract's dotted names, and by
    names of its own for what is only kept. ``reference`` is the lead's where no answer is one; without it, ``event``.
    """
    lead = lead_of_answers(_labelled(answers, find_columns), find_columns, known)
    event = event[:_LONGEST_EVENT]
    if reference or event:
        lead.setdefault("reference", reference or event)
    return FormLead(lead=lead, event=event)


def answers_in(content: Any, left_out: Collection[str] = ()) -> Iterator[Named]:
    """The answers of a form whose values stand flat under the names or labels of its fields."""
    return (((name,), value, "") for name, value in pairs(content) if name not in left_out)


def _labelled(answers: Iterable[Named], find_columns: FindColumns) -> list[Answer]:
    """The answers, each under that of its names by which its field is known."""
    given: list[Named] = []
    for told, value, field in answers:
        names = tuple([name.strip()[:_LONGEST_NAME] for name in told if isinstance(name, str) and name.strip()])
        given.append((names or ("",), joined(value), field))
        if len(given) == MOST_ANSWERS:
            break
    used: set[str] = set()
    if any(len(names) > 1 for names, _, _ in given):
        found = find_columns(list(dict.fromkeys(name for names, _, _ in given for name in names)))
        used = {name for columns in found.fields.values() for name in columns}
        others = {*found.others}  # a question for another's contact stays one, though its field is called "email"
        given = [(names[:1] if names[0] in others else names, value, field) for names, value, field in given]
    return [
        Answer(next((name for name in names if name in used), names[0]), value, field) for names, value, field in given
    ]
