"""What is in a file of leads? CSV, NDJSON or Parquet, by what it holds and not by its name, in slices of so many rows.

CSV comes from spreadsheets and CRMs of many countries, so its encoding and delimiter are found out; what cannot be
made sense of is a rejected row and no reason to stop.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from hashlib import file_digest
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

import charset_normalizer
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct

from fraudcheck import columns, intake

ROW, LINE, JSON = "row number ", "line number ", "json line "
"""Columns of a slice beside the file's own, whose names have no blank at their end."""

_CELL = 1024 * 1024
_SAMPLE, _SHORT = 1024 * 1024, 64 * 1024
_WRITTEN = [
    *(f"cp{number}" for number in (874, *range(1250, 1259))),
    *("shift_jis", "gb18030", "big5", "euc_kr", "iso8859_2"),
]
"""Encodings besides Unicode's that spreadsheets and CRMs write. Windows' own hold the letters of ISO's."""
_USUAL = "cp1252"
_LOOK = 10_000
"""Lines of NDJSON whose names are looked at."""
_LEADS_OWN = re.compile(r"\S@\S+\.\w|\d{7}")
"""An address or a number, which no column is named by."""
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


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

    def __init__(self) -> None:
        self.columns: list[str] = []
        self.notes: list[str] = []

    def slices(self, size: int) -> Iterator[Slice]:
        """The rows, so many at a time."""
        raise NotImplementedError


@contextmanager
def opened(path: Path, scratch: Path | None = None, encoding: str | None = None) -> Iterator[Source]:
    """Open a file of leads; ``scratch`` is a folder for what has to be unpacked, the file's own if not given.

    ``encoding`` is the CSV's, where its owner knows. Raises ValueError, with what to do, for what is none.
    """
    with ExitStack() as stack:
        unpacked: BinaryIO = stack.enter_context(path.open("rb"))
        if packed := unpacked.read(2) == b"\x1f\x8b":
            unpacked = cast(BinaryIO, stack.enter_context(gzip.open(path)))
        unpacked.seek(0)
        try:
            start = unpacked.read(_SAMPLE)
            if start[:4] == b"PAR1":
                if packed:
                    path = _unpacked(path, (scratch or path.parent) / f"{path.name}.unpacked", stack)
                yield _Parquet(path)
                return
            unpacked.seek(0)
            text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
            if not text:
                raise ValueError(f"{path.name} is empty")
            if text[:1] == b"[":
                raise ValueError(f"{path.name} is one JSON array; give one JSON object a line (jq -c '.[]' makes them)")
            yield _Ndjson(unpacked) if text[:1] == b"{" else _Csv(unpacked, encoding)
        except (EOFError, gzip.BadGzipFile, pa.ArrowInvalid) as problem:
            raise ValueError(f"{path.name} is damaged: {type(problem).__name__}; get it again") from None


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def spooled(stream: BinaryIO, path: Path) -> None:
    """Keep what comes through a pipe."""
    new = path.with_name(path.name + ".new")
    with new.open("wb") as file:
        shutil.copyfileobj(stream, file, _SAMPLE)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _unpacked(path: Path, plain: Path, stack: ExitStack) -> Path:
    """Parquet is read from its end."""
    stack.callback(plain.unlink, missing_ok=True)
    with gzip.open(path) as packed, plain.open("wb") as file:
        shutil.copyfileobj(packed, file, _SAMPLE)
    return plain


class _Ndjson(Source):
    kind = "ndjson"

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        names: dict[str, None] = {}
        for line in islice(self._lines(), _LOOK):
            if not isinstance(found := _object(line[1]), str):
                names |= dict.fromkeys(columns.flat(found))
        self.columns = list(names)
        self.notes = ["NDJSON"]

    def slices(self, size: int) -> Iterator[Slice]:
        for first, some in _grouped(self._lines(), size):
            good: list[tuple[int, int, bytes]] = []
            rejected: list[Rejected] = []
            for row, (line, content) in enumerate(some, first):
                found = _object(content)
                if isinstance(found, str):
                    rejected.append(Rejected(row, line, found))
                else:
                    good.append((row, line, content))
            rows, lines, contents = zip(*good, strict=True) if good else ((), (), ())
            yield Slice(_table(rows, lines, {JSON: pa.array(contents, pa.large_binary())}), rejected)

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        self._file.seek(0)
        for number, line in enumerate(self._file, 1):
            if content := line.strip(b"\xef\xbb\xbf \t\r\n" if number == 1 else b" \t\r\n"):
                yield number, content


def _object(line: bytes) -> dict[str, Any] | str:
    """A line's JSON object, or what is wrong with it: what the service would say."""
    if len(line) > intake.MAX_BYTES:
        return f"larger than {intake.MAX_BYTES} bytes"
    try:
        return intake.parse(line)
    except intake.Unreadable as problem:
        return str(problem)


class _Csv(Source):
    kind = "csv"

    def __init__(self, file: BinaryIO, encoding: str | None) -> None:
        super().__init__()
        self._file = file
        start = file.read(_SAMPLE)
        mark = next((mark for mark in _MARKS if start.startswith(mark)), b"")
        self._skip, self.bom = len(mark), bool(mark)
        self._encoding = _MARKS.get(mark) or encoding or _encoding(file)
        sample = start[self._skip :].decode(self._encoding, "replace")
        first = sample.partition("\n")[0]
        self._marked = first.strip().lower().startswith("sep=")
        self.delimiter = (first.rstrip("\r\n")[4:5] or ",") if self._marked else columns.delimiter(sample[:_SHORT])
        _, heading = next(self._records(), (0, ""))
        if isinstance(heading, str):
            raise ValueError("the file has no heading: its first line is to name the columns")
        if any(_LEADS_OWN.search(cell) for cell in heading):
            raise ValueError("the file's first line is a lead: put one before it that names the columns")
        self.columns = _unlike(heading)
        named = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}.get(self.delimiter, self.delimiter)
        self.notes = [f"CSV, {self._encoding}, with {named} between columns"]

    def slices(self, size: int) -> Iterator[Slice]:
        width = len(self.columns)
        for first, some in _grouped(islice(self._records(), 1, None), size):
            good: list[tuple[int, int, Sequence[str | None]]] = []
            rejected: list[Rejected] = []
            for row, (line, cells) in enumerate(some, first):
                if isinstance(cells, str):
                    rejected.append(Rejected(row, line, cells))
                elif len(cells) > width and any(cells[width:]):
                    rejected.append(Rejected(row, line, f"{len(cells)} cells where the heading has {width}"))
                else:
                    good.append((row, line, [*cells[:width], *[None] * (width - len(cells))]))
            rows, lines, given = zip(*good, strict=True) if good else ((), (), ())
            by_column = zip(*given, strict=True) if given else ((),) * width
            data = {name: pa.array(cells, pa.string()) for name, cells in zip(self.columns, by_column, strict=True)}
            yield Slice(_table(rows, lines, data), rejected)

    def _records(self) -> Iterator[tuple[int, list[str] | str]]:
        """The line of each record that is not blank, with its cells, or with what is wrong with it."""
        self._file.seek(self._skip)
        # What one encoding cannot have is one character of one row, and no reason to stop.
        text = io.TextIOWrapper(self._file, self._encoding, "replace", newline="")
        try:
            if self._marked:
                text.readline()
            csv.field_size_limit(_CELL)
            reader = csv.reader(text, delimiter=self.delimiter)
            while True:
                line = int(self._marked) + reader.line_num + 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error:
                    yield line, f"not CSV, or a cell of more than {_CELL} characters"
                    continue
                if any(cells):
                    yield line, cells
        finally:
            text.detach()  # the file is read again, and closed by who opened it


class _Parquet(Source):
    kind = "parquet"

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = pq.ParquetFile(path)
        self.columns = _flattened(self._file.schema_arrow.empty_table()).column_names
        self.notes = [f"Parquet, {self._file.metadata.num_rows:,} rows"]

    def slices(self, size: int) -> Iterator[Slice]:
        first = 1
        for table in self._cut(size):
            rows = range(first, first + len(table))
            first += len(table)
            flat = _flattened(table)
            yield Slice(_table(rows, rows, dict(zip(flat.column_names, flat.columns, strict=True))), [])

    def _cut(self, size: int) -> Iterator[pa.Table]:
        """Batches end with the file's row groups; slices do not."""
        waiting: list[pa.RecordBatch] = []
        for batch in self._file.iter_batches(size):
            waiting.append(batch)
            while sum(map(len, waiting)) >= size:
                table = pa.Table.from_batches(waiting)
                yield table[:size]
                waiting = table[size:].to_batches()
        if waiting:
            yield pa.Table.from_batches(waiting)


def _flattened(table: pa.Table) -> pa.Table:
    """Structs as columns with dotted names."""
    while any(pa.types.is_struct(kind) for kind in table.schema.types):
        table = table.flatten()
    return table


def _table(rows: Iterable[int], lines: Iterable[int], data: dict[str, Any]) -> pa.Table:
    return pa.table({ROW: pa.array(rows, pa.uint32()), LINE: pa.array(lines, pa.uint64()), **data})


def _grouped(records: Iterator[Any], size: int) -> Iterator[tuple[int, list[Any]]]:
    """So many records at a time, with the number of the first one."""
    first = 1
    while some := list(islice(records, size)):
        yield first, some
        first += len(some)


def _unlike(heading: Sequence[str]) -> list[str]:
    """A heading whose names are all different and not empty."""
    names: dict[str, None] = {}
    for place, name in enumerate(heading, 1):
        plain = name.strip() or f"column {place}"
        number, unlike = 1, plain
        while unlike in names:
            number += 1
            unlike = f"{plain} ({number})"
        names[unlike] = None
    return list(names)


def _encoding(file: BinaryIO) -> str:
    """UTF-8 where all of it is, else what the part that is not looks like."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    while part := file.read(_SAMPLE):
        try:
            decoder.decode(part)
        except UnicodeDecodeError as problem:
            start = max(0, problem.start - _SHORT // 2)
            found = charset_normalizer.from_bytes(part[start : start + _SHORT], cp_isolation=_WRITTEN)
            # Of two that fit alike the one that most programs write.
            best = max(found, key=lambda each: (-each.chaos, each.coherence, each.encoding == _USUAL), default=None)
            return best.encoding if best else _USUAL
    return "utf-8"
