"""Counters in memory forget the oldest identities when there are too many."""

from __future__ import annotations

from fraudcheck.adapters.memory_counters import MemoryCounters
from fraudcheck.counting.windows import Seen
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
    await counters.observe(lead("late", NOW + 2 * MONTH, ip="b1"))
    assert list(counters._identities) == [("default", "ip", token("ipb1"))]
