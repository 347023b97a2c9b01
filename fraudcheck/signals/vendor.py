"""What became of the vendor's earlier leads?

Verdicts are no outcomes: what was thought of the vendor's leads before says nothing here.
"""

from __future__ import annotations

from typing import TypedDict

import msgspec

from fraudcheck.ledger.outcomes import AT_LEAST, decibans
from fraudcheck.ports import Ports
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Facts, Finding, Lead, Subject, VendorCounts
from fraudcheck.signals import Signal

NAME = "vendor"

_FOR = -0.5
"""A vendor's good record speaks for a lead half as much as a bad one may speak against it: people pass anyway."""
_ONE_BUYER = 0.5
"""How much of the points one buyer may move where the tenant has others, so that none ruins a competitor."""


class VendorFacts(TypedDict, total=False):
    """What outcomes tell of the vendor's leads, and of the leads of all the tenant's vendors."""

    v: int
    outcomes: int  # leads of the vendor whose outcomes tell what they were
    genuine: int  # of these
    fake: float  # of these; a return counts as much as its buyer's returns weigh
    all_genuine: int  # of all vendors
    all_fake: float
    without: list[tuple[int, int, float, int, float]]  # the counts without the buyer most for, and most against it


def gather(subject: Subject, ports: Ports) -> Facts | None:
    """The vendor's history as known now; None where no vendor is named or no outcome is known."""
    vendor = subject.lead.source.vendor
    if not vendor:
        return None
    history = ports.vendors.history(subject.tenant, vendor)
    if not history.outcomes:
        return None
    facts: Facts = msgspec.to_builtins(history)
    return {"v": 2, **facts} if history.without else {"v": 1} | {name: facts[name] for name in VendorCounts._fields}


def judge(lead: Lead, facts: VendorFacts) -> list[Finding]:
    """How the odds that a lead of this vendor is genuine compare with those of all vendors' leads.

    No buyer moves that by more than ``_ONE_BUYER``, whatever it tells. Where buyers contradict each other so much that
    this cannot hold for each of them, the least is said.
    """
    counts = VendorCounts(**{name: facts[name] for name in VendorCounts._fields})  # type: ignore[literal-required]
    if counts.outcomes < AT_LEAST:
        return [Finding("VENDOR_OUTCOME_RATE", {"outcomes": counts.outcomes, "needed": AT_LEAST}, 0.0)]
    odds, here, everywhere = decibans(counts)
    scale = _scale(odds)
    if without := facts.get("without"):
        scales = [_scale(decibans(VendorCounts(*left))[0]) for left in without]
        least, most = max(scales) - _ONE_BUYER, min(scales) + _ONE_BUYER
        scale = min(max(scale, least), most) if least <= most else min(max(0.0, most), least)
    shown = {"outcomes": counts.outcomes, "fake_share": round(here, 3), "all_vendors": round(everywhere, 3)}
    return [Finding("VENDOR_OUTCOME_RATE", shown, scale)]


def _scale(odds: float) -> float:
    return min(1.0, max(_FOR, odds / CATALOGUE["VENDOR_OUTCOME_RATE"].points))


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
