"""How is the form's script served? To every site, kept as long as it holds, and unchanged for good under its hash."""

from __future__ import annotations

import base64
import gzip
import hashlib

import pytest
from msgspec.structs import replace

from fraudcheck import __version__, wiring
from fraudcheck.web.app import make
from fraudcheck.web.handlers import form_script
from tests.web.test_app import problem

NEWEST = form_script.hashes()[0]
BYTES = (form_script.STATIC / f"form.{NEWEST}.js").read_bytes()
OTHER_SITE = {
    "Origin": "https://shop.example",
    "Sec-Fetch-Site": "cross-site",
    "Sec-Fetch-Mode": "cors",
    "Sec-Fetch-Dest": "script",
}


def test_every_script_is_what_its_name_says_and_listed():
    listed = [line.split() for line in (form_script.STATIC / "form.txt").read_text().splitlines()]
    assert {f"form.{name}.js" for name, _ in listed} == {path.name for path in form_script.STATIC.glob("form.*.js")}
    for name, _ in listed:
        assert hashlib.sha256((form_script.STATIC / f"form.{name}.js").read_bytes()).hexdigest()[:16] == name
    versions = [version for _, version in listed]
    assert len(set(versions)) == len(versions), "one script for each version of fraudcheck"
    assert __version__.startswith(versions[0].partition(".dev")[0])


def test_it_is_small():
    assert len(gzip.compress(BYTES)) < 5 * 1024  # packers differ by some bytes: 5,000 is what size-limit holds it to
    assert BYTES.isascii()


@pytest.mark.parametrize("path", ["/form.js", f"/form.{NEWEST}.js"])
async def test_a_page_of_any_site_loads_it(client, path):
    answer = await client.get(path, headers=OTHER_SITE)
    assert answer.status == 200
    assert await answer.read() == BYTES
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers
    assert ("immutable" in answer.headers["Cache-Control"]) == (path != "/form.js")
    again = await client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")
    assert again.headers["ETag"] == answer.headers["ETag"]
    assert again.headers["Cache-Control"] == answer.headers["Cache-Control"]
    changed = await client.get(path, headers={"If-None-Match": '"0000000000000000", W/"1"'})
    assert changed.status == 200
    head = await client.head(path, headers=OTHER_SITE)
    assert (head.status, await head.read()) == (200, b"")
    assert head.headers["ETag"] == answer.headers["ETag"]


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [("gzip", True), ("br, gzip;q=0.5", True), ("GZIP", True), ("gzip;q=1.0", True), ("br", False), ("gzip;q=0", False),
     ("gzip; q=0.000", False), ("", False), ("*", False), ("x-gzipped", False)],
)  # fmt: skip
async def test_it_comes_packed_to_who_can_unpack_it(client, accepted, packed):
    answer = await client.get("/form.js", headers={"Accept-Encoding": accepted})
    assert (answer.headers.get("Content-Encoding") == "gzip") is packed
    assert await answer.read() == BYTES
    assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("name", ["0" * 16, NEWEST.upper(), "txt", "..%2f", NEWEST + "0", "%2e%2e%2fform"])
async def test_another_hash_is_no_script(client, name):
    await problem(await client.get(f"/form.{name}.js"), 404)


async def test_names_of_others_and_other_methods_are_refused(client):
    await problem(await client.get("/form.js", headers={"Host": "evil.example"}), 421)
    await problem(await client.post("/form.js", data=b"x"), 405)


async def test_it_needs_no_key_and_counts_for_none(settings, aiohttp_client):
    async with wiring.service(replace(settings, allowed_hosts=())) as service:
        service.keys.create("default", ("check",), "", "")
        client = await aiohttp_client(make(service))
        for headers in ({}, OTHER_SITE, {"Host": "checks.example"}, {"Authorization": "Bearer wrong"}):
            answer = await client.get("/form.js", headers=headers)
            assert answer.status == 200
            assert "RateLimit" not in answer.headers


def test_what_a_page_names_in_its_sri_line_is_what_is_served():
    page = (form_script.STATIC.parents[2] / "docs" / "form-script.md").read_text("utf-8")
    assert f"form.{NEWEST}.js" in page
    assert f"sha384-{base64.b64encode(hashlib.sha384(BYTES).digest()).decode()}" in page
