"""What do numbering plans tell of a number, beyond whether it is valid?

Four things: whether it is in a range that a regulator keeps out of use, whether the plan assigns numbers of its shape
to nobody, whether its range may have opened since the plans were collected, and who uses lines of its type in its
country. The tables are ``data/fictional_numbers.toml`` and
``data/line_types.toml``; the parsing functions here take them as decoded TOML.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from typing import Any

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType

_PLACEHOLDERS = {"X": "0123456789", "N": "23456789"}


def fictional(ranges: Sequence[tuple[str, str, str]], e164: str) -> str | None:
    """The regulator that keeps a number out of use, None for ordinary numbers. ``ranges`` are from ``parse_ranges``."""
    digits = e164[1:]
    position = bisect_right(ranges, (len(digits), digits), key=lambda row: (len(row[0]), row[0]))
    if not position:
        return None
    first, last, regulator = ranges[position - 1]
    return regulator if len(first) == len(digits) and first <= digits <= last else None


def unused(shapes: Sequence[tuple[re.Pattern[str], str]], e164: str) -> str | None:
    """The regulator whose plan assigns numbers of this shape to nobody; None for ordinary numbers.

    ``shapes`` are from ``parse_shapes``.
    """
    return next((regulator for shape, regulator in shapes if shape.fullmatch(e164, 1)), None)


# North American area codes that can be given out (ATIS, NPA allocation guidelines): not the easily recognised ones with
# two equal digits at the end, nor those that are kept for longer numbers (a 9 in the middle, 37X, 96X) or for the
# government (710). Behind it a central office code, which begins with 2 to 9 and is not N11.
_ASSIGNABLE = re.compile(r"1(?!37|96|710)[2-9]([0-8])(?!\1)\d[2-9](?!11)\d{6}")
_ANY_OFFICE = "3052187"
_MOBILE = frozenset([PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE])


def may_be_new(e164: str) -> bool:
    """Whether a number in no known range may lie in one that opened after phonenumbers' plans were collected.

    In North America that is an area code which nobody has yet and which can be given out; elsewhere a range beside the
    country's mobile numbers: with one other digit in the second or third place the number would be one of these.
    """
    if e164.startswith("+1"):
        return bool(_ASSIGNABLE.fullmatch(e164, 1)) and not _is_area_code(e164[2:5])
    number = phonenumbers.parse(e164, None)
    national = phonenumbers.national_significant_number(number)
    return any(
        phonenumbers.number_type(_with_digits(number, f"{national[:place]}{digit}{national[place + 1 :]}")) in _MOBILE
        for place in (1, 2)
        for digit in "0123456789"
    )


def _is_area_code(code: str) -> bool:
    return phonenumbers.is_valid_number(_with_digits(PhoneNumber(country_code=1), code + _ANY_OFFICE))


def _with_digits(number: PhoneNumber, national: str) -> PhoneNumber:
    leading_zero = national.startswith("0")
    return PhoneNumber(
        country_code=number.country_code,
        national_number=int(national),
        italian_leading_zero=leading_zero or None,
        number_of_leading_zeros=(len(national) - len(national.lstrip("0"))) or None,
    )


def parse_shapes(table: Mapping[str, Any]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The shapes (pattern, regulator) in the rows ``unused`` of ``fictional_numbers.toml``."""
    return tuple((re.compile(entry["pattern"]), entry["regulator"]) for entry in table["unused"])


def line_uses(table: Mapping[str, Any]) -> Callable[[str, str | None, str], str | None]:
    """A look-up ``line, region, e164 -> who uses such lines``, from ``line_types.toml``.

    It gives None where the type of line says enough by itself.
    """
    uses = {(entry["line"], region): entry["use"] for entry in table["line"] for region in entry["regions"]}
    default = table["default"]
    # (beginning, length) of the E.164 numbers that machines have
    machines = tuple(
        (f"+{entry['code']}{entry['start']}", 1 + len(str(entry["code"])) + entry["digits"])
        for entry in table["machines"]
    )

    def line_use(line: str, region: str | None, e164: str) -> str | None:
        if any(e164.startswith(start) and len(e164) == length for start, length in machines):
            return "machine"
        use: str | None = uses.get((line, region or "")) or default.get(line)
        return use

    return line_use


def parse_ranges(table: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """The ranges (first, last, regulator) of ``fictional_numbers.toml``, sorted by length and then digits.

    In a pattern X stands for any digit and N for one of 2 to 9; ``except`` names the beginnings to leave out.
    """
    ranges = []
    for entry in table["range"]:
        excluded = tuple(entry.get("except", ()))
        spans = [(first, last) for first, last in entry.get("spans", ())]
        for pattern in entry.get("patterns", ()):
            spans += _pattern_spans(pattern, excluded)
        ranges += [(first, last, entry["regulator"]) for first, last in spans]
    return tuple(sorted(ranges, key=lambda row: (len(row[0]), row[0])))


def _pattern_spans(pattern: str, excluded: tuple[str, ...]) -> Iterable[tuple[str, str]]:
    """The first and the last number of each range that a pattern covers."""
    head = pattern.rstrip("X")
    free_digits = len(pattern) - len(head)
    for digits in product(*[_PLACEHOLDERS.get(character, character) for character in head]):
        start = "".join(digits)
        if not start.startswith(excluded):
            yield start + "0" * free_digits, start + "9" * free_digits
