"""What did each vendor's leads cost, and how much of it can be claimed back? Leads are first added up in groups.

A group has all leads of a vendor that the contract treats alike: of one month, currency and return reason, and on the
same side of the contract's time limit. So the contract is applied to a few groups instead of a million leads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import numpy as np

from fraudcheck.ports.claims import Claimed, ClaimedLead
from fraudcheck.report import returns
from fraudcheck.report.audit import Money
from fraudcheck.report.lead_outcomes import LeadWithOutcomes
from fraudcheck.report.leads import Ints, Leads, index_values


def money_by_vendor(  # noqa: PLR0917 - used once
    leads: Leads,
    vendors: Sequence[str],
    vendor_index: Ints,
    contract: returns.Contract,
    today: date,
    genuine: Mapping[int, Sequence[LeadWithOutcomes]] = {},
    claimed: Mapping[int, Sequence[ClaimedLead]] = {},
) -> list[list[Money]]:
    """Each vendor's prices by currency; ``vendor_index`` has for each lead its vendor's position in ``vendors``.

    ``genuine`` are the leads that outcomes proved so, by this position: they are paid for, and never claimed.
    ``claimed`` are those that were claimed before, whatever became of them since: they are not claimed again.
    """
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
    told_before = {each.claimed.lead for rows in claimed.values() for each in rows if each.counted}
    for position, proved in genuine.items():
        others = [lead for lead in proved if lead.told.lead not in told_before]
        groups[position] += _without_claim(others, terms[position].reasons)
    for position, before in claimed.items():
        groups[position] += _claimed_before(before, terms[position].reasons)
    return [returns.claims(rows, vendor_terms, today) for rows, vendor_terms in zip(groups, terms, strict=True)]


def _without_claim(proved: Iterable[LeadWithOutcomes], allowed: Sequence[str]) -> Iterator[returns.Priced]:
    """What moves leads that proved genuine from those that can be returned to the others.

    A duplicate that the buyer gave back as one stays: it is a person's, who was paid for before.
    """
    for lead in proved:
        told = lead.told
        if told.price < 0 or not told.currency:
            continue
        reason = returns.find_return_reason(told.codes.split(), told.decision, allowed)
        if reason is None or not returns.is_paid_for(lead.proved, lead.outcomes, reason):
            continue
        day = date.fromisoformat(told.checked_at[:10])
        yield returns.Priced(day, told.currency, reason, -1, -told.price)
        yield returns.Priced(day, told.currency, None, 1, told.price)


def _claimed_before(claimed: Iterable[ClaimedLead], allowed: Sequence[str]) -> Iterator[returns.Priced]:
    """What moves leads from those that can be claimed, or never could, to those that were: as they were claimed."""
    for lead in claimed:
        if not lead.counted:
            continue
        day = date.fromisoformat(lead.checked_at[:10])
        if lead.price >= 0 and lead.currency:
            reason = returns.find_return_reason(lead.codes.split(), lead.decision, allowed)
            yield returns.Priced(day, lead.currency, reason, -1, -lead.price)
        told = lead.claimed
        yield returns.Priced(day, told.currency, told.reason, 1, told.price, past_of(told))


def past_of(told: Claimed) -> returns.Past:
    """What became of a claim for one lead."""
    is_open = told.answer in (None, "accepted")
    answered = told.amount if told.answer is not None else 0
    return returns.Past(told.amount, answered, told.credited or 0, told.amount if is_open else 0)


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
