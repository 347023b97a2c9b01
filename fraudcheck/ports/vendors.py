"""What became of each vendor's earlier leads?"""

from __future__ import annotations

from typing import Protocol

from fraudcheck.records import VendorHistory


class VendorHistories(Protocol):
    """What became of each vendor's leads, as known at this moment."""

    def history(self, tenant: str, vendor: str) -> VendorHistory:
        """Give a vendor's record, an empty one where nothing is known. Raises Unavailable; never waits."""
        ...


class NoVendorHistories:
    """Nothing became of any lead."""

    def history(self, tenant: str, vendor: str) -> VendorHistory:
        """Give an empty record."""
        return VendorHistory()
