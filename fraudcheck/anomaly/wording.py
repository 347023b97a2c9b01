"""What does a measure say, in words? For the evidence of an unusual lead: what it has, and what is usual."""

from __future__ import annotations

from collections.abc import Sequence

MEASURES = {
    "form.fill": "seconds for filling in the form",
    "form.page": "seconds on the page",
    "form.look": "seconds on the page beside filling in the form",
    "form.keys": "keys for each character of the contact data",
    "form.keys_typed": "keys for each character that was typed",
    "form.pointer": "movements and presses of the pointer",
    "form.pastes": "pasted texts for each contact field",
    "form.autofills": "fields that the browser filled in, for each contact field",
    "form.pasted": "share of fields that were pasted",
    "form.filled": "share of fields that the browser filled in",
    "form.characters": "characters of the contact data",
    "form.typed": "characters of all texts",
    "form.desktop": "a computer with a keyboard (1) or none (0)",
    "email.digits": "digits in the mailbox's name",
    "email.separators": "dots and dashes in the mailbox's name",
    "email.free": "a mailbox that anyone can have (1) or not (0)",
    "identity.match": "parts of the name in the mailbox's name",
    "phone.valid": "a number in a range that is in use (1) or not (0)",
    "content.message": "characters of the message",
    "network.far": "countries far from the internet address",
    "network.hours": "hours between the browser's clock and the internet address's country",
    "cluster.hour": "how usual the hour is for the vendor (0: as any hour, 1: twice as usual, -1: half)",
    "velocity.ip_hour": "other leads from the internet address within an hour",
    "velocity.ip_day": "other leads from the internet address within a day",
    "velocity.network_hour": "other leads from the network within an hour",
    "velocity.device_day": "other leads from the device within a day",
    "velocity.mailbox_month": "other leads with the mailbox within 30 days",
    "velocity.phone_month": "other leads with the phone number within 30 days",
}
"""What each measure counts, as a heading; those that are 1 or 0 say so in brackets."""


def measure_text(measure: str, value: float | None, usual: Sequence[float | None] | None) -> str:
    """One measure, in its own unit: ``seconds for filling in the form: 0.8 (usually 4.1 to 93.6)``."""
    shown = "not measured" if value is None else f"{value:g}"
    return f"{MEASURES.get(measure, measure)}: {shown} ({_usual_text(usual)})"


def _usual_text(usual: Sequence[float | None] | None) -> str:
    if not usual:
        return "usually not measured" if usual is None else "any"
    low, high = usual
    if low is None:
        return "any" if high is None else f"usually up to {high:g}"
    return f"usually {low:g} or more" if high is None else f"usually {low:g} to {high:g}"
