"""How does a column write its dates: what comes first, are numbers days, and do times tell more than the day?

It is told by all of the column's values together. Where these do not tell, the file's owner is asked.
"""

from __future__ import annotations

from msgspec import Struct

from fraudcheck.batch.cells import decode_cell
from fraudcheck.batch.date_words import LETTER, has_day_before_month, is_foreign
from fraudcheck.batch.dates import EPOCH_MS_FROM, LONGEST, NUMERIC, YEAR_FIRST, has_time, is_epoch, serial_days
from fraudcheck.fields.normal_form import plain_digits, without_unseen

_MOST_DIFFERENT_DAYS = 31
"""Whole numbers of which so many are all different are no days on which leads came, but ids."""
_WORDED_LOOKED_AT = 1000
"""Cells with words that tell a column's language. Looking at one costs as much as reading it."""


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
            self.timed = has_time(value)
        if (serial := serial_days(value)) is not None:
            self.serials += 1
            self.serial_times += serial % 1 != 0
            self.different_serials.add(serial)
            return
        if not isinstance(value, str) or (value[4:5] == "-" and value[:4].isdigit()) or len(value) > LONGEST:
            return
        text = without_unseen(plain_digits(value)).strip()
        if not self.foreign and self.worded < _WORDED_LOOKED_AT and LETTER.search(text):
            self._count_words(text)
        if is_epoch(text):
            in_milliseconds = float(text) >= EPOCH_MS_FROM
            self.epoch_ms += in_milliseconds
            self.epoch += not in_milliseconds
        elif not YEAR_FIRST.search(text) and (found := NUMERIC.search(text)):
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
        self.foreign += is_foreign(text)
        day_first = has_day_before_month(text)
        self.spelled_day_first += day_first is True
        self.spelled_month_first += day_first is False

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
    def shows_order(self) -> bool:
        """Whether some date has a day after the 12th, and no two of these contradict each other."""
        return bool(self.day_first) != bool(self.month_first)

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
