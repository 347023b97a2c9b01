"""Does it hold? ``python -m bench.soak``: mixed load at 0.8 and 3 times what the service can do, while things fail.

The service runs on one core; the ledger (PostgreSQL), Redis, the name server and the callers share the others. Three
in a hundred calls are a farm's at one device, five have hostile bodies, and thirty connections are held open for
nothing. What can fail fails in the middle third of its phase. The table's columns:

- offered: calls a second; given: verdicts; shed: answered 503 or 429; failed: neither, in half a second.
- lost: verdicts that were given and are not in the ledger at the end. There must be none.
- uncounted: verdicts given while the counts were away; again: of these, judged again at the end.
- farm in: the farm's leads that are accepted by their newest verdict.
- p50, p99: milliseconds from the moment of the call to the verdict. MB: the service's memory (RSS) after the phase.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from time import monotonic, perf_counter
from typing import NamedTuple

import psycopg

from bench.processes import free_port, memory_of, running_program
from bench.soak.callers import Callers, Loris, Tally
from fraudcheck.adapters.redis.embedded import find_server
from tests.servers.dns import Nameserver
from tests.servers.postgres import PostgresServer

_DISK = "64m"
_SETTLE = 90.0
"""Seconds in which spooled records reach the ledger and leads are judged again, after the last phase."""


class Places(NamedTuple):
    """What can fail."""

    redis: Redis
    postgres: PostgresServer
    data: Path
    clock: Path


class Redis:
    """A server of counts that can be killed and frozen."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.socket = folder / "redis.sock"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, or start it again, from its append-only file."""
        options = {"port": "0", "unixsocket": str(self.socket), "appendonly": "yes", "save": ""}
        self._process = subprocess.Popen(
            [find_server(), *[part for name, value in options.items() for part in (f"--{name}", value)]],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
        )

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._process.send_signal(number)
        if number is signal.SIGKILL:
            self._process.wait()


Fault = Callable[[Places, float], Awaitable[None]]
"""Lets something fail for some seconds, and mends it."""


async def redis_killed(places: Places, seconds: float) -> None:
    """Redis is killed, and started again from its file."""
    places.redis.signal(signal.SIGKILL)
    await asyncio.sleep(seconds)
    places.redis.start()


async def redis_frozen(places: Places, seconds: float) -> None:
    """Redis takes calls and answers none."""
    places.redis.signal(signal.SIGSTOP)
    await asyncio.sleep(seconds)
    places.redis.signal(signal.SIGCONT)


async def postgres_stopped(places: Places, seconds: float) -> None:
    """The ledger's server is gone."""
    await asyncio.to_thread(places.postgres.stop)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(places.postgres.start)


async def disk_filled(places: Places, seconds: float) -> None:
    """The data directory's disk has no byte left."""
    filler = places.data / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(bytes(1 << 16)):
            pass
    await asyncio.sleep(seconds)
    filler.unlink()


async def postgres_stopped_and_disk_filled(places: Places, seconds: float) -> None:
    """Neither ledger nor spool takes a record."""
    await asyncio.gather(postgres_stopped(places, seconds), disk_filled(places, seconds))


async def clock_moved(places: Places, seconds: float) -> None:
    """The machine's clock jumps by an hour and a day ahead, and an hour back, for a moment each."""
    for offset in (3600, 86_400, -3600):
        places.clock.write_text(f"{offset}")
        await asyncio.sleep(min(1.0, seconds / 6))
        places.clock.write_text("0")
        await asyncio.sleep(seconds / 6)


PHASES: list[tuple[str, float, Fault | None]] = [
    ("below capacity", 0.8, None),
    ("three times capacity", 3.0, None),
    ("Redis killed", 0.8, redis_killed),
    ("Redis frozen, three times", 3.0, redis_frozen),
    ("PostgreSQL stopped", 0.8, postgres_stopped),
    ("PostgreSQL stopped, three times", 3.0, postgres_stopped),
    ("disk filled", 0.8, disk_filled),
    ("both: nothing can be kept", 0.8, postgres_stopped_and_disk_filled),
    ("clock moved", 0.8, clock_moved),
    ("below capacity again", 0.8, None),
]


def main() -> None:
    """Run the phases once, or again and again for the hours that the command line names, and print the table."""
    parser = argparse.ArgumentParser(
        prog="bench.soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=5.0, help="length of one round of all phases")
    parser.add_argument("--hours", type=float, default=0.0, help="repeat the round for so long")
    parser.add_argument("--seed", type=int, default=1)
    asyncio.run(_soak(parser.parse_args()))


async def _soak(options: argparse.Namespace) -> None:
    os.sched_setaffinity(0, set(range(1, os.cpu_count() or 1)) or {0})
    with tempfile.TemporaryDirectory() as name, Nameserver() as nameserver, PostgresServer() as postgres:
        folder = Path(name)
        data, clock = folder / "data", folder / "clock"
        data.mkdir()
        clock.write_text("0")
        (folder / "redis").mkdir()
        redis = Redis(folder / "redis")
        redis.start()
        port, ledger = free_port(), postgres.database()
        command = ["bench.soak.service", str(clock), "serve", "--port", str(port), "--data-dir", str(data)]
        command += ["--redis", f"unix://{redis.socket}", "--ledger", ledger, "--nameserver", nameserver.address]
        places = Places(redis, postgres, data, clock)
        with _small_disk(data) as is_small, running_program(command, port, 0) as process:
            try:
                await _rounds(places, port, ledger, process.pid, options, is_small=is_small)
            finally:
                redis.signal(signal.SIGCONT)
                process.terminate()
                began = monotonic()
                code = await asyncio.to_thread(process.wait, 60)
                print(f"\nSIGTERM: ended with {code} after {monotonic() - began:.1f} s")
                redis.signal(signal.SIGKILL)


async def _rounds(
    places: Places, port: int, ledger: str, pid: int, options: argparse.Namespace, *, is_small: bool
) -> None:
    callers = Callers(port, options.seed)
    await callers.capacity(3)
    capacity = await callers.capacity(8)
    print(f"capacity: {capacity:.0f} calls a second; memory at start: {_memory(pid):.0f} MB\n")
    phases = [phase for phase in PHASES if is_small or phase[2] not in (disk_filled, postgres_stopped_and_disk_filled)]
    if not is_small:
        print("the disk is not filled: only root can make a small one to fill\n")
    seconds = options.minutes * 60 / len(phases)
    end = monotonic() + options.hours * 3600
    tallies: list[tuple[str, Tally, float]] = []
    async with _held(Loris(port, 30).hold()):
        while True:
            for name, load, fault in phases:
                tally = await _phase(places, callers, load * capacity, seconds, fault)
                tallies.append((name, tally, _memory(pid)))
                print(f"{name}: {len(tally.given)} given, {tally.shed} shed, failed {dict(tally.failed)}", flush=True)
            if monotonic() >= end:
                break
    callers.close()
    began = perf_counter()
    kept = _kept(ledger)
    while not _is_settled(tallies, kept) and perf_counter() - began < _SETTLE:
        await asyncio.sleep(1)
        kept = _kept(ledger)
    _print_table(tallies, kept, seconds)


@contextlib.asynccontextmanager
async def _held(work: Awaitable[None]) -> AsyncIterator[None]:
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _phase(places: Places, callers: Callers, rate: float, seconds: float, fault: Fault | None) -> Tally:
    async def fail() -> None:
        if fault is not None:
            await asyncio.sleep(seconds / 3)
            await fault(places, seconds / 3)

    tally, _ = await asyncio.gather(callers.run(rate, seconds), fail())
    return tally


def _memory(pid: int) -> float:
    return memory_of([pid])[1]


class _Kept(NamedTuple):
    """Decisions of the checks in the ledger, and by the check that it revises each revision's decision."""

    decisions: dict[str, str]
    revised: dict[str, str]


def _kept(ledger: str) -> _Kept:
    with psycopg.connect(ledger) as connection:
        known = {row[0] for row in connection.execute("SELECT check_id FROM records").fetchall()}
        rows = connection.execute("SELECT check_id, revises, decision FROM checks").fetchall()
    decisions = dict.fromkeys(known, "") | {check_id: decision for check_id, _, decision in rows}
    return _Kept(decisions, {revises: decision for _, revises, decision in rows if revises})


def _lost(tally: Tally, kept: _Kept) -> int:
    return sum(check_id not in kept.decisions for check_id in tally.given)


def _is_settled(tallies: list[tuple[str, Tally, float]], kept: _Kept) -> bool:
    return (
        not any(_lost(tally, kept) for _, tally, _ in tallies)
        and sum(tally.unknown for _, tally, _ in tallies) <= len(kept.revised)
        and all(kept.decisions.values())
    )


def _print_table(tallies: list[tuple[str, Tally, float]], kept: _Kept, seconds: float) -> None:
    names = ["offered", "given", "lost", "failed", "shed", "uncounted", "again", "farm in", "p50", "p99", "MB"]
    print(f"\n{'':32}" + "".join(f"{name:>10}" for name in names))
    for name, tally, memory in tallies:
        again = sum(check_id in kept.revised for check_id in tally.given)
        let_in = sum(
            (kept.revised.get(check_id) or kept.decisions.get(check_id)) == "accept" for check_id in tally.farmed
        )
        cells = [
            f"{tally.sent / seconds:.0f}",
            len(tally.given),
            _lost(tally, kept),
            sum(tally.failed.values()),
            tally.shed,
            tally.unknown,
            again,
            f"{let_in}/{len(tally.farmed)}",
            f"{tally.quantile(0.5):.1f}",
            f"{tally.quantile(0.99):.1f}",
            f"{memory:.0f}",
        ]
        print(f"{name:32}" + "".join(f"{cell:>10}" for cell in cells))


@contextlib.contextmanager
def _small_disk(folder: Path) -> Iterator[bool]:
    """Mount a small file system for the data directory. Enters with False where that is not allowed."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_DISK},mode=700", "fraudcheck", str(folder)]
    if subprocess.run(mount, stderr=subprocess.DEVNULL, check=False).returncode:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)  # noqa: S607 - ours


if __name__ == "__main__":
    main()
