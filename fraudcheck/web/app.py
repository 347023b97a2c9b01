"""How is the service called over HTTP? Routes, keys and the error shape; handlers ask the core."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from fraudcheck import intake, ledger
from fraudcheck.pipeline import SERVICE_VERSION, Conflict, Tenant
from fraudcheck.ports import Stored, Unavailable
from fraudcheck.reasons import CATALOGUE
from fraudcheck.web import metrics, openapi
from fraudcheck.web.masking import masked
from fraudcheck.wiring import SCOPES, Service

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SERVICE = web.AppKey("service", Service)
OPEN = frozenset({"/healthz", "/readyz", "/metrics", "/openapi.json"})
_SCOPES = {("POST", "/v1/checks"): "check", ("GET", "/v1/checks"): "read", ("GET", "/v1/checks/{check_id}"): "read"}
_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_PAGE = 50
_LONGEST_PAGE = 1000
_encode = msgspec.json.Encoder().encode


class Problem(Exception):
    """An answer that is an error: RFC 9457. ``retry_after`` is in seconds."""

    def __init__(
        self, status: int, title: str, errors: list[dict[str, str]] | None = None, retry_after: int | None = None
    ) -> None:
        self.status, self.title, self.errors, self.retry_after = status, title, errors, retry_after

    def response(self) -> web.Response:
        """The error as ``application/problem+json``."""
        body: dict[str, Any] = {"type": "about:blank", "title": self.title, "status": self.status}
        if self.errors:
            body["errors"] = self.errors
        headers = {"Retry-After": str(self.retry_after)} if self.retry_after is not None else {}
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return web.Response(
            body=_encode(body), status=self.status, content_type="application/problem+json", headers=headers
        )


def make(service: Service, exposition: metrics.Exposition | None = None) -> web.Application:
    """The application over a running service; ``exposition`` where it shows more than this process's metrics."""
    app = web.Application(client_max_size=intake.MAX_BYTES, middlewares=[_guard])
    app[SERVICE] = service
    app[_BUSY] = Busy()
    app[_EXPOSITION] = exposition or metrics.Exposition(service)
    app.add_routes(
        [
            web.post("/v1/checks", post_check),
            web.get("/v1/checks", list_checks, allow_head=False),
            web.get("/v1/checks/{check_id}", get_check, allow_head=False),
            web.get("/v1/reasons", get_reasons, allow_head=False),
            web.get("/healthz", healthz),
            web.get("/readyz", readyz),
            web.get("/metrics", get_metrics),
            web.get("/openapi.json", get_openapi),
        ]
    )
    return app


class Busy:
    """How many checks are under way."""

    now = 0


_BUSY = web.AppKey("busy", Busy)
_EXPOSITION = web.AppKey("exposition", metrics.Exposition)
_TENANT = web.RequestKey("tenant", Tenant)
_PERSONAL = web.RequestKey("personal", bool)


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let the caller in by its key, and give every error its one shape."""
    try:
        resource = request.match_info.route.resource
        path = resource.canonical if resource is not None else request.path
        if path not in OPEN:
            await _admit(request, path)
        return await handler(request)
    except Problem as problem:
        return problem.response()
    except web.HTTPRequestEntityTooLarge:
        return Problem(413, f"the body is larger than {intake.MAX_BYTES} bytes").response()
    except web.HTTPException as problem:
        answer = Problem(problem.status, (problem.reason or "error").lower()).response()
        if "Allow" in problem.headers:
            answer.headers["Allow"] = problem.headers["Allow"]
        return answer
    except Unavailable as problem:
        return Problem(503, f"{problem} cannot be reached", retry_after=1).response()


async def _admit(request: web.Request, path: str) -> None:
    """Find the tenant of the caller's key, and see that the key has the route's scope."""
    service = request.app[SERVICE]
    tenant: str = "default"
    scopes: tuple[str, ...] = SCOPES
    if service.keys.configured:
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        key = service.keys.find(secret.strip()) if kind.lower() == "bearer" else None
        if key is None:
            raise Problem(401, "no key, or one that is not known: send Authorization: Bearer <key>")
        tenant, scopes = key.tenant, key.scopes
    scope = _SCOPES.get((request.method, path))
    if scope is not None and scope not in scopes:
        raise Problem(403, f"the key lacks the scope {scope}")
    request[_TENANT] = service.tenants.get(tenant) or await service.tenant(tenant)
    request[_PERSONAL] = "personal" in scopes


async def post_check(request: web.Request) -> web.Response:
    """One lead in, its verdict out."""
    if request.content_type not in ("application/json", "application/octet-stream"):
        raise Problem(415, "send the lead as application/json")
    if (request.content_length or 0) > intake.MAX_BYTES:
        raise web.HTTPRequestEntityTooLarge(intake.MAX_BYTES, request.content_length or 0)
    service, busy = request.app[SERVICE], request.app[_BUSY]
    if busy.now >= service.settings.in_flight:
        raise Problem(503, "too many checks at one time", retry_after=1)
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 1 <= len(key) <= 255:
        raise Problem(400, "an Idempotency-Key has 1 to 255 characters")
    body = await request.read()
    busy.now += 1
    try:
        verdict = await service.pipeline.check(request[_TENANT], body, key)
    except intake.Unreadable as problem:
        raise Problem(400, str(problem)) from None
    except intake.NoContact:
        raise Problem(422, "the lead has neither a mail address nor a phone", errors=_NO_CONTACT) from None
    except Conflict:
        raise Problem(409, "this Idempotency-Key was used with another body") from None
    finally:
        busy.now -= 1
    return web.Response(body=_encode(verdict), content_type="application/json")


_NO_CONTACT = [
    {"field": "email", "problem": "absent, blank or not text"},
    {"field": "phone", "problem": "absent, blank or not text"},
]


async def get_check(request: web.Request) -> web.Response:
    """A verdict as it was given, with its facts."""
    check_id = request.match_info["check_id"].lower()
    stored = (
        await request.app[SERVICE].ledger.get(request[_TENANT].name, check_id) if _UUID.fullmatch(check_id) else None
    )
    if stored is None:
        raise Problem(404, "there is no such check")
    return _json(_shown(stored, request[_PERSONAL], whole=True))


async def list_checks(request: web.Request) -> web.Response:
    """Verdicts, newest first, a page at a time."""
    query = request.query
    unknown = set(query) - {*_FILTERS, "from", "to", "limit", "cursor"}
    errors = [{"field": name, "problem": "no such filter"} for name in sorted(unknown)]
    limit = query.get("limit", str(_PAGE))
    if not re.fullmatch("[0-9]{1,4}", limit) or not 1 <= int(limit) <= _LONGEST_PAGE:
        errors.append({"field": "limit", "problem": f"not a number from 1 to {_LONGEST_PAGE}"})
    cursor = query.get("cursor")
    if cursor is not None and not _UUID.fullmatch(cursor):
        errors.append({"field": "cursor", "problem": "not a next_cursor of an earlier page"})
    since, until = (_time(query.get(name), name, errors) for name in ("from", "to"))
    if errors:
        raise Problem(400, "the query cannot be read", errors=errors)
    found = await request.app[SERVICE].ledger.list(
        request[_TENANT].name,
        limit=int(limit) + 1,
        since=since,
        until=until,
        before_check_id=cursor,
        **{name: query[name] for name in _FILTERS if query.get(name)},
    )
    page = found[: int(limit)]
    return _json(
        {
            "checks": [_shown(stored, request[_PERSONAL], whole=False) for stored in page],
            "next_cursor": page[-1].check_id if len(found) > len(page) else None,
        }
    )


_FILTERS = ("vendor", "decision", "classification", "reason", "origin")


def _time(text: str | None, name: str, errors: list[dict[str, str]]) -> str | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))  # a + in a query string arrives as a blank
        return intake.utc(moment.replace(tzinfo=moment.tzinfo or UTC))
    except (ValueError, OverflowError):
        errors.append({"field": name, "problem": "not an RFC 3339 date and time"})
        return None


def _shown(stored: Stored, personal: bool, whole: bool) -> dict[str, Any]:
    """A kept verdict for the wire, with its lead and facts where asked for, masked where the key may not see them."""
    opened = ledger.open_record(stored.record, stored.personal)
    shown = dict(opened.verdict) | {"revised_by": stored.revised_by}
    if whole:
        shown["erased"] = opened.erased
        shown["lead"] = msgspec.to_builtins(opened.lead) if opened.lead is not None else None
        shown["facts"] = opened.facts
        shown["record_hash"] = "sha256:" + stored.record_hash.hex()
    return shown if personal else masked(shown)


async def get_reasons(request: web.Request) -> web.Response:
    """The catalogue, with the points that the tenant's policy gives."""
    return _json({"reasons": openapi.reason_rows(CATALOGUE.values(), request[_TENANT].policy.points)})


async def healthz(request: web.Request) -> web.Response:
    """The process lives."""
    return _json({"status": "ok", "version": SERVICE_VERSION})


async def readyz(request: web.Request) -> web.Response:
    """Each dependency's ping. Only the keeping of records is needed to serve: the rest would be unknown."""
    states = {}
    for name, ping in request.app[SERVICE].pings.items():
        try:
            await ping()
            states[name] = "ok"
        except Unavailable as problem:
            states[name] = f"unavailable: {problem}"
    ready = await request.app[SERVICE].ledger.writable()
    return _json({"status": "ok" if ready else "unavailable", "dependencies": states}, status=200 if ready else 503)


async def get_metrics(request: web.Request) -> web.Response:
    """Prometheus' text format."""
    body = await request.app[_EXPOSITION].text()
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


async def get_openapi(request: web.Request) -> web.Response:
    """The contract, from the code."""
    return _json(openapi.document())


def _json(content: Any, status: int = 200) -> web.Response:
    return web.Response(body=_encode(content), status=status, content_type="application/json")
