"""Form platforms over real HTTP: what plugins send becomes a lead, whoever sends it; every answer is one they bear."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import time
from typing import ClassVar
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from msgspec import structs

from fraudcheck import wiring
from fraudcheck.intake.forms import Platform
from fraudcheck.intake.forms.flat import read
from fraudcheck.intake.forms.reading import MAX_BYTES
from fraudcheck.intake.forms.registry import PLATFORMS
from fraudcheck.ports import Unavailable
from fraudcheck.web.app import make
from fraudcheck.web.state import ADMISSION

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
XML = {"Content-Type": "text/xml"}
JSON = {"Content-Type": "application/json"}
NAMES = ["outcome", "reason", "trust_score", "decision", "classification", "check_id", "reference", "reasons"]


async def send(client, body, path="/v1/forms/flat", status=200, **headers):
    """The answer to a body: a form of a dict's pairs, JSON of what is in a list, else bytes as they are."""
    if isinstance(body, dict):
        body, headers = urlencode(body, doseq=True), FORM | headers
    elif isinstance(body, list):
        body, headers = json.dumps(body[0]), JSON | headers
    answer = await client.post(path, data=body, headers=headers)
    assert answer.status == status, await answer.text()
    return await answer.json()


async def kept(client, answer):
    """The lead that was kept, by the answer's check."""
    assert answer["check_id"], answer
    return (await (await client.get(f"/v1/checks/{answer['check_id']}")).json())["lead"]


def make_key(service, tenant="default", **told):
    _, secret = service.keys.create_source(tenant, told.pop("source", "flat"), "", "", **{"vendor": "acme"} | told)
    return secret


# What plugins send.


@pytest.mark.parametrize(
    ("sent", "lead"),
    [
        pytest.param(
            {
                "_wpcf7": "42",
                "_wpcf7_unit_tag": "wpcf7-f42-p7-o1",
                "your-name": "Nguyễn Thị Hoa",
                "your-email": "hoa.nguyen@gmail.com",
                "tel-841": "0912 840 375",
                "menu-789": "Gói cao cấp",
                "your-message": "Xin báo giá",
                "g-recaptcha-response": "03AFcWeA" * 200,
            },
            {
                "name": "Nguyễn Thị Hoa",
                "email": "hoa.nguyen@gmail.com",
                "phone": "0912 840 375",
                "message": "Xin báo giá",
                "extra": {"menu-789": "Gói cao cấp"},
            },
            id="contact form, vi",
        ),
        pytest.param(
            {
                "Ihr Name": "Jana Roth",
                "E-Mail-Adresse": "jana.roth@web.de",
                "Telefonnummer (mobil)": "0171 2345678",
                "Ihre Nachricht": "Bitte um Rückruf",
                "Datenschutz": "on",
                "Seiten-URL": "https://a.example/",
            },
            {
                "name": "Jana Roth",
                "email": "jana.roth@web.de",
                "phone": "0171 2345678",
                "message": "Bitte um Rückruf",
                "client": {"page_url": "https://a.example/"},
                "extra": {"Datenschutz": "on"},
            },
            id="labels as names, de",
        ),
        pytest.param(
            [{"Nome completo": "Ana Souza", "WhatsApp": "(11) 91234-5678", "Seu melhor e-mail": "ana@uol.com.br"}],
            {"name": "Ana Souza", "phone": "(11) 91234-5678", "email": "ana@uol.com.br"},
            id="JSON, pt-BR",
        ),
        pytest.param(
            {
                "form_fields[name]": "أحمد علي",
                "form_fields[email]": "ahmed@example.net",
                "form_fields[رقم الهاتف]": "0501234567",
                "form_id": "contact",
            },
            {
                "name": "أحمد علي",
                "email": "ahmed@example.net",
                "phone": "0501234567",
                "extra": {"form_id": "contact"},
            },
            id="bracketed, ar",
        ),
        pytest.param(
            [{"data": {"ชื่อ-นามสกุล": "สมชาย ใจดี", "อีเมล": "somchai@hotmail.com", "เบอร์โทรศัพท์": "0812345678"}}],
            {"name": "สมชาย ใจดี", "email": "somchai@hotmail.com", "phone": "0812345678"},
            id="nested JSON, th",
        ),
        pytest.param(
            [
                [
                    {"name": "field_1", "label": "Imię i nazwisko", "value": "Jan Kowalski"},
                    {"name": "field_2", "label": "Adres e-mail", "value": "jan@wp.pl", "type": "email"},
                    {"name": "field_3", "label": "Numer telefonu", "value": "600 100 200", "type": "tel"},
                    {"name": "field_4", "label": "Zgody", "value": ["marketing", "telefon"]},
                ]
            ],
            {
                "name": "Jan Kowalski",
                "email": "jan@wp.pl",
                "phone": "600 100 200",
                "extra": {"Zgody": "marketing, telefon"},
            },
            id="a list of fields, pl",
        ),
    ],
)
async def test_what_plugins_send_in_their_languages(client, sent, lead):
    answer = await send(client, sent)
    assert [*answer] == NAMES
    assert (answer["outcome"], answer["reason"]) == ("success", "")
    assert await kept(client, answer) == lead


async def test_our_own_names_dotted_or_nested_go_first_and_everything_else_is_kept(client):
    dotted = {
        "email": "an.nguyen@gmail.com",
        "E-Mail": "other@gmail.com",
        "source.vendor": "acme",
        "source.price.amount": "12.50",
        "source.price.currency": "EUR",
        "client.ip": "203.0.113.7",
        "form.fill_seconds": "41.7",
        "utm_source": "google",
        "gclid": "Cj0KCQiA",
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "page_url": "https://a.example/form",
        "reference": "crm-7",
        "fraudcheck": "fc1...e30",
        "interests[]": ["roof", "solar"],
    }
    answer = await send(client, dotted)
    lead = await kept(client, answer)
    assert lead["email"] == "an.nguyen@gmail.com"
    assert lead["source"] == {
        "vendor": "acme",
        "price": {"amount": "12.50", "currency": "EUR"},
        "click": {"gclid": "Cj0KCQiA", "utm_source": "google"},
    }
    assert lead["client"].keys() == {"ip", "user_agent", "page_url"}
    assert lead["form"] == {"fill_seconds": 41.7}, "an empty mark says nothing, and is no token"
    assert lead["extra"] == {"E-Mail": "other@gmail.com", "interests": "roof, solar"}
    assert answer["reference"] == "crm-7"


async def test_the_scripts_field_brings_its_measures_under_any_name(client):
    mark = "fc1...eyJrZXlzdHJva2VzIjo0MX0"
    answer = await send(client, {"your-email": "an.nguyen@gmail.com", "hidden-17": mark})
    assert (await kept(client, answer))["form"] == {"keystrokes": 41}


async def test_an_owners_contact_is_no_leads(client):
    answer = await send(client, [{"owner": {"email": "boss@agency.example"}, "agent_phone": "0912840375"}])
    assert (answer["outcome"], answer["check_id"]) == ("error", None)
    assert "--map" in answer["reason"]
    assert (await (await client.get("/v1/checks")).json())["checks"] == []


async def test_a_refused_lead_is_a_failure_with_the_heaviest_reasons_in_words(client):
    bad = {"email": "xkqjw8271z@mailinator.com", "phone": "123", "fill_seconds": "0.4"}
    answer = await send(client, bad)
    assert (answer["outcome"], answer["decision"]) == ("failure", "reject")
    assert answer["reason"].count(".") == 3
    assert "EMAIL_DISPOSABLE:-12.0" in answer["reasons"].split()
    assert "mailinator" not in json.dumps(answer)
    xml = await client.post("/v1/forms/flat", data=urlencode(bad), headers=FORM | {"Accept": "text/xml"})
    assert (xml.status, xml.content_type) == (200, "application/xml")
    told = {each.tag: each.text or "" for each in ElementTree.fromstring(await xml.text())}  # noqa: S314 - our own
    assert [*told] == NAMES
    assert (told["outcome"], told["reason"]) == ("failure", answer["reason"])


async def test_a_test_lead_is_accepted_as_one(client):
    answer = await send(client, {"email": "test@fb.com", "name": "<test lead: dummy data for full_name>"})
    assert (answer["outcome"], answer["classification"]) == ("success", "test")


# Bodies in whatever form.


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"email": "an.nguyen@gmail.com", "message": "one\ntwo\tthree"}', "application/json"),
        ('\ufeff{"email": "an.nguyen@gmail.com"}'.encode(), "application/json"),
        ('{"email": "an.nguyen@gmail.com", "name": "Müller"}'.encode("utf-16"), "application/json; charset=utf-16"),
        (
            '{"email": "an.nguyen@gmail.com", "name": "Müller"}'.encode("cp1252"),
            "application/json;charset=windows-1252",
        ),
        (b'{"email": "an.nguyen@gmail.com"}', "text/plain"),
        (b'{"email": "an.nguyen@gmail.com"}', "application/x-www-form-urlencoded"),
        (b'{"email": "an.nguyen@gmail.com"}', ""),
        (b'"{\\"email\\": \\"an.nguyen@gmail.com\\"}"', "application/json"),
        (b'[{"email": "an.nguyen@gmail.com"}]', "application/json"),
        (b'{"email": "an.nguyen@gmail.com", "name": "\\ud800", "x": "\\u0000"}', "application/json"),
        (b"email=an.nguyen%40gmail.com&name=M%FCller", "application/x-www-form-urlencoded"),
        (b"email=an.nguyen%40gmail.com&n%00=%00%00", "application/x-www-form-urlencoded"),
        (b"name=%82%A0&email=an.nguyen@gmail.com", "application/x-www-form-urlencoded; charset=Shift_JIS"),
        (b"payload=%7B%22email%22%3A%22an.nguyen%40gmail.com%22%7D", "application/x-www-form-urlencoded"),
        (b"email=an.nguyen@gmail.com", "text/plain; charset=utf-8"),
        (b"email=an.nguyen@gmail.com", "application/x-www-form-urlencoded; charset=zlib"),
        (b"<lead><email>an.nguyen@gmail.com</email></lead>", "text/xml"),
    ],
)
async def test_what_says_it_is_something_else_or_is_in_another_charset(client, body, kind):
    answer = await client.post("/v1/forms/flat", data=body, headers={"Content-Type": kind})
    told = await answer.json()
    assert (answer.status, told["outcome"]) == (200, "success"), told
    assert (await kept(client, told))["email"] == "an.nguyen@gmail.com"


async def test_a_multipart_form_with_a_file_of_which_the_name_is_kept(client):
    body = (
        b'--b\r\nContent-Disposition: form-data; name="your-email"\r\n\r\nan.nguyen@gmail.com\r\n'
        b'--b\r\nContent-Disposition: form-data; name="your-name"\r\n'
        b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\nJ\xf6rg\r\n"
        b'--b\r\nContent-Disposition: form-data; name="cv"; filename="cv.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n%PDF secret\r\n--b--\r\n"
    )
    answer = await send(client, body, **{"Content-Type": "multipart/form-data; boundary=b"})
    assert await kept(client, answer) == {"email": "an.nguyen@gmail.com", "name": "Jörg", "extra": {"cv": "cv.pdf"}}


LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><lead><email>&b;</email></lead>'


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (b"", "application/json", "the body is empty"),
        (b"hello", "application/json", "neither JSON nor a form"),
        (b"null", "application/json", "neither JSON nor a form"),
        (b"[" * 65_536, "application/json", "nested deeper"),
        (b'{"a":' * 40_000, "application/json", "nested deeper"),
        (b'{"email": "x', "application/json", "not JSON"),
        (b'[{"email": "a@b.de"}, {"email": "c@d.de"}]', "application/json", "each in a call of its own"),
        (b'{"email": "' + b"a" * MAX_BYTES + b'"}', "application/json", "larger than"),
        (gzip.compress(b" " * 20_000_000), "gzip", "larger than"),
        (b"a=1&" * 10_000, "application/x-www-form-urlencoded", "more than 1,000 fields"),
        (b"--b\n" * 60_000, "multipart/form-data; boundary=b", "more than 1,000 fields"),
        (b"--c\r\n", "multipart/form-data; boundary=b", "boundary"),
        (b"--c\r\n", "multipart/form-data", "boundary"),
        (LAUGHS, "text/xml", "document type"),
        (b'<!DOCTYPE l SYSTEM "file:///etc/passwd"><lead/>', "text/xml", "document type"),
        (b"<a>" * 50_000, "text/xml", "nested deeper"),
        (b"<a>" + b"<b/>" * 50_000 + b"</a>", "text/xml", "more than 1,000 elements"),
        (b"<a>&undefined;</a>", "text/xml", "not XML"),
        (b"<a><b></a>", "text/xml", "not XML"),
    ],
)
async def test_hostile_and_broken_bodies_are_told_so_with_200_and_without_delay(client, body, kind, reason):
    packed = {"Content-Encoding": "gzip"} if kind == "gzip" else {}
    start = time.perf_counter()
    answer = await client.post("/v1/forms/flat", data=body, headers={"Content-Type": kind} | packed)
    told = await answer.json()
    assert time.perf_counter() - start < 2
    assert (answer.status, told["outcome"]) == (200, "error")
    assert reason in told["reason"]
    assert (await (await client.get("/v1/checks")).json())["checks"] == []


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({f"Frage {n} (bitte / angeben)?": "x" for n in range(6_000)}).encode(),
        json.dumps({f"{n}[{n}]" * 40: "x" for n in range(1_000)}).encode(),
        json.dumps({"[" * 300 + f"{n}": "x" for n in range(600)}).encode(),
        json.dumps([{"label": "phone / tel " * 16 + f"{n}?", "value": "x"} for n in range(900)]).encode(),
    ],
)
async def test_thousands_of_labels_hold_nobody_up(client, body):
    start = time.perf_counter()
    answer = await send(client, body, **JSON)
    assert time.perf_counter() - start < 2
    assert answer["outcome"] == "error"


# Keys.


class TestKeys:
    @pytest.fixture
    async def client(self, service, aiohttp_client):
        service.keys.create("default", ["read", "personal"], "", "")
        return await aiohttp_client(make(service))

    @pytest.fixture
    def reader(self, service):
        return {"Authorization": f"Bearer {service.keys.create('default', ['read', 'personal'], '', '')[1]}"}

    async def kept(self, client, answer, reader):
        return (await (await client.get(f"/v1/checks/{answer['check_id']}", headers=reader)).json())["lead"]

    async def test_the_secret_stands_in_a_header_or_in_the_url(self, client, service):
        secret = make_key(service)
        for headers, query in (
            ({"Authorization": f"Bearer {secret}"}, ""),
            ({"X-Api-Key": secret}, ""),
            ({}, f"?key={secret}"),
        ):
            answer = await send(client, {"email": "an.nguyen@gmail.com"}, f"/v1/forms/flat{query}", **headers)
            assert answer["outcome"] == "success"

    async def test_or_in_the_body_where_the_platform_puts_it_there(self, client, service, monkeypatch):
        platform = Platform(name="new", about="", read=read, key_in_body=lambda content: f"{content.get('new_key')}")
        monkeypatch.setitem(PLATFORMS, "new", platform)
        secret = make_key(service, source="new")
        lead = {"email": "an.nguyen@gmail.com"}
        assert (await send(client, [lead | {"new_key": secret}], "/v1/forms/new"))["outcome"] == "success"
        for wrong in (lead, lead | {"new_key": "fc_wrong"}, lead | {"new_key": ["x"]}):
            await send(client, [wrong], "/v1/forms/new", 401)
        await send(client, b"[" * 300_000, "/v1/forms/new", 401, **JSON)

    @pytest.mark.parametrize("path", ["/v1/forms/google", "/v1/forms/wufoo"])
    async def test_a_body_without_a_known_key_is_not_read(self, service, settings, aiohttp_client, monkeypatch, path):
        secret = make_key(service, source=path.rpartition("/")[2])
        limited = structs.replace(service, settings=structs.replace(settings, limits=("wrong-key=2/minute",)))
        client = await aiohttp_client(make(limited))
        monkeypatch.setattr("fraudcheck.web.source_keys.read_content", None)  # a call of it would be answered 500
        wrong = "fc_" + "x" * 43
        for body in ({"google_key": "x"}, {"a": "%" * 1_000}, {"google_key": wrong, "HandshakeKey": wrong}):
            await send(client, body, path, 401)
        assert service.keys.find(secret)

    async def test_keys_that_cannot_be_read_are_503(self, client, service, settings):
        make_key(service, source="google")
        wrong = {"google_key": "fc_" + "x" * 43}
        await send(client, [wrong], "/v1/forms/google", 401)
        (settings.data_dir / "keys.json").write_text("[")
        service.keys._looked_at = service.keys._good_at = float("-inf")
        await send(client, [wrong], "/v1/forms/google", 503)

    async def test_wrong_and_missing_keys_are_401_and_counted(self, service, settings, aiohttp_client):
        service.keys.create("default", ["read"], "", "")
        limited = structs.replace(service, settings=structs.replace(settings, limits=("wrong-key=3/minute",)))
        client = await aiohttp_client(make(limited))
        assert "end the URL in ?key=" in (await send(client, {"email": "a@b.de"}, status=401))["title"]
        assert "end the URL in ?key=" in (await send(client, {"email": "a@b.de"}, "/v1/leadconduit", 401))["title"]
        assert "where it asks for one" in (await send(client, {"email": "a@b.de"}, "/v1/forms/google", 401))["title"]
        statuses = [(await client.post("/v1/forms/flat?key=fc_wrong", data={"a": "b"})).status for _ in range(3)]
        assert statuses == [401, 401, 401]

    async def test_a_source_key_opens_nothing_else(self, client, service):
        secret = make_key(service)
        bearer = {"Authorization": f"Bearer {secret}"}
        for method, path in (
            ("POST", "/v1/checks"),
            ("GET", "/v1/checks"),
            ("GET", "/v1/vendors"),
            ("GET", "/v1/reasons"),
            ("POST", "/v1/batches"),
            ("POST", "/v1/checks/01936b5e-7c1a-7d3e-9f4b-2a6c8e0d1f35/outcome"),
        ):
            answer = await client.request(method, path, headers=bearer | JSON, data="{}" if method == "POST" else None)
            assert answer.status == 401, path
            assert "brings the leads of flat and opens nothing else" in (await answer.json())["title"]
        await send(client, {"email": "a@b.de"}, "/v1/leadconduit", 403, **bearer)

    async def test_a_key_brings_its_own_platforms_leads_alone(self, client, service, monkeypatch):
        monkeypatch.setitem(PLATFORMS, "other", Platform(name="other", about="", read=read))
        await send(client, {"email": "a@b.de"}, f"/v1/forms/other?key={make_key(service)}", 403)
        checks = service.keys.create("default", ["check"], "", "")[1]
        await send(client, {"email": "a@b.de"}, f"/v1/forms/other?key={checks}", 403)
        assert (await send(client, {"email": "a@gmail.com"}, f"/v1/forms/flat?key={checks}"))["outcome"] == "success"
        reads = service.keys.create("default", ["read"], "", "")[1]
        await send(client, {"email": "a@b.de"}, f"/v1/forms/flat?key={reads}", 403)
        site = service.keys.create_site("default", "acme", ["https://a.example"], "", "").id
        refused = await send(client, {"email": "a@b.de"}, f"/v1/forms/flat?key={site}", 401)
        assert "a site key gets the tokens of forms" in refused["title"]

    async def test_the_sources_vendor_and_campaign_win_and_the_claim_is_kept(self, client, service, reader):
        secret = make_key(service, campaign="spring")
        claims = {"email": "an.nguyen@gmail.com", "vendor": "rival", "source.campaign": "theirs", "sub_id": "7"}
        answer = await send(client, claims, f"/v1/forms/flat?key={secret}")
        lead = await self.kept(client, answer, reader)
        assert lead["source"] == {"vendor": "acme", "campaign": "spring", "sub_id": "7"}
        assert lead["extra"] == {"claimed_vendor": "rival", "claimed_campaign": "theirs"}
        ordinary = service.keys.create("default", ["check"], "", "")[1]
        answer = await send(client, claims, f"/v1/forms/flat?key={ordinary}")
        assert (await self.kept(client, answer, reader))["source"]["vendor"] == "rival"

    async def test_the_sources_own_map_goes_before_every_name(self, client, service, reader):
        columns = {"phone": ("Feld 7",), "email": ("wpforms[fields][1]",), "name": ("gone",)}
        secret = make_key(service, columns=columns)
        sent = {"Feld 7": "0171 2345678", "phone": "0172 1111111", "wpforms[fields][1]": "jana@web.de"}
        lead = await self.kept(client, await send(client, sent, f"/v1/forms/flat?key={secret}"), reader)
        assert (lead["email"], lead["phone"]) == ("jana@web.de", "0171 2345678")

    @pytest.mark.parametrize(
        ("sent", "country", "number"),
        [
            ({"phone": "0171 2345678"}, "DE", "+491712345678"),
            ({"phone": "1712345678", "country": ""}, "DE", "+491712345678"),
            ({"phone": "0912 345 678", "country": "Vietnam"}, "VN", "+84912345678"),  # the lead's own
            ({"phone": "+84 912 345 678"}, None, "+84912345678"),  # which needs none, and whose country nobody told
            ({"phone": "0084 912 345 678"}, None, "+84912345678"),
            ({"email": "an.nguyen@gmail.com"}, None, None),
        ],
    )
    async def test_numbers_without_a_countrys_code_are_read_in_the_sources_country(
        self, client, service, reader, sent, country, number
    ):
        answer = await send(client, sent, f"/v1/forms/flat?key={make_key(service, country='DE')}")
        check = await (await client.get(f"/v1/checks/{answer['check_id']}", headers=reader)).json()
        assert check["lead"].get("country") == country
        assert check["normalized"].get("phone") == number

    async def test_two_tenants_see_their_own(self, client, service, reader):
        other = make_key(service, tenant="other")
        answer = await send(client, {"email": "an.nguyen@gmail.com"}, f"/v1/forms/flat?key={other}")
        assert (await client.get(f"/v1/checks/{answer['check_id']}", headers=reader)).status == 404

    async def test_a_signing_source_refuses_what_is_not_signed(self, client, service, monkeypatch):
        def is_signed(delivery, secret, _):
            return delivery.headers.get("x-signature") == secret and delivery.body != b""

        monkeypatch.setitem(PLATFORMS, "new", Platform(name="new", about="", read=read, is_signed=is_signed))
        key = make_key(service, source="new", signing="s3cret")
        path, lead = f"/v1/forms/new?key={key}", {"email": "an.nguyen@gmail.com"}
        await send(client, lead, path, 401)
        await send(client, lead, path, 401, **{"X-Signature": "wrong"})
        assert (await send(client, lead, path, **{"X-Signature": "s3cret"}))["outcome"] == "success"

    async def test_meta_is_told_its_challenge_by_who_has_the_key(self, client, service):
        query = f"hub.mode=subscribe&hub.verify_token={make_key(service)}&hub.challenge=1158201444"
        answer = await client.get(f"/v1/forms/flat?{query}")
        assert (answer.status, answer.content_type, await answer.text()) == (200, "text/plain", "1158201444")
        assert (await client.get("/v1/forms/flat?hub.verify_token=x&hub.challenge=1")).status == 401
        bad = query.replace("1158201444", "<script>")
        assert (await client.get(f"/v1/forms/flat?{bad}")).status == 400

    async def test_no_log_holds_the_secret_or_the_person(self, client, service, monkeypatch, caplog):
        caplog.set_level(logging.DEBUG)

        def breaks(*_):
            raise RuntimeError("an.nguyen@gmail.com")

        monkeypatch.setitem(PLATFORMS, "new", Platform(name="new", about="", read=breaks))
        secret = make_key(service, source="new")
        await send(client, {"email": "an.nguyen@gmail.com"}, f"/v1/forms/new?key={secret}", 500)
        await send(client, {"email": "an.nguyen@gmail.com"}, f"/v1/forms/flat?key={secret}x", 401)
        assert "RuntimeError" in caplog.text
        ours = [each.getMessage() for each in caplog.records if each.name != "aiohttp.access"]  # the service has none
        assert not any(secret in text or "an.nguyen" in text for text in ours)


async def test_no_platform_of_this_name(client):
    answer = await send(client, {"email": "a@b.de"}, "/v1/forms/nobodys", 404)
    assert "flat" in answer["title"]


# An event is one lead.


async def test_an_event_that_comes_again_is_one_lead_whatever_its_body_then_says(client):
    once = {"Idempotency-Key": "zap-1"}
    first = await send(client, {"email": "an.nguyen@gmail.com", "tried": "1"}, **once)
    again = await send(client, {"email": "an.nguyen@gmail.com", "tried": "2"}, **once)
    assert again == first
    assert len((await (await client.get("/v1/checks")).json())["checks"]) == 1
    other = await send(client, {"email": "an.nguyen@gmail.com", "tried": "2"}, **{"Idempotency-Key": "zap-2"})
    assert other["check_id"] != first["check_id"]


async def test_at_the_same_time_too(client, nameserver):
    nameserver.hold("second-mx.ng")
    sent = [
        asyncio.create_task(send(client, {"email": "an@second-mx.ng", "n": str(n)}, **{"Idempotency-Key": "e"}))
        for n in range(4)
    ]
    await asyncio.sleep(0.05)
    nameserver.release()
    assert len({answer["check_id"] for answer in await asyncio.gather(*sent)}) == 1


async def test_two_sources_events_of_one_name_are_two_leads(service, aiohttp_client):
    client = await aiohttp_client(make(service))
    keys = [make_key(service), make_key(service)]
    answers = [
        await send(client, {"email": "an.nguyen@gmail.com"}, f"/v1/forms/flat?key={key}", **{"Idempotency-Key": "1"})
        for key in keys
    ]
    assert len({answer["check_id"] for answer in answers}) == 2


async def test_no_callers_own_key_is_taken_for_an_event(service, aiohttp_client):
    client = await aiohttp_client(make(service))
    secret, api = make_key(service), service.keys.create("default", ["check"], "", "")[1]
    key, bearer = service.keys.find(secret), {"Authorization": f"Bearer {api}"}
    for between in (" ", "", "\t"):
        name = f"flat {key.id}{between}1"
        sent = await client.post(
            "/v1/checks", json={"email": "an.nguyen@gmail.com"}, headers=bearer | {"Idempotency-Key": name}
        )
        assert sent.status == 200, await sent.text()
    await send(client, {"email": "bo.li@gmail.com"}, f"/v1/forms/flat?key={secret}", **{"Idempotency-Key": "1"})


# When there is no room, or nothing can be kept.


def no_room(client):
    admission = client.app[ADMISSION]
    admission._most = 0


async def away(*_, **__):
    raise Unavailable("ledger")


@pytest.mark.parametrize("fault", ["shed", "ledger"])
async def test_only_who_tries_again_is_told_to(client, service, monkeypatch, fault):
    monkeypatch.setitem(PLATFORMS, "patient", Platform(name="patient", about="", read=read, tries_again=True))
    if fault == "shed":
        no_room(client)
    else:
        monkeypatch.setattr(service.pipeline, "check", away)
    answer = await send(client, {"email": "an.nguyen@gmail.com"})
    assert answer["outcome"] == "error"
    assert answer["reason"]
    for path in ("/v1/forms/patient", "/v1/leadconduit"):
        answer = await client.post(path, data={"email": "an.nguyen@gmail.com"})
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) >= 1


async def test_a_key_that_calls_too_often_is_told_so_in_its_platforms_way(service, settings, aiohttp_client):
    limited = structs.replace(settings, data_dir=settings.data_dir / "limited", limits=("check=2/minute",))
    async with wiring.service(limited) as other:
        client = await aiohttp_client(make(other))
        flat, patient = make_key(other), make_key(other, source="leadconduit")
        for path, outcomes in (
            (f"/v1/forms/flat?key={flat}", [(200, "success"), (200, "success"), (200, "error")]),
            (f"/v1/leadconduit?key={patient}", [(201, "success"), (201, "success"), (429, None)]),
        ):
            answers = [await client.post(path, data={"email": "an.nguyen@gmail.com"}) for _ in range(3)]
            assert [(each.status, (await each.json()).get("outcome")) for each in answers] == outcomes
            assert answers[-1].headers["RateLimit"].startswith('"check";r=0')


async def test_wrong_keys_are_counted_and_then_told_so_in_the_platforms_way(settings, aiohttp_client):
    limited = structs.replace(settings, data_dir=settings.data_dir / "limited", limits=("wrong-key=3/minute",))
    async with wiring.service(limited) as other:
        other.keys.create("default", ["read"], "", "")
        client = await aiohttp_client(make(other))
        for path in ("/v1/forms/flat", "/v1/leadconduit", "/v1/forms/tally"):
            await send(client, {"email": "a@b.de"}, f"{path}?key=fc_wrong", 401)
        answer = await send(client, {"email": "a@b.de"}, "/v1/forms/flat?key=fc_wrong")
        assert (answer["outcome"], answer["check_id"]) == ("error", None)
        await send(client, {"email": "a@b.de"}, "/v1/leadconduit?key=fc_wrong", 429)


# LeadConduit.


class TestLeadConduit:
    LEAD: ClassVar = {
        "first_name": "An",
        "last_name": "Nguyen",
        "email": "an.nguyen@gmail.com",
        "phone_1": "+84 912 840 375",
    }

    async def test_a_form_in_and_json_out(self, client):
        answer = await send(client, self.LEAD | {"source.price.amount": "12.50"}, "/v1/leadconduit", 201)
        assert answer == {"outcome": "success", "reason": "", "lead": answer["lead"], "price": 12.5}
        lead = (await (await client.get(f"/v1/checks/{answer['lead']['id']}")).json())["lead"]
        assert {"first_name", "last_name", "email", "phone"} <= lead.keys()

    async def test_xml_in_and_out(self, client):
        inner = "".join(f"<{name}>{value}</{name}>" for name, value in self.LEAD.items())
        body = f"<?xml version='1.0'?><lead>{inner}<source><price><amount>3</amount></price></source></lead>"
        answer = await client.post("/v1/leadconduit", data=body, headers=XML | {"Accept": "text/xml"})
        assert answer.status == 201
        result = ElementTree.fromstring(await answer.text())  # noqa: S314 - our own
        assert [each.tag for each in result] == ["outcome", "reason", "lead", "price"]
        assert (result.findtext("outcome"), result.findtext("price")) == ("success", "3.0")
        assert result.findtext("lead/id")

    async def test_a_refused_lead_is_handled_too_and_costs_nothing(self, client):
        bad = {"email": "xkqjw8271z@mailinator.com", "phone_1": "123", "form.honeypot": "x", "source.price.amount": "9"}
        answer = await send(client, bad, "/v1/leadconduit", 201)
        assert (answer["outcome"], answer["price"]) == ("failure", 0)
        assert answer["reason"]
        assert answer["lead"]["id"]

    async def test_a_test_lead_costs_nothing(self, client):
        body = {"email": "bo.li@gmail.com", "first_name": "Bo", "is_test": "true", "source.price.amount": "9"}
        answer = await send(client, body, "/v1/leadconduit", 201)
        assert (answer["outcome"], answer["price"]) == ("success", 0)

    async def test_no_contact_is_an_error_and_what_cannot_be_read_is_400(self, client):
        answer = await send(client, {"first_name": "An"}, "/v1/leadconduit", 201)
        assert (answer["outcome"], "lead" in answer) == ("error", False)
        for body, headers in ((b"{", JSON), (b"<lead>", XML), (LAUGHS, XML), (b"x" * (MAX_BYTES + 1), FORM)):
            await send(client, body, "/v1/leadconduit", 400, **headers)
