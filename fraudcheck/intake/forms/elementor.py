"""Which lead is in what the form of Elementor Pro sends, plain or with "advanced data"?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fraudcheck.intake.forms import Delivery, FindColumns, FormLead, Platform
from fraudcheck.intake.forms.payload import Named, at, first, form_lead, pairs
from fraudcheck.intake.forms.reading import unfold

_TYPES = {"email": "email", "tel": "phone", "textarea": "message"}
_NO_LABEL = "No Label "
"""What stands before a field's id where it has no label."""
_KNOWN = {
    "Remote IP": ("remote_ip", "client.ip"),
    "User Agent": ("user_agent", "client.user_agent"),
    "Page URL": ("page_url", "client.page_url"),
}
"""What comes along where the owner has it sent: its title, its place in advanced data, and the field that it is."""


def read(delivery: Delivery, find_columns: FindColumns) -> FormLead:
    """See ``Platform.read``. Date and time are in the site's own zone and words, so they tell no moment."""
    content = unfold(dict(pairs(delivery.content)))
    known: dict[str, Any] = {
        field: first(at(content, "meta", place, "value"), at(content, title))
        for title, (place, field) in _KNOWN.items()
    }
    known["form_id"] = first(at(content, "form", "id"), at(content, "form_id"))
    known["form_name"] = first(at(content, "form", "name"), at(content, "form_name"))
    return form_lead(_answers(content), find_columns, known)


def _answers(content: dict[str, Any]) -> Iterator[Named]:
    for name, field in pairs(content.get("fields")):
        value = first(at(field, "raw_value"), at(field, "value"))
        yield (first(at(field, "title")), name), value, _TYPES.get(first(at(field, "type")), "")
    for name, value in pairs(content):
        if name not in _KNOWN and name not in ("form_id", "form_name") and not isinstance(value, dict):
            yield (name.removeprefix(_NO_LABEL),), value, ""


PLATFORM = Platform(
    name="elementor",
    about="Forms of Elementor Pro with the webhook action",
    read=read,
)
