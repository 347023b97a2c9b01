"""How does text from outside become a cell that no spreadsheet runs, and text again when it is read back?

A cell that begins with ``=``, ``+``, ``-`` or ``@`` (or their full-width twins) is a formula to a spreadsheet, and one
that cuts rows at another character than ours sees further cells inside of ours. So an apostrophe goes before each such
character at the beginning of a cell and after each character that may cut one (OWASP, CSV injection).
"""

from __future__ import annotations

import re

_START = "(^|[;,|\\t\\r\\n])([ \"']*)"
_FORMULA = "[=+\\-@\uff1d\uff0b\uff0d\uff20]"
_DECIMAL = r"-[0-9]{1,30}(?:\.[0-9]{1,30})?"
_NUMBER = rf"(?:(?<![;,|\t\r\n \"'])(?:\+[0-9 ().\-/]{{1,30}}|{_DECIMAL})$|(?<=,){_DECIMAL}(?:$|[,\]}}]))"
_RISKY = re.compile(f"{_FORMULA}|^'*[\t\r]")
_BLANK_START = re.compile("^(?='*[\t\r])")
_WHERE = {
    False: re.compile(f"{_START}(?={_FORMULA})"),
    True: re.compile(f"{_START}(?!{_NUMBER})(?={_FORMULA})"),
}
_ESCAPED = re.compile(f"{_START}'(?!{_NUMBER})(?={_FORMULA})")


def escape_cell(text: str, *, but_numbers: bool = False) -> str:
    """Text from outside as a cell. With ``but_numbers`` phones (+84 912 …) and negative numbers stay as they are, so
    that programs read them, as do negative numbers in JSON; they compute nothing.
    """
    if _RISKY.search(text) is None:
        return text
    return _BLANK_START.sub("'", _WHERE[but_numbers].sub(r"\1\2'", text))


def read_cell(cell: str) -> str:
    """The text of a cell that was escaped ``but_numbers``; a cell that was not has no such apostrophes to lose."""
    if "'" not in cell:
        return cell
    return _ESCAPED.sub(r"\1\2", re.sub("^'(?='*[\t\r])", "", cell))
