"""What was confirmed is for the lead, by little, and answers nothing that was seen of it."""

from __future__ import annotations

from itertools import combinations

import pytest

from fraudcheck.ports import Ports
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Confirmation, Finding, Form, Lead, Subject
from fraudcheck.scoring.score import given_fields, score_findings
from fraudcheck.signals.confirmation import gather, judge, told_facts
from tests.pipeline.test_check import LISTS, POLICY, Routes

LEAD = Lead(email="an@firma.vn", phone="+84912840375", form=Form(token="x"))
MAIL = Confirmation(channel="email", how="link", at="2026-01-01T00:00:00.000Z", buyer="north")
CODE = Confirmation(channel="phone", how="code", at="2026-01-02T00:00:00.000Z")


def test_a_lead_that_is_checked_has_none():
    ports = Ports(lists=LISTS, mail_routes=Routes(), counters=None)
    assert gather(Subject(tenant="default", lead=LEAD), ports) is None


def test_facts_and_findings():
    facts = told_facts([MAIL, CODE, Confirmation(channel="email", how="code", at="2026-01-03", buyer="north")])
    assert facts == {
        "v": 1,
        "email": [
            {"how": "link", "at": "2026-01-01T00:00:00.000Z", "by": "north"},
            {"how": "code", "at": "2026-01-03", "by": "north"},
        ],
        "phone": [{"how": "code", "at": "2026-01-02T00:00:00.000Z"}],
    }
    assert judge(LEAD, facts) == [
        Finding("EMAIL_CONFIRMED", {"how": ["link", "code"], "told_by": ["north"]}),
        Finding("PHONE_CONFIRMED", {"how": ["code"]}),
    ]
    assert judge(LEAD, {"v": 1}) == []


AGAINST = [code for code, reason in CATALOGUE.items() if reason.points <= -8 and not reason.retired]


def judged(codes, confirmed):
    findings = [Finding(code) for code in codes]
    if confirmed:
        findings += judge(LEAD, told_facts([MAIL, CODE]))
    several = ("email", "phone") if confirmed else ()
    return score_findings(findings, POLICY, given=given_fields(LEAD), several=several)


@pytest.mark.parametrize("codes", list(combinations(AGAINST, 2)), ids=" ".join)
def test_of_all_that_speaks_strongly_against_a_lead_nothing_is_answered(codes):
    before, after = judged(codes, False), judged(codes, True)
    assert after.sum - before.sum <= 5.0 + 30.0 * ("LEAD_UNREACHABLE" in [reason.code for reason in before.reasons])
    for code in codes:
        assert code in [reason.code for reason in after.reasons]
    if any(CATALOGUE[code].conclusive for code in codes):
        assert (before.decision, after.decision) == ("reject", "reject")
    if len({CATALOGUE[code].group for code in codes}) == 2:
        assert after.decision != "accept"
