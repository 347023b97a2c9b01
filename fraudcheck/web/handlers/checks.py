"""How are leads checked over HTTP? A lead is judged, verdicts are looked up, and outcomes are reported."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from fraudcheck.identifiers import UUID
from fraudcheck.intake.body import Unreadable, parse_body
from fraudcheck.intake.lead import NoContact
from fraudcheck.intake.outcome import FaultyOutcome, read_outcome
from fraudcheck.operations.finding import reference_tokens
from fraudcheck.operations.replay import replay, replay_text
from fraudcheck.pipeline.check import Conflict
from fraudcheck.ports import Unavailable
from fraudcheck.ports.ledger import CheckFilter, Ledger
from fraudcheck.records import REVIEWED, CheckVerdict, Outcome, format_utc
from fraudcheck.web import pages
from fraudcheck.web.admission import Refused
from fraudcheck.web.answers import (
    Problem,
    encode,
    expect_json,
    json_answer,
    page_answer,
    read_time,
    shed_problem,
    wants_page,
)
from fraudcheck.web.connections import Connection
from fraudcheck.web.limits import reader_turn
from fraudcheck.web.masking import shown
from fraudcheck.web.page_calls import frame
from fraudcheck.web.state import ADMISSION, BUYER, PERSONAL, SERVICE, TENANT
from fraudcheck.wiring import FaultyKeys

_PAGE = 50
_LONGEST_PAGE = 1000
_Answer = TypeVar("_Answer")


def expect_room(request: web.Request) -> None:
    """Refuse a check for which there is no room, before anything else is done for it. Raises Problem."""
    try:
        request.app[ADMISSION].require_room(_arrived(request), request.headers.get("Idempotency-Key"))
    except Refused:
        raise _shed(request) from None


async def post_check(request: web.Request) -> web.Response:
    """Judge one lead and answer with its verdict."""
    expect_json(request, "the lead")
    key = asked_key(request)
    body = await request.read()
    try:
        verdict = await judge(request, body, key)
    except Unreadable as problem:
        raise Problem(400, str(problem)) from None
    except NoContact as problem:
        errors = [*_NO_CONTACT, *({"field": each.field, "problem": each.problem} for each in problem.meant)]
        raise Problem(422, "the lead has neither a mail address nor a phone", errors=errors) from None
    except Conflict:
        raise Problem(409, "this Idempotency-Key was used with another body") from None
    return web.Response(body=encode(verdict), content_type="application/json")


def asked_key(request: web.Request) -> str | None:
    """The call's Idempotency-Key. Raises Problem for one that is none."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 1 <= len(key) <= 255:
        raise Problem(400, "an Idempotency-Key has 1 to 255 characters")
    return key


async def judge(request: web.Request, body: bytes, key: str | None, *, any_body: bool = False) -> CheckVerdict:
    """Judge a lead when there is room for it. Raises as ``Pipeline.check``, and Problem where there is none."""
    pipeline, tenant = request.app[SERVICE].pipeline, request[TENANT]
    return await in_turn(request, key, lambda: pipeline.check(tenant, body, key, any_body=any_body))


async def in_turn(request: web.Request, key: str | None, check: Callable[[], Awaitable[_Answer]]) -> _Answer:
    """Make a check when there is room for it. Raises as that does, and Problem where there is none."""
    admission = request.app[ADMISSION]
    try:
        await admission.enter(_arrived(request), key, lambda: request.transport is None)
    except Refused:
        raise _shed(request) from None
    answered = None
    try:
        answer = await check()
        answered = key
    finally:
        admission.leave(answered)
    return answer


def _arrived(request: web.Request) -> float:
    """When the last bytes of the call arrived, by the clock of the admission."""
    protocol = request.protocol
    return protocol.arrived if isinstance(protocol, Connection) else request.app[ADMISSION].arrived()


def _shed(request: web.Request) -> Problem:
    """The answer to a check for which there is no room. Its connection is read again a moment later."""
    if isinstance(request.protocol, Connection):
        request.protocol.rests = True
    return shed_problem(request.app[ADMISSION].retry_after)


_NO_CONTACT = [
    {"field": "email", "problem": "absent, blank, not text, or a word that means nothing"},
    {"field": "phone", "problem": "absent, blank, not text or number, or a word that means nothing"},
]


async def get_check(request: web.Request) -> web.Response:
    """A verdict as it was given, with its facts and the lead's outcomes and confirmations; to a browser as a page."""
    check_id = asked_check(request)
    async with reader_turn(request) as readers:
        ledger, tenant, personal = request.app[SERVICE].ledger, request[TENANT].name, request[PERSONAL]
        stored = await ledger.get(tenant, check_id)
        if stored is None:
            raise no_check()
        told = await told_of(ledger, tenant, check_id)
        if not wants_page(request):
            body = await readers.make(lambda: encode(shown(stored, personal, whole=True) | told))
            return web.Response(body=body, content_type="application/json")
        told["outcomes"] = name_reviewers(request, told["outcomes"])
        lines = await _replay_lines(ledger, tenant, check_id)
        return page_answer(
            await readers.make(
                lambda: pages.lead(
                    shown(stored, personal, whole=True) | told,
                    lines,
                    frame(request, "/v1/vendors", "/v1/vendors", "All vendors"),
                )
            )
        )


async def told_of(ledger: Ledger, tenant: str, check_id: str) -> dict[str, Any]:
    """The outcomes and confirmations of a lead, as the API gives them."""
    confirmed = (await ledger.lead_confirmations(tenant, check_id))[1]
    return {
        "outcomes": msgspec.to_builtins(await ledger.lead_outcomes(tenant, check_id)),
        "confirmations": [msgspec.to_builtins(one.confirmation) for one in confirmed],
    }


def name_reviewers(request: web.Request, outcomes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Outcomes for a page, where a review names the key that told it by its label."""
    return [
        each | {"buyer": key_name(request, each.get("buyer", ""))} if each["outcome"] in REVIEWED else each
        for each in outcomes
    ]


def key_name(request: web.Request, key_id: str) -> str:
    """What a key is called: its label, else its id. What is no key's id, as a buyer's name, is given back."""
    try:
        key = request.app[SERVICE].keys.with_id(key_id) if key_id else None
    except FaultyKeys:
        return key_id
    return key.label or key_id if key is not None and key.tenant == request[TENANT].name else key_id


async def _replay_lines(ledger: Ledger, tenant: str, check_id: str) -> list[str]:
    try:
        replayed = await replay(ledger, tenant, check_id)
    except Unavailable as problem:
        return [f"{problem}"]
    return replay_text(replayed) if replayed is not None else []


def asked_check(request: web.Request) -> str:
    """The id of the check that a call is about. Raises Problem for what is no id."""
    check_id = request.match_info["check_id"].lower()
    if not UUID.fullmatch(check_id):
        raise no_check()
    return check_id


def no_check() -> Problem:
    """There is no such check. An error of its own each time: one that is raised again keeps all that it passed."""
    return Problem(404, "there is no such check")


async def post_outcome(request: web.Request) -> web.Response:
    """Record what became of a lead. Its verdicts stay as they were given."""
    expect_json(request, "the outcome")
    ledger, tenant, check_id = request.app[SERVICE].ledger, request[TENANT].name, asked_check(request)
    try:
        outcome = read_outcome(parse_body(await request.read()), request[TENANT].funnel)
    except Unreadable as problem:
        raise Problem(400, str(problem)) from None
    except FaultyOutcome as problem:
        if await ledger.get(tenant, check_id) is None:
            raise no_check() from None
        raise Problem(400, "the outcome cannot be read", errors=problem.errors) from None
    outcome = _of_keys_buyer(outcome, request[BUYER])
    (answer,) = await ledger.record_outcomes(tenant, [(check_id, outcome)], format_utc(datetime.now(UTC)))
    if answer == "missing":
        raise no_check()
    return json_answer({"check_id": check_id, "outcomes": await ledger.lead_outcomes(tenant, check_id)})


def _of_keys_buyer(outcome: Outcome, buyer: str | None) -> Outcome:
    """The outcome as told by the key's buyer. Raises Problem if it names another one."""
    if buyer is None:
        return outcome
    if outcome.buyer and outcome.buyer.casefold() != buyer.casefold():
        title = "the key tells the outcomes of another buyer: leave buyer out, or make a key with `keys create --buyer`"
        raise Problem(403, title)
    return msgspec.structs.replace(outcome, buyer=buyer)


async def list_checks(request: web.Request) -> web.Response:
    """Verdicts, newest first, a page at a time."""
    query = request.query
    unknown = set(query) - {*_FILTERS, "reference", "from", "to", "limit", "cursor"}
    errors = [{"field": name, "problem": "no such filter"} for name in sorted(unknown)]
    limit = query.get("limit", str(_PAGE))
    if not re.fullmatch("[0-9]{1,4}", limit) or not 1 <= int(limit) <= _LONGEST_PAGE:
        errors.append({"field": "limit", "problem": f"not a number from 1 to {_LONGEST_PAGE}"})
    cursor = query.get("cursor")
    if cursor is not None and not UUID.fullmatch(cursor):
        errors.append({"field": "cursor", "problem": "not a next_cursor of an earlier page"})
    since, until = (read_time(query.get(name), name, errors) for name in ("from", "to"))
    if errors:
        raise Problem(400, "the query cannot be read", errors=errors)
    reference = query.get("reference")
    wanted = CheckFilter(
        identities=reference_tokens(reference, request[TENANT].identity_key) if reference else (),
        since=since,
        until=until,
        **{name: query[name] for name in _FILTERS if query.get(name)},
    )
    personal = request[PERSONAL]
    async with reader_turn(request) as readers:
        found = await request.app[SERVICE].ledger.list(
            request[TENANT].name, wanted, limit=int(limit) + 1, before_check_id=cursor
        )
        page = found[: int(limit)]
        checks = await readers.make_each(lambda stored: msgspec.Raw(encode(shown(stored, personal, whole=False))), page)
    return json_answer({"checks": checks, "next_cursor": page[-1].check_id if len(found) > len(page) else None})


_FILTERS = ("vendor", "decision", "classification", "enquiry", "band", "reason", "origin")
