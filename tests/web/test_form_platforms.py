"""Each platform's own delivery over real HTTP, with the secret where that platform puts it, and signed as it signs."""

from __future__ import annotations

import json
from time import time
from urllib.parse import urlencode

import pytest

from fraudcheck.intake.forms.registry import PLATFORMS
from tests.intake.forms.test_platforms import PAYLOADS, typeform_test
from tests.intake.forms.test_signatures import SECRET, headers

SIGNED = [name for name in sorted(PAYLOADS) if PLATFORMS[name].is_signed]
IN_BODY = {"google": "google_key", "wufoo": "HandshakeKey"}


def delivered(name, secret, content=None):
    """The path, body and headers of a platform's call."""
    payload = PAYLOADS[name]
    content = dict(content or payload["content"])
    path = f"/v1/forms/{name}"
    if name in IN_BODY:
        content[IN_BODY[name]] = secret
    else:
        path += f"?key={secret}"
    if payload["form"]:
        return path, urlencode(content).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    return path, json.dumps(content).encode(), {"Content-Type": "application/json", **payload["headers"]}


def make_key(service, name, **told):
    return service.keys.create_source("default", name, "", "", vendor="acme", **told)[1]


@pytest.mark.parametrize("name", sorted(PAYLOADS))
async def test_delivery(client, service, name):
    path, body, sent = delivered(name, make_key(service, name))
    answer = await client.post(path, data=body, headers=sent)
    told = await answer.json()
    assert (answer.status, told["outcome"], told["classification"]) == (200, "success", "genuine"), told
    reader = {"Authorization": f"Bearer {service.keys.create('default', ['read', 'personal'], '', '')[1]}"}
    kept = (await (await client.get(f"/v1/checks/{told['check_id']}", headers=reader)).json())["lead"]
    expected = PAYLOADS[name]["lead"]
    assert {part: kept.get(part) for part in ("email", "phone", "name", "first_name", "reference")} == {
        part: expected.get(part) for part in ("email", "phone", "name", "first_name", "reference")
    }
    assert kept["source"]["vendor"] == "acme"
    again = await (await client.post(path, data=body, headers=sent)).json()
    assert (again["check_id"] == told["check_id"]) is bool(PAYLOADS[name]["event"])


@pytest.mark.parametrize("name", SIGNED)
async def test_signature(client, service, name, monkeypatch):
    secret = make_key(service, name, signing=SECRET)
    path, body, sent = delivered(name, secret)
    monkeypatch.setattr("tests.intake.forms.test_signatures.URL", str(client.make_url(path)))
    signed = headers(name, body, time())
    if name == "framer":
        sent = {header: value for header, value in sent.items() if header not in signed}
    assert (await client.post(path, data=body, headers=sent)).status == 401
    answer = await client.post(path, data=body, headers=sent | signed)
    assert (answer.status, (await answer.json())["outcome"]) == (200, "success")
    assert (await client.post(path, data=body + b" ", headers=sent | signed)).status == 401


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("google", PAYLOADS["google"]["content"] | {"is_test": True}),
        ("meta", {"id": "1", "field_data": [{"name": "email", "values": ["test@meta.com"]}]}),
        ("typeform", typeform_test()),
    ],
)
async def test_a_platforms_test_is_told_as_one(client, service, name, content):
    path, body, sent = delivered(name, make_key(service, name), content)
    told = await (await client.post(path, data=body, headers=sent)).json()
    assert told["classification"] == "test"


async def test_metas_own_webhook_hears_what_to_do(client, service):
    change = {"field": "leadgen", "value": {"leadgen_id": "44", "form_id": "5", "page_id": "1"}}
    path, body, sent = delivered(
        "meta", make_key(service, "meta"), {"object": "page", "entry": [{"changes": [change]}]}
    )
    answer = await client.post(path, data=body, headers=sent)
    told = await answer.json()
    assert (answer.status, told["outcome"], told["check_id"]) == (200, "error", None)
    assert "Graph API" in told["reason"]
