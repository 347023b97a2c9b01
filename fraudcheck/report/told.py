"""What became of the leads, and how far can the scores be believed by it?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import groupby

import numpy as np

from fraudcheck.outcomes import proves
from fraudcheck.ports import Became
from fraudcheck.report import rates
from fraudcheck.report.audit import Calibration, Outcomes
from fraudcheck.report.leads import Leads


def by_vendor(became: Sequence[Became]) -> Mapping[str, list[Became]]:
    """Each vendor's, "" for leads that named none."""
    told: defaultdict[str, list[Became]] = defaultdict(list)
    for one in became:
        told[one.source[0] or ""].append(one)
    return told


def outcomes(became: Iterable[Became]) -> Outcomes:
    """What became of some leads, each counted once for each thing that became of it."""
    became_of: Counter[str] = Counter()
    returned: Counter[str] = Counter()
    value: defaultdict[str, Decimal] = defaultdict(Decimal)
    for _, group in groupby(became, key=lambda one: one.lead):
        told = [one.told for one in group]
        became_of["leads"] += 1
        became_of.update({one.outcome for one in told})
        became_of[proves(told) or "unproven"] += 1
        returned.update({one.reason or "other" for one in told if one.outcome == "returned"})
        for one in told:
            if one.value is not None and one.value.amount and one.value.currency:
                value[one.value.currency] += Decimal(one.value.amount)
    return Outcomes(
        **{name: became_of[name] for name in ("leads", "genuine", "fake", "contacted", "qualified", "converted")},
        returned=dict(sorted(returned.items())),
        value={currency: f"{amount:f}" for currency, amount in sorted(value.items())},
    )


def together(parts: Sequence[Outcomes]) -> Outcomes:
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


def calibration(leads: Leads, became: Sequence[Became]) -> list[Calibration]:
    """For each ten points of trust score, which share was promised and which proved genuine. Empty without outcomes."""
    known: defaultdict[int, list[tuple[bool, int]]] = defaultdict(list)
    for _, group in groupby(became, key=lambda one: one.lead):
        told = list(group)
        proved = proves([one.told for one in told])
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
