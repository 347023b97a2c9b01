"""What becomes of the counts when the server cannot read its own files? What can be read is kept, the rest put aside.

Counts are no ledger: a service that starts with fewer counts is better than one that does not start.
"""

from __future__ import annotations

import asyncio
import shutil
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress
from pathlib import Path

_NAMES = ("appendonlydir", "appendonly.aof", "dump.rdb", "redis.log")
_ASIDE = "broken"
_SECONDS = 60.0


def has_files(folder: Path) -> bool:
    """Whether a server has left anything that the next one reads at its start."""
    return any((folder / name).is_symlink() or (folder / name).exists() for name in _NAMES[:-1])


async def cut_off_damage(binary: Path, folder: Path) -> bool:
    """Cut the append-only file off where it is damaged, as ``redis-check-aof --fix`` does. Whether it was cut.

    The server is that program too, when it is called by its name.
    """
    parts = sorted((folder / "appendonlydir").glob("appendonly.aof.*.incr.aof"), key=lambda part: part.lstat().st_mtime)
    # By its manifest, else the part that was written last: Valkey's own program stops at the base before it.
    for path in (folder / "appendonlydir" / "appendonly.aof.manifest", *parts[-1:], folder / "appendonly.aof"):
        if not path.is_file():
            continue
        for name in ("redis-check-aof", "valkey-check-aof"):
            process = await asyncio.create_subprocess_exec(
                name, "--fix", str(path), executable=str(binary), stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL, cwd=folder
            )
            try:
                async with asyncio.timeout(_SECONDS):
                    await process.communicate(b"y\n")
            except TimeoutError:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
            if process.returncode == 0:
                return True
    return False


def put_aside(folder: Path) -> Path:
    """Move the server's files into a folder of their own, in the place of those put aside before. Gives the folder."""
    aside = folder / _ASIDE
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)
    for name in _NAMES:
        with suppress(FileNotFoundError):
            (folder / name).rename(aside / name)
    return aside


def put_back(folder: Path) -> None:
    """Undo ``put_aside``: they were not what kept the server from starting."""
    for path in (folder / _ASIDE).iterdir():
        target = folder / path.name
        shutil.rmtree(target, ignore_errors=True)
        target.unlink(missing_ok=True)
        path.rename(target)
