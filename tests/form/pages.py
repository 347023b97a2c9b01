"""Pages of a shop that load the form's script from another host, in one browser: no port is open, no name looked up."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from contextlib import asynccontextmanager
from urllib.parse import parse_qs

from playwright.async_api import async_playwright

from fraudcheck.web.handlers import form_script
from tests.web.browser import chromium

SHOP, SERVICE = "http://shop.test", "http://checks.test"
BODY = (form_script.STATIC / f"form.{form_script.hashes()[0]}.js").read_text("ascii")
SCRIPT = f'<script src="{SERVICE}/form.js" data-site="site_1" async></script>'
FIELDS = """
<label>Name <input name="name" autocomplete="name"></label>
<label>Mail <input name="email" type="email" autocomplete="email"></label>
<label>Phone <input name="phone" type="tel" autocomplete="tel"></label>
<textarea name="message"></textarea>
"""
FORM = f'<form id="a" action="/sent" method="post" data-fraudcheck>{FIELDS}<button>Send</button></form>'
OF_ANY_SITE = {"Access-Control-Allow-Origin": "*", "Content-Type": "text/javascript"}


class Shown:
    """A page, what it sent, the tokens that it fetched, and what it complained of."""

    def __init__(self, page):
        self.page = page
        self.sent, self.asked, self.heard = [], [], []
        self.bodies, self.headers, self.token_status, self.expires_in = {}, {}, 200, 43_200

    async def answer(self, route):
        request = route.request
        path = request.url.partition(".test")[2]
        if path == "/form.js":
            await route.fulfill(body=BODY, headers=OF_ANY_SITE)
        elif path == "/form/token":
            self.asked.append((request.method, request.post_data, await request.all_headers()))
            token = {"token": f"fc1.token{len(self.asked)}.mac", "expires_in": self.expires_in}
            headers = {"Access-Control-Allow-Origin": SHOP}
            await route.fulfill(status=self.token_status, body=json.dumps(token), headers=headers)
        elif request.method == "POST":
            self.sent.append({name: value[0] for name, value in parse_qs(request.post_data or "").items()})
            await route.fulfill(body="thanks", content_type="text/html")
        elif path in self.bodies:
            await route.fulfill(body=self.bodies[path], headers={"Content-Type": "text/html", **self.headers})
        else:
            await route.fulfill(status=404)

    async def token(self, number=1):
        """Wait until the page has fetched so many tokens, and has read the last."""
        await until(lambda: len(self.asked) >= number, self.page)
        await self.page.wait_for_timeout(50)

    async def told(self, form="#a"):
        """The token and the measures of what a form would send now, without sending it."""
        text = await self.page.evaluate("at => new FormData(document.querySelector(at)).get('fraudcheck')", form)
        return read(text)


async def until(holds, page):
    for _ in range(200):
        if holds():
            return
        await page.wait_for_timeout(20)
    raise AssertionError("it never came")


def read(text):
    """The token (empty where there is none) and the measures of a field's value."""
    version, payload, mac, measures = text.split(".")
    assert version == "fc1"
    padded = measures + "=" * (-len(measures) % 4)
    return (f"fc1.{payload}.{mac}" if payload else ""), json.loads(urlsafe_b64decode(padded)) if measures else None


@asynccontextmanager
async def running():
    """A browser that keeps pages for "back"."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox"],
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield browser
        await browser.close()


@asynccontextmanager
async def showing(browser, html=FORM, *, script=SCRIPT, policy=None, wait=True, before="", **options):
    """A page with this body, after it fetched its token."""
    context = await browser.new_context(**options)
    page = await context.new_page()
    page.set_default_timeout(5000)
    shown = Shown(page)
    page.on("console", lambda message: shown.heard.append(message.text))
    page.on("pageerror", lambda problem: shown.heard.append(str(problem)))
    await page.route("**/*", shown.answer)
    if policy:
        shown.headers["Content-Security-Policy"] = policy
    shown.bodies["/"] = f"<!doctype html><meta charset=utf-8><title>Shop</title>{before}{script}<body>{html}"
    await page.goto(SHOP)
    if wait:
        await shown.token()
        await page.wait_for_function("document.querySelector('[name=fraudcheck]')")
    yield shown
    await context.close()
