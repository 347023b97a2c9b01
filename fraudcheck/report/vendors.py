"""What do a time's leads say of the vendors that sold them? The audit, from the ledger's columns and outcomes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Literal, NamedTuple

import msgspec
import numpy as np
from msgspec import Struct

from fraudcheck import outcomes
from fraudcheck.ports import Became
from fraudcheck.reasons import CATALOGUE
from fraudcheck.report import changes, rates, returns, visits
from fraudcheck.report.audit import (
    Calibration,
    Carrier,
    Change,
    Conversion,
    Duplicates,
    Example,
    Money,
    Outcomes,
    Overview,
    Part,
    Point,
    ReasonLine,
    Scope,
    VendorLine,
    VendorReport,
)
from fraudcheck.report.leads import Flags, Ints, Leads, decisions, numbered
from fraudcheck.report.returns import Contract
from fraudcheck.report.visits import Visits

ALL = "*"
_POINTS = 30
"""Stretches that a trend is drawn in."""
_CARRIERS = 8
_SURE = 0.05
_PARTS: tuple[Literal["campaign", "sub_id", "channel"], ...] = ("campaign", "sub_id", "channel")
_SEEN_BEFORE = frozenset({"LEAD_SEEN_BEFORE", "LEAD_RESUBMITTED"})
_SOLD_BEFORE = "LEAD_SOLD_BEFORE"


class Asked(Struct, frozen=True, kw_only=True):
    """What an audit is of and by: which leads, the contract, the visits that are known, and today's date."""

    scope: Scope
    contract: Contract
    today: date
    visits: Sequence[Visits] = ()


class _Group(NamedTuple):
    """Leads by some group, counted once for everything."""

    names: list[str]
    place: Ints
    leads: Ints
    bad: Ints
    valid: Ints
    population: rates.Population


def overview(leads: Leads, became: Sequence[Became], asked: Asked) -> Overview:
    """All vendors side by side, the worst first."""
    lines, _ = _lines(leads, became, asked)
    return Overview(
        scope=asked.scope,
        all=_all(leads, list(lines.values())),
        vendors=sorted(lines.values(), key=lambda line: (not line.worse, -line.bad.likely, -line.leads, line.vendor)),
        conversions=_conversions(leads, asked),
        calibration=_calibration(leads, became),
    )


def vendor(leads: Leads, became: Sequence[Became], asked: Asked, name: str) -> VendorReport | None:
    """One vendor in full; None where it has no lead."""
    lines, worse = _lines(leads, became, asked)
    if name not in lines:
        return None
    names, place = leads.by("vendor")
    sold = place == names.index(name)
    own, others = leads.only(sold), leads.only(~sold)
    known = [one for one in became if (one.source[0] or "") == name]
    parts = {what: _parts(own, what) for what in _PARTS}
    line = lines[name]
    if line.change is not None:
        carriers = _carriers(own, line.change)
        line = msgspec.structs.replace(line, change=msgspec.structs.replace(line.change, carriers=carriers))
    return VendorReport(
        scope=asked.scope,
        summary=line,
        others=rates.share(int(others.bad.sum()), len(others)),
        reasons=_reasons(own, others, worse[name]),
        campaigns=parts["campaign"],
        sub_ids=parts["sub_id"],
        channels=parts["channel"],
        conversions=_conversions(own, asked),
        calibration=_calibration(own, known),
    )


def with_examples(report: VendorReport, examples: list[Example]) -> VendorReport:
    """The report with leads to look at."""
    return msgspec.structs.replace(report, examples=examples)


def _group(leads: Leads, what: str) -> _Group:
    names, place = leads.by(what) if what != ALL else ([ALL], np.zeros(len(leads), dtype=np.int64))
    many = len(names)
    whole, bad, valid = (np.bincount(place[which], minlength=many) for which in (slice(None), leads.bad, leads.valid))
    return _Group(names, place, whole, bad, valid, rates.population(bad, whole))


def _lines(
    leads: Leads, became: Sequence[Became], asked: Asked
) -> tuple[dict[str, VendorLine], dict[str, frozenset[str]]]:
    """A line for each vendor, and the reasons that each has more often than chance explains."""
    if not len(leads):
        return {}, {}
    group = _group(leads, "vendor")
    many = len(group.names)
    codes, table = leads.with_code(group.place, many)
    worse, worse_codes = _worse(group, codes, table)
    told = _by_vendor(became)
    order = np.argsort(group.place, kind="stable")
    each = np.split(order, np.cumsum(group.leads)[:-1]) if many else []
    shares = rates.shares(group.bad, group.leads, group.population)
    counts = {
        "decisions": leads.counted(group.place, many, lambda kind: kind.decision),
        "classifications": leads.counted(group.place, many, lambda kind: kind.classification),
    }
    duplicates = _duplicates(leads, group.place, many)
    trends = _trends(leads, group)
    money = _money(leads, group, asked)
    lines = {}
    for at, name in enumerate(group.names):
        lines[name] = VendorLine(
            vendor=name,
            leads=int(group.leads[at]),
            valid=int(group.valid[at]),
            decisions=decisions(counts["decisions"][at]),
            classifications=counts["classifications"][at],
            duplicates=duplicates[at],
            bad=shares[at],
            worse=bool(worse[at]),
            worse_reasons=sorted(worse_codes[at]),
            change=_change(leads, each[at], group.population),
            trend=trends[at],
            money=money[at],
            outcomes=_outcomes(told.get(name, ())),
        )
    return lines, dict(zip(group.names, worse_codes, strict=True))


def _all(leads: Leads, lines: Sequence[VendorLine]) -> VendorLine:
    """All leads as if one vendor had sold them; without a change, since vendors come and go."""
    group = _group(leads, ALL)
    return VendorLine(
        vendor=ALL,
        leads=len(leads),
        valid=int(group.valid[0]),
        decisions=decisions(leads.counted(group.place, 1, lambda kind: kind.decision)[0]),
        classifications=leads.counted(group.place, 1, lambda kind: kind.classification)[0],
        duplicates=_duplicates(leads, group.place, 1)[0],
        bad=rates.share(int(group.bad[0]), len(leads)),
        worse=False,
        worse_reasons=[],
        change=None,
        trend=_trends(leads, group)[0],
        money=returns.together([line.money for line in lines]),
        outcomes=_together([line.outcomes for line in lines]),
    )


def _together(parts: Sequence[Outcomes]) -> Outcomes:
    """Several vendors' outcomes as one."""
    returned: Counter[str] = Counter()
    value: defaultdict[str, Decimal] = defaultdict(Decimal)
    for part in parts:
        returned.update(part.returned)
        for currency, amount in part.value.items():
            value[currency] += Decimal(amount)
    counted = ("leads", "genuine", "fake", "contacted", "qualified", "converted")
    return Outcomes(
        **{name: sum(getattr(part, name) for part in parts) for name in counted},
        returned=dict(sorted(returned.items())),
        value={currency: f"{amount:f}" for currency, amount in sorted(value.items())},
    )


def _worse(group: _Group, codes: Sequence[str], table: Ints) -> tuple[Flags, list[frozenset[str]]]:
    """Which vendors, and which of their reasons, stand out beyond chance and vendors' ordinary differences."""
    speaking = [at for at, code in enumerate(codes) if _speaks_against(code)]
    flagged = rates.worse(np.column_stack([group.bad, table[:, speaking]]), group.leads)
    names = [codes[at] for at in speaking]
    return flagged[:, 0], [frozenset(names[at] for at in np.flatnonzero(row[1:])) for row in flagged]


def _speaks_against(code: str) -> bool:
    reason = CATALOGUE.get(code)
    return reason is not None and (reason.points < 0 or reason.kind is not None)


def _duplicates(leads: Leads, place: Ints, many: int) -> list[Duplicates]:
    sold = leads.flags(lambda kind: _SOLD_BEFORE in kind.codes)
    seen = leads.flags(lambda kind: not _SEEN_BEFORE.isdisjoint(kind.codes) and _SOLD_BEFORE not in kind.codes)
    within, others = (np.bincount(place[which], minlength=many) for which in (seen, sold))
    return [Duplicates(within=int(within[at]), others=int(others[at])) for at in range(many)]


def _trends(leads: Leads, group: _Group) -> list[list[Point]]:
    """Each group's leads and bad leads in stretches of equally many days."""
    many = len(group.names)
    if not len(leads):
        return [[] for _ in range(many)]
    first = int(leads.day.min())
    days = -(-(int(leads.day.max()) - first + 1) // _POINTS)
    at = group.place * _POINTS + (leads.day - first) // days
    whole, bad = (
        np.bincount(at[which], minlength=many * _POINTS).reshape(many, _POINTS) for which in (slice(None), leads.bad)
    )
    starts = [date.fromordinal(first + step * days).isoformat() for step in range(_POINTS)]
    last = (int(leads.day.max()) - first) // days
    return [
        [Point(day=starts[step], leads=int(whole[row, step]), bad=int(bad[row, step])) for step in range(last + 1)]
        for row in range(many)
    ]


def _change(leads: Leads, own: Ints, population: rates.Population) -> Change | None:
    """The last change of a vendor whose leads are ``own``."""
    flags = leads.bad[own]
    found = changes.confirmed(flags, changes.changes(flags.astype(np.uint8), population))
    if not found:
        return None
    last = found[-1]
    first = found[-2].start if len(found) > 1 else 0
    before, after = flags[first : last.start], flags[last.start :]
    days = [date.fromordinal(int(leads.day[own[at]])).isoformat() for at in (first, last.start, last.noticed)]
    return Change(
        direction=last.direction,
        compared_from=days[0],
        since=days[1],
        noticed=days[2],
        before=rates.share(int(before.sum()), len(before)),
        after=rates.share(int(after.sum()), len(after)),
    )


def _carriers(own: Leads, change: Change) -> list[Carrier]:
    """The reasons, campaigns, sub-ids and channels that a vendor's change comes with, the heaviest first."""
    first, since = (date.fromisoformat(day).toordinal() for day in (change.compared_from, change.since))
    some = own.only(own.day >= first)
    late = (some.day >= since).astype(np.int64)
    found = list(_carrying_reasons(some, late))
    for what in _PARTS:
        found += _carrying_parts(some, late, what)
    sign = 1 if change.direction == "rise" else -1
    return sorted([one for one in found if one.carries * sign > 0], key=lambda one: -abs(one.carries))[:_CARRIERS]


def _carrying_reasons(leads: Leads, late: Ints) -> Iterable[Carrier]:
    codes, said = leads.with_code(late, 2)
    rejected = leads.only(leads.bad)
    bad_codes, among_bad = rejected.with_code(late[leads.bad], 2)
    then, since = (int(each) for each in np.bincount(late, minlength=2))
    sure = _SURE / max(1, len(codes))
    for at, code in enumerate(codes):
        was, now = (int(each) for each in said[:, at])
        if not _speaks_against(code) or code not in bad_codes or rates.differs(was, then, now, since) > sure:
            continue
        of = among_bad[:, bad_codes.index(code)]
        yield Carrier(
            kind="reason",
            name=code,
            before=rates.share(was, then),
            after=rates.share(now, since),
            carries=float(of[1] / since - of[0] / then),
        )


def _carrying_parts(leads: Leads, late: Ints, what: Literal["campaign", "sub_id", "channel"]) -> Iterable[Carrier]:
    """Those whose bad leads make up another share of all the vendor's leads than before."""
    names, place = leads.by(what)
    whole = [int(each) for each in np.bincount(late, minlength=2)]
    if len(names) < 2 or not all(whole):
        return
    leads_of, bad_of = (
        np.bincount((place * 2 + late)[which], minlength=2 * len(names)).reshape(-1, 2).tolist()
        for which in (slice(None), leads.bad)
    )
    for name, (then, since), (was, now) in zip(names, leads_of, bad_of, strict=True):
        if rates.differs(was, whole[0], now, whole[1]) <= _SURE / len(names):
            yield Carrier(
                kind=what,
                name=name,
                before=rates.share(was, then),
                after=rates.share(now, since),
                carries=now / whole[1] - was / whole[0],
            )


def _reasons(own: Leads, others: Leads, worse: frozenset[str]) -> list[ReasonLine]:
    tables = [dict(zip(*_said(leads), strict=True)) for leads in (own, others)]
    lines = [
        ReasonLine(
            code=code,
            text=CATALOGUE[code].text if code in CATALOGUE else "",
            leads=rates.share(count, len(own)),
            others=rates.share(tables[1].get(code, 0), len(others)),
            worse=code in worse,
        )
        for code, count in tables[0].items()
        if count
    ]
    return sorted(lines, key=lambda line: (not line.worse, not _speaks_against(line.code), -line.leads.part, line.code))


def _said(leads: Leads) -> tuple[list[str], list[int]]:
    codes, table = leads.with_code(np.zeros(len(leads), dtype=np.int64), 1)
    return codes, [int(count) for count in table[0]]


def _parts(own: Leads, what: str) -> list[Part]:
    """A vendor's campaigns or the like, the most leads first, held against each other."""
    group = _group(own, what)
    many = len(group.names)
    shares = rates.shares(group.bad, group.leads, group.population)
    worse = rates.worse(group.bad[:, None], group.leads)[:, 0]
    counts = own.counted(group.place, many, lambda kind: kind.decision)
    parts = [
        Part(
            name=name,
            leads=int(group.leads[at]),
            decisions=decisions(counts[at]),
            bad=shares[at],
            valid=int(group.valid[at]),
            worse=bool(worse[at]),
        )
        for at, name in enumerate(group.names)
        if group.leads[at]
    ]
    return sorted(parts, key=lambda part: (-part.leads, part.name))


def _by_vendor(became: Sequence[Became]) -> Mapping[str, list[Became]]:
    told: defaultdict[str, list[Became]] = defaultdict(list)
    for one in became:
        told[one.source[0] or ""].append(one)
    return told


def _outcomes(became: Iterable[Became]) -> Outcomes:
    """What became of some leads, each counted once for each thing that became of it."""
    became_of: Counter[str] = Counter()
    returned: Counter[str] = Counter()
    value: defaultdict[str, Decimal] = defaultdict(Decimal)
    for _, group in groupby(became, key=lambda one: one.lead):
        told = [one.told for one in group]
        became_of["leads"] += 1
        became_of.update({one.outcome for one in told})
        became_of[outcomes.proves(told) or "unproven"] += 1
        returned.update({one.reason or "other" for one in told if one.outcome == "returned"})
        for one in told:
            if one.value is not None and one.value.amount and one.value.currency:
                value[one.value.currency] += Decimal(one.value.amount)
    return Outcomes(
        **{name: became_of[name] for name in ("leads", "genuine", "fake", "contacted", "qualified", "converted")},
        returned=dict(sorted(returned.items())),
        value={currency: f"{amount:f}" for currency, amount in sorted(value.items())},
    )


def _calibration(leads: Leads, became: Sequence[Became]) -> list[Calibration]:
    """For each ten points of trust score, which share was promised and which proved genuine. Empty without outcomes."""
    known: defaultdict[int, list[tuple[bool, int]]] = defaultdict(list)
    for _, group in groupby(became, key=lambda one: one.lead):
        told = list(group)
        proved = outcomes.proves([one.told for one in told])
        if proved is not None:
            known[min(told[0].score // 10, 9)].append((proved == "genuine", told[0].score))
    if not known:
        return []
    whole = np.bincount(np.minimum(leads.score // 10, 9), minlength=10)
    return [
        Calibration(
            low=ten * 10,
            high=100 if ten == 9 else ten * 10 + 9,
            leads=int(whole[ten]),
            genuine=rates.share(sum(genuine for genuine, _ in known[ten]), len(known[ten])),
            promised=sum(score for _, score in known[ten]) / len(known[ten]) / 100 if known[ten] else 0.0,
        )
        for ten in reversed(range(10))
        if whole[ten] or known[ten]
    ]


def _conversions(leads: Leads, asked: Asked) -> list[Conversion]:
    if not asked.visits:
        return []
    (channels, channel), (campaigns, campaign) = leads.by("channel"), leads.by("campaign")
    pairs, place = np.unique(channel * len(campaigns) + campaign, return_inverse=True)
    forms, valid = np.bincount(place, minlength=len(pairs)), np.bincount(place[leads.valid], minlength=len(pairs))
    counts = {
        (channels[pair // len(campaigns)], campaigns[pair % len(campaigns)]): (int(forms[at]), int(valid[at]))
        for at, pair in enumerate(pairs.tolist())
    }
    return visits.conversions(asked.visits, counts)


def _money(leads: Leads, group: _Group, asked: Asked) -> list[list[Money]]:
    """Each group's prices. Leads that a contract treats alike are added up before anything is looked at."""
    sums: list[list[returns.Priced]] = [[] for _ in group.names]
    terms = [returns.for_vendor(asked.contract, name) for name in group.names]
    span = _spans(leads, group.place, terms, asked.today)
    for allowed in {each.reasons for each in terms}:
        members = np.array([each.reasons == allowed for each in terms])
        own = [(kind.currency, returns.reason_for(kind.codes, kind.decision, allowed)) for kind in leads.kinds]
        labels, label_of = numbered([(currency or "", reason or "") for currency, reason in own])
        priced = (leads.price >= 0) & np.array([bool(currency) for currency, _ in own], dtype=bool)[leads.kind]
        some = np.flatnonzero(priced & members[group.place])
        label = label_of[leads.kind[some]]
        for first, many, millionths in _added_up(leads, np.column_stack([group.place, span])[some], label, some):
            currency, reason = labels[label[first]]
            lead = some[first]
            day = date.fromordinal(int(leads.day[lead]))
            sums[group.place[lead]].append(returns.Priced(day, currency, reason or None, many, millionths))
    return [returns.money(rows, each, asked.today) for rows, each in zip(sums, terms, strict=True)]


def _spans(leads: Leads, place: Ints, terms: Sequence[returns.Terms], today: date) -> Ints:
    """A number for each lead that those share which came in one month and are on one side of the contract's window."""
    days, at = np.unique(leads.day, return_inverse=True)
    moments = [date.fromordinal(int(day)) for day in days]
    month = np.array([moment.year * 12 + moment.month for moment in moments], dtype=np.int64)[at]
    limits = [
        today.toordinal() - each.return_within_days if each.return_within_days is not None else 0 for each in terms
    ]
    return month * 2 + (leads.day < np.array(limits, dtype=np.int64)[place])


def _added_up(leads: Leads, keys: Ints, label: Ints, some: Ints) -> Iterable[tuple[int, int, int]]:
    """The first of each sort of leads, their number and their price."""
    if not some.size:
        return
    packed = (keys[:, 0] * 1_000_000 + keys[:, 1]) * (int(label.max()) + 1) + label
    _, first, at, many = np.unique(packed, return_index=True, return_inverse=True, return_counts=True)
    millionths = np.zeros(len(first), dtype=np.int64)
    np.add.at(millionths, at, leads.price[some])
    yield from zip(first.tolist(), many.tolist(), millionths.tolist(), strict=True)
