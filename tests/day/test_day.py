"""The buyer's day in Debian's Chromium: everybody can read each of its pages, and what it says of the money holds."""

from __future__ import annotations

import re
from collections import Counter

from tests.day import agencies, walk
from tests.web import browser


async def test_the_day(tmp_path):
    stops, heard = [], []

    async def stop(name, page):
        stops.append(name)
        assert await browser.violations(page) == [], (name, "light")
        await page.emulate_media(color_scheme="dark")
        assert await browser.violations(page, ["color-contrast"]) == [], (name, "dark")  # as nothing else can differ
        await page.emulate_media(color_scheme="light")
        assert await browser.width(page) <= page.viewport_size["width"], name

    async with walk.site(tmp_path) as site, browser.browser() as running:
        page = await running.new_page()
        page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda problem: heard.append(str(problem)))
        day = await walk.walk(page, site, agencies.files(walk.last_month()), stop)
        told = [await site.service.ledger.lead_outcomes("default", each) for each in day.reviewed]
    assert heard == []
    assert len(stops) == len(set(stops)) == walk.STOPS
    # The money on the vendor's page is the money of the claim.
    assert day.claimed == day.to_claim
    assert re.fullmatch(r"[1-9][\d,]*\.\d\d EUR", day.claimed)
    assert day.pdf.startswith(b"%PDF-")
    # The lead that was found is the one of the claim, and the cheat's.
    assert day.reference.startswith("LB7")
    assert agencies.CHEAT in day.found
    # Ten leads, each with one outcome that the keys told.
    assert len(set(day.reviewed)) == walk.REVIEWED
    assert Counter(one.outcome for (one,) in told) == {"reviewed_fake": 7, "reviewed_genuine": 3}


def test_the_agencies_send_what_real_ones_send():
    files = agencies.files(walk.last_month())
    assert len(files) == 5
    starts = {content[:2] for content in files.values()}
    assert {b"PK", b"\xff\xfe", b"\xef\xbb"} < starts  # a spreadsheet, UTF-16, UTF-8 with a mark
