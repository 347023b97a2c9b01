"""Which lead is in what Jotform's webhook sends: a form that holds the answers as JSON in one of its fields?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fraudcheck.intake.forms import Delivery, FindColumns, FormLead, Platform
from fraudcheck.intake.forms.payload import MAILBOX, Named, at, decoded, first, form_lead, joined, pairs, text

_QUESTION = re.compile(r"q(\d{1,6})_(.{1,200})")
_WORD_BEGINS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LOADED = re.compile(r"init-started:(\d{13})\b")
_LONGEST_PRETTY = 20_000
"""Characters of the text with all questions in which their words are looked for."""
_ADDRESS = {
    "addr_line1": "address",
    "addr_line2": "address 2",
    "city": "city",
    "state": "state",
    "postal": "postal code",
    "country": "country",
}


def read(delivery: Delivery, find_columns: FindColumns) -> FormLead:
    """See ``Platform.read``. How long the page was open is what the form's own script says."""
    content = delivery.content
    raw = decoded(at(content, "rawRequest"))
    raw = raw if isinstance(raw, dict) else content
    number = first(at(content, "submissionID"), at(raw, "submission_id"), at(raw, "event_id"))
    sent = first(at(raw, "submitDate"))
    known = {
        "client.ip": first(at(content, "ip")),
        "submitted_at": sent if sent.isdigit() and len(sent) == 13 else "",
        "form.seconds_on_page": _seconds(first(at(raw, "jsExecutionTracker")), sent),
        "form_id": first(at(content, "formID")),
        "form_name": first(at(content, "formTitle")),
    }
    return form_lead(_answers(raw, content), find_columns, known, number)


def _answers(raw: Any, content: Any) -> Iterator[Named]:
    pretty = first(at(content, "pretty"))[:_LONGEST_PRETTY]
    questions = [(match, value) for name, value in pairs(raw) if (match := _QUESTION.fullmatch(name))]
    mailboxes = [match[0] for match, value in questions if MAILBOX.fullmatch(text(value))]
    for match, value in questions:
        name = _WORD_BEGINS.sub(" ", match[2].rstrip("0123456789") or match[2])
        if isinstance(value, dict):
            yield from _parts(value, name, match[0])
        else:
            kind = "email" if mailboxes == [match[0]] else ""
            yield (_label(pretty, value), name, match[0]), value, kind


def _parts(value: dict[str, Any], name: str, number: str) -> Iterator[Named]:
    """The answers to one question of several fields: a name, a phone, an address, a date."""
    if "first" in value or "last" in value:
        yield ("first_name",), value.get("first"), ""
        yield ("last_name",), value.get("last"), ""
    elif "phone" in value or "full" in value:
        country = first(value.get("country"))
        country = f"+{country}" if country.isdigit() else country
        dialled = [country, first(value.get("area")), first(value.get("phone"))]
        yield (name, number), first(value.get("full")) or " ".join(filter(None, dialled)), "phone"
    elif "addr_line1" in value or "postal" in value:
        for part, label in _ADDRESS.items():
            yield (label,), value.get(part), ""
    else:
        yield (name, number), joined(value), ""


def _label(pretty: str, value: Any) -> str:
    """A question's own words, out of the text with all questions and answers; "" where it cannot be told."""
    answer = text(joined(value))
    if not answer or pretty.count(f":{answer}") != 1:
        return ""
    return pretty.partition(f":{answer}")[0].rpartition(", ")[2]


def _seconds(tracked: str, sent: str) -> float | None:
    """From the form's loading to its sending, both by the page's clock in milliseconds; None where one is missing."""
    loaded = _LOADED.search(tracked[:2_000])
    if not loaded or not (sent.isdigit() and len(sent) == 13):
        return None
    seconds = (int(sent) - int(loaded[1])) / 1000
    return seconds if seconds >= 0 else None


PLATFORM = Platform(name="jotform", about="Jotform", read=read)
