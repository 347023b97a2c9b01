"""How are records kept while the ledger is down? In the spool, from which they are written to the ledger later."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Literal, ParamSpec, TypeVar

import msgspec

from fraudcheck.adapters.spool.contents import Contents
from fraudcheck.adapters.spool.files import CHUNK, Place, Spool
from fraudcheck.adapters.spool.frames import Frame, Item, SpooledArtefact, SpooledEntry, frames
from fraudcheck.ports import Unavailable
from fraudcheck.ports.history import Question
from fraudcheck.ports.ledger import (
    ALL_LIVE,
    PROOFS,
    Appended,
    CheckFilter,
    Entry,
    Erased,
    LeadColumns,
    LeadOutcome,
    Ledger,
    OutcomeCounts,
    Proofs,
    Stored,
    Uncounted,
)
from fraudcheck.records import Confirmation, Confirmed, Facts, Outcome

_P = ParamSpec("_P")
_T = TypeVar("_T")

_log = logging.getLogger(__name__)


class SpooledLedger:
    """``ports.ledger.Ledger`` that writes to ``spool`` while ``ledger`` is down.

    A write fails when it takes longer than ``patience`` seconds. It may still be carried out, which is harmless, since
    the same record is stored once only. After a failure all writes go to the spool at once. Every ``pause`` seconds
    the ledger is tried again with what is in the spool. ``clock`` gives monotonic seconds.

    ``spooled`` counts the items written to the spool, ``damaged`` the parts of its files that could not be read.
    """

    def __init__(
        self,
        ledger: Ledger,
        spool: Spool,
        *,
        patience: float = 2.0,
        pause: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.spooled = self.damaged = 0
        self._ledger = ledger
        self._spool = spool
        self._patience = patience
        self._pause = pause
        self._clock = clock
        self._retry_at = 0.0  # 0 while the ledger works; else when a write may try it
        self._contents = Contents()
        self._pending: list[tuple[Item, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._drainer: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "spool")

    @property
    def waiting(self) -> int:
        """How many records in the spool are not in the ledger yet."""
        return len(self._contents.places)

    async def start(self) -> None:
        """Index what an earlier process left in the spool, and start to drain it."""
        for file in await self._in_thread(self._spool.files):
            async for part in self._frames(file):
                for frame in part:
                    if frame.item is not None:
                        self._contents.add(Place(file, frame.at, frame.end - frame.at), frame.item)
            self._start_draining(0.0)

    async def close(self) -> None:
        """Stop draining. What is in the spool stays there for the next start."""
        if self._drainer is not None:
            self._drainer.cancel()
        await asyncio.gather(*[task for task in (self._drainer, self._writer) if task], return_exceptions=True)
        await self._in_thread(self._spool.release)
        self._thread.shutdown()

    async def append(self, entry: Entry) -> Appended:
        """See ``ports.ledger.Ledger``. Raises Unavailable only when the spool cannot be written either."""
        if (holder := self._contents.key_holder(entry)) is not None:
            return Appended(*holder)
        if self._may_try():
            try:
                async with asyncio.timeout(self._patience):
                    appended = await self._ledger.append(entry)
                self._retry_at = 0.0
                return appended
            except (Unavailable, TimeoutError):
                self._retry_at = self._clock() + self._pause
        if (holder := self._contents.claim_key(entry)) is not None:  # another write of the same key came before
            return Appended(*holder)
        try:
            await self._put_aside(SpooledEntry(entry))
        except Unavailable:
            if entry.idempotency:
                self._contents.keys.pop((entry.tenant, entry.idempotency), None)
            raise
        return Appended()

    async def ping_spool(self) -> None:
        """Return when the spool has taken a write, as it would a record. Raises Unavailable."""
        try:
            await self._in_thread(self._spool.try_write)
        except OSError as problem:
            raise Unavailable(f"spool: {problem.strerror}") from None

    async def by_idempotency(self, tenant: str, key: str) -> tuple[str, str | None] | None:
        """See ``ports.ledger.Ledger``; records in the spool are found too."""
        spooled = self._contents.keys.get((tenant, key))
        if spooled is not None:
            return spooled
        if self._retry_at:  # a check does not wait for a ledger that is known to be down
            raise Unavailable("ledger")
        try:
            async with asyncio.timeout(self._patience):
                return await self._ledger.by_idempotency(tenant, key)
        except (Unavailable, TimeoutError):
            self._retry_at = self._clock() + self._pause
            raise Unavailable("ledger") from None

    async def get(self, tenant: str, check_id: str) -> Stored | None:
        """See ``ports.ledger.Ledger``; records in the spool are found too."""
        place = self._contents.places.get((tenant, check_id))
        if place is not None:
            with suppress(FileNotFoundError):  # the ledger has it now, and its file was deleted
                item = await self._in_thread(self._spool.item, place)
                if isinstance(item, SpooledEntry):
                    entry = item.entry
                    return Stored(
                        check_id=check_id,
                        record=entry.record,
                        record_hash=entry.record_hash,
                        personal=entry.personal or None,
                    )
        return await self._ledger.get(tenant, check_id)

    async def list(
        self,
        tenant: str,
        wanted: CheckFilter = ALL_LIVE,
        *,
        limit: int,
        before_check_id: str | None = None,
    ) -> Sequence[Stored]:
        """See ``ports.ledger.Ledger``; records in the spool are not among them."""
        return await self._ledger.list(tenant, wanted, limit=limit, before_check_id=before_check_id)

    async def count_decisions(self, tenant: str, since: str) -> Mapping[str, int]:
        """See ``ports.ledger.Ledger``; records in the spool are not among them."""
        return await self._ledger.count_decisions(tenant, since)

    async def find(self, tenant: str, identity: str) -> Sequence[str]:
        """See ``ports.ledger.Ledger``. Raises Unavailable while records are in the spool, which is not searched."""
        self._require_drained()
        return await self._ledger.find(tenant, identity)

    async def lead_columns(self, tenant: str, since: str, until: str) -> LeadColumns:
        """See ``ports.ledger.Ledger``; records in the spool are not among them."""
        return await self._ledger.lead_columns(tenant, since, until)

    async def record_outcomes(self, tenant: str, reported: Sequence[tuple[str, Outcome]], at: str) -> Sequence[str]:
        """See ``ports.ledger.Ledger``. Also raises Unavailable when a missing check may be in the spool."""
        answers = await self._ledger.record_outcomes(tenant, reported, at)
        if "missing" in answers:
            self._require_drained()
        return answers

    async def lead_outcomes(self, tenant: str, check_id: str) -> Sequence[Outcome]:
        """See ``ports.ledger.Ledger``."""
        return await self._ledger.lead_outcomes(tenant, check_id)

    async def list_outcomes(self, tenant: str, since: str, until: str) -> Sequence[LeadOutcome]:
        """See ``ports.ledger.Ledger``."""
        return await self._ledger.list_outcomes(tenant, since, until)

    async def outcome_counts(self, tenant: str, proofs: Proofs = PROOFS) -> Sequence[OutcomeCounts]:
        """See ``ports.ledger.Ledger``."""
        return await self._ledger.outcome_counts(tenant, proofs)

    async def lead_confirmations(self, tenant: str, check_id: str) -> tuple[str, Sequence[Confirmed]]:
        """See ``ports.ledger.Ledger``."""
        return await self._ledger.lead_confirmations(tenant, check_id)

    async def confirm(
        self, entry: Entry, lead: str, told: Confirmation, *, at: str, after: int, unless: str
    ) -> Literal["kept", "overtaken", "erased"]:
        """See ``ports.ledger.Ledger``. Also raises Unavailable while a version of the lead may be in the spool."""
        self._require_drained()
        return await self._ledger.confirm(entry, lead, told, at=at, after=after, unless=unless)

    def histories(self, asked: Sequence[Question]) -> asyncio.Future[Sequence[Facts]]:
        """See ``ports.ledger.Ledger``; records in the spool are not among them."""
        if self._retry_at:  # a check does not wait for a ledger that is known to be down
            raise Unavailable("ledger")
        return self._ledger.histories(asked)

    async def take_uncounted(
        self, by: str, *, limit: int, now: float, lease: float, without: Collection[str] = ()
    ) -> Sequence[Uncounted]:
        """See ``ports.ledger.Ledger``; records in the spool are not among them."""
        return await self._ledger.take_uncounted(by, limit=limit, now=now, lease=lease, without=without)

    async def count_uncounted(self) -> int:
        """See ``ports.ledger.Ledger``."""
        return await self._ledger.count_uncounted()

    async def settle_uncounted(self, tenant: str, check_id: str) -> None:
        """See ``ports.ledger.Ledger``."""
        await self._ledger.settle_uncounted(tenant, check_id)

    async def erase(self, tenant: str, tokens: Sequence[str], at: str) -> Erased:
        """See ``ports.ledger.Ledger``. Nothing in the spool is erased: ``spool.files.erase`` does that."""
        return await self._ledger.erase(tenant, tokens, at)

    async def put_artefact(self, name: str, body: bytes) -> None:
        """See ``ports.ledger.Ledger``. Raises Unavailable only when the spool cannot be written either."""
        if self._may_try():
            try:
                async with asyncio.timeout(self._patience):
                    await self._ledger.put_artefact(name, body)
                self._retry_at = 0.0
                return
            except (Unavailable, TimeoutError):
                self._retry_at = self._clock() + self._pause
        await self._put_aside(SpooledArtefact(name, body))

    async def get_artefact(self, name: str) -> bytes | None:
        """See ``ports.ledger.Ledger``; those in the spool are found too."""
        spooled = self._contents.artefacts.get(name)
        return spooled if spooled is not None else await self._ledger.get_artefact(name)

    async def reach(self) -> None:
        """See ``ports.ledger.Ledger``."""
        await self._ledger.reach()

    async def ping(self) -> None:
        """See ``ports.ledger.Ledger``. A ledger whose records wait in the spool takes none, whatever it answers."""
        await self._ledger.ping()
        if self._retry_at and self.waiting:
            raise Unavailable("ledger: records wait in the spool")

    def _may_try(self) -> bool:
        """Whether a write should try the ledger.

        Always while it works. While it is down, only if no record is in the spool (else draining tries it), and one
        write in each pause.
        """
        if not self._retry_at:
            return True
        if self._contents.places or self._clock() < self._retry_at:
            return False
        self._retry_at = self._clock() + self._pause
        return True

    def _require_drained(self) -> None:
        if self._contents.places:
            raise Unavailable("ledger: it has not taken every record yet")

    async def _in_thread(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Call the spool in its own thread. A call whose caller is cancelled is still carried out to the end."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: work(*args, **kwargs))

    async def _put_aside(self, item: Item) -> None:
        """Write an item to the spool. Items that come during one write share the fsync of the next."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pending.append((item, future))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_pending())
        await future

    async def _write_pending(self) -> None:
        while self._pending:
            pending, self._pending = self._pending, []
            items = [item for item, _ in pending]
            try:
                places = await self._in_thread(self._spool.append, items)
            except OSError as problem:
                _log.error("the spool cannot be written: %s", problem.strerror)
            else:
                for place, item in zip(places, items, strict=True):
                    self._contents.add(place, item)
                self.spooled += len(items)
                self._start_draining(self._pause)
                for _, future in pending:
                    if not future.done():
                        future.set_result(None)
            for _, future in pending:
                if not future.done():
                    future.set_exception(Unavailable("ledger"))

    def _start_draining(self, delay: float) -> None:
        if self._drainer is None or self._drainer.done():
            self._drainer = asyncio.create_task(self._drain_when_back(delay))

    async def _drain_when_back(self, delay: float) -> None:
        """Try to drain the spool after ``delay`` seconds, and then in each pause until it is empty."""
        while True:
            await asyncio.sleep(delay)
            delay = self._pause
            try:
                for file in await self._in_thread(self._spool.files):
                    await self._drain(file)
            except (Unavailable, TimeoutError):
                continue
            except Exception as problem:
                _log.error("the spool cannot be drained: %s", type(problem).__name__)
                continue
            if not self._contents.places and not self._contents.artefacts:
                return

    async def _drain(self, file: Path) -> None:
        """Write a file's items to the ledger, and delete the file when the ledger has all that can be read of it.

        If a person was erased from the file meanwhile, it is written once more, so that the ledger loses them too.
        """
        damaged: list[bytes] = []
        content = await self._in_thread(self._spool.read, file)
        async for part in self._frames(file, content):
            items = [frame.item for frame in part if frame.item is not None]
            async with asyncio.timeout(5 * self._patience):
                await asyncio.gather(*[self._hand_over(item) for item in items])
            if items:
                self._retry_at = 0.0
            unreadable = [frame for frame in part if frame.item is None]
            damaged += [content[frame.at : frame.end] for frame in unreadable if not frame.torn]
            if any(frame.torn for frame in unreadable):
                _log.warning("the spool ended in an unfinished record, whose verdict was never given")
        if await self._in_thread(self._spool.drop, file, content, damaged):
            self.damaged += len(damaged)
        else:
            await self._drain(file)

    async def _frames(self, file: Path, content: bytes | None = None) -> AsyncIterator[Sequence[Frame]]:
        """What is in a file, a part at a time, so that no long reading keeps checks waiting."""
        read = frames(await self._in_thread(self._spool.read, file) if content is None else content)
        while part := await self._in_thread(lambda: list(islice(read, CHUNK))):
            yield part

    async def _hand_over(self, item: Item) -> None:
        if isinstance(item, SpooledArtefact):
            await self._ledger.put_artefact(item.name, item.body)
        elif (await self._ledger.append(item.entry)).existing is not None:
            # Another process stored a record with the same Idempotency-Key meanwhile. Both verdicts were given, so
            # this record is stored too, without the key.
            await self._ledger.append(msgspec.structs.replace(item.entry, idempotency=None, body_digest=None))
        self._contents.remove(item)
