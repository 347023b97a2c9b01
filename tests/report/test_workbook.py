"""An audit as a workbook, as a spreadsheet reads it."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from fraudcheck.report import spreadsheet
from fraudcheck.report.workbook import workbook
from tests.report import made


def read(rows):
    return [list(row) for row in load_workbook(BytesIO(workbook(rows))).active.iter_rows(values_only=True)]


@pytest.mark.parametrize("text", ["=1+1", "=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(A1)", "{=1}", "http://x.example"])
def test_no_text_is_a_formula_or_a_link(text):
    book = load_workbook(BytesIO(workbook([["vendor", "leads"], [text, text]]))).active
    assert [(cell.data_type, cell.hyperlink) for cell in book[2]] == [("s", None)] * 2


def test_figures_are_numbers_and_days_are_days():
    heading, row = read([["vendor", "leads", "share", "since", "amount"], ["007", "12", "0.050000", "2026-11-03", ""]])
    assert heading == ["vendor", "leads", "share", "since", "amount"]
    assert row == ["007", 12, 0.05, datetime(2026, 11, 3, tzinfo=UTC).replace(tzinfo=None), None]


@pytest.mark.parametrize("text", ["1e5", "00012", "12345678901234567890", "NaN", "0x1f", "1,5", "+84912345678"])
def test_what_only_looks_like_a_number_stays_as_it_is(text):
    assert read([["told"], [text]])[1] == [text]


def test_it_holds_what_the_csv_holds():
    report = made.overview(made.market(), (), {"return_within_days": 30})
    rows = list(spreadsheet.overview_csv(report))
    shown = read(rows)
    assert [row[0] for row in shown] == [row[0] for row in rows]
    for written, cells in zip(shown[1:], rows[1:], strict=True):
        for name, value, cell in zip(rows[0], written, cells, strict=True):
            if name not in ("vendor", "change", "change_since", "worse", "worse_reasons", "currency"):
                assert value == (float(cell) if cell else None), name
