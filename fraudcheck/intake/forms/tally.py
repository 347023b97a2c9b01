"""Which lead is in what Tally's webhook sends?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fraudcheck.intake.forms import Delivery, FindColumns, FormLead, Platform, flat
from fraudcheck.intake.forms.payload import Named, at, first, form_lead, holder, rows, text
from fraudcheck.intake.forms.signatures import base64_hmac, bears

_TYPES = {"INPUT_EMAIL": "email", "INPUT_PHONE_NUMBER": "phone", "TEXTAREA": "message"}


def read(delivery: Delivery, find_columns: FindColumns) -> FormLead:
    """See ``Platform.read``."""
    data = holder(delivery.content, "fields")
    if data is None:  # a connector's own choice of fields
        return flat.read(delivery, find_columns)
    content = holder(delivery.content, "eventId")
    number = first(at(data, "submissionId"), at(data, "responseId"), at(content, "eventId"))
    known = {
        "submitted_at": at(data, "createdAt") or at(content, "createdAt"),
        "form_id": first(at(data, "formId")),
        "form_name": first(at(data, "formName")),
    }
    return form_lead(_answers(data), find_columns, known, number)


def _answers(data: Any) -> Iterator[Named]:
    for field in rows(at(data, "fields")):
        kind = text(field.get("type"))
        yield (text(field.get("label")), text(field.get("key"))), _value(field), _TYPES.get(kind, "")


def _value(field: dict[str, Any]) -> Any:
    """The answer, with the texts of what was chosen in the place of their ids."""
    value = field.get("value")
    texts = {text(option.get("id")): text(option.get("text")) for option in rows(field.get("options"))}
    chosen = value if isinstance(value, list) else [value]
    return [texts.get(text(each)) or each for each in chosen] if texts else value


def is_signed(delivery: Delivery, secret: str, now: float) -> bool:
    """See ``Platform.is_signed``. The signature has no time."""
    del now
    return bears(delivery.headers.get("tally-signature", ""), [base64_hmac(secret, delivery.body)])


PLATFORM = Platform(name="tally", about="Tally", read=read, is_signed=is_signed, tries_again=True)
