"""What does somebody see who has to look at leads? The queue, and one lead with what to ask and what to decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct

from fraudcheck.ledger.outcomes import FAKE
from fraudcheck.ports.reviews import QueueCounts, Review, Sharing, Waiting
from fraudcheck.reasons import speaks_against
from fraudcheck.records import money_amount
from fraudcheck.report.returns import RETURN_REASONS, amount
from fraudcheck.report.worth import next_step
from fraudcheck.web import pages, wording
from fraudcheck.web.frame import Frame
from fraudcheck.web.wording import clean, day, return_reason_text

PATH = "/review"
REASONS = tuple(reason for reason in RETURN_REASONS if reason in FAKE)
"""Why a lead may be fake, in the order of the keys 1, 2 …"""
MOST_NOTE = 2_000
"""Characters of a note."""
_MOST_CHOICES = 200
"""Vendors and reasons that may be chosen from a list, the most frequent ones."""
_FIELDS = (
    ("name", "Name"),
    ("first_name", "First name"),
    ("last_name", "Last name"),
    ("phone", "Phone"),
    ("email", "Mail"),
    ("company", "Company"),
    ("country", "Country"),
    ("message", "Message"),
    ("reference", "Reference"),
)
_SEEN = {
    "device": "The device",
    "place": "The internet address",
    "network": "The network",
    "message": "The message",
}
_SPANS = {"hour": "an hour", "day": "a day", "month": "a month"}
_CONTACTS = {"mailbox": "mail address", "phone": "phone number"}


Shared = tuple[str, Sequence[tuple[str, str, str | None]]]
"""A sentence on what a lead shares with others, and some of these: id, time and vendor."""


class Asked(Struct, frozen=True, kw_only=True):
    """Which part of the queue somebody works on, as it stands in addresses: days are ``2026-11-03``, "" for any."""

    vendor: str = ""
    reason: str = ""
    since: str = ""
    until: str = ""
    sort: str = "oldest"
    currency: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """What differs from the whole queue, by the names of the form's fields."""
        told = {
            "vendor": self.vendor,
            "reason": self.reason,
            "from": self.since,
            "to": self.until,
            "sort": "" if self.sort == "oldest" else self.sort,
            "currency": self.currency,
        }
        return {name: value for name, value in told.items() if value}

    def address(self, path: str, **more: str) -> str:
        """The address of a page that goes on with the same part."""
        query = urlencode(self.fields | more)
        return f"{path}?{query}" if query else path


class Done(Struct, frozen=True, kw_only=True):
    """What was decided last: in words, and of which check."""

    check_id: str
    text: str


def queue(
    counts: QueueCounts,
    rows: Sequence[Waiting],
    asked: Asked,
    frame: Frame,
    *,
    now: datetime,
    done: Done | None,
    told: str,
) -> str:
    """The page of the queue. ``told`` says why nothing else is shown, "" for nothing."""
    return pages.render(
        "review.html",
        title="Leads to review",
        frame=frame,
        counts=counts,
        rows=[_row(row, asked) for row in rows],
        asked=asked,
        age=age(counts.oldest, now) if counts.oldest else "none",
        vendors=_choices({name: many for name, many in counts.vendors.items() if name}, asked.vendor),
        reasons=_choices({code: many for code, many in counts.reasons.items() if speaks_against(code)}, asked.reason),
        done=done,
        told=told,
    )


def _choices(counted: Mapping[str, int], chosen: str) -> list[tuple[str, int]]:
    found = list(counted.items())[:_MOST_CHOICES]
    return found if not chosen or chosen in dict(found) else [*found, (chosen, counted.get(chosen, 0))]


def _row(row: Waiting, asked: Asked) -> dict[str, Any]:
    return {
        "link": asked.address(f"{PATH}/{row.check_id}"),
        "at": row.checked_at,
        "vendor": row.vendor,
        "score": row.trust_score,
        "reasons": [code for code in row.reasons.split() if speaks_against(code)][:3],
        "price": amount(row.price) if row.price is not None and row.currency else "",
        "currency": row.currency,
        "put_off": row.put_off,
    }


def lead(
    shown: Mapping[str, Any],
    frame: Frame,
    asked: Asked,
    *,
    sharing: Sequence[Sharing],
    waiting: int,
    note: str,
    notices: Sequence[str],
    done: Done | None,
) -> str:
    """The page of one lead to decide on. ``shown`` is as for ``pages.lead``, ``notices`` what to know
    before, ``note`` what a colleague wrote.
    """
    given = shown["lead"] or {}
    return pages.lead(
        shown,
        [],
        frame,
        template="review_lead.html",
        asked=asked,
        ask=ask_text(shown),
        suggestions={name: value for name, value in shown["suggestions"].items() if value},
        given=[(label, given[name]) for name, label in _FIELDS if given.get(name)],
        price=_price_text((given.get("source") or {}).get("price") or {}),
        shared=[*map(_shared_text, sharing), *_seen_texts(shown["facts"])],
        waiting=waiting,
        note=note,
        notices=notices,
        done=done,
        codes=[(reason, RETURN_REASONS[reason]) for reason in REASONS],
        most=MOST_NOTE,
    )


def ask_text(shown: Mapping[str, Any]) -> str:
    """What to ask the person, or to try, before a decision; "" where nothing would help."""
    step = next_step((shown.get("contact") or {}).get("next") or "")
    return f"{step[:1].upper()}{step[1:]}." if step else ""


def _price_text(price: Mapping[str, Any]) -> str:
    is_told = money_amount(price.get("amount") or "") is not None and price.get("currency")
    return f"{wording.amount(price['amount'])} {clean(price['currency'])}" if is_told else ""


def _shared_text(sharing: Sharing) -> Shared:
    what = _CONTACTS.get(sharing.kind, sharing.kind)
    others = "1 other lead" if sharing.many == 1 else f"{sharing.many} other leads"
    return f"This {what} came with {others} since {day(sharing.since)}", sharing.leads


def _seen_texts(facts: Mapping[str, Any]) -> Iterator[Shared]:
    """How many earlier leads came from the same device, address or network, by the facts of the check."""
    seen = facts.get("velocity") or {}
    for kind, what in _SEEN.items():
        counts = seen.get(kind)
        if not isinstance(counts, Mapping):
            continue
        many, span = max(((counts.get(span) or 0, words) for span, words in _SPANS.items()), key=itemgetter(0))
        if many:
            leads = "1 earlier lead" if many == 1 else f"{many:,} earlier leads"
            yield f"{what} had come with {leads} within {span}", ()


def done_text(review: Review) -> str:
    """What was decided of a lead just now."""
    if review.decision == "later":
        return "You put a lead off for later."
    why = f": {return_reason_text(review.reason)}" if review.reason else ""
    return f"You reviewed a lead as {review.decision}{why}."


def age(since: str, now: datetime) -> str:
    """How long ago a time was, in the largest unit that is full."""
    seconds = max(0.0, (now - datetime.fromisoformat(since)).total_seconds())
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            many = int(seconds // size)
            return f"{many:,} {unit}{'' if many == 1 else 's'}"
    return "less than a minute"
