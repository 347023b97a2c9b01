"""Which checks were judged while the counts were away? Marks on records, until these are judged again."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, and_, func, select, tuple_

from fraudcheck.adapters.sql.engine import add
from fraudcheck.adapters.sql.rows import uncounted_row
from fraudcheck.adapters.sql.schema import checks, personal, records, uncounted
from fraudcheck.ports.ledger import Entry, Stored, Uncounted


def mark(connection: Connection, entries: Sequence[Entry]) -> None:
    """Mark those of these new records that were not counted."""
    add(connection, uncounted, [uncounted_row(entry) for entry in entries if entry.uncounted])


def settle(connection: Connection, tenant: str, check_id: str) -> None:
    """Delete a check's mark, if it has one."""
    connection.execute(uncounted.delete().where(uncounted.c.tenant == tenant, uncounted.c.check_id == check_id))


def lock(connection: Connection, tenant: str, check_id: str) -> None:
    """Keep everybody else from a check's mark until the transaction ends, if it has one."""
    mark = select(uncounted.c.tag).where(uncounted.c.tenant == tenant, uncounted.c.check_id == check_id)
    connection.execute(mark.with_for_update()).first()


def is_erased(connection: Connection, tenant: str, check_id: str) -> bool:
    """Whether the personal values of a record are gone."""
    row = select(personal.c.check_id).where(personal.c.tenant == tenant, personal.c.check_id == check_id)
    return connection.execute(row).first() is None


def take(  # noqa: PLR0917 - as the port's
    connection: Connection, by: str, limit: int, now: float, lease: float, without: Collection[str]
) -> list[Uncounted]:
    """See ``ports.ledger.Ledger``."""
    oldest = select(uncounted.c.tenant, uncounted.c.check_id, uncounted.c.tag).order_by(uncounted.c.check_id)
    oldest = oldest.where(uncounted.c.tenant.not_in(without))
    rows = connection.execute(oldest.limit(limit).with_for_update()).all()  # of two that ask, the second waits here
    others = select(uncounted.c.check_id).where(uncounted.c.taken_by != by, uncounted.c.taken_at > now - lease)
    if not rows or connection.execute(others.limit(1)).first() is not None:
        return []
    taken = tuple_(uncounted.c.tenant, uncounted.c.check_id).in_([(row.tenant, row.check_id) for row in rows])
    connection.execute(uncounted.update().where(taken).values(taken_by=by, taken_at=now))
    revised_by = (
        select(func.max(checks.c.check_id))
        .where(checks.c.tenant == records.c.tenant, checks.c.revises == records.c.check_id)
        .scalar_subquery()
    )
    is_taken = tuple_(records.c.tenant, records.c.check_id).in_([(row.tenant, row.check_id) for row in rows])
    query = (
        select(
            records.c.tenant,
            records.c.check_id,
            records.c.record,
            records.c.record_hash,
            personal.c.content,
            revised_by.label("revised_by"),
        )
        .outerjoin(personal, and_(personal.c.tenant == records.c.tenant, personal.c.check_id == records.c.check_id))
        .where(is_taken)
    )
    stored = {
        (row.tenant, row.check_id): Stored(
            check_id=row.check_id,
            record=row.record,
            record_hash=row.record_hash,
            personal=row.content,
            revised_by=row.revised_by,
        )
        for row in connection.execute(query)
    }
    return [
        Uncounted(tenant=row.tenant, tag=row.tag, stored=stored[row.tenant, row.check_id])
        for row in rows
        if (row.tenant, row.check_id) in stored
    ]


def count(connection: Connection) -> int:
    """See ``ports.ledger.Ledger``."""
    return int(connection.execute(select(func.count()).select_from(uncounted)).scalar_one())
