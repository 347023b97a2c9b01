"""How does a file of leads come to its verdicts in a browser? It is sent, looked at, corrected, and started."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import get_args

import msgspec
from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from fraudcheck.batch import preview
from fraudcheck.batch.columns import is_field
from fraudcheck.batch.constants import check_constants
from fraudcheck.batch.dates import is_zone
from fraudcheck.batch.preview import Looked, Preview
from fraudcheck.batch.source import Rejected
from fraudcheck.batch.vendor_names import vendor_of
from fraudcheck.fields.country_names import find_country
from fraudcheck.ports import Unavailable
from fraudcheck.settings import Settings
from fraudcheck.web import batch_job, batch_queue, upload_page
from fraudcheck.web.answers import Problem, body_type, page_answer, see_other
from fraudcheck.web.batch_child import packages_missing
from fraudcheck.web.batch_job import MOST_FILES, Batch, Job, JobFolder, Options, SentFile
from fraudcheck.web.child_calls import Crowded
from fraudcheck.web.connections import paced
from fraudcheck.web.frame import Frame
from fraudcheck.web.handlers.batches import kept_or_problem, may_keep, require_packages
from fraudcheck.web.page_calls import check_form_token, frame, read_form
from fraudcheck.web.state import BATCHES, PERSONAL, PREVIEWS, SERVICE, TENANT
from fraudcheck.wiring import load_lists

_PATH = "/upload"
_PIECE = 1 << 18
_AROUND = 1 << 20
"""Bytes that a form has around its files, at most."""
_LONGEST_NAME, _LONGEST_TOKEN, _LONGEST_VENDOR = 200, 1000, 200
_MOST_VENDORS = 500
"""Names of vendors that a page suggests."""
_SAID = (
    ("country", "country", "That is no country: give its name, or its two letters as DE or VN."),
    ("currency", "source.price.currency", "That is no currency: give three letters, as EUR or VND."),
)
"""What may be said of a file's rows: the form's field, the lead's, and what to do if it is none."""
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


async def list_uploads(request: web.Request) -> web.Response:
    """The form that takes files, and what was sent before."""
    sent = await asyncio.to_thread(request.app[BATCHES].uploads, request[TENANT].name)
    most = request.app[SERVICE].settings.batch_max_bytes
    ready = not await asyncio.to_thread(packages_missing)
    return page_answer(upload_page.uploads(frame(request, _PATH), sent, most, ready=ready), script=True)


async def post_files(request: web.Request) -> web.Response:
    """Take files, to be looked at and started."""
    require_packages()
    max_bytes = request.app[SERVICE].settings.batch_max_bytes
    too_large = Problem(413, f"the files are larger than {upload_page.size_text(max_bytes)}: send them in parts")
    if body_type(request) != "multipart/form-data" or "Content-Encoding" in request.headers:  # as no browser packs it
        raise Problem(415, "send the form of the page")
    if (request.content_length or 0) > max_bytes + _AROUND:
        raise too_large
    try:
        with kept_or_problem(too_large, "choose a file of leads that is not empty"):
            draft = await request.app[BATCHES].accept_draft(request[TENANT].name, _files(request))
    except (ValueError, HttpProcessingError):  # of aiohttp, whose text may hold what was sent
        raise Problem(400, "the form cannot be read: open the page again, and choose the files once more") from None
    return see_other(f"{_PATH}/{draft.id}")


async def _files(request: web.Request) -> AsyncIterator[tuple[str, AsyncIterable[bytes]]]:
    """The files of the form, each with its name. Raises Problem if the form's first part is not its page's token."""
    parts = await request.multipart()
    first = await _next(parts)
    if first is None or first.name != "token":
        raise Problem(403, "the page is too old: open it again and send the form once more")
    check_form_token(request, (await _short(_pieces(request, first), _LONGEST_TOKEN)).decode(errors="replace"))
    number = 0
    while (part := await _next(parts)) is not None:
        number += 1
        if number > MOST_FILES:
            raise Problem(413, f"these are more than {MOST_FILES} files: send them in parts")
        if part.name != "file":
            raise ValueError("a field that the form of the page does not have")
        if part.filename:
            yield _safe_name(part.filename), _pieces(request, part)
        else:  # as where nothing was chosen
            await _short(_pieces(request, part), 0)


async def _short(pieces: AsyncIterable[bytes], longest: int) -> bytes:
    """What a part holds, of which no more than ``longest`` bytes are taken. Raises ValueError if it has more."""
    held = b""
    async for piece in pieces:
        held += piece
        if len(held) > longest:
            raise ValueError("a field that is longer than the page has it")
    return held


async def _next(parts: MultipartReader) -> BodyPartReader | None:
    part = await asyncio.wait_for(parts.next(), 60.0)
    if part is None or isinstance(part, BodyPartReader):
        return part
    raise ValueError("a form within the form")


def _pieces(request: web.Request, part: BodyPartReader) -> AsyncIterator[bytes]:
    async def read() -> AsyncIterator[bytes]:
        while piece := await part.read_chunk(_PIECE):
            yield bytes(piece)

    return paced(request, read())


def _safe_name(name: str) -> str:
    """A file's name as it is shown: without folders and unseen characters. It names nothing on this machine."""
    last = re.split(r"[/\\]", name)[-1]
    return _UNSEEN.sub(" ", last).strip()[:_LONGEST_NAME] or "file"


async def get_upload(request: web.Request) -> web.Response:
    """What was found in files that wait, how far they are, or what came out of them."""
    draft = await asyncio.to_thread(_draft, request)
    if draft is None:
        return await _batch_page(request)
    draft, looked = await _looked(request, draft)
    return await _draft_page(request, draft, looked.now, _values(draft), {})


async def _batch_page(request: web.Request) -> web.Response:
    job, batch = await asyncio.to_thread(_find, request)
    folder = request.app[BATCHES].folder(job)
    status = await asyncio.to_thread(folder.status)
    rows = await asyncio.to_thread(_rejected, folder, batch) if batch.state == "done" else []
    page = upload_page.batch(_frame(request), job, batch, status, rejected=rows, personal=request[PERSONAL])
    return page_answer(page, script=batch.finished_at is None)


def _find(request: web.Request) -> tuple[Job, Batch]:
    batches = request.app[BATCHES]
    job = batches.job(request[TENANT].name, request.match_info["batch_id"].lower())
    if job is None:
        raise _gone()
    return job, batches.folder(job).to_batch(job)


def _rejected(folder: JobFolder, batch: Batch) -> list[Rejected]:
    """Rows that could not be judged, the first ones."""
    with suppress(FileNotFoundError), folder.rejected(batch.format).open("rb") as file:
        lines = islice(file, upload_page.REJECTED_SHOWN)
        return [msgspec.json.decode(line, type=Rejected) for line in lines]
    return []


def _draft(request: web.Request) -> Job | None:
    return request.app[BATCHES].draft(request[TENANT].name, request.match_info["batch_id"].lower())


async def _looked(request: web.Request, draft: Job) -> tuple[Job, Looked]:
    """What was found in a draft's files, now if nobody has looked yet; and the draft, which then has its vendors."""
    folder = request.app[BATCHES].folder(draft)
    looked = await asyncio.to_thread(folder.looked)
    if looked is None:
        found = await _look(request, draft)
        looked = Looked(first=found, now=found)
        vendors = [
            "" if "source.vendor" in found.fields(n) else vendor_of(file.name) for n, file in enumerate(draft.files)
        ]
        if any(vendors):
            files = [
                msgspec.structs.replace(file, vendor=vendor) for file, vendor in zip(draft.files, vendors, strict=True)
            ]
            draft = msgspec.structs.replace(draft, files=tuple(files))
            await _note(request, draft)
        await asyncio.to_thread(folder.write_looked, looked)
    return draft, looked


async def _note(request: web.Request, draft: Job) -> None:
    """Note what was chosen. Raises Problem if somebody has deleted the draft meanwhile."""
    try:
        await asyncio.to_thread(request.app[BATCHES].folder(draft).write_draft, draft)
    except FileNotFoundError:
        raise _gone() from None


def _gone() -> Problem:
    return Problem(404, "there is no such upload: it was deleted, or nobody started it within a day")


async def _look(request: web.Request, draft: Job) -> Preview:
    try:
        return await request.app[PREVIEWS].look(draft, request.app[BATCHES].folder(draft))
    except Crowded:
        raise Problem(
            503, "many files are looked at just now: open the page again in a minute", retry_after=60
        ) from None


async def post_choices(request: web.Request) -> web.Response:
    """Take what a person chose of a draft; then look at its files again, or start it."""
    form = dict((await read_form(request)).items())
    draft = await asyncio.to_thread(_draft, request)
    if draft is None:
        return see_other(f"{_PATH}/{request.match_info['batch_id'].lower()}")
    form |= await asyncio.to_thread(_codes, request.app[SERVICE].settings, _numbered(form, "country-"))
    draft, looked = await _looked(request, draft)
    columns = looked.first.columns
    asked = {columns[n].name: value for n, value in _numbered(form, "column-") if n < len(columns)}
    personal = request[PERSONAL]
    problems = _problems(form, asked, looked, personal)
    if problems:
        return await _draft_page(request, draft, looked.now, form, problems)
    options = Options(
        format="csv",
        map=tuple(f"{field}={column}" for field, column in preview.choices(looked.first, asked)),
        timezone=form.get("timezone", "").strip() or None,
        keep=form.get("keep") == "yes" and may_keep(request),
    )
    files = [
        SentFile(
            name=file.name,
            vendor=form.get(f"vendor-{n}", "").strip(),
            country=form.get(f"country-{n}", "").strip(),
            currency=form.get(f"currency-{n}", "").strip(),
            dates=msgspec.convert(form.get(f"dates-{n}") or None, batch_job.Dates | None),
        )
        for n, file in enumerate(draft.files)
    ]
    batches = request.app[BATCHES]
    earlier, draft = draft, msgspec.structs.replace(draft, options=options, files=tuple(files))
    if options.map != earlier.options.map or list(map(_read_by, files)) != list(map(_read_by, earlier.files)):
        looked = Looked(first=looked.first, now=await _look(request, draft))
        await asyncio.to_thread(batches.folder(draft).write_looked, looked)
    await _note(request, draft)
    problems = _not_to_start(draft, looked.now, asked, personal) if form.get("do") == "start" else {}
    if form.get("do") != "start" or problems:
        return await _draft_page(request, draft, looked.now, _values(draft), problems)
    try:
        await asyncio.to_thread(batches.start_draft, draft)
    except batch_queue.Crowded as crowded:
        return await _draft_page(request, draft, looked.now, _values(draft), {"start": str(crowded)})
    return see_other(f"{_PATH}/{draft.id}")


def _codes(settings: Settings, told: Sequence[tuple[int, str]]) -> dict[str, str]:
    """The codes of the countries that were told by name, as "Việt Nam", by the form's fields."""
    named = [(n, value.strip()) for n, value in told if len(value.strip()) > 2]
    names = load_lists(settings).country_names if named else {}
    return {f"country-{n}": code for n, value in named if (code := find_country(value, names))}


def _read_by(file: SentFile) -> tuple[str | None, str]:
    """What was said of a file that changes what is found in it."""
    return file.dates, file.currency


def _numbered(form: Mapping[str, str], begin: str) -> list[tuple[int, str]]:
    """Number and value of the form's fields whose names begin so."""
    names = [(name.removeprefix(begin), value) for name, value in form.items() if name.startswith(begin)]
    return [(int(number), value) for number, value in names if re.fullmatch("[0-9]{1,5}", number)]


def _problems(form: Mapping[str, str], asked: Mapping[str, str], looked: Looked, personal: bool) -> dict[str, str]:
    """What is wrong with what was chosen, by the names of the form's fields."""
    problems = {}
    key_of = {column.name: f"column-{n}" for n, column in enumerate(looked.first.columns)}
    for field, names in preview.doubled(looked.first, asked).items():
        listed = _listed(names, personal)
        problems[key_of[names[-1]]] = f"A lead has one {field}, and several columns are it: {listed}. Keep one of them."
    for name, field in asked.items():
        if field and not is_field(field):
            problems[key_of[name]] = "A lead has no such field: choose another."
    for n, order in _numbered(form, "dates-"):
        if order and order not in get_args(batch_job.Dates):
            problems[f"dates-{n}"] = "Choose how dates are written."
    if (zone := form.get("timezone", "").strip()) and not is_zone(zone):
        problems["timezone"] = "That is no time zone: give one as Asia/Ho_Chi_Minh."
    for n, vendor in _numbered(form, "vendor-"):
        if len(vendor) > _LONGEST_VENDOR or _UNSEEN.search(vendor):
            problems[f"vendor-{n}"] = f"A vendor's name is one line of at most {_LONGEST_VENDOR} characters."
    for name, field, wanted in _SAID:
        for n, value in _numbered(form, f"{name}-"):
            with_value = {field: value.strip()} if value.strip() else {}
            try:
                check_constants(with_value, "UTC")
            except ValueError:
                problems[f"{name}-{n}"] = wanted
    return problems


def _not_to_start(draft: Job, found: Preview, asked: Mapping[str, str], personal: bool) -> dict[str, str]:
    """Why files cannot be started as they are."""
    if found.problem:
        return {"columns": f"It cannot be started: {found.problem}."}
    if found.without_contact:
        listed = ", ".join(f"“{draft.files[n].name}”" for n in found.without_contact[:5])
        return {
            "columns": f"It cannot be started: no column of {listed} is a mail address or a phone. Choose one under "
            "Columns, or delete these files and send them again without it."
        }
    if unclear := [n for n, file in enumerate(found.files) if file.dates]:
        return {f"dates-{n}": "Day and month cannot be told apart: say which comes first." for n in unclear}
    other = [column.name for column in found.columns if asked.get(column.name, column.field) != column.field]
    if other:
        listed = _listed(other, personal)
        return {"columns": f"With these choices other columns are read otherwise: look at {listed}, then start it."}
    return {}


def _listed(columns: Sequence[str], personal: bool) -> str:
    """Some of these columns, by their headings."""
    return ", ".join(f"“{upload_page.heading(name, personal)}”" for name in columns[:5])


def _values(draft: Job) -> dict[str, str]:
    """What stands in the form of a draft, by the names of its fields; the columns are as they were found."""
    options = draft.options
    values = {f"vendor-{n}": file.vendor for n, file in enumerate(draft.files)}
    values |= {f"country-{n}": file.country for n, file in enumerate(draft.files)}
    values |= {f"currency-{n}": file.currency for n, file in enumerate(draft.files)}
    values |= {f"dates-{n}": file.dates or "" for n, file in enumerate(draft.files)}
    chosen = {"timezone": options.timezone or "UTC"}
    return values | chosen | ({"keep": "yes"} if options.keep else {})


async def _draft_page(
    request: web.Request, draft: Job, found: Preview, values: Mapping[str, str], problems: Mapping[str, str]
) -> web.Response:
    page = upload_page.draft(
        _frame(request),
        draft,
        found,
        personal=request[PERSONAL],
        may_keep=may_keep(request),
        vendors=await _vendors(request),
        values=values,
        problems=problems,
    )
    return page_answer(page, Problem(422, "something is wrong with the form") if problems else None)


async def _vendors(request: web.Request) -> list[str]:
    """The names of vendors that are known, for suggestions; none while the ledger is down."""
    with suppress(Unavailable):
        return list(await request.app[SERVICE].ledger.vendor_names(request[TENANT].name, _MOST_VENDORS))
    return []


def _frame(request: web.Request) -> Frame:
    return frame(request, _PATH, _PATH, "All files")


async def get_audit(request: web.Request) -> web.Response:
    """The audit of the vendors of an upload's leads, as a page."""
    job, _ = await asyncio.to_thread(_find, request)
    path = request.app[BATCHES].folder(job).audit_file
    try:
        return page_answer(await asyncio.to_thread(path.read_text, "utf-8"))
    except FileNotFoundError:
        raise Problem(404, "there is no audit of this upload: it is not done, or a program sent it") from None


async def delete_upload(request: web.Request) -> web.Response:
    """Cancel a batch, or delete what has ended or was not started."""
    await read_form(request)
    batches = request.app[BATCHES]
    draft = await asyncio.to_thread(_draft, request)
    if draft is not None:
        await asyncio.to_thread(batches.remove_draft, draft)
    else:
        _, batch = await asyncio.to_thread(_find, request)
        await asyncio.to_thread(batches.remove, request[TENANT].name, batch)
    return see_other(_PATH)
