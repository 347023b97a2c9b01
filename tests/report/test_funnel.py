"""How far leads come: young ones have not failed, small parts are drawn to the whole, and what came further is worth
more.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fraudcheck.ports.ledger import LeadOutcome
from fraudcheck.records import Outcome, Price, format_utc
from fraudcheck.report import leads
from fraudcheck.report.funnel import expected_value, make_report, reached
from fraudcheck.report.funnel_text import advice_text, funnel_csv, funnel_text
from fraudcheck.worth.funnel import DEFAULT, load_funnel
from tests.report.made import SCOPE, bad, columns, lead

START = datetime(2026, 8, 25, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OWN = load_funnel(
    {
        "currency": "EUR",
        "events": {
            "appointment": {"after": "contacted", "value": 80},
            "converted": {"value": 1000},
            "renewed": {"after": "converted", "value": 500},
        },
    }
)


class Market:
    """Leads with outcomes, as the ledger gives them."""

    def __init__(self):
        self.leads, self.outcomes = [], []

    def add(self, day, told=(), *, channel="ppc", fake=False, enquiry=None, sent_after=0.0, **more):
        """A lead that came on a day; ``told`` are events with the days after it, and maybe a value or reason.

        It was sent to the ledger so many days after the form.
        """
        at = START + timedelta(days=day)
        checked_at = at + timedelta(days=sent_after)
        if sent_after:
            more["form_day"] = int(day)
        whole = (bad if fake else lead)(
            more.pop("vendor", "acme"), (checked_at - START).days, channel=channel, enquiry=enquiry, **more
        )
        self.leads.append(whole)
        for event, days, *rest in told:
            when = at + timedelta(days=days)
            if when > NOW:
                continue
            extra = {"reason": rest[0]} if rest and event == "returned" else {"value": rest[0]} if rest else {}
            self.outcomes.append(
                LeadOutcome(
                    lead=f"{len(self.leads):06}",
                    outcome=Outcome(outcome=event, at=format_utc(when), **extra),
                    source=whole["source"],
                    score=90,
                    checked_at=format_utc(checked_at),
                    form_at=format_utc(at) if sent_after else "",
                    decision="reject" if fake else "accept",
                    enquiry=enquiry,
                )
            )

    def report(self, funnel=DEFAULT):
        return make_report(leads.read_columns(columns(self.leads)), self.outcomes, funnel, SCOPE, format_utc(NOW))


def euros(amount):
    return Price(amount=f"{amount}", currency="EUR")


def drawn(seed, many=3000, share=0.3, slowness=12.0, channels=("ppc", "seo", "social")):
    """A quarter in which ``share`` of all leads convert, after ``slowness`` days on average."""
    market, dice = Market(), np.random.default_rng(seed)
    for number in range(many):
        told = [("converted", float(dice.exponential(slowness)), euros(1000))] if dice.random() < share else []
        market.add(90 * number / many, told, channel=channels[number % len(channels)])
    return market


def stage(line, event):
    return next(stage for stage in line.stages if stage.event == event)


@pytest.mark.parametrize("seed", range(5))
def test_a_lead_of_yesterday_has_not_failed(seed):
    """The plain share of conversions says too little, and their plain median is too quick."""
    report = drawn(seed).report()
    converted = stage(report.all, "converted")
    assert converted.reached.share < 0.28
    assert converted.reached.low < 0.3 < converted.reached.high
    assert abs(converted.reached.likely - 0.3) < 0.03
    assert abs(converted.since_form.median - 12 * np.log(2)) < 1.5
    assert abs(converted.since_form.quarter - 12 * np.log(4 / 3)) < 1
    assert abs(converted.since_form.three_quarters - 12 * np.log(4)) < 4
    assert 0 < converted.since_form.open <= 3000 - converted.leads


def test_leads_that_were_sent_later_are_timed_from_their_forms():
    """A CRM's older leads, sent all at once: what was told of them happened before they were checked."""
    market, sent_later = Market(), Market()
    for number in range(40):
        told = [("contacted", 1), ("qualified", 5), ("converted", 8, euros(900))] if number % 2 else []
        day = 50 + number / 2
        market.add(day, told)
        sent_later.add(day, told, sent_after=85 - day)
    expected, report = market.report().all, sent_later.report().all
    assert [each.since_form.median for each in report.stages] == [None, 1.0, 5.0, 8.0]
    assert report == expected


def test_a_form_of_ages_ago_is_a_wrong_clock():
    """As of a lead that claims to have been sent in the year 1: the figures stay, and so does the memory."""
    market = Market()
    market.add(10, [("contacted", 1)])
    market.leads[0]["form_day"] = 1 - START.date().toordinal()
    market.outcomes[0] = msgspec.structs.replace(market.outcomes[0], form_at="0001-01-01T00:00:00.000Z")
    assert stage(market.report().all, "contacted").since_form.median == 3651.0


def test_who_came_to_an_event_came_to_all_before_it():
    told = [Outcome(outcome="converted", at="2026-11-05T00:00:00.000Z")]
    form = "2026-11-01T00:00:00.000Z"
    times = reached(told, OWN, form)
    assert list(times) == ["form", "contacted", "appointment", "qualified", "converted"]
    assert times == {"form": form, **dict.fromkeys(list(times)[1:], told[0].at)}
    told += [Outcome(outcome="contacted", at="2026-11-02T00:00:00.000Z"), Outcome(outcome="gone", at=form)]
    assert reached(told, OWN, form)["contacted"] == "2026-11-02T00:00:00.000Z"
    late = [Outcome(outcome="contacted", at="2026-11-09T00:00:00.000Z"), *told[:1]]
    assert reached(late, OWN, form)["contacted"] == told[0].at
    assert reached([Outcome(outcome="qualified", at="2026-10-31T00:00:00.000Z")], OWN, form)["qualified"] == form
    assert reached(told[:1], OWN, form, "2026-11-03T00:00:00.000Z")["converted"] == "2026-11-03T00:00:00.000Z"
    assert reached([Outcome(outcome="returned", at=form)], OWN, form) == {"form": form}


def test_fakes_are_no_leads_of_the_funnel():
    market = Market()
    for day in range(40):
        market.add(day, fake=True)
        market.add(day, [("returned", 1, "invalid_phone")])
        market.add(day, [("contacted", 1)])
    market.add(5, [("contacted", 1)], fake=True)  # rejected, and a person answered
    market.add(5, [("contacted", 1), ("returned", 2, "obviously_fake")], fake=True)
    market.add(5, [("returned", 2, "no_answer")])
    report = market.report()
    assert (report.rejected, report.proved_fake) == (41, 40)
    assert report.all.leads == 42
    assert stage(report.all, "contacted").leads == 41


def test_what_is_no_event_any_more_is_named_and_kept():
    market = Market()
    market.add(1, [("demo", 1), ("contacted", 2)])
    assert market.report().unplaced == {"demo": 1}
    own = load_funnel({"events": {"demo": {"after": "contacted"}}})
    assert (market.report(own).unplaced, stage(market.report(own).all, "demo").leads) == ({}, 1)


def test_small_parts_are_drawn_towards_the_whole():
    market = drawn(1, 2000, 0.1, 1.0, ("ppc", "seo", "social", "display"))
    for day in range(3):
        market.add(day, [("converted", 1, euros(1000))], channel="content")
    report = market.report()
    content = next(line for line in report.channels if line.name == "content")
    likely = stage(content, "form").converts.likely
    assert 0.1 < likely < 0.7 < stage(content, "form").converts.share == 1
    assert stage(content, "form").converts.low < likely < stage(content, "form").converts.high
    big = [stage(line, "form").converts for line in report.channels if line.name != "content"]
    assert all(abs(each.likely - each.share) < 0.03 for each in big)


def test_values_are_those_that_were_told_else_the_tables():
    market = Market()
    for day in range(60):
        market.add(day, [("converted", 1, euros(400))] if day % 2 else [("converted", 1)])
        market.add(day)
    assert stage(market.report().all, "converted").worth.amount == "400.00"
    report = market.report(OWN)
    assert abs(float(stage(report.all, "converted").worth.amount) - 700) < 10  # renewals behind it never came
    form = stage(report.all, "form")
    assert float(form.worth.low) < float(form.worth.amount) < float(form.worth.high)
    assert expected_value(report.all, "appointment", report.currency) == Price(amount="80", currency="EUR")
    assert expected_value(report.all, "form", "EUR").amount == form.worth.amount
    assert expected_value(report.all, "form", None) is None


def test_a_sale_in_another_currency_is_of_unknown_value_here():
    market = Market()
    for day in range(40):
        market.add(day, [("converted", 1, Price(amount="9000000", currency="VND"))])
        market.add(day, [("converted", 1, euros(500)), ("converted", 2, euros(100))])
    report = market.report(load_funnel({"currency": "EUR"}))
    assert stage(report.all, "converted").worth.amount == "600.00"
    assert stage(market.report().all, "converted").worth.currency in ("EUR", "VND")


def test_nothing_is_worth_anything_where_nobody_says_what():
    market = Market()
    market.add(1, [("converted", 1)])
    report = market.report()
    assert (report.currency, stage(report.all, "form").worth) == (None, None)


@pytest.mark.parametrize(
    ("conversions", "days", "stated", "event", "because"),
    [
        (60, 2.0, None, "converted", ["enough"]),
        (60, 9.0, None, "qualified", ["slow_decision"]),
        (20, 2.0, None, "qualified", ["few_conversions"]),
        (20, 9.0, None, "qualified", ["few_conversions", "slow_decision"]),
        (5, 2.0, 12, "qualified", ["few_conversions", "slow_decision"]),  # too few to measure: as stated
        (20, 2.0, 12, "qualified", ["few_conversions"]),  # measured is believed more
    ],
)
def test_the_advice(conversions, days, stated, event, because):
    market = Market()
    for number in range(100):
        told = [("contacted", 0.1), ("qualified", 1.0)]
        if number < conversions:
            told.append(("converted", days))
        market.add(75 + number / 100, told)
    found = market.report(load_funnel({} if stated is None else {"decision_days": stated})).all.advice
    assert (found.event, found.because, found.conversions) == (event, because, conversions)
    assert found.decision == ("stated" if conversions < 10 else "measured")
    assert all(text.isprintable() for text in advice_text(found))


def test_the_event_that_is_advised_is_frequent_and_quick():
    market = Market()
    for number in range(100):
        market.add(70 + number / 100, [("contacted", 0.2), ("qualified", 8.0), *([("converted", 9.0)] * (number < 20))])
    assert market.report().all.advice.event == "contacted"
    bounds = load_funnel({"advice": {"decision_days": 8.5}})
    assert market.report(bounds).all.advice.event == "qualified"
    assert (
        market.report(load_funnel({"advice": {"conversions": 20, "decision_days": 9}})).all.advice.event == "converted"
    )
    few = load_funnel({"advice": {"conversions": 101}}).advice
    none = market.report(load_funnel({"advice": {"conversions": 101}})).all.advice
    assert (none.event, none.because[-1], few.conversions) == (None, "none_has_enough", 101)


def test_a_part_gets_advice_of_its_own_where_enough_leads_came():
    market = drawn(3, 1500, 0.3, 1.0, ("ppc", "seo"))
    market.add(85, channel="content")
    report = market.report()
    advice = {line.name: line.advice for line in report.channels}
    assert {advice["ppc"].event, advice["seo"].event} == {"converted"}
    assert advice["content"] is None
    assert all(line.advice is None for line in report.enquiries)


def test_of_no_leads():
    report = Market().report()
    assert report.all.leads == 0
    assert funnel_text(report)[-1].startswith("its events: form > contacted")
    assert report.channels == []
    assert len(list(funnel_csv(report))) == 1 + len(DEFAULT.events)


EVENTS = [event.name for event in OWN.events[1:]]
one_lead = st.tuples(
    st.floats(0, 89.9),
    st.lists(st.tuples(st.sampled_from([*EVENTS, "gone"]), st.floats(-2, 60)), max_size=5),
    st.sampled_from(["ppc", "seo", "", "social"]),
    st.booleans(),
    st.sampled_from([None, "sales_lead", "spam"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(one_lead, max_size=40))
def test_whatever_came_the_figures_hang_together(made):
    market = Market()
    for day, told, channel, fake, enquiry in made:
        market.add(day, told, channel=channel, fake=fake, enquiry=enquiry)
    report = market.report(OWN)
    assert report.all.leads + report.rejected + report.proved_fake == len(made)
    for lines in (report.channels, report.enquiries, report.vendors, report.campaigns):
        totals = Counter()
        for line in lines:
            totals.update({stage.event: stage.leads for stage in line.stages})
        assert all(totals[stage.event] == stage.leads for stage in report.all.stages)
    for line in (report.all, *report.channels, *report.enquiries):
        counts = [stage.leads for stage in line.stages]
        assert counts == sorted(counts, reverse=True)
        likely = [stage.reached.likely for stage in line.stages if line.leads]
        assert likely == sorted(likely, reverse=True)
        worths = [float(stage.worth.amount) for stage in line.stages if stage.worth]
        assert all(later >= earlier - 0.01 for earlier, later in pairwise(worths))
        for each in line.stages:
            assert 0 <= each.told <= each.leads <= line.leads
            for share in (each.reached, each.converts):
                assert 0 <= share.low <= share.likely <= share.high <= 1
            times = each.since_form
            if times.median is not None:
                assert 0 <= times.quarter <= times.median <= times.three_quarters
            assert 0 <= times.open <= line.leads
    assert all(text.isprintable() for text in funnel_text(report))
    assert len({len(row) for row in funnel_csv(report)}) == 1
