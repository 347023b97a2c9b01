"""Which lead is in what Formspree's webhook sends?"""

from __future__ import annotations

import re

from fraudcheck.intake.forms import Delivery, FindColumns, FormLead, Platform
from fraudcheck.intake.forms.payload import answers_in, at, first, form_lead
from fraudcheck.intake.forms.signatures import bears, hex_hmac, is_timely

_SIGNATURE = re.compile(r"t=(\d{1,15}),(.{1,4000})")


def read(delivery: Delivery, find_columns: FindColumns) -> FormLead:
    """See ``Platform.read``. Its own fields begin with a mark below; a submission has no id."""
    content = delivery.content
    submission = at(content, "submission") if isinstance(at(content, "submission"), dict) else content
    known = {"submitted_at": at(submission, "_date"), "form_id": first(at(content, "form"))}
    return form_lead(answers_in(submission, ["_date"]), find_columns, known)


def is_signed(delivery: Delivery, secret: str, now: float) -> bool:
    """See ``Platform.is_signed``. The header has the time in seconds and signatures of time and body."""
    match = _SIGNATURE.fullmatch("".join(delivery.headers.get("formspree-signature", "")[:4_000].split()))
    if not match:
        return False
    expected = hex_hmac(secret, match[1].encode(), b".", delivery.body)
    return bears(match[2], [expected], "v1=") and is_timely(match[1], now)


PLATFORM = Platform(name="formspree", about="Formspree", read=read, is_signed=is_signed)
