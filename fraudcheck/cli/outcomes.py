"""`fraudcheck outcomes`: bring back what became of leads."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from fraudcheck.adapters.tenant_files import tenant_funnel
from fraudcheck.cli.command import Failed, add_command
from fraudcheck.cli.outcome_files import add_reading, asked, print_problems, progress, require_columns
from fraudcheck.operations.import_outcomes import Brought, import_outcomes, status_reader
from fraudcheck.settings import Settings


def add(commands: Any) -> None:
    """Add the commands."""
    outcomes = commands.add_parser("outcomes", help="bring back what became of leads").add_subparsers(
        required=True, metavar="import"
    )
    importing = add_command(
        outcomes, "import", "read what became of leads from a CRM's export, or any file of outcomes", _outcomes_import
    )
    importing.add_argument(
        "_file",
        metavar="FILE",
        help="CSV, NDJSON, Parquet or a spreadsheet, also with gzip, with a status or outcome and check_id, reference, "
        "mail or phone, and maybe reason, amount, currency, at, buyer, vendor; - for a pipe",
    )
    add_reading(importing, "outcome, reference, at, ...")


def _outcomes_import(settings: Settings, tenant: str, map_only: bool, country: str | None, **given: Any) -> None:
    question = asked(settings, **given)
    from fraudcheck.batch.outcome_rows import open_rows  # noqa: PLC0415 - needs the extra packages

    with open_rows(question, status_reader(tenant_funnel(settings.data_dir, tenant))) as opened:
        if map_only:
            print("\n".join(opened.text))
            return
        require_columns(opened.mapping, "outcome")
        now = datetime.now(UTC)
        imported = asyncio.run(
            import_outcomes(
                settings,
                tenant,
                opened.rows,
                now,
                progress,
                country=country,
                mark=opened.mark,
                ours=opened.ours,
            )
        )
    print_problems(imported.problems)
    print(imported_text(imported))
    if imported.problems:
        raise Failed("put the rejected rows right and bring the file again: what is known counts once")


def imported_text(imported: Brought) -> str:
    """What became of a file's rows."""
    stored, known = imported.answers["stored"], imported.answers["known"]
    text = f"{imported.rows:,} rows: {stored:,} kept, {known:,} known before, {len(imported.problems):,} rejected"
    if untold := imported.answers["untold"]:
        text += f", {untold:,} tell nothing yet"
    if strangers := imported.answers["strangers"]:
        text += f", {strangers:,} of people without a lead here"
    if imported.unread_reasons:
        text += f"; {imported.unread_reasons:,} reasons are not known, and what their statuses say was kept"
    return text
