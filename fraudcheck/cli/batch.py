"""`fraudcheck batch`: judge a file of leads."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from fraudcheck.cli.command import Failed, Misused, add_command, add_look_back
from fraudcheck.settings import Settings


def add(commands: Any) -> None:
    """Add the command."""
    batch = add_command(commands, "batch", "judge a file of leads, each as of its day", _batch)
    batch.add_argument(
        "_given",
        metavar="IN",
        nargs="?",
        help="CSV, NDJSON, Parquet or a spreadsheet (XLSX, XLS, ODS), also with gzip; - for standard input",
    )
    batch.add_argument(
        "--out", dest="_out", metavar="OUT", type=Path, help="the verdicts: .csv, .ndjson or .parquet; also .csv.gz"
    )
    batch.add_argument(
        "--map",
        dest="_chosen",
        metavar="FIELD=COLUMN",
        action="append",
        default=[],
        help="the column of a field (client.ip, source.vendor, ...); may be repeated, for email and phone "
        "in the order in which their columns are looked at; the field - leaves a column out",
    )
    batch.add_argument("--map-only", dest="_map_only", action="store_true", help="show the columns' fields and stop")
    batch.add_argument(
        "--encoding", dest="_encoding", metavar="NAME", help="of CSV, where it is found out wrong (cp1250)"
    )
    batch.add_argument(
        "--dates", dest="_dates", choices=("day-first", "month-first"), help="where the file itself cannot tell"
    )
    batch.add_argument("--timezone", dest="_zone", default="UTC", metavar="ZONE", help="of times that name none (UTC)")
    batch.add_argument(
        "--judge-only",
        dest="_judge_only",
        action="store_true",
        help="take the ledger's leads for IN and judge them again from the facts that were kept with them",
    )
    batch.add_argument(
        "--policy", dest="_policy", metavar="FILE", type=Path, help="with --judge-only: the policy to judge by"
    )
    add_look_back(batch)
    batch.add_argument(
        "--processes", dest="_processes", type=_count, metavar="N", help="how many do the work (one a processor)"
    )
    batch.add_argument(
        "--no-bounds",
        dest="_no_bounds",
        action="store_true",
        help="read IN however many rows and unpacked bytes it has; the memory stays bounded",
    )
    batch.add_argument("--status", dest="_status", metavar="FILE", type=Path, help="a JSON file of how far it is")


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 1024")
    return int(text)


def _batch(settings: Settings, out: Path | None, map_only: bool, status: Path | None, **given: Any) -> None:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # each takes 40 MB, for linear algebra that no batch does
    try:
        from fraudcheck.batch import bounds, planning, progress, request, run, tally  # noqa: PLC0415 - need the extra packages
    except ImportError as problem:
        raise Failed(f"batches need {problem.name}: pip install '.[batch]' in fraudcheck's folder") from None
    if given["given"] is None and not given["judge_only"]:
        raise Misused("name a file of leads, or - for standard input")
    if given["judge_only"] and (given["given"] or given["chosen"]):
        raise Misused("--judge-only takes the ledger's leads: leave out the file and --map")
    if given["policy"] and not given["judge_only"]:
        raise Misused("--policy is for --judge-only; a file's leads are judged by the tenant's own policy")
    if out is None and not map_only:
        raise Misused("say where the verdicts are to go: --out verdicts.csv, .ndjson or .parquet")
    asked = request.Request(
        out=out or Path(),
        given=Path(given["given"]) if given["given"] not in (None, "-") else None,
        days=given["days"] if given["judge_only"] else None,
        chosen=_read_pairs(given["chosen"]),
        bounds=bounds.Bounds(memory=settings.batch_memory_bytes) if given["no_bounds"] else bounds.Bounds.of(settings),
        **{name: given[name] for name in ("policy", "tenant", "encoding", "dates", "zone", "processes")},
    )
    if map_only:
        print("\n".join(progress.mapping_text(*planning.preview_mapping(asked))))
        return
    watch = progress.Progress(status)
    try:
        figures, plan = run.run(asked, settings, watch)
    except Exception as problem:
        with suppress(OSError):  # the disk may be what is wrong
            watch.ended(None, _public_cause(problem))
        if isinstance(problem, bounds.TooMuch):
            raise Failed(f"{problem} (--no-bounds lifts the bounds on rows and bytes)") from None
        raise
    watch.ended(figures, lost=tally.lost(figures, plan))
    print("\n".join(tally.summary(figures, plan)))


def _public_cause(problem: Exception) -> str:
    """The problem for the status file, which callers over HTTP may see: without a path of this machine."""
    if isinstance(problem, OSError):
        return problem.strerror or "a file cannot be read or written"
    return str(problem) if isinstance(problem, ValueError) else "a defect; see the log"


def _read_pairs(chosen: Sequence[str]) -> dict[str, list[str]]:
    """Fields and columns of the --map options, in their order. Raises Misused."""
    pairs = [pair.partition("=") for pair in chosen]
    if wrong := next((field for field, _, column in pairs if not (field and column)), None):
        raise Misused(f"--map {wrong} names no column: give it as FIELD=COLUMN")
    columns: dict[str, list[str]] = {}
    for field, _, column in pairs:
        columns.setdefault(field, []).append(column)
    return columns
