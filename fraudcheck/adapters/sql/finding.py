"""Which checks are somebody's? Found by the tokens of identities and by ids, each by its own index.

Each function runs in the transaction of the connection that it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, exists, func, or_, select

from fraudcheck.adapters.sql.schema import checks, erasures, identities, personal
from fraudcheck.ports.ledger import FoundCheck

_OF_PERSON = ("mailbox:", "phone:")
"""Begin the identities that one person has."""
_MOST_TOKENS = 200
"""Identities of persons that are followed: a shared number may have many mailboxes."""
_SLICE = 256


def find_leads(
    connection: Connection,
    tenant: str,
    tokens: Sequence[str],
    *,
    check_ids: Sequence[str],
    limit: int,
    of_person: bool,
) -> list[FoundCheck]:
    """See ``ports.ledger.Ledger``."""
    named = {*_with_tokens(connection, tenant, tokens, limit), *check_ids}
    found = set(named)
    if of_person and named:
        versions = _versions(connection, tenant, sorted(named, reverse=True)[:limit])
        own = _tokens_of(connection, tenant, versions)
        found |= versions | set(_with_tokens(connection, tenant, own, limit))
    newest = sorted(found, reverse=True)[:limit]
    return [
        FoundCheck(**row, named=row["check_id"] in named)
        for part in _slices(newest)
        for row in connection.execute(_shown(tenant, part)).mappings()
    ]


def erased_at(connection: Connection, tenant: str, tokens: Sequence[str]) -> str | None:
    """See ``ports.ledger.Ledger``."""
    query = select(func.max(erasures.c.erased_at)).where(erasures.c.tenant == tenant, erasures.c.token.in_(tokens))
    return connection.execute(query).scalar()


def _shown(tenant: str, check_ids: Sequence[str]):  # type: ignore[no-untyped-def]
    is_kept = exists().where(personal.c.tenant == checks.c.tenant, personal.c.check_id == checks.c.check_id)
    return (
        select(
            checks.c.check_id,
            checks.c.checked_at,
            checks.c.origin,
            checks.c.revises,
            checks.c.vendor,
            checks.c.decision,
            checks.c.classification,
            checks.c.trust_score,
            (~is_kept).label("erased"),
        )
        .where(checks.c.tenant == tenant, checks.c.check_id.in_(check_ids))
        .order_by(checks.c.check_id.desc())
    )


def _with_tokens(connection: Connection, tenant: str, tokens: Sequence[str], limit: int) -> Iterable[str]:
    """The newest checks of each token: of one that ten thousand leads share, no more than ``limit`` are read."""
    for token in tokens:
        query = (
            select(identities.c.check_id)
            .where(identities.c.tenant == tenant, identities.c.token == token)
            .order_by(identities.c.check_id.desc())
            .limit(limit)
        )
        yield from connection.execute(query).scalars()


def _versions(connection: Connection, tenant: str, check_ids: Sequence[str]) -> set[str]:
    """The checks with all other versions of their leads."""
    found, new = set(check_ids), set(check_ids)
    while new:
        related: set[str] = set()
        for part in _slices(sorted(new)):
            query = select(checks.c.check_id, checks.c.revises).where(
                checks.c.tenant == tenant, or_(checks.c.check_id.in_(part), checks.c.revises.in_(part))
            )
            related.update(name for row in connection.execute(query) for name in row if name)
        new = related - found
        found |= new
    return found


def _tokens_of(connection: Connection, tenant: str, check_ids: Iterable[str]) -> list[str]:
    """The identities of persons that the checks have."""
    found: set[str] = set()
    for part in _slices(sorted(check_ids, reverse=True)):
        query = select(identities.c.token).where(
            identities.c.tenant == tenant,
            identities.c.check_id.in_(part),
            or_(*[identities.c.token.startswith(begin) for begin in _OF_PERSON]),
        )
        found.update(connection.execute(query).scalars())
        if len(found) >= _MOST_TOKENS:
            break
    return sorted(found)[:_MOST_TOKENS]


def _slices(values: Sequence[str]) -> Iterable[Sequence[str]]:
    for start in range(0, len(values), _SLICE):
        yield values[start : start + _SLICE]
