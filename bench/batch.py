"""How fast is a file of leads checked, compared with the same leads sent one by one? ``python -m bench.batch``.

A million leads of 200,000 mail domains go through ``fraudcheck batch``. Then the first of them go through the service
(one worker, SQLite, embedded Redis). Each runs alone on two cores, beside a name server on loopback. ``--big`` checks a
second, longer file, which should need the same memory.
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
from bench.leads import dated_leads, request_bodies, write_csv
from bench.processes import free_port, memory_of, process_tree, running_program

_CORES = 2
_CONNECTIONS = 64
_MEMORY_INTERVAL = 0.2  # seconds between two measurements


class Run(NamedTuple):
    """One run of the command. ``seconds`` are elapsed, ``cpu`` those of the processor.

    ``proportional`` and ``resident`` are the peaks of the memory in MB (``processes.memory_of``).
    """

    rows: int
    rejected: int
    seconds: float
    cpu: float
    proportional: float
    resident: float

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


def main() -> None:
    """Run the measurements one after the other and print the figures."""
    parser = argparse.ArgumentParser(prog="bench.batch", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="leads of the file")
    parser.add_argument("--domains", type=int, default=200_000, help="mail domains of half of them")
    parser.add_argument("--big", type=int, default=0, help="leads of a second file, to compare the memory")
    parser.add_argument("--http-rows", type=int, default=20_000, help="leads sent one by one")
    parser.add_argument("--out", choices=("parquet", "csv", "ndjson"), default="parquet", help="format of the verdicts")
    options = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:_CORES])  # its child processes inherit this
    print(f"{'':18}{'rows':>10}{'seconds':>10}{'rows/s':>10}{'CPU s/1,000':>13}{'PSS MB':>10}{'RSS MB':>10}")
    with tempfile.TemporaryDirectory(prefix="bench-batch-") as name, nameserver.running() as address:
        folder = Path(name)
        file_run = _check_file(folder, options.rows, options, address)
        big_run = _check_file(folder, options.big, options, address) if options.big else None
        http = _send_over_http(folder, options, address)
        seconds_of_ten = _check_ten_rows(folder, options, address)
    _print_conclusion(file_run, big_run, http, seconds_of_ten)


def _check_file(folder: Path, rows: int, options: argparse.Namespace, address: str) -> Run:
    """Make a file, run the command on it and count the verdicts. Deletes both files."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        file, out = Path(name, "leads.csv"), Path(name, f"verdicts.{options.out}")
        begin = perf_counter()
        generate(file, rows, options.domains)
        _print_row("generated", rows, perf_counter() - begin)
        run = _run_command(file, out, rows, address)
        written = count_rows(out)
    if written + run.rejected != rows:
        sys.exit(f"bench: {written:,} verdicts and {run.rejected:,} rejected rows of {rows:,}")
    figures = f"{run.cpu / rows * 1000:13.3f}{run.proportional:10,.0f}{run.resident:10,.0f}"
    _print_row("batch", rows, run.seconds, figures)
    if run.rejected:
        print(f"  {run.rejected:,} rows were rejected")
    return run


def _check_ten_rows(folder: Path, options: argparse.Namespace, address: str) -> float:
    """Seconds for a file of ten rows, the best of three runs."""
    file = folder / "few.csv"
    generate(file, 10, options.domains)
    outs = [folder / f"few-{n}.{options.out}" for n in range(3)]
    seconds = min(_run_command(file, out, 10, address).seconds for out in outs)
    _print_row("batch, best of 3", 10, seconds)
    return seconds


def generate(file: Path, rows: int, domains: int) -> None:
    """Write the leads as CSV."""
    with file.open("w", encoding="utf-8", newline="") as table:
        write_csv(table, dated_leads(rows, domains))


def _run_command(file: Path, out: Path, rows: int, address: str) -> Run:
    """Run the command in a data directory of its own. If it fails, print its errors and exit."""
    with tempfile.TemporaryDirectory(dir=file.parent) as data, tempfile.TemporaryFile(dir=file.parent) as errors:
        options = ["--out", str(out), "--data-dir", data, "--nameserver", address]
        cpu_before = _children_cpu_seconds()
        begin = perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "fraudcheck", "batch", str(file), *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        )
        try:
            proportional, resident = watch_memory(process)
            seconds = perf_counter() - begin
        finally:
            if process.poll() != 0:  # end its workers as well
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if process.returncode:
            errors.seek(0)
            sys.stderr.write(errors.read().decode(errors="replace"))
            sys.exit(1)
    rejected_file = out.with_name(f"{out.name}.rejected.ndjson")
    rejected = count_rows(rejected_file) if rejected_file.exists() else 0
    return Run(rows, rejected, seconds, _children_cpu_seconds() - cpu_before, proportional, resident)


def watch_memory(process: subprocess.Popen[bytes]) -> tuple[float, float]:
    """Wait until a process ends. Returns the peaks of ``memory_of`` for it and its descendants."""
    peaks = (0.0, 0.0)
    while True:
        proportional, resident = memory_of(process_tree(process.pid))
        peaks = max(peaks[0], proportional), max(peaks[1], resident)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_MEMORY_INTERVAL)
            return peaks


def _children_cpu_seconds() -> float:
    """Processor time of all child processes that have ended, and of their children that they waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def count_rows(file: Path) -> int:
    """Count the rows in a file of verdicts."""
    if file.suffix == ".parquet":
        return int(pyarrow.parquet.read_metadata(file).num_rows)
    with file.open(encoding="utf-8", newline="") as lines:
        if file.suffix == ".csv":
            return sum(1 for _ in csv.reader(lines)) - 1
        return sum(1 for _ in lines)


def _send_over_http(folder: Path, options: argparse.Namespace, address: str) -> load.LoadResult:
    """Send the file's first leads over HTTP, after a warm-up with other leads, whose domains are not theirs."""
    first = islice(dated_leads(options.rows, options.domains), options.http_rows)
    requests = [load.request("/v1/checks", json.dumps(lead, ensure_ascii=False).encode()) for lead in first]
    warm_up = [load.request("/v1/checks", body) for body in request_bodies(2, 200)]
    port = free_port()
    options_of_service = ["--port", str(port), "--data-dir", str(folder / "served"), "--nameserver", address]
    with running_program(["fraudcheck", "serve", *options_of_service], port):
        load.run(port, iter(warm_up), 8, 60)
        result = load.run(port, iter(requests), _CONNECTIONS, 3_600)
    _print_row(f"HTTP, {_CONNECTIONS} callers", len(requests), result.seconds)
    if result.failures:
        sys.exit(f"bench: {result.failures:,} calls of {len(requests):,} failed")
    return result


def _print_row(label: str, rows: int, seconds: float, more: str = "") -> None:
    print(f"{label:18}{rows:10,}{seconds:10.2f}{rows / seconds:10,.0f}{more}", flush=True)


def _print_conclusion(file_run: Run, big_run: Run | None, http: load.LoadResult, seconds_of_ten: float) -> None:
    """Print the main figures, each beside its goal."""
    print(f"\nrows a second: {file_run.rate:,.0f} (to reach: 3,500, and 6,000 beyond)")
    print(f"rows a second, batch / HTTP: {file_run.rate / http.rate:.2f} (to reach: 3)")
    peak = max(file_run.proportional, big_run.proportional if big_run else 0)
    print(f"peak memory: {peak:,.0f} MB (to stay within: 2,000)")
    if big_run is not None:
        growth = big_run.proportional / file_run.proportional
        print(f"memory, {big_run.rows:,} rows / {file_run.rows:,}: {growth:.2f} (to stay within: 1.1)")
    print(f"ten rows, start included: {seconds_of_ten:.2f} s (to stay within: 2)")


if __name__ == "__main__":
    main()
