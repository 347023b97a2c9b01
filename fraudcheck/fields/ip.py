"""Whose is an internet address: which subscriber's line is it, and in which network?"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_IPV4_AT_THE_END = tuple(map(IPv6Network, ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96")))
"""Compatible and mapped addresses (RFC 4291), translated ones (RFC 7915), NAT64 (RFC 6052)."""
_OF_NO_PROVIDER = tuple(map(IPv6Network, ("fe80::/10", "fc00::/7", "64:ff9b:1::/48")))
"""Link-local and unique local addresses, a network's own NAT64: many machines, or all of IPv4, share one /64 there."""
_LINE, _NETWORK = 64, 48


def carried_ipv4(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address in an IPv6 one: mapped, 6to4 (RFC 3056), Teredo's client (RFC 4380), NAT64; else the same."""
    if isinstance(address, IPv4Address):
        return address
    if any(address in network for network in _IPV4_AT_THE_END):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.sixtofour or (teredo[1] if teredo else address)


def line_and_network(ip: str) -> tuple[str, str]:
    """The subscriber's line that an address is of, and the network of one customer or gateway that the line is in.

    Of IPv4 they are the address and its /24. Of IPv6 they are the /64, whose last 64 bits a machine changes as it likes
    (RFC 8981), and the /48; an address that carries one of IPv4 is that one's. One that no provider gave out is both.
    Raises ValueError for text that is no address.
    """
    if ":" not in ip:
        return ip, ip.rpartition(".")[0]
    address = carried_ipv4(ip_address(ip))
    if isinstance(address, IPv4Address):
        return line_and_network(str(address))
    if any(address in network for network in _OF_NO_PROVIDER):
        return str(address), str(address)
    return _prefix(address, _LINE), _prefix(address, _NETWORK)


def _prefix(address: IPv6Address, length: int) -> str:
    rest = 128 - length
    return f"{IPv6Address(int(address) >> rest << rest)}/{length}"
