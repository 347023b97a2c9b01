"""How is a question answered by a child process of low priority? By standard input and output, within a time limit."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from fraudcheck.settings import Settings, child_environment

_NICENESS = "10"


_MAX_WAITING = 8
"""Questions that may wait for the one that is being answered."""


class Crowded(Exception):
    """Too many questions are asked at one time."""


class Turns:
    """Lets one question be answered at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)
        self._asked = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and hold it. Raises Crowded."""
        if self._asked > _MAX_WAITING:
            raise Crowded
        self._asked += 1
        try:
            async with self._turn:
                yield
        finally:
            self._asked -= 1


async def ask(command: Sequence[str], settings: Settings, question: bytes, seconds: float) -> tuple[int, bytes, str]:
    """The answer of a child that is started for it; see ``answer_of``."""
    return await answer_of(await start(command, settings), question, seconds)


async def start(command: Sequence[str], settings: Settings) -> Process:
    """A child that waits for its question."""
    return await asyncio.create_subprocess_exec(
        "nice",
        "-n",
        _NICENESS,
        *command,
        env=child_environment(settings),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,  # a terminal's Ctrl-C is for the service alone
    )


async def answer_of(child: Process, question: bytes, seconds: float) -> tuple[int, bytes, str]:
    """The child's exit code, its answer, and what it wrote to standard error.

    It is killed with all that it started when the time is over, or when nobody waits any more. Raises TimeoutError.
    """
    try:
        async with asyncio.timeout(seconds):
            answer, errors = await child.communicate(question)
    finally:
        await stop(child)
    return child.returncode or 0, answer, errors.decode(errors="replace").strip()


async def stop(child: Process) -> None:
    """Kill a child with all that it started."""
    with suppress(ProcessLookupError, PermissionError):  # it has ended
        os.killpg(child.pid, signal.SIGKILL)
    await child.wait()
