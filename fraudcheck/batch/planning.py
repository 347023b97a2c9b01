"""How is the input of a batch prepared? Cut into slices, with a plan that says how to read and judge them."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import chain
from zoneinfo import ZoneInfo

import msgspec
import pyarrow as pa

from fraudcheck import wiring
from fraudcheck.adapters.tenant_files import tenant_policy, tenant_quality
from fraudcheck.anomaly.detector import encode_model
from fraudcheck.batch.arrow_files import write_table
from fraudcheck.batch.cells import DECIMAL_FIELDS, flatten, gives_no_time
from fraudcheck.batch.columns import (
    CONTACTS,
    FIELDS,
    LEFT_OUT,
    Columns,
    date_order,
    field_by_cells,
    in_order_of_fields,
    propose_mapping,
    with_asked,
)
from fraudcheck.batch.date_order import DateOrder
from fraudcheck.batch.dates import is_plausible, is_zone, parse_time
from fraudcheck.batch.folder import Folder, Partial, Plan
from fraudcheck.batch.ledger_planning import plan_ledger
from fraudcheck.batch.raw_files import save_stream, sha256_hex, write_atomically
from fraudcheck.batch.reading import open_source
from fraudcheck.batch.request import Request, Watch
from fraudcheck.batch.resuming import begin_or_resume, job_id, versions_asked
from fraudcheck.batch.source import JSON, Source
from fraudcheck.batch.unused import ROWS_SAMPLED, mapped_by_cells, unused_columns
from fraudcheck.batch.writing import Style
from fraudcheck.fields.amounts import Mark, shown_mark
from fraudcheck.intake.body import parse_body
from fraudcheck.operations import lists
from fraudcheck.records import format_utc
from fraudcheck.scoring.policy import encode_policy
from fraudcheck.settings import Settings
from fraudcheck.worth.quality import QualityTable, encode_quality
from fraudcheck.worth.told_stage import USUAL_NAMES, says_stage

_ORDERS = {"day-first": "day_first", "month-first": "month_first"}


def preview_mapping(request: Request) -> tuple[Source, dict[str, tuple[str, ...]], list[str]]:
    """What is in a file, the columns of each field, and what a batch would lose of it, without doing anything.

    Raises ValueError with what to do.
    """
    if request.given is None:
        raise ValueError("--map-only wants a file: what is taken from a pipe is gone")
    with open_source(request.given, None, request.encoding, request.bounds) as source:
        mapping = propose(source, request.chosen)
        part = next(source.slices(ROWS_SAMPLED), None)
        return source, mapping, [*source.lost, *(unused_columns(part.table, mapping) if part else ())]


def prepare(partial: Partial, request: Request, settings: Settings, watch: Watch) -> tuple[Folder, Plan]:
    """Cut the input into slices, unless an earlier run has done so, and give the folder and the plan.

    Raises ValueError with what to do.
    """
    if request.days is not None:
        return plan_ledger(partial, request, settings, watch)
    if not is_zone(request.zone):
        raise ValueError(f"there is no time zone {request.zone!r}; give an IANA name such as Europe/Warsaw")
    path = request.given
    if path is None:
        path = partial.input
        save_stream(sys.stdin.buffer, path)
    with open_source(path, partial.path, request.encoding, request.bounds) as source:
        return _plan_file(partial, request, settings, watch, source=source, digest=sha256_hex(path))


def _plan_file(
    partial: Partial, request: Request, settings: Settings, watch: Watch, *, source: Source, digest: str
) -> tuple[Folder, Plan]:
    table = tenant_quality(settings.data_dir, request.tenant)
    asked_fields = _asked(table, source)
    names = list(source.columns)
    if source.kind == "ndjson":  # a later line may have names that the first ones lack
        names += [field.removeprefix("extra.") for field in asked_fields]
    left_out = request.chosen.get(LEFT_OUT, ())
    names = [name for name in names if name not in left_out]
    mapping = with_asked(names, _map_columns(source, request), asked_fields)
    watch.found(source, mapping)
    policy_hash, policy = encode_policy(tenant_policy(settings.data_dir, request.tenant))
    quality_hash, quality = encode_quality(table)
    model = wiring.load_model(settings)
    asked = {
        "input": digest,
        "mapping": dict(mapping),
        "encoding": request.encoding,
        "dates": request.dates,
        "zone": request.zone,
        "country": settings.default_country,
        "model": encode_model(model)[0] if model else None,
        "lists": {row.name: row.version for row in lists.inventory(settings)},
        "quality": quality_hash,
        **versions_asked(request, policy_hash),
    }
    folder, started, earlier_plan = begin_or_resume(partial, request, settings, asked, watch)
    if earlier_plan:
        return folder, earlier_plan
    watch.phase("taking the file in", "rows", None)
    counts = _write_slices(folder, source, request.size, mapping, watch)
    if not counts.times:
        mapping.pop("submitted_at", None)
        watch.note(f"no row has a time: all count as of now, {started}, one after the other")
    elif counts.times < counts.read:
        watch.note(f"rows without a time: {counts.read - counts.times:,}; each counts as of the row before it")
    order = _ORDERS[request.dates] if request.dates else counts.order.decide(date_order(source.columns))
    if not request.dates and counts.order.told_by_language and order != "iso":
        said = order.replace("_", "-")
        watch.note(f"dates are read {said}, as their language has it; give --dates if they are not")
    plan = Plan(
        job=job_id(settings, request.tenant, asked),
        tenant=request.tenant,
        policy=policy.decode(),
        quality=quality.decode(),
        source=source.kind,
        columns=tuple(source.columns),
        mapping=mapping,
        order=order,
        days=not counts.order.timed,
        marks={field: counts.mark(field) for field in DECIMAL_FIELDS if field in mapping and source.kind != "ndjson"},
        zone=request.zone,
        started=started,
        style=Style.for_output(request.out, source),
        size=request.size,
        slices=counts.slices,
        shares=counts.rows // request.share + 1,
        rows=counts.rows,
        lost=tuple(counts.lost),
        times=_times_to_go_by(counts.near, order, request.zone, started) if counts.times else (),
    )
    write_atomically(folder.plan_file, msgspec.json.encode(plan))
    return folder, plan


def _times_to_go_by(near: Sequence[tuple[object, object]], order: str, zone: str, started: str) -> tuple[str, ...]:
    """For each slice the last time before it, or else the first one in the file, as far as these can be read."""

    def read(cell: object) -> datetime | None:
        with suppress(ValueError):
            at = parse_time(cell, order, ZoneInfo(zone)).at
            return at if is_plausible(at, datetime.fromisoformat(started)) else None
        return None

    read_near = [(read(first), read(last)) for first, last in near]
    latest = next((at for at in chain.from_iterable(read_near) if at), datetime.fromisoformat(started))
    times = []
    for first, last in read_near:
        times.append(format_utc(latest))
        latest = last or first or latest
    return tuple(times)


class _InputCounts:
    """What there is in the input: slices, rows, rows that were read and those of them with a time, how its times are
    written, and what is lost of it.

    ``near`` has the first and the last cell of each slice that gives a time; None and None where none does.
    """

    def __init__(self) -> None:
        self.slices = self.rows = self.read = self.times = 0
        self.order = DateOrder()
        self.near: list[tuple[object, object]] = []
        self.lost: list[str] = []
        self._marks: defaultdict[str, set[Mark]] = defaultdict(set)

    def count_mark(self, field: str, cell: str) -> None:
        """Count the mark before the decimals that a field's cell shows."""
        if len(self._marks[field]) < 2 and (mark := shown_mark(cell)):
            self._marks[field].add(mark)

    def mark(self, field: str) -> Mark | None:
        """The one mark that a field's cells set before decimals; None where they show none, or both."""
        shown = self._marks[field]
        return next(iter(shown)) if len(shown) == 1 else None


def _write_slices(folder: Folder, source: Source, size: int, mapping: Columns, watch: Watch) -> _InputCounts:
    counts = _InputCounts()
    counts.lost += source.lost
    time_columns = mapping.get("submitted_at", ())
    decimal_columns = [(field, column) for field in DECIMAL_FIELDS for column in mapping.get(field, ())]
    for part in source.slices(size):
        if source.kind != "ndjson":  # whose numbers are written as the service has them
            for field, column in decimal_columns:
                for text in {cell for cell in cells_of(part.table, column) if isinstance(cell, str)}:
                    counts.count_mark(field, text)
        given = [cell for column in time_columns for cell in cells_of(part.table, column) if not gives_no_time(cell)]
        for cell in given:
            counts.order.count(cell)
        counts.times += len(given)
        counts.near.append((given[0], given[-1]) if given else (None, None))
        if not counts.slices:
            counts.lost += unused_columns(part.table.slice(0, ROWS_SAMPLED), mapping)
        write_table(folder.rows(counts.slices), [part.table], part.rejected)
        rows = len(part.table) + len(part.rejected)
        counts.slices += 1
        counts.rows += rows
        counts.read += len(part.table)
        watch.done(rows)
    return counts


def propose(source: Source, chosen: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The columns of each field by their headings, and by the first rows' cells where a heading leaves it to them.

    ``chosen`` is as in ``Request``. Raises ValueError if it cannot be followed.
    """
    left_out = set(chosen.get(LEFT_OUT, ()))
    columns = [column for column in source.columns if column not in left_out]
    mapping = propose_mapping(columns, {field: names for field, names in chosen.items() if field != LEFT_OUT})
    if any((field := field_by_cells(column)) and field not in mapping for column in columns):
        part = next(source.slices(ROWS_SAMPLED), None)
        return mapped_by_cells(part.table, mapping, left_out) if part else mapping
    return mapping


def _asked(table: QualityTable, source: Source) -> list[str]:
    """The fields of ``extra`` that the table of quality looks at.

    Those that say when a lead is wanted, or whose it is, only where a file has the names of a call: the column
    ``Stage`` of another program may be anything.
    """
    fields = [criterion.field for criterion in table.fit]
    if source.kind == "ndjson":
        names = (*USUAL_NAMES, *[name.removeprefix("extra.") for name in source.columns if says_stage(name)])
        fields += [*table.not_now.fields, *[f"extra.{name}" for name in names]]
    return [field for field in dict.fromkeys(fields) if field.startswith("extra.")]


def _map_columns(source: Source, request: Request) -> dict[str, tuple[str, ...]]:
    """Raises ValueError if no column holds a mail address or a phone, or if a choice cannot be followed."""
    mapping = propose(source, request.chosen)
    if source.kind == "ndjson":  # a later line may have names that the first ones lack
        taken = {*mapping, *request.chosen.get(LEFT_OUT, ()), *chain.from_iterable(mapping.values())}
        if any(name.startswith("activity.") for name in mapping):
            taken.add("activity")
        mapping = in_order_of_fields({**mapping, **{name: (name,) for name in FIELDS if name not in taken}})
    if not mapping.keys() & {*CONTACTS}:
        part = next(source.slices(ROWS_SAMPLED), None)
        raise ValueError(
            "; ".join(
                [
                    "no column's name says that it is a mail address or a phone: see the columns with --map-only, and "
                    "name one with --map email=COLUMN or --map phone=COLUMN",
                    *(unused_columns(part.table, mapping) if part else ()),
                ]
            )
        )
    return mapping


def cells_of(table: pa.Table, column: str) -> Iterable[object]:
    """The cells of a slice's column; of NDJSON the values under that name."""
    if JSON in table.column_names:
        return (flatten(parse_body(line)).get(column) for line in table[JSON].to_pylist())
    cells: list[object] = table[column].to_pylist()
    return cells
