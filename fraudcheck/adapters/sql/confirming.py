"""How are confirmations of leads stored? Each in one transaction with the version of the lead that is made of it.

No version is replaced twice: by a second confirmation, or by the revision of a lead that had not been counted. Both
lock the lead's mark (``uncounted``), where there is one, and then look what the other has written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from sqlalchemy import Connection, func, select

from fraudcheck.adapters.sql import uncounted
from fraudcheck.adapters.sql.audit import first_version
from fraudcheck.adapters.sql.engine import add
from fraudcheck.adapters.sql.rows import record_row
from fraudcheck.adapters.sql.schema import confirmations, records
from fraudcheck.ports.ledger import Entry
from fraudcheck.records import Confirmation, Confirmed


class _Overtaken(Exception):
    """Another one wrote the same confirmation or version meanwhile: what was written is to be rolled back."""


def lead_confirmations(connection: Connection, tenant: str, check_id: str) -> tuple[str, list[Confirmed]]:
    """See ``ports.ledger.Ledger``."""
    lead = _lead_of(connection, tenant, check_id) or first_version(connection, tenant, check_id)
    own = (confirmations.c.tenant == tenant, confirmations.c.lead == lead)
    query = select(confirmations).where(*own).order_by(confirmations.c.nth)
    return lead, [
        Confirmed(
            confirmation=Confirmation(channel=row.channel, how=row.how, at=row.at, buyer=row.buyer),
            version=row.version,
        )
        for row in connection.execute(query)
    ]


def confirm(  # noqa: PLR0917 - as the port's
    connection: Connection,
    entry: Entry,
    lead: str,
    told: Confirmation,
    at: str,
    after: int,
    unless: str,
    insert_personal: Callable[[Connection, list[Entry]], None],
) -> Literal["kept", "overtaken", "erased"]:
    """See ``ports.ledger.Ledger``."""
    try:
        with connection.begin():
            uncounted.lock(connection, entry.tenant, lead)
            own = (confirmations.c.tenant == entry.tenant, confirmations.c.lead == lead)
            if connection.execute(select(func.count()).where(*own)).scalar_one() != after:
                return "overtaken"
            other = (records.c.tenant == entry.tenant, records.c.check_id == unless)
            if connection.execute(select(records.c.seq).where(*other)).first() is not None:
                return "overtaken"
            if uncounted.is_erased(connection, entry.tenant, entry.revises or ""):
                return "erased"
            row = {
                "tenant": entry.tenant,
                "lead": lead,
                "nth": after + 1,
                "channel": told.channel,
                "how": told.how,
                "buyer": told.buyer,
                "at": told.at or at,
                "told_at": at,
                "revises": entry.revises,
                "version": entry.check_id,
            }
            if not add(connection, confirmations, [row]) or not add(connection, records, [record_row(entry)]):
                raise _Overtaken
            insert_personal(connection, [entry])
    except _Overtaken:
        return "overtaken"
    return "kept"


def may_revise(connection: Connection, tenant: str, check_id: str) -> bool:
    """Whether no confirmation has replaced a check; settles the mark of its lead, if it has one."""
    lead = _lead_of(connection, tenant, check_id) or check_id
    uncounted.lock(connection, tenant, lead)
    replaced = (confirmations.c.tenant == tenant, confirmations.c.revises == check_id)
    if connection.execute(select(confirmations.c.nth).where(*replaced)).first() is not None:
        return False
    uncounted.settle(connection, tenant, lead)
    return True


def _lead_of(connection: Connection, tenant: str, check_id: str) -> str | None:
    """The lead of a version that was made of a confirmation, whose look-up rows may not be there yet."""
    is_version = (confirmations.c.tenant == tenant, confirmations.c.version == check_id)
    return connection.execute(select(confirmations.c.lead).where(*is_version)).scalar()
