"""`fraudcheck batch`: judge files of leads."""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from fraudcheck.cli.command import Failed, Misused, add_command, add_contract, add_look_back, without_collecting
from fraudcheck.cli.report import whole_shape
from fraudcheck.operations.audit import Question, read_contract
from fraudcheck.operations.audit_files import audit_files
from fraudcheck.report.tables import printable
from fraudcheck.settings import Settings

if TYPE_CHECKING:
    from fraudcheck.batch.given import ForAll
    from fraudcheck.batch.request import Given, Request
    from fraudcheck.batch.tally import Tally


def add(commands: Any) -> None:
    """Add the command."""
    batch = add_command(commands, "batch", "judge files of leads, each lead as of its day", _batch)
    batch.add_argument(
        "_given",
        metavar="IN",
        nargs="*",
        help="CSV, NDJSON, Parquet or a spreadsheet (XLSX, XLS, ODS), also with gzip; - for standard input. Several "
        "files are judged as one history",
    )
    batch.add_argument(
        "--out", dest="_out", metavar="OUT", type=Path, help="the verdicts: .csv, .ndjson or .parquet; also .csv.gz"
    )
    batch.add_argument(
        "--map",
        dest="_maps",
        metavar="FIELD=COLUMN",
        action="append",
        default=[],
        help="the column of a field (client.ip, source.vendor, ...); may be repeated, for email and phone "
        "in the order in which their columns are looked at; the field - leaves a column out. For one of several files, "
        "this and the options of reading take its name before: FILE:FIELD=COLUMN",
    )
    batch.add_argument("--map-only", dest="_map_only", action="store_true", help="show the columns' fields and stop")
    batch.add_argument(
        "--set",
        dest="_constants",
        metavar="FIELD=VALUE",
        action="append",
        default=[],
        help="what a field is in rows that give nothing for it (source.vendor=adclick); may be repeated",
    )
    batch.add_argument(
        "--vendor-from",
        dest="_vendor_from",
        choices=("filename",),
        help="take the vendor of rows that name none from their file's name",
    )
    batch.add_argument(
        "--names",
        dest="_names",
        metavar="FILE",
        type=Path,
        help="a JSON list of how messages and results name the files, in their order (their own names)",
    )
    _add_repeated(batch, "--encoding", "encodings", "NAME", "of CSV, where it is found out wrong (cp1250)")
    _add_repeated(batch, "--dates", "dates", "ORDER", "day-first or month-first, where the file itself cannot tell")
    _add_repeated(batch, "--timezone", "zones", "ZONE", "of times that name none (UTC)")
    batch.add_argument(
        "--keep",
        dest="_keep",
        action="store_true",
        help="put the leads into the ledger, and count its earlier leads as what came before them",
    )
    batch.add_argument(
        "--withdraw",
        dest="_withdraw",
        metavar="ID",
        help="take the leads of a batch out of the ledger again, which --keep put there by mistake",
    )
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
    batch.add_argument(
        "--report", dest="_report", metavar="FILE", type=Path, help="the vendors' audit too: .html, .json, .csv or .txt"
    )
    add_contract(batch)
    batch.add_argument("--status", dest="_status", metavar="FILE", type=Path, help="a JSON file of how far it is")


def _add_repeated(command: argparse.ArgumentParser, option: str, name: str, value: str, text: str) -> None:
    command.add_argument(option, dest=f"_{name}", metavar=value, action="append", default=[], help=text)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 1024")
    return int(text)


def _batch(  # noqa: PLR0917 - as the parser has them
    settings: Settings,
    out: Path | None,
    map_only: bool,
    status: Path | None,
    report: Path | None,
    contract: Path | None,
    **given: Any,
) -> None:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # each takes 40 MB, for linear algebra that no batch does
    try:
        from fraudcheck.batch import bounds, progress, request, run, tally  # noqa: PLC0415 - need the extra packages
    except ImportError as problem:
        raise Failed(f"batches need {problem.name}: pip install '.[batch]' in fraudcheck's folder") from None
    if given["withdraw"]:
        _withdraw(settings, given["tenant"], given["withdraw"].removeprefix("batch:"))
        return
    files, for_all = _read_options(given)
    if not files and not given["judge_only"]:
        raise Misused("name a file of leads, or - for standard input")
    if given["judge_only"] and (files or given["maps"] or given["constants"] or given["vendor_from"]):
        raise Misused("--judge-only takes the ledger's leads: leave out the files, --map, --set and --vendor-from")
    if given["judge_only"] and given["keep"]:
        raise Misused("--judge-only takes leads that the ledger has: leave out --keep")
    if given["policy"] and not given["judge_only"]:
        raise Misused("--policy is for --judge-only; a file's leads are judged by the tenant's own policy")
    if out is None and not map_only:
        raise Misused("say where the verdicts are to go: --out verdicts.csv, .ndjson or .parquet")
    if contract is not None and report is None:
        raise Misused("--contract is for --report, whose money it says")
    write = _audit_writer(settings, report, contract, given["tenant"], files) if report is not None else None
    asked = request.Request(
        out=out or Path(),
        given=files,
        days=given["days"] if given["judge_only"] else None,
        chosen=for_all.chosen,
        encoding=for_all.encoding,
        dates=for_all.dates,
        zone=for_all.zone or "UTC",
        bounds=bounds.Bounds(memory=settings.batch_memory_bytes) if given["no_bounds"] else bounds.Bounds.of(settings),
        told=write is not None,
        **{name: given[name] for name in ("policy", "tenant", "processes", "keep")},
    )
    if map_only:
        _show_mappings(asked)
        return
    watch = progress.Progress(status)
    try:
        figures, plan = run.run(asked, settings, watch, write)
    except Exception as problem:
        with suppress(OSError):  # the disk may be what is wrong
            watch.ended(None, _public_cause(problem))
        if isinstance(problem, bounds.TooMuch):
            raise Failed(f"{problem} (--no-bounds lifts the bounds on rows and bytes)") from None
        raise
    origin = f"batch:{plan.job}" if plan.keep else None
    watch.ended(figures, lost=tally.lost(figures, plan), origin=origin)
    print("\n".join([*tally.summary(figures, plan), *_next_steps(figures, asked.out, report)]))


def _read_options(given: Mapping[str, Any]) -> tuple[tuple[Given, ...], ForAll]:
    """Raises Misused."""
    from fraudcheck.batch.given import Options, given_files  # noqa: PLC0415 - needs the extra packages

    names = ("maps", "constants", "encodings", "dates", "zones")
    options = Options(**{name: given[name] for name in names}, vendor_from_name=given["vendor_from"] is not None)
    try:
        called = msgspec.json.decode(given["names"].read_bytes(), type=list[str]) if given["names"] else None
        return given_files(given["given"], options, called)
    except msgspec.MsgspecError:
        raise Misused("--names wants a file with a JSON list of texts") from None
    except ValueError as problem:
        raise Misused(str(problem)) from None


def _show_mappings(asked: Request) -> None:
    from fraudcheck.batch import planning, progress  # noqa: PLC0415 - need the extra packages

    several = len(asked.given) > 1
    for opened, lost in planning.preview_mapping(asked):
        name = opened.given.name if several else ""
        print("\n".join(progress.mapping_text(opened.source, opened.mapping, opened.given.constants, name, lost)))


def _audit_writer(
    settings: Settings, out: Path, contract: Path | None, tenant: str, given: Sequence[Given]
) -> Callable[[Sequence[Path]], None]:
    """What writes the audit of the verdicts that are in files. What would fail then fails now: Misused, ValueError."""
    from fraudcheck.batch.raw_files import write_atomically  # noqa: PLC0415 - needs the extra packages

    shape = whole_shape(out)
    if out.is_dir() or any(each.path is not None and out.exists() and out.samefile(each.path) for each in given):
        raise Misused(f"{out} is a folder or the input itself; let --report name another file")
    read_contract(settings, tenant, contract)

    def write(verdicts: Sequence[Path]) -> None:
        with without_collecting():
            found = audit_files(settings, Question(tenant=tenant), datetime.now(UTC), verdicts, contract)
        write_atomically(out, (shape(found) + "\n").encode())

    return write


def _next_steps(figures: Tally, out: Path, report: Path | None) -> list[str]:
    """Where the vendors' audit is, or how to get it, in lines for a terminal."""
    named = {name: decisions for name, decisions in figures.vendors.items() if name}
    if not figures.judged:
        return []
    if not named:
        return ["no lead names its vendor: give --set source.vendor=NAME, or --vendor-from filename"]
    if report is not None:
        return [f"the audit of the vendors is in {shlex.quote(str(report))}"]
    worst = max(named, key=lambda name: (named[name]["reject"] / named[name].total(), named[name].total()))
    if out.name.lower().endswith((".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")):
        command = f"fraudcheck report --from {shlex.quote(str(out))}"
        return [
            f"the audit of the vendors: {command}",
            f"one in full: {command} --vendor {shlex.quote(printable(worst))}",
        ]
    return ["for the audit of the vendors, with each in full, give --report audit.html too"]


def _withdraw(settings: Settings, tenant: str, job: str) -> None:
    from fraudcheck.batch import keeping, progress  # noqa: PLC0415 - need the extra packages

    withdrawn = keeping.withdraw(settings, tenant, job, progress.Progress())
    print(f"{withdrawn.gone:,} leads of batch {job} are no longer in the ledger")
    if withdrawn.stay:
        print(
            f"{withdrawn.stay:,} stay: something was told of them since (an outcome, a confirmation, a claim, a review)"
        )


def _public_cause(problem: Exception) -> str:
    """The problem for the status file, which callers over HTTP may see: without a path of this machine."""
    if isinstance(problem, OSError):
        return problem.strerror or "a file cannot be read or written"
    return str(problem) if isinstance(problem, ValueError) else "a defect; see the log"
