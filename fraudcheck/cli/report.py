"""`fraudcheck report`: audit the vendors."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from fraudcheck import wiring
from fraudcheck.cli.command import Failed, Misused, add_command, add_output, add_selection, give, without_collecting
from fraudcheck.operations.audit import DAYS, Question, audit
from fraudcheck.operations.replay import replay, replay_text
from fraudcheck.records import format_utc
from fraudcheck.report.audit import Overview, VendorReport
from fraudcheck.report.spreadsheet import overview_csv, vendor_csv
from fraudcheck.report.text import overview_text, vendor_text
from fraudcheck.report.visits import read_csv
from fraudcheck.settings import Settings, ledger_url, shown_url


def add(commands: Any) -> None:
    """Add the command."""
    report = add_command(commands, "report", "audit the vendors by their leads in the ledger", _report)
    report.add_argument("--vendor", dest="_vendor", help="one vendor in full; all side by side if not given")
    report.add_argument("--lead", dest="_check_id", metavar="CHECK_ID", help="one lead, as text or with --format html")
    add_selection(report, "its leads", DAYS)
    report.add_argument(
        "--visits",
        dest="_visits",
        metavar="[CHANNEL[/CAMPAIGN]=]N",
        action="append",
        default=[],
        help="visitors of the form, for the rate of true leads; may be repeated",
    )
    report.add_argument(
        "--visits-file", dest="_visits_file", metavar="FILE", type=Path, help="a CSV of channel, campaign, visits"
    )
    report.add_argument(
        "--contract", dest="_contract", metavar="FILE", type=Path, help="what may be returned (contracts/TENANT.toml)"
    )
    add_output(report)
    report.add_argument("--personal", dest="_personal", action="store_true", help="with --lead: personal data unmasked")
    report.add_argument("--tenant", dest="_tenant", default="default")


def _report(
    settings: Settings,
    *,
    shape: str,
    out: Path | None,
    days: int,
    contract: Path | None,
    check_id: str | None,
    **asked: Any,
) -> None:
    if check_id is not None:
        if shape not in ("html", "text"):
            raise Misused("--lead is for --format text or html; `GET /v1/checks/CHECK_ID` gives JSON")
        output = asyncio.run(_lead(settings, asked["tenant"], check_id, asked["personal"], shape))
    else:
        del asked["personal"]
        now = datetime.now(UTC)
        if (file := asked.pop("visits_file")) is not None:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                asked["visits"] += [f"{row.channel}/{row.campaign}={row.visits}" for row in read_csv(lines)]
        since = asked.pop("since") or format_utc(now - timedelta(days=days))
        question = Question(since=since, visits=tuple(asked.pop("visits")), **asked)
        with without_collecting():
            report = asyncio.run(audit(settings, question, now, contract))
        if report is None:
            raise Failed(
                f"there is no lead of vendor {question.vendor} since {since[:10]}; `fraudcheck report` shows all"
            )
        output = _FORMATS[shape](report)
    give(output, out)


async def _lead(settings: Settings, tenant: str, check_id: str, personal: bool, shape: str) -> str:
    from fraudcheck.web import lead_text, masking, pages  # noqa: PLC0415 - templates take a while to load

    async with wiring.ledger_only(settings) as ledger:
        stored, replayed = await ledger.get(tenant, check_id), await replay(ledger, tenant, check_id)
        if stored is None or replayed is None:
            raise Failed(f"there is no check {check_id} of tenant {tenant} in {shown_url(ledger_url(settings))}")
        shown = masking.shown(stored, personal, whole=True)
        shown["outcomes"] = msgspec.to_builtins(await ledger.lead_outcomes(tenant, check_id))
    if shape == "text":
        return "\n".join(lead_text.lead_text(shown))
    return pages.lead(shown, replay_text(replayed), None)


def _as_text(report: Overview | VendorReport) -> str:
    lines = overview_text(report) if isinstance(report, Overview) else vendor_text(report)
    return "\n".join(lines)


def _as_page(report: Overview | VendorReport) -> str:
    from fraudcheck.web import pages  # noqa: PLC0415 - templates take a while to load

    return pages.overview(report, None) if isinstance(report, Overview) else pages.vendor(report, None)


def _as_table(report: Overview | VendorReport) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(overview_csv(report) if isinstance(report, Overview) else vendor_csv(report))
    return text.getvalue().rstrip()


def _as_json(report: Overview | VendorReport) -> str:
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode()


_FORMATS: dict[str, Callable[[Overview | VendorReport], str]] = {
    "text": _as_text,
    "html": _as_page,
    "csv": _as_table,
    "json": _as_json,
}
