"""Since when is a vendor's share of bad leads another one?

A CUSUM chart (Page 1954), for leads that are bad or not: each lead adds the logarithm of how much likelier it is at
three times the odds than at the vendor's own past share, the sum never falls below zero, and a change is noticed when
it passes a limit. A second chart looks for a third of the odds. The past share is learnt as the leads come (Hawkins
1987), up to ``_LAG`` leads ago, so that a change does not hide itself by becoming the past. What is noticed at a lead
rests on that lead and earlier ones alone.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from fraudcheck.report.rates import Population, differs

Floats = npt.NDArray[np.float64]

_ODDS = 3.0
"""The change that is looked for, in odds: 5 % to 15 %."""
_LAG = 60
_LEAST = 100
"""Leads of a stretch from which its own share is known well enough to notice a change of it."""
_KNOWN = 20.0
"""Leads that the other vendors' share counts as beside the vendor's own."""
_LIMIT = 7.6
_USUAL = 0.05
"""A chart crosses ``_LIMIT`` less than once in 20,000 leads at this share. At higher ones each lead says more, and the
limit rises with the share's logarithm. Both by simulation (``tests/report/test_changes.py``)."""
_SURE = 0.001
_BLOCK = 4096


class Found(NamedTuple):
    """A change: the places of the first lead after it and of the lead at which it could be told."""

    direction: Literal["rise", "fall"]
    start: int
    noticed: int


def changes(flags: npt.NDArray[np.uint8], population: Population) -> list[Found]:
    """Every change of the share of ones among ``flags``, oldest first."""
    found: list[Found] = []
    sums = np.concatenate([[0], np.cumsum(flags, dtype=np.int64)])
    stretch = begin = 0
    while (change := _next(flags, sums, stretch, begin, population)) is not None:
        found.append(change)
        stretch, begin = change.start, change.noticed + 1
    return found


def confirmed(flags: npt.NDArray[Any], found: list[Found]) -> list[Found]:
    """Those changes that still hold when all that came later is known: the shares on both sides of them differ."""
    kept = list(found)
    while kept:
        ends = [0, *[one.start for one in kept], len(flags)]
        parts = [flags[ends[at] : ends[at + 1]] for at in range(len(ends) - 1)]
        counts = [(int(part.sum()), len(part)) for part in parts]
        chances = [differs(*counts[at], *counts[at + 1]) for at in range(len(kept))]
        weakest = max(range(len(kept)), key=lambda at: chances[at])
        if chances[weakest] <= _SURE:
            return [_as_it_turned_out(one, counts[at], counts[at + 1]) for at, one in enumerate(kept)]
        del kept[weakest]
    return kept


def _as_it_turned_out(one: Found, before: tuple[int, int], after: tuple[int, int]) -> Found:
    rose = after[0] * before[1] > before[0] * after[1]
    return one._replace(direction="rise" if rose else "fall")


def _next(
    flags: npt.NDArray[np.uint8], sums: npt.NDArray[np.int64], stretch: int, begin: int, population: Population
) -> Found | None:
    """The first change from ``begin`` on of what holds since ``stretch``."""
    begin = max(begin, stretch + _LEAST + _LAG)
    charts = {"rise": (_ODDS, 0.0, begin), "fall": (1 / _ODDS, 0.0, begin)}
    for at in range(begin, len(flags), _BLOCK):
        block = np.arange(at, min(at + _BLOCK, len(flags)))
        alarms = []
        for direction, (odds, height, zero) in charts.items():
            past = _past_share(sums, stretch, block - _LAG, population, odds > 1)
            heights, zeros = _chart(flags[block], past, odds, height=height, zero=zero, at=at)
            over = np.flatnonzero(heights > _LIMIT + np.log(np.maximum(past / _USUAL, 1.0)))
            if over.size:
                alarms.append(Found(direction, int(zeros[over[0]]), at + int(over[0])))  # type: ignore[arg-type]
            charts[direction] = (odds, float(heights[-1]), int(zeros[-1]))
        if alarms:
            return min(alarms, key=lambda alarm: alarm.noticed)
    return None


def _past_share(
    sums: npt.NDArray[np.int64], stretch: int, until: npt.NDArray[np.int64], population: Population, rise: bool
) -> Floats:
    """The share from ``stretch`` to before each of ``until``: the vendor's own, or drawn towards the others' where that
    is nearer to the change.
    """
    bad, known = sums[until] - sums[stretch], until - stretch
    own, drawn = (bad + 0.5) / (known + 1), (bad + _KNOWN * population.mean) / (known + _KNOWN)
    share = np.maximum(own, drawn) if rise else np.minimum(own, drawn)
    past: Floats = np.clip(share, 1e-4, 1 - 1e-4)
    return past


def _chart(
    flags: npt.NDArray[np.uint8], past: Floats, odds: float, *, height: float, zero: int, at: int
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """The chart's height after each lead, and the place after which it last left zero."""
    changed = odds * past / (1 - past + odds * past)
    steps = np.where(flags == 1, np.log(changed / past), np.log((1 - changed) / (1 - past)))
    walked = height + np.cumsum(steps)
    lowest = np.minimum(np.minimum.accumulate(walked), 0.0)
    fresh = walked <= lowest
    places = np.where(fresh, np.arange(at + 1, at + len(flags) + 1), 0)
    return walked - lowest, np.maximum(np.maximum.accumulate(places), zero)
