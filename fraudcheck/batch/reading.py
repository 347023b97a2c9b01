"""Which format does a file of leads have? It is recognised by its content, not by its name.

A row that cannot be read is rejected with its line number, and reading goes on. No text from here quotes a cell.
The memory in use does not grow with the file. A file that holds more than ``bounds`` allow is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fraudcheck.batch import encodings
from fraudcheck.batch.bounds import UNBOUNDED, Bounds
from fraudcheck.batch.csv_source import CsvSource
from fraudcheck.batch.ndjson_source import NdjsonSource
from fraudcheck.batch.parquet_source import ParquetSource
from fraudcheck.batch.raw_files import open_unpacked, unpacked_file
from fraudcheck.batch.sheet_source import SPREADSHEETS, SheetSource
from fraudcheck.batch.source import Source

_SAMPLE = 1 << 16
"""Bytes at the beginning of a file from which its format is told."""
_MARKUP = re.compile(rb"<(?:[?!]|(?:html|head|body|meta|table|style)\b)", re.IGNORECASE)


@contextmanager
def open_source(
    path: Path, scratch: Path | None = None, encoding: str | None = None, bounds: Bounds = UNBOUNDED
) -> Iterator[Source]:
    """Open a file of leads.

    ``scratch`` is a folder for a copy of what has to be unpacked first, by default the file's own folder. ``encoding``
    is the encoding of a CSV, for those who know it. Raises ValueError, with what to do, if this is no file of leads.
    """
    if encoding:
        encodings.check(encoding)
    with open_unpacked(path, bounds) as stream:
        head = stream.read(_SAMPLE)
    if head.startswith((b"PAR1", *SPREADSHEETS)):
        with unpacked_file(path, scratch or path.parent, bounds) as unpacked:
            yield (ParquetSource if head.startswith(b"PAR1") else SheetSource)(path, unpacked, bounds)
    else:
        yield _text_source(path, head, encoding, bounds)


def _text_source(path: Path, head: bytes, encoding: str | None, bounds: Bounds) -> Source:
    """The file as NDJSON or CSV, by its first bytes. Raises ValueError for every other content."""
    mark = next((mark for mark in encodings.MARKS if head.startswith(mark)), b"")
    zeros = 10 * head.count(0) > len(head)
    marked = encodings.MARKS.get(mark) or (encodings.wide_without_mark(head) if zeros else "")
    is_wide = marked not in ("", "utf-8")
    if zeros and not is_wide:
        raise ValueError(f"{path.name} is no text; save its leads as CSV in UTF-8")
    first_character = head[len(mark) :].decode(marked or "latin-1", "replace").lstrip()[:1]
    if not first_character:
        raise ValueError(f"{path.name} is empty")
    if _MARKUP.match(head[len(mark) :].lstrip()):
        raise ValueError(f"{path.name} is a page or XML, as some programs name .xls; save its leads as XLSX or CSV")
    if first_character == "[":
        raise ValueError(f"{path.name} is one JSON array; give one JSON object a line (jq -c '.[]' makes them)")
    if first_character == "{" and is_wide:
        raise ValueError(f"{path.name} is JSON in UTF-16 or UTF-32; save it in UTF-8")
    return NdjsonSource(path, bounds) if first_character == "{" else CsvSource(path, mark, marked or encoding, bounds)
