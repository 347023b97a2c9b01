"""Which phone number does a typed text name?

Eight files answer this together, without I/O:

- ``plans`` knows the countries' numbering plans, and reads what is dialled by them;
- ``parsing`` finds the number in a text, with ``plans`` or by asking phonenumbers;
- ``habits`` reads the habits of writing a number that phonenumbers does not know;
- ``spreadsheets`` undoes what a spreadsheet made of a number;
- ``several`` finds the parts of a text that may be a number each;
- ``typos`` suggests the number that was meant, where one typing error explains the text;
- ``digit_patterns`` finds patterns in digits, such as 9999999;
- ``number``, this file, puts these together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import unquote

from msgspec import structs
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, SUPPORTED_REGIONS, country_code_for_region

from fraudcheck.fields.phone.digit_patterns import digit_pattern
from fraudcheck.fields.phone.habits import look_up_at_home, read_one
from fraudcheck.fields.phone.parsing import (
    IMPOSSIBLE,
    MAX_LENGTH,
    NEWER_CODES,
    PERSONAL_LINES,
    ascii_digits,
    clean_text,
    look_up,
)
from fraudcheck.fields.phone.plans import parted
from fraudcheck.fields.phone.several import FEWEST_DIGITS, MOST_DIGITS, digits_of, halves, pieces, plus_spellings
from fraudcheck.fields.phone.spreadsheets import undo_spreadsheet
from fraudcheck.fields.phone.typos import suggested_number
from fraudcheck.records import Phone

_PLAIN = re.compile(r"[+(\d][\d() -]*+(?:\.(?!0+\Z|\.)[\d() -]*+)*+")
"""What is nothing but a number, as almost everybody types it, and no decimal one."""
_SHORT_ALTERNATIVE = re.compile(r"([+(\d][\d() .-]{6,40}\d)[ ]?/[ ]?\d{1,4}")
"""``030 27403612/13``: another ending of the same number, and no longer number."""
_FEWEST_BEFORE_ENDING = 7
_FEWEST_OF_GLUED = 9
_GLUED = re.compile(r"\+?\d{18,30}")
"""More digits than any number has: two numbers without what stood between."""
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

_CHAT_LINK = re.compile(r"(?:wa\.me/|t\.me/(?=\+)|[?&](?:phone|number)=)\+?(\d{8,15})\b", re.IGNORECASE)

_ROUNDED = "a spreadsheet rounded the number or put an error in its place: export the column as text"
_HIDDEN = "digits of the number are hidden: send all of them"
_NO_NUMBER = "no phone number could be read in it: ask the person for one"
_FEWEST_AMONG_WORDS = 7
"""Digits of a number among words: fewer are a room's or a ticket's."""
_MOST_LOOKED_UP = 1_000
"""Characters of all parts of a text that phonenumbers is asked about. A text of signs with few digits has many parts,
each of them long: without a bound one field took 15 ms."""
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
        if len(text) <= MAX_LENGTH and (plain := look_up_at_home(text, region, newer_codes)).valid:
            return plain
    else:
        text, lost = undo_spreadsheet(clean_text(unquote(text)) if "%" in text else text)
        text = _CARRIER.sub("0", text)
        if _MASKED.search(text.translate(_BLANKS)):
            return Phone(problem="unreadable", warning=_HIDDEN)

    def read(spelling: str) -> Phone:
        return read_one(spelling, region, newer_codes)

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
    """The digits after the calling code of an E.164 number."""
    return parted(e164[1:])[1]


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
    ending = _SHORT_ALTERNATIVE.fullmatch(text)
    if ending and len(digits_of(ending[1])) >= _FEWEST_BEFORE_ENDING:
        yield read(ending[1]), ending[1]
    if _GLUED.fullmatch(text):
        yield from _read_glued(text, read)
        return
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


def _read_glued(text: str, read: _Read) -> Iterator[tuple[Phone, str]]:
    """The first of two valid numbers that stand without anything between, if there is one way to part them."""
    ends = range(_FEWEST_OF_GLUED, len(text) - _FEWEST_OF_GLUED + 1)
    heads = [text[:end] for end in ends if read(text[end:]).valid and not digit_pattern(ascii_digits(text[:end]))]
    found = [(number, head) for head in heads if (number := read(head)).valid]
    if len(found) == 1:
        yield found[0]


def _is_a_number(text: str) -> bool:
    """Whether a text that names no number has the digits of one, or nothing but digits and a label."""
    if (code := _CALLING_CODE.fullmatch(text.strip(" ()-"))) and int(code[1]) in COUNTRY_CODE_TO_REGION_CODE:
        return False
    if any(len(digits_of(piece)) >= _FEWEST_AMONG_WORDS for piece in pieces(text)):
        return True
    return bool(digits_of(text)) and all(word.lower() in _LABELS for word in _WORD.findall(text))
