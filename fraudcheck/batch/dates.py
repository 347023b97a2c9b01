"""How does a file write its dates and times, and which moment is each one?

Whether the day or the month comes first is decided for a whole column, from all its values; so is whether numbers are a
spreadsheet's days, and whether the times tell more than the day. Then every value is read in that way. Where the column
does not tell, nothing is guessed, and a date with a word that is not known is not read.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct

from fraudcheck.adapters.lists.sources import read_table
from fraudcheck.batch.cells import decode_cell
from fraudcheck.fields.normal_form import plain_digits, simplify

_NUMERIC = re.compile(
    r"(?<![\d/.-])(?P<a>\d{1,2})\s?(?P<mark>[/.-])\s?(?P<b>\d{1,2})\s?(?P=mark)\s?(?P<year>\d{4}|\d{1,2})(?!\d)"
)
"""A date such as 03/04/2026, of which nobody knows whether ``a`` or ``b`` is the day. 26/11/5 begins with the year."""
_YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<year>\d{4})\s?(?P<mark>[/.-])\s?(?P<month>\d{1,2})\s?(?P=mark)\s?(?P<day>\d{1,2})(?!\d)"
)
_EPOCH = re.compile(r"(?:\d{9,13}|\d{16}|\d{19})(?:\.\d+)?")
"""Seconds since 1970 (from 1973 on), milliseconds (until 2286), micro- or nanoseconds. Fewer digits are a spreadsheet's
count of days, and 8, 12 or 14 digits that begin as a year does are a time in ISO 8601's basic format."""
_EPOCH_MS_FROM = 1e11
"""From here on a count since 1970 is one of milliseconds (or of a finer unit): as seconds it would be the year 5138."""
_BASIC_ISO = re.compile(r"(?:19|20)\d{6}(?:t?\d{4}(?:\d\d)?(?:[.,]\d+)?(?:z|[+-]\d\d:?\d\d)?)?")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_BARE_NUMBER = re.compile(r"[\s\d.,]*")
_SERIAL_FROM, _SERIAL_TO = 32874, 73051
"""A spreadsheet's days from 1990 to 2100: they count from 30 December 1899."""
_MOST_DIFFERENT_DAYS = 31
"""Whole numbers of which so many are all different are no days on which leads came, but ids."""

_AM, _PM, _MORNING, _EVENING, _UTC, _SATURDAY = "\x01", "\x02", "\x03", "\x04", "\x05", "\x06"
"""What known words become (``_without_words``). ``SA`` is a Vietnamese morning and a German Saturday."""
_SEPARATORS = r"[\s.,:/()-]{0,9}"
_MONTH = r"@(?P<month>\d\d)"
_DAY = r"(?P<day>\d{1,2})(?!\d)"
_FULL_YEAR = r"(?P<year>\d{4})(?!\d)"
_DATES = (
    _NUMERIC,
    _YEAR_FIRST,
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

_LETTER = re.compile(r"[^\W\d_]")
_LETTERS = r"[^\W\d_][^\s\d!-&(-/:-@\[-`{-~\x00-\x1f]*"
_WORD = re.compile(rf"{_LETTERS}(?:\.{_LETTERS})*\.?")
_TWO_WORDS = re.compile(rf"{_WORD.pattern} {_WORD.pattern}")
_NAMED_OFFSET = re.compile(r"([+-]\d\d:?\d\d|(?:gmt|utc)[+-]\d{1,2}|z)\s?(?:\([^()]*\)|\[[\w/+-]+\])$")
"""An offset with the zone's name behind it, as JavaScript and Java write it."""
_OFFSET_IN_BRACKETS = re.compile(r"\(((?:gmt|utc)?\s?(?:[+-]\d\d?(?::?\d\d)?)?)\)")
_MERIDIEM = re.compile(
    r"(?:(?<![^\W\d_])([ap])\.?\s?m(?:\.|(?![^\W\d_])))|(?<=:\d\d)\s?([ap])(?![^\W\d_]|\.\s?[^\W\d_])"
)
_HOURS = re.compile(
    r"(?<![\d:.,])(\d{1,2})\s?(?:h|時|时|点|點|시|giờ|นาฬิกา|ໂມງ|ч)\s?"
    r"(?:(\d{1,2})(?![\d/.-])\s?(?:min|m|分|분|phút|นาที|ນາທີ|мин|м)?)?"
    r"\s?(?:(\d{1,2})\s?(?:s|秒|초|giây|วินาที|ວິນາທີ))?(?![^\W\d_])"
)
_HOUR_WORD = re.compile(r"\d\s?(?:[h時时点點시ч]|giờ|นาฬิกา|ໂມງ)")
_NOON_AS_ZERO = re.compile(r"午([前後])\s?0(?=[:時])")
"""The Japanese halves of the day begin at 0."""
_EAST_ASIAN = re.compile(
    r"(?:(令和|民國|民国)\s?)?(\d{1,4}|元)\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일號号]?"
)
_ERAS = {None: 0, "令和": 2018, "民國": 1911, "民国": 1911}
_VIETNAMESE = re.compile(r"(?<![^\W_])(?:(?:thứ|thu)\s?\d(?!\d)|(?:tháng|thang|thg|th)\.?\s?(\d{1,2})(?!\d))")
_THAI_SHORT_YEAR = re.compile(r"(@\d\d\s*)(\d\d)(?![\d:])")
_THAI = re.compile("[\u0e01-\u0e5b]")
_MARCH_OR_TUESDAY = re.compile(r"#\d\d")
_LOOSE = str.maketrans({"،": ",", "、": ",", "၊": ",", "。": ".", "：": ":", "–": "-", "—": "-", "−": "-", "‐": "-"})
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\x00-\x08]")
_ENGLISH = frozenset(
    """a ad am an at gmt h m nd of on pm rd s st t th the utc z
    jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october nov
    november dec december mon monday tue tuesday wed wednesday thu thursday fri friday sat saturday sun sunday
    cet mst mdt pst pdt est edt cst cdt wet west cest eet eest msk eat sast ict wib sgt hkt wita awst myt jst kst wit
    aest aedt nzst nzdt brt""".split()  # noqa: SIM905 - a list of words
)
"""Words that stand beside English dates, and zones, which say nothing of the language. In English the day
is first or the month; in the other languages of ``date_words`` a date in numbers begins with the day, or the year."""
_NOT_ENGLISH = re.compile(r"\d\s?[ap]\.\s+m\.|\d\s?h(?![^\W\d_])|\b[àá]s?\b")
"""Spanish ``2:22 p. m.``, French ``à 14h22``, Portuguese ``às``: words that English has too, written as it does not."""
_MONTH_OF_ENGLISH = re.compile(
    r"(?P<day>(?<!\d)\d{1,2}(?:st|nd|rd|th)?[\s.-](?:of\s)?)?"
    r"(?<![^\W\d_])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
)
_WORDED_LOOKED_AT = 1000
"""Cells with words that tell a column's language. Looking at one costs as much as reading it."""
_LONGEST = 200
"""Characters of a cell with a date."""
_BY_DOT: dict[str, tuple[str, str | None]] = {
    "lip": ("@07", "@06"),
    "lis": ("@11", None),
    "listopad": ("@11", None),
    "listopada": ("@11", "@10"),
}
"""Months that Poles and Croats (and Czechs) call alike: what one means without a dot behind the day, as Poles write,
and with it, as Croats do (``5. listopada``)."""
_ZONES = {
    **dict.fromkeys(["wet"], "+0000"),
    **dict.fromkeys(["cet", "mez", "west"], "+0100"),
    **dict.fromkeys(["cest", "mesz", "eet", "sast"], "+0200"),
    **dict.fromkeys(["eest", "msk", "eat", "мск"], "+0300"),
    **dict.fromkeys(["ict", "wib"], "+0700"),
    **dict.fromkeys(["sgt", "hkt", "wita", "awst", "myt"], "+0800"),
    **dict.fromkeys(["jst", "kst", "wit"], "+0900"),
    **dict.fromkeys(["aest"], "+1000"),
    **dict.fromkeys(["aedt"], "+1100"),
    **dict.fromkeys(["nzst"], "+1200"),
    **dict.fromkeys(["nzdt"], "+1300"),
    **dict.fromkeys(["edt", "brt"], "-0400"),
    **dict.fromkeys(["est", "cdt"], "-0500"),
    **dict.fromkeys(["mdt"], "-0600"),
    **dict.fromkeys(["mst", "pdt"], "-0700"),
    **dict.fromkeys(["pst"], "-0800"),
} | {"brt": "-0300"}
"""Short names of zones that mean one offset (RFC 2822, and usage). ``CST``, ``IST`` and ``BST`` mean several."""
_BUDDHIST_YEARS = range(2500, 2644)
"""Years of the Thai calendar, which is 543 ahead, from 1957 to 2100."""


EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No web form is older. An earlier time is some program's zero."""
CLOCK_TOLERANCE = timedelta(days=1)


class Moment(NamedTuple):
    """When something was: ``at`` in UTC, and the ``day`` where no more than the day is told."""

    at: datetime
    day: date | None


class DateOrder(Struct):
    """How a whole column writes its dates: call ``count`` for every value, then ``decide`` once.

    Numeric dates such as 03/04/2026 are counted by what they show: that the day or the month comes first, that either
    is possible, or that day and month are the same number. ``dotted`` are those of which either is possible with dots
    between, ``worded`` the cells looked at for words, ``foreign`` those with one that is not English,
    ``spelled_day_first`` and ``spelled_month_first`` those with the day before or behind a month's name. ``timed`` says
    that some value has a time of day that is not midnight. ``serials`` are numbers that may be a spreadsheet's days.
    """

    day_first: int = 0
    month_first: int = 0
    either: int = 0
    same: int = 0
    dotted: int = 0
    worded: int = 0
    foreign: int = 0
    spelled_day_first: int = 0
    spelled_month_first: int = 0
    epoch: int = 0
    epoch_ms: int = 0
    timed: bool = False
    serials: int = 0
    serial_times: int = 0
    different_serials: set[float] = set()
    full_years: bool = False
    short_firsts: set[int] = set()
    short_lasts: set[int] = set()

    def count(self, value: object) -> None:
        """Count one value. One that is no text, or that begins with the year, shows no order."""
        value = decode_cell(value)
        if not self.timed:
            self.timed = _has_time(value)
        if (serial := _serial(value)) is not None:
            self.serials += 1
            self.serial_times += serial % 1 != 0
            self.different_serials.add(serial)
            return
        if not isinstance(value, str) or (value[4:5] == "-" and value[:4].isdigit()) or len(value) > _LONGEST:
            return
        text = _INVISIBLE.sub("", plain_digits(value)).strip()
        if not self.foreign and self.worded < _WORDED_LOOKED_AT and _LETTER.search(text):
            self._count_words(text)
        if _EPOCH.fullmatch(text) and not _BASIC_ISO.fullmatch(text):
            in_milliseconds = float(text) >= _EPOCH_MS_FROM
            self.epoch_ms += in_milliseconds
            self.epoch += not in_milliseconds
        elif not _YEAR_FIRST.search(text) and (found := _NUMERIC.search(text)):
            a, b, last = int(found["a"]), int(found["b"]), found["year"]
            if len(last) > 1:
                self.same += a == b <= 12
                self.either += (is_either := a != b and max(a, b) <= 12)
                self.dotted += is_either and found["mark"] == "."
                self.day_first += b <= 12 < a
                self.month_first += a <= 12 < b
            if len(last) == 4:
                self.full_years = True
            else:
                self.short_firsts.add(a)
                self.short_lasts.add(int(last))

    def _count_words(self, text: str) -> None:
        self.worded += 1
        folded = text.casefold()
        words = [_simplified(word) for word in _WORD.findall(_MERIDIEM.sub(" ", folded))]
        known = [word for word in words if word in _meanings() or word in _BY_DOT]
        self.foreign += _NOT_ENGLISH.search(folded) is not None or any(word not in _ENGLISH for word in known)
        if month := _MONTH_OF_ENGLISH.search(folded):
            self.spelled_day_first += month["day"] is not None
            self.spelled_month_first += month["day"] is None

    def decide(self, headings: str | None = None) -> str:
        """``iso``, ``day_first``, ``month_first``, ``epoch`` (seconds since 1970), ``epoch_ms`` or ``serial``;
        ``year_first`` is for dates such as 26/11/05.

        ``headings`` is ``day_first`` or ``year_first`` if the file's headings are in languages that write dates so.
        Raises ValueError, with what to do, if day and month cannot be told apart.
        """
        if self._has_year_first(certain=headings == "year_first"):
            return "year_first"
        if self.day_first and self.month_first:
            raise ValueError(
                f"The dates contradict each other: {self.day_first} have the day first and {self.month_first} the "
                "month; correct the file, or give --dates day-first or --dates month-first"
            )
        if self.day_first or self.month_first:
            return "month_first" if self.month_first else "day_first"
        if self.told_by_language or self.same:
            return self._decide_by_language(headings) if self.either else "day_first"
        if self.epoch or self.epoch_ms:
            return "epoch_ms" if self.epoch_ms > self.epoch else "epoch"
        return "serial" if self._has_serial_days else "iso"

    @property
    def told_by_language(self) -> bool:
        """Whether no date tells day and month apart, so that the column's dots and words or the headings have to."""
        return self.either > 0 and not self.day_first and not self.month_first

    def _decide_by_language(self, headings: str | None) -> str:
        """Where no date has a day after the 12th. Nobody sets dots between months and days, in this order."""
        if self.dotted == self.either or self.foreign or headings == "day_first":
            return "day_first"
        if bool(self.spelled_day_first) != bool(self.spelled_month_first):  # 5 Nov 2026 beside 05/11/2026
            return "day_first" if self.spelled_day_first else "month_first"
        if self.spelled_day_first + self.spelled_month_first > self.either:
            return "iso"  # few rows are rejected, and not the file
        raise ValueError(
            "Day and month cannot be told apart: no date has a day after the 12th; "
            "give --dates day-first or --dates month-first"
        )

    def _has_year_first(self, certain: bool) -> bool:
        """Whether dates such as 26/11/05 begin with the year: one or two years, and days all over the month.

        Where it is ``certain`` that the file's language has the year first, the days may be as they are.
        """
        if self.full_years or not self.short_firsts:
            return False
        days, years = self.short_lasts, self.short_firsts
        few = len(years) <= 2 and min(years) > 12 and max(years) - min(years) < 2
        return few and (certain or max(days) - min(days) > 10)

    @property
    def _has_serial_days(self) -> bool:
        repeated = len(self.different_serials) < self.serials
        return self.serials > 0 and (self.serial_times > 0 or repeated or self.serials <= _MOST_DIFFERENT_DAYS)


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
    if isinstance(value, str) and (_BARE_NUMBER.fullmatch(value) or len(value) > _LONGEST):
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


def _has_time(value: object) -> bool:
    """Whether a value tells a time of day that is not midnight, whatever the order of its day and month is."""
    for order in ("day_first", "month_first"):
        try:
            moment = _parse(value, order)
        except (ValueError, OverflowError):
            continue
        return isinstance(moment, datetime) and moment.time() != time()
    return _serial(value) is not None and float(str(value).replace(",", ".")) % 1 != 0


def _serial(value: object) -> float | None:
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
        if len(value) > _LONGEST:
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
    if order == "serial" and (days := _serial(value)) is not None:
        return _from_serial(days)
    if 1e8 <= value < 1e20:
        return _from_epoch(value)
    raise ValueError


def _iso(text: str) -> datetime | date:
    return date.fromisoformat(text) if len(text) in {8, 10} else datetime.fromisoformat(text)


def _from_epoch(count: float) -> datetime:
    """The moment so many seconds after 1970; milli-, micro- or nanoseconds are recognised by their size."""
    divisor = 1
    while count / divisor >= _EPOCH_MS_FROM:
        divisor *= 1000
    whole, rest = divmod(count, divisor)
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=whole, microseconds=round(rest * 1_000_000 / divisor))


def _parse_text(text: str, order: str) -> datetime | date:
    text = plain_digits(text.casefold()).replace("@", " ").strip()  # WordPress: Nov 5, 2026 @ 2:22 PM
    if not text.isascii():
        text = _INVISIBLE.sub("", text).translate(_LOOSE)
    if text[:5].isdigit():
        if _BASIC_ISO.fullmatch(text):
            return _parse_basic_iso(text)
        if _EPOCH.fullmatch(text):
            return _from_epoch(float(text))
        if order == "serial" and (days := _serial(text)) is not None:
            return _from_serial(days)
    if not text.isascii() or _LETTER.search(text):
        text = _MERIDIEM.sub(lambda half: _AM if "a" in half[0] else _PM, text)
        text = _without_words(text) if _LETTER.search(text) else text
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


def _without_words(text: str) -> str:
    """The text with months as ``@11``, halves of the day and UTC as signs, and without any other word.

    Raises ValueError for a word that is not known: it may be another calendar's, or tell something else.
    """
    if text[-1] in ")]" or "(" in text:
        text = _OFFSET_IN_BRACKETS.sub(r"\1", _NAMED_OFFSET.sub(r"\1", text))
    is_thai = False
    if not text.isascii():
        text = _NOON_AS_ZERO.sub(r"午\g<1>12", text)
        text = _EAST_ASIAN.sub(_east_asian_date, text)
        is_thai = bool(_THAI.search(text))
    if "th" in text:
        text = _VIETNAMESE.sub(lambda month: f" @{int(month[1]):02d} " if month[1] else " ", text)
    if _HOUR_WORD.search(text):
        text = _HOURS.sub(lambda found: f" {found[1]}:{found[2] or 0:0>2}:{found[3] or 0:0>2} ", text)
    text = _TWO_WORDS.sub(_meaning_of_two, text)
    text = _WORD.sub(_meaning, text)
    text = re.sub(rf"(?<=\d)\s*{_SATURDAY}", _AM, text).replace(_SATURDAY, "")
    if "#" in text:
        others = text.count("#") - ("@" not in text)
        text = _MARCH_OR_TUESDAY.sub("", text, count=others) if others else text
        text = text.replace("#", "@")
    if is_thai:
        text = _THAI_SHORT_YEAR.sub(lambda year: f"{year[1]}{_from_short_thai_year(int(year[2]))}", text)
    # German "am 5. November": the word is no half of the day.
    return re.sub(rf"^{_AM}\s?(?=\d{{1,2}}[. @])", "", re.sub(r"\s+", " ", text).strip())


def _from_short_thai_year(year: int) -> int:
    """Thais cut off the century of their own calendar."""
    return 2500 + year if year >= 33 else 2000 + year


def _east_asian_date(found: re.Match[str]) -> str:
    era, year, month, day = found.groups()
    if era is None and len(year) != 4:
        raise ValueError
    return f"{_ERAS[era] + (1 if year == '元' else int(year))}-{month}-{day} "


_simplified = lru_cache(maxsize=4096)(simplify)


def _meaning(word: re.Match[str]) -> str:
    """What a word becomes. Raises ValueError for one that is not known."""
    name = _simplified(word[0])
    if name in _BY_DOT:
        before = word.string[: word.start()].rstrip()
        meaning = _BY_DOT[name][before.endswith(".")]
    elif name == "z":
        meaning = _UTC if word.string[word.start() - 1 : word.start()].isdigit() else None
    else:
        meaning = _meanings().get(name)
    if meaning is None:
        raise ValueError
    return f" {meaning} "


def _meaning_of_two(words: re.Match[str]) -> str:
    """What two words become that mean something together (``تشرين الثاني``); others stay."""
    return _meanings().get(_simplified(words[0]), words[0])


@cache
def _meanings() -> dict[str, str]:
    """What each known word becomes, by its form in ``simplify``."""
    words = {kind: set(row.split("|")) for kind, row in read_table("date_words")["words"].items()}
    weekdays, meanings = words.pop("weekday"), dict.fromkeys(words.pop("filler"), "")
    meanings |= dict.fromkeys(weekdays, "")
    for kind, sign in (("am", _AM), ("pm", _PM), ("morning", _MORNING), ("evening", _EVENING)):
        for word in words.pop(kind):
            meanings[word] = _SATURDAY if word in weekdays else sign
    for month, names in words.items():
        for name in names:
            meanings[name] = f"{'#' if name in weekdays else '@'}{int(month):02d}"
    return meanings | {"utc": _UTC, "gmt": _UTC} | _ZONES


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
        if not 1 <= hour <= 12 or (hour == 12 and half in {_MORNING, _EVENING}):
            raise ValueError
        hour = hour % 12 + (12 if half in {_PM, _EVENING} else 0)
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
