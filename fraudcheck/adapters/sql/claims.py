"""How does the ledger remember what was claimed back from vendors? See ``ports.claims``.

Each function runs in the transaction of the connection that it is given.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, case, func, or_, select

from fraudcheck.adapters.sql.audit import (
    Kinds,
    fetch_rows,
    first_version,
    newest_versions,
    one_row_per_lead,
    read_sources,
)
from fraudcheck.adapters.sql.engine import add, slices
from fraudcheck.adapters.sql.listing import id_prefix, term_of
from fraudcheck.adapters.sql.schema import checks, claims, identities, records, tags, terms
from fraudcheck.identifiers import vendor_key
from fraudcheck.ports.claims import Answer, Claimed, ClaimedLead, KeptClaim, Paid, VendorLead, VendorLeads
from fraudcheck.reasons import TEST

_COLUMNS = tuple(claims.c[name] for name in Claimed.__struct_fields__)
_OF_VERSION = (checks.c.check_id, checks.c.kind, checks.c.price)
"""What is told of a claimed lead by its newest version."""
_CLAIM_LOCK = 0x66726175
"""The first number of the lock that PostgreSQL's claims of one tenant are kept under, one at a time."""
_Source = tuple[str | None, str | None, str | None, str | None]


def vendor_leads(  # noqa: PLR0917 - as the port has it
    connection: Connection, tenant: str, vendor: str, since: str, until: str, codes: Collection[str]
) -> VendorLeads:
    """See ``ports.claims.Claims``. The vendor's leads are found by its tag, however many others there are."""
    tag = term_of(connection, tenant, "vendor", vendor)
    if tag is None:
        return VendorLeads()
    query = (
        select(*(checks.c[name] for name in ("check_id", "revises", "checked_at", "source", "kind", "day", "price")))
        .join(tags, tags.c.check_id == checks.c.check_id)
        .where(
            tags.c.term == tag,
            tags.c.check_id >= id_prefix(since),
            checks.c.tenant == tenant,
            checks.c.checked_at >= since,
            checks.c.checked_at < until,
            *one_row_per_lead(connection, tenant),
        )
    )
    kinds, wanted = Kinds(connection, tenant), frozenset(codes)
    may_be_claimed: dict[int, bool] = {}
    counts: Counter[tuple[int, str]] = Counter()
    cost: Counter[tuple[int, str]] = Counter()
    found, counted = [], 0
    for row in list(fetch_rows(connection, query.order_by(tags.c.check_id))):
        _, _, _, _, kind, day, price = row
        decision, classification, currency, reasons = kinds[kind]
        if classification == TEST:
            continue
        counted += 1
        if price is not None and price >= 0 and currency:
            counts[day, currency] += 1
            cost[day, currency] += price
        if kind not in may_be_claimed:
            may_be_claimed[kind] = decision == "reject" or not wanted.isdisjoint(reasons.split())
        if may_be_claimed[kind]:
            found.append(row)
    source = _sources(connection, tenant)
    return VendorLeads(
        paid=[Paid(day=day, currency=name, leads=counts[day, name], millionths=cost[day, name]) for day, name in cost],
        leads=[
            VendorLead(
                lead=check_id if revises is None else first_version(connection, tenant, revises),
                check_id=check_id,
                checked_at=checked_at,
                source=source(number),
                decision=kinds[kind][0],
                currency=kinds[kind][2],
                codes=kinds[kind][3],
                price=-1 if price is None else price,
            )
            for check_id, revises, checked_at, number, kind, _, price in found
        ],
        counted=counted,
    )


def claimed_leads(connection: Connection, tenant: str, since: str, until: str) -> Sequence[ClaimedLead]:
    """See ``ports.claims.Claims``."""
    return list(_claimed(connection, tenant, checks.c.checked_at >= since, checks.c.checked_at < until))


def claim_rows(connection: Connection, tenant: str, claim: str) -> Sequence[ClaimedLead]:
    """See ``ports.claims.Claims``."""
    return list(_claimed(connection, tenant, claims.c.claim == claim))


def _claimed(connection: Connection, tenant: str, *conditions: Any) -> Iterator[ClaimedLead]:
    query: Select[Any] = (
        select(checks.c.checked_at, checks.c.source, *_OF_VERSION, *_COLUMNS)
        .join(claims, (claims.c.tenant == checks.c.tenant) & (claims.c.lead == checks.c.check_id))
        .where(claims.c.tenant == tenant, *conditions)
        .order_by(claims.c.lead)
    )
    rows = list(fetch_rows(connection, query))
    if not rows:
        return
    newest = newest_versions(connection, tenant, claims.c.lead, _OF_VERSION)
    kinds, source, told = Kinds(connection, tenant), _sources(connection, tenant), len(_OF_VERSION)
    for checked_at, number, *values in rows:
        claimed = Claimed(**dict(zip(Claimed.__struct_fields__, values[told:], strict=True)))
        check_id, kind, price = newest.get(claimed.lead) or values[:told]
        decision, classification, currency, codes = kinds[kind]
        yield ClaimedLead(
            claimed=claimed,
            newest=check_id,
            checked_at=checked_at,
            source=source(number),
            decision=decision,
            codes=codes,
            price=-1 if price is None else price,
            currency=currency,
            counted=classification != TEST,
        )


def _sources(connection: Connection, tenant: str) -> Callable[[int], _Source]:
    """Reads sources by the ids of their terms, each once."""
    shown = read_sources(connection, tenant)
    known: dict[int, _Source] = {}

    def read(number: int) -> _Source:
        if number not in known:
            query = select(terms.c.text).where(terms.c.id == number, terms.c.tenant == tenant)
            known[number] = shown(connection.execute(query).scalar_one())
        return known[number]

    return read


def list_claims(connection: Connection, tenant: str, vendor: str | None) -> Sequence[KeptClaim]:
    """See ``ports.claims.Claims``."""
    is_answered = claims.c.answer.is_not(None)
    query = (
        select(
            *(claims.c[name] for name in ("claim", "vendor", "claimed_at", "currency", "answer")),
            func.count().label("leads"),
            func.sum(claims.c.amount).label("amount"),
            func.sum(case((is_answered, claims.c.amount), else_=0)).label("answered"),
            func.sum(func.coalesce(claims.c.credited, 0)).label("credited"),
        )
        .where(claims.c.tenant == tenant)
        .group_by(claims.c.claim, claims.c.vendor, claims.c.claimed_at, claims.c.currency, claims.c.answer)
        .order_by(claims.c.claimed_at.desc(), claims.c.claim.desc(), claims.c.currency)
    )
    if vendor is not None:
        query = query.where(claims.c.vendor == vendor_key(vendor))
    found: defaultdict[tuple[str, ...], list[Any]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.claim, row.vendor, row.claimed_at, row.currency].append(row)
    return [_kept_claim(rows) for rows in found.values()]


def _kept_claim(rows: Sequence[Any]) -> KeptClaim:
    """A claim in one currency, from its sums by answer."""
    return KeptClaim(
        claim=rows[0].claim,
        vendor=rows[0].vendor,
        claimed_at=rows[0].claimed_at,
        currency=rows[0].currency,
        leads=sum(row.leads for row in rows),
        amount=sum(int(row.amount) for row in rows),
        answered=sum(int(row.answered) for row in rows),
        credited=sum(int(row.credited) for row in rows),
        answers={row.answer: row.leads for row in rows if row.answer is not None},
    )


def earlier_checks(connection: Connection, tenant: str, leads: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    """See ``ports.claims.Claims``."""
    earlier = identities.alias()
    is_before = (earlier.c.token == identities.c.token) & (earlier.c.check_id < identities.c.check_id)
    before = (
        select(earlier.c.check_id)
        .where(earlier.c.tenant == tenant, is_before)
        .order_by(earlier.c.check_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(identities.c.check_id, identities.c.token, before.label("before")).where(
        identities.c.tenant == tenant, identities.c.check_id.in_(leads)
    )
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for check_id, token, last in fetch_rows(connection, query):
        kind = token.partition(":")[0]
        if last is not None and kind in ("mailbox", "phone"):
            found[check_id][kind] = last
    return found


def keep_claim(
    connection: Connection, tenant: str, rows: Sequence[Claimed], seen: Collection[str] | None = None
) -> Sequence[str]:
    """See ``ports.claims.Claims``."""
    if not rows:
        return []
    if connection.dialect.name == "postgresql":  # where two transactions would not see each other's claims
        connection.execute(select(func.pg_advisory_xact_lock(_CLAIM_LOCK, func.hashtext(tenant))))
    if seen is not None:
        of_vendor = (claims.c.tenant == tenant, claims.c.vendor == rows[0].vendor, claims.c.claim != rows[0].claim)
        now_known = connection.execute(select(claims.c.claim).distinct().where(*of_vendor)).scalars()
        if not set(now_known) <= set(seen):
            return [row.lead for row in rows]
    ordered = sorted(rows, key=lambda row: row.lead)  # in one order, so that two claims do not wait for each other
    added = [{"tenant": tenant, **msgspec.structs.asdict(row)} for row in ordered]
    claim, taken = rows[0].claim, list[str]()
    new = sum(add(connection, claims, part) for part in slices(added))
    if new < len(rows):
        for part in slices(ordered):
            leads = [row.lead for row in part]
            query = select(claims.c.lead).where(
                claims.c.tenant == tenant, claims.c.lead.in_(leads), claims.c.claim != claim
            )
            taken += connection.execute(query.order_by(claims.c.lead)).scalars().all()
    if taken:
        connection.execute(claims.delete().where(claims.c.tenant == tenant, claims.c.claim == claim))
    return taken


def answer_claims(connection: Connection, tenant: str, answers: Sequence[Answer]) -> Sequence[str]:
    """See ``ports.claims.Claims``."""
    return [_answer(connection, tenant, each) for each in answers]


def _answer(connection: Connection, tenant: str, told: Answer) -> str:
    check = select(records.c.seq).where(records.c.tenant == tenant, records.c.check_id == told.check_id)
    if connection.execute(check).first() is None:
        return "missing"
    lead = first_version(connection, tenant, told.check_id)
    of_lead = (claims.c.tenant == tenant, claims.c.lead == lead)
    row = connection.execute(select(claims).where(*of_lead)).first()
    if row is None or told.claim not in (None, row.claim):
        return "unclaimed"
    credited = (row.amount if told.credited is None else told.credited) if told.answer == "credited" else None
    values = {"answer": told.answer, "credited": credited, "answered_at": told.at}
    if (row.answer, row.credited) == (told.answer, credited):
        return "known"
    is_older = or_(claims.c.answered_at.is_(None), claims.c.answered_at <= told.at)
    changed = connection.execute(claims.update().where(*of_lead, is_older).values(**values)).rowcount
    return "stored" if changed else "known"
