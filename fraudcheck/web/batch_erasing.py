"""How is a person erased from the batches over HTTP? From results row by row; unfinished batches are ended."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from fraudcheck.batch.erasing import Sought, delete_rows, names_person
from fraudcheck.operations.erase import ErasedFromBatches
from fraudcheck.ports.lists import Lists
from fraudcheck.web.batch_job import JobFolder

_ENDED = "somebody in this file asked to be erased: send it again without that person"


def erase(
    data_dir: Path, tenant: str, lists: Lists, checks: Collection[str], *, email: str | None, phone: str | None
) -> ErasedFromBatches:
    """Delete what the batches of a tenant hold of somebody, while the service runs or not. Raises OSError.

    A file that nobody has started is deleted. A file that waits to be judged cannot be changed, as a child may be
    reading it. So its batch fails, with a sentence that says why, which deletes the file.
    """
    sought, rows, files, ended = Sought(lists, checks, email, phone), 0, 0, 0
    for path in sorted((data_dir / "batches").glob("[!.]*/*")):
        folder = JobFolder(path)
        job, draft = folder.job(), folder.draft()
        if draft is not None and draft.tenant == tenant and _names(folder, sought):
            shutil.rmtree(path, ignore_errors=True)  # with what was shown of it
            ended += 1
        if job is None or job.tenant != tenant:
            continue
        with suppress(FileNotFoundError):  # the batch ends or is deleted at this moment
            waits = not folder.is_over() and _names(folder, sought)
            if waits and folder.end("failed", _ENDED):
                folder.tidy()
                ended += 1
        results = folder.verdicts(job.options.format)
        with suppress(FileNotFoundError):
            deleted = delete_rows(results, sought)
            rows, files = rows + deleted, files + bool(deleted)
    return ErasedFromBatches(rows=rows, files=files, ended=ended)


def _names(folder: JobFolder, sought: Sought) -> bool:
    """Whether a file that waits names the person; False where there is none any more."""
    with suppress(FileNotFoundError):
        return sought.is_person and any(names_person(path, sought) for path in folder.inputs())
    return False
