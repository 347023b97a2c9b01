"""How is money claimed back from a vendor over HTTP? Looked at, kept, and looked at again; as a page, file or JSON."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import date
from typing import cast
from urllib.parse import quote, urlencode

import msgspec
from aiohttp import web

from fraudcheck.identifiers import vendor_key
from fraudcheck.operations.claims import Asked, Shape, words_for
from fraudcheck.report.claims import ClaimList, VendorClaim
from fraudcheck.report.workbook import MEDIA_TYPE
from fraudcheck.web import claim_page
from fraudcheck.web.answers import Problem, json_answer, page_answer, read_time, see_other, wanted_form, wants_page
from fraudcheck.web.handlers.vendors import made_or_problem
from fraudcheck.web.limits import reader_turn
from fraudcheck.web.page_calls import frame, read_form
from fraudcheck.web.state import PERSONAL, REPORTS, SCOPES_GIVEN, SERVICE, TENANT

FORM_PATH = "/claims"
"""Where the form of a claim's page goes."""
_VENDORS, _CLAIMS = "/v1/vendors", "/v1/claims"
_OF_A_CLAIM = frozenset({"language", "timezone", "for_vendor", "personal", "answer_by", "format"})
_OPTIONS = _OF_A_CLAIM | {"from", "to"}
_ROWS = 300
"""Leads of each kind that a page shows; files have all."""
_TYPES = {"csv": "text/csv", "xlsx": MEDIA_TYPE, "json": "application/json"}


async def get_claim(request: web.Request) -> web.Response:
    """What can be claimed from a vendor now. Nothing is kept."""
    vendor = request.match_info["vendor"]
    return await _answer(request, msgspec.structs.replace(_asked(request, _OPTIONS), vendor=vendor))


async def get_kept(request: web.Request) -> web.Response:
    """A kept claim once more."""
    asked = _asked(request, _OF_A_CLAIM)
    return await _answer(request, msgspec.structs.replace(asked, claim=request.match_info["claim"]))


async def post_claim(request: web.Request) -> web.Response:
    """Claim what can be claimed from a vendor now, keep that, and answer with it."""
    asked = msgspec.structs.replace(_asked(request, _OPTIONS), vendor=request.match_info["vendor"], keep=True)
    if asked.shape == "page":
        asked = msgspec.structs.replace(asked, shape="json", limit=None)
    answer = await _answer(request, asked)
    answer.set_status(201)
    return answer


async def post_form(request: web.Request) -> web.Response:
    """Keep the claim of a page, from which a form comes."""
    form = await read_form(request)
    given = {name: str(form.get(name, "")) for name in ("vendor", "from", "to", "language", "timezone")}
    errors: list[dict[str, str]] = []
    since, until = (read_time(given[name], name, errors) for name in ("from", "to"))
    if errors:
        raise Problem(400, "the form cannot be read: open the page again", errors=errors)
    asked = Asked(
        tenant=request[TENANT].name,
        vendor=given["vendor"],
        since=since,
        until=until,
        language=given["language"] or "en",
        timezone=given["timezone"] or "UTC",
        keep=True,
        limit=0,
    )
    _check(asked)
    _require_name(asked.vendor)
    await request.app[SERVICE].ledger.reach()
    claim = msgspec.json.decode(await _made(request.app[REPORTS].claim(asked)), type=VendorClaim)
    return see_other(f"{_CLAIMS}/{claim.claim}?{urlencode({'language': asked.language, 'timezone': asked.timezone})}")


async def list_claims(request: web.Request) -> web.Response:
    """All kept claims, newest first, or those of one vendor."""
    unknown = sorted(set(request.query) - {"vendor"})
    if unknown:
        errors = [{"field": name, "problem": "no such option"} for name in unknown]
        raise Problem(400, "the query cannot be read", errors=errors)
    asked = Asked(of="claims", tenant=request[TENANT].name, vendor=request.query.get("vendor", ""))
    await request.app[SERVICE].ledger.reach()
    found = msgspec.json.decode(await _made(request.app[REPORTS].claim(asked)), type=ClaimList)
    if not wants_page(request):
        return json_answer(found)
    async with reader_turn(request) as readers:
        around = frame(request, _VENDORS, _VENDORS, "All vendors")
        return await readers.make(lambda: page_answer(claim_page.claim_list(found, around)))


def _asked(request: web.Request, options: frozenset[str]) -> Asked:
    """What the query asks for. Raises Problem with everything that is wrong with it."""
    query = request.query
    errors = [{"field": name, "problem": "no such option"} for name in sorted(set(query) - options)]
    shape = wanted_form(request, errors)
    since, until = (read_time(query.get(name), name, errors) for name in ("from", "to"))
    flags = {}
    for name in ("for_vendor", "personal"):
        flags[name] = query.get(name) == "true"
        if query.get(name, "false") not in ("true", "false"):
            errors.append({"field": name, "problem": "neither true nor false"})
    if flags["personal"] and not request[PERSONAL]:
        raise Problem(403, "the key lacks the scope personal")
    answer_by = query.get("answer_by") or None
    try:
        answer_by = answer_by and date.fromisoformat(answer_by).isoformat()
    except ValueError:
        errors.append({"field": "answer_by", "problem": "not a day such as 2026-11-30"})
    if errors:
        raise Problem(400, "the query cannot be read", errors=errors)
    asked = Asked(
        tenant=request[TENANT].name,
        since=since,
        until=until,
        language=query.get("language") or "en",
        timezone=query.get("timezone") or "UTC",
        answer_by=answer_by,
        limit=_ROWS if shape == "page" else None,
        shape=cast(Shape, shape),
        for_vendor=flags["for_vendor"],
        personal=flags["personal"],
    )
    _check(asked)
    return asked


def _check(asked: Asked) -> None:
    """Raises Problem for a language or zone that there is not."""
    try:
        words_for(asked)
    except ValueError as problem:
        raise Problem(400, str(problem)) from None


async def _answer(request: web.Request, asked: Asked) -> web.Response:
    if asked.claim is None:
        _require_name(asked.vendor)
    await request.app[SERVICE].ledger.reach()  # while it is out of reach, no process is started
    made = await _made(request.app[REPORTS].claim(asked))
    if asked.shape != "page":
        charset = "utf-8" if asked.shape == "csv" else None
        answer = web.Response(body=made, content_type=_TYPES[asked.shape], charset=charset)
        answer.headers["Vary"] = "Accept"
        if request.query.get("format") or asked.shape == "xlsx":
            answer.headers["Content-Disposition"] = f'attachment; filename="claim.{asked.shape}"'
        return answer
    claim = msgspec.json.decode(made, type=VendorClaim)
    kept = asked.claim is not None
    given = {name: value for name, value in request.query.items() if name not in ("format", "for_vendor", "language")}
    path = request.rel_url.raw_path
    query = f"{path}?{urlencode({**given, 'timezone': asked.timezone})}"
    back = (_CLAIMS, "All claims") if kept else (f"{_VENDORS}/{quote(claim.vendor, safe='')}/report", "The vendor")
    may_keep = not kept and claim.leads > 0 and not asked.for_vendor and "outcome" in request[SCOPES_GIVEN]
    around = None if asked.for_vendor else frame(request, _VENDORS, *back)

    def page() -> web.Response:
        keeps = FORM_PATH if may_keep else ""
        return page_answer(claim_page.claim(claim, words_for(asked), around, "" if asked.for_vendor else query, keeps))

    async with reader_turn(request) as readers:
        return await readers.make(page)


async def _made(making: Awaitable[bytes]) -> bytes:
    """A claim as it was made. Raises Problem as ``made_or_problem``, and where there is none."""
    made = await made_or_problem(making, "claim")
    if not made:
        raise Problem(404, _NO_LEAD)
    return made


def _require_name(vendor: str) -> None:
    """Raises Problem for a name that no vendor has, as it is blank."""
    if not vendor_key(vendor):
        raise Problem(404, _NO_LEAD)


_NO_LEAD = "there is no lead of this vendor in this time, or no such claim"
