"""Which of a form's labels are which field of a lead? By the table of the headings of files, with a form's own limits.

A form asks for other things than a file holds: a date in it is the one of an appointment, an ``id`` is the form's as
often as the submission's, and a price is the one of what is sold there. Where a click came from names no vendor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import accumulate

from fraudcheck.batch.columns import CONTACTS, field_by_cells, is_field, propose_mapping, says_else
from fraudcheck.fields.normal_form import simplify
from fraudcheck.intake.forms import FoundColumns

_MOST, _LONGEST, _ALL = 300, 200, 8_000
"""Labels of a form that are looked at, the characters of each, and of all: the shortest go first."""
_OF_PROGRAMS = re.compile("submi|creat|receiv|stamp|complet", re.IGNORECASE)
"""What stands in the names of a submission's time, which a program gives it."""
_OF_LEADS = re.compile("lead|source|cpl|khách", re.IGNORECASE)
"""What stands in the names of a lead's own price."""
_ANYTHINGS = frozenset(["id", "uuid", "guid"])


def find_columns(labels: Sequence[str], chosen: Mapping[str, Sequence[str]]) -> FoundColumns:
    """See ``FoundColumns``. ``chosen`` (field to labels) goes first; what of it the form lacks is passed over."""
    free = {*labels}
    there: dict[str, tuple[str, ...]] = {}
    for field, names in chosen.items():
        found = [name for name in dict.fromkeys(names) if name in free and is_field(field)]
        there[field] = tuple(found if field in CONTACTS else found[:1])
        free.difference_update(there[field])
    asked = {name for names in there.values() for name in names}
    if len(labels) > _MOST or sum(map(len, labels)) > _ALL:
        shortest = sorted(labels, key=len)[:_MOST]
        short = {
            label for label, length in zip(shortest, accumulate(map(len, shortest)), strict=True) if length <= _ALL
        }
        labels = [label for label in labels if label in short or label in asked]
    bounded = tuple(label for label in labels if len(label) <= _LONGEST or label in asked)
    return _find(bounded, tuple((field, names) for field, names in there.items() if names))


@lru_cache(maxsize=512)  # a form has the same labels each time it is sent
def _find(labels: tuple[str, ...], chosen: tuple[tuple[str, tuple[str, ...]], ...]) -> FoundColumns:
    asked = dict(chosen)
    taken = {label for names in asked.values() for label in names}
    others = [label for label in labels if label not in taken and says_else(label)]
    fields = {
        field: kept
        for field, names in propose_mapping(labels, asked).items()
        if (kept := names if field in asked else tuple(name for name in names if _is_of_forms(field, name)))
    }
    used = {label for names in fields.values() for label in names}
    return FoundColumns(
        fields=fields,
        perhaps={
            label: field for label in labels if label not in used and (field := field_by_cells(label)) in CONTACTS
        },
        others=[label for label in others if label not in used],
    )


def _is_of_forms(field: str, label: str) -> bool:
    if field == "submitted_at":
        return _OF_PROGRAMS.search(label) is not None
    if field.startswith("source.price."):
        return _OF_LEADS.search(label) is not None
    if field in ("source.vendor", "source.campaign"):
        return not simplify(label).startswith("utm")
    return field != "reference" or simplify(label) not in _ANYTHINGS
