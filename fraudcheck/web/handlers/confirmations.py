"""How is a confirmation told over HTTP? It is kept with the lead's next version, which knows of it."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import msgspec
from aiohttp import web

from fraudcheck.intake.body import Unreadable, parse_body
from fraudcheck.intake.confirmation import FaultyConfirmation, read_confirmation
from fraudcheck.pipeline.confirming import MOST, CannotConfirm, confirm
from fraudcheck.records import format_utc
from fraudcheck.web.answers import Problem, expect_json, json_answer
from fraudcheck.web.handlers.checks import asked_check, no_check
from fraudcheck.web.state import BUYER, SERVICE, TENANT


async def post_confirmation(request: web.Request) -> web.Response:
    """Keep that a person confirmed a channel, and judge the lead again with that: 201, or 200 where it was known."""
    expect_json(request, "the confirmation")
    service, check_id, now = request.app[SERVICE], asked_check(request), format_utc(datetime.now(UTC))
    try:
        told = read_confirmation(parse_body(await request.read()))
    except Unreadable as problem:
        raise Problem(400, str(problem)) from None
    except FaultyConfirmation as problem:
        raise Problem(400, "the confirmation cannot be read", errors=problem.errors) from None
    told = msgspec.structs.replace(told, buyer=request[BUYER] or "")
    try:
        confirmed = await confirm(
            service.pipeline, service.ledger, request[TENANT], check_id, told, at=now, randomness=os.urandom
        )
    except CannotConfirm as problem:
        raise _refusal(problem.why, told.channel) from None
    if confirmed is None:
        raise no_check()
    answer = {
        "check_id": check_id,
        "revised_by": confirmed.newest,
        "confirmations": confirmed.confirmations,
        "contact": confirmed.contact,
    }
    return json_answer(answer, 201 if confirmed.is_new else 200)


def _refusal(why: str, channel: str) -> Problem:
    what = {"email": "mail address", "phone": "phone number"}[channel]
    if why == "unread":
        title = f"the lead's {what} could not be read: send the lead again with the right one, and confirm that"
        return Problem(422, title, errors=[{"field": "channel", "problem": f"what the lead has is no {what}"}])
    if why == "no_channel":
        title = f"the lead was sent without a {what}: send it again as a lead that has one, and confirm that"
        return Problem(422, title, errors=[{"field": "channel", "problem": "the lead has none"}])
    if why == "erased":
        return Problem(409, "the person's data was erased: nothing can be confirmed of this lead any more")
    return Problem(409, f"the lead has {MOST} confirmations, which is all that are kept of one: tell no more of it")
