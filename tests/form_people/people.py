"""Which people fill in forms, and what must never cost them anything? Each row sits at a browser and fills in a form.

A row fills in the form in its own way and with times that a person needs. Expected of each: accepted, and no point
against it. ``may_cost`` names the codes that are allowed all the same, ``costs`` those that should not be.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from msgspec import Struct
from playwright.async_api import CDPSession, Error, Page, Route, expect

from fraudcheck.fields import form_token
from tests.form_people.display import disguise
from tests.form_people.identities import Identity
from tests.form_people.site import Site, Visit

KEY_MS = 75
"""Milliseconds between two keys of a brisk typist."""
Act = Callable[["Visitor"], Awaitable[None]]


class Person(Struct, frozen=True, kw_only=True):
    """One row: how the form is opened (``page``, ``visit``, ``context``), on what, and what is done there.

    ``leads`` is how many forms arrive. ``quick`` rows run in the test suite. ``may_cost`` are codes that are right to
    speak of such a person, within few points; ``costs`` those that do though nothing
    should.
    """

    name: str
    act: Act
    page: str = "plain"
    country: str = "VN NG IN BR TH PL EG SA"
    phone: bool = False
    software_gpu: bool = False
    visit: dict[str, Any] = {}
    context: dict[str, Any] = {}
    leads: int = 1
    may_cost: frozenset[str] = frozenset()
    costs: frozenset[str] = frozenset()
    quick: bool = False

    @property
    def is_alone(self) -> bool:
        """Whether it has a site of its own: several without a token within a minute are no single persons there."""
        return "FORM_TOKEN_MISSING" in self.costs


PEOPLE: list[Person] = []


def person(name: str, **how: Any) -> Callable[[Act], Act]:
    """Put a way of filling in the form into the table."""

    def put(act: Act) -> Act:
        PEOPLE.append(Person(name=name, act=act, **how))
        return act

    return put


class Visitor:
    """A person at an open page: hands and eyes."""

    def __init__(self, site: Site, visit: Visit, who: Identity, page: Page, others: Iterator[Identity]) -> None:
        self.site, self.visit, self.who, self.page, self.others = site, visit, who, page, others
        self.agent = ""
        self.dice = random.Random(who.email)  # noqa: S311 - repeatable on purpose

    async def open(self, page: str) -> None:
        """Load the page and look at it."""
        await self.page.goto(self.visit.url(page), wait_until="load")
        await self.rest(2.0)

    async def rest(self, seconds: float) -> None:
        """Read, think, look for a note."""
        await asyncio.sleep(seconds * self.dice.uniform(0.9, 1.4))

    async def move(self) -> None:
        """Move the mouse about."""
        for _ in range(2):
            await self.page.mouse.move(self.dice.randrange(40, 700), self.dice.randrange(60, 600), steps=8)

    async def click(self, selector: str) -> None:
        """Move to something and click it; on a telephone, tap it."""
        place = self.page.locator(selector)
        box = await place.bounding_box()
        assert box is not None, f"{selector} is not shown"
        x, y = box["x"] + box["width"] * self.dice.uniform(0.2, 0.8), box["y"] + box["height"] * 0.5
        if await self.page.evaluate("matchMedia('(pointer: coarse)').matches"):
            await self.page.touchscreen.tap(x, y)
            if "name=" in selector:
                await expect(place).to_be_focused()
                await asyncio.sleep(1.0)  # until the keyboard is there: a tap comes late on a busy machine
        else:
            await self.page.mouse.move(x, y, steps=6)
            await self.page.mouse.click(x, y)

    async def keys(self, text: str) -> None:
        """Press a key for each character, into what has the focus."""
        for letter in text:
            await self.page.keyboard.press("Space") if letter == " " else await self.page.keyboard.type(letter)
            await asyncio.sleep(KEY_MS / 1000 * self.dice.uniform(0.6, 1.8))

    async def type(self, name: str, text: str) -> None:
        """Click into a field and type."""
        await self.click(f"#lead [name={name}]")
        await self.keys(text)
        await self.rest(0.4)

    async def type_all(self, *names: str) -> None:
        """Type the fields of the form by hand, with a slip that is put right."""
        for name in names or ("name", "email", "phone"):
            await self.type(name, getattr(self.who, name))
        await self.page.keyboard.type("x")
        await self.rest(0.3)
        await self.page.keyboard.press("Backspace")

    async def back(self) -> None:
        """Go back to the form; one that the browser kept comes without loading, which Playwright may not follow."""
        await self.page.wait_for_load_state()
        await self.rest(1.5)
        for _ in range(3):
            with contextlib.suppress(Error):
                await self.page.go_back(wait_until="commit", timeout=5_000)
            with contextlib.suppress(Error):
                await self.page.wait_for_selector("#lead", timeout=3_000)
                break
        await self.rest(1.2)

    async def send(self, button: str = "#send") -> None:
        """Press the button and wait until the site has taken the form."""
        sent = len(self.visit.sent)
        await self.click(button)
        await self.taken(sent)

    async def taken(self, before: int) -> None:
        """Wait until the site has sent one form more to the service."""
        for _ in range(400):
            if len(self.visit.answers) > before and len(self.visit.young) > before:
                return
            await asyncio.sleep(0.05)
        raise AssertionError("the form never arrived")

    async def devtools(self) -> CDPSession:
        """The browser's own protocol, for what hands cannot be imitated by otherwise."""
        return await self.page.context.new_cdp_session(self.page)

    async def compose(self, session: CDPSession, steps: list[str], done: str) -> None:
        """Compose a word with an input method: what stands there meanwhile, and what it becomes."""
        for step in steps:
            await session.send(
                "Input.imeSetComposition", {"text": step, "selectionStart": len(step), "selectionEnd": len(step)}
            )
            await asyncio.sleep(KEY_MS / 1000 * self.dice.uniform(0.8, 2.0))
        await session.send("Input.insertText", {"text": done})
        await asyncio.sleep(0.15)


# At a desk.


@person("types at a desk, with the mouse between the fields", quick=True)
async def types(v: Visitor) -> None:
    await v.move()
    await v.type_all("name", "email", "phone", "message")
    await v.send()


@person("types Thai, one key a character", country="TH")
async def types_thai(v: Visitor) -> None:
    await v.type_all("name", "email", "phone", "message")
    await v.send()


@person("keyboard only: Tab between the fields, Enter to send", quick=True)
async def keyboard_only(v: Visitor) -> None:
    await v.page.keyboard.press("Tab")
    await v.page.keyboard.press("Tab")
    for name in ("name", "email", "phone"):
        await v.keys(getattr(v.who, name))
        if name != "phone":
            await v.page.keyboard.press("Tab")
        await v.rest(0.3)
    sent = len(v.visit.sent)
    await v.page.keyboard.press("Enter")
    await v.taken(sent)


_CLIPBOARD = asyncio.Lock()


async def _paste(v: Visitor, name: str) -> None:
    async with _CLIPBOARD:  # one screen has one
        await v.page.evaluate("text => navigator.clipboard.writeText(text)", getattr(v.who, name))
        await v.click(f"#lead [name={name}]")
        await v.page.keyboard.press("Control+V")
    await v.rest(1.2)


_MAY_PASTE = {"permissions": ["clipboard-read", "clipboard-write"]}


@person("pastes mail and phone from a note, types the name", context=_MAY_PASTE, quick=True)
async def pastes(v: Visitor) -> None:
    await v.move()
    await v.type("name", v.who.name)
    await _paste(v, "email")
    await _paste(v, "phone")
    await v.send()


@person(
    "pastes every field from a note",
    context=_MAY_PASTE,
    may_cost=frozenset({"FORM_ALL_PASTED"}),  # an old code of 3 points: people working through lists do so, too
)
async def pastes_all(v: Visitor) -> None:
    await v.move()
    for name in ("name", "email", "phone"):
        await _paste(v, name)
    await v.send()


async def _autofill(v: Visitor) -> None:
    session = await v.devtools()
    await session.send("Autofill.enable")
    address = {
        "NAME_FULL": v.who.name,
        "EMAIL_ADDRESS": v.who.email,
        "PHONE_HOME_WHOLE_NUMBER": v.who.phone,
        "ADDRESS_HOME_COUNTRY": v.who.country,
        "COMPANY_NAME": "Home and Sons",
        "ADDRESS_HOME_CITY": "Capital",
        "ADDRESS_HOME_ZIP": "10115",
    }
    fields = [{"name": name, "value": value} for name, value in address.items()]
    await session.send("Autofill.setAddresses", {"addresses": [{"fields": fields}]})
    await session.send("DOM.enable")
    document = await session.send("DOM.getDocument", {"depth": -1})
    found = await session.send(
        "DOM.querySelector", {"nodeId": document["root"]["nodeId"], "selector": "#lead [name=name]"}
    )
    described = await session.send("DOM.describeNode", {"nodeId": found["nodeId"]})
    await v.click("#lead [name=name]")
    await v.rest(0.8)
    await session.send(
        "Autofill.trigger",
        {"fieldId": described["node"]["backendNodeId"], "address": {"fields": fields}},
    )
    await v.rest(1.5)
    assert await v.page.input_value("#lead [name=email]") == v.who.email, "the browser filled in nothing"


@person("the browser's own autofill, on a page with a honeypot", visit={"honeypot": True}, quick=True)
async def autofills(v: Visitor) -> None:
    await v.move()
    await _autofill(v)
    await v.send()


_MANAGER = """fields => {
    for (const input of document.querySelectorAll("input")) {
        if (input.dataset["1pIgnore"] !== undefined || input.type === "hidden") continue;
        const value = fields[input.name];
        if (value === undefined) continue;
        input.focus();
        input.dispatchEvent(new KeyboardEvent("keydown", {bubbles: true}));
        input.value = value;
        input.dispatchEvent(new KeyboardEvent("keyup", {bubbles: true}));
        input.dispatchEvent(new Event("input", {bubbles: true}));
        input.dispatchEvent(new Event("change", {bubbles: true}));
        input.blur();
    }
}"""


@person("a password manager fills in name, mail and phone", visit={"honeypot": True}, quick=True)
async def password_manager(v: Visitor) -> None:
    await v.move()
    await v.click("#lead [name=name]")
    await v.rest(1.0)
    await v.page.evaluate(_MANAGER, {"name": v.who.name, "email": v.who.email, "phone": v.who.phone})
    await v.rest(1.5)
    await v.send()


@person("a password manager fills in the mail alone, the rest is typed")
async def manager_and_hand(v: Visitor) -> None:
    await v.type("name", v.who.name)
    await v.page.evaluate(_MANAGER, {"email": v.who.email})
    await v.rest(0.6)
    await v.type("phone", v.who.phone)
    await v.send()


@person("Vietnamese by Telex, each word composed", country="VN")
async def telex(v: Visitor) -> None:
    session = await v.devtools()
    await v.click("#lead [name=name]")
    for word in v.who.name.split():
        await v.compose(session, [word[: n + 1] for n in range(len(word))], word)
        await v.keys(" ")
    await v.type("email", v.who.email)
    await v.type("phone", v.who.phone)
    await v.send()


@person("Japanese by kana and conversion", country="TH")
async def japanese(v: Visitor) -> None:
    session = await v.devtools()
    v.who = _renamed(v.who, "田中 美咲")
    await v.click("#lead [name=name]")
    await v.compose(session, ["t", "た", "たn", "たな", "たなk", "たなか", "田中"], "田中")
    await v.keys(" ")
    await v.compose(session, ["m", "み", "みs", "みさ", "みさk", "みさき", "美咲"], "美咲")
    await v.type("email", v.who.email)
    await v.type("phone", v.who.phone)
    await v.send()


def _renamed(who: Identity, name: str) -> Identity:
    return Identity(**{**{field: getattr(who, field) for field in who.__struct_fields__}, "name": name})


@person("a screen reader: focus and clicks without any pointer", quick=True)
async def screen_reader(v: Visitor) -> None:
    for name in ("name", "email", "phone"):
        await v.page.locator(f"#lead [name={name}]").focus()
        await v.rest(0.8)  # it reads the label out
        await v.keys(getattr(v.who, name))
    sent = len(v.visit.sent)
    await v.page.locator("#send").focus()
    await v.rest(0.8)
    await v.page.evaluate("document.querySelector('#send').click()")
    await v.taken(sent)


# On a telephone.


@person("swipes the words on a telephone", phone=True, country="IN NG BR PL", quick=True)
async def swipes(v: Visitor) -> None:
    session = await v.devtools()
    await v.click("#lead [name=name]")
    for word in v.who.name.split():
        await v.compose(session, [word], word)
        await v.rest(0.5)
        await session.send("Input.insertText", {"text": " "})
    await v.click("#lead [name=email]")
    mailbox, _, host = v.who.email.partition("@")
    for part in (mailbox, "@", host):
        await v.compose(session, [part], part)
        await v.rest(0.5)
    await v.type("phone", v.who.phone)
    await v.send()


@person("dictates the name, the mail and the number on a telephone", phone=True, country="NG IN")
async def dictates(v: Visitor) -> None:
    session = await v.devtools()
    await v.click("#lead [name=name]")
    for number, word in enumerate(v.who.name.split()):
        await v.rest(0.7)
        await session.send("Input.insertText", {"text": f" {word}" if number else word})
    await v.click("#lead [name=email]")
    await v.rest(2.5)
    await session.send("Input.insertText", {"text": v.who.email})
    await v.click("#lead [name=phone]")
    await v.rest(2.5)
    await session.send("Input.insertText", {"text": v.who.phone})
    await v.click("#lead [name=message]")
    for phrase in ("please call me", " in the afternoon", " about the price"):
        await v.rest(1.0)
        await session.send("Input.insertText", {"text": phrase})
    await v.send()


@person("takes name, mail and number from the keyboard's suggestions on a telephone", phone=True, quick=True)
async def suggestions(v: Visitor) -> None:
    session = await v.devtools()
    for name in ("name", "email", "phone"):
        text = getattr(v.who, name)
        await v.click(f"#lead [name={name}]")
        await v.rest(0.6)
        await v.compose(session, [text[:1], text[:2]], text)
    await v.send()


@person("types on a telephone, as its keyboard composes", phone=True, quick=True)
async def telephone(v: Visitor) -> None:
    session = await v.devtools()
    for name in ("name", "email", "phone"):
        await v.click(f"#lead [name={name}]")
        for number, word in enumerate(getattr(v.who, name).split()):
            if number:
                await session.send("Input.insertText", {"text": " "})
            await v.compose(session, [word[: n + 1] for n in range(len(word))], word)
    await v.send()


@person(
    "a telephone that asks for the site as desktops get it",
    context={
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/150.0.0.0 Safari/537.36"
    },
    phone=True,
)
async def desktop_site(v: Visitor) -> None:
    await telephone(v)


@person(
    "inside an app's web view",
    phone=True,
    context={
        "user_agent": "Mozilla/5.0 (Linux; Android 14; SM-A155F Build/UP1A.231005.007; wv) AppleWebKit/537.36 "
        "(KHTML, like Gecko) Version/4.0 Chrome/140.0.7339.51 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/520.0.0.38;]"
    },
)
async def web_view(v: Visitor) -> None:
    await telephone(v)


@person(
    "a telephone that changes networks between opening and sending",
    phone=True,
    visit={"moves": True},
    may_cost=frozenset({"FORM_TOKEN_OTHER_ADDRESS"}),  # which one it is cannot be told; the catalogue says few points
    quick=True,
)
async def changes_network(v: Visitor) -> None:
    await telephone(v)


# How pages are made.


@person("the form in an iframe on a partner's page", page="frame")
async def iframe(v: Visitor) -> None:
    frame = v.page.frame_locator("iframe")
    for name in ("name", "email", "phone"):
        await frame.locator(f"#lead [name={name}]").hover()
        await frame.locator(f"#lead [name={name}]").click()
        await v.keys(getattr(v.who, name))
    sent = len(v.visit.sent)
    await frame.locator("#send").click()
    await v.taken(sent)


@person("reads the terms, comes back by the browser's button and sends", quick=True)
async def back_and_forth(v: Visitor) -> None:
    await v.type("name", v.who.name)
    await v.click("a[href=away]")
    await v.page.wait_for_url("**/away")
    await v.back()
    if not await v.page.input_value("#lead [name=name]"):
        await v.type("name", v.who.name)
    await v.type("email", v.who.email)
    await v.type("phone", v.who.phone)
    await v.send()


@person("sends, goes back and sends once more with another number", leads=2)
async def sends_and_returns(v: Visitor) -> None:
    await v.type_all()
    await v.send()
    await v.back()
    last = v.page.locator("#lead [name=phone]")
    if not await last.input_value():
        await v.type_all()
    await v.click("#lead [name=phone]")
    await v.page.keyboard.press("End")
    await v.page.keyboard.press("Backspace")
    await v.keys("7")
    await v.send()


@person("behind a strict content security policy", page="csp")
async def strict_policy(v: Visitor) -> None:
    await v.type_all()
    await v.send()


@person("a form that a script sends (fetch with FormData)", page="ajax", quick=True)
async def ajax(v: Visitor) -> None:
    await v.type_all()
    await v.send()


@person("a form that is sent as JSON, with fraudcheck.data()", page="json", quick=True)
async def as_json(v: Visitor) -> None:
    await v.type_all()
    await v.send()


@person("a single page whose form comes later", page="spa")
async def later_form(v: Visitor) -> None:
    await v.click("#next")
    await v.rest(1.2)
    await v.type_all()
    await v.send()


@person("a page with two forms", page="two")
async def two_forms(v: Visitor) -> None:
    await v.click("[name=news]")
    await v.keys(v.who.email[:5])
    await v.rest(0.5)
    await v.type_all()
    await v.send()


@person("two people whom a cache in front gave the very same page", leads=2, country="PL")
async def cached_page(v: Visitor) -> None:
    browser = v.page.context.browser
    assert browser is not None
    other = await browser.new_context(no_viewport=True)
    await v.type_all()
    await v.send()
    v.page, v.who = await other.new_page(), next(v.others)
    await disguise(v.page, v.agent)
    await v.open("plain")
    await v.type_all()
    await v.send()
    await other.close()
    first, second = (form_token.split(lead["form"]["token"])[0] for lead in v.visit.sent)
    assert first != second, "two people have one token"


# What goes wrong.


_NO_TOKEN = frozenset({"FORM_TOKEN_MISSING"})
"""Nothing in the form tells them from programs that leave the token out, so that at a site whose leads nearly all have
tokens it costs them something; alone they are accepted, and at no site it is enough to reject."""


@person("JavaScript is off", context={"java_script_enabled": False}, costs=_NO_TOKEN, quick=True)
async def no_scripts(v: Visitor) -> None:
    for name in ("name", "email", "phone"):
        await v.page.locator(f"#lead [name={name}]").click()
        await v.keys(getattr(v.who, name))
    sent = len(v.visit.sent)
    await v.page.locator("#send").click()
    await v.taken(sent)


async def _refuse(route: Route) -> None:
    await route.abort("blockedbyclient")


@person("an ad blocker stops the script", costs=_NO_TOKEN, quick=True)
async def ad_blocker(v: Visitor) -> None:
    await v.page.route("**/form.js", _refuse)
    await v.page.reload()
    await v.rest(1.0)
    await v.type_all()
    await v.send()


@person("an ad blocker lets the script load and stops its call", costs=_NO_TOKEN)
async def call_blocked(v: Visitor) -> None:
    await v.page.route("**/form/token", _refuse)
    await v.page.reload()
    await v.rest(1.0)
    await v.type_all()
    await v.send()


@person("the token is fetched over a slow line", visit={"fault": "slow"})
async def slow_token(v: Visitor) -> None:
    await v.type_all()
    await v.send()


@person(
    "the service fails when the token is asked for",
    visit={"fault": "error"},
    costs=_NO_TOKEN,
)
async def failing_token(v: Visitor) -> None:
    await v.type_all()
    await v.send()


@person("the page was open for a day, the computer asleep", page="")
async def next_day(v: Visitor) -> None:
    await v.page.clock.install()
    await v.open("plain")
    await v.page.clock.fast_forward("26:00:00")
    await v.rest(0.5)
    await v.page.clock.resume()
    await v.type_all()
    await v.send()


@person(
    "the page was open for fourteen hours, and no new token could be had",
    visit={"fault": "old", "age": 14 * 3600.0},
    may_cost=frozenset({"FORM_TOKEN_EXPIRED"}),  # the catalogue's 2 points
)
async def old_token(v: Visitor) -> None:
    await v.type_all()
    await v.send()


@person(
    "all of it at once: open for fourteen hours on a telephone that changed networks",
    phone=True,
    visit={"fault": "old", "age": 14 * 3600.0, "moves": True},
    may_cost=frozenset({"FORM_TOKEN_EXPIRED", "FORM_TOKEN_OTHER_ADDRESS"}),
)
async def worst_mix(v: Visitor) -> None:
    await telephone(v)


# How people send.


@person("clicks twice on the button of a form that a script sends", page="ajax", leads=2, quick=True)
async def double_click(v: Visitor) -> None:
    await v.type_all()
    box = await v.page.locator("#send").bounding_box()
    assert box is not None
    sent = len(v.visit.sent)
    await v.page.mouse.dblclick(box["x"] + 10, box["y"] + 8)
    await v.taken(sent + 1)


@person(
    "the site refuses the number; corrects it on the new page",
    visit={"refuses_first": True},
    quick=True,
)
async def corrects(v: Visitor) -> None:
    await v.type_all()
    await v.click("#send")
    await expect(v.page.locator("#lead [name=phone]")).to_have_value("")
    await v.rest(1.5)
    await v.type("phone", v.who.phone)
    await v.send()


@person("the site refuses the number; corrects it on the same page", page="ajax", visit={"refuses_first": True})
async def corrects_in_place(v: Visitor) -> None:
    await v.type_all()
    await v.click("#send")
    await expect(v.page.locator("output")).to_have_text("phone?")
    await v.rest(1.0)
    await v.click("#lead [name=phone]")
    await v.page.keyboard.press("Backspace")
    await v.keys(v.who.phone[-1])
    await v.send()


async def _three_people(v: Visitor) -> None:
    for _ in range(3):
        await v.type_all()
        await v.send()
        await v.rest(2.0)
        v.who = next(v.others)


@person(
    "a clerk enters three people without a reload (channel offline)",
    page="ajax",
    leads=3,
    country="PL",
    visit={"channel": "offline"},
    quick=True,
)
async def clerk(v: Visitor) -> None:
    await _three_people(v)


@person(
    "a kiosk: three people one after another without a reload",
    page="ajax",
    leads=3,
    country="PL",
    costs=frozenset({"ANOMALY_SHARED"}),
)
async def kiosk(v: Visitor) -> None:
    await _three_people(v)


@person("has the page open in two tabs and sends the second")
async def two_tabs(v: Visitor) -> None:
    second = await v.page.context.new_page()
    await disguise(second, v.agent)
    await v.type("name", v.who.name)
    v.page = second
    await v.open("plain")
    await v.type_all()
    await v.send()


@person("reloads the page and begins again")
async def reloads(v: Visitor) -> None:
    await v.type("name", v.who.name)
    await v.page.reload()
    await v.rest(1.5)
    for name in ("name", "email", "phone"):
        await v.page.locator(f"#lead [name={name}]").fill("")
    await v.type_all()
    await v.send()


# With another browser.


@person(
    "a browser that resists fingerprinting: zone UTC, plain English",
    context={
        "timezone_id": "UTC",
        "locale": "en-US",
        "viewport": {"width": 1000, "height": 700},
        "screen": {"width": 1000, "height": 700},
        "no_viewport": False,
    },
)
async def resists(v: Visitor) -> None:
    await v.type_all()
    await v.send()


@person(
    "a remote desktop, drawn by the processor alone",
    software_gpu=True,
    may_cost=frozenset({"BROWSER_HEADLESS"}),  # half of it, and at most that: what it is cannot be told apart
)
async def remote_desktop(v: Visitor) -> None:
    await v.type_all()
    await v.send()


@person("an assistant that names itself fills in the form for its person", visit={"assistant": True})
async def assisted(v: Visitor) -> None:
    await v.type_all()
    await v.send()
