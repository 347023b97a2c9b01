"""How does somebody find a lead in a browser? By what is typed into one form, which stands in no address and no log."""

from __future__ import annotations

import asyncio

from aiohttp import web

from fraudcheck.fields.country_names import find_country
from fraudcheck.operations.finding import Meaning, meanings
from fraudcheck.ports.ledger import FoundCheck, Ledger
from fraudcheck.web import find_page
from fraudcheck.web.answers import page_answer
from fraudcheck.web.limits import reader_turn
from fraudcheck.web.masking import shown
from fraudcheck.web.page_calls import frame, read_form
from fraudcheck.web.state import PERSONAL, SERVICE, TENANT
from fraudcheck.wiring import load_lists

PATH = "/find"
_MOST = 200
"""Checks that are looked at: of a contact that more leads have, the newest."""
_MOST_SHOWN = 50
"""Leads that are shown."""
_LONGEST = 500


async def get_find(request: web.Request) -> web.Response:
    """The form."""
    return page_answer(find_page.form(request[PERSONAL], frame(request, PATH)))


async def post_find(request: web.Request) -> web.Response:
    """The leads that somebody may mean."""
    form = await read_form(request)
    text, named = (str(form.get(name, ""))[:_LONGEST].strip() for name in ("text", "country"))
    service, tenant, personal = request.app[SERVICE], request[TENANT], request[PERSONAL]
    key, default_country = tenant.identity_key, service.settings.default_country

    def read() -> tuple[str | None, list[Meaning]]:
        lists = load_lists(service.settings)
        country = find_country(named, lists.country_names) if named else default_country
        return country, meanings(text, key, lists, country or default_country, contacts=personal)

    async with reader_turn(request) as readers:
        country, sought = await readers.make(read)
        found = await _find(service.ledger, tenant.name, sought)
        of_all = find_page.leads_of(found)
        leads = of_all[:_MOST_SHOWN]
        stored = await asyncio.gather(*[service.ledger.get(tenant.name, lead.newest.check_id) for lead in leads])
        erased = await _erased(service.ledger, tenant.name, sought) if not found else None

        def draw() -> str:
            told = [shown(each, personal, whole=True) if each else None for each in stored]
            return find_page.results(
                text,
                named,
                sought,
                list(zip(leads, told, strict=True)),
                more=len(found) >= _MOST or len(of_all) > _MOST_SHOWN,
                erased=erased,
                unknown_country=bool(named) and country is None,
                personal=personal,
                frame=frame(request, PATH),
            )

        return page_answer(await readers.make(draw))


async def _find(ledger: Ledger, tenant: str, sought: list[Meaning]) -> list[FoundCheck]:
    check_ids = [token for meaning in sought if meaning.kind == "check_id" for token in meaning.tokens]
    tokens = [token for meaning in sought if meaning.kind != "check_id" for token in meaning.tokens]
    if not (check_ids or tokens):
        return []
    return [*await ledger.find_leads(tenant, tokens, check_ids=check_ids, limit=_MOST, of_person=True)]


async def _erased(ledger: Ledger, tenant: str, sought: list[Meaning]) -> str | None:
    """When the person was erased whose mail address or phone was typed."""
    tokens = [token for meaning in sought if meaning.kind in ("mailbox", "phone") for token in meaning.tokens]
    return await ledger.erased_at(tenant, tokens) if tokens else None
