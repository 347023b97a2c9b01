"""Which leads does the shipped model learn from? Made-up ones of ordinary people, the same for the same seed.

They vary widely on purpose, so that a model trained on them calls few real people unusual. Typing speeds are those of
Dhakal and others, "Observations on Typing from 136 Million Keystrokes" (CHI 2018: 52 words a minute, standard deviation
20) for keyboards, and of Palin and others, "How do People Type on Mobile Devices?" (MobileHCI 2019: 36 words a minute,
standard deviation 13) for telephones. All other figures are guesses, not measurements.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

from anyascii import anyascii
from faker import Faker

from training.simulation import SentLead

START = 1_790_000_000
"""Unix seconds."""
DAYS = 20
# Time zone, hours ahead of UTC, form of a mobile number, Faker's locale for names.
COUNTRIES = {
    "VN": ("Asia/Ho_Chi_Minh", 7, "+8491{:07d}", "vi_VN"),
    "NG": ("Africa/Lagos", 1, "+234803{:07d}", "yo_NG"),
    "IN": ("Asia/Kolkata", 5.5, "+9198{:08d}", "en_IN"),
    "BR": ("America/Sao_Paulo", -3, "+5511987{:06d}", "pt_BR"),
    "TH": ("Asia/Bangkok", 7, "+6681{:07d}", "en_TH"),
    "PL": ("Europe/Warsaw", 2, "+48501{:06d}", "pl_PL"),
    "EG": ("Africa/Cairo", 3, "+20100{:07d}", "ar_EG"),
    "DE": ("Europe/Berlin", 2, "+49151{:08d}", "de_DE"),
    "US": ("America/Chicago", -5, "+1312{:07d}", "en_US"),
}
WORDS = ("please", "call", "about", "offer", "afternoon", "price", "house", "family", "car", "loan", "roof", "solar",
         "need", "help", "heating", "kitchen", "move", "month", "children", "contract", "thanks", "send", "evening",
         "only", "interest", "rate", "quote", "visit", "company", "you", "we", "for", "my")  # fmt: skip
# How many leads come in each local hour, in proportion.
HOURS = (1, 1, 1, 1, 1, 2, 4, 6, 9, 11, 12, 12, 11, 11, 11, 11, 11, 12, 13, 14, 13, 10, 6, 3)
DESKTOP = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"
)
PHONE = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Mobile Safari/537.36"
FREE = ("gmail.com", "yahoo.com", "outlook.com", "hotmail.com", "icloud.com")


def leads(seed: int, count: int, networks: dict[str, list[str]]) -> Iterator[SentLead]:
    """At least ``count`` leads of ordinary people, in no order.

    ``networks`` are the first three numbers of IPv4 addresses, by country (``simulation.draw_networks``).
    """
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    shared = {country: [f"{dice.choice(prefixes)}.{dice.randrange(256)}" for _ in range(6)]
              for country, prefixes in networks.items()}  # fmt: skip
    made = 0
    while made < count:
        country = dice.choice(list(COUNTRIES))
        day, hour = dice.randrange(DAYS), dice.choices(range(24), HOURS)[0]
        at = START + day * 86_400 + (hour - COUNTRIES[country][1]) * 3_600 + dice.uniform(0, 3_600)
        ip = f"{dice.choice(networks[country])}.{dice.randrange(256)}"
        if dice.random() < 0.15:
            ip = dice.choice(shared[country])
        # A family, or friends who tell each other, on one internet connection and sometimes on one device.
        people = dice.choices((1, 2, 3, 4), (92, 5, 2, 1))[0]
        device = f"d{dice.random()}" if dice.random() < 0.7 else None
        for _ in range(people):
            made += 1
            yield SentLead(at, _lead(dice, country, ip, device if dice.random() < 0.4 or people == 1 else None))
            if dice.random() < 0.03:  # sent again, after an error
                yield SentLead(at + 40, _lead(dice, country, ip, device))
            at += dice.uniform(60, 7_200)


@cache
def _names(locale: str) -> Faker:
    return Faker(locale)


def _lead(dice: random.Random, country: str, ip: str, device: str | None) -> dict[str, Any]:
    zone, _, phone, locale = COUNTRIES[country]
    names = _names(locale)
    names.seed_instance(dice.random())
    first, last = names.first_name(), names.last_name()
    desktop = dice.random() < 0.4
    lead: dict[str, Any] = {
        "name": first if dice.random() < 0.07 else f"{first} {last}",
        "email": _mailbox(dice, anyascii(first).lower(), anyascii(last).lower()),
        "phone": phone.format(dice.randrange(10 ** int(phone[-3]))),
        "country": country,
        "source": {"vendor": f"vendor-{int(dice.paretovariate(0.8)) % 15}"},
    }
    if dice.random() < 0.1:
        del lead["email"]
    elif dice.random() < 0.1:
        del lead["phone"]
    if dice.random() < 0.4:
        lead["message"] = " ".join(dice.choices(WORDS, k=int(min(300, 1 + dice.lognormvariate(2.3, 0.9)))))
    if dice.random() < 0.85:
        agent = (DESKTOP if desktop else PHONE).format(dice.randrange(120, 140))
        lead["client"] = {"ip": ip, "user_agent": agent, "timezone": zone}
        if device:
            lead["client"]["device_id"] = device
    contact = sum(len(lead.get(field, "")) for field in ("name", "email", "phone"))
    lead["form"] = _form(dice, desktop, contact, len(lead.get("message", "")))
    return lead


def _mailbox(dice: random.Random, first: str, last: str) -> str:
    name = dice.choice((f"{first}.{last}", f"{first}{last}", f"{first[0]}{last}", f"{last}.{first}", f"{first}_{last}",
                        f"{first}{last[0]}", first, "".join(dice.choices("abdeiklmnorstu", k=7))))  # fmt: skip
    digits = dice.choices((0, 1, 2, 3, 4, 6), (50, 6, 18, 8, 15, 3))[0]
    name = "".join(filter(lambda letter: letter.isalnum() or letter in "._-", name))
    name += str(dice.randrange(10**digits)).zfill(digits) if digits else ""
    own_domain = last.replace(" ", "") + f"-{first[0]}.com"
    return f"{name}@{dice.choice(FREE) if dice.random() < 0.75 else own_domain}"


def _form(dice: random.Random, desktop: bool, contact: int, message: int) -> dict[str, Any]:
    """How a person fills a form in: by hand, autofill, pasting or dictation; some forms measure little or nothing.

    ``contact`` and ``message`` are numbers of characters. A browser fills in contact data, never a message.
    """
    words_a_minute = max(6.0, dice.gauss(52, 20) if desktop else dice.gauss(36, 13))
    method = dice.choices(("hands", "autofill", "paste", "dictation"), (58, 27, 9, 6))[0]
    typed_share = {"hands": 1.0, "autofill": dice.uniform(0, 0.4), "paste": dice.uniform(0.2, 0.8), "dictation": 0.1}
    typed = contact * typed_share[method] + message * (0.1 if method == "dictation" else 1.0)
    pauses = dice.lognormvariate(0.9, 0.9) if method == "autofill" else 3 * dice.lognormvariate(0.7, 0.8)
    fill = typed / (words_a_minute * 5 / 60) + pauses
    if dice.random() < 0.06:  # interrupted: a child, a kettle, a card to look for
        fill += dice.lognormvariate(4.5, 1)
    keys = typed * dice.uniform(1.0, 1.35) * (1.0 if desktop else dice.uniform(0.2, 1.0))
    pointer = dice.lognormvariate(3.4, 0.8) if desktop else dice.lognormvariate(2.2, 0.6)
    if dice.random() < 0.06:  # with the keyboard alone, or with a screen reader
        pointer = 0.0
    everything = {
        "seconds_on_page": round(fill + dice.lognormvariate(3, 1), 1),
        "fill_seconds": round(fill, 1),
        "keystrokes": int(keys),
        "pastes": {"paste": dice.choice((1, 1, 2, 3)), "hands": int(dice.random() < 0.08)}.get(method, 0),
        "autofills": dice.choice((1, 2, 3, 3)) if method == "autofill" else 0,
        "pointer_events": int(pointer),
    }
    how_much_is_measured = dice.random()
    if how_much_is_measured < 0.2:
        return {}
    if how_much_is_measured < 0.4:
        return {"fill_seconds": everything["fill_seconds"]}
    return everything
