"""Six more: a refund for seasonal workers, parents, a till's raffle, flat hunters, race teams, alumni.

Shares and sizes are our own estimates, drawn anew from each seed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bench.worlds.browsers import Browser, browser, device_id, windows_chrome
from bench.worlds.clock import ZONES, burst, first_day, times
from bench.worlds.filling import writer
from bench.worlds.messages import message
from bench.worlds.networks import Networks
from bench.worlds.people import Person, mailbox, person, phone
from bench.worlds.second.form import since
from bench.worlds.stations import LISTENING
from bench.worlds.third.window import Seat, Window, finished
from bench.worlds.world import Site, World, dice_for
from training.simulation import SentLead

_LETTER = (
    "Sehr geehrte Damen und Herren, ich interessiere mich für die angebotene Wohnung und würde mich über einen "
    "Besichtigungstermin freuen. Mit freundlichen Grüßen"
)
"""What the portal suggests, and many send as it is."""


def orchard_workers_netherlands(seed: int, count: int | None = None) -> World:
    """A tax refund for seasonal workers in the Netherlands: Poles, Romanians and Spaniards who live in three parks.

    Numbers and mailboxes are from home as often as not. The script tells the pointer and the time on the page only.
    """
    dice = dice_for(seed, "orchard_workers_netherlands")
    form = Window(
        dice,
        "NL",
        {"vendor": "terugbelasting", "channel": "social", "campaign": "seizoen-2026"},
        ("first_name", "last_name", "email", "phone"),
        page="https://refund.example.nl/start",
        referrers=("https://l.facebook.com/", "https://m.facebook.com/", "", "https://www.google.com/"),
        phones=0.86,
        apps=0.3,
        choices=4,
        slow=1.1,
        ways={"typed": 70, "autofill": 12, "partly": 15, "paste": 3},
    )
    origins: dict[str, str] = {}

    def harvests(ages: tuple[int, int]) -> Person:
        origin = dice.choices(("PL", "RO", "ES", "NL"), (52, 34, 9, 5))[0]
        who = person(dice, origin, (max(ages[0], 19), 57), 0.55)
        number = who.phone if dice.random() < 0.42 else phone(dice, "NL")
        origins[who.email] = origin
        return replace(who, country="NL", phone=number)

    form.makes = harvests
    start, days, count = first_day(dice, "NL"), dice.randint(5, 8), count or dice.randint(240, 360)
    parks = [form.networks.office() for _ in range(3)]
    leads: list[SentLead] = []
    for at in times(dice, start, days, count, "home"):
        if len(leads) >= count:
            break
        who = form.person()
        origin = origins[who.email]
        machine = browser(dice, origin, form.phones, form.apps)
        ip = dice.choice(parks) if dice.random() < 0.5 else form.address(machine)
        sent = form.enquiry(who, at, machine, ip)
        leads.append(sent)
        if dice.random() < 0.05:  # the one with the notebook does it for the others of the caravan
            for _ in range(dice.randint(1, 4)):
                mate, before = form.person(), leads[-1].at
                leads.append(since(form.enquiry(mate, before + dice.uniform(30, 400), machine, ip, "typed"), before))
        elif dice.random() < 0.06:
            kin = replace(form.person(), last=who.last)
            leads.append(form.enquiry(kin, sent.at + dice.uniform(60, 2_000), machine, ip))
    world = finished(form, World(form, start, days, leads), 0.03)
    world.delivery = pointer_only
    return world


def pointer_only(_: Site, sent: SentLead) -> SentLead:
    """The lead with the pointer's events and the time on the page, and no other measure."""
    form = {name: sent.lead["form"][name] for name in ("seconds_on_page", "pointer_events")}
    return SentLead(at=sent.at, lead=sent.lead | {"form": form}, label=sent.label)


def parents_vietnam(seed: int, count: int | None = None) -> World:
    """A lower secondary school in Vietnam: parents sign up for Saturday lessons from their children's accounts.

    Teachers write to their classes in Zalo of an evening, and each class comes within two hours. Half of the parents
    put the family name where the given name is asked. Those with two children send twice.
    """
    dice = dice_for(seed, "parents_vietnam")
    form = Window(
        dice,
        "VN",
        {"channel": "chat", "campaign": "lop-thu-bay"},
        ("first_name", "last_name", "phone", "email", "student"),
        page="https://thcs.example.edu.vn/dang-ky",
        referrers=("", "", "https://zalo.me/"),
        phones=0.94,
        apps=0.5,
        slow=1.15,
        ways={"typed": 84, "partly": 11, "paste": 5},
        sends=("browser", "ip", "form", "time", "country", "device"),
        skips={"email": 0.12},
        outsiders=True,
    )
    pupils: dict[str, str] = {}
    surnames: dict[str, tuple[str, str]] = {}

    def parent(ages: tuple[int, int]) -> Person:
        return _for_child(person(dice, "VN", (max(ages[0], 31), 56), 0.85))

    def _for_child(who: Person) -> Person:
        child = person(dice, "VN", (11, 15), 0.9)
        other = (who.last, who.latin[1]) if dice.random() < 0.6 else (child.last, child.latin[1])
        family, latin = surnames.setdefault(who.phone, other)  # brothers and sisters have one surname
        child = replace(child, last=family, latin=(child.latin[0], latin), phone=who.phone)
        kind = dice.random()
        email = mailbox(dice, child)
        if kind < 0.18:
            email = f"{child.latin[0]}.{latin[0]}{dice.randint(1_000, 2_399)}@hs.thcs-hoaphuong.edu.vn"
        elif kind > 0.8:
            email = who.email
        pupils[email] = child.name
        return replace(who, email=email)

    def enters(who: Person) -> dict[str, str]:
        given = who.first if dice.random() < 0.7 else who.first.split()[-1]
        swapped = dice.random() < 0.5
        student = pupils.get(who.email) or f"{who.last} {person(dice, 'VN', (11, 15)).first}"
        names = (
            {"first_name": who.last, "last_name": given} if swapped else {"first_name": given, "last_name": who.last}
        )
        return names | {"student": student}

    form.makes, form.more = parent, enters
    start, days, count = first_day(dice, "VN"), dice.randint(4, 7), count or dice.randint(250, 370)
    leads: list[SentLead] = []
    while len(leads) < count:
        said = start + timedelta(days=dice.randrange(days), hours=dice.choice((18.5, 19.3, 20, 20.8)))
        for at in burst(dice, said.timestamp(), min(dice.randint(14, 26), count - len(leads)), 1_700):
            who, machine = form.person(), form.browser()
            ip, hand = form.address(machine), writer(dice, machine.phone, form.slow)
            sent = form.enquiry(who, at, machine, ip, hand=hand)
            leads.append(sent)
            other = dice.random()
            if other < 0.1:
                opens = sent.at + dice.uniform(30, 400)
                leads.append(form.enquiry(_for_child(who), opens, machine, ip, "typed", hand=hand))
            elif other < 0.14:  # the other parent, who has not heard that it is done
                spouse = replace(form.new(lambda: person(dice, "VN", (31, 56), 0.85)), email=who.email)
                leads.append(form.enquiry(spouse, sent.at + dice.uniform(300, 9_000), None, ip))
    return finished(form, World(form, start, days, leads), 0.04)


def raffle_italy(seed: int, count: int | None = None) -> World:
    """A Christmas raffle of a shop in Italy: at the till an assistant types on the shop's laptop, the rest at home.

    The till's leads have the channel offline, those from home came by the code on the receipt.
    """
    dice = dice_for(seed, "raffle_italy")
    form = Window(
        dice,
        "IT",
        {"campaign": "lotteria-natale", "channel": "other"},
        ("name", "phone", "email"),
        page="https://lotteria.example.it/partecipa",
        phones=0.93,
        choices=2,
        skips={"email": 0.2},
        sends=("browser", "ip", "form", "time", "country", "device"),
    )
    till = Window(
        dice,
        "IT",
        {"campaign": "lotteria-natale", "channel": "offline"},
        form.asks,
        page="https://lotteria.example.it/cassa",
        choices=1,
        sends=form.sends,
        skips={"email": 0.45},
        known=form.known,
    )
    form.desk, form.sisters = till, {"till": till}
    start, days, count = first_day(dice, "IT"), dice.randint(5, 9), count or dice.randint(240, 370)
    line = form.networks.office()
    laptop = Browser(
        windows_chrome(dice.choice((156, 154))), "it-IT,it;q=0.9,en-US;q=0.8,en;q=0.7", False, device_id(dice)
    )
    hands = [writer(dice, phone=False) for _ in range(2)]
    form.crew = [Seat(laptop, hand, line) for hand in hands]
    open_days = [day for day in range(days) if (start + timedelta(days=day)).weekday() < 6]
    moments = []
    for _ in range(count * 11 // 20):
        hour = dice.uniform(9, 13) if dice.random() < 0.45 else dice.uniform(15.5, 19.6)
        moments.append((start + timedelta(days=dice.choice(open_days), hours=hour)).timestamp())
    leads: list[SentLead] = []
    free = 0.0
    for at in sorted(moments):
        hand = dice.choice(hands)
        hand = replace(hand, pauses=hand.pauses * LISTENING / 2)
        sent = till.enquiry(till.person(ages=(20, 82)), max(at, free), laptop, line, "typed", hand=hand)
        leads.append(since(sent, free))
        free = sent.at + dice.uniform(15, 120)
    for at in times(dice, start, days, count - len(leads), "home"):
        who, machine = form.person(ages=(18, 74)), form.browser()
        ip = form.address(machine)
        sent = form.enquiry(who, at, machine, ip)
        leads.append(sent)
        if dice.random() < 0.07:  # one more of the house: a second ticket
            kin = replace(form.person(), last=who.last)
            leads.append(form.enquiry(kin, sent.at + dice.uniform(30, 500), machine, ip, "typed"))
    return finished(form, World(form, start, days, leads), 0.03)


def flat_hunters_germany(seed: int, count: int | None = None) -> World:
    """Flats to let in a German city: within minutes of an offer scores apply, with prepared letters and autofill.

    Each applies to one to four flats with the same letter; one in seven sends the portal's letter as it is.
    """
    dice = dice_for(seed, "flat_hunters_germany")
    form = Window(
        dice,
        "DE",
        {"vendor": "wohnfinder", "channel": "other"},
        ("first_name", "last_name", "email", "phone", "message"),
        page="https://wohnfinder.example.de/expose/kontakt",
        referrers=("https://wohnfinder.example.de/suche", "https://wohnfinder.example.de/suche", ""),
        phones=0.72,
        ways={"typed": 30, "autofill": 52, "partly": 16, "paste": 2},
        choices=5,
        sends=("browser", "ip", "form", "time", "country", "device"),
    )
    form.more = lambda _: {"message": message(dice, "flat_de", 0.45)}
    start, days, count = first_day(dice, "DE"), dice.randint(4, 7), count or dice.randint(260, 380)
    flats = [
        ((start + timedelta(days=dice.randrange(days - 1), hours=dice.uniform(7, 20))).timestamp(), f"whg-{number}")
        for number in dice.sample(range(4_000, 4_400), dice.randint(5, 8))
    ]
    flats[0] = ((start + timedelta(hours=dice.uniform(8, 17))).timestamp(), flats[0][1])  # one on the first day
    leads: list[SentLead] = []

    def applies(who: Person, at: float, flat: str, machine: Browser, letter: str, *, ready: bool) -> SentLead:
        hand = writer(dice, machine.phone)
        way = dice.choices(list(form.ways), list(form.ways.values()))[0]
        sent = form.enquiry(who, at, machine, way=way, hand=hand, message=letter)
        if ready:
            sent = form.prepared(sent, hand, machine.phone, way)
        sent.lead["source"]["campaign"] = flat
        return sent

    while len(leads) < count:
        offered, flat = dice.choice(flats)
        at = burst(dice, offered, 1, 1_500 if dice.random() < 0.6 else 20_000)[0]
        who, machine, kind = form.person(ages=(19, 58)), form.browser(), dice.random()
        letter = _LETTER if kind < 0.14 else message(dice, "flat_de", 0.45)
        ready = kind < 0.75
        leads.append(applies(who, at, flat, machine, letter, ready=ready))
        for later, other in flats:
            if later > offered and dice.random() < 0.12:
                opens = burst(dice, later, 1, 1_500)[0]
                leads.append(applies(who, opens, other, machine, letter, ready=True))
        if dice.random() < 0.05:  # the partner applies as well, with the letter that they wrote together
            opens = leads[-1].at + dice.uniform(60, 3_000)
            leads.append(applies(form.person(ages=(19, 58)), opens, flat, form.browser(), letter, ready=True))
    return finished(form, World(form, start, days, leads), 0.02)


def race_teams_south_africa(seed: int, count: int | None = None) -> World:
    """A charity run in South Africa: captains enter their teams on one device, often with their own number for all.

    Members have their own mailboxes, the captain's, or the captain's with a plus and their name. On the evening
    before the price goes up half of the teams come.
    """
    dice = dice_for(seed, "race_teams_south_africa")
    form = Window(
        dice,
        "ZA",
        {"channel": "email", "campaign": "fun-run-10k"},
        ("first_name", "last_name", "email", "phone", "company"),
        page="https://run.example.org.za/enter",
        referrers=("", "https://www.facebook.com/", "https://www.google.co.za/", "https://run.example.org.za/"),
        phones=0.5,
        choices=4,
        ways={"typed": 58, "autofill": 22, "partly": 17, "paste": 3},
        sends=("browser", "ip", "form", "time", "country", "device"),
        skips={"company": 0.15},
        outsiders=True,
    )
    heads = [
        "Karoo",
        "Table View",
        "Pinelands",
        "Umhlanga",
        "Randburg",
        "Bokaap",
        "Sandton",
        "Knysna",
        "Midrand",
        "Durbanville",
    ]
    tails = [
        "Striders",
        "Athletics Club",
        "Road Runners",
        "Harriers",
        "Accountants",
        "Primary School",
        "Choir",
        "Dental",
    ]
    form.more = lambda _: {"company": f"{dice.choice(heads)} {dice.choice(tails)}"}
    start, days, count = first_day(dice, "ZA"), dice.randint(5, 8), count or dice.randint(250, 360)
    closes = (start + timedelta(days=days - 2, hours=23.9)).timestamp()
    leads: list[SentLead] = []
    while len(leads) < count:
        early = dice.random() < 0.5
        at = times(dice, start, days, 1)[0] if early else closes - dice.expovariate(1 / 9_000)
        captain, machine = form.person(ages=(19, 64)), form.browser()
        ip, hand, team = form.address(machine), writer(dice, machine.phone), form.more(captain)["company"]
        sent = form.enquiry(captain, at, machine, ip, hand=hand, company=team)
        leads.append(sent)
        size = dice.choices((1, 2, dice.randint(4, 12)), (58, 26, 16))[0]
        sheet, own_numbers = size > 2 and not machine.phone and dice.random() < 0.6, dice.random() < 0.45
        user, _, domain = captain.email.partition("@")
        for _ in range(size - 1):
            member, kind = form.person(ages=(12, 66)), dice.random()
            email = captain.email if kind < 0.25 else member.email
            if kind > 0.85 and domain == "gmail.com":
                email = f"{user}+{member.latin[0]}@gmail.com"
            if size == 2 and dice.random() < 0.5:
                member = replace(member, last=captain.last)
            member = replace(member, email=email, phone=member.phone if own_numbers else captain.phone)
            before = leads[-1].at
            opens = before + dice.uniform(6, 90)
            sent = form.enquiry(member, opens, machine, ip, "typed", hand=hand, company=team)
            if sheet:
                sent = form.pasted(sent, hand, machine.phone, ["first_name", "last_name", "email"])
            leads.append(since(sent, before))
    return finished(form, World(form, start, days, leads), 0.03)


def alumni_india(seed: int, count: int | None = None) -> World:
    """A reunion of an Indian college, whose students all had to open a Gmail box made of name and roll number.

    Batches hear of it in their groups and come in waves; one in six lives abroad, with a number of that country.
    """
    dice = dice_for(seed, "alumni_india")
    form = Window(
        dice,
        "IN",
        {"channel": "chat", "campaign": "silver-jubilee"},
        ("name", "email", "phone", "company"),
        page="https://alumni.example.ac.in/reunion",
        referrers=("", "", "https://www.linkedin.com/", "https://www.facebook.com/"),
        phones=0.8,
        own_script=1.0,
        choices=3,
        ways={"typed": 58, "autofill": 18, "partly": 21, "paste": 3},
        sends=("browser", "ip", "form", "time", "country", "zone"),
        skips={"company": 0.4, "phone": 0.08},
        outsiders=True,
    )
    batches = list(range(9, 24))
    abroad = {land: Networks(dice, land) for land in ("US", "AE", "GB")}

    def studied(_: tuple[int, int]) -> Person:
        batch = dice.choice(batches)
        who = person(dice, "IN", (20, 22))
        first, last = who.latin
        who = replace(who, born=2026 - (26 - batch) - dice.choice((21, 22, 22)))
        kind, roll = (
            dice.random(),
            f"{batch:02}{dice.choice(('cs', 'cs', 'me', 'ec', 'ce', 'it'))}{dice.randint(1_001, 1_899)}",
        )
        email = who.email if kind > 0.76 else f"{first}.{roll}@gmail.com"
        if kind < 0.1:
            email = f"{first}{last}.bvce{batch:02}@gmail.com"
        land = dice.choices(("US", "AE", "GB", ""), (8, 5, 3, 84))[0]
        return replace(who, email=email, country=land, phone=phone(dice, land)) if land else replace(who, email=email)

    form.makes = studied
    makers = [
        "Self",
        "TCS",
        "Infosys",
        "own business",
        "Govt",
        "freelance",
        "HCL",
        "startup",
        "Wipro",
        "L&T",
        "n/a",
        "SBI",
    ]
    form.more = lambda _: {"company": dice.choice(makers)}
    start, days, count = first_day(dice, "IN"), dice.randint(4, 7), count or dice.randint(250, 370)
    posts = [start + timedelta(days=dice.randrange(days - 1), hours=dice.choice((9, 13, 20, 21.5))) for _ in range(9)]
    moments = times(dice, start, days, count * 2 // 5)
    for _ in range(count - len(moments)):
        moments += burst(dice, dice.choice(posts).timestamp(), 1, 2_700)
    leads = []
    for at in sorted(moments):
        who = form.person()
        if who.country == "IN":
            leads.append(form.enquiry(who, at))
            continue
        machine, nets = browser(dice, who.country, form.phones), abroad[who.country]
        sent = form.enquiry(who, at, machine, nets.mobile() if machine.phone and dice.random() < 0.5 else nets.home())
        sent.lead["client"]["timezone"] = ZONES[who.country]
        leads.append(sent)
    return finished(form, World(form, start, days, leads), 0.03)
