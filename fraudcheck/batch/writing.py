"""How are verdicts written? As CSV, NDJSON or Parquet, by the output's ending; slice by slice, then put together.

The same verdicts give the same bytes.
"""

from __future__ import annotations

import csv
import gzip
import io
import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct

from fraudcheck.batch.reading import Source, placed
from fraudcheck.records import CheckVerdict

_KINDS = {".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson", ".parquet": "parquet"}
_OURS = pa.schema(
    [
        ("check_id", pa.string()),
        ("trust_score", pa.int16()),
        ("sum", pa.float64()),
        ("decision", pa.string()),
        ("classification", pa.string()),
        ("reasons", pa.list_(pa.struct([("code", pa.string()), ("points", pa.float64())]))),
        ("looked_up_on", pa.date32()),
    ]
)
"""The columns beside the input's; the last one is the day whose lists and DNS a lead was judged by."""
_MARK = "\ufeff"
_encode = msgspec.json.Encoder().encode


class Style(Struct, frozen=True):
    """How an output is written: csv, ndjson or parquet, with gzip or without.

    CSV has the input's delimiter and byte order mark, so that what opened the one opens the other.
    """

    kind: str
    packed: bool = False
    delimiter: str = ","
    bom: bool = False

    @classmethod
    def of(cls, out: Path, source: Source | None = None) -> Style:
        """An output's, by its name. Raises ValueError with what to do."""
        name = out.name.lower()
        for ending, kind in _KINDS.items():
            for packed in (False, True) if kind != "parquet" else (False,):
                if name.endswith(ending + ".gz" * packed):
                    return cls(kind, packed, source.delimiter, source.bom) if source else cls(kind, packed)
        raise ValueError(f"{out.name} does not tell how to write it: let it end in .csv, .ndjson or .parquet")


def heading(columns: Iterable[str]) -> list[str]:
    """The output's columns: the input's and ours. One of the input's that is named like ours is told apart."""
    names = list(columns)
    taken = {*names, *_OURS.names}
    for place, name in enumerate(names):
        if name in _OURS.names:
            number, unlike = 1, f"{name} (input)"
            while unlike in taken:
                number += 1
                unlike = f"{name} (input {number})"
            names[place] = unlike
            taken.add(unlike)
    return [*names, *_OURS.names]


def part(
    style: Style, given: pa.Table | None, rows: Sequence[int], verdicts: Sequence[CheckVerdict], day: str
) -> bytes:
    """The verdicts of a slice. ``given`` are the input's rows where the output has them; ``rows`` their numbers."""
    if style.kind == "parquet":
        buffer = io.BytesIO()
        pq.write_table(_table(given, verdicts, day), buffer, compression="zstd")
        return buffer.getvalue()
    content = _ndjson(rows, verdicts) if style.kind == "ndjson" else _csv(style, _table(given, verdicts, day))
    return gzip.compress(content, mtime=0) if style.packed else content


def join(style: Style, columns: Sequence[str], parts: Iterable[Path], out: Path, about: Mapping[str, Any]) -> None:
    """Put parts together: whole or not at all under the output's name. ``about`` goes into Parquet's metadata."""
    with placed(out) as file:
        if style.kind == "parquet":
            _join_parquet(list(parts), columns, file, {"fraudcheck": _encode(about)})
            return
        if style.kind == "csv":
            first = (_MARK if style.bom else "").encode() + _lines(style, [heading(columns)])
            file.write(gzip.compress(first, mtime=0) if style.packed else first)
        for each in parts:
            with each.open("rb") as content:
                shutil.copyfileobj(content, file, 1024 * 1024)


def keep(path: Path, content: bytes | memoryview) -> None:
    """Write a file, whole or not at all."""
    with placed(path) as file:
        file.write(content)


def _ndjson(rows: Sequence[int], verdicts: Sequence[CheckVerdict]) -> bytes:
    lines = [
        _encode({"row": row, "reference": verdict.reference, "verdict": verdict}) + b"\n"
        for row, verdict in zip(rows, verdicts, strict=True)
    ]
    return b"".join(lines)


def _table(given: pa.Table | None, verdicts: Sequence[CheckVerdict], day: str) -> pa.Table:
    ours = {
        "reasons": [[(reason.code, reason.points) for reason in verdict.reasons] for verdict in verdicts],
        "looked_up_on": [date.fromisoformat(day)] * len(verdicts),
    }
    arrays = [
        pa.array(ours.get(field.name) or [getattr(verdict, field.name) for verdict in verdicts], field.type)
        for field in _OURS
    ]
    before, names = (given.columns, given.column_names) if given is not None else ([], [])
    return pa.table([*before, *arrays], heading(names))


def _csv(style: Style, table: pa.Table) -> bytes:
    cells = {name: _texts(table[name]) for name in table.column_names if name != "reasons"}
    reasons = [
        " ".join([f"{reason['code']}:{reason['points']:z.1f}" for reason in said])
        for said in table["reasons"].to_pylist()
    ]
    return _lines(style, zip(*[cells.get(name, reasons) for name in table.column_names], strict=True))


def _texts(column: pa.ChunkedArray) -> list[Any]:
    """A column's cells; bytes as the text that they mostly are, lists and the like as JSON has them."""
    found: list[Any] = column.to_pylist()
    kinds = pa.types
    if any(is_kind(column.type) for is_kind in (kinds.is_binary, kinds.is_large_binary, kinds.is_fixed_size_binary)):
        return [cell if cell is None else cell.decode("utf-8", "replace") for cell in found]
    if pa.types.is_nested(column.type):
        return [cell if cell is None else _encode(cell).decode() for cell in found]
    return found


def _lines(style: Style, rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=style.delimiter).writerows(rows)
    return text.getvalue().encode()


def _join_parquet(parts: list[Path], columns: Sequence[str], file: BinaryIO, about: Mapping[str, bytes]) -> None:
    nothing = _table(pa.table({name: pa.array([], pa.string()) for name in columns}), [], "1970-01-01")
    schema = (pq.read_schema(parts[0]) if parts else nothing.schema).with_metadata(about)
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for each in parts:
            writer.write_table(pq.read_table(each).cast(schema))
