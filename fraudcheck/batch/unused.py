"""Which columns of a file hold contacts or times and are not used? They are told by their cells, and named.

They are not guessed at, but where a heading may be a field's and leaves it to the cells.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

import pyarrow as pa

from fraudcheck.batch.cells import AMOUNT, CURRENCY, decode_cell, flatten, gives_no_time, is_empty
from fraudcheck.batch.columns import (
    CONTACTS,
    Columns,
    field_by_cells,
    in_order_of_fields,
    rank_column,
    says_else,
)
from fraudcheck.batch.dates import is_date
from fraudcheck.batch.outcome_columns import tells_outcome
from fraudcheck.batch.source import JSON, LINE, ROW
from fraudcheck.fields.amounts import names_currency
from fraudcheck.fields.form_token import is_ours
from fraudcheck.intake.body import parse_body
from fraudcheck.report.tables import printable, shortened

ROWS_SAMPLED = 1000
"""Rows at the beginning of a file whose cells are looked at."""
_MOST = 0.6
"""The share of a column's cells that have to look like contacts. The others are words for nothing, or mistyped."""
_DISTINCT = 0.3
"""The share of these that have to differ: the addresses of ten salespeople are no contacts of leads."""
_MAIL = re.compile(r"\s{0,9}<?[^\s@<>]{1,64}@[^\s@<>]{1,253}\.[^\W\d_]{2,63}>?\s{0,9}")
_PHONE = re.compile(
    r"\s{0,9}(?:\+|00|0|\(0?)\d[\d\s().\-/]{5,22}\d\s{0,9}|\s{0,9}\(?\d{3}\)?[\s.\-]\d{3}[\s.\-]\d{4}\s{0,9}"
)
"""A number that begins like one (+84, 0084, 091) or is written in groups as in North America."""
_BARE_DIGITS = re.compile(r"(?!1[5-9]\d{8}(?:\d{3})?$)[1-9]\d{8,12}(?:\.0)?")
"""A number without anything that tells it from an id; no seconds or milliseconds since 1970."""
_DATE = re.compile(r"\s{0,9}\d{1,4}([./-])\d{1,2}\1\d{1,4}\b.*", re.DOTALL)
_NAMES_NUMBERS = re.compile(
    r"id|code|mã|ref|stamp|price|amount|cost|budget|value|zip|plz|isbn|vat|tax|iban|account", re.IGNORECASE
)
"""What stands in the headings of long numbers that are no phones."""
_FAX = re.compile(r"fax|faks|φαξ|факс|פקס|فاکس|فاكس|传真|傳真|ファ[ッツ]クス|팩스|แฟกซ์|फैक्स", re.IGNORECASE)
_TIMES_LOOKED_AT = 100
_LONGEST_HEADING = 100
_SHOWN = {"email": "mail addresses", "phone": "phone numbers", "submitted_at": "times"}


def shown(column: str) -> str:
    """A heading for a terminal, cut: what stands there is anybody's, and may be a whole row."""
    return printable(shortened(column, _LONGEST_HEADING))


def mapped_by_cells(table: pa.Table, mapping: Columns, left_out: Collection[str] = ()) -> dict[str, tuple[str, ...]]:
    """The mapping, and for missing fields the columns whose headings leave it to the cells and whose cells say so.

    Columns that are ``left_out`` are never taken.
    """
    found = dict(mapping)
    for column, cells in cells_by_column(table):
        field = field_by_cells(column)
        if (
            field
            and field not in found
            and column not in left_out
            and column not in chain.from_iterable(found.values())
        ):
            holds = _HOLDS.get(field)
            is_so = holds(cells) if holds else _contact_in(column, cells) == field
            found |= {field: (column,)} if is_so else {}
    return in_order_of_fields(found)


def unused_columns(table: pa.Table, mapping: Columns) -> list[str]:
    """A sentence for each column that no field uses whose cells look like mail addresses, phone numbers, or like times
    where the file has none; and for each that tells what became of the leads.
    """
    used = {*chain.from_iterable(mapping.values()), ROW, LINE, JSON}
    columns = [(column, [*cells]) for column, cells in cells_by_column(table)]
    has_times = any(column in mapping.get("submitted_at", ()) for column, _ in columns)
    looks_so = [
        f"the column {shown(column)!r} looks like {_SHOWN[field]} and is not used: map it with {field}={shown(column)}"
        for column, cells in columns
        if column not in used and (field := _field_in(column, cells, has_times))
    ]
    return looks_so + [
        f"the column {shown(column)!r} may say what became of the leads and is not used: once the leads are in the "
        "ledger, bring it with fraudcheck outcomes import"
        for column, cells in columns
        if column not in used and tells_outcome(column) and not all(map(is_empty, cells))
    ]


def prices_of_no_currency(table: pa.Table, mapping: Columns, constants: Mapping[str, str]) -> list[str]:
    """A sentence, if most prices of a table name no currency and nothing else says it: they are in no audit's money."""
    columns = [*mapping.get(AMOUNT, ())]
    if not columns or CURRENCY in mapping or CURRENCY in constants:
        return []
    given = [cell for name, cells in cells_by_column(table) if name in columns for cell in cells if not is_empty(cell)]
    without = sum(not names_currency(cell) for cell in given)
    if 2 * without <= len(given):
        return []
    return [
        f"the prices of the column {shown(columns[0])!r} name no currency, so that nothing of these leads can be "
        f"claimed: set {CURRENCY}, as EUR"
    ]


def _field_in(column: str, cells: Sequence[object], has_times: bool) -> str:
    """What a column's cells look like, a contact or times that the file lacks; "" for neither."""
    if contact := _contact_in(column, cells):
        return "" if contact == "phone" and _FAX.search(column) else contact
    return "submitted_at" if not has_times and not says_else(column) and _holds_times(cells) else ""


def _holds_times(cells: Iterable[object]) -> bool:
    given = [*islice((cell for cell in map(decode_cell, cells) if not gives_no_time(cell)), _TIMES_LOOKED_AT)]
    return bool(given) and sum(map(is_date, given)) >= _MOST * len(given)


def _holds_tokens(cells: Iterable[object]) -> bool:
    """Whether what was given are texts of the form's script. Its column's name is a check's result elsewhere."""
    given = [*islice((str(cell) for cell in map(decode_cell, cells) if not is_empty(cell)), _TIMES_LOOKED_AT)]
    return bool(given) and sum(map(is_ours, given)) >= _MOST * len(given)


_HOLDS = {"submitted_at": _holds_times, "form.token": _holds_tokens}
"""What tells by its cells that a column is a field's, for those that are no contacts."""


def cells_by_column(table: pa.Table) -> Iterator[tuple[str, Iterable[object]]]:
    """The columns of a slice, each with its cells; of NDJSON the names in its lines."""
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
