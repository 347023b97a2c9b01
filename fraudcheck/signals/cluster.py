r"""Does the lead belong to a group that is larger, or keeps better time, than people's leads do?

Each lead is held against its cohorts: leads of the same vendor with its mailbox pattern, its browser, its way to
fill in the form, its time for the form to the tenth of a second, its block of numbers; leads of its network with its
browser; leads of its device; leads with its message. How many of these an hour, a day or a week would hold anyway
follows from how many leads there were and from the population's own rate, past and present; the rest is chance
(``burst_tail_probability``), corrected for how many cohorts were looked at: this lead's, and the others that so many
of the vendor's leads may form. After Xiao, Freeman and Hwa, "Detecting Clusters of Fake Accounts in Online Social
Networks" (AISec 2015): a group speaks by how alike its members are and how rare that likeness is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from math import log2
from typing import TypedDict

from fraudcheck.anomaly.significance import burst_tail_probability, decibans
from fraudcheck.counting.windows import RHYTHM, Seen
from fraudcheck.ports import Ports
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Facts, Finding, Lead, Subject
from fraudcheck.signals import Signal

NAME = "cluster"
_SHARED = {
    "shape": "CLUSTER_MAILBOX_PATTERN",
    "agent": "CLUSTER_USER_AGENT",
    "pace": "CLUSTER_FORM_TIME",
    "habit": "CLUSTER_FORM_HABIT",
}
_OWN = {
    "device": "CLUSTER_DEVICE",
    "nest": "CLUSTER_NETWORK",
    "block": "CLUSTER_NUMBER_BLOCK",
    "message": "CLUSTER_MESSAGE",
}

_WINDOWS = ("hour", "day", "week")
_SECONDS = (3_900, 93_600, 655_200)
"""How long thirteen buckets of an hour, a day and a week last."""
_MONTH = 3
_BUSY = (4.0, 2.0, 1.5)
"""How many times the average an ordinary hour, day or week may hold: people sleep, and Sunday is no Monday."""

_RATE = {"shape": 0.02, "agent": 0.02, "pace": 0.005, "habit": 0.01}
"""The share of leads that a value is taken to have before anything is known of it ..."""
_UNTIL, _FOLLOWS = 100.0, 30.0
"""... until about as many leads were seen; and the vendor's own leads that weigh as much as everyone's rate."""
_STEADY = {"shape": 8.0, "agent": 4.0, "pace": 8.0, "habit": 8.0}
"""The shape (``burst_tail_probability``) of counts that are well known: offers bring people of a kind at once."""
_SURPRISING = 0.01
"""The probability, corrected for how many cohorts were looked at, above which a group is none."""
_NOW = 400
"""Leads of other vendors in a window from which on they tell the present rate."""
_YOUNG = 14 * 86_400
"""For so long after its first sight a browser's version may spread."""

_SHARE = {
    "device": (0.15, 0.25, 0.4),
    "nest": (0.3, 0.8, 1.5),
    "block": (0.1, 0.3, 0.8),
    "message": (0.05, 0.1, 0.2),
}
"""How many others are expected in an hour, a day and a week by ordinary life: families, offices, neighbours."""
_OF_A_BLOCK = 0.001
"""The share of a vendor's leads that a block of a thousand numbers may hold where few are in use."""
_BURSTY = {"device": 0.3, "nest": 0.4, "block": 0.3, "message": 0.3}
_WEEK = 604_800
"""How long an identity has to be known for its own past to explain its present in full."""
_BRIEF = 7_200
"""Seconds of which a device's leads are the work of one sitting."""

_FEWEST_FOR_HOURS = 200
_LATE = 60
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


def gather(subject: Subject, ports: Ports, seen: Mapping[str, Seen]) -> Facts | None:
    """What came before in each cohort, as in the module's docstring; None where nothing was counted."""
    everyone = seen.get("everyone")
    if everyone is None:
        return None
    at, lead = int(subject.at), subject.lead
    facts: ClusterFacts = {"v": 1, "everyone": _four(everyone), "vendor": _four(seen.get("vendor", everyone))}
    own = [_four(seen[kind]) for kind in ("mailbox", "phone") if kind in seen]
    if any(map(any, own)):
        facts["own"] = [max(counts) for counts in zip(*own, strict=True)]
    kinds = [kind for kind in (*_SHARED, *_OWN) if kind in seen]
    facts["looked"] = len(kinds)
    facts["cohorts"] = {kind: _cohort(kind, seen, at) for kind in kinds if seen[kind].month}
    pattern = subject.mailbox.pattern if subject.mailbox else None
    for kind, value in (("shape", pattern), ("pace", lead.form.fill_seconds)):
        if kind in facts["cohorts"]:
            facts["cohorts"][kind]["value"] = value
    if lead.submitted_at and abs(at - datetime.fromisoformat(lead.submitted_at).timestamp()) > _LATE:
        facts["late"] = True
    elif gaps := {kind: told for kind in seen if kind in RHYTHM and (told := _gaps([*seen[kind].times, at]))}:
        facts["gaps"] = gaps
    if "clock" in seen:
        facts["clock"] = seen["clock"].month
    return facts


def _four(seen: Seen) -> list[int]:
    return [seen.hour, seen.day, seen.week, seen.month]


def _cohort(kind: str, seen: Mapping[str, Seen], at: int) -> Cohort:
    found = seen[kind]
    told: Cohort = {"of": _four(found), "since": max(at - found.first, 0)}
    if kind == "device":
        people = found.partners["mailbox"]
        told["of"] = [each - people.known for each in (people.hour, people.day, people.day, people.month)]
    elif kind == "message":
        alike = [_four(seen[each]) for each in seen if each.startswith("message")]
        told["of"] = [max(counts) for counts in zip(*alike, strict=True)]
    if kind in _SHARED:
        told |= {"any": _four(seen[f"any_{kind}"]), "young": at - seen[f"any_{kind}"].first < _YOUNG}
    elif kind == "nest":
        told |= {"any": _four(seen["any_agent"]), "network": _four(seen["network"])}
    return told


def _gaps(times: Sequence[int]) -> list[float] | None:
    """How many gaps lie between these times, their mean and the least of them."""
    gaps = [later - earlier for earlier, later in pairwise(times)]
    return [len(gaps), round(sum(gaps) / len(gaps), 1), min(gaps)] if len(gaps) >= _FEWEST_GAPS else None


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
    # In an order of their own, for a record has its facts in another than they were found in, and of two groups that
    # surprise alike the first is said.
    found = [_judge_cohort(kind, cohort, facts) for kind, cohort in sorted(facts["cohorts"].items())]
    rhythms = [_rhythm(kind, gaps, len(facts["gaps"])) for kind, gaps in sorted(facts.get("gaps", {}).items())]
    return [said for each in (found, rhythms) if (said := max(each, key=_weight, default=None)) and said.scale > 0]


def _weight(finding: Finding) -> float:
    return finding.scale


def _judge_cohort(kind: str, cohort: Cohort, facts: ClusterFacts) -> Finding:
    """The window in which the cohort surprises most."""
    own = facts.get("own", (0, 0, 0, 0))
    best = (1.0, "", 0, 0.0)
    for w, window in enumerate(_WINDOWS):
        count = cohort["of"][w] - (own[w] if kind != "device" else 0)
        mean, shape = _shared(kind, cohort, facts, w) if kind in _SHARED else _usual(kind, cohort, facts, w)
        p = burst_tail_probability(count, mean, shape) if count > 0 else 1.0
        if kind in _SHARED:
            p *= max(1.0, facts["vendor"][w] / max(count, 1))
        best = min(best, (p, window, count, mean))
    p, window, count, mean = best
    p = min(1.0, p * facts["looked"] * len(_WINDOWS))
    code = _SHARED.get(kind) or _OWN[kind]
    if kind == "device" and cohort["since"] <= _BRIEF:
        code = "CLUSTER_DEVICE_BRIEF"
    evidence = {"window": window, "size": count + 1, "expected": round(mean + 1, 1), "p": _short(p)}
    if cohort.get("value") is not None:
        evidence |= {"pattern" if kind == "shape" else "seconds": cohort["value"]}
    return Finding(code, evidence, _scale(code, p))


def _scale(code: str, p: float) -> float:
    return min(1.0, round(decibans(p) / CATALOGUE[code].points, 3)) if p <= _SURPRISING else 0.0


def _short(p: float) -> float:
    return float(f"{p:.1e}")


def _shared(kind: str, cohort: Cohort, facts: ClusterFacts, w: int) -> tuple[float, float]:
    """How many of the vendor's leads of a window have a value that many have, and how steady that is.

    By everyone's rate before and beside this vendor's leads of the window, and by the vendor's own before it.
    """
    of, everyone, vendor, anyone = cohort["of"], facts["everyone"], facts["vendor"], cohort["any"]
    before, all_before = of[_MONTH] - of[w], vendor[_MONTH] - vendor[w]
    rate = _rate(kind, anyone[_MONTH] - anyone[w] - before, everyone[_MONTH] - everyone[w] - all_before)
    known = _FOLLOWS * rate + before
    rate = known / (_FOLLOWS + all_before)
    if (beside := everyone[w] - vendor[w]) >= _NOW:
        rate = max(rate, _rate(kind, anyone[w] - of[w], beside))
    elif kind == "agent" and cohort["young"]:
        rate = 1.0
    return vendor[w] * rate, min(_STEADY[kind], known)


def _rate(kind: str, count: int, leads: int) -> float:
    return (max(count, 0) + _RATE[kind] * _UNTIL) / (max(leads, 0) + _UNTIL)


def _usual(kind: str, cohort: Cohort, facts: ClusterFacts, w: int) -> tuple[float, float]:
    """How many leads of a window an identity brings that is nobody's by chance: by everyday life and by its past."""
    of, everyone = cohort["of"], facts["everyone"]
    mean, before = _SHARE[kind][w], of[_MONTH] - of[w]
    if before > 0:
        age = max(cohort["since"] - _SECONDS[w], _SECONDS[w])
        by_time = _BUSY[w] * before * _SECONDS[w] / age
        by_leads = everyone[w] * before / max(everyone[_MONTH] - everyone[w], 1)
        mean += min(1.0, cohort["since"] / _WEEK) * max(by_time, by_leads)
    if kind == "block":
        mean += facts["vendor"][w] * _OF_A_BLOCK
    if kind == "nest":
        rate = _rate("agent", cohort["any"][_MONTH] - of[_MONTH], everyone[_MONTH] - of[_MONTH])
        mean += cohort["network"][w] * rate
    return mean, _BURSTY[kind] + min(mean - _SHARE[kind][w], _STEADY["shape"])


def _rhythm(kind: str, gaps: Sequence[float], looked: int) -> Finding:
    """Arrivals that keep better time than people's.

    Of gaps that chance makes (a Poisson process') all are at least x times their mean with the probability
    ``(1 - x) ^ (n - 1)``: the spacings of uniform points (Pyke, "Spacings", 1965).
    """
    count, mean, least = gaps
    spread = 1 - least / mean if mean else 1.0
    p = min(1.0, looked * spread ** (count - 1)) if mean >= _SHORTEST_GAP and spread <= _EVEN else 1.0
    evidence = {"cohort": kind, "leads": int(count) + 1, "seconds_apart": mean, "least": least, "p": _short(p)}
    return Finding("CLUSTER_RHYTHM", evidence, _scale("CLUSTER_RHYTHM", p))


SIGNAL = Signal(
    name=NAME,
    order=100,
    about="groups of leads like it",
    facts=ClusterFacts,
    looks_at="groups that chance does not explain, and rhythms",
    cannot_know="a group below some five leads; a farm of many devices whose people type by hand",
    from_counts=gather,
    judge=judge,
    measure=measure,
)
