"""Which identities of a lead are counted, in which windows, and what is a count?

An identity is something that leads may share. ``intake.identities`` reads a lead's identities, and keeps each as a
keyed token under its kind. A lead is counted once under each of its identities; what is not given is not counted. The
names of the kinds are stored, in Redis keys and in facts, and so never change:

==============  =======================================================================================================
Kind            Leads of one identity of this kind have in common
==============  =======================================================================================================
mailbox         the mailbox in which the mail address ends (``records.Mailbox.canonical``)
phone           the phone number, in E.164 form
device          the device id that the form backend sent
ip              the IP address
network         the network of the IP address: /24 of IPv4, /48 of IPv6
mail_domain     the domain of the mail address, unless a list knows it (allowed, popular, free, relay)
person          full name, postal code and address
message         the words of the message, when it is long enough to be one person's own (``fields.message.own_words``)
message~N       the N-th sketch of these words (N from 0): nearly equal messages share one (``fields.message.sketches``)
form_token      the token that the form backend gave to one page view
body            the request's body, byte for byte; only for requests without an Idempotency-Key
vendor          the vendor
block           vendor and block of 1,000 phone numbers: E.164 without the last three digits
shape           vendor and pattern by which the mailbox's name is made (``records.Mailbox.pattern``)
agent           vendor and user agent
pace            vendor and time to fill in the form, to a tenth of a second
habit           vendor and way to fill in the form: pastes, autofills, pointer events, keystrokes, time before it
clock           vendor and hour of the day (UTC) at which the lead was submitted
any_shape, any_agent, any_pace, any_habit
                the same as the kind without ``any_``, over all vendors
nest            network and user agent
everyone        nothing: all leads of the tenant
==============  =======================================================================================================

``name``, the full name, is no identity, as many people share one. It is counted as a partner only: how many names came
with one phone number, for instance.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

WINDOWS = ("minutes", "hour", "day", "week", "month")
"""Names of the windows: 5 minutes, an hour, a day, 7 and 30 days."""
STEPS = (25, 300, 7_200, 50_400, 216_000)
"""Seconds in a bucket, for each window: a twelfth of the window. Buckets are cut at multiples of this since the epoch.

A window is the bucket of the present moment and the twelve before it, so that it is always covered whole."""
FORGET_AFTER = 13 * STEPS[-1]
"""Seconds after which an identity that has not been seen again is forgotten: no window holds it any more."""
FORGET_SOONER: Mapping[str, int] = {"body": 300}
"""The same for kinds of which only the last moments are asked for."""

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
"""For each kind of identity the kinds of its partners: what came in the same leads, and is counted distinct (how many
mailboxes came from one IP address). The order is that of the stored counts, and never changes."""

RHYTHM = frozenset(["agent", "device", "nest", "pace", "shape"])
"""Kinds of identity whose last times are kept one by one, to see whether leads come at regular intervals."""
LAST_TIMES = 12
"""How many of them are kept."""


class Partners(Struct, frozen=True):
    """How many distinct partners of one kind came before, by when they were last seen: within an hour, a day, 30 days.

    ``known`` says whether this lead's own partner is one of those of 30 days.
    """

    hour: int = 0
    day: int = 0
    month: int = 0
    known: bool = False


class Seen(Struct, frozen=True):
    """What came before a lead under one of its identities.

    Number of leads in each of ``WINDOWS``; ``first`` and ``last`` time in Unix seconds, 0 when there was none;
    distinct ``partners`` by kind; and for a kind in RHYTHM the last ``LAST_TIMES`` times within 30 days, oldest first.
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
