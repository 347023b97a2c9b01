"""Did a vendor's share of bad leads change, and which reasons, campaigns, sub-ids and channels explain the change?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

import numpy as np

from fraudcheck.reasons import speaks_against
from fraudcheck.report import changes, rates
from fraudcheck.report.audit import Carrier, Change
from fraudcheck.report.leads import PARTS, Ints, Leads

_MAX_CARRIERS = 8
_SIGNIFICANCE = 0.05
"""The chance that any carrier of a kind is one by chance alone; it is divided by the number of comparisons."""


def find_last_change(leads: Leads, own: Ints, population: rates.Population) -> Change | None:
    """The last change of a vendor's share of bad leads, without its carriers; None if there is none.

    ``own`` are the positions of the vendor's leads; ``population`` is the spread of all vendors' shares.
    """
    is_bad = leads.bad[own]
    confirmed = changes.confirm_changes(is_bad, changes.find_changes(is_bad.astype(np.uint8), population))
    if not confirmed:
        return None
    last = confirmed[-1]
    first = confirmed[-2].start if len(confirmed) > 1 else 0
    before, after = is_bad[first : last.start], is_bad[last.start :]

    def day_of(position: int) -> str:
        return date.fromordinal(int(leads.day[own[position]])).isoformat()

    return Change(
        direction=last.direction,
        compared_from=day_of(first),
        since=day_of(last.start),
        noticed=day_of(last.noticed),
        before=rates.share(int(before.sum()), len(before)),
        after=rates.share(int(after.sum()), len(after)),
    )


def find_carriers(own: Leads, change: Change) -> list[Carrier]:
    """The reasons, campaigns, sub-ids and channels that explain a vendor's change, the heaviest first.

    ``own`` are the vendor's leads.
    """
    first, since = (date.fromisoformat(day).toordinal() for day in (change.compared_from, change.since))
    compared = own.only(own.day >= first)
    is_after = (compared.day >= since).astype(np.int64)
    carriers = list(_reason_carriers(compared, is_after))
    for part in PARTS:
        carriers += _part_carriers(compared, is_after, part)
    sign = 1 if change.direction == "rise" else -1
    same_direction = [carrier for carrier in carriers if carrier.carries * sign > 0]
    return sorted(same_direction, key=lambda carrier: -abs(carrier.carries))[:_MAX_CARRIERS]


def _reason_carriers(leads: Leads, is_after: Ints) -> Iterable[Carrier]:
    """Reasons against a lead that are more or less frequent after the change (``is_after`` is 1) than before (0)."""
    codes, counts = leads.count_codes(is_after, 2)
    bad_codes, bad_counts = leads.only(leads.bad).count_codes(is_after[leads.bad], 2)
    leads_before, leads_after = np.bincount(is_after, minlength=2).tolist()
    significance = _SIGNIFICANCE / max(1, len(codes))
    for column, code in enumerate(codes):
        before, after = counts[:, column].tolist()
        if not speaks_against(code) or code not in bad_codes:
            continue
        if rates.p_value(before, leads_before, after, leads_after) > significance:
            continue
        bad_before, bad_after = bad_counts[:, bad_codes.index(code)]
        yield Carrier(
            kind="reason",
            name=code,
            before=rates.share(before, leads_before),
            after=rates.share(after, leads_after),
            carries=float(bad_after / leads_after - bad_before / leads_before),
        )


def _part_carriers(leads: Leads, is_after: Ints, part: Literal["campaign", "sub_id", "channel"]) -> Iterable[Carrier]:
    """Campaigns, sub-ids or channels whose bad leads are another share of all the vendor's leads than before."""
    names, index = leads.by(part)
    all_before, all_after = np.bincount(is_after, minlength=2).tolist()
    if len(names) < 2 or not all_before or not all_after:
        return
    cells = index * 2 + is_after
    totals = np.bincount(cells, minlength=2 * len(names)).reshape(-1, 2).tolist()
    bad_totals = np.bincount(cells[leads.bad], minlength=2 * len(names)).reshape(-1, 2).tolist()
    for name, (before, after), (bad_before, bad_after) in zip(names, totals, bad_totals, strict=True):
        if rates.p_value(bad_before, all_before, bad_after, all_after) <= _SIGNIFICANCE / len(names):
            yield Carrier(
                kind=part,
                name=name,
                before=rates.share(bad_before, before),
                after=rates.share(bad_after, after),
                carries=bad_after / all_after - bad_before / all_before,
            )
