"""Which IPv4 address an IPv6 one carries, and whose line it is, as the standard library would say at more length."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network

from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.fields.ip import carried_ipv4, line_and_network

CARRYING = [IPv6Network(net) for net in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96")]
OF_NO_PROVIDER = [IPv6Network(net) for net in ("fe80::/10", "fc00::/7", "64:ff9b:1::/48")]
NETWORKS = [*CARRYING, *OF_NO_PROVIDER, *map(IPv6Network, ("2002::/16", "2001::/32", "2001:db8::/32", "::/0"))]


def within(network):
    return st.ip_addresses(v=6, network=network)


@given(st.sampled_from(NETWORKS).flatmap(within))
def test_an_ipv4_address_within_an_ipv6_one_is_found(address: IPv6Address) -> None:
    if any(address in network for network in CARRYING):
        expected = IPv4Address(int(address) & 0xFFFFFFFF)
    else:
        expected = address.sixtofour or (address.teredo or (None, address))[1]
    assert carried_ipv4(address) == expected


@given(st.sampled_from([*OF_NO_PROVIDER, IPv6Network("2001:db8::/32")]).flatmap(within))
def test_a_line_is_a_64_and_its_network_a_48_but_for_addresses_that_no_provider_gave_out(address: IPv6Address) -> None:
    if any(address in network for network in OF_NO_PROVIDER):
        expected = (str(address), str(address))
    else:
        line, network = (IPv6Network((address, length), strict=False) for length in (64, 48))
        expected = (str(line), str(network))
    assert line_and_network(str(address)) == expected
