"""How far can the network signal be trusted, and whom would it wrong?

What can be seen with open data: what the lists hold, and whether another table of countries, IPFire's (Debian's package
tor-geoipdb, ``/usr/share/tor/geoip`` or the file that ``FRAUDCHECK_GEOIP`` names), agrees with ours. For each country,
random addresses that IPFire places there stand for its people: how often would a signal speak against them? IPFire
reads the same registries, so the two are not independent; both leave out what no one publishes.
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

TABLE = Path(os.environ.get("FRAUDCHECK_GEOIP", "/usr/share/tor/geoip"))
EACH = 1000
SMALLEST = 1 << 16
SHOWN = ["VN", "NG", "IN", "BR", "TH", "PL", "EG", "AE", "SA", "MA", "IQ", "ID", "KE", "PH", "TR", "US", "DE", "FR"]


def report() -> Iterator[str]:
    """The lists, then the people."""
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
    yield from _people(data)


def _people(data: IpData) -> Iterator[str]:
    ports = Ports(lists=shipped.load_lists(), mail_routes=None, counters=None, addresses=data)  # type: ignore[arg-type]
    chance = random.Random(20261123)  # noqa: S311 - a sample, not a secret
    rows = {}
    examples: Counter[tuple[str, str]] = Counter()
    kinds: Counter[str] = Counter()
    for country, ranges in sorted(_by_country().items()):
        if sum(last - first + 1 for first, last in ranges) < SMALLEST:
            continue
        said: Counter[str] = Counter()
        for ip in _sample(ranges, chance):
            lead = Lead(country=country, client=Client(ip=ip))
            facts = network.gather(Subject(tenant="", lead=lead), ports) or {}
            kinds[facts.get("kind", "nothing known")] += 1
            if "countries" in facts:
                said["lines"] += 1
                said["registry"] += country_code(ip) == country
                said["agrees"] += country in facts["countries"]
            for finding in network.judge(lead, facts):
                said[finding.code] += 1
                if finding.code == "NETWORK_COUNTRY_DIFFERS":
                    examples[country, "/".join(facts["countries"])] += 1
        rows[country] = said
    yield f"Of {EACH:,} addresses in each of {len(rows)} countries ({SMALLEST:,} addresses or more), in per cent:"
    yield ""
    yield "country  registry alone  registry or use  said: country differs  hosting  VPN, proxy, Tor  relay"
    yield "         (agree, of people's lines)"
    for country in SHOWN:
        yield _row(country, rows[country])
    total: Counter[str] = Counter()
    for said in rows.values():
        total.update(said)
    yield _row("all", Counter({code: round(count / len(rows)) for code, count in total.items()}))
    yield ""
    for title, code in (("country differs", "NETWORK_COUNTRY_DIFFERS"), ("hosting", "NETWORK_HOSTING")):
        worst = Counter({country: said[code] for country, said in rows.items()}).most_common(12)
        yield f"Worst, {title}: " + ", ".join(f"{country} {100 * count / EACH:.1f}" for country, count in worst)
    yield "Most said: " + ", ".join(
        f"{country} taken for {other} {100 * count / EACH:.1f}" for (country, other), count in examples.most_common(10)
    )
    yield "Kinds: " + ", ".join(f"{kind} {100 * count / kinds.total():.1f}" for kind, count in kinds.most_common())


def _row(name: str, said: Counter[str]) -> str:
    hidden = said["NETWORK_VPN"] + said["NETWORK_PROXY"] + said["NETWORK_TOR"]
    counts = said["NETWORK_COUNTRY_DIFFERS"], said["NETWORK_HOSTING"], hidden, said["NETWORK_RELAY"]
    lines = max(said["lines"], 1)
    cells = [f"{100 * said[who] / lines:.1f}" for who in ("registry", "agrees")]
    cells += [f"{100 * count / EACH:.1f}" for count in counts]
    return f"{name:7}" + "".join(f"{cell:>{width}}" for cell, width in zip(cells, (16, 17, 23, 9, 17, 7), strict=True))


def _by_country() -> dict[str, Ranges]:
    ranges: dict[str, Ranges] = {}
    with TABLE.open(encoding="utf-8", newline="") as table:
        for row in csv.reader(line for line in table if not line.startswith("#")):
            first, last, country = row[:3]
            if country.isalpha() and country not in {"AP", "EU"}:  # a region's registry, not a country
                ranges.setdefault(country, []).append((int(first), int(last)))
    return ranges


def _sample(ranges: Ranges, chance: random.Random) -> Iterator[str]:
    """Addresses at random, as many as any other country has; with others in their place for what is no one's."""
    until: Sequence[int] = list(accumulate(last - first + 1 for first, last in ranges))
    return islice(_addresses(ranges, until, chance), EACH)


def _addresses(ranges: Ranges, until: Sequence[int], chance: random.Random) -> Iterator[str]:
    while True:
        nth = chance.randrange(until[-1])
        place = bisect(until, nth)
        address = IPv4Address(ranges[place][1] - (until[place] - 1 - nth))
        if address.is_global:
            yield str(address)
