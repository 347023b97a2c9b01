"""Which windows are leads counted in, whose partners are counted, and what is a count?"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

STEPS = (25, 300, 7_200, 50_400, 216_000)
"""Seconds in a bucket, a twelfth of each window: 5 minutes, an hour, a day, 7 and 30 days."""
WINDOWS = ("minutes", "hour", "day", "week", "month")
FORGOTTEN = 13 * STEPS[-1]
"""Seconds after which an identity that was not seen again is as one that never was: no window holds it any more."""
FORGOTTEN_SOON: Mapping[str, int] = {"body": 300}
"""The same for identities that are asked for the last moments only."""

PARTNERS: Mapping[str, tuple[str, ...]] = {
    "mailbox": ("phone", "ip", "vendor"),
    "phone": ("mailbox", "ip", "vendor", "name"),
    "device": ("mailbox", "phone", "name"),
    "ip": ("mailbox", "phone", "name", "device"),
    "network": ("mailbox",),
    "mail_domain": ("mailbox",),
    "person": ("mailbox", "phone"),
    "message": ("mailbox", "phone"),
    "form_token": ("mailbox", "phone"),
}
"""Whose distinct partners are counted, for each kind of identity."""

RHYTHM = frozenset(["agent", "device", "nest", "pace", "shape"])
"""The kinds of identity of which the last sightings are told one by one."""
LAST = 12
"""How many of them."""


class Partners(Struct, frozen=True):
    """Distinct partners that an identity came with before: those last seen in an hour, a day and 30 days.

    ``known`` says that the lead's own partner is one of them.
    """

    hour: int = 0
    day: int = 0
    month: int = 0
    known: bool = False


class Seen(Struct, frozen=True):
    """Earlier leads of one identity: how many in each window, when the first and the last came (Unix seconds, 0 for
    never), its distinct partners by kind and, for a kind in RHYTHM, when the LAST ones came, oldest first.
    """

    minutes: int = 0
    hour: int = 0
    day: int = 0
    week: int = 0
    month: int = 0
    first: int = 0
    last: int = 0
    partners: Mapping[str, Partners] = {}
    times: tuple[int, ...] = ()
