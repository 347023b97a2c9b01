"""How improbable is an observation by chance, and how many decibans does that weigh?"""

from __future__ import annotations

from math import e, exp, lgamma, log, log10

from fraudcheck.reasons import CATALOGUE

SURPRISING = 0.01
"""The corrected probability above which a group is none."""
_SMALLEST = 1e-30
"""Smaller probabilities count as this one, which weighs 286 decibans."""
_MOST_TERMS = 2_000
"""Of a continued fraction. Some ten are enough where fewer than a hundred leads are counted."""


def decibans(p: float) -> float:
    """The decibans that a tail probability can weigh at most: ``10·log10(-e·p·ln p)``, so 0 or less; 0 from p = 1/e on.

    This is the bound of Sellke, Bayarri and Berger, "Calibration of p Values for Testing Precise Null Hypotheses", The
    American Statistician 55 (2001): under any alternative hypothesis the evidence is no stronger. p = 0.01 gives -9.0.
    """
    if p >= 1 / e:
        return 0.0
    p = max(p, _SMALLEST)
    return 10 * log10(-e * p * log(p))


def burst_tail_probability(count: int, mean: float, shape: float, asked_up_to: float = 1.0) -> float:
    """The probability of ``count`` or more events, where ``mean`` are expected and events come in bursts.

    The distribution is negative binomial: a Poisson count whose rate is itself drawn from a Gamma distribution with the
    given shape. A smaller shape means stronger bursts; the variance is ``mean + mean² / shape``. The tail probability
    is a regularised incomplete beta function (DLMF 8.17). A count up to the mean gives 1.0 without a computation, and
    so does one whose probability is certainly above ``asked_up_to``.
    """
    if count <= mean:
        return 1.0  # an expected count is no evidence, whatever its exact probability
    if mean <= 0:
        return 0.0
    hit, miss = mean / (mean + shape), shape / (mean + shape)
    exactly = exp(count * log(hit) + shape * log(miss) - _log_beta(count, shape)) / count
    # The tail is P(n) + P(n+1) + ... from n = count on, and P(n+1) / P(n) = hit * (n + shape) / (n + 1). From shape 1
    # on that ratio falls with n towards ``hit``, below shape 1 it rises towards it. So none of the tail's ratios is
    # below r, the lesser of ``hit`` and the first one, and the tail is no less than P(count) * (1 + r + r² + ...).
    # At shape 1 it is that series, so the last digits of both are left out of the comparison.
    if exactly / max(miss, 1 - hit * (count + shape) / (count + 1)) > asked_up_to * (1 + 1e-9):
        return 1.0
    return min(1.0, exactly * _beta_fraction(count, shape, hit))


def _beta_fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method; for x < a / (a + b).

    SciPy has the function as well, to the same twelve digits, and takes 0.2 s and 27 MB to import.
    """
    above, below = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    value = below
    for n in range(1, _MOST_TERMS):
        at = a + 2 * n
        for term in (n * (b - n) * x / ((at - 1) * at), -(a + n) * (a + b + n) * x / (at * (at + 1))):
            above, below = 1 + term / above, 1 / (1 + term * below)
            value *= above * below
        if abs(above * below - 1) < 1e-15:
            break
    return value


def share_tail_probability(count: int, of: int, share: float, certainty: float) -> float:
    """The probability that ``count`` or more of ``of`` leads are of a kind that ``share`` of all leads are of.

    The distribution is beta-binomial: the share of these leads is itself drawn from a Beta distribution with this mean,
    as if ``certainty`` leads of theirs had been seen before. Exact up to fifty leads; beyond, for fifty in proportion.
    """
    if of > 50:
        count, of = count * 50 // of, 50
    if count <= of * share:
        return 1.0
    share = min(max(share, _SMALLEST), 1 - 1e-9)
    a, b = share * certainty, (1 - share) * certainty
    whole = lgamma(of + 1) - _log_beta(a, b)
    return sum(
        exp(whole - lgamma(n + 1) - lgamma(of - n + 1) + _log_beta(n + a, of - n + b)) for n in range(count, of + 1)
    )


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def scale_of(code: str, p: float) -> float:
    """How much of a code's points a corrected probability is worth: 0 where it surprises nobody, to 1."""
    if p > SURPRISING:
        return 0.0
    return min(1.0, round(decibans(p) / CATALOGUE[code].points, 3))


def short(p: float) -> float:
    """A probability as evidence shows it, with two digits."""
    return float(f"{p:.1e}")
