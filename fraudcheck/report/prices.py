"""What did each vendor's leads cost, and what of it can come back? Leads that a contract treats alike, added up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from fraudcheck.report import returns
from fraudcheck.report.audit import Money
from fraudcheck.report.leads import Ints, Leads, numbered


def money(
    leads: Leads, vendors: Sequence[str], place: Ints, contract: returns.Contract, today: date
) -> list[list[Money]]:
    """Each vendor's prices; ``place`` is each lead's among ``vendors``."""
    sums: list[list[returns.Priced]] = [[] for _ in vendors]
    terms = [returns.for_vendor(contract, name) for name in vendors]
    span = _spans(leads, place, terms, today)
    for allowed in {each.reasons for each in terms}:
        members = np.array([each.reasons == allowed for each in terms])
        own = [(kind.currency, returns.reason_for(kind.codes, kind.decision, allowed)) for kind in leads.kinds]
        labels, label_of = numbered([(currency or "", reason or "") for currency, reason in own])
        priced = (leads.price >= 0) & np.array([bool(currency) for currency, _ in own], dtype=bool)[leads.kind]
        some = np.flatnonzero(priced & members[place])
        label = label_of[leads.kind[some]]
        for first, many, millionths in _added_up(leads, np.column_stack([place, span])[some], label, some):
            currency, reason = labels[label[first]]
            lead = some[first]
            day = date.fromordinal(int(leads.day[lead]))
            sums[place[lead]].append(returns.Priced(day, currency, reason or None, many, millionths))
    return [returns.money(rows, each, today) for rows, each in zip(sums, terms, strict=True)]


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
