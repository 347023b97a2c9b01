"""Which lead is in what Netlify Forms sends?"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

from fraudcheck.intake.forms import Delivery, FindColumns, FormLead, Platform, flat
from fraudcheck.intake.forms.payload import Named, at, first, form_lead, holder, pairs, rows, text
from fraudcheck.intake.forms.signatures import jws_claims

_KNOWN = {"ip": "client.ip", "user_agent": "client.user_agent", "referrer": "client.page_url"}
"""What Netlify adds to the form's own values; the referrer of a form that is sent is the form's page."""


def read(delivery: Delivery, find_columns: FindColumns) -> FormLead:
    """See ``Platform.read``. A function of the site's own gets a payload around it, which may be handed on as it is."""
    payload = holder(delivery.content, "data")
    if payload is None or not isinstance(payload["data"], dict):  # a connector's own choice of fields
        return flat.read(delivery, find_columns)
    data = payload["data"]
    known: dict[str, Any] = {field: first(at(data, name)) for name, field in _KNOWN.items()}
    known["submitted_at"] = at(payload, "created_at")
    known["form_id"], known["form_name"] = first(at(payload, "form_id")), first(at(payload, "form_name"))
    return form_lead(_answers(payload, data), find_columns, known, first(at(payload, "id")))


def _answers(payload: Any, data: Any) -> Iterator[Named]:
    titles = {text(field.get("name")): text(field.get("title")) for field in rows(at(payload, "ordered_human_fields"))}
    for name, value in pairs(data):
        if name not in _KNOWN:
            yield (name, titles.get(name, "")), value, ""


def is_signed(delivery: Delivery, secret: str, now: float) -> bool:
    """See ``Platform.is_signed``. The signature is a JWS that holds the SHA-256 of the body, and no time."""
    del now
    told = jws_claims(delivery.headers.get("x-webhook-signature", ""), secret)
    body = hashlib.sha256(delivery.body).hexdigest()
    is_of_body = hmac.compare_digest(str(told.get("sha256")).encode("utf-8", "replace"), body.encode())
    return is_of_body and told.get("iss") == "netlify"


PLATFORM = Platform(name="netlify", about="Netlify Forms", read=read, is_signed=is_signed)
