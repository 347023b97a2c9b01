"""Which phone number does a typed text name?

Four files answer this together, without I/O:

- ``parsing`` asks phonenumbers for the number in a text;
- ``typos`` suggests the number that was meant, where one typing error explains the text;
- ``digit_patterns`` finds patterns in digits, such as 9999999;
- ``number``, this file, puts these together: it also reads the habits of writing numbers that phonenumbers does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import structs
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, SUPPORTED_REGIONS, PhoneNumber, country_code_for_region

from fraudcheck.fields.phone.digit_patterns import digit_pattern
from fraudcheck.fields.phone.parsing import (
    IMPOSSIBLE,
    MAX_LENGTH,
    MOBILE_LINES,
    PERSONAL_LINES,
    ascii_digits,
    clean_text,
    look_up,
    national_number,
    parse,
)
from fraudcheck.fields.phone.typos import suggested_number
from fraudcheck.records import Phone

# Plans whose mobile numbers have 11 and more digits without a trunk prefix, from phonenumbers' metadata. Such a number
# can look like another country's with its calling code (130 1234 5678 in China, +1 301 …).
_LONG_PLANS = ("AR", "AT", "BR", "CN", "DE", "ID", "NL")

# What separates a number from other text in the same field: a note ("0912 345 678 zalo"), or a second number.
_SEPARATOR = re.compile(r"[^\d\s+().\-‐-―]+|\s[-–]\s")

_MOST_PARTS = 4

# Trunk prefixes that were dialled before a number until its country gave them up, and which people still write.
_OLD_TRUNK_PREFIXES = {
    "MX": re.compile(r"0(?:1|44|45)(\d{10})"),  # IFT, plan of 2019: 01, and 044 or 045 before mobile numbers
    "UA": re.compile(r"80(\d{9})"),  # NKRZ, 2009: 8 and 0
}
_CHAT_LINK = re.compile(r"(?:wa\.me/|[?&]phone=)\+?(\d{8,15})\b")


def read_phone(phone: str, country: str | None) -> Phone:
    """Read a typed phone number. Never raises: what is wrong with it is the number's ``problem``.

    ``country`` (ISO 3166-1 alpha-2) is where a number without a calling code is read. Without a country, 11 and more
    digits count as an international number if that gives a valid one, and if they cannot be a long national number as
    well; other such text has the problem ``no_country``. A number of a length that can only be dialled within one area
    is not ``impossible``: it is in no known range and has no ``e164``.
    """
    text = clean_text(phone)
    if len(text) > MAX_LENGTH:
        return IMPOSSIBLE
    region = country.upper() if country else None
    if region not in SUPPORTED_REGIONS:
        region = None
    number = look_up(text, region)
    if number.valid:
        return number
    for spelling in _international_spellings(text, region):
        found = look_up(spelling, None)
        if found.valid and not digit_pattern(ascii_digits(text)):
            return found
    if number.problem == "no_country":
        return _read_without_plus(text) or number
    for part in _parts_with_digits(text):
        found = look_up(part, region)
        if found.valid:
            return found
    suggestion = suggested_number(number, text, region)
    return structs.replace(number, suggestion=suggestion) if suggestion else number


def read_phone_in_zone(phone: str, countries: Sequence[str]) -> Phone | None:
    """Read a number without a country in the countries of the browser's time zone.

    Returns the number where it is a person's line in exactly one of their numbering plans, else None.
    """
    text = clean_text(phone)
    if len(text) > MAX_LENGTH:
        return None
    # One country of each numbering plan: a calling code gives the same number in all of its countries.
    plans = {country_code_for_region(country): country for country in reversed(countries)}
    found = [number for country in plans.values() if (number := look_up(text, country)).line in PERSONAL_LINES]
    return structs.replace(found[0], read_in="timezone") if len(found) == 1 else None


def national_digits(e164: str) -> str:
    """The digits after the calling code of an E.164 number. ITU-T E.164 makes calling codes prefix-free."""
    for end in (2, 3, 4):
        if int(e164[1:end]) in COUNTRY_CODE_TO_REGION_CODE:
            return e164[end:]
    return e164[1:]


def _international_spellings(text: str, region: str | None) -> Iterator[str]:
    """International forms of spellings that are right in another country, or were right at home once."""
    if "+" in text and "(0)" in text:  # +48 (0)…, in a country without a trunk prefix
        yield text.replace("(0)", "", 1)
    if text.startswith(("00", "+00")):  # 00 in a country where other digits dial abroad
        yield f"+{text.removeprefix('+')[2:].replace('(0)', '', 1)}"
    home_code = country_code_for_region(region) if region else 0
    # 011 and the home country's code, as North America dials that country
    if home_code and (dialled := re.fullmatch(rf"\+?011\D*({home_code}\D*[1-9].*)", text)):
        yield f"+{dialled[1]}"
    if link := _CHAT_LINK.search(text):
        yield f"+{link[1]}"
    if region in _OLD_TRUNK_PREFIXES and (old := _OLD_TRUNK_PREFIXES[region].fullmatch(ascii_digits(text))):
        yield f"+{home_code}{old[1]}"
    parsed = parse(text, region)
    # A trunk prefix in a country without one (any more), as in Poland. Not two zeros: before a service's number they
    # may mean anything.
    if isinstance(parsed, PhoneNumber):
        national = national_number(parsed)
        if national.startswith("0") and national[1:2] != "0":
            yield f"+{parsed.country_code}{national[1:]}"


def _parts_with_digits(text: str) -> list[str]:
    """The first few parts of a text that may be a number by themselves; none where it is one part."""
    parts = [part for part in _SEPARATOR.split(text) if part != text and len(ascii_digits(part)) >= 5]
    return parts[:_MOST_PARTS]


def _read_without_plus(text: str) -> Phone | None:
    digits = ascii_digits(text)
    if len(digits) < 11 or digits[0] == "0":
        return None
    number = look_up(f"+{digits}", None)
    if not number.valid or any(look_up(digits, region).line in MOBILE_LINES for region in _LONG_PLANS):
        return None
    return number
