"""What is in a file of leads? CSV, NDJSON or Parquet, by what it holds and not by its name, in slices of so many rows.

What cannot be made sense of is a rejected row with its line, and the reading goes on. No text from here quotes a cell.
Memory does not grow with the file.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import os
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from hashlib import file_digest
from itertools import islice
from pathlib import Path
from secrets import token_hex
from shutil import copyfileobj
from typing import Any, BinaryIO, TextIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec import Struct

from fraudcheck.batch import columns, encodings
from fraudcheck.intake.lead import MAX_BYTES, Unreadable, parse_body

ROW, LINE, JSON = "row number ", "line number ", "json line "
"""Columns of a slice beside the file's own, whose names have no blank at their end."""

_LONGEST = 1 << 17
"""Characters of a row, twice what the service takes as a lead's body: what bounds the memory. A quotation mark that
nothing closes takes all there is."""
_PIECE = 1 << 20
_FEW = 500
"""Rows of Parquet that are unpacked at a time: a few kilobytes may hold gigabytes of one word."""
_MOST_COLUMNS = 2000
_SAMPLE = 1 << 16
_LOOK = 10_000
"""Lines of NDJSON whose names are looked at."""
_AT_ONCE = 250
"""Rows that become columns together: with many more, each cell is fetched from memory twice, at half the speed."""
_LEADS_OWN = re.compile(r"\s*(\S+@\S+\.\w+|\+?\d[\d\s()./-]{6,})\s*")
"""An address or a number, which no column is named by."""
_SEPARATOR_LINE = re.compile(r'"?sep=([^\w"\r\n])"?[\r\n]*', re.IGNORECASE)
_TOO_LONG = f"longer than {_LONGEST:,} characters"
_SPELT = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_CHARACTER = "\ufffd"
"""What stands for bytes that are no character."""

csv.field_size_limit(_LONGEST)  # the csv module has one for the whole process; _Lines holds the record to it


class Rejected(Struct, frozen=True):
    """A row that cannot be judged, with the line on which it begins. The problem holds nothing of it."""

    row: int
    line: int
    problem: str


class Slice(Struct, frozen=True):
    """Rows of a file, one after the other: those that could be read as a table with ROW and LINE, and the others.

    The table has the file's columns; of NDJSON it has the lines, under JSON.
    """

    table: pa.Table
    rejected: list[Rejected]


class Source:
    """A file of leads: its ``kind`` (csv, ndjson, parquet), ``columns``, and ``notes`` of how it is written."""

    kind = ""
    delimiter, bom = ",", False

    def __init__(self, path: Path, names: Iterable[str], notes: Sequence[str]) -> None:
        self._path = path
        self.columns = _unlike(names)
        self.notes = list(notes)
        if len(self.columns) > _MOST_COLUMNS:
            raise ValueError(
                f"{path.name} has more than {_MOST_COLUMNS:,} columns; leave out what says nothing of leads"
            )

    def slices(self, size: int) -> Iterator[Slice]:
        """The rows, so many at a time, each time from the beginning."""
        raise NotImplementedError


@contextmanager
def opened(path: Path, scratch: Path | None = None, encoding: str | None = None) -> Iterator[Source]:
    """Open a file of leads; ``scratch`` is a folder for what has to be unpacked, the file's own if not given.

    ``encoding`` is the CSV's, where its owner knows. Raises ValueError, with what to do, for what is none.
    """
    if encoding:
        encodings.check(encoding)
    with ExitStack() as stack:
        with _plain(path) as stream:
            head = stream.read(_SAMPLE)
        if head.startswith(b"PAR1"):
            yield _Parquet(path, stack.enter_context(_seekable(path, scratch or path.parent)))
            return
        if head.startswith((b"PK\3\4", b"\xd0\xcf\x11\xe0")):
            raise ValueError(f"{path.name} is a spreadsheet or an archive; save its leads as CSV")
        mark = next((mark for mark in encodings.MARKS if head.startswith(mark)), b"")
        if 10 * head.count(0) > len(head) and encodings.MARKS.get(mark, "utf-8") == "utf-8":
            raise ValueError(f"{path.name} is no text; save its leads as CSV in UTF-8")
        first = head[len(mark) :].decode(encodings.MARKS.get(mark, "latin-1"), "replace").lstrip()[:1]
        if not first:
            raise ValueError(f"{path.name} is empty")
        if first == "[":
            raise ValueError(f"{path.name} is one JSON array; give one JSON object a line (jq -c '.[]' makes them)")
        if first == "{" and encodings.MARKS.get(mark, "utf-8") != "utf-8":
            raise ValueError(f"{path.name} is JSON in UTF-16; save it in UTF-8")
        yield _Ndjson(path) if first == "{" else _Csv(path, mark, encoding)


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def spooled(stream: BinaryIO, path: Path) -> None:
    """Keep what comes through a pipe, which can be read but once."""
    with placed(path) as file:
        copyfileobj(stream, file, _PIECE)


@contextmanager
def placed(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes the place of ``path`` once it is written; after an error all is as it was."""
    new = path.with_name(f"{path.name}.{token_hex(4)}.new")  # an orphan of a killed run may write the same one
    try:
        with new.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


@contextmanager
def _plain(path: Path) -> Iterator[BinaryIO]:
    """A file's bytes, without the gzip that may be around them."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        if not packed:
            yield file
            return
        try:
            with gzip.open(file) as inner, io.BufferedReader(inner, _PIECE) as stream:
                yield stream  # buffered, since gzip's own lines are slow
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise ValueError(f"{path.name} is damaged gzip; get the file again") from None


@contextmanager
def _seekable(path: Path, folder: Path) -> Iterator[Path]:
    """Parquet is read from its end, which gzip does not allow."""
    with path.open("rb") as file:
        if file.read(4) == b"PAR1":
            yield path
            return
    plain = folder / f"{path.name}.{token_hex(4)}.unpacked"
    try:
        with _plain(path) as packed, plain.open("xb") as unpacked:
            copyfileobj(packed, unpacked, _PIECE)
        yield plain
    finally:
        plain.unlink(missing_ok=True)


def _unlike(names: Iterable[str]) -> list[str]:
    """Names that are all different and not empty: the second Phone is ``Phone (2)``."""
    found: dict[str, None] = {}
    counts: dict[str, int] = {}
    for place, name in enumerate(names, 1):
        plain = unlike = name.strip() or f"column {place}"
        while unlike in found:
            counts[plain] = counts.get(plain, 1) + 1
            unlike = f"{plain} ({counts[plain]})"
        found[unlike] = None
    return list(found)


def _sliced(records: Iterator[tuple[int, Any, str]], size: int, schema: pa.Schema) -> Iterator[Slice]:
    """Cut records (line, cells, problem) into slices."""
    first = 1
    while some := list(islice(records, size)):
        good = [(row, line, cells) for row, (line, cells, problem) in enumerate(some, first) if not problem]
        rejected = [Rejected(row, line, problem) for row, (line, _, problem) in enumerate(some, first) if problem]
        tables = [
            _table([cells for *_, cells in good[at : at + _AT_ONCE]], schema) for at in range(0, len(good), _AT_ONCE)
        ]
        data = pa.concat_tables([schema.empty_table(), *tables]).combine_chunks()
        yield Slice(_numbered([row for row, *_ in good], [line for _, line, _ in good], data), rejected)
        first += len(some)


def _table(rows: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    arrays = [pa.array(cells, field.type) for cells, field in zip(zip(*rows, strict=True), schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _numbered(rows: Sequence[int], lines: Sequence[int], data: pa.Table) -> pa.Table:
    numbers = [pa.array(rows, pa.uint32()), pa.array(lines, pa.uint64())]
    return pa.Table.from_arrays([*numbers, *data.columns], [ROW, LINE, *data.column_names])


# CSV


class _Csv(Source):
    kind = "csv"

    def __init__(self, path: Path, mark: bytes, encoding: str | None) -> None:
        self._start, self.bom = len(mark), bool(mark)
        self._encoding = encodings.MARKS.get(mark) or encoding or ""
        if not self._encoding:
            with _plain(path) as stream:
                self._encoding = encodings.guess(stream)
        with self._decoded(path) as text:
            sample = text.read(_SAMPLE)
        told = _SEPARATOR_LINE.match(sample)
        self.delimiter = told[1] if told else columns.delimiter(sample)
        self._skipped = int(bool(told))
        with self._decoded(path) as text:
            _, heading, problem = next(self._records(text, 0), (0, [], "there is none"))
        if problem:
            raise ValueError(f"the first line of {path.name} is to name the columns: {problem}")
        if any(_LEADS_OWN.fullmatch(cell) for cell in heading):
            raise ValueError("the file's first line is a lead: put one before it that names the columns")
        between = _SPELT.get(self.delimiter, self.delimiter)
        super().__init__(path, heading, [f"CSV, {self._encoding}, with {between} between columns"])
        if lost := self._lost():
            self.notes.append(
                f"{lost:,} characters are none in that encoding and became {_CHARACTER}; if they matter, "
                "name another with --encoding"
            )

    def slices(self, size: int) -> Iterator[Slice]:
        with self._decoded(self._path) as text:
            records = self._records(text, len(self.columns))
            next(records)  # the heading
            yield from _sliced(records, size, pa.schema([(name, pa.string()) for name in self.columns]))

    @contextmanager
    def _decoded(self, path: Path) -> Iterator[TextIO]:
        with _plain(path) as stream:
            stream.read(self._start)
            # What one encoding cannot have is one character of one row, and no reason to stop.
            with io.TextIOWrapper(stream, self._encoding, "replace", newline="") as text:
                yield text

    def _lost(self) -> int:
        with self._decoded(self._path) as text:
            return sum(piece.count(_CHARACTER) for piece in iter(lambda: text.read(_PIECE), ""))

    def _records(self, text: TextIO, width: int) -> Iterator[tuple[int, list[str], str]]:
        """Line, cells and problem of each record that is not blank, with ``width`` cells unless that is 0.

        Where the quotation marks of a record are wrong, its lines are read each by itself: a mark that nothing closes
        would otherwise take with it all the leads until the next one.
        """
        lines = _Lines(text)
        for _ in range(self._skipped):
            next(lines)
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        line = 1 + self._skipped
        while True:
            lines.begin()
            try:
                cells = next(reader, None)
            except csv.Error:
                drawn = lines.drawn.copy()
                torn = len(drawn) > 1
                if torn and '"' in drawn[-1]:
                    lines.again.append(drawn.pop())  # a record of several lines may begin there
                for number, alone in enumerate(drawn, line):
                    cells, problem = self._alone(alone)
                    if any(cells) or problem:
                        yield number, cells, problem or _fitted(cells, width, torn)
                line += len(drawn)
                continue
            if cells is None:
                return
            if any(cells):
                yield line, cells, "" if len(cells) == width else _fitted(cells, width, False)
            line += len(lines.drawn)

    def _alone(self, line: str) -> tuple[list[str], str]:
        """The cells of a line whose quotation marks need not be right, or the problem with it."""
        if len(line) > _LONGEST:
            return [], _TOO_LONG
        cells = next(csv.reader([line.rstrip("\r\n") + "\n"], delimiter=self.delimiter))
        if cells and cells[-1].endswith("\n"):  # only inside quotation marks is a line's end part of a cell
            return [], "a quotation mark that nothing closes"
        return cells, ""


class _Lines:
    """A text's lines, one by one as the csv reader asks for them; ``drawn`` are those of the record that it is in.

    Raises csv.Error where that record becomes too long.
    """

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self.again: list[str] = []
        self.begin()

    def begin(self) -> None:
        """The next record."""
        self.drawn: list[str] = []
        self._length = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.again.pop() if self.again else self._text.readline(_LONGEST + 1)
        if not line:
            raise StopIteration
        self.drawn.append(line)
        self._length += len(line)
        if self._length > _LONGEST:
            while line and not line.endswith(("\n", "\r")):
                self.drawn[-1] = self.drawn[-1][: _LONGEST + 1] + "\n"  # it counts as read to its end
                line = self._text.readline(_LONGEST)
            raise csv.Error
        return line


def _fitted(cells: list[str], width: int, torn: bool) -> str:
    """Add nulls for the cells that are missing at the end, or give the problem; empty ones beyond it are no cells.

    Of a torn record's lines only those with all cells are trusted.
    """
    if not width:
        return ""
    while len(cells) > width and not cells[-1]:
        cells.pop()
    if len(cells) > width or (torn and len(cells) < width):
        return f"{len(cells)} cell{'s' * (len(cells) != 1)} where the heading has {width}"
    cells += [None] * (width - len(cells))  # type: ignore[list-item]
    return ""


# NDJSON


class _Ndjson(Source):
    kind = "ndjson"

    def __init__(self, path: Path) -> None:
        names: dict[str, None] = {}
        with _plain(path) as stream:
            for _, [line], problem in islice(_objects(stream), _LOOK):
                if not problem and len(names) <= _MOST_COLUMNS:
                    names |= dict.fromkeys(columns.flat(parse_body(line)))
        super().__init__(path, names, ["NDJSON"])

    def slices(self, size: int) -> Iterator[Slice]:
        with _plain(self._path) as stream:
            yield from _sliced(_objects(stream), size, pa.schema([(JSON, pa.large_binary())]))


def _objects(stream: BinaryIO) -> Iterator[tuple[int, list[bytes], str]]:
    """Number, bytes and problem of every line that is not blank; the problem is what the service would say."""
    number = 0
    while line := stream.readline(MAX_BYTES + 2):
        number += 1
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(_PIECE)
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if line := line.strip(b" \t\r\n"):
            yield number, [line], _problem(line)


def _problem(line: bytes) -> str:
    if len(line) > MAX_BYTES:
        return f"larger than {MAX_BYTES} bytes"
    try:
        parse_body(line)
    except Unreadable as problem:
        return str(problem)
    return ""


# Parquet


class _Parquet(Source):
    kind = "parquet"

    def __init__(self, path: Path, plain: Path) -> None:
        self._plain = plain
        with self._sound(path) as parquet:
            names = _flattened(parquet.schema_arrow.empty_table()).column_names
            super().__init__(path, names, [f"Parquet, {parquet.metadata.num_rows:,} rows"])

    def slices(self, size: int) -> Iterator[Slice]:
        first = 1
        with self._sound(self._path) as parquet:
            nothing = self._piece(first, parquet.schema_arrow.empty_table()).table
            good, rejected = [nothing], list[Rejected]()
            for batch in parquet.iter_batches(_FEW):  # batches end with the file's row groups; slices do not
                rest = pa.Table.from_batches([batch])
                while len(rest):
                    missing = size - (first - 1) % size
                    piece = self._piece(first, rest[:missing])
                    good.append(piece.table)
                    rejected += piece.rejected
                    first += len(rest[:missing])
                    rest = rest[missing:]
                    if (first - 1) % size == 0:
                        yield Slice(pa.concat_tables(good), rejected)
                        good, rejected = [nothing], []
            if (first - 1) % size:
                yield Slice(pa.concat_tables(good), rejected)

    def _piece(self, first: int, table: pa.Table) -> Slice:
        table.validate(full=True)  # text from elsewhere need not be UTF-8, which no one would notice until much later
        rows = range(first, first + len(table))
        data = _numbered(rows, rows, _flattened(table).rename_columns(self.columns))
        rejected = list[Rejected]()
        return Slice(pa.concat_tables([data[:0], *_short(data, rejected)]), rejected)

    @contextmanager
    def _sound(self, path: Path) -> Iterator[pq.ParquetFile]:
        try:
            with pq.ParquetFile(self._plain) as parquet:
                yield parquet
        except (pa.ArrowException, OSError, UnicodeDecodeError):  # the last from the names of columns
            raise ValueError(f"{path.name} is damaged Parquet; get it again") from None


def _short(data: pa.Table, rejected: list[Rejected]) -> Iterator[pa.Table]:
    """The rows that are not too long, found by halves, for nearly always none is."""
    if data.nbytes <= _LONGEST:
        yield data
    elif len(data) == 1:
        row = data[ROW][0].as_py()
        rejected.append(Rejected(row, row, _TOO_LONG))
    else:
        yield from _short(data[: len(data) // 2], rejected)
        yield from _short(data[len(data) // 2 :], rejected)


def _flattened(table: pa.Table) -> pa.Table:
    """Structs as columns with dotted names, and the types that Python has not as those that it has."""
    while any(pa.types.is_struct(kind) for kind in table.schema.types):
        table = table.flatten()
    return pa.Table.from_arrays([_known(column) for column in table.columns], table.column_names)


def _known(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _known(column.cast(kind.value_type))
    if pa.types.is_timestamp(kind):
        # In UTC, because the zone may be one that is not known here; a year that Python has not is nothing.
        ticks, first, last = column.cast(pa.int64()), *(end * _TICKS[kind.unit] for end in _YEARS)
        there = pc.and_(
            pc.greater_equal(ticks, pa.scalar(max(first, -_INT64))), pc.less_equal(ticks, pa.scalar(min(last, _INT64)))
        )
        kept = pc.if_else(there, column, pa.scalar(None, kind))
        return kept.cast(pa.timestamp("us", "UTC" if kind.tz else None), safe=False)
    if pa.types.is_duration(kind) and kind.unit == "ns":
        return column.cast(pa.duration("us"), safe=False)
    return column.cast(pa.time64("us"), safe=False) if pa.types.is_time64(kind) else column


_TICKS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_INT64 = 2**63 - 1
_YEARS = (-62_135_596_800, 253_402_300_799)
"""Seconds from 1970 to the first and the last that Python's calendar has."""
