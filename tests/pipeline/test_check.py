"""What goes wrong around a check costs the lead nothing and never fails the call; only an unkept verdict does."""

from __future__ import annotations

import asyncio
import json
import os
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from fraudcheck.adapters.lists import shipped
from fraudcheck.adapters.memory_counters import MemoryCounters
from fraudcheck.adapters.tenant_files import default_policy
from fraudcheck.identifiers import uuid7
from fraudcheck.intake.lead import NoContact
from fraudcheck.ledger.record import open_record, verify
from fraudcheck.pipeline import decide as decide_module
from fraudcheck.pipeline import gather as gather_module
from fraudcheck.pipeline.check import Conflict, Pipeline, Tenant
from fraudcheck.pipeline.decide import decide, measure
from fraudcheck.ports import Ports, Unavailable
from fraudcheck.ports.ledger import Appended
from fraudcheck.records import Form, Lead, Source
from fraudcheck.scoring.policy import decode_policy, encode_policy, load_policy
from fraudcheck.signals import identity, phone
from fraudcheck.signals.registry import SIGNALS

POLICY = load_policy(default_policy())
TENANT = Tenant(name="default", identity_key=b"k", policy=POLICY, policy_hash=encode_policy(POLICY)[0])
LEAD = json.dumps({"email": "an@firma.vn", "phone": "+84912840375", "name": "Nguyễn Văn An"}).encode()
LISTS = shipped.load_lists()


class Routes:
    def __init__(self, act=None):
        self.act = act

    async def route(self, domain):
        if self.act is not None:
            await self.act()
        return {"v": 1, "route": "mx", "hosts": 1}


class Kept:
    """A ledger that holds the last entry, or does what ``act`` does."""

    def __init__(self, act=None):
        self.act, self.entries = act, []

    async def append(self, entry):
        if self.act is not None:
            return await self.act(entry)
        self.entries.append(entry)
        return Appended()

    async def by_idempotency(self, tenant, key):
        return None


def made(kept=None, routes=None, counters=None, budget=0.05):
    return Pipeline(
        Ports(lists=LISTS, mail_routes=routes or Routes(), counters=counters or MemoryCounters()),
        kept,
        budget=budget,
        now=lambda: datetime.now(UTC),
        randomness=os.urandom,
    )


async def forever():
    await asyncio.Event().wait()


async def broken():
    raise RuntimeError("an@firma.vn is in this text")


class Broken(MemoryCounters):
    async def observe(self, subject):
        raise Unavailable("redis")


@pytest.mark.parametrize(
    ("parts", "unknown", "cause"),
    [
        ({"routes": Routes(forever)}, ["email_mx"], "timeout"),
        ({"routes": Routes(broken)}, ["email_mx"], "error"),
        ({"counters": Broken()}, ["completeness", "velocity", "cluster"], "redis"),
        (
            {"routes": Routes(forever), "counters": Broken()},
            ["email_mx", "completeness", "velocity", "cluster"],
            "redis",
        ),
    ],
)
async def test_what_cannot_be_looked_up_is_unknown(parts, unknown, cause, caplog):
    kept = Kept()
    verdict = await made(kept, **parts).check(TENANT, LEAD)
    assert verdict.unknown == unknown
    assert verdict.decision == "accept"
    assert not [reason for reason in verdict.reasons if reason.group in ("velocity",)]
    facts = open_record(kept.entries[0].record, kept.entries[0].personal).facts
    assert facts[unknown[-1]]["unknown"] == cause
    assert "an@firma.vn" not in caplog.text


class Slow(MemoryCounters):
    """Answers after some seconds, or after some turns of a loop that takes long for each."""

    def __init__(self, seconds=0.0, turns=0):
        super().__init__()
        self.seconds, self.turns = seconds, turns

    async def observe(self, subject):
        await asyncio.sleep(self.seconds)
        for _ in range(self.turns):
            time.sleep(0.04)  # noqa: ASYNC251 - which is what a busy loop does
            await asyncio.sleep(0)
        return await super().observe(subject)


async def test_a_loop_that_is_late_makes_nothing_unknown():
    assert (await made(Kept(), counters=Slow(turns=5)).check(TENANT, LEAD)).unknown == []


async def test_counts_are_on_their_way_while_the_signals_are_computed(monkeypatch):
    order = []

    class Noted(Slow):
        async def observe(self, subject):
            order.append("written")
            asyncio.get_running_loop().call_soon(order.append, "sent")  # as some event loops do it
            return await super().observe(subject)

    (name, gather), *others = gather_module._AT_ONCE
    noted = (name, lambda *given: order.append("computed") or gather(*given))
    monkeypatch.setattr(gather_module, "_AT_ONCE", [noted, *others])
    assert (await made(Kept(), counters=Noted(0.01), budget=5).check(TENANT, LEAD)).unknown == []
    assert order == ["written", "sent", "computed"]


async def test_a_slow_name_server_takes_nothing_from_the_time_for_the_counts():
    verdict = await made(Kept(), routes=Routes(forever), counters=Slow(seconds=0.07), budget=0.05).check(TENANT, LEAD)
    assert verdict.unknown == ["email_mx"]


async def test_counts_that_never_come_are_waited_for_no_longer_than_a_budget():
    verdict = await made(Kept(), counters=Slow(seconds=3_600)).check(TENANT, LEAD)
    assert verdict.unknown == ["completeness", "velocity", "cluster"]


@pytest.mark.parametrize("signal", [phone.SIGNAL, identity.SIGNAL])
async def test_a_defect_in_a_signal_is_unknown_and_logged_without_the_person(signal, monkeypatch, caplog):
    def fails(*_):
        raise ValueError("Nguyễn Văn An +84912840375")

    judging = [replace(each, judge=fails) if each is signal else each for each in SIGNALS]
    gathering = [(each.name, fails if each is signal else each.gather) for each in SIGNALS if each.gather]
    for where, name, broken in ((decide_module, "SIGNALS", judging), (gather_module, "_AT_ONCE", gathering)):
        with monkeypatch.context() as patch:
            patch.setattr(where, name, broken)
            verdict = await made(Kept()).check(TENANT, LEAD)
            assert signal.name in verdict.unknown
    assert "ValueError" in caplog.text
    assert "84912840375" not in caplog.text


async def test_no_verdict_without_a_record():
    async def down(entry):
        raise Unavailable("ledger")

    with pytest.raises(Unavailable):
        await made(Kept(down)).check(TENANT, LEAD)


async def test_a_key_that_another_worker_used_first():
    """The ledger, not memory, says whose key it is: the loser of a race gives the winner's verdict."""
    winner = Kept()
    first = await made(winner).check(TENANT, LEAD, "k")
    entry = winner.entries[0]

    class Lost(Kept):
        async def append(self, mine):
            return Appended(existing=entry.check_id, body_digest=entry.body_digest)

        async def get(self, tenant, check_id):
            return entry

    assert await made(Lost()).check(TENANT, LEAD, "k") == first
    with pytest.raises(Conflict):
        await made(Lost()).check(TENANT, b'{"phone": "1"}', "k")


async def test_those_who_wait_for_the_first_hear_of_its_failure():
    async def down(entry):
        await asyncio.sleep(0.01)
        raise Unavailable("ledger")

    judge = made(Kept(down))
    answers = await asyncio.gather(*[judge.check(TENANT, LEAD, "k") for _ in range(3)], return_exceptions=True)
    assert [type(answer) for answer in answers] == [Unavailable] * 3
    assert not judge._under_way


@pytest.mark.parametrize(
    ("email", "warned", "codes", "decision"),
    [
        ("x@firma.invalid, y@firma.test", [], ["EMAIL_DOMAIN_RESERVED", "LEAD_UNREACHABLE"], "reject"),
        ("hoa.le@firma.vn or 0912 840 375", [], ["EMAIL_DOMAIN_RECEIVES"], "accept"),
        ("hoa.le@firma.vn, hoa@cty.vn", ["email"], ["EMAIL_DOMAIN_RECEIVES"], "accept"),
        ("không có, gọi cho tôi", ["email"], ["EMAIL_UNREADABLE"], "review"),
        ("hoa.le@firma@vn", [], ["EMAIL_SYNTAX_INVALID"], "review"),
        ("hoale", [], ["EMAIL_SYNTAX_INVALID"], "review"),
        ("hoa.le@firma.invalid", [], ["EMAIL_DOMAIN_RESERVED", "LEAD_UNREACHABLE"], "reject"),
    ],
)
def test_only_what_was_read_and_does_not_work_rejects_a_lead(email, warned, codes, decision):
    kept = Kept()
    verdict = asyncio.run(made(kept).check(TENANT, json.dumps({"email": email}).encode()))
    assert [warning.field for warning in verdict.warnings] == warned
    assert [reason.code for reason in verdict.reasons if reason.points] == codes
    assert verdict.decision == decision
    assert email not in str(verdict.warnings)


class DeadRoutes(Routes):
    async def route(self, domain):
        return {"v": 1, "route": "nxdomain"}


@pytest.mark.parametrize(("email", "decision"), [("hoa@firma.vn, hoa@cty.vn", "review"), ("hoa@firma.vn", "reject")])
def test_one_dead_address_of_several_is_not_the_persons_only_one(email, decision):
    verdict = asyncio.run(made(Kept(), DeadRoutes()).check(TENANT, json.dumps({"email": email}).encode()))
    assert "EMAIL_DOMAIN_NXDOMAIN" in [reason.code for reason in verdict.reasons]
    assert verdict.decision == decision


@given(st.dictionaries(st.sampled_from(["email", "phone", "name", "company", "message"]), st.text(), max_size=5))
def test_a_replay_is_identical(fields):
    kept = Kept()
    body = json.dumps({"phone": "+84912840375", **fields}).encode()
    try:
        verdict = asyncio.run(made(kept, budget=5).check(TENANT, body))
    except NoContact:
        return
    opened = open_record(kept.entries[0].record, kept.entries[0].personal)
    anew, unknown = decide(opened.lead, opened.facts, decode_policy(encode_policy(POLICY)[1]))
    assert (anew.sum, anew.trust_score, anew.score_range) == (verdict.sum, verdict.trust_score, verdict.score_range)
    assert (anew.reasons, anew.decided_by, unknown) == (verdict.reasons, verdict.decided_by, verdict.unknown)
    assert verify(kept.entries[0].record, kept.entries[0].record_hash, kept.entries[0].personal) == []


def test_a_fact_that_an_older_record_lacks_is_unknown():
    verdict, unknown = decide(Lead(phone="+84912840375"), {"email": None, "email_mx": None}, POLICY)
    assert unknown == ["phone", "form", "user_agent", "identity", "velocity"]
    assert verdict.trust_score == 90


def test_what_the_form_told_of_the_user_agent_before_it_was_a_check_of_its_own():
    older = dict.fromkeys(["email", "email_mx", "phone", "identity", "velocity"])
    lead = Lead(phone="+84912840375")
    verdict, unknown = decide(lead, older | {"form": {"v": 1, "crawler": "python-requests"}}, POLICY)
    assert ([(reason.code, reason.points) for reason in verdict.reasons], unknown) == (
        [("USER_AGENT_CRAWLER", -10.0)],
        [],
    )
    assert decide(lead, older | {"form": None}, POLICY)[1] == []


CONTACT = {"email": "an.tran@gmail.com", "phone": "+84912840375"}
AT_BROWSER = {
    "form": {"v": 1, "desktop": True, "agent_language": "ko", "timezone_unknown": True},
    "user_agent": {"v": 1, "crawler": "python-requests"},
    "network": {"v": 1, "countries": ["TH"], "lead": "far", "phone": "far", "lead_phone": "near", "hours": 5.0},
}
OF_BROWSER = {"FORM_TOO_FAST", "USER_AGENT_LANGUAGE_DIFFERS", "TIMEZONE_UNKNOWN", "USER_AGENT_CRAWLER",
              "NETWORK_COUNTRY_DIFFERS", "TIMEZONE_COUNTRY_DIFFERS"}  # fmt: skip
OF_PROGRAM = {"FORM_HONEYPOT_FILLED", "FORM_WEBDRIVER"}
TRAPPED = {"honeypot": "http://x", "webdriver": True}


@pytest.mark.parametrize(
    ("who", "channel", "velocity", "form", "codes"),
    [
        ("a person at a browser of his own", "ppc", {"v": 4}, {}, OF_BROWSER),
        ("a call centre's caller", "call", {"v": 4, "staffed": True}, {}, {"CHANNEL_STAFFED"}),
        ("one at a stand", "offline", {"v": 4, "staffed": True}, {}, {"CHANNEL_STAFFED"}),
        ("a program at a call centre", "call", {"v": 4, "staffed": True}, TRAPPED, {"CHANNEL_STAFFED", *OF_PROGRAM}),
        ("a program at a stand", "offline", {"v": 4, "staffed": True}, TRAPPED, {"CHANNEL_STAFFED", *OF_PROGRAM}),
        ("... whose browser fills in the hidden field too", "call", {"v": 4, "staffed": True},
         {"honeypot": "http://x", "autofills": 2}, {"CHANNEL_STAFFED", "FORM_HONEYPOT_AUTOFILLED"}),
        ("callers from everywhere", "call", {"v": 4, "staffed": False}, {}, {"CHANNEL_CONTRADICTED", *OF_BROWSER}),
        ("a stand that is everywhere", "offline", {"v": 4, "staffed": False}, TRAPPED,
         {"CHANNEL_CONTRADICTED", *OF_BROWSER, *OF_PROGRAM}),
        # As before, where nobody asked.
        ("a caller of 0.4", "call", {"v": 3}, {}, OF_BROWSER),
        ("a stand of 0.4", "offline", {"v": 3}, TRAPPED, OF_BROWSER | OF_PROGRAM),
        ("a caller where nothing could be counted", "call", {"v": 4, "unknown": "redis"}, {}, OF_BROWSER),
        ("a caller of whom nothing was counted", "call", None, {}, OF_BROWSER),
    ],
)  # fmt: skip
def test_where_somebody_else_types_only_a_program_is_seen(who, channel, velocity, form, codes):
    """A call centre's agent types at a machine in another country: how he does it says nothing of his caller."""
    lead = Lead(**CONTACT, country="VN", source=Source(channel=channel), form=Form(fill_seconds=0.1, **form))
    facts = dict.fromkeys(["email", "email_mx", "phone", "identity"]) | AT_BROWSER | {"velocity": velocity}
    verdict, _ = decide(lead, facts, POLICY)
    assert {reason.code for reason in verdict.reasons} == codes, who
    of_browser = {name for name in measure(lead, facts) if name.partition(".")[0] in AT_BROWSER}
    assert bool(of_browser) is ("CHANNEL_STAFFED" not in codes), who


def test_ids_are_of_their_time():
    early = uuid7(datetime(2026, 1, 1, tzinfo=UTC), b"\xff" * 10)
    late = uuid7(datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC), b"\0" * 10)
    assert early < late
    assert early[14] == "7"
    assert early[19] in "89ab"


@pytest.mark.parametrize(
    ("phone", "country", "codes", "warned"),
    [
        ("4.41E+11", "GB", {"PHONE_UNREADABLE"}, True),
        ("call me", "VN", {"PHONE_UNREADABLE"}, True),
        ("512740386 512740387", "PL", {"PHONE_VALID"}, False),
        ("84912840375.0", "VN", {"PHONE_VALID"}, False),
        ("+1 436 305 2187", "US", {"PHONE_VALID"}, False),
        ("1" * 30, "VN", {"PHONE_IMPOSSIBLE", "PHONE_DIGITS_PATTERN", "LEAD_UNREACHABLE"}, False),
        ("123", "US", {"PHONE_IMPOSSIBLE", "LEAD_UNREACHABLE"}, False),
    ],
)
async def test_a_number_that_is_not_read_is_not_dead(phone, country, codes, warned):
    body = json.dumps({"phone": phone, "country": country}).encode()
    verdict = await made().check(TENANT, body)
    assert {reason.code for reason in verdict.reasons} == codes
    assert [warning.field for warning in verdict.warnings] == (["phone"] if warned else [])
    assert (verdict.decision == "reject") == ("LEAD_UNREACHABLE" in codes)


async def test_a_platforms_test_leads_are_counted_nowhere():
    """A flood under a platform's mark: none is accepted, and the person who comes then is alone."""
    counters = MemoryCounters()
    pipeline = Pipeline(
        Ports(lists=LISTS, mail_routes=Routes(), counters=counters),
        None,
        budget=1,
        now=lambda: datetime.now(UTC),
        randomness=os.urandom,
    )
    person = {"phone": "+84912840375", "name": "Nguyễn Văn An", "client": {"ip": "203.0.113.9"}}
    for n in range(30):
        marked = {**person, "email": f"an.nguyen{n}@gmail.com", "is_test": True}
        given = await pipeline.check(TENANT, json.dumps(marked).encode())
        assert (given.classification, given.decision, given.decided_by) == ("test", "review", "test")
    given = await pipeline.check(TENANT, json.dumps({**person, "email": "an.nguyen@gmail.com"}).encode())
    assert given.decision == "accept"
    assert not {reason.group for reason in given.reasons} & {"velocity", "cluster"}
    given = await pipeline.check(TENANT, json.dumps({**person, "email": "an.nguyen@gmail.com", "name": "An"}).encode())
    assert "LEAD_SEEN_BEFORE" in {reason.code for reason in given.reasons}
