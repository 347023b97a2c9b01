"""How is a CSV of leads read? With its encoding and delimiter found out, and with faulty rows named one by one."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TextIO

import pyarrow as pa

from fraudcheck.batch import encodings
from fraudcheck.batch.bounds import Bounds
from fraudcheck.batch.columns import ROWS_ABOVE, known_fields
from fraudcheck.batch.raw_files import CHUNK, open_unpacked
from fraudcheck.batch.source import MAX_ROW_CHARACTERS, TOO_LONG, Slice, Source, check_heading, slice_rows
from fraudcheck.report.cells import read_cell

_SAMPLE = 1 << 16
"""Characters at the beginning of a file from which its delimiter is told."""
_SEPARATOR_LINE = re.compile(r'"?sep=([^\w"\r\n])"?[\r\n]*', re.IGNORECASE)
"""Excel's own first line, which names the delimiter."""
_DELIMITER_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_REPLACEMENT = "\ufffd"
"""Stands in decoded text for bytes that are no character of the encoding."""

csv.field_size_limit(MAX_ROW_CHARACTERS)  # a setting of the whole process; _RowLines holds whole rows to it


class CsvSource(Source):
    """A CSV file. ``mark`` is the byte order mark at its beginning, ``encoding`` what is known of it without one."""

    kind = "csv"

    def __init__(self, path: Path, mark: bytes, encoding: str | None, bounds: Bounds) -> None:
        self._bounds = bounds
        self._mark_length, self.bom = len(mark), bool(mark)
        self._encoding = encodings.MARKS.get(mark) or encoding or ""
        if not self._encoding:
            with open_unpacked(path, self._bounds) as stream:
                self._encoding = encodings.guess(stream)
        with self._open_decoded(path) as text:
            sample = text.read(_SAMPLE)
        separator_line = _SEPARATOR_LINE.match(sample)
        self.delimiter = separator_line[1] if separator_line else guess_delimiter(sample)
        self._lines_before_heading = 1 if separator_line else 0
        titles = [] if separator_line else _lines_of_a_title(sample, self.delimiter)
        if titles:
            self._lines_before_heading = len(titles)
            self.delimiter = guess_delimiter(sample[sum(map(len, titles)) :])
        with self._open_decoded(path) as text:
            _, heading, problem = next(_as_written(self._rows(text, 0)), (0, [], "there is none"))
        if problem:
            raise ValueError(f"the first line of {path.name} is to name the columns: {problem}")
        check_heading(heading)
        delimiter_name = _DELIMITER_NAMES.get(self.delimiter, self.delimiter)
        notes = [f"CSV, {self._encoding}, with {delimiter_name} between columns"]
        if titles:
            notes.append(f"its heading is in line {len(titles) + 1}; what stands above it is left out")
        super().__init__(path, heading, notes, bounds)
        if lost := self._count_replacements():
            self.notes.append(
                f"{lost:,} characters are none in that encoding and became {_REPLACEMENT}; if they matter, "
                "name another with --encoding"
            )

    def slices(self, size: int) -> Iterator[Slice]:
        """See ``Source``."""
        with self._open_decoded(self._path) as text:
            rows = _as_written(self._rows(text, len(self.columns)))
            next(rows)  # the heading
            yield from slice_rows(rows, size, pa.schema([(name, pa.string()) for name in self.columns]))

    @contextmanager
    def _open_decoded(self, path: Path) -> Iterator[TextIO]:
        with open_unpacked(path, self._bounds) as stream:
            stream.read(self._mark_length)
            # Bytes that the encoding does not have spoil one character of one row, which is no reason to stop.
            with io.TextIOWrapper(stream, self._encoding, "replace", newline="") as text:
                yield text

    def _count_replacements(self) -> int:
        with self._open_decoded(self._path) as text:
            return sum(chunk.count(_REPLACEMENT) for chunk in iter(lambda: text.read(CHUNK), ""))

    def _rows(self, text: TextIO, width: int) -> Iterator[tuple[int, list[str], str]]:
        """Line number, cells and problem ("" for none) of each row that is not blank.

        Rows are brought to ``width`` cells; 0 leaves them as they are. If a row's quotation marks are wrong, each
        of its lines is read by itself: a mark that nothing closes would otherwise swallow all leads up to the next one.
        """
        lines = _RowLines(text)
        for _ in range(self._lines_before_heading):
            next(lines)
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        line_number, read = 1 + self._lines_before_heading, -1  # rows, without the heading
        while True:
            self._bounds.check_rows(read)
            lines.begin_row()
            try:
                cells = next(reader, None)
            except csv.Error:
                torn_lines = lines.row_lines.copy()
                torn = len(torn_lines) > 1
                if torn and '"' in torn_lines[-1]:
                    lines.put_back(torn_lines.pop())  # a row of several lines may begin there
                for number, line in enumerate(torn_lines, line_number):
                    cells, problem = self._parse_single_line(line)
                    if any(cells) or problem:
                        yield number, cells, problem or _fit_to_width(cells, width, torn)
                line_number += len(torn_lines)
                read += len(torn_lines)
                continue
            if cells is None:
                return
            if any(cells):
                yield line_number, cells, "" if len(cells) == width else _fit_to_width(cells, width, False)
            line_number += len(lines.row_lines)
            read += 1

    def _parse_single_line(self, line: str) -> tuple[list[str], str]:
        """The cells of a line whose quotation marks may be wrong, and the problem with it ("" for none)."""
        if len(line) > MAX_ROW_CHARACTERS:
            return [], TOO_LONG
        cells = next(csv.reader([line.rstrip("\r\n") + "\n"], delimiter=self.delimiter))
        if cells and cells[-1].endswith("\n"):  # a line's end is part of a cell only inside quotation marks
            return [], "a quotation mark that nothing closes"
        return cells, ""


def _as_written(rows: Iterator[tuple[int, list[str], str]]) -> Iterator[tuple[int, list[str], str]]:
    """The rows with their cells as they were before they were made safe for a spreadsheet."""
    for number, cells, problem in rows:
        yield number, [read_cell(cell) if cell and "'" in cell else cell for cell in cells], problem


class _RowLines:
    """A text's lines, one by one as the csv reader asks for them; ``row_lines`` has those of the current row.

    Raises csv.Error when the row becomes too long.
    """

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._waiting: list[str] = []
        self.begin_row()

    def begin_row(self) -> None:
        """Forget the lines of the row before."""
        self.row_lines: list[str] = []
        self._length = 0

    def put_back(self, line: str) -> None:
        """Give this line again as the next one."""
        self._waiting.append(line)

    def __iter__(self) -> _RowLines:
        return self

    def __next__(self) -> str:
        line = self._waiting.pop() if self._waiting else self._text.readline(MAX_ROW_CHARACTERS + 1)
        if not line:
            raise StopIteration
        self.row_lines.append(line)
        self._length += len(line)
        if self._length > MAX_ROW_CHARACTERS:
            while line and not line.endswith(("\n", "\r")):
                self.row_lines[-1] = self.row_lines[-1][: MAX_ROW_CHARACTERS + 1] + "\n"  # it counts as read to its end
                line = self._text.readline(MAX_ROW_CHARACTERS)
            raise csv.Error
        return line


def _fit_to_width(cells: list[str], width: int, torn: bool) -> str:
    """Bring ``cells`` to ``width`` in place, and give the problem if that cannot be done ("" for none).

    Cells that are missing at the end become null; empty cells beyond the width are dropped. A line of a ``torn`` row
    (one with wrong quotation marks) is trusted only if it has all cells.
    """
    if not width:
        return ""
    while len(cells) > width and not cells[-1]:
        cells.pop()
    if len(cells) > width or (torn and len(cells) < width):
        return f"{len(cells)} cell{'s' * (len(cells) != 1)} where the heading has {width}"
    cells += [None] * (width - len(cells))  # type: ignore[list-item]
    return ""


def _lines_of_a_title(sample: str, delimiter: str) -> list[str]:
    """The lines above the heading, as a report has them; none where the first line may be one.

    The heading is the line at the top in which most fields of a lead are known, two at least and a contact among them.
    """
    top = [*islice(io.StringIO(sample, newline=""), ROWS_ABOVE + 1)]
    if not top or known_fields(_cells(top[0], delimiter)):
        return []
    best, row = 1, 0
    for number in range(1, len(top) - 1):  # below a heading stands a lead
        for each in _DELIMITER_NAMES:
            if each in top[number] and (known := known_fields(_cells(top[number], each))) > best:
                best, row = known, number
    return top[:row]


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), [])


def guess_delimiter(sample: str) -> str:
    """The one of comma, semicolon, tab and bar that cuts most rows into as many cells as the heading has.

    ``sample`` is the beginning of a file. Its last row is ignored if it has no line end, as it may be cut off. A
    file of one column gives a comma.
    """

    def fit(separator: str) -> tuple[float, float]:
        return _evenness(sample, separator, strict=True), _evenness(sample, separator, strict=False)

    return max(",;\t|", key=fit)


def _evenness(sample: str, separator: str, strict: bool) -> float:
    """The share of rows with as many cells as the first one, times the separators in that; 0 if none can be read.

    ``strict`` accepts nothing but a separator after a closing quotation mark, so a file that quotes its cells can be
    read with one separator only.
    """
    try:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator, strict=strict)
        widths = [len(cells) for cells in reader if cells]
    except csv.Error:
        return 0.0
    if len(widths) > 1 and not sample.endswith(("\n", "\r")):
        widths.pop()
    return widths.count(widths[0]) / len(widths) * (widths[0] - 1) if widths else 0.0
