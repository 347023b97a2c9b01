"""Who writes into the ledger's database? One thread. Records that wait share a commit, and no writers compete."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from typing import Any, Literal

from sqlalchemy import Connection, select

from fraudcheck.adapters.sql import confirming, erasing, uncounted
from fraudcheck.adapters.sql.engine import WAL_BYTES, Database, add, run
from fraudcheck.adapters.sql.faults import explain
from fraudcheck.adapters.sql.reviews import leave_decided
from fraudcheck.adapters.sql.rows import (
    Term,
    check_row,
    personal_row,
    record_row,
    tag_keys,
    tag_terms,
    terms_of,
    vendor_rows,
)
from fraudcheck.adapters.sql.schema import checks, identities, personal, records, tags, terms
from fraudcheck.ports import Unavailable
from fraudcheck.ports.ledger import Appended, Entry
from fraudcheck.records import Confirmation

SLICE = 256
"""Records after which a commit takes no more; twice as many share one at most."""
BACKLOG = 2000
"""Records without look-up rows, above which these are written even while leads wait for their commit."""
INDEX_SLICE = 128
"""Records whose look-up rows are written at a time; leads that come meanwhile wait for it."""
IDLE_SECONDS = 0.02
"""After this long without work, look-up rows are written."""
HAND_BACK_SECONDS = 0.05
"""How long the next commit waits, at most, for a busy loop to come to the results of the last."""
STOP_SECONDS = 2.0
"""How long work that was submitted is waited for when the thread has to end."""
_MAX_TERMS = 100_000
"""Terms whose numbers are remembered. There may be more: some forms make up a sub-id for each lead."""

_INSERT_VENDOR = (
    "INSERT INTO vendors (tenant, key, name, check_id) VALUES (?, ?, ?, ?) ON CONFLICT (tenant, key) DO UPDATE "
    "SET name = excluded.name, check_id = excluded.check_id WHERE excluded.check_id < vendors.check_id"
)
_DELETE_TAG = "DELETE FROM tags WHERE term = ? AND check_id = ?"

_log = logging.getLogger(__name__)

_Future = asyncio.Future[Any]
_Job = tuple[Entry | Callable[[], Any], _Future]


class Writer:
    """A thread that writes what event loops submit.

    ``appended`` counts the records written, ``indexed`` those of them that have look-up rows. ``fault`` says what to do
    about a database that cannot be opened, None if it can or if it helps to wait. ``fresh`` has the records that have
    no look-up rows yet, by tenant and identity; it changes in the thread.
    """

    def __init__(self, database: Database) -> None:
        self.appended = 0
        self.indexed = 0
        self.fault: str | None = None
        self._database = database
        self._jobs: queue.SimpleQueue[list[_Job] | None] = queue.SimpleQueue()
        self._submitted: tuple[asyncio.AbstractEventLoop, list[_Job]] | None = None
        self._delivered = threading.Event()
        self._delivered.set()
        self._backlog: deque[Entry] = deque()
        self.fresh: dict[tuple[str, str], deque[Entry]] = {}
        self._created = self._open = self._failing = self._ending = False
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._checkpointer = ThreadPoolExecutor(1, "ledger-checkpoint")
        self._terms: dict[Term, int] = {}
        self._vendors: dict[Term, str] = {}  # a check that each vendor was written with, no earlier than the first

    def start(self) -> None:
        """Start the thread. The first submitted work opens the database."""
        self._thread.start()

    def stop(self) -> None:
        """Finish all submitted work, look-up rows included, and end the thread. Blocks.

        What a database that does not answer keeps from being done within ``STOP_SECONDS`` is given up. No record is
        lost: those that were given up were never acknowledged, and look-up rows are written at the next start.
        """
        if self._thread.is_alive():
            self._jobs.put(None)
            self._thread.join(STOP_SECONDS if self._database.answers() else 0)
            if self._thread.is_alive():
                self._ending = True
                self._database.cut()
                self._thread.join(STOP_SECONDS)
        self._checkpointer.shutdown()

    def submit(self, work: Entry | Callable[[], Any]) -> _Future:
        """Submit an entry to append, or a function for the thread to call. Any failure is raised as Unavailable.

        It is handed over when the loop comes round, so that what is submitted until then shares a commit. The thread,
        woken for the first, would take that one alone, and take Python's lock from the loop.
        """
        loop = asyncio.get_running_loop()
        future: _Future = loop.create_future()
        submitted = self._submitted
        if submitted is None or submitted[0] is not loop or len(submitted[1]) == SLICE:
            submitted = self._submitted = loop, []
            loop.call_soon(self._hand_over, submitted)
        submitted[1].append((work, future))
        return future

    def _hand_over(self, submitted: tuple[asyncio.AbstractEventLoop, list[_Job]]) -> None:
        if self._submitted is submitted:
            self._submitted = None
        self._jobs.put(submitted[1])

    def index(self, count: int = INDEX_SLICE) -> None:
        """Write the look-up rows of the ``count`` oldest records that have none. Runs in the writer's thread."""
        entries = list(islice(self._backlog, count))
        self.write_index(entries)
        for _ in entries:
            entry = self._backlog.popleft()
            for identity in entry.identities:
                waiting = self.fresh[entry.tenant, identity]
                waiting.popleft()
                if not waiting:
                    del self.fresh[entry.tenant, identity]
        self.indexed += len(entries)

    def write_index(self, entries: Sequence[Entry]) -> None:
        """Write the look-up rows of these records. Runs in the writer's thread.

        Identities are written only for records whose personal values are still there: they may have been erased since.
        An erasure that looked for a person's leads by identity has missed those without look-up rows: they follow here.
        """
        if not entries:
            return
        not_erased = select(personal.c.tenant, personal.c.check_id).where(
            personal.c.tenant.in_({entry.tenant for entry in entries}),
            personal.c.check_id.in_([entry.check_id for entry in entries]),
        )
        with self._database.writing_again() as connection:
            with_personal = {tuple(row) for row in connection.execute(not_erased)}
            identity_rows = [
                {"tenant": entry.tenant, "token": token, "check_id": entry.check_id}
                for entry in entries
                if (entry.tenant, entry.check_id) in with_personal
                for token in entry.identities
            ]
            firsts = {
                term: row
                for term, row in vendor_rows(entries).items()
                if term not in self._vendors or row["check_id"] < self._vendors[term]
            }
            for term in sorted(firsts):
                run(connection, _INSERT_VENDOR, tuple(firsts[term].values()))
            tagged = [(entry.check_id, tag_terms(entry)) for entry in entries]
            replaced_rows = self._replaced(connection, entries)
            replaced = [(row.check_id, tag_terms(row)) for row in replaced_rows]
            known = [(row.enquiry, row.check_id) for row in replaced_rows if isinstance(row.enquiry, int)]
            term_ids = self._term_ids(
                connection,
                {term for entry in entries for term in terms_of(entry).values()}
                | {term for _, own in (*tagged, *replaced) for term in own},
            )
            add(connection, checks, [check_row(entry, term_ids) for entry in entries])
            add(connection, tags, [{"term": term, "check_id": key} for term, key in tag_keys(tagged, term_ids)])
            for key in sorted([*tag_keys(replaced, term_ids), *known]):
                run(connection, _DELETE_TAG, key)
            leave_decided(connection, entries)
            add(connection, identities, identity_rows)
            late = erasing.erased_among(connection, entries)
            for entry in late:
                erasing.delete(connection, entry.tenant, [entry.check_id])
        if late:
            self._database.checkpoint("TRUNCATE")
        self._terms = term_ids if len(term_ids) <= _MAX_TERMS else {}
        if len(self._vendors) > _MAX_TERMS:
            self._vendors.clear()
        self._vendors.update((term, row["check_id"]) for term, row in firsts.items())

    @staticmethod
    def _replaced(connection: Connection, entries: Sequence[Entry]) -> list[Any]:
        """The checks that these revise. Their tags go, so that no listing walks over what it has to leave out."""
        revised = [entry for entry in entries if entry.revises is not None]
        ids_here = {(entry.tenant, entry.revises) for entry in revised}
        rows: list[Any] = [entry for entry in entries if (entry.tenant, entry.check_id) in ids_here]
        for tenant in {entry.tenant for entry in revised}:
            ids = [entry.revises for entry in revised if entry.tenant == tenant]
            rows += connection.execute(select(checks).where(checks.c.tenant == tenant, checks.c.check_id.in_(ids)))
        return rows

    def _term_ids(self, connection: Connection, used: Set[Term]) -> dict[Term, int]:
        """The remembered ids of terms, and those of the terms used here, which are inserted where they are new.

        The caller remembers them after the commit: a rolled back insert would leave wrong ones.
        """
        new = used - self._terms.keys()
        term_ids = self._terms
        if new:
            add(connection, terms, [{"tenant": tenant, "text": text} for tenant, text in sorted(new)])
        for tenant in {tenant for tenant, _ in new}:
            texts = [text for owner, text in new if owner == tenant]
            query = select(terms.c.text, terms.c.id).where(terms.c.tenant == tenant, terms.c.text.in_(texts))
            term_ids = term_ids | {(tenant, text): term_id for text, term_id in connection.execute(query)}
        return term_ids

    def _run(self) -> None:
        """The thread: append records and do other work as it comes; write look-up rows while there is none."""
        running = True
        while running:
            # A loop that has not come to its last results would not come to more of them: let it submit more meanwhile.
            self._delivered.wait(HAND_BACK_SECONDS)
            jobs, running = self._take()
            # All machines insert in one order: two that insert the same keys in different orders would deadlock.
            new = sorted(((work, future) for work, future in jobs if isinstance(work, Entry)), key=_insert_order)
            entries = [entry for entry, _ in new]
            if entries:
                futures = [future for _, future in new]
                results = self._attempt(lambda entries=entries: self._append(entries))  # type: ignore[misc]
                self._delivered.clear()
                _resolve(futures, results, self._delivered.set)
            for work, future in jobs:
                if not isinstance(work, Entry):
                    result = self._attempt(work)
                    _resolve([future], result if isinstance(result, Unavailable) else [result])
            if len(self._backlog) >= BACKLOG:
                # More than were appended just now, so that the backlog shrinks.
                self._attempt(lambda entries=entries: self.index(len(entries) + INDEX_SLICE))  # type: ignore[misc]
            elif self._backlog and not jobs:
                self._attempt(self.index)
            if jobs:
                self._checkpoint()
        while self._backlog and not isinstance(self._attempt(self.index), Unavailable):
            pass

    def _take(self) -> tuple[list[_Job], bool]:
        """Wait for work and take some ``SLICE`` jobs, or what there is.

        None after ``IDLE_SECONDS`` if look-up rows wait to be written. Returns False beside the last
        jobs, when the thread has to end.
        """
        jobs: list[_Job] = []
        with suppress(queue.Empty):
            more = self._jobs.get(timeout=IDLE_SECONDS if self._backlog else None)
            while more is not None:
                jobs += more
                if len(jobs) >= SLICE:
                    return jobs, True
                more = self._jobs.get_nowait()
            return jobs, False
        return jobs, True

    def _attempt(self, work: Callable[[], Any]) -> Any:
        """Call ``work`` with the database open. Returns its result, or an Unavailable where it failed; never raises.

        The first of several failures in a row is logged, and so is the first success after them.
        """
        if self._ending:
            return Unavailable("ledger")
        try:
            if not self._open:
                self._database.prepare(create=not self._created)
                self._open = self._created = True
                self.fault = None
            result = work()
            if not self._database.in_place():
                raise FileNotFoundError("the ledger's file is gone")
        except Exception as problem:
            if not self._open:
                self.fault = explain(problem, self._database.url)
            if not self._failing and (self._created or not self.fault):  # a fault at the start is told by who starts
                _log.error("the ledger cannot be written: %s", cause(problem))
            self._failing = True
            if not self._database.in_place():
                self._open = False
                self._database.dispose()
            return problem if isinstance(problem, Unavailable) else Unavailable("ledger")
        if self._failing:
            _log.warning("the ledger can be written again")
            self._failing = False
        return result

    def _append(self, entries: Sequence[Entry]) -> list[Appended]:
        """Write records and their personal values in one transaction.

        Nearly always all records are new, which the number of inserted rows shows. Otherwise the transaction is rolled
        back and they are written one by one, to find out which are not new. The personal values of these must not be
        written: the record was refused, or it is there already and its personal values may have been erased.
        """
        with self._database.writing.connect() as connection:
            with connection.begin() as transaction:
                new = add(connection, records, [record_row(entry) for entry in entries])
                if new == len(entries) and not any(entry.revises for entry in entries):
                    self._insert_personal(connection, entries)
                    uncounted.mark(connection, entries)
                else:
                    transaction.rollback()
                    new = 0
            if new:
                results, written = [Appended()] * len(entries), list(entries)
            else:
                with connection.begin():
                    written = []
                    results = [self._append_one(connection, entry, written) for entry in entries]
        self._wait_for_rows(written)
        return results

    def confirm(
        self, entry: Entry, lead: str, told: Confirmation, *, at: str, after: int, unless: str
    ) -> Literal["kept", "overtaken", "erased"]:
        """See ``ports.ledger.Ledger``. Runs in the writer's thread."""
        with self._database.writing.connect() as connection:
            became = confirming.confirm(connection, entry, lead, told, at, after, unless, self._insert_personal)
        if became == "kept":
            self._wait_for_rows([entry])
        return became

    def _wait_for_rows(self, written: Sequence[Entry]) -> None:
        """Note records that are written, whose look-up rows are not."""
        for entry in written:
            for identity in entry.identities:
                self.fresh.setdefault((entry.tenant, identity), deque()).append(entry)
        self._backlog.extend(written)
        self.appended += len(written)

    def _insert_personal(self, connection: Connection, entries: Sequence[Entry]) -> None:
        """Write the personal values of new records, except of those that were erased while they were on their way."""
        erased = {entry.check_id for entry in erasing.erased_among(connection, entries)}
        rows = [personal_row(entry) for entry in entries if entry.personal and entry.check_id not in erased]
        add(connection, personal, rows)

    def _append_one(self, connection: Connection, entry: Entry, written: list[Entry]) -> Appended:
        """Write one record, and add it to ``written`` if it is new. A revision of an erased lead is not written."""
        if entry.revises:
            if not confirming.may_revise(connection, entry.tenant, entry.revises):
                return Appended()
            if uncounted.is_erased(connection, entry.tenant, entry.revises):
                return Appended()
        if add(connection, records, [record_row(entry)]):
            self._insert_personal(connection, [entry])
            uncounted.mark(connection, [entry])
            written.append(entry)
            return Appended()
        holder = connection.execute(
            select(records.c.check_id, records.c.body_digest).where(
                records.c.tenant == entry.tenant, records.c.idempotency == entry.idempotency
            )
        ).first()
        if holder is None or holder.check_id == entry.check_id:
            if not entry.personal:
                erasing.erase_again(connection, entry)
            return Appended()
        return Appended(holder.check_id, holder.body_digest)

    def _checkpoint(self) -> None:
        """Keep the WAL short: a checkpoint in another thread when it is due.

        While leads never pause, that one never copies the whole WAL. When it has grown to 16 times the size, the
        writer stops for a checkpoint of its own.
        """
        with suppress(Exception):  # whatever is wrong with the database shows at the next commit
            if self._database.checkpoint_due():
                self._checkpointer.submit(self._database.checkpoint)
                if self._database.wal_size() > 16 * WAL_BYTES:
                    self._database.checkpoint()


def cause(problem: Exception) -> str:
    """What went wrong, for the log: the exception's class and code, without the values of the SQL statement."""
    original = getattr(problem, "orig", problem)
    name = getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None)
    return f"{type(original).__name__} {name or getattr(original, 'errno', None) or ''}".strip()


def _insert_order(job: tuple[Entry, _Future]) -> tuple[str, str, str]:
    entry = job[0]
    return entry.tenant, entry.idempotency or "", entry.check_id


def _resolve(
    futures: Sequence[_Future], results: Sequence[Any] | Unavailable, taken: Callable[[], None] = lambda: None
) -> None:
    """Set the futures' results, or the same failure for all, with one call into each event loop that waits.

    Each calls ``taken`` when it comes to that.
    """

    def set_results(pairs: list[tuple[_Future, Any]]) -> None:
        taken()
        for future, result in pairs:
            if future.done():  # the caller was cancelled
                continue
            if isinstance(result, Unavailable):
                future.set_exception(Unavailable(*result.args))
            else:
                future.set_result(result)

    if isinstance(results, Unavailable):
        results = [results] * len(futures)
    pairs = list(zip(futures, results, strict=True))
    for loop in {future.get_loop() for future in futures}:
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(set_results, [pair for pair in pairs if pair[0].get_loop() is loop])
