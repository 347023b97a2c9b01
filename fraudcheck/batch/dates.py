"""How does a file write its dates and times, and which moment is each one?

Whether the day or the month comes first is decided for a whole column, from all its values; then every value is read in
that order. Where the column does not tell, nothing is guessed.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from msgspec import Struct

from fraudcheck.batch.cells import decode_cell

_NUMERIC = re.compile(r"(?P<a>\d{1,2})(?P<mark>[/.-])(?P<b>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})(?!\d)")
"""A date such as 03/04/2026, of which nobody knows whether ``a`` or ``b`` is the day."""
_EPOCH = re.compile(r"\d{9,13}(?:\.\d+)?")
"""Seconds since 1970 (from 1973 on) or milliseconds (until 2286). Fewer digits are a spreadsheet's count of days, and
14 digits are a time in ISO 8601's basic format."""
_EPOCH_MS_FROM = 1e11
"""From here on a count since 1970 is one of milliseconds (or of a finer unit): as seconds it would be the year 5138."""
_DATES = (
    _NUMERIC,
    re.compile(r"(?P<year>\d{4})(?P<mark>[/.-])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)"),
    re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[ .-]{1,9}(?P<name>[a-z]{3,9})[ .,-]{1,9}(?P<year>\d{4}|\d{2})(?!\d)"),
    re.compile(r"(?P<name>[a-z]{3,9})[ .]{1,9}(?P<day>\d{1,2})(?:st|nd|rd|th)?[ ,]{1,9}(?P<year>\d{4})(?!\d)"),
)
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,9}[,.]?\s{1,9}")
_TIME = re.compile(
    r"(?:[t,\s]|\sat\s){0,9}(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"\s{0,9}(?P<half>[ap])?(?(half)\.?m\.?)\s{0,9}(?P<zone>z|(?:utc|gmt)?[+-]\d\d:?\d\d|utc|gmt)?"
)
_LONGEST = 200
"""Characters of a cell with a date."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class DateOrder(Struct):
    """How a whole column writes its dates: call ``count`` for every value, then ``decide`` once.

    Numeric dates such as 03/04/2026 are counted by what they show: that the day or the month comes first, that either
    is possible, or that day and month are the same number.
    """

    day_first: int = 0
    month_first: int = 0
    either: int = 0
    same: int = 0
    epoch: int = 0
    epoch_ms: int = 0

    def count(self, value: object) -> None:
        """Count one value. One that is no text, or that begins with the year, shows nothing and is left out."""
        text = decode_cell(value)
        if not isinstance(text, str) or (text[4:5] == "-" and text[:4].isdigit()):
            return
        text = text.strip()
        if found := _NUMERIC.match(text):
            a, b = int(found["a"]), int(found["b"])
            self.same += a == b <= 12
            self.either += a != b and max(a, b) <= 12
            self.day_first += b <= 12 < a
            self.month_first += a <= 12 < b
        elif _EPOCH.fullmatch(text):
            in_milliseconds = float(text) >= _EPOCH_MS_FROM
            self.epoch_ms += in_milliseconds
            self.epoch += not in_milliseconds

    def decide(self) -> str:
        """``iso``, ``day_first``, ``month_first``, ``epoch`` (seconds since 1970) or ``epoch_ms``.

        Raises ValueError, with what to do, if day and month cannot be told apart.
        """
        if self.day_first and self.month_first:
            raise ValueError(
                f"The dates contradict each other: {self.day_first} have the day first and {self.month_first} the "
                "month; correct the file, or give --dates day-first or --dates month-first"
            )
        if self.either and not self.day_first and not self.month_first:
            raise ValueError(
                "Day and month cannot be told apart: no date has a day after the 12th; "
                "give --dates day-first or --dates month-first"
            )
        if self.month_first:
            return "month_first"
        if self.day_first or self.same:
            return "day_first"
        if self.epoch_ms > self.epoch:
            return "epoch_ms"
        return "epoch" if self.epoch else "iso"


def is_zone(name: str) -> bool:
    """Whether a name is an IANA time zone's."""
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # a folder of zones, no name at all, an unknown name
        return False
    return True


def parse_time(value: object, order: str, zone: tzinfo) -> datetime:
    """A cell as a moment in UTC. A time without an offset is in ``zone``; a date alone is its midnight there.

    ``order`` (from ``DateOrder.decide``) says where day and month stand, and nothing else. Raises ValueError, whose
    text does not quote the value.
    """
    try:
        moment = _parse(value, order)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("not a date and time") from None


def _parse(value: object, order: str) -> datetime:
    if isinstance(value, str):
        if len(value) > _LONGEST:
            raise ValueError
        if value[4:5] == "-":
            try:
                return datetime.fromisoformat(value)
            except ValueError:
                pass
        return _parse_text(value.strip().lower(), order)
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - the caller adds the file's zone
    if isinstance(value, int | float) and not isinstance(value, bool) and 1e8 <= value < 1e20:
        return _from_epoch(value)
    raise ValueError


def _from_epoch(count: float) -> datetime:
    """The moment so many seconds after 1970; milli-, micro- or nanoseconds are recognised by their size."""
    divisor = 1
    while count / divisor >= _EPOCH_MS_FROM:
        divisor *= 1000
    whole, rest = divmod(count, divisor)
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=whole, microseconds=round(rest * 1_000_000 / divisor))


def _parse_text(text: str, order: str) -> datetime:
    if _EPOCH.fullmatch(text):
        return _from_epoch(float(text))
    if text[:8].isdigit():
        return _parse_basic_iso(text)
    if weekday := _WEEKDAY.match(text):
        text = text[weekday.end() :]
    for pattern in _DATES:
        if found := pattern.match(text):
            day = _to_day(found, order)
            rest = text[found.end() :]
            return _with_time(day, rest) if rest else day
    raise ValueError


def _parse_basic_iso(text: str) -> datetime:
    """ISO 8601's basic format, such as 20261123T140533Z, also without the T."""
    return datetime.fromisoformat(f"{text[:8]}T{text[8:]}" if text.isdigit() and len(text) == 14 else text.upper())


def _to_day(found: re.Match[str], order: str) -> datetime:
    parts = found.groupdict()
    year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
    if name := parts.get("name"):
        month, day = _MONTHS.index(name[:3]) + 1, int(parts["day"])
    elif "a" not in parts:
        month, day = int(parts["month"]), int(parts["day"])
    elif order == "day_first":
        day, month = int(parts["a"]), int(parts["b"])
    elif order == "month_first":
        month, day = int(parts["a"]), int(parts["b"])
    else:
        raise ValueError
    return datetime(year, month, day)  # noqa: DTZ001 - the zone stands after the time, or is the file's


def _with_time(day: datetime, rest: str) -> datetime:
    """The day with the time, and the offset if there is one, that stand after the date."""
    found = _TIME.fullmatch(rest)
    if found is None:
        raise ValueError
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if found["half"] == "p" else 0)
    microsecond = int((found["fraction"] or "")[:6].ljust(6, "0"))
    moment = time(hour, int(found["minute"]), int(found["second"] or 0), microsecond, _to_offset(found["zone"]))
    return datetime.combine(day, moment)


def _to_offset(zone: str | None) -> tzinfo | None:
    if zone is None:
        return None
    digits = re.sub(r"\D", "", zone) or "0000"
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if "-" in zone else offset)
