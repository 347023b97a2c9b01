"""What is known of an IP address?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct


class Network(Struct, frozen=True, kw_only=True):
    """What is known of an IP address.

    ``private`` for one that no person has on the internet: of a local network, a carrier's NAT, documentation.
    ``kind`` is ``tor``, ``proxy``, ``vpn``, ``hosting``, ``relay`` (a gateway that many people share),
    ``satellite`` or ``access`` (households' lines that some list takes for machines); None where nothing is
    known, which is what most people have. ``operator`` is who runs it and ``list`` the list, with its version,
    that said so. ``countries`` are the ISO 3166-1 codes that the sources name, more than one where they differ.
    """

    private: bool = False
    kind: str | None = None
    operator: str | None = None
    list: str | None = None
    countries: tuple[str, ...] = ()


class IpIntelligence(Protocol):
    """Whose is an IP address, and where? ``versions`` are name and version of each list."""

    versions: Mapping[str, str]

    def look_up(self, ip: str) -> Network:
        """Tell what is known of an address; never raises for one."""
        ...


class NoIpIntelligence:
    """Knows nothing of any address."""

    versions: Mapping[str, str] = {}

    def look_up(self, ip: str) -> Network:
        """Tell nothing."""
        return Network()
