"""Files of leads in a browser: sent, looked at, corrected, started and followed, by real HTTP and real children."""

from __future__ import annotations

import asyncio
import csv
import gzip
import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta

import aiohttp
import msgspec
import pytest

from fraudcheck.adapters.lists.shipped import load_lists
from fraudcheck.identifiers import uuid7
from fraudcheck.records import format_utc
from fraudcheck.web import batch_erasing, upload_page
from fraudcheck.web.app import make
from fraudcheck.web.batch_job import JobFolder
from fraudcheck.web.batch_queue import Batches
from fraudcheck.web.state import BATCHES, PREVIEWS

LISTS = load_lists()
PAGE = {"Accept": "text/html"}
LEADS = (
    "Email Address;Handy;Name;Datum;Betreuer\n"
    "an.nguyen@gmail.com;0912 840 375;Nguyễn Văn An;13.11.2026 09:30;eva@office.example\n"
    "bo@mailinator.com;0912 840 376;Bo;14.11.2026 10:30;eva@office.example\n"
    ";;nobody;15.11.2026 10:30;eva@office.example\n"
)


@pytest.fixture
async def client(service, aiohttp_client):
    jobs = Batches(service.settings, poll=0.05)
    return await aiohttp_client(make(service, jobs=jobs))


def form_of(*files, token=""):
    form = aiohttp.FormData(quote_fields=False)  # as browsers do
    if token is not None:
        form.add_field("token", token)
    for name, content in files:
        form.add_field("file", io.BytesIO(content), filename=name, content_type="application/octet-stream")
    return form


async def send(client, *files, status=303, **more):
    """Send files as the page's form does, and give where the answer leads."""
    given = [(name, content.encode() if isinstance(content, str) else content) for name, content in files]
    answer = await client.post("/upload", data=form_of(*given, **more), headers=PAGE, allow_redirects=False)
    text = main(await answer.text())
    assert answer.status == status, text
    return answer.headers.get("Location", "") if status == 303 else text


def main(html):
    """What a page shows below its navigation."""
    return html[html.find("<main") :]


async def page(client, path, status=200):
    answer = await client.get(path, headers=PAGE)
    text = main(await answer.text())
    assert answer.status == status, text
    return text


async def choose(client, path, status, **choices):
    answer = await client.post(path, data={"token": ""} | choices, headers=PAGE, allow_redirects=False)
    text = main(await answer.text())
    assert answer.status == status, text
    return text


def fields(html):
    """The chosen field of each column, by its heading."""
    rows = re.findall(r'<span id="column-\d+-name"><bdi>(.*?)</bdi>.*?<select name="(.*?)".*?</select>', html, re.S)
    found = {}
    for name, key in rows:
        select = html[html.index(f'name="{key}"') :]
        select = select[: select.index("</select>")]
        found[name] = re.search(r'value="([^"]*)" selected', select)[1]
    return found


async def ended(client, path):
    """The batch when it has ended."""
    async with asyncio.timeout(120):
        while True:
            batch = await (await client.get(path.replace("/upload", "/v1/batches"))).json()
            if batch["finished_at"]:
                return batch
            await asyncio.sleep(0.1)


async def test_from_a_file_to_its_verdicts(client):
    path = await send(client, ("adclick november.csv", LEADS))
    html = await page(client, path)
    assert fields(html) == {
        "Email Address": "email",
        "Handy": "phone",
        "Name": "name",
        "Datum": "submitted_at",
        "Betreuer": "",
    }
    assert "with semicolons between columns" in html
    assert "3 rows" in html
    assert "Nguyễn Văn An" in html
    assert "Betreuer&#39; looks like mail addresses" in html
    assert "not started" in await page(client, "/upload")
    await choose(client, path, 303, do="start", timezone="Asia/Ho_Chi_Minh")
    batch = await ended(client, path)
    assert (batch["state"], batch["rows"], batch["rejected"]) == ("done", 3, 1), batch["problem"]
    html = await page(client, path)
    assert "EMAIL_DISPOSABLE" in html
    assert "neither a mail address nor a phone" in html
    assert f'{batch["results"]}" download' in html
    verdicts = await (await client.get(batch["results"])).text()
    assert "an.nguyen@gmail.com" in verdicts
    listed = await page(client, "/upload")
    assert "adclick november.csv" in listed
    await choose(client, f"{path}/delete", 303)
    assert "adclick" not in await page(client, "/upload")
    await page(client, path, 404)


async def test_a_column_that_is_taken_wrong_is_corrected(client):
    path = await send(client, ("a.csv", "Contact mail;Mail;Wer\nx@office.example;an@gmail.com;An\n"))
    before = fields(await page(client, path))
    assert before["Wer"] == ""
    column = list(before)
    wanted = {f"column-{column.index('Contact mail')}": "", f"column-{column.index('Mail')}": "email"}
    html = await choose(client, path, 200, do="look", **wanted, **{f"column-{column.index('Wer')}": "name"})
    assert fields(html) == {"Contact mail": "", "Mail": "email", "Wer": "name"}
    await choose(client, path, 303, do="start", **wanted, **{f"column-{column.index('Wer')}": "name"})
    assert (await ended(client, path))["state"] == "done"


async def test_what_cannot_be_started_says_why_and_keeps_what_was_chosen(client):
    path = await send(client, ("a.csv", "Email,Date,Other\nan@gmail.com,03/04/2026,x\nbo@gmail.com,05/06/2026,y\n"))
    unclear = await choose(client, path, 422, do="start", timezone="Asia/Tokyo", **{"vendor-0": "ad & click"})
    assert "Day and month cannot be told apart" in unclear
    assert 'value="Asia/Tokyo"' in unclear
    assert 'value="ad &amp; click"' in unclear
    assert "no time zone" in await choose(client, path, 422, do="start", timezone="Mars/Base")
    doubled = await choose(client, path, 422, do="start", **{"column-1": "name", "column-2": "name"})
    assert "several columns are it" in doubled
    assert fields(doubled)["Other"] == "name"
    nobody = await choose(client, path, 422, do="start", **{"column-0": "", "dates-0": "day-first"})
    assert "no column is a mail address or a phone" in nobody
    assert "no such field" in await choose(client, path, 422, do="start", **{"column-0": "__class__"})


async def test_a_file_that_names_no_vendor_gets_one_from_its_name_beside_files_that_do(client):
    named = ("beta.csv", "Email,Vendor\nbo@gmail.com,Beta Media\n")
    html = await page(client, await send(client, named, ("Norden_leads_2026-11.csv", "Email\nan@gmail.com\n")))
    assert re.findall(r'name="vendor-\d" value="(.*?)"', html) == ["", "Norden"]
    assert re.findall("For rows whose own column|No column names it", html) == [
        "For rows whose own column",
        "No column names it",
    ]


async def test_several_files_are_one_history_each_with_its_vendor_and_its_dates(client):
    german = LEADS.replace("an.nguyen", "cara")
    american = "Email,Date\nan@gmail.com,11/04/2026\n"
    path = await send(client, ("AdClick_leads_2026-11.csv", german), ("Zum Kunden: 2.csv", american))
    html = await page(client, path)
    assert 'value="AdClick"' in html
    assert "(file 2)" in html
    assert "cannot be told apart" in await choose(client, path, 422, do="start", **{"vendor-1": "Zum: Kunden"})
    chosen = {"vendor-0": "AdClick", "vendor-1": "Zum: Kunden", "dates-1": "month-first"}
    await choose(client, path, 303, do="start", **chosen)
    batch = await ended(client, path)
    assert (batch["state"], batch["rows"]) == ("done", 4), batch["problem"]
    table = list(csv.DictReader(io.StringIO(await (await client.get(batch["results"])).text()), delimiter=";"))
    assert {row["source_file"] for row in table} == {"AdClick_leads_2026-11.csv", "Zum Kunden: 2.csv"}
    html = await page(client, path)
    assert "Zum: Kunden" in html
    audit = await page(client, f"{path}/audit")
    assert "AdClick" in audit
    assert "Zum: Kunden" in audit


async def test_what_a_file_does_not_say_of_its_rows_can_be_said(client):
    own, mute = "Email;Telefon;Preis\nan@gmail.com;0151 20000000;18,90\n", "Kanal;Preis\nx;1\n"
    path = await send(client, ("LeadHaus.csv", own))
    assert "name no currency" in await page(client, path)
    html = await choose(client, path, 422, do="look", **{"country-0": "Atlantis", "currency-0": "dear"})
    assert "That is no country" in html
    assert "That is no currency" in html
    said = {"country-0": "Deutschland", "currency-0": "EUR"}
    assert "name no currency" not in await choose(client, path, 200, do="look", **said)
    await choose(client, path, 303, do="start", **said)
    assert (await ended(client, path))["state"] == "done"
    assert "18.90 EUR" in await page(client, f"{path}/audit")
    html = await page(client, path)
    assert "PHONE_VALID" in html or "PHONE_INVALID" in html
    two = await send(client, ("a.csv", own), ("b.csv", mute))
    html = await choose(client, two, 422, do="start")
    assert "no column of “b.csv” is a mail address or a phone" in html


async def test_a_server_that_cannot_judge_files_says_so_before_any_is_sent(client, monkeypatch):
    monkeypatch.setattr("fraudcheck.web.handlers.upload.packages_missing", lambda: True)
    html = await page(client, "/upload")
    assert "locks/batch.txt" in html
    assert 'type="file"' not in html


async def test_leads_are_kept_where_that_is_chosen(client):
    path = await send(client, ("a.csv", LEADS))
    await page(client, path)
    await choose(client, path, 303, do="start", keep="yes", **{"vendor-0": "adclick"})
    batch = await ended(client, path)
    assert (batch["state"], batch["kept"]) == ("done", 2), batch["problem"]
    assert "2 leads are kept in the ledger" in await page(client, path)
    listed = await (await client.get("/v1/checks", params={"origin": batch["origin"]})).json()
    assert len(listed["checks"]) == 2
    assert "adclick" in await page(client, await send(client, ("b.csv", LEADS)))  # is suggested from now on


class TestHostileFiles:
    async def test_names_are_text_and_no_paths(self, client, settings):
        name = "../../../<img src=x onerror=alert(1)>\u202e.csv"
        path = await send(client, (name, LEADS))
        html = await page(client, path)
        assert "<img" not in html
        assert "&lt;img" in html
        assert "\u202e" not in html
        names = {each.name for each in settings.data_dir.rglob("*")}
        assert not any("img" in each for each in names)

    async def test_headings_and_cells_are_text(self, client):
        path = await send(client, ("a.csv", "Email,=1+1,<script>alert(1)</script>\nan@gmail.com,<b>1</b>,x\n"))
        html = await page(client, path)
        assert "<script>" not in html
        assert "<b>1" not in html

    async def test_very_many_columns_make_no_endless_page(self, client):
        heading = ",".join(["email", *(f"c{n}" for n in range(1999))])
        path = await send(client, ("a.csv", f"{heading}\nan@gmail.com{',1' * 1999}\n"))
        html = await page(client, path)
        assert len(html) < 1_000_000
        assert f"{2000 - upload_page.MOST_COLUMNS:,} more columns" in html
        assert fields(html)["email"] == "email"

    async def test_too_many_columns_are_refused_in_words(self, client):
        heading = ",".join(["email", *(f"c{n}" for n in range(2001))])
        assert "more than 2,000 columns" in await page(client, await send(client, ("a.csv", f"{heading}\nx\n")))

    @pytest.mark.parametrize("kind", ["sheet", "gzip"])
    async def test_a_bomb_is_told_before_it_goes_off(self, client, kind):
        bomb = b"email\n" + b"a" * (300 << 20)
        if kind == "gzip":
            content = gzip.compress(bomb, 1)
        else:
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as sheet:
                sheet.writestr("xl/workbook.xml", bomb)
                sheet.writestr("[Content_Types].xml", "<x/>")
            content = packed.getvalue()
        html = await page(client, await send(client, ("a.xlsx", content)))
        assert "This file " in html
        assert 'value="start"' not in html

    async def test_what_takes_too_long_is_given_up(self, client):
        previews = client.app[PREVIEWS]
        previews._command, previews._timeout = ("sleep", "100"), 0.2
        html = await page(client, await send(client, ("a.csv", LEADS)))
        assert "cannot be looked at in the time" in html

    async def test_what_is_no_file_of_leads(self, client):
        assert "is no text" in await page(client, await send(client, ("a.csv", bytes(1000))))


class TestTaking:
    async def test_no_page_but_ours_sends_files(self, client, settings):
        assert "too old" in await send(client, ("a.csv", LEADS), status=403, token="other")
        await send(client, ("a.csv", LEADS), status=403, token=None)
        assert not list((settings.data_dir / "batches" / ".aside").iterdir())
        assert not list((settings.data_dir / "batches").glob("[!.]*/*"))

    async def test_no_file_and_an_empty_one(self, client):
        assert "choose a file" in (await send(client, ("", ""), status=400)).lower()
        assert "choose a file" in (await send(client, ("a.csv", ""), status=400)).lower()

    async def test_more_than_a_batch_may_have(self, service, aiohttp_client):
        few = msgspec.structs.replace(service, settings=msgspec.structs.replace(service.settings, batch_max_bytes=100))
        client = await aiohttp_client(make(few))
        await send(client, ("a.csv", "x" * 60), ("b.csv", "y" * 60), status=413)
        await send(client, ("a.csv", "x" * (2 << 20)), status=413)
        assert not list((service.settings.data_dir / "batches").glob("[!.]*/*"))

    async def test_a_form_that_is_none(self, client):
        headers = PAGE | {"Content-Type": "multipart/form-data; boundary=x"}
        for body in (b"", b"no boundary", b"--x\r\n\r\n", b"--x\r\nContent-Disposition: form-data; name=token\r\n\r\n"):
            answer = await client.post("/upload", data=body, headers=headers)
            assert answer.status in {400, 403}, body
        assert (await client.post("/upload", data={"token": ""}, headers=PAGE)).status == 415

    @pytest.mark.parametrize(
        ("fields", "status"),
        [
            ([("token", None, b"0" * 100_000)], 400),
            ([("token", None, b""), ("other", None, b"x")], 400),
            ([("token", None, b""), ("other", "a.csv", b"email\nan@gmail.com")], 400),
            ([("token", None, b""), ("file", None, b"x" * 1000)], 400),
            ([("token", None, b""), *[("file", "", b"")] * 200], 413),
        ],
    )
    async def test_fields_that_the_page_does_not_have(self, client, settings, fields, status):
        body = b""
        for name, file, content in fields:
            named = "" if file is None else f'; filename="{file}"'
            body += f'--x\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + content + b"\r\n"
        headers = PAGE | {"Content-Type": "multipart/form-data; boundary=x"}
        answer = await client.post("/upload", data=body + b"--x--\r\n", headers=headers)
        assert answer.status == status
        assert not list((settings.data_dir / "batches").glob("[!.]*/*"))

    async def test_what_breaks_off_leaves_nothing(self, client, settings):
        body = b'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\n\r\n--x\r\nContent-Disposition: form-data; '
        body += b'name="file"; filename="a.csv"\r\n\r\nemail\r\nan@gmail.com\r\n'
        _, writer = await asyncio.open_connection(client.host, client.port)
        head = f"POST /upload HTTP/1.1\r\nHost: {client.host}\r\nContent-Length: 1000000\r\n"
        writer.write(f"{head}Content-Type: multipart/form-data; boundary=x\r\n\r\n".encode() + body)
        await writer.drain()
        aside = settings.data_dir / "batches" / ".aside"
        async with asyncio.timeout(10):
            while not list(aside.iterdir()):
                await asyncio.sleep(0.01)
        writer.close()
        async with asyncio.timeout(10):
            while list(aside.iterdir()):
                await asyncio.sleep(0.01)
        assert not list((settings.data_dir / "batches").glob("[!.]*/*"))


class TestKeys:
    """With keys somebody signs in, and sees as much as the key lets him."""

    @pytest.fixture
    async def signed_in(self, service, client):
        async def sign_in(*scopes, tenant="default"):
            client.session.cookie_jar.clear()
            secret = service.keys.create(tenant, list(scopes), "", "")[1]
            answer = await client.post("/login", data={"key": secret, "next": "/upload"}, headers=PAGE)
            html = await answer.text()
            assert answer.status == 200, main(html)
            return re.search(r'name="token" value="([^"]+)"', html)[1]

        client.session.cookie_jar._unsafe = True  # of 127.0.0.1
        return sign_in

    async def test_who_may_see_no_person_sees_how_cells_are_written(self, client, signed_in):
        token = await signed_in("batch")
        path = await send(client, ("a.csv", LEADS), token=token)
        html = await page(client, path)
        assert "an.nguyen" not in html
        assert "Nguyễn" not in html
        assert "xx.xxxxxx@xxxxx.xxx" in html
        assert 'name="keep"' not in html
        swapped = {"column-2": "reference", "column-0": "reference", "keep": "yes", "do": "look"}
        html = await choose(client, path, 422, token=token, **swapped)
        assert "an.nguyen" not in html
        await choose(client, path, 303, token=token, do="start", keep="yes")
        batch = await ended(client, path)
        assert (batch["state"], batch["origin"]) == ("done", None)
        html = await page(client, path)
        assert f'"{batch["results"]}"' not in html
        assert "an.nguyen" not in html

    async def test_a_form_of_another_page_or_key_changes_nothing(self, client, signed_in):
        other = await signed_in("batch", tenant="other")
        token = await signed_in("batch", "personal")
        for wrong in ("", other, token[:-1]):
            await send(client, ("a.csv", LEADS), status=403, token=wrong)
        path = await send(client, ("a.csv", LEADS), token=token)
        await choose(client, path, 403, token=other, do="start")
        await choose(client, f"{path}/delete", 403, token="")
        assert "an.nguyen" in await page(client, path)
        other = await signed_in("batch", "personal", tenant="other")
        await page(client, path, 404)
        await choose(client, f"{path}/delete", 404, token=other)

    async def test_who_may_not_send_files_gets_no_page(self, service, client, signed_in):
        await signed_in("batch")
        client.session.cookie_jar.clear()
        secret = service.keys.create("default", ["read"], "", "")[1]
        await client.post("/login", data={"key": secret}, headers=PAGE)
        await page(client, "/upload", 403)
        await page(client, "/try", 403)


class TestDrafts:
    async def test_of_another_tenant_or_none(self, client, settings):
        path = await send(client, ("a.csv", LEADS))
        tenant = settings.data_dir / "batches" / "other"
        tenant.mkdir()
        (settings.data_dir / "batches" / "default" / path.rpartition("/")[2]).rename(tenant / path.rpartition("/")[2])
        for wrong in (
            path,
            "/upload/01936b5e-0000-7000-8000-000000000000",
            "/upload/..%2f..%2fetc",
            "/upload/job.json",
        ):
            await page(client, wrong, 404)
        assert path not in await page(client, "/upload")

    async def test_what_nobody_starts_is_deleted_after_a_day(self, client, settings):
        path = await send(client, ("a.csv", LEADS))
        batches, (young,) = client.app[BATCHES], (settings.data_dir / "batches" / "default").iterdir()
        long_ago = datetime.now(UTC) - timedelta(days=1, minutes=1)
        old = young.with_name(uuid7(long_ago, bytes(10)))
        old.mkdir()
        job = msgspec.structs.replace(JobFolder(young).draft(), id=old.name, created_at=format_utc(long_ago))
        JobFolder(old).write_draft(job)
        batches._delete_leftovers()
        assert old.exists()
        batches._delete_again = 0.0
        batches._delete_old()
        assert not old.exists()
        await page(client, path)

    async def test_it_outlives_a_service_and_counts_for_its_tenant(self, service, aiohttp_client):
        first = await aiohttp_client(make(service))
        path = await send(first, ("a.csv", LEADS))
        await first.close()
        few = msgspec.structs.replace(service.settings, batch_tenant_bytes=10)
        second = await aiohttp_client(make(service, jobs=Batches(few)))
        assert "Handy" in await page(second, path)
        await send(second, ("b.csv", LEADS), status=429)

    async def test_an_erased_person_is_in_none(self, client, settings):
        path = await send(client, ("a.csv", LEADS))
        await page(client, path)  # with what was shown of it
        erased = batch_erasing.erase(settings.data_dir, "default", LISTS, (), email="an.nguyen@gmail.com", phone=None)
        assert erased.ended == 1
        assert not any(b"an.nguyen" in each.read_bytes() for each in settings.data_dir.rglob("*.json"))
        await page(client, path, 404)

    async def test_twice_started_is_one_batch(self, client):
        path = await send(client, ("a.csv", LEADS))
        await page(client, path)
        await asyncio.gather(*(choose(client, path, 303, do="start") for _ in range(3)))
        assert len((await (await client.get("/v1/batches")).json())["batches"]) == 1


def test_a_masked_cell_shows_only_how_it_is_written():
    assert upload_page.shape("An.Nguyễn+1@gmail.com") == "xx.xxxxxx+9@xxxxx.xxx"
    assert upload_page.shape("03/04/2026") == "99/99/9999"
    assert upload_page.shape("李雷 ١٢") == "xx 99"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("Nguye\u0302\u0303n", "xxxxxxxx"),
        ("\u092a\u0940\u091f\u0930", "xxxx"),
        ("\u0e1b\u0e35\u0e40\u0e15\u0e2d\u0e23\u0e4c", "xxxxxxx"),
        ("\u0660\u0661\u00b2\u2163", "9999"),
        ("\u5f20\u4e09, A\u0301", "xx, xx"),
    ],
)
def test_no_letter_of_any_script_is_shown(cell, shown):
    assert upload_page.shape(cell) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Leads of an@gmail.com", "xxxxx xx xx@xxxxx.xxx"),
        ("extra.+84 912 345 678", "xxxxx.+99 999 999 999"),
        ("\u0967\u0968\u0969\u096a\u096b\u096c", "999999"),
        ("Q3 2026: Mail", "Q3 2026: Mail"),
        ("2nd phone", "2nd phone"),
    ],
)
def test_a_heading_that_may_be_a_persons_contact_is_masked(name, shown):
    assert upload_page.heading(name, personal=False) == shown
    assert upload_page.heading(name, personal=True) == name


def test_progress_in_words():
    assert upload_page._time_text(None) == ""
    assert upload_page._time_text(0) == "about 1 second"
    assert upload_page._time_text(240) == "about 4 minutes"
    assert json.dumps(upload_page.size_text(2 << 30)) == '"2.1 GB"'
