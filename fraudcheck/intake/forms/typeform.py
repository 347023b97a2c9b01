"""Which lead is in what Typeform's webhook sends?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from fraudcheck.intake.forms import Delivery, FindColumns, FormLead, Platform, flat
from fraudcheck.intake.forms.payload import Named, at, first, form_lead, holder, pairs, rows, text
from fraudcheck.intake.forms.signatures import base64_hmac, bears

_TYPES = {"email": "email", "phone_number": "phone"}
_LONG = "long_text"


def read(delivery: Delivery, find_columns: FindColumns) -> FormLead:
    """See ``Platform.read``. The time from landing to sending is measured by Typeform itself."""
    content = holder(delivery.content, "form_response")
    if content is None:  # a connector's own choice of fields
        return flat.read(delivery, find_columns)
    response = at(content, "form_response")
    number, event = first(at(response, "token")), first(at(content, "event_id"))
    landed, sent = first(at(response, "landed_at")), first(at(response, "submitted_at"))
    # Its test button sends an event with the response's own id, landed and sent in one second, as nobody's is.
    is_test = number != "" and (number, landed) == (event, sent)
    known: dict[str, Any] = {
        "submitted_at": sent,
        "form.seconds_on_page": None if is_test else _seconds(landed, sent),
        "form_id": first(at(response, "form_id")),
        "form_name": first(at(response, "definition", "title")),
        "typeform_test": is_test or None,
    }
    if at(content, "event_type") not in (None, "form_response"):  # part of a response, which comes again as a whole
        number = event
    return form_lead(_answers(response), find_columns, known, number or event)


def _answers(response: Any) -> Iterator[Named]:
    questions = {text(field.get("id")): field for field in rows(at(response, "definition", "fields"))}
    for answer in rows(at(response, "answers")):
        number, kind = first(at(answer, "field", "id")), text(answer.get("type"))
        question = questions.get(number, {})
        names = (text(question.get("title")), first(at(answer, "field", "ref"), question.get("ref")), number)
        is_long = text(question.get("type")) == _LONG
        yield names, _value(answer, kind), "message" if is_long else _TYPES.get(kind, "")
    for name, value in pairs(at(response, "hidden")):
        yield (name,), value, ""
    for variable in rows(at(response, "variables")):
        yield (text(variable.get("key")),), variable.get(text(variable.get("type"))), ""


def _value(answer: dict[str, Any], kind: str) -> Any:
    value = answer.get(kind)
    if not isinstance(value, dict):
        return value
    if not kind.startswith("choice"):
        return list(value.values())
    labels = value.get("labels")
    return [*(labels if isinstance(labels, list) else [value.get("label")]), value.get("other")]


def _seconds(landed: str, submitted: str) -> float | None:
    """From the one time to the other; None where one of them cannot be read, or they are in the wrong order."""
    try:
        seconds = (datetime.fromisoformat(submitted) - datetime.fromisoformat(landed)).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return None
    return seconds if seconds >= 0 else None


def is_signed(delivery: Delivery, secret: str, now: float) -> bool:
    """See ``Platform.is_signed``. The signature has no time."""
    del now
    return bears(delivery.headers.get("typeform-signature", ""), [base64_hmac(secret, delivery.body)], "sha256=")


PLATFORM = Platform(name="typeform", about="Typeform", read=read, is_signed=is_signed, tries_again=True)
