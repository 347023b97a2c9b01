"""In which browsers do they sit? Debian's Chromium with windows, on a screen that nobody looks at.

What tells a person's browser from the rig's own is taken away for people, and only that: windows are real (Xvfb), no
driver says so in ``navigator.webdriver``, and pages may be kept for going back. Graphics are those of a machine without
a graphics card, which this is: WebGL is off, but for the person at a remote desktop. Attackers get what their tools
start by themselves, or what careful ones change.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Playwright

from tests.form_people.identities import Identity
from tests.web.browser import chromium

_FLAGS = ("--no-sandbox", "--no-first-run", "--disable-blink-features=AutomationControlled")
_NO_WEBGL = ("--disable-gpu", "--disable-3d-apis")
_SOFTWARE = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")
_RIGS_OWN = ["--disable-back-forward-cache", "--enable-automation", "--enable-unsafe-swiftshader"]
PHONE: Mapping[str, Any] = {
    "user_agent": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/150.0.0.0 Mobile Safari/537.36",
    "viewport": {"width": 412, "height": 839},
    "screen": {"width": 412, "height": 915},
    "device_scale_factor": 2.625,
    "is_mobile": True,
    "has_touch": True,
}


@contextmanager
def screen() -> Iterator[str]:
    """A screen of 1920 by 1080; gives its name for the environment's DISPLAY."""
    program = shutil.which("Xvfb")
    if program is None and "CI" not in os.environ:
        pytest.skip("no Xvfb here: apt-get install xvfb")
    assert program, "CI installs Xvfb"
    reads, writes = os.pipe()
    command = [program, "-displayfd", str(writes), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=(writes,), stderr=subprocess.DEVNULL) as server:
        os.close(writes)
        try:
            with os.fdopen(reads) as told:
                yield f":{told.readline().strip()}"
        finally:
            server.terminate()


async def persons_browser(playwright: Playwright, display: str, *, software_gpu: bool = False) -> Browser:
    """Chromium as a person has it."""
    return await playwright.chromium.launch(
        executable_path=chromium(),
        headless=False,
        args=[*_FLAGS, *(_SOFTWARE if software_gpu else _NO_WEBGL), "--window-size=1280,900"],
        ignore_default_args=_RIGS_OWN,
        env={**os.environ, "DISPLAY": display},
    )


async def tools_browser(playwright: Playwright) -> Browser:
    """Chromium as Playwright starts it when nobody changes anything."""
    return await playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])


async def context_of(browser: Browser, who: Identity, *, phone: bool = False, **options: Any) -> BrowserContext:
    """A person's own browser data, with the languages that the person reads."""
    look: dict[str, Any] = dict(PHONE) if phone else {"no_viewport": True}
    return await browser.new_context(**{"locale": who.languages.partition(",")[0], **look, **options})


async def disguise(page: Page, agent: str) -> None:
    """Let this Linux machine's browser be of another system, as most people's are, in all that it says of itself."""
    version = re.findall(r"Chrome/(\d+)", agent)[0]
    is_mac = "Macintosh" in agent
    brands = [{"brand": brand, "version": version} for brand in ("Chromium", "Google Chrome")]
    session = await page.context.new_cdp_session(page)
    await session.send(
        "Emulation.setUserAgentOverride",
        {
            "userAgent": agent,
            "platform": "MacIntel" if is_mac else "Win32",
            "userAgentMetadata": {
                "brands": [*brands, {"brand": "Not A(Brand", "version": "24"}],
                "platform": "macOS" if is_mac else "Windows",
                "platformVersion": "15.0.0",
                "architecture": "x86",
                "model": "",
                "mobile": False,
            },
        },
    )
