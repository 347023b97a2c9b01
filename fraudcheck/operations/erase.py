"""How is a person erased? From the ledger and from the spool, by the keyed identities of a mail address and a phone."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from fraudcheck import wiring
from fraudcheck.intake.identities import read_subject
from fraudcheck.ledger.erasure import CHECK, Erasure, names
from fraudcheck.ports import Unavailable
from fraudcheck.ports.ledger import Erased
from fraudcheck.records import Lead
from fraudcheck.settings import Settings


class Found(Struct, frozen=True, kw_only=True):
    """What was erased: of the ledger (None when it could not be reached) and, in records, of the spool.

    ``damaged`` are records of the spool that could not be read, but named the person; of ``unreadable`` ones nobody can
    tell whose they are.
    """

    ledger: Erased | None
    spool: int
    damaged: int
    unreadable: int


class ErasedFromBatches(Struct, frozen=True, kw_only=True):
    """How many rows were deleted, of how many files of results, and how many unfinished batches were ended."""

    rows: int
    files: int
    ended: int


async def erase(
    settings: Settings, tenant: str, check_ids: Sequence[str], person: Sequence[str], *, typed: Sequence[str], at: str
) -> Found:
    """Erase the leads of checks and of a person, as of the time ``at`` (RFC 3339).

    ``person`` are ``identities``, made from what was ``typed``. The ledger comes first: its tombstones keep back what a
    running service still writes. Raises OSError if a file of the spool cannot be written.
    """
    tokens = [*[CHECK + check_id for check_id in check_ids], *person]
    in_ledger: Erased | None = None
    try:
        async with wiring.ledger_only(settings) as ledger:
            in_ledger = await ledger.erase(tenant, tokens, at)
    except Unavailable:
        pass
    else:
        tokens += [CHECK + check_id for check_id in in_ledger.checks]
    covers = Erasure(tenant=tenant, tokens=frozenset(tokens), at=at).covers
    of_spool = wiring.erase_from_spool(settings, covers, [*names(tokens), *[text.lower().encode() for text in typed]])
    return Found(ledger=in_ledger, spool=of_spool.records, damaged=of_spool.damaged, unreadable=of_spool.unreadable)


def identities(settings: Settings, tenant: str, email: str | None, phone: str | None) -> list[str]:
    """The keyed identities (``KIND:TOKEN``) under which the ledger finds a person's checks.

    Raises ValueError if ``email`` is no mail address or ``phone`` no international number.
    """
    key = wiring.identity_key(settings, tenant)
    lead = Lead(email=email, phone=phone)
    subject = read_subject(
        lead,
        tenant=tenant,
        lists=wiring.load_lists(settings),
        identity_key=key,
        tag="",
        at=0.0,
        default_country=settings.default_country,
    )
    found = [f"{kind}:{subject.tokens[kind]}" for kind in ("mailbox", "phone") if kind in subject.tokens]
    if len(found) < bool(email) + bool(phone):
        raise ValueError("that is no mail address or no number with +")
    return found
