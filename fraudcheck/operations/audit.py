"""Which leads does an audit read, and by which contract are they returned? From the ledger to a finished audit."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from heapq import nsmallest
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from fraudcheck import wiring
from fraudcheck.adapters.tenant_files import tenant_funnel
from fraudcheck.fields.given import FIELDS, lacking
from fraudcheck.identifiers import vendor_key
from fraudcheck.ledger.record import open_record
from fraudcheck.ports.ledger import CheckFilter, LeadColumns, LeadOutcome, Ledger
from fraudcheck.reasons import TEST
from fraudcheck.records import format_utc
from fraudcheck.report import returns, visits
from fraudcheck.report.audit import Carried, Example, Overview, Scope, VendorReport
from fraudcheck.settings import Settings

DAYS = 90
"""Days that an audit looks back by default."""
_EXAMPLES = 20
_MOST_CHOICES = 300
"""Names of one kind to choose from: a form may make one up for each lead."""
_NEWEST = 200
"""A vendor's newest leads that tell which fields it sends."""


class Question(Struct, frozen=True, kw_only=True):
    """What an audit is asked for.

    ``of`` says which report. ``vendor`` is None for all vendors. The leads are those checked from ``since`` until
    before ``until`` (RFC 3339 in UTC; by default the last 90 days), only of the ``campaign``, ``sub_id`` or ``channel``
    if one is given. ``visits`` are texts that ``report.visits.parse`` reads.
    """

    of: Literal["vendors", "funnel"] = "vendors"
    tenant: str = "default"
    vendor: str | None = None
    since: str | None = None
    until: str | None = None
    campaign: str | None = None
    sub_id: str | None = None
    channel: str | None = None
    visits: tuple[str, ...] = ()


def read_contract(settings: Settings, tenant: str, file: Path | None = None) -> returns.Contract:
    """The contract in ``file``, by default that in ``contracts/TENANT.toml`` of the data directory.

    If there is none, it is one that allows returns for every reason at any time. Raises ValueError with what is wrong
    and where.
    """
    own = settings.data_dir / "contracts" / f"{tenant}.toml"
    path = file or (own if own.exists() else None)
    try:
        return returns.load(tomllib.loads(path.read_text()) if path else {})
    except (OSError, ValueError) as problem:
        # Callers over HTTP see this text, so it has no path of this machine.
        raise ValueError(f"{file or f'contracts/{own.name}'}: {problem}") from None


async def audit(
    settings: Settings, asked: Question, now: datetime, file: Path | None = None
) -> Overview | VendorReport | None:
    """The audit of all vendors, or of one vendor: None if it has no lead.

    ``now`` is the time of the audit, ``file`` a contract that replaces the tenant's own. Raises ValueError with what is
    wrong with the question, the contract or the funnel, and Unavailable if the ledger is down.
    """
    # With NumPy and SciPy, a third of a second and 27 MB: the service asks a child process, and needs only Question.
    from fraudcheck.report import leads, vendors  # noqa: PLC0415

    scope = scope_of(asked, now)
    inputs = vendors.AuditInputs(
        scope=scope,
        contract=read_contract(settings, asked.tenant, file),
        today=now.astimezone(UTC).date(),
        visits=[visits.parse(text) for text in asked.visits],
        funnel=tenant_funnel(settings.data_dir, asked.tenant),
    )
    async with wiring.ledger_only(settings) as ledger:
        columns = await ledger.lead_columns(asked.tenant, scope.since, scope.until)
        outcomes = in_scope(await ledger.list_outcomes(asked.tenant, scope.since, scope.until), scope)
        scoped_leads = leads.read_columns(columns, campaign=scope.campaign, sub_id=scope.sub_id, channel=scope.channel)
        inputs = msgspec.structs.replace(inputs, scope=with_choices(scope, columns, asked.vendor))
        if asked.vendor is None:
            return vendors.audit_all(scoped_leads, outcomes, inputs)
        report = vendors.audit_vendor(scoped_leads, outcomes, inputs, asked.vendor)
        if report is None:
            return None
        examples = await _newest_rejected(ledger, asked.tenant, asked.vendor, scope)
        return vendors.with_examples(report, examples, *await _carried(ledger, asked.tenant, asked.vendor, scope))


def scope_of(asked: Question, now: datetime) -> Scope:
    """Which leads are asked for."""
    return Scope(
        since=asked.since or format_utc(now - timedelta(days=DAYS)),
        until=asked.until or format_utc(now),
        campaign=asked.campaign,
        sub_id=asked.sub_id,
        channel=asked.channel,
    )


def with_choices(scope: Scope, columns: LeadColumns, vendor: str | None = None) -> Scope:
    """The scope with the names that its leads have; of a vendor's campaigns, sub-ids and channels, if one is named.

    Names that cannot be shown as they are cannot be chosen.
    """
    sources = list(columns.sources.values())
    own = sources if vendor is None else [each for each in sources if vendor_key(each[0] or "") == vendor_key(vendor)]
    of_part = {"vendor": sources, "campaign": own, "sub_id": own, "channel": own}
    names = {
        part: {name for each in found if (name := each[at]) and name.isprintable()}
        for at, (part, found) in enumerate(of_part.items())
    }
    choices = {part: nsmallest(_MOST_CHOICES, found, key=str.casefold) for part, found in names.items()}
    return msgspec.structs.replace(scope, choices=choices)


def in_scope(outcomes: Sequence[LeadOutcome], scope: Scope) -> Sequence[LeadOutcome]:
    """The outcomes of those leads that the scope asks for."""
    if not _is_partial(scope):
        return outcomes
    return [outcome for outcome in outcomes if _is_in_scope(outcome.source, scope)]


def _is_partial(scope: Scope) -> bool:
    return (scope.campaign, scope.sub_id, scope.channel) != (None, None, None)


def _is_in_scope(source: tuple[str | None, ...], scope: Scope) -> bool:
    """Whether a lead's source (vendor, campaign, sub-id, channel) is one that the scope asks for."""
    _, campaign, sub_id, channel = source
    pairs = ((campaign, scope.campaign), (sub_id, scope.sub_id), (channel, scope.channel))
    return all(wanted is None or wanted == (actual or "") for actual, wanted in pairs)


async def _carried(ledger: Ledger, tenant: str, vendor: str, scope: Scope) -> tuple[list[Carried], Mapping[str, int]]:
    """What the vendor's newest leads carry, and how many of them a token that was fetched by pages of which origin.

    Nothing for leads without a vendor, or for a part of a vendor's.
    """
    if not vendor or _is_partial(scope):
        return [], {}
    wanted = CheckFilter(vendor=vendor, since=scope.since, until=scope.until)
    newest = [open_record(each.record, each.personal) for each in await ledger.list(tenant, wanted, limit=_NEWEST)]
    newest = [each for each in newest if each.verdict["classification"] != TEST]
    read = [(each.verdict["checked_at"][:10], lacking(each.lead)) for each in newest if each.lead is not None]
    days = {name: [day for day, lacks in read if name not in lacks] for name in FIELDS}
    carried = [
        Carried(field=name, leads=len(days[name]), of=len(read), last=max(days[name], default=None)) for name in FIELDS
    ]
    told = [each.facts.get("form_token") or {} for each in newest]
    return carried, Counter(facts["origin"] for facts in told if facts.get("origin") and "other_vendor" not in facts)


async def _newest_rejected(ledger: Ledger, tenant: str, vendor: str, scope: Scope) -> list[Example]:
    """The vendor's newest rejected leads by their check's id, without personal data.

    There are none for leads without a vendor, and none if the scope is one campaign, sub-id or channel.
    """
    if not vendor or _is_partial(scope):
        return []
    wanted = CheckFilter(vendor=vendor, decision="reject", since=scope.since, until=scope.until)
    stored_records = await ledger.list(tenant, wanted, limit=_EXAMPLES)
    verdicts = [open_record(stored.record, None).verdict for stored in stored_records]
    return [
        Example(
            check_id=verdict["check_id"],
            day=verdict["checked_at"][:10],
            trust_score=verdict["trust_score"],
            classification=verdict["classification"],
            reasons=[reason["code"] for reason in verdict["reasons"] if reason["points"] < 0],
        )
        for verdict in verdicts
        if verdict["classification"] != TEST
    ]
