from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.fields.amounts import currency_code, plain_number, read_price, settle_marks, shown_mark


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"), ("12.5", "12.5"), ("12,50", "12.50"), ("38,6", "38.6"), ("0,125", "0.125"), (",5", "0.5"),
        ("1.234,50", "1234.50"), ("1,234.50", "1234.50"), ("1.234.567", "1234567"), ("1,234,567.8", "1234567.8"),
        ("1 234,50", "1234.50"), ("1\u00a0234,50", "1234.50"), ("1\u202f234", "1234"), ("1'234.50", "1234.50"),
        ("1’234", "1234"), ("1,25,000.00", "125000.00"), ("1234,500", "1234.500"), ("١٢٫٥٠", "12.50"),
        ("१२.५०", "12.50"), ("１２，５", "12.5"), ("12 500", "12500"),
        *((text, None) for text in (
            "12.500", "12,500", "1.2.3", "5.11.2026", "1,2,3", "12.34,567", "1.23,456.7", "1 23",
            "12 5000", "1:23", "38.6 s",
            "12,", "-5", "10-20", "1e3", "", " ", "12 50", "1,234 567", "½",
        )),
    ],
)  # fmt: skip
def test_a_number_is_read_where_its_marks_are_certain(text, number):
    assert plain_number(text) == number


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("24,50 €", ("24.50", "EUR")), ("€24.50", ("24.50", "EUR")), ("EUR 12,50", ("12.50", "EUR")),
        ("12,50EUR", ("12.50", "EUR")), ("1.234,50 Euro", ("1234.50", "EUR")), ("USD 12", ("12", "USD")),
        ("US$ 12", ("12", "USD")), ("R$ 12,50", ("12.50", "BRL")), ("£9.99", ("9.99", "GBP")),
        ("12.000đ", ("12000", "VND")), ("12.500 ₫", ("12500", "VND")), ("120.000 VNĐ", ("120000", "VND")),
        ("20 zł", ("20", "PLN")), ("฿120", ("120", "THB")), ("₹1,25,000.00", ("125000.00", "INR")),
        ("AED 20", ("20", "AED")), ("Rp 12.500", ("12500", "IDR")), ("CHF 1'200.50", ("1200.50", "CHF")),
        ("12,50 Kč", ("12.50", "CZK")), ("€ 12 EUR", ("12", "EUR")), ("¥1,200円", ("1200", "JPY")),
        ("$12.50", ("12.50", None)), ("20 kr", ("20", None)), ("Rs. 120", ("120", None)),
        ("120 руб.", ("120", None)),
        *((text, None) for text in (
            "12.500 €", "€12,500", "$12,500", "¥1,200", "12 EUR USD", "10-20 EUR", "call 3 EUR",
            "12 €/lead", "120k", "1.5M", "12%",
            "12.5.2026", "-12 €", "", "€", "12 per lead", "9" * 70,
        )),
    ],
)  # fmt: skip
def test_an_amount_is_read_with_its_currency(text, price):
    assert read_price(text, None) == price


@pytest.mark.parametrize(
    ("text", "currency", "price"),
    [
        ("24,50 €", "EUR", ("24.50", "EUR")), ("24,50 €", "USD", None), ("$12.50", "AUD", ("12.50", "AUD")),
        ("$12.50", "EUR", None), ("20 kr", "NOK", ("20", "NOK")), ("20 kr", "EUR", None), ("12.500",
        "VND", ("12500", "VND")),
        ("12,500", "JPY", ("12500", "JPY")), ("$12.500", "COP", ("12500", "COP")), ("12,500", "EUR", None),
        ("12,50", "VND", ("12.50", "VND")),
    ],
)  # fmt: skip
def test_a_currency_given_elsewhere_decides(text, currency, price):
    assert read_price(text, currency) == price


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("€", "EUR"), ("EURO", "EUR"), ("eur", "EUR"), ("(EUR)", "EUR"), ("đồng", "VND"), ("VNĐ", "VND"),
        ("zł", "PLN"),
        ("US$", "USD"), ("rmb", "CNY"), ("$", None), ("kr", None), ("Rs", None), ("lei", None),
        ("XYZ", None), ("", None),
    ],
)  # fmt: skip
def test_a_currency_is_known_by_code_sign_or_name(text, code):
    assert currency_code(text) == code


@pytest.mark.parametrize(
    ("text", "mark", "settled"),
    [
        ("12.500", ",", "12500"), ("12,500", ",", "12.500"), ("12.500", ".", "12.500"), ("12,500", ".", "12500"),
        ("12.500", None, "12,500"), ("12,500 €", None, "12,500 €"), ("12.500 €", ",", "12500 €"),
        ("1.234.500", None, "1.234.500"), ("12.50", None, "12.50"), ("0.125", None, "0.125"),
        ("1 234.500", ",", "1 234.500"),
    ],
)  # fmt: skip
def test_a_columns_mark_settles_what_a_number_does_not_tell(text, mark, settled):
    assert settle_marks(text, mark) == settled


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("12,50", ","), ("12,50 €", ","), ("1.234,50", ","), ("1.234.567", ","), ("1,234.50", "."), ("$9.9", "."),
        ("12.500", None), ("12,500 €", None), ("12", None), ("soon", None), ("0.125", "."), ("1,234,567", "."),
    ],
)  # fmt: skip
def test_a_number_shows_its_mark(text, mark):
    assert shown_mark(text) == mark


@given(
    st.decimals(0, 10**8, places=2), st.sampled_from([(",", "."), (".", ","), (" ", ","), ("\u202f", ","), ("'", ".")])
)
def test_what_was_written_for_people_is_what_is_read(value, marks):
    text = f"{value:,.2f}".replace(",", "T").replace(".", marks[1]).replace("T", marks[0])
    assert Decimal(plain_number(text)) == value


@given(st.text(max_size=40), st.sampled_from([None, "EUR", "VND"]))
def test_any_text_is_a_price_or_none(text, currency):
    price = read_price(text, currency)
    assert price is None or Decimal(price[0]) >= 0
