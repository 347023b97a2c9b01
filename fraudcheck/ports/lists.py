"""Which lists do signals look things up in?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from re import Pattern

from msgspec import Struct


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
    ``line_uses`` gives who has a line of a kind in a region (``numbering_plan.line_uses``);
    ``sms_inbox`` what is listed of a number on pages that show its messages (``inbox_finder``);
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
