"""From which address does a call come, whatever its headers say?"""

from __future__ import annotations

import pytest
from multidict import CIMultiDict

from fraudcheck.web.callers import caller_address, read_networks

TRUSTED = read_networks(["10.0.0.0/8", "2001:db8:ffff::/48", "192.0.2.7"])
XFF, FORWARDED, REAL = "X-Forwarded-For", "Forwarded", "X-Real-IP"


@pytest.mark.parametrize(
    ("remote", "headers", "address"),
    [
        # Without a proxy nobody's header is read.
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", [(XFF, "198.51.100.1")], "203.0.113.7"),
        ("203.0.113.7", [(FORWARDED, "for=198.51.100.1"), (REAL, "198.51.100.2")], "203.0.113.7"),
        ("::ffff:203.0.113.7", [], "203.0.113.7"),
        ("2a02:8109::1", [(XFF, "198.51.100.1")], "2a02:8109::1"),
        # A proxy that is not declared: nothing is known.
        ("192.168.1.1", [(XFF, "198.51.100.1")], None),
        ("127.0.0.1", [(XFF, "198.51.100.1")], None),
        ("::1", [], None),
        ("fe80::1%eth0", [], None),
        ("fd00::1", [], None),
        ("100.64.0.1", [], None),
        ("", [], None),
        (None, [(XFF, "198.51.100.1")], None),
        # Behind proxies the last address that is not theirs.
        ("10.0.0.1", [(XFF, "198.51.100.1")], "198.51.100.1"),
        ("::ffff:10.0.0.1", [(XFF, "198.51.100.1")], "198.51.100.1"),
        ("192.0.2.7", [(XFF, "198.51.100.1")], "198.51.100.1"),
        ("2001:db8:ffff::1", [(XFF, "2a02:8109:0:0::1")], "2a02:8109::1"),
        ("10.0.0.1", [(XFF, "198.51.100.1, 10.0.0.2,10.0.0.3")], "198.51.100.1"),
        ("10.0.0.1", [(XFF, "198.51.100.1"), (XFF, "10.0.0.2")], "198.51.100.1"),
        ("10.0.0.1", [(XFF, "198.51.100.9:4711")], "198.51.100.9"),
        ("10.0.0.1", [(XFF, "[2a02:8109::1]:4711")], "2a02:8109::1"),
        ("10.0.0.1", [(XFF, "[2a02:8109::1]")], "2a02:8109::1"),
        ("10.0.0.1", [(XFF, "2a02:8109::1%eth0")], "2a02:8109::1"),
        ("10.0.0.1", [(XFF, "::ffff:198.51.100.1")], "198.51.100.1"),
        # What the caller wrote before it is never read.
        ("10.0.0.1", [(XFF, "1.1.1.1, 198.51.100.1")], "198.51.100.1"),
        ("10.0.0.1", [(XFF, "10.0.0.9, 198.51.100.1")], "198.51.100.1"),
        ("10.0.0.1", [(XFF, "1.1.1.1"), (XFF, "198.51.100.1")], "198.51.100.1"),
        ("10.0.0.1", [(XFF, "<script>, 198.51.100.1, 10.0.0.2")], "198.51.100.1"),
        ("10.0.0.1", [(XFF, ",".join(["1.1.1.1"] * 2000) + ",198.51.100.1")], "198.51.100.1"),
        ("10.0.0.1", [(XFF, "198.51.100.1"), (FORWARDED, "for=1.1.1.1"), (REAL, "1.1.1.2")], "198.51.100.1"),
        # What cannot be read ends the search: before it nothing is believed.
        ("10.0.0.1", [(XFF, "1.1.1.1, garbage")], None),
        ("10.0.0.1", [(XFF, "1.1.1.1, unknown, 10.0.0.2")], None),
        ("10.0.0.1", [(XFF, "1.1.1.1,")], None),
        ("10.0.0.1", [(XFF, "")], None),
        ("10.0.0.1", [(XFF, "garbage"), (FORWARDED, "for=1.1.1.1")], None),
        ("10.0.0.1", [(XFF, "1.1.1.1, 192.168.0.1")], None),
        ("10.0.0.1", [(XFF, "1.1.1.1, 127.0.0.1")], None),
        ("10.0.0.1", [(XFF, "10.0.0.2, 10.0.0.3")], None),
        ("10.0.0.1", [(XFF, ",".join(["10.0.0.2"] * 2000))], None),
        ("10.0.0.1", [(XFF, "999.1.1.1")], None),
        ("10.0.0.1", [(XFF, "[2a02:8109::1")], "2a02:8109::1"),
        ("10.0.0.1", [(XFF, "[]")], None),
        ("10.0.0.1", [(XFF, ":::::")], None),
        ("10.0.0.1", [], None),
        # The other headers, where the first is missing.
        ("10.0.0.1", [(FORWARDED, 'for=1.1.1.1, For="[2a02:8109::1]:47";proto=https;by=10.0.0.2')], "2a02:8109::1"),
        ("10.0.0.1", [(FORWARDED, "for=198.51.100.1;proto=http, for=10.0.0.3")], "198.51.100.1"),
        ("10.0.0.1", [(FORWARDED, "proto=https; for = 198.51.100.1 ")], "198.51.100.1"),
        ("10.0.0.1", [(FORWARDED, "for=1.1.1.1, for=_hidden")], None),
        ("10.0.0.1", [(FORWARDED, "by=1.1.1.1")], None),
        ("10.0.0.1", [(REAL, "198.51.100.1")], "198.51.100.1"),
        ("10.0.0.1", [(REAL, "1.1.1.1"), (REAL, "198.51.100.1")], "198.51.100.1"),
        ("10.0.0.1", [(REAL, "1.1.1.1, 198.51.100.1")], None),
    ],
)
def test_the_address_of_a_caller(remote, headers, address):
    assert caller_address(remote, CIMultiDict(headers), TRUSTED) == address


def test_without_trusted_proxies_no_header_is_read():
    assert caller_address("10.0.0.1", CIMultiDict([(XFF, "198.51.100.1")]), ()) is None


@pytest.mark.parametrize("text", ["", "10.0.0.0/33", "10.0.0.1/8", "proxy.internal", "10.0.0.0-10.0.0.9"])
def test_what_is_no_network_stops_the_start(text):
    with pytest.raises(ValueError, match=r"trusted_proxies: .* give ADDRESS or NETWORK/BITS"):
        read_networks([text])
