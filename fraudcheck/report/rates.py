"""How bad is a vendor, how sure is that, and who is worse than chance explains?

Vendors' shares are taken to be drawn from a beta distribution, of which each vendor's own leads then say where it
stands (empirical Bayes; Efron and Morris 1975): a small vendor's share is drawn towards the others', a large one's is
its own. Who is worse is told with a false discovery rate of 5 % (Benjamini and Hochberg 1995) over all vendors and
reasons that are compared.
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

_SURE = 0.95
_FALSE = 0.05
_ALIKE = 150.0
"""Leads that other vendors' shares count as, at the most: honest vendors differ by their audience and their form, as
far as 5 % and 8 % of leads. A smaller difference is never held against anybody."""
_APART = 2.0
_LEAST = 20
"""Leads below which nobody is accused, however bad they are."""
_FEWEST = 3
"""Vendors from which the others' shares say something about one."""
_Z = float(special.ndtri((1 + _SURE) / 2))
_MANY = 10
"""Vendors whose distances from each other can be looked at without the one bad among them being most of it."""
_MOST = 0.8
_WITHIN = float(special.ndtri((1 + _MOST) / 2))
"""Four in five of a standard normal's values lie within this."""
_TAIL = np.concatenate([[0.0], np.logspace(-12, 0, 61)])
"""Cuts of a distribution by its upper tail, close where it is far out: p-values of a millionth are compared there."""


class Population(NamedTuple):
    """How vendors' shares are spread: a beta distribution by its mean and its strength, the sum of both parameters."""

    mean: float
    strength: float


UNKNOWN = Population(0.5, 1.0)
"""Of vendors that nothing is known of (Jeffreys)."""


def population(parts: Sequence[int] | Ints, wholes: Sequence[int] | Ints) -> Population:
    """The spread of vendors' shares, from ``parts`` of ``wholes`` leads: a posterior mean over a grid.

    Where few vendors leave open how much alike they are, they are taken to be less so.
    """
    part, whole = np.asarray(parts, dtype=float), np.asarray(wholes, dtype=float)
    part, whole = part[whole > 0], whole[whole > 0]
    if len(whole) < _FEWEST:
        return UNKNOWN
    strengths = np.geomspace(_APART, _ALIKE, 24)
    rough = (part.sum() + 0.5) / (whole.sum() + 1)
    own = ((part + 0.5) / (whole + 1)).mean()
    means = np.clip(np.linspace(min(rough, own) / 2, max(rough, own) * 1.5, 32), 1e-4, 1 - 1e-4)
    alpha, beta = np.outer(means, strengths), np.outer(1 - means, strengths)
    fits = _likelihood(part, whole, alpha, beta)
    fits -= np.log(strengths)  # few vendors are no proof that they are all alike
    weights = np.exp(fits - fits.max())
    weights /= weights.sum()
    mean = float((weights.sum(1) * means).sum())
    return Population(mean, float(1 / (weights.sum(0) / (1 + strengths)).sum() - 1))


def _likelihood(part: Floats, whole: Floats, alpha: Floats, beta: Floats) -> Floats:
    """The logarithm of how likely the counts are under each beta distribution of a grid."""
    fits: Floats = -len(part) * special.betaln(alpha, beta)
    for x, n in zip(part, whole, strict=True):
        fits = fits + special.betaln(alpha + x, beta + n - x)
    return fits


def share(part: int, whole: int, spread: Population | None = None) -> Share:
    """A share with its 95 % interval: Wilson's, or drawn towards a population's."""
    return shares(np.array([part]), np.array([whole]), spread)[0]


def shares(parts: Ints, wholes: Ints, spread: Population | None = None) -> list[Share]:
    """As ``share``, of many."""
    part, whole = np.asarray(parts, dtype=float), np.asarray(wholes, dtype=float)
    likely, low, high = _wilson(part, whole) if spread is None else _posterior(part, whole, spread)
    return [
        Share(
            part=int(x),
            whole=int(n),
            share=float(x / n),
            likely=float(a),
            low=0.0 if not x else float(b),
            high=1.0 if x == n else float(c),
        )
        if n
        else Share(part=0, whole=0, share=0.0, likely=0.0, low=0.0, high=0.0)
        for x, n, a, b, c in zip(part, whole, likely, low, high, strict=True)
    ]


def _wilson(part: Floats, whole: Floats) -> tuple[Floats, Floats, Floats]:
    """Wilson 1927."""
    n = np.maximum(whole, 1)
    p = part / n
    centre = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * np.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
    return p, np.maximum(centre - half, 0), np.minimum(centre + half, 1)


def _posterior(part: Floats, whole: Floats, spread: Population) -> tuple[Floats, Floats, Floats]:
    alpha = spread.mean * spread.strength + part
    beta = (1 - spread.mean) * spread.strength + whole - part
    low, high = (special.betaincinv(alpha, beta, tail) for tail in ((1 - _SURE) / 2, (1 + _SURE) / 2))
    likely = alpha / (alpha + beta)
    return likely, np.minimum(low, likely), np.maximum(high, likely)  # far out a mean lies beyond its own tail


def worse(parts: Ints, wholes: Ints) -> Flags:
    """Which of ``parts`` (vendors x things, of ``wholes`` leads of each vendor) are more than chance and vendors'
    ordinary differences explain. Those that are found are left out of what the others are compared with.
    """
    part, whole = np.asarray(parts, dtype=float), np.asarray(wholes, dtype=float)[:, None]
    flagged = np.zeros(part.shape, dtype=bool)
    if (whole > 0).sum() < 2:
        return flagged
    for _ in range(5):
        found = _discoveries(_chances(part, whole, ~flagged & (whole > 0)))
        if (found == flagged).all():
            break
        flagged = found
    return flagged


def _chances(part: Floats, whole: Floats, honest: Flags) -> Floats:
    """How likely so many or more would be for a vendor like the honest others: the tail of a beta-binomial."""
    n = np.where(honest, whole, 0.0)
    x = np.where(honest, part, 0.0)
    mean = (x.sum(0) + 0.5) / (n.sum(0) + 1)
    spread = _overdispersion(x, n, honest, mean)
    others, among = n.sum(0) - n, x.sum(0) - x
    mean = (among + 0.5) / (others + 1)
    own_error = ((n * (1 + (n - 1) * spread)).sum(0) - n * (1 + (n - 1) * spread)) / np.maximum(others, 1) ** 2
    spread = np.minimum(spread + own_error, 0.5)
    chances = _roughly(part, whole, mean, spread)
    near = (chances < 0.1) & (others > 0)
    strength = 1 / spread[near] - 1
    chances[near] = _tail(part[near], (whole + 0 * part)[near], mean[near], strength)
    return np.where((part > 0) & (others > 0) & (whole >= _LEAST), chances, 1.0)


def _overdispersion(x: Floats, n: Floats, honest: Flags, mean: Floats) -> Floats:
    """How much more vendors differ than chance alone lets them, as a correlation within a vendor, of each thing.

    By the distance within which four in five lie, which a few bad vendors do not move; at least what ``_ALIKE`` says.
    """
    least = np.full(x.shape[1], 1 / (1 + _ALIKE))
    if len(x) < _MANY:
        return least
    distance = np.abs(x - n * mean) / np.sqrt(np.maximum(n * mean * (1 - mean), 1e-12))
    distance[~honest] = np.nan
    low, high = least, np.full(x.shape[1], 0.5)
    with np.errstate(invalid="ignore"):
        for _ in range(14):
            middle = (low + high) / 2
            spread = np.nanquantile(distance / np.sqrt(1 + np.maximum(n - 1, 0) * middle), _MOST, axis=0)
            low, high = np.where(spread > _WITHIN, middle, low), np.where(spread > _WITHIN, high, middle)
    return low


def _roughly(part: Floats, whole: Floats, mean: Floats, spread: Floats) -> Floats:
    """The tail by a beta distribution of the same mean and variance: good enough to see who need not be looked at."""
    n = np.maximum(whole, 1)
    strength = n / (1 + (n - 1) * spread) - 1 + 1e-9
    cut = np.clip((part - 0.5) / n, 0, 1)
    chances: Floats = special.betaincc(mean * strength, (1 - mean) * strength, cut)
    return chances


def _tail(part: Floats, whole: Floats, mean: Floats, strength: Floats) -> Floats:
    """P(X >= part) of a beta-binomial, by the binomial's at many shares."""
    middle = np.sqrt(np.maximum(_TAIL[1:] * _TAIL[:-1], _TAIL[1:] ** 2 / 4))
    share_at = special.betainccinv((mean * strength)[:, None], ((1 - mean) * strength)[:, None], middle)
    given = special.betainc(part[:, None], (whole - part + 1)[:, None], share_at)
    chances: Floats = (given * np.diff(_TAIL)).sum(1)
    return chances


def _discoveries(chances: Floats) -> Flags:
    """Benjamini and Hochberg 1995."""
    flat = np.sort(chances.ravel())
    bounds = _FALSE * np.arange(1, len(flat) + 1) / len(flat)
    under = np.flatnonzero(flat <= bounds)
    if not under.size:
        return np.zeros(chances.shape, dtype=bool)
    found: Flags = chances <= flat[under[-1]]
    return found


def differs(was: int, then: int, now: int, since: int) -> float:
    """How likely two shares (``was`` of ``then``, ``now`` of ``since``) lie so far apart by chance: Yates 1934."""
    whole, part = then + since, was + now
    if not then or not since or not part or part == whole:
        return 1.0
    apart = max(abs(was * since - now * then) - whole / 2, 0.0)
    return float(special.chdtrc(1, apart**2 * whole / (then * since * float(part) * (whole - part))))
