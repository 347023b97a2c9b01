"""`fraudcheck outcomes`: bring back what became of leads."""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from fraudcheck.cli.command import Failed, add_command
from fraudcheck.operations.import_outcomes import Brought, import_outcomes
from fraudcheck.report.tables import printable
from fraudcheck.settings import Settings

_SHOWN = 3
"""Lines that are named of those with one problem."""


def add(commands: Any) -> None:
    """Add the commands."""
    outcomes = commands.add_parser("outcomes", help="bring back what became of leads").add_subparsers(
        required=True, metavar="import"
    )
    importing = add_command(outcomes, "import", "read a CSV of outcomes into the ledger", _outcomes_import)
    importing.add_argument(
        "_file",
        metavar="FILE",
        help="columns check_id or reference, outcome, and maybe reason, amount, currency, at, buyer; - for a pipe",
    )
    importing.add_argument("--tenant", dest="_tenant", default="default")


def _outcomes_import(settings: Settings, file: str, tenant: str) -> None:
    def progress(rows: int) -> None:
        if rows % 10_000 == 0:
            print(f"{rows:,} rows read ...", file=sys.stderr)

    with open(0 if file == "-" else file, encoding="utf-8", newline="", closefd=file != "-") as lines:
        try:
            imported = asyncio.run(import_outcomes(settings, tenant, lines, datetime.now(UTC), progress))
        except UnicodeDecodeError:
            raise Failed(f"{file} is not in UTF-8: save it so and bring it again") from None
    lines_of: defaultdict[str, list[int]] = defaultdict(list)
    for line, problem in imported.problems:
        lines_of[problem].append(line)
    for problem, lines_at_fault in lines_of.items():
        print(printable(f"{_lines_text(lines_at_fault)}: {problem}"), file=sys.stderr)
    print(imported_text(imported))
    if imported.problems:
        raise Failed("put the rejected rows right and bring the file again: what is known counts once")


def imported_text(imported: Brought) -> str:
    """What became of a file's rows."""
    stored, known = imported.answers["stored"], imported.answers["known"]
    return f"{imported.rows:,} rows: {stored:,} kept, {known:,} known before, {len(imported.problems):,} rejected"


def _lines_text(lines: Sequence[int]) -> str:
    if len(lines) == 1:
        return f"line {lines[0]}"
    shown = ", ".join(map(str, lines[:_SHOWN]))
    return f"{len(lines):,} lines ({shown}{' …' if len(lines) > _SHOWN else ''})"
