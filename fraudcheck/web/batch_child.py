"""How is a job worked on? By `fraudcheck batch` in a child process of low priority, so that live checks stay fast."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec

from fraudcheck.settings import Settings, child_environment
from fraudcheck.web.batch_job import Job, JobFolder
from fraudcheck.web.file_locks import open_private

COMMAND = (sys.executable, "-m", "fraudcheck")
_NICENESS = "15"
_STOP_SECONDS = 5.0
"""Seconds from SIGTERM to SIGKILL."""


def packages_missing() -> bool:
    """Whether a package is missing that only batches need."""
    return any(find_spec(name) is None for name in ("daft", "pyarrow", "python_calamine"))


def start_child(
    command: Sequence[str], settings: Settings, job: Job, folder: JobFolder, lock: int
) -> subprocess.Popen[bytes]:
    """Start a child that works on a job. ``command`` starts fraudcheck; the child holds the file ``lock`` too."""
    options = job.options
    inputs = [str(path) for path in folder.inputs()]
    arguments = ["batch", *inputs, "--out", str(folder.verdicts(options.format))]
    arguments += ["--status", str(folder.status_file), f"--data-dir={settings.data_dir.absolute()}"]
    arguments += [f"--tenant={job.tenant}", *(f"--map={pair}" for pair in options.map)]
    arguments += [f"--set={pair}" for pair in options.set]
    arguments += [f"--dates={options.dates}"] if options.dates else []
    arguments += [f"--timezone={options.timezone}"] if options.timezone else []
    arguments += ["--keep"] if options.keep else []
    if job.files:  # in a file, as every process of the machine may see arguments
        folder.write_names([file.name for file in job.files])
        arguments += [f"--names={folder.names_file}", f"--report={folder.audit_file}"]
        for path, file in zip(inputs, job.files, strict=True):
            arguments += [f"--set={path}:{field}={value}" for field, value in file.constants.items()]
            arguments += [f"--dates={path}:{file.dates}"] if file.dates else []
    folder.write_first_status()
    with os.fdopen(open_private(folder.log), "ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own command; what the caller chose was checked
            ["nice", "-n", _NICENESS, *command, *arguments],  # noqa: S607 - wherever the system has it
            env=child_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            umask=0o077,
            pass_fds=(lock,),
            start_new_session=True,  # a terminal's Ctrl-C is for the service, which then stops the child
        )


async def stop_child(process: subprocess.Popen[bytes]) -> None:
    """End a child, if it has not ended, and every process that it started."""
    if process.poll() is None:
        process.terminate()
    with suppress(subprocess.TimeoutExpired):
        await asyncio.to_thread(process.wait, _STOP_SECONDS)
    with suppress(ProcessLookupError, PermissionError):  # it started none, or they have ended too
        os.killpg(process.pid, signal.SIGKILL)
    await asyncio.to_thread(process.wait)
