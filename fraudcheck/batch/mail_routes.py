"""Where does each lead's mail go? Each domain of a batch is looked up until it is known, and the answers kept on disk.

Nobody waits at a form for a batch, so it is patient: what could not be told is asked for again, after growing pauses
and with fewer look-ups at a time, and a resolver that is in trouble is asked more slowly at once.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Protocol

import msgspec

from fraudcheck.ports import Unavailable
from fraudcheck.ports.mail import MailRoutes
from fraudcheck.records import Facts

_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds before what could not be told is asked for again. The last holds on as long as that brings answers."""
_FIRST_AT_A_TIME, _MOST_AT_A_TIME, _FEWEST_AT_A_TIME = 50, 250, 2
"""Look-ups under way: at first, where all goes well, and where the resolver is in trouble."""
_FEW_AGAIN = 32
"""Look-ups under way to which each further time halves them: most domains that are left are silent, and take long."""
_IN_TROUBLE = 0.2
"""The share of failures, among the last fifty look-ups or so, from which on the resolver is suspected."""
_ONE_OF = 0.02
"""How much one look-up moves that share: it is one of fifty."""
_PAGE = 500
"""Domains that are read from or written to the file together."""
_encode, _decode = msgspec.json.Encoder().encode, msgspec.json.Decoder(dict).decode


class ClosableRoutes(MailRoutes, Protocol):
    """Mail routes that hold sockets, at most ``flights`` look-ups at a time."""

    flights: int

    async def ping(self) -> None:
        """Return when a resolver answers. Raises Unavailable."""

    async def close(self) -> None:
        """Close the sockets."""


class Routes:
    """The SQLite file of a batch's mail domains and what the DNS answered. Each thread needs an object of its own.

    ``attempts`` counts the look-ups of a domain; it is NULL where no more will be made.
    """

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

    def unanswered(self, *, new: bool = False) -> Iterator[str]:
        """The domains that are still to be looked up, or only those that never were, in alphabetical order."""
        which = "attempts = 0" if new else "attempts IS NOT NULL"
        last = ""
        while page := self._file.execute(
            f"SELECT domain FROM routes WHERE domain > ? AND {which} ORDER BY domain LIMIT ?",  # noqa: S608
            (last, _PAGE),
        ).fetchall():
            last = page[-1][0]
            yield from (domain for (domain,) in page)

    def keep(self, answers: Sequence[tuple[str, Facts]]) -> None:
        """Keep answers (domain, facts). After an answer of unknown the domain is still to be looked up."""
        with self._file:
            self._file.executemany(
                "UPDATE routes SET attempts = CASE WHEN ? THEN attempts + 1 END, facts = ? WHERE domain = ?",
                [("unknown" in facts, _encode(facts), domain) for domain, facts in answers],
            )

    def give_up(self) -> None:
        """Let what is still to be looked up be unknown."""
        with self._file:
            self._file.execute(
                "UPDATE routes SET attempts = NULL, facts = COALESCE(facts, ?) WHERE attempts IS NOT NULL",
                (_encode({"v": 1, "unknown": "timeout"}),),
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
        total, unsettled = self._file.execute("SELECT COUNT(*), COUNT(attempts) FROM routes").fetchone()
        return total - unsettled, total

    def unknown(self) -> Counter[str]:
        """How many domains stayed unknown, by cause."""
        rows = self._file.execute("SELECT facts FROM routes WHERE instr(facts, ?)", (b'"unknown"',))
        causes = (_decode(facts).get("unknown") for (facts,) in rows)
        return Counter([cause for cause in causes if cause])


class Resolving:
    """Looks up the domains of a file in a thread, while more domains are still being added to it.

    ``make_routes`` is called in the thread's event loop.
    """

    def __init__(self, file: Path, make_routes: Callable[[], ClosableRoutes]) -> None:
        self._path, self._make_routes = file, make_routes
        self._all_added, self._stop = Event(), Event()
        self._error: BaseException | None = None
        self.times = 1
        """How many times domains are asked for by now: 2 when what was left is asked for again."""
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
        pace = _Pace(routes)
        with closing(Routes(self._path)) as file:
            try:
                await self._resolve_added(file, routes, pace)
                settled, total = file.figures()
                while settled < total and not self._stop.is_set():
                    pause = _PAUSES[min(self.times, len(_PAUSES)) - 1]
                    await asyncio.to_thread(self._stop.wait, pause)
                    self.times += 1
                    pace.slow_down()
                    await self._look_up_all(file.unanswered(), file, routes, pace)
                    before, (settled, total) = settled, file.figures()
                    if self.times > len(_PAUSES) and settled == before and not self._stop.is_set():
                        file.give_up()
                        return
            finally:
                await routes.close()

    async def _resolve_added(self, file: Routes, routes: ClosableRoutes, pace: _Pace) -> None:
        """Look up each domain once, while more are added. Where the resolver is away, the rest is left for later."""
        while not self._stop.is_set():
            all_added = self._all_added.is_set()
            looked_up = await self._look_up_all(file.unanswered(new=True), file, routes, pace)
            if all_added and (not looked_up or pace.is_broken):
                return
            await asyncio.sleep(0 if looked_up and not pace.is_broken else 0.1)

    async def _look_up_all(self, domains: Iterator[str], file: Routes, routes: ClosableRoutes, pace: _Pace) -> int:
        """Look up domains, and give their number. Stops where the resolver does not answer at all."""
        looked_up, are_left, answers = 0, True, list[tuple[str, Facts]]()

        async def take_domains(number: int) -> None:
            nonlocal looked_up, are_left
            while are_left and not (self._stop.is_set() or pace.is_broken):
                if number >= pace.at_a_time:
                    await asyncio.sleep(0.2)
                    continue
                domain = next(domains, None)
                if domain is None:
                    are_left = False
                    return
                looked_up += 1
                step = pace.step
                facts = await routes.route(domain)
                answers.append((domain, facts))
                if len(answers) >= _PAGE:
                    file.keep(answers)
                    answers.clear()
                await pace.note("unknown" in facts, step)

        pace.is_broken = False
        await asyncio.gather(*[take_domains(number) for number in range(pace.most)])
        file.keep(answers)
        return looked_up


class _Pace:
    """How many look-ups at a time do the resolvers bear?

    ``at_a_time`` grows while they answer, slowly once it was too much. Where many look-ups fail, it shrinks: to a few
    if a ping fails as well, else not as far, for then the domains are silent rather than the resolver. ``is_broken``
    says that nothing is answered. ``step`` is another number after each change for the slower: what began before it
    says nothing of the new pace.
    """

    def __init__(self, routes: ClosableRoutes) -> None:
        self.most = min(_MOST_AT_A_TIME, routes.flights)
        self.at_a_time = float(min(_FIRST_AT_A_TIME, self.most))
        self.is_broken = False
        self.step = 0
        self._routes = routes
        self._failing, self._answered = 0.0, False

    def slow_down(self) -> None:
        """Halve what may be under way, before what is left is asked for again."""
        self.most = max(self.most // 2, min(_FEW_AGAIN, self.most))
        self.at_a_time = float(min(self.at_a_time, self.most))
        self._failing = 0.0

    async def note(self, failed: bool, step: int) -> None:
        """Take the end of a look-up into account that began at this step."""
        if failed and step != self.step:
            return
        self._failing += _ONE_OF * (failed - self._failing)
        self._answered |= not failed
        if not failed:
            self.at_a_time = min(self.at_a_time + (1 / self.at_a_time if self.step else 0.5), self.most)
        elif self._failing > _IN_TROUBLE:
            self.step += 1
            self._failing, answered, self._answered = 0.0, self._answered, False
            try:
                await self._routes.ping()
                self.at_a_time = max(self.at_a_time * 0.7, min(_FEW_AGAIN, self.at_a_time))
            except Unavailable:
                self.is_broken = self.at_a_time <= _FEWEST_AT_A_TIME and not answered
                self.at_a_time = max(self.at_a_time / 2, _FEWEST_AT_A_TIME)
