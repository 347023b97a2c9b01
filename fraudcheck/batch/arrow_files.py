"""How do a batch's tasks hand rows to each other? In Arrow files, each with the rejected rows in its metadata."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import repeat
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
from msgspec import Struct

from fraudcheck.batch.folder import Folder
from fraudcheck.batch.raw_files import write_atomically
from fraudcheck.batch.source import Rejected
from fraudcheck.counting.windows import PARTNERS, RHYTHM, Partners, Seen
from fraudcheck.records import CheckVerdict, Facts, FieldWarning, Lead, Subject

KEPT = "kept lead"
"""The column with the ledger's leads, each as an encoded ``KeptRow``."""
TOKEN, PARTNER = "token ", "partner "
"""Beginnings of the names of columns with identity tokens: the lead's own by kind, and those of its partners."""
SEEN_COUNTS, SEEN_TIMES = ("minutes", "hour", "day", "week", "month", "first", "last"), "times"
"""Columns of a file of counts, beside ``row`` and those of partners: what was seen before of a row's identity
(``counting.windows.Seen``). It has one record batch for each slice."""
_LZ4 = pa.ipc.IpcWriteOptions(compression="lz4")
_decode_rejected = msgspec.json.Decoder(list[Rejected]).decode


class ReadRow(Struct, frozen=True, array_like=True):
    """A lead that is read but not judged yet."""

    subject: Subject
    warnings: list[FieldWarning]


class KeptRow(Struct, frozen=True, array_like=True):
    """A lead of the ledger that is to be judged again; ``model`` names the model that judged it, if there is one."""

    lead: Lead
    facts: Mapping[str, Facts | None]
    verdict: CheckVerdict
    model: str | None


encode_row = msgspec.msgpack.Encoder().encode
decode_read_row = msgspec.msgpack.Decoder(ReadRow).decode
decode_kept_row = msgspec.msgpack.Decoder(KeptRow).decode


def read_table(path: Path) -> tuple[pa.Table, list[Rejected]]:
    """The table in a file, and the rows that were rejected so far."""
    with pa.memory_map(str(path)) as file:
        table = pa.ipc.open_file(file).read_all()
    return table, _decode_rejected((table.schema.metadata or {}).get(b"rejected", b"[]"))


def write_table(path: Path, tables: list[pa.Table], rejected: list[Rejected]) -> None:
    """Write tables of one schema into a file, whole or not at all.

    Each table becomes one record batch, except that a table of gigabytes becomes several.
    """
    schema = tables[0].schema.with_metadata({"rejected": msgspec.json.encode(rejected)} if rejected else None)
    buffer = pa.BufferOutputStream()
    with pa.ipc.new_file(buffer, schema, options=_LZ4) as file:
        for table in tables:
            for record_batch in table.combine_chunks().to_batches() or [pa.RecordBatch.from_pylist([], schema)]:
                file.write_batch(record_batch)
    write_atomically(path, memoryview(buffer.getvalue()))


def identity_kinds(folder: Folder, slices: int) -> list[str]:
    """The kinds of identity (email, phone, ...) that the batch's leads have, in alphabetical order."""
    columns: set[str] = set()
    for number in range(slices):
        with pa.memory_map(str(folder.leads(number))) as file:
            columns.update(pa.ipc.open_file(file).schema.names)
    return sorted(name.removeprefix(TOKEN) for name in columns if name.startswith(TOKEN))


def read_seen(folder: Folder, number: int) -> dict[int, dict[str, Seen]]:
    """What was seen before of the identities of a slice's leads, by row and kind."""
    seen: defaultdict[int, dict[str, Seen]] = defaultdict(dict)
    for path in folder.path.glob("seen-*.arrow"):
        kind = path.stem.split("-")[1]
        with pa.memory_map(str(path)) as file:
            record_batch = pa.ipc.open_file(file).get_batch(number)
            for row, each in zip(_values(record_batch["row"]), seen_of(kind, record_batch), strict=True):
                seen[row][kind] = each
    return seen


def seen_of(kind: str, counts: pa.RecordBatch) -> Iterator[Seen]:
    """What each row of a record batch of counts says."""
    names = PARTNERS.get(kind, ())
    by_name = [
        map(Partners, *[_values(counts[f"{name} {part}"]) for part in Partners.__struct_fields__]) for name in names
    ]
    partners = (dict(zip(names, each, strict=True)) for each in zip(*by_name, strict=True)) if names else repeat({})
    times = map(tuple, counts[SEEN_TIMES].to_pylist()) if kind in RHYTHM else repeat(())
    return map(Seen, *[_values(counts[name]) for name in SEEN_COUNTS], partners, times)


def _values(column: pa.Array) -> list[Any]:
    values: list[Any] = column.to_numpy(zero_copy_only=False).tolist()
    return values


def read_domains(path: Path) -> list[str]:
    """The distinct mail domains of a slice's leads whose mail routes are needed."""
    with pa.memory_map(str(path)) as file:
        table = pa.ipc.open_file(file).read_all()
    domains: list[str] = table["domain"].drop_null().unique().to_pylist()
    return domains
