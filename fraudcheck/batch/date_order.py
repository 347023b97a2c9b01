"""How does a column write its dates: what comes first, are numbers days, and do times tell more than the day?

It is told by all of the column's values together. Where these do not tell, the file's owner is asked.
"""

from __future__ import annotations

from msgspec import Struct

from fraudcheck.batch.cells import decode_cell
from fraudcheck.batch.dates import EPOCH_MS_FROM, LONGEST, NUMERIC, YEAR_FIRST, has_time, is_epoch, serial_days
from fraudcheck.fields.normal_form import plain_digits, without_unseen

_MOST_DIFFERENT_DAYS = 31
"""Whole numbers of which so many are all different are no days on which leads came, but ids."""


class DateOrder(Struct):
    """How a whole column writes its dates: call ``count`` for every value, then ``decide`` once.

    Numeric dates such as 03/04/2026 are counted by what they show: that the day or the month comes first, that either
    is possible, or that day and month are the same number. ``timed`` says that some value has a time of day that is not
    midnight. ``serials`` are numbers that may be a spreadsheet's days.
    """

    day_first: int = 0
    month_first: int = 0
    either: int = 0
    same: int = 0
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
        if is_epoch(text):
            in_milliseconds = float(text) >= EPOCH_MS_FROM
            self.epoch_ms += in_milliseconds
            self.epoch += not in_milliseconds
        elif not YEAR_FIRST.search(text) and (found := NUMERIC.search(text)):
            a, b, last = int(found["a"]), int(found["b"]), found["year"]
            if len(last) > 1:
                self.same += a == b <= 12
                self.either += a != b and max(a, b) <= 12
                self.day_first += b <= 12 < a
                self.month_first += a <= 12 < b
            if len(last) == 4:
                self.full_years = True
            else:
                self.short_firsts.add(a)
                self.short_lasts.add(int(last))

    def decide(self) -> str:
        """``iso``, ``day_first``, ``month_first``, ``epoch`` (seconds since 1970), ``epoch_ms`` or ``serial``;
        ``year_first`` is for dates such as 26/11/05.

        Raises ValueError, with what to do, if day and month cannot be told apart.
        """
        if self._has_year_first:
            return "year_first"
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
        if self.epoch:
            return "epoch"
        return "serial" if self._has_serial_days else "iso"

    @property
    def _has_year_first(self) -> bool:
        """Whether dates such as 26/11/05 begin with the year: one or two years, and days all over the month."""
        if self.full_years or not self.short_firsts:
            return False
        days, years = self.short_lasts, self.short_firsts
        return len(years) <= 2 and min(years) > 12 and max(years) - min(years) < 2 and max(days) - min(days) > 10

    @property
    def _has_serial_days(self) -> bool:
        repeated = len(self.different_serials) < self.serials
        return self.serials > 0 and (self.serial_times > 0 or repeated or self.serials <= _MOST_DIFFERENT_DAYS)
