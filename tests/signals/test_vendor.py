"""A vendor's record speaks through what became of its leads, and never by itself against a person."""

from __future__ import annotations

import pytest

from fraudcheck.adapters.tenant_files import default_policy
from fraudcheck.ledger.outcomes import histories
from fraudcheck.ports import Unavailable
from fraudcheck.ports.ledger import OutcomeCounts
from fraudcheck.records import Finding, Lead, Source, Subject, VendorHistory
from fraudcheck.scoring.policy import load_policy
from fraudcheck.scoring.score import score_findings
from fraudcheck.signals import vendor as signal

WORST = {"v": 1, "outcomes": 100, "genuine": 0, "fake": 90.0, "all_genuine": 9000, "all_fake": 1000.0}
POLICY = load_policy(default_policy())


def lead(vendor="acme"):
    return Lead(phone="+84912840375", source=Source(vendor=vendor))


class Known:
    def __init__(self, record):
        self._record = record

    def history(self, tenant, vendor):
        if self._record is None:
            raise Unavailable("ledger")
        return self._record


class Ports:
    def __init__(self, record):
        self.vendors = Known(record)


@pytest.mark.parametrize(
    ("vendor", "record", "facts"),
    [
        (None, VendorHistory(outcomes=40), None),
        ("acme", VendorHistory(), None),
        ("acme", VendorHistory(outcomes=2, genuine=1, fake=0.9, all_genuine=7, all_fake=1.8),
         {"v": 1, "outcomes": 2, "genuine": 1, "fake": 0.9, "all_genuine": 7, "all_fake": 1.8}),
    ],
)  # fmt: skip
def test_what_is_kept(vendor, record, facts):
    assert signal.gather(Subject(tenant="default", lead=lead(vendor)), Ports(record)) == facts


def test_few_outcomes_are_said_and_weigh_nothing():
    (found,) = signal.judge(lead(), WORST | {"outcomes": 12})
    assert found == Finding("VENDOR_OUTCOME_RATE", {"outcomes": 12, "needed": 30}, 0.0)


def test_the_worst_vendors_person_passes():
    """A lead that nothing else speaks against is accepted, whoever sold it."""
    verdict = score_findings(signal.judge(lead(), WORST), POLICY, given={"phone", "source.vendor"})
    assert (verdict.decision, verdict.sum) == ("accept", 3.5)


def test_a_vendors_record_and_lists_reject_nobody():
    against = [Finding("EMAIL_DISPOSABLE"), *signal.judge(lead(), WORST)]
    verdict = score_findings(against, POLICY, given={"email", "source.vendor"})
    assert (verdict.decision, verdict.decided_by) == ("review", "lists_only")


def test_our_own_verdicts_are_no_outcomes():
    """Nothing but what buyers told goes into a record: there is no other source of it."""
    assert histories([]) == {}
    known = histories([OutcomeCounts(vendor=None, buyer="", genuine=9, fake=1)])
    assert known == {}


HONEST = [("victim", "h", 400, 10), ("mid", "h", 300, 100), ("other", "h", 2000, 200)]


def points(rows, vendor="victim"):
    known = histories([OutcomeCounts(vendor=v, buyer=b, genuine=g, fake=f) for v, b, g, f in rows])[vendor]
    (found,) = signal.judge(lead(vendor), signal.gather(Subject(tenant="t", lead=lead(vendor)), Ports(known)))
    return -6.0 * found.scale


@pytest.mark.parametrize(
    "lies",
    [
        [("mine", "liar", 5000, 0), ("victim", "liar", 0, 500)],
        [("mine", "liar", 10**6, 0), ("victim", "liar", 0, 10**5)],
        [("mine", "liar", 10**6, 0)],
        [("victim", "liar", 0, 500)],
        [("victim", "liar", 10**6, 10**6)],
    ],
)
def test_one_buyer_moves_a_competitor_by_half_the_points_at_most(lies):
    assert points(HONEST) == 3.0
    assert points(HONEST + lies) >= 0.0


def test_one_buyer_alone_makes_a_bad_vendor_no_good_one():
    assert points(HONEST, "mid") < -3.0
    assert points([*HONEST, ("mid", "liar", 10**6, 0)], "mid") <= 0.0


def test_a_tenants_only_buyer_and_the_tenant_itself_say_all():
    bad = [("victim", "", 40, 60), ("other", "", 900, 100)]
    assert points(bad) == -6.0
    assert points([(vendor, "only", genuine, fake) for vendor, _, genuine, fake in bad]) == -6.0
    assert points([*bad, ("other", "new", 3, 1)]) == -6.0
