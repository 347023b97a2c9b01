"""How do programs call the service? The OpenAPI document as a page."""

from __future__ import annotations

from aiohttp import web

from fraudcheck.web import api_page
from fraudcheck.web.answers import page_answer, wants_page
from fraudcheck.web.handlers.health import get_openapi
from fraudcheck.web.limits import reader_turn
from fraudcheck.web.page_calls import frame


async def get_api(request: web.Request) -> web.Response:
    """The page; for a program the document itself."""
    if not wants_page(request):
        return await get_openapi(request)
    async with reader_turn(request) as readers:
        return page_answer(await readers.make(lambda: api_page.page(frame(request, "/api"))))
