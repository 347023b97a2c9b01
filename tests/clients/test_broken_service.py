"""What our own clients make of a service that is broken, slow, hostile or not there: a form goes on, in time."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import shutil
import ssl
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fraudcheck_client import AsyncClient, Client
from tests.clients.stand_in import BEHAVIOURS, VERDICT, StandIn

HERE = Path(__file__).parent
LIMIT = 5.0
KEY = "k-7Hc2"
LEAD = {"email": "an.nguyen@gmail.com", "name": "Nguyen Van An"}
ELSEWHERE = {"nobody": "unreachable", "other-certificate": "unreachable", "silent-tls": "timeout"}
"""What no path tells: nobody listens, a certificate that nobody knows, and a handshake that never ends."""
CLIENTS = ("async", "sync", "javascript")
EVERY_CLIENT = pytest.mark.parametrize("client", CLIENTS)


def told(answer, seconds, printed):
    return {
        "decision": answer.decision,
        "check_id": answer.check_id,
        "unchecked": answer.unchecked,
        "status": answer.status,
        "title": answer.problem and answer.problem["title"],
        "score": answer.verdict and answer.verdict["trust_score"],
        "key": answer.idempotency_key,
        "seconds": seconds,
        "printed": printed,
    }


async def ask_async(urls):
    async def ask(url):
        began = time.monotonic()
        async with AsyncClient(url, KEY, timeout=LIMIT) as client:
            answer = await client.check(LEAD)
            return told(answer, time.monotonic() - began, f"{client!r} {answer!r} {answer}")

    return dict(zip(urls, await asyncio.gather(*map(ask, urls.values())), strict=True))


def ask_sync(urls):
    def ask(url):
        began = time.monotonic()
        with Client(url, KEY, timeout=LIMIT) as client:
            answer = client.check(LEAD)
            return told(answer, time.monotonic() - began, f"{client!r} {answer!r} {answer}")

    with ThreadPoolExecutor(len(urls)) as callers:
        return dict(zip(urls, callers.map(ask, urls.values()), strict=True))


def node(*words):
    """What a program of Node.js prints. Where there is none, the test is skipped, but never where ``CI`` is set."""
    if shutil.which("node") is None and "CI" not in os.environ:
        pytest.skip("needs Node.js 20.19 or newer")
    done = subprocess.run(["node", *map(str, words)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def ask_javascript(urls):
    asked = {"urls": urls, "lead": LEAD, "key": KEY, "timeout": LIMIT * 1000}
    return json.loads(node(HERE / "javascript" / "ask.js", json.dumps(asked)))


class Asked:
    """What each client made of everything, and what the stand-in was sent."""

    def __init__(self, asks, tls):
        self.log = []
        handler = logging.Handler(logging.NOTSET)
        handler.emit = lambda record: self.log.append(handler.format(record))
        logging.getLogger().addHandler(handler)
        level = logging.getLogger().level
        logging.getLogger().setLevel(logging.INFO)
        try:
            with StandIn() as server, StandIn(tls) as secure:
                urls = {name: f"{server.url}/{name}" for name in BEHAVIOURS} | {
                    "nobody": "http://127.0.0.1:1",
                    "other-certificate": secure.url,
                    "silent-tls": f"https{server.url[4:]}",
                }
                self.answers = asks(urls)
                self.calls = dict(server.calls)
                self.stolen = secure.calls
        finally:
            logging.getLogger().removeHandler(handler)
            logging.getLogger().setLevel(level)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate that nobody knows, for 127.0.0.1, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    if shutil.which("openssl") is None and "CI" not in os.environ:
        pytest.skip("needs openssl")
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
    extra = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run(["openssl", *words.split(), *extra], capture_output=True, check=True)
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture(scope="module")
def server_tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


@pytest.fixture(scope="module")
def asked(server_tls):
    """By client, each asked once."""
    asks = {"async": lambda urls: asyncio.run(ask_async(urls)), "sync": ask_sync, "javascript": ask_javascript}
    made = {}

    def once(client):
        if client not in made:
            made[client] = Asked(asks[client], server_tls)
        return made[client]

    return once


@EVERY_CLIENT
@pytest.mark.parametrize("name", [*BEHAVIOURS, *ELSEWHERE])
def test_a_form_goes_on_in_time(asked, client, name):
    answer = asked(client).answers[name]
    _, unchecked, status, tries = BEHAVIOURS.get(name) or (None, ELSEWHERE[name], None, range(1))
    assert (answer["unchecked"], answer["status"]) == (unchecked, status)
    expected = ("review", None, None) if unchecked else ("reject", VERDICT["check_id"], 4)
    assert (answer["decision"], answer["check_id"], answer["score"]) == expected
    assert answer["seconds"] < LIMIT + 5  # and not the half minute for which the slow ones go on
    assert len(asked(client).calls.get(name, ())) in tries


@EVERY_CLIENT
def test_what_the_service_said_of_a_refused_lead_is_told(asked, client):
    answers = asked(client).answers
    assert {answers[f"refused-{status}"]["title"] for status in (400, 401, 422)} == {"what is wrong"}
    assert {answers[name]["title"] for name in ("refused-in-html", "refused-with-nonsense", "html")} == {None}


@EVERY_CLIENT
def test_all_tries_of_a_lead_have_one_idempotency_key_and_each_lead_its_own(asked, client):
    keys = {}
    for name, calls in asked(client).calls.items():
        found = {re.search(rb"\r\nidempotency-key: ([0-9a-f-]{36})\r\n", call, re.IGNORECASE)[1] for call in calls}
        assert len(found) == 1, name
        keys[name] = found.pop().decode()
    assert len(set(keys.values())) == len(keys)
    assert {name: answer["key"] for name, answer in asked(client).answers.items() if name in keys} == keys


@EVERY_CLIENT
def test_the_key_goes_nowhere_else(asked, client):
    calls = asked(client).calls
    assert set(calls) == set(BEHAVIOURS)  # and not where the redirects lead
    assert not asked(client).stolen
    for each in calls.values():
        for call in each:
            assert f"\r\nauthorization: bearer {KEY}\r\n".encode().lower() in call.lower()
            assert b"\r\ncookie:" not in call.lower()


@EVERY_CLIENT
def test_nothing_that_is_printed_holds_the_key_or_the_lead(asked, client):
    everything = "\n".join([*(answer["printed"] for answer in asked(client).answers.values()), *asked(client).log])
    assert len(everything) > 1000
    for secret in (KEY, "nguyen", "gmail"):
        assert secret.lower() not in everything.lower()
