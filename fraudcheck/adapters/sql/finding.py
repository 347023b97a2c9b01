"""Which checks are somebody's? Found by the tokens of identities and by ids, each by its own index.

Each function runs in the transaction of the connection that it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, exists, func, or_, select

from fraudcheck.adapters.sql.engine import slices
from fraudcheck.adapters.sql.schema import checks, erasures, identities, personal
from fraudcheck.adapters.sql.versions import all_versions
from fraudcheck.ports.ledger import FoundCheck

_OF_PERSON = ("mailbox:", "phone:")
"""Begin the identities that one person has."""
_MOST_TOKENS = 200
"""Identities of persons that are followed: a shared number may have many mailboxes."""


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
        versions = all_versions(connection, tenant, sorted(named, reverse=True)[:limit])
        own = _tokens_of(connection, tenant, versions)
        found |= versions | set(_with_tokens(connection, tenant, own, limit))
    newest = sorted(found, reverse=True)[:limit]
    return [
        FoundCheck(**row, named=row["check_id"] in named)
        for part in slices(newest)
        for row in connection.execute(
            _shown(tenant).where(checks.c.check_id.in_(part)).order_by(checks.c.check_id.desc())
        ).mappings()
    ]


def find_each(connection: Connection, tenant: str, tokens: Sequence[str], *, limit: int) -> dict[str, list[FoundCheck]]:
    """See ``ports.ledger.Ledger``: a few statements for all."""
    found: dict[str, list[FoundCheck]] = {token: [] for token in tokens}
    for part in slices(sorted(found)):
        place = func.row_number().over(partition_by=identities.c.token, order_by=identities.c.check_id.desc())
        own = select(identities.c.token, identities.c.check_id, place.label("place")).where(
            identities.c.tenant == tenant, identities.c.token.in_(part)
        )
        newest = own.subquery()
        query = _shown(tenant).add_columns(newest.c.token).join(newest, newest.c.check_id == checks.c.check_id)
        query = query.where(newest.c.place <= limit).order_by(checks.c.check_id.desc())
        for row in connection.execute(query).mappings():
            shown = dict(row)
            found[shown.pop("token")].append(FoundCheck(**shown, named=True))
    return found


def erased_at(connection: Connection, tenant: str, tokens: Sequence[str]) -> str | None:
    """See ``ports.ledger.Ledger``."""
    query = select(func.max(erasures.c.erased_at)).where(erasures.c.tenant == tenant, erasures.c.token.in_(tokens))
    return connection.execute(query).scalar()


def _shown(tenant: str) -> Select[Any]:
    is_kept = exists().where(personal.c.tenant == checks.c.tenant, personal.c.check_id == checks.c.check_id)
    return select(
        checks.c.check_id,
        checks.c.checked_at,
        checks.c.origin,
        checks.c.revises,
        checks.c.vendor,
        checks.c.decision,
        checks.c.classification,
        checks.c.trust_score,
        (~is_kept).label("erased"),
    ).where(checks.c.tenant == tenant)


def _with_tokens(connection: Connection, tenant: str, tokens: Sequence[str], limit: int) -> Iterable[str]:
    """The newest checks of each token: of one that ten thousand leads share, no more than ``limit`` are read."""
    for token in tokens:
        yield from connection.execute(newest_of(tenant, token, limit)).scalars()


def newest_of(tenant: str, token: str, limit: int) -> Select[Any]:
    """The newest checks that have an identity."""
    own = select(identities.c.check_id).where(identities.c.tenant == tenant, identities.c.token == token)
    return own.order_by(identities.c.check_id.desc()).limit(limit)


def _tokens_of(connection: Connection, tenant: str, check_ids: Iterable[str]) -> list[str]:
    """The identities of persons that the checks have."""
    found: set[str] = set()
    for part in slices(sorted(check_ids, reverse=True)):
        query = select(identities.c.token).where(
            identities.c.tenant == tenant,
            identities.c.check_id.in_(part),
            or_(*[identities.c.token.startswith(begin) for begin in _OF_PERSON]),
        )
        found.update(connection.execute(query).scalars())
        if len(found) >= _MOST_TOKENS:
            break
    return sorted(found)[:_MOST_TOKENS]
