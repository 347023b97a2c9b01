"""Where do records go while the ledger is down? Into an fsynced file, and from there to the ledger once it is back.

The spool holds personal values for as long as it has to, and is part of the ledger for that: its folder and files
are their owner's only, and a file is deleted when the ledger has what is in it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from zlib import crc32

import msgspec
from msgspec import Struct

from fraudcheck.ports import Appended, Entry, Ledger, Stored, Unavailable

_log = logging.getLogger(__name__)


class SpooledPolicy(Struct, frozen=True, tag=True):
    """A policy that waits for the ledger."""

    policy_hash: str
    body: bytes


class SpooledEntry(Struct, frozen=True, tag=True):
    """A record that waits for the ledger."""

    entry: Entry


Item = SpooledPolicy | SpooledEntry
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Item).decode


class Spool:
    """Frames of length, CRC-32 and MessagePack in files of a folder, the newest being written.

    A torn frame at a file's end was never acknowledged, and is passed over.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: int | None = None
        self._number = 0

    def append(self, items: Sequence[Item]) -> None:
        """Write items; they are durable on return. Raises OSError, after which none of them counts as written."""
        file = self._file = self._open() if self._file is None else self._file
        frames = b"".join(_frame(_encode(item)) for item in items)
        end = os.lseek(file, 0, os.SEEK_END)
        try:
            while frames:
                frames = frames[os.write(file, frames) :]
            os.fsync(file)
        except OSError:
            os.ftruncate(file, end)
            raise

    def files(self) -> list[Path]:
        """The files that hold anything, oldest first; what is appended from now on goes into another."""
        self.close()
        return sorted(self._folder.glob("*.spool")) if self._folder.exists() else []

    def read(self, file: Path) -> list[Item]:
        """The items of a file, as far as they are whole."""
        content, at, items = file.read_bytes(), 0, []
        while at + 8 <= len(content):
            length, check = (int.from_bytes(content[at + n : at + n + 4]) for n in (0, 4))
            body = content[at + 8 : at + 8 + length]
            if len(body) < length or crc32(body) != check:
                _log.warning("a spool file ends in a torn record that was never acknowledged")
                break
            items.append(_decode(body))
            at += 8 + length
        return items

    def close(self) -> None:
        """Close the file that is being written."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open(self) -> int:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        taken = [int(file.stem) for file in self._folder.glob("*.spool")]
        self._number = max([self._number, *taken]) + 1
        name = self._folder / f"{self._number:010}.spool"
        file = os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return file


class SpooledLedger:
    """``ports.Ledger`` that keeps records while ``ledger`` cannot, in ``spool``.

    A write that takes longer than ``patience`` seconds counts as failed; what it may still do is harmless, because
    a record is kept once. After a failure everything goes to the spool, and the ledger is tried again every
    ``pause`` seconds. ``clock`` gives monotonic seconds.
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
        self._ledger = ledger
        self._spool = spool
        self._patience = patience
        self._pause = pause
        self._clock = clock
        self._retry_at = 0.0
        self._keys: dict[tuple[str, str], Entry] = {}
        self._waiting: dict[str, Entry] = {}
        self._drainer: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self.spooled = 0

    @property
    def waiting(self) -> int:
        """How many records wait for the ledger."""
        return len(self._waiting)

    async def start(self) -> None:
        """Take over what an earlier process spooled, and drain it."""
        items = await asyncio.to_thread(
            lambda: [item for file in self._spool.files() for item in self._spool.read(file)]
        )
        self._remember(items)
        if items:
            await self._drain()
        if self._waiting:
            self._watch()

    async def close(self) -> None:
        """Stop draining; what is spooled stays for the next start."""
        if self._drainer is not None:
            self._drainer.cancel()
            await asyncio.gather(self._drainer, return_exceptions=True)
        self._spool.close()

    async def append(self, entry: Entry) -> Appended:
        """See ``ports.Ledger``. Raises Unavailable only where the spool cannot be written either."""
        earlier = self._keys.get((entry.tenant, entry.idempotency)) if entry.idempotency else None
        if earlier is not None:
            return Appended(earlier.check_id, earlier.body_digest)
        if self._clock() >= self._retry_at:
            try:
                async with asyncio.timeout(self._patience):
                    return await self._ledger.append(entry)
            except (Unavailable, TimeoutError):
                self._retry_at = self._clock() + self._pause
        await self._put_aside(SpooledEntry(entry))
        return Appended()

    async def writable(self) -> bool:
        """Whether a verdict could be kept now."""
        try:
            await self.ping()
        except Unavailable:
            return await asyncio.to_thread(self._spool_works)
        return True

    async def by_idempotency(self, tenant: str, key: str) -> tuple[str, str | None] | None:
        """See ``ports.Ledger``."""
        spooled = self._keys.get((tenant, key))
        if spooled is not None:
            return spooled.check_id, spooled.body_digest
        return await self._ledger.by_idempotency(tenant, key)

    async def get(self, tenant: str, check_id: str) -> Stored | None:
        """See ``ports.Ledger``; also of a record that waits."""
        entry = self._waiting.get(check_id)
        if entry is not None and entry.tenant == tenant:
            return Stored(
                check_id=check_id, record=entry.record, record_hash=entry.record_hash, personal=entry.personal
            )
        return await self._ledger.get(tenant, check_id)

    async def list(
        self,
        tenant: str,
        *,
        limit: int,
        origin: str = "live",
        vendor: str | None = None,
        decision: str | None = None,
        classification: str | None = None,
        reason: str | None = None,
        since: str | None = None,
        until: str | None = None,
        before_check_id: str | None = None,
    ) -> Sequence[Stored]:
        """See ``ports.Ledger``; records that wait come in when the ledger has them."""
        return await self._ledger.list(
            tenant,
            limit=limit,
            origin=origin,
            vendor=vendor,
            decision=decision,
            classification=classification,
            reason=reason,
            since=since,
            until=until,
            before_check_id=before_check_id,
        )

    async def find(self, tenant: str, identity: str) -> Sequence[str]:
        """See ``ports.Ledger``."""
        return await self._ledger.find(tenant, identity)

    async def erase(self, tenant: str, check_ids: Sequence[str]) -> None:
        """See ``ports.Ledger``. Raises Unavailable while records wait: theirs could not be erased."""
        if self._waiting:
            raise Unavailable("the ledger has not taken all records yet: it")
        await self._ledger.erase(tenant, check_ids)

    async def put_policy(self, policy_hash: str, body: bytes) -> None:
        """See ``ports.Ledger``."""
        try:
            async with asyncio.timeout(self._patience):
                await self._ledger.put_policy(policy_hash, body)
        except (Unavailable, TimeoutError):
            await self._put_aside(SpooledPolicy(policy_hash, body))

    async def get_policy(self, policy_hash: str) -> bytes | None:
        """See ``ports.Ledger``."""
        return await self._ledger.get_policy(policy_hash)

    async def ping(self) -> None:
        """See ``ports.Ledger``."""
        await self._ledger.ping()

    async def _put_aside(self, item: Item) -> None:
        async with self._lock:
            try:
                await asyncio.to_thread(self._spool.append, [item])
            except OSError as problem:
                _log.error("the spool cannot be written: %s", problem.strerror)
                raise Unavailable("ledger") from None
            self._remember([item])
        self.spooled += 1
        self._watch()

    def _remember(self, items: Sequence[Item]) -> None:
        for item in items:
            if isinstance(item, SpooledEntry):
                entry = item.entry
                self._waiting[entry.check_id] = entry
                if entry.idempotency:
                    self._keys[entry.tenant, entry.idempotency] = entry

    def _watch(self) -> None:
        if self._drainer is None or self._drainer.done():
            self._drainer = asyncio.create_task(self._drain_when_back())

    async def _drain_when_back(self) -> None:
        while True:
            await asyncio.sleep(self._pause)
            if await self._drain() and not self._waiting:
                return

    async def _drain(self) -> bool:
        """Hand what is spooled to the ledger; True when nothing is left. A file goes when the ledger has it all."""
        async with self._lock:
            try:
                for file in await asyncio.to_thread(self._spool.files):
                    items = await asyncio.to_thread(self._spool.read, file)
                    await self._hand_over(items)
                    await asyncio.to_thread(file.unlink)
            except (Unavailable, TimeoutError, OSError):
                return False
            self._retry_at = 0.0
            return True

    async def _hand_over(self, items: Sequence[Item]) -> None:
        async with asyncio.timeout(30):
            for item in items:
                if isinstance(item, SpooledPolicy):
                    await self._ledger.put_policy(item.policy_hash, item.body)
            entries = [item.entry for item in items if isinstance(item, SpooledEntry)]
            await asyncio.gather(*[self._ledger.append(entry) for entry in entries])
        for entry in entries:
            self._waiting.pop(entry.check_id, None)
            if entry.idempotency:
                self._keys.pop((entry.tenant, entry.idempotency), None)

    def _spool_works(self) -> bool:
        try:
            self._spool.append([])
        except OSError:
            return False
        return True


def _frame(body: bytes) -> bytes:
    return len(body).to_bytes(4) + crc32(body).to_bytes(4) + body
