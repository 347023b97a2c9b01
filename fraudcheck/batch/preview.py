"""What is in files of leads, before anything is judged? Their columns with examples, so that a person can correct them.

A file's end is looked for only as long as that is quick.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from time import monotonic

import msgspec
from msgspec import Struct

from fraudcheck.batch.bounds import UNBOUNDED, Bounds
from fraudcheck.batch.columns import CONTACTS, LEFT_OUT, field_by_cells, rank_column
from fraudcheck.batch.request import Given, Request

SECONDS = 3.0
"""For how long the rows of all files together are counted."""
EXAMPLES = 3
"""Cells of a column that are shown."""
_LONGEST = 60
"""Characters of a cell that are shown."""


class Column(Struct, frozen=True, kw_only=True):
    """A heading: the ``field`` that its column is, "" for none; its first cells; and the files that have it, from 0."""

    name: str
    field: str = ""
    examples: tuple[str, ...] = ()
    files: tuple[int, ...] = ()


class FileFound(Struct, frozen=True, kw_only=True):
    """One of the files: how it is written, how many rows it has (``more`` than that where the end was not reached),
    and what would be lost of it. ``dates`` says that day and month cannot be told apart; ``problem`` why the file
    cannot be read at all.
    """

    notes: tuple[str, ...] = ()
    rows: int = 0
    more: bool = False
    rejected: int = 0
    lost: tuple[str, ...] = ()
    dates: bool = False
    times: bool = False
    problem: str = ""


class Looked(Struct, frozen=True, kw_only=True):
    """What was found at ``first``, by the headings alone, and what is found ``now``, as a person chose."""

    first: Preview
    now: Preview


class Preview(Struct, frozen=True, kw_only=True):
    """What was found: the files in their order, and their columns together, by heading."""

    files: tuple[FileFound, ...] = ()
    columns: tuple[Column, ...] = ()

    @property
    def problem(self) -> str:
        """Why the files cannot be judged as they are; "" if they can."""
        return next((file.problem for file in self.files if file.problem), "") or (
            "" if self.fields() & {*CONTACTS} else "no column is a mail address or a phone: say which one is"
        )

    @property
    def without_contact(self) -> list[int]:
        """The files, from 0, that have rows and no column with a mail address or a phone."""
        return [n for n, file in enumerate(self.files) if file.rows and not self.fields(n) & {*CONTACTS}]

    def fields(self, file: int | None = None) -> set[str]:
        """The fields that some column is, of all files or of the one of this number, from 0."""
        return {each.field for each in self.columns if each.field and (file is None or file in each.files)}


def read(
    paths: Sequence[Path],
    chosen: Mapping[str, Sequence[str]],
    *,
    scratch: Path,
    dates: Sequence[str | None] = (),
    constants: Sequence[Mapping[str, str]] = (),
    bounds: Bounds = UNBOUNDED,
    seconds: float = SECONDS,
) -> Preview:
    """Look at files. ``chosen`` is as in ``request.Request``; ``dates`` and ``constants`` are empty, or have
    for each file what is said of its own; ``scratch`` is a folder for what has to be unpacked.
    """
    from fraudcheck.batch import planning  # noqa: F401, PLC0415 - which takes a second, and is no file's time

    until = monotonic() + seconds
    files: list[FileFound] = []
    found: dict[str, Column] = {}
    request = Request(
        out=scratch,
        given=tuple(
            Given(path=path, name=path.name, dates=order, constants=told)
            for path, order, told in zip(
                paths, dates or [None] * len(paths), constants or [{}] * len(paths), strict=True
            )
        ),
        chosen=chosen,
        bounds=bounds,
    )
    for number, (path, given) in enumerate(zip(paths, request.given, strict=True)):
        try:
            file, columns = _read_one(request, given, scratch, until)
        except ValueError as problem:
            text = str(problem).removeprefix(f"{path.name} ").removeprefix("the file ")  # as the page names it
            file, columns = FileFound(problem=text), ()
        files.append(file)
        for column in columns:
            known = found.get(column.name, msgspec.structs.replace(column, files=()))
            found[column.name] = msgspec.structs.replace(
                known,
                field=known.field or column.field,
                examples=known.examples or column.examples,
                files=(*known.files, number),
            )
    return Preview(files=tuple(files), columns=tuple(found.values()))


def _read_one(request: Request, given: Given, scratch: Path, until: float) -> tuple[FileFound, Sequence[Column]]:
    """Raises ValueError, with what to do, if this is no file of leads."""
    from fraudcheck.batch import planning  # noqa: PLC0415 - with Arrow and Daft, which the service itself has no need of
    from fraudcheck.batch.columns import date_order  # noqa: PLC0415
    from fraudcheck.batch.date_order import DateOrder  # noqa: PLC0415
    from fraudcheck.batch.reading import open_source  # noqa: PLC0415
    from fraudcheck.batch.unused import (  # noqa: PLC0415
        ROWS_SAMPLED,
        cells_by_column,
        prices_of_no_currency,
        unused_columns,
    )

    path = given.path or scratch  # for the type checker: each was sent
    with open_source(path, scratch, None, request.bounds) as source:
        mapping = planning.propose(source, request, given)
        order, rows, rejected, more = DateOrder(), 0, 0, False
        examples: dict[str, tuple[str, ...]] = {}
        lost: list[str] = [*source.lost]
        slices = source.slices(ROWS_SAMPLED)
        for part in slices:
            if not rows:
                examples = {name: _examples(cells) for name, cells in cells_by_column(part.table)}
                lost += unused_columns(part.table, mapping)
                lost += prices_of_no_currency(part.table, mapping, planning.constants_of(given, mapping))
            rows += len(part.table) + len(part.rejected)
            rejected += len(part.rejected)
            for column in mapping.get("submitted_at", ()):
                for cell in planning.cells_of(part.table, column):
                    order.count(cell)
            if monotonic() > until:
                more = next(slices, None) is not None
                break
        unclear = False
        if not given.dates:
            try:
                order.decide(date_order(source.columns))
            except ValueError:
                unclear = True
        field_of: dict[str, str] = {}
        for field, used in mapping.items():
            for name in used:  # of two fields of one column, as of utm_source, the first is shown
                field_of.setdefault(name, field)
        names = dict.fromkeys((*source.columns, *(name for name in examples if source.kind == "ndjson")))
        columns = [Column(name=name, field=field_of.get(name, ""), examples=examples.get(name, ())) for name in names]
        file = FileFound(
            notes=tuple(source.notes),
            rows=rows,
            more=more,
            rejected=rejected,
            lost=tuple(lost),
            dates=unclear,
            times="submitted_at" in mapping,
        )
        return file, columns


def _examples(cells: Iterable[object]) -> tuple[str, ...]:
    """The first cells that are not empty."""
    shown: list[str] = []
    for cell in cells:
        text = "" if cell is None else str(cell).strip()
        if text:
            shown.append(text if len(text) <= _LONGEST else text[:_LONGEST] + "…")
        if len(shown) == EXAMPLES:
            break
    return tuple(shown)


def choices(preview: Preview, asked: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The pairs of field and column that bring the columns to the ``asked`` fields ("" for none), by heading.

    Where nothing is asked but what was found there are none. A column that shall be no field is left out by the field
    ``-``, and so is every other that would step into the place of one that was taken from a field.
    """
    found = {column.name: column.field for column in preview.columns}
    wanted = found | {name: field for name, field in asked.items() if name in found}
    changed = {*chain.from_iterable((found[name], wanted[name]) for name in found if found[name] != wanted[name])}
    changed.discard("")
    pairs = [(field, name) for field in sorted(changed) for name, is_now in wanted.items() if is_now == field]
    left_out = [
        (LEFT_OUT, name)
        for name, is_now in wanted.items()
        if not is_now and (found[name] or (changed and {rank_column(name)[1], field_by_cells(name)} & changed))
    ]
    return (*pairs, *left_out)


def doubled(preview: Preview, asked: Mapping[str, str]) -> dict[str, list[str]]:
    """Fields that are asked for several columns of one file and can have one only, with these columns."""
    doubles: dict[str, list[str]] = {}
    for number in range(len(preview.files)):
        columns: dict[str, list[str]] = {}
        for column in preview.columns:
            field = asked.get(column.name, column.field)
            if field and field not in CONTACTS and number in column.files:
                columns.setdefault(field, []).append(column.name)
        doubles |= {field: names for field, names in columns.items() if len(names) > 1}
    return doubles
