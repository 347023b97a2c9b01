"""How does one watch a batch? By a bar on a terminal, else by a line now and then; a program by a file of its state."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from fraudcheck.batch.reading import Source
from fraudcheck.batch.tally import Tally
from fraudcheck.report.tables import aligned, printable

_EVERY_LINE, _EVERY_STATE = 10.0, 1.0
"""Seconds."""


class Watching:
    """Tells standard error what a batch does, and ``status``, a JSON file, where one is wanted.

    The file has ``state`` (running, done, failed), ``phase``, ``rows`` (null while they are counted), ``done`` (rows
    that are judged), ``rejected``, ``decisions`` and ``problem``.
    """

    def __init__(self, status: Path | None = None) -> None:
        self._bar = _bar() if sys.stderr.isatty() else None
        self._task: TaskID | None = None
        self._file = status
        self._state: dict[str, Any] = {
            "state": "running",
            "phase": "starting",
            "rows": None,
            "done": 0,
            "rejected": 0,
            "decisions": {},
            "problem": None,
        }
        self._total: int | None = None
        self._unit, self._now = "", 0
        self._begun = self._line_at = self._state_at = monotonic()

    def found(self, source: Source, mapping: Mapping[str, str]) -> None:
        """Show how the input is written, and which column is which field."""
        for line in mapping_text(source, mapping):
            print(line, file=sys.stderr)

    def note(self, text: str) -> None:
        """Print a line."""
        print(text, file=sys.stderr)

    def sized(self, rows: int, judged: int) -> None:
        """Note how many rows there are, and how many of them an earlier run has judged."""
        self._state |= {"rows": rows, "done": judged}

    def phase(self, name: str, unit: str, total: int | None) -> None:
        """Begin with something that takes ``total`` units, None where nobody knows."""
        self._end()
        self._state["phase"], self._unit, self._total, self._now = name, unit, total, 0
        self._begun = self._line_at = monotonic()
        if self._bar is not None:
            self._bar.start()
            self._task = self._bar.add_task(name, total=total, unit=unit, rate="")
        self._write()

    def done(self, units: int) -> None:
        """Note progress."""
        self._now += units
        self._state["done"] += units if self._state["phase"] == "judging" else 0
        now = monotonic()
        rate = self._now / max(now - self._begun, 0.001)
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, advance=units, rate=f"{rate:,.0f} {self._unit} a second")
        elif now - self._line_at >= _EVERY_LINE:
            self._line_at = now
            print(self._line(rate), file=sys.stderr, flush=True)
        if now - self._state_at >= _EVERY_STATE:
            self._write()

    def ended(self, tally: Tally | None, problem: str | None = None) -> None:
        """Tell the end: the figures, or what went wrong."""
        self._end()
        self._state |= {"state": "failed", "problem": problem}
        if tally is not None:
            self._state |= {
                "state": "done",
                "rows": tally.rows,
                "done": tally.rows,
                "rejected": tally.rejected.total(),
                "decisions": tally.decisions,
            }
        self._write()

    def _end(self) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.stop()
            self._bar.remove_task(self._task)
            self._task = None

    def _line(self, rate: float) -> str:
        name = self._state["phase"]
        if self._total is None:
            return f"{name}: {self._now:,} {self._unit}, {rate:,.0f} a second"
        left = f", {_spelt((self._total - self._now) / rate)} to go" if rate else ""
        return f"{name}: {self._now:,} of {self._total:,} {self._unit}, {rate:,.0f} a second{left}"

    def _write(self) -> None:
        self._state_at = monotonic()
        if self._file is not None:
            new = self._file.with_name(self._file.name + ".new")
            new.write_bytes(msgspec.json.encode(self._state))
            new.replace(self._file)


def mapping_text(source: Source, mapping: Mapping[str, str]) -> list[str]:
    """Which column is which field, for a reader, and what is not used."""
    rows = [(f"  {field}", "<-", column) for field, column in mapping.items() if column in source.columns]
    lines = [*source.notes, *aligned(rows)]
    left = [column for column in source.columns if column not in mapping.values()]
    if left:
        lines.append(f"  not used: {', '.join(map(printable, left))}")
    return lines


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def _spelt(seconds: float) -> str:
    return f"{seconds / 60:,.0f} min" if seconds >= 90 else f"{seconds:,.0f} s"
