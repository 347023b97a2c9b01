"""Deployments between companies, and where clerks type: software, a webinar, a car dealer, a call centre, five vendors.

Shares and sizes are our own estimates, drawn anew from each seed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bench.worlds.browsers import Browser, desktop, device_id, windows_chrome
from bench.worlds.clock import ZONES, burst, first_day, times
from bench.worlds.filling import writer
from bench.worlds.messages import message
from bench.worlds.networks import Networks
from bench.worlds.people import Person, at_company, person
from bench.worlds.second.form import Form, no_pointers, since, whole_seconds
from bench.worlds.stations import Desk
from bench.worlds.world import World, dice_for
from training.simulation import SentLead

_LARGE = (
    ("Nordwerk Gruppe", "nordwerk-gruppe.de"),
    ("Halbach Antriebe", "halbach-antriebe.com"),
    ("Rheintal Chemie", "rheintal-chemie.de"),
    ("Ostmark Versicherung", "ostmark-versicherung.de"),
    ("Kliniken Sonnenberg", "kliniken-sonnenberg.de"),
    ("Feldmann Logistik", "feldmann-logistik.eu"),
    ("Stadtwerke Auental", "sw-auental.de"),
)
_TRADES = [
    "Metallbau",
    "Elektro",
    "Kunststoff",
    "Technik",
    "Verpackung",
    "Optik",
    "Holz",
    "Pumpen",
    "Druck",
    "Labor",
    "Automation",
    "Textil",
]
_PLACES = [
    "Ahrberg",
    "Buchtal",
    "Dornau",
    "Eschen",
    "Falkau",
    "Grünstedt",
    "Hirsen",
    "Iserfeld",
    "Kaltbach",
    "Lohne",
    "Moosach",
    "Rotfurt",
    "Steinau",
]


@dataclass
class Firm:
    """A company with its domain, the addresses that its people share, and the browser that its IT gives out."""

    name: str
    domain: str
    lines: list[str]
    agent: str


def _firms(form: Form) -> list[Firm]:
    """Seven large companies, and some sixty small ones."""
    dice, firms = form.dice, []
    for name, domain in _LARGE:
        edge = dice.choice((156, 155, 155, 154))
        agent = windows_chrome(edge) + (f" Edg/{edge}.0.0.0" if dice.random() < 0.7 else "")
        firms.append(Firm(name, domain, [form.networks.office() for _ in range(dice.randint(1, 3))], agent))
    for place in _PLACES:
        for trade in dice.sample(_TRADES, 5):
            plain = place.replace("ü", "ue")
            domain = f"{plain}-{trade}.{dice.choice(('de', 'de', 'com', 'eu'))}".lower()
            name = f"{place} {trade} {dice.choice(('GmbH', 'GmbH & Co. KG', 'AG', 'KG'))}"
            firms.append(Firm(name, domain, [form.networks.office()], ""))
    return firms


def software_vendor_germany(seed: int, count: int | None = None) -> World:
    """A software maker in Germany: everybody writes from first.last@ at work, two thirds from seven large companies.

    A device id is sent. Colleagues share lines and the browser that their IT gives out; some come back for more.
    """
    dice = dice_for(seed, "software_vendor_germany")
    form = Form(
        dice,
        "DE",
        {"channel": "seo", "campaign": "werk-digital"},
        ("first_name", "last_name", "email", "company", "phone", "message"),
        page="https://www.example-software.de/kontakt",
        referrers=("https://www.google.com/", "https://www.linkedin.com/", "", "https://www.bing.com/"),
        phones=0.1,
        ways={"typed": 54, "autofill": 18, "partly": 25, "paste": 3},
        choices=3,
        skips={"phone": 0.3},
        sends=("browser", "ip", "form", "time", "country", "device"),
    )
    firms = _firms(form)
    by_domain = {firm.domain: firm for firm in firms}
    weights = [30, 22, 16, 12, 9, 7, 5] + [0.8] * (len(firms) - 7)

    def works(ages: tuple[int, int]) -> Person:
        firm = dice.choices(firms, weights)[0]
        return at_company(dice, person(dice, "DE", (max(ages[0], 22), 64)), firm.domain)

    def enters(who: Person) -> dict[str, str]:
        name = by_domain[who.email.partition("@")[2]].name
        text = message(dice, "software_de", 0.3) if dice.random() < 0.55 else ""
        return {"company": name if dice.random() < 0.9 else name.split()[0], "message": text}

    form.makes, form.more = works, enters
    start, days = first_day(dice, "DE"), dice.randint(6, 9)
    leads: list[SentLead] = []
    for at in times(dice, start, days, count or dice.randint(260, 420), "office"):
        who, machine = form.person(), form.browser()
        firm = by_domain[who.email.partition("@")[2]]
        if firm.agent and not machine.phone and dice.random() < 0.8:
            machine = replace(machine, agent=firm.agent)
        ip = dice.choice(firm.lines) if dice.random() < 0.62 and not machine.phone else ""
        leads.append(form.enquiry(who, at, machine, ip))
        if dice.random() < 0.04:
            leads.append(form.enquiry(who, at + dice.uniform(1_200, 80_000), machine, ip))
    ends = start.timestamp() + days * 86_400
    return World(form, start, days, form.with_retries([sent for sent in leads if sent.at < ends], 0.015), "office")


def webinar_britain(seed: int, count: int | None = None) -> World:
    """An evening webinar for bookkeepers in Britain: a mailing at six, and 150 people within the next twenty minutes.

    They come from the mail with no referrer; a reminder two days later brings a smaller wave.
    """
    dice = dice_for(seed, "webinar_britain")
    form = Form(
        dice,
        "GB",
        {"channel": "email", "campaign": "year-end-webinar"},
        ("first_name", "last_name", "email", "company"),
        page="https://events.example.co.uk/year-end",
        referrers=("", "", "", "https://mail.google.com/", "https://outlook.live.com/"),
        phones=0.42,
        ways={"typed": 42, "autofill": 30, "partly": 26, "paste": 2},
        choices=2,
        skips={"company": 0.15},
    )
    heads = [
        "Ashdown",
        "Birch",
        "Carlton",
        "Dovedale",
        "Ellis",
        "Fairfax",
        "Grange",
        "Holt",
        "Ivybridge",
        "Kestrel",
        "Langley",
        "Marlow",
        "Oakham",
        "Pryce",
        "Redhill",
        "Severn",
        "Thorne",
        "Wexford",
        "Yardley",
        "Calder",
        "Tamar",
        "Swale",
        "Ribble",
        "Wharfe",
    ]
    tails = ["Accounting", "Bookkeeping", "Books", "Tax", "Associates", "Partners", "Payroll", "Ledgers"]

    def enters(who: Person) -> dict[str, str]:
        domain = who.email.partition("@")[2].partition(".")[0]
        head = next((head for head in heads if domain.startswith(head.lower())), "")
        tail = next((tail for tail in tails if domain.endswith(tail.lower())), "")
        alone = f"{who.last} {dice.choice(tails)}"
        return {
            "company": f"{head} {tail}" if head and tail else dice.choice((alone, "self employed", "n/a", who.last))
        }

    def comes(ages: tuple[int, int]) -> Person:
        who = person(dice, "GB", (max(ages[0], 24), 66))
        if dice.random() < 0.45:
            domain = f"{dice.choice(heads)}{dice.choice(tails)}.co.uk".lower()
            who = at_company(
                dice, who, domain, dice.choice(("{first}", "{first}.{last}", "{f}{last}", "info", "accounts"))
            )
        return who

    form.makes, form.more = comes, enters
    start, days, count = first_day(dice, "GB"), dice.randint(4, 7), count or dice.randint(270, 420)
    mailing = (start + timedelta(hours=18)).timestamp()
    wave = min(150, count // 2)
    moments = [at for at in burst(dice, mailing, wave * 2, 330) if at < mailing + 1_200][:wave]
    moments += burst(dice, mailing + 2 * 86_400 - 32_000, count // 6, 700)
    moments += times(dice, start, days, count - len(moments), "home")
    leads = form.with_retries([form.enquiry(form.person(), at) for at in moments], 0.025)
    return World(form, start, days, leads)


def dealer_spain(seed: int, count: int | None = None) -> World:
    """A car dealer in Spain: clerks at two desks type for those who walk in, and declare no channel.

    A third are people who use the same form from home. Clerks take turns at the desks; where a customer has no
    mailbox, they leave it out or, seldom, put the house's own in.
    """
    dice = dice_for(seed, "dealer_spain")
    form = Form(
        dice,
        "ES",
        {"vendor": "automoviles-ribera"},
        ("name", "phone", "email", "postal_code"),
        page="https://www.example-ribera.es/prueba",
        referrers=("", "https://www.google.com/", "https://www.coches.example.es/"),
        phones=0.65,
        choices=3,
        sends=("browser", "ip", "form", "time", "country", "device"),
        skips={"email": 0.16},
    )
    form.more = lambda _: {"postal_code": f"{dice.choice((46, 46, 46, 46, 12, 3)):02}{dice.randint(1, 980):03}"}
    form.makes = lambda ages: spanish(form, ages)
    start, days, count = first_day(dice, "ES"), dice.randint(6, 9), count or dice.randint(240, 380)
    line, agent = form.networks.office(), windows_chrome(dice.choice((156, 155)))
    machines = [Browser(agent, "es-ES,es;q=0.9", False, device_id(dice)) for _ in range(2)]
    clerks = [replace(hand, pauses=hand.pauses * 3) for hand in (writer(dice, phone=False) for _ in range(5))]
    leads: list[SentLead] = []
    free, busy = [0.0, 0.0], [0.0, 0.0]
    shop = count * 2 // 3
    for at in times(dice, start, days, shop, "shift"):
        desk = min(range(2), key=lambda index: (max(free[index], at), dice.random()))
        opens = max(at, free[desk])
        texts = {"email": "info@automoviles-ribera.es"} if dice.random() < 0.02 else {}
        sent = form.enquiry(form.person(), opens, machines[desk], line, "typed", hand=dice.choice(clerks), **texts)
        busy[desk] = since(sent, busy[desk]).at
        free[desk] = sent.at + dice.uniform(30, 400)
        leads.append(sent)
    leads += form.with_retries(
        [form.enquiry(form.person(), at) for at in times(dice, start, days, count - shop, "home")]
    )
    return World(form, start, days, leads, "shift")


def spanish(form: Form, ages: tuple[int, int]) -> Person:
    """Somebody of a country with two family names; half of the people give both."""
    who = person(form.dice, form.country, ages)
    if form.dice.random() < 0.5:
        who = replace(who, last=f"{who.last} {person(form.dice, form.country, ages).last}")
    return who


def call_centre_morocco(seed: int, count: int | None = None) -> World:
    """French people called by fifteen clerks in Casablanca, who type what they hear and paste the rest from a CRM.

    The channel is declared. All sit behind two addresses of one office in another country than the people's.
    """
    dice = dice_for(seed, "call_centre_morocco")
    form = Form(
        dice,
        "FR",
        {"vendor": "relais-contact", "channel": "call", "price": {"amount": "21.00", "currency": "EUR"}},
        ("first_name", "last_name", "phone", "email", "address", "postal_code"),
        page="https://saisie.example-mutuelle.fr/fiche",
        choices=6,
        sends=("browser", "ip", "form", "time", "country", "device", "reference"),
        skips={"email": 0.22},
    )
    streets = [
        "Victor Hugo",
        "de la Gare",
        "des Lilas",
        "Jean Jaurès",
        "du Moulin",
        "Pasteur",
        "de l'Église",
        "des Écoles",
        "Voltaire",
    ]
    form.more = lambda _: {
        "address": f"{dice.randint(1, 180)} {dice.choice(('rue', 'rue', 'avenue', 'allée'))} {dice.choice(streets)}",
        "postal_code": f"{dice.randint(1, 95):02}{dice.choice((0, 100, 200, 300, 400, 500, 600, 700)):03}",
    }
    start, days, count = first_day(dice, "FR"), dice.randint(5, 8), count or dice.randint(300, 420)
    office = Networks(dice, "MA", six=False)
    lines = [office.office() for _ in range(2)]
    agents = [windows_chrome(156), windows_chrome(155)]
    crew = [
        Desk(
            Browser(dice.choice(agents), "fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7", False, device_id(dice)),
            replace(hand, pauses=hand.pauses * 4),
        )
        for hand in (writer(dice, phone=False, slow=0.9) for _ in range(15))
    ]
    free, busy = [0.0] * len(crew), [0.0] * len(crew)
    leads: list[SentLead] = []
    for at in times(dice, start, days, count, "shift"):
        seat = min(range(len(crew)), key=lambda index: (max(free[index], at), dice.random()))
        desk = crew[seat]
        who = form.person(ages=(48, 86))
        sent = form.enquiry(who, max(at, free[seat]), desk.machine, dice.choice(lines), "typed", hand=desk.hand)
        put = [name for name in form.asks if dice.random() < 0.3] if dice.random() < 0.35 else []
        if dice.random() < 0.55:
            put += ["phone", "email"] if dice.random() < 0.6 else ["phone"]
        if put:
            sent = form.pasted(sent, desk.hand, False, sorted(set(put)))
        busy[seat] = since(sent, busy[seat]).at
        free[seat] = sent.at + dice.uniform(40, 500)
        leads.append(sent)
    return World(form, start, days, leads, "shift")


def five_vendors_america(seed: int, count: int | None = None) -> World:
    """An insurer in the United States buys from five vendors, each with an own form and own measures.

    A large one with all measures; one whose form autofill fills; one that asks for a phone only; one that tells whole
    seconds; and one whose export tells dates and no form.
    """
    dice = dice_for(seed, "five_vendors_america")
    main = Form(
        dice,
        "US",
        {"vendor": "coverbridge", "channel": "ppc", "price": {"amount": "18.00", "currency": "USD"}},
        ("first_name", "last_name", "email", "phone", "postal_code", "message"),
        page="https://coverbridge.example.com/quote",
        referrers=("https://www.google.com/", "https://www.bing.com/", ""),
        phones=0.55,
        choices=5,
        sends=("browser", "ip", "form", "time", "country", "zone", "device", "reference"),
    )
    known = main.known
    filled = Form(
        dice,
        "US",
        {"vendor": "onetap-quotes", "channel": "display", "sub_id": "mob-7"},
        ("name", "email", "phone", "address", "postal_code"),
        page="https://onetap.example.net/go",
        referrers=("https://m.facebook.com/", "https://www.google.com/"),
        phones=0.9,
        ways={"autofill": 90, "typed": 8, "partly": 2},
        known=known,
    )
    quick = Form(
        dice,
        "US",
        {"vendor": "ringback", "channel": "affiliate"},
        ("phone",),
        page="https://ringback.example.org/",
        phones=0.8,
        sends=("browser", "ip", "form", "time", "zone"),
        reports=no_pointers,
        known=known,
    )
    whole = Form(
        dice,
        "US",
        {"vendor": "midwest-agents", "channel": "seo", "price": {"amount": "9.5", "currency": "USD"}},
        ("name", "phone", "email"),
        sends=("ip", "form", "time", "country"),
        phones=0.45,
        slow=1.2,
        reports=whole_seconds,
        skips={"email": 0.2},
        known=known,
    )
    dated = Form(
        dice,
        "US",
        {"vendor": "listhouse", "channel": "other"},
        ("first_name", "last_name", "email", "phone", "postal_code"),
        sends=("country",),
        known=known,
    )

    def enters(_: Person) -> dict[str, str]:
        street = dice.choice(
            [
                "Birch",
                "Main",
                "Spring",
                "Church",
                "Franklin",
                "Meadow",
                "Walnut",
                "Prospect",
                "Jackson",
                "Highland",
                "Dogwood",
            ]
        )
        return {
            "postal_code": f"{dice.choice((4, 5, 6, 3, 7))}{dice.randint(100, 9999):04}",
            "address": f"{dice.randint(3, 8200)} {street} {dice.choice(('St', 'Rd', 'Ave', 'Way', 'Dr'))}",
            "message": message(dice, "cover_us", 0.15) if dice.random() < 0.4 else "",
        }

    forms = {form.source["vendor"]: form for form in (main, filled, quick, whole, dated)}
    for form in forms.values():
        form.more = enters
    main.sisters = forms
    start, days, count = first_day(dice, "US"), dice.randint(6, 9), count or dice.randint(380, 460)
    shares = {"coverbridge": 0.52, "onetap-quotes": 0.16, "ringback": 0.1, "midwest-agents": 0.1, "listhouse": 0.12}
    leads: list[SentLead] = []
    for vendor, share in shares.items():
        form = forms[vendor]
        own = [form.enquiry(form.person(ages=(22, 75)), at) for at in times(dice, start, days, round(count * share))]
        leads += [_dated(sent) for sent in own] if form is dated else form.with_retries(own)
    return World(main, start, days, leads)


def _asks_hotel(form: Form, kinds: list[str], who: Person) -> dict[str, str]:
    """A long message; to another country, many write their numbers in full."""
    texts = {"message": message(form.dice, form.dice.choice(kinds), 0.75)}
    return texts | ({"phone": who.phone} if form.dice.random() < 0.5 else {})


def _dated(sent: SentLead) -> SentLead:
    """The lead as an export of the next morning has it: with the day alone."""
    day = datetime.fromtimestamp(sent.at, ZoneInfo(ZONES["US"]))
    arrives = (day.replace(hour=6, minute=0, second=0) + timedelta(days=1)).timestamp() + sent.at % 97
    return SentLead(at=arrives, lead=sent.lead | {"submitted_at": day.date().isoformat()}, label=sent.label)


def enquiries_alps(seed: int, count: int | None = None) -> World:
    """A hotel in the Alps: long enquiries from six countries in four languages, by one form."""
    dice = dice_for(seed, "enquiries_alps")
    forms: dict[str, Form] = {}
    known: set[str] = set()
    for country in ("DE", "FR", "GB", "NL", "US", "ES"):
        forms[country] = Form(
            dice,
            country,
            {"channel": "seo"},
            ("name", "email", "phone", "message"),
            page="https://www.example-hof.ch/anfrage",
            referrers=("https://www.google.com/", "https://www.booking.example.com/", "", "https://www.google.ch/"),
            phones=0.38,
            slow=1.15,
            ways={"typed": 66, "autofill": 14, "partly": 18, "paste": 2},
            choices=4,
            skips={"phone": 0.35},
            sends=("browser", "ip", "form", "time", "zone"),
            known=known,
            wares=("a double room", "the wedding hall", "a ski week", "a seminar room", "half board", "a family suite"),
        )
    kinds = {
        "DE": "alps_de alps_de",
        "FR": "alps_fr",
        "GB": "alps_en",
        "NL": "alps_en alps_de alps_en",
        "US": "alps_en",
        "ES": "alps_es alps_en",
    }
    for country, form in forms.items():
        choice = kinds[country].split()
        form.more = partial(_asks_hotel, form, choice)
    forms["DE"].sisters = forms
    start, days, count = first_day(dice, "DE"), dice.randint(7, 9), count or dice.randint(230, 330)
    leads: list[SentLead] = []
    for country, share in {"DE": 0.46, "FR": 0.14, "GB": 0.16, "NL": 0.12, "US": 0.07, "ES": 0.05}.items():
        form = forms[country]
        moments = times(dice, start, days, max(round(count * share), 1))
        own = []
        for at in moments:
            machine = form.browser()
            if not machine.phone and dice.random() < 0.02:
                machine = replace(machine, agent=desktop(dice, "DE"))
            sent = form.enquiry(form.person(ages=(24, 78)), at, machine)
            if dice.random() < 0.05:  # written in a letter's draft and pasted from there
                sent = form.pasted(sent, writer(dice, machine.phone), machine.phone, ["message"])
            own.append(sent)
        leads += form.with_retries(own)
    return World(forms["DE"], start, days, leads)


__all__ = [
    "call_centre_morocco",
    "dealer_spain",
    "enquiries_alps",
    "five_vendors_america",
    "software_vendor_germany",
    "webinar_britain",
]
