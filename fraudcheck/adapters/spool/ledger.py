"""A ledger that takes records while the real one is down."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import msgspec

from fraudcheck.adapters.spool import files
from fraudcheck.ports import Unavailable
from fraudcheck.ports.ledger import (
    ALL_LIVE,
    Appended,
    CheckFilter,
    Entry,
    LeadColumns,
    LeadOutcome,
    Ledger,
    OutcomeCounts,
    Stored,
)
from fraudcheck.records import Outcome


class SpooledLedger:
    """``ports.Ledger`` that keeps records while ``ledger`` cannot, in ``spool``.

    A write that takes longer than ``patience`` seconds counts as failed; what it may still do is harmless, because
    a record is kept once. After a failure everything goes to the spool at once, and the ledger is tried again every
    ``pause`` seconds with what waits there. ``clock`` gives monotonic seconds.
    """

    def __init__(
        self,
        ledger: Ledger,
        spool: files.Spool,
        *,
        patience: float = 2.0,
        pause: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.spooled = 0
        self._ledger = ledger
        self._spool = spool
        self._patience = patience
        self._pause = pause
        self._clock = clock
        self._retry_at = 0.0
        """0 while the ledger works, else when a lead may try it."""
        self._places: dict[tuple[str, str], files.Place] = {}
        self._keys: dict[tuple[str, str], tuple[str, str | None]] = {}
        self._artefacts: dict[str, bytes] = {}
        self._pending: list[tuple[files.Item, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._drainer: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "spool")

    @property
    def waiting(self) -> int:
        """How many records wait for the ledger."""
        return len(self._places)

    async def start(self) -> None:
        """Take over what an earlier process spooled, and begin to drain it."""
        for file in await self._do(self._spool.files):
            items, at = await self._do(self._spool.read, file)
            while items:
                self._remember(items)
                items, at = await self._do(self._spool.read, file, at)
            self._watch(0.0)

    async def close(self) -> None:
        """Stop draining; what is spooled stays for the next start."""
        if self._drainer is not None:
            self._drainer.cancel()
        await asyncio.gather(*[task for task in (self._drainer, self._writer) if task], return_exceptions=True)
        await self._do(self._spool.release)
        self._thread.shutdown()

    async def append(self, entry: Entry) -> Appended:
        """See ``ports.Ledger``. Raises Unavailable only where the spool cannot be written either."""
        key = (entry.tenant, entry.idempotency) if entry.idempotency else None
        if key is not None and (found := self._keys.get(key)) is not None and found[0] != entry.check_id:
            return Appended(*found)
        if self._may_try():
            try:
                async with asyncio.timeout(self._patience):
                    appended = await self._ledger.append(entry)
                self._retry_at = 0.0
                return appended
            except (Unavailable, TimeoutError):
                self._retry_at = self._clock() + self._pause
        if key is not None:
            found = self._keys.setdefault(key, (entry.check_id, entry.body_digest))
            if found[0] != entry.check_id:
                return Appended(*found)
        try:
            await self._put_aside(files.SpooledEntry(entry))
        except Unavailable:
            if key is not None:
                self._keys.pop(key, None)
            raise
        return Appended()

    async def writable(self) -> bool:
        """Whether a verdict could be kept now."""
        if not self._retry_at:
            with suppress(Unavailable):
                await self.ping()
                return True
        try:
            await self._do(self._spool.append, [])
        except OSError:
            return False
        return True

    async def by_idempotency(self, tenant: str, key: str) -> tuple[str, str | None] | None:
        """See ``ports.Ledger``; also of a record that waits."""
        spooled = self._keys.get((tenant, key))
        return spooled if spooled is not None else await self._ledger.by_idempotency(tenant, key)

    async def get(self, tenant: str, check_id: str) -> Stored | None:
        """See ``ports.Ledger``; also of a record that waits."""
        place = self._places.get((tenant, check_id))
        if place is not None:
            with suppress(FileNotFoundError):  # the ledger has just taken it
                (_, item), *_ = (await self._do(self._spool.read, place.file, place.at, 1))[0]
                if isinstance(item, files.SpooledEntry):
                    entry = item.entry
                    return Stored(
                        check_id=check_id, record=entry.record, record_hash=entry.record_hash, personal=entry.personal
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
        """See ``ports.Ledger``; records that wait come in when the ledger has them."""
        return await self._ledger.list(tenant, wanted, limit=limit, before_check_id=before_check_id)

    async def find(self, tenant: str, identity: str) -> Sequence[str]:
        """See ``ports.Ledger``. Raises Unavailable while records wait: theirs could not be found."""
        self._settled()
        return await self._ledger.find(tenant, identity)

    async def lead_columns(self, tenant: str, since: str, until: str) -> LeadColumns:
        """See ``ports.Ledger``; records that wait come in when the ledger has them."""
        return await self._ledger.lead_columns(tenant, since, until)

    async def record_outcomes(self, tenant: str, reported: Sequence[tuple[str, Outcome]], at: str) -> Sequence[str]:
        """See ``ports.Ledger``. Raises Unavailable, too, where a check that it lacks may be one that waits."""
        answers = await self._ledger.record_outcomes(tenant, reported, at)
        if "missing" in answers:
            self._settled()
        return answers

    async def lead_outcomes(self, tenant: str, check_id: str) -> Sequence[Outcome]:
        """See ``ports.Ledger``."""
        return await self._ledger.lead_outcomes(tenant, check_id)

    async def list_outcomes(self, tenant: str, since: str, until: str) -> Sequence[LeadOutcome]:
        """See ``ports.Ledger``."""
        return await self._ledger.list_outcomes(tenant, since, until)

    async def outcome_counts(self, tenant: str) -> Sequence[OutcomeCounts]:
        """See ``ports.Ledger``."""
        return await self._ledger.outcome_counts(tenant)

    async def erase(self, tenant: str, check_ids: Sequence[str]) -> None:
        """See ``ports.Ledger``. Raises Unavailable while records wait: theirs could not be erased."""
        self._settled()
        await self._ledger.erase(tenant, check_ids)

    async def put_artefact(self, name: str, body: bytes) -> None:
        """See ``ports.Ledger``. Raises Unavailable only where the spool cannot be written either."""
        if self._may_try():
            try:
                async with asyncio.timeout(self._patience):
                    await self._ledger.put_artefact(name, body)
                self._retry_at = 0.0
                return
            except (Unavailable, TimeoutError):
                self._retry_at = self._clock() + self._pause
        await self._put_aside(files.SpooledArtefact(name, body))

    async def get_artefact(self, name: str) -> bytes | None:
        """See ``ports.Ledger``; also of an artefact that waits."""
        spooled = self._artefacts.get(name)
        return spooled if spooled is not None else await self._ledger.get_artefact(name)

    async def ping(self) -> None:
        """See ``ports.Ledger``."""
        await self._ledger.ping()

    def _may_try(self) -> bool:
        """Whether to ask the ledger: always while it works; else what waits is tried, or one call where none does."""
        if not self._retry_at:
            return True
        if self._places or self._clock() < self._retry_at:
            return False
        self._retry_at = self._clock() + self._pause
        return True

    def _settled(self) -> None:
        if self._places:
            raise Unavailable("ledger: it has not taken every record yet")

    async def _do(
        self, work: Callable[files._P, files._T], *args: files._P.args, **kwargs: files._P.kwargs
    ) -> files._T:
        """Call the spool from its one thread, where a call that nobody waits for any more still ends in peace."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: work(*args, **kwargs))

    async def _put_aside(self, item: files.Item) -> None:
        """Write an item to the spool. Those that come during a write share the next one's fsync."""
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
                places = await self._do(self._spool.append, items)
            except OSError as problem:
                files._log.error("the spool cannot be written: %s", problem.strerror)
            else:
                self._remember(list(zip(places, items, strict=True)))
                self.spooled += len(items)
                self._watch(self._pause)
                for _, future in pending:
                    if not future.done():
                        future.set_result(None)
            for _, future in pending:
                if not future.done():
                    future.set_exception(Unavailable("ledger"))

    def _remember(self, items: Sequence[tuple[files.Place, files.Item]]) -> None:
        for place, item in items:
            if isinstance(item, files.SpooledArtefact):
                self._artefacts[item.name] = item.body
                continue
            entry = item.entry
            self._places[entry.tenant, entry.check_id] = place
            if entry.idempotency:
                self._keys.setdefault((entry.tenant, entry.idempotency), (entry.check_id, entry.body_digest))

    def _watch(self, delay: float) -> None:
        if self._drainer is None or self._drainer.done():
            self._drainer = asyncio.create_task(self._drain_when_back(delay))

    async def _drain_when_back(self, delay: float) -> None:
        while True:
            await asyncio.sleep(delay)
            delay = self._pause
            try:
                for file in await self._do(self._spool.files):
                    await self._drain(file)
            except (Unavailable, TimeoutError):
                continue
            except Exception as problem:
                files._log.error("the spool cannot be drained: %s", type(problem).__name__)
                continue
            if not self._places and not self._artefacts:
                return

    async def _drain(self, file: Path) -> None:
        """Hand a file's items to the ledger, and delete it when the ledger has them all."""
        items, at = await self._do(self._spool.read, file)
        while items:
            async with asyncio.timeout(5 * self._patience):
                await asyncio.gather(*[self._hand_over(item) for _, item in items])
            self._retry_at = 0.0
            items, at = await self._do(self._spool.read, file, at)
        await self._do(self._spool.drop, file, at)

    async def _hand_over(self, item: files.Item) -> None:
        if isinstance(item, files.SpooledArtefact):
            await self._ledger.put_artefact(item.name, item.body)
            self._artefacts.pop(item.name, None)
            return
        entry = item.entry
        if (await self._ledger.append(entry)).existing is not None:
            # Its key was given away elsewhere meanwhile. The verdict was given all the same, so the record stays.
            await self._ledger.append(msgspec.structs.replace(entry, idempotency=None, body_digest=None))
        self._places.pop((entry.tenant, entry.check_id), None)
        if entry.idempotency and self._keys.get((entry.tenant, entry.idempotency), ("",))[0] == entry.check_id:
            del self._keys[entry.tenant, entry.idempotency]
