"""Writes all pages anew."""

from __future__ import annotations

from tests.docs import DRAWINGS, PAGES, rendered

for name, page in PAGES.items():
    before = page.read_text("utf-8")
    after = rendered(before)
    if after != before:
        page.write_text(after, "utf-8")
        print(f"{name} is written anew")

for drawing, draw in DRAWINGS.items():
    drawing.write_text(draw(), "utf-8")
