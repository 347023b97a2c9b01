"""Which inputs, clocks and token belong together? Those of one person's visit, however often the form is sent."""

from __future__ import annotations

import pytest

from tests.form.pages import FORM, read, showing, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAME, MAIL, PHONE = "[name=name]", "[name=email]", "[name=phone]"
PERSON = {NAME: "Nguyen Van An", MAIL: "an@example.com", PHONE: "0912840375"}
OTHER = {NAME: "Tran Thi Binh", MAIL: "binh@example.com", PHONE: "0987654321"}
STAYS = """event.preventDefault(); fetch('/sent', {method: 'POST', body: new URLSearchParams(new FormData(this))});"""
SHOP_FORM = FORM.replace("<form ", f'<form onsubmit="{STAYS}" ')
CLEARED = FORM.replace("<form ", f'<form onsubmit="{STAYS} setTimeout(() => this.reset())" ')
EMPTIED = FORM.replace(
    "<form ",
    f"<form onsubmit=\"{STAYS} setTimeout(() => this.querySelectorAll('input:not([type=hidden])')"
    ".forEach(each => { each.value = '' }))\" ",
)
KEYS = sum(map(len, PERSON.values()))


async def enter(shown, person):
    for field, text in person.items():
        await shown.page.focus(field)
        await shown.page.keyboard.press("Control+a")
        await shown.page.keyboard.type(text)


async def send(shown):
    """Send the form, and read what came: the token and the measures."""
    before = len(shown.sent)
    await shown.page.click("button")
    await until(lambda: len(shown.sent) > before, shown.page)
    return read(shown.sent[-1]["fraudcheck"])


async def test_a_double_click_is_one_visit(browser):
    async with showing(browser, SHOP_FORM) as shown:
        await enter(shown, PERSON)
        await shown.page.dblclick("button")
        await until(lambda: len(shown.sent) == 2, shown.page)
        (one, first), (two, second) = (read(sent["fraudcheck"]) for sent in shown.sent)
        assert one == two == "fc1.token1.mac"
        assert first["keystrokes"] == second["keystrokes"] == KEYS
        assert first["fill_seconds"] <= second["fill_seconds"]


async def test_a_correction_goes_on_with_the_visit(browser):
    async with showing(browser, SHOP_FORM) as shown:
        await enter(shown, PERSON)
        first = await send(shown)
        await shown.page.focus(PHONE)
        await shown.token(2)  # in case that somebody else begins
        await shown.page.keyboard.press("End")
        await shown.page.keyboard.press("Backspace")
        await shown.page.keyboard.press("6")
        second = await send(shown)
        await shown.page.fill(MAIL, "an.nguyen@example.com")
        third = await send(shown)
        assert first[0] == second[0] == third[0] == "fc1.token1.mac"
        assert [told["keystrokes"] for _, told in (first, second, third)] == [KEYS, KEYS + 2, KEYS + 3]
        assert first[1]["fill_seconds"] < second[1]["fill_seconds"] < third[1]["fill_seconds"]
        assert len(shown.asked) == 2


@pytest.mark.parametrize("html", [SHOP_FORM, CLEARED, EMPTIED], ids=["written over", "reset", "emptied"])
async def test_the_next_person_is_another_visit(browser, html):
    async with showing(browser, html) as shown:
        seen = []
        for person in (PERSON, OTHER, PERSON):
            await enter(shown, person)
            await shown.page.wait_for_timeout(100)
            seen.append(await send(shown))
        assert len({token for token, _ in seen}) == 3
        assert "" not in {token for token, _ in seen}
        assert [told["keystrokes"] for _, told in seen] == [KEYS, sum(map(len, OTHER.values())), KEYS]
        for _, told in seen:
            assert told["fill_seconds"] <= told["seconds_on_page"] + 0.01
            assert told["first_input_seconds"] <= told["seconds_on_page"]


async def test_a_token_is_never_another_persons_even_where_the_next_cannot_be_had(browser):
    async with showing(browser, CLEARED) as shown:
        await enter(shown, PERSON)
        assert (await send(shown))[0] == "fc1.token1.mac"
        shown.token_status = 503
        await enter(shown, OTHER)
        token, told = await send(shown)
        assert token == ""
        assert told["keystrokes"] == sum(map(len, OTHER.values()))
        shown.token_status = 200
        await enter(shown, PERSON)
        await shown.page.wait_for_timeout(200)
        token, _ = await send(shown)
        assert token not in ("", "fc1.token1.mac")


async def test_reading_the_data_at_each_change_is_no_sending(browser):
    reads = FORM.replace("<form ", '<form onchange="new FormData(this)" oninput="window.fraudcheck.data(this)" ')
    async with showing(browser, reads) as shown:
        await enter(shown, PERSON)
        token, told = await send(shown)
        assert (token, told["keystrokes"]) == ("fc1.token1.mac", KEYS)
        assert len(shown.asked) <= 2


async def test_what_is_sent_by_data_is_a_sending(browser):
    async with showing(browser, "<div id=a><input name=name><input name=email><input name=phone></div>", wait=False,
                       ) as shown:  # fmt: skip
        await shown.page.wait_for_function("window.fraudcheck")
        await shown.page.evaluate("fraudcheck.watch(a)")
        await shown.token()
        seen = []
        for person in (PERSON, OTHER):
            await enter(shown, person)
            await shown.page.wait_for_timeout(100)
            seen.append(read(await shown.page.evaluate("fraudcheck.data(a)")))
        assert [token for token, _ in seen] == ["fc1.token1.mac", "fc1.token2.mac"]
        assert [told["keystrokes"] for _, told in seen] == [sum(map(len, each.values())) for each in (PERSON, OTHER)]


@pytest.mark.parametrize("send", ["button => button.click()", "button => button.form.submit()"])
async def test_back_from_the_browsers_cache_is_another_visit(browser, send):
    async with showing(browser) as shown:
        await enter(shown, PERSON)
        await shown.page.evaluate("window.mark = 1")
        await shown.page.eval_on_selector("button", send)
        await shown.page.wait_for_url("**/sent")
        await shown.page.go_back(wait_until="commit")
        await shown.token(2)
        assert await shown.page.evaluate("window.mark") == 1, "it came from the cache"
        assert (await shown.page.input_value("[name=fraudcheck]")).startswith(("fc1...", "fc1.token2."))
        token, told = await shown.told()
        assert token == "fc1.token2.mac"
        assert not {"keystrokes", "pastes", "autofills", "inserted", "fill_seconds"} & set(told)
        assert told["token_seconds"] <= told["seconds_on_page"]
        await enter(shown, OTHER)
        token, told = await shown.told()
        assert (token, told["keystrokes"]) == ("fc1.token2.mac", sum(map(len, OTHER.values())))
        assert told["fill_seconds"] <= told["seconds_on_page"]


async def test_who_leaves_without_sending_and_comes_back_goes_on(browser):
    async with showing(browser, FORM + "<a href=/terms>Terms</a>") as shown:
        shown.bodies["/terms"] = "terms"
        await enter(shown, {NAME: PERSON[NAME], MAIL: PERSON[MAIL]})
        await shown.page.evaluate("window.mark = 1")
        await shown.page.click("a")
        await shown.page.wait_for_url("**/terms")
        await shown.page.go_back(wait_until="commit")
        await shown.token(2)
        assert await shown.page.evaluate("window.mark") == 1, "it came from the cache"
        await enter(shown, {PHONE: PERSON[PHONE]})
        token, told = await shown.told()
        assert (token, told["keystrokes"]) == ("fc1.token2.mac", KEYS)
        assert told["token_seconds"] < told["fill_seconds"] <= told["seconds_on_page"]


async def test_back_to_a_page_that_is_loaded_again(browser):
    async with showing(browser, FORM + "<script>onunload = () => {}</script>") as shown:
        shown.headers["Cache-Control"] = "no-store"
        await shown.page.reload()
        await shown.token(2)
        await enter(shown, PERSON)
        await shown.page.evaluate("window.mark = 1")
        await shown.page.click("button")
        await shown.page.wait_for_url("**/sent")
        await shown.page.go_back(wait_until="commit")
        await shown.token(3)
        await shown.page.wait_for_selector("[name=fraudcheck]", state="attached")
        token, told = await shown.told()
        assert token == "fc1.token3.mac"
        if await shown.page.input_value(NAME):  # where the browser keeps the text, the keys of it are not known
            assert "keystrokes" not in told
        else:
            assert told["keystrokes"] == 0


async def test_a_token_is_renewed_when_it_is_old_and_somebody_comes(browser):
    async with showing(browser, wait=False) as shown:
        shown.expires_in = 1
        await shown.page.reload()
        await until(lambda: shown.asked, shown.page)
        await shown.page.wait_for_timeout(900)
        before = len(shown.asked)
        await shown.page.focus(NAME)
        await shown.token(before + 1)
        token, told = await shown.told()
        assert token == f"fc1.token{before + 1}.mac"
        assert told["token_seconds"] < told["seconds_on_page"]
