"""How are conversions written for Meta's Conversions API, and does a file keep Meta's rules?

A file has one request on each line: ``{"data": [events]}`` with at most 1,000 events. Meta throws a whole request away
if one event is wrong. Sources: developers.facebook.com, Conversions API, "Conversion leads integration": payload
specification and FAQ; "Customer information parameters".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from fraudcheck.fields.ad_identifiers import is_hash
from fraudcheck.fields.currencies import CURRENCIES
from fraudcheck.records import money_amount
from fraudcheck.report.conversions import Conversion

MOST_EVENTS = 1_000
"""Events of one request."""
_OLDEST = timedelta(days=7)
_LONGEST_NAME = 100
_FBC = re.compile(r"fb\.1\.\d{13}\.[0-9A-Za-z_.-]{10,512}", re.ASCII)
_EVENT = frozenset({"event_name", "event_time", "event_id", "action_source", "user_data", "custom_data"})
_USER = frozenset({"lead_id", "em", "ph", "fbc"})
_CUSTOM = frozenset({"event_source", "lead_event_source", "value", "currency"})
_LEAD_IDS = range(10**14, 10**17)


def event(told: Conversion) -> dict[str, Any]:
    """An event as Meta takes it, of a CRM. ``event_id`` keeps one that is sent twice from counting twice."""
    user: dict[str, Any] = {}
    if told.lead_id is not None:
        user["lead_id"] = told.lead_id
    if told.email:
        user["em"] = [told.email]
    if told.phone:
        user["ph"] = [told.phone]
    if told.click_id:  # when the click was is not known; the form is the first that was seen of it
        user["fbc"] = f"fb.1.{int(told.formed_at.timestamp() * 1000)}.{told.click_id}"
    custom: dict[str, Any] = {"event_source": "crm", "lead_event_source": "fraudcheck"}
    amount = money_amount(told.value.amount or "") if told.value else None
    if told.value is not None and amount is not None:
        custom |= {"value": float(amount), "currency": told.value.currency}
    return {
        "event_name": told.name,
        "event_time": int(told.at.timestamp()),
        "event_id": f"{told.order_id}.{told.event}",
        "action_source": "system_generated",
        "user_data": user,
        "custom_data": custom,
    }


def line(events: Sequence[Mapping[str, Any]]) -> str:
    """A line of the file: one request."""
    return msgspec.json.encode({"data": events}).decode() + "\n"


def file_faults(lines: Iterable[str], now: datetime) -> Iterator[tuple[int, str]]:
    """What of a file breaks Meta's rules, by line number. No text holds a value of the file."""
    seen: set[int] = set()
    for number, text in enumerate(lines, 1):
        try:
            request = msgspec.json.decode(text)
        except ValueError:
            yield number, "cannot be read as JSON"
            continue
        events = request.get("data") if isinstance(request, dict) and set(request) == {"data"} else None
        if not isinstance(events, list) or not 1 <= len(events) <= MOST_EVENTS:
            yield number, f"not data of 1 to {MOST_EVENTS:,} events alone"
            continue
        for place, one in enumerate(events, 1):
            faults = event_faults(one, now)
            for fault in faults:
                yield number, f"event {place}: {fault}"
            if not faults:
                key = hash(one["event_id"])
                if key in seen:
                    yield number, f"event {place}: event_id: twice"
                seen.add(key)


def event_faults(one: Any, now: datetime) -> list[str]:
    """What of an event breaks Meta's rules. No text holds a value."""
    if not isinstance(one, dict) or set(one) != _EVENT:
        return ["not an event with all of its parts and no others"]
    faults = []
    name, time = one["event_name"], one["event_time"]
    if not isinstance(name, str) or not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        faults.append(f"event_name: not 1 to {_LONGEST_NAME} characters on one line")
    if type(time) is not int:
        faults.append("event_time: not whole seconds since 1970")
    elif not int((now - _OLDEST).timestamp()) <= time <= now.timestamp():
        faults.append("event_time: in the future, or more than 7 days ago")
    if not isinstance(one["event_id"], str) or not 1 <= len(one["event_id"]) <= 128:
        faults.append("event_id: not a text of 1 to 128 characters")
    if one["action_source"] != "system_generated":
        faults.append("action_source: not system_generated")
    return [*faults, *_user_faults(one["user_data"]), *_custom_faults(one["custom_data"])]


def _user_faults(user: Any) -> list[str]:
    if not isinstance(user, dict) or not user or not set(user) <= _USER:
        return ["user_data: nothing to know the lead by, or a part that is none"]
    faults = []
    if "lead_id" in user and (type(user["lead_id"]) is not int or user["lead_id"] not in _LEAD_IDS):
        faults.append("lead_id: not 15 to 17 digits")
    for name in ("em", "ph"):
        hashes = user.get(name, [""])
        if not isinstance(hashes, list) or not hashes:
            faults.append(f"{name}: not a list of hashes")
        elif name in user and not all(isinstance(text, str) and is_hash(text) for text in hashes):
            faults.append(f"{name}: not 64 hexadecimal digits in lower case")
    if "fbc" in user and not (isinstance(user["fbc"], str) and _FBC.fullmatch(user["fbc"])):
        faults.append("fbc: not as fb.1.MILLISECONDS.FBCLID")
    return faults


def _custom_faults(custom: Any) -> list[str]:
    if not isinstance(custom, dict) or not set(custom) <= _CUSTOM:
        return ["custom_data: has a part that is none"]
    faults = []
    if custom.get("event_source") != "crm":
        faults.append("event_source: not crm")
    if not isinstance(custom.get("lead_event_source"), str) or not custom["lead_event_source"].strip():
        faults.append("lead_event_source: not given")
    if ("value" in custom) != ("currency" in custom):
        faults.append("value: it needs a currency, and a currency a value")
    elif "value" in custom:
        value = custom["value"]
        if type(value) not in {int, float} or not 0 <= value <= 10**9:  # no NaN is
            faults.append("value: not a number from 0 to 1,000,000,000")
        if not isinstance(custom["currency"], str) or custom["currency"] not in CURRENCIES:
            faults.append("currency: no code of ISO 4217")
    return faults
