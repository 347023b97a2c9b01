"""Audits over HTTP: for programs, spreadsheets and browsers, by whoever may see them."""

from __future__ import annotations

import asyncio
import base64
import csv
import io
import json
from datetime import UTC, datetime
from time import time
from urllib.parse import quote

import pytest

from fraudcheck import wiring
from fraudcheck.fields.form_token import make_token
from fraudcheck.operations.replay import replay
from fraudcheck.ports import Unavailable
from fraudcheck.web import child_calls, report_process
from fraudcheck.web.app import make
from tests.web.reports import ReportsInProcess
from tests.web.test_app import GOOD, JSON, check, problem

BAD = {"email": "xkqjw8271z@mailinator.com", "phone": "0912 840 375", "country": "VN", "form": {"fill_seconds": 0.8}}
PAGE = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
async def client(service, aiohttp_client):
    """The service, with reports made in its own process: nothing is measured here."""
    return await aiohttp_client(make(service, audits=ReportsInProcess(service.settings)))


async def bought(client, vendor="acme", **headers):
    """A good lead and a bad one."""
    source = {"source": {"vendor": vendor, "price": {"amount": "12.50", "currency": "EUR"}, "channel": "ppc"}}
    return [await check(client, {**lead, **source}, **headers) for lead in (GOOD, BAD)]


async def test_all_vendors(client):
    await bought(client, "acme")
    await bought(client, "Chợ Lớn/Media")
    report = await (await client.get("/v1/vendors?visits=ppc=100")).json()
    assert {line["vendor"]: line["leads"] for line in report["vendors"]} == {"acme": 2, "Chợ Lớn/Media": 2}
    assert report["all"]["decisions"]["reject"] == 2
    assert report["all"]["money"][0]["paid"] == "50.00"
    assert report["conversions"][0]["forms"] == 4


@pytest.mark.parametrize("vendor", ["acme", "Chợ Lớn/Media", "100% leads?", "سوق العملاء"])
async def test_one_vendor_by_any_name(client, vendor):
    _, rejected = await bought(client, vendor)
    path = f"/v1/vendors/{quote(vendor, safe='')}/report"
    report = await (await client.get(path)).json()
    assert report["summary"]["leads"] == 2
    assert [example["check_id"] for example in report["examples"]] == [rejected["check_id"]]
    carried = {each["field"]: (each["leads"], each["of"]) for each in report["carried"]}
    assert (carried["email"], carried["device"]) == ((2, 2), (0, 2))
    overview = await (await client.get("/v1/vendors", headers=PAGE)).text()
    assert f'href="{path}"' in overview
    assert "None of the newest 2 leads carries" in await (await client.get(path, headers=PAGE)).text()


async def test_whose_forms_carry_the_script(client, service):
    key = wiring.identity_key(service.settings, "default")
    for n, vendor in enumerate(("acme", "acme", "other")):
        token = make_token(key, issued=time() - 40, random_id=f"{n}", vendor="acme", origin="https://a.example")
        lead = {
            **GOOD,
            "phone": f"09128403{n:02}",
            "source": {"vendor": vendor, "channel": "ppc"},
            "form": {"token": token},
        }
        await check(client, lead)
    await bought(client)
    report = await (await client.get("/v1/vendors/acme/report")).json()
    assert report["summary"]["form_tokens"] == {
        "leads": 4,
        "valid": 2,
        "share": 0.5,
        "origins": [{"origin": "https://a.example", "leads": 2}],
    }
    page = await (await client.get("/v1/vendors/acme/report", headers=PAGE)).text()
    assert "2 of 4 leads by forms (50.0%) carry a valid token" in page
    assert "2 from https://a.example" in page
    overview = await (await client.get("/v1/vendors", headers=PAGE)).text()
    assert overview.count(">Form tokens<") == 1  # a column, and below the table what it says


async def test_as_a_spreadsheet(client):
    await bought(client)
    for path in ("/v1/vendors", "/v1/vendors/acme/report"):
        answer = await client.get(path, headers={"Accept": "text/csv"})
        assert answer.content_type == "text/csv"
        rows = list(csv.reader(io.StringIO(await answer.text())))
        assert rows[1][:2] in (["acme", "2"], ["vendor", "acme"])


async def test_a_lead_as_a_page_shows_how_it_adds_up_and_hides_who_it_was(client, service):
    _, verdict = await bought(client)
    await client.post(f"/v1/checks/{verdict['check_id']}/outcome", data='{"outcome": "contacted"}', headers=JSON)
    key = service.keys.create("default", ["read"], "", "")[1]
    answer = await client.get(f"/v1/checks/{verdict['check_id']}", headers=PAGE | {"Authorization": f"Bearer {key}"})
    page = await answer.text()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "FORM_TOO_FAST" in page
    assert "identical when judged again" in page
    assert "<li>contacted" in page
    for personal in ("xkqjw8271z", "912840375", "0912 840"):
        assert personal not in page


async def test_no_report_names_a_person(client):
    await bought(client)
    for headers in ({}, PAGE, {"Accept": "text/csv"}):
        for path in ("/v1/vendors", "/v1/vendors/acme/report"):
            text = await (await client.get(path, headers=headers)).text()
            assert not any(personal in text for personal in ("nguyen", "xkqjw", "840375", "crm-123"))


@pytest.mark.parametrize("query", ["from=yesterday", "visits=many", "sort=worst"])
async def test_a_query_that_cannot_be_read(client, query):
    told = await problem(await client.get(f"/v1/vendors?{query}"), 400)
    assert [error["field"] for error in told["errors"]] == [query.partition("=")[0]]


async def test_of_a_vendor_without_leads(client):
    await problem(await client.get("/v1/vendors/nobody/report"), 404)
    answer = await client.get("/v1/vendors/nobody/report", headers=PAGE)
    assert (answer.status, answer.content_type) == (404, "text/html")


@pytest.mark.parametrize("scope", ["from=2030-01-01", "to=2020-01-01T00:00:00Z", "channel=seo", "campaign=none"])
async def test_only_the_leads_asked_for(client, scope):
    await bought(client)
    assert (await (await client.get(f"/v1/vendors?{scope}")).json())["all"]["leads"] == 0


async def test_a_contract_that_cannot_be_used_says_why(client, settings):
    await bought(client)
    (settings.data_dir / "contracts").mkdir()
    (settings.data_dir / "contracts" / "default.toml").write_text('reasons = ["no_answer"]')
    told = await problem(await client.get("/v1/vendors"), 503)
    assert "no_answer is never returnable" in told["title"]
    assert str(settings.data_dir) not in told["title"]


class TestKeys:
    @pytest.fixture
    def keys(self, service):
        wanted = {"form": ("default", ["check"]), "buyer": ("default", ["read"]), "other": ("other", ["check", "read"])}
        return {name: service.keys.create(tenant, scopes, "", "")[1] for name, (tenant, scopes) in wanted.items()}

    async def test_a_browser_may_send_the_key_as_a_password(self, client, keys):
        answer = await client.get("/v1/vendors", headers=PAGE, allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, "/login?next=/v1/vendors")
        login = base64.b64encode(f"anyone:{keys['buyer']}".encode()).decode()
        assert (await client.get("/v1/vendors", headers=PAGE | {"Authorization": f"Basic {login}"})).status == 200

    async def test_a_password_does_nothing_but_look(self, client, keys):
        login = base64.b64encode(f"anyone:{keys['form']}".encode()).decode()
        answer = await client.post(
            "/v1/checks", data=json.dumps(GOOD), headers=JSON | {"Authorization": f"Basic {login}"}
        )
        await problem(answer, 401)

    async def test_whose_leads_and_what_for(self, client, keys):
        headers = {name: {"Authorization": f"Bearer {key}"} for name, key in keys.items()}
        await bought(client, **headers["form"])
        await problem(await client.get("/v1/vendors", headers=headers["form"]), 403)
        for name, leads in (("buyer", 2), ("other", 0)):
            assert (await (await client.get("/v1/vendors", headers=headers[name])).json())["all"]["leads"] == leads
        await problem(await client.get("/v1/vendors/acme/report", headers=headers["other"]), 404)


class TestTheChild:
    async def test_a_report_is_made_beside_the_service(self, client, service):
        await bought(client)
        made = report_process.Reports(service.settings)
        assert (await made.overview(report_process.Question())).all.leads == 2
        assert await made.vendor(report_process.Question(vendor="nobody")) is None

    async def test_the_next_one_waits_for_its_question(self, client, service):
        await bought(client)
        made = report_process.Reports(service.settings, ready=True)
        assert (await made.overview(report_process.Question())).all.leads == 2
        waiting = made._next
        assert (await made.overview(report_process.Question())).all.leads == 2
        assert waiting.returncode == 0
        await made.close()
        assert made._next.returncode is not None

    async def test_one_that_nobody_asks_ends(self, service):
        started = await child_calls.start(report_process.COMMAND, service.settings)
        assert await child_calls.answer_of(started, b"", 30) == (0, b"", "")

    async def test_what_it_says_of_a_contract_is_told(self, service):
        (service.settings.data_dir / "contracts").mkdir()
        (service.settings.data_dir / "contracts" / "default.toml").write_text("at_most_share = 15")
        with pytest.raises(ValueError, match="at_most_share: give a share"):
            await report_process.Reports(service.settings).overview(report_process.Question())

    async def test_one_that_fails_is_no_report_and_no_500(self, service):
        with pytest.raises(Unavailable):
            await report_process.Reports(service.settings, ["false"]).overview(report_process.Question())

    async def test_one_that_hangs_is_given_up(self, service, monkeypatch):
        monkeypatch.setattr(report_process, "_TIMEOUT", 0.05)
        with pytest.raises(TimeoutError):
            await report_process.Reports(service.settings, ["sleep", "60"]).overview(report_process.Question())

    async def test_they_are_made_one_by_one_and_a_crowd_is_sent_away(self, service):
        made = report_process.Reports(service.settings, ["sleep", "60"])
        waiting = [asyncio.create_task(made.overview(report_process.Question())) for _ in range(20)]
        done, left = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        while len(done) < 20 - 9:
            await asyncio.sleep(0)
            done = {task for task in waiting if task.done()}
        assert all(isinstance(task.exception(), child_calls.Crowded) for task in done)
        for task in left:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def test_every_lead_of_a_burst_is_replayed_as_it_was_judged(client, service):
    """Leads that are alike in many ways, of which the most surprising one is said."""
    for number in range(40):
        lead = {
            "email": f"xkqjw{number}@gmail.com",
            "phone": f"+8491284{number:04}",
            "name": "asdfgh",
            "source": {"vendor": "acme"},
            "form": {"fill_seconds": 0.5},
        }
        verdict = await check(client, lead)
        again = (await replay(service.ledger, "default", verdict["check_id"])).judged_again
        assert [reason.code for reason in again.reasons] == [reason["code"] for reason in verdict["reasons"]]


@pytest.mark.parametrize("path", ["/v1/vendors", "/v1/vendors/acme/report", "/v1/funnel"])
async def test_a_link_of_the_page_gives_a_file(client, path):
    await bought(client)
    page = await (await client.get(f"{path}?from=2020-01-01&channel=ppc", headers=PAGE)).text()
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    for form, kind in (("csv", "text/csv"), ("xlsx", sheet), ("json", "application/json")):
        address = f"{path}?from=2020-01-01&channel=ppc&format={form}"
        assert f'href="{address.replace("&", "&amp;")}"' in page
        answer = await client.get(address, headers=PAGE)
        assert (answer.status, answer.content_type) == (200, kind)
        if form != "json":
            assert f'-2020-01-01-{datetime.now(UTC).date()}.{form}"' in answer.headers["Content-Disposition"]


async def test_the_form_leads_to_the_vendor_and_back(client):
    await bought(client)
    page = await (await client.get("/v1/vendors?to=2099-01-01", headers=PAGE)).text()
    assert '<option value="acme">' in page
    answer = await client.get("/v1/vendors?to=&vendor=AC ME%26/..&channel=ppc", headers=PAGE, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/v1/vendors/AC%20ME%26%2F../report?channel=ppc")
    await problem(await client.get("/v1/vendors?vendor=acme"), 400)  # for programs there is another address


async def test_what_is_wrong_with_a_time_stands_beside_its_field(client):
    await bought(client)
    for query, name in (("from=yesterday", "from"), ("from=2026-11-02&to=2026-11-01", "to"), ("to=2026-02-30", "to")):
        answer = await client.get(f"/v1/vendors?{query}", headers=PAGE)
        page = await answer.text()
        assert answer.status == 400
        assert f'aria-describedby="{name}-wrong"' in page
    page = await (await client.get("/v1/vendors?sort=x&format=doc", headers=PAGE)).text()
    assert "sort: no such option" in page
    assert "format: not one of csv, xlsx, json" in page


async def test_a_time_without_leads_can_be_left_by_the_form(client):
    await bought(client)
    answer = await client.get("/v1/vendors/acme/report?to=2020-01-01", headers=PAGE)
    page = await answer.text()
    assert answer.status == 404
    assert "There is no lead of this vendor in this time" in page
    assert 'name="from"' in page
    assert 'href="/v1/vendors/acme/report"' in page


async def test_the_last_day_belongs_to_the_time(client):
    await bought(client)
    today = datetime.now(UTC).date()
    one_day = await (await client.get(f"/v1/vendors?from={today}&to={today}")).json()
    assert one_day["all"]["leads"] == 2
    until = await (await client.get(f"/v1/vendors?to={today}T00:00:00Z")).json()
    assert until["all"]["leads"] == 0
    checks = await (await client.get(f"/v1/checks?from={today}&to={today}")).json()
    assert len(checks["checks"]) == 2
