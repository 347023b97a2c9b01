"""Which programs fill in forms, and how soon are they told? Each row is a run of many leads of stolen people's data.

Every run meets a site of its own, whose earlier leads are people with tokens. A row runs once from one address and
once through many homes' lines (``pool``), one a lead, in the country of the person whose data it has.
"""

from __future__ import annotations

import asyncio
import importlib.util
import random
import secrets
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from aiohttp import FormData
from msgspec import Struct
from playwright.async_api import Browser, Page, Playwright

from tests.form_people.display import chromium, context_of, disguise
from tests.form_people.identities import Identity
from tests.form_people.site import FIELDS, Site, Visit, hash_of, with_measures

AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"
)


class Raid:
    """One run: the site, whose data it sends and what it may use."""

    def __init__(
        self,
        site: Site,
        vendor: str,
        people: Iterator[Identity],
        *,
        pool: bool,
        playwright: Playwright,
        tools: Browser,
        persons: Browser,
        honeypot: bool = False,
    ) -> None:
        self.site, self.vendor, self.people, self.pool, self.honeypot = site, vendor, people, pool, honeypot
        self.playwright, self.tools, self.persons = playwright, tools, persons
        self.dice = random.Random(hash_of(vendor))  # noqa: S311 - repeatable on purpose
        self.visits: list[Visit] = []
        self.line = f"14.162.{self.dice.randrange(255)}.{self.dice.randrange(2, 254)}"
        """A home's: what is told of an address that is a data centre's is not to be measured here."""

    def visit(self, who: Identity, **how: Any) -> Visit:
        """Open the form for another lead."""
        address = {} if self.pool else {"address": self.line}
        made = self.site.visit(self.vendor, who, honeypot=self.honeypot, **{**address, **how})
        self.visits.append(made)
        return made

    async def post(self, visit: Visit, who: Identity, field: str | None, agent: str = AGENT) -> None:
        """Send the form without a browser, with a browser's headers."""
        form = FormData({name: getattr(who, name) for name in FIELDS if name != "message"})
        if field is not None:
            form.add_field("fraudcheck", field)
        headers = {
            "User-Agent": agent,
            "Accept-Language": who.languages,
            "Referer": visit.url(),
            "Origin": visit.origin,
        }
        async with self.site.session.post(visit.url("send"), data=form, headers=headers) as answer:
            assert answer.status == 200, await answer.text()


Attack = Callable[[Raid, int], Awaitable[None]]


class Attacker(Struct, frozen=True, kw_only=True):
    """One row. ``pools`` are the ways in which it runs, ``times`` how many times the leads of other rows it sends;
    ``needs`` a package that has to be installed for it.

    ``quick`` rows run in the test suite. Those that are accepted for long today do not: docs/form-proof.md shows them.
    """

    name: str
    attack: Attack
    honeypot: bool = False
    pools: tuple[bool, ...] = (False, True)
    times: int = 1
    needs: str = ""
    quick: bool = False

    @property
    def can_run(self) -> bool:
        """Whether what it needs is installed."""
        return not self.needs or importlib.util.find_spec(self.needs) is not None


ATTACKERS: list[Attacker] = []


def attacker(name: str, **how: Any) -> Callable[[Attack], Attack]:
    """Put a program into the table."""

    def put(attack: Attack) -> Attack:
        ATTACKERS.append(Attacker(name=name, attack=attack, **how))
        return attack

    return put


# With a browser.


async def _each(
    raid: Raid,
    leads: int,
    browser: Browser,
    fill: Callable[[Page, Identity], Awaitable[None]],
    *,
    at_once: int = 1,
    **options: Any,
) -> None:
    """Open the form anew for each lead, fill it in and send it; ``at_once`` at one time."""
    places = asyncio.Semaphore(at_once)

    async def one() -> None:
        async with places:
            who = next(raid.people)
            visit = raid.visit(who)
            context = await context_of(browser, who, **options)
            try:
                page = await context.new_page()
                if browser is raid.persons:
                    await disguise(page, AGENT)
                async with page.expect_response("**/form/token"):
                    await page.goto(visit.url())
                await fill(page, who)
                async with page.expect_navigation():
                    await page.click("#send")
            finally:
                await context.close()
            assert len(visit.answers) == 1, "the form never arrived"

    await asyncio.gather(*(one() for _ in range(leads)))


async def _fill(page: Page, who: Identity) -> None:
    for name in ("name", "email", "phone"):
        await page.fill(f"#lead [name={name}]", getattr(who, name))


async def _type(page: Page, who: Identity) -> None:
    for name in ("name", "email", "phone"):
        await page.locator(f"#lead [name={name}]").press_sequentially(getattr(who, name))


_SET = """fields => {
    for (const [name, value] of Object.entries(fields)) {
        const input = document.querySelector(`#lead [name=${name}]`);
        input.value = value;
        for (const kind of ["input", "change", "blur"]) input.dispatchEvent(new Event(kind, {bubbles: true}));
    }
}"""


async def _set(page: Page, who: Identity) -> None:
    await page.evaluate(_SET, {"name": who.name, "email": who.email, "phone": who.phone})


@attacker("Playwright's fill, as it comes", quick=True)
async def playwright_fill(raid: Raid, leads: int) -> None:
    await _each(raid, leads, raid.tools, _fill)


@attacker("Playwright's fill in a browser that hides itself (windows, no driver's mark)")
async def hidden_fill(raid: Raid, leads: int) -> None:
    await _each(raid, leads, raid.persons, _fill)


@attacker("Playwright's fill, hidden, that waits ten seconds a lead")
async def patient_fill(raid: Raid, leads: int) -> None:
    async def fill(page: Page, who: Identity) -> None:
        for name in ("name", "email", "phone"):
            await page.wait_for_timeout(3_300)
            await page.fill(f"#lead [name={name}]", getattr(who, name))

    await _each(raid, leads, raid.persons, fill, at_once=10)


@attacker("Playwright types without a pause, hidden")
async def playwright_type(raid: Raid, leads: int) -> None:
    await _each(raid, leads, raid.persons, _type)


@attacker("a script sets the values and sends events, hidden", quick=True)
async def set_by_script(raid: Raid, leads: int) -> None:
    await _each(raid, leads, raid.persons, _set)


@attacker("Patchright's fill", needs="patchright")
async def patchright(raid: Raid, leads: int) -> None:
    from patchright.async_api import async_playwright  # type: ignore[import-not-found]

    async with async_playwright() as other:
        browser = await other.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        await _each(raid, leads, browser, _fill, user_agent=AGENT)
        await browser.close()


@attacker("a bot that fills in every input that it finds", honeypot=True, quick=True)
async def fills_honeypot(raid: Raid, leads: int) -> None:
    async def everything(page: Page, who: Identity) -> None:
        for field in await page.locator("input:not([type=hidden])").all():
            name = await field.get_attribute("name") or ""
            await field.fill(getattr(who, name, who.name), force=True)

    await _each(raid, leads, raid.tools, everything)


@attacker("Playwright that moves, types and waits as a person does, hidden")
async def like_a_person(raid: Raid, leads: int) -> None:
    async def slowly(page: Page, who: Identity) -> None:
        for name in ("name", "email", "phone"):
            await page.mouse.move(raid.dice.randrange(500), raid.dice.randrange(500), steps=10)
            await page.click(f"#lead [name={name}]")
            await page.keyboard.type(getattr(who, name), delay=raid.dice.uniform(70, 110))

    await _each(raid, leads, raid.persons, slowly, at_once=10)


# Without a browser.


@attacker("posts the form without a browser and without the field")
async def without_browser(raid: Raid, leads: int) -> None:
    for _ in range(leads):
        who = next(raid.people)
        await raid.post(raid.visit(who), who, None)


def _claims(raid: Raid, **other: Any) -> dict[str, Any]:
    """Measures as a careful forger writes them."""
    look, fill = raid.dice.uniform(4, 30), raid.dice.uniform(15, 60)
    return {
        "seconds_on_page": round(look + fill, 1),
        "fill_seconds": round(fill, 1),
        "first_input_seconds": round(look, 1),
        "token_seconds": round(look + fill - 0.4, 1),
        "keystrokes": raid.dice.randrange(45, 70),
        "pastes": 0,
        "autofills": 0,
        "inserted": 0,
        "pointer_events": raid.dice.randrange(10, 80),
        "focus_changes": raid.dice.randrange(3, 7),
        "webdriver": False,
        "signs": [],
        **other,
    }


@attacker("posts an empty token with invented measures", quick=True)
async def no_token(raid: Raid, leads: int) -> None:
    for _ in range(leads):
        who = next(raid.people)
        await raid.post(raid.visit(who), who, with_measures("fc1..", _claims(raid)))


@attacker("posts a forged token", quick=True)
async def forges(raid: Raid, leads: int) -> None:
    for _ in range(leads):
        who = next(raid.people)
        visit = raid.visit(who)
        version, payload, _ = (await raid.site.fetch_token(visit, AGENT)).split(".")
        forged = f"{version}.{payload[:-6]}{secrets.token_urlsafe(4)[:6]}.{secrets.token_urlsafe(16)}"
        await raid.post(visit, who, with_measures(forged, _claims(raid)))


@attacker("sends one token with every lead", quick=True)
async def replays_token(raid: Raid, leads: int) -> None:
    token = ""
    for _ in range(leads):
        who = next(raid.people)
        visit = raid.visit(who)
        token = token or await raid.site.fetch_token(visit, AGENT)
        await raid.post(visit, who, with_measures(token, _claims(raid)))


@attacker("fetches a token a lead and invents the measures: a minute on a token of a second", quick=True)
async def invents(raid: Raid, leads: int) -> None:
    for _ in range(leads):
        who = next(raid.people)
        visit = raid.visit(who)
        token = await raid.site.fetch_token(visit, AGENT)
        await raid.post(visit, who, with_measures(token, _claims(raid)))


@attacker("fetches all tokens from one address and keeps them, sends from many", pools=(True,), times=3)
async def token_farm(raid: Raid, leads: int) -> None:
    kept = []
    for _ in range(leads):
        who = next(raid.people)
        visit = raid.visit(who, token_address=raid.line)
        token = await raid.site.fetch_token(visit, AGENT)
        kept.append((who, visit, await raid.site.aged(token, raid.dice.uniform(60, 900))))
    for who, visit, token in kept:
        await raid.post(visit, who, with_measures(token, _claims(raid, token_seconds=None)))


@attacker("fetches a token a lead, waits, and sends one person's measures with each", quick=True)
async def replays_measures(raid: Raid, leads: int) -> None:
    measures = _claims(raid)
    for _ in range(leads):
        who = next(raid.people)
        visit = raid.visit(who)
        token = await raid.site.aged(await raid.site.fetch_token(visit, AGENT), measures["token_seconds"])
        await raid.post(visit, who, with_measures(token, measures))


@attacker("fetches a token a lead, waits, and invents measures that fit it")
async def careful(raid: Raid, leads: int) -> None:
    for _ in range(leads):
        who = next(raid.people)
        visit, measures = raid.visit(who), _claims(raid)
        token = await raid.site.aged(await raid.site.fetch_token(visit, AGENT), measures["token_seconds"])
        await raid.post(visit, who, with_measures(token, measures))


_STRIP = (
    """document.querySelector("#lead").addEventListener("formdata", event => event.formData.delete("fraudcheck"))"""
)


@attacker("fills in by Playwright and takes the field out before it sends")
async def strips(raid: Raid, leads: int) -> None:
    async def fill(page: Page, who: Identity) -> None:
        await _fill(page, who)
        await page.evaluate(_STRIP)

    await _each(raid, leads, raid.persons, fill)


@attacker("sends another site's tokens", pools=(True,), quick=True)
async def other_site(raid: Raid, leads: int) -> None:
    for _ in range(leads):
        who = next(raid.people)
        visit, measures = raid.visit(who), _claims(raid)
        elsewhere = raid.site.visit(f"{raid.vendor} elsewhere", who)
        token = await raid.site.aged(await raid.site.fetch_token(elsewhere, AGENT), measures["token_seconds"])
        await raid.post(visit, who, with_measures(token, measures))
