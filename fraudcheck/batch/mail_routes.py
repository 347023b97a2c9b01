"""Where does each lead's mail go? A batch's distinct domains, each asked for once, with the answers kept on disk."""

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

_AT_ONCE = 250
"""Domains that are under way at one time."""
_ATTEMPTS = 3
"""Nobody waits for a batch: what could not be told is asked for again later on."""
_PAGE = 500
_encode, _decode = msgspec.json.Encoder().encode, msgspec.json.Decoder(dict).decode


class Closing(MailRoutes, Protocol):
    """Mail routes that hold sockets."""

    async def close(self) -> None:
        """Let go of them."""


class Routes:
    """The domains, and what is known of each. A thread needs one of its own."""

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
        """Note domains to ask for; one that is known is left as it is."""
        with self._file:
            self._file.executemany("INSERT OR IGNORE INTO routes VALUES (?, 0, NULL)", [(name,) for name in domains])

    def unknown(self) -> Iterator[str]:
        """The domains that are to be asked for, in their order."""
        last = ""
        while page := self._file.execute(
            "SELECT domain FROM routes WHERE domain > ? AND attempts < ? AND facts IS NULL ORDER BY domain LIMIT ?",
            (last, _ATTEMPTS, _PAGE),
        ).fetchall():
            last = page[-1][0]
            yield from (domain for (domain,) in page)

    def keep(self, answers: Sequence[tuple[str, Facts]]) -> None:
        """Keep answers; one that tells nothing is kept only when it was the last attempt."""
        with self._file:
            self._file.executemany(
                "UPDATE routes SET attempts = attempts + 1,"
                " facts = CASE WHEN ? AND attempts + 1 < ? THEN NULL ELSE ? END WHERE domain = ?",
                [("unknown" in facts, _ATTEMPTS, _encode(facts), domain) for domain, facts in answers],
            )

    def of(self, domains: Iterable[str]) -> dict[str, Facts]:
        """What is known of these."""
        names = sorted(set(domains))
        found: dict[str, Facts] = {}
        for start in range(0, len(names), _PAGE):
            page = names[start : start + _PAGE]
            marks = ",".join("?" * len(page))
            rows = self._file.execute(
                f"SELECT domain, facts FROM routes WHERE facts IS NOT NULL AND domain IN ({marks})",  # noqa: S608
                page,
            )
            found |= {domain: _decode(facts) for domain, facts in rows}
        return found

    def figures(self) -> tuple[int, int]:
        """How many domains are settled, and how many there are."""
        settled, there = self._file.execute("SELECT COUNT(facts), COUNT(*) FROM routes").fetchone()
        return settled, there


class Asking:
    """Asks for the domains of a file in a thread of its own, while others are still being found.

    ``made`` makes the mail routes, within the thread's event loop.
    """

    def __init__(self, file: Path, made: Callable[[], Closing]) -> None:
        self._path, self._made = file, made
        self._all, self._stop = Event(), Event()
        self._failed: BaseException | None = None
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> Asking:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, where: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def finished(self, seconds: float) -> bool:
        """Whether all is asked, after waiting so long at the most. From the first call on no domain is added."""
        self._all.set()
        self._thread.join(seconds)
        if self._failed is not None:
            raise self._failed
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            asyncio.run(self._ask())
        except BaseException as problem:  # it is the main thread's to tell
            self._failed = problem

    async def _ask(self) -> None:
        routes = self._made()
        with closing(Routes(self._path)) as file:
            try:
                while not self._stop.is_set():
                    complete = self._all.is_set()
                    if not await self._ask_all(file, routes):
                        if complete:
                            return
                        await asyncio.sleep(0.1)
            finally:
                await routes.close()

    async def _ask_all(self, file: Routes, routes: MailRoutes) -> int:
        """Ask once for each domain that is in the file and unknown; how many these were."""
        asked, answers, domains = 0, list[tuple[str, Facts]](), file.unknown()

        async def ask() -> None:
            nonlocal asked
            for domain in domains:
                asked += 1
                answers.append((domain, await routes.route(domain)))
                if len(answers) >= _PAGE:
                    file.keep(answers)
                    answers.clear()
                if self._stop.is_set():
                    return

        await asyncio.gather(*[ask() for _ in range(_AT_ONCE)])
        file.keep(answers)
        return asked
