"""Which internet address does somebody come from? Carriers' gateways that many share, homes, offices, IPv6.

The prefixes are blocks that the regional registries gave to access providers of each country (checked against the
registries' delegation lists, as the package ``iptocc`` holds them). How many people share a gateway, and how often
IPv6 is used, are our own estimates: most mobile carriers of the countries here put everybody behind carrier NAT.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_network

MOBILE = {
    "VN": "27.64.0.0/13 171.224.0.0/12 42.1.64.0/18",
    "NG": "197.210.0.0/16 105.112.0.0/13 197.211.32.0/19 102.88.0.0/14 129.205.96.0/19",
    "IN": "49.32.0.0/12 106.192.0.0/11 157.32.0.0/12 152.56.0.0/14",
    "BR": "177.24.0.0/14 189.40.0.0/14 191.8.0.0/14 187.26.0.0/15",
    "TH": "49.228.0.0/14 1.46.0.0/15 27.55.64.0/18 223.24.0.0/16",
    "PL": "37.47.0.0/16 5.172.224.0/19 188.146.0.0/15 31.60.0.0/14",
    "EG": "156.160.0.0/12 102.40.0.0/14 197.48.0.0/14",
    "TR": "178.240.0.0/13 5.24.0.0/14 31.140.0.0/14",
    "US": "172.56.0.0/13 174.192.0.0/11 107.64.0.0/11",
    "DE": "80.187.64.0/18 109.40.0.0/14 46.114.0.0/15 176.0.0.0/13",
    "MX": "187.128.0.0/11 200.68.128.0/18",
    "KE": "105.160.0.0/13 197.136.0.0/14 41.80.0.0/15",
    "PH": "112.198.0.0/16 110.54.128.0/17 49.144.0.0/13",
    "ID": "114.120.0.0/13 182.0.0.0/14 112.215.0.0/16 140.213.0.0/16",
    "FR": "92.184.96.0/19 37.64.0.0/13 77.204.0.0/14",
}
HOME = {
    "VN": "14.160.0.0/12 113.160.0.0/12 1.52.0.0/14 42.112.0.0/13 118.68.0.0/14 115.72.0.0/13",
    "NG": "102.89.0.0/16 41.58.0.0/16 154.113.0.0/16",
    "IN": "117.192.0.0/11 59.88.0.0/13 122.160.0.0/13 182.64.0.0/12",
    "BR": "177.32.0.0/12 179.96.0.0/12",
    "TH": "58.8.0.0/14 171.96.0.0/13 184.22.0.0/16",
    "PL": "83.0.0.0/11 79.184.0.0/13 89.64.0.0/13",
    "EG": "197.32.0.0/12 41.32.0.0/13 156.192.0.0/12 154.176.0.0/12",
    "TR": "78.160.0.0/11 85.96.0.0/12 88.224.0.0/11 95.0.0.0/12",
    "US": "73.0.0.0/9 71.64.0.0/12 98.160.0.0/12 68.32.0.0/12",
    "DE": "79.192.0.0/10 84.128.0.0/11 91.0.0.0/11 88.64.0.0/12 217.224.0.0/12",
    "MX": "189.128.0.0/11 187.160.0.0/12",
    "KE": "154.122.0.0/15 41.90.0.0/16",
    "PH": "112.200.0.0/13 119.92.0.0/14 124.104.0.0/14",
    "ID": "36.64.0.0/12 125.160.0.0/13",
    "FR": "90.0.0.0/10 86.192.0.0/11 88.160.0.0/12 82.64.0.0/14",
}
SIXES = {
    "VN": "2402:800::/32 2001:ee0::/32 2405:4800::/32",
    "IN": "2409:4000::/24 2401:4900::/32",
    "BR": "2804:18::/32 2804:14c::/31",
    "TH": "2001:fb1::/32 2403:6200::/32",
    "PL": "2a00:f41::/32 2a02:a310::/28",
    "US": "2607:fb90::/32 2600:1000::/28 2601::/24",
    "DE": "2a01:598::/29 2a02:3030::/29 2003::/20 2a02:8100::/27",
    "MX": "2806:2f0::/32",
    "PH": "2001:4450::/29",
    "ID": "2001:448a::/32",
    "FR": "2a02:8440::/32 2a01:cb00::/24 2a01:e0a::/32",
}
SIX_SHARE = {"IN": 0.6, "FR": 0.6, "DE": 0.6, "US": 0.45, "VN": 0.45, "BR": 0.4, "TH": 0.4, "MX": 0.35}
"""How many of a country's visits come over IPv6 where the site offers it, near to Google's public statistics."""
GATEWAYS = {"NG": 12, "KE": 14, "EG": 20, "ID": 35, "PH": 30, "IN": 60, "VN": 60}
"""How many gateway addresses stand for all phones of one region; 80 elsewhere. Our own estimate."""


@dataclass
class Networks:
    """The internet of one deployment's country. Addresses are drawn from ``dice``."""

    dice: random.Random
    country: str
    six: bool = True
    gateways: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Draw the carriers' gateways: they sit close together, a few in each of a few /24."""
        count = GATEWAYS.get(self.country, 80)
        while len(self.gateways) < count:
            prefix = self._four(MOBILE).rpartition(".")[0]
            self.gateways += [f"{prefix}.{self.dice.randrange(1, 255)}" for _ in range(self.dice.randint(1, 6))]

    def mobile(self) -> str:
        """A phone on its carrier: an own IPv6 prefix, or a gateway, the first of which are the busiest."""
        if self._has_six():
            return self._six()
        return self.gateways[min(int(self.dice.expovariate(3 / len(self.gateways))), len(self.gateways) - 1)]

    def home(self) -> str:
        """A household's line."""
        return self._six() if self._has_six() else self._four(HOME)

    def office(self) -> str:
        """An office's fixed IPv4 address, which all its people share."""
        return self._four(HOME)

    def rotating(self) -> str:
        """Any address of the country, as proxies that rotate give them: homes and phones alike."""
        return self._four(HOME if self.dice.random() < 0.7 else MOBILE)

    def _has_six(self) -> bool:
        return self.six and self.country in SIXES and self.dice.random() < SIX_SHARE.get(self.country, 0.2)

    def _four(self, table: dict[str, str]) -> str:
        block = ip_network(self.dice.choice(table[self.country].split()))
        address = block[self.dice.randrange(block.num_addresses)]
        return str(address) if int(address) % 256 not in {0, 255} else self._four(table)

    def _six(self) -> str:
        block = ip_network(self.dice.choice(SIXES[self.country].split()))
        prefix = int(block.network_address) >> 64 | self.dice.getrandbits(64 - block.prefixlen)
        return str(IPv6Address(prefix << 64 | self.dice.getrandbits(64)))
