"""What passes between the rooms? Frozen records: the lead, what was read from it, findings, the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from msgspec import Struct


def parse_utc(text: str) -> str:
    """Read an RFC 3339 date and time, or a date alone, as ``format_utc`` gives it; without an offset it is UTC.

    Raises ValueError, which holds the text.
    """
    moment = datetime.fromisoformat(text)
    try:
        return format_utc(moment.replace(tzinfo=moment.tzinfo or UTC))
    except OverflowError as problem:
        raise ValueError(text) from problem


def format_utc(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, so that times compare as text. Raises OverflowError beyond year 1 to 9999."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


Facts = Mapping[str, Any]
"""Plain data that one signal found out, with its format's version under ``v``. No personal value.

``{"v": 1, "unknown": "timeout"}`` says that it could not be looked up, and why;
``None`` in its place says that the lead gave nothing to look at.
"""


class Price(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the buyer pays: a decimal string and an ISO 4217 code."""

    amount: str | None = None
    currency: str | None = None


class Source(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who sold or sent the lead."""

    vendor: str | None = None
    campaign: str | None = None
    sub_id: str | None = None
    channel: str | None = None
    price: Price = Price()


class Client(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The person's browser, as the form backend saw it. An empty string was sent empty; None was not given."""

    ip: str | None = None
    user_agent: str | None = None
    accept_language: str | None = None
    timezone: str | None = None
    device_id: str | None = None
    referrer: str | None = None
    page_url: str | None = None


class Form(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the form was filled in. None means not measured, never zero. Times in seconds."""

    seconds_on_page: float | None = None
    fill_seconds: float | None = None
    keystrokes: int | None = None
    pastes: int | None = None
    autofills: int | None = None
    pointer_events: int | None = None
    honeypot: str | None = None
    webdriver: bool | None = None
    token: str | None = None


class Lead(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A lead as it was typed, after the lenient reading. It never changes, so ``judge`` may read it."""

    email: str | None = None
    phone: str | None = None
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    message: str | None = None
    address: str | None = None
    postal_code: str | None = None
    country: str | None = None
    source: Source = Source()
    client: Client = Client()
    form: Form = Form()
    submitted_at: str | None = None
    reference: str | None = None
    extra: dict[str, Any] = {}

    @property
    def full_name(self) -> str:
        """``name``, else first and last name joined; empty where none was given."""
        return self.name or " ".join(part for part in (self.first_name, self.last_name) if part)


class Mailbox(Struct, frozen=True, kw_only=True):
    """What a typed mail address names.

    ``problem`` is None for a good address, ``"syntax"`` for text that cannot be one and ``"reserved"``
    for a special-use domain. ``normalized`` is the address to write to; ``canonical`` the mailbox that
    it ends in, for linking only; ``domain`` is the ASCII (A-label) form, lower-case, and ``local`` the
    normalised part before the @; both are empty where they cannot be told. ``pattern`` is how the mailbox is made
    (``fields.email.address``), ``listed`` what the lists of domains say of it (``fields.email.domains``).
    """

    problem: str | None = None
    local: str = ""
    domain: str = ""
    normalized: str | None = None
    canonical: str | None = None
    suggestion: str | None = None
    pattern: str | None = None
    listed: tuple[str, str] | None = None


class Phone(Struct, frozen=True, kw_only=True):
    """What a typed phone number names.

    ``problem`` is None where the number could be read, ``"no_country"`` where it has no ``+`` and
    nothing says which country to read it in, ``"impossible"`` where no number can look so.
    ``line`` is the type in lower case (``mobile``, ``fixed_line``, ``fixed_line_or_mobile``, ``voip``,
    ``premium_rate``, ``shared_cost``, ``toll_free``, ``personal_number``, ``pager``, ``uan``,
    ``voicemail``), None where the number is in no known range; ``region`` is ISO 3166-1 alpha-2
    (``001`` for world-wide ones). ``read_in`` is ``"timezone"`` where the browser's clock told the country.
    """

    problem: str | None = None
    e164: str | None = None
    valid: bool = False
    line: str | None = None
    region: str | None = None
    suggestion: str | None = None
    read_in: str | None = None


class Subject(Struct, frozen=True, kw_only=True):
    """A lead with what intake read from it: what ``gather`` works on. Kept only in the ledger's side table.

    ``tokens`` are keyed hashes (HMAC) of its identities by kind, ``partners`` those of what is no identity by itself
    but tells identities apart (a bare name); ``tag`` marks this lead so that a retried check counts once,
    and is known again for ``remembered`` seconds; ``at`` is the check's time, Unix seconds.
    """

    tenant: str
    lead: Lead
    mailbox: Mailbox | None = None
    number: Phone | None = None
    tokens: Mapping[str, str] = {}
    partners: Mapping[str, str] = {}
    tag: str = ""
    remembered: int = 60
    at: float = 0.0


class Finding(Struct, frozen=True):
    """One reason that a signal gives. Points are the policy's for the code, times ``scale`` (0 to 1; below 0 for the
    lead, where a code can say both).
    """

    code: str
    evidence: Mapping[str, Any] = {}
    scale: float = 1.0


class ScoredReason(Struct, frozen=True, kw_only=True):
    """A reason as a verdict lists it; points in decibans with one decimal."""

    code: str
    group: str
    points: float
    text: str
    evidence: Mapping[str, Any]


class GroupCap(Struct, frozen=True, kw_only=True):
    """Points that a cap took out: above zero from what spoke against the lead, below from what spoke for it.

    ``group`` is a group, several joined by ``+``, or ``for``.
    """

    group: str
    points_removed: float


class FieldWarning(Struct, frozen=True, kw_only=True):
    """A field that could not be read and counts as absent. The problem holds nothing of its value."""

    field: str
    problem: str


class Contacts(Struct, frozen=True, kw_only=True):
    """Mail address and phone number, personal."""

    email: str | None = None
    phone: str | None = None


class Normalized(Contacts, frozen=True, kw_only=True):
    """The contact data in normal form: phone in E.164, country ISO 3166-1 alpha-2."""

    country: str | None = None


class Versions(Struct, frozen=True, kw_only=True):
    """What a verdict rests on: the code, the policy's hash, the model's name, each list's version."""

    service: str
    policy: str
    model: str | None
    data: Mapping[str, str]


class CheckVerdict(Struct, frozen=True, kw_only=True):
    """A verdict as it goes over the wire and into the ledger; times RFC 3339 in UTC."""

    check_id: str
    reference: str | None
    origin: str
    trust_score: int
    score_range: tuple[int, int]
    decision: Literal["accept", "review", "reject"]
    decided_by: str
    classification: str
    prior: float
    sum: float
    reasons: list[ScoredReason]
    group_caps: list[GroupCap]
    unknown: list[str]
    warnings: list[FieldWarning]
    suggestions: Contacts
    normalized: Normalized
    versions: Versions
    submitted_at: str
    checked_at: str
    elapsed_ms: float | None


OUTCOMES = ("contacted", "qualified", "converted", "returned")


class Outcome(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a lead, as its buyer told: ``reason`` of a return, ``value`` of a conversion.

    ``at`` is RFC 3339 in UTC, empty where it was not said; ``buyer`` tells several buyers of one tenant apart.
    """

    outcome: Literal["contacted", "qualified", "converted", "returned"]
    reason: str | None = None
    value: Price | None = None
    at: str = ""
    buyer: str = ""


class VendorHistory(Struct, frozen=True, kw_only=True):
    """A vendor's leads of which outcomes tell what they were, and those of all vendors together.

    ``outcomes`` counts the vendor's; in ``fake`` each return counts as much as its buyer's returns say.
    """

    outcomes: int = 0
    genuine: int = 0
    fake: float = 0.0
    all_genuine: int = 0
    all_fake: float = 0.0
