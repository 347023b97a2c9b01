"""Which phone number does a typed text name?

Six files answer this together, without I/O:

- ``parsing`` asks phonenumbers for the number in a text;
- ``spreadsheets`` undoes what a spreadsheet made of a number;
- ``several`` finds the parts of a text that may be a number each;
- ``typos`` suggests the number that was meant, where one typing error explains the text;
- ``digit_patterns`` finds patterns in digits, such as 9999999;
- ``number``, this file, puts these together: it also reads the habits of writing numbers that phonenumbers does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import unquote

from msgspec import structs
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, SUPPORTED_REGIONS, PhoneNumber, country_code_for_region

from fraudcheck.fields.phone.digit_patterns import digit_pattern
from fraudcheck.fields.phone.parsing import (
    IMPOSSIBLE,
    MAX_LENGTH,
    MOBILE_LINES,
    NEWER_CODES,
    PERSONAL_LINES,
    ascii_digits,
    clean_text,
    look_up,
    national_number,
    parse,
)
from fraudcheck.fields.phone.several import FEWEST_DIGITS, MOST_DIGITS, digits_of, halves, pieces, plus_spellings
from fraudcheck.fields.phone.spreadsheets import undo_spreadsheet
from fraudcheck.fields.phone.typos import suggested_number
from fraudcheck.records import Phone

# Plans whose mobile numbers have 11 and more digits without a trunk prefix, from phonenumbers' metadata. Such a number
# can look like another country's with its calling code (130 1234 5678 in China, +1 301 …).
_LONG_PLANS = ("AR", "AT", "BR", "CN", "DE", "ID", "NL")

_PLAIN = re.compile(r"[+(\d](?:[\d() -]|\.(?!0+\Z|\.))*")
"""What is nothing but a number, as almost everybody types it, and no decimal one."""
_LATE_PLUS = re.compile(r"\d[\s().-]*\+")
"""A plus behind digits: another number's, or its own in text from right-to-left script."""
_WORD = re.compile(r"[^\W\d_]+")
_O_FOR_ZERO = re.compile(r"[\d\s+().OoIl-]+")
_ALONE = re.compile(r"(?<!\S)[OoIl]+(?!\S)")
_LETTERS_FOR_DIGITS = str.maketrans("OoIl", "0011")
_MASKED = re.compile(r"\d(?:[*•●∗…]|[xX_]{2}|\.{3})|(?:[*•●∗…]|[xX_]{2}|\.{3})\d")
"""Digits beside signs that hide more of them (``09128403**``), when blanks and dashes are taken away."""
_BLANKS = str.maketrans("", "", " -()")
_CARRIER = re.compile(r"(?<!\w)0[xX]{2}(?=[ )-]*\d\d)")
"""Brazil's 0xx11: the caller's choice of a carrier between trunk prefix and area code."""
_CALLING_CODE = re.compile(r"\+ ?(\d{1,3})")
"""All that some forms send of a field that was left as it was."""

_LABELS = frozenset(
    """tel telefon telefono teléfono telefone telephone téléphone phone ph p t m mob mobil mobile móvil movil cell cel
    celular handy fon no nr num number numero número whatsapp wa zalo viber sđt sdt đt dt số điện thoại di động тел
    телефон моб هاتف جوال موبايل تلفون טלפון נייד โทร 電話 电话 携帯 手机""".split()  # noqa: SIM905 - a list of words
)
"""Words before a number. What else stands with a few digits says that these are no number at all."""

# Trunk prefixes that were dialled before a number until its country gave them up, and which people still write.
_OLD_TRUNK_PREFIXES = {
    "MX": re.compile(r"0(?:1|44|45)(\d{10})"),  # IFT, plan of 2019: 01, and 044 or 045 before mobile numbers
    "UA": re.compile(r"80(\d{9})"),  # NKRZ, 2009: 8 and 0
}
_CHAT_LINK = re.compile(r"(?:wa\.me/|t\.me/(?=\+)|[?&](?:phone|number)=)\+?(\d{8,15})\b", re.IGNORECASE)

_ROUNDED = "a spreadsheet rounded the number or put an error in its place: export the column as text"
_HIDDEN = "digits of the number are hidden: send all of them"
_NO_NUMBER = "no phone number could be read in it: ask the person for one"
_ABROAD_DIGITS = 13
"""From so many on 011 is North America's prefix for calls abroad, and not Delhi's or Buenos Aires' area code."""
_FEWEST_AMONG_WORDS = 7
"""Digits of a number among words: fewer are a room's or a ticket's."""
_MOST_LOOKED_UP = 1_000
"""Characters of all parts of a text that phonenumbers is asked about. A text of signs with few digits has many parts,
each of them long: without a bound one field took 15 ms."""
_LONGEST_LINE = 14
"""Characters of fixed lines in E.164, as people have them."""
_BEST_FIRST = (None, "no_country", "impossible")

_Read = Callable[[str], Phone]


def read_phone(phone: str, country: str | None, newer_codes: Mapping[str, str] = NEWER_CODES) -> Phone:
    """Read a typed phone number. Never raises: what is wrong with it is the number's ``problem``.

    ``country`` (ISO 3166-1 alpha-2) is where a number without a calling code is read. Without a country, 11 and more
    digits count as an international number if that gives a valid one, and if they cannot be a long national number as
    well; other such text has the problem ``no_country``. Of several numbers the first valid one is read, else the first
    possible one. A number of a length that can only be dialled within one area is not ``impossible``: it is in no known
    range and has no ``e164``. Text that holds no number, or whose digits are lost, is ``unreadable`` and has a
    ``warning``. ``newer_codes`` is as in ``look_up``.
    """
    text = clean_text(phone)
    region = country.upper() if country else None
    if region not in SUPPORTED_REGIONS:
        region = None
    lost = False
    if _PLAIN.fullmatch(text):
        if len(text) <= MAX_LENGTH and (plain := _look_up(text, region, newer_codes)).valid:
            return plain
    else:
        text, lost = undo_spreadsheet(clean_text(unquote(text)) if "%" in text else text)
        text = _CARRIER.sub("0", text)
        if _MASKED.search(text.translate(_BLANKS)):
            return Phone(problem="unreadable", warning=_HIDDEN)

    def read(spelling: str) -> Phone:
        return _read_one(spelling, region, newer_codes)

    best, spelling = _best(text, _each_once(read))
    if best.problem == "impossible" and lost:
        return Phone(problem="unreadable", warning=_ROUNDED)
    if best.problem and not _is_a_number(text):
        return Phone(problem="unreadable", warning=_NO_NUMBER)
    if best.valid or best.problem == "no_country":
        return best
    return structs.replace(best, suggestion=suggested_number(spelling, region))


def read_phone_in_zone(
    phone: str, countries: Sequence[str], newer_codes: Mapping[str, str] = NEWER_CODES
) -> Phone | None:
    """Read a number without a country in the countries of the browser's time zone.

    Returns the number where it is a person's line in exactly one of their numbering plans, else None.
    """
    text = clean_text(phone)
    if not _PLAIN.fullmatch(text):
        text, _ = undo_spreadsheet(text)

    def read(country: str) -> Phone | None:
        readings = _readings(text, _each_once(lambda spelling: look_up(spelling, country, newer_codes)))
        return next((number for number, _ in readings if number.line in PERSONAL_LINES), None)

    # One country of each numbering plan: a calling code gives the same number in all of its countries.
    plans = {country_code_for_region(country): country for country in reversed(countries)}
    found = [number for country in plans.values() if (number := read(country))]
    return structs.replace(found[0], read_in="timezone") if len(found) == 1 else None


def national_digits(e164: str) -> str:
    """The digits after the calling code of an E.164 number. ITU-T E.164 makes calling codes prefix-free."""
    for end in (2, 3, 4):
        if int(e164[1:end]) in COUNTRY_CODE_TO_REGION_CODE:
            return e164[end:]
    return e164[1:]


def _each_once(read: _Read) -> _Read:
    """``read``, for the first texts that it is asked for; what comes behind so many is not looked up."""
    known: dict[str, Phone] = {}

    def read_once(text: str) -> Phone:
        if text not in known:
            if sum(map(len, known)) > _MOST_LOOKED_UP:
                return IMPOSSIBLE
            known[text] = read(text)
        return known[text]

    return read_once


def _best(text: str, read: _Read) -> tuple[Phone, str]:
    """The first valid number in a text, else the first that may be one, with its spelling."""
    best = IMPOSSIBLE, text
    for found in _readings(text, read):
        if found[0].valid:
            return found
        if _BEST_FIRST.index(found[0].problem) < _BEST_FIRST.index(best[0].problem):
            best = found
    return best


def _readings(text: str, read: _Read) -> Iterator[tuple[Phone, str]]:
    """What ``read`` finds in the spellings of a text's numbers, likeliest first: each number with its spelling.

    phonenumbers makes digits of letters (1-800-FLOWERS), those of notes too. So text with words is read in parts first.
    """
    if link := _CHAT_LINK.search(text):
        yield read(f"+{link[1]}"), text
    worded = _WORD.search(text) is not None
    if worded and _O_FOR_ZERO.fullmatch(text) and not _ALONE.search(text):
        digits = text.translate(_LETTERS_FOR_DIGITS)
        yield read(digits), digits
    short = len(text) <= MAX_LENGTH
    as_a_whole = short and (not worded or text[:4].lower() == "tel:") and not _LATE_PLUS.search(text)
    if as_a_whole:
        yield read(text), text
    for piece in pieces(text):
        for spelling in plus_spellings(piece):
            if spelling == text and as_a_whole:
                pass
            elif len(spelling) <= MAX_LENGTH:
                yield read(spelling), spelling
            yield from _read_halves(spelling, read)
    if short and worded and (number := read(text)).valid:
        yield number, text


def _read_halves(spelling: str, read: _Read) -> Iterator[tuple[Phone, str]]:
    """The numbers of a spelling that is several, where both halves are valid, else where one is and the other may be.

    Halves that are shorter than most numbers must both be valid: a long number with one digit too many is no two.
    """
    # 256 712 310291 in Finland is Uganda's number without its +, and not two of six digits.
    digits = digits_of(spelling)
    is_twice = digits[: len(digits) // 2] == digits[len(digits) // 2 :]
    if not is_twice and spelling[0] not in "+0(" and len(digits) <= MOST_DIGITS and look_up(f"+{digits}", None).valid:
        return
    pairs = []
    for head, tail in halves(spelling):
        first, count = read(head), len(digits_of(tail))
        if first.problem == "impossible":
            continue
        second = read(tail) if FEWEST_DIGITS <= count <= MOST_DIGITS else first
        both = first.valid and second.valid
        short = min(count, len(digits_of(head))) < _FEWEST_AMONG_WORDS and second is not first
        one = first.valid or second.valid or first.problem == "no_country"
        if both or (one and not short and second.problem != "impossible"):
            pairs.append((not both, (first, head), (second, tail if second is not first else head)))
    for _, *pair in sorted(pairs, key=lambda pair: pair[0]):
        yield from pair


def _is_a_number(text: str) -> bool:
    """Whether a text that names no number has the digits of one, or nothing but digits and a label."""
    if (code := _CALLING_CODE.fullmatch(text.strip(" ()-"))) and int(code[1]) in COUNTRY_CODE_TO_REGION_CODE:
        return False
    if any(len(digits_of(piece)) >= _FEWEST_AMONG_WORDS for piece in pieces(text)):
        return True
    return bool(digits_of(text)) and all(word.lower() in _LABELS for word in _WORD.findall(text))


def _look_up(text: str, region: str | None, newer_codes: Mapping[str, str]) -> Phone:
    """``look_up``, but for numbers that lost their + and read as a line at home, in a plan that hardly bounds them.

    4915117403628 is a mobile number of Germany, and not one of 13 digits behind Leer's area code 0491.
    """
    number = look_up(text, region, newer_codes)
    if region and number.line == "fixed_line" and len(number.e164 or "") > _LONGEST_LINE and text[0] not in "+0(":
        home_code, digits = country_code_for_region(region), ascii_digits(text)
        if digits.startswith(str(home_code)) and (found := look_up(f"+{digits}", None, newer_codes)).line == "mobile":
            return found
    return number


def _read_one(text: str, region: str | None, newer_codes: Mapping[str, str]) -> Phone:
    """The number that a text is, also in the spellings that phonenumbers does not know."""
    number = _look_up(text, region, newer_codes)
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
    if isinstance(parsed, PhoneNumber):
        national = national_number(parsed)
        if national.startswith("0") and national[1:2] != "0":
            yield f"+{parsed.country_code}{national[1:]}"


def _read_without_plus(text: str, newer_codes: Mapping[str, str]) -> Phone | None:
    digits = ascii_digits(text)
    if len(digits) < 11 or digits[0] == "0":
        return None
    number = look_up(f"+{digits}", None, newer_codes)
    if not number.valid or any(look_up(digits, region).line in MOBILE_LINES for region in _LONG_PLANS):
        return None
    return number
