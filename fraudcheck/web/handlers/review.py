"""How do people work through the leads that wait for review? One lead after the other, each on one screen at a time."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

from aiohttp import web

from fraudcheck.ledger.outcomes import FAKE
from fraudcheck.ports.reviews import Decision, QueueFilter, Review, Verdict
from fraudcheck.records import format_utc
from fraudcheck.web import review_page
from fraudcheck.web.answers import Problem, page_answer, see_other
from fraudcheck.web.handlers.checks import asked_check, key_name, name_reviewers, no_check, told_of
from fraudcheck.web.limits import reader_turn
from fraudcheck.web.masking import shown
from fraudcheck.web.page_calls import frame, read_form
from fraudcheck.web.review_page import PATH, Asked, Done
from fraudcheck.web.state import BUYER, KEY_ID, PERSONAL, SERVICE, TENANT

_ROWS, _LONGEST_MARK = 20, 32
_COOKIE = "fraudcheck_reviewer"
"""Tells two browsers apart that signed in with one key, so that they are not shown the same lead. It opens nothing."""
_MARK = web.RequestKey("reviewers_mark", str)
_TOLD = {
    "empty": "Nothing waits for review here.",
    "erased": "The person's data of that lead was erased meanwhile. Nothing was kept.",
}
_NOT_KEPT = {
    "decided": "Somebody else was quicker: your decision was not kept.",
    "revised": "The lead was checked again meanwhile. This is the newer check: decide again, as nothing was kept.",
}


async def get_queue(request: web.Request) -> web.Response:
    """The queue: how many leads wait, of which vendors and for what, and the next ones."""
    asked, reviewer = _asked(request.query), _reviewer(request)
    reviews, tenant, now = request.app[SERVICE].reviews, request[TENANT].name, time.time()
    async with reader_turn(request) as readers:
        counts = await reviews.review_counts(tenant, now)
        rows = await reviews.review_queue(tenant, _filter(asked), by=reviewer, now=now, limit=_ROWS)
        done = await _done(request)
        told = _TOLD.get(request.query.get("told", ""), "")
        around = frame(request, PATH)
        html = await readers.make(
            lambda: review_page.queue(counts, rows, asked, around, now=datetime.now(UTC), done=done, told=told)
        )
    return _known(page_answer(html), request)


async def post_next(request: web.Request) -> web.Response:
    """Go to the next lead that nobody else looks at."""
    form = await read_form(request)
    return await _go_on(request, _asked(form))


async def get_lead(request: web.Request) -> web.Response:
    """One lead, to decide on. It is kept from others for some minutes."""
    check_id, asked, reviewer = asked_check(request), _asked(request.query), _reviewer(request)
    service, tenant, now = request.app[SERVICE], request[TENANT].name, time.time()
    async with reader_turn(request) as readers:
        stored = await service.ledger.get(tenant, check_id)
        if stored is None:
            raise no_check()
        is_mine = stored.personal is not None and await service.reviews.take_review(
            tenant, check_id, by=reviewer, now=now
        )
        review = await service.reviews.find_review(tenant, check_id)
        told = await told_of(service.ledger, tenant, check_id)
        told["outcomes"] = name_reviewers(request, told["outcomes"])
        sharing = await service.reviews.sharing(tenant, check_id)
        waiting = await service.reviews.count_waiting(tenant)
        done, personal = await _done(request), request[PERSONAL]
        note = review.note or "" if review is not None and personal else ""
        notices = [_NOT_KEPT[name] for name in _NOT_KEPT if name == request.query.get("told")]
        if not is_mine and review is not None:
            notices.append(_why_not_mine(request, review))
        around = frame(request, PATH, asked.address(PATH), "The queue")
        html = await readers.make(
            lambda: review_page.lead(
                shown(stored, personal, whole=True) | told,
                around,
                asked,
                sharing=sharing,
                waiting=waiting,
                note=note,
                notices=notices,
                done=done,
            )
        )
    return _known(page_answer(html, script=True), request)


async def post_decision(request: web.Request) -> web.Response:
    """Keep a decision, tell it as an outcome, and go on with the next lead."""
    form, check_id = await read_form(request), asked_check(request)
    asked, reason = _asked(form), str(form.get("why", ""))
    decision = next((each for each in get_args(Decision) if each == form.get("decision")), None)
    if decision is None:
        raise Problem(400, "decide genuine, fake or later")
    if decision == "fake" and reason and reason not in FAKE:
        raise Problem(400, f"a lead is fake for one of {', '.join(review_page.REASONS)}, or for none of them")
    key_id = request[KEY_ID]
    verdict = Verdict(
        check_id=check_id,
        decision=decision,
        at=format_utc(datetime.now(UTC)),
        by=key_id,
        buyer=request[BUYER] or "",
        reason=reason or None if decision == "fake" else None,
        note=str(form.get("note", "")).strip()[: review_page.MOST_NOTE],
    )
    became = await request.app[SERVICE].reviews.decide_review(request[TENANT].name, verdict)
    if became == "missing":
        raise no_check()
    if became == "erased":
        return see_other(asked.address(PATH, told="erased"))
    if became == "revised":
        return see_other(asked.address(f"{PATH}/{await _newest(request, check_id)}", told="revised"))
    if became == "decided":
        return see_other(asked.address(f"{PATH}/{check_id}", told="decided"))
    return await _go_on(request, asked, done=check_id)


async def post_undo(request: web.Request) -> web.Response:
    """Take the caller's own decision back, and show the lead again."""
    form, check_id = await read_form(request), asked_check(request)
    await request.app[SERVICE].reviews.undo_review(request[TENANT].name, check_id, by=request[KEY_ID])
    return see_other(_asked(form).address(f"{PATH}/{check_id}"))


async def post_leave(request: web.Request) -> web.Response:
    """Give the lead back to the others, and go to the queue."""
    form, check_id = await read_form(request), asked_check(request)
    await request.app[SERVICE].reviews.leave_review(request[TENANT].name, check_id, by=_reviewer(request))
    return see_other(_asked(form).address(PATH))


async def _go_on(request: web.Request, asked: Asked, done: str = "") -> web.Response:
    """To the first lead of the queue that can be had."""
    reviews, tenant, reviewer, now = request.app[SERVICE].reviews, request[TENANT].name, _reviewer(request), time.time()
    more = {"done": done} if done else {}
    for row in await reviews.review_queue(tenant, _filter(asked), by=reviewer, now=now, limit=_ROWS):
        if row.check_id != done and await reviews.take_review(tenant, row.check_id, by=reviewer, now=now):
            return _known(see_other(asked.address(f"{PATH}/{row.check_id}", **more)), request)
    return see_other(asked.address(PATH, told="empty", **more))


async def _newest(request: web.Request, check_id: str) -> str:
    ledger, tenant = request.app[SERVICE].ledger, request[TENANT].name
    for _ in range(_ROWS):
        stored = await ledger.get(tenant, check_id)
        if stored is None or stored.revised_by is None:
            break
        check_id = stored.revised_by
    return check_id


async def _done(request: web.Request) -> Done | None:
    """What the caller decided last, to be taken back."""
    check_id = request.query.get("done", "")
    review = await request.app[SERVICE].reviews.find_review(request[TENANT].name, check_id) if check_id else None
    if review is None or review.decision is None or review.decided_by != request[KEY_ID]:
        return None
    return Done(check_id=review.check_id, text=review_page.done_text(review))


def _why_not_mine(request: web.Request, review: Review) -> str:
    if review.decision in ("genuine", "fake"):
        who = key_name(request, review.decided_by or "") or "somebody"
        return f"Reviewed as {review.decision} by {who} already. The first decision counts."
    who = key_name(request, (review.taken_by or "").partition(":")[0]) or "somebody else"
    return f"This lead is on the screen of {who} just now. You may decide all the same: the first decision counts."


def _asked(given: Any) -> Asked:
    """The part of the queue that a query or a form names. Raises Problem for days that are none."""
    told = {name: str(given.get(name, "")).strip()[:200] for name in ("vendor", "reason", "from", "to", "currency")}
    for name in ("from", "to"):
        if told[name] and _day(told[name]) is None:
            raise Problem(400, f"{name}: give a day such as 2026-11-03")
    sort = "dearest" if given.get("sort") == "dearest" else "oldest"
    return Asked(
        vendor=told["vendor"],
        reason=told["reason"],
        since=told["from"],
        until=told["to"],
        sort=sort,
        currency=told["currency"] if sort == "dearest" else "",
    )


def _filter(asked: Asked) -> QueueFilter:
    since, until = _day(asked.since), _day(asked.until)
    return QueueFilter(
        vendor=asked.vendor or None,
        reason=asked.reason or None,
        since=format_utc(since) if since else None,
        until=format_utc(until + timedelta(days=1)) if until else None,
        order="dearest" if asked.sort == "dearest" else "oldest",
        currency=asked.currency or None,
    )


def _day(text: str) -> datetime | None:
    """The beginning of a day that can be written, and its next one too."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if 1970 < day.year < 9999 else None


def _reviewer(request: web.Request) -> str:
    """Whose screen it is: the key's, in this browser."""
    if _MARK not in request:
        given = request.cookies.get(_COOKIE, "")
        request[_MARK] = given if given.isalnum() and len(given) <= _LONGEST_MARK else secrets.token_hex(8)
    return f"{request[KEY_ID]}:{request[_MARK]}"


def _known(answer: web.Response, request: web.Request) -> web.Response:
    """The answer, by which the browser is known again."""
    mark = request[_MARK]
    if request.cookies.get(_COOKIE) != mark:
        answer.set_cookie(_COOKIE, mark, path=PATH, httponly=True, samesite="Lax", secure=request.secure)
    return answer
