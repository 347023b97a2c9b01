"""How is an audit made while the service goes on judging? In a child process of low priority, one after the other.

The child is this module: a ``Question`` as JSON goes in, a report as JSON comes out. A million leads take it seconds
of computing, in which the service's own process would let leads wait.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

import msgspec

from fraudcheck.operations.audit import Question, audit
from fraudcheck.ports import Unavailable
from fraudcheck.report.audit import Overview, VendorReport
from fraudcheck.settings import PREFIX, Settings, environment, load

_NICENESS = "10"
_PATIENCE = 120.0
"""Seconds after which a report is given up."""
_WAITING = 8
COMMAND = (sys.executable, "-m", "fraudcheck.web.report_process")

_log = logging.getLogger(__name__)


class Crowded(Exception):
    """Too many reports are asked for at one time."""


class Reports:
    """Makes reports, one at a time; ``command`` starts the child."""

    def __init__(self, settings: Settings, command: Sequence[str] = COMMAND) -> None:
        self._settings = settings
        self._command = command
        self._turn = asyncio.Semaphore(1)
        self._asked = 0

    async def overview(self, asked: Question) -> Overview | None:
        """All vendors. Raises as ``_made``."""
        return msgspec.json.decode(await self._made(asked), type=Overview | None)

    async def vendor(self, asked: Question) -> VendorReport | None:
        """One vendor; None where it has no lead. Raises as ``_made``."""
        return msgspec.json.decode(await self._made(asked), type=VendorReport | None)

    async def _made(self, asked: Question) -> bytes:
        """The report as JSON. Raises Crowded, TimeoutError, Unavailable, and ValueError on a contract that is wrong."""
        if self._asked > _WAITING:
            raise Crowded
        self._asked += 1
        try:
            async with self._turn:
                return await self._run(msgspec.json.encode(asked))
        finally:
            self._asked -= 1

    async def _run(self, question: bytes) -> bytes:
        child = await asyncio.create_subprocess_exec(
            "nice",
            "-n",
            _NICENESS,
            *self._command,
            env={name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
            | environment(self._settings),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # a terminal's Ctrl-C is for the service
        )
        try:
            async with asyncio.timeout(_PATIENCE):
                out, said = await child.communicate(question)
        finally:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
        if child.returncode == _WRONG:
            raise ValueError(said.decode(errors="replace").strip())
        if child.returncode:
            _log.error("a report failed: %s", said.decode(errors="replace").strip().rpartition("\n")[2])
            raise Unavailable("ledger")
        return out


_WRONG = 3
"""What the child exits with where a person has to put something right."""


def main() -> int:
    """The child: a question on standard input, the report on standard output."""
    gc.disable()  # what is read stays until the end; to look through it again and again takes a tenth of the time
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=Question)
    try:
        report = asyncio.run(audit(load({}), asked, datetime.now(UTC)))
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return _WRONG
    sys.stdout.buffer.write(msgspec.json.encode(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
