"""Where do our own pages get their scripts? From addresses whose content never changes, and that browsers keep."""

from __future__ import annotations

from aiohttp import web

from fraudcheck.web import static_files
from fraudcheck.web.answers import Problem
from fraudcheck.web.handlers.form_script import FOR_GOOD, takes_gzip

PATH = "/static/{name}"


async def get_static(request: web.Request) -> web.Response:
    """One of the files. Raises Problem if there is none of this name and hash."""
    file = static_files.find(request.match_info["name"])
    if file is None:
        raise Problem(404, "there is no such file: open the page again, which names the present one")
    packed = takes_gzip(request)
    headers = {"Cache-Control": FOR_GOOD, "Vary": "Accept-Encoding", "Cross-Origin-Resource-Policy": "same-origin"}
    return web.Response(
        body=file.packed if packed else file.body,
        headers=headers | ({"Content-Encoding": "gzip"} if packed else {}),
        content_type=file.media_type,
        charset="utf-8",
    )
