"""Who sends fakes, and how? Each attack joins a deployment on its second day and sends by the deployment's own form.

Sizes, rates and noise are drawn from the seed, within bounds that are our own estimates after reports of the lead
trade. An attacker knows the deployment's form and source, and the data that he sends are well-formed: real-looking
people of the country, or people whose data were stolen.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bench.worlds.browsers import Browser, browser, desktop, device_id
from bench.worlds.clock import times
from bench.worlds.filling import Writer, fill, writer
from bench.worlds.messages import PHRASES, message
from bench.worlds.people import Person, mailbox
from bench.worlds.world import World
from training.simulation import SentLead

Attack = Callable[[World], list[SentLead]]
_DAY = 86_400
_FAMOUS = (
    *("Cristiano Ronaldo", "Taylor Swift", "Elon Musk", "Mickey Mouse", "Donald Duck", "Lionel Messi", "Harry Potter"),
    *("Batman", "Bruno Mars", "Lady Gaga", "Homer Simpson", "Darth Vader", "Kim Kardashian"),
)
_KINDS = {
    "VN": "insurance",
    "BR": "solar",
    "IN": "education",
    "TR": "clinic",
    "DE": "craft",
    "US": "demo",
    "TH": "property",
}


def script(world: World) -> list[SentLead]:
    """One script: the same browser, one timing with a little noise, data from a list that goes round."""
    dice, site = world.site.dice, world.site
    agent, gap = desktop(dice, site.country), dice.uniform(120, 900)
    machine = Browser(agent, "en-US,en;q=0.9", False, "")
    noise, seconds = dice.uniform(0.02, 0.15), dice.uniform(4, 25)
    hosts = [site.networks.rotating() for _ in range(dice.randint(1, 25))]
    list_of_people = [world.site.person() for _ in range(dice.randint(40, 150))]
    at, leads = _second_day(world), []
    for place in range(dice.randint(60, 180)):
        at += gap * dice.uniform(1 - noise * 3, 1 + noise * 3)
        who = list_of_people[place % len(list_of_people)]
        sent = _sent(world, who, at, replace(machine, device_id=device_id(dice)), dice.choice(hosts), label="script")
        if "form" in sent.lead:
            sent = site.refilled(sent, _typed_by_program(dice, sent.lead, seconds, noise))
        leads.append(sent)
    return leads


def _typed_by_program(dice: random.Random, lead: dict[str, Any], seconds: float, noise: float) -> dict[str, Any]:
    """A driven browser types every character without a slip, and moves the pointer straight to each field."""
    fields = ("name", "first_name", "last_name", "email", "phone", "company", "message", "address", "postal_code")
    typed = [lead[name] for name in fields if name in lead]
    took = seconds * dice.uniform(1 - noise, 1 + noise)
    return {
        "seconds_on_page": round(took + dice.uniform(1.5, 3.5), 1),
        "fill_seconds": round(took, 1),
        "keystrokes": sum(map(len, typed)),
        "pastes": 0,
        "autofills": 0,
        "pointer_events": len(typed) + dice.randint(1, 3),
    }


def device_burst(world: World) -> list[SentLead]:
    """One machine at one line with a list of many stolen identities, in one sitting of an hour or three."""
    dice = world.site.dice
    machine = browser(dice, world.site.country, world.site.phones)
    ip, at, leads = world.site.networks.home(), _second_day(world) + dice.uniform(0, 6) * 3_600, []
    hand = replace(writer(dice, machine.phone, 0.8), pauses=dice.uniform(0.3, 0.7))
    for _ in range(dice.randint(30, 110)):
        leads.append(_sent(world, world.site.person(), at, machine, ip, label="device_burst", way="paste", hand=hand))
        at = leads[-1].at + dice.uniform(8, 90)
    return leads


def paste_farm(world: World) -> list[SentLead]:
    """Eight phones of people who are paid a lead: they paste names, mailboxes and numbers from a sheet, by day."""
    dice, site = world.site.dice, world.site
    hands = [(browser(dice, site.country, 1.0), writer(dice, phone=True, slow=0.85)) for _ in range(8)]
    leads = []
    for at in times(dice, world.start, world.days, dice.randint(80, 220), "shift"):
        if at < _second_day(world):
            continue
        machine, hand = dice.choice(hands)
        sent = _sent(
            world, world.site.person(), at, machine, site.networks.mobile(), label="paste_farm", way="paste", hand=hand
        )
        if form := sent.lead.get("form"):
            values = {name: sent.lead[name] for name in site.asks if name in sent.lead}
            held = {name: value for name, value in values.items() if name == "message" or dice.random() < 0.15}
            typed = fill(dice, hand, True, held, "typed", choices=site.choices)
            pasted = len(values) - len(held)
            extra = sum(dice.uniform(2, 5) for _ in range(pasted))
            form = form | typed | {"pastes": pasted, "fill_seconds": round(typed["fill_seconds"] + extra, 1)}
            form["seconds_on_page"] = round(form["fill_seconds"] + dice.uniform(2, 15), 1)
            sent = site.refilled(sent, form)
        leads.append(sent)
    return leads


def generated_mailboxes(world: World) -> list[SentLead]:
    """Mailboxes bought in bulk: surname, three letters, six digits at gmail.com; browsers and addresses differ."""
    dice, leads = world.site.dice, []
    for at in _spread(world, dice.randint(60, 200), "home"):
        who = world.site.person()
        letters, digits = "".join(dice.choices(string.ascii_lowercase, k=3)), dice.randrange(10**6)
        who = replace(who, email=f"{who.latin[1]}{letters}{digits:06}@gmail.com")
        leads.append(
            _sent(world, who, at, world.site.browser(), world.site.networks.rotating(), label="generated_mailboxes")
        )
    return leads


def slow_drip(world: World) -> list[SentLead]:
    """A few leads an hour for a week through proxies that rotate: one program behind many borrowed browsers' names."""
    dice, leads = world.site.dice, []
    agents = [world.site.browser() for _ in range(dice.randint(3, 12))]
    base, noise = dice.uniform(9, 40), dice.uniform(0.15, 0.4)
    for at in _spread(world, dice.randint(70, 200), "flat"):
        machine = replace(dice.choice(agents), device_id=device_id(dice))
        who = world.site.person()
        sent = _sent(world, who, at, machine, world.site.networks.rotating(), label="slow_drip", way="typed")
        if "form" in sent.lead:
            sent = world.site.refilled(sent, _typed_by_program(dice, sent.lead, base, noise))
        leads.append(sent)
    return leads


def counting(world: World) -> list[SentLead]:
    """Numbers that count up: somebody makes leads from one number on, with names and mailboxes from lists."""
    dice, leads = world.site.dice, []
    first = world.site.person().phone
    head, tail = first[:-5], int(first[-5:])
    for at in _spread(world, dice.randint(40, 160), "home"):
        tail = (tail + dice.choice((1, 1, 1, 2, 3))) % 100_000
        who = replace(world.site.person(), phone=f"{head}{tail:05}")
        leads.append(_sent(world, who, at, world.site.browser(), world.site.networks.rotating(), label="counting"))
    return leads


def vendor_mix(world: World) -> list[SentLead]:
    """A vendor that adds one made-up lead to ten: its old customers' data, swapped about."""
    dice, site = world.site.dice, world.site
    later = [sent for sent in world.leads if sent.at > _second_day(world)]
    vendor = dice.choice(later).lead["source"]["vendor"]
    sold = [sent for sent in later if sent.lead["source"]["vendor"] == vendor]
    known = [world.site.person() for _ in range(40)]
    leads = []
    for sent in dice.sample(sold, max(len(sold) // 10, 1)):
        one, other = dice.sample(known, 2)
        email = mailbox(dice, replace(one, latin=(one.latin[0], other.latin[1])))
        who = replace(one, phone=other.phone, email=email)
        at, ip = sent.at + dice.uniform(1, 900), site.networks.home()
        fake = _sent(world, who, at, site.browser(), ip, label="vendor_mix")
        fake.lead["source"] = dict(sent.lead["source"])
        leads.append(fake)
    return leads


def pranks(world: World) -> list[SentLead]:
    """Friends at one table who sign each other up, and famous people, for a laugh: four to ten leads in an evening."""
    dice, site = world.site.dice, world.site
    friends = [world.site.person(ages=(14, 22)) for _ in range(4)]
    phones = [browser(dice, site.country, 1.0) for _ in range(2)]
    at, ip, leads = _second_day(world) + dice.uniform(8, 14) * 3_600, site.networks.home(), []
    for _ in range(dice.randint(4, 10)):
        at += dice.uniform(40, 400)
        who = dice.choice(friends)
        if dice.random() < 0.55:
            first, _, last = dice.choice(_FAMOUS).partition(" ")
            local = f"{first}{last}".lower() + dice.choice(("", "7", "123", "69", "official"))
            who = Person(
                first, last, (first, last), 2008, f"{local}@gmail.com", dice.choice(friends).phone, site.country
            )
        leads.append(_sent(world, who, at, dice.choice(phones), ip, label="pranks", way="typed"))
    return leads


def stolen_night(world: World) -> list[SentLead]:
    """Stolen identities, each real and whole, put in at night from a few machines with unhurried hands."""
    dice, site = world.site.dice, world.site
    desks = [(browser(dice, site.country, 0.3), writer(dice, phone=False)) for _ in range(dice.randint(2, 5))]
    lines = [site.networks.home() for _ in desks]
    leads = []
    for at in times(dice, world.start, world.days, dice.randint(60, 160), "night"):
        if at < _second_day(world):
            continue
        place = dice.randrange(len(desks))
        machine, hand = desks[place]
        way = dice.choice(("paste", "paste", "typed"))
        leads.append(
            _sent(world, world.site.person(), at, machine, lines[place], label="stolen_night", way=way, hand=hand)
        )
    return leads


def _second_day(world: World) -> float:
    """Eight in the morning of the second day, or of the day after what is past."""
    return max(world.start.timestamp(), world.measured_from) + _DAY + 8 * 3_600


def _spread(world: World, count: int, profile: str) -> list[float]:
    """Moments from the second day on."""
    moments = times(world.site.dice, world.start, world.days, count, profile)
    return [at for at in moments if at >= _second_day(world)]


def _sent(
    world: World,
    who: Person,
    at: float,
    machine: Browser,
    ip: str,
    *,
    label: str,
    way: str = "",
    hand: Writer | None = None,
) -> SentLead:
    """A lead by the deployment's form, with what else it asks for and a source that a genuine lead had as well."""
    dice, site = world.site.dice, world.site
    alike = dice.choice(world.leads).lead
    others = ("company", "address", "postal_code")
    texts: dict[str, str] = {name: alike[name] for name in others if name in alike}
    kind = _KINDS.get(site.country, "")
    if "message" in site.asks and kind in PHRASES and "message" in alike:
        texts["message"] = message(dice, kind, 0.1)
    sent = site.lead(who, at, machine, ip, way, hand=hand, label=label, **texts)
    if "source" in alike:
        sent.lead["source"] = dict(alike["source"])
    return sent
