"""Where are the records kept? In an SQL database: a SQLite file for one process, PostgreSQL for several."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, and_, func, literal, select

from fraudcheck.adapters.sql import audit
from fraudcheck.adapters.sql.engine import Database
from fraudcheck.adapters.sql.schema import checks, identities, personal, policies, records
from fraudcheck.adapters.sql.versions import is_newest, is_of_origin
from fraudcheck.adapters.sql.writer import SLICE, Writer, cause
from fraudcheck.ledger.entry import rebuild_entry
from fraudcheck.ledger.outcomes import FAKE
from fraudcheck.ports import Unavailable
from fraudcheck.ports.ledger import (
    ALL_LIVE,
    Appended,
    CheckFilter,
    Entry,
    LeadColumns,
    LeadOutcome,
    OutcomeCounts,
    Stored,
)
from fraudcheck.records import Outcome

_T = TypeVar("_T")

_log = logging.getLogger(__name__)

_CATCH_UP_ROWS = 20 * SLICE
"""Records without look-up rows that are searched for at a time."""

_revision = checks.alias("revision")
_revised_by = (
    select(func.max(_revision.c.check_id))
    .where(_revision.c.tenant == records.c.tenant, _revision.c.revises == records.c.check_id)
    .scalar_subquery()
)
_select_stored = select(
    records.c.check_id,
    records.c.record,
    records.c.record_hash,
    personal.c.content.label("personal"),
    _revised_by.label("revised_by"),
).outerjoin(personal, and_(personal.c.tenant == records.c.tenant, personal.c.check_id == records.c.check_id))


class SqlLedger:
    """``ports.ledger.Ledger`` in a database. ``url`` is ``sqlite:////PATH`` or ``postgresql://…``, as in SQLAlchemy.

    Records are durable when ``append`` returns. Look-up rows (``checks``, ``identities``) are written from them a
    moment later; every method that reads these first waits until they are complete. Raises ValueError for other URLs.
    """

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        self._writer = Writer(self._database)
        self._readers = ThreadPoolExecutor(2, "ledger-read")
        self._catching_up: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the database; create or migrate its tables.

        Raises Unavailable when it cannot be opened. Each later write tries to open it again.
        """
        self._writer.start()
        try:
            await self._writer.submit(lambda: None)
        finally:
            self._catching_up = asyncio.create_task(self._catch_up())

    async def close(self) -> None:
        """Finish all writes, look-up rows included, and close the database."""
        if self._catching_up is not None:
            self._catching_up.cancel()
            with suppress(asyncio.CancelledError):
                await self._catching_up
        await asyncio.to_thread(self._close)

    async def append(self, entry: Entry) -> Appended:
        """See ``ports.ledger.Ledger``. Entries that wait at the same time share a commit."""
        appended: Appended = await self._writer.submit(entry)
        return appended

    async def flush_index(self) -> None:
        """Return when all records that were appended before this call have their look-up rows."""
        if self._catching_up is not None and not self._catching_up.done():
            await asyncio.shield(self._catching_up)
        appended = self._writer.appended
        while self._writer.indexed < appended:
            await self._writer.submit(self._writer.index)

    async def get(self, tenant: str, check_id: str) -> Stored | None:
        """See ``ports.ledger.Ledger``."""
        await self.flush_index()
        query = _select_stored.where(records.c.tenant == tenant, records.c.check_id == check_id)
        found = await self._fetch(query)
        return Stored(**found[0]) if found else None

    async def by_idempotency(self, tenant: str, key: str) -> tuple[str, str | None] | None:
        """See ``ports.ledger.Ledger``."""
        query = select(records.c.check_id, records.c.body_digest).where(
            records.c.tenant == tenant, records.c.idempotency == key
        )
        found = await self._fetch(query)
        return (found[0]["check_id"], found[0]["body_digest"]) if found else None

    async def list(
        self,
        tenant: str,
        wanted: CheckFilter = ALL_LIVE,
        *,
        limit: int,
        before_check_id: str | None = None,
    ) -> Sequence[Stored]:
        """See ``ports.ledger.Ledger``."""
        await self.flush_index()
        query = select(checks.c.check_id).where(checks.c.tenant == tenant, is_newest(), is_of_origin(wanted.origin))
        for column, value in (
            (checks.c.vendor, wanted.vendor),
            (checks.c.decision, wanted.decision),
            (checks.c.classification, wanted.classification),
        ):
            if value is not None:
                query = query.where(column == value)
        if wanted.reason is not None:
            # Not LIKE: there the underscores of a code are wildcards, and SQLite ignores case.
            padded = literal(" ") + checks.c.reasons + literal(" ")
            query = query.where(func.replace(padded, f" {wanted.reason} ", "") != padded)
        if wanted.since is not None:
            query = query.where(checks.c.checked_at >= wanted.since)
        if wanted.until is not None:
            query = query.where(checks.c.checked_at < wanted.until)
        if before_check_id is not None:
            query = query.where(checks.c.check_id < before_check_id)
        found = await self._fetch(query.order_by(checks.c.check_id.desc()).limit(limit))
        # A second query: joined into one, it would read the whole index of the records for one page.
        page = _select_stored.where(
            records.c.tenant == tenant, records.c.check_id.in_([row["check_id"] for row in found])
        )
        return [Stored(**row) for row in await self._fetch(page.order_by(records.c.check_id.desc()))]

    async def find(self, tenant: str, identity: str) -> Sequence[str]:
        """See ``ports.ledger.Ledger``."""
        await self.flush_index()
        query = (
            select(identities.c.check_id)
            .where(identities.c.tenant == tenant, identities.c.token == identity)
            .order_by(identities.c.check_id.desc())
        )
        return [row["check_id"] for row in await self._fetch(query)]

    async def lead_columns(self, tenant: str, since: str, until: str) -> LeadColumns:
        """See ``ports.ledger.Ledger``."""
        await self.flush_index()
        return await self._run_reading(lambda connection: audit.lead_columns(connection, tenant, since, until))

    async def record_outcomes(self, tenant: str, reported: Sequence[tuple[str, Outcome]], at: str) -> Sequence[str]:
        """See ``ports.ledger.Ledger``."""
        await self.flush_index()

        def write() -> Sequence[str]:
            with self._database.writing.begin() as connection:
                return audit.record_outcomes(connection, self._database, tenant, reported, at)

        results: Sequence[str] = await self._writer.submit(write)
        return results

    async def lead_outcomes(self, tenant: str, check_id: str) -> Sequence[Outcome]:
        """See ``ports.ledger.Ledger``."""
        await self.flush_index()
        return await self._run_reading(lambda connection: audit.lead_outcomes(connection, tenant, check_id))

    async def list_outcomes(self, tenant: str, since: str, until: str) -> Sequence[LeadOutcome]:
        """See ``ports.ledger.Ledger``."""
        await self.flush_index()
        return await self._run_reading(lambda connection: audit.list_outcomes(connection, tenant, since, until))

    async def outcome_counts(self, tenant: str) -> Sequence[OutcomeCounts]:
        """See ``ports.ledger.Ledger``."""
        return await self._run_reading(lambda connection: audit.outcome_counts(connection, tenant, sorted(FAKE)))

    async def erase(self, tenant: str, check_ids: Sequence[str]) -> None:
        """See ``ports.ledger.Ledger``. Also raises Unavailable while a long read keeps the WAL in use: try again."""
        await self._writer.submit(lambda: self._erase(tenant, check_ids))

    async def put_artefact(self, name: str, body: bytes) -> None:
        """See ``ports.ledger.Ledger``."""
        statement = self._database.insert_new(policies).values(hash=name, body=body)

        def put() -> None:
            with self._database.writing.begin() as connection:
                connection.execute(statement)

        await self._writer.submit(put)

    async def get_artefact(self, name: str) -> bytes | None:
        """See ``ports.ledger.Ledger``."""
        found = await self._fetch(select(policies.c.body).where(policies.c.hash == name))
        return found[0]["body"] if found else None

    async def ping(self) -> None:
        """See ``ports.ledger.Ledger``."""
        await self._writer.submit(self._database.try_write)

    async def _fetch(self, query: Select[Any]) -> Sequence[dict[str, Any]]:
        return await self._run_reading(lambda connection: [dict(row) for row in connection.execute(query).mappings()])

    async def _run_reading(self, work: Callable[[Connection], _T]) -> _T:
        """Call ``work`` in a thread with a connection to read from; it sees all earlier commits. Raises Unavailable."""

        def read() -> _T:
            with self._database.reading.begin() as connection:
                return work(connection)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._readers, read)
        except Exception as problem:
            _log.warning("the ledger cannot be read: %s", cause(problem))
            raise Unavailable("ledger") from None

    def _erase(self, tenant: str, check_ids: Sequence[str]) -> None:
        for start in range(0, len(check_ids), SLICE):
            part = check_ids[start : start + SLICE]
            with self._database.writing.begin() as connection:
                for table in (personal, identities):
                    connection.execute(table.delete().where(table.c.tenant == tenant, table.c.check_id.in_(part)))
        # In the database the values are overwritten (secure_delete); in its WAL they remain until that is emptied.
        if not any(self._database.checkpoint("TRUNCATE") for _ in range(3)):
            raise Unavailable("ledger: busy")

    async def _catch_up(self) -> None:
        """Write the look-up rows that were missing when an earlier process ended."""
        missing_rows = (
            select(records.c.seq)
            .outerjoin(checks, and_(checks.c.tenant == records.c.tenant, checks.c.check_id == records.c.check_id))
            .where(checks.c.check_id.is_(None))
            .limit(_CATCH_UP_ROWS)
        )
        while True:
            try:
                if await self._index_is_complete():
                    return
                missing = [row["seq"] for row in await self._fetch(missing_rows)]
                for start in range(0, len(missing), SLICE):
                    part = missing[start : start + SLICE]
                    rows = await self._fetch(_select_stored.where(records.c.seq.in_(part)))
                    await self._writer.submit(lambda rows=rows: self._index_stored(rows))  # type: ignore[misc]
            except Unavailable:
                await asyncio.sleep(1)
                continue
            if len(missing) < _CATCH_UP_ROWS:
                return

    async def _index_is_complete(self) -> bool:
        """Whether there are as many look-up rows as records. Counting is much faster than finding missing ones."""
        n_records, n_checks = [select(func.count()).select_from(table).scalar_subquery() for table in (records, checks)]
        (counts,) = await self._fetch(select(n_records.label("records"), n_checks.label("checks")))
        return bool(counts["records"] == counts["checks"])

    def _index_stored(self, rows: Sequence[dict[str, Any]]) -> None:
        """Write the look-up rows of stored records. Runs in the writer's thread."""
        entries = []
        for row in rows:
            try:
                entries.append(rebuild_entry(row["record"], row["record_hash"], row["personal"]))
            except Exception as problem:  # a damaged record must not stop the others; `ledger verify` finds it
                _log.error("record %s cannot be read: %s", row["check_id"], type(problem).__name__)
        self._writer.write_index(entries)

    def _close(self) -> None:
        self._writer.stop()
        self._readers.shutdown()
        with suppress(Exception):
            self._database.checkpoint("TRUNCATE")
        self._database.dispose()
