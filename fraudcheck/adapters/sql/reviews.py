"""How does the ledger remember what people have to look at, and what they decided? See ``ports.reviews``.

What waits has a tag of its own, so that no query walks over leads that were decided long ago. Each function runs in the
transaction of the connection that it is given.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Select, and_, case, delete, exists, func, or_, select

from fraudcheck.adapters.sql.audit import Kinds, fetch_rows, first_version, record_outcomes
from fraudcheck.adapters.sql.engine import add
from fraudcheck.adapters.sql.finding import newest_of
from fraudcheck.adapters.sql.listing import id_prefix, leave_queue, queue_term, term_of
from fraudcheck.adapters.sql.rows import waits
from fraudcheck.adapters.sql.schema import (
    checks,
    identities,
    outcomes,
    personal,
    records,
    reviews,
    tags,
    vendors,
)
from fraudcheck.identifiers import vendor_key
from fraudcheck.ports.ledger import Entry
from fraudcheck.ports.reviews import (
    LEASE_SECONDS,
    PUT_OFF_SECONDS,
    QueueCounts,
    QueueFilter,
    Review,
    Sharing,
    Verdict,
    Waiting,
)
from fraudcheck.reasons import TEST
from fraudcheck.records import REVIEWED, Outcome, format_utc

_ROWS = (checks.c.check_id, checks.c.checked_at, checks.c.vendor, checks.c.trust_score, checks.c.price, checks.c.kind)
_SHARED = 200
"""Rows of one contact that are looked at, the newest."""
_NAMED = 5
"""Other leads of one contact that are named."""
_IS_OF_CHECK = and_(reviews.c.tenant == checks.c.tenant, reviews.c.check_id == checks.c.check_id)


def counts(connection: Connection, tenant: str, now: float) -> QueueCounts:
    """See ``ports.reviews.Reviews``."""
    term = queue_term(connection, tenant)
    if term is None:
        return QueueCounts()
    put_off = func.sum(_put_off(now))
    query = (
        select(checks.c.vendor, checks.c.kind, func.count(), put_off, func.min(checks.c.checked_at))
        .select_from(tags.join(checks, (checks.c.tenant == tenant) & (checks.c.check_id == tags.c.check_id)))
        .outerjoin(reviews, _IS_OF_CHECK)
        .where(tags.c.term == term)
        .group_by(checks.c.vendor, checks.c.kind)
    )
    named, of_kind = Counter[str | None](), Counter[int]()
    later, oldest = 0, None
    for vendor, kind, many, put_off_of_these, since in fetch_rows(connection, query):
        named[vendor] += many
        of_kind[kind] += many
        later += put_off_of_these
        oldest = since if oldest is None else min(oldest, since)
    kinds = Kinds(connection, tenant)
    kinds.read(of_kind)
    of_vendor, of_reason, of_currency = Counter[str](), Counter[str](), Counter[str]()
    for vendor, many in named.items():
        of_vendor[vendor_key(vendor or "")] += many
    for kind, many in of_kind.items():
        _, _, currency, codes = kinds[kind]
        for code in codes.split():
            of_reason[code] += many
        if currency:
            of_currency[currency] += many
    names = dict(connection.execute(select(vendors.c.key, vendors.c.name).where(vendors.c.tenant == tenant)).all())
    return QueueCounts(
        waiting=named.total(),
        put_off=int(later),
        oldest=oldest,
        vendors={names.get(key, key): many for key, many in of_vendor.most_common()},
        reasons=dict(of_reason.most_common()),
        currencies=dict(of_currency.most_common()),
    )


def count(connection: Connection, tenant: str) -> int:
    """See ``ports.reviews.Reviews``."""
    waiting = select(func.count()).select_from(tags).where(tags.c.term == queue_term(connection, tenant))
    return int(connection.execute(waiting).scalar_one())


def queue(  # noqa: PLR0917 - as the port's
    connection: Connection, tenant: str, wanted: QueueFilter, by: str, now: float, limit: int
) -> Sequence[Waiting]:
    """See ``ports.reviews.Reviews``."""
    query = _waiting(connection, tenant, wanted, by, now)
    if query is None:
        return []
    kinds = Kinds(connection, tenant)
    ready = query.where(_put_off(now) == 0).order_by(tags.c.check_id)
    if wanted.order == "dearest":
        few = ready.with_only_columns(checks.c.check_id, checks.c.price, checks.c.kind)
        ids = _dearest(list(fetch_rows(connection, few)), kinds, wanted.currency)[:limit]
        of_id = {row.check_id: row for row in connection.execute(ready.where(tags.c.check_id.in_(ids)))}
        rows = [of_id[check_id] for check_id in ids]
    else:
        rows = list(connection.execute(ready.limit(limit)).all())
    found = [_made(row, kinds) for row in rows]
    if len(found) < limit:
        later = query.where(_put_off(now) == 1).order_by(reviews.c.decided_at)
        found += [_made(row, kinds, put_off=True) for row in connection.execute(later.limit(limit - len(found)))]
    return found


def _waiting(connection: Connection, tenant: str, wanted: QueueFilter, by: str, now: float) -> Select[Any] | None:
    """What waits and nobody else looks at; None where it is known to be nothing."""
    term = queue_term(connection, tenant)
    if term is None:
        return None
    query = (
        select(*_ROWS)
        .select_from(tags)
        .join(checks, (checks.c.tenant == tenant) & (checks.c.check_id == tags.c.check_id))
        .outerjoin(reviews, _IS_OF_CHECK)
        .where(tags.c.term == term, _is_free(by, now))
    )
    for name in ("vendor", "reason"):
        if (value := getattr(wanted, name)) is not None:
            other, number = tags.alias(), term_of(connection, tenant, name, value)
            if number is None:
                return None
            query = query.where(exists().where(other.c.term == number, other.c.check_id == tags.c.check_id))
    if wanted.since is not None:
        query = query.where(tags.c.check_id >= id_prefix(wanted.since, -1), checks.c.checked_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(tags.c.check_id < id_prefix(wanted.until, 2), checks.c.checked_at < wanted.until)
    return query


def _put_off(now: float) -> Any:
    """1 for a lead that comes behind all others, else 0."""
    until = format_utc(datetime.fromtimestamp(now - PUT_OFF_SECONDS, UTC))
    return case((and_(reviews.c.decision == "later", reviews.c.decided_at > until), 1), else_=0)


def _is_free(by: str, now: float) -> Any:
    """Nobody else looks at the lead."""
    is_over = reviews.c.taken_at <= now - LEASE_SECONDS
    return or_(reviews.c.taken_by.is_(None), reviews.c.taken_by == by, is_over)


def _dearest(rows: Sequence[tuple[str, int | None, int]], kinds: Kinds, currency: str | None) -> list[str]:
    """Checks by price: first those of the currency asked for, then of the most frequent ones, then those without."""
    kinds.read({kind for _, _, kind in rows})
    own: defaultdict[str | None, list[tuple[int, str]]] = defaultdict(list)
    for check_id, price, kind in rows:
        own[None if price is None else kinds[kind][2]].append((-(price or 0), check_id))
    order = sorted(own, key=lambda name: (name is None, name != currency, -len(own[name]), name or ""))
    return [check_id for name in order for _, check_id in sorted(own[name])]


def _made(row: Any, kinds: Kinds, put_off: bool = False) -> Waiting:
    _, _, currency, codes = kinds[row.kind]
    return Waiting(
        check_id=row.check_id,
        checked_at=row.checked_at,
        vendor=row.vendor,
        trust_score=row.trust_score,
        reasons=codes,
        price=row.price,
        currency=currency,
        put_off=put_off,
    )


def find(connection: Connection, tenant: str, check_id: str) -> Review | None:
    """See ``ports.reviews.Reviews``."""
    lead = first_version(connection, tenant, check_id)
    row = connection.execute(select(reviews).where(reviews.c.tenant == tenant, reviews.c.lead == lead)).mappings()
    found = row.first()
    return Review(**{name: found[name] for name in Review.__struct_fields__}) if found else None


def take(connection: Connection, tenant: str, check_id: str, by: str, now: float) -> bool:
    """See ``ports.reviews.Reviews``."""
    lead = first_version(connection, tenant, check_id)
    row = {"tenant": tenant, "lead": lead, "check_id": check_id, "taken_by": by, "taken_at": now}
    if add(connection, reviews, [row]):
        return True
    own = (reviews.c.tenant == tenant, reviews.c.lead == lead)
    changed = reviews.update().where(*own, _is_free(by, now), _is_undecided())
    return bool(connection.execute(changed.values(check_id=check_id, taken_by=by, taken_at=now)).rowcount)


def _is_undecided() -> Any:
    return or_(reviews.c.decision.is_(None), reviews.c.decision == "later")


def leave(connection: Connection, tenant: str, check_id: str, by: str) -> None:
    """See ``ports.reviews.Reviews``."""
    lead = first_version(connection, tenant, check_id)
    own = (reviews.c.tenant == tenant, reviews.c.lead == lead, reviews.c.taken_by == by)
    connection.execute(reviews.update().where(*own).values(taken_by=None, taken_at=None))


def decide(
    connection: Connection, tenant: str, verdict: Verdict
) -> Literal["kept", "decided", "revised", "erased", "missing"]:
    """See ``ports.reviews.Reviews``. Its row of ``personal`` is locked, so that an erasure comes before or after."""
    check_id = verdict.check_id
    known = select(records.c.seq).where(records.c.tenant == tenant, records.c.check_id == check_id)
    if connection.execute(known).first() is None:
        return "missing"
    values = select(personal.c.check_id).where(personal.c.tenant == tenant, personal.c.check_id == check_id)
    if connection.execute(values.with_for_update(read=True)).first() is None:
        return "erased"
    newer = select(checks.c.check_id).where(checks.c.tenant == tenant, checks.c.revises == check_id).limit(1)
    if connection.execute(newer).first() is not None:
        return "revised"
    lead = first_version(connection, tenant, check_id)
    add(connection, reviews, [{"tenant": tenant, "lead": lead, "check_id": check_id}])
    decided = reviews.update().where(reviews.c.tenant == tenant, reviews.c.lead == lead, _is_undecided())
    row = {
        "check_id": check_id,
        "taken_by": None,
        "taken_at": None,
        "decision": verdict.decision,
        "reason": verdict.reason,
        "note": verdict.note or reviews.c.note,  # an empty one says nothing: an earlier note stays
        "decided_by": verdict.by,
        "decided_at": verdict.at,
    }
    if not connection.execute(decided.values(**row)).rowcount:
        return "decided"
    if verdict.decision != "later":
        record_outcomes(connection, tenant, [(check_id, _outcome(verdict))], verdict.at)
    return "kept"


def _outcome(verdict: Verdict) -> Outcome:
    word = REVIEWED[0] if verdict.decision == "genuine" else REVIEWED[1]
    return Outcome(outcome=word, reason=verdict.reason, at=verdict.at, buyer=verdict.buyer)


def undo(connection: Connection, tenant: str, check_id: str, by: str) -> bool:
    """See ``ports.reviews.Reviews``."""
    review = find(connection, tenant, check_id)
    if review is None or review.decision is None or review.decided_by != by:
        return False
    own = (reviews.c.tenant == tenant, reviews.c.lead == review.lead)
    empty = dict.fromkeys(("decision", "reason", "decided_by", "decided_at"))
    connection.execute(reviews.update().where(*own).values(**empty))
    told = (outcomes.c.tenant == tenant, outcomes.c.lead == review.lead, outcomes.c.at == review.decided_at)
    connection.execute(delete(outcomes).where(*told, outcomes.c.outcome.in_(REVIEWED)))
    _wait_again(connection, tenant, review)
    return True


def _wait_again(connection: Connection, tenant: str, review: Review) -> None:
    """Put a lead back into the queue, if it would be there without its review."""
    of_lead = select(outcomes.c.seq).where(outcomes.c.tenant == tenant, outcomes.c.lead == review.lead).limit(1)
    check = (checks.c.tenant == tenant, checks.c.check_id == review.check_id)
    row = connection.execute(select(checks.c.decision, checks.c.classification).where(*check)).first()
    newer = select(checks.c.check_id).where(checks.c.tenant == tenant, checks.c.revises == review.check_id).limit(1)
    kept = select(personal.c.check_id).where(personal.c.tenant == tenant, personal.c.check_id == review.check_id)
    if row is not None and waits(row) and not any(connection.execute(query).first() for query in (of_lead, newer)):
        term = queue_term(connection, tenant)
        if term is not None and connection.execute(kept).first():
            add(connection, tags, [{"term": term, "check_id": review.check_id}])


def sharing(connection: Connection, tenant: str, check_id: str) -> Sequence[Sharing]:
    """See ``ports.reviews.Reviews``."""
    lead = first_version(connection, tenant, check_id)
    own = select(identities.c.token).where(identities.c.tenant == tenant, identities.c.check_id == check_id)
    found = []
    for token in sorted(connection.execute(own).scalars()):
        kind = token.partition(":")[0]
        if kind not in ("mailbox", "phone"):
            continue
        same = newest_of(tenant, token, _SHARED).subquery()
        query = select(checks.c.check_id, checks.c.checked_at, checks.c.vendor).where(
            checks.c.tenant == tenant,
            checks.c.check_id.in_(select(same.c.check_id)),
            checks.c.revises.is_(None),
            checks.c.check_id != lead,
            checks.c.classification != TEST,
        )
        rows = connection.execute(query.order_by(checks.c.check_id.desc())).all()
        if rows:
            named = [tuple(row) for row in rows[:_NAMED]]
            found.append(Sharing(kind=kind, many=len(rows), since=rows[-1].checked_at, leads=named))
    return found


def leave_decided(connection: Connection, entries: Sequence[Entry]) -> None:
    """Of these new checks, those wait for no review whose lead has an outcome: it was checked again."""
    leads: dict[str, dict[str, str]] = {}
    for entry in entries:
        if waits(entry):
            lead = first_version(connection, entry.tenant, entry.revises) if entry.revises else entry.check_id
            leads.setdefault(entry.tenant, {})[entry.check_id] = lead
    for tenant, own in leads.items():
        query = select(outcomes.c.lead).where(outcomes.c.tenant == tenant, outcomes.c.lead.in_(set(own.values())))
        told = set(connection.execute(query).scalars())
        leave_queue(connection, tenant, [check_id for check_id, lead in own.items() if lead in told])
