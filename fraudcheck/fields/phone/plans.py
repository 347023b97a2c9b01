"""Which line has a number by its country's numbering plan, and which of the digits that people dial are the number?

The plans are phonenumbers' metadata. Asked by its functions, every pattern of a plan is looked up and matched several
times for one number; here each is compiled once, and matched once at most. What takes more than a plan's prefixes
(letters, extensions, calls abroad, carriers' codes) is left to phonenumbers: see ``parsing``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from functools import cached_property, lru_cache
from typing import NamedTuple

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumberDesc

_CALLING_CODES = {str(code): code for code in COUNTRY_CODE_TO_REGION_CODE}
"""By their digits. ITU-T E.164 makes them prefix-free: a number begins with one of them at most."""
_CODE_OF_REGION = {
    region: code for code, regions in COUNTRY_CODE_TO_REGION_CODE.items() for region in regions if region != "001"
}
"""phonenumbers' own function reads a region's whole plan for it, and those of all regions take 36 ms."""

_FEWEST_DIGITS, _MOST_DIGITS = 3, 17
"""Digits after the calling code of what phonenumbers reads as a number, whatever the plan."""
_LONGEST = 60
"""Characters of a number with marks between its digits."""

# Lines that are looked for before people's, in phonenumbers' order; their ranges may lie within people's.
_FIRST = ("premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail")
_NEVER = r"(?!)"


class Number(NamedTuple):
    """A calling code, and the digits after it."""

    code: int
    national: str

    @property
    def e164(self) -> str:
        """The number as it is dialled from anywhere."""
        return f"+{self.code}{self.national}"


_Range = tuple[str, Container[int], Callable[[str], re.Match[str] | None]]
"""A kind of number, how many digits it has, and the match of a whole one."""


class Plan:
    """The numbering plan of a region.

    ``code`` is its calling code, ``lengths`` how many digits its national numbers have, ``local_lengths`` how many have
    those that are dialled within one area only. ``abroad`` matches what is dialled before another country's number.
    ``first_digits`` matches the numbers of a region that shares its calling code, where their first digits tell them.
    """

    def __init__(self, metadata: PhoneMetadata) -> None:
        general = metadata.general_desc or PhoneNumberDesc()
        self._metadata = metadata
        self._trunk = re.compile(metadata.national_prefix_for_parsing or _NEVER)
        _, self.lengths, self._matches = _range("any", general)
        self.code = metadata.country_code or 0
        self.local_lengths = frozenset(general.possible_length_local_only)
        self.abroad = re.compile(metadata.international_prefix or _NEVER)
        self.first_digits = re.compile(metadata.leading_digits) if metadata.leading_digits else None

    @cached_property
    def _ranges(self) -> tuple[_Range, ...]:
        kinds = [(line, getattr(self._metadata, line)) for line in (*_FIRST, "fixed_line", "mobile")]
        return tuple(_range(line, desc) for line, desc in kinds if desc)

    def line(self, national: str) -> str | None:
        """The type of line of a national number, as in ``records.Phone``; None for one in no range."""
        length = len(national)
        if length not in self.lengths or not self._matches(national):
            return None
        found = None
        for line, lengths, matches in self._ranges:
            if length in lengths and matches(national):
                if found:
                    return "fixed_line_or_mobile"
                if line != "fixed_line":
                    return line
                found = line
        return found

    def national(self, dialled: str) -> str | None:
        """The national number in digits dialled at home or after the calling code; None where that is not certain."""
        prefix = self._trunk.match(dialled)
        if prefix is None:
            return dialled
        national, length = dialled[prefix.end() :], len(dialled) - prefix.end()
        is_number = length in self.lengths and length not in self.local_lengths and self._matches(national)
        is_certain = prefix.lastindex is None and (is_number or national == dialled)
        return national if is_certain else None


def _range(line: str, desc: PhoneNumberDesc) -> _Range:
    return line, frozenset(desc.possible_length), re.compile(desc.national_number_pattern or _NEVER).fullmatch


@lru_cache(maxsize=512)
def _plan(code: int, region: str) -> Plan:
    """There are fewer than 300. The region of a world-wide calling code is ``001``."""
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    if metadata is None:
        raise LookupError(region)  # phonenumbers has a plan for each region that it names
    return Plan(metadata)


def parted(digits: str) -> tuple[int, str]:
    """The calling code that digits begin with, 0 for none, and the digits behind it."""
    for end in (1, 2, 3):
        if code := _CALLING_CODES.get(digits[:end]):
            return code, digits[end:]
    return 0, digits


def main_plan(code: int) -> Plan:
    """The plan by which numbers behind a calling code are dialled, also where several regions share it."""
    return _plan(code, COUNTRY_CODE_TO_REGION_CODE[code][0])


def plain_number(text: str, region: str | None) -> Number | None:
    """What phonenumbers reads in a number as most people write it; None for other texts, and where only it can tell.

    That is digits, behind a ``+`` or as they are dialled in the region, and marks between them. The number may be in no
    known range.
    """
    dialled = text.replace(" ", "").replace("-", "").replace(".", "").replace("(", "").replace(")", "")
    digits = dialled.removeprefix("+")
    if not (digits.isascii() and digits.isdecimal()) or len(text) > _LONGEST:
        return None
    if dialled[0] == "+":
        code, digits = parted(digits)
        if not code:
            return None
        plan = main_plan(code)
    elif region in _CODE_OF_REGION:
        plan = _plan(_CODE_OF_REGION[region], region)
        if digits.startswith(str(plan.code)) or plan.abroad.match(digits):
            return None
    else:
        return None
    national = plan.national(digits)
    if national is None or not _FEWEST_DIGITS <= len(national) <= _MOST_DIGITS:
        return None
    return Number(plan.code, national)


def line_and_region(number: Number) -> tuple[str, str] | None:
    """The type of line of a number and its region, as in ``records.Phone``; None for a number in no range."""
    regions = COUNTRY_CODE_TO_REGION_CODE.get(number.code, ())
    for region in regions:
        plan = _plan(number.code, region)
        told = plan.first_digits if len(regions) > 1 else None
        if told and not told.match(number.national):
            continue
        line = plan.line(number.national)
        if line:
            return line, region
        if told:
            break
    return None
