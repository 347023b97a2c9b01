"""Is all that the ledger holds as it was written? Every record is compared with its hash, and every other row with it.

Nothing is written, and rows are read a few hundred at a time, so the service may run. What a part of a damaged file
keeps from being read is narrowed down to single rows.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, and_, func, select, tuple_

from fraudcheck.adapters.sql import erasing
from fraudcheck.adapters.sql.audit import outcome_digest
from fraudcheck.adapters.sql.engine import Database
from fraudcheck.adapters.sql.faults import explain
from fraudcheck.adapters.sql.rows import check_row, terms_of
from fraudcheck.adapters.sql.schema import (
    HEAD,
    checks,
    confirmations,
    erasures,
    identities,
    outcomes,
    personal,
    policies,
    records,
    terms,
)
from fraudcheck.adapters.sql.writer import cause
from fraudcheck.ledger.entry import rebuild_entry
from fraudcheck.ledger.record import decode_record, verify
from fraudcheck.ports import Unavailable
from fraudcheck.ports.ledger import Entry
from fraudcheck.records import Outcome, Price

_CHUNK = 500
_OF_TERMS = ("source", "kind", "enquiry", "band")
"""The columns of ``checks`` that are ids of terms."""
_INDEX_SECONDS = 2.0
"""After this long a record that was just written has its look-up rows."""


class Problem(Struct, frozen=True):
    """What is wrong with a row, without personal values. ``check_id`` is empty where the row belongs to no check."""

    table: str
    tenant: str
    check_id: str
    text: str


class Verified(Struct, frozen=True):
    """How many rows of each table were compared, how many records are erased, and what is wrong."""

    rows: Mapping[str, int]
    erased: int
    problems: Sequence[Problem]


class Verifier:
    """Verifies one database. ``tenant`` and ``since`` (RFC 3339) limit it to the checks of one tenant, and to newer
    ones; None for all. ``progress`` gets the number of records after each chunk.
    """

    def __init__(self, url: str, tenant: str | None, since: str | None, progress: Callable[[int], None]) -> None:
        self._database = Database(url)
        self._tenant = tenant
        self._from_id = _lowest_id(since) if since else None
        self._progress = progress
        self._rows: Counter[str] = Counter()
        self._erased = 0
        self._problems: list[Problem] = []
        self._without_look_up: list[tuple[int, str, str]] = []

    def run(self) -> Verified:
        """Verify everything. Blocks. Raises Unavailable if it is out of reach, and ValueError if it is no ledger."""
        try:
            self._open()
            self._check_file()
            self._check_records()
            for table in (personal, checks, identities):
                self._check_orphans(table)
            self._check_outcomes()
            self._check_confirmations()
            self._check_artefacts()
        finally:
            self._database.dispose()
        return Verified(dict(self._rows), self._erased, self._problems)

    def _open(self) -> None:
        """Raises ValueError, with what to do, unless the tables are those of this version."""
        try:
            with self._database.reading.begin() as connection:
                version = self._database.version(connection)
        except Exception as problem:
            sentence = explain(problem, self._database.url)
            raise (ValueError(sentence) if sentence else Unavailable("ledger")) from None
        if version != HEAD:
            raise ValueError(
                f"the ledger's tables are of version {version}, this program's of {HEAD}: start the service of this "
                "version once, or verify with the other one"
            )

    def _check_file(self) -> None:
        """Let SQLite look at its pages and indexes."""
        if self._database.path is None:
            return
        try:
            with self._database.reading.begin() as connection:
                told = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(20)")]
        except Exception as problem:
            told = [cause(problem)]
        for text in told:
            if text != "ok":
                self._tell("file", "", "", " ".join(text.split()))

    def _check_records(self) -> None:
        ends = select(func.min(records.c.seq), func.max(records.c.seq))
        lowest, highest = next(self._fetch("records", ends), (None, None))
        if lowest is None or highest is None:
            return
        for low in range(lowest, highest + 1, _CHUNK):
            self._check_part(low, min(low + _CHUNK, highest + 1))
            self._progress(self._rows["records"])
        if self._without_look_up:
            time.sleep(_INDEX_SECONDS)  # the service may just have written them
            late, self._without_look_up = self._without_look_up, []
            for seq, _, _ in late:
                self._rows["records"] -= 1
                self._check_part(seq, seq + 1)
            for _, tenant, check_id in self._without_look_up:
                self._tell("checks", tenant, check_id, "the look-up row is missing")

    def _check_part(self, low: int, high: int) -> None:
        """Check the records of ``low <= seq < high``; where they cannot be read together, half of them at a time."""
        query = (
            select(records, personal.c.content, checks.c.check_id.label("look_up"))
            .outerjoin(personal, _same_check(personal))
            .outerjoin(checks, _same_check(checks))
            .where(records.c.seq >= low, records.c.seq < high, *self._limits(records))
        )
        try:
            with self._database.reading.begin() as connection:
                rows = [dict(row) for row in connection.execute(query.order_by(records.c.seq)).mappings()]
                entries = self._check_hashes(rows)
                look_up = {(tenant, check_id): seq for seq, tenant, check_id in self._missing(rows)}
                indexed = [entry for entry in entries if (entry.tenant, entry.check_id) not in look_up]
                self._check_look_up(connection, indexed)
                self._check_erased(connection, entries)
        except Exception as problem:
            if high - low > 1:
                middle = (low + high) // 2
                self._check_part(low, middle)
                self._check_part(middle, high)
            else:
                self._tell("records", "", "", f"row {low} or one that belongs to it cannot be read: {cause(problem)}")
            return
        self._rows["records"] += len(rows)
        self._without_look_up += [(seq, *names) for names, seq in look_up.items()]

    def _missing(self, rows: Sequence[dict[str, Any]]) -> Iterator[tuple[int, str, str]]:
        return ((row["seq"], row["tenant"], row["check_id"]) for row in rows if row["look_up"] is None)

    def _check_hashes(self, rows: Sequence[dict[str, Any]]) -> list[Entry]:
        """Compare records with their hashes, and personal values with their commitments; the entries of good ones."""
        entries = []
        for row in rows:
            names = str(row["tenant"]), str(row["check_id"])
            self._erased += row["content"] is None
            try:
                texts = verify(row["record"], row["record_hash"], row["content"])
            except Exception:  # a value of another type than was written
                texts = ["record: unreadable"]
            entry = None
            with suppress(Exception):
                entry = rebuild_entry(row["record"], row["record_hash"], row["content"])
            if entry is None and not texts:
                texts = ["record: lacks what every record has"]
            for text in texts:
                self._tell("personal" if not text.startswith("record") else "records", *names, text)
            if entry is not None and (entry.tenant, entry.check_id) != names:
                self._tell("records", *names, f"the row holds the record of check {entry.check_id}")
            elif entry is not None and not texts:
                entries.append(entry)
        return entries

    def _check_look_up(self, connection: Any, entries: Sequence[Entry]) -> None:
        """Compare the rows of ``checks``, ``terms`` and ``identities`` with what the records say."""
        if not entries:
            return
        ids = [entry.check_id for entry in entries]
        named = {name: terms.alias(f"{name}_term") for name in _OF_TERMS}
        query = select(checks, *[term.c.text.label(f"{name}_text") for name, term in named.items()])
        for name, term in named.items():
            query = query.outerjoin(term, and_(term.c.id == checks.c[name], term.c.tenant == checks.c.tenant))
        query = query.where(checks.c.check_id.in_(ids))
        found = {(row["tenant"], row["check_id"]): dict(row) for row in connection.execute(query).mappings()}
        tokens: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for row in connection.execute(select(identities).where(identities.c.check_id.in_(ids))):
            tokens[row.tenant, row.check_id].add(row.token)
        revised = {entry.revises for entry in entries if entry.revises}
        query_revised = select(records.c.tenant, records.c.check_id).where(records.c.check_id.in_(revised))
        known = {tuple(row) for row in connection.execute(query_revised)} if revised else set()
        for entry in entries:
            names = entry.tenant, entry.check_id
            row = found.get(names)
            if row is not None:
                texts = {name: row.pop(f"{name}_text") for name in _OF_TERMS}
                own = terms_of(entry)
                wanted = check_row(entry, {term: row[name] for name, term in own.items()})
                wrong = [name for name, value in wanted.items() if row[name] != value]
                wrong += [name for name, (_, text) in own.items() if texts[name] != text and name not in wrong]
                if wrong:
                    self._tell("checks", *names, f"differs from the record in {', '.join(sorted(wrong))}")
                self._rows["checks"] += 1
            if tokens[names] != set(entry.identities):
                self._tell("identities", *names, "other identities than the personal values have")
            self._rows["identities"] += len(tokens[names])
            self._rows["personal"] += bool(entry.personal)
            if entry.revises and (entry.tenant, entry.revises) not in known:
                self._tell("records", *names, f"revises check {entry.revises}, which is not there")

    def _check_erased(self, connection: Any, entries: Sequence[Entry]) -> None:
        """Whether anything came back that was erased."""
        present = [entry for entry in entries if entry.personal]
        for entry in erasing.erased_among(connection, present) if present else ():
            self._tell("personal", entry.tenant, entry.check_id, "was erased, and is there: erase it again")

    def _check_orphans(self, table: Any) -> None:
        """Whether rows belong to checks that are not there."""
        key = list(table.primary_key.columns)
        last: tuple[Any, ...] | None = None
        while True:
            query = select(*key).where(*self._limits(table)).order_by(*key).limit(10 * _CHUNK)
            rows = list(self._fetch(table.name, query if last is None else query.where(tuple_(*key) > tuple_(*last))))
            named = {(row.tenant, row.check_id) for row in rows}
            there: set[tuple[str, str]] = set()
            ids = sorted({check_id for _, check_id in named})
            for start in range(0, len(ids), _CHUNK):
                query = select(records.c.tenant, records.c.check_id)
                part = query.where(records.c.check_id.in_(ids[start : start + _CHUNK]))
                there |= {tuple(row) for row in self._fetch("records", part)}
            for tenant, check_id in sorted(named - there):
                self._tell(table.name, tenant, check_id, "there is no record of this check")
            if len(rows) < 10 * _CHUNK:
                return
            last = tuple(rows[-1])

    def _check_outcomes(self) -> None:
        last = 0
        while True:
            query = select(outcomes).where(outcomes.c.seq > last, *self._limits(outcomes))
            rows = list(self._fetch("outcomes", query.order_by(outcomes.c.seq).limit(_CHUNK)))
            ids = {name for row in rows for name in (row.lead, row.check_id)}
            named = select(records.c.tenant, records.c.check_id).where(records.c.check_id.in_(ids))
            there = {tuple(row) for row in self._fetch("records", named)} if ids else set()
            for row in rows:
                if not {(row.tenant, row.lead), (row.tenant, row.check_id)} <= there:
                    self._tell("outcomes", row.tenant, row.check_id, "there is no record of this check or of its lead")
                if row.digest not in _outcome_digests(row):
                    self._tell("outcomes", row.tenant, row.check_id, "the outcome does not match its digest")
            self._rows["outcomes"] += len(rows)
            if len(rows) < _CHUNK:
                return
            last = rows[-1].seq

    def _check_confirmations(self) -> None:
        """Whether the version that was made of each confirmation is there, and knows of it."""
        made_of = and_(records.c.tenant == confirmations.c.tenant, records.c.check_id == confirmations.c.version)
        key = (confirmations.c.tenant, confirmations.c.lead, confirmations.c.nth)
        query = select(confirmations, records.c.record).outerjoin(records, made_of).order_by(*key).limit(_CHUNK)
        if self._tenant is not None:
            query = query.where(confirmations.c.tenant == self._tenant)
        if self._from_id is not None:
            query = query.where(confirmations.c.lead >= self._from_id)
        last: tuple[Any, ...] | None = None
        while True:
            rows = list(self._fetch("confirmations", query if last is None else query.where(tuple_(*key) > last)))
            for row in rows:
                self._rows["confirmations"] += 1
                if row.record is None:
                    self._tell("confirmations", row.tenant, row.version, "there is no record of this version")
                elif not _knows(row):
                    self._tell("confirmations", row.tenant, row.version, "the version does not know the confirmation")
            if len(rows) < _CHUNK:
                return
            last = (rows[-1].tenant, rows[-1].lead, rows[-1].nth)

    def _check_artefacts(self) -> None:
        for row in self._fetch("policies", select(policies)):
            self._rows["policies"] += 1
            if not isinstance(row.body, bytes) or row.hash != "sha256:" + sha256(row.body).hexdigest():
                self._tell("policies", "", "", f"{row.hash} does not match its hash")
        for count in self._fetch("erasures", select(func.count()).select_from(erasures)):
            self._rows["erasures"] += count[0]

    def _fetch(self, table: str, query: Select[Any]) -> Iterator[Any]:
        """The rows of a query; what keeps them from being read becomes a problem."""
        try:
            with self._database.reading.begin() as connection:
                rows = connection.execute(query).all()
        except Exception as problem:
            self._tell(table, "", "", f"rows cannot be read: {cause(problem)}")
            return iter(())
        return iter(rows)

    def _limits(self, table: Any) -> list[Any]:
        limits = [] if self._tenant is None else [table.c.tenant == self._tenant]
        return limits if self._from_id is None else [*limits, table.c.check_id >= self._from_id]

    def _tell(self, table: str, tenant: str, check_id: str, text: str) -> None:
        self._problems.append(Problem(table, tenant, check_id, text))


def _knows(row: Any) -> bool:
    """Whether the record of a version has the confirmation that it was made of."""
    try:
        facts = decode_record(row.record).facts.get("confirmation") or {}
    except ValueError:  # damaged, which is told of the record
        return True
    told = {name: value for name, value in (("how", row.how), ("at", row.at), ("by", row.buyer)) if value}
    return told in facts.get(row.channel, ())


def _same_check(table: Any) -> Any:
    return and_(table.c.tenant == records.c.tenant, table.c.check_id == records.c.check_id)


def _outcome_digests(row: Any) -> set[str]:
    """The digests that an outcome may have: one that was told without a time has the time when it was told."""
    value = Price(amount=row.amount, currency=row.currency) if row.amount else None
    try:
        made = [
            Outcome(outcome=row.outcome, reason=row.reason, value=value, at=at, buyer=row.buyer or "")
            for at in (row.at, "")
        ]
        return {outcome_digest(row.lead, outcome) for outcome in made}
    except Exception:
        return set()


def _lowest_id(moment: str) -> str:
    """A text that sorts before each check id made at ``moment`` or later: ids begin with their milliseconds."""
    return f"{max(0, int(datetime.fromisoformat(moment).timestamp() * 1000)) >> 16:08x}"
