"""`fraudcheck report`: audit the vendors."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from typing import Any

import msgspec

from fraudcheck import wiring
from fraudcheck.cli.claims import CLAIM_OPTIONS, add_report_options, claim_instead
from fraudcheck.cli.command import (
    Failed,
    Misused,
    add_command,
    add_contract,
    add_output,
    add_selection,
    give,
    without_collecting,
)
from fraudcheck.operations.audit import DAYS, Question, audit
from fraudcheck.operations.audit_files import Audit, audit_files
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
    add_selection(report, "its leads", DAYS, files=True)
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
    add_contract(report)
    add_report_options(report)
    add_output(report)
    report.add_argument(
        "--personal", dest="_personal", action="store_true", help="with --lead or --claims: personal data"
    )
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
    since, files = _times_and_files(asked.pop("since"))
    if files and asked[CLAIM_OPTIONS[0]] is not None:
        raise Misused("--claims is for leads in the ledger: judge the files with `fraudcheck batch … --keep` first")
    if claim_instead(settings, asked | {"since": since, "days": days, "contract": contract}):
        return
    for name in CLAIM_OPTIONS:
        del asked[name]
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
        question = Question(since=since, visits=tuple(asked.pop("visits")), **asked)
        if files:
            output = _of_files(settings, question, now, files, contract, shape)
        else:
            since = since or format_utc(now - timedelta(days=days))
            question = msgspec.structs.replace(question, since=since)
            with without_collecting():
                report = asyncio.run(audit(settings, question, now, contract))
            if report is None:
                raise Failed(
                    f"there is no lead of vendor {question.vendor} since {since[:10]}; `fraudcheck report` shows all"
                )
            output = _FORMATS[shape](report)
    give(output, out)


def _times_and_files(given: Sequence[str | Path]) -> tuple[str | None, list[Path]]:
    """The time and the files that --from names. Raises Misused for two times, or a file that is named twice."""
    times = [each for each in given if isinstance(each, str)]
    files = [each for each in given if isinstance(each, Path)]
    if len(times) > 1:
        raise Misused("--from names one time, and any number of files of verdicts")
    names: dict[str, str] = {}
    for file in files if len(files) > 1 else ():
        with file.open("rb") as content:
            digest = file_digest(content, "sha256").hexdigest()
        if digest in names:
            raise Misused(f"{file} has the same verdicts as {names[digest]}: name one of them")
        names[digest] = str(file)
    return (times[0] if times else None), files


def _of_files(  # noqa: PLR0917 - used once
    settings: Settings, question: Question, now: datetime, files: Sequence[Path], contract: Path | None, shape: str
) -> str:
    """The audit of files of verdicts, or one vendor's."""
    with without_collecting():
        found = audit_files(settings, question, now, files, contract)
    if question.vendor is None:
        return _WHOLE[".html"](found) if shape == "html" else _FORMATS[shape](found.overview)
    if not found.vendors:
        raise Failed(f"there is no lead of vendor {question.vendor} in these files; without --vendor all are shown")
    return _FORMATS[shape](found.vendors[0])


def whole_shape(out: Path) -> Callable[[Audit], str]:
    """What writes a whole audit, by the ending of its file. Raises Misused if it tells nothing."""
    if out.suffix.lower() not in _WHOLE:
        raise Misused(f"{out.name} does not tell how to write the audit: let it end in {', '.join(_WHOLE)}")
    return _WHOLE[out.suffix.lower()]


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


def _whole_page(found: Audit) -> str:
    from fraudcheck.web import audit_page  # noqa: PLC0415 - templates take a while to load

    return audit_page.audit(found.overview, found.vendors)


def _whole_text(found: Audit) -> str:
    return "\n\n\n".join([_as_text(found.overview), *map(_as_text, found.vendors)])


_WHOLE: dict[str, Callable[[Audit], str]] = {
    ".html": _whole_page,
    ".json": lambda found: msgspec.json.format(msgspec.json.encode(found), indent=2).decode(),
    ".csv": lambda found: _as_table(found.overview),
    ".txt": _whole_text,
}
_FORMATS: dict[str, Callable[[Overview | VendorReport], str]] = {
    "text": _as_text,
    "html": _as_page,
    "csv": _as_table,
    "json": _as_json,
}
