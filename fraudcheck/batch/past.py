"""What came before a file's leads? The ledger's leads of the days before, live or kept, read again to be counted.

They are counted at the time of their check, beside the leads of the file, and not judged again. Those that are rows of
the file too are none of these: a lead is no duplicate of itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import groupby
from math import isnan
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fraudcheck import wiring
from fraudcheck.batch.arrow_files import PARTNER, TOKEN, read_table, write_table
from fraudcheck.batch.folder import Folder, InputFile, Plan
from fraudcheck.batch.identity_columns import IdentityColumns, first_bits
from fraudcheck.batch.raw_files import write_atomically
from fraudcheck.batch.request import Watch
from fraudcheck.batch.same_leads import Sighting, common_shift, same_leads
from fraudcheck.batch.unused import shown
from fraudcheck.counting.windows import FORGET_AFTER
from fraudcheck.fields.submission import submitted_at
from fraudcheck.ledger.record import open_record
from fraudcheck.pipeline.check import Tenant
from fraudcheck.pipeline.rejudging import kept_subject
from fraudcheck.ports.lists import Lists
from fraudcheck.records import format_utc
from fraudcheck.settings import Settings

_PAGE, _FILE = 500, 10_000
"""Leads that the ledger is asked for at a time, and that one file has of them."""
RowId = Callable[[datetime, int], str]


def write_records(folder: Folder, plan: Plan, settings: Settings, watch: Watch) -> int:
    """Fetch the records of the leads that came before those of the batch, in files; give the number of files."""
    if not folder.records_read().exists():
        watch.phase("reading the ledger", "leads", None)
        files = asyncio.run(_write_records(folder, plan, settings, watch))
        write_atomically(folder.records_read(), msgspec.json.encode(files))
    return msgspec.json.decode(folder.records_read().read_bytes(), type=int)


async def _write_records(folder: Folder, plan: Plan, settings: Settings, watch: Watch) -> int:
    times = [_column(folder, number, "at") for number in range(plan.slices)]
    at = np.concatenate(times) if times else np.zeros(0)
    if not len(at):
        return 0
    since = datetime.fromtimestamp(at.min() - FORGET_AFTER, UTC)
    until = datetime.fromtimestamp(at.max(), UTC) + timedelta(days=1)
    files, last = 0, ""
    waiting: list[tuple[bytes, bytes]] = []
    async with wiring.ledger_only(settings) as ledger:
        while page := await ledger.first_versions(
            plan.tenant, format_utc(since), format_utc(until), limit=_PAGE, after_check_id=last
        ):
            waiting += [(stored.record, stored.personal) for stored in page if stored.personal is not None]
            last = page[-1].check_id
            watch.done(len(page))
            if len(waiting) >= _FILE:
                _write_file(folder, files, waiting)
                files, waiting = files + 1, []
    if waiting:
        _write_file(folder, files, waiting)
        files += 1
    return files


def _write_file(folder: Folder, number: int, records: list[tuple[bytes, bytes]]) -> None:
    record, personal = zip(*records, strict=True)
    table = {"record": pa.array(record, pa.large_binary()), "personal": pa.array(personal, pa.large_binary())}
    write_table(folder.records(number), [pa.table(table)], [])


def read_past(folder: Folder, number: int, tenant: Tenant, lists: Lists, default_country: str | None) -> None:
    """Read the leads of a file of records: their times, identity tokens and what they are known by."""
    table, _ = read_table(folder.records(number))
    ids, at, told, references = list[str](), list[float](), list[float | None](), list[int]()
    tokens, partners = IdentityColumns(TOKEN), IdentityColumns(PARTNER)
    for record, personal in zip(table["record"].to_pylist(), table["personal"].to_pylist(), strict=True):
        opened = open_record(record, personal)
        if opened.lead is None:
            continue
        subject = kept_subject(
            tenant,
            opened.lead,
            opened.tokens,
            opened.verdict["checked_at"],
            lists=lists,
            default_country=default_country,
        )
        ids.append(opened.check_id)
        at.append(subject.at)
        told.append(submitted_at(opened.lead))
        references.append(first_bits(opened.tokens.get("reference")))
        tokens.add({} if subject.test else subject.tokens)
        partners.add({} if subject.test else subject.partners)
    arrays: dict[str, Any] = {
        "row": pa.array(np.zeros(len(ids)), pa.uint32()),  # before all rows of the same moment
        "check_id": pa.array(ids, pa.string()),
        "at": pa.array(at, pa.float64()),
        "told": pa.array(told, pa.float64()),
        "reference": pa.array(references, pa.uint64()),
    }
    write_table(folder.past(number), [pa.table(arrays | tokens.columns() | partners.columns())], [])


def settle(folder: Folder, plan: Plan, files: int, row_id: RowId, watch: Watch) -> None:
    """Find the rows that the ledger has already, or an earlier file of the batch, and write them down, with the leads
    that are to be counted beside.

    ``row_id`` gives the id of a row's check by its moment and its number.
    """
    if folder.known().exists():
        return
    tables = [read_table(folder.past(number))[0] for number in range(files)]
    slices = [read_table(folder.leads(number))[0] for number in range(plan.slices)]
    inputs = [plan.file_of(number) for number in range(plan.slices)]
    shared = (
        _values_of(slices),
        _values_of(tables),
        _values_of_several(slices, [file.first if file else None for file in inputs]),
    )
    earlier = [lead for lead, _ in _sightings(tables, shared[0])]
    rows: list[tuple[Sighting, InputFile | None]] = []
    for file, table in zip(inputs, slices, strict=True):
        zone = ZoneInfo(file.zone if file else "UTC")
        wanted = [np.union1d(*both) for both in zip(*shared[1:], strict=True)]
        for row, at in _sightings([table], wanted, zone):
            check_id = row_id(datetime.fromtimestamp(at, UTC), row.number)
            rows.append((msgspec.structs.replace(row, check_id=check_id), file))
    rows = _in_the_ledgers_time(rows, earlier, watch)
    found, listed_twice = _in_order_of_files(rows, earlier)
    start = 0
    for number, table in enumerate(tables):
        places = [place - start for place in found.values() if start <= place < start + len(table)]
        matched = np.zeros(len(table), bool)
        matched[places] = True
        write_table(folder.counted(number), [table.filter(pa.array(~matched))], [])
        start += len(table)
    ids = {lead.number: lead.check_id for lead in earlier}
    own = {row.number: row.check_id for row, _ in rows}
    known = {row: (ids[place], 0) for row, place in found.items()}
    for again, first in listed_twice.items():
        known[again] = known[first][0] if first in known else own[first], first
    numbers = sorted(known)
    columns = {
        "row": pa.array(numbers, pa.uint32()),
        "check_id": pa.array([known[row][0] for row in numbers], pa.string()),
        "first_row": pa.array([known[row][1] for row in numbers], pa.uint32()),
    }
    write_table(folder.known(), [pa.table(columns)], [])


def _in_the_ledgers_time(
    rows: Sequence[tuple[Sighting, InputFile | None]], earlier: Sequence[Sighting], watch: Watch
) -> list[tuple[Sighting, InputFile | None]]:
    """The rows, at the ledger's times where a file's are those of another zone than it was said to have."""
    shifted: list[tuple[Sighting, InputFile | None]] = []
    for _, of_file in groupby(rows, key=lambda row: row[1] and row[1].first):
        own = list(of_file)
        shift, file = common_shift([row for row, _ in own], earlier), own[0][1]
        if shift and file:
            watch.note(
                f"{shown(file.name)}: leads that the ledger has stand here {abs(shift) / 3600:g} hours "
                f"{'earlier' if shift > 0 else 'later'}, and are taken for the same: is the zone {file.zone} right?"
            )
            own = [(_later(row, shift), file) for row, _ in own]
        shifted += own
    return shifted


def _later(row: Sighting, seconds: float) -> Sighting:
    told = None if row.told is None else row.told + seconds
    return msgspec.structs.replace(row, at=row.at + seconds, told=told)


def _in_order_of_files(
    rows: Sequence[tuple[Sighting, InputFile | None]], earlier: Sequence[Sighting]
) -> tuple[dict[int, int], dict[int, int]]:
    """The rows that the ledger has, with its leads' places; and those that an earlier file has, with its rows.

    A lead that one file has twice was sold twice; of two files that overlap, each has it.
    """
    listed_twice: dict[int, int] = {}
    before: list[Sighting] = []
    for _, of_file in groupby(rows, key=lambda row: row[1] and row[1].first):
        own = [row for row, _ in of_file]
        listed_twice |= same_leads(own, before)
        before += [row for row in own if row.number not in listed_twice]
    return same_leads(before, earlier), listed_twice


def known_rows(folder: Folder, first: int, last: int) -> Mapping[int, str]:
    """Of the rows from ``first`` to ``last`` those that the ledger has already, each with its check's id."""
    table, _ = read_table(folder.known())
    table = table.filter(pc.and_(pc.greater_equal(table["row"], first), pc.less_equal(table["row"], last)))
    return dict(zip(table["row"].to_pylist(), table["check_id"].to_pylist(), strict=True))


def listed_twice(folder: Folder) -> tuple[np.ndarray, np.ndarray]:
    """The rows that an earlier file of the batch has too, and its rows; none where the batch does not look for them."""
    if not folder.known().exists():
        return np.zeros(0, np.uint32), np.zeros(0, np.uint32)
    table, _ = read_table(folder.known())
    table = table.filter(pc.greater(table["first_row"], 0))
    return table["row"].to_numpy(), table["first_row"].to_numpy()


def _values_of(tables: Sequence[pa.Table]) -> list[np.ndarray]:
    """The distinct hashes of each of ``_SHARED`` in some tables."""
    return [np.unique(np.concatenate([_NONE, *[_hashes(table, kind) for table in tables]])) for kind in _SHARED]


def _values_of_several(tables: Sequence[pa.Table], files: Sequence[int | None]) -> list[np.ndarray]:
    """Those that tables of more than one file have."""
    of_files = [
        _values_of([table for table, file in zip(tables, files, strict=True) if file == each])
        for each in dict.fromkeys(files)
    ]
    counted = [np.unique(np.concatenate([_NONE, *each]), return_counts=True) for each in zip(*of_files, strict=True)]
    return [values[counts > 1] for values, counts in counted] or [_NONE for _ in _SHARED]


def _sightings(
    tables: Sequence[pa.Table], wanted: Sequence[np.ndarray], zone: tzinfo = UTC
) -> Iterator[tuple[Sighting, float]]:
    """The leads that may be others too: those that share a hash, or have no contact; of the rest nothing is compared.

    Each with its time; it has its row's number, or else its place in the tables.
    """
    start = 0
    for table in tables:
        hashes = [_hashes(table, kind) for kind in (*_SHARED, "vendor")]
        may_be = (hashes[0] == 0) & (hashes[1] == 0)
        for own, values in zip(hashes, wanted, strict=False):
            may_be |= np.isin(own, values[values != 0])
        rows, at, told = table["row"].to_numpy(), table["at"].to_numpy(), table["told"].to_numpy()
        ids = table["check_id"] if "check_id" in table.column_names else None
        for place in np.flatnonzero(may_be).tolist():
            mailbox, phone, reference, vendor = [int(own[place]) for own in hashes]
            moment = float(told[place])
            yield (
                Sighting(
                    number=start + place if ids is not None else int(rows[place]),
                    check_id=ids[place].as_py() if ids is not None else "",
                    at=float(at[place]),
                    told=None if isnan(moment) else moment,
                    vendor=vendor,
                    mailbox=mailbox,
                    phone=phone,
                    reference=reference,
                    zone=zone,
                ),
                float(at[place]),
            )
        start += len(table)


_SHARED = ("mailbox", "phone", "reference")
_NONE = np.zeros(1, np.uint64)


def _hashes(table: pa.Table, kind: str) -> np.ndarray:
    name = kind if kind == "reference" else TOKEN + kind
    return table[name].to_numpy() if name in table.column_names else np.zeros(len(table), np.uint64)


def _column(folder: Folder, number: int, name: str) -> Any:
    table, _ = read_table(folder.leads(number))
    return table[name].to_numpy()
