"""Does the field come along, whatever way a page sends its form, and whatever a page does to the script?"""

from __future__ import annotations

import pytest

from tests.form.pages import FIELDS, FORM, SCRIPT, read, showing, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAME = "[name=name]"
AJAX = "event.preventDefault(); fetch('/sent', {method: 'POST', body: new URLSearchParams(new FormData(FORM))})"
AJAX_FORM = FORM.replace("<form ", f'<form onsubmit="{AJAX.replace("FORM", "this")}" ')
WAYS = {
    "a button": (FORM, "button => button.click()"),
    "requestSubmit": (FORM, "button => button.form.requestSubmit()"),
    "submit": (FORM, "button => button.form.submit()"),
    "fetch": (AJAX_FORM, "button => button.click()"),
    "a button that is none": (
        FORM.replace("<button>", f'<button type=button onclick="{AJAX.replace("FORM", "this.form")}">'),
        "button => button.click()",
    ),
    "a list of inputs": (
        FORM.replace("<form ", "<form onsubmit=\"event.preventDefault(); const body = new URLSearchParams();"
                     " for (const each of this.querySelectorAll('input')) body.set(each.name, each.value);"
                     " fetch('/sent', {method: 'POST', body})\" "),
        "button => button.click()",
    ),
    "the state as JSON": (
        FORM.replace("<form ", "<form onsubmit=\"event.preventDefault(); fetch('/sent', {method: 'POST', body:"
                     " new URLSearchParams({name: this.name.value, fraudcheck: window.fraudcheck.data(this)})})\" "),
        "button => button.click()",
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
async def test_the_field_comes_along(browser, way):
    html, send = WAYS[way]
    async with showing(browser, html) as shown:
        await shown.page.type(NAME, "Nguyen")
        assert await shown.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
        await shown.page.eval_on_selector("button", send)
        await until(lambda: shown.sent, shown.page)
        (sent,) = shown.sent
        token, told = read(sent["fraudcheck"])
        assert token == "fc1.token1.mac"
        assert (told["keystrokes"], told["pastes"], told["autofills"], told["inserted"]) == (6, 0, 0, 0)
        assert 0 <= told["fill_seconds"] <= told["seconds_on_page"] < 60
        assert told["first_input_seconds"] <= told["seconds_on_page"]
        assert told["token_seconds"] <= told["seconds_on_page"]
        assert told["webdriver"] is True
        method, body, headers = shown.asked[0]
        assert (method, body) == ("POST", "site=site_1")
        assert headers["content-type"].partition(";")[0] == "application/x-www-form-urlencoded"
        assert "cookie" not in headers
        assert shown.heard == []


async def test_fields_without_a_form(browser):
    html = f"<div id=a>{FIELDS}</div><script>(window.fraudcheck = window.fraudcheck || []).push(a)</script>"
    async with showing(browser, html, wait=False) as shown:
        await shown.token()
        await shown.page.type(NAME, "Nguyen")
        token, told = read(await shown.page.evaluate("fraudcheck.data(a)"))
        assert (token, told["keystrokes"]) == ("fc1.token1.mac", 6)


async def test_a_form_that_comes_later(browser):
    async with showing(browser, "<div id=here></div>", wait=False) as shown:
        await shown.page.wait_for_function("window.fraudcheck")
        assert await shown.page.evaluate("fraudcheck.data()") == "fc1..."
        await shown.page.evaluate("html => { here.innerHTML = html }", FORM)
        await shown.token()
        assert (await shown.told())[0] == "fc1.token1.mac"
        await shown.page.evaluate("html => { here.innerHTML = html; here.querySelector('input').focus() }", FORM)
        await shown.page.type(NAME, "An")
        await shown.token(2)
        token, told = await shown.told()
        assert (token, told["keystrokes"]) == ("fc1.token2.mac", 2)


async def test_two_forms_are_two_visits(browser):
    second = FORM.replace('id="a"', 'id="b" data-site="site_2"')
    async with showing(browser, FORM + second) as shown:
        await shown.token(2)
        assert [body for _, body, _ in shown.asked] == ["site=site_1", "site=site_2"]
        await shown.page.type(f"#b {NAME}", "Nguyen")
        (first, nothing), (other, typed) = await shown.told("#a"), await shown.told("#b")
        assert first != other
        assert (nothing["keystrokes"], typed["keystrokes"]) == (0, 6)
        assert "fill_seconds" not in nothing


async def test_a_page_of_many_forms_asks_for_those_that_somebody_comes_to(browser):
    html = "".join(FORM.replace('id="a"', f'id="f{number}"') for number in range(8))
    async with showing(browser, html) as shown:
        await shown.page.wait_for_timeout(300)
        before = len(shown.asked)
        assert before <= 3
        await shown.page.focus(f"#f7 {NAME}")
        await shown.token(before + 1)
        assert (await shown.told("#f7"))[0] == f"fc1.token{before + 1}.mac"


async def test_in_a_frame(browser):
    async with showing(browser, "<iframe src=/frame></iframe>", script="", wait=False) as shown:
        shown.bodies["/frame"] = f"<!doctype html>{SCRIPT}<body>{FORM}"
        await shown.page.reload()
        await shown.token()
        frame = shown.page.frames[1]
        await frame.type(NAME, "Nguyen")
        await frame.click("button")
        await until(lambda: shown.sent, shown.page)
        token, told = read(shown.sent[0]["fraudcheck"])
        assert (token, told["keystrokes"]) == ("fc1.token1.mac", 6)


async def test_in_a_shadow_tree(browser):
    html = f"""<div id=host></div><script>
      host.attachShadow({{mode: "open"}}).innerHTML = `{FORM}`;
      (window.fraudcheck = window.fraudcheck || []).push(host.shadowRoot.querySelector("form"))</script>"""
    async with showing(browser, html, wait=False) as shown:
        await shown.token()
        await shown.page.type(NAME, "Nguyen")
        await shown.page.click("button")
        await until(lambda: shown.sent, shown.page)
        assert read(shown.sent[0]["fraudcheck"])[1]["keystrokes"] == 6


STRICT = "default-src 'none'; script-src http://checks.test; form-action 'self'"


@pytest.mark.parametrize(
    ("policy", "token"),
    [(STRICT, ""), (f"{STRICT}; connect-src http://checks.test; require-trusted-types-for 'script'", "fc1.token1.mac")],
)
async def test_behind_a_strict_policy(browser, policy, token):
    html = FORM.replace("<form ", "<form data-honeypot data-device ")
    async with showing(browser, html, policy=policy, wait=bool(token)) as shown:
        await shown.page.wait_for_selector("[name=fraudcheck]", state="attached")
        await shown.page.type(NAME, "Nguyen")
        assert not await shown.page.evaluate("document.documentElement.scrollHeight > 2000")
        assert await shown.page.locator("div[aria-hidden]").bounding_box() == {
            "x": 0,
            "y": -9999,
            "width": 1,
            "height": 1,
        }
        await shown.page.click("button")
        await until(lambda: shown.sent, shown.page)
        got, told = read(shown.sent[0]["fraudcheck"])
        assert (got, told["keystrokes"]) == (token, 6)
        assert ("token_seconds" in told) is bool(token)
        assert set(shown.sent[0]) <= {"name", "email", "phone", "message", "fraudcheck"}


HOSTILE = {
    "fields named as what forms have": "",
    "FormData throws": "FormData.prototype.set = () => { throw 1 }",
    "nothing can be looked for": "Element.prototype.querySelectorAll = () => { throw 1 }",
    "nothing can be added": "Node.prototype.appendChild = () => { throw 1 }",
    "fetch throws": "window.fetch = () => { throw 1 }",
    "fetch gives nothing": "window.fetch = () => undefined",
    "no fetch": "delete window.fetch",
    "an old browser": "delete window.PointerEvent; delete window.AbortController; delete window.requestIdleCallback;"
    "delete InputEvent.prototype.inputType",
    "no observer": "delete window.MutationObserver",
    "no time": "performance.getEntriesByType = undefined; Date.now = () => NaN",
    "no base64": "delete window.btoa",
    "frozen": "for (const each of [Object, Array, Element, Node]) Object.freeze(each.prototype)",
    "no signs": "Object.defineProperty(navigator, 'userAgent', {get() { throw 1 }})",
}
CLOBBERING = "".join(
    f"<input type=hidden name={name} id={name}>"
    for name in ("submit", "action", "elements", "appendChild", "getAttribute", "contains", "querySelectorAll", "fetch",
                 "addEventListener", "parentNode", "nodeType", "attributes", "currentScript", "length", "isConnected")
)  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
async def test_a_form_is_sent_whatever_the_page_does(browser, what):
    html = FORM.replace("<label>", CLOBBERING + "<label>", 1) if what.startswith("fields") else FORM
    before = f"<script>{HOSTILE[what]}</script>"
    async with showing(browser, html, before=before, wait=False) as shown:
        await shown.page.wait_for_timeout(400)
        await shown.page.type(NAME, "Nguyen")
        await shown.page.keyboard.press("Enter")
        await until(lambda: shown.sent, shown.page)
        assert shown.sent[0]["name"] == "Nguyen"
        assert shown.heard == []
        if what.startswith("fields"):
            assert read(shown.sent[0]["fraudcheck"])[1]["keystrokes"] == 6
        if what == "an old browser":  # nobody can tell there what came into a field
            token, told = read(shown.sent[0]["fraudcheck"])
            assert token == "fc1.token1.mac"
            assert not {"keystrokes", "autofills", "inserted"} & set(told)
            assert "fill_seconds" in told


async def test_a_form_that_has_the_scripts_name(browser):
    html = FORM.replace('id="a"', 'id="fraudcheck" name="fraudcheck"')
    async with showing(browser, html) as shown:
        await shown.page.type(NAME, "Nguyen")
        assert (await shown.told("form"))[1]["keystrokes"] == 6


async def test_a_hidden_input_of_the_page_is_used(browser):
    html = FORM.replace("<button>", "<input type=hidden name=fraudcheck value=fc1.old.mac.><button>")
    async with showing(browser, html) as shown:
        await shown.page.type(NAME, "Nguyen")
        assert await shown.page.locator("[name=fraudcheck]").count() == 1
        await shown.page.click("button")
        await until(lambda: shown.sent, shown.page)
        assert read(shown.sent[0]["fraudcheck"])[0] == "fc1.token1.mac"


@pytest.mark.parametrize("status", [401, 429, 500])
async def test_a_token_that_cannot_be_had_is_asked_for_twice(browser, status):
    async with showing(browser, wait=False) as shown:
        shown.token_status = status
        await shown.page.reload()
        await shown.token()
        await shown.page.type(NAME, "Nguyen Van An")
        await shown.page.type("[name=email]", "an@example.com")
        assert len(shown.asked) <= 3  # one of the first showing among them
        token, told = await shown.told()
        assert (token, told["keystrokes"]) == ("", 27)
        assert "token_seconds" not in told


async def test_the_script_twice_is_once(browser):
    async with showing(browser, script=SCRIPT + SCRIPT) as shown:
        await shown.page.type(NAME, "Nguyen")
        assert (await shown.told())[1]["keystrokes"] == 6
        assert len(shown.asked) == 1


async def test_only_a_page_that_asks_gets_a_device(browser):
    async with showing(browser, FORM.replace("<form ", "<form data-device ")) as shown:
        told = (await shown.told())[1]
        assert 8 <= len(told["device_id"]) <= 64
        await shown.page.reload()
        await shown.token(2)
        await shown.page.wait_for_selector("[name=fraudcheck]", state="attached")
        assert (await shown.told())[1]["device_id"] == told["device_id"]
        assert await shown.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 1]
