"""What is known of an IP address?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct


class Network(Struct, frozen=True, kw_only=True):
    """What is known of an IP address.

    ``private`` is true for addresses that nobody has on the internet: local networks, a carrier's NAT, documentation.

    ``kind`` is ``tor``, ``proxy``, ``vpn``, ``hosting``, ``relay`` (a gateway that many people share), ``satellite`` or
    ``access`` (households' lines that some list takes for machines). It is None when nothing is known, as for most
    people. ``operator`` is the company that runs the network, ``list`` the list that said so, with its version.

    ``countries`` are the ISO 3166-1 codes that the sources give, several where they disagree.
    """

    private: bool = False
    kind: str | None = None
    operator: str | None = None
    list: str | None = None
    countries: tuple[str, ...] = ()


class IpIntelligence(Protocol):
    """Looks up what is known of IP addresses. ``versions`` has the version of each list by its name."""

    versions: Mapping[str, str]

    def look_up(self, ip: str) -> Network:
        """What is known of an address. Never raises: text that is no address gives an empty ``Network``."""
        ...


class NoIpIntelligence:
    """``IpIntelligence`` that knows nothing."""

    versions: Mapping[str, str] = {}

    def look_up(self, ip: str) -> Network:
        """An empty ``Network``."""
        return Network()
