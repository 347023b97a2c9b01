"""Does the lead lack what its source's leads carry, more of them lately than the source's past explains?

A field that is away says nothing by itself. How many of the vendor's leads lack it is counted, and tells what is
usual there. What is rare at the source weighs little: a browser that blocks the form's script, a person who leaves a
field open. It weighs in full where many such leads come at once, as when a program posts what it has. A source whose
leads have lacked it from the first on, or for days, or that changed as a whole, is only told in the audit: that is
its form's own way. So is a form that names another page, campaign or channel, as long as it is no flood.

A token of the form's script is another matter: nobody types it, so that where nearly every lead of a form brings one,
a lead without is one of the few whose browser ran no script, or nobody's. How few they are gives its weight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log, log10
from typing import Any, TypedDict

from fraudcheck.counting.formula import NEVER
from fraudcheck.counting.windows import Seen
from fraudcheck.fields.filling import is_at_desk
from fraudcheck.fields.given import FIELDS, OF_THE_BROWSER
from fraudcheck.ports import Ports
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Facts, Finding, Lead, Subject
from fraudcheck.signals import Signal

NAME = "completeness"

# For each field: the decibans against a lead that lacks it, in a burst of such leads; and the share of people's leads
# that lack it where others carry it, before anything is known of the source: blocked scripts and cleared cookies are
# people's, too. The shares are our own estimates.
_FIELDS: Mapping[str, tuple[float, float]] = {
    "email": (4.0, 0.15),
    "phone": (4.0, 0.15),
    "name": (3.0, 0.15),
    "ip": (5.0, 0.05),
    "agent": (4.0, 0.05),
    "device": (2.0, 0.15),
    "measures": (6.0, 0.15),
    "token": (2.0, 0.1),
    "unread": (10.0, 0.02),
}
_CAN_BE_JUDGED = 7.5
"""The most that is said of a lead whose browser and address are there, outside of floods: these are judged, too."""
_FLOOD, _TELLING = (2.0, 5.0), 4.0
"""From how many times what is explained on a burst is a flood, and from how many in full: one in five such leads is a
person's then, whatever reasons people may have. The weight of a field from which on its absence makes one."""
_ALONE = 0.35
"""How much of its weight a field has that is rare at the source, where no burst lacks it."""
_RARE, _COMMON = 0.005, 0.03
"""The share of a source's leads that lack a field: up to the first it weighs so, from the second on not at all."""

_FEWEST, _CERTAINTY = 30, 10.0
"""Leads with the field from which on a source is known to carry it; and the leads that our estimates are worth."""
_LASTING = 100
"""A source's leads from before today from which on these, and not today's, tell what is usual."""
_FROM_THE_FIRST = 0.8, 0.1
"""The share of the time that a source is known for which it has lacked a field from the first on; and within how much
less that ceases to be sure."""
_SPREAD, _WIDE = 2.0, 2.0
"""How many times its hour's leads without a field a first day has, where they are spread over it and no burst; and how
many times the usual share they may be then: a field that may be left open."""
_EVERYDAY, _FULL, _SWING = 5.0, 3.0, 2.0
"""Leads without a field that need no explanation; how many times what is explained weighs in full; and how many times
its share an hour or a day may hold."""
_SECOND_FORM, _CHANGED, _MARKED = (2.0, 0.7), (6.0, 3.0), 20.0
"""How many times its usual leads of an hour and of a day a source may begin to bring without a field: as a second form;
as a whole, where nobody carries it now; and how many times what is explained so a form may bring that has a page, a
campaign or a channel of its own."""
_OWN_SHARE, _FEWEST_OF_FORM = 0.3, 3
"""The share of a form's leads, and their number, from which on what they lack is its way."""
_SPANS = (3_900, 93_600)
"""How long thirteen buckets of an hour and of a day last."""
_DAY, _SOME_DAYS, _MONTH_LASTS = 86_400, 3 * 86_400, 30 * 86_400
_HOURLY, _DAILY, _WEEKLY, _MONTHLY = 0, 1, 2, 3

_IN_THE_TOKEN = frozenset(["measures", "token"])
"""Fields that come in the same text as the form's token: without that they are away as well, which is one fact."""
_WITHOUT, _AMONG = 5, 100
"""What is taken to have come without a token, and among how many leads, before anything is known of the source."""
_FAKES_WITHOUT, _MOST_WITHOUT = 0.5, 0.2
"""The share of fakes that are posted without the form's script, an estimate; and the share of a source's leads without
a token up to which it is known to carry tokens."""
_A_WEEK, _OF_A_NEW_FORM, _MAY_BE_BROKEN = 7 * 86_400, 0.5, 0.5
"""Seconds for which a source has to be known; and how much of its weight is left for a form that nobody knows yet, and
where within an hour only such leads came."""
_AS_HEAVY = 0.8
"""How heavy the token's absence has to be beside that of the fields in it to be said in the place of these."""
_MOST_ALONE, _BUSY, _A_BURST = 11.0, (4.0, 2.0), 2.5
"""The decibans against one lead without a token, while no more come than the source's past explains: good contacts
outweigh them. How many times their usual number a busy hour and a busy day may hold; and from how many times that, and
one, on they weigh in full."""
_FLOODED, _USUALLY = 3.0, 5.0
"""How many times its earlier leads a source's week brings where it is a flood, and not another form; and leads with a
token from which on, in a usual day or hour, none at all means that the script is gone."""


class LackingCounts(TypedDict):
    """Earlier leads that lack something: in an hour, a day, a week and a month, and seconds since the first."""

    of: list[int]
    since: int


class CompletenessFacts(TypedDict, total=False):
    """What the lead lacks, and how many of its source's earlier leads did. Counts as in ``LackingCounts``."""

    v: int
    source: LackingCounts  # all the vendor's leads
    lacks: dict[str, LackingCounts]  # by field; those that the source is known to carry
    no_token: LackingCounts  # those without a form's token of ours, where the source is known to carry such tokens
    form_no_token: LackingCounts  # those of the form without one
    unread: LackingCounts
    fields: list[str]  # that could not be read
    form: LackingCounts  # all leads of the form, where it is known by its page, campaign or channel
    alike: LackingCounts  # those of them that lack exactly what this one does


def from_counts(subject: Subject, ports: Ports, seen: Mapping[str, Seen]) -> Facts | None:
    """Facts of what the lead lacks, as ``CompletenessFacts``; None where it lacks nothing that its source carries."""
    at = int(subject.at)
    source = seen.get("vendor") or seen.get("no_vendor", NEVER)
    staffed = is_at_desk(subject.lead, seen)
    kinds = [f"no_{name}" for name in subject.lacks if not (staffed and name in OF_THE_BROWSER)]
    known = [kind for kind in kinds if source.month - seen.get(kind, NEVER).month >= _FEWEST]
    is_unread = bool(subject.unread) and source.month - seen.get("unread", NEVER).month >= _FEWEST
    no_token = None if staffed else seen.get("no_form_token")
    if no_token and source.month - no_token.month < _FEWEST:
        no_token = None
    if not known and not is_unread and not no_token:
        return None
    facts: CompletenessFacts = {"v": 2 if no_token else 1, "source": _counts(source, at)}
    if no_token:
        facts["no_token"] = _counts(no_token, at)
        if "form_no_token" in seen and "form" in seen:
            facts |= {"form": _counts(seen["form"], at), "form_no_token": _counts(seen["form_no_token"], at)}
    if known:
        facts["lacks"] = {kind.removeprefix("no_"): _counts(seen.get(kind, NEVER), at) for kind in known}
        if "form" in seen:
            facts |= {"form": _counts(seen["form"], at), "alike": _counts(seen.get("form_lacks", NEVER), at)}
    if is_unread:
        facts |= {"unread": _counts(seen.get("unread", NEVER), at), "fields": list(subject.unread)}
    return facts


def _counts(seen: Seen, at: int) -> LackingCounts:
    since = max(at - seen.first, 0) if seen.first else 0
    return {"of": [seen.hour, seen.day, seen.week, seen.month], "since": since}


def judge(lead: Lead, facts: CompletenessFacts) -> list[Finding]:
    """One finding for the fields that are missing, taken together, and one for those that could not be read."""
    lacks = facts.get("lacks", {})
    findings, said = [], _fields_missing(lead, facts, lacks)
    if weight := _token_missing(facts):
        share = _share_carrying(facts["no_token"], facts["source"])
        others = {name: counts for name, counts in lacks.items() if name not in _IN_THE_TOKEN}
        rest = _fields_missing(lead, facts, others)
        if weight + _weight_of(rest) >= _AS_HEAVY * _weight_of(said):  # two views of one fact
            findings.append(_finding("FORM_TOKEN_MISSING", {"carried_by": share}, weight))
            said = rest
    if said:
        findings.append(said)
    if "unread" in facts and (weight := _weigh("unread", facts["unread"], facts["source"])[0]) > 0:
        readable = _share_carrying(facts["unread"], facts["source"])
        evidence = {"fields": facts["fields"], "readable": readable}
        findings.append(_finding("FIELDS_UNREADABLE", evidence, weight))
    return findings


def _fields_missing(lead: Lead, facts: CompletenessFacts, lacks: Mapping[str, LackingCounts]) -> Finding | None:
    """What is said of the fields that are missing, taken together."""
    if not lacks:
        return None
    own_way = _is_own_way(facts)
    missing = {name: _missing(name, counts, facts, own_way) for name, counts in lacks.items()}
    weights = {name: weight for name, (weight, _) in missing.items()}
    weight = sum(weights.values())
    if lead.client.ip and lead.client.user_agent:
        weight = min(weight, _CAN_BE_JUDGED)
    times = max([times for name, (_, times) in missing.items() if _FIELDS[name][0] >= _TELLING], default=1.0)
    weight = max(weight, -CATALOGUE["FIELDS_MISSING"].points * _between(times, *_FLOOD))
    if weight <= 0:
        return None
    names = [name for name in FIELDS if weights.get(name)]
    shares = {name: _share_carrying(lacks[name], facts["source"]) for name in names}
    return _finding("FIELDS_MISSING", {"fields": names, "carried_by": shares}, weight)


def _weight_of(finding: Finding | None) -> float:
    return -CATALOGUE[finding.code].points * finding.scale if finding else 0.0


def _token_missing(facts: CompletenessFacts) -> float:
    """The decibans against a lead without a form's token: by its form's leads, where these are known, or the source's.

    A form that has sent no tokens from the first on has no script.
    """
    if "no_token" not in facts:
        return 0.0
    lacking, source = facts["no_token"], facts["source"]
    form, without = facts.get("form"), facts.get("form_no_token")
    if form is None or without is None:
        return _unscripted(lacking, source)
    leads, bare = form["of"][_MONTHLY], without["of"][_MONTHLY]
    if leads >= _FEWEST and form["since"] >= _A_WEEK:
        return _unscripted(without, form)
    if leads - bare >= _FEWEST_OF_FORM:
        return _unscripted(lacking, source)
    if leads >= _FEWEST_OF_FORM and without["since"] >= _FROM_THE_FIRST[0] * form["since"]:
        flood = _between(_weigh("token", lacking, source, _MARKED)[1], *_FLOOD)
        return -CATALOGUE["FORM_TOKEN_MISSING"].points * flood
    elsewhere = [max(all_ - here, 0) for all_, here in zip(lacking["of"], without["of"], strict=True)]
    return _unscripted(lacking, source, alone=_OF_A_NEW_FORM, burst=elsewhere)


def _unscripted(
    lacking: LackingCounts, source: LackingCounts, *, alone: float = 1.0, burst: Sequence[int] | None = None
) -> float:
    """The decibans against a lead without a token, above zero, by how few of the source's leads come without.

    ``alone`` is how much of its weight it has where no burst of such leads comes; ``burst`` are those that may make
    one, by window, where not all may: ever other pages without a token are no new page, but one sender.
    """
    of, leads, known = lacking["of"], source["of"], source["since"]
    carried = [all_ - without for all_, without in zip(leads, of, strict=True)]
    before = leads[_MONTHLY] - leads[_DAILY]
    if known < _A_WEEK or carried[_MONTHLY] < _FEWEST or before < _FEWEST:
        return 0.0
    share = _share(before, of[_MONTHLY] - of[_DAILY])
    older, week = leads[_MONTHLY] - leads[_WEEKLY], leads[_WEEKLY] - leads[_DAILY]
    lasted = max(min(known, _MONTH_LASTS), _A_WEEK + _DAY)
    if week * (lasted - _A_WEEK) > _FLOODED * older * (_A_WEEK - _DAY):  # whoever sends it makes nothing usual
        if older < _FEWEST:
            return 0.0
        share = _share(older, of[_MONTHLY] - of[_WEEKLY])
    elif lacking["since"] >= _SOME_DAYS and week >= _FEWEST:
        share = max(share, (of[_WEEKLY] - of[_DAILY]) / week)
    if share > _MOST_WITHOUT:
        return 0.0
    a_day = (carried[_MONTHLY] - carried[_DAILY]) * _DAY / lasted
    weight = alone * min(10 * log10(_FAKES_WITHOUT / share), _MOST_ALONE)
    usual = [max(carried[_HOURLY], a_day / 24), max(carried[_DAILY], a_day)]
    times = [
        count / (1.0 + busy * share / (1 - share) * leads)
        for count, busy, leads in zip(of if burst is None else burst, _BUSY, usual, strict=False)
    ]
    weight += (-CATALOGUE["FORM_TOKEN_MISSING"].points - weight) * _between(max(times), 1.0, _A_BURST)
    if not carried[_DAILY] and a_day >= _USUALLY:
        return 0.0
    if not carried[_HOURLY] and of[_HOURLY] and a_day / 24 >= _USUALLY:
        weight *= _MAY_BE_BROKEN
    return weight


def _share(leads: int, without: int) -> float:
    return (_WITHOUT + without) / (_AMONG + leads)


def _finding(code: str, evidence: dict[str, Any], weight: float) -> Finding:
    return Finding(code, evidence, min(1.0, round(weight / -CATALOGUE[code].points, 3)))


def _share_carrying(counts: LackingCounts, source: LackingCounts) -> float:
    return round(1 - counts["of"][_MONTHLY] / max(source["of"][_MONTHLY], 1), 3)


def _is_own_way(facts: CompletenessFacts) -> bool:
    """Have the form's leads lacked what this one lacks from the first on?"""
    form, alike = facts.get("form"), facts.get("alike")
    if form is None or alike is None or form["of"][_MONTHLY] < _FEWEST_OF_FORM:
        return False
    is_usual = alike["of"][_MONTHLY] >= _OWN_SHARE * form["of"][_MONTHLY]
    return is_usual and alike["since"] >= _FROM_THE_FIRST[0] * form["since"]


def _missing(name: str, counts: LackingCounts, facts: CompletenessFacts, own_way: bool) -> tuple[float, float]:
    """``_weigh`` of a field by the vendor's leads, or by those of the form where these say more.

    The form's are those that lack the same things, so they speak only of what most of the vendor's leads carry.
    """
    source = facts["source"]
    if own_way:
        return _weigh(name, counts, source, _MARKED)
    found = _weigh(name, counts, source)
    if "alike" in facts and 2 * counts["of"][_MONTHLY] < source["of"][_MONTHLY]:
        found = max(found, _weigh(name, facts["alike"], facts["form"]))
    return found


def _weigh(name: str, lacking: LackingCounts, source: LackingCounts, allowed: float = 1.0) -> tuple[float, float]:
    """The decibans against a lead without the field, above zero; and how many times what is explained came.

    ``allowed`` is how many times that may come.
    """
    full, usual = _FIELDS[name]
    of, leads = lacking["of"], source["of"]
    carried = [all_ - without for all_, without in zip(leads, of, strict=True)]
    if carried[_MONTHLY] < _FEWEST:
        return 0.0, 0.0
    known, sure = source["since"], 1.0
    before = leads[_MONTHLY] - leads[_DAILY]
    each: Sequence[float] = (0.0, 0.0)  # the source's usual leads of an hour and of a day
    if before >= _LASTING:
        without_before = of[_MONTHLY] - of[_DAILY]
        share = (_CERTAINTY * usual + without_before) / (_CERTAINTY + before)
        this_week = leads[_WEEKLY] - leads[_DAILY]
        if lacking["since"] >= _SOME_DAYS and this_week >= _FEWEST:
            share = max(share, (of[_WEEKLY] - of[_DAILY]) / this_week)
        lasted = max(min(known, _MONTH_LASTS) - _SPANS[_DAILY], _DAY)
        each = [before * span / lasted for span in _SPANS]
    else:
        lately = min(1.0, lacking["since"] / max(known, 1))
        sure = max(0.0, min(1.0, (_FROM_THE_FIRST[0] - lately) / _FROM_THE_FIRST[1]))
        share = _CERTAINTY * usual / (_CERTAINTY + carried[_MONTHLY] * (1 - lately))
        if of[_DAILY] >= _SPREAD * of[_HOURLY]:
            share = max(share, _WIDE * usual)
    has_changed = not carried[_HOURLY] and lacking["since"] > _SPANS[_HOURLY]
    beginning = _CHANGED if has_changed else _SECOND_FORM
    times = 0.0
    for w in (_HOURLY, _DAILY):
        by_share = _SWING * share / max(1 - share, 0.01) * max(carried[w], each[w])
        times = max(times, of[w] / allowed / (_EVERYDAY + by_share + beginning[w] * each[w]))
    rare = _between(_COMMON / share, 1.0, _COMMON / _RARE) if allowed == 1.0 else 0.0
    return full * sure * max(_between(times, 1.0, _FULL), _ALONE * rare), times * sure


def _between(value: float, none: float, full: float) -> float:
    """0 up to ``none``, 1 from ``full`` on, logarithmic between."""
    return min(1.0, log(value / none) / log(full / none)) if value > none else 0.0


SIGNAL = Signal(
    name=NAME,
    order=55,
    about="what the lead leaves out",
    facts=CompletenessFacts,
    looks_at="fields, and the form's token, that the source's other leads carry, and that are missing or unreadable",
    cannot_know="whether a form that is new and names a page of its own was made by the vendor or for fakes",
    from_counts=from_counts,
    judge=judge,
)
