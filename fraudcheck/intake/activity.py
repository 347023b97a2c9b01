"""What did the person do before the form? A list of events, counts by name, or a list of names, each also as text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from fraudcheck.fields.normal_form import plain_digits
from fraudcheck.intake.field_readers import Unread, is_visible, read_count, read_moment, read_one_line, read_truth
from fraudcheck.intake.lead_fields import ACTIVITY_EVENTS, EVENT_NAME
from fraudcheck.records import Activity, FieldWarning

_BETWEEN = re.compile(r"[,;|\n]")
_NUMERIC = re.compile(
    r"(?P<a>\d{1,2})(?P<mark>[/.-])(?P<b>\d{1,2})(?P=mark)(?P<year>\d{4})"
    r"(?:(?:,|\s|T)\s?(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?:\s?(?P<half>[ap])\.?m\.?)?)?",
    re.IGNORECASE,
)
_LONGEST_TIME = 40


def read_activity(value: Any) -> tuple[tuple[Activity, ...], list[FieldWarning]]:
    """The events that can be read, in their order, and a warning of each kind of those that cannot.

    What did not happen (a count of 0, false) is no event. Raises Unread for a value that cannot hold events.
    """
    events: list[Activity] = []
    problems: dict[str, int] = {}
    told = _told(value)
    for number, (name, event) in enumerate(told):
        if number >= ACTIVITY_EVENTS:
            problems[f"more than {ACTIVITY_EVENTS} events; the first {ACTIVITY_EVENTS} are read"] = 1
            break
        try:
            if (read := _event(name, event, problems)) is not None:
                events.append(read)
        except Unread as problem:
            problems[str(problem)] = problems.get(str(problem), 0) + 1
    warnings = [
        FieldWarning(field="activity", problem=problem if n == 1 else f"{n} times: {problem}")
        for problem, n in problems.items()
    ]
    return tuple(events), warnings


def _told(value: Any) -> Iterable[tuple[Any, Any]]:
    """The events of a value as pairs: the name where it stands outside of the event, else None, and what is told.

    Raises Unread.
    """
    if isinstance(value, str):
        value = _from_text(value)
    if isinstance(value, dict):
        return [(None, value)] if isinstance(value.get("event"), str) else value.items()
    if isinstance(value, list):
        return ((None, each) for each in value)
    raise Unread("not a list of events, nor counts by name")


def _from_text(text: str) -> Any:
    """A text's JSON, or the names in it, each perhaps with its count. Raises Unread."""
    text = text.strip()
    if not text.startswith(("[", "{")):
        parts = (part.strip() for part in _BETWEEN.split(text, ACTIVITY_EVENTS + 1))
        return [_named(part) for part in parts if is_visible(part)]
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise Unread("looks like JSON and is none") from None


def _named(part: str) -> Any:
    """An event, with its count where the text has one: ``pages: 7``, ``pages=7``."""
    name, _, count = part.rpartition("=" if "=" in part else ":")
    return {"event": name, "count": count} if is_visible(name) and count.strip().isdecimal() else part


def _event(name: Any, told: Any, problems: dict[str, int]) -> Activity | None:
    """One event; None for what did not happen. Raises Unread; a time that cannot be read goes into ``problems``."""
    at, count = None, told if name is not None else 1
    if isinstance(told, dict):
        name = told.get("event") if name is None else name
        at, count = told.get("at"), 1 if told.get("count") in (None, "") else told["count"]
    elif name is None:
        name = told
    event = read_one_line(name) if isinstance(name, str) else None
    if event is None:
        raise Unread("an event without a name: give it as `event`")
    if len(event) > EVENT_NAME:
        raise Unread(f"an event with a name of more than {EVENT_NAME} characters")
    times = _times(count)
    if not times:
        return None
    try:
        moment = None if at is None else _moment(at)
    except Unread as problem:
        moment = None
        said = f"the time of an event is {problem}"
        problems[said] = problems.get(said, 0) + 1
    return Activity(event=event, at=moment, count=times)


def _moment(at: Any) -> str | None:
    """When it happened; also a date in numbers that tells by itself where its day stands. Raises Unread."""
    try:
        return read_moment(at)
    except Unread:
        found = (
            _NUMERIC.fullmatch(plain_digits(at).strip()) if isinstance(at, str) and len(at) <= _LONGEST_TIME else None
        )
        if found is None:
            raise
    a, b = int(found["a"]), int(found["b"])
    if found["mark"] == "." or a == b or a > 12:  # nobody sets dots between months and days, in this order
        day, month = a, b
    elif b > 12:
        day, month = b, a
    else:
        raise Unread("not certain: give it as RFC 3339, such as 2026-11-24T20:10:00Z")
    half = (found["half"] or "").lower()
    hour = int(found["hour"] or 0)
    if half and not 1 <= hour <= 12:
        raise Unread("not an RFC 3339 date and time")
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    year, minute, second = int(found["year"]), found["minute"] or "00", found["second"] or "00"
    return read_moment(f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute}:{second}")


def _times(count: Any) -> int:
    """How often it happened. Raises Unread."""
    if count is None or (isinstance(count, str) and not is_visible(count)):
        return 0
    try:
        return read_count(count)
    except Unread as problem:
        try:
            return int(read_truth(count))  # a box that was ticked
        except Unread:
            raise Unread(f"the count of an event is {problem}") from None
