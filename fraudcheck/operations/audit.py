"""Which leads does an audit read, and by which contract? From the ledger to a report, for whoever asks."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from msgspec import Struct

from fraudcheck import wiring
from fraudcheck.ledger.record import open_record
from fraudcheck.ports.ledger import CheckFilter, Ledger
from fraudcheck.records import format_utc
from fraudcheck.report import leads, returns, vendors, visits
from fraudcheck.report.audit import Example, Overview, Scope, VendorReport
from fraudcheck.settings import Settings

DAYS = 90
"""How far an audit looks back unless it is told."""
_EXAMPLES = 20


class Question(Struct, frozen=True, kw_only=True):
    """What is asked: all vendors or one, in a time (``since`` until before ``until``, RFC 3339 in UTC; the last 90 days
    if not given), of a campaign, sub-id or channel; ``visits`` as ``report.visits.parse`` reads them.
    """

    tenant: str = "default"
    vendor: str | None = None
    since: str | None = None
    until: str | None = None
    campaign: str | None = None
    sub_id: str | None = None
    channel: str | None = None
    visits: tuple[str, ...] = ()


def contract(settings: Settings, tenant: str, file: Path | None = None) -> returns.Contract:
    """The contract in a file, else in ``contracts/TENANT.toml`` of the data directory, else one that allows returns
    for every reason at any time. Raises ValueError with what is wrong and where.
    """
    own = settings.data_dir / "contracts" / f"{tenant}.toml"
    path = file or (own if own.exists() else None)
    try:
        return returns.load(tomllib.loads(path.read_text()) if path else {})
    except (OSError, ValueError) as problem:
        # Over HTTP it is told to callers, whom this machine's folders do not concern.
        raise ValueError(f"{file or f'contracts/{own.name}'}: {problem}") from None


async def audit(
    settings: Settings, asked: Question, now: datetime, file: Path | None = None
) -> Overview | VendorReport | None:
    """The audit of all vendors, or of one: None where it has no lead. ``file`` is the contract's, if not the tenant's.

    Raises ValueError with what is wrong with what was asked, and Unavailable.
    """
    scope = Scope(
        since=asked.since or format_utc(now - timedelta(days=DAYS)),
        until=asked.until or format_utc(now),
        campaign=asked.campaign,
        sub_id=asked.sub_id,
        channel=asked.channel,
    )
    about = vendors.Asked(
        scope=scope,
        contract=contract(settings, asked.tenant, file),
        today=_day(now),
        visits=[visits.parse(text) for text in asked.visits],
    )
    async with wiring.ledger_only(settings) as ledger:
        columns = await ledger.lead_columns(asked.tenant, scope.since, scope.until)
        became = await ledger.list_outcomes(asked.tenant, scope.since, scope.until)
        if _is_part(scope):
            became = [one for one in became if _within(one.source, scope)]
        bought = leads.read(columns, campaign=scope.campaign, sub_id=scope.sub_id, channel=scope.channel)
        if asked.vendor is None:
            return vendors.overview(bought, became, about)
        found = vendors.vendor(bought, became, about, asked.vendor)
        return found and vendors.with_examples(found, await _examples(ledger, asked.tenant, asked.vendor, scope))


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()


def _is_part(scope: Scope) -> bool:
    return (scope.campaign, scope.sub_id, scope.channel) != (None, None, None)


def _within(source: tuple[str | None, ...], scope: Scope) -> bool:
    _, campaign, sub_id, channel = source
    asked = ((campaign, scope.campaign), (sub_id, scope.sub_id), (channel, scope.channel))
    return all(wanted is None or wanted == (given or "") for given, wanted in asked)


async def _examples(ledger: Ledger, tenant: str, vendor: str, scope: Scope) -> list[Example]:
    """The vendor's newest rejected leads by their check's id, nothing personal; none of a part of its leads."""
    if not vendor or _is_part(scope):
        return []
    wanted = CheckFilter(vendor=vendor, decision="reject", since=scope.since, until=scope.until)
    found = await ledger.list(tenant, wanted, limit=_EXAMPLES)
    verdicts = [open_record(stored.record, None).verdict for stored in found]
    return [
        Example(
            check_id=verdict["check_id"],
            day=verdict["checked_at"][:10],
            trust_score=verdict["trust_score"],
            classification=verdict["classification"],
            reasons=[reason["code"] for reason in verdict["reasons"] if reason["points"] < 0],
        )
        for verdict in verdicts
    ]
