"""What is said of a lead whose time is a day: nothing of shorter windows, and of the day no less than of others."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from fraudcheck.adapters.memory_counters import MemoryCounters
from fraudcheck.counting.windows import Partners, Seen
from fraudcheck.fields.submission import seconds_under_way
from fraudcheck.intake.identities import read_subject
from fraudcheck.intake.lead import read_lead
from fraudcheck.pipeline.gather import facts_from_counts
from fraudcheck.ports import Ports
from fraudcheck.ports.lists import Lists
from fraudcheck.reasons import CATALOGUE
from fraudcheck.signals import velocity

DAY, HOUR = 86_400, 3_600
MIDNIGHT = 20_780 * DAY
PORTS = Ports(lists=Lists(), mail_routes=None, counters=None)


@pytest.mark.parametrize(
    ("told", "at", "under_way"),
    [
        (MIDNIGHT + 1, MIDNIGHT + 7 * HOUR, 7 * HOUR - 1),
        (MIDNIGHT + 1, MIDNIGHT - HOUR, -HOUR - 1),
        (MIDNIGHT, MIDNIGHT + 36 * HOUR, 0),  # the day's end where it ends last
        (MIDNIGHT, MIDNIGHT + 62 * HOUR, 26 * HOUR),
        (MIDNIGHT, MIDNIGHT - 14 * HOUR, 0),  # where it begins first
        (MIDNIGHT, MIDNIGHT - 15 * HOUR, -HOUR),
    ],
)
def test_a_day_is_over_when_it_is_over_everywhere(told: float, at: float, under_way: int) -> None:
    assert seconds_under_way(told, at) == under_way


def test_counts_by_day_leave_out_what_is_shorter() -> None:
    partners = {"mailbox": Partners(5, 9, 30, known=True)}
    before = Seen(5, 5, 9, 20, 40, MIDNIGHT - 20 * DAY, MIDNIGHT, partners, (MIDNIGHT,))
    first, last = MIDNIGHT - 21 * DAY + 1, MIDNIGHT - DAY + 1
    assert before.by_day(MIDNIGHT) == Seen(
        0, 0, 5, 20, 40, first, last, {"mailbox": Partners(0, 5, 30, known=True)}
    )  # that day's, for the window of a day reaches to the midnight before
    assert before.by_day(MIDNIGHT + 17 * HOUR) == Seen(
        0, 0, 9, 20, 40, first, last, {"mailbox": Partners(0, 9, 30, known=True)}
    )
    assert Seen().by_day(MIDNIGHT) == Seen()


async def points(leads: list[tuple[float, str | None, dict[str, Any]]]) -> dict[str, float]:
    """What is said of the last of these leads; each has the second at which it is counted, and what it tells of it."""
    counters, found = MemoryCounters(), []
    for n, (at, told, fields) in enumerate(leads):
        raw = {"email": f"person{n}@gmail.com", "phone": f"+491512{n:07}", "name": f"Person{n} Nr{n}"} | fields
        lead, _ = read_lead(raw | {"submitted_at": told}, datetime.fromtimestamp(at, UTC))
        subject = read_subject(
            lead, tenant="t", lists=Lists(), identity_key=b"k", tag=f"{n}", at=at, default_country=None,
            body=f"{hash(str(raw))}",
        )  # fmt: skip
        facts: Any = facts_from_counts(subject, PORTS, await counters.observe(subject))["velocity"]
        found = velocity.judge(lead, facts)
    return {each.code: round(CATALOGUE[each.code].points * each.scale, 1) for each in found}


LINE = {"client": {"ip": "62.4.5.6"}}
DEVICE = {"client": {"ip": "62.4.5.6", "device_id": "d"}}
SAME = {"email": "a@gmail.com", "phone": "+4915123456789", "name": "A B"}


def days(*counts: int, fields: dict[str, Any], at: float = 0) -> list[tuple[float, str | None, dict[str, Any]]]:
    """So many leads on each day, all at one time of it."""
    return [
        (second, datetime.fromtimestamp(second, UTC).isoformat(), fields)
        for day, count in enumerate(counts)
        for second in [MIDNIGHT + day * DAY + at] * count
    ]


@pytest.mark.parametrize("at", [0, 17 * HOUR, 18.5 * HOUR], ids=["dates", "of Viet Nam", "of India"])
@pytest.mark.parametrize(
    ("who", "counts", "fields", "said"),
    [
        ("an office with twenty a day", [20] * 8, LINE, {}),
        ("the same lead twice a day", [2], SAME, {"LEAD_SEEN_BEFORE": 0.0}),
        ("a farm of a hundred at one address", [400], LINE, {"IP_BURST": -8.0}),
        ("forty strangers on a device", [40], DEVICE, {"DEVICE_SHARED": -15.0}),
    ],
)
async def test_in_a_file_of_dates(
    who: str, counts: list[int], fields: dict[str, Any], said: dict[str, float], at: float
) -> None:
    found = await points(days(*counts, fields=fields, at=at))
    assert {code: found.get(code) for code in said} == said, who
    if not said:
        assert found == {}, who
    assert not found.keys() & {"DEVICE_SHARED_BRIEF", "LEAD_RESUBMITTED", "LEAD_STALE", "LEAD_FROM_FUTURE"}, who


async def test_who_sends_midnights_live_gains_nothing() -> None:
    """A live lead is counted when it comes."""
    for told in (None, "2026-11-23", "2026-11-23T17:00:00Z"):
        live = [(MIDNIGHT + 60.0 * n + 7, told, LINE) for n in range(60)]
        assert (await points(live))["IP_BURST"] == -7.9
