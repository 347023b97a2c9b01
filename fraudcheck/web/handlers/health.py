"""Is the service alive and ready, which metrics does it give, and what is its API?"""

from __future__ import annotations

from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from fraudcheck.pipeline.check import SERVICE_VERSION
from fraudcheck.ports import Unavailable
from fraudcheck.web import openapi
from fraudcheck.web.answers import json_answer
from fraudcheck.web.state import CONNECTIONS, EXPOSITION, SERVICE


async def healthz(request: web.Request) -> web.Response:
    """The process is alive."""
    return json_answer({"status": "ok", "version": SERVICE_VERSION})


async def readyz(request: web.Request) -> web.Response:
    """Ping each dependency. Only a place to keep records is needed to serve; without the others, facts are unknown."""
    states = {}
    for name, ping in request.app[SERVICE].pings.items():
        try:
            await ping()
            states[name] = "ok"
        except Unavailable as problem:
            states[name] = f"unavailable: {problem}"
    if request.app[CONNECTIONS].ending:
        return json_answer({"status": "stopping", "dependencies": states}, status=503)
    ready = await request.app[SERVICE].ledger.writable()
    return json_answer(
        {"status": "ok" if ready else "unavailable", "dependencies": states}, status=200 if ready else 503
    )


async def get_metrics(request: web.Request) -> web.Response:
    """The metrics in Prometheus' text format."""
    body = await request.app[EXPOSITION].text()
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


async def get_openapi(request: web.Request) -> web.Response:
    """The OpenAPI document."""
    return json_answer(openapi.document())
