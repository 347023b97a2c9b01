"""Each example's page in a browser, as somebody tries it out: without keys, with the real script and its real token."""

from __future__ import annotations

import pytest
from playwright.async_api import async_playwright

from tests.examples.test_examples import TABLE, Site, is_there, person
from tests.servers.dns import Nameserver
from tests.test_service import Running
from tests.web.browser import chromium


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with Nameserver() as nameserver:
        running = Running(tmp_path_factory.mktemp("service"), "--nameserver", nameserver.address)
        yield running
        running.stop()


@pytest.fixture(params=[name for name, example in TABLE.items() if example.is_page])
def site(request, service, tmp_path):
    is_there(TABLE[request.param].command.split()[0])
    running = Site(TABLE[request.param], service, tmp_path, {"FRAUDCHECK_KEY": "", "FRAUDCHECK_SITE_KEY": ""})
    yield running
    running.stop()


async def test_what_the_script_measures_reaches_the_verdict(site, service):
    given = {site.example.names.get(name, name): value for name, value in person().items() if name != "fraudcheck"}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = await browser.new_page()
        async with page.expect_response(lambda answer: answer.url.endswith("/form/token")):
            await page.goto(f"{site.url}{site.example.path}?gclid=Cj0KCQiA-_example")
            for name, value in given.items():
                await page.locator(f"[name={name}]").press_sequentially(value)
        await page.evaluate("() => new Promise((done) => setTimeout(done, 50))")  # until the token is read
        await page.get_by_text("Send").click()
        await page.get_by_text("Thank you").wait_for()
        await browser.close()
    _, check_id = site.example.is_read(site.kept()[-1])
    measured = service.call(f"/v1/checks/{check_id}")["lead"]["form"]
    assert measured["token"].startswith("fc1.")
    assert measured["keystrokes"] == sum(map(len, given.values()))
    assert measured["pointer_events"] > 0
    assert (measured["pastes"], measured["autofills"], measured["webdriver"]) == (0, 0, True)
