"""Which script measures how a form is filled in? The one that was built from ``form/``, for the pages of any site.

``static/form.txt`` lists every script that was released, the newest first. Pages load the newest by ``/form.js``, or
one of them for good by its hash, which they can name in an SRI line.
"""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import NamedTuple

from aiohttp import ETag, web

from fraudcheck.web.answers import Problem

STATIC = Path(__file__).parents[1] / "static"
_SOON = "public, max-age=300, stale-while-revalidate=86400"
"""How long browsers keep the newest: a mended script is everywhere within minutes, and nobody waits for it."""
FOR_GOOD = "public, max-age=31536000, immutable"
"""How long browsers keep what has its hash in its name."""
_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Vary": "Accept-Encoding",
}
"""Any site may load it, with an SRI line and under a policy that embeds what agrees to it alone."""


class _Script(NamedTuple):
    body: bytes
    packed: bytes


@cache
def hashes() -> tuple[str, ...]:
    """Of every script that is served, the newest first."""
    return tuple(line.split()[0] for line in (STATIC / "form.txt").read_text("ascii").splitlines())


@cache
def _read(name: str) -> _Script:
    body = (STATIC / f"form.{name}.js").read_bytes()
    return _Script(body, gzip.compress(body, mtime=0))


async def get_newest(request: web.Request) -> web.Response:
    """The newest script."""
    return _answer(request, hashes()[0], _SOON)


async def get_one(request: web.Request) -> web.Response:
    """The script of this hash. Raises Problem if there is none."""
    name = request.match_info["hash"]
    if name not in hashes():
        raise Problem(404, "there is no script of this hash: /form.js is the newest")
    return _answer(request, name, FOR_GOOD)


def _answer(request: web.Request, name: str, keep: str) -> web.Response:
    headers = {**_HEADERS, "Cache-Control": keep}
    tag = ETag(name, is_weak=True)  # packed or not
    if any(known.value in (name, "*") for known in request.if_none_match or ()):
        answer = web.Response(status=304, headers=headers)
        answer.etag = tag
        return answer
    script = _read(name)
    body = script.body
    if takes_gzip(request):
        body, headers["Content-Encoding"] = script.packed, "gzip"
    answer = web.Response(body=body, headers=headers, content_type="text/javascript", charset="utf-8")
    answer.etag = tag
    return answer


def takes_gzip(request: web.Request) -> bool:
    """Whether the caller unpacks gzip."""
    for part in request.headers.get("Accept-Encoding", "").lower().split(","):
        coding, _, quality = part.replace(" ", "").partition(";q=")
        if coding == "gzip":
            return quality.strip("0.") != "" or not quality
    return False
