"""What runs beside a benchmark, and what does it take? Programs that listen on loopback; memory of a whole family."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextlib.contextmanager
def listening(command: list[str], port: int, core: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """``python -m`` what the command names, from when it listens on the port, on one core where one is given."""

    def settle() -> None:
        if core is not None:
            os.sched_setaffinity(0, {core})

    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        stdout=subprocess.DEVNULL,
        preexec_fn=settle,  # noqa: PLW1509 - before any thread
    )
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def family(pid: int) -> list[int]:
    """The process, its children, theirs, and so on."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            parent = int(stat.read_text().rpartition(")")[2].split()[1])  # a name may hold anything, brackets too
            children.setdefault(parent, []).append(int(stat.parent.name))
    found = [pid]
    for each in found:  # grows as it is walked
        found += children.get(each, [])
    return found


def memory(pids: list[int]) -> tuple[float, float]:
    """MB of their own, each shared page divided by those who share it (PSS); and MB with shared pages in each (RSS).

    Where the kernel does not tell the first, it is the second.
    """
    own = resident = 0.0
    for pid in pids:
        with contextlib.suppress(OSError):  # it has ended meanwhile
            rss = _megabytes(pid, "status", "VmRSS")
            resident += rss
            try:
                own += _megabytes(pid, "smaps_rollup", "Pss")
            except OSError:
                own += rss
    return own, resident


def _megabytes(pid: int, file: str, what: str) -> float:
    found = re.search(rf"^{what}:\s+(\d+) kB", Path(f"/proc/{pid}/{file}").read_text(), re.MULTILINE)
    return int(found[1]) * 1024 / 1e6 if found else 0.0  # who has just ended has no memory
