"""What do all commands share? Their common options, and the errors that end them."""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fraudcheck.records import parse_until, parse_utc

COMMON = ("data_dir", "redis", "ledger", "nameserver")


class Failed(Exception):
    """The work failed. The text says in one line what to do."""


class Misused(Failed):
    """The command's arguments do not fit together. The text says in one line what to give."""


def add_look_back(command: argparse.ArgumentParser) -> None:
    """Add the options that say which tenant's kept leads to read, and how far back."""
    _add_since(command, 30)
    command.add_argument("--tenant", dest="_tenant", default="default")


def add_selection(command: argparse.ArgumentParser, whose: str, days: int) -> None:
    """Add the options that say which leads a report is about, and how far it looks back; ``whose`` leads."""
    for part in ("campaign", "sub-id", "channel"):
        command.add_argument(f"--{part}", dest=f"_{part.replace('-', '_')}", help=f"{whose} of this {part} alone")
    command.add_argument(
        "--from", dest="_since", type=moment_given, metavar="TIME", help="2026-11-01, also with a time"
    )
    to = "with this day, or before this time; now"
    command.add_argument("--to", dest="_until", type=end_given, metavar="TIME", help=to)
    _add_since(command, days)


def _add_since(command: argparse.ArgumentParser, days: int) -> None:
    look_back = f"how far to look back ({days}d)"
    command.add_argument("--since", dest="_days", type=days_back, default=days, metavar=f"{days}d", help=look_back)


def add_output(command: argparse.ArgumentParser) -> None:
    """Add the options that say in which form a report is given, and where (``give``)."""
    command.add_argument("--format", dest="_shape", choices=("text", "html", "csv", "json"), default="text")
    command.add_argument(
        "--out", dest="_out", metavar="FILE", type=Path, help="where to write it, if not to the terminal"
    )


def give(output: str, out: Path | None) -> None:
    """Print a report, or write it into a file."""
    if out is None:
        print(output)
    else:
        out.write_text(output + "\n", encoding="utf-8")


@contextmanager
def without_collecting() -> Iterator[None]:
    """No walks through what is in memory: a report's leads stay to its end, and each walk takes a tenth of its time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def days_back(text: str) -> int:
    """Read a number of days such as ``30d``."""
    number = text.removesuffix("d")
    if not number.isdecimal() or len(number) > 5:  # the calendar starts 740,000 days ago
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days such as 30d")
    return int(number)


def moment_given(text: str) -> str:
    """Read a day or a time, UTC unless it says otherwise; RFC 3339 in UTC."""
    try:
        return parse_utc(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 2026-11-01 or 2026-11-01T10:00:00Z") from None


def end_given(text: str) -> str:
    """Read the end of a time: a day belongs to it. RFC 3339 in UTC."""
    moment_given(text)
    return parse_until(text)


def add_command(commands: Any, name: str, text: str, run: Callable[..., None]) -> argparse.ArgumentParser:
    """Add a command with the options that every command has.

    ``run`` gets the settings, and by name each argument whose ``dest`` begins with an underscore.
    """
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(run=run)
    options = parser.add_argument_group("where things are")
    options.add_argument("--config", type=Path, help="a TOML file of options")
    options.add_argument("--data-dir", type=Path, help="ledger, keys and spool")
    options.add_argument("--redis", metavar="URL", help="redis://…, unix://… or memory://; embedded if not given")
    options.add_argument("--ledger", metavar="URL", help="postgresql://… or sqlite:///…")
    options.add_argument("--nameserver", metavar="HOST:PORT", action="append", help="resolver to ask; may be repeated")
    return parser


def run_async(work: Awaitable[None]) -> None:
    """Do a command's work in a new event loop."""

    async def wait() -> None:
        await work

    asyncio.run(wait())


def print_progress(read: int) -> None:
    """Print on standard error how many leads were read."""
    print(f"{read:,} leads read ...", file=sys.stderr)
