"""How does a row of a file become a lead's JSON object? Cell by cell, by the mapping of fields to columns."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from types import MappingProxyType
from typing import Any

from fraudcheck.batch.columns import FIELDS
from fraudcheck.fields.amounts import Mark, settle_marks

_PATHS = {field: tuple(field.split(".")) for field in FIELDS}
DECIMAL_FIELDS = ("source.price.amount", "form.seconds_on_page", "form.fill_seconds")
"""Fields of numbers with decimals."""
_MAX_LEVELS = 8
"""More levels than the contract has. A line with hundreds of nested brackets stays nested below that."""

_LONGEST_PATH = 200
"""Characters of the names before a value's own. A long name with thousands of values in it would be copied for each."""


def lead_from_row(
    row: Mapping[str, object], mapping: Mapping[str, str], marks: Mapping[str, Mark | None] = MappingProxyType({})
) -> dict[str, Any]:
    """The lead's raw JSON object from one row (column to cell), without fields whose cell is empty.

    Numbers stay numbers, which ``intake`` reads as it does those of a call (a phone in Parquet); what JSON has not
    becomes text. The cell of ``submitted_at`` is left as it is, for ``dates.parse_time``. ``marks`` says how the
    columns of these fields write decimals (``folder.Plan``).
    """
    lead: dict[str, Any] = {}
    for field, column in mapping.items():
        value = decode_cell(row.get(column))
        if is_empty(value):
            continue
        if field != "submitted_at" and not isinstance(value, str | int | float | dict | list):
            value = str(value)
        elif isinstance(value, str) and field in marks and (marks[field] or field == DECIMAL_FIELDS[0]):
            value = settle_marks(value, marks[field])  # a program measures seconds, and writes a point
        *outer, name = _PATHS[field]
        part = lead
        for key in outer:
            part = part.setdefault(key, {})
        part[name] = value
    return lead


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
