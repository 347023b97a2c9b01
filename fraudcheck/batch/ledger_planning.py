"""How do the ledger's leads become the input of a batch? In slices of leads with the facts that were kept with them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pyarrow as pa

from fraudcheck.adapters.tenant_files import read_policy, tenant_policy, tenant_quality
from fraudcheck.batch.arrow_files import KEPT, KeptRow, encode_row, write_table
from fraudcheck.batch.folder import Folder, Partial, Plan
from fraudcheck.batch.raw_files import write_atomically
from fraudcheck.batch.request import Request, Watch
from fraudcheck.batch.resuming import begin_or_resume, job_id, versions_asked
from fraudcheck.batch.source import LINE, ROW, Rejected
from fraudcheck.batch.writing import Style
from fraudcheck.ledger.record import Opened
from fraudcheck.operations.kept_leads import leads_with_models
from fraudcheck.records import CheckVerdict
from fraudcheck.scoring.policy import encode_policy
from fraudcheck.settings import Settings
from fraudcheck.worth.quality import encode_quality

_OUTPUT_COLUMNS = pa.schema(
    [
        ("first_check_id", pa.string()),
        ("first_trust_score", pa.int16()),
        ("first_decision", pa.string()),
        ("submitted_at", pa.string()),
        ("reference", pa.string()),
        ("source.vendor", pa.string()),
        ("source.campaign", pa.string()),
        ("source.sub_id", pa.string()),
        ("source.channel", pa.string()),
    ]
)
"""What the output shows of a lead and its first verdict, beside the new verdict."""


def plan_ledger(partial: Partial, request: Request, settings: Settings, watch: Watch) -> tuple[Folder, Plan]:
    """Write the ledger's leads of ``request.days`` as slices, unless an earlier run has done so.

    Gives the folder and the plan. Raises ValueError with what to do.
    """
    own_policy = tenant_policy(settings.data_dir, request.tenant)
    policy_hash, policy = encode_policy(read_policy(request.policy) if request.policy else own_policy)
    quality_hash, quality = encode_quality(tenant_quality(settings.data_dir, request.tenant))
    asked = {"days": request.days, "quality": quality_hash, **versions_asked(request, policy_hash)}
    folder, started, earlier_plan = begin_or_resume(partial, request, settings, asked, watch)
    if earlier_plan:
        return folder, earlier_plan
    until = datetime.fromisoformat(started)
    watch.phase("reading the ledger", "leads", None)
    leads = leads_with_models(settings, request.tenant, until - timedelta(days=request.days or 0), until)
    ends = asyncio.run(_write_slices(folder, request.size, leads, watch))
    if not ends:
        raise ValueError(
            f"there are no leads of tenant {request.tenant} in the last {request.days} days; look further back "
            "with --since"
        )
    plan = Plan(
        job=job_id(settings, request.tenant, {**asked, "started": started}),
        tenant=request.tenant,
        policy=policy.decode(),
        quality=quality.decode(),
        files=(),
        columns=tuple(_OUTPUT_COLUMNS.names),
        started=started,
        style=Style.for_output(request.out),
        ends=tuple(ends),
        shares=ends[-1] // request.share + 1,
    )
    write_atomically(folder.plan_file, msgspec.json.encode(plan))
    return folder, plan


async def _write_slices(
    folder: Folder, size: int, leads: AsyncIterator[tuple[Opened, bytes | None]], watch: Watch
) -> list[int]:
    """Write leads and their models into the folder; give the last row of each slice."""
    ends: list[int] = []
    waiting: list[Opened] = []
    async for opened, model in leads:
        name = opened.verdict["versions"]["model"]
        if name and model and not folder.model(name).exists():
            write_atomically(folder.model(name), model)
        waiting.append(opened)
        if len(waiting) == size:
            _write_slice(folder, ends, waiting)
            watch.done(len(waiting))
            waiting = []
    if waiting:
        _write_slice(folder, ends, waiting)
    return ends


def _write_slice(folder: Folder, ends: list[int], leads: list[Opened]) -> None:
    """Write the next slice, and add its last row to ``ends``."""
    number, first_row = len(ends), (ends[-1] if ends else 0) + 1
    ends.append(first_row + len(leads) - 1)
    rows, kept, shown, rejected = list[int](), list[bytes](), list[dict[str, Any]](), list[Rejected]()
    for row, opened in enumerate(leads, first_row):
        if opened.lead is None:
            rejected.append(Rejected(row, row, "erased: the person's data is gone, the verdict stands"))
            continue
        verdict = msgspec.convert(opened.verdict, CheckVerdict)
        model = verdict.versions.model
        if model and not folder.model(model).exists():
            model = None
        rows.append(row)
        shown.append(_output_cells(opened, verdict))
        kept.append(encode_row(KeptRow(opened.lead, opened.facts, verdict, model or None)))
    table = pa.Table.from_pylist(shown, _OUTPUT_COLUMNS)
    table = table.append_column(ROW, pa.array(rows, pa.uint32())).append_column(LINE, pa.array(rows, pa.uint64()))
    write_table(folder.rows(number), [table.append_column(KEPT, pa.array(kept, pa.large_binary()))], rejected)


def _output_cells(opened: Opened, verdict: CheckVerdict) -> dict[str, Any]:
    source = opened.lead.source if opened.lead else None
    return {
        "first_check_id": verdict.check_id,
        "first_trust_score": verdict.trust_score,
        "first_decision": verdict.decision,
        "submitted_at": verdict.submitted_at,
        "reference": verdict.reference,
        **{f"source.{name}": getattr(source, name, None) for name in ("vendor", "campaign", "sub_id", "channel")},
    }
