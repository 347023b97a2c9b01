"""What came before a file's leads? The ledger's leads of the days before, live or kept, read again to be counted.

They are counted at the time of their check, beside the leads of the file, and not judged again. Those that are rows of
the file too are none of these: a lead is no duplicate of itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fraudcheck import wiring
from fraudcheck.batch.arrow_files import PARTNER, TOKEN, read_table, write_table
from fraudcheck.batch.folder import Folder, Plan
from fraudcheck.batch.identity_columns import IdentityColumns, first_bits
from fraudcheck.batch.raw_files import write_atomically
from fraudcheck.batch.request import Watch
from fraudcheck.batch.same_leads import Sighting, same_leads
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


def settle(folder: Folder, plan: Plan, files: int, row_id: RowId) -> None:
    """Find the rows that the ledger has already, and write them down, with the leads that are to be counted beside.

    ``row_id`` gives the id of a row's check by its moment and its number.
    """
    if folder.known().exists():
        return
    earlier, ids = _sightings(folder, files)
    rows = list(_rows(folder, plan, row_id, earlier))
    found = same_leads(rows, earlier)
    matched = np.zeros(sum(len(each) for each in ids), bool)
    matched[list(found.values())] = True
    start = 0
    for number in range(files):
        table, _ = read_table(folder.past(number))
        counted = table.filter(pa.array(~matched[start : start + len(table)]))
        write_table(folder.counted(number), [counted], [])
        start += len(table)
    all_ids = pa.chunked_array(ids, pa.string())
    pairs = sorted(found.items())
    known = {
        "row": pa.array([row for row, _ in pairs], pa.uint32()),
        "check_id": pa.array([all_ids[number].as_py() for _, number in pairs], pa.string()),
    }
    write_table(folder.known(), [pa.table(known)], [])


def known_rows(folder: Folder, first: int, last: int) -> Mapping[int, str]:
    """Of the rows from ``first`` to ``last`` those that the ledger has already, each with its check's id."""
    table, _ = read_table(folder.known())
    table = table.filter(pc.and_(pc.greater_equal(table["row"], first), pc.less_equal(table["row"], last)))
    return dict(zip(table["row"].to_pylist(), table["check_id"].to_pylist(), strict=True))


def _sightings(folder: Folder, files: int) -> tuple[list[Sighting], list[pa.Array]]:
    """The ledger's leads by what they are known by, and their ids file by file."""
    found: list[Sighting] = []
    ids: list[pa.Array] = []
    number = 0
    for file in range(files):
        table, _ = read_table(folder.past(file))
        ids.append(table["check_id"].combine_chunks())
        for check_id, *values in zip(table["check_id"].to_pylist(), *_known_by(table), strict=True):
            found.append(_sighting(number, check_id, values))
            number += 1
    return found, ids


def _rows(folder: Folder, plan: Plan, row_id: RowId, earlier: list[Sighting]) -> Iterator[Sighting]:
    """The rows that may be one of the ledger's leads: of all others nothing has to be compared."""
    ids = {lead.check_id for lead in earlier}
    shared = [np.array(sorted({getattr(lead, kind) for lead in earlier} - {0}), np.uint64) for kind in _SHARED]
    for number in range(plan.slices):
        file = plan.file_of(number)
        zone = ZoneInfo(file.zone if file else "UTC")
        table, _ = read_table(folder.leads(number))
        at, told, vendor, mailbox, phone, reference = map(np.asarray, _known_by(table, as_lists=False))
        may_be = np.zeros(len(table), bool)
        for hashes, values in zip((mailbox, phone, reference), shared, strict=True):
            may_be |= np.isin(hashes, values)
        rows = table["row"].to_pylist()
        for place, row in enumerate(rows):
            check_id = row_id(datetime.fromtimestamp(at[place], UTC), row) if ids else ""
            if may_be[place] or check_id in ids:
                columns = (at, told, vendor, mailbox, phone, reference)
                yield _sighting(row, check_id, [column[place].item() for column in columns], zone)


_SHARED = ("mailbox", "phone", "reference")


def _known_by(table: pa.Table, *, as_lists: bool = True) -> list[Any]:
    names = ["at", "told", *[TOKEN + kind for kind in ("vendor", "mailbox", "phone")], "reference"]
    none = np.zeros(len(table), np.uint64)
    columns = [table[name].to_numpy() if name in table.column_names else none for name in names]
    return [column.tolist() for column in columns] if as_lists else columns


def _sighting(number: int, check_id: str, values: list[Any], zone: tzinfo = UTC) -> Sighting:
    at, told, vendor, mailbox, phone, reference = values
    return Sighting(
        number=number,
        check_id=check_id,
        at=at,
        told=None if told is None or told != told else told,  # noqa: PLR0124 - not a number
        vendor=vendor,
        mailbox=mailbox,
        phone=phone,
        reference=reference,
        zone=zone,
    )


def _column(folder: Folder, number: int, name: str) -> Any:
    table, _ = read_table(folder.leads(number))
    return table[name].to_numpy()
