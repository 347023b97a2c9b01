"""Which lead is in what Wufoo's webhook sends: numbered fields, and where asked for their labels?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fraudcheck.intake.forms import Delivery, FindColumns, FormLead, Platform
from fraudcheck.intake.forms.payload import Named, at, decoded, first, form_lead, pairs, part_label, rows, text

_FIELD = re.compile(r"Field\d{1,6}")
_TYPES = {"email": "email", "phone": "phone", "textarea": "message"}


def read(delivery: Delivery, find_columns: FindColumns) -> FormLead:
    """See ``Platform.read``. An entry's number is its form's; its date is in the account's own zone and tells none."""
    content = delivery.content
    form, number = decoded(at(content, "FormStructure")), first(at(content, "EntryId"))
    known = {"client.ip": first(at(content, "IP")), "form_name": first(at(form, "Name"))}
    mark = first(at(form, "Hash"), at(content, "DateCreated"))
    event = f"{mark}:{number}" if mark and number else ""
    return form_lead(_answers(content), find_columns, known, event, number)


def _answers(content: Any) -> Iterator[Named]:
    labels, types = _labels(decoded(at(content, "FieldStructure")))
    sent = decoded(at(content, "Fields"))
    values = [(text(row.get("ID")), row.get("Value")) for row in rows(sent)]
    values += [(name, value) for name, value in pairs(content) if _FIELD.fullmatch(name)]
    for name, value in values:
        yield (labels.get(name, ""), name), value, types.get(name, "")


def _labels(structure: Any) -> tuple[dict[str, str], dict[str, str]]:
    labels: dict[str, str] = {}
    types: dict[str, str] = {}
    for field in rows(at(structure, "Fields")):
        number, title = text(field.get("ID")), text(field.get("Title"))
        labels[number], types[number] = title, _TYPES.get(text(field.get("Type")), "")
        for part in rows(field.get("SubFields")):
            labels[text(part.get("ID"))] = part_label(title, text(part.get("Label")))
    return labels, types


def key_in_body(content: Any) -> str:
    """See ``Platform.key_in_body``."""
    return first(at(content, "HandshakeKey"))


PLATFORM = Platform(name="wufoo", about="Wufoo", read=read, key_in_body=key_in_body)
