"""What do outcomes prove of leads, and what do a vendor's say of its next one?"""

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
"""Why leads are returned, in the trade's words, with other spellings of each (our own reading of common exports)."""
FAKE = frozenset({"invalid_phone", "invalid_email", "bot_traffic", "obviously_fake"})
"""Those that say that nobody stood behind the lead. A duplicate is a person's, and so is one that does not answer."""
_SPELLINGS = {spelling: reason for reason, also in RETURNED_AS.items() for spelling in (reason, *also)}


def returned_as(text: str) -> str | None:
    """The trade's word for a reason as somebody wrote it (``Wrong number``); None where it is none."""
    return _SPELLINGS.get(re.sub("[^a-z0-9]+", "_", text.casefold()).strip("_"))


def proven_by(outcomes: Iterable[Outcome]) -> Literal["genuine", "fake"] | None:
    """What a lead's outcomes together prove.

    Who was qualified or bought is genuine, whatever else is said; who was reached only to say that nobody asked is
    fake, for most fakes carry a real person's number; who was reached otherwise is genuine. The rest proves nothing.
    """
    told = {one.outcome for one in outcomes}
    if told & {"qualified", "converted"}:
        return "genuine"
    if any(one.outcome == "returned" and one.reason in FAKE for one in outcomes):
        return "fake"
    return "genuine" if "contacted" in told else None


def histories(proven: Sequence[OutcomeCounts]) -> dict[str, VendorHistory]:
    """Each vendor's record. A return weighs the less, the more of all its leads its buyer returns.

    Who returns everything, or tells of nothing but returns, says nothing by it, whoever the vendors are.
    """
    buyers: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in proven:
        buyers[one.buyer][0] += one.genuine
        buyers[one.buyer][1] += one.fake
    weight = {name: genuine / max(1, genuine + fake) for name, (genuine, fake) in buyers.items()}
    known: defaultdict[str, list[OutcomeCounts]] = defaultdict(list)
    for one in proven:
        known[one.vendor or ""].append(one)
    all_genuine, all_fake = sum(one.genuine for one in proven), sum(one.fake * weight[one.buyer] for one in proven)
    return {
        vendor: VendorHistory(
            outcomes=sum(one.genuine + one.fake for one in own),
            genuine=sum(one.genuine for one in own),
            fake=round(sum(one.fake * weight[one.buyer] for one in own), 1),
            all_genuine=all_genuine,
            all_fake=round(all_fake, 1),
        )
        for vendor, own in known.items()
        if vendor
    }
