"""How are vendors audited over HTTP? As JSON, CSV or pages, by what the caller accepts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Generic, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from aiohttp import web
from msgspec import Struct

from fraudcheck.operations.audit import Question
from fraudcheck.operations.claims import Nothing
from fraudcheck.report import spreadsheet, visits
from fraudcheck.report.audit import Overview, Scope, VendorReport
from fraudcheck.report.funnel_report import FunnelReport
from fraudcheck.report.funnel_text import funnel_csv
from fraudcheck.web import pages
from fraudcheck.web.answers import (
    Problem,
    file_answer,
    json_answer,
    page_answer,
    read_time,
    table_answer,
    wanted_form,
    wants_page,
)
from fraudcheck.web.child_calls import Crowded
from fraudcheck.web.frame import Frame
from fraudcheck.web.limits import reader_turn
from fraudcheck.web.page_calls import frame
from fraudcheck.web.scope_form import ScopeForm, scope_form
from fraudcheck.web.state import REPORTS, SERVICE, TENANT

_VENDORS, _FUNNEL = "/v1/vendors", "/v1/funnel"
_OPTION_NAMES = frozenset({"campaign", "sub_id", "channel", "from", "to", "visits", "format"})
_Report = TypeVar("_Report", Overview, VendorReport, FunnelReport)
_Made = TypeVar("_Made")


class _Asked(Struct, Generic[_Report]):
    """A report that a call asks for: how it is made, written as a page and as a table, and what its page is called.

    ``without`` names the field that the page's form has no use for, ``options`` what the query may say.
    """

    title: str
    question: Question
    make: Callable[[Question], Awaitable[_Report | None]]
    page: Callable[[_Report, ScopeForm], str]
    table: Callable[[_Report], Iterable[list[str]]]
    frame: Frame
    file: str
    without: str = ""
    options: frozenset[str] = _OPTION_NAMES


async def get_vendors(request: web.Request) -> web.Response:
    """The audit of all vendors, for a program, a spreadsheet or a browser."""
    if (vendor := request.query.get("vendor")) and wants_page(request):  # chosen in the page's form
        return web.Response(status=303, headers={"Location": f"{_of_vendor(vendor)}{_query(request)}"})
    query, own_frame = _query(request), frame(request, _VENDORS)

    def page(report: Overview, form: ScopeForm) -> str:
        funnel = f"{_FUNNEL}{_query(request, but=('visits',))}"
        return pages.overview(report, lambda name: f"{_of_vendor(name)}{query}", funnel, own_frame, form)

    return await _answer(
        request,
        _Asked(
            title="All vendors",
            question=Question(tenant=request[TENANT].name),
            make=request.app[REPORTS].overview,
            page=page,
            table=spreadsheet.overview_csv,
            frame=own_frame,
            file="vendors",
            options=_OPTION_NAMES | {"vendor"} if wants_page(request) else _OPTION_NAMES,
        ),
    )


async def get_vendor(request: web.Request) -> web.Response:
    """The audit of one vendor."""
    vendor = request.match_info["vendor"]
    own_frame = frame(request, _VENDORS, f"{_VENDORS}{_query(request)}", "All vendors")
    return await _answer(
        request,
        _Asked(
            title=f"Vendor {vendor}",
            question=Question(tenant=request[TENANT].name, vendor=vendor),
            make=request.app[REPORTS].vendor,
            page=lambda report, form: pages.vendor(report, own_frame, form),
            table=spreadsheet.vendor_csv,
            frame=own_frame,
            file="vendor",
            without="vendor",
        ),
    )


async def get_funnel(request: web.Request) -> web.Response:
    """The funnel of the tenant's leads."""
    own_frame = frame(request, _VENDORS, f"{_VENDORS}{_query(request)}", "All vendors")
    return await _answer(
        request,
        _Asked(
            title="The funnel",
            question=Question(tenant=request[TENANT].name, of="funnel"),
            make=request.app[REPORTS].funnel,
            page=lambda report, form: pages.funnel(report, own_frame, form),
            table=funnel_csv,
            frame=own_frame,
            file="funnel",
            without="vendor",
            options=_OPTION_NAMES - {"visits"},
        ),
    )


async def _answer(request: web.Request, asked: _Asked[_Report]) -> web.Response:
    """The report in the form that is wanted. On a page, what is wrong stands beside the field that it is in.

    Raises Problem.
    """
    errors: list[dict[str, str]] = []
    wanted = wanted_form(request, errors)
    question = _question(request, asked.question, asked.options, errors)
    if wants_page(request) and question.since and question.until and question.since >= question.until:
        errors.append({"field": "to", "problem": "the time ends before it begins"})  # to a program, one without leads
    if errors:
        problem = Problem(400, "the query cannot be read", errors=errors)
        if wants_page(request):
            return page_answer(pages.no_report(asked.title, _form(request, asked, None, errors), asked.frame), problem)
        raise problem
    await request.app[SERVICE].ledger.reach()  # while it is out of reach, no process is started
    report = await made_or_problem(asked.make(question))
    if report is None:
        problem = Problem(404, "there is no lead of this vendor in this time")
        if wanted == "page":
            page = pages.no_report(asked.title, _form(request, asked, None), asked.frame, f"{problem.title}")
            return page_answer(page, problem)
        raise problem

    def answer() -> web.Response:
        if wanted == "page":
            return page_answer(asked.page(report, _form(request, asked, report.scope)))
        if request.query.get("format") in ("csv", "xlsx"):
            days = f"{report.scope.since[:10]}-{report.scope.until[:10]}"
            return file_answer(wanted, asked.table(report), f"{asked.file}-{days}")
        return table_answer(asked.table(report)) if wanted == "csv" else json_answer(report)

    async with reader_turn(request) as readers:
        return await readers.make(answer)


def _form(
    request: web.Request, asked: _Asked[_Report], scope: Scope | None, errors: Iterable[Mapping[str, str]] = ()
) -> ScopeForm:
    path, query = request.rel_url.raw_path, request.query.items()
    return scope_form(path, query, scope, now=datetime.now(UTC), without=asked.without, errors=errors)


def _question(request: web.Request, asked: Question, options: frozenset[str], errors: list[dict[str, str]]) -> Question:
    """What the query asks for; everything that is wrong with it goes into ``errors``."""
    query = request.query
    errors += [{"field": name, "problem": "no such option"} for name in sorted(set(query) - options)]
    since, until = (read_time(query.get(name), name, errors) for name in ("from", "to"))
    for text in query.getall("visits", []) if "visits" in options else ():
        try:
            visits.parse(text)
        except ValueError as problem:
            errors.append({"field": "visits", "problem": str(problem)})
    return msgspec.structs.replace(
        asked,
        since=since,
        until=until,
        visits=() if errors else tuple(query.getall("visits", [])),
        campaign=query.get("campaign") or None,
        sub_id=query.get("sub_id") or None,
        channel=query.get("channel") or None,
    )


async def made_or_problem(making: Awaitable[_Made], called: str = "report") -> _Made:
    """Wait for what a child process makes. Raises Problem if it cannot be made, or there is nothing to make it of."""
    try:
        return await making
    except Crowded:
        raise Problem(503, "too many reports at one time", retry_after=10) from None
    except TimeoutError:
        raise Problem(503, f"the {called} takes too long: ask for a shorter time", retry_after=60) from None
    except Nothing as problem:
        raise Problem(409, str(problem)) from None
    except ValueError as problem:
        raise Problem(503, str(problem), retry_after=60) from None


def _of_vendor(vendor: str) -> str:
    return f"{_VENDORS}/{quote(vendor, safe='')}/report"


def _query(request: web.Request, but: tuple[str, ...] = ()) -> str:
    """The query, to be put behind the address of another page of the same leads."""
    left_out = ("format", "vendor", *but)
    given = [(name, value) for name, value in request.query.items() if name not in left_out and value]
    return f"?{urlencode(given)}" if given else ""
