"""Deployments between companies, and craftsmen: demo requests, a co-working space, enquiries of many words."""

from __future__ import annotations

from dataclasses import dataclass

from bench.worlds.clock import first_day, times
from bench.worlds.consumers import crowd
from bench.worlds.messages import message
from bench.worlds.names import DATA
from bench.worlds.people import at_company
from bench.worlds.world import Site, World, dice_for

_HEADS, _TAILS = (DATA["company"][part].split() for part in ("heads", "tails"))
_SCHEMES = ("{first}.{last}", "{first}.{last}", "{first}.{last}", "{f}{last}", "{first}", "{first}{l}", "{f}.{last}")


@dataclass(frozen=True)
class Company:
    """A company: its name as its people type it, its domain, its scheme of mailboxes and its office's address."""

    name: str
    domain: str
    scheme: str
    ip: str


def _company(site: Site, used: set[str]) -> Company:
    dice = site.dice
    while True:
        head, tail = dice.choice(_HEADS), dice.choice(_TAILS)
        ending = dice.choice((".com", ".com", ".com", ".io", ".co", ".net"))
        domain = f"{head}{dice.choice(('', '-'))}{tail}".lower() + ending
        if domain not in used:
            used.add(domain)
            name = f"{head} {tail}{dice.choice(('', '', ', Inc.', ' LLC', ' Group'))}"
            return Company(name, domain, dice.choice(_SCHEMES), site.networks.office())


def demo_requests(seed: int, count: int | None = None) -> World:
    """Demo requests for software in the United States: first.last@ at work from nearly half, colleagues on one day.

    One in four enquiries brings one to three colleagues of the same company within the same day, from the same office
    or from home. One in five uses a free mailbox.
    """
    dice = dice_for(seed, "demo_requests")
    site = Site(
        dice,
        "US",
        {"channel": "content"},
        ("first_name", "last_name", "email", "company", "phone", "message"),
        page="https://www.example.io/demo",
        referrers=("https://www.google.com/", "https://www.g2.com/", "https://www.linkedin.com/", ""),
        phones=0.18,
        ways={"typed": 50, "autofill": 25, "partly": 22, "paste": 3},
        choices=3,
        skips={"phone": 0.25},
    )
    start, days, count = first_day(dice, "US"), dice.randint(6, 10), count or dice.randint(250, 400)
    used: set[str] = set()
    leads = []
    for at in times(dice, start, days, count * 2 // 3, "office"):
        company = _company(site, used)
        for place in range(1 if dice.random() < 0.75 else dice.randint(2, 4)):
            who = site.person(ages=(23, 62))
            if dice.random() < 0.82:
                who = at_company(dice, who, company.domain, company.scheme)
            text = message(dice, "demo", 0.35) if dice.random() < 0.8 else ""
            ip = company.ip if dice.random() < 0.55 else ""
            when = at + place * dice.expovariate(1 / 5_000)
            leads.append(site.lead(who, when, ip=ip, company=company.name, message=text))
    return World(site, start, days, leads, "office")


def coworking_germany(seed: int, count: int | None = None) -> World:
    """A co-working house in Germany: founders of many small companies order a service over one shared line.

    A supplier's form for phone contracts; half of the people sit in three houses, each with one address.
    """
    dice = dice_for(seed, "coworking_germany")
    site = Site(
        dice,
        "DE",
        {"vendor": "workhub", "channel": "offline"},
        ("name", "company", "email", "phone"),
        page="https://business.example.de/workhub",
        phones=0.25,
        choices=3,
    )
    start, days = first_day(dice, "DE"), dice.randint(5, 10)
    houses = [site.networks.office() for _ in range(3)]
    used: set[str] = set()
    leads = []
    for at in times(dice, start, days, count or dice.randint(250, 360), "office"):
        company, who = _company(site, used), site.person(ages=(22, 50))
        domain = company.domain.rsplit(".", 1)[0] + ".de"
        if dice.random() < 0.7:
            who = at_company(
                dice, who, domain, dice.choice(("{first}", "{first}.{last}", "info", "hallo", "{f}{last}"))
            )
        name = f"{company.name.split(',')[0].removesuffix(' LLC')} {dice.choice(('GmbH', 'UG', 'GbR', ''))}".strip()
        ip = dice.choice(houses) if dice.random() < 0.55 else ""
        leads.append(site.lead(who, at, ip=ip, company=name))
    return World(site, start, days, leads, "office")


def craftsmen_germany(seed: int, count: int | None = None) -> World:
    """A portal for craftsmen in Germany: older people who type slowly, long messages, minutes of thinking."""
    dice = dice_for(seed, "craftsmen_germany")
    site = Site(
        dice,
        "DE",
        {"vendor": "handwerk-direkt", "channel": "seo", "price": {"amount": "14.90", "currency": "EUR"}},
        ("name", "email", "phone", "postal_code", "message"),
        page="https://handwerker.example.de/anfrage",
        referrers=("https://www.google.de/", "https://www.google.com/", "https://duckduckgo.com/", ""),
        phones=0.42,
        slow=1.5,
        ways={"typed": 75, "autofill": 8, "partly": 15, "paste": 2},
    )
    return crowd(
        site,
        "home",
        dice.randint(6, 10),
        count or dice.randint(250, 400),
        "craft",
        asks=0.97,
        more=lambda: {"postal_code": f"{dice.randint(1067, 99998):05}"},
    )


def property_thailand(seed: int, count: int | None = None) -> World:
    """A property fair in Bangkok: visitors scan a code at six stands with their own phones, on the hall's line or not.

    The week after, people who took a leaflet home come by the same page.
    """
    dice = dice_for(seed, "property_thailand")
    site = Site(
        dice,
        "TH",
        {"vendor": "condo-expo", "channel": "offline"},
        ("name", "phone", "email", "message"),
        page="https://expo.example.co.th/q",
        phones=0.95,
        apps=0.25,
        own_script=0.8,
        ways={"typed": 72, "autofill": 12, "partly": 15, "paste": 1},
        skips={"email": 0.3},
    )
    start, days, count = first_day(dice, "TH"), dice.randint(4, 7), count or dice.randint(280, 440)
    hall = [site.networks.office().rpartition(".")[0] + f".{last}" for last in (10, 11)]
    fair = int(count * 0.75)
    leads = []
    for at in times(dice, start, 2, fair, "fair"):
        sent = site.lead(site.person(), at, ip=dice.choice(hall) if dice.random() < 0.35 else "", message=_asks(site))
        sent.lead["source"]["sub_id"] = f"booth-{dice.randint(1, 6)}"
        leads.append(sent)
    leads += [
        site.lead(site.person(), at, message=_asks(site)) for at in times(dice, start, days, count - fair, "home")
    ]
    return World(site, start, days, leads, "fair")


def _asks(site: Site) -> str:
    return message(site.dice, "property", 0.15) if site.dice.random() < 0.3 else ""
