"""Which rows of ``checks`` stand for leads? A lead that was checked again has several versions; the newest counts.

A version is a check, in a row of its own; ``revises`` is the check that it replaces. Each function here but
``all_versions`` gives a condition for the WHERE of a query over ``checks``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, and_, exists, not_, or_, select, true

from fraudcheck.adapters.sql.engine import slices
from fraudcheck.adapters.sql.schema import checks


def is_newest() -> Any:
    """The row is the newest version of its lead: no row revises it, and no newer row revises what it revises.

    Looks the others up for each row, which is quick for a page of rows.
    """
    revision = checks.alias("revision")
    is_revised = exists().where(revision.c.tenant == checks.c.tenant, revision.c.revises == checks.c.check_id)
    return not_(or_(is_revised, _has_newer_sibling()))


def is_newest_of(tenant: str) -> Any:
    """The same condition, quick for all rows of one tenant.

    The checks that were revised are collected once; siblings are looked up only for rows that are revisions.
    """
    revision = checks.alias("revision")
    revised_ids = select(revision.c.revises).where(revision.c.tenant == tenant, revision.c.revises.is_not(None))
    is_original = checks.c.revises.is_(None)
    return and_(checks.c.check_id.not_in(revised_ids), or_(is_original, not_(_has_newer_sibling())))


def _has_newer_sibling() -> Any:
    """Another row revises the same check, and is newer: ids begin with their time."""
    sibling = checks.alias("sibling")
    return exists().where(
        sibling.c.tenant == checks.c.tenant,
        sibling.c.revises == checks.c.revises,
        sibling.c.check_id > checks.c.check_id,
    )


def is_of_origin(origin: str | None) -> Any:
    """The row is of this origin, None for any. A revision counts as live too, unless it replaces a row of a batch."""
    if origin is None:
        return true()
    if origin != "live":
        return checks.c.origin == origin
    revised = checks.alias("revised")
    revises_batch = exists().where(
        revised.c.tenant == checks.c.tenant,
        revised.c.check_id == checks.c.revises,
        revised.c.origin.startswith("batch:"),
    )
    return or_(checks.c.origin == "live", and_(checks.c.origin == "revision", not_(revises_batch)))


def all_versions(connection: Connection, tenant: str, check_ids: Iterable[str]) -> set[str]:
    """The checks with all other versions of their leads."""
    found, new = set(check_ids), set(check_ids)
    while new:
        related: set[str] = set()
        for part in slices(sorted(new)):
            query = select(checks.c.check_id, checks.c.revises).where(
                checks.c.tenant == tenant, or_(checks.c.check_id.in_(part), checks.c.revises.in_(part))
            )
            related.update(name for row in connection.execute(query) for name in row if name)
        new = related - found
        found |= new
    return found
