"""How were groups of leads judged up to version 0.4? For facts of version 1, which ledgers keep for ever.

Nothing here changes: a replay gives the findings that were given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fraudcheck.anomaly.significance import burst_tail_probability, scale_of, short
from fraudcheck.records import Finding

_COMMON = {
    "shape": "CLUSTER_MAILBOX_PATTERN",
    "agent": "CLUSTER_USER_AGENT",
    "pace": "CLUSTER_FORM_TIME",
    "habit": "CLUSTER_FORM_HABIT",
}
"""Values that many people have by chance."""
_EXCLUSIVE = {
    "device": "CLUSTER_DEVICE",
    "nest": "CLUSTER_NETWORK",
    "block": "CLUSTER_NUMBER_BLOCK",
    "message": "CLUSTER_MESSAGE",
}
"""Values that people share for a reason, if they share them at all."""

_WINDOWS = ("hour", "day", "week")
_SECONDS = (3_900, 93_600, 655_200)
"""How long thirteen buckets of an hour, a day and a week last."""
_MONTH = 3
_BUSY = (4.0, 2.0, 1.5)
"""How many times the average an ordinary hour, day or week may hold: people sleep, and Sunday is no Monday."""

_PRIOR_RATE = {"shape": 0.02, "agent": 0.02, "pace": 0.005, "habit": 0.01}
"""The share of leads that a common value is taken to have, before anything is known of it ..."""
_PRIOR_LEADS, _VENDOR_PRIOR_LEADS = 100.0, 30.0
"""... which weighs as much as so many leads; and everyone's rate weighs as much as so many of the vendor's own."""
_STEADIEST = {"shape": 8.0, "agent": 4.0, "pace": 8.0, "habit": 8.0}
"""The shape (``burst_tail_probability``) of counts that are well known: offers bring people of a kind at once."""
_ENOUGH_ELSEWHERE = 400
"""Leads of other vendors in a window from which on they tell the present rate."""
_SPREADING = 14 * 86_400
"""Seconds after its first sight in which a browser's version may spread."""

_EVERYDAY = {
    "device": (0.15, 0.25, 0.4),
    "nest": (0.3, 0.8, 1.5),
    "block": (0.1, 0.3, 0.8),
    "message": (0.05, 0.1, 0.2),
}
"""How many others are expected in an hour, a day and a week by ordinary life: families, offices, neighbours."""
_RATE_OF_A_BLOCK = 0.001
"""The share of a vendor's leads that a block of a thousand numbers may hold where few are in use."""
_BURSTY = {"device": 0.3, "nest": 0.4, "block": 0.3, "message": 0.3}
"""The shape of counts that ordinary life brings."""
_WEEK = 604_800
"""Seconds for which an identity has to be known for its own past to explain its present in full."""
_SITTING = 7_200
"""Seconds in which a device's leads are the work of one sitting."""


def judge_cohorts(facts: Mapping[str, Any]) -> list[Finding]:
    """A finding for each cohort of the facts; its scale is 0 where nothing surprises."""
    # In the order of their names, for a record has its facts in another order than they were found in.
    return [_judge_cohort(kind, cohort, facts) for kind, cohort in sorted(facts["cohorts"].items())]


def _judge_cohort(kind: str, cohort: Mapping[str, Any], facts: Mapping[str, Any]) -> Finding:
    """The window in which the cohort surprises most."""
    own = facts.get("own", (0, 0, 0, 0)) if kind != "device" else (0, 0, 0, 0)
    least, window, size, expected = 1.0, "", 0, 0.0
    for w in (1, 0, 2):  # of windows that surprise alike the first by name is said, as records have it
        count = cohort["of"][w] - own[w]
        mean, shape = _expected_by_rate(kind, cohort, facts, w) if kind in _COMMON else _usual(kind, cohort, facts, w)
        p = burst_tail_probability(count, mean, shape) if count > 0 else 1.0
        if kind in _COMMON:
            p *= max(1.0, facts["vendor"][w] / max(count, 1))
        if p < least:
            least, window, size, expected = p, _WINDOWS[w], count, mean
    p = min(1.0, least * facts["looked"] * len(_WINDOWS))
    code = _COMMON.get(kind) or _EXCLUSIVE[kind]
    if kind == "device" and cohort["since"] <= _SITTING:
        code = "CLUSTER_DEVICE_BRIEF"
    evidence: dict[str, Any] = {"window": window, "size": size + 1, "expected": round(expected + 1, 1), "p": short(p)}
    if cohort.get("value") is not None:
        evidence["pattern" if kind == "shape" else "seconds"] = cohort["value"]
    return Finding(code, evidence, scale_of(code, p))


def _expected_by_rate(kind: str, cohort: Mapping[str, Any], facts: Mapping[str, Any], w: int) -> tuple[float, float]:
    """How many of the vendor's leads of a window have a common value, and the shape of that count.

    The rate is everyone else's before the window, moved by the vendor's own before it. Where other vendors sent enough
    leads in the window, it is at least their rate now.
    """
    of, everyone, vendor, anyone = cohort["of"], facts["everyone"], facts["vendor"], cohort["any"]
    before, all_before = of[_MONTH] - of[w], vendor[_MONTH] - vendor[w]
    others_rate = _rate(kind, anyone[_MONTH] - anyone[w] - before, everyone[_MONTH] - everyone[w] - all_before)
    known = _VENDOR_PRIOR_LEADS * others_rate + before
    rate = known / (_VENDOR_PRIOR_LEADS + all_before)
    elsewhere = everyone[w] - vendor[w]
    if elsewhere >= _ENOUGH_ELSEWHERE:
        rate = max(rate, _rate(kind, anyone[w] - of[w], elsewhere))
    elif kind == "agent" and cohort["young"]:
        rate = 1.0
    return vendor[w] * rate, min(_STEADIEST[kind], known)


def _rate(kind: str, count: int, leads: int) -> float:
    """The share of ``count`` in ``leads``, with the prior rate of the kind added to both."""
    return (max(count, 0) + _PRIOR_RATE[kind] * _PRIOR_LEADS) / (max(leads, 0) + _PRIOR_LEADS)


def _usual(kind: str, cohort: Mapping[str, Any], facts: Mapping[str, Any], w: int) -> tuple[float, float]:
    """How many leads of a window everyday life and its own past bring an exclusive value, and the shape of that."""
    of, everyone = cohort["of"], facts["everyone"]
    everyday = _EVERYDAY[kind][w]
    mean, before = everyday, of[_MONTH] - of[w]
    if before > 0:
        age = max(cohort["since"] - _SECONDS[w], _SECONDS[w])
        by_time = _BUSY[w] * before * _SECONDS[w] / age
        by_leads = everyone[w] * before / max(everyone[_MONTH] - everyone[w], 1)
        mean += min(1.0, cohort["since"] / _WEEK) * max(by_time, by_leads)
    if kind == "block":
        mean += facts["vendor"][w] * _RATE_OF_A_BLOCK
    if kind == "nest":
        rate = _rate("agent", cohort["any"][_MONTH] - of[_MONTH], everyone[_MONTH] - of[_MONTH])
        mean += cohort["network"][w] * rate
    return mean, _BURSTY[kind] + min(mean - everyday, _STEADIEST["shape"])
