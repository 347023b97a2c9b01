"""Files for Google Ads keep Google's rules, and a file that breaks one is told from one that does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fraudcheck.fields.currencies import CURRENCIES
from fraudcheck.ports.exports import Export
from fraudcheck.records import Price, format_utc
from fraudcheck.report import google_file
from fraudcheck.report.conversions import Asked, Conversion
from tests.report.leads_to_tell import NOW

HASH = "a" * 64
ROW = {
    "Google Click ID": "Cj0KCQiA-made_up",
    "Email": HASH,
    "Phone Number": "",
    "Conversion Name": "Sale",
    "Conversion Time": "2026-11-26 09:30:00+0000",
    "Conversion Value": "1200.50",
    "Conversion Currency": "EUR",
    "Order ID": "01a207d9-2100-7000-8000-000000000000",
}
ADJUSTED = dict(
    zip(google_file.ADJUSTMENTS, ("order-1", "Sale", "2026-11-28 10:00:00+0000", "RETRACT", "", ""), strict=True)
)


def file(*rows, heading=None, first=google_file.PARAMETERS):
    heading = heading or list(rows[0])
    return [first + "\n", google_file.line(heading), *[google_file.line(list(row.values())) for row in rows]]


def faults(lines):
    return list(google_file.file_faults(lines, NOW))


def test_a_good_file_has_no_fault():
    assert (
        faults(
            file(ROW, ROW | {"Order ID": "2", "Google Click ID": "", "Conversion Value": "", "Conversion Currency": ""})
        )
        == []
    )
    assert (
        faults(
            file(
                ADJUSTED,
                ADJUSTED
                | {
                    "Order ID": "2",
                    "Adjustment Type": "RESTATE",
                    "Adjusted Value": "0",
                    "Adjusted Value Currency": "VND",
                },
            )
        )
        == []
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"Google Click ID": "", "Email": ""}, "there is nothing to know the lead by"),
        ({"Google Click ID": "null"}, "Google Click ID: no id of a click"),
        ({"Email": "an@example.vn"}, "Email: not 64 hexadecimal digits in lower case"),
        ({"Email": HASH.upper()}, "Email: not 64 hexadecimal digits in lower case"),
        ({"Phone Number": HASH[:63]}, "Phone Number: not 64 hexadecimal digits in lower case"),
        ({"Conversion Name": ""}, "Conversion Name: not 1 to 100 characters on one line"),
        ({"Conversion Name": "Sale\nof today"}, "Conversion Name: not 1 to 100 characters on one line"),
        ({"Conversion Name": "x" * 101}, "Conversion Name: not 1 to 100 characters on one line"),
        ({"Conversion Time": "2026-11-26T09:30:00Z"}, "Conversion Time: not as 2026-11-29 13:00:00+0000"),
        ({"Conversion Time": "2026-11-26 09:30:00"}, "Conversion Time: not as 2026-11-29 13:00:00+0000"),
        ({"Conversion Time": "2026-11-26 09:30:00+00:00"}, "Conversion Time: not as 2026-11-29 13:00:00+0000"),
        ({"Conversion Time": "2026-11-31 09:30:00+0000"}, "Conversion Time: no day or time of a calendar"),
        ({"Conversion Time": "2026-11-29 12:00:01+0000"}, "Conversion Time: in the future"),
        ({"Conversion Value": "-1"}, "Conversion Value: no amount from 0 to 1,000,000,000"),
        ({"Conversion Value": "NaN"}, "Conversion Value: no amount from 0 to 1,000,000,000"),
        ({"Conversion Value": "inf"}, "Conversion Value: no amount from 0 to 1,000,000,000"),
        ({"Conversion Value": "1e3"}, "Conversion Value: no amount from 0 to 1,000,000,000"),
        ({"Conversion Value": "1.200,50"}, "Conversion Value: no amount from 0 to 1,000,000,000"),
        ({"Conversion Value": "١٢٠٠"}, "Conversion Value: no amount from 0 to 1,000,000,000"),
        ({"Conversion Value": ""}, "Conversion Value: no amount from 0 to 1,000,000,000"),
        ({"Conversion Value": "2000000000"}, "Conversion Value: no amount from 0 to 1,000,000,000"),
        ({"Conversion Currency": "eur"}, "Conversion Currency: no code of ISO 4217"),
        ({"Conversion Currency": "XYZ"}, "Conversion Currency: no code of ISO 4217"),
        ({"Conversion Currency": ""}, "Conversion Currency: no code of ISO 4217"),
        ({"Order ID": ""}, "Order ID: not 1 to 64 letters, digits and hyphens"),
        ({"Order ID": "a b"}, "Order ID: not 1 to 64 letters, digits and hyphens"),
        ({"Order ID": "1" * 65}, "Order ID: not 1 to 64 letters, digits and hyphens"),
        ({"GBRAID": "0AAAAA-made_up"}, "there are several ids of clicks"),
        ({"WBRAID": "0AAAAA-made_up", "Google Click ID": ""}, "WBRAID: no hash may stand beside it"),
        ({"Ad User Data": "yes"}, "Ad User Data: not Granted or Denied"),
    ],
)
def test_a_row_that_breaks_a_rule(change, fault):
    assert (3, fault) in faults(file(ROW | change))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"Adjustment Type": "RETRACTION"}, "Adjustment Type: not RETRACT or RESTATE"),
        ({"Adjusted Value": "5"}, "Adjusted Value: a retraction has none"),
        ({"Adjustment Type": "RESTATE"}, "Adjusted Value: a restatement needs one"),
        ({"Adjustment Type": "RESTATE", "Adjusted Value": "5"}, "Adjusted Value Currency: no code of ISO 4217"),
        ({"Adjustment Time": "yesterday"}, "Adjustment Time: not as 2026-11-29 13:00:00+0000"),
        ({"Order ID": ""}, "Order ID: not 1 to 64 letters, digits and hyphens"),
    ],
)
def test_an_adjustment_that_breaks_a_rule(change, fault):
    assert (3, fault) in faults(file(ADJUSTED | change))


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([], [(1, "the first line is not Parameters:TimeZone=+0000")]),
        (file(ROW)[1:], [(1, "the first line is not Parameters:TimeZone=+0000")]),
        (file(ROW)[:1], [(2, "the columns are not those of Google's template")]),
        (file(ROW | {"Name": "An"}), [(2, "the columns are not those of Google's template")]),
        (file(ROW, heading=[*ROW][:-1]), [(2, "the columns are not those of Google's template")]),
        (file(ROW, {"a": "1"}), [(4, "has not as many cells as there are columns")]),
        (file(ROW, ROW), [(4, "Order ID: twice with one Conversion Name")]),
        ([*file(ROW), 'a,"b\n'], [(4, "cannot be read as CSV")]),
    ],
)
def test_a_file_that_is_none(lines, found):
    assert faults(lines) == found


def test_an_order_may_come_once_for_each_conversion_name():
    assert faults(file(ROW, ROW | {"Conversion Name": "Qualified"})) == []


PRICES = some.none() | some.builds(
    Price,
    amount=some.decimals(0, 10**9, places=2).map(str) | some.sampled_from(["0", "2E+3", "1E-18", "0.10"]),
    currency=some.sampled_from(sorted(CURRENCIES)),
)
NAMES = some.text(some.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=100)
CONVERSIONS = some.builds(
    Conversion,
    order_id=some.uuids().map(str),
    check_id=some.just("x"),
    event=some.just("converted"),
    name=NAMES,
    at=some.datetimes(datetime(1970, 1, 2), datetime(2026, 11, 29), timezones=some.just(UTC)),  # noqa: DTZ001 - hypothesis adds it
    formed_at=some.just(NOW),
    value=PRICES,
    identifier=some.sampled_from(["gclid", "gbraid", "wbraid"]),
    click_id=some.from_regex(r"[0-9A-Za-z_.-]{10,99}", fullmatch=True),
    ad_user_data=some.sampled_from([None, "Granted", "Denied"]),
)


@given(some.lists(CONVERSIONS, min_size=1, max_size=5, unique_by=lambda one: one.order_id))
def test_whatever_is_told_makes_a_good_file(told):
    asked = Asked(platform="google", consent="extra")
    by_kind = {}
    for one in told:
        by_kind.setdefault(google_file.place(one), []).append(google_file.conversion_cells(one))
    for kind, rows in by_kind.items():
        columns = google_file.columns(kind, asked)
        assert faults(file(*[{name: row.get(name, "") for name in columns} for row in rows])) == []


@given(NAMES, PRICES)
def test_whatever_is_adjusted_makes_a_good_file(name, price):
    export = Export(
        lead="order-1",
        event="converted",
        kind="restate" if price else "retract",
        name=name,
        identifier="gclid",
        value=price and price.amount,
        currency=price and price.currency,
        at=format_utc(NOW - timedelta(seconds=1)),
        exported_at=format_utc(NOW),
        file="r.csv",
    )
    assert faults(file(google_file.adjustment_cells(export))) == []


@given(some.dictionaries(some.sampled_from([*ROW, "Adjustment Type", "GBRAID"]), some.text(max_size=70)))
def test_no_row_makes_the_validator_fail(change):
    faults(file(ROW | change))
