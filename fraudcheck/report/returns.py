"""Which leads can be returned, and for how much?

What a contract says is a TOML file, ``contracts/TENANT.toml`` in the data directory. Every line may be left out:

    return_within_days = 14     # after the day that the lead came; not at all limited if left out
    at_most_share = 0.15        # of what a calendar month's leads cost; not limited if left out
    reasons = ["invalid_phone", "invalid_email", "duplicate", "bot_traffic", "obviously_fake"]

    [vendors."acme"]            # what is otherwise for one vendor
    return_within_days = 7

A lead is returned once, for the first of the contract's reasons that applies. An accepted lead can be returned only for
a fact about it, such as a number that does not exist or a duplicate. Other reasons against it did not even keep it from
being accepted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal
from operator import add
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from fraudcheck.identifiers import check_vendors, of_vendor
from fraudcheck.ports.ledger import MILLIONTHS
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Outcome
from fraudcheck.report.audit import Money, Returnable
from fraudcheck.worth.funnel import RETURNED

RETURN_REASONS: Mapping[str, str] = {
    "bot_traffic": "Bot traffic",
    "obviously_fake": "Obviously fake",
    "duplicate": "Duplicate within 30 days",
    "invalid_phone": "Invalid phone",
    "invalid_email": "Invalid email",
}
"""What leads are returned for, in the trade's words. If several apply, the first one is taken."""
NEVER: Mapping[str, str] = {
    "no_answer": "a person who does not answer is a person",
    "did_not_convert": "a person who does not buy is a person",
}
"""Reasons that no contract may have, and why."""


class Terms(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For which reasons, within which time and up to which share leads may be returned: see the module."""

    reasons: tuple[str, ...] = tuple(RETURN_REASONS)
    return_within_days: int | None = None
    at_most_share: float | None = None


class Override(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What differs for one vendor."""

    reasons: tuple[str, ...] | None = None
    return_within_days: int | None = None
    at_most_share: float | None = None


class Contract(Terms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The terms for all vendors, and what differs for some."""

    vendors: dict[str, Override] = {}


class Past(NamedTuple):
    """What was claimed of a lead before, and answered, credited and left open of that, in millionths; see ``Money``."""

    claimed: int
    answered: int
    credited: int
    open: int


class Priced(NamedTuple):
    """Leads of one day, currency and return reason (None: none), and what they cost, in millionths.

    ``past`` is None unless they were claimed before.
    """

    day: date
    currency: str
    reason: str | None
    leads: int
    millionths: int
    past: Past | None = None


def load(tables: Mapping[str, Any]) -> Contract:
    """A contract from parsed TOML. Raises ValueError with a sentence that names the wrong key."""
    contract = msgspec.convert(tables, Contract)
    check_vendors(contract.vendors)
    parts: list[tuple[str, Terms | Override]] = [("", contract)]
    parts += [(f"vendors.{name}.", own) for name, own in contract.vendors.items()]
    for where, part in parts:
        for reason in part.reasons or ():
            if reason in NEVER:
                raise ValueError(f"{where}reasons: {reason} is never returnable: {NEVER[reason]}")
            if reason not in RETURN_REASONS:
                raise ValueError(f"{where}reasons: {reason!r} is none of {', '.join(RETURN_REASONS)}")
        if part.return_within_days is not None and part.return_within_days < 0:
            raise ValueError(f"{where}return_within_days: give a number of days from 0 on")
        if part.at_most_share is not None and not 0 <= part.at_most_share <= 1:
            raise ValueError(f"{where}at_most_share: give a share from 0 to 1 (0.15 for 15 %)")
    return contract


def vendor_terms(contract: Contract, vendor: str) -> Terms:
    """The terms for one vendor."""
    general = {name: getattr(contract, name) for name in Terms.__struct_fields__}
    override = of_vendor(contract.vendors, vendor)
    return Terms(**{**general, **(msgspec.to_builtins(override) if override else {})})


def find_return_reason(codes: Iterable[str], decision: str, allowed: Sequence[str]) -> str | None:
    """What a lead with these reason codes and this decision can be returned for; None for nothing."""
    applicable = {
        reason.return_reason
        for code in codes
        if (reason := CATALOGUE.get(code)) is not None
        and (decision != "accept" or reason.dead is not None or reason.kind == "duplicate")
    }
    return next((reason for reason in RETURN_REASONS if reason in applicable and reason in allowed), None)


def is_paid_for(proved: str | None, outcomes: Iterable[Outcome], reason: str) -> bool:
    """Whether what became of a lead proves it genuine, so that it is not claimed for this reason.

    A duplicate that the buyer gave back as one is claimed: it is a person's, who was paid for before.
    """
    returned_as = {each.reason for each in outcomes if each.outcome == RETURNED}
    return proved == "genuine" and not (reason == "duplicate" and reason in returned_as)


def claims(rows: Iterable[Priced], terms: Terms, today: date) -> list[Money]:
    """What leads cost and how much of it can be claimed today, by currency."""
    by_currency: defaultdict[str, list[Priced]] = defaultdict(list)
    for row in rows:
        by_currency[row.currency].append(row)
    return [_claim(currency, priced, terms, today) for currency, priced in sorted(by_currency.items())]


def _claim(currency: str, rows: Sequence[Priced], terms: Terms, today: date) -> Money:
    leads_by_reason = dict.fromkeys(terms.reasons, 0)
    millionths_by_reason = dict.fromkeys(terms.reasons, 0)
    paid_in_month: Counter[tuple[int, int]] = Counter()
    returnable_in_month: Counter[tuple[int, int]] = Counter()
    claimed_in_month: Counter[tuple[int, int]] = Counter()
    past = Past(0, 0, 0, 0)
    too_late = over_cap = 0
    for row in rows:
        month = (row.day.year, row.day.month)
        paid_in_month[month] += row.millionths
        if row.reason is None:
            continue
        leads_by_reason[row.reason] = leads_by_reason.get(row.reason, 0) + row.leads
        millionths_by_reason[row.reason] = millionths_by_reason.get(row.reason, 0) + row.millionths
        if row.past is not None:
            past = Past(*map(add, past, row.past))
            claimed_in_month[month] += row.past.claimed
            over_cap += row.millionths - row.past.claimed  # it was above the cap at that time
        elif is_too_late(row.day, terms, today):
            too_late += row.millionths
        else:
            returnable_in_month[month] += row.millionths
    over_cap += sum(
        max(0, returnable_in_month[month] - room_under_cap(paid, claimed_in_month[month], terms))
        for month, paid in paid_in_month.items()
    )
    total = sum(millionths_by_reason.values())
    return Money(
        currency=currency,
        leads=sum(row.leads for row in rows),
        paid=amount(sum(row.millionths for row in rows)),
        returnable=[
            Returnable(reason=reason, leads=leads, amount=amount(millionths_by_reason[reason]))
            for reason, leads in leads_by_reason.items()
        ],
        too_late=amount(too_late),
        over_cap=amount(over_cap),
        claim=amount(total - too_late - over_cap - past.claimed),
        claimed=amount(past.claimed),
        answered=amount(past.answered),
        credited=amount(past.credited),
        open=amount(past.open),
    )


def is_too_late(day: date, terms: Terms, today: date) -> bool:
    """Whether a lead of this day is past the contract's time limit."""
    return terms.return_within_days is not None and (today - day).days > terms.return_within_days


def room_under_cap(paid: int, claimed: int, terms: Terms) -> int:
    """How much of a calendar month's leads can still be claimed: of what they cost, without what was claimed before.

    All are in millionths.
    """
    return max(0, _cap(paid, terms.at_most_share) - claimed)


def add_money(parts: Iterable[Sequence[Money]]) -> list[Money]:
    """The money of several vendors, each under its own terms, added up by currency."""
    by_currency: defaultdict[str, list[Money]] = defaultdict(list)
    for vendor_money in parts:
        for money in vendor_money:
            by_currency[money.currency].append(money)
    return [
        Money(
            currency=currency,
            leads=sum(money.leads for money in same_currency),
            returnable=_add_returnable(same_currency),
            paid=_total(money.paid for money in same_currency),
            too_late=_total(money.too_late for money in same_currency),
            over_cap=_total(money.over_cap for money in same_currency),
            claim=_total(money.claim for money in same_currency),
            claimed=_total(money.claimed for money in same_currency),
            answered=_total(money.answered for money in same_currency),
            credited=_total(money.credited for money in same_currency),
            open=_total(money.open for money in same_currency),
        )
        for currency, same_currency in sorted(by_currency.items())
    ]


def _add_returnable(same_currency: Sequence[Money]) -> list[Returnable]:
    by_reason: defaultdict[str, list[Returnable]] = defaultdict(list)
    for money in same_currency:
        for returnable in money.returnable:
            by_reason[returnable.reason].append(returnable)
    return [
        Returnable(
            reason=reason,
            leads=sum(returnable.leads for returnable in by_reason[reason]),
            amount=_total(returnable.amount for returnable in by_reason[reason]),
        )
        for reason in RETURN_REASONS
        if reason in by_reason
    ]


def _total(amounts: Iterable[str]) -> str:
    return amount(int(sum(map(Decimal, amounts), Decimal()) * MILLIONTHS))  # exact: each has at most six places


def _cap(paid: int, share: float | None) -> int:
    """The most of a month's price that may be returned, both in millionths, rounded down to a hundredth."""
    if share is None:
        return paid
    hundredths = (Decimal(str(share)) * paid / (MILLIONTHS // 100)).quantize(Decimal(1), ROUND_DOWN)
    return int(hundredths) * (MILLIONTHS // 100)


def amount(millionths: int) -> str:
    """Millionths as a decimal string with two places, or with more if the amount has more."""
    exact = Decimal(millionths) / MILLIONTHS
    two = exact.quantize(Decimal("0.01"))
    return f"{two if two == exact else exact.normalize():f}"
