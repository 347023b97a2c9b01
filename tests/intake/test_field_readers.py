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
        (0.1 + 0.2, "0.30000000000000004"), ("\u0663", "3"), ("0E999999", "0"),
    ],
)  # fmt: skip
def test_an_amount_is_kept_in_plain_notation(value, amount):
    assert field_readers.read_amount(value) == amount


@pytest.mark.parametrize(
    "value",
    ["1E-99999999", "1E+99999999", "0E-99999999", 5e-324, 10**5000, "1" * 60_000, "NaN", "sNaN", "-1", True],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_amount_is_found_out_at_once(value):
    with pytest.raises(field_readers.Unread):
        field_readers.read_amount(value)
