"""What is a batch, and which files does its folder have while the work goes on?

The folder lies in ``OUT.partial`` beside the output, and is deleted when the output is complete. Each file in it is
written whole or not at all, from other whole files, and has the same bytes whoever writes it. So a batch that was
killed can continue with the files that are there, and several processes share the work through the folder alone.
"""

from __future__ import annotations

import fcntl
import shutil
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from operator import attrgetter
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import msgspec
from msgspec import Struct

from fraudcheck.batch.columns import Columns
from fraudcheck.batch.raw_files import write_atomically
from fraudcheck.batch.writing import Style
from fraudcheck.fields.amounts import Mark
from fraudcheck.worth.quality import QualityTable, decode_quality

_first = attrgetter("first")


class InputFile(Struct, frozen=True, kw_only=True):
    """How one file of the input is read.

    ``kind`` is csv, ndjson, parquet or spreadsheet, ``mapping`` has the columns of each field and ``constants`` the
    values of fields for rows that give none. ``order`` and ``zone`` say how its times are written, ``days`` that none
    of them tells more than the day, and ``marks`` which mark the columns of numbers set before decimals, where that is
    known. Its rows are the slices from ``first`` on. ``times`` has for each of them the time (RFC 3339) of its first
    leads that have none; it is empty where no lead has one.
    """

    name: str
    kind: str
    mapping: Columns
    constants: Mapping[str, str]
    order: str
    zone: str
    first: int
    days: bool = False
    marks: Mapping[str, Mark | None] = {}
    times: tuple[str, ...] = ()


class Plan(Struct, frozen=True, kw_only=True):
    """Everything that the batch's verdicts depend on, besides the leads and the answers of the DNS.

    ``job`` is the batch's name in every verdict. ``files`` are those of the input, none where it is the ledger, with
    all their ``columns``; ``lost`` says in sentences what of the input is not read. ``started`` (RFC 3339) is when the
    batch was begun, and the time of leads that have none. ``style`` is the output's. Rows are numbered through all
    files: each slice ends with a row of ``ends``, and has rows of one file. Each kind of identity is counted in so many
    ``shares``. ``told`` says that the verdicts are also written for an audit. ``policy`` and ``quality`` are the
    tenant's, encoded. ``keep`` says that the leads go into the ledger.
    """

    job: str
    tenant: str
    policy: str
    files: tuple[InputFile, ...]
    columns: tuple[str, ...]
    started: str
    style: Style
    ends: tuple[int, ...]
    shares: int
    lost: tuple[str, ...] = ()
    told: bool = False
    quality: str = ""
    keep: bool = False

    @property
    def slices(self) -> int:
        """How many slices the input has."""
        return len(self.ends)

    @property
    def rows(self) -> int:
        """How many rows the input has."""
        return self.ends[-1] if self.ends else 0

    def rows_of(self, number: int) -> int:
        """How many rows a slice has."""
        return self.ends[number] - (self.ends[number - 1] if number else 0)

    def file_of(self, number: int) -> InputFile | None:
        """The file whose rows a slice has; None for the ledger's leads."""
        return self.files[bisect_right(self.files, number, key=_first) - 1] if self.files else None

    def quality_table(self) -> QualityTable:
        """The tenant's table of quality."""
        return decode_quality(self.quality.encode()) if self.quality else QualityTable()

    @property
    def day(self) -> str:
        """The day (``2026-11-23``) of the lists and DNS answers that the leads are judged by."""
        return self.started[:10]


class Folder:
    """The names of the files in one batch's folder. Another request gets a folder of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.plan_file = self.path / "plan.json"

    def rows(self, number: int) -> Path:
        """A slice of the input, as it was given."""
        return self.path / f"rows-{number:05}.arrow"

    def leads(self, number: int) -> Path:
        """The leads that were read from a slice."""
        return self.path / f"leads-{number:05}.arrow"

    def records(self, number: int) -> Path:
        """Records of the ledger's earlier leads, as it keeps them."""
        return self.path / f"records-{number:05}.arrow"

    def records_read(self) -> Path:
        """How many files of records there are, once all of them are there."""
        return self.path / "records.json"

    def past(self, number: int) -> Path:
        """The leads of a file of records, by what they are counted and known by."""
        return self.path / f"past-{number:05}.arrow"

    def counted(self, number: int) -> Path:
        """Those of them that are no leads of this batch, and so are counted beside these."""
        return self.path / f"counted-{number:05}.arrow"

    def known(self) -> Path:
        """The batch's rows that are in the ledger already, each with the check that it has there."""
        return self.path / "known.arrow"

    def entries(self, number: int) -> Path:
        """A slice's leads as the ledger is to keep them."""
        return self.path / f"entries-{number:05}"

    def seen(self, kind: str, share: int) -> Path:
        """What was seen before of the identities of a kind in a share."""
        return self.path / f"seen-{kind}-{share}.arrow"

    def model(self, name: str) -> Path:
        """A model that judged some of the ledger's leads."""
        return self.path / f"model-{name.rpartition(':')[2]}.json"

    def routes(self) -> Path:
        """The mail domains and what the DNS answered."""
        return self.path / "routes.sqlite"

    def verdicts(self, number: int) -> Path:
        """A slice's part of the output."""
        return self.path / f"verdicts-{number:05}"

    def told(self, number: int) -> Path:
        """A slice's verdicts as NDJSON, for an audit, where the output is written otherwise."""
        return self.path / f"told-{number:05}.ndjson"

    def rejected(self, number: int) -> Path:
        """A slice's rows that could not be judged, as the file beside the output has them."""
        return self.path / f"rejected-{number:05}.ndjson"

    def tally(self, number: int) -> Path:
        """A slice's figures."""
        return self.path / f"tally-{number:05}.json"

    def plan(self) -> Plan:
        """The plan, which has to be there."""
        return msgspec.json.decode(self.plan_file.read_bytes(), type=Plan)


class Partial:
    """``OUT.partial``, the work on an output that is not complete. One process at a time may hold it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._request_file = path / "begun.json"

    @classmethod
    def beside(cls, out: Path) -> Partial:
        """The one beside an output."""
        return cls(out.absolute().with_name(out.name + ".partial"))

    @property
    def input(self) -> Path:
        """Where the content of a pipe is kept."""
        return self.path / "input"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Make it if needed, and lock it. Raises ValueError if another process has locked it."""
        self.path.mkdir(mode=0o700, exist_ok=True)
        with (self.path / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise ValueError(f"another process is at work in {self.path}; wait for it or end it") from None
            yield

    @property
    def begun(self) -> bool:
        """Whether there is an earlier run's work."""
        return self._request_file.exists()

    def begin(self, asked: Mapping[str, Any], now: str) -> tuple[Folder, str]:
        """The batch's folder and when the batch was begun (RFC 3339); those of an earlier run if it ``asked`` the same.

        The work of another request is deleted, as its verdicts would differ. Processes that this other request left
        behind write into their own folder, which is gone.
        """
        with suppress(OSError, msgspec.MsgspecError):
            earlier = msgspec.json.decode(self._request_file.read_bytes())
            if earlier["asked"] == msgspec.json.decode(msgspec.json.encode(asked)):
                return Folder(self.path / earlier["folder"]), earlier["now"]
        self._forget_request()
        for entry in self.path.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry, ignore_errors=True)
        folder = Path(mkdtemp(prefix="", dir=self.path))
        request = {"asked": asked, "folder": folder.name, "now": now}
        write_atomically(self._request_file, msgspec.json.encode(request))
        return Folder(folder), now

    def remove(self) -> None:
        """Delete it."""
        self._forget_request()
        shutil.rmtree(self.path)

    def _forget_request(self) -> None:
        """Comes before every deletion, so that no later run continues with a half-deleted folder."""
        self._request_file.unlink(missing_ok=True)
