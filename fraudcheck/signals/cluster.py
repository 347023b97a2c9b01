r"""Does the lead belong to a group that is larger, or keeps better time, than people's leads do?

A lead's cohorts are the earlier leads that are like it in one way. Some likenesses many people have by chance: leads of
the same vendor with its mailbox pattern, its browser, its fill time to the tenth of a second, its way to fill in the
form. Others nobody has by chance: leads of its device, of its network with its browser, of the vendor with numbers of
its block of a thousand, leads with its message.

For each cohort and window (hour, day, week) it is computed how many leads were to be expected: from how many leads
there were, and from the cohort's share of leads before and elsewhere, or from everyday life (families, offices) and the
identity's own past. The probability of as many leads as came, or more, is ``burst_tail_probability``. It is corrected
for how many cohorts and windows were looked at, and for how many other cohorts the vendor's leads may form.

After Xiao, Freeman and Hwa, "Detecting Clusters of Fake Accounts in Online Social Networks" (AISec 2015): a group
speaks by how alike its members are and how rare that likeness is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from math import log2
from typing import Any, TypedDict

from fraudcheck.anomaly.significance import burst_tail_probability, decibans
from fraudcheck.counting.windows import RHYTHM, Seen
from fraudcheck.ports import Ports
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Facts, Finding, Lead, Subject
from fraudcheck.signals import Signal

NAME = "cluster"

# The kinds of identity are those of ``counting.windows``: ``shape`` is the mailbox pattern, ``agent`` the browser,
# ``pace`` the fill time, ``habit`` the way to fill in the form, ``nest`` the network with the browser.
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
_SURPRISING = 0.01
"""The corrected probability above which a group is none."""
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

_FEWEST_FOR_HOURS = 200
_LATE = 60
"""Seconds between sending and check from which on the order of arrival says nothing."""
_FEWEST_GAPS, _SHORTEST_GAP, _EVEN = 6, 3.0, 0.35
"""Times are whole seconds; and hands at work keep some rhythm too, but none this even."""


class Cohort(TypedDict, total=False):
    """Earlier leads that are like this one in one way. Lists are of an hour, a day, a week and a month."""

    of: list[int]  # its leads; people, for ``device``
    any: list[int]  # everyone's leads with the same value
    network: list[int]  # the network's leads
    since: int  # seconds since the first
    young: bool  # the value was first seen by anyone a short time ago
    value: str | float | None  # the pattern, or the seconds


class ClusterFacts(TypedDict, total=False):
    """What came before in each cohort that the lead belongs to. Lists as in ``Cohort``."""

    v: int
    everyone: list[int]  # all leads
    vendor: list[int]  # the vendor's
    own: list[int]  # this person's
    looked: int  # how many cohorts the lead could have
    cohorts: dict[str, Cohort]  # those seen within a month, by kind of identity
    gaps: dict[str, list[float]]  # of cohorts with a rhythm: how many gaps, their mean and the least, in seconds
    late: bool  # it came so long after it was sent that the order of arrival says nothing
    clock: int  # of the vendor's leads in a month, how many came at this hour of the day


def from_counts(subject: Subject, ports: Ports, seen: Mapping[str, Seen]) -> Facts | None:
    """What came before in each cohort; None where nothing was counted."""
    everyone = seen.get("everyone")
    if everyone is None:
        return None
    at, lead = int(subject.at), subject.lead
    facts: ClusterFacts = {
        "v": 1,
        "everyone": _by_window(everyone),
        "vendor": _by_window(seen.get("vendor", everyone)),
    }
    own = [_by_window(seen[kind]) for kind in ("mailbox", "phone") if kind in seen]
    if any(map(any, own)):
        facts["own"] = _largest(own)
    kinds = [kind for kind in (*_COMMON, *_EXCLUSIVE) if kind in seen]
    facts["looked"] = len(kinds)
    facts["cohorts"] = {kind: _cohort(kind, seen, at) for kind in kinds if seen[kind].month}
    if "shape" in facts["cohorts"]:
        facts["cohorts"]["shape"]["value"] = subject.mailbox.pattern if subject.mailbox else None
    if "pace" in facts["cohorts"]:
        facts["cohorts"]["pace"]["value"] = lead.form.fill_seconds
    if lead.submitted_at and abs(at - datetime.fromisoformat(lead.submitted_at).timestamp()) > _LATE:
        facts["late"] = True
    elif gaps := _all_gaps(seen, at):
        facts["gaps"] = gaps
    if "clock" in seen:
        facts["clock"] = seen["clock"].month
    return facts


def _by_window(seen: Seen) -> list[int]:
    return [seen.hour, seen.day, seen.week, seen.month]


def _largest(counts: Sequence[Sequence[int]]) -> list[int]:
    """Of several lists of counts, the largest count of each window."""
    return [max(of_window) for of_window in zip(*counts, strict=True)]


def _cohort(kind: str, seen: Mapping[str, Seen], at: int) -> Cohort:
    identity = seen[kind]
    cohort: Cohort = {"of": _by_window(identity), "since": max(at - identity.first, 0)}
    if kind == "device":
        people = identity.partners["mailbox"]
        cohort["of"] = [count - people.known for count in (people.hour, people.day, people.day, people.month)]
    elif kind == "message":
        cohort["of"] = _largest([_by_window(seen[other]) for other in seen if other.startswith("message")])
    if kind in _COMMON:
        anyone = seen[f"any_{kind}"]
        cohort |= {"any": _by_window(anyone), "young": at - anyone.first < _SPREADING}
    elif kind == "nest":
        cohort |= {"any": _by_window(seen["any_agent"]), "network": _by_window(seen["network"])}
    return cohort


def _all_gaps(seen: Mapping[str, Seen], at: int) -> dict[str, list[float]]:
    """Of each kind of identity with a rhythm, the gaps between its last leads and this one."""
    found = {}
    for kind, identity in seen.items():
        if kind in RHYTHM and (gaps := _gaps([*identity.times, at])):
            found[kind] = gaps
    return found


def _gaps(times: Sequence[int]) -> list[float] | None:
    """How many gaps lie between these times, their mean and the least of them; None where they are too few."""
    gaps = [later - earlier for earlier, later in pairwise(times)]
    if len(gaps) < _FEWEST_GAPS:
        return None
    return [len(gaps), round(sum(gaps) / len(gaps), 1), min(gaps)]


def measure(lead: Lead, facts: ClusterFacts) -> Mapping[str, float]:
    """How usual this hour of the day is for the vendor's leads: log2 of its share over a twenty-fourth.

    The vendor's other people sleep where it is far below zero. Unknown before two hundred leads, and for those that
    came late.
    """
    leads = facts["vendor"][_MONTH]
    if leads < _FEWEST_FOR_HOURS or facts.get("late") or "clock" not in facts or not lead.source.vendor:
        return {}
    return {"hour": max(-6.0, log2((facts["clock"] + 0.5) * 24 / (leads + 12)))}


def judge(lead: Lead, facts: ClusterFacts) -> list[Finding]:
    """The group that surprises most, and the rhythm that does: the others rest on the same leads."""
    del lead
    # In the order of their names, for a record has its facts in another order than they were found in.
    groups = [_judge_cohort(kind, cohort, facts) for kind, cohort in sorted(facts["cohorts"].items())]
    rhythms = [_judge_rhythm(kind, gaps, len(facts["gaps"])) for kind, gaps in sorted(facts.get("gaps", {}).items())]
    return _heaviest(groups) + _heaviest(rhythms)


def _heaviest(findings: Sequence[Finding]) -> list[Finding]:
    """The first of the findings that weigh most; none where none weighs anything."""
    heaviest = max(findings, key=_weight, default=None)
    return [heaviest] if heaviest is not None and heaviest.scale > 0 else []


def _weight(finding: Finding) -> float:
    return finding.scale


def _judge_cohort(kind: str, cohort: Cohort, facts: ClusterFacts) -> Finding:
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
    evidence: dict[str, Any] = {"window": window, "size": size + 1, "expected": round(expected + 1, 1), "p": _short(p)}
    if cohort.get("value") is not None:
        evidence["pattern" if kind == "shape" else "seconds"] = cohort["value"]
    return Finding(code, evidence, _scale(code, p))


def _scale(code: str, p: float) -> float:
    if p > _SURPRISING:
        return 0.0
    return min(1.0, round(decibans(p) / CATALOGUE[code].points, 3))


def _short(p: float) -> float:
    return float(f"{p:.1e}")


def _expected_by_rate(kind: str, cohort: Cohort, facts: ClusterFacts, w: int) -> tuple[float, float]:
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


def _usual(kind: str, cohort: Cohort, facts: ClusterFacts, w: int) -> tuple[float, float]:
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


def _judge_rhythm(kind: str, gaps: Sequence[float], looked: int) -> Finding:
    """Arrivals that keep better time than people's.

    Of gaps that chance makes (a Poisson process) all are at least x times their mean with the probability
    ``(1 - x) ^ (n - 1)``: the spacings of uniform points (Pyke, "Spacings", 1965).
    """
    count, mean, least = gaps
    spread = 1 - least / mean if mean else 1.0
    is_even = mean >= _SHORTEST_GAP and spread <= _EVEN
    p = min(1.0, looked * spread ** (count - 1)) if is_even else 1.0
    evidence = {"cohort": kind, "leads": int(count) + 1, "seconds_apart": mean, "least": least, "p": _short(p)}
    return Finding("CLUSTER_RHYTHM", evidence, _scale("CLUSTER_RHYTHM", p))


SIGNAL = Signal(
    name=NAME,
    order=100,
    about="groups of leads like it",
    facts=ClusterFacts,
    looks_at="groups that chance does not explain, and rhythms",
    cannot_know="a group below some five leads; a farm of many devices whose people type by hand",
    from_counts=from_counts,
    judge=judge,
    measure=measure,
)
