"""What the person did before the form, however a caller tells it."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.lists.sources import read_table
from fraudcheck.fields.empty_words import spellings
from fraudcheck.fields.given import unreadable
from fraudcheck.intake.lead import read_lead
from fraudcheck.ports.lists import Lists
from fraudcheck.records import Activity

NOW = datetime(2026, 11, 24, tzinfo=UTC)
LISTS = Lists(empty_words=spellings(read_table("empty_words")))


def read(activity):
    """The events as texts (name, count, time if any), and the problems."""
    lead, warnings = read_lead({"phone": "+84912840375", "activity": activity}, NOW, LISTS)
    assert unreadable(warnings) == (), "it says nothing of the vendor"
    assert all(each.field == "activity" for each in warnings)
    events = [(each.event, each.count, *([each.at] if each.at else [])) for each in lead.activity]
    return events, [each.problem for each in warnings]


T = "2026-11-23T02:21:00.000Z"


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        ("24/11/2026 20:10", "2026-11-24T20:10:00.000Z"),
        ("11/24/2026 8:10 PM", "2026-11-24T20:10:00.000Z"),
        ("24.11.2026, 20:10:05", "2026-11-24T20:10:05.000Z"),
        ("05.11.2026 09:00", "2026-11-05T09:00:00.000Z"),
        ("24-11-2026", "2026-11-24T00:00:00.000Z"),
        ("11/11/2026 12:30 am", "2026-11-11T00:30:00.000Z"),
        ("٢٤/١١/٢٠٢٦ ٢٠:١٠", "2026-11-24T20:10:00.000Z"),
    ],
)
def test_a_time_whose_day_and_month_are_certain(at, moment):
    assert read([{"event": "prices", "at": at}]) == ([("prices", 1, moment)], [])


@pytest.mark.parametrize(
    "at",
    ["05/11/2026 20:10", "31/11/2026", "24/13/2026", "24/11/2026 25:00", "24/11/2026 13:00 pm", "24/11/26", "0/0/2026"],
)
def test_a_time_that_may_be_two_or_none_is_told(at):
    events, problems = read([{"event": "prices", "at": at}])
    assert events == [("prices", 1)]
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("sent", "events"),
    [
        ([{"event": "prices", "at": "2026-11-23T09:21:00+07:00", "count": 2}], [("prices", 2, T)]),
        ([{"event": "prices"}, {"event": "prices", "count": None, "at": None}], [("prices", 1), ("prices", 1)]),
        ([{"event": "prices", "count": "3", "at": 1795400460}], [("prices", 3, T)]),
        ({"pages": 7, "prices": "2", "giỏ hàng": 1.0}, [("pages", 7), ("prices", 2), ("giỏ hàng", 1)]),
        ({"pages": {"count": 7, "at": T}}, [("pages", 7, T)]),
        ({"event": "visit", "count": 2}, [("visit", 2)]),
        (["pages", "prices", "pages"], [("pages", 1), ("prices", 1), ("pages", 1)]),
        ("pages, prices; ดูราคา | basket", [("pages", 1), ("prices", 1), ("ดูราคา", 1), ("basket", 1)]),
        ("pages: 7; prices=2", [("pages", 7), ("prices", 2)]),
        ('{"pages": 7}', [("pages", 7)]),
        (' [{"event": "pages", "count": 7}, "prices"]', [("pages", 7), ("prices", 1)]),
        ({"demo": True, "newsletter": "yes", "basket": False, "chat": "no"}, [("demo", 1), ("newsletter", 1)]),
        # what did not happen
        ({"pages": 0, "prices": None, "basket": "", "chat": "0"}, []),
        ([], []),
        ({}, []),
        ("", []),
        ("n/a", []),
        (None, []),
    ],
)
def test_what_can_be_read(sent, events):
    assert read(sent) == (events, [])


@pytest.mark.parametrize(
    ("sent", "events", "problems"),
    [
        (3, [], ["not a list of events, nor counts by name"]),
        (True, [], ["not a list of events, nor counts by name"]),
        ('{"pages"', [], ["looks like JSON and is none"]),
        ("[" * 9000, [], ["looks like JSON and is none"]),
        ([5, {}, {"name": "x"}, "a", ""], [("a", 1)], ["4 times: an event without a name: give it as `event`"]),
        ({"a": -1, "b": 2}, [("b", 2)], ["the count of an event is not a number of this world"]),
        ({"a": 1.5}, [], ["the count of an event is not a whole number"]),
        ({"a": 1e400}, [], ["the count of an event is not a number of this world"]),
        ({"a": [1]}, [], ["the count of an event is not a number"]),
        ([{"event": "a", "at": "soon"}], [("a", 1)], ["the time of an event is not an RFC 3339 date and time"]),
        ({"x" * 65: 1, "y" * 64: 1}, [("y" * 64, 1)], ["an event with a name of more than 64 characters"]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_and_the_rest_is_read(sent, events, problems):
    assert read(sent) == (events, problems)


@pytest.mark.parametrize(
    "sent", [["a"] * 101, {f"a{n}": 1 for n in range(500)}, "a," * 5000, '["a"' + ',"a"' * 200 + "]"]
)
def test_no_more_than_a_hundred_events(sent):
    events, problems = read(sent)
    assert (len(events), problems) == (100, ["more than 100 events; the first 100 are read"])


NAMES = st.sampled_from(["event", "at", "count", "x"]) | st.text(max_size=70)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_whatever_is_sent_the_lead_is_read_and_can_be_kept(sent):
    events, problems = read(sent)
    assert len(events) <= 100
    assert all(1 <= len(name) <= 64 and 1 <= count <= 1e9 for name, count, *_ in events)
    assert all(isinstance(problem, str) for problem in problems)
    lead, _ = read_lead({"phone": "1", "activity": sent}, NOW, LISTS)
    again = msgspec.json.decode(msgspec.json.encode(lead.activity), type=tuple[Activity, ...])
    assert again == lead.activity
