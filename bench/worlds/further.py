"""More deployments of people at home, whose lines and machines are shared: a loan app, a shop, families, a town.

Shares and sizes are our own estimates, drawn anew from each seed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from bench.worlds.browsers import Browser, opera_mini
from bench.worlds.clock import burst, first_day, times
from bench.worlds.consumers import PHONE_FIRST
from bench.worlds.filling import writer
from bench.worlds.people import Person, mailbox, phone
from bench.worlds.world import Site, World, dice_for


def loan_nigeria(seed: int, count: int | None = None) -> World:
    """A loan app in Nigeria: nearly all behind few gateways, a third in Opera Mini, a first time and a second time."""
    dice = dice_for(seed, "loan_nigeria")
    site = Site(
        dice,
        "NG",
        {"vendor": "kwikcash-ads", "channel": "display"},
        ("first_name", "last_name", "phone", "email"),
        page="https://loans.example.ng/apply",
        referrers=("", "https://www.google.com/", "https://m.facebook.com/"),
        phones=0.97,
        apps=0.1,
        ways=PHONE_FIRST,
        sends=("browser", "ip", "form", "time", "country", "device"),
    )
    start, days = first_day(dice, "NG"), dice.randint(4, 9)
    leads = []
    for at in times(dice, start, days, count or dice.randint(300, 480), "home"):
        who, machine = site.person(ages=(19, 50)), site.browser()
        if dice.random() < 0.33:
            machine = Browser(opera_mini(dice), "en-GB,en;q=0.9", True, machine.device_id)
        leads.append(site.lead(who, at, machine))
        if dice.random() < 0.04:
            leads.append(site.lead(who, at + dice.uniform(3_600, 86_400 * 2), machine))
    return World(site, start, days, [sent for sent in leads if sent.at < start.timestamp() + days * 86_400])


def newsletter_france(seed: int, count: int | None = None) -> World:
    """A shop's newsletter in France: only a mailbox, bursts after each mailing and each post, from a discount."""
    dice = dice_for(seed, "newsletter_france")
    site = Site(
        dice,
        "FR",
        {"channel": "email", "campaign": "black-friday"},
        ("first_name", "email"),
        page="https://boutique.example.fr/bienvenue",
        referrers=("https://www.instagram.com/", "", "https://boutique.example.fr/"),
        phones=0.78,
        apps=0.25,
        choices=1,
        ways={"typed": 45, "autofill": 40, "partly": 14, "paste": 1},
    )
    start, days, count = first_day(dice, "FR"), dice.randint(4, 8), count or dice.randint(300, 480)
    mailings = [start + timedelta(days=dice.randrange(days), hours=dice.choice((7, 9, 12, 18))) for _ in range(3)]
    moments = times(dice, start, days, count // 3, "home")
    for _ in range(count - len(moments)):
        moments += burst(dice, dice.choice(mailings).timestamp(), 1, 1_500)
    return World(site, start, days, [site.lead(site.person(), at) for at in moments])


def families_mexico(seed: int, count: int | None = None) -> World:
    """A mobile tariff for families in Mexico: two to four of one household sign up on one phone, one after another."""
    dice = dice_for(seed, "families_mexico")
    site = Site(
        dice,
        "MX",
        {"vendor": "tarifas-mx", "channel": "social"},
        ("name", "email", "phone"),
        page="https://plan-familiar.example.mx/alta",
        referrers=("https://m.facebook.com/", ""),
        phones=0.8,
        apps=0.2,
        sends=("browser", "ip", "form", "time", "country", "device"),
    )
    start, days, count = first_day(dice, "MX"), dice.randint(4, 8), count or dice.randint(260, 400)
    leads = []
    for at in times(dice, start, days, count * 6 // 13, "home"):  # thirteen people in six households
        machine, hand = site.browser(), writer(dice, phone=True)
        ip, size, surname = site.address(machine), dice.choice((1, 1, 2, 2, 3, 4)), site.person()
        opens = at
        for place in range(size):
            who = site.person()
            if dice.random() < 0.7:
                who = site.new(partial(_named, site, replace(who, last=surname.last), surname.latin[1]))
            leads.append(site.lead(who, opens, machine, ip, "typed" if place else "", hand=hand))
            opens = leads[-1].at + dice.uniform(15, 300)
    return World(site, start, days, leads)


def _named(site: Site, who: Person, last: str) -> Person:
    """The person under a family's name, with a number and a mailbox that go with it."""
    named = replace(who, latin=(who.latin[0], last), phone=phone(site.dice, site.country))
    return replace(named, email=mailbox(site.dice, named))


def small_town(seed: int, count: int | None = None) -> World:
    """A utility of a small Polish town with one cable provider: everybody comes from two dozen of its addresses."""
    dice = dice_for(seed, "small_town")
    site = Site(
        dice,
        "PL",
        {"channel": "offline", "campaign": "ulotka"},
        ("name", "phone", "email", "address"),
        page="https://swiatlowod.example.pl/zamow",
        phones=0.5,
        slow=1.15,
    )
    start, days = first_day(dice, "PL"), dice.randint(6, 10)
    prefix = site.networks.office().rpartition(".")[0]
    shared = [f"{prefix}.{dice.randrange(1, 255)}" for _ in range(24)]
    streets = [
        "Polna",
        "Leśna",
        "Słoneczna",
        "Krótka",
        "Szkolna",
        "Ogrodowa",
        "Lipowa",
        "Brzozowa",
        "Łąkowa",
        "Kwiatowa",
        "Kościuszki",
        "Rynek",
    ]
    leads = []
    for at in times(dice, start, days, count or dice.randint(250, 360), "home"):
        machine = site.browser()
        ip = site.networks.mobile() if machine.phone and dice.random() < 0.35 else dice.choice(shared)
        where = f"{dice.choice(streets)} {dice.randint(1, 60)}{dice.choice(('', '', 'a', '/2', '/5'))}"
        leads.append(site.lead(site.person(), at, machine, ip, address=where))
    return World(site, start, days, leads)
