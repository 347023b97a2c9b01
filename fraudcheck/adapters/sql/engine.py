"""How is a database opened, migrated and checkpointed? All that differs between SQLite and PostgreSQL is here."""

from __future__ import annotations

import logging
import os
import socket
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    NullPool,
    QueuePool,
    Table,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import ArgumentError, OperationalError

from fraudcheck.adapters.sql.faults import NewerLedger
from fraudcheck.adapters.sql.schema import HEAD
from fraudcheck.ports import TooLong

_T = TypeVar("_T")

_log = logging.getLogger(__name__)

_MIGRATION_LOCK = 0x66726175  # an arbitrary number, the same in all versions of this program
BUSY_SECONDS = 1.0
"""How long a SQLite connection waits for another process's lock: less than a lead waits before it is spooled."""
_NAMED = 256
"""Checks or tokens that one statement names."""
READERS = 5
"""Connections to read with: one for each thread that reads."""
_CANCELLED = "57014"
"""PostgreSQL's code for a statement that took too long."""
_STEPS = 20_000
"""Steps of SQLite's machine, a millisecond or so, after which it is asked whether a reading takes too long."""
WAL_BYTES = 16 << 20
"""Size at which SQLite's write-ahead log is checkpointed, in another thread than the writer's."""

_PLANNER_STATISTICS = (
    ("records", "records_check", "1000000 500000 1"),
    ("records", "records_idempotency", "1000000 500000 1"),
    ("personal", "sqlite_autoindex_personal_1", "1000000 500000 1"),
    ("checks", "checks", "1000000 500000 1"),
    ("checks", "checks_revises", "1000000 500000 2 1"),
    ("tags", "tags", "8000000 50000 1"),
    ("terms", "terms_text", "100000 50000 1"),
    ("outcomes", "outcomes_lead", "1000000 500000 2"),
    ("outcomes", "outcomes_digest", "1000000 500000 1"),
    ("confirmations", "confirmations", "1000000 500000 2 1"),
    ("confirmations", "confirmations_revises", "1000000 500000 1"),
    ("confirmations", "confirmations_version", "1000000 500000 1"),
    ("exports", "exports", "1000000 500000 250000 3 1 1"),
    ("claims", "claims", "1000000 500000 1"),
    ("claims", "claims_claim", "1000000 500000 1000"),
    ("erasures", "erasures_at", "10000 1"),
    ("erasures", "sqlite_autoindex_erasures_1", "10000 5000 1"),
    ("identities", "identities", "1000000 500000 3 1"),
    ("identities", "identities_check", "1000000 500000 2 1"),
)
"""Statistics for SQLite's query planner (sqlite_stat1: table, index, all rows, then the rows that have the same first
column of the key, the same first two, and so on). Without them it assumes that a tenant has a handful of rows, and
reads all of a tenant's rows where it should use an index."""


class Database:
    """One database, with an engine to write with (one connection) and one to read with (``READERS``).

    ``path`` is the file of a SQLite database, None for PostgreSQL. Raises ValueError for a URL of anything else.
    """

    def __init__(self, url: str) -> None:
        try:
            self.url = parsed = make_url(url)
        except (ArgumentError, ValueError):  # whose text may hold the password
            raise ValueError(
                "the ledger's URL cannot be read: give sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME, in the "
                "password %2F for /, %40 for @ and so on"
            ) from None
        self.path: Path | None = None
        self._connections: set[Any] = set()
        if parsed.drivername.partition("+")[0] in ("postgresql", "postgres"):
            self.writing, self.reading = _postgresql(parsed, 1), _postgresql(parsed, READERS)
            self._watch_connections()
            return
        if parsed.drivername.partition("+")[0] != "sqlite":
            raise ValueError(f"no ledger can be kept at {parsed.drivername}://; give sqlite:///PATH or postgresql://…")
        if not parsed.database or parsed.database == ":memory:":
            raise ValueError("a ledger in memory keeps nothing; give sqlite:///PATH")
        self.path = Path(parsed.database).absolute()
        self._wal = self.path.with_name(self.path.name + "-wal")
        self._checkpoint_at = WAL_BYTES
        self._inode: int | None = None
        self.writing = self._sqlite("IMMEDIATE", 1)
        self.reading = self._sqlite("DEFERRED", READERS)
        self._watch_connections()

    def prepare(self, create: bool) -> None:
        """Open the database and migrate its tables to ``HEAD``; with ``create`` a SQLite file is made (0600).

        Raises NewerLedger when a newer version of this program made the tables.
        """
        if self.path is not None:
            if create:
                _create(self.path)
            self._inode = self.path.stat().st_ino
        with self.writing.begin() as connection:
            if self.path is None:
                _warn_of_unsafe_settings(connection)
                if self.version(connection) != HEAD:
                    # When several machines start at once, one migrates and the others wait.
                    connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
            if self.version(connection) == HEAD:
                return
            _migrate(connection)
            if self.path is not None:
                _write_planner_statistics(connection)

    def version(self, connection: Connection) -> str | None:
        """The migration that the tables are at; None in an empty database."""
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    def try_write(self) -> None:
        """Commit a write that changes nothing, with all that a record's commit needs: lock, rights, disk and fsync."""
        with self.writing.begin() as connection:
            if self.path is not None:
                connection.exec_driver_sql("PRAGMA user_version = 0")  # is 0, and writes its page all the same
            else:
                connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")

    def dispose(self) -> None:
        """Close every idle connection; the others close when they are returned to the pool."""
        self.writing.dispose()
        self.reading.dispose()

    def answers(self) -> bool:
        """Whether a new connection is served: within 2 s, or of SQLite within ``BUSY_SECONDS``. Blocks as long."""
        try:
            if self.path is None:
                _connect_postgresql(self.url).close()
            else:
                connection = self._connect()
                try:
                    connection.execute("BEGIN IMMEDIATE")
                    connection.execute("ROLLBACK")
                finally:
                    connection.close()
        except Exception as problem:
            return "FATAL" in str(problem)  # a server that refuses a connection answers
        return True

    def cut(self) -> None:
        """End all work under way, in whichever thread: a thread would wait for ever for a server that is frozen."""
        for connection in list(self._connections):
            with suppress(Exception):  # it has ended by itself
                if self.path is not None:
                    connection.interrupt()
                    continue
                with socket.socket(fileno=os.dup(connection.fileno())) as duplicate:
                    duplicate.shutdown(socket.SHUT_RDWR)

    def _watch_connections(self) -> None:
        for engine in (self.writing, self.reading):
            event.listen(engine, "connect", lambda connection, record: self._connections.add(connection))
            event.listen(engine, "close", lambda connection, record: self._connections.discard(connection))

    def read(self, work: Callable[[Connection], _T], seconds: float) -> _T:
        """Call ``work`` with a connection to read from. Raises TooLong where that takes longer than so many seconds."""
        with self.reading.begin() as connection:
            if self.path is None:
                connection.exec_driver_sql(f"SET LOCAL statement_timeout = {int(seconds * 1000)}")
                try:
                    return work(connection)
                except OperationalError as problem:
                    if getattr(problem.orig, "sqlstate", None) == _CANCELLED:
                        raise TooLong("ledger") from None
                    raise
            driver: Any = connection.connection.driver_connection
            give_up = monotonic() + seconds
            driver.set_progress_handler(lambda: monotonic() > give_up, _STEPS)
            try:
                return work(connection)
            except OperationalError:
                if monotonic() > give_up:
                    raise TooLong("ledger") from None
                raise
            finally:
                driver.set_progress_handler(None, 0)

    def look_up(self, work: Callable[[Connection], _T]) -> _T:
        """Call ``work``, which reads a few rows by their keys by the driver alone (``run``), with a connection.

        For what each check waits for: a transaction, and a limit of time, would take longer than the reading.
        """
        with self.reading.connect() as connection:
            return work(connection)

    def in_place(self) -> bool:
        """Whether the file is still the one that was opened: SQLite would go on writing into a deleted file."""
        if self.path is None:
            return True
        try:
            return self.path.stat().st_ino == self._inode
        except OSError:
            return False

    def checkpoint_due(self) -> bool:
        """Whether the WAL has grown by ``WAL_BYTES`` since this last returned True. To be called after each commit."""
        size = self.wal_size()
        if size <= WAL_BYTES:
            self._checkpoint_at = WAL_BYTES
            return False
        if size <= self._checkpoint_at:
            return False
        self._checkpoint_at = size + WAL_BYTES
        return True

    def wal_size(self) -> int:
        """Bytes in the WAL; 0 when there is none."""
        try:
            return 0 if self.path is None else self._wal.stat().st_size
        except OSError:
            return 0

    def checkpoint(self, mode: str = "PASSIVE") -> bool:
        """Copy the WAL into the database; mode TRUNCATE empties it too. False when readers or writers prevented it."""
        if self.path is None:
            return True
        connection = self._connect()
        try:
            busy, in_wal, copied = connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
        finally:
            connection.close()
        return not busy and bool(in_wal == copied)

    @contextmanager
    def writing_again(self) -> Iterator[Connection]:
        """A transaction that writes what can be written again: SQLite does not wait for the disk.

        After a power cut it may be missing, and so may nothing but what was written in this way after it.
        """
        with self.writing.connect() as connection:
            driver: Any = connection.connection.driver_connection
            try:
                if self.path is not None:
                    driver.execute("PRAGMA synchronous = NORMAL")
                with connection.begin():
                    yield connection
                if self.path is not None:
                    driver.execute("PRAGMA synchronous = FULL")
            except BaseException:
                connection.invalidate()  # the next one waits for the disk, whatever went wrong with this one
                raise

    def _connect(self) -> sqlite3.Connection:
        # mode=rw: a missing file is an error. SQLite would make a new, empty ledger.
        connection = sqlite3.connect(
            f"file:{quote(str(self.path))}?mode=rw",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA wal_autocheckpoint = 0")
            # A complete checkpoint shrinks the file to this, so that its size shows how much it has grown since.
            connection.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _sqlite(self, transaction: str, connections: int) -> Engine:
        """An engine whose transactions begin as ``transaction`` (IMMEDIATE takes the write lock, DEFERRED does not)."""
        engine = create_engine(
            "sqlite://",
            creator=self._connect,
            poolclass=QueuePool,
            pool_size=connections,
            max_overflow=0,
            hide_parameters=True,
        )

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            run(connection, f"BEGIN {transaction}", ())

        return engine


def run(connection: Connection, statement: str, values: Sequence[Any]) -> Any:
    """Run a statement, with a ``?`` for each value, by the driver alone. Gives the driver's cursor.

    For what each check waits for: SQLAlchemy's own way takes longer than the database does.
    """
    cursor = connection.connection.cursor()
    cursor.execute(statement if connection.dialect.paramstyle == "qmark" else statement.replace("?", "%s"), values)
    return cursor


def add(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert rows of the same columns, without those whose key exists already. Returns how many were new.

    In one statement: a driver gives Python's lock away for each, and while others work gets it back late.
    """
    if not rows:
        return 0
    values = [value for row in rows for value in row.values()]
    added: int = run(connection, _insertion(table.name, tuple(rows[0]), len(rows)), values).rowcount
    return added


def slices(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """The values in parts that one statement can name."""
    for start in range(0, len(values), _NAMED):
        yield values[start : start + _NAMED]


@lru_cache(maxsize=256)
def _insertion(table: str, columns: tuple[str, ...], rows: int) -> str:
    names, row = ", ".join(columns), f"({', '.join('?' * len(columns))})"
    all_rows = ", ".join([row] * rows)
    return f"INSERT INTO {table} ({names}) VALUES {all_rows} ON CONFLICT DO NOTHING"  # noqa: S608 - names of ``schema``


def _postgresql(url: URL, connections: int) -> Engine:
    """An engine with time-outs for all that the server can notice: a lock, a query, an idle transaction."""
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args=_POSTGRESQL_ARGUMENTS,
    )


_POSTGRESQL_ARGUMENTS = {
    "application_name": "fraudcheck",
    "connect_timeout": 2,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    # synchronous_commit: a verdict that was given is on disk, whatever the server's own setting.
    "options": "-c synchronous_commit=on -c lock_timeout=5s -c statement_timeout=30s"
    " -c idle_in_transaction_session_timeout=30s",
}


def _connect_postgresql(url: URL) -> Any:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"), poolclass=NullPool, connect_args=_POSTGRESQL_ARGUMENTS
    )
    return engine.raw_connection()


def _warn_of_unsafe_settings(connection: Connection) -> None:
    """Log a warning when the server may lose acknowledged commits."""
    for setting in ("fsync", "full_page_writes"):
        if connection.exec_driver_sql(f"SHOW {setting}").scalar() != "on":
            _log.warning("the ledger's server has %s off: a power cut may cost verdicts that were given", setting)


def _create(path: Path) -> None:
    """Make the file if missing, durable and for its owner only. SQLite gives its -wal and -shm files the same mode."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _write_planner_statistics(connection: Connection) -> None:
    connection.exec_driver_sql("ANALYZE sqlite_schema")
    connection.exec_driver_sql("DELETE FROM sqlite_stat1")
    connection.exec_driver_sql("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", list(_PLANNER_STATISTICS))


def _migrate(connection: Connection, to: str = HEAD) -> None:
    # Imported here: Alembic takes 100 ms to load, and at nearly every start the tables are up to date.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "fraudcheck.adapters.sql:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to)
    except CommandError:
        raise NewerLedger from None
