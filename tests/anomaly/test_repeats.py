"""Strangers at one machine weigh more the more they are, a household little, and a line never much."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.anomaly.repeats import HOUSEHOLD, STRANGERS, strangers_weigh

TABLES = list(STRANGERS)
_A_KIND_OF_FAKE = -6.0
"""Points from which on a kind of fake is named."""

tables = st.sampled_from(TABLES)
many = st.floats(0, 1e6)


@pytest.mark.parametrize(
    ("place", "window", "strangers", "points"),
    [
        ("device", "day", 0, 0.0),
        ("device", "day", 1, -2.5),
        ("device", "day", 3, -5.45),  # halfway between two and four
        ("device", "day", 4, -5.9),  # a household, a little below a kind of fake
        ("device", "day", 5, -8.0),
        ("device", "day", 8, -11.0),
        ("device", "day", 12, -15.0),  # the group's full points
        ("device", "day", 500, -15.0),
        ("device", "month", 3, 0.0),
        ("device", "month", 6, -4.0),
        ("device", "month", 12, -9.0),
        ("device", "month", 25, -12.0),
        ("line", "day", 2, 0.0),
        ("line", "day", 4, -1.5),
        ("line", "day", 500, -5.0),
        ("line", "day", 12, -4.0),
        ("line", "month", 5, 0.0),
        ("line", "month", 10, -2.0),
        ("line", "month", 500, -3.0),
    ],
)
def test_what_strangers_weigh(place: str, window: str, strangers: int, points: float) -> None:
    assert strangers_weigh(place, window, strangers) == pytest.approx(points)


@pytest.mark.parametrize(("place", "window"), TABLES)
def test_the_whole_table_is_read(place: str, window: str) -> None:
    rows = STRANGERS[place, window]
    assert [(strangers, strangers_weigh(place, window, strangers)) for strangers, _ in rows] == list(rows)
    for (fewer, low), (more, high) in pairwise(rows):
        assert strangers_weigh(place, window, (fewer + more) / 2) == pytest.approx((low + high) / 2)


@pytest.mark.parametrize(("place", "window"), TABLES)
def test_a_table_begins_with_nothing_and_grows(place: str, window: str) -> None:
    rows = STRANGERS[place, window]
    assert rows[0][1] == 0
    assert all(fewer < more and low > high for (fewer, low), (more, high) in pairwise(rows))


@given(tables, many, many)
def test_more_strangers_never_weigh_less(table: tuple[str, str], one: float, other: float) -> None:
    fewer, more = sorted([one, other])
    assert 0 >= strangers_weigh(*table, fewer) >= strangers_weigh(*table, more)


@given(tables, st.floats(0, HOUSEHOLD))
def test_a_household_is_called_no_kind_of_fake(table: tuple[str, str], strangers: float) -> None:
    assert strangers_weigh(*table, strangers) > _A_KIND_OF_FAKE


@given(st.sampled_from(["day", "month"]), many)
def test_a_line_weighs_a_third_of_a_device(window: str, strangers: float) -> None:
    assert strangers_weigh("line", window, strangers) >= -5
    assert strangers_weigh("line", window, strangers) >= strangers_weigh("device", window, strangers)
