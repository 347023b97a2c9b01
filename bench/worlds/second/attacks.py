"""Twelve attacks that begin on a deployment's second day and send by the deployment's own form.

Sizes, rates and noise are drawn from the seed, within bounds that are our own estimates after reports of the trade.
An attacker knows the form, its source and what it asks for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from bench.worlds.browsers import Browser, browser, desktop, device_id
from bench.worlds.clock import times
from bench.worlds.filling import Writer, writer
from bench.worlds.people import Person
from bench.worlds.second.form import Form, Measures
from bench.worlds.world import World
from training.simulation import SentLead

Attack = Callable[[World], list[SentLead]]
_DAY = 86_400
_WORDS = [
    "sun",
    "oak",
    "river",
    "cloud",
    "pine",
    "amber",
    "coral",
    "maple",
    "stone",
    "jade",
    "ivory",
    "cedar",
    "opal",
    "wave",
    "frost",
    "ember",
    "lark",
    "reed",
]
_TOWNS = {
    "DE": ("Berlin", "Hamburg", "Köln", "Leipzig"),
    "VN": ("Hà Nội", "Huế", "Đà Lạt", "Cần Thơ"),
    "AE": ("Dubai", "Sharjah", "Al Ain", "Ajman"),
}


def headful_script(world: World) -> list[SentLead]:
    """A driven browser with a window: five agents, every character typed with a small jitter, proxies of homes."""
    form = _form(world)
    dice = form.dice
    agents = [desktop(dice, form.country) for _ in range(5)]
    stroke, pause, jitter = dice.uniform(0.06, 0.14), dice.uniform(0.4, 1.2), dice.uniform(0.02, 0.08)
    leads = []
    for at in _moments(world, dice.randint(60, 160), "home"):
        machine = Browser(dice.choice(agents), "en-US,en;q=0.9", False, device_id(dice))
        sent = _sent(world, form.person(), at, machine, form.networks.rotating(), label="headful_script", way="typed")
        values = form.values(sent)
        keys = sum(map(len, values.values()))
        took = sum(stroke * dice.uniform(1 - jitter, 1 + jitter) for _ in range(keys))
        took += sum(pause * dice.uniform(1 - jitter * 2, 1 + jitter * 2) for _ in values)
        measures = {
            "seconds_on_page": round(took + dice.uniform(2.0, 4.0), 1),
            "fill_seconds": round(took, 1),
            "keystrokes": keys,
            "pastes": 0,
            "autofills": 0,
            "pointer_events": sum(dice.randint(9, 14) for _ in values) + 10,
        }
        leads.append(_with(form, sent, measures))
    return leads


def scheme_mailboxes(world: World) -> list[SentLead]:
    """Mailboxes made by one scheme, with real browsers and homes: the scheme is the same all through an attack."""
    form = _form(world)
    dice, leads = form.dice, []
    scheme = dice.choice(("initial", "word", "turned"))
    for at in _moments(world, dice.randint(60, 170), "home"):
        who = form.person()
        first, last = who.latin
        email = {
            "initial": f"{first[:1]}{last}{dice.randrange(10_000):04}@outlook.com",
            "word": f"{first}.{dice.choice(_WORDS)}.{dice.randint(1965, 2004)}@gmail.com",
            "turned": f"{last}_{first}{dice.randint(10, 99)}{dice.choice('abcdefghkmnpqrst')}@yahoo.com",
        }[scheme]
        way = dice.choice(("typed", "typed", "partly"))
        machine, ip = form.browser(), form.networks.rotating()
        leads.append(_sent(world, replace(who, email=email), at, machine, ip, label="scheme_mailboxes", way=way))
    return leads


def paste_office(world: World) -> list[SentLead]:
    """Six laptops in one office whose people paste nearly every field from a sheet, by day."""
    form = _form(world)
    dice, leads = form.dice, []
    agents = [desktop(dice, form.country) for _ in range(2)]
    crew = [
        (Browser(dice.choice(agents), "en-US,en;q=0.9", False, device_id(dice)), writer(dice, phone=False))
        for _ in range(6)
    ]
    line = form.networks.office()
    for at in _moments(world, dice.randint(80, 190), "shift"):
        machine, hand = dice.choice(crew)
        sent = _sent(world, form.person(), at, machine, line, label="paste_office", way="typed", hand=hand)
        leads.append(form.pasted(sent, hand, False, [name for name in form.asks if dice.random() < 0.88]))
    return leads


def cafe_farm(world: World) -> list[SentLead]:
    """Twenty hired people at an internet café's ten machines, who type from a list and paste the mailboxes."""
    form = _form(world)
    dice = form.dice
    agent = desktop(dice, form.country)
    machines = [Browser(agent, "es-ES,es;q=0.9", False, device_id(dice)) for _ in range(10)]
    hands = [replace(hand, pauses=hand.pauses * 1.6) for hand in (writer(dice, phone=False) for _ in range(20))]
    lines = [form.networks.office() for _ in range(2)]
    free = dict.fromkeys(range(10), 0.0)
    leads = []
    for at in _moments(world, dice.randint(90, 200), "shift"):
        place = dice.randrange(20)
        seat = place % 10
        opens = max(at, free[seat])
        sent = _sent(
            world,
            form.person(),
            opens,
            machines[seat],
            lines[seat % 2],
            label="cafe_farm",
            way="typed",
            hand=hands[place],
        )
        sent = form.pasted(sent, hands[place], False, ["email"])
        free[seat] = sent.at + dice.uniform(20, 200)
        leads.append(sent)
    return leads


def click_workers(world: World) -> list[SentLead]:
    """Click workers at their own homes, a few leads each, who paste every field from the task's page."""
    form = _form(world)
    dice, leads = form.dice, []
    workers = [
        (machine, writer(dice, machine.phone), form.networks.home())
        for machine in (browser(dice, form.country, 0.5) for _ in range(dice.randint(25, 50)))
    ]
    for at in _moments(world, dice.randint(80, 180), "flat"):
        machine, hand, ip = dice.choice(workers)
        sent = _sent(world, form.person(), at, machine, ip, label="click_workers", way="typed", hand=hand)
        leads.append(form.pasted(sent, hand, machine.phone, form.asks))
    return leads


def stepped_numbers(world: World) -> list[SentLead]:
    """Numbers that go up in steps of seven or thirteen; all else is drawn from good lists."""
    form = _form(world)
    dice, leads = form.dice, []
    step, first = dice.choice((7, 13)), form.person().phone
    head, tail = first[:-5], int(first[-5:])
    for at in _moments(world, dice.randint(50, 150), "home"):
        tail = (tail + step) % 100_000
        who = replace(form.person(), phone=f"{head}{tail:05}")
        leads.append(_sent(world, who, at, form.browser(), form.networks.rotating(), label="stepped_numbers"))
    return leads


def one_device(world: World) -> list[SentLead]:
    """One machine and one pair of hands through addresses that change: a list typed in, in sittings of an hour."""
    form = _form(world)
    dice = form.dice
    machine = browser(dice, form.country, form.phones)
    hand = replace(writer(dice, machine.phone, 0.85), pauses=dice.uniform(0.5, 0.9))
    leads: list[SentLead] = []
    wanted, begin, end = dice.randint(45, 120), *_bounds(world)
    at = begin + dice.uniform(0, 4) * 3_600
    while len(leads) < wanted:
        if at > end:
            at = begin + dice.uniform(0, 0.8) * (end - begin)
        sent = _sent(
            world, form.person(), at, machine, form.networks.rotating(), label="one_device", way="typed", hand=hand
        )
        leads.append(sent)
        at = sent.at + (dice.uniform(10, 150) if dice.random() < 0.95 else dice.uniform(2, 9) * 3_600)
    return leads


def capitals_template(world: World) -> list[SentLead]:
    """A bot that sends names in capitals from one list, and messages of one template filled with name, town and ware.

    It puts each value in at once, as a driver's ``fill`` does: one input event a field.
    """
    form = _form(world)
    dice, leads = form.dice, []
    towns = _TOWNS.get(form.country, _TOWNS["DE"])
    agents = [desktop(dice, form.country) for _ in range(dice.randint(2, 6))]
    wares = form.wares or ("your offer", "a quotation", "the product")
    for at in _moments(world, dice.randint(60, 150), "flat"):
        who = form.person()
        text = (
            f"Hello, my name is {who.first.upper()} from {dice.choice(towns)}. "
            f"I am interested in {dice.choice(wares)}. "
            "Please send me the price and contact me as soon as possible."
        )
        machine = Browser(dice.choice(agents), "en-US,en;q=0.9", False, device_id(dice))
        texts = {
            "message": text,
            "name": who.name.upper(),
            "first_name": who.first.upper(),
            "last_name": who.last.upper(),
        }
        sent = _sent(
            world, who, at, machine, form.networks.rotating(), label="capitals_template", way="typed", texts=texts
        )
        fields = len(form.values(sent))
        took = fields * dice.uniform(0.25, 0.7) + dice.uniform(0.3, 1.2)
        measures = {
            "seconds_on_page": round(took + dice.uniform(1.0, 3.0), 1),
            "fill_seconds": round(took, 1),
            "keystrokes": fields,
            "pastes": 0,
            "autofills": 0,
            "pointer_events": fields + dice.randint(1, 3),
        }
        leads.append(_with(form, sent, measures))
    return leads


def night_machine(world: World) -> list[SentLead]:
    """Stolen identities, whole and real, entered by night on one machine at one line."""
    form = _form(world)
    dice, leads = form.dice, []
    machine, line = browser(dice, form.country, 0.0), form.networks.home()
    hand = writer(dice, phone=False)
    free = 0.0
    for at in _moments(world, dice.randint(50, 110), "night"):
        opens = max(at, free)
        sent = _sent(world, form.person(), opens, machine, line, label="night_machine", way="typed", hand=hand)
        if dice.random() < 0.6:
            sent = form.pasted(sent, hand, False, ["email", "phone", "address", "postal_code"])
        free = sent.at + dice.uniform(15, 240)
        leads.append(sent)
    return leads


def autofill_replay(world: World) -> list[SentLead]:
    """A recorded visit of somebody whose browser filled the form, played again with other data at one and same pace."""
    form = _form(world)
    dice, leads = form.dice, []
    agents = [form.browser() for _ in range(dice.randint(1, 3))]
    took, before = dice.uniform(2.4, 5.5), dice.uniform(6, 20)
    pointers = dice.randint(4, 40)
    for at in _moments(world, dice.randint(60, 180), "home"):
        machine = replace(dice.choice(agents), device_id=device_id(dice))
        sent = _sent(
            world, form.person(), at, machine, form.networks.rotating(), label="autofill_replay", way="autofill"
        )
        fill_seconds = round(took + dice.uniform(-0.2, 0.2), 1)
        measures = {
            "seconds_on_page": round(fill_seconds + before + dice.uniform(-0.4, 0.4), 1),
            "fill_seconds": fill_seconds,
            "keystrokes": 0,
            "pastes": 0,
            "autofills": len(form.values(sent)),
            "pointer_events": pointers + dice.choice((0, 0, 0, 1)),
        }
        leads.append(_with(form, sent, measures))
    return leads


def headless_post(world: World) -> list[SentLead]:
    """Posts without a browser: no measure but a time on the page that is always the same."""
    form = _form(world)
    dice, leads = form.dice, []
    agents = [form.browser() for _ in range(dice.randint(2, 5))]
    page = round(dice.uniform(5, 45), 1)
    for at in _moments(world, dice.randint(60, 180), "flat"):
        machine = replace(dice.choice(agents), device_id=device_id(dice))
        sent = _sent(world, form.person(), at, machine, form.networks.rotating(), label="headless_post")
        sent.lead["form"] = {"seconds_on_page": page}
        for name in ("timezone", "referrer"):
            sent.lead["client"].pop(name, None)
        leads.append(sent)
    return leads


def vendor_own(world: World) -> list[SentLead]:
    """A vendor that makes some fifteen in a hundred of its leads itself: pasted, from two machines of its own."""
    main = _form(world)
    dice = main.dice
    begin, end = _bounds(world)
    later = [sent for sent in world.leads if begin < sent.at < end and "form" in sent.lead]
    vendor = main.source["vendor"]
    sold = [sent for sent in later if sent.lead["source"]["vendor"] == vendor]
    crew = [(browser(dice, main.country, 0.0), writer(dice, phone=False), main.networks.home()) for _ in range(2)]
    wanted = min(max(round(len(sold) * 0.176), 40), 200)
    leads = []
    for sent in dice.sample(sold, wanted):
        machine, hand, ip = dice.choice(crew)
        if sent.lead["source"].get("channel") == "call":  # made at the office, beside the real ones
            ip, machine = sent.lead["client"]["ip"], replace(machine, language=sent.lead["client"]["accept_language"])
        fake = _sent(world, main.person(), sent.at + dice.uniform(5, 1_500), machine, ip, label="vendor_own", hand=hand)
        put = [name for name in main.asks if name in {"email", "phone", "address"} or dice.random() < 0.7]
        fake = main.pasted(fake, hand, False, put)
        fake.lead["source"] = dict(sent.lead["source"])
        leads.append(fake)
    return leads


def _form(world: World) -> Form:
    """The deployment's own form, the first one where there are several."""
    return cast(Form, world.site)


def _bounds(world: World) -> tuple[float, float]:
    """From eight in the morning of the second day that counts, to the deployment's end."""
    begin = max(world.start.timestamp(), world.measured_from) + _DAY + 8 * 3_600
    return begin, world.start.timestamp() + world.days * _DAY


def _moments(world: World, count: int, profile: str) -> list[float]:
    """So many moments from the second day on."""
    begin, end = _bounds(world)
    midnight = datetime.fromtimestamp(begin - 8 * 3_600, world.start.tzinfo)
    midnight = midnight.replace(hour=0, minute=0, second=0, microsecond=0)
    days = max(round((end - midnight.timestamp()) / timedelta(days=1).total_seconds()), 1)
    found: list[float] = []
    while len(found) < count:
        drawn = times(world.site.dice, midnight, days, count, profile)
        found += [at for at in drawn if begin <= at <= end]
    return sorted(world.site.dice.sample(found, count))


def _with(form: Form, sent: SentLead, measures: Measures) -> SentLead:
    """The lead with a program's measures, where its form is measured at all."""
    return form.refilled(sent, measures) if "form" in sent.lead else sent


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
    texts: dict[str, str] | None = None,
) -> SentLead:
    """A lead by the deployment's form."""
    form = _form(world)
    given: dict[str, Any] = dict(texts or {})
    return form.enquiry(who, at, machine, ip, way, hand=hand, label=label, **given)
