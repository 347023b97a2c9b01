"""The service keeps to its own OpenAPI document, whatever a caller sends; and the document to the contract."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from contextlib import contextmanager
from zoneinfo import available_timezones

import jsonschema
import pytest
import schemathesis
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import negative_data_rejection

from fraudcheck import wiring
from fraudcheck.settings import Settings
from fraudcheck.web import openapi
from fraudcheck.web.app import OF_OUR_PAGES, OPEN_PATHS, make
from fraudcheck.web.batch_queue import Batches
from fraudcheck.web.openapi_paths import BATCH_TYPES
from tests.shared import shared
from tests.web.reports import ReportsInProcess

load_all_checks()
schemathesis.serializer.alias([kind for kind in BATCH_TYPES if "octet" not in kind], "application/octet-stream")
schemathesis.openapi.format("iana-time-zone", st.sampled_from(sorted(available_timezones())))


@contextmanager
def serving(data_dir, nameserver):
    """The service in a thread of its own, for a client that blocks."""
    ready, stop = threading.Event(), asyncio.Event()
    where = {}

    async def serve():
        chosen = Settings(data_dir=data_dir, redis="memory://", nameserver=(nameserver.address,), budget_ms=50)
        async with wiring.service(chosen) as service:
            jobs = Batches(chosen, command=("true",), poll=0.001)  # every batch fails at once
            runner = web.AppRunner(make(service, jobs=jobs, audits=ReportsInProcess(chosen)), access_log=None)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            where.update(url=f"http://127.0.0.1:{runner.addresses[0][1]}", loop=asyncio.get_running_loop())
            ready.set()
            await stop.wait()
            await runner.cleanup()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(20)
    try:
        yield where["url"]
    finally:
        where["loop"].call_soon_threadsafe(stop.set)
        thread.join()


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    from tests.servers.dns import Nameserver

    with Nameserver() as nameserver, serving(tmp_path_factory.mktemp("data"), nameserver) as url:
        api = schemathesis.openapi.from_url(f"{url}/openapi.json")
        api.config.update(base_url=url)
        yield api


def give_contact(case):
    """A lead needs a mail address or a phone, which the document says in words only."""
    if not any(re.search("[^\\W_0]", case.body.get(channel) or "") for channel in ("email", "phone")):
        case.body = {**case.body, "phone": "+84912345678"}


CALLS = [f"{method.upper()} {path}" for path, calls in openapi.document()["paths"].items() for method in calls]


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("call", CALLS)
def test_any_call_is_answered_as_documented(api, call, mode):
    method, _, path = call.partition(" ")

    @given(case=api[path][method].as_strategy(generation_mode=mode))
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    def answered(case):
        if call == "POST /v1/checks" and mode is GenerationMode.POSITIVE:
            give_contact(case)
        # By contract a field that cannot be read is a warning and no error, so wrong data need not be refused.
        case.call_and_validate(excluded_checks=[negative_data_rejection])

    try:
        answered()
    except Unsatisfiable:
        pytest.skip("no wrong call can be made up where there is nothing to send")


# The document itself, as programs read it that make clients.

SCHEMAS = openapi.document()["components"]["schemas"]
PLAIN = {"type", "description", "examples", "format", "properties", "required", "items", "additionalProperties", "enum"}
PLAIN |= {"$ref", "anyOf", "minItems", "maxItems", "minimum", "maximum", "minLength", "maxLength", "pattern", "default"}
OPERATIONS = [told for calls in openapi.document()["paths"].values() for told in calls.values()]
FIELDS = {
    f"{name}.{field}": schema for name, kind in SCHEMAS.items() for field, schema in kind.get("properties", {}).items()
}
PARAMETERS = {
    f"{told['operationId']}({part['name']})": {**part["schema"], **part, "examples": [part["example"]]}
    for told in OPERATIONS
    for part in told.get("parameters", ())
}
HEADERS = {name: {**part["schema"], **part} for name, part in openapi.document()["components"]["headers"].items()}


def schemas(told):
    """Every schema of the document, however deep."""
    if isinstance(told, list):
        for part in told:
            yield from schemas(part)
    elif isinstance(told, dict):
        if "schema" in told:
            yield told["schema"]
        for word, part in told.items():
            if word in ("properties", "schemas"):
                yield from part.values()
            elif word in ("items", "additionalProperties") and isinstance(part, dict):
                yield part
            if word not in ("example", "examples"):
                yield from schemas(part)


def test_the_document_is_valid_and_uses_few_words_of_json_schema():
    schemathesis.openapi.from_dict(openapi.document()).validate()
    found = list(schemas(openapi.document()))
    assert len(found) > 300
    for schema in found:
        assert schema.keys() <= PLAIN, schema
        assert schema.get("items", {}) is not False
        if "anyOf" in schema:  # an object or null: what has no type cannot be told so in another way
            assert [list(part) for part in schema["anyOf"]] == [["$ref"], ["type"]]
            assert schema["anyOf"][1] == {"type": "null"}
        else:
            assert ("type" in schema) != ("$ref" in schema), schema
        if schema is not SCHEMAS["Criterion"]["properties"]["value"]:  # the one value of several types
            assert not isinstance(schema.get("type"), list) or schema["type"][1:] == ["null"]
        assert "properties" not in schema or schema in SCHEMAS.values(), "an object without a name"
        assert "enum" not in schema or schema in SCHEMAS.values(), "an enumeration without a name"
    assert not any("anyOf" in schema for schema in SCHEMAS.values())


def leads_to_types(schema):
    """Whether what stands there is an object with a name, or a list of such: its own fields have the examples."""
    parts = [schema.get("items") or schema, *schema.get("anyOf", ())]
    named = [SCHEMAS[part["$ref"].rpartition("/")[2]] for part in parts if "$ref" in part]
    return any("properties" in kind for kind in named)


@pytest.mark.parametrize("name", [*FIELDS, *PARAMETERS, *HEADERS])
def test_everything_that_is_sent_has_a_meaning_a_unit_and_an_example(name):
    told = FIELDS.get(name) or PARAMETERS.get(name) or HEADERS[name]
    assert told["description"].strip().endswith((".", "…", ":")) or "." in told["description"]
    if {"integer", "number"} & {*([told.get("type")] if isinstance(told.get("type"), str) else told.get("type", ()))}:
        assert "Unit or format: " in told["description"]
    if leads_to_types(told):
        return
    assert told["examples"]
    for example in told["examples"]:
        expect_valid(example, {word: value for word, value in told.items() if word in PLAIN})


def expect_valid(example, schema, components=SCHEMAS):
    """Against a schema that may name others of the document."""
    whole = {**schema, "components": {"schemas": components}}
    jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker()).validate(example)


def test_every_type_and_call_says_what_it_is():
    for name, kind in SCHEMAS.items():
        assert kind["description"], name
        assert "``" not in kind["description"]
    tags = {tag["name"] for tag in openapi.document()["tags"] if tag["description"]}
    names = [told["operationId"] for told in OPERATIONS]
    assert len(set(names)) == len(names)
    for told in OPERATIONS:
        assert re.fullmatch("(check|list|get|create|delete|tell)[A-Z][A-Za-z]+", told["operationId"])
        assert told["summary"].endswith(".")
        assert set(told["tags"]) <= tags
        assert len(told["tags"]) == 1
        for status, answer in told["responses"].items():
            if status >= "400" and told["operationId"] != "getReadiness":
                assert list(answer["content"]) == ["application/problem+json"]
        body = told.get("requestBody", {"content": {}})["content"].get("application/json")
        if body:
            expect_valid(body["example"], body["schema"])
    assert [server["url"] for server in openapi.document()["servers"]] == ["http://127.0.0.1:8080", "/"]
    assert openapi.document()["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


def test_open_calls_need_no_key():
    open_paths = {
        path
        for path, calls in openapi.document()["paths"].items()
        if calls["get" if "get" in calls else "post"].get("security") == []
    }
    assert open_paths == OPEN_PATHS - OF_OUR_PAGES


# What is answered.

CLOSED = {
    name: kind if name == "Lead" or "properties" not in kind else {**kind, "additionalProperties": False}
    for name, kind in SCHEMAS.items()
}
"""The types, without room for fields that the document does not know."""
LEAD = {
    "email": "an.nguyen@mailinator.com",
    "phone": "0912 840 375",
    "country": "VN",
    "name": "asdfgh",
    "client": {"ip": "203.0.113.7", "user_agent": "curl/8", "device_id": "d1"},
    "form": {"fill_seconds": 0.5, "honeypot": "x", "webdriver": True, "keystrokes": 3},
    "source": {
        "vendor": "acme",
        "campaign": "spring",
        "channel": "call",
        "price": {"amount": "9.5", "currency": "EUR"},
    },
    "reference": "crm-1",
    "shirt_size": "M",
}


def expect_documented(answer, path, method, told):
    """An answer has all fields that its schema promises, and no other."""
    responses = openapi.document()["paths"][path][method]["responses"]
    (schema,) = (
        content["schema"] for kind, content in responses[f"{answer.status}"]["content"].items() if "json" in kind
    )
    expect_valid(told, schema, CLOSED)


@pytest.mark.parametrize("scopes", [(), ("check", "read", "outcome")], ids=["no key", "masked"])
async def test_every_field_of_an_answer_is_documented(settings, aiohttp_client, scopes):
    headers = {}
    async with wiring.service(settings) as service:
        if scopes:
            headers["Authorization"] = f"Bearer {service.keys.create('default', scopes, '', '')[1]}"
        client = await aiohttp_client(make(service, audits=ReportsInProcess(settings)))

        async def call(method, path, at="", **options):
            async with client.request(method, at or path, headers=headers, **options) as answer:
                told = await answer.json()
                expect_documented(answer, path, method, told)
                return told

        given = [await call("post", "/v1/checks", json=LEAD | {"country": country}) for country in ("VN", 5, "UK")]
        assert given[1]["warnings"]
        await call("post", "/v1/checks", json={"name": "An"})
        check_id = given[0]["check_id"]
        outcome = {"outcome": "converted", "value": {"amount": "5", "currency": "EUR"}, "reason": None}
        await call("post", "/v1/checks/{check_id}/outcome", f"/v1/checks/{check_id}/outcome", json=outcome)
        await call("post", "/v1/checks/{check_id}/outcome", f"/v1/checks/{check_id}/outcome", json={"outcome": "sold"})
        kept = await call("get", "/v1/checks/{check_id}", f"/v1/checks/{check_id}")
        assert kept["lead"]["extra"]
        assert kept["outcomes"]
        assert len((await call("get", "/v1/checks", "/v1/checks?limit=2"))["checks"]) == 2
        assert (await call("get", "/v1/vendors", "/v1/vendors?visits=100"))["vendors"][0]["staffed"]
        assert (await call("get", "/v1/vendors/{vendor}/report", "/v1/vendors/acme/report?visits=9"))["examples"]
        for path in ("/v1/reasons", "/healthz", "/readyz"):
            await call("get", path)


def fields(component, prefix=""):
    """Every field of a schema by its dotted path."""
    for name, part in SCHEMAS[component].get("properties", {}).items():
        yield prefix + name
        for reference in re.findall(r'#/components/schemas/(\w+)"', json.dumps(part)):
            yield from fields(reference, f"{prefix}{name}.")


def test_the_document_knows_every_field_of_the_contract():
    text = shared("API.md").read_text()
    table = text.partition("| field | what |")[2].partition("\n\n")[0]
    named, stem = set(), ""
    for cell in re.findall(r"^\| (.+?) \|", table, re.MULTILINE)[1:]:
        for name in re.findall(r"`([a-z_.]+)`", cell):
            if name == ".currency":
                path = "source.price.currency"
            else:
                path = stem.partition(".")[0] + name if name.startswith(".") else name
            stem = path
            named.add(path)
    assert named
    assert named <= set(fields("Lead")), named - set(fields("Lead"))
    example = re.sub(r" //[^\n]*", "", text.partition("```json\n")[2].partition("```")[0])
    assert set(json.loads(example.replace("…", "x"))) <= set(fields("CheckVerdict"))


def test_the_document_names_every_route():
    paths = openapi.document()["paths"]
    for path in (
        "/v1/checks",
        "/v1/checks/{check_id}",
        "/v1/batches",
        "/v1/reasons",
        "/healthz",
        "/readyz",
        "/metrics",
    ):
        assert path in paths
