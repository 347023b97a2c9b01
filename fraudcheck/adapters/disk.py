"""Is there room on a disk, and do the names of new files last?

Batches leave a reserve free, so that no file of leads costs a verdict its place.
"""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from fraudcheck.settings import Settings

_SHARE, _LARGEST = 20, 512 << 20
"""The reserve is a twentieth of the disk, and at most so many bytes: some 50,000 records."""


def reserve(settings: Settings) -> int:
    """Bytes of the data directory's disk that batches leave free."""
    if settings.disk_reserve_bytes is not None:
        return settings.disk_reserve_bytes
    return min(shutil.disk_usage(settings.data_dir).total // _SHARE, _LARGEST)


def free(folder: Path) -> int:
    """Bytes that are free on the disk of a folder."""
    return shutil.disk_usage(folder).free


def require_free(folder: Path, wanted: int) -> None:
    """Raises OSError (ENOSPC), with what to do, if fewer bytes are free on the disk of a folder."""
    if free(folder) < wanted:
        raise OSError(errno.ENOSPC, "the disk has no room beside its reserve for verdicts: make room, then try again")


def sync_folder(folder: Path) -> None:
    """Make the names of a folder's files durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
