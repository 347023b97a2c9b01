"""How long is an answer waited for, where this process itself may be the one that is late?"""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop, Timeout
from types import TracebackType

_PARTS = 16  # a reply that has arrived takes the event loop some turns to be handed on, in a cluster a few more


class patience:  # noqa: N801 - as asyncio.timeout
    """As ``asyncio.timeout``, by a clock that stands still while the event loop is late. Raises TimeoutError.

    A busy loop fires its timers before it looks whether anything has arrived, so that it would call others late for
    what is its own fault. Here the time passes in parts, and the loop looks at least once in each of them. On an idle
    loop it takes the seconds that were given, and up to a sixteenth more; on a busy one each part may take as long as
    one turn of the loop. All who wait for the same number of seconds share a clock, so that waiting costs no timer.
    """

    __slots__ = ("_limit", "_seconds", "_waiting")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._limit = asyncio.timeout(None)

    async def __aenter__(self) -> None:
        await self._limit.__aenter__()
        loop = asyncio.get_running_loop()
        clock = _clocks.get((loop, self._seconds)) or _Clock(loop, self._seconds)
        self._waiting = clock.waiting
        self._waiting[self._limit] = clock.ticks + _PARTS + 1  # as the next tick may be due already

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._waiting.pop(self._limit, None)
        await self._limit.__aexit__(kind, problem, traceback)


class _Clock:
    """Ticks on a loop, a part of so many seconds at a time, while anybody waits for these."""

    def __init__(self, loop: AbstractEventLoop, seconds: float) -> None:
        for key in [key for key in _clocks if key[0].is_closed()]:
            del _clocks[key]
        _clocks[loop, seconds] = self
        self.ticks = 0
        self.waiting: dict[Timeout, int] = {}  # up to which tick; as all wait equally long, who ends first is first
        self._loop = loop
        self._seconds = seconds
        loop.call_later(seconds / _PARTS, self._tick)

    def _tick(self) -> None:
        self.ticks += 1
        while self.waiting:
            limit, last = next(iter(self.waiting.items()))
            if last > self.ticks:
                break
            del self.waiting[limit]
            limit.reschedule(self._loop.time())
        if self.waiting:
            self._loop.call_later(self._seconds / _PARTS, self._tick)
        else:
            del _clocks[self._loop, self._seconds]


_clocks: dict[tuple[AbstractEventLoop, float], _Clock] = {}
