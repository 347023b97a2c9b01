"""How fast is a check, compared with a handler that does nothing? ``python -m bench``; ``python -m bench memory``.

The service and the bare handler take turns on one core; Redis, the name server and the load generator share the other.
All leads are different, mail domains are cached, and records are durable before the answer.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import socket
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import sleep

from bench import load
from bench.leads import DOMAINS, leads, request_bodies
from bench.processes import free_port, running_program
from fraudcheck.adapters.redis.embedded import EmbeddedRedis
from tests.servers.dns import ZONE, Nameserver

SERVICE_CORE, LOAD_CORE = 0, max(os.cpu_count() or 1, 1) - 1
_ZONE = ZONE + "".join(
    f"{domain}. 3600 IN MX 10 mail.mx-only.vn.\n" for domain in [*DOMAINS, "wp.pl", "uol.com.br", "rediffmail.com"]
)


def main() -> None:
    """Run the benchmark that the command line names and print its figures."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("speed", "memory"), default="speed")
    parser.add_argument("--seconds", type=float, default=5.0, help="length of a round")
    parser.add_argument("--rounds", type=int, default=3, help="rounds for each, in turn")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--leads", type=int, default=1_000_000, help="distinct leads of the memory run")
    options = parser.parse_args()
    os.sched_setaffinity(0, {LOAD_CORE})
    with tempfile.TemporaryDirectory() as name, Nameserver(_ZONE) as nameserver:
        folder = Path(name)
        with _redis(folder) as redis, _service(folder, redis, nameserver.address) as (process, port):
            _warm_up(port)
            if options.what == "memory":
                _measure_memory(process, port, options)
            else:
                _measure_speed(folder, port, options)


def _measure_speed(folder: Path, port: int, options: argparse.Namespace) -> None:
    answer = folder / "answer.json"
    answer.write_bytes(_post(port, request_bodies(99, 1)[0]))
    with _bare(answer) as bare:
        ports = {"bare": bare, "service": port}
        many: dict[str, list[load.LoadResult]] = {"bare": [], "service": []}
        one: dict[str, load.LoadResult] = {}
        seed = 1
        before = _stage_metrics(port)
        for _ in range(options.rounds):
            for server, server_port in ports.items():
                seed += 1
                requests = _requests(seed, 60_000)
                many[server].append(load.run(server_port, requests, options.connections, options.seconds))
        after = _stage_metrics(port)
        for server, server_port in ports.items():
            seed += 1
            one[server] = load.run(server_port, _requests(seed, 3000), 1, options.seconds)
    _print_speed(many, one, options.connections)
    _print_stages(before, after)


def _print_speed(many: dict[str, list[load.LoadResult]], one: dict[str, load.LoadResult], connections: int) -> None:
    """Print the figures with many connections (medians of the rounds) and with one, by server."""
    print(f"{'':22}{'checks/s':>10}{'p50 ms':>10}{'p99 ms':>10}{'not 200':>10}")
    for server, runs in many.items():
        rate, p50, p99 = (
            median(figures)
            for figures in zip(*[(run.rate, run.quantile(0.5), run.quantile(0.99)) for run in runs], strict=True)
        )
        failures = sum(run.failures for run in runs)
        print(f"{server + f', {connections} callers':22}{rate:10.0f}{p50:10.2f}{p99:10.2f}{failures:10}")
    for server, run in one.items():
        p50, p99 = run.quantile(0.5), run.quantile(0.99)
        print(f"{server + ', 1 caller':22}{run.rate:10.0f}{p50:10.2f}{p99:10.2f}{run.failures:10}")
    ratios = [service.rate / bare.rate for service, bare in zip(many["service"], many["bare"], strict=True)]
    print(f"\nthroughput, service / bare, round by round: {', '.join(f'{ratio:.3f}' for ratio in ratios)}")
    print(f"throughput, median ratio: {median(ratios):.3f} (to reach: 0.13, and 0.2 beyond)")
    for share, limit in ((0.5, 1.5), (0.99, 8)):
        difference = one["service"].quantile(share) - one["bare"].quantile(share)
        print(f"one caller, p{share * 100:.0f}: {difference:.2f} ms over bare (to stay within: {limit})")


def _print_stages(before: dict[str, tuple[float, float]], after: dict[str, tuple[float, float]]) -> None:
    print("\nwhere a check's time goes, with many callers (waiting included):")
    for stage, (seconds_after, calls_after) in sorted(after.items(), key=lambda item: -item[1][0]):
        seconds_before, calls_before = before.get(stage, (0, 0))
        seconds, calls = seconds_after - seconds_before, calls_after - calls_before
        if calls:
            print(f"  {stage:18}{seconds / calls * 1e6:10.0f} µs")


def _measure_memory(process: subprocess.Popen[bytes], port: int, options: argparse.Namespace) -> None:
    source = leads(7)
    step = max(options.leads // 10, 1)
    print(f"{'leads':>10}{'MiB resident':>14}")
    for number in range(0, options.leads, step):
        print(f"{number:10}{_resident_mebibytes(process.pid):14.1f}", flush=True)
        batch = (load.request("/v1/checks", json.dumps(next(source)).encode()) for _ in range(step))
        result = load.run(port, batch, options.connections, 3600)
        assert not result.failures, f"{result.failures} calls failed"
    print(f"{options.leads:10}{_resident_mebibytes(process.pid):14.1f}")


def _requests(seed: int, count: int) -> Iterator[bytes]:
    return iter([load.request("/v1/checks", body) for body in request_bodies(seed, count)])


def _warm_up(port: int) -> None:
    for _ in range(3):  # so that every domain's answer is cached
        load.run(port, _requests(0, 2000), 8, 30)
        sleep(0.2)


def _post(port: int, body: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(load.request("/v1/checks", body))
        return connection.recv(65536).partition(b"\r\n\r\n")[2]


def _stage_metrics(port: int) -> dict[str, tuple[float, float]]:
    """Seconds and calls of each stage of a check, from the service's metrics."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        text = answer.read().decode()
    values = {
        (unit, stage): float(value)
        for unit, stage, value in re.findall(r'fraudcheck_stage_(seconds|calls)_total{stage="([^"]*)"} (\S+)', text)
    }
    return {stage: (values["seconds", stage], values["calls", stage]) for unit, stage in values if unit == "calls"}


def _resident_mebibytes(pid: int) -> float:
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024  # type: ignore[index]


@contextlib.contextmanager
def _redis(folder: Path) -> Iterator[str]:
    server = EmbeddedRedis(folder)
    with asyncio.Runner() as runner:
        runner.run(server.start())
        try:
            yield server.url
        finally:
            runner.run(server.stop())


@contextlib.contextmanager
def _service(folder: Path, redis: str, nameserver: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    options = ["--port", str(port), "--data-dir", str(folder / "data"), "--redis", redis, "--nameserver", nameserver]
    with running_program(["fraudcheck", "serve", *options], port, SERVICE_CORE) as process:
        yield process, port


@contextlib.contextmanager
def _bare(answer: Path) -> Iterator[int]:
    port = free_port()
    with running_program(["bench.bare", str(port), str(answer)], port, SERVICE_CORE):
        yield port


if __name__ == "__main__":
    main()
