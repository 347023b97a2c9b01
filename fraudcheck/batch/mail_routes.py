"""Where does each lead's mail go? Each domain of a batch is looked up once, and the answers are kept on disk."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Protocol

import msgspec

from fraudcheck.ports.mail import MailRoutes
from fraudcheck.records import Facts

_CONCURRENT_LOOKUPS = 250
_ATTEMPTS = 3
"""Look-ups of a domain before its answer is kept as unknown. A batch has time to ask again later."""
_PAGE = 500
"""Domains that are read from or written to the file together."""
_encode, _decode = msgspec.json.Encoder().encode, msgspec.json.Decoder(dict).decode


class ClosableRoutes(MailRoutes, Protocol):
    """Mail routes that hold sockets."""

    async def close(self) -> None:
        """Close the sockets."""


class Routes:
    """The SQLite file of a batch's mail domains and what the DNS answered. Each thread needs an object of its own."""

    def __init__(self, file: Path) -> None:
        self._file = sqlite3.connect(file, timeout=60)
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=NORMAL")
        self._file.execute(
            "CREATE TABLE IF NOT EXISTS routes (domain TEXT PRIMARY KEY, attempts INTEGER, facts BLOB) WITHOUT ROWID"
        )

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def add(self, domains: Iterable[str]) -> None:
        """Add domains to be looked up. One that is in the file already stays as it is."""
        with self._file:
            self._file.executemany("INSERT OR IGNORE INTO routes VALUES (?, 0, NULL)", [(name,) for name in domains])

    def unanswered(self) -> Iterator[str]:
        """The domains that are still to be looked up, in alphabetical order."""
        last = ""
        while page := self._file.execute(
            "SELECT domain FROM routes WHERE domain > ? AND attempts < ? AND facts IS NULL ORDER BY domain LIMIT ?",
            (last, _ATTEMPTS, _PAGE),
        ).fetchall():
            last = page[-1][0]
            yield from (domain for (domain,) in page)

    def keep(self, answers: Sequence[tuple[str, Facts]]) -> None:
        """Keep answers (domain, facts). An answer of unknown is kept only after the last attempt."""
        with self._file:
            self._file.executemany(
                "UPDATE routes SET attempts = attempts + 1,"
                " facts = CASE WHEN ? AND attempts + 1 < ? THEN NULL ELSE ? END WHERE domain = ?",
                [("unknown" in facts, _ATTEMPTS, _encode(facts), domain) for domain, facts in answers],
            )

    def answers_for(self, domains: Iterable[str]) -> dict[str, Facts]:
        """The kept answers for these domains."""
        names = sorted(set(domains))
        answers: dict[str, Facts] = {}
        for start in range(0, len(names), _PAGE):
            page = names[start : start + _PAGE]
            marks = ",".join("?" * len(page))
            rows = self._file.execute(
                f"SELECT domain, facts FROM routes WHERE facts IS NOT NULL AND domain IN ({marks})",  # noqa: S608
                page,
            )
            answers |= {domain: _decode(facts) for domain, facts in rows}
        return answers

    def figures(self) -> tuple[int, int]:
        """How many domains have an answer, and how many domains there are."""
        settled, total = self._file.execute("SELECT COUNT(facts), COUNT(*) FROM routes").fetchone()
        return settled, total


class Resolving:
    """Looks up the domains of a file in a thread, while more domains are still being added to it.

    ``make_routes`` is called in the thread's event loop.
    """

    def __init__(self, file: Path, make_routes: Callable[[], ClosableRoutes]) -> None:
        self._path, self._make_routes = file, make_routes
        self._all_added, self._stop = Event(), Event()
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> Resolving:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def wait(self, seconds: float) -> bool:
        """Wait at most so long, and say whether all domains are looked up. Raises what the thread failed with.

        No domain may be added after the first call.
        """
        self._all_added.set()
        self._thread.join(seconds)
        if self._error is not None:
            raise self._error
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            asyncio.run(self._resolve())
        except BaseException as error:  # ``wait`` raises it in the main thread
            self._error = error

    async def _resolve(self) -> None:
        routes = self._make_routes()
        with closing(Routes(self._path)) as file:
            try:
                while not self._stop.is_set():
                    all_added = self._all_added.is_set()
                    if not await self._resolve_unanswered(file, routes):
                        if all_added:
                            return
                        await asyncio.sleep(0.1)
            finally:
                await routes.close()

    async def _resolve_unanswered(self, file: Routes, routes: MailRoutes) -> int:
        """Look up once each domain that has no answer yet, and give the number of these domains."""
        looked_up, answers, domains = 0, list[tuple[str, Facts]](), file.unanswered()

        async def take_domains() -> None:
            nonlocal looked_up
            for domain in domains:
                looked_up += 1
                answers.append((domain, await routes.route(domain)))
                if len(answers) >= _PAGE:
                    file.keep(answers)
                    answers.clear()
                if self._stop.is_set():
                    return

        await asyncio.gather(*[take_domains() for _ in range(_CONCURRENT_LOOKUPS)])
        file.keep(answers)
        return looked_up
