"""How is a whole file of leads judged over HTTP? As a job in a folder, which one child process at a time works on.

The queue is the folders themselves, ``batches/TENANT/ID`` in the data directory, so that a restart loses nothing:

- ``input``, the file as it was sent, which is deleted as soon as the job has ended, however it has;
- ``job.json``, what was asked; ``status.json``, how far the child is; ``ended.json``, how the job has ended;
- ``verdicts.FORMAT`` and ``verdicts.FORMAT.rejected.ndjson``, which stay until somebody deletes the batch;
- ``log``, what the child says, kept where the job failed.

Folders and files are for their owner only. A folder comes and goes as a whole: it is filled and emptied in ``.aside``.
The child is ``fraudcheck batch`` at low priority, so that a large file does not slow live checks. Of all services
on one data directory, the one that holds ``.lock`` runs the jobs, oldest first. The child holds it too: should the
service be killed, no other starts the same job while the child still works on it.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, TypeVar

import msgspec
from msgspec import Struct

from fraudcheck.adapters.keys import write_secret
from fraudcheck.identifiers import uuid7
from fraudcheck.records import format_utc
from fraudcheck.settings import PREFIX, Settings, environment

Format = Literal["ndjson", "csv", "parquet"]
Dates = Literal["day-first", "month-first"]
State = Literal["queued", "running", "done", "failed", "cancelled"]

COMMAND = (sys.executable, "-m", "fraudcheck")
UNFINISHED = 100
"""Batches that one tenant may have waiting."""
LISTED = 100
"""Batches that the listing shows."""
_STARTS = 3
"""How often a child is started that something kills. One that kills the service too, as where the memory of both is
limited as a whole, is not counted: such a limit should be the child's own."""
_NICENESS = "15"
_STOP_LIMIT = 5.0  # seconds from SIGTERM to SIGKILL
_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ASIDE = ".aside"
_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class Empty(Exception):
    """The file has no bytes."""


class TooLarge(Exception):
    """The file has more bytes than a batch may have."""


class Crowded(Exception):
    """The tenant has as many unfinished batches as it may have."""


class Options(Struct, frozen=True, kw_only=True):
    """How the file is to be read, as the command's options say it, and what the results are written as."""

    format: Format = "ndjson"
    map: tuple[str, ...] = ()
    dates: Dates | None = None
    timezone: str | None = None


class Batch(Struct, frozen=True, kw_only=True):
    """A batch as the wire gives it; ``rows`` is null until they are counted, ``results`` until the batch is done."""

    id: str
    state: State
    phase: str | None
    rows: int | None
    done: int
    rejected: int
    decisions: dict[str, int]
    problem: str | None
    format: Format
    created_at: str
    finished_at: str | None
    results: str | None


class _Job(Struct, frozen=True, kw_only=True):
    id: str
    tenant: str
    created_at: str
    options: Options


class _Status(Struct, frozen=True, kw_only=True):
    """What the child says."""

    state: str = "running"
    phase: str | None = None
    rows: int | None = None
    done: int = 0
    rejected: int = 0
    decisions: dict[str, int] = {}
    problem: str | None = None


class _Ended(Struct, frozen=True, kw_only=True):
    state: Literal["done", "failed", "cancelled"]
    problem: str | None
    finished_at: str


class Batches:
    """The batches of one data directory. ``command`` is how fraudcheck is started, ``poll`` seconds between looks."""

    def __init__(self, settings: Settings, command: Sequence[str] = COMMAND, poll: float = 1.0) -> None:
        self._settings = settings
        self._command = command
        self._poll = poll
        self._root = settings.data_dir.absolute() / "batches"
        self._runner: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin with the jobs, those first that were not finished."""
        await asyncio.to_thread(self._prepare)
        self._runner = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop the child; its job goes on at the next start."""
        if self._runner is not None:
            self._runner.cancel()
            with suppress(asyncio.CancelledError):
                await self._runner

    async def accept(self, tenant: str, options: Options, content: AsyncIterable[bytes]) -> Batch:
        """Keep a file and put it in the queue. Raises Empty, TooLarge, Crowded, and OSError when the disk is full."""
        if await asyncio.to_thread(self._unfinished, tenant) >= UNFINISHED:
            raise Crowded
        now = datetime.now(UTC)
        job = _Job(id=uuid7(now, os.urandom(10)), tenant=tenant, created_at=format_utc(now), options=options)
        aside, size = self._root / _ASIDE / job.id, 0
        try:
            with os.fdopen(await asyncio.to_thread(_upload, aside), "wb") as file:
                async for chunk in content:
                    size += len(chunk)
                    if size > self._settings.batch_max_bytes:
                        raise TooLarge
                    await asyncio.to_thread(file.write, chunk)
                if not size:
                    raise Empty
                await asyncio.to_thread(file.flush)
                await asyncio.to_thread(self._place, file.fileno(), aside, job)
        finally:  # nothing is there any more where it was placed
            await asyncio.to_thread(shutil.rmtree, aside, ignore_errors=True)
        return _shown(job, self._folder(tenant) / job.id)

    def find(self, tenant: str, batch_id: str) -> Batch | None:
        """Give one batch, None where the tenant has none of that id."""
        folder = self._folder(tenant) / batch_id
        job = _read_json(folder / "job.json", _Job) if _UUID.fullmatch(batch_id) else None
        return _shown(job, folder) if job is not None and job.tenant == tenant else None

    def list(self, tenant: str) -> Sequence[Batch]:
        """Give the tenant's newest batches, the newest first."""
        newest = sorted(self._folder(tenant).glob("*"), reverse=True)[:LISTED]
        return [batch for folder in newest if (batch := self.find(tenant, folder.name)) is not None]

    def results(self, tenant: str, batch: Batch) -> Path:
        """Where the verdicts are."""
        return _verdicts(self._folder(tenant) / batch.id, batch.format)

    def rejected(self, tenant: str, batch: Batch) -> Path:
        """Where it says which rows could not be read, and why."""
        return _rejected(self.results(tenant, batch))

    def remove(self, tenant: str, batch: Batch) -> None:
        """Cancel a batch, or delete one that has ended.

        A child that works on it is killed within a second or so, and what it leaves is deleted then.
        """
        folder = self._folder(tenant) / batch.id
        if _end(folder, "cancelled"):
            _tidy(folder)
        else:
            gone = self._root / _ASIDE / batch.id
            with suppress(FileNotFoundError):  # somebody else deleted it in this moment
                folder.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)

    def _folder(self, tenant: str) -> Path:
        """A tenant may be called anything; one that would be no safe name for a folder has its hash there."""
        safe = re.fullmatch("[a-z0-9_-]{1,63}", tenant)
        return self._root / (tenant if safe else sha256(tenant.encode()).hexdigest())

    def _prepare(self) -> None:
        for folder in (self._root, self._root / _ASIDE):
            folder.mkdir(mode=0o700, exist_ok=True)

    def _unfinished(self, tenant: str) -> int:
        return sum(not _over(folder) for folder in self._folder(tenant).glob("*"))

    def _place(self, file: int, aside: Path, job: _Job) -> None:
        os.fsync(file)
        write_secret(aside / "job.json", msgspec.json.encode(job))
        self._folder(job.tenant).mkdir(mode=0o700, exist_ok=True)
        aside.rename(self._folder(job.tenant) / job.id)

    async def _run(self) -> None:
        """Do the jobs, for as long as the service runs."""
        with os.fdopen(_opened(self._root / ".lock"), "wb") as lock:
            while not _locked(lock.fileno()):  # noqa: ASYNC110 - another process's, which tells nobody
                await asyncio.sleep(self._poll)
            while True:
                try:
                    await asyncio.to_thread(self._sweep)
                    await self._work(lock.fileno())
                except Exception as problem:  # without its text, which may hold what a person wrote
                    why = problem.strerror if isinstance(problem, OSError) else type(problem).__name__
                    _log.error("batches wait a moment and are tried again: %s", why)
                await asyncio.sleep(self._poll)

    async def _work(self, lock: int) -> None:
        while True:
            folder = await asyncio.to_thread(self._oldest)
            if folder is None:
                await asyncio.sleep(self._poll)
            else:
                await self._do(folder, lock)

    def _sweep(self) -> None:
        """Delete what services that were killed have left."""
        for folder in (self._root / _ASIDE).iterdir():
            with suppress(FileNotFoundError), (folder / "input").open("rb") as file:
                if not _locked(file.fileno()):
                    continue  # another service's upload
            shutil.rmtree(folder, ignore_errors=True)
        for folder in self._root.glob("[!.]*/*"):
            if _over(folder):
                _tidy(folder)

    def _oldest(self) -> Path | None:
        waiting = [folder for folder in self._root.glob("[!.]*/*") if not _over(folder)]
        return min(waiting, key=lambda folder: folder.name, default=None)

    async def _do(self, folder: Path, lock: int) -> None:
        """Do one job to its end, or until it is cancelled."""
        job = _read_json(folder / "job.json", _Job)
        if job is None:  # deleted in this moment
            return await asyncio.sleep(self._poll)
        code, starts = -signal.SIGKILL, 0
        if _finished(job, folder):  # by a child whose service was killed
            code = 0
        while code < 0 and starts < _STARTS and not _over(folder):
            starts += 1
            code = await self._child(job, folder, lock)
        return await asyncio.to_thread(_settle, job, folder, code)

    async def _child(self, job: _Job, folder: Path, lock: int) -> int:
        """Start the command and wait for its end. It is stopped where the job is cancelled, and with the service."""
        process = self._started(job, folder, lock)
        try:
            while process.poll() is None and not _over(folder):  # noqa: ASYNC110 - another service may cancel it
                await asyncio.sleep(self._poll)
        finally:
            await _stopped(process)
        return process.returncode

    def _started(self, job: _Job, folder: Path, lock: int) -> subprocess.Popen[bytes]:
        options = job.options
        arguments = ["batch", str(folder / "input"), "--out", str(_verdicts(folder, options.format))]
        arguments += ["--status", str(folder / "status.json"), f"--data-dir={self._settings.data_dir.absolute()}"]
        arguments += [f"--tenant={job.tenant}", *(f"--map={pair}" for pair in options.map)]
        arguments += [f"--dates={options.dates}"] if options.dates else []
        arguments += [f"--timezone={options.timezone}"] if options.timezone else []
        if not (folder / "status.json").exists():
            write_secret(folder / "status.json", msgspec.json.encode(_Status(phase="starting")))
        with os.fdopen(_opened(folder / "log"), "ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own command; what the caller chose was checked
                ["nice", "-n", _NICENESS, *self._command, *arguments],  # noqa: S607 - wherever the system has it
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                umask=0o077,
                pass_fds=(lock,),
                start_new_session=True,  # a terminal's Ctrl-C is for the service, which then stops it
            )

    def _environment(self) -> Mapping[str, str]:
        """The service's own, with its settings, however they were given: secrets are not for a command line."""
        others = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        return others | environment(self._settings)


async def _stopped(process: subprocess.Popen[bytes]) -> None:
    """End a child where it has not ended, and whatever it has started."""
    if process.poll() is None:
        process.terminate()
    with suppress(subprocess.TimeoutExpired):
        await asyncio.to_thread(process.wait, _STOP_LIMIT)
    with suppress(ProcessLookupError, PermissionError):  # it had started nothing, or that has ended too
        os.killpg(process.pid, signal.SIGKILL)
    await asyncio.to_thread(process.wait)


def missing() -> bool:
    """Whether the packages are missing that only batches need."""
    return any(find_spec(name) is None for name in ("daft", "pyarrow"))


def _shown(job: _Job, folder: Path) -> Batch:
    ended, status = _read_json(folder / "ended.json", _Ended), _read_json(folder / "status.json", _Status)
    state: State = ended.state if ended else "running" if status else "queued"
    told = status or _Status()
    return Batch(
        id=job.id,
        state=state,
        phase=told.phase,
        rows=told.rows,
        done=told.done,
        rejected=told.rejected,
        decisions=told.decisions,
        problem=ended.problem if ended else None,
        format=job.options.format,
        created_at=job.created_at,
        finished_at=ended.finished_at if ended else None,
        results=f"/v1/batches/{job.id}/results" if state == "done" else None,
    )


def _verdicts(folder: Path, ending: str) -> Path:
    return folder / f"verdicts.{ending}"


def _rejected(verdicts: Path) -> Path:
    return verdicts.with_name(f"{verdicts.name}.rejected.ndjson")


def _read_json(path: Path, kind: type[_T]) -> _T | None:
    """What a file says; None where it is not there or cannot be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _over(folder: Path) -> bool:
    """Whether there is nothing more to do for a job: it has ended, or is deleted."""
    return (folder / "ended.json").exists() or not (folder / "job.json").exists()


def _finished(job: _Job, folder: Path) -> bool:
    status = _read_json(folder / "status.json", _Status)
    return status is not None and status.state == "done" and _verdicts(folder, job.options.format).exists()


def _settle(job: _Job, folder: Path, code: int) -> None:
    """Note how a job has ended, unless it was cancelled, and delete what is not needed any more."""
    if code == 0 and _verdicts(folder, job.options.format).exists():
        _end(folder, "done")
    elif code < 0:
        _end(
            folder,
            "failed",
            f"the batch was killed {_STARTS} times, as happens when memory runs out: send the file in smaller parts",
        )
    else:
        status = _read_json(folder / "status.json", _Status)
        fallback = f"the command ended with code {code}: who runs the service finds why in the log in its folder"
        _end(folder, "failed", (status and status.problem) or fallback)
    _tidy(folder)


def _end(folder: Path, state: Literal["done", "failed", "cancelled"], problem: str | None = None) -> bool:
    """Note how a job has ended; False where it has before, or is deleted. Of two who do so, one is the first."""
    ended = _Ended(state=state, problem=problem, finished_at=format_utc(datetime.now(UTC)))
    draft = folder / f"ended.{os.urandom(8).hex()}"
    try:
        write_secret(draft, msgspec.json.encode(ended))
        os.link(draft, folder / "ended.json")
    except (FileExistsError, FileNotFoundError):
        return False
    finally:
        draft.unlink(missing_ok=True)
    return True


def _tidy(folder: Path) -> None:
    """Delete what is not to stay of a job that has ended: of one that is not done, all but what it says of itself."""
    job, ended = _read_json(folder / "job.json", _Job), _read_json(folder / "ended.json", _Ended)
    stay = set()
    if job is not None and ended is not None:
        verdicts = _verdicts(folder, job.options.format)
        stay = {"job.json", "status.json", "ended.json"}
        stay |= {"done": {verdicts.name, _rejected(verdicts).name}, "failed": {"log"}}.get(ended.state, set())
    for path in folder.iterdir() if folder.exists() else ():
        if path.name not in stay:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    if not stay:
        with suppress(OSError):
            folder.rmdir()


def _upload(aside: Path) -> int:
    """A new file in a new folder, locked for as long as it is open: so nobody takes it for a dead service's."""
    aside.mkdir(mode=0o700)
    file = _opened(aside / "input")
    _locked(file)
    return file


def _opened(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def _locked(file: int) -> bool:
    """Lock a file, until it is closed everywhere; False where another has."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
