from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.batch.dates import DateOrder, parse_time

BERLIN = ZoneInfo("Europe/Berlin")


def order_of(*values):
    order = DateOrder()
    for value in values:
        order.count(value)
    return order.decide()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["2026-11-23T14:05:33Z", "2026-01-02"], "iso"),
        (["2026/11/23 14:05", "23-Nov-2026", "Nov 3, 2026"], "iso"),
        (["01/02/2026", "23/11/2026 14:05"], "day_first"),
        (["01.02.2026 10:00", "23.11.2026 14:05:33"], "day_first"),
        (["1/2/26", "11/23/26 2:05 PM"], "month_first"),
        (["1-10-2026", "31-10-2026"], "day_first"),
        (["05/05/2026", "05/05/2026"], "day_first"),
        (["2026-11-23", "11/23/2026"], "month_first"),
        (["1790000000", "1790000000.25"], "epoch"),
        (["1790000000123"], "epoch_ms"),
        (["", "unknown", None, date(2026, 11, 23)], "iso"),
        ([], "iso"),
    ],
)
def test_a_column_tells_how_its_dates_are_written(values, expected):
    assert order_of(*values) == expected


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        (["01/02/2026", "03/04/2026"], "cannot be told apart.*--dates day-first or --dates month-first"),
        (["2026-11-23", "03.04.2026"], "cannot be told apart"),
        (["05/05/2026", "03/04/2026"], "cannot be told apart"),
        (["13/01/2026", "01/13/2026", "14/01/2026"], "contradict each other: 2 have the day first and 1 the month"),
    ],
)
def test_a_column_that_does_not_tell_says_so(values, problem):
    with pytest.raises(ValueError, match=problem):
        order_of(*values)


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2026-11-23T14:05:33Z", "iso", "2026-11-23T14:05:33"),
        ("2026-11-23T14:05:33.250+02:00", "iso", "2026-11-23T12:05:33.250"),
        ("2026-11-23T14:05:33-0500", "iso", "2026-11-23T19:05:33"),  # Meta
        ("2026-11-23T14:05", "iso", "2026-11-23T13:05"),
        ("2026-11-23 14:05:33", "iso", "2026-11-23T13:05:33"),
        ("2026-07-23 14:05:33", "iso", "2026-07-23T12:05:33"),
        (" 2026-11-23 14:05:33 ", "iso", "2026-11-23T13:05:33"),
        ("2026-11-23 14:05:33 UTC", "iso", "2026-11-23T14:05:33"),
        ("2026-11-23 14:05:33 +0530", "iso", "2026-11-23T08:35:33"),
        ("2026-11-23 2:05 PM", "iso", "2026-11-23T13:05"),
        ("2026-11-23", "iso", "2026-11-23T00:00"),
        ("20261123T140533Z", "iso", "2026-11-23T14:05:33"),
        ("20261123140533", "iso", "2026-11-23T13:05:33"),
        ("2026/11/23 14:05", "iso", "2026-11-23T13:05"),
        ("2026/1/3 9:05", "iso", "2026-01-03T08:05"),
        ("23.11.2026 14:05:33", "day_first", "2026-11-23T13:05:33"),
        ("23.11.26, 14:05", "day_first", "2026-11-23T13:05"),
        ("23/11/2026", "day_first", "2026-11-23T00:00"),
        ("03/04/2026 GMT", "day_first", None),
        ("03/04/2026 10:00 GMT", "day_first", "2026-04-03T10:00"),
        ("03/04/2026 10:00 GMT", "month_first", "2026-03-04T10:00"),
        ("11/23/2026 2:05 PM", "month_first", "2026-11-23T13:05"),
        ("11/23/2026 2:05\u202fPM", "month_first", "2026-11-23T13:05"),
        ("11/23/26 12:05:01 a.m.", "month_first", "2026-11-22T23:05:01"),
        ("11/23/2026 12:00 pm", "month_first", "2026-11-23T11:00"),
        ("23-Nov-2026 14:05", "iso", "2026-11-23T13:05"),
        ("23-NOV-26", "day_first", "2026-11-23T00:00"),
        ("Nov 23, 2026 2:05:33 PM", "iso", "2026-11-23T13:05:33"),
        ("November 23, 2026 at 2:05 PM", "iso", "2026-11-23T13:05"),
        ("23 Nov 2026", "iso", "2026-11-23T00:00"),
        ("Mon, 23 Nov 2026 14:05:33 +0000", "iso", "2026-11-23T14:05:33"),
        ("Sept 3rd, 2026", "iso", "2026-09-03T00:00"),
        ("1790000000", "epoch", "2026-09-21T14:13:20"),
        ("1790000000.5", "epoch", "2026-09-21T14:13:20.500"),
        ("1790000000123", "epoch_ms", "2026-09-21T14:13:20.123"),
        (1790000000, "iso", "2026-09-21T14:13:20"),
        (1790000000.5, "iso", "2026-09-21T14:13:20.500"),
        (1790000000123, "iso", "2026-09-21T14:13:20.123"),
        (1790000000123456789, "iso", "2026-09-21T14:13:20.123457"),
        (datetime(2026, 11, 23, 14, 5), "iso", "2026-11-23T13:05"),  # noqa: DTZ001 - as Parquet has it
        (datetime(2026, 11, 23, 14, 5, tzinfo=UTC), "iso", "2026-11-23T14:05"),
        (date(2026, 11, 23), "iso", "2026-11-23T00:00"),
        ("2026-03-29 02:30", "iso", "2026-03-29T01:30"),  # the hour that summer time leaves out
        ("2026-10-25 02:30", "iso", "2026-10-25T00:30"),  # and the one that comes twice
        ("23/11/2026", "month_first", None),
        ("23/11/2026", "iso", None),
        ("2026-02-30", "iso", None),
        ("2026-11-23 14:05 PM", "iso", None),
        ("2026-11-23 0:05 AM", "iso", None),
        ("2026-11-23 25:00", "iso", None),
        ("2026-11-23 14:05 +25:00", "iso", None),
        ("0001-01-01 00:00", "iso", None),
        ("Foo 23, 2026", "iso", None),
        ("46349.58", "epoch", None),  # a spreadsheet's count of days
        ("1/2", "day_first", None),
        ("soon", "iso", None),
        ("", "iso", None),
        (" ", "iso", None),
        (46349, "iso", None),
        (-1, "iso", None),
        (float("inf"), "iso", None),
        (float("nan"), "iso", None),
        (True, "iso", None),
        (None, "iso", None),
        ([1], "iso", None),
    ],
)
def test_times_are_read_as_files_write_them(text, order, expected):
    if expected is None:
        with pytest.raises(ValueError, match=r"^not a date and time$"):
            parse_time(text, order, BERLIN)
    else:
        found = parse_time(text, order, BERLIN).at
        assert (found, found.tzinfo) == (datetime.fromisoformat(expected).replace(tzinfo=UTC), UTC)


FORMATS = {
    "%Y-%m-%dT%H:%M:%S%z": "iso",
    "%Y-%m-%d %H:%M:%S": "iso",
    "%Y%m%d%H%M%S": "iso",
    "%Y/%m/%d %H:%M:%S": "iso",
    "%d.%m.%Y %H:%M:%S": "day_first",
    "%d/%m/%y %H:%M:%S": "day_first",
    "%m/%d/%Y %I:%M:%S %p": "month_first",
    "%m-%d-%Y %H:%M:%S %z": "month_first",
    "%d-%b-%Y %H:%M:%S": "iso",
    "%b %d, %Y %I:%M:%S %p": "iso",
    "%A, %d %B %Y %H:%M:%S": "iso",
}


@given(
    st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30)),  # noqa: DTZ001 - the zone is drawn
    st.integers(-14 * 60, 14 * 60),
    st.sampled_from([*FORMATS]),
)
def test_what_was_written_is_what_is_read(when, minutes, written):
    zone = timezone(timedelta(minutes=minutes))
    when = when.replace(microsecond=0, tzinfo=zone)
    assert parse_time(when.strftime(written), FORMATS[written], zone).at == when


@given(st.datetimes(datetime(1973, 4, 1), datetime(2285, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds have none
def test_seconds_and_milliseconds_since_1970_are_told_apart(when):
    when = when.replace(microsecond=0)
    seconds = int(when.timestamp())
    for order, count in (("epoch", seconds), ("epoch_ms", seconds * 1000)):
        assert parse_time(str(count), order, BERLIN).at == parse_time(count, "iso", BERLIN).at == when
        assert order_of(str(count)) == order


@given(st.text(max_size=30), st.sampled_from(["iso", "day_first", "month_first", "epoch", "epoch_ms"]))
def test_any_text_is_a_time_in_utc_or_none(text, order):
    DateOrder().count(text)
    try:
        found = parse_time(text, order, BERLIN).at
    except ValueError as problem:
        found = str(problem)
    assert found == "not a date and time" or found.tzinfo is UTC
