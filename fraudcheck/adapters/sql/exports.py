"""How does the ledger remember what was reported to advertising platforms? See ``ports.exports``.

Each function runs in the transaction of the connection that it is given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from fraudcheck.adapters.sql.audit import MAX_VERSIONS, OUTCOME_COLUMNS, make_outcome
from fraudcheck.adapters.sql.engine import add
from fraudcheck.adapters.sql.schema import checks, exports, outcomes
from fraudcheck.ports.exports import Export, LeadExports

_COLUMNS = tuple(exports.c[name] for name in Export.__struct_fields__)


def leads_exported(
    connection: Connection, tenant: str, platform: str, check_ids: Sequence[str]
) -> Mapping[str, LeadExports]:
    """See ``ports.exports.Exports``."""
    first = {check_id: check_id for check_id in check_ids}
    found = set(check_ids)
    for _ in range(MAX_VERSIONS):
        query = select(checks.c.check_id, checks.c.revises).where(
            checks.c.tenant == tenant, checks.c.check_id.in_(found), checks.c.revises.is_not(None)
        )
        earlier = dict(connection.execute(query).all())
        if not earlier:
            break
        first = {check_id: earlier.get(version, version) for check_id, version in first.items()}
        found = set(earlier.values())
    leads = _leads(connection, tenant, platform, sorted(set(first.values())))
    return {check_id: leads[lead] for check_id, lead in first.items()}


def list_exported(
    connection: Connection, tenant: str, platform: str, since: str, *, limit: int, after_lead: str
) -> Sequence[LeadExports]:
    """See ``ports.exports.Exports``."""
    query = (
        select(exports.c.lead)
        .distinct()
        .where(
            exports.c.tenant == tenant,
            exports.c.platform == platform,
            exports.c.lead > after_lead,
            exports.c.kind == "conversion",
            exports.c.at >= since,
        )
        .order_by(exports.c.lead)
        .limit(limit)
    )
    return list(_leads(connection, tenant, platform, connection.execute(query).scalars().all()).values())


def _leads(connection: Connection, tenant: str, platform: str, leads: Sequence[str]) -> dict[str, LeadExports]:
    told: dict[str, list[Any]] = defaultdict(list)
    query = select(outcomes.c.lead, *OUTCOME_COLUMNS).where(outcomes.c.tenant == tenant, outcomes.c.lead.in_(leads))
    for lead, *values in connection.execute(query.order_by(outcomes.c.seq)):
        told[lead].append(make_outcome(*values))
    exported: dict[str, list[Export]] = defaultdict(list)
    query = select(*_COLUMNS).where(
        exports.c.tenant == tenant, exports.c.platform == platform, exports.c.lead.in_(leads)
    )
    for row in connection.execute(query.order_by(exports.c.lead, exports.c.event, exports.c.nth)).mappings():
        exported[row["lead"]].append(Export(**{**row, "written": bool(row["written"])}))
    newest = _newest(connection, tenant, leads)
    query = select(checks.c.check_id, checks.c.decision, checks.c.classification).where(
        checks.c.tenant == tenant, checks.c.check_id.in_(sorted(set(newest.values())))
    )
    judged = {row.check_id: (row.decision, row.classification) for row in connection.execute(query)}
    nothing = ("", "")
    return {
        lead: LeadExports(
            lead=lead,
            outcomes=told[lead],
            exports=exported[lead],
            decision=judged.get(newest[lead], nothing)[0],
            classification=judged.get(newest[lead], nothing)[1],
        )
        for lead in leads
    }


def _newest(connection: Connection, tenant: str, leads: Sequence[str]) -> dict[str, str]:
    """The newest version of each lead."""
    newest = {lead: lead for lead in leads}
    found = set(leads)
    for _ in range(MAX_VERSIONS):
        query = (
            select(checks.c.revises, func.max(checks.c.check_id))
            .where(checks.c.tenant == tenant, checks.c.revises.in_(found))
            .group_by(checks.c.revises)
        )
        later = dict(connection.execute(query).all())
        if not later:
            break
        newest = {lead: later.get(version, version) for lead, version in newest.items()}
        found = set(later.values())
    return newest


def add_exports(connection: Connection, tenant: str, platform: str, new: Sequence[Export]) -> int:
    """See ``ports.exports.Exports``."""
    rows = [
        {"tenant": tenant, "platform": platform, **msgspec.structs.asdict(each), "written": int(each.written)}
        for each in new
    ]
    return sum(add(connection, exports, rows[start : start + 500]) for start in range(0, len(rows), 500))


def unfinished_exports(connection: Connection) -> Sequence[str]:
    """See ``ports.exports.Exports``."""
    query = select(exports.c.file).distinct().where(exports.c.written == 0).order_by(exports.c.file)
    return connection.execute(query).scalars().all()


def settle_exports(connection: Connection, file: str, written: bool) -> None:
    """See ``ports.exports.Exports``."""
    unsettled = (exports.c.file == file, exports.c.written == 0)
    if written:
        connection.execute(exports.update().where(*unsettled).values(written=1))
    else:
        connection.execute(exports.delete().where(*unsettled))
