"""`fraudcheck funnel`: how far leads come, what they are worth, and what an ad platform should optimise to."""

from __future__ import annotations

import asyncio
import csv
import gc
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from fraudcheck.cli.command import add_command, days_back, moment_given
from fraudcheck.operations.audit import DAYS, Question
from fraudcheck.operations.funnel import report_funnel
from fraudcheck.records import format_utc
from fraudcheck.report.funnel_report import FunnelReport
from fraudcheck.report.funnel_text import funnel_csv, funnel_text
from fraudcheck.settings import Settings


def add(commands: Any) -> None:
    """Add the command."""
    funnel = add_command(commands, "funnel", "how far leads come, their worth, and what to optimise to", _funnel)
    for part in ("campaign", "sub-id", "channel"):
        funnel.add_argument(f"--{part}", dest=f"_{part.replace('-', '_')}", help=f"leads of this {part} alone")
    funnel.add_argument("--from", dest="_since", type=moment_given, metavar="TIME", help="2026-11-01, also with a time")
    funnel.add_argument("--to", dest="_until", type=moment_given, metavar="TIME", help="until before this time; now")
    funnel.add_argument(
        "--since", dest="_days", type=days_back, default=DAYS, metavar="90d", help="how far to look back (90d)"
    )
    funnel.add_argument(
        "--table",
        dest="_table",
        metavar="FILE",
        type=Path,
        help="a funnel.toml to try, in the place of tenants/TENANT/funnel.toml; what is wrong with it is said",
    )
    funnel.add_argument("--format", dest="_shape", choices=("text", "html", "csv", "json"), default="text")
    funnel.add_argument(
        "--out", dest="_out", metavar="FILE", type=Path, help="where to write it, if not to the terminal"
    )
    funnel.add_argument("--tenant", dest="_tenant", default="default")


def _funnel(
    settings: Settings, *, shape: str, out: Path | None, days: int, table: Path | None, since: str | None, **asked: Any
) -> None:
    now = datetime.now(UTC)
    question = Question(since=since or format_utc(now - timedelta(days=days)), **asked)
    gc.disable()  # the leads stay in memory to the end, and walking through them again takes a tenth of the time
    try:
        report = asyncio.run(report_funnel(settings, question, now, table))
    finally:
        gc.enable()
    output = _FORMATS[shape](report)
    if out is None:
        print(output)
    else:
        out.write_text(output + "\n", encoding="utf-8")


def _as_text(report: FunnelReport) -> str:
    return "\n".join(funnel_text(report))


def _as_page(report: FunnelReport) -> str:
    from fraudcheck.web import pages  # noqa: PLC0415 - templates take a while to load

    return pages.funnel(report, None)


def _as_table(report: FunnelReport) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(funnel_csv(report))
    return text.getvalue().rstrip()


def _as_json(report: FunnelReport) -> str:
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode()


_FORMATS: dict[str, Callable[[FunnelReport], str]] = {
    "text": _as_text,
    "html": _as_page,
    "csv": _as_table,
    "json": _as_json,
}
