"""What do outcomes prove about leads, and what does a vendor's history tell about its next lead?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import log10
from typing import Literal

from fraudcheck.identifiers import vendor_key
from fraudcheck.ports.ledger import OutcomeCounts
from fraudcheck.records import REVIEWED, Outcome, VendorCounts, VendorHistory
from fraudcheck.worth.funnel import DEFAULT, RETURNED, Funnel

AT_LEAST = 30
"""Outcomes without which nothing is said; as many at all vendors' rate are added to a vendor's own."""
RETURNED_AS: Mapping[str, tuple[str, ...]] = {
    "invalid_phone": ("invalid_number", "wrong_number", "bad_phone", "disconnected", "not_in_service"),
    "invalid_email": ("wrong_email", "bad_email", "bounced", "email_bounced", "undeliverable"),
    "duplicate": ("dupe", "duplicate_lead", "already_known", "already_in_crm"),
    "bot_traffic": ("bot", "bots", "bot_lead", "automated"),
    "obviously_fake": ("fake", "fake_lead", "bogus", "never_asked", "did_not_ask", "wrong_person"),
    "no_answer": ("not_reached", "voicemail", "busy", "no_contact"),
    "did_not_convert": ("not_interested", "no_sale", "lost", "did_not_buy"),
    "other": (),
}
"""The reasons for returning a lead, each with other spellings (collected by us from common exports)."""
FAKE = frozenset({"invalid_phone", "invalid_email", "bot_traffic", "obviously_fake"})
"""The return reasons that prove a lead fake. A duplicate is a person's lead, and so is one that nobody answers."""
_REASON_OF_SPELLING = {
    spelling: reason for reason, spellings in RETURNED_AS.items() for spelling in (reason, *spellings)
}


def returned_as(text: str) -> str | None:
    """The return reason for a text in any known spelling (``Wrong number``); None for any other text."""
    return _REASON_OF_SPELLING.get(re.sub("[^a-z0-9]+", "_", text.casefold()).strip("_"))


def proven_by(outcomes: Iterable[Outcome], funnel: Funnel = DEFAULT) -> Literal["genuine", "fake"] | None:
    """What all outcomes of one lead together prove; None where they prove nothing.

    A qualified or converted lead is genuine, whatever else was reported. Otherwise a lead that was returned for a
    reason in ``FAKE`` is fake, even if it was contacted: most fakes carry a real person's number, who then says that
    they did not ask. Without these facts the newest review is believed (``latest_review``). Any other lead that was
    contacted is genuine. The tenant's own events prove what the funnel says.
    """
    outcomes = list(outcomes)
    kinds = {outcome.outcome for outcome in outcomes}
    sure, likely = funnel.proofs
    if kinds & sure:
        return "genuine"
    if any(outcome.outcome == RETURNED and outcome.reason in FAKE for outcome in outcomes):
        return "fake"
    if reviewed := latest_review(outcomes):
        return "genuine" if reviewed == REVIEWED[0] else "fake"
    return "genuine" if kinds & likely else None


def latest_review(outcomes: Iterable[Outcome]) -> str | None:
    """What the newest review of a lead found, one of ``REVIEWED``; of two of one time the one that was told later."""
    reviews = [outcome for outcome in outcomes if outcome.outcome in REVIEWED]
    return max(reversed(reviews), key=lambda review: review.at).outcome if reviews else None


def without_reviews(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """What is known of a lead without anybody's opinion."""
    return [outcome for outcome in outcomes if outcome.outcome not in REVIEWED]


def decibans(counts: VendorCounts) -> tuple[float, float, float]:
    """How the odds of a vendor's leads compare with those of all vendors' leads, and both shares of fakes.

    With few outcomes nothing is said: 0 decibans.
    """
    everywhere = (counts.all_fake + 0.5) / (counts.all_genuine + counts.all_fake + 1)
    here = (counts.fake + AT_LEAST * everywhere) / (counts.genuine + counts.fake + AT_LEAST)
    odds = 10 * log10((1 - here) / here * everywhere / (1 - everywhere))
    return (odds if counts.outcomes >= AT_LEAST else 0.0), here, everywhere


def histories(counts: Sequence[OutcomeCounts]) -> dict[str, VendorHistory]:
    """The history of each vendor, by ``vendor_key``, from the counts of every vendor and buyer of one tenant.

    A return weighs less, the larger the share of returns among all leads that its buyer reported on: it counts as that
    buyer's share of genuine leads, 0 to 1. So a buyer who returns everything, or reports only returns, has no effect.
    A nameless buyer is the tenant itself, and no stranger to be left out.
    """
    by_buyer: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    by_vendor: defaultdict[str, list[OutcomeCounts]] = defaultdict(list)
    for count in counts:
        by_buyer[count.buyer][0] += count.genuine
        by_buyer[count.buyer][1] += count.fake
        by_vendor[vendor_key(count.vendor or "")].append(count)
    weight = {buyer: genuine / max(1, genuine + fake) for buyer, (genuine, fake) in by_buyer.items()}
    said = {buyer: (genuine, fake * weight[buyer]) for buyer, (genuine, fake) in by_buyer.items()}
    # Of buyers that told nothing of a vendor, those that told the most of all others move it the most.
    loudest = {max(said, key=lambda buyer: said[buyer][part]) for part in (0, 1)} if said else set()
    return {vendor: _history(own_counts, said, weight, loudest) for vendor, own_counts in by_vendor.items() if vendor}


def _history(
    own: Sequence[OutcomeCounts],
    said: Mapping[str, tuple[int, float]],
    weight: Mapping[str, float],
    loudest: set[str],
) -> VendorHistory:
    """One vendor's history. ``said`` has for each buyer its genuine leads and its weighted fakes, of all vendors."""
    all_genuine, all_fake = sum(genuine for genuine, _ in said.values()), sum(fake for _, fake in said.values())

    def counted(but: str | None) -> VendorCounts:
        others = [count for count in own if count.buyer != but]
        left_genuine, left_fake = said[but] if but is not None else (0, 0.0)
        return VendorCounts(
            outcomes=sum(count.genuine + count.fake for count in others),
            genuine=sum(count.genuine for count in others),
            fake=round(sum(count.fake * weight[count.buyer] for count in others), 1),
            all_genuine=all_genuine - left_genuine,
            all_fake=round(all_fake - left_fake, 1),
        )

    named = {count.buyer for count in own} | loudest if len(said) > 1 else set()
    left_out = sorted((counted(buyer) for buyer in sorted(named - {""})), key=lambda counts: decibans(counts)[0])
    without = tuple(dict.fromkeys((left_out[0], left_out[-1]))) if left_out else ()
    return VendorHistory(**counted(None)._asdict(), without=without)
