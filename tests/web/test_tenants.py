"""One tenant's faults are its own: a policy that cannot be read stops its calls, with a sentence, and nobody else's."""

from __future__ import annotations

import json

import pytest

from tests.web.test_app import GOOD, JSON, check, problem

FAULTS = {
    "empty": b"",
    "blank": b" \n",
    "half": b"accept_from = 70\n[points]\nEMAIL_ROLE = -2.",
    "no text": b"\xff\xfe\x00",
    "no code": b"[points]\nEMAIL_BAD = -2.0\n",
    "a table for a number": b"[accept_from]\nx = 1\n",
    "a number for a table": b"points = 3\n",
    "not a number": b"prior = nan\n",
    "endless": b"[points]\nEMAIL_ROLE = -inf\n",
    "endless of a vendor": b"[vendors.acme]\nprior = inf\n",
    "limits crossed": b"accept_from = 10\n",
    "nested": b"a = " + b"[" * 5000,
}


@pytest.fixture
def keys(service):
    made = {name: service.keys.create(name, ["check", "read"], "", "")[1] for name in ("default", "other")}
    return {name: {"Authorization": f"Bearer {secret}"} for name, secret in made.items()}


@pytest.mark.parametrize("content", FAULTS.values(), ids=FAULTS.keys())
async def test_a_broken_policy_is_503_for_its_tenant_alone(client, keys, settings, content, caplog):
    (settings.data_dir / "policies").mkdir()
    policy = settings.data_dir / "policies" / "other.toml"
    policy.write_bytes(content)
    for _ in range(3):
        answer = await client.post("/v1/checks", data=json.dumps(GOOD), headers=JSON | keys["other"])
        told = await problem(answer, 503)
        assert answer.headers["Retry-After"]
        assert str(settings.data_dir) not in told["title"]
    assert [record.getMessage() for record in caplog.records if "other.toml" in record.getMessage()][1:] == []
    await check(client, **keys["default"])
    policy.write_bytes(b"accept_from = 70\n")
    await check(client, **keys["other"])
    policy.write_bytes(content)
    await check(client, **keys["other"])  # by the last good one


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: path.symlink_to("/nowhere/policy.toml")])
async def test_what_is_no_file_is_no_default_policy(client, keys, settings, make):
    (settings.data_dir / "policies").mkdir()
    make(settings.data_dir / "policies" / "other.toml")
    await problem(await client.get("/v1/checks", headers=keys["other"]), 503)


async def test_people_put_data_into_names_too(client, keys):
    odd = GOOD | {"extra": {"an@mail.example": 1}, "bo@mail.example": {"cy@mail.example": [1]}, "client": {"di": "x"}}
    verdict = await check(client, odd, **keys["default"])
    seen = await client.get(f"/v1/checks/{verdict['check_id']}", headers=keys["default"])
    lead = (await seen.json())["lead"]
    assert "mail.example" not in await seen.text()
    assert set(lead["extra"]) == {f"*** {number}" for number in range(1, len(lead["extra"]) + 1)}


@pytest.fixture
def buyers(service):
    made = {
        "north": service.keys.create("default", ["check", "outcome"], "", "", "North"),
        "nameless": service.keys.create("default", ["outcome"], "", ""),
    }
    return {name: (key.buyer or key.id, {"Authorization": f"Bearer {secret}"}) for name, (key, secret) in made.items()}


@pytest.mark.parametrize("name", ["north", "nameless"])
async def test_an_outcome_is_the_keys_buyers(client, service, buyers, name):
    verdict = await check(client, **buyers["north"][1])
    path, (buyer, key) = f"/v1/checks/{verdict['check_id']}/outcome", buyers[name]
    for told in ({}, {"buyer": ""}, {"buyer": buyer}, {"buyer": buyer.upper()}, {"buyer": f" {buyer} "}):
        body = json.dumps({"outcome": "contacted"} | told)
        answer = await client.post(path, data=body, headers=JSON | key)
        assert [one["buyer"] for one in (await answer.json())["outcomes"]] == [buyer]
    for liar in ("South", "north ", "North\u200b", buyers["north"][0] + "x"):
        if liar.strip().casefold() == buyer.casefold():
            continue
        answer = await client.post(path, data=json.dumps({"outcome": "returned", "buyer": liar}), headers=JSON | key)
        await problem(answer, 403)
    assert {count.buyer for count in await service.ledger.outcome_counts("default")} == {buyer}
