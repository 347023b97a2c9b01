"""How is a row of the tables run? Each at its own site key, and what the services answered comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec import Struct
from playwright.async_api import Browser, Playwright, async_playwright

from tests.form_people.attackers import Attacker, Raid
from tests.form_people.display import context_of, disguise, persons_browser, screen, tools_browser
from tests.form_people.identities import identities
from tests.form_people.people import Person, Visitor
from tests.form_people.site import DESKTOPS, Answer, Site, hash_of, running_site

AT_ONCE = 8
"""People that sit at their browsers at one time."""
_VENDOR = "site of the people"


class Rig(Struct):
    """All that runs: the site with its services, a person's browser, one of a remote desktop, and a tool's."""

    site: Site
    playwright: Playwright
    persons: Browser
    remote: Browser
    tools: Browser


class Outcome(Struct):
    """What became of a row's leads: the verdicts where the site is known, and where it is new; ``problem`` is what
    kept the row from being run to its end. ``measured`` is what came in the fields."""

    name: str
    known: list[Answer]
    new: list[Answer]
    fields: list[str | None]
    problem: str = ""


@asynccontextmanager
async def running_rig(folder: Path) -> AsyncIterator[Rig]:
    """Start everything."""
    with screen() as display:
        async with running_site(folder) as site, async_playwright() as playwright:
            browsers = [
                await persons_browser(playwright, display),
                await persons_browser(playwright, display, software_gpu=True),
                await tools_browser(playwright),
            ]
            try:
                yield Rig(site, playwright, *browsers)
            finally:
                for browser in browsers:
                    await browser.close()


async def run_people(rig: Rig, people: Sequence[Person], earlier: int = 300) -> list[Outcome]:
    """Let people fill in forms, some at one time, at a site that has ``earlier`` leads and at one that has none."""
    for vendor in sorted({_vendor(who) for who in people}):
        await rig.site.fill_history(vendor, earlier)
    places = asyncio.Semaphore(AT_ONCE)

    async def sit_down(number: int, who: Person) -> Outcome:
        async with places:
            return await _run_person(rig, who, number)

    return list(await asyncio.gather(*(sit_down(number, who) for number, who in enumerate(people))))


def _vendor(row: Person) -> str:
    return f"site of {row.name}" if row.is_alone else _VENDOR


async def _run_person(rig: Rig, row: Person, number: int) -> Outcome:
    others = identities(5_000 + number, row.country)
    who = next(others)
    how = dict(row.visit)
    if how.pop("moves", False):
        how["token_address"] = who.elsewhere
    visit = rig.site.visit(_vendor(row), who, **how)
    context = await context_of(rig.remote if row.software_gpu else rig.persons, who, phone=row.phone, **row.context)
    problem = ""
    try:
        visitor = Visitor(rig.site, visit, who, await context.new_page(), others)
        if not row.phone and "user_agent" not in row.context:
            visitor.agent = DESKTOPS[number % len(DESKTOPS)]
            await disguise(visitor.page, visitor.agent)
        async with asyncio.timeout(120):
            if row.page:
                await visitor.open(row.page)
            await row.act(visitor)
            await asyncio.sleep(0.2)
    except Exception as broken:
        problem = f"{type(broken).__name__}: {broken}"[:300]
    finally:
        await context.close()
    fields = [lead["form"].get("token") for lead in visit.sent]
    return Outcome(row.name, visit.answers, visit.young, fields, problem)


def faults(row: Person, outcome: Outcome, *, strict: bool = True) -> Iterator[str]:
    """What a person's outcome lacks of being accepted without a point lost, a line each.

    Codes that the row may cost are no fault; if not ``strict``, neither is what such people are known to lose today.
    """
    codes = row.may_cost if strict else row.may_cost | row.costs
    if outcome.problem:
        yield outcome.problem
    for place, answers in (("known", outcome.known), ("new", outcome.new)):
        if len(answers) != row.leads:
            yield f"{len(answers)} forms arrived, not {row.leads}"
        for answer in answers:
            cost = {code: points for code, points in answer.against.items() if code not in codes}
            if answer.decision != "accept" or cost:
                yield f"at a {place} site: {answer.decision} ({answer.trust_score}), {cost or answer.against}"


async def run_attacker(rig: Rig, row: Attacker, leads: int, *, pool: bool, earlier: int = 150) -> Outcome:
    """Let a program send leads to a site of its own that has ``earlier`` leads of people."""
    vendor = f"site of {row.name} {pool}"
    rig.site.site_key(f"{vendor} elsewhere")
    await rig.site.fill_history(vendor, earlier)
    raid = Raid(
        rig.site,
        vendor,
        identities(hash_of(vendor), "VN"),
        pool=pool,
        playwright=rig.playwright,
        tools=rig.tools,
        persons=rig.persons,
        honeypot=row.honeypot,
    )
    problem = ""
    try:
        await row.attack(raid, leads)
    except Exception as broken:
        problem = f"{type(broken).__name__}: {broken}"[:300]
    sent = sorted((visit for visit in raid.visits if visit.answers), key=lambda visit: visit.arrived)
    return Outcome(
        row.name,
        [answer for visit in sent for answer in visit.answers],
        [answer for visit in sent for answer in visit.young],
        [lead["form"].get("token") for visit in sent for lead in visit.sent],
        problem,
    )
