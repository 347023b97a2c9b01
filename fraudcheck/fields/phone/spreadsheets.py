"""What did a spreadsheet make of a number, and are its digits still there?"""

from __future__ import annotations

import re

# A formula that gives text, its quotes, and the apostrophe that keeps a cell a text.
_WRAPPING = " \t='\"`‘’“”"
# 84912840375.0: a column of whole numbers with gaps becomes one of floats. Not 12.00: that is no number of anybody.
_DECIMALS = re.compile(r"(?<![\d.,])(\d{7,})[.,]0+(?!\d|[.,]\d)")
_THOUSANDS = re.compile(r"\d{1,3}(?:([,.'’ ])\d{3})(?:\1\d{3})+(?:[.,]0+)?")
_EXPONENT = re.compile(r"(?<![\w.,])(\d)(?:[.,](\d+))?[eE]([+-]?\d{1,3})(?!\w)")
_NEGATIVE = re.compile(r"-\d{1,7}(?:[.,]\d+)?")
_LOST = "#"


def undo_spreadsheet(text: str) -> tuple[str, bool]:
    """The text with the digits that a spreadsheet shows in another way, and whether it lost digits of a number.

    ``8.4912840375E+10`` holds all digits, ``8.49E+10`` does not: what was rounded becomes ``#``. Of ``1-212-740-3628``
    after ``=`` a spreadsheet leaves the result, ``-4579``.
    """
    text = text.strip(_WRAPPING)
    if _NEGATIVE.fullmatch(text) or text.startswith(_LOST):
        return text, True
    if "E" in text or "e" in text:
        whole = _EXPONENT.sub(_written_out, text)
        if whole != text:
            return whole, _LOST in whole
    if _THOUSANDS.fullmatch(text) and ("," in text or "'" in text or "’" in text):
        text = re.sub(r"[.,]0+$", "", text) if re.search(r"[.,]0{1,2}$", text) else text
        return re.sub(r"\D", "", text), False
    return _DECIMALS.sub(r"\1", text), False


def _written_out(match: re.Match[str]) -> str:
    if not match[2] and match[3].isdecimal():
        return match[0]  # a house's or a room's name
    decimals = (match[2] or "").rstrip("0")
    return match[1] + decimals if len(decimals) == int(match[3]) else _LOST
