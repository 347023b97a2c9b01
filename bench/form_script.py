"""What does the form's script cost a page? ``python -m bench.form_script``: main-thread time up to the first input.

Chromium's own trace tells how long the page's one thread spent compiling and running the script, as CPU time of that
thread, so that other work on the machine counts less. ``loading`` is when the script runs, ``idle`` what the browser
does for it when it has nothing else to do, ``events`` what answers a pointer and the focus until the first key's input,
``input`` that first input, and ``later`` each further one. The first key comes a second after the page's load. Pages
run a script of their own, as nearly all do, so that what a browser makes for the first script of a page is not ours.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Iterator
from statistics import median
from typing import Any

from tests.form.pages import FORM, SERVICE, SHOP, running, showing

PAGES = {
    "one form": FORM,
    "with a honeypot": FORM.replace("<form ", "<form data-honeypot "),
    "a hundred forms": "".join(FORM.replace('id="a"', f'id="f{number}"') for number in range(100)),
}
OWN = """<script>
  const script = document.currentScript.src, field = document.createElement("input");
  for (const name of ["load", "click", "input", "submit"]) addEventListener(name, () => document.querySelector("form"));
  field.value = performance.now() + field.value.length; fetch("/").catch(() => {});
</script>"""
TYPED = "Nguyen Van An"
PARTS = ("loading", "idle", "events", "input", "later")
_RUN = {"EvaluateScript", "FunctionCall"}


async def main() -> None:
    """Print a line for each kind of page: milliseconds, medians."""
    parser = argparse.ArgumentParser(prog="bench.form_script", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="loads of each page")
    rounds = parser.parse_args().rounds
    print(f"{'page':16}" + "".join(f"{part:>9}" for part in PARTS) + "   (ms)")
    async with running() as browser:
        for name, html in PAGES.items():
            told = [await measure(browser, html) for _ in range(rounds)]
            print(f"{name:16}" + "".join(f"{median(each[part] for each in told):9.2f}" for part in PARTS))


async def measure(browser: Any, html: str) -> dict[str, float]:
    """Milliseconds of the script in each part of one page's life."""
    async with showing(browser, "", script="", wait=False) as shown:
        shown.bodies["/form"] = f"<!doctype html>{OWN}<script src={SERVICE}/form.js async></script><body>{html}"
        await browser.start_tracing(page=shown.page, categories=["devtools.timeline"])
        await shown.page.goto(f"{SHOP}/form")
        await shown.page.wait_for_timeout(1_000)
        await shown.page.click("input[name=name]")
        await shown.page.keyboard.type(TYPED)
        events = json.loads(await browser.stop_tracing())["traceEvents"]
    pressed = min(each["ts"] for each in events if _is_event(each, "pointerdown"))
    typed = sorted((each["ts"], each["ts"] + each["dur"]) for each in events if _is_event(each, "input"))
    spent = dict.fromkeys(PARTS, 0.0)
    for each in _outermost(sorted(filter(_is_ours, events), key=lambda each: (each["ts"], -each["dur"]))):
        at = each["ts"]
        if each["name"] == "EvaluateScript":
            part = "loading"
        elif at < pressed:
            part = "idle"
        else:
            part = "events" if at < typed[0][0] else "input" if at < typed[0][1] else "later"
        spent[part] += each.get("tdur", each["dur"]) / 1_000
    spent["later"] /= len(TYPED) - 1
    return spent


def _is_event(event: dict[str, Any], kind: str) -> bool:
    return event["name"] == "EventDispatch" and event["args"]["data"]["type"] == kind


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
