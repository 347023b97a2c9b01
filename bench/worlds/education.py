"""Deployments of schools and universities: an admissions campaign, open days with student numbers, school classes."""

from __future__ import annotations

from dataclasses import replace

from bench.worlds.browsers import Browser, desktop, device_id
from bench.worlds.clock import burst, first_day, times
from bench.worlds.consumers import PHONE_FIRST, crowd
from bench.worlds.filling import writer
from bench.worlds.world import Site, World, dice_for
from training.simulation import SentLead


def education_india(seed: int, count: int | None = None) -> World:
    """A private university's admissions form in India: cheap phones on two carriers, parents who ask for children."""
    dice = dice_for(seed, "education_india")
    site = Site(
        dice,
        "IN",
        {"vendor": "collegekhoj", "channel": "affiliate", "price": {"amount": "120", "currency": "INR"}},
        ("name", "email", "phone", "message"),
        page="https://admissions.example.ac.in/2027",
        referrers=("https://www.google.com/", "https://collegekhoj.example.in/", "", "https://www.youtube.com/"),
        phones=0.88,
        apps=0.15,
        ways=PHONE_FIRST,
        sends=("browser", "ip", "form", "time", "country", "zone"),
    )
    return crowd(site, "home", dice.randint(4, 9), count or dice.randint(300, 480), "education", asks=0.45)


def open_day_poland(seed: int, count: int | None = None) -> World:
    """A Polish university's open day: its own students sign up with their numbers, most on its own network.

    Numbers are given out in order of enrolment, so that people of one year have close ones; some guests come as well.
    """
    dice = dice_for(seed, "open_day_poland")
    site = Site(
        dice,
        "PL",
        {"campaign": "dzien-otwarty"},
        ("first_name", "last_name", "email"),
        page="https://dni-otwarte.example.edu.pl/zapisy",
        referrers=("https://example.edu.pl/", ""),
        phones=0.6,
        ways={"typed": 72, "autofill": 10, "partly": 15, "paste": 3},
    )
    start, days, count = first_day(dice, "PL"), dice.randint(3, 7), count or dice.randint(270, 450)
    campus = [site.networks.office().rpartition(".")[0] + f".{last}" for last in (2, 3, 5)]
    years = [dice.randint(380_000, 480_000) for _ in range(4)]
    numbers: set[int] = set()
    leads = []
    for at in times(dice, start, days, count, "office"):
        who, machine = site.person(ages=(18, 26)), site.browser()
        if student := dice.random() < 0.82:
            number = dice.choice(years) + dice.randrange(6_000)
            if number in numbers:
                continue
            numbers.add(number)
            who = replace(who, email=f"s{number}@student.pk-lodz.edu.pl")
        ip = dice.choice(campus) if student and dice.random() < 0.75 else ""
        leads.append(site.lead(who, at, machine, ip))
    return World(site, start, days, leads, "office")


def university_egypt(seed: int, count: int | None = None) -> World:
    """An Egyptian university's course fair: mailboxes of number and year at the faculty's domain, or free ones.

    A third fill it in from the faculty's computer rooms, which are alike and share one address.
    """
    dice = dice_for(seed, "university_egypt")
    site = Site(
        dice,
        "EG",
        {"vendor": "career-fair", "channel": "offline"},
        ("name", "email", "phone"),
        page="https://fair.example.edu.eg/register",
        phones=0.85,
        own_script=0.45,
        ways=PHONE_FIRST,
    )
    start, days, count = first_day(dice, "EG"), dice.randint(3, 6), count or dice.randint(260, 420)
    lab, agent = site.networks.office(), desktop(dice, "EG")
    years, seen = {year: dice.randint(1_000, 4_000) for year in (2022, 2023, 2024, 2025)}, set()
    leads = []
    for at in times(dice, start, days, count, "office"):
        who, machine, ip = site.person(ages=(18, 25)), site.browser(), ""
        if dice.random() < 0.55:
            year = dice.choice(list(years))
            number = f"{year}{years[year] + dice.randrange(4_000):05}"
            if number in seen:
                continue
            seen.add(number)
            who = replace(who, email=f"{number}@eng-tanta-u.edu.eg")
        if dice.random() < 0.33:
            machine, ip = Browser(agent, "ar-EG,ar;q=0.9,en-US;q=0.8,en;q=0.7", False, device_id(dice)), lab
        leads.append(site.lead(who, at, machine, ip))
    return World(site, start, days, leads, "office")


def school_class(seed: int, count: int | None = None) -> World:
    """Classes of a Filipino high school sign up for a career test, each within one lesson and on the school's line.

    The computer room has one browser on all its machines; some use their own phones. A teacher says what to type.
    """
    dice = dice_for(seed, "school_class")
    site = Site(
        dice,
        "PH",
        {"campaign": "senior-high"},
        ("first_name", "last_name", "email", "phone"),
        page="https://careers.example.ph/test",
        phones=0.5,
        slow=1.1,
        skips={"phone": 0.3},
        sends=("browser", "ip", "form", "time", "country", "device"),
    )
    start, days, count = first_day(dice, "PH"), dice.randint(4, 8), count or dice.randint(250, 380)
    school, agent = site.networks.office(), desktop(dice, "PH")
    room = [Browser(agent, "en-US,en;q=0.9", False, device_id(dice)) for _ in range(24)]
    workdays = [day for day in range(days) if (start.weekday() + day) % 7 < 5]
    leads: list[SentLead] = []
    while len(leads) < count:
        lesson = (
            start.timestamp() + dice.choice(workdays) * 86_400 + dice.choice((7.6, 8.6, 9.9, 10.9, 13.2, 14.2)) * 3_600
        )
        pupils = dice.randint(22, 38)
        seats = iter(dice.sample(room, len(room)))
        for at in burst(dice, lesson + 300, min(pupils, count - len(leads)), 300):
            own = dice.random() < 0.3
            machine = site.browser() if own else next(seats, None) or dice.choice(room)
            who = site.person(ages=(15, 18))
            ip = site.networks.mobile() if own and dice.random() < 0.4 else school
            hand = writer(dice, machine.phone, 1.1)
            leads.append(site.lead(who, at, machine, ip, "" if own else "typed", hand=hand))
    return World(site, start, days, leads, "office")
