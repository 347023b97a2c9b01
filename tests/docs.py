"""Writes what the README shows from the code itself: ``python -m tests.docs``. A test fails when it drifts."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from fraudcheck import cli, pipeline, wiring
from fraudcheck.settings import PREFIX, Settings, descriptions
from tests.dns_server import Nameserver

README = Path(__file__).parent.parent / "README.md"
LEAD = b"""{
  "email": "xkqjw8271z@mailinator.com",
  "phone": "0912 840 375",
  "country": "VN",
  "name": "asdfgh",
  "form": {"fill_seconds": 0.8},
  "reference": "crm-123"
}"""


def rendered(text: str) -> str:
    """The README with its examples and tables made anew."""
    verdict, lines = asyncio.run(_example())
    shown = msgspec.json.format(msgspec.json.encode(verdict), indent=2).decode()
    text = _console(text, "check", f"$ cat lead.json\n{LEAD.decode()}\n$ fraudcheck check lead.json\n{shown}")
    text = _console(text, "sum", "\n".join(lines[1:-1]))
    text = _console(text, "replay", f"$ fraudcheck replay {verdict['check_id']}\n" + "\n".join(lines))
    text = _table(text, "settings", _settings_table())
    return _table(text, "reasons", cli.reason_table())


async def _example() -> tuple[dict, list[str]]:
    moment = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    with TemporaryDirectory() as folder, Nameserver() as nameserver:
        settings = Settings(data_dir=Path(folder), redis="memory://", nameserver=(nameserver.address,))
        async with wiring.service(settings) as service:
            fixed = pipeline.Pipeline(
                service.pipeline._ports,
                service.ledger,
                budget=1,
                now=lambda: moment,
                randomness=lambda n: b"\x2a" * n,
                model=service.pipeline.model,
            )
            given = msgspec.to_builtins(await fixed.check(await service.tenant("default"), LEAD))
            again = await pipeline.replay(service.ledger, "default", given["check_id"])
            assert again is not None
    given["elapsed_ms"] = 2.9
    given["versions"]["data"] = {"disposable-email-domains": "…", "…": "…"}
    for reason in given["reasons"]:
        reason["evidence"] = {
            name: re.sub(r" \d[\d.]+$", " …", value) if isinstance(value, str) else value
            for name, value in reason["evidence"].items()
        }
    return given, cli.replay_text(again)


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
