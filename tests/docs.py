"""Writes what the README shows from the code itself: ``python -m tests.docs``. A test fails when it drifts."""

from __future__ import annotations

import asyncio
import io
import json
import re
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from fraudcheck import wiring
from fraudcheck.adapters.policy_files import default_policy
from fraudcheck.cli import main, reasons
from fraudcheck.cli.policy import backtest_text
from fraudcheck.operations.audit import Question, audit
from fraudcheck.operations.backtest import compare
from fraudcheck.operations.replay import replay, replay_text
from fraudcheck.pipeline.check import Pipeline
from fraudcheck.report.audit import Overview
from fraudcheck.report.text import overview_text
from fraudcheck.scoring.policy import load_policy
from fraudcheck.settings import PREFIX, Settings, descriptions
from tests.servers.dns import Nameserver

README = Path(__file__).parent.parent / "README.md"
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


def rendered(text: str) -> str:
    """The README with its examples and tables made anew."""
    verdict, lines = asyncio.run(_example())
    shown = msgspec.json.format(msgspec.json.encode(verdict), indent=2).decode()
    text = _console(text, "check", f"$ cat lead.json\n{LEAD.decode()}\n$ fraudcheck check lead.json\n{shown}")
    text = _console(text, "sum", "\n".join(lines[1:-1]))
    text = _console(text, "replay", f"$ fraudcheck replay {verdict['check_id']}\n" + "\n".join(lines))
    policy = text.partition("```toml\n")[2].partition("```")[0]
    compared, audited = ("\n".join(lines) for lines in asyncio.run(_of_the_ledger(policy)))
    text = _console(text, "backtest", f"$ fraudcheck policy backtest new.toml --since 30d\n{compared}")
    text = _console(text, "report", f"$ fraudcheck report --visits 400\n{audited}")
    text = _console(text, "batch", "\n".join(_batch()))
    text = _table(text, "settings", _settings_table())
    return _table(text, "reasons", reasons.reason_table())


async def _example() -> tuple[dict, list[str]]:
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


async def _of_the_ledger(policy: str) -> tuple[list[str], list[str]]:
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


def _console(text: str, name: str, content: str) -> str:
    block = f"<!-- example: {name} -->\n```console\n{content}\n```"
    return re.sub(
        rf"<!-- example: {name} -->(\n```console\n.*?\n```)?", lambda _: block, text, count=1, flags=re.DOTALL
    )


def _table(text: str, name: str, content: str) -> str:
    block = f"<!-- table: {name} -->\n{content}\n<!-- end -->"
    return re.sub(rf"<!-- table: {name} -->.*?<!-- end -->", lambda _: block, text, count=1, flags=re.DOTALL)


def _settings_table() -> str:
    lines = ["| option | environment | default | what |", "| --- | --- | --- | --- |"]
    for field in msgspec.structs.fields(Settings):
        default = "`~/.local/share/fraudcheck`" if field.name == "data_dir" else _shown(field.default)
        lines.append(
            f"| `{_flag(field.name)}` | `{PREFIX}{field.name.upper()}` | {default} | {descriptions()[field.name]} |"
        )
    return "\n".join(lines)


def _flag(name: str) -> str:
    return name if name == "identity_key" else f"--{name.replace('_', '-')}"


def _shown(default: object) -> str:
    return "" if default in (None, ()) else f"`{default}`"


if __name__ == "__main__":
    README.write_text(rendered(README.read_text()))
