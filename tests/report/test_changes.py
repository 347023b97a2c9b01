"""A change of a vendor's share is noticed soon, dated well, and not seen where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from fraudcheck.report.changes import confirm_changes, find_changes
from fraudcheck.report.rates import Population

A_YEAR = 20_000
USUAL = Population(0.08, 50.0)


def leads(drawn, *stretches):
    """Flags of bad leads: each stretch has a length and a rate."""
    return np.concatenate([drawn.random(many) < rate for many, rate in stretches]).astype(np.uint8)


def noticed(drawn, before, after, past, direction):
    """For a thousand vendors, after how many leads a change is noticed, and how far off it is dated."""
    waits, errors = [], []
    for _ in range(1000):
        found = find_changes(leads(drawn, (past, before), (3000, after)), USUAL)
        later = [one for one in found if one.noticed >= past and one.direction == direction]
        waits.append(later[0].noticed - past + 1 if later else np.inf)
        errors += [abs(later[0].start - past)] if later else []
    return np.median(waits), np.median(errors)


@pytest.mark.parametrize("past", [300, 500, 2_000, 10_000])
def test_a_rise_from_5_to_15_percent_is_noticed_within_a_hundred_leads(past):
    wait, error = noticed(np.random.default_rng(4), 0.05, 0.15, past, "rise")
    assert wait <= 100
    assert error <= 20


def test_a_fall_is_noticed_too():
    wait, error = noticed(np.random.default_rng(4), 0.15, 0.05, 2_000, "fall")
    assert wait <= 150
    assert error <= 20


@pytest.mark.parametrize("rate", [0.02, 0.05, 0.1, 0.2, 0.3])
@pytest.mark.parametrize("others", [0.05, 0.2])
def test_less_than_one_false_alarm_a_year(rate, others):
    """Also where the vendor's share is far from all others': that is no change."""
    drawn = np.random.default_rng(9)
    alarms = [len(find_changes(leads(drawn, (A_YEAR, rate)), Population(others, 50.0))) for _ in range(100)]
    assert np.mean(alarms) <= 1


def test_several_changes_are_told_apart():
    flags = leads(np.random.default_rng(1), (2_000, 0.04), (1_000, 0.25), (2_000, 0.04))
    found = confirm_changes(flags, find_changes(flags, USUAL))
    assert [one.direction for one in found] == ["rise", "fall"]
    assert [one.start for one in found] == pytest.approx([2_000, 3_000], abs=40)


def test_what_is_noticed_rests_on_earlier_leads_alone():
    flags = leads(np.random.default_rng(3), (1_000, 0.05), (6_000, 0.3))
    first = find_changes(flags, USUAL)[0]
    assert find_changes(flags[: first.noticed + 1], USUAL) == [first]
    assert find_changes(flags[: first.noticed], USUAL) == []


@pytest.mark.parametrize(
    "flags", [[], [1], [0] * 5_000, [1] * 5_000, [0, 1] * 60, [0] * 100 + [1] * 50], ids=lambda flags: f"{len(flags)}"
)
def test_no_change_where_there_is_none_or_too_little_is_known(flags):
    assert find_changes(np.array(flags, dtype=np.uint8), USUAL) == []


def test_a_vendor_that_turns_wholly_bad_is_noticed_at_once():
    flags = np.array([0] * 400 + [1] * 50, dtype=np.uint8)
    (found,) = find_changes(flags, USUAL)
    assert (found.direction, found.start) == ("rise", 400)
    assert found.noticed < 410


def test_what_later_leads_do_not_bear_out_is_dropped():
    """A large vendor's year has false alarms; hardly one is left when the whole of it is known."""
    drawn = np.random.default_rng(6)
    years = [leads(drawn, (A_YEAR, 0.1)) for _ in range(100)]
    found = [find_changes(year, USUAL) for year in years]
    assert sum(map(len, found)) > 30
    assert sum(len(confirm_changes(year, each)) for year, each in zip(years, found, strict=True)) <= 15
