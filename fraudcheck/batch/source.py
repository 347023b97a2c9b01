"""What does every file of leads have, whatever its format? Columns, notes on how it is written, and rows in slices."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from fraudcheck.batch.bounds import Bounds, TooMuch

if TYPE_CHECKING:
    import pyarrow as pa  # of an extra, and 17 MB; the service describes a Rejected and has no need of it

ROW, LINE, JSON = "row number ", "line number ", "json line "
"""Columns that a slice has beside the file's own. The file's own names never end with a blank, so these are unique."""

MAX_ROW_CHARACTERS = 1 << 17
"""Longest row, in characters: twice what the service takes as a lead's body. It bounds the memory, because a quotation
mark that nothing closes would take in the rest of the file."""
MAX_COLUMNS = 2000
_CONTACT = re.compile(r"[^\s@]{1,64}@[^\s@]{1,253}\.\w{1,63}|\+?\d[\d\s()./-]{6,}")
"""A mail address or a phone number. No column has such a name: a first line with one is a lead, not a heading."""
TOO_LONG = f"longer than {MAX_ROW_CHARACTERS:,} characters"
_ROWS_AT_ONCE = 250
"""Rows that are turned into columns together. With many more, each cell is fetched from memory twice, at half the
speed."""


class Rejected(Struct, frozen=True, omit_defaults=True):
    """A row that cannot be judged, and the line on which it begins. ``problem`` quotes nothing of the row.

    ``file`` names the file where there are several; ``row`` then counts through all of them.
    """

    row: int
    line: int
    problem: str
    file: str | None = None


class Slice(Struct, frozen=True):
    """Consecutive rows of a file: those that could be read, as a table, and the rejected ones.

    The table has the file's columns (of NDJSON the whole line, under JSON), and ROW and LINE.
    """

    table: pa.Table
    rejected: list[Rejected]


class Source:
    """An open file of leads: its ``kind`` (csv, ndjson, parquet, spreadsheet), its ``columns``, ``notes`` for a reader,
    and ``lost``, what of it is not read, in sentences.

    Raises TooMuch if the file has too many columns.
    """

    kind = ""
    delimiter, bom = ",", False
    lost: Sequence[str] = ()

    def __init__(self, path: Path, names: Iterable[str], notes: Sequence[str], bounds: Bounds) -> None:
        self._path, self._bounds = path, bounds
        self.columns = _unique_names(names)
        self.notes = list(notes)
        check_columns(len(self.columns))

    def slices(self, size: int) -> Iterator[Slice]:
        """All rows in slices of ``size`` rows. Every call starts at the beginning of the file.

        Raises TooMuch if there are more than the bounds allow.
        """
        raise NotImplementedError


def check_columns(columns: int) -> None:
    """Raises TooMuch if a file may not have so many columns."""
    if columns > MAX_COLUMNS:
        raise TooMuch(f"the file has more than {MAX_COLUMNS:,} columns; leave out what says nothing of leads")


def check_heading(names: Iterable[str]) -> None:
    """Raises ValueError if a file's first line is no heading but a lead."""
    if any(_CONTACT.fullmatch(name.strip()) for name in names):
        raise ValueError("the file's first line is a lead: put one before it that names the columns")


def _unique_names(names: Iterable[str]) -> list[str]:
    """Names that are all different and not empty: the second "Phone" becomes "Phone (2)"."""
    unique: dict[str, None] = {}
    counts: dict[str, int] = {}
    for position, name in enumerate(names, 1):
        stripped = candidate = name.strip() or f"column {position}"
        while candidate in unique:
            counts[stripped] = counts.get(stripped, 1) + 1
            candidate = f"{stripped} ({counts[stripped]})"
        unique[candidate] = None
    return list(unique)


def slice_rows(rows: Iterator[tuple[int, Any, str]], size: int, schema: pa.Schema) -> Iterator[Slice]:
    """Cut rows (line, cells, problem) into slices of ``size`` rows. A row with a problem is rejected."""
    import pyarrow as pa  # noqa: PLC0415 - see above

    first_row = 1
    while part := list(islice(rows, size)):
        good = [(row, line, cells) for row, (line, cells, problem) in enumerate(part, first_row) if not problem]
        rejected = [Rejected(row, line, problem) for row, (line, _, problem) in enumerate(part, first_row) if problem]
        tables = [
            _table([cells for *_, cells in good[start : start + _ROWS_AT_ONCE]], schema)
            for start in range(0, len(good), _ROWS_AT_ONCE)
        ]
        data = pa.concat_tables([schema.empty_table(), *tables]).combine_chunks()
        yield Slice(with_row_numbers([row for row, *_ in good], [line for _, line, _ in good], data), rejected)
        first_row += len(part)


def _table(rows: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415 - see above

    arrays = [pa.array(cells, field.type) for cells, field in zip(zip(*rows, strict=True), schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def with_row_numbers(rows: Sequence[int], lines: Sequence[int], data: pa.Table) -> pa.Table:
    """The table with ROW and LINE before its own columns."""
    import pyarrow as pa  # noqa: PLC0415 - see above

    numbers = [pa.array(rows, pa.uint32()), pa.array(lines, pa.uint64())]
    return pa.Table.from_arrays([*numbers, *data.columns], [ROW, LINE, *data.column_names])
