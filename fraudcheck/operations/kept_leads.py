"""Which leads does the ledger hold? They are read page by page, newest first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime

from fraudcheck import wiring
from fraudcheck.ledger.record import Opened, open_record
from fraudcheck.ports.ledger import CheckFilter, Ledger
from fraudcheck.records import format_utc
from fraudcheck.settings import Settings


async def leads_with_models(
    settings: Settings, tenant: str, since: datetime, until: datetime
) -> AsyncIterator[tuple[Opened, bytes | None]]:
    """The tenant's leads of a time, newest first, each with the encoded model that it was judged by, if any; those that
    came live, and those that were kept from files.
    """
    models: dict[str, bytes | None] = {}
    async with wiring.ledger_only(settings) as ledger:
        async for kept in kept_leads(ledger, tenant, since, lambda read: None, until):
            name = (kept.verdict["versions"]["model"] or "").rpartition(" ")[2]
            if name and name not in models:
                models[name] = await ledger.get_artefact(name)
            yield kept, models.get(name)


async def kept_leads(
    ledger: Ledger,
    tenant: str,
    since: datetime,
    progress: Callable[[int], None],
    until: datetime | None = None,
    *,
    origin: str | None = None,
) -> AsyncIterator[Opened]:
    """The tenant's leads since then, newest first, each once in its newest version, erased ones too.

    ``origin`` is as in ``CheckFilter``: by default every lead, also those that were kept from files. ``progress`` gets
    the number of leads read so far, every 10,000.
    """
    read, last = 0, None
    wanted = CheckFilter(origin=origin, since=format_utc(since), until=format_utc(until) if until else None)
    while page := await ledger.list(tenant, wanted, limit=500, before_check_id=last):
        for stored in page:
            yield open_record(stored.record, stored.personal)
        read += len(page)
        last = page[-1].check_id
        if read % 10_000 == 0:
            progress(read)
