"""How long is an answer waited for, where this process itself may be the one that is late?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_PARTS = 16  # a reply that has arrived takes the event loop some turns to be handed on, in a cluster a few more


@asynccontextmanager
async def patience(seconds: float) -> AsyncIterator[None]:
    """As ``asyncio.timeout``, by a clock that stands still while the event loop is late. Raises TimeoutError.

    A busy loop fires its timers before it looks whether anything has arrived, so that it would call others late for
    what is its own fault. Here the time passes in parts, and the loop looks at least once in each of them. On an idle
    loop it takes the seconds that were given; on a busy one each part may take as long as one turn of the loop.
    """
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(None) as limit:
        left = _PARTS
        timer: asyncio.TimerHandle

        def next_part() -> None:
            nonlocal left, timer
            if left:
                left -= 1
                timer = loop.call_later(seconds / _PARTS, next_part)
            else:
                limit.reschedule(loop.time())

        next_part()
        try:
            yield
        finally:
            timer.cancel()
