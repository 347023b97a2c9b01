"""What does the ledger know of some mailboxes and phones? One query finds that nearly all of them are new.

Only of those that are known is more asked, a few queries for all of them together. By the driver alone, as each check
waits for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from fraudcheck.adapters.sql.engine import run
from fraudcheck.ports.history import Question
from fraudcheck.ports.ledger import Entry
from fraudcheck.reasons import TEST
from fraudcheck.records import Facts

MOST = 100
"""Leads of one identity that are looked at, the oldest."""
_ROWS = 2_000
"""Rows of all identities together, beyond which each is asked for alone."""
_SLICE = 400
"""Values that one statement names."""
_KINDS = {"mailbox": "email", "phone": "phone"}
Fresh = Mapping[tuple[str, str], Collection[Entry]]
_Key = tuple[str, str]  # a tenant, and a token or an id


def read(connection: Connection, asked: Sequence[Question], fresh: Fresh) -> list[Facts]:
    """See ``ports.ledger.Ledger``. ``fresh`` has the records without look-up rows, by tenant and identity."""
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for question in asked:
        wanted[question.tenant].update(question.identities)
    # Before the rows are read, so that what gets its rows meanwhile is in the one or the other.
    early = {
        (tenant, token): list(fresh.get((tenant, token), ())) for tenant, tokens in wanted.items() for token in tokens
    }
    found: defaultdict[_Key, set[str]] = defaultdict(set)
    leads: dict[_Key, str] = {}
    for key, entries in early.items():
        for entry in entries:
            if _is_lead(entry.revises, entry.classification):
                found[key].add(entry.check_id)
                leads[key[0], entry.check_id] = entry.checked_at
    for tenant, tokens in wanted.items():
        for token, check_id in _with_tokens(connection, tenant, sorted(tokens)):
            found[tenant, token].add(check_id)
    if not found:
        return [{"v": 1, "leads": 0} for _ in asked]
    return _Known(connection, asked, found, leads, early).answers()


def _is_lead(revises: str | None, classification: str) -> bool:
    return revises is None and classification != TEST


def _with_tokens(connection: Connection, tenant: str, tokens: Sequence[str]) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = _rows(
        connection, "SELECT token, check_id FROM identities WHERE tenant = ? AND token IN", tenant, tokens, _ROWS
    )
    if len(rows) < _ROWS:
        return rows
    oldest = "SELECT token, check_id FROM identities WHERE tenant = ? AND token = ? ORDER BY check_id LIMIT ?"
    return [row for token in tokens for row in run(connection, oldest, (tenant, token, MOST)).fetchall()]


def _rows(connection: Connection, query: str, tenant: str, values: Sequence[str], most: int | None = None) -> list[Any]:
    """The rows of a query for each of some values; of very many, some."""
    rows: list[Any] = []
    for start in range(0, len(values), _SLICE):
        part = values[start : start + _SLICE]
        limit = "" if most is None else f" LIMIT {most}"
        statement = f"{query} ({', '.join('?' * len(part))}){limit}"
        rows += run(connection, statement, (tenant, *part)).fetchall()
    return rows


class _Known:
    """What is known of leads that were found by their identities."""

    def __init__(
        self,
        connection: Connection,
        asked: Sequence[Question],
        found: Mapping[_Key, set[str]],
        leads: dict[_Key, str],
        early: Mapping[_Key, Sequence[Entry]],
    ) -> None:
        self._asked = asked
        self._found = found
        self._leads = leads
        self._outcomes: defaultdict[_Key, list[tuple[str, str]]] = defaultdict(list)
        self._confirmed: defaultdict[_Key, dict[str, str]] = defaultdict(dict)
        self._own: set[tuple[str, str, str]] = set()  # tenant, Idempotency-Key and check
        self._contacts: defaultdict[_Key, set[str]] = defaultdict(set)
        by_tenant: defaultdict[str, set[str]] = defaultdict(set)
        for (tenant, _), ids in found.items():
            by_tenant[tenant] |= ids
        for tenant, ids in by_tenant.items():
            self._read(connection, tenant, sorted(ids))
        for (tenant, _), entries in early.items():
            for entry in entries:
                self._contacts[tenant, entry.check_id].update(_contacts(entry.identities))

    def _read(self, connection: Connection, tenant: str, ids: Sequence[str]) -> None:
        query = "SELECT check_id, checked_at, revises, classification FROM checks WHERE tenant = ?"
        for check_id, checked_at, *kind in _rows(connection, f"{query} AND check_id IN", tenant, ids):
            if _is_lead(*kind):
                self._leads[tenant, check_id] = checked_at
        leads = [check_id for check_id in ids if (tenant, check_id) in self._leads]
        tags = sorted({question.tag for question in self._asked if question.tenant == tenant})
        query = "SELECT idempotency, check_id FROM records WHERE tenant = ? AND idempotency IN"
        self._own.update((tenant, tag, check_id) for tag, check_id in _rows(connection, query, tenant, tags))
        query = "SELECT lead, outcome, at FROM outcomes WHERE tenant = ? AND lead IN"
        for lead, outcome, at in _rows(connection, query, tenant, leads):
            self._outcomes[tenant, lead].append((outcome, at))
        query = "SELECT lead, channel, how, nth FROM confirmations WHERE tenant = ? AND lead IN"
        for lead, channel, how, _ in sorted(_rows(connection, query, tenant, leads), key=lambda row: row[3]):
            self._confirmed[tenant, lead][channel] = how
        reached = [lead for lead in leads if self._outcomes[tenant, lead]]
        query = "SELECT check_id, token FROM identities WHERE tenant = ? AND check_id IN"
        for check_id, token in _rows(connection, query, tenant, reached):
            self._contacts[tenant, check_id].update(_contacts([token]))

    def answers(self) -> list[Facts]:
        """The facts for each question."""
        return [self._facts(question) for question in self._asked]

    def _facts(self, question: Question) -> Facts:
        tenant, identities, tag = question.tenant, question.identities, question.tag
        sharing: defaultdict[str, set[str]] = defaultdict(set)  # by lead the channels that it shares with this one
        for identity in identities:
            for check_id in self._found.get((tenant, identity), ()):
                if (tenant, check_id) in self._leads and (tenant, tag, check_id) not in self._own:
                    sharing[check_id].add(_KINDS[identity.partition(":")[0]])
        facts: dict[str, Any] = {"v": 1, "leads": len(sharing)}
        if not sharing:
            return facts
        facts["since"] = min(self._leads[tenant, lead] for lead in sharing)
        outcomes = {lead: self._outcomes.get((tenant, lead), ()) for lead in sharing}
        if conversions := [at for told in outcomes.values() for outcome, at in told if outcome in question.sold]:
            facts["converted"] = min(conversions)
        if reached := [
            lead for lead, told in outcomes.items() if any(outcome in question.reached for outcome, _ in told)
        ]:
            facts["contacted"] = True
            if any(set() < self._contacts[tenant, lead] <= set(identities) for lead in reached):
                facts["reached"] = True
        confirmed: dict[str, str] = {}
        for lead in sorted(sharing):
            told = self._confirmed.get((tenant, lead), {})
            confirmed |= {channel: how for channel, how in told.items() if channel in sharing[lead]}
        if confirmed:
            facts["confirmed"] = confirmed
        return facts


def _contacts(tokens: Collection[str]) -> list[str]:
    return [token for token in tokens if token.partition(":")[0] in _KINDS]
