"""Each example runs as its user would run it, before the real service: it judges, keeps, and always thanks."""

from __future__ import annotations

import io
import itertools
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from html.parser import HTMLParser
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
import requests

from fraudcheck.cli import main
from tests.examples.gate import SLOW, Gate
from tests.servers.dns import Nameserver
from tests.shared import ROOT
from tests.test_service import Running

EXAMPLES = ROOT / "examples"
HERE = ROOT / "tests" / "examples"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
FORGED = "198.51.100.66"
PEOPLE = itertools.count(1)


def by_name(kept):
    return kept["decision"], kept["check_id"]


def by_mail(kept):
    """What WordPress' mail says: below its text, and before its subject where it is no ``accept``."""
    _, decision, check_id = kept["mail"]["body"].rsplit("\n", 1)[-1].split(" ", 2)
    assert kept["mail"]["subject"] == ("A lead" if decision == "accept" else f"[{decision}] A lead")
    assert kept["mail_2"] == {"subject": "Thanks", "body": "Hello"}
    return decision, None if check_id == "(not asked)" else check_id


def by_column(kept):
    row = dict(zip(*kept, strict=True))
    assert [*row][5:] == ["fraudcheck decision", "fraudcheck score", "fraudcheck check"]
    return row["fraudcheck decision"], row["fraudcheck check"] or None


def by_end(kept):
    assert kept["end"] == ("Keep aside" if kept["decision"] == "reject" else "Pass on")
    return kept["decision"], kept["check_id"] or None


def by_variables(kept):
    assert [*kept] == ["decision", "trust_score", "check_id"]
    return kept["decision"], kept["check_id"] or None


class Example(NamedTuple):
    """How one example is run (``{port}``, ``{tmp}``), and what is its own."""

    command: str
    folder: str
    path: str = "/contact"
    is_page: bool = True
    ip: str | None = "203.0.113.7"
    names: Mapping[str, str] = MappingProxyType({})
    is_read: Callable[[Any], tuple[str, str | None]] = by_name
    leaves_out: tuple[str, ...] = ()
    is_limited: bool = True


PHP = "php -S 127.0.0.1:{port}"
TABLE = {
    "flask": Example(f"{sys.executable} -m flask --app app run --port {{port}}", "flask"),
    "django": Example(f"{sys.executable} app.py runserver --noreload {{port}}", "django"),
    "fastapi": Example(f"{sys.executable} -m uvicorn app:app --port {{port}}", "fastapi"),
    "php": Example(PHP, "php", path="/index.php", ip="127.0.0.1"),
    "laravel": Example(f"{PHP} {HERE / 'laravel.php'}", "laravel", ip="127.0.0.1"),
    "nextjs": Example(
        f"node {HERE / 'route.mjs'} {{tmp}}/route.mjs {{port}}",
        "nextjs",
        path="/api/contact",
        is_page=False,  # test_nextjs.py shows it
    ),
    "wordpress": Example(
        f"{PHP} {HERE / 'wordpress.php'}",
        "wordpress",
        ip="127.0.0.1",
        names={"name": "your-name", "email": "your-email", "phone": "your-phone", "message": "your-message"},
        is_read=by_mail,
    ),
    "apps-script": Example(
        f"node {HERE / 'apps_script.mjs'} Code.gs {{port}}",
        "apps-script",
        names={"name": "Full name", "email": "Email address", "phone": "Phone number", "message": "Message"},
        is_read=by_column,
        leaves_out=("form", "client", "source"),
        is_page=False,
        is_limited=False,
    ),
    "n8n": Example(
        f"node {HERE / 'n8n.mjs'} workflow.json {{port}}",
        "n8n",
        is_page=False,
        is_read=by_end,
        leaves_out=("client", "source"),
    ),
    "make": Example(
        f"node {HERE / 'make.mjs'} blueprint.json {{port}}",
        "make",
        is_page=False,
        is_read=by_variables,
        leaves_out=("client", "source"),
    ),
}


class Shown(HTMLParser):
    """A page's script, its form, and the form's hidden inputs."""

    def __init__(self, page):
        super().__init__()
        self.script, self.form, self.hidden = {}, {}, {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "script":
            self.script = given
        if tag == "form":
            self.form = given
        if tag == "input" and given.get("type") == "hidden":
            self.hidden[given["name"]] = given["value"]


class Answered(NamedTuple):
    """What a visitor gets, all of it but the time."""

    status: int
    location: str | None
    body: str


class Site:
    """A running example, with a browser before it."""

    def __init__(self, example, gate, tmp, env):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.example, self.gate, self.leads = example, gate, tmp / "leads.ndjson"
        self.url = f"http://127.0.0.1:{port}"
        route = EXAMPLES / "nextjs" / "app" / "api" / "contact" / "route.js"
        shutil.copy(route, tmp / "route.mjs")  # as Next.js reads it: as a module
        told = dict.fromkeys(("FRAUDCHECK_URL", "NEXT_PUBLIC_FRAUDCHECK_URL"), gate.url)
        self.process = subprocess.Popen(
            example.command.format(port=port, tmp=tmp).split(),
            cwd=EXAMPLES / example.folder,
            env={**os.environ, **told, "FRAUDCHECK_SITE_KEY": "site_example", "LEADS": f"{self.leads}", **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        until = time.monotonic() + 30
        while time.monotonic() < until and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        self.stop()
        raise AssertionError(self.process.communicate()[0])

    def page(self):
        return requests.get(self.url + self.example.path, timeout=10).text

    def send(self, lead, query="", **headers):
        """What the visitor gets who sends this lead, and what is kept of it."""
        before = len(self.kept())
        with requests.Session() as browser:
            url = self.url + self.example.path + query
            hidden = Shown(browser.get(url, timeout=10).text).hidden if self.example.is_page else {}
            sent = {self.example.names.get(name, name): value for name, value in lead.items()}
            told = {"User-Agent": AGENT, "Accept-Language": "vi-VN,vi;q=0.9", "Referer": url, **headers}
            browser.headers.update(told)
            answer = browser.post(url, {**hidden, **sent}, allow_redirects=False, timeout=30)
        until = time.monotonic() + 10
        while len(kept := self.kept()) <= before and time.monotonic() < until:
            time.sleep(0.02)  # some keep it when they have thanked
        assert len(kept) == before + 1, "a lead is kept, once, whatever its verdict"
        return Answered(answer.status_code, answer.headers.get("Location"), answer.text), kept[-1]

    def kept(self):
        return [json.loads(line) for line in self.leads.read_text("utf-8").splitlines()] if self.leads.exists() else []

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


def mark(**measures):
    """What the script puts into the form where it could fetch no token."""
    return "fc1..." + urlsafe_b64encode(json.dumps(measures).encode()).rstrip(b"=").decode()


def person():
    number = next(PEOPLE)
    measured = {"seconds_on_page": 61.5 + number, "fill_seconds": 38.2, "keystrokes": 74 + number, "pastes": 0}
    return {
        "name": "Nguyễn Văn An",
        "email": f"an.nguyen{1970 + number}@gmail.com",
        "phone": f"+849128{40375 + 7 * number}",
        "message": "We need 40 chairs for our office's kitchen in March, in oak.",
        "fraudcheck": mark(**measured, autofills=0, pointer_events=118 + number),
    }


def fake():
    return {
        "name": "asdfgh",
        "email": f"xkqjw{next(PEOPLE)}8271z@mailinator.com",
        "phone": "+84912",
        "message": "hello",
        "fraudcheck": mark(fill_seconds=0.8, keystrokes=0, pastes=0, autofills=0, pointer_events=0, webdriver=True),
    }


def is_there(program):
    found = shutil.which(program)
    if found and program == "php":
        found = "curl" in subprocess.run(["php", "-m"], capture_output=True, text=True, check=True).stdout.split()
    if not found and "CI" not in os.environ:
        pytest.skip(f"needs {program}: apt-get install php-cli php-curl nodejs")


class Keyed(NamedTuple):
    """A way to the service, with a tenant's key for the site's server, and one to look up what came of it."""

    gate: Gate
    key: str
    look_up_key: str


def make_key(*options):
    with redirect_stdout(io.StringIO()) as said:
        assert main.main(["keys", "create", *options]) == 0
    return said.getvalue().split()[-1]


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    """One service in which each example is a tenant of its own, so that none counts the others' leads."""
    folder = str(tmp_path_factory.mktemp("service"))
    both = ("check", "read,personal")
    made = {
        name: [make_key("--tenant", name, "--scopes", scopes, "--data-dir", folder) for scopes in both]
        for name in (*TABLE, "blocking")
    }
    with Nameserver() as nameserver:
        service = Running(folder, "--nameserver", nameserver.address)
        gate = Gate(service.url)
        yield {name: Keyed(gate, *keys) for name, keys in made.items()}
        gate.close()
        service.stop()


@pytest.fixture(scope="module", params=TABLE)
def name(request):
    is_there(TABLE[request.param].command.split()[0])
    return request.param


@pytest.fixture(scope="module")
def keyed(name, services):
    return services[name]


@pytest.fixture(scope="module")
def site(name, keyed, tmp_path_factory):
    running = Site(
        TABLE[name], keyed.gate, tmp_path_factory.mktemp("site"), {"FRAUDCHECK_KEY": keyed.key, "PROXIES": "1"}
    )
    yield running
    running.stop()


@pytest.fixture
def look_up(keyed):
    """A check as the service kept it."""

    def find(check_id):
        headers = {"Authorization": f"Bearer {keyed.look_up_key}"}
        answer = requests.get(f"{keyed.gate.target}/v1/checks/{check_id}", headers=headers, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return find


def test_a_lead_is_judged_with_all_that_the_server_knows_and_kept_with_its_check(site, look_up):
    lead, example = person(), site.example
    _, kept = site.send(lead, "?gclid=Cj0KCQiA-_example", **{"X-Forwarded-For": f"{FORGED}, 203.0.113.7"})
    decision, check_id = example.is_read(kept)
    check = look_up(check_id)
    assert (check["decision"], decision) == ("accept", "accept"), check["reasons"]
    understood = {
        "name": lead["name"],
        "email": lead["email"],
        "phone": lead["phone"],
        "message": lead["message"],
        "source": {"vendor": "website", "click": {"gclid": "Cj0KCQiA-_example"}},
        "client": {
            "ip": example.ip,
            "user_agent": AGENT,
            "accept_language": "vi-VN,vi;q=0.9",
            "page_url": f"{site.url}{example.path}?gclid=Cj0KCQiA-_example",
        },
        "form": json.loads(urlsafe_b64decode(lead["fraudcheck"].rpartition(".")[2] + "==")),
    }
    told = {name: value for name, value in check["lead"].items() if name in understood}
    assert told == {name: value for name, value in understood.items() if name not in example.leaves_out}
    assert not check["warnings"]


def test_a_rejected_lead_is_kept_and_marked_and_the_visitor_is_not_told(site, look_up):
    thanked, _ = site.send(person())
    told, kept = site.send(fake())
    decision, check_id = site.example.is_read(kept)
    assert decision == look_up(check_id)["decision"] == "reject"
    assert told == thanked
    assert not re.search("reject|fraud|score|spam", told.body, re.IGNORECASE)


@pytest.mark.parametrize("mode", ["down", "slow", "busy", "empty", "unreadable"])
def test_the_visitor_is_thanked_and_the_lead_kept_where_nobody_can_be_asked(site, mode):
    if mode == "slow" and not site.example.is_limited:
        pytest.skip("Google sets the limit, and runs it after the visitor was thanked")
    thanked, _ = site.send(person())
    lead = person()
    with site.gate.being(mode):
        began = time.monotonic()
        told, kept = site.send(lead)
        took = time.monotonic() - began
    assert told == thanked
    assert site.example.is_read(kept) == ("review", None)
    assert took < SLOW - 2  # and not as long as the service


def test_a_form_behind_a_proxy_that_speaks_tls_is_taken(site):
    here = site.url.replace("http:", "https:")
    proxied = {
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Proto": "https",
        "Origin": here,
        "Referer": f"{here}/contact",
    }
    told, kept = site.send(person(), **proxied)
    assert told == site.send(person())[0]
    assert site.example.is_read(kept)[1] is not None


def test_a_form_without_a_contact_is_kept_as_well(site):
    told, kept = site.send({"name": "Nguyễn Văn An", "message": "Call me."})
    assert told == site.send(person())[0]
    assert site.example.is_read(kept) == ("review", None)


def test_without_javascript_the_lead_is_judged_all_the_same(site, look_up):
    lead = person()
    del lead["fraudcheck"]
    _, kept = site.send(lead)
    check = look_up(site.example.is_read(kept)[1])
    assert "form" not in check["lead"]
    assert not check["warnings"]


def test_the_page_brings_the_script_with_the_public_key_and_not_with_the_secret_one(site, keyed):
    if not site.example.is_page:
        pytest.skip("shows no page of its own")
    page = site.page()
    assert keyed.key not in page
    shown = Shown(page)
    assert (shown.script["src"], shown.script["data-site"]) == (f"{site.gate.url}/form.js", "site_example")
    assert "async" in shown.script
    assert "data-fraudcheck" in shown.form


def test_a_visitor_cannot_name_another_address_than_his_own(site, look_up):
    lead = {**person(), "client_ip": FORGED, "ip": FORGED, "remote_ip": FORGED, "source_vendor": "another"}
    _, kept = site.send(lead, **{"X-Forwarded-For": f"{FORGED}, 203.0.113.7", "X-Real-Ip": FORGED})
    told = look_up(site.example.is_read(kept)[1])["lead"]
    ours = {} if "client" in site.example.leaves_out else {"ip": site.example.ip}
    assert told.get("client", {}).get("ip") == ours.get("ip")
    assert told.get("source", {}).get("vendor") in (None, "website")


def test_wordpress_is_as_it_was_until_it_is_told_where_fraudcheck_is():
    is_there("php")
    plugin = EXAMPLES / "wordpress" / "fraudcheck.php"
    ran = subprocess.run(
        ["php", "-r", f"require '{plugin}'; echo 'alive';"], check=True, capture_output=True, timeout=60
    )
    assert ran.stdout == b"alive"


def test_wordpress_sends_no_mail_of_a_rejected_lead_where_it_is_told_to(services, tmp_path):
    is_there("php")
    keyed = services["blocking"]
    site = Site(TABLE["wordpress"], keyed.gate, tmp_path, {"FRAUDCHECK_KEY": keyed.key, "FRAUDCHECK_BLOCK": "true"})
    try:
        thanked, sent = site.send(person())
        told, held_back = site.send(fake())
        with site.gate.being("busy"):
            _, of_unknown = site.send(fake())
    finally:
        site.stop()
    assert told == thanked
    assert (bool(sent), held_back) == (True, [])
    assert of_unknown["mail"]["subject"] == "[review] A lead"
