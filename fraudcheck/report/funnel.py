"""How far do leads come, how long does it take, what may each one be expected to bring, and what should a platform
optimise to?

A lead that came yesterday has not failed. So times are estimated with the leads that are still open (Kaplan and Meier
1958), and of a young lead only that part counts against a rate in which leads as young have come to the event by now.
Rates of a part with few leads are drawn towards all leads, as those of vendors are (``rates``); the rates of the steps
are multiplied, so that a lead that came further is never worth less.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
from scipy import special

from fraudcheck.ledger.outcomes import proven_by
from fraudcheck.ports.ledger import LeadOutcome
from fraudcheck.records import REVIEWED, Outcome, Price, format_utc, money_amount
from fraudcheck.report import rates
from fraudcheck.report.audit import Scope, Share
from fraudcheck.report.funnel_report import Advised, FunnelLine, FunnelReport, Known, Stage, Times, Worth
from fraudcheck.report.leads import OLDEST_FORM, Leads
from fraudcheck.worth.funnel import CONVERTED, FORM, RETURNED, Funnel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

ALL = "*"
_MAX_NAMES = 100
"""Channels, campaigns, vendors or kinds that have a line of their own. The smallest are merged."""
_PULL = 10.0
"""Leads, or sales, that the whole counts as where there are too few parts to show how much they differ."""
_ENOUGH_TO_TIME = 10
"""Sales from which on the measured time to a decision is believed more than the stated one."""
_DAY = 86_400.0
_EPOCH = date(1970, 1, 1).toordinal()


def reached(outcomes: Iterable[Outcome], funnel: Funnel, form_at: str, now: str | None = None) -> dict[str, str]:
    """When a lead came to each event that it came to, the form (at ``form_at``) first; times are RFC 3339 in UTC.

    Who came to an event came to all before it, at its time if nothing tells an earlier one. No time is before the
    form's, nor after ``now``.
    """
    return _reached(_told(outcomes, funnel), funnel, form_at, now)


def _reached(told: Mapping[str, str], funnel: Funnel, form_at: str, now: str | None) -> dict[str, str]:
    times: dict[str, str] = {}
    earliest: str | None = None
    for event in reversed(funnel.events):
        at = form_at if event.name == FORM else told.get(event.name)
        if at is not None and (earliest is None or at < earliest):
            earliest = at
        if earliest is not None:
            times[event.name] = max(form_at, earliest if now is None else min(earliest, now))
    return dict(reversed(times.items()))


def expected_value(line: FunnelLine, event: str, currency: str | None) -> Price | None:
    """What a lead of this line that came to an event is worth: as the tenant's table says, else as it may be expected
    to bring; None where nothing tells it.
    """
    stage = next((stage for stage in line.stages if stage.event == event), None)
    if stage is None or currency is None:
        return None
    amount = stage.stated or (stage.worth and stage.worth.amount)
    return Price(amount=amount, currency=currency) if amount else None


def make_report(leads: Leads, outcomes: Sequence[LeadOutcome], funnel: Funnel, scope: Scope, now: str) -> FunnelReport:
    """The funnel of these leads. The outcomes of one lead must follow each other; ``now`` is RFC 3339 in UTC."""
    told = [_read(list(of_lead), funnel, now) for _, of_lead in groupby(outcomes, key=attrgetter("lead"))]
    came = [lead for lead in told if not lead.fake]
    currency = funnel.currency or _commonest_currency(came)
    data = _Data(leads, told, came, funnel, currency, _days(now), min(_days(scope.until), _days(now)))
    whole, places = _Part(data, None), range(len(funnel.events))
    curves = [whole.curve(place, place + 1) for place in places[:-1]]
    steps = whole.steps(curves)
    rejected_genuine = sum(lead.rejected for lead in came)
    line = _lines(whole, steps, [rates.UNKNOWN] * len(curves))[0]
    advice = _advise(line.stages, [int(whole.recent(place)[0]) for place in places], funnel, None)

    def lines_of(name: str, of_all: Advised | None = None) -> list[FunnelLine]:
        part = _Part(data, name)
        own_steps = part.steps(curves)
        spreads = [_spread(*own, *all_) for own, all_ in zip(own_steps, steps, strict=True)]
        found = _lines(part, own_steps, spreads, of_all)
        return sorted((each for each in found if each.leads), key=lambda each: (-each.leads, each.name))

    return FunnelReport(
        scope=scope,
        events=[event.name for event in funnel.events],
        currency=currency,
        rejected=int(leads.bad.sum()) - rejected_genuine,
        proved_fake=sum(lead.fake and not lead.rejected for lead in told),
        unplaced=dict(sorted(Counter(event for lead in told for event in lead.unplaced).items())),
        all=msgspec.structs.replace(line, advice=advice),
        channels=lines_of("channel", advice),
        campaigns=lines_of("campaign", advice),
        vendors=lines_of("vendor", advice),
        enquiries=lines_of("enquiry"),
    )


class _Told(NamedTuple):
    """One lead of which something was told. Times are in days since 1970, the form's first, NaN for events that it did
    not come to; ``told`` flags those that were told themselves.

    ``fake`` leads are proved fake, or rejected and not proved genuine.
    """

    names: Mapping[str, str]
    times: list[float]
    told: list[bool]
    value: Mapping[str, float]
    rejected: bool
    fake: bool
    unplaced: set[str]


def _read(of_lead: Sequence[LeadOutcome], funnel: Funnel, now: str) -> _Told:
    first = of_lead[0]
    outcomes = [each.outcome for each in of_lead]
    told = _told(outcomes, funnel)
    at = _reached(told, funnel, _form_at(first), now)
    proved = proven_by(outcomes, funnel)
    rejected = first.decision == "reject"
    value: dict[str, float] = {}
    for outcome in outcomes:
        price = outcome.value
        if outcome.outcome == CONVERTED and price is not None and price.amount and price.currency:
            value[price.currency] = value.get(price.currency, 0.0) + float(money_amount(price.amount) or 0)
    vendor, campaign, _, channel = first.source
    return _Told(
        names={
            "vendor": vendor or "",
            "campaign": campaign or "",
            "channel": channel or "",
            "enquiry": first.enquiry or "unknown",
        },
        times=[_days(at[event.name]) if event.name in at else np.nan for event in funnel.events],
        told=[event.name in told for event in funnel.events],
        value=value,
        rejected=rejected,
        fake=proved == "fake" or (rejected and proved != "genuine"),
        unplaced={each.outcome for each in outcomes if each.outcome not in told} - {RETURNED, *REVIEWED},
    )


def _form_at(lead: LeadOutcome) -> str:
    """When the form was sent: long before the check, where a CRM's older leads were sent later."""
    if not lead.form_at:
        return lead.checked_at
    return max(lead.form_at, format_utc(datetime.fromisoformat(lead.checked_at) - timedelta(days=OLDEST_FORM)))


def _told(outcomes: Iterable[Outcome], funnel: Funnel) -> dict[str, str]:
    """When each event was first told to be, by those that were told."""
    told: dict[str, str] = {}
    for outcome in outcomes:
        if outcome.outcome in funnel.places:
            told[outcome.outcome] = min(told.get(outcome.outcome, outcome.at), outcome.at)
    return told


def _days(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp() / _DAY


def _commonest_currency(came: Sequence[_Told]) -> str | None:
    seen = Counter(currency for lead in came for currency in lead.value)
    return max(sorted(seen), key=seen.__getitem__, default=None)


class _Data:
    """The leads of a funnel as arrays, and what every part of it is computed with."""

    def __init__(  # noqa: PLR0917 - used once
        self,
        leads: Leads,
        told: Sequence[_Told],
        came: Sequence[_Told],
        funnel: Funnel,
        currency: str | None,
        now: float,
        end: float,
    ) -> None:
        self.leads, self.told, self.came, self.funnel, self.currency = (
            leads.only(~leads.bad),
            told,
            came,
            funnel,
            currency,
        )
        self.now, self.end = now, end
        self.times: Floats = np.array([lead.times for lead in came], dtype=float).reshape(-1, len(funnel.events))
        self.was_told: Flags = np.array([lead.told for lead in came], dtype=bool).reshape(-1, len(funnel.events))
        days = [*self.leads.form_day - _EPOCH, *[int(lead.times[0]) for lead in told]]
        self.first_day = int(min(days, default=0))
        self.day_count = int(max(days, default=0)) - self.first_day + 1
        self.ages: Floats = np.maximum(now - (self.first_day + np.arange(self.day_count) + 0.5), 0.0)
        """How old the leads of each day are, in days; what is told of a lead is kept to the millisecond, a lead of
        which nothing is told by its day alone."""


class _Curve(NamedTuple):
    """Which share of the leads that come to an event have come to it after so many days, and how many are open."""

    days: Floats
    share: Floats
    open: int

    def at(self, ages: Floats) -> Floats:
        """The share after these days; 1 where no lead ever came to it, so that all count whole."""
        if not len(self.days):
            return np.ones(len(ages))
        after: Floats = np.concatenate([[0.0], self.share])[np.searchsorted(self.days, ages, side="right")]
        return after

    def times(self) -> Times:
        """Its quartiles."""
        if not len(self.days):
            return Times(open=self.open)
        quartiles = [float(self.days[np.searchsorted(self.share, part - 1e-9)]) for part in (0.25, 0.5, 0.75)]
        quarter, median, three_quarters = (round(days, 2) for days in quartiles)
        return Times(open=self.open, quarter=quarter, median=median, three_quarters=three_quarters)


def _curve(times: Floats, ages: Floats, weights: Floats) -> _Curve:
    """From the ``times`` of those that came to it, and the ``ages`` of those that have not, each so many leads.

    Kaplan and Meier's estimate, as a share of those that come to it at all.
    """
    if not len(times):
        return _Curve(times, times, int(weights.sum()))
    days, came = np.unique(times, return_counts=True)
    order = np.argsort(ages)
    older = np.concatenate([np.cumsum(weights[order][::-1])[::-1], [0.0]])
    waiting = older[np.searchsorted(ages[order], days, side="left")]
    at_risk = np.cumsum(came[::-1])[::-1] + waiting
    share = 1 - np.cumprod(1 - came / at_risk)
    return _Curve(days, share / share[-1], int(weights[ages <= days[-1]].sum()))


class _Part:
    """The leads by one name (``part``; None for all as one): each array has a row for each group."""

    def __init__(self, data: _Data, part: str | None) -> None:
        self.data = data
        if part is None:
            self.names, pool = [ALL], np.zeros(len(data.leads), dtype=np.int64)
            group_of = {"": 0}
        else:
            self.names, group_of, pool = _groups(data, part)

        def groups(leads: Sequence[_Told]) -> Ints:
            return np.array([group_of[lead.names[part] if part else ""] for lead in leads], dtype=np.int64)

        self.group: Ints = groups(data.came)
        ends = np.cumsum(np.bincount(self.group, minlength=len(self.names)))[:-1]
        self._of_group = np.split(np.argsort(self.group, kind="stable"), ends)
        self._days_of_event: dict[int, Ints] = {}
        # By day: what the ledger has that was not rejected, without what proved fake, with what proved genuine.
        self.by_day = _count_days(data, pool, data.leads.form_day - _EPOCH, len(self.names)).astype(float)
        for leads, sign in (
            ([lead for lead in data.told if lead.fake and not lead.rejected], -1),
            ([lead for lead in data.came if lead.rejected], 1),
        ):
            days = np.array([int(lead.times[0]) for lead in leads], dtype=np.int64)
            self.by_day += sign * _count_days(data, groups(leads), days, len(self.names))
        self.by_day = np.maximum(self.by_day, self._came_by_day(0))
        self.leads: Ints = _whole(self.by_day.sum(1))

    def came(self, place: int) -> Ints:
        """How many came to an event."""
        if not place:
            return self.leads
        return self._count(~np.isnan(self.data.times[:, place]))

    def told(self, place: int) -> Ints:
        """Of how many it was told itself; the form of all."""
        return self._count(self.data.was_told[:, place]) if place else self.leads

    def recent(self, place: int) -> Ints:
        """How many came to an event in the days that the advice looks at."""
        start = self.data.end - self.data.funnel.advice.days
        if place:
            times = self.data.times[:, place]
            return self._count((times > start) & (times <= self.data.end))
        ages_at_end = self.data.ages - (self.data.now - self.data.end)
        return _whole(self.by_day[:, ages_at_end < self.data.funnel.advice.days].sum(1))

    def curve(self, before: int, place: int, group: int | None = None) -> _Curve:
        """How long it takes from one event to a later one, for one group or for all."""
        mine = slice(None) if group is None else self._of_group[group]
        start, end = self.data.times[mine, before], self.data.times[mine, place]
        came = ~np.isnan(end)
        times = np.sort(end[came] - start[came])
        if before:
            ages = self.data.now - start[~came & ~np.isnan(start)]
            return _curve(times, ages, np.ones(len(ages)))
        open_ = self.by_day - self._came_by_day(place)
        weights = np.maximum(open_.sum(0) if group is None else open_[group], 0.0)
        return _curve(times, self.data.ages, weights)

    def steps(self, curves: Sequence[_Curve]) -> list[tuple[Floats, Floats]]:
        """For each step how many leads took it, and of how many: the young ones in part, by the time it takes all."""
        found = []
        for place, curve in enumerate(curves):
            part: Floats = self.came(place + 1).astype(float)
            whole: Floats = self.by_day @ curve.at(self.data.ages)
            if place:
                start = self.data.times[:, place]
                there = ~np.isnan(start)
                weights = curve.at(self.data.now - start[there])
                whole = np.bincount(self.group[there], weights=weights, minlength=len(self.names)).astype(float)
            found.append((part, np.maximum(whole, part)))
        return found

    def sales(self) -> Floats:
        """What a sale brings, on average, in the funnel's currency: by group, drawn towards all. NaN: nobody says."""
        place, currency = self.data.funnel.places[CONVERTED], self.data.currency
        stated = self.data.funnel.value(CONVERTED)
        instead = float(stated) if stated is not None and currency == self.data.funnel.currency else np.nan
        own = np.array([lead.value.get(currency or "", np.nan) for lead in self.data.came], dtype=float)
        # A sale in another currency is of an unknown value in this one.
        without = np.array([not lead.value for lead in self.data.came], dtype=bool)
        values = np.where(np.isnan(own) & without, instead, own)
        known = ~np.isnan(self.data.times[:, place]) & ~np.isnan(values)
        mean = float(values[known].mean()) if known.any() else instead
        total = np.bincount(self.group[known], weights=values[known], minlength=len(self.names))
        brought: Floats = (total + _PULL * mean) / (self._count(known) + _PULL)
        return brought

    def _count(self, selected: Flags) -> Ints:
        return np.bincount(self.group[selected], minlength=len(self.names))

    def _came_by_day(self, place: int) -> Ints:
        if place not in self._days_of_event:
            came = ~np.isnan(self.data.times[:, place])
            days = self.data.times[came, 0].astype(np.int64)
            self._days_of_event[place] = _count_days(self.data, self.group[came], days, len(self.names))
        return self._days_of_event[place]


def _groups(data: _Data, part: str) -> tuple[list[str], dict[str, int], Ints]:
    """The names of a part, the group of each one, and that of each lead; the smallest share one."""
    names, index = data.leads.by(part)
    counts = Counter(dict(zip(names, np.bincount(index, minlength=len(names)).tolist(), strict=True)))
    counts.update({lead.names[part]: 0 for lead in data.told if lead.names[part] not in counts})
    ordered = sorted(counts, key=lambda name: (-counts[name], name))
    kept, small = ordered[:_MAX_NAMES], ordered[_MAX_NAMES:]
    group_of = {name: place for place, name in enumerate(kept)} | dict.fromkeys(small, len(kept))
    shown = [*kept, f"({len(small):,} smaller ones)"] if small else kept
    return shown, group_of, np.array([group_of[name] for name in names], dtype=np.int64)[index]


def _whole(counts: Floats) -> Ints:
    whole: Ints = np.rint(counts).astype(np.int64)
    return whole


def _count_days(data: _Data, groups: Ints, days: Ints, count: int) -> Ints:
    cells = groups * data.day_count + (days - data.first_day)
    return np.bincount(cells, minlength=count * data.day_count).reshape(count, data.day_count)


def _spread(part: Floats, whole: Floats, all_part: Floats, all_whole: Floats) -> rates.Population:
    """How much groups differ in a step; where they are too few to show it, as if all counted as a few leads."""
    spread = rates.population(part, whole)
    if spread is not rates.UNKNOWN:
        return spread
    return rates.Population(float((all_part[0] + 0.5) / (all_whole[0] + 1)), _PULL)


class _Odds(NamedTuple):
    """A probability as it is known: its mean, and the mean of its square."""

    mean: float
    square: float

    def times(self, other: _Odds) -> _Odds:
        return _Odds(self.mean * other.mean, self.square * other.square)

    def share(self, part: int, whole: int) -> Share:
        """With its 95 % interval, that of the beta distribution of the same mean and variance."""
        if not whole:
            return Share(part=0, whole=0, share=0.0, likely=0.0, low=0.0, high=0.0)
        variance = self.square - self.mean**2
        low = high = self.mean
        if variance > 1e-15:
            strength = max(self.mean * (1 - self.mean) / variance - 1, 1e-6)
            low, high = special.betaincinv(self.mean * strength, (1 - self.mean) * strength, (0.025, 0.975))
        return Share(
            part=part,
            whole=whole,
            share=part / whole,
            likely=float(self.mean),
            low=float(min(low, self.mean)),
            high=float(max(high, self.mean)),
        )


_CERTAIN = _Odds(1.0, 1.0)


def _odds(part: float, whole: float, spread: rates.Population) -> _Odds:
    alpha = spread.mean * spread.strength + part
    both = spread.strength + whole
    mean = alpha / both
    return _Odds(mean, mean**2 + mean * (1 - mean) / (both + 1))


def _lines(
    part: _Part,
    steps: Sequence[tuple[Floats, Floats]],
    spreads: Sequence[rates.Population],
    of_all: Advised | None = None,
) -> list[FunnelLine]:
    """A line for each group. ``of_all`` is the advice for all, whose time to a decision holds where a group has few
    sales; without it there is no advice: nobody buys leads of one kind of enquiry.
    """
    funnel, events = part.data.funnel, part.data.funnel.events
    places, sold = range(len(events)), funnel.places[CONVERTED]
    came, told, recent = ([count(place) for place in places] for count in (part.came, part.told, part.recent))
    sales = part.sales()
    lines = []
    for group, name in enumerate(part.names):
        taken = [_odds(own[group], whole[group], spread) for (own, whole), spread in zip(steps, spreads, strict=True)]
        value = _with_later(float(sales[group]), taken[sold:], funnel)
        since_form = [Times(open=0) if not place else part.curve(0, place, group).times() for place in places]
        stages, to_here = [], _CERTAIN
        for place, event in enumerate(events):
            onwards = _CERTAIN
            for step in taken[place:sold]:
                onwards = onwards.times(step)
            here, bought = int(came[place][group]), int(came[max(place, sold)][group])
            converts = onwards.share(min(bought, here), here)
            stages.append(
                Stage(
                    event=event.name,
                    leads=here,
                    told=int(told[place][group]),
                    reached=to_here.share(here, int(came[0][group])),
                    converts=converts,
                    since_form=since_form[place],
                    since_previous=since_form[place] if place < 2 else part.curve(place - 1, place, group).times(),
                    worth=_worth(converts if here else onwards.share(0, 1), value, part.data.currency, place <= sold),
                    stated=event.value,
                )
            )
            if place < len(taken):
                to_here = to_here.times(taken[place])
        counts = [int(count[group]) for count in recent]
        advice = None if of_all is None else _advise(stages, counts, funnel, of_all)
        lines.append(FunnelLine(name=name, leads=int(came[0][group]), stages=stages, advice=advice))
    return lines


def _with_later(sale: float, later: Sequence[_Odds], funnel: Funnel) -> float:
    """What a sale brings, with what the events behind it may be expected to bring."""
    odds = 1.0
    for step, event in zip(later, funnel.events[funnel.places[CONVERTED] + 1 :], strict=True):
        odds *= step.mean
        sale += odds * float(event.value or 0)
    return sale


def _worth(converts: Share, value: float, currency: str | None, known: bool) -> Worth | None:
    if not known or currency is None or np.isnan(value):
        return None
    amount, low, high = (f"{share * value:.2f}" for share in (converts.likely, converts.low, converts.high))
    return Worth(amount=amount, low=low, high=high, currency=currency)


def _advise(stages: Sequence[Stage], recent: Sequence[int], funnel: Funnel, of_all: Advised | None) -> Advised | None:
    """To which event to optimise: the conversion, if it is frequent and quick enough, else the latest that is."""
    bounds, sold = funnel.advice, funnel.places[CONVERTED]
    if of_all is not None and recent[0] < bounds.conversions:
        return None
    decision_days, decision = _decision(stages[sold], funnel, of_all)
    because = []
    if recent[sold] < bounds.conversions:
        because.append("few_conversions")
    if decision_days is not None and decision_days > bounds.decision_days:
        because.append("slow_decision")

    def is_enough(place: int) -> bool:
        days = stages[place].since_form.median
        return recent[place] >= bounds.conversions and (days is None or days <= bounds.decision_days)

    place = next((place for place in range(sold - 1, -1, -1) if is_enough(place)), None) if because else sold
    if place is None:
        because.append("none_has_enough")
    chosen = stages[place] if place is not None else None
    return Advised(
        event=None if chosen is None else chosen.event,
        worth=None if chosen is None else _stated_or_worth(chosen, funnel),
        count=recent[place] if place is not None else 0,
        days=bounds.days,
        conversions=recent[sold],
        decision_days=decision_days,
        decision=decision,
        because=because or ["enough"],
    )


def _decision(sold: Stage, funnel: Funnel, of_all: Advised | None) -> tuple[float | None, Known | None]:
    """The median time from the form to a sale, and how it is known."""
    median = sold.since_form.median
    if median is not None and (sold.leads >= _ENOUGH_TO_TIME or (funnel.decision_days is None and of_all is None)):
        return median, "measured"
    if of_all is not None:
        return of_all.decision_days, of_all.decision
    return funnel.decision_days, None if funnel.decision_days is None else "stated"


def _stated_or_worth(stage: Stage, funnel: Funnel) -> Worth | None:
    if stage.stated is None or funnel.currency is None:
        return stage.worth
    return Worth(amount=stage.stated, low=stage.stated, high=stage.stated, currency=funnel.currency)
