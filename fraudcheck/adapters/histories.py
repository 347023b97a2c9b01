"""What does the ledger know of a lead's mailbox and phone? Checks that wait at the same time share one question to it.

A check waits for its answer beside the DNS and the counts, and no longer than for these.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import islice
from time import monotonic

from fraudcheck.ports import Unavailable
from fraudcheck.ports.history import Question
from fraudcheck.ports.ledger import Ledger
from fraudcheck.records import Facts

AT_ONCE = 128
"""Checks that share a question at most."""
SLOW, PAUSE = 0.1, 1.0
"""Seconds of waiting for the ledger after which nobody joins those who wait, and seconds of rest after a failure: so a
ledger that is down or slow costs few checks their time."""


class LedgerHistories:
    """``ports.history.Histories`` of a ledger. ``clock`` gives monotonic seconds."""

    def __init__(self, ledger: Ledger, clock: Callable[[], float] = monotonic) -> None:
        self._ledger = ledger
        self._clock = clock
        self._waiting: dict[asyncio.Future[Facts], Question] = {}
        self._asking: asyncio.Task[None] | None = None
        self._asked_at: float | None = None  # None while no question is under way
        self._rests_until = 0.0

    def look_up(self, question: Question) -> asyncio.Future[Facts]:
        """See ``ports.history.Histories``. Raises Unavailable while the ledger is down or slow."""
        now = self._clock()
        if now < self._rests_until or (self._asked_at is not None and now > self._asked_at + SLOW):
            raise Unavailable("ledger")
        future: asyncio.Future[Facts] = asyncio.get_running_loop().create_future()
        self._waiting[future] = question
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        return future

    async def close(self) -> None:
        """Stop asking; who waits gets Unavailable."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _ask(self) -> None:
        """Ask for all who wait, and then for those who came meanwhile."""
        while self._waiting:
            asked = dict(islice(self._waiting.items(), AT_ONCE))
            for future in asked:
                del self._waiting[future]
            self._asked_at = self._clock()
            try:
                answers = await self._ledger.histories(list(asked.values()))
            except BaseException as problem:
                self._rests_until = self._clock() + PAUSE
                for future in [*asked, *self._waiting]:
                    if not future.done():
                        future.set_exception(Unavailable("ledger"))
                        future.exception()  # nobody has to wait for it
                self._waiting.clear()
                if not isinstance(problem, Unavailable):
                    raise
            else:
                for future, facts in zip(asked, answers, strict=True):
                    if not future.done():  # else its check waited no longer
                        future.set_result(facts)
            finally:
                self._asked_at = None
