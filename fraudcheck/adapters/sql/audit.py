"""How does the ledger serve vendor audits? Leads read as columns of numbers; outcomes of leads stored and read back.

Each function runs in the transaction of the connection that it is given.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import chain
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Select, and_, case, exists, func, literal, not_, or_, select

from fraudcheck.adapters.sql.engine import add, slices
from fraudcheck.adapters.sql.listing import id_prefix, leave_queue, queue_term
from fraudcheck.adapters.sql.schema import checks, outcomes, records, terms, vendors
from fraudcheck.adapters.sql.versions import is_newest_of
from fraudcheck.identifiers import vendor_key
from fraudcheck.ports.ledger import LeadColumns, LeadOutcome, OutcomeCounts, Proofs
from fraudcheck.reasons import TEST
from fraudcheck.records import REVIEWED, Outcome, Price, format_utc, money_amount
from fraudcheck.worth.funnel import RETURNED

_FETCH_ROWS = 20_000
"""Rows fetched at a time, so that a million leads are never in memory as Python objects."""
MAX_VERSIONS = 100
"""Versions of one lead that are followed back to the first."""
OUTCOME_COLUMNS = (
    outcomes.c.outcome,
    outcomes.c.reason,
    outcomes.c.amount,
    outcomes.c.currency,
    outcomes.c.at,
    outcomes.c.buyer,
)
"""What ``make_outcome`` takes, in this order."""
_OF_VERSION = (checks.c.decision, checks.c.enquiry, checks.c.price, checks.c.kind)
"""What is told of a lead by its newest version."""
_OF_LEAD = (checks.c.checked_at, checks.c.form_at, *_OF_VERSION)
_DAY, _EPOCH = 86_400_000, date(1970, 1, 1).toordinal()
_Source = tuple[str | None, str | None, str | None, str | None]
_decode_source = msgspec.json.Decoder(_Source).decode
_IS_COUNTED = checks.c.classification != TEST
"""What becomes of a platform's test leads says nothing of a vendor."""
_PER_LEAD = 8
"""Numbers of a lead in ``LeadColumns.rows``."""
_decode_tag = msgspec.json.Decoder(dict[str, str]).decode
_decode_kind = msgspec.json.Decoder(tuple[str, str, str | None, str]).decode


def lead_columns(connection: Connection, tenant: str, since: str, until: str) -> LeadColumns:
    """See ``ports.ledger.Ledger``."""
    query = select(
        checks.c.source,
        checks.c.kind,
        checks.c.day,
        checks.c.trust_score,
        *[func.coalesce(column, -1) for column in (checks.c.price, checks.c.enquiry, checks.c.band)],
        func.coalesce(checks.c.form_at // _DAY + _EPOCH, checks.c.day),
    ).where(
        checks.c.tenant == tenant,
        checks.c.check_id >= id_prefix(since),  # ids begin with their time, and the table is sorted by them
        checks.c.checked_at >= since,
        checks.c.checked_at < until,
        *one_row_per_lead(connection, tenant),
    )
    rows = array("q")
    for part in _fetch_parts(connection, query.order_by(checks.c.check_id)):
        rows.extend(chain.from_iterable(part))
    shown = read_sources(connection, tenant)
    all_terms = fetch_rows(connection, select(terms.c.id, terms.c.text).where(terms.c.tenant == tenant))
    texts = dict(all_terms)
    return LeadColumns(
        rows=rows,
        sources={number: shown(texts[number]) for number in set(rows[0::_PER_LEAD])},
        kinds={number: _decode_kind(texts[number]) for number in set(rows[1::_PER_LEAD])},
        enquiries={number: _decode_tag(texts[number])["enquiry"] for number in set(rows[5::_PER_LEAD]) - {-1}},
        bands={number: _decode_tag(texts[number])["band"] for number in set(rows[6::_PER_LEAD]) - {-1}},
    )


def vendor_names(connection: Connection, tenant: str, most: int) -> list[str]:
    """The names of a tenant's vendors, as first written and in the order of their keys; at most so many."""
    query = select(vendors.c.name).where(vendors.c.tenant == tenant).order_by(vendors.c.key).limit(most)
    return [name for name in connection.execute(query).scalars() if name]


def read_sources(connection: Connection, tenant: str) -> Callable[[str], _Source]:
    """Decodes sources, with the spelling in which each vendor was written first."""
    query = select(vendors.c.key, vendors.c.name).where(vendors.c.tenant == tenant)
    names = dict(fetch_rows(connection, query))

    def read(text: str) -> _Source:
        vendor, *others = _decode_source(text)
        return (names.get(vendor_key(vendor), vendor) if vendor else vendor, *others)

    return read


def one_row_per_lead(connection: Connection, tenant: str) -> list[Any]:
    """Conditions for one row per lead: without any revision every row is one, and no rows are compared."""
    return [is_newest_of(tenant)] if _has_revision(connection, tenant) else []


def _has_revision(connection: Connection, tenant: str) -> bool:
    first = select(checks.c.check_id).where(checks.c.tenant == tenant, checks.c.revises.is_not(None)).limit(1)
    return connection.execute(first).first() is not None


def _fetch_parts(connection: Connection, query: Select[Any]) -> Iterator[Sequence[Any]]:
    """A query's rows, in lists of ``_FETCH_ROWS``, from the driver's cursor: as SQLAlchemy's rows they take twice as
    long.
    """
    cursor = connection.execute(query).cursor
    while part := cursor.fetchmany(_FETCH_ROWS):
        yield part


def fetch_rows(connection: Connection, query: Select[Any]) -> Iterator[Any]:
    """The same rows one by one."""
    return chain.from_iterable(_fetch_parts(connection, query))


def record_outcomes(connection: Connection, tenant: str, reported: Sequence[tuple[str, Outcome]], at: str) -> list[str]:
    """See ``ports.ledger.Ledger``."""
    results = []
    told: set[str] = set()
    for check_id, outcome in reported:
        check = select(records.c.seq).where(records.c.tenant == tenant, records.c.check_id == check_id)
        if connection.execute(check).first() is None:
            results.append("missing")
            continue
        lead = first_version(connection, tenant, check_id)
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
            "digest": outcome_digest(lead, outcome),
        }
        is_new = add(connection, outcomes, [row])
        results.append("stored" if is_new else "known")
        told.add(lead)
    if told and queue_term(connection, tenant) is not None:
        leave_queue(connection, tenant, [*told, *_later_versions(connection, tenant, told)])
    return results


def _later_versions(connection: Connection, tenant: str, leads: Set[str]) -> list[str]:
    """The checks that replaced the first ones of these leads, and those that replaced these."""
    found: list[str] = []
    new = sorted(leads) if _has_revision(connection, tenant) else []
    for _ in range(MAX_VERSIONS):
        later: list[str] = []
        for part in slices(new):
            query = select(checks.c.check_id).where(checks.c.tenant == tenant, checks.c.revises.in_(part))
            later += connection.execute(query).scalars()
        if not later:
            break
        found, new = found + later, later
    return found


def outcome_digest(lead: str, outcome: Outcome) -> str:
    """By what an outcome of a lead is known when it comes again."""
    return sha256(lead.encode() + msgspec.json.encode(outcome)).hexdigest()


def lead_outcomes(connection: Connection, tenant: str, check_id: str) -> list[Outcome]:
    """See ``ports.ledger.Ledger``."""
    lead = first_version(connection, tenant, check_id)
    query = select(*OUTCOME_COLUMNS).where(outcomes.c.tenant == tenant, outcomes.c.lead == lead)
    return [make_outcome(*values) for values in fetch_rows(connection, query.order_by(outcomes.c.seq))]


def list_outcomes(connection: Connection, tenant: str, since: str, until: str) -> list[LeadOutcome]:
    """See ``ports.ledger.Ledger``."""
    query = (
        select(outcomes.c.lead, checks.c.trust_score, terms.c.text, *_OF_LEAD, *OUTCOME_COLUMNS)
        .join(checks, (checks.c.tenant == outcomes.c.tenant) & (checks.c.check_id == outcomes.c.lead))
        .join(terms, terms.c.id == checks.c.source)
        .where(outcomes.c.tenant == tenant, checks.c.checked_at >= since, checks.c.checked_at < until, _IS_COUNTED)
        .order_by(outcomes.c.lead, outcomes.c.seq)
    )
    shown, kinds = read_sources(connection, tenant), _read_enquiries(connection, tenant)
    newest = newest_versions(connection, tenant, outcomes.c.lead, _OF_VERSION)
    sources: dict[str, Any] = {}  # each text is decoded once
    verdicts = Kinds(connection, tenant)
    found = []
    for lead, score, text, checked_at, form_at, *values in fetch_rows(connection, query):
        if text not in sources:
            sources[text] = shown(text)
        decision, enquiry, price, kind = newest.get(lead) or values[: len(_OF_VERSION)]
        _, _, currency, codes = verdicts[kind]
        found.append(
            LeadOutcome(
                lead=lead,
                outcome=make_outcome(*values[len(_OF_VERSION) :]),
                source=sources[text],
                score=score,
                checked_at=checked_at,
                decision=decision,
                enquiry=kinds.get(enquiry),
                form_at="" if form_at is None else format_utc(datetime.fromtimestamp(form_at / 1000, UTC)),
                price=-1 if price is None else price,
                currency=currency,
                codes=codes,
            )
        )
    return found


def _read_enquiries(connection: Connection, tenant: str) -> dict[int, str]:
    """The kinds of enquiries by the ids of their terms."""
    query = select(terms.c.id, terms.c.text).where(terms.c.tenant == tenant, terms.c.text.startswith('{"enquiry":'))
    return {number: _decode_tag(text)["enquiry"] for number, text in fetch_rows(connection, query)}


class Kinds(dict[int, tuple[str, str, str | None, str]]):
    """The kinds of verdicts by the ids of their terms, each read when it is first asked for."""

    def __init__(self, connection: Connection, tenant: str) -> None:
        super().__init__()
        self._connection, self._tenant = connection, tenant

    def __missing__(self, number: int) -> tuple[str, str, str | None, str]:
        query = select(terms.c.text).where(terms.c.id == number, terms.c.tenant == self._tenant)
        self[number] = kind = _decode_kind(self._connection.execute(query).scalar_one())
        return kind

    def read(self, numbers: Iterable[int]) -> None:
        """Read many at once."""
        new = sorted(set(numbers) - self.keys())
        for part in slices(new):
            query = select(terms.c.id, terms.c.text).where(terms.c.id.in_(part), terms.c.tenant == self._tenant)
            self.update((number, _decode_kind(text)) for number, text in fetch_rows(self._connection, query))


def newest_versions(
    connection: Connection, tenant: str, of: Column[Any], told: Sequence[Column[Any]]
) -> dict[str, tuple[Any, ...]]:
    """What the newest version tells, columns of ``checks``, of those leads that have several versions.

    ``of`` is the column of a table that has the ids of the leads' first checks.
    """
    if not _has_revision(connection, tenant):
        return {}
    first = select(of.label("lead"), of.label("check_id"), literal(0).label("depth")).where(of.table.c.tenant == tenant)
    versions = first.distinct().cte("versions", recursive=True)
    revision = checks.alias("revision")
    versions = versions.union(
        select(versions.c.lead, revision.c.check_id, versions.c.depth + 1).where(
            revision.c.tenant == tenant,
            revision.c.revises == versions.c.check_id,
            versions.c.depth < MAX_VERSIONS,
        )
    )
    query = (
        select(versions.c.lead, *told)
        .join(checks, (checks.c.tenant == tenant) & (checks.c.check_id == versions.c.check_id))
        .where(versions.c.depth > 0)
        .order_by(versions.c.depth, versions.c.check_id)
    )
    return {lead: tuple(values) for lead, *values in fetch_rows(connection, query)}


def outcome_counts(
    connection: Connection, tenant: str, fake_reasons: Sequence[str], proofs: Proofs
) -> list[OutcomeCounts]:
    """See ``ports.ledger.Ledger``. ``fake_reasons`` are the reasons of a return that call the lead fake.

    A lead that the buyer qualified or converted is genuine, whatever else the buyer reports of it; else one returned
    for such a reason is fake; else the newest review of the lead counts, for who told it; else one that was contacted
    is genuine. Any other lead counts as neither. So it is with the other events in ``proofs``. A review is no more than
    an opinion: it counts only where no buyer told that the lead was sold or fake.
    """

    def reported(condition: Any) -> Any:
        """1 when any outcome of the group meets the condition, else 0."""
        return func.max(case((condition, 1), else_=0))

    sold, contacted = (reported(outcomes.c.outcome.in_(sorted(events))) for events in proofs)
    called_fake = reported((outcomes.c.outcome == RETURNED) & outcomes.c.reason.in_(fake_reasons))
    review = _newest_reviews(tenant, sorted(proofs[0]), fake_reasons)
    told = outcomes.outerjoin(
        review, (review.c.lead == outcomes.c.lead) & (review.c.nth == 1) & (review.c.buyer == outcomes.c.buyer)
    )
    per_lead = (
        select(
            outcomes.c.lead,
            outcomes.c.buyer,
            sold.label("sold"),
            contacted.label("contacted"),
            called_fake.label("called_fake"),
            func.max(review.c.outcome).label("review"),
        )
        .select_from(told)
        .where(outcomes.c.tenant == tenant)
        .group_by(outcomes.c.lead, outcomes.c.buyer)
        .subquery()
    )
    by_review = {kind: case((per_lead.c.review == kind, 1), else_=0) for kind in REVIEWED}
    is_reviewed = per_lead.c.review.is_not(None)
    genuine = case(
        (per_lead.c.sold == 1, 1),
        (per_lead.c.called_fake == 1, 0),
        (is_reviewed, by_review[REVIEWED[0]]),
        else_=per_lead.c.contacted,
    )
    fake = case((per_lead.c.sold == 1, 0), (per_lead.c.called_fake == 1, 1), else_=by_review[REVIEWED[1]])
    query = (
        select(checks.c.vendor, per_lead.c.buyer, func.sum(genuine).label("genuine"), func.sum(fake).label("fake"))
        .join(checks, (checks.c.tenant == tenant) & (checks.c.check_id == per_lead.c.lead) & _IS_COUNTED)
        .group_by(checks.c.vendor, per_lead.c.buyer)
    )
    return [OutcomeCounts(**row) for row in connection.execute(query).mappings()]


def _newest_reviews(tenant: str, sold: Sequence[str], fake_reasons: Sequence[str]) -> Any:
    """The reviews of leads of which nobody told that they were sold or fake; ``nth`` is 1 for each lead's newest."""
    fact = outcomes.alias("fact")
    is_told = exists().where(
        fact.c.tenant == outcomes.c.tenant,
        fact.c.lead == outcomes.c.lead,
        or_(fact.c.outcome.in_(sold), and_(fact.c.outcome == RETURNED, fact.c.reason.in_(fake_reasons))),
    )
    newest_first = func.row_number().over(
        partition_by=outcomes.c.lead, order_by=(outcomes.c.at.desc(), outcomes.c.seq.desc())
    )
    query = select(outcomes.c.lead, outcomes.c.buyer, outcomes.c.outcome, newest_first.label("nth"))
    return query.where(outcomes.c.tenant == tenant, outcomes.c.outcome.in_(REVIEWED), not_(is_told)).subquery()


def first_version(connection: Connection, tenant: str, check_id: str) -> str:
    """The id of the lead's first check, found by following ``revises`` back."""
    for _ in range(MAX_VERSIONS):
        query = select(checks.c.revises).where(checks.c.tenant == tenant, checks.c.check_id == check_id)
        revises = connection.execute(query).scalar()
        if revises is None:
            break
        check_id = revises
    return check_id


def make_outcome(kind: Any, reason: Any, amount: Any, currency: Any, at: Any, buyer: Any) -> Outcome:  # noqa: PLR0917 - a row
    """An outcome from its columns (``OUTCOME_COLUMNS``)."""
    # An older service kept amounts that would fill pages with zeros.
    value = Price(amount=amount, currency=currency) if amount and money_amount(amount) is not None else None
    return Outcome(outcome=kind, reason=reason, value=value, at=at, buyer=buyer or "")
