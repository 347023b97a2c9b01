"""What is each field of a lead? Its type, unit, length, meaning and example, and what it means where it is not given.

The OpenAPI document and the page on the HTTP API are made from this table; a test holds it to ``records.Lead``.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from fraudcheck.intake.field_readers import SIGNS

JsonType = Literal["string", "number", "integer", "boolean", "array", "object"]


class LeadField(Struct, frozen=True, kw_only=True):
    """One field that a caller may send. ``name`` is dotted (``client.ip`` is ``ip`` inside of ``client``).

    ``unit`` says what a number counts or how a text is written, and is empty for free text; ``absent`` says what
    follows where the field is not given. ``length`` is how many characters of a text are read. Of a longer one the
    first are read; but where ``whole``, it is not read at all, because its beginning would be another value. (Of a
    mail address and a phone number even what is cut is too long to be one, and the lead still has a contact to judge.)
    """

    name: str
    type: JsonType
    meaning: str
    example: Any
    absent: str
    unit: str = ""
    length: int = 100
    whole: bool = True

    @property
    def description(self) -> str:
        """All but name, type and example, as one text."""
        unit = f" Unit or format: {self.unit}." if self.unit else ""
        length = f" Characters: {self.length_text}." if self.length_text else ""
        return f"{self.meaning}{unit}{length} If absent: {self.absent}"

    @property
    def length_text(self) -> str:
        """How many characters are read, and what becomes of a longer text; empty for what is no text."""
        return f"{self.length:,}, else {'not read' if self.whole else 'cut'}" if self.type == "string" else ""


EXTRA_FIELDS, EXTRA_NAME, EXTRA_BYTES = 200, 100, 16 * 1024
"""How many unknown fields of a lead are kept, the characters of a name, and the bytes of all together as JSON."""

ACTIVITY_EVENTS, EVENT_NAME = 100, 64
"""How many events of a lead's activity are read, and the characters of an event's name."""

_NOT_MEASURED = "Not measured. This is not the same as 0."
_OF_THE_CLICK = (
    "Where it is not given, it is taken from the query of `client.page_url`. A macro that the advertising platform did "
    "not fill in (`{{campaign.name}}`) counts as not given. It moves no score."
)
_NOT_TOLD = "The platform cannot be told by it what became of the lead."
_CLICKS = (
    ("gclid", "click id", "Google's id of the click on an advertisement.", "Cj0KCQiA-_example", _NOT_TOLD),
    ("wbraid", "click id", "Google's id of a click from an app to the web.", "CjgKCAiA_example", _NOT_TOLD),
    ("gbraid", "click id", "Google's id of a click from the web to an app.", "0AAAAAo_example", _NOT_TOLD),
    (
        "fbclid",
        "click id",
        "Meta's id of the click on an advertisement; of a `_fbc` cookie (`fb.1.1754500000000.IwAR…`) its last part.",
        "IwAR0_example",
        _NOT_TOLD,
    ),
    (
        "lead_id",
        "the platform's id",
        "The id that the advertising platform's own form gave the lead; Meta's `l:` before it is left out. A "
        "`reference` such as `l:1234567890123456` is read as well.",
        "1234567890123456",
        _NOT_TOLD,
    ),
    *(
        (f"utm_{name}", "one line", f"The link's `utm_{name}`: {meaning}.", example, "Nothing follows.")
        for name, meaning, example in (
            ("source", "the site or platform that the person came from", "newsletter"),
            ("medium", "the kind of link", "cpc"),
            ("campaign", "the campaign", "spring"),
            ("term", "the words that were searched for", "office chairs"),
            ("content", "which of several links or advertisements", "blue-button"),
        )
    ),
)
"""Name, unit, meaning, example and what follows where it is absent, of each field of ``source.click``."""

LEAD_FIELDS = (
    LeadField(
        name="email",
        type="string",
        unit="mail address",
        length=1000,
        whole=False,
        meaning="The mail address as the person typed it. What stands around it is left out; of several addresses the "
        "first that can be used is the lead's.",
        example="an.nguyen@gmail.com",
        absent="No check of the mail address is made. A lead needs this or `phone`.",
    ),
    LeadField(
        name="phone",
        type="string",
        unit="phone number",
        length=500,
        whole=False,
        meaning="The phone number as the person typed it. A number without `+` is read in `country`; without that in "
        "the service's `default_country`; without that in the country of `client.timezone`.",
        example="0912 840 375",
        absent="No check of the phone is made. A lead needs this or `email`.",
    ),
    LeadField(
        name="name",
        type="string",
        length=200,
        whole=False,
        meaning="The person's full name, in any script.",
        example="Nguyễn Văn An",
        absent="`first_name` and `last_name` are taken together. Without these, no name is judged.",
    ),
    LeadField(
        name="first_name",
        type="string",
        length=200,
        whole=False,
        meaning="The given name, for forms that ask for two names. Not used where `name` is given.",
        example="An",
        absent="See `name`.",
    ),
    LeadField(
        name="last_name",
        type="string",
        length=200,
        whole=False,
        meaning="The family name, for forms that ask for two names. Not used where `name` is given.",
        example="Nguyễn",
        absent="See `name`.",
    ),
    LeadField(
        name="company",
        type="string",
        length=300,
        whole=False,
        meaning="The company or organisation. A link to the company's own site is no evidence against the lead.",
        example="Anh Duc Furniture",
        absent="Not judged.",
    ),
    LeadField(
        name="message",
        type="string",
        length=8192,
        whole=False,
        meaning="What the person wrote. It is judged for links, markup, attacks and mass mailings, and compared with "
        "other leads' messages.",
        example="I need a quote for 40 chairs in March.",
        absent="No message is judged.",
    ),
    LeadField(
        name="address",
        type="string",
        length=500,
        whole=False,
        meaning="Street and town. With the name and `postal_code` it tells whether the same person came before.",
        example="12 Hàng Bài, Hà Nội",
        absent="Not judged.",
    ),
    LeadField(
        name="postal_code",
        type="string",
        length=100,
        whole=False,
        meaning="The postal code. With the name and `address` it tells whether the same person came before.",
        example="11000",
        absent="Not judged.",
    ),
    LeadField(
        name="country",
        type="string",
        unit="ISO 3166-1 alpha-2, or a country's name",
        meaning="The person's country. Names are read in the languages that people use, with ISO's own forms and short "
        "ones (`Việt Nam`, `Korea (Republic of)`, `U.S.A.`), alpha-3 codes, flags, and a name beside its code. `UK` "
        "and `EL` are read as `GB` and `GR`. A name of two countries (`Congo`) is not read.",
        example="VN",
        absent="A phone without `+` is read as `phone` says; nothing is compared with the country.",
    ),
    LeadField(
        name="source.vendor",
        type="string",
        unit="one line",
        length=200,
        meaning="The vendor: who sold or sent the lead. Audits, the policy and group checks go by it. Names that "
        "differ in case and blanks only are one vendor, shown as first written.",
        example="acme",
        absent="The lead counts among those without a vendor. No vendor's policy and no vendor's outcomes apply.",
    ),
    LeadField(
        name="source.campaign",
        type="string",
        unit="one line",
        length=200,
        meaning="The campaign that brought the lead. Used by audits; it moves no score.",
        example="spring",
        absent="Audits count the lead under no campaign.",
    ),
    LeadField(
        name="source.sub_id",
        type="string",
        unit="one line",
        length=200,
        meaning="The vendor's own mark for where it got the lead: a sub-affiliate, a publisher or a placement. Audits "
        "show which sub-ids bring the bad leads; it moves no score.",
        example="pub-4711",
        absent="Audits count the lead under no sub-id.",
    ),
    LeadField(
        name="source.channel",
        type="string",
        unit="one of seo, ppc, display, email, content, social, affiliate, call, chat, offline, other",
        meaning="The marketing channel. Used by audits. With call and offline somebody else types for the person, or "
        "many people at one machine, so that the browser and the form's measures are not judged; else it moves no "
        "score.",
        example="ppc",
        absent="Audits count the lead under no channel, and the browser is taken to be the person's.",
    ),
    LeadField(
        name="source.price.amount",
        type="string",
        unit="decimal number, in units of the currency",
        length=30,
        meaning="The amount of money. In a lead: what the buyer pays for it. `24,50 €` and `12.000đ` are read as well, "
        "where amount and currency are certain; `12.500` is twelve and a half, but in a currency without decimals "
        "12500.",
        example="12.50",
        absent="Without a price, audits leave the lead out of the money.",
    ),
    LeadField(
        name="source.price.currency",
        type="string",
        unit="ISO 4217",
        meaning="The currency of the amount, also by a sign or name that is one currency's (`€`, `đồng`). Where it is "
        "not given, the amount's own is taken.",
        example="EUR",
        absent="Without a currency, audits leave the lead out of the money.",
    ),
    *(
        LeadField(
            name=f"source.click.{name}",
            type="string",
            unit=unit,
            length=500,
            meaning=f"{meaning} {_OF_THE_CLICK}",
            example=example,
            absent=absent,
        )
        for name, unit, meaning, example, absent in _CLICKS
    ),
    LeadField(
        name="client.ip",
        type="string",
        unit="IPv4 or IPv6 address",
        meaning="The internet address of the person's browser. Never send your own server's address.",
        example="203.0.113.7",
        absent="No check of the network is made, and the lead is counted under no address.",
    ),
    LeadField(
        name="client.user_agent",
        type="string",
        unit="`User-Agent` header",
        length=1024,
        whole=False,
        meaning="The name that the browser gives itself. An empty string means: the browser sent an empty one, which "
        "is evidence.",
        example="Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
        absent="The browser's name is not judged.",
    ),
    LeadField(
        name="client.accept_language",
        type="string",
        unit="`Accept-Language` header",
        length=1000,
        whole=False,
        meaning="The languages that the browser asks for.",
        example="vi-VN,vi;q=0.9,en;q=0.8",
        absent="Languages are not compared.",
    ),
    LeadField(
        name="client.timezone",
        type="string",
        unit="IANA name",
        meaning="The browser's time zone: `Intl.DateTimeFormat().resolvedOptions().timeZone`.",
        example="Asia/Ho_Chi_Minh",
        absent="The browser's clock is not compared with the country of its address.",
    ),
    LeadField(
        name="client.device_id",
        type="string",
        length=1000,
        meaning="A mark that your form gives to one browser or device, the same on every visit: a random value in a "
        "cookie of your own, for example. It is only compared, never read. Never send one value for all visitors.",
        example="9f3c1b7e5a2d4c60",
        absent="In the place of the device the internet address with the browser is counted, which weighs a third.",
    ),
    LeadField(
        name="client.referrer",
        type="string",
        unit="URL",
        length=2048,
        whole=False,
        meaning="The page from which the person came to the form. Links to that site in the message count as your own.",
        example="https://shop.example/chairs",
        absent="Nothing follows.",
    ),
    LeadField(
        name="client.page_url",
        type="string",
        unit="URL",
        length=2048,
        whole=False,
        meaning="The page with the form. Links to that site in the message count as your own.",
        example="https://shop.example/contact",
        absent="Nothing follows.",
    ),
    LeadField(
        name="form.seconds_on_page",
        type="number",
        unit="seconds",
        meaning="Time from the page's load to the sending of the form.",
        example=84.2,
        absent=_NOT_MEASURED,
    ),
    LeadField(
        name="form.fill_seconds",
        type="number",
        unit="seconds",
        meaning="Time from the first input into a field to the sending of the form.",
        example=41.7,
        absent=_NOT_MEASURED,
    ),
    LeadField(
        name="form.keystrokes",
        type="integer",
        unit="key inputs",
        meaning="How many times a key changed a field. Count the page's `input` events whose `inputType` is "
        "`insertText`, `insertCompositionText` or begins with `delete`; `keydown` events miss many telephones.",
        example=63,
        absent=_NOT_MEASURED,
    ),
    LeadField(
        name="form.pastes",
        type="integer",
        unit="pastes",
        meaning="How many times text was pasted into a field: the page's `paste` events.",
        example=0,
        absent=_NOT_MEASURED,
    ),
    LeadField(
        name="form.autofills",
        type="integer",
        unit="fields",
        meaning="How many fields a browser or a password manager filled in for the person. Such a field matches "
        "`:autofill`, and its `input` event has no `inputType`.",
        example=2,
        absent=_NOT_MEASURED,
    ),
    LeadField(
        name="form.pointer_events",
        type="integer",
        unit="events",
        meaning="How many mouse, touch and pen events the page saw: the `pointer…` events.",
        example=118,
        absent=_NOT_MEASURED,
    ),
    LeadField(
        name="form.honeypot",
        type="string",
        length=500,
        whole=False,
        meaning="What stands in the honeypot, a field that people cannot see. Empty text, `0`, `false`, `off`, `no`, "
        "words that mean nothing (`null`, `None`, `n/a`), and a list or an object with nothing else in it count as "
        "untouched. Of several honeypots each text is a line.",
        example="",
        absent="There was no honeypot, or it stayed empty: nothing follows.",
    ),
    LeadField(
        name="form.webdriver",
        type="boolean",
        unit="true or false",
        meaning="The browser's `navigator.webdriver`: true says that a program drives the browser.",
        example=False,
        absent=_NOT_MEASURED,
    ),
    LeadField(
        name="form.token",
        type="string",
        length=4096,
        meaning="The field `fraudcheck` that the form's script adds, as it is; or a random mark that your server makes "
        "for each visit of the form. The same token with another mailbox and another phone is conclusive evidence, so "
        "never let a cached page give one token to several visitors.",
        example="c1f0a6d2b94e",
        absent="No token is compared. Where nearly all leads of the vendor carry one of ours, its absence is evidence.",
    ),
    LeadField(
        name="form.inserted",
        type="integer",
        unit="fields",
        meaning="How many fields got their whole value in one input that was neither a paste nor an autofill.",
        example=0,
        absent=_NOT_MEASURED,
    ),
    LeadField(
        name="form.focus_changes",
        type="integer",
        unit="changes",
        meaning="How many times the focus came to a field of the form.",
        example=6,
        absent=_NOT_MEASURED,
    ),
    LeadField(
        name="form.first_input_seconds",
        type="number",
        unit="seconds",
        meaning="Time from the page's load to the first input into a field.",
        example=12.4,
        absent=_NOT_MEASURED,
    ),
    LeadField(
        name="form.token_seconds",
        type="number",
        unit="seconds",
        meaning="Time from the fetching of the form's token to the sending of the form, by the page's clock.",
        example=83.6,
        absent=_NOT_MEASURED,
    ),
    LeadField(
        name="form.signs",
        type="array",
        unit=f"list of {', '.join(f'`{sign}`' for sign in SIGNS)}",
        meaning="What the form's script saw of the browser: it names itself headless, draws without a graphics card, "
        "has a window larger than its screen or a platform that its name contradicts, bears an automation tool's "
        "marks, or an AI assistant's.",
        example=["window"],
        absent=_NOT_MEASURED,
    ),
    LeadField(
        name="activity",
        type="array",
        unit=f"list of `event`, `at` and `count`; at most {ACTIVITY_EVENTS} events",
        length=16384,
        meaning="What the person did on your site before the form: pages, prices, a basket, delivery terms, questions, "
        f"downloads, visits. Each event has a name of your own (`event`, at most {EVENT_NAME} characters), and where "
        'you know them its time (`at`) and how often it was (`count`). Counts by name (`{"pages": 7}`) and a list of '
        "names are read too, and any of these as text. It moves no score; `quality` reads it.",
        example=[{"event": "prices", "at": "2026-11-23T02:21:00.000Z", "count": 2}],
        absent="Not measured: nothing follows.",
    ),
    LeadField(
        name="submitted_at",
        type="string",
        unit="RFC 3339, UTC where it names no offset; or seconds or milliseconds since 1970",
        meaning="When the person sent the form. Of a date alone no time of day is known.",
        example="2026-11-23T09:30:00+07:00",
        absent="Now.",
    ),
    LeadField(
        name="reference",
        type="string",
        length=500,
        meaning="Your own id of the lead. The verdict gives it back, and outcomes can be told by it.",
        example="crm-123",
        absent="The verdict's `reference` is null.",
    ),
    LeadField(
        name="extra",
        type="object",
        meaning="Not a field to send: any other field that you send is kept under this name, and not judged.",
        example={"shirt_size": "M"},
        absent="Nothing follows.",
    ),
)
"""Every field of a lead, in the order of the contract."""
