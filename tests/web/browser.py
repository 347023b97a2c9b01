"""Chromium without a screen, as Debian ships it, and what it says of a page."""

from __future__ import annotations

import os
import shutil
from contextlib import asynccontextmanager
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.async_api import async_playwright

AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()
SIZES = {
    "a telephone": {"width": 360, "height": 740},
    "a desk": {"width": 1280, "height": 800},
    "paper": {"width": 703, "height": 1000},  # A4 less the margins that the style sheet asks for
}
LOOKS = [(size, scheme) for size in ("a telephone", "a desk") for scheme in ("light", "dark")]
HOME = "http://audit.test/"
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}
_FOCUSED = """() => {
    const at = document.activeElement;
    return {name: at.tagName + "." + at.className, outlined: getComputedStyle(at).outlineStyle !== "none"};
}"""


def chromium():
    """Where it is; where there is none the test is skipped, but not in CI."""
    found = shutil.which("chromium")
    if found is None and "CI" not in os.environ:
        pytest.skip("no Chromium here: apt-get install chromium")
    assert found, "CI installs Chromium"
    return found


@asynccontextmanager
async def browser():
    """A browser for some pages."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield running
        await running.close()


@asynccontextmanager
async def page(running, html, look):
    """A page as it looks on a device, and everything that it asked for or complained of.

    It comes under the strictest policy that lets it have a style; no name is looked up and no port is open for it.
    """
    size, scheme = look
    shown = await running.new_page(viewport=SIZES[size], color_scheme=scheme)
    heard = []
    shown.on("request", lambda request: None if request.url == HOME else heard.append(request.url))
    shown.on("console", lambda message: heard.append(message.text))
    shown.on("pageerror", lambda problem: heard.append(str(problem)))
    await shown.route(HOME, lambda route: route.fulfill(body=html, headers=_HEADERS))
    await shown.goto(HOME)
    yield shown, heard
    await shown.close()


async def look_again(shown, look):
    """The same page on another device."""
    size, scheme = look
    await shown.set_viewport_size(SIZES[size])
    await shown.emulate_media(color_scheme=scheme)


async def violations(shown, only=None):
    """What the accessibility checker finds, a line each (WCAG 2.1 A and AA, and its own best practices).

    ``only`` names some of its rules.
    """
    if not await shown.evaluate("'axe' in window"):
        await shown.evaluate(AXE)
    options = {"resultTypes": ["violations"]} | ({"runOnly": only} if only else {})
    found = await shown.evaluate("async (options) => (await axe.run(document, options)).violations", options)
    return [f"{each['id']}: {each['nodes'][0]['target']}" for each in found]


async def width(shown):
    """How wide the page is; wider than its window, it scrolls sideways."""
    return await shown.evaluate("document.documentElement.scrollWidth")


async def reached_by_keyboard(shown, steps):
    """What the focus stands on after each press of Tab; each has to be seen to."""
    reached = []
    for _ in range(steps):
        await shown.keyboard.press("Tab")
        at = await shown.evaluate(_FOCUSED)
        assert at["outlined"], at["name"]
        reached.append(at["name"])
    return reached
