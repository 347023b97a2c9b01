"""How well does a lead fit, what did the person do, and how far is he? By a table of the tenant's."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from fraudcheck.records import Enquiry, Facts, Lead, Quality


class QualityTable(Struct, frozen=True, kw_only=True):
    """A tenant's criteria, weights and bands (``quality.toml``)."""


def read_quality(lead: Lead, facts: Mapping[str, Facts | None], enquiry: Enquiry, table: QualityTable) -> Quality:
    """The quality of a lead by the tenant's table."""
    del lead, facts, enquiry, table
    return Quality()
