"""How does the buyer's day go in a browser? Step by step, in the real service; what looks on is told at each stop."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Locator, Page

from fraudcheck import wiring
from fraudcheck.settings import Settings
from fraudcheck.web.app import make
from fraudcheck.web.batch_queue import Batches
from tests.day import agencies
from tests.servers.dns import Nameserver

DESK, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
REVIEWED, STOPS = 10, 20
_SECONDS = 60_000
"""Milliseconds that judging all files may take, on a machine that has other things to do."""

Stop = Callable[[str, Page], Awaitable[None]]
"""Is told at each stop of the day its name, with the page as it stands."""


class Day(NamedTuple):
    """What came of it: what the worst vendor's page and its claim said of the money, the claim's PDF, the reference
    that was looked for with the page that was found by it, and the checks that were reviewed.
    """

    to_claim: str
    claimed: str
    pdf: bytes
    reference: str
    found: str
    reviewed: list[str]


class Site(NamedTuple):
    """A service that runs: where, the person's key, and what it is made of."""

    url: str
    key: str
    service: wiring.Service


@asynccontextmanager
async def site(folder: Path) -> AsyncIterator[Site]:
    """The service in a fresh folder: SQLite, counts in memory, a name server of its own, a contract, a person's key."""
    (folder / "contracts").mkdir()
    (folder / "contracts" / "default.toml").write_text(agencies.CONTRACT)
    with Nameserver() as nameserver:
        nameserver.add(agencies.ZONE)
        settings = Settings(data_dir=folder, redis="memory://", nameserver=(nameserver.address,))
        async with wiring.service(settings) as service:
            scopes = ["check", "read", "personal", "outcome", "batch"]
            _, key = service.keys.create("default", scopes, "Anna, lead desk", "")
            async with TestServer(_app(service)) as server:
                yield Site(str(server.make_url("/"))[:-1], key, service)


def _app(service: wiring.Service) -> web.Application:
    return make(service, jobs=Batches(service.settings, poll=0.05))


def last_month() -> datetime:
    """The midnight with which the files' days begin, so that they have just ended."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=agencies.DAYS + 2)


async def walk(page: Page, at: Site, files: Mapping[str, bytes], stop: Stop) -> Day:
    """The whole day. Raises what the browser raises, or AssertionError, where a page is not as it has to be."""
    await page.set_viewport_size(DESK)
    await _sign_in(page, at, stop)
    await _upload(page, files, stop)
    await _correct(page, stop)
    await _follow(page, stop)
    to_claim, claimed, pdf, reference = await _claim(page, stop)
    reviewed = await _review(page, stop)
    await page.set_viewport_size(DESK)
    found = await _find(page, reference, stop)
    await _try(page, stop)
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url("**/login")
    await stop("signed out", page)
    return Day(to_claim, claimed, pdf, reference, found, reviewed)


async def _sign_in(page: Page, at: Site, stop: Stop) -> None:
    await page.goto(at.url)
    await stop("sign in", page)
    await page.get_by_label("Key").fill(at.key)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{at.url}/")
    await stop("home", page)


async def _upload(page: Page, files: Mapping[str, bytes], stop: Stop) -> None:
    await _go(page, "Upload a file")
    await page.set_input_files("#file", [_file(name, content) for name, content in files.items()])
    await stop("upload", page)
    await page.get_by_role("button", name="Upload").click()
    await page.wait_for_url("**/upload/*-*")


def _file(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


async def _correct(page: Page, stop: Stop) -> None:
    """The page names what would be lost: the phones of one file. The person says what they are, and starts."""
    await stop("what was found", page)
    assert agencies.UNNAMED_PHONE in await page.get_by_role("listitem").filter(has_text="phone").last.inner_text()
    await page.get_by_label(agencies.UNNAMED_PHONE, exact=True).select_option("phone")
    await page.get_by_label("Keep the leads in the ledger").check()
    await page.get_by_role("button", name="Look again").click()
    await page.wait_for_load_state()
    assert "What would be lost" not in await page.inner_text("main")
    await stop("corrected", page)
    await page.get_by_role("button", name="Start", exact=True).click()


async def _follow(page: Page, stop: Stop) -> None:
    await page.wait_for_selector("#progress")
    await stop("progress", page)
    await page.wait_for_selector("dl.tiles", timeout=_SECONDS)  # which the page goes to by itself
    await stop("result", page)
    await page.get_by_role("link", name="The audit of its vendors").click()
    await stop("the file's report", page)
    await page.go_back()


async def _claim(page: Page, stop: Stop) -> tuple[str, str, bytes, str]:
    """The vendors side by side, the worst in full, its claim on paper; gives the first four parts of ``Day``."""
    await _go(page, "Vendors")
    await stop("vendors", page)
    worst = page.get_by_role("row").filter(has_text="worse")
    await worst.get_by_role("link").first.click()
    await page.get_by_role("heading", name=f"Vendor {agencies.CHEAT}").wait_for()
    await stop("the worst vendor", page)
    to_claim = await _tile(page, "To claim back")
    await page.get_by_role("link", name=re.compile("claim", re.IGNORECASE)).first.click()
    await stop("claim", page)
    claimed = await page.locator("dl.tiles dd").first.inner_text()
    reference = await page.locator("table tbody th bdi").first.inner_text()
    await page.get_by_role("link", name="page", exact=True).click()
    await page.wait_for_url("**for_vendor=true**")
    await stop("the vendor's copy", page)
    pdf = await page.pdf(prefer_css_page_size=True, format="A4")
    copy = await page.inner_text("main")
    assert reference in copy
    assert "Norden" not in copy, "another vendor's name"
    await page.go_back()
    await page.get_by_role("button", name="Keep this claim").click()
    await page.get_by_text("Kept as").wait_for()
    await stop("kept claim", page)
    return to_claim, claimed, pdf, reference


async def _tile(page: Page, name: str) -> str:
    return await page.locator("dl.tiles div").filter(has_text=name).locator("dd").first.inner_text()


async def _review(page: Page, stop: Stop) -> list[str]:
    """Ten leads on a telephone's width, and only the keyboard."""
    await page.set_viewport_size(PHONE)
    await page.goto(f"{page.url.partition('/v1')[0]}/review")
    await stop("review queue", page)
    await page.get_by_role("button", name="Begin with the first").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#decide")
    await stop("review", page)
    reviewed = []
    for number in range(REVIEWED):
        here = page.url
        reviewed.append(re.findall(r"/review/([\w-]+)", here)[0])
        if number == 1:
            for key in ("n", *"Called: nobody of this name", "Escape", "4"):
                await page.keyboard.press(key)
        await page.keyboard.press("ffg"[number % 3])
        await page.wait_for_url(lambda url, here=here: url != here)  # type: ignore[misc]
        await page.wait_for_load_state()
    await stop("reviewed", page)
    return reviewed


async def _find(page: Page, reference: str, stop: Stop) -> str:
    await _go(page, "Find a lead")
    await page.get_by_label("What to look for").fill(reference)
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="found").wait_for()
    await stop("found", page)
    await page.locator("table tbody a").first.click()
    await page.wait_for_url("**/v1/checks/*")
    await stop("a lead", page)
    return await page.inner_text("main")


async def _try(page: Page, stop: Stop) -> None:
    await _go(page, "Try a lead")
    await page.get_by_label("Mail address").fill("qxzvkjw81@mailinator.com")
    await page.get_by_label("Name", exact=True).fill("asdfgh")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#verdict")
    await stop("tried", page)


async def _go(page: Page, name: str) -> None:
    link: Locator = page.get_by_role("banner").get_by_role("link", name=name, exact=True)
    await link.click()
    await page.wait_for_load_state()
