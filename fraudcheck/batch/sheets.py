"""Where in a workbook are the leads? The child process that reads a spreadsheet says so, and gives their rows.

A spreadsheet is taken into memory as a whole, and a file of some kilobytes may ask for terabytes: whoever reads it may
be ended by that. So this module runs by itself (``python -m``), with a bound on its memory. It writes lines of JSON: a
``Found``, then a ``SheetRow`` for each row that is not blank.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from fraudcheck.batch.columns import ROWS_ABOVE, known_fields
from fraudcheck.batch.limits import Limits
from fraudcheck.batch.outcome_columns import ANSWER, LEAD, OUTCOME, propose

_TOLD = tuple(dict.fromkeys((*OUTCOME, *ANSWER)))
"""Fields of files that tell what became of leads."""


class Found(Struct, frozen=True):
    """The heading of the sheet that is read, the sheet's name, and names of other sheets with leads.

    With a ``problem``, which says what to do, there are no rows.
    """

    heading: list[str] = []
    sheet: str = ""
    others: list[str] = []
    problem: str = ""


SheetRow = tuple[int, list[str]]
"""The row's number in the sheet, and its cells as text."""


def main(path: str, memory: str) -> None:
    """Write what a workbook holds to standard output."""
    Limits(int(memory), 0).set()
    encode = msgspec.json.Encoder().encode
    out = sys.stdout.buffer
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            found, rows = _read(workbook)
            out.write(encode(found) + b"\n")
            for row in rows:
                out.write(encode(row) + b"\n")
    except PasswordError:
        out.write(encode(Found(problem="is protected with a password; save it without one")) + b"\n")
    except CalamineError:
        out.write(encode(Found(problem="is a damaged spreadsheet; save it again, or as CSV")) + b"\n")
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)


OUT_OF_MEMORY = 3
"""The child's exit code if the workbook does not fit into its memory, where it has the time to say so."""


def _read(workbook: CalamineWorkbook) -> tuple[Found, Iterator[SheetRow]]:
    """The first sheet with a heading that is known, of leads or else of what became of them, or else the first that has
    one; and its rows.
    """
    sheets: list[tuple[int, CalamineSheet, int]] = []
    for number, about in enumerate(workbook.sheets_metadata):
        if about.visible == SheetVisibleEnum.Visible and about.typ == SheetTypeEnum.WorkSheet:
            sheet = workbook.get_sheet_by_index(number)
            fields, row = _find_heading(sheet)
            if row:
                sheets.append((fields, sheet, row))
    if not sheets:
        return Found(problem="has no rows in a sheet that can be seen; save its leads as CSV"), iter(())
    known = [each for each in sheets if each[0]]
    told = [] if known else [(0, sheet, row) for _, sheet, _ in sheets if (row := _told_heading(sheet))]
    _, sheet, heading_row = (known or told or sheets)[0]
    rows = _filled_rows(sheet)
    heading = next(cells for row, cells in rows if row == heading_row)
    others = [other.name for _, other, _ in known[1:]]
    return Found(heading, sheet.name, others), rows


def _find_heading(sheet: CalamineSheet) -> tuple[int, int]:
    """How many fields of a lead are known in a sheet's heading, and the heading's row; 0 and 0 for an empty sheet.

    It is the row at the top in which most fields are known, a contact among them. If none is known, it is the first row
    with more than one cell, as a title has one.
    """
    top = list(islice(_filled_rows(sheet), ROWS_ABOVE))
    fields, row = 0, 0
    for number, cells in top:
        if (known := known_fields(cells)) > fields:
            fields, row = known, number
    if not row and top:
        row = next((number for number, cells in top if sum(map(bool, cells)) > 1), top[0][0])
    return fields, row


def _told_heading(sheet: CalamineSheet) -> int:
    """The row of a heading that says what became of leads, or what was answered, and of which; 0 for none."""
    for number, cells in islice(_filled_rows(sheet), ROWS_ABOVE):
        found = propose([*dict.fromkeys(cell for cell in cells if cell)], {}, _TOLD).keys()
        if found & {*LEAD} and found & {"outcome", "answer", "credited"}:
            return number
    return 0


def _filled_rows(sheet: CalamineSheet) -> Iterator[SheetRow]:
    for number, cells in enumerate(sheet.iter_rows(), 1):
        texts = [_text(cell) for cell in cells]
        if any(texts):
            yield number, texts


def _text(cell: Any) -> str:
    """A cell as text: times in ISO 8601 without an offset, as a spreadsheet knows none; whole numbers in digits.

    One of blanks only is empty, as it looks.
    """
    if isinstance(cell, str):
        return cell if cell.strip() else ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell.total_seconds()) if isinstance(cell, timedelta) else str(cell)


if __name__ == "__main__":
    main(*sys.argv[1:])
