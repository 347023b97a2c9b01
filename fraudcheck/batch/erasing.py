"""Which rows of a batch's files are about somebody who is to be erased? They are found by check, mailbox or phone.

Results repeat the file that was sent, whose columns may have any name and hold anything. So every cell of a row is
looked at, and a row that names the person is deleted as a whole.
"""

from __future__ import annotations

import csv
import os
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from anyascii import anyascii

from fraudcheck.batch.cells import decode_cell, flatten
from fraudcheck.batch.raw_files import atomic_file
from fraudcheck.batch.reading import open_source
from fraudcheck.batch.source import JSON
from fraudcheck.fields.email.address import read_mailbox
from fraudcheck.fields.normal_form import normalize
from fraudcheck.fields.phone.number import national_digits, read_phone
from fraudcheck.intake.body import Unreadable, parse_body
from fraudcheck.ports.lists import Lists

_ROWS = 5_000
"""Rows that are read at a time."""
_LONGEST_ADDRESS = 500
_BETWEEN_ADDRESSES = re.compile(r"[\s<>,;|\"'()\[\]{}]+")
_PHONE = re.compile(r"[+\d(][\d\s().\-/]{4,40}")
_ENOUGH_DIGITS = 6

Cells = Sequence[object]


class Sought:
    """Whom to erase: by check ids, a mail address and a phone number with +, each of which may be missing.

    Raises ValueError if ``email`` is no mail address or ``phone`` no international number.
    """

    def __init__(self, lists: Lists, check_ids: Collection[str], email: str | None, phone: str | None) -> None:
        self._lists = lists
        self._check_ids = frozenset(check_ids)
        self._mailbox = read_mailbox(email, lists).canonical if email else None
        number = read_phone(phone, None, lists.newer_area_codes) if phone else None
        self._phone, self._region = (number.e164, number.region) if number else (None, None)
        if (email and not self._mailbox) or (phone and not self._phone):
            raise ValueError("that is no mail address or no number with +")
        self._name = _letters((self._mailbox or "").rpartition("@")[0])
        self._national = national_digits(self._phone) if self._phone else ""

    @property
    def is_person(self) -> bool:
        """Whether rows without a check id may be found."""
        return bool(self._mailbox or self._phone)

    def is_in(self, cells: Cells) -> bool:
        """Whether a row names the person or one of the checks."""
        texts = [text for cell in cells if cell is not None for text in _texts(cell)]
        if not self._check_ids.isdisjoint(texts):
            return True
        whole = "\0".join(texts)
        if self._mailbox and self._name in _letters(whole) and any(map(self._is_mailbox, texts)):
            return True
        return bool(self._phone and self._national[-_ENOUGH_DIGITS:] in _digits(whole) and any(map(self._calls, texts)))

    def _is_mailbox(self, text: str) -> bool:
        """Whether an address in a text is the person's."""
        text = normalize("NFKC", text) if not text.isascii() else text
        parts = [part for part in _BETWEEN_ADDRESSES.split(text) if "@" in part and len(part) <= _LONGEST_ADDRESS]
        whole = [text] if len(text) <= _LONGEST_ADDRESS else []
        return any(read_mailbox(part, self._lists).canonical == self._mailbox for part in chain(whole, parts))

    def _calls(self, text: str) -> bool:
        """Whether a number in a text is the person's. One without a calling code is read in the number's own country.

        A spreadsheet may have taken the + or the leading zero away.
        """
        if self._national[-_ENOUGH_DIGITS:] not in _digits(text):
            return False
        parts = [text, *_PHONE.findall(text)] if len(text) <= _LONGEST_ADDRESS else _PHONE.findall(text)
        for part in parts:
            digits = _digits(part.removesuffix(".0"))
            code = (self._phone or "")[1 : -len(self._national)]
            if digits.endswith(self._national) and digits[: -len(self._national)].strip("0") in ("", code):
                return True
            if read_phone(part, self._region, self._lists.newer_area_codes).e164 == self._phone:
                return True
        return False


def _texts(cell: object) -> list[str]:
    """The texts in a cell, which may be a number or nested."""
    value = decode_cell(cell)
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    if isinstance(value, float) and value.is_integer():
        return [str(int(value))]
    return [] if value is None else [value if isinstance(value, str) else str(value)]


def _letters(text: str) -> str:
    """ASCII letters and digits alone, in lower case: every way to write a mailbox has its name's in this order."""
    plain = text if text.isascii() else anyascii(text)
    return re.sub(r"[\W_]+", "", plain.casefold())


def _digits(text: str) -> str:
    return "".join([str(int(char)) for char in text if char.isdecimal()])


def names_person(given: Path, sought: Sought) -> bool:
    """Whether a file of leads, as it was sent, has a row about the person. A file that cannot be read has none."""
    try:
        with open_source(given) as source:
            for part in source.slices(_ROWS):
                if any(sought.is_in(cells) for cells in _rows(part.table)):
                    return True
    except ValueError:
        return False  # no batch comes of it either
    return False


def _rows(table: pa.Table) -> Iterator[Cells]:
    for row in table.to_pylist():
        if JSON not in row:
            yield list(row.values())
            continue
        try:
            yield list(flatten(parse_body(row[JSON])).values())
        except Unreadable:
            continue


def delete_rows(results: Path, sought: Sought) -> int:
    """Delete the rows that name somebody from a file of verdicts, and give their number. Raises OSError, ValueError."""
    rewrite = {".csv": _rewrite_csv, ".ndjson": _rewrite_ndjson, ".parquet": _rewrite_parquet}[results.suffix]
    with _private():
        if not rewrite(results, None, sought):
            return 0
        with atomic_file(results) as file:
            return rewrite(results, file, sought)


@contextmanager
def _private() -> Iterator[None]:
    """New files are for their owner only."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _rewrite_csv(results: Path, file: BinaryIO | None, sought: Sought) -> int:
    """Count the rows about the person; copy the others into ``file`` if there is one."""
    with results.open(encoding="utf-8", newline="") as text:
        heading = text.read(1 << 16)
        text.seek(0)
        between = re.search(r'check_id"?(.)"?trust_score', heading)
        delimiter = between[1] if between else ","
        rows = csv.reader(text, delimiter=delimiter)
        keep: Callable[[Sequence[str]], object] = lambda row: None  # noqa: E731
        if file is not None:
            lines = _Encoded(file)
            keep = csv.writer(lines, delimiter=delimiter).writerow
        limit = csv.field_size_limit(sys.maxsize)  # a setting of the whole process
        try:
            keep(next(rows, []))
            return _copy(rows, keep, sought)
        finally:
            csv.field_size_limit(limit)


class _Encoded:
    """Takes text as UTF-8 into a file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        """See ``io.TextIOBase``."""
        return self._file.write(text.encode())


def _rewrite_ndjson(results: Path, file: BinaryIO | None, sought: Sought) -> int:
    deleted = 0
    with results.open("rb") as lines:
        for line in lines:
            if sought.is_in([msgspec.json.decode(line)]):
                deleted += 1
            elif file is not None:
                file.write(line)
    return deleted


def _rewrite_parquet(results: Path, file: BinaryIO | None, sought: Sought) -> int:
    deleted = 0
    source = pq.ParquetFile(results)
    writer = pq.ParquetWriter(file, source.schema_arrow, compression="zstd") if file is not None else None
    try:
        for part in source.iter_batches(_ROWS):
            kept = [not sought.is_in(list(row.values())) for row in part.to_pylist()]
            deleted += kept.count(False)
            if writer is not None:
                writer.write_batch(part.filter(pa.array(kept, pa.bool_())))
    finally:
        source.close()
        if writer is not None:
            writer.close()
    return deleted


def _copy(rows: Iterable[Sequence[str]], keep: Callable[[Sequence[str]], object], sought: Sought) -> int:
    deleted = 0
    for row in rows:
        if sought.is_in(row):
            deleted += 1
        else:
            keep(row)
    return deleted
