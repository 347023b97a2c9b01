"""What may a page in a browser on this machine do? Nothing to a service without keys, unless the page is its own."""

from __future__ import annotations

import base64
import json

import pytest
from msgspec.structs import replace

from fraudcheck import wiring
from fraudcheck.web.app import make
from tests.web.test_app import GOOD, JSON, problem

PATHS = ["/v1/checks", "/v1/vendors", "/v1/reasons", "/metrics", "/openapi.json", "/healthz", "/nothing"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.0", "",
             "127.0.0.1@evil.example", "[::2]", "[::1", "192.168.1.2:8080", "127.1", "localhost:80:80", "evil:x"],
)  # fmt: skip
async def test_a_name_that_is_not_ours_reads_nothing(client, path, host):
    await problem(await client.get(path, headers={"Host": host}), 421)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:9", "127.0.0.1:1", "127.9.9.9", "[::1]:80", "localhost."])
async def test_loopback_by_any_name(client, host):
    assert (await client.get("/v1/checks", headers={"Host": host})).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "file://"},
        {"Origin": "http://[::1"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    ],
)
async def test_a_page_of_another_site_is_refused(client, headers):
    await problem(await client.get("/v1/checks", headers=headers), 403)
    await problem(await client.post("/v1/checks", data=json.dumps(GOOD), headers=JSON | headers), 403)
    await problem(await client.delete("/v1/batches/0", headers=headers), 403)
    assert (await (await client.get("/v1/checks")).json())["checks"] == []


async def test_the_address_bar_a_link_and_our_own_page_go_on(client):
    own = str(client.make_url("/"))[:-1]
    page = {"Accept": "text/html"}
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert (await client.get("/v1/vendors", headers=page | {"Sec-Fetch-Site": "none"})).status == 200
    assert (await client.get("/v1/vendors", headers=page | link)).status == 200
    same = {"Sec-Fetch-Site": "same-origin", "Origin": own}
    assert (await client.post("/v1/checks", data=json.dumps(GOOD), headers=JSON | same)).status == 200
    await problem(await client.post("/v1/checks", data=json.dumps(GOOD), headers=JSON | link), 403)


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/octet-stream", "application/x-www-form-urlencoded", "multipart/form-data",
             "text/plain; application/json", "text/json", ""],
)  # fmt: skip
@pytest.mark.parametrize("call", ["", "/01936b5e-0000-7000-8000-000000000000/outcome"])
async def test_what_a_page_may_send_without_asking_is_no_json(client, kind, call):
    body = json.dumps(GOOD).encode()
    skip = {"skip_auto_headers": ["Content-Type"]} if kind is None else {"headers": {"Content-Type": kind}}
    await problem(await client.post(f"/v1/checks{call}", data=body, **skip), 415)
    assert (await (await client.get("/v1/checks")).json())["checks"] == []


async def test_json_with_a_charset_is_json(client):
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert (await client.post("/v1/checks", data=json.dumps(GOOD), headers=headers)).status == 200


async def test_a_batch_without_a_type_is_refused(client):
    answer = await client.post("/v1/batches", data=b"email\na@b.example\n", skip_auto_headers=["Content-Type"])
    await problem(answer, 415)


async def test_further_names_may_be_allowed(settings, aiohttp_client):
    async with wiring.service(replace(settings, allowed_hosts=("Leads.example",))) as service:
        client = await aiohttp_client(make(service))
        named = {"Host": "leads.example"}
        assert (await client.get("/v1/checks", headers=named)).status == 200
        assert (await client.get("/v1/checks", headers=named | {"Origin": "https://leads.example"})).status == 200
        await problem(await client.get("/v1/checks", headers=named | {"Origin": "https://evil.example"}), 403)
        await problem(await client.get("/v1/checks", headers={"Host": "evil.example"}), 421)


async def test_a_keyed_service_answers_by_any_name_and_the_browsers_own_key_to_no_other_site(client, service):
    secret = service.keys.create("default", ["check", "read"], "", "")[1]
    bearer = {"Authorization": f"Bearer {secret}", "Host": "leads.example", "Origin": "https://app.example"}
    assert (await client.get("/v1/checks", headers=bearer)).status == 200
    login = {"Authorization": "Basic " + base64.b64encode(f"a:{secret}".encode()).decode()}
    other_site = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert (await client.get("/v1/checks", headers=login | {"Host": "leads.example"})).status == 200
    await problem(await client.get("/v1/checks", headers=login | other_site), 403)
    await problem(await client.post("/v1/checks", data=json.dumps(GOOD), headers=JSON | login), 401)


async def test_keys_that_are_gone_are_503_and_nobody_gets_in(client, service):
    secret = service.keys.create("default", ["read"], "", "")[1]
    service.keys._path.unlink()
    service.keys._looked_at = service.keys._good_at = float("-inf")
    await problem(await client.get("/v1/checks"), 401)
    answer = await client.get("/v1/checks", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status == 503
    assert answer.headers["Retry-After"]
    assert "keys" in (await answer.json())["title"]
    assert (await client.get("/healthz")).status == 200
