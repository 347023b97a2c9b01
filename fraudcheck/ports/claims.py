"""Which leads were claimed back from their vendors, and what did these answer? So that none is claimed twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, Protocol

from msgspec import Struct

from fraudcheck.ports.ledger import Ledger, Stored

Told = Literal["accepted", "refused", "credited"]
"""What a vendor answers. Only what is ``credited`` was given back."""


class Claimed(Struct, frozen=True, kw_only=True):
    """A lead that stands in a claim. It holds no personal data.

    ``lead`` is the id of the lead's first check, ``check_id`` the version that the claim rests on, ``claim`` the
    claim's id. ``vendor`` is ``identifiers.vendor_key``, ``reason`` the contract's (``report.returns``). ``price`` and
    ``amount``, what is claimed of it, are in millionths of ``currency``. Times are RFC 3339 in UTC. ``answer`` is the
    vendor's, None while there is none; ``credited`` is what it gave back, in millionths too.
    """

    lead: str
    check_id: str
    claim: str
    vendor: str
    reason: str
    currency: str
    price: int
    amount: int
    claimed_at: str
    answer: Told | None = None
    credited: int | None = None
    answered_at: str | None = None


class ClaimedLead(Struct, frozen=True, kw_only=True):
    """A lead that was claimed, and what the ledger knows of it by its newest version.

    ``source`` is as in ``ports.ledger.LeadColumns``. ``newest`` is that version's id, ``codes`` are its reasons',
    separated by blanks, ``price`` is in millionths of ``currency`` (-1 for none); ``checked_at`` is the same in all
    versions. ``counted`` says that audits count the lead: it came as a lead, and is no platform's test.
    """

    claimed: Claimed
    newest: str
    checked_at: str
    source: tuple[str | None, str | None, str | None, str | None]
    decision: str
    codes: str
    price: int = -1
    currency: str | None = None
    counted: bool = True


class VendorLead(Struct, frozen=True, kw_only=True):
    """A lead that might be claimed, by its newest version ``check_id``; ``lead`` is the id of its first one.

    The rest is as in ``ClaimedLead``.
    """

    lead: str
    check_id: str
    checked_at: str
    source: tuple[str | None, str | None, str | None, str | None]
    decision: str
    codes: str
    price: int = -1
    currency: str | None = None


class Paid(Struct, frozen=True, kw_only=True):
    """What a vendor's leads of one day (the ordinal of the date, UTC) and currency cost, in millionths."""

    day: int
    currency: str
    leads: int
    millionths: int


class VendorLeads(Struct, frozen=True, kw_only=True):
    """A vendor's leads as audits count them: what all of them cost, and those that might be claimed, oldest first.

    ``counted`` is how many they are, with or without a price.
    """

    paid: Sequence[Paid] = ()
    leads: Sequence[VendorLead] = ()
    counted: int = 0


class KeptClaim(Struct, frozen=True, kw_only=True):
    """A claim in one currency: how many leads it has and how much, in millionths, was claimed, answered and credited.

    ``answered`` is what was claimed of the leads with an answer, ``answers`` counts these by what was answered.
    """

    claim: str
    vendor: str
    claimed_at: str
    currency: str
    leads: int
    amount: int
    answered: int = 0
    credited: int = 0
    answers: Mapping[str, int] = {}


class Answer(Struct, frozen=True, kw_only=True):
    """What a vendor answered to the claim of one lead, named by any of its versions.

    ``credited`` is what it gave back in millionths of the claim's currency: for ``credited``, None stands for all that
    was claimed; for others it has no meaning. ``at`` is when it was answered, RFC 3339 in UTC. ``claim`` is the id of
    the claim that is answered, None for whichever the lead stands in.
    """

    check_id: str
    answer: Told
    at: str
    credited: int | None = None
    claim: str | None = None


class Claims(Ledger, Protocol):
    """A ledger that also remembers claims. Every method raises Unavailable."""

    async def vendor_leads(
        self, tenant: str, vendor: str, since: str, until: str, codes: Collection[str]
    ) -> VendorLeads:
        """The leads of a vendor, however it is written, with ``since <= checked_at < until``.

        Those that might be claimed were rejected, or have one of the reasons ``codes``.
        """
        ...

    async def claimed_leads(self, tenant: str, since: str, until: str) -> Sequence[ClaimedLead]:
        """The leads of all vendors with ``since <= checked_at < until`` that were claimed, by their first check."""
        ...

    async def list_claims(self, tenant: str, vendor: str | None = None) -> Sequence[KeptClaim]:
        """All claims, or those of one vendor, newest first; one that has several currencies stands there for each."""
        ...

    async def claim_rows(self, tenant: str, claim: str) -> Sequence[ClaimedLead]:
        """The leads of one claim, by their first check's id; empty where there is no such claim."""
        ...

    async def records(self, tenant: str, check_ids: Sequence[str]) -> Mapping[str, Stored]:
        """The records of checks, by their ids; those that the tenant does not have are missing."""
        ...

    async def earlier_checks(self, tenant: str, leads: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Which check last came with the same ``mailbox`` or ``phone`` before a lead (the id of its first check).

        Of no other live or kept lead where it was the first one.
        """
        ...

    async def keep_claim(
        self, tenant: str, rows: Sequence[Claimed], seen: Collection[str] | None = None
    ) -> Sequence[str]:
        """Store a claim, durably and whole. Returns the leads that stand in another one: then nothing is stored.

        ``seen`` are the vendor's claims that were known when this one was settled. If there is another by now, nothing
        is stored either, and all leads come back, because the two together may pass a contract's cap. A claim that is
        stored already changes nothing.
        """
        ...

    async def answer_claims(self, tenant: str, answers: Sequence[Answer]) -> Sequence[str]:
        """Store what a vendor answered, durably; a later answer (by its time) replaces an earlier one.

        Returns for each ``stored``, ``known`` (this answer or a later one is there already), ``unclaimed`` (the lead
        stands in no claim, or not in this one) or ``missing`` (the tenant has no such check).
        """
        ...
