"""How are personal values deleted from the database, and kept from coming back? By rows of tombstones.

A tombstone is committed before anything is deleted. Whoever writes personal values or identities looks for tombstones
after writing them, in the same transaction, and the deletion waits for transactions that have written. So either the
writer sees the tombstone, or the deletion sees what was written.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select, text

from fraudcheck.adapters.sql.engine import Database, add, run, slices
from fraudcheck.adapters.sql.listing import leave_queue
from fraudcheck.adapters.sql.schema import confirmations, erasures, identities, personal, records, reviews
from fraudcheck.adapters.sql.versions import all_versions
from fraudcheck.ledger.erasure import CHECK, is_erased, lead_time, tokens_of
from fraudcheck.ports.ledger import Entry, Erased

_ANY_SINCE = "SELECT token FROM erasures WHERE erased_at >= ? LIMIT 1"


def erased_among(connection: Connection, entries: Sequence[Entry]) -> list[Entry]:
    """The entries that a tombstone concerns. For new leads, which no tombstone can concern, this is one quick query."""
    since = min(lead_time(entry) for entry in entries)
    if run(connection, _ANY_SINCE, (since,)).fetchone() is None:
        return []
    concerned = []
    for tenant in {entry.tenant for entry in entries}:
        own = [entry for entry in entries if entry.tenant == tenant]
        found: dict[str, str] = {}
        for tokens in slices(sorted({token for entry in own for token in tokens_of(entry)})):
            query = select(erasures.c.token, erasures.c.erased_at)
            rows = connection.execute(query.where(erasures.c.tenant == tenant, erasures.c.token.in_(tokens)))
            found |= {row.token: row.erased_at for row in rows}
        concerned += [entry for entry in own if is_erased(entry, found)]
    return concerned


def delete(connection: Connection, tenant: str, check_ids: Sequence[str]) -> int:
    """Delete the personal values, identities and confirmations of checks, and the notes of their reviews; no one has to
    review them any more. Returns how many checks had any values.
    """
    deleted = 0
    for part in slices(check_ids):
        for table in (identities, personal):
            gone = connection.execute(table.delete().where(table.c.tenant == tenant, table.c.check_id.in_(part)))
            deleted += gone.rowcount if table is personal else 0
        of_leads = (confirmations.c.tenant == tenant, confirmations.c.lead.in_(part))
        connection.execute(confirmations.delete().where(*of_leads))
        reviewed = (reviews.c.tenant == tenant, reviews.c.lead.in_(part), reviews.c.note.is_not(None))
        connection.execute(reviews.update().where(*reviewed).values(note=None))
        leave_queue(connection, tenant, part)
    return deleted


def erase(database: Database, tenant: str, tokens: Sequence[str], at: str) -> Erased:
    """See ``ports.ledger.Ledger``. Runs in the writer's thread."""
    with database.writing.begin() as connection:
        _bury(connection, tenant, tokens, at)
    with database.writing.begin() as connection:
        if database.path is None:  # SQLite has one writer at a time
            connection.execute(text("LOCK TABLE records, identities IN SHARE ROW EXCLUSIVE MODE"))
        found = _find(connection, tenant, tokens)
        _bury(connection, tenant, [CHECK + check_id for check_id in found], at)
        return Erased(checks=tuple(found), erased=delete(connection, tenant, found))


def erase_again(connection: Connection, entry: Entry) -> None:
    """Delete what an earlier write of an entry has stored, and is yet to index; it was erased between the two."""
    if delete(connection, entry.tenant, [entry.check_id]):
        _bury(connection, entry.tenant, [CHECK + entry.check_id], lead_time(entry))


def _bury(connection: Connection, tenant: str, tokens: Sequence[str], at: str) -> None:
    """Write tombstones; of two for one token the later one counts."""
    for part in slices(tokens):
        connection.execute(
            erasures.delete().where(erasures.c.tenant == tenant, erasures.c.token.in_(part), erasures.c.erased_at < at)
        )
        add(connection, erasures, [{"tenant": tenant, "token": token, "erased_at": at} for token in sorted(part)])


def _find(connection: Connection, tenant: str, tokens: Sequence[str]) -> list[str]:
    """The checks that the tokens name, with every version of their leads."""
    named = [token.removeprefix(CHECK) for token in tokens if token.startswith(CHECK)]
    found: set[str] = set()
    for part in slices(named):
        query = select(records.c.check_id).where(records.c.tenant == tenant, records.c.check_id.in_(part))
        found.update(connection.execute(query).scalars())
    for part in slices([token for token in tokens if not token.startswith(CHECK)]):
        query = select(identities.c.check_id).where(identities.c.tenant == tenant, identities.c.token.in_(part))
        found.update(connection.execute(query).scalars())
    return sorted(all_versions(connection, tenant, found))
