"""Which figures of a batch does a page show? Those of its tally that a person asks for first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from fraudcheck.scoring.policy import DECISIONS

if TYPE_CHECKING:
    from fraudcheck.batch.tally import Tally  # with Arrow, which the service that shows the figures has no need of

_MAX_VENDORS = 100


class Figures(Struct, frozen=True, kw_only=True):
    """The figures for a page: leads by what was found, the most frequent first; of vendors (by decision) the largest,
    and how many ``more_vendors`` there are.
    """

    decisions: dict[str, int] = {}
    classifications: dict[str, int] = {}
    reasons: dict[str, int] = {}
    vendors: dict[str, dict[str, int]] = {}
    more_vendors: int = 0
    unknown: dict[str, int] = {}


def figures(tally: Tally) -> Figures:
    """The figures of a tally."""
    largest = sorted(tally.vendors.items(), key=lambda item: (-item[1].total(), item[0]))[:_MAX_VENDORS]
    return Figures(
        decisions={name: tally.decisions[name] for name in DECISIONS},
        classifications=dict(tally.kinds.most_common()),
        reasons=dict(tally.reasons.most_common()),
        vendors={name: dict(decisions) for name, decisions in largest},
        more_vendors=len(tally.vendors) - len(largest),
        unknown=dict(tally.unknown.most_common()),
    )
