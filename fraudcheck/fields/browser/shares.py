"""How many people have a browser? By the shares of families and versions in the usage of the world and of countries."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

_APP = re.compile(
    r"; wv\)|FB[A-Z]{2}[/;]|Instagram|Zalo|Line/|MicroMessenger|BytedanceWebview|musical_ly|TikTok|Snapchat|GSA/"
)
"""Browsers inside apps."""
_FAMILIES = (
    ("opera", "", re.compile(r"\bOPR/(\d+)")),
    ("edge", "", re.compile(r"\bEdg(?:A|iOS)?/(\d+)")),
    ("samsung", "", re.compile(r"\bSamsungBrowser/(\d+)")),
    ("firefox", "", re.compile(r"\bFirefox/(\d+)")),
    ("chrome_android", "Android", re.compile(r"\bChrome/(\d+)")),
    ("chrome", "", re.compile(r"\bChrome/(\d+)")),
    ("safari_ios", "iP", re.compile(r"\bVersion/(\d+)")),
    ("safari", "Safari/", re.compile(r"\bVersion/(\d+)")),
)
"""Families, a word that their agents have as well, and where their major version stands."""
_LONGEST = 1024
"""Characters of an agent that are looked at."""
BY_APP, UNKNOWN, RARE = 0.2, 0.02, 0.01
"""The share that an app's browser is taken to have, as a campaign in an app brings most of its people by it; another
one's of which no usage is known; and the least of one that is."""
FOUR_WEEKS = 2_419_200
"""Seconds after which most families have a new major version; Safari has one a year."""
_NEWEST, _CURRENT = 3, 12
"""Versions up to the newest that each may be most people's within weeks; and those of about a year, which an office, an
app or a store may keep for all of its people. Shares of single versions are old when they are read."""


class BrowserShares(Struct, frozen=True, kw_only=True):
    """Shares of usage: of the world by family and major version, and by country (ISO 3166-1 alpha-2) and family.

    ``four_weeks`` is when they were counted, in four weeks since the epoch.
    """

    four_weeks: int = 0
    versions: Mapping[str, Mapping[int, float]] = {}
    countries: Mapping[str, Mapping[str, float]] = {}


def browser_share(agent: str, country: str | None, four_weeks: int, shares: BrowserShares) -> float:
    """The share of people who have the browser that a user agent names, but at least what is plausible.

    ``four_weeks`` is when, in four weeks since the epoch: what is old now was new in an old file. The newest versions
    of a family change within weeks, so that each may have the whole family's people.
    """
    agent = agent[:_LONGEST]
    if _APP.search(agent):
        return BY_APP
    for family, word, pattern in _FAMILIES:
        if word in agent and (match := pattern.search(agent)):
            before = 0 if family.startswith("safari") else max(0, shares.four_weeks - four_weeks)
            return _share(family, int(match[1][:6]) + before, country, shares)
    return UNKNOWN


def _share(family: str, version: int, country: str | None, shares: BrowserShares) -> float:
    versions = shares.versions.get(family)
    if not versions:
        return UNKNOWN
    whole = sum(versions.values())
    known = shares.countries.get(country or "")
    here = known.get(family, 0.0) if known else whole
    newest = max(versions)
    if version > newest - _NEWEST:
        return max(here, UNKNOWN)
    if family == "chrome_android":  # the computers' versions tell how old ones are spread
        versions = shares.versions.get("chrome", {})
        whole = sum(versions.values()) or 1.0
    return max(here * versions.get(version, 0.0) / whole, UNKNOWN if version > newest - _CURRENT else RARE)
