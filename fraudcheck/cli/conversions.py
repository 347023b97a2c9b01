"""`fraudcheck conversions`: report verified leads to the advertising platforms, and take the fake ones back."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from fraudcheck.cli.command import Misused, add_command, days_back, moment_given, print_progress
from fraudcheck.fields.currencies import CURRENCIES
from fraudcheck.operations.conversions import DAYS, Told, tell
from fraudcheck.records import Price, money_amount
from fraudcheck.report.conversions import CAUSES, NOT_ADJUSTED, OF_EVENTS, OF_LEADS, Asked, By, Platform
from fraudcheck.report.tables import aligned, printable
from fraudcheck.settings import Settings
from fraudcheck.worth.funnel import event_name


def add(commands: Any) -> None:
    """Add the command."""
    command = add_command(
        commands, "conversions", "write verified leads as conversions for an advertising platform", _conversions
    )
    command.add_argument(
        "--for", dest="_platform", choices=("google", "meta"), required=True, help="whose file to write"
    )
    command.add_argument(
        "--since",
        dest="_since",
        type=_since_given,
        default=timedelta(days=DAYS),
        metavar="90d",
        help="leads checked since then: days back, or a day or time (90d)",
    )
    command.add_argument(
        "--until", dest="_until", type=moment_given, metavar="TIME", help="leads checked before this time; now"
    )
    command.add_argument(
        "--out", dest="_out", metavar="FILE", type=Path, help="the file to write; it must not be there"
    )
    command.add_argument(
        "--event",
        dest="_events",
        metavar="EVENT",
        action="append",
        help="this event; may be repeated; all if not given",
    )
    command.add_argument(
        "--name",
        dest="_names",
        metavar="EVENT=NAME",
        type=_name_given,
        action="append",
        help="what the platform calls an event; may be repeated",
    )
    command.add_argument(
        "--value",
        dest="_values",
        metavar="EVENT=AMOUNT CURRENCY",
        type=_value_given,
        action="append",
        help='what an event is worth where its outcome does not say, "qualified=50 EUR"; else the funnel does',
    )
    command.add_argument(
        "--by",
        dest="_by",
        choices=("click", "hash", "both"),
        default="both",
        help="report leads by the ids of clicks, by hashed mail and phone, or by both (both)",
    )
    command.add_argument(
        "--consent",
        dest="_consent",
        choices=("extra", "granted", "denied"),
        help="add Google's columns of consent: as the leads' fields ad_user_data and ad_personalization say, or this",
    )
    command.add_argument("--again", dest="_again", action="store_true", help="also what was reported before")
    command.add_argument(
        "--dry-run", dest="_dry_run", action="store_true", help="only count; nothing is written or remembered"
    )
    command.add_argument("--tenant", dest="_tenant", default="default")


def _since_given(text: str) -> timedelta | datetime:
    return timedelta(days=days_back(text)) if text.endswith("d") else datetime.fromisoformat(moment_given(text))


def _name_given(text: str) -> tuple[str, str]:
    event, separator, name = text.partition("=")
    if not separator or not event.strip() or not name.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not as converted=Sale")
    return event_name(event), name.strip()


def _value_given(text: str) -> tuple[str, Price]:
    event, _, value = text.partition("=")
    amount, _, currency = value.strip().partition(" ")
    currency = currency.strip().upper()
    if not event.strip() or money_amount(amount) is None or currency not in CURRENCIES:
        raise argparse.ArgumentTypeError(f"{text!r} is not as qualified=50 EUR")
    return event_name(event), Price(amount=amount, currency=currency)


def _conversions(
    settings: Settings,
    *,
    platform: Platform,
    since: timedelta | datetime,
    until: str | None,
    out: Path | None,
    events: Sequence[str] | None,
    names: Sequence[tuple[str, str]] | None,
    values: Sequence[tuple[str, Price]] | None,
    by: By,
    consent: Literal["extra", "granted", "denied"] | None,
    again: bool,
    dry_run: bool,
    tenant: str,
) -> None:
    if out is None and not dry_run:
        raise Misused("say where to write with --out FILE, or only count with --dry-run")
    if consent is not None and platform == "meta":
        raise Misused("--consent is for Google: Meta's events of a CRM have no field for it")
    now = datetime.now(UTC)
    asked = Asked(
        platform=platform,
        events=frozenset(map(event_name, events or ())),
        names=dict(names or ()),
        values=dict(values or ()),
        by=by,
        consent=consent,
        again=again,
    )
    told = asyncio.run(
        tell(
            settings,
            tenant,
            asked,
            since=now - since if isinstance(since, timedelta) else since,
            until=datetime.fromisoformat(until) if until else now,
            now=now,
            out=None if dry_run else out,
            progress=print_progress,
        )
    )
    _print_named(told)
    print("\n".join(_text(told, platform, None if dry_run else out)))


def _print_named(told: Told) -> None:
    """Each cause once, with how many events it left out and some of these."""
    examples: defaultdict[str, list[str]] = defaultdict(list)
    for one in told.named:
        examples[one.told].append(f"{one.check_id} {one.event}")
    for cause, named in examples.items():
        more = ", …" if told.causes[cause] > len(named) else ""
        print(printable(f"{told.causes[cause]:,} left out: {cause}: {', '.join(named)}{more}"), file=sys.stderr)
    if unnamed := len(told.causes) - len(examples):
        print(f"and {unnamed:,} more causes", file=sys.stderr)


def _text(told: Told, platform: str, out: Path | None) -> Iterator[str]:
    """What was written, and what was left out and why."""
    conversions = told.events.total()
    verb = "would be reported" if out is None else "reported"
    yield f"{told.leads:,} leads read; {conversions:,} conversions of {told.told:,} leads {verb} to {platform}"
    yield from _table(told.events, {})
    if told.adjusted:
        yield f"adjustments of what was {'reported' if out is None else 'reported before'}:"
        yield from _table(told.adjusted, {"retract": "taken back, as fake", "restate": "put right, by another value"})
    if told.waiting:
        yield "adjustments that are not made:"
        yield from _table(told.waiting, NOT_ADJUSTED)
    for what, causes in (("leads", OF_LEADS), ("events", OF_EVENTS)):
        left = {cause: told.left_out[cause] for cause in causes if told.left_out[cause]}
        if left:
            yield f"{what} left out:"
            yield from _table(left, CAUSES)
    for file, rows in told.files.items() if out is not None else ():
        yield f"{file}: {rows:,} rows, personal data: delete it once it is uploaded"
    if out is not None and not told.files:
        yield "there is nothing to report, and no file was written"


def _table(counts: Mapping[str, int], texts: Mapping[str, str]) -> list[str]:
    rows = [("", f"{count:,}", texts.get(name, name)) for name, count in counts.items()]
    return aligned(rows, "<><") if rows else []
