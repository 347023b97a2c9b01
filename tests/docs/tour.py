"""The steps of the tour: the service's own parts judge a made-up month, and each step shows what they say of it.

``tests.docs.play`` plays the same month into a data directory that is kept.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from html import escape
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import msgspec

from fraudcheck import wiring
from fraudcheck.cli import conversions
from fraudcheck.cli.outcomes import imported_text
from fraudcheck.operations.audit import Question, audit
from fraudcheck.operations.conversions import tell
from fraudcheck.operations.funnel import report_funnel
from fraudcheck.operations.import_outcomes import import_outcomes
from fraudcheck.operations.replay import replay, replay_text
from fraudcheck.pipeline.check import Pipeline
from fraudcheck.pipeline.confirming import ConfirmedLead, confirm
from fraudcheck.records import CheckVerdict, Confirmation, Price, format_utc
from fraudcheck.report.audit import Overview, SourceLine
from fraudcheck.report.conversions import Asked, Platform
from fraudcheck.report.funnel_report import FunnelReport
from fraudcheck.report.funnel_text import funnel_text
from fraudcheck.report.text import overview_text
from fraudcheck.settings import Settings
from fraudcheck.web.charts import KINDS
from tests.docs import month
from tests.servers.dns import Nameserver
from tests.shared import ROOT

TABLES = ("quality", "funnel", "competitors")
"""What the insurer tells once; the page shows each as ``NAME.toml``."""
SHOWN = {month.HOT: "Patricia", month.COLD: "Daniel", month.NO_LEAD: "Susan"}
"""The leads that the tour looks at, by reference."""
ZONE = "silverharbor-cover.com. IN MX 10 gmail-smtp-in.l.google.com."
_SINCE, _UNTIL = "2026-10-01", "2026-10-31"


class Written(NamedTuple):
    """A run of `fraudcheck conversions`: its command, what it printed, and the lines of each file."""

    command: str
    lines: Sequence[str]
    files: Mapping[str, Sequence[str]]


class Tour(NamedTuple):
    """What each step showed: the lines of a terminal, and the structs that the page draws from."""

    verdicts: Mapping[str, CheckVerdict]
    hot: Sequence[str]
    confirmed: ConfirmedLead
    imported: str
    report: Overview
    report_lines: Sequence[str]
    funnel: FunnelReport
    google: Written
    meta: Written
    later: Written


def table(name: str) -> str:
    """A table as the page shows it."""
    page = (ROOT / "docs" / "tour.md").read_text("utf-8")
    return page.partition(f"<!-- {name}.toml -->\n\n```toml\n")[2].partition("```")[0]


def leads() -> str:
    """Three leads side by side."""
    verdicts = [_tour().verdicts[reference] for reference in SHOWN]
    bodies = {enquiry.body["reference"]: enquiry.body for enquiry in month.enquiries()}
    rows: list[tuple[str, Callable[[CheckVerdict], str]]] = [
        ("trust score", lambda verdict: f"{verdict.trust_score}, {verdict.decision}"),
        ("`enquiry.kind`", _kind),
        ("`contact.type`", lambda verdict: verdict.contact.type),
        ("`contact.status`", lambda verdict: verdict.contact.status),
        ("`contact.next`", lambda verdict: verdict.contact.next or ""),
        ("`quality.fit`", lambda verdict: _number(verdict.quality.fit)),
        ("`quality.engagement`", lambda verdict: _number(verdict.quality.engagement)),
        ("`quality.stage`", lambda verdict: verdict.quality.stage),
        ("`quality.band`", lambda verdict: f"**{verdict.quality.band}**"),
    ]
    cells = [["", *SHOWN.values()], ["---"] * 4, ["wrote", *[bodies[each].get("message", "nothing") for each in SHOWN]]]
    cells += [[name, *map(of, verdicts)] for name, of in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def hot() -> str:
    """One of them in a terminal."""
    return _console(f"$ fraudcheck replay {_tour().verdicts[month.HOT].check_id}", *_tour().hot)


def confirmation() -> str:
    """A link that was followed."""
    told, check_id = _tour().confirmed, _tour().verdicts[month.HOT].check_id
    shown = msgspec.json.encode({"check_id": told.newest, "contact": told.contact})
    data = '{"channel": "email", "how": "link"}'
    return _console(
        f"$ curl -s http://127.0.0.1:8080/v1/checks/{check_id}/confirmations \\\n"
        f"    -H 'Content-Type: application/json' -d '{data}'",
        *msgspec.json.format(shown, indent=2).decode().replace("\n}", ',\n  "…": "…"\n}').split("\n"),
    )


def imported() -> str:
    """The file of outcomes."""
    first = [line.rstrip(",") for line in month.outcomes_csv(month.START, month.FIRST_REPORT).splitlines()]
    chosen = [first[0], *[next(line for line in first if f",{each}," in f"{line},") for each in _EVENTS]]
    return _console("$ cat outcomes.csv", *chosen, "…", "$ fraudcheck outcomes import outcomes.csv", _tour().imported)


_EVENTS = ("contacted", "qualified", "converted")


def report() -> str:
    """The month's audit, as far as the page has room."""
    visits = " ".join(f"--visits {channel}={number}" for channel, number in month.VISITS.items())
    command = (
        f"$ fraudcheck report --from {_SINCE} --to {_UNTIL} \\\n    {visits} --visits {sum(month.VISITS.values())}"
    )
    return _console(command, *_without(_tour().report_lines, "how far the scores", "of "))


def funnel() -> str:
    """The month's funnel: all leads, then by channel and by kind."""
    shown = _without(funnel_text(_tour().funnel), "campaign ", "vendor ")
    return _console(f"$ fraudcheck funnel --from {_SINCE} --to {_UNTIL}", *shown)


def _without(lines: Sequence[str], *beginnings: str) -> Iterator[str]:
    """The lines without the paragraphs that begin so; three dots stand for them."""
    left_out = False
    for paragraph in "\n".join(lines).split("\n\n"):
        if not paragraph.startswith(beginnings):
            yield from (*paragraph.split("\n"), "")
        elif not left_out:
            yield from ("…", "")
        left_out = paragraph.startswith(beginnings)


def google() -> str:
    """The first file for Google."""
    return _written(_tour().google, ".csv")


def retraction() -> str:
    """The second one, which takes fakes back."""
    return _written(_tour().later, ".retract.csv")


def meta() -> str:
    """The file for Meta."""
    return _written(_tour().meta, ".ndjson")


def _written(run: Written, ending: str) -> str:
    """A run in a terminal, and the beginning of one of its files."""
    name, lines = next((name, lines) for name, lines in run.files.items() if name.endswith(ending))
    shown = [re.sub(r"\b([0-9a-f]{6})[0-9a-f]{58}\b", r"\1…", line) for line in lines[:4]]
    if ending == ".ndjson":
        event = msgspec.json.encode({"data": msgspec.json.decode(shown[0])["data"][:1]})
        shown = [*msgspec.json.format(event, indent=2).decode().split("\n")[:-2], "    …"]
    return _console(f"$ {run.command}", *run.lines, f"$ head {name}", *shown)


def drawing() -> str:
    """What the enquiries of each channel are, as a drawing."""
    channels = [line for line in _tour().report.sources if line.campaign is None]
    rows = [*channels, _whole(channels)]
    height = 34 * len(rows) + 60
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height}" role="img" aria-label="'
        f'{escape("; ".join(_words(line) for line in rows))}">',
        _STYLE,
        *[part for at, line in enumerate(rows) for part in _bar(line, 34 * at + 8)],
        *_key(
            [
                look
                for look, (_, names) in KINDS.items()
                if any(line.kinds.get(name) for line in rows for name in names)
            ],
            height,
        ),
        "</svg>\n",
    ]
    return "\n".join(parts)


_COLOURS = {
    "accept": ("#1a7f4b", "#4cc38a"),
    "untold": ("#c3cad2", "#4a5560"),
    "start": ("#0b5cad", "#79b8ff"),
    "range": ("#b27a00", "#e3b341"),
    "again": ("#8250df", "#d2a8ff"),
    "look": ("#57606a", "#a9b3be"),
    "reject": ("#c5282f", "#ff7b72"),
}
_STYLE = (
    "<style>text { font: 14px system-ui, sans-serif; fill: #1b1f24 } .key { font-size: 12px } "
    + " ".join(f".{look} {{ fill: {colours[0]} }}" for look, colours in _COLOURS.items())
    + " .paper { fill: #ffffff } @media (prefers-color-scheme: dark) { text { fill: #e8ebef } .paper { fill: #14181d } "
    + " ".join(f".{look} {{ fill: {colours[1]} }}" for look, colours in _COLOURS.items())
    + ' }</style><rect class="paper" width="720" height="100%"/>'
)


def _whole(lines: Iterable[SourceLine]) -> SourceLine:
    kinds: dict[str, int] = {}
    for line in lines:
        for name, number in line.kinds.items():
            kinds[name] = kinds.get(name, 0) + number
    return SourceLine(
        channel="all",
        campaign=None,
        enquiries=sum(kinds.values()),
        valid=0,
        sales_leads=kinds.get("sales_lead", 0),
        kinds=kinds,
    )


def _words(line: SourceLine) -> str:
    return f"{line.channel}: {line.sales_leads} sales leads of {line.enquiries} enquiries"


def _bar(line: SourceLine, top: int) -> Iterator[str]:
    yield f'<text x="8" y="{top + 16}">{escape(line.channel)}</text>'
    left = 90.0
    for look, (name, kinds) in KINDS.items():
        number = sum(line.kinds.get(kind, 0) for kind in kinds)
        if number:
            width = 470 * number / line.enquiries
            yield (
                f'<rect class="{look}" x="{left:.1f}" y="{top}" width="{max(width - 1, 1):.1f}" height="22">'
                f"<title>{name}: {number}</title></rect>"
            )
            left += width
    yield f'<text x="570" y="{top + 16}">{line.sales_leads} of {line.enquiries}</text>'


def _key(looks: Sequence[str], height: int) -> Iterator[str]:
    left, top = 8, height - 44
    for look in looks:
        name = KINDS[look][0]
        if left + 26 + 7 * len(name) > 712:
            left, top = 8, top + 22
        yield f'<rect class="{look}" x="{left}" y="{top}" width="12" height="12"/>'
        yield f'<text class="key" x="{left + 18}" y="{top + 10}">{name}</text>'
        left += 34 + 7 * len(name)


def _kind(verdict: CheckVerdict) -> str:
    told = verdict.enquiry
    return told.kind if told.confidence is None else f"{told.kind}, {told.confidence:.0%} sure"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _console(*lines: str) -> str:
    shown = "\n".join(line.rstrip() for line in lines)
    return f"```console\n{shown.rstrip()}\n```"


@cache
def _tour() -> Tour:
    with TemporaryDirectory() as folder, Nameserver() as nameserver:
        nameserver.add(ZONE)
        settings = Settings(
            data_dir=Path(folder),
            redis="memory://",
            nameserver=(nameserver.address,),
            identity_key="the same every time, as ids follow from it",
        )
        return asyncio.run(_walk(settings))


async def _walk(settings: Settings) -> Tour:
    verdicts, confirmed = await play(settings)
    told = await bring_outcomes(settings, month.START, month.FIRST_REPORT)
    question = Question(
        since=f"{_SINCE}T00:00:00.000Z",
        until="2026-11-01T00:00:00.000Z",
        visits=(*[f"{name}={number}" for name, number in month.VISITS.items()], f"{sum(month.VISITS.values())}"),
    )
    report = await audit(settings, question, month.FIRST_REPORT)
    assert isinstance(report, Overview)
    stages = await report_funnel(settings, question, month.FIRST_REPORT)
    worth = {stage.event: stage.worth.amount for stage in stages.all.stages if stage.worth is not None}
    google = await _tell(settings, "google", {name: worth[name] for name in _REPORTED}, month.FIRST_REPORT)
    meta = await _tell(settings, "meta", {_REPORTED[1]: worth[_REPORTED[1]]}, month.FIRST_REPORT)
    await bring_outcomes(settings, month.FIRST_REPORT, month.SECOND_REPORT)
    later = await _tell(settings, "google", {name: worth[name] for name in _REPORTED}, month.SECOND_REPORT)
    async with wiring.ledger_only(settings) as ledger:
        again = await replay(ledger, "default", verdicts[month.HOT].check_id)
        assert again is not None
    return Tour(
        verdicts=verdicts,
        hot=replay_text(again),
        confirmed=confirmed,
        imported=told,
        report=report,
        report_lines=overview_text(report),
        funnel=stages,
        google=google,
        meta=meta,
        later=later,
    )


_REPORTED = ("contacted", "qualified")
"""The events that Google is told of; Meta hears of the last one alone."""


async def _tell(settings: Settings, platform: Platform, worth: Mapping[str, str], now: datetime) -> Written:
    """Write the conversions of some events, each with its worth in dollars."""
    out = settings.data_dir / f"{platform}-{now:%m-%d}.{'csv' if platform == 'google' else 'ndjson'}"
    values = {event: Price(amount=amount, currency="USD") for event, amount in worth.items()}
    asked = Asked(platform=platform, events=frozenset(worth), values=values)
    told = await tell(
        settings, "default", asked, since=month.START, until=now, now=now, out=out, progress=lambda rows: None
    )
    events = "".join(f' \\\n    --event {event} --value "{event}={amount} USD"' for event, amount in worth.items())
    return Written(
        f"fraudcheck conversions --for {platform} --since {month.START:%Y-%m-%d} --out {out.name}{events}",
        [line.replace(f"{out.parent}/", "") for line in conversions._text(told, platform, out)],
        _read(told.files),
    )


def _read(files: Iterable[str]) -> dict[str, Sequence[str]]:
    return {Path(name).name: Path(name).read_text("utf-8").splitlines() for name in files}


async def play(settings: Settings) -> tuple[dict[str, CheckVerdict], ConfirmedLead]:
    """Judge the month's enquiries as if each came at its time, and confirm the hot lead's address."""
    folder = settings.data_dir / "tenants" / "default"
    folder.mkdir(parents=True)
    for name in TABLES:
        (folder / f"{name}.toml").write_text(table(name), "utf-8")
    moment, verdicts, numbers = month.START, {}, count(1)

    def randomness(length: int) -> bytes:
        return (next(numbers).to_bytes(4, "big") * length)[:length]

    async with wiring.service(settings) as service:
        pipeline = Pipeline(
            service.pipeline._ports,
            service.ledger,
            budget=30,  # so that a busy machine changes nothing
            now=lambda: moment,
            randomness=randomness,
            model=service.pipeline.model,
        )
        tenant = await service.tenant("default")
        for enquiry in month.enquiries():
            moment = enquiry.at
            body = msgspec.json.encode(enquiry.body)
            verdicts[enquiry.body["reference"]] = await pipeline.check(tenant, body)
        confirmed = await confirm(
            pipeline,
            service.ledger,
            tenant,
            verdicts[month.HOT].check_id,
            Confirmation(channel="email", how="link"),
            at=format_utc(moment),
            randomness=randomness,
        )
    assert confirmed is not None
    return verdicts, confirmed


async def bring_outcomes(settings: Settings, since: datetime, until: datetime) -> str:
    """Import the outcomes of a time; what the command says of them."""
    lines = month.outcomes_csv(since, until).splitlines(keepends=True)
    return imported_text(await import_outcomes(settings, "default", lines, until, lambda rows: None))
