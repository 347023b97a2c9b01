"""Where are the records kept? In an SQL database: a SQLite file for one process, PostgreSQL for several."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, Select, and_, func, literal, select

from fraudcheck.adapters.sql import (
    audit,
    claims,
    confirming,
    erasing,
    exports,
    finding,
    histories,
    keeping,
    listing,
    reviews,
    uncounted,
)
from fraudcheck.adapters.sql.engine import Database, add
from fraudcheck.adapters.sql.schema import checks, identities, personal, policies, records
from fraudcheck.adapters.sql.writer import SLICE, Writer, cause
from fraudcheck.ledger.entry import rebuild_entry
from fraudcheck.ledger.outcomes import FAKE
from fraudcheck.ports import Unavailable
from fraudcheck.ports.claims import Answer, Claimed, ClaimedLead, KeptClaim, VendorLeads
from fraudcheck.ports.exports import Export, LeadExports
from fraudcheck.ports.history import Question
from fraudcheck.ports.keeping import Withdrawn
from fraudcheck.ports.ledger import (
    ALL_LIVE,
    PROOFS,
    Appended,
    CheckFilter,
    Entry,
    Erased,
    FoundCheck,
    LeadColumns,
    LeadOutcome,
    OutcomeCounts,
    Proofs,
    Stored,
    Uncounted,
)
from fraudcheck.ports.reviews import QueueCounts, QueueFilter, Review, Sharing, Verdict, Waiting
from fraudcheck.records import Confirmation, Confirmed, Facts, Outcome

_T = TypeVar("_T")

_log = logging.getLogger(__name__)

LIST_SECONDS = 5.0
"""After so many seconds the search for one page of a listing is given up."""
READ_SECONDS = 100.0
"""After so many seconds any other reading is given up: an audit of millions of leads takes many."""
_PAGE_ROWS = 50
"""Records fetched at a time: other threads wait for Python meanwhile."""
_CATCH_UP_ROWS = 20 * SLICE
"""Records without look-up rows that are searched for at a time."""

_LOOK_AFTER, _PROBE_SECONDS = 0.75, 2.25
"""Seconds without an answer after which the database is probed, and the longest that the probe takes: together less
than a caller waits. A slow query is waited for as long as the database answers others."""

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


def _select_checks(tenant: str, check_ids: Sequence[str]) -> Select[Any]:
    """Records by their ids, newest first."""
    query = _select_stored.where(records.c.tenant == tenant, records.c.check_id.in_(check_ids))
    return query.order_by(records.c.check_id.desc())


def _fetch(query: Select[Any]) -> Callable[[Connection], Sequence[dict[str, Any]]]:
    """Work that fetches all rows of a query."""
    return lambda connection: [dict(row) for row in connection.execute(query).mappings()]


class SqlLedger:
    """The ports ``Ledger``, ``Exports``, ``Claims``, ``Keeping`` and ``Reviews`` in a database.

    ``url`` is ``sqlite:////PATH`` or ``postgresql://…``, as in SQLAlchemy.

    Records are durable when ``append`` returns. Look-up rows (``checks``, ``identities``) are written from them a
    moment later; every method that reads these first waits until they are complete. Raises ValueError for other URLs.
    """

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        self._writer = Writer(self._database)
        # Threads for what a check waits for, for what callers read, and for what nobody waits for: none waits for
        # another's. Together they are as many as the connections to read with.
        self._look_ups = ThreadPoolExecutor(2, "ledger-look-up")
        self._readers = ThreadPoolExecutor(2, "ledger-read")
        self._background = ThreadPoolExecutor(1, "ledger-background")
        self._catching_up: asyncio.Task[None] | None = None
        self._cannot_catch_up = False
        self._probe: asyncio.Future[bool] | None = None

    async def start(self) -> None:
        """Open the database; create or migrate its tables.

        Raises Unavailable when it is out of reach; each later write tries to open it again. Raises ValueError, with
        what to do, when waiting does not help (``faults``).
        """
        self._writer.start()
        try:
            await self._writer.submit(lambda: None)
        except Unavailable:
            if self._writer.fault:
                raise ValueError(self._writer.fault) from None
            raise
        finally:
            if not self._writer.fault:
                self._catching_up = asyncio.create_task(self._catch_up())

    async def close(self) -> None:
        """Finish all writes, look-up rows included, and close the database."""
        if self._catching_up is not None:
            self._catching_up.cancel()
            with suppress(asyncio.CancelledError):
                await self._catching_up
        await asyncio.sleep(0)  # what was submitted is handed over
        await asyncio.to_thread(self._close)

    async def append(self, entry: Entry) -> Appended:
        """See ``ports.ledger.Ledger``. Entries that wait at the same time share a commit."""
        appended: Appended = await self._writer.submit(entry)
        return appended

    async def flush_index(self) -> None:
        """Return when all records that were appended before this call have their look-up rows."""
        if self._catching_up is not None and not self._catching_up.done():
            if self._cannot_catch_up:  # its next try may do better
                await asyncio.wait((self._catching_up,), timeout=_PROBE_SECONDS)
                if self._cannot_catch_up and not self._catching_up.done():
                    raise Unavailable("ledger")
            await self._answer(asyncio.shield(self._catching_up))
        appended = self._writer.appended
        while self._writer.indexed < appended:
            await self._answer(self._writer.submit(self._writer.index))

    async def get(self, tenant: str, check_id: str) -> Stored | None:
        """See ``ports.ledger.Ledger``."""
        await self.flush_index()
        found = await self._look_up(_select_checks(tenant, [check_id]))
        return Stored(**found[0]) if found else None

    async def by_idempotency(self, tenant: str, key: str) -> tuple[str, str | None] | None:
        """See ``ports.ledger.Ledger``."""
        query = select(records.c.check_id, records.c.body_digest).where(
            records.c.tenant == tenant, records.c.idempotency == key
        )
        found = await self._look_up(query)
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
        found = await self._read(
            lambda connection: listing.page(connection, tenant, wanted, limit, before_check_id), within=LIST_SECONDS
        )
        pages = [found[start : start + _PAGE_ROWS] for start in range(0, len(found), _PAGE_ROWS)]
        rows = [row for ids in pages for row in await self._read(_fetch(_select_checks(tenant, ids)))]
        return [Stored(**row) for row in rows]

    async def count_decisions(self, tenant: str, since: str) -> Mapping[str, int]:
        """See ``ports.ledger.Ledger``."""
        await self.flush_index()
        return await self._read(lambda connection: listing.decisions(connection, tenant, since))

    async def find(self, tenant: str, identity: str) -> Sequence[str]:
        """See ``ports.ledger.Ledger``."""
        await self.flush_index()
        query = (
            select(identities.c.check_id)
            .where(identities.c.tenant == tenant, identities.c.token == identity)
            .order_by(identities.c.check_id.desc())
        )
        return [row["check_id"] for row in await self._read(_fetch(query))]

    async def find_leads(
        self,
        tenant: str,
        identities: Sequence[str],
        *,
        check_ids: Sequence[str] = (),
        limit: int,
        of_person: bool = False,
    ) -> Sequence[FoundCheck]:
        """See ``ports.ledger.Ledger``."""
        await self.flush_index()
        return await self._read(
            lambda connection: finding.find_leads(
                connection, tenant, identities, check_ids=check_ids, limit=limit, of_person=of_person
            )
        )

    async def find_each(
        self, tenant: str, identities: Sequence[str], *, limit: int
    ) -> Mapping[str, Sequence[FoundCheck]]:
        """See ``ports.ledger.Ledger``."""
        await self.flush_index()
        return await self._read(lambda connection: finding.find_each(connection, tenant, identities, limit=limit))

    async def erased_at(self, tenant: str, identities: Sequence[str]) -> str | None:
        """See ``ports.ledger.Ledger``."""
        return await self._read(lambda connection: finding.erased_at(connection, tenant, identities))

    async def lead_columns(self, tenant: str, since: str, until: str) -> LeadColumns:
        """See ``ports.ledger.Ledger``."""
        await self.flush_index()
        return await self._read(lambda connection: audit.lead_columns(connection, tenant, since, until))

    async def record_outcomes(self, tenant: str, reported: Sequence[tuple[str, Outcome]], at: str) -> Sequence[str]:
        """See ``ports.ledger.Ledger``."""
        await self.flush_index()

        def write() -> Sequence[str]:
            with self._database.writing.begin() as connection:
                return audit.record_outcomes(connection, tenant, reported, at)

        results: Sequence[str] = await self._answer(self._writer.submit(write))
        return results

    async def lead_outcomes(self, tenant: str, check_id: str) -> Sequence[Outcome]:
        """See ``ports.ledger.Ledger``."""
        await self.flush_index()
        return await self._read(lambda connection: audit.lead_outcomes(connection, tenant, check_id))

    async def list_outcomes(self, tenant: str, since: str, until: str) -> Sequence[LeadOutcome]:
        """See ``ports.ledger.Ledger``."""
        await self.flush_index()
        return await self._read(lambda connection: audit.list_outcomes(connection, tenant, since, until))

    async def outcome_counts(self, tenant: str, proofs: Proofs = PROOFS) -> Sequence[OutcomeCounts]:
        """See ``ports.ledger.Ledger``."""
        return await self._read(
            lambda connection: audit.outcome_counts(connection, tenant, sorted(FAKE), proofs), self._background
        )

    async def vendor_names(self, tenant: str, most: int) -> Sequence[str]:
        """See ``ports.ledger.Ledger``."""
        return await self._read(lambda connection: audit.vendor_names(connection, tenant, most))

    async def lead_confirmations(self, tenant: str, check_id: str) -> tuple[str, Sequence[Confirmed]]:
        """See ``ports.ledger.Ledger``."""
        await self.flush_index()
        return await self._read(lambda connection: confirming.lead_confirmations(connection, tenant, check_id))

    async def confirm(
        self, entry: Entry, lead: str, told: Confirmation, *, at: str, after: int, unless: str
    ) -> Literal["kept", "overtaken", "erased"]:
        """See ``ports.ledger.Ledger``."""
        write = partial(self._writer.confirm, entry, lead, told, at=at, after=after, unless=unless)
        became: Literal["kept", "overtaken", "erased"] = await self._answer(self._writer.submit(write))
        return became

    def histories(self, asked: Sequence[Question]) -> asyncio.Future[Sequence[Facts]]:
        """See ``ports.ledger.Ledger``. Another process's records are known a moment after they were appended.

        Nobody looks whether the database answers: whoever asks here waits for moments only.
        """
        read = partial(histories.read, asked=asked, fresh=self._writer.fresh)
        return asyncio.get_running_loop().run_in_executor(self._look_ups, self._database.look_up, read)

    async def leads_exported(self, tenant: str, platform: str, check_ids: Sequence[str]) -> Mapping[str, LeadExports]:
        """See ``ports.exports.Exports``."""
        await self.flush_index()
        return await self._read(lambda connection: exports.leads_exported(connection, tenant, platform, check_ids))

    async def list_exported(
        self, tenant: str, platform: str, since: str, *, limit: int, after_lead: str = ""
    ) -> Sequence[LeadExports]:
        """See ``ports.exports.Exports``."""
        await self.flush_index()
        return await self._read(
            lambda connection: exports.list_exported(
                connection, tenant, platform, since, limit=limit, after_lead=after_lead
            )
        )

    async def add_exports(self, tenant: str, platform: str, new: Sequence[Export]) -> int:
        """See ``ports.exports.Exports``."""
        return await self._write(lambda connection: exports.add_exports(connection, tenant, platform, new))

    async def unfinished_exports(self) -> Sequence[str]:
        """See ``ports.exports.Exports``."""
        return await self._read(exports.unfinished_exports)

    async def settle_exports(self, file: str, written: bool) -> None:
        """See ``ports.exports.Exports``."""
        await self._write(lambda connection: exports.settle_exports(connection, file, written))

    async def vendor_leads(
        self, tenant: str, vendor: str, since: str, until: str, codes: Collection[str]
    ) -> VendorLeads:
        """See ``ports.claims.Claims``."""
        await self.flush_index()
        return await self._read(lambda connection: claims.vendor_leads(connection, tenant, vendor, since, until, codes))

    async def claimed_leads(self, tenant: str, since: str, until: str) -> Sequence[ClaimedLead]:
        """See ``ports.claims.Claims``."""
        await self.flush_index()
        return await self._read(lambda connection: claims.claimed_leads(connection, tenant, since, until))

    async def list_claims(self, tenant: str, vendor: str | None = None) -> Sequence[KeptClaim]:
        """See ``ports.claims.Claims``."""
        return await self._read(lambda connection: claims.list_claims(connection, tenant, vendor))

    async def claim_rows(self, tenant: str, claim: str) -> Sequence[ClaimedLead]:
        """See ``ports.claims.Claims``."""
        await self.flush_index()
        return await self._read(lambda connection: claims.claim_rows(connection, tenant, claim))

    async def records(self, tenant: str, check_ids: Sequence[str]) -> Mapping[str, Stored]:
        """See ``ports.claims.Claims``."""
        found: dict[str, Stored] = {}
        for start in range(0, len(check_ids), _PAGE_ROWS):
            query = _select_checks(tenant, check_ids[start : start + _PAGE_ROWS])
            found |= {row["check_id"]: Stored(**row) for row in await self._read(_fetch(query))}
        return found

    async def earlier_checks(self, tenant: str, leads: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """See ``ports.claims.Claims``."""
        await self.flush_index()
        found: dict[str, Mapping[str, str]] = {}
        for start in range(0, len(leads), _PAGE_ROWS):
            part = leads[start : start + _PAGE_ROWS]
            found |= await self._read(lambda connection, part=part: claims.earlier_checks(connection, tenant, part))  # type: ignore[misc]
        return found

    async def keep_claim(
        self, tenant: str, rows: Sequence[Claimed], seen: Collection[str] | None = None
    ) -> Sequence[str]:
        """See ``ports.claims.Claims``."""
        return await self._write(lambda connection: claims.keep_claim(connection, tenant, rows, seen))

    async def answer_claims(self, tenant: str, answers: Sequence[Answer]) -> Sequence[str]:
        """See ``ports.claims.Claims``."""
        await self.flush_index()
        return await self._write(lambda connection: claims.answer_claims(connection, tenant, answers))

    async def first_versions(
        self, tenant: str, since: str, until: str, *, limit: int, after_check_id: str = ""
    ) -> Sequence[Stored]:
        """See ``ports.keeping.Keeping``."""
        await self.flush_index()
        found = await self._read(
            lambda connection: keeping.first_versions(
                connection, tenant, since, until, limit=limit, after_check_id=after_check_id
            )
        )
        return [Stored(**row) for row in found]

    async def withdraw(self, tenant: str, origin: str) -> Withdrawn:
        """See ``ports.keeping.Keeping``. A few leads at a time, so that a service comes to write meanwhile."""
        await self.flush_index()
        gone, last = 0, ""
        while True:
            work = partial(keeping.withdraw, tenant=tenant, origin=origin, after_check_id=last)
            last, deleted = await self._write(work)
            gone += deleted
            if not last:
                break
        stay = select(func.count()).where(checks.c.tenant == tenant, checks.c.origin == origin)
        return Withdrawn(gone=gone, stay=await self._read(lambda reading: reading.execute(stay).scalar_one()))

    async def review_counts(self, tenant: str, now: float) -> QueueCounts:
        """See ``ports.reviews.Reviews``."""
        await self.flush_index()
        return await self._read(lambda connection: reviews.counts(connection, tenant, now), within=LIST_SECONDS)

    async def count_waiting(self, tenant: str) -> int:
        """See ``ports.reviews.Reviews``."""
        await self.flush_index()
        return await self._read(lambda connection: reviews.count(connection, tenant))

    async def review_queue(
        self, tenant: str, wanted: QueueFilter, *, by: str, now: float, limit: int
    ) -> Sequence[Waiting]:
        """See ``ports.reviews.Reviews``."""
        await self.flush_index()
        return await self._read(
            lambda connection: reviews.queue(connection, tenant, wanted, by, now, limit), within=LIST_SECONDS
        )

    async def find_review(self, tenant: str, check_id: str) -> Review | None:
        """See ``ports.reviews.Reviews``."""
        await self.flush_index()
        return await self._read(lambda connection: reviews.find(connection, tenant, check_id))

    async def take_review(self, tenant: str, check_id: str, *, by: str, now: float) -> bool:
        """See ``ports.reviews.Reviews``."""
        await self.flush_index()
        return await self._write(lambda connection: reviews.take(connection, tenant, check_id, by, now))

    async def leave_review(self, tenant: str, check_id: str, *, by: str) -> None:
        """See ``ports.reviews.Reviews``."""
        await self._write(lambda connection: reviews.leave(connection, tenant, check_id, by))

    async def decide_review(
        self, tenant: str, verdict: Verdict
    ) -> Literal["kept", "decided", "revised", "erased", "missing"]:
        """See ``ports.reviews.Reviews``."""
        await self.flush_index()
        return await self._write(lambda connection: reviews.decide(connection, tenant, verdict))

    async def undo_review(self, tenant: str, check_id: str, *, by: str) -> bool:
        """See ``ports.reviews.Reviews``."""
        await self.flush_index()
        return await self._write(lambda connection: reviews.undo(connection, tenant, check_id, by))

    async def sharing(self, tenant: str, check_id: str) -> Sequence[Sharing]:
        """See ``ports.reviews.Reviews``."""
        await self.flush_index()
        return await self._read(lambda connection: reviews.sharing(connection, tenant, check_id))

    async def take_uncounted(
        self, by: str, *, limit: int, now: float, lease: float, without: Collection[str] = ()
    ) -> Sequence[Uncounted]:
        """See ``ports.ledger.Ledger``."""

        def take() -> Sequence[Uncounted]:
            with self._database.writing.begin() as connection:
                return uncounted.take(connection, by, limit, now, lease, without)

        taken: Sequence[Uncounted] = await self._answer(self._writer.submit(take))
        return taken

    async def count_uncounted(self) -> int:
        """See ``ports.ledger.Ledger``."""
        return await self._read(uncounted.count, self._background)

    async def settle_uncounted(self, tenant: str, check_id: str) -> None:
        """See ``ports.ledger.Ledger``."""

        def settle() -> None:
            with self._database.writing.begin() as connection:
                uncounted.settle(connection, tenant, check_id)

        await self._answer(self._writer.submit(settle))

    async def erase(self, tenant: str, tokens: Sequence[str], at: str) -> Erased:
        """See ``ports.ledger.Ledger``. Also raises Unavailable while a long read keeps the WAL in use: try again."""
        await self.flush_index()
        erased: Erased = await self._answer(self._writer.submit(lambda: self._erase(tenant, tokens, at)))
        return erased

    async def put_artefact(self, name: str, body: bytes) -> None:
        """See ``ports.ledger.Ledger``."""

        def put() -> None:
            with self._database.writing.begin() as connection:
                add(connection, policies, [{"hash": name, "body": body}])

        await self._answer(self._writer.submit(put))

    async def get_artefact(self, name: str) -> bytes | None:
        """See ``ports.ledger.Ledger``."""
        found = await self._look_up(select(policies.c.body).where(policies.c.hash == name))
        return found[0]["body"] if found else None

    async def reach(self) -> None:
        """See ``ports.ledger.Ledger``."""
        await self._look_up(select(literal(1)))

    async def ping(self) -> None:
        """See ``ports.ledger.Ledger``."""
        await self._answer(self._writer.submit(self._database.try_write))

    async def _write(self, work: Callable[[Connection], _T]) -> _T:
        """Call ``work`` in the writer's thread, in one transaction that is durable when this returns."""

        def write() -> _T:
            with self._database.writing.begin() as connection:
                return work(connection)

        result: _T = await self._answer(self._writer.submit(write))
        return result

    async def _look_up(self, query: Select[Any]) -> Sequence[dict[str, Any]]:
        """A few rows by their key, in threads of their own: a check may wait for them."""
        return await self._read(_fetch(query), self._look_ups)

    async def _read(
        self, work: Callable[[Connection], _T], threads: Executor | None = None, within: float = READ_SECONDS
    ) -> _T:
        """Call ``work`` in a thread with a connection to read from; it sees all earlier commits.

        Raises Unavailable, TooLong after ``within`` seconds.
        """
        threads = threads or self._readers
        try:
            reading = asyncio.get_running_loop().run_in_executor(threads, lambda: self._database.read(work, within))
            return await self._answer(reading)
        except Unavailable:
            raise
        except Exception as problem:
            _log.warning("the ledger cannot be read: %s", cause(problem))
            raise Unavailable("ledger") from None

    async def _answer(self, work: asyncio.Future[_T]) -> _T:
        """What ``work`` gives, however long that takes. Raises Unavailable when the database stops answering."""
        try:
            while not (await asyncio.wait((work,), timeout=_LOOK_AFTER))[0]:
                if self._probe is None or self._probe.done():
                    self._probe = _in_daemon(self._database.answers)
                done, _ = await asyncio.wait((self._probe,), timeout=_PROBE_SECONDS)
                if not work.done() and not (done and self._probe.result()):
                    _log.warning("the ledger does not answer")
                    self._database.cut()
                    raise Unavailable("ledger")
            return work.result()
        finally:
            work.cancel()

    def _erase(self, tenant: str, tokens: Sequence[str], at: str) -> Erased:
        erased = erasing.erase(self._database, tenant, tokens, at)
        # In the database the values are overwritten (secure_delete); in its WAL they remain until that is emptied.
        if not any(self._database.checkpoint("TRUNCATE") for _ in range(3)):
            raise Unavailable("ledger: busy")
        return erased

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
                missing = [row["seq"] for row in await self._read(_fetch(missing_rows), self._background)]
                for start in range(0, len(missing), SLICE):
                    part = missing[start : start + SLICE]
                    rows = await self._read(_fetch(_select_stored.where(records.c.seq.in_(part))), self._background)
                    await self._writer.submit(lambda rows=rows: self._index_stored(rows))  # type: ignore[misc]
            except Unavailable:
                self._cannot_catch_up = True
                await asyncio.sleep(1)
                continue
            self._cannot_catch_up = False
            if len(missing) < _CATCH_UP_ROWS:
                return

    async def _index_is_complete(self) -> bool:
        """Whether there are as many look-up rows as records. Counting is much faster than finding missing ones."""
        n_records, n_checks = [select(func.count()).select_from(table).scalar_subquery() for table in (records, checks)]
        (counts,) = await self._read(
            _fetch(select(n_records.label("records"), n_checks.label("checks"))), self._background
        )
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
        for threads in (self._look_ups, self._readers, self._background):
            threads.shutdown(wait=False, cancel_futures=True)
        self._database.cut()  # nobody waits for what is still read
        for threads in (self._look_ups, self._readers, self._background):
            threads.shutdown()  # so that each gives its connection back before all are closed
        with suppress(Exception):
            self._database.checkpoint("TRUNCATE")
        self._database.dispose()


def _in_daemon(work: Callable[[], _T]) -> asyncio.Future[_T]:
    """Call ``work``, which raises nothing, in a thread that keeps no process from ending."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_T] = loop.create_future()

    def give(result: _T) -> None:
        if not future.done():
            future.set_result(result)

    def call() -> None:
        result = work()
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(give, result)

    threading.Thread(target=call, name="ledger-probe", daemon=True).start()
    return future
