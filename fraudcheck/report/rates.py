"""How bad is a vendor, how certain is that, and who is worse than chance explains?

Vendors' true shares are assumed to follow a beta distribution, and each vendor's own leads then show where in it the
vendor stands (empirical Bayes; Efron and Morris 1975). So the estimate for a small vendor is drawn towards the other
vendors' share, and the one for a large vendor is its own share. Who is worse is decided with a false discovery rate of
5 % (Benjamini and Hochberg 1995) over all vendors and reasons that are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from fraudcheck.report.audit import Share

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_CONFIDENCE = 0.95
_FALSE_DISCOVERIES = 0.05
_MAX_STRENGTH = 150.0
"""Leads that the other vendors' shares count as at most. Honest vendors differ by their audience and their form, by as
much as 5 % and 8 % of leads, and so small a difference is never held against a vendor."""
_MIN_STRENGTH = 2.0
_MIN_LEADS = 20
"""Leads below which no vendor is called worse, however bad they are."""
_MIN_VENDORS = 3
"""Vendors from which on the shares of the others say something about one vendor."""
_Z = float(special.ndtri((1 + _CONFIDENCE) / 2))
_MIN_VENDORS_FOR_SPREAD = 10
"""Vendors from which on their distances from the mean show the spread of honest vendors, even if one of them is bad."""
_CENTRAL_SHARE = 0.8
_CENTRAL_LIMIT = float(special.ndtri((1 + _CENTRAL_SHARE) / 2))
"""Four in five values of a standard normal distribution lie within this distance of 0."""
_TAIL_CUTS = np.concatenate([[0.0], np.logspace(-12, 0, 61)])
"""Upper tail probabilities at which a distribution is cut, dense far out, because p-values of a millionth matter."""


class Population(NamedTuple):
    """The spread of vendors' shares: a beta distribution, given by its mean and its strength (alpha + beta)."""

    mean: float
    strength: float


UNKNOWN = Population(0.5, 1.0)
"""The spread of vendors of which nothing is known (Jeffreys' prior)."""


def population(parts: Sequence[int] | Ints | Floats, wholes: Sequence[int] | Ints | Floats) -> Population:
    """The spread of vendors' shares, from ``parts`` (bad leads) of ``wholes`` (all leads), by vendor.

    It is a posterior mean over a grid of distributions. If the vendors are too few to show how similar they are, they
    are assumed to be less similar.
    """
    part, whole = np.asarray(parts, dtype=float), np.asarray(wholes, dtype=float)
    part, whole = part[whole > 0], whole[whole > 0]
    if len(whole) < _MIN_VENDORS:
        return UNKNOWN
    strengths = np.geomspace(_MIN_STRENGTH, _MAX_STRENGTH, 24)
    mean_of_leads = (part.sum() + 0.5) / (whole.sum() + 1)
    mean_of_vendors = ((part + 0.5) / (whole + 1)).mean()
    lowest, highest = min(mean_of_leads, mean_of_vendors) / 2, max(mean_of_leads, mean_of_vendors) * 1.5
    means = np.clip(np.linspace(lowest, highest, 32), 1e-4, 1 - 1e-4)
    alpha, beta = np.outer(means, strengths), np.outer(1 - means, strengths)
    log_posterior = _log_likelihood(part, whole, alpha, beta)
    log_posterior -= np.log(strengths)  # a prior against great similarity, which few vendors cannot prove
    weights = np.exp(log_posterior - log_posterior.max())
    weights /= weights.sum()
    mean = float((weights.sum(1) * means).sum())
    return Population(mean, float(1 / (weights.sum(0) / (1 + strengths)).sum() - 1))


def _log_likelihood(part: Floats, whole: Floats, alpha: Floats, beta: Floats) -> Floats:
    """The log-likelihood of the counts under each beta distribution of a grid."""
    total: Floats = -len(part) * special.betaln(alpha, beta)
    for x, n in zip(part, whole, strict=True):
        total = total + special.betaln(alpha + x, beta + n - x)
    return total


def share(part: int, whole: int, spread: Population | None = None) -> Share:
    """A share with its 95 % interval: Wilson's, or with ``spread`` one that is drawn towards the population's mean."""
    return shares(np.array([part]), np.array([whole]), spread)[0]


def shares(parts: Ints, wholes: Ints, spread: Population | None = None) -> list[Share]:
    """As ``share``, for many vendors at once."""
    part, whole = np.asarray(parts, dtype=float), np.asarray(wholes, dtype=float)
    estimates = _wilson(part, whole) if spread is None else _posterior(part, whole, spread)
    return [_to_share(*values) for values in zip(part, whole, *estimates, strict=True)]


def _to_share(part: float, whole: float, likely: float, low: float, high: float) -> Share:
    """The share with its interval, which includes 0 or 1 if no lead or every lead is in the part."""
    if not whole:
        return Share(part=0, whole=0, share=0.0, likely=0.0, low=0.0, high=0.0)
    return Share(
        part=int(part),
        whole=int(whole),
        share=float(part / whole),
        likely=float(likely),
        low=0.0 if not part else float(low),
        high=1.0 if part == whole else float(high),
    )


def _wilson(part: Floats, whole: Floats) -> tuple[Floats, Floats, Floats]:
    """Share, low and high end of its interval (Wilson 1927)."""
    n = np.maximum(whole, 1)
    p = part / n
    centre = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * np.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
    return p, np.maximum(centre - half, 0), np.minimum(centre + half, 1)


def _posterior(part: Floats, whole: Floats, spread: Population) -> tuple[Floats, Floats, Floats]:
    """Mean, low and high end of each vendor's posterior distribution."""
    alpha = spread.mean * spread.strength + part
    beta = (1 - spread.mean) * spread.strength + whole - part
    low, high = (special.betaincinv(alpha, beta, tail) for tail in ((1 - _CONFIDENCE) / 2, (1 + _CONFIDENCE) / 2))
    likely = alpha / (alpha + beta)
    # A very skewed distribution has its mean outside the interval.
    return likely, np.minimum(low, likely), np.maximum(high, likely)


def worse(parts: Ints, wholes: Ints) -> Flags:
    """Which counts are higher than chance and the ordinary differences between vendors explain.

    ``parts`` counts leads by vendor (row) and kind of lead (column), ``wholes`` all leads of each vendor. What is
    flagged is left out of what the other vendors are compared with.
    """
    part, whole = np.asarray(parts, dtype=float), np.asarray(wholes, dtype=float)[:, None]
    flagged = np.zeros(part.shape, dtype=bool)
    if (whole > 0).sum() < 2:
        return flagged
    for _ in range(5):
        discoveries = _discoveries(_p_values(part, whole, ~flagged & (whole > 0)))
        if (discoveries == flagged).all():
            break
        flagged = discoveries
    return flagged


def _p_values(part: Floats, whole: Floats, honest: Flags) -> Floats:
    """The probability of so many leads or more for a vendor like the honest others: the tail of a beta-binomial."""
    n = np.where(honest, whole, 0.0)
    x = np.where(honest, part, 0.0)
    mean = (x.sum(0) + 0.5) / (n.sum(0) + 1)
    spread = _overdispersion(x, n, honest, mean)
    other_leads, other_parts = n.sum(0) - n, x.sum(0) - x
    mean = (other_parts + 0.5) / (other_leads + 1)
    variance = n * (1 + (n - 1) * spread)
    error_of_mean = (variance.sum(0) - variance) / np.maximum(other_leads, 1) ** 2
    spread = np.minimum(spread + error_of_mean, 0.5)
    p_values = _approximate_tail(part, whole, mean, spread)
    low = (p_values < 0.1) & (other_leads > 0)
    strength = 1 / spread[low] - 1
    p_values[low] = _tail(part[low], (whole + 0 * part)[low], mean[low], strength)
    return np.where((part > 0) & (other_leads > 0) & (whole >= _MIN_LEADS), p_values, 1.0)


def _overdispersion(x: Floats, n: Floats, honest: Flags, mean: Floats) -> Floats:
    """How much more vendors differ than by chance alone, for each kind of lead, as a correlation within a vendor.

    It is found from the distance within which four in five vendors lie, which a few bad vendors do not change. It is
    not smaller than ``_MAX_STRENGTH`` allows.
    """
    least = np.full(x.shape[1], 1 / (1 + _MAX_STRENGTH))
    if len(x) < _MIN_VENDORS_FOR_SPREAD:
        return least
    distance = np.abs(x - n * mean) / np.sqrt(np.maximum(n * mean * (1 - mean), 1e-12))
    distance[~honest] = np.nan
    low, high = least, np.full(x.shape[1], 0.5)
    with np.errstate(invalid="ignore"):
        for _ in range(14):
            middle = (low + high) / 2
            quantile = np.nanquantile(distance / np.sqrt(1 + np.maximum(n - 1, 0) * middle), _CENTRAL_SHARE, axis=0)
            too_small = quantile > _CENTRAL_LIMIT
            low, high = np.where(too_small, middle, low), np.where(too_small, high, middle)
    return low


def _approximate_tail(part: Floats, whole: Floats, mean: Floats, spread: Floats) -> Floats:
    """The tail of a beta distribution of the same mean and variance: enough to see which p-values are not low."""
    n = np.maximum(whole, 1)
    strength = n / (1 + (n - 1) * spread) - 1 + 1e-9
    cut = np.clip((part - 0.5) / n, 0, 1)
    p_values: Floats = special.betaincc(mean * strength, (1 - mean) * strength, cut)
    return p_values


def _tail(part: Floats, whole: Floats, mean: Floats, strength: Floats) -> Floats:
    """P(X >= part) of a beta-binomial distribution, as the mean of the binomial tail over many shares."""
    middle = np.sqrt(np.maximum(_TAIL_CUTS[1:] * _TAIL_CUTS[:-1], _TAIL_CUTS[1:] ** 2 / 4))
    share_at = special.betainccinv((mean * strength)[:, None], ((1 - mean) * strength)[:, None], middle)
    binomial_tail = special.betainc(part[:, None], (whole - part + 1)[:, None], share_at)
    p_values: Floats = (binomial_tail * np.diff(_TAIL_CUTS)).sum(1)
    return p_values


def _discoveries(p_values: Floats) -> Flags:
    """Which p-values are discoveries (Benjamini and Hochberg 1995)."""
    ordered = np.sort(p_values.ravel())
    bounds = _FALSE_DISCOVERIES * np.arange(1, len(ordered) + 1) / len(ordered)
    under = np.flatnonzero(ordered <= bounds)
    if not under.size:
        return np.zeros(p_values.shape, dtype=bool)
    discoveries: Flags = p_values <= ordered[under[-1]]
    return discoveries


def p_value(part_before: int, whole_before: int, part_after: int, whole_after: int) -> float:
    """The probability that two equal shares differ so much by chance: chi-squared test with Yates' correction (1934).

    It is 1 if nothing can be compared.
    """
    whole, part = whole_before + whole_after, part_before + part_after
    if not whole_before or not whole_after or not part or part == whole:
        return 1.0
    difference = max(abs(part_before * whole_after - part_after * whole_before) - whole / 2, 0.0)
    chi_squared = difference**2 * whole / (whole_before * whole_after * float(part) * (whole - part))
    return float(special.chdtrc(1, chi_squared))
