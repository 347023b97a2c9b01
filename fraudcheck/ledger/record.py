"""What is kept of a check, and how is it sealed?

A record is JSON with sorted keys, in UTF-8 with no blanks, and is named by the SHA-256 of its bytes:
``{"v": 1, "tenant", "check_id", "lead", "facts", "verdict", "commitments"}``. It differs from RFC 8785 (JCS)
in its numbers (``1.0`` stays ``1.0``) and in the order of keys beyond the basic plane; nothing rests on either,
because the bytes are kept and nobody has to make them again.

No personal value stands in a record. Each one is a *disclosure*, the UTF-8 of the JSON array
``[salt, field, value]``, and the record's ``commitments`` hold, by field, the base64url of its SHA-256 without
padding (RFC 9901 section 4.2). The disclosures make up one JSON array, the side table's ``personal``, byte for
byte as they were hashed; with it deleted, the salts (144 random bits each) keep the values from being guessed.
In the record's verdict, null stands where a personal value stood.

Whatever is not named as plain here is personal, so a new field of the lead is safe before anyone thinks of it.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterable, Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Raw, Struct

from fraudcheck.ports.ledger import MILLIONTHS, Entry
from fraudcheck.records import Facts, Lead, Source

FORMAT = 1
SALT_BYTES = 18 * 32
"""Random bytes that ``seal`` wants: 18 for each value, for more values than a lead and its verdict have."""

_PLAIN = {
    "lead": frozenset({"country", "source", "submitted_at"}),
    "form": frozenset(
        {
            "seconds_on_page",
            "fill_seconds",
            "keystrokes",
            "pastes",
            "autofills",
            "pointer_events",
            "webdriver",
        }
    ),
    "client": frozenset[str](),
    "normalized": frozenset({"country"}),
    "suggestions": frozenset[str](),
}
_NESTED = ("client", "form")
_DERIVED = ("normalized", "suggestions")
_FOUND_BY = ("mailbox", "phone", "reference")

_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_canonical = msgspec.json.Encoder(order="sorted").encode
_encode = msgspec.json.Encoder().encode
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


class _Record(Struct):
    v: int
    tenant: str
    check_id: str
    lead: dict[str, Any]
    facts: dict[str, dict[str, Any] | None]
    verdict: dict[str, Any]
    commitments: dict[str, str]


def make_entry(  # noqa: PLR0917  # in the order of ``seal``
    tenant: str,
    check_id: str,
    lead: Lead,
    facts: Mapping[str, Facts | None],
    verdict: Mapping[str, Any],
    tokens: Mapping[str, str],
    salts: bytes,
    idempotency: str | None = None,
    body_digest: str | None = None,
) -> Entry:
    """Seal a check and name what it is looked up by. Arguments as for ``seal``; the last two as in ``Entry``."""
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
        **_columns(lead.source, verdict, tokens),
    )


def rebuild_entry(record: bytes, record_hash: bytes, personal: bytes | None) -> Entry:
    """The entry of a stored record, for its look-up columns; without the Idempotency-Key, which it does not hold."""
    read = _decode_record(record)
    tokens = {} if personal is None else _disclosed(personal).get("tokens", {})
    return Entry(
        tenant=read.tenant,
        check_id=read.check_id,
        record=record,
        record_hash=record_hash,
        personal=personal or b"",
        **_columns(msgspec.convert(read.lead.get("source", {}), Source), read.verdict, tokens),
    )


def seal(
    tenant: str,
    check_id: str,
    lead: Lead,
    *,
    facts: Mapping[str, Facts | None],
    verdict: Mapping[str, Any],
    tokens: Mapping[str, str],
    salts: bytes,
) -> tuple[bytes, bytes, bytes]:
    """Make the record's bytes, their SHA-256 and the side table's bytes.

    ``verdict`` is the wire verdict as plain JSON values; the personal ones in it are taken out here.
    ``salts`` are ``SALT_BYTES`` fresh random bytes, never used twice. Raises ValueError when they are
    too few or the verdict's ``reference`` is not the lead's.
    """
    if "reference" in verdict and verdict["reference"] != lead.reference:
        raise ValueError("a verdict gives the lead's own reference back")
    plain, values = _part(lead)
    shown = _hide(verdict, values)
    if tokens:
        values.append(("tokens", tokens))
    if len(salts) < 18 * len(values):
        raise ValueError("too few salts")
    salt_text = b2a_base64(salts[: 18 * len(values)], newline=False).translate(_URL_SAFE).decode()
    disclosures = [
        _encode((salt_text[at * 24 : at * 24 + 24], field, value)) for at, (field, value) in enumerate(values)
    ]
    digests = _digests(disclosures)
    record = _canonical(
        {
            "v": FORMAT,
            "tenant": tenant,
            "check_id": check_id,
            "lead": plain,
            "facts": facts,
            "verdict": shown,
            "commitments": {field: digest for (field, _), digest in zip(values, digests, strict=True)},
        }
    )
    return record, sha256(record).digest(), b"[" + b",".join(disclosures) + b"]"


def open_record(record: bytes, personal: bytes | None) -> Opened:
    """Read a record with its side table's row (None: erased). Nothing is verified.

    Raises ValueError or msgspec.MsgspecError on bytes that ``seal`` did not make.
    """
    read = _decode_record(record)
    if personal is None:
        return Opened(
            tenant=read.tenant,
            check_id=read.check_id,
            lead=None,
            facts=read.facts,
            verdict=read.verdict,
            tokens={},
            erased=True,
        )
    values = _disclosed(personal)
    tokens = values.pop("tokens", {})
    if "reference" in read.verdict:
        read.verdict["reference"] = values.get("reference")
    for field, value in values.items():
        part, _, name = field.partition(".")
        if part in _DERIVED:
            read.verdict[part][name] = value
        elif name:
            read.lead.setdefault(part, {})[name] = value
        else:
            read.lead[part] = value
    return Opened(
        tenant=read.tenant,
        check_id=read.check_id,
        lead=msgspec.convert(read.lead, Lead),
        facts=read.facts,
        verdict=read.verdict,
        tokens=tokens,
        erased=False,
    )


def verify(record: bytes, record_hash: bytes, personal: bytes | None) -> list[str]:
    """Name everything about a stored record that is not as it was sealed; empty when all is well.

    The problems name fields, never values. An erased record (``personal`` None) is verified by its hash alone.
    """
    problems = [] if sha256(record).digest() == record_hash else ["record: does not match its hash"]
    try:
        commitments = dict(_decode_record(record).commitments)
    except (msgspec.MsgspecError, ValueError):
        return [*problems, "record: unreadable"]
    if personal is None:
        return problems
    try:
        disclosures = [bytes(raw) for raw in _decode(personal, type=list[Raw])]
        fields = [_decode(disclosure, type=tuple[str, str, Any])[1] for disclosure in disclosures]
    except (msgspec.MsgspecError, ValueError):
        return [*problems, "personal: unreadable"]
    for field, digest in zip(fields, _digests(disclosures), strict=True):
        committed = commitments.pop(field, None)
        if committed is None:
            problems.append("personal: holds a value that the record does not know")
        elif committed != digest:
            problems.append(f"{field}: does not match its commitment")
    return problems + [f"{field}: missing" for field in commitments]


def _part(lead: Lead) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    """Divide a lead into what may stand in the record and the personal rest, by field path."""
    plain: dict[str, Any] = {}
    values: list[tuple[str, Any]] = []
    top = _PLAIN["lead"]
    for name, value in msgspec.to_builtins(lead).items():
        if name in top:
            plain[name] = value
        elif name in _NESTED:
            allowed = _PLAIN[name]
            kept = {}
            for inner, part in value.items():
                if inner in allowed:
                    kept[inner] = part
                else:
                    values.append((f"{name}.{inner}", part))
            if kept:
                plain[name] = kept
        else:
            values.append((name, value))
    return plain, values


def _hide(verdict: Mapping[str, Any], values: list[tuple[str, Any]]) -> dict[str, Any]:
    """Give the verdict with null for each personal value, and add these to ``values``; the reference is the lead's."""
    shown = dict(verdict)
    if "reference" in shown:
        shown["reference"] = None
    for part in _DERIVED:
        held = verdict.get(part)
        if not held:
            continue
        allowed = _PLAIN[part]
        shown[part] = kept = {}
        for name, value in held.items():
            if value is None or name in allowed:
                kept[name] = value
            else:
                kept[name] = None
                values.append((f"{part}.{name}", value))
    return shown


def _digests(disclosures: Iterable[bytes]) -> list[str]:
    """Base64url of each SHA-256, 43 characters. A zero byte fills 32 up to 33, so that one call encodes them all."""
    joined = b"".join([sha256(disclosure).digest() + b"\0" for disclosure in disclosures])
    text = b2a_base64(joined, newline=False).translate(_URL_SAFE).decode()
    return [text[at : at + 43] for at in range(0, len(text), 44)]


def _decode_record(record: bytes) -> _Record:
    read = _decode(record, type=_Record)
    if read.v != FORMAT:
        raise ValueError(f"a record of format {read.v} is newer than this code")
    return read


def _disclosed(personal: bytes) -> dict[str, Any]:
    return {field: value for _, field, value in _decode(personal, type=list[tuple[str, str, Any]])}


def _columns(source: Source, verdict: Mapping[str, Any], tokens: Mapping[str, str]) -> dict[str, Any]:
    amount = source.price.amount
    return {
        "checked_at": verdict["checked_at"],
        "origin": verdict["origin"],
        "vendor": source.vendor,
        "campaign": source.campaign,
        "sub_id": source.sub_id,
        "channel": source.channel,
        "price": None if amount is None else round(Decimal(amount) * MILLIONTHS),
        "currency": source.price.currency,
        "decision": verdict["decision"],
        "classification": verdict["classification"],
        "trust_score": verdict["trust_score"],
        "reasons": " ".join([reason["code"] for reason in verdict["reasons"]]),
        "revises": verdict.get("revises"),
        "identities": tuple([f"{kind}:{tokens[kind]}" for kind in _FOUND_BY if kind in tokens]),
    }
