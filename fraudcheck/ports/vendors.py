"""What became of each vendor's earlier leads?"""

from __future__ import annotations

from typing import Protocol

from fraudcheck.records import VendorHistory


class VendorHistories(Protocol):
    """Looks up what is known at this moment of the outcomes of each vendor's leads."""

    def history(self, tenant: str, vendor: str) -> VendorHistory:
        """A vendor's history; an empty one when no outcome is known. Does not wait. Raises Unavailable."""
        ...


class NoVendorHistories:
    """``VendorHistories`` without any outcome."""

    def history(self, tenant: str, vendor: str) -> VendorHistory:
        """An empty history."""
        return VendorHistory()
