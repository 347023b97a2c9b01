"""How is a batch's progress shown? To a person by a bar or by lines on standard error, to a program by a JSON file."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec
from rich import progress as bars
from rich.console import Console

from fraudcheck.batch.columns import Columns
from fraudcheck.batch.figures import figures
from fraudcheck.batch.source import Source
from fraudcheck.batch.tally import Tally
from fraudcheck.batch.unused import shown
from fraudcheck.report.tables import aligned, printable

_LINE_INTERVAL, _STATE_INTERVAL = 10.0, 1.0
"""Seconds between two lines on standard error, and between two writes of the JSON file."""


class Progress:
    """Shows a batch's progress on standard error, and in ``status``, a JSON file, if one is given.

    The file has ``state`` (running, done, failed), ``phase``, ``rows`` (null until they are counted), ``done`` (rows
    that are judged), ``rejected``, ``decisions``, ``lost``, ``seconds_left`` (of the phase; null where that is not
    known), ``problem`` and at the end ``figures``; there, where leads were kept, ``origin``, ``kept`` and ``known``.
    """

    def __init__(self, status: Path | None = None) -> None:
        self._bar = _bar() if sys.stderr.isatty() else None
        self._task: bars.TaskID | None = None
        self._file = status
        self._state: dict[str, Any] = {
            "state": "running",
            "phase": "starting",
            "rows": None,
            "done": 0,
            "rejected": 0,
            "decisions": {},
            "lost": [],
            "seconds_left": None,
            "problem": None,
        }
        self._total: int | None = None
        self._unit, self._units_done = "", 0
        self._phase_began = self._last_line = self._last_state = monotonic()

    def found(self, source: Source, mapping: Columns, constants: Mapping[str, str], name: str) -> None:
        """Show how a file is written, and which column is which field."""
        for line in mapping_text(source, mapping, constants, name):
            print(line, file=sys.stderr)

    def note(self, text: str) -> None:
        """Print a line."""
        print(text, file=sys.stderr)

    def sized(self, rows: int, judged: int) -> None:
        """Note how many rows there are, and how many of them an earlier run has judged."""
        self._remove_bar()  # and its thread, before other processes are forked
        self._state |= {"rows": rows, "done": judged}

    def phase(self, name: str, unit: str, total: int | None) -> None:
        """Begin a phase of ``total`` units; None if the total is not known."""
        self._remove_bar()
        self._state["phase"], self._unit, self._total, self._units_done = name, unit, total, 0
        self._state["seconds_left"] = None
        self._phase_began = self._last_line = monotonic()
        if self._bar is not None:
            self._bar.start()
            self._task = self._bar.add_task(name, total=total, unit=unit, rate="")
        self._write_state()

    def done(self, units: int) -> None:
        """Count so many more units of the phase as done."""
        self._units_done += units
        self._state["done"] += units if self._state["phase"] == "judging" else 0
        now = monotonic()
        rate = self._units_done / max(now - self._phase_began, 0.001)
        if self._total is not None:
            self._state["seconds_left"] = round((self._total - self._units_done) / rate) if rate else None
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, advance=units, rate=f"{rate:,.0f} {self._unit} a second")
        elif now - self._last_line >= _LINE_INTERVAL:
            self._last_line = now
            print(self._line(rate), file=sys.stderr, flush=True)
        if now - self._last_state >= _STATE_INTERVAL:
            self._write_state()

    def ended(
        self,
        tally: Tally | None,
        problem: str | None = None,
        lost: Sequence[str] = (),
        *,
        origin: str | None = None,
    ) -> None:
        """Note the end: the figures, what was ``lost`` and the ``origin`` of kept leads; or what went wrong."""
        self._remove_bar()
        self._state |= {"state": "failed", "seconds_left": None, "problem": problem}
        if tally is not None:
            self._state |= {
                "state": "done",
                "rows": tally.rows,
                "done": tally.rows,
                "rejected": tally.rejected.total(),
                "decisions": tally.decisions,
                "lost": lost,
                "figures": figures(tally),
            }
        if tally is not None and origin is not None:
            self._state |= {"origin": origin, "kept": tally.ledger["kept"], "known": tally.ledger["known"]}
        self._write_state()

    def _remove_bar(self) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.stop()
            self._bar.remove_task(self._task)
            self._task = None

    def _line(self, rate: float) -> str:
        name = self._state["phase"]
        if self._total is None:
            return f"{name}: {self._units_done:,} {self._unit}, {rate:,.0f} a second"
        left = f", {_duration((self._total - self._units_done) / rate)} to go" if rate else ""
        return f"{name}: {self._units_done:,} of {self._total:,} {self._unit}, {rate:,.0f} a second{left}"

    def _write_state(self) -> None:
        self._last_state = monotonic()
        if self._file is not None:
            new = self._file.with_name(self._file.name + ".new")
            new.write_bytes(msgspec.json.encode(self._state))
            new.replace(self._file)


def mapping_text(
    source: Source, mapping: Columns, constants: Mapping[str, str], name: str = "", lost: Sequence[str] = ()
) -> list[str]:
    """What is lost, which column is which field, and which columns are not used, in lines for a reader.

    ``constants`` are the values for rows that give none, ``name`` that of one of several files.
    """
    columns = [
        (f"  {field}" if column == best else f"  {field}, if that is empty", "<-", column)
        for field, (best, *others) in mapping.items()
        for column in (best, *others)
        if column in source.columns
    ]
    filled = {field.strip() for field, _, _ in columns}
    columns += [
        (f"  {field}, if that is empty" if field in filled else f"  {field}", "=", printable(value))
        for field, value in constants.items()
    ]
    notes = list(source.notes)
    if name:
        notes[0] = f"{shown(name)}: {notes[0]}"
    lines = [*notes, *[f"lost: {sentence}" for sentence in lost], *aligned(columns)]
    used = {*chain.from_iterable(mapping.values())}
    unused = [column for column in source.columns if column not in used]
    if unused:
        lines.append(f"  not used: {', '.join(map(shown, unused))}")
    return lines


def _bar() -> bars.Progress:
    return bars.Progress(
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TextColumn("{task.fields[rate]}"),
        bars.TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def _duration(seconds: float) -> str:
    return f"{seconds / 60:,.0f} min" if seconds >= 90 else f"{seconds:,.0f} s"
