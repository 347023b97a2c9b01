"""What a contract lets be returned, and that the sums add up."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.report import returns
from fraudcheck.report.returns import Priced, Terms

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("codes", "decision", "reason"),
    [
        ("EMAIL_DOMAIN_NXDOMAIN", "accept", "invalid_email"),  # dead is dead, even if the phone is good
        ("PHONE_IMPOSSIBLE", "accept", "invalid_phone"),
        ("PHONE_INVALID", "accept", None),  # of a list that may be older than the number
        ("PHONE_INVALID", "review", "invalid_phone"),
        ("LEAD_SEEN_BEFORE", "accept", "duplicate"),
        ("LEAD_SOLD_BEFORE PHONE_INVALID", "accept", "duplicate"),
        ("USER_AGENT_CRAWLER", "accept", None),  # it did not stop the lead
        ("USER_AGENT_CRAWLER", "review", "bot_traffic"),
        ("NAME_PLACEHOLDER EMAIL_DISPOSABLE", "reject", "obviously_fake"),
        ("PHONE_VALID", "reject", None),
        ("A_CODE_OF_LATER", "reject", None),
        ("", "accept", None),
    ],
)
def test_what_a_lead_is_returned_for(codes, decision, reason):
    assert returns.find_return_reason(codes.split(), decision, tuple(returns.RETURN_REASONS)) == reason


def test_a_reason_that_the_contract_leaves_out_makes_room_for_the_next():
    codes = ["LEAD_SOLD_BEFORE", "PHONE_INVALID"]
    assert returns.find_return_reason(codes, "reject", ("invalid_phone",)) == "invalid_phone"


def test_the_example_in_the_docstring_can_be_used():
    text = returns.__doc__.partition("left out:\n\n")[2].partition("\n\nA lead is")[0]
    contract = returns.load(tomllib.loads(text))
    assert returns.vendor_terms(contract, "acme").return_within_days == 7
    assert returns.vendor_terms(contract, "beta").return_within_days == 14
    assert returns.vendor_terms(contract, "acme").at_most_share == 0.15


@pytest.mark.parametrize(
    ("tables", "problem"),
    [
        ({"reasons": ["no_answer"]}, "no_answer is never returnable"),
        ({"vendors": {"acme": {"reasons": ["did_not_convert"]}}}, "vendors.acme.reasons: did_not_convert is never"),
        ({"reasons": ["rude"]}, "'rude' is none of"),
        ({"return_within_days": -1}, "return_within_days: give a number of days"),
        ({"at_most_share": 15}, "0.15 for 15 %"),
        ({"window": 7}, "window"),
    ],
)
def test_a_contract_that_cannot_be_used_says_why(tables, problem):
    with pytest.raises(ValueError, match=problem):
        returns.load(tables)


def test_the_cap_is_of_each_month_and_rounds_in_the_vendors_favour():
    rows = [
        Priced(date(2026, 10, 5), "EUR", "duplicate", 1, 10_010_000),
        Priced(date(2026, 10, 6), "EUR", None, 9, 90_000_000),
        Priced(date(2026, 11, 6), "EUR", "duplicate", 1, 1_000_000),
        Priced(date(2026, 11, 6), "EUR", None, 99, 99_000_000),
    ]
    (money,) = returns.claims(rows, Terms(at_most_share=0.05), TODAY)
    assert (money.paid, money.over_cap, money.claim) == ("200.01", "5.01", "6.00")


@given(
    st.lists(
        st.tuples(
            st.integers(0, 120),
            st.sampled_from(["EUR", "VND"]),
            st.sampled_from([None, *returns.RETURN_REASONS]),
            st.integers(1, 9),
            st.integers(0, 10**15),
        )
    ),
    st.none() | st.integers(0, 120),
    st.none() | st.floats(0, 1),
)
def test_the_sums_add_up(rows, days, share):
    priced = [Priced(TODAY - timedelta(ago), *rest) for ago, *rest in rows]
    for money in returns.claims(priced, Terms(return_within_days=days, at_most_share=share), TODAY):
        own = [row for row in priced if row.currency == money.currency]
        total = sum(Decimal(one.amount) for one in money.returnable)
        claim, late, over = Decimal(money.claim), Decimal(money.too_late), Decimal(money.over_cap)
        assert Decimal(money.paid) == Decimal(sum(row.millionths for row in own)) / 10**6
        assert total == claim + late + over
        assert min(claim, late, over) >= 0
        assert sum(one.leads for one in money.returnable) == sum(row.leads for row in own if row.reason)


def test_several_vendors_together():
    rows = [Priced(TODAY, "EUR", "duplicate", 1, 5_000_000), Priced(TODAY, "PLN", None, 1, 7_000_000)]
    once = returns.claims(rows, Terms(), TODAY)
    euros, zloty = returns.add_money([once, once, []])
    assert (euros.leads, euros.paid, euros.claim) == (2, "10.00", "10.00")
    assert (zloty.paid, zloty.claim) == ("14.00", "0.00")
    eighths = returns.claims([Priced(TODAY, "EUR", "duplicate", 1, 125_000)], Terms(), TODAY)
    assert [each.claim for each in returns.add_money([eighths, eighths])] == ["0.25"]
