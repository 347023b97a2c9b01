"""How reliable is the network signal, and which people does it judge wrongly?

Open data can show what the lists hold, and whether another table of countries agrees with ours: IPFire's (Debian's
package tor-geoipdb, ``/usr/share/tor/geoip``, or the file that ``FRAUDCHECK_GEOIP`` names). For each country, random
addresses that IPFire places there stand for its people: how often does the signal speak against them? IPFire reads the
same registries, so the two tables are not independent, and both lack what nobody publishes.
"""

from __future__ import annotations

import csv
import os
import random
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from ipaddress import IPv4Address
from itertools import accumulate, islice
from pathlib import Path

import iporigin
from iptocc import country_code

from fraudcheck.adapters.ip_data import IpData
from fraudcheck.adapters.lists import shipped
from fraudcheck.ports import Ports
from fraudcheck.records import Client, Lead, Subject
from fraudcheck.signals import network

Ranges = list[tuple[int, int]]
"""First and last IPv4 addresses, as numbers."""

TABLE = Path(os.environ.get("FRAUDCHECK_GEOIP", "/usr/share/tor/geoip"))
ADDRESSES_EACH = 1000
SMALLEST_COUNTRY = 1 << 16
SHOWN_COUNTRIES = [
    "VN",
    "NG",
    "IN",
    "BR",
    "TH",
    "PL",
    "EG",
    "AE",
    "SA",
    "MA",
    "IQ",
    "ID",
    "KE",
    "PH",
    "TR",
    "US",
    "DE",
    "FR",
]


def report() -> Iterator[str]:
    """What the lists hold, then what the signal says of people's addresses, by country."""
    data = IpData()
    info = iporigin.dataset_info()  # type: ignore[no-untyped-call]
    yield f"Lists: {', '.join(f'{name} {version}' for name, version in data.versions.items())}"
    yield f"iporigin was built on {datetime.fromtimestamp(info['built_at'], UTC):%Y-%m-%d}: {info['ranges']:,} ranges"
    yield "Not to be measured from here: how many VPNs and residential proxies the lists miss (most of them), and"
    yield "how many people who pass for abroad are."
    yield ""
    if not TABLE.exists():
        yield f"{TABLE} is not there: apt-get install tor-geoipdb, or name its geoip file in FRAUDCHECK_GEOIP"
        return
    yield from _report_people(data)


def _report_people(data: IpData) -> Iterator[str]:
    ports = Ports(lists=shipped.load_lists(), mail_routes=None, counters=None, ip_intelligence=data)  # type: ignore[arg-type]
    dice = random.Random(20261123)  # noqa: S311 - a sample, not a secret
    rows = {}
    examples: Counter[tuple[str, str]] = Counter()
    kinds: Counter[str] = Counter()
    for country, ranges in sorted(_by_country().items()):
        if sum(last - first + 1 for first, last in ranges) < SMALLEST_COUNTRY:
            continue
        counts: Counter[str] = Counter()
        for ip in _sample(ranges, dice):
            lead = Lead(country=country, client=Client(ip=ip))
            facts = network.gather(Subject(tenant="", lead=lead), ports) or {}
            kinds[facts.get("kind", "nothing known")] += 1
            if "countries" in facts:
                counts["lines"] += 1
                counts["registry"] += country_code(ip) == country
                counts["agrees"] += country in facts["countries"]
            for finding in network.judge(lead, facts):
                counts[finding.code] += 1
                if finding.code == "NETWORK_COUNTRY_DIFFERS":
                    examples[country, "/".join(facts["countries"])] += 1
        rows[country] = counts
    yield (
        f"Of {ADDRESSES_EACH:,} addresses in each of {len(rows)} countries ({SMALLEST_COUNTRY:,} addresses or more), "
        "in per cent:"
    )
    yield ""
    yield "country  registry alone  registry or use  said: country differs  hosting  VPN, proxy, Tor  relay"
    yield "         (agree, of people's lines)"
    for country in SHOWN_COUNTRIES:
        yield _row(country, rows[country])
    total: Counter[str] = Counter()
    for counts in rows.values():
        total.update(counts)
    yield _row("all", Counter({code: round(count / len(rows)) for code, count in total.items()}))
    yield ""
    for title, code in (("country differs", "NETWORK_COUNTRY_DIFFERS"), ("hosting", "NETWORK_HOSTING")):
        worst = Counter({country: counts[code] for country, counts in rows.items()}).most_common(12)
        yield f"Worst, {title}: " + ", ".join(
            f"{country} {100 * count / ADDRESSES_EACH:.1f}" for country, count in worst
        )
    yield "Most said: " + ", ".join(
        f"{country} taken for {other} {100 * count / ADDRESSES_EACH:.1f}"
        for (country, other), count in examples.most_common(10)
    )
    yield "Kinds: " + ", ".join(f"{kind} {100 * count / kinds.total():.1f}" for kind, count in kinds.most_common())


def _row(name: str, counts: Counter[str]) -> str:
    hidden = counts["NETWORK_VPN"] + counts["NETWORK_PROXY"] + counts["NETWORK_TOR"]
    said = counts["NETWORK_COUNTRY_DIFFERS"], counts["NETWORK_HOSTING"], hidden, counts["NETWORK_RELAY"]
    lines = max(counts["lines"], 1)
    cells = [f"{100 * counts[table] / lines:.1f}" for table in ("registry", "agrees")]
    cells += [f"{100 * count / ADDRESSES_EACH:.1f}" for count in said]
    return f"{name:7}" + "".join(f"{cell:>{width}}" for cell, width in zip(cells, (16, 17, 23, 9, 17, 7), strict=True))


def _by_country() -> dict[str, Ranges]:
    ranges: dict[str, Ranges] = {}
    with TABLE.open(encoding="utf-8", newline="") as table:
        for row in csv.reader(line for line in table if not line.startswith("#")):
            first, last, country = row[:3]
            if country.isalpha() and country not in {"AP", "EU"}:  # a region's registry, not a country
                ranges.setdefault(country, []).append((int(first), int(last)))
    return ranges


def _sample(ranges: Ranges, dice: random.Random) -> Iterator[str]:
    """``ADDRESSES_EACH`` random public addresses."""
    running_totals: Sequence[int] = list(accumulate(last - first + 1 for first, last in ranges))
    return islice(_addresses(ranges, running_totals, dice), ADDRESSES_EACH)


def _addresses(ranges: Ranges, running_totals: Sequence[int], dice: random.Random) -> Iterator[str]:
    """Endless random public addresses, each address with the same probability."""
    while True:
        nth = dice.randrange(running_totals[-1])
        position = bisect(running_totals, nth)
        address = IPv4Address(ranges[position][1] - (running_totals[position] - 1 - nth))
        if address.is_global:
            yield str(address)
