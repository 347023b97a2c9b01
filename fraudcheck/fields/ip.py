"""Whose is an internet address: which subscriber's line is it, and in which network?"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network

# Addresses are compared as numbers: to ask IPv6Network whether it holds one takes ten times as long.
_BEFORE_IPV4 = frozenset([int(IPv6Address(start)) >> 32 for start in ("::", "::ffff:0:0", "::ffff:0:0:0", "64:ff9b::")])
"""What stands before the IPv4 address in compatible and mapped addresses (RFC 4291), translated ones (RFC 7915), and
NAT64 (RFC 6052)."""
_6TO4, _TEREDO = 0x2002, 0x2001_0000
_OF_NO_PROVIDER = [
    (int(net.network_address), int(net.broadcast_address))
    for net in map(IPv6Network, ("fe80::/10", "fc00::/7", "64:ff9b:1::/48"))
]
"""Link-local and unique local addresses, a network's own NAT64: many machines, or all of IPv4, share one /64 there."""
_LINE, _NETWORK = 64, 48


def carried_ipv4(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address in an IPv6 one: mapped, 6to4 (RFC 3056), Teredo's client (RFC 4380), NAT64; else the same."""
    if isinstance(address, IPv4Address):
        return address
    number = int(address)
    if number >> 32 in _BEFORE_IPV4:
        return IPv4Address(number & 0xFFFFFFFF)
    if number >> 112 == _6TO4:
        return IPv4Address(number >> 80 & 0xFFFFFFFF)
    return IPv4Address(~number & 0xFFFFFFFF) if number >> 96 == _TEREDO else address


def line_and_network(ip: str) -> tuple[str, str]:
    """The subscriber's line that an address is of, and the network of one customer or gateway that the line is in.

    Of IPv4 they are the address and its /24. Of IPv6 they are the /64, whose last 64 bits a machine changes as it likes
    (RFC 8981), and the /48; an address that carries one of IPv4 is that one's. One that no provider gave out is both.
    Raises ValueError for text that is no address.
    """
    if ":" not in ip:
        return ip, ip.rpartition(".")[0]
    address = carried_ipv4(IPv6Address(ip))
    if isinstance(address, IPv4Address):
        return line_and_network(str(address))
    number = int(address)
    if any(first <= number <= last for first, last in _OF_NO_PROVIDER):
        return str(address), str(address)
    return _prefix(number, _LINE), _prefix(number, _NETWORK)


def _prefix(number: int, length: int) -> str:
    rest = 128 - length
    return f"{IPv6Address(number >> rest << rest)}/{length}"
