"""Who may work on a file? The process that holds its lock; files are for their owner only."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


def open_private(path: Path) -> int:
    """Open a file for appending, and give its descriptor. If it is new, nobody but its owner may read it."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def try_lock(file: int) -> bool:
    """Lock a file until every process has closed this descriptor. False if another process has locked it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
