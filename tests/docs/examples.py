"""The examples on the pages: what a terminal shows, from the code itself."""

from __future__ import annotations

import asyncio
import io
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from fraudcheck import wiring
from fraudcheck.adapters.tenant_files import default_policy
from fraudcheck.cli import main, serve
from fraudcheck.cli.policy import backtest_text
from fraudcheck.operations.audit import Question, audit
from fraudcheck.operations.backtest import compare
from fraudcheck.operations.replay import replay, replay_text
from fraudcheck.pipeline.check import Pipeline
from fraudcheck.records import Activity, Enquiry, Lead, format_utc
from fraudcheck.report.audit import Overview
from fraudcheck.report.funnel_text import funnel_text
from fraudcheck.report.text import overview_text
from fraudcheck.scoring.policy import load_policy
from fraudcheck.settings import Settings
from fraudcheck.worth.quality import QualityTable, load_quality, read_quality
from tests.report import made
from tests.servers.dns import Nameserver
from tests.shared import ROOT

URL = "http://127.0.0.1:8080"
LEAD = b"""{
  "email": "xkqjw8271z@mailinator.com",
  "phone": "0912 840 375",
  "country": "VN",
  "name": "asdfgh",
  "form": {"fill_seconds": 0.8},
  "reference": "crm-123"
}"""
MOMENT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
BOUGHT = [
    {"email": "an.nguyen@gmail.com", "phone": "+84912840375", "name": "Nguyễn Văn An"},
    {"phone": "+48502840375", "name": "Agnieszka Kowalczyk"},
    {"email": "ngozi.okafor@second-mx.ng", "phone": "+2348032840375", "name": "Ngozi Okafor"},
    {"email": "an.nguyen@gmail.com", "phone": "+84912840375", "name": "Nguyễn Văn An"},
    {"email": "info@mx-only.vn", "phone": "+84912840385", "name": "qxzvkjw"},
    {"email": "lena.brandt@mailinator.com", "phone": "+4915112840375", "form": {"fill_seconds": 1.2}},
    json.loads(LEAD),
    {"email": "sanjay.iyer@gmail.com", "phone": "+919812840375", "name": "Sanjay Iyer"},
]
"""What a buyer of two vendors has kept: people, one of them twice, beside fakes."""


def start() -> str:
    """What the service says when it has started."""
    shown = io.StringIO()
    with redirect_stdout(shown):
        serve._announce(Settings(data_dir=Path("var")), "127.0.0.1", 8080, keyed=True, notes=())
    said = shown.getvalue().replace(" -H 'Authorization: Bearer YOUR_KEY'", "")
    return _console("$ make run", *said.rstrip().split("\n"))


def call() -> str:
    """One call with the main fields of its answer."""
    given, _ = _example()
    fields = ("check_id", "reference", "trust_score", "decision", "decided_by", "classification", "prior", "sum")
    lines = [f'  "{name}": {json.dumps(given[name])},' for name in fields]
    told = [{name: reason[name] for name in ("code", "points", "text")} for reason in given["reasons"]]
    lines += ['  "reasons": [', ",\n".join(f"    {json.dumps(each)}" for each in told), "  ],"]
    lines += [f'  "group_caps": {json.dumps(given["group_caps"])},', '  "…": "…"']
    lead = json.dumps(json.loads(LEAD))
    shown = f"-H 'Content-Type: application/json' \\\n    -d '{lead}'"
    return _console(f"$ curl -s {URL}/v1/checks {shown}", "{", *lines, "}")


def check() -> str:
    """The same lead with its whole verdict."""
    shown = msgspec.json.format(msgspec.json.encode(_example()[0]), indent=2).decode()
    return _console(f"$ cat lead.json\n{LEAD.decode()}\n$ fraudcheck check lead.json\n{shown}")


def sum_of_points() -> str:
    """How its points add up."""
    return _console(*_example()[1][1:-1])


def replayed() -> str:
    """What a replay prints."""
    given, lines = _example()
    return _console(f"$ fraudcheck replay {given['check_id']}", *lines)


def backtest() -> str:
    """What the policy of the policy's page would have done."""
    return _console("$ fraudcheck policy backtest new.toml --since 30d", *_of_the_ledger()[0])


def report() -> str:
    """The audit of two vendors."""
    return _console("$ fraudcheck report --visits 400", *_of_the_ledger()[1])


def funnel() -> str:
    """A made-up funnel."""
    return _console("$ fraudcheck funnel", *[line.rstrip() for line in funnel_text(made.funnel())])


def batch() -> str:
    """A file of leads on a terminal."""
    return _console(*_batch())


def files() -> str:
    """Two agencies' files on a terminal, each in its own way; without the charts between."""
    german, english = [["Name", "E-Mail", "Telefon", "Datum"]], [["Full Name", "Email Address", "Phone", "Created At"]]
    for number, lead in enumerate(BOUGHT, 1):
        cells = [lead.get("name", ""), lead.get("email", ""), lead["phone"]]
        created = MOMENT - timedelta(days=40 - number)
        if number % 2:
            german.append([*cells, created.strftime("%d.%m.%Y %H:%M")])
        else:
            english.append([*cells, created.strftime("%m/%d/%Y %I:%M %p")])
    shown = io.StringIO()
    command = ["batch", "AdClick_leads_2026-11.csv", "Beta Media.csv", "--vendor-from", "filename"]
    command += ["--out", "verdicts.ndjson"]
    with (
        TemporaryDirectory() as name,
        Nameserver() as nameserver,
        redirect_stderr(shown),
        redirect_stdout(shown),
        chdir(name),
    ):
        Path(command[1]).write_text("".join(";".join(row) + "\n" for row in german))
        Path(command[2]).write_text("".join(",".join(row) + "\n" for row in english))
        assert not main.main([*command, "--data-dir", name, "--nameserver", nameserver.address])
    text = re.sub("batch [0-9a-f]{16}", "batch …", shown.getvalue())
    text = re.sub(r"DNS of [\d-]+", f"DNS of {MOMENT:%Y-%m-%d}", text)
    before, _, rest = text.partition("\ndecision ")
    after = rest[rest.index("\nvendor ") :]
    return _console(f"$ fraudcheck {shlex.join(command)}", *f"{before}\n…\n{after}".rstrip().split("\n"))


def new_policy() -> str:
    """The policy that the policy's page shows as an example."""
    page = (ROOT / "docs" / "policy.md").read_text("utf-8")
    return page.partition("<!-- new.toml -->\n\n```toml\n")[2].partition("```")[0]


def quality_table(name: str) -> QualityTable:
    """A table that the page of the quality shows: ``insurer`` or ``machines``."""
    page = (ROOT / "docs" / "quality.md").read_text("utf-8")
    return load_quality(tomllib.loads(page.partition(f"<!-- {name}.toml -->\n\n```toml\n")[2].partition("```")[0]))


def quality() -> str:
    """The quality of a lead by the insurer's table."""
    lead = Lead(
        email="lena.brandt@gmail.com",
        postal_code="81369",
        message="Wir ziehen im März um. Können Sie mich morgen anrufen?",
        activity=(Activity(event="view_pricing", count=2), Activity(event="page_view", count=6)),
        extra={"birth_date": "1988-04-02", "current_insurance": "keine"},
    )
    read = read_quality(
        lead, {}, Enquiry(kind="sales_lead"), quality_table("insurer"), reasons=(), submitted_at=format_utc(MOMENT)
    )
    lines = [f'"{name}": {json.dumps(getattr(read, name))}' for name in ("fit", "engagement", "stage", "band")]
    criteria = [json.dumps(msgspec.to_builtins(criterion), ensure_ascii=False) for criterion in read.criteria]
    shown = ["{", "  " + ", ".join(lines) + ",", '  "criteria": [', *(f"    {each}," for each in criteria)]
    return "\n".join(["```json", *shown[:-1], shown[-1].removesuffix(","), "  ]", "}", "```"])


def _console(*lines: str) -> str:
    return "\n".join(["```console", *lines, "```"])


@cache
def _example() -> tuple[dict, list[str]]:
    return asyncio.run(_judged())


@cache
def _of_the_ledger() -> tuple[list[str], list[str]]:
    return asyncio.run(_backtest_and_report(new_policy()))


async def _judged() -> tuple[dict, list[str]]:
    with TemporaryDirectory() as folder, Nameserver() as nameserver:
        settings = Settings(data_dir=Path(folder), redis="memory://", nameserver=(nameserver.address,))
        async with wiring.service(settings) as service:
            fixed = _fixed(service, count(42), timedelta())
            given = msgspec.to_builtins(await fixed.check(await service.tenant("default"), LEAD))
            again = await replay(service.ledger, "default", given["check_id"])
            assert again is not None
    given["elapsed_ms"] = 2.9
    given["versions"]["data"] = {"disposable-email-domains": "…", "…": "…"}
    for reason in given["reasons"]:
        reason["evidence"] = {
            name: re.sub(r" \d[\d.]+$", " …", value) if isinstance(value, str) else value
            for name, value in reason["evidence"].items()
        }
    return given, replay_text(again)


async def _backtest_and_report(policy: str) -> tuple[list[str], list[str]]:
    """What a buyer's ledger says of a new policy, and of its vendors."""
    since = MOMENT - timedelta(days=30)
    with TemporaryDirectory() as folder, Nameserver() as nameserver:
        settings = Settings(data_dir=Path(folder), redis="memory://", nameserver=(nameserver.address,))
        async with wiring.service(settings) as service:
            tenant, fixed = await service.tenant("default"), _fixed(service, count(1), timedelta(minutes=-37))
            for number, lead in enumerate(BOUGHT):
                source = {"vendor": ("acme", "beta")[number % 2], "price": {"amount": "12.50", "currency": "EUR"}}
                await fixed.check(tenant, json.dumps(lead | {"source": source}).encode())
        new = load_policy(default_policy(), tomllib.loads(policy))
        comparison = await compare(settings, "default", new, since, lambda read: None)
        report = await audit(settings, Question(visits=("400",)), MOMENT + timedelta(hours=1))
    assert isinstance(report, Overview)
    return backtest_text(comparison, "new.toml", "default", since), overview_text(report)


@cache
def _batch() -> list[str]:
    """What a file of the same leads looks like on a terminal, as a CRM may have exported it."""
    cells = [["Lead ID", "Created", "Full Name", "Email Address", "Phone 1", "Country", "Vendor", "form.fill_seconds"]]
    for number, lead in enumerate(BOUGHT, 1):
        created = (MOMENT - timedelta(days=40 - number)).strftime("%d.%m.%Y %H:%M")
        contacts = [lead.get("name", ""), lead.get("email", ""), lead["phone"], lead.get("country", "")]
        fill = lead.get("form", {}).get("fill_seconds", "")
        cells.append([f"{number}", created, *contacts, ("acme", "beta")[number % 2], f"{fill}"])
    cells.append(["9", "26.10.2026 11:02", "Nobody", "", "", "", "beta", ""])
    shown = io.StringIO()
    with TemporaryDirectory() as name, Nameserver() as nameserver, redirect_stderr(shown), redirect_stdout(shown):
        folder = Path(name)
        (folder / "export.csv").write_text("".join(";".join(row) + "\n" for row in cells))
        where = ["--data-dir", f"{folder}", "--nameserver", nameserver.address]
        assert not main.main(["batch", f"{folder / 'export.csv'}", "--out", f"{folder / 'verdicts.csv'}", *where])
    text = re.sub("batch [0-9a-f]{16}", "batch …", shown.getvalue())
    text = re.sub(r"DNS of [\d-]+", f"DNS of {MOMENT:%Y-%m-%d}", text)
    return ["$ fraudcheck batch export.csv --out verdicts.csv", *text.rstrip().split("\n")]


def _fixed(service: wiring.Service, values: Iterator[int], step: timedelta) -> Pipeline:
    """The service's pipeline with a clock and with randomness that are the same every time."""
    steps = count(len(BOUGHT), -1)
    return Pipeline(
        service.pipeline._ports,
        service.ledger,
        budget=1,
        now=lambda: MOMENT + next(steps) * step,
        randomness=lambda n: bytes([next(values)]) * n,
        model=service.pipeline.model,
    )
