"""How does a row of a file become a lead's JSON object? Cell by cell, by the mapping of fields to columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from math import isnan
from types import MappingProxyType
from typing import Any

from fraudcheck.adapters.lists.sources import read_table
from fraudcheck.batch.columns import FIELDS
from fraudcheck.fields.amounts import Mark, names_currency, settle_marks
from fraudcheck.fields.email.address import read_mailbox
from fraudcheck.fields.empty_words import means_nothing, spellings
from fraudcheck.fields.phone.number import read_phone
from fraudcheck.intake.field_readers import Unread, read_country, read_text
from fraudcheck.ports.lists import Lists

_PLACES = {field: (outer, name) for field in FIELDS for outer, _, name in [field.rpartition(".")]}
"""Where a field stands in a lead: the names of the objects around it, with dots between, and its own."""
_ACTIVITY = "activity"
AMOUNT, CURRENCY = "source.price.amount", "source.price.currency"
DECIMAL_FIELDS = (AMOUNT, "form.seconds_on_page", "form.fill_seconds")
"""Fields of numbers with decimals."""
_OUTERMOST = frozenset([field.partition(".")[0] for field in FIELDS])
_MAIL = re.compile(r"[^\s@]@[^\s@]")
_FEWEST_DIGITS = 7
_NO_CELLS: Mapping[str, object] = {}
_NO_LISTS = Lists()
_MAIL_PROBLEMS: Mapping[str | None, int] = {None: 0, "reserved": 1}
_PHONE_PROBLEMS: Mapping[str | None, int] = {None: 1, "no_country": 2}
_NO_DATE = re.compile(r"0{1,4}([./-])00?\1(?:00?|0000)(?:[T ]00:00(?::00)?(?:\.0+)?Z?)?")
"""A database's date that is none: 0000-00-00 00:00:00."""
_ROUNDED = re.compile(r"\d[.,]?\d{0,20}+[eE][+]?\d{1,3}")
"""What a spreadsheet leaves of a long number: 4.41E+11."""
_OF_META = re.compile(r"(?:(?:l|c|as):\s?(?=\d{5,40}$)|p:\s?(?=\+?\d))")
"""What Meta's exports write before ids and phones, so that a spreadsheet leaves them whole."""
_MAX_LEVELS = 8
"""More levels than the contract has. A line with hundreds of nested brackets stays nested below that."""

_LONGEST_PATH = 200
"""Characters of the names before a value's own. A long name with thousands of values in it would be copied for each."""


class LeadReader:
    """Reads rows as leads, by the ``mapping`` of fields to columns.

    Of a field with several columns the first usable cell is the lead's: it is read by ``lists``, a number in the row's
    country or else in ``default_country``. The other cells stand under their columns' names, as fields that the
    contract does not know. ``marks`` says how the columns of these fields write decimals, ``constants`` what a row has
    that gives nothing for a field (``folder.InputFile``).
    """

    def __init__(
        self,
        mapping: Mapping[str, Sequence[str]],
        marks: Mapping[str, Mark | None] = MappingProxyType({}),
        lists: Lists = _NO_LISTS,
        default_country: str | None = None,
        constants: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._mapping, self._marks, self._lists = mapping, marks, lists
        self._constants = [(field, value, *_place(field)) for field, value in constants.items()]
        self._countries = (constants.get("country"), default_country)
        self._places = [(field, columns, *_place(field), field in marks) for field, columns in mapping.items()]

    def read(self, row: Mapping[str, object]) -> dict[str, Any]:
        """The lead's raw JSON object from one row (column to cell), without fields whose cell is empty.

        Numbers stay numbers, which ``intake`` reads as it does those of a call (a phone in Parquet); what JSON has not
        becomes text. The cell of ``submitted_at`` is left as it is, for ``dates.parse_time``.
        """
        lead: dict[str, Any] = {}
        part, part_of = lead, ""
        for field, columns, outer, name, is_marked in self._places:
            value, others = row.get(columns[0]), _NO_CELLS
            if len(columns) > 1:
                value, others = self._first_usable(field, columns, row)
            elif not isinstance(value, str):
                value = _read_cell(field, value)
            elif value.isspace():
                continue
            if value is None or value == "":
                continue
            if is_marked and isinstance(value, str):
                value = _settle(field, value, self._marks[field])
            if outer != part_of:
                part, part_of = lead, outer
                for key in outer.split(".") if outer else ():
                    part = part.setdefault(key, {})
            part[name] = value
            if others:
                lead |= {f"{other} (column)" if other in _OUTERMOST else other: cell for other, cell in others.items()}
        for field, value, outer, name in self._constants:
            self._fill(lead, field, value, outer, name)
        reference = lead.get("reference")
        if isinstance(reference, str) and reference[:2] == "l:":
            _take_marks_off(lead)
        return lead

    def _fill(self, lead: dict[str, Any], field: str, value: str, outer: str, name: str) -> None:
        """Put a constant where a row gives nothing, or a word for nothing; a currency where the amount names none."""
        part = lead
        for key in outer.split(".") if outer else ():
            part = part.setdefault(key, {})
        if field == CURRENCY and names_currency(part.get("amount")):
            return
        told = part.get(name)
        words = self._lists.empty_words or _empty_words()
        if told is None or gives_no_time(told) or (isinstance(told, str) and means_nothing(field, told, words, {})):
            part[name] = value

    def _first_usable(
        self, field: str, columns: Sequence[str], row: Mapping[str, object]
    ) -> tuple[object, dict[str, object]]:
        """The most usable cell, of several the first (None if all are empty); and the others."""
        cells = {column: cell for column in columns if (cell := _read_cell(field, row.get(column))) is not None}
        if len(cells) < 2:
            return next(iter(cells.values()), None), {}
        country = self._country(row) if field == "phone" else None
        best, least = "", (10, 0)
        for column, cell in cells.items():
            if (found := _unusable(field, cell, self._lists, country)) < least:
                best, least = column, found
            if least == (0, 0):  # as almost always; reading a number costs 50 microseconds
                break
        return cells.pop(best), cells

    def _country(self, row: Mapping[str, object]) -> str | None:
        """The first that is one of a row's country, that of rows without one, and the default."""
        of_row = next((row.get(column) for column in self._mapping.get("country", ())), None)
        for country in (of_row, *self._countries):
            try:
                if found := read_country(decode_cell(country) or "", self._lists.country_names):
                    return found
            except Unread:
                continue
        return None


def _take_marks_off(lead: dict[str, Any]) -> None:
    """Take from a row of Meta's export the marks before its ids and phone; the lead's id is its click's as well."""
    source = lead.setdefault("source", {})
    for part, name in ((lead, "reference"), (lead, "phone"), (source, "campaign"), (source, "sub_id")):
        if isinstance(part.get(name), str):
            text = part[name].strip()
            part[name] = text[mark.end() :] if (mark := _OF_META.match(text)) else text
    if lead["reference"].isdecimal():
        source.setdefault("click", {}).setdefault("lead_id", lead["reference"])


def _place(field: str) -> tuple[str, str]:
    """As in ``_PLACES``, also of an event and of a field of ``extra``, whose own names may have dots."""
    if field in _PLACES:
        return _PLACES[field]
    outer, _, name = field.partition(".")
    if outer == "extra":
        return "", f"{name} (column)" if name in _OUTERMOST else name
    return outer, name


def _read_cell(field: str, cell: object) -> object:
    """What a cell holds, as the contract has it; None for an empty cell."""
    if isinstance(cell, str):
        return cell if cell and not cell.isspace() else None
    value = decode_cell(cell)
    if is_empty(value):
        return None
    return value if field == "submitted_at" or isinstance(value, str | int | float | dict | list) else str(value)


def _settle(field: str, text: str, mark: Mark | None) -> str:
    """A number by its column's mark. Where that shows none, seconds have a point: a program measured them."""
    return settle_marks(text, mark) if mark or field == AMOUNT else text


def _unusable(contact: str, cell: object, lists: Lists, country: str | None) -> tuple[int, int]:
    """How little a cell can be used as a contact: 0 for a valid number and an address without a problem."""
    try:
        text = read_text(cell) or ""
    except Unread:
        text = str(cell)
    if not text or means_nothing(contact, text, lists.empty_words or _empty_words(), {}):
        return 9, 1
    if contact == "email":
        return _MAIL_PROBLEMS.get(read_mailbox(text, lists).problem, 2), not can_be(contact, text)
    number = read_phone(text, country, lists.newer_area_codes)
    return 0 if number.valid else _PHONE_PROBLEMS.get(number.problem, 3), not can_be(contact, text)


@cache
def _empty_words() -> Mapping[str, str]:
    return spellings(read_table("empty_words"))


def gives_no_time(cell: object) -> bool:
    """Whether nothing was given in a cell of times: it is empty, or holds a word for nothing or a program's zero."""
    value = decode_cell(cell)
    if not isinstance(value, str):
        return is_empty(value)
    text = value.strip()
    return not text or _NO_DATE.fullmatch(text) is not None or means_nothing("submitted_at", text, _empty_words(), {})


def can_be(contact: str, cell: object) -> bool:
    """Whether a cell may hold a mail address or a phone number, at a glance: a word for nothing does not."""
    text = str(cell)
    if contact == "email":
        return _MAIL.search(text) is not None
    digits = [char for char in text if char.isdecimal()]
    return len(digits) >= _FEWEST_DIGITS and len(set(digits)) > 1 and _ROUNDED.fullmatch(text.strip()) is None


def is_empty(value: object) -> bool:
    """Whether a cell holds nothing: null, blanks, or the NaN that some writers of Parquet put in an empty cell."""
    value = decode_cell(value)
    return (
        value is None or (isinstance(value, str) and not value.strip()) or (isinstance(value, float) and isnan(value))
    )


def decode_cell(value: object) -> object:
    """A cell with bytes decoded as UTF-8, because some writers of Parquet write text as bytes."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def flatten(row: Mapping[str, Any]) -> dict[str, Any]:
    """Name nested values by their paths: ``{"client": {"ip": 1}}`` becomes ``{"client.ip": 1}``."""
    return dict(_flatten(row, "", _MAX_LEVELS))


def _flatten(row: Mapping[str, Any], path: str, levels: int) -> list[tuple[str, Any]]:
    flat: list[tuple[str, Any]] = []
    for name, value in row.items():
        if (
            isinstance(value, Mapping)
            and levels > 1
            and len(path) + len(name) <= _LONGEST_PATH
            and path + name != _ACTIVITY  # counts by any names are one field
        ):
            flat += _flatten(value, f"{path}{name}.", levels - 1)
        else:
            flat.append((path + name, value))
    return flat
