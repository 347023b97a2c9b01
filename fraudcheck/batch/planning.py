"""How is the input of a batch prepared? Cut into slices, with a plan that says how to read and judge them."""

from __future__ import annotations

import shlex
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from fraudcheck import wiring
from fraudcheck.adapters.tenant_files import tenant_policy, tenant_quality
from fraudcheck.anomaly.detector import encode_model
from fraudcheck.batch import keeping
from fraudcheck.batch.arrow_files import write_table
from fraudcheck.batch.bounds import TooMuch
from fraudcheck.batch.cells import AMOUNT, CURRENCY, DECIMAL_FIELDS, flatten, gives_no_time
from fraudcheck.batch.columns import (
    CONTACTS,
    FIELDS,
    LEFT_OUT,
    date_order,
    field_by_cells,
    in_order_of_fields,
    is_field,
    propose_mapping,
    suggest_field,
    with_asked,
    with_vendor_told,
)
from fraudcheck.batch.constants import check_constants
from fraudcheck.batch.date_order import DateOrder
from fraudcheck.batch.dates import is_plausible, is_zone, parse_time
from fraudcheck.batch.folder import Folder, InputFile, Partial, Plan
from fraudcheck.batch.ledger_planning import plan_ledger
from fraudcheck.batch.outcome_columns import named_currency
from fraudcheck.batch.raw_files import save_stream, sha256_hex, write_atomically
from fraudcheck.batch.reading import open_source
from fraudcheck.batch.request import Given, Request, Watch
from fraudcheck.batch.resuming import begin_or_resume, job_id, versions_asked
from fraudcheck.batch.source import JSON, ROW, Slice, Source
from fraudcheck.batch.unused import ROWS_SAMPLED, mapped_by_cells, prices_of_no_currency, shown, unused_columns
from fraudcheck.batch.writing import Style
from fraudcheck.fields.amounts import Mark, shown_mark
from fraudcheck.fields.normal_form import simplify
from fraudcheck.intake.body import parse_body
from fraudcheck.operations import lists
from fraudcheck.records import format_utc
from fraudcheck.scoring.policy import encode_policy
from fraudcheck.settings import Settings
from fraudcheck.worth.quality import QualityTable, encode_quality
from fraudcheck.worth.told_stage import USUAL_NAMES, says_stage

_ALSO_OF_CLICKS = {"source.vendor": "source.click.utm_source", "source.campaign": "source.click.utm_campaign"}
"""Fields that a column of clicks gives too, where no other does."""
_ORDERS = {"day-first": "day_first", "month-first": "month_first"}


class Opened(NamedTuple):
    """A file of leads that is open, the columns of each field, and the SHA-256 of its bytes."""

    given: Given
    source: Source
    mapping: dict[str, tuple[str, ...]]
    digest: str


def preview_mapping(request: Request) -> list[tuple[Opened, list[str]]]:
    """What is in the files, the columns of each field, and what a batch would lose of each, without doing anything.

    Raises ValueError with what to do.
    """
    if any(given.path is None for given in request.given):
        raise ValueError("--map-only wants a file: what is taken from a pipe is gone")
    with ExitStack() as stack:
        opened = _open_all(stack, None, request, lambda source, given: propose(source, request, given))
        parts = [next(each.source.slices(ROWS_SAMPLED), None) for each in opened]
        return [
            (
                each,
                [
                    *each.source.lost,
                    *(unused_columns(part.table, each.mapping) if part else ()),
                    *(
                        prices_of_no_currency(part.table, each.mapping, constants_of(each.given, each.mapping))
                        if part
                        else ()
                    ),
                ],
            )
            for each, part in zip(opened, parts, strict=True)
        ]


def prepare(partial: Partial, request: Request, settings: Settings, watch: Watch) -> tuple[Folder, Plan]:
    """Cut the input into slices, unless an earlier run has done so, and give the folder and the plan.

    Raises ValueError with what to do: nothing is judged if one of several files cannot be.
    """
    if request.days is not None:
        return plan_ledger(partial, request, settings, watch)
    for zone in (request.zone, *[given.zone or request.zone for given in request.given]):
        if not is_zone(zone):
            raise ValueError(f"there is no time zone {zone!r}; give an IANA name such as Europe/Warsaw")
    for given in request.given:
        check_constants(given.constants, given.zone or request.zone)
    table = tenant_quality(settings.data_dir, request.tenant)
    with ExitStack() as stack:
        files = _open_all(
            stack, partial, request, lambda source, given: _mapping(source, request, given, table), watch.note
        )
        return _plan_files(partial, request, settings, watch, files=files, table=table)


def _open_all(
    stack: ExitStack,
    partial: Partial | None,
    request: Request,
    propose: Callable[[Source, Given], dict[str, tuple[str, ...]]],
    note: Callable[[str], None] = lambda _: None,
) -> list[Opened]:
    """All files, each once whatever its names. Raises ValueError, of several files with each that cannot be read."""
    by_digest: dict[str, Opened] = {}
    problems: list[ValueError] = []
    several = len(request.given) > 1
    for given in request.given:
        try:
            path = given.path
            if path is None and partial is not None:
                path = partial.input
                save_stream(sys.stdin.buffer, path)
            if path is None or path.is_dir():
                raise ValueError(f"{given.name} is a folder: name the files in it, as in {given.name}/*.csv")
            digest = sha256_hex(path, request.bounds) if several else sha256_hex(path)
            if same := by_digest.get(digest):
                note(
                    f"{shown(given.name)} is the same file as {shown(same.given.name)}, byte for byte: it is read once"
                )
                continue
            scratch = partial.path if partial else None
            source = stack.enter_context(open_source(path, scratch, given.encoding or request.encoding, request.bounds))
            by_digest[digest] = Opened(given, source, propose(source, given), digest)
        except (ValueError, OSError) as problem:
            if not several:
                raise
            problems.append(of_file(given.name, problem))
    if problems:
        kind = TooMuch if any(isinstance(problem, TooMuch) for problem in problems) else ValueError
        raise kind("; ".join(map(str, problems)) + "; nothing was judged: mend the file, or leave it out")
    opened = list(by_digest.values())
    for field, names in request.chosen.items() if several else ():
        used = {column for each in opened for column in each.mapping.get(field, ())}
        if field != LEFT_OUT and used.isdisjoint(names):
            raise ValueError(f"no file has a column {names[0]!r} for {field}; --map-only shows their columns")
    return opened


def of_file(name: str, problem: ValueError | OSError) -> ValueError:
    """The problem with one of several files, which it names."""
    text = (problem.strerror or "cannot be read") if isinstance(problem, OSError) else str(problem)
    base = name.rpartition("/")[2]
    named = text.replace(base, shown(name), 1) if text.startswith(base) else f"{shown(name)}: {text}"
    return type(problem)(named) if isinstance(problem, TooMuch) else ValueError(named)


def _mapping(source: Source, request: Request, given: Given, table: QualityTable) -> dict[str, tuple[str, ...]]:
    asked_fields = _asked(table, source)
    names = list(source.columns)
    if source.kind == "ndjson":  # a later line may have names that the first ones lack
        names += [field.removeprefix("extra.") for field in asked_fields]
    left_out = [*request.chosen.get(LEFT_OUT, ()), *given.chosen.get(LEFT_OUT, ())]
    names = [name for name in names if name not in left_out]
    return with_asked(names, _map_columns(source, request, given), asked_fields)


def _plan_files(
    partial: Partial,
    request: Request,
    settings: Settings,
    watch: Watch,
    *,
    files: Sequence[Opened],
    table: QualityTable,
) -> tuple[Folder, Plan]:
    several = len(files) > 1
    for each in files:
        watch.found(each.source, each.mapping, each.given.constants, each.given.name if several else "")
    policy_hash, policy = encode_policy(tenant_policy(settings.data_dir, request.tenant))
    quality_hash, quality = encode_quality(table)
    model = wiring.load_model(settings)
    read = [_asked_of(each, request) for each in files]
    asked = {
        **({"files": read, "dates": request.dates} if several else read[0]),
        "country": settings.default_country,
        "model": encode_model(model)[0] if model else None,
        "lists": {row.name: row.version for row in lists.inventory(settings)},
        "quality": quality_hash,
        **({"keep": True} if request.keep else {}),
        **versions_asked(request, policy_hash),
    }
    folder, started, earlier_plan = begin_or_resume(partial, request, settings, asked, watch)
    if earlier_plan:
        return folder, earlier_plan
    watch.phase("taking the files in" if several else "taking the file in", "rows", None)
    ends: list[int] = []
    read_files: list[InputFile] = []
    lost: list[str] = []
    for each in files:
        try:
            file, lost_of_file = _take_in(folder, request, watch, each, ends, started=started, several=several)
        except ValueError as problem:
            raise (of_file(each.given.name, problem) if several else problem) from None
        read_files.append(file)
        lost += [_of(each, sentence, several) for sentence in lost_of_file]
    columns = dict.fromkeys(chain.from_iterable(each.source.columns for each in files))
    rows = ends[-1] if ends else 0
    plan = Plan(
        job=job_id(settings, request.tenant, keeping.lasting(asked) if request.keep else asked),
        tenant=request.tenant,
        policy=policy.decode(),
        quality=quality.decode(),
        files=tuple(read_files),
        columns=tuple(columns),
        started=started,
        style=Style.for_output(request.out, files[0].source, files=several, keep=request.keep),
        ends=tuple(ends),
        shares=rows // request.share + 1,
        lost=tuple(lost),
        told=request.told,
        keep=request.keep,
    )
    write_atomically(folder.plan_file, msgspec.json.encode(plan))
    return folder, plan


def _asked_of(file: Opened, request: Request) -> dict[str, Any]:
    """What of one file the verdicts depend on."""
    given = file.given
    return {
        "input": file.digest,
        "mapping": dict(file.mapping),
        "encoding": given.encoding or request.encoding,
        "dates": given.dates or request.dates,
        "zone": given.zone or request.zone,
        **({"set": given.constants} if given.constants else {}),
    }


def _of(file: Opened, sentence: str, several: bool) -> str:
    """A sentence about a file, which it names where there are several."""
    return f"{shown(file.given.name)}: {sentence}" if several else sentence


def _take_in(
    folder: Folder, request: Request, watch: Watch, file: Opened, ends: list[int], *, started: str, several: bool
) -> tuple[InputFile, list[str]]:
    """Write a file's rows as slices, add their last rows to ``ends``, and say how they are read and what is lost."""
    given, source, mapping, _ = file
    constants, first = constants_of(given, mapping), len(ends)
    zone = given.zone or request.zone
    counts = _write_slices(folder, file, request, watch, ends)

    def note(text: str) -> None:
        watch.note(_of(file, text, several))

    if not counts.rows and several:
        note("it has no rows")
    if not counts.times:
        mapping.pop("submitted_at", None)
        if "submitted_at" not in constants and (counts.rows or not several):
            note(f"no row has a time: all count as of now, {started}, one after the other")
    elif counts.times < counts.read and "submitted_at" not in constants:
        note(f"rows without a time: {counts.read - counts.times:,}; each counts as of the row before it")
    dates = given.dates or request.dates
    if several and not given.dates and counts.order.shows_order:  # each file has its own; the option is for the others
        dates = None
    order = _ORDERS[dates] if dates else counts.order.decide(date_order(source.columns))
    if not dates and counts.order.told_by_language and order != "iso":
        said = order.replace("_", "-")
        note(f"dates are read {said}, as their language has it; give --dates if they are not")
    for field in given.constants:
        if source.kind != "ndjson" and (column := mapping.get(field, ("",))[0]):
            note(
                f"{field} is set for the rows whose column {shown(column)!r} is empty; to set it for all, give that "
                f"column another name, as in --map extra.{simplify(column) or 'other'}={shlex.quote(column)}"
            )
    read = InputFile(
        name=given.name,
        kind=source.kind,
        mapping=mapping,
        constants=constants,
        order=order,
        zone=zone,
        first=first,
        days=not counts.order.timed,
        marks={field: counts.mark(field) for field in DECIMAL_FIELDS if field in mapping and source.kind != "ndjson"},
        times=_times_to_go_by(counts.near, order, zone, started) if counts.times else (),
    )
    return read, counts.lost


def constants_of(given: Given, mapping: Mapping[str, Sequence[str]]) -> Mapping[str, str]:
    """What rows have that give nothing for a field: what was said, and the currency that a price's heading names."""
    columns = mapping.get(AMOUNT, ())
    if not columns or CURRENCY in mapping or CURRENCY in given.constants:
        return given.constants
    named = named_currency(columns[0])
    return {CURRENCY: named, **given.constants} if named else given.constants


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
    """What there is in a file: rows, rows that were read and those of them with a time, how its times are written, and
    what is lost of it.

    ``near`` has the first and the last cell of each slice that gives a time; None and None where none does.
    """

    def __init__(self) -> None:
        self.rows = self.read = self.times = 0
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


def _write_slices(folder: Folder, file: Opened, request: Request, watch: Watch, ends: list[int]) -> _InputCounts:
    """Write a file's rows as slices behind those of the files before it, whose last rows are in ``ends``."""
    given, source, mapping, _ = file
    constants = constants_of(given, mapping)
    counts = _InputCounts()
    counts.lost += source.lost
    before = ends[-1] if ends else 0
    time_columns = mapping.get("submitted_at", ())
    decimal_columns = [(field, column) for field in DECIMAL_FIELDS for column in mapping.get(field, ())]
    for part in source.slices(request.size):
        if source.kind != "ndjson":  # whose numbers are written as the service has them
            for field, column in decimal_columns:
                for text in {cell for cell in cells_of(part.table, column) if isinstance(cell, str)}:
                    counts.count_mark(field, text)
        times = [cell for column in time_columns for cell in cells_of(part.table, column) if not gives_no_time(cell)]
        for cell in times:
            counts.order.count(cell)
        counts.times += len(times)
        counts.near.append((times[0], times[-1]) if times else (None, None))
        if not counts.rows:
            sample = part.table.slice(0, ROWS_SAMPLED)
            counts.lost += [*unused_columns(sample, mapping), *prices_of_no_currency(sample, mapping, constants)]
        moved = _behind(part, before)
        write_table(folder.rows(len(ends)), [moved.table], moved.rejected)
        rows = len(part.table) + len(part.rejected)
        counts.rows += rows
        counts.read += len(part.table)
        ends.append(before + counts.rows)
        request.bounds.check_rows(ends[-1], "the files together have")
        watch.done(rows)
    return counts


def _behind(part: Slice, before: int) -> Slice:
    """A slice whose rows are numbered behind those of the files before it."""
    if not before:
        return part
    rows = pc.add(part.table[ROW], pa.scalar(before, pa.uint32()))
    table = part.table.set_column(part.table.column_names.index(ROW), ROW, rows)
    return Slice(table, [msgspec.structs.replace(each, row=each.row + before) for each in part.rejected])


def propose(source: Source, request: Request, given: Given) -> dict[str, tuple[str, ...]]:
    """The columns of each field by their headings, and by the first rows' cells where a heading leaves it to them.

    Raises ValueError if what was chosen cannot be followed.
    """
    chosen = {**(request.chosen if len(request.given) == 1 else _there(source, request.chosen)), **given.chosen}
    left_out = set(chosen.pop(LEFT_OUT, ()))
    columns = [column for column in source.columns if column not in left_out]
    mapping = propose_mapping(columns, chosen)
    for field, click in _ALSO_OF_CLICKS.items():  # which name a platform, where the vendor is known otherwise
        if field in given.constants and field not in chosen and mapping.get(field) == mapping.get(click, ()):
            del mapping[field]
    if "source.vendor" in given.constants and "source.vendor" not in chosen:
        mapping = with_vendor_told(mapping)
    if any((field := field_by_cells(column)) and field not in mapping for column in columns):
        part = next(source.slices(ROWS_SAMPLED), None)
        return mapped_by_cells(part.table, mapping, left_out) if part else mapping
    return mapping


def _there(source: Source, chosen: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Of the columns that were chosen for all files those that one file has. Raises ValueError for no lead's field."""
    columns = {column.lstrip("\ufeff").strip() for column in source.columns}
    there: dict[str, list[str]] = {}
    for field, names in chosen.items():
        if not (is_field(field) or field == LEFT_OUT):
            raise ValueError(f"A lead has no field {field!r}: {suggest_field(field)}")
        if found := [name for name in names if name.strip() in columns]:
            there[field] = found
    return there


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


def _map_columns(source: Source, request: Request, given: Given) -> dict[str, tuple[str, ...]]:
    """Raises ValueError if no column holds a mail address or a phone, or if a choice cannot be followed."""
    mapping = propose(source, request, given)
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
