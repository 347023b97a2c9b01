"""Counters in memory forget the oldest identities when there are too many."""

from __future__ import annotations

from fraudcheck.adapters.memory_counters import MemoryCounters
from fraudcheck.counting.windows import FORGET_AFTER, FORGET_SOONER, SETTLED_AFTER, Seen
from tests.adapters.counted import MONTH, NOW, lead, seen, token


async def test_memory_forgets_the_oldest_identities() -> None:
    counters = MemoryCounters(max_times=3)
    for n in range(4):
        await counters.observe(lead(f"{n}", block=f"a{n}"))
    assert await counters.observe(lead("5", block="a3")) == {"block": seen(1)}
    assert await counters.observe(lead("6", block="a0")) == {"block": Seen()}


async def test_memory_drops_what_no_window_holds() -> None:
    """By its own clock: whatever the leads' clocks say, what came just now is kept."""
    now = 0.0
    counters = MemoryCounters(clock=lambda: now)
    for n in range(50):
        await counters.observe(lead(f"{n}", NOW + n, ip=f"a{n}", body=f"b{n}"))
    for n in range(SETTLED_AFTER + 1):
        await counters.observe(lead(f"future {n}", NOW + 2 * MONTH, ip="b1"))
    assert len(counters._identities) == 101
    now = FORGET_AFTER - 1.0
    await counters.observe(lead("kept", NOW + 2 * MONTH, ip="a49"))
    now = 1.0 * FORGET_AFTER
    await counters.observe(lead("last", NOW + 2 * MONTH, ip="b1"))
    assert list(counters._identities) == [("default", "ip", token(f"ip{each}")) for each in ("a49", "b1")]


async def test_memory_forgets_some_kinds_sooner() -> None:
    now = 0.0
    counters = MemoryCounters(clock=lambda: now)
    await counters.observe(lead("1", body="b1"))
    now = FORGET_SOONER["body"] - 1.0
    assert await counters.observe(lead("2", body="b1")) == {"body": seen(1)}
    now += FORGET_SOONER["body"]
    assert await counters.observe(lead("3", body="b1")) == {"body": Seen()}
    assert counters._times_kept == 1


async def test_partners_take_room_also_of_what_was_seen_once() -> None:
    """Of an identity that was seen once only the first lead is kept; its partners count as times all the same."""
    counters = MemoryCounters()
    sizes = []
    for n in range(3):
        await counters.observe(lead(f"{n}", NOW + n, name=f"n{n}", ip="i1", phone="p1"))
        sizes.append(counters._identities["default", "phone", token("phonep1")].size())
        assert counters._times_kept == sum(each.size() for each in counters._identities.values())
    assert sizes == [3, 5, 7]  # one address, and for each lead its time and its name


async def test_a_lead_from_the_future_is_not_remembered_for_years() -> None:
    now = 0.0
    counters = MemoryCounters(clock=lambda: now)
    await counters.observe(lead("future", NOW + 120 * MONTH))
    now = 60.0
    assert await counters.observe(lead("next", NOW)) == {"block": Seen()}
    assert list(counters._results) == [("default", "next")]
