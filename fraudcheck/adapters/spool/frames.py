"""Which items are in a spool file, and where does it hold no item? Damage costs the items that it touches, no others.

A frame is length and CRC-32 (4 bytes each, big-endian) and an item in MessagePack. Every item begins with the same
bytes, which cannot be within one (what an item holds is UTF-8, where no such bytes can be, or too short). So a frame
ends where the next one begins at the latest, whatever its length says, and no byte is read more than a few times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from zlib import crc32

import msgspec
from msgspec import Struct

from fraudcheck.ledger.entry import rebuild_entry
from fraudcheck.ledger.record import verify
from fraudcheck.ports.ledger import Entry

_HEAD = 8
_ITEM = re.compile(rb"[\x82\x83]\xa4type(?:\xacSpooledEntry|\xadSpooledPolicy)")


class SpooledArtefact(Struct, frozen=True, tag="SpooledPolicy", rename={"name": "policy_hash"}):
    """A policy or a model for the ledger. On disk it has the names of the first release."""

    name: str
    body: bytes


class SpooledEntry(Struct, frozen=True, tag=True):
    """A record for the ledger."""

    entry: Entry


Item = SpooledArtefact | SpooledEntry
_encode_item = msgspec.msgpack.Encoder().encode
_decode_item = msgspec.msgpack.Decoder(Item).decode


class Frame(Struct, frozen=True):
    """Bytes ``at`` to ``end`` of a file: an item, or None where none can be read.

    ``torn`` is what a crash leaves at the end of a file while a frame is written: it was never acknowledged.
    """

    at: int
    end: int
    item: Item | None = None
    torn: bool = False


def encode(item: Item) -> bytes:
    """The frame of an item."""
    body = _encode_item(item)
    return len(body).to_bytes(4) + crc32(body).to_bytes(4) + body


def frames(content: bytes) -> Iterator[Frame]:
    """Every item in a file, and the bytes between them that hold none. Zeros between them are left out."""
    told = 0
    found = _ITEM.search(content)
    while found is not None:
        body = found.start()
        at = max(told, body - _HEAD)
        head = content[at:body].rjust(_HEAD, b"\0")  # it may be missing
        found = _ITEM.search(content, body + 1)
        limit = found.start() if found is not None else len(content)
        item, size = _read(head, content[body:limit], _HEAD if found is not None else 0)
        if any(content[told:at]):
            yield Frame(told, at)
        if item is None and found is None and _is_torn(content[at:]):
            yield Frame(at, limit, torn=True)
        else:
            yield Frame(at, body + size, item)
        told = body + size
    if any(content[told:]):
        yield Frame(told, len(content), torn=_is_torn(content[told:]))


def _read(head: bytes, content: bytes, next_head: int) -> tuple[Item | None, int]:
    """The item of a frame and its size; None, and what is before the next frame, if it cannot be read.

    ``content`` goes on to the next item, with its head of ``next_head`` bytes, which may be missing.
    """
    length, checksum = int.from_bytes(head[:4]), int.from_bytes(head[4:])
    rest = len(content) - next_head
    bodies = [content[:size] for size in dict.fromkeys((length, rest)) if 0 < size <= len(content)]
    for body in bodies:  # the second one: the length may be what is damaged
        if crc32(body) == checksum and (item := _decode(body)) is not None:
            return item, len(body)
    for body in bodies:
        if (item := _restore(body)) is not None:
            return item, len(body)
    return None, max(0, rest)


def _decode(body: bytes) -> Item | None:
    try:
        item: Item = _decode_item(body)
    except (msgspec.MsgspecError, ValueError):
        return None
    if isinstance(item, SpooledEntry) and item.entry.personal and not any(item.entry.personal):
        return SpooledEntry(msgspec.structs.replace(item.entry, personal=b"", identities=()))
    return item


def _restore(body: bytes) -> Item | None:
    """The entry of a damaged frame whose record and personal values are as they were sealed, which their hashes prove.

    The columns are made again from the record; its Idempotency-Key, which the record does not have, is left out.
    """
    item = _decode(body)
    if not isinstance(item, SpooledEntry):
        return None
    entry = item.entry
    if verify(entry.record, entry.record_hash, entry.personal or None):
        return None
    try:
        return SpooledEntry(rebuild_entry(entry.record, entry.record_hash, entry.personal or None))
    except Exception:  # whatever a record lacks, it is none of ours
        return None


def _is_torn(rest: bytes) -> bool:
    """Whether the end of a file is a frame of which a part was not written: it is missing or zeros."""
    return not rest or rest[-1] == 0 or len(rest) < _HEAD + int.from_bytes(rest[:4])


def without_personal(entry: Entry, size: int) -> bytes:
    """A frame of ``size`` bytes of an entry whose personal values and identities are overwritten with zeros.

    It is followed by zeros if it is shorter. Raises ValueError if it would be longer.
    """
    blank = msgspec.structs.replace(
        entry,
        personal=bytes(len(entry.personal)),
        identities=tuple("0" * len(identity.encode()) for identity in entry.identities),
    )
    frame = encode(SpooledEntry(blank))
    if len(frame) > size:
        raise ValueError("the frame does not fit")
    return frame.ljust(size, b"\0")


def names_in(damaged: bytes) -> tuple[list[str], list[str]]:
    """The check ids and the times of checks that can be read in damaged bytes, each in order."""
    ids = {match.decode() for match in _CHECK_ID.findall(damaged)}
    return sorted(ids), sorted({match.decode() for match in _CHECKED_AT.findall(damaged)})


_CHECK_ID = re.compile(rb'check_id(?:":"|\xd9\x24)([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})')
_CHECKED_AT = re.compile(rb'checked_at(?:":"|\xb8)([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z)')
