"""How many leads of which kind came from where? The ledger's columns as arrays that can be counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from fraudcheck.ports import Columns
from fraudcheck.reasons import HARMLESS_KINDS
from fraudcheck.scoring import DECISIONS

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

SEEN_BEFORE = frozenset({"LEAD_SEEN_BEFORE", "LEAD_RESUBMITTED"})
SOLD_BEFORE = "LEAD_SOLD_BEFORE"


class Origin(NamedTuple):
    """Where leads came from; "" where it was not named."""

    vendor: str
    campaign: str
    sub_id: str
    channel: str


class Kind(NamedTuple):
    """What was said of leads, and what they were paid in ("" for nothing)."""

    decision: str
    classification: str
    currency: str
    codes: tuple[str, ...]

    @property
    def bad(self) -> bool:
        """Rejected."""
        return self.decision == "reject"

    @property
    def valid(self) -> bool:
        """A sales lead: accepted, new, and not from somebody who wants to sell something or to apply."""
        return self.decision == "accept" and self.classification not in HARMLESS_KINDS


class Leads:
    """Leads, oldest first. ``origin``, ``kind``, ``day``, ``score`` and ``price`` have a place for each lead: the first
    two are places in ``origins`` and ``kinds``, the day is an ordinal, the price in millionths, -1 for none.
    """

    def __init__(self, origins: Sequence[Origin], kinds: Sequence[Kind], columns: Mapping[str, Ints]) -> None:
        self.origins, self.kinds = origins, kinds
        self.origin, self.kind, self.day = columns["origin"], columns["kind"], columns["day"]
        self.score, self.price = columns["score"], columns["price"]
        self._columns = columns

    def __len__(self) -> int:
        return len(self.origin)

    def only(self, wanted: Flags) -> Leads:
        """These leads alone; places in ``origins`` and ``kinds`` stay."""
        return Leads(self.origins, self.kinds, {name: column[wanted] for name, column in self._columns.items()})

    def by_origin(self, what: Callable[[Origin], Any]) -> tuple[list[Any], Ints]:
        """The distinct values, in order, of something about the origin, and each lead's place among them."""
        return _distinct([what(origin) for origin in self.origins], self.origin)

    def flags(self, what: Callable[[Kind], bool]) -> Flags:
        """Something that is so or not about each lead's kind."""
        return np.array([what(kind) for kind in self.kinds], dtype=bool)[self.kind]

    def counted(self, groups: Ints, many: int, what: Callable[[Kind], Any]) -> list[dict[Any, int]]:
        """How many leads of each of ``many`` groups have which value of something about their kind."""
        values, place = _distinct([what(kind) for kind in self.kinds], self.kind)
        counts = np.bincount(groups * len(values) + place, minlength=many * len(values)).reshape(many, -1)
        return [{values[at]: int(row[at]) for at in np.flatnonzero(row)} for row in counts]

    def with_code(self, groups: Ints, many: int) -> tuple[list[str], Ints]:
        """Every reason code that was said, and how many leads of each of ``many`` groups have it (groups x codes)."""
        pairs, counts = np.unique(groups * len(self.kinds) + self.kind, return_counts=True)
        group, kind = np.divmod(pairs, max(1, len(self.kinds)))
        said: defaultdict[str, list[int]] = defaultdict(list)
        for at, each in enumerate(self.kinds):
            for code in each.codes:
                said[code].append(at)
        codes = sorted(said)
        table = np.zeros((many, len(codes)), dtype=np.int64)
        for at, code in enumerate(codes):
            has = np.zeros(len(self.kinds), dtype=bool)
            has[said[code]] = True
            of = has[kind]
            table[:, at] = np.bincount(group[of], weights=counts[of], minlength=many)
        return codes, table


def read(columns: Columns, **only: str | None) -> Leads:
    """The ledger's columns, of a ``campaign``, ``sub_id`` or ``channel`` alone where one is given."""
    origins = {key: Origin(*[part or "" for part in source]) for key, source in columns.sources.items()}
    kinds = {
        key: Kind(decision, classification, currency or "", tuple(codes.split()))
        for key, (decision, classification, currency, codes) in columns.kinds.items()
    }
    leads = Leads(
        list(origins.values()),
        list(kinds.values()),
        {
            "origin": _places(columns.source, origins),
            "kind": _places(columns.kind, kinds),
            "day": np.array(columns.day, dtype=np.int64),
            "score": np.array(columns.score, dtype=np.int64),
            "price": np.array(columns.price, dtype=np.int64),
        },
    )
    for name, value in only.items():
        if value is not None:
            wanted = np.array([getattr(origin, name) == value for origin in leads.origins], dtype=bool)
            leads = leads.only(wanted[leads.origin])
    return leads


def decisions(counts: Mapping[str, int]) -> dict[str, int]:
    """All three decisions, those that were never taken too."""
    return {name: counts.get(name, 0) for name in DECISIONS}


def _places(keys: Sequence[int], known: Mapping[int, Any]) -> Ints:
    """The place of each key in the order of ``known``."""
    table = np.zeros(max(known, default=0) + 1, dtype=np.int64)
    table[list(known)] = np.arange(len(known))
    return table[np.array(keys, dtype=np.int64)]


def _distinct(values: Sequence[Any], places: Ints) -> tuple[list[Any], Ints]:
    distinct = sorted(set(values))
    at = {value: place for place, value in enumerate(distinct)}
    return distinct, np.array([at[value] for value in values], dtype=np.int64)[places]
