"""How is the spool stored? In fsynced files, from which records are written to the ledger when it is back.

The spool holds personal values, so its folder and files are readable by their owner only, and a file is deleted as soon
as the ledger has all that is in it.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from zlib import crc32

import msgspec
from msgspec import Struct

from fraudcheck.ports.ledger import Entry

FILE_BYTES = 16 << 20
"""A file that is larger than this is closed, so that it can be deleted while new records go to the next."""
_PROBE_BYTES = 128 << 10
"""More than the record of the largest lead takes."""
CHUNK = 200
"""Items that are read, and written to the ledger, at a time."""

_log = logging.getLogger(__name__)


class SpooledArtefact(Struct, frozen=True, tag="SpooledPolicy", rename={"name": "policy_hash"}):
    """A policy or a model for the ledger. On disk it has the names of the first release."""

    name: str
    body: bytes


class SpooledEntry(Struct, frozen=True, tag=True):
    """A record for the ledger."""

    entry: Entry


class Place(Struct, frozen=True):
    """Where an item is: its file, and the position of its frame's first byte."""

    file: Path
    at: int


Item = SpooledArtefact | SpooledEntry
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Item).decode


class Spool:
    """Files of frames. A frame is length and CRC-32 (4 bytes each, big-endian) and an item in MessagePack.

    A torn frame at the end of a file was never acknowledged, and is ignored. Each process has a numbered folder of its
    own below ``folder``, and takes over the files of processes that have ended. Methods block, raise OSError, and must
    not be called by two threads at a time.
    """

    def __init__(self, folder: Path) -> None:
        self._root = folder
        self._own: Path | None = None
        self._lock = -1
        self._file: int | None = None
        self._path = folder

    def append(self, items: Sequence[Item]) -> list[Place]:
        """Write items, durably. Returns where they are. After an OSError none of them counts as written."""
        file = self._file = self._open() if self._file is None else self._file
        start = end = os.lseek(file, 0, os.SEEK_END)
        frames, places = bytearray(), []
        for item in items:
            places.append(Place(self._path, start + len(frames)))
            body = _encode(item)
            frames += len(body).to_bytes(4) + crc32(body).to_bytes(4) + body
        try:
            with memoryview(frames) as view:
                while end - start < len(frames):
                    end += os.write(file, view[end - start :])
            os.fsync(file)
        except OSError:
            # After a failed fsync the file's content is unknown: what comes next goes to another file.
            with suppress(OSError):
                os.ftruncate(file, start)
            self.close()
            raise
        if end > FILE_BYTES:
            self.close()
        return places

    def try_write(self) -> None:
        """Write what a large record takes, durably, and take it back."""
        file = self._file = self._open() if self._file is None else self._file
        start = os.lseek(file, 0, os.SEEK_END)
        try:
            left = _PROBE_BYTES
            while left:
                left -= os.write(file, bytes(left))  # zeros, which a reader takes for a torn frame
            os.fsync(file)
        finally:
            with suppress(OSError):
                os.ftruncate(file, start)
            if not start:
                self.close()
                self._path.unlink(missing_ok=True)

    def files(self) -> list[Path]:
        """All files, oldest first. None of them is written any more: later items go to a new file."""
        self.close()
        return sorted(self._folder().glob("*.spool")) if self._root.exists() else []

    def read(self, file: Path, at: int = 0, many: int = CHUNK) -> tuple[list[tuple[Place, Item]], int]:
        """Read up to ``many`` whole items from the frame at ``at`` on. Returns them, and the position after them."""
        items: list[tuple[Place, Item]] = []
        with file.open("rb") as content:
            content.seek(at)
            while len(items) < many:
                head = content.read(8)
                length = int.from_bytes(head[:4])
                body = content.read(length)
                # A crash may leave zeros at the end, where the file had grown but was not filled.
                if not length or len(body) < length or crc32(body) != int.from_bytes(head[4:]):
                    break
                items.append((Place(file, at), _decode(body)))
                at += 8 + length
        return items, at

    def drop(self, file: Path, read_to: int) -> None:
        """Delete a file that was read to ``read_to``; rename it to ``.damaged`` if more than a torn frame is left."""
        with file.open("rb") as content:
            content.seek(read_to)
            rest = content.read()
        if len(rest) > 8 + int.from_bytes(rest[:4]) and any(rest):
            _log.error("%s is damaged from byte %d on, and kept as .damaged", file.name, read_to)
            file.rename(file.with_suffix(".damaged"))
        else:
            file.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file that is written to, if any."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def release(self) -> None:
        """Close, and unlock the folder for another process."""
        self.close()
        if self._own is not None:
            os.close(self._lock)
            self._own = None

    def _open(self) -> int:
        folder = self._folder()
        self._path = folder / _next_name(folder)
        file = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            _fsync_folder(folder)
        except OSError:
            os.close(file)
            raise
        return file

    def _folder(self) -> Path:
        """The folder of this process. The first call takes one, and moves the files of ended processes into it."""
        if self._own is None:
            folder, self._lock = self._take_folder()
            self._own = folder
            for other in (self._root, *self._root.iterdir()):
                if other != folder and other.is_dir() and (lock := _try_lock(other)) is not None:
                    for file in sorted(other.glob("*.spool")):
                        file.rename(folder / _next_name(folder))
                    os.close(lock)
            _fsync_folder(folder)
        return self._own

    def _take_folder(self) -> tuple[Path, int]:
        """The first numbered folder that no living process has, and the open file that holds its lock."""
        number = 0
        while True:
            folder = self._root / str(number)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = _try_lock(folder)
            if lock is not None:
                return folder, lock
            number += 1


def _try_lock(folder: Path) -> int | None:
    """Lock a folder. Returns the open file that holds the lock; None when another process has it."""
    lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock


def _next_name(folder: Path) -> str:
    """A name for a new file in a folder: a number above all others."""
    last = max([int(file.stem) for file in folder.glob("*.spool")], default=0)
    return f"{last + 1:010}.spool"


def _fsync_folder(folder: Path) -> None:
    """Make the names of a folder's files durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
