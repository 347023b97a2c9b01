"""What stands on every answer, whatever it is? The call's id, and headers that keep others from keeping or guessing.

``X-Request-Id`` is the caller's own if it is short and plain, else one that is made. It stands in answers, in errors
and in the log beside a defect, so that the three can be put together.
"""

from __future__ import annotations

import logging
import re
import traceback
from pathlib import Path
from random import getrandbits

from aiohttp import web

from fraudcheck.web.answers import ON_EVERY_ANSWER, REQUEST_ID, Problem
from fraudcheck.web.limits import tell
from fraudcheck.web.page_calls import problem_answer
from fraudcheck.web.state import Handler

_log = logging.getLogger(__name__)

_PLAIN = re.compile("[A-Za-z0-9._-]{1,64}")


@web.middleware
async def name_call(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Note the call's id, and answer 500 to what no other part expected."""
    given = request.headers.get("X-Request-Id", "")
    request_id = given if _PLAIN.fullmatch(given) else f"{getrandbits(64):016x}"
    REQUEST_ID.set(request_id)
    try:
        answer = await handler(request)
        if answer.status >= 500:
            _log.info("call %s was answered %s", request_id, answer.status)
        return answer
    except Exception as problem:  # no message and no traceback: the values in them may be a person's
        if request.transport is None:  # aiohttp says in several ways that the caller is gone
            return Problem(400, "the call broke off").response()
        place = traceback.extract_tb(problem.__traceback__)[-1]
        name = Path(place.filename).name
        _log.error("call %s failed: %s in %s, line %s", request_id, type(problem).__name__, name, place.lineno)
        return problem_answer(request, Problem(500, f"a defect of the service: report it with the id {request_id}"))


async def seal(request: web.Request, answer: web.StreamResponse) -> None:
    """Set the headers of an answer that is about to be sent."""
    answer.headers["X-Request-Id"] = REQUEST_ID.get() or ""
    for name, value in ON_EVERY_ANSWER.items():
        answer.headers.setdefault(name, value)
    tell(request, answer)
