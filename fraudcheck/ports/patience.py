"""How long is an answer waited for, where this process itself may be the one that is late?"""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop, CancelledError, Task
from types import TracebackType
from typing import Any

_PARTS = 16  # a reply that has arrived takes the event loop some turns to be handed on, in a cluster a few more


class patience:  # noqa: N801 - as asyncio.timeout
    """As ``asyncio.timeout``, by a clock that stands still while the event loop is late. Raises TimeoutError.

    A busy loop fires its timers before it looks whether anything has arrived, so that it would call others late for
    what is its own fault. Here the time passes in parts, and the loop looks at least once in each of them. On an idle
    loop it takes the seconds that were given, and up to a sixteenth more; on a busy one each part may take as long as
    one turn of the loop. All who wait for the same number of seconds share a clock, so that waiting costs no timer,
    and ``with`` is enough: nothing is awaited at its begin or end.
    """

    __slots__ = ("_cancelling", "_ended", "_seconds", "_task", "_waiting")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        assert task is not None  # noqa: S101 - for the type checker: only a task can wait
        self._task: Task[Any] | None = task
        self._cancelling = task.cancelling()
        self._ended = False
        clock = _clocks.get((loop, self._seconds)) or _Clock(loop, self._seconds)
        self._waiting = clock.waiting
        self._waiting[self] = clock.ticks + _PARTS + 1  # as the next tick may be due already

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._waiting.pop(self, None)
        task, self._task = self._task, None
        if self._ended and task is not None and task.uncancel() <= self._cancelling and kind is CancelledError:
            raise TimeoutError from problem

    def end(self) -> None:
        """The time is up, if it is still waited."""
        if self._task is not None:
            self._ended = True
            self._task.cancel()


class _Clock:
    """Ticks on a loop, a part of so many seconds at a time, while anybody waits for these."""

    def __init__(self, loop: AbstractEventLoop, seconds: float) -> None:
        for key in [key for key in _clocks if key[0].is_closed()]:
            del _clocks[key]
        _clocks[loop, seconds] = self
        self.ticks = 0
        self.waiting: dict[patience, int] = {}  # up to which tick; as all wait equally long, who ends first is first
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
            self._loop.call_soon(limit.end)  # after one more look
        if self.waiting:
            self._loop.call_later(self._seconds / _PARTS, self._tick)
        else:
            del _clocks[self._loop, self._seconds]


_clocks: dict[tuple[AbstractEventLoop, float], _Clock] = {}
