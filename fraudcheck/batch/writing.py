"""How are verdicts written? As CSV, NDJSON or Parquet, chosen by the output's name: slice by slice, then joined.

The same verdicts give the same bytes.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import accumulate
from operator import attrgetter
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct

from fraudcheck.batch.raw_files import atomic_file, copy
from fraudcheck.batch.source import Source
from fraudcheck.records import CheckVerdict
from fraudcheck.records import Source as Origin
from fraudcheck.report.cells import escape_cell

_KINDS = {".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson", ".parquet": "parquet"}
_VERDICT_COLUMNS = pa.schema(
    [
        ("check_id", pa.string()),
        ("trust_score", pa.int16()),
        ("sum", pa.float64()),
        ("decision", pa.string()),
        ("classification", pa.string()),
        ("reasons", pa.list_(pa.struct([("code", pa.string()), ("points", pa.float64())]))),
        ("enquiry", pa.string()),
        ("enquiry_confidence", pa.float64()),
        ("language", pa.string()),
        ("contact_type", pa.string()),
        ("contact_status", pa.string()),
        ("fit", pa.float64()),
        ("engagement", pa.float64()),
        ("stage", pa.string()),
        ("band", pa.string()),
        ("looked_up_on", pa.date32()),
    ]
)
"""The columns that the output adds to the input's. ``looked_up_on`` is the day of the lists and DNS answers that a lead
was judged by."""
_PATHS = {
    "enquiry": "enquiry.kind",
    "enquiry_confidence": "enquiry.confidence",
    "language": "enquiry.language",
    "contact_type": "contact.type",
    "contact_status": "contact.status",
    "fit": "quality.fit",
    "engagement": "quality.engagement",
    "stage": "quality.stage",
    "band": "quality.band",
}
"""Where in a verdict what a column holds stands, if not under the column's own name; ``unknown`` leaves it empty."""
_FILE_COLUMNS = pa.schema([("source_file", pa.string()), ("source_line", pa.int64())])
"""The columns that the output has between these where there are several files."""
_LEDGER_COLUMNS = pa.schema([("known_as", pa.string())])
"""The column that it has behind these where leads are kept: the check that the ledger had of a lead before."""
_ORIGIN = ("vendor", "campaign", "sub_id", "channel")
_BYTE_ORDER_MARK = "\ufeff"
_encode = msgspec.json.Encoder().encode


class Style(Struct, frozen=True):
    """How an output is written: ``kind`` is csv, ndjson or parquet; ``packed`` with gzip.

    A CSV has the input's delimiter and byte order mark, so that a program that opens the input opens the output too.
    With ``files`` there are several, and each row of the output names its own. With ``keep`` each row says under which
    check the ledger had its lead before.
    """

    kind: str
    packed: bool = False
    delimiter: str = ","
    bom: bool = False
    files: bool = False
    keep: bool = False

    @property
    def added(self) -> pa.Schema:
        """The columns that a table has behind the input's."""
        return pa.schema([*_FILE_COLUMNS] * self.files + [*_VERDICT_COLUMNS] + [*_LEDGER_COLUMNS] * self.keep)

    @classmethod
    def for_output(cls, out: Path, source: Source | None = None, *, files: bool = False, keep: bool = False) -> Style:
        """The style that an output's name asks for. Raises ValueError, with what to do, if it asks for none."""
        name = out.name.lower()
        for ending, kind in _KINDS.items():
            for packed in (False, True) if kind != "parquet" else (False,):
                if name.endswith(ending + ".gz" * packed):
                    return cls(kind, packed, source.delimiter, source.bom, files, keep) if source else cls(kind, packed)
        raise ValueError(f"{out.name} does not tell how to write it: let it end in .csv, .ndjson or .parquet")


class Judged(NamedTuple):
    """The judged rows of a slice: their numbers, lines, sources and verdicts, and the name of their file, if any.

    Where leads are kept, ``known`` has for each row the check that the ledger had of its lead before, None for none.
    """

    rows: list[int]
    lines: list[int]
    sources: list[Origin]
    verdicts: list[CheckVerdict]
    file: str | None
    known: list[str | None]


def output_columns(columns: Iterable[str], added: Sequence[str]) -> list[str]:
    """The input's columns, then the ``added`` ones. An input column that has the name of one of these is renamed."""
    names = list(columns)
    taken = {*names, *added}
    for position, name in enumerate(names):
        if name in added:
            number, new_name = 1, f"{name} (input)"
            while new_name in taken:
                number += 1
                new_name = f"{name} (input {number})"
            names[position] = new_name
            taken.add(new_name)
    return [*names, *added]


def encode_part(style: Style, input_rows: pa.Table | None, judged: Judged, day: str) -> bytes:
    """The verdicts of a slice as bytes. ``input_rows`` are the input's columns (None for NDJSON, which does not repeat
    them).
    """
    if style.kind == "parquet":
        buffer = io.BytesIO()
        pq.write_table(_table(style, input_rows, judged, day), buffer, compression="zstd")
        return buffer.getvalue()
    if style.kind == "ndjson":
        content = _ndjson(judged)
    else:
        content = _csv(style, _table(style, input_rows, judged, day), judged.verdicts)
    return gzip.compress(content, mtime=0) if style.packed else content


def join_parts(
    style: Style, columns: Sequence[str], parts: Iterable[Path], out: Path, about: Mapping[str, Any]
) -> None:
    """Join the slices' parts into ``out``, whole or not at all. ``about`` goes into the metadata of a Parquet file."""
    parts = list(parts)
    with atomic_file(out, sum(part.stat().st_size for part in parts)) as file:
        if style.kind == "parquet":
            _join_parquet(style, parts, columns, file, {"fraudcheck": _encode(about)})
            return
        if style.kind == "csv":
            mark = _BYTE_ORDER_MARK if style.bom else ""
            heading = mark.encode() + _csv_lines(
                style, [[escape_cell(name, but_numbers=True) for name in output_columns(columns, style.added.names)]]
            )
            file.write(gzip.compress(heading, mtime=0) if style.packed else heading)
        for part in parts:
            with part.open("rb") as content:
                copy(content, file, out.parent)


def _ndjson(judged: Judged) -> bytes:
    """Lines. The ledger's leads, which are no file's, name none."""
    lines = [
        _encode(
            {
                "row": row,
                **({} if judged.file is None else {"file": judged.file, "line": line}),
                "reference": verdict.reference,
                **({"known_as": judged.known[place]} if judged.known else {}),
                "lead": {"source": _origin(source)},
                "verdict": verdict,
            }
        )
        + b"\n"
        for place, (row, line, source, verdict) in enumerate(zip(*judged[:4], strict=True))
    ]
    return b"".join(lines)


def _origin(source: Origin) -> dict[str, Any]:
    """Who sold a lead and for how much, as far as it was given, without the person's click."""
    told: dict[str, Any] = {name: value for name in _ORIGIN if (value := getattr(source, name)) is not None}
    if source.price.amount is not None or source.price.currency is not None:
        told["price"] = source.price
    return told


def _table(style: Style, input_rows: pa.Table, judged: Judged, day: str) -> pa.Table:
    verdicts = judged.verdicts
    special = {
        "source_file": pa.repeat(pa.scalar(judged.file, pa.string()), len(verdicts)),
        "source_line": pa.array(judged.lines, pa.int64()),
        "reasons": _reasons(verdicts),
        "known_as": pa.array(judged.known, pa.string()),
        "looked_up_on": pa.repeat(pa.scalar(date.fromisoformat(day)), len(verdicts)),
    }
    added = style.added
    arrays = [
        special[name] if name in special else pa.array(_values(name, verdicts), kind)
        for name, kind in zip(added.names, added.types, strict=True)
    ]
    return pa.table([*input_rows.columns, *arrays], output_columns(input_rows.column_names, added.names))


def _values(column: str, verdicts: Sequence[CheckVerdict]) -> list[Any]:
    values = [*map(attrgetter(_PATHS.get(column, column)), verdicts)]
    return [None if value == "unknown" else value for value in values] if column in _PATHS else values


def _reasons(verdicts: Sequence[CheckVerdict]) -> pa.Array:
    """The column of reasons, of all verdicts' reasons one behind the other."""
    reasons = [reason for verdict in verdicts for reason in verdict.reasons]
    kind = _VERDICT_COLUMNS.field("reasons").type
    codes_and_points = [pa.array(map(attrgetter(field.name), reasons), field.type) for field in kind.value_type]
    ends = accumulate([len(verdict.reasons) for verdict in verdicts], initial=0)
    values = pa.StructArray.from_arrays(codes_and_points, fields=list(kind.value_type))
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), values, type=kind)


def _csv(style: Style, table: pa.Table, verdicts: Sequence[CheckVerdict]) -> bytes:
    cells = {name: _csv_cells(table[name]) for name in table.column_names if name != "reasons"}
    reasons = [" ".join([f"{reason.code}:{reason.points:z.1f}" for reason in verdict.reasons]) for verdict in verdicts]
    return _csv_lines(style, zip(*[cells.get(name, reasons) for name in table.column_names], strict=True))


def text_column(column: pa.ChunkedArray) -> pa.Array:
    """A column as text, as a CSV has it."""
    if pa.types.is_string(column.type):
        return column
    return pa.array([cell if cell is None else str(cell) for cell in _plain_cells(column)], pa.string())


def _csv_cells(column: pa.ChunkedArray) -> list[Any]:
    """A column's cells (``_plain_cells``), and none that a spreadsheet runs."""
    return [escape_cell(cell, but_numbers=True) if isinstance(cell, str) else cell for cell in _plain_cells(column)]


def _plain_cells(column: pa.ChunkedArray) -> list[Any]:
    """A column's cells: bytes decoded as UTF-8, lists and the like as JSON."""
    cells: list[Any] = column.to_pylist()
    is_bytes = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
    if any(matches(column.type) for matches in is_bytes):
        cells = [cell if cell is None else cell.decode("utf-8", "replace") for cell in cells]
    if pa.types.is_nested(column.type):
        cells = [cell if cell is None else _encode(cell).decode() for cell in cells]
    return cells


def _csv_lines(style: Style, rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=style.delimiter).writerows(rows)
    return text.getvalue().encode()


def _join_parquet(
    style: Style, parts: list[Path], columns: Sequence[str], file: BinaryIO, about: Mapping[str, bytes]
) -> None:
    no_rows = pa.table({name: pa.array([], pa.string()) for name in columns})
    empty = _table(style, no_rows, Judged([], [], [], [], None, []), "1970-01-01")
    schema = (pq.read_schema(parts[0]) if parts else empty.schema).with_metadata(about)
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for part in parts:
            writer.write_table(pq.read_table(part).cast(schema))
