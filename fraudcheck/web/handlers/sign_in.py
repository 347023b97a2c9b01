"""How does a person sign in and out? A key is typed once, and from then on the browser shows that it was."""

from __future__ import annotations

import time
from urllib.parse import quote

from aiohttp import web

from fraudcheck.web import origins, pages, sessions
from fraudcheck.web.answers import Problem, page_answer, see_other
from fraudcheck.web.limits import count_wrong_key
from fraudcheck.web.page_calls import read_fields, read_form
from fraudcheck.web.source_keys import what_it_opens
from fraudcheck.web.state import SERVICE
from fraudcheck.wiring import FaultyKeys

PATH, PATH_OUT = "/login", "/logout"
_LONGEST_NEXT = 2000


def address(request: web.Request) -> str:
    """Where a browser signs in that has asked for a page, or sent a form, and that nobody has signed in with."""
    following = own_path(request.raw_path if request.method == "GET" else request.path)
    return PATH if following == "/" else f"{PATH}?next={quote(following, safe='/')}"


def own_path(text: str) -> str:
    """The path of a page of ours to go on to; the first page for whatever leads elsewhere."""
    is_own = text.startswith("/") and not text.startswith("//") and len(text) <= _LONGEST_NEXT
    is_plain = all("!" <= character <= "~" and character != "\\" for character in text)
    is_loop = text.partition("?")[0] in (PATH, PATH_OUT)
    return text if is_own and is_plain and not is_loop else "/"


async def get_login(request: web.Request) -> web.Response:
    """The page to sign in; whoever has, or need not, goes on at once."""
    following = own_path(request.query.get("next", ""))
    if not request.app[SERVICE].keys.configured or _session(request) is not None:
        return see_other(following)
    return _page(following)


async def post_login(request: web.Request) -> web.Response:
    """Begin a session with the key that was typed. Raises Problem for another site's form, and for too many tries."""
    service = request.app[SERVICE]
    origins.check_site(request, service.settings.allowed_hosts)  # nobody signs others in with a key of his own
    form = await read_fields(request)
    following = own_path(form.get("next", ""))
    if not service.keys.configured:
        return see_other(following)
    secret = form.get("key", "").strip()
    try:
        key = service.keys.find(secret) if secret else None
    except FaultyKeys:
        raise _faulty() from None
    if key is None or not key.opens_api:
        if secret:
            await count_wrong_key(request)
        wrong = "type the key that you were given" if not secret else "no key like this is known: type it again"
        return _page(following, what_it_opens(key) if key is not None else wrong)
    answer = see_other(following)
    sessions.give(request, answer, sessions.begin(key, time.time()))
    return answer


async def post_logout(request: web.Request) -> web.Response:
    """End the session in this browser."""
    await read_form(request)
    answer = see_other(PATH if request.app[SERVICE].keys.configured else "/")
    sessions.take_away(answer)
    return answer


def _session(request: web.Request) -> sessions.Session | None:
    try:
        return sessions.find(request)
    except FaultyKeys:
        raise _faulty() from None


def _faulty() -> Problem:
    return Problem(503, "the keys cannot be read: who runs the service finds the cause in its log", retry_after=5)


def _page(following: str, wrong: str = "") -> web.Response:
    answer = page_answer(pages.render("login.html", title="Sign in", frame=None, following=following, wrong=wrong))
    if wrong:
        answer.set_status(401)
        answer.headers["WWW-Authenticate"] = "Bearer"  # no browser asks for a password because of it
    return answer
