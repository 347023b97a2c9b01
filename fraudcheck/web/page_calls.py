"""What does a page need of the call that asks for it, and what does a form of our own pages bring?"""

from __future__ import annotations

import hmac

from aiohttp import web
from multidict import MultiDict

from fraudcheck.web import pages
from fraudcheck.web.answers import Problem, body_type, page_answer, wants_page
from fraudcheck.web.frame import SECTIONS, Frame
from fraudcheck.web.state import FORM_TOKEN, PERSON, SCOPES_GIVEN

_FORM_TYPE, _CHARSETS = "application/x-www-form-urlencoded", ("", "utf-8", "utf8")


def problem_answer(request: web.Request, problem: Problem) -> web.Response:
    """An error, as a page for a browser and else as JSON. Until it is known who calls, the page has no frame."""
    if not wants_page(request):
        return problem.response()
    around = frame(request, "") if SCOPES_GIVEN in request else None
    return page_answer(pages.problem(problem.status, problem.title, around), problem)


def frame(request: web.Request, here: str, back: str = "", back_name: str = "") -> Frame:
    """The frame of a page in the section ``here``."""
    given = request[SCOPES_GIVEN]
    return Frame(
        here=here,
        sections=tuple(section for section in SECTIONS if section.scopes <= given),
        person=request[PERSON],
        token=request[FORM_TOKEN],
        back=back,
        back_name=back_name,
    )


async def read_form(request: web.Request) -> MultiDict[str]:
    """What a form of a page brings, in memory: for small ones. Raises Problem if the page was not made for the caller.

    That nobody else's page sent it is known by the token; where nobody has signed in the origin was checked before.
    """
    form = await read_fields(request)
    check_form_token(request, form.get("token", ""))
    return form


async def read_fields(request: web.Request) -> MultiDict[str]:
    """The fields of a form, whoever sent it. Raises Problem for what no form of our pages sends.

    None of them holds NUL, which databases refuse.
    """
    if body_type(request) != _FORM_TYPE or (request.charset or "").lower() not in _CHARSETS:
        raise Problem(415, "send the form of the page")
    try:
        form = await request.post()
    except ValueError:  # no UTF-8, or what is no parameter of a type
        raise Problem(400, "the form cannot be read: open the page again and send it once more") from None
    return MultiDict((name, str(value).replace("\0", " ")) for name, value in form.items())


def check_form_token(request: web.Request, token: str) -> None:
    """Raises Problem if a form brings another token than its page was given."""
    if not hmac.compare_digest(token.encode("utf-8", "replace"), request[FORM_TOKEN].encode()):
        raise Problem(403, "the page is too old: open it again and send the form once more")
