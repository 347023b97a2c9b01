"""Which lead is in what a HubSpot workflow sends: a contact with its properties, or the fields that its owner chose?"""

from __future__ import annotations

import hashlib
import re
from typing import Any
from urllib.parse import unquote

from fraudcheck.intake.body import Unreadable
from fraudcheck.intake.forms import Delivery, FindColumns, FormLead, Platform, flat
from fraudcheck.intake.forms.payload import answers_in, at, first, form_lead, holder, pairs, rows
from fraudcheck.intake.forms.signatures import base64_hmac, bears, is_timely

_ENCODED = re.compile(r"%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)", re.IGNORECASE)
"""What HubSpot writes as it is in the address that it signs."""
_KNOWN = {
    "hs_google_click_id": "source.click.gclid",
    "hs_facebook_click_id": "source.click.fbclid",
    "hs_ip_timezone": "client.timezone",
    "hs_analytics_first_referrer": "client.referrer",
    "recent_conversion_date": "submitted_at",
}
_NO_ANSWERS = frozenset([*_KNOWN, "createdate", "lastmodifieddate"])
_NO_CONTACT = (
    'this names a changed contact and does not hold it: send contacts by a workflow with the action "Send a webhook"'
)
_POST = "POST"


def read(delivery: Delivery, find_columns: FindColumns) -> FormLead:
    """See ``Platform.read``. A contact comes again with its next form, so the form's submission is the event."""
    content = delivery.content
    if rows(content) and all("subscriptionType" in row for row in rows(content)):
        raise Unreadable(_NO_CONTACT)
    contact = holder(content, "properties")
    if contact is None and holder(content, "values"):  # a form's submission, as its page or a connector hands it on
        return flat.read(delivery, find_columns)
    content = contact or (rows(content) or [content])[0]
    values = _values(content)
    forms = sorted(rows(at(content, "form-submissions")), key=lambda form: first(form.get("timestamp")))
    last = forms[-1] if forms else {}
    known: dict[str, Any] = {field: first(values.get(name)) for name, field in _KNOWN.items()}
    known["client.page_url"] = first(last.get("page-url"))
    number = first(at(content, "vid"), at(content, "objectId"), values.get("hs_object_id"))
    submission = first(last.get("conversion-id"), values.get("recent_conversion_date"), values.get("lastmodifieddate"))
    event = f"{number}:{submission}" if number and submission else ""
    return form_lead(answers_in(values, _NO_ANSWERS), find_columns, known, event, number)


def _values(content: Any) -> dict[str, Any]:
    """A contact's properties by their names; of one that has versions the value."""
    properties = at(content, "properties")
    values = pairs(properties if isinstance(properties, dict) else content)
    return {name: value.get("value") if isinstance(value, dict) else value for name, value in values}


def is_signed(delivery: Delivery, secret: str, now: float) -> bool:
    """See ``Platform.is_signed``. The third version signs the whole address and the time; older ones have no time.

    Their plain hash can be carried on behind its end by who has one and not the secret. In between is then the padding
    of SHA-256, which has zero bytes, and JSON has none.
    """
    headers = delivery.headers
    addresses = _addresses(delivery.url)
    if sent := headers.get("x-hubspot-signature-v3"):
        written = headers.get("x-hubspot-request-timestamp", "").strip()
        parts = [(_POST + address).encode("utf-8", "replace") for address in addresses]
        time = written.encode("utf-8", "replace")
        is_signature = bears(sent, [base64_hmac(secret, part, delivery.body, time) for part in parts])
        return is_signature and is_timely(written, now, 1000)
    sent = headers.get("x-hubspot-signature", "")
    signed = [""] if headers.get("x-hubspot-signature-version") == "v1" else [_POST + each for each in addresses]
    return b"\0" not in delivery.body and bears(sent, [_plain_hash(secret + part, delivery.body) for part in signed])


def _plain_hash(before: str, body: bytes) -> str:
    return hashlib.sha256(before.encode("utf-8", "replace") + body).hexdigest()


def _addresses(url: str) -> list[str]:
    """The address as the platform may have signed it: with the scheme before any proxy, and less encoded."""
    secure = "https" + url[4:] if url.startswith("http:") else url
    forms = (url, secure)
    return list(dict.fromkeys([*forms, *(_ENCODED.sub(lambda found: unquote(found[0]), each) for each in forms)]))


PLATFORM = Platform(
    name="hubspot", about="HubSpot: a workflow's webhook", read=read, is_signed=is_signed, tries_again=True
)
