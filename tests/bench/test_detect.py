"""The evaluation's world: the same each time, readable to the service, and measured as it says."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from itertools import islice

import pytest

from bench.attacks import CAREFUL, CRUDE
from bench.detect import JudgedLead, area_under_curve, attack_label, print_attack
from bench.traffic import COUNTRIES, START, WARM_UP, World
from fraudcheck.intake.lead import read_lead

NETWORKS = {country: [f"{n}.{at}.7" for n in range(20, 40)] for at, country in enumerate(COUNTRIES)}


def test_the_same_seed_makes_the_same_people():
    def made(seed):
        return list(islice(World(seed, NETWORKS).ordinary_leads(), 50))

    assert made(5) == made(5)
    assert made(5) != made(6)


@pytest.mark.parametrize("attack", [*CRUDE, *CAREFUL], ids=attack_label)
def test_an_attack_is_readable_and_marked_and_comes_after_the_warm_up(attack):
    leads = list(attack(World(5, NETWORKS), random.Random(5)))  # noqa: S311
    assert len(leads) >= 5
    for each in leads:
        read, warnings = read_lead(each.lead, datetime.fromtimestamp(each.at, UTC))
        assert not warnings
        assert read.source.vendor
        assert not read.extra
        assert each.label == attack_label(attack)
        assert each.at >= START + WARM_UP * 86_400


def test_people_are_read_without_warnings():
    for each in islice(World(7, NETWORKS).ordinary_leads(), 500):
        assert not read_lead(each.lead, datetime.fromtimestamp(each.at + 86_400, UTC))[1]


@pytest.mark.parametrize(
    ("good", "bad", "expected"),
    [([3, 4], [1, 2], 1.0), ([1, 2], [3, 4], 0.0), ([1, 1], [1, 1], 0.5), ([1, 3], [2], 0.5)],
)
def test_area_under_the_curve(good, bad, expected):
    assert area_under_curve(good, bad) == expected


def test_a_line_tells_recall_at_one_in_a_hundred_people(capsys):
    people = [JudgedLead("people", float(n), "accept", {}) for n in range(100)]
    fakes = [
        JudgedLead("prank", n + 0.5, "review" if n else "accept", {"CLUSTER_DEVICE_BRIEF": -9.0}) for n in range(4)
    ]
    assert print_attack("prank", [people + fakes]) == 0.25
    assert "CLUSTER_DEVICE_BRIEF 100%" in capsys.readouterr().out
