"""Which lead is in what WPForms' webhook sends: names that the form's owner chose?

An entry's number is its site's own, so it names no event.
"""

from __future__ import annotations

from fraudcheck.intake.forms import Platform, flat

PLATFORM = Platform(
    name="wpforms",
    about="WPForms with its Webhooks add-on",
    read=flat.read,
)
