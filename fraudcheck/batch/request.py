"""What is a batch asked to do, and who follows its progress?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from fraudcheck.batch.bounds import UNBOUNDED, Bounds
from fraudcheck.batch.columns import Columns
from fraudcheck.batch.source import Source


class Given(Struct, frozen=True, kw_only=True):
    """A file of leads, ``path`` None for standard input, and how it is read where that is said of it alone.

    ``name`` is how messages and results name it. ``constants`` are the values of fields for rows that give none. The
    others are as in ``Request``, and go before what that says of all files.
    """

    path: Path | None = None
    name: str = ""
    chosen: Mapping[str, Sequence[str]] = {}
    constants: Mapping[str, str] = {}
    encoding: str | None = None
    dates: str | None = None
    zone: str | None = None


class Request(Struct, frozen=True, kw_only=True):
    """What a batch is asked to do.

    ``given`` are the files, judged together in the order of their leads' times. ``chosen`` maps fields to columns, of
    several files in each that has the column; ``encoding`` is that of a CSV, if it is known; ``dates`` is day-first or
    month-first, if a file cannot tell; ``zone`` is the IANA zone of times that name none. With ``told``, the verdicts
    are also written as NDJSON for an audit (``run``).

    With ``days``, the input is the ledger's leads of so many days, to be judged again by ``policy`` (a file; by default
    the tenant's own), without look-ups or counts.

    With ``keep``, the leads go into the ledger, and its earlier leads count as what came before them.

    ``processes`` do the work, None for one a processor. One of them reads or judges ``size`` rows at a time and counts
    about ``share`` leads at a time. ``bounds`` are what the file and each process may take.
    """

    out: Path
    given: tuple[Given, ...] = ()
    days: int | None = None
    policy: Path | None = None
    tenant: str = "default"
    chosen: Mapping[str, Sequence[str]] = {}
    encoding: str | None = None
    dates: str | None = None
    zone: str = "UTC"
    told: bool = False
    keep: bool = False
    processes: int | None = None
    size: int = 10_000
    share: int = 1_000_000
    bounds: Bounds = UNBOUNDED


class Watch(Protocol):
    """Shows or records the progress of a batch."""

    def found(self, source: Source, mapping: Columns, constants: Mapping[str, str], name: str) -> None:
        """A file is open: how it is written, the columns of each field, and the values for rows that give none.

        ``name`` is empty where there is only one file.
        """

    def note(self, text: str) -> None:
        """Something that the operator should know."""

    def sized(self, rows: int, judged: int) -> None:
        """The number of rows, and how many of them an earlier run has judged."""

    def phase(self, name: str, unit: str, total: int | None) -> None:
        """A phase of ``total`` units begins; None if the total is not known."""

    def done(self, units: int) -> None:
        """So many more units of the phase are done."""
