"""Trying a lead and uploading files as a person does: in Chromium, with and without script, by keyboard, on a phone."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest

from fraudcheck.web.app import make
from fraudcheck.web.batch_queue import Batches
from tests.web import browser
from tests.web.test_upload import LEADS

PHONE = browser.SIZES["a telephone"]


@pytest.fixture
async def client(service, aiohttp_client):
    return await aiohttp_client(make(service, jobs=Batches(service.settings, poll=0.05)))


@asynccontextmanager
async def tab(client, *, script=True, size=PHONE):
    """A page of the service, and what it complained of."""
    async with browser.browser() as running:
        context = await running.new_context(
            base_url=str(client.make_url("/")), viewport=size, java_script_enabled=script
        )
        shown = await context.new_page()
        heard = []
        shown.on("console", lambda message: heard.append(message.text))
        shown.on("pageerror", lambda problem: heard.append(str(problem)))
        yield shown, heard


async def looks_well(shown, where):
    """Whether the page fits and the checker finds nothing, in both sizes and themes."""
    for look in browser.LOOKS:
        await browser.look_again(shown, look)
        assert await browser.violations(shown) == [], (where, look)
        assert await browser.width(shown) <= browser.SIZES[look[0]]["width"], (where, look)
    await shown.set_viewport_size(PHONE)


def a_file(name="adclick_leads_2026-11.csv", content=LEADS):
    return {"name": name, "mimeType": "text/csv", "buffer": content.encode()}


async def test_files_are_uploaded_corrected_started_and_read_on_a_phone(client):
    async with tab(client) as (shown, heard):
        await shown.goto("/upload")
        await looks_well(shown, "the form")
        await shown.set_input_files("#file", [a_file(), a_file("beta.csv", "Email,Date\nan@gmail.com,03/04/2026\n")])
        await shown.get_by_role("button", name="Upload").click()
        await shown.wait_for_url("**/upload/*-*")
        await looks_well(shown, "what was found")
        vendors = await shown.locator("input[list=vendors]").evaluate_all("all => all.map(each => each.value)")
        assert vendors == ["adclick", "beta"]
        await shown.get_by_role("button", name="Start").click()
        assert "cannot be told apart" in await shown.get_by_role("alert").inner_text()
        await looks_well(shown, "what is wrong")
        await shown.get_by_label("Its dates").nth(1).select_option("day-first")
        await shown.get_by_label("Betreuer", exact=True).select_option("company")
        await shown.get_by_role("button", name="Start").click()
        await shown.wait_for_selector("#progress")
        await looks_well(shown, "the progress")
        await shown.wait_for_selector("dl.tiles", timeout=120_000)  # which the script goes to by itself
        await looks_well(shown, "the end")
        async with shown.expect_download() as download:
            await shown.get_by_role("link", name="The verdicts as CSV").click()
        assert "cara" not in await shown.content()
        assert "an.nguyen@gmail.com" in (await (await download.value).path()).read_text()
        await shown.get_by_role("link", name="The audit of its vendors").click()
        assert "adclick" in await shown.inner_text("main")
        await shown.goto("/upload")
        await looks_well(shown, "the list")
        await shown.get_by_role("button", name="Delete adclick").click()
        assert "What was sent" not in await shown.inner_text("main")
        assert [each for each in heard if "422" not in each] == []


async def test_what_is_wrong_with_a_file_is_said_where_it_was_sent(client):
    async with tab(client) as (shown, _):
        await shown.goto("/upload")
        await shown.set_input_files("#file", a_file(content=""))
        await shown.get_by_role("button", name="Upload").click()
        await shown.get_by_text("Choose a file of leads that is not empty").wait_for()
        assert await shown.get_by_role("button", name="Upload").is_enabled()


async def test_all_of_it_works_without_a_script(client):
    async with tab(client, script=False) as (shown, heard):
        await shown.goto("/upload")
        await shown.set_input_files("#file", a_file())
        await shown.get_by_role("button", name="Upload").click()
        await shown.wait_for_url("**/upload/*-*")
        await shown.get_by_role("button", name="Start").click()
        await shown.wait_for_selector("dl.tiles", timeout=120_000)  # reloaded again and again
        assert "Rows that could not be read" in await shown.inner_text("main")
        assert heard == []


async def test_a_lead_is_tried_by_keyboard_alone(client):
    async with tab(client, size=browser.SIZES["a desk"]) as (shown, heard):
        await shown.goto("/try")
        await looks_well(shown, "the form")
        await shown.get_by_label("Mail address").focus()
        await shown.keyboard.type("bo@mailinator.com")
        await shown.keyboard.press("Enter")
        await shown.wait_for_selector("#verdict")
        assert "EMAIL_DISPOSABLE" in await shown.inner_text("main")
        assert shown.url.endswith("/try#verdict")
        assert await shown.input_value("#email") == "bo@mailinator.com"
        await looks_well(shown, "the verdict")
        assert heard == []


async def test_every_part_of_a_draft_is_reached_by_keyboard(client):
    async with tab(client, script=False) as (shown, _):
        await shown.goto("/upload")
        await shown.set_input_files("#file", a_file())
        await shown.get_by_role("button", name="Upload").click()
        await shown.wait_for_url("**/upload/*-*")
        await shown.locator("#main").focus()
        reached = []
        for _ in range(40):
            await shown.keyboard.press("Tab")
            reached.append(await shown.locator(":focus").evaluate("at => at.name || at.tagName"))
            if reached[-1] == "BUTTON":
                break
        assert [name for name in reached if name.startswith(("column-", "vendor-", "dates-", "timezone", "keep"))] == [
            "vendor-0",
            "dates-0",
            *(f"column-{n}" for n in range(5)),
            "timezone",
            "keep",
        ]
        assert reached[-3:-1] == ["do", "do"]
