"""What became of each vendor's earlier leads? Read from the ledger every 30 s, so that no check waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from fraudcheck.identifiers import vendor_key
from fraudcheck.ledger.outcomes import histories
from fraudcheck.ports import Unavailable
from fraudcheck.ports.ledger import PROOFS, Ledger, Proofs
from fraudcheck.records import VendorHistory

PAUSE = 30.0
"""Seconds between two readings of the ledger."""
_NO_HISTORY = VendorHistory()


class KnownVendorHistories:
    """``ports.vendors.VendorHistories`` of the tenants that it was started for.

    While the ledger is down, the histories read last are used. ``pause`` is in seconds.
    """

    def __init__(self, ledger: Ledger, pause: float = PAUSE) -> None:
        self._ledger = ledger
        self._pause = pause
        self._known: dict[str, Mapping[str, VendorHistory] | None] = {}
        self._proofs: dict[str, Proofs] = {}
        self._refresher: asyncio.Task[None] | None = None

    def history(self, tenant: str, vendor: str) -> VendorHistory:
        """See ``ports.vendors.VendorHistories``."""
        known = self._known.get(tenant)
        if known is None:
            raise Unavailable("ledger")
        return known.get(vendor_key(vendor), _NO_HISTORY)

    async def start(self, tenant: str, proofs: Proofs = PROOFS) -> None:
        """Read a tenant's histories now, and then every ``pause`` seconds. Until one succeeds they are Unavailable.

        ``proofs`` are the outcomes that prove a lead of this tenant genuine.
        """
        self._known.setdefault(tenant, None)
        self._proofs[tenant] = proofs
        await self.refresh(tenant)
        if self._refresher is None:
            self._refresher = asyncio.create_task(self._refresh_all())

    async def refresh(self, tenant: str) -> None:
        """Read a tenant's histories now; nothing changes when the ledger is down."""
        with suppress(Unavailable):
            self._known[tenant] = histories(await self._ledger.outcome_counts(tenant, self._proofs.get(tenant, PROOFS)))

    async def close(self) -> None:
        """Stop reading."""
        if self._refresher is not None:
            self._refresher.cancel()
            with suppress(asyncio.CancelledError):
                await self._refresher

    async def _refresh_all(self) -> None:
        while True:
            await asyncio.sleep(self._pause)
            for tenant in list(self._known):
                await self.refresh(tenant)
