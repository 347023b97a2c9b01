"""Made-up leads for benchmarks: all different, of many countries, from domains that the loopback zone serves."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

from anyascii import anyascii

DOMAINS = [f"firma{number}.com" for number in range(150)]
_FREE = ["gmail.com", "yahoo.com", "outlook.com", "wp.pl", "uol.com.br", "rediffmail.com"]
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


def leads(seed: int) -> Iterator[dict[str, Any]]:
    """Endless leads; no two share a mailbox, a phone or a device."""
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    number = seed * 10_000_000
    while True:
        number += 1
        country = dice.choice(list(_PEOPLE))
        given, family, phone = _PEOPLE[country]
        first, last = dice.choice(given), dice.choice(family)
        fill = round(dice.uniform(8, 90), 1)
        yield {
            "email": f"{anyascii(f'{first}.{last}').lower()}{number}@{dice.choice(_FREE if number % 2 else DOMAINS)}",
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


def bodies(seed: int, count: int) -> list[bytes]:
    """As many leads as request bodies."""
    source = leads(seed)
    return [json.dumps(next(source), ensure_ascii=False).encode() for _ in range(count)]
