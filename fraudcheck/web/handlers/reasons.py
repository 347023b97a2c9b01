"""Which reason codes are there?"""

from __future__ import annotations

from aiohttp import web

from fraudcheck.reasons import CATALOGUE
from fraudcheck.web.answers import json_answer
from fraudcheck.web.schemas import reason_rows
from fraudcheck.web.state import TENANT


async def get_reasons(request: web.Request) -> web.Response:
    """The catalogue of reasons, with the points that the tenant's policy gives them."""
    return json_answer({"reasons": reason_rows(CATALOGUE.values(), request[TENANT].policy.points)})
