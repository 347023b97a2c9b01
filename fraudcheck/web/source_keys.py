"""Whose lead does a form platform bring? The secret of its source, wherever the platform can put it.

It stands in a header, in the query of the URL that was pasted into the platform, or in the body. It is compared by its
hash, as every key, and no part of a URL is ever logged.
"""

from __future__ import annotations

import re
from typing import Any

from aiohttp import web

from fraudcheck.adapters.keys import Key
from fraudcheck.intake.body import Unreadable
from fraudcheck.intake.forms import Platform
from fraudcheck.intake.forms.reading import MAX_BYTES, read_content
from fraudcheck.intake.forms.registry import PLATFORMS
from fraudcheck.web.answers import Problem
from fraudcheck.web.state import SERVICE

PATHS = frozenset({"/v1/forms/{source}", "/v1/leadconduit"})
"""What platforms call."""
OPEN_TO_ALL = frozenset({"flat", "leadconduit"})
"""Platforms whose leads an ordinary key may bring too: they are nobody's in particular."""
_BODY = web.RequestKey("body", bytes)
_SECRETS, _MOST_SECRETS = re.compile(rb"fc_[A-Za-z0-9_-]{43}"), 10
"""What a secret looks like in a body, whatever its type, and how many are looked at."""


def _name(request: web.Request) -> str:
    return request.match_info.get("source", "leadconduit")


def tries_again(request: web.Request) -> bool:
    """Whether the caller sends again, by itself, what was answered 503."""
    return _name(request) not in PLATFORMS or PLATFORMS[_name(request)].tries_again


def platform_of(request: web.Request) -> Platform:
    """The platform that a call is said to come from. Raises Problem where there is none."""
    name = _name(request)
    if name not in PLATFORMS:
        raise Problem(404, f"there is no such platform: there are {', '.join(sorted(PLATFORMS))}; flat reads any form")
    return PLATFORMS[name]


async def find_secret(request: web.Request) -> str | None:
    """The secret that a platform sends along. Raises FaultyKeys.

    A body is only read for it where a known one stands in it: nobody without a key can have much read.
    """
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    query = request.query
    given = request.headers.get("X-Api-Key") or query.get("key") or query.get("hub.verify_token")
    if given or request.method == "GET" or not (find := platform_of(request).key_in_body):
        return given or None
    try:
        sent = [each.decode() for each in _SECRETS.findall(await body_of(request))[:_MOST_SECRETS]]
        if not any(map(request.app[SERVICE].keys.find, sent)):
            return sent[0] if sent else None
        return find(await content_of(request)) or None
    except Unreadable:
        return None


def how_to_send(request: web.Request) -> str:
    """Where a platform's call has its key, for one that came without."""
    if platform_of(request).key_in_body:
        return f"give {_name(request)} the source's key where it asks for one"
    return "end the URL in ?key=<key>, or send Authorization: Bearer <key>"


def what_it_opens(key: Key) -> str:
    """What is told of a call with the key of a site or of another source, which does not open it."""
    if key.source:
        return f"the key brings the leads of {key.source} and opens nothing else: send one that has a scope"
    return "a site key gets the tokens of forms and opens nothing else: send a key of `fraudcheck keys create`"


def require_source(request: web.Request, key: Key) -> None:
    """Raises Problem for a key that may not bring this platform's leads."""
    name = platform_of(request).name
    if key.source and key.source != name:
        raise Problem(403, f"the key brings the leads of {key.source}: call /v1/forms/{key.source}")
    if not key.source and name not in OPEN_TO_ALL:
        raise Problem(
            403, f"make a key of this source with `fraudcheck keys create --source {name}`; yours may bring flat forms"
        )


async def body_of(request: web.Request) -> bytes:
    """The body of a platform's call. Raises Unreadable for one that is too large."""
    if _BODY not in request:
        body = bytearray()
        async for piece in request.content.iter_any():
            body += piece
            if len(body) > MAX_BYTES:
                raise Unreadable(f"the body is larger than {MAX_BYTES:,} bytes")
        request[_BODY] = bytes(body)
    return request[_BODY]


async def content_of(request: web.Request) -> Any:
    """What the body holds. Raises Unreadable."""
    return read_content(await body_of(request), request.headers.get("Content-Type", ""))
