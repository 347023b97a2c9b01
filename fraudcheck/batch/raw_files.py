"""How are a batch's files read and written as bytes? Gzip is unpacked, and a file is written whole or not at all."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO

from fraudcheck.adapters.disk import require_free
from fraudcheck.batch.bounds import UNBOUNDED, Bounds

CHUNK = 1 << 20
"""Bytes (of decoded text, characters) that are read at a time."""
_reserve = 0


def keep_free(reserve: int) -> None:
    """Let this process write no batch's file that would leave fewer bytes free on its disk."""
    global _reserve  # noqa: PLW0603 - like the csv module's limit, it holds for the whole process
    _reserve = reserve


def sha256_hex(path: Path, unpacked: Bounds | None = None) -> str:
    """The SHA-256 of a file, in hex; with bounds, of what it unpacks to within them, if it is gzip."""
    with path.open("rb") if unpacked is None else open_unpacked(path, unpacked) as file:
        return file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def save_stream(stream: BinaryIO, path: Path) -> None:
    """Copy a stream, such as a pipe, that can be read only once into a file."""
    with atomic_file(path) as file:
        copy(stream, file, path.parent)


def copy(source: BinaryIO, target: BinaryIO, folder: Path) -> None:
    """Copy the rest of a stream to a file in ``folder``. Raises OSError, with what to do, if the disk has no room."""
    while chunk := source.read(CHUNK):
        require_free(folder, _reserve + len(chunk))
        target.write(chunk)


def write_atomically(path: Path, content: bytes | memoryview) -> None:
    """Write a file, whole or not at all."""
    with atomic_file(path, len(content)) as file:
        file.write(content)


@contextmanager
def atomic_file(path: Path, size: int = 0) -> Iterator[BinaryIO]:
    """Open a new file that replaces ``path`` when the block ends; after an error ``path`` is as it was before.

    Raises OSError, with what to do, if the disk has no room for ``size`` bytes.
    """
    require_free(path.parent, _reserve + size)
    new = path.with_name(f"{path.name}.{token_hex(4)}.new")  # an orphan of a killed run may write the same path
    try:
        with new.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


@contextmanager
def open_unpacked(path: Path, bounds: Bounds = UNBOUNDED) -> Iterator[BinaryIO]:
    """Open a file for reading, and unpack it on the way if it is gzip.

    Raises ValueError if the gzip is damaged, or if it unpacks to more than the bounds allow.
    """
    with path.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        if not is_gzip:
            bounds.check_unpacked(size, size)
            yield file
            return
        try:
            with _Counted(gzip.open(file), size, bounds) as inner, io.BufferedReader(inner, CHUNK) as stream:
                yield stream  # buffered, because gzip's own readline is slow
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise ValueError(f"{path.name} is damaged gzip; get the file again") from None


class _Counted(io.RawIOBase):
    """What a gzip of ``packed`` bytes unpacks to, as far as the bounds allow."""

    def __init__(self, inner: gzip.GzipFile, packed: int, bounds: Bounds) -> None:
        self._inner, self._packed, self._bounds = inner, packed, bounds

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._inner.seek(offset, whence)

    def readinto(self, buffer: Any) -> int:
        read = self._inner.readinto(buffer)
        self._bounds.check_unpacked(self._inner.tell(), self._packed)
        return read

    def close(self) -> None:
        self._inner.close()
        super().close()


@contextmanager
def unpacked_file(path: Path, scratch: Path, bounds: Bounds = UNBOUNDED) -> Iterator[Path]:
    """The path of a file that is not in gzip: ``path`` itself, or a copy in the folder ``scratch``.

    Parquet and spreadsheets are read from their end, which gzip does not allow. The copy is deleted when the block
    ends.
    """
    with path.open("rb") as file:
        if file.read(2) != b"\x1f\x8b":
            yield path
            return
    unpacked_path = scratch / f"{path.name}.{token_hex(4)}.unpacked"
    try:
        with open_unpacked(path, bounds) as packed, unpacked_path.open("xb") as unpacked:
            copy(packed, unpacked, scratch)
        yield unpacked_path
    finally:
        unpacked_path.unlink(missing_ok=True)
