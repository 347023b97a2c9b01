"""Since when is a vendor's share of bad leads a different one?

A CUSUM chart (Page 1954) for leads that are bad or not. Each lead adds the log-likelihood ratio of two hypotheses: that
the odds of a bad lead are three times those of the vendor's past share, or that they are unchanged. The sum never falls
below zero, and a change is noticed when it exceeds a limit. A second chart looks for a third of the odds.

The past share is learnt as the leads come (Hawkins 1987). It leaves out the last ``_LAG`` leads, so that a change does
not hide itself by becoming part of the past. A change that is noticed at a lead depends on that lead and earlier ones
only.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from fraudcheck.report.rates import Population, p_value

Floats = npt.NDArray[np.float64]

_ODDS_RATIO = 3.0
"""The change that is looked for, as a ratio of odds: about 5 % to 15 %."""
_LAG = 60
_MIN_LEADS = 100
"""Leads after which a vendor's own share is known well enough to notice a change of it."""
_PRIOR_LEADS = 20.0
"""Leads that the other vendors' share counts as, beside the vendor's own leads."""
_LIMIT = 7.6
_LIMIT_SHARE = 0.05
"""At this share of bad leads, a chart exceeds ``_LIMIT`` by chance less than once in 20,000 leads. At higher shares
each lead says more, so the limit rises with the share's logarithm. Both are found by simulation
(``tests/report/test_changes.py``)."""
_SIGNIFICANCE = 0.001
"""Highest p-value of a change that is confirmed."""
_BLOCK = 4096
"""Leads that are computed together."""


class FoundChange(NamedTuple):
    """A change: the positions of the first lead after it and of the lead at which it was noticed."""

    direction: Literal["rise", "fall"]
    start: int
    noticed: int


def find_changes(flags: npt.NDArray[np.uint8], population: Population) -> list[FoundChange]:
    """Every change of the share of ones (bad leads) among ``flags``, oldest first, as it would have been noticed."""
    found: list[FoundChange] = []
    sums = np.concatenate([[0], np.cumsum(flags, dtype=np.int64)])
    past_from = search_from = 0
    while (change := _find_next(flags, sums, past_from, search_from, population)) is not None:
        found.append(change)
        past_from, search_from = change.start, change.noticed + 1
    return found


def confirm_changes(flags: npt.NDArray[Any], found: list[FoundChange]) -> list[FoundChange]:
    """The changes that still hold when all later leads are known, because the shares before and after them differ."""
    kept = list(found)
    while kept:
        bounds = [0, *[change.start for change in kept], len(flags)]
        parts = [flags[start:end] for start, end in pairwise(bounds)]
        counts = [(int(part.sum()), len(part)) for part in parts]
        p_values = [p_value(*before, *after) for before, after in pairwise(counts)]
        weakest = p_values.index(max(p_values))
        if p_values[weakest] <= _SIGNIFICANCE:
            return [_set_direction(change, counts[i], counts[i + 1]) for i, change in enumerate(kept)]
        del kept[weakest]
    return kept


def _set_direction(change: FoundChange, before: tuple[int, int], after: tuple[int, int]) -> FoundChange:
    """The change with the direction that all leads (bad ones, all) on both sides of it show."""
    rose = after[0] * before[1] > before[0] * after[1]
    return change._replace(direction="rise" if rose else "fall")


def _find_next(
    flags: npt.NDArray[np.uint8],
    sums: npt.NDArray[np.int64],
    past_from: int,
    search_from: int,
    population: Population,
) -> FoundChange | None:
    """The first change that is noticed from ``search_from`` on. The past share begins at ``past_from``."""
    first = max(search_from, past_from + _MIN_LEADS + _LAG)
    charts = {"rise": (_ODDS_RATIO, 0.0, first), "fall": (1 / _ODDS_RATIO, 0.0, first)}
    for start in range(first, len(flags), _BLOCK):
        block = np.arange(start, min(start + _BLOCK, len(flags)))
        alarms = []
        for direction, (odds_ratio, height, zero) in charts.items():
            past = _past_share(sums, past_from, block - _LAG, population, odds_ratio > 1)
            heights, zeros = _chart(flags[block], past, odds_ratio, height=height, zero=zero, start=start)
            over = np.flatnonzero(heights > _LIMIT + np.log(np.maximum(past / _LIMIT_SHARE, 1.0)))
            if over.size:
                noticed = start + int(over[0])
                alarms.append(FoundChange(direction, int(zeros[over[0]]), noticed))  # type: ignore[arg-type]
            charts[direction] = (odds_ratio, float(heights[-1]), int(zeros[-1]))
        if alarms:
            return min(alarms, key=lambda alarm: alarm.noticed)
    return None


def _past_share(
    sums: npt.NDArray[np.int64], past_from: int, until: npt.NDArray[np.int64], population: Population, rise: bool
) -> Floats:
    """The share of bad leads from ``past_from`` until before each position in ``until``.

    It is the vendor's own share, or that share drawn towards the other vendors', whichever makes a change of this
    direction harder to notice.
    """
    bad, leads = sums[until] - sums[past_from], until - past_from
    own = (bad + 0.5) / (leads + 1)
    drawn = (bad + _PRIOR_LEADS * population.mean) / (leads + _PRIOR_LEADS)
    share = np.maximum(own, drawn) if rise else np.minimum(own, drawn)
    past: Floats = np.clip(share, 1e-4, 1 - 1e-4)
    return past


def _chart(
    flags: npt.NDArray[np.uint8], past: Floats, odds_ratio: float, *, height: float, zero: int, start: int
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """The chart's height after each lead of a block, and the position of the lead with which it last left zero.

    ``height`` and ``zero`` are these two before the block, which begins at ``start``.
    """
    changed = odds_ratio * past / (1 - past + odds_ratio * past)
    steps = np.where(flags == 1, np.log(changed / past), np.log((1 - changed) / (1 - past)))
    sums = height + np.cumsum(steps)
    lowest = np.minimum(np.minimum.accumulate(sums), 0.0)
    at_zero = sums <= lowest
    next_positions = np.where(at_zero, np.arange(start + 1, start + len(flags) + 1), 0)
    return sums - lowest, np.maximum(np.maximum.accumulate(next_positions), zero)
