"""Which number does this text name?

Reading rests on phonenumbers (Google's libphonenumber and its numbering plans). Besides, patterns in digits, such as
9999999.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from unicodedata import decimal

import phonenumbers
from msgspec import structs
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    SUPPORTED_REGIONS,
    NumberParseException,
    PhoneNumber,
    country_code_for_region,
)
from phonenumbers import PhoneNumberType as Type

from fraudcheck.records import Phone

LINES = {
    Type.FIXED_LINE: "fixed_line",
    Type.MOBILE: "mobile",
    Type.FIXED_LINE_OR_MOBILE: "fixed_line_or_mobile",
    Type.TOLL_FREE: "toll_free",
    Type.PREMIUM_RATE: "premium_rate",
    Type.SHARED_COST: "shared_cost",
    Type.VOIP: "voip",
    Type.PERSONAL_NUMBER: "personal_number",
    Type.PAGER: "pager",
    Type.UAN: "uan",
    Type.VOICEMAIL: "voicemail",
}
PEOPLES_LINES = frozenset({"mobile", "fixed_line", "fixed_line_or_mobile", "personal_number"})
_MOBILE = frozenset({"mobile", "fixed_line_or_mobile"})

_MAX_LENGTH = 250  # what phonenumbers reads at most
_IMPOSSIBLE = Phone(problem="impossible")
_NO_COUNTRY = Phone(problem="no_country")

# Plans whose mobile numbers have 11 and more digits without a trunk prefix, from phonenumbers' metadata: a
# number of theirs can look like another country's with its calling code (130 1234 5678 in China, +1 301 …).
_LONG_PLANS = ("AR", "AT", "BR", "CN", "DE", "ID", "NL")

# What stands beside a number in the same field: a note ("0912 345 678 zalo"), or a second number.
_BESIDE = re.compile(r"[^\d\s+().\-‐-―]+|\s[-–]\s")

# Trunk prefixes that were dialled before a number until its country gave them up, and which people still write.
_OLD_TRUNKS = {
    "MX": re.compile(r"0(?:1|44|45)(\d{10})"),  # IFT, plan of 2019: 01, and 044 or 045 before mobile numbers
    "UA": re.compile(r"80(\d{9})"),  # NKRZ, 2009: 8 and 0
}
_LINK = re.compile(r"(?:wa\.me/|[?&]phone=)\+?(\d{8,15})\b")

# Numbers that a country has changed, as (calling code, old national number, new one). The regulator gave
# every subscriber the new number, so an old one in somebody's memory has exactly one successor.
_RENUMBERED = tuple(
    (code, re.compile(old), new)
    for code, old, new in (
        # Viet Nam, Ministry of Information and Communications' plan of 2018: 11 digits to 10.
        (84, r"^16([2-9]\d{7})$", r"3\1"),
        *((84, rf"^{old}(\d{{7}})$", rf"{new}\1") for old, new in (
            ("120", "70"), ("121", "79"), ("122", "77"), ("126", "76"), ("128", "78"),
            ("123", "83"), ("124", "84"), ("125", "85"), ("127", "81"), ("129", "82"),
            ("186", "56"), ("188", "58"), ("199", "59"),
        )),
        # Brazil, Anatel resolution 553/2010: mobile numbers took a ninth digit, 9, after the area code.
        (55, r"^([1-9]\d)([6-9]\d{7})$", r"\g<1>9\2"),
        # Colombia, CRC resolution 5826/2019: 60 before the area code of fixed lines, from 2021 on.
        (57, r"^([1245678]\d{7})$", r"60\1"),
        # Cameroon, ART 2014: eight digits to nine, 6 before mobile numbers and 2 before fixed ones.
        (237, r"^([5-9]\d{7})$", r"6\1"),
        (237, r"^([23]\d{7})$", r"2\1"),
        # Benin, ARCEP 2024: 01 before all eight-digit numbers.
        (229, r"^([2-9]\d{7})$", r"01\1"),
        # Côte d'Ivoire, ARTCI 2021: the old second digit tells the operator, whose prefix goes before.
        (225, r"^([04-9][789]\d{6})$", r"07\1"),
        (225, r"^([04-9][456]\d{6})$", r"05\1"),
        (225, r"^([04-9][0-3]\d{6})$", r"01\1"),
    )
)  # fmt: skip
_LETTERS_FOR_DIGITS = str.maketrans("OoIl", "0011")

_REPEATS = re.compile(r"(?P<same>(\d)\2{6,})|(?P<repeats>(\d\d)\4{3,}|(\d{3})\5{2,})")
_UP, _DOWN = "0123456789" * 3, "9876543210" * 3
_COUNTING = 7


def read_phone(phone: str, country: str | None) -> Phone:
    """The number that a typed text names. Never raises.

    ``country`` is ISO 3166-1 alpha-2 and reads a number without its calling code. Without a country, text
    of 11 and more digits counts as international where that gives a valid number and it could not be a
    long national one as well; other such text is ``no_country``. A length that can only be dialled
    within one area is not impossible: it is a number in no known range, without ``e164``.
    """
    text = _clean(phone)
    if len(text) > _MAX_LENGTH:
        return _IMPOSSIBLE
    region = country.upper() if country else None
    if region not in SUPPORTED_REGIONS:
        region = None
    number = _look_up(text, region)
    if number.valid:
        return number
    for meant in _habits(text, region):
        found = _look_up(meant, None)
        if found.valid and not digit_pattern(_digits(text)):
            return found
    if number.problem == "no_country":
        return _without_plus(text) or number
    for part in [part for part in _BESIDE.split(text) if part != text and len(_digits(part)) >= 5][:4]:
        beside = _look_up(part, region)
        if beside.valid:
            return beside
    return _with_suggestion(number, text, region)


def read_phone_in_zone(phone: str, countries: Sequence[str]) -> Phone | None:
    """A number without a country, read in the one of a time zone's countries where people have such a number."""
    text = _clean(phone)
    if len(text) > _MAX_LENGTH:
        return None
    # One country of each numbering plan: a calling code gives the same number in all of its countries.
    plans = {country_code_for_region(country): country for country in reversed(countries)}
    found = [number for country in plans.values() if (number := _look_up(text, country)).line in PEOPLES_LINES]
    return structs.replace(found[0], read_in="timezone") if len(found) == 1 else None


def _habits(text: str, region: str | None) -> Iterator[str]:
    """What people mean by spellings that are right elsewhere, or were right at home once."""
    if "+" in text and "(0)" in text:  # +48 (0)…, where no trunk prefix is
        yield text.replace("(0)", "", 1)
    if text.startswith(("00", "+00")):  # 00 where other digits dial abroad
        yield f"+{text.removeprefix('+')[2:].replace('(0)', '', 1)}"
    home = country_code_for_region(region) if region else 0
    if home and (own := re.fullmatch(rf"\+?011\D*({home}\D*[1-9].*)", text)):  # as North America dials home
        yield f"+{own[1]}"
    if link := _LINK.search(text):
        yield f"+{link[1]}"
    if region in _OLD_TRUNKS and (old := _OLD_TRUNKS[region].fullmatch(_digits(text))):
        yield f"+{country_code_for_region(region)}{old[1]}"
    parsed = _parse(text, region)
    # A trunk prefix where there is none (any more), as in Poland. Before a service's number it may be anything.
    if isinstance(parsed, PhoneNumber) and (national := _national(parsed)).startswith("0") and national[1:2] != "0":
        yield f"+{parsed.country_code}{national[1:]}"


def _clean(phone: str) -> str:
    """ASCII digits, and no invisible characters that copying brings along (marks of direction, NULs); lines apart."""
    text = phone.strip()
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        (str(decimal(c)) if c.isdecimal() else c)
        if c.isprintable()
        else ";" if c in "\r\n" else " " if c.isspace() else ""
        for c in text[: 4 * _MAX_LENGTH]
    )  # fmt: skip


def _look_up(text: str, region: str | None) -> Phone:
    """What phonenumbers answers, in as few questions as will do: a known type says that the number is valid."""
    number = _parse(text, region)
    if isinstance(number, Phone):
        return number
    line = LINES.get(phonenumbers.number_type(number))
    if line:
        return Phone(
            e164=_e164(number), valid=True, line=line, region=phonenumbers.region_code_for_number(number) or None
        )
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason == phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        return Phone()
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        # Mobile numbers of Mexico were dialled +52 1 … from abroad until 2019; messengers still write them so.
        if number.country_code == 52 and len(national := _national(number)) == 11 and national[0] == "1":
            return _look_up(f"+52{national[1:]}", None)
        return _IMPOSSIBLE
    regions = COUNTRY_CODE_TO_REGION_CODE[number.country_code or 0]
    return Phone(e164=_e164(number), region=regions[0] if len(regions) == 1 else None)


def _parse(text: str, region: str | None) -> PhoneNumber | Phone:
    if region is None and text.startswith("00"):
        text = f"+{text[2:]}"
    try:
        return phonenumbers.parse(text, region)
    except NumberParseException as error:
        if (
            error.error_type == NumberParseException.INVALID_COUNTRY_CODE
            and region is None
            and "+" not in text
            and "＋" not in text
            and 4 < len(_digits(text)) <= 17
        ):
            return _NO_COUNTRY
        return _IMPOSSIBLE


def _e164(number: PhoneNumber) -> str:
    return f"+{number.country_code}{_national(number)}"


def _national(number: PhoneNumber) -> str:
    national: str = phonenumbers.national_significant_number(number)
    return national


def _digits(text: str) -> str:
    """The decimal digits in a text, of any script, as ASCII."""
    return phonenumbers.normalize_digits_only(text)


def _without_plus(text: str) -> Phone | None:
    digits = _digits(text)
    if len(digits) < 11 or digits[0] == "0":
        return None
    number = _look_up(f"+{digits}", None)
    if not number.valid or any(_look_up(digits, region).line in _MOBILE for region in _LONG_PLANS):
        return None
    return number


def _with_suggestion(number: Phone, text: str, region: str | None) -> Phone:
    """The number with what was meant, where exactly one slip explains it.

    Slips that people are known to make go before slips of the finger; a pattern is nobody's slip.
    """
    digits = _digits(text)
    if not 7 <= len(digits) <= 18 or digit_pattern(digits):
        return number
    parsed = _parse(text, region)
    for slips, lines in (
        (_known_slips(parsed, text, digits, region), PEOPLES_LINES),
        (_finger_slips(number, parsed), _MOBILE),  # a guess, so only at what people mostly give
    ):
        meant = {candidate.e164 for slip in slips if (candidate := _look_up(slip, region)).line in lines}
        if meant:
            return structs.replace(number, suggestion=meant.pop()) if len(meant) == 1 else number
    return number


def _known_slips(parsed: PhoneNumber | Phone, text: str, digits: str, region: str | None) -> Iterator[str]:
    if isinstance(parsed, PhoneNumber):
        code, national = parsed.country_code, _national(parsed)
        for renumbered, old, new in _RENUMBERED:
            if renumbered == code and old.match(national):
                yield f"+{code}{old.sub(new, national)}"
        if national.startswith(str(code)):  # the calling code twice
            yield f"+{national}"
        if national.startswith("0"):  # the trunk prefix twice, or kept after the calling code
            yield f"+{code}{national.lstrip('0')}"
    if region and digits.startswith("00"):  # 00 for 0 reads as another country's number
        yield digits.lstrip("0")
    if region and "+" in text:  # a + before a national number
        yield digits
    if isinstance(parsed, PhoneNumber) and parsed.country_code == 39:  # Italy's 0 is part of the number
        yield f"+390{_national(parsed)}"
    if "+" not in text and len(digits) >= 11:  # the + forgotten
        yield f"+{digits}"
    if any(letter in text for letter in "OoIl"):
        yield text.translate(_LETTERS_FOR_DIGITS)


def _finger_slips(number: Phone, parsed: PhoneNumber | Phone) -> Iterator[str]:
    if not isinstance(parsed, PhoneNumber):
        return
    code, national = parsed.country_code, _national(parsed)
    for i in range(1, len(national)):
        same = national[i] == national[i - 1]
        if number.problem and same:  # a key pressed twice
            yield f"+{code}{national[:i]}{national[i + 1 :]}"
        elif not number.problem and not same and i < 4:  # two keys swapped, where the plans look
            yield f"+{code}{national[: i - 1]}{national[i]}{national[i - 1]}{national[i + 1 :]}"


def national_digits(e164: str) -> str:
    """The digits after the calling code, which ITU-T E.164 makes prefix-free."""
    for end in (2, 3, 4):
        if int(e164[1:end]) in COUNTRY_CODE_TO_REGION_CODE:
            return e164[end:]
    return e164[1:]


def digit_pattern(digits: str) -> tuple[str, bool] | None:
    """The pattern in a number's digits, with whether it is the whole number; None where there is none.

    ``same`` (9999999), ``repeats`` (12121212, 123123123) or ``counting`` (1234567, 7654321, past 9 and 0).
    Only unbroken runs of seven and more: single digits that come often are what lucky numbers are made of.
    """
    found = _REPEATS.search(digits)
    if found:
        return "same" if found["same"] else "repeats", found.end() - found.start() == len(digits)
    for start in range(len(digits) - _COUNTING + 1):
        window = digits[start : start + _COUNTING]
        if window in _UP or window in _DOWN:
            return "counting", digits in _UP or digits in _DOWN
    return None
