"""How does a check become a record without personal values? (``record`` describes the format.)

Every field of a lead that is not listed here as plain is personal, so a new field is safe before anyone thinks of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from operator import attrgetter
from typing import Any

import msgspec

from fraudcheck.ledger.record import CRITERIA, FORMAT, base64url, commit
from fraudcheck.records import CheckVerdict, Contacts, Facts, Lead, Normalized

_BYTES_PER_SALT, _CHARACTERS_PER_SALT = 18, 24
SALT_BYTES = _BYTES_PER_SALT * 32
"""Random bytes that ``seal`` takes: enough for 32 values, more than a lead and its verdict have."""

PLAIN_FIELDS = {
    "lead": frozenset({"country", "submitted_at"}),
    "source": frozenset({"vendor", "campaign", "sub_id", "channel", "price"}),
    "form": frozenset(
        {
            "seconds_on_page",
            "fill_seconds",
            "keystrokes",
            "pastes",
            "autofills",
            "pointer_events",
            "webdriver",
            "inserted",
            "focus_changes",
            "first_input_seconds",
            "token_seconds",
            "signs",
        }
    ),
    "client": frozenset[str](),
}
"""Fields of a lead, and of its parts, that are no person's; every other one is sealed as personal."""
_NESTED_PARTS = ("source", "client", "form")
_NO_CONTACTS = Contacts()
_DERIVED = tuple(
    (path, attrgetter(path))
    for part, kind in (("normalized", Normalized), ("suggestions", Contacts))
    for name in kind.__struct_fields__
    if name != "country"
    for path in [f"{part}.{name}"]
)
"""The values of a verdict that are derived from the lead's personal ones (``record.DERIVED_PARTS``)."""

_encode_canonical = msgspec.json.Encoder(order="sorted").encode
_encode = msgspec.json.Encoder().encode


def seal(
    tenant: str,
    check_id: str,
    lead: Lead,
    *,
    facts: Mapping[str, Facts | None],
    verdict: CheckVerdict,
    tokens: Mapping[str, str],
    salts: bytes,
) -> tuple[bytes, bytes, bytes]:
    """Make the record's bytes, their SHA-256, and the bytes of its row in the side table.

    ``verdict`` is the verdict of the wire; the personal values in it are taken out here. ``tokens`` are the keyed
    hashes of the lead's identities by kind. ``salts`` are ``SALT_BYTES`` fresh random bytes, which must never be used
    twice. Raises ValueError when they are too few or the verdict's ``reference`` is not the lead's.
    """
    if verdict.reference != lead.reference:
        raise ValueError("a verdict gives the lead's own reference back")
    plain_lead, values = _separate_personal(lead)
    plain_verdict = _without_personal(verdict, values)
    if tokens:
        values.append(("tokens", tokens))
    if len(salts) < _BYTES_PER_SALT * len(values):
        raise ValueError("too few salts")
    salt_text = base64url(salts[: _BYTES_PER_SALT * len(values)])
    disclosures = [
        _encode((salt_text[i * _CHARACTERS_PER_SALT : (i + 1) * _CHARACTERS_PER_SALT], field, value))
        for i, (field, value) in enumerate(values)
    ]
    record = _encode_canonical(
        {
            "v": FORMAT,
            "tenant": tenant,
            "check_id": check_id,
            "lead": plain_lead,
            "facts": facts,
            "verdict": plain_verdict,
            "commitments": {
                field: commitment for (field, _), commitment in zip(values, commit(disclosures), strict=True)
            },
        }
    )
    return record, sha256(record).digest(), b"[" + b",".join(disclosures) + b"]"


def _separate_personal(lead: Lead) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    """Divide a lead into the plain fields, which may be in the record, and its personal values by field path."""
    plain: dict[str, Any] = {}
    personal: list[tuple[str, Any]] = []
    plain_fields = PLAIN_FIELDS["lead"]
    for name, value in msgspec.to_builtins(lead).items():
        if name in plain_fields:
            plain[name] = value
        elif name in _NESTED_PARTS:
            plain_inner_fields = PLAIN_FIELDS[name]
            plain_part = {}
            for inner_name, inner_value in value.items():
                if inner_name in plain_inner_fields:
                    plain_part[inner_name] = inner_value
                else:
                    personal.append((f"{name}.{inner_name}", inner_value))
            if plain_part:
                plain[name] = plain_part
        else:
            personal.append((name, value))
    return plain, personal


def _without_personal(verdict: CheckVerdict, personal: list[tuple[str, Any]]) -> CheckVerdict:
    """The verdict with null for each personal value. Adds these values to ``personal``.

    The reference is not added: it is the lead's own, which is there already.
    """
    personal += [(path, value) for path, get in _DERIVED if (value := get(verdict)) is not None]
    normalized, quality = Normalized(country=verdict.normalized.country), verdict.quality
    if any(criterion.value is not None for criterion in quality.criteria):
        personal.append((CRITERIA, [criterion.value for criterion in quality.criteria]))
        criteria = [msgspec.structs.replace(criterion, value=None) for criterion in quality.criteria]
        quality = msgspec.structs.replace(quality, criteria=criteria)
    return msgspec.structs.replace(
        verdict, reference=None, normalized=normalized, suggestions=_NO_CONTACTS, quality=quality
    )
