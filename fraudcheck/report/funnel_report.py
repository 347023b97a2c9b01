"""What does the report of a funnel say? Its parts as the API, the page and the terminal show them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from fraudcheck.report.audit import Scope, Share

Known = Literal["measured", "stated"]
"""How the time to a sale is known: by the outcomes, or by the tenant's table."""


class Worth(Struct, frozen=True, kw_only=True):
    """What a lead may be expected to bring, as decimal strings: ``low`` to ``high`` allows for chance, 95 times in 100,
    in how many convert, not in how much a single sale brings.
    """

    amount: str
    low: str
    high: str
    currency: str


class Times(Struct, frozen=True, kw_only=True):
    """How many days it takes to come to an event, of the leads that come to it: quartiles, None where none did.

    ``open`` are leads that have not come to it and still may: they are not older than the slowest that did. They are
    allowed for (Kaplan and Meier 1958), so that a lead of yesterday has not failed.
    """

    open: int
    quarter: float | None = None
    median: float | None = None
    three_quarters: float | None = None


class Stage(Struct, frozen=True, kw_only=True):
    """One event of the funnel, and the leads that came to it.

    ``leads`` came to it or to a later one, of ``told`` it was told itself. ``reached`` is their share of all leads:
    likely, low and high allow for those that are too young to tell, and are drawn towards all leads where a part has
    few. ``converts`` is the likely share of leads at this event that convert. ``worth`` is what such a lead may be
    expected to bring, ``stated`` what the tenant's table says; None where nothing says it.
    """

    event: str
    leads: int
    told: int
    reached: Share
    converts: Share
    since_form: Times
    since_previous: Times
    worth: Worth | None
    stated: str | None


class Advised(Struct, frozen=True, kw_only=True):
    """To which ``event`` an ad platform should optimise, with which ``worth``, and why. The event is None where none
    comes often enough.

    ``count`` is how often that event came in ``days`` days, ``conversions`` how often a conversion did.
    ``decision_days`` is the median time to a conversion: measured, or as the tenant's table states; None where nobody
    knows. ``because`` has ``few_conversions`` and ``slow_decision`` where these keep the conversion from being used,
    ``enough`` where nothing does, and ``none_has_enough``.
    """

    event: str | None
    worth: Worth | None
    count: int
    days: int
    conversions: int
    decision_days: float | None
    decision: Known | None
    because: list[str]


class FunnelLine(Struct, frozen=True, kw_only=True):
    """The leads of a channel, campaign, vendor or kind of enquiry ("" if none was named), or all (``*``).

    ``advice`` is None where too few leads came for any of its own, and for a kind of enquiry, which no platform sells.
    """

    name: str
    leads: int
    stages: list[Stage]
    advice: Advised | None


class FunnelReport(Struct, frozen=True, kw_only=True):
    """The funnel of a time: its events in order, and how far the leads came, by where they came from.

    Fakes are no leads of it: ``rejected`` were advised against and nothing proved them genuine, ``proved_fake`` were
    returned for a reason that proves it. ``unplaced`` counts outcomes that are no event of the funnel (any more).
    """

    scope: Scope
    events: list[str]
    currency: str | None
    rejected: int
    proved_fake: int
    unplaced: dict[str, int]
    all: FunnelLine
    channels: list[FunnelLine]
    campaigns: list[FunnelLine]
    vendors: list[FunnelLine]
    enquiries: list[FunnelLine]
