"""``POST /v1/checks/{id}/confirmations`` as its caller meets it."""

from __future__ import annotations

import asyncio
import json

import pytest

from fraudcheck.ports import Unavailable
from tests.web.test_app import GOOD, JSON, check, problem

MAIL = {"channel": "email", "how": "link"}


async def confirm(client, check_id, told=MAIL, status=201, **headers):
    answer = await client.post(f"/v1/checks/{check_id}/confirmations", data=json.dumps(told), headers=JSON | headers)
    assert answer.status == status, await answer.text()
    return await answer.json()


async def looked_up(client, check_id, **headers):
    return await (await client.get(f"/v1/checks/{check_id}", headers=headers)).json()


async def test_a_confirmation_and_what_it_makes(client):
    given = await check(client)
    assert given["contact"] == {"type": "quick", "status": "unqualified", "next": "confirm_email_by_link"}
    made = await confirm(client, given["check_id"], MAIL | {"at": "2026-01-02T03:04:05+07:00"})
    assert made["check_id"] == given["check_id"]
    assert made["contact"] == {"type": "quick", "status": "verified", "next": None}
    assert made["confirmations"] == [{"channel": "email", "how": "link", "at": "2026-01-01T20:04:05.000Z"}]
    first, newest = await looked_up(client, given["check_id"]), await looked_up(client, made["revised_by"])
    assert {name: first[name] for name in given} == given
    assert first["revised_by"] == newest["check_id"]
    assert newest["revises"] == given["check_id"]
    assert first["confirmations"] == newest["confirmations"] == made["confirmations"]
    assert newest["contact"]["status"] == "verified"
    assert [reason["points"] for reason in newest["reasons"] if reason["code"] == "EMAIL_CONFIRMED"] == [4.0]
    (listed,) = (await (await client.get("/v1/checks")).json())["checks"]
    assert listed["check_id"] == newest["check_id"]


async def test_told_again_it_is_known(client):
    given = await check(client)
    made = await confirm(client, given["check_id"])
    for asked in (given["check_id"], made["revised_by"]):
        again = await confirm(client, asked, status=200)
        assert {**again, "check_id": ""} == {**made, "check_id": ""}
    both = await confirm(client, given["check_id"], {"channel": "Phone", "how": " CALL "})
    assert [one["channel"] for one in both["confirmations"]] == ["email", "phone"]


async def test_the_next_lead_of_the_same_person_is_verified(client):
    given = await check(client)
    await confirm(client, given["check_id"])
    later = await check(client, {"email": "An.Nguyen@gmail.com"})
    assert later["contact"]["status"] == "verified"
    kept = await looked_up(client, later["check_id"])
    assert kept["facts"]["history"] == {
        "v": 1, "leads": 1, "since": given["checked_at"], "confirmed": {"email": "link"},
    }  # fmt: skip
    assert (await check(client, {"email": "binh.tran@gmail.com"}))["contact"]["status"] == "unqualified"


@pytest.mark.parametrize(
    ("told", "fields"),
    [
        ({}, ["channel", "how"]),
        ({"channel": "email"}, ["how"]),
        ({"channel": "fax", "how": "link"}, ["channel"]),
        ({"channel": "email", "how": "pigeon"}, ["how"]),
        ({"channel": ["email"], "how": {"x": 1}}, ["channel", "how"]),
        (MAIL | {"at": "yesterday"}, ["at"]),
        (MAIL | {"channel": "email" * 500}, ["channel"]),
    ],
)
async def test_what_cannot_be_read_is_said_field_by_field(client, told, fields):
    given = await check(client)
    told = await confirm(client, given["check_id"], told, 400)
    assert [error["field"] for error in told["errors"]] == fields
    assert (await looked_up(client, given["check_id"]))["revised_by"] is None


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [(b"[]", "application/json", 400), (b"{", "application/json", 400), (b"{}", "text/plain", 415)],
)
async def test_what_is_no_confirmation(client, body, kind, status):
    given = await check(client)
    where = f"/v1/checks/{given['check_id']}/confirmations"
    await problem(await client.post(where, data=body, headers={"Content-Type": kind}), status)


async def test_who_may_tell_what(service, client):
    keys = {
        name: service.keys.create(tenant, scopes, "", "", buyer)[1]
        for name, tenant, scopes, buyer in (
            ("own", "default", ["check", "read", "personal"], ""),
            ("buyer", "default", ["outcome"], "North"),
            ("other", "other", ["check", "read", "outcome"], ""),
        )
    }
    bearer = {name: {"Authorization": f"Bearer {secret}"} for name, secret in keys.items()}
    given = await check(client, **bearer["own"])
    where = given["check_id"]
    await confirm(client, where, MAIL, 403, **bearer["own"])
    await confirm(client, where, MAIL, 404, **bearer["other"])
    await confirm(client, "01936b5e-7c1a-7d3e-9f4b-2a6c8e0d1f35", MAIL, 404, **bearer["buyer"])
    await confirm(client, "no-id", MAIL, 404, **bearer["buyer"])
    made = await confirm(client, where, MAIL, **bearer["buyer"])
    assert [one["buyer"] for one in made["confirmations"]] == ["North"]
    newest = await looked_up(client, made["revised_by"], **bearer["own"])
    (reason,) = [each for each in newest["reasons"] if each["code"] == "EMAIL_CONFIRMED"]
    assert reason["evidence"] == {"how": ["link"], "told_by": ["North"]}


async def test_a_channel_that_the_lead_lacks(client):
    given = await check(client, {"email": "an.nguyen@gmail.com"})
    told = await confirm(client, given["check_id"], {"channel": "phone", "how": "code"}, 422)
    assert "send it again" in told["title"]
    assert [error["field"] for error in told["errors"]] == ["channel"]


@pytest.mark.parametrize(("channel", "written", "how"), [("email", "info@", "link"), ("phone", "ask me", "code")])
async def test_a_channel_that_could_not_be_read(client, channel, written, how):
    given = await check(client, {"email": "an.nguyen@gmail.com", "phone": "+84912840375", channel: written})
    told = await confirm(client, given["check_id"], {"channel": channel, "how": how}, 422)
    assert "send the lead again" in told["title"]
    assert written not in str(told)
    assert [error["field"] for error in told["errors"]] == ["channel"]


async def test_an_erased_lead(service, client):
    given = await check(client)
    await confirm(client, given["check_id"])
    await service.ledger.erase("default", [f"check:{given['check_id']}"], "2099-01-01T00:00:00.000Z")
    assert "erased" in (await confirm(client, given["check_id"], MAIL, 409))["title"]
    assert (await looked_up(client, given["check_id"]))["confirmations"] == []


async def test_while_the_ledger_is_away(service, client, monkeypatch):
    given = await check(client)

    async def away(*args, **kwargs):
        raise Unavailable("ledger")

    monkeypatch.setattr(service.ledger._ledger, "confirm", away)
    answer = await client.post(f"/v1/checks/{given['check_id']}/confirmations", data=json.dumps(MAIL), headers=JSON)
    await problem(answer, 503)
    assert answer.headers["Retry-After"]
    monkeypatch.undo()
    await confirm(client, given["check_id"])


async def test_many_at_one_time_are_all_kept(client):
    given = await check(client)
    told = [{"channel": channel, "how": how} for channel in ("email", "phone") for how in ("link", "code", "call")]
    await asyncio.gather(*[confirm(client, given["check_id"], one) for one in told])
    kept = await looked_up(client, given["check_id"])
    assert len(kept["confirmations"]) == 6
    version = kept
    for _ in told:
        version = await looked_up(client, version["revised_by"])
    assert version["revised_by"] is None
    assert version["contact"]["status"] == "verified"


async def test_a_page_shows_the_contact_and_what_was_confirmed(client):
    given = await check(client, GOOD)
    made = await confirm(client, given["check_id"], {"channel": "phone", "how": "call", "at": "2026-01-02"})
    page = {"Accept": "text/html"}
    before = await (await client.get(f"/v1/checks/{given['check_id']}", headers=page)).text()
    after = await (await client.get(f"/v1/checks/{made['revised_by']}", headers=page)).text()
    assert "send a mail with a link to confirm" in before
    assert "is known to work" in after
    for text in (before, after):
        assert "The phone number was confirmed in a call, 2 January 2026" in text
