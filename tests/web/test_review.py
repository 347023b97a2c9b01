"""The review of leads in a browser: who gets which, what is kept, what is shown to whom, and ten leads by keyboard."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

import pytest

from fraudcheck.web import review_page
from tests.adapters.sql.test_ledger import made
from tests.adapters.sql.test_reviews import name, priced, waiting
from tests.report.leads_to_tell import told
from tests.web import browser

PAGE = {"Accept": "text/html,*/*;q=0.8"}
AT = "2026-11-29T12:00:00.000Z"
DAY = "2024-11-27"
"""That of the ids of made leads."""


@pytest.fixture
async def leads(service):
    at = f"{DAY}T02:05:43.000Z"
    vendors = {1: "acme", 2: "beta", 3: "acme"}
    for entry in (*(waiting(number, vendor=vendor, checked_at=at) for number, vendor in vendors.items()), made(4)):
        await service.ledger.append(entry)
    return service.ledger


async def post(client, path, headers=None, cookies=None, **form):
    return await client.post(path, data=form, headers=PAGE | (headers or {}), cookies=cookies, allow_redirects=False)


async def page(client, path, headers=None):
    answer = await client.get(path, headers=PAGE | (headers or {}))
    assert answer.status == 200, await answer.text()
    return await answer.text()


def place(answer):
    assert answer.status == 303
    return urlsplit(answer.headers["Location"])


def check_of(answer):
    return int(place(answer).path[-12:])


async def outcomes(ledger, number):
    return [(one.outcome, one.reason, one.buyer) for one in await ledger.lead_outcomes("default", name(number))]


async def test_one_lead_after_the_other_until_none_is_left(client, leads):
    html = await page(client, "/review")
    assert re.findall(r'href="/review/[^"]*?(\d)"', html) == ["1", "2", "3"]
    first = await post(client, "/review/next")
    assert check_of(first) == 1
    second = await post(client, f"/review/{name(1)}", decision="fake", why="invalid_phone", note="Frau Kowalczyk")
    assert (check_of(second), place(second).query) == (2, f"done={name(1)}")
    assert "You reviewed a lead as fake: invalid phone." in await page(client, second.headers["Location"])
    third = await post(client, f"/review/{name(2)}", decision="genuine", why="invalid_phone")
    assert check_of(third) == 3
    again = await post(client, f"/review/{name(3)}", decision="later")
    assert place(again).path == "/review"
    html = await page(client, again.headers["Location"])
    assert "Nothing waits for review here." in html
    assert "put off" in html
    assert await outcomes(leads, 1) == [("reviewed_fake", "invalid_phone", "")]
    assert await outcomes(leads, 2) == [("reviewed_genuine", None, "")]
    assert await outcomes(leads, 3) == []
    assert check_of(await post(client, "/review/next")) == 3  # what was put off comes when nothing else is left


async def test_the_part_that_was_asked_for_is_gone_on_with(client, leads):
    first = await post(client, "/review/next", vendor="ACME", **{"from": DAY, "to": DAY})
    assert check_of(first) == 1
    assert place(first).query == f"vendor=ACME&from={DAY}&to={DAY}"
    second = await post(client, f"/review/{name(1)}", decision="fake", vendor="ACME")
    assert check_of(second) == 3
    third = await post(client, f"/review/{name(3)}", decision="fake", why="bot_traffic", reason="PHONE_VALID")
    assert (check_of(third), place(third).query) == (2, f"reason=PHONE_VALID&done={name(3)}")
    for part, left in (
        ("vendor=beta", True),
        ("from=2024-11-28", False),
        ("to=2024-11-26", False),
        ("reason=X", False),
    ):
        assert ("Begin with the first" in await page(client, f"/review?{part}")) is left, part
    answer = await client.get("/review?from=soon", headers=PAGE)
    assert answer.status == 400


async def test_the_dearest_first(client, service):
    for entry in (priced(1, "9"), priced(2, "90000", "VND"), priced(3, "12.5"), priced(4, "7")):
        await service.ledger.append(entry)
    html = await page(client, "/review?sort=dearest")
    assert re.findall(r'href="/review/[^"]*?(\d)\?sort=dearest"', html) == ["3", "1", "4", "2"]
    html = await page(client, "/review?sort=dearest&currency=VND")
    assert re.findall(r'href="/review/[^"]*?(\d)\?', html)[0] == "2"
    assert "90,000.00 VND" in html


@pytest.fixture
def desk(service):
    """Two people and one who only reads, each with a key of their own."""

    def key(label, *scopes, buyer=""):
        _, secret = service.keys.create("default", list(scopes), label, "", buyer)
        return {"Authorization": f"Bearer {secret}"}

    return {
        "an": key("An at the desk", "read", "outcome", "personal"),
        "bo": key("Bo", "read", "outcome", buyer="North"),
        "reader": key("", "read"),
        "teller": key("", "outcome"),
    }


async def test_two_people_work_side_by_side(client, leads, desk):
    an, bo = desk["an"], desk["bo"]
    assert check_of(await post(client, "/review/next", an)) == 1
    await page(client, f"/review/{name(1)}", an)
    client.session.cookie_jar.clear()
    assert check_of(await post(client, "/review/next", bo)) == 2
    assert "on the screen of An at the desk" in await page(client, f"/review/{name(1)}", bo)
    await post(client, f"/review/{name(1)}", an, decision="genuine")
    late = await post(client, f"/review/{name(1)}", bo, decision="fake")
    assert (check_of(late), place(late).query) == (1, "told=decided")
    html = await page(client, late.headers["Location"], bo)
    assert "your decision was not kept" in html
    assert "Reviewed as genuine by An at the desk already" in html
    assert [one[0] for one in await outcomes(leads, 1)] == ["reviewed_genuine"]
    assert "<li>Reviewed as genuine by An at the desk" in await page(client, f"/v1/checks/{name(1)}", bo)
    await post(client, f"/review/{name(2)}", bo, decision="fake", why="bot_traffic")
    assert await outcomes(leads, 2) == [("reviewed_fake", "bot_traffic", "North")]


async def test_one_key_in_two_browsers_is_two_screens(client, leads, desk):
    assert check_of(await post(client, "/review/next", desk["an"])) == 1
    client.session.cookie_jar.clear()
    assert check_of(await post(client, "/review/next", desk["an"])) == 2


async def test_a_lead_is_left_to_others(client, leads, desk):
    assert check_of(await post(client, "/review/next", desk["an"])) == 1
    assert place(await post(client, f"/review/{name(1)}/leave", desk["an"])).path == "/review"
    client.session.cookie_jar.clear()
    assert check_of(await post(client, "/review/next", desk["bo"])) == 1


async def test_a_decision_is_undone_by_who_made_it(client, leads, desk):
    await post(client, f"/review/{name(1)}", desk["an"], decision="fake")
    await post(client, f"/review/{name(1)}/undo", desk["bo"])
    assert len(await outcomes(leads, 1)) == 1
    back = await post(client, f"/review/{name(1)}/undo", desk["an"])
    assert check_of(back) == 1
    assert await outcomes(leads, 1) == []
    assert "You reviewed" not in await page(client, f"/review/{name(2)}?done={name(1)}", desk["an"])


async def test_a_lead_that_was_checked_again_is_looked_at_again(client, leads, service):
    await leads.append(waiting(9, revises=name(1), origin="revision"))
    answer = await post(client, f"/review/{name(1)}", decision="fake")
    assert (check_of(answer), place(answer).query) == (9, "told=revised")
    assert "This is the newer check" in await page(client, answer.headers["Location"])
    assert await outcomes(leads, 1) == []


async def test_of_an_erased_lead_nothing_is_kept(client, leads):
    await leads.erase("default", [f"check:{name(1)}"], AT)
    answer = await post(client, f"/review/{name(1)}", decision="fake", note="Kowalczyk")
    assert place(answer).query == "told=erased"
    assert "erased meanwhile" in await page(client, answer.headers["Location"])
    assert "erased" in await page(client, f"/review/{name(1)}")
    assert await outcomes(leads, 1) == []


async def test_what_somebody_told_ends_the_waiting(client, leads):
    await leads.record_outcomes("default", [(name(1), told("contacted"))], AT)
    assert check_of(await post(client, "/review/next")) == 2


@pytest.mark.parametrize(
    ("who", "method", "path", "status"),
    [
        ("reader", "get", "/review", 403),
        ("reader", "get", f"/review/{name(1)}", 403),
        ("reader", "post", f"/review/{name(1)}", 403),
        ("teller", "get", "/review", 403),
        (None, "post", f"/review/{name(1)}", 303),
        ("an", "get", f"/review/{name(8)}", 404),
        ("an", "get", "/review/x", 404),
        ("an", "post", f"/review/{name(8)}", 404),
    ],
)
async def test_who_may_not_and_what_is_not_there(client, leads, desk, who, method, path, status):
    headers = PAGE | (desk[who] if who else {})
    answer = await client.request(method, path, data={"decision": "fake"}, headers=headers, allow_redirects=False)
    assert answer.status == status
    if status == 303:
        assert answer.headers["Location"].startswith("/login")
    assert await outcomes(leads, 1) == []


@pytest.mark.parametrize("form", [{}, {"decision": "maybe"}, {"decision": "fake", "why": "did_not_convert"}])
async def test_what_is_no_decision_is_refused(client, leads, form):
    answer = await post(client, f"/review/{name(1)}", **form)
    assert answer.status == 400
    assert await outcomes(leads, 1) == []


async def test_a_form_that_was_made_for_nobody_is_refused(client, leads):
    answer = await post(client, f"/review/{name(1)}", decision="fake", token="made up")
    assert answer.status == 403
    other = await post(client, f"/review/{name(1)}", {"Origin": "https://evil.example"}, decision="fake")
    assert other.status == 403
    assert await outcomes(leads, 1) == []


async def test_personal_values_are_shown_to_who_may_see_them(client, leads, desk, service):
    await post(client, f"/review/{name(1)}", desk["an"], decision="later", note="ask for Frau Kowalczyk")
    mine, others = [await page(client, f"/review/{name(1)}", desk[who]) for who in ("an", "bo")]
    assert "0912 840 375" in mine
    assert "Kowalczyk" in mine
    assert "Kowalczyk" not in others
    await post(client, f"/review/{name(1)}", desk["bo"], decision="fake")
    assert (await service.reviews.find_review("default", name(1))).note == "ask for Frau Kowalczyk"
    assert "840 375" not in others
    assert '<dt>Phone</dt><dd dir="auto">***</dd>' in others


def test_how_long_something_waits():
    now = datetime.fromisoformat("2026-11-29T12:00:00+00:00")
    times = ("29T12:00:01.000Z", "29T11:59:00.000Z", "29T02:30:00.000Z", "01T00:00:00.000Z")
    found = [review_page.age(f"2026-11-{moment}", now) for moment in times]
    assert found == ["less than a minute", "1 minute", "9 hours", "28 days"]


# In a browser.


@pytest.fixture
async def chromium():
    async with browser.browser() as running:
        yield running


async def opened(chromium, client, path, look):
    """A page of the running service on a device, and what it complained of."""
    size, scheme = look
    shown = await chromium.new_page(viewport=browser.SIZES[size], color_scheme=scheme)
    heard = []
    shown.on("console", lambda message: heard.append(message.text))
    shown.on("pageerror", lambda problem: heard.append(str(problem)))
    shown.on("requestfailed", lambda request: heard.append(request.url))
    await shown.goto(str(client.make_url(path)))
    return shown, heard


async def test_everybody_can_use_the_pages(chromium, client, leads):
    await post(client, f"/review/{name(2)}", decision="fake", note="x" * 300)
    for path in ("/review", f"/review?done={name(2)}&told=empty", f"/review/{name(1)}?done={name(2)}&told=revised"):
        shown, heard = await opened(chromium, client, path, browser.LOOKS[0])
        for look in browser.LOOKS:
            await browser.look_again(shown, look)
            assert await browser.violations(shown) == [], (path, look)
            assert await browser.width(shown) <= browser.SIZES[look[0]]["width"], (path, look)
        assert heard == [], path
        await shown.close()


async def test_ten_leads_by_keyboard_on_a_telephone(chromium, client, service):
    for number in range(1, 12):
        await service.ledger.append(waiting(number))
    shown, heard = await opened(chromium, client, "/review", browser.LOOKS[0])
    await shown.get_by_role("button", name="Begin with the first").press("Enter")
    for number in range(1, 11):
        await shown.wait_for_url(f"**/{name(number)}*")
        if number == 1:
            await shown.keyboard.press("n")
            await shown.keyboard.type("glf 12")  # in the note these are letters
            await shown.keyboard.press("Escape")
        await shown.keyboard.press(str(number % 5))
        await shown.keyboard.press("f" if number % 2 else "g")
    await shown.wait_for_url(f"**/{name(11)}*")
    assert heard == []
    told = [(await outcomes(service.ledger, number))[0][:2] for number in range(1, 11)]
    why = [None, *review_page.REASONS]
    assert told == [
        ("reviewed_fake", why[number % 5]) if number % 2 else ("reviewed_genuine", None) for number in range(1, 11)
    ]
    assert (await service.reviews.find_review("default", name(1))).note == "glf 12"
    await shown.keyboard.press("u")
    await shown.wait_for_url(f"**/{name(10)}")
    assert await outcomes(service.ledger, 10) == []
    await shown.keyboard.press("l")
    await shown.wait_for_url(f"**/{name(11)}*")
    await shown.get_by_label("Keys:").uncheck()
    await shown.keyboard.press("f")
    await shown.reload()
    await shown.keyboard.press("f")
    assert shown.url.partition("?")[0].endswith(name(11))  # as who speaks to a computer wants it
    assert await outcomes(service.ledger, 11) == []


async def test_without_a_script_the_buttons_decide(chromium, client, leads):
    context = await chromium.new_context(java_script_enabled=False, viewport=browser.SIZES["a telephone"])
    shown = await context.new_page()
    await shown.goto(str(client.make_url(f"/review/{name(1)}")))
    await shown.get_by_label("Why fake").select_option(label="1 Bot traffic")
    await shown.get_by_role("button", name="Fake", exact=True).click()
    await shown.wait_for_url(f"**/{name(2)}*")
    assert await outcomes(leads, 1) == [("reviewed_fake", "bot_traffic", "")]
    assert not await shown.get_by_text("genuine, ").is_visible()
    await shown.get_by_role("button", name="Undo").click()
    await shown.wait_for_url(f"**/{name(1)}")
    assert await outcomes(leads, 1) == []
    await context.close()
