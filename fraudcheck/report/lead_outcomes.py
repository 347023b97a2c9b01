"""What became of the leads, and does it agree with their scores?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from fraudcheck.ledger.outcomes import latest_review, proven_by, without_reviews
from fraudcheck.ports.ledger import LeadOutcome
from fraudcheck.records import OUTCOMES, REVIEWED, Outcome, money_amount
from fraudcheck.report import rates
from fraudcheck.report.audit import Calibration, Outcomes
from fraudcheck.report.leads import Leads
from fraudcheck.worth.funnel import CONVERTED, DEFAULT, Funnel

_COUNTED = (
    "leads",
    "genuine",
    "fake",
    "contacted",
    "qualified",
    "converted",
    *REVIEWED,
    "reviews_tested",
    "reviews_right",
)


class LeadWithOutcomes(NamedTuple):
    """One lead with all its outcomes, and what they prove: ``genuine``, ``fake`` or nothing (None).

    ``by`` is its channel and campaign; "" where none was named.
    ``told`` is the first of its outcomes as the ledger gave it, with what the ledger knows of the lead. ``fact`` is
    what the outcomes prove that are no reviews.
    """

    vendor: str
    score: int
    outcomes: Sequence[Outcome]
    proved: str | None
    told: LeadOutcome
    by: tuple[str, str] = ("", "")
    fact: str | None = None


def group_by_lead(outcomes: Iterable[LeadOutcome], funnel: Funnel = DEFAULT) -> list[LeadWithOutcomes]:
    """The leads that have outcomes. Those of one lead must follow each other in ``outcomes``.

    The tenant's own events prove what its ``funnel`` says.
    """
    leads = []
    for _, group in groupby(outcomes, key=attrgetter("lead")):
        lead_outcomes = list(group)
        (vendor, campaign, _, channel), score = lead_outcomes[0].source, lead_outcomes[0].score
        known = [outcome.outcome for outcome in lead_outcomes]
        proved, by = proven_by(known, funnel), (channel or "", campaign or "")
        fact = proven_by(without_reviews(known), funnel)
        leads.append(LeadWithOutcomes(vendor or "", score, known, proved, lead_outcomes[0], by, fact))
    return leads


def count_outcomes(leads: Iterable[LeadWithOutcomes]) -> Outcomes:
    """How many leads have each outcome. A lead counts once for each kind of outcome that it has."""
    counts: Counter[str] = Counter()
    own: Counter[str] = Counter()
    returned: Counter[str] = Counter()
    value: defaultdict[str, Decimal] = defaultdict(Decimal)
    for lead in leads:
        counts["leads"] += 1
        counts[lead.proved or "unproven"] += 1
        for kind in {outcome.outcome for outcome in lead.outcomes} - {*REVIEWED}:
            (counts if kind in OUTCOMES else own)[kind] += 1
        counts.update(_review(lead))
        for reason in {outcome.reason or "other" for outcome in lead.outcomes if outcome.outcome == "returned"}:
            returned[reason] += 1
        for outcome in lead.outcomes:
            if (
                outcome.outcome in OUTCOMES
                and outcome.value is not None
                and outcome.value.amount
                and outcome.value.currency
            ):
                value[outcome.value.currency] += money_amount(outcome.value.amount) or 0
    return Outcomes(
        **{name: counts[name] for name in _COUNTED},
        own=dict(sorted(own.items())),
        returned=dict(sorted(returned.items())),
        value={currency: f"{amount:f}" for currency, amount in sorted(value.items())},
    )


def _review(lead: LeadWithOutcomes) -> Iterator[str]:
    """What a lead's newest review counts as: what it found and, where a fact was told too, whether it was right."""
    if found := latest_review(lead.outcomes):
        yield found
        if lead.fact:
            yield "reviews_tested"
            yield from ["reviews_right"] * (found == f"reviewed_{lead.fact}")


def count_converted(leads: Iterable[LeadWithOutcomes]) -> Counter[tuple[str, str]]:
    """How many leads bought, by channel and campaign; those that proved fake did not."""
    return Counter(
        lead.by
        for lead in leads
        if lead.proved != "fake" and any(outcome.outcome == CONVERTED for outcome in lead.outcomes)
    )


def add_outcomes(parts: Sequence[Outcomes]) -> Outcomes:
    """The outcomes of several vendors, added up."""
    own: Counter[str] = Counter()
    returned: Counter[str] = Counter()
    value: defaultdict[str, Decimal] = defaultdict(Decimal)
    for part in parts:
        own.update(part.own)
        returned.update(part.returned)
        for currency, amount in part.value.items():
            value[currency] += Decimal(amount)
    return Outcomes(
        **{name: sum(getattr(part, name) for part in parts) for name in _COUNTED},
        own=dict(sorted(own.items())),
        returned=dict(sorted(returned.items())),
        value={currency: f"{amount:f}" for currency, amount in sorted(value.items())},
    )


def calibrate(leads: Leads, with_outcomes: Iterable[LeadWithOutcomes]) -> list[Calibration]:
    """For each ten points of trust score, the share of genuine leads that was promised and that was proved.

    The highest scores come first. Empty if no outcome proves anything.
    """
    proved: defaultdict[int, list[LeadWithOutcomes]] = defaultdict(list)
    for lead in with_outcomes:
        if lead.proved is not None:
            proved[min(lead.score // 10, 9)].append(lead)
    if not proved:
        return []
    totals = np.bincount(np.minimum(leads.score // 10, 9), minlength=10)
    return [
        Calibration(
            low=ten * 10,
            high=100 if ten == 9 else ten * 10 + 9,
            leads=int(totals[ten]),
            genuine=rates.share(sum(lead.proved == "genuine" for lead in proved[ten]), len(proved[ten])),
            promised=sum(lead.score for lead in proved[ten]) / len(proved[ten]) / 100 if proved[ten] else 0.0,
        )
        for ten in reversed(range(10))
        if totals[ten] or proved[ten]
    ]
