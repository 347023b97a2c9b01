"""A confirmation makes the next version of a lead: nothing before it changes, and nothing told is lost."""

from __future__ import annotations

import asyncio
import json
import os
import time
from datetime import UTC, datetime

import msgspec
import pytest

from fraudcheck.adapters.histories import LedgerHistories
from fraudcheck.adapters.memory_counters import MemoryCounters
from fraudcheck.adapters.spool.files import Spool
from fraudcheck.adapters.spool.ledger import SpooledLedger
from fraudcheck.adapters.sql.ledger import SqlLedger
from fraudcheck.adapters.sql.schema import confirmations
from fraudcheck.adapters.sql.verifying import Verifier
from fraudcheck.ledger.erasure import CHECK
from fraudcheck.ledger.record import open_record, verify
from fraudcheck.operations.replay import replay
from fraudcheck.pipeline import rejudging as rejudging_module
from fraudcheck.pipeline.check import Pipeline
from fraudcheck.pipeline.confirming import MOST, CannotConfirm, confirm
from fraudcheck.pipeline.rejudging import Rejudging
from fraudcheck.ports import Ports, Unavailable
from fraudcheck.ports.ledger import CheckFilter
from fraudcheck.records import Confirmation, Subject, format_utc
from fraudcheck.scoring.policy import encode_policy
from fraudcheck.worth.quality import encode_quality
from tests.pipeline.test_check import LISTS, POLICY, TENANT, Routes
from tests.pipeline.test_rejudging import Away

LEAD = {"email": "an@firma.vn", "phone": "+84912840375", "name": "Nguyễn Văn An", "source": {"vendor": "acme"}}
MAIL, CODE = Confirmation(channel="email", how="link", buyer="north"), Confirmation(channel="phone", how="code")
LATER = "2099-01-01T00:00:00.000Z"


@pytest.fixture(params=["sqlite", "postgresql"])
async def ledger(request, tmp_path):
    url = f"sqlite:///{tmp_path / 'l.sqlite'}"
    running = SqlLedger(url if request.param == "sqlite" else request.getfixturevalue("postgres").database())
    await running.start()
    await running.put_artefact(*encode_policy(POLICY))
    await running.put_artefact(*encode_quality(TENANT.quality))
    yield running
    await running.close()


class Service:
    """A pipeline over a ledger, with what confirms and judges its leads again."""

    def __init__(self, ledger, counters=None):
        self.ledger, self.counters = ledger, counters or MemoryCounters()
        ports = Ports(lists=LISTS, mail_routes=Routes(), counters=self.counters, histories=LedgerHistories(ledger))
        self.pipeline = Pipeline(ports, ledger, budget=2, now=lambda: datetime.now(UTC), randomness=os.urandom)

        async def tenant(name):
            return TENANT

        self.rejudging = Rejudging(self.pipeline, ports, ledger, tenant=tenant, now=time.time, randomness=os.urandom)

    async def check(self, lead=LEAD, key=None):
        return await self.pipeline.check(TENANT, json.dumps(lead).encode(), key)

    async def confirm(self, check_id, told=MAIL):
        at = format_utc(datetime.now(UTC))
        return await confirm(self.pipeline, self.ledger, TENANT, check_id, told, at=at, randomness=os.urandom)

    async def opened(self, check_id):
        stored = await self.ledger.get("default", check_id)
        assert verify(stored.record, stored.record_hash, stored.personal) == []
        return open_record(stored.record, stored.personal)


@pytest.fixture
def service(ledger):
    return Service(ledger)


async def versions(service, first):
    """The lead's versions, oldest first, by the ledger's own chain."""
    found = [first]
    while (stored := await service.ledger.get("default", found[-1])).revised_by:
        found.append(stored.revised_by)
    return found


async def test_a_confirmation_makes_the_next_version_and_changes_none_before(service):
    given = await service.check()
    kept = await service.ledger.get("default", given.check_id)
    assert given.contact.status == "unqualified"
    made = await service.confirm(given.check_id)
    assert (made.is_new, made.contact.status, made.contact.next) == (True, "verified", None)
    first = await service.ledger.get("default", given.check_id)
    assert (first.record, first.personal, first.revised_by) == (kept.record, kept.personal, made.newest)
    opened = await service.opened(made.newest)
    verdict = opened.verdict
    assert (verdict["origin"], verdict["revises"]) == ("revision", given.check_id)
    assert (verdict["checked_at"], verdict["submitted_at"]) == (given.checked_at, given.submitted_at)
    reasons = {reason["code"]: reason for reason in verdict["reasons"]}
    assert reasons["EMAIL_CONFIRMED"]["evidence"] == {"how": ["link"], "told_by": ["north"]}
    assert reasons["EMAIL_CONFIRMED"]["points"] == 4.0
    assert sum(r["points"] for r in verdict["reasons"]) + sum(c["points_removed"] for c in verdict["group_caps"]) <= 5
    before = await service.opened(given.check_id)
    assert {name: fact for name, fact in opened.facts.items() if name != "confirmation"} == {
        name: fact for name, fact in before.facts.items() if name != "confirmation"
    }
    assert (opened.lead, opened.tokens) == (before.lead, before.tokens)
    seen = (await service.counters.observe(counted_again(opened)))["mailbox"]
    assert seen.month == 1  # the lead was counted once


def counted_again(opened):
    return Subject(
        tenant="default", lead=opened.lead, tokens={"mailbox": opened.tokens["mailbox"]}, tag="x", at=time.time()
    )


async def test_each_version_is_replayed_the_same(service):
    given = await service.check()
    await service.confirm(given.check_id)
    await service.confirm(given.check_id, CODE)
    found = await versions(service, given.check_id)
    assert len(found) == 3
    for check_id in found:
        again = await replay(service.ledger, "default", check_id)
        judged = msgspec.to_builtins(again.judged_again)
        kept = msgspec.json.decode(msgspec.json.encode(again.kept))
        assert {name: kept[name] for name in judged} == msgspec.json.decode(msgspec.json.encode(judged))
    newest = await service.opened(found[-1])
    assert set(newest.facts["confirmation"]) == {"v", "email", "phone"}


async def test_told_twice_it_makes_one_version(service):
    given = await service.check()
    first = await service.confirm(given.check_id)
    for check_id in (given.check_id, first.newest):
        again = await service.confirm(check_id)
        assert (again.is_new, again.newest, len(again.confirmations)) == (False, first.newest, 1)
    later = msgspec.structs.replace(MAIL, at="2026-01-01T00:00:00.000Z")
    assert (await service.confirm(given.check_id, later)).is_new
    other = msgspec.structs.replace(MAIL, buyer="south")
    made = await service.confirm(first.newest, other)
    assert made.is_new
    assert len(await versions(service, given.check_id)) == 4
    opened = await service.opened(made.newest)
    (reason,) = [each for each in opened.verdict["reasons"] if each["code"] == "EMAIL_CONFIRMED"]
    assert reason["evidence"]["told_by"] == ["north", "south"]


async def test_of_many_at_one_time_none_is_lost(service):
    given = await service.check()
    told = [
        Confirmation(channel=channel, how=how, buyer=buyer)
        for channel in ("email", "phone")
        for how in ("link", "code")
        for buyer in ("a", "b", "c", "d", "e")
    ]
    made = await asyncio.gather(*[service.confirm(given.check_id, one) for one in told * 2])
    assert sum(one.is_new for one in made) == len(told)
    found = await versions(service, given.check_id)
    assert len(found) == len(told) + 1
    facts = (await service.opened(found[-1])).facts["confirmation"]
    assert {(c, one["how"], one["by"]) for c in ("email", "phone") for one in facts[c]} == {
        (one.channel, one.how, one.buyer) for one in told
    }
    assert len(await service.ledger.list("default", CheckFilter(), limit=50)) == 1


async def test_audits_and_lists_of_the_leads_own_time_have_it_once(service):
    given = await service.check()
    made = await service.confirm(given.check_id)
    until = format_utc(datetime.fromtimestamp(datetime.fromisoformat(given.checked_at).timestamp() + 0.001, UTC))
    wanted = CheckFilter(since=given.checked_at, until=until)
    assert [one.check_id for one in await service.ledger.list("default", wanted, limit=9)] == [made.newest]
    columns = await service.ledger.lead_columns("default", given.checked_at, until)
    assert len(columns.rows) == 8  # one lead


@pytest.mark.parametrize(
    ("lead", "told"), [({"phone": "+84912840375"}, MAIL), ({"email": "an@firma.vn"}, CODE)], ids=["no mail", "no phone"]
)
async def test_a_channel_that_was_not_given_cannot_be_confirmed(service, lead, told):
    given = await service.check(lead)
    with pytest.raises(CannotConfirm, match="no_channel"):
        await service.confirm(given.check_id, told)
    assert await versions(service, given.check_id) == [given.check_id]


@pytest.mark.parametrize(
    ("field", "written", "told"),
    [
        ("email", "info@", MAIL),
        ("email", "an firma.vn", MAIL),
        ("email", "@firma.vn", MAIL),
        ("phone", "call me", CODE),
        ("phone", "+841", CODE),
        ("phone", "o9l284o375x", CODE),
    ],
)
async def test_a_channel_that_could_not_be_read_cannot_be_confirmed(service, field, written, told):
    """Nobody was reached by it, and the other channel is not the one that was confirmed."""
    given = await service.check(LEAD | {field: written})
    assert getattr(given.normalized, field) is None
    with pytest.raises(CannotConfirm, match="unread"):
        await service.confirm(given.check_id, told)
    assert await versions(service, given.check_id) == [given.check_id]
    other = CODE if told is MAIL else MAIL
    assert (await service.confirm(given.check_id, other)).contact.status == "verified"


async def test_an_erased_lead_cannot_be_confirmed_and_loses_its_confirmations(service):
    given = await service.check()
    await service.confirm(given.check_id)
    await service.ledger.erase("default", [CHECK + given.check_id], LATER)
    assert (await service.ledger.lead_confirmations("default", given.check_id))[1] == []
    for told in (MAIL, CODE):
        with pytest.raises(CannotConfirm, match="erased"):
            await service.confirm(given.check_id, told)


async def test_no_check_and_another_tenants(service):
    given = await service.check()
    assert await service.confirm("01936b5e-7c1a-7d3e-9f4b-2a6c8e0d1f35") is None
    other = msgspec.structs.replace(TENANT, name="other")
    at = format_utc(datetime.now(UTC))
    assert (
        await confirm(service.pipeline, service.ledger, other, given.check_id, MAIL, at=at, randomness=os.urandom)
        is None
    )


async def test_a_lead_has_so_many_and_no_more(service):
    given = await service.check()
    for n in range(MOST):
        assert (await service.confirm(given.check_id, msgspec.structs.replace(MAIL, buyer=f"b{n}"))).is_new
    with pytest.raises(CannotConfirm, match="too_many"):
        await service.confirm(given.check_id)
    assert not (await service.confirm(given.check_id, msgspec.structs.replace(MAIL, buyer="b0"))).is_new


GUARDS = {
    "a honeypot": {**LEAD, "form": {"honeypot": "x"}},
    "two groups": {
        **LEAD,
        "email": "xkqjw8271z@mailinator.com",
        "form": {"fill_seconds": 0.3, "webdriver": True},
        "client": {"user_agent": "curl/8.0"},
    },
}


@pytest.mark.parametrize("lead", GUARDS.values(), ids=GUARDS.keys())
async def test_a_callers_word_frees_no_rejected_lead(service, lead):
    given = await service.check(lead)
    assert given.decision == "reject"
    await service.confirm(given.check_id)
    made = await service.confirm(given.check_id, CODE)
    verdict = (await service.opened(made.newest)).verdict
    assert (verdict["decision"], verdict["decided_by"]) == ("reject", given.decided_by)
    assert verdict["sum"] - given.sum <= 5


async def test_a_confirmed_channel_is_not_dead_but_what_was_seen_keeps_its_points(service):
    given = await service.check({"email": "an.nguyen@firma.test"})
    assert (given.decision, given.decided_by, given.contact.status) == ("reject", "conclusive", "unreachable")
    made = await service.confirm(given.check_id)
    verdict = (await service.opened(made.newest)).verdict
    codes = {reason["code"]: reason["points"] for reason in verdict["reasons"]}
    assert (codes["EMAIL_DOMAIN_RESERVED"], "LEAD_UNREACHABLE" in codes) == (-12.0, False)
    assert (verdict["decision"], made.contact.status) == ("review", "verified")


class TestUncounted:
    """Leads that were judged while the counts were away get their counts too, before or after a confirmation."""

    @pytest.fixture(autouse=True)
    def without_rest(self, monkeypatch):
        monkeypatch.setattr(rejudging_module, "_LEAST_REST", 0.0)
        monkeypatch.setattr(rejudging_module, "_REST", 0.0)

    @pytest.fixture
    def away(self, ledger):
        return Service(ledger, Away())

    async def settled(self, service):
        service.counters.away = False
        while await service.rejudging.round():
            pass
        return dict(service.rejudging.done)

    async def test_before(self, away):
        given = await away.check()
        made = await away.confirm(given.check_id)
        assert await away.ledger.count_uncounted() == 1
        assert await self.settled(away) == {"revised": 1}
        found = await versions(away, given.check_id)
        assert found[:2] == [given.check_id, made.newest]
        opened = await away.opened(found[-1])
        assert opened.verdict["unknown"] == []
        assert "EMAIL_CONFIRMED" in [reason["code"] for reason in opened.verdict["reasons"]]
        assert await self.settled(away) == {"revised": 1}

    async def test_after(self, away):
        given = await away.check()
        assert await self.settled(away) == {"revised": 1}
        await away.confirm(given.check_id)
        made = await away.confirm(given.check_id, CODE)
        opened = await away.opened(made.newest)
        assert opened.verdict["unknown"] == []
        assert len(await versions(away, given.check_id)) == 4

    async def test_meanwhile(self, away):
        given = [await away.check({**LEAD, "email": f"an{n}@firma{n}.vn"}) for n in range(12)]
        away.counters.away = False
        rounds = asyncio.create_task(self.settled(away))
        for one in given:
            await asyncio.gather(away.confirm(one.check_id), away.confirm(one.check_id, CODE))
        await rounds
        await self.settled(away)
        for one in given:
            found = await versions(away, one.check_id)
            assert len(found) == 4
            opened = await away.opened(found[-1])
            assert opened.verdict["unknown"] == []
            assert {"EMAIL_CONFIRMED", "PHONE_CONFIRMED"} <= {each["code"] for each in opened.verdict["reasons"]}
        assert await away.ledger.count_uncounted() == 0
        assert len(await away.ledger.list("default", CheckFilter(), limit=50)) == len(given)

    async def test_a_revision_that_was_overtaken_is_refused_and_made_again(self, away):
        given = await away.check()
        away.counters.away = False
        (one,) = await away.ledger.take_uncounted("p", limit=9, now=time.time(), lease=60)
        entry = await away.rejudging._revise(TENANT, one, one.stored, 0)
        await away.confirm(given.check_id)
        await away.ledger.append(entry)
        assert await away.ledger.get("default", entry.check_id) is None
        assert await away.ledger.count_uncounted() == 1
        await away.ledger.take_uncounted("p", limit=9, now=time.time() - 1e6, lease=60)
        assert await self.settled(away) == {"revised": 1}
        opened = await away.opened((await versions(away, given.check_id))[-1])
        assert opened.verdict["unknown"] == []


async def test_another_process_finds_the_newest_before_its_rows_are_written(ledger, monkeypatch):
    """As with two workers: the second one's look-up rows of the first one's version are not there yet."""
    service = Service(ledger)
    given = await service.check()
    await ledger.flush_index()
    monkeypatch.setattr(ledger._writer, "index", lambda count=0: None)
    monkeypatch.setattr(ledger, "flush_index", lambda: asyncio.sleep(0))
    first = await service.confirm(given.check_id)
    second = await service.confirm(given.check_id, CODE)
    again = await service.confirm(first.newest, CODE)
    monkeypatch.undo()
    assert await versions(service, given.check_id) == [given.check_id, first.newest, second.newest]
    assert (again.is_new, again.newest) == (False, second.newest)


async def test_while_the_ledger_is_down_nothing_is_taken_and_nothing_lost(tmp_path):
    store = SqlLedger(f"sqlite:///{tmp_path / 'l.sqlite'}")
    await store.start()
    spooled = SpooledLedger(store, Spool(tmp_path / "spool"), pause=0.05)
    await spooled.start()
    try:
        service = Service(spooled)
        given = await service.check()
        works = store.append

        async def down(*args, **kwargs):
            raise Unavailable("ledger")

        store.append = down
        second = await service.check({**LEAD, "email": "binh@firma.vn"})
        with pytest.raises(Unavailable):
            await service.confirm(second.check_id)
        with pytest.raises(Unavailable):
            await service.confirm(given.check_id)
        assert (await service.ledger.lead_confirmations("default", given.check_id))[1] == []
        store.append = works
        async with asyncio.timeout(10):
            while spooled.waiting:
                await asyncio.sleep(0.02)
        assert (await service.confirm(second.check_id)).is_new
        assert (await service.confirm(given.check_id)).is_new
    finally:
        await spooled.close()
        await store.close()


async def test_two_processes_at_one_time_lose_nothing(postgres, monkeypatch):
    """Two ledgers on one server, each confirming, while a third judges the leads again that had not been counted."""
    monkeypatch.setattr(rejudging_module, "_LEAST_REST", 0.0)
    monkeypatch.setattr(rejudging_module, "_REST", 0.0)
    url = postgres.database()
    ledgers = [SqlLedger(url) for _ in range(3)]
    for one in ledgers:
        await one.start()
    try:
        first, second, third = (Service(one, Away()) for one in ledgers)
        given = [await first.check({**LEAD, "email": f"an{n}@firma{n}.vn"}) for n in range(10)]
        await ledgers[0].flush_index()
        third.counters.away = False

        async def judge_again():
            while await ledgers[2].count_uncounted():
                await third.rejudging.round()

        told = [Confirmation(channel=c, how=h) for c in ("email", "phone") for h in ("link", "code")]
        rounds = asyncio.create_task(judge_again())
        for one in given:
            # Each of four is told to both.
            each = [(first, second)[(n + n // 4) % 2].confirm(one.check_id, told[n % 4]) for n in range(8)]
            made = await asyncio.gather(*each)
            assert sum(each_made.is_new for each_made in made) == 4
        await asyncio.wait_for(rounds, 60)
        for one in ledgers:
            await one.flush_index()
        for one in given:
            found = await versions(first, one.check_id)
            assert len(found) == 6
            opened = await first.opened(found[-1])
            assert opened.verdict["unknown"] == []
            facts = opened.facts["confirmation"]
            assert [{each["how"] for each in facts[channel]} for channel in ("email", "phone")] == 2 * [
                {"link", "code"}
            ]
        assert len(await ledgers[0].list("default", CheckFilter(), limit=50)) == len(given)
    finally:
        for one in ledgers:
            await one.close()


async def test_the_ledger_is_verified_with_its_confirmations(service, ledger):
    given = [await service.check({**LEAD, "email": f"an{n}@firma{n}.vn"}) for n in range(3)]
    for one in given:
        await service.confirm(one.check_id)
        await service.confirm(one.check_id, CODE)
    await ledger.flush_index()

    def verified():
        url = ledger._database.url.render_as_string(hide_password=False)
        return Verifier(url, None, None, lambda count: None).run()

    found = await asyncio.to_thread(verified)
    assert (found.problems, found.rows["confirmations"]) == ([], 6)
    with ledger._database.writing.begin() as connection:
        changed = confirmations.update().where(confirmations.c.lead == given[0].check_id, confirmations.c.nth == 1)
        connection.execute(changed.values(how="call"))
        lost = confirmations.update().where(confirmations.c.lead == given[1].check_id, confirmations.c.nth == 2)
        connection.execute(lost.values(version="01936b5e-7c1a-7d3e-9f4b-2a6c8e0d1f35"))
    found = await asyncio.to_thread(verified)
    assert sorted(problem.text for problem in found.problems) == [
        "the version does not know the confirmation",
        "there is no record of this version",
    ]
