"""Which options say how a file of outcomes or of answers is to be read?"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fraudcheck.cli.command import Failed, Misused
from fraudcheck.fields.country_names import COUNTRIES
from fraudcheck.report.tables import printable
from fraudcheck.settings import Settings

if TYPE_CHECKING:
    from fraudcheck.batch.outcome_rows import Asked

_WHOSE = ("reference", "check_id", "email", "phone")
_SHOWN = 3
"""Lines that are named of those with one problem."""


def add_reading(command: argparse.ArgumentParser, example: str) -> None:
    """Add the options; ``example`` is a field that --map may name."""
    command.add_argument(
        "--map",
        dest="_chosen",
        metavar="FIELD=COLUMN",
        action="append",
        default=[],
        help=f"the column of a field ({example}); may be repeated",
    )
    command.add_argument("--map-only", dest="_map_only", action="store_true", help="show the columns' fields and stop")
    command.add_argument(
        "--encoding", dest="_encoding", metavar="NAME", help="of CSV, where it is found out wrong (cp1250)"
    )
    command.add_argument(
        "--dates", dest="_dates", choices=("day-first", "month-first"), help="where the file itself cannot tell"
    )
    command.add_argument(
        "--timezone", dest="_zone", default="UTC", metavar="ZONE", help="of times that name none (UTC)"
    )
    command.add_argument(
        "--currency", dest="_currency", type=_currency, metavar="CODE", help="of amounts beside which none stands (EUR)"
    )
    command.add_argument("--vendor", dest="_vendor", help="whose leads they are, where the file does not say it")
    command.add_argument(
        "--country",
        dest="_country",
        type=_country,
        metavar="CODE",
        help="of phone numbers without a calling code (VN), where leads are found by contacts",
    )
    command.add_argument("--tenant", dest="_tenant", default="default")


def asked(settings: Settings, file: str, chosen: Sequence[str], *, answers: bool = False, **given: Any) -> Asked:
    """How the file, of outcomes or of ``answers``, is to be read.

    Raises Failed where the packages for files are missing, and Misused for a wrong --map.
    """
    try:
        from fraudcheck.batch import bounds, outcome_rows  # noqa: PLC0415 - need the extra packages
        from fraudcheck.batch.given import read_pairs  # noqa: PLC0415 - as above
        from fraudcheck.batch.outcome_columns import ANSWER, OUTCOME  # noqa: PLC0415 - as above
    except ImportError as problem:
        raise Failed(f"files need {problem.name}: pip install '.[batch]' in fraudcheck's folder") from None
    try:
        columns = read_pairs(chosen)
    except ValueError as problem:
        raise Misused(str(problem)) from None
    return outcome_rows.Asked(
        path=None if file == "-" else Path(file),
        chosen=columns,
        bounds=bounds.Bounds.of(settings),
        fields=ANSWER if answers else OUTCOME,
        **{name: given[name] for name in ("encoding", "dates", "zone", "currency", "vendor")},
    )


def require_columns(mapping: Mapping[str, Any], *told: str) -> None:
    """Raises ValueError where no column is one of the fields ``told``, or none says which lead a row means."""
    for what, fields in ((f"says that it is the {told[0]}", told), ("says which lead a row means", _WHOSE)):
        if mapping.keys().isdisjoint(fields):
            others = f" (or {', '.join(fields[1:])})" if fields[1:] else ""
            raise ValueError(
                f"no column's name {what}: see the columns with --map-only, and name one with "
                f"--map {fields[0]}=COLUMN{others}"
            )


def print_problems(problems: Iterable[tuple[int, str]]) -> None:
    """Print what is wrong with rows on standard error, each problem once with its lines."""
    lines_of: defaultdict[str, list[int]] = defaultdict(list)
    for line, problem in problems:
        lines_of[problem].append(line)
    for problem, lines in lines_of.items():
        print(printable(f"{_lines_text(lines)}: {problem}"), file=sys.stderr)


def progress(rows: int) -> None:
    """Print on standard error how many rows were read."""
    if rows and rows % 10_000 == 0:
        print(f"{rows:,} rows read ...", file=sys.stderr)


def _lines_text(lines: Sequence[int]) -> str:
    if len(lines) == 1:
        return f"line {lines[0]}"
    shown = ", ".join(map(str, lines[:_SHOWN]))
    return f"{len(lines):,} lines ({shown}{' …' if len(lines) > _SHOWN else ''})"


def _country(text: str) -> str:
    if text.upper() not in COUNTRIES:
        raise argparse.ArgumentTypeError(f"{text!r} is no country's code such as VN")
    return text.upper()


def _currency(text: str) -> str:
    if not (len(text) == 3 and text.isascii() and text.isalpha()):
        raise argparse.ArgumentTypeError(f"{text!r} is no currency's code such as EUR")
    return text.upper()
