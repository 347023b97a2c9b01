"""How is networks.bin made? ``python -m training.networks.table``, from ``own.mmdb`` beside this file and iptocc.

Each range of addresses has its kind and operator, where ``own.mmdb`` names them, and its countries: the registry's
(iptocc) and that of use (``own.mmdb``), both where they differ, as either may be right. Ranges that neither knows have
nothing, and so have those that are nobody's on the internet or carry an IPv4 address: for these the service asks the
standard library.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from importlib import metadata
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import maxminddb

from fraudcheck.fields.address_ranges import pack
from training.networks.registries import registry_ranges

MODEL = Path(__file__).parents[2] / "models" / "networks"
OWN = Path(__file__).parent / "own.mmdb"

NOTHING = "\t\t"
"""What is known of a range is its kind, its operator and its countries, with spaces between these, as one line."""

NO_COUNTRY = frozenset(["AP", "EU", "XX", "ZZ"])
"""What registries write for an address that they gave to a region or to nobody."""

SPECIAL = {
    4: "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24"
    " 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3",
    # All but 2000::/3, which is what was given out, and in it protocols, documentation and 6to4.
    6: "::/3 2001::/23 2001:db8::/32 2002::/16 3fff::/20 4000::/2 8000::/1",
}
"""Blocks of IANA's registries of special purposes, and multicast: who is in them, says the standard library."""


def build() -> bytes:
    """The packed table."""
    registries, own = registry_ranges(), _own_ranges()
    fours, sixes = (list(_merged(_known(version, registries[version], own[version]))) for version in (4, 6))
    return pack(fours, sixes)


def _own_ranges() -> dict[int, list[tuple[int, int, dict[str, str]]]]:
    found: dict[int, list[tuple[int, int, dict[str, str]]]] = {4: [], 6: []}
    with maxminddb.open_database(OWN) as table:
        for network, record in table:
            if not isinstance(record, dict):
                raise ValueError(f"{network} has no record")
            # Of one IPv6 network four addresses alone are announced: it is taken as the whole line (/64).
            whole = network.supernet(new_prefix=64) if network.version == 6 and network.prefixlen > 64 else network
            found[network.version].append((int(whole[0]), int(whole[-1]), record))
    return {version: sorted(ranges, key=lambda found: found[0]) for version, ranges in found.items()}


def _known(
    version: int, registries: Iterable[tuple[int, int, str]], own: Iterable[tuple[int, int, dict[str, str]]]
) -> Iterator[tuple[int, str]]:
    """Wherever one of the sources starts or ends a range: what all say together."""
    special = [ip_network(block) for block in SPECIAL[version].split()]
    sources: list[Iterable[tuple[int, int, Any]]] = [
        registries,
        own,
        [(int(block.network_address), int(block.broadcast_address), True) for block in special],
    ]
    changes: dict[int, list[tuple[int, Any]]] = {0: []}
    for source, ranges in enumerate(sources):
        for first, last, value in ranges:
            changes.setdefault(last + 1, []).insert(0, (source, None))  # ends before the next range starts
            changes.setdefault(first, []).append((source, value))
    changes.pop(1 << (32 if version == 4 else 128), None)
    now: list[Any] = [None, None, None]
    for start in sorted(changes):
        for source, value in changes[start]:
            now[source] = value
        country, record, is_special = now[0], now[1] or {}, now[2]
        countries = " ".join(sorted({country, record.get("country")} - {None} - NO_COUNTRY))
        known = f"{record.get('kind', '')}\t{record.get('operator', '')}\t{countries}"
        yield start, NOTHING if is_special else known


def _merged(starts: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Ranges without those that say what the one before them says."""
    before = None
    for start, known in starts:
        if known != before:
            yield start, known
        before = known


def main() -> None:
    """Write the table, and the version of iptocc into the manifest."""
    (MODEL / "networks.bin").write_bytes(build())
    path = MODEL / "manifest.json"
    manifest = json.loads(path.read_text())
    (registry,) = [source for source in manifest["sources"] if source.get("package") == "iptocc"]
    registry["version"] = metadata.version("iptocc")
    path.write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main()
