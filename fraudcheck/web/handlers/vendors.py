"""How are vendors audited over HTTP? As JSON, CSV or pages, by what the caller accepts."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar
from urllib.parse import quote, urlencode

import msgspec
from aiohttp import web

from fraudcheck.operations.audit import Question
from fraudcheck.report import spreadsheet, visits
from fraudcheck.report.audit import Overview, VendorReport
from fraudcheck.report.funnel_report import FunnelReport
from fraudcheck.report.funnel_text import funnel_csv
from fraudcheck.web import pages, report_process
from fraudcheck.web.answers import Problem, json_answer, page_answer, read_time, table_answer, wants_page, wants_table
from fraudcheck.web.limits import reader_turn
from fraudcheck.web.page_calls import frame
from fraudcheck.web.state import REPORTS, SERVICE, TENANT

_VENDORS = "/v1/vendors"
_Report = TypeVar("_Report", Overview, VendorReport, FunnelReport)


async def get_vendors(request: web.Request) -> web.Response:
    """The audit of all vendors, for a program, a spreadsheet or a browser."""
    asked, query = _question(request), _query(request)
    await request.app[SERVICE].ledger.reach()  # while it is out of reach, no process is started
    report = await _report_or_problem(request.app[REPORTS].overview(asked))

    def answer() -> web.Response:
        if wants_page(request):
            return page_answer(
                pages.overview(
                    report,
                    lambda vendor: f"/v1/vendors/{quote(vendor, safe='')}/report{query}",
                    f"/v1/funnel{_query(request, without='visits')}",
                    frame(request, _VENDORS),
                )
            )
        return table_answer(spreadsheet.overview_csv(report)) if wants_table(request) else json_answer(report)

    async with reader_turn(request) as readers:
        return await readers.make(answer)


async def get_vendor(request: web.Request) -> web.Response:
    """The audit of one vendor."""
    query = _query(request)
    await request.app[SERVICE].ledger.reach()
    report = await _report_or_problem(request.app[REPORTS].vendor(_question(request, request.match_info["vendor"])))

    def answer() -> web.Response:
        if wants_page(request):
            return page_answer(pages.vendor(report, frame(request, _VENDORS, f"{_VENDORS}{query}", "All vendors")))
        return table_answer(spreadsheet.vendor_csv(report)) if wants_table(request) else json_answer(report)

    async with reader_turn(request) as readers:
        return await readers.make(answer)


async def get_funnel(request: web.Request) -> web.Response:
    """The funnel of the tenant's leads."""
    asked = msgspec.structs.replace(_question(request, options=_OPTION_NAMES - {"visits"}), of="funnel")
    query = _query(request)
    await request.app[SERVICE].ledger.reach()
    report = await _report_or_problem(request.app[REPORTS].funnel(asked))

    def answer() -> web.Response:
        if wants_page(request):
            return page_answer(pages.funnel(report, frame(request, _VENDORS, f"{_VENDORS}{query}", "All vendors")))
        return table_answer(funnel_csv(report)) if wants_table(request) else json_answer(report)

    async with reader_turn(request) as readers:
        return await readers.make(answer)


_OPTION_NAMES = frozenset({"campaign", "sub_id", "channel", "from", "to", "visits"})


def _question(request: web.Request, vendor: str | None = None, options: frozenset[str] = _OPTION_NAMES) -> Question:
    """Raises Problem with everything that is wrong with the query."""
    query = request.query
    errors = [{"field": name, "problem": "no such option"} for name in sorted(set(query) - options)]
    since, until = (read_time(query.get(name), name, errors) for name in ("from", "to"))
    for text in query.getall("visits", []):
        try:
            visits.parse(text)
        except ValueError as problem:
            errors.append({"field": "visits", "problem": str(problem)})
    if errors:
        raise Problem(400, "the query cannot be read", errors=errors)
    return Question(
        tenant=request[TENANT].name,
        vendor=vendor,
        since=since,
        until=until,
        visits=tuple(query.getall("visits", [])),
        campaign=query.get("campaign") or None,
        sub_id=query.get("sub_id") or None,
        channel=query.get("channel") or None,
    )


async def _report_or_problem(making: Awaitable[_Report | None]) -> _Report:
    """Wait for a report. Raises Problem if it cannot be made."""
    try:
        report = await making
    except report_process.Crowded:
        raise Problem(503, "too many reports at one time", retry_after=10) from None
    except TimeoutError:
        raise Problem(503, "the report takes too long: ask for a shorter time", retry_after=60) from None
    except ValueError as problem:
        raise Problem(503, str(problem), retry_after=60) from None
    if report is None:
        raise Problem(404, "there is no lead of this vendor in this time")
    return report


def _query(request: web.Request, without: str | None = None) -> str:
    """The query, to be put behind the address of another page of the same leads."""
    given = [(name, value) for name, value in request.query.items() if name != without]
    return f"?{urlencode(given)}" if given else ""
