"""Which number did the person mean to type?

A suggestion is given only where exactly one number explains the text, and where it is the same subscriber's: what may
be wrong is what stands before a number (a prefix that is lost or doubled, or one that its regulator has replaced). A
digit that is wrong within a number is never guessed: the number that comes of it is a stranger's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fraudcheck.fields.phone.digit_patterns import digit_pattern
from fraudcheck.fields.phone.parsing import (
    PERSONAL_LINES,
    ascii_digits,
    look_up,
    parse,
)
from fraudcheck.fields.phone.plans import Number
from fraudcheck.records import Phone

# Numbers that a country has changed, as (calling code, old national number, new one). The regulator gave every
# subscriber the new number, so an old number that somebody remembers has exactly one successor.
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


def suggested_number(text: str, region: str | None) -> str | None:
    """The E.164 number that was meant by a text that is not valid as it stands; None where that is not certain.

    Digits that form a pattern (1234567) are never an error.
    """
    digits = ascii_digits(text)
    if not 7 <= len(digits) <= 18 or digit_pattern(digits):
        return None
    candidates = _known_errors(parse(text, region), text, digits, region)
    meant = {found.e164 for candidate in candidates if (found := look_up(candidate, region)).line in PERSONAL_LINES}
    return meant.pop() if len(meant) == 1 else None


def _known_errors(parsed: Number | Phone, text: str, digits: str, region: str | None) -> Iterator[str]:
    if isinstance(parsed, Number):
        code, national = parsed
        for renumbered, old, new in _RENUMBERED:
            if renumbered == code and old.match(national):
                yield f"+{code}{old.sub(new, national)}"
        if national.startswith(str(code)):  # the calling code twice
            yield f"+{national}"
        if national.startswith("0"):  # the trunk prefix twice, or kept after the calling code
            yield f"+{code}{national.lstrip('0')}"
    if region and digits.startswith("00"):  # 00 typed for 0, which reads as another country's number
        yield digits.lstrip("0")
    if region and "+" in text:  # a + before a national number
        yield digits
    if isinstance(parsed, Number) and parsed.code == 39:  # Italy's leading 0 is part of the number
        yield f"+390{parsed.national}"
    if "+" not in text and len(digits) >= 11:  # the + left out
        yield f"+{digits}"
