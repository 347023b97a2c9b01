"""Takes the pictures of ``docs/buyer.md`` anew: ``python -m tests.day.pictures`` walks the day and looks at its pages.

Browsers and days differ, so that no two runs give the same bytes; nothing compares them.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from PIL import Image
from playwright.async_api import Page

from tests.day import agencies, walk
from tests.shared import ROOT
from tests.web import browser

FOLDER = ROOT / "docs"
_COLOURS, _WIDTH = 64, 960


class Picture(NamedTuple):
    """Where it stands, from which heading on (the page's top if none), and how many pixels of the page are in it."""

    name: str
    heading: str = ""
    height: int = 760


PICTURES: Mapping[str, Picture] = {
    "what was found": Picture("buyer-found", "leadbarn_final.csv", 620),
    "result": Picture("buyer-result"),
    "vendors": Picture("buyer-vendors", height=1100),
    "the worst vendor": Picture("buyer-vendor", height=900),
    "claim": Picture("buyer-claim", height=1050),
    "review": Picture("buyer-review", height=900),
    "found": Picture("buyer-lead", height=560),
}
"""What is seen of the day, by the names of its stops."""


async def take(folder: Path) -> None:
    """Walk the day, and write its pictures into ``folder``."""

    async def stop(name: str, page: Page) -> None:
        if name in PICTURES:
            await _picture(page, PICTURES[name], folder)

    with TemporaryDirectory() as data:
        async with walk.site(Path(data)) as site, browser.browser() as running:
            await walk.walk(await running.new_page(), site, agencies.files(walk.last_month()), stop)


async def _picture(page: Page, picture: Picture, folder: Path) -> None:
    top = 0.0
    if picture.heading:
        box = await page.get_by_role("heading", name=picture.heading).bounding_box()
        assert box is not None
        top = box["y"] + await page.evaluate("scrollY") - 16
    width = (page.viewport_size or walk.DESK)["width"]
    clip = {"x": 0, "y": top, "width": width, "height": picture.height}
    shot = Image.open(io.BytesIO(await page.screenshot(full_page=True, clip=clip))).convert("RGB")
    if width > _WIDTH:
        shot = shot.resize((_WIDTH, shot.height * _WIDTH // width), Image.Resampling.LANCZOS)
    small = shot.quantize(_COLOURS, Image.Quantize.MAXCOVERAGE, 4, dither=Image.Dither.NONE)  # which keeps rare colours
    small.save(folder / f"{picture.name}.png", optimize=True)


if __name__ == "__main__":
    asyncio.run(take(FOLDER))
