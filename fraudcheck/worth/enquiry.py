"""What kind of enquiry is a lead?"""

from __future__ import annotations

from collections.abc import Mapping

from fraudcheck.records import Enquiry, Facts

KINDS = (
    "sales_lead",
    "customer_service",
    "general_business",
    "peer",
    "personal",
    "solicitation",
    "spam",
    "job",
    "student",
    "competitor",
)


def read_enquiry(facts: Mapping[str, Facts | None]) -> Enquiry:
    """The kind of enquiry, by the facts of the signal ``enquiry``; ``unknown`` where a record has none."""
    del facts
    return Enquiry()
