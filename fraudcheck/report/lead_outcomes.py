"""What became of the leads, and how far can the scores be believed by it?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from fraudcheck.ledger.outcomes import proven_by
from fraudcheck.ports.ledger import LeadOutcome
from fraudcheck.records import Outcome
from fraudcheck.report import rates
from fraudcheck.report.audit import Calibration, Outcomes
from fraudcheck.report.leads import Leads

_COUNTED = ("leads", "genuine", "fake", "contacted", "qualified", "converted")


class LeadWithOutcomes(NamedTuple):
    """All that was told of one lead, and what it proves."""

    vendor: str
    score: int
    told: Sequence[Outcome]
    proved: str | None


def group_by_lead(became: Iterable[LeadOutcome]) -> list[LeadWithOutcomes]:
    """The leads that something was told of; ``became`` is lead by lead."""
    found = []
    for _, group in groupby(became, key=attrgetter("lead")):
        first, *others = group
        told = [first.outcome, *[one.outcome for one in others]]
        found.append(LeadWithOutcomes(first.source[0] or "", first.score, told, proven_by(told)))
    return found


def outcomes(leads: Iterable[LeadWithOutcomes]) -> Outcomes:
    """What became of some leads, each counted once for each thing that became of it."""
    became_of: Counter[str] = Counter()
    returned: Counter[str] = Counter()
    value: defaultdict[str, Decimal] = defaultdict(Decimal)
    for lead in leads:
        became_of["leads"] += 1
        became_of[lead.proved or "unproven"] += 1
        for kind in {one.outcome for one in lead.told}:
            became_of[kind] += 1
        for reason in {one.reason or "other" for one in lead.told if one.outcome == "returned"}:
            returned[reason] += 1
        for one in lead.told:
            if one.value is not None and one.value.amount and one.value.currency:
                value[one.value.currency] += Decimal(one.value.amount)
    return Outcomes(
        **{name: became_of[name] for name in _COUNTED},
        returned=dict(sorted(returned.items())),
        value={currency: f"{amount:f}" for currency, amount in sorted(value.items())},
    )


def outcome_counts(parts: Sequence[Outcomes]) -> Outcomes:
    """Several vendors' outcomes as one."""
    returned: Counter[str] = Counter()
    value: defaultdict[str, Decimal] = defaultdict(Decimal)
    for part in parts:
        returned.update(part.returned)
        for currency, amount in part.value.items():
            value[currency] += Decimal(amount)
    return Outcomes(
        **{name: sum(getattr(part, name) for part in parts) for name in _COUNTED},
        returned=dict(sorted(returned.items())),
        value={currency: f"{amount:f}" for currency, amount in sorted(value.items())},
    )


def calibration(leads: Leads, told: Iterable[LeadWithOutcomes]) -> list[Calibration]:
    """For each ten points of trust score, which share was promised and which proved genuine. Empty without outcomes."""
    known: defaultdict[int, list[tuple[bool, int]]] = defaultdict(list)
    for lead in told:
        if lead.proved is not None:
            known[min(lead.score // 10, 9)].append((lead.proved == "genuine", lead.score))
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
