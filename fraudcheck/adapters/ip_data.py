"""Whose is an IP address, and in which country? By the operator's own MaxMind-format files, then the shipped lists.

- ``models/networks`` (its CARD.md says what it holds): relays, satellites, VPN services and hosting by AS number, and
  countries, the registries' (iptocc) and those that geofeeds and WHOIS name instead. What it calls a relay, a satellite
  or households' lines is believed before every other list, the operator's included: it is the allow-list;
- iporigin: hosting, VPN and Tor exits, as the providers publish them.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module, metadata, resources
from ipaddress import ip_address
from mmap import ACCESS_READ, mmap
from pathlib import Path
from socket import AF_INET, AF_INET6, inet_pton
from typing import Any

from fraudcheck.fields.address_ranges import AddressRanges
from fraudcheck.fields.ip import carried_ipv4
from fraudcheck.ports.ip import Network

_ALLOWED = frozenset(["relay", "satellite", "access"])
_BY_SEVERITY = ("tor", "proxy", "vpn", "hosting")
_NO_COUNTRY = frozenset(["AP", "EU", "XX", "ZZ"])
"""What registries write for an address that they gave to a region or to nobody."""
_UNKNOWN, _PRIVATE = Network(), Network(private=True)

_FLAGS = (
    ("relay", ("relay", "is_relay")),
    ("tor", ("is_tor_exit_node", "is_tor", "tor")),
    ("proxy", ("is_residential_proxy", "is_public_proxy", "is_proxy", "proxy", "res_proxy")),
    ("vpn", ("is_anonymous_vpn", "is_vpn", "vpn")),
    ("hosting", ("is_hosting_provider", "is_hosting", "hosting")),
    ("satellite", ("is_satellite_provider", "is_satellite", "satellite")),
)
"""For each kind its flags in files of MaxMind (Anonymous IP, Enterprise, Insights) and ipinfo. The first kind wins."""

# What iporigin's providers are, where it is another kind than iporigin says; None: nothing can be said.
_IPORIGIN_PROVIDERS = {
    # Cogent is a transit network: 3,500 access providers, in Venezuela as in Germany, announce parts of its space.
    "Cogent": None,
    "Apple Private Relay": "relay",
    # Nobody can rent it, unlike Google Cloud: it carries the VPN of Pixel phones and translation proxies.
    "Google": "relay",
    # Meta's Free Basics brings people in Africa and Asia to the web through Meta's own addresses.
    "Meta": "relay",
    "DataCamp": "vpn",
    "CDN77": "vpn",
}
# A content network's edge is a relay (WARP, Private Relay), or stands in front of a form backend: it is not the person.
_IPORIGIN_KINDS = {"hosting": "hosting", "bot": "hosting", "cdn": "relay", "vpn": "vpn", "tor": "tor"}


class IpData:
    """``ports.ip.IpIntelligence`` from files. ``files`` are the operator's.

    These are opened at once; raises ValueError with what to do when one is missing or broken. The shipped lists are
    read by ``load``, or by the first look-up.
    """

    def __init__(self, files: Iterable[Path] = ()) -> None:
        self._files = [(path, _open_database(path)) for path in files]
        self._shipped: AddressRanges | None = None
        self._known: list[Network | None] = []
        self._kinds_by_as: dict[int, dict[str, str]] = {}
        manifest = json.loads(_folder().joinpath("manifest.json").read_bytes())
        (registries,) = (source["version"] for source in manifest["sources"] if source.get("package") == "iptocc")
        self.versions: Mapping[str, str] = {
            "iporigin": metadata.version("iporigin"),
            "iptocc": registries,
            "networks": manifest["version"],
            **{path.name: str(reader.metadata().build_epoch) for path, reader in self._files},
        }
        self._lists = {name: f"{name} {version}" for name, version in self.versions.items()}

    def load(self) -> AddressRanges:
        """Read the shipped lists now."""
        # iporigin's own look-up builds an address and asks whether it is private, which is known here.
        # Not imported at the top of the file: commands without look-ups start faster.
        self._origin: Callable[[int, int], tuple[str, str] | None] = import_module("iporigin._data").dataset().find
        if self._files:
            self._kinds_by_as = _kinds_by_as()
        with Path(str(_folder().joinpath("networks.bin"))).open("rb") as file:
            self._shipped = AddressRanges(mmap(file.fileno(), 0, access=ACCESS_READ))
        self._known = [None] * len(self._shipped.known)
        return self._shipped

    def _read(self, shipped: AddressRanges, number: int) -> Network:
        """What ``models/networks`` says of a range, made when it is first asked for: few of the 5,000 ever are."""
        kind, operator, codes = shipped.known[number].split("\t")
        network = _UNKNOWN
        if kind or codes:
            network = Network(
                kind=kind or None,
                operator=operator or None,
                list=self._lists["networks"] if kind else None,
                countries=tuple(codes.split()),
            )
        self._known[number] = network
        return network

    def look_up(self, ip: str) -> Network:
        """What is known of an address; for an IPv6 address that carries an IPv4 address, what is known of the latter.

        Text that is no address gives an empty ``Network``.
        """
        shipped = self._shipped or self.load()
        try:
            packed = _packed(ip)
        except ValueError:
            return _UNKNOWN
        address = int.from_bytes(packed)
        row, version = (shipped.four(address), 4) if len(packed) == 4 else (shipped.six(address), 6)
        known = self._known[row] or self._read(shipped, row)
        # Of addresses that are nobody's, or carry another, the table knows nothing.
        if known is _UNKNOWN:
            parsed = carried_ipv4(ip_address(packed))
            if not parsed.is_global or parsed.is_multicast:
                return _PRIVATE
            if parsed.version != version:
                return self.look_up(str(parsed))
        origin = self._origin(address, version)
        if origin is not None:
            known = self._with_origin(known, *origin)
        return self._with_files(packed, known) if self._files else known

    def _with_origin(self, known: Network, provider: str, kind: str) -> Network:
        """What iporigin says, where ``models/networks`` says nothing that goes before it."""
        said = _IPORIGIN_PROVIDERS.get(provider, _IPORIGIN_KINDS.get(kind))
        if not said:
            return known
        origin = Network(kind=said, operator=provider, list=self._lists["iporigin"], countries=known.countries)
        return _strongest([known, origin]) or known

    def _with_files(self, packed: bytes, known: Network) -> Network:
        """What the operator's files say, before what the shipped lists do, but for the allow-list."""
        address = ip_address(packed)
        read = [self._from_file(path, reader.get(address)) for path, reader in self._files]
        found = [network for network in read if network is not None]
        best = known if known.kind in _ALLOWED else _strongest(found) or known
        countries = next((network.countries for network in found if network.countries), known.countries)
        return Network(kind=best.kind, operator=best.operator, list=best.list, countries=countries)

    def _from_file(self, path: Path, record: Any) -> Network | None:
        """What a file's row says, in the format of GeoIP2 or ipinfo; None when it gives neither kind nor country."""
        if not isinstance(record, dict):
            return None
        traits = record.get("traits")
        flat = {**record, **traits} if isinstance(traits, dict) else record
        kind = next((kind for kind, flags in _FLAGS if any(_is_true(flat.get(flag)) for flag in flags)), None)
        operator = flat.get("autonomous_system_organization") or flat.get("as_name")
        by_as = self._kinds_by_as.get(_as_number(flat.get("autonomous_system_number", flat.get("asn"))))
        if kind is None and by_as:
            kind, operator = by_as["kind"], by_as["operator"]
        country = _country(record)
        if kind is None and country is None:
            return None
        return Network(
            kind=kind,
            operator=operator if kind and isinstance(operator, str) else None,
            list=self._lists[path.name],
            countries=(country,) if country else (),
        )


def _folder() -> Any:
    return resources.files("fraudcheck.models").joinpath("networks")


def _open_database(path: Path) -> Any:
    maxminddb = import_module("maxminddb")
    try:
        return maxminddb.open_database(path, maxminddb.MODE_AUTO)
    except OSError as problem:
        raise ValueError(
            f"cannot read {path}: {problem.strerror}; give a MaxMind-format file with ip_databases"
        ) from None
    except maxminddb.InvalidDatabaseError:
        raise ValueError(
            f"{path} is no MaxMind-format file, or is broken; fetch it anew or take it out of ip_databases"
        ) from None


def _kinds_by_as() -> dict[int, dict[str, str]]:
    """Kind and operator of each AS number in ``models/networks``."""
    table = tomllib.loads(_folder().joinpath("operators.toml").read_text("utf-8"))
    return {
        number: {"kind": kind, "operator": operator}
        for kind, group in table.items()
        if kind != "about"
        for operator, numbers in group.items()
        for number in numbers
    }


def _strongest(found: Sequence[Network]) -> Network | None:
    """The first of a kind that goes before all others, else the most severe; of two of one kind the last."""
    by_kind = {network.kind: network for network in found}
    allowed = next((network for network in found if network.kind in _ALLOWED), None)
    return allowed or next((by_kind[kind] for kind in _BY_SEVERITY if kind in by_kind), None)


def _packed(ip: str) -> bytes:
    """The address as 4 or 16 bytes. Raises ValueError for text that is none."""
    try:
        return inet_pton(AF_INET6 if ":" in ip else AF_INET, ip)
    except (OSError, ValueError):
        return ip_address(ip).packed  # an IPv6 address with a zone


def _is_true(value: Any) -> bool:
    return value is True or value == "true"


def _as_number(value: Any) -> int:
    """An AS number written as a number, as ``7922`` or ``AS7922``; -1 for anything else."""
    digits = str(value).upper().removeprefix("AS")
    return int(digits) if digits.isdecimal() else -1


def _country(record: Mapping[str, Any]) -> str | None:
    """The country code of a row: ``country.iso_code`` in GeoIP2, ``country_code`` in ip-location-db and ipinfo Lite,
    ``country`` in ipinfo; None when there is none.
    """
    country = record.get("country")
    nested = country.get("iso_code") if isinstance(country, dict) else None
    for code in (nested, record.get("country_code"), country):
        if (
            isinstance(code, str)
            and len(code) == 2
            and code.isascii()
            and code.isalpha()
            and code.upper() not in _NO_COUNTRY
        ):
            return code.upper()
    return None
