"""Deployments where many people's leads come through few machines: a stand, call centres, a bank's branches."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bench.worlds.browsers import Browser, device_id, tablet, windows_chrome
from bench.worlds.clock import first_day, times
from bench.worlds.filling import Writer, writer
from bench.worlds.world import Site, World, dice_for
from training.simulation import SentLead

LISTENING = 5.0
"""How much longer than at their own form people pause who type what another person says. Our own estimate."""


@dataclass
class Desk:
    """A machine at work and the hand that types at it."""

    machine: Browser
    hand: Writer


def desks(site: Site, count: int, agent: str, language: str, pauses: float = 1.0) -> list[Desk]:
    """So many equal machines, each with an own device id and an own clerk."""
    hands = [writer(site.dice, phone=False) for _ in range(count)]
    return [
        Desk(Browser(agent, language, False, device_id(site.dice)), replace(hand, pauses=hand.pauses * pauses))
        for hand in hands
    ]


def turn(site: Site, desk: Desk, at: float, free: float, ip: str, **texts: str) -> SentLead:
    """The next lead at a machine, begun at this moment or when the machine is free. The page was loaded by then."""
    opens = max(at, free)
    sent = site.lead(site.person(), opens, desk.machine, ip, "typed", hand=desk.hand, **texts)
    form = sent.lead["form"]
    form["seconds_on_page"] = round(min(form["seconds_on_page"], max(sent.at - free, form["fill_seconds"])), 1)
    return sent


def calls(site: Site, moments: list[float], crew: list[Desk], ip: str) -> list[SentLead]:
    """Leads that clerks type in during calls, each call at a desk that is free, else at that which is so first."""
    dice = site.dice
    leads: list[SentLead] = []
    free = [0.0] * len(crew)
    for at in sorted(moments):
        place = min(range(len(crew)), key=lambda index: (max(free[index], at), dice.random()))
        sent = turn(site, crew[place], at, free[place], ip)
        free[place] = sent.at + dice.uniform(20, 240)
        leads.append(sent)
    return leads


def fair_tablet(seed: int, count: int | None = None) -> World:
    """A kitchen maker's stand at a fair in France: one tablet on a mobile router, visitors type their own data.

    ``source.channel`` says offline. The router gets a new address each morning.
    """
    dice = dice_for(seed, "fair_tablet")
    site = Site(
        dice,
        "FR",
        {"vendor": "salon-habitat", "channel": "offline"},
        ("first_name", "last_name", "email", "phone", "postal_code"),
        page="https://stand.example.fr/concours",
        slow=1.15,
        choices=2,
        sends=("browser", "ip", "form", "time", "country", "device"),
        skips={"phone": 0.15},
    )
    start, days, count = first_day(dice, "FR"), dice.randint(3, 5), count or dice.randint(250, 380)
    machine = Browser(tablet(dice, ipad=dice.random() < 0.6), "fr-FR,fr;q=0.9", True, device_id(dice))
    routers = [site.networks.mobile() for _ in range(days)]
    leads: list[SentLead] = []
    for at in times(dice, start, days, count, "fair"):
        ip = routers[min(int((at - start.timestamp()) // 86_400), days - 1)]
        code = f"{dice.choice((69, 69, 69, 38, 42, 1, 73)):02}{dice.choice((0, 100, 200, 300, 400, 500)):03}"
        visitor = Desk(machine, writer(dice, phone=True, slow=site.slow))
        free = leads[-1].at + dice.uniform(4, 40) if leads else 0.0
        leads.append(turn(site, visitor, at, free, ip, postal_code=code))
    return World(site, start, days, leads, "fair")


def call_centre(seed: int, count: int | None = None) -> World:
    """A call centre in India with four machines, one office and one browser build; ``source.channel`` says call."""
    dice = dice_for(seed, "call_centre")
    site = Site(
        dice,
        "IN",
        {"vendor": "voicelink", "channel": "call", "price": {"amount": "85", "currency": "INR"}},
        ("name", "phone", "email"),
        page="https://crm.example.in/new-lead",
        own_script=0.0,
        choices=5,
        sends=("browser", "ip", "form", "time", "country", "device", "reference"),
        skips={"email": 0.25},
    )
    start, days, count = first_day(dice, "IN"), dice.randint(4, 8), count or dice.randint(280, 460)
    major = dice.choice((156, 155, 154))
    agent = windows_chrome(major)
    crew = desks(site, 4, agent, "en-US,en;q=0.9", pauses=LISTENING)
    leads = calls(site, times(dice, start, days, count, "shift"), crew, site.networks.office())
    return World(site, start, days, leads, "shift")


def bank_tablets(seed: int, count: int | None = None) -> World:
    """A Polish bank's branches: 14 tablets of one build behind the bank's two proxies. No channel is declared.

    The customer types while a clerk waits; the tablet is wiped after each, so that it has no lasting device id.
    """
    dice = dice_for(seed, "bank_tablets")
    site = Site(
        dice,
        "PL",
        {"campaign": "konto-jesien"},
        ("first_name", "last_name", "phone", "email"),
        page="https://oddzial.example.pl/wniosek",
        choices=4,
        slow=1.2,
        skips={"email": 0.2},
    )
    start, days, count = first_day(dice, "PL"), dice.randint(5, 9), count or dice.randint(260, 420)
    machine = Browser(tablet(dice, ipad=False), "pl-PL,pl;q=0.9", True, "")
    proxies = [site.networks.office() for _ in range(2)]
    leads = [
        site.lead(site.person(), at, machine, dice.choice(proxies), "typed")
        for at in times(dice, start, days, count, "office")
    ]
    return World(site, start, days, leads, "office")
