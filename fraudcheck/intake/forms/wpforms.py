"""Which lead is in what WPForms' webhook sends: names that the form's owner chose?"""

from __future__ import annotations

from fraudcheck.intake.forms import Delivery, FindColumns, FormLead, Platform
from fraudcheck.intake.forms.payload import flat, form_lead


def read(delivery: Delivery, find_columns: FindColumns) -> FormLead:
    """See ``Platform.read``. An entry's number is its site's own, so it names no event."""
    return form_lead(flat(delivery.content), find_columns, {})


PLATFORM = Platform(
    name="wpforms",
    about="WPForms with its Webhooks add-on",
    read=read,
)
