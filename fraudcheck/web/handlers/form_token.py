"""How does a page get the token for a form? Its script asks, and what its browser's headers say goes into the token.

Anybody may ask: a site key stands in the page for all to read. Nothing is stored, nothing is waited for, and neither
ledger nor Redis is needed, because a form whose script got no token is judged as one without.
"""

from __future__ import annotations

import secrets
import time
from urllib.parse import parse_qsl

from aiohttp import web

from fraudcheck.fields.assistants import assistant_of
from fraudcheck.fields.form_token import LIFETIME, make_token
from fraudcheck.fields.origin import host_of, is_of, read_origin
from fraudcheck.ports.ip import Network
from fraudcheck.web.answers import Problem, body_type, json_answer
from fraudcheck.web.connections import Connection
from fraudcheck.web.limits import count_token
from fraudcheck.web.origins import is_our_host
from fraudcheck.web.schemas import GivenToken
from fraudcheck.web.state import CALLERS, PACE, SERVICE
from fraudcheck.wiring import DEFAULT_TENANT, FaultyKeys, Key

_MAX_BYTES = 1024
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "*",  # pages' tools add their own to every call; none is read but those below
    "Access-Control-Max-Age": "7200",
}
_OF_A_SCRIPT = {"cross-site", "same-site", "same-origin"}
_KEYLESS = Key(id="", tenant=DEFAULT_TENANT, scopes=(), digest="")
"""What stands for the site key where there are no keys."""


async def post_token(request: web.Request) -> web.Response:
    """A token for a form of the page that asks, whose script may read the answer."""
    counts = request.app[SERVICE].form_tokens
    _let_rest(request)
    try:
        answer = json_answer(await _give(request))
        counts["given"] += 1
    except _Refused as refused:
        counts[refused.outcome] += 1
        answer = refused.problem.response()
    return _readable(answer, request, may_read=answer.status == 200 or _is_known_page(request))


async def allow_call(request: web.Request) -> web.Response:
    """What a browser asks before a page's script may send headers of its own (a preflight)."""
    is_known = _is_known_page(request)
    answer = web.Response(status=204, headers=_PREFLIGHT) if is_known else _no_page(_origin(request)).response()
    return _readable(answer, request, may_read=is_known)


class _Refused(Exception):
    """No token is given. ``outcome`` is the metric's word for it."""

    def __init__(self, outcome: str, problem: Problem) -> None:
        self.outcome, self.problem = outcome, problem


def _no_page(origin: str | None) -> Problem:
    if origin is None:
        return Problem(403, "tokens are for the scripts of pages, and this call comes from none: it has no Origin")
    return Problem(
        403,
        "only pages of the site's own origins get tokens: name this one with `fraudcheck keys create --site --origin`",
    )


async def _give(request: web.Request) -> GivenToken:
    service = request.app[SERVICE]
    origin = _origin(request)
    site = await _read_site_key(request)
    try:
        key = _key_of(request, site)
        if key is None:
            raise _Refused("site", Problem(401, "no site key, or one that is not known: send site=site_…"))
        if origin is None or not _is_page_of(request, origin, key):
            raise _Refused("origin", _no_page(origin))
        identity_key = service.token_key(key.tenant)
    except FaultyKeys:
        title = "the keys cannot be read: who runs the service finds the cause in its log"
        raise _Refused("keys", Problem(503, title, retry_after=5)) from None
    address = request.app[CALLERS].address(request, tell=bool(key.origins))
    try:
        await count_token(request, address, key.id)
    except Problem as problem:
        raise _Refused("limit", problem) from None
    headers = request.headers
    agent = _agent(request)
    network = service.ip_intelligence.look_up(address) if address else Network()
    token = make_token(
        identity_key,
        issued=time.time(),
        random_id=secrets.token_urlsafe(12),
        site=key.id,
        origin=origin,
        scripted=_is_scripted(request),
        vendor=key.vendor,
        ip=address,
        agent=agent,
        country=network.countries[0] if len(network.countries) == 1 else None,
        assistant=assistant_of(agent, headers.get("Signature-Agent")),
        relay=network.kind == "relay",
    )
    return GivenToken(token=token, expires_in=LIFETIME)


def _let_rest(request: web.Request) -> None:
    """While many tokens are fetched, read the caller's next call later. A proxy's connection is others' too."""
    rest = request.app[PACE].rest()
    if rest and isinstance(request.protocol, Connection) and request.app[CALLERS].is_direct(request):
        request.protocol.pause = rest


async def _read_site_key(request: web.Request) -> str:
    """The site key in the body, as a form sends it, whatever type a script gave it; empty for none."""
    if (request.content_length or 0) > _MAX_BYTES:
        raise _too_large()
    body = await request.read() if request.can_read_body else b""
    if len(body) > _MAX_BYTES:
        raise _too_large()
    if not body:
        return ""
    if body_type(request) not in ("application/x-www-form-urlencoded", "text/plain"):
        raise _Refused("unread", Problem(415, "send site=… as application/x-www-form-urlencoded or text/plain"))
    try:
        sites = [value for name, value in parse_qsl(body.decode(), keep_blank_values=True) if name == "site"]
    except ValueError:
        raise _Refused("unread", Problem(400, "the body is no text in UTF-8")) from None
    if len(sites) > 1:
        raise _Refused("unread", Problem(400, "send the site key once: site=site_…"))
    return sites[0] if sites else ""


def _too_large() -> _Refused:
    return _Refused("unread", Problem(413, f"the body is larger than {_MAX_BYTES} bytes"))


def _key_of(request: web.Request, site: str) -> Key | None:
    """The site key; where there are no keys, one that stands for all."""
    keys = request.app[SERVICE].keys
    if not keys.configured:
        return _KEYLESS
    key = keys.find(site) if site else None
    return key if key is not None and key.origins else None


def _origin(request: web.Request) -> str | None:
    """The origin of the page that asks; None where there is none, which no browser does, or more than one."""
    told = request.headers.getall("Origin", [])
    return read_origin(told[0]) if len(told) == 1 else None


def _is_page_of(request: web.Request, origin: str, key: Key) -> bool:
    if key is _KEYLESS:
        return is_our_host(host_of(origin), request.app[SERVICE].settings.allowed_hosts)
    return is_of(origin, key.origins)


def _is_known_page(request: web.Request) -> bool:
    """Whether a page may read answers, also where it names no site key or a wrong one."""
    origin, keys = _origin(request), request.app[SERVICE].keys
    if origin is None:
        return False
    try:
        known = [key for key in keys.all() if key.origins] if keys.configured else [_KEYLESS]
    except FaultyKeys:
        return False
    return any(_is_page_of(request, origin, key) for key in known)


def _readable(answer: web.Response, request: web.Request, *, may_read: bool) -> web.Response:
    """The answer, which the page that asked can read if it may."""
    answer.headers["Vary"] = "Origin"
    if may_read:
        answer.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        answer.headers["Access-Control-Expose-Headers"] = "Retry-After"
    return answer


def _agent(request: web.Request) -> str | None:
    """The browser's name for itself; None for one in no known writing, which each reads otherwise."""
    agent = request.headers.get("User-Agent", "")
    return agent if agent.isprintable() else None  # what is no UTF-8 is read as signs that cannot be printed


def _is_scripted(request: web.Request) -> bool:
    """Whether a browser's script sent the call: a page cannot set these headers itself, nor can it leave them out.

    False says nothing: older browsers send none of them (Safari before 16.4, of 2023).
    """
    headers = request.headers
    return (
        headers.get("Sec-Fetch-Mode") == "cors"
        and headers.get("Sec-Fetch-Dest") == "empty"
        and headers.get("Sec-Fetch-Site") in _OF_A_SCRIPT
    )
