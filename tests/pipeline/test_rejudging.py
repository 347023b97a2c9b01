"""Leads that were judged while the counts were away are judged again, once, when these are back."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from redis.asyncio import Redis

from fraudcheck.adapters.memory_counters import MemoryCounters
from fraudcheck.adapters.redis import RedisCounters
from fraudcheck.adapters.redis.embedded import EmbeddedRedis
from fraudcheck.adapters.spool.files import Spool
from fraudcheck.adapters.spool.ledger import SpooledLedger
from fraudcheck.adapters.sql.ledger import SqlLedger
from fraudcheck.ledger.record import open_record, verify
from fraudcheck.pipeline import rejudging as module
from fraudcheck.pipeline.check import Pipeline
from fraudcheck.pipeline.rejudging import Rejudging
from fraudcheck.ports import Ports, Unavailable
from fraudcheck.ports.ledger import ALL_LIVE
from fraudcheck.scoring.policy import load_policy
from tests.pipeline.test_check import LISTS, POLICY, TENANT, Routes


class Away(MemoryCounters):
    """Counts that are away, until they are back."""

    away = True

    async def observe(self, subject):
        if self.away:
            raise Unavailable("redis")
        return await super().observe(subject)

    async def ping(self):
        if self.away:
            raise Unavailable("redis")


@pytest.fixture(autouse=True)
def without_rest(monkeypatch):
    monkeypatch.setattr(module, "_LEAST_REST", 0.0)
    monkeypatch.setattr(module, "_REST", 0.0)


@pytest.fixture
async def ledger(tmp_path):
    running = SqlLedger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    await running.start()
    yield running
    await running.close()


LATER = "2099-01-01T00:00:00.000Z"


def parts(ledger, counters, tenant=TENANT, now=lambda: datetime.now(UTC)):
    """A pipeline, and what judges its leads again."""
    ports = Ports(lists=LISTS, mail_routes=Routes(), counters=counters)
    pipeline = Pipeline(ports, ledger, budget=1, now=now, randomness=os.urandom)

    async def find(name):
        if isinstance(tenant, Exception):
            raise tenant
        return tenant

    return pipeline, Rejudging(pipeline, ports, ledger, tenant=find, now=time.time, randomness=os.urandom)


def person(n, **more):
    """A person at a device that all of them share, typed in plausibly."""
    name = f"{'abcdefghijklmnopqrstuvwxyz'[n % 26]}{n}"
    return json.dumps(
        {
            "email": f"lien.{name}@firma{n}.vn",
            "phone": f"+8491{2_000_000 + 7_919 * n:07}",
            "client": {"device_id": "d1", "ip": "113.161.72.9", "user_agent": "Mozilla/5.0"},
            "source": {"vendor": "acme"},
            **more,
        }
    ).encode()


async def all_of(rejudging):
    while await rejudging.round():
        pass


async def newest(ledger, check_id):
    stored = await ledger.get("default", check_id)
    return stored if stored.revised_by is None else await ledger.get("default", stored.revised_by)


async def test_a_burst_while_redis_was_frozen_is_seen_by_its_revisions(ledger, tmp_path):
    async with EmbeddedRedis(tmp_path / "redis") as server:
        counters = RedisCounters(Redis.from_url(server.url, retry=None), timeout=5)
        pipeline, rejudging = parts(ledger, counters)
        await pipeline.check(TENANT, person(1_000, client={"device_id": "other"}))
        counters._timeout = 0.2
        os.kill(server._process.pid, signal.SIGSTOP)
        # Some together, some alone: what was sent before it froze may be counted when it wakes, or not.
        given = await asyncio.gather(*[pipeline.check(TENANT, person(n), f"key {n}") for n in range(5)])
        given += [await pipeline.check(TENANT, person(n)) for n in range(5, 60)]
        assert {verdict.decision for verdict in given} == {"accept"}
        assert {tuple(verdict.unknown) for verdict in given} == {("completeness", "velocity", "cluster")}
        with pytest.raises(Unavailable):
            await rejudging.round()
        assert rejudging.waiting == 60
        os.kill(server._process.pid, signal.SIGCONT)
        counters._timeout = 5
        async with asyncio.timeout(60):
            while rejudging.waiting:
                try:
                    await all_of(rejudging)
                except Unavailable:  # the pause of the breaker
                    await asyncio.sleep(0.1)
        assert rejudging.done == {"revised": 60}
        revised = []
        for verdict in given:
            stored = await ledger.get("default", verdict.check_id)
            kept = open_record(stored.record, stored.personal)
            assert msgspec.convert(kept.verdict, type(verdict)) == verdict  # as it was given
            revision = await ledger.get("default", stored.revised_by)
            assert verify(revision.record, revision.record_hash, revision.personal) == []
            opened = open_record(revision.record, revision.personal)
            assert (opened.verdict["origin"], opened.verdict["revises"]) == ("revision", verdict.check_id)
            assert opened.verdict["checked_at"] == verdict.checked_at
            assert (opened.verdict["unknown"], opened.lead, opened.tokens) == ([], kept.lead, kept.tokens)
            assert {
                name: fact for name, fact in opened.facts.items() if name not in ("completeness", "velocity", "cluster")
            } == {
                name: fact for name, fact in kept.facts.items() if name not in ("completeness", "velocity", "cluster")
            }
            revised.append(opened)
        # Each was counted once: at the last of them the machine has had 59 others.
        people = sorted(each.facts["velocity"].get("machine", {}).get("hour", 0) for each in revised)
        assert people == list(range(60))
        assert {each.verdict["decision"] for each in revised[20:]} <= {"review", "reject"}
        assert [each.verdict["decision"] for each in revised].count("reject") >= 30
        assert len(await ledger.list("default", limit=100)) == 61  # each lead once
        assert await ledger.count_uncounted() == 0
        assert not await rejudging.round()
        await counters.close()


async def test_what_is_counted_late_has_its_own_time(ledger):
    """Leads of an hour ago and of now: the late ones are the hour's, not this minute's."""
    clock = [datetime(2026, 11, 1, 9, tzinfo=UTC)]
    counters = Away()
    pipeline, rejudging = parts(ledger, counters, now=lambda: clock[0])
    for n in range(10):
        await pipeline.check(TENANT, person(n))
        clock[0] += timedelta(minutes=6)
    counters.away = False
    await all_of(rejudging)
    now = open_record((await newest(ledger, (await pipeline.check(TENANT, person(10))).check_id)).record, None)
    machine = now.facts["velocity"]["machine"]
    assert (machine["hour"], machine.get("minutes", 0), machine["since"]) == (10, 0, 3_600)


async def test_while_the_counts_are_away_nothing_is_done(ledger):
    pipeline, rejudging = parts(ledger, Away())
    verdict = await pipeline.check(TENANT, person(1))
    for _ in range(3):
        with pytest.raises(Unavailable):
            await rejudging.round()
    assert (await ledger.get("default", verdict.check_id)).revised_by is None
    assert (rejudging.waiting, rejudging.done) == (1, {})


async def test_what_the_counts_answered_is_not_judged_again(ledger):
    pipeline, rejudging = parts(ledger, MemoryCounters())
    await pipeline.check(TENANT, person(1))
    assert not await rejudging.round()


async def test_a_broken_signal_is_no_reason_to_judge_again(ledger, caplog):
    class Broken(MemoryCounters):
        async def observe(self, subject):
            raise LookupError

    pipeline, rejudging = parts(ledger, Broken())
    await pipeline.check(TENANT, person(1))
    assert not await rejudging.round()


async def test_a_defect_while_it_is_judged_again_stops_no_other(ledger, monkeypatch, caplog):
    counters = Away()
    pipeline, rejudging = parts(ledger, counters)
    for n in range(3):
        await pipeline.check(TENANT, person(n))
    counters.away = False
    observe, tried = counters.observe, []

    async def fails_once(subject):
        tried.append(subject)
        if len(tried) == 1:
            raise LookupError("an@firma.vn")
        return await observe(subject)

    monkeypatch.setattr(counters, "observe", fails_once)
    await all_of(rejudging)
    assert rejudging.done == {"failed": 1, "revised": 2}
    assert await ledger.count_uncounted() == 0
    assert "firma.vn" not in caplog.text


async def test_a_lead_that_can_never_be_counted_does_not_hold_up_the_others(ledger, caplog):
    class AwayForOne(Away):
        tag = None

        async def observe(self, subject):
            if not self.away and self.tag is None:
                self.tag = subject.tag  # the oldest
            if subject.tag == self.tag:
                raise Unavailable("redis")
            return await super().observe(subject)

    counters = AwayForOne()
    pipeline, rejudging = parts(ledger, counters)
    for n in range(3):
        await pipeline.check(TENANT, person(n))
    counters.away = False
    for _ in range(20):
        with suppress(Unavailable):
            await rejudging.round()
    assert rejudging.done == {"failed": 1, "revised": 2}
    assert await ledger.count_uncounted() == 0
    assert "cannot be counted" in caplog.text


async def test_an_erased_lead_is_left_alone(ledger):
    counters = Away()
    pipeline, rejudging = parts(ledger, counters)
    erased, other = [await pipeline.check(TENANT, person(n)) for n in range(2)]
    await ledger.erase("default", [f"check:{erased.check_id}"], LATER)
    counters.away = False
    await all_of(rejudging)
    assert rejudging.done == {"erased": 1, "revised": 1}
    assert (await ledger.get("default", erased.check_id)).revised_by is None
    assert (await ledger.get("default", other.check_id)).revised_by


async def test_a_lead_that_is_erased_at_that_moment_does_not_come_back(ledger, monkeypatch):
    counters = Away()
    pipeline, rejudging = parts(ledger, counters)
    verdict = await pipeline.check(TENANT, person(1))
    counters.away = False
    append = ledger.append

    async def erased_before(entry):
        await ledger.erase("default", [f"check:{verdict.check_id}"], LATER)
        return await append(entry)

    monkeypatch.setattr(ledger, "append", erased_before)
    await all_of(rejudging)
    assert (await ledger.get("default", verdict.check_id)).revised_by is None
    assert len(await ledger.list("default", limit=9)) == 1
    assert await ledger.count_uncounted() == 0


async def test_two_processes_make_one_revision(ledger):
    """Also where both have the same lead in hand, as after a lease has run out."""
    counters = Away()
    pipeline, one = parts(ledger, counters)
    other = parts(ledger, counters)[1]
    given = [await pipeline.check(TENANT, person(n)) for n in range(5)]
    counters.away = False
    taken = await ledger.take_uncounted("third", limit=9, now=time.time() - 1_000, lease=60)
    assert [each.stored.check_id for each in taken] == [verdict.check_id for verdict in given]
    for each in taken:
        await asyncio.gather(one._settle(each), other._settle(each))
    assert await ledger.count_uncounted() == 0
    listed = await ledger.list("default", ALL_LIVE, limit=99)
    assert len(listed) == 5
    machines = [
        open_record((await newest(ledger, verdict.check_id)).record, None).facts["velocity"].get("machine", {})
        for verdict in given
    ]
    assert [machine.get("hour", 0) for machine in machines] == [0, 1, 2, 3, 4]


async def test_a_tenant_whose_policy_cannot_be_read_waits_for_its_own_only(ledger):
    counters = Away()
    pipeline, rejudging = parts(ledger, counters, tenant=ValueError("policies/default.toml: line 1"))
    await pipeline.check(TENANT, person(1))
    counters.away = False
    await all_of(rejudging)
    assert (rejudging.waiting, rejudging.done) == (1, {})


async def test_the_policy_of_today_decides(ledger):
    counters = Away()
    strict = msgspec.structs.replace(TENANT, policy=load_policy(msgspec.to_builtins(POLICY), {"accept_from": 99}))
    pipeline, rejudging = parts(ledger, counters, tenant=strict)
    verdict = await pipeline.check(TENANT, person(1))
    counters.away = False
    await all_of(rejudging)
    revision = await newest(ledger, verdict.check_id)
    assert open_record(revision.record, None).verdict["decision"] == "review"


async def test_unknown_may_be_sent_to_review_and_comes_back(ledger):
    counters = Away()
    policy = load_policy(msgspec.to_builtins(POLICY), {"unknown": {"velocity": "review"}})
    careful = msgspec.structs.replace(TENANT, policy=policy)
    pipeline, rejudging = parts(ledger, counters, tenant=careful)
    verdict = await pipeline.check(careful, person(1))
    assert (verdict.decision, verdict.decided_by) == ("review", "unknown:velocity")
    counters.away = False
    await all_of(rejudging)
    revision = open_record((await newest(ledger, verdict.check_id)).record, None).verdict
    assert (revision["decision"], revision["decided_by"]) == ("accept", "accept_from")


async def test_marks_go_through_the_spool(ledger, tmp_path):
    class Down:
        async def append(self, entry):
            raise Unavailable("ledger")

    crashed = SpooledLedger(Down(), Spool(tmp_path / "spool"))
    await crashed.start()
    counters = Away()
    verdict = await parts(crashed, counters)[0].check(TENANT, person(1))
    await crashed.close()
    again = SpooledLedger(ledger, Spool(tmp_path / "spool"), pause=0.02)
    await again.start()
    async with asyncio.timeout(10):
        while again.waiting:
            await asyncio.sleep(0.02)
    counters.away = False
    rejudging = parts(again, counters)[1]
    await all_of(rejudging)
    assert rejudging.done == {"revised": 1}
    assert (await again.get("default", verdict.check_id)).revised_by
    await again.close()
