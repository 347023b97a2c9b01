"""What does an audit of vendors read? All leads of a time by columns, and what became of them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import chain
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, case, func, select

from fraudcheck.adapters.sql.engine import Database
from fraudcheck.adapters.sql.schema import checks, outcomes, records, terms
from fraudcheck.adapters.sql.versions import newest_of, of_origin
from fraudcheck.ports.ledger import LeadColumns, LeadOutcome, OutcomeCounts
from fraudcheck.records import Outcome, Price

_PART = 20_000
"""Rows read at a time, so that a million leads are never there as objects."""
_TOLD = (
    outcomes.c.outcome,
    outcomes.c.reason,
    outcomes.c.amount,
    outcomes.c.currency,
    outcomes.c.at,
    outcomes.c.buyer,
)
_decode_source = msgspec.json.Decoder(tuple[str | None, str | None, str | None, str | None]).decode
_decode_kind = msgspec.json.Decoder(tuple[str, str, str | None, str]).decode
_LONGEST_CHAIN = 100
"""Versions of one lead that are followed back."""


def lead_columns(connection: Connection, tenant: str, since: str, until: str) -> LeadColumns:
    """See ``ports.Ledger``."""
    query = select(
        checks.c.source, checks.c.kind, checks.c.day, checks.c.trust_score, func.coalesce(checks.c.price, -1)
    ).where(
        checks.c.tenant == tenant,
        checks.c.check_id >= _id_at(since),  # ids begin with their time, and the table is in their order
        checks.c.checked_at >= since,
        checks.c.checked_at < until,
        *_each_lead_once(connection, tenant),
    )
    rows = array("q")
    for part in _raw(connection, query.order_by(checks.c.check_id)):
        rows.extend(chain.from_iterable(part))
    known = _raw(connection, select(terms.c.id, terms.c.text).where(terms.c.tenant == tenant))
    texts = dict(chain.from_iterable(known))
    return LeadColumns(
        rows=rows,
        sources={number: _decode_source(texts[number]) for number in set(rows[0::5])},
        kinds={number: _decode_kind(texts[number]) for number in set(rows[1::5])},
    )


def _each_lead_once(connection: Connection, tenant: str) -> list[Any]:
    """Where nothing was revised, which is quickly told, the rows need not be held against each other."""
    revised = select(checks.c.check_id).where(checks.c.tenant == tenant, checks.c.revises.is_not(None)).limit(1)
    if connection.execute(revised).first() is None:
        return [checks.c.origin == "live"]
    return [newest_of(tenant), of_origin("live")]


def _raw(connection: Connection, query: Select[Any]) -> Iterator[Sequence[Any]]:
    """A query's rows, some at a time, from the driver's own cursor: as SQLAlchemy's objects they take as long again."""
    cursor = connection.execute(query).cursor
    while part := cursor.fetchmany(_PART):
        yield part


def _id_at(moment: str) -> str:
    """Below every check id of this time (UUIDv7, RFC 9562 section 5.7) and later ones."""
    milliseconds = int(datetime.fromisoformat(moment).timestamp() * 1000)
    return f"{max(0, milliseconds) >> 16:08x}"


def record_outcomes(
    connection: Connection, database: Database, tenant: str, told: Sequence[tuple[str, Outcome]], at: str
) -> list[str]:
    """See ``ports.Ledger``; in the connection's transaction."""
    insert = database.insert_new(outcomes)
    answers = []
    for check_id, outcome in told:
        known = select(records.c.seq).where(records.c.tenant == tenant, records.c.check_id == check_id)
        if connection.execute(known).first() is None:
            answers.append("missing")
            continue
        lead = _first_version(connection, tenant, check_id)
        row = {
            "tenant": tenant,
            "lead": lead,
            "check_id": check_id,
            "outcome": outcome.outcome,
            "reason": outcome.reason,
            "amount": outcome.value and outcome.value.amount,
            "currency": outcome.value and outcome.value.currency,
            "buyer": outcome.buyer,
            "at": outcome.at or at,
            "told_at": at,
            "digest": sha256(lead.encode() + msgspec.json.encode(outcome)).hexdigest(),
        }
        answers.append("stored" if database.add(connection, insert, [row]) else "known")
    return answers


def lead_outcomes(connection: Connection, tenant: str, check_id: str) -> list[Outcome]:
    """See ``ports.Ledger.outcomes``."""
    lead = _first_version(connection, tenant, check_id)
    query = select(*_TOLD).where(outcomes.c.tenant == tenant, outcomes.c.lead == lead)
    return [_outcome(*said) for said in chain.from_iterable(_raw(connection, query.order_by(outcomes.c.seq)))]


def list_outcomes(connection: Connection, tenant: str, since: str, until: str) -> list[LeadOutcome]:
    """See ``ports.Ledger``."""
    query = (
        select(outcomes.c.lead, checks.c.trust_score, terms.c.text, *_TOLD)
        .join(checks, (checks.c.tenant == outcomes.c.tenant) & (checks.c.check_id == outcomes.c.lead))
        .join(terms, terms.c.id == checks.c.source)
        .where(outcomes.c.tenant == tenant, checks.c.checked_at >= since, checks.c.checked_at < until)
        .order_by(outcomes.c.lead, outcomes.c.seq)
    )
    source: dict[str, Any] = {}
    found = []
    for lead, score, text, *said in chain.from_iterable(_raw(connection, query)):
        if text not in source:
            source[text] = _decode_source(text)
        found.append(LeadOutcome(lead=lead, told=_outcome(*said), source=source[text], score=score))
    return found


def outcome_counts(connection: Connection, tenant: str, fake: Sequence[str]) -> list[OutcomeCounts]:
    """See ``ports.Ledger``; ``fake`` are the reasons of a return that say that a lead was none."""

    def told(condition: Any) -> Any:
        return func.max(case((condition, 1), else_=0))

    sold = told(outcomes.c.outcome.in_(("qualified", "converted")))
    reached = told(outcomes.c.outcome == "contacted")
    refused = told((outcomes.c.outcome == "returned") & outcomes.c.reason.in_(fake))
    each = (
        select(
            outcomes.c.lead, outcomes.c.buyer, sold.label("sold"), reached.label("reached"), refused.label("refused")
        )
        .where(outcomes.c.tenant == tenant)
        .group_by(outcomes.c.lead, outcomes.c.buyer)
        .subquery()
    )
    genuine = case((each.c.sold == 1, 1), (each.c.refused == 1, 0), else_=each.c.reached)
    not_genuine = case((each.c.sold == 1, 0), else_=each.c.refused)
    query = (
        select(checks.c.vendor, each.c.buyer, func.sum(genuine).label("genuine"), func.sum(not_genuine).label("fake"))
        .join(checks, (checks.c.tenant == tenant) & (checks.c.check_id == each.c.lead))
        .group_by(checks.c.vendor, each.c.buyer)
    )
    return [OutcomeCounts(**row) for row in connection.execute(query).mappings()]


def _first_version(connection: Connection, tenant: str, check_id: str) -> str:
    for _ in range(_LONGEST_CHAIN):
        before = select(checks.c.revises).where(checks.c.tenant == tenant, checks.c.check_id == check_id)
        revises = connection.execute(before).scalar()
        if revises is None:
            break
        check_id = revises
    return check_id


def _outcome(kind: Any, reason: Any, amount: Any, currency: Any, at: Any, buyer: Any) -> Outcome:  # noqa: PLR0917 - a row
    value = Price(amount=amount, currency=currency) if amount else None
    return Outcome(outcome=kind, reason=reason, value=value, at=at, buyer=buyer or "")
