"""Which rows are leads that the ledger has already? Those that are, however they are written down; and no others."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from fraudcheck.batch.same_leads import Sighting, same_leads

NOON = datetime.fromisoformat("2026-11-03T12:00:00+00:00").timestamp()
MIDNIGHT = NOON - 43_200
MINUTE, HOUR, DAY = 60, 3_600, 86_400


def lead(number, at=NOON, *, told="at", check_id="", vendor=1, mailbox=7, phone=9, reference=0):
    return Sighting(
        number=number,
        check_id=check_id,
        at=at,
        told=at if told == "at" else told,
        vendor=vendor,
        mailbox=mailbox,
        phone=phone,
        reference=reference,
    )


def found(rows, earlier, zone="UTC"):
    return same_leads([replace(row, zone=ZoneInfo(zone)) for row in rows], earlier)


@pytest.mark.parametrize(
    ("row", "earlier"),
    [
        ({}, {}),
        ({"at": NOON + 5 * MINUTE}, {}),  # the agency wrote it down a little later
        ({"mailbox": 0}, {}),  # the one contact that both have
        ({"phone": 0}, {"mailbox": 7}),
        ({"at": NOON - 3 * HOUR}, {"told": NOON - 3 * HOUR}),  # the form was sent before, and checked now
        ({"at": MIDNIGHT}, {}),  # the file tells the day alone
        ({"at": MIDNIGHT}, {"at": MIDNIGHT}),
        ({"at": NOON + 40 * DAY, "told": None}, {}),  # it tells no time
        ({"at": NOON + 9 * DAY, "reference": 5}, {"reference": 5}),  # the day of delivery
        ({"at": NOON + 9 * DAY, "reference": 5, "phone": 8}, {"reference": 5}),  # a number that was put right
        ({"reference": 5}, {"reference": 6}),  # the form's own id, and the agency's
        ({"mailbox": 0, "phone": 0, "reference": 5}, {"mailbox": 0, "phone": 0, "reference": 5}),
        ({"at": NOON + 9 * DAY, "mailbox": 1, "phone": 2, "check_id": "a"}, {"check_id": "a"}),  # the same file again
    ],
)
def test_the_same_lead(row, earlier):
    assert found([lead(1, **row)], [lead(0, **earlier)]) == {1: 0}


@pytest.mark.parametrize(
    ("row", "earlier"),
    [
        ({"vendor": 2}, {}),  # another agency sold the person too
        ({"vendor": 2, "reference": 5}, {"reference": 5}),
        ({"at": NOON + 20 * MINUTE}, {}),  # the person sent the form again
        ({"at": MIDNIGHT + DAY}, {}),  # the next day
        ({"at": NOON + DAY}, {"at": MIDNIGHT}),
        ({"phone": 8}, {}),  # the same mailbox with another number
        ({"mailbox": 1, "phone": 2}, {}),
        ({"mailbox": 1, "phone": 2, "reference": 5}, {"reference": 5}),  # the row's number in another file
        ({"mailbox": 0, "phone": 0}, {"mailbox": 0, "phone": 0}),  # nothing can be read of either
        ({"at": NOON + DAY, "mailbox": 0, "phone": 0, "reference": 5}, {"mailbox": 0, "phone": 0, "reference": 5}),
    ],
)
def test_two_leads(row, earlier):
    assert found([lead(1, **row)], [lead(0, **earlier)]) == {}


def test_a_day_is_that_of_the_files_zone():
    late = lead(0, NOON + 6 * HOUR)  # 18:00 in London, the next day in Hanoi
    next_day = lead(1, MIDNIGHT + DAY)
    assert found([next_day], [late]) == {}
    assert found([next_day], [late], "Asia/Ho_Chi_Minh") == {1: 0}
    midnight_there = lead(2, MIDNIGHT + DAY - 7 * HOUR)  # a date that a program wrote as its midnight
    assert found([midnight_there], [late], "Asia/Ho_Chi_Minh") == {2: 0}


def test_each_is_one_rows_at_most_and_the_nearest_one_is_taken():
    rows = [lead(1, NOON + 4 * MINUTE), lead(2), lead(3)]
    assert found(rows, [lead(0)]) == {2: 0}
    assert found(rows, [lead(0), lead(1, NOON + 3 * MINUTE)]) == {2: 0, 1: 1}


def test_a_reference_that_many_bear_names_none():
    rows = [lead(1, NOON + DAY, reference=5), lead(2, NOON + DAY, reference=5, mailbox=1, phone=2)]
    earlier = [lead(0, reference=5)]
    assert found(rows, earlier) == {}
    assert found(rows[:1], earlier) == {1: 0}
    assert found(rows[:1], [*earlier, lead(1, reference=5, mailbox=3, phone=4)]) == {}


def test_one_contact_of_many_leads_costs_no_comparison_of_all_with_all():
    rows = [lead(number, NOON + number * HOUR) for number in range(3_000)]
    assert found(rows, rows) == {number: number for number in range(3_000)}
