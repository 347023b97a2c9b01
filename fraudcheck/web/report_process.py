"""How is an audit made while the service goes on judging leads? In a child process of low priority, one at a time.

The child is this module: it reads a ``Question`` as JSON and writes a report as JSON. A million leads take seconds of
computing, in which the service's own process would let other leads wait.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from asyncio.subprocess import Process
from collections.abc import Sequence
from datetime import UTC, datetime
from select import select

import msgspec

from fraudcheck.operations.audit import Question, audit
from fraudcheck.operations.claims import Asked as Claimed
from fraudcheck.operations.claims import Nothing, list_claims, make_claim, words_for
from fraudcheck.operations.funnel import report_funnel
from fraudcheck.ports import Unavailable
from fraudcheck.report.audit import Overview, VendorReport
from fraudcheck.report.claim_files import claim_xlsx, csv_text
from fraudcheck.report.funnel_report import FunnelReport
from fraudcheck.settings import Settings, load
from fraudcheck.web.child_calls import Turns, answer_of, start, stop

_TIMEOUT = 120.0
"""Seconds after which a report is given up."""
_INVALID_CONTRACT = 3
"""The child's exit code if somebody has to correct the contract or the funnel; why is on its standard error."""
_NOTHING = 4
"""Its exit code if there is nothing that a claim could be kept of."""
_WAITS = 600.0
"""Seconds that a child waits for a question; a start is cheaper than the memory that it holds."""
COMMAND = (sys.executable, "-m", "fraudcheck.web.report_process")

_log = logging.getLogger(__name__)


class Reports:
    """Makes reports, one at a time. ``command`` starts the child.

    With ``ready`` the next child is started as soon as a report is made, since a start takes longer than most reports.
    """

    def __init__(self, settings: Settings, command: Sequence[str] = COMMAND, *, ready: bool = False) -> None:
        self._settings = settings
        self._command = command
        self._is_ready = ready
        self._next: Process | None = None
        self._turns = Turns()

    async def overview(self, asked: Question) -> Overview | None:
        """The audit of all vendors. Raises as ``_make`` does."""
        return msgspec.json.decode(await self._make(asked), type=Overview | None)

    async def vendor(self, asked: Question) -> VendorReport | None:
        """The audit of one vendor; None if it has no lead. Raises as ``_make`` does."""
        return msgspec.json.decode(await self._make(asked), type=VendorReport | None)

    async def funnel(self, asked: Question) -> FunnelReport | None:
        """The report of the tenant's funnel. Raises as ``_make`` does."""
        return msgspec.json.decode(await self._make(asked), type=FunnelReport | None)

    async def claim(self, asked: Claimed) -> bytes:
        """A claim in the form that is asked for, or the list of claims as JSON; empty where there is none.

        Raises as ``_make`` does, and Nothing.
        """
        return await self._make(asked)

    async def _make(self, asked: Question | Claimed) -> bytes:
        """The report as JSON.

        Raises Crowded, TimeoutError, Unavailable if the child fails, and ValueError if a table of the tenant is wrong.
        """
        async with self._turns.turn():
            return await self._run(msgspec.json.encode(asked))

    async def _run(self, question: bytes) -> bytes:
        child, self._next = self._next, None
        if child is None or child.returncode is not None:
            child = await start(self._command, self._settings)
        try:
            code, report, text = await answer_of(child, question, _TIMEOUT)
        finally:
            if self._is_ready:
                self._next = await start(self._command, self._settings)
        if code == _NOTHING:
            raise Nothing(text)
        if code == _INVALID_CONTRACT:
            raise ValueError(text)
        if code:
            _log.error("a report failed: %s", text.rpartition("\n")[2])
            raise Unavailable("ledger")
        return report

    async def close(self) -> None:
        """Stop the child that waits, and start none any more."""
        self._is_ready = False
        if self._next is not None:
            await stop(self._next)


class _Kind(msgspec.Struct):
    of: str = "vendors"


async def make(settings: Settings, question: bytes, now: datetime) -> bytes:
    """The child's work: what is asked for as JSON, or a claim in the form that is asked for."""
    kind = msgspec.json.decode(question, type=_Kind).of
    if kind in ("claim", "claims"):
        return await _claim(settings, msgspec.json.decode(question, type=Claimed), now)
    asked = msgspec.json.decode(question, type=Question)
    return msgspec.json.encode(await (report_funnel if kind == "funnel" else audit)(settings, asked, now))


async def _claim(settings: Settings, asked: Claimed, now: datetime) -> bytes:
    if asked.of == "claims":
        return msgspec.json.encode(await list_claims(settings, asked.tenant, asked.vendor or None))
    claim = await make_claim(settings, asked, now)
    if claim is None:
        return b""
    if asked.shape == "csv":
        return csv_text(claim).encode()
    return claim_xlsx(claim, words_for(asked)) if asked.shape == "xlsx" else msgspec.json.encode(claim)


def main() -> int:
    """The child: read a question from standard input, write the answer to standard output."""
    gc.disable()  # the leads stay in memory to the end, and walking through them again takes a tenth of the time
    from fraudcheck.report import leads, vendors  # noqa: F401, PLC0415 - while nobody waits for it yet

    if not select([sys.stdin], [], [], _WAITS)[0] or not (question := sys.stdin.buffer.read()):
        return 0  # nobody asked, or the service is gone
    try:
        made = asyncio.run(make(load({}), question, datetime.now(UTC)))
    except Nothing as problem:
        print(problem, file=sys.stderr)
        return _NOTHING
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return _INVALID_CONTRACT
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
