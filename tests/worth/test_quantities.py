"""Numbers, ranges, bounds and dates, as people write them."""

from __future__ import annotations

from datetime import date
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.worth.quantities import Range, age, read_date, read_range


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("45.000 €", 45_000, 45_000), ("45 000 zł", 45_000, 45_000), ("1’200’000 CHF", 1_200_000, 1_200_000),
        ("1.234,56", 1_234.56, 1_234.56), ("1,234.56", 1_234.56, 1_234.56), ("12,50,000", 1_250_000, 1_250_000),
        ("1,5", 1.5, 1.5), ("0.125", 0.125, 0.125), ("2 000 000", 2_000_000, 2_000_000),
        ("2-5 nhân viên", 2, 5), ("50k–75k", 50_000, 75_000), ("50-75k", 50_000, 75_000), ("25-34", 25, 34),
        ("10 - 49 employees", 10, 49), ("1.000-4.999", 1_000, 4_999), ("zwischen 30 und 40", 30, 40),
        ("từ 50 đến 99", 50, 99), ("od 10 do 20", 10, 20), ("de 20 à 30 ans", 20, 30),
        ("R$ 2 mil a R$ 5 mil", 2_000, 5_000),
        ("5 to 10 lakhs", 500_000, 1_000_000), ("15-20 triệu/tháng", 15e6, 20e6),
        ("€60,000 - €80,000", 60_000, 80_000),
        ("> 100", 101, inf), (">= 3", 3, inf), ("100+", 100, inf), ("10,001+ employees", 10_001, inf),
        ("101-", 101, inf),
        ("ponad 250", 251, inf), ("30 trở lên", 30, inf), ("65 und älter", 65, inf), ("mais de 10", 11, inf),
        ("اكثر من ١٠٠", 101, inf), ("มากกว่า 50", 51, inf), ("lebih dari 20", 21, inf), ("ab 18", 18, inf),
        ("unter 20", 0, 19), ("less than 50", 0, 49), ("moins de 30", 0, 29), ("dưới 10", 0, 9), ("< 5", 0, 4),
        ("up to 10", 0, 10), ("jusqu'à 10", 0, 10), ("không quá 10", 0, 10), ("no more than 10", 0, 10),
        ("kurang dari 20", 0, 19), ("10 or less", 0, 10), ("ไม่เกิน 30", 0, 30),
        ("1.5 Mio", 1.5e6, 1.5e6), ("10 triệu", 10e6, 10e6), ("2 tỷ", 2e9, 2e9), ("3 lakh", 300_000, 300_000),
        ("60 tys. zł", 60_000, 60_000), ("5 juta", 5e6, 5e6), ("$5m", 5e6, 5e6), ("50 m²", 50, 50),
        ("120 qm", 120, 120),
        ("٤٥", 45, 45), ("๓๐", 30, 30), ("４５", 45, 45), ("-5", -5, -5), ("40 Jahre", 40, 40),
        (45, 45, 45), (45.5, 45.5, 45.5),
    ],
)  # fmt: skip
def test_a_quantity_is_read(text, low, high):
    assert read_range(text) == Range(low, high)


@pytest.mark.parametrize(
    "value",
    [
        "", "no", "many", "3 (2 kids)", "2027-01-02", "0912 345 678 9", "1e400", "1e3", "NaN", "inf", "-",
        "+", "½ x 3 y 4",
        "5 - 3", "1" * 100, "9" * 30, 1e400, -1e400, float("nan"), 10**400, True, None, [], {}, ["5"], b"5",
    ],
)  # fmt: skip
def test_what_tells_none_is_none(value):
    assert read_range(value) is None


@given(st.text(max_size=90) | st.floats() | st.integers() | st.text("0123456789.,-+ k€<>–", max_size=40))
def test_nothing_raises_and_no_range_is_upside_down(value):
    found = read_range(value)
    assert found is None or found.low <= found.told <= found.high or found.high == inf


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_two_numbers_are_their_range(one, other):
    low, high = sorted((one, other))
    assert read_range(f"{low}-{high}") == Range(low, high)
    assert read_range(f"{low} – {high} Mitarbeiter") == Range(low, high)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1985-03-12", date(1985, 3, 12)), ("1985-03-12T00:00:00Z", date(1985, 3, 12)),
        ("1985/3/12", date(1985, 3, 12)),
        ("12.03.1985", date(1985, 3, 12)), ("12/3/1985", date(1985, 3, 12)), ("12-03-1985", date(1985, 3, 12)),
        ("03/25/1985", date(1985, 3, 25)), ("12 / 3 / 1985", date(1985, 3, 12)),
        ("1985年3月12日", date(1985, 3, 12)),
        ("12/03/2528", date(1985, 3, 12)), ("١٢/٠٣/١٩٨٥", date(1985, 3, 12)),
        *((text, None) for text in ("25-34", "1985", "31.02.2000", "soon", "12.03.85", "", "0000-00-00",
        "1" * 200)),
        (19850312, None),
    ],
)  # fmt: skip
def test_a_date_is_read(text, read):
    assert read_date(text) == read


def test_an_age_is_of_whole_years():
    born = date(1988, 2, 29)
    assert [age(born, day) for day in (date(2026, 2, 28), date(2026, 3, 1), date(1988, 1, 1))] == [37, 38, -1]
