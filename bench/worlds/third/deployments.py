"""Six deployments: a clinic by dictation, a spa's nightly delivery, a benefit, an SMS campaign, car quotes, a gym.

Shares and sizes are our own estimates, drawn anew from each seed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bench.worlds.browsers import Browser, browser, device_id, windows_chrome
from bench.worlds.clock import burst, first_day, times
from bench.worlds.consumers import PHONE_FIRST
from bench.worlds.filling import writer
from bench.worlds.messages import message
from bench.worlds.people import Person, mailbox, person
from bench.worlds.second.form import since
from bench.worlds.third.window import DAY, Window, finished
from bench.worlds.world import Site, World, dice_for
from training.simulation import SentLead


def clinic_dictation_sweden(seed: int, count: int | None = None) -> World:
    """A Swedish hearing and eye clinic whose patients are old: many dictate, many are helped by a child.

    A helped parent has the child's machine and often the child's mailbox; a third give a landline. Couples share one
    mailbox.
    """
    dice = dice_for(seed, "clinic_dictation_sweden")
    form = Window(
        dice,
        "SE",
        {"channel": "seo", "campaign": "horsel-och-syn"},
        ("name", "phone", "email", "message"),
        page="https://mottagning.example.se/boka",
        referrers=("https://www.google.se/", "https://www.google.com/", "", "https://vard.example.se/hitta"),
        phones=0.55,
        slow=1.7,
        ways={"typed": 72, "partly": 18, "autofill": 8, "paste": 2},
        skips={"email": 0.3},
    )
    form.more = lambda _: {"message": message(dice, "vard_sv", 0.2) if dice.random() < 0.75 else ""}

    def comes(ages: tuple[int, int]) -> Person:
        who = person(dice, "SE", (max(ages[0], 52), 91))
        return replace(who, phone=_landline(form)) if dice.random() < (0.4 if who.born < 1950 else 0.12) else who

    form.makes = comes
    start, days, count = first_day(dice, "SE"), dice.randint(5, 9), count or dice.randint(240, 370)
    leads: list[SentLead] = []
    for at in times(dice, start, days, count, "office"):
        if len(leads) >= count:
            break
        who, machine = form.person(), form.browser()
        ip = form.address(machine)
        if helped := dice.random() < 0.27:
            child = form.new(lambda: person(dice, "SE", (30, 60)))
            if dice.random() < 0.65:
                who = replace(who, email=child.email)
            if dice.random() < 0.35:
                who = replace(who, phone=child.phone)
        hand = writer(dice, machine.phone, 1.0 if helped else form.slow)
        sent = form.enquiry(who, at, machine, ip, "typed" if helped else "", hand=hand)
        if not helped and dice.random() < (0.5 if machine.phone else 0.12):
            said = ["message"] if dice.random() < 0.6 else ["message", "name"]
            sent = form.spoken(sent, hand, machine.phone, said)
        leads.append(sent)
        if dice.random() < 0.06:  # husband or wife, with the same mailbox
            spouse = replace(form.person(), last=who.last, email=who.email)
            opens = sent.at + dice.uniform(40, 900)
            leads.append(since(form.enquiry(spouse, opens, machine, ip, "typed", hand=hand), sent.at))
    return finished(form, World(form, start, days, leads, "office"), 0.03)


def _landline(form: Site) -> str:
    """A number of Stockholm, Gothenburg, Uppsala or Malmö."""
    dice = form.dice
    head = dice.choice(("8", "8", "31", "18", "40"))
    return f"+46{head}{dice.randint(2, 7)}{dice.randrange(10 ** (7 if head == '8' else 5)):0{7 if head == '8' else 5}}"


def spa_thailand_nightly(seed: int, count: int | None = None) -> World:
    """A chain of spas in Thailand: its backend trims and lower-cases all values and delivers once a night.

    No form is measured; ``submitted_at`` tells when. Friends book in pairs; some put a dash where a mailbox is asked.
    """
    dice = dice_for(seed, "spa_thailand_nightly")
    form = Window(
        dice,
        "TH",
        {"vendor": "baan-spa", "campaign": "loy-krathong", "channel": "social"},
        ("name", "phone", "email"),
        page="https://spa.example.co.th/booking",
        referrers=("https://l.facebook.com/", "https://www.instagram.com/", "", "https://page.line.me/"),
        phones=0.92,
        apps=0.3,
        own_script=0.6,
        sends=("browser", "ip", "time", "country", "reference"),
        skips={"email": 0.28},
    )
    start, days, count = first_day(dice, "TH"), dice.randint(5, 8), count or dice.randint(250, 380)
    leads: list[SentLead] = []
    for at in times(dice, start, days, count, "home"):
        if len(leads) >= count:
            break
        who, machine = form.person(ages=(20, 58)), form.browser()
        ip = form.address(machine)
        texts: dict[str, Any] = {"email": "-"} if dice.random() < 0.05 else {}
        if dice.random() < 0.15:
            texts["name"] = who.first
        sent = form.enquiry(who, at, machine, ip, **texts)
        leads.append(sent)
        if dice.random() < 0.1:  # the friend, at the same hour and often on the same phone
            shared = machine if dice.random() < 0.5 else form.browser()
            leads.append(form.enquiry(form.person(ages=(20, 58)), at + dice.uniform(40, 600), shared, ip))
        if dice.random() < 0.05:
            leads.append(form.enquiry(who, at + dice.uniform(2_000, 3 * DAY), machine))
    world = finished(form, World(form, start, days, leads), 0.04)
    world.delivery = nightly
    return world


def nightly(site: Site, sent: SentLead) -> SentLead:
    """The lead in the next night's run at ten past two, all its values trimmed and in small letters."""
    dice = site.dice
    names = {"name", "first_name", "last_name", "email", "phone", "message", "address"}
    small = {name: sent.lead[name].strip().lower() for name in names & sent.lead.keys()}
    small = {name: " ".join(value.split()) for name, value in small.items()}
    offset = 7 * 3_600
    run = ((sent.at + offset) // DAY + 1) * DAY - offset + 2 * 3_600 + 600
    return SentLead(at=run + dice.uniform(0, 150), lead=sent.lead | small, label=sent.label)


def benefit_morning_france(seed: int, count: int | None = None) -> World:
    """A French haulier's staff sign up for a meal card on the morning of a mailing, most through the firm's proxy.

    The browser is the firm's, the mailbox first.last at its domain. Drivers use one computer of the break room at the
    change of shift, with mailboxes of their own; the rest follows from home.
    """
    dice = dice_for(seed, "benefit_morning_france")
    form = Window(
        dice,
        "FR",
        {"channel": "email", "campaign": "carte-repas"},
        ("first_name", "last_name", "email", "phone"),
        page="https://avantages.example.fr/inscription",
        referrers=("", "", "https://intranet.example.fr/"),
        phones=0.7,
        ways={"typed": 52, "autofill": 26, "partly": 20, "paste": 2},
        choices=3,
        skips={"phone": 0.25},
        sends=("browser", "ip", "form", "time", "country", "zone"),
        outsiders=True,
    )

    def works(ages: tuple[int, int]) -> Person:
        who = person(dice, "FR", (max(ages[0], 20), 63))
        whole = ".".join(who.latin)
        taken = sum(mail.startswith(whole) for mail in form.known)
        return replace(who, email=f"{whole}{taken + 1 if taken else ''}@transports-vallorne.fr")

    form.makes = works
    start, days, count = first_day(dice, "FR"), dice.randint(3, 5), count or dice.randint(240, 370)
    start += timedelta(days=(7 - start.weekday()) % 7)  # a Monday
    proxies, major = [form.networks.office() for _ in range(2)], dice.choice((156, 155))
    agent = windows_chrome(major) + f" Edg/{major}.0.0.0"
    mailed = (start + timedelta(hours=8, minutes=dice.randint(30, 59))).timestamp()
    leads: list[SentLead] = []
    for at in burst(dice, mailed, count * 6 // 10, 2_400):
        machine = Browser(agent, "fr-FR,fr;q=0.9,en;q=0.8,en-GB;q=0.7,en-US;q=0.6", False, "")
        leads.append(form.enquiry(form.person(), at, machine, dice.choice(proxies)))
    room, free = Browser(windows_chrome(156), "fr-FR,fr;q=0.9", False, ""), 0.0
    for day, hour in [(day, hour) for day in range(min(days, 4)) for hour in (5.8, 13.6)]:
        at = (start + timedelta(days=day, hours=hour)).timestamp()
        for _ in range(count // 50):
            at = max(at, free) + dice.uniform(15, 200)
            driver = form.new(lambda: person(dice, "FR", (22, 62)))
            hand = writer(dice, phone=False, slow=1.4)
            leads.append(since(form.enquiry(driver, at, room, proxies[0], "typed", hand=hand), free))
            free = leads[-1].at
    rest = count - len(leads)
    for at in times(dice, start, days, max(rest, 0), "home"):
        if at > mailed:
            own = dice.random() < 0.4
            leads.append(form.enquiry(form.new(lambda: person(dice, "FR")) if own else form.person(), at))
    return finished(form, World(form, start, days, leads, "office"), 0.05)


def sms_kenya(seed: int, count: int | None = None) -> World:
    """A Kenyan seed and fertiliser credit by SMS: half have the same cheap phone with Opera Mini, on one carrier.

    Opera's extreme mode runs no script, so that no form is measured. Shopkeepers sign their customers up by day.
    """
    dice = dice_for(seed, "sms_kenya")
    form = Window(
        dice,
        "KE",
        {"vendor": "shamba-sms", "campaign": "mvua-fupi", "channel": "other"},
        ("name", "phone", "email"),
        page="https://shamba.example.co.ke/jiunge",
        phones=1.0,
        own_script=1.0,
        slow=1.35,
        ways=PHONE_FIRST,
        six=False,
        skips={"email": 0.85},
    )
    form.networks.gateways = form.networks.gateways[:8]
    builds = [f"{version}.0.{2254 + dice.randrange(8)}.{dice.randint(60_000, 79_000)}" for version in (83, 88, 91)]

    def cheap(extreme: bool) -> Browser:
        if extreme:
            agent = "Opera/9.80 (Android; Opera Mini/83.0.2254/191.361; U; en) Presto/2.12.423 Version/12.16"
        else:
            agent = (
                "Mozilla/5.0 (Linux; U; Android 14; itel A665L Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, "
                f"like Gecko) Version/4.0 Chrome/{dice.choice((138, 145, 154))}.0.0.0 Mobile Safari/537.36 "
                f"OPR/{dice.choice(builds)}"
            )
        return Browser(agent, "en-GB,en;q=0.9", True, device_id(dice))

    def gives(who: Person) -> dict[str, str]:
        style = dice.random()
        name = who.first if style < 0.14 else who.name.lower() if style < 0.4 else who.name
        return {"name": name.upper() if 0.4 < style < 0.48 else name}

    form.more = gives
    start, days, count = first_day(dice, "KE"), dice.randint(4, 7), count or dice.randint(260, 380)
    waves = [start + timedelta(days=day, hours=dice.choice((10, 12.5, 17))) for day in range(days - 1)]
    moments = times(dice, start, days, count // 4)
    for _ in range(count - len(moments)):
        moments += burst(dice, dice.choice(waves).timestamp(), 1, 1_500)
    shops = [(cheap(extreme=False), writer(dice, phone=True, slow=1.1)) for _ in range(4)]
    leads: list[SentLead] = []
    for at in sorted(moments):
        kind, hand = dice.random(), None
        machine = cheap(extreme=kind < 0.14) if kind < 0.66 else form.browser()
        if kind > 0.92:
            machine, hand = dice.choice(shops)
        sent = form.enquiry(form.person(ages=(20, 70)), at, machine, form.networks.mobile(), hand=hand)
        if kind < 0.14:
            del sent.lead["form"]
        leads.append(sent)
    return finished(form, World(form, start, days, leads), 0.06)


def car_quotes_america(seed: int, count: int | None = None) -> World:
    """An American comparison of car insurance that sends page, referrer and clock, but neither address nor browser.

    A long questionnaire goes before the contact. People come back for a second car; couples ask one after the other.
    """
    dice = dice_for(seed, "car_quotes_america")
    form = Window(
        dice,
        "US",
        {"vendor": "quotelane", "channel": "ppc", "price": {"amount": "14.50", "currency": "USD"}},
        ("first_name", "last_name", "email", "phone", "address", "postal_code"),
        page="https://quotelane.example.com/auto/contact",
        referrers=("https://www.google.com/", "https://www.bing.com/", "https://duckduckgo.com/", "", ""),
        phones=0.64,
        ways={"typed": 38, "autofill": 40, "partly": 20, "paste": 2},
        choices=14,
        sends=("form", "time", "country", "zone", "reference"),
        query=lambda: f"?src={dice.choice(('g', 'g', 'b', 'n'))}&cid={dice.getrandbits(48):012x}",
    )
    states = ((30, 33), (60, 61), (75, 79), (44, 45), (28, 28), (85, 86), (19, 19), (98, 99))
    streets = [
        "Birch",
        "Jefferson",
        "Main",
        "Mill",
        "Magnolia",
        "County Road 12",
        "5th",
        "14th",
        "Spruce",
        "Willow",
        "Church",
        "Franklin",
        "Orchard",
        "Dogwood",
        "Prairie",
        "Canyon",
        "Bayview",
        "Stone Creek",
        "Meadow",
        "Fox Run",
        "Summit",
        "Heritage",
        "Pecan",
        "Laurel",
        "Quail Hollow",
        "Ridge",
        "Walnut",
        "Chestnut",
    ]

    def lives(_: Person) -> dict[str, str]:
        head = dice.randint(*dice.choice(states))
        kind = dice.choice(("St", "Street", "Ave", "Dr", "Ln", "Rd", "Ct", "Way", "dr", "st."))
        unit = dice.choice(("", "", "", "", f" Apt {dice.randint(1, 30)}", f" #{dice.randint(1, 400)}"))
        number = dice.choice((dice.randint(1, 999), dice.randint(1_000, 19_999)))
        return {
            "address": f"{number} {dice.choice(streets)} {kind}{unit}",
            "postal_code": f"{head}{dice.randrange(1000):03}",
        }

    form.more = lives
    start, days, count = first_day(dice, "US"), dice.randint(4, 8), count or dice.randint(260, 380)
    leads: list[SentLead] = []
    for at in times(dice, start, days, count, "home"):
        if len(leads) >= count:
            break
        who, machine = form.person(ages=(18, 78)), form.browser()
        sent = form.enquiry(who, at, machine)
        sent.lead["source"]["sub_id"] = f"ql{dice.choice((11, 11, 11, 14, 14, 27, 31, 52))}"
        leads.append(sent)
        where, kin = {name: sent.lead[name] for name in ("address", "postal_code")}, dice.random()
        if kin < 0.04:
            later = form.enquiry(who, sent.at + dice.uniform(60, 2 * DAY), machine, **where)
        elif kin < 0.08:
            spouse = replace(form.person(), last=who.last)
            spouse = replace(spouse, email=mailbox(dice, replace(spouse, latin=(spouse.latin[0], who.latin[1]))))
            later = form.enquiry(spouse, sent.at + dice.uniform(90, 9_000), **where)
        elif kin < 0.085:  # father and son
            name = f"{who.last} Jr"
            later = form.enquiry(form.person(), sent.at + 600, None, first_name=who.first, last_name=name, **where)
        else:
            continue
        later.lead["source"] = dict(sent.lead["source"])
        leads.append(later)
    return finished(form, World(form, start, days, leads), 0.02)


def gym_spain(seed: int, count: int | None = None) -> World:
    """A chain of gyms in Madrid whose script counts as keystrokes the length of the values, pasted or filled alike.

    It tells neither pastes nor autofills nor pointers. Two for one: friends sign up side by side.
    """
    dice = dice_for(seed, "gym_spain")
    form = Window(
        dice,
        "ES",
        {"vendor": "fit-barrio", "channel": "display", "campaign": "2x1-noviembre"},
        ("first_name", "last_name", "email", "phone", "postal_code"),
        page="https://gimnasio.example.es/2x1",
        referrers=("https://www.instagram.com/", "https://www.google.es/", "", "https://l.facebook.com/"),
        phones=0.84,
        apps=0.15,
        ways={"typed": 42, "autofill": 36, "partly": 20, "paste": 2},
        choices=2,
    )
    form.more = lambda _: {
        "postal_code": f"280{dice.choice((4, 7, 11, 13, 17, 18, 19, 21, 25, 26, 27, 29, 38, 53)):02}"
    }
    start, days, count = first_day(dice, "ES"), dice.randint(4, 8), count or dice.randint(250, 380)
    leads: list[SentLead] = []
    for at in times(dice, start, days, count, "home"):
        if len(leads) >= count:
            break
        who, machine = form.person(ages=(16, 55)), form.browser()
        ip = form.address(machine)
        sent = form.enquiry(who, at, machine, ip)
        leads.append(sent)
        if dice.random() < 0.22:
            friend, opens = form.person(ages=(16, 55)), sent.at + dice.uniform(20, 700)
            if dice.random() < 0.3:  # a pair of brothers or sisters, or a couple of one house
                friend = replace(friend, last=who.last)
            if dice.random() < 0.6:
                leads.append(form.enquiry(friend, opens, machine, ip, "typed"))
            else:
                leads.append(form.enquiry(friend, opens, browser(dice, "ES", 0.9)))
    world = finished(form, World(form, start, days, leads), 0.03)
    world.delivery = counted_by_length
    return world


def counted_by_length(site: Site, sent: SentLead) -> SentLead:
    """The lead with the times and the length of all values instead of keys."""
    form = sent.lead["form"]
    keys = sum(len(sent.lead[name]) for name in site.asks if name in sent.lead)
    told = {name: form[name] for name in ("seconds_on_page", "fill_seconds")} | {"keystrokes": keys}
    return SentLead(at=sent.at, lead=sent.lead | {"form": told}, label=sent.label)
