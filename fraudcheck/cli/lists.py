"""`fraudcheck lists`: show, install and remove lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fraudcheck.cli.command import Failed, add_command
from fraudcheck.operations import lists
from fraudcheck.report.tables import aligned
from fraudcheck.settings import Settings, list_folder


def add(commands: Any) -> None:
    """Add the commands."""
    subcommands = commands.add_parser(
        "lists", help="show the lists' ages, put newer ones in, take them away"
    ).add_subparsers(required=True, metavar="status|update|remove")
    add_command(subcommands, "status", "show every list in use, with its version and age", _lists_status)
    update = add_command(subcommands, "update", "use a newer or further list from the next start on", _lists_update)
    update.add_argument("_files", metavar="FILE", type=Path, nargs="+", help="one domain a line, or a JSON array")
    update.add_argument(
        "--name",
        dest="_name",
        default="own",
        metavar="LIST",
        help="the list that it replaces; allowed or free for domains that are never throw-away (own)",
    )
    remove = add_command(subcommands, "remove", "take a list that was put in away again", _lists_remove)
    remove.add_argument("_name", metavar="LIST")


def _lists_status(settings: Settings) -> None:
    print("\n".join(list_table(lists.inventory(settings), datetime.now(UTC))))


def list_table(rows: Sequence[Any], now: datetime) -> list[str]:
    """The lists as a table, and below it those that are old, with what to do."""
    table = [("list", "version", "date", "days", "entries", "from", "licence")]
    old: dict[str, list[str]] = {}
    for row in rows:
        days = lists.days_old(row, now)
        at_most = "<=" if row.no_later else ""
        table.append(
            (
                row.name,
                row.version,
                at_most + row.date,
                f"{'>=' if at_most else ''}{days}",
                f"{row.entries or ''}",
                row.source,
                row.licence,
            )
        )
        if lists.is_old(row, now):
            old.setdefault(row.source, []).append(row.name)
    lines = aligned(table)
    advice = {
        "pip": f"pip install --upgrade {' '.join(old.get('pip', ()))}",
        "shipped": "a newer fraudcheck, or `fraudcheck lists update FILE --name LIST` for those of throw-away domains",
        "your file": "`fraudcheck lists update FILE --name LIST`",
    }
    lines += [
        f"older than {lists.OLD_DAYS} days: {', '.join(names)}: {advice[source]}" for source, names in old.items()
    ]
    return lines


def _lists_update(settings: Settings, files: list[Path], name: str) -> None:
    installed = lists.install_list(settings, name, files)
    print(f"{name}: {installed.domains} domains in {list_folder(settings)}, used from the next start on")
    if installed.no_domains:
        print(f"{installed.no_domains} lines are no domains and were left out")
    if installed.allowed:
        print(
            f"{installed.allowed} domains are universities', companies', relays' or mail providers' and were left out"
        )


def _lists_remove(settings: Settings, name: str) -> None:
    if not lists.remove_list(settings, name):
        raise Failed(f"there is no list {name} of yours; `fraudcheck lists status` shows them")
    print(f"{name} is removed; from the next start on the shipped list of that name counts again, if there is one")
