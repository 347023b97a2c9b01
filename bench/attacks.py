"""Which attacks must be caught? Ten attacks on a form, from crude to careful.

An attack's strength (leads, gaps, machines) is drawn from ``dice``. The fakes carry data that looks real.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from bench.traffic import COUNTRIES, DAY, DESKTOPS, PHONES, START, WARM_UP, WINDOW, World
from training.simulation import SentLead

Attack = Callable[[World, random.Random], Iterator[SentLead]]
"""Takes the world that it attacks and what it draws from; gives its leads, labelled."""
_LONGEST = WINDOW * DAY - 7_200
"""Seconds of the window that an attack may take."""


def _fake(world: World, vendor: str, **client: Any) -> dict[str, Any]:
    """A lead with a person's data, for one vendor. ``client`` replaces fields of the lead's ``client``."""
    country = world.dice.choice(world.vendors[vendor][1])
    lead = world.make_lead(country, vendor, "all")
    lead["client"] |= client
    return lead


def _target(world: World, dice: random.Random) -> str:
    """A vendor with many leads, whose forms measure everything."""
    large = [name for name, (volume, _, measured) in world.vendors.items() if volume >= 90 and measured == "all"]
    return dice.choice(large or ["v1"])


def _start(dice: random.Random, seconds: float) -> float:
    """A time at which an attack of so many seconds can begin, in Unix seconds."""
    return START + WARM_UP * DAY + 3_600 + dice.uniform(0, max(_LONGEST - seconds, 1))


def burst(world: World, dice: random.Random) -> Iterator[SentLead]:
    """One machine that sends as fast as it can."""
    vendor, gap, count = _target(world, dice), dice.uniform(0.5, 12), dice.randrange(60, 300)
    at, first = _start(dice, count * gap), _fake(world, vendor)
    for _ in range(count):
        at += dice.expovariate(1 / gap)
        lead = _fake(world, vendor)
        lead["client"] = first["client"]
        lead["form"] |= {"fill_seconds": round(dice.uniform(0.3, 3), 1), "keystrokes": 0, "pointer_events": 0}
        yield SentLead(at, lead, "burst")


def one_device(world: World, dice: random.Random) -> Iterator[SentLead]:
    """One device behind rotating internet addresses."""
    vendor, count, gap = _target(world, dice), dice.randrange(40, 250), dice.uniform(20, 400)
    at, device = _start(dice, count * gap), f"{dice.getrandbits(64):x}"
    agent = dice.choice(PHONES + DESKTOPS)[0]
    for _ in range(count):
        at += dice.expovariate(1 / gap)
        yield SentLead(at, _fake(world, vendor, device_id=device, user_agent=agent), "one device")


def same_script(world: World, dice: random.Random) -> Iterator[SentLead]:
    """Everything rotates except the script, which shows in even intervals and in the time for the form."""
    vendor, count, gap = _target(world, dice), dice.randrange(60, 300), dice.uniform(25, 300)
    fill, jitter = dice.uniform(4, 30), dice.uniform(0.0, 0.15)
    at = _start(dice, count * gap)
    for _ in range(count):
        at += gap * dice.uniform(0.93, 1.07)
        lead = _fake(world, vendor)
        lead["form"] |= {"fill_seconds": round(fill + dice.uniform(-jitter, jitter), 1)}
        lead["form"]["seconds_on_page"] = round(lead["form"]["fill_seconds"] + dice.uniform(1, 3), 1)
        yield SentLead(at, lead, "same script")


def stolen(world: World, dice: random.Random) -> Iterator[SentLead]:
    """Stolen identities with perfect data, typed by a program with plausible measures that are not a person's."""
    vendor, count, gap = _target(world, dice), dice.randrange(60, 250), dice.uniform(60, 500)
    at = _start(dice, count * gap)
    low, high = sorted((dice.uniform(2, 12), dice.uniform(8, 40)))  # seconds for the form
    pointer_events = dice.choice((0, 0, 1, 2))
    for _ in range(count):
        at += dice.expovariate(1 / gap)
        lead = _fake(world, vendor)
        typed = sum(len(lead.get(field, "")) for field in ("name", "email", "phone"))
        fill = round(dice.uniform(low, high), 1)
        lead["form"] = {
            "fill_seconds": fill,
            "seconds_on_page": round(fill + dice.uniform(0.5, 2), 1),
            "keystrokes": typed,
            "pastes": 0,
            "autofills": 0,
            "pointer_events": pointer_events,
        }
        yield SentLead(at, lead, "stolen identities")


def farm(world: World, dice: random.Random) -> Iterator[SentLead]:
    """People who paste from a list, in working hours, from ten telephones."""
    vendor, country = _target(world, dice), "IN"
    networks = [f"{dice.choice(world.networks[country])}.{dice.randrange(255)}" for _ in range(dice.choice((2, 3)))]
    phones = [
        {"device_id": f"{dice.getrandbits(64):x}", "user_agent": dice.choice(PHONES)[0], "ip": dice.choice(networks)}
        for _ in range(10)
    ]
    for day in range(WARM_UP, WARM_UP + WINDOW):
        for phone in phones:
            at = START + day * DAY + (9 - COUNTRIES[country][1]) * 3_600 + dice.uniform(0, 1_800)
            end, pace = at + 8.5 * 3_600, dice.uniform(400, 2_000)
            while (at := at + dice.gammavariate(3, pace / 3)) < end:
                lead = _fake(world, vendor, **phone)
                fields = sum(field in lead for field in ("name", "email", "phone"))
                lead["form"] |= {"pastes": fields, "autofills": 0, "keystrokes": dice.randrange(0, 12)}
                lead["form"]["fill_seconds"] = round(dice.gammavariate(5, 5), 1)
                lead["form"]["seconds_on_page"] = round(lead["form"]["fill_seconds"] + dice.uniform(2, 20), 1)
                yield SentLead(at, lead, "farm")


def one_pattern(world: World, dice: random.Random) -> Iterator[SentLead]:
    """Generated identities whose mailboxes all follow one pattern; everything else rotates."""
    vendor, count, gap = _target(world, dice), dice.randrange(50, 250), dice.uniform(30, 400)
    pattern, at = dice.randrange(3), _start(dice, count * gap)
    for _ in range(count):
        at += dice.expovariate(1 / gap)
        lead = _fake(world, vendor)
        first, last = ("".join(dice.choices("aeioulnrstmkdp", k=dice.randrange(4, 9))) for _ in range(2))
        digits = dice.randrange(100)
        by_pattern = (
            f"{first}.{last}{digits:02}",
            f"{first[:4]}{last[:4]}{digits:02}7",
            f"{first}_{last}{digits:02}{digits:02}",
        )
        lead["email"] = f"{by_pattern[pattern]}@gmail.com"
        yield SentLead(at, lead, "one pattern")


def counting_up(world: World, dice: random.Random) -> Iterator[SentLead]:
    """Phone numbers that count upwards."""
    vendor, count, gap = _target(world, dice), dice.randrange(30, 200), dice.uniform(20, 600)
    at, country = _start(dice, count * gap), dice.choice(world.vendors[vendor][1])
    prefix, digits = COUNTRIES[country][2:4]
    number, step = dice.randrange(10**digits // 2), dice.choice((1, 1, 2, 3, 7))
    for n in range(count):
        at += dice.expovariate(1 / gap)
        lead = _fake(world, vendor)
        lead |= {"phone": f"{prefix}{number + n * step:0{digits}}", "country": country}
        yield SentLead(at, lead, "counting up")


def slow_drip(world: World, dice: random.Random) -> Iterator[SentLead]:
    """One script that pastes, three leads an hour, day and night."""
    vendor, gap = _target(world, dice), 1_200 * dice.uniform(0.7, 1.3)
    agent = dice.choice(DESKTOPS)[0]
    at, fill = _start(dice, _LONGEST), dice.uniform(3, 15)
    while (at := at + gap * dice.uniform(0.8, 1.2)) < START + (WARM_UP + WINDOW) * DAY - 7_200:
        lead = _fake(world, vendor, user_agent=agent)
        lead["form"] = {
            "fill_seconds": round(fill + dice.uniform(0, 1), 1),
            "seconds_on_page": round(fill + 2.5, 1),
            "keystrokes": 0,
            "pastes": 3,
            "autofills": 0,
            "pointer_events": dice.randrange(1, 4),
        }
        yield SentLead(at, lead, "slow drip")


def one_in_ten(world: World, dice: random.Random) -> Iterator[SentLead]:
    """A vendor that mixes fakes with the leads of people: pasted forms, from a few machines of its own."""
    vendor = _target(world, dice)
    machines = [
        {"device_id": f"{dice.getrandbits(64):x}", "user_agent": dice.choice(DESKTOPS)[0]}
        for _ in range(dice.randrange(2, 6))
    ]
    for day in range(WARM_UP, WARM_UP + WINDOW):
        for _ in range(max(5, world.vendors[vendor][0] // 9)):
            lead = _fake(world, vendor, **dice.choice(machines))
            lead["form"] |= {"pastes": 3, "autofills": 0, "keystrokes": dice.randrange(0, 8)}
            yield SentLead(START + day * DAY + dice.uniform(7, 20) * 3_600, lead, "one in ten")


def prank(world: World, dice: random.Random) -> Iterator[SentLead]:
    """Friends' data sent for fun: a few leads within half an hour from one telephone, on twelve evenings."""
    for _ in range(12):
        vendor, at = _target(world, dice), _start(dice, 3_600)
        first = _fake(world, vendor)
        first["client"].setdefault("device_id", f"{dice.getrandbits(64):x}")
        for _ in range(dice.randrange(4, 11)):
            lead = _fake(world, vendor)
            lead["client"] = first["client"]
            at += dice.gammavariate(2, 70)
            yield SentLead(at, lead, "prank")


CRUDE: tuple[Attack, ...] = (burst, one_device, same_script, one_pattern, counting_up)
CAREFUL: tuple[Attack, ...] = (stolen, farm, slow_drip, one_in_ten, prank)
