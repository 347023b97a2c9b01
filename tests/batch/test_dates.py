from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.batch.date_order import DateOrder
from fraudcheck.batch.dates import parse_time

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
        (["2026-11-23", "03/04/2026"], "cannot be told apart"),
        (["03/04/2026 2:22 PM", "Mon 05/04/2026 at 14:22 UTC"], "cannot be told apart"),
        (["03.04.2026", "03/04/2026"], "cannot be told apart"),
        (["5 Nov 2026", "Nov 6, 2026", "03/04/2026", "04/05/2026"], "cannot be told apart"),
        (["03/04/2026 whatever"], "cannot be told apart"),
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


WORDS = {
    "2026-11-05": "5 listopada 2026|5 ноября 2026 г.|5 листопада 2026 р.|5. listopadu 2026|"
    "5. studenoga 2026.|5 noiembrie 2026|"
    "5 Kasım 2026 Perşembe|5 de noviembre de 2026|5 de nov. de 2026|quinta-feira, 5 de novembro de 2026|"
    "5 novembre 2026|"
    "jeudi 5 novembre 2026|5. November 2026|Do., 5. Nov. 2026|am 5. November 2026|5 november 2026|"
    "5. marraskuuta 2026|"
    "2026. november 5.|2026 m. lapkričio 5 d.|2026. gada 5. novembris|5 Νοεμβρίου 2026|5 בנובמבר 2026|"
    "٥ نوفمبر ٢٠٢٦|"
    "5 تشرين الثاني 2026|5 नवंबर 2026|৫ নভেম্বর, ২০২৬|5 พ.ย. 2569|5 พฤศจิกายน พ.ศ. 2569|5 พ.ย. 69|05 thg 11, 2026|"
    "5 tháng 11, 2026|Thứ Năm, 5 tháng 11, 2026|ngày 05 tháng 11 năm 2026|ngày 5/11/2026|2026年11月5日|"
    "2026年11月5日(木)|"
    "令和8年11月5日|民國115年11月5日|2026년 11월 5일|5 November 2026|Nov 5th, 2026|"
    "Thursday 5th of November 2026|05-Nov-26|"
    "2026. 11. 05.|5. 11. 2026|5/11/2569|20261105",
    "2026-03-03": "mar., 3 mars 2026|mar 3 mar 2026|martes, 3 de marzo de 2026|mar. 3 mar. 2026",
    "2026-10-05": "5. listopada 2026.|5. listopada 2026",
    "2026-11-05T14:22:00": "5 novembre 2026 à 14:22|5 nov. 2026 14h22|5. November 2026 um 14:22 Uhr|"
    "14:22 05/11/2026|"
    "5/11/2026 2:22 p. m.|5/11/2026 2:22 p.m.|5 de noviembre de 2026, 2:22 p. m.|5/11/2026 2:22\u202fPM|"
    "5/11/2026 2:22 μ.μ.|"
    "2:22:00 CH 5/11/2026|5/11/2026 2:22 CH|05/11/2026 2:22 chiều|14 giờ 22 phút ngày 5 tháng 11 năm 2026|"
    "2026年11月5日 14:22|"
    "2026年11月5日14時22分|2026/11/5 下午2:22|2026年11月5日 下午2:22|2026. 11. 5. 오후 2:22|"
    "2026년 11월 5일 오후 2시 22분|"
    "2026/11/5 午後2:22|٥ نوفمبر ٢٠٢٦ ٢:٢٢ م|٥\u200f/١١\u200f/٢٠٢٦، ٢:٢٢ م|5. marraskuuta 2026 klo 14.22|"
    "5 Nov 2026 14.22.00|"
    "5. nov. 2026 kl. 14.22|5 November 2026 pukul 14.22|5 พ.ย. 2569 14:22 น.|5 בנובמבר 2026 בשעה 14:22|"
    "5 ноября 2026 г. в 14:22|5/11/2026, 2:22 da tarde|Nov 5, 2026 02:22 PM|November 5, 2026 at 2:22 PM|"
    "Thu Nov 05 2026 14:22:00 GMT+0000 (Coordinated Universal Time)|Thu Nov 05 2026 21:22:00 GMT+0700 (Indochina Time)|"
    "Thu, 05 Nov 2026 14:22:00 +0000|Thu Nov 05 14:22:00 UTC 2026|Thu Nov 5 09:22:00 EST 2026|"
    "05/Nov/2026:14:22:00 +0000|"
    "Nov 5, 2026 @ 2:22 PM|5 Nov 2026 @ 14:22|Thursday, November 5, 2026 @ 2:22pm|2026/11/05 @ 14:22|5/11/2026@14:22|"
    "2026/11/05 9:22:00 PM GMT+7|2026-11-05 21:22:00 (GMT+7)|2026-11-05 21:22:00+07|"
    "2026-11-05T21:22:00+07:00[Asia/Ho_Chi_Minh]|"
    "5/11/2569 14:22|202611051422|20261105142200|20261105T142200Z|5 Nov 2026 2:22p",
    "2026-11-05T00:30:00": "5/11/2026 12:30 a.m.|2026/11/5 午前0:30|2026/11/5 上午12:30|5/11/2026 12:30 SA",
    "2026-11-05T12:05:00": "2026/11/5 午後0:05|5/11/2026 12:05 PM|5/11/2026 12:05 chiều",
    "2026-11-07T08:12:00": "Sa, 07.11.2026 08:12|7/11/2026 8:12 SA|7/11/2026 8:12 sáng",
}
UNREAD = (
    "5. lis 2026|5 srp 2026|14 آبان 1405|24 جمادى الأولى 1448|5 Foo 2026|5 Nov|Nov 2026|5 November|"
    "call me 5 Nov 2026|"
    "5-6 Nov 2026|between 5 and 6 Nov 2026|05/11/2026 - 06/11/2026|2026-11-05 - 2026-11-06|2026. 11. 05. du. 2:22|"
    "12 de la mañana 5/11/2026|5/11/2026 12:30 tối|5/11/2026 14:22 PM|5/11/2026 0:22 AM|"
    "2026-11-05 08:12:00 CST|115/11/05|11月5日|"
    "115年11月5日|31 novembre 2026|5/13/2026|12:30:45 AM|1:23|46331|46331.5|5 Nov 2026 and 6 Nov 2026|"
    "noon 5 Nov 2026|Thursday|"
    "5 Nov 2026 8:60|5 @11 2026 x|version 5.11.2026|5 mar mar 2026 2027|5/11/6"
)


@pytest.mark.parametrize(("expected", "text"), [(when, text) for when, row in WORDS.items() for text in row.split("|")])
def test_dates_are_read_in_the_words_of_many_languages(text, expected):
    at, day = parse_time(text, "day_first", UTC)
    assert (at, day) == (
        datetime.fromisoformat(expected).replace(tzinfo=UTC),
        None if "T" in expected else date.fromisoformat(expected),
    )


@pytest.mark.parametrize("text", UNREAD.split("|"))
def test_what_may_mean_another_time_is_not_read(text):
    with pytest.raises(ValueError, match=r"^not a date and time$"):
        parse_time(text, "day_first", UTC)


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["46331.34209", "46320"], "serial"),
        (["46331,34209", "46320"], "serial"),
        ([46320, 46320.5, None], "serial"),
        (["46320", "46320", "46321"], "serial"),
        ([str(46000 + number // 2) for number in range(200)], "serial"),
        ([str(46000 + number) for number in range(200)], "iso"),  # ids
        (["46320", "13/11/2026"], "day_first"),  # a spreadsheet has read the others with the month first
        (["13204", "99999"], "iso"),
        (["26/11/05", "26/11/28", "26/12/13"], "year_first"),
        (["26. 11. 5.", "25. 12. 28. 14:22"], "year_first"),
        (["26/11/25", "26/12/25"], "day_first"),
        (["26/11/05", "13/12/05"], "day_first"),
        (["ngày 25/11/2026", "ngày 5/11/2026"], "day_first"),
        (["14:22 11/25/2026"], "month_first"),
        (["٢٥\u200f/١١\u200f/٢٠٢٦"], "day_first"),
        (["2026. 11. 5. 14:22"], "iso"),
        (["20261105", "202611051422", "20261105142200"], "iso"),
    ],
)
def test_numbers_and_short_years_are_told_by_the_column(values, order):
    assert order_of(*values) == order


TOLD_BY_LANGUAGE = (
    "05.11.2026|05.11.2026 14:22|05.11.2026, 14:22 Uhr|05/11/2026 à 14h22|05/11/2026 14h22|05/11/2026 às 14:22|"
    "05/11/2026 as 14:22|05/11/2026 2:22:33 CH|05/11/2026 2:22 SA|05/11/2026 2:22 p. m.|05/11/2026, 2:22 p.\u00a0m.|"
    "ngày 05/11/2026|05/11/2026 klo 14.22|05/11/2026 в 14:22|05/11/2026 2:22 م|lun. 05/11/2026|"
    "05/11/2026 pukul 14:22"
)


@pytest.mark.parametrize("value", TOLD_BY_LANGUAGE.split("|"))
def test_dots_and_words_tell_that_the_day_is_first(value):
    assert order_of("", value, value) == "day_first"
    with pytest.raises(ValueError, match="contradict"):
        order_of(value, "11/23/2026", "23/11/2026")
    assert order_of(value, "11/23/2026") == "month_first"  # what a date tells goes before


@pytest.mark.parametrize(
    ("values", "headings", "order"),
    [
        (["03/04/2026"], "day_first", "day_first"),
        (["11/23/2026"], "day_first", "month_first"),
        (["26/11/05", "26/11/06"], "year_first", "year_first"),
        (["26/11/05", "26/11/06"], None, "day_first"),
        (["2026/11/05"], "year_first", "iso"),
        (["5 Nov 2026 14:22", "03/04/2026"], None, "day_first"),
        (["November 5, 2026 at 2:22 PM", "03/04/2026"], None, "month_first"),
        (["5 Nov 2026", "Nov 6, 2026", "03/04/2026"], None, "iso"),
        (["5 tháng 11, 2026", "5 noviembre 2026", "03/04/2026"], None, "day_first"),
    ],
)
def test_headings_and_spelled_out_dates_tell_the_order(values, headings, order):
    counted = DateOrder()
    for value in values:
        counted.count(value)
    assert counted.decide(headings) == order


@pytest.mark.parametrize(
    ("value", "order", "expected"),
    [
        ("46320", "serial", "2026-10-25"), (46320.0, "serial", "2026-10-25"),
        ("46331.5", "serial", "2026-11-05T12:00:00"),
        ("46331,75", "serial", "2026-11-05T18:00:00"), ("26/11/05", "year_first", "2026-11-05"),
        ("26. 11. 5. 오후 2:22", "year_first", "2026-11-05T14:22:00"), (20261105, "iso", "2026-11-05"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_the_column_told(value, order, expected):
    at, day = parse_time(value, order, UTC)
    assert (at.replace(tzinfo=None), day is not None) == (datetime.fromisoformat(expected), "T" not in expected)


@pytest.mark.parametrize(
    ("values", "timed"),
    [
        (["2026-11-05", "05.11.2026", "5 novembre 2026", "46320", date(2026, 11, 5), None, "", "soon"], False),
        (["2026-11-05 00:00", "05/11/2026 00:00:00", "11/5/2026 12:00 AM", "2026-11-05T00:00:00Z", 1793836800], False),
        (["2026-11-05", "2026-11-05 08:12"], True),
        (["05/11/2026 8:12"], True),
        (["46331.5"], True),
        ([datetime(2026, 11, 5, 8)], True),  # noqa: DTZ001 - as Parquet has it
        (["1790000000"], True),
    ],
)
def test_a_column_of_days_has_no_times(values, timed):
    order = DateOrder()
    for value in values:
        order.count(value)
    assert order.timed is timed


def test_midnight_is_a_day_in_a_column_of_days():
    assert parse_time("2026-11-05 00:00", "iso", BERLIN, days=True).day == date(2026, 11, 5)
    assert parse_time("2026-11-05 00:00", "iso", BERLIN).day is None
    assert parse_time("2026-11-05 08:00", "iso", BERLIN, days=True).day is None


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


@given(st.datetimes(datetime(1990, 1, 1), datetime(2285, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds have none
def test_seconds_and_milliseconds_since_1970_are_told_apart(when):
    when = when.replace(microsecond=0)
    seconds = int(when.timestamp())
    for order, count in (("epoch", seconds), ("epoch_ms", seconds * 1000)):
        assert parse_time(str(count), order, BERLIN).at == parse_time(count, "iso", BERLIN).at == when
        assert order_of(str(count)) == order


@given(st.text(max_size=30), st.sampled_from(["iso", "day_first", "month_first", "year_first", "serial", "epoch"]))
def test_any_text_is_a_time_in_utc_or_none(text, order):
    DateOrder().count(text)
    try:
        found = parse_time(text, order, BERLIN).at
    except ValueError as problem:
        found = str(problem)
    assert found == "not a date and time" or found.tzinfo is UTC
