r"""Does the lead belong to a group that is larger, or keeps better time, than people's leads do?

A lead's cohorts are the earlier leads that are like it in one way. Some likenesses many people have by chance: leads of
the same vendor with its mailbox scheme, its browser, its fill time to the tenth of a second, its unusual manner to fill
in the form. Others nobody has by chance: leads of the vendor with numbers of its block of a thousand, leads with its
message. And leads of its machine are alike where most of them were put in as few people do.

For each cohort and window (hour, day, week) it is computed how many leads were to be expected. How many people are
alike is not known on a first day: what is usual in the world says a little, what other vendors' leads show says more,
what the vendor's own show says most, and the less is known, the more a count may vary (``_expected``). What most of a
vendor's leads have had from the first on is its form's own way and surprises nobody.

The probability of as many leads as came, or more, is ``burst_tail_probability``. It is corrected for how many cohorts
and windows were looked at, and for how many other cohorts the vendor's leads may form.

After Xiao, Freeman and Hwa, "Detecting Clusters of Fake Accounts in Online Social Networks" (AISec 2015): a group
speaks by how alike its members are and how rare that likeness is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import comb, gcd, log2
from operator import sub
from typing import Any, TypedDict

from fraudcheck.anomaly import cohorts_1
from fraudcheck.anomaly.significance import SURPRISING, burst_tail_probability, scale_of, share_tail_probability, short
from fraudcheck.counting.windows import FORGET_AFTER, LAST_TIMES, RHYTHM, TOLERANCE, WINDOWS, Partners, Seen
from fraudcheck.fields.browser.shares import FOUR_WEEKS
from fraudcheck.fields.filling import NOT_TYPED, is_at_desk, share_of_pace
from fraudcheck.fields.submission import is_rounded, submitted_at
from fraudcheck.ports import Ports
from fraudcheck.records import Facts, Finding, Lead, Subject
from fraudcheck.signals import Signal

NAME = "cluster"

# The kinds of identity are those of ``counting.windows``.
_COMMON = {
    "scheme": "CLUSTER_MAILBOX_PATTERN",
    "browser": "CLUSTER_USER_AGENT",
    "pace": "CLUSTER_FORM_TIME",
    "manner": "CLUSTER_FORM_HABIT",
}
"""Values that many people have by chance."""
_OF_THE_BROWSER = frozenset(["browser", "pace", "manner", "machine", "place"])
"""What says nothing of a person whose browser it is not."""
_PLACES = {"machine": "CLUSTER_MACHINE", "place": "CLUSTER_LINE"}
"""Where people's leads come from, together."""
_EXCLUSIVE = {"block": "CLUSTER_NUMBER_BLOCK", "message": "CLUSTER_MESSAGE"}
"""Values that people share for a reason, if they share them at all."""
_COHORTS = (*_COMMON, *_EXCLUSIVE, *_PLACES)

_WINDOWS = ("hour", "day", "week")
_SECONDS = (3_900, 93_600, 655_200)
"""How long thirteen buckets of an hour, a day and a week last."""
_WEEKLY, _MONTH = 2, 3
_BUSY = (4.0, 2.0, 1.5)
"""How many times the average an ordinary hour, day or week may hold: people sleep, and Sunday is no Monday."""

_WIDE = {"scheme": 0.5, "browser": 0.5, "pace": 1.0, "manner": 3.0}
"""The shape (``burst_tail_probability``) of a share of which only the world's is known. At 0.5 it may be ten times
that, and at 3 four times: countries and offers have their mailboxes and browsers, while people type as people do."""
_BETWEEN_VENDORS, _AS_OWN_LEADS = 2.0, 300.0
"""The shape up to which other vendors' leads tell the share among this vendor's, as offers bring people of a kind; and
how many of the vendor's own leads weigh as much as all that is known otherwise."""
_RAREST = 1e-4
"""The least share that the world's people are taken to have of anything."""
_ANY_DAY = 0.5
"""How much of the world's share may come any day, whatever was seen before: an offer begins in another country."""
_STEADIEST = 8.0
"""The shape of a share that is well known: people of a kind come at once."""
_OWN_WAY, _NEW_WAY, _PAGES_TEXT = (0.6, 0.8), (0.3, 0.85), (0.05, 0.85)
"""What so much of a vendor's leads have, and have had for so much of the time that it is known, is its form's own way.
In a new deployment, where nobody else's leads tell what is usual, less is enough, and so it is of a text that stands on
a page: who begins later has not been there from the first."""
_WAYS = {
    (is_new, is_text): (_OWN_WAY, *([_NEW_WAY] if is_new else []), *([_PAGES_TEXT] if is_text else []))
    for is_new in (False, True)
    for is_text in (False, True)
}
"""These ways, by whether the deployment is new and whether it is a text."""
_FIRST_LEADS = 50
"""A vendor's leads up to which the share is enough: what came first says little of an hour with five leads."""
_ENOUGH_BEFORE = 100
"""A vendor's leads from before this week from which on they, and not those of yesterday, tell what is usual."""
_ENOUGH_ELSEWHERE = 400
"""Leads of other vendors in a window from which on they tell the present rate."""
_SPREADING = 14 * 86_400
"""Seconds after its first sight in which a browser's version may spread."""

_OF_A_MACHINE = 3
"""Leads of one manner that one machine adds at most."""
_WAYS_TRIED = 4
"""Unusual manners that a vendor's leads are tried for. There were so many when old records were judged, which stay as
they are; one more or less is a decibel."""
_FEWEST_PLACES, _A_PLACE_FOR = 3, 0.4
"""Networks, and networks for each lead, below which a browser is one place's."""

_EVERYDAY = {"block": (0.1, 0.3, 0.8), "message": (0.05, 0.1, 0.2), "machine": (0.15, 0.25, 0.4)}
"""How many others are expected in an hour, a day and a week by ordinary life: families, offices, neighbours."""
_RATE = {"block": 0.001, "message": 0.01}
"""The share of a vendor's leads that a block of a thousand numbers may hold where few are in use, and that a letter
from a guide, or a text that a page offers, may be."""
_BURSTY = 0.3
"""The shape of counts that ordinary life brings."""
_WEEK = 604_800
"""Seconds for which an identity has to be known for its own past to explain its present in full."""
_OF_ONE_MIND = 25.0
"""How much is known of the manners of those at one machine, in leads: one person shows the others how."""
_FEWEST_AT_MACHINE, _ESTIMATED_BY, _AT_MOST_UNTYPED = 3, 50.0, 0.95
_AT_MACHINE = (0, 1, _MONTH)
"""The windows in which a machine's people are counted: an hour, a day and a month."""
_ROTATING = 4, 0.5
"""Networks within a day, and for each person, from which on a machine hides where it is."""

_LONGEST_AGENT = 1024
_FEWEST_FOR_HOURS = 200
_LATE = 60
"""Seconds between sending and check from which on the order of arrival says nothing."""
_MINUTE = 60
_FEWEST_GAPS, _SHORTEST_GAP, _EVEN = 6, 3.0, 0.35
"""Times are whole seconds; and hands at work keep some rhythm too, but none this even."""
_LONGEST_GAP = 21_600
"""Seconds between leads above which people's days, and a nightly import's, set the pace."""
_RARE = 1e-4
"""The probability from which on gaps between rounded times are even: one step each is common where one is usual."""


class Cohort(TypedDict, total=False):
    """Earlier leads that are like this one in one way. Lists are of an hour, a day, a week and a month."""

    of: list[int]  # its leads
    any: list[int]  # everyone's leads with the same value
    since: int  # seconds since the first
    first: bool  # of ``machine``: this person was there before anybody else
    young: bool  # the value was first seen by anyone a short time ago
    value: str | float | None  # the scheme, the manner, or the seconds
    usual: float  # the share of the world's people who have the value
    # Of ``machine`` and ``place``: those of its people who did not simply type, in an hour, a day and a month.
    untyped: list[int]
    machines: list[int]  # of ``manner``: those that they came from, in an hour, a day and a month
    people: list[int]  # of ``machine`` and ``place``, at most, in the windows of ``of``
    text: int  # of ``message``: the vendor's leads with it or one like it, in a month
    text_before: int  # of these, the ones from before this week
    text_since: int  # seconds since the first of these
    networks: list[int]  # of ``machine`` and ``browser``: those that they came from, in an hour, a day and a month
    # Version 1 had the cohorts shape, agent, habit, device and nest too, and this:
    network: list[int]  # the network's leads


class ClusterFacts(TypedDict, total=False):
    """What came before in each cohort that the lead belongs to. Lists as in ``Cohort``."""

    v: int
    everyone: list[int]  # all leads
    vendor: list[int]  # the vendor's
    vendor_since: int  # seconds since the vendor's first lead
    own: list[int]  # this person's
    staffed: bool  # the browser is not the person's
    looked: int  # how many cohorts the lead could have
    cohorts: dict[str, Cohort]  # those seen within a month, by kind of identity
    # Of cohorts with a rhythm: how many gaps, their mean and the least, in seconds; and to what their times are
    # rounded, where that is minutes. Version 2 did not know the latter. Version 4 has the keys of 3, and takes
    # nothing for a form's own way that was not so before today.
    gaps: dict[str, list[float]]
    not_typed: int  # everyone's leads in a month that were not simply typed, where this one was not either
    late: bool  # it came so long after it was sent, or tells so little of when, that the order of arrival says nothing
    clock: int  # of the vendor's leads in a month, how many came at this hour of the day


def from_counts(subject: Subject, ports: Ports, seen: Mapping[str, Seen]) -> Facts | None:
    """What came before in each cohort; None where nothing was counted."""
    everyone = seen.get("everyone")
    if everyone is None:
        return None
    at, lead = int(subject.at), subject.lead
    vendor = seen.get("vendor", everyone)
    facts: ClusterFacts = {
        "v": 4,
        "everyone": _by_window(everyone),
        "vendor": _by_window(vendor),
        "vendor_since": max(at - vendor.first, 0) if vendor.first else 0,
    }
    own = [_by_window(seen[kind]) for kind in ("mailbox", "phone") if kind in seen]
    if own and any(largest := _largest(own)):
        facts["own"] = largest
    kinds = [kind for kind in _COHORTS if kind in seen]
    if is_at_desk(lead, seen):
        facts["staffed"] = True
        kinds = [kind for kind in kinds if kind not in _OF_THE_BROWSER]
    kinds = [kind for kind in kinds if _is_part(seen[kind], vendor if kind in _COMMON else everyone, at)]
    facts["looked"] = len(kinds)
    facts["cohorts"] = {kind: _cohort(kind, subject, ports, seen) for kind in kinds if _came_before(kind, seen)}
    told = submitted_at(lead)
    if told is not None and (abs(at - told) > _LATE or is_rounded(told)):
        facts["late"] = True
    elif "staffed" not in facts and (gaps := _all_gaps(seen, at, told == subject.at)):
        facts["gaps"] = gaps
    if "not_typed" in seen:
        facts["not_typed"] = seen["not_typed"].month
    if "clock" in seen:
        facts["clock"] = seen["clock"].month
    return facts


def _is_part(cohort: Seen, leads: Seen, at: int) -> bool:
    """Can the cohort be held against these leads, being a part of them?

    It cannot where their counts were forgotten (a damaged value, a clock that was wrong), until they are whole again.
    """
    if leads.first - TOLERANCE > cohort.first > 0 and at - leads.first < FORGET_AFTER:
        return False  # whose counts begin anew
    return (
        cohort.hour <= leads.hour
        and cohort.day <= leads.day
        and cohort.week <= leads.week
        and cohort.month <= leads.month
    )


def _came_before(kind: str, seen: Mapping[str, Seen]) -> bool:
    """Was the cohort seen within a month? Messages that are nearly the same are one cohort."""
    if kind == "message":
        return any(identity.month for other, identity in seen.items() if other.startswith("message"))
    return bool(seen[kind].month)


def _by_window(seen: Seen) -> list[int]:
    return [seen.hour, seen.day, seen.week, seen.month]


def _largest(counts: Sequence[Sequence[int]]) -> list[int]:
    """Of several lists of counts, the largest count of each window."""
    return list(map(max, *counts)) if len(counts) > 1 else list(counts[0])


def _cohort(kind: str, subject: Subject, ports: Ports, seen: Mapping[str, Seen]) -> Cohort:
    identity, at = seen[kind], int(subject.at)
    cohort: Cohort = {"of": _by_window(identity), "since": max(at - identity.first, 0)}
    if kind == "machine":
        cohort["people"] = _people(identity)
        cohort["untyped"] = _others(identity.partners["untyped"])
        cohort["networks"] = _others(identity.partners["network"])
        if _came_first(identity, seen):
            cohort["first"] = True
    elif kind == "place":
        cohort["people"] = _people(identity)
        cohort["untyped"] = _others(identity.partners["untyped"])
    elif kind == "message":
        alike = [seen[other] for other in seen if other.startswith("message") and seen[other].last]
        cohort["of"] = _largest([_by_window(each) for each in alike])
        cohort["since"] = max(at - each.first for each in alike)
        here = max([seen[other] for other in seen if other.startswith("text")], key=_in_month, default=None)
        if here and here.last:
            cohort |= {"text": here.month, "text_since": max(at - here.first, 0)}
            if before := here.month - here.week:
                cohort["text_before"] = before
    elif kind in _COMMON:
        value, usual = _value(kind, subject, ports)
        anyone = seen.get(f"any_{kind}", identity)
        cohort |= {
            "any": _by_window(anyone),
            "usual": round(max(usual, _RAREST), 6),
            "young": at - anyone.first < _SPREADING,
        }
        if value is not None:
            cohort["value"] = value
        if kind == "browser":
            cohort["networks"] = _others(identity.partners["network"])
        elif kind == "manner" and "machine" in seen:
            cohort["machines"] = _others(identity.partners["machine"])
    return cohort


def _came_first(machine: Seen, seen: Mapping[str, Seen]) -> bool:
    contacts = [kind for kind in ("mailbox", "phone") if kind in seen]
    was_there = all(machine.partners[kind].known for kind in contacts)
    return was_there and any(seen[kind].first <= machine.first for kind in contacts)


def _in_month(seen: Seen) -> int:
    return seen.month


def _people(identity: Seen) -> list[int]:
    """People by their contacts: at most as many as leads; a mailbox and a phone may be one person's or two."""
    mailboxes, phones = identity.partners["mailbox"], identity.partners["phone"]
    in_month = mailboxes.month + phones.month
    return [
        min(identity.hour, mailboxes.hour + phones.hour),
        min(identity.day, mailboxes.day + phones.day),
        min(identity.week, in_month),
        min(identity.month, in_month),
    ]


def _others(partners: Partners) -> list[int]:
    return [partners.hour, partners.day, partners.month]


def _value(kind: str, subject: Subject, ports: Ports) -> tuple[str | float | None, float]:
    """The value that a cohort's leads share, where it may be shown, and the share of the world's people with it."""
    if kind == "scheme":
        return subject.scheme, ports.lists.scheme_share(subject.scheme or "")
    if kind == "browser":
        country = subject.lead.country or (subject.number.region if subject.number else None)
        agent = (subject.lead.client.user_agent or "")[:_LONGEST_AGENT]
        return None, ports.lists.browser_share(agent, country, int(subject.at // FOUR_WEEKS))
    if kind == "manner":
        return subject.manner or (None, 1.0)
    form = subject.lead.form
    seconds = form.fill_seconds if form.fill_seconds is not None else form.seconds_on_page or 0.0
    return seconds, share_of_pace(seconds)


def _all_gaps(seen: Mapping[str, Seen], at: int, is_told: bool) -> dict[str, list[float]]:
    """Of each kind of identity with a rhythm, the gaps between its last leads and this one.

    Times that are told, as in a file, may be rounded; those of our own clock are not.
    """
    found = {}
    for kind, identity in seen.items():
        if kind in RHYTHM and (gaps := _gaps([*identity.times, at], is_told)):
            found[kind] = gaps
    return found


def _gaps(times: Sequence[int], is_told: bool) -> list[float] | None:
    """How many gaps lie between these times, their mean and the least of them, and to what they are rounded.

    None where they are too few, or so long that days make them.
    """
    count, whole = len(times) - 1, times[-1] - times[0]
    if count < _FEWEST_GAPS or whole > _LONGEST_GAP * count:
        return None
    gaps = [count, round(whole / count, 1), min(map(sub, times[1:], times))]
    if is_told and (rounded_to := gcd(*times)) >= _MINUTE:
        gaps.append(rounded_to)
    return gaps


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
    # In the order of their names, for a record has its facts in another order than they were found in.
    looked = len(facts.get("gaps", ()))
    if facts["v"] > 1:  # so many cohorts of as many leads may there be in a day
        looked *= max(1, facts["vendor"][1] // LAST_TIMES)
    rhythms = [_judge_rhythm(kind, gaps, looked) for kind, gaps in sorted(facts.get("gaps", {}).items())]
    if facts["v"] == 1:
        return _heaviest(cohorts_1.judge_cohorts(facts)) + _heaviest(rhythms)
    groups: list[Finding | None] = []
    for kind, cohort in sorted(facts["cohorts"].items()):
        if kind not in _PLACES:
            groups.append(_judge_cohort(kind, cohort, facts))
            continue
        groups.append(_judge_manners(_PLACES[kind], cohort, facts))
        if kind == "machine" and lead.client.device_id and "first" not in cohort:
            groups.append(_judge_rotation(cohort, facts))
    return _heaviest(groups) + _heaviest(rhythms)


def _heaviest(findings: Iterable[Finding | None]) -> list[Finding]:
    """The first of the findings that weigh most; none where none weighs anything."""
    heavy = [finding for finding in findings if finding is not None and finding.scale > 0]
    return [max(heavy, key=_weight)] if heavy else []


def _weight(finding: Finding) -> float:
    return finding.scale


def _judge_cohort(kind: str, cohort: Cohort, facts: ClusterFacts) -> Finding | None:
    """The window in which the cohort surprises most; None where it surprises in none."""
    own = facts.get("own", (0, 0, 0, 0))
    if kind != "block" and _is_own_way(kind, cohort, facts):
        return None
    share = _lasting_share(kind, cohort, facts) if kind in _COMMON else None
    least, window, size, expected = _said_up_to(facts), "", 0, 0.0
    for w in (1, 0, 2):  # of windows that surprise alike the first by name is said, as records have it
        count = cohort["of"][w] - own[w]
        if "machines" in cohort:  # one person who works through a list is one person's way
            count = min(count, _OF_A_MACHINE * cohort["machines"][min(w, 2)])
        if count <= 0 or _at_one_place(cohort, w):
            continue
        if kind in _COMMON:
            mean, shape = _expected(kind, cohort, facts, w, share or _share(kind, cohort, facts, w))
            cohorts = max(1.0, facts["vendor"][w] / count)  # of as many leads may the vendor's leads form
            if kind == "manner":
                cohorts = min(cohorts, _WAYS_TRIED)
        else:
            mean, shape = _usual(kind, cohort, facts, w)
            cohorts = 1.0
        p = burst_tail_probability(count, mean, shape, least / cohorts) * cohorts
        if p < least:
            least, window, size, expected = p, _WINDOWS[w], count, mean
    if not window:
        return None
    evidence: dict[str, Any] = {"window": window, "size": size + 1, "expected": round(expected + 1, 1)}
    if cohort.get("value") is not None:
        evidence["seconds" if kind == "pace" else "pattern"] = cohort["value"]
    return _finding(_COMMON.get(kind) or _EXCLUSIVE[kind], evidence, least, facts)


def _said_up_to(facts: ClusterFacts) -> float:
    """The probability that still surprises when it is corrected for the cohorts and windows that were looked at."""
    return SURPRISING / (facts["looked"] * len(_WINDOWS))


def _finding(code: str, evidence: dict[str, Any], p: float, facts: ClusterFacts) -> Finding:
    """``p`` is not corrected yet."""
    p = p * facts["looked"] * len(_WINDOWS)
    return Finding(code, {**evidence, "p": short(p)}, scale_of(code, p))


def _at_one_place(cohort: Cohort, w: int) -> bool:
    """Do a browser's leads come from few networks? An office or a class has one build, at one place."""
    if not cohort.get("networks", (0, 0, 0))[2]:
        return False  # no address was sent
    return cohort["networks"][min(w, 2)] < max(_FEWEST_PLACES, _A_PLACE_FOR * cohort["of"][w])


def _is_own_way(kind: str, cohort: Cohort, facts: ClusterFacts) -> bool:
    """Many of the vendor's leads have it, and have had it from the first on."""
    vendor, of, since = facts["vendor"], cohort["of"][_MONTH], cohort["since"]
    before = of - cohort["of"][_WEEKLY]
    if kind == "message":  # which is counted over all vendors
        of, before = cohort.get("text", 0), cohort.get("text_before", 0)
        since = cohort.get("text_since", 0)
    share = of / max(vendor[_MONTH], 1)
    is_new = facts["everyone"][_MONTH] - vendor[_MONTH] < _ENOUGH_BEFORE
    if facts["v"] >= 4 and kind != "message":
        share = min([share, *_shares_before(cohort, vendor, (1, _WEEKLY) if is_new else (1,))])
    if is_new and vendor[_MONTH] <= _FIRST_LEADS and share >= _NEW_WAY[0]:
        return True
    all_before = vendor[_MONTH] - vendor[_WEEKLY]
    for much, first in _WAYS[is_new, kind == "message"]:
        is_old = all_before < _ENOUGH_BEFORE or before >= much * all_before / 2  # one early lead is no way
        if is_old and share >= much and since >= first * facts["vendor_since"]:
            return True
    return False


def _shares_before(cohort: Cohort, vendor: Sequence[int], windows: Iterable[int]) -> Iterator[float]:
    """The shares before these windows, where enough came then to tell: no flood makes itself a way."""
    for w in windows:
        if (all_before := vendor[_MONTH] - vendor[w]) >= _ENOUGH_BEFORE:
            yield (cohort["of"][_MONTH] - cohort["of"][w]) / all_before


def _expected(
    kind: str, cohort: Cohort, facts: ClusterFacts, w: int, share: tuple[float, float]
) -> tuple[float, float]:
    """How many of the vendor's leads of a window have a common value, and the shape of that count.

    The share of leads with the value has a Gamma distribution (``_share``). Where other vendors sent enough leads in
    the window, it is at least theirs now.
    """
    rate, shape = share
    vendor, elsewhere = facts["vendor"][w], facts["everyone"][w] - facts["vendor"][w]
    if elsewhere >= _ENOUGH_ELSEWHERE:
        rate = max(rate, max(cohort["any"][w] - cohort["of"][w], 0) / elsewhere)
    elif kind == "browser" and cohort["young"]:  # as fast as its version spreads in the world
        rate, shape = max(rate, cohort["usual"]), min(shape, _WIDE[kind])
    return vendor * rate, shape


def _lasting_share(kind: str, cohort: Cohort, facts: ClusterFacts) -> tuple[float, float] | None:
    """``_share`` of what came before this week, for every window, where the vendor sent enough then.

    What has grown for days does not explain itself; but versions of browsers do grow.
    """
    vendor = facts["vendor"]
    lasting = kind != "browser" and vendor[_MONTH] - vendor[_WEEKLY] >= _ENOUGH_BEFORE
    return _share(kind, cohort, facts, _WEEKLY) if lasting else None


def _share(kind: str, cohort: Cohort, facts: ClusterFacts, since: int) -> tuple[float, float]:
    """The share of leads with a common value, by what came before a window, and its shape (a Gamma distribution's).

    It starts from the world's share, wide; other vendors' leads before the window narrow it, as far as vendors are
    alike, and then the vendor's own do.
    """
    of, everyone, vendor, anyone = cohort["of"], facts["everyone"], facts["vendor"], cohort["any"]
    before, all_before = max(of[_MONTH] - of[since], 0), vendor[_MONTH] - vendor[since]
    elsewhere_before = everyone[_MONTH] - everyone[since] - all_before
    with_value = max(anyone[_MONTH] - anyone[since] - before, 0)
    wide = _WIDE[kind]
    shape, leads = wide + with_value, wide / cohort["usual"] + max(elsewhere_before, 0)
    shape, leads = _at_most(max(wide, _BETWEEN_VENDORS), _AS_OWN_LEADS, shape, leads)
    shape, leads = _at_most(_STEADIEST, float("inf"), shape + before, leads + all_before)
    rate = min(1.0, shape / leads)
    if rate < cohort["usual"] * _ANY_DAY:
        rate, shape = cohort["usual"] * _ANY_DAY, max(min(shape, 1.0), wide)
    return rate, shape


def _at_most(most_shape: float, most_leads: float, shape: float, leads: float) -> tuple[float, float]:
    """The same mean with a shape and a number of leads that are not larger."""
    less = min(1.0, most_shape / shape, most_leads / leads)
    return shape * less, leads * less


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
    mean += facts["vendor"][w] * _RATE.get(kind, 0.0)
    return mean, _BURSTY + min(mean - everyday, _STEADIEST)


def _judge_manners(code: str, cohort: Cohort, facts: ClusterFacts) -> Finding | None:
    """Were most of the people there put in otherwise than by typing? How many they are is ``velocity``'s to say."""
    if not any(cohort["untyped"]):
        return None
    least, window, size, people = _said_up_to(facts), "", 0, 0
    elsewhere = max(facts["everyone"][_MONTH] - cohort["of"][_MONTH], 0)
    untyped_elsewhere = max(facts.get("not_typed", 0) - cohort["untyped"][2], 0)
    share = (untyped_elsewhere + NOT_TYPED * _ESTIMATED_BY) / (elsewhere + _ESTIMATED_BY)
    share = min(max(NOT_TYPED, share), _AT_MOST_UNTYPED)
    for number, w in enumerate(_AT_MACHINE):
        untyped = cohort["untyped"][number]
        of = max(cohort["people"][w], untyped)
        if of >= _FEWEST_AT_MACHINE and (p := share_tail_probability(untyped, of, share, _OF_ONE_MIND)) < least:
            least, window, size, people = p, WINDOWS[w + 1], untyped, of
    if not window:
        return None
    evidence = {"window": window, "not_typed": size, "people": people, "usual_share": round(share, 3)}
    return _finding(code, evidence, least, facts)


def _judge_rotation(cohort: Cohort, facts: ClusterFacts) -> Finding | None:
    """Do more people's data come from the device than share one, and from ever other places?

    A desk, a kiosk or a class has one place, and how many people come to it says nothing.
    """
    networks, people = cohort["networks"][1], cohort["people"]
    fewest, for_each = _ROTATING
    if networks < max(fewest, for_each * people[1]):
        return None
    by_people: Cohort = {"of": people, "since": cohort["since"]}
    least, window, size, expected = _said_up_to(facts), "", 0, 0.0
    for w in (1, 0):
        mean, shape = _usual("machine", by_people, facts, w)
        p = burst_tail_probability(people[w], mean, shape, least) if people[w] > 0 else 1.0
        if p < least:
            least, window, size, expected = p, _WINDOWS[w], people[w], mean
    if not window:
        return None
    evidence = {"window": window, "size": size + 1, "expected": round(expected + 1, 1), "networks": networks}
    return _finding("CLUSTER_DEVICE", evidence, least, facts)


def _judge_rhythm(kind: str, gaps: Sequence[float], looked: int) -> Finding | None:
    """Arrivals that keep better time than people's.

    Of gaps that chance makes (a Poisson process) all are at least x times their mean with the probability
    ``(1 - x) ^ (n - 1)``: the spacings of uniform points (Pyke, "Spacings", 1965). Those of rounded times are whole
    steps: each way to part their sum into gaps is as likely as any other.
    """
    count, mean, least, *rounded_to = gaps
    spread = 1 - least / mean if mean else 1.0
    if mean < _SHORTEST_GAP or spread > _EVEN:
        return None
    by_chance = spread ** (count - 1)
    if rounded_to:
        by_chance = _parted_evenly(int(count), mean, least, *rounded_to)
    p = min(1.0, looked * by_chance)
    if p > SURPRISING or (rounded_to and by_chance > _RARE):
        return None
    evidence = {"cohort": kind, "leads": int(count) + 1, "seconds_apart": mean, "least": least}
    return Finding("CLUSTER_RHYTHM", {**evidence, "p": short(p)}, scale_of("CLUSTER_RHYTHM", p))


def _parted_evenly(count: int, mean: float, least: float, step: float) -> float:
    """The share of the ways to part so many steps into ``count`` gaps, of none or more, in which each has the least."""
    steps, in_each, others = round(mean * count / step), round(least / step), count - 1
    return comb(max(others, steps - count * in_each + others), others) / comb(steps + others, others)


SIGNAL = Signal(
    name=NAME,
    order=100,
    about="groups of leads like it",
    facts=ClusterFacts,
    looks_at="groups that chance does not explain, and rhythms",
    cannot_know="a group below some five leads; a farm of many devices whose people type by hand; mailboxes by one "
    "scheme at a domain of its own",
    from_counts=from_counts,
    judge=judge,
    measure=measure,
)
