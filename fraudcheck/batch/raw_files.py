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
from shutil import copyfileobj
from typing import BinaryIO

CHUNK = 1 << 20
"""Bytes (of decoded text, characters) that are read at a time."""


def sha256_hex(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def save_stream(stream: BinaryIO, path: Path) -> None:
    """Copy a stream, such as a pipe, that can be read only once into a file."""
    with atomic_file(path) as file:
        copyfileobj(stream, file, CHUNK)


def write_atomically(path: Path, content: bytes | memoryview) -> None:
    """Write a file, whole or not at all."""
    with atomic_file(path) as file:
        file.write(content)


@contextmanager
def atomic_file(path: Path) -> Iterator[BinaryIO]:
    """Open a new file that replaces ``path`` when the block ends; after an error ``path`` is as it was before."""
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
def open_unpacked(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading, and unpack it on the way if it is gzip. Raises ValueError if the gzip is damaged."""
    with path.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        if not is_gzip:
            yield file
            return
        try:
            with gzip.open(file) as inner, io.BufferedReader(inner, CHUNK) as stream:
                yield stream  # buffered, because gzip's own readline is slow
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise ValueError(f"{path.name} is damaged gzip; get the file again") from None


@contextmanager
def unpacked_parquet(path: Path, scratch: Path) -> Iterator[Path]:
    """The path of a Parquet file that is not in gzip: ``path`` itself, or a copy in the folder ``scratch``.

    Parquet is read from its end, which gzip does not allow. The copy is deleted when the block ends.
    """
    with path.open("rb") as file:
        if file.read(4) == b"PAR1":
            yield path
            return
    copy = scratch / f"{path.name}.{token_hex(4)}.unpacked"
    try:
        with open_unpacked(path) as packed, copy.open("xb") as unpacked:
            copyfileobj(packed, unpacked, CHUNK)
        yield copy
    finally:
        copy.unlink(missing_ok=True)
