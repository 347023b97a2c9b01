"""Our own clients against the real service; their types and packages; and how they live in a server's process."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import re
import shutil
import signal
import socket
import ssl
import sys
import threading
import time
import tomllib
import warnings
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import version
from uuid import UUID, uuid4

import pytest

from fraudcheck_client import AsyncClient, CallFailed, Client, client_part, form_part
from tests.clients.stand_in import StandIn
from tests.clients.test_broken_service import HERE, LEAD, certificate, node, server_tls  # noqa: F401 - fixtures
from tests.clients.test_clients import install, run
from tests.servers.dns import Nameserver
from tests.shared import ROOT
from tests.test_service import Running, start  # noqa: F401 - a fixture

PYTHON, JAVASCRIPT = ROOT / "clients" / "python", ROOT / "clients" / "javascript"
LIMIT = 20.0
"""Seconds: the machine may be busy, and what is tested here is no limit."""
FAKE = {"email": "xkqjw8271z@mailinator.com", "name": "asdfgh", "country": "VN", "form": {"fill_seconds": 0.8}}
NOBODY = "01a207bd-a9c0-7a2a-aa2a-2a2a2a2a2a2a"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """The real service with a key, as address and key."""
    folder = tmp_path_factory.mktemp("service") / "data"
    made = [sys.executable, "-m", "fraudcheck", "keys", "create", "--scopes", "check,read,personal,outcome"]
    key = re.findall(r"fc_[\w-]+", run(*made, "--data-dir", folder, cwd=ROOT))[0]
    with Nameserver() as nameserver:
        running = Running(folder, "--nameserver", nameserver.address)
        yield running.url, key
        running.stop()


class Waits:
    """The async client, called as the sync one is."""

    def __init__(self, *args, **kwargs):
        self._client = AsyncClient(*args, **kwargs)
        self._runner = asyncio.Runner()

    def __getattr__(self, name):
        return lambda *args, **kwargs: self._runner.run(getattr(self._client, name)(*args, **kwargs))


@pytest.fixture
def make(kind):
    """Makes clients, which are closed in the end."""
    made = []

    def make_one(*args, **kwargs):
        made.append(kind(*args, **kwargs))
        return made[-1]

    yield make_one
    for each in made:
        each.close()
        if kind is Waits:
            each._runner.close()


@pytest.fixture(params=[Client, Waits], ids=["sync", "async"])
def kind(request):
    return request.param


@pytest.fixture
def client(service, make):
    url, key = service
    return make(url, key, timeout=LIMIT)


def test_a_lead_is_judged_read_again_and_told_of(client):
    answer = client.check(FAKE | {"reference": "py-1"})
    assert (answer.decision, answer.unchecked, answer.status) == ("reject", None, 200)
    assert answer.verdict["reference"] == "py-1"
    assert answer.verdict["trust_score"] < 20
    kept = client.get(answer.check_id)
    assert {name: kept[name] for name in answer.verdict} == answer.verdict
    told = {"outcome": "returned", "reason": "invalid_email", "at": datetime.now(UTC)}
    assert [len(client.outcome(answer.check_id, told)["outcomes"]) for _ in range(2)] == [1, 1]
    assert client.check({"email": "an.nguyen@gmail.com", "phone": "+84912840375"}).decision == "accept"


@pytest.mark.parametrize(
    "given", ["form-1", "Đơn số 1", "a\r\nX-B: c", "k" * 300, UUID(int=17), 17, "\udc80"], ids=ascii
)
def test_one_lead_under_one_key_is_one_check(client, given):
    first, again = client.check(FAKE, idempotency_key=given), client.check(FAKE, idempotency_key=given)
    assert first.check_id == again.check_id is not None
    assert client.check(FAKE, idempotency_key=first.idempotency_key).check_id == first.check_id
    other = client.check({"phone": "+84912345678"}, idempotency_key=given)
    assert (other.decision, other.unchecked, other.status) == ("review", "refused", 409)
    assert client.check(FAKE).check_id != first.check_id


def test_what_is_refused_says_why(client, service, make):
    nobody = client.check({"name": "An"})
    assert (nobody.unchecked, nobody.status, nobody.decision) == ("refused", 422, "review")
    assert [error["field"] for error in nobody.problem["errors"]] == ["email", "phone"]
    stranger = make(service[0], "none", timeout=LIMIT).check(FAKE)
    assert (stranger.unchecked, stranger.status) == ("refused", 401)
    large = client.check(FAKE | {"message": "x" * 70_000})
    assert (large.unchecked, large.status) == ("refused", 413)


@pytest.mark.parametrize("check_id", [NOBODY, "..", "x/y", "", None, f"{NOBODY}\n"])
def test_there_is_no_such_check(client, check_id):
    for call in (lambda: client.get(check_id), lambda: client.outcome(check_id, {"outcome": "returned"})):
        with pytest.raises(CallFailed) as failed:
            call()
        assert (failed.value.why, failed.value.status) == ("refused", 404)
        assert failed.value.__cause__ is failed.value.__context__ is None


class Refuses:
    def __str__(self):
        raise RuntimeError(FAKE["email"])


def round_lead():
    lead: dict = dict(FAKE)
    lead["round"] = lead
    return lead


def deep_lead():
    lead: dict = {}
    for _ in range(3000):
        lead = {"in": lead}
    return lead


@pytest.mark.parametrize(
    "lead",
    [
        round_lead,
        deep_lead,
        lambda: {"a": Refuses()},
        lambda: {("a", "b"): 1},
        lambda: {"a": float("nan")},
        lambda: None,
        lambda: 7,
        lambda: ["email"],
        Refuses,
    ],
)
def test_what_is_no_json_never_breaks_a_form(client, lead):
    answer = client.check(lead())
    assert (answer.unchecked, answer.decision) == ("unsendable", "review")


def test_dates_and_the_like_are_sent_as_their_texts(client):
    when = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    price = {"amount": Decimal("12.50"), "currency": "EUR"}
    answer = client.check(FAKE | {"submitted_at": when, "source": {"price": price}, "id": uuid4(), "half": "\ud800"})
    assert (answer.unchecked, answer.verdict["warnings"]) == (None, [])
    assert answer.verdict["submitted_at"].startswith("2026-11-23T09:30:00")
    assert client.get(answer.check_id)["lead"]["source"]["price"]["amount"] == "12.50"


def test_parts_of_a_lead_come_from_a_form_and_its_headers(client):
    assert form_part({"fraudcheck": "mark"}) == {"token": "mark"}
    assert [form_part(each) for each in ({}, {"fraudcheck": ""}, {"fraudcheck": ["a"]}, {"fraudcheck": None})] == [
        {}
    ] * 4
    sent = {"User-Agent": "Mozilla/5.0", "accept-language": "vi", "Referer": "https://shop.example/contact", "X": "y"}
    part = client_part(sent, ip="203.0.113.7")
    assert part == {
        "ip": "203.0.113.7",
        "user_agent": "Mozilla/5.0",
        "accept_language": "vi",
        "page_url": "https://shop.example/contact",
    }
    assert client_part({"User-Agent": ""}) == {"user_agent": ""}  # an empty one is evidence, none is not
    answer = client.check(FAKE | {"client": part, "form": form_part({"fraudcheck": "mark-py"})})
    assert client.get(answer.check_id)["lead"]["client"] == part


@pytest.mark.parametrize(
    "url",
    [
        "",
        "checks.example",
        "ftp://checks.example",
        "http://u:secret@checks.example",
        "http://checks.example/?a",
        "http://",
        7,
    ],
)
def test_an_address_that_is_none(make, url):
    with pytest.raises(ValueError, match=r"^url: ") as problem:
        make(url)
    assert "secret" not in str(problem.value)


def test_what_a_client_is_not_made_with(make):
    for key in ("a\nb", "khóa"):
        with pytest.raises(ValueError, match=r"^key: "):
            make("http://127.0.0.1", key)
    for timeout in (0, -1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match=r"^timeout: "):
            make("http://127.0.0.1", timeout=timeout)


def test_a_service_that_was_restarted_is_called_anew(start, make):  # noqa: F811 - a fixture
    first = start()
    client = make(first.url, timeout=LIMIT)
    assert client.check(LEAD).unchecked is None
    first.stop()
    port = first.url.rpartition(":")[2]
    again = start("--port", port)
    assert client.check(LEAD).unchecked is None
    again.stop(signal.SIGKILL)
    assert make(first.url, timeout=0.5).check(LEAD).unchecked == "unreachable"


# In a server's process.


def test_many_threads_share_one_client_and_its_connections():
    with StandIn() as server, Client(f"{server.url}/good", timeout=LIMIT) as client:
        with ThreadPoolExecutor(8) as callers:
            answers = list(callers.map(lambda _: client.check(LEAD), range(200)))
        assert {answer.unchecked for answer in answers} == {None}
        assert len({answer.idempotency_key for answer in answers}) == len(server.calls["good"]) == 200
        assert server.connections <= 8
        assert [thread.name for thread in threading.enumerate()].count("fraudcheck_client") == 1


def test_an_answer_to_another_call_is_none_to_this_one(make):
    """A proxy that sends an answer twice gives each call the one before."""
    leads = [LEAD | {"reference": str(uuid4())} for _ in range(10)]
    with StandIn() as server:
        client = make(f"{server.url}/doubles", timeout=LIMIT)
        assert [client.check(lead).check_id for lead in leads] == [lead["reference"] for lead in leads]


MIXED = """
import { Client } from "INDEX";
const client = new Client(process.argv[2], { timeout: 20_000 });
const ids = [];
for (let n = 0; n < 10; n++) {
  const reference = crypto.randomUUID();
  ids.push((await client.check({ phone: "1", reference })).checkId === reference);
}
console.log(JSON.stringify(ids));
"""


def test_an_answer_to_another_call_is_none_to_this_one_in_javascript(tmp_path):
    (tmp_path / "mixed.mjs").write_text(MIXED.replace("INDEX", str(JAVASCRIPT / "index.js")))
    with StandIn() as server:
        assert json.loads(node(tmp_path / "mixed.mjs", f"{server.url}/doubles")) == [True] * 10


def test_a_closed_client_lets_the_form_go_on(make):
    with StandIn() as server:
        client = make(f"{server.url}/good", timeout=LIMIT)
        assert client.check(LEAD).unchecked is None
        for _ in range(2):
            client.close()
            assert client.check(LEAD).unchecked == "unsendable"
        with pytest.raises(CallFailed, match="unsendable"):
            client.get(NOBODY)
        assert len(server.calls["good"]) == 1


def test_a_client_that_is_forgotten_ends_its_thread():
    with StandIn() as server:
        client = Client(f"{server.url}/good", timeout=LIMIT)
        assert client.check(LEAD).unchecked is None
        (thread,) = (each for each in threading.enumerate() if each.name == "fraudcheck_client")
        del client
        thread.join(10)
        assert not thread.is_alive()


async def test_a_call_that_is_cancelled_is_over_and_the_next_one_goes():
    with StandIn() as server:
        async with AsyncClient(f"{server.url}/silent", timeout=LIMIT) as client:
            call = asyncio.ensure_future(client.check(LEAD))
            while not server.calls["silent"]:
                await asyncio.sleep(0.01)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
        async with AsyncClient(f"{server.url}/good", timeout=LIMIT) as client:
            cancelled = [asyncio.ensure_future(client.check(LEAD)) for _ in range(20)]
            await asyncio.sleep(0.005)
            for each in cancelled:
                each.cancel()
            ended = await asyncio.gather(*cancelled, return_exceptions=True)
            assert {type(each).__name__ for each in ended} <= {"Answer", "CancelledError"}
            assert (await client.check(LEAD)).unchecked is None


def test_an_event_loop_for_each_call():
    """As asyncio.run() in a loop, or a server that makes one for each request."""
    with StandIn() as server, warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # nobody can close what belongs to a loop that is no more
        client = AsyncClient(f"{server.url}/good", timeout=LIMIT)
        assert {asyncio.run(client.check(LEAD)).unchecked for _ in range(20)} == {None}
        assert len(client._transports) == 1
        with ThreadPoolExecutor(4) as callers:
            answers = list(callers.map(lambda _: asyncio.run(client.check(LEAD)), range(40)))
        assert {answer.unchecked for answer in answers} == {None}
        client._transports.clear()
        gc.collect()


def test_calls_under_way_end_when_a_client_is_closed():
    with StandIn() as server, ThreadPoolExecutor(1) as caller:
        client = Client(f"{server.url}/silent", timeout=LIMIT)
        call = caller.submit(client.check, LEAD)
        while not server.calls["silent"]:
            time.sleep(0.01)
        client.close()
        assert call.result(10).unchecked == "unreachable"


async def test_a_limit_of_the_callers_own_holds_too():
    with StandIn() as server:
        async with AsyncClient(f"{server.url}/silent", timeout=LIMIT) as client:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await client.check(LEAD)


FORKS = """
import os, sys
from fraudcheck_client import Client
client = Client(sys.argv[1], timeout=20)
if sys.argv[2] == "after":
    assert client.check({"phone": "1"}).unchecked is None
children = []
for _ in range(3):
    child = os.fork()
    if child == 0:
        os._exit(0 if all(client.check({"phone": "1"}).unchecked is None for _ in range(5)) else 1)
    children.append(child)
assert client.check({"phone": "1"}).unchecked is None
assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
assert client.check({"phone": "1"}).unchecked is None
print("ends")
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_server_forks_its_workers_before_or_after_the_first_call(when):
    with StandIn() as server:
        env = {"PYTHONPATH": str(PYTHON)}
        assert run(sys.executable, "-c", FORKS, f"{server.url}/good", when, cwd=ROOT, **env).endswith("ends\n")


FULL = """
import resource, sys
from fraudcheck_client import Client
client = Client(sys.argv[1], timeout=20)
if sys.argv[2] == "after":
    print(client.check({"phone": "1"}).unchecked)
    client.close()
    client = Client(sys.argv[3], timeout=0.5)
    client._wait(client._calls._check(None, ""))  # which starts the thread
limits = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
print(client.check({"phone": "1"}).unchecked)
resource.setrlimit(resource.RLIMIT_NOFILE, limits)
"""


@pytest.mark.parametrize(("when", "said"), [("before", ["unsendable"]), ("after", ["None", "unreachable"])])
def test_a_process_that_can_open_nothing_more(when, said):
    with StandIn() as server:
        urls = f"{server.url}/good", f"{server.url}/other"
        printed = run(sys.executable, "-c", FULL, urls[0], when, urls[1], cwd=ROOT, PYTHONPATH=str(PYTHON))
        assert [line for line in printed.splitlines() if " " not in line] == said


def test_a_program_ends_though_it_closed_nothing_and_a_server_hangs():
    with StandIn() as server:
        program = "import sys; from fraudcheck_client import Client; print(Client(sys.argv[1]).check({'phone': '1'}))"
        began = time.monotonic()
        said = run(
            sys.executable, "-W", "error", "-c", program, f"{server.url}/silent", cwd=ROOT, PYTHONPATH=str(PYTHON)
        )
        assert said == "a lead was not checked: timeout\nAnswer(unchecked='timeout', status=None)\n"
        assert time.monotonic() - began < 15  # and not the half minute for which the server is silent


def test_an_authority_of_ones_own(certificate, server_tls, make):  # noqa: F811 - fixtures
    with StandIn(server_tls) as server:
        ours = ssl.create_default_context(cafile=certificate[0])
        assert make(f"{server.url}/good", timeout=LIMIT, tls=ours).check(LEAD).unchecked is None
        asked = {"urls": {"good": f"{server.url}/good"}, "lead": LEAD, "key": "k", "timeout": LIMIT * 1000}
        os.environ["NODE_EXTRA_CA_CERTS"] = str(certificate[0])
        try:
            said = json.loads(node(HERE / "javascript" / "ask.js", json.dumps(asked)))
        finally:
            del os.environ["NODE_EXTRA_CA_CERTS"]
        assert said["good"]["unchecked"] is None


def test_the_limit_holds_while_a_name_is_looked_up(monkeypatch, make):
    over = threading.Event()

    def slow(*_, **__):
        over.wait(30)
        raise socket.gaierror

    client = make("http://checks.example", timeout=0.3)
    monkeypatch.setattr(socket, "getaddrinfo", slow)
    began = time.monotonic()
    answers = [client.check(LEAD), client.check(LEAD)]
    took = time.monotonic() - began
    over.set()
    assert [answer.unchecked for answer in answers] == ["timeout", "timeout"]
    assert took < 10  # and not the half minute of the look-up


def test_no_proxy_is_taken_from_the_environment(monkeypatch, make):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with StandIn() as server:
        assert make(f"{server.url}/good", timeout=LIMIT).check(LEAD).unchecked is None


# JavaScript, pages, types and packages.


def test_the_javascript_client_with_the_real_service(service):
    url, key = service
    env = {"URL_OF_SERVICE": url, "KEY_OF_SERVICE": key}
    if shutil.which("node") is None and "CI" not in os.environ:
        pytest.skip("needs Node.js 20.19 or newer")
    said = run("node", "--test", HERE / "javascript" / "service.test.js", cwd=ROOT, **env)
    assert re.search(r"^. fail 0$", said, re.MULTILINE), said
    assert int(re.search(r"^. pass (\d+)$", said, re.MULTILINE)[1]) >= 7


def page(language):
    """The call that the client's own page shows; the page on clients shows the same."""
    text = (ROOT / "clients" / language / "README.md").read_text("utf-8")
    (code,) = re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert code in (ROOT / "docs" / "clients.md").read_text("utf-8")
    return code


FORM = {"email": FAKE["email"], "phone": "0912 840 375", "fraudcheck": "mark-of-page"}
HEADERS = {"User-Agent": "Mozilla/5.0", "Referer": "https://shop.example/contact"}


def test_the_call_on_the_python_page(start):  # noqa: F811 - a fixture
    running = start()
    names: dict = {}
    code = page("python").replace("http://127.0.0.1:8080", running.url)
    exec(code.replace('")  #', '", timeout=20)  #'), names)  # noqa: S102 - our own page
    decision, check_id, unchecked = names["judge"](FORM, HEADERS, "203.0.113.7")
    assert (decision, unchecked) == ("reject", None)
    assert running.call(f"/v1/checks/{check_id}")["lead"] is not None
    running.stop()
    names["fraudcheck"].close()
    names["fraudcheck"] = Client(running.url, timeout=0.5)
    assert names["judge"](FORM, {}, None) == ("review", None, "unreachable")
    names["fraudcheck"].close()


def test_the_call_on_the_javascript_page(tmp_path, start):  # noqa: F811 - a fixture
    running = start()
    package = tmp_path / "node_modules" / "fraudcheck-client"
    shutil.copytree(JAVASCRIPT, package)
    code = page("javascript").replace('"http://127.0.0.1:8080"', f'"{running.url}", {{ timeout: 20_000 }}')
    (tmp_path / "page.mjs").write_text(code)
    (tmp_path / "call.mjs").write_text(
        f"""import {{ judge }} from "./page.mjs";
        const body = new URLSearchParams({json.dumps(FORM)});
        const sent = new Request("http://shop.example/", {{ method: "POST", body, headers: {json.dumps(HEADERS)} }});
        console.log(JSON.stringify(await judge(sent, "203.0.113.7")));"""
    )
    decision, check_id, unchecked = json.loads(node(tmp_path / "call.mjs"))
    assert (decision, unchecked) == ("reject", None)
    assert running.call(f"/v1/checks/{check_id}")["lead"] is not None


def test_the_types_of_python(tmp_path):
    options = ("--strict", "--warn-unused-ignores", "--cache-dir", tmp_path / "mypy")
    run(sys.executable, "-m", "mypy", *options, HERE / "use.py", cwd=tmp_path, MYPYPATH=str(PYTHON))


def test_the_types_of_javascript(tmp_path):
    """What stands in ``index.d.ts`` is what tsc makes of ``index.js``, and a caller's types are held against it."""
    folder = tmp_path / "typescript"
    shutil.copytree(HERE / "typescript", folder)
    install(folder)
    package = folder / "node_modules" / "fraudcheck-client"
    shutil.copytree(JAVASCRIPT, package)
    (package / "index.d.ts").unlink()
    tsc = folder / "node_modules" / ".bin" / "tsc"
    run(tsc, "--project", package, "--outDir", tmp_path / "made", cwd=folder)
    made = (tmp_path / "made" / "index.d.ts").read_text("utf-8")
    assert made == (JAVASCRIPT / "index.d.ts").read_text("utf-8"), "run tsc --project clients/javascript"
    (package / "index.d.ts").write_text(made, "utf-8")
    (folder / "call.ts").unlink()
    shutil.copy(HERE / "javascript" / "use.ts", folder)
    config = json.loads((folder / "tsconfig.json").read_text())
    config["compilerOptions"] |= {"noEmit": True, "lib": ["es2022", "dom", "dom.iterable"]}
    (folder / "tsconfig.json").write_text(json.dumps(config))
    run(tsc, cwd=folder)


def wheel(source, folder):
    """The names of the files in the wheel that is made of a project, and the text of its metadata."""
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-w", folder, source, cwd=folder)
    (made,) = folder.glob("*.whl")
    with zipfile.ZipFile(made) as archive:
        names = archive.namelist()
        (metadata,) = (name for name in names if name.endswith("/METADATA"))
        return names, archive.read(metadata).decode()


def test_the_python_client_is_a_package_of_its_own(tmp_path):
    if int(version("setuptools").partition(".")[0]) < 77 and "CI" not in os.environ:
        pytest.skip("needs setuptools 77 or newer, as its project says")
    shutil.copytree(PYTHON, tmp_path / "source", ignore=shutil.ignore_patterns("*.egg-info", "build"))
    names, metadata = wheel(tmp_path / "source", tmp_path)
    ours = {name for name in names if ".dist-info/" not in name}
    assert ours == {
        f"fraudcheck_client/{name}" for name in ("__init__.py", "client.py", "parts.py", "types.py", "py.typed")
    }
    assert re.findall(r"^Requires-Dist: (.*)$", metadata, re.MULTILINE) == ["httpx<1,>=0.28"]


def test_the_service_does_not_ship_the_clients():
    from setuptools import find_packages

    found = find_packages(str(ROOT), include=["fraudcheck*"])
    assert "fraudcheck.web" in found
    assert not [name for name in found if "client" in name]
    project = tomllib.loads((PYTHON / "pyproject.toml").read_text())["project"]
    javascript = json.loads((JAVASCRIPT / "package.json").read_text())
    assert (project["name"], project["version"]) == (javascript["name"], javascript["version"])
    assert project["license"] == javascript["license"] == "MIT"
    assert all((JAVASCRIPT / name).is_file() for name in javascript["files"])
    assert not {"dependencies", "peerDependencies"} & set(javascript)
