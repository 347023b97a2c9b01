"""What passes between the rooms? Frozen structs: the lead, what was read from it, findings, verdicts, outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, NamedTuple

from msgspec import Struct


def parse_utc(text: str) -> str:
    """Convert an RFC 3339 date and time, or a date alone, to the form of ``format_utc``. Without an offset it is UTC.

    Raises ValueError, whose message contains the text.
    """
    moment = datetime.fromisoformat(text)
    try:
        return format_utc(moment.replace(tzinfo=moment.tzinfo or UTC))
    except OverflowError as problem:
        raise ValueError(text) from problem


def parse_until(text: str) -> str:
    """``parse_utc`` of an end: a day alone means with that day, as people say it, and so is the beginning of the next.

    Raises ValueError, whose message contains the text.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return parse_utc(text)
    try:
        return parse_utc(f"{day + timedelta(days=1)}")
    except OverflowError as problem:
        raise ValueError(text) from problem


def format_utc(moment: datetime) -> str:
    """Format an aware time in RFC 3339, in UTC with milliseconds, so that times can be compared as text.

    Raises OverflowError where the time in UTC is outside the years 1 to 9999.
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def money_amount(text: str) -> Decimal | None:
    """A decimal string as an amount of money: from 0 to 1,000,000,000, with at most 18 places. None for any other.

    The places are bounded because 1E-99999999 is a short text, and a hundred million digits once it is written out.
    """
    if len(text) > 30:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    exponent = amount.as_tuple().exponent
    return amount if isinstance(exponent, int) and -18 <= exponent <= 9 and 0 <= amount <= 10**9 else None


Facts = Mapping[str, Any]
"""What one signal found out, as plain data, with the version of its format under ``v``. It holds no personal value.

``{"v": 1, "unknown": "timeout"}`` means that it could not be looked up, and why. None in the place of facts means that
the lead has nothing to look up.
"""


class Price(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An amount of money, as a decimal string, and its ISO 4217 currency: for a lead, what the buyer pays for it."""

    amount: str | None = None
    currency: str | None = None


class Click(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which click on an advertisement brought the person: the platforms' ids and the campaign's ``utm_`` marks."""

    gclid: str | None = None
    wbraid: str | None = None
    gbraid: str | None = None
    fbclid: str | None = None
    lead_id: str | None = None
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    utm_term: str | None = None
    utm_content: str | None = None


class Source(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who sold or sent the lead, and from where it came."""

    vendor: str | None = None
    campaign: str | None = None
    sub_id: str | None = None
    channel: str | None = None
    price: Price = Price()
    click: Click = Click()


class Activity(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the person did on the site before the form: an event of the caller's own naming, when, and how often."""

    event: str
    at: str | None = None
    count: int = 1


class Client(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The person's browser, as the form's server saw it. An empty string was sent empty; None was not sent at all."""

    ip: str | None = None
    user_agent: str | None = None
    accept_language: str | None = None
    timezone: str | None = None
    device_id: str | None = None
    referrer: str | None = None
    page_url: str | None = None


class Form(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the form was filled in. Times are in seconds. None means not measured, which is not the same as 0.

    ``inserted`` counts fields whose whole value came at once; ``token_seconds`` is the time since the token was
    fetched, by the page's clock; ``signs`` names what the script saw of the browser (``intake.field_readers.SIGNS``).
    ``token`` is the token alone, without the measures that came in the same field.
    """

    seconds_on_page: float | None = None
    fill_seconds: float | None = None
    keystrokes: int | None = None
    pastes: int | None = None
    autofills: int | None = None
    pointer_events: int | None = None
    honeypot: str | None = None
    webdriver: bool | None = None
    token: str | None = None
    inserted: int | None = None
    focus_changes: int | None = None
    first_input_seconds: float | None = None
    token_seconds: float | None = None
    signs: tuple[str, ...] = ()


class Lead(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A lead as the person typed it, after the lenient reading (``intake.lead``).

    It never changes, so a signal's ``judge`` may read it in a replay as well.
    """

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
    activity: tuple[Activity, ...] = ()
    submitted_at: str | None = None
    reference: str | None = None
    extra: dict[str, Any] = {}

    @property
    def full_name(self) -> str:
        """``name``, else first and last name joined; empty where none was given."""
        return self.name or " ".join(part for part in (self.first_name, self.last_name) if part)


class Mailbox(Struct, frozen=True, kw_only=True):
    """What a typed mail address names.

    ``problem`` is None for a good address, ``"syntax"`` for what was typed as an address and cannot be one,
    ``"reserved"`` for a special-use domain, and ``"unreadable"`` for a text that holds something else. ``local`` is
    the normalised part before the @, ``domain`` the domain in ASCII (lower-case A-labels); both are empty where the
    text is not an address. ``normalized`` is the address to write to. ``canonical`` is the mailbox in which its mail
    arrives, with aliases resolved: for comparing leads, never for writing to. ``suggestion`` is the address that was
    probably meant, ``listed`` what the lists of domains say of it (``fields.email.domains``), ``warning`` what of the
    text could not be read, and what to do (``Subject.warnings``).
    """

    problem: str | None = None
    local: str = ""
    domain: str = ""
    normalized: str | None = None
    canonical: str | None = None
    suggestion: str | None = None
    listed: tuple[str, str] | None = None
    warning: str | None = None


class Phone(Struct, frozen=True, kw_only=True):
    """What a typed phone number names.

    ``problem`` is None where the number could be read, ``"no_country"`` where it has no ``+`` and nothing tells in
    which country to read it, ``"impossible"`` where a number was read and no plan has one like it, and
    ``"unreadable"`` where the text holds none or its digits are lost. ``valid`` says whether the number is in a range
    that its country uses. ``line`` is the type of line (``mobile``, ``fixed_line``, ``fixed_line_or_mobile``, ``voip``,
    ``premium_rate``, ``shared_cost``, ``toll_free``, ``personal_number``, ``pager``, ``uan``, ``voicemail``), None
    where the number is in no known range. ``region`` is ISO 3166-1 alpha-2, or ``001`` for world-wide numbers.
    ``suggestion`` is the E.164 number that was probably meant. ``read_in`` is ``"timezone"`` where the browser's time
    zone told the country. ``warning`` is as in ``Mailbox``.
    """

    problem: str | None = None
    e164: str | None = None
    valid: bool = False
    line: str | None = None
    region: str | None = None
    suggestion: str | None = None
    read_in: str | None = None
    warning: str | None = None


class FormToken(Struct, frozen=True, kw_only=True, array_like=True):
    """What the service says in a form's token (``fields.form_token``).

    ``issued`` is in Unix seconds; ``id`` is random; ``key`` marks the tenant's key, so that a token from before a
    change of keys is no forgery. ``site`` is the id of the site key, ``origin`` that of the page (``https://a.example``).
    ``scripted`` says that a browser's script fetched it, by the headers that only a browser sets. ``vendor``, ``line``,
    ``network`` and ``agent`` are marks of keyed tokens, empty where nothing was known; ``country`` is the one of the
    address, where one is known. ``assistant`` names the software that says to act for a person, else empty. ``relay``
    says that lists know the address for one that many people share.
    """

    issued: float
    id: str
    key: str
    site: str = ""
    origin: str = ""
    scripted: bool = False
    vendor: str = ""
    line: str = ""
    network: str = ""
    agent: str = ""
    country: str = ""
    assistant: str = ""
    relay: bool = False


Beside = Literal["", "same", "near", "other"]
"""How two things compare that are known by their marks; empty where one of them is not known."""


class ReadToken(Struct, frozen=True, kw_only=True):
    """A form's token of ours as it was read: ``valid``, ``forged``, or made with ``other_key`` (or cut).

    ``token`` is what a valid one says. ``vendor``, ``address`` and ``agent`` say how the lead's compare with those for
    which, and from where, it was fetched. An address that is ``near`` lies in the same network.
    """

    state: Literal["valid", "forged", "other_key"]
    token: FormToken | None = None
    vendor: Beside = ""
    address: Beside = ""
    agent: Beside = ""

    @property
    def of_vendor(self) -> FormToken | None:
        """The token, where it is valid and was not fetched for another vendor."""
        return self.token if self.vendor != "other" else None


class Subject(Struct, frozen=True, kw_only=True):
    """A lead with what intake read from it: the input of every signal's ``gather``.

    ``tokens`` are keyed hashes (HMAC) of the lead's identities, by kind. ``partners`` are keyed hashes of values that
    are not identities by themselves but are counted as different partners of one (a bare name). ``scheme`` is how the
    mailbox's name is made (``fields.email.scheme``), where anyone may choose it; ``manner`` the unusual manner in which
    the form was filled in, with its share of people's leads (``fields.filling``), else None. ``lacks`` names what was
    not given (``fields.given.FIELDS``), ``unread`` the fields that could not be read. ``test`` names the platform that
    made the lead to try out a connection, and says whether the name is the platform's too; such a lead is not counted,
    although it has tokens, by which it is found and erased. ``competitor`` is what of the sender stands in the tenant's
    list of competitors (``domain``, ``name``), else None. ``form_token`` is the
    form's token where it is one of ours (``fields.form_token``), else None. ``tag`` marks this lead among the
    sightings of its identities, so that a check that is retried within ``remembered`` seconds counts once.
    ``at`` is the time of the check in Unix seconds; ``late`` says that it is counted only later, so that its time tells
    nothing of the present. ``filed`` says that ``at`` is the time that a file tells.
    """

    tenant: str
    lead: Lead
    mailbox: Mailbox | None = None
    number: Phone | None = None
    tokens: Mapping[str, str] = {}
    partners: Mapping[str, str] = {}
    scheme: str | None = None
    manner: tuple[str, float] | None = None
    lacks: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    test: tuple[str, bool] | None = None
    competitor: str | None = None
    form_token: ReadToken | None = None
    tag: str = ""
    remembered: int = 60
    at: float = 0.0
    late: bool = False
    filed: bool = False

    @property
    def warnings(self) -> list[FieldWarning]:
        """What could not be read in the contacts. People type these, so that it is not counted against the source."""
        contacts = (("email", self.mailbox), ("phone", self.number))
        return [FieldWarning(field=name, problem=read.warning) for name, read in contacts if read and read.warning]


class Finding(Struct, frozen=True):
    """What one signal says about a lead: a reason code with its evidence.

    Its points are the policy's points for the code, times ``scale``. The scale is 0 to 1. It is below 0 where a code
    that usually speaks against a lead speaks for this one. ``dead`` is the channel that it shows to be unreachable,
    where its code does not say so (any more).
    """

    code: str
    evidence: Mapping[str, Any] = {}
    scale: float = 1.0
    dead: str | None = None


class ScoredReason(Struct, frozen=True, kw_only=True):
    """A finding as a verdict lists it. Points are decibans with one decimal."""

    code: str
    group: str
    points: float
    text: str
    evidence: Mapping[str, Any]


class GroupCap(Struct, frozen=True, kw_only=True):
    """Points, in decibans, that a cap removed from the sum.

    They are above zero where the cap removed points against the lead, below zero where it removed points for the lead.
    ``group`` is the name of a group, several names joined by ``+``, or ``for``.
    """

    group: str
    points_removed: float


class FieldWarning(Struct, frozen=True, kw_only=True):
    """A field that could not be read, so it counts as absent. The text of the problem never contains the value."""

    field: str
    problem: str


class UnknownField(FieldWarning, frozen=True, kw_only=True):
    """A field that is none of a lead's, but has a name near one. The problem says which field was probably meant."""


class Contacts(Struct, frozen=True, kw_only=True):
    """A mail address and a phone number. Both are personal data."""

    email: str | None = None
    phone: str | None = None


class Normalized(Contacts, frozen=True, kw_only=True):
    """The contact data in normal form: the phone in E.164, the country in ISO 3166-1 alpha-2."""

    country: str | None = None


class Versions(Struct, frozen=True, kw_only=True):
    """What a verdict depends on: the service's version, the policy's hash, the model's name, each list's version."""

    service: str
    policy: str
    model: str | None
    data: Mapping[str, str]
    quality: str | None = None


class Enquiry(Struct, frozen=True, kw_only=True):
    """What kind of enquiry the lead is (``worth.enquiry.KINDS``): ``unclear`` where it could not be told, ``none``
    without a text, ``unknown`` where nobody looked.

    ``confidence`` is the calibrated probability of the kind, 0 to 1, ``runner_up`` the next kind, ``language`` ISO
    639-1. ``because`` are spans of the message, first character and the one after the last, that speak most for it.
    """

    kind: str = "unknown"
    confidence: float | None = None
    runner_up: str | None = None
    language: str | None = None
    because: list[tuple[int, int]] = []


class Contact(Struct, frozen=True, kw_only=True):
    """Which type of contact the lead is and whether a channel to it is known to work (``worth.contact``).

    ``next`` is what would verify it; None where nothing is needed or would help.
    """

    type: str = "unknown"
    status: str = "unknown"
    next: str | None = None


class Criterion(Struct, frozen=True, kw_only=True):
    """One criterion of a lead's quality: ``part`` is fit, engagement, stage or band; ``value`` what the lead had, None
    where that is missing; ``points`` what it earned of ``weight``. Stage and band earn none: they say what told them.
    """

    part: str
    name: str
    value: str | float | bool | None
    weight: float
    points: float | None


class Quality(Struct, frozen=True, kw_only=True):
    """What a lead is worth to its buyer, by the tenant's table (``worth.quality``). It moves no score.

    ``fit`` and ``engagement`` are 0 to 100, None where nothing is known or asked. ``stage`` is new, known or customer,
    ``band`` hot, warm, cold or ``not_now``; both ``unknown`` where it cannot be told.
    """

    fit: float | None = None
    engagement: float | None = None
    stage: str = "unknown"
    band: str = "unknown"
    criteria: list[Criterion] = []


class CheckVerdict(Struct, frozen=True, kw_only=True):
    """A verdict as it is sent and kept in the ledger.

    Scores are 0 to 100, and high is good; ``prior`` and ``sum`` are decibans; times are RFC 3339 in UTC.
    """

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
    enquiry: Enquiry = Enquiry()
    contact: Contact = Contact()
    quality: Quality = Quality()


class Revision(CheckVerdict, frozen=True, kw_only=True):
    """A verdict that replaces an earlier one: that of the check ``revises``."""

    revises: str


OUTCOMES = ("contacted", "qualified", "converted", "returned")
"""What every tenant may tell of a lead; its funnel may have events beside these (``worth.funnel``)."""
REVIEWED = ("reviewed_genuine", "reviewed_fake")
"""What somebody found who looked at a lead without reaching the person: an opinion. What a call told goes before it."""


class Outcome(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a lead, as its buyer reported it.

    ``outcome`` is one of ``OUTCOMES`` or ``REVIEWED``, or an event of the tenant's own, which its funnel may have no
    longer. ``reason`` is that of a return or of a review, ``value`` the value of a conversion. ``at`` is RFC 3339 in
    UTC, empty where it was not given. ``buyer`` distinguishes several buyers of one tenant.
    """

    outcome: str
    reason: str | None = None
    value: Price | None = None
    at: str = ""
    buyer: str = ""


CHANNELS = ("email", "phone")
CONFIRMED_BY = ("link", "code", "call")
"""How a person can show that a channel is theirs: by a link or a code that was sent there, or in a call."""


class Confirmation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That a lead's channel was shown to work, as its buyer told it; ``at`` and ``buyer`` are as in ``Outcome``."""

    channel: Literal["email", "phone"]
    how: Literal["link", "code", "call"]
    at: str = ""
    buyer: str = ""


class Confirmed(Struct, frozen=True, kw_only=True):
    """A confirmation that is kept, and the version of the lead that was made of it: the check ``version``."""

    confirmation: Confirmation
    version: str


class VendorCounts(NamedTuple):
    """Leads of a vendor whose ``outcomes`` prove what they were, as in ``VendorHistory``."""

    outcomes: int
    genuine: int
    fake: float
    all_genuine: int
    all_fake: float


class VendorHistory(Struct, frozen=True, kw_only=True):
    """How many leads of a vendor, and of all vendors together, proved genuine or fake by their outcomes.

    ``outcomes`` counts the vendor's leads that proved one or the other. In ``fake`` and ``all_fake`` each return is
    weighted by how much its buyer's returns are worth (``ledger.outcomes.histories``). ``without`` is how the vendor
    would stand without one buyer: the one that speaks most for it, and the one that speaks most against it.
    """

    outcomes: int = 0
    genuine: int = 0
    fake: float = 0.0
    all_genuine: int = 0
    all_fake: float = 0.0
    without: tuple[VendorCounts, ...] = ()
