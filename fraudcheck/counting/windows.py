"""Which identities of a lead are counted, in which windows, and what is a count?

An identity is something that leads may share. ``intake.identities`` reads a lead's identities, and keeps each as a
keyed token under its kind. A lead is counted once under each of its identities; what is not given is not counted. The
names of the kinds are stored, in Redis keys and in facts, and so never change:

==============  =======================================================================================================
Kind            Leads of one identity of this kind have in common
==============  =======================================================================================================
mailbox         the mailbox in which the mail address ends (``records.Mailbox.canonical``)
phone           the phone number, in E.164 form
network         the network of the IP address: /24 of IPv4, /48 of IPv6
mail_domain     the domain of the mail address, unless a list knows it (allowed, popular, free, relay)
person          full name, postal code and address
message         the words of the message, when it is long enough to be one person's own (``fields.message.own_words``)
message~N       the N-th sketch of these words (N from 0): nearly equal messages share one (``fields.message.sketches``)
text~N          vendor and the N-th sketch
form_token      the token that the form backend gave to one page view
body            the request's body, byte for byte; only for requests without an Idempotency-Key
vendor          the vendor
block           vendor and block of 1,000 phone numbers: E.164 without the last three digits
scheme          vendor and scheme by which the mailbox's name is made from the person's (``records.Subject.scheme``)
browser         vendor and user agent
pace            vendor and time to fill in the form, or else on the page, to a tenth of a second
manner          vendor and unusual manner in which the form was filled in (``records.Subject.manner``)
clock           vendor and hour of the day (UTC) at which the lead was submitted, where it is known
any_scheme, any_browser, any_pace, any_manner
                the same as the kind without ``any_``, over all vendors
machine         the device id; without one the line (IPv4 address, /64 of IPv6) and the user agent
place           the line of the IP address (``fields.ip``): the address of IPv4, the /64 of IPv6
not_typed       that it was not simply typed (``fields.filling.is_not_typed``)
desk            vendor and channel, where the channel says that somebody else types (``fields.filling.is_staffed``)
everyone        nothing: all leads of the tenant
no_vendor       that they name no vendor
no_FIELD        vendor, and that they lack a field (``fields.given.FIELDS``)
unread          vendor, and that a field could not be read
form            vendor, channel, campaign and page, where one of the last three was given
form_lacks      form, and all the fields that they lack
token_vendor    vendor and page's origin, and that they carry a form's token fetched for it (``fields.form_token``)
token_away      the same, of those that are not known to have been fetched from the lead's own line
token_line      the line from which a form's token was fetched
token_place     the same, where the lead came from another network
no_form_token   vendor, and that they carry no such token
form_no_token   form, and that they carry no such token
==============  =======================================================================================================

``device``, ``shape``, ``agent``, ``habit``, ``nest`` and their ``any_…`` were counted up to version 0.4, and ``ip``,
the whole IP address, up to 0.5; they stand in older facts.

``name``, the full name, is no identity, as many people share one. It is counted as a partner only: how many names came
with one phone number, for instance. So are its ``first_word`` and its ``last_word``, one of which a family shares,
``untyped``, the mailbox or phone of a lead that was not simply typed (``fields.filling.is_not_typed``), and ``ip``,
which is the line now.
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
_DAY = 86_400
FORGET_SOONER: Mapping[str, int] = {"body": 300}
"""The same for kinds of which only the last moments are asked for."""

TOLERANCE = 300
"""Seconds by which clocks may differ: a lead that comes so little before an identity's last one is counted with it."""
SETTLED_AFTER, MOST_RECENT = 24, 36
"""A lead's time is settled when so many leads of the identity came after it; at most so many are not. Leads from the
future can be told by those that follow as long as their times are not settled."""

COUNTED_ANEW = frozenset(
    ["everyone", "vendor", "clock", "pace", "any_pace", "block", "message", "message~0", "message~1"]
)
"""Kinds whose stored counts begin anew with version 0.5. Cohorts are held against these, and most kinds of cohort began
then: what nobody counted is not what never came."""

PARTNERS: Mapping[str, tuple[str, ...]] = {
    "mailbox": ("phone", "ip", "vendor"),
    "phone": ("mailbox", "ip", "vendor", "name"),
    "network": ("mailbox",),
    "mail_domain": ("mailbox",),
    "person": ("mailbox", "phone"),
    "message": ("mailbox", "phone"),
    "form_token": ("mailbox", "phone"),
    "browser": ("network",),
    "manner": ("machine",),
    "machine": ("mailbox", "phone", "first_word", "last_word", "network", "untyped"),
    "place": ("mailbox", "phone", "machine", "untyped"),
    "desk": ("network",),
    "token_place": ("network",),
}
"""For each kind of identity the kinds of its partners: what came in the same leads, and is counted distinct (how many
mailboxes came from one IP address). The order is that of the stored counts, and never changes."""

RHYTHM = frozenset(["browser", "pace"])
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

    def by_day(self, at: int) -> Seen:
        """The same without what only the time of day tells, for a lead that stands with its day's others at ``at``.

        What came an hour before its midnight came that day; a day before is the midnight of yesterday as well. What
        came first or last may have come a day before.
        """
        if not self.last:
            return self
        whole = at % _DAY == 0
        return Seen(
            day=self.hour if whole else self.day,
            week=self.week,
            month=self.month,
            first=max(1, self.first - _DAY + 1),
            last=max(1, self.last - _DAY + 1),
            partners={
                kind: Partners(0, each.hour if whole else each.day, each.month, each.known)
                for kind, each in self.partners.items()
            },
        )
