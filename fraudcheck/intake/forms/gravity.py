"""Which lead is in what Gravity Forms' webhook sends: an entry whose fields have numbers, or chosen names?

A number says nothing, so the fields are read by the form's own labels where the form comes along, else by the columns
that the source's key names. What is certain without either: the two halves of a name, and the only mail address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fraudcheck.intake.forms import Delivery, FindColumns, FormLead, Platform
from fraudcheck.intake.forms.payload import MAILBOX, Named, at, first, form_lead, pairs, part_label, rows, text

_NUMBER = re.compile(r"(\d{1,6})(?:[._](\d{1,4}))?")
_TYPES = {"email": "email", "phone": "phone", "textarea": "message"}
_OF_NAMES = {"3": "first_name", "6": "last_name"}
_KNOWN = {"ip": "client.ip", "user_agent": "client.user_agent", "source_url": "client.page_url"}
_NO_ANSWERS = frozenset(
    (
        *("id", "form_id", "post_id", "form", "entry", "entry_id", "date_created", "date_updated", "ip", "user_agent"),
        *("source_url", "source_id", "is_starred", "is_read", "currency", "created_by", "status", "is_fulfilled"),
        *("payment_status", "payment_date", "payment_amount", "payment_method", "transaction_id", "transaction_type"),
    )
)
"""What an entry has beside the answers."""


def read(delivery: Delivery, find_columns: FindColumns) -> FormLead:
    """See ``Platform.read``. The entry's times are UTC."""
    content = delivery.content
    entry = at(content, "entry") if isinstance(at(content, "entry"), dict) else content
    known: dict[str, Any] = {field: first(at(entry, name)) for name, field in _KNOWN.items()}
    known["submitted_at"] = created = first(at(entry, "date_created")).replace(" ", "T")
    known["form_id"] = first(at(entry, "form_id"))
    number = first(at(entry, "id"), at(entry, "entry_id"))
    event = f"{number}:{created}" if number and created else ""  # a number is its site's own
    return form_lead(_answers(entry, at(content, "form")), find_columns, known, event, number)


def _answers(entry: Any, form: Any) -> Iterator[Named]:
    labels, types = _labels(form)
    values = [(name, value) for name, value in pairs(entry) if name not in _NO_ANSWERS]
    halves = _names(name for name, _ in values)
    mailboxes = [name for name, value in values if MAILBOX.fullmatch(text(value)) and name not in labels]
    for name, value in values:
        number, _, part = name.replace("_", ".").partition(".")
        kind = types.get(number, "") or ("email" if [name] == mailboxes and _NUMBER.fullmatch(name) else "")
        field = halves.get(number, {}).get(part, "")
        label = labels.get(name, "")
        yield (*filter(None, (label, name, field if not label else "")),), value, kind


def _labels(form: Any) -> tuple[dict[str, str], dict[str, str]]:
    """The labels of a form's fields and of their parts, and which field is a contact's, all by their numbers."""
    labels: dict[str, str] = {}
    types: dict[str, str] = {}
    for field in rows(at(form, "fields")):
        number, label = text(field.get("id")), text(field.get("adminLabel")) or text(field.get("label"))
        labels[number] = label
        types[number] = _TYPES.get(text(field.get("type")), "")
        for part in rows(field.get("inputs")):
            labels[text(part.get("id"))] = part_label(label, text(part.get("label")))
    return {number: label for number, label in labels.items() if number and label}, types


def _names(names: Any) -> dict[str, dict[str, str]]:
    """The fields that are a name, by their numbers: parts 3 and 6 are its halves.

    An address has a part 6 as well, and so have boxes to tick; both have a part 1 and a part 5, and a name has neither.
    """
    parts: dict[str, set[str]] = {}
    for name in names:
        if (match := _NUMBER.fullmatch(name)) and match[2]:
            parts.setdefault(match[1], set()).add(match[2])
    return {number: _OF_NAMES for number, given in parts.items() if {"3", "6"} <= given and not given & {"1", "5"}}


PLATFORM = Platform(
    name="gravity",
    about="Gravity Forms with its Webhooks add-on",
    read=read,
)
