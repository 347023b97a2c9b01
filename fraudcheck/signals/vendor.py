"""What became of the vendor's earlier leads?

Verdicts are no outcomes: what was thought of the vendor's leads before says nothing here.
"""

from __future__ import annotations

from math import log10
from typing import TypedDict

import msgspec

from fraudcheck.ports import Ports
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Facts, Finding, Lead, Subject
from fraudcheck.signals import Signal

NAME = "vendor"

_AT_LEAST = 30
"""Outcomes without which nothing is said; as many at all vendors' rate are added to a vendor's own."""
_FOR = -0.5
"""A vendor's good record speaks for a lead half as much as a bad one may speak against it: people pass anyway."""


class VendorFacts(TypedDict, total=False):
    """What outcomes tell of the vendor's leads, and of the leads of all the tenant's vendors."""

    v: int
    outcomes: int  # leads of the vendor whose outcomes tell what they were
    genuine: int  # of these
    fake: float  # of these; a return counts as much as its buyer's returns weigh
    all_genuine: int  # of all vendors
    all_fake: float


def gather(subject: Subject, ports: Ports) -> Facts | None:
    """The vendor's history as known now; None where no vendor is named or no outcome is known."""
    vendor = subject.lead.source.vendor
    if not vendor:
        return None
    history = ports.vendors.history(subject.tenant, vendor)
    return {"v": 1, **msgspec.to_builtins(history)} if history.outcomes else None


def judge(lead: Lead, facts: VendorFacts) -> list[Finding]:
    """How the odds that a lead of this vendor is genuine compare with those of all vendors' leads."""
    if facts["outcomes"] < _AT_LEAST:
        return [Finding("VENDOR_OUTCOME_RATE", {"outcomes": facts["outcomes"], "needed": _AT_LEAST}, 0.0)]
    everywhere = (facts["all_fake"] + 0.5) / (facts["all_genuine"] + facts["all_fake"] + 1)
    here = (facts["fake"] + _AT_LEAST * everywhere) / (facts["genuine"] + facts["fake"] + _AT_LEAST)
    decibans = 10 * log10((1 - here) / here * everywhere / (1 - everywhere))
    scale = min(1.0, max(_FOR, decibans / CATALOGUE["VENDOR_OUTCOME_RATE"].points))
    shown = {"outcomes": facts["outcomes"], "fake_share": round(here, 3), "all_vendors": round(everywhere, 3)}
    return [Finding("VENDOR_OUTCOME_RATE", shown, scale)]


SIGNAL = Signal(
    name=NAME,
    order=110,
    about="the vendor's earlier leads",
    facts=VendorFacts,
    looks_at="what became of the vendor's earlier leads, by the outcomes that the buyer told",
    cannot_know="this lead; and a vendor of whose leads nobody told what became of them",
    gather=gather,
    judge=judge,
)
