"""Which country, month or half of the day is meant by a word, in the languages that people use?

``python -m training.locale_names FOLDER`` writes ``fraudcheck/data/country_names.toml`` and ``date_words.toml``. FOLDER
contains the npm packages ``cldr-core``, ``cldr-localenames-full`` and ``cldr-dates-full`` (Unicode-3.0) and
``i18n-iso-countries`` (MIT), each unpacked into a folder of its name.

The tables are made at release time, because Babel, which has the same data, reads a file of 1 MB for each language when
a name is looked up in all of them.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import phonenumbers

from fraudcheck.fields.country_names import name_key
from fraudcheck.fields.normal_form import simplify

_RELEASED = "2026-03-25"
"""The day of CLDR 48.2, which its packages do not tell."""
_DATA = Path(__file__).parents[1] / "fraudcheck" / "data"
_BY_HAND: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_LANGUAGES: list[str] = _BY_HAND["languages"]["names"].split()
_DATE_LANGUAGES = [*(set(_LANGUAGES) - {"cy", "eu", "ga", "mn", "mt", "ps"}), "ar-DZ", "ar-MA", "ar-SY"]
"""Not those whose words for months are other languages' words for something else."""

_COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS) | {"AQ", "BV", "GS", "HM", "PN", "TF", "UM"}
_PREFERRED = {"china": "CN", "france": "FR", "paysbas": "NL", "сша": "US"}
"""Of two countries that some language calls alike, the one that is meant: the other is that language's short form of
"Hong Kong SAR China" and the like."""

_TOLD_BY_BRACKETS = frozenset(["AS", "BQ", "CD", "CG", "KP", "KR", "MF", "SX", "UM", "VG", "VI"])
"""Countries that only what stands in brackets distinguishes from another one."""
_BRACKETS = re.compile(r"(.+?)\s*[（(\[](.+)[)\]）]\s*")

_HEAD = """# Written by training/locale_names.py; do not edit.
[about]
source = "{source}"
version = "{version}"
date = "{date}"
licence = "{licence}"
"""
_UNICODE = "Unicode-3.0, Copyright (c) 1991-2025 Unicode, Inc."


def main(folder: Path) -> None:
    """Read the packages and write both tables."""
    version = json.loads((folder / "cldr-core/package/package.json").read_text())["version"]
    iso = json.loads((folder / "i18n-iso-countries/package/package.json").read_text())["version"]
    source = f"Unicode CLDR {version}; i18n-iso-countries {iso}; short forms by hand"
    licence = f"{_UNICODE}; MIT, Copyright (c) Michael Wittig"
    about = {"version": version, "date": _RELEASED}
    lines = [
        _HEAD.format(source=source, licence=licence, **about),
        "[names] # of each country, in the form of fields.country_names.name_key",
        *(f"{code} = '{'|'.join(sorted(spellings))}'" for code, spellings in sorted(_countries(folder).items())),
    ]
    (_DATA / "country_names.toml").write_text("\n".join(lines) + "\n")
    lines = [
        _HEAD.format(source=f"Unicode CLDR {version}; short words by hand", licence=_UNICODE, **about),
        "[words] # by what they mean, in the form of fields.normal_form.simplify",
        *(f'{meaning} = "{"|".join(sorted(words))}"' for meaning, words in _date_words(folder).items()),
    ]
    (_DATA / "date_words.toml").write_text("\n".join(lines) + "\n")


def _countries(folder: Path) -> dict[str, set[str]]:
    """For each country the names that are no other country's."""
    meant: defaultdict[str, set[str]] = defaultdict(set)
    for code, name in _country_names(folder):
        parts = {name}
        if code not in _TOLD_BY_BRACKETS and (found := _BRACKETS.fullmatch(name)):
            parts.add(found[1])
            if code == "MM":
                parts.add(found[2])
        for part in parts:
            meant[name_key(part)].add(code)
    by_hand = {name_key(name): code for code, spellings in _BY_HAND["countries"].items() for name in spellings}
    names: defaultdict[str, set[str]] = defaultdict(set)
    for name, codes in meant.items():
        if len(codes) == 1 and name and name not in by_hand:
            names[next(iter(codes))].add(name)
    for name, code in {**by_hand, **_PREFERRED}.items():
        names[code].add(name)
    return {
        code: {name for name in spellings if len(name) > 2 or not name.isascii()} for code, spellings in names.items()
    }


def _country_names(folder: Path) -> Iterator[tuple[str, str]]:
    for language in _LANGUAGES:
        tree = _cldr(folder, "localenames", language, "territories")["localeDisplayNames"]["territories"]
        for key, name in tree.items():
            code, _, _ = key.partition("-")
            if code in _COUNTRIES:
                yield code, name
        file = folder / f"i18n-iso-countries/package/langs/{language}.json"
        if file.exists() and language in {"en", "es", "pt", "fr", "de", "it", "nl", "pl", "vi", "ru", "ar", "tr", "id"}:
            for code, found in json.loads(file.read_text())["countries"].items():
                if code in _COUNTRIES:
                    yield from ((code, name) for name in ([found] if isinstance(found, str) else found))
    aliases = json.loads((folder / "cldr-core/package/supplemental/aliases.json").read_text())
    for alias, row in aliases["supplemental"]["metadata"]["alias"]["territoryAlias"].items():
        if row["_reason"] == "overlong" and len(alias) == 3 and alias.isalpha() and row["_replacement"] in _COUNTRIES:
            yield row["_replacement"], alias


def _date_words(folder: Path) -> dict[str, list[str]]:
    """For each month, half of the day and so on its words, without those that mean two months."""
    meanings: defaultdict[str, set[str]] = defaultdict(set)
    for language in _DATE_LANGUAGES:
        for meaning, word in _words_of(_cldr(folder, "dates", language, "ca-gregorian")):
            meanings[simplify(word)].add(meaning)
            if language == "he" and meaning.isdecimal():
                meanings[simplify("ב" + word)].add(meaning)
            if language == "th" and meaning == "weekday":
                meanings[simplify(word + "ที่")].add(meaning)
    for half in ("am", "pm", "morning", "evening"):
        for word in _BY_HAND["halves"][half].split():
            meanings[simplify(word)].add(half)
    for word in _BY_HAND["fillers"]["words"].split():
        meanings[simplify(word)].add("filler")
    table: defaultdict[str, list[str]] = defaultdict(list)
    for word, found in meanings.items():
        if len([meaning for meaning in found if meaning.isdecimal()]) > 1:
            print("two months:", word, sorted(found))
            continue
        for meaning in found:
            table[meaning].append(word)
    return {key: table[key] for key in sorted(table, key=lambda key: (not key.isdecimal(), key.zfill(2)))}


def _words_of(tree: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """A language's words for months, weekdays and halves of the day, each with what it means."""
    calendar = tree["dates"]["calendars"]["gregorian"]
    for form, width in product(("format", "stand-alone"), ("abbreviated", "wide")):
        months = calendar["months"][form][width].items()
        yield from ((month, word) for month, word in months if not re.search(r"\d", word))
        yield from (("weekday", word) for word in calendar["days"][form][width].values())
        for half, word in calendar["dayPeriods"][form][width].items():
            if half in {"am", "pm"} and simplify(word) not in _BY_HAND["halves"]["not"].split():
                yield half, word


def _cldr(folder: Path, package: str, language: str, file: str) -> dict[str, Any]:
    text = (folder / f"cldr-{package}-full/package/main/{language}/{file}.json").read_text()
    tree: dict[str, Any] = json.loads(text)["main"][language]
    return tree


if __name__ == "__main__":
    main(Path(sys.argv[1]))
