"""Which checks does a filter select? Found by their tags, so that a rare reason costs no walk through the others.

Each function runs in the transaction of the connection that it is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Select, exists, func, select

from fraudcheck.adapters.sql.engine import slices
from fraudcheck.adapters.sql.rows import WAITS, tag_term
from fraudcheck.adapters.sql.schema import checks, identities, tags, terms
from fraudcheck.adapters.sql.versions import is_newest, is_of_origin
from fraudcheck.ledger.entry import UNKNOWN
from fraudcheck.ports.ledger import MOST_COUNTED, CheckFilter
from fraudcheck.reasons import TEST
from fraudcheck.scoring.policy import DECISIONS

_TAGS = ("reason", "vendor", "enquiry", "classification", "decision", "origin")
"""The parts of a filter that are tags; first the ones that are rarest as a rule."""
_COUNTED = (100, 10_000)
"""To how many the rows of each tag are counted, to find the rarest: further only where none has fewer."""

_MOST_TESTS = 1_000
"""Test leads that are left out of counts: platforms send a few a day."""


def page(
    connection: Connection, tenant: str, wanted: CheckFilter, limit: int, before_check_id: str | None
) -> Sequence[str]:
    """The ids of ``ports.ledger.Ledger.list``."""
    told = {name: value for name in _TAGS if (value := getattr(wanted, name)) is not None}
    is_untold = told.get("enquiry") == UNKNOWN and told.pop("enquiry")  # which no tag says
    texts = [tag_term(tenant, name, value)[1] for name, value in told.items()]
    band = None if wanted.band in (None, UNKNOWN) else tag_term(tenant, "band", wanted.band)[1]
    texts += [band] if band is not None else []
    ids = select(terms.c.text, terms.c.id).where(terms.c.tenant == tenant, terms.c.text.in_(texts))
    known = dict(connection.execute(ids).all())
    if len(known) < len(texts):  # nothing was ever tagged so
        return []
    banded = known.pop(band) if band is not None else None  # no tag: bands are never rare, so that a walk is short
    found = [known[text] for text in texts if text != band]
    if not found:  # every lead, so that a walk over them is what is wanted
        query = select(checks.c.check_id).where(*_in_time(checks.c.check_id, wanted, before_check_id), is_newest())
        query = _other_conditions(query.where(checks.c.tenant == tenant), tenant, wanted, banded, is_untold)
        return connection.execute(query.order_by(checks.c.check_id.desc()).limit(limit)).scalars().all()
    for most in _COUNTED if len(found) > 1 and not wanted.identities else ():
        counts = {term: _count(connection, _range(term, wanted, before_check_id), most) for term in found}
        found.sort(key=counts.__getitem__)
        if counts[found[0]] < most:
            break
    rarest, *others = found
    query = (
        select(tags.c.check_id)
        .join(checks, (checks.c.tenant == tenant) & (checks.c.check_id == tags.c.check_id))
        .where(*_range(rarest, wanted, before_check_id), is_newest(), is_of_origin(wanted.origin))
    )
    for term in others:
        other = tags.alias()
        query = query.where(exists().where(other.c.term == term, other.c.check_id == tags.c.check_id))
    query = _other_conditions(query, tenant, wanted, banded, is_untold)
    return connection.execute(query.order_by(tags.c.check_id.desc()).limit(limit)).scalars().all()


def _other_conditions(
    query: Select[Any], tenant: str, wanted: CheckFilter, banded: int | None, is_untold: object
) -> Select[Any]:
    """What of a filter no tag says: identities, band, the enquiry that nobody looked at, times to the millisecond."""
    if wanted.identities:
        own = select(identities.c.check_id).where(identities.c.token.in_(wanted.identities))
        query = query.where(checks.c.check_id.in_(own.where(identities.c.tenant == tenant)))
    if wanted.band is not None:
        query = query.where(checks.c.band == banded)
    if is_untold:
        query = query.where(checks.c.enquiry.is_(None))
    if wanted.since is not None:
        query = query.where(checks.c.checked_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(checks.c.checked_at < wanted.until)
    return query


def decisions(connection: Connection, tenant: str, since: str) -> Mapping[str, int]:
    """See ``ports.ledger.Ledger.count_decisions``: leads by their tags, which each has by its newest version alone."""
    texts = {tag_term(tenant, "decision", decision)[1]: decision for decision in DECISIONS}
    test = tag_term(tenant, "classification", TEST)[1]
    ids = select(terms.c.text, terms.c.id).where(terms.c.tenant == tenant, terms.c.text.in_([*texts, test]))
    known = dict(connection.execute(ids).all())
    wanted = CheckFilter(since=since)
    counts: dict[str, int] = {
        decision: _count(connection, _range(known[text], wanted, None), MOST_COUNTED) if text in known else 0
        for text, decision in texts.items()
    }
    if test in known:  # looked up one by one: joined, SQLite walks through all that were decided so
        named = {known[text]: decision for text, decision in texts.items() if text in known}
        tests = select(tags.c.check_id).where(*_range(known[test], wanted, None)).limit(_MOST_TESTS)
        found = connection.execute(tests).scalars().all()
        decided = select(tags.c.term).where(tags.c.term.in_(list(named)), tags.c.check_id.in_(found))
        for term in connection.execute(decided).scalars():
            counts[named[term]] -= 1
    return counts


def term_of(connection: Connection, tenant: str, name: str, value: str) -> int | None:
    """The term that tags leads with this value; None where there never was one."""
    text = tag_term(tenant, name, value)[1]
    query = select(terms.c.id).where(terms.c.tenant == tenant, terms.c.text == text)
    number: int | None = connection.execute(query).scalar()
    return number


def queue_term(connection: Connection, tenant: str) -> int | None:
    """The term that tags the leads that wait for review; None where there never was one."""
    return term_of(connection, tenant, *WAITS)


def leave_queue(connection: Connection, tenant: str, check_ids: Sequence[str]) -> None:
    """These checks wait for no review any more."""
    term = queue_term(connection, tenant)
    for part in slices(check_ids if term is not None else ()):
        connection.execute(tags.delete().where(tags.c.term == term, tags.c.check_id.in_(part)))


def _count(connection: Connection, rows: list[Any], most: int) -> int:
    """How many rows of ``tags`` meet the conditions, counted to ``most``."""
    some = select(tags.c.check_id).where(*rows).limit(most).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


def _range(term: int, wanted: CheckFilter, before_check_id: str | None) -> list[Any]:
    """Conditions for the rows of one tag; a time is a range of ids, a minute wider, as ids begin with their time."""
    return [tags.c.term == term, *_in_time(tags.c.check_id, wanted, before_check_id)]


def _in_time(check_id: Column[str], wanted: CheckFilter, before_check_id: str | None) -> list[Any]:
    conditions = []
    if before_check_id is not None:
        conditions.append(check_id < before_check_id)
    if wanted.since is not None:
        conditions.append(check_id >= id_prefix(wanted.since, -1))
    if wanted.until is not None:
        conditions.append(check_id < id_prefix(wanted.until, 2))
    return conditions


def id_prefix(moment: str, steps: int = 0) -> str:
    """A text that sorts before each check id made at ``moment`` (RFC 3339) or later, as ids are UUIDv7.

    It is the first 32 bits of their milliseconds since 1970 (RFC 9562 section 5.7); a step is one of these, 66 s.
    """
    milliseconds = int(datetime.fromisoformat(moment).timestamp() * 1000)
    return f"{min(max(0, (milliseconds >> 16) + steps), 0xFFFFFFFF):08x}"
