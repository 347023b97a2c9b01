"""What does erasing a person concern? The leads that were there at the time, wherever they are and whenever they come.

A *tombstone* is a token with the time of the erasure. The ledger keeps it, and whoever writes a record asks for it, so
that a record that was on its way (in the spool of another machine, in a judgement that was made again) is kept without
personal values. A tombstone holds keyed tokens and ids of checks only. A lead that the person brings later is a new
lead: no tombstone concerns it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from msgspec import Struct

from fraudcheck.ports.ledger import Entry
from fraudcheck.records import format_utc

CHECK = "check:"
"""Begins the token of a check; the tokens of a person are identities (``mailbox:…``, ``phone:…``)."""


class Erasure(Struct, frozen=True, kw_only=True):
    """What is to be erased of a tenant: tokens of checks (``check:ID``) and of identities, as of ``at`` (RFC 3339)."""

    tenant: str
    tokens: frozenset[str]
    at: str

    def covers(self, entry: Entry) -> bool:
        """Whether an entry's personal values are to be erased."""
        return entry.tenant == self.tenant and is_erased(entry, dict.fromkeys(self.tokens, self.at))


def tokens_of(entry: Entry) -> list[str]:
    """The tokens by which a tombstone may concern an entry: its identities, its check, and the check it revises."""
    checks = [entry.check_id] if entry.revises is None else [entry.check_id, entry.revises]
    return [*entry.identities, *[CHECK + check_id for check_id in checks]]


def is_erased(entry: Entry, tombstones: Mapping[str, str]) -> bool:
    """Whether one of the ``tombstones`` (time of the erasure by token) concerns an entry."""
    at = lead_time(entry)
    return any(tombstones.get(token, "") >= at for token in tokens_of(entry))


def lead_time(entry: Entry) -> str:
    """When the entry's lead was there: of a lead that was judged again, when the judgement that it revises was made."""
    if entry.revises is None:
        return entry.checked_at
    try:
        milliseconds = int(entry.revises[:8] + entry.revises[9:13], 16)
        revised_at = format_utc(datetime.fromtimestamp(milliseconds / 1000, UTC))
    except (ValueError, OverflowError):  # no id of ours
        return entry.checked_at
    return min(entry.checked_at, revised_at)


def names(tokens: Collection[str]) -> tuple[bytes, ...]:
    """The ids and the keyed hashes of tokens, as they stand in the bytes of a record."""
    return tuple(token.partition(":")[2].encode() for token in tokens)
