"""Which lead is in what a webhook of WordPress' Contact Form 7 sends?"""

from __future__ import annotations

import msgspec

from fraudcheck.intake.forms import Delivery, FindColumns, FormLead, Platform, flat

_TAGS = {
    "_remote_ip": "client.ip",
    "_user_agent": "client.user_agent",
    "_url": "client.page_url",
    "_post_url": "client.page_url",
    "_serial_number": "reference",
}
"""The special mail tags that are a field of a lead, where the owner has them sent."""


def read(delivery: Delivery, find_columns: FindColumns) -> FormLead:
    """See ``Platform.read``. A submission's number is its site's own, so it names no event."""
    content = delivery.content
    if isinstance(content, dict):
        content = {_TAGS.get(name, name): value for name, value in content.items()}
    return flat.read(msgspec.structs.replace(delivery, content=content), find_columns)


PLATFORM = Platform(
    name="contact_form_7",
    about="Contact Form 7 with a webhook plug-in (CF7 to Webhook)",
    read=read,
)
