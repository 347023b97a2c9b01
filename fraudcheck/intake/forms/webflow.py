"""Which lead is in what Webflow's webhook sends of a form, in its first or second version?"""

from __future__ import annotations

from fraudcheck.intake.forms import Delivery, FindColumns, FormLead, Platform, flat
from fraudcheck.intake.forms.payload import answers_in, at, first, form_lead, holder
from fraudcheck.intake.forms.signatures import bears, hex_hmac, is_timely


def read(delivery: Delivery, find_columns: FindColumns) -> FormLead:
    """See ``Platform.read``. The first version has no payload around it."""
    payload = holder(delivery.content, "data")
    if payload is None or not isinstance(payload["data"], dict):  # a connector's own choice of fields
        return flat.read(delivery, find_columns)
    page = first(at(payload, "pageUrl"))
    known = {
        "submitted_at": at(payload, "submittedAt") or at(payload, "d"),
        "client.page_url": page if page.startswith("http") else "",
        "form_id": first(at(payload, "formId")),
        "form_name": first(at(payload, "name")),
    }
    number = first(at(payload, "id"), at(payload, "_id"))
    return form_lead(answers_in(payload["data"]), find_columns, known, number)


def is_signed(delivery: Delivery, secret: str, now: float) -> bool:
    """See ``Platform.is_signed``. Time and body are signed; the time is in milliseconds."""
    written = delivery.headers.get("x-webflow-timestamp", "").strip()
    expected = hex_hmac(secret, written.encode("utf-8", "replace"), b":", delivery.body)
    is_signature = bears(delivery.headers.get("x-webflow-signature", ""), [expected])
    return is_signature and is_timely(written, now, 1000)


PLATFORM = Platform(name="webflow", about="Webflow", read=read, is_signed=is_signed, tries_again=True)
