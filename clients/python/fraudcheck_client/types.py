"""Which data go to the service and come back? Made from its OpenAPI document; not to be edited."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Activity(TypedDict):
    """What the person did on the site before the form: an event of the caller's own naming, when, and how often."""

    event: str
    """What the person did, in your own word. Unit or format: at most 64 characters."""

    at: NotRequired[str | None]
    """When it was; left out if not told. Unit or format: RFC 3339, in UTC."""

    count: NotRequired[int]
    """How often it was; 1 if not told. Unit or format: times."""


Channel = Literal["email", "phone"]
"""A way to reach the person."""


class CheckVerdict(TypedDict):
    """A verdict as it is sent and kept in the ledger. Scores are 0 to 100, and high is good; `prior` and `sum` are
    decibans; times are RFC 3339 in UTC.
    """

    check_id: str
    """The id of this check. `GET /v1/checks/{check_id}` gives the verdict again, with its facts. Unit or format:
    UUIDv7.
    """

    reference: str | None
    """Your own id of the lead, as you sent it; null if you sent none."""

    origin: str
    """How the lead came: `live`, `batch:<id>` or `revision`."""

    trust_score: int
    """How far the lead can be trusted: 0 certainly fake, 100 certainly genuine. HIGH IS GOOD. Unit or format: trust
    score, 0 to 100.
    """

    score_range: list[int]
    """The lowest and the highest score that the checks in `unknown` could have led to. Unit or format: trust score, 0
    to 100.
    """

    decision: Decision
    """What the policy advises."""

    decided_by: str
    """The rule that decided: accept_from, between_limits, one_group, lists_only, conclusive, two_groups, test,
    unreadable, `action:KIND` or `unknown:CHECK`.
    """

    classification: str
    """What the lead is: genuine, unverified, bot, farm, prank, mistyped, duplicate, non_sales, competitor, assisted,
    test, …
    """

    prior: float
    """Where the sum starts. The policy says it. Unit or format: decibans, with one decimal."""

    sum: float
    """Where the sum ends. The score is made from it. Unit or format: decibans, with one decimal."""

    reasons: list[ScoredReason]
    """Every finding that moved the score, and some others: `code`, `group`, `points`, `text` and `evidence`."""

    group_caps: list[GroupCap]
    """Points that were taken out again, because one group of findings says only so much."""

    unknown: list[str]
    """Checks that could not be made, as when a name server is down. They cost the lead nothing."""

    warnings: list[FieldWarning]
    """What could not be read, and so counts as absent; and unknown fields with a name near one of ours: `field` and
    `problem`.
    """

    suggestions: Contacts
    """What the person probably meant (`email`, `phone`), to show beside the form."""

    normalized: Normalized
    """The contact data in normal form: `email`, `phone` (E.164) and `country`."""

    versions: Versions
    """What the verdict rests on: `service`, `policy` and `quality` (their hashes), `model`, and `data`, each list's
    version.
    """

    submitted_at: str
    """When the person sent the form. Unit or format: RFC 3339, in UTC."""

    checked_at: str
    """When the lead was judged. Unit or format: RFC 3339, in UTC."""

    elapsed_ms: float | None
    """How long the check took; null in a batch. Unit or format: milliseconds."""

    enquiry: Enquiry
    """What kind of enquiry the lead is. It moves no score: a real person may ask for something else than an offer."""

    contact: Contact
    """Which type of contact the lead is, and whether a channel to it is known to work. It moves no score."""

    quality: Quality
    """What the lead is worth to you, by your own table. It moves no score."""


class Click(TypedDict, total=False):
    """Which click on an advertisement brought the person: the platforms' ids and the campaign's `utm_` marks."""

    gclid: str | None
    """Google's id of the click on an advertisement. Where it is not given, it is taken from the query of
    `client.page_url`. A macro that the advertising platform did not fill in (`{{campaign.name}}`) counts as not given.
    It moves no score. Unit or format: click id. Characters: 500, else not read. If absent: The platform cannot be told
    by it what became of the lead.
    """

    wbraid: str | None
    """Google's id of a click from an app to the web. Where it is not given, it is taken from the query of
    `client.page_url`. A macro that the advertising platform did not fill in (`{{campaign.name}}`) counts as not given.
    It moves no score. Unit or format: click id. Characters: 500, else not read. If absent: The platform cannot be told
    by it what became of the lead.
    """

    gbraid: str | None
    """Google's id of a click from the web to an app. Where it is not given, it is taken from the query of
    `client.page_url`. A macro that the advertising platform did not fill in (`{{campaign.name}}`) counts as not given.
    It moves no score. Unit or format: click id. Characters: 500, else not read. If absent: The platform cannot be told
    by it what became of the lead.
    """

    fbclid: str | None
    """Meta's id of the click on an advertisement; of a `_fbc` cookie (`fb.1.1754500000000.IwAR…`) its last part. Where
    it is not given, it is taken from the query of `client.page_url`. A macro that the advertising platform did not fill
    in (`{{campaign.name}}`) counts as not given. It moves no score. Unit or format: click id. Characters: 500, else not
    read. If absent: The platform cannot be told by it what became of the lead.
    """

    lead_id: str | None
    """The id that the advertising platform's own form gave the lead; Meta's `l:` before it is left out. A `reference`
    such as `l:1234567890123456` is read as well. Where it is not given, it is taken from the query of
    `client.page_url`. A macro that the advertising platform did not fill in (`{{campaign.name}}`) counts as not given.
    It moves no score. Unit or format: the platform's id. Characters: 500, else not read. If absent: The platform cannot
    be told by it what became of the lead.
    """

    utm_source: str | None
    """The link's `utm_source`: the site or platform that the person came from. Where it is not given, it is taken from
    the query of `client.page_url`. A macro that the advertising platform did not fill in (`{{campaign.name}}`) counts
    as not given. It moves no score. Unit or format: one line. Characters: 500, else not read. If absent: Nothing
    follows.
    """

    utm_medium: str | None
    """The link's `utm_medium`: the kind of link. Where it is not given, it is taken from the query of
    `client.page_url`. A macro that the advertising platform did not fill in (`{{campaign.name}}`) counts as not given.
    It moves no score. Unit or format: one line. Characters: 500, else not read. If absent: Nothing follows.
    """

    utm_campaign: str | None
    """The link's `utm_campaign`: the campaign. Where it is not given, it is taken from the query of `client.page_url`.
    A macro that the advertising platform did not fill in (`{{campaign.name}}`) counts as not given. It moves no score.
    Unit or format: one line. Characters: 500, else not read. If absent: Nothing follows.
    """

    utm_term: str | None
    """The link's `utm_term`: the words that were searched for. Where it is not given, it is taken from the query of
    `client.page_url`. A macro that the advertising platform did not fill in (`{{campaign.name}}`) counts as not given.
    It moves no score. Unit or format: one line. Characters: 500, else not read. If absent: Nothing follows.
    """

    utm_content: str | None
    """The link's `utm_content`: which of several links or advertisements. Where it is not given, it is taken from the
    query of `client.page_url`. A macro that the advertising platform did not fill in (`{{campaign.name}}`) counts as
    not given. It moves no score. Unit or format: one line. Characters: 500, else not read. If absent: Nothing follows.
    """


class Client(TypedDict, total=False):
    """The person's browser, as the form's server saw it. An empty string was sent empty; None was not sent at all."""

    ip: str | None
    """The internet address of the person's browser. Never send your own server's address. Unit or format: IPv4 or IPv6
    address. Characters: 100, else not read. If absent: No check of the network is made, and the lead is counted under
    no address.
    """

    user_agent: str | None
    """The name that the browser gives itself. An empty string means: the browser sent an empty one, which is evidence.
    Unit or format: `User-Agent` header. Characters: 1,024, else cut. If absent: The browser's name is not judged.
    """

    accept_language: str | None
    """The languages that the browser asks for. Unit or format: `Accept-Language` header. Characters: 1,000, else cut.
    If absent: Languages are not compared.
    """

    timezone: str | None
    """The browser's time zone: `Intl.DateTimeFormat().resolvedOptions().timeZone`. Unit or format: IANA name.
    Characters: 100, else not read. If absent: The browser's clock is not compared with the country of its address.
    """

    device_id: str | None
    """A mark that your form gives to one browser or device, the same on every visit: a random value in a cookie of your
    own, for example. It is only compared, never read. Never send one value for all visitors. Characters: 1,000, else
    not read. If absent: In the place of the device the internet address with the browser is counted, which weighs a
    third.
    """

    referrer: str | None
    """The page from which the person came to the form. Links to that site in the message count as your own. Unit or
    format: URL. Characters: 2,048, else cut. If absent: Nothing follows.
    """

    page_url: str | None
    """The page with the form. Links to that site in the message count as your own. Unit or format: URL. Characters:
    2,048, else cut. If absent: Nothing follows.
    """


ConfirmedBy = Literal["link", "code", "call"]
"""How a person showed that a channel works."""


class Contact(TypedDict):
    """Which type of contact the lead is and whether a channel to it is known to work (`worth.contact`). `next` is what
    would verify it; None where nothing is needed or would help.
    """

    type: str
    """`quick` (name and number only), `registration` (account data), `promotional` (stands, lists), `interested` (says
    what is wanted), or `unknown`.
    """

    status: str
    """`verified` (a channel is known to work), `unreachable` (none of them does), else `unqualified`; `unknown` where
    nobody looked.
    """

    next: str | None
    """What would verify it next; null where nothing is needed or would help."""


class Contacts(TypedDict):
    """A mail address and a phone number. Both are personal data."""

    email: str | None
    """The mail address, masked without the scope personal; null if none."""

    phone: str | None
    """The phone number, masked without the scope personal; null if none. Unit or format: E.164."""


class Criterion(TypedDict):
    """One criterion of a lead's quality: `part` is fit, engagement, stage or band; `value` what the lead had, None
    where that is missing; `points` what it earned of `weight`. Stage and band earn none: they say what told them.
    """

    part: str
    """What it belongs to: fit, engagement, stage or band."""

    name: str
    """What was looked at."""

    value: bool | float | str | None
    """What the lead had; null where it had none, and once the person is erased; `***` without the scope personal. Unit
    or format: text, number, or true or false.
    """

    weight: float
    """The most points that it gives. Unit or format: points."""

    points: float | None
    """The points that it gave; null where nothing is known. Unit or format: points."""


Decision = Literal["accept", "review", "reject"]
"""What the policy advises to do with a lead."""


class Enquiry(TypedDict):
    """What kind of enquiry the lead is (`worth.enquiry.KINDS`): `unclear` where it could not be told, `none` without a
    text, `unknown` where nobody looked. `confidence` is the calibrated probability of the kind, 0 to 1, `runner_up` the
    next kind, `language` ISO 639-1. `because` are spans of the message, first character and the one after the last,
    that speak most for it.
    """

    kind: str
    """One of sales_lead, customer_service, general_business, peer, personal, solicitation, spam, job, student,
    competitor; `unclear` where it cannot be told, `none` without a text, `unknown` where nobody looked.
    """

    confidence: float | None
    """How likely the kind is right; null where none is told. Unit or format: probability, 0 to 1."""

    runner_up: str | None
    """The next kind; null where none is told."""

    language: str | None
    """The language of the message; null where it cannot be told. Unit or format: ISO 639-1."""

    because: list[list[int]]
    """What of the message speaks most for the kind: pairs of the first character and the one after the last, counted
    from 0 in the message as it was sent. Unit or format: characters.
    """


class FieldProblem(TypedDict):
    """A field at fault."""

    field: str
    """The field or the parameter."""

    problem: str
    """What is wrong with it. It never quotes the value."""


class FieldWarning(TypedDict):
    """A field that could not be read, so it counts as absent. The text of the problem never contains the value."""

    field: str
    """The field, with a dot where it is inside of an object."""

    problem: str
    """What is wrong with it. It never quotes the value."""


class Form(TypedDict, total=False):
    """How the form was filled in. Times are in seconds. None means not measured, which is not the same as 0. `inserted`
    counts fields whose whole value came at once; `token_seconds` is the time since the token was fetched, by the page's
    clock; `signs` names what the script saw of the browser (`intake.field_readers.SIGNS`). `token` is the token alone,
    without the measures that came in the same field.
    """

    seconds_on_page: float | None
    """Time from the page's load to the sending of the form. Unit or format: seconds. If absent: Not measured. This is
    not the same as 0.
    """

    fill_seconds: float | None
    """Time from the first input into a field to the sending of the form. Unit or format: seconds. If absent: Not
    measured. This is not the same as 0.
    """

    keystrokes: int | None
    """How many times a key changed a field. Count the page's `input` events whose `inputType` is `insertText`,
    `insertCompositionText` or begins with `delete`; `keydown` events miss many telephones. Unit or format: key inputs.
    If absent: Not measured. This is not the same as 0.
    """

    pastes: int | None
    """How many times text was pasted into a field: the page's `paste` events. Unit or format: pastes. If absent: Not
    measured. This is not the same as 0.
    """

    autofills: int | None
    """How many fields a browser or a password manager filled in for the person. Such a field matches `:autofill`, and
    its `input` event has no `inputType`. Unit or format: fields. If absent: Not measured. This is not the same as 0.
    """

    pointer_events: int | None
    """How many mouse, touch and pen events the page saw: the `pointer…` events. Unit or format: events. If absent: Not
    measured. This is not the same as 0.
    """

    honeypot: str | None
    """What stands in the honeypot, a field that people cannot see. Empty text, `0`, `false`, `off`, `no`, words that
    mean nothing (`null`, `None`, `n/a`), and a list or an object with nothing else in it count as untouched. Of several
    honeypots each text is a line. Characters: 500, else cut. If absent: There was no honeypot, or it stayed empty:
    nothing follows.
    """

    webdriver: bool | None
    """The browser's `navigator.webdriver`: true says that a program drives the browser. Unit or format: true or false.
    If absent: Not measured. This is not the same as 0.
    """

    token: str | None
    """The field `fraudcheck` that the form's script adds, as it is; or a random mark that your server makes for each
    visit of the form. The same token with another mailbox and another phone is conclusive evidence, so never let a
    cached page give one token to several visitors. Characters: 4,096, else not read. If absent: No token is compared.
    Where nearly all leads of the vendor carry one of ours, its absence is evidence.
    """

    inserted: int | None
    """How many fields got their whole value in one input that was neither a paste nor an autofill. Unit or format:
    fields. If absent: Not measured. This is not the same as 0.
    """

    focus_changes: int | None
    """How many times the focus came to a field of the form. Unit or format: changes. If absent: Not measured. This is
    not the same as 0.
    """

    first_input_seconds: float | None
    """Time from the page's load to the first input into a field. Unit or format: seconds. If absent: Not measured. This
    is not the same as 0.
    """

    token_seconds: float | None
    """Time from the fetching of the form's token to the sending of the form, by the page's clock. Unit or format:
    seconds. If absent: Not measured. This is not the same as 0.
    """

    signs: list[str]
    """What the form's script saw of the browser: it names itself headless, draws without a graphics card, has a window
    larger than its screen or a platform that its name contradicts, bears an automation tool's marks, or an AI
    assistant's. Unit or format: list of `headless`, `software_gpu`, `window`, `platform`, `automation`, `assistant`. If
    absent: Not measured. This is not the same as 0.
    """


class GroupCap(TypedDict):
    """Points, in decibans, that a cap removed from the sum. They are above zero where the cap removed points against
    the lead, below zero where it removed points for the lead. `group` is the name of a group, several names joined by
    `+`, or `for`.
    """

    group: str
    """The group; several joined by `+`; or `for`, all points for the lead."""

    points_removed: float
    """What the cap takes out: above zero of points against the lead, below zero of points for it. Unit or format:
    decibans, with one decimal.
    """


class KeptCheck(TypedDict):
    """A verdict with its facts. `lead` is null once it is erased, and masked without the scope personal."""

    check_id: str
    """The id of this check. `GET /v1/checks/{check_id}` gives the verdict again, with its facts. Unit or format:
    UUIDv7.
    """

    reference: str | None
    """Your own id of the lead, as you sent it; null if you sent none."""

    origin: str
    """How the lead came: `live`, `batch:<id>` or `revision`."""

    trust_score: int
    """How far the lead can be trusted: 0 certainly fake, 100 certainly genuine. HIGH IS GOOD. Unit or format: trust
    score, 0 to 100.
    """

    score_range: list[int]
    """The lowest and the highest score that the checks in `unknown` could have led to. Unit or format: trust score, 0
    to 100.
    """

    decision: Decision
    """What the policy advises."""

    decided_by: str
    """The rule that decided: accept_from, between_limits, one_group, lists_only, conclusive, two_groups, test,
    unreadable, `action:KIND` or `unknown:CHECK`.
    """

    classification: str
    """What the lead is: genuine, unverified, bot, farm, prank, mistyped, duplicate, non_sales, competitor, assisted,
    test, …
    """

    prior: float
    """Where the sum starts. The policy says it. Unit or format: decibans, with one decimal."""

    sum: float
    """Where the sum ends. The score is made from it. Unit or format: decibans, with one decimal."""

    reasons: list[ScoredReason]
    """Every finding that moved the score, and some others: `code`, `group`, `points`, `text` and `evidence`."""

    group_caps: list[GroupCap]
    """Points that were taken out again, because one group of findings says only so much."""

    unknown: list[str]
    """Checks that could not be made, as when a name server is down. They cost the lead nothing."""

    warnings: list[FieldWarning]
    """What could not be read, and so counts as absent; and unknown fields with a name near one of ours: `field` and
    `problem`.
    """

    suggestions: Contacts
    """What the person probably meant (`email`, `phone`), to show beside the form."""

    normalized: Normalized
    """The contact data in normal form: `email`, `phone` (E.164) and `country`."""

    versions: Versions
    """What the verdict rests on: `service`, `policy` and `quality` (their hashes), `model`, and `data`, each list's
    version.
    """

    submitted_at: str
    """When the person sent the form. Unit or format: RFC 3339, in UTC."""

    checked_at: str
    """When the lead was judged. Unit or format: RFC 3339, in UTC."""

    elapsed_ms: float | None
    """How long the check took; null in a batch. Unit or format: milliseconds."""

    enquiry: Enquiry
    """What kind of enquiry the lead is. It moves no score: a real person may ask for something else than an offer."""

    contact: Contact
    """Which type of contact the lead is, and whether a channel to it is known to work. It moves no score."""

    quality: Quality
    """What the lead is worth to you, by your own table. It moves no score."""

    revised_by: str | None
    """The check that replaces this one; null if there is none. Unit or format: UUIDv7."""

    revises: NotRequired[str]
    """The check that this one replaces; left out if there is none. Unit or format: UUIDv7."""

    erased: bool
    """Whether the person's data was erased."""

    lead: KeptLead | None
    """The lead; null once it is erased; masked without the scope personal."""

    facts: dict[str, dict[str, Any] | None]
    """What each check found out, by the check's name; null where the lead has nothing to look up."""

    record_hash: str
    """The hash of the record in the ledger. Unit or format: sha256: and hexadecimal digits."""

    outcomes: list[KeptOutcome]
    """What became of the lead, in the order in which it was told."""

    confirmations: list[KeptConfirmation]
    """The lead's confirmations, in the order in which they were told."""


class KeptConfirmation(TypedDict):
    """That a person showed that a channel works, as the caller told it."""

    channel: Channel
    """The channel that was shown to work."""

    how: ConfirmedBy
    """By what it was shown: a link or a code that was sent there, or a call."""

    at: NotRequired[str]
    """When it was so. Unit or format: RFC 3339, in UTC."""

    buyer: NotRequired[str]
    """Whose key told it."""


class KeptLead(TypedDict, total=False):
    """A lead as it was read. Fields that were not given are left out; without the scope personal, a text that may tell
    who the person is is `***`.
    """

    email: str | None
    """The mail address as the person typed it. What stands around it is left out; of several addresses the first that
    can be used is the lead's. Unit or format: mail address. Characters: 1,000, else cut. If absent: No check of the
    mail address is made. A lead needs this or `phone`.
    """

    phone: str | None
    """The phone number as the person typed it. A number without `+` is read in `country`; without that in the service's
    `default_country`; without that in the country of `client.timezone`. Unit or format: phone number. Characters: 500,
    else cut. If absent: No check of the phone is made. A lead needs this or `email`.
    """

    name: str | None
    """The person's full name, in any script. Characters: 200, else cut. If absent: `first_name` and `last_name` are
    taken together. Without these, no name is judged.
    """

    first_name: str | None
    """The given name, for forms that ask for two names. Not used where `name` is given. Characters: 200, else cut. If
    absent: See `name`.
    """

    last_name: str | None
    """The family name, for forms that ask for two names. Not used where `name` is given. Characters: 200, else cut. If
    absent: See `name`.
    """

    company: str | None
    """The company or organisation. A link to the company's own site is no evidence against the lead. Characters: 300,
    else cut. If absent: Not judged.
    """

    message: str | None
    """What the person wrote. It is judged for links, markup, attacks and mass mailings, and compared with other leads'
    messages. Characters: 8,192, else cut. If absent: No message is judged.
    """

    address: str | None
    """Street and town. With the name and `postal_code` it tells whether the same person came before. Characters: 500,
    else cut. If absent: Not judged.
    """

    postal_code: str | None
    """The postal code. With the name and `address` it tells whether the same person came before. Characters: 100, else
    cut. If absent: Not judged.
    """

    country: str | None
    """The person's country. Names are read in the languages that people use, with ISO's own forms and short ones (`Việt
    Nam`, `Korea (Republic of)`, `U.S.A.`), alpha-3 codes, flags, and a name beside its code. `UK` and `EL` are read as
    `GB` and `GR`. A name of two countries (`Congo`) is not read. Unit or format: ISO 3166-1 alpha-2, or a country's
    name. Characters: 100, else not read. If absent: A phone without `+` is read as `phone` says; nothing is compared
    with the country.
    """

    source: Source
    """Who sold or sent the lead, and from where it came."""

    client: Client
    """The person's browser, as the server of your form saw it."""

    form: Form
    """How the form was filled in. Leave out what you did not measure."""

    activity: list[Activity]
    """What the person did on your site before the form: pages, prices, a basket, delivery terms, questions, downloads,
    visits. Each event has a name of your own (`event`, at most 64 characters), and where you know them its time (`at`)
    and how often it was (`count`). Counts by name (`{"pages": 7}`) and a list of names are read too, and any of these
    as text. It moves no score; `quality` reads it. Unit or format: list of `event`, `at` and `count`; at most 100
    events. If absent: Not measured: nothing follows.
    """

    submitted_at: str | None
    """When the person sent the form. Of a date alone no time of day is known. Unit or format: RFC 3339, UTC where it
    names no offset; or seconds or milliseconds since 1970. Characters: 100, else not read. If absent: Now.
    """

    reference: str | None
    """Your own id of the lead. The verdict gives it back, and outcomes can be told by it. Characters: 500, else not
    read. If absent: The verdict's `reference` is null.
    """

    extra: dict[str, Any]
    """Not a field to send: any other field that you send is kept under this name, and not judged. If absent: Nothing
    follows.
    """


class KeptOutcome(TypedDict):
    """What became of a lead, as its buyer told it. What was not told is left out."""

    outcome: str
    """What became of the lead: contacted, qualified, converted, returned, reviewed_genuine, reviewed_fake, or an event
    of the tenant's own.
    """

    reason: NotRequired[str | None]
    """Why the lead was returned, or reviewed as fake."""

    value: NotRequired[Price | None]
    """What a conversion brought."""

    at: NotRequired[str]
    """When it was so. Unit or format: RFC 3339, in UTC."""

    buyer: NotRequired[str]
    """Which buyer of the tenant tells it."""


class Lead(TypedDict, total=False):
    """A lead as the person typed it, after the lenient reading (`intake.lead`). It never changes, so a signal's `judge`
    may read it in a replay as well.
    """

    email: str | None
    """The mail address as the person typed it. What stands around it is left out; of several addresses the first that
    can be used is the lead's. Unit or format: mail address. Characters: 1,000, else cut. If absent: No check of the
    mail address is made. A lead needs this or `phone`.
    """

    phone: str | None
    """The phone number as the person typed it. A number without `+` is read in `country`; without that in the service's
    `default_country`; without that in the country of `client.timezone`. Unit or format: phone number. Characters: 500,
    else cut. If absent: No check of the phone is made. A lead needs this or `email`.
    """

    name: str | None
    """The person's full name, in any script. Characters: 200, else cut. If absent: `first_name` and `last_name` are
    taken together. Without these, no name is judged.
    """

    first_name: str | None
    """The given name, for forms that ask for two names. Not used where `name` is given. Characters: 200, else cut. If
    absent: See `name`.
    """

    last_name: str | None
    """The family name, for forms that ask for two names. Not used where `name` is given. Characters: 200, else cut. If
    absent: See `name`.
    """

    company: str | None
    """The company or organisation. A link to the company's own site is no evidence against the lead. Characters: 300,
    else cut. If absent: Not judged.
    """

    message: str | None
    """What the person wrote. It is judged for links, markup, attacks and mass mailings, and compared with other leads'
    messages. Characters: 8,192, else cut. If absent: No message is judged.
    """

    address: str | None
    """Street and town. With the name and `postal_code` it tells whether the same person came before. Characters: 500,
    else cut. If absent: Not judged.
    """

    postal_code: str | None
    """The postal code. With the name and `address` it tells whether the same person came before. Characters: 100, else
    cut. If absent: Not judged.
    """

    country: str | None
    """The person's country. Names are read in the languages that people use, with ISO's own forms and short ones (`Việt
    Nam`, `Korea (Republic of)`, `U.S.A.`), alpha-3 codes, flags, and a name beside its code. `UK` and `EL` are read as
    `GB` and `GR`. A name of two countries (`Congo`) is not read. Unit or format: ISO 3166-1 alpha-2, or a country's
    name. Characters: 100, else not read. If absent: A phone without `+` is read as `phone` says; nothing is compared
    with the country.
    """

    source: Source
    """Who sold or sent the lead, and from where it came."""

    client: Client
    """The person's browser, as the server of your form saw it."""

    form: Form
    """How the form was filled in. Leave out what you did not measure."""

    activity: list[Activity]
    """What the person did on your site before the form: pages, prices, a basket, delivery terms, questions, downloads,
    visits. Each event has a name of your own (`event`, at most 64 characters), and where you know them its time (`at`)
    and how often it was (`count`). Counts by name (`{"pages": 7}`) and a list of names are read too, and any of these
    as text. It moves no score; `quality` reads it. Unit or format: list of `event`, `at` and `count`; at most 100
    events. If absent: Not measured: nothing follows.
    """

    submitted_at: str | None
    """When the person sent the form. Of a date alone no time of day is known. Unit or format: RFC 3339, UTC where it
    names no offset; or seconds or milliseconds since 1970. Characters: 100, else not read. If absent: Now.
    """

    reference: str | None
    """Your own id of the lead. The verdict gives it back, and outcomes can be told by it. Characters: 500, else not
    read. If absent: The verdict's `reference` is null.
    """


class LeadOutcomes(TypedDict):
    """All outcomes of a lead and of its other versions, in the order in which they were reported."""

    check_id: str
    """The id of this check. `GET /v1/checks/{check_id}` gives the verdict again, with its facts. Unit or format:
    UUIDv7.
    """

    outcomes: list[KeptOutcome]
    """All outcomes of the lead, in the order in which they were told."""


class Normalized(TypedDict):
    """The contact data in normal form: the phone in E.164, the country in ISO 3166-1 alpha-2."""

    email: str | None
    """The mail address, masked without the scope personal; null if none."""

    phone: str | None
    """The phone number, masked without the scope personal; null if none. Unit or format: E.164."""

    country: str | None
    """The person's country; null if unknown. Unit or format: ISO 3166-1 alpha-2."""


class Price(TypedDict, total=False):
    """An amount of money, as a decimal string, and its ISO 4217 currency: for a lead, what the buyer pays for it."""

    amount: str | None
    """The amount of money. In a lead: what the buyer pays for it. `24,50 €` and `12.000đ` are read as well, where
    amount and currency are certain; `12.500` is twelve and a half, but in a currency without decimals 12500. Unit or
    format: decimal number, in units of the currency. Characters: 30, else not read. If absent: Without a price, audits
    leave the lead out of the money.
    """

    currency: str | None
    """The currency of the amount, also by a sign or name that is one currency's (`€`, `đồng`). Where it is not given,
    the amount's own is taken. Unit or format: ISO 4217. Characters: 100, else not read. If absent: Without a currency,
    audits leave the lead out of the money.
    """


class ProblemDocument(TypedDict):
    """An error (RFC 9457)."""

    type: str
    """Always `about:blank`: the status says what kind of error it is."""

    title: str
    """What is wrong, and what to do."""

    status: int
    """The status of the answer. Unit or format: HTTP status code."""

    request_id: str
    """The call's id, as in the header X-Request-Id."""

    errors: NotRequired[list[FieldProblem]]
    """The fields at fault; left out if it is none."""


class Quality(TypedDict):
    """What a lead is worth to its buyer, by the tenant's table (`worth.quality`). It moves no score. `fit` and
    `engagement` are 0 to 100, None where nothing is known or asked. `stage` is new, known or customer, `band` hot,
    warm, cold or `not_now`; both `unknown` where it cannot be told.
    """

    fit: float | None
    """How well the lead fits what you look for; null where nothing is asked or known. Unit or format: 0 to 100."""

    engagement: float | None
    """How much the person did; null where nothing is known of it. Unit or format: 0 to 100."""

    stage: str
    """How far the person is with you: `new`, `known`, `customer`, or `unknown`."""

    band: str
    """What follows by your table: `hot`, `warm`, `cold`, `not_now` (the person wants it later), or `unknown`."""

    criteria: list[Criterion]
    """Everything that fit and engagement were made of, and what told stage and band."""


ReturnReason = Literal[
    "invalid_phone",
    "invalid_email",
    "duplicate",
    "bot_traffic",
    "obviously_fake",
    "no_answer",
    "did_not_convert",
    "other",
]
"""Why a lead was returned."""


class ScoredReason(TypedDict):
    """A finding as a verdict lists it. Points are decibans with one decimal."""

    code: str
    """What was found. A code's meaning never changes. Unit or format: reason code."""

    group: str
    """The group whose cap applies."""

    points: float
    """How much it moves the sum: below zero speaks against the lead, above zero for it. Unit or format: decibans, with
    one decimal.
    """

    text: str
    """The finding as a sentence for people. It may change."""

    evidence: dict[str, Any]
    """What the finding rests on, by name. It holds no personal data."""


class Source(TypedDict, total=False):
    """Who sold or sent the lead, and from where it came."""

    vendor: str | None
    """The vendor: who sold or sent the lead. Audits, the policy and group checks go by it. Names that differ in case
    and blanks only are one vendor, shown as first written. Unit or format: one line. Characters: 200, else not read. If
    absent: The lead counts among those without a vendor. No vendor's policy and no vendor's outcomes apply.
    """

    campaign: str | None
    """The campaign that brought the lead. Used by audits; it moves no score. Unit or format: one line. Characters: 200,
    else not read. If absent: Audits count the lead under no campaign.
    """

    sub_id: str | None
    """The vendor's own mark for where it got the lead: a sub-affiliate, a publisher or a placement. Audits show which
    sub-ids bring the bad leads; it moves no score. Unit or format: one line. Characters: 200, else not read. If absent:
    Audits count the lead under no sub-id.
    """

    channel: str | None
    """The marketing channel. Used by audits. With call and offline somebody else types for the person, or many people
    at one machine, so that the browser and the form's measures are not judged; else it moves no score. Unit or format:
    one of seo, ppc, display, email, content, social, affiliate, call, chat, offline, other. Characters: 100, else not
    read. If absent: Audits count the lead under no channel, and the browser is taken to be the person's.
    """

    price: Price
    """What the buyer pays for the lead."""

    click: Click
    """Which click on an advertisement brought the person."""


class ToldOutcome(TypedDict):
    """What became of a lead. `outcome` is contacted, qualified, converted, returned, reviewed_genuine, reviewed_fake,
    or an event of the tenant's own funnel. `reason` may also be written as the trade does (`Wrong number`). `at` is now
    by default. `buyer` is the key's own, or not given; without keys it is a name that distinguishes several buyers of
    one tenant.
    """

    outcome: str
    """What became of the lead: contacted, qualified, converted, returned, an event of the tenant's own funnel, or what
    somebody found who looked at it: reviewed_genuine, reviewed_fake.
    """

    reason: NotRequired[ReturnReason | None]
    """Why the lead was returned or, of reviewed_fake, what it was found to be: invalid_phone, invalid_email,
    bot_traffic or obviously_fake. Also read as the trade writes it: `Wrong number`.
    """

    value: NotRequired[Value | None]
    """What a conversion brought."""

    at: NotRequired[str | None]
    """When it was so. If absent: now. Unit or format: RFC 3339."""

    buyer: NotRequired[str | None]
    """Which buyer of the tenant tells it. If absent: the key's own. A key of another buyer gets 403. Unit or format: at
    most 200 characters.
    """


class Value(TypedDict):
    """What a conversion brought: a decimal string and an ISO 4217 code."""

    amount: str
    """The amount of money. Unit or format: decimal number, in units of the currency."""

    currency: str
    """The currency of the amount. Unit or format: ISO 4217."""


class Versions(TypedDict):
    """What a verdict depends on: the service's version, the policy's hash, the model's name, each list's version."""

    service: str
    """The version of the service."""

    policy: str
    """The policy, by its hash. Unit or format: sha256: and hexadecimal digits."""

    model: str | None
    """The anomaly model; null if there is none."""

    data: dict[str, str]
    """The version of each list and library."""

    quality: str | None
    """The table of quality, by its hash; null if there is none."""
