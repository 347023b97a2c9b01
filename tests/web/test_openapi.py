"""The service keeps to its own OpenAPI document, whatever a caller sends; and the document to the contract."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from contextlib import contextmanager
from zoneinfo import available_timezones

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
from fraudcheck.web.app import make
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
        yield schemathesis.openapi.from_url(f"{url}/openapi.json")


CALLS = [f"{method.upper()} {path}" for path, calls in openapi.document()["paths"].items() for method in calls]


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("call", CALLS)
def test_any_call_is_answered_as_documented(api, call, mode):
    method, _, path = call.partition(" ")

    @given(case=api[path][method].as_strategy(generation_mode=mode))
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    def answered(case):
        if call == "POST /v1/checks" and mode is GenerationMode.POSITIVE:
            case.body["phone"] = "+84912840375"  # no schema tells of the words that mean no contact
        # By contract a field that cannot be read is a warning and no error, so wrong data need not be refused.
        case.call_and_validate(excluded_checks=[negative_data_rejection])

    try:
        answered()
    except Unsatisfiable:
        pytest.skip("no wrong call can be made up where there is nothing to send")


def fields(component, prefix=""):
    """Every field of a schema by its dotted path."""
    schemas = openapi.document()["components"]["schemas"]
    for name, part in schemas[component]["properties"].items():
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
