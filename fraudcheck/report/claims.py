"""What is claimed back from a vendor, lead by lead, and what is not, and why? It adds up to the report's ``claim``.

Leads are claimed oldest first, so that what a month's cap leaves out came last; the lead across the cap is claimed in
part. A lead that was claimed before is never claimed again, whatever became of it since.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from msgspec import Struct

from fraudcheck.ports.claims import Claimed, ClaimedLead, KeptClaim, VendorLead, VendorLeads
from fraudcheck.reasons import CATALOGUE
from fraudcheck.report.audit import Returnable
from fraudcheck.report.claim_words import Words
from fraudcheck.report.returns import (
    RETURN_REASONS,
    Terms,
    amount,
    find_return_reason,
    is_paid_for,
    is_too_late,
    room_under_cap,
)

if TYPE_CHECKING:  # with NumPy, which a service does not pay for the words of a claim
    from fraudcheck.report.lead_outcomes import LeadWithOutcomes

RETURNABLE = frozenset(code for code, reason in CATALOGUE.items() if reason.return_reason is not None)
"""The codes that a lead can be returned for."""
Why = Literal["too_late", "over_cap", "not_in_contract", "no_reason", "no_price", "proved_genuine", "claimed"]
"""Why a lead, or a part of its price, is not claimed."""
ALL_REASONS = tuple(RETURN_REASONS)
_UNREACHABLE = "LEAD_UNREACHABLE"


class Settled(NamedTuple):
    """A lead that is claimed, or is not: ``amount`` is claimed of its price, in millionths, ``why`` says why not all.

    ``reason`` is the contract's, or the trade's where the contract leaves it out. ``before`` is the earlier claim.
    """

    lead: VendorLead
    reason: str | None
    amount: int
    why: Why | None = None
    before: ClaimedLead | None = None


class ClaimRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A lead that is claimed: what its vendor knows it by, and what is said of it. Amounts are decimal strings.

    ``reference`` is the vendor's own, ``came`` the time in the claim's zone (``2026-11-03 14:05``), ``reason`` the
    contract's, ``evidence`` sentences. ``return_by`` is the last day on which the contract lets it be returned, None
    for no limit. ``part`` says that only a part of the price is claimed. ``answer`` and ``credited`` are the vendor's.
    ``note`` says what has changed since it was claimed. Name, mail address and phone are there only if asked for.
    """

    check_id: str
    reference: str | None
    at: str
    came: str
    campaign: str | None
    sub_id: str | None
    channel: str | None
    price: str
    currency: str
    amount: str
    reason: str
    reason_text: str
    evidence: str
    return_by: str | None
    part: bool = False
    answer: str | None = None
    credited: str | None = None
    note: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None


class LeftRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A lead, or the part of its price ``left``, that is not claimed, and why: in a word and in a sentence."""

    check_id: str
    reference: str | None
    at: str
    came: str
    campaign: str | None
    sub_id: str | None
    channel: str | None
    price: str | None
    currency: str | None
    left: str | None
    reason: str | None
    why: Why
    why_text: str


class Total(Struct, frozen=True, kw_only=True):
    """What is claimed in one currency: leads, amount and both by reason; and what is not, of what could be returned.

    ``returnable`` is the sum of ``amount``, ``too_late``, ``over_cap`` and ``claimed`` (before), as in the report.
    """

    currency: str
    leads: int
    amount: str
    reasons: list[Returnable]
    returnable: str
    too_late: str
    over_cap: str
    claimed: str


class VendorClaim(Struct, frozen=True, kw_only=True):
    """A claim: the letter, its rows and totals, and what is not claimed.

    ``claim`` is the id of a kept one, None for a preview. ``since`` and ``until`` are the time of its leads,
    ``made_at`` its own, RFC 3339 in UTC; ``timezone`` is that of its days. ``for_vendor`` says that it is the vendor's
    copy, which has no ``left``. ``letter`` has paragraphs. ``leads`` and ``left_leads`` count all rows; ``rows`` and
    ``left`` may be the first of them only. ``left_by_why`` counts the latter by why.
    """

    claim: str | None
    vendor: str
    since: str
    until: str
    made_at: str
    timezone: str
    language: str
    for_vendor: bool
    answer_by: str
    subject: str
    letter: list[str]
    totals: list[Total]
    leads: int
    rows: list[ClaimRow]
    left_leads: int = 0
    left: list[LeftRow] = []
    left_by_why: dict[str, int] = {}


class ClaimLine(Struct, frozen=True, kw_only=True):
    """A kept claim in one currency; amounts are decimal strings. ``answers`` counts its leads by what was answered."""

    claim: str
    vendor: str
    claimed_at: str
    currency: str
    leads: int
    amount: str
    answered: str
    credited: str
    answers: dict[str, int]


class ClaimList(Struct, frozen=True, kw_only=True):
    """The kept claims, newest first; one that has several currencies stands there for each."""

    claims: list[ClaimLine]


def claim_list(found: Iterable[KeptClaim]) -> ClaimList:
    """The kept claims as they are shown."""
    lines = [
        ClaimLine(
            claim=each.claim,
            vendor=each.vendor,
            claimed_at=each.claimed_at,
            currency=each.currency,
            leads=each.leads,
            amount=amount(each.amount),
            answered=amount(each.answered),
            credited=amount(each.credited),
            answers=dict(sorted(each.answers.items())),
        )
        for each in found
    ]
    return ClaimList(claims=lines)


def settle(
    found: VendorLeads,
    claimed: Sequence[ClaimedLead],
    with_outcomes: Mapping[str, LeadWithOutcomes],
    terms: Terms,
    today: date,
) -> list[Settled]:
    """Decide of each lead of one vendor whether and how far it is claimed; those claimed before stand last.

    ``claimed`` are the vendor's of the same time, ``with_outcomes`` the leads that have outcomes, by their first check.
    """
    before = {each.claimed.lead: each for each in claimed}
    room = _rooms(found, claimed, terms)
    find = cache(lambda codes, decision, allowed: find_return_reason(codes.split(), decision, allowed))
    settled = []
    for lead in found.leads:
        if lead.lead in before:
            continue
        reason = find(lead.codes, lead.decision, terms.reasons)
        known = with_outcomes.get(lead.lead)
        if reason is None:
            otherwise = find(lead.codes, lead.decision, ALL_REASONS)
            if otherwise is not None:
                settled.append(Settled(lead, otherwise, 0, "not_in_contract"))
            elif lead.decision == "reject":
                settled.append(Settled(lead, None, 0, "no_reason"))
        elif lead.price <= 0 or not lead.currency:  # what cost nothing gives nothing back
            settled.append(Settled(lead, reason, 0, "no_price"))
        elif known is not None and is_paid_for(known.proved, known.outcomes, reason):
            settled.append(Settled(lead, reason, 0, "proved_genuine"))
        elif is_too_late(day_of(lead.checked_at), terms, today):
            settled.append(Settled(lead, reason, 0, "too_late"))
        else:
            place = (lead.checked_at[:7], lead.currency)
            share = min(lead.price, room[place])
            room[place] -= share
            settled.append(Settled(lead, reason, share, "over_cap" if share < lead.price else None))
    return settled + [Settled(_as_claimed(each), each.claimed.reason, 0, "claimed", each) for each in claimed]


def day_of(at: str) -> date:
    """The day of a time, in UTC, as the contract counts."""
    return date.fromisoformat(at[:10])


def _rooms(found: VendorLeads, claimed: Iterable[ClaimedLead], terms: Terms) -> Counter[tuple[str, str]]:
    """What can still be claimed of each calendar month and currency; as ``prices`` reckons it."""
    paid: Counter[tuple[str, str]] = Counter()
    used: Counter[tuple[str, str]] = Counter()
    for each in found.paid:
        paid[date.fromordinal(each.day).isoformat()[:7], each.currency] += each.millionths
    for one in claimed:
        month = one.checked_at[:7]
        if not one.counted:
            continue
        if one.price >= 0 and one.currency:
            paid[month, one.currency] -= one.price
        paid[month, one.claimed.currency] += one.claimed.price
        used[month, one.claimed.currency] += one.claimed.amount
    return Counter({place: room_under_cap(cost, used[place], terms) for place, cost in paid.items()})


def _as_claimed(each: ClaimedLead) -> VendorLead:
    told = each.claimed
    return VendorLead(
        lead=told.lead,
        check_id=told.check_id,
        checked_at=each.checked_at,
        source=each.source,
        decision=each.decision,
        codes=each.codes,
        price=told.price,
        currency=told.currency,
    )


def as_settled(rows: Iterable[ClaimedLead]) -> list[Settled]:
    """The leads of a kept claim, as they were claimed."""
    return [
        Settled(_as_claimed(each), each.claimed.reason, each.claimed.amount, before=each)
        for each in sorted(rows, key=lambda row: (row.checked_at, row.claimed.lead))
    ]


def kept_rows(settled: Iterable[Settled], claim: str, vendor: str, at: str) -> list[Claimed]:
    """What is to be kept of a new claim; ``vendor`` is its key."""
    return [
        Claimed(
            lead=each.lead.lead,
            check_id=each.lead.check_id,
            claim=claim,
            vendor=vendor,
            reason=each.reason or "",
            currency=each.lead.currency or "",
            price=each.lead.price,
            amount=each.amount,
            claimed_at=at,
        )
        for each in settled
        if each.amount > 0 and each.before is None
    ]


def totals(settled: Iterable[Settled]) -> list[Total]:
    """What is claimed and what is not, by currency."""
    leads: defaultdict[str, Counter[str]] = defaultdict(Counter)
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    not_claimed: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for each in settled:
        lead, currency = each.lead, each.lead.currency
        if each.reason is None or currency is None or lead.price < 0:
            continue
        if each.amount > 0:
            leads[currency][each.reason] += 1
            sums[currency][each.reason] += each.amount
        if each.why == "claimed" and each.before is not None and each.before.counted:
            not_claimed[currency]["claimed"] += each.before.claimed.amount
            not_claimed[currency]["over_cap"] += lead.price - each.before.claimed.amount
        elif each.why in ("too_late", "over_cap"):
            not_claimed[currency][each.why] += lead.price - each.amount
    return [
        Total(
            currency=currency,
            leads=leads[currency].total(),
            amount=amount(sums[currency].total()),
            reasons=[
                Returnable(reason=reason, leads=leads[currency][reason], amount=amount(sums[currency][reason]))
                for reason in RETURN_REASONS
                if leads[currency][reason]
            ],
            returnable=amount(sums[currency].total() + not_claimed[currency].total()),
            **{name: amount(not_claimed[currency][name]) for name in ("too_late", "over_cap", "claimed")},
        )
        for currency in sorted({*sums, *not_claimed})
    ]


def codes_for(settled: Settled, codes: Sequence[str], decision: str) -> list[str]:
    """Which of a version's codes, the weightiest first, its lead is returned for by the reason.

    That nobody can be reached is followed by why: what each channel is dead by.
    """
    own = [code for code in codes if find_return_reason((code,), decision, ALL_REASONS) == settled.reason is not None]
    if _UNREACHABLE in own:
        place = own.index(_UNREACHABLE) + 1
        own[place:place] = [code for code in codes if code in RETURNABLE and CATALOGUE[code].dead and code not in own]
    return own


def return_by(lead: VendorLead, terms: Terms) -> date | None:
    """The last day on which the contract lets a lead be returned; None for no limit."""
    if terms.return_within_days is None:
        return None
    return day_of(lead.checked_at) + timedelta(days=terms.return_within_days)


def why_text(each: Settled, terms: Terms, words: Words) -> str:
    """Why a lead, or a part of its price, is not claimed, in a sentence."""
    told = each.before.claimed if each.before is not None else None
    places = {
        "day": words.day(each.lead.checked_at),
        "days": f"{terms.return_within_days}",
        "share": f"{(terms.at_most_share or 0):.4%}".rstrip("0%").rstrip(".") + " %",
        "claimed_day": words.day(told.claimed_at) if told else "",
        "claim": told.claim if told else "",
        "answer": words.of("answers", (told.answer if told else None) or "none"),
    }
    return words.of("why", each.why or "no_reason").format(**places)


def still_holds(each: ClaimedLead, with_outcomes: Mapping[str, LeadWithOutcomes]) -> bool:
    """Whether what is known now of a lead that was claimed supports that still."""
    reason = find_return_reason(each.codes.split(), each.decision, ALL_REASONS)
    known = with_outcomes.get(each.claimed.lead)
    return reason is not None and not (known is not None and is_paid_for(known.proved, known.outcomes, reason))


def letter(  # noqa: PLR0917 - all that a letter has
    words: Words,
    vendor: str,
    sums: Sequence[Total],
    days: tuple[str, str],
    today: date,
    answer_by: date,
    first: date | None,
) -> tuple[str, list[str]]:
    """The subject and the paragraphs. ``days`` are the first and last day in words, ``first`` the first deadline."""
    since, until = days
    by_reason: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for total in sums:
        for one in total.reasons:
            by_reason[one.reason].append((one.leads, words.money(one.amount, total.currency)))
    named = [reason for reason in RETURN_REASONS if reason in by_reason]
    fill: Callable[..., str] = lambda part, **places: words.letter(part).format(**places)  # noqa: E731
    amounts = ", ".join(words.money(total.amount, total.currency) for total in sums if total.leads)
    begin = fill(
        "begin",
        today=words.day(today),
        vendor=vendor,
        since=since,
        until=until,
        leads=f"{sum(total.leads for total in sums)}",
        amounts=amounts or "0",
    )
    reasons = [
        "• "
        + fill(
            "reason",
            reason=words.of("reasons", reason),
            leads=f"{sum(leads for leads, _ in by_reason[reason])}",
            amounts=", ".join(money for _, money in by_reason[reason]),
            how=words.of("how", reason),
        )
        for reason in named
    ]
    deadline = fill("deadline", first=words.day(first)) if first is not None else ""
    bring = "; ".join(words.of("bring", reason) for reason in named)
    end = fill("end", deadline=deadline, answer_by=words.day(answer_by), bring=bring)
    if not named:
        end = end.replace("\n\n" + end.split("\n\n")[1], "", 1)
    return fill("subject", since=since, until=until), [*begin.split("\n\n"), *reasons, *end.split("\n\n")]
