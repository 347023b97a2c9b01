"""What is a record, and how is it read and verified?

A record is what the ledger keeps of one check: JSON with sorted keys, in UTF-8 without blanks,
``{"v": 1, "tenant", "check_id", "lead", "facts", "verdict", "commitments"}``. It is identified by the SHA-256 of its
bytes. It differs from RFC 8785 (JCS) in its numbers (``1.0`` stays ``1.0``) and in the order of keys beyond the basic
plane. That does no harm, because the bytes are kept and nobody has to make them again.

No personal value is in a record. Each personal value is a *disclosure*, the UTF-8 of the JSON array
``[salt, field, value]``. The record's ``commitments`` hold, by field, the base64url of the disclosure's SHA-256 without
padding (RFC 9901 section 4.2). The disclosures of a record form one JSON array, the column ``personal`` of a side
table, byte for byte as they were hashed. When that row is deleted, the salts (144 random bits each) keep anyone from
guessing the values. In the record's verdict, null is in the place of a personal value.

``sealing`` makes records, and ``entry`` adds the columns that the ledger looks them up by.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Raw, Struct

from fraudcheck.records import Contact, Enquiry, Facts, Lead, Quality

FORMAT = 1
DERIVED_PARTS = ("normalized", "suggestions")
"""The parts of a verdict that hold values derived from the lead's personal ones."""
CRITERIA = "quality.criteria"
"""The disclosure of what each criterion of the quality looked at, in the order of the verdict's criteria."""
NOBODY_LOOKED: Mapping[str, Any] = msgspec.json.decode(
    msgspec.json.encode({"enquiry": Enquiry(), "contact": Contact(), "quality": Quality()})
)
"""What a verdict from before these parts has in their place."""
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_DIGEST_CHARACTERS = 43

_decode = msgspec.json.decode


class Opened(Struct, frozen=True, kw_only=True):
    """A record with its personal values put back.

    Once erased, ``lead`` is None, ``tokens`` are empty and the verdict holds null for personal values.
    """

    tenant: str
    check_id: str
    lead: Lead | None
    facts: Mapping[str, Facts | None]
    verdict: dict[str, Any]
    tokens: dict[str, str]
    erased: bool


class RecordBody(Struct):
    """A record's JSON, decoded."""

    v: int
    tenant: str
    check_id: str
    lead: dict[str, Any]
    facts: dict[str, dict[str, Any] | None]
    verdict: dict[str, Any]
    commitments: dict[str, str]


def open_record(record: bytes, personal: bytes | None) -> Opened:
    """Read a record with its row of the side table (None: erased). Nothing is verified.

    Raises ValueError (msgspec.DecodeError is one) on bytes that ``sealing.seal`` did not make.
    """
    body = decode_record(record)
    body.verdict = {**NOBODY_LOOKED, **body.verdict}
    body.verdict["versions"].setdefault("quality", None)
    if personal is None:
        return Opened(
            tenant=body.tenant,
            check_id=body.check_id,
            lead=None,
            facts=body.facts,
            verdict=body.verdict,
            tokens={},
            erased=True,
        )
    values = disclosed_values(personal)
    tokens = values.pop("tokens", {})
    if "reference" in body.verdict:
        body.verdict["reference"] = values.get("reference")
    for field, value in values.items():
        part, _, name = field.partition(".")
        if field == CRITERIA:
            for criterion, looked_at in zip(body.verdict["quality"]["criteria"], value, strict=True):
                criterion["value"] = looked_at
        elif part in DERIVED_PARTS:
            body.verdict[part][name] = value
        elif name:
            body.lead.setdefault(part, {})[name] = value
        else:
            body.lead[part] = value
    return Opened(
        tenant=body.tenant,
        check_id=body.check_id,
        lead=msgspec.convert(body.lead, Lead),
        facts=body.facts,
        verdict=body.verdict,
        tokens=tokens,
        erased=False,
    )


def verify(record: bytes, record_hash: bytes, personal: bytes | None) -> list[str]:
    """Every way in which a stored record differs from what was sealed; empty when it does not.

    The problems name fields, never values. An erased record (``personal`` None) is verified by its hash alone.
    """
    problems = [] if sha256(record).digest() == record_hash else ["record: does not match its hash"]
    try:
        commitments = dict(decode_record(record).commitments)
    except (msgspec.MsgspecError, ValueError):
        return [*problems, "record: unreadable"]
    if personal is None:
        return problems
    try:
        disclosures = [bytes(raw) for raw in _decode(personal, type=list[Raw])]
        fields = [_decode(disclosure, type=tuple[str, str, Any])[1] for disclosure in disclosures]
    except (msgspec.MsgspecError, ValueError):
        return [*problems, "personal: unreadable"]
    for field, digest in zip(fields, commit(disclosures), strict=True):
        commitment = commitments.pop(field, None)
        if commitment is None:
            problems.append("personal: holds a value that the record does not know")
        elif commitment != digest:
            problems.append(f"{field}: does not match its commitment")
    return problems + [f"{field}: missing" for field in commitments]


def decode_record(record: bytes) -> RecordBody:
    """Decode a record's bytes. Raises ValueError (msgspec.DecodeError is one) on another format."""
    body = _decode(record, type=RecordBody)
    if body.v != FORMAT:
        raise ValueError(f"a record of format {body.v} is newer than this code")
    return body


def disclosed_values(personal: bytes) -> dict[str, Any]:
    """The personal values by field, from a row of the side table. Raises msgspec.DecodeError on other bytes."""
    return {field: value for _, field, value in _decode(personal, type=list[tuple[str, str, Any]])}


def commit(disclosures: Iterable[bytes]) -> list[str]:
    """The commitment to each disclosure: the base64url of its SHA-256, 43 characters."""
    # A zero byte fills each digest up from 32 to 33 bytes, which is 44 characters, so that one call encodes them all.
    padded_digests = b"".join([sha256(disclosure).digest() + b"\0" for disclosure in disclosures])
    text = base64url(padded_digests)
    step = _DIGEST_CHARACTERS + 1
    return [text[start : start + _DIGEST_CHARACTERS] for start in range(0, len(text), step)]


def base64url(data: bytes) -> str:
    """Base64 in the alphabet for URLs (RFC 4648 section 5)."""
    return b2a_base64(data, newline=False).translate(_URL_SAFE).decode()
