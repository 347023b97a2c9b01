"""What became of a mailbox and a phone is known to the next lead, in SQLite and PostgreSQL; who is unknown is new."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime

import pytest

from fraudcheck.adapters.spool.files import Spool
from fraudcheck.adapters.spool.ledger import SpooledLedger
from fraudcheck.adapters.sql.histories import MOST
from fraudcheck.adapters.sql.ledger import SqlLedger
from fraudcheck.ledger.record import open_record
from fraudcheck.pipeline.decide import decide
from fraudcheck.ports import Ports, Unavailable
from fraudcheck.ports.history import Question
from fraudcheck.records import Confirmation, Lead, Outcome, Subject, format_utc
from fraudcheck.signals.history import SIGNAL, judge, look_up
from fraudcheck.worth.funnel import load_funnel
from tests.adapters.sql.test_ledger import made as entry
from tests.pipeline.test_check import LISTS, POLICY, TENANT, Routes, made
from tests.pipeline.test_confirming import Service, ledger

__all__ = ["ledger"]  # the fixture: each test runs with both databases

PERSON = {"email": "an@firma.vn", "phone": "+84912840375"}
LATER = "2099-01-01T00:00:00.000Z"


@pytest.fixture
def service(ledger):
    return Service(ledger)


async def history(service, lead=PERSON, key=None):
    """The facts of one more lead."""
    given = await service.check(lead, key)
    opened = await service.opened(given.check_id)
    assert given.unknown == []
    return opened.facts["history"]


async def told(service, check_id, outcome, at="", buyer=""):
    now = format_utc(datetime.now(UTC))
    await service.ledger.record_outcomes("default", [(check_id, Outcome(outcome=outcome, at=at, buyer=buyer))], now)


async def test_who_is_new(service):
    assert await history(service) == {"v": 1, "leads": 0}


@pytest.mark.parametrize("flush", [False, True], ids=["a moment ago", "before"])
async def test_earlier_leads_are_counted_once_each(service, flush):
    first = await service.check()
    if flush:
        await service.ledger.flush_index()
    assert await history(service) == {"v": 1, "leads": 1, "since": first.checked_at}
    await service.confirm(first.check_id)
    if flush:
        await service.ledger.flush_index()
    known = await history(service)
    assert (known["leads"], known["since"], known["confirmed"]) == (2, first.checked_at, {"email": "link"})


@pytest.mark.parametrize(
    ("lead", "confirmed"),
    [
        ({"email": "an@firma.vn"}, {"email": "link"}),
        ({"email": " AN@firma.vn "}, {"email": "link"}),
        ({"phone": "0912 840 375", "country": "VN"}, {"phone": "code"}),
        ({"phone": "+84912840375", "email": "other@firma.vn"}, {"phone": "code"}),
    ],
)
async def test_only_what_both_share_was_confirmed(service, lead, confirmed):
    first = await service.check(PERSON)
    await service.confirm(first.check_id)
    await service.confirm(first.check_id, Confirmation(channel="phone", how="code"))
    await service.ledger.flush_index()
    assert (await history(service, lead))["confirmed"] == confirmed
    given = await service.check(lead)
    assert given.contact.status == "verified"
    assert [reason.points for reason in given.reasons if reason.code == "CONTACT_WORKED_BEFORE"] == [0.0]


async def test_another_person_knows_nothing_of_it(service):
    first = await service.check(PERSON)
    await service.confirm(first.check_id)
    assert await history(service, {"email": "binh@firma.vn", "phone": "+84912840376"}) == {"v": 1, "leads": 0}


async def test_outcomes(service):
    first, second = await service.check(), await service.check()
    await told(service, first.check_id, "returned")
    await service.ledger.flush_index()
    assert "contacted" not in await history(service)
    await told(service, second.check_id, "converted", "2026-03-01T00:00:00.000Z")
    await told(service, first.check_id, "converted", "2026-02-01T00:00:00.000Z")
    known = await history(service)
    assert (known["contacted"], known["reached"]) == (True, True)
    assert known["converted"] == "2026-02-01T00:00:00.000Z"


OWN = load_funnel(
    {
        "events": {
            "tried": {"after": "form"},
            "visited": {"after": "contacted", "proves": "genuine"},
            "offer sent": {"after": "qualified"},
            "renewed": {"after": "converted"},
        }
    }
)


@pytest.mark.parametrize(
    ("outcome", "known"),
    [
        ("tried", set()),
        ("visited", {"contacted", "reached"}),
        ("offer_sent", set()),
        ("qualified", {"contacted", "reached"}),
        ("renewed", {"converted", "contacted", "reached"}),
        ("taken_out_since", set()),
    ],
)
async def test_outcomes_of_the_tenants_own(service, outcome, known):
    service.pipeline._ports.histories.know("default", OWN)
    first = await service.check()
    await told(service, first.check_id, outcome)
    assert set(await history(service)) & {"converted", "contacted", "reached"} == known


@pytest.mark.parametrize(
    ("earlier", "now", "reached"),
    [
        (PERSON, PERSON, True),
        ({"phone": "+84912840375"}, PERSON, True),
        (PERSON, {"phone": "+84912840375"}, False),  # perhaps by mail
        (PERSON, {"phone": "+84912840375", "email": "other@firma.vn"}, False),
    ],
)
async def test_whether_a_channel_of_this_lead_was_the_one(service, earlier, now, reached):
    first = await service.check(earlier)
    await told(service, first.check_id, "contacted")
    await service.ledger.flush_index()
    known = await history(service, now)
    assert (known["contacted"], known.get("reached", False)) == (True, reached)
    assert (await service.check(now)).contact.status == ("verified" if reached else "unqualified")


async def test_an_erased_lead_is_unknown_again(service):
    first = await service.check()
    await told(service, first.check_id, "converted")
    token = (await service.opened(first.check_id)).tokens["mailbox"]
    await service.ledger.erase("default", [f"mailbox:{token}"], LATER)
    assert await history(service) == {"v": 1, "leads": 0}


async def test_test_leads_are_nobodys_past_and_are_not_asked_for(service):
    test = {"email": "test@fb.com", "name": "<test lead: dummy data for full_name>", "phone": "+84912840375"}
    given = await service.check(test)
    assert given.classification == "test"
    assert (await service.opened(given.check_id)).facts["history"] is None
    assert await history(service, {"phone": "+84912840375"}) == {"v": 1, "leads": 0}


async def test_a_retry_is_not_its_own_past(service, monkeypatch):
    """Where the ledger could not tell in time that the key is known."""
    first = await service.check(key="one")

    async def away(tenant, key):
        raise Unavailable("ledger")

    monkeypatch.setattr(service.ledger, "by_idempotency", away)
    seen = []
    gather = service.pipeline._gathering.gather

    async def watched(subject):
        seen.append(await gather(subject))
        return seen[-1]

    monkeypatch.setattr(service.pipeline._gathering, "gather", watched)
    again = await service.check(key="one")
    assert again.check_id == first.check_id
    assert seen[0]["history"] == {"v": 1, "leads": 0}
    assert (await history(service, key="another"))["leads"] == 1


async def test_of_very_many_the_oldest(ledger):
    await asyncio.gather(*[ledger.append(entry(n)) for n in range(2_200)])
    await ledger.flush_index()
    asked = [Question("default", ["phone:ab"], ""), Question("default", ["mailbox:x", "phone:y"], "")]
    known, new = await ledger.histories(asked)
    assert known == {"v": 1, "leads": MOST, "since": "2026-11-23T00:00:00.000Z"}
    assert new == {"v": 1, "leads": 0}


async def test_tenants_know_nothing_of_each_other(service):
    await service.check()
    await service.ledger.flush_index()
    other = type(TENANT)(name="other", identity_key=TENANT.identity_key, policy=POLICY, policy_hash="x")
    given = await service.pipeline.check(other, json.dumps(PERSON).encode())
    stored = await service.ledger.get("other", given.check_id)
    assert open_record(stored.record, stored.personal).facts["history"] == {"v": 1, "leads": 0}


class TestFaults:
    """A ledger that is down or slow is unknown: it fails no check, costs no points and widens no range."""

    class Histories:
        def __init__(self, act):
            self.look_up = lambda question: act()

    @staticmethod
    def raises():
        raise Unavailable("ledger")

    @staticmethod
    async def broken():
        raise RuntimeError("an@firma.vn is in this text")

    @staticmethod
    async def never():
        await asyncio.Event().wait()

    @pytest.mark.parametrize("act", ["raises", "broken", "never"])
    async def test_it_is_unknown(self, act, caplog):
        known, pipeline = made(), made()
        pipeline._gathering._ports = Ports(
            lists=LISTS,
            mail_routes=Routes(),
            counters=pipeline._ports.counters,
            histories=self.Histories(getattr(self, act)),
        )
        body = json.dumps(PERSON).encode()
        began = time.monotonic()
        verdict = await pipeline.check(TENANT, body)
        assert time.monotonic() - began < 5
        plain = await known.check(TENANT, body)
        assert verdict.unknown == ["history"]
        assert (verdict.sum, verdict.score_range) == (plain.sum, plain.score_range)
        assert (verdict.score_range[0], verdict.decision) == (verdict.trust_score, "accept")
        assert verdict.contact.status == "unqualified"
        assert "an@firma.vn" not in caplog.text

    async def test_a_slow_resolver_takes_no_answer_of_the_ledger_away(self):
        async def forever():
            await asyncio.Event().wait()

        answered = asyncio.get_running_loop().create_future()
        answered.set_result({"v": 1, "leads": 3})
        pipeline = made(routes=Routes(forever))
        pipeline._gathering._ports = Ports(
            lists=LISTS,
            mail_routes=Routes(forever),
            counters=pipeline._ports.counters,
            histories=self.Histories(lambda: answered),
        )
        verdict = await pipeline.check(TENANT, json.dumps(PERSON).encode())
        assert verdict.unknown == ["email_mx"]


def test_nothing_is_asked_without_identities_or_ledger():
    class Refuses:
        def look_up(self, question):
            raise AssertionError

    subject = Subject(tenant="default", lead=Lead(), tokens={"device": "x"})
    ports = Ports(lists=LISTS, mail_routes=Routes(), counters=None, histories=Refuses())
    assert look_up(subject, ports) is None
    assert look_up(Subject(tenant="t", lead=Lead(), tokens={"mailbox": "x"}, test=("meta", True)), ports) is None
    without = Ports(lists=LISTS, mail_routes=Routes(), counters=None)
    assert look_up(Subject(tenant="t", lead=Lead(), tokens={"mailbox": "x"}), without) is None


def test_old_records_are_judged_as_before():
    _, unknown = decide(Lead(email="an@firma.vn"), {}, POLICY)
    assert "history" not in unknown
    assert "confirmation" not in unknown
    assert SIGNAL.judge is judge


async def test_a_frozen_server_costs_a_few_checks_their_time_and_nobody_a_verdict(postgres, tmp_path):
    store = SqlLedger(postgres.database())
    await store.start()
    spooled = SpooledLedger(store, Spool(tmp_path / "spool"), patience=0.3, pause=0.1)
    await spooled.start()
    service = Service(spooled)
    service.pipeline._gathering._budget = 0.3
    try:
        first = await service.check()
        assert first.unknown == []
        await store.flush_index()
        postgres.signal_all(signal.SIGSTOP)
        try:
            during = [await service.check() for _ in range(3)]
            assert [verdict.unknown for verdict in during] == [["history"]] * 3
            assert {(verdict.decision, verdict.score_range) for verdict in during} == {("accept", first.score_range)}
            began = time.monotonic()
            await service.check()
            assert time.monotonic() - began < 1.5  # nobody waits for what is known to be down
        finally:
            postgres.signal_all(signal.SIGCONT)
        async with asyncio.timeout(30):
            while spooled.waiting or (again := await service.check()).unknown:
                await asyncio.sleep(0.1)
        kept = await spooled.get("default", again.check_id)
        assert open_record(kept.record, kept.personal).facts["history"]["leads"] >= 5
    finally:
        await spooled.close()
        await store.close()


async def test_a_sqlite_ledger_that_another_process_holds_answers_readers(tmp_path):
    store = SqlLedger(f"sqlite:///{tmp_path / 'l.sqlite'}")
    await store.start()
    service = Service(store)
    try:
        await service.check()
        await store.flush_index()
        with closing(sqlite3.connect(tmp_path / "l.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            (known,) = await store.histories([Question("default", ["mailbox:x"], "")])
            assert known == {"v": 1, "leads": 0}
            other.execute("ROLLBACK")
    finally:
        await store.close()
