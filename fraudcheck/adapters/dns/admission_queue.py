"""Which DNS look-ups may run now? A limited number at one time, such that slow ones cannot keep all places."""

from __future__ import annotations

import asyncio
from asyncio import Future, Task, TimerHandle
from collections import deque
from typing import Any, cast

_TICK = 0.02  # seconds: the most that one look at the clock counts, and the time between two looks while tasks wait


class QueueFull(Exception):
    """The caller waited for a place, and too many others came to wait after it."""


class AdmissionQueue:
    """Lets at most ``max_running`` tasks run at one time, and at most ``max_waiting`` more wait for a place.

    A running task keeps its place for ``grace`` seconds. After that it is cancelled as soon as another task waits for
    a place. A server that answers at all answers within the grace, so that ten thousand look-ups of silent servers
    delay nobody for longer than it.

    The place goes to the task that came last (last in, first out): the callers of older ones are about to give up.
    For the same reason, when ``max_waiting`` is exceeded, the task that has waited longest is refused.

    ``displaced`` counts running tasks that were cancelled, ``refused`` waiting tasks that got ``QueueFull``.
    """

    def __init__(self, max_running: int, max_waiting: int = 1000, grace: float = 0.1) -> None:
        self.displaced = 0
        self.refused = 0
        self._max_running = max_running
        self._max_waiting = max_waiting
        self._grace = grace
        self._started_at: dict[Task[Any], float] = {}  # running tasks, the oldest first
        self._waiting: deque[Future[None]] = deque()  # the oldest first
        self._timer: TimerHandle | None = None
        self._last_look = 0.0  # by the event loop's clock
        self._elapsed = 0.0

    def __len__(self) -> int:
        """How many tasks are running."""
        return len(self._started_at)

    @property
    def waiting(self) -> int:
        """How many tasks are waiting for a place."""
        return len(self._waiting)

    async def enter(self) -> None:
        """Wait for a place; the calling task has it until it calls ``leave``. Raises QueueFull."""
        loop = asyncio.get_running_loop()
        while len(self._started_at) >= self._max_running:
            if not self._displace_oldest(self._elapsed_seconds(loop)):
                await self._wait_for_place(loop)
        self._started_at[cast("Task[Any]", asyncio.current_task())] = self._elapsed_seconds(loop)

    def leave(self) -> None:
        """Give the calling task's place back. Does nothing when the task has none."""
        task = asyncio.current_task()
        if task is not None and self._started_at.pop(task, None) is not None:
            self._wake_newest()

    async def _wait_for_place(self, loop: asyncio.AbstractEventLoop) -> None:
        if len(self._waiting) >= self._max_waiting:
            self._waiting.popleft().set_exception(QueueFull())
            self.refused += 1
        place: Future[None] = loop.create_future()
        self._waiting.append(place)
        self._set_timer(loop)
        try:
            await place
        except asyncio.CancelledError:
            if place in self._waiting:
                self._waiting.remove(place)
            elif not place.cancelled() and place.exception() is None:
                self._wake_newest()  # this task had just been given a place: pass it on
            raise

    def _elapsed_seconds(self, loop: asyncio.AbstractEventLoop) -> float:
        """Elapsed seconds, counting at most one tick per look, so that a stalled event loop does not use up a task's
        grace.
        """
        now = loop.time()
        self._elapsed += min(now - self._last_look, _TICK)
        self._last_look = now
        return self._elapsed

    def _displace_oldest(self, now: float) -> bool:
        """Cancel the task that has run longest, if its grace is over. Returns whether it was."""
        oldest = next(iter(self._started_at), None)
        if oldest is None or now - self._started_at[oldest] < self._grace:
            return False
        del self._started_at[oldest]
        oldest.cancel()
        self.displaced += 1
        return True

    def _set_timer(self, loop: asyncio.AbstractEventLoop) -> None:
        """While tasks wait, look again soon whether the grace of the oldest running task is over."""
        if self._timer is None and self._waiting:
            self._timer = loop.call_later(min(_TICK, self._grace), self._on_timer, loop)

    def _on_timer(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now = self._elapsed_seconds(loop)
        for _ in range(len(self._waiting)):
            if not self._displace_oldest(now):
                break
            self._wake_newest()
        self._set_timer(loop)

    def _wake_newest(self) -> None:
        while self._waiting:
            place = self._waiting.pop()
            if not place.done():  # done: its task was cancelled, and has not yet removed it
                place.set_result(None)
                return
