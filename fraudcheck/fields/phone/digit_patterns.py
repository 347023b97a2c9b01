"""Do a number's digits form a pattern, such as 9999999 or 1234567?"""

from __future__ import annotations

import re

_SAME_OR_REPEATS = re.compile(r"(?P<same>(\d)\2{6,})|(?P<repeats>(\d\d)\4{3,}|(\d{3})\5{2,})")
_SHORTEST_COUNT = 7
_UPWARDS, _DOWNWARDS = "0123456789" * 3, "9876543210" * 3
_COUNTS = frozenset(digits[start : start + _SHORTEST_COUNT] for digits in (_UPWARDS, _DOWNWARDS) for start in range(10))
"""All runs of that length."""


def digit_pattern(digits: str) -> tuple[str, bool] | None:
    """The pattern's class, and whether it makes up the whole number; None where there is no pattern.

    The class is ``same`` (9999999), ``repeats`` (12121212, 123123123) or ``counting`` (1234567, 7654321, also past 9
    and 0). Only unbroken runs of seven and more digits count: lucky numbers hold one digit many times.
    """
    match = _SAME_OR_REPEATS.search(digits)
    if match:
        is_whole = match.end() - match.start() == len(digits)
        return ("same" if match["same"] else "repeats"), is_whole
    for start in range(len(digits) - _SHORTEST_COUNT + 1):
        if digits[start : start + _SHORTEST_COUNT] in _COUNTS:
            return "counting", digits in _UPWARDS or digits in _DOWNWARDS
    return None
