"""What a probability weighs, and how probable a count is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from fraudcheck.anomaly.significance import burst_tail_probability, decibans


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
