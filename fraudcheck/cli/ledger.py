"""`fraudcheck ledger`: verify what is kept, and show what waits or is damaged in the spool."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from fraudcheck import wiring
from fraudcheck.adapters.spool.files import SpoolFile
from fraudcheck.cli.command import Failed, add_command, days_back
from fraudcheck.records import format_utc
from fraudcheck.report.tables import aligned, printable
from fraudcheck.settings import Settings

_SHOWN = 100
"""Problems that are printed one by one."""


def add(commands: Any) -> None:
    """Add the commands."""
    ledger = commands.add_parser("ledger", help="verify what is kept, and show the spool").add_subparsers(
        required=True, metavar="verify|spool"
    )
    verify = add_command(ledger, "verify", "compare every record with its hash, and every other row with it", _verify)
    verify.add_argument("--tenant", dest="_tenant", help="this tenant's checks; all if not given")
    verify.add_argument(
        "--since",
        dest="_days",
        type=days_back,
        metavar="30d",
        help="how far to look back; to the beginning if not given",
    )
    spool = add_command(ledger, "spool", "show the records that wait for the ledger, and what is damaged", _spool)
    spool.add_argument("--json", dest="_as_json", action="store_true", help="as JSON")


def _verify(settings: Settings, tenant: str | None, days: int | None) -> None:
    since = None if days is None else format_utc(datetime.now(UTC) - timedelta(days=days))
    told = 0

    def progress(records: int) -> None:
        nonlocal told
        if records // 10_000 > told:
            told = records // 10_000
            print(f"{records:,} records verified ...", file=sys.stderr)

    verified = wiring.verify_ledger(settings, tenant, since, progress)
    wrong = [problem.table for problem in verified.problems]
    tables = sorted({*verified.rows, *wrong})
    rows = [
        ("", "rows", "wrong"),
        *[(name, f"{verified.rows.get(name, 0):,}", f"{wrong.count(name):,}") for name in tables],
    ]
    print("\n".join(aligned(rows, "<>>")))
    if verified.erased:
        print(f"{verified.erased:,} record(s) are erased: they are verified by their hashes alone")
    for problem in verified.problems[:_SHOWN]:
        place = " ".join([problem.table, *filter(None, (problem.tenant, problem.check_id))])
        print(printable(f"{place}: {problem.text}"))
    if len(wrong) > _SHOWN:
        print(f"and {len(wrong) - _SHOWN:,} more")
    if wrong:
        raise Failed("the ledger is not as it was written: compare with a backup, and find out who changed it")


def _spool(settings: Settings, as_json: bool) -> None:
    files = wiring.spool_contents(settings)
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(files), indent=2).decode())
        return
    if not files:
        print("the spool is empty: the ledger has every record")
        return
    rows = [("file", "owner", "bytes", "records", "damaged", "checked from", "to")]
    for file in files:
        times = sorted(record.checked_at for record in file.records) or ["", ""]
        owner = "running" if file.in_use else "ended"
        counts = (f"{file.size:,}", f"{len(file.records):,}", f"{len(file.damaged):,}")
        rows.append((file.file, owner, *counts, times[0], times[-1]))
    print("\n".join(aligned(rows, "<<>>>")))
    for file in files:
        for part in file.damaged:
            what = "unfinished, never given" if part.unfinished else "damaged"
            names = " ".join([*part.check_ids, *part.checked_at]) or "no check id can be read"
            print(f"{file.file} bytes {part.at:,} to {part.at + part.size:,}: {what}: {names}")
    print("\n".join(_advice(files)))


def _advice(files: Sequence[SpoolFile]) -> list[str]:
    lines = []
    if any(file.records and file.in_use for file in files):
        lines.append("The running service hands its records over as soon as the ledger takes them.")
    if any(file.records and not file.in_use for file in files):
        lines.append("Records of a process that has ended are handed over when the service starts next.")
    if any(not part.unfinished for file in files for part in file.damaged):
        lines.append(
            "What is damaged cannot be repaired, but its callers have the verdicts. Check disk and memory. "
            "The files hold personal data: delete those that end in .damaged when you need them no more."
        )
    return lines
