"""Is the service alive and ready, which metrics does it give, and what is its API?"""

from __future__ import annotations

import msgspec
from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from fraudcheck.pipeline.check import SERVICE_VERSION
from fraudcheck.web import openapi
from fraudcheck.web.answers import json_answer
from fraudcheck.web.state import CONNECTIONS, EXPOSITION, PROBE


async def healthz(request: web.Request) -> web.Response:
    """The process is alive."""
    return json_answer({"status": "ok", "version": SERVICE_VERSION})


async def readyz(request: web.Request) -> web.Response:
    """Whether a check could be kept and counted. Only a place to keep records is needed to serve."""
    readiness = await request.app[PROBE].readiness()
    if request.app[CONNECTIONS].ending:
        readiness = msgspec.structs.replace(readiness, status="stopping")
    return json_answer(readiness, status=503 if readiness.status in ("unavailable", "stopping") else 200)


async def get_metrics(request: web.Request) -> web.Response:
    """The metrics in Prometheus' text format."""
    body = await request.app[EXPOSITION].text()
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


async def get_openapi(request: web.Request) -> web.Response:
    """The OpenAPI document."""
    return json_answer(openapi.document())
