"""Which number is written in a way that phonenumbers does not know, but that people have a habit of?

They write what is dialled from another country, prefixes that were given up, and numbers without their ``+``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from phonenumbers import country_code_for_region

from fraudcheck.fields.phone.digit_patterns import digit_pattern
from fraudcheck.fields.phone.parsing import MOBILE_LINES, ascii_digits, look_up, parse
from fraudcheck.fields.phone.plans import Number
from fraudcheck.fields.phone.several import digits_of
from fraudcheck.records import Phone

# Plans whose mobile numbers have 11 and more digits without a trunk prefix, from phonenumbers' metadata. Such a number
# can look like another country's with its calling code (130 1234 5678 in China, +1 301 …).
_LONG_PLANS = ("AR", "AT", "BR", "CN", "DE", "ID", "NL")

# Trunk prefixes that were dialled before a number until its country gave them up, and which people still write.
_OLD_TRUNK_PREFIXES = {
    "MX": re.compile(r"0(?:1|44|45)(\d{10})"),  # IFT, plan of 2019: 01, and 044 or 045 before mobile numbers
    "UA": re.compile(r"80(\d{9})"),  # NKRZ, 2009: 8 and 0
}
_ABROAD_DIGITS = 13
"""From so many on 011 is North America's prefix for calls abroad, and not Delhi's or Buenos Aires' area code."""
_LONGEST_LINE = 14
"""Characters of fixed lines in E.164, as people have them."""


def look_up_at_home(text: str, region: str | None, newer_codes: Mapping[str, str]) -> Phone:
    """``look_up``, but for numbers that lost their + and read as a line at home, in a plan that hardly bounds them.

    4915117403628 is a mobile number of Germany, and not one of 13 digits behind Leer's area code 0491.
    """
    number = look_up(text, region, newer_codes)
    if region and number.line == "fixed_line" and len(number.e164 or "") > _LONGEST_LINE and text[0] not in "+0(":
        home_code, digits = country_code_for_region(region), ascii_digits(text)
        if digits.startswith(str(home_code)) and (found := look_up(f"+{digits}", None, newer_codes)).line == "mobile":
            return found
    return number


def read_one(text: str, region: str | None, newer_codes: Mapping[str, str]) -> Phone:
    """The number that a text is, also in the spellings that phonenumbers does not know."""
    number = look_up_at_home(text, region, newer_codes)
    if number.valid:
        return number
    for spelling in _international_spellings(text, region):
        found = look_up(spelling, None, newer_codes)
        if found.valid and not digit_pattern(ascii_digits(text)):
            return found
    if number.problem == "no_country":
        return _read_without_plus(text, newer_codes) or number
    return number


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
    if not region and text.startswith("011") and len(digits_of(text)) >= _ABROAD_DIGITS:
        yield f"+{text[3:]}"
    if region and text.startswith("+0") and text[2:3] != "0":  # no calling code begins with 0
        yield f"+{home_code}{text[1:]}"
    # A spreadsheet took the zero away, in a plan where it is part of the number, as in Italy and Côte d'Ivoire.
    if home_code and text.isdecimal() and text[0] != "0":
        yield f"+{home_code}0{digits_of(text)}"
    if region in _OLD_TRUNK_PREFIXES and (old := _OLD_TRUNK_PREFIXES[region].fullmatch(ascii_digits(text))):
        yield f"+{home_code}{old[1]}"
    parsed = parse(text, region)
    # A trunk prefix in a country without one (any more), as in Poland. Not two zeros: before a service's number they
    # may mean anything.
    if isinstance(parsed, Number):
        national = parsed.national
        if national.startswith("0") and national[1:2] != "0":
            yield f"+{parsed.code}{national[1:]}"


def _read_without_plus(text: str, newer_codes: Mapping[str, str]) -> Phone | None:
    digits = ascii_digits(text)
    if len(digits) < 11 or digits[0] == "0":
        return None
    number = look_up(f"+{digits}", None, newer_codes)
    if not number.valid or any(look_up(digits, region).line in MOBILE_LINES for region in _LONG_PLANS):
        return None
    return number
