"""Which processes does a benchmark start, and how much memory do they take?"""

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
    """A TCP port of loopback on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextlib.contextmanager
def running_program(command: list[str], port: int, core: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``python -m`` with a command, on one core where one is given. Enters when it listens on the port."""

    def bind_to_core() -> None:
        if core is not None:
            os.sched_setaffinity(0, {core})

    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        stdout=subprocess.DEVNULL,
        preexec_fn=bind_to_core,  # noqa: PLW1509 - before any thread
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


def process_tree(pid: int) -> list[int]:
    """A process and all its descendants, by id."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # the process has ended meanwhile
            parent = int(stat.read_text().rpartition(")")[2].split()[1])  # a process's name may contain brackets
            children.setdefault(parent, []).append(int(stat.parent.name))
    tree = [pid]
    for member in tree:  # the list grows while it is read
        tree += children.get(member, [])
    return tree


def memory_of(pids: list[int]) -> tuple[float, float]:
    """The proportional and the resident memory (PSS and RSS) of some processes together, in MB.

    PSS divides a shared page among the processes that share it; RSS counts it in each. Where the kernel does not give
    PSS, it is RSS. A process that has ended counts as nothing.
    """
    proportional = resident = 0.0
    for pid in pids:
        with contextlib.suppress(OSError):  # the process has ended meanwhile
            rss = _megabytes(pid, "status", "VmRSS")
            resident += rss
            try:
                proportional += _megabytes(pid, "smaps_rollup", "Pss")
            except OSError:
                proportional += rss
    return proportional, resident


def _megabytes(pid: int, file: str, key: str) -> float:
    match = re.search(rf"^{key}:\s+(\d+) kB", Path(f"/proc/{pid}/{file}").read_text(), re.MULTILINE)
    return int(match[1]) * 1024 / 1e6 if match else 0.0  # a process that has just ended has no memory
