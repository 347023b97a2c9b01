"""Eight who want to be paid for leads at a form whose page carries the script. Each begins on the tenth day.

All have mailboxes and numbers of their own for each lead, lines of homes and phones, and agents of real browsers: what
is told of the form is what tells them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from bench.worlds.browsers import Browser
from bench.worlds.people import Person, person
from bench.worlds.tokens.page import Page
from bench.worlds.world import World
from training.simulation import SentLead

Attack = Callable[[World], list[SentLead]]
BEGIN = 9
"""Days after the first."""
_MANY = 70


def _moments(world: World, many: int = _MANY, days: float = 3.0) -> list[float]:
    dice = world.site.dice
    start = world.start.timestamp() + BEGIN * 86_400
    return sorted(start + dice.uniform(0, days) * 86_400 for _ in range(many))


def _stranger(page: Page) -> Person:
    return page.new(lambda: person(page.dice, page.country, (20, 60), page.own_script))


def _texts(page: Page, world: World) -> dict[str, str]:
    """What the form asks for beside name and contact, taken from what others sent."""
    others = {name for name in page.asks if name not in {"name", "first_name", "last_name", "email", "phone"}}
    known = [sent.lead for sent in world.leads[:200]]
    return {name: page.dice.choice([lead.get(name, "") for lead in known]) for name in others}


def _base(world: World, at: float, label: str) -> tuple[Page, SentLead, Browser, str]:
    page = cast(Page, world.site)
    machine, ip = page.browser(), page.networks.rotating()
    sent = page.enquiry(_stranger(page), at, machine, ip, label=label, **_texts(page, world))
    if "ip" not in page.sends:
        sent.lead["client"].pop("ip", None)
    return page, sent, machine, ip


def harvester(world: World) -> list[SentLead]:
    """One machine at home fetches all tokens with a browser; a program sends them by homes' lines, in human counts."""
    leads, home = [], cast(Page, world.site).networks.home()
    for at in _moments(world):
        page, sent, machine, _ = _base(world, at, "harvester")
        told = page.typed_by_hand(sent, machine)
        waited = told["seconds_on_page"] - 0.5
        leads.append(page.carrying(sent, machine, told, home, waited=waited))
    return leads


def harvesters(world: World) -> list[SentLead]:
    """The same with six machines in turn, which also send a tenth of the forms themselves."""
    page = cast(Page, world.site)
    homes = [page.networks.home() for _ in range(6)]
    leads = []
    for at in _moments(world):
        page, sent, machine, _ = _base(world, at, "harvesters")
        home = page.dice.choice(homes)
        if page.dice.random() < 0.1 and "ip" in sent.lead["client"]:
            sent.lead["client"]["ip"] = home
        told = page.typed_by_hand(sent, machine)
        leads.append(page.carrying(sent, machine, told, home, waited=told["seconds_on_page"] - 0.5))
    return leads


def bare_post(world: World) -> list[SentLead]:
    """The cheapest way: what the form would send without its script, by lines of homes."""
    leads = []
    for at in _moments(world):
        _, sent, _, _ = _base(world, at, "bare_post")
        del sent.lead["form"]
        leads.append(sent)
    return leads


def own_counts(world: World) -> list[SentLead]:
    """The field with human counts, and no token in it: as if the network had failed."""
    leads = []
    for at in _moments(world):
        page, sent, machine, ip = _base(world, at, "own_counts")
        was, page.tokenless = page.tokenless, 1.0
        leads.append(page.carrying(sent, machine, page.typed_by_hand(sent, machine), ip))
        page.tokenless = was
    return leads


def one_token(world: World) -> list[SentLead]:
    """One visit's field, copied from a browser's tools, for everybody of a list."""
    leads: list[SentLead] = []
    for at in _moments(world, days=0.4):
        page, sent, machine, ip = _base(world, at, "one_token")
        if not leads:
            was, page.tokenless = page.tokenless, 0.0
            leads.append(page.carrying(sent, machine, page.typed_by_hand(sent, machine), ip))
            page.tokenless = was
        else:
            leads.append(replace_form(sent, leads[0].lead["form"]))
    return leads


def replace_form(sent: SentLead, form: dict[str, Any]) -> SentLead:
    """The lead with another's field."""
    return SentLead(at=sent.at, lead=sent.lead | {"form": dict(form)}, label=sent.label)


def puppets(world: World) -> list[SentLead]:
    """A driven browser on a rented machine for each lead, by a line of a home: values put in, a pause, a click."""
    leads = []
    for at in _moments(world):
        page, sent, machine, ip = _base(world, at, "puppets")
        dice, fields = page.dice, len(page.values(sent))
        machine = replace(machine, phone=False)
        took = dice.uniform(0.4, 6)
        told = {
            "seconds_on_page": took + (wait := dice.uniform(1, 8)),
            "first_input_seconds": wait,
            "fill_seconds": took,
            "keystrokes": fields,
            "pastes": 0,
            "autofills": 0,
            "inserted": fields,
            "focus_changes": fields,
            "pointer_events": fields + 3,
            "webdriver": False,
            "signs": ["software_gpu"] if dice.random() < 0.8 else [],
        }
        leads.append(page.carrying(sent, machine, told, ip))
    return leads


def stock(world: World) -> list[SentLead]:
    """Tokens that another site's visitors fetched for him hours ago, each at its own line, and human counts."""
    leads = []
    for at in _moments(world):
        page, sent, machine, _ = _base(world, at, "stock")
        told = page.typed_by_hand(sent, machine)
        waited = page.dice.uniform(600, 14 * 3_600)
        other = page.browser()
        token_seconds = told["seconds_on_page"] - 1
        leads.append(
            page.carrying(
                sent, machine, told, page.networks.rotating(), agent=other.agent, waited=waited, claimed=token_seconds
            )
        )
    return leads


def other_vendor(world: World) -> list[SentLead]:
    """A publisher whose own page has a site key for another buyer's vendor sends that page's leads here as well."""
    leads = []
    for at in _moments(world):
        page, sent, machine, ip = _base(world, at, "other_vendor")
        told = page.typed_by_hand(sent, machine)
        leads.append(page.carrying(sent, machine, told, ip, vendor="surveys-4-all"))
    return leads


def forger(world: World) -> list[SentLead]:
    """Somebody who has one token of the page and writes other times into it."""
    leads = []
    for at in _moments(world):
        page, sent, machine, ip = _base(world, at, "forger")
        told = page.typed_by_hand(sent, machine)
        made = page.carrying(sent, machine, told, ip)
        version, payload, mac, measures = made.lead["form"]["token"].split(".")
        if payload:
            made.lead["form"]["token"] = ".".join((version, payload, mac[::-1], measures))
        leads.append(made)
    return leads


def paste_office(world: World) -> list[SentLead]:
    """Four people in an office with a list: they paste contacts into a real page, by their carrier's lines."""
    page = cast(Page, world.site)
    crew = [page.browser() for _ in range(4)]
    leads = []
    for at in _moments(world, days=2):
        page, sent, _, _ = _base(world, at, "paste_office")
        machine = page.dice.choice(crew)
        ip = page.networks.mobile()
        if "ip" in sent.lead["client"]:
            sent.lead["client"]["ip"] = ip
        if "user_agent" in sent.lead["client"]:
            sent.lead["client"]["user_agent"] = machine.agent
        told = page.typed_by_hand(sent, machine)
        fields = len(page.values(sent))
        told |= {
            "keystrokes": page.dice.choice((0, 0, 2, 5)),
            "pastes": fields,
            "fill_seconds": page.dice.uniform(9, 25),
        }
        told["first_input_seconds"] = page.dice.uniform(2, 8)
        told["seconds_on_page"] = told["first_input_seconds"] + told["fill_seconds"]
        leads.append(page.carrying(sent, machine, told, ip))
    return leads


ATTACKS: dict[str, Attack] = {
    made.__name__: made
    for made in (
        harvester,
        harvesters,
        bare_post,
        own_counts,
        one_token,
        puppets,
        stock,
        other_vendor,
        forger,
        paste_office,
    )
}
