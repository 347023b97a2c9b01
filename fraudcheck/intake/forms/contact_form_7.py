"""Which lead is in what a webhook of WordPress' Contact Form 7 sends?"""

from __future__ import annotations

from fraudcheck.intake.forms import Delivery, FindColumns, FormLead, Platform
from fraudcheck.intake.forms.payload import at, first, flat, form_lead

_TAGS = {
    "client.ip": ("_remote_ip", "remote_ip"),
    "client.user_agent": ("_user_agent", "user_agent"),
    "client.page_url": ("_url", "_post_url"),
}
"""The special mail tags that are a field of a lead."""


def read(delivery: Delivery, find_columns: FindColumns) -> FormLead:
    """See ``Platform.read``. A submission's number is its site's own, so it names no event."""
    content = delivery.content
    known = {field: first(*(at(content, tag) for tag in tags)) for field, tags in _TAGS.items()}
    answers = flat(content, ["_serial_number", *(tag for tags in _TAGS.values() for tag in tags)])
    return form_lead(answers, find_columns, known, reference=first(at(content, "_serial_number")))


PLATFORM = Platform(
    name="contact_form_7",
    about="Contact Form 7 with a webhook plug-in (CF7 to Webhook)",
    read=read,
)
