"""Which rows does a CRM's export or an agency's list hold? By the readers of leads' files, in any format they know.

Dates are brought into one form here, by what the whole column shows. Amounts, statuses and reasons are read by who
takes the rows.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
from msgspec import Struct

from fraudcheck.batch.bounds import UNBOUNDED, Bounds
from fraudcheck.batch.cells import decode_cell, flatten, gives_no_time, is_empty
from fraudcheck.batch.columns import date_order
from fraudcheck.batch.date_order import DateOrder
from fraudcheck.batch.dates import is_zone, parse_time
from fraudcheck.batch.outcome_columns import OUTCOME, named_currency, propose
from fraudcheck.batch.progress import mapping_text
from fraudcheck.batch.raw_files import save_stream
from fraudcheck.batch.reading import open_source
from fraudcheck.batch.source import JSON, LINE, ROW, Source
from fraudcheck.fields.amounts import Mark, shown_mark
from fraudcheck.intake.body import parse_body
from fraudcheck.operations.import_outcomes import read_status
from fraudcheck.records import format_utc
from fraudcheck.report.csv_rows import Row

_ROWS = 1_000
"""Rows that are read at a time, and looked at to see which of several columns of statuses is one."""
_ORDERS = {"day-first": "day_first", "month-first": "month_first"}
_MONEY = ("amount", "credited")
_KNOWN = 0.5
"""The share of a column's different statuses that have to be known ones, where several columns may be the outcome."""


Word = Callable[[str], object]
"""What a status means; None for one that is not known."""


class Asked(Struct, frozen=True, kw_only=True):
    """How a file is to be read: as ``batch.request.Request`` has it. ``path`` is None for standard input.

    ``currency`` is that of amounts beside which none stands, ``vendor`` that of rows that name none.
    """

    path: Path | None
    fields: tuple[str, ...] = OUTCOME
    chosen: Mapping[str, Sequence[str]] = {}
    encoding: str | None = None
    dates: str | None = None
    zone: str = "UTC"
    currency: str | None = None
    vendor: str | None = None
    bounds: Bounds = UNBOUNDED


class File(Struct, frozen=True, kw_only=True):
    """An open file: what is in it (``text``, lines for a reader), the columns of each field, and its rows.

    ``mark`` is the one before decimals that its amounts show. ``ours`` says that it was written for fraudcheck: its
    column is headed "outcome", as no CRM's is.
    """

    text: list[str]
    mapping: Mapping[str, tuple[str, ...]]
    rows: Iterator[Row]
    mark: Mark | None
    ours: bool


@contextmanager
def open_rows(asked: Asked, word: Word = read_status) -> Iterator[File]:
    """Open a file. ``word`` says what a status is, to tell columns of statuses from others of such a name.

    Raises ValueError with what to do.
    """
    if not is_zone(asked.zone):
        raise ValueError(f"there is no time zone {asked.zone!r}; give an IANA name such as Europe/Warsaw")
    with tempfile.TemporaryDirectory() as scratch:
        path = asked.path
        if path is None:
            path = Path(scratch) / "standard-input"
            save_stream(sys.stdin.buffer, path)
        with open_source(path, Path(scratch), asked.encoding, asked.bounds) as source:
            mapping = propose(source.columns, asked.chosen, asked.fields)
            told = _told(asked.fields)
            if told in mapping and told not in asked.chosen:
                mapping[told] = _told_columns(source, mapping[told], word)
            order, mark = _look_through(source, mapping, asked)
            yield File(
                text=mapping_text(source, mapping, {}, lost=source.lost),
                mapping=mapping,
                rows=_rows(source, mapping, asked, order),
                mark=mark,
                ours=any(column.strip().casefold() == told for column in mapping.get(told, ())),
            )


def _told(fields: Sequence[str]) -> str:
    """The field that says what a row is brought for."""
    return "outcome" if "outcome" in fields else "answer"


def _told_columns(source: Source, columns: tuple[str, ...], word: Word) -> tuple[str, ...]:
    """Of several columns those whose cells are statuses; the best heading's where none has any."""
    if len(columns) < 2:
        return columns
    seen: dict[str, Counter[str]] = {column: Counter() for column in columns}
    for _, cells in islice(_cells_of(source), _ROWS):
        for column in columns:
            if (text := _text(cells.get(column))) is not None:
                seen[column][text] += 1
    known = tuple(
        column
        for column, words in seen.items()
        if words and sum(word(each) is not None for each in words) >= _KNOWN * len(words)
    )
    return known or columns[:1]


def _look_through(source: Source, mapping: Mapping[str, tuple[str, ...]], asked: Asked) -> tuple[str, Mark | None]:
    """How the dates are written, and which mark stands before decimals: one walk through the file."""
    times, money = mapping.get("at", ()), [column for name in _MONEY for column in mapping.get(name, ())]
    if not times and not money:
        return "iso", None
    dates, marks = DateOrder(), set[Mark]()
    for _, cells in _cells_of(source):
        for column in times:
            if not gives_no_time(cell := cells.get(column)):
                dates.count(cell)
        for column in money:
            if isinstance(cell := cells.get(column), str) and (mark := shown_mark(cell)):
                marks.add(mark)
    order = _ORDERS[asked.dates] if asked.dates else dates.decide(date_order(source.columns))
    return order, next(iter(marks)) if len(marks) == 1 else None


def _rows(source: Source, mapping: Mapping[str, tuple[str, ...]], asked: Asked, order: str) -> Iterator[Row]:
    zone = ZoneInfo(asked.zone)
    headed = {column: named_currency(column) for name in _MONEY for column in mapping.get(name, ())}
    named = next(filter(None, headed.values()), None) or asked.currency
    several = {name: columns for name, columns in mapping.items() if len(columns) > 1}
    for (line, unreadable), cells in _cells_of(source):
        problem = unreadable
        row: dict[str, str] = {}
        for name, columns in mapping.items():
            for column in columns:
                if (text := _text(cells.get(column))) is not None:
                    row[name] = f"{row[name]}\n{text}" if name in several and name in row else text
        if "at" in row:
            try:
                row["at"] = _moment(cells[mapping["at"][0]], order, zone)
            except ValueError as fault:
                problem = problem or f"at: {fault}"
            row = {name: text for name, text in row.items() if text}
        if named and any(name in row for name in _MONEY):
            row.setdefault("currency", named)
        if asked.vendor:
            row.setdefault("vendor", asked.vendor)
        if row or problem:
            yield Row(line, row, problem or None)


def _moment(cell: object, order: str, zone: ZoneInfo) -> str:
    """RFC 3339 in UTC; "" where the cell gives no time. Raises ValueError."""
    return "" if gives_no_time(cell) else format_utc(parse_time(cell, order, zone).at)


def _cells_of(source: Source) -> Iterator[tuple[tuple[int, str], Mapping[str, object]]]:
    """Line, problem and cells of each row, in the order of the file."""
    for part in source.slices(_ROWS):
        rows = [((line, ""), cells) for line, cells in _read(part.table)]
        rows += [((each.line, each.problem), {}) for each in part.rejected]
        yield from sorted(rows, key=lambda row: row[0])


def _read(table: pa.Table) -> Iterator[tuple[int, Mapping[str, object]]]:
    lines = table[LINE].to_pylist()
    if JSON in table.column_names:
        for line, content in zip(lines, table[JSON].to_pylist(), strict=True):
            yield line, flatten(parse_body(content))
        return
    rest = table.drop_columns([ROW, LINE])
    yield from zip(lines, rest.to_pylist(), strict=True)


def _text(cell: object) -> str | None:
    """A cell as text, None for an empty one. A number that a spreadsheet keeps as 12.0 is 12."""
    value = decode_cell(cell)
    if is_empty(value):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value).strip()
