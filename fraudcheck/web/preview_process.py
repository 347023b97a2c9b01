"""How is an uploaded file looked at while the service goes on judging leads? In a bounded child, one at a time.

The child is this module: it reads a ``Question`` as JSON and writes a ``batch.preview.Preview`` as JSON. What a hostile
file can reach is that child's memory limit and its time.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from fraudcheck.batch.preview import FileFound, Preview
from fraudcheck.settings import Settings, load
from fraudcheck.web.batch_job import Job, JobFolder
from fraudcheck.web.child_calls import Turns, ask

COMMAND = (sys.executable, "-m", "fraudcheck.web.preview_process")
_TIMEOUT = 40.0
"""Seconds after which a file is given up, those of the child's start included."""
_GIVEN_UP = "cannot be looked at in the time and the memory that a file may take: send it in parts, or as CSV"

_log = logging.getLogger(__name__)


class Question(Struct, frozen=True, kw_only=True):
    """Which files to look at, by their paths, with what was chosen of them (``batch_job``)."""

    paths: tuple[str, ...]
    scratch: str
    map: tuple[str, ...] = ()
    dates: tuple[str | None, ...] = ()
    constants: tuple[Mapping[str, str], ...] = ()


class Previews:
    """Looks at drafts, one at a time. ``command`` starts the child."""

    def __init__(self, settings: Settings, command: Sequence[str] = COMMAND, timeout: float = _TIMEOUT) -> None:
        self._settings, self._command, self._timeout = settings, command, timeout
        self._turns = Turns()

    async def look(self, draft: Job, folder: JobFolder) -> Preview:
        """What is in a draft's files. Raises Crowded."""
        async with self._turns.turn():
            return await self._look(draft, folder)

    async def _look(self, draft: Job, folder: JobFolder) -> Preview:
        scratch = folder.path / "unpacked"
        paths = tuple(map(str, folder.inputs()))
        dates = tuple(file.dates for file in draft.files)
        constants = tuple(file.constants for file in draft.files)
        asked = Question(paths=paths, scratch=str(scratch), map=draft.options.map, dates=dates, constants=constants)
        await asyncio.to_thread(scratch.mkdir, mode=0o700, exist_ok=True)
        try:
            code, answer, _ = await ask(  # what it says of a defect may hold cells
                self._command, self._settings, msgspec.json.encode(asked), self._timeout
            )
            if code == 0:
                return msgspec.json.decode(answer, type=Preview)
            _log.error("an uploaded file could not be looked at: exit code %s", code)
        except TimeoutError:
            _log.error("an uploaded file could not be looked at: out of time")
        finally:
            await asyncio.to_thread(shutil.rmtree, scratch, ignore_errors=True)
        return Preview(files=tuple(FileFound(problem=_GIVEN_UP) for _ in paths))


def main() -> int:
    """The child's work: read a question from standard input, write what was found to standard output."""
    signal.alarm(2 * round(_TIMEOUT))  # should the service die that would end it
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=Question)
    settings = load({})
    from fraudcheck.batch.bounds import Bounds  # noqa: PLC0415 - in the child alone
    from fraudcheck.batch.given import read_pairs  # noqa: PLC0415
    from fraudcheck.batch.limits import Limits  # noqa: PLC0415
    from fraudcheck.batch.preview import read  # noqa: PLC0415

    scratch = Path(asked.scratch)
    Limits.beside(scratch, settings.batch_memory_bytes, settings).set()
    found = read(
        [Path(path) for path in asked.paths],
        read_pairs(asked.map),
        scratch=scratch,
        dates=asked.dates,
        constants=asked.constants,
        bounds=Bounds.of(settings),
    )
    sys.stdout.buffer.write(msgspec.json.encode(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
