"""`fraudcheck check`: judge one lead from a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec

from fraudcheck import wiring
from fraudcheck.cli.command import Failed, add_command, run_async
from fraudcheck.intake.body import Unreadable
from fraudcheck.intake.lead import NoContact
from fraudcheck.report.worth import worth_lines
from fraudcheck.settings import Settings


def add(commands: Any) -> None:
    """Add the command."""
    check = add_command(commands, "check", "judge one lead from a file, with no service; nothing is kept", _check)
    check.add_argument("_file", metavar="FILE", help="a lead as JSON, or - for standard input")


def _check(settings: Settings, file: str) -> None:
    body = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()

    async def checking() -> None:
        async with wiring.once(settings) as (pipeline, tenant):
            try:
                verdict = await pipeline.check(tenant, body)
            except Unreadable as problem:
                raise Failed(f"{file}: {problem}; give one lead as a JSON object") from None
            except NoContact as problem:
                meant = "".join(f"; {each.field} is {each.problem}" for each in problem.meant)
                raise Failed(
                    f"{file}: the lead has neither a mail address nor a phone; give one of them{meant}"
                ) from None
            encoded = msgspec.json.encode(verdict)
            print(msgspec.json.format(encoded, indent=2).decode())
            if sys.stdout.isatty():  # for a person; a program reads the verdict alone
                print(*worth_lines(msgspec.json.decode(encoded)), sep="\n", file=sys.stderr)

    run_async(checking())
