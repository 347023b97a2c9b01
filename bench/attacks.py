"""Ten attacks on a form, from crude to careful, their strengths drawn by seed. Fakes carry real-looking data."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from bench.traffic import DAY, DESKTOPS, LANDS, PHONES, START, WARM_UP, WINDOW, World
from training.play import Come

Attack = Callable[[World, random.Random], Iterator[Come]]
_SPAN = WINDOW * DAY - 7_200


def _fake(world: World, vendor: str, **client: Any) -> dict[str, Any]:
    """A person's data, sent from wherever."""
    land = world.dice.choice(world.vendors[vendor][1])
    lead = world.person(land, vendor, "all")
    lead["client"] |= client
    return lead


def _target(world: World, dice: random.Random) -> str:
    """A vendor of some volume, whose forms measure."""
    return dice.choice(
        [name for name, (volume, _, form) in world.vendors.items() if volume >= 90 and form == "all"] or ["v1"]
    )


def _start(dice: random.Random, span: float) -> float:
    return START + WARM_UP * DAY + 3_600 + dice.uniform(0, max(_SPAN - span, 1))


def burst(world: World, dice: random.Random) -> Iterator[Come]:
    """One machine, as fast as it can."""
    vendor, gap, count = _target(world, dice), dice.uniform(0.5, 12), dice.randrange(60, 300)
    at, first = _start(dice, count * gap), _fake(world, vendor)
    for _ in range(count):
        at += dice.expovariate(1 / gap)
        lead = _fake(world, vendor)
        lead["client"] = first["client"]
        lead["form"] |= {"fill_seconds": round(dice.uniform(0.3, 3), 1), "keystrokes": 0, "pointer_events": 0}
        yield Come(at, lead, "burst")


def one_device(world: World, dice: random.Random) -> Iterator[Come]:
    """One device behind addresses that rotate."""
    vendor, count, gap = _target(world, dice), dice.randrange(40, 250), dice.uniform(20, 400)
    at, device = _start(dice, count * gap), f"{dice.getrandbits(64):x}"
    agent = dice.choice(PHONES + DESKTOPS)[0]
    for _ in range(count):
        at += dice.expovariate(1 / gap)
        yield Come(at, _fake(world, vendor, device_id=device, user_agent=agent), "one device")


def same_script(world: World, dice: random.Random) -> Iterator[Come]:
    """Everything rotates but the script: its rhythm, and the time that it takes for the form."""
    vendor, count, gap = _target(world, dice), dice.randrange(60, 300), dice.uniform(25, 300)
    fill, jitter = dice.uniform(4, 30), dice.uniform(0.0, 0.15)
    at = _start(dice, count * gap)
    for _ in range(count):
        at += gap * dice.uniform(0.93, 1.07)
        lead = _fake(world, vendor)
        lead["form"] |= {"fill_seconds": round(fill + dice.uniform(-jitter, jitter), 1)}
        lead["form"]["seconds_on_page"] = round(lead["form"]["fill_seconds"] + dice.uniform(1, 3), 1)
        yield Come(at, lead, "same script")


def stolen(world: World, dice: random.Random) -> Iterator[Come]:
    """Stolen identities with perfect data, typed by an automation with plausible measures that are no person's."""
    vendor, count, gap = _target(world, dice), dice.randrange(60, 250), dice.uniform(60, 500)
    at = _start(dice, count * gap)
    low, high = sorted((dice.uniform(2, 12), dice.uniform(8, 40)))
    moves = dice.choice((0, 0, 1, 2))
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
            "pointer_events": moves,
        }
        yield Come(at, lead, "stolen identities")


def farm(world: World, dice: random.Random) -> Iterator[Come]:
    """Twenty people who paste from a list, from ten telephones in working hours."""
    vendor, land = _target(world, dice), "IN"
    networks = [f"{dice.choice(world.networks[land])}.{dice.randrange(255)}" for _ in range(dice.choice((2, 3)))]
    phones = [
        {"device_id": f"{dice.getrandbits(64):x}", "user_agent": dice.choice(PHONES)[0], "ip": dice.choice(networks)}
        for _ in range(10)
    ]
    for day in range(WARM_UP, WARM_UP + WINDOW):
        for phone in phones:
            at = START + day * DAY + (9 - LANDS[land][1]) * 3_600 + dice.uniform(0, 1_800)
            end, pace = at + 8.5 * 3_600, dice.uniform(400, 2_000)
            while (at := at + dice.gammavariate(3, pace / 3)) < end:
                lead = _fake(world, vendor, **phone)
                fields = sum(field in lead for field in ("name", "email", "phone"))
                lead["form"] |= {"pastes": fields, "autofills": 0, "keystrokes": dice.randrange(0, 12)}
                lead["form"]["fill_seconds"] = round(dice.gammavariate(5, 5), 1)
                lead["form"]["seconds_on_page"] = round(lead["form"]["fill_seconds"] + dice.uniform(2, 20), 1)
                yield Come(at, lead, "farm")


def one_pattern(world: World, dice: random.Random) -> Iterator[Come]:
    """Identities that were generated, all mailboxes by one pattern; all else rotates."""
    vendor, count, gap = _target(world, dice), dice.randrange(50, 250), dice.uniform(30, 400)
    kind, at = dice.randrange(3), _start(dice, count * gap)
    for _ in range(count):
        at += dice.expovariate(1 / gap)
        lead = _fake(world, vendor)
        first, last = ("".join(dice.choices("aeioulnrstmkdp", k=dice.randrange(4, 9))) for _ in range(2))
        digits = dice.randrange(100)
        local = (
            f"{first}.{last}{digits:02}",
            f"{first[:4]}{last[:4]}{digits:02}7",
            f"{first}_{last}{digits:02}{digits:02}",
        )
        lead["email"] = f"{local[kind]}@gmail.com"
        yield Come(at, lead, "one pattern")


def counting_up(world: World, dice: random.Random) -> Iterator[Come]:
    """Telephone numbers that count upwards."""
    vendor, count, gap = _target(world, dice), dice.randrange(30, 200), dice.uniform(20, 600)
    at, land = _start(dice, count * gap), dice.choice(world.vendors[vendor][1])
    prefix, digits = LANDS[land][2:4]
    number, step = dice.randrange(10**digits // 2), dice.choice((1, 1, 2, 3, 7))
    for n in range(count):
        at += dice.expovariate(1 / gap)
        lead = _fake(world, vendor)
        lead |= {"phone": f"{prefix}{number + n * step:0{digits}}", "country": land}
        yield Come(at, lead, "counting up")


def slow_drip(world: World, dice: random.Random) -> Iterator[Come]:
    """Three an hour, day and night, of one script that pastes."""
    vendor, gap = _target(world, dice), 1_200 * dice.uniform(0.7, 1.3)
    agent = dice.choice(DESKTOPS)[0]
    at, fill = _start(dice, _SPAN), dice.uniform(3, 15)
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
        yield Come(at, lead, "slow drip")


def one_in_ten(world: World, dice: random.Random) -> Iterator[Come]:
    """A vendor that mixes fakes among its people's leads: copied forms, from a few machines of its own."""
    vendor = _target(world, dice)
    machines = [
        {"device_id": f"{dice.getrandbits(64):x}", "user_agent": dice.choice(DESKTOPS)[0]}
        for _ in range(dice.randrange(2, 6))
    ]
    for day in range(WARM_UP, WARM_UP + WINDOW):
        for _ in range(max(5, world.vendors[vendor][0] // 9)):
            lead = _fake(world, vendor, **dice.choice(machines))
            lead["form"] |= {"pastes": 3, "autofills": 0, "keystrokes": dice.randrange(0, 8)}
            yield Come(START + day * DAY + dice.uniform(7, 20) * 3_600, lead, "one in ten")


def prank(world: World, dice: random.Random) -> Iterator[Come]:
    """Friends' data for fun: a handful within half an hour from one telephone. Several such evenings."""
    for _ in range(12):
        vendor, at = _target(world, dice), _start(dice, 3_600)
        first = _fake(world, vendor)
        first["client"].setdefault("device_id", f"{dice.getrandbits(64):x}")
        for _ in range(dice.randrange(4, 11)):
            lead = _fake(world, vendor)
            lead["client"] = first["client"]
            at += dice.gammavariate(2, 70)
            yield Come(at, lead, "prank")


CRUDE: tuple[Attack, ...] = (burst, one_device, same_script, one_pattern, counting_up)
CAREFUL: tuple[Attack, ...] = (stolen, farm, slow_drip, one_in_ten, prank)
