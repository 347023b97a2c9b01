"""Whose is an IP address, and where? The operator's own MaxMind-format files, then the lists that come along.

- ``models/networks`` (its CARD.md says what it holds): relays, satellites, VPN services and hosts by AS number, and
  countries where geofeeds and WHOIS name another than the registries. Its relays, satellites and households' lines go
  before every other list, the operator's included: they are the allow-list;
- iporigin: machines for rent, VPN and Tor exits, as the providers publish them;
- iptocc: the country that a registry gave an address to.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from importlib import import_module, metadata, resources
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from pathlib import Path
from typing import Any

from fraudcheck.ports.ip import Network

_ALLOWED = frozenset(["relay", "satellite", "access"])
_SEVEREST = ("tor", "proxy", "vpn", "hosting")
_NAT64 = IPv6Network("64:ff9b::/96")
_NO_COUNTRY = frozenset(["AP", "EU", "XX", "ZZ"])
"""What registries write where they gave an address to a region or to nobody."""

_FLAGS = (
    ("relay", ("relay", "is_relay")),
    ("tor", ("is_tor_exit_node", "is_tor", "tor")),
    ("proxy", ("is_residential_proxy", "is_public_proxy", "is_proxy", "proxy", "res_proxy")),
    ("vpn", ("is_anonymous_vpn", "is_vpn", "vpn")),
    ("hosting", ("is_hosting_provider", "is_hosting", "hosting")),
    ("satellite", ("is_satellite_provider", "is_satellite", "satellite")),
)
"""How MaxMind's (Anonymous IP, Enterprise, Insights) and ipinfo's files spell a kind, in the order that decides."""

_IPORIGIN = {
    # Cogent is a transit network: 3,500 access providers, in Venezuela as in Germany, announce parts of its space.
    "Cogent": None,
    "Apple Private Relay": "relay",
    # What is not Google Cloud cannot be rented: the VPN of Pixel phones and translation proxies go out there.
    "Google": "relay",
    # Meta's Free Basics brings people in Africa and Asia to the web through Meta's own addresses.
    "Meta": "relay",
    "DataCamp": "vpn",
    "CDN77": "vpn",
}
# A content network's edge is a relay (WARP, Private Relay), or a form backend's own front, which tells of nobody.
_IPORIGIN_KINDS = {"hosting": "hosting", "bot": "hosting", "cdn": "relay", "vpn": "vpn", "tor": "tor"}


class IpData:
    """Looks addresses up. Nothing is read before ``load`` or the first look-up, but for ``files``, the operator's.

    Raises ValueError with what to do when one of ``files`` is missing or broken.
    """

    def __init__(self, files: Iterable[Path] = ()) -> None:
        self._files = [(path, _opened(path)) for path in files]
        self._own: Any = None
        self._kinds_by_as: dict[int, dict[str, str]] = {}
        manifest = json.loads(_folder().joinpath("manifest.json").read_bytes())
        self._lists = {name: f"{name} {metadata.version(name)}" for name in ("iporigin", "iptocc")}
        self._lists |= {"networks": f"networks {manifest['version']}"}
        self._lists |= {path.name: f"{path.name} {_build(reader)}" for path, reader in self._files}
        self.versions: Mapping[str, str] = {name: text.rpartition(" ")[2] for name, text in self._lists.items()}

    def load(self) -> None:
        """Read the lists now."""
        iporigin = import_module("iporigin")  # not at the top: who looks at no address does not pay for it
        iporigin.dataset_info()
        self._iporigin = iporigin.classify
        self._country = import_module("iptocc").country_code
        self._own = _opened(Path(str(_folder().joinpath("networks.mmdb"))))
        if self._files:
            self._kinds_by_as = _kinds_by_as()

    def look_up(self, ip: str) -> Network:
        """What is known of an address; of an IPv6 one that carries an IPv4 address, what is known of that.

        Text that is no address is nobody's.
        """
        try:
            address = _carried(ip_address(ip))
        except ValueError:
            return Network()
        if not address.is_global or address.is_multicast:
            return Network(private=True)
        if self._own is None:
            self.load()
        ours = self._own.get(address) or {}
        from_lists = self._from_lists(address, ours)
        found = [self._from_file(path, reader.get(address)) for path, reader in self._files]
        from_files = [each for each in found if each is not None]
        allowed = next((each for each in [*from_lists, *from_files] if each.kind in _ALLOWED), None)
        named = allowed or _severest(from_files) or _severest(from_lists)
        countries = next((each.countries for each in from_files if each.countries), None)
        return Network(
            kind=named.kind if named else None,
            operator=named.operator if named else None,
            list=named.list if named else None,
            countries=countries or self._countries(str(address), ours),
        )

    def _from_lists(self, address: IPv4Address | IPv6Address, ours: Mapping[str, str]) -> list[Network]:
        found = []
        if "kind" in ours:
            found.append(Network(kind=ours["kind"], operator=ours["operator"], list=self._lists["networks"]))
        origin = self._iporigin(address)
        kind = _IPORIGIN.get(origin.provider, _IPORIGIN_KINDS.get(origin.kind))
        if kind:
            found.append(Network(kind=kind, operator=origin.provider, list=self._lists["iporigin"]))
        return found

    def _countries(self, text: str, ours: Mapping[str, str]) -> tuple[str, ...]:
        """Of registry and use: where they differ, both, for either may be right."""
        said = {self._country(text), ours.get("country")}
        return tuple(sorted(code for code in said if code and code not in _NO_COUNTRY))

    def _from_file(self, path: Path, record: Any) -> Network | None:
        """Read a record of GeoIP2's or ipinfo's spelling; None where it says nothing of use."""
        if not isinstance(record, dict):
            return None
        flat = {**record, **traits} if isinstance(traits := record.get("traits"), dict) else record
        kind = next((kind for kind, flags in _FLAGS if any(_is(flat.get(flag)) for flag in flags)), None)
        operator = flat.get("autonomous_system_organization") or flat.get("as_name")
        by_as = self._kinds_by_as.get(_number(flat.get("autonomous_system_number", flat.get("asn"))))
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


def _opened(path: Path) -> Any:
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
    table = tomllib.loads(_folder().joinpath("operators.toml").read_text("utf-8"))
    return {
        number: {"kind": kind, "operator": operator}
        for kind, group in table.items()
        if kind != "about"
        for operator, numbers in group.items()
        for number in numbers
    }


def _carried(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address in an IPv6 one: mapped (RFC 4291), 6to4 (RFC 3056), Teredo (RFC 4380), NAT64 (RFC 6052)."""
    if isinstance(address, IPv4Address):
        return address
    teredo = address.teredo
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


def _severest(found: Iterable[Network]) -> Network | None:
    by_kind = {each.kind: each for each in found}
    return next((by_kind[kind] for kind in _SEVEREST if kind in by_kind), None)


def _is(value: Any) -> bool:
    return value is True or value == "true"


def _number(value: Any) -> int:
    digits = str(value).upper().removeprefix("AS")
    return int(digits) if digits.isdecimal() else -1


def _country(record: Mapping[str, Any]) -> str | None:
    """GeoIP2 has ``country.iso_code``, ip-location-db and ipinfo Lite ``country_code``, ipinfo ``country``."""
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
