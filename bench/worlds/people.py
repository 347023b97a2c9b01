"""Who fills the form in? A person with a name, a mailbox and a phone number as they are usual in the country.

Number plans: the prefixes in use, as each country's regulator gave them out (each number is also valid to the package
``phonenumbers``). Mailbox schemes and the shares of mail providers are our own estimates: most good names are taken at
the large providers, so that half of the free mailboxes end in digits, and some say nothing of their owner.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace

from anyascii import anyascii

from bench.worlds.names import DATA, common_family, common_given, middle

_NOBODYS = frozenset(["555", "950", "958", "959", "976"])
"""Exchanges of North America that no subscriber has: information, tests and paid services (NANPA)."""
_WORDS = DATA["mailbox"]["words"].split()


@dataclass(frozen=True)
class Person:
    """Somebody. ``latin`` are given and family name in Latin letters without marks, ``phone`` is in E.164."""

    first: str
    last: str
    latin: tuple[str, str]
    born: int
    email: str
    phone: str
    country: str

    @property
    def name(self) -> str:
        """The full name in the order that the country writes."""
        return f"{self.last} {self.first}" if self.country == "VN" else f"{self.first} {self.last}"


def person(dice: random.Random, country: str, ages: tuple[int, int] = (19, 68), own_script: float = 0.75) -> Person:
    """A person of the country. ``own_script`` is how many write their names in it rather than in Latin letters."""
    native, latin_first = common_given(dice, country)
    native_last, latin_last = common_family(dice, country)
    if country == "PL" and native.endswith("a") and native_last.endswith(("ski", "cki")):
        native_last = latin_last = native_last[:-1] + "a"
    latin = (_plain(latin_first, country), _plain(latin_last, country))
    if dice.random() > own_script:
        native, native_last = anyascii(latin_first), anyascii(latin_last)
    if between := middle(dice, country):
        native = f"{between} {native}" if country == "VN" else f"{native} {between}"
        native = native if native.isascii() or not native_last.isascii() else anyascii(native)
    born = 2026 - round(dice.triangular(*ages, ages[0] + (ages[1] - ages[0]) * 0.35))
    made = Person(native, native_last, latin, born, "", phone(dice, country), country)
    return replace(made, email=mailbox(dice, made))


def phone(dice: random.Random, country: str) -> str:
    """A mobile number of the country's plan in E.164."""
    code, length, prefixes = DATA["mobile"][country]
    prefix = dice.choice(prefixes.split())
    if country == "DE" and prefix not in {"151", "152", "157", "159", "176", "160", "162", "163"}:
        length = 10
    if country == "ID":
        length = dice.choice((10, 11, 11))
    if country == "US":
        exchange = "555"
        while exchange in _NOBODYS:
            exchange = f"{dice.randint(2, 9)}{dice.choice('023456789')}{dice.randint(2, 9)}"
        return f"{code}{prefix}{exchange}{dice.randrange(10**4):04}"
    if country == "BR":
        return f"{code}{prefix}{dice.choice('6789')}{dice.randrange(10**7):07}"
    rest = length - len(prefix)
    return f"{code}{prefix}{dice.randint(1, 9)}{dice.randrange(10 ** (rest - 1)):0{rest - 1}}"


def typed_phone(dice: random.Random, e164: str, country: str) -> str:
    """The number as somebody types it: mostly the national form, with or without spaces."""
    code = DATA["mobile"][country][0]
    national = e164.removeprefix(code)
    zero = "" if country in {"US", "IN", "BR", "PL", "MX"} else "0"
    which = dice.random()
    if which < 0.1:
        return e164
    if which < 0.16 and country != "US":
        return f"{code} {national}"
    if country == "US" and which < 0.5:
        return f"({national[:3]}) {national[3:6]}-{national[6:]}"
    if which < 0.4:
        return f"{zero}{national[:3]} {national[3:6]} {national[6:]}"
    return zero + national


def mailbox(dice: random.Random, who: Person, domain: str | None = None) -> str:
    """A free mailbox as people have: made of the name as a rule, with digits in half of them."""
    first, last = who.latin
    shares = dict(part.split(":") for part in DATA["free"][who.country].split())
    domain = domain or dice.choices(list(shares), [int(weight) for weight in shares.values()])[0]
    year, which = str(who.born), dice.random()
    dot = dice.choice((".", ".", "", "", "_" if domain != "gmail.com" else ""))
    if which < 0.22:
        local = f"{first}{dot}{last}"
    elif which < 0.42:
        local = f"{first}{dot}{last}{dice.choice((year[2:], year, str(dice.randint(1, 999))))}"
    elif which < 0.52:
        local = f"{last}{dot}{first}{dice.choice(('', '', year[2:], str(dice.randint(1, 99))))}"
    elif which < 0.6:
        local = f"{first[0]}{dot}{last}{dice.choice(('', year[2:], str(dice.randint(1, 999))))}"
    elif which < 0.7:
        local = f"{first}{dice.choice((year, year[2:], str(dice.randint(10, 9999)), phone_digits(dice, who)))}"
    elif which < 0.78:
        local = f"{first}{last[: dice.randint(1, 3)]}{dice.choice((year[2:], str(dice.randint(1, 999)), ''))}"
    elif which < 0.84:
        local = f"{dice.choice(_WORDS)}{dot}{first}{dice.choice(('', year[2:]))}"
    elif which < 0.93:
        local = f"{dice.choice(_WORDS)}{dice.choice(_WORDS)}{dice.choice(('', year[2:], str(dice.randint(1, 9999))))}"
    elif which < 0.96:
        local = f"family{dot}{last}" if who.country != "DE" else f"familie{dot}{last}"
    else:
        local = f"{last}{dice.randint(1, 99)}"
    if len(local) < 6:
        local += year
    return f"{local}@{domain}"


def phone_digits(dice: random.Random, who: Person) -> str:
    """The last digits of one's own phone number, which some add to their mailbox."""
    return who.phone[-dice.choice((3, 4, 6)) :]


def at_company(dice: random.Random, who: Person, domain: str, scheme: str = "{first}.{last}") -> Person:
    """The person with a mailbox at work. A company has one scheme for all."""
    first, last = who.latin
    return replace(who, email=scheme.format(first=first, last=last, f=first[0], l=last[0]) + "@" + domain)


def _plain(name: str, country: str) -> str:
    if country == "DE":
        for umlaut, spelt in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ö", "Oe"), ("Ü", "Ue")):
            name = name.replace(umlaut, spelt)
    return re.sub("[^a-z]", "", anyascii(name).lower())
