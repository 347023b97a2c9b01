"""Who may look something up now? A bound on look-ups at one time that no crowd of slow ones can close."""

from __future__ import annotations

import asyncio
from asyncio import Future, Task, TimerHandle
from collections import deque
from typing import Any, cast

_TICK = 0.02  # seconds: a busy process may not get to its answers for longer, which is no fault of those that wait


class QueueFull(Exception):
    """There are too many look-ups at one time, and too many that wait."""


class AdmissionQueue:
    """At most ``most`` tasks at a time, ``line`` more waiting.

    A task that has had ``grace`` seconds gives way: it is cancelled as soon as another waits for its place. What
    answers at all answers within that time, so that ten thousand look-ups of silent servers hold nobody up for
    longer. Of those that wait the newest goes first, for the older ones' callers are about to give up.
    ``displaced`` counts those that gave way, ``refused`` those that waited in vain.
    """

    def __init__(self, most: int, line: int = 1000, grace: float = 0.1) -> None:
        self.displaced = 0
        self.refused = 0
        self._most = most
        self._line = line
        self._grace = grace
        self._running: dict[Task[Any], float] = {}  # in the order in which they started
        self._waiting: deque[Future[None]] = deque()
        self._timer: TimerHandle | None = None
        self._looked, self._passed = 0.0, 0.0

    def __len__(self) -> int:
        return len(self._running)

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._waiting)

    async def enter(self) -> None:
        """Take a place for the task that calls, until it leaves. Raises Full when too many came after it."""
        loop = asyncio.get_running_loop()
        while len(self._running) >= self._most:
            if not self._displace(self._now(loop)):
                await self._wait(loop)
        self._running[cast("Task[Any]", asyncio.current_task())] = self._now(loop)

    def leave(self) -> None:
        """Give the place back; a task without one may call this too."""
        task = asyncio.current_task()
        if task is not None and self._running.pop(task, None) is not None:
            self._wake()

    async def _wait(self, loop: asyncio.AbstractEventLoop) -> None:
        if len(self._waiting) >= self._line:
            self._waiting.popleft().set_exception(QueueFull())
            self.refused += 1
        place: Future[None] = loop.create_future()
        self._waiting.append(place)
        self._watch(loop)
        try:
            await place
        except asyncio.CancelledError:
            if place in self._waiting:
                self._waiting.remove(place)
            elif not place.cancelled() and place.exception() is None:
                self._wake()  # it had been given a place
            raise

    def _now(self, loop: asyncio.AbstractEventLoop) -> float:
        """Seconds that have passed in which the process looked what had arrived."""
        now = loop.time()
        self._passed += min(now - self._looked, _TICK)
        self._looked = now
        return self._passed

    def _displace(self, now: float) -> bool:
        """Cancel the task that has run longest, where it has had its time."""
        oldest = next(iter(self._running), None)
        if oldest is None or now - self._running[oldest] < self._grace:
            return False
        del self._running[oldest]
        oldest.cancel()
        self.displaced += 1
        return True

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """See to it that someone looks again soon whether the oldest has had its time."""
        if self._timer is None and self._waiting:
            self._timer = loop.call_later(min(_TICK, self._grace), self._turn, loop)

    def _turn(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now = self._now(loop)
        for _ in range(len(self._waiting)):
            if not self._displace(now):
                break
            self._wake()
        self._watch(loop)

    def _wake(self) -> None:
        while self._waiting:
            place = self._waiting.pop()
            if not place.done():  # else its task was cancelled, and is about to take it back itself
                place.set_result(None)
                return
