"""How is a process of a batch kept from taking the machine's memory, and the disk that verdicts are written to?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from fraudcheck.adapters import disk
from fraudcheck.batch.raw_files import keep_free
from fraudcheck.settings import Settings

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]


class Limits(Struct, frozen=True):
    """What holds for each process of a batch: bytes of memory it may take, and of disk it leaves free."""

    memory: int | None
    reserve: int

    @classmethod
    def beside(cls, out: Path, memory: int | None, settings: Settings) -> Limits:
        """The limits of a batch that writes ``out``. A disk without ledger and spool needs no reserve."""
        same_disk = out.absolute().parent.stat().st_dev == settings.data_dir.stat().st_dev
        return cls(memory, disk.reserve(settings) if same_disk else 0)

    def set(self) -> None:
        """Let allocations beyond the limit fail in this process, and writes that would take the reserve.

        What the process has taken already is not counted. Should the machine run out of memory all the same, the kernel
        ends this process before the service.
        """
        keep_free(self.reserve)
        if resource is None or self.memory is None:
            return
        # Not the address space, of which the allocators of Arrow and Daft reserve gigabytes that they do not use.
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        most = self.memory + _data_bytes()
        with suppress(OSError, ValueError):  # a system that has no such limit
            resource.setrlimit(
                resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard)
            )
        _let_go_first("1000")

    @contextmanager
    def held(self) -> Iterator[None]:
        """The same, for a while: a caller's process goes on with the limits that it had."""
        earlier = resource.getrlimit(resource.RLIMIT_DATA) if resource is not None else None
        self.set()
        try:
            yield
        finally:
            keep_free(0)
            if earlier is not None:
                resource.setrlimit(resource.RLIMIT_DATA, earlier)
            _let_go_first("0")


def _data_bytes() -> int:
    """What counts towards the limit of data already, in bytes; 0 where the system does not say."""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmData:")).split()[1]) * 1024
    return 0


def _let_go_first(score: str) -> None:
    """Tell the kernel how soon to end this process, where memory is out: 1000 before all others."""
    with suppress(OSError):  # only Linux has it, and only root may lower it
        Path("/proc/self/oom_score_adj").write_text(score)
