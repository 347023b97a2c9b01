"""What is kept of each check, and how is it found again?"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from fraudcheck.records import Outcome

MILLIONTHS = 1_000_000
"""Parts of a currency's unit in which prices are added up."""


class Entry(Struct, frozen=True, kw_only=True):
    """One record for the ledger: the sealed bytes (``fraudcheck.ledger.record``) and what to look it up by.

    ``record`` is canonical JSON and ``record_hash`` its SHA-256; ``personal`` the disclosures that erasing
    deletes. ``checked_at`` is RFC 3339, ``reasons`` the codes joined by blanks, ``revises`` the check that
    this one replaces, ``identities`` the keyed tokens (``mailbox:…``, ``phone:…``, ``reference:…``) to find a lead by;
    ``price`` is in millionths of ``currency``;
    ``idempotency`` and ``body_digest`` are keyed hashes of the request's Idempotency-Key and body.
    """

    tenant: str
    check_id: str
    record: bytes
    record_hash: bytes
    personal: bytes
    checked_at: str
    origin: str
    vendor: str | None
    decision: str
    classification: str
    trust_score: int
    reasons: str
    revises: str | None = None
    campaign: str | None = None
    sub_id: str | None = None
    channel: str | None = None
    price: int | None = None
    currency: str | None = None
    identities: tuple[str, ...] = ()
    idempotency: str | None = None
    body_digest: str | None = None


class Appended(Struct, frozen=True):
    """What became of an entry: kept, or, where ``existing`` is set, not kept, because its Idempotency-Key
    belongs to that check already, which came with a body of ``body_digest``.
    """

    existing: str | None = None
    body_digest: str | None = None


class Stored(Struct, frozen=True, kw_only=True):
    """A record as it was kept. ``personal`` is None once erased; ``revised_by`` the newest check that replaces it."""

    check_id: str
    record: bytes
    record_hash: bytes
    personal: bytes | None
    revised_by: str | None = None


class CheckFilter(Struct, frozen=True, kw_only=True):
    """Which records are wanted: those that have each value that is not None.

    ``reason`` is a code; ``since <= checked_at < until``, compared as text, so both have the form that it has.
    """

    origin: str = "live"
    vendor: str | None = None
    decision: str | None = None
    classification: str | None = None
    reason: str | None = None
    since: str | None = None
    until: str | None = None


ALL_LIVE = CheckFilter()


class LeadColumns(Struct, frozen=True, kw_only=True):
    """Leads as numbers, oldest first: five in ``rows`` for each, its source, kind, day, score and price.

    Source and kind are keys of ``sources`` (vendor, campaign, sub-id, channel) and of ``kinds`` (decision,
    classification, currency, reasons' codes and blanks), None where it was not given. The day is the ordinal of the
    date in UTC, the price in millionths of the currency, -1 where there is none.
    """

    rows: array[int]
    sources: Mapping[int, tuple[str | None, str | None, str | None, str | None]]
    kinds: Mapping[int, tuple[str, str, str | None, str]]


class OutcomeCounts(Struct, frozen=True, kw_only=True):
    """How many leads of a vendor a buyer's outcomes show to be genuine and to be fake."""

    vendor: str | None
    buyer: str
    genuine: int
    fake: int


class LeadOutcome(Struct, frozen=True, kw_only=True):
    """An outcome beside its lead: the first version's id, the source (as in ``LeadColumns``) and the score."""

    lead: str
    told: Outcome
    source: tuple[str | None, str | None, str | None, str | None]
    score: int


class Ledger(Protocol):
    """Keeps the record of every check, the policies and models behind them, and outcomes. All raise Unavailable."""

    async def append(self, entry: Entry) -> Appended:
        """Keep a record; it is durable on return. The same check again is no error and changes nothing."""
        ...

    async def get(self, tenant: str, check_id: str) -> Stored | None:
        """Give one record, None where the tenant has none of that id."""
        ...

    async def by_idempotency(self, tenant: str, key: str) -> tuple[str, str | None] | None:
        """Give check_id and body digest of the record that was kept under a hashed Idempotency-Key."""
        ...

    async def list(
        self,
        tenant: str,
        wanted: CheckFilter = ALL_LIVE,
        *,
        limit: int,
        before_check_id: str | None = None,
    ) -> Sequence[Stored]:
        """Give up to ``limit`` records, newest first, each lead once by its newest version.

        ``before_check_id`` is the last id of the page before.
        """
        ...

    async def find(self, tenant: str, identity: str) -> Sequence[str]:
        """Give the ids of all checks of one identity (``mailbox:…``, ``phone:…``, ``reference:…``), newest first."""
        ...

    async def lead_columns(self, tenant: str, since: str, until: str) -> LeadColumns:
        """Give the live leads of a time, each once by its newest version. Times as for ``list``."""
        ...

    async def record_outcomes(self, tenant: str, told: Sequence[tuple[str, Outcome]], at: str) -> Sequence[str]:
        """Keep outcomes of checks, durable on return; ``at`` is now. For each: ``stored``, ``known`` where the same
        was stored before, or ``missing`` where the tenant has no such check.
        """
        ...

    async def lead_outcomes(self, tenant: str, check_id: str) -> Sequence[Outcome]:
        """Give the outcomes of a lead, whichever version they were told of, in the order in which they were told."""
        ...

    async def list_outcomes(self, tenant: str, since: str, until: str) -> Sequence[LeadOutcome]:
        """Give the outcomes of all leads checked in a time (as for ``list``), lead by lead, in the order told."""
        ...

    async def outcome_counts(self, tenant: str) -> Sequence[OutcomeCounts]:
        """Give what all outcomes of the tenant together say of each vendor's leads, by buyer."""
        ...

    async def erase(self, tenant: str, check_ids: Sequence[str]) -> None:
        """Delete the personal values and tokens of these checks, from the disk too. The records stay."""
        ...

    async def put_artefact(self, name: str, body: bytes) -> None:
        """Keep a policy or a model under its hash (``sha256:…``); a known one changes nothing."""
        ...

    async def get_artefact(self, name: str) -> bytes | None:
        """Give a policy or a model by its hash."""
        ...

    async def ping(self) -> None:
        """Return when the ledger answers."""
        ...
