"""How improbable is an observation by chance, and how many decibans does that weigh?"""

from __future__ import annotations

from math import e, log, log10

from scipy.special import betainc

_SMALLEST = 1e-30
"""Smaller probabilities count as this one, which weighs 286 decibans."""


def decibans(p: float) -> float:
    """The decibans that a tail probability can weigh at most: ``10·log10(-e·p·ln p)``, so 0 or less; 0 from p = 1/e on.

    This is the bound of Sellke, Bayarri and Berger, "Calibration of p Values for Testing Precise Null Hypotheses", The
    American Statistician 55 (2001): under any alternative hypothesis the evidence is no stronger. p = 0.01 gives -9.0.
    """
    if p >= 1 / e:
        return 0.0
    p = max(p, _SMALLEST)
    return 10 * log10(-e * p * log(p))


def burst_tail_probability(count: int, mean: float, shape: float) -> float:
    """The probability of ``count`` or more events, where ``mean`` are expected and events come in bursts.

    The distribution is negative binomial: a Poisson count whose rate is itself drawn from a Gamma distribution with the
    given shape. A smaller shape means stronger bursts; the variance is ``mean + mean² / shape``. The tail probability
    is a regularised incomplete beta function (DLMF 8.17). A count up to the mean gives 1.0 without a computation.
    """
    if count <= mean:
        return 1.0  # an expected count is no evidence, whatever its exact probability
    return float(betainc(count, shape, mean / (mean + shape)))
