"""How is a whole file of leads judged over HTTP? As a job in a queue, worked on by one child process at a time.

The queue is the jobs' folders, ``batches/TENANT/ID`` in the data directory, so that a restart loses nothing
(``batch_job`` says what a folder holds). Folders and files are for their owner only. A folder appears and disappears as
a whole: it is filled and deleted in ``.aside``.

If several services share a data directory, the one that holds the file lock ``.lock`` runs the jobs. The child holds
the lock too. So if a service is killed, no other service starts the same job while the child still works.

Tenants take turns, each with its oldest job. A job that is not done when its turn is over waits while another tenant
has one, and then goes on where it was stopped. What a job may take is bounded: ``fraudcheck.batch.bounds`` holds the
child to it, and this module stops the child when the job has taken too long or the disk's reserve is touched.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import shutil
import signal
from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from time import monotonic
from typing import NamedTuple, ParamSpec, TypeVar

import msgspec

from fraudcheck.adapters import disk
from fraudcheck.identifiers import UUID, uuid7
from fraudcheck.records import format_utc
from fraudcheck.settings import Settings
from fraudcheck.web.batch_child import COMMAND, start_child, stop_child
from fraudcheck.web.batch_job import MAX_STARTS, Batch, Job, JobFolder, Options, SentFile
from fraudcheck.web.file_locks import open_private, try_lock

UNFINISHED = 100
"""Unfinished batches that one tenant may have."""
KEPT = 1000
"""Batches that one tenant may have, those that have ended included."""
LISTED = 100
"""Batches that the listing shows."""
TURN = 60.0
"""Seconds that a job may work while another tenant waits, not counting the time in which it takes its file in."""
_HOUR = 3600.0
_DRAFT = timedelta(days=1)
"""How long a file that was sent in a browser waits for a person to start it."""
_ASIDE = ".aside"
_P = ParamSpec("_P")
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Empty(Exception):
    """The file has no bytes, or there is no file."""


class Uploaded(NamedTuple):
    """A job that was sent, with its batch; None for a draft, which nobody has started."""

    job: Job
    batch: Batch | None


class TooLarge(Exception):
    """The file has more bytes than a batch may have."""


class Crowded(Exception):
    """The tenant has as many batches as it may have. The text says which, and what to do."""


class Batches:
    """The batches of one data directory.

    ``command`` starts fraudcheck; ``poll`` is the seconds between two looks, ``turn`` the seconds of a turn.
    """

    def __init__(
        self, settings: Settings, command: Sequence[str] = COMMAND, poll: float = 1.0, turn: float = TURN
    ) -> None:
        self._settings = settings
        self._command = command
        self._poll = poll
        self._turn = turn
        self._turns: dict[str, int] = {}
        self._turn_numbers = count(1)
        self._delete_again = 0.0
        self._root = settings.data_dir.absolute() / "batches"
        self._runner: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start to run the jobs, beginning with those that an earlier service did not finish."""
        await asyncio.to_thread(self._make_folders)
        self._runner = asyncio.create_task(self._run_jobs())

    async def stop(self) -> None:
        """Stop the child. Its job is continued at the next start."""
        if self._runner is not None:
            self._runner.cancel()
            with suppress(asyncio.CancelledError):
                await self._runner

    async def accept(self, tenant: str, options: Options, content: AsyncIterable[bytes]) -> Batch:
        """Store a file and put its job into the queue.

        Raises Empty, TooLarge, Crowded, and OSError if the disk has no room for it. After any end but success nothing
        of the file is left.
        """
        job = await self._receive(tenant, _only(content), options, draft=False)
        return self._job_folder(tenant, job.id).to_batch(job)

    async def accept_draft(self, tenant: str, files: AsyncIterable[tuple[str, AsyncIterable[bytes]]]) -> Job:
        """Store files, each with the name that it came by, for a person to look at and to start as one batch.

        Raises as ``accept`` does. Of a draft that nobody starts within a day nothing is left either.
        """
        return await self._receive(tenant, files, Options(format="csv"), draft=True)

    async def _receive(
        self, tenant: str, files: AsyncIterable[tuple[str, AsyncIterable[bytes]]], options: Options, *, draft: bool
    ) -> Job:
        await asyncio.to_thread(self._require_room_for_tenant, tenant)
        now = datetime.now(UTC)
        job = Job(id=uuid7(now, os.urandom(10)), tenant=tenant, created_at=format_utc(now), options=options)
        upload = _Upload(JobFolder(self._root / _ASIDE / job.id), self._settings)
        names: list[str] = []
        try:
            await _to_its_end(upload.begin)
            async for name, content in files:
                if names:
                    await _to_its_end(upload.begin_another, len(names) + 1)
                names.append(name)
                before = upload.size
                async for chunk in content:
                    if upload.size + len(chunk) > self._settings.batch_max_bytes:
                        raise TooLarge
                    await _to_its_end(upload.write, chunk)
                if upload.size == before:
                    raise Empty
            if not names:
                raise Empty
            if draft:
                job = msgspec.structs.replace(job, files=tuple(SentFile(name=name) for name in names))
            await _to_its_end(upload.finish, job, self._job_folder(tenant, job.id), draft)
        finally:
            await _to_its_end(upload.close)
        return job

    def draft(self, tenant: str, batch_id: str) -> Job | None:
        """What waits to be started under an id; None if the tenant has no such draft."""
        draft = self._job_folder(tenant, batch_id).draft() if UUID.fullmatch(batch_id) else None
        return draft if draft is not None and draft.tenant == tenant else None

    def folder(self, job: Job) -> JobFolder:
        """Where a job's or a draft's files are."""
        return self._job_folder(job.tenant, job.id)

    def start_draft(self, draft: Job) -> bool:
        """Put a draft into the queue. False if it is not there any more; raises Crowded if too many are unfinished."""
        self._require_turn(list(self._tenant_folder(draft.tenant).glob("*")))
        return self.folder(draft).start()

    def remove_draft(self, draft: Job) -> None:
        """Delete a draft."""
        self._delete(self.folder(draft).path)

    def job(self, tenant: str, batch_id: str) -> Job | None:
        """What was asked with a batch; None if the tenant has none of that id."""
        job = self._job_folder(tenant, batch_id).job() if UUID.fullmatch(batch_id) else None
        return job if job is not None and job.tenant == tenant else None

    def uploads(self, tenant: str) -> Sequence[Uploaded]:
        """The tenant's newest batches and drafts, the newest first."""
        found = []
        for path in sorted(self._tenant_folder(tenant).glob("*"), reverse=True)[:LISTED]:
            folder = JobFolder(path)
            if (job := folder.job()) is not None and job.tenant == tenant:
                found.append(Uploaded(job, folder.to_batch(job)))
            elif (draft := folder.draft()) is not None and draft.tenant == tenant:
                found.append(Uploaded(draft, None))
        return found

    def find(self, tenant: str, batch_id: str) -> Batch | None:
        """One batch; None if the tenant has none of that id."""
        job = self.job(tenant, batch_id)
        return self.folder(job).to_batch(job) if job is not None else None

    def list(self, tenant: str) -> Sequence[Batch]:
        """The tenant's newest batches, the newest first."""
        newest = sorted(self._tenant_folder(tenant).glob("*"), reverse=True)[:LISTED]
        return [batch for folder in newest if (batch := self.find(tenant, folder.name)) is not None]

    def results(self, tenant: str, batch: Batch) -> Path:
        """The file of verdicts."""
        return self._job_folder(tenant, batch.id).verdicts(batch.format)

    def rejected(self, tenant: str, batch: Batch) -> Path:
        """The file that says which rows could not be judged, and why."""
        return self._job_folder(tenant, batch.id).rejected(batch.format)

    def remove(self, tenant: str, batch: Batch) -> None:
        """Cancel a batch, or delete one that has ended.

        A child that works on it is killed within about a second, and what it leaves is deleted then.
        """
        folder = self._job_folder(tenant, batch.id)
        if folder.end("cancelled"):
            folder.tidy()
        else:
            self._delete(folder.path)

    def _tenant_folder(self, tenant: str) -> Path:
        """A tenant may have any name. One that is not safe as a folder's name is replaced by its hash."""
        safe = re.fullmatch("[a-z0-9_-]{1,63}", tenant)
        return self._root / (tenant if safe else sha256(tenant.encode()).hexdigest())

    def _job_folder(self, tenant: str, batch_id: str) -> JobFolder:
        return JobFolder(self._tenant_folder(tenant) / batch_id)

    def _make_folders(self) -> None:
        for folder in (self._root, self._root / _ASIDE):
            folder.mkdir(mode=0o700, exist_ok=True)

    def _require_room_for_tenant(self, tenant: str) -> None:
        """Raises Crowded if the tenant may have no further batch."""
        folders = list(self._tenant_folder(tenant).glob("*"))
        self._require_turn(folders)
        if len(folders) >= KEPT:
            raise Crowded(f"{KEPT} batches are kept: delete some that have ended")
        most = self._settings.batch_tenant_bytes
        if sum(map(_bytes_in, folders)) >= most:
            raise Crowded(f"your batches and their results take {most:,} bytes: delete some that have ended")

    def _require_turn(self, folders: Sequence[Path]) -> None:
        """Raises Crowded if too many of a tenant's batches are unfinished."""
        if sum(not JobFolder(path).is_over() for path in folders) >= UNFINISHED:
            raise Crowded(f"{UNFINISHED} batches are unfinished: wait until one is done, or cancel one")

    async def _run_jobs(self) -> None:
        """Run the jobs for as long as the service lives, once no other service does."""
        with os.fdopen(open_private(self._root / ".lock"), "wb") as lock:
            while not try_lock(lock.fileno()):  # noqa: ASYNC110 - another process holds it, which sends no signal
                await asyncio.sleep(self._poll)
            while True:
                try:
                    await asyncio.to_thread(self._delete_leftovers)
                    await self._run_queue(lock.fileno())
                except Exception as problem:  # logged without its text, which may hold what a person wrote
                    why = problem.strerror if isinstance(problem, OSError) else type(problem).__name__
                    _log.error("batches wait a moment and are tried again: %s", why)
                await asyncio.sleep(self._poll)

    async def _run_queue(self, lock: int) -> None:
        while True:
            folder = await asyncio.to_thread(self._look)
            if folder is None:
                await asyncio.sleep(self._poll)
            else:
                await self._run_job(folder, lock)

    def _look(self) -> JobFolder | None:
        """Delete what is old, and find the job that is to be run; None if there is none, or no room for it."""
        self._delete_old()
        return self._find_next() if self._has_room() else None

    def _delete_old(self) -> None:
        """Delete batches that have ended long ago, and what waited too long to be started."""
        if monotonic() < self._delete_again:
            return
        self._delete_again = monotonic() + _HOUR
        now = datetime.now(UTC)
        ended, drafted = format_utc(now - timedelta(days=self._settings.batch_keep_days)), format_utc(now - _DRAFT)
        for path in self._root.glob("[!.]*/*"):
            folder = JobFolder(path)
            draft = folder.draft()
            if folder.ended_before(ended) or (draft is not None and draft.created_at < drafted):
                self._delete(path)

    def _delete(self, path: Path) -> None:
        aside = self._root / _ASIDE / path.name
        with suppress(FileNotFoundError):  # another caller deleted it at this moment
            path.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)

    def _delete_leftovers(self) -> None:
        """Delete what killed services have left behind."""
        for path in (self._root / _ASIDE).iterdir():
            with suppress(FileNotFoundError), (path / "input").open("rb") as file:
                if not try_lock(file.fileno()):
                    continue  # another service is receiving this upload
            shutil.rmtree(path, ignore_errors=True)
        for path in self._root.glob("[!.]*/*"):
            folder = JobFolder(path)
            if folder.is_over():
                folder.tidy()

    def _find_next(self) -> JobFolder | None:
        """The oldest job (ids begin with their time) of the tenant whose last turn is longest ago."""
        waiting = self._oldest_by_tenant()
        if not waiting:
            return None
        tenant = min(waiting, key=lambda name: (self._turns.get(name, 0), waiting[name].name))
        self._turns = {name: turn for name, turn in self._turns.items() if name in waiting}
        self._turns[tenant] = next(self._turn_numbers)
        return JobFolder(waiting[tenant])

    def _oldest_by_tenant(self) -> dict[str, Path]:
        """The oldest unfinished job of each tenant that has one, by the name of the tenant's folder."""
        unfinished = [path for path in self._root.glob("[!.]*/*") if not JobFolder(path).is_over()]
        return {path.parent.name: path for path in sorted(unfinished, key=lambda path: path.name, reverse=True)}

    async def _run_job(self, folder: JobFolder, lock: int) -> None:
        """Run one job until it ends or is cancelled, or until its turn is over."""
        job = folder.job()
        if job is None:  # deleted at this moment
            await asyncio.sleep(self._poll)
            return
        code: int | None = -signal.SIGKILL
        starts = 0
        if folder.is_finished(job):  # by a child whose service was killed
            code = 0
        while code == -signal.SIGKILL and starts < MAX_STARTS and not folder.is_over():
            starts += 1
            code = await self._run_child(job, folder, lock)
        if code is not None:
            await asyncio.to_thread(folder.settle, job, code)

    async def _run_child(self, job: Job, folder: JobFolder, lock: int) -> int | None:
        """Run a child and give its exit code; None if its turn is over, so that another child has to go on.

        It is stopped if the job is cancelled or has met a bound, and together with the service.
        """
        began, worked = monotonic(), folder.worked()
        turn_began: float | None = None
        process = start_child(self._command, self._settings, job, folder, lock)
        stamp = folder.status_stamp()
        try:
            while process.poll() is None and not folder.is_over():
                await asyncio.sleep(self._poll)
                if problem := await asyncio.to_thread(self._bound_met, worked + monotonic() - began):
                    await asyncio.to_thread(folder.end, "failed", problem)
                elif turn_began is None:
                    if folder.status_stamp() != stamp and folder.can_be_continued():
                        turn_began = monotonic()
                elif monotonic() - turn_began > self._turn and await asyncio.to_thread(self._others_wait, folder):
                    return None
        finally:
            await stop_child(process)
            folder.note_worked(worked + monotonic() - began)
        return process.returncode

    def _bound_met(self, worked: float) -> str:
        """Why a job that was worked on for so many seconds cannot go on; "" if it can."""
        most = self._settings.batch_max_seconds
        if worked > most:
            return f"the batch was worked on for {most:,} seconds, the longest that one may take: send it in parts"
        if not self._has_room():
            return "the disk has no room beside its reserve for verdicts: make room on the server, then send it again"
        return ""

    def _has_room(self) -> bool:
        """Whether the disk's reserve is free."""
        return disk.free(self._root) >= disk.reserve(self._settings)

    def _others_wait(self, folder: JobFolder) -> bool:
        """Whether a job of another tenant waits."""
        return bool(self._oldest_by_tenant().keys() - {folder.path.parent.name})


class _Upload:
    """Files that are being received into a folder aside. Methods block."""

    def __init__(self, aside: JobFolder, settings: Settings) -> None:
        self.size = 0
        self._aside, self._settings = aside, settings
        self._reserve = 0
        self._files: list[int] = []

    def begin(self) -> None:
        """Make the folder with an empty input, locked while it is open, so that no service takes it for a leftover."""
        self._reserve = disk.reserve(self._settings)
        disk.require_free(self._aside.path.parent, self._reserve)
        self._aside.path.mkdir(mode=0o700)
        self._files.append(open_private(self._aside.input))
        try_lock(self._files[0])

    def begin_another(self, number: int) -> None:
        """Make the empty input of that number."""
        self._files.append(open_private(self._aside.path / f"input-{number}"))

    def write(self, chunk: bytes) -> None:
        """Add to the file. Raises OSError, with what to do, if the disk has no room for it."""
        disk.require_free(self._aside.path, self._reserve + len(chunk))
        with memoryview(chunk) as view:
            written = 0
            while written < len(view):
                written += os.write(self._files[-1], view[written:])
        self.size += len(chunk)

    def finish(self, job: Job, folder: JobFolder, draft: bool) -> None:
        """Move the folder to the others, with its input safely on disk: into the queue, or as a ``draft``."""
        for file in self._files:
            os.fsync(file)
        (self._aside.write_draft if draft else self._aside.write_job)(job)
        folder.path.parent.mkdir(mode=0o700, exist_ok=True)
        self._aside.path.rename(folder.path)

    def close(self) -> None:
        """Close the files and delete the folder; after ``finish`` there is none aside."""
        for file in self._files:
            os.close(file)
        shutil.rmtree(self._aside.path, ignore_errors=True)


async def _only(content: AsyncIterable[bytes]) -> AsyncIterator[tuple[str, AsyncIterable[bytes]]]:
    """One file, whose name nobody told."""
    yield "", content


async def _to_its_end(work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Call blocking work in a thread. A caller who is cancelled still waits for it, as it would go on all the same."""
    task = asyncio.create_task(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _bytes_in(folder: Path) -> int:
    """Bytes of all files in a folder and below; files may come and go meanwhile."""
    total = 0
    for inner, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.stat(os.path.join(inner, name)).st_size  # noqa: PTH116, PTH118 - half the time of Path
    return total
