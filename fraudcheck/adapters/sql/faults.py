"""Does it help to wait, when the ledger cannot be opened?

It does where the ledger is out of reach for a while: its server is down, starting or full, another process holds a
lock, a disk is full. Then records go to the spool. It does not where somebody has to act: the file is no database, is
damaged or was made by a newer version, the server refuses the password or has no such database. Every fault that is
not listed here as passing is of the second kind, so that a new kind of fault is said at the start and not hidden.
"""

from __future__ import annotations

import errno
import re

from sqlalchemy import URL
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

_PASSING_OS = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.EINTR}
)
_PASSING_SQLITE = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_NOMEM", "SQLITE_PROTOCOL")
_PASSING_SQLSTATES = ("08", "40", "53", "55P03", "57", "58", "25006", "XX")
"""Beginnings of codes: connection, rolled back for another transaction, resources, lock, shut-down and start-up,
system error, a standby that takes no writes yet, the server's own defects."""
_REFUSED = re.compile(
    r"authentication failed|password is required|no pg_hba\.conf entry|permission denied"
    r"|does not exist|not permitted to log in|is not currently accepting connections",
    re.IGNORECASE,
)
"""What a server says when it refuses a connection for good. libpq tells no code for these."""
_GIVEN_UP = re.compile(r"no password supplied|server does not support SSL|certificate verify failed", re.IGNORECASE)
"""What our side says when it has nothing to answer a server with."""


class NewerLedger(Exception):
    """The tables were made by a newer version of this program."""


def explain(problem: Exception, url: URL) -> str | None:
    """What to do about a ledger that could not be opened, in one sentence; None if it helps to wait.

    The sentence holds no password.
    """
    original = getattr(problem, "orig", None) or problem
    where = url.database or ""
    if isinstance(problem, NewerLedger):
        return f"the ledger {where} was made by a newer version of fraudcheck: start that version, or a newer one"
    if isinstance(problem, PoolTimeoutError | TimeoutError):
        return None
    if isinstance(original, OSError):
        return None if original.errno in _PASSING_OS else _file_sentence(where, original.strerror or "failed")
    if hasattr(original, "sqlite_errorname"):
        return _sqlite_sentence(where, original.sqlite_errorname, str(original))
    if hasattr(original, "sqlstate"):
        return _server_sentence(url, original.sqlstate, str(original))
    return f"the ledger {where} cannot be opened ({type(original).__name__}): correct --ledger"


def _server_sentence(url: URL, sqlstate: str | None, message: str) -> str | None:
    """Of a PostgreSQL server. ``sqlstate`` is None when no connection was made."""
    server = url.host or url.query.get("host") or "the local server"
    if sqlstate is None:
        refusal = message.partition("FATAL:")[2].strip().partition("\n")[0]
        given_up = _GIVEN_UP.search(message)
        if not given_up and not _REFUSED.search(refusal):
            return None
        refusal = given_up[0] if given_up else refusal
        return f"the ledger at {server} refuses ({refusal}): correct --ledger or the server's settings"
    if sqlstate.startswith(_PASSING_SQLSTATES):
        return None
    first_line = message.partition("\n")[0]
    return f"the ledger {url.database} at {server} cannot be used ({first_line}): correct --ledger or the database"


def _sqlite_sentence(where: str, code: str, message: str) -> str | None:
    if code.startswith(_PASSING_SQLITE):
        return None
    if code.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return (
            f"the ledger {where} is damaged or no SQLite database: put a backup in its place, or move it away to begin "
            "a new one"
        )
    return _file_sentence(where, message)


def _file_sentence(where: str, why: str) -> str:
    return (
        f"the ledger {where} cannot be opened ({why.lower()}): it has to be a file that this user may read and write, "
        "in a folder of the same kind"
    )
