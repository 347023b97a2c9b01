"""Which lists do signals look things up in?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from re import Pattern

from msgspec import Struct

from fraudcheck.records import Lead


class MailboxRule(Struct, frozen=True, kw_only=True):
    """Which addresses of one mail provider lead to the same mailbox, by the part before the @.

    ``ignores`` are characters that do not count (dots at Gmail). Every character of ``alike`` means the first of them.
    Text from one of ``tag_separators`` on does not count (``an+shop``). With ``subdomain_is_user`` the mailbox is named
    by the subdomain (``anything@an.example.com``).
    """

    domain: str
    ignores: str = ""
    alike: str = ""
    tag_separators: str = ""
    subdomain_is_user: bool = False


class BrowserReleases(Struct, frozen=True, kw_only=True, eq=False):
    """The browser versions that exist. Compared by identity, so that it can be hashed as the key of a cache.

    ``chrome_builds``: for a major version of Chrome its last known build (``x.0.BUILD.z``).
    ``latest``: for ``chrome`` and ``firefox`` the highest major version, nightly ones too, at ``date`` (Unix seconds).
    ``ios_webkit``, ``safari_webkit``: for a major version of iOS or Safari the lowest and highest major of its WebKit.
    """

    chrome_builds: Mapping[int, int] = {}
    latest: Mapping[str, int] = {}
    ios_webkit: Mapping[int, tuple[int, int]] = {}
    safari_webkit: Mapping[int, tuple[int, int]] = {}
    date: float = 0.0


class Listing(Struct, frozen=True):
    """The lists that name a domain as throw-away (name and version each), and what that weighs, from 0 to 1."""

    lists: tuple[str, ...]
    weight: float = 1.0


class TextReading(Struct, frozen=True):
    """What a model reads in an enquiry's text (``fields.enquiry``).

    ``kinds``: calibrated probabilities of the kinds (``worth.enquiry.KINDS``), the likeliest first; what is missing to
    1 is that of a text that says nothing. Empty for a language that the model does not know. ``unasked``: decibans,
    ``10·log10(P(text | an unasked offer or spam) / P(text | other kinds))``. ``language``: ISO 639-1, None where it
    cannot be told. ``spans``: first character and the one after the last of the places that speak most for the kind.
    """

    kinds: Mapping[str, float]
    unasked: float
    language: str | None
    spans: Sequence[tuple[int, int]]


class Lists(Struct, frozen=True, kw_only=True):
    """Every list that signals look things up in, loaded at start. Domains are lower-case A-labels.

    Domains:
        allowed_domains: never called throw-away, whatever other lists say.
        disposable_domains: throw-away domains.
        disposable_listings: for these the lists that name them; one that is missing counts as named with weight 1.
        mail_hosts: for a mail host's domain or IP address the throw-away service behind it.
        dynamic_dns: domains under which anyone can have a name for nothing.
        free_domains: providers where anyone can have a mailbox for nothing.
        relay_domains: for a domain of addresses that forward mail, the service's name.
        reserved_domains: for a special-use domain or top-level domain the RFC that reserves it.
        popular_domains: the large mail providers.
        distinctive_labels: invented words in providers' names, in which a wrong letter is a slip.
        not_slips: real domains that differ by one slip from a popular one.
        top_level_domains: all that exist.
        mailbox_rules: the rule of each domain, aliases included.
        ascii_mailboxes: providers whose mailboxes' names are all in ASCII.
        dotted_mailboxes: providers that gave out names with dots where no other has them (``an..b``, ``an.``).

    Names in mail addresses, and of people:
        role_names, placeholder_mailboxes: parts before the @ that name a role (``info``) or nobody (``test``).
        placeholder_names: names that people type when they do not give theirs.
        name_forms: for a name its other forms (Robert: Bob), in ASCII letters.
        against_name, against_mailbox: decibans by which the spelling of a name, or of a mailbox's name, speaks
            against the lead; 0 when it is a person's, or when nothing can be said.

        scheme_share: the share of people whose mailbox's name is made by a scheme (``fields.email.scheme``), at least.

    Phone numbers:
        fictional_numbers: first and last number of a range kept for films and examples, as the integer of its E.164
            digits, and the regulator's name; sorted.
        unused_numbers: patterns of E.164 digits that nobody is given, and the regulator's name.
        line_uses: who has a line of a type in a region (``fields.phone.numbering_plan.line_uses``).
        newer_area_codes: for a North American area code that phonenumbers does not know yet its region.
        sms_inbox: what is known of a number on public pages that show its messages
            (``fields.phone.public_inboxes.inbox_finder``).

    Browsers and clocks:
        zone_countries: for an IANA time zone the ISO codes of its countries; none for zones such as ``UTC``.
        clock_gap: hours between the clocks of a zone and a country (its nearest) at a time in Unix seconds; None
            when either is not known.
        crawler: the pattern that a user agent matches; None for a browser's.
        browser_releases: see there.
        browser_share: the share of people in a country, or in the world, who have the browser that a user agent names,
            at least, at a time that is a number of four weeks since 1970.

    Countries:
        country_names: for a name of a country, in some language (``fields.country_names.name_key``), its ISO code.

    Messages:
        phrases: the classes of the known phrases in a folded text (``fields.message.fold``): ``topic.NAME``, with a
            ``!`` at the end for a topic of spam alone; ``offer``, ``job``, ``press``, ``support``.
        read_enquiry: what a model reads in a text; None where it has no letters.
        universities: domains of universities, whose students and staff have mailboxes there.
        job_boards: domains from which job boards send applications on.
        link_hosts: the class of a web host: ``shortened``, ``messenger``, ``ordinary``.

    What fields are filled with:
        is_place: whether a text is a name or a code of a country, state or town (``fields.autofill.place_finder``).
        empty_words: for a text that may mean that nothing was given its kind (``fields.empty_words``).

    Leads:
        test_lead: the platform that made a lead to try out a connection, and whether the lead's name is the
            platform's too (``fields.test_leads``); None for people's.

    ``versions`` has the version of each list by its name.
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
    ascii_mailboxes: frozenset[str] = frozenset()
    dotted_mailboxes: frozenset[str] = frozenset()
    role_names: frozenset[str] = frozenset()
    placeholder_mailboxes: frozenset[str] = frozenset()
    placeholder_names: frozenset[str] = frozenset()
    fictional_numbers: tuple[tuple[int, int, str], ...] = ()
    unused_numbers: tuple[tuple[Pattern[str], str], ...] = ()
    line_uses: Callable[[str, str | None, str], str | None] = lambda line, region, e164: None
    newer_area_codes: Mapping[str, str] = {}
    sms_inbox: Callable[[str, float], tuple[str, int] | None] = lambda digits, at: None
    zone_countries: Mapping[str, tuple[str, ...]] = {}
    clock_gap: Callable[[str, str, float], float | None] = lambda zone, country, at: None
    name_forms: Mapping[str, tuple[str, ...]] = {}
    scheme_share: Callable[[str], float] = lambda scheme: 0.02
    browser_share: Callable[[str, str | None, int], float] = lambda user_agent, country, four_weeks: 0.02
    against_name: Callable[[str], float] = lambda name: 0.0
    against_mailbox: Callable[[str], float] = lambda local: 0.0
    crawler: Callable[[str], str | None] = lambda user_agent: None
    browser_releases: BrowserReleases = BrowserReleases()
    country_names: Mapping[str, str] = {}
    phrases: Callable[[str], Sequence[str]] = lambda text: ()
    read_enquiry: Callable[[str], TextReading | None] = lambda text: None
    universities: frozenset[str] = frozenset()
    job_boards: frozenset[str] = frozenset()
    link_hosts: Mapping[str, str] = {}
    is_place: Callable[[str], bool] = lambda text: False
    empty_words: Mapping[str, str] = {}
    test_lead: Callable[[Lead], tuple[str, bool] | None] = lambda lead: None
    versions: Mapping[str, str] = {}
