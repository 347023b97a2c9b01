"""How does a row of a file become a lead's JSON object? Cell by cell, by the mapping of fields to columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import isnan
from types import MappingProxyType
from typing import Any

from fraudcheck.batch.columns import FIELDS
from fraudcheck.fields.amounts import Mark, settle_marks

_PATHS = {field: tuple(field.split(".")) for field in FIELDS}
_AMOUNT = "source.price.amount"
DECIMAL_FIELDS = (_AMOUNT, "form.seconds_on_page", "form.fill_seconds")
"""Fields of numbers with decimals."""
_OUTERMOST = frozenset([path[0] for path in _PATHS.values()])
_MAIL = re.compile(r"[^\s@]@[^\s@]")
_FEWEST_DIGITS = 5
_NO_CELLS: Mapping[str, object] = {}
_ROUNDED = re.compile(r"\d[.,]?\d*[eE][+]?\d+")
"""What a spreadsheet leaves of a long number: 4.41E+11."""
_MAX_LEVELS = 8
"""More levels than the contract has. A line with hundreds of nested brackets stays nested below that."""

_LONGEST_PATH = 200
"""Characters of the names before a value's own. A long name with thousands of values in it would be copied for each."""


def lead_from_row(
    row: Mapping[str, object],
    mapping: Mapping[str, Sequence[str]],
    marks: Mapping[str, Mark | None] = MappingProxyType({}),
) -> dict[str, Any]:
    """The lead's raw JSON object from one row (column to cell), without fields whose cell is empty.

    Numbers stay numbers, which ``intake`` reads as it does those of a call (a phone in Parquet); what JSON has not
    becomes text. The cell of ``submitted_at`` is left as it is, for ``dates.parse_time``. Of a field with several
    columns the first usable cell is the lead's; the other cells stand under their columns' names, as fields that the
    contract does not know. ``marks`` says how the columns of these fields write decimals (``folder.Plan``).
    """
    lead: dict[str, Any] = {}
    for field, columns in mapping.items():
        if len(columns) == 1:  # almost all fields, at no further cost
            value, others = _read_cell(field, row.get(columns[0])), _NO_CELLS
        else:
            value, others = _first_usable(field, columns, row)
        if value is None:
            continue
        if isinstance(value, str) and field in marks:
            value = _settle(field, value, marks[field])
        *outer, name = _PATHS[field]
        part = lead
        for key in outer:
            part = part.setdefault(key, {})
        part[name] = value
        for other, cell in others.items():
            lead[f"{other} (column)" if other in _OUTERMOST else other] = cell
    return lead


def _read_cell(field: str, cell: object) -> object:
    """What a cell holds, as the contract has it; None for an empty cell."""
    if isinstance(cell, str):
        return cell if cell and not cell.isspace() else None
    value = decode_cell(cell)
    if is_empty(value):
        return None
    return value if field == "submitted_at" or isinstance(value, str | int | float | dict | list) else str(value)


def _settle(field: str, text: str, mark: Mark | None) -> str:
    """A number by its column's mark. Where that shows none, seconds have a point: a program measured them."""
    return settle_marks(text, mark) if mark or field == _AMOUNT else text


def _first_usable(field: str, columns: Sequence[str], row: Mapping[str, object]) -> tuple[object, dict[str, object]]:
    """The first cell that can be a contact, or else the first that is not empty (None if all are); and the others."""
    cells = {column: cell for column in columns if (cell := _read_cell(field, row.get(column))) is not None}
    best = next((column for column, cell in cells.items() if can_be(field, cell)), next(iter(cells), ""))
    return cells.pop(best, None), cells


def can_be(contact: str, cell: object) -> bool:
    """Whether a cell may hold a mail address or a phone number, at a glance: a word for nothing does not."""
    text = str(cell)
    if contact == "email":
        return _MAIL.search(text) is not None
    digits = [char for char in text if char.isdecimal()]
    return len(digits) >= _FEWEST_DIGITS and len(set(digits)) > 1 and _ROUNDED.fullmatch(text.strip()) is None


def is_empty(value: object) -> bool:
    """Whether a cell holds nothing: null, blanks, or the NaN that some writers of Parquet put in an empty cell."""
    value = decode_cell(value)
    return (
        value is None or (isinstance(value, str) and not value.strip()) or (isinstance(value, float) and isnan(value))
    )


def decode_cell(value: object) -> object:
    """A cell with bytes decoded as UTF-8, because some writers of Parquet write text as bytes."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def flatten(row: Mapping[str, Any]) -> dict[str, Any]:
    """Name nested values by their paths: ``{"client": {"ip": 1}}`` becomes ``{"client.ip": 1}``."""
    return dict(_flatten(row, "", _MAX_LEVELS))


def _flatten(row: Mapping[str, Any], path: str, levels: int) -> list[tuple[str, Any]]:
    flat: list[tuple[str, Any]] = []
    for name, value in row.items():
        if isinstance(value, Mapping) and levels > 1 and len(path) + len(name) <= _LONGEST_PATH:
            flat += _flatten(value, f"{path}{name}.", levels - 1)
        else:
            flat.append((path + name, value))
    return flat
