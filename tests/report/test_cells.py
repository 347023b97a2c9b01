"""No cell that we write is run by a spreadsheet, wherever that cuts it; and each is read back as it was."""

from __future__ import annotations

import csv
import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.report.cells import escape_cell, read_cell

FORMULAS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
ATTACKS = [
    "=cmd|' /C calc'!A0", "a;=cmd|' /C calc'!A0", "a;;=1+1", "a,=1+1", "a\t=1+1", "a\n=1+1", "a\r\n@SUM(1)", "a|=x",
    "\uff1d1+1", "a;\uff0b1x", "\uff0dx", "\uff20x", "\t=1+1", "\r=1+1", "+1+1", "-1+1", "-x", "@x", ' =x', '"=x"',
    'a;"=x"', "'=x", "''=x", "a; '=x", "-1 +cmd|'/C calc'!A0", "+84912;=x", "=", ";=", "+84 912 840x", "-1;=x",
    "[-1]=x",
]  # fmt: skip
PLAIN = [
    "",
    "acme",
    "an@gmail.com",
    "2026-11-01T10:00:00+01:00",
    "Nguyễn Văn An",
    "it's",
    "O'Neil",
    "a - b",
    "a=b",
    "1-2",
]
NUMBERS = ["+84912840375", "+84 912 840 375", "+1 (212) 555-0100", "-4.0", "-12", "+49.30/1234", '{"a":[1,-2,-3.5]}']


def cells_by(text, delimiter):
    """What a program sees that cuts at this character, with quotation marks and without."""
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting):
            yield from row


@pytest.mark.parametrize("text", ATTACKS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_no_program_sees_a_formula(text, delimiter):
    for but_numbers in (False, True):
        written = io.StringIO(newline="")
        csv.writer(written, delimiter=delimiter).writerow(["x", escape_cell(text, but_numbers=but_numbers), "y"])
        for cut_at in (",", ";", "\t", "|"):
            for cell in cells_by(written.getvalue(), cut_at):
                seen = cell.strip(' "\r\n\t')
                assert not seen.startswith(FORMULAS), (cut_at, cell)


@pytest.mark.parametrize("text", [*ATTACKS, *PLAIN, *NUMBERS])
def test_each_is_read_back(text):
    assert read_cell(escape_cell(text, but_numbers=True)) == text


@pytest.mark.parametrize("text", [*PLAIN, *NUMBERS])
def test_what_computes_nothing_stays_for_programs(text):
    assert escape_cell(text, but_numbers=True) == text


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_stays(text):
    assert escape_cell(text) == text


@given(st.text(alphabet="=+-@\uff1d'\" ;,|\t\r\n01a.]"))
def test_anything_is_read_back(text):
    assert read_cell(escape_cell(text, but_numbers=True)) == text


@pytest.mark.parametrize(
    "text", ["'" * 65536, ";" * 65536, ";'" * 32768 + "=", "+1" * 32768, "=" * 65536, "-0" * 32768]
)
def test_long_cells_take_linear_time(text):
    began = time.monotonic()
    assert read_cell(escape_cell(text, but_numbers=True)) == text
    assert time.monotonic() - began < 2
