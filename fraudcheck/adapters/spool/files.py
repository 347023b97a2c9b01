"""How is the spool stored? In fsynced files, from which records are written to the ledger when it is back.

The spool holds personal values, so its folder and files are readable by their owner only, and a file is deleted as soon
as the ledger has all that is in it. What cannot be read of a file is kept in another, whose name ends in ``.damaged``.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from fraudcheck.adapters.spool.frames import (
    Frame,
    Item,
    SpooledArtefact,
    SpooledEntry,
    encode,
    frames,
    names_in,
    without_personal,
)
from fraudcheck.ports.ledger import Entry

FILE_BYTES = 16 << 20
"""A file that is larger than this is closed, so that it can be deleted while new records go to the next."""
_PROBE_BYTES = 128 << 10
"""More than the record of the largest lead takes."""
CHUNK = 200
"""Items that are decoded, and written to the ledger, at a time."""
SPOOL, DAMAGED, _NEW = ".spool", ".damaged", ".new"

_log = logging.getLogger(__name__)


class Place(Struct, frozen=True):
    """Where an item is: its file, and its frame's first byte and size there."""

    file: Path
    at: int
    size: int


class ErasedFromSpool(Struct, frozen=True):
    """What was erased of the spool: records, and damaged ones; ``unreadable`` are those that nobody can ascribe."""

    records: int
    damaged: int
    unreadable: int


class SpooledRecord(Struct, frozen=True, kw_only=True):
    """A record in the spool."""

    tenant: str
    check_id: str
    checked_at: str


class DamagedPart(Struct, frozen=True, kw_only=True):
    """Bytes of a file that hold no item: check ids and times that can be read there.

    ``unfinished`` is a record that was being written when a process was killed; its verdict was never given.
    """

    at: int
    size: int
    unfinished: bool
    check_ids: Sequence[str]
    checked_at: Sequence[str]


class SpoolFile(Struct, frozen=True, kw_only=True):
    """A file of the spool. ``in_use`` tells that a running process owns it, and hands its records over."""

    file: str
    in_use: bool
    size: int
    records: Sequence[SpooledRecord]
    artefacts: Sequence[str]
    damaged: Sequence[DamagedPart]


class Spool:
    """Files of frames. A file is locked (flock) while it is written, read or erased from, as several processes may.

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
        file = self._open_locked()
        start = end = os.lseek(file, 0, os.SEEK_END)
        content, places = bytearray(), []
        for item in items:
            frame = encode(item)
            places.append(Place(self._path, start + len(content), len(frame)))
            content += frame
        try:
            with memoryview(content) as view:
                while end - start < len(content):
                    end += os.write(file, view[end - start :])
            os.fsync(file)
        except OSError:
            # After a failed fsync the file's content is unknown: what comes next goes to another file.
            with suppress(OSError):
                os.ftruncate(file, start)
            self.close()
            raise
        fcntl.flock(file, fcntl.LOCK_UN)
        if end > FILE_BYTES:
            self.close()
        return places

    def try_write(self) -> None:
        """Write what a large record takes, durably, and take it back."""
        file = self._open_locked()
        start = os.lseek(file, 0, os.SEEK_END)
        try:
            left = _PROBE_BYTES
            while left:
                left -= os.write(file, bytes(left))  # zeros, which a reader takes for a torn frame
            os.fsync(file)
        finally:
            with suppress(OSError):
                os.ftruncate(file, start)
            fcntl.flock(file, fcntl.LOCK_UN)
            if not start:
                self.close()
                self._path.unlink(missing_ok=True)

    def files(self) -> list[Path]:
        """All files, oldest first. None of them is written any more: later items go to a new file."""
        self.close()
        return sorted(self._folder().glob(f"*{SPOOL}")) if self._root.exists() else []

    def read(self, file: Path) -> bytes:
        """A file's content, for ``frames``."""
        with _locked(file, fcntl.LOCK_SH) as descriptor:
            return _read(descriptor)

    def item(self, place: Place) -> Item | None:
        """The item at a place. Raises FileNotFoundError when the ledger has the whole file."""
        with _locked(place.file, fcntl.LOCK_SH) as descriptor:
            frame = os.pread(descriptor, place.size, place.at)
        return next((frame.item for frame in frames(frame)), None)

    def drop(self, file: Path, content: bytes, damaged: Sequence[bytes]) -> bool:
        """Delete a file of whose ``content`` the ledger has all items, and keep the ``damaged`` parts in another one.

        Returns False, and leaves the file, if another process has erased from it since it was read.
        """
        with _locked(file, fcntl.LOCK_EX) as descriptor:
            if _read(descriptor) != content:
                return False
            if damaged:
                _replace(file.with_suffix(DAMAGED), b"".join(damaged))
                _log.error(
                    "%d damaged parts of the spool (%d bytes) are set aside: `fraudcheck ledger spool` shows them",
                    len(damaged),
                    sum(map(len, damaged)),
                )
            file.unlink(missing_ok=True)
        return True

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

    def _open_locked(self) -> int:
        """The file to write to, locked. A new one when another process has replaced it, to erase from it."""
        file = self._file = self._open() if self._file is None else self._file
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file).st_nlink:
            return file
        self.close()
        return self._open_locked()

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
        """The folder of this process. The first call takes one, and moves the files of ended processes into it.

        Among these may be files that an earlier version set aside as damaged with all that was whole in them.
        """
        if self._own is None:
            folder, self._lock = self._take_folder()
            self._own = folder
            for other in (self._root, *self._root.iterdir()):
                if other != folder and other.is_dir() and (lock := _try_lock(other)) is not None:
                    for file in sorted([*other.glob(f"*{SPOOL}"), *other.glob(f"*{DAMAGED}")]):
                        file.rename(folder / (_next_name(folder)[: -len(SPOOL)] + file.suffix))
                    os.close(lock)
            for file in sorted(folder.glob(f"*{DAMAGED}")):
                if any(frame.item for frame in frames(self.read(file))):
                    file.rename(folder / _next_name(folder))
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


def erase(root: Path, is_erased: Callable[[Entry], bool], names: Sequence[bytes]) -> ErasedFromSpool:
    """Overwrite the personal values of entries in all files of a spool, of running and of ended processes alike.

    A damaged part is deleted when it holds one of the ``names`` (ids and keyed hashes, in lower case). Every item stays
    where it is in its file, since the process that owns the file knows it by its place. Raises OSError.
    """
    records = damaged = unreadable = 0
    for file in sorted([*root.rglob(f"*{SPOOL}"), *root.rglob(f"*{DAMAGED}")]):
        with suppress(FileNotFoundError), _locked(file, fcntl.LOCK_EX) as descriptor:
            before = _read(descriptor)
            content = bytearray(before)
            for frame in frames(before):
                part = before[frame.at : frame.end]
                if isinstance(frame.item, SpooledEntry):
                    if frame.item.entry.personal and is_erased(frame.item.entry):
                        content[frame.at : frame.end] = without_personal(frame.item.entry, len(part))
                        records += 1
                elif frame.item is None and any(name in part.lower() for name in names):
                    content[frame.at : frame.end] = bytes(len(part))
                    damaged += 1
                elif frame.item is None:
                    unreadable += 1
            if file.suffix == DAMAGED and not any(content):
                file.unlink()
            elif content != before:
                _replace(file, content)
    for leftover in root.rglob(f"*{_NEW}"):  # of a process that ended while it replaced a file
        leftover.unlink(missing_ok=True)
    return ErasedFromSpool(records, damaged, unreadable)


def contents(root: Path) -> Iterator[SpoolFile]:
    """What the files of a spool hold, those of running processes too. Raises OSError."""
    for file in sorted([*root.rglob(f"*{SPOOL}"), *root.rglob(f"*{DAMAGED}")]):
        with suppress(FileNotFoundError):
            with _locked(file, fcntl.LOCK_SH) as descriptor:
                content = _read(descriptor)
            lock = _try_lock(file.parent)
            if lock is not None:
                os.close(lock)
            found = list(frames(content))
            yield SpoolFile(
                file=str(file.relative_to(root)),
                in_use=lock is None,
                size=len(content),
                records=[
                    SpooledRecord(
                        tenant=item.entry.tenant, check_id=item.entry.check_id, checked_at=item.entry.checked_at
                    )
                    for frame in found
                    if isinstance(item := frame.item, SpooledEntry)
                ],
                artefacts=[item.name for frame in found if isinstance(item := frame.item, SpooledArtefact)],
                damaged=[_damaged_part(frame, content) for frame in found if frame.item is None],
            )


def _damaged_part(frame: Frame, content: bytes) -> DamagedPart:
    check_ids, times = names_in(content[frame.at : frame.end])
    return DamagedPart(
        at=frame.at, size=frame.end - frame.at, unfinished=frame.torn, check_ids=check_ids, checked_at=times
    )


@contextmanager
def _locked(file: Path, operation: int) -> Iterator[int]:
    """Open a file, locked. Raises FileNotFoundError when it was deleted; one that was replaced is opened again."""
    while True:
        descriptor = os.open(file, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, operation)
            if os.fstat(descriptor).st_nlink:
                yield descriptor
                return
        finally:
            os.close(descriptor)


def _read(descriptor: int) -> bytes:
    with os.fdopen(os.dup(descriptor), "rb") as file:
        return file.read()


def _replace(file: Path, content: bytes | bytearray) -> None:
    """Write a file, whole or not at all, durably and for its owner only."""
    new = file.with_name(file.name + _NEW)
    descriptor = os.open(new, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    new.rename(file)
    _fsync_folder(file.parent)


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
    numbers = [int(file.stem) for ending in (SPOOL, DAMAGED) for file in folder.glob(f"*{ending}")]
    return f"{max(numbers, default=0) + 1:010}{SPOOL}"


def _fsync_folder(folder: Path) -> None:
    """Make the names of a folder's files durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
