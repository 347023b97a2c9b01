"""Whose is an IP address, and in which country? By the operator's own MaxMind-format files, then the shipped lists.

- ``models/networks`` (its CARD.md says what it holds): relays, satellites, VPN services and hosting by AS number, and
  countries where geofeeds and WHOIS disagree with the registries. What it calls a relay, a satellite or households'
  lines is believed before every other list, the operator's included: it is the allow-list;
- iporigin: hosting, VPN and Tor exits, as the providers publish them;
- iptocc: the country that a registry gave an address to.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from importlib import import_module, metadata, resources
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any

from fraudcheck.fields.ip import carried_ipv4
from fraudcheck.ports.ip import Network

_ALLOWED = frozenset(["relay", "satellite", "access"])
_BY_SEVERITY = ("tor", "proxy", "vpn", "hosting")
_NO_COUNTRY = frozenset(["AP", "EU", "XX", "ZZ"])
"""What registries write for an address that they gave to a region or to nobody."""

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
        self._shipped: Any = None
        self._kinds_by_as: dict[int, dict[str, str]] = {}
        manifest = json.loads(_folder().joinpath("manifest.json").read_bytes())
        self._lists = {name: f"{name} {metadata.version(name)}" for name in ("iporigin", "iptocc")}
        self._lists |= {"networks": f"networks {manifest['version']}"}
        self._lists |= {path.name: f"{path.name} {_build(reader)}" for path, reader in self._files}
        self.versions: Mapping[str, str] = {name: text.rpartition(" ")[2] for name, text in self._lists.items()}

    def load(self) -> None:
        """Read the shipped lists now."""
        iporigin = import_module("iporigin")  # not at the top of the file: commands without look-ups start faster
        iporigin.dataset_info()
        self._iporigin = iporigin.classify
        self._country = import_module("iptocc").country_code
        self._shipped = _open_database(Path(str(_folder().joinpath("networks.mmdb"))))
        if self._files:
            self._kinds_by_as = _kinds_by_as()

    def look_up(self, ip: str) -> Network:
        """What is known of an address; for an IPv6 address that carries an IPv4 address, what is known of the latter.

        Text that is no address gives an empty ``Network``.
        """
        try:
            address = carried_ipv4(ip_address(ip))
        except ValueError:
            return Network()
        if not address.is_global or address.is_multicast:
            return Network(private=True)
        if self._shipped is None:
            self.load()
        shipped = self._shipped.get(address) or {}
        from_lists = self._from_lists(address, shipped)
        read = [self._from_file(path, reader.get(address)) for path, reader in self._files]
        from_files = [network for network in read if network is not None]
        allowed = next((network for network in [*from_lists, *from_files] if network.kind in _ALLOWED), None)
        found = allowed or _most_severe(from_files) or _most_severe(from_lists)
        countries = next((network.countries for network in from_files if network.countries), None)
        return Network(
            kind=found.kind if found else None,
            operator=found.operator if found else None,
            list=found.list if found else None,
            countries=countries or self._countries(str(address), shipped),
        )

    def _from_lists(self, address: IPv4Address | IPv6Address, shipped: Mapping[str, str]) -> list[Network]:
        """What ``models/networks`` (whose row ``shipped`` is) and iporigin say of an address."""
        found = []
        if "kind" in shipped:
            found.append(Network(kind=shipped["kind"], operator=shipped["operator"], list=self._lists["networks"]))
        origin = self._iporigin(address)
        kind = _IPORIGIN_PROVIDERS.get(origin.provider, _IPORIGIN_KINDS.get(origin.kind))
        if kind:
            found.append(Network(kind=kind, operator=origin.provider, list=self._lists["iporigin"]))
        return found

    def _countries(self, address: str, shipped: Mapping[str, str]) -> tuple[str, ...]:
        """The registry's country and that of use. When they differ both are given, as either may be right."""
        codes = {self._country(address), shipped.get("country")}
        return tuple(sorted(code for code in codes if code and code not in _NO_COUNTRY))

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


def _build(reader: Any) -> str:
    return str(reader.metadata().build_epoch)


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


def _most_severe(found: Iterable[Network]) -> Network | None:
    by_kind = {network.kind: network for network in found}
    return next((by_kind[kind] for kind in _BY_SEVERITY if kind in by_kind), None)


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
