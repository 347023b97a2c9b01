"""What does a handler find in the application and in the request? The service's parts, and the caller's tenant."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from fraudcheck.adapters.keys import Key
from fraudcheck.adapters.redis.rate_limits import Standing
from fraudcheck.pipeline.check import Tenant
from fraudcheck.web import metrics
from fraudcheck.web.admission import Admission
from fraudcheck.web.batch_queue import Batches
from fraudcheck.web.callers import Callers
from fraudcheck.web.connections import Connections, Pace
from fraudcheck.web.preview_process import Previews
from fraudcheck.web.readers import Readers
from fraudcheck.web.readiness import Probe
from fraudcheck.web.report_process import Reports
from fraudcheck.wiring import Service

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SERVICE = web.AppKey("service", Service)


ADMISSION = web.AppKey("admission", Admission)
CONNECTIONS = web.AppKey("connections", Connections)
EXPOSITION = web.AppKey("exposition", metrics.Exposition)
PROBE = web.AppKey("probe", Probe)
BATCHES = web.AppKey("batches", Batches)
REPORTS = web.AppKey("reports", Reports)
PREVIEWS = web.AppKey("previews", Previews)
READERS = web.AppKey("readers", Readers)
CALLERS = web.AppKey("callers", Callers)
PACE = web.AppKey("pace", Pace)
TENANT = web.RequestKey("tenant", Tenant)
BUYER = web.RequestKey[str | None]("buyer")
"""The buyer whose outcomes the caller's key tells; None without keys, where callers name it themselves."""
PERSONAL = web.RequestKey("personal", bool)
SCOPES_GIVEN = web.RequestKey[frozenset[str]]("scopes_given")
"""The scopes of the caller's key; all of them where the service asks for none."""
PERSON = web.RequestKey("person", str)
"""The label of the key that somebody has signed in with in a browser; empty where nobody has."""
FORM_TOKEN = web.RequestKey("form_token", str)
"""What the forms of pages bring back, so that no other site's page can send them; empty where nobody has signed in."""
KEY_ID = web.RequestKey("key_id", str)
"""The id of the caller's key; empty where the service asks for none."""
SOURCE_KEY = web.RequestKey[Key | None]("source_key")
"""The key by which a platform brings its leads; None where the service asks for none."""
STANDING = web.RequestKey("standing", Standing)
