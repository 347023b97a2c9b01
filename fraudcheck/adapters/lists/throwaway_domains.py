"""Which mail domains are throw-away, and which lists say so?

``models/throwaway_domains`` has the shipped lists: ``manifest.json`` describes them, ``domains.txt.gz`` has their
domains, and ``never.txt.gz`` has domains that are never throw-away (universities, companies, free providers).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Set
from functools import cache
from importlib import metadata, resources
from itertools import repeat
from typing import Any

from disposable_email_domains import blocklist

from fraudcheck.adapters.lists.sources import THROWAWAY_PACKAGE, OperatorLists
from fraudcheck.ports.lists import Listing, Lists

_NOT_THROWAWAY = ("allowed", "free")
"""Operator's lists that do not name throw-away domains."""
_FURTHER_LIST = 0.15
"""Weight that each further list adds: little, since lists copy from each other."""


def throwaway_manifest() -> dict[str, Any]:
    """Under ``throwaway`` the lists of throw-away domains, the installed package first; under ``never`` the exceptions.

    Each list has name, version, date (not the package), licence, weight (0…1) and number of entries.
    """
    manifest: dict[str, Any] = json.loads(_read_file("manifest.json"))
    package = {
        "name": THROWAWAY_PACKAGE,
        "version": metadata.version(THROWAWAY_PACKAGE),
        "licence": "CC0-1.0",
        "weight": 1.0,
        "entries": len(blocklist),
    }
    manifest["throwaway"].insert(0, package)
    return manifest


def exceptions() -> frozenset[str]:
    """Names of the shipped lists of domains that are never throw-away."""
    return frozenset(about["name"] for about in throwaway_manifest()["never"])


def never_throwaway(loaded: Lists) -> frozenset[str]:
    """Domains that no list of the operator's may name: allowed ones, relays, and free providers of ``never.txt.gz``."""
    free = sections("never.txt.gz")["free providers"]
    return loaded.allowed_domains.union(loaded.relay_domains, loaded.free_domains.intersection(free))


def sections(file: str) -> dict[str, list[str]]:
    """The sections of a data file: domains by the section's name. A line ``# NAME`` begins a section."""
    parts = gzip.decompress(_read_file(file)).decode().split("# ")[1:]
    return {name: body.split() for name, _, body in (part.partition("\n") for part in parts)}


def disposable_listings(
    throwaway: list[dict[str, Any]],
    own: OperatorLists,
    versions: Mapping[str, str],
    allowed: Set[str],
    free: Set[str],
) -> dict[str, Listing]:
    """For each throw-away domain the lists that name it, and what they weigh together.

    ``throwaway`` are the shipped lists (``throwaway_manifest``), ``versions`` the versions of all lists by name.
    An operator's file replaces the shipped list of the same name; a file with another name is a further list, of
    weight 1. An ``allowed`` domain is never throw-away, a ``free`` provider only at weight 1, which is that of lists
    that prove what they say.
    """
    weights = {about["name"]: about["weight"] for about in throwaway}

    @cache
    def with_list(before: Listing | None, name: str) -> Listing:
        """A listing with one list more: the heaviest list's weight, and 0.15 for each other one, at most 1."""
        others, weight = (before.lists, before.weight) if before else ((), 0.0)
        heaviest = max(weights.get(name, 1.0), weight - _FURTHER_LIST * (len(others) - 1))
        total = round(heaviest + _FURTHER_LIST * len(others), 2)
        return Listing((f"{name} {versions[name]}", *others), min(1.0, total))

    listings: dict[str, Listing] = {}
    for mask, domains in sections("domains.txt.gz").items():  # bit i: the list i + 1, as the package is not in the file
        listing = None
        for bit, about in reversed([*enumerate(throwaway[1:])]):
            if int(mask) >> bit & 1 and about["name"] not in own:
                listing = with_list(listing, about["name"])
        if listing:
            listings.update(zip(domains, repeat(listing)))
    further: dict[str, Set[str]] = {THROWAWAY_PACKAGE: blocklist}
    further |= {name: domains for name, (_, domains) in own.items() if name not in _NOT_THROWAWAY}
    for name, found in further.items():
        for domain in found:
            listings[domain] = with_list(listings.get(domain), name)
    for domain in listings.keys() & (allowed | free):
        if domain in allowed or listings[domain].weight < 1:
            del listings[domain]
    return listings


def _read_file(name: str) -> bytes:
    return resources.files("fraudcheck.models").joinpath("throwaway_domains", name).read_bytes()
