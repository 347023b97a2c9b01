"""Intervals cover the truth, nobody is accused by chance, and who is bad is found: on vendors whose rates are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.report import rates

COUNTS = st.integers(0, 30_000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


def coverage(sizes, vendors, sets, *, shrunk, seed):
    """How often intervals hold the true rate, for vendors of rates from 2 to 30 %."""
    drawn = np.random.default_rng(seed)
    held = 0
    for _ in range(sets):
        truth, wholes = drawn.uniform(0.02, 0.3, vendors), drawn.choice(sizes, vendors)
        parts = drawn.binomial(wholes, truth)
        shares = rates.shares(parts, wholes, rates.population(parts, wholes) if shrunk else None)
        held += sum(share.low <= true <= share.high for share, true in zip(shares, truth, strict=True))
    return held / (sets * vendors)


@pytest.mark.parametrize("sizes", [(20,), (200,), (20_000,), (20, 200, 20_000)], ids=str)
@pytest.mark.parametrize(("vendors", "shrunk"), [(40, True), (5, True), (1, True), (40, False)])
def test_intervals_cover_the_truth(sizes, vendors, shrunk):
    assert 0.93 <= coverage(sizes, vendors, 8000 // vendors, shrunk=shrunk, seed=11) <= 0.97


def test_vendors_that_are_all_alike_are_seen_to_be():
    drawn = np.random.default_rng(5)
    parts = drawn.binomial(200, 0.08, 40)
    spread = rates.population(parts, np.full(40, 200))
    assert spread.mean == pytest.approx(0.08, abs=0.01)
    widths = [share.high - share.low for share in rates.shares(parts, np.full(40, 200), spread)]
    alone = rates.share(16, 200)
    assert max(widths) < alone.high - alone.low


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (0, 0, 0.0, 0.0),
        (0, 20, 0.0, 0.161),
        (3, 20, 0.052, 0.360),  # Newcombe 1998, Wilson's
        (20, 20, 0.839, 1.0),
        (81, 263, 0.255, 0.366),  # Newcombe 1998
    ],
)
def test_wilsons_interval(part, whole, low, high):
    share = rates.share(part, whole)
    assert (share.low, share.high) == pytest.approx((low, high), abs=0.001)


@given(COUNTS, st.floats(0.001, 0.9), st.floats(1, 150))
def test_an_interval_holds_what_is_likely(counts, mean, strength):
    for spread in (None, rates.Population(mean, strength)):
        share = rates.share(*counts, spread)
        assert 0 <= share.low <= share.likely <= share.high <= 1


def test_a_small_vendors_share_is_drawn_towards_the_others_and_a_large_ones_is_its_own():
    spread = rates.Population(0.05, 40.0)
    small, large = rates.shares(np.array([3, 3000]), np.array([10, 10_000]), spread)
    assert small.share == large.share == 0.3
    assert 0.05 < small.likely < 0.15
    assert large.likely == pytest.approx(0.3, abs=0.002)


def honest(drawn, spread):
    """Two hundred vendors with thirty reasons, from one in a thousand to one in five."""
    wholes = np.exp(drawn.uniform(np.log(20), np.log(20_000), 200)).astype(int)
    means = [0.08, *np.geomspace(0.001, 0.2, 30)]
    true = [drawn.beta(m * spread, (1 - m) * spread, 200) if spread else np.full(200, m) for m in means]
    return np.column_stack([drawn.binomial(wholes, each) for each in true]), wholes


@pytest.mark.parametrize("spread", [None, 200], ids=["all alike", "spread as honest vendors are"])
def test_honest_vendors_are_not_accused(spread):
    drawn = np.random.default_rng(21)
    assert np.mean([rates.worse(*honest(drawn, spread)).any() for _ in range(200)]) <= 0.05


def test_bad_vendors_are_found_and_no_other():
    drawn = np.random.default_rng(8)
    wholes = np.array([300] * 30 + [20])
    true = np.array([0.25] * 3 + [0.06] * 27)
    for _ in range(20):
        parts = np.append(drawn.binomial(300, true), 3)  # the last has three bad leads of twenty
        assert list(np.flatnonzero(rates.worse(parts[:, None], wholes))) == [0, 1, 2]


def test_nobody_is_accused_by_a_handful_of_leads():
    parts, wholes = np.array([[5], [0]]), np.array([5, 500])
    assert not rates.worse(parts, wholes).any()


def test_a_vendor_may_be_worse_by_one_reason_alone():
    wholes = np.full(20, 1000)
    parts = np.column_stack([np.full(20, 60), np.full(20, 10)])
    parts[4, 1] = 150
    assert np.argwhere(rates.worse(parts, wholes)).tolist() == [[4, 1]]


@pytest.mark.parametrize("wholes", [[], [500], [0, 500]])
def test_with_nobody_to_compare_nobody_is_worse(wholes):
    assert not rates.worse(np.array(wholes)[:, None], np.array(wholes)).any()


@pytest.mark.parametrize(
    ("before", "after", "sure"),
    [((5, 100), (15, 100), False), ((50, 1000), (150, 1000), True), ((0, 0), (5, 9), False), ((0, 50), (0, 50), False)],
)
def test_whether_two_shares_differ(before, after, sure):
    assert (rates.p_value(*before, *after) < 0.01) == sure
