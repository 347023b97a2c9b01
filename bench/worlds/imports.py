"""Deployments without a browser, or with a past: an ad platform's export, an agency's dates, a lender that grows."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from phonenumbers import PhoneNumberFormat, format_number, parse

from bench.worlds.browsers import windows_chrome
from bench.worlds.clock import ZONES, burst, first_day, times
from bench.worlds.consumers import PHONE_FIRST
from bench.worlds.people import at_company
from bench.worlds.stations import LISTENING, calls, desks
from bench.worlds.world import Site, World, dice_for, stamp
from training.simulation import SentLead


def ad_platform(seed: int, count: int | None = None) -> World:
    """Lead advertisements of a social network in Mexico, pulled every hour: no browser, no form, only the values.

    The platform fills in what it knows of the member: the name of the profile, the number in international form, and
    a mailbox that may be years old. Ids carry the export's prefixes.
    """
    dice = dice_for(seed, "ad_platform")
    site = Site(
        dice,
        "MX",
        {"vendor": "meta", "channel": "social"},
        ("name", "email", "phone"),
        sends=("country",),
    )
    start, days = first_day(dice, "MX"), dice.randint(4, 8)
    campaigns = [f"c:{dice.randrange(10**17, 10**18)}" for _ in range(4)]
    leads = []
    for at in times(dice, start, days, count or dice.randint(300, 480), "home"):
        sent = site.lead(site.person(), at)
        sent.lead["source"]["campaign"] = dice.choice(campaigns)
        leads.append(sent)
    return World(site, start, days, leads, delivery=pulled)


def pulled(site: Site, sent: SentLead) -> SentLead:
    """The lead as the platform's export gives it in the next hour's pull."""
    number = parse(sent.lead["phone"], site.country)
    lead = sent.lead | {
        "phone": "p:" + format_number(number, PhoneNumberFormat.E164),
        "submitted_at": stamp(sent.at, site.country).replace("Z", "+00:00"),
        "reference": f"l:{site.dice.randrange(10**15, 10**16)}",
    }
    arrives = sent.at - sent.at % 3_600 + 3_600 + site.dice.uniform(1, 90)
    return SentLead(at=arrives, lead=lead, label=sent.label)


def agency_dates(seed: int, count: int | None = None) -> World:
    """An agency in Indonesia sends a file each morning; the day is told, the hour is not (midnight stands for it)."""
    dice = dice_for(seed, "agency_dates")
    site = Site(
        dice,
        "ID",
        {"vendor": "mitra-leads", "channel": "affiliate", "price": {"amount": "30000", "currency": "IDR"}},
        ("name", "phone", "email"),
        sends=("country", "reference", "ip"),
        skips={"email": 0.15},
    )
    start, days = first_day(dice, "ID"), dice.randint(5, 10)
    moments = times(dice, start, days, count or dice.randint(280, 460), "home")
    leads = [site.lead(site.person(), at) for at in moments]
    return World(site, start, days, leads, delivery=filed)


def filed(site: Site, sent: SentLead) -> SentLead:
    """The lead as the agency's next file brings it: the day's midnight as its time, sent at nine."""
    zone = ZoneInfo(ZONES[site.country])
    day = datetime.fromtimestamp(sent.at, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    arrives = (day + timedelta(days=1, hours=9)).timestamp() + site.dice.uniform(0, 240)
    return SentLead(at=arrives, lead=sent.lead | {"submitted_at": day.isoformat()}, label=sent.label)


def lender_kenya(seed: int, count: int | None = None) -> World:
    """A Kenyan lender after three weeks with two web vendors: then a call centre and a webinar begin to send.

    Judging counts from the day on which those two join; the web vendors go on beside them.
    """
    dice = dice_for(seed, "lender_kenya")
    past = count * 2 if count else dice.randint(700, 1_200)
    web = Site(
        dice,
        "KE",
        {"vendor": "pesa-web", "channel": "ppc"},
        ("name", "phone", "email"),
        page="https://mkopo.example.co.ke/apply",
        referrers=("https://www.google.com/", "", "https://m.facebook.com/"),
        phones=0.9,
        apps=0.15,
        ways=PHONE_FIRST,
    )
    joins = first_day(dice, "KE") + timedelta(days=7)
    start, days = joins - timedelta(days=21), dice.randint(3, 6)
    leads = []
    for at in times(dice, start, 21, past, "home") + times(dice, joins, days, past * days // 40, "home"):
        sent = web.lead(web.person(), at)
        sent.lead["source"]["vendor"] = dice.choice(("pesa-web", "pesa-web", "jenga-ads"))
        leads.append(sent)
    size = count or dice.randint(250, 330)
    leads += _calls(web, times(dice, joins, days, size // 2, "shift"))
    leads += _webinar(web, (joins + timedelta(days=1, hours=dice.choice((16, 17, 19)))).timestamp(), size - size // 2)
    return World(web, start, 21 + days, leads, measured_from=joins.timestamp())


def _calls(web: Site, moments: list[float]) -> list[SentLead]:
    site = Site(
        web.dice,
        "KE",
        {"vendor": "simu-centre", "channel": "call"},
        ("name", "phone", "email"),
        page="https://crm.example.co.ke/leads/new",
        own_script=0.0,
        choices=4,
        skips={"email": 0.5},
    )
    agent = windows_chrome(155) + " Edg/155.0.0.0"
    crew = desks(site, web.dice.randint(5, 9), agent, "en-GB,en;q=0.9,en-US;q=0.8", pauses=LISTENING)
    return calls(site, moments, crew, site.networks.office())


def _webinar(web: Site, ends: float, size: int) -> list[SentLead]:
    """A talk for small businesses: while it ends, everybody follows the link in the chat."""
    site = Site(
        web.dice,
        "KE",
        {"vendor": "biashara-webinar", "channel": "content"},
        ("first_name", "last_name", "email", "phone", "company"),
        page="https://webinar.example.co.ke/offer",
        phones=0.6,
    )
    dice, leads = web.dice, []
    for at in burst(dice, ends, size, 400):
        who = site.person(ages=(24, 58))
        trade = dice.choice(("Hardware", "Salon", "Agrovet", "Cyber", "Boutique", "Transport", "Bakery", "Electronics"))
        company = f"{dice.choice((who.first, who.last, 'Baraka', 'Upendo', 'Tumaini', 'Neema', 'Imani'))} {trade}"
        if dice.random() < 0.12:
            who = at_company(dice, who, f"{company.lower().replace(' ', '')}.co.ke", dice.choice(("info", "{first}")))
        leads.append(site.lead(who, at, company=company))
    return leads
