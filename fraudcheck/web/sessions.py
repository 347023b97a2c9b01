"""Who has signed in? A cookie that says which key was typed and when, and that nobody but the service can make.

Nothing is kept of it. It is signed by a secret of the data directory, so that every worker and the next start read it,
and with the key's digest, so that it is gone with the key. A browser sends it along whoever asks: so it opens what a
page may show, and beyond that only the forms of our own pages, which bring the session's token back.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable

from aiohttp import web
from msgspec import Struct
from msgspec.structs import replace

from fraudcheck.adapters.keys import Key
from fraudcheck.web import origins
from fraudcheck.web.answers import is_page_form
from fraudcheck.web.state import FORM_TOKEN, PERSON, SERVICE

LASTS = 12 * 3600
"""Seconds after its last use for which a session is good."""
LONGEST = 7 * 24 * 3600
"""Seconds after which the key has to be typed again, however much the session is used."""
_RENEWED_AFTER = 600
"""Seconds after which a use makes a session last anew."""
_LONGEST_TEXT = 300
COOKIE = "fraudcheck_session"
SECURE_COOKIE = f"__Host-{COOKIE}"
"""By https: no other host of the domain, and nobody on the way, can set a cookie of this name."""


class Session(Struct, frozen=True, kw_only=True):
    """Somebody has signed in with ``key``. ``began`` and ``used`` are in Unix seconds; ``id`` stays the same."""

    key: Key
    id: str
    began: int
    used: int

    @property
    def person(self) -> str:
        """Who it is, as far as the key says it: its label, else its id."""
        return self.key.label.strip() or self.key.id


SESSION = web.RequestKey("session", Session)
"""The session of the one who has signed in; not there where nobody has."""


def begin(key: Key, now: float) -> Session:
    """A new session."""
    return Session(key=key, id=secrets.token_hex(16), began=int(now), used=int(now))


def write(session: Session, secret: bytes) -> str:
    """The cookie's value."""
    text = f"{session.key.id}.{session.id}.{session.began}.{session.used}"
    return f"{text}.{_signature(text, session.key, secret)}"


def read(text: str, secret: bytes, find: Callable[[str], Key | None], now: float) -> Session | None:
    """The session of a cookie; None for one that is not ours, too old, or of a key that is gone. Raises as ``find``.

    ``find`` gives the key of an id.
    """
    signed, _, signature = text[:_LONGEST_TEXT].rpartition(".")
    key = find(signed.partition(".")[0]) if text.isascii() else None
    if key is None or not key.opens_api or not hmac.compare_digest(signature, _signature(signed, key, secret)):
        return None
    session_id, began, used = signed.split(".")[1:]
    session = Session(key=key, id=session_id, began=int(began), used=int(used))
    return session if now < min(session.used + LASTS, session.began + LONGEST) else None


def form_token(session: Session, secret: bytes) -> str:
    """What the forms of this session's pages bring back."""
    return hmac.new(secret, f"form\0{session.key.digest}\0{session.id}".encode(), "sha256").hexdigest()[:32]


def _signature(text: str, key: Key, secret: bytes) -> str:
    return hmac.new(secret, f"session\0{key.digest}\0{text}".encode(), "sha256").hexdigest()


def find(request: web.Request) -> Session | None:
    """The session of a call; None where nobody has signed in, or a cookie does not open such a call.

    Raises Problem for a call that another site's page has made, and FaultyKeys.
    """
    is_open = request.method in ("GET", "HEAD") or (request.method == "POST" and is_page_form(request.path))
    name = _cookie_of(request)
    if not is_open or name is None or "Authorization" in request.headers:
        return None
    service = request.app[SERVICE]
    session = read(request.cookies[name], service.session_secret(), service.keys.with_id, time.time())
    if session is not None:
        origins.check_site(request, service.settings.allowed_hosts)
    return session


def open_by(request: web.Request) -> Key | None:
    """The key of the call's session, which is noted in the request. None and errors as ``find``."""
    session = find(request)
    if session is None:
        return None
    request[SESSION], request[PERSON] = session, session.person
    request[FORM_TOKEN] = form_token(session, request.app[SERVICE].session_secret())
    return session.key


def renew(request: web.Request, answer: web.StreamResponse) -> None:
    """Let the session of a call that is answered last anew, if it was not renewed within minutes."""
    session, now = request.get(SESSION), int(time.time())
    if session is not None and now - session.used > _RENEWED_AFTER and not (answer.prepared or _is_set(answer)):
        give(request, answer, replace(session, used=now))


def give(request: web.Request, answer: web.StreamResponse, session: Session) -> None:
    """Put a session into an answer."""
    is_from_https = request.headers.get("Origin", "").lower().startswith("https://")
    is_secure = is_from_https or _cookie_of(request) == SECURE_COOKIE or _is_https(request)
    answer.set_cookie(
        SECURE_COOKIE if is_secure else COOKIE,
        write(session, request.app[SERVICE].session_secret()),
        max_age=max(0, min(LASTS, session.began + LONGEST - session.used)),
        httponly=True,
        samesite="Lax",  # a link in a mail leads to its page, and no other site's form takes it along
        secure=is_secure,
    )


def take_away(answer: web.StreamResponse) -> None:
    """End the session in the caller's browser, with all that the browser keeps of this service."""
    answer.del_cookie(COOKIE, httponly=True, samesite="Lax")
    answer.del_cookie(SECURE_COOKIE, httponly=True, samesite="Lax", secure=True)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'  # "cookies" would take those of all hosts of the domain


def _cookie_of(request: web.Request) -> str | None:
    """The name of the cookie that counts. By https it is only the one that nobody else can have set."""
    cookies = request.cookies
    if SECURE_COOKIE in cookies:
        return SECURE_COOKIE
    return COOKIE if COOKIE in cookies and not _is_https(request) else None


def _is_set(answer: web.StreamResponse) -> bool:
    return COOKIE in answer.cookies or SECURE_COOKIE in answer.cookies


def _is_https(request: web.Request) -> bool:
    """Whether the browser called by https. Who says so without reason gets a cookie that his browser drops."""
    return request.secure or request.headers.get("X-Forwarded-Proto", "").split(",")[0].strip().lower() == "https"
