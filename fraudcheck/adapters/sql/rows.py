"""Which rows of the tables does an entry become?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec

from fraudcheck.adapters.sql.schema import checks
from fraudcheck.identifiers import vendor_key
from fraudcheck.ports.ledger import Entry
from fraudcheck.reasons import TEST

Term = tuple[str, str]
"""A tenant and a text."""
_COLUMNS = tuple(
    column.name
    for column in checks.columns
    if column.name in Entry.__struct_fields__ and column.name not in ("enquiry", "band")
)
"""Columns of ``checks`` that are copied from the entry."""


def record_row(entry: Entry) -> dict[str, Any]:
    """A row of ``records``."""
    return {
        "tenant": entry.tenant,
        "check_id": entry.check_id,
        "record": entry.record,
        "record_hash": entry.record_hash,
        "idempotency": entry.idempotency,
        "body_digest": entry.body_digest,
    }


def personal_row(entry: Entry) -> dict[str, Any]:
    """A row of ``personal``."""
    return {"tenant": entry.tenant, "check_id": entry.check_id, "content": entry.personal}


def uncounted_row(entry: Entry) -> dict[str, Any]:
    """A row of ``uncounted``."""
    return {"tenant": entry.tenant, "check_id": entry.check_id, "tag": entry.uncounted}


def source_term(entry: Entry) -> Term:
    """Where the lead came from, as a row of ``terms``."""
    return entry.tenant, _json(entry.vendor, entry.campaign, entry.sub_id, entry.channel)


def vendor_rows(entries: Iterable[Entry]) -> dict[Term, dict[str, Any]]:
    """Rows of ``vendors``, by tenant and key: of each vendor the first of these entries."""
    rows: dict[Term, dict[str, Any]] = {}
    for entry in sorted(entries, key=attrgetter("check_id")):
        if entry.vendor is not None:
            key = vendor_key(entry.vendor)
            row = {"tenant": entry.tenant, "key": key, "name": entry.vendor, "check_id": entry.check_id}
            rows.setdefault((entry.tenant, key), row)
    return rows


def kind_term(entry: Entry) -> Term:
    """What the verdict was, as a row of ``terms``."""
    return entry.tenant, _json(entry.decision, entry.classification, entry.currency, entry.reasons)


def enquiry_term(entry: Entry) -> Term | None:
    """What kind of enquiry it is, as a row of ``terms``, which is the tag too; None where nobody looked."""
    return None if entry.enquiry is None else tag_term(entry.tenant, "enquiry", entry.enquiry)


def band_term(entry: Entry) -> Term | None:
    """The band of its quality, as a row of ``terms``; None where nobody looked."""
    return None if entry.band is None else tag_term(entry.tenant, "band", entry.band)


def terms_of(entry: Entry) -> dict[str, Term]:
    """The terms that a row of ``checks`` names, by its columns."""
    found = {name: term_of(entry) for name, term_of in _TERMS.items()}
    return {name: term for name, term in found.items() if term is not None}


def tag_keys(tagged: Iterable[tuple[str, Sequence[Term]]], term_ids: Mapping[Term, int]) -> list[tuple[int, str]]:
    """Keys of ``tags``, in order, for ids of checks with their tags; ``term_ids`` has the ids of these."""
    return sorted([(term_ids[term], check_id) for check_id, own in tagged for term in own])


def tag_terms(entry: Any) -> list[Term]:
    """By what an entry or a row of ``checks`` may be listed. A revision may be listed among the live ones too."""
    told = [("reason", code) for code in dict.fromkeys(entry.reasons.split())]
    told += ("origin", entry.origin), ("decision", entry.decision), ("classification", entry.classification)
    if entry.vendor is not None:
        told.append(("vendor", entry.vendor))
    if entry.origin == "revision":
        told.append(("origin", "live"))
    if waits(entry):
        told.append(WAITS)
    if isinstance(entry.enquiry, str):
        told.append(("enquiry", entry.enquiry))
    return [tag_term(entry.tenant, name, value) for name, value in told]


WAITS = ("queue", "review")
"""The tag of a lead that waits for review: until an outcome is told of it, or it is erased."""


def waits(entry: Any) -> bool:
    """Whether an entry or a row of ``checks`` is to be looked at by a person, as far as the check itself tells."""
    return bool(entry.decision == "review" and entry.classification != TEST and getattr(entry, "personal", True))


@lru_cache(maxsize=10_000)
def tag_term(tenant: str, name: str, value: str) -> Term:
    """One thing by which checks may be listed, as a row of ``terms``. A vendor is found by each of its spellings."""
    if name == "vendor":
        value = vendor_key(value)
    return tenant, msgspec.json.encode({name: value}).decode()


def _json(*parts: str | None) -> str:
    return msgspec.json.encode(parts).decode()


def check_row(entry: Entry, term_ids: Mapping[Term, int]) -> dict[str, Any]:
    """A row of ``checks``; ``term_ids`` has the ids of the entry's terms."""
    return {
        **{name: getattr(entry, name) for name in _COLUMNS},
        "day": date.fromisoformat(entry.checked_at[:10]).toordinal(),
        **dict.fromkeys(_TERMS),
        **{name: term_ids[term] for name, term in terms_of(entry).items()},
    }


_TERMS: Mapping[str, Callable[[Entry], Term | None]] = {
    "source": source_term,
    "kind": kind_term,
    "enquiry": enquiry_term,
    "band": band_term,
}
