"""What changed in a vendor's leads, and which reasons, campaigns, sub-ids and channels does it come with?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

import numpy as np

from fraudcheck.reasons import speaks_against
from fraudcheck.report import changes, rates
from fraudcheck.report.audit import Carrier, Change
from fraudcheck.report.leads import PARTS, Ints, Leads

_CARRIERS = 8
_SURE = 0.05
"""How likely any of those that are told is one by chance."""


def change(leads: Leads, own: Ints, population: rates.Population) -> Change | None:
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


def carriers(own: Leads, change: Change) -> list[Carrier]:
    """The reasons, campaigns, sub-ids and channels that a vendor's change comes with, the heaviest first."""
    first, since = (date.fromisoformat(day).toordinal() for day in (change.compared_from, change.since))
    some = own.only(own.day >= first)
    late = (some.day >= since).astype(np.int64)
    found = list(_carrying_reasons(some, late))
    for what in PARTS:
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
        if not speaks_against(code) or code not in bad_codes or rates.differs(was, then, now, since) > sure:
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
