"""What do numbering plans tell of a number, beyond whether it is valid?

Four things: whether it is in a range that a regulator keeps out of use, whether the plan assigns numbers of its shape
to nobody, whether its range may have opened since the plans were collected, and who uses lines of its type in its
country. The tables are ``data/fictional_numbers.toml`` and
``data/line_types.toml``; the parsing functions here take them as decoded TOML.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from fraudcheck.fields.phone.parsing import MOBILE_LINES, parse
from fraudcheck.fields.phone.plans import Number, line_and_region

_PLACEHOLDERS = {"X": "0123456789", "N": "23456789"}


def fictional(ranges: Sequence[tuple[int, int, str]], e164: str) -> str | None:
    """The regulator that keeps a number out of use, None for ordinary numbers. ``ranges`` are from ``parse_ranges``."""
    number = int(e164)
    position = bisect_left(ranges, (number + 1,))
    if not position:
        return None
    _, last, regulator = ranges[position - 1]
    return regulator if number <= last else None


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


def may_be_new(e164: str) -> bool:
    """Whether a number in no known range may lie in one that opened after phonenumbers' plans were collected.

    In North America that is an area code which nobody has yet and which can be given out; elsewhere a range beside the
    country's mobile numbers: with one other digit in the second or third place the number would be one of these.
    """
    if e164.startswith("+1"):
        return bool(_ASSIGNABLE.fullmatch(e164, 1)) and not _is_area_code(e164[2:5])
    number = parse(e164, None)
    return isinstance(number, Number) and any(map(_is_mobile, _beside(number)))


def _beside(number: Number) -> Iterator[Number]:
    code, national = number
    for place in (1, 2):
        for digit in "0123456789":
            yield Number(code, f"{national[:place]}{digit}{national[place + 1 :]}")


def _is_mobile(number: Number) -> bool:
    found = line_and_region(number)
    return found is not None and found[0] in MOBILE_LINES


def _is_area_code(code: str) -> bool:
    return line_and_region(Number(1, code + _ANY_OFFICE)) is not None


def parse_shapes(table: Mapping[str, Any]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The shapes (pattern, regulator) in the rows ``unused`` of ``fictional_numbers.toml``."""
    return tuple((re.compile(entry["pattern"]), entry["regulator"]) for entry in table["unused"])


def line_uses(table: Mapping[str, Any]) -> Callable[[str, str | None, str], str | None]:
    """A look-up ``line, region, e164 -> who uses such lines``, from ``line_types.toml``.

    It gives None where the type of line says enough by itself.
    """
    uses = {(entry["line"], region): entry["use"] for entry in table["line"] for region in entry["regions"]}
    default = table["default"]
    machines = re.compile(
        "|".join(
            rf"\+{entry['code']}{entry['start']}[0-9]{{{entry['digits'] - len(entry['start'])}}}"
            for entry in table["machines"]
        )
        or "(?!)"
    )

    def line_use(line: str, region: str | None, e164: str) -> str | None:
        if machines.fullmatch(e164):
            return "machine"
        use: str | None = uses.get((line, region or "")) or default.get(line)
        return use

    return line_use


def parse_ranges(table: Mapping[str, Any]) -> tuple[tuple[int, int, str], ...]:
    """The ranges (first, last, regulator) of ``fictional_numbers.toml``, sorted.

    Numbers are the digits of E.164 as an integer, which keeps their length: no calling code begins with 0.
    In a pattern X stands for any digit and N for one of 2 to 9; ``except`` names the beginnings to leave out.
    """
    ranges = []
    for entry in table["range"]:
        excluded = tuple(entry.get("except", ()))
        spans = [(first, last) for first, last in entry.get("spans", ())]
        for pattern in entry.get("patterns", ()):
            spans += _pattern_spans(pattern, excluded)
        ranges += [(int(first), int(last), entry["regulator"]) for first, last in spans]
    return tuple(sorted(ranges))


def _pattern_spans(pattern: str, excluded: tuple[str, ...]) -> Iterable[tuple[str, str]]:
    """The first and the last number of each range that a pattern covers."""
    head = pattern.rstrip("X")
    free_digits = len(pattern) - len(head)
    for digits in product(*[_PLACEHOLDERS.get(character, character) for character in head]):
        start = "".join(digits)
        if not start.startswith(excluded):
            yield start + "0" * free_digits, start + "9" * free_digits
