"""Signing in with a real browser: the form comes through, every page can be read by anyone, and out is out."""

from __future__ import annotations

import pytest

from fraudcheck.web.app import make
from tests.web import browser

PATHS = ["/", "/reasons", "/reasons?group=email", "/api", "/v1/vendors", "/nowhere"]


@pytest.fixture
async def site(service, aiohttp_server):
    return str((await aiohttp_server(make(service))).make_url("/"))[:-1]


async def test_the_whole_way(service, site):
    secret = service.keys.create("default", ["check", "read", "personal", "outcome", "batch"], "Anna, sales desk", "")[
        1
    ]
    async with browser.browser() as running:
        context = await running.new_context(viewport=browser.SIZES["a telephone"])
        page = await context.new_page()
        heard = []
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda problem: heard.append(str(problem)))
        await page.goto(f"{site}/v1/vendors?channel=seo")
        assert page.url == f"{site}/login?next=/v1/vendors%3Fchannel%3Dseo"
        await expect_readable(page)
        await page.keyboard.type("fc_wrong")  # the field has the focus
        await page.keyboard.press("Enter")
        assert "No key like this" in await page.locator("[role=alert]").inner_text()
        await expect_readable(page)
        heard.clear()  # which browsers complain of: 401
        await page.fill("#key", secret)
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"{site}/v1/vendors?channel=seo")
        for path in PATHS:
            await page.goto(f"{site}{path}")
            await expect_readable(page, browser.LOOKS if path != "/api" else browser.LOOKS[:1])  # it is very long
            assert "Anna, sales desk" in await page.locator("header").inner_text()
        assert [each for each in heard if "404" not in each] == []
        (cookie,) = await context.cookies()
        assert cookie["httpOnly"]
        assert await page.evaluate("document.cookie") == ""
        await page.get_by_role("button", name="Sign out").click()
        await page.wait_for_url(f"{site}/login")
        assert await context.cookies() == []
        await page.go_back()
        assert "Signed in" not in await page.locator("body").inner_text()


async def test_the_navigation_by_keyboard(service, site):
    secret = service.keys.create("default", ["read"], "Bình", "")[1]
    async with browser.browser() as running:
        page = await running.new_page(viewport=browser.SIZES["a desk"])
        await page.goto(f"{site}/login")
        await page.fill("#key", secret)
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"{site}/")
        reached = await browser.reached_by_keyboard(page, 7)
        assert reached[0] == "A.skip"
        assert sum(each.startswith("A.") for each in reached) == 6  # to the content, and five places
        assert reached[-1] == "BUTTON."
        await page.get_by_role("link", name="Reasons").first.focus()
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"{site}/reasons")
        assert await page.locator("header [aria-current=page]").inner_text() == "Reasons"
        await page.goto(f"{site}/reasons#EMAIL_NULL_MX")
        assert await page.evaluate("document.querySelector(':target').id") == "EMAIL_NULL_MX"


async def expect_readable(page, looks=browser.LOOKS):
    for look in looks:
        await browser.look_again(page, look)
        assert await browser.violations(page) == [], (page.url, look)
        assert await browser.width(page) <= browser.SIZES[look[0]]["width"], (page.url, look)
