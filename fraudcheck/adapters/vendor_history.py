"""What became of the vendors' leads, kept in memory: judging a lead looks here, and never waits for the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from fraudcheck.ledger.outcomes import histories
from fraudcheck.ports import Unavailable
from fraudcheck.ports.ledger import Ledger
from fraudcheck.records import VendorHistory

PAUSE = 30.0
"""Seconds from one look into the ledger to the next."""
_NOTHING = VendorHistory()


class KnownVendorHistories:
    """``ports.VendorRecords`` of the tenants that it was started for; the last known ones while the ledger is down."""

    def __init__(self, ledger: Ledger, pause: float = PAUSE) -> None:
        self._ledger = ledger
        self._pause = pause
        self._known: dict[str, Mapping[str, VendorHistory] | None] = {}
        self._looking: asyncio.Task[None] | None = None

    def history(self, tenant: str, vendor: str) -> VendorHistory:
        """See ``ports.VendorRecords``."""
        known = self._known.get(tenant)
        if known is None:
            raise Unavailable("ledger")
        return known.get(vendor, _NOTHING)

    async def start(self, tenant: str) -> None:
        """Look a tenant's records up, and do so again and again. What cannot be read is unknown until it can."""
        self._known.setdefault(tenant, None)
        await self.refresh(tenant)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())

    async def refresh(self, tenant: str) -> None:
        """Look a tenant's records up now."""
        with suppress(Unavailable):
            self._known[tenant] = histories(await self._ledger.outcome_counts(tenant))

    async def close(self) -> None:
        """Look no more."""
        if self._looking is not None:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(self._pause)
            for tenant in list(self._known):
                await self.refresh(tenant)
