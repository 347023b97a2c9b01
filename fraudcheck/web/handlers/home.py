"""What does somebody see who opens the service's address? What it is, whether it is well, and where to go."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache

from aiohttp import web

from fraudcheck.adapters.lists.inventory import ListInfo
from fraudcheck.operations.lists import days_old, inventory, is_old
from fraudcheck.pipeline.check import SERVICE_VERSION
from fraudcheck.ports import Unavailable
from fraudcheck.ports.ledger import Ledger
from fraudcheck.records import format_utc
from fraudcheck.settings import Settings
from fraudcheck.web import pages
from fraudcheck.web.answers import json_answer, page_answer, wants_page
from fraudcheck.web.frame import SECTIONS
from fraudcheck.web.limits import reader_turn
from fraudcheck.web.page_calls import frame
from fraudcheck.web.state import PROBE, SCOPES_GIVEN, SERVICE, TENANT

_PARTS = {
    "ledger": ("The ledger", "which keeps every verdict"),
    "spool": ("The spool", "which keeps verdicts while the ledger is away"),
    "redis": ("The counts", "of how often an address, a number or a device came before"),
    "dns": ("The name servers", "which are asked about mail domains"),
    "disk": ("The disk", "with room for what is kept"),
}
_STATES = {
    "ok": "All is well: leads are judged, counted and kept.",
    "degraded": "Leads are judged and kept, but not all can be looked up or counted: see below what is away.",
    "unavailable": "No lead can be kept now, so none is judged: callers are told to send again.",
}


async def get_home(request: web.Request) -> web.Response:
    """The first page; for a program the version and where the API is told."""
    if not wants_page(request):
        links = {"api": "/openapi.json", "reasons": "/v1/reasons", "ready": "/readyz", "metrics": "/metrics"}
        return json_answer({"name": "fraudcheck", "version": SERVICE_VERSION, "links": links})
    service, tenant = request.app[SERVICE], request[TENANT]
    readiness = await request.app[PROBE].readiness()
    lists = await asyncio.to_thread(_lists, service.settings)
    now, around = datetime.now(UTC), frame(request, "/")
    async with reader_turn(request) as readers:
        may_read = "read" in request[SCOPES_GIVEN]
        decisions = await _decisions(service.ledger, tenant.name, now) if may_read else {}
        html = await readers.make(
            lambda: pages.render(
                "home.html",
                title="Home",
                frame=around,
                places=[section for section in around.sections if section is not SECTIONS[0]],
                decisions=decisions,
                state=_STATES[readiness.status],
                is_well=readiness.status == "ok",
                dependencies=[(*_PARTS.get(name, (name, "")), state) for name, state in readiness.dependencies.items()],
                spooled=service.ledger.waiting,
                uncounted=service.rejudging.waiting,
                policy=tenant.policy_hash,
                model=service.pipeline.model_version,
                lists=[(each, days_old(each, now)) for each in lists],
                old=[each.name for each in lists if is_old(each, now)],
            )
        )
    return page_answer(html)


async def _decisions(ledger: Ledger, tenant: str, now: datetime) -> Mapping[str, int] | None:
    """How many leads of the last 24 hours were decided how; None while the ledger cannot tell."""
    try:
        return await ledger.count_decisions(tenant, format_utc(now - timedelta(hours=24)))
    except Unavailable:
        return None


@cache
def _lists(settings: Settings) -> list[ListInfo]:
    """The lists in use, which are those of the start."""
    return sorted(inventory(settings), key=lambda each: each.date)
