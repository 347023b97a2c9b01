"""What share of the service do readers get? Two at a time, in small pieces, so that no lead waits for a listing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from time import perf_counter
from typing import TypeVar

_AT_ONCE = 2
"""Readers that are served at one time."""
_WAITING = 64
"""Readers that may wait for that."""
_CALLS_PER_KEY = 16
"""Readers of one key, waiting or served, so that one key leaves room for the others."""
_PIECE = 4
"""Items that are made at a time, which takes less than a millisecond: threads share Python's one lock."""

_T = TypeVar("_T")
_Item = TypeVar("_Item")


class Crowded(Exception):
    """Too many readers at one time. ``own`` if those of the caller's own key are too many."""

    def __init__(self, own: bool) -> None:
        self.own = own


class Readers:
    """Serves readers in turn, and makes their answers in a thread of its own."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._calls: Counter[str] = Counter()
        self._thread = ThreadPoolExecutor(1, "reader")

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncIterator[None]:
        """Wait for a turn, and hold it. ``key`` is the id of the caller's key, if any. Raises Crowded."""
        if key and self._calls[key] >= _CALLS_PER_KEY:
            raise Crowded(own=True)
        if self._calls.total() >= _AT_ONCE + _WAITING:
            raise Crowded(own=False)
        self._calls[key] += 1
        try:
            await self._turns.acquire()
            start = perf_counter()
            try:
                yield
            finally:  # the turn is free after as long again, so that readers take half of what they could
                asyncio.get_running_loop().call_later(perf_counter() - start, self._turns.release)
        finally:
            self._calls[key] -= 1
            if not self._calls[key]:
                del self._calls[key]

    async def make(self, work: Callable[[], _T]) -> _T:
        """Call ``work`` in the thread: one piece of an answer."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def make_each(self, work: Callable[[_Item], _T], items: Sequence[_Item]) -> list[_T]:
        """Call ``work`` for each item, a few at a time. It pauses as long as it works, so that others come in."""
        made: list[_T] = []
        for first in range(0, len(items), _PIECE):
            start = perf_counter()
            made += await self.make(lambda first=first: [work(item) for item in items[first : first + _PIECE]])  # type: ignore[misc]
            await asyncio.sleep(perf_counter() - start)
        return made

    def close(self) -> None:
        """End the thread, without waiting for it."""
        self._thread.shutdown(wait=False, cancel_futures=True)
