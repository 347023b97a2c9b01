"""How are mailboxes' names and browsers spread? ``python -m training.habits.make FOLDER`` writes ``models/habits``.

FOLDER contains ``pairs.tsv`` and ``sources.json`` of ``training.habits.collect``, and the npm package ``caniuse-lite``,
unpacked in ``FOLDER/caniuse/package``. The same folder gives the same bytes, as long as ``fields.email.scheme`` and the
lists of mail providers stay as they are. Node.js unpacks caniuse-lite's tables with the package's own code.
"""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fraudcheck.adapters.lists import shipped
from fraudcheck.fields.email.scheme import mailbox_scheme, name_parts
from fraudcheck.fields.name.match import to_latin
from training.habits.collect import person

MODEL = Path(__file__).parents[2] / "models" / "habits"
FEWEST_PEOPLE = 5
"""People who must share a scheme for it to be shipped. Rarer ones could point to a single person."""
SMALLEST_SHARE = 0.0001
"""Of the world's usage, for a version to be shipped."""
FAMILIES = {
    "chrome": "chrome",
    "edge": "edge",
    "firefox": "firefox",
    "safari": "safari",
    "opera": "opera",
    "chrome_android": "and_chr",
    "safari_ios": "ios_saf",
    "samsung": "samsung",
}
"""Our families of browsers, by caniuse's name. The first five are browsers of computers."""
ONLY_NEWEST = ("chrome_android",)
"""Families of which caniuse gives all usage under the newest version."""
_UNPACK = """
const { agents, region } = require(process.argv[1]), regions = {};
for (const file of require("fs").readdirSync(process.argv[2]))
    regions[file.replace(".js", "")] = region(require(process.argv[2] + "/" + file));
const world = Object.fromEntries(Object.entries(agents).map(([name, agent]) => [name, agent.usage_global]));
console.log(JSON.stringify({ world, regions }));
"""
_GMAIL = frozenset({"gmail.com", "googlemail.com"})

Usage = Mapping[str, Mapping[str, float | None]]
"""The percentage of usage by caniuse's name of the browser and version."""


def people(folder: Path) -> Iterator[tuple[str, str, list[str]]]:
    """The name, the part before the @ and the sources of each person, in alphabetical order.

    Where sources differ in the name or in the spelling of a mailbox, the one that most of them give is taken. One name
    before one part at several providers is one person.
    """
    lists = shipped.load_lists()
    domains, nobody = lists.popular_domains | lists.free_domains, lists.role_names | lists.placeholder_mailboxes
    seen: dict[tuple[str, str], Counter[tuple[str, str]]] = defaultdict(Counter)
    sources: dict[tuple[str, str], set[str]] = defaultdict(set)
    with (folder / "pairs.tsv").open(encoding="utf-8", newline="") as table:
        for source, text, mail, count in csv.reader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
            local, _, domain = mail.partition("@")
            local = local.partition("+")[0]
            name = person(text)
            if name is None or domain not in domains or local in nobody or "noreply" in local:
                continue
            mailbox = (local.replace(".", ""), "gmail.com") if domain in _GMAIL else (local, domain)
            seen[mailbox][name, local] += int(count)
            sources[mailbox].add(source)
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for mailbox, spellings in seen.items():
        spelling, _ = max(spellings.items(), key=lambda item: (item[1], len(item[0][0]), item[0]))
        found[spelling] |= sources[mailbox]
    for (name, local), names_of_sources in sorted(found.items()):
        yield name, local, sorted(names_of_sources)


def count_schemes(folder: Path) -> tuple[Counter[str], Counter[str]]:
    """How many people follow each scheme, and how many people each source names."""
    schemes: Counter[str] = Counter()
    by_source: Counter[str] = Counter()
    for name, local, sources in people(folder):
        scheme = mailbox_scheme(local, name_parts(to_latin(name)))
        if scheme is not None:
            schemes[scheme] += 1
            by_source.update(sources)
    return schemes, by_source


def mailboxes(schemes: Counter[str], date: str) -> str:
    """The text of ``mailboxes.toml``."""
    common, rare = _split(schemes)
    return "\n".join(
        [
            "# Written by training/habits/make.py; do not edit. CARD.md says what this is.",
            "[about]",
            'source = "names and mail addresses that authors of free software publish, counted by us"',
            f'date = "{date}"',
            f"people = {schemes.total()}",
            f"fewest_people = {FEWEST_PEOPLE} # who share a scheme for it to stand below",
            f"rare_people = {sum(rare.values())} # who follow a scheme of fewer people",
            f"rare_schemes = {len(rare)}",
            "",
            "[schemes] # how many people follow each",
            *(f"{_quoted(scheme)} = {count}" for scheme, count in _by_count(common)),
        ]
    ) + "\n"  # fmt: skip


def browsers(world: Usage, regions: Mapping[str, Usage], version: str) -> str:
    """The text of ``browsers.toml``."""
    shares = {family: _majors(world[name]) for family, name in FAMILIES.items()}
    covered = sum(sum(majors.values()) for majors in shares.values())
    lines = [
        "# Written by training/habits/make.py; do not edit. CARD.md says what this is.",
        "[about]",
        f'source = "caniuse-lite {version} (CC BY 4.0): data of caniuse.com by Alexis Deveria and others; changed"',
        f'version = "{version}"',
        f"smallest_share = {SMALLEST_SHARE}",
        f"covered = {covered:.6f} # share of all usage that the versions below have together",
        f"only_newest = {json.dumps(list(ONLY_NEWEST))} # all usage stands under the newest version",
    ]
    for family, majors in shares.items():
        lines += ["", f"[versions.{family}] # share of the world's usage by major version"]
        lines += [f"{major} = {share:.6f}" for major, share in sorted(majors.items())]
    lines += ["", "[countries] # share of the country's usage by family, all versions"]
    for country, usage in sorted(regions.items()):
        if len(country) == 2:
            totals = {family: _total(usage[name]) for family, name in FAMILIES.items()}
            row = ", ".join(f"{family} = {share:.4f}" for family, share in totals.items() if share >= SMALLEST_SHARE)
            lines.append(f"{country} = {{ {row} }}")
    return "\n".join(lines) + "\n"


def main(folder: Path) -> None:
    """Write both files and the manifest."""
    package = folder / "caniuse" / "package"
    version = json.loads((package / "package.json").read_text())["version"]
    command = ["node", "-e", _UNPACK, str(package.resolve() / "dist/unpacker"), str(package.resolve() / "data/regions")]
    usage = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    collected = json.loads((folder / "sources.json").read_text())
    schemes, by_source = count_schemes(folder)
    texts = {
        "browsers.toml": browsers(usage["world"], usage["regions"], version),
        "mailboxes.toml": mailboxes(schemes, collected["date"]),
    }
    common, rare = _split(schemes)
    manifest: dict[str, Any] = {
        "name": "habits",
        "version": collected["date"],
        "people": schemes.total(),
        "schemes": {"shipped": len(common), "rare": len(rare), "people_on_rare": sum(rare.values())},
        "files": {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()},
        "sources": [
            *(
                {"source": source, "people": count, "licence": "counted by us; nothing of the texts is in the file",
                 "read": _read(collected["read"], source)}
                for source, count in sorted(by_source.items())
            ),
            {"package": "caniuse-lite", "licence": "CC-BY-4.0, caniuse.com by Alexis Deveria and others",
             "version": version},
        ],
    }  # fmt: skip
    for name, text in texts.items():
        (MODEL / name).write_text(text)
    (MODEL / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


def _split(schemes: Counter[str]) -> tuple[dict[str, int], dict[str, int]]:
    common = {scheme: count for scheme, count in schemes.items() if count >= FEWEST_PEOPLE}
    return common, {scheme: count for scheme, count in schemes.items() if count < FEWEST_PEOPLE}


def _by_count(schemes: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(schemes.items(), key=lambda item: (-item[1], item[0]))


def _quoted(text: str) -> str:
    return json.dumps(text)


def _majors(usage: Mapping[str, float | None]) -> dict[int, float]:
    """The share of each major version that is common enough. Versions such as ``18.5-18.7`` are summed."""
    shares: dict[int, float] = defaultdict(float)
    for version, percent in usage.items():
        major = version.split(".")[0].split("-")[0]
        if percent and major.isdecimal():
            shares[int(major)] += percent / 100
    return {major: share for major, share in shares.items() if share >= SMALLEST_SHARE}


def _total(usage: Mapping[str, float | None]) -> float:
    return sum(percent for percent in usage.values() if percent) / 100


def _read(read: list[dict[str, str]], source: str) -> list[str]:
    """Which suites or packages were read, with the packages' versions."""
    rows = (row for row in read if row["source"] == source)
    return [row["suite"] if "suite" in row else f"{row['package']} {row['version']}" for row in rows]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
