"""Where do records go while the ledger is down? Into an fsynced file, and from there to the ledger once it is back.

The spool holds personal values for as long as it has to, and is part of the ledger for that: its folder and files
are their owner's only, and a file is deleted when the ledger has what is in it.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import ParamSpec, TypeVar
from zlib import crc32

import msgspec
from msgspec import Struct

from fraudcheck.ports.ledger import Entry

FILE_BYTES = 16 << 20
"""Past this size a new file is begun, so that what the ledger has taken is deleted while more comes in."""
CHUNK = 200
"""Records that are handed to the ledger at a time."""

_log = logging.getLogger(__name__)
_P = ParamSpec("_P")
_T = TypeVar("_T")


class SpooledArtefact(Struct, frozen=True, tag="SpooledPolicy", rename={"name": "policy_hash"}):
    """A policy or a model that waits for the ledger. Its words on disk are those of the first release."""

    name: str
    body: bytes


class SpooledEntry(Struct, frozen=True, tag=True):
    """A record that waits for the ledger."""

    entry: Entry


class Place(Struct, frozen=True):
    """Where an item stands: its file, and its frame's first byte."""

    file: Path
    at: int


Item = SpooledArtefact | SpooledEntry
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Item).decode


class Spool:
    """Frames of length, CRC-32 (4 bytes each, big-endian) and MessagePack in files, the newest being written.

    A torn frame at a file's end was never acknowledged, and is passed over. Each process has a numbered folder of its
    own below ``folder``, and takes over the files of those that have ended. Methods block, raise OSError, and are to
    be called by one thread at a time.
    """

    def __init__(self, folder: Path) -> None:
        self._root = folder
        self._own: Path | None = None
        self._lock = -1
        self._file: int | None = None
        self._path = folder

    def append(self, items: Sequence[Item]) -> list[Place]:
        """Write items; they are durable on return. After an OSError none of them counts as written."""
        file = self._file = self._open() if self._file is None else self._file
        start = end = os.lseek(file, 0, os.SEEK_END)
        frames, places = bytearray(), []
        for item in items:
            places.append(Place(self._path, start + len(frames)))
            body = _encode(item)
            frames += len(body).to_bytes(4) + crc32(body).to_bytes(4) + body
        try:
            with memoryview(frames) as rest:
                while end - start < len(frames):
                    end += os.write(file, rest[end - start :])
            os.fsync(file)
        except OSError:
            # After a failed fsync nobody knows what the file holds: what comes next goes into another.
            with suppress(OSError):
                os.ftruncate(file, start)
            self.close()
            raise
        if end > FILE_BYTES:
            self.close()
        return places

    def files(self) -> list[Path]:
        """The files that are no longer written, oldest first. What is appended from now on goes into another."""
        self.close()
        return sorted(self._folder().glob("*.spool")) if self._root.exists() else []

    def read(self, file: Path, at: int = 0, many: int = CHUNK) -> tuple[list[tuple[Place, Item]], int]:
        """Read up to ``many`` whole items from a frame on. Gives them and where the next one would begin."""
        items: list[tuple[Place, Item]] = []
        with file.open("rb") as content:
            content.seek(at)
            while len(items) < many:
                head = content.read(8)
                length = int.from_bytes(head[:4])
                body = content.read(length)
                # A length of 0 is what a crash leaves of a file that had grown but not been filled.
                if not length or len(body) < length or crc32(body) != int.from_bytes(head[4:]):
                    break
                items.append((Place(file, at), _decode(body)))
                at += 8 + length
        return items, at

    def drop(self, file: Path, read_to: int) -> None:
        """Delete a file that was read to its end. One with an unreadable frame amid it is kept under another name."""
        with file.open("rb") as content:
            content.seek(read_to)
            rest = content.read()
        if len(rest) > 8 + int.from_bytes(rest[:4]) and any(rest):
            _log.error("%s is damaged from byte %d on, and kept as .damaged", file.name, read_to)
            file.rename(file.with_suffix(".damaged"))
        else:
            file.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file that is being written."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def release(self) -> None:
        """Close, and leave the folder to whoever comes next."""
        self.close()
        if self._own is not None:
            os.close(self._lock)
            self._own = None

    def _open(self) -> int:
        folder = self._folder()
        self._path = folder / _name(folder)
        file = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            _sync(folder)
        except OSError:
            os.close(file)
            raise
        return file

    def _folder(self) -> Path:
        """The first folder that no living process has, with the files of those that have ended moved into it."""
        if self._own is None:
            folder, self._lock = self._take()
            self._own = folder
            for other in (self._root, *self._root.iterdir()):
                if other != folder and other.is_dir() and (orphaned := _locked(other)) is not None:
                    for file in sorted(other.glob("*.spool")):
                        file.rename(folder / _name(folder))
                    os.close(orphaned)
            _sync(folder)
        return self._own

    def _take(self) -> tuple[Path, int]:
        number = 0
        while True:
            folder = self._root / str(number)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = _locked(folder)
            if lock is not None:
                return folder, lock
            number += 1


def _locked(folder: Path) -> int | None:
    """A lock on a folder, held while the file is open; None where another process has it."""
    lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock


def _name(folder: Path) -> str:
    """The next file's name."""
    return f"{max([int(file.stem) for file in folder.glob('*.spool')], default=0) + 1:010}.spool"


def _sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
