"""Which number is a text, by phonenumbers (Google's libphonenumber) and its numbering plans, as a ``Phone``?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from unicodedata import category, decimal

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, NumberParseException

from fraudcheck.fields.normal_form import FULL_WIDTH
from fraudcheck.fields.phone.plans import Number, line_and_region, main_plan, plain_number
from fraudcheck.records import Phone

PERSONAL_LINES = frozenset({"mobile", "fixed_line", "fixed_line_or_mobile", "personal_number"})
"""The types of line that a person has."""
MOBILE_LINES = frozenset({"mobile", "fixed_line_or_mobile"})

MAX_LENGTH = 250
"""Characters that phonenumbers reads at most."""

NEWER_CODES: Mapping[str, str] = MappingProxyType({})
"""No area codes beside those of phonenumbers: see ``look_up``."""

IMPOSSIBLE = Phone(problem="impossible")
_NO_COUNTRY = Phone(problem="no_country")
_OF_SOME_COUNTRY = re.compile(r"[ ().-]{0,9}+(?:[0-9][ ().-]{0,9}+){5,17}+")
"""As many digits as phonenumbers would ask a country for."""


_ALIKE = {
    **{chr(wide): chr(plain) for wide, plain in FULL_WIDTH.items()},
    **dict.fromkeys("⁺₊﹢➕", "+"),
    "−": "-",
    **dict.fromkeys("\ufe0f\u20e3", ""),  # what makes an emoji of a digit
    "\t": "  ",
    **dict.fromkeys("\r\n\v\f\x85\u2028\u2029", ";"),
}


def clean_text(phone: str) -> str:
    """The text with ASCII digits and without invisible characters (marks of direction, NULs) that copying brings along.

    Full-width characters, dashes and plus signs become the ASCII ones. A line break becomes ``;`` and a tab two blanks,
    so that numbers on two lines or in two cells stay two numbers.
    """
    text = phone.strip()
    if text.isascii() and text.isprintable():
        return text
    return "".join([_clean_character(character) for character in text[: 4 * MAX_LENGTH]]).strip()


def _clean_character(character: str) -> str:
    if character in _ALIKE:
        return _ALIKE[character]
    if not character.isprintable():
        return " " if character.isspace() else ""
    if character.isdecimal():
        return str(decimal(character))
    return "-" if category(character) == "Pd" else character


def look_up(text: str, region: str | None, newer_codes: Mapping[str, str] = NEWER_CODES) -> Phone:
    """The number in a text, read in a region (ISO 3166-1 alpha-2) where it has no calling code. Never raises.

    ``newer_codes`` gives the region of North American area codes that phonenumbers does not know yet.
    """
    number = parse(text, region)
    if isinstance(number, Phone):
        return number
    if found := line_and_region(number):
        line, region = found
        return Phone(e164=number.e164, valid=True, line=line, region=region)
    return _in_no_range(number, newer_codes)


def _in_no_range(number: Number, newer_codes: Mapping[str, str]) -> Phone:
    code, national = number
    plan = main_plan(code)
    if len(national) in plan.local_lengths:
        return Phone()
    if len(national) not in plan.lengths:
        # Mobile numbers of Mexico were dialled +52 1 … from abroad until 2019; messengers still write them so.
        is_old = code == 52 and len(national) == 11 and national[0] == "1"
        return look_up(f"+52{national[1:]}", None) if is_old else IMPOSSIBLE
    # No central office code begins with 0 or 1.
    if code == 1 and national[:3] in newer_codes and national[3] >= "2":
        return Phone(e164=number.e164, valid=True, line="fixed_line_or_mobile", region=newer_codes[national[:3]])
    regions = COUNTRY_CODE_TO_REGION_CODE[code]
    return Phone(e164=number.e164, region=regions[0] if len(regions) == 1 else None)


def parse(text: str, region: str | None) -> Number | Phone:
    """The number in a text, in a known range or not; or a ``Phone`` with the ``problem`` where there is none."""
    if region is None and text.startswith("00"):
        text = f"+{text[2:]}"
    if plain := plain_number(text, region):
        return plain
    if region is None and len(text) <= MAX_LENGTH and _OF_SOME_COUNTRY.fullmatch(text):
        return _NO_COUNTRY
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException as error:
        lacks_country = error.error_type == NumberParseException.INVALID_COUNTRY_CODE and region is None
        if lacks_country and "+" not in text and 4 < len(ascii_digits(text)) <= 17:
            return _NO_COUNTRY
        return IMPOSSIBLE
    return Number(number.country_code or 0, phonenumbers.national_significant_number(number))


def ascii_digits(text: str) -> str:
    """The decimal digits in a text, of any script, as ASCII."""
    return phonenumbers.normalize_digits_only(text)
