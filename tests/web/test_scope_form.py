"""The form in which people choose the leads of a report."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fraudcheck.report.audit import Scope
from fraudcheck.web.scope_form import scope_form

NOW = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)  # a Wednesday
SCOPE = Scope(
    since="2026-08-27T23:30:00.000Z",
    until="2026-11-25T23:30:00.000Z",
    choices={"vendor": ["acme"], "campaign": ["spring & sale"]},
)


def form(*query, scope=SCOPE, now=NOW, **more):
    return scope_form("/v1/vendors", query, scope, now=now, **more)


def test_it_says_which_leads_the_page_shows():
    shown = form(("campaign", "brand"), ("visits", "10"), ("visits", "ppc=5"), ("format", "json"))
    assert {each.name: each.value for each in shown.days} == {"from": "2026-08-27", "to": "2026-11-25"}
    assert {each.name: each.value for each in shown.parts} == {
        "vendor": "", "campaign": "brand", "sub_id": "", "channel": ""
    }  # fmt: skip
    assert shown.parts[0].names == ["acme"]
    assert shown.kept == [("visits", "10"), ("visits", "ppc=5")]


@pytest.mark.parametrize(("until", "last"), [("2026-12-01T00:00:00.000Z", "2026-11-30"),
                                             ("2026-12-01T00:00:00.001Z", "2026-12-01")])  # fmt: skip
def test_the_last_day_is_one_of_the_days(until, last):
    assert form(scope=Scope(since="2026-11-01T00:00:00.000Z", until=until)).days[1].value == last


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("Today", "2026-11-25", "2026-11-25"),
        ("This week", "2026-11-23", "2026-11-25"),
        ("Last 30 days", "2026-10-27", "2026-11-25"),
        ("This month", "2026-11-01", "2026-11-25"),
        ("Last month", "2026-10-01", "2026-10-31"),
    ],
)
def test_the_usual_times(text, since, until):
    found = next(each for each in form(("channel", "ppc"), ("from", "2020-01-01")).times if each.text == text)
    assert found.to == f"/v1/vendors?channel=ppc&from={since}&to={until}"
    assert not found.current
    asked = form(("from", since), ("to", until))
    assert [each.text for each in asked.times if each.current] == [text]


def test_last_month_of_january():
    found = form(now=datetime(2027, 1, 1, tzinfo=UTC)).times
    assert found[4].to == "/v1/vendors?from=2026-12-01&to=2026-12-31"
    assert found[5].current


def test_files_are_of_what_the_page_shows():
    files = form(("campaign", "spring & sale"), ("to", "2026-11-01"), ("sub_id", "")).files
    assert [each.to for each in files] == [
        f"/v1/vendors?campaign=spring+%26+sale&to=2026-11-01&format={name}" for name in ("csv", "xlsx", "json")
    ]


def test_what_is_wrong_stands_beside_its_field():
    errors = [{"field": "from", "problem": "no day"}, {"field": "sort", "problem": "no such option"}]
    shown = form(("from", "soon"), ("sort", "x"), scope=None, without="vendor", errors=errors)
    assert [(day.value, day.problem) for day in shown.days] == [("", "“soon” is no day"), ("", "")]
    assert shown.others == ["sort: no such option"]
    assert [each.name for each in shown.parts] == ["campaign", "sub_id", "channel"]
    assert shown.files == []
