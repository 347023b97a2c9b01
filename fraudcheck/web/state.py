"""What does a handler find in the application and in the request? The service's parts, and the caller's tenant."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from fraudcheck.pipeline.check import Tenant
from fraudcheck.web import metrics
from fraudcheck.web.batch_queue import Batches
from fraudcheck.web.report_process import Reports
from fraudcheck.wiring import Service

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SERVICE = web.AppKey("service", Service)


class Busy:
    """Counts the checks that are in progress."""

    now = 0


BUSY = web.AppKey("busy", Busy)
EXPOSITION = web.AppKey("exposition", metrics.Exposition)
BATCHES = web.AppKey("batches", Batches)
REPORTS = web.AppKey("reports", Reports)
TENANT = web.RequestKey("tenant", Tenant)
BUYER = web.RequestKey[str | None]("buyer")
"""The buyer whose outcomes the caller's key tells; None without keys, where callers name it themselves."""
PERSONAL = web.RequestKey("personal", bool)
