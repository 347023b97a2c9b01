"""How is a Parquet file of leads read? Flattened, in types that Python has, a few rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fraudcheck.batch.bounds import Bounds, TooMuch
from fraudcheck.batch.source import (
    MAX_ROW_CHARACTERS,
    ROW,
    TOO_LONG,
    Rejected,
    Slice,
    Source,
    check_columns,
    with_row_numbers,
)

_ROWS_AT_ONCE = 500
"""Rows that are unpacked at a time: a file of some kilobytes may hold gigabytes of one repeated word."""
_MAX_FOOTER = 16 << 20
"""Bytes of a file's own description. Arrow takes about thirty times as much memory to read it."""
_TICKS_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_MAX_INT64 = 2**63 - 1
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799
"""The first and last second of Python's calendar (years 1 to 9999), counted from 1970."""


class ParquetSource(Source):
    """A Parquet file. ``path`` is the file as it was given, ``unpacked`` the same without gzip."""

    kind = "parquet"

    def __init__(self, path: Path, unpacked: Path, bounds: Bounds) -> None:
        self._unpacked, self._size, self._bounds = unpacked, unpacked.stat().st_size, bounds
        self._check_footer()
        with self._open(path) as parquet:
            self._check_metadata(parquet.metadata)
            names = _flatten_table(parquet.schema_arrow.empty_table()).column_names
            super().__init__(path, names, [f"Parquet, {parquet.metadata.num_rows:,} rows"], bounds)

    def slices(self, size: int) -> Iterator[Slice]:
        """See ``Source``."""
        first_row, unpacked = 1, 0
        with self._open(self._path) as parquet:
            empty = self._numbered_part(first_row, parquet.schema_arrow.empty_table()).table
            tables, rejected = [empty], list[Rejected]()
            for batch in parquet.iter_batches(_ROWS_AT_ONCE):  # these end with the file's row groups; slices do not
                self._bounds.check_rows(first_row - 1 + len(batch))
                rest = pa.Table.from_batches([batch])
                while len(rest):
                    room = size - (first_row - 1) % size
                    part = self._numbered_part(first_row, rest[:room])
                    unpacked += part.table.nbytes
                    self._bounds.check_unpacked(unpacked, self._size)
                    tables.append(part.table)
                    rejected += part.rejected
                    first_row += len(rest[:room])
                    rest = rest[room:]
                    if (first_row - 1) % size == 0:
                        yield Slice(pa.concat_tables(tables), rejected)
                        tables, rejected = [empty], []
            if (first_row - 1) % size:
                yield Slice(pa.concat_tables(tables), rejected)

    def _check_footer(self) -> None:
        """Raises TooMuch if the file's description of itself is too long to be read."""
        with self._unpacked.open("rb") as file:
            file.seek(max(0, self._size - 8))
            if int.from_bytes(file.read(4), "little") > min(_MAX_FOOTER, self._size):
                raise TooMuch(
                    f"the Parquet file's footer is damaged or longer than {_MAX_FOOTER:,} bytes: write the file again, "
                    "with larger row groups"
                )

    def _check_metadata(self, told: pq.FileMetaData) -> None:
        """Raises TooMuch if the file says itself that it holds more than the bounds allow."""
        check_columns(told.num_columns)
        rows = unpacked = 0
        for group in map(told.row_group, range(told.num_row_groups)):
            rows += group.num_rows
            for chunk in map(group.column, range(group.num_columns)):
                unpacked += chunk.total_uncompressed_size
                if chunk.num_values > MAX_ROW_CHARACTERS * max(1, group.num_rows):
                    raise TooMuch("the Parquet file holds lists that are too long for a lead: leave these columns out")
        self._bounds.check_rows(max(rows, told.num_rows))
        self._bounds.check_unpacked(unpacked, self._size)

    def _numbered_part(self, first_row: int, table: pa.Table) -> Slice:
        table.validate(full=True)  # text from elsewhere need not be UTF-8, which would be noticed only much later
        rows = range(first_row, first_row + len(table))
        data = with_row_numbers(rows, rows, _flatten_table(table).rename_columns(self.columns))
        rejected = list[Rejected]()
        return Slice(pa.concat_tables([data[:0], *_without_long_rows(data, rejected)]), rejected)

    @contextmanager
    def _open(self, path: Path) -> Iterator[pq.ParquetFile]:
        try:
            with pq.ParquetFile(self._unpacked) as parquet:
                yield parquet
        except pa.ArrowMemoryError:
            raise MemoryError from None
        except (pa.ArrowException, OSError, UnicodeDecodeError):  # the last comes from the names of columns
            raise ValueError(f"{path.name} is damaged Parquet; get it again") from None


def _without_long_rows(data: pa.Table, rejected: list[Rejected]) -> Iterator[pa.Table]:
    """The table without rows that are too long, in parts; those rows are added to ``rejected``.

    The table is halved until a part is small enough or one row long, which is quick because long rows are rare.
    """
    if data.nbytes <= MAX_ROW_CHARACTERS:
        yield data
    elif len(data) == 1:
        row = data[ROW][0].as_py()
        rejected.append(Rejected(row, row, TOO_LONG))
    else:
        yield from _without_long_rows(data[: len(data) // 2], rejected)
        yield from _without_long_rows(data[len(data) // 2 :], rejected)


def _flatten_table(table: pa.Table) -> pa.Table:
    """The table with structs as columns with dotted names, and with types that Python has."""
    while any(pa.types.is_struct(kind) for kind in table.schema.types):
        table = table.flatten()
    return pa.Table.from_arrays([_in_python_types(column) for column in table.columns], table.column_names)


def _in_python_types(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column without dictionaries, and with times in microseconds, the finest that Python has."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _in_python_types(column.cast(kind.value_type))
    if pa.types.is_timestamp(kind):
        return _timestamps(column)
    if pa.types.is_duration(kind) and kind.unit == "ns":
        return column.cast(pa.duration("us"), safe=False)
    return column.cast(pa.time64("us"), safe=False) if pa.types.is_time64(kind) else column


def _timestamps(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Timestamps in microseconds; in UTC if they have a zone, as this machine may not know it. A time outside Python's
    calendar becomes null.
    """
    kind = column.type
    ticks = column.cast(pa.int64())
    first = max(_FIRST_SECOND * _TICKS_PER_SECOND[kind.unit], -_MAX_INT64)
    last = min(_LAST_SECOND * _TICKS_PER_SECOND[kind.unit], _MAX_INT64)
    in_calendar = pc.and_(pc.greater_equal(ticks, pa.scalar(first)), pc.less_equal(ticks, pa.scalar(last)))
    kept = pc.if_else(in_calendar, column, pa.scalar(None, kind))
    return kept.cast(pa.timestamp("us", "UTC" if kind.tz else None), safe=False)
