"""Claims over HTTP: looked at and kept, by whoever may, as a page, a file and JSON."""

from __future__ import annotations

import csv
import io
from urllib.parse import quote

import openpyxl
import pytest

from fraudcheck.web.app import make
from tests.web.reports import ReportsInProcess
from tests.web.test_app import check
from tests.web.test_app import problem as told_problem

PAGE = {"Accept": "text/html,application/xhtml+xml"}
BAD = {"email": "test@mailinator.com", "phone": "0912 840 375 10", "country": "VN", "name": "Test Test"}
VENDOR = "Chợ Lớn/Media"
PATH = f"/v1/vendors/{quote(VENDOR, safe='')}/claim"


@pytest.fixture
async def client(service, aiohttp_client):
    """The service, with claims made in its own process: nothing is measured here."""
    return await aiohttp_client(make(service, audits=ReportsInProcess(service.settings)))


async def problem(answer, status, title):
    assert title in (await told_problem(answer, status))["title"]


def key(service, tenant, *scopes):
    return {"Authorization": f"Bearer {service.keys.create(tenant, scopes, '', '')[1]}"}


async def bought(client, reference="A-1", vendor=VENDOR, **headers):
    price = {"amount": "12.50", "currency": "EUR"}
    return await check(client, {**BAD, "reference": reference, "source": {"vendor": vendor, "price": price}}, **headers)


async def test_a_claim_is_looked_at_and_nothing_is_kept(client):
    verdict = await bought(client)
    made = await (await client.get(PATH, params={"language": "vi"})).json()
    assert (made["claim"], made["leads"], made["totals"][0]["amount"]) == (None, 1, "12.50")
    (row,) = made["rows"]
    assert (row["check_id"], row["reference"]) == (verdict["check_id"], "A-1")
    assert "email" not in row
    assert made["subject"].startswith("Trả lại lead")
    assert (await (await client.get("/v1/claims")).json()) == {"claims": []}
    report = await (await client.get(f"{PATH.removesuffix('claim')}report")).json()
    assert report["summary"]["money"][0]["claim"] == "12.50"


async def test_a_claim_of_nothing_has_no_letter(client):
    price = {"amount": "12.50"}
    await check(client, {**BAD, "source": {"vendor": VENDOR, "price": price}})
    html = await (await client.get(PATH, headers=PAGE)).text()
    assert "Nothing can be claimed" in html
    assert 'class="letter"' not in html
    assert "whose currency is known" in html
    await bought(client)
    html = await (await client.get(PATH, headers=PAGE)).text()
    assert "Nothing can be claimed" not in html
    assert 'class="letter"' in html


async def test_a_claim_is_kept_once_and_shown_again(client):
    await bought(client)
    kept = await client.post(PATH + "s")
    assert kept.status == 201
    made = await kept.json()
    await problem(await client.post(PATH + "s"), 409, "nothing to claim")
    (line,) = (await (await client.get("/v1/claims", params={"vendor": VENDOR.upper()})).json())["claims"]
    assert (line["claim"], line["leads"], line["amount"]) == (made["claim"], 1, "12.50")
    again = await (await client.get(f"/v1/claims/{made['claim']}")).json()
    assert again["rows"] == made["rows"]
    report = await (await client.get(f"{PATH.removesuffix('claim')}report")).json()
    money = report["summary"]["money"][0]
    assert (money["claim"], money["claimed"], money["open"], money["credited"]) == ("0.00", "12.50", "12.50", "0.00")
    page = await (await client.get(f"{PATH.removesuffix('claim')}report", headers=PAGE)).text()
    assert "12.50 EUR claimed before" in page


async def test_the_files_of_a_claim(client):
    await bought(client, "=1+1")
    table = await client.get(PATH, params={"format": "csv", "for_vendor": "true"})
    assert table.headers["Content-Disposition"] == 'attachment; filename="claim.csv"'
    (row,) = csv.DictReader(io.StringIO(await table.text()))
    assert row["reference"] == "'=1+1"
    book = await client.get(PATH, params={"format": "xlsx", "timezone": "Asia/Ho_Chi_Minh"})
    letter, rows = openpyxl.load_workbook(io.BytesIO(await book.read()))
    assert letter["A1"].value.startswith("Return of leads")
    assert rows["A2"].value == "'=1+1"


async def test_a_claims_page_leads_to_what_can_be_done_with_it(client):
    await bought(client, "<b>A-1")
    answer = await client.get(PATH, headers=PAGE)
    page = await answer.text()
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
    assert "&lt;b&gt;A-1" in page
    assert '<form method="post" action="/claims"' in page
    assert "format=xlsx" in page
    assert "for_vendor=true" in page
    copy = await (await client.get(PATH, params={"for_vendor": "true"}, headers=PAGE)).text()
    assert "<form" not in copy
    assert "/v1/checks" not in copy
    vendor_page = await (await client.get(f"{PATH.removesuffix('claim')}report", headers=PAGE)).text()
    assert f"{PATH}?from=" in vendor_page


async def test_the_form_of_the_page_keeps_the_claim(client):
    await bought(client)
    form = {"token": "", "vendor": VENDOR, "language": "de", "timezone": "Europe/Berlin"}
    answer = await client.post("/claims", data=form, allow_redirects=False)
    assert answer.status == 303
    kept = await client.get(answer.headers["Location"], headers=PAGE)
    page = await kept.text()
    assert "Kept as" in page
    assert "Rückgabe von Leads" in page
    listed = await (await client.get("/v1/claims", headers=PAGE)).text()
    assert "12.50" in listed
    assert answer.headers["Location"].partition("?")[0] in listed
    await problem(await client.post("/claims", data=form), 409, "nothing to claim")
    await problem(await client.post("/claims", data=form | {"from": "yesterday"}), 400, "cannot be read")
    await problem(await client.post("/claims", json=form), 415, "send the form")


@pytest.mark.parametrize(
    ("query", "status", "title"),
    [
        ({"language": "xx"}, 400, "no words in 'xx'"),
        ({"timezone": "../etc"}, 400, "no time zone"),
        ({"for_vendor": "yes"}, 400, "the query cannot be read"),
        ({"campaign": "x"}, 400, "the query cannot be read"),
        ({"answer_by": "soon"}, 400, "the query cannot be read"),
        ({"from": "yesterday"}, 400, "the query cannot be read"),
        ({"format": "pdf"}, 400, "the query cannot be read"),
        ({"to": "2020-01-01T00:00:00Z", "from": "2019-01-01T00:00:00Z"}, 404, "no lead of this vendor"),
    ],
)
async def test_what_is_wrong_is_told(client, query, status, title):
    await bought(client)
    await problem(await client.get(PATH, params=query), status, title)
    await problem(await client.get("/v1/claims/nothing"), 404, "no such claim")


async def test_a_blank_name_is_no_vendors(client):
    await bought(client)
    await problem(await client.get("/v1/vendors/%20/claim"), 404, "no lead of this vendor")
    await problem(await client.post("/v1/vendors/%E2%80%8B/claims"), 404, "no lead of this vendor")
    assert (await client.post("/claims", data={"token": "", "vendor": " "}, headers=PAGE)).status == 404


async def test_who_may_see_and_keep_a_claim(client, service):
    reader, personal = key(service, "default", "check", "read"), key(service, "default", "read", "personal")
    teller, checker = key(service, "default", "outcome"), key(service, "default", "check")
    await bought(client, **reader)
    for who, statuses in ((reader, (200, 403, 403)), (personal, (200, 200, 403)), (checker, (403, 403, 403))):
        found = (
            (await client.get(PATH, headers=who)).status,
            (await client.get(PATH, params={"personal": "true"}, headers=who)).status,
            (await client.post(PATH + "s", headers=who)).status,
        )
        assert found == statuses
    row = (await (await client.get(PATH, params={"personal": "true"}, headers=personal)).json())["rows"][0]
    assert (row["email"], row["name"]) == (BAD["email"], BAD["name"])
    copy = await client.get(PATH, params={"personal": "true", "for_vendor": "true"}, headers=personal)
    assert BAD["email"] not in await copy.text()
    assert "Keep this claim" not in await (await client.get(PATH, headers=PAGE | reader)).text()
    for path in ("/v1/claims", PATH):
        assert (await client.get(path, headers=teller)).status == 403
    assert (await client.post(PATH + "s", headers=teller)).status == 403  # which answers with all that it keeps
    assert (await client.post(PATH + "s", headers=key(service, "default", "read", "outcome"))).status == 201


async def test_a_tenant_sees_its_own_claims_alone(client, service):
    own, other = (key(service, tenant, "check", "read", "outcome") for tenant in ("default", "other"))
    await bought(client, **own)
    made = await (await client.post(PATH + "s", headers=own)).json()
    assert (await (await client.get("/v1/claims", headers=other)).json()) == {"claims": []}
    await problem(await client.get(f"/v1/claims/{made['claim']}", headers=other), 404, "no such claim")
    await problem(await client.post(PATH + "s", headers=other), 404, "no lead")
