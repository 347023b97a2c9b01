"""How are the networks made? ``python -m training.networks.make FOLDER``, from two openly available tables.

FOLDER contains two unpacked npm packages, which ``npm pack NAME`` fetches: ``@ip-location-db/asn`` (which AS announces
an address: RouteViews and DB-IP, CC BY 4.0) and ``@ip-location-db/geo-whois-asn-country-mmdb`` (where an address is
used: operators' geofeeds, the RIRs' WHOIS and AS country, CC0 1.0).

``own.mmdb`` has ``{"kind", "operator"}`` for networks of the operators in ``operators.toml``. It has ``{"country"}``
where the second table differs from the registries (iptocc). ``training.networks.table`` then puts it and the
registries' countries into the one table that the service reads; that step alone follows a newer iptocc.
"""

from __future__ import annotations

import csv
import json
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from ipaddress import IPv4Address, IPv6Address, summarize_address_range
from pathlib import Path

import iporigin
import maxminddb
from iptocc import country_code
from mmdb_writer import MMDBWriter
from netaddr import IPNetwork, IPSet  # type: ignore[import-untyped]

from training.networks import table
from training.networks.table import MODEL, OWN

SMALLEST = {4: 24, 6: 48}
"""The longest prefix that is announced by itself, by IP version. Smaller ones are one customer's and left out."""


def operators() -> dict[int, dict[str, str]]:
    """The record of each AS number in ``operators.toml``."""
    table = tomllib.loads((MODEL / "operators.toml").read_text())
    del table["about"]
    return {
        number: {"kind": kind, "operator": name}
        for kind, group in table.items()
        for name, numbers in group.items()
        for number in numbers
    }


def announced(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Every network that one of the operators announces, with its record. Prints AS numbers that announce nothing."""
    records = operators()
    seen = set()
    for version, make in ((4, IPv4Address), (6, IPv6Address)):
        with (folder / f"asn-ipv{version}.csv").open(encoding="utf-8", newline="") as table:
            for first, last, number, _ in csv.reader(table):
                record = records.get(int(number))
                if record is not None:
                    seen.add(int(number))
                    for network in summarize_address_range(make(first), make(last)):
                        yield str(network), record
    if idle := records.keys() - seen:
        print(f"these announce nothing: {sorted(idle)}", file=sys.stderr)


def used_elsewhere(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Every network that is used in another country than the registries name, with that country.

    Networks of rented machines (iporigin) are left out, because they do not tell where a person is.
    """
    for version in (4, 6):
        with maxminddb.open_database(folder / f"geo-whois-asn-country-ipv{version}.mmdb") as table:
            for network, record in table:
                if network.prefixlen > SMALLEST[version]:
                    continue
                country = record["country_code"]
                ends = str(network[0]), str(network[-1])
                rented = all(iporigin.is_datacenter(end) for end in ends)  # type: ignore[no-untyped-call]
                if not rented and {country_code(end) for end in ends} != {country}:
                    yield str(network), {"country": country}


def main(folder: Path) -> None:
    """Write ``own.mmdb``, the manifest and the table."""
    folders = {name: next(folder.glob(f"**/{name}-ipv4.*")).parent for name in ("asn", "geo-whois-asn-country")}
    writer = MMDBWriter(
        ip_version=6, ipv4_compatible=True, database_type="fraudcheck-networks", description="kinds and countries"
    )
    counts = {}
    for source, rows in (("countries", used_elsewhere(folders["geo-whois-asn-country"])),
                         ("operators", announced(folders["asn"]))):  # fmt: skip
        counts[source] = 0
        for network, record in rows:
            writer.insert_network(IPSet([IPNetwork(network)]), record)
            counts[source] += 1
    writer.to_db_file(str(OWN))
    manifest = {
        "name": "networks",
        "version": f"{datetime.now(UTC):%Y-%m-%d}",
        "networks": counts,
        "sources": [
            {"package": "@ip-location-db/asn", "licence": "CC BY 4.0, RouteViews and DB-IP",
             "version": _version(folders["asn"])},
            {"package": "@ip-location-db/geo-whois-asn-country-mmdb", "licence": "CC0-1.0",
             "version": _version(folders["geo-whois-asn-country"])},
            {"package": "iptocc", "licence": "MIT or Apache-2.0; its data CC BY 4.0, nro.net",
             "version": metadata.version("iptocc")},
            {"file": "operators.toml", "licence": "CC0-1.0"},
        ],
    }  # fmt: skip
    (MODEL / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    table.main()


def _version(package: Path) -> str:
    return str(json.loads((package / "package.json").read_text())["version"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
