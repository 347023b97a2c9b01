"""How is a whole file of leads judged over HTTP? As a job in a queue, worked on by one child process at a time.

The queue is the jobs' folders, ``batches/TENANT/ID`` in the data directory, so that a restart loses nothing
(``batch_job`` says what a folder holds). Folders and files are for their owner only. A folder appears and disappears as
a whole: it is filled and deleted in ``.aside``.

If several services share a data directory, the one that holds the file lock ``.lock`` runs the jobs, oldest first. The
child holds the lock too. So if a service is killed, no other service starts the same job while the child still works.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import shutil
import signal
from collections.abc import AsyncIterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from fraudcheck.identifiers import UUID, uuid7
from fraudcheck.records import format_utc
from fraudcheck.settings import Settings
from fraudcheck.web.batch_child import COMMAND, start_child, stop_child
from fraudcheck.web.batch_job import MAX_STARTS, Batch, Job, JobFolder, Options
from fraudcheck.web.file_locks import open_private, try_lock

UNFINISHED = 100
"""Unfinished batches that one tenant may have."""
LISTED = 100
"""Batches that the listing shows."""
_ASIDE = ".aside"
_log = logging.getLogger(__name__)


class Empty(Exception):
    """The file has no bytes."""


class TooLarge(Exception):
    """The file has more bytes than a batch may have."""


class Crowded(Exception):
    """The tenant has as many unfinished batches as it may have."""


class Batches:
    """The batches of one data directory. ``command`` starts fraudcheck; ``poll`` is the seconds between two looks."""

    def __init__(self, settings: Settings, command: Sequence[str] = COMMAND, poll: float = 1.0) -> None:
        self._settings = settings
        self._command = command
        self._poll = poll
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

        Raises Empty, TooLarge, Crowded, and OSError if the disk is full.
        """
        if await asyncio.to_thread(self._count_unfinished, tenant) >= UNFINISHED:
            raise Crowded
        now = datetime.now(UTC)
        job = Job(id=uuid7(now, os.urandom(10)), tenant=tenant, created_at=format_utc(now), options=options)
        aside, size = JobFolder(self._root / _ASIDE / job.id), 0
        try:
            with os.fdopen(await asyncio.to_thread(_begin_upload, aside), "wb") as file:
                async for chunk in content:
                    size += len(chunk)
                    if size > self._settings.batch_max_bytes:
                        raise TooLarge
                    await asyncio.to_thread(file.write, chunk)
                if not size:
                    raise Empty
                await asyncio.to_thread(file.flush)
                await asyncio.to_thread(self._enqueue, file.fileno(), aside, job)
        finally:  # after a success there is nothing to delete, as the folder was moved
            await asyncio.to_thread(shutil.rmtree, aside.path, ignore_errors=True)
        return self._job_folder(tenant, job.id).to_batch(job)

    def find(self, tenant: str, batch_id: str) -> Batch | None:
        """One batch; None if the tenant has none of that id."""
        if not UUID.fullmatch(batch_id):
            return None
        folder = self._job_folder(tenant, batch_id)
        job = folder.job()
        return folder.to_batch(job) if job is not None and job.tenant == tenant else None

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
            aside = self._root / _ASIDE / batch.id
            with suppress(FileNotFoundError):  # another caller deleted it at this moment
                folder.path.rename(aside)
            shutil.rmtree(aside, ignore_errors=True)

    def _tenant_folder(self, tenant: str) -> Path:
        """A tenant may have any name. One that is not safe as a folder's name is replaced by its hash."""
        safe = re.fullmatch("[a-z0-9_-]{1,63}", tenant)
        return self._root / (tenant if safe else sha256(tenant.encode()).hexdigest())

    def _job_folder(self, tenant: str, batch_id: str) -> JobFolder:
        return JobFolder(self._tenant_folder(tenant) / batch_id)

    def _make_folders(self) -> None:
        for folder in (self._root, self._root / _ASIDE):
            folder.mkdir(mode=0o700, exist_ok=True)

    def _count_unfinished(self, tenant: str) -> int:
        return sum(not JobFolder(path).is_over() for path in self._tenant_folder(tenant).glob("*"))

    def _enqueue(self, file: int, aside: JobFolder, job: Job) -> None:
        """Move a job's folder into the queue, with its input safely on disk."""
        os.fsync(file)
        aside.write_job(job)
        self._tenant_folder(job.tenant).mkdir(mode=0o700, exist_ok=True)
        aside.path.rename(self._job_folder(job.tenant, job.id).path)

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
            folder = await asyncio.to_thread(self._find_oldest)
            if folder is None:
                await asyncio.sleep(self._poll)
            else:
                await self._run_job(folder, lock)

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

    def _find_oldest(self) -> JobFolder | None:
        """The unfinished job that was sent first: ids begin with their time."""
        waiting = [path for path in self._root.glob("[!.]*/*") if not JobFolder(path).is_over()]
        return JobFolder(min(waiting, key=lambda path: path.name)) if waiting else None

    async def _run_job(self, folder: JobFolder, lock: int) -> None:
        """Run one job until it ends or is cancelled."""
        job = folder.job()
        if job is None:  # deleted at this moment
            await asyncio.sleep(self._poll)
            return
        code, starts = -signal.SIGKILL, 0
        if folder.is_finished(job):  # by a child whose service was killed
            code = 0
        while code < 0 and starts < MAX_STARTS and not folder.is_over():
            starts += 1
            code = await self._run_child(job, folder, lock)
        await asyncio.to_thread(folder.settle, job, code)

    async def _run_child(self, job: Job, folder: JobFolder, lock: int) -> int:
        """Run a child and give its exit code. It is stopped if the job is cancelled, and together with the service."""
        process = start_child(self._command, self._settings, job, folder, lock)
        try:
            while process.poll() is None and not folder.is_over():  # noqa: ASYNC110 - another service may cancel it
                await asyncio.sleep(self._poll)
        finally:
            await stop_child(process)
        return process.returncode


def _begin_upload(aside: JobFolder) -> int:
    """Make a folder with an empty input, locked while it is open, so that no service takes it for a leftover."""
    aside.path.mkdir(mode=0o700)
    file = open_private(aside.input)
    try_lock(file)
    return file
