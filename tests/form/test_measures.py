"""What is counted, of each way in which text comes into a field? And what is told of the browser?"""

from __future__ import annotations

import pytest

from tests.form.pages import FORM, SERVICE, read, showing, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAME, MAIL, PHONE = "[name=name]", "[name=email]", "[name=phone]"
COUNTS = ("keystrokes", "pastes", "autofills", "inserted")


async def typed(shown):
    await shown.page.type(NAME, "Nguyen Van An")


async def corrected(shown):
    await shown.page.type(NAME, "Nguyen")
    await shown.page.keyboard.press("Backspace")
    await shown.page.keyboard.press("n")


async def pasted(shown):
    await shown.page.type("[name=message]", "Nguyen Van An")
    await shown.page.keyboard.press("Control+a")
    await shown.page.keyboard.press("Control+c")
    for field in (NAME, MAIL):
        await shown.page.focus(field)
        await shown.page.keyboard.press("Control+v")


async def pasted_by_the_page(shown):
    await shown.page.evaluate(
        """() => { document.querySelector('[name=name]').onpaste = event => {
            event.preventDefault(); event.target.value = 'x' } }"""
    )
    await pasted(shown)


async def composed(shown):
    await shown.page.focus(NAME)
    session = await shown.page.context.new_cdp_session(shown.page)
    for text in ("に", "にh", "にほ", "にほん", "日本"):
        await session.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        )
    await session.send("Input.insertText", {"text": "日本"})


async def swiped(shown):
    await shown.page.focus(NAME)
    session = await shown.page.context.new_cdp_session(shown.page)
    for text in ("Nguyen", "Van"):
        await session.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        )
        await session.send("Input.insertText", {"text": text})
        await shown.page.keyboard.press("Space")


async def filled(shown):
    await shown.page.fill(NAME, "Nguyen Van An")
    await shown.page.fill(MAIL, "an@example.com")


async def filled_and_mended(shown):
    await filled(shown)
    await shown.page.type(NAME, "h")


async def set_by_a_script(shown):
    await shown.page.evaluate(
        "for (const each of document.querySelectorAll('#a input, #a textarea')) each.value = 'Nguyen'"
    )


async def set_with_events(shown):
    await shown.page.evaluate("""for (const each of document.querySelectorAll('#a [name=name], #a [name=email]')) {
        each.value = 'Nguyen'; each.dispatchEvent(new Event('input', {bubbles: true})) }""")


async def set_with_events_for_a_person(shown):
    await shown.page.mouse.click(5, 5)
    await set_with_events(shown)


async def masked(shown):
    await shown.page.evaluate("""document.querySelector('[name=phone]').addEventListener('input', event => {
        if (!event.isTrusted) return;
        event.target.value = event.target.value.replace(/ /g, '').replace(/(...)(?=.)/g, '$1 ');
        event.target.dispatchEvent(new Event('input', {bubbles: true})) })""")
    await shown.page.type(PHONE, "0912840375")


async def chosen(shown):
    await shown.page.select_option("[name=country]", "VN")
    await shown.page.check("[name=yes]")
    await shown.page.fill("[name=day]", "2026-11-29")


async def by_the_browser(shown):
    session = await shown.page.context.new_cdp_session(shown.page)
    await session.send("Autofill.enable")
    address = {
        "NAME_FULL": "Nguyen Van An",
        "EMAIL_ADDRESS": "an@example.com",
        "PHONE_HOME_WHOLE_NUMBER": "+84912840375",
        "ADDRESS_HOME_COUNTRY": "VN",
        "ADDRESS_HOME_CITY": "Hanoi",
        "ADDRESS_HOME_ZIP": "11000",
        "ADDRESS_HOME_STREET_ADDRESS": "12 Hang Bai",
        "COMPANY_NAME": "Anh Duc",
    }
    fields = [{"name": name, "value": value} for name, value in address.items()]
    await session.send("Autofill.setAddresses", {"addresses": [{"fields": fields}]})
    root = (await session.send("DOM.getDocument", {"depth": -1}))["root"]
    found = await session.send("DOM.querySelector", {"nodeId": root["nodeId"], "selector": NAME})
    node = await session.send("DOM.describeNode", {"nodeId": found["nodeId"]})
    await session.send("Autofill.trigger", {"fieldId": node["node"]["backendNodeId"], "address": {"fields": fields}})
    await shown.page.wait_for_function("document.querySelector('[name=email]').value")


MORE = "<select name=country><option>US<option>VN</select><input type=checkbox name=yes><input type=date name=day>"
WITH_MORE = FORM.replace("<button>", f"{MORE}<button>")
WAYS = [
    (typed, (13, 0, 0, 0)),
    (corrected, (8, 0, 0, 0)),
    (pasted, (13, 2, 0, 0)),
    (pasted_by_the_page, (13, 2, 0, 0)),
    (composed, (6, 0, 0, 0)),
    (swiped, (6, 0, 0, 0)),
    (filled, (2, 0, 0, 2)),
    (filled_and_mended, (3, 0, 0, 1)),
    (set_by_a_script, (0, 0, 0, 0)),
    (set_with_events, (0, 0, 0, 0)),
    (set_with_events_for_a_person, (0, 0, 2, 0)),
    (masked, (10, 0, 0, 0)),
    (chosen, (0, 0, 0, 0)),
    (by_the_browser, (0, 0, 4, 0)),  # the country among them
]


@pytest.mark.parametrize(("way", "counts"), WAYS, ids=[way.__name__ for way, _ in WAYS])
async def test_what_is_counted(browser, way, counts):
    async with showing(browser, WITH_MORE) as shown:
        await way(shown)
        told = (await shown.told())[1]
        assert tuple(told[name] for name in COUNTS) == counts
        if way in (set_by_a_script,):
            assert "fill_seconds" not in told
        else:
            assert told["first_input_seconds"] <= told["seconds_on_page"]
            assert told["fill_seconds"] <= told["seconds_on_page"]


async def test_pointer_and_focus(browser):
    async with showing(browser) as shown:
        await shown.page.mouse.move(50, 50, steps=10)
        await shown.page.mouse.down()
        await shown.page.mouse.up()
        for field in (NAME, MAIL, "button", PHONE):
            await shown.page.focus(field)
        await shown.page.evaluate("document.dispatchEvent(new PointerEvent('pointermove', {bubbles: true}))")
        told = (await shown.told())[1]
        assert (told["pointer_events"], told["focus_changes"]) == (12, 3)


async def test_no_value_is_ever_told(browser):
    async with showing(browser) as shown:
        for field, text in ((NAME, "Nguyen Van An"), (MAIL, "an@example.com"), (PHONE, "0912840375")):
            await shown.page.type(field, text)
        told = (await shown.told())[1]
        assert not {"Nguyen", "an@example.com", "0912840375"} & set(map(str, told.values()))
        assert {name for name, value in told.items() if isinstance(value, str)} == set()


# What came before anything was measured.


async def test_text_that_was_typed_before_the_script_came_is_not_counted_in_part(browser):
    async with showing(browser, script="", wait=False) as shown:
        await shown.page.type(NAME, "Nguyen")
        await shown.page.evaluate(
            "at => { const it = document.createElement('script'); it.src = at; document.head.append(it) }",
            f"{SERVICE}/form.js",
        )
        await shown.token()
        await shown.page.type(MAIL, "an@example.com")
        told = (await shown.told())[1]
        assert not {*COUNTS, "fill_seconds", "first_input_seconds"} & set(told)
        assert told["seconds_on_page"] > 0
        await shown.page.fill(NAME, "")
        await shown.page.type(NAME, "Tran")
        assert (await shown.told())[1]["keystrokes"] == 14 + 1 + 4  # it was written anew


@pytest.mark.parametrize(("value", "counted"), [("+84", True), ("https", True), ("0912840375", False)])
async def test_text_that_the_page_gives(browser, value, counted):
    html = FORM.replace('name="phone"', f'name="phone" value="{value}"')
    async with showing(browser, html) as shown:
        await shown.page.type(MAIL, "an@example.com")
        assert ("keystrokes" in (await shown.told())[1]) is counted
        await shown.page.type(PHONE, "1")
        assert (await shown.told())[1]["keystrokes"] == 15


# The honeypot.

WITH_TRAP = FORM.replace("<form ", "<form data-honeypot ")
TRAP = "[aria-hidden=true] input"


async def test_a_program_falls_into_the_honeypot_and_the_backend_sees_no_field_of_it(browser):
    async with showing(browser, WITH_TRAP) as shown:
        await shown.page.wait_for_selector(TRAP, state="attached")
        await shown.page.evaluate(
            "for (const each of document.querySelectorAll('input:not([type=hidden])')) each.value = 'x@example.com'"
        )
        await shown.page.click("button")
        await until(lambda: shown.sent, shown.page)
        assert set(shown.sent[0]) == {"name", "email", "phone", "fraudcheck"}
        assert read(shown.sent[0]["fraudcheck"])[1]["honeypot"] == "filled"


async def test_people_and_their_browsers_leave_the_honeypot_alone(browser):
    async with showing(browser, WITH_TRAP) as shown:
        await shown.page.wait_for_selector(TRAP, state="attached")
        await by_the_browser(shown)
        await shown.page.focus(NAME)
        for _ in range(8):
            await shown.page.keyboard.press("Tab")
            assert await shown.page.evaluate("!document.activeElement.matches('[aria-hidden] input')")
        assert "Leave this empty" not in await shown.page.locator("form").aria_snapshot()
        told = (await shown.told())[1]
        assert "honeypot" not in told
        assert told["autofills"] == 3
        assert await shown.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_no_page_gets_a_honeypot_that_did_not_ask_for_one(browser):
    async with showing(browser) as shown:
        assert await shown.page.locator(TRAP).count() == 0


# The browser.

WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"
)
LINUX = WINDOWS.replace("Windows NT 10.0; Win64; x64", "X11; Linux x86_64")
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
PIXEL = LINUX.replace("X11; Linux x86_64", "Linux; Android 10; K").replace("Safari", "Mobile Safari")
CROS = LINUX.replace("X11; Linux x86_64", "X11; CrOS x86_64 14541.0.0")
SIGNS = [
    ("Linux", LINUX, "Linux x86_64", "Linux", False),
    ("Windows", WINDOWS, "Win32", "Windows", False),
    ("a name of Windows on Linux", WINDOWS, "Linux x86_64", "Linux", True),
    ("Windows, but for the hints", WINDOWS, "Win32", "Linux", True),
    ("Firefox that hides", WINDOWS.replace("Chrome", "Firefox"), "Win32", None, False),
    ("a Mac", MAC, "MacIntel", None, False),
    ("an iPad that asks for a desk's pages", MAC, "MacIntel", None, False),
    ("an iPhone that does", MAC, "iPhone", None, False),
    ("an iPhone", IPHONE, "iPhone", None, False),
    ("a name of an iPhone on Linux", IPHONE, "Linux x86_64", "Linux", True),
    ("a phone", PIXEL, "Linux armv81", "Android", False),
    ("a phone that asks for a desk's pages", LINUX, "Linux armv81", "Linux", False),
    ("another one", LINUX, "Linux aarch64", "Android", False),
    ("one that says Windows then", WINDOWS, "Linux armv8l", "Android", False),
    ("a name of a phone on Windows", PIXEL, "Win32", "Windows", True),
    ("a Chromebook", CROS, "Linux x86_64", "Chrome OS", False),
    ("FreeBSD", LINUX.replace("Linux x86_64", "FreeBSD amd64"), "FreeBSD amd64", None, False),
    ("nothing told", WINDOWS, "", "", False),
]


async def test_a_platform_that_the_name_contradicts(browser):
    async with showing(browser) as shown:
        for who, agent, platform, hint, sign in SIGNS:
            await shown.page.evaluate(
                """([agent, platform, hint]) => Object.entries({userAgent: agent, platform,
                    userAgentData: hint === null ? undefined : {brands: [], platform: hint}}).forEach(
                    ([name, value]) => Object.defineProperty(navigator, name, {value, configurable: true}))""",
                [agent, platform, hint],
            )
            assert ("platform" in (await shown.told())[1].get("signs", [])) is sign, who


def screen(width, height, outer_width, outer_height):
    return (
        f"for (const [name, value] of [['width', {width}], ['height', {height}]])"
        "Object.defineProperty(screen, name, {value, configurable: true});"
        f"outerWidth = {outer_width}; outerHeight = {outer_height}"
    )


TOOLS = [
    ("window.cdc_adoQpoasnfa76pfcZLmcfl_Array = 1", "delete window.cdc_adoQpoasnfa76pfcZLmcfl_Array", "automation"),
    ("document.$cdc_asdjflasutopfhvcZLmcfl_ = 1", "delete document.$cdc_asdjflasutopfhvcZLmcfl_", "automation"),
    ("window.__playwright__binding__ = 1", "delete window.__playwright__binding__", "automation"),
    ("window.__pwInitScripts = 1", "delete window.__pwInitScripts", "automation"),
    ("document.__selenium_unwrapped = 1", "delete document.__selenium_unwrapped", "automation"),
    ("document.__webdriver_evaluate = 1", "delete document.__webdriver_evaluate", "automation"),
    ("document.documentElement.setAttribute('webdriver', 'true')",
     "document.documentElement.removeAttribute('webdriver')", "automation"),
    (screen(800, 600, 1366, 768), screen(1366, 768, 1366, 768), "window"),
    ("window.phantom = {}; window.__REACT_DEVTOOLS_GLOBAL_HOOK__ = {}; window.chrome = undefined", "", None),
    (screen(1280, 720, 1280, 720), "", None),  # a kiosk
    (screen(1920, 1080, 3840, 1056), "", None),  # over two screens
    (screen(1920, 1080, 1936, 1096), "", None),  # Windows counts the borders
    ("document.body.appendChild(document.createElement('i')).id = 'claude-agent-stop-container'", "", "assistant"),
]  # fmt: skip


async def test_what_tools_leave_in_a_page_and_what_people_have(browser):
    async with showing(browser, user_agent=LINUX) as shown:
        for is_there, is_away, sign in TOOLS:
            await shown.page.evaluate(f"() => {{ {is_there} }}")
            assert (await shown.told())[1].get("signs") == ([sign] if sign else None), is_there
            await shown.page.evaluate(f"() => {{ {is_away} }}")


async def test_what_draws_is_asked_for_after_somebody_has_begun(browser):
    counting = """<script>window.drawn = 0; const real = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (...all) {
            drawn += 1; return real.apply(this, all) }</script>"""
    async with showing(browser, before=counting, user_agent=LINUX) as shown:
        await shown.page.wait_for_timeout(300)
        assert await shown.page.evaluate("drawn") == 0
        await shown.page.type(NAME, "Nguyen")
        await shown.page.wait_for_function("drawn")
        await shown.page.wait_for_timeout(200)
        signs = (await shown.told())[1].get("signs", [])
        assert signs in ([], ["software_gpu"])
        assert await shown.page.evaluate("drawn") == 1


async def test_a_browser_that_names_itself(browser):
    async with showing(browser, user_agent=LINUX.replace("Chrome", "HeadlessChrome")) as shown:
        assert "headless" in (await shown.told())[1]["signs"]
