"""How old is somebody, by a date or a year of birth as people write it?

``04.05.1964``, ``geb. 4.5.1964``, ``born 14 June 2007``, ``*1964``, ``Jg. 64`` in many languages. A number alone is a
year of birth only in a field about age, for elsewhere it is an income or a count. Nothing here raises.
"""

from __future__ import annotations

import re
from datetime import date

from fraudcheck.worth.quantities import age, read_date
from fraudcheck.worth.timing import MONTHS
from fraudcheck.worth.words import fold, words_of

OLDEST = 120
"""Years that nobody is older than."""

_LONGEST = 80
_BIRTH = frozenset(
    fold(
        """born birth birthday birthdate dob bday yob geb geboren geburt geburtsdatum geburtstag geburtsjahr jg jahrgang
        né née ne nee
        naissance nacido nacida nacimiento nac
        nascido nascida nascimento nasc ur urodzony urodzona urodzenia
        urodzin rocznik sinh ngaysinh lahir مواليد ميلاد الميلاد ولد ولدت เกิด วันเกิด nato nata nascita geboortedatum
        geboorte geboortejaar doğum doğumlu dogum dogumlu род рождения рожд народження narozen narozena narozeni
        született születési născut născută nașterii född født syntynyt syntymäaika ulang 生年月日 出生 生まれ 生 לידה"""
    ).split()
)
_AGE = frozenset(
    fold(
        """age ages aged alter lebensalter âge edad idade wiek tuổi umur usia العمر عمر السن อายุ età leeftijd yaş
        возраст вік věk életkor vârsta ålder alder ikä 年龄 年齢 나이 גיל"""
    ).split()
)
_RUN_ON = tuple(map(fold, ("เกิด", "อายุ", "出生", "生年", "生まれ", "年龄", "年齢", "생년", "나이")))
_DATE = re.compile(
    r"(?<!\d)(?:\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}|\d{1,2}\s?[-/. ]\s?\d{1,2}\s?[-/. ]\s?\d{4})(?!\d)"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20|24|25)\d\d(?!\d)")
_DIGITS = re.compile(r"\d+")
_COHORT = re.compile(r"(?:jg|jahrgang|rocznik)\W{0,3}(\d\d)")
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|º)?")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def is_about_age(name: str) -> bool:
    """Whether a field of that name holds an age or a birth."""
    folded = fold(_CAMEL.sub(" ", name)).replace("_", " ")
    return not (_AGE | _BIRTH).isdisjoint(words_of(folded)) or any(part in folded for part in _RUN_ON)


def read_age(value: object, today: date, about_age: bool) -> int | None:  # noqa: PLR0911 - rules, in their order
    """Whole years since the birth that a value tells; below zero for one to come, None for what tells none.

    ``about_age``: the field is about an age, so that a year alone is one of birth.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    if isinstance(value, str):
        if len(value) > _LONGEST:
            return None
        if born := read_date(value):
            return age(born, today)
    text = fold(str(value)).strip().removesuffix(".0")
    if len(text) < 4 or not any(sign.isdecimal() for sign in text):
        return None
    words = words_of(text)
    says_birth = not _BIRTH.isdisjoint(words) or text.startswith("*") or any(part in text for part in _RUN_ON)
    if born := _date_within(text, words, says_birth or about_age):
        return age(born, today)
    if found := _COHORT.fullmatch(text):
        return (today.year - int(found[1])) % 100
    years = _YEAR.findall(text)
    if len(years) == 1 and (says_birth or (about_age and _DIGITS.findall(text) == years)):
        year = int(years[0]) - 543 * (int(years[0]) > 2400)
        return today.year - year if year > today.year - OLDEST - 1 else None
    return None


def _date_within(text: str, words: list[str], may_be: bool) -> date | None:
    """The one date within a text, with a month of digits or by its name."""
    dates = _DATE.findall(text)
    if len(dates) == 1 and may_be:
        return read_date(re.sub(r"\s?([-/.年月])\s?", r"\1", dates[0]))
    months = [MONTHS[word] for word in words if word in MONTHS]
    years = _YEAR.findall(text)
    days = [int(found[1]) for word in words if (found := _DAY.fullmatch(word))]
    if len(months) == len(years) == len(days) == 1 and (may_be or len(words) <= 6):
        try:
            return date(int(years[0]) - 543 * (int(years[0]) > 2400), months[0], days[0])
        except ValueError:
            return None
    return None
