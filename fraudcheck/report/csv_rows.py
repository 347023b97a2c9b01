"""Which rows does a small CSV hold that a person wrote? Columns in any order, between commas, semicolons or tabs."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct

from fraudcheck.report.cells import read_cell


class Row(Struct, frozen=True):
    """The cells that have a known column and something in it, by the column's name; ``line`` is where the row ends.

    ``problem`` says why the row cannot be read; None where it can.
    """

    line: int
    cells: Mapping[str, str]
    problem: str | None = None


def read_rows(lines: Iterable[str], column: Callable[[str], str | None]) -> tuple[list[str], Iterator[Row]]:
    """Give the known columns of the heading, and the rows below it that are not blank.

    ``column`` gives the name of a heading's cell (in lower case, without blanks around it), None for one that is not
    read.
    """
    given = iter(lines)
    first = next(given, "").removeprefix("\ufeff")
    delimiter = max(",;\t", key=first.count)
    heading = next(csv.reader([first], delimiter=delimiter), [])
    names = [column(cell.strip().casefold()) for cell in heading]
    return [name for name in names if name], _rows(csv.reader(given, delimiter=delimiter), names, delimiter)


def _rows(reader: Iterator[list[str]], names: list[str | None], delimiter: str) -> Iterator[Row]:
    # The reader counts lines from 1, below the heading.
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            yield Row(reader.line_num + 1, {}, f"{problem}")  # type: ignore[attr-defined]
            continue
        line = reader.line_num + 1  # type: ignore[attr-defined]
        if any(cell.strip() for cell in cells[len(names) :]):  # 10,000 without quotes would be 10
            yield Row(line, {}, f"more cells than columns; put what holds a {delimiter!r} into quotes")
            continue
        row = {name: read_cell(cell).strip() for name, cell in zip(names, cells, strict=False) if name and cell.strip()}
        if any(cell.strip() for cell in cells):
            yield Row(line, row)
