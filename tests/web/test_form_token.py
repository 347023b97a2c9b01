"""Which pages get a form's token, what does it say, and what may a stranger find out or break?"""

from __future__ import annotations

import asyncio
import json
import logging
import time

import pytest
from msgspec import structs

from fraudcheck import wiring
from fraudcheck.adapters.keys import FaultyKeys
from fraudcheck.fields.form_token import LIFETIME, read_token
from fraudcheck.ports import Unavailable
from fraudcheck.web.app import OF_ANY_SITE, make
from tests.web.test_app import problem

PAGE = "https://a.example"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SCRIPT = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "cross-site"}
ADDRESS = "203.0.113.7"


@pytest.fixture
def settings(settings):
    return structs.replace(settings, trusted_proxies=("127.0.0.0/8", "::1"))


@pytest.fixture
def site(service):
    return service.keys.create_site("default", "Acme", [PAGE, "https://*.b.example"], "", "")


@pytest.fixture
def ask(client, site):
    """Asks for a token as a page of a site does."""

    async def call(body=None, origin=PAGE, method="POST", address=ADDRESS, **headers):
        told = {"Origin": origin, "X-Forwarded-For": address, **FORM} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return await client.request(
            method,
            "/form/token",
            data=f"site={site.id}" if body is None else body,
            headers={name: value for name, value in told.items() if value is not None},
        )

    return call


async def given(answer):
    assert answer.status == 200, await answer.text()
    return await answer.json()


def expect_readable(answer, origin=PAGE):
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert "Access-Control-Allow-Credentials" not in answer.headers


async def beside(service, answer, tenant="default", **lead):
    """The token as it is read beside a lead."""
    told = await given(answer)
    found = read_token(wiring.identity_key(service.settings, tenant), told["token"], **lead)
    assert found.state == "valid"
    return found


async def read(service, answer, tenant="default"):
    return (await beside(service, answer, tenant)).token


async def test_a_token_says_who_fetched_it_where_and_when(service, ask, site):
    before = time.time()
    answer = await ask(User_Agent="Mozilla/5.0 x", **SCRIPT)
    expect_readable(answer)
    assert answer.headers["Vary"] == "Origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    told = await given(answer)
    assert told["expires_in"] == LIFETIME
    found = await beside(service, answer, vendor=" ACME ", ip=ADDRESS, agent="Mozilla/5.0 x")
    token = found.token
    assert before - 0.1 <= token.issued <= time.time() + 0.1
    assert (token.site, token.origin, token.scripted, token.assistant) == (site.id, PAGE, True, "")
    assert (found.vendor, found.address, found.agent) == ("same", "same", "same")
    other = await beside(service, answer, vendor="other", ip="198.51.100.1", agent="Mozilla/5.0 y")
    assert (other.vendor, other.address, other.agent) == ("other", "other", "other")
    assert ADDRESS not in told["token"]
    assert token.id != (await read(service, await ask())).id


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        ("https://shop.b.example", "https://shop.b.example"),
        ("HTTPS://A.EXAMPLE:443", PAGE),
        ("https://a.example.", PAGE),
    ],
)
async def test_every_way_to_write_an_origin_of_the_site(service, ask, origin, told):
    answer = await ask(origin=origin)
    expect_readable(answer, origin)
    assert (await read(service, answer)).origin == told


@pytest.mark.parametrize(
    "origin",
    [None, "", "null", "https://evil.example", "http://a.example", "https://a.example:8443", "https://b.example",
     "https://a.example.evil.example", "https://evil.example/https://a.example", "https://a.example@evil.example", "*",
     "http://localhost", "x" * 8000],
)  # fmt: skip
async def test_a_page_of_no_site_gets_none(ask, service, origin):
    answer = await ask(origin=origin)
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Vary"] == "Origin"
    await problem(answer, 403)
    assert service.form_tokens == {"origin": 1}


async def test_two_origins_are_none(client, site):
    headers = [("Origin", PAGE), ("Origin", PAGE), *FORM.items()]
    await problem(await client.post("/form/token", data=f"site={site.id}", headers=headers), 403)


async def test_a_key_of_another_site_gives_none_to_this_page(service, ask):
    other = service.keys.create_site("default", "other", ["https://o.example"], "", "")
    answer = await ask(f"site={other.id}")
    await problem(answer, 403)


@pytest.mark.parametrize("kind", ["api", "source", "nothing", "unknown", "revoked"])
async def test_other_keys_give_none(service, ask, site, kind):
    secrets = {
        "api": service.keys.create("default", ["check", "read", "admin"], "", "")[1],
        "source": service.keys.create_source("default", "leadconduit", "", "", vendor="v")[1],
        "nothing": "",
        "unknown": "site_0000000000000000",
        "revoked": site.id,
    }
    if kind == "revoked":
        service.keys.revoke(site.id)
        service.keys.create_site("default", "Acme", [PAGE], "", "")
    answer = await ask(f"site={secrets[kind]}")
    expect_readable(answer)  # so that the console of the page's owner tells what is wrong
    await problem(answer, 401)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("site={site}", "text/plain;charset=UTF-8", 200),
        ("site={site}&more=1&x", "application/x-www-form-urlencoded;charset=utf-8", 200),
        ("site={site}", "application/json", 415),
        ("site={site}", "multipart/form-data", 415),
        ("site={site}", "text/plain;" + "a=b;" * 100, 415),
        ("site={site}&site={site}", FORM["Content-Type"], 400),
        ("{site}", FORM["Content-Type"], 401),
        ("&".join(f"a{n}=1" for n in range(100)), FORM["Content-Type"], 401),
        ("&" * 1024, FORM["Content-Type"], 401),
        (b"site=\xff\xfe", FORM["Content-Type"], 400),
        ("site={site}&x=" + "y" * 1024, FORM["Content-Type"], 413),
    ],
)
async def test_bodies(ask, site, body, kind, status):
    answer = await ask(body.format(site=site.id) if isinstance(body, str) else body, Content_Type=kind)
    expect_readable(answer)
    assert answer.status == status


async def test_a_body_in_pieces_is_bounded_too(client, site):
    async def pieces():
        for _ in range(20):
            yield b"x" * 1000

    answer = await client.post("/form/token", data=pieces(), headers=FORM | {"Origin": PAGE})
    await problem(answer, 413)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
async def test_other_methods(ask, method):
    answer = await ask(method=method)
    assert answer.status == 405
    assert set(answer.headers["Allow"].split(",")) == {"POST", "OPTIONS"}


async def test_a_browser_that_asks_first_hears_what_may_be_sent(ask):
    answer = await ask(
        "", method="OPTIONS", Access_Control_Request_Headers="x-trace", Access_Control_Request_Method="POST"
    )
    assert answer.status == 204
    expect_readable(answer)
    assert answer.headers["Access-Control-Allow-Methods"] == "POST"
    assert answer.headers["Access-Control-Allow-Headers"] == "*"
    for origin in ("https://evil.example", "null", None):
        answer = await ask("", method="OPTIONS", origin=origin)
        assert "Access-Control-Allow-Origin" not in answer.headers
        await problem(answer, 403)


@pytest.mark.parametrize(
    "lacks",
    [
        {"Sec-Fetch-Mode": "navigate"},
        {"Sec-Fetch-Dest": "document"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Mode": None},
    ],
)
async def test_what_no_script_sends_is_not_scripted_and_gets_its_token(service, ask, lacks):
    headers = {name: value for name, value in (SCRIPT | lacks).items() if value}
    assert not (await read(service, await ask(**headers))).scripted


async def test_an_assistant_is_named(service, ask):
    assert (await read(service, await ask(Signature_Agent='"https://chatgpt.com"'))).assistant == "chatgpt"
    assert (await read(service, await ask(User_Agent="x Claude-User/1.0"))).assistant == "claude"
    assert (await read(service, await ask(User_Agent="GPTBot/1.2"))).assistant == ""


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("Mozilla/5.0 " + "x" * 5000, "Mozilla/5.0 " + "x" * 1000),
        ("Mozilla/5.0 Trình duyệt", "Mozilla/5.0 Trình duyệt"),
        ("", ""),
    ],
)
async def test_a_browser_is_known_as_the_lead_will_name_it(service, ask, sent, told):
    assert (await beside(service, await ask(User_Agent=sent), agent=told)).agent == ("same" if told else "")


@pytest.mark.parametrize("name", ["User-Agent", "Signature-Agent", "Sec-Fetch-Mode", "X-Forwarded-For", "Referer"])
async def test_headers_that_are_no_text_cost_nobody_the_token(service, client, site, name):
    body = f"site={site.id}".encode()
    lines = (
        "Host: a",
        f"Origin: {PAGE}",
        f"Content-Length: {len(body)}",
        "Content-Type: text/plain",
        "Connection: close",
    )
    head = "\r\n".join(["POST /form/token HTTP/1.1", *lines, ""])
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write(head.encode() + name.encode() + b": \xff\xe9\r\n\r\n" + body)
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200 OK")
    told = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert read_token(wiring.identity_key(service.settings, "default"), told["token"]).token.agent == ""


async def test_the_country_of_the_address(service, ask):
    service.ip_intelligence = Countries({"203.0.113.7": ("VN",), "203.0.113.8": ("VN", "TH")})
    assert (await read(service, await ask())).country == "VN"
    assert (await read(service, await ask(address="203.0.113.8"))).country == ""
    assert (await read(service, await ask(address="203.0.113.9"))).country == ""


class Countries:
    def __init__(self, known):
        self._known = known

    def look_up(self, ip):
        from fraudcheck.ports.ip import Network

        return Network(countries=self._known.get(ip, ()))


async def test_an_address_that_is_not_known_is_left_out_and_told_once_without_any(service, ask, caplog):
    caplog.set_level(logging.DEBUG)
    for address in ("10.9.8.7", "garbage-of-a-person", "198.51.100.23, unknown"):
        token = await read(service, await ask(address=address))
        assert (token.line, token.network) == ("", "")
    assert caplog.text.count("--trusted-proxies") == 1
    for trace in ("10.9.8.7", "garbage", "198.51.100.23"):
        assert trace not in caplog.text


async def test_the_tenant_and_its_key(service, ask):
    key = service.keys.create_site("other", "v", [PAGE], "", "")
    answer = await ask(f"site={key.id}")
    await read(service, answer, "other")
    told = await given(answer)
    assert read_token(wiring.identity_key(service.settings, "default"), told["token"]).state == "other_key"


async def test_a_tenant_whose_policy_is_broken_gives_tokens(service, settings, ask):
    (settings.data_dir / "policies").mkdir()
    (settings.data_dir / "policies" / "broken.toml").write_text("nonsense [")
    key = service.keys.create_site("broken", "v", [PAGE], "", "")
    await read(service, await ask(f"site={key.id}"), "broken")


async def test_neither_ledger_nor_redis_is_asked(service, ask, monkeypatch):
    def fails(*_, **__):
        raise Unavailable("it")

    for part in (service.ledger, service.counters):
        for name in dir(type(part)):
            if not name.startswith("_") and callable(getattr(type(part), name)):
                monkeypatch.setattr(type(part), name, fails)
    await given(await ask())
    monkeypatch.undo()


async def test_keys_that_cannot_be_read_are_told(service, ask, monkeypatch):
    def fails(*_):
        raise FaultyKeys("keys.json is damaged")

    monkeypatch.setattr(type(service.keys), "find", fails)
    monkeypatch.setattr(type(service.keys), "all", fails)
    answer = await ask()
    assert "damaged" not in await answer.text()
    await problem(answer, 503)
    assert answer.headers["Retry-After"] == "5"


class TestLimits:
    @pytest.fixture
    def settings(self, settings):
        return structs.replace(settings, limits=("token=3/minute", "site-token=2/minute"))

    async def test_too_many_from_one_line_are_told_when_to_come_again(self, ask, client, service):
        for _ in range(3):
            await given(await ask())
        answer = await ask()
        expect_readable(answer)
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert answer.headers["Access-Control-Expose-Headers"] == "Retry-After"
        await problem(answer, 429)
        await given(await ask(address="198.51.100.1"))
        await given(await ask(address="2a02:8109::1"))
        await given(await ask(address="2a02:8109::2"))
        await given(await ask(address="2a02:8109::3"))
        assert (await ask(address="2a02:8109::4")).status == 429  # a line has as many as it likes
        metrics = await (await client.get("/metrics")).text()
        assert 'fraudcheck_form_tokens_total{outcome="limit"} 2.0' in metrics
        assert 'fraudcheck_form_tokens_total{outcome="given"} 7.0' in metrics
        assert 'fraudcheck_limited_total{kind="token"} 2.0' in metrics
        assert ADDRESS not in metrics

    async def test_without_an_address_the_site_is_counted(self, service, ask):
        other = service.keys.create_site("default", "v", [PAGE], "", "")
        for status in (200, 200, 429):
            assert (await ask(address=None)).status == status
        assert (await ask(f"site={other.id}", address=None)).status == 200
        assert (await ask()).status == 200


class TestWithoutKeys:
    @pytest.mark.parametrize("body", ["", "site=", "site=site_0123"])
    @pytest.mark.parametrize(
        "origin", ["http://localhost:3000", "http://127.0.0.1", "https://[::1]:8443", "http://LOCALHOST"]
    )
    async def test_pages_of_this_machine_get_tokens_of_the_tenant_default(self, service, client, origin, body):
        answer = await client.post("/form/token", data=body, headers=FORM | {"Origin": origin})
        expect_readable(answer, origin)
        token = await read(service, answer)
        assert (token.site, token.vendor, token.line) == ("", "", "")

    @pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://localhost.evil.example"])
    async def test_others_do_not(self, client, origin):
        answer = await client.post("/form/token", headers={"Origin": origin} if origin else {})
        assert "Access-Control-Allow-Origin" not in answer.headers
        await problem(answer, 403)

    async def test_a_name_that_is_not_ours_gives_none(self, client):
        headers = {"Origin": "http://localhost", "Host": "evil.example"}
        await problem(await client.post("/form/token", headers=headers), 421)

    async def test_pages_of_allowed_hosts(self, settings, aiohttp_client):
        chosen = structs.replace(settings, allowed_hosts=("demo.example",))
        async with wiring.service(chosen) as service:
            client = await aiohttp_client(make(service))
            await given(await client.post("/form/token", headers={"Origin": "https://demo.example"}))

    async def test_that_no_proxy_is_declared_is_no_news_on_ones_own_machine(self, client, caplog):
        await given(await client.post("/form/token", headers={"Origin": "http://localhost"}))
        assert "trusted-proxies" not in caplog.text


@pytest.mark.parametrize("kind", ["site", "source"])
async def test_a_key_of_a_site_or_a_source_opens_no_call_of_the_api(service, client, site, kind):
    secret = site.id if kind == "site" else service.keys.create_source("default", "leadconduit", "", "", vendor="v")[1]
    calls = {
        (route.method, route.resource.canonical)
        for route in client.app.router.routes()
        if route.resource.canonical.startswith("/v1/")
        and (kind == "site" or not route.resource.canonical.startswith(OF_SOURCES))
    }
    assert len(calls) >= 15
    for method, path in calls:
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        answer = await client.request(
            method,
            path.format(check_id="x", vendor="x", batch_id="x", source="flat", claim="x"),
            headers=headers,
            data=b"{}" if method == "POST" else None,
        )
        assert answer.status in (401, 429), (method, path)


OF_SOURCES = ("/v1/forms/", "/v1/leadconduit")


async def test_a_service_whose_only_key_is_a_sites_is_closed(client, site):
    await problem(await client.get("/v1/reasons"), 401)
    await problem(
        await client.post(
            "/v1/checks", data=json.dumps({"email": "a@b.example"}), headers={"Content-Type": "application/json"}
        ),
        401,
    )


def test_pages_of_other_sites_may_call_nothing_else():
    assert all(path.startswith("/form") for path in OF_ANY_SITE)
