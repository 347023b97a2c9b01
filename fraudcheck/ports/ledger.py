"""What does the ledger keep of each check, and how is it found again?"""

from __future__ import annotations

from array import array
from asyncio import Future
from collections.abc import Collection, Mapping, Sequence, Set
from typing import Literal, Protocol

from msgspec import Struct

from fraudcheck.ports.history import Question
from fraudcheck.records import Confirmation, Confirmed, Facts, Outcome

MILLIONTHS = 1_000_000
"""Prices are stored and added up as whole millionths of the currency's unit."""


class Entry(Struct, frozen=True, kw_only=True):
    """One record for the ledger (``ledger.entry.make_entry`` makes it), and the values by which it is looked up.

    ``record`` is canonical JSON, ``record_hash`` its SHA-256. ``personal`` has the personal values and salts, which
    erasing deletes (empty then). ``checked_at`` is RFC 3339. ``reasons`` are codes, separated by blanks. ``revises`` is
    the check that this one replaces. ``enquiry`` is its kind, ``band`` its quality's, None where nobody looked.
    ``form_at`` is when the form was sent, in milliseconds since 1970, None where that was at the check.
    ``price`` is in millionths of ``currency``. ``identities`` are the keyed tokens to find a lead by (``mailbox:…``,
    ``phone:…``, ``reference:…``). ``idempotency`` and ``body_digest`` are keyed hashes of the request's Idempotency-Key
    and body. ``uncounted`` is the tag of a lead that has to be judged again, because the counts were away.
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
    enquiry: str | None = None
    band: str | None = None
    form_at: int | None = None
    campaign: str | None = None
    sub_id: str | None = None
    channel: str | None = None
    price: int | None = None
    currency: str | None = None
    identities: tuple[str, ...] = ()
    idempotency: str | None = None
    body_digest: str | None = None
    uncounted: str | None = None


class Appended(Struct, frozen=True):
    """The result of appending an entry.

    When ``existing`` is None the record is kept. Otherwise it is not, since the check ``existing`` has the same
    Idempotency-Key; ``body_digest`` is the one of that check's request.
    """

    existing: str | None = None
    body_digest: str | None = None


class Stored(Struct, frozen=True, kw_only=True):
    """A record from the ledger. ``personal`` is None when erased; ``revised_by`` the newest check that replaces it."""

    check_id: str
    record: bytes
    record_hash: bytes
    personal: bytes | None
    revised_by: str | None = None


class Erased(Struct, frozen=True, kw_only=True):
    """What an erasure found: the ids of all ``checks`` concerned, and of how many of them it ``erased`` the values.

    The others had been erased before.
    """

    checks: Sequence[str]
    erased: int


class Uncounted(Struct, frozen=True, kw_only=True):
    """A check that was judged while the counts were away. ``tag`` is the one that its counting was tried under."""

    tenant: str
    tag: str
    stored: Stored


class CheckFilter(Struct, frozen=True, kw_only=True):
    """Selects records: those that have every value that is not None.

    ``reason`` is a code that is among the record's, ``enquiry`` a kind, ``band`` that of its quality; both are
    ``unknown`` where nobody looked, the band also where it cannot be told.
    ``since <= checked_at < until``; these are compared as text, so both need the format of ``records.format_utc``.
    """

    origin: str = "live"
    vendor: str | None = None
    decision: str | None = None
    classification: str | None = None
    reason: str | None = None
    enquiry: str | None = None
    band: str | None = None
    since: str | None = None
    until: str | None = None


ALL_LIVE = CheckFilter()


class LeadColumns(Struct, frozen=True, kw_only=True):
    """Leads as columns of numbers, oldest first.

    ``rows`` has eight numbers for each lead: source, kind, day, score, price, enquiry, band, day of the form. Source
    and kind are keys of ``sources`` (vendor, campaign, sub-id, channel; None where not given) and ``kinds`` (decision,
    classification, currency or None, codes of the reasons separated by blanks). The days, of the check and of the form,
    are ordinals of the date in UTC; the price is in millionths of the currency, -1 where there is none. Enquiry and
    band are keys of ``enquiries`` and ``bands``, -1 where nobody looked.
    """

    rows: array[int]
    sources: Mapping[int, tuple[str | None, str | None, str | None, str | None]]
    kinds: Mapping[int, tuple[str, str, str | None, str]]
    enquiries: Mapping[int, str] = {}
    bands: Mapping[int, str] = {}


Proofs = tuple[Set[str], Set[str]]
"""The outcomes that prove a lead genuine: whatever else is told, and unless it was returned as a fake."""
PROOFS: Proofs = (frozenset({"qualified", "converted"}), frozenset({"contacted"}))
"""Those of a tenant without events of its own."""


class OutcomeCounts(Struct, frozen=True, kw_only=True):
    """How many of a vendor's leads were genuine, and how many fake, by the outcomes that one buyer reported."""

    vendor: str | None
    buyer: str
    genuine: int
    fake: int


class LeadOutcome(Struct, frozen=True, kw_only=True):
    """An outcome and its lead: the id of the lead's first check, its source (as in ``LeadColumns``) and its score.

    ``checked_at`` is the time of the first check, ``form_at`` that of the form ("" where it is the same). ``decision``,
    ``enquiry`` (the kind; None where nobody looked), ``price`` (in millionths of ``currency``, -1 for none) and
    ``codes`` (of its reasons, separated by blanks) are those of its newest version. ``live`` says that it came as a
    lead, not in a batch.
    """

    lead: str
    outcome: Outcome
    source: tuple[str | None, str | None, str | None, str | None]
    score: int
    checked_at: str = ""
    decision: str = ""
    enquiry: str | None = None
    live: bool = True
    form_at: str = ""
    price: int = -1
    currency: str | None = None
    codes: str = ""


MOST_COUNTED = 100_000
"""How far the leads of a decision are counted."""


class Ledger(Protocol):
    """Keeps the record of every check, the policies and models that it was judged by, and the outcomes of leads.

    A lead that was checked again has several versions, each a record of its own. Every method raises Unavailable.
    """

    async def append(self, entry: Entry) -> Appended:
        """Store a record, durably. A check that is stored already is no error and changes nothing.

        But if the entry has no personal values, those that are stored are deleted: it was erased in the spool, while an
        earlier write of it was on its way.

        With it the mark of an uncounted lead is stored, and deleted with its revision. A revision of a lead that has
        been erased is not stored, nor one of a version that a confirmation replaced meanwhile; its mark stays.
        """
        ...

    async def get(self, tenant: str, check_id: str) -> Stored | None:
        """The record of a check; None when the tenant has no such check."""
        ...

    async def by_idempotency(self, tenant: str, key: str) -> tuple[str, str | None] | None:
        """Check id and body digest of the record with this hashed Idempotency-Key; None when there is none."""
        ...

    async def list(
        self,
        tenant: str,
        wanted: CheckFilter = ALL_LIVE,
        *,
        limit: int,
        before_check_id: str | None = None,
    ) -> Sequence[Stored]:
        """Up to ``limit`` records, newest first; of each lead only the newest version.

        ``before_check_id`` is the last id of the previous page.
        """
        ...

    async def count_decisions(self, tenant: str, since: str) -> Mapping[str, int]:
        """How many leads came by each decision since then (RFC 3339), to within two minutes; no test leads.

        Each lead counts by its newest version, twice where two were made of it at one moment. More than
        ``MOST_COUNTED`` of a decision are not told.
        """
        ...

    async def find(self, tenant: str, identity: str) -> Sequence[str]:
        """The ids of all checks with an identity (``mailbox:…``, ``phone:…``, ``reference:…``), newest first."""
        ...

    async def lead_columns(self, tenant: str, since: str, until: str) -> LeadColumns:
        """The live leads with ``since <= checked_at < until``; of each lead only the newest version."""
        ...

    async def record_outcomes(self, tenant: str, reported: Sequence[tuple[str, Outcome]], at: str) -> Sequence[str]:
        """Store outcomes of checks (id and outcome), durably; ``at`` is the present time, RFC 3339.

        Returns for each ``stored``, ``known`` (the lead has the same outcome already) or ``missing`` (the tenant has
        no such check).
        """
        ...

    async def lead_outcomes(self, tenant: str, check_id: str) -> Sequence[Outcome]:
        """All outcomes of the lead that the check belongs to, for any of its versions, in the order reported."""
        ...

    async def list_outcomes(self, tenant: str, since: str, until: str) -> Sequence[LeadOutcome]:
        """The outcomes of all leads with ``since <= checked_at < until``, lead by lead, in the order reported."""
        ...

    async def outcome_counts(self, tenant: str, proofs: Proofs = PROOFS) -> Sequence[OutcomeCounts]:
        """How many leads of each vendor were genuine and fake, by buyer, from all outcomes of the tenant."""
        ...

    async def lead_confirmations(self, tenant: str, check_id: str) -> tuple[str, Sequence[Confirmed]]:
        """The id of the first version of the lead that a check belongs to, and the lead's confirmations as told."""
        ...

    async def confirm(
        self, entry: Entry, lead: str, told: Confirmation, *, at: str, after: int, unless: str
    ) -> Literal["kept", "overtaken", "erased"]:
        """Store a confirmation of a lead with the version that is made of it, ``entry``, durably and both together.

        ``lead`` is the lead's first version, ``at`` the present time. Nothing is stored, as somebody else was quicker,
        unless the lead has just ``after`` confirmations and there is no record of the check ``unless``, which would
        replace the same version; nor of a lead that is erased.
        """
        ...

    def histories(self, asked: Sequence[Question]) -> Future[Sequence[Facts]]:
        """The facts of ``signals.history`` for each question, from live leads that are no tests and are not erased.

        The question is on its way when this returns. The future may also hold another exception than Unavailable.
        """
        ...

    async def take_uncounted(
        self, by: str, *, limit: int, now: float, lease: float, without: Collection[str] = ()
    ) -> Sequence[Uncounted]:
        """The oldest uncounted checks of all tenants but ``without``, at most ``limit``, oldest first, for a process.

        None while another process has taken some and less than ``lease`` seconds have passed since; ``now`` is the time
        in Unix seconds. So they are judged in their order, by one process at a time.
        """
        ...

    async def count_uncounted(self) -> int:
        """How many checks wait to be judged again."""
        ...

    async def settle_uncounted(self, tenant: str, check_id: str) -> None:
        """A check need not be judged again."""
        ...

    async def erase(self, tenant: str, tokens: Sequence[str], at: str) -> Erased:
        """Delete the personal values and identities of leads, on disk too. The records stay.

        ``tokens`` are ``check:ID`` and identities (as for ``find``). All versions of a lead are erased together. What
        is appended later of a lead that was there at the time ``at`` (RFC 3339) is kept without personal values.
        """
        ...

    async def put_artefact(self, name: str, body: bytes) -> None:
        """Store a policy or a model under its hash (``sha256:…``). One that is stored already changes nothing."""
        ...

    async def get_artefact(self, name: str) -> bytes | None:
        """The policy or model with this hash; None when there is none."""
        ...

    async def reach(self) -> None:
        """Return when the ledger can be read. Raises Unavailable."""
        ...

    async def ping(self) -> None:
        """Return when the ledger has taken a write, as it would a record. Raises Unavailable."""
        ...
