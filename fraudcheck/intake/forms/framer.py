"""Which lead is in what Framer's form sends?"""

from __future__ import annotations

from fraudcheck.intake.forms import Delivery, FindColumns, FormLead, Platform
from fraudcheck.intake.forms.payload import answers_in, form_lead
from fraudcheck.intake.forms.signatures import bears, hex_hmac

_SUBMISSION = "framer-webhook-submission-id"


def read(delivery: Delivery, find_columns: FindColumns) -> FormLead:
    """See ``Platform.read``. The submission has its id in a header."""
    return form_lead(answers_in(delivery.content), find_columns, {}, delivery.headers.get(_SUBMISSION, "").strip())


def is_signed(delivery: Delivery, secret: str, now: float) -> bool:
    """See ``Platform.is_signed``. The id of the submission is signed behind the body; there is no time."""
    del now
    number = delivery.headers.get(_SUBMISSION, "").strip().encode("utf-8", "replace")
    return bears(delivery.headers.get("framer-signature", ""), [hex_hmac(secret, delivery.body, number)], "sha256=")


PLATFORM = Platform(name="framer", about="Framer", read=read, is_signed=is_signed, tries_again=True)
