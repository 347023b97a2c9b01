"""How do vendors compare by the leads that they sold? The audit, from the leads of a time and their outcomes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from math import ceil
from operator import attrgetter
from typing import NamedTuple

import msgspec
import numpy as np
from msgspec import Struct

from fraudcheck.fields.filling import STAFFED_CHANNELS
from fraudcheck.identifiers import vendor_key
from fraudcheck.ports.claims import ClaimedLead
from fraudcheck.ports.ledger import LeadOutcome
from fraudcheck.reasons import CATALOGUE, speaks_against
from fraudcheck.report import change_carriers, lead_outcomes, prices, rates, returns, visits
from fraudcheck.report.audit import (
    Carried,
    Conversion,
    Duplicates,
    Example,
    FormTokens,
    OriginLine,
    Overview,
    Part,
    Point,
    ReasonLine,
    Scope,
    SourceLine,
    Staffed,
    VendorLine,
    VendorReport,
)
from fraudcheck.report.leads import ASKED, PARTS, UNTOLD, Flags, Ints, Leads, all_decisions
from fraudcheck.report.returns import Contract
from fraudcheck.report.visits import Came, Visits
from fraudcheck.worth.funnel import DEFAULT, Funnel

ALL = "*"
_get_vendor = attrgetter("vendor")
_MAX_NAMES = 1_000
"""Vendors, and campaigns, sub-ids or channels of one vendor, that are counted separately. The smallest are merged."""
_MAX_POINTS = 30
"""Points that a trend has at most."""
_SEEN_BEFORE = frozenset({"LEAD_SEEN_BEFORE", "LEAD_RESUBMITTED"})
_SOLD_BEFORE = "LEAD_SOLD_BEFORE"
_SALES = "sales_lead"
_MAX_CAMPAIGNS = 200
"""Campaigns that are counted by kind of enquiry separately."""
_BANDS = ("hot", "warm", "cold", "not_now")
_MAX_ORIGINS = 10
"""Origins that are named of a vendor's tokens."""
_STAFFED, _CONTRADICTED = "CHANNEL_STAFFED", "CHANNEL_CONTRADICTED"


class AuditInputs(Struct, frozen=True, kw_only=True):
    """What an audit needs besides leads and outcomes: the scope, the contract, numbers of visits, today's date, the
    tenant's funnel, whose events prove what it says, and the leads of the scope that were claimed before.
    """

    scope: Scope
    contract: Contract
    today: date
    visits: Sequence[Visits] = ()
    funnel: Funnel = DEFAULT
    claimed: Sequence[ClaimedLead] = ()


class _Group(NamedTuple):
    """Counts of leads by vendor or another part: ``lead_group`` has each lead's group, the rest a value for each group.

    ``population`` is the spread of the groups' shares of bad leads.
    """

    names: list[str]
    lead_group: Ints
    leads: Ints
    bad: Ints
    valid: Ints
    population: rates.Population


def audit_all(leads: Leads, outcomes: Sequence[LeadOutcome], inputs: AuditInputs) -> Overview:
    """All vendors side by side, the worst first."""
    return audit_each(leads, outcomes, inputs, most=0)[0]


def audit_each(
    leads: Leads, outcomes: Sequence[LeadOutcome], inputs: AuditInputs, most: int
) -> tuple[Overview, list[VendorReport]]:
    """All vendors side by side, the worst first, and the first ``most`` that have a name in full, without examples."""
    original_names = set(leads.names["vendor"])
    with_outcomes = lead_outcomes.group_by_lead(outcomes, inputs.funnel)
    leads = leads.merge_small("vendor", _MAX_NAMES, None)
    smaller = next((name for name in leads.names["vendor"] if name not in original_names), None)
    lines, worse_reasons = _vendor_lines(leads, with_outcomes, inputs, smaller)
    without_line = [lead for lead in with_outcomes if lead.vendor not in lines]
    overview = Overview(
        scope=inputs.scope,
        all=_line_of_all(leads, list(lines.values()), without_line),
        vendors=sorted(lines.values(), key=lambda line: (not line.worse, -line.bad.likely, -line.leads, line.vendor)),
        smaller=smaller,
        conversions=_conversions(leads, with_outcomes, inputs),
        calibration=lead_outcomes.calibrate(leads, with_outcomes),
        sources=_sources(leads),
    )
    named = [line for line in overview.vendors if line.vendor and line.vendor != smaller]
    return overview, [_in_full(leads, with_outcomes, inputs, line, worse_reasons[line.vendor]) for line in named[:most]]


def audit_vendor(leads: Leads, outcomes: Sequence[LeadOutcome], inputs: AuditInputs, name: str) -> VendorReport | None:
    """One vendor in full, without examples; None if it has no lead. ``leads`` are those of all vendors.

    Whatever the spelling that is asked for, the one of the leads is shown.
    """
    key = vendor_key(name)
    name = next((shown for shown in leads.names["vendor"] if vendor_key(shown) == key), name)
    leads, with_outcomes = (
        leads.merge_small("vendor", _MAX_NAMES, name),
        lead_outcomes.group_by_lead(outcomes, inputs.funnel),
    )
    lines, worse_reasons = _vendor_lines(leads, with_outcomes, inputs, None)
    return _in_full(leads, with_outcomes, inputs, lines[name], worse_reasons[name]) if name in lines else None


def _in_full(
    leads: Leads,
    with_outcomes: Sequence[lead_outcomes.LeadWithOutcomes],
    inputs: AuditInputs,
    line: VendorLine,
    worse: frozenset[str],
) -> VendorReport:
    """The vendor of a line in full; ``leads`` and outcomes are those of all vendors, ``worse`` its reasons."""
    names, index = leads.by("vendor")
    is_own = index == names.index(line.vendor)
    own, others = leads.only(is_own), leads.only(~is_own)
    own_outcomes = [lead for lead in with_outcomes if lead.vendor == line.vendor]
    parts = {part: _parts(own, part) for part in PARTS}
    if line.change is not None:
        carriers = change_carriers.find_carriers(own, line.change)
        line = msgspec.structs.replace(line, change=msgspec.structs.replace(line.change, carriers=carriers))
    return VendorReport(
        scope=inputs.scope,
        summary=line,
        others=rates.share(int(others.bad.sum()), len(others)),
        reasons=_reason_lines(own, others, worse),
        campaigns=parts["campaign"],
        sub_ids=parts["sub_id"],
        channels=parts["channel"],
        conversions=_conversions(own, own_outcomes, inputs),
        calibration=lead_outcomes.calibrate(own, own_outcomes),
        sources=_sources(own),
    )


def with_examples(
    report: VendorReport, examples: list[Example], carried: list[Carried], origins: Mapping[str, int]
) -> VendorReport:
    """The report with these examples, and with what the newest leads carry; ``origins`` are those of their tokens."""
    ordered = sorted(origins.items(), key=lambda item: (-item[1], item[0]))
    lines = [OriginLine(origin=origin, leads=count) for origin, count in ordered[:_MAX_ORIGINS]]
    if rest := sum(count for _, count in ordered[_MAX_ORIGINS:]):
        lines.append(OriginLine(origin="", leads=rest))
    tokens = msgspec.structs.replace(report.summary.form_tokens, origins=lines)
    summary = msgspec.structs.replace(report.summary, form_tokens=tokens)
    return msgspec.structs.replace(report, summary=summary, examples=examples, carried=carried)


def _count_groups(leads: Leads, part: str) -> _Group:
    """Leads counted by vendor, campaign, sub-id or channel, or (``ALL``) as one group."""
    if part == ALL:
        names, index = [ALL], np.zeros(len(leads), dtype=np.int64)
    else:
        names, index = leads.by(part)
    total = np.bincount(index, minlength=len(names))
    bad = np.bincount(index[leads.bad], minlength=len(names))
    valid = np.bincount(index[leads.valid], minlength=len(names))
    return _Group(names, index, total, bad, valid, rates.population(bad, total))


def _vendor_lines(
    leads: Leads, with_outcomes: Sequence[lead_outcomes.LeadWithOutcomes], inputs: AuditInputs, smaller: str | None
) -> tuple[dict[str, VendorLine], dict[str, frozenset[str]]]:
    """A line for each vendor, and the reasons that each vendor has more often than chance explains.

    ``smaller`` is the name of those that share a line.
    """
    if not len(leads):
        return {}, {}
    group = _count_groups(leads, "vendor")
    count = len(group.names)
    codes, table = leads.count_codes(group.lead_group, count)
    worse, worse_codes = _find_worse(group, codes, table)
    by_vendor = {name: list(own) for name, own in groupby(sorted(with_outcomes, key=_get_vendor), key=_get_vendor)}
    positions = np.split(np.argsort(group.lead_group, kind="stable"), np.cumsum(group.leads)[:-1]) if count else []
    shares = rates.shares(group.bad, group.leads, group.population)
    decisions = leads.count_by(group.lead_group, count, lambda kind: kind.decision)
    classifications = leads.count_by(group.lead_group, count, lambda kind: kind.classification)
    duplicates = _count_duplicates(leads, group.lead_group, count)
    staffed, tokens = _count_staffed(leads, positions), _count_tokens(leads, group.lead_group, count)
    trends = _trends(leads, group)
    genuine: defaultdict[int, list[lead_outcomes.LeadWithOutcomes]] = defaultdict(list)
    positions_by_name = {name: i for i, name in enumerate(group.names)}
    for lead in with_outcomes:
        position = positions_by_name.get(lead.vendor, None if smaller is None else positions_by_name[smaller])
        if lead.proved == "genuine" and position is not None:
            genuine[position].append(lead)
    claimed: defaultdict[int, list[ClaimedLead]] = defaultdict(list)
    for each in inputs.claimed:
        position = positions_by_name.get(each.source[0] or "", None if smaller is None else positions_by_name[smaller])
        if position is not None:
            claimed[position].append(each)
    money = prices.money_by_vendor(
        leads, group.names, group.lead_group, inputs.contract, inputs.today, genuine, claimed
    )
    asked, bands = _count_asked(leads, group.lead_group, count), _count_bands(leads, group.lead_group, count)
    lines = {}
    for i, name in enumerate(group.names):
        lines[name] = VendorLine(
            vendor=name,
            leads=int(group.leads[i]),
            valid=int(group.valid[i]),
            decisions=all_decisions(decisions[i]),
            classifications=classifications[i],
            duplicates=duplicates[i],
            bad=shares[i],
            worse=bool(worse[i]),
            worse_reasons=sorted(worse_codes[i]),
            change=change_carriers.find_last_change(leads, positions[i], group.population),
            trend=trends[i],
            money=money[i],
            outcomes=lead_outcomes.count_outcomes(by_vendor.get(name, ())),
            staffed=staffed[i],
            tests=leads.tests.get(name, 0),
            sales_leads=asked[i].get(_SALES, 0),
            kinds=asked[i],
            bands=bands[i],
            form_tokens=tokens[i],
        )
    return lines, dict(zip(group.names, worse_codes, strict=True))


def _line_of_all(
    leads: Leads, lines: Sequence[VendorLine], without_line: Iterable[lead_outcomes.LeadWithOutcomes]
) -> VendorLine:
    """All leads as if one vendor had sold them, but without a change, because vendors come and go.

    ``without_line`` are leads with outcomes whose vendor has no line.
    """
    group = _count_groups(leads, ALL)
    asked = _count_asked(leads, group.lead_group, 1)[0]
    return VendorLine(
        vendor=ALL,
        leads=len(leads),
        valid=int(group.valid[0]),
        decisions=all_decisions(leads.count_by(group.lead_group, 1, lambda kind: kind.decision)[0]),
        classifications=leads.count_by(group.lead_group, 1, lambda kind: kind.classification)[0],
        duplicates=_count_duplicates(leads, group.lead_group, 1)[0],
        bad=rates.share(int(group.bad[0]), len(leads)),
        worse=False,
        worse_reasons=[],
        change=None,
        trend=_trends(leads, group)[0],
        money=returns.add_money([line.money for line in lines]),
        outcomes=lead_outcomes.add_outcomes(
            [*[line.outcomes for line in lines], lead_outcomes.count_outcomes(without_line)]
        ),
        tests=sum(leads.tests.values()),
        sales_leads=asked.get(_SALES, 0),
        kinds=asked,
        bands=_count_bands(leads, group.lead_group, 1)[0],
        form_tokens=_count_tokens(leads, group.lead_group, 1)[0],
    )


def _find_worse(group: _Group, codes: Sequence[str], table: Ints) -> tuple[Flags, list[frozenset[str]]]:
    """Which vendors are worse than chance and ordinary differences explain, and each vendor's reasons that are so.

    ``table`` counts leads by vendor and code.
    """
    columns = [column for column, code in enumerate(codes) if speaks_against(code)]
    flagged = rates.worse(np.column_stack([group.bad, table[:, columns]]), group.leads)
    names = [codes[column] for column in columns]
    return flagged[:, 0], [frozenset(names[i] for i in np.flatnonzero(row[1:])) for row in flagged]


def _count_duplicates(leads: Leads, index: Ints, count: int) -> list[Duplicates]:
    sold_before = leads.flags(lambda kind: _SOLD_BEFORE in kind.codes)
    seen_before = leads.flags(lambda kind: not _SEEN_BEFORE.isdisjoint(kind.codes) and _SOLD_BEFORE not in kind.codes)
    within = np.bincount(index[seen_before], minlength=count)
    others = np.bincount(index[sold_before], minlength=count)
    return [Duplicates(within=int(within[i]), others=int(others[i])) for i in range(count)]


def _count_staffed(leads: Leads, positions: Sequence[Ints]) -> list[Staffed | None]:
    """For each group, whose leads' positions are given, those whose channel says that somebody else typed."""
    contradicted = leads.flags(lambda kind: _CONTRADICTED in kind.codes)
    declared = contradicted | leads.flags(lambda kind: _STAFFED in kind.codes)
    found: list[Staffed | None] = []
    for own in positions:
        days, first = leads.day[own][declared[own]], int(leads.day[own].min())
        found.append(
            Staffed(
                leads=len(days),
                contradicted=int(contradicted[own].sum()),
                since=date.fromordinal(int(days.min())).isoformat(),
                sold_since=date.fromordinal(first).isoformat(),
            )
            if len(days)
            else None
        )
    return found


def _count_tokens(leads: Leads, groups: Ints, count: int) -> list[FormTokens]:
    """For each group the leads with a valid token of the form's script, of those whose channel has a form."""
    names, channel = leads.by("channel")
    has_form = np.array([name not in STAFFED_CHANNELS for name in names], dtype=bool)[channel]
    has_token = leads.flags(lambda kind: "FORM_TOKEN_VALID" in kind.codes)
    of = np.bincount(groups[has_form], minlength=count).tolist()
    valid = np.bincount(groups[has_form & has_token], minlength=count).tolist()
    return [
        FormTokens(leads=all_, valid=with_token, share=with_token / all_ if all_ else 0.0)
        for all_, with_token in zip(of, valid, strict=True)
    ]


def _trends(leads: Leads, group: _Group) -> list[list[Point]]:
    """Each group's leads and bad leads over time, in points of equally many days."""
    count = len(group.names)
    if not len(leads):
        return [[] for _ in range(count)]
    first_day, last_day = int(leads.day.min()), int(leads.day.max())
    days = ceil((last_day - first_day + 1) / _MAX_POINTS)
    cell = group.lead_group * _MAX_POINTS + (leads.day - first_day) // days
    shape = (count, _MAX_POINTS)
    total = np.bincount(cell, minlength=count * _MAX_POINTS).reshape(shape)
    bad = np.bincount(cell[leads.bad], minlength=count * _MAX_POINTS).reshape(shape)
    points = range((last_day - first_day) // days + 1)
    starts = [date.fromordinal(first_day + point * days).isoformat() for point in points]
    return [
        [Point(day=starts[point], leads=int(total[row, point]), bad=int(bad[row, point])) for point in points]
        for row in range(count)
    ]


def _reason_lines(own: Leads, others: Leads, worse: frozenset[str]) -> list[ReasonLine]:
    """The reasons of a vendor's leads, those that it has too often first, then those against a lead."""
    own_counts, other_counts = _code_counts(own), _code_counts(others)
    lines = [
        ReasonLine(
            code=code,
            text=CATALOGUE[code].text if code in CATALOGUE else "",
            leads=rates.share(count, len(own)),
            others=rates.share(other_counts.get(code, 0), len(others)),
            worse=code in worse,
        )
        for code, count in own_counts.items()
        if count
    ]
    return sorted(lines, key=lambda line: (not line.worse, not speaks_against(line.code), -line.leads.part, line.code))


def _code_counts(leads: Leads) -> dict[str, int]:
    codes, table = leads.count_codes(np.zeros(len(leads), dtype=np.int64), 1)
    return dict(zip(codes, table[0].tolist(), strict=True))


def _parts(own: Leads, kind_of_part: str) -> list[Part]:
    """A vendor's campaigns, sub-ids or channels, compared with each other, those with the most leads first."""
    group = _count_groups(own.merge_small(kind_of_part, _MAX_NAMES, None), kind_of_part)
    shares = rates.shares(group.bad, group.leads, group.population)
    worse = rates.worse(group.bad[:, None], group.leads)[:, 0]
    decisions = own.count_by(group.lead_group, len(group.names), lambda kind: kind.decision)
    asked = _count_asked(own, group.lead_group, len(group.names))
    parts = [
        Part(
            name=name,
            leads=int(group.leads[i]),
            decisions=all_decisions(decisions[i]),
            bad=shares[i],
            valid=int(group.valid[i]),
            worse=bool(worse[i]),
            sales_leads=asked[i].get(_SALES, 0),
            kinds=asked[i],
        )
        for i, name in enumerate(group.names)
        if group.leads[i]
    ]
    return sorted(parts, key=lambda part: (-part.leads, part.name))


def _count_asked(leads: Leads, groups: Ints, count: int) -> list[dict[str, int]]:
    """For each group how many leads are what, of ``ASKED``, without those that none is."""
    counts = np.bincount(groups * len(ASKED) + leads.asked(), minlength=count * len(ASKED)).reshape(count, len(ASKED))
    return [{ASKED[at]: int(row[at]) for at in np.flatnonzero(row)} for row in counts]


def _count_bands(leads: Leads, groups: Ints, count: int) -> list[dict[str, int]]:
    """For each group the bands of its sales leads, as far as they are known."""
    names, band = leads.by("band")
    sold = leads.asked() == ASKED.index(_SALES)
    counts = np.bincount(groups[sold] * len(names) + band[sold], minlength=count * len(names))
    counts = counts.reshape(count, len(names))
    known = sorted((at for at, name in enumerate(names) if name != UNTOLD), key=lambda at: _band_place(names[at]))
    return [{names[at]: int(row[at]) for at in known if row[at]} for row in counts]


def _band_place(name: str) -> tuple[int, str]:
    """The best first; those that are newer than this code at the end."""
    return (_BANDS.index(name) if name in _BANDS else len(_BANDS)), name


def _by_source(leads: Leads) -> dict[tuple[str, str], Came]:
    """The leads by channel and campaign."""
    (channels, channel), (campaigns, campaign) = leads.by("channel"), leads.by("campaign")
    pairs, index = np.unique(channel * len(campaigns) + campaign, return_inverse=True)
    forms = np.bincount(index, minlength=len(pairs))
    valid = np.bincount(index[leads.valid], minlength=len(pairs))
    asked = _count_asked(leads, index, len(pairs))
    sources = [(channels[pair // len(campaigns)], campaigns[pair % len(campaigns)]) for pair in pairs.tolist()]
    return {source: Came(int(forms[i]), int(valid[i]), asked[i]) for i, source in enumerate(sources)}


def _sources(leads: Leads) -> list[SourceLine]:
    """Each channel, the one with the most leads first, with its campaigns behind it where it has several."""
    by_channel: defaultdict[str, dict[str, Came]] = defaultdict(dict)
    for (channel, campaign), came in _by_source(leads.merge_small("campaign", _MAX_CAMPAIGNS, None)).items():
        by_channel[channel][campaign] = came
    lines = []
    for channel, campaigns in by_channel.items():
        ordered = sorted(campaigns.items(), key=lambda item: (-item[1].forms, item[0]))
        whole = Came(
            sum(came.forms for _, came in ordered),
            sum(came.valid for _, came in ordered),
            sum((Counter(came.kinds) for _, came in ordered), Counter[str]()),
        )
        of_channel = [_source_line(channel, None, whole)]
        if len(ordered) > 1:
            of_channel += [_source_line(channel, campaign, came) for campaign, came in ordered]
        lines.append(of_channel)
    return [line for of_channel in sorted(lines, key=lambda own: -own[0].enquiries) for line in of_channel]


def _source_line(channel: str, campaign: str | None, came: Came) -> SourceLine:
    return SourceLine(
        channel=channel,
        campaign=campaign,
        enquiries=came.forms,
        valid=came.valid,
        sales_leads=came.kinds.get(_SALES, 0),
        kinds={name: came.kinds[name] for name in ASKED if came.kinds.get(name)},
    )


def _conversions(
    leads: Leads, with_outcomes: Sequence[lead_outcomes.LeadWithOutcomes], inputs: AuditInputs
) -> list[Conversion]:
    if not inputs.visits:
        return []
    return visits.conversions(inputs.visits, _by_source(leads), lead_outcomes.count_converted(with_outcomes))
