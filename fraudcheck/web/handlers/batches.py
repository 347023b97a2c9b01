"""How are whole files of leads judged over HTTP? A file is sent, looked after as a batch, and its results fetched."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from typing import get_args

import msgspec
from aiohttp import web

from fraudcheck.batch import columns
from fraudcheck.batch.bounds import Bounds, TooMuch
from fraudcheck.batch.constants import check_constants
from fraudcheck.batch.dates import is_zone
from fraudcheck.web import batch_child, batch_job, batch_queue
from fraudcheck.web.answers import Problem, body_type, json_answer
from fraudcheck.web.batch_job import Batch
from fraudcheck.web.connections import paced
from fraudcheck.web.openapi_paths import BATCH_TYPES, RESULT_TYPES
from fraudcheck.web.state import BATCHES, PERSONAL, SCOPES_GIVEN, SERVICE, TENANT


async def post_batch(request: web.Request) -> web.Response:
    """Take a file of leads and answer with the batch that will judge them."""
    if body_type(request) not in map(str.lower, BATCH_TYPES) or "Content-Type" not in request.headers:
        raise Problem(415, f"send the file as one of {', '.join(BATCH_TYPES)}")
    options = _read_options(request)
    if options.keep and not may_keep(request):
        raise Problem(403, "to keep a file's leads a key needs the scope check, beside batch")
    require_packages()
    max_bytes = request.app[SERVICE].settings.batch_max_bytes
    too_large = Problem(413, f"the file is larger than {max_bytes} bytes: send it in parts")
    if (request.content_length or 0) > max_bytes:
        raise too_large
    with kept_or_problem(too_large):
        batch = await request.app[BATCHES].accept(request[TENANT].name, options, _content(request))
    answer = json_answer(batch, status=202)
    answer.headers["Location"] = f"/v1/batches/{batch.id}"
    return answer


def may_keep(request: web.Request) -> bool:
    """Whether the caller may put leads into the ledger, where they count for later ones."""
    return "check" in request[SCOPES_GIVEN]


def require_packages() -> None:
    """Raises Problem where a package is missing that only batches need."""
    if batch_child.packages_missing():
        raise Problem(
            503,
            "batches need further packages on the server: pip install '.[batch]' in fraudcheck's folder",
            retry_after=3600,
        )


@contextmanager
def kept_or_problem(
    too_large: Problem, empty: str = "the body is empty: send the file of leads in it"
) -> Iterator[None]:
    """While a file is stored: raises Problem with what the caller can do where that fails."""
    try:
        yield
    except batch_queue.Empty:
        raise Problem(400, empty) from None
    except batch_queue.TooLarge:
        raise too_large from None
    except batch_queue.Crowded as crowded:
        raise Problem(429, str(crowded), retry_after=60) from None
    except ConnectionError:
        raise Problem(400, "the file broke off: send it again") from None
    except OSError as problem:
        title = f"the file cannot be kept ({problem.strerror}): try again later, or make room on the server"
        raise Problem(503, title, retry_after=60) from None


async def _content(request: web.Request) -> AsyncIterator[bytes]:
    """The file. Raises Problem if its Content-Encoding unpacks to what no file of leads would."""
    unpacked = 0
    async for chunk in paced(request):
        unpacked += len(chunk)
        try:
            _BOUNDS.check_unpacked(unpacked, request.content.total_raw_bytes)
        except TooMuch as problem:
            raise Problem(413, str(problem)) from None
        yield chunk


_BOUNDS = Bounds(unpacked_bytes=sys.maxsize)
"""What is unpacked on the way in is bounded by its ratio, and as every file by its size."""


def _read_options(request: web.Request) -> batch_job.Options:
    """Raises Problem with every option that is wrong."""
    query = request.query
    errors = [{"field": name, "problem": "no such option"} for name in sorted(set(query) - _OPTION_NAMES)]
    pairs = query.getall("map", [])
    for field, _, column in (pair.partition("=") for pair in pairs):
        if not (columns.is_field(field) or field == columns.LEFT_OUT) or not column or "\0" in column:
            errors.append({"field": "map", "problem": "not a lead's field, =, and the heading of a column"})
    values = query.getall("set", [])
    for pair in values:
        errors += [{"field": "set", "problem": problem}] if (problem := _constant_problem(pair, query)) else []
    for name, allowed in (
        ("format", get_args(batch_job.Format)),
        ("dates", get_args(batch_job.Dates)),
        ("keep", _YES_OR_NO),
    ):
        if name in query and query[name] not in allowed:
            errors.append({"field": name, "problem": f"not one of {', '.join(allowed)}"})
    if "timezone" in query and not is_zone(query["timezone"]):
        errors.append({"field": "timezone", "problem": "not an IANA time zone such as Asia/Ho_Chi_Minh"})
    if errors:
        raise Problem(400, "the query cannot be read", errors=errors)
    chosen = {name: value for name, value in query.items() if name not in ("map", "set", "keep")}
    return msgspec.convert(
        {**chosen, "map": pairs, "set": values, "keep": query.get("keep") == "true"}, batch_job.Options
    )


def _constant_problem(pair: str, query: Mapping[str, str]) -> str:
    """What is wrong with a value for rows that give none; "" for nothing."""
    field, _, value = (part.strip() for part in pair.partition("="))
    if not columns.is_field(field) or not value or "\0" in value:
        return "not a lead's field, =, and its value in rows that give none"
    zone = query.get("timezone", "UTC")
    try:
        check_constants({field: value}, zone if is_zone(zone) else "UTC")
    except ValueError as problem:
        return str(problem)
    return ""


_YES_OR_NO = ("true", "false")
_OPTION_NAMES = frozenset(batch_job.Options.__struct_fields__)


async def list_batches(request: web.Request) -> web.Response:
    """The tenant's newest batches, newest first."""
    return json_answer({"batches": await asyncio.to_thread(request.app[BATCHES].list, request[TENANT].name)})


async def get_batch(request: web.Request) -> web.Response:
    """How far a batch is."""
    return json_answer(await _find_batch(request))


async def _find_batch(request: web.Request) -> Batch:
    batch_id = request.match_info["batch_id"].lower()
    batch = await asyncio.to_thread(request.app[BATCHES].find, request[TENANT].name, batch_id)
    if batch is None:
        raise Problem(404, "there is no such batch")
    return batch


async def delete_batch(request: web.Request) -> web.Response:
    """Cancel a batch, or delete one that has ended, with its results."""
    batch = await _find_batch(request)
    await asyncio.to_thread(request.app[BATCHES].remove, request[TENANT].name, batch)
    return web.Response(status=204)


async def get_results(request: web.Request) -> web.StreamResponse:
    """The verdicts of a batch that is done. They hold contact data, so the key needs the scope ``personal``."""
    if not request[PERSONAL]:
        raise Problem(403, "the results hold personal data: use a key with the scope personal")
    batch = await _find_done_batch(request)
    path = request.app[BATCHES].results(request[TENANT].name, batch)
    return web.FileResponse(path, headers={"Content-Type": RESULT_TYPES[batch.format]})


async def get_rejected(request: web.Request) -> web.StreamResponse:
    """The rows of a batch that could not be judged, each with the reason."""
    batch = await _find_done_batch(request)
    path = request.app[BATCHES].rejected(request[TENANT].name, batch)
    return web.FileResponse(path, headers={"Content-Type": RESULT_TYPES["ndjson"]})


async def _find_done_batch(request: web.Request) -> Batch:
    batch = await _find_batch(request)
    if batch.state != "done":
        raise Problem(409, _NOT_DONE[batch.state])
    return batch


_NOT_DONE = {
    "queued": "the batch is queued: ask again when its state is done",
    "running": "the batch is running: ask again when its state is done",
    "failed": "the batch failed: its problem says what to do",
    "cancelled": "the batch was cancelled: send the file again",
}
