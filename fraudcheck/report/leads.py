"""How many leads of which kind came from where? The ledger's columns as arrays that can be counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from fraudcheck.ports.ledger import LeadColumns
from fraudcheck.reasons import HARMLESS_KINDS
from fraudcheck.scoring.policy import DECISIONS

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

ORIGIN = ("vendor", "campaign", "sub_id", "channel")
"""What is known of where a lead came from; "" where it was not named."""
PARTS: tuple[Literal["campaign", "sub_id", "channel"], ...] = ("campaign", "sub_id", "channel")
"""What a vendor's leads are told apart by."""


class Kind(NamedTuple):
    """What was said of leads, and the currency that they were paid in (None for nothing)."""

    decision: str
    classification: str
    currency: str | None
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
    """Leads, oldest first. Each column has a place for each lead: ``vendor``, ``campaign``, ``sub_id`` and ``channel``
    are places in ``names`` of that, ``kind`` in ``kinds``; ``day`` is an ordinal, ``price`` in millionths, -1 for none;
    ``bad`` and ``valid`` are flags.
    """

    def __init__(
        self, names: Mapping[str, list[str]], kinds: Sequence[Kind], columns: Mapping[str, npt.NDArray[Any]]
    ) -> None:
        self.names, self.kinds = names, kinds
        self.bad: Flags = columns["bad"]
        self.valid: Flags = columns["valid"]
        self.kind: Ints = columns["kind"]
        self.day: Ints = columns["day"]
        self.score: Ints = columns["score"]
        self.price: Ints = columns["price"]
        self._columns = columns

    def __len__(self) -> int:
        return len(self.kind)

    def by(self, what: str) -> tuple[list[str], Ints]:
        """The names of a part of the origin, and each lead's place among them."""
        return self.names[what], self._columns[what]

    def only(self, wanted: Flags | Ints) -> Leads:
        """These leads alone, with the names and kinds that they have."""
        columns = {name: column[wanted] for name, column in self._columns.items()}
        names = dict(self.names)
        for what in ORIGIN:
            used, columns[what] = np.unique(columns[what], return_inverse=True)
            names[what] = [self.names[what][at] for at in used]
        used, columns["kind"] = np.unique(columns["kind"], return_inverse=True)
        return Leads(names, [self.kinds[at] for at in used], columns)

    def with_few(self, what: str, most: int, keep: str | None) -> Leads:
        """The same leads, but with ``most`` names at the most: those with the fewest leads are put together as one.

        ``keep`` is left as it is. There may be as many names as leads, where a form makes one up for each.
        """
        names, place = self.by(what)
        if len(names) <= most:
            return self
        largest = np.argsort(-np.bincount(place, minlength=len(names)), kind="stable")[: most - 1]
        kept = {names[at] for at in largest} | ({keep} & set(names))
        rest = f"({len(names) - len(kept):,} smaller ones)"
        of_few, few = numbered([name if name in kept else rest for name in names])
        return Leads({**self.names, what: of_few}, self.kinds, {**self._columns, what: few[place]})

    def flags(self, what: Callable[[Kind], bool]) -> Flags:
        """Something that is so or not about each lead's kind."""
        return np.array([what(kind) for kind in self.kinds], dtype=bool)[self.kind]

    def counted(self, groups: Ints, many: int, what: Callable[[Kind], str]) -> list[dict[str, int]]:
        """How many leads of each of ``many`` groups have which value of something about their kind."""
        values, of_kind = numbered([what(kind) for kind in self.kinds])
        counts = np.bincount(groups * len(values) + of_kind[self.kind], minlength=many * len(values))
        return [{values[at]: int(row[at]) for at in np.flatnonzero(row)} for row in counts.reshape(many, -1)]

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


def read(columns: LeadColumns, **only: str | None) -> Leads:
    """The ledger's columns, of a ``campaign``, ``sub_id`` or ``channel`` alone where one is given."""
    source, kind, day, score, price = np.array(columns.rows, dtype=np.int64).reshape(-1, 5).T
    source, kind = _places(source, columns.sources), _places(kind, columns.kinds)
    kinds = [
        Kind(decision, classification, currency, tuple(codes.split()))
        for decision, classification, currency, codes in columns.kinds.values()
    ]
    arrays: dict[str, npt.NDArray[Any]] = {
        "kind": kind,
        "bad": np.array([each.bad for each in kinds], dtype=bool)[kind],
        "valid": np.array([each.valid for each in kinds], dtype=bool)[kind],
        "day": day.copy(),
        "score": score.copy(),
        "price": price.copy(),
    }
    names = {}
    for at, what in enumerate(ORIGIN):
        names[what], of_source = numbered([each[at] or "" for each in columns.sources.values()])
        arrays[what] = of_source[source]
    leads = Leads(names, kinds, arrays)
    for what, value in only.items():
        if value is not None:
            found, place = leads.by(what)
            leads = leads.only(place == (found.index(value) if value in found else -1))
    return leads


def decisions(counts: Mapping[str, int]) -> dict[str, int]:
    """All three decisions, those that were never taken too."""
    return {name: counts.get(name, 0) for name in DECISIONS}


def numbered(values: Sequence[Any]) -> tuple[list[Any], Ints]:
    """The distinct values in order, and the place of each one among them."""
    distinct = sorted(set(values))
    at = {value: place for place, value in enumerate(distinct)}
    return distinct, np.array([at[value] for value in values], dtype=np.int64)


def _places(keys: Ints, known: Mapping[int, Any]) -> Ints:
    """The place of each key in the order of ``known``."""
    table = np.zeros(max(known, default=0) + 1, dtype=np.int64)
    table[list(known)] = np.arange(len(known))
    return table[keys]
