"""Which texts within a field may be a phone number each?

No list of languages' words for "or" is needed: whatever is neither digit, blank nor a sign that people write within
numbers separates two numbers. Where only such signs stand between, the digits themselves tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

_PIECE = re.compile(r"[\d+(](?:[\d\s+().-]|(?<=[\d+)])/(?=[\d+(]))*")
"""A slash without blanks may stand after an area code (``030/1740362``)."""
_GAP = re.compile(r"[\s./-]+")
_OTHER_DIGITS = re.compile(
    r"(?<!\S)\d{1,2}[.):]\s"  # 1. 0912…, 2) 0368…
    r"|(?<=[^\W\d_]\s)[1-9]\s+(?=[+0])"  # phone 1 0912…
    r"|(?<!\d)\d{1,2}[:hH]\d\d(?!\d)"  # after 18:00
)
FEWEST_DIGITS, MOST_DIGITS = 5, 17
"""Of what may be one number; phonenumbers reads no longer ones."""
_MOST_PIECES = 6
_MOST_OF_AN_AREA_CODE = 6
_SERIES_DIGITS = 4
_TRIM = " .-("


def digits_of(text: str) -> str:
    """The digits of a cleaned text."""
    return "".join([character for character in text if character.isdecimal()])


def pieces(text: str) -> list[str]:
    """The parts of a cleaned text between its words and separators that have a number's digits, a fax's last.

    A calling code that words part from its number (``+84 (VN) 912 …``) is put before it.
    """
    found: list[str] = []
    faxes: list[str] = []
    code, end = "", 0
    bracketed = "(" in text  # (06 1) 234 5678 is no list
    alone = _OTHER_DIGITS.sub(lambda other: other[0] if bracketed and ")" in other[0] else ";", text)
    for match in _PIECE.finditer(alone):
        piece, label, end = match[0].rstrip(_TRIM), match.string[end : match.start()], match.end()
        if code:
            piece, code = f"{code} {piece.lstrip(') ')}", ""
        digits = digits_of(piece)
        if len(digits) < 4 and piece.lstrip("( ").startswith("+"):
            code = f"+{digits}"
        elif len(digits) >= FEWEST_DIGITS:
            before_slash, slash, behind = piece.partition("/")
            parted = slash and len(digits_of(before_slash)) > _MOST_OF_AN_AREA_CODE
            # ``028 3822 1234/35``: what is behind it may be the end of another number.
            parts = [before_slash, *([behind] if len(digits_of(behind)) >= FEWEST_DIGITS else [])] if parted else []
            (faxes if "fax" in label.lower() else found).extend([piece, *parts])
    return (found + faxes)[:_MOST_PIECES]


def plus_spellings(piece: str) -> list[str]:
    """The numbers in a piece, each with the ``+`` that is its own.

    In text that was copied from right-to-left script the ``+`` stands behind the number or behind its calling code
    (``972507403628+``, ``972+ 50 …``, ``50 … 972+``); elsewhere one between digits begins the next number.
    """
    first, *rest = [part.strip(" ./-") for part in piece.split("+", _MOST_PIECES)]
    if not rest:
        return [piece]
    if not digits_of(first):
        return [f"+{part}" for part in rest if digits_of(part)]
    if not digits_of(rest[-1]):
        parts = [first, *rest[:-1]]
        groups = _GAP.split(first)
        return [f"+{part}" for part in parts] + (
            [f"+{groups[-1]} {' '.join(groups[:-1])}", f"+{' '.join(reversed(groups))}"] if len(groups) > 1 else []
        )
    if len(digits := digits_of(first)) < FEWEST_DIGITS:
        if int(digits) in COUNTRY_CODE_TO_REGION_CODE:
            return [f"+{first} {rest[0]}"]
        # Which digit is out of place in 2+32 22 221607 is not certain: Belgium's number is not Sierra Leone's.
        return [f"+{rest[0]}"] if not digits.strip("0") else [piece]
    return [first, f"+{first}", *(f"+{part}" for part in rest)]


def halves(piece: str) -> Iterator[tuple[str, str]]:
    """The ways in which a piece may be a number and what follows it, for one that is no number as a whole.

    Numbers are written in groups, so that a blank alone parts nothing. Two begin alike, with +, 0 or a bracket; or have
    equally many digits, where not the one alone begins so (``0991 265 114-3488``); or are written without a gap; or are
    apart by a dash or slash with blanks, or by many blanks.
    Of ``0912 840 375 - 376`` and ``081-740-3628-9``, which are for two lines side by side, the second half is short.
    """
    total = len(digits_of(piece))
    for gap in _GAP.finditer(piece):
        head, tail = piece[: gap.start()], piece[gap.end() :]
        count = len(digits_of(head))
        if count > MOST_DIGITS:
            return
        behind = total - count
        apart = "  " in gap[0] or (" " in gap[0] and gap[0].strip() != "")
        side_by_side = "-" in gap[0] and (apart or behind < min(3, len(_GAP.split(head)[-1])))
        if side_by_side and behind <= _SERIES_DIGITS < count:
            yield head, tail
        if count < FEWEST_DIGITS or behind < FEWEST_DIGITS:
            continue
        whole = not _GAP.search(head) and len(digits_of(_GAP.split(tail, maxsplit=1)[0])) >= FEWEST_DIGITS
        alike = _begins(head) and _begins(tail) and min(count, behind) > FEWEST_DIGITS
        as_long = behind in (count, 2 * count) and _begins(head) == _begins(tail)
        if apart or whole or alike or as_long:
            yield head, tail


def _begins(part: str) -> bool:
    return part.startswith(("+", "0", "("))
