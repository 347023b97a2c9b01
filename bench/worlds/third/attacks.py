"""Ten attacks of people who are paid by the lead and know that such services exist.

Each begins on a deployment's second day and sends by its form. Sizes, rates and noise are drawn from the seed, within
bounds that are our own estimates. Some are lazy, some cheap, one learns.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from bench.worlds.browsers import Browser, browser, desktop, device_id
from bench.worlds.clock import burst, times
from bench.worlds.filling import Writer, fill, writer
from bench.worlds.people import Person, mailbox, person, phone
from bench.worlds.second.form import Measures, since
from bench.worlds.third.window import DAY, Seat, Window
from bench.worlds.world import World
from training.simulation import SentLead

Attack = Callable[[World], list[SentLead]]
_MODEL = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/154.0.0.0 Mobile Safari/537.36"
)
_PERSONAS = {
    "SE": (
        ["Erik", "Anna", "Lars", "Emma", "Johan", "Sofia", "Anders", "Elin", "Mikael", "Karin", "Oskar", "Maja"],
        [
            "Lindqvist",
            "Bergström",
            "Johansson",
            "Nyström",
            "Eklund",
            "Lundgren",
            "Sandberg",
            "Holm",
            "Sjöberg",
            "Wallin",
            "Forsberg",
            "Lindgren",
        ],
        ("outlook.com", "gmail.com", "hotmail.se"),
    ),
    "DE": (
        [
            "Lukas",
            "Anna",
            "Maximilian",
            "Sophie",
            "Jonas",
            "Laura",
            "Felix",
            "Lena",
            "Paul",
            "Marie",
            "Tobias",
            "Julia",
        ],
        [
            "Weber",
            "Schneider",
            "Hoffmann",
            "Becker",
            "Wagner",
            "Fischer",
            "Schäfer",
            "Neumann",
            "Vogel",
            "Brandt",
            "Keller",
            "Lehmann",
        ],
        ("outlook.com", "gmail.com", "gmx.de"),
    ),
}
_TEXTS = {
    "SE": (
        ("Hej!", "God dag,", "Hej, jag hoppas att ni mår bra.", "Hej och tack för er tydliga hemsida."),
        (
            "Jag har under en tid märkt att min hörsel har försämrats och skulle vilja boka en undersökning.",
            "Jag är intresserad av en synundersökning och undrar vilka tider som finns tillgängliga.",
            "Min mor har svårt att uppfatta samtal och vi söker professionell hjälp för henne.",
            "Jag skulle uppskatta mer information om era hörapparater och vilka alternativ som passar mig.",
            "Jag önskar en uppföljning av min tidigare behandling och är flexibel med tider.",
            "Jag upplever trötta ögon efter arbetsdagen och vill gärna träffa en specialist.",
        ),
        (
            "Jag är tillgänglig på vardagar efter klockan 15.",
            "Vänligen kontakta mig när det passar er.",
            "Jag ser fram emot att höra från er.",
            "Det vore vänligt med en återkoppling under veckan.",
            "Kontakta mig gärna via telefon eller e-post.",
        ),
        ("Med vänlig hälsning", "Vänliga hälsningar", "Tack på förhand!", "Bästa hälsningar"),
    ),
    "DE": (
        ("Sehr geehrte Damen und Herren,", "Guten Tag,", "Hallo und vielen Dank für die Anzeige."),
        (
            "Ihre Wohnung entspricht genau meinen Vorstellungen, und ich würde sie sehr gern besichtigen.",
            "als ruhiger und zuverlässiger Mieter interessiere ich mich sehr für die ausgeschriebene Wohnung.",
            "die Lage und der Grundriss der Wohnung haben mich auf Anhieb überzeugt.",
            "ich suche zum nächstmöglichen Zeitpunkt ein neues Zuhause und bin von Ihrem Angebot begeistert.",
            "ich ziehe aus beruflichen Gründen um und lege Wert auf eine gepflegte Wohnung.",
            "die helle Wohnung mit guter Anbindung wäre für mich und meine Partnerin ideal.",
        ),
        (
            "Ich befinde mich in einem unbefristeten Arbeitsverhältnis und verfüge über ein gesichertes Einkommen.",
            "Alle erforderlichen Unterlagen stelle ich Ihnen gern zur Verfügung.",
            "Über einen Besichtigungstermin in den kommenden Tagen würde ich mich freuen.",
            "Ich bin Nichtraucher und habe keine Haustiere.",
            "Gern beantworte ich Ihnen weitere Fragen telefonisch.",
        ),
        ("Mit freundlichen Grüßen", "Herzliche Grüße", "Vielen Dank im Voraus!"),
    ),
}


def alias_mailboxes(world: World) -> list[SentLead]:
    """A handful of Gmail boxes of his own with dots and plus signs, since only the text of a mailbox must be new.

    Names and numbers are from a list; he types on three machines of his in private windows.
    """
    form = _form(world)
    dice, leads = form.dice, []
    boxes = [_stranger(form) for _ in range(dice.randint(4, 8))]
    locals_ = [f"{''.join(one.latin)}{dice.choice(('', one.born % 100))}" for one in boxes]
    crew = [_seat(form, 0.6) for _ in range(3)]
    used: set[str] = set()
    for at in _moments(world, dice.randint(60, 150), "home"):
        email = ""
        while not email or email in used:
            local = dice.choice(locals_)
            if dice.random() < 0.65:
                local = "".join(letter + ("." if dice.random() < 0.22 else "") for letter in local[:-1]) + local[-1]
            if dice.random() < 0.5:
                local += "+" + dice.choice((str(dice.randint(1, 99)), dice.choice(("a", "new", "info", "x")) + "1"))
            email = f"{local}@gmail.com"
        used.add(email)
        seat = dice.choice(crew)
        machine = replace(seat.machine, device_id=device_id(dice))
        ip = form.networks.mobile() if machine.phone else form.networks.rotating()
        who = replace(_stranger(form), email=email)
        leads.append(
            _sent(world, who, at, machine, ip, label="alias_mailboxes", way="typed", hand=seat.hand, whole=True)
        )
    return leads


def resold_leads(world: World) -> list[SentLead]:
    """Earlier leads sold once more from some hours on, with one contact changed a little and everything else as it was.

    The measures of the form go with them, since they lie in the same row of his table.
    """
    form = _form(world)
    dice, leads = form.dice, []
    old = [sent for sent in world.leads if not sent.label and "email" in sent.lead]
    sold: set[int] = set()
    for at in _moments(world, dice.randint(50, 120), "office"):
        ripe = [place for place, one in enumerate(old) if one.at < at - 20_000 and place not in sold]
        if not ripe:
            continue
        place = dice.choice(ripe)
        sold.add(place)
        sent = old[place]
        changes: dict[str, Any] = {}
        user, _, domain = sent.lead["email"].strip().partition("@")
        if dice.random() < 0.55 or "phone" not in sent.lead:
            free = ("gmail.com", "yahoo.com", "outlook.com")
            changes["email"] = f"{user}{dice.randint(1, 99)}@{dice.choice((domain, domain, *free))}"
        else:
            changes["phone"] = _other_digits(form, sent.lead["phone"])
        leads.append(form.resent(sent, at, "resold_leads", **changes))
    return leads


def made_personas(world: World) -> list[SentLead]:
    """People and letters made by a language model: twelve given and family names, drawn evenly, and faultless texts.

    A driven browser types every letter with pauses that are drawn evenly; mailbox and number have one form each.
    """
    form = _form(world)
    dice, leads = form.dice, []
    firsts, lasts, domains = _PERSONAS[form.country]
    texts = _TEXTS[form.country]
    machines = [browser(dice, form.country, 0.4) for _ in range(dice.randint(12, 25))]
    low, high = dice.uniform(0.05, 0.08), dice.uniform(0.13, 0.22)
    seen: set[str] = set()
    for at in _moments(world, dice.randint(50, 140), "home"):
        first, last = dice.choice(firsts), dice.choice(lasts)
        base = person(dice, form.country)
        latin = (_plain(first), _plain(last))
        email = f"{latin[0]}.{latin[1]}@{dice.choice(domains)}"
        if email in seen:
            email = email.replace("@", f"{dice.randint(70, 99)}@")
        seen.add(email)
        who = replace(base, first=first, last=last, latin=latin, email=email)
        words = {"name": f"{first} {last}", "first_name": first, "last_name": last, "email": email, "phone": who.phone}
        text = " ".join(dice.choice(part) for part in texts)
        machine = replace(dice.choice(machines), device_id=device_id(dice))
        sent = _sent(
            world,
            who,
            at,
            machine,
            form.networks.rotating(),
            label="made_personas",
            way="typed",
            texts=words | {"message": text},
            whole=True,
        )
        keys = sum(map(len, form.values(sent).values()))
        took = sum(dice.uniform(low, high) for _ in range(keys)) + sum(dice.uniform(0.5, 2) for _ in form.values(sent))
        leads.append(_with(form, sent, _measures(took, dice.uniform(5, 20), keys, dice.randint(25, 60))))
    return leads


def borrowed_measures(world: World) -> list[SentLead]:
    """Posts without a browser that carry the measures of a dozen recorded visits, shaken a little.

    The keys that they tell have nothing to do with the names and messages that are sent.
    """
    form = _form(world)
    dice, leads = form.dice, []
    begin, _ = _bounds(world)
    visits = [deepcopy(sent) for sent in world.leads if "form" in sent.lead and sent.at < begin]
    visits = dice.sample(visits, min(dice.randint(6, 12), len(visits)))
    texts = [sent.lead["message"] for sent in visits if sent.lead.get("message")]
    for at in _moments(world, dice.randint(60, 160), "home"):
        visit = dice.choice(visits).lead
        given = {"message": dice.choice(texts)} if texts and "message" in form.asks and dice.random() < 0.75 else {}
        client = visit["client"]
        machine = Browser(client["user_agent"], client["accept_language"], "Mobile" in client["user_agent"], "")
        machine = replace(machine, device_id=device_id(dice))
        sent = _sent(
            world,
            _stranger(form),
            at,
            machine,
            form.networks.rotating(),
            label="borrowed_measures",
            texts={"message": "", **given},
        )
        measures: Measures = dict(visit["form"])
        shake = dice.uniform(0.97, 1.03)
        for name in ("fill_seconds", "seconds_on_page"):
            measures[name] = round(measures[name] * shake, 1)
        for name in ("keystrokes", "pointer_events"):
            measures[name] = max(measures[name] + dice.choice((-1, 0, 0, 1)), 0)
        leads.append(form.refilled(sent, measures))
    return leads


def offerwall(world: World) -> list[SentLead]:
    """Players of a game who get coins for a filled form: real phones and lines, careless data, no wish to be called.

    They come in waves when the offer is shown; a third do it again under another name.
    """
    form = _form(world)
    dice = form.dice
    leads: list[SentLead] = []
    wanted = dice.randint(60, 160)
    shown = _moments(world, 3, "home")
    while len(leads) < wanted:
        machine = browser(dice, form.country, 1.0, 0.25)
        hand = replace(writer(dice, phone=True, slow=0.9), pauses=dice.uniform(0.25, 0.6))
        ip, at = form.address(machine), burst(dice, dice.choice(shown), 1, 2_400)[0]
        for _ in range(dice.choices((1, 2, 3), (67, 22, 11))[0]):
            who, texts = _careless(form, _stranger(form, (15, 34)))
            sent = _sent(world, who, at, machine, ip, label="offerwall", way="typed", hand=hand, texts=texts)
            if "referrer" in sent.lead.get("client", {}) or dice.random() < 0.6:
                sent.lead.setdefault("client", {})["referrer"] = "https://offers.example-coins.com/"
            leads.append(sent)
            at = sent.at + dice.uniform(20, 200)
    return leads[:wanted]


def _careless(form: Window, who: Person) -> tuple[Person, dict[str, str]]:
    """What somebody enters who only wants the coins."""
    dice = form.dice
    name = dice.choice((who.first.lower(), who.first, who.name, who.name, who.first[:2] * 2, f"{who.first.lower()} a"))
    first, _, last = name.partition(" ")
    if dice.random() < 0.45:
        made = "".join(dice.choices("asdfghjklqwerty", k=dice.randint(5, 9)))
        who = replace(who, email=f"{made}{dice.choice(('', '1', '12', '123'))}@gmail.com")
    if dice.random() < 0.45:
        end = dice.choice(("000000", "111111", "222222", "123456", "234567", "121212", "654321"))
        who = replace(who, phone=phone(dice, form.country)[:-6] + end)
    return who, {"name": name, "first_name": first, "last_name": last or first}


def phone_rack(world: World) -> list[SentLead]:
    """A rack of equal cheap phones, each with its card: a program puts whole values in and taps, one after the other.

    Flight mode gives each lead another address of the carrier.
    """
    form = _form(world)
    dice, leads = form.dice, []
    rack = [Browser(_MODEL, "en-US,en;q=0.9", True, device_id(dice)) for _ in range(dice.randint(10, 16))]
    pace, wait = dice.uniform(6, 12), dice.uniform(70, 220)
    begin, end = _bounds(world)
    at, wanted, wiped = begin + dice.uniform(0, 3_600), dice.randint(80, 175), dice.random() < 0.5
    sitting = 0
    for place in range(wanted):
        at += wait * dice.uniform(0.9, 1.15)
        sitting += 1
        if sitting > 30 and at + 6 * 3_600 < end - (wanted - place) * wait:
            at, sitting = at + dice.uniform(2, 6) * 3_600, 0
        machine = rack[place % len(rack)]
        machine = replace(machine, device_id=device_id(dice)) if wiped else machine
        sent = _sent(world, _stranger(form), at, machine, form.networks.mobile(), label="phone_rack", way="typed")
        fields = len(form.values(sent))
        took = pace * dice.uniform(0.93, 1.1)
        taps = 3 * (fields + form.choices + 1) + dice.choice((0, 0, 0, 1))
        leads.append(_with(form, sent, _measures(took, dice.uniform(2.5, 4), fields, taps)))
    return leads


def invented_households(world: World) -> list[SentLead]:
    """One person with two phones who makes up households: five to nine of one surname, one after the other.

    He has read that families are let through. Before each household he gets a new address, and clears the phone.
    """
    form = _form(world)
    dice = form.dice
    crew = [(browser(dice, form.country, 1.0), writer(dice, phone=True, slow=0.9)) for _ in range(2)]
    begin, end = _bounds(world)
    leads: list[SentLead] = []
    wanted = dice.randint(45, 110)
    at = begin + dice.uniform(0, 2) * 3_600
    while len(leads) < wanted:
        if at > end - 3_600:
            at = begin + dice.uniform(0, 0.7) * (end - begin)
        machine, hand = dice.choice(crew)
        machine, ip = replace(machine, device_id=device_id(dice)), form.networks.mobile()
        head = _stranger(form)
        for _ in range(min(dice.randint(5, 9), wanted - len(leads))):
            one = _stranger(form, (18, 70))
            one = replace(one, last=head.last, latin=(one.latin[0], head.latin[1]))
            one = replace(one, email=mailbox(dice, one, "gmail.com"))
            leads.append(
                _sent(world, one, at, machine, ip, label="invented_households", way="typed", hand=hand, whole=True)
            )
            at = leads[-1].at + dice.uniform(12, 120)
        at += dice.uniform(0.4, 2.5) * 3_600
    return leads


def remote_team(world: World) -> list[SentLead]:
    """Four people abroad behind borrowed lines of the country, who paste from a sheet in their own working hours.

    Their browsers keep the clock of where they sit; one of them has set it right.
    """
    form = _form(world)
    dice, leads = form.dice, []
    zone = dice.choice(("Asia/Dhaka", "Asia/Manila", "Asia/Karachi", "Africa/Lagos"))
    crew = [
        (Browser(desktop(dice, "IN"), "en-US,en;q=0.9", False, device_id(dice)), writer(dice, phone=False))
        for _ in range(4)
    ]
    for at in _moments(world, dice.randint(70, 170), "shift", zone):
        place = dice.randrange(4)
        machine, hand = crew[place]
        sent = _sent(
            world, _stranger(form), at, machine, form.networks.rotating(), label="remote_team", way="typed", hand=hand
        )
        sent = form.pasted(sent, hand, False, [name for name in form.asks if dice.random() < 0.8])
        if "timezone" in sent.lead.get("client", {}) and place:
            sent.lead["client"]["timezone"] = zone
        leads.append(sent)
    return leads


def adaptive_drip(world: World) -> list[SentLead]:
    """One who learns: a plain script at first, next day a patient one behind many browsers, then hired hands at home.

    He sends more each day, and drops a way once it has been used for a third of his time.
    """
    form = _form(world)
    dice, leads = form.dice, []
    begin, end = _bounds(world)
    agent = desktop(dice, form.country)
    pool = [browser(dice, form.country, 0.6) for _ in range(25)]
    hands = [_seat(form, 0.8) for _ in range(dice.randint(5, 9))]
    took = dice.uniform(2.5, 7)
    for at in sorted(begin + (end - begin) * dice.random() ** 0.65 for _ in range(dice.randint(70, 150))):
        stage = (at - begin) / (end - begin)
        if stage > 0.67:
            seat = dice.choice(hands)
            way = dice.choice(("typed", "typed", "paste"))
            who = _stranger(form)
            leads.append(_sent(world, who, at, seat.machine, seat.ip, label="adaptive_drip", way=way, hand=seat.hand))
            continue
        crude = stage < 0.33
        machine = Browser(agent, "en-US,en;q=0.9", False, "") if crude else dice.choice(pool)
        machine = replace(machine, device_id=device_id(dice))
        sent = _sent(world, _stranger(form), at, machine, form.networks.rotating(), label="adaptive_drip", way="typed")
        keys = sum(map(len, form.values(sent).values()))
        seconds = took * dice.uniform(0.97, 1.03) if crude else keys * dice.gauss(0.24, 0.03) + dice.uniform(4, 9)
        extra = dice.uniform(0.8, 1.6) if crude else dice.uniform(8, 40)
        pointers = 0 if crude else round(dice.gauss(45, 9))
        leads.append(_with(form, sent, _measures(max(seconds, 1), extra, keys, max(pointers, 0))))
    return leads


def till_fabricator(world: World) -> list[SentLead]:
    """A shop's assistant with a premium for each entry: made-up customers on the shop's own laptop in quiet hours.

    Names are put together from earlier customers', numbers are earlier ones with two digits changed.
    """
    form = _form(world)
    dice = form.dice
    desk = form.desk or form
    seat = dice.choice(form.crew) if form.crew else _seat(form, 0.0)
    begin, end = _bounds(world)
    past = [sent.lead for sent in world.leads if sent.at < begin and "phone" in sent.lead and " " in sent.lead["name"]]
    opened = [begin + day * DAY for day in range(int((end - begin) // DAY) + 1)]
    opened = [at for at in opened if datetime.fromtimestamp(at, world.start.tzinfo).weekday() < 6]
    quiet = [at + hour * 3_600 for at in opened for hour in (5.2, 6.3, 11.7)]
    dice.shuffle(quiet)
    busy = sorted(sent.at for sent in world.leads if sent.lead.get("client", {}).get("ip") == seat.ip)
    leads: list[SentLead] = []
    wanted = dice.randint(40, 90)
    for place, begun in enumerate(quiet):
        at, free = begun + dice.uniform(0, 900), 0.0
        share = -(-(wanted - len(leads)) // (len(quiet) - place))
        hand = replace(seat.hand, pauses=seat.hand.pauses * 0.8)
        for _ in range(min(max(share, dice.randint(5, 12)), wanted - len(leads))):
            one, other = dice.sample(past, 2)
            who = _stranger(form, (20, 80))
            name = f"{one['name'].split()[0]} {other['name'].split()[-1]}"
            number = _other_digits(form, _other_digits(form, dice.choice(past)["phone"]))
            local = "".join(_plain(part) for part in name.split())
            email = f"{local}{dice.choice(('', '', dice.randint(1, 99)))}@{dice.choice(('gmail.com', 'libero.it'))}"
            at = next((moment + 60 for moment in busy if 0 < moment - at < 60), at)  # somebody is being served
            sent = desk.enquiry(
                who,
                at,
                seat.machine,
                seat.ip,
                "typed",
                hand=hand,
                label="till_fabricator",
                name=name,
                phone=number,
                email=email,
            )
            leads.append(since(sent, free))
            free = sent.at
            at = free + dice.uniform(5, 40)
    return leads


def _form(world: World) -> Window:
    return cast(Window, world.site)


def _stranger(form: Window, ages: tuple[int, int] = (19, 68)) -> Person:
    """Somebody from the attacker's list: of those who come here, or of the country where he does not know those."""
    if form.outsiders:
        return form.new(lambda: person(form.dice, form.country, ages, form.own_script))
    return form.person(ages)


def _seat(form: Window, phones: float) -> Seat:
    machine = browser(form.dice, form.country, phones)
    return Seat(machine, writer(form.dice, machine.phone, 0.95), form.networks.home())


def _bounds(world: World) -> tuple[float, float]:
    """From eight in the morning of the second day, to the deployment's end."""
    begin = max(world.start.timestamp(), world.measured_from) + DAY + 8 * 3_600
    return begin, world.start.timestamp() + world.days * DAY


def _moments(world: World, count: int, profile: str, zone: str = "") -> list[float]:
    """So many moments from the second day on, by the hours of the country or of another zone."""
    dice, (begin, end) = world.site.dice, _bounds(world)
    days = max(round((end - begin) / DAY + 0.4), 1)
    midnight = world.start + timedelta(days=round((begin - 8 * 3_600 - world.start.timestamp()) / DAY))
    shift = _ahead(midnight, zone) if zone else 0.0
    found: list[float] = []
    while len(found) < count:
        drawn = [at - shift for at in times(dice, midnight, days + 1, count, profile)]
        found += [at for at in drawn if begin <= at <= end]
    return sorted(dice.sample(found, count))


def _ahead(moment: datetime, zone: str) -> float:
    """Seconds by which a zone's clocks are before those of the moment's zone."""
    there, here = moment.astimezone(ZoneInfo(zone)).utcoffset(), moment.utcoffset()
    return ((there or timedelta()) - (here or timedelta())).total_seconds()


def _measures(took: float, before: float, keys: int, pointers: int) -> Measures:
    """What a form's script counts of a program."""
    return {
        "seconds_on_page": round(took + before, 1),
        "fill_seconds": round(took, 1),
        "keystrokes": keys,
        "pastes": 0,
        "autofills": 0,
        "pointer_events": pointers,
    }


def _with(form: Window, sent: SentLead, measures: Measures) -> SentLead:
    return form.refilled(sent, measures) if "form" in sent.lead else sent


def _plain(name: str) -> str:
    table = {"ä": "a", "å": "a", "ö": "o", "ü": "u", "é": "e", "è": "e", "ò": "o", "à": "a", "ù": "u", "ß": "ss"}
    return "".join(table.get(letter, letter) for letter in name.lower() if letter.isalpha())


def _other_digits(form: Window, number: str) -> str:
    """The number with one of its last five digits changed."""
    places = [place for place, letter in enumerate(number) if letter.isdigit()][-5:]
    place = form.dice.choice(places)
    digit = form.dice.choice([digit for digit in "0123456789" if digit != number[place]])
    return number[:place] + digit + number[place + 1 :]


def _sent(
    world: World,
    who: Person,
    at: float,
    machine: Browser,
    ip: str,
    *,
    label: str,
    way: str = "",
    hand: Writer | None = None,
    texts: dict[str, str] | None = None,
    whole: bool = False,
) -> SentLead:
    """A lead by the deployment's form, with the source of a genuine one; ``whole`` leaves no field empty."""
    form = _form(world)
    given: dict[str, Any] = dict(texts or {})
    skips = form.skips
    form.skips = {} if whole else skips
    sent = form.enquiry(who, at, machine, ip, way, hand=hand, label=label, **given)
    form.skips = skips
    if "form" in sent.lead and not sent.lead["form"]:
        sent.lead["form"] = fill(form.dice, writer(form.dice, machine.phone), machine.phone, form.values(sent))
    alike = form.dice.choice(world.leads).lead
    if alike.get("source", {}).get("channel") == form.source.get("channel"):
        sent.lead["source"] = dict(alike["source"])
    return sent
