"""How long does an audit of a large ledger take? ``python -m bench.report`` makes a ledger and times the command.

The baseline is one reading of the table of look-up rows with Python's own sqlite3, in the same run.
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
from fraudcheck.ports.ledger import Entry
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import (
    CheckVerdict,
    Contacts,
    Lead,
    Normalized,
    Outcome,
    Price,
    ScoredReason,
    Source,
    Versions,
    format_utc,
)

DAYS = 365
_ENTRIES_AT_ONCE = 2_000
_AGAINST = [code for code, reason in CATALOGUE.items() if reason.points < 0]
_COMBINATIONS = [random.Random(seed).sample(_AGAINST, 1 + seed % 4) for seed in range(1_000)]  # noqa: S311 - no secret
"""Reason codes that occur together, because one bot shows in several ways; the first ones are dice most often."""


def main() -> None:
    """Make the ledger, time the command and print figures and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--vendors", type=int, default=200)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        print(f"making a ledger of {options.leads:,} leads of {options.vendors} vendors ...", flush=True)
        asyncio.run(_make_ledger(folder, options.leads, options.vendors))
        baseline = min(_time_reading(folder) for _ in range(options.runs))
        print(f"sqlite3 reads the look-up rows once: {baseline:.2f} s (the yardstick)")
        for arguments in ([], ["--vendor", "vendor 0"], ["--format", "html"]):
            seconds, peak = min(_time_command(folder, arguments) for _ in range(options.runs))
            command = " ".join(["fraudcheck report", *arguments])
            print(f"{command}: {seconds:.2f} s, {seconds / baseline:.1f} times the yardstick, {peak:,} MB at the most")


async def _make_ledger(folder: Path, leads: int, vendors: int) -> None:
    """Fill a ledger with vendors of different size and different share of bad leads. One lead in ten has an outcome."""
    store = SqlLedger(f"sqlite:///{folder / 'ledger.sqlite'}")
    await store.start()
    dice = random.Random(7)  # noqa: S311 - no secret
    weights = [1 / (1 + vendor) for vendor in range(vendors)]
    bad_shares = [dice.uniform(0.02, 0.3) for _ in range(vendors)]
    start = datetime.now(UTC) - timedelta(days=DAYS)
    for first in range(0, leads, _ENTRIES_AT_ONCE):
        numbers = range(first, min(first + _ENTRIES_AT_ONCE, leads))
        sellers = dice.choices(range(vendors), weights, k=len(numbers))
        entries = [
            make_entry_of(dice, start + number * timedelta(days=DAYS) / leads, vendor, bad_shares[vendor])
            for number, vendor in zip(numbers, sellers, strict=True)
        ]
        await asyncio.gather(*[store.append(entry) for entry in entries])
        outcomes = [(entry.check_id, _outcome(entry.decision)) for entry in entries[::10]]
        await store.record_outcomes("default", outcomes, entries[-1].checked_at)
    await store.flush_index()
    await store.close()


def make_entry_of(
    dice: random.Random, at: datetime, vendor: int, bad_share: float, *, review: bool = False, phone: str = ""
) -> Entry:
    """A lead of a vendor: bad by chance, or one that a person has to look at. ``phone`` is the token of its number."""
    bad = dice.random() < bad_share and not review
    against = _COMBINATIONS[min(int(dice.expovariate(0.01)), 999)] if bad or review or dice.random() < 0.1 else []
    codes = ["PHONE_VALID", *against]
    check_id = uuid7(at, dice.randbytes(10))
    score = dice.randint(21, 59) if review else dice.randint(0, 20) if bad else dice.randint(60, 97)
    verdict = CheckVerdict(
        check_id=check_id,
        reference=None,
        origin="live",
        trust_score=score,
        score_range=(score, score),
        decision="review" if review else "reject" if bad else "accept",
        decided_by="two_groups" if bad else "accept_from",
        classification="bot" if bad else "genuine",
        prior=0.0,
        sum=0.0,
        reasons=[
            ScoredReason(code=code, group="phone", points=CATALOGUE[code].points, text="", evidence={})
            for code in codes
        ],
        group_caps=[],
        unknown=[],
        warnings=[],
        suggestions=Contacts(),
        normalized=Normalized(),
        versions=Versions(service="", policy="", model=None, data={}),
        submitted_at=format_utc(at),
        checked_at=format_utc(at),
        elapsed_ms=None,
    )
    campaign = dice.randint(0, 8)
    source = Source(
        vendor=f"vendor {vendor}",
        campaign=f"campaign {campaign}",
        sub_id=f"{campaign}-{dice.randint(0, 20)}",
        channel=("ppc", "seo", "social")[campaign % 3],
        price=Price(amount=f"{dice.randint(5, 40)}.50", currency="EUR"),
    )
    return make_entry(
        "default",
        check_id,
        Lead(phone="+84912840375", source=source),
        facts={},
        verdict=verdict,
        tokens={"phone": phone} if phone else {},
        salts=os.urandom(SALT_BYTES),
    )


def _outcome(decision: str) -> Outcome:
    return Outcome(outcome="contacted") if decision == "accept" else Outcome(outcome="returned", reason="bot_traffic")


def _time_reading(folder: Path) -> float:
    started = time.perf_counter()
    with sqlite3.connect(folder / "ledger.sqlite") as connection:
        for _ in connection.execute("SELECT * FROM checks"):
            pass
    return time.perf_counter() - started


def _time_command(folder: Path, arguments: list[str]) -> tuple[float, int]:
    """The seconds that the whole command takes, start-up included, and its peak memory in MB."""
    command = [sys.executable, "-m", "fraudcheck", "report", "--data-dir", f"{folder}", "--since", f"{DAYS + 1}d"]
    started = time.perf_counter()
    child = subprocess.Popen([*command, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    assert status == 0, "the report failed"
    return time.perf_counter() - started, usage.ru_maxrss // 1024


if __name__ == "__main__":
    main()
