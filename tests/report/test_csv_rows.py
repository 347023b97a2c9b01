"""Small CSVs that people write: what is read, and what is refused with its line."""

from __future__ import annotations

import pytest

from fraudcheck.report.csv_rows import Row, read_rows

COLUMNS = {"outcome": "outcome", "amount": "amount", "reference": "reference"}


def rows(text: str) -> list[Row]:
    return list(read_rows(text.splitlines(keepends=True), COLUMNS.get)[1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("reference,outcome\nr1,converted\n", [Row(2, {"reference": "r1", "outcome": "converted"})]),
        ("\ufeffOutcome;Other;Reference\nconverted; x ; r1 \n", [Row(2, {"outcome": "converted", "reference": "r1"})]),
        ("reference\toutcome\nr1\t\n\n\t\nr2\tcontacted\n",
         [Row(2, {"reference": "r1"}), Row(5, {"reference": "r2", "outcome": "contacted"})]),
        ('reference,outcome\n"r\n1",converted\nr2\n',
         [Row(3, {"reference": "r\n1", "outcome": "converted"}), Row(4, {"reference": "r2"})]),
        ("reference,amount\nr1,24,,\n", [Row(2, {"reference": "r1", "amount": "24"})]),
        ("", []),
    ],
)  # fmt: skip
def test_rows(text: str, expected: list[Row]) -> None:
    assert rows(text) == expected


def test_a_row_with_more_cells_than_columns_is_refused_with_its_line() -> None:
    """An amount of 1,000 without quotes would be 1."""
    read = rows("reference,outcome,amount\nr1,converted,1,000\nr2,contacted,\n")
    assert [row.line for row in read] == [2, 3]
    assert "more cells than columns" in (read[0].problem or "")
    assert read[0].cells == {}
    assert read[1].problem is None


def test_a_cell_that_is_too_long_is_a_problem_of_its_row() -> None:
    read = rows("reference,outcome\n" + "x" * 200_000 + ",converted\nr2,contacted\n")
    assert read[0].problem is not None
    assert read[-1].cells == {"reference": "r2", "outcome": "contacted"}
