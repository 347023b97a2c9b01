"""Who writes into the ledger's database? One thread: records that wait share a commit, and none waits for a lock."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from fraudcheck.adapters.sql.engine import WAL_BYTES, Database
from fraudcheck.adapters.sql.schema import checks, identities, personal, records, terms
from fraudcheck.ports import Unavailable
from fraudcheck.ports.ledger import Appended, Entry

SLICE = 256
"""The most records that share a commit."""
BACKLOG = 2000
"""Records without look-up rows above which these are written even while leads are waiting."""
INDEX_SLICE = 128
"""So many of them at a time, because the leads that come meanwhile wait."""
IDLE_SECONDS = 0.02
"""Without a lead for this long, the look-up rows are written."""

_COLUMNS = tuple(column.name for column in checks.columns if column.name in Entry.__struct_fields__)
_KNOWN_TERMS = 100_000
"""Terms whose numbers are remembered; a form that makes up a sub-id for every lead has no end of them."""

_log = logging.getLogger(__name__)

_Future = asyncio.Future[Any]
_Term = tuple[str, str]
"""A tenant and a text."""
_Job = tuple[Entry | Callable[[], Any], _Future]


class Writer:
    """Takes entries and other work from event loops; ``handed_in - indexed`` records have no look-up rows yet."""

    def __init__(self, database: Database) -> None:
        self.handed_in = 0
        self.indexed = 0
        self._database = database
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._backlog: deque[Entry] = deque()
        self._created = self._open = self._complained = False
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._beside = ThreadPoolExecutor(1, "ledger-checkpoint")
        self._insert_record = database.insert_new(records)
        self._insert_check = database.insert_new(checks)
        self._insert_identity = database.insert_new(identities)
        self._insert_term = database.insert_new(terms)
        self._terms: dict[_Term, int] = {}

    def start(self) -> None:
        """Start the thread. The first work opens the database."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what was handed in and end the thread. Blocks."""
        if self._thread.is_alive():
            self._jobs.put(None)
            self._thread.join()
        self._beside.shutdown()

    def submit(self, work: Entry | Callable[[], Any]) -> _Future:
        """Hand in an entry, or a function that the thread calls. Whatever fails becomes Unavailable."""
        future: _Future = asyncio.get_running_loop().create_future()
        self._jobs.put((work, future))
        return future

    def index(self, many: int = INDEX_SLICE) -> None:
        """Write the look-up rows of the oldest records that wait for them. To be called by the thread."""
        entries = list(islice(self._backlog, many))
        self.look_up(entries)
        for _ in entries:
            self._backlog.popleft()
        self.indexed += len(entries)

    def look_up(self, entries: Sequence[Entry]) -> None:
        """Write the look-up rows of these records. To be called by the thread.

        Identities are written only where the personal values still stand: somebody may have erased them since.
        """
        if not entries:
            return
        standing = select(personal.c.tenant, personal.c.check_id).where(
            personal.c.tenant.in_({entry.tenant for entry in entries}),
            personal.c.check_id.in_([entry.check_id for entry in entries]),
        )
        with self._database.writing.begin() as connection:
            present = {tuple(row) for row in connection.execute(standing)}
            found = [
                {"tenant": entry.tenant, "token": token, "check_id": entry.check_id}
                for entry in entries
                if (entry.tenant, entry.check_id) in present
                for token in entry.identities
            ]
            numbers = self._numbered(connection, entries)
            connection.execute(self._insert_check, [_check_row(entry, numbers) for entry in entries])
            if found:
                connection.execute(self._insert_identity, found)
        self._terms = numbers if len(numbers) <= _KNOWN_TERMS else {}

    def _numbered(self, connection: Connection, entries: Sequence[Entry]) -> dict[_Term, int]:
        """The numbers that are known, with those of the entries' terms. To be remembered once they are committed."""
        new = {term for entry in entries for term in (_source(entry), _kind(entry))} - self._terms.keys()
        numbers = self._terms
        if new:
            connection.execute(self._insert_term, [{"tenant": tenant, "text": text} for tenant, text in sorted(new)])
        for tenant in {tenant for tenant, _ in new}:
            texts = [text for owner, text in new if owner == tenant]
            query = select(terms.c.text, terms.c.id).where(terms.c.tenant == tenant, terms.c.text.in_(texts))
            numbers = numbers | {(tenant, text): number for text, number in connection.execute(query)}
        return numbers

    def _run(self) -> None:
        running = True
        while running:
            jobs, running = self._take()
            # In one order everywhere: machines that insert the same keys in another would wait for each other.
            new = sorted(((work, future) for work, future in jobs if isinstance(work, Entry)), key=_order)
            entries = [entry for entry, _ in new]
            if entries:
                waiting = [future for _, future in new]
                _answer(waiting, self._attempt(lambda entries=entries: self._append(entries)))  # type: ignore[misc]
            for work, future in jobs:
                if not isinstance(work, Entry):
                    done = self._attempt(work)
                    _answer([future], done if isinstance(done, Unavailable) else [done])
            if len(self._backlog) >= BACKLOG:
                # More than came just now, so that the backlog shrinks.
                self._attempt(lambda entries=entries: self.index(len(entries) + INDEX_SLICE))  # type: ignore[misc]
            elif self._backlog and not jobs:
                self._attempt(self.index)
            if jobs:
                self._checkpoint()
        while self._backlog and not isinstance(self._attempt(self.index), Unavailable):
            pass

    def _take(self) -> tuple[list[_Job], bool]:
        """Wait for work and take what is there; none when look-up rows should be written. False: the last."""
        jobs: list[_Job] = []
        with suppress(queue.Empty):
            job = self._jobs.get(timeout=IDLE_SECONDS if self._backlog else None)
            while job is not None:
                jobs.append(job)
                if len(jobs) == SLICE:
                    return jobs, True
                job = self._jobs.get_nowait()
            return jobs, False
        return jobs, True

    def _attempt(self, work: Callable[[], Any]) -> Any:
        """Do work on the open database and give its result, or Unavailable. The thread outlives whatever happens."""
        try:
            if not self._open:
                self._database.prepare(create=not self._created)
                self._open = self._created = True
            done = work()
            if not self._database.in_place():
                raise FileNotFoundError("the ledger's file is gone")
        except Exception as problem:
            if not self._complained:
                _log.error("the ledger cannot be written: %s", cause(problem))
            self._complained = True
            if not self._database.in_place():
                self._open = False
                self._database.dispose()
            return problem if isinstance(problem, Unavailable) else Unavailable("ledger")
        if self._complained:
            _log.warning("the ledger can be written again")
            self._complained = False
        return done

    def _append(self, entries: Sequence[Entry]) -> list[Appended]:
        """Write records and personal values in one transaction.

        Nearly always every row is new, and their number says so. Else it is done again one by one, to find
        out which are not: the personal values of a record that is not kept must not be kept either, and
        those of one that was there before may have been erased.
        """
        with self._database.writing.connect() as connection:
            with connection.begin() as transaction:
                new = self._database.add(connection, self._insert_record, [_record_row(entry) for entry in entries])
                if new == len(entries):
                    connection.execute(personal.insert(), [_personal_row(entry) for entry in entries])
                else:
                    transaction.rollback()
            if new == len(entries):
                results, kept = [Appended()] * len(entries), list(entries)
            else:
                with connection.begin():
                    kept = []
                    results = [self._append_one(connection, entry, kept) for entry in entries]
        self._backlog.extend(kept)
        self.handed_in += len(kept)
        return results

    def _append_one(self, connection: Connection, entry: Entry, kept: list[Entry]) -> Appended:
        if self._database.add(connection, self._insert_record, [_record_row(entry)]):
            connection.execute(personal.insert(), [_personal_row(entry)])
            kept.append(entry)
            return Appended()
        winner = connection.execute(
            select(records.c.check_id, records.c.body_digest).where(
                records.c.tenant == entry.tenant, records.c.idempotency == entry.idempotency
            )
        ).first()
        if winner is None or winner.check_id == entry.check_id:
            return Appended()
        return Appended(winner.check_id, winner.body_digest)

    def _checkpoint(self) -> None:
        """Keep the WAL short from beside; where leads never pause it is never copied whole, and has to be here."""
        with suppress(Exception):  # a ledger that is ill shows it at the next commit
            if self._database.checkpoint_due():
                self._beside.submit(self._database.checkpoint)
                if self._database.wal_size() > 16 * WAL_BYTES:
                    self._database.checkpoint()


def _source(entry: Entry) -> _Term:
    return entry.tenant, _text(entry.vendor, entry.campaign, entry.sub_id, entry.channel)


def _kind(entry: Entry) -> _Term:
    return entry.tenant, _text(entry.decision, entry.classification, entry.currency, entry.reasons)


def _text(*parts: str | None) -> str:
    return msgspec.json.encode(parts).decode()


def _check_row(entry: Entry, numbers: Mapping[_Term, int]) -> dict[str, Any]:
    return {
        **{name: getattr(entry, name) for name in _COLUMNS},
        "day": date.fromisoformat(entry.checked_at[:10]).toordinal(),
        "source": numbers[_source(entry)],
        "kind": numbers[_kind(entry)],
    }


def cause(problem: Exception) -> str:
    """Name what went wrong for the log, without a statement's values."""
    original = getattr(problem, "orig", problem)
    name = getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None)
    return f"{type(original).__name__} {name or getattr(original, 'errno', None) or ''}".strip()


def _order(job: tuple[Entry, _Future]) -> tuple[str, str, str]:
    entry = job[0]
    return entry.tenant, entry.idempotency or "", entry.check_id


def _record_row(entry: Entry) -> dict[str, Any]:
    return {
        "tenant": entry.tenant,
        "check_id": entry.check_id,
        "record": entry.record,
        "record_hash": entry.record_hash,
        "idempotency": entry.idempotency,
        "body_digest": entry.body_digest,
    }


def _personal_row(entry: Entry) -> dict[str, Any]:
    return {"tenant": entry.tenant, "check_id": entry.check_id, "content": entry.personal}


def _answer(futures: Sequence[_Future], results: Sequence[Any] | Unavailable) -> None:
    """Resolve futures, with one call into their event loop."""

    def resolve(answered: list[tuple[_Future, Any]]) -> None:
        for future, result in answered:
            if future.done():  # whoever waited has given up
                continue
            if isinstance(result, Unavailable):
                future.set_exception(Unavailable(*result.args))
            else:
                future.set_result(result)

    each = [results] * len(futures) if isinstance(results, Unavailable) else results
    pairs = list(zip(futures, each, strict=True))
    for loop in {future.get_loop() for future in futures}:
        with suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(resolve, [pair for pair in pairs if pair[0].get_loop() is loop])
