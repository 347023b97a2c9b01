"""Clusters: what life brings together passes, what a script or a list brings does not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.lists import shipped
from fraudcheck.counting.windows import Partners, Seen
from fraudcheck.fields.email.address import read_mailbox
from fraudcheck.ports import Ports
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Lead, Subject
from fraudcheck.signals import cluster

NOW = 1_795_426_200
HOUR, DAY, WEEK = 3_600, 86_400, 604_800
PORTS = Ports(lists=shipped.load_lists(), mail_routes=None, counters=None)


def facts(everyone: list[int], vendor: list[int], gaps: dict[str, Any] | None = None, **cohorts: Any) -> dict[str, Any]:
    """Counts are of an hour, a day, a week and a month."""
    return {
        "v": 1,
        "everyone": everyone,
        "vendor": vendor,
        "looked": 6,
        "cohorts": {kind: {"since": 30 * DAY, **cohort} for kind, cohort in cohorts.items()},
        "gaps": gaps or {},
    }


def points(**found: Any) -> dict[str, float]:
    return {one.code: round(CATALOGUE[one.code].points * one.scale, 1) for one in cluster.judge(Lead(), facts(**found))}


BUYER = [200, 3_000, 20_000, 80_000]
VENDOR = [20, 300, 2_000, 8_000]
NEWCOMER = [40, 40, 40, 40]


@pytest.mark.parametrize(
    ("who", "found"),
    [
        ("a family of four at one tablet", {"device": {"of": [3, 3, 3, 3], "since": 1_800}}),
        ("a library's computer", {"device": {"of": [2, 9, 9, 160]}}),
        ("a call centre's desk in its second week", {"device": {"of": [11, 80, 80, 700], "since": 10 * DAY}}),
        ("a household on one make of phone",
         {"nest": {"of": [2, 2, 2, 2], "any": [20, 300, 2_000, 8_000], "network": [2, 2, 2, 2], "since": HOUR}}),
        ("a campus on its sign-up day",
         {"nest": {"of": [12, 14, 14, 14], "any": [30, 330, 2_100, 8_100], "network": [110, 130, 130, 130],
                   "since": 2 * HOUR}}),
        ("a carrier's gateway",
         {"nest": {"of": [5, 70, 500, 2_000], "any": [22, 330, 2_200, 8_800], "network": [40, 600, 4_000, 16_000]}}),
        ("first.last at a free provider, as usual", {"shape": {"of": [2, 30, 200, 800], "any": [20, 300, 2e3, 8e3]}}),
        ("a browser's version that spreads this week",
         {"agent": {"of": [4, 60, 90, 90], "any": [42, 590, 900, 900], "young": True}}),
        ("two neighbours of one village", {"block": {"of": [0, 1, 1, 1], "since": 8 * HOUR}}),
        ("a firm's row of numbers", {"block": {"of": [1, 2, 2, 2], "since": HOUR}}),
        ("a second with the same thanks", {"message": {"of": [1, 1, 2, 2], "since": 3 * DAY}}),
        ("a text that the form fills in", {"message": {"of": [18, 290, 1_900, 7_800]}}),
        ("whose browser fills in, as a tenth do", {"habit": {"of": [5, 40, 210, 800], "any": [25, 320, 2e3, 8e3]}}),
        ("ten who took 30.0 seconds", {"pace": {"of": [0, 2, 10, 40], "any": [2, 20, 140, 560]}}),
        ("hands that work at a steady pace", {"gaps": {"device": [11, 240.0, 110]}}),
        ("one who presses ten times at once", {"gaps": {"device": [11, 1.0, 1]}}),
    ],
)  # fmt: skip
def test_people_pass(who: str, found: dict[str, Any]) -> None:
    said = points(everyone=BUYER, vendor=VENDOR, **found)
    assert sum(said.values()) >= -3.0, (who, said)


def test_a_television_spot_is_more_of_everything() -> None:
    """Ten times a vendor's usual hour, of the usual kinds of people."""
    said = points(
        everyone=[700, 3_500, 20_500, 80_500],
        vendor=[500, 800, 2_500, 8_500],
        shape={"of": [52, 82, 250, 850], "any": [70, 350, 2_050, 8_050]},
        agent={"of": [75, 120, 375, 1_275], "any": [100, 520, 3_050, 12_050], "young": False},
        nest={"of": [6, 6, 6, 6], "any": [100, 520, 3_050, 12_050], "network": [30, 30, 30, 30], "since": 600},
        block={"of": [1, 1, 1, 1], "since": 600},
    )
    assert said == {}


@pytest.mark.parametrize(
    ("who", "found", "code", "at_least"),
    [
        ("a farm's telephone", {"device": {"of": [20, 60, 60, 60], "since": 9 * HOUR}}, "CLUSTER_DEVICE", 15),
        ("friends' data for fun", {"device": {"of": [6, 6, 6, 6], "since": 1_500}}, "CLUSTER_DEVICE_BRIEF", 6),
        ("twenty from one room with one browser",
         {"nest": {"of": [30, 60, 60, 60], "any": [20, 300, 2e3, 8e3], "network": [32, 62, 62, 62], "since": DAY}},
         "CLUSTER_NETWORK", 15),
        ("one pattern in three of four",
         {"shape": {"of": [15, 60, 60, 60], "any": [16, 66, 100, 220], "value": r"[a-z]{5}.[a-z]{6}\d{2}@free"}},
         "CLUSTER_MAILBOX_PATTERN", 15),
        ("numbers counted upwards", {"block": {"of": [12, 12, 12, 12], "since": HOUR}}, "CLUSTER_NUMBER_BLOCK", 12),
        ("one text sixty times", {"message": {"of": [20, 60, 60, 60], "since": 5 * HOUR}}, "CLUSTER_MESSAGE", 15),
        ("an old browser again and again",
         {"agent": {"of": [12, 100, 100, 100], "any": [12, 100, 100, 130], "young": False}}, "CLUSTER_USER_AGENT", 10),
        ("8.4 seconds, always",
         {"pace": {"of": [8, 40, 40, 40], "any": [8, 43, 60, 110], "value": 8.4}}, "CLUSTER_FORM_TIME", 12),
        ("all pasted, no key, three moves",
         {"habit": {"of": [6, 60, 70, 70], "any": [6, 64, 90, 150]}}, "CLUSTER_FORM_HABIT", 12),
        ("one every minute", {"gaps": {"shape": [11, 60.3, 57]}}, "CLUSTER_RHYTHM", 15),
        ("three an hour", {"gaps": {"agent": [8, 1_200.0, 1_150]}}, "CLUSTER_RHYTHM", 15),
    ],
)  # fmt: skip
def test_groups_are_found(who: str, found: dict[str, Any], code: str, at_least: float) -> None:
    said = points(everyone=BUYER, vendor=VENDOR, **found)
    assert list(said) == [code], who
    assert -15.0 <= said[code] <= -at_least, who


def test_a_new_vendor_may_have_people_of_its_own() -> None:
    """Half of a newcomer's first forty have one pattern, which one in ten has elsewhere: weaker than for an old one."""
    cohort = {"of": [18, 18, 18, 18], "any": [40, 320, 2_020, 8_020], "since": HOUR}
    new = points(everyone=BUYER, vendor=NEWCOMER, shape=cohort)
    old = points(everyone=BUYER, vendor=[40, 320, 2_020, 8_020], shape=cohort)
    assert old["CLUSTER_MAILBOX_PATTERN"] < new.get("CLUSTER_MAILBOX_PATTERN", 0.0)


def test_one_person_again_and_again_is_no_group() -> None:
    found = facts(everyone=BUYER, vendor=VENDOR, block={"of": [6, 6, 6, 6], "since": HOUR})
    assert cluster.judge(Lead(), found)
    assert cluster.judge(Lead(), {**found, "own": [6, 6, 6, 6]}) == []


def test_the_evidence_names_the_pattern_and_the_figures() -> None:
    cohort = {"of": [15, 60, 60, 60], "any": [16, 66, 100, 220], "since": DAY, "value": r"[a-z]{5}\d{4}@free"}
    (found,) = cluster.judge(Lead(), facts(everyone=BUYER, vendor=VENDOR, shape=cohort))
    assert found.evidence.keys() == {"window", "size", "expected", "p", "pattern"}
    assert found.evidence["pattern"] == r"[a-z]{5}\d{4}@free"
    assert found.evidence["size"] == 16
    assert 1 <= found.evidence["expected"] < 10
    assert 0 < found.evidence["p"] < 1e-3


@given(
    st.lists(st.integers(0, 500), min_size=4, max_size=4).map(sorted),
    st.integers(0, 400),
    st.sampled_from(["shape", "agent", "pace", "habit", "device", "nest", "block", "message"]),
)
def test_more_of_a_cohort_never_says_less(base: list[int], extra: int, kind: str) -> None:
    def scale(more: int) -> float:
        of = [n + more for n in base]
        cohort = {"of": of, "any": [n + 900 for n in of], "network": [n + 50 for n in base], "young": False}
        found = facts(everyone=[n + 90_000 for n in of], vendor=[n + 1_000 for n in base], **{kind: cohort})
        return sum(one.scale for one in cluster.judge(Lead(), found))

    assert 0 <= scale(0) <= scale(extra) + 1e-9


def test_facts_hold_what_came_before_and_no_personal_value() -> None:
    seen = {
        "everyone": Seen(5, 5, 5, 5, 5, NOW - 600, NOW - 60),
        "vendor": Seen(2, 2, 2, 2, 2, NOW - 600, NOW - 60),
        "mailbox": Seen(0, 1, 1, 1, 1, NOW - 600, NOW - 600),
        "shape": Seen(2, 2, 2, 2, 2, NOW - 600, NOW - 60, times=tuple(range(NOW - 600, NOW, 100))),
        "any_shape": Seen(4, 4, 4, 4, 4, NOW - 600, NOW - 60),
        "device": Seen(1, 1, 1, 1, 1, NOW - 60, NOW - 60, {"mailbox": Partners(1, 1, 1, known=True)}),
        "block": Seen(),
        "clock": Seen(1, 1, 1, 1, 1, NOW - 60, NOW - 60),
    }
    mailbox = read_mailbox("an.nguyen87@gmail.com", PORTS.lists)
    subject = Subject(tenant="t", lead=Lead(email="an.nguyen87@gmail.com"), mailbox=mailbox, at=NOW + 0.5)
    assert cluster.from_counts(subject, PORTS, seen) == {
        "v": 1,
        "everyone": [5, 5, 5, 5],
        "vendor": [2, 2, 2, 2],
        "own": [1, 1, 1, 1],
        "looked": 3,
        "cohorts": {
            "shape": {
                "of": [2, 2, 2, 2],
                "since": 600,
                "any": [4, 4, 4, 4],
                "young": True,
                "value": r"[a-z]+.[a-z]+\d{2}@free",
            },
            "device": {"of": [0, 0, 0, 0], "since": 60},
        },
        "gaps": {"shape": [6, 100.0, 100]},
        "clock": 1,
    }


def test_leads_that_come_late_have_no_rhythm() -> None:
    seen = {
        "everyone": Seen(9, 9, 9, 9, 9, NOW - 600, NOW - 60),
        "agent": Seen(9, 9, 9, 9, 9, NOW - 600, NOW - 60, times=tuple(range(NOW - 600, NOW, 60))),
        "any_agent": Seen(9, 9, 9, 9, 9, NOW - 600, NOW - 60),
    }
    sent = Lead(phone="1", submitted_at="2026-11-23T01:00:00.000Z")
    late = cluster.from_counts(Subject(tenant="t", lead=sent, at=NOW), PORTS, seen)
    live = cluster.from_counts(Subject(tenant="t", lead=Lead(phone="1"), at=NOW), PORTS, seen)
    assert late is not None
    assert live is not None
    assert (late["late"], "gaps" in late) == (True, False)
    assert [one.code for one in cluster.judge(Lead(), live)] == ["CLUSTER_RHYTHM"]
    assert cluster.judge(Lead(), late) == []


def test_of_groups_that_surprise_alike_the_same_is_said_in_whatever_order_they_were_found() -> None:
    """A record keeps its facts in an order of its own, and a replay of it is identical."""
    alike = {
        "block": {"of": [30, 30, 30, 30], "since": HOUR},
        "habit": {"of": [39, 39, 39, 39], "any": [39, 39, 39, 39]},
    }
    gaps = {"pace": [11, 60.0, 60], "device": [11, 60.0, 60]}
    there = cluster.judge(Lead(), facts(BUYER, NEWCOMER, gaps, **alike))
    back = cluster.judge(Lead(), facts(BUYER, NEWCOMER, dict(reversed(gaps.items())), **dict(reversed(alike.items()))))
    assert len({found.scale for found in there if found.code != "CLUSTER_RHYTHM"}) == 1
    assert there == back
