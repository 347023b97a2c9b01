"""How does the ledger serve a batch that keeps its leads? It reads first versions, and deletes what is withdrawn.

Each function runs in the transaction of the connection that it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, and_, exists, or_, select

from fraudcheck.adapters.sql.listing import id_prefix
from fraudcheck.adapters.sql.rows import tag_terms
from fraudcheck.adapters.sql.schema import (
    checks,
    claims,
    confirmations,
    identities,
    outcomes,
    personal,
    records,
    reviews,
    tags,
    terms,
)
from fraudcheck.reasons import TEST

_NAMED = 256
"""Checks that one statement names."""


def first_versions(
    connection: Connection, tenant: str, since: str, until: str, *, limit: int, after_check_id: str
) -> Sequence[dict[str, Any]]:
    """See ``ports.keeping.Keeping``."""
    sent_before = round(datetime.fromisoformat(until).timestamp() * 1000)
    query = (
        select(records.c.check_id, records.c.record, records.c.record_hash, personal.c.content.label("personal"))
        .select_from(checks)
        .join(records, and_(records.c.tenant == checks.c.tenant, records.c.check_id == checks.c.check_id))
        .join(personal, and_(personal.c.tenant == checks.c.tenant, personal.c.check_id == checks.c.check_id))
        .where(
            checks.c.tenant == tenant,
            checks.c.check_id >= id_prefix(since),  # ids begin with their time
            checks.c.check_id > after_check_id,
            checks.c.checked_at >= since,
            or_(checks.c.checked_at < until, checks.c.form_at < sent_before),
            checks.c.revises.is_(None),
            checks.c.classification != TEST,
        )
        .order_by(checks.c.check_id)
        .limit(limit)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def withdraw(connection: Connection, tenant: str, origin: str, after_check_id: str) -> tuple[str, int]:
    """Delete the next of a batch's leads after a check, but not those on which something rests.

    Gives the last check that was looked at ("" when there are no more), and how many leads were deleted.
    """
    own = (checks.c.tenant == tenant, checks.c.origin == origin, checks.c.check_id > after_check_id)
    rows = connection.execute(select(checks).where(*own).order_by(checks.c.check_id).limit(_NAMED)).all()
    if not rows:
        return "", 0
    free = set(connection.execute(_free(tenant, [row.check_id for row in rows])).scalars())
    gone = [row for row in rows if row.check_id in free]
    tagged = {row.check_id: tag_terms(row) for row in gone}
    texts = sorted({text for told in tagged.values() for _, text in told})
    query = select(terms.c.text, terms.c.id).where(terms.c.tenant == tenant, terms.c.text.in_(texts))
    ids: dict[str, int] = dict(connection.execute(query).all())
    by_term: dict[int, list[str]] = {}
    for row in gone:
        for number in {*(ids[text] for _, text in tagged[row.check_id] if text in ids), row.enquiry} - {None}:
            by_term.setdefault(number, []).append(row.check_id)
    for number, listed in sorted(by_term.items()):
        connection.execute(tags.delete().where(tags.c.term == number, tags.c.check_id.in_(listed)))
    for table in (identities, personal, checks, records):
        named: Column[str] = table.c.check_id
        connection.execute(table.delete().where(table.c.tenant == tenant, named.in_([row.check_id for row in gone])))
    return rows[-1].check_id, len(gone)


def _free(tenant: str, check_ids: Sequence[str]) -> Any:
    """Of some checks those on which nothing rests."""
    newer = checks.alias("newer")
    on_lead = [(table, table.c.lead) for table in (outcomes, confirmations, claims, reviews)]
    rests = [exists().where(table.c.tenant == tenant, lead == checks.c.check_id) for table, lead in on_lead]
    rests.append(exists().where(newer.c.tenant == tenant, newer.c.revises == checks.c.check_id))
    return select(checks.c.check_id).where(
        checks.c.tenant == tenant, checks.c.check_id.in_(check_ids), *[~each for each in rests]
    )
