"""Which ordinary leads must not be taken for attacks? A made-up buyer's traffic of eleven days.

It holds everything that a detector easily mistakes: call centres, families, a company's one network, television spots.
It shares nothing with the detectors or with what trains the shipped model, in either direction.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

from anyascii import anyascii
from faker import Faker

from training.simulation import SentLead

START = 1_793_577_600  # 2026-11-02T00:00:00Z, a Monday
DAY = 86_400
WARM_UP, WINDOW = 9, 2
"""Days before any attack, and days with attacks."""

# Time zone, hours ahead of UTC, beginning of a mobile number, digits that follow it, Faker's locale for names.
COUNTRIES: dict[str, tuple[str, float, str, int, str]] = {
    "VN": ("Asia/Ho_Chi_Minh", 7, "+8490", 7, "vi_VN"),
    "NG": ("Africa/Lagos", 1, "+234706", 7, "yo_NG"),
    "IN": ("Asia/Kolkata", 5.5, "+9199", 8, "en_IN"),
    "BR": ("America/Sao_Paulo", -3, "+5521988", 6, "pt_BR"),
    "TH": ("Asia/Bangkok", 7, "+6689", 7, "en_TH"),
    "PL": ("Europe/Warsaw", 1, "+48660", 6, "pl_PL"),
    "EG": ("Africa/Cairo", 2, "+20111", 7, "ar_EG"),
    "TR": ("Europe/Istanbul", 3, "+90532", 7, "tr_TR"),
    "ES": ("Europe/Madrid", 1, "+34622", 6, "es_ES"),
    "FR": ("Europe/Paris", 1, "+33612", 6, "fr_FR"),
}
CHROME = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 {}Safari/537.36"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS {0}_{1} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/{0}.{1} Mobile/15E148 Safari/604.1"
)
WINDOWS, MAC, ANDROID = "Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "Linux; Android 10; K"
# User agents with their weights.
DESKTOPS = [(CHROME.format(WINDOWS, v, ""), w) for v, w in ((139, 40), (138, 18), (137, 5), (131, 3), (109, 4))] + [
    (CHROME.format(MAC, v, ""), w) for v, w in ((139, 10), (138, 5), (134, 1))
]
PHONES = [
    (CHROME.format(ANDROID, v, "Mobile "), w) for v, w in ((139, 36), (138, 16), (137, 4), (130, 3), (120, 2))
] + [(SAFARI.format(*v), w) for v, w in (((18, 5), 15), ((18, 3), 8), ((17, 6), 7), ((16, 7), 3), ((15, 8), 2))]
FREE = ("gmail.com",) * 6 + ("yahoo.com", "outlook.com", "hotmail.com", "icloud.com", "gmx.net")
WORDS = ("quote", "insurance", "roof", "solar", "panel", "heating", "kitchen", "window", "car", "loan", "house",
          "flat", "garden", "boiler", "battery", "price", "soon", "tomorrow", "evening", "call", "mail", "please",
          "information", "need", "want", "years", "old", "new", "family", "two", "three", "big", "town")  # fmt: skip


@cache
def faker_of(locale: str) -> Faker:
    """A maker of names of one country."""
    return Faker(locale)


class World:
    """People, their vendors and their networks.

    ``networks`` are the first three numbers of IPv4 addresses, by country (``training.simulation.draw_networks``).
    ``vendors`` gives each vendor's leads a day, its countries, and how much its form measures: ``all``, ``fill`` or
    ``none``.
    """

    def __init__(self, seed: int, networks: dict[str, list[str]]) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self.networks = networks
        self.gateways = {
            country: [f"{self.dice.choice(networks[country])}.{n}" for n in (3, 9, 17, 21)] for country in COUNTRIES
        }
        self.vendors = {}
        for n in range(14):
            countries = self.dice.sample(list(COUNTRIES), self.dice.choice((1, 2, 3, 6)))
            volume = int(self.dice.choice((15, 40, 90, 150, 220, 350)))
            self.vendors[f"v{n}"] = (volume, countries, self.dice.choice(("all", "all", "all", "fill", "none")))

    def make_lead(self, country: str, vendor: str, measured: str = "all") -> dict[str, Any]:
        """A lead of one person, as the form sends it."""
        dice = self.dice
        zone, _, prefix, digits, locale = COUNTRIES[country]
        faker = faker_of(locale)
        faker.seed_instance(dice.random())
        first, last = faker.first_name(), faker.last_name()
        desktop = dice.random() < 0.37
        agents, weights = zip(*(DESKTOPS if desktop else PHONES), strict=True)
        lead: dict[str, Any] = {
            "name": first if dice.random() < 0.04 else f"{first} {last}",
            "email": self.mailbox(first, last),
            "phone": f"{prefix}{dice.randrange(10**digits):0{digits}}",
            "country": country,
            "source": {"vendor": vendor},
            "client": {
                "ip": self.ip_address(country, desktop),
                "user_agent": dice.choices(agents, weights)[0],
                "timezone": zone,
            },
        }
        if dice.random() < 0.8:
            lead["client"]["device_id"] = f"{dice.getrandbits(64):x}"
        if dice.random() < 0.25:
            lead["message"] = " ".join(dice.choices(WORDS, k=dice.randrange(4, 40)))
        if dice.random() < 0.05:
            del lead["email"]
        typed = sum(len(lead.get(field, "")) for field in ("name", "email", "phone"))
        form = self.form(desktop, typed)
        lead["form"] = {"all": form, "fill": {"fill_seconds": form["fill_seconds"]}, "none": {}}[measured]
        return lead

    def ip_address(self, country: str, desktop: bool) -> str:
        """An internet address: a household's or, for a third of telephones, a carrier's gateway."""
        if not desktop and self.dice.random() < 0.35:
            return self.dice.choice(self.gateways[country])
        return f"{self.dice.choice(self.networks[country])}.{self.dice.randrange(1, 255)}"

    def mailbox(self, first: str, last: str) -> str:
        """A mail address of a person with this name."""
        dice = self.dice
        first, last = ("".join(filter(str.isalnum, anyascii(part).lower())) for part in (first, last))
        stem = dice.choices(
            (f"{first}.{last}", f"{first}{last}", f"{first[:1]}{last}", f"{last}{first}", f"{first}_{last}", first,
             f"{first}{dice.choice(WORDS)}", f"{dice.choice(WORDS)}{dice.choice(WORDS)}"),
            (24, 20, 12, 8, 6, 8, 6, 5),
        )[0]  # fmt: skip
        numbers = ("", str(dice.randrange(1950, 2009)), f"{dice.randrange(100):02}", str(dice.randrange(1000)))
        number = dice.choices(numbers, (42, 20, 25, 13))[0]  # fmt: skip
        domain = dice.choice(FREE) if dice.random() < 0.8 else f"{last}{dice.randrange(99)}.com"
        return f"{stem}{number}@{domain}"

    def form(self, desktop: bool, characters: int) -> dict[str, Any]:
        """How a person fills a form in: quickly or slowly, by hand, with autofill, or by pasting a little."""
        dice = self.dice
        speed = dice.gammavariate(9, 0.5 if desktop else 0.3)  # characters a second
        autofilled = dice.random() < 0.33
        pasted = dice.random() < 0.07
        by_hand = characters * (dice.betavariate(1, 4) if autofilled else 0.7 if pasted else 1.0)
        fill = by_hand / speed + dice.gammavariate(1.6, 2.0 if autofilled else 7.0)
        return {
            "fill_seconds": round(fill, 1),
            "seconds_on_page": round(fill + dice.gammavariate(1.2, 25), 1),
            "keystrokes": int(by_hand * dice.gauss(1.14, 0.09) * (1.0 if desktop else dice.betavariate(5, 2))),
            "pastes": dice.choice((1, 1, 2)) if pasted else 0,
            "autofills": dice.choice((2, 3, 3, 4)) if autofilled else 0,
            "pointer_events": int(dice.gammavariate(2, 18 if desktop else 5)),
        }

    def local_hour(self) -> float:
        """An hour of the day, 0 to 24: mostly by day, seldom at night."""
        if self.dice.random() < 0.03:
            return self.dice.uniform(0, 6)
        return self.dice.triangular(6, 23.9, 13) if self.dice.random() < 0.5 else self.dice.triangular(9, 23.9, 20)

    def ordinary_leads(self) -> Iterator[SentLead]:
        """All ordinary leads of the warm-up and the window, in no order."""
        days = range(WARM_UP + WINDOW)
        for day in days:
            for vendor, (volume, countries, measured) in self.vendors.items():
                expected = volume * (0.6 if day % 7 >= 5 else 1.0)
                for _ in range(int(self.dice.gauss(expected, expected**0.5))):
                    yield from self._person_and_family(vendor, self.dice.choice(countries), measured, day)
            yield from self._call_centre(day)
            yield from self._nightly_delivery(day)
            yield from self._company(day)
        yield from self._television_spot(WARM_UP)
        yield from self._university(WARM_UP + WINDOW - 1)

    def _at(self, day: int, country: str, hour: float) -> float:
        """Unix seconds of a local hour."""
        return START + day * DAY + (hour - COUNTRIES[country][1]) * 3_600 + self.dice.uniform(0, 1)

    def _person_and_family(self, vendor: str, country: str, measured: str, day: int) -> Iterator[SentLead]:
        """A person's lead; sometimes it is sent again, and sometimes the family's leads follow."""
        hour = self.local_hour()
        label = "people" if hour >= 6 else "at night"
        lead, at = self.make_lead(country, vendor, measured), self._at(day, country, hour)
        yield SentLead(at, lead, label)
        if self.dice.random() < 0.02:
            yield SentLead(at + self.dice.uniform(5, 90), lead, "sent again")
        if self.dice.random() < 0.04:
            for _ in range(self.dice.choice((1, 1, 2, 3))):
                other = self.make_lead(country, vendor, measured)
                other["client"] = dict(lead["client"] if self.dice.random() < 0.4 else other["client"])
                other["client"]["ip"] = lead["client"]["ip"]
                at += self.dice.uniform(60, 2_400)
                yield SentLead(at, other, "family")

    def _call_centre(self, day: int) -> Iterator[SentLead]:
        """Twelve desks with the same browser behind one address, where staff type for people who call."""
        if day % 7 >= 5:
            return
        ip, agent = self.networks["PL"][0] + ".40", DESKTOPS[1][0]
        for _ in range(int(self.dice.gauss(230, 12))):
            lead = self.make_lead("PL", "desks", "all")
            desk = self.dice.randrange(12)
            lead["client"] |= {"ip": ip, "user_agent": agent, "device_id": f"desk-{desk}"}
            lead["form"] |= {"fill_seconds": round(self.dice.gammavariate(6, 14), 1), "autofills": 0}
            typed = sum(len(lead.get(field, "")) for field in ("name", "email", "phone"))
            lead["form"] |= {"pastes": 0, "keystrokes": int(typed * self.dice.gauss(1.1, 0.07))}
            lead["form"]["seconds_on_page"] = round(lead["form"]["fill_seconds"] + self.dice.gammavariate(2, 6), 1)
            yield SentLead(self._at(day, "PL", self.dice.uniform(8.5, 18)), lead, "call centre")

    def _nightly_delivery(self, day: int) -> Iterator[SentLead]:
        """A vendor that delivers the day's leads within minutes after midnight."""
        for n in range(int(self.dice.gauss(180, 12))):
            lead = self.make_lead("ES", "midnight", "fill")
            submitted = self._at(day, "ES", self.local_hour())
            lead["submitted_at"] = datetime.fromtimestamp(submitted, UTC).isoformat(timespec="seconds")
            yield SentLead(START + (day + 1) * DAY + 120 + n * 0.4, lead, "midnight")

    def _company(self, day: int) -> Iterator[SentLead]:
        """Staff of one company behind one address, with the same managed browser."""
        for _ in range(self.dice.randrange(2, 7) if day % 7 < 5 else 0):
            lead = self.make_lead("FR", "v0", self.vendors["v0"][2])
            lead["client"] |= {"ip": self.networks["FR"][1] + ".5", "user_agent": DESKTOPS[3][0]}
            yield SentLead(self._at(day, "FR", self.dice.uniform(9, 18)), lead, "company")

    def _television_spot(self, day: int) -> Iterator[SentLead]:
        """Five hundred leads within a quarter of an hour, where five an hour are usual."""
        start = self._at(day, "BR", 20.6)
        for _ in range(500):
            lead = self.make_lead("BR", "v3", self.vendors["v3"][2])
            yield SentLead(start + self.dice.gammavariate(1.5, 240), lead, "television spot")

    def _university(self, day: int) -> Iterator[SentLead]:
        """Sign-up day on a campus: a device for each person, behind three addresses."""
        for _ in range(280):
            lead = self.make_lead("TH", "v5", self.vendors["v5"][2])
            lead["client"]["ip"] = f"{self.networks['TH'][2]}.{self.dice.choice((10, 11, 12))}"
            yield SentLead(self._at(day, "TH", self.dice.triangular(9, 15, 11)), lead, "university")
