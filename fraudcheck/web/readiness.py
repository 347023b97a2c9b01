"""Could a check be kept and counted now? Tried as a check would: by a write to the ledger or the spool, and a count."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from fraudcheck.adapters import disk
from fraudcheck.ports import Unavailable
from fraudcheck.web.schemas import Readiness
from fraudcheck.wiring import Service

INTERVAL = 1.0
"""Seconds for which an answer is given again, so that nobody can load the service by asking."""
TIME_LIMIT = 0.4
"""Seconds that each dependency has. Orchestrators give up after a second."""


class Probe:
    """Tries what a check needs. ``clock`` gives monotonic seconds."""

    def __init__(self, service: Service, clock: Callable[[], float] = time.monotonic) -> None:
        self._service, self._clock = service, clock
        self._looked_at = 0.0
        self._look: asyncio.Task[Readiness] | None = None
        self._under_way: dict[str, asyncio.Task[str]] = {}

    async def readiness(self) -> Readiness:
        """What there is: ``ok``; ``degraded`` if a check would be answered, but something is away; ``unavailable`` if a
        check would get 503, because neither ledger nor spool takes a record. Callers at one time share an answer.
        """
        if self._look is None or (self._look.done() and self._clock() - self._looked_at >= INTERVAL):
            self._looked_at = self._clock()
            self._look = asyncio.create_task(self._look_around())
        return await asyncio.shield(self._look)

    async def close(self) -> None:
        """Stop all that is under way."""
        tasks = [*self._under_way.values(), *([self._look] if self._look else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _look_around(self) -> Readiness:
        service = self._service
        states = await self._try_all({**service.pings, "disk": self._ping_disk})
        if states["ledger"] != "ok":
            states |= await self._try_all({"spool": service.ledger.ping_spool})
        status = "ok" if set(states.values()) == {"ok"} else "degraded"
        if "ok" not in (states["ledger"], states.get("spool")):
            status = "unavailable"
        return Readiness(status=status, dependencies=states)

    async def _try_all(self, pings: Mapping[str, Callable[[], Awaitable[None]]]) -> dict[str, str]:
        """How each dependency answers, all at one time. One that hangs is not asked a second time meanwhile."""
        for name, ping in pings.items():
            if name not in self._under_way or self._under_way[name].done():
                self._under_way[name] = asyncio.create_task(_state(ping))
        tasks = {name: self._under_way[name] for name in pings}
        await asyncio.wait(tasks.values(), timeout=TIME_LIMIT)
        return {
            name: task.result() if task.done() else f"unavailable: no answer within {TIME_LIMIT} s"
            for name, task in tasks.items()
        }

    async def _ping_disk(self) -> None:
        settings = self._service.settings
        if await asyncio.to_thread(lambda: disk.free(settings.data_dir) < disk.reserve(settings)):
            raise Unavailable("its reserve is touched, so batches wait: make room")


async def _state(ping: Callable[[], Awaitable[None]]) -> str:
    try:
        await ping()
    except Unavailable as problem:
        return f"unavailable: {problem}"
    except Exception as problem:  # whatever it is, the answer has to tell
        return f"unavailable: {type(problem).__name__}"
    return "ok"
