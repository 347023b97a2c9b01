"""Limits, turns and headers over real HTTP: what each caller is told, and that no check is refused for a reader."""

from __future__ import annotations

import asyncio
import json
import logging
import re

import pytest
from msgspec import structs

from fraudcheck import wiring
from fraudcheck.ports import TooLong
from fraudcheck.web.app import make
from fraudcheck.web.readers import Crowded, Readers
from fraudcheck.web.state import READERS
from tests.web.test_app import GOOD, JSON, check, problem


@pytest.fixture
def settings(settings):
    return structs.replace(
        settings, limits=("read=4/minute", "outcome=2/minute", "batch=2/minute", "wrong-key=3/minute")
    )


@pytest.fixture
def keys(service):
    made = {
        name: service.keys.create(tenant, scopes, "", "")[1]
        for name, tenant, scopes in [
            ("form", "default", ["check"]),
            ("buyer", "default", ["read"]),
            ("second", "default", ["read", "outcome", "batch"]),
        ]
    }
    return {name: {"Authorization": f"Bearer {secret}"} for name, secret in made.items()}


async def test_a_key_that_calls_too_often_is_told_so_and_costs_no_other_key_a_call(client, keys):
    left = []
    for _ in range(4):
        answer = await client.get("/v1/checks", headers=keys["buyer"])
        assert answer.status == 200
        assert answer.headers["RateLimit-Policy"] == '"read";q=4;w=60'
        left.append(re.fullmatch(r'"read";r=(\d+);t=(\d+)', answer.headers["RateLimit"]).groups())
    assert [int(calls) for calls, _ in left] == [3, 2, 1, 0]
    assert all(1 <= int(seconds) <= 60 for _, seconds in left)
    for path in ("/v1/checks?limit=1000", "/v1/vendors", "/v1/checks/01936b5e-0000-7000-8000-000000000000"):
        answer = await client.get(path, headers=keys["buyer"])
        await problem(answer, 429)
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert answer.headers["RateLimit"].startswith('"read";r=0;t=')
    assert (await client.get("/v1/checks", headers=keys["second"])).status == 200
    verdict = await check(client, **keys["form"])
    assert "RateLimit" not in verdict
    assert 'fraudcheck_limited_total{kind="read"} 3.0' in await (await client.get("/metrics")).text()


async def test_outcomes_and_batches_have_limits_of_their_own(client, keys):
    path = f"/v1/checks/{(await check(client, **keys['form']))['check_id']}/outcome"
    for status in (200, 200, 429):
        answer = await client.post(path, data='{"outcome": "contacted"}', headers=JSON | keys["second"])
        assert answer.status == status
    for status in (400, 400, 429):
        answer = await client.post(
            "/v1/batches?format=x", data="a", headers={"Content-Type": "text/csv"} | keys["second"]
        )
        assert answer.status == status
    assert (await client.get("/v1/checks", headers=keys["second"])).status == 200


async def test_wrong_keys_cannot_be_tried_fast_and_shut_no_right_one_out(client, keys):
    wrong = {"Authorization": "Bearer fc_wrong"}
    statuses = [(await client.get("/v1/checks", headers=wrong)).status for _ in range(5)]
    assert statuses == [401, 401, 401, 429, 429]
    answer = await client.post("/v1/checks", data=json.dumps(GOOD), headers=JSON | wrong)
    await problem(answer, 429)
    assert int(answer.headers["Retry-After"]) >= 1
    await check(client, **keys["form"])
    assert (await client.get("/v1/checks")).status == 401  # none is no wrong one: browsers ask so first


async def test_without_keys_and_for_checks_there_is_no_limit(client, service):
    for _ in range(6):
        assert "RateLimit" not in (await client.get("/v1/checks")).headers
    secret = service.keys.create("default", ["check"], "", "")[1]
    for _ in range(6):
        await check(client, Authorization=f"Bearer {secret}")


async def test_a_limit_on_checks_that_is_set_holds(settings, aiohttp_client):
    async with wiring.service(structs.replace(settings, limits=("check=2/minute",))) as service:
        client = await aiohttp_client(make(service))
        key = {"Authorization": f"Bearer {service.keys.create('default', ['check'], '', '')[1]}"}
        statuses = [
            (await client.post("/v1/checks", data=json.dumps(GOOD), headers=JSON | key)).status for _ in range(3)
        ]
    assert statuses == [200, 200, 429]


async def test_a_limit_that_cannot_be_read_stops_the_start(settings):
    with pytest.raises(ValueError, match="give KIND="):
        async with wiring.service(structs.replace(settings, limits=("reads=3/minute",))):
            pass


class TestEveryAnswer:
    CALLS = (
        ("GET", "/v1/checks", {}),
        ("GET", "/v1/vendors", {"Accept": "text/html"}),
        ("GET", "/v1/nothing", {}),
        ("GET", "/v1/nothing", {"Accept": "text/html"}),
        ("DELETE", "/v1/checks", {}),
        ("POST", "/v1/checks", {}),
        ("POST", "/v1/checks", JSON),
        ("GET", "/v1/reasons", {}),
        ("GET", "/v1/batches", {}),
        ("GET", "/healthz", {}),
        ("GET", "/readyz", {}),
        ("GET", "/metrics", {}),
        ("GET", "/openapi.json", {}),
    )

    @pytest.mark.parametrize(("method", "path", "headers"), CALLS)
    async def test_is_neither_kept_nor_guessed_at_and_has_an_id(self, client, method, path, headers):
        answers = [await client.request(method, path, headers=headers) for _ in range(2)]
        for answer in answers:
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"
        ids = {answer.headers["X-Request-Id"] for answer in answers}
        assert len(ids) == 2
        assert all(re.fullmatch("[0-9a-f]{16}", each) for each in ids)

    @pytest.mark.parametrize(
        ("given", "taken"),
        [
            ("crm-7.a_B", True),
            ("a" * 64, True),
            ("a" * 65, False),
            ("", False),
            ("a b", False),
            ("an@gmail.com", False),
            ("<b>", False),
            ("\u00e9", False),
        ],
    )
    async def test_has_the_callers_id_if_it_is_short_and_plain(self, client, given, taken):
        answer = await client.get("/v1/nothing", headers={"X-Request-Id": given})
        assert (answer.headers["X-Request-Id"] == given) == taken
        assert (await answer.json())["request_id"] == answer.headers["X-Request-Id"]

    async def test_a_defect_is_told_and_logged_under_its_id_without_its_values(
        self, client, service, caplog, monkeypatch
    ):
        async def fail(*_, **__):
            raise KeyError("an.nguyen@gmail.com")

        monkeypatch.setattr(service.ledger, "list", fail)
        with caplog.at_level(logging.ERROR):
            told = await problem(await client.get("/v1/checks", headers={"X-Request-Id": "crm-8"}), 500)
        assert "crm-8" in told["title"]
        assert "call crm-8 failed: KeyError in test_limits.py" in caplog.text
        assert "nguyen" not in caplog.text + json.dumps(told)

    async def test_a_question_that_takes_too_long_says_what_to_ask_instead(self, client, service, monkeypatch):
        async def give_up(*_, **__):
            raise TooLong("ledger")

        monkeypatch.setattr(service.ledger, "list", give_up)
        answer = await client.get("/v1/checks?reason=PHONE_VALID")
        assert "shorter time" in (await problem(answer, 503))["title"]
        assert answer.headers["Retry-After"] == "1"


class TestTurns:
    async def test_two_are_served_and_one_key_leaves_room_for_others(self):
        readers, served, done = Readers(), 0, asyncio.Event()

        async def read(key):
            nonlocal served
            async with readers.turn(key):
                served += 1
                await done.wait()

        calls = [asyncio.create_task(read("a")) for _ in range(16)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert served == 2
        with pytest.raises(Crowded) as told:
            await read("a")
        assert told.value.own
        calls += [asyncio.create_task(read(f"b{number}")) for number in range(50)]
        await asyncio.sleep(0)
        with pytest.raises(Crowded) as told:
            await read("c")
        assert not told.value.own
        done.set()
        await asyncio.gather(*calls)
        assert served == 66
        async with readers.turn("a"):
            pass
        readers.close()

    async def test_a_crowded_service_says_when_to_come_again(self, client, keys):
        readers = client.app[READERS]
        async with readers.turn(""), readers.turn(""):
            waiting = [asyncio.create_task(readers.turn("").__aenter__()) for _ in range(64)]
            await asyncio.sleep(0)
            answer = await client.get("/v1/checks", headers=keys["buyer"])
            await problem(answer, 503)
            assert answer.headers["Retry-After"] == "1"
            assert (await check(client, **keys["form"]))["decision"] == "accept"
            for each in waiting:
                each.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    async def test_a_long_answer_is_made_in_pieces_in_its_order(self):
        readers = Readers()
        made, others = await asyncio.gather(readers.make_each(str, range(103)), count_steps(20))
        assert made == [str(number) for number in range(103)]
        assert others == 20
        with pytest.raises(ZeroDivisionError):
            await readers.make_each(lambda number: 1 // number, [1, 0])
        readers.close()


async def count_steps(most):
    for _ in range(most):
        await asyncio.sleep(0)
    return most


async def test_a_masked_number_shows_no_digit_to_guess_from(client, keys):
    verdict = await check(client, **keys["form"])
    seen = await (await client.get(f"/v1/checks/{verdict['check_id']}", headers=keys["buyer"])).json()
    assert seen["normalized"]["phone"] == "***"
    listed = await (await client.get("/v1/checks", headers=keys["buyer"])).json()
    assert listed["checks"][0]["normalized"]["phone"] == "***"
