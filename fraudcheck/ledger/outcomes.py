"""What do outcomes prove about leads, and what does a vendor's history tell about its next lead?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from fraudcheck.ports.ledger import OutcomeCounts
from fraudcheck.records import Outcome, VendorHistory

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


def proven_by(outcomes: Iterable[Outcome]) -> Literal["genuine", "fake"] | None:
    """What all outcomes of one lead together prove; None where they prove nothing.

    A qualified or converted lead is genuine, whatever else was reported. Otherwise a lead that was returned for a
    reason in ``FAKE`` is fake, even if it was contacted: most fakes carry a real person's number, who then says that
    they did not ask. Any other lead that was contacted is genuine.
    """
    kinds = {outcome.outcome for outcome in outcomes}
    if kinds & {"qualified", "converted"}:
        return "genuine"
    if any(outcome.outcome == "returned" and outcome.reason in FAKE for outcome in outcomes):
        return "fake"
    return "genuine" if "contacted" in kinds else None


def histories(counts: Sequence[OutcomeCounts]) -> dict[str, VendorHistory]:
    """The history of each vendor, by name, from the counts of every vendor and buyer of one tenant.

    A return weighs less, the larger the share of returns among all leads that its buyer reported on: it counts as that
    buyer's share of genuine leads, 0 to 1. So a buyer who returns everything, or reports only returns, has no effect.
    """
    by_buyer: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    by_vendor: defaultdict[str, list[OutcomeCounts]] = defaultdict(list)
    for count in counts:
        by_buyer[count.buyer][0] += count.genuine
        by_buyer[count.buyer][1] += count.fake
        by_vendor[count.vendor or ""].append(count)
    weight = {buyer: genuine / max(1, genuine + fake) for buyer, (genuine, fake) in by_buyer.items()}
    all_genuine = sum(count.genuine for count in counts)
    all_fake = sum(count.fake * weight[count.buyer] for count in counts)
    return {
        vendor: VendorHistory(
            outcomes=sum(count.genuine + count.fake for count in own_counts),
            genuine=sum(count.genuine for count in own_counts),
            fake=round(sum(count.fake * weight[count.buyer] for count in own_counts), 1),
            all_genuine=all_genuine,
            all_fake=round(all_fake, 1),
        )
        for vendor, own_counts in by_vendor.items()
        if vendor
    }
