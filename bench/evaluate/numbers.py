"""Which people's numbers does the phone signal judge wrongly, and which invented ones does it catch, by country?

People's numbers are phonenumbers' own examples of fixed and mobile lines with random last digits, in every spelling
that people use. The library knows its own examples, so these figures are a lower limit. Invented numbers are random
digits of a mobile number's length, half of them with a mobile number's first digit. If FRAUDCHECK_OLD_PHONENUMBERS
names a directory with an older release of phonenumbers, the report gives the share of today's valid numbers that this
release does not know: how fast numbering plans change.
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

NUMBERS_EACH = 60
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
"""Points from which a number counts as judged bad."""
_DIGITS_OF_SCRIPTS = tuple(
    str.maketrans("0123456789", digits) for digits in ("٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "๐๑๒๓๔๕๖๗๘๙", "０１２３４５６７８９")
)


def report() -> Iterator[str]:
    """People's numbers by spelling and country, then invented and fictional numbers."""
    dice = random.Random(20261123)  # noqa: S311 - a sample, not a secret
    ports = Ports(lists=shipped.load_lists(), mail_routes=None, counters=None)  # type: ignore[arg-type]
    people = {region: list(_peoples_numbers(region, dice)) for region in sorted(phonenumbers.SUPPORTED_REGIONS)}
    total = sum(map(len, people.values()))
    yield f"phonenumbers {phonenumbers.__version__}, {len(people)} countries, {total:,} people's numbers"
    yield ""
    yield from _report_people(people, ports)
    yield from _report_invented(people, ports, dice)
    yield from _report_fictional(ports)
    yield from _report_older_release(people)


def points(text: str, country: str | None, ports: Ports) -> float:
    """The sum of the points of a number's reasons."""
    lead = Lead(phone=text, country=country)
    number = read_phone(text, country, ports.lists.newer_area_codes)
    facts = phone.gather(Subject(tenant="", lead=lead, number=number), ports)
    return sum(CATALOGUE[one.code].points * one.scale for one in phone.judge(lead, facts or {"v": 1, "unknown": ""}))


def _peoples_numbers(region: str, dice: random.Random) -> Iterator[phonenumbers.PhoneNumber]:
    for kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE):
        example = phonenumbers.example_number_for_type(region, kind)
        if example is None:
            continue
        text = phonenumbers.national_significant_number(example)
        for _ in range(NUMBERS_EACH):
            # North American examples are in the exchange 555, which films use, so draw another exchange.
            kept = text[:3] + str(dice.randrange(200, 1000)) if example.country_code == 1 else text[:-4]
            drawn = kept + f"{dice.randrange(10_000):04}"
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
    for name, script in zip(("Arabic-Indic", "Devanagari", "Thai", "fullwidth"), _DIGITS_OF_SCRIPTS, strict=True):
        yield name, national.translate(script)


def _report_people(people: dict[str, list[phonenumbers.PhoneNumber]], ports: Ports) -> Iterator[str]:
    read_right: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    punished: Counter[str] = Counter()
    misread: dict[str, Counter[str]] = {}
    for region, numbers in people.items():
        for one in numbers[:: max(1, len(numbers) // 6)]:
            e164 = phonenumbers.format_number(one, PhoneNumberFormat.E164)
            for spelling, text in _spellings(one):
                tried[spelling] += 1
                same = read_phone(text, region).e164 == e164
                read_right[spelling] += same
                if not same:
                    misread.setdefault(spelling, Counter())[region] += 1
        punished[region] = sum(
            points(phonenumbers.format_number(one, PhoneNumberFormat.NATIONAL), region, ports) <= _CAUGHT
            for one in numbers
        )
    yield "People's numbers read as they are, by spelling, in per cent:"
    for spelling, count in tried.items():
        worst = ", ".join(f"{region} {times}" for region, times in misread.get(spelling, Counter()).most_common(8))
        yield f"  {spelling:18}{100 * read_right[spelling] / count:7.2f}   {worst}"
    total = sum(map(len, people.values()))
    yield f"People's numbers that speak against them: {punished.total()} of {total:,}; worst: " + (
        ", ".join(f"{region} {count}" for region, count in punished.most_common(8) if count) or "none"
    )
    yield ""


def _report_invented(
    people: dict[str, list[phonenumbers.PhoneNumber]], ports: Ports, dice: random.Random
) -> Iterator[str]:
    caught: dict[str, tuple[float, float]] = {}
    for region, numbers in people.items():
        if numbers:
            example = phonenumbers.national_significant_number(numbers[0])
            shares = []
            for first_digits in ("123456789", example[0]):
                drawn = [
                    dice.choice(first_digits) + "".join(dice.choices("0123456789", k=len(example) - 1))
                    for _ in range(NUMBERS_EACH)
                ]
                shares.append(
                    mean(points(f"+{numbers[0].country_code}{digits}", region, ports) <= _CAUGHT for digits in drawn)
                )
            caught[region] = (shares[0], shares[1])
    yield "Invented digits that speak against the lead, in per cent: any first digit, a mobile number's first digit"
    for region in SHOWN_COUNTRIES:
        yield f"  {region}  {100 * caught[region][0]:5.0f} {100 * caught[region][1]:5.0f}"
    yield f"  all {100 * mean(a for a, _ in caught.values()):5.0f} {100 * mean(b for _, b in caught.values()):5.0f}"
    least = sorted(caught.items(), key=lambda row: sum(row[1]))[:12]
    yield "Least caught: " + ", ".join(f"{region} {100 * a:.0f}/{100 * b:.0f}" for region, (a, b) in least)
    yield ""


def _report_fictional(ports: Ports) -> Iterator[str]:
    caught: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for first, last, regulator in ports.lists.fictional_numbers:
        for digits in {first, last}:
            tried[regulator] += 1
            caught[regulator] += points(f"+{digits}", None, ports) <= _CAUGHT
    yield "Fictional ranges, both ends of each: " + ", ".join(
        f"{regulator} {caught[regulator]} of {count}" for regulator, count in tried.most_common()
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


def _report_older_release(people: dict[str, list[phonenumbers.PhoneNumber]]) -> Iterator[str]:
    old = os.environ.get("FRAUDCHECK_OLD_PHONENUMBERS")
    if not old:
        yield "How plans outrun the library: not measured; name an older release in FRAUDCHECK_OLD_PHONENUMBERS"
        return
    dice = random.Random(7)  # noqa: S311 - a sample, not a secret
    lines = []
    for region, numbers in people.items():
        if numbers:
            example = phonenumbers.national_significant_number(numbers[0])
            lines += [
                f"{region} +{numbers[0].country_code}{digits}"
                for digits in (example[0] + "".join(dice.choices("0123456789", k=len(example) - 1)) for _ in range(500))
                if read_phone(f"+{numbers[0].country_code}{digits}", None).valid
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
    tried: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for line in answer[1:]:
        region, valid = line.split()
        tried[region] += 1
        unknown[region] += valid == "False"
    shares = {region: unknown[region] / count for region, count in tried.items()}
    worst = sorted(shares.items(), key=lambda row: -row[1])[:12]
    yield f"Numbers valid today that phonenumbers {answer[0]} did not know, per cent of each country's number space:"
    yield f"  mean {100 * mean(shares.values()):.1f}, median {100 * median(shares.values()):.1f}; most: " + ", ".join(
        f"{region} {100 * share:.0f}" for region, share in worst
    )
