"""How is a lead tried out in a browser? A form is judged as a lead would be, and nothing of it is kept or counted."""

from __future__ import annotations

from typing import Any

import msgspec
from aiohttp import web

from fraudcheck.intake.lead import NoContact
from fraudcheck.records import FieldWarning
from fraudcheck.web import try_page
from fraudcheck.web.answers import Problem, encode, page_answer
from fraudcheck.web.handlers.checks import in_turn
from fraudcheck.web.page_calls import frame, read_form
from fraudcheck.web.state import SERVICE, TENANT

_PATH = "/try"
_MISSING = "Give a mail address or a phone number, or both."


async def get_form(request: web.Request) -> web.Response:
    """The form, empty."""
    return page_answer(try_page.page(frame(request, _PATH), {}))


async def post_lead(request: web.Request) -> web.Response:
    """Judge what was typed, and show the form with the verdict below."""
    values = try_page.read(await read_form(request))
    trial, tenant, around = request.app[SERVICE].trial, request[TENANT], frame(request, _PATH)
    body = encode(try_page.lead(values))
    try:
        lead, facts, verdict = await in_turn(request, None, lambda: trial.explain(tenant, body))
    except NoContact:
        problems = [FieldWarning(field=name, problem=_MISSING) for name in ("email", "phone")]
        return page_answer(try_page.page(around, values, problems=problems), Problem(422, _MISSING))
    shown: dict[str, Any] = msgspec.to_builtins(verdict)
    shown |= {"revised_by": None, "erased": False, "record_hash": None}
    shown |= {"lead": msgspec.to_builtins(lead), "facts": msgspec.to_builtins(facts)}
    return page_answer(try_page.page(around, values, shown))
