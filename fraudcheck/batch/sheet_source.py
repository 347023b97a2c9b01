"""How is a spreadsheet of leads read? By a child process, which may be ended by a file that asks for too much."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pyarrow as pa

from fraudcheck.batch.bounds import Bounds
from fraudcheck.batch.sheets import OUT_OF_MEMORY, Found, SheetRow
from fraudcheck.batch.source import MAX_ROW_CHARACTERS, TOO_LONG, Slice, Source, check_heading, slice_rows
from fraudcheck.report.tables import printable
from fraudcheck.settings import import_environment

SPREADSHEETS = (b"PK\3\4", b"\xd0\xcf\x11\xe0")
"""What XLSX, XLSB and ODS begin with, which are ZIP, and XLS."""
COMMAND = (sys.executable, "-m", "fraudcheck.batch.sheets")
_MEMORY = 2 << 30
"""Bytes that the child may take where no bound is set."""


class SheetSource(Source):
    """One sheet of a workbook. ``path`` is the file as it was given, ``unpacked`` the same without gzip."""

    kind = "spreadsheet"

    def __init__(self, path: Path, unpacked: Path, bounds: Bounds) -> None:
        self._path, self._unpacked, self._bounds = path, unpacked, bounds
        self._size = unpacked.stat().st_size
        self._check_archive()
        with closing(self._read()) as lines:
            found = msgspec.json.decode(next(lines), type=Found)
        if found.problem:
            raise ValueError(f"{path.name} {found.problem}")
        check_heading(found.heading)
        super().__init__(path, found.heading, [f"spreadsheet, the sheet {printable(found.sheet)!r}"], bounds)
        self.lost = [
            f"the sheet {printable(name)!r} has leads too and is not read: give it as a file of its own"
            for name in found.others
        ]

    def slices(self, size: int) -> Iterator[Slice]:
        """See ``Source``."""
        with closing(self._rows()) as rows:
            yield from slice_rows(rows, size, pa.schema([(name, pa.string()) for name in self.columns]))

    def _rows(self) -> Generator[tuple[int, list[str], str]]:
        """Number in the sheet, cells and problem ("" for none) of each row that is not blank."""
        decode = msgspec.json.Decoder(SheetRow).decode
        with closing(self._read()) as lines:
            next(lines)
            for line in lines:
                number, cells = decode(line)
                self._bounds.check_rows(number - 1)
                is_long = len(line) > MAX_ROW_CHARACTERS and sum(map(len, cells)) > MAX_ROW_CHARACTERS
                yield number, cells, TOO_LONG if is_long else ""

    def _check_archive(self) -> None:
        """Raises TooMuch if the file says itself that it unpacks to too much, ValueError if it is another archive."""
        if not zipfile.is_zipfile(self._unpacked):
            return
        with zipfile.ZipFile(self._unpacked) as archive:
            members = archive.infolist()
        self._bounds.check_unpacked(sum(member.file_size for member in members), self._size)
        names = {member.filename for member in members}
        if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
            raise ValueError(f"{self._path.name} is an archive and no spreadsheet; give the file of leads in it")

    def _read(self) -> Generator[bytes]:
        """The lines of the child. Raises TooMuch if it needs too much memory, or gives too much."""
        read = 0
        child = subprocess.Popen(  # noqa: S603 - our own command
            [*COMMAND, str(self._unpacked.absolute()), str(self._bounds.memory or _MEMORY)],
            env=os.environ | import_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        with child:
            try:
                for line in child.stdout or ():
                    read += len(line)
                    self._bounds.check_unpacked(read, self._size)
                    yield line
                code = child.wait()
            finally:
                child.kill()
        if code < 0 or code == OUT_OF_MEMORY:
            raise self._bounds.out_of_memory()
        if code:
            raise RuntimeError(f"a defect in fraudcheck: the reader of spreadsheets ended with code {code}")
