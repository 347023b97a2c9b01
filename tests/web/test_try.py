"""A lead that is tried out in a browser: judged and explained, and nothing of it kept or counted."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from fraudcheck.web import try_page
from fraudcheck.web.state import SERVICE
from tests.web.test_app import check

PAGE = {"Accept": "text/html"}
GOOD = {"name": "Nguyễn Văn An", "email": "an.nguyen@gmail.com", "phone": "0912 840 375", "country": "VN"}


async def attempt(client, status=200, **values):
    answer = await client.post("/try", data={"token": "", **values}, headers=PAGE)
    text = await answer.text()
    text = text[text.find("<main") :]
    assert answer.status == status, text
    return unescape(text)


def value(html, name):
    """What stands in a field of the form."""
    if name == "message":
        return re.search(r'name="message".*?>\n(.*?)</textarea>', html, re.DOTALL)[1]
    return re.search(rf'name="{re.escape(name)}" value="([^"]*)"', html)[1]


async def test_a_lead_is_explained_and_stays_in_the_form(client):
    html = await attempt(client, **GOOD, message="40 chairs\nin <March>", **{"form.fill_seconds": "48"})
    assert "This lead was accepted" in html
    assert "EMAIL_MATCHES_NAME" in html
    assert {name: value(html, name) for name in GOOD} == GOOD
    assert value(html, "message") == "40 chairs\nin <March>"
    assert "<details open>" in html
    bad = await attempt(client, email="x@mailinator.com")
    assert "EMAIL_DISPOSABLE" in bad
    assert "<details open>" not in bad


@pytest.mark.parametrize("example", [example.key for example in try_page.EXAMPLES])
async def test_every_example_is_judged_with_one_click(client, example):
    html = await attempt(client, example=example)
    assert "The verdict" in html
    assert all(value(html, name) == given for name, given in try_page.read({"example": example}).items())


async def test_nothing_is_kept_counted_or_measured(client):
    service = client.app[SERVICE]
    before = (dict(service.pipeline.decisions), dict(service.pipeline.stages.calls), service.pipeline._measured)
    for _ in range(3):
        html = await attempt(client, **GOOD)
    assert "Nothing was counted" in html
    assert (dict(service.pipeline.decisions), dict(service.pipeline.stages.calls), service.pipeline._measured) == before
    listed = await (await client.get("/v1/checks")).json()
    assert listed["checks"] == []
    assert service.counters._times_kept == 0
    live = await check(client, GOOD)
    kept = await (await client.get(f"/v1/checks/{live['check_id']}")).json()
    assert "mailbox" not in kept["facts"]["velocity"]  # it is the first


async def test_what_is_not_counted_is_unknown_and_costs_nothing(client):
    live = await check(client, GOOD)
    html = await attempt(client, **GOOD)
    assert f"trust score of {live['trust_score']} of 100" in html
    assert "Had this been known" in html


async def test_what_cannot_be_read_stands_beside_its_field(client):
    html = await attempt(client, 422, name="An")
    assert html.count("Give a mail address or a phone number") == 2
    assert value(html, "name") == "An"
    assert "The verdict" not in html
    wrong = await attempt(client, **GOOD, **{"client.ip": "here"})
    assert re.search(r'id="client\.ip-wrong">not an', wrong)
    assert 'aria-describedby="client.ip-wrong client.ip-hint"' in wrong


async def test_what_is_typed_is_text_and_no_part_of_the_page(client):
    answer = await client.post("/try", data={"token": "", "email": '"><script>x</script>@a.de', "name": "{{ 1 }}"})
    assert "<script>x" not in await answer.text()


async def test_only_a_form_is_taken_and_nothing_of_a_query(client):
    assert (
        await client.post("/try", data=json.dumps(GOOD), headers={"Content-Type": "application/json"})
    ).status == 415
    assert (await client.post("/try", data={"token": "other", **GOOD})).status == 403
    html = await (await client.get("/try?email=an@gmail.com", headers=PAGE)).text()
    assert "an@gmail.com" not in html
    far = await client.post("/try", data={"token": "", "message": "x" * 70_000, **GOOD})
    assert far.status == 413
