"""Deployments where people at home ask for something: insurance, solar, energy, a clinic, a hearing aid.

Shares and sizes are our own estimates, drawn anew from each seed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench.worlds.clock import burst, first_day, times
from bench.worlds.messages import message
from bench.worlds.world import Site, World, dice_for

PHONE_FIRST = {"typed": 70, "autofill": 14, "partly": 14, "paste": 2}


def crowd(
    site: Site,
    profile: str,
    days: int,
    count: int,
    kind: str = "",
    *,
    asks: float = 0.0,
    more: Callable[[], dict[str, Any]] = dict,
) -> World:
    """Unrelated people, each once. ``asks`` is the share that writes a message of this kind, ``more`` other fields."""
    dice = site.dice
    start = first_day(dice, site.country)
    leads = []
    for at in times(dice, start, days, count, profile):
        who = site.person()
        text = message(dice, kind) if kind and dice.random() < asks else ""
        leads.append(site.lead(who, at, message=text, **more()))
    return World(site, start, days, leads, profile)


def insurance_vietnam(seed: int, count: int | None = None) -> World:
    """An insurer's landing page in Vietnam, nearly all on phones, many from Facebook's and Zalo's web views."""
    dice = dice_for(seed, "insurance_vietnam")
    site = Site(
        dice,
        "VN",
        {"vendor": "baoviet-leads", "campaign": "suc-khoe-t11", "channel": "social"},
        ("name", "phone", "email", "message"),
        page="https://baohiem.example.vn/tu-van",
        referrers=("https://m.facebook.com/", "https://l.facebook.com/", "https://www.google.com/", ""),
        phones=0.9,
        apps=0.45,
        ways=PHONE_FIRST,
    )
    return crowd(site, "home", dice.randint(4, 8), count or dice.randint(280, 480), "insurance", asks=0.35)


def solar_brazil(seed: int, count: int | None = None) -> World:
    """A solar installer in Brazil: phones and desktops, advertisements at a search engine, half write a line."""
    dice = dice_for(seed, "solar_brazil")
    site = Site(
        dice,
        "BR",
        {"vendor": "solarlead", "channel": "ppc", "price": {"amount": "38.00", "currency": "BRL"}},
        ("name", "email", "phone", "postal_code", "message"),
        page="https://energia-solar.example.com.br/orcamento",
        referrers=("https://www.google.com/", "https://www.google.com/", "https://www.bing.com/", ""),
        phones=0.68,
        apps=0.1,
        sends=("browser", "ip", "form", "time", "country", "zone", "device"),
    )
    return crowd(
        site,
        "home",
        dice.randint(4, 9),
        count or dice.randint(260, 450),
        "solar",
        asks=0.5,
        more=lambda: {"postal_code": f"{dice.randint(1000, 99000):05}-{dice.randrange(1000):03}"},
    )


def comparison_portal(seed: int, count: int | None = None) -> World:
    """A Polish portal that compares energy tariffs and sends each enquiry on: many questions, then the contact."""
    dice = dice_for(seed, "comparison_portal")
    site = Site(
        dice,
        "PL",
        {"vendor": "porownaj", "channel": "seo", "price": {"amount": "24.50", "currency": "PLN"}},
        ("first_name", "last_name", "email", "phone"),
        page="https://porownywarka.example.pl/prad/krok-5",
        referrers=("https://porownywarka.example.pl/prad/krok-4",),
        phones=0.55,
        choices=7,
        sends=("browser", "ip", "form", "time", "country", "reference"),
    )
    world = crowd(site, "home", dice.randint(5, 10), count or dice.randint(280, 480))
    for sent in world.leads:
        sent.lead["source"]["sub_id"] = f"pub-{dice.choice((101, 101, 101, 117, 117, 140, 152, 163))}"
    return world


def clinic_turkey(seed: int, count: int | None = None) -> World:
    """A private hospital in Turkey: a quick form, a message from most, and relatives who ask for their parents."""
    dice = dice_for(seed, "clinic_turkey")
    site = Site(
        dice,
        "TR",
        {"channel": "seo"},
        ("name", "phone", "email", "message"),
        page="https://hastane.example.com.tr/randevu",
        referrers=("https://www.google.com.tr/", "https://www.google.com/", "", "https://www.instagram.com/"),
        phones=0.74,
        apps=0.12,
        slow=1.1,
        skips={"email": 0.4},
    )
    return crowd(site, "home", dice.randint(5, 10), count or dice.randint(250, 420), "clinic", asks=0.8)


def landing_autofill(seed: int, count: int | None = None) -> World:
    """A page for home insurance in the United States whose form the browsers' profiles fill in whole, at one touch."""
    dice = dice_for(seed, "landing_autofill")
    site = Site(
        dice,
        "US",
        {"vendor": "homequote", "channel": "ppc", "campaign": "hq-nov"},
        ("first_name", "last_name", "email", "phone", "address", "postal_code"),
        page="https://quote.example.com/home",
        referrers=("https://www.google.com/",),
        phones=0.66,
        ways={"typed": 0.03, "autofill": 0.95, "partly": 0.02},
        sends=("browser", "ip", "form", "time", "country", "zone"),
    )
    start, days = first_day(dice, "US"), dice.randint(3, 7)
    leads = []
    for at in times(dice, start, days, count or dice.randint(300, 480)):
        street = dice.choice(
            ("Maple", "Oak", "Washington", "2nd", "Lake", "Hillcrest", "Cedar", "Park", "Sunset", "River")
        )
        kind = dice.choice(("St", "Ave", "Rd", "Dr", "Ln", "Ct", "Blvd"))
        zip_code = f"{dice.randint(10001, 98999)}"
        leads.append(
            site.lead(site.person(), at, address=f"{dice.randint(2, 9900)} {street} {kind}", postal_code=zip_code)
        )
    return World(site, start, days, leads)


def tv_spot(seed: int, count: int | None = None) -> World:
    """A spot on German television: in the minutes after each showing a hundred people open the page on their phones."""
    dice = dice_for(seed, "tv_spot")
    site = Site(
        dice,
        "DE",
        {"vendor": "tv-direkt", "channel": "other", "campaign": "spot-30s"},
        ("name", "email", "phone"),
        page="https://hoergeraete.example.de/tv",
        phones=0.82,
        ways=PHONE_FIRST,
        slow=1.25,
    )
    start, days, count = first_day(dice, "DE"), dice.randint(3, 6), count or dice.randint(280, 460)
    shows = [
        start.timestamp() + dice.randrange(days) * 86_400 + dice.choice((12.4, 17.9, 18.8, 19.7, 20.2, 21.6)) * 3_600
        for _ in range(dice.randint(3, 6))
    ]
    calm = count // 5
    moments = times(dice, start, days, calm)
    for _ in range(count - calm):
        moments += burst(dice, dice.choice(shows), 1, dice.uniform(120, 360))
    leads = [site.lead(site.person(ages=(45, 82)), at) for at in moments]
    return World(site, start, days, leads)
