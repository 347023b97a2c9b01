"""What does an audit say? Its parts as they go over the wire, onto a page and into a terminal; shares from 0 to 1."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Share(Struct, frozen=True, kw_only=True):
    """``part`` of ``whole`` leads: ``share`` is their quotient, ``likely`` the estimate where the whole is small
    (drawn towards the other vendors'), ``low`` to ``high`` its 95 % interval. All are 0 where there are no leads.
    """

    part: int
    whole: int
    share: float
    likely: float
    low: float
    high: float


class Point(Struct, frozen=True, kw_only=True):
    """Leads of a stretch of days that starts on ``day`` (UTC), and how many of them are bad."""

    day: str
    leads: int
    bad: int


class Carrier(Struct, frozen=True, kw_only=True):
    """What carries a change: a reason, campaign, sub-id or channel, its share of bad leads before and after.

    For a reason the shares are of leads that have it. ``carries`` is how much of the change of the vendor's share of
    bad leads comes with it, in the same unit: 0.08 of a rise by 0.10.
    """

    kind: Literal["reason", "campaign", "sub_id", "channel"]
    name: str
    before: Share
    after: Share
    carries: float


class Change(Struct, frozen=True, kw_only=True):
    """The last change of a vendor's share of bad leads: the day since which it holds and the day on which the
    leads sufficed to tell. ``before`` is the share from ``compared_from`` to ``since``, ``after`` the one from then on.
    """

    direction: Literal["rise", "fall"]
    compared_from: str
    since: str
    noticed: str
    before: Share
    after: Share
    carriers: list[Carrier] = []


class Returnable(Struct, frozen=True, kw_only=True):
    """Leads that can be returned for one reason in the trade's words, and what was paid for them."""

    reason: str
    leads: int
    amount: str


class Money(Struct, frozen=True, kw_only=True):
    """Prices in one currency, as decimal strings.

    ``leads`` have a price. ``returnable`` is by reason, each lead once, whatever its age; ``too_late`` the part of it
    that the contract's window leaves out, ``over_cap`` the part of the rest that its cap leaves out, ``claim`` what
    remains.
    """

    currency: str
    leads: int
    paid: str
    returnable: list[Returnable]
    too_late: str
    over_cap: str
    claim: str


class Duplicates(Struct, frozen=True, kw_only=True):
    """Leads that came before within 30 days: from this vendor, and from another one."""

    within: int
    others: int


class Outcomes(Struct, frozen=True, kw_only=True):
    """What became of the leads: how many have an outcome, how many each one, each return's reason, and what the
    conversions brought, by currency. ``genuine`` and ``fake`` are those whose outcomes say which they were.
    """

    leads: int = 0
    genuine: int = 0
    fake: int = 0
    contacted: int = 0
    qualified: int = 0
    converted: int = 0
    returned: dict[str, int] = {}
    value: dict[str, str] = {}


class ReasonLine(Struct, frozen=True, kw_only=True):
    """One reason among a vendor's leads and among all others'. ``worse``: more often than chance explains."""

    code: str
    text: str
    leads: Share
    others: Share
    worse: bool


class Part(Struct, frozen=True, kw_only=True):
    """The leads of one campaign, sub-id or channel ("" where none was named)."""

    name: str
    leads: int
    decisions: dict[str, int]
    bad: Share
    valid: int
    worse: bool


class Conversion(Struct, frozen=True, kw_only=True):
    """Of ``visits`` how many became ``forms`` (leads), and how many of these ``valid`` ones; the two rates."""

    channel: str
    campaign: str
    visits: int
    forms: int
    valid: int
    raw_rate: float
    validated_rate: float


class Calibration(Struct, frozen=True, kw_only=True):
    """Leads with a trust score from ``low`` to ``high``: how many, how many of those whose outcome tells proved
    genuine, and which share of them the scores promised.
    """

    low: int
    high: int
    leads: int
    genuine: Share
    promised: float


class Scope(Struct, frozen=True, kw_only=True):
    """Which leads: those checked from ``since`` until before ``until`` (RFC 3339), of a campaign, sub-id, channel."""

    since: str
    until: str
    campaign: str | None = None
    sub_id: str | None = None
    channel: str | None = None


class VendorLine(Struct, frozen=True, kw_only=True):
    """One vendor ("" for leads that named none) beside the others.

    ``bad`` are rejected leads, ``valid`` accepted ones that are no duplicates and ask for an offer. ``worse`` says that
    the share of bad leads is above the other vendors' by more than chance and their ordinary differences explain, with
    at most 5 % of such statements wrong over all vendors and reasons compared; ``worse_reasons`` the same of reasons.
    """

    vendor: str
    leads: int
    valid: int
    decisions: dict[str, int]
    classifications: dict[str, int]
    duplicates: Duplicates
    bad: Share
    worse: bool
    worse_reasons: list[str]
    change: Change | None
    trend: list[Point]
    money: list[Money]
    outcomes: Outcomes


class Overview(Struct, frozen=True, kw_only=True):
    """All vendors side by side, the worst first; ``all`` has them together (its vendor is ``*``).

    ``smaller`` is the line of the smallest vendors put together, where there are very many.
    """

    scope: Scope
    all: VendorLine
    vendors: list[VendorLine]
    smaller: str | None
    conversions: list[Conversion]
    calibration: list[Calibration]


class Example(Struct, frozen=True, kw_only=True):
    """A rejected lead by its check's id, with the codes that spoke against it."""

    check_id: str
    day: str
    trust_score: int
    classification: str
    reasons: list[str]


class VendorReport(Struct, frozen=True, kw_only=True):
    """One vendor in full; ``others`` is the bad leads' share of all other vendors, ``examples`` its newest
    rejected leads.
    """

    scope: Scope
    summary: VendorLine
    others: Share
    reasons: list[ReasonLine]
    campaigns: list[Part]
    sub_ids: list[Part]
    channels: list[Part]
    conversions: list[Conversion]
    calibration: list[Calibration]
    examples: list[Example] = []
