"""Which calls are one too many? Limits per key, a turn for each reader, and the headers that tell a caller of both.

The headers are those of draft-ietf-httpapi-ratelimit-headers-09: ``RateLimit-Policy: "read";q=500;w=10`` (500 calls in
10 seconds) and ``RateLimit: "read";r=499;t=9`` (499 left, counted anew in 9 seconds).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from fraudcheck.adapters.redis.rate_limits import Standing
from fraudcheck.fields.ip import line_and_network
from fraudcheck.web.answers import Problem
from fraudcheck.web.readers import Crowded, Readers
from fraudcheck.web.state import KEY_ID, READERS, SERVICE, STANDING


async def count_call(request: web.Request, tenant: str, scope: str | None) -> None:
    """Count a call under its key. Raises Problem if it is one too many. Without a key there is no limit."""
    key_id = request[KEY_ID]
    kind = _kind(request.method, scope)
    if key_id and kind is not None:
        _check(request, await request.app[SERVICE].limits.count(kind, tenant, key_id))


async def count_wrong_key(request: web.Request) -> None:
    """Count a wrong key under the caller's address. Raises Problem if it is one too many.

    A right key is never refused for the wrong ones of others: behind a proxy all callers have one address. Of IPv6 a
    caller has as many addresses as it likes: they count as one.
    """
    line, _ = line_and_network(request.remote or "")
    _check(request, await request.app[SERVICE].limits.count_wrong_key(line))


async def count_token(request: web.Request, address: str | None, site: str) -> None:
    """Count a call for a form's token under the caller's line, else its site. Raises Problem if it is one too many."""
    line = None if address is None else line_and_network(address)[0]
    _check(request, await request.app[SERVICE].limits.count_token(line, site))


def _kind(method: str, scope: str | None) -> str | None:
    if scope is None or scope == "check":
        return scope
    if method == "GET" or scope == "read":
        return "read"
    return "batch" if scope == "batch" else "outcome"


def _check(request: web.Request, standing: Standing | None) -> None:
    if standing is None:
        return
    request[STANDING] = standing
    if not standing.allowed:
        title = f"more than {standing.calls} calls in {standing.window} s ({standing.kind}): call less often"
        raise Problem(429, title, retry_after=standing.seconds)


def tell(request: web.Request, answer: web.StreamResponse) -> None:
    """Tell the caller in the answer's headers where it stands."""
    standing = request.get(STANDING)
    if standing is not None:
        answer.headers["RateLimit-Policy"] = f'"{standing.kind}";q={standing.calls};w={standing.window}'
        answer.headers["RateLimit"] = f'"{standing.kind}";r={standing.left};t={standing.seconds}'


@asynccontextmanager
async def reader_turn(request: web.Request) -> AsyncIterator[Readers]:
    """A reader's turn (``Readers.turn``). Raises Problem if too many wait."""
    readers = request.app[READERS]
    try:
        async with readers.turn(request[KEY_ID]):
            yield readers
    except Crowded as problem:
        if problem.own:
            raise Problem(429, "too many calls of this key at one time: wait for answers", retry_after=1) from None
        raise Problem(503, "too many readers at one time", retry_after=1) from None
