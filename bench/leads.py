"""Which leads do the speed benchmarks send? Made-up ones, all different, of many countries, the same for a seed."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TextIO

from anyascii import anyascii

DOMAINS = [f"firma{number}.com" for number in range(150)]
FREE = ["gmail.com", "yahoo.com", "outlook.com", "wp.pl", "uol.com.br", "rediffmail.com"]
END = datetime(2026, 11, 16, tzinfo=UTC)
"""The time of the last of the dated leads; the first is DAYS before it."""
DAYS = 90
_LATEST_BY = 3_600.0  # seconds
# First names, last names and the form of a mobile number, by country.
_PEOPLE = {
    "VN": (["An", "Bình", "Hương", "Phương", "Tuấn"], ["Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh"], "+849{:08d}"),
    "NG": (["Chinedu", "Ngozi", "Oluwaseun", "Aisha"], ["Okafor", "Adeyemi", "Balogun", "Eze"], "+23480{:08d}"),
    "IN": (["Priya", "Arjun", "Lakshmi", "Sanjay"], ["Sharma", "Iyer", "Patel", "Reddy"], "+9198{:08d}"),
    "BR": (["João", "Mariana", "Thiago", "Luiza"], ["Silva", "Souza", "Oliveira"], "+55119{:08d}"),
    "TH": (["Somchai", "Suda", "Anong"], ["Saetang", "Srisuk", "Wongsa"], "+668{:08d}"),
    "PL": (["Krzysztof", "Agnieszka", "Paweł"], ["Kowalczyk", "Wiśniewska", "Nowak"], "+4850{:07d}"),
    "EG": (["Mohamed", "Fatma", "Youssef"], ["Hassan", "Ibrahim", "Mahmoud"], "+2010{:08d}"),
}
_AGENTS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    f"Chrome/{major}.0.0.0 Safari/537.36"
    for major in range(110, 140)
] + [
    f"Mozilla/5.0 (iPhone; CPU iPhone OS {major}_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    f"Version/{major}.1 Mobile/15E148 Safari/604.1"
    for major in range(14, 19)
]


def leads(seed: int, domains: Iterator[str] | None = None) -> Iterator[dict[str, Any]]:
    """Endless leads, of which no two share a mailbox, a phone or a device.

    Every second mailbox is at a large provider. The others are at the next of ``domains``, by default at a random one
    of ``DOMAINS``.
    """
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    others = domains or iter(lambda: dice.choice(DOMAINS), None)
    number = seed * 10_000_000
    while True:
        number += 1
        country = dice.choice(list(_PEOPLE))
        given, family, phone = _PEOPLE[country]
        first, last = dice.choice(given), dice.choice(family)
        fill = round(dice.uniform(8, 90), 1)
        domain = dice.choice(FREE) if number % 2 else next(others)
        yield {
            "email": f"{anyascii(f'{first}.{last}').lower()}{number}@{domain}",
            "phone": phone.format(dice.randrange(10**7)),
            "name": f"{first} {last}",
            "country": country,
            "company": f"Company {number % 1000}",
            "message": "Please call me about your offer in the afternoon.",
            "source": {
                "vendor": f"vendor-{number % 20}",
                "campaign": "autumn",
                "price": {"amount": "12.50", "currency": "EUR"},
            },
            "client": {
                "ip": f"{dice.randrange(1, 224)}.{dice.randrange(256)}.{dice.randrange(256)}.{dice.randrange(1, 255)}",
                "user_agent": dice.choice(_AGENTS),
                "accept_language": "en-US,en;q=0.9",
                "timezone": "Asia/Ho_Chi_Minh",
                "device_id": f"device-{number}",
            },
            "form": {
                "seconds_on_page": fill + 12,
                "fill_seconds": fill,
                "keystrokes": dice.randrange(60, 140),
                "pastes": 0,
                "autofills": 0,
                "pointer_events": dice.randrange(5, 60),
            },
            "reference": f"crm-{number}",
        }


def spread_domains(domains: int, times: int) -> Iterator[str]:
    """The mail domains of ``times`` leads; each of ``domains`` domains occurs, if there are enough leads.

    New domains come at an even pace, and between them random ones that came before. So the first thousand leads share
    domains as much as all leads do.
    """
    dice = random.Random(domains)  # noqa: S311 - repeatable on purpose
    seen = 0
    for lead in range(1, times + 1):
        if seen * times < lead * domains:
            yield f"firma{seen}.com"
            seen += 1
        else:
            yield f"firma{int(dice.random() * seen)}.com"


def dated_leads(rows: int, domains: int) -> Iterator[dict[str, Any]]:
    """As many leads as ``rows``, of ``DAYS`` days, with ``domains`` mail domains besides those of large providers.

    They come in the order of their times, except one in twenty, which was handed over up to an hour late.
    """
    dice = random.Random(rows)  # noqa: S311 - repeatable on purpose
    step = (DAYS * 86_400 - _LATEST_BY) / rows
    start = END.timestamp() - rows * step
    for number, lead in enumerate(islice(leads(1, spread_domains(domains, rows // 2)), rows)):
        at = start + number * step
        if dice.random() < 0.05:
            at -= dice.random() * _LATEST_BY
        lead["submitted_at"] = datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
        yield lead


def write_csv(file: TextIO, source: Iterator[dict[str, Any]]) -> None:
    """Write leads as CSV, with the API's dotted names as columns. All leads must have the fields of the first."""
    table = csv.writer(file, lineterminator="\n")
    first = next(source, None)
    if first is not None:
        table.writerow(_columns(first))
        table.writerow(_cells(first))
        table.writerows(map(_cells, source))


def _columns(lead: dict[str, Any], prefix: str = "") -> list[str]:
    columns: list[str] = []
    for key, value in lead.items():
        if isinstance(value, dict):
            columns += _columns(value, f"{prefix}{key}.")
        else:
            columns.append(prefix + key)
    return columns


def _cells(lead: dict[str, Any]) -> list[Any]:
    cells: list[Any] = []
    for value in lead.values():
        if isinstance(value, dict):
            cells += _cells(value)
        else:
            cells.append(value)
    return cells


def request_bodies(seed: int, count: int) -> list[bytes]:
    """The bodies of ``count`` requests, each with a lead."""
    source = leads(seed)
    return [json.dumps(next(source), ensure_ascii=False).encode() for _ in range(count)]
