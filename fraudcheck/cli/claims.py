"""`fraudcheck claims`, and `fraudcheck report --claims`: claim money back from a vendor, and see what was claimed."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from fraudcheck.adapters.disk import sync_folder
from fraudcheck.cli.claim_answers import add_answer
from fraudcheck.cli.command import Failed, Misused, add_command, add_contract
from fraudcheck.operations.claims import Asked, list_claims, make_claim, words_for
from fraudcheck.records import format_utc
from fraudcheck.report.claim_files import claim_xlsx, csv_text
from fraudcheck.report.claim_words import LANGUAGES, Words
from fraudcheck.report.claims import VendorClaim
from fraudcheck.report.tables import aligned, printable
from fraudcheck.settings import Settings

CLAIM_OPTIONS = ("claims", "preview", "language", "timezone", "for_vendor", "answer_by")
"""What ``report`` takes for a claim alone."""


def add(commands: Any) -> None:
    """Add the commands."""
    claims = add_command(commands, "claims", "list what was claimed back from vendors", _list)
    claims.add_argument("--vendor", dest="_vendor", help="of one vendor alone")
    claims.add_argument("--tenant", dest="_tenant", default="default")
    inner = claims.add_subparsers(metavar="show|answer")
    show = add_command(inner, "show", "write a kept claim once more", _show)
    show.add_argument("_claim", metavar="ID", help="as `fraudcheck claims` lists it")
    show.add_argument("--out", dest="_out", metavar="FILE", type=Path, help="a .csv, .xlsx, .html or .json; terminal")
    show.add_argument("--personal", dest="_personal", action="store_true", help="with names, mail addresses and phones")
    show.add_argument("--tenant", dest="_tenant", default="default")
    add_contract(show)
    _add_options(show)
    add_answer(inner)


def add_report_options(report: argparse.ArgumentParser) -> None:
    """Add the options of a claim to the command that audits vendors; ``claim_instead`` takes them."""
    report.add_argument(
        "--claims",
        dest="_claims",
        metavar="FILE",
        type=Path,
        help="with --vendor: claim money back, lead by lead, in a .csv, .xlsx, .html or .json, and remember it",
    )
    report.add_argument("--preview", dest="_preview", action="store_true", help="with --claims: remember nothing")
    _add_options(report)


def _add_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--language", dest="_language", choices=LANGUAGES, default="en", help="of a claim's letter and evidence (en)"
    )
    command.add_argument("--timezone", dest="_timezone", default="UTC", metavar="ZONE", help="of a claim's times (UTC)")
    command.add_argument(
        "--for-vendor",
        dest="_for_vendor",
        action="store_true",
        help="the vendor's copy of a claim: only what it sent or can know",
    )
    command.add_argument(
        "--answer-by", dest="_answer_by", type=_day, metavar="DAY", help="when a claim asks for an answer (in 14 days)"
    )


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-11-30") from None


def claim_instead(settings: Settings, options: Mapping[str, Any]) -> bool:
    """Make a claim, where ``report``'s options ask for one."""
    file, preview, *_ = (options[name] for name in CLAIM_OPTIONS)
    own = {name: options[name] for name in CLAIM_OPTIONS[2:]}
    if file is None:
        if preview:
            raise Misused("--preview is for --claims FILE")
        return False
    if not options["vendor"]:
        raise Misused("--claims needs --vendor NAME: a claim goes to one vendor")
    if any(options[name] is not None for name in ("campaign", "sub_id", "channel")):
        raise Misused("--claims is for all of a vendor's leads: leave --campaign, --sub-id and --channel out")
    if options["personal"] and own["for_vendor"]:
        raise Misused("--personal is not for the vendor's copy: leave it or --for-vendor out")
    now = datetime.now(UTC)
    asked = Asked(
        tenant=options["tenant"],
        vendor=options["vendor"],
        since=options["since"] or format_utc(now - timedelta(days=options["days"])),
        until=options["until"],
        personal=options["personal"],
        keep=not preview,
        **own,
    )
    write = _writer(file)
    words = words_for(asked)
    with _begun(file) as part:
        making = make_claim(settings, asked, now, options["contract"], lambda claim: write(claim, words, part))
        claim = asyncio.run(making)
        if claim is None:
            raise Failed(f"there is no lead of vendor {asked.vendor} in this time; `fraudcheck report` shows all")
        if preview:
            write(claim, words, part)
    for line in _summary(claim, file):
        print(line)
    return True


def _writer(file: Path) -> Callable[[VendorClaim, Words, Path], None]:
    """What writes a claim as the file's ending says. Raises Misused or Failed before anything is read."""
    form = _FORMS.get(file.suffix.lower())
    if form is None:
        raise Misused(f"{file.name}: a claim is a {', '.join(_FORMS)}")
    if os.path.lexists(file):
        raise Failed(f"{file} is there already: give another name")
    if not file.absolute().parent.is_dir():
        raise Failed(f"there is no folder {file.parent}: make it, or write elsewhere")
    return partial(_write, form)


def _write(form: Callable[[VendorClaim, Words], bytes], claim: VendorClaim, words: Words, part: Path) -> None:
    """Write a file durably under a name that is not its own yet."""
    content = form(claim, words)
    part.unlink(missing_ok=True)  # one that a run left when it was stopped is of no use
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _begun(file: Path) -> Iterator[Path]:
    """Where a file is written, beside its place; once that is done it gets its name, durably."""
    part = file.with_name(f".{file.name}.part")
    try:
        yield part
        part.rename(file)
        sync_folder(file.parent)
    finally:
        part.unlink(missing_ok=True)


def _summary(claim: VendorClaim, file: Path | None) -> list[str]:
    """What was claimed, in a few lines."""
    vendor = printable(claim.vendor)
    lines = [f"{claim.leads:,} leads are claimed from {vendor}" + (f": {file}" if file else "")]
    lines += [f"  {total.amount} {total.currency} for {total.leads:,} leads" for total in claim.totals if total.leads]
    for why, many in claim.left_by_why.items():
        lines.append(f"  not claimed: {many:,} {why.replace('_', ' ')}")
    if claim.claim is not None:
        lines.append(f"kept as {claim.claim}; `fraudcheck claims show {claim.claim}` writes it again")
    else:
        lines.append("a preview: nothing is kept")
    return lines


def _list(settings: Settings, vendor: str | None, tenant: str) -> None:
    found = asyncio.run(list_claims(settings, tenant, vendor)).claims
    if not found:
        print("nothing was claimed yet; `fraudcheck report --vendor NAME --claims FILE` claims")
        return
    rows = [("claim", "vendor", "day", "leads", "claimed", "", "answered", "credited", "answers")]
    rows += [
        (
            one.claim,
            printable(one.vendor),
            one.claimed_at[:10],
            f"{one.leads:,}",
            *(one.amount, one.currency, one.answered, one.credited),
            ", ".join(f"{name} {many:,}" for name, many in one.answers.items()),
        )
        for one in found
    ]
    print(*aligned(rows, "<<<>><>><"), sep="\n")


def _show(settings: Settings, claim: str, out: Path | None, tenant: str, contract: Path | None, **own: Any) -> None:
    own.pop("vendor", None)  # of the command that lists
    asked = Asked(tenant=tenant, claim=claim, **own)
    if asked.personal and asked.for_vendor:
        raise Misused("--personal is not for the vendor's copy: leave it or --for-vendor out")
    write, words = (_writer(out) if out is not None else None), words_for(asked)
    made = asyncio.run(make_claim(settings, asked, datetime.now(UTC), contract))
    if made is None:
        raise Failed(f"there is no claim {claim}; `fraudcheck claims` lists them")
    if write is None or out is None:
        print(made.subject, "", *made.letter, "", _as_csv(made, words).decode().rstrip(), sep="\n")
        return
    with _begun(out) as part:
        write(made, words, part)


def _as_csv(claim: VendorClaim, words: Words) -> bytes:
    del words
    return csv_text(claim).encode()


def _as_page(claim: VendorClaim, words: Words) -> bytes:
    from fraudcheck.web import claim_page  # noqa: PLC0415 - templates take a while to load

    return claim_page.claim(claim, words, None).encode()


def _as_json(claim: VendorClaim, words: Words) -> bytes:
    del words
    return msgspec.json.format(msgspec.json.encode(claim), indent=2) + b"\n"


_FORMS: dict[str, Callable[[VendorClaim, Words], bytes]] = {
    ".csv": _as_csv,
    ".xlsx": claim_xlsx,
    ".html": _as_page,
    ".json": _as_json,
}
