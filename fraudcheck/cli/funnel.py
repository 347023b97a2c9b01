"""`fraudcheck funnel`: how far leads come, what they are worth, and what an ad platform should optimise to."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from fraudcheck.cli.command import add_command, add_output, add_selection, give, without_collecting
from fraudcheck.operations.audit import DAYS, Question
from fraudcheck.operations.funnel import report_funnel
from fraudcheck.records import format_utc
from fraudcheck.report.funnel_report import FunnelReport
from fraudcheck.report.funnel_text import funnel_csv, funnel_text
from fraudcheck.settings import Settings


def add(commands: Any) -> None:
    """Add the command."""
    funnel = add_command(commands, "funnel", "how far leads come, their worth, and what to optimise to", _funnel)
    add_selection(funnel, "leads", DAYS)
    funnel.add_argument(
        "--table",
        dest="_table",
        metavar="FILE",
        type=Path,
        help="a funnel.toml to try, in the place of tenants/TENANT/funnel.toml; what is wrong with it is said",
    )
    add_output(funnel)
    funnel.add_argument("--tenant", dest="_tenant", default="default")


def _funnel(
    settings: Settings, *, shape: str, out: Path | None, days: int, table: Path | None, since: str | None, **asked: Any
) -> None:
    now = datetime.now(UTC)
    question = Question(since=since or format_utc(now - timedelta(days=days)), **asked)
    with without_collecting():
        report = asyncio.run(report_funnel(settings, question, now, table))
    give(_FORMATS[shape](report), out)


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
