"""What does a page need of the call that asks for it, and what does a form of our own pages bring?"""

from __future__ import annotations

from aiohttp import web
from multidict import MultiDictProxy

from fraudcheck.web.answers import Problem, body_type
from fraudcheck.web.frame import SECTIONS, Frame
from fraudcheck.web.state import FORM_TOKEN, PERSON, SCOPES_GIVEN

_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


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


async def read_form(request: web.Request) -> MultiDictProxy[str | bytes | bytearray | web.FileField]:
    """What a form of a page brings, in memory: for small ones. Raises Problem if the page was not made for the caller.

    That nobody else's page sent it is known by the token; where nobody has signed in the origin was checked before.
    """
    if body_type(request) not in _FORM_TYPES:
        raise Problem(415, "send the form of the page")
    form = await request.post()
    check_form_token(request, str(form.get("token", "")))
    return form


def check_form_token(request: web.Request, token: str) -> None:
    """Raises Problem if a form brings another token than its page was given."""
    if token != request[FORM_TOKEN]:
        raise Problem(403, "the page is too old: open it again and send the form once more")
