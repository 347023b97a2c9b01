"""Counters in memory forget the oldest identities when there are too many."""

from __future__ import annotations

from fraudcheck.adapters.memory_counters import MemoryCounters
from fraudcheck.counting.windows import SETTLED_AFTER, Seen
from tests.adapters.counted import MONTH, NOW, lead, seen, token


async def test_memory_forgets_the_oldest_identities() -> None:
    counters = MemoryCounters(max_times=3)
    for n in range(4):
        await counters.observe(lead(f"{n}", block=f"a{n}"))
    assert await counters.observe(lead("5", block="a3")) == {"block": seen(1)}
    assert await counters.observe(lead("6", block="a0")) == {"block": Seen()}


async def test_memory_drops_what_no_window_holds() -> None:
    counters = MemoryCounters()
    for n in range(50):
        await counters.observe(lead(f"{n}", NOW + n, ip=f"a{n}"))
    await counters.observe(lead("future", NOW + 2 * MONTH, ip="b1"))
    assert len(counters._identities) == 51  # one clock that is wrong makes nothing forgotten
    for n in range(SETTLED_AFTER):
        await counters.observe(lead(f"late {n}", NOW + 2 * MONTH, ip="b1"))
    assert list(counters._identities) == [("default", "ip", token("ipb1"))]


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
    counters = MemoryCounters()
    await counters.observe(lead("future", NOW + 120 * MONTH))
    for n in range(2 * SETTLED_AFTER):
        await counters.observe(lead(f"{n}", NOW + 60 * n))
    assert len(counters._results) <= SETTLED_AFTER + 2
