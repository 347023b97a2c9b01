"""In which forms does the service answer? Errors, JSON, CSV and pages."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

import msgspec
from aiohttp import web

from fraudcheck.intake.body import MAX_BYTES
from fraudcheck.records import parse_until, parse_utc
from fraudcheck.report.workbook import MEDIA_TYPE, workbook
from fraudcheck.web.scope_form import FORMATS

encode = msgspec.json.Encoder().encode

_LONGEST_TYPE = 200
"""Characters of a ``Content-Type``."""


ON_EVERY_ANSWER = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
"""Nobody keeps an answer, nor guesses what it is."""
REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the call that is being answered (``envelope``)."""


class Problem(Exception):
    """An answer that is an error (RFC 9457). ``retry_after`` is in seconds."""

    def __init__(
        self, status: int, title: str, errors: list[dict[str, str]] | None = None, retry_after: int | None = None
    ) -> None:
        self.status, self.title, self.errors, self.retry_after = status, title, errors, retry_after

    def response(self) -> web.Response:
        """The error as ``application/problem+json``."""
        body: dict[str, Any] = {"type": "about:blank", "title": self.title, "status": self.status}
        if (request_id := REQUEST_ID.get()) is not None:
            body["request_id"] = request_id
        if self.errors:
            body["errors"] = self.errors
        headers = {"Retry-After": str(self.retry_after)} if self.retry_after is not None else {}
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return web.Response(
            body=encode(body), status=self.status, content_type="application/problem+json", headers=headers
        )


def shed_problem(retry_after: int) -> Problem:
    """More checks come than can be judged in time, and this one is not."""
    title = "too many checks at one time: send this one again, after the seconds in Retry-After"
    return Problem(503, title, retry_after=retry_after)


def body_type(request: web.Request) -> str:
    """The media type of a body, in lower case; empty where the header is longer than any that is needed.

    Reading its parameters takes the square of their number: 8 KB of them took 0.4 s.
    """
    return request.content_type if len(request.headers.get("Content-Type", "")) <= _LONGEST_TYPE else ""


def expect_json(request: web.Request, what: str) -> None:
    """Check by the headers that the body is JSON and not too large; ``what`` names it in the error.

    Raises Problem or HTTPRequestEntityTooLarge.
    """
    if body_type(request) != "application/json":  # a page may send any other without asking first
        raise Problem(415, f"send {what} as application/json")
    if (request.content_length or 0) > MAX_BYTES:
        raise web.HTTPRequestEntityTooLarge(MAX_BYTES, request.content_length or 0)


def read_time(text: str | None, name: str, errors: list[dict[str, str]]) -> str | None:
    """Read a time of a query, RFC 3339 in UTC; what is wrong with it goes into ``errors`` under ``name``.

    A day alone begins a time, and under ``to`` it ends one and belongs to it.
    """
    if not text:
        return None
    try:
        return (parse_until if name == "to" else parse_utc)(text.replace(" ", "+"))  # a + arrives as a blank
    except ValueError:
        errors.append({"field": name, "problem": "not an RFC 3339 date and time, nor a day such as 2026-11-30"})
        return None


def wants_page(request: web.Request) -> bool:
    """Whether a browser asks for a page, or sends the form of one."""
    is_ours = request.method == "GET" or (request.method == "POST" and is_page_form(request.path))
    return is_ours and "text/html" in request.headers.get("Accept", "")


def is_page_form(path: str) -> bool:
    """Whether only forms of our own pages are sent to this path, and no program's calls."""
    return not path.startswith(("/v1/", "/form/"))


def wants_table(request: web.Request) -> bool:
    """Whether the caller asks for CSV."""
    return "text/csv" in request.headers.get("Accept", "")


def wanted_form(request: web.Request, errors: list[dict[str, str]]) -> str:
    """In which form a report is wanted: ``page``, ``json``, or a file (``csv``, ``xlsx``).

    The query's ``format`` goes before what the caller accepts, as a link can say it; what is wrong with it goes into
    ``errors``.
    """
    if asked := request.query.get("format"):
        if asked not in FORMATS:
            errors.append({"field": "format", "problem": f"not one of {', '.join(FORMATS)}"})
        return asked
    return "page" if wants_page(request) else "csv" if wants_table(request) else "json"


def file_answer(form: str, rows: Iterable[list[str]], name: str) -> web.Response:
    """Rows as a file of CSV or XLSX to keep under ``name``."""
    answer = table_answer(rows) if form == "csv" else web.Response(body=workbook(rows), content_type=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def page_answer(html: str, problem: Problem | None = None, *, script: bool = False) -> web.Response:
    """A page, with headers that let it load nothing, run nothing and send its forms nowhere but here.

    It has the status of ``problem`` if there is one. ``script`` lets it run our own files (``static_files``).
    """
    own = " script-src 'self'; connect-src 'self';" if script else ""
    headers = {
        "Content-Security-Policy": f"default-src 'none'; style-src 'unsafe-inline';{own} form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "same-origin",  # under no-referrer a form of ours comes from nowhere: `Origin: null`
        "Vary": "Accept",
    }
    if problem is not None and problem.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="fraudcheck: the key is the password", charset="UTF-8"'
    if problem is not None and problem.retry_after is not None:
        headers["Retry-After"] = f"{problem.retry_after}"
    status = problem.status if problem is not None else 200
    return web.Response(text=html, status=status, content_type="text/html", charset="utf-8", headers=headers)


def see_other(path: str) -> web.Response:
    """After a form: the page at ``path`` of this service, by GET, so that nothing is sent twice by a reload."""
    return web.Response(status=303, headers={"Location": path})


def table_answer(rows: Iterable[list[str]]) -> web.Response:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return web.Response(text=text.getvalue(), content_type="text/csv", charset="utf-8", headers={"Vary": "Accept"})


def json_answer(content: Any, status: int = 200) -> web.Response:
    """Anything that msgspec can encode, as JSON."""
    return web.Response(body=encode(content), status=status, content_type="application/json")
