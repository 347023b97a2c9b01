"""How fast is a file of leads judged again, against the same leads sent one by one? ``python -m bench.batch``.

A million leads of 200,000 mail domains go through ``fraudcheck batch``, then some of the same through the service
(one worker, SQLite, embedded Redis), each alone on two cores but for a name server on loopback. ``--big`` judges a
second, longer file, whose memory should be the same.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import pyarrow.parquet

from bench import load, nameserver
from bench.leads import bodies, dated, write_csv
from bench.processes import family, free_port, listening, memory

_CORES = 2
_CONNECTIONS = 64
_PAUSE = 0.2  # seconds between looks at the memory


class Run(NamedTuple):
    """One call of the command. ``cpu`` are seconds, ``own`` and ``resident`` MB at their peaks (``memory``)."""

    rows: int
    rejected: int
    seconds: float
    cpu: float
    own: float
    resident: float

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


def main() -> None:
    """Take each measure in turn and print the figures."""
    parser = argparse.ArgumentParser(prog="bench.batch", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="leads of the file")
    parser.add_argument("--domains", type=int, default=200_000, help="mail domains of half of them")
    parser.add_argument("--big", type=int, default=0, help="leads of a second file, to compare the memory")
    parser.add_argument("--http-rows", type=int, default=20_000, help="leads sent one by one")
    parser.add_argument("--out", choices=("parquet", "csv", "ndjson"), default="parquet", help="format of the verdicts")
    options = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:_CORES])  # which all that it starts inherits
    print(f"{'':18}{'rows':>10}{'seconds':>10}{'rows/s':>10}{'CPU s/1,000':>13}{'PSS MB':>10}{'RSS MB':>10}")
    with tempfile.TemporaryDirectory(prefix="bench-batch-") as name, nameserver.running() as address:
        folder = Path(name)
        once = _judge(folder, options.rows, options, address)
        big = _judge(folder, options.big, options, address) if options.big else None
        sent = _send(folder, options, address)
        few = _judge_few(folder, options, address)
    _conclude(once, big, sent, few)


def _judge(folder: Path, rows: int, options: argparse.Namespace, address: str) -> Run:
    """One file through the command, with the verdicts counted. The files are gone afterwards."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        file, out = Path(name, "leads.csv"), Path(name, f"verdicts.{options.out}")
        begin = perf_counter()
        generate(file, rows, options.domains)
        _row("generated", rows, perf_counter() - begin)
        run = _batch(file, out, rows, address)
        written = rows_of(out)
    if written + run.rejected != rows:
        sys.exit(f"bench: {written:,} verdicts and {run.rejected:,} rejected rows of {rows:,}")
    _row("batch", rows, run.seconds, f"{run.cpu / rows * 1000:13.3f}{run.own:10,.0f}{run.resident:10,.0f}")
    if run.rejected:
        print(f"  {run.rejected:,} rows were rejected")
    return run


def _judge_few(folder: Path, options: argparse.Namespace, address: str) -> float:
    """Seconds for a file of ten rows, the best of three times."""
    file = folder / "few.csv"
    generate(file, 10, options.domains)
    outs = [folder / f"few-{n}.{options.out}" for n in range(3)]
    seconds = min(_batch(file, out, 10, address).seconds for out in outs)
    _row("batch, best of 3", 10, seconds)
    return seconds


def generate(file: Path, rows: int, domains: int) -> None:
    """Write the leads as CSV."""
    with file.open("w", encoding="utf-8", newline="") as to:
        write_csv(to, dated(rows, domains))


def _batch(file: Path, out: Path, rows: int, address: str) -> Run:
    """Run the command in a data directory of its own; where it fails, say what it said and end."""
    with tempfile.TemporaryDirectory(dir=file.parent) as data, tempfile.TemporaryFile(dir=file.parent) as complaints:
        where = ["--out", str(out), "--data-dir", data, "--nameserver", address]
        before = _cpu()
        begin = perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "fraudcheck", "batch", str(file), *where],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            start_new_session=True,
        )
        try:
            own, resident = watch(process)
            seconds = perf_counter() - begin
        finally:
            if process.poll() != 0:  # its workers shall not outlive it
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if process.returncode:
            complaints.seek(0)
            sys.stderr.write(complaints.read().decode(errors="replace"))
            sys.exit(1)
    refused = out.with_name(f"{out.name}.rejected.ndjson")
    return Run(rows, rows_of(refused) if refused.exists() else 0, seconds, _cpu() - before, own, resident)


def watch(process: subprocess.Popen[bytes]) -> tuple[float, float]:
    """Wait for its end, and give the peaks of what it and its descendants took of the memory (``memory``)."""
    peaks = (0.0, 0.0)
    while True:
        own, resident = memory(family(process.pid))
        peaks = max(peaks[0], own), max(peaks[1], resident)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_PAUSE)
            return peaks


def _cpu() -> float:
    """Seconds of all children that have ended, and of theirs that they waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def rows_of(file: Path) -> int:
    """How many rows a file of verdicts has."""
    if file.suffix == ".parquet":
        return int(pyarrow.parquet.read_metadata(file).num_rows)
    with file.open(encoding="utf-8", newline="") as lines:
        return sum(1 for _ in csv.reader(lines)) - 1 if file.suffix == ".csv" else sum(1 for _ in lines)


def _send(folder: Path, options: argparse.Namespace, address: str) -> load.Answers:
    """The file's first leads one by one over HTTP, after some others that fill no cache of theirs."""
    first = islice(dated(options.rows, options.domains), options.http_rows)
    requests = [load.request("/v1/checks", json.dumps(lead, ensure_ascii=False).encode()) for lead in first]
    warm_up = [load.request("/v1/checks", body) for body in bodies(2, 200)]
    port = free_port()
    where = ["--port", str(port), "--data-dir", str(folder / "served"), "--nameserver", address]
    with listening(["fraudcheck", "serve", *where], port):
        load.run(port, iter(warm_up), 8, 60)
        answers = load.run(port, iter(requests), _CONNECTIONS, 3_600)
    _row(f"HTTP, {_CONNECTIONS} callers", len(requests), answers.seconds)
    if answers.failures:
        sys.exit(f"bench: {answers.failures:,} calls of {len(requests):,} failed")
    return answers


def _row(what: str, rows: int, seconds: float, more: str = "") -> None:
    print(f"{what:18}{rows:10,}{seconds:10.2f}{rows / seconds:10,.0f}{more}", flush=True)


def _conclude(once: Run, big: Run | None, sent: load.Answers, few: float) -> None:
    """The figures that count, each beside what it should be."""
    print(f"\nrows a second: {once.rate:,.0f} (to reach: 6,000)")
    print(f"rows a second, batch / HTTP: {once.rate / sent.rate:.2f} (to reach: 3)")
    print(f"peak memory: {max(once.own, big.own if big else 0):,.0f} MB (to stay within: 2,000)")
    if big is not None:
        print(f"memory, {big.rows:,} rows / {once.rows:,}: {big.own / once.own:.2f} (to stay within: 1.1)")
    print(f"ten rows, start included: {few:.2f} s (to stay within: 2)")


if __name__ == "__main__":
    main()
