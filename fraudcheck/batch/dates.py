"""Which moment is meant by a cell with a date or a time?

How its column writes dates is told by ``date_order``, what words mean by ``date_words``. Nothing is guessed: a date of
which these do not tell enough is not read.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from fraudcheck.batch.date_words import EVENING, LETTER, MORNING, PM, without_words
from fraudcheck.fields.normal_form import plain_digits, without_unseen

NUMERIC = re.compile(
    r"(?<![\d/.-])(?P<a>\d{1,2})\s?(?P<mark>[/.-])\s?(?P<b>\d{1,2})\s?(?P=mark)\s?(?P<year>\d{4}|\d{1,2})(?!\d)"
)
"""A date such as 03/04/2026, of which nobody knows whether ``a`` or ``b`` is the day. 26/11/5 begins with the year."""
YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<year>\d{4})\s?(?P<mark>[/.-])\s?(?P<month>\d{1,2})\s?(?P=mark)\s?(?P<day>\d{1,2})(?!\d)"
)
_EPOCH = re.compile(r"(?:\d{9,13}|\d{16}|\d{19})(?:\.\d+)?")
"""Seconds since 1970 (from 1973 on), milliseconds (until 2286), micro- or nanoseconds. Fewer digits are a spreadsheet's
count of days, and 8, 12 or 14 digits that begin as a year does are a time in ISO 8601's basic format."""
EPOCH_MS_FROM = 1e11
"""From here on a count since 1970 is one of milliseconds (or of a finer unit): as seconds it would be the year 5138."""
_BASIC_ISO = re.compile(r"(?:19|20)\d{6}(?:t?\d{4}(?:\d\d)?(?:[.,]\d+)?(?:z|[+-]\d\d:?\d\d)?)?")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_BARE_NUMBER = re.compile(r"[\s\d.,]*")
_SERIAL_FROM, _SERIAL_TO = 32874, 73051
"""A spreadsheet's days from 1990 to 2100: they count from 30 December 1899."""

_SEPARATORS = r"[\s.,:/()-]{0,9}"
_MONTH = r"@(?P<month>\d\d)"
_DAY = r"(?P<day>\d{1,2})(?!\d)"
_FULL_YEAR = r"(?P<year>\d{4})(?!\d)"
_DATES = (
    NUMERIC,
    YEAR_FIRST,
    re.compile(rf"{_DAY}{_SEPARATORS}{_MONTH}{_SEPARATORS}(?P<year>\d{{4}}|\d{{2}})(?!\d)"),
    re.compile(_SEPARATORS.join([_MONTH, _DAY, _FULL_YEAR])),
    re.compile(_SEPARATORS.join([_FULL_YEAR, _MONTH, _DAY])),
    re.compile(_SEPARATORS.join([_FULL_YEAR, _DAY, _MONTH])),
)
_HALF = "[\x01-\x04]"
_AFTER_CLOCK = (
    rf"\s{{0,9}}(?P<after>{_HALF})?\s{{0,9}}"
    r"(?P<zone>\x05?\s?[+-]\d\d:?\d\d|\x05\s?[+-]\d{1,2}(?!\d)|[+-]\d\d(?![\d/.-])|\x05)?"
)
_CLOCK = re.compile(
    rf"(?:(?P<before>{_HALF})\s?)?(?<![\d@])(?P<hour>\d{{1,2}}):(?P<minute>\d\d)"
    rf"(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{{1,9}}))?)?(?![\d:]){_AFTER_CLOCK}"
)
_DOTTED_CLOCK = re.compile(
    rf"[\s.,-]{{1,9}}(?P<hour>\d{{1,2}})\.(?P<minute>\d\d)(?:\.(?P<second>\d\d))?{_AFTER_CLOCK}\s{{0,9}}"
)
"""As Danes, Finns and Indonesians write times. It stands behind the date only, for it looks like one."""
_HOUR_ALONE = re.compile(rf"(?<![\d@.,:/-])(?P<hour>\d{{1,2}})\s?(?P<after>{_HALF})")

_LOOSE = str.maketrans({"،": ",", "、": ",", "၊": ",", "。": ".", "：": ":", "–": "-", "—": "-", "−": "-", "‐": "-"})
_CONTROLS = re.compile("[\x00-\x08]")
"""Among them the signs that known words become: nobody may type one."""
LONGEST = 200
"""Characters of a cell with a date."""
_BUDDHIST_YEARS = range(2500, 2644)
"""Years of the Thai calendar, which is 543 ahead, from 1957 to 2100."""


EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No web form is older. An earlier time is some program's zero."""
CLOCK_TOLERANCE = timedelta(days=1)


class Moment(NamedTuple):
    """When something was: ``at`` in UTC, and the ``day`` where no more than the day is told."""

    at: datetime
    day: date | None


def is_zone(name: str) -> bool:
    """Whether a name is an IANA time zone's."""
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # a folder of zones, no name at all, an unknown name
        return False
    return True


def is_plausible(at: datetime, now: datetime) -> bool:
    """Whether a lead may have come at a time: no web form is older than 1990, and none is filled in tomorrow."""
    return EARLIEST <= at <= now + CLOCK_TOLERANCE


def is_date(value: object) -> bool:
    """Whether a value is a date at a glance, whatever the order of its day and month: no number, which may be an id."""
    if isinstance(value, str) and (_BARE_NUMBER.fullmatch(value) or len(value) > LONGEST):
        return False
    for order in ("day_first", "month_first"):
        with suppress(ValueError, OverflowError):
            return isinstance(_parse(value, order), date) and not isinstance(value, int | float)
    return False


def parse_time(value: object, order: str, zone: tzinfo, days: bool = False) -> Moment:
    """A cell as a moment. A time without an offset is in ``zone``; a day alone is its midnight in UTC.

    ``order`` (from ``DateOrder.decide``) says where day and month stand, and whether numbers of five digits are days.
    With ``days``, midnight tells no more than the day. Raises ValueError, whose text does not quote the value.
    """
    try:
        moment = _parse(value, order)
        if isinstance(moment, datetime) and days and moment.time() == time():
            moment = moment.date()
        if not isinstance(moment, datetime):
            return Moment(datetime(moment.year, moment.month, moment.day, tzinfo=UTC), moment)
        return Moment((moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC), None)
    except (ValueError, OverflowError):
        raise ValueError("not a date and time") from None


def is_epoch(text: str) -> bool:
    """Whether digits count the seconds since 1970, or parts of these."""
    return _EPOCH.fullmatch(text) is not None and _BASIC_ISO.fullmatch(text) is None


def has_time(value: object) -> bool:
    """Whether a value tells a time of day that is not midnight, whatever the order of its day and month is."""
    for order in ("day_first", "month_first"):
        try:
            moment = _parse(value, order)
        except (ValueError, OverflowError):
            continue
        return isinstance(moment, datetime) and moment.time() != time()
    return serial_days(value) is not None and float(str(value).replace(",", ".")) % 1 != 0


def serial_days(value: object) -> float | None:
    """A number that may be a spreadsheet's count of days."""
    if isinstance(value, str):
        value = value.strip()
        if not _SERIAL.fullmatch(value):
            return None
        value = float(value.replace(",", "."))
    if isinstance(value, bool) or not isinstance(value, int | float) or not _SERIAL_FROM <= value < _SERIAL_TO:
        return None
    return float(value)


def _from_serial(days: float) -> datetime | date:
    """The moment, in whole seconds, so many days after 30 December 1899; the day for a whole number."""
    day = datetime(1899, 12, 30) + timedelta(days=int(days))  # noqa: DTZ001 - the caller adds the file's zone
    return day + timedelta(seconds=round(days % 1 * 86400)) if days % 1 else day.date()


def _parse(value: object, order: str) -> datetime | date:
    """A moment, or a day where no time is told."""
    if isinstance(value, str):
        if len(value) > LONGEST:
            raise ValueError
        if value[4:5] == "-":
            try:
                return _iso(value)
            except ValueError:
                pass
        return _parse_text(value, order)
    if isinstance(value, date):  # or a datetime
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError
    if 19900101 <= value < 21000101 and value == int(value):
        return _iso(str(int(value)))
    if order == "serial" and (days := serial_days(value)) is not None:
        return _from_serial(days)
    if 1e8 <= value < 1e20:
        return _from_epoch(value)
    raise ValueError


def _iso(text: str) -> datetime | date:
    return date.fromisoformat(text) if len(text) in {8, 10} else datetime.fromisoformat(text)


def _from_epoch(count: float) -> datetime:
    """The moment so many seconds after 1970; milli-, micro- or nanoseconds are recognised by their size."""
    divisor = 1
    while count / divisor >= EPOCH_MS_FROM:
        divisor *= 1000
    whole, rest = divmod(count, divisor)
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=whole, microseconds=round(rest * 1_000_000 / divisor))


def _parse_text(text: str, order: str) -> datetime | date:
    text = plain_digits(text.casefold()).replace("@", " ").strip()  # WordPress: Nov 5, 2026 @ 2:22 PM
    if not text.isascii():
        text = without_unseen(text).translate(_LOOSE)
    if not text.isprintable():
        text = _CONTROLS.sub("", text)
    if text[:5].isdigit():
        if _BASIC_ISO.fullmatch(text):
            return _parse_basic_iso(text)
        if is_epoch(text):
            return _from_epoch(float(text))
        if order == "serial" and (days := serial_days(text)) is not None:
            return _from_serial(days)
    if not text.isascii() or LETTER.search(text):
        text = without_words(text)
    clock = _CLOCK.search(text) or _HOUR_ALONE.search(text)
    rest = f"{text[: clock.start()]} {text[clock.end() :]}" if clock else text
    rest = rest.strip(" .,:()/-")
    for pattern in _DATES:
        if found := pattern.match(rest):
            left = rest[found.end() :]
            if left.strip(" .,()-") and (clock or not (clock := _DOTTED_CLOCK.fullmatch(left))):
                raise ValueError
            return _with_time(_to_day(found, order), clock) if clock else _to_day(found, order)
    raise ValueError


def _parse_basic_iso(text: str) -> datetime | date:
    """ISO 8601's basic format, such as 20261123T140533Z, also without the T."""
    return datetime.fromisoformat(f"{text[:8]}T{text[8:].lstrip('t').upper()}") if text[8:] else _iso(text)


def _to_day(found: re.Match[str], order: str) -> date:
    parts = found.groupdict()
    year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
    if year in _BUDDHIST_YEARS:
        year -= 543
    if "a" not in parts:
        return date(year, int(parts["month"]), int(parts["day"]))
    a, b, last = int(parts["a"]), int(parts["b"]), parts["year"]
    if order == "year_first":
        return date(2000 + a, b, int(last))
    if order not in {"day_first", "month_first"} or len(last) == 1:
        raise ValueError
    return date(year, b, a) if order == "day_first" else date(year, a, b)


def _with_time(day: date, clock: re.Match[str]) -> datetime:
    """The day with the time, and the offset if there is one."""
    parts = clock.groupdict()
    hour = int(parts["hour"])
    if half := parts.get("before") or parts["after"]:
        if not 1 <= hour <= 12 or (hour == 12 and half in {MORNING, EVENING}):
            raise ValueError
        hour = hour % 12 + (12 if half in {PM, EVENING} else 0)
    microsecond = int((parts.get("fraction") or "")[:6].ljust(6, "0"))
    moment = time(
        hour, int(parts.get("minute") or 0), int(parts.get("second") or 0), microsecond, _to_offset(parts.get("zone"))
    )
    return datetime.combine(day, moment)


def _to_offset(zone: str | None) -> tzinfo | None:
    if zone is None:
        return None
    digits = re.sub(r"\D", "", zone)
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes))
    return timezone(-offset if "-" in zone else offset)
