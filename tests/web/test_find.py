"""Somebody finds a lead by what is at hand, and nobody else learns what that was."""

from __future__ import annotations

import json
import logging
import re

import pytest
import pytest_asyncio

from fraudcheck.ledger.record import open_record
from fraudcheck.operations.finding import Meaning
from fraudcheck.ports.ledger import FoundCheck
from fraudcheck.web import find_page
from tests.web import browser
from tests.web.test_pages import FRAME, HOSTILE, SHOWN

PAGE = {"Accept": "text/html"}
MAIL, PHONE = "an.nguyen@example.org", "+84912840375"


@pytest.fixture
async def leads(client):
    bodies = [
        {"reference": "crm-1", "email": MAIL, "phone": PHONE, "source": {"vendor": "adclick"}},
        {"reference": "crm-2", "phone": "0912 840 375", "country": "VN", "source": {"vendor": "leadking"}},
        {"reference": "l:668610767661077", "email": "other@example.org"},
        {"reference": "84912840375", "email": "third@example.org"},
    ]
    return [(await (await client.post("/v1/checks", json=body)).json())["check_id"] for body in bodies]


async def find(client, text, country="", **headers):
    answer = await client.post("/find", data={"text": text, "country": country, "token": ""}, headers=PAGE | headers)
    assert answer.status == 200
    assert str(answer.url).endswith("/find")
    return await answer.text()


def linked(page):
    return re.findall(r'scope="row" class="check"><a href="/v1/checks/([0-9a-f-]{36})"', page)


@pytest.mark.parametrize(
    ("text", "country", "numbers", "as_what"),
    [
        ("crm-1", "", [1, 0], "a reference"),
        (" crm-2 ", "", [1, 0], "a reference"),
        ("668610767661077", "", [], "a reference"),
        ("l:668610767661077", "", [2], "a reference"),
        (MAIL, "", [1, 0], "a reference, a mail address"),
        ("An.Nguyen@EXAMPLE.org", "", [1, 0], "a reference, a mail address"),
        (f"An <{MAIL}>", "", [1, 0], "a reference, a mail address"),
        (PHONE, "", [1, 0], "a reference, a phone number"),
        ("0912 840 375", "VN", [1, 0], "a reference, a phone number of VN"),
        ("0912.840.375", "Việt Nam", [1, 0], "a reference, a phone number of VN"),
        ("0084 912 840 375", "", [1, 0], "a reference, a phone number"),
        ("(+84) 912-840-375", "PL", [1, 0], "a reference, a phone number"),
        ("84 912 840 375", "", [1, 0], "a reference, a phone number"),
        ("84912840375", "", [3, 1, 0], "a reference, a phone number"),
    ],
)
async def test_each_way_to_name_a_lead(client, leads, text, country, numbers, as_what):
    page = await find(client, text, country)
    assert linked(page) == [leads[number] for number in numbers]
    assert as_what in page


async def test_a_check_is_found_by_its_id_and_by_a_link_to_it(client, leads):
    for text in (leads[2], leads[2].upper(), f"https://fraudcheck.test/v1/checks/{leads[2]}?x=1"):
        assert linked(await find(client, text)) == [leads[2]]


@pytest.mark.parametrize("text", ["crm-", "nobody@example.org", "+84912840399", "01936b5e-0000-7000-8000-000000000001"])
async def test_nothing_is_found_and_why_is_said(client, leads, text):
    page = await find(client, text)
    assert linked(page) == []
    assert "Nothing found" in page
    assert "Looked for as" in page


async def test_a_number_without_its_code_asks_for_the_country(client, leads):
    assert "give the country, or the number with +" in await find(client, "0912 840 375")
    assert "No country is known by that name" in await find(client, "0912 840 375", "Nowhere")


async def test_who_was_erased_is_said(client, service, leads):
    tokens = [f"check:{leads[0]}"]
    page = await find(client, MAIL)
    assert linked(page)
    mailbox = [token for token in await _identities(service, leads[0]) if token.startswith("mailbox:")]
    await service.ledger.erase("default", [*tokens, *mailbox], "2099-01-01T00:00:00.000Z")
    assert "erased on 1 January 2099" in await find(client, MAIL)
    assert "data was erased" in await find(client, leads[0])


async def _identities(service, check_id):
    stored = await service.ledger.get("default", check_id)
    return [f"{kind}:{token}" for kind, token in open_record(stored.record, stored.personal).tokens.items()]


async def test_without_the_scope_personal_contacts_find_nothing_and_all_is_masked(client, service, leads):
    secret = service.keys.create("default", ["read"], "", "")[1]
    key = {"Authorization": f"Bearer {secret}"}
    for text in (MAIL, PHONE, "0912840375"):
        page = await find(client, text, **key)
        assert linked(page) == []
        assert "mail address" not in page.partition("Looked for as")[2].partition("</p>")[0]
    page = await find(client, "crm-1", **key)
    assert linked(page) == [leads[1], leads[0]]
    assert "an.nguyen" not in page
    assert "912840375" not in page.replace("84912840375", "")
    assert "a***@example.org" in page
    form = await (await client.get("/find", headers=PAGE | key)).text()
    assert 'name="country"' not in form


async def test_it_needs_the_scope_read_and_sees_one_tenant(client, service, leads):
    secret = service.keys.create("default", ["check"], "", "")[1]
    for call in (client.get, client.post):
        assert (await call("/find", headers=PAGE | {"Authorization": f"Bearer {secret}"})).status == 403
    secret = service.keys.create("other", ["read", "personal"], "", "")[1]
    key = {"Authorization": f"Bearer {secret}"}
    for text in (MAIL, PHONE, "crm-1", leads[0]):
        assert linked(await find(client, text, **key)) == []


async def test_another_sites_page_finds_nothing(client, leads):
    answer = await client.post("/find", data={"text": MAIL}, headers=PAGE | {"Origin": "https://evil.example"})
    assert answer.status == 403
    assert (await client.post("/find", json={"text": MAIL})).status == 415


async def test_what_was_typed_stands_nowhere_else(client, leads, caplog):
    caplog.set_level(logging.DEBUG)
    page = await find(client, MAIL)
    assert MAIL not in page.partition("</title>")[0]
    answer = await client.post("/find", data={"text": MAIL, "token": ""}, headers=PAGE)
    assert MAIL not in json.dumps(dict(answer.headers))
    assert answer.headers["Cache-Control"] == "no-store"
    metrics = await (await client.get("/metrics")).text()
    assert MAIL not in metrics + caplog.text
    assert (await client.get("/find", params={"text": MAIL}, headers=PAGE)).status == 200
    assert "found</h2>" not in await (await client.get("/find", params={"text": MAIL}, headers=PAGE)).text()


async def test_hostile_texts_find_nothing_and_break_nothing(client, leads):
    for text in (
        "",
        " ",
        "\0",
        "%",
        "'; DROP TABLE checks",
        HOSTILE,
        "@" * 500,
        "1" * 500,
        "a" * 50_000,
    ):
        page = await find(client, text)
        assert linked(page) == []
        assert "<script>alert" not in page


async def test_checks_are_listed_by_reference(client, leads):
    async def listed(**query):
        answer = await (await client.get("/v1/checks", params=query)).json()
        return [check["check_id"] for check in answer["checks"]]

    assert await listed(reference="crm-1") == [leads[0]]
    assert await listed(reference="crm-1", vendor="leadking") == []
    assert await listed(reference="crm-") == []
    assert len(await listed(reference="")) == len(leads)


def found(number, **more):
    told = {
        "check_id": f"01936b5e-0000-7000-8000-{number:012}", "checked_at": "2026-11-23T09:30:00.000Z", "origin": "live",
        "revises": None, "vendor": "acme", "decision": "reject", "classification": "bot", "trust_score": 4,
        "named": number == 1, "erased": False,
    }  # fmt: skip
    return FoundCheck(**told | more)


def test_versions_are_one_lead():
    checks = [found(3, revises=found(1).check_id), found(2), found(1)]
    leads = find_page.leads_of(checks)
    assert [(lead.newest.check_id, len(lead.earlier), lead.named) for lead in leads] == [
        (checks[0].check_id, 1, True), (checks[1].check_id, 0, False),
    ]  # fmt: skip


def every_page():
    told = SHOWN | {"reference": HOSTILE, "normalized": {"email": "a" * 200 + "@example.org", "phone": None}}
    leads = find_page.leads_of(
        [found(3, revises=found(1).check_id, vendor=HOSTILE, decision=HOSTILE), found(2, vendor=None), found(1)]
    )
    sought = [Meaning(kind="reference", tokens=()), Meaning(kind="phone", tokens=(), country="VN")]
    given = {"more": True, "erased": None, "unknown_country": False, "personal": True, "frame": FRAME}
    yield find_page.form(True, FRAME)
    yield find_page.form(False, FRAME)
    yield find_page.results(HOSTILE, HOSTILE, sought, [(leads[0], told), (leads[1], None)], **given)
    yield find_page.results("0912 840 375", "", sought[:1], [], **given | {"erased": "2026-11-23T09:30:00.000Z"})
    yield find_page.results("0912", "Nowhere", [], [], **given | {"unknown_country": True})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium():
    async with browser.browser() as running:
        yield running


@pytest.mark.asyncio(loop_scope="module")
async def test_the_pages_can_be_read_by_anyone_anywhere(chromium):
    for html in every_page():
        async with browser.page(chromium, html, browser.LOOKS[0]) as (shown, heard):
            for look in browser.LOOKS:
                await browser.look_again(shown, look)
                assert await browser.violations(shown) == [], look
                assert await browser.width(shown) <= browser.SIZES[look[0]]["width"], look
        assert heard == []


@pytest.mark.asyncio(loop_scope="module")
async def test_the_form_is_filled_in_by_keyboard(chromium):
    async with browser.page(chromium, find_page.form(True, FRAME), browser.LOOKS[0]) as (shown, _):
        places = await shown.locator("a, input:not([type=hidden]), button").count()
        reached = await browser.reached_by_keyboard(shown, places)
        assert [name for name in reached if name.startswith(("INPUT", "BUTTON"))][-3:] == [
            "INPUT.", "INPUT.", "BUTTON.main",
        ]  # fmt: skip
