"""What is known of one batch over HTTP? A job in a folder, whose files say what was asked, how far it is, how it ended.

- ``input``, the file as it was sent, and ``input-2`` and so on where there are several. They are deleted when the job
  has ended, in whichever way.
- ``draft.json``, what was sent in a browser and waits for a person to start it; ``preview.json``, what was found in it.
- ``worked``, the seconds that children have worked on it, as far as services lived to note them.
- ``job.json``, what was asked; ``status.json``, the child's progress; ``ended.json``, how the job ended.
- ``verdicts.FORMAT`` and ``verdicts.FORMAT.rejected.ndjson``, the results. They stay until somebody deletes the batch.
- ``audit.html``, the audit of the vendors of what came from a browser.
- ``log``, the child's standard error, kept if the job failed.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeVar

import msgspec
from msgspec import Struct

from fraudcheck.adapters.keys import write_secret
from fraudcheck.batch.figures import Figures
from fraudcheck.batch.preview import Looked
from fraudcheck.records import format_utc

Format = Literal["ndjson", "csv", "parquet"]
Dates = Literal["day-first", "month-first"]
State = Literal["queued", "running", "done", "failed", "cancelled"]
EndState = Literal["done", "failed", "cancelled"]

MOST_FILES = 50
"""Files that are judged together as one batch."""
STORED_NAME = "input"
"""Under which the first file of a job is stored, whatever its name is."""
MAX_STARTS = 3
"""How often the child is started if something kills it. A death that takes the service too is not counted."""
_CRASHES = {-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS, -signal.SIGILL, -signal.SIGFPE}
"""Exit codes of a library that gave up over the file, as it would again."""
_TAKING_IN = ("starting", "taking the file in")
"""The phases that a child begins anew when it is started again; in the later ones it goes on."""
_T = TypeVar("_T")


class Options(Struct, frozen=True, kw_only=True):
    """How to read the file, in the values that the command's options take, and the format of the results."""

    format: Format = "ndjson"
    map: tuple[str, ...] = ()
    set: tuple[str, ...] = ()
    dates: Dates | None = None
    timezone: str | None = None
    keep: bool = False


class SentFile(Struct, frozen=True, kw_only=True):
    """A file that came from a browser: its ``name``, which is anybody's text and no path, and what was said of it.

    ``vendor``, ``country`` and ``currency`` are those of rows that name none, "" where nobody said it; ``dates`` is as
    in ``Options``.
    """

    name: str
    vendor: str = ""
    country: str = ""
    currency: str = ""
    dates: Dates | None = None

    @property
    def constants(self) -> dict[str, str]:
        """What was said, by the fields of a lead."""
        told = {"source.vendor": self.vendor, "country": self.country, "source.price.currency": self.currency}
        return {field: value for field, value in told.items() if value}


class Batch(Struct, frozen=True, kw_only=True):
    """A batch as the API gives it. ``rows`` is null until they are counted, ``results`` until the batch is done.

    ``lost`` says in sentences what of the file is in no verdict: columns, rows, cells; known when the batch is done.
    Of a batch that keeps its leads, when it is done, ``origin`` is what they have in the ledger, ``kept`` says how many
    they are and ``known`` how many the ledger had before.
    """

    id: str
    state: State
    phase: str | None
    rows: int | None
    done: int
    rejected: int
    decisions: dict[str, int]
    lost: list[str]
    seconds_left: int | None
    problem: str | None
    format: Format
    created_at: str
    finished_at: str | None
    results: str | None
    origin: str | None
    kept: int | None
    known: int | None


class Job(Struct, frozen=True, kw_only=True):
    """What was asked. ``files`` are in the order of the inputs; a program tells nothing of them."""

    id: str
    tenant: str
    created_at: str
    options: Options
    files: tuple[SentFile, ...] = ()


class Status(Struct, frozen=True, kw_only=True):
    """The child's progress, as ``batch.progress`` writes it."""

    state: str = "running"
    phase: str | None = None
    rows: int | None = None
    done: int = 0
    rejected: int = 0
    decisions: dict[str, int] = {}
    lost: list[str] = []
    seconds_left: int | None = None
    problem: str | None = None
    origin: str | None = None
    kept: int | None = None
    known: int | None = None
    figures: Figures | None = None


class Ended(Struct, frozen=True, kw_only=True):
    """How and when the job ended."""

    state: EndState
    problem: str | None
    finished_at: str


class JobFolder:
    """The folder of one job. Several processes may change it at the same time, and any of its files may be missing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.input = path / STORED_NAME
        self.log = path / "log"
        self.status_file = path / "status.json"
        self._worked_file = path / "worked"
        self._job_file, self._ended_file = path / "job.json", path / "ended.json"
        self.names_file, self.audit_file = path / "names.json", path / "audit.html"
        self._draft_file, self._preview_file = path / "draft.json", path / "preview.json"

    def inputs(self) -> list[Path]:
        """The files as they were sent, in their order."""
        more = [path for n in range(2, MOST_FILES + 1) if (path := self.path / f"input-{n}").exists()]
        return [self.input, *more]

    def draft(self) -> Job | None:
        """What waits for a person to start it; None if nothing does."""
        return None if self._job_file.exists() else _read_json(self._draft_file, Job)

    def write_draft(self, draft: Job) -> None:
        """Note what waits to be started, and with which options."""
        write_secret(self._draft_file, msgspec.json.encode(draft))

    def start(self) -> bool:
        """Make a job of the draft. False if there is none any more."""
        draft = self.draft()
        if draft is None:
            return False
        self.write_job(draft)
        for path in (self._draft_file, self._preview_file):
            path.unlink(missing_ok=True)
        return True

    def looked(self) -> Looked | None:
        """What was found in the draft's files; None if nobody has looked yet."""
        return _read_json(self._preview_file, Looked)

    def write_looked(self, looked: Looked) -> None:
        """Note what was found in the draft's files."""
        with suppress(FileNotFoundError):  # deleted at this moment
            write_secret(self._preview_file, msgspec.json.encode(looked))

    def job(self) -> Job | None:
        """What was asked; None if the job is deleted."""
        return _read_json(self._job_file, Job)

    def status(self) -> Status | None:
        """The child's progress; None if none was ever started."""
        return _read_json(self.status_file, Status)

    def write_job(self, job: Job) -> None:
        """Note what was asked."""
        write_secret(self._job_file, msgspec.json.encode(job))

    def write_names(self, names: Sequence[str]) -> None:
        """Note how messages and results name the files."""
        write_secret(self.names_file, msgspec.json.encode(names))

    def write_first_status(self) -> None:
        """Note that a child is about to start, unless an earlier child has noted its progress."""
        if not self.status_file.exists():
            write_secret(self.status_file, msgspec.json.encode(Status(phase="starting")))

    def status_stamp(self) -> int:
        """Changes whenever a child notes its progress."""
        try:
            return self.status_file.stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def can_be_continued(self) -> bool:
        """Whether a child would go on with the work of this one, rather than begin anew."""
        status = self.status()
        return status is not None and status.phase not in _TAKING_IN

    def worked(self) -> float:
        """The seconds that children have worked on it."""
        return _read_json(self._worked_file, float) or 0.0

    def note_worked(self, seconds: float) -> None:
        """Note how long children have worked on it."""
        with suppress(OSError):  # deleted at this moment, or a full disk
            write_secret(self._worked_file, msgspec.json.encode(seconds))

    def ended_before(self, moment: str) -> bool:
        """Whether the job has ended, and before a moment (RFC 3339, UTC)."""
        ended = _read_json(self._ended_file, Ended)
        return ended is not None and ended.finished_at < moment

    def verdicts(self, ending: str) -> Path:
        """The file of verdicts."""
        return self.path / f"verdicts.{ending}"

    def rejected(self, ending: str) -> Path:
        """The file of rows that could not be judged."""
        return self.path / f"verdicts.{ending}.rejected.ndjson"

    def is_over(self) -> bool:
        """Whether nothing is left to do: the job has ended, is deleted, or not started."""
        return self._ended_file.exists() or not self._job_file.exists()

    def is_finished(self, job: Job) -> bool:
        """Whether a child has done the whole job, though nobody has noted its end yet."""
        status = self.status()
        return status is not None and status.state == "done" and self.verdicts(job.options.format).exists()

    def to_batch(self, job: Job) -> Batch:
        """The batch as the API gives it."""
        ended, known_status = _read_json(self._ended_file, Ended), self.status()
        state: State = "queued"
        if ended:
            state = ended.state
        elif known_status:
            state = "running"
        status = known_status or Status()
        return Batch(
            id=job.id,
            state=state,
            phase=status.phase,
            rows=status.rows,
            done=status.done,
            rejected=status.rejected,
            decisions=status.decisions,
            lost=status.lost,
            seconds_left=status.seconds_left if state == "running" else None,
            problem=ended.problem if ended else None,
            format=job.options.format,
            created_at=job.created_at,
            finished_at=ended.finished_at if ended else None,
            results=f"/v1/batches/{job.id}/results" if state == "done" else None,
            origin=status.origin,
            kept=status.kept,
            known=status.known,
        )

    def settle(self, job: Job, code: int) -> None:
        """Note how a job has ended, unless it was cancelled, and delete what is not needed any more.

        ``code`` is the child's exit code, negative if a signal killed it ``MAX_STARTS`` times.
        """
        if code == 0 and self.verdicts(job.options.format).exists():
            self.end("done")
        elif code in _CRASHES:
            self.end(
                "failed",
                "the file needs more memory than a batch may take, or is damaged so that it cannot be read: write it "
                "again, or send it in smaller parts",
            )
        elif code < 0:
            self.end(
                "failed",
                f"the batch was killed {MAX_STARTS} times, as happens when memory runs out: send the file in smaller "
                "parts",
            )
        else:
            status = self.status()
            fallback = f"the command ended with code {code}: who runs the service finds why in the log in its folder"
            self.end("failed", (status and status.problem) or fallback)
        self.tidy()

    def end(self, state: EndState, problem: str | None = None) -> bool:
        """Note how the job has ended. False if its end is noted already or the job is deleted.

        Of two processes that note an end at the same time, one gets True.
        """
        ended = Ended(state=state, problem=problem, finished_at=format_utc(datetime.now(UTC)))
        draft = self.path / f"ended.{os.urandom(8).hex()}"
        try:
            write_secret(draft, msgspec.json.encode(ended))
            os.link(draft, self._ended_file)  # fails if the file is there, unlike a rename
        except (FileExistsError, FileNotFoundError):
            return False
        finally:
            draft.unlink(missing_ok=True)
        return True

    def tidy(self) -> None:
        """Delete what is not to stay of a job that has ended. Of a deleted job, nothing stays; of a draft, all."""
        if self.draft() is not None:
            return
        job, ended = self.job(), _read_json(self._ended_file, Ended)
        stay: set[str] = set()
        if job is not None and ended is not None:
            stay = {self._job_file.name, self.status_file.name, self._ended_file.name}
            if ended.state == "done":
                stay |= {self.verdicts(job.options.format).name, self.rejected(job.options.format).name}
                stay.add(self.audit_file.name)
            elif ended.state == "failed":
                stay.add(self.log.name)
        for path in self.path.iterdir() if self.path.exists() else ():
            if path.name in stay:
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        if not stay:
            with suppress(OSError):
                self.path.rmdir()


def _read_json(path: Path, kind: type[_T]) -> _T | None:
    """The content of a file; None if it is not there or cannot be decoded."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
