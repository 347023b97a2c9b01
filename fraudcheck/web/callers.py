"""From which address does a call come? The other end of its connection, or what the operator's own proxies say of it.

Anybody may write anything into ``X-Forwarded-For``. Each proxy adds the address that it sees at the end, so that the
list is read from there, for as long as the addresses are those of trusted proxies: the first other one is the caller's.
What stands before it was written by the caller and is never read.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import web
from multidict import MultiMapping

from fraudcheck.settings import Settings

_Address = IPv4Address | IPv6Address
_Network = IPv4Network | IPv6Network
_HOPS = 16
"""Proxies in a row that are read."""
_LOCAL = tuple(
    ip_network(each)
    for each in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.168.0.0/16", "224.0.0.0/3", "::/127", "fc00::/7", "fe80::/10", "ff00::/8"),
    )
)
"""Addresses that a visitor from the internet never has: local networks, a carrier's NAT, multicast."""
_OF_PROXIES = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")
_log = logging.getLogger(__name__)


class Callers:
    """Tells where calls come from. Raises ValueError, with what to give, if ``trusted_proxies`` cannot be read."""

    def __init__(self, settings: Settings) -> None:
        self._trusted = read_networks(settings.trusted_proxies)
        self._told = False

    def is_direct(self, request: web.Request) -> bool:
        """Whether the connection is a caller's own, and not a proxy's, which others use too.

        A proxy that nobody declared is one on the own network that says for whom it calls.
        """
        address = _read(request.remote or "")
        if address is None or _is_in(address, self._trusted):
            return False
        return not (_is_in(address, _LOCAL) and any(name in request.headers for name in _OF_PROXIES))

    def address(self, request: web.Request, *, tell: bool) -> str | None:
        """The caller's address on the internet; None where it is not known, which the log says once if it shall."""
        address = caller_address(request.remote, request.headers, self._trusted)
        if address is None and tell and not self._told:
            self._told = True
            _log.warning(
                "the addresses of visitors are not known, so that forms' tokens go without: name the networks of the "
                "proxies before this service in --trusted-proxies, and let them set X-Forwarded-For"
            )
        return address


def read_networks(texts: Iterable[str]) -> tuple[_Network, ...]:
    """Networks in CIDR notation, or single addresses. Raises ValueError with what to give."""
    found = []
    for text in texts:
        try:
            found.append(ip_network(text))
        except ValueError:
            raise ValueError(
                f"trusted_proxies: {text!r} is no network: give ADDRESS or NETWORK/BITS, such as 10.0.0.0/8"
            ) from None
    return tuple(found)


def caller_address(remote: str | None, headers: MultiMapping[str], trusted: Sequence[_Network]) -> str | None:
    """The address on the internet that a call comes from, in its shortest form; None where it is not known.

    ``remote`` is the other end of the connection. Of the headers only one is read: ``X-Forwarded-For``, else
    ``Forwarded``, else ``X-Real-IP``.
    """
    address = _read(remote or "")
    hops = _hops(headers) if address is not None and trusted and _is_in(address, trusted) else []
    while hops and address is not None and _is_in(address, trusted):
        address = _read(hops.pop())
    return None if address is None or _is_in(address, trusted) or _is_in(address, _LOCAL) else str(address)


def _hops(headers: MultiMapping[str]) -> list[str]:
    """The addresses that proxies added, the last one last: of several headers of a name, as if they were one."""
    if found := headers.getall("X-Forwarded-For", []):
        return ",".join(found).rsplit(",", _HOPS)
    if found := headers.getall("Forwarded", []):
        return [_forwarded_for(part) for part in ",".join(found).rsplit(",", _HOPS)]
    return headers.getall("X-Real-IP", [])[-1:]


def _forwarded_for(element: str) -> str:
    """The ``for`` of an element of ``Forwarded`` (RFC 7239): ``for="[2001:db8::1]:4711";proto=https``."""
    pairs = [pair.partition("=") for pair in element.split(";")]
    return next((value.strip().strip('"') for name, _, value in pairs if name.strip().lower() == "for"), "")


def _read(text: str) -> _Address | None:
    """An address as proxies write it: with a port, in brackets, with a zone, one of IPv4 mapped into IPv6."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_in(address: _Address, networks: Sequence[_Network]) -> bool:
    return any(address in network for network in networks)
