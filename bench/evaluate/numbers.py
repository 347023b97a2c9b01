"""Whom does the phone signal wrong, and what invented numbers does it catch, country by country?

People's numbers are phonenumbers' own examples of fixed and mobile lines (its tests of itself, so a floor) in every
spelling that people use, with the end drawn anew; invented ones are random digits of the length of a mobile number,
half of them with a mobile number's first digit. Where FRAUDCHECK_OLD_PHONENUMBERS names a directory with an older
release of phonenumbers, the share of today's valid numbers that it does not know is how fast plans outrun the library.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from statistics import mean, median

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from fraudcheck.adapters.lists import shipped
from fraudcheck.fields.phone.digit_patterns import digit_pattern
from fraudcheck.fields.phone.number import read_phone
from fraudcheck.ports import Ports
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Lead, Subject
from fraudcheck.signals import phone

EACH = 60
SHOWN = [
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
    "ID",
    "PH",
    "TR",
    "KE",
    "PK",
    "US",
    "GB",
    "DE",
    "FR",
]
_CAUGHT = -3.0
"""Points from which a group says that something is wrong."""
_SCRIPTS = tuple(
    str.maketrans("0123456789", digits) for digits in ("٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "๐๑๒๓๔๕๖๗๘๙", "０１２３４５６７８９")
)


def report() -> Iterator[str]:
    """People by spelling and country, then what is invented."""
    chance = random.Random(20261123)  # noqa: S311 - a sample, not a secret
    ports = Ports(lists=shipped.load_lists(), mail_routes=None, counters=None)  # type: ignore[arg-type]
    people = {region: list(_people(region, chance)) for region in sorted(phonenumbers.SUPPORTED_REGIONS)}
    total = sum(map(len, people.values()))
    yield f"phonenumbers {phonenumbers.__version__}, {len(people)} countries, {total:,} people's numbers"
    yield ""
    yield from _spelt(people, ports)
    yield from _invented(people, ports, chance)
    yield from _fictional(ports)
    yield from _lag(people)


def points(text: str, country: str | None, ports: Ports) -> float:
    """What the phone's reasons sum up to."""
    lead = Lead(phone=text, country=country)
    facts = phone.gather(Subject(tenant="", lead=lead, number=read_phone(text, country)), ports)
    return sum(CATALOGUE[one.code].points * one.scale for one in phone.judge(lead, facts or {"v": 1, "unknown": ""}))


def _people(region: str, chance: random.Random) -> Iterator[phonenumbers.PhoneNumber]:
    for kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE):
        example = phonenumbers.example_number_for_type(region, kind)
        if example is None:
            continue
        text = phonenumbers.national_significant_number(example)
        for _ in range(EACH):
            # North American examples lie at the exchange of films, 555.
            kept = text[:3] + str(chance.randrange(200, 1000)) if example.country_code == 1 else text[:-4]
            drawn = kept + f"{chance.randrange(10_000):04}"
            other = phonenumbers.parse(f"+{example.country_code}{drawn}")
            if phonenumbers.is_valid_number_for_region(other, region) and not digit_pattern(drawn):
                yield other


def _spellings(one: phonenumbers.PhoneNumber) -> Iterator[tuple[str, str]]:
    national = phonenumbers.format_number(one, PhoneNumberFormat.NATIONAL)
    international = phonenumbers.format_number(one, PhoneNumberFormat.INTERNATIONAL)
    code, plain = one.country_code, phonenumbers.national_significant_number(one)
    yield "national", national
    yield "no spaces", "".join(c for c in national if c.isdigit())
    yield "dots", national.replace(" ", ".")
    yield "+", international
    yield "E.164", f"+{code}{plain}"
    yield "00", f"00{code}{plain}"
    yield "(0) in the middle", f"+{code} (0) {plain}"
    yield "no trunk prefix", plain
    yield "extension", f"{international} ext. 12"
    yield "non-breaking", international.replace(" ", "\u00a0")
    for name, script in zip(("Arabic-Indic", "Devanagari", "Thai", "fullwidth"), _SCRIPTS, strict=True):
        yield name, national.translate(script)


def _spelt(people: dict[str, list[phonenumbers.PhoneNumber]], ports: Ports) -> Iterator[str]:
    read: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    punished: Counter[str] = Counter()
    misread: dict[str, Counter[str]] = {}
    for region, those in people.items():
        for one in those[:: max(1, len(those) // 6)]:
            e164 = phonenumbers.format_number(one, PhoneNumberFormat.E164)
            for spelling, text in _spellings(one):
                asked[spelling] += 1
                same = read_phone(text, region).e164 == e164
                read[spelling] += same
                if not same:
                    misread.setdefault(spelling, Counter())[region] += 1
        punished[region] = sum(
            points(phonenumbers.format_number(one, PhoneNumberFormat.NATIONAL), region, ports) <= _CAUGHT
            for one in those
        )
    yield "People's numbers read as they are, by spelling, in per cent:"
    for spelling, count in asked.items():
        worst = ", ".join(f"{region} {times}" for region, times in misread.get(spelling, Counter()).most_common(8))
        yield f"  {spelling:18}{100 * read[spelling] / count:7.2f}   {worst}"
    total = sum(map(len, people.values()))
    yield f"People's numbers that speak against them: {punished.total()} of {total:,}; worst: " + (
        ", ".join(f"{region} {count}" for region, count in punished.most_common(8) if count) or "none"
    )
    yield ""


def _invented(people: dict[str, list[phonenumbers.PhoneNumber]], ports: Ports, chance: random.Random) -> Iterator[str]:
    caught: dict[str, tuple[float, float]] = {}
    for region, those in people.items():
        if those:
            example = phonenumbers.national_significant_number(those[0])
            shares = []
            for firsts in ("123456789", example[0]):
                drawn = [
                    chance.choice(firsts) + "".join(chance.choices("0123456789", k=len(example) - 1))
                    for _ in range(EACH)
                ]
                shares.append(
                    mean(points(f"+{those[0].country_code}{digits}", region, ports) <= _CAUGHT for digits in drawn)
                )
            caught[region] = (shares[0], shares[1])
    yield "Invented digits that speak against the lead, in per cent: any first digit, a mobile number's first digit"
    for region in SHOWN:
        yield f"  {region}  {100 * caught[region][0]:5.0f} {100 * caught[region][1]:5.0f}"
    yield f"  all {100 * mean(a for a, _ in caught.values()):5.0f} {100 * mean(b for _, b in caught.values()):5.0f}"
    least = sorted(caught.items(), key=lambda row: sum(row[1]))[:12]
    yield "Least caught: " + ", ".join(f"{region} {100 * a:.0f}/{100 * b:.0f}" for region, (a, b) in least)
    yield ""


def _fictional(ports: Ports) -> Iterator[str]:
    caught: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for first, last, regulator in ports.lists.fictional_numbers:
        for digits in {first, last}:
            asked[regulator] += 1
            caught[regulator] += points(f"+{digits}", None, ports) <= _CAUGHT
    yield "Fictional ranges, both ends of each: " + ", ".join(
        f"{regulator} {caught[regulator]} of {count}" for regulator, count in asked.most_common()
    )
    kinds: Counter[str] = Counter()
    for region in phonenumbers.SUPPORTED_REGIONS:
        example = phonenumbers.example_number_for_type(region, PhoneNumberType.PREMIUM_RATE)
        if example:
            e164 = phonenumbers.format_number(example, PhoneNumberFormat.E164)
            kinds["caught" if points(e164, region, ports) <= _CAUGHT else f"missed {region}"] += 1
    yield "Premium rate, an example of each country: " + ", ".join(
        f"{kind} {count}" for kind, count in kinds.most_common()
    )
    yield ""


def _lag(people: dict[str, list[phonenumbers.PhoneNumber]]) -> Iterator[str]:
    old = os.environ.get("FRAUDCHECK_OLD_PHONENUMBERS")
    if not old:
        yield "How plans outrun the library: not measured; name an older release in FRAUDCHECK_OLD_PHONENUMBERS"
        return
    chance = random.Random(7)  # noqa: S311 - a sample, not a secret
    lines = []
    for region, those in people.items():
        if those:
            example = phonenumbers.national_significant_number(those[0])
            lines += [
                f"{region} +{those[0].country_code}{digits}"
                for digits in (
                    example[0] + "".join(chance.choices("0123456789", k=len(example) - 1)) for _ in range(500)
                )
                if read_phone(f"+{those[0].country_code}{digits}", None).valid
            ]
    program = (
        "import sys, phonenumbers as p\n"
        "print(p.__version__)\n"
        "for line in sys.stdin:\n"
        "    r, n = line.split()\n"
        "    print(r, p.is_valid_number(p.parse(n)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], input="\n".join(lines), capture_output=True, text=True, check=True,
        env={"PYTHONPATH": old},
    ).stdout.splitlines()  # fmt: skip
    asked: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for line in answer[1:]:
        region, valid = line.split()
        asked[region] += 1
        unknown[region] += valid == "False"
    shares = {region: unknown[region] / count for region, count in asked.items()}
    worst = sorted(shares.items(), key=lambda row: -row[1])[:12]
    yield f"Numbers valid today that phonenumbers {answer[0]} did not know, per cent of each country's number space:"
    yield f"  mean {100 * mean(shares.values()):.1f}, median {100 * median(shares.values()):.1f}; most: " + ", ".join(
        f"{region} {100 * share:.0f}" for region, share in worst
    )
