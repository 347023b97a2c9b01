"""What does an audit say? Its parts as the API, the pages and the terminal show them. Shares are from 0 to 1."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Share(Struct, frozen=True, kw_only=True):
    """``part`` of ``whole`` leads: ``share`` is part divided by whole.

    ``likely`` is the estimate of the true share, which is drawn towards the other vendors' share if there are few
    leads, and ``low`` to ``high`` is its 95 % interval. All are 0 if there are no leads.
    """

    part: int
    whole: int
    share: float
    likely: float
    low: float
    high: float


class Point(Struct, frozen=True, kw_only=True):
    """The leads of some days, the first of which is ``day`` (UTC), and how many of them are bad."""

    day: str
    leads: int
    bad: int


class Carrier(Struct, frozen=True, kw_only=True):
    """A reason, campaign, sub-id or channel that explains part of a change, with its share before and after.

    The shares are of bad leads; for a reason, of leads that have it. ``carries`` is how much of the change of the
    vendor's share of bad leads it explains, in the same unit: 0.08 of a rise by 0.10.
    """

    kind: Literal["reason", "campaign", "sub_id", "channel"]
    name: str
    before: Share
    after: Share
    carries: float


class Change(Struct, frozen=True, kw_only=True):
    """The last change of a vendor's share of bad leads.

    It holds from the day ``since`` on, and could be noticed on the day ``noticed``. ``before`` is the share from
    ``compared_from`` until ``since``, ``after`` the one from ``since`` on.
    """

    direction: Literal["rise", "fall"]
    compared_from: str
    since: str
    noticed: str
    before: Share
    after: Share
    carriers: list[Carrier] = []


class Returnable(Struct, frozen=True, kw_only=True):
    """Leads that can be returned for one reason, and what was paid for them, as a decimal string."""

    reason: str
    leads: int
    amount: str


class Money(Struct, frozen=True, kw_only=True):
    """Prices in one currency, as decimal strings.

    ``leads`` is the number of leads with a price, ``paid`` their sum. ``returnable`` is by reason, each lead once,
    whatever its age. ``too_late`` is the part of it that is past the contract's time limit, ``over_cap`` the part of
    the rest that is above the contract's cap, and ``claim`` what remains.
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


class Staffed(Struct, frozen=True, kw_only=True):
    """Leads whose channel says that somebody else typed for the person, so that their browsers were not judged.

    ``since`` is the day of the first one, ``sold_since`` that of the vendor's first lead. Of ``contradicted`` ones the
    browsers say otherwise: they come from everywhere.
    """

    leads: int
    contradicted: int
    since: str
    sold_since: str


class OriginLine(Struct, frozen=True, kw_only=True):
    """How many of a vendor's newest leads carry a token that was fetched by pages of an ``origin``; "" for others."""

    origin: str
    leads: int


class FormTokens(Struct, frozen=True, kw_only=True):
    """How many of a vendor's leads carry a valid token of the form's script: ``valid`` of ``leads``, and their share.

    ``leads`` are those of channels that have forms. ``origins`` are those of the newest leads with a token, the most
    frequent first, in a report of one vendor.
    """

    leads: int = 0
    valid: int = 0
    share: float = 0.0
    origins: list[OriginLine] = []


class Outcomes(Struct, frozen=True, kw_only=True):
    """What became of the leads.

    ``leads`` have an outcome; ``genuine`` and ``fake`` are those whose outcomes prove which they were. ``own`` counts
    those of the tenant's own events, ``returned`` returns by reason; ``value`` is what the conversions brought, by
    currency, as decimal strings. Of the leads that were reviewed facts proved what ``reviews_tested`` of them were, and
    ``reviews_right`` are those where the newest review had found the same.
    """

    leads: int = 0
    genuine: int = 0
    fake: int = 0
    contacted: int = 0
    qualified: int = 0
    converted: int = 0
    reviewed_genuine: int = 0
    reviewed_fake: int = 0
    reviews_tested: int = 0
    reviews_right: int = 0
    own: dict[str, int] = {}
    returned: dict[str, int] = {}
    value: dict[str, str] = {}


class ReasonLine(Struct, frozen=True, kw_only=True):
    """How many of a vendor's leads and of all other leads have a reason. ``worse``: more than chance explains."""

    code: str
    text: str
    leads: Share
    others: Share
    worse: bool


class Part(Struct, frozen=True, kw_only=True):
    """The leads of one campaign, sub-id or channel ("" if none was named)."""

    name: str
    leads: int
    decisions: dict[str, int]
    bad: Share
    valid: int
    worse: bool
    sales_leads: int = 0
    kinds: dict[str, int] = {}


class Conversion(Struct, frozen=True, kw_only=True):
    """How many ``visits`` led to ``forms`` (leads), and how many of these are ``valid``; both as a share of visits.

    ``sales_leads`` are the valid ones whose text asks for an offer, ``kinds`` what all forms are (``leads.ASKED``).
    ``converted`` are those that bought, as far as it was told, without those that proved fake.
    """

    channel: str
    campaign: str
    visits: int
    forms: int
    valid: int
    raw_rate: float
    validated_rate: float
    sales_leads: int = 0
    sales_rate: float = 0.0
    kinds: dict[str, int] = {}
    converted: int = 0


class SourceLine(Struct, frozen=True, kw_only=True):
    """The enquiries that came by a channel, or by one ``campaign`` of it (None: by all together; "" if none was named).

    ``kinds`` says what they are (``leads.ASKED``); its numbers add up to ``enquiries``. ``valid`` are accepted ones
    that are no duplicates and, as far as was known, ask for an offer; the ``sales_leads`` among them do so by their
    text.
    """

    channel: str
    campaign: str | None
    enquiries: int
    valid: int
    sales_leads: int
    kinds: dict[str, int]


class Calibration(Struct, frozen=True, kw_only=True):
    """Leads with a trust score from ``low`` to ``high``.

    ``genuine`` is the share that proved genuine, of those leads whose outcomes prove anything; ``promised`` is the mean
    trust score of these leads, as a share.
    """

    low: int
    high: int
    leads: int
    genuine: Share
    promised: float


class Scope(Struct, frozen=True, kw_only=True):
    """Which leads: checked from ``since`` until before ``until`` (RFC 3339), of one campaign, sub-id or channel.

    ``choices`` are what could be asked for: the first names of ``vendor``, ``campaign``, ``sub_id`` and ``channel`` in
    the order of the alphabet that leads of this time have.
    """

    since: str
    until: str
    campaign: str | None = None
    sub_id: str | None = None
    channel: str | None = None
    choices: dict[str, list[str]] = {}


class VendorLine(Struct, frozen=True, kw_only=True):
    """One vendor ("" for leads that named none) beside the others.

    ``bad`` leads are rejected ones, ``valid`` leads accepted ones that are no duplicates and ask for an offer.
    ``worse`` says that the share of bad leads is higher than chance and the ordinary differences between vendors
    explain; ``worse_reasons`` are the reasons of which the same is true. Over all vendors and reasons that are
    compared, at most 5 % of these statements are wrong. ``tests`` are platforms' test leads, which count nowhere else.
    ``sales_leads`` are valid ones whose text asks for an offer, ``kinds`` what all leads are (``leads.ASKED``; the
    numbers add up to ``leads``), ``bands`` those of the sales leads, by the tenant's table.
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
    staffed: Staffed | None = None
    tests: int = 0
    sales_leads: int = 0
    kinds: dict[str, int] = {}
    bands: dict[str, int] = {}
    form_tokens: FormTokens = FormTokens()


class Overview(Struct, frozen=True, kw_only=True):
    """All vendors side by side, the worst first, and in ``all`` together (its vendor is ``*``).

    If there are very many vendors, the smallest ones share one line, whose name is ``smaller``.
    """

    scope: Scope
    all: VendorLine
    vendors: list[VendorLine]
    smaller: str | None
    conversions: list[Conversion]
    calibration: list[Calibration]
    sources: list[SourceLine] = []


class Example(Struct, frozen=True, kw_only=True):
    """A rejected lead by its check's id, with the codes of the reasons against it."""

    check_id: str
    day: str
    trust_score: int
    classification: str
    reasons: list[str]


class Carried(Struct, frozen=True, kw_only=True):
    """How many of a vendor's newest leads carry a field: ``leads`` of ``of``, the last one on the day ``last``.

    ``field`` is one of email, phone, name, ip, agent (the browser's name), device, measures (of how the form was filled
    in) and token. ``last`` is None where none of them does.
    """

    field: str
    leads: int
    of: int
    last: str | None


class VendorReport(Struct, frozen=True, kw_only=True):
    """One vendor in full.

    ``others`` is the share of bad leads of all other vendors, ``examples`` are the vendor's newest rejected leads,
    ``carried`` tells what its newest leads carry.
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
    carried: list[Carried] = []
    sources: list[SourceLine] = []
