"""`fraudcheck reasons`: list every reason code."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from fraudcheck.cli.command import add_command
from fraudcheck.reasons import CATALOGUE
from fraudcheck.settings import Settings


def add(commands: Any) -> None:
    """Add the command."""
    reasons = add_command(commands, "reasons", "list every reason code", _reasons)
    reasons.add_argument("--format", dest="_shape", choices=("text", "markdown", "json"), default="text")


def _reasons(settings: Settings, shape: str) -> None:
    rows = [
        (reason.code, reason.group, f"{reason.points:+.1f}", reason.kind or "", reason.text)
        for reason in CATALOGUE.values()
    ]
    if shape == "json":
        print(json.dumps([msgspec.to_builtins(reason) for reason in CATALOGUE.values()], indent=2))
    elif shape == "markdown":
        print(reason_table())
    else:
        for code, group, points, kind, text in rows:
            print(f"{code:28} {group:9} {points:>6}  {kind:9} {text}")


def reason_table() -> str:
    """The catalogue as the README shows it."""
    lines = ["| code | group | points | speaks for | what was seen |", "| --- | --- | ---: | --- | --- |"]
    for reason in CATALOGUE.values():
        points = f"{reason.points:+.1f}" if reason.points else "0"
        mark = " (conclusive)" if reason.conclusive else ""
        lines.append(f"| `{reason.code}` | {reason.group} | {points}{mark} | {reason.kind or ''} | {reason.text} |")
    return "\n".join(lines)
