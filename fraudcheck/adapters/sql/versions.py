"""Which rows stand for leads? Each lead once, by its newest version."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, exists, not_, or_, select

from fraudcheck.adapters.sql.schema import checks


def newest() -> Any:
    """No other row replaces this one, and of those that replace the same row it is the newest. For a few rows."""
    revision = checks.alias("revision")
    return not_(
        or_(
            exists().where(revision.c.tenant == checks.c.tenant, revision.c.revises == checks.c.check_id),
            _has_newer_sibling(),
        )
    )


def newest_of(tenant: str) -> Any:
    """The same for a tenant's every row: what is replaced is looked up once, and siblings of revisions only."""
    revision = checks.alias("revision")
    replaced = select(revision.c.revises).where(revision.c.tenant == tenant, revision.c.revises.is_not(None))
    return and_(checks.c.check_id.not_in(replaced), or_(checks.c.revises.is_(None), not_(_has_newer_sibling())))


def _has_newer_sibling() -> Any:
    sibling = checks.alias("sibling")
    return exists().where(
        sibling.c.tenant == checks.c.tenant,
        sibling.c.revises == checks.c.revises,
        sibling.c.check_id > checks.c.check_id,
    )


def of_origin(origin: str) -> Any:
    """Rows of an origin; among the live ones, a revision in the stead of the live row that it replaces."""
    if origin != "live":
        return checks.c.origin == origin
    revised = checks.alias("revised")
    from_batch = exists().where(
        revised.c.tenant == checks.c.tenant,
        revised.c.check_id == checks.c.revises,
        revised.c.origin.startswith("batch:"),
    )
    return or_(checks.c.origin == "live", and_(checks.c.origin == "revision", not_(from_batch)))
