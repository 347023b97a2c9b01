"""How long does a page take on a large ledger? ``python -m bench.pages`` makes a ledger, serves it and times pages.

Each page is asked for over HTTP as a browser does, once for the first time and then a few times more. ``--data-dir``
names a folder that is kept, and used again if there is a ledger in it. ``{check_id}`` in a path is a lead that waits
for review. ``--ledger`` names another ledger, such as PostgreSQL's.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.report import make_entry_of
from fraudcheck.adapters.sql.ledger import SqlLedger
from fraudcheck.ports.reviews import ALL_WAITING
from fraudcheck.records import Outcome

PATHS = (
    "/",
    "/try",
    "/upload",
    "/find",
    "/reasons",
    "/api",
    "/v1/vendors",
    "/v1/vendors/vendor 0/report",
    "/v1/vendors/vendor 0/claim",
    "/v1/claims",
    "/v1/funnel",
    "/review",
    "/review?vendor=vendor 0",
    "/review?reason=EMAIL_DISPOSABLE",
    "/review?sort=dearest",
    "/review/{check_id}",
    "/v1/checks/{check_id}",
)
DAYS = 365
_AT_ONCE = 2_000


def main() -> None:
    """Make the ledger where there is none, time the pages and print seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--waiting", type=int, default=10_000, help="leads that wait for review")
    parser.add_argument("--reviewed", type=int, default=90_000, help="leads that were reviewed before")
    parser.add_argument("--vendors", type=int, default=200)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--ledger", help="the ledger's URL, if not in the data directory")
    parser.add_argument("paths", nargs="*", default=PATHS)
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = options.data_dir or Path(stack.enter_context(TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        url = options.ledger or f"sqlite:///{(folder / 'ledger.sqlite').resolve()}"
        check_id = asyncio.run(_ready(url, options))
        address = stack.enter_context(_serve(folder, url))
        for path in options.paths:
            _time(address, path.replace("{check_id}", check_id), path, options.runs)


async def _ready(url: str, options: argparse.Namespace) -> str:
    """Fill an empty ledger. Returns a lead that waits."""
    store = SqlLedger(url)
    await store.start()
    started = time.perf_counter()
    if not await store.list("default", limit=1):
        print(f"making a ledger of {options.leads:,} leads ...", flush=True)
        await _fill(store, options)
        print(f"made in {time.perf_counter() - started:,.0f} s", flush=True)
    for name, wanted in (("review_counts", None), ("review_queue", ALL_WAITING)):
        started = time.perf_counter()
        if wanted is None:
            counts = await store.review_counts("default", time.time())
        else:
            rows = await store.review_queue("default", wanted, by="bench", now=time.time(), limit=20)
        print(f"{name}: {1000 * (time.perf_counter() - started):.1f} ms")
    print(f"{counts.waiting:,} leads wait")
    await store.close()
    return rows[0].check_id


async def _fill(store: SqlLedger, options: argparse.Namespace) -> None:
    """Leads of vendors of different size over a year; some wait for review, some were reviewed."""
    dice = random.Random(7)  # noqa: S311 - no secret
    weights = [1 / (1 + vendor) for vendor in range(options.vendors)]
    bad_shares = [dice.uniform(0.02, 0.3) for _ in range(options.vendors)]
    start = datetime.now(UTC) - timedelta(days=DAYS)
    share = (options.waiting + options.reviewed) / options.leads
    for first in range(0, options.leads, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, options.leads))
        sellers = dice.choices(range(options.vendors), weights, k=len(numbers))
        entries = [
            make_entry_of(
                dice,
                start + number * timedelta(days=DAYS) / options.leads,
                vendor,
                bad_shares[vendor],
                review=dice.random() < share,
                phone=f"{number % (options.leads // 2):x}",
            )
            for number, vendor in zip(numbers, sellers, strict=True)
        ]
        await asyncio.gather(*[store.append(entry) for entry in entries])
        reviewed = options.reviewed / (options.waiting + options.reviewed)
        outcomes = [
            (entry.check_id, Outcome(outcome=dice.choice(("reviewed_fake", "reviewed_genuine")), buyer="desk"))
            for entry in entries
            if entry.decision == "review" and dice.random() < reviewed
        ]
        outcomes += [
            (entry.check_id, Outcome(outcome="contacted")) for entry in entries[::10] if entry.decision == "accept"
        ]
        await store.record_outcomes("default", outcomes, entries[-1].checked_at)
    await store.flush_index()


@contextmanager
def _serve(folder: Path, url: str) -> Iterator[str]:
    """The service over this ledger; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "fraudcheck", "serve", "--data-dir", f"{folder}", "--port", f"{port}"]
    with subprocess.Popen([*command, "--ledger", url], stdout=subprocess.DEVNULL) as child:
        address = f"http://127.0.0.1:{port}"
        try:
            while child.poll() is None:
                with suppress(OSError):
                    urllib.request.urlopen(f"{address}/healthz").close()
                    break
                time.sleep(0.1)
            yield address
        finally:
            child.terminate()


def _time(address: str, path: str, shown: str, runs: int) -> None:
    request = urllib.request.Request(address + path.replace(" ", "%20"), headers={"Accept": "text/html"})
    taken = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        with urllib.request.urlopen(request) as answer:
            size = len(answer.read())
        taken.append(time.perf_counter() - started)
    first, *others = taken
    print(f"{shown}: first {first:.3f} s, then {statistics.median(others):.3f} s ({max(others):.3f}), {size:,} bytes")


if __name__ == "__main__":
    main()
