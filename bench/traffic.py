"""A made-up buyer's ordinary leads: what detectors that know no people take for attacks is all there.

Nothing here comes from the detectors or from what trains the shipped model, and nothing there from here.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

from anyascii import anyascii
from faker import Faker

from training.play import Come

START = 1_793_577_600  # 2026-11-02T00:00:00Z, a Monday
DAY = 86_400
WARM_UP, WINDOW = 9, 2
"""Days before anything happens, and days in which it does."""

LANDS: dict[str, tuple[str, float, str, int, str]] = {
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
DESKTOPS = [(CHROME.format(WINDOWS, v, ""), w) for v, w in ((139, 40), (138, 18), (137, 5), (131, 3), (109, 4))] + [
    (CHROME.format(MAC, v, ""), w) for v, w in ((139, 10), (138, 5), (134, 1))
]
PHONES = [
    (CHROME.format(ANDROID, v, "Mobile "), w) for v, w in ((139, 36), (138, 16), (137, 4), (130, 3), (120, 2))
] + [(SAFARI.format(*v), w) for v, w in (((18, 5), 15), ((18, 3), 8), ((17, 6), 7), ((16, 7), 3), ((15, 8), 2))]
FREE = ("gmail.com",) * 6 + ("yahoo.com", "outlook.com", "hotmail.com", "icloud.com", "gmx.net")
THINGS = ("quote", "insurance", "roof", "solar", "panel", "heating", "kitchen", "window", "car", "loan", "house",
          "flat", "garden", "boiler", "battery", "price", "soon", "tomorrow", "evening", "call", "mail", "please",
          "information", "need", "want", "years", "old", "new", "family", "two", "three", "big", "town")  # fmt: skip


@cache
def names(locale: str) -> Faker:
    """Names as they are given in a country."""
    return Faker(locale)


class World:
    """People, and where they are. ``networks`` are prefixes of addresses by country."""

    def __init__(self, seed: int, networks: dict[str, list[str]]) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self.networks = networks
        self.gateways = {land: [f"{self.dice.choice(networks[land])}.{n}" for n in (3, 9, 17, 21)] for land in LANDS}
        self.vendors = {}
        for n in range(14):
            lands = self.dice.sample(list(LANDS), self.dice.choice((1, 2, 3, 6)))
            volume = int(self.dice.choice((15, 40, 90, 150, 220, 350)))
            self.vendors[f"v{n}"] = (volume, lands, self.dice.choice(("all", "all", "all", "fill", "none")))
        self.serial = 0

    def person(self, land: str, vendor: str, measured: str = "all") -> dict[str, Any]:
        """A lead of one person, as the form sends it."""
        dice = self.dice
        zone, _, prefix, digits, locale = LANDS[land]
        faker = names(locale)
        faker.seed_instance(dice.random())
        first, last = faker.first_name(), faker.last_name()
        desktop = dice.random() < 0.37
        agents, weights = zip(*(DESKTOPS if desktop else PHONES), strict=True)
        self.serial += 1
        lead: dict[str, Any] = {
            "name": first if dice.random() < 0.04 else f"{first} {last}",
            "email": self.mailbox(first, last),
            "phone": f"{prefix}{dice.randrange(10**digits):0{digits}}",
            "country": land,
            "source": {"vendor": vendor},
            "client": {
                "ip": self.line(land, desktop),
                "user_agent": dice.choices(agents, weights)[0],
                "timezone": zone,
            },
        }
        if dice.random() < 0.8:
            lead["client"]["device_id"] = f"{dice.getrandbits(64):x}"
        if dice.random() < 0.25:
            lead["message"] = " ".join(dice.choices(THINGS, k=dice.randrange(4, 40)))
        if dice.random() < 0.05:
            del lead["email"]
        typed = sum(len(lead.get(field, "")) for field in ("name", "email", "phone"))
        form = self.form(desktop, typed)
        lead["form"] = {"all": form, "fill": {"fill_seconds": form["fill_seconds"]}, "none": {}}[measured]
        return lead

    def line(self, land: str, desktop: bool) -> str:
        """An internet address: a household's, or for many telephones a carrier's gateway."""
        if not desktop and self.dice.random() < 0.35:
            return self.dice.choice(self.gateways[land])
        return f"{self.dice.choice(self.networks[land])}.{self.dice.randrange(1, 255)}"

    def mailbox(self, first: str, last: str) -> str:
        """A mailbox as people name theirs."""
        dice = self.dice
        first, last = ("".join(filter(str.isalnum, anyascii(part).lower())) for part in (first, last))
        stem = dice.choices(
            (f"{first}.{last}", f"{first}{last}", f"{first[:1]}{last}", f"{last}{first}", f"{first}_{last}", first,
             f"{first}{dice.choice(THINGS)}", f"{dice.choice(THINGS)}{dice.choice(THINGS)}"),
            (24, 20, 12, 8, 6, 8, 6, 5),
        )[0]  # fmt: skip
        tails = ("", str(dice.randrange(1950, 2009)), f"{dice.randrange(100):02}", str(dice.randrange(1000)))
        tail = dice.choices(tails, (42, 20, 25, 13))[0]  # fmt: skip
        domain = dice.choice(FREE) if dice.random() < 0.8 else f"{last}{dice.randrange(99)}.com"
        return f"{stem}{tail}@{domain}"

    def form(self, desktop: bool, characters: int) -> dict[str, Any]:
        """How a person fills in a form: quick and slow ones, by hand, by the browser, by pasting a little."""
        dice = self.dice
        tempo = dice.gammavariate(9, 0.5 if desktop else 0.3)  # characters a second
        autofilled = dice.random() < 0.33
        pasted = dice.random() < 0.07
        by_hand = characters * (dice.betavariate(1, 4) if autofilled else 0.7 if pasted else 1.0)
        fill = by_hand / tempo + dice.gammavariate(1.6, 2.0 if autofilled else 7.0)
        return {
            "fill_seconds": round(fill, 1),
            "seconds_on_page": round(fill + dice.gammavariate(1.2, 25), 1),
            "keystrokes": int(by_hand * dice.gauss(1.14, 0.09) * (1.0 if desktop else dice.betavariate(5, 2))),
            "pastes": dice.choice((1, 1, 2)) if pasted else 0,
            "autofills": dice.choice((2, 3, 3, 4)) if autofilled else 0,
            "pointer_events": int(dice.gammavariate(2, 18 if desktop else 5)),
        }

    def hour(self) -> float:
        """A local hour: by day mostly, and some at night."""
        if self.dice.random() < 0.03:
            return self.dice.uniform(0, 6)
        return self.dice.triangular(6, 23.9, 13) if self.dice.random() < 0.5 else self.dice.triangular(9, 23.9, 20)

    def ordinary(self) -> Iterator[Come]:
        """All leads of the warm-up and the window."""
        days = range(WARM_UP + WINDOW)
        for day in days:
            for vendor, (volume, lands, measured) in self.vendors.items():
                weekday = 0.6 if day % 7 >= 5 else 1.0
                for _ in range(int(self.dice.gauss(volume * weekday, (volume * weekday) ** 0.5))):
                    yield from self._one(vendor, self.dice.choice(lands), measured, day)
            yield from self._call_centre(day)
            yield from self._midnight(day)
            yield from self._company(day)
        yield from self._television(WARM_UP)
        yield from self._university(WARM_UP + WINDOW - 1)

    def _at(self, day: int, land: str, hour: float) -> float:
        return START + day * DAY + (hour - LANDS[land][1]) * 3_600 + self.dice.uniform(0, 1)

    def _one(self, vendor: str, land: str, measured: str, day: int) -> Iterator[Come]:
        hour = self.hour()
        label = "people" if hour >= 6 else "at night"
        lead, at = self.person(land, vendor, measured), self._at(day, land, hour)
        yield Come(at, lead, label)
        if self.dice.random() < 0.02:
            yield Come(at + self.dice.uniform(5, 90), lead, "sent again")
        if self.dice.random() < 0.04:
            for _ in range(self.dice.choice((1, 1, 2, 3))):
                other = self.person(land, vendor, measured)
                other["client"] = dict(lead["client"] if self.dice.random() < 0.4 else other["client"])
                other["client"]["ip"] = lead["client"]["ip"]
                at += self.dice.uniform(60, 2_400)
                yield Come(at, other, "family")

    def _call_centre(self, day: int) -> Iterator[Come]:
        """Twelve desks with one browser on one network, which type for their callers."""
        if day % 7 >= 5:
            return
        ip, agent = self.networks["PL"][0] + ".40", DESKTOPS[1][0]
        for _ in range(int(self.dice.gauss(230, 12))):
            lead = self.person("PL", "desks", "all")
            desk = self.dice.randrange(12)
            lead["client"] |= {"ip": ip, "user_agent": agent, "device_id": f"desk-{desk}"}
            lead["form"] |= {"fill_seconds": round(self.dice.gammavariate(6, 14), 1), "autofills": 0}
            typed = sum(len(lead.get(field, "")) for field in ("name", "email", "phone"))
            lead["form"] |= {"pastes": 0, "keystrokes": int(typed * self.dice.gauss(1.1, 0.07))}
            lead["form"]["seconds_on_page"] = round(lead["form"]["fill_seconds"] + self.dice.gammavariate(2, 6), 1)
            yield Come(self._at(day, "PL", self.dice.uniform(8.5, 18)), lead, "call centre")

    def _midnight(self, day: int) -> Iterator[Come]:
        """A vendor that delivers its day's leads within minutes after midnight."""
        for n in range(int(self.dice.gauss(180, 12))):
            lead = self.person("ES", "midnight", "fill")
            sent = self._at(day, "ES", self.hour())
            lead["submitted_at"] = f"{_rfc3339(sent)}"
            yield Come(START + (day + 1) * DAY + 120 + n * 0.4, lead, "midnight")

    def _company(self, day: int) -> Iterator[Come]:
        """Staff of one firm behind one address, with one managed browser."""
        for _ in range(self.dice.randrange(2, 7) if day % 7 < 5 else 0):
            lead = self.person("FR", "v0", self.vendors["v0"][2])
            lead["client"] |= {"ip": self.networks["FR"][1] + ".5", "user_agent": DESKTOPS[3][0]}
            yield Come(self._at(day, "FR", self.dice.uniform(9, 18)), lead, "company")

    def _television(self, day: int) -> Iterator[Come]:
        """Half a thousand within a quarter of an hour, where five an hour are usual."""
        start = self._at(day, "BR", 20.6)
        for _ in range(500):
            lead = self.person("BR", "v3", self.vendors["v3"][2])
            yield Come(start + self.dice.gammavariate(1.5, 240), lead, "television spot")

    def _university(self, day: int) -> Iterator[Come]:
        """Sign-up day on a campus: everybody's own device, three addresses."""
        for _ in range(280):
            lead = self.person("TH", "v5", self.vendors["v5"][2])
            lead["client"]["ip"] = f"{self.networks['TH'][2]}.{self.dice.choice((10, 11, 12))}"
            yield Come(self._at(day, "TH", self.dice.triangular(9, 15, 11)), lead, "university")


def _rfc3339(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
