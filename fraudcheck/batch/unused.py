"""Which columns of a file hold contacts and are not used? They are told by their cells, and named, never guessed at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

import pyarrow as pa

from fraudcheck.batch.cells import decode_cell, flatten, is_empty
from fraudcheck.batch.columns import CONTACTS, Columns, rank_column
from fraudcheck.batch.source import JSON, LINE, ROW
from fraudcheck.intake.body import parse_body
from fraudcheck.report.tables import printable

ROWS_SAMPLED = 1000
"""Rows at the beginning of a file whose cells are looked at."""
_MOST = 0.6
"""The share of a column's cells that have to look like contacts. The others are words for nothing, or mistyped."""
_DISTINCT = 0.3
"""The share of these that have to differ: the addresses of ten salespeople are no contacts of leads."""
_MAIL = re.compile(r"\s*<?[^\s@<>]{1,64}@[^\s@<>]{1,253}\.[^\W\d_]{2,63}>?\s*")
_PHONE = re.compile(r"\s*(?:\+|00|0|\(0?)\d[\d\s().\-/]{5,22}\d\s*|\s*\(?\d{3}\)?[\s.\-]\d{3}[\s.\-]\d{4}\s*")
"""A number that begins like one (+84, 0084, 091) or is written in groups as in North America."""
_BARE_DIGITS = re.compile(r"(?!1[5-9]\d{8}(?:\d{3})?$)[1-9]\d{8,12}(?:\.0)?")
"""A number without anything that tells it from an id; no seconds or milliseconds since 1970."""
_DATE = re.compile(r"\s*\d{1,4}([./-])\d{1,2}\1\d{1,4}\b.*", re.DOTALL)
_NAMES_NUMBERS = re.compile(
    r"id|code|mã|ref|stamp|price|amount|cost|budget|value|zip|plz|isbn|vat|tax|iban|account", re.IGNORECASE
)
"""What stands in the headings of long numbers that are no phones."""
_SHOWN = {"email": "mail addresses", "phone": "phone numbers"}


def unused_contacts(table: pa.Table, mapping: Columns) -> list[str]:
    """A sentence for each column whose cells look like mail addresses or phone numbers and that no field uses."""
    used = {*chain.from_iterable(mapping.values()), ROW, LINE, JSON}
    return [
        f"the column {printable(column)!r} looks like {_SHOWN[contact]} and is not used: map it with "
        f"{contact}={printable(column)}"
        for column, cells in _columns(table)
        if column not in used and (contact := _contact_in(column, cells))
    ]


def _columns(table: pa.Table) -> Iterator[tuple[str, Iterable[object]]]:
    if JSON not in table.column_names:
        yield from ((name, table[name].to_pylist()) for name in table.column_names)
        return
    rows = [flatten(parse_body(line)) for line in table[JSON].to_pylist()]
    for name in dict.fromkeys(chain.from_iterable(rows)):
        yield name, [row.get(name) for row in rows]


def _contact_in(column: str, cells: Iterable[object]) -> str:
    """Which contact most cells of a column are, email or phone; "" for neither."""
    texts = [_text(cell) for cell in cells if not is_empty(cell)]
    found = {contact: [text for text in texts if _is_like(contact, column, text)] for contact in CONTACTS}
    likely = max(CONTACTS, key=lambda contact: len(found[contact]))
    alike = [*chain.from_iterable(found.values())]
    enough = 1 if rank_column(column)[1] == likely else _MOST * len(texts)
    return likely if alike and len(alike) >= enough and len(set(alike)) >= _DISTINCT * len(alike) else ""


def _text(cell: object) -> str:
    value = decode_cell(cell)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _is_like(contact: str, column: str, text: str) -> bool:
    if contact == "email":
        return _MAIL.fullmatch(text) is not None
    if _PHONE.fullmatch(text):
        return _DATE.fullmatch(text) is None
    return _BARE_DIGITS.fullmatch(text) is not None and _NAMES_NUMBERS.search(column) is None
