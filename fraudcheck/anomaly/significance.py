"""How surprising is it, and what does that weigh?"""

from __future__ import annotations

from math import e, log, log10

from scipy.special import betainc

_LEAST = 1e-30


def decibans(p: float) -> float:
    """What a tail probability can weigh against a lead at most: ``10·log10(-e·p·ln p)``, 0 from p = 1/e on.

    The bound of Sellke, Bayarri and Berger, "Calibration of p Values for Testing Precise Null Hypotheses", The American
    Statistician 55 (2001): whatever else it may be, the evidence is no stronger. p = 0.01 gives -9.0.
    """
    if p >= 1 / e:
        return 0.0
    p = max(p, _LEAST)
    return 10 * log10(-e * p * log(p))


def burst_tail_probability(count: int, mean: float, shape: float) -> float:
    """The probability of ``count`` or more events where ``mean`` are expected and arrivals are bursty.

    Negative binomial: a Poisson count whose rate is itself drawn from a Gamma distribution of this shape. The smaller
    the shape the burstier; the variance is ``mean + mean² / shape``. The tail is a regularised incomplete beta function
    (DLMF 8.17).
    """
    if count <= mean:
        return 1.0  # not looked at: nothing that is expected surprises
    return float(betainc(count, shape, mean / (mean + shape)))
