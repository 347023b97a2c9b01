"""What does the core need from outside? One Protocol for each kind of I/O, and the lists as plain values."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from re import Pattern
from typing import Protocol

from msgspec import Struct

from fraudcheck.records import Facts, Outcome, Record, Subject


class Unavailable(Exception):
    """A dependency could not answer. The text is a short cause (``timeout``, ``redis``) without personal data."""


class MailboxRule(Struct, frozen=True, kw_only=True):
    """How one provider maps addresses to mailboxes: what it ignores in the part before the @.

    Every character of ``alike`` means the first of them.
    """

    domain: str
    ignores: str = ""
    alike: str = ""
    tag_separators: str = ""
    subdomain_is_user: bool = False


class BrowserReleases(Struct, frozen=True, kw_only=True, eq=False):
    """The browser versions that there have been. Two are equal where they are one, so that a cache may hold one.

    ``chrome_builds`` gives the last known build (``x.0.BUILD.z``) of a Chrome major; ``latest`` the highest major of
    ``chrome`` and ``firefox`` that was known, nightly ones too, at ``date`` (Unix seconds); ``ios_webkit`` and
    ``safari_webkit`` the lowest and highest WebKit major of an iOS and of a Safari major.
    """

    chrome_builds: Mapping[int, int] = {}
    latest: Mapping[str, int] = {}
    ios_webkit: Mapping[int, tuple[int, int]] = {}
    safari_webkit: Mapping[int, tuple[int, int]] = {}
    date: float = 0.0


class Listing(Struct, frozen=True):
    """Which lists name a domain as throw-away (names with versions) and what that weighs, 0…1."""

    lists: tuple[str, ...]
    weight: float = 1.0


class Lists(Struct, frozen=True, kw_only=True):
    """Every list that signals look things up in, loaded at start-up. Domains are lower-case A-labels.

    ``relay_domains`` gives the service's name for a domain, ``reserved_domains`` the RFC for a domain
    or a last label, ``mailbox_rules`` the rule for each domain (aliases included),
    ``fictional_numbers`` pairs of (first, last) E.164 digits without ``+``, of equal length, with the
    regulator's name; ``unused_numbers`` shapes of E.164 digits that nobody is given, with its name;
    ``line_uses`` gives who has a line of a kind in a region (``numbering.line_uses``);
    ``sms_inbox`` what is listed of a number on pages that show its messages (``sms_inboxes.finder``);
    ``crawler`` gives the matched pattern for a user agent, None for a browser;
    ``zone_countries`` the ISO countries of an IANA time zone (empty for zones of none, as ``UTC``);
    ``clock_gap`` the hours between a zone's clock and a country's (its nearest) at a time in Unix seconds,
    None where either is not known;
    ``versions`` name and version of each list. ``distinctive_labels`` are providers' invented words,
    in which a wrong letter is a slip, and ``not_slips`` real domains that lie one slip from these.
    ``disposable_listings`` says by which lists a disposable domain is named (firmly by one where it says
    nothing); ``mail_hosts`` gives the throw-away service behind a mail host's domain or address; ``dynamic_dns``
    are domains under which anyone has a name at no cost.
    ``phrases`` gives the class of each known phrase in a folded text (``message.fold``): ``topic.NAME``, with a
    ``!`` at its end for a topic of spam alone, ``offer``, ``job``, ``press``, ``support``; ``link_hosts`` the class of
    a web host: ``shortened``, ``messenger``, ``ordinary``.
    ``name_forms`` gives what else stands for a name (Bob for Robert), in ASCII letters;
    ``against_name`` and ``against_mailbox`` how many decibans the spelling of a name or of a mailbox's
    name speaks against the lead, 0 where it is a person's or nothing can be told.
    """

    allowed_domains: frozenset[str] = frozenset()
    disposable_domains: Set[str] = frozenset()
    disposable_listings: Mapping[str, Listing] = {}
    mail_hosts: Mapping[str, str] = {}
    dynamic_dns: frozenset[str] = frozenset()
    free_domains: frozenset[str] = frozenset()
    relay_domains: Mapping[str, str] = {}
    reserved_domains: Mapping[str, str] = {}
    popular_domains: frozenset[str] = frozenset()
    distinctive_labels: frozenset[str] = frozenset()
    not_slips: frozenset[str] = frozenset()
    top_level_domains: frozenset[str] = frozenset()
    mailbox_rules: Mapping[str, MailboxRule] = {}
    role_names: frozenset[str] = frozenset()
    placeholder_mailboxes: frozenset[str] = frozenset()
    placeholder_names: frozenset[str] = frozenset()
    fictional_numbers: tuple[tuple[str, str, str], ...] = ()
    unused_numbers: tuple[tuple[Pattern[str], str], ...] = ()
    line_uses: Callable[[str, str | None, str], str | None] = lambda line, region, e164: None
    sms_inbox: Callable[[str, int, int], tuple[str, int] | None] = lambda digits, year, month: None
    zone_countries: Mapping[str, tuple[str, ...]] = {}
    clock_gap: Callable[[str, str, float], float | None] = lambda zone, country, at: None
    name_forms: Mapping[str, tuple[str, ...]] = {}
    against_name: Callable[[str], float] = lambda name: 0.0
    against_mailbox: Callable[[str], float] = lambda local: 0.0
    crawler: Callable[[str], str | None] = lambda user_agent: None
    browser_releases: BrowserReleases = BrowserReleases()
    phrases: Callable[[str], Sequence[str]] = lambda text: ()
    link_hosts: Mapping[str, str] = {}
    versions: Mapping[str, str] = {}


Answer = tuple[str, tuple[str, ...], float]
"""What one DNS query gave: status, records as text, seconds that they hold.

The status is ``ok``, ``nxdomain`` (no such name), ``nodata`` (the name has no such record) or, when
nothing was learnt, the cause: ``timeout``, ``servfail``, ``refused``, ``bad_answer`` and the like.
"""

Resolve = Callable[[str, str], Awaitable[Answer]]
"""Asks for an absolute name and a record type. Never raises."""

Trace = Callable[[str, Resolve], Awaitable[tuple[Facts, float]]]
"""Follows a domain's mail route (``mail_route.trace``): the facts, and the seconds that they hold."""


class MailRoutes(Protocol):
    """Where does mail for a domain go?"""

    async def route(self, domain: str) -> Facts:
        """The facts of ``mail_route.trace`` for an A-label domain, from the cache where fresh.

        Never raises for a failed look-up: that is ``{"v": 1, "unknown": cause}``. A caller that stops
        waiting does not stop the look-up, whose answer still fills the cache.
        """
        ...


class SharedAnswers(Protocol):
    """What other workers and machines have found out about domains. Never raises, and costs a few ms at most.

    ``trips`` counts round trips by how they ended.
    """

    trips: Counter[str]

    @property
    def open(self) -> bool:
        """Whether it is being asked: not for a while after it has failed."""
        ...

    async def get(self, domain: str) -> tuple[Facts, float] | None:
        """Give the facts of a domain and the seconds that they still hold; None where nothing is known."""
        ...

    def put(self, domain: str, facts: Facts, seconds: float) -> None:
        """Tell the others, without waiting."""
        ...

    async def close(self) -> None:
        """Let go of the connection."""
        ...


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


class Counters(Protocol):
    """Counts leads by identity."""

    async def observe(self, subject: Subject) -> Mapping[str, Seen]:
        """Count this lead once under each of ``subject.tokens`` and give what came before, by kind.

        A window w is the last 13 buckets of w/12, cut on the epoch, over earlier leads; a partner is in it when its
        last sighting is. Times are whole seconds, and never go backwards for a tenant nor for an identity.
        The same ``subject.tag`` again within ``remembered`` seconds counts nothing and gets the same answer. Raises
        Unavailable.
        """
        ...

    async def ping(self) -> None:
        """Return when the counts can be reached. Raises Unavailable."""
        ...

    async def close(self) -> None:
        """Let go of the connection; whoever still waits gets Unavailable."""
        ...


class Network(Struct, frozen=True, kw_only=True):
    """What is known of an IP address.

    ``private`` for one that no person has on the internet: of a local network, a carrier's NAT, documentation.
    ``kind`` is ``tor``, ``proxy``, ``vpn``, ``hosting``, ``relay`` (a gateway that many people share),
    ``satellite`` or ``access`` (households' lines that some list takes for machines); None where nothing is
    known, which is what most people have. ``operator`` is who runs it and ``list`` the list, with its version,
    that said so. ``countries`` are the ISO 3166-1 codes that the sources name, more than one where they differ.
    """

    private: bool = False
    kind: str | None = None
    operator: str | None = None
    list: str | None = None
    countries: tuple[str, ...] = ()


class Addresses(Protocol):
    """Whose is an IP address, and where? ``versions`` are name and version of each list."""

    versions: Mapping[str, str]

    def look_up(self, ip: str) -> Network:
        """Tell what is known of an address; never raises for one."""
        ...


class NoAddresses:
    """Knows nothing of any address."""

    versions: Mapping[str, str] = {}

    def look_up(self, ip: str) -> Network:
        """Tell nothing."""
        return Network()


class VendorRecords(Protocol):
    """What became of each vendor's leads, as known at this moment."""

    def record(self, tenant: str, vendor: str) -> Record:
        """Give a vendor's record, an empty one where nothing is known. Raises Unavailable; never waits."""
        ...


class NoRecords:
    """Nothing became of any lead."""

    def record(self, tenant: str, vendor: str) -> Record:
        """Give an empty record."""
        return Record()


class Ports(Struct, frozen=True, kw_only=True):
    """What ``gather`` is handed."""

    lists: Lists
    mail_routes: MailRoutes
    counters: Counters
    addresses: Addresses = NoAddresses()
    vendors: VendorRecords = NoRecords()


MILLIONTHS = 1_000_000
"""Parts of a currency's unit in which prices are added up."""


class Entry(Struct, frozen=True, kw_only=True):
    """One record for the ledger: the sealed bytes (``fraudcheck.ledger``) and what to look it up by.

    ``record`` is canonical JSON and ``record_hash`` its SHA-256; ``personal`` the disclosures that erasing
    deletes. ``checked_at`` is RFC 3339, ``reasons`` the codes joined by blanks, ``revises`` the check that
    this one replaces, ``identities`` the keyed tokens (``mailbox:…``, ``phone:…``, ``reference:…``) to find a lead by;
    ``price`` is in millionths of ``currency``;
    ``idempotency`` and ``body_digest`` are keyed hashes of the request's Idempotency-Key and body.
    """

    tenant: str
    check_id: str
    record: bytes
    record_hash: bytes
    personal: bytes
    checked_at: str
    origin: str
    vendor: str | None
    decision: str
    classification: str
    trust_score: int
    reasons: str
    revises: str | None = None
    campaign: str | None = None
    sub_id: str | None = None
    channel: str | None = None
    price: int | None = None
    currency: str | None = None
    identities: tuple[str, ...] = ()
    idempotency: str | None = None
    body_digest: str | None = None


class Appended(Struct, frozen=True):
    """What became of an entry: kept, or, where ``existing`` is set, not kept, because its Idempotency-Key
    belongs to that check already, which came with a body of ``body_digest``.
    """

    existing: str | None = None
    body_digest: str | None = None


class Stored(Struct, frozen=True, kw_only=True):
    """A record as it was kept. ``personal`` is None once erased; ``revised_by`` the newest check that replaces it."""

    check_id: str
    record: bytes
    record_hash: bytes
    personal: bytes | None
    revised_by: str | None = None


class Columns(Struct, frozen=True, kw_only=True):
    """Leads as numbers, oldest first: five in ``rows`` for each, its source, kind, day, score and price.

    Source and kind are keys of ``sources`` (vendor, campaign, sub-id, channel) and of ``kinds`` (decision,
    classification, currency, reasons' codes and blanks), None where it was not given. The day is the ordinal of the
    date in UTC, the price in millionths of the currency, -1 where there is none.
    """

    rows: array[int]
    sources: Mapping[int, tuple[str | None, str | None, str | None, str | None]]
    kinds: Mapping[int, tuple[str, str, str | None, str]]


class Proven(Struct, frozen=True, kw_only=True):
    """How many leads of a vendor a buyer's outcomes show to be genuine and to be fake."""

    vendor: str | None
    buyer: str
    genuine: int
    fake: int


class Became(Struct, frozen=True, kw_only=True):
    """An outcome with what is known of its lead: its first version's id, its source (as in ``Columns``), its score."""

    lead: str
    told: Outcome
    source: tuple[str | None, str | None, str | None, str | None]
    score: int


class Ledger(Protocol):
    """Keeps the record of every check, and the policies that they rest on. Every method raises Unavailable."""

    async def append(self, entry: Entry) -> Appended:
        """Keep a record; it is durable on return. The same check again is no error and changes nothing."""
        ...

    async def get(self, tenant: str, check_id: str) -> Stored | None:
        """Give one record, None where the tenant has none of that id."""
        ...

    async def by_idempotency(self, tenant: str, key: str) -> tuple[str, str | None] | None:
        """Give check_id and body digest of the record that was kept under a hashed Idempotency-Key."""
        ...

    async def list(
        self,
        tenant: str,
        *,
        limit: int,
        origin: str = "live",
        vendor: str | None = None,
        decision: str | None = None,
        classification: str | None = None,
        reason: str | None = None,
        since: str | None = None,
        until: str | None = None,
        before_check_id: str | None = None,
    ) -> Sequence[Stored]:
        """Give up to ``limit`` records, newest first, each lead once by its newest version.

        ``since <= checked_at < until``, compared as text: hand them over in the form that
        ``checked_at`` has. ``before_check_id`` is the last id of the page before.
        """
        ...

    async def find(self, tenant: str, identity: str) -> Sequence[str]:
        """Give the ids of all checks of one identity (``mailbox:…``, ``phone:…``, ``reference:…``), newest first."""
        ...

    async def columns(self, tenant: str, since: str, until: str) -> Columns:
        """Give the live leads of a time, each once by its newest version. Times as for ``list``."""
        ...

    async def tell(self, tenant: str, told: Sequence[tuple[str, Outcome]], at: str) -> Sequence[str]:
        """Keep outcomes of checks, durable on return; ``at`` is now. For each: ``kept``, ``known`` where the same
        was told before, or ``missing`` where the tenant has no such check.
        """
        ...

    async def outcomes(self, tenant: str, check_id: str) -> Sequence[Outcome]:
        """Give the outcomes of a lead, whichever version they were told of, in the order in which they were told."""
        ...

    async def became(self, tenant: str, since: str, until: str) -> Sequence[Became]:
        """Give the outcomes of all leads checked in a time (as for ``list``), lead by lead, in the order told."""
        ...

    async def proven(self, tenant: str) -> Sequence[Proven]:
        """Give what all outcomes of the tenant together say of each vendor's leads, by buyer."""
        ...

    async def erase(self, tenant: str, check_ids: Sequence[str]) -> None:
        """Delete the personal values and tokens of these checks, from the disk too. The records stay."""
        ...

    async def put_policy(self, policy_hash: str, body: bytes) -> None:
        """Keep a policy (its effective points and models) under its hash; a known one changes nothing."""
        ...

    async def get_policy(self, policy_hash: str) -> bytes | None:
        """Give a policy by its hash."""
        ...

    async def ping(self) -> None:
        """Return when the ledger answers."""
        ...
