"""How well does a lead fit, what did the person do, how far are they, who is called first? By a tenant's table.

Fit, engagement and stage are never added together. The band follows from them by the table's rows, and is led by
engagement. None of it moves the trust score.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import Struct

from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Criterion, Enquiry, Facts, Lead, Quality, ScoredReason
from fraudcheck.worth import engagement
from fraudcheck.worth.engagement import ACTIONS, Action, Asked, Names, Weights
from fraudcheck.worth.enquiry import KINDS
from fraudcheck.worth.fit import FitCriterion, Rule, compile_criteria, failed, read_fit, within
from fraudcheck.worth.haste import cannot_wait, is_near, what_holds
from fraudcheck.worth.quantities import read_date
from fraudcheck.worth.requests import APPOINTMENT, CONTACT, PRICE, requests
from fraudcheck.worth.stage import STAGES, UNKNOWN, read_stage
from fraudcheck.worth.timing import SOUTHERN, is_of_event, later, may_name, span_days, spell_out
from fraudcheck.worth.words import clauses, fold, words_of

ALL_KINDS = (*KINDS, "unclear", "none", "unknown")
"""Every word of ``enquiry.kind``."""
BANDS = ("hot", "warm", "cold")
KINDS_WITH_BAND = ("sales_lead", "unclear", "none", "unknown")
"""Of the other kinds of enquiry none is a sale to be won: they have no band."""
NOT_NOW = "not_now"
JUNK = ("spam", "solicitation", "job", "student", "competitor")
"""Kinds that are never wanted, now or later. Of every other one what has a price asked for later is ``not_now``: who
writes as a colleague or a firm does buys too.
"""

_BOT_FROM = -3.0
"""Decibans against a lead as a bot's from which on nothing that it did is a person's doing: its odds are halved."""


_UNKNOWN_FIT = 50.0
"""A fit that is not known, in the rows of the band: neither good nor bad."""
_LONGEST_TIME = 200
"""Characters of a caller's field that are read for when it is."""


class Engagement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How engagement is counted: the actions, the weights of form and message, and the days after which an action
    counts half.
    """

    half_life_days: float = 30.0
    weights: Weights = Weights()
    actions: dict[str, Action] = msgspec.field(default_factory=lambda: dict(ACTIONS))


class Row(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of the band's table: it holds where engagement and fit reach its bounds, and stage and kind of enquiry
    are among its own (where it names any). A fit that is not known counts as 50, an engagement as 0.
    """

    band: Literal["hot", "warm", "cold"]
    engagement: float = 0.0
    fit: float = 0.0
    stages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


class BandTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first of ``rows`` that holds says the band. ``asked`` is the least band of who asks for a contact or an
    appointment; leads of other ``kinds`` of enquiry have none.
    """

    rows: tuple[Row, ...] = (
        Row(band="hot", engagement=60.0, fit=40.0),
        Row(band="warm", engagement=20.0, fit=20.0),
        Row(band="warm", engagement=10.0, fit=70.0),
        Row(band="warm", engagement=10.0, fit=20.0, stages=("known", "customer")),
        Row(band="cold"),
    )
    asked: Literal["hot", "warm", "cold"] = "warm"
    kinds: tuple[str, ...] = KINDS_WITH_BAND


class NotNow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A lead that is wanted later than ``after_days`` days is ``not_now``: by the first of ``fields`` that says when,
    else by the message, where ``text`` lets it be read.
    """

    after_days: int = 31
    fields: tuple[str, ...] = (
        "extra.when",
        "extra.timeframe",
        "extra.time_frame",
        "extra.timeline",
        "extra.timing",
        "extra.start",
        "extra.start_date",
        "extra.desired_date",
        "extra.purchase_date",
        "extra.purchase_timeframe",
        "extra.purchase_timeline",
        "extra.wanted_from",
    )
    text: bool = True


class QualityTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A tenant's criteria, weights and bands (``quality.toml``)."""

    fit: tuple[FitCriterion, ...] = ()
    engagement: Engagement = Engagement()
    band: BandTable = BandTable()
    not_now: NotNow = NotNow()

    @cached_property
    def rules(self) -> list[Rule]:
        """The criteria of fit, ready to read leads."""
        return compile_criteria(self.fit)

    @cached_property
    def names(self) -> Names:
        """Which action is meant by an event's name."""
        return Names(self.engagement.actions)

    @cached_property
    def hash(self) -> str:
        """``sha256:`` and hex digits, as verdicts name the table."""
        return encode_quality(self)[0]


def load_quality(own: Mapping[str, Any]) -> QualityTable:
    """The table of a decoded ``quality.toml``, over the default one. Raises ValueError with the key at fault."""
    merged = dict(own)
    if isinstance(counted := merged.get("engagement"), dict) and isinstance(actions := counted.get("actions"), dict):
        if wrong := [name for name, told in actions.items() if not isinstance(told, dict)]:
            raise ValueError(f"engagement.actions.{wrong[0]}: write a table, such as {{ weight = 20, names = [] }}")
        merged["engagement"] = {**counted, "actions": engagement.merged(actions)}
    table = msgspec.convert(merged, QualityTable)
    _validate(table)
    return table


def encode_quality(table: QualityTable) -> tuple[str, bytes]:
    """The name of a table (``sha256:`` and hex digits), and its canonical bytes, which the name is the hash of."""
    body = msgspec.json.encode(table, order="sorted")
    return "sha256:" + sha256(body).hexdigest(), body


def decode_quality(body: bytes) -> QualityTable:
    """Read the bytes that ``encode_quality`` made. Raises ValueError on other bytes."""
    return msgspec.json.decode(body, type=QualityTable)


class _Message(NamedTuple):
    """What a message asks, and when it wants it; ``date.max`` for some time later."""

    asked: Asked = Asked(frozenset(), 0.0)
    wanted: date | None = None


class _Known(NamedTuple):
    """What the band follows from. ``asks``: for a contact or an appointment; ``days``: until it is wanted."""

    fit: float | None
    engagement: float | None
    stage: str
    kind: str
    asks: bool
    is_social: bool
    wanted: date | None
    days: int


def read_quality(
    lead: Lead,
    facts: Mapping[str, Facts | None],
    enquiry: Enquiry,
    table: QualityTable,
    *,
    reasons: Sequence[ScoredReason],
    submitted_at: str,
) -> Quality:
    """The quality of a lead by the tenant's table.

    ``reasons`` are the verdict's: what a program did is no engagement. ``submitted_at`` is the verdict's (RFC 3339):
    ages, "next spring" and the age of actions count from it.
    """
    at = datetime.fromisoformat(submitted_at)
    today = at.date()
    fit, criteria = read_fit(lead, facts, table.rules, today) if table.fit else (None, [])
    message = _read_message(lead, today, table.not_now.text)
    found = _engagement(lead, facts, table, message.asked, at)
    by_bot = _is_bot(reasons)
    if found and by_bot:
        found = [msgspec.structs.replace(each, points=0.0) for each in found]
        found.append(Criterion(part="engagement", name="bot", value=True, weight=0.0, points=0.0))
    engaged = min(100.0, round(sum(each.points or 0.0 for each in found), 1)) if found else None
    stage, said_by, word = read_stage(lead, facts, at)
    said = [Criterion(part="stage", name=said_by, value=word or stage, weight=0.0, points=None)] if said_by else []
    band = UNKNOWN
    later_price = message.wanted is not None and PRICE in message.asked.kinds and enquiry.kind not in JUNK
    if enquiry.kind in table.band.kinds or later_price:
        in_words = not message.asked.kinds.isdisjoint((APPOINTMENT, CONTACT)) and not by_bot
        asks = in_words or any(map(engagement.asks, found))
        wanted = _wanted(lead, table.not_now, today) or message.wanted
        days = (wanted - today).days if wanted else 0
        known = _Known(fit, engaged, stage, enquiry.kind, asks, lead.source.channel == "social", wanted, days)
        out = failed(table.fit, criteria) if table.fit else None
        band, why = ("cold", [_said(f"required {out}", "cold")]) if out else _band(table, known)
        if enquiry.kind in table.band.kinds or band == NOT_NOW:
            said += why
        else:
            band = UNKNOWN
    return Quality(fit=fit, engagement=engaged, stage=stage, band=band, criteria=[*criteria, *found, *said])


def _read_message(lead: Lead, today: date, for_time: bool) -> _Message:
    if not lead.message:
        return _Message()
    folded = fold(spell_out(lead.message))
    words = words_of(folded)
    asked = Asked(frozenset(requests(words, folded)), engagement.exactness(lead.message, folded))
    if not for_time or not may_name(words, folded) or is_of_event(words, folded):
        return _Message(asked)
    return _Message(asked, _when(clauses(folded), today, lead.country in SOUTHERN))


def _when(parts: Sequence[str], today: date, southern: bool) -> date | None:
    """The first time ahead that a text names; None too where it wants something at once or cannot wait, or asks for an
    appointment without saying that this is for later.
    """
    if any(map(cannot_wait, parts)):
        return None
    parts = what_holds(parts)
    times = [later(part, today, southern) for part in parts]
    named = [when for when in times if when]
    if not named:
        return None
    for part, when in zip(parts, times, strict=True):
        asked = requests(part.split(), part)
        if is_near(part, bool(asked)) or (APPOINTMENT in asked and not when):
            return None
    return min(named)


def _engagement(
    lead: Lead, facts: Mapping[str, Facts | None], table: QualityTable, asked: Asked, at: datetime
) -> list[Criterion]:
    """What engagement is the sum of."""
    told = table.engagement
    found: list[Criterion] = []
    if lead.activity:
        found += engagement.read_actions(lead.activity, table.names, told.half_life_days, at)
    if not (facts.get("velocity") or {}).get("staffed"):  # else somebody else filled the form in
        found += engagement.read_form(lead, told.weights)
    if lead.message:
        if (facts.get("content") or {}).get("random"):
            asked = asked._replace(exact=0.0)
        found += engagement.read_message(asked, told.weights)
    return found


def _is_bot(reasons: Sequence[ScoredReason]) -> bool:
    against = sum(
        reason.points
        for reason in reasons
        if reason.points < 0 and (row := CATALOGUE.get(reason.code)) and row.kind in ("bot", "farm")
    )
    return against <= _BOT_FROM


def _wanted(lead: Lead, told: NotNow, today: date) -> date | None:
    """When the caller's fields say that it is wanted: today at the earliest; None where they say nothing."""
    if not lead.extra:
        return None
    for field in told.fields:
        value = within(lead.extra, field.split(".")[1:])
        if not isinstance(value, str) or not value.strip():
            continue
        if when := read_date(value):
            return max(when, today)
        days = span_days(value[:_LONGEST_TIME])
        if days is not None:
            return today + timedelta(days=days)
        parts = clauses(fold(spell_out(f"in {value[:_LONGEST_TIME]}")))
        return min([when for part in parts if (when := later(part, today, lead.country in SOUTHERN))], default=today)
    return None


def _band(table: QualityTable, known: _Known) -> tuple[str, list[Criterion]]:
    """The band, and what said so."""
    if known.wanted and known.days > table.not_now.after_days:
        return NOT_NOW, [_said("wanted", "later" if known.wanted == date.max else known.wanted.isoformat())]
    if known.fit is None and known.engagement is None and not known.asks and not known.is_social:
        return UNKNOWN, []
    asked = table.band.asked
    for number, row in enumerate(table.band.rows, 1):
        if _holds(row, known):
            if known.asks and BANDS.index(asked) < BANDS.index(row.band):
                return asked, [_said("asked", True)]
            return row.band, [_said(f"row {number}", row.band)]
    return (asked, [_said("asked", True)]) if known.asks else (UNKNOWN, [])


def _said(name: str, value: str | bool) -> Criterion:
    return Criterion(part="band", name=name, value=value, weight=0.0, points=None)


def _holds(row: Row, known: _Known) -> bool:
    return (
        (known.engagement or 0.0) >= row.engagement
        and (_UNKNOWN_FIT if known.fit is None else known.fit) >= row.fit
        and (not row.stages or known.stage in row.stages)
        and (not row.kinds or known.kind in row.kinds)
    )


BOUNDS = {
    "engagement.half_life_days": (0.01, 3650),
    "engagement.weights.NAME": (0, 100),
    "engagement.actions.NAME.weight": (0, 100),
    "engagement.actions.NAME.once": (0.01, 1),
    "engagement.actions.NAME.each": (0.01, 100),
    "engagement.actions.NAME.free": (0, 1000),
    "band.rows.engagement": (0, 100),
    "band.rows.fit": (0, 100),
    "not_now.after_days": (0, 3650),
}
"""The least and the most of every number of a table but those of ``fit``."""


def _validate(table: QualityTable) -> None:
    """Raises ValueError with everything that is wrong, a line each."""
    wrong = list(_wrong(table))
    if wrong:
        raise ValueError("\n  ".join(wrong))


def _wrong(table: QualityTable) -> Iterator[str]:
    try:
        compile_criteria(table.fit)
    except ValueError as problem:
        yield str(problem)
    told = table.engagement
    yield from _outside("engagement.half_life_days", told.half_life_days)
    for name, weight in msgspec.structs.asdict(told.weights).items():
        yield from _outside("engagement.weights.NAME", weight, name)
    for name, action in told.actions.items():
        for key in ("weight", "once", "each", "free"):
            if (number := getattr(action, key)) is not msgspec.UNSET:
                yield from _outside(f"engagement.actions.NAME.{key}", number, name)
    if clash := engagement.name_clash(told.actions):
        yield f"engagement.actions: {clash}"
    for number, row in enumerate(table.band.rows, 1):
        where = f"band.rows, row {number}"
        for key in ("engagement", "fit"):
            yield from (f"{where}: {problem}" for problem in _outside(f"band.rows.{key}", getattr(row, key)))
        yield from _strange(STAGES, f"{where}, stages", row.stages)
        yield from _strange(ALL_KINDS, f"{where}, kinds", row.kinds)
    yield from _strange(ALL_KINDS, "band.kinds", table.band.kinds)
    yield from _outside("not_now.after_days", table.not_now.after_days)
    for field in table.not_now.fields:
        if not field.startswith("extra.") or field.endswith("."):
            yield f"not_now.fields: {field!r} is no field of extra; write extra.NAME"


def _outside(key: str, number: float, name: str = "") -> Iterator[str]:
    least, most = BOUNDS[key]
    if not least <= number <= most:  # nan is not within either
        yield f"{key.replace('NAME', name)}: give a number from {least:g} to {most:g}"


def _strange(words: Sequence[str], where: str, given: Sequence[str]) -> Iterator[str]:
    for word in given:
        if word not in words:
            yield f"{where}: there is no {word!r}; there are {', '.join(words)}"
