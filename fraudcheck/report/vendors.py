"""What do a time's leads say of the vendors that sold them? The audit, from the ledger's columns and outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import msgspec
import numpy as np
from msgspec import Struct

from fraudcheck.ports.ledger import LeadOutcome
from fraudcheck.reasons import CATALOGUE, speaks_against
from fraudcheck.report import change_carriers, lead_outcomes, prices, rates, returns, visits
from fraudcheck.report.audit import (
    Conversion,
    Duplicates,
    Example,
    Overview,
    Part,
    Point,
    ReasonLine,
    Scope,
    VendorLine,
    VendorReport,
)
from fraudcheck.report.leads import PARTS, Flags, Ints, Leads, decisions
from fraudcheck.report.returns import Contract
from fraudcheck.report.visits import Visits

ALL = "*"
_vendor = attrgetter("vendor")
_MOST = 1_000
"""Vendors that are told apart, and campaigns and the like of one: the rest are put together."""
_POINTS = 30
"""Stretches that a trend is drawn in."""
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


def overview(leads: Leads, became: Sequence[LeadOutcome], asked: Asked) -> Overview:
    """All vendors side by side, the worst first."""
    names, known = set(leads.names["vendor"]), lead_outcomes.group_by_lead(became)
    leads = leads.with_few("vendor", _MOST, None)
    lines, _ = _lines(leads, known, asked)
    return Overview(
        scope=asked.scope,
        all=_all(leads, list(lines.values()), [one for one in known if one.vendor not in lines]),
        vendors=sorted(lines.values(), key=lambda line: (not line.worse, -line.bad.likely, -line.leads, line.vendor)),
        smaller=next((name for name in leads.names["vendor"] if name not in names), None),
        conversions=_conversions(leads, asked),
        calibration=lead_outcomes.calibration(leads, known),
    )


def vendor(leads: Leads, became: Sequence[LeadOutcome], asked: Asked, name: str) -> VendorReport | None:
    """One vendor in full; None where it has no lead."""
    leads, known = leads.with_few("vendor", _MOST, name), lead_outcomes.group_by_lead(became)
    lines, worse = _lines(leads, known, asked)
    if name not in lines:
        return None
    names, place = leads.by("vendor")
    sold = place == names.index(name)
    own, others = leads.only(sold), leads.only(~sold)
    parts = {what: _parts(own, what) for what in PARTS}
    line = lines[name]
    if line.change is not None:
        carriers = change_carriers.carriers(own, line.change)
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
        calibration=lead_outcomes.calibration(own, [one for one in known if one.vendor == name]),
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
    leads: Leads, known: Sequence[lead_outcomes.LeadWithOutcomes], asked: Asked
) -> tuple[dict[str, VendorLine], dict[str, frozenset[str]]]:
    """A line for each vendor, and the reasons that each has more often than chance explains."""
    if not len(leads):
        return {}, {}
    group = _group(leads, "vendor")
    many = len(group.names)
    codes, table = leads.with_code(group.place, many)
    worse, worse_codes = _worse(group, codes, table)
    told_of = {name: list(group) for name, group in groupby(sorted(known, key=_vendor), key=_vendor)}
    order = np.argsort(group.place, kind="stable")
    each = np.split(order, np.cumsum(group.leads)[:-1]) if many else []
    shares = rates.shares(group.bad, group.leads, group.population)
    counts = {
        "decisions": leads.counted(group.place, many, lambda kind: kind.decision),
        "classifications": leads.counted(group.place, many, lambda kind: kind.classification),
    }
    duplicates = _duplicates(leads, group.place, many)
    trends = _trends(leads, group)
    money = prices.money(leads, group.names, group.place, asked.contract, asked.today)
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
            change=change_carriers.change(leads, each[at], group.population),
            trend=trends[at],
            money=money[at],
            outcomes=lead_outcomes.outcomes(told_of.get(name, ())),
        )
    return lines, dict(zip(group.names, worse_codes, strict=True))


def _all(leads: Leads, lines: Sequence[VendorLine], others: Iterable[lead_outcomes.LeadWithOutcomes]) -> VendorLine:
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
        outcomes=lead_outcomes.outcome_counts([*[line.outcomes for line in lines], lead_outcomes.outcomes(others)]),
    )


def _worse(group: _Group, codes: Sequence[str], table: Ints) -> tuple[Flags, list[frozenset[str]]]:
    """Which vendors, and which of their reasons, stand out beyond chance and vendors' ordinary differences."""
    speaking = [at for at, code in enumerate(codes) if speaks_against(code)]
    flagged = rates.worse(np.column_stack([group.bad, table[:, speaking]]), group.leads)
    names = [codes[at] for at in speaking]
    return flagged[:, 0], [frozenset(names[at] for at in np.flatnonzero(row[1:])) for row in flagged]


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
    return sorted(lines, key=lambda line: (not line.worse, not speaks_against(line.code), -line.leads.part, line.code))


def _said(leads: Leads) -> tuple[list[str], list[int]]:
    codes, table = leads.with_code(np.zeros(len(leads), dtype=np.int64), 1)
    return codes, [int(count) for count in table[0]]


def _parts(own: Leads, what: str) -> list[Part]:
    """A vendor's campaigns or the like, the most leads first, held against each other."""
    group = _group(own.with_few(what, _MOST, None), what)
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
