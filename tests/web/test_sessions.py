"""Signing in: what a session opens and for how long, and that nobody gets or uses one that is not his own."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec.structs import replace

from fraudcheck import wiring
from fraudcheck.adapters.keys import Key
from fraudcheck.settings import Settings
from fraudcheck.web import sessions
from fraudcheck.web.app import make
from fraudcheck.web.handlers import sign_in
from tests.web.test_app import GOOD, JSON

PAGE = {"Accept": "text/html,*/*;q=0.8"}
SECRET = b"s" * 32
KEY = Key(id="a1", tenant="default", scopes=("read",), digest="d" * 64, label="Anna")
NOW = 1_800_000_000.0


def keyed(*keys):
    return {key.id: key for key in keys}.get


# What a cookie is worth.


def test_a_session_is_read_again():
    session = sessions.begin(KEY, NOW)
    found = sessions.read(sessions.write(session, SECRET), SECRET, keyed(KEY), NOW + 60)
    assert found == session
    assert found.person == "Anna"
    assert replace(found, key=replace(KEY, label=" ")).person == "a1"


@pytest.mark.parametrize(
    ("after", "used_for", "is_good"),
    [
        (sessions.LASTS - 1, 0, True),
        (sessions.LASTS, 0, False),
        (sessions.LASTS, 60, True),
        (sessions.LONGEST - 1, sessions.LONGEST - 60, True),
        (sessions.LONGEST, sessions.LONGEST - 60, False),
    ],
)
def test_how_long_it_lasts(after, used_for, is_good):
    session = replace(sessions.begin(KEY, NOW), used=int(NOW) + used_for)
    found = sessions.read(sessions.write(session, SECRET), SECRET, keyed(KEY), NOW + after)
    assert (found is not None) is is_good


GOOD_TEXT = sessions.write(sessions.begin(KEY, NOW), SECRET)
PARTS = GOOD_TEXT.split(".")


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "....", "a1", "a1.", "\0", "é", "a1.é.1.1.x", GOOD_TEXT[:-1], GOOD_TEXT + "0", GOOD_TEXT.upper(),
        "x" * 100_000,
        ".".join([*PARTS[:3], str(int(PARTS[3]) + 9_999_999), PARTS[4]]),
        ".".join([*PARTS[:2], "1900000000", *PARTS[3:]]),
        ".".join(["b2", *PARTS[1:]]),
        ".".join(PARTS[:4]), ".".join(PARTS[:4]) + ".", ".".join([*PARTS, PARTS[4]]), " " + GOOD_TEXT,
        sessions.write(sessions.begin(KEY, NOW), b"another data directory's"),
        sessions.write(sessions.begin(replace(KEY, digest="e" * 64), NOW), SECRET),
    ],
    ids=map(str, range(19)),  # a session is another text each time
)  # fmt: skip
def test_what_is_forged_cut_or_of_elsewhere_is_none(text):
    other = replace(KEY, id="b2", tenant="other", digest="f" * 64)
    assert sessions.read(text, SECRET, keyed(KEY, other), NOW) is None


@pytest.mark.parametrize(
    "now",
    [
        None,
        replace(KEY, digest="e" * 64),  # replaced by one of the same id
        replace(KEY, source="flat"),
        replace(KEY, origins=("https://a.example",)),
    ],
)
def test_it_is_gone_with_its_key(now):
    assert sessions.read(GOOD_TEXT, SECRET, keyed(*([now] if now else [])), NOW) is None


def test_a_forms_token_is_one_sessions_and_stays_when_it_is_renewed():
    one, other = sessions.begin(KEY, NOW), sessions.begin(KEY, NOW)
    token = sessions.form_token(one, SECRET)
    assert token == sessions.form_token(replace(one, used=int(NOW) + 9_999), SECRET)
    assert token != sessions.form_token(other, SECRET)
    assert token != sessions.form_token(one, b"another secret")
    assert token not in sessions.write(one, SECRET)


@pytest.mark.parametrize("text", ["/", "/v1/vendors", "/v1/vendors/A%20B%2F/report?from=2026-11-01&to=2026-11-02#x"])
def test_on_to_a_page_of_ours(text):
    assert sign_in.own_path(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
        "evil.example",
        "/\t/evil.example", "/\n/evil.example", "/ /", "/é", "/a\r\nSet-Cookie: a=b", "javascript:alert(1)", "/\0",
        "/login", "/login?next=/login", "/logout", "/" + "a" * 3000, "http:/v1/vendors", "?next", "@evil.example",
    ],
)  # fmt: skip
def test_and_nowhere_else(text):
    assert sign_in.own_path(text) == "/"


# The service.


@pytest.fixture
def settings(settings):
    return replace(settings, limits=("batch=none", "outcome=none"))  # forms are tried often here


@pytest.fixture
def secret(service):
    return service.keys.create("default", ["check", "read", "outcome", "batch"], "Anna, <sales> desk", "")[1]


async def signed_in(client, secret, following="", **headers):
    form = {"key": secret, "next": following}
    return await client.post("/login", data=form, headers=PAGE | headers, allow_redirects=False)


def cookies_of(answer):
    return SimpleCookie("; ".join(answer.headers.getall("Set-Cookie", [])))


async def page(client, path, **headers):
    return await client.get(path, headers=PAGE | headers, allow_redirects=False)


async def token(client, path="/v1/vendors"):
    html = await (await page(client, path)).text()
    return re.search('name="token" value="([0-9a-f]+)"', html).group(1)


async def test_a_page_leads_to_the_login_and_back(client, secret):
    answer = await page(client, "/v1/vendors?channel=seo")
    assert answer.status == 303
    where = urlsplit(answer.headers["Location"])
    assert (where.path, parse_qs(where.query)) == ("/login", {"next": ["/v1/vendors?channel=seo"]})
    login = await page(client, answer.headers["Location"])
    html = await login.text()
    assert login.status == 200
    assert 'value="/v1/vendors?channel=seo"' in html
    answer = await signed_in(client, secret, "/v1/vendors?channel=seo")
    assert (answer.status, answer.headers["Location"]) == (303, "/v1/vendors?channel=seo")
    cookie = cookies_of(answer)[sessions.COOKIE]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")
    assert cookie["max-age"] == str(sessions.LASTS)
    assert secret not in cookie.value
    html = await (await page(client, "/v1/vendors")).text()
    assert "Anna, &lt;sales&gt; desk" in html
    assert 'action="/logout"' in html
    again = await page(client, "/login?next=/v1/funnel")
    assert (again.status, again.headers["Location"]) == (303, "/v1/funnel")


async def test_programs_still_hear_401_and_a_password_still_opens(client, secret):
    assert (await client.get("/v1/vendors")).status == 401
    wrong = await page(client, "/v1/vendors", Authorization="Basic eDp5")
    assert wrong.status == 401
    assert wrong.headers["WWW-Authenticate"].startswith("Basic")
    assert (await client.post("/v1/checks", json=GOOD, headers=PAGE)).status == 401


async def test_by_https_the_cookie_is_only_for_this_host_and_that(client, secret):
    own = {"Host": "checks.example", "Origin": "https://checks.example"}
    for headers in (own, {"X-Forwarded-Proto": "https"}):
        cookie = cookies_of(await signed_in(client, secret, **headers))[sessions.SECURE_COOKIE]
        assert cookie["secure"]
        sent = {"Cookie": f"{sessions.SECURE_COOKIE}={cookie.value}"}
        assert (await page(client, "/v1/vendors", **sent)).status == 200
        planted = {"Cookie": f"{sessions.COOKIE}={cookie.value}", "X-Forwarded-Proto": "https"}
        assert (await page(client, "/v1/vendors", **planted)).status == 303


@pytest.mark.parametrize("typed", ["", " ", "nonsense", "fc_" + "x" * 43, "\0", "x" * 9_000])
async def test_a_wrong_key_is_said_on_the_page_and_repeated_nowhere(client, secret, typed):
    answer = await signed_in(client, typed)
    html = await answer.text()
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "Set-Cookie" not in answer.headers
    assert 'role="alert"' in html
    assert "nonsense" not in html


async def test_wrong_keys_are_counted_and_a_right_one_is_taken_all_the_same(client, secret):
    answers = [(await signed_in(client, f"wrong {n}")).status for n in range(32)]
    assert answers[0] == 401
    assert answers[-1] == 429
    assert (await signed_in(client, secret)).status == 303


async def test_the_keys_of_sites_and_sources_sign_nobody_in(client, service):
    site = service.keys.create_site("default", "v", ["https://a.example"], "", "")
    source = service.keys.create_source("default", "flat", "", "", vendor="v")[1]
    for each in (site.id, source):
        answer = await signed_in(client, each)
        assert answer.status == 401
        assert "opens nothing else" in await answer.text()
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    ],
)
async def test_no_other_site_signs_anybody_in(client, secret, headers):
    answer = await signed_in(client, secret, **headers)
    assert answer.status == 403
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "same-site"}])
async def test_no_other_site_reads_by_the_cookie_or_sends_a_form(client, secret, headers):
    await signed_in(client, secret)
    sent = {"token": await token(client)}
    assert (await page(client, "/v1/vendors", **headers)).status == 403
    assert (await client.post("/logout", data=sent, headers=PAGE | headers)).status == 403
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert (await page(client, "/v1/vendors", **link)).status == 200


async def test_no_call_that_changes_something_passes_by_the_cookie_alone(client, secret):
    await signed_in(client, secret)
    right = await token(client)
    calls = {
        (route.method, route.resource.canonical)
        for route in client.app.router.routes()
        if route.method not in ("GET", "HEAD", "OPTIONS") and route.resource.canonical not in OTHERWISE_PROVED
    }
    assert ("POST", "/logout") in calls
    assert len(calls) >= 7
    for method, path in calls:
        named = path.format_map(defaultdict(lambda: "x", source="flat"))
        bodies = [b"", b"{}", b"token=", b"token=" + b"0" * 32, b"token=" + right[:-1].encode()]
        for headers in (JSON, {"Content-Type": "application/x-www-form-urlencoded"}, PAGE):
            for body in bodies:
                answer = await client.request(method, named, data=body, headers=headers, allow_redirects=False)
                refused = answer.status in (401, 403, 415) or answer.headers.get("Location", "").startswith("/login?")
                assert refused, (method, path, headers, body, answer.status)
    assert (await page(client, "/v1/vendors")).status == 200  # still signed in


OTHERWISE_PROVED = {"/login", "/form/token"}
"""By the key that is typed, which is a proof itself; and what any site's page may call."""


async def test_a_token_of_another_session_is_none(client, secret):
    await signed_in(client, secret)
    others = await token(client)
    await signed_in(client, secret)
    answer = await client.post("/logout", data={"token": others}, headers=PAGE, allow_redirects=False)
    assert answer.status == 403
    assert "open it again" in await answer.text()


FORM = "application/x-www-form-urlencoded"
PART = b'--b\r\nContent-Disposition: form-data; name="token"'


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        (FORM, b"token=\xff\xfe", 400),
        (FORM, b"\xc3", 400),
        (f"{FORM}; charset=nobody", b"token=a", 415),
        (f"{FORM}; charset=rot13", b"token=a", 415),
        (f"{FORM}; charset=utf-16", b"token=a", 415),
        ("multipart/form-data", b"--b\r\n", 415),
        ("multipart/form-data; boundary=b", PART + b"\r\n\r\na", 415),
        ("multipart/form-data; boundary=b", PART + b"\r\n\r\na\r\n--b--\r\n", 415),
        ("multipart/form-data; boundary=b", PART + b'; filename="a"\r\n\r\na\r\n--b--\r\n', 415),
    ],
)
async def test_forms_that_no_page_of_ours_sends_are_refused(client, secret, kind, body, status):
    await signed_in(client, secret)
    forms = {
        route.resource.canonical
        for route in client.app.router.routes()
        if route.method == "POST" and sessions.is_page_form(route.resource.canonical)
    }
    assert {"/login", "/logout", "/find"} <= forms
    for path in forms - {"/upload"}:  # of which is a test of its own
        named = path.replace("{check_id}", "x").replace("{batch_id}", "x")
        answer = await client.post(named, data=body, headers=PAGE | {"Content-Type": kind}, allow_redirects=False)
        assert answer.status == status, path


async def test_utf_8_may_be_named_and_what_no_database_keeps_is_blank(client, secret):
    await signed_in(client, secret)
    body = f"token={await token(client)}&text=a%00b&country=%00"
    answer = await client.post("/find", data=body, headers=PAGE | {"Content-Type": f"{FORM}; charset=UTF-8"})
    assert answer.status == 200
    assert 'value="a b"' in await answer.text()


@pytest.mark.parametrize(
    "path",
    [
        *("/review?vendor=a%00", "/v1/claims?vendor=%00", "/login?next=%00", "/v1/checks?reference=%00"),
        *("/v1/claims/%00", "/v1/vendors/%00/claim", "/v1/checks/%00", "/review/%00", "/upload/%00"),
    ],
)
async def test_no_address_with_what_no_database_keeps_gets_to_one(client, secret, path):
    await signed_in(client, secret)
    assert (await page(client, path)).status == (400 if "?" in path else 404)


NEED_TWO = {
    ("GET", "/review"),
    ("GET", "/review/{check_id}"),
    ("POST", "/review/next"),
    ("POST", "/review/{check_id}"),
    ("POST", "/review/{check_id}/undo"),
    ("POST", "/review/{check_id}/leave"),
    ("POST", "/claims"),
    ("POST", "/v1/vendors/{vendor}/claims"),
}


@pytest.mark.parametrize("scopes", [("outcome", "personal"), ("read", "personal")])
async def test_what_shows_leads_and_keeps_something_needs_both_scopes(client, service, scopes):
    key = service.keys.create("default", scopes, "", "")[1]
    await signed_in(client, key)
    form = {"token": await token(client, "/"), "vendor": "x"}
    for method, path in sorted(NEED_TWO):
        headers = {"Authorization": f"Bearer {key}"} if path.startswith("/v1/") else {}
        named = path.format_map(defaultdict(lambda: "x"))
        answer = await client.request(method, named, data=form, headers=PAGE | headers, allow_redirects=False)
        assert answer.status == 403, (method, path)
        assert "lacks the scope" in await answer.text()


async def test_signing_out(client, secret):
    await signed_in(client, secret)
    answer = await client.post("/logout", data={"token": await token(client)}, headers=PAGE, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/login")
    assert '"cookies"' not in answer.headers["Clear-Site-Data"]
    assert (await page(client, "/v1/vendors")).status == 303
    out_already = await client.post("/logout", headers=PAGE, allow_redirects=False)
    assert (out_already.status, out_already.headers["Location"]) == (303, "/login")


async def test_a_cookie_that_was_planted_is_not_gone_on_with(client, secret):
    planted = cookies_of(await signed_in(client, secret))[sessions.COOKIE].value
    sent = {"Cookie": f"{sessions.COOKIE}={planted}"}
    given = cookies_of(await signed_in(client, secret, **sent))[sessions.COOKIE].value
    assert given.split(".")[1] != planted.split(".")[1]


async def test_a_revoked_key_ends_its_sessions_at_once(client, service, secret):
    await signed_in(client, secret)
    for key in service.keys.all():
        service.keys.revoke(key.id)
    assert (await page(client, "/v1/vendors")).status == 303
    assert (await client.get("/v1/vendors")).status == 401


async def test_a_session_sees_its_own_tenant_and_what_its_key_may(client, service, secret):
    check = await client.post("/v1/checks", json=GOOD, headers={"Authorization": f"Bearer {secret}"})
    path = f"/v1/checks/{(await check.json())['check_id']}"
    await signed_in(client, secret)
    seen = await (await page(client, path)).text()
    assert GOOD["email"] not in seen
    await signed_in(client, service.keys.create("other", ["read", "personal"], "", "")[1])
    assert (await page(client, path)).status == 404
    await signed_in(client, service.keys.create("default", ["check"], "the form", "")[1])
    answer = await page(client, path)
    assert answer.status == 403
    html = await answer.text()
    assert "the form" in html
    assert "/v1/vendors" not in html  # no way to what the key does not open
    await signed_in(client, service.keys.create("default", ["read", "personal"], "", "")[1])
    assert GOOD["email"] in await (await page(client, path)).text()


async def test_a_key_in_the_call_goes_before_the_cookie(client, service, secret):
    await signed_in(client, secret)
    other = {"Authorization": "Bearer nonsense"}
    assert (await client.get("/v1/vendors", headers=other)).status == 401


async def test_use_renews_it(client, service, secret, monkeypatch):
    await signed_in(client, secret)
    assert "Set-Cookie" not in (await page(client, "/v1/vendors")).headers
    later = time.time() + 3600
    monkeypatch.setattr(sessions.time, "time", lambda: later)
    assert int(cookies_of(await page(client, "/v1/vendors"))[sessions.COOKIE].value.split(".")[3]) == int(later)


async def test_the_next_start_and_other_workers_know_it_and_another_directory_does_not(
    settings, tmp_path, aiohttp_client
):
    async with wiring.service(settings) as service:
        secret = service.keys.create("default", ["read"], "", "")[1]
        client = await aiohttp_client(make(service))
        given = cookies_of(await signed_in(client, secret))[sessions.COOKIE].value
    sent = {"Cookie": f"{sessions.COOKIE}={given}"}
    async with wiring.service(settings) as service:
        assert (await page(await aiohttp_client(make(service)), "/v1/vendors", **sent)).status == 200
    (tmp_path / "other").mkdir()
    elsewhere = replace(settings, data_dir=tmp_path / "other", keys_file=settings.data_dir / "keys.json")
    async with wiring.service(elsewhere) as service:
        assert (await page(await aiohttp_client(make(service)), "/v1/vendors", **sent)).status == 303


@pytest.mark.parametrize(
    "cookie",
    ["", "a=b; " * 500, f"{sessions.COOKIE}=", f"{sessions.COOKIE}=\"\\", f"{sessions.COOKIE}=a; {sessions.COOKIE}=b",
     f"{sessions.COOKIE}={'%00' * 50}", f"{sessions.COOKIE}={'x' * 4000}", f"{sessions.SECURE_COOKIE}=é"],
)  # fmt: skip
async def test_strange_cookies_sign_nobody_in(client, secret, cookie):
    assert (await page(client, "/v1/vendors", Cookie=cookie)).status == 303
    assert (await client.get("/v1/vendors", headers={"Cookie": cookie})).status == 401


async def test_head_asks_no_less_than_get(client, service):
    await signed_in(client, service.keys.create("default", ["check"], "", "")[1])
    assert (await client.head("/v1/vendors")).status in (403, 405)


async def test_without_keys_there_is_nothing_to_sign_in_for(client):
    for answer in (await page(client, "/login?next=/v1/vendors"), await signed_in(client, "x", "/v1/vendors")):
        assert (answer.status, answer.headers["Location"]) == (303, "/v1/vendors")
        assert "Set-Cookie" not in answer.headers
    html = await (await page(client, "/v1/vendors")).text()
    assert "Sign out" not in html


async def test_a_page_that_is_not_there_is_told_within_the_frame(client, secret):
    await signed_in(client, secret)
    answer = await page(client, "/nowhere")
    html = await answer.text()
    assert (answer.status, answer.content_type) == (404, "text/html")
    assert 'href="/v1/vendors"' in html


async def test_a_form_of_ours_may_go_nowhere_else_and_tells_where_it_is_from(client, secret):
    answer = await page(client, "/login")
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "same-origin"  # else browsers send `Origin: null` with a form


def test_settings_have_no_new_secret():
    assert not [name for name in Settings.__struct_fields__ if "session" in name]
