"""How long does an audit of a large ledger take? ``python -m bench.report``: a ledger is made, and the command timed.

The yardstick is Python's own sqlite3 reading the table of look-up rows once, in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from fraudcheck.adapters.sql.ledger import SqlLedger
from fraudcheck.identifiers import uuid7
from fraudcheck.ledger.entry import make_entry
from fraudcheck.ledger.sealing import SALT_BYTES
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Lead, Outcome, Price, Source, format_utc

DAYS = 365
_AT_ONCE = 2_000
_AGAINST = [code for code, reason in CATALOGUE.items() if reason.points < 0]
_TOGETHER = [random.Random(seed).sample(_AGAINST, 1 + seed % 4) for seed in range(1_000)]  # noqa: S311 - no secret
"""Reasons come together, as what a bot does shows in several ways: so many ways, the first ones most often."""


def main() -> None:
    """Make the ledger, time the reports, print figures and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--vendors", type=int, default=200)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        print(f"making a ledger of {given.leads:,} leads of {given.vendors} vendors ...", flush=True)
        asyncio.run(_make(folder, given.leads, given.vendors))
        yardstick = min(_read(folder) for _ in range(given.runs))
        print(f"sqlite3 reads the look-up rows once: {yardstick:.2f} s (the yardstick)")
        for words in ([], ["--vendor", "vendor 0"], ["--format", "html"]):
            seconds, peak = min(_report(folder, words) for _ in range(given.runs))
            what = " ".join(["fraudcheck report", *words])
            print(f"{what}: {seconds:.2f} s, {seconds / yardstick:.1f} times the yardstick, {peak:,} MB at the most")


async def _make(folder: Path, leads: int, vendors: int) -> None:
    """Vendors of unequal size, each with a rate of its own; one lead in ten has an outcome."""
    store = SqlLedger(f"sqlite:///{folder / 'ledger.sqlite'}")
    await store.start()
    drawn = random.Random(7)  # noqa: S311 - no secret
    weights = [1 / (1 + at) for at in range(vendors)]
    rates = [drawn.uniform(0.02, 0.3) for _ in range(vendors)]
    start = datetime.now(UTC) - timedelta(days=DAYS)
    for first in range(0, leads, _AT_ONCE):
        some = range(first, min(first + _AT_ONCE, leads))
        sold = drawn.choices(range(vendors), weights, k=len(some))
        entries = [
            _entry(drawn, start + number * timedelta(days=DAYS) / leads, vendor, rates[vendor])
            for number, vendor in zip(some, sold, strict=True)
        ]
        await asyncio.gather(*[store.append(entry) for entry in entries])
        told = [(entry.check_id, _outcome(entry.decision)) for entry in entries[::10]]
        await store.record_outcomes("default", told, entries[-1].checked_at)
    await store.flush_index()
    await store.close()


def _entry(drawn: random.Random, at: datetime, vendor: int, rate: float) -> object:
    bad = drawn.random() < rate
    against = _TOGETHER[min(int(drawn.expovariate(0.01)), 999)] if bad or drawn.random() < 0.1 else []
    codes = ["PHONE_VALID", *against]
    check_id = uuid7(at, drawn.randbytes(10))
    verdict = {
        "check_id": check_id,
        "reference": None,
        "checked_at": format_utc(at),
        "origin": "live",
        "decision": "reject" if bad else "accept",
        "classification": "bot" if bad else "genuine",
        "trust_score": drawn.randint(0, 20) if bad else drawn.randint(60, 97),
        "reasons": [{"code": code, "points": CATALOGUE[code].points} for code in codes],
        "normalized": {},
        "suggestions": {},
    }
    campaign = drawn.randint(0, 8)
    source = Source(
        vendor=f"vendor {vendor}",
        campaign=f"campaign {campaign}",
        sub_id=f"{campaign}-{drawn.randint(0, 20)}",
        channel=("ppc", "seo", "social")[campaign % 3],
        price=Price(amount=f"{drawn.randint(5, 40)}.50", currency="EUR"),
    )
    return make_entry(
        "default",
        check_id,
        Lead(phone="+84912840375", source=source),
        facts={},
        verdict=verdict,
        tokens={},
        salts=os.urandom(SALT_BYTES),
    )


def _outcome(decision: str) -> Outcome:
    return Outcome(outcome="contacted") if decision == "accept" else Outcome(outcome="returned", reason="bot_traffic")


def _read(folder: Path) -> float:
    started = time.perf_counter()
    with sqlite3.connect(folder / "ledger.sqlite") as connection:
        for _ in connection.execute("SELECT * FROM checks"):
            pass
    return time.perf_counter() - started


def _report(folder: Path, words: list[str]) -> tuple[float, int]:
    """Seconds of the whole command, start-up included, and its peak of memory in MB."""
    command = [sys.executable, "-m", "fraudcheck", "report", "--data-dir", f"{folder}", "--since", f"{DAYS + 1}d"]
    started = time.perf_counter()
    child = subprocess.Popen([*command, *words], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    assert status == 0, "the report failed"
    return time.perf_counter() - started, usage.ru_maxrss // 1024


if __name__ == "__main__":
    main()
