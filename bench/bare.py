"""The baseline for speed: an aiohttp handler that decodes the same body, sends the same answer and does no more."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import uvloop
from aiohttp import web


def main() -> None:
    """Serve the bytes of a file on a port: ``python -m bench.bare PORT FILE``."""
    answer = Path(sys.argv[2]).read_bytes()

    async def handler(request: web.Request) -> web.Response:
        msgspec.json.decode(await request.read())
        return web.Response(body=answer, content_type="application/json")

    app = web.Application()
    app.router.add_post("/v1/checks", handler)
    web.run_app(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        access_log=None,
        print=lambda *_: None,
        loop=uvloop.new_event_loop(),
    )


if __name__ == "__main__":
    main()
