"""`fraudcheck claims answer`: bring back what a vendor answered to claims."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from fraudcheck.cli.command import Failed, add_command
from fraudcheck.cli.outcome_files import add_reading, asked, print_problems, progress, require_columns
from fraudcheck.operations.answer_claims import Answered, answer_claims, read_answer
from fraudcheck.report.returns import amount
from fraudcheck.settings import Settings


def add_answer(commands: Any) -> None:
    """Add the command."""
    answering = add_command(commands, "answer", "read what a vendor answered to claims, from its own list", _answer)
    answering.add_argument(
        "_file",
        metavar="FILE",
        help="CSV, NDJSON, Parquet or a spreadsheet, also with gzip, with reference or check_id, and an answer "
        "(accepted, refused, credited) or the amount credited, and maybe at; - for a pipe",
    )
    answering.add_argument("--claim", dest="_claim", metavar="ID", help="the claim that is answered")
    add_reading(answering, "answer, credited, reference, ...")


def _answer(
    settings: Settings, tenant: str, map_only: bool, country: str | None, claim: str | None, **given: Any
) -> None:
    question = asked(settings, answers=True, **given)
    from fraudcheck.batch.outcome_rows import open_rows  # noqa: PLC0415 - needs the extra packages

    with open_rows(question, read_answer) as opened:
        if map_only:
            print("\n".join(opened.text))
            return
        require_columns(opened.mapping, "answer", "credited")
        answered = asyncio.run(
            answer_claims(
                settings,
                tenant,
                opened.rows,
                datetime.now(UTC),
                progress,
                country=country,
                mark=opened.mark,
                claim=claim,
                vendor=given["vendor"],
            )
        )
    print_problems(answered.problems)
    print(answered_text(answered))
    if answered.problems:
        raise Failed("put the rejected rows right and bring the file again: what is known counts once")


def answered_text(answered: Answered) -> str:
    """What became of a list's rows."""
    stored, known = answered.answers["stored"], answered.answers["known"]
    text = (
        f"{answered.rows:,} rows: {stored:,} answers kept, {known:,} known before, {len(answered.problems):,} rejected"
    )
    if untold := answered.answers["untold"]:
        text += f", {untold:,} without an answer"
    if answered.changed:
        text += f"; {answered.changed:,} of these replace another answer"
    for currency, millionths in sorted(answered.credited.items()):
        text += f"\ncredited: {amount(millionths)} {currency}"
    return text
