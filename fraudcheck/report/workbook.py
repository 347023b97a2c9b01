"""How does a table become a workbook (XLSX)? Figures as numbers, days as days, and no text that runs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_TEXTS = frozenset(
    ["section", "name", "vendor", "event", "currency", "change", "worse", "worse_reasons", "optimise_to", "because"]
)
"""Columns of words: a vendor called 007 is not seven."""
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WIDEST = 40
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def new_workbook(file: BytesIO) -> Workbook:
    """A workbook that ``close`` writes into ``file``. None of its texts is taken for a formula, a link or a number."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - a twentieth of a second that only who asks for it waits

    texts = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return Workbook(file, {"in_memory": True, **texts})


def workbook(rows: Iterable[list[str]]) -> bytes:
    """Rows of a CSV, a heading first, as a workbook of one sheet.

    What may begin a formula keeps its apostrophe: whoever saves the sheet as CSV is as safe as with ours.
    """
    file = BytesIO()
    book = new_workbook(file)
    sheet, strong = book.add_worksheet(), book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    heading: list[str] = []
    widths: list[int] = []
    for number, row in enumerate(rows):
        if not number:
            heading, widths = row, [0] * len(row)
        for column, cell in enumerate(row):
            widths[column] = min(max(widths[column], len(cell) + 2), _WIDEST)
            if not number:
                sheet.write_string(0, column, cell, strong)
            elif heading[column] not in _TEXTS and _NUMBER.fullmatch(cell):
                sheet.write_number(number, column, float(cell))
            elif _DAY.fullmatch(cell):
                sheet.write_datetime(number, column, datetime.fromisoformat(cell), day)
            elif cell:
                sheet.write_string(number, column, cell)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    book.close()
    return file.getvalue()
