"""Which leads and outcomes does the report of a funnel read? From the ledger and the tenant's table to the report."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from fraudcheck import wiring
from fraudcheck.adapters.tenant_files import read_funnel, tenant_funnel
from fraudcheck.operations.audit import Question, in_scope, scope_of, with_choices
from fraudcheck.records import format_utc
from fraudcheck.report.funnel_report import FunnelReport
from fraudcheck.settings import Settings


async def report_funnel(settings: Settings, asked: Question, now: datetime, file: Path | None = None) -> FunnelReport:
    """The funnel of a tenant's leads; ``file`` is a table that replaces the tenant's own.

    Raises ValueError with what is wrong with the table, and Unavailable if the ledger is down.
    """
    from fraudcheck.report import funnel, leads  # noqa: PLC0415 - NumPy and SciPy, as in ``audit``

    table = tenant_funnel(settings.data_dir, asked.tenant) if file is None else read_funnel(file)
    scope = scope_of(asked, now)
    async with wiring.ledger_only(settings) as ledger:
        columns = await ledger.lead_columns(asked.tenant, scope.since, scope.until)
        outcomes = in_scope(await ledger.list_outcomes(asked.tenant, scope.since, scope.until), scope)
    found = leads.read_columns(columns, campaign=scope.campaign, sub_id=scope.sub_id, channel=scope.channel)
    return funnel.make_report(found, outcomes, table, with_choices(scope, columns), format_utc(now))
