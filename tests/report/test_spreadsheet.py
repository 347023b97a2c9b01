"""An audit as a spreadsheet."""

from __future__ import annotations

import pytest

from fraudcheck.report import spreadsheet
from fraudcheck.report.vendors import with_examples
from tests.report.made import lead, market, overview, vendor


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "\tx"])
def test_no_name_is_a_formula_in_a_spreadsheet(name):
    rows = list(spreadsheet.overview_csv(overview([lead(name)])))
    assert rows[1][0] == "'" + name
    assert all(len(row) == len(rows[0]) for row in rows)


def test_a_spreadsheet_of_all_vendors_has_a_row_for_each_currency():
    made = [lead("acme"), lead("acme", currency="PLN"), lead("beta", price=-1)]
    heading, *rows = spreadsheet.overview_csv(overview(made))
    cells = [dict(zip(heading, row, strict=True)) for row in rows]
    assert sorted((cell["vendor"], cell["currency"], cell["paid"]) for cell in cells) == [
        ("acme", "EUR", "12.50"),
        ("acme", "PLN", "12.50"),
        ("beta", "", ""),
    ]


def test_a_spreadsheet_of_form_tokens():
    made = [*[lead(reasons="FORM_TOKEN_VALID")] * 3, lead(), lead(channel="call")]
    heading, row = spreadsheet.overview_csv(overview(made))
    assert (heading[-3:], row[-3:]) == (["form_leads", "form_tokens", "form_token_share"], ["4", "3", "0.750000"])
    report = with_examples(vendor("acme", made), [], [], {"https://a.example": 2})
    rows = [row for row in spreadsheet.vendor_csv(report) if row[0] == "form_tokens"]
    assert [row[1:4] for row in rows] == [["", "3", "4"], ["https://a.example", "2", "4"]]


def test_a_spreadsheet_of_one_vendor():
    rows = list(spreadsheet.vendor_csv(vendor("acme", market())))
    assert {row[0] for row in rows[1:]} == {"vendor", "reason", "campaign", "sub_id", "channel"}
    assert all(len(row) == len(rows[0]) for row in rows)
