"""How is a file of JSON objects read, one a line? By the rules that the service has for the body of one lead."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from fraudcheck.batch.bounds import Bounds
from fraudcheck.batch.cells import flatten
from fraudcheck.batch.raw_files import CHUNK, open_unpacked
from fraudcheck.batch.source import JSON, MAX_COLUMNS, Slice, Source, slice_rows
from fraudcheck.intake.body import MAX_BYTES, Unreadable, parse_body

_LINES_FOR_NAMES = 10_000
"""Lines at the beginning of a file whose names become its columns."""


class NdjsonSource(Source):
    """A file with a JSON object on each line. Its columns are the names in the first lines, nested ones with dots."""

    kind = "ndjson"

    def __init__(self, path: Path, bounds: Bounds) -> None:
        names: dict[str, None] = {}
        _count_lines(path, bounds)
        with open_unpacked(path, bounds) as stream:
            for _, [line], problem in islice(_rows(stream, bounds), _LINES_FOR_NAMES):
                if not problem and len(names) <= MAX_COLUMNS:
                    names |= dict.fromkeys(flatten(parse_body(line)))
        super().__init__(path, names, ["NDJSON"], bounds)

    def slices(self, size: int) -> Iterator[Slice]:
        """See ``Source``."""
        with open_unpacked(self._path, self._bounds) as stream:
            yield from slice_rows(_rows(stream, self._bounds), size, pa.schema([(JSON, pa.large_binary())]))


def _count_lines(path: Path, bounds: Bounds) -> None:
    """Raises TooMuch if there are more lines than the bounds allow: a second's work, where reading takes minutes."""
    lines = 0
    with open_unpacked(path, bounds) as stream:
        while chunk := stream.read(CHUNK):
            lines += chunk.count(b"\n")
            bounds.check_rows(lines)


def _rows(stream: BinaryIO, bounds: Bounds) -> Iterator[tuple[int, list[bytes], str]]:
    """Line number, bytes and problem ("" for none) of every line that is not blank."""
    number = 0
    while line := stream.readline(MAX_BYTES + 2):
        number += 1
        bounds.check_rows(number)
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(CHUNK)
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if line := line.strip(b" \t\r\n"):
            yield number, [line], _problem(line)


def _problem(line: bytes) -> str:
    """What the service would say against this body; "" if nothing."""
    if len(line) > MAX_BYTES:
        return f"larger than {MAX_BYTES} bytes"
    try:
        parse_body(line)
    except Unreadable as problem:
        return str(problem)
    return ""
