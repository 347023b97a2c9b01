"""How is the service called over HTTP? Routes, keys and the error shape; handlers ask the core."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from base64 import b64decode
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TypeVar, get_args
from urllib.parse import quote
from zoneinfo import ZoneInfo

import msgspec
from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from fraudcheck import columns, intake
from fraudcheck.auditing import Question
from fraudcheck.pipeline import SERVICE_VERSION, Conflict, Tenant, replay
from fraudcheck.ports import Ledger, Unavailable
from fraudcheck.reasons import CATALOGUE
from fraudcheck.report import text, visits
from fraudcheck.report.audit import Overview, VendorReport
from fraudcheck.report.replayed import replay_text
from fraudcheck.web import batches, metrics, openapi, pages, reports
from fraudcheck.web.batches import Batch, Batches
from fraudcheck.web.masking import shown
from fraudcheck.web.reports import Reports
from fraudcheck.wiring import SCOPES, Service

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_Report = TypeVar("_Report", Overview, VendorReport)

SERVICE = web.AppKey("service", Service)
OPEN = frozenset({"/healthz", "/readyz", "/metrics", "/openapi.json"})
_SCOPES = {
    ("POST", "/v1/checks"): "check",
    ("GET", "/v1/checks"): "read",
    ("GET", "/v1/checks/{check_id}"): "read",
    ("POST", "/v1/checks/{check_id}/outcome"): "outcome",
    ("GET", "/v1/vendors"): "read",
    ("GET", "/v1/vendors/{vendor}/report"): "read",
    ("POST", "/v1/batches"): "batch",
    ("GET", "/v1/batches"): "batch",
    ("GET", "/v1/batches/{batch_id}"): "batch",
    ("DELETE", "/v1/batches/{batch_id}"): "batch",
    ("GET", "/v1/batches/{batch_id}/results"): "batch",
    ("GET", "/v1/batches/{batch_id}/rejected"): "batch",
}
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


def make(
    service: Service,
    exposition: metrics.Exposition | None = None,
    jobs: Batches | None = None,
    audits: Reports | None = None,
) -> web.Application:
    """The application over a running service; ``exposition`` where it shows more than this process's metrics.

    ``jobs`` are the batches and ``audits`` the reports, where they are made otherwise than by processes of our own.
    """
    app = web.Application(client_max_size=intake.MAX_BYTES, middlewares=[_guard])
    app[SERVICE] = service
    app[_BUSY] = Busy()
    app[_EXPOSITION] = exposition or metrics.Exposition(service)
    app[_BATCHES] = jobs or Batches(service.settings)
    app[_REPORTS] = audits or Reports(service.settings)
    app.on_startup.append(_start_batches)
    app.on_shutdown.append(_stop_batches)
    app.add_routes(
        [
            web.post("/v1/checks", post_check),
            web.get("/v1/checks", list_checks, allow_head=False),
            web.get("/v1/checks/{check_id}", get_check, allow_head=False),
            web.post("/v1/checks/{check_id}/outcome", post_outcome),
            web.get("/v1/vendors", get_vendors, allow_head=False),
            web.get("/v1/vendors/{vendor}/report", get_vendor, allow_head=False),
            web.post("/v1/batches", post_batch),
            web.get("/v1/batches", list_batches, allow_head=False),
            web.get("/v1/batches/{batch_id}", get_batch, allow_head=False),
            web.delete("/v1/batches/{batch_id}", delete_batch),
            web.get("/v1/batches/{batch_id}/results", get_results, allow_head=False),
            web.get("/v1/batches/{batch_id}/rejected", get_rejected, allow_head=False),
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
_BATCHES = web.AppKey("batches", Batches)
_REPORTS = web.AppKey("reports", Reports)
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
        return _told(request, problem)
    except web.HTTPRequestEntityTooLarge:
        return Problem(413, f"the body is larger than {intake.MAX_BYTES} bytes").response()
    except web.RequestPayloadError:
        return Problem(400, "the body cannot be unpacked as its Content-Encoding says").response()
    except web.HTTPException as problem:
        answer = Problem(problem.status, (problem.reason or "error").lower()).response()
        if "Allow" in problem.headers:
            answer.headers["Allow"] = problem.headers["Allow"]
        return answer
    except Unavailable as problem:
        return _told(request, Problem(503, f"{problem} cannot be reached", retry_after=1))


def _told(request: web.Request, problem: Problem) -> web.Response:
    """An error, for a program or for a person with a browser."""
    return _page(pages.problem(problem.status, problem.title), problem) if _wants_page(request) else problem.response()


async def _admit(request: web.Request, path: str) -> None:
    """Find the tenant of the caller's key, and see that the key has the route's scope."""
    service = request.app[SERVICE]
    tenant: str = "default"
    scopes: tuple[str, ...] = SCOPES
    if service.keys.configured:
        secret = _secret(request)
        key = service.keys.find(secret) if secret else None
        if key is None:
            raise Problem(401, "no key, or one that is not known: send Authorization: Bearer <key>")
        tenant, scopes = key.tenant, key.scopes
    scope = _SCOPES.get((request.method, path))
    if scope is not None and scope not in scopes:
        raise Problem(403, f"the key lacks the scope {scope}")
    request[_TENANT] = service.tenants.get(tenant) or await service.tenant(tenant)
    request[_PERSONAL] = "personal" in scopes


def _secret(request: web.Request) -> str | None:
    """The caller's key: a bearer token or, for pages, the password that a browser asks for (RFC 7617)."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return given.strip()
    if kind.lower() == "basic" and request.method == "GET":
        with suppress(ValueError):
            return b64decode(given, validate=True).decode().partition(":")[2]
    return None


async def post_check(request: web.Request) -> web.Response:
    """One lead in, its verdict out."""
    _expect_json(request, "the lead")
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


def _expect_json(request: web.Request, what: str) -> None:
    if request.content_type not in ("application/json", "application/octet-stream"):
        raise Problem(415, f"send {what} as application/json")
    if (request.content_length or 0) > intake.MAX_BYTES:
        raise web.HTTPRequestEntityTooLarge(intake.MAX_BYTES, request.content_length or 0)


_NO_CONTACT = [
    {"field": "email", "problem": "absent, blank or not text"},
    {"field": "phone", "problem": "absent, blank or not text"},
]


async def get_check(request: web.Request) -> web.Response:
    """A verdict as it was given, with its facts and what became of the lead."""
    ledger, tenant = request.app[SERVICE].ledger, request[_TENANT].name
    check_id = _check_id(request)
    stored = await ledger.get(tenant, check_id)
    if stored is None:
        raise _NO_CHECK
    told = await ledger.outcomes(tenant, check_id)
    check = shown(stored, request[_PERSONAL], whole=True) | {"outcomes": msgspec.to_builtins(told)}
    if not _wants_page(request):
        return _json(check)
    return _page(pages.lead(check, await _replayed(ledger, tenant, check_id), "/v1/vendors"))


async def _replayed(ledger: Ledger, tenant: str, check_id: str) -> list[str]:
    try:
        again = await replay(ledger, tenant, check_id)
    except Unavailable as problem:
        return [f"{problem}"]
    return replay_text(again) if again is not None else []


def _check_id(request: web.Request) -> str:
    check_id = request.match_info["check_id"].lower()
    if not _UUID.fullmatch(check_id):
        raise _NO_CHECK
    return check_id


_NO_CHECK = Problem(404, "there is no such check")


async def post_outcome(request: web.Request) -> web.Response:
    """What became of a lead. Its verdicts stay as they were given."""
    _expect_json(request, "the outcome")
    ledger, tenant, check_id = request.app[SERVICE].ledger, request[_TENANT].name, _check_id(request)
    try:
        outcome = intake.read_outcome(intake.parse(await request.read()))
    except intake.Unreadable as problem:
        raise Problem(400, str(problem)) from None
    except intake.Faulty as problem:
        raise Problem(400, "the outcome cannot be read", errors=problem.errors) from None
    (answer,) = await ledger.tell(tenant, [(check_id, outcome)], intake.utc(datetime.now(UTC)))
    if answer == "missing":
        raise _NO_CHECK
    return _json({"check_id": check_id, "outcomes": await ledger.outcomes(tenant, check_id)})


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
            "checks": [shown(stored, request[_PERSONAL], whole=False) for stored in page],
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


async def get_vendors(request: web.Request) -> web.Response:
    """The audit of all vendors, for a program, a spreadsheet or a browser."""
    asked = _question(request)
    report = await _report(request.app[_REPORTS].overview(asked))
    if _wants_page(request):
        return _page(
            pages.overview(report, lambda vendor: f"/v1/vendors/{quote(vendor, safe='')}/report{_query(request)}")
        )
    return _table(text.overview_csv(report)) if _wants_table(request) else _json(report)


async def get_vendor(request: web.Request) -> web.Response:
    """The audit of one vendor."""
    report = await _report(request.app[_REPORTS].vendor(_question(request, request.match_info["vendor"])))
    if _wants_page(request):
        return _page(pages.vendor(report, f"/v1/vendors{_query(request)}"))
    return _table(text.vendor_csv(report)) if _wants_table(request) else _json(report)


def _question(request: web.Request, vendor: str | None = None) -> Question:
    query = request.query
    errors = [{"field": name, "problem": "no such option"} for name in sorted(set(query) - _ASKED)]
    since, until = (_time(query.get(name), name, errors) for name in ("from", "to"))
    for each in query.getall("visits", []):
        try:
            visits.parse(each)
        except ValueError as problem:
            errors.append({"field": "visits", "problem": str(problem)})
    if errors:
        raise Problem(400, "the query cannot be read", errors=errors)
    return Question(
        tenant=request[_TENANT].name,
        vendor=vendor,
        since=since,
        until=until,
        visits=tuple(query.getall("visits", [])),
        **{name: query[name] for name in _PARTS if query.get(name)},
    )


_PARTS = ("campaign", "sub_id", "channel")
_ASKED = frozenset({*_PARTS, "from", "to", "visits"})


async def _report(making: Awaitable[_Report | None]) -> _Report:
    try:
        report = await making
    except reports.Crowded:
        raise Problem(503, "too many reports at one time", retry_after=10) from None
    except TimeoutError:
        raise Problem(503, "the report takes too long: ask for a shorter time", retry_after=60) from None
    except ValueError as problem:
        raise Problem(503, str(problem), retry_after=60) from None
    if report is None:
        raise Problem(404, "there is no lead of this vendor in this time")
    return report


def _query(request: web.Request) -> str:
    return f"?{request.query_string}" if request.query_string else ""


def _wants_page(request: web.Request) -> bool:
    return request.method == "GET" and "text/html" in request.headers.get("Accept", "")


def _wants_table(request: web.Request) -> bool:
    return "text/csv" in request.headers.get("Accept", "")


def _page(html: str, problem: Problem | None = None) -> web.Response:
    """A page that may load nothing from anywhere and run nothing."""
    headers = {
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; "
        "base-uri 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "Vary": "Accept",
    }
    if problem is not None and problem.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="fraudcheck: the key is the password", charset="UTF-8"'
    if problem is not None and problem.retry_after is not None:
        headers["Retry-After"] = f"{problem.retry_after}"
    status = problem.status if problem is not None else 200
    return web.Response(text=html, status=status, content_type="text/html", charset="utf-8", headers=headers)


def _table(rows: Iterable[list[str]]) -> web.Response:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return web.Response(text=written.getvalue(), content_type="text/csv", charset="utf-8", headers={"Vary": "Accept"})


async def _start_batches(app: web.Application) -> None:
    await app[_BATCHES].start()


async def _stop_batches(app: web.Application) -> None:
    await app[_BATCHES].stop()  # at once, not after the last upload that is under way


async def post_batch(request: web.Request) -> web.Response:
    """A file of leads in, a batch that will judge them out."""
    if request.content_type not in openapi.BATCH_TYPES:
        raise Problem(415, f"send the file as one of {', '.join(openapi.BATCH_TYPES)}")
    options = _options(request)
    if batches.missing():
        raise Problem(503, "batches need pip install 'fraudcheck[batch]' on the server", retry_after=3600)
    most = request.app[SERVICE].settings.batch_max_bytes
    too_large = Problem(413, f"the file is larger than {most} bytes: send it in parts")
    if (request.content_length or 0) > most:
        raise too_large
    try:
        batch = await request.app[_BATCHES].accept(request[_TENANT].name, options, request.content.iter_any())
    except batches.Empty:
        raise Problem(400, "the body is empty: send the file of leads in it") from None
    except batches.TooLarge:
        raise too_large from None
    except batches.Crowded:
        title = f"{batches.UNFINISHED} batches are unfinished: wait until one is done, or cancel one"
        raise Problem(429, title, retry_after=60) from None
    except ConnectionError:
        raise Problem(400, "the file broke off: send it again") from None
    except OSError as problem:
        title = f"the file cannot be kept ({problem.strerror}): try again later, or make room on the server"
        raise Problem(503, title, retry_after=60) from None
    answer = _json(batch, status=202)
    answer.headers["Location"] = f"/v1/batches/{batch.id}"
    return answer


def _options(request: web.Request) -> batches.Options:
    query = request.query
    errors = [{"field": name, "problem": "no such option"} for name in sorted(set(query) - _OPTIONS)]
    pairs = query.getall("map", [])
    for field, _, column in (pair.partition("=") for pair in pairs):
        if field not in columns.FIELDS or not column or "\0" in column:
            errors.append({"field": "map", "problem": "not a lead's field, =, and the heading of a column"})
    for name, allowed in (("format", get_args(batches.Format)), ("dates", get_args(batches.Dates))):
        if name in query and query[name] not in allowed:
            errors.append({"field": name, "problem": f"not one of {', '.join(allowed)}"})
    if "timezone" in query and not _is_zone(query["timezone"]):
        errors.append({"field": "timezone", "problem": "not an IANA time zone such as Asia/Ho_Chi_Minh"})
    if errors:
        raise Problem(400, "the query cannot be read", errors=errors)
    chosen = {name: value for name, value in query.items() if name != "map"}
    return msgspec.convert({**chosen, "map": pairs}, batches.Options)


_OPTIONS = frozenset(batches.Options.__struct_fields__)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # a folder of zones, no name at all, none that is known
        return False
    return True


async def list_batches(request: web.Request) -> web.Response:
    """The tenant's newest batches, newest first."""
    return _json({"batches": await asyncio.to_thread(request.app[_BATCHES].list, request[_TENANT].name)})


async def get_batch(request: web.Request) -> web.Response:
    """How far a batch is."""
    return _json(await _batch(request))


async def _batch(request: web.Request) -> Batch:
    batch_id = request.match_info["batch_id"].lower()
    batch = await asyncio.to_thread(request.app[_BATCHES].find, request[_TENANT].name, batch_id)
    if batch is None:
        raise Problem(404, "there is no such batch")
    return batch


async def delete_batch(request: web.Request) -> web.Response:
    """Cancel a batch, or delete one that has ended, with its results."""
    batch = await _batch(request)
    await asyncio.to_thread(request.app[_BATCHES].remove, request[_TENANT].name, batch)
    return web.Response(status=204)


async def get_results(request: web.Request) -> web.StreamResponse:
    """The verdicts of a batch that is done. They hold the leads' contact data, so few keys may see them."""
    if not request[_PERSONAL]:
        raise Problem(403, "the results hold personal data: use a key with the scope personal")
    batch = await _done(request)
    path = request.app[_BATCHES].results(request[_TENANT].name, batch)
    return web.FileResponse(path, headers={"Content-Type": openapi.RESULT_TYPES[batch.format]})


async def get_rejected(request: web.Request) -> web.StreamResponse:
    """Which rows of a batch that is done could not be read, and why."""
    batch = await _done(request)
    path = request.app[_BATCHES].rejected(request[_TENANT].name, batch)
    return web.FileResponse(path, headers={"Content-Type": openapi.RESULT_TYPES["ndjson"]})


async def _done(request: web.Request) -> Batch:
    batch = await _batch(request)
    if batch.state != "done":
        raise Problem(409, _NOT_DONE[batch.state])
    return batch


_NOT_DONE = {
    "queued": "the batch is queued: ask again when its state is done",
    "running": "the batch is running: ask again when its state is done",
    "failed": "the batch failed: its problem says what to do",
    "cancelled": "the batch was cancelled: send the file again",
}


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
