from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.intake import field_readers
from fraudcheck.records import money_amount


@given(st.ip_addresses().map(str) | st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){3}\n?", fullmatch=True))
def test_an_ip_address_is_what_the_standard_library_reads(text):
    try:
        expected = ip_address(text.strip())
    except ValueError:
        with pytest.raises(field_readers.Unread):
            field_readers.read_ip(text)
        return
    assert field_readers.read_ip(text) == str(getattr(expected, "ipv4_mapped", None) or expected)


@pytest.mark.parametrize("value", ["0", "12.50", " 1000000000 ", 12, 0.5, "1e9", "1E+2", "0.000000000000000001", "٣"])
def test_an_amount_of_money(value):
    assert 0 <= money_amount(field_readers.read_amount(value)) <= 10**9


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
