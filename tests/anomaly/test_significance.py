"""What a probability weighs, and how probable a count is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betainc
from scipy.stats import betabinom, nbinom

from fraudcheck.anomaly.significance import (
    SURPRISING,
    burst_tail_probability,
    decibans,
    scale_of,
    share_tail_probability,
    short,
)
from fraudcheck.reasons import CATALOGUE


@pytest.mark.parametrize(
    ("p", "points"), [(1.0, 0.0), (0.4, 0.0), (0.2, -0.6), (0.05, -3.9), (0.01, -9.0), (0.001, -17.3), (0.0, -277.3)]
)
def test_what_a_probability_weighs(p: float, points: float) -> None:
    """0.05, 0.01 and 0.001 are in table 1 of Sellke, Bayarri and Berger (2001), as odds of 0.407, 0.125 and 0.0188."""
    assert round(decibans(p), 1) == points


@given(st.integers(0, 400), st.floats(0.01, 200), st.floats(0.05, 10))
def test_the_tail_is_the_negative_binomial_s(count: int, mean: float, shape: float) -> None:
    expected = nbinom.sf(count - 1, shape, shape / (shape + mean)) if count > mean else 1.0
    assert burst_tail_probability(count, mean, shape) == pytest.approx(expected, rel=1e-2, abs=1e-25)


@pytest.mark.parametrize("shape", [0.05, 0.5, 2.0, 12.3, 302.0, 2_000.0])
@pytest.mark.parametrize("mean", [1e-300, 1e-9, 0.004, 0.3, 1.0, 7.9, 80.0, 1_500.0])
def test_the_tail_has_the_digits_of_scipy_s_function(mean: float, shape: float) -> None:
    for count in {int(mean) + more for more in (1, 2, 3, 5, 12, 40, 300, 2_500)}:
        exact = betainc(count, shape, mean / (mean + shape))
        found = burst_tail_probability(count, mean, shape)
        assert found == pytest.approx(exact, rel=1e-10, abs=1e-290)
        assert scale_of("CLUSTER_MESSAGE", found) == scale_of("CLUSTER_MESSAGE", exact)


@given(st.integers(1, 400), st.floats(1e-6, 200), st.floats(0.05, 10), st.floats(0, 1))
def test_a_tail_that_is_not_asked_for_is_certainly_above(count: int, mean: float, shape: float, asked: float) -> None:
    exact = burst_tail_probability(count, mean, shape)
    for asked_up_to in (asked, exact * asked, exact):
        found = burst_tail_probability(count, mean, shape, asked_up_to)
        assert found == exact or (found == 1.0 and exact > asked_up_to)


def test_one_above_what_is_asked_for_is_not_computed() -> None:
    """As it nearly always is: three where one is expected surprise nobody."""
    assert burst_tail_probability(3, 1.0, 2.0) == pytest.approx(1 / 9)
    assert burst_tail_probability(3, 1.0, 2.0, 0.09) == 1.0


def test_what_nobody_is_expected_to_have_is_as_improbable_as_can_be() -> None:
    assert burst_tail_probability(1, 0.0, 2.0) == 0.0


@pytest.mark.parametrize("of", [1, 2, 3, 5, 8, 13, 25, 49, 50])
@pytest.mark.parametrize("share", [0.001, 0.03, 0.12, 0.5, 0.9])
def test_the_tail_of_a_share_is_the_beta_binomial_s(of: int, share: float) -> None:
    for certainty in (0.5, 3.0, 25.0, 400.0):
        for count in range(of + 1):
            expected = betabinom.sf(count - 1, of, share * certainty, (1 - share) * certainty)
            found = share_tail_probability(count, of, share, certainty)
            assert found == (1.0 if count <= of * share else pytest.approx(expected, rel=1e-6, abs=1e-12))


@pytest.mark.parametrize(
    ("count", "of", "share", "p"),
    [
        (0, 0, 0.12, 1.0),  # nobody came
        (0, 10, 0.12, 1.0),
        (1, 10, 0.12, 1.0),  # what is expected
        (12, 100, 0.12, 1.0),
        (10, 10, 1.0, 1.0),  # as everybody does
        (3, 3, 0.12, 0.00342),  # 3·4·5 / 25·26·27: as improbable as
        (6, 10, 0.12, 0.00335),
        (600, 1_000, 0.12, 0.0000154),  # as thirty of fifty
    ],
)
def test_how_probable_a_share_is(count: int, of: int, share: float, p: float) -> None:
    assert share_tail_probability(count, of, share, 25.0) == pytest.approx(p, rel=0.01)


shares, certainties = st.floats(0.001, 0.999), st.floats(0.1, 1000)


@given(st.integers(0, 2000), st.integers(0, 2000), st.integers(0, 2000), shares, certainties)
def test_the_tail_of_a_share_is_a_probability_and_falls(
    one: int, other: int, more: int, share: float, certainty: float
) -> None:
    fewer, count = sorted([one, other])
    low = share_tail_probability(count, count + more, share, certainty)
    high = share_tail_probability(fewer, count + more, share, certainty)
    assert 0 <= low <= high <= 1


@given(st.integers(0, 50), st.integers(2, 100), shares, certainties)
def test_beyond_fifty_leads_fifty_tell(count: int, times: int, share: float, certainty: float) -> None:
    of_fifty = share_tail_probability(count, 50, share, certainty)
    assert share_tail_probability(count * times, 50 * times, share, certainty) == of_fifty


@pytest.mark.parametrize(
    ("points", "p", "scale"),
    [
        (-15.0, 1.0, 0.0),
        (-15.0, 0.011, 0.0),  # surprises nobody
        (-15.0, SURPRISING, 0.602),  # 9 decibans of 15
        (-15.0, 0.001, 1.0),  # never more than the code's points
        (-15.0, 0.0, 1.0),
    ],
)
def test_how_much_of_its_points_a_code_gets(points: float, p: float, scale: float) -> None:
    assert CATALOGUE["CLUSTER_MACHINE"].points == points
    assert scale_of("CLUSTER_MACHINE", p) == scale


@given(st.sampled_from(sorted(code for code, reason in CATALOGUE.items() if reason.points < 0)), st.floats(0, 1))
def test_a_scale_is_a_part_and_falls_with_the_probability(code: str, p: float) -> None:
    assert 0 <= scale_of(code, p) <= scale_of(code, p / 2) <= 1


@pytest.mark.parametrize(
    ("p", "shown"), [(1.0, 1.0), (0.0, 0.0), (0.000123456, 0.00012), (0.0996, 0.1), (3.14159e-20, 3.1e-20)]
)
def test_evidence_shows_two_digits(p: float, shown: float) -> None:
    assert short(p) == shown
