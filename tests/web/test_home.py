"""The first page and the catalogue's: what they say, to whom, and that they link only to what opens."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest

from fraudcheck.adapters.lists.inventory import ListInfo
from fraudcheck.ports import Unavailable
from fraudcheck.reasons import CATALOGUE, GROUPS
from fraudcheck.web.handlers import home
from fraudcheck.web.readiness import Probe
from fraudcheck.web.schemas import Readiness
from tests.web.test_app import GOOD, check, problem

PAGE = {"Accept": "text/html"}


async def html(client, path="/", status=200, **headers):
    answer = await client.get(path, headers=PAGE | headers, allow_redirects=False)
    assert (answer.status, answer.content_type) == (status, "text/html")
    return " ".join(re.sub("<style>.*</style>", "", await answer.text(), flags=re.DOTALL).split())


async def test_what_it_is_and_that_it_is_well(client, service):
    text = await html(client)
    assert "judges sales leads" in text
    assert "All is well" in text
    assert service.tenants["default"].policy_hash in text
    assert "No lead came in the last 24 hours" in text
    for place in ("/try", "/upload", "/v1/vendors", "/review", "/find", "/reasons", "/api"):
        assert text.count(f'<a href="{place}"') == 2  # in the navigation, and as a card


async def test_a_program_hears_the_version_and_where_the_api_is_told(client):
    told = await (await client.get("/")).json()
    assert told["name"] == "fraudcheck"
    assert told["version"]
    for path in told["links"].values():
        assert (await client.get(path)).status == 200


async def test_the_leads_of_a_day(client, service):
    for n in range(3):
        await check(client, {**GOOD, "reference": f"r{n}", "email": f"an{n}@gmail.com"})
    await check(client, {"email": "an@mailinator.com", "name": "x"})
    counts = await service.ledger.count_decisions("default", "2020-01-01T00:00:00.000Z")
    assert sum(counts.values()) == 4
    text = await html(client)
    assert "<dt>Leads</dt><dd>4</dd>" in text
    assert f"<dt>Accepted</dt><dd>{counts['accept']}</dd>" in text


async def test_each_key_sees_its_own(client, service):
    await check(client)
    others = service.keys.create("other", ["read"], "", "")[1]
    form = service.keys.create("default", ["check"], "", "")[1]
    assert "No lead came" in await html(client, Authorization=f"Basic {basic(others)}")
    text = await html(client, Authorization=f"Basic {basic(form)}")
    assert "The last 24 hours" not in text
    assert 'href="/try"' in text
    assert not re.search('href="/(v1/vendors|review|find|upload)"', text)
    await problem(await client.get("/"), 401)


def basic(key):
    return b64encode(f"x:{key}".encode()).decode()


@pytest.mark.parametrize(
    ("status", "says"), [("degraded", "not all can be looked up"), ("unavailable", "No lead can be kept now")]
)
async def test_what_is_away_is_said_in_words(client, monkeypatch, status, says):
    async def readiness(_):
        return Readiness(status=status, dependencies={"ledger": "ok", "redis": "unavailable: <b>", "new": "ok"})

    monkeypatch.setattr(Probe, "readiness", readiness)
    text = await html(client)
    assert says in text
    assert "unavailable: &lt;b&gt;" in text


async def test_it_opens_while_the_ledger_is_away(client, service, monkeypatch):
    async def count_decisions(*_):
        raise Unavailable("ledger")

    monkeypatch.setattr(type(service.ledger), "count_decisions", count_decisions)
    assert "The ledger cannot be read now" in await html(client)


@pytest.mark.parametrize("days", [90, 91])
async def test_lists_that_are_out_of_date_are_named(client, monkeypatch, days):
    day = (datetime.now(UTC) - timedelta(days=days)).date().isoformat()
    listed = ListInfo(name="<b>old</b>", version="1", date=day, source="shipped", licence="MIT")
    monkeypatch.setattr(home, "_lists", lambda settings: [listed])
    text = await html(client)
    assert ("Older than 90 days: <bdi>&lt;b&gt;old&lt;/b&gt;</bdi>" in text) is (days > 90)
    assert ("No list is older" in text) is (days <= 90)


async def test_every_reason_has_a_row_with_its_points_and_an_anchor(client, service):
    text = await html(client, "/reasons")
    points = service.tenants["default"].policy.points
    for code, reason in CATALOGUE.items():
        row = re.search(f'<tr id="{code}">(.*?)</tr>', text).group(1)
        assert f"{abs(points[code]):.1f}" in row
        assert ("Retired" in row) is (reason.retired is not None)
        assert ("reject a lead alone" in row) is reason.conclusive
    assert len(re.findall('<tr id="', text)) == len(CATALOGUE)


async def test_one_group_alone(client):
    text = await html(client, "/reasons?group=phone")
    assert set(re.findall('<tr id="([A-Z_0-9]+)"', text)) == {
        code for code, reason in CATALOGUE.items() if reason.group == "phone"
    }
    assert all(f"/reasons?group={group}" in text for group in GROUPS)
    await html(client, "/reasons?group=<b>", status=404)


async def test_programs_get_the_catalogue_there_too(client):
    assert await (await client.get("/reasons")).json() == await (await client.get("/v1/reasons")).json()
