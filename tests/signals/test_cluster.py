"""Clusters: what life brings together passes, what a script or a list brings does not.

First the facts of today, version 3, and of 2, which had whole seconds only; then those of version 1, of which every
verdict in a ledger still follows.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.lists import shipped
from fraudcheck.adapters.memory_counters import MemoryCounters
from fraudcheck.counting.windows import Partners, Seen
from fraudcheck.fields.filling import share_of_pace
from fraudcheck.intake.identities import read_subject
from fraudcheck.intake.lead import read_lead
from fraudcheck.pipeline.gather import facts_from_counts
from fraudcheck.ports import Ports
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Client, Form, Lead, Subject
from fraudcheck.signals import cluster

NOW = 1_795_426_200
HOUR, DAY, WEEK = 3_600, 86_400, 604_800
PORTS = Ports(lists=shipped.load_lists(), mail_routes=None, counters=None)
BUYER = [200, 3_000, 20_000, 80_000]
VENDOR = [20, 300, 2_000, 8_000]
NEWCOMER = [40, 40, 40, 40]


def facts(
    everyone: list[int],
    vendor: list[int],
    vendor_since: int,
    gaps: dict[str, Any] | None = None,
    not_typed: int = 0,
    **cohorts: Any,
) -> dict[str, Any]:
    """Facts of version 2. Counts are of an hour, a day, a week and a month; a cohort is as old as the vendor."""
    return {
        "v": 2,
        "everyone": everyone,
        "vendor": vendor,
        "vendor_since": vendor_since,
        "looked": 8,
        "cohorts": {kind: {"since": vendor_since, **cohort} for kind, cohort in cohorts.items()},
        "gaps": gaps or {},
        "not_typed": not_typed,
    }


def points(when: dict[str, Any], **found: Any) -> dict[str, float]:
    said = cluster.judge(ON_A_DEVICE, facts(**when, **found))
    return {one.code: round(CATALOGUE[one.code].points * one.scale, 1) for one in said}


def alike(*of: int, usual: float, **differently: Any) -> dict[str, Any]:
    """A cohort with a value that such a share of the world's people has; no other vendor has sent any."""
    four = [*of, *[of[-1]] * (4 - len(of))]
    return {"of": four, "any": four, "usual": usual, "young": True, **differently}


def at(*people: int, untyped: tuple[int, int, int] = (0, 0, 0), networks: int = 1, **also: Any) -> dict[str, Any]:
    """People at one machine or address, a lead of each, in an hour, a day and a month."""
    hour, day, month = people
    return {"of": [hour, day, day, month], "people": [hour, day, day, month], "untyped": list(untyped),
            "networks": [min(networks, hour), *[networks] * 2]} | also  # fmt: skip


def of_one_vendor(*leads: int, since: int, not_typed: int = 0) -> dict[str, Any]:
    """A deployment with a single vendor, whose first lead came so many seconds ago."""
    return {"everyone": list(leads), "vendor": list(leads), "vendor_since": since, "not_typed": not_typed}


ON_A_DEVICE = Lead(client=Client(device_id="d", ip="203.0.113.7"))
FIRST_DAY = of_one_vendor(20, 60, 60, 60, since=8 * HOUR)
SECOND_DAY = of_one_vendor(25, 180, 300, 300, since=30 * HOUR, not_typed=36)
FIRST_WEEK = of_one_vendor(9, 120, 640, 640, since=6 * DAY, not_typed=70)
GROWN = {"everyone": BUYER, "vendor": VENDOR, "vendor_since": 30 * DAY, "not_typed": 9_000}
FOR_FIRMS = of_one_vendor(1, 6, 40, 120, since=25 * DAY, not_typed=30)

SCHEME = PORTS.lists.scheme_share
APP, NEW_BROWSER, OLD_BROWSER = 0.2, 0.25, 0.003
"""The share of an app's browser, of a version that may be most people's within weeks, of one of years ago."""


@pytest.mark.parametrize(
    ("who", "when", "found"),
    [
        # A new deployment: nothing is known but what is usual in the world.
        ("one in four has first.last", FIRST_DAY, {"scheme": alike(5, 15, usual=SCHEME("{first}.{last}"))}),
        ("everybody has first.last", FIRST_DAY, {"scheme": alike(20, 60, usual=SCHEME("{first}.{last}"))}),
        ("half of them, from an hour ago", FIRST_DAY,
         {"scheme": alike(19, 30, usual=SCHEME("{first}.{last}"), since=HOUR)}),
        ("three of ten have ten digits, as at qq.com", FIRST_DAY,
         {"scheme": alike(6, 18, usual=SCHEME("{digits:10}"))}),
        ("all come by one app", FIRST_DAY, {"browser": alike(20, 60, usual=APP, networks=[20, 57, 57])}),
        ("half come by one app, since its advertisement ran", FIRST_DAY,
         {"browser": alike(19, 30, usual=APP, networks=[19, 29, 29], since=2 * HOUR)}),
        ("a class on one network with one build", FIRST_DAY,
         {"browser": alike(24, 26, usual=0.02, networks=[1, 1, 1], since=HOUR),
          "place": at(24, 26, 26, untyped=(2, 2, 2), since=HOUR)}),
        ("30 seconds, of a form that counts in fives", FIRST_DAY,
         {"pace": alike(2, 6, usual=share_of_pace(30.0), value=30.0)}),
        ("31 seconds, of a form that counts whole ones", FIRST_DAY,
         {"pace": alike(1, 3, usual=share_of_pace(31.0), value=31.0)}),
        ("31.4 seconds, twice", FIRST_DAY, {"pace": alike(1, 1, usual=share_of_pace(31.4), value=31.4)}),
        ("the page's own message", FIRST_DAY,
         {"message": {"of": [20, 60, 60, 60], "text": 60, "text_since": 8 * HOUR}}),
        ("a second with the same thanks", FIRST_DAY, {"message": {"of": [0, 1, 1, 1], "since": 4 * HOUR}}),
        ("two neighbours of one village", FIRST_DAY, {"block": {"of": [0, 1, 1, 1], "since": 8 * HOUR}}),
        ("three who typed without a slip", FIRST_DAY, {"manner": alike(1, 3, usual=0.012, value="flawless 4")}),
        ("an agency that works through its clients at one computer", SECOND_DAY,
         {"manner": alike(8, 30, usual=0.03, value="pasted", machines=[1, 1, 1], since=6 * HOUR)}),
        # At one machine or address.
        ("a family of four at a tablet, one pasted", SECOND_DAY,
         {"machine": at(3, 3, 3, untyped=(1, 1, 1), since=HOUR)}),
        ("two who share a phone on a journey", SECOND_DAY, {"machine": at(1, 2, 2, networks=6, since=7 * HOUR)}),
        ("one who sends the form again and again, on a train", SECOND_DAY,
         {"machine": at(3, 8, 8, people=[2, 2, 2, 2], networks=8, since=6 * HOUR)}),
        ("one who pastes, and sends the form again and again", SECOND_DAY,
         {kind: at(3, 8, 8, people=[2, 2, 2, 2], untyped=(1, 1, 1), since=6 * HOUR) for kind in ("machine", "place")}),
        ("a dealer's desk in Spain, typed by hand", SECOND_DAY,
         {"machine": at(3, 9, 9, untyped=(0, 1, 1), since=5 * HOUR), "place": at(3, 9, 9, untyped=(0, 1, 1))}),
        ("a bank's counters in Poland", GROWN,
         {"machine": at(2, 12, 220, untyped=(0, 1, 20)), "place": at(14, 98, 1_750, untyped=(1, 9, 180))}),
        ("a gateway in Nigeria", GROWN, {"place": at(205, 2_400, 65_000, untyped=(23, 290, 7_900))}),
        # Later.
        ("a browser's version in its first week, which takes over", FIRST_WEEK,
         {"browser": alike(4, 50, 160, usual=NEW_BROWSER, networks=[4, 48, 150], since=5 * DAY)}),
        ("the same at a vendor that is known for long", GROWN,
         {"browser": alike(9, 140, 500, usual=NEW_BROWSER, networks=[9, 135, 470], since=6 * DAY)}),
        ("a form for firms: f+last, pasted from the signature, by one office browser", FOR_FIRMS,
         {"scheme": alike(1, 3, 22, 70, usual=SCHEME("{f}{last}")),
          "manner": alike(0, 2, 9, 26, usual=0.03, value="pasted"),
          "browser": alike(1, 4, 25, 80, usual=APP, networks=[1, 4, 60])}),
        ("one in seven, of this vendor's offer alone", GROWN,
         {"scheme": alike(3, 43, 285, 1_140, usual=SCHEME("{first}{digits:5}"), since=20 * DAY)}),
        ("one in seven who pastes, of this vendor's firms alone", GROWN,
         {"manner": alike(3, 43, 285, 1_140, usual=0.03, value="pasted", since=20 * DAY)}),
        ("people's usual schemes, as ever", GROWN,
         {"scheme": alike(3, 45, 310, 1_250, usual=SCHEME("{first}.{last}"), any=[30, 450, 3_100, 12_400])}),
    ],
)  # fmt: skip
def test_people_pass(who: str, when: dict[str, Any], found: dict[str, Any]) -> None:
    assert points(when, **found) == {}, who


@pytest.mark.parametrize(
    ("who", "when", "found", "expected"),
    [
        ("mailboxes of one scheme with five digits, from noon on", FIRST_DAY,
         {"scheme": alike(4, 12, usual=SCHEME("{word}{digits:5}"), since=5 * HOUR)},
         {"CLUSTER_MAILBOX_PATTERN": -15.0}),
        ("generated mailboxes on the second day: first.last and three digits", SECOND_DAY,
         {"scheme": alike(15, 90, usual=SCHEME("{first}.{last}{digits:3}"), since=6 * HOUR)},
         {"CLUSTER_MAILBOX_PATTERN": -15.0}),
        ("... last.first and two digits", SECOND_DAY,
         {"scheme": alike(15, 90, usual=SCHEME("{last}.{first}{digits:2}"), since=6 * HOUR)},
         {"CLUSTER_MAILBOX_PATTERN": -15.0}),
        ("a script that types without a slip, on the first day", FIRST_DAY,
         {"manner": alike(7, 20, usual=0.012, value="flawless 4", since=5 * HOUR)}, {"CLUSTER_FORM_HABIT": -15.0}),
        ("... and on the second", SECOND_DAY,
         {"manner": alike(8, 60, usual=0.012, value="flawless 4", since=6 * HOUR)}, {"CLUSTER_FORM_HABIT": -15.0}),
        ("8.4 seconds, nine of sixty", FIRST_DAY,
         {"pace": alike(3, 8, usual=share_of_pace(8.4), value=8.4)}, {"CLUSTER_FORM_TIME": -12.1}),
        ("a browser of years ago, from everywhere", SECOND_DAY,
         {"browser": alike(8, 60, usual=OLD_BROWSER, networks=[8, 58, 58], since=6 * HOUR)},
         {"CLUSTER_USER_AGENT": -15.0}),
        ("a browser of years ago, where no address is sent", SECOND_DAY,
         {"browser": alike(8, 60, usual=OLD_BROWSER, networks=[0, 0, 0], since=6 * HOUR)},
         {"CLUSTER_USER_AGENT": -15.0}),
        ("six who paste at one machine, among thirty leads of theirs", SECOND_DAY,
         {"machine": at(10, 30, 30, people=[6, 6, 6, 6], untyped=(6, 6, 6), since=5 * HOUR)},
         {"CLUSTER_MACHINE": -15.0}),
        ("... and behind one address", SECOND_DAY,
         {"place": at(10, 30, 30, people=[6, 6, 6, 6], untyped=(6, 6, 6), since=5 * HOUR)}, {"CLUSTER_LINE": -15.0}),
        ("a farm that pastes at one machine", SECOND_DAY,
         {"machine": at(4, 12, 12, untyped=(4, 12, 12), since=5 * HOUR)}, {"CLUSTER_MACHINE": -15.0}),
        ("a farm that pastes behind one address", SECOND_DAY,
         {"place": at(8, 20, 20, untyped=(8, 19, 19), since=5 * HOUR)}, {"CLUSTER_LINE": -15.0}),
        ("one device from ever other networks", SECOND_DAY,
         {"machine": at(3, 8, 8, networks=8, since=6 * HOUR)}, {"CLUSTER_DEVICE": -11.5}),
        ("numbers counted upwards", SECOND_DAY, {"block": {"of": [8, 8, 8, 8], "since": HOUR}},
         {"CLUSTER_NUMBER_BLOCK": -15.0}),
        ("one text forty times", SECOND_DAY, {"message": {"of": [10, 40, 40, 40], "since": 5 * HOUR}},
         {"CLUSTER_MESSAGE": -15.0}),
        ("... of which this vendor sent two in a hundred", SECOND_DAY,
         {"message": {"of": [10, 40, 40, 40], "since": 30 * HOUR, "text": 6, "text_since": 30 * HOUR}},
         {"CLUSTER_MESSAGE": -15.0}),
        ("pasted at thirty computers", SECOND_DAY,
         {"manner": alike(8, 30, usual=0.03, value="pasted", machines=[8, 30, 30], since=6 * HOUR)},
         {"CLUSTER_FORM_HABIT": -15.0}),
        ("one every minute, by one browser", SECOND_DAY,
         {"gaps": {"browser": [11, 60.3, 57]}}, {"CLUSTER_RHYTHM": -15.0}),
        ("two groups and a rhythm: the group that surprises more, and the rhythm", SECOND_DAY,
         {"pace": alike(3, 8, usual=share_of_pace(8.4), value=8.4), "block": {"of": [8, 8, 8, 8], "since": HOUR},
          "gaps": {"browser": [11, 60.3, 57]}},
         {"CLUSTER_NUMBER_BLOCK": -15.0, "CLUSTER_RHYTHM": -15.0}),
    ],
)  # fmt: skip
def test_groups_are_found(who: str, when: dict[str, Any], found: dict[str, Any], expected: dict[str, float]) -> None:
    assert points(when, **found) == expected, who


@pytest.mark.parametrize(
    ("what", "leads", "elsewhere", "kind", "share", "first_seen", "is_own_way"),
    [
        ("three in five, soon after the first lead", 100, 200, "scheme", 0.62, 0.18, True),
        ("three in five, later", 100, 200, "scheme", 0.62, 0.25, False),
        ("fewer", 100, 200, "scheme", 0.55, 0.0, False),
        ("a third, from the first on, where nobody else's leads are known", 100, 90, "scheme", 0.33, 0.04, True),
        ("... later", 100, 90, "scheme", 0.33, 0.3, False),
        ("... fewer", 100, 90, "scheme", 0.27, 0.0, False),
        ("... where others' leads are known", 100, 110, "scheme", 0.33, 0.0, False),
        ("a third of the first forty, whenever they came", 40, 0, "scheme", 0.33, 0.5, True),
        ("a text that a page offers, from the first on", 100, 200, "message", 0.33, 0.04, True),
        ("... later", 100, 200, "message", 0.33, 0.3, False),
        ("a text that most bring, soon after", 100, 200, "message", 0.62, 0.18, True),
        ("... later", 100, 200, "message", 0.62, 0.25, False),
    ],
)  # fmt: skip
def test_what_is_a_forms_own_way(
    what: str, leads: int, elsewhere: int, kind: str, share: float, first_seen: float, is_own_way: bool
) -> None:
    """So many of a vendor's first leads have it, the first of them when so much of the vendor's time had passed."""
    vendor = [round(0.3 * leads), leads, leads, leads]
    when = {"everyone": [n + elsewhere for n in vendor], "vendor": vendor, "vendor_since": 10 * HOUR}
    count = round(leads * share)
    since = round((1 - first_seen) * 10 * HOUR)
    cohort = alike(round(0.3 * count), count, usual=0.002, since=since)
    if kind == "message":
        cohort |= {"text": count, "text_since": since}
    assert (points(when, **{kind: cohort}) == {}) is is_own_way, what


@pytest.mark.parametrize(
    ("what", "kind", "all_before", "before", "is_own_way"),
    [
        ("three in ten of the leads from before this week have it, half of what makes a way", "scheme", 200, 60, True),
        ("three in twenty have", "scheme", 200, 30, False),
        ("one early lead has", "scheme", 200, 1, False),
        ("one early lead of a hundred has", "scheme", 100, 1, False),
        ("... of ninety-nine, which are too few to tell", "scheme", 99, 1, True),
        ("a text that five of two hundred bring, half of what makes it a page's", "message", 200, 5, True),
        ("... that four bring", "message", 200, 4, False),
        ("... that four of ninety-nine bring", "message", 99, 4, True),
    ],
)
def test_a_way_is_what_it_was_before_this_week(
    what: str, kind: str, all_before: int, before: int, is_own_way: bool
) -> None:
    """Seven in ten of this week's eight hundred leads have it, and the vendor's first one had."""
    vendor = [20, 150, 800, 800 + all_before]
    when = {"everyone": [n + 200 for n in vendor], "vendor": vendor, "vendor_since": 20 * DAY}
    cohort = alike(20, 150, 640, 640 + before, usual=0.002, since=20 * DAY)
    if kind == "message":
        cohort |= {"text": 640 + before, "text_before": before, "text_since": 20 * DAY}
    assert (points(when, **{kind: cohort}) == {}) is is_own_way, what


@pytest.mark.parametrize("flood", [40, 60, 100, 200, 400, 1_000])
@pytest.mark.parametrize(
    ("who", "elsewhere", "leads", "had"),
    [
        ("one vendor alone, and a browser that a fifth have", 0, 200, 40),
        ("... that three in ten had but for one", 0, 200, 59),
        ("a vendor among others, and a browser that a third have", 300, 200, 66),
    ],
)
def test_a_flood_does_not_become_the_forms_own_way(who: str, elsewhere: int, leads: int, had: int, flood: int) -> None:
    """However large it grows: the value was there from the first on, and the flood alone makes it the most common."""
    before = [0, leads // 15, leads // 2, leads]
    vendor = [n + flood for n in before]
    of = [flood, had // 15 + flood, had // 2 + flood, had + flood]
    cohort = alike(*of, usual=0.05, since=20 * DAY, young=False, networks=[of[0], of[1], of[3]])
    when = {"everyone": [n + elsewhere // 3 for n in vendor[:3]] + [vendor[3] + elsewhere], "vendor": vendor,
            "vendor_since": 20 * DAY}  # fmt: skip
    kept = facts(**when, browser=cohort)
    said = cluster.judge(ON_A_DEVICE, {**kept, "v": 4})
    assert [each.code for each in said] == ["CLUSTER_USER_AGENT"]


@pytest.mark.parametrize("today", [5, 20, 60, 200, 600])
@pytest.mark.parametrize(("share", "elsewhere"), [(0.35, 0), (0.5, 0), (0.7, 300), (1.0, 0)])
def test_what_was_the_forms_own_way_stays_it_on_a_busy_day(share: float, elsewhere: int, today: int) -> None:
    vendor = [today // 4, today, today + 90, today + 200]
    of = [round(n * share) + (n == today) for n in vendor]
    cohort = alike(*of, usual=0.05, since=20 * DAY, young=False, networks=[of[0], of[1], of[3]])
    when = {"everyone": [n + elsewhere for n in vendor], "vendor": vendor, "vendor_since": 20 * DAY}
    assert cluster.judge(ON_A_DEVICE, {**facts(**when, browser=cohort), "v": 4}) == []


@pytest.mark.parametrize(
    ("what", "text", "is_own_way"),
    [
        ("the vendor's own, from the first on", {"text": 30, "text_since": 10 * HOUR}, True),
        ("the vendor's own, since an hour", {"text": 30, "text_since": HOUR}, False),
        ("other vendors' nearly alone", {"text": 4, "text_since": 10 * HOUR}, False),
        ("other vendors' alone", {}, False),
    ],
)
def test_a_pages_own_text_is_its_vendors(what: str, text: dict[str, int], is_own_way: bool) -> None:
    """Thirty leads brought it, from ten hours ago on."""
    when = {"everyone": [90, 300, 300, 300], "vendor": [30, 100, 100, 100], "vendor_since": 10 * HOUR}
    message = {"of": [10, 30, 30, 30], "since": 10 * HOUR, **text}
    assert (points(when, message=message) == {}) is is_own_way, what


@pytest.mark.parametrize("leads", [1, 2, 3, 5, 10, 30, 60, 100, 300, 1_000])
@pytest.mark.parametrize(
    ("who", "kind", "share", "cohort"),
    [
        ("everybody has first.last", "scheme", 1.0, {"usual": SCHEME("{first}.{last}")}),
        ("half of them have", "scheme", 0.5, {"usual": SCHEME("{first}.{last}")}),
        ("everybody comes by one app", "browser", 1.0, {"usual": APP, "networks": [10**4] * 3}),
        ("half of them do", "browser", 0.5, {"usual": APP, "networks": [10**4] * 3}),
        ("whole fives of seconds", "pace", 0.2, {"usual": share_of_pace(30.0), "value": 30.0}),
        ("whole seconds", "pace", 0.03, {"usual": share_of_pace(31.0), "value": 31.0}),
        ("one in ten pastes", "manner", 0.1, {"usual": 0.03, "value": "pasted"}),
        ("everybody pastes, on a form for firms", "manner", 1.0, {"usual": 0.03, "value": "pasted"}),
        ("one in twenty types without a slip", "manner", 0.05, {"usual": 0.012, "value": "flawless 4"}),
    ],
)
def test_people_pass_from_the_first_lead_on(who: str, kind: str, share: float, cohort: dict[str, Any], leads: int):
    """A lead every two minutes, of one vendor, and nobody else's."""
    when = {"everyone": [leads] * 4, "vendor": [leads] * 4, "vendor_since": 120 * leads}
    if count := round(leads * share):
        assert points(when, **{kind: alike(count, **cohort)}) == {}, who


def test_a_few_leads_are_no_group_and_more_of_them_are() -> None:
    """One scheme with five digits, since an hour, among the sixty leads of the first day."""
    scale = [sum(points(FIRST_DAY, scheme=alike(n, usual=0.002, since=HOUR)).values()) for n in (1, 2, 3, 4, 6, 8, 12)]
    assert scale[:2] == [0, 0]
    assert scale[-1] == -15.0
    assert scale == sorted(scale, reverse=True)


def test_what_other_vendors_leads_show_counts() -> None:
    """A third of a newcomer's first day has a scheme that one in a hundred has in the world, and here one in ten."""
    newcomer = {"vendor": [40, 60, 60, 60], "vendor_since": 8 * HOUR}
    alone = points({"everyone": [40, 60, 60, 60], **newcomer}, scheme=alike(12, 20, usual=0.01, since=6 * HOUR))
    cohort = alike(12, 20, usual=0.01, since=6 * HOUR, any=[30, 320, 2_020, 8_020])
    among_others = points({"everyone": BUYER, **newcomer}, scheme=cohort)
    assert alone["CLUSTER_MAILBOX_PATTERN"] < among_others.get("CLUSTER_MAILBOX_PATTERN", 0.0)


def test_a_group_is_not_its_own_past() -> None:
    """Five days of a scheme do not explain it on the sixth; a month of it does. Elsewhere one in fifty has it."""
    five_days = alike(6, 60, 300, 300, usual=0.01, since=5 * DAY, any=[10, 114, 660, 1_740])
    assert points(GROWN, scheme=five_days) == {"CLUSTER_MAILBOX_PATTERN": -15.0}
    month = alike(6, 60, 300, 1_250, usual=0.01, since=30 * DAY, any=[10, 114, 660, 2_690])
    assert points(GROWN, scheme=month) == {}


def test_one_person_again_and_again_is_no_group() -> None:
    found = facts(**SECOND_DAY, block={"of": [6, 6, 6, 6], "since": HOUR})
    assert cluster.judge(ON_A_DEVICE, found)
    assert cluster.judge(ON_A_DEVICE, {**found, "own": [6, 6, 6, 6]}) == []


def test_networks_are_a_devices_only() -> None:
    """A line with a browser has one place, and the networks of an older one may be its provider's."""
    moves = facts(**SECOND_DAY, machine=at(3, 8, 8, networks=8, since=6 * HOUR))
    assert [one.code for one in cluster.judge(ON_A_DEVICE, moves)] == ["CLUSTER_DEVICE"]
    assert cluster.judge(Lead(client=Client(ip="203.0.113.7", user_agent="x")), moves) == []


@pytest.mark.parametrize(
    ("kind", "cohort", "shown"),
    [
        ("scheme", alike(9, usual=0.002, value="{word}{digits:5}", since=HOUR), {"pattern": "{word}{digits:5}"}),
        ("manner", alike(9, 30, usual=0.012, value="flawless 4"), {"pattern": "flawless 4"}),
        ("pace", alike(9, 20, usual=0.006, value=8.4), {"seconds": 8.4}),
        ("block", {"of": [9, 9, 9, 9], "since": HOUR}, {}),
    ],
)
def test_the_evidence_names_the_value_and_the_figures(kind: str, cohort: dict[str, Any], shown: dict[str, Any]) -> None:
    [found] = cluster.judge(ON_A_DEVICE, facts(**SECOND_DAY, **{kind: cohort}))
    assert found.evidence.keys() == {"window", "size", "expected", "p"} | shown.keys()
    assert found.evidence | shown == found.evidence
    assert found.evidence["size"] > found.evidence["expected"] >= 1
    assert 0 < found.evidence["p"] < 0.01


def test_the_evidence_of_a_machine_is_how_its_people_were_put_in() -> None:
    [found] = cluster.judge(ON_A_DEVICE, facts(**SECOND_DAY, machine=at(4, 12, 12, untyped=(4, 12, 12))))
    p = found.evidence["p"]
    assert found.evidence == {"window": "day", "not_typed": 12, "people": 12, "usual_share": 0.12, "p": p}
    assert 0 < p < 1e-5
    again = at(10, 30, 30, people=[4, 12, 12, 12], untyped=(4, 12, 12))
    assert cluster.judge(ON_A_DEVICE, facts(**SECOND_DAY, machine=again))[0].evidence["people"] == 12


@pytest.mark.parametrize("kind", ["machine", "place"])
@pytest.mark.parametrize(
    ("who", "leads", "mailboxes", "phones", "people"),
    [
        ("one who sends again and again", (2, 4, 8, 9), (1, 1, 1), (1, 1, 1), [2, 2, 2, 2]),
        ("twelve who give both", (3, 6, 9, 12), (3, 6, 12), (3, 6, 12), [3, 6, 9, 12]),
        ("twelve of whom half give a mailbox and half a phone", (2, 6, 9, 12), (1, 3, 6), (1, 3, 6), [2, 6, 9, 12]),
        ("five with a mailbox, sixty leads", (9, 30, 50, 60), (3, 4, 5), (0, 0, 0), [3, 4, 5, 5]),
        ("five with a phone, sixty leads", (9, 30, 50, 60), (0, 0, 0), (3, 4, 5), [3, 4, 5, 5]),
    ],
)
def test_people_are_at_most_leads_and_at_most_contacts(
    who: str, leads: tuple[int, ...], mailboxes: tuple[int, ...], phones: tuple[int, ...], people: list[int], kind: str
) -> None:
    """Of an hour, a day, a week and a month; contacts are not counted by the week, and a month's stand for it."""
    partners = {"mailbox": Partners(*mailboxes), "phone": Partners(*phones),
                "untyped": Partners(), "network": Partners()}  # fmt: skip
    seen = {"everyone": Seen(0, *leads, NOW - DAY, NOW - 60), kind: Seen(0, *leads, NOW - DAY, NOW - 60, partners)}
    kept = cluster.from_counts(Subject(tenant="t", lead=ON_A_DEVICE, at=NOW), PORTS, seen)
    assert kept["cohorts"][kind]["people"] == people, who


COUNTS = st.lists(st.integers(0, 10**5), min_size=4, max_size=4).map(sorted)
THREE = st.lists(st.integers(0, 10**5), min_size=3, max_size=3).map(sorted)
AGE = st.integers(0, 40 * DAY)
VALUE = st.none() | st.sampled_from(["{first}.{last}", "flawless 3", 8.4])
COHORT = st.fixed_dictionaries(
    {"of": COUNTS, "any": COUNTS, "since": AGE, "young": st.booleans(), "usual": st.floats(1e-6, 1.0), "value": VALUE}
)
SPREAD = st.fixed_dictionaries({"of": COUNTS, "since": AGE, "people": COUNTS, "untyped": THREE, "networks": THREE})
GAPS = st.tuples(st.integers(6, 11), st.floats(0, 10**5), st.floats(0, 1)).map(
    lambda gaps: [gaps[0], round(gaps[1], 1), int(gaps[1] * gaps[2])]
)
ALWAYS = {"everyone": COUNTS, "vendor": COUNTS, "looked": st.integers(1, 12)}
NUMBER = st.integers(0, 10**5)
NOW_AND_THEN = {"own": COUNTS, "not_typed": NUMBER, "late": st.just(True), "clock": NUMBER}
FACTS_1 = st.fixed_dictionaries(
    {
        "v": st.just(1),
        **ALWAYS,
        "cohorts": st.dictionaries(
            st.sampled_from(["shape", "agent", "pace", "habit", "device", "nest", "block", "message"]),
            st.builds(lambda cohort, network: cohort | {"network": network}, COHORT, COUNTS),
        ),
    },
    optional={**NOW_AND_THEN, "gaps": st.dictionaries(st.sampled_from(["shape", "agent", "nest", "device"]), GAPS)},
)
FACTS_2 = st.fixed_dictionaries(
    {
        "v": st.just(2),
        **ALWAYS,
        "vendor_since": AGE,
        "cohorts": st.fixed_dictionaries(
            {},
            optional={
                **dict.fromkeys(["scheme", "pace", "block"], COHORT),
                "message": COHORT
                | st.builds(lambda cohort, n, age: {**cohort, "text": n, "text_since": age}, COHORT, NUMBER, AGE),
                "manner": COHORT | st.builds(lambda cohort, machines: cohort | {"machines": machines}, COHORT, THREE),
                "browser": st.builds(lambda cohort, spread: spread | cohort, COHORT, SPREAD),
                "machine": SPREAD,
                "place": SPREAD,
            },
        ),
    },
    optional={
        **NOW_AND_THEN,
        "staffed": st.just(True),
        "gaps": st.dictionaries(st.sampled_from(["browser", "pace"]), GAPS),
    },
)


@given(FACTS_1 | FACTS_2, st.sampled_from([Lead(), ON_A_DEVICE]))
def test_any_facts_can_be_judged(found: dict[str, Any], lead: Lead) -> None:
    said = cluster.judge(lead, found)
    codes = [one.code for one in said]
    assert set(codes) <= cluster.SIGNAL.reasons
    assert codes.count("CLUSTER_RHYTHM") <= 1
    assert len(codes) - codes.count("CLUSTER_RHYTHM") <= 1
    assert all(0 < one.scale <= 1 and 0 <= one.evidence["p"] <= 1 for one in said)
    assert cluster.judge(lead, {**found, "cohorts": dict(reversed(found["cohorts"].items()))}) == said


@given(COUNTS, st.integers(0, 400), st.sampled_from(["scheme", "browser", "pace", "manner", "block", "message"]))
def test_more_of_a_cohort_never_says_less(base: list[int], extra: int, kind: str) -> None:
    """Beside it as many other leads came, and it is too young to be the vendor's own way."""

    def scale(more: int) -> float:
        of = [n + more for n in base]
        cohort = alike(*of, usual=0.01, since=HOUR)
        when = {"everyone": [n + 900_000 for n in of], "vendor": [n + 1_000 for n in base], "vendor_since": 30 * DAY}
        return sum(one.scale for one in cluster.judge(Lead(), facts(**when, **{kind: cohort})))

    assert 0 <= scale(0) <= scale(extra) + 1e-9


@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 30), st.sampled_from(["machine", "place"]))
def test_more_who_paste_at_one_place_never_say_less(typed: int, untyped: int, more: int, kind: str) -> None:
    def scale(untyped: int) -> float:
        people = typed + untyped
        found = {kind: at(0, people, people, untyped=(0, untyped, untyped))}
        return sum(one.scale for one in cluster.judge(Lead(), facts(**GROWN, **found)))

    assert 0 <= scale(untyped) <= scale(untyped + more) + 1e-9


def test_facts_hold_what_came_before_and_no_personal_value() -> None:
    seen = {
        "everyone": Seen(8, 8, 8, 8, 8, NOW - 600, NOW - 60),
        "vendor": Seen(7, 7, 7, 7, 7, NOW - 600, NOW - 60),
        "mailbox": Seen(0, 1, 1, 1, 1, NOW - 600, NOW - 600),
        "scheme": Seen(2, 2, 2, 2, 2, NOW - 600, NOW - 60),
        "any_scheme": Seen(4, 4, 4, 4, 4, NOW - 600, NOW - 60),
        "manner": Seen(),
        "machine": Seen(3, 3, 3, 3, 3, NOW - 60, NOW - 60, {
            "mailbox": Partners(2, 2, 2, known=True), "phone": Partners(1, 1, 1), "first_word": Partners(2, 2, 2),
            "last_word": Partners(2, 2, 2), "network": Partners(1, 1, 1), "untyped": Partners(1, 1, 1),
        }),
        "pace": Seen(6, 6, 6, 6, 6, NOW - 600, NOW - 100, times=tuple(range(NOW - 600, NOW, 100))),
        "any_pace": Seen(7, 7, 7, 7, 7, NOW - 900, NOW - 100),
        "block": Seen(),
        "clock": Seen(1, 1, 1, 1, 1, NOW - 60, NOW - 60),
    }  # fmt: skip
    lead = Lead(email="an.nguyen87@gmail.com", name="An Nguyen", form=Form(fill_seconds=25.04))
    subject = Subject(tenant="t", lead=lead, scheme="{first}.{last}{digits:2}", at=NOW + 0.5)
    assert cluster.from_counts(subject, PORTS, seen) == {
        "v": 4,
        "everyone": [8, 8, 8, 8],
        "vendor": [7, 7, 7, 7],
        "vendor_since": 600,
        "own": [1, 1, 1, 1],
        "looked": 5,
        "cohorts": {
            "scheme": {
                "of": [2, 2, 2, 2],
                "since": 600,
                "any": [4, 4, 4, 4],
                "usual": round(SCHEME("{first}.{last}{digits:2}"), 6),
                "young": True,
                "value": "{first}.{last}{digits:2}",
            },
            "pace": {
                "of": [6, 6, 6, 6],
                "since": 600,
                "any": [7, 7, 7, 7],
                "usual": round(share_of_pace(25.04), 6),
                "young": True,
                "value": 25.04,
            },
            "machine": {
                "of": [3, 3, 3, 3],
                "since": 60,
                "people": [3, 3, 3, 3],  # two mailboxes and a phone
                "untyped": [1, 1, 1],
                "networks": [1, 1, 1],
                "first": True,
            },
        },
        "gaps": {"pace": [6, 100.0, 100]},
        "clock": 1,
    }


PERSON = {
    "email": "thuy.linh@gmail.com",
    "phone": "+84912840375",
    "name": "Thuy Linh Pham",
    "message": "I have seen your flat near the park and would like to visit it on Sunday",
    "client": {"ip": "203.0.113.77", "user_agent": "Tool/77", "device_id": "device-77"},
    "form": {"fill_seconds": 21.5, "keystrokes": 0, "pastes": 3, "autofills": 0},
    "source": {"vendor": "vendor-77"},
}


async def observed(leads: list[dict[str, Any]], seconds_apart: int = 60) -> tuple[Subject, dict[str, Seen]]:
    """The last of these leads, and what was counted of those before."""
    counters, found = MemoryCounters(), {}
    for n, fields in enumerate(leads):
        lead, _ = read_lead(fields, datetime.fromtimestamp(NOW, UTC))
        subject = read_subject(
            lead, tenant="t", lists=PORTS.lists, identity_key=b"k", tag=f"{n}", at=NOW + n * seconds_apart,
            default_country=None,
        )  # fmt: skip
        found = dict(await counters.observe(subject))
    return subject, found


async def test_no_value_of_a_person_is_kept() -> None:
    kept = cluster.from_counts(*with_ports(await observed([PERSON] * 9)))
    assert {"scheme", "browser", "pace", "manner", "block", "message", "machine", "place"} == kept["cohorts"].keys()
    text = json.dumps(kept).lower()
    given = ["thuy", "linh", "pham", "8491", "840375", "flat", "203.0", "tool", "device-", "vendor-77", "gmail"]
    assert [value for value in given if value in text] == []
    for counted in (kept, *kept["cohorts"].values()):  # nothing stands there that never came, and nobody else did
        assert [name for name, value in counted.items() if value in (0, [0, 0, 0, 0])] == []
    assert kept["cohorts"]["machine"]["people"] == [2, 2, 2, 2]  # of eight leads, by a mailbox and a phone
    assert kept["cohorts"]["message"]["text"] == 8


async def test_a_text_is_counted_for_each_vendor() -> None:
    """Of seven leads with one message or one like it the last vendor sent three, the first three hours ago."""

    def sent(vendor: str, end: str = "") -> dict[str, Any]:
        return {**PERSON, "message": PERSON["message"] + end, "source": {"vendor": vendor}}

    leads = [*[sent("other")] * 4, *[sent("one", "!! An")] * 3, sent("one"), sent("third")]
    mine = cluster.from_counts(*with_ports(await observed(leads[:-1], HOUR)))["cohorts"]["message"]
    assert (mine["of"][3], mine["text"], mine["text_since"]) == (7, 3, 3 * HOUR)
    thirds = cluster.from_counts(*with_ports(await observed(leads, HOUR)))["cohorts"]["message"]
    assert thirds["of"][3] == 8
    assert not {"text", "text_since"} & thirds.keys()


def persons(count: int, *, pasted: int, given: str, one_line: str) -> list[dict[str, Any]]:
    """Different people who give a mailbox, a phone or both; the last ones paste, the others type."""
    typed = {"fill_seconds": 30.0, "keystrokes": 40, "pastes": 0, "autofills": 0}
    return [
        {
            "email": f"person{n}@gmail.com" if "email" in given else None,
            "phone": f"+8491{2_000_000 + 7_000 * n}" if "phone" in given else None,
            "client": {"ip": one_line.format(n), "user_agent": f"Tool/{n}"},
            "form": {**typed, "fill_seconds": 20.0 + n}
            | ({"keystrokes": 0, "pastes": 2} if n >= count - pasted else {}),
            "source": {"vendor": f"vendor-{n}"},
        }
        for n in range(count)
    ]


@pytest.mark.parametrize(("given", "one_line"), [
    ("email", "203.0.113.7"), ("phone", "203.0.113.7"), ("email and phone", "203.0.113.7"),
    ("email", "2001:db8:1:2::{:x}"), ("phone", "2001:db8:1:2::{:x}"),
])  # fmt: skip
async def test_people_of_one_line_are_none_and_those_who_paste_there_are(given: str, one_line: str) -> None:
    """Twelve of a dormitory, whatever they give, behind one address or each with one of a subscriber's own."""

    async def line_says(pasted: int) -> tuple[list[int], list[str]]:
        subject, seen = await observed(persons(13, pasted=pasted, given=given, one_line=one_line), 600)
        kept = cluster.from_counts(subject, PORTS, seen)
        place = kept["cohorts"]["place"]
        return [place["of"][1], place["untyped"][1]], [one.code for one in cluster.judge(subject.lead, kept)]

    assert await line_says(0) == ([12, 0], [])
    assert await line_says(2) == ([12, 1], [])
    assert await line_says(13) == ([12, 12], ["CLUSTER_LINE"])


@pytest.mark.parametrize("seconds", [0.0, 0.1, 31.4, 9e4, 1e6, 86_399.9, 1e6 + 0.3])
async def test_the_rarest_time_can_be_judged(seconds: float) -> None:
    """An open tab for days: nobody else has that time, but no share is none."""
    subject, seen = await observed([{**PERSON, "form": {"fill_seconds": seconds}}] * 3)
    kept = cluster.from_counts(subject, PORTS, seen)
    assert kept["cohorts"]["pace"]["usual"] >= 1e-4
    cluster.judge(subject.lead, kept)


def with_ports(found: tuple[Subject, dict[str, Seen]]) -> tuple[Subject, Ports, dict[str, Seen]]:
    return found[0], PORTS, found[1]


@pytest.mark.parametrize(
    ("who", "channel", "machines", "staffed"),
    [
        ("an Egyptian call centre with five rooms", "call", 5, True),
        ("clerks at home, six calls each", "call", 10, True),
        ("a stand's tablet", "offline", 1, True),
        ("as many machines as leads, each elsewhere", "call", 60, False),
        ("a form on the web", "ppc", 5, False),
    ],
)
async def test_a_desk_is_judged_without_its_browser(who: str, channel: str, machines: int, staffed: bool) -> None:
    """Pasted from a list, a lead a minute, by one browser: of callers that says nothing."""
    leads = [
        {
            **PERSON,
            "email": f"p{n}@gmail.com",
            "phone": f"+8491{2_000_000 + 1_000 * n}",
            "client": {**PERSON["client"], "device_id": f"d{n % machines}", "ip": f"198.51.{n % machines}.7"},
            "source": {"vendor": "v", "channel": channel},
        }
        for n in range(60)
    ]
    found = cluster.from_counts(*with_ports(await observed(leads)))
    of_the_browser = {"browser", "pace", "manner", "machine", "place"} & found["cohorts"].keys()
    assert found.get("staffed", False) is staffed, who
    assert bool(of_the_browser) is ("gaps" in found) is not staffed, who


def test_leads_that_come_late_have_no_rhythm() -> None:
    seen = {
        "everyone": Seen(9, 9, 9, 9, 9, NOW - 600, NOW - 60),
        "pace": Seen(9, 9, 9, 9, 9, NOW - 600, NOW - 60, times=tuple(range(NOW - 600, NOW, 60))),
    }
    sent = Lead(phone="1", submitted_at="2026-11-23T01:00:00.000Z", form=Form(fill_seconds=8.4))
    late = cluster.from_counts(Subject(tenant="t", lead=sent, at=NOW), PORTS, seen)
    live_lead = Lead(phone="1", form=Form(fill_seconds=8.4))
    live = cluster.from_counts(Subject(tenant="t", lead=live_lead, at=NOW), PORTS, seen)
    assert late is not None
    assert live is not None
    assert (late["late"], "gaps" in late) == (True, False)
    assert [one.code for one in cluster.judge(Lead(), live)] == ["CLUSTER_RHYTHM"]
    assert cluster.judge(Lead(), late) == []


def facts_1(
    everyone: list[int], vendor: list[int], gaps: dict[str, Any] | None = None, **cohorts: Any
) -> dict[str, Any]:
    """Facts of version 1, as records of up to 0.4 hold them. Counts are of an hour, a day, a week and a month."""
    return {
        "v": 1,
        "everyone": everyone,
        "vendor": vendor,
        "looked": 6,
        "cohorts": {kind: {"since": 30 * DAY, **cohort} for kind, cohort in cohorts.items()},
        "gaps": gaps or {},
    }


def points_1(**found: Any) -> dict[str, float]:
    said = cluster.judge(Lead(), facts_1(**found))
    return {one.code: round(CATALOGUE[one.code].points * one.scale, 1) for one in said}


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
def test_people_pass_in_records_of_version_1(who: str, found: dict[str, Any]) -> None:
    said = points_1(everyone=BUYER, vendor=VENDOR, **found)
    assert sum(said.values()) >= -3.0, (who, said)


def test_a_television_spot_is_more_of_everything_in_records_of_version_1() -> None:
    """Ten times a vendor's usual hour, of the usual kinds of people."""
    said = points_1(
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
def test_groups_are_found_in_records_of_version_1(who: str, found: dict[str, Any], code: str, at_least: float) -> None:
    said = points_1(everyone=BUYER, vendor=VENDOR, **found)
    assert list(said) == [code], who
    assert -15.0 <= said[code] <= -at_least, who


def test_a_new_vendor_may_have_people_of_its_own_in_records_of_version_1() -> None:
    """Half of a newcomer's first forty have one pattern, which one in ten has elsewhere: weaker than for an old one."""
    cohort = {"of": [18, 18, 18, 18], "any": [40, 320, 2_020, 8_020], "since": HOUR}
    new = points_1(everyone=BUYER, vendor=NEWCOMER, shape=cohort)
    old = points_1(everyone=BUYER, vendor=[40, 320, 2_020, 8_020], shape=cohort)
    assert old["CLUSTER_MAILBOX_PATTERN"] < new.get("CLUSTER_MAILBOX_PATTERN", 0.0)


def test_one_person_again_and_again_is_no_group_in_records_of_version_1() -> None:
    found = facts_1(everyone=BUYER, vendor=VENDOR, block={"of": [6, 6, 6, 6], "since": HOUR})
    assert cluster.judge(Lead(), found)
    assert cluster.judge(Lead(), {**found, "own": [6, 6, 6, 6]}) == []


def test_the_evidence_names_the_pattern_and_the_figures_in_records_of_version_1() -> None:
    cohort = {"of": [15, 60, 60, 60], "any": [16, 66, 100, 220], "since": DAY, "value": r"[a-z]{5}\d{4}@free"}
    (found,) = cluster.judge(Lead(), facts_1(everyone=BUYER, vendor=VENDOR, shape=cohort))
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
def test_more_of_a_cohort_never_says_less_in_records_of_version_1(base: list[int], extra: int, kind: str) -> None:
    def scale(more: int) -> float:
        of = [n + more for n in base]
        cohort = {"of": of, "any": [n + 900 for n in of], "network": [n + 50 for n in base], "young": False}
        found = facts_1(everyone=[n + 90_000 for n in of], vendor=[n + 1_000 for n in base], **{kind: cohort})
        return sum(one.scale for one in cluster.judge(Lead(), found))

    assert 0 <= scale(0) <= scale(extra) + 1e-9


def test_in_records_of_version_1_the_same_is_said_in_whatever_order_groups_were_found() -> None:
    """A record keeps its facts in an order of its own, and a replay of it is identical."""
    groups = {
        "block": {"of": [30, 30, 30, 30], "since": HOUR},
        "habit": {"of": [39, 39, 39, 39], "any": [39, 39, 39, 39]},
    }
    gaps = {"pace": [11, 60.0, 60], "device": [11, 60.0, 60]}
    there = cluster.judge(Lead(), facts_1(BUYER, NEWCOMER, gaps, **groups))
    turned = [dict(reversed(each.items())) for each in (gaps, groups)]
    back = cluster.judge(Lead(), facts_1(BUYER, NEWCOMER, turned[0], **turned[1]))
    assert len({found.scale for found in there if found.code != "CLUSTER_RHYTHM"}) == 1
    assert there == back


@pytest.mark.parametrize(
    ("vendor", "is_judged"),
    [
        (Seen(0, 40, 40, 40, 40, NOW - 5 * DAY, NOW - 60), True),
        (Seen(0, 5, 40, 40, 40, NOW - 5 * DAY, NOW - 60), False),  # fewer leads than a part of them
        (Seen(0, 40, 40, 40, 40, NOW - DAY, NOW - 60), False),  # younger than a part of them
        (Seen(0, 40, 40, 40, 40, NOW - 5 * DAY + 200, NOW - 60), True),
        (Seen(0, 40, 40, 40, 40, NOW - 33 * DAY, NOW - 60), True),
    ],
)
def test_a_cohort_is_held_against_what_it_is_a_part_of(vendor: Seen, is_judged: bool) -> None:
    """Whose counts were forgotten begins anew, and its parts do not."""
    first = NOW - 40 * DAY if vendor.first < NOW - 30 * DAY else NOW - 5 * DAY
    seen = {
        "everyone": Seen(99, 99, 99, 99, 99, NOW - 60 * DAY, NOW - 60),
        "vendor": vendor,
        "scheme": Seen(0, 6, 6, 6, 6, first, NOW - 60),
        "any_scheme": Seen(0, 6, 6, 6, 6, first, NOW - 60),
    }
    subject = Subject(tenant="t", lead=Lead(email="an.nguyen87@gmail.com"), scheme="{first}{digits:2}", at=NOW + 0.5)
    found = cluster.from_counts(subject, PORTS, seen)
    assert found is not None
    assert ("scheme" in found["cohorts"], found["looked"]) == (is_judged, int(is_judged))


BY_ONE_BROWSER = {"client": {"user_agent": PERSON["client"]["user_agent"]}, "source": {"vendor": "v"}}


async def said_of(times: list[float], *, told: bool = True) -> list[str]:
    """The rhythms that are found in leads of one browser at these times, which they tell as in a file or do not."""
    counters, said = MemoryCounters(), []
    for n, second in enumerate(times):
        moment = datetime.fromtimestamp(second, UTC)
        fields = BY_ONE_BROWSER | {"email": f"person{n}@gmail.com"}
        lead, _ = read_lead(fields | ({"submitted_at": moment.isoformat()} if told else {}), moment)
        subject = read_subject(
            lead, tenant="t", lists=PORTS.lists, identity_key=b"k", tag=f"{n}", at=second, default_country=None
        )
        facts = facts_from_counts(subject, PORTS, await counters.observe(subject))["cluster"]
        assert facts is not None
        said += [found.code for found in cluster.judge(lead, cast("Any", facts)) if found.code == "CLUSTER_RHYTHM"]
    return said


MIDNIGHT = NOW // DAY * DAY


@pytest.mark.parametrize(
    ("who", "times"),
    [
        ("a lead a day, as dates", [MIDNIGHT + n * DAY for n in range(14)]),
        ("as midnights of Viet Nam", [MIDNIGHT - 7 * HOUR + n * DAY for n in range(14)]),
        ("as midnights of Nepal", [MIDNIGHT - 20_700 + n * DAY for n in range(14)]),
        ("a lead each night, at the time of the import", [MIDNIGHT + 10_807 + n * DAY for n in range(14)]),
        ("callbacks in each free slot of a quarter", [MIDNIGHT + 9 * HOUR + n * 900 for n in range(14)]),
        ("one in each hour, as whole hours", [MIDNIGHT + n * HOUR for n in range(14)]),
        ("a minute each, of a busy form, in whole minutes", [MIDNIGHT + 60 * n for n in (1, 2, 3, 4, 5, 6, 7, 8)]),
        ("a few minutes each, in whole minutes", [MIDNIGHT + 60 * n for n in (1, 3, 4, 6, 7, 9, 11, 12, 14, 15, 17)]),
    ],
)
async def test_rounded_times_keep_no_rhythm(who: str, times: list[float]) -> None:
    assert await said_of(times) == [], who


@pytest.mark.parametrize(
    ("what", "times", "told"),
    [
        ("every five minutes, in whole minutes", [MIDNIGHT + HOUR + 240 + n * 300 for n in range(14)], True),
        ("every minute, in whole minutes", [MIDNIGHT + HOUR + 60 * n for n in range(14)], True),
        ("every 47 seconds", [MIDNIGHT + HOUR + 47 * n for n in range(14)], True),
        ("every quarter, at no round time", [MIDNIGHT + HOUR + 37 + 900 * n for n in range(14)], True),
        ("live at whole minutes, by our own clock", [MIDNIGHT + HOUR + 60 * n for n in range(14)], False),
        ("live at whole quarters", [MIDNIGHT + 900 * n for n in range(14)], False),
    ],
)
async def test_a_machines_rhythm_is_told_in_rounded_times_too(what: str, times: list[float], told: bool) -> None:
    assert await said_of(times, told=told), what
