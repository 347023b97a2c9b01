"""Which leads can be returned, and for how much?

What a contract says is a TOML file, ``contracts/TENANT.toml`` in the data directory. Every line may be left out:

    return_within_days = 14     # after the day that the lead came; not at all limited if left out
    at_most_share = 0.15        # of what a calendar month's leads cost; not limited if left out
    reasons = ["invalid_phone", "invalid_email", "duplicate", "bot_traffic", "obviously_fake"]

    [vendors."acme"]            # what is otherwise for one vendor
    return_within_days = 7

A lead is returned once, for the first of the contract's reasons that holds. Of an accepted lead only what is a fact
about it can be held against its vendor: a dead channel, a duplicate. The rest did not even stop the lead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from fraudcheck.ports.ledger import MILLIONTHS
from fraudcheck.reasons import CATALOGUE
from fraudcheck.report.audit import Money, Returnable

RETURN_REASONS: Mapping[str, str] = {
    "bot_traffic": "Bot traffic",
    "obviously_fake": "Obviously fake",
    "duplicate": "Duplicate within 30 days",
    "invalid_phone": "Invalid phone",
    "invalid_email": "Invalid email",
}
"""What leads are returned for, in the trade's words, and in the order in which one is looked for."""
NEVER: Mapping[str, str] = {
    "no_answer": "a person who does not answer is a person",
    "did_not_convert": "a person who does not buy is a person",
}


class Terms(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may be returned, and until when, and how much: see the module."""

    reasons: tuple[str, ...] = tuple(RETURN_REASONS)
    return_within_days: int | None = None
    at_most_share: float | None = None


class Override(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one vendor's contract says otherwise."""

    reasons: tuple[str, ...] | None = None
    return_within_days: int | None = None
    at_most_share: float | None = None


class Contract(Terms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The terms of all vendors, and each one's own."""

    vendors: dict[str, Override] = {}


class Priced(NamedTuple):
    """Leads of one day, currency and return reason (None: none), and what they cost, in millionths."""

    day: date
    currency: str
    reason: str | None
    leads: int
    millionths: int


def load(tables: Mapping[str, Any]) -> Contract:
    """A contract from parsed TOML. Raises ValueError with a sentence that names the key at fault."""
    contract = msgspec.convert(tables, Contract)
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


def for_vendor(contract: Contract, vendor: str) -> Terms:
    """The terms that hold for one vendor."""
    given = {name: getattr(contract, name) for name in Terms.__struct_fields__}
    own = contract.vendors.get(vendor)
    return Terms(**{**given, **(msgspec.to_builtins(own) if own else {})})


def reason_for(codes: Iterable[str], decision: str, allowed: Sequence[str]) -> str | None:
    """What leads with these reason codes and this decision can be returned for; None for nothing."""
    holding = {
        reason.return_reason
        for code in codes
        if (reason := CATALOGUE.get(code)) is not None
        and (decision != "accept" or reason.dead is not None or reason.kind == "duplicate")
    }
    return next((reason for reason in RETURN_REASONS if reason in holding and reason in allowed), None)


def money(rows: Iterable[Priced], terms: Terms, today: date) -> list[Money]:
    """What leads cost and how much of it can be claimed today, by currency."""
    by_currency: defaultdict[str, list[Priced]] = defaultdict(list)
    for row in rows:
        by_currency[row.currency].append(row)
    return [_money(currency, priced, terms, today) for currency, priced in sorted(by_currency.items())]


def _money(currency: str, rows: Sequence[Priced], terms: Terms, today: date) -> Money:
    returnable = {reason: [0, 0] for reason in terms.reasons}
    months: defaultdict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    too_late = 0
    for row in rows:
        month = months[row.day.year, row.day.month]
        month[0] += row.millionths
        if row.reason is None:
            continue
        returnable[row.reason][0] += row.leads
        returnable[row.reason][1] += row.millionths
        if terms.return_within_days is not None and (today - row.day).days > terms.return_within_days:
            too_late += row.millionths
        else:
            month[1] += row.millionths
    over_cap = sum(max(0, in_time - _cap(paid, terms.at_most_share)) for paid, in_time in months.values())
    total = sum(millionths for _, millionths in returnable.values())
    return Money(
        currency=currency,
        leads=sum(row.leads for row in rows),
        paid=amount(sum(row.millionths for row in rows)),
        returnable=[
            Returnable(reason=reason, leads=leads, amount=amount(millionths))
            for reason, (leads, millionths) in returnable.items()
        ],
        too_late=amount(too_late),
        over_cap=amount(over_cap),
        claim=amount(total - too_late - over_cap),
    )


def together(parts: Iterable[Sequence[Money]]) -> list[Money]:
    """Several vendors' money as one, each under its own terms."""
    by_currency: defaultdict[str, list[Money]] = defaultdict(list)
    for money in parts:
        for each in money:
            by_currency[each.currency].append(each)
    return [
        Money(
            currency=currency,
            leads=sum(each.leads for each in some),
            returnable=[
                Returnable(reason=reason, leads=sum(one.leads for one in of), amount=_total(one.amount for one in of))
                for reason in RETURN_REASONS
                if (of := [one for each in some for one in each.returnable if one.reason == reason])
            ],
            **{
                name: _total(getattr(each, name) for each in some) for name in ("paid", "too_late", "over_cap", "claim")
            },
        )
        for currency, some in sorted(by_currency.items())
    ]


def _total(amounts: Iterable[str]) -> str:
    return amount(int(sum(map(Decimal, amounts), Decimal()) * MILLIONTHS))  # exact: each is whole millionths


def _cap(paid: int, share: float | None) -> int:
    """The most that may come back of a month's price, in whole hundredths of the currency."""
    if share is None:
        return paid
    hundredths = (Decimal(str(share)) * paid / (MILLIONTHS // 100)).quantize(Decimal(1), ROUND_DOWN)
    return int(hundredths) * (MILLIONTHS // 100)


def amount(millionths: int) -> str:
    """A decimal string with two places, or as many more as there are."""
    exact = Decimal(millionths) / MILLIONTHS
    two = exact.quantize(Decimal("0.01"))
    return f"{two if two == exact else exact.normalize():f}"
