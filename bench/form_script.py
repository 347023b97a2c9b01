"""What does the form's script cost a page? ``python -m bench.form_script``: main-thread time up to the first input.

Chromium's own trace tells how long the page's one thread spent compiling and running the script, as CPU time of that
thread, so that other work on the machine counts little. A page of one form with all options, and a page of a hundred
forms, each loaded anew; the first input is a key pressed in a field, a second after the page's load.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from statistics import median
from typing import Any

from tests.form.pages import FORM, running, showing

ROUNDS = 15
PAGES = {
    "one form": FORM.replace("<form ", "<form data-honeypot data-device "),
    "a hundred forms": "".join(FORM.replace('id="a"', f'id="f{number}"') for number in range(100)),
}
_RUN = {"v8.compile", "EvaluateScript", "FunctionCall"}
_CATEGORIES = ["devtools.timeline"]


async def main() -> None:
    """Print a line for each kind of page."""
    print(f"{'page':16} {'to first input, ms':>20} {'worst':>6} {'each input, ms':>16}")
    async with running() as browser:
        for name, html in PAGES.items():
            before, inputs = zip(*[await measure(browser, html) for _ in range(ROUNDS)], strict=True)
            print(f"{name:16} {median(before):20.2f} {max(before):6.2f} {median(inputs):16.3f}")


async def measure(browser: Any, html: str) -> tuple[float, float]:
    """Milliseconds of the script before the first input, and for each of the inputs from it on."""
    async with showing(browser, "", script="", wait=False) as shown:
        shown.bodies["/form"] = f"<!doctype html><script src=http://checks.test/form.js async></script><body>{html}"
        await browser.start_tracing(page=shown.page, categories=_CATEGORIES)
        await shown.page.goto("http://shop.test/form")
        await shown.page.wait_for_timeout(1_000)
        await shown.page.click("input[name=name]")
        await shown.page.keyboard.type("Nguyen Van An")
        events = json.loads(await browser.stop_tracing())["traceEvents"]
    first = min(each["ts"] for each in events if _is_input(each))
    ours = list(_outermost(sorted(filter(_is_ours, events), key=lambda each: (each["ts"], -each["dur"]))))
    assert ours, "the trace names no script"
    before = sum(each.get("tdur", each["dur"]) for each in ours if each["ts"] < first)
    later = [each.get("tdur", each["dur"]) for each in ours if each["ts"] >= first]
    return before / 1_000, sum(later) / 1_000 / len("Nguyen Van An")


def _is_input(event: dict[str, Any]) -> bool:
    return event["name"] == "EventDispatch" and event["args"]["data"]["type"] == "input"


def _is_ours(event: dict[str, Any]) -> bool:
    return event["name"] in _RUN and "/form.js" in json.dumps(event.get("args", {})) and "dur" in event


def _outermost(events: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What runs within another is in its time already."""
    end = 0
    for each in events:
        if each["ts"] >= end:
            yield each
            end = each["ts"] + each["dur"]


if __name__ == "__main__":
    asyncio.run(main())
