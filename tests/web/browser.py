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
_SIZES = {"a telephone": {"width": 360, "height": 740}, "a desk": {"width": 1280, "height": 800}}
LOOKS = [(size, scheme) for size in _SIZES for scheme in ("light", "dark")]


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
    """A page as it looks on a device, and everything that it asked for or complained of."""
    size, scheme = look
    shown = await running.new_page(viewport=_SIZES[size], color_scheme=scheme)
    heard = []
    shown.on("request", lambda request: heard.append(request.url))
    shown.on("console", lambda message: heard.append(message.text))
    shown.on("pageerror", lambda problem: heard.append(str(problem)))
    await shown.set_content(html)
    yield shown, heard
    await shown.close()


async def violations(shown):
    """What the accessibility checker finds, a line each (WCAG 2.1 A and AA, and its own best practices)."""
    await shown.evaluate(AXE)
    found = await shown.evaluate("() => axe.run(document)")
    return [f"{each['id']}: {each['nodes'][0]['target']}" for each in found["violations"]]


async def reached_by_keyboard(shown, steps):
    """What the focus stands on after each press of Tab."""
    reached = []
    for _ in range(steps):
        await shown.keyboard.press("Tab")
        reached.append(await shown.evaluate("document.activeElement.tagName + '.' + document.activeElement.className"))
    return reached
