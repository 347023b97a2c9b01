"""`fraudcheck erase`: delete a person's data from the ledger, the spool and the batches; verdicts stay."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Any

from fraudcheck.cli.command import Failed, Misused, add_command
from fraudcheck.identifiers import UUID
from fraudcheck.operations.erase import ErasedFromBatches, Found, erase, identities
from fraudcheck.records import format_utc
from fraudcheck.settings import Settings
from fraudcheck.wiring import load_lists


def add(commands: Any) -> None:
    """Add the command."""
    command = add_command(
        commands, "erase", "delete a person's data from ledger, spool and batches; verdicts stay", _erase
    )
    command.add_argument(
        "--check",
        dest="_check_ids",
        metavar="CHECK_ID",
        type=_check_id,
        action="append",
        help="the lead of this check; may be repeated",
    )
    command.add_argument("--email", dest="_email", help="every lead of this mailbox")
    command.add_argument("--phone", dest="_phone", help="every lead with this number (+…)")
    command.add_argument("--tenant", dest="_tenant", default="default")


def _check_id(text: str) -> str:
    if not UUID.fullmatch(text.lower()):
        raise argparse.ArgumentTypeError(f"{text!r} is no id of a check, such as 01a207bd-a9c0-7a2a-aa2a-2a2a2a2a2a2a")
    return text.lower()


def _erase(settings: Settings, tenant: str, check_ids: list[str] | None, email: str | None, phone: str | None) -> None:
    if not (check_ids or email or phone):
        raise Misused("say whose data to erase: --check, --email or --phone")
    typed = [text for text in (email, phone) if text]
    try:
        person = identities(settings, tenant, email, phone) if typed else []
    except ValueError as problem:
        raise Misused(str(problem)) from None
    at = format_utc(datetime.now(UTC))
    found = asyncio.run(erase(settings, tenant, check_ids or [], person, typed=typed, at=at))
    checks = {*(check_ids or []), *(found.ledger.checks if found.ledger else [])}
    in_batches, failure = _from_batches(settings, tenant, checks, email, phone)
    for line in _text(found, in_batches):
        print(line)
    if failure:
        raise Failed(failure)
    if found.ledger is None:
        raise Failed(
            "the ledger cannot be reached, and nothing of it was erased: give the command again when it is back"
        )
    if not (found.ledger.checks or found.spool or found.damaged or in_batches.rows or in_batches.ended):
        raise Failed(f"nothing found of tenant {tenant}: nothing was erased")


def _from_batches(
    settings: Settings, tenant: str, checks: Collection[str], email: str | None, phone: str | None
) -> tuple[ErasedFromBatches, str]:
    """What was erased from the batches, and what kept it from being all."""
    nothing = ErasedFromBatches(rows=0, files=0, ended=0)
    if not (settings.data_dir / "batches").exists():
        return nothing, ""
    if find_spec("pyarrow") is None:
        return nothing, "the batches were not searched: pip install '.[batch]' and give the command again"
    from fraudcheck.web import batch_erasing  # noqa: PLC0415 - what only batches need

    return batch_erasing.erase(settings.data_dir, tenant, load_lists(settings), checks, email=email, phone=phone), ""


def _text(found: Found, in_batches: ErasedFromBatches) -> Iterator[str]:
    """What was erased, a line for each place."""
    checks, erased = (len(found.ledger.checks), found.ledger.erased) if found.ledger else (0, 0)
    before = f", {checks - erased} erased before" if checks > erased else ""
    yield f"ledger: the personal data of {erased} check(s){before}" if found.ledger else "ledger: not reached"
    yield f"spool: {found.spool} record(s)"
    others = f"; of {found.unreadable} nobody can tell whose they are" if found.unreadable else ""
    yield f"damaged: {found.damaged} record(s){others}"
    yield f"batches: {in_batches.rows} row(s) in {in_batches.files} file(s), {in_batches.ended} unfinished ended"
