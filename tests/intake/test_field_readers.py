from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.intake import field_readers


@given(st.ip_addresses().map(str) | st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){3}\n?", fullmatch=True))
def test_an_ip_address_is_what_the_standard_library_reads(text):
    try:
        expected = ip_address(text.strip())
    except ValueError:
        with pytest.raises(field_readers.Unread):
            field_readers.read_ip(text)
        return
    assert field_readers.read_ip(text) == str(getattr(expected, "ipv4_mapped", None) or expected)


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("12.50", "12.50"), (12.5, "12.5"), (" 7 ", "7"), ("+5", "5"), ("-0", "0"), ("1e3", "1000"),
        (10**9, "1000000000"),
        (0.1 + 0.2, "0.30000000000000004"), ("\u0663", "3"),
    ],
)  # fmt: skip
def test_an_amount_is_kept_in_plain_notation(value, amount):
    assert field_readers.read_amount(value) == amount


@pytest.mark.parametrize(
    "value",
    [
        *("1E-99999999", "1E+999999", "0E-99999999", "0E+99999999", "1E-19", "1e10", "NaN", "sNaN", "Infinity", "-1"),
        *("9" * 40, "0." + "1" * 40, "0" * 31, 10**40, float("inf"), True, None, [], {}, "", "1e", "abc"),
    ],
)
def test_no_amount_of_money(value):
    with pytest.raises(field_readers.Unread):
        field_readers.read_amount(value)


@pytest.mark.parametrize("value", [[[]] * 20_000, [[[[[[""]]]]]] * 5_000, {str(n): "" for n in range(5_000)}])
def test_a_honeypot_of_many_parts_is_not_looked_through(value):
    with pytest.raises(field_readers.Unread, match="too many parts"):
        field_readers.read_honeypot(value)


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("TRUE", True),
        ("Yes", True),
        ("ja", True),
        ("có", True),
        ("WAHR", True),
        ("off", False),
        ("không", False),
        ("Нет", False),
    ],
)
def test_truth_is_read_in_common_words(text, truth):
    assert field_readers.read_truth(text) is truth
