"""How does a claim become a spreadsheet? Rows of cells for a CSV, and a workbook with the letter on its first sheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from decimal import Decimal
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

from fraudcheck.report.cells import escape_cell
from fraudcheck.report.claim_words import Words
from fraudcheck.report.claims import ClaimRow, LeftRow, VendorClaim
from fraudcheck.report.workbook import new_workbook

if TYPE_CHECKING:
    from xlsxwriter import Workbook

COLUMNS = (
    *("reference", "came", "campaign", "sub_id", "channel", "price", "currency", "amount", "reason", "evidence"),
    *("return_by", "check_id", "claim", "answer", "credited"),
)
PERSONAL = ("name", "email", "phone")
_LEFT = ("reference", "came", "campaign", "sub_id", "channel", "price", "currency", "left", "reason", "why", "check_id")
_NUMBERS = frozenset({"price", "amount", "left", "credited"})
_WIDTHS = {"evidence": 80, "why": 60, "reason": 24, "came": 17, "check_id": 38, "claim": 38, "reference": 20}


def columns_of(claim: VendorClaim) -> tuple[str, ...]:
    """The columns of a claim's rows: with personal values where any row has one."""
    shown = tuple(name for name in PERSONAL if any(getattr(row, name) is not None for row in claim.rows))
    return COLUMNS + shown


def claim_csv(claim: VendorClaim) -> Iterator[list[str]]:
    """A heading that programs know, then a row for each lead that is claimed."""
    columns = columns_of(claim)
    yield list(columns)
    for row in claim.rows:
        yield [escape_cell(text, but_numbers=True) for text in cells(claim, row, columns)]


def csv_text(claim: VendorClaim) -> str:
    """The same as text."""
    text = StringIO()
    csv.writer(text).writerows(claim_csv(claim))
    return text.getvalue()


def cells(claim: VendorClaim, row: ClaimRow | LeftRow, columns: Sequence[str]) -> list[str]:
    """A row's cells as text."""
    words = {"reason": getattr(row, "reason_text", ""), "why": getattr(row, "why_text", ""), "claim": claim.claim or ""}
    if isinstance(row, ClaimRow):
        words["evidence"] = " ".join(filter(None, (row.evidence, row.note)))
    else:
        words["reason"] = row.reason or ""
    return [words[name] if name in words else getattr(row, name, None) or "" for name in columns]


def claim_xlsx(claim: VendorClaim, words: Words) -> bytes:
    """A workbook: the letter, the leads that are claimed with totals, and (not for the vendor) those that are not."""
    held = BytesIO()
    book = new_workbook(held)
    book.set_properties({"title": claim.subject})
    looks = {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "money": book.add_format({"num_format": "#,##0.00####", "valign": "top"}),
        "bold": book.add_format({"bold": True, "font_size": 14}),
    }
    sheet = book.add_worksheet(words.of("headings", "letter"))
    sheet.set_column(0, 0, 95)
    sheet.write_string(0, 0, claim.subject, looks["bold"])
    for number, paragraph in enumerate(claim.letter):
        sheet.write_string(number + 2, 0, escape_cell(paragraph), looks["text"])
    _page(sheet)
    columns = columns_of(claim)
    rows = [cells(claim, row, columns) for row in claim.rows]
    sheet = _table(book, words.of("headings", "rows"), columns, rows, words, looks)
    for number, total in enumerate(claim.totals, len(rows) + 2):
        sheet.write_string(number, 0, words.of("headings", "total"), looks["head"])
        sheet.write_string(number, COLUMNS.index("currency"), total.currency, looks["head"])
        sheet.write_number(number, COLUMNS.index("amount"), float(Decimal(total.amount)), looks["money"])
    if not claim.for_vendor and claim.left:
        left = [cells(claim, row, _LEFT) for row in claim.left]
        _table(book, words.of("headings", "left"), _LEFT, left, words, looks)
    book.close()
    return held.getvalue()


def _table(  # noqa: PLR0917 - all that a sheet has
    book: Workbook, name: str, columns: Sequence[str], rows: Sequence[Sequence[str]], words: Words, looks: Any
) -> Any:
    sheet = book.add_worksheet(name)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, words.of("columns", column), looks["head"])
        sheet.set_column(place, place, _WIDTHS.get(column, 13))
    for number, row in enumerate(rows, 1):
        for place, (column, text) in enumerate(zip(columns, row, strict=True)):
            if column in _NUMBERS and text:
                sheet.write_number(number, place, float(Decimal(text)), looks["money"])
            elif text:
                sheet.write_string(number, place, escape_cell(text, but_numbers=True), looks["text"])
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    _page(sheet)
    return sheet


def _page(sheet: Any) -> None:
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
