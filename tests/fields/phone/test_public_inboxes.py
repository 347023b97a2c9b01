from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.fields.phone.public_inboxes import inbox_finder, pack_inboxes


def _at(year, month):
    return datetime(year, month, 15, tzinfo=UTC).timestamp()


FIND = inbox_finder(
    pack_inboxes([("12025550143", 2026, 5), ("447700900123", 2022, 1), ("61491570006", 2024, 12)]),
    {"3363998": 1, "33639980": 40},
)


@pytest.mark.parametrize(
    ("digits", "found"),
    [
        ("12025550143", ("number", 6)),
        ("447700900123", ("number", 58)),
        ("61491570006", ("number", 23)),
        ("33639980123", ("block", 40)),
        ("33639981123", None),
        ("12025550144", None),
        ("", None),
    ],
)
def test_what_is_listed_of_a_number(digits, found):
    assert FIND(digits, _at(2026, 11)) == found


def test_a_clock_behind_the_list_makes_no_negative_age():
    assert FIND("12025550143", _at(1970, 1)) == ("number", 0)


def test_an_empty_list_finds_nothing():
    assert inbox_finder(b"", {})("12025550143", _at(2026, 11)) is None


@given(st.sets(st.text("0123456789", min_size=7, max_size=15)), st.text("0123456789", min_size=7, max_size=15))
def test_just_what_was_packed_is_found(listed, other):
    find = inbox_finder(pack_inboxes((digits, 2025, 1) for digits in listed), {})
    assert all(find(digits, _at(2025, 2)) == ("number", 1) for digits in listed)
    assert (find(other, _at(2025, 2)) is not None) == (other in listed)
