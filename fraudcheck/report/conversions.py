"""Which conversions of a lead may an advertising platform be told, and which may not, and why?

A platform buys more of what it is told, so only what is *verified* is told: a lead that is accepted, or in review with
a good outcome; that is not proved fake; that asks to buy (a sales lead, or nobody can tell, or an outcome says that it
is a possible customer); and of which an outcome proves that it is a person's, or a channel is shown to work.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

from msgspec import Struct

from fraudcheck.fields import ad_identifiers
from fraudcheck.ledger.outcomes import proven_by, without_reviews
from fraudcheck.ledger.record import Opened
from fraudcheck.ports.exports import Export, LeadExports
from fraudcheck.reasons import TEST
from fraudcheck.records import Click, Outcome, Price, format_utc, money_amount
from fraudcheck.worth.funnel import DEFAULT, FORM, Funnel

Platform = Literal["google", "meta"]
By = Literal["click", "hash", "both"]

_QUALIFIED = "qualified"
_MAY_BUY = frozenset({"sales_lead", "unclear", "unknown", "none"})
"""Kinds of enquiry that are reported: the others ask for no offer. ``none`` has no text to tell it by. A
kind is a guess from a text: of whom the buyer qualified or sold to, the outcome says more."""

GOOGLE_CLICK = timedelta(days=90)
GOOGLE_HASH = timedelta(days=63)
"""From the click, for which the form stands here, to a conversion and to its upload."""
GOOGLE_ADJUST_AFTER = timedelta(hours=24)
GOOGLE_ADJUST = timedelta(days=54)
"""A conversion can be adjusted from a day after it was reported until so long after it happened."""
META_EVENT = timedelta(days=7) - timedelta(hours=1)
"""How old an event may be; an hour is left for the upload."""
META_LEAD = timedelta(days=28)
"""From the form to a stage that Meta can learn from."""

OF_LEADS: Mapping[str, str] = {
    "erased": "the person's data were erased",
    "test": "a platform's test lead",
    "duplicate": "a duplicate",
    "fake": "proved fake by its outcomes",
    "rejected": "rejected",
    "review": "in review, without a good outcome",
    "not_sales": "no sales enquiry, and not told as qualified or converted",
    "unverified": "neither an outcome nor a working channel verifies it",
    "consent": "the person denied that data are used for advertising",
}
"""Why a whole lead is left out."""
OF_EVENTS: Mapping[str, str] = {
    "reported": "reported before",
    "retracted": "taken back before: the platform ignores what follows",
    "unidentified": "no id of a click, and no mail or phone that can be hashed",
    "before_lead": "the event's time is before the lead's",
    "future": "the event's time is in the future",
    "click_too_old": "later than 90 days after the form (63 without the id of a click)",
    "event_too_old": "the event is older than Meta takes: 7 days less an hour",
    "stage_too_late": "more than 28 days after the form",
    "invalid": "it would break the platform's rules",
}
"""Why an event of a verified lead is left out."""
CAUSES = {**OF_LEADS, **OF_EVENTS}


class Asked(Struct, frozen=True, kw_only=True):
    """What is asked for.

    ``events`` are those wanted, all if empty. ``names`` are what the platform calls an event, where that differs.
    ``values`` are what an event is worth where its outcome does not say; before the
    ``funnel``, which has the tenant's events and their values. ``by`` says by what a lead may be known.
    ``consent`` adds Google's columns: ``extra`` writes what the lead says of itself, ``granted`` or ``denied`` that,
    but ``granted`` never of who denied.
    ``again`` reports what was reported before too.
    """

    platform: Platform
    events: frozenset[str] = frozenset()
    names: Mapping[str, str] = {}
    values: Mapping[str, Price] = {}
    funnel: Funnel = DEFAULT
    by: By = "both"
    consent: Literal["extra", "granted", "denied"] | None = None
    again: bool = False


class Conversion(Struct, frozen=True, kw_only=True):
    """An event of a verified lead, ready to be written. All of the identifiers are personal data.

    ``order_id`` is the id of the lead's first check, ``check_id`` that of its newest. ``name`` is what the platform
    calls the event. ``formed_at`` is the time of the form. ``identifier`` names what the lead is known by: ``gclid``,
    ``gbraid``, ``wbraid``, ``lead_id``, ``fbc`` or ``hash``. ``email`` and ``phone`` are hashes.
    """

    order_id: str
    check_id: str
    event: str
    name: str
    at: datetime
    formed_at: datetime
    value: Price | None
    identifier: str
    click_id: str | None = None
    lead_id: int | None = None
    email: str | None = None
    phone: str | None = None
    ad_user_data: str | None = None
    ad_personalization: str | None = None


class LeftOut(NamedTuple):
    """What is not told, and why: a key of ``CAUSES``, or what is wrong with it; ``event`` is None for a whole lead."""

    check_id: str
    event: str | None
    cause: str
    problem: str = ""

    @property
    def told(self) -> str:
        """What is wrong, in words."""
        return self.problem or CAUSES[self.cause]


class Waiting(NamedTuple):
    """An adjustment that is due and cannot be made: ``why`` is a key of ``NOT_ADJUSTED``."""

    lead: str
    event: str
    why: str


NOT_ADJUSTED: Mapping[str, str] = {
    "too_soon": "not yet: Google adjusts from 24 hours after a conversion was reported",
    "too_late": "too late: Google adjusts until 54 days after a conversion",
    "wbraid": "never: Google adjusts no conversion that was reported by a wbraid",
    "meta": "never: Meta takes no event back",
}
"""Why an adjustment is not made."""


def lead_conversions(kept: Opened, state: LeadExports, asked: Asked, now: datetime) -> Iterator[Conversion | LeftOut]:
    """What a platform may be told of one lead, by its newest version; and what is left out."""
    cause = unverified(kept, state.outcomes, asked.funnel)
    if cause is not None:
        yield LeftOut(kept.check_id, None, cause)
        return
    reported = {export.event for export in state.exports if export.kind == "conversion"}
    retracted = {export.event for export in state.exports if export.kind == "retract"}
    formed_at = _moment(kept.verdict["submitted_at"])
    for event, at, value in _events(formed_at, state.outcomes, asked):
        if event in retracted:
            yield LeftOut(kept.check_id, event, "retracted")
        elif event in reported and not asked.again:
            yield LeftOut(kept.check_id, event, "reported")
        elif at < formed_at:
            yield LeftOut(kept.check_id, event, "before_lead")
        elif at > now:
            yield LeftOut(kept.check_id, event, "future")
        else:
            told = (_for_google if asked.platform == "google" else _for_meta)(kept, asked, formed_at, at, now)
            if isinstance(told, str):
                yield LeftOut(kept.check_id, event, told)
                continue
            consent = asked.consent and _consent(kept, asked.consent)
            yield Conversion(
                order_id=state.lead,
                check_id=kept.check_id,
                event=event,
                name=asked.names.get(event, event),
                at=at,
                formed_at=formed_at,
                value=value,
                ad_user_data=consent["ad_user_data"] if consent else None,
                ad_personalization=consent["ad_personalization"] if consent else None,
                **told,
            )


def unverified(kept: Opened, outcomes: Collection[Outcome], funnel: Funnel = DEFAULT) -> str | None:
    """Why a lead is not verified, as a key of ``CAUSES``; None for one that is."""
    verdict, proof = kept.verdict, proven_by(outcomes, funnel)
    fact = proven_by(without_reviews(outcomes), funnel)  # that somebody thinks so shows no channel to work
    kind = (verdict.get("enquiry") or {}).get("kind", "unknown")
    works = (verdict.get("contact") or {}).get("status") == "verified"
    tests = (
        ("erased", kept.lead is None),
        ("test", verdict["classification"] == TEST),
        ("duplicate", verdict["classification"] == "duplicate"),
        ("fake", proof == "fake"),
        ("rejected", verdict["decision"] == "reject"),
        ("review", verdict["decision"] == "review" and proof != "genuine"),
        ("not_sales", kind not in _MAY_BUY and not _is_wanted(outcomes, funnel)),
        ("unverified", fact != "genuine" and not works),
        ("consent", kept.lead is not None and _said(kept.lead.extra.get("ad_user_data")) == "Denied"),
    )
    return next((cause for cause, holds in tests if holds), None)


def _is_wanted(outcomes: Collection[Outcome], funnel: Funnel) -> bool:
    """Whether a person found that the lead may buy, or it bought: that goes before what was read from its text."""
    return any(funnel.places.get(outcome.outcome, 0) >= funnel.places[_QUALIFIED] for outcome in outcomes)


def _events(
    formed_at: datetime, outcomes: Collection[Outcome], asked: Asked
) -> Iterator[tuple[str, datetime, Price | None]]:
    """Every event that a lead has reached: when first, and what the last outcome that told a value told.

    A time before the form is a slip, and put right by another one that is told.
    """
    reached = {FORM: formed_at}
    told: dict[str, Price] = {}
    for outcome in outcomes:
        if outcome.outcome not in asked.funnel.places:  # a return, or an event that the funnel has no longer
            continue
        at = _moment(outcome.at)
        if at == at.replace(hour=0, minute=0, second=0, microsecond=0) and at.date() == formed_at.date():
            at = max(at, formed_at + timedelta(seconds=1))  # told by the day, as lists of a CRM do
        known = reached.get(outcome.outcome, at)
        reached[outcome.outcome] = max(at, known) if min(at, known) < formed_at else min(at, known)
        if outcome.value is not None and outcome.value.amount is not None:
            told[outcome.outcome] = outcome.value
    for event, at in reached.items():
        if not asked.events or event in asked.events:
            yield event, at, told.get(event) or asked.values.get(event) or _table_value(asked.funnel, event)


def _table_value(funnel: Funnel, event: str) -> Price | None:
    amount = funnel.value(event)
    return Price(amount=amount, currency=funnel.currency) if amount is not None else None


def _hashes(kept: Opened, asked: Asked) -> dict[str, str]:
    """The hashes of the lead's mail address and phone number, as far as it has them."""
    if asked.by == "click":
        return {}
    written = kept.verdict["normalized"]
    google = asked.platform == "google"
    email, phone = written.get("email") or "", written.get("phone") or ""
    read = {
        "email": ad_identifiers.google_email(email) if google else ad_identifiers.meta_email(email),
        "phone": ad_identifiers.google_phone(phone) if google else ad_identifiers.meta_phone(phone),
    }
    return {name: ad_identifiers.hashed(text) for name, text in read.items() if text}


def _click(kept: Opened, asked: Asked) -> Click:
    return kept.lead.source.click if kept.lead is not None and asked.by != "hash" else Click()


def _for_google(kept: Opened, asked: Asked, formed_at: datetime, at: datetime, now: datetime) -> dict[str, Any] | str:
    """By what Google may know the lead: one click id, and hashes beside a gclid; or why it cannot."""
    click = _click(kept, asked)
    names = ("gclid", "gbraid", "wbraid")
    found = next(
        ((name, read) for name in names if (read := ad_identifiers.click_id(getattr(click, name)))),
        None,
    )
    hashes = _hashes(kept, asked)
    if found is None and not hashes:
        return "unidentified"
    age = max(at, now) - formed_at
    if age > GOOGLE_HASH:
        hashes = {}
    if found is not None and age > GOOGLE_CLICK:
        found = None
    if found is None:
        return {"identifier": "hash", **hashes} if hashes else "click_too_old"
    name, read = found
    return {"identifier": name, "click_id": read, **(hashes if name == "gclid" else {})}


def _for_meta(kept: Opened, asked: Asked, formed_at: datetime, at: datetime, now: datetime) -> dict[str, Any] | str:
    """By what Meta may know the lead: its id of the lead, the click, hashes; or why it cannot."""
    click = _click(kept, asked)
    lead_id, clicked = ad_identifiers.meta_lead_id(click.lead_id), ad_identifiers.click_id(click.fbclid)
    told: dict[str, Any] = dict(_hashes(kept, asked))
    told |= {"lead_id": lead_id} if lead_id is not None else {}
    told |= {"click_id": clicked} if clicked is not None else {}
    if not told:
        return "unidentified"
    if at < now - META_EVENT:
        return "event_too_old"
    if at - formed_at > META_LEAD:
        return "stage_too_late"
    return {"identifier": "lead_id" if lead_id is not None else "fbc" if clicked is not None else "hash", **told}


def _consent(kept: Opened, asked: str) -> dict[str, str | None]:
    """What is told of a person's consent: what the lead says; else what is asked, but never against a denial."""
    extra = kept.lead.extra if kept.lead is not None else {}
    said = {name: _said(extra.get(name)) for name in ("ad_user_data", "ad_personalization")}
    if asked == "extra":
        return said
    return {name: "Denied" if own == "Denied" else asked.capitalize() for name, own in said.items()}


def _said(value: object) -> str | None:
    """Whether a person granted or denied something, in Google's words; None where that is not told."""
    word = str(value).strip().lower()
    if word in {"granted", "grant", "yes", "true", "1"}:
        return "Granted"
    return "Denied" if word in {"denied", "deny", "no", "false", "0"} else None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def export_of(told: Conversion, file: str, now: datetime) -> Export:
    """What is kept of a conversion that is written into a file."""
    return Export(
        lead=told.order_id,
        event=told.event,
        name=told.name,
        identifier=told.identifier,
        value=told.value.amount if told.value else None,
        currency=told.value.currency if told.value else None,
        at=format_utc(told.at),
        exported_at=format_utc(now),
        file=file,
    )


def adjustments(state: LeadExports, asked: Asked, now: datetime, file: str) -> Iterator[Export | Waiting]:
    """What has to be changed of what a platform was told of a lead, and what can not (any more).

    What was told of a lead that proved fake, or was rejected later, is taken back; a reviewer's opinion alone takes
    nothing back. A value that an outcome told since is put right; one that only the tenant's table changed is not.
    """
    proof = proven_by(without_reviews(state.outcomes), asked.funnel)
    fake = proof == "fake" or state.classification == TEST or (state.decision == "reject" and proof != "genuine")
    told: dict[str, Price] = {one.outcome: one.value for one in state.outcomes if one.value and one.value.amount}
    for event in dict.fromkeys(export.event for export in state.exports):
        exports = [export for export in state.exports if export.event == event and export.written]
        if not exports or (asked.events and event not in asked.events):
            continue
        if exports[-1].kind == "retract" and not asked.again:
            continue
        first, last = exports[0], [export for export in exports if export.kind != "retract"][-1]
        value = told.get(event)
        if not fake and (value is None or _same(value, last)):
            continue
        why = _not_adjusted(first, asked.platform, now)
        if why is not None:
            yield Waiting(state.lead, event, why)
            continue
        yield Export(
            lead=state.lead,
            event=event,
            nth=len([export for export in state.exports if export.event == event]),
            kind="retract" if fake else "restate",
            name=first.name,
            identifier=first.identifier,
            value=None if fake or value is None else value.amount,
            currency=None if fake or value is None else value.currency,
            at=format_utc(now),
            exported_at=format_utc(now),
            file=file,
        )


def _same(value: Price, export: Export) -> bool:
    amounts = money_amount(value.amount or ""), money_amount(export.value or "")
    return amounts[0] == amounts[1] and value.currency == export.currency


def _not_adjusted(first: Export, platform: Platform, now: datetime) -> str | None:
    if platform == "meta":
        return "meta"
    if first.identifier == "wbraid":
        return "wbraid"
    if now - _moment(first.at) > GOOGLE_ADJUST:
        return "too_late"
    return "too_soon" if now - _moment(first.exported_at) < GOOGLE_ADJUST_AFTER else None
