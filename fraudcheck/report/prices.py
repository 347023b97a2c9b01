"""What did each vendor's leads cost, and how much of it can be claimed back? Leads are first added up in groups.

A group has all leads of a vendor that the contract treats alike: of one month, currency and return reason, and on the
same side of the contract's time limit. So the contract is applied to a few groups instead of a million leads.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from fraudcheck.report import returns
from fraudcheck.report.audit import Money
from fraudcheck.report.leads import Ints, Leads, index_values


def money_by_vendor(
    leads: Leads, vendors: Sequence[str], vendor_index: Ints, contract: returns.Contract, today: date
) -> list[list[Money]]:
    """Each vendor's prices by currency; ``vendor_index`` has for each lead its vendor's position in ``vendors``."""
    groups: list[list[returns.Priced]] = [[] for _ in vendors]
    terms = [returns.vendor_terms(contract, name) for name in vendors]
    period = _periods(leads, vendor_index, terms, today)
    for allowed in {vendor_terms.reasons for vendor_terms in terms}:
        is_member = np.array([vendor_terms.reasons == allowed for vendor_terms in terms])
        kind_labels = [
            (kind.currency or "", returns.find_return_reason(kind.codes, kind.decision, allowed) or "")
            for kind in leads.kinds
        ]
        labels, label_of_kind = index_values(kind_labels)
        has_currency = np.array([bool(currency) for currency, _ in kind_labels], dtype=bool)[leads.kind]
        selected = np.flatnonzero((leads.price >= 0) & has_currency & is_member[vendor_index])
        label = label_of_kind[leads.kind[selected]]
        keys = (vendor_index[selected], period[selected], label)
        for first, count, millionths in _add_up(keys, leads.price[selected]):
            currency, reason = labels[label[first]]
            lead = selected[first]
            day = date.fromordinal(int(leads.day[lead]))
            groups[vendor_index[lead]].append(returns.Priced(day, currency, reason or None, count, millionths))
    return [returns.claims(rows, vendor_terms, today) for rows, vendor_terms in zip(groups, terms, strict=True)]


def _periods(leads: Leads, vendor_index: Ints, terms: Sequence[returns.Terms], today: date) -> Ints:
    """A number for each lead; leads of one month on the same side of the contract's time limit have the same one."""
    days, position = np.unique(leads.day, return_inverse=True)
    dates = [date.fromordinal(int(day)) for day in days]
    month = np.array([day.year * 12 + day.month for day in dates], dtype=np.int64)[position]
    first_returnable = [
        today.toordinal() - vendor_terms.return_within_days if vendor_terms.return_within_days is not None else 0
        for vendor_terms in terms
    ]
    return month * 2 + (leads.day < np.array(first_returnable, dtype=np.int64)[vendor_index])


def _add_up(keys: tuple[Ints, Ints, Ints], prices: Ints) -> Iterable[tuple[int, int, int]]:
    """For each group of leads with equal keys: the position of the first one, their number and the sum of prices.

    ``keys`` are each lead's vendor, period and label.
    """
    vendor, period, label = keys
    if not vendor.size:
        return
    packed = (vendor * 1_000_000 + period) * (int(label.max()) + 1) + label
    _, first, group, count = np.unique(packed, return_index=True, return_inverse=True, return_counts=True)
    millionths = np.zeros(len(first), dtype=np.int64)
    np.add.at(millionths, group, prices)
    yield from zip(first.tolist(), count.tolist(), millionths.tolist(), strict=True)
