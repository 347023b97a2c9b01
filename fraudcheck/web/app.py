"""How is the service called over HTTP? Its routes, the check of keys, and the one form of errors."""

from __future__ import annotations

import sys
from base64 import b64decode
from contextlib import suppress
from time import monotonic

from aiohttp import web

from fraudcheck.intake.body import MAX_BYTES
from fraudcheck.ports import TooLong, Unavailable
from fraudcheck.web import log_filter, metrics, origins, sessions, source_keys
from fraudcheck.web.admission import Admission
from fraudcheck.web.answers import Problem, see_other, wants_page
from fraudcheck.web.batch_queue import Batches
from fraudcheck.web.callers import Callers
from fraudcheck.web.connections import Connections, Pace, follow
from fraudcheck.web.envelope import name_call, seal
from fraudcheck.web.handlers import (
    api,
    batches,
    checks,
    claims,
    confirmations,
    find,
    form_script,
    form_token,
    forms,
    health,
    home,
    reasons,
    review,
    sign_in,
    static,
    try_lead,
    upload,
    vendors,
)
from fraudcheck.web.limits import count_call, count_wrong_key
from fraudcheck.web.page_calls import problem_answer
from fraudcheck.web.preview_process import Previews
from fraudcheck.web.readers import Readers
from fraudcheck.web.readiness import Probe
from fraudcheck.web.report_process import Reports
from fraudcheck.web.state import (
    ADMISSION,
    BATCHES,
    BUYER,
    CALLERS,
    CONNECTIONS,
    EXPOSITION,
    FORM_TOKEN,
    KEY_ID,
    PACE,
    PERSON,
    PERSONAL,
    PREVIEWS,
    PROBE,
    READERS,
    REPORTS,
    SCOPES_GIVEN,
    SERVICE,
    SOURCE_KEY,
    TENANT,
    Handler,
)
from fraudcheck.wiring import SCOPES, FaultyKeys, Service

OF_ANY_SITE = frozenset({"/form.js", "/form.{hash}.js", "/form/token"})
"""What pages of every site load or call. Which of them get a token, is said where it is made."""
OF_OUR_PAGES = frozenset({static.PATH, sign_in.PATH})
"""What a browser gets before somebody has signed in."""
OPEN_PATHS = frozenset({"/healthz", "/readyz", "/metrics", "/openapi.json", *OF_OUR_PAGES, *OF_ANY_SITE})
_SCOPES = {  # of several the last is the one that the call is counted under
    ("POST", "/v1/checks"): "check",
    ("GET", "/v1/checks"): "read",
    ("GET", "/v1/checks/{check_id}"): "read",
    ("POST", "/v1/checks/{check_id}/outcome"): "outcome",
    ("POST", "/v1/checks/{check_id}/confirmations"): "outcome",
    ("POST", "/v1/forms/{source}"): "check",
    ("GET", "/v1/forms/{source}"): "check",
    ("POST", "/v1/leadconduit"): "check",
    ("GET", "/v1/vendors"): "read",
    ("GET", "/v1/vendors/{vendor}/report"): "read",
    ("GET", "/v1/vendors/{vendor}/claim"): "read",
    ("POST", "/v1/vendors/{vendor}/claims"): "read outcome",
    ("POST", claims.FORM_PATH): "read outcome",
    ("GET", "/v1/claims"): "read",
    ("GET", "/v1/claims/{claim}"): "read",
    ("GET", "/v1/funnel"): "read",
    ("GET", "/review"): "read outcome",
    ("POST", "/review/next"): "read outcome",
    ("GET", "/review/{check_id}"): "read outcome",
    ("POST", "/review/{check_id}"): "read outcome",
    ("POST", "/review/{check_id}/undo"): "read outcome",
    ("POST", "/review/{check_id}/leave"): "read outcome",
    ("POST", "/v1/batches"): "batch",
    ("GET", "/v1/batches"): "batch",
    ("GET", "/v1/batches/{batch_id}"): "batch",
    ("DELETE", "/v1/batches/{batch_id}"): "batch",
    ("GET", "/v1/batches/{batch_id}/results"): "batch",
    ("GET", "/v1/batches/{batch_id}/rejected"): "batch",
    ("GET", "/find"): "read",
    ("POST", "/find"): "read",
    ("GET", "/try"): "check",
    ("POST", "/try"): "check",
    ("GET", "/upload"): "batch",
    ("POST", "/upload"): "batch",
    ("GET", "/upload/{batch_id}"): "batch",
    ("POST", "/upload/{batch_id}"): "batch",
    ("POST", "/upload/{batch_id}/delete"): "batch",
    ("GET", "/upload/{batch_id}/audit"): "batch",
}


def make(
    service: Service,
    exposition: metrics.Exposition | None = None,
    jobs: Batches | None = None,
    audits: Reports | None = None,
    *,
    connections: Connections | None = None,
    admission: Admission | None = None,
) -> web.Application:
    """The application for a running service.

    ``exposition`` is given if there are other processes' metrics to show, ``jobs`` and ``audits`` if batches and
    reports are to be made in another way than by child processes, ``connections`` and ``admission`` if others have to
    know them too.
    """
    log_filter.install()
    app = web.Application(client_max_size=MAX_BYTES, middlewares=[follow, name_call, _guard])
    app[SERVICE] = service
    app[CONNECTIONS] = Connections(sys.maxsize, monotonic) if connections is None else connections
    app[ADMISSION] = admission or make_admission(service)
    app[EXPOSITION] = exposition or metrics.Exposition(service, app[ADMISSION], app[CONNECTIONS])
    app[PROBE] = Probe(service)
    app[BATCHES] = jobs or Batches(service.settings)
    app[REPORTS] = audits or Reports(service.settings, ready=True)
    app[PREVIEWS] = Previews(service.settings)
    app[READERS] = Readers()
    app[CALLERS] = Callers(service.settings)
    app[PACE] = Pace()
    app.on_response_prepare.append(seal)
    app.on_startup.append(_start_batches)
    app.on_shutdown.append(_stop_batches)
    app.on_cleanup.append(_stop_probe)
    app.add_routes(
        [
            web.post("/v1/checks", checks.post_check),
            web.get("/v1/checks", checks.list_checks, allow_head=False),
            web.get("/v1/checks/{check_id}", checks.get_check, allow_head=False),
            web.post("/v1/checks/{check_id}/outcome", checks.post_outcome),
            web.post("/v1/checks/{check_id}/confirmations", confirmations.post_confirmation),
            web.post("/v1/forms/{source}", forms.post_form),
            web.get("/v1/forms/{source}", forms.get_form, allow_head=False),
            web.post("/v1/leadconduit", forms.post_leadconduit),
            web.get("/v1/vendors", vendors.get_vendors, allow_head=False),
            web.get("/v1/vendors/{vendor}/report", vendors.get_vendor, allow_head=False),
            web.get("/v1/vendors/{vendor}/claim", claims.get_claim, allow_head=False),
            web.post("/v1/vendors/{vendor}/claims", claims.post_claim),
            web.post(claims.FORM_PATH, claims.post_form),
            web.get("/v1/claims", claims.list_claims, allow_head=False),
            web.get("/v1/claims/{claim}", claims.get_kept, allow_head=False),
            web.get("/v1/funnel", vendors.get_funnel, allow_head=False),
            web.get("/review", review.get_queue, allow_head=False),
            web.post("/review/next", review.post_next),
            web.get("/review/{check_id}", review.get_lead, allow_head=False),
            web.post("/review/{check_id}", review.post_decision),
            web.post("/review/{check_id}/undo", review.post_undo),
            web.post("/review/{check_id}/leave", review.post_leave),
            web.post("/v1/batches", batches.post_batch),
            web.get("/v1/batches", batches.list_batches, allow_head=False),
            web.get("/v1/batches/{batch_id}", batches.get_batch, allow_head=False),
            web.delete("/v1/batches/{batch_id}", batches.delete_batch),
            web.get("/v1/batches/{batch_id}/results", batches.get_results, allow_head=False),
            web.get("/v1/batches/{batch_id}/rejected", batches.get_rejected, allow_head=False),
            web.get("/try", try_lead.get_form, allow_head=False),
            web.post("/try", try_lead.post_lead),
            web.get("/upload", upload.list_uploads, allow_head=False),
            web.post("/upload", upload.post_files),
            web.get("/upload/{batch_id}", upload.get_upload, allow_head=False),
            web.post("/upload/{batch_id}", upload.post_choices),
            web.post("/upload/{batch_id}/delete", upload.delete_upload),
            web.get("/upload/{batch_id}/audit", upload.get_audit, allow_head=False),
            web.post("/form/token", form_token.post_token),
            web.options("/form/token", form_token.allow_call),
            web.get("/v1/reasons", reasons.get_reasons, allow_head=False),
            web.get("/form.js", form_script.get_newest),
            web.get("/form.{hash:[^/]+}.js", form_script.get_one),
            web.get(find.PATH, find.get_find, allow_head=False),
            web.post(find.PATH, find.post_find),
            web.get(sign_in.PATH, sign_in.get_login),
            web.post(sign_in.PATH, sign_in.post_login),
            web.post(sign_in.PATH_OUT, sign_in.post_logout),
            web.get("/", home.get_home, allow_head=False),
            web.get("/api", api.get_api, allow_head=False),
            web.get("/reasons", reasons.get_page, allow_head=False),
            web.get(static.PATH, static.get_static),
            web.get("/healthz", health.healthz),
            web.get("/readyz", health.readyz),
            web.get("/metrics", health.get_metrics),
            web.get("/openapi.json", health.get_openapi),
        ]
    )
    return app


def make_admission(service: Service) -> Admission:
    """Who decides whether there is room for a check."""
    stages = service.pipeline.stages
    return Admission(service.settings.in_flight, elsewhere=lambda: stages.looking_up)


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Check the caller's key, and give every error as ``application/problem+json``, or as a page to a browser."""
    resource = request.match_info.route.resource
    path = resource.canonical if resource is not None else request.path
    try:
        if path == "/v1/checks" and request.method == "POST":
            checks.expect_room(request)
        _check_origin(request, path)
        if "%00" in request.raw_path:
            _check_nul(request, path)
        if path not in OPEN_PATHS:
            await _authorize(request, path)
        answer = await handler(request)
        sessions.renew(request, answer)
        return answer
    except Problem as problem:
        return _problem_answer(request, path, problem)
    except web.HTTPRequestEntityTooLarge:
        return _problem_answer(request, path, Problem(413, f"the body is larger than {MAX_BYTES} bytes"))
    except (web.RequestPayloadError, ConnectionError, UnicodeEncodeError) as problem:
        return _problem_answer(request, path, Problem(400, _unreadable(problem)))
    except web.HTTPException as problem:
        answer = _problem_answer(request, path, Problem(problem.status, (problem.reason or "error").lower()))
        if "Allow" in problem.headers:
            answer.headers["Allow"] = problem.headers["Allow"]
        return answer
    except Unavailable as problem:
        title = _TOO_LONG if isinstance(problem, TooLong) else f"{problem} cannot be reached"
        return _problem_answer(request, path, Problem(503, title, retry_after=1))


def _problem_answer(request: web.Request, path: str, problem: Problem) -> web.Response:
    if path in source_keys.PATHS:
        return forms.problem_answer(request, problem)
    if problem.status == 401 and wants_page(request) and "Authorization" not in request.headers:
        return see_other(sign_in.address(request))
    return problem_answer(request, problem)


_TOO_LONG = "the answer takes too long to find: ask for a shorter time (from, to) or with fewer filters"


def _unreadable(problem: Exception) -> str:
    if isinstance(problem, ConnectionError):
        return "the body broke off: send it again"  # which the caller hardly reads
    if isinstance(problem, UnicodeEncodeError):
        return "a header or the query is no text in UTF-8"
    return "the body cannot be unpacked as its Content-Encoding says"


def _check_nul(request: web.Request, path: str) -> None:
    """Raises Problem for a name, or what is looked for, with NUL in it: no database takes that.

    Where a lead may stand in the address, or a file's options, it is read like any other text.
    """
    if "\0" in request.path:
        raise Problem(404, "there is nothing whose name holds NUL")
    if request.method == "GET" and path not in source_keys.PATHS:
        raise Problem(400, "the query holds NUL, which nothing here has")


def _check_origin(request: web.Request, path: str) -> None:
    """Raises Problem for what a page of another site may have sent. A bearer's key proves that none did."""
    service = request.app[SERVICE]
    allowed = service.settings.allowed_hosts
    if not service.keys.configured:
        origins.check_host(request, allowed)
    if path in OF_ANY_SITE:
        return
    if not service.keys.configured or request.headers.get("Authorization", "").lower().startswith("basic"):
        origins.check_site(request, allowed)


async def _authorize(request: web.Request, path: str) -> None:
    """Note the tenant of the caller's key in the request. Raises Problem if the key lacks the route's scope."""
    service = request.app[SERVICE]
    tenant: str = "default"
    scopes: tuple[str, ...] = SCOPES
    request[KEY_ID], buyer = "", None
    request[PERSON] = request[FORM_TOKEN] = ""
    is_source = path in source_keys.PATHS
    request[SOURCE_KEY] = None
    if service.keys.configured:
        try:
            key = None if is_source else sessions.open_by(request)
            secret = await source_keys.find_secret(request) if is_source else _secret(request)
            key = key or (service.keys.find(secret) if secret else None)
        except FaultyKeys:
            raise Problem(
                503, "the keys cannot be read: who runs the service finds the cause in its log", retry_after=5
            ) from None
        if key is None or not (key.opens_api or (is_source and key.source)):
            if secret:
                await count_wrong_key(request)
            if key is not None:
                raise Problem(401, source_keys.what_it_opens(key))
            how = source_keys.how_to_send(request) if is_source else "send Authorization: Bearer <key>"
            raise Problem(401, f"no key, or one that is not known: {how}")
        tenant, scopes, request[KEY_ID], buyer = key.tenant, key.scopes, key.id, key.buyer or key.id
        if is_source:
            source_keys.require_source(request, key)
            request[SOURCE_KEY] = key
            scopes = ("check",) if key.source else scopes
    request[PERSONAL] = "personal" in scopes
    request[SCOPES_GIVEN] = frozenset(scopes)
    needed = _SCOPES.get(("GET" if request.method == "HEAD" else request.method, path), "").split()
    for scope in needed:
        if scope not in scopes:
            raise Problem(403, f"the key lacks the scope {scope}")
    await count_call(request, tenant, needed[-1] if needed else None)
    try:
        request[TENANT] = service.tenants.get(tenant) or await service.tenant(tenant)
    except ValueError:
        raise Problem(
            503,
            "the tenant's policy or funnel cannot be read: who runs the service finds the cause in its log",
            retry_after=30,
        ) from None
    request[BUYER] = buyer


def _secret(request: web.Request) -> str | None:
    """The caller's key: a bearer token or, for pages, the password that a browser asks for (RFC 7617)."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if scheme.lower() == "basic" and request.method == "GET":
        with suppress(ValueError):
            return b64decode(credentials, validate=True).decode().partition(":")[2]
    return None


async def _start_batches(app: web.Application) -> None:
    await app[BATCHES].start()


async def _stop_batches(app: web.Application) -> None:
    await app[BATCHES].stop()  # at once, without waiting for uploads that are under way
    app[READERS].close()
    await app[REPORTS].close()


async def _stop_probe(app: web.Application) -> None:
    await app[PROBE].close()
