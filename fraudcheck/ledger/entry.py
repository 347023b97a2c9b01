"""By which columns is a record looked up? An entry is a sealed record with these columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from fraudcheck.ledger.record import decode_record, disclosed_values
from fraudcheck.ledger.sealing import seal
from fraudcheck.ports.ledger import MILLIONTHS, Entry
from fraudcheck.records import CheckVerdict, Facts, Lead, Source, money_amount

UNKNOWN = "unknown"
"""What a verdict says of what nobody looked at; its column is empty then."""
_LOOKUP_IDENTITIES = ("mailbox", "phone", "reference")


def make_entry(  # noqa: PLR0917  # in the order of ``seal``
    tenant: str,
    check_id: str,
    lead: Lead,
    facts: Mapping[str, Facts | None],
    verdict: CheckVerdict,
    tokens: Mapping[str, str],
    salts: bytes,
    idempotency: str | None = None,
    body_digest: str | None = None,
    uncounted: str | None = None,
) -> Entry:
    """Seal a check and fill in its look-up columns. Takes what ``seal`` takes; the last three are as in ``Entry``.

    Raises ValueError as ``seal`` does.
    """
    record, record_hash, personal = seal(
        tenant, check_id, lead, facts=facts, verdict=verdict, tokens=tokens, salts=salts
    )
    return Entry(
        tenant=tenant,
        check_id=check_id,
        record=record,
        record_hash=record_hash,
        personal=personal,
        idempotency=idempotency,
        body_digest=body_digest,
        uncounted=uncounted,
        **_columns(lead.source, verdict, tokens),
    )


def rebuild_entry(record: bytes, record_hash: bytes, personal: bytes | None) -> Entry:
    """Make the entry of a stored record again, for its look-up columns.

    It lacks ``idempotency`` and ``body_digest``, which a record does not hold. Raises ValueError (msgspec.MsgspecError
    is one) on bytes that ``seal`` did not make.
    """
    body = decode_record(record)
    tokens = {} if personal is None else disclosed_values(personal).get("tokens", {})
    return Entry(
        tenant=body.tenant,
        check_id=body.check_id,
        record=record,
        record_hash=record_hash,
        personal=personal or b"",
        **_columns(
            msgspec.convert(body.lead.get("source", {}), Source), msgspec.convert(body.verdict, _Judged), tokens
        ),
    )


class _Code(Struct):
    code: str


class _Enquiry(Struct, frozen=True):
    kind: str = UNKNOWN


class _Quality(Struct, frozen=True):
    band: str = UNKNOWN


class _Judged(Struct):
    """What the columns hold of a stored verdict; an old one may lack what later ones have."""

    checked_at: str
    origin: str
    decision: str
    classification: str
    trust_score: int
    reasons: list[_Code]
    submitted_at: str = ""
    revises: str | None = None
    enquiry: _Enquiry = _Enquiry()
    quality: _Quality = _Quality()


def _columns(source: Source, verdict: CheckVerdict | _Judged, tokens: Mapping[str, str]) -> dict[str, Any]:
    amount = money_amount(source.price.amount or "")
    return {
        "checked_at": verdict.checked_at,
        "origin": verdict.origin,
        "vendor": source.vendor,
        "campaign": source.campaign,
        "sub_id": source.sub_id,
        "channel": source.channel,
        "price": None if amount is None else round(amount * MILLIONTHS),
        "currency": source.price.currency,
        "decision": verdict.decision,
        "classification": verdict.classification,
        "trust_score": verdict.trust_score,
        "reasons": " ".join([reason.code for reason in verdict.reasons]),
        "revises": getattr(verdict, "revises", None),
        "enquiry": _known(verdict.enquiry.kind),
        "band": _known(verdict.quality.band),
        "form_at": form_at(verdict.submitted_at, verdict.checked_at),
        "identities": tuple([f"{kind}:{tokens[kind]}" for kind in _LOOKUP_IDENTITIES if kind in tokens]),
    }


def form_at(submitted_at: str, checked_at: str) -> int | None:
    """When the form was sent, in milliseconds since 1970; None where not before the check. Both are RFC 3339 in UTC."""
    if not submitted_at or submitted_at >= checked_at:
        return None
    return round(datetime.fromisoformat(submitted_at).timestamp() * 1000)


def _known(text: str) -> str | None:
    return None if text == UNKNOWN else text
