"""What does a lead lack, and what of it could not be read?"""

from __future__ import annotations

from collections.abc import Iterable

from fraudcheck.records import FieldWarning, Form, Lead, UnknownField

FIELDS = ("email", "phone", "name", "ip", "agent", "device", "measures", "token")
"""What leads of one source carry or lack, as a rule. ``agent`` is the browser's name, ``measures`` is how long the form
took or was open, or how many keys, which is what is judged, and ``token`` the form's."""
OF_THE_BROWSER = frozenset(["ip", "agent", "device", "measures", "token"])

_UNMEASURED = Form()
_READ = frozenset(["email", "phone", "name", "first_name", "last_name", "message", "client", "form"])
"""Fields that a form's backend sends; the rest is the vendor's to say, or the person's to leave open."""


def lacking(lead: Lead) -> tuple[str, ...]:
    """Which of FIELDS were not given, were given empty, or could not be read."""
    client, form = lead.client, lead.form
    given = (
        lead.email,
        lead.phone,
        lead.full_name,
        client.ip,
        client.user_agent and client.user_agent.strip(),
        client.device_id,
        form is not _UNMEASURED and _is_measured(form),
        form.token,
    )
    return () if all(given) else tuple([name for name, value in zip(FIELDS, given, strict=True) if not value])


def _is_measured(form: Form) -> bool:
    """A page that was sent and comes back leaves the counts out on purpose, and tells how long it was open."""
    return form.fill_seconds is not None or form.keystrokes is not None or form.seconds_on_page is not None


def unreadable(warnings: Iterable[FieldWarning]) -> tuple[str, ...]:
    """The names of those fields that were sent and could not be read, such as ``form`` or ``client.ip``; sorted.

    A name that is none of ours is not one of them.
    """
    names = {warning.field for warning in warnings if not isinstance(warning, UnknownField)}
    return tuple(sorted([name for name in names if name.partition(".")[0] in _READ]))
