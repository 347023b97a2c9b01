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
