"""How do form platforms bring leads? Whatever one sends becomes a lead, which is judged like any other.

A platform shows a failed answer to the visitor as "sending failed", or stops sending. So the answer to a lead is always
200, flat, and says in words what is wrong; only a platform that tries again by itself hears that it should.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

import msgspec
from aiohttp import web

from fraudcheck.adapters.keys import Key
from fraudcheck.batch.form_columns import find_columns
from fraudcheck.intake.body import Unreadable
from fraudcheck.intake.field_readers import Unread, read_amount, split_price
from fraudcheck.intake.forms import Delivery, FindColumns, Platform
from fraudcheck.intake.forms.flat import label_of
from fraudcheck.intake.lead import NoContact
from fraudcheck.reasons import TEST
from fraudcheck.records import CheckVerdict
from fraudcheck.web.answers import Problem, encode, json_answer
from fraudcheck.web.handlers.checks import asked_key, expect_room, judge
from fraudcheck.web.limits import count_wrong_key
from fraudcheck.web.schemas import FormAnswer, LeadConduitAnswer, LeadId
from fraudcheck.web.source_keys import body_of, content_of, platform_of, tries_again
from fraudcheck.web.state import KEY_ID, SOURCE_KEY

_MOST_TEXTS = 3
"""Reasons that are told in words."""
_INTERNATIONAL = re.compile(r"[+＋]|^\D{0,9}00")
"""What a number with a country's code has."""
_CHALLENGE = re.compile("[A-Za-z0-9_-]{1,200}")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot say."""
_NO_CONTACT = (
    "neither a mail address nor a phone was found: name the form's fields so that they say what they are, or make the "
    "key with --map email=FIELD --map phone=FIELD"
)


async def post_form(request: web.Request) -> web.Response:
    """Judge the lead in what a platform sent."""
    answer, _ = await _answer(request)
    return _told(request, answer)


async def post_leadconduit(request: web.Request) -> web.Response:
    """Judge a lead that is submitted as LeadConduit takes them: the answer is 201 also for a refused one."""
    answer, lead = await _answer(request, is_strict=True)
    is_sold = answer.outcome == "success" and answer.classification != TEST
    price = _price(lead) if is_sold else 0.0
    given = LeadId(id=answer.check_id) if answer.check_id else msgspec.UNSET
    told = LeadConduitAnswer(outcome=answer.outcome, reason=answer.reason, lead=given, price=price)
    return _told(request, told, 201)


async def get_form(request: web.Request) -> web.Response:
    """Answer a platform that asks whether this is the right place, as Meta does before it sends anything."""
    challenge = request.query.get("hub.challenge", "")
    if not _CHALLENGE.fullmatch(challenge):
        raise Problem(400, "send the leads with POST: GET only answers hub.challenge")
    return web.Response(text=challenge)


def problem_answer(request: web.Request, problem: Problem) -> web.Response:
    """An error, as the platform takes it: what will pass is told by 503 or 429 only to one that tries again."""
    if problem.status in (429, 503) and request.method == "POST" and not tries_again(request):
        return _told(request, FormAnswer(outcome="error", reason=problem.title))
    return problem.response()


async def _answer(request: web.Request, *, is_strict: bool = False) -> tuple[FormAnswer, Mapping[str, Any]]:
    """The answer to a platform's call, and the lead as it was found. ``is_strict`` raises Problem where none was."""
    expect_room(request)
    platform, key = platform_of(request), request[SOURCE_KEY]
    lead: dict[str, Any] = {}
    try:
        delivery = Delivery(body=await body_of(request), content=None, headers=_headers(request), url=str(request.url))
        await _require_signature(request, platform, key, delivery)
        delivery = msgspec.structs.replace(delivery, content=await content_of(request))
        found = platform.read(delivery, _columns(key))
        lead = _in_keys_country(_of_keys_vendor(found.lead, key), key)
        event = found.event or asked_key(request) or ""
        named = f"{platform.name} {request[KEY_ID]}\0{event}" if event else None  # as no caller's own key can be
        verdict = await judge(request, encode(lead), named, any_body=True)
    except Unreadable as problem:
        if is_strict:
            raise Problem(400, f"{problem}") from None
        return FormAnswer(outcome="error", reason=f"{problem}"), lead
    except NoContact:
        return FormAnswer(outcome="error", reason=_NO_CONTACT), lead
    return _of_verdict(verdict), lead


def _headers(request: web.Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


async def _require_signature(request: web.Request, platform: Platform, key: Key | None, delivery: Delivery) -> None:
    """Raises Problem where the source has a secret to sign with and the call bears no signature of it."""
    if key is None or not key.signing:
        return
    if platform.is_signed is None or not platform.is_signed(delivery, key.signing, time.time()):
        await count_wrong_key(request)
        raise Problem(
            401,
            "the call is not signed with this source's secret, or was signed too long ago: make the key with the "
            "secret that the platform shows, `--signing-secret -`",
        )


def _columns(key: Key | None) -> FindColumns:
    """The table by which labels are found, after what the source's key says of them."""
    chosen = {field: [*names, *map(label_of, names)] for field, names in key.columns.items()} if key else {}
    return lambda labels: find_columns(labels, chosen)


def _of_keys_vendor(lead: dict[str, Any], key: Key | None) -> dict[str, Any]:
    """The lead under its source's vendor and campaign. What it claims instead is kept beside them."""
    if key is None or not (key.vendor or key.campaign):
        return lead
    source = lead.get("source")
    source = lead["source"] = {**source} if isinstance(source, dict) else {}
    for name, own in (("vendor", key.vendor), ("campaign", key.campaign)):
        if own:
            claimed = source.get(name)
            if claimed not in (None, "", own):
                lead[f"claimed_{name}"] = claimed
            source[name] = own
    return lead


def _in_keys_country(lead: dict[str, Any], key: Key | None) -> dict[str, Any]:
    """The lead with its source's country, where its phone needs one. It says nothing of where the person is."""
    phone = lead.get("phone")
    if key and key.country and lead.get("country") in (None, "") and phone and not _INTERNATIONAL.search(f"{phone}"):
        lead["country"] = key.country
    return lead


def _of_verdict(verdict: CheckVerdict) -> FormAnswer:
    refused = verdict.decision == "reject" and verdict.classification != TEST  # a connection that is tried out works
    against = sorted((one for one in verdict.reasons if one.points < 0), key=lambda one: one.points)
    return FormAnswer(
        outcome="failure" if refused else "success",
        reason=" ".join(one.text for one in against[:_MOST_TEXTS]) if refused else "",
        trust_score=verdict.trust_score,
        decision=verdict.decision,
        classification=verdict.classification,
        check_id=verdict.check_id,
        reference=verdict.reference,
        reasons=" ".join(f"{one.code}:{one.points:z.1f}" for one in verdict.reasons),
    )


def _price(lead: Mapping[str, Any]) -> float:
    """What the lead costs its buyer, as it says; 0 where it does not."""
    source = lead.get("source")
    price = source.get("price") if isinstance(source, dict) else None
    told = price if isinstance(price, dict) else {"amount": price}
    try:
        return float(read_amount(split_price(told)["amount"]))
    except (Unread, KeyError):
        return 0.0


def _told(request: web.Request, answer: FormAnswer | LeadConduitAnswer, status: int = 200) -> web.Response:
    if not _wants_xml(request):
        response = json_answer(answer, status)
    else:
        told = "".join(_element(name, value) for name, value in msgspec.to_builtins(answer).items())
        text = f'<?xml version="1.0" encoding="UTF-8"?>\n<result>{told}</result>\n'
        response = web.Response(text=text, status=status, content_type="application/xml", charset="utf-8")
    response.headers["Vary"] = "Accept"
    return response


def _wants_xml(request: web.Request) -> bool:
    """Whether XML is the first of what a caller takes that can be given."""
    kinds = [part.partition(";")[0].strip().lower() for part in request.headers.get("Accept", "")[:200].split(",")]
    given = [kind for kind in kinds if kind in ("application/json", "application/xml", "text/xml", "*/*")]
    return bool(given) and given[0].endswith("/xml")


def _element(name: str, value: Any) -> str:
    if isinstance(value, dict):
        inner = "".join(_element(part, inner) for part, inner in value.items())
    else:
        inner = "" if value is None else escape(_NO_XML.sub("", f"{value}"))
    return f"<{name}>{inner}</{name}>"
