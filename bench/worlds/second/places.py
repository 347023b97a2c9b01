"""Deployments at places where machines are shared: a library, a stadium's tablets, a campus, rooms of Chromebooks.

Shares and sizes are our own estimates, drawn anew from each seed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bench.worlds.browsers import Browser, device_id, tablet, windows_chrome
from bench.worlds.clock import burst, first_day, times
from bench.worlds.filling import writer
from bench.worlds.people import Person, person
from bench.worlds.second.form import Form, since
from bench.worlds.second.work import spanish
from bench.worlds.world import World, dice_for
from training.simulation import SentLead

WISH = "Yes, I would like to become a paid-up member for 2027 and support the juniors."
"""What the page of the members' drive writes into the message for everybody."""


def library_colombia(seed: int, count: int | None = None) -> World:
    """Free courses in Colombia: half sign up at a library's eight computers or an internet café's six.

    The computers keep their cookies and so their device ids all week; each house has one line. People wait in turn.
    """
    dice = dice_for(seed, "library_colombia")
    form = Form(
        dice,
        "CO",
        {"channel": "other", "campaign": "cursos-gratis"},
        ("first_name", "last_name", "email", "phone"),
        page="https://cursos.example.edu.co/inscripcion",
        referrers=("", "https://www.google.com/", "https://m.facebook.com/"),
        phones=0.85,
        slow=1.25,
        ways={"typed": 78, "autofill": 8, "partly": 12, "paste": 2},
        choices=4,
        sends=("browser", "ip", "form", "time", "country", "device"),
    )
    form.makes = lambda ages: spanish(form, ages)
    start, days, count = first_day(dice, "CO"), dice.randint(5, 9), count or dice.randint(260, 400)
    houses: list[tuple[str, list[Browser]]] = []
    for size, language in ((8, "es-CO,es;q=0.9"), (6, "es-419,es;q=0.9,en;q=0.8")):
        agent = windows_chrome(dice.choice((156, 155, 150, 109)))
        if "109." in agent:
            agent = agent.replace("NT 10.0", "NT 6.1")
        houses.append((form.networks.office(), [Browser(agent, language, False, device_id(dice)) for _ in range(size)]))
    free: dict[str, float] = {}
    busy: dict[str, float] = {}
    leads: list[SentLead] = []
    inside = count * 11 // 20
    for at in times(dice, start, days, inside, "shift"):
        line, machines = houses[dice.random() < 0.35]
        machine = min(machines, key=lambda one: (max(free.get(one.device_id, 0.0), at), dice.random()))
        opens = max(at, free.get(machine.device_id, 0.0))
        hand = writer(dice, phone=False, slow=form.slow)
        sent = form.enquiry(form.person(ages=(16, 70)), opens, machine, line, "typed", hand=hand)
        if dice.random() < 0.1:  # the mailbox copied out of the mail program
            sent = form.pasted(sent, hand, False, ["email"])
        busy[machine.device_id] = since(sent, busy.get(machine.device_id, 0.0)).at
        free[machine.device_id] = sent.at + dice.uniform(60, 900)
        leads.append(sent)
    leads += [form.enquiry(form.person(ages=(16, 70)), at) for at in times(dice, start, days, count - inside)]
    return World(form, start, days, form.with_retries(leads, 0.02), "shift")


def members_drive_south_africa(seed: int, count: int | None = None) -> World:
    """A rugby club's drive for members: three tablets at the grounds, declared as offline, and a link that is shared.

    The page writes the wish into the message for everybody; most leave it as it is.
    """
    dice = dice_for(seed, "members_drive_south_africa")
    form = Form(
        dice,
        "ZA",
        {"vendor": "club-shop", "channel": "offline"},
        ("name", "email", "phone", "message"),
        page="https://members.example.co.za/join",
        phones=0.92,
        apps=0.1,
        choices=2,
        slow=1.1,
        skips={"phone": 0.1},
        sends=("browser", "ip", "form", "time", "country", "device"),
    )
    start, days, count = first_day(dice, "ZA"), dice.randint(4, 8), count or dice.randint(260, 400)
    tablets = [Browser(tablet(dice, ipad=False), "en-ZA,en-GB;q=0.9,en;q=0.8", True, device_id(dice)) for _ in range(3)]
    routers = [form.networks.mobile() for _ in range(3)]
    free, busy = [0.0] * 3, [0.0] * 3
    leads: list[SentLead] = []
    for at in times(dice, start, days, count * 3 // 5, "fair"):
        seat = min(range(3), key=lambda index: (max(free[index], at), dice.random()))
        sent = _member(form, max(at, free[seat]), tablets[seat], routers[seat], "typed")
        busy[seat] = since(sent, busy[seat]).at
        free[seat] = sent.at + dice.uniform(8, 120)
        leads.append(sent)
    shared = Form(
        dice,
        "ZA",
        {"vendor": "club-link", "channel": "social"},
        form.asks,
        page=form.page,
        referrers=("", "", "https://l.facebook.com/"),
        phones=0.92,
        apps=0.12,
        choices=2,
        sends=form.sends,
        known=form.known,
    )
    form.sisters = {"club-link": shared, "club-shop": form}
    form.more = shared.more = lambda _: {"message": WISH}
    online = [_member(shared, at, shared.browser(), "", "") for at in times(dice, start, days, count - len(leads))]
    return World(form, start, days, leads + shared.with_retries(online, 0.03), "fair")


def _member(form: Form, at: float, machine: Browser, ip: str, way: str) -> SentLead:
    """A member's lead, whose message was there already; some write on, some empty it."""
    dice, case = form.dice, form.dice.random()
    tail = dice.choice(
        ("My son plays U15.", "Two adults please", "Season ticket as well?", "Go team!!", "Played 1994-2003")
    )
    added = f" {tail}" if case > 0.88 else ""
    kept = "" if case < 0.06 else WISH
    hand = writer(dice, machine.phone, form.slow)
    sent = form.lead(form.person(ages=(16, 74)), at, machine, ip, way, hand=hand, message=added.strip())
    if text := (kept + added).strip():
        sent.lead["message"] = text
    return sent


def housing_netherlands(seed: int, count: int | None = None) -> World:
    """Rooms for students in the Netherlands: student numbers at one university's domain, a quarter from abroad.

    The campus has few addresses; friends who want one flat sign up side by side.
    """
    dice = dice_for(seed, "housing_netherlands")
    form = Form(
        dice,
        "NL",
        {"campaign": "kamers-feb"},
        ("first_name", "last_name", "email", "phone"),
        page="https://kamers.example.nl/inschrijven",
        referrers=("https://portal.example-university.nl/", "", "https://www.google.com/"),
        phones=0.55,
        ways={"typed": 62, "autofill": 14, "partly": 18, "paste": 6},
        choices=5,
        skips={"phone": 0.2},
    )
    years = {21: 8_000, 22: 9_500, 23: 11_000, 24: 12_500, 25: 14_000}

    def studies(ages: tuple[int, int]) -> Person:
        origin = dice.choices(("NL", "DE", "IN", "PL", "ES", "TR", "FR"), (74, 7, 6, 4, 4, 3, 2))[0]
        who = person(dice, origin, (17, 27), 0.8)
        year = dice.choices(list(years), (5, 10, 20, 30, 35))[0]
        number = f"s{year}{years[year] + dice.randrange(6_000):05}"
        foreign = who.phone if dice.random() < 0.5 else ""
        local = person(dice, "NL", ages).phone
        email = f"{number}@student.uni-veldhoven.nl" if dice.random() < 0.88 else who.email
        return replace(who, country="NL", email=email, phone=foreign or local)

    form.makes = studies
    start, days, count = first_day(dice, "NL"), dice.randint(3, 6), count or dice.randint(280, 410)
    campus = [form.networks.office().rpartition(".")[0] + f".{last}" for last in (4, 5, 6, 9)]
    opening = (start + timedelta(hours=9)).timestamp()
    moments = burst(dice, opening, count // 3, 1_500) + times(dice, start, days, count - count // 3, "home")
    leads: list[SentLead] = []
    for at in moments:
        machine = form.browser()
        ip = dice.choice(campus) if dice.random() < 0.5 else ""
        sent = form.enquiry(form.person(), at, machine, ip)
        leads.append(sent)
        if dice.random() < 0.06 and len(leads) < count:  # the friend beside, at the same notebook
            leads.append(form.enquiry(form.person(), sent.at + dice.uniform(20, 300), machine, ip))
    return World(form, start, days, form.with_retries(leads, 0.04))


def chromebooks_join(seed: int, count: int | None = None) -> World:
    """A buyer of course leads in the United States with two weeks of past; then a training centre joins it.

    Its classes sign up in rooms of managed Chromebooks: one agent, one line, and a new device id with every session.
    """
    dice = dice_for(seed, "chromebooks_join")
    web = Form(
        dice,
        "US",
        {"vendor": "degreepath", "channel": "affiliate", "price": {"amount": "30.00", "currency": "USD"}},
        ("name", "email", "phone"),
        page="https://degreepath.example.com/match",
        referrers=("https://www.google.com/", "", "https://www.indeed.example.com/"),
        phones=0.66,
        apps=0.1,
        choices=4,
        sends=("browser", "ip", "form", "time", "country", "device", "zone"),
    )
    room = Form(
        dice,
        "US",
        {"vendor": "workforce-center", "channel": "offline" if dice.random() < 0.3 else "other"},
        ("first_name", "last_name", "email", "phone"),
        page="https://workforce.example.org/enroll",
        phones=0.0,
        slow=1.3,
        choices=5,
        sends=web.sends,
        known=web.known,
        skips={"phone": 0.12},
    )
    web.sisters = {"degreepath": web, "coursefinder": web, "workforce-center": room}
    joins = first_day(dice, "US") + timedelta(days=4)
    start, days = joins - timedelta(days=14), dice.randint(4, 7)
    judged = count or dice.randint(280, 420)
    classes, past = judged * 11 // 20, judged * 2
    leads: list[SentLead] = []
    for at in times(dice, start, 14, past) + times(dice, joins, days, judged - classes):
        sent = web.enquiry(web.person(ages=(18, 58)), at)
        sent.lead["source"]["vendor"] = dice.choice(("degreepath", "degreepath", "coursefinder"))
        leads.append(sent)
    # The moment of joining cuts between those who began before it and those who sent after it.
    leads = [sent for sent in leads if not joins.timestamp() - 1_800 < sent.at < joins.timestamp()]
    centres = [web.networks.office() for _ in range(2)]
    agent = (
        "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{dice.choice((156, 155))}.0.0.0 Safari/537.36"
    )
    workdays = [day for day in range(days) if (joins + timedelta(days=day)).weekday() < 6]
    made: list[SentLead] = []
    while len(made) < classes:
        lesson = (joins + timedelta(days=dice.choice(workdays), hours=dice.choice((9, 11, 13, 15, 18)))).timestamp()
        line = dice.choice(centres)
        for at in burst(dice, lesson + 400, min(dice.randint(11, 20), classes - len(made)), 200):
            machine = Browser(agent, "en-US,en;q=0.9", False, device_id(dice))
            made.append(room.enquiry(room.person(ages=(18, 61)), at, machine, line, "typed"))
    leads += room.with_retries(made, 0.04)
    return World(web, start, 14 + days, leads, "home", measured_from=joins.timestamp())
