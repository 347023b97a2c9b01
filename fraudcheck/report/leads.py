"""How are a tenant's leads counted by source and kind? As arrays, made from the ledger's columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from fraudcheck.ports.ledger import LeadColumns
from fraudcheck.reasons import HARMLESS_KINDS, TEST
from fraudcheck.scoring.policy import DECISIONS

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

ORIGIN = ("vendor", "campaign", "sub_id", "channel")
"""The names that say where a lead came from; "" if one was not given."""
_NO_SALE = frozenset(HARMLESS_KINDS) - {"assisted"}
"""Kinds of leads that nobody can sell to. Whoever lets software fill in the form wants an offer as others do."""
_NAMED = (*ORIGIN, "enquiry", "band")
"""The columns that are indexes into names."""
OLDEST_FORM = 3650
"""Days before the check beyond which a form's time is taken for a mistake, as of a clock that stood at 1970."""
UNTOLD = "unknown"
"""The name of an enquiry or a band that nobody looked at."""
PARTS: tuple[Literal["campaign", "sub_id", "channel"], ...] = ("campaign", "sub_id", "channel")
"""The parts that a vendor's leads are divided into."""


class Kind(NamedTuple):
    """What leads of one kind have in common: their verdict, and the currency of their price (None for no price)."""

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
        """A sales lead: accepted, new, and not from somebody who wants to sell something or to apply for a job."""
        return self.decision == "accept" and self.classification not in _NO_SALE


ASKED = (
    *("sales_lead", "customer_service", "general_business", "peer", "personal", "job", "student", "competitor"),
    *("non_sales", "solicitation", "spam", "duplicate", "review", "fake", "unclear", "none", "unknown"),
)
"""What leads are, for those who count enquiries: each lead is one of these (``asked_for``)."""
_UNSOLICITED = ("solicitation", "spam")
_MAY_BE_SALES = ("sales_lead", "unclear", "none", "unknown")


def asked_for(decision: str, classification: str, enquiry: str) -> str:
    """What a lead is, of ``ASKED``: the first that holds.

    Spam and solicitations are so whatever the decision; then a lead that came before, or that an older version of the
    service called a competitor's or no sales lead; then a rejected one is ``fake``. Of the others the kind of enquiry
    says it, but a sales lead, or one whose kind nobody can tell, is ``review`` until a person has looked. A kind that
    this version does not know is ``unclear``.
    """
    told = enquiry if enquiry in ASKED else "unclear"
    if told in _UNSOLICITED:
        return told
    if classification == "duplicate":
        return classification
    if decision != "reject" or classification in _NO_SALE:
        if told not in _MAY_BE_SALES:
            return told
        if classification in ("competitor", "non_sales"):
            return classification
        return told if decision == "accept" else "review"
    return "fake"


class Leads:
    """Leads as columns of equal length, oldest first.

    The columns ``vendor``, ``campaign``, ``sub_id``, ``channel``, ``enquiry`` and ``band`` are indexes into ``names``
    of that column, ``kind`` is an index into ``kinds``. ``day`` (of the check) and ``form_day`` are
    ``date.toordinal()``, ``score`` the trust score, ``price`` in millionths of the currency (-1 for none); ``bad`` and
    ``valid`` are flags. ``tests`` are the numbers of platforms' test leads by
    vendor, which stand in no column.
    """

    def __init__(
        self,
        names: Mapping[str, list[str]],
        kinds: Sequence[Kind],
        columns: Mapping[str, npt.NDArray[Any]],
        tests: Mapping[str, int] = {},
    ) -> None:
        self.names, self.kinds, self.tests = names, kinds, tests
        self.bad: Flags = columns["bad"]
        self.valid: Flags = columns["valid"]
        self.kind: Ints = columns["kind"]
        self.day: Ints = columns["day"]
        self.form_day: Ints = columns["form_day"]
        self.score: Ints = columns["score"]
        self.price: Ints = columns["price"]
        self.columns = columns

    def asked(self) -> Ints:
        """For each lead what it is, as a position in ``ASKED``."""
        verdicts, verdict_of_kind = index_values([(kind.decision, kind.classification) for kind in self.kinds])
        enquiries, enquiry = self.by("enquiry")
        told = [
            ASKED.index(asked_for(decision, classification, name))
            for decision, classification in verdicts
            for name in enquiries
        ]
        table = np.array(told, dtype=np.int64).reshape(len(verdicts), len(enquiries))
        return table[verdict_of_kind[self.kind], enquiry]

    def __len__(self) -> int:
        return len(self.kind)

    def by(self, part: str) -> tuple[list[str], Ints]:
        """The names of a part of ``ORIGIN``, of ``enquiry`` or ``band``, and for each lead the index of its name."""
        return self.names[part], self.columns[part]

    def only(self, selected: Flags | Ints) -> Leads:
        """The selected leads (a flag for each lead, or positions), with the names and kinds that these have."""
        columns = {name: column[selected] for name, column in self.columns.items()}
        names = dict(self.names)
        for part in _NAMED:
            used, columns[part] = np.unique(columns[part], return_inverse=True)
            names[part] = [self.names[part][index] for index in used]
        used, columns["kind"] = np.unique(columns["kind"], return_inverse=True)
        return Leads(names, [self.kinds[index] for index in used], columns)

    def merge_small(self, part: str, max_names: int, keep: str | None) -> Leads:
        """The same leads with at most ``max_names`` names of a part of ``ORIGIN``.

        The names with the fewest leads are merged into one, except for the name ``keep``. Without this there could be
        as many names as leads, if a form makes up a name for each.
        """
        names, index = self.by(part)
        if len(names) <= max_names:
            return self
        largest = np.argsort(-np.bincount(index, minlength=len(names)), kind="stable")[: max_names - 1]
        kept = {names[position] for position in largest} | ({keep} & set(names))
        merged_name = f"({len(names) - len(kept):,} smaller ones)"
        new_names, new_index = index_values([name if name in kept else merged_name for name in names])
        columns = {**self.columns, part: new_index[index]}
        return Leads({**self.names, part: new_names}, self.kinds, columns, self.tests)

    def flags(self, predicate: Callable[[Kind], bool]) -> Flags:
        """For each lead whether its kind has some property."""
        return np.array([predicate(kind) for kind in self.kinds], dtype=bool)[self.kind]

    def count_by(self, groups: Ints, group_count: int, key: Callable[[Kind], str]) -> list[dict[str, int]]:
        """For each group the number of leads by some property of their kind; ``groups`` has each lead's group."""
        values, value_of_kind = index_values([key(kind) for kind in self.kinds])
        counts = np.bincount(groups * len(values) + value_of_kind[self.kind], minlength=group_count * len(values))
        return [{values[i]: int(row[i]) for i in np.flatnonzero(row)} for row in counts.reshape(group_count, -1)]

    def count_codes(self, groups: Ints, group_count: int) -> tuple[list[str], Ints]:
        """All reason codes, and the number of leads that have each one (groups x codes)."""
        pairs, counts = np.unique(groups * len(self.kinds) + self.kind, return_counts=True)
        group, kind = np.divmod(pairs, max(1, len(self.kinds)))
        kinds_with_code: defaultdict[str, list[int]] = defaultdict(list)
        for position, lead_kind in enumerate(self.kinds):
            for code in lead_kind.codes:
                kinds_with_code[code].append(position)
        codes = sorted(kinds_with_code)
        table = np.zeros((group_count, len(codes)), dtype=np.int64)
        for column, code in enumerate(codes):
            has_code = np.zeros(len(self.kinds), dtype=bool)
            has_code[kinds_with_code[code]] = True
            selected = has_code[kind]
            table[:, column] = np.bincount(group[selected], weights=counts[selected], minlength=group_count)
        return codes, table


def read_columns(columns: LeadColumns, **only: str | None) -> Leads:
    """Leads from the ledger's columns; only those of a ``campaign``, ``sub_id`` or ``channel`` if one is given."""
    source, kind, day, score, price, enquiry, band, form_day = np.array(columns.rows, dtype=np.int64).reshape(-1, 8).T
    source, kind = _to_indexes(source, columns.sources), _to_indexes(kind, columns.kinds)
    kinds = [
        Kind(decision, classification, currency, tuple(codes.split()))
        for decision, classification, currency, codes in columns.kinds.values()
    ]
    arrays: dict[str, npt.NDArray[Any]] = {
        "kind": kind,
        "bad": np.array([lead_kind.bad for lead_kind in kinds], dtype=bool)[kind],
        "valid": np.array([lead_kind.valid for lead_kind in kinds], dtype=bool)[kind],
        "day": day.copy(),
        "form_day": np.maximum(form_day, day - OLDEST_FORM),
        "score": score.copy(),
        "price": price.copy(),
    }
    names = {}
    for position, part in enumerate(ORIGIN):
        names[part], name_of_source = index_values([names_of[position] or "" for names_of in columns.sources.values()])
        arrays[part] = name_of_source[source]
    for part, keys, known in (("enquiry", enquiry, columns.enquiries), ("band", band, columns.bands)):
        names[part], name_of_key = index_values([UNTOLD, *known.values()])
        arrays[part] = name_of_key[_to_indexes(keys + 1, {0: None, **{number + 1: None for number in known}})]
    leads = Leads(names, kinds, arrays)
    for part, wanted in only.items():
        if wanted is not None:
            part_names, index = leads.by(part)
            leads = leads.only(index == (part_names.index(wanted) if wanted in part_names else -1))
    are_tests = leads.flags(lambda kind: kind.classification == TEST)
    if not are_tests.any():
        return leads
    tests = leads.only(are_tests)
    counts = dict(zip(tests.names["vendor"], np.bincount(tests.by("vendor")[1]).tolist(), strict=True))
    counted = leads.only(~are_tests)
    return Leads(counted.names, counted.kinds, counted.columns, counts)


def all_decisions(counts: Mapping[str, int]) -> dict[str, int]:
    """The count of every decision, also of those that were never taken."""
    return {name: counts.get(name, 0) for name in DECISIONS}


def index_values(values: Sequence[Any]) -> tuple[list[Any], Ints]:
    """The distinct values in order, and for each value its index among them."""
    distinct = sorted(set(values))
    index = {value: position for position, value in enumerate(distinct)}
    return distinct, np.array([index[value] for value in values], dtype=np.int64)


def _to_indexes(keys: Ints, known: Mapping[int, Any]) -> Ints:
    """For each key its position in ``known``."""
    table = np.zeros(max(known, default=0) + 1, dtype=np.int64)
    table[list(known)] = np.arange(len(known))
    return table[keys]
