"""Which quantity did somebody write: a number, a range, a bound, with whatever unit; which date?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from math import inf, isfinite, nextafter
from typing import NamedTuple

from fraudcheck.worth.words import any_of, fold

_LONGEST = 80
_LARGEST = 1e15


class Range(NamedTuple):
    """What lies from ``low`` to ``high``, both included."""

    low: float
    high: float

    @property
    def told(self) -> float:
        """The one number that stands for it: its middle, or the end that it has."""
        if self.high == inf:
            return self.low
        return (self.low + self.high) / 2


_SCALES = {
    fold(word).rstrip("."): scale
    for scale, words in {
        1e3: "k|tsd|tausend|thousand|mil|mille|milliers|nghìn|ngàn|tys|tysięcy|tysiąca|ribu|rb|الف|الاف|พัน|тыс"
        "|bin|千|천",
        1e4: "万|萬|만|หมื่น",
        1e5: "lakh|lakhs|lac|lacs|แสน",
        1e6: "mio|mn|mln|million|millions|millionen|millón|millones|milhão|milhões|mill|triệu|tr|juta|jt|مليون"
        "|ملايين|ล้าน|млн|milyon",
        1e7: "cr|crore|crores",
        1e8: "億|亿|억",
        1e9: "mrd|bn|billion|billions|milliarden|milliard|milliards|tỷ|tỉ|miliar|مليار|миллиард|млрд",
    }.items()
    for word in words.split("|")
}
_OF_MONEY = {"m": 1e6, "b": 1e9}
"""Scales beside a currency; else the one is a metre."""
_MONEY = re.compile(r"[$€£¥₹₽₫₦฿₩₪₺]|\b(?:usd|eur|gbp|inr|chf|aud|cad|sgd|aed|sar|pln|vnd|brl|mxn)\b")
_AREA = re.compile(r"(?<=[\d\s])(k?m|qm|sqm|ft)[23](?!\d)")
_GLUED = re.compile(r"\d[^\W\d_]+\d")
_NUMBER = re.compile(
    r"(?P<number>\d{1,3}(?:[.,'’ ]\d{3}){1,8}(?:[.,]\d{1,6})?(?![\d])|\d{1,2}(?:,\d\d){1,8},\d{3}(?!\d)"
    r"|\d{1,30}(?:[.,]\d{1,12})?)(?:\s?(?P<scale>[^\W\d_]+)\b\.?)?"
)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,'’ ]\d{3}){1,8}")
_NOT_DIGIT = re.compile(r"\D")
_INDIAN = re.compile(r"\d{1,2}(?:,\d\d){1,8},\d{3}")


def _spoken(signs: str, words: str, run_on: str) -> re.Pattern[str]:
    """Signs, whole words, and words of scripts that put no blank between them."""
    return re.compile(rf"{signs}|(?<!\w){any_of(words)}(?!\w)|{any_of(run_on)}")


_TO = re.compile(
    r"[^\d]{0,20}?(?:[-~]|\.\.\.?|(?<!\w)"
    + any_of("to|till|until|and|bis|und|à|a|et|y|hasta|e|até|do|i|đến|tới|s/d|sampai|hingga|الى|و|al|tot|до")
    + rf"(?!\w)|{any_of('ถึง|至|到|から')})[^\d]{{0,20}}"
)
_ABOVE = _spoken(
    ">(?!=)",
    "over|more than|above|greater than|über|mehr als|plus de|más de|mais de|acima de|ponad|powyżej|więcej niż"
    "|trên|hơn"
    "|lebih dari|di atas|اكثر من|فوق|oltre|più di|meer dan|больше|более|свыше",
    "มากกว่า|เกินกว่า|超过|超過",
)
_FROM = _spoken(
    ">=|≥|=>",
    "from|at least|min|minimum|starting|ab|mindestens|von|au moins|à partir de|dès|desde|al menos|mínimo|a partir de"
    "|pelo menos|od|co najmniej|từ|ít nhất|tối thiểu|minimal|mulai|dari|من|على الاقل|almeno|vanaf|от|не менее",
    "ตั้งแต่|อย่างน้อย",
)
_BELOW = _spoken(
    "<(?!=)",
    "under|less than|below|fewer than|unter|weniger als|moins de|menos de|abaixo de|mniej niż|poniżej|dưới|ít hơn"
    "|kurang dari|di bawah|اقل من|تحت|meno di|minder dan|менее|меньше",
    "น้อยกว่า|ต่ำกว่า",
)
_UP_TO = _spoken(
    "<=|≤|=<",
    "up to|at most|max|maximum|no more than|bis zu|bis|höchstens|maximal|jusqu|au plus|hasta|máximo|como mucho|até"
    "|no máximo|do|maksymalnie|najwyżej|tối đa|không quá|đến|hingga|sampai|maksimal|حتى|كحد اقصى|fino a|tot|до"
    "|не более",
    "ไม่เกิน|以下|以内",
)
_AND_MORE = _spoken(
    r"\+",
    "plus|or more|and more|and above|and over|or over|or above|upwards|oder mehr|und mehr|und älter|et plus|ou plus"
    "|o más|y más|ou mais|e mais|i więcej|lub więcej|trở lên|ke atas|atau lebih|فاكثر|او اكثر|e oltre|of meer"
    "|и более",
    "ขึ้นไป|以上|이상",
)
_AND_LESS = _spoken(
    "(?!)",
    "or less|and less|or under|and under|and below|oder weniger|und weniger|ou moins|et moins|o menos|ou menos"
    "|lub mniej|i mniej|trở xuống|ke bawah|atau kurang|فاقل|او اقل",
    "ลงไป|ลงมา|이하",
)


def read_range(value: object) -> Range | None:
    """The range that a number or a text tells; None for what tells none, or more than one.

    A number is the range of itself. ``1.234`` is read as thousands, as people write incomes and counts.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if not isinstance(value, str):
        if abs(value) > _LARGEST or not isfinite(value):
            return None
        return Range(float(value), float(value))
    if not value or len(value) > _LONGEST:
        return None
    if value.isascii() and value.isdecimal() and len(value) <= 15:
        return Range(float(value), float(value))
    return _read_text(_AREA.sub("", fold(value).replace("–", "-").replace("—", "-").replace("−", "-")))


def _read_text(text: str) -> Range | None:
    if _GLUED.search(text):
        return None
    scales = {**_SCALES, **_OF_MONEY} if _MONEY.search(text) else _SCALES
    found = list(_NUMBER.finditer(text))
    if len(found) == 1:
        return _bounded(text, found[0], scales)
    if len(found) != 2 or not _TO.fullmatch(text, found[0].end("number"), found[1].start()):
        return None
    second_scale = _scale(found[1], scales)
    low, high = _plain(found[0]["number"]), _plain(found[1]["number"])
    first_scale = _scale(found[0], scales) or (second_scale if low < high else None)
    low, high = low * (first_scale or 1), high * (second_scale or 1)
    return Range(low, high) if low <= high <= _LARGEST else None


def _bounded(text: str, found: re.Match[str], scales: Mapping[str, float]) -> Range | None:
    """One number with the words around it: a bound, or the number itself."""
    number = _plain(found["number"]) * (_scale(found, scales) or 1)
    before, after = text[: found.start()].strip(), text[found.end("number") :]
    if number > _LARGEST:
        return None
    low, high = number, number
    if _AND_MORE.search(after) or after.strip() == "-":
        high = inf
    elif _AND_LESS.search(after) or _UP_TO.search(before):  # "no more than" before "more than"
        low = 0
    elif _ABOVE.search(before):
        low, high = (number + 1 if number.is_integer() else nextafter(number, inf)), inf
    elif _BELOW.search(before):
        low, high = 0, max(0.0, number - 1 if number.is_integer() else nextafter(number, 0))
    elif _FROM.search(before):  # "lebih dari" is above, and "dari" from
        high = inf
    elif before.endswith("-"):
        low = high = -number
    return Range(low, high)


def _scale(found: re.Match[str], scales: Mapping[str, float]) -> float | None:
    return scales.get(found["scale"] or "")


def _plain(number: str) -> float:
    last = max(number.rfind("."), number.rfind(","))
    if last < 0 or _THOUSANDS.fullmatch(number) or _INDIAN.fullmatch(number):
        return float(_NOT_DIGIT.sub("", number))
    return float(f"{_NOT_DIGIT.sub('', number[:last]) or 0}.{number[last + 1 :]}")


_YEAR_FIRST = re.compile(r"(\d{4})[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,2})日?(?:[t\s].{0,30})?")
_DAY_FIRST = re.compile(r"(\d{1,2})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{4})")


def read_date(value: object) -> date | None:
    """The date that a text of digits tells: year first, else day first where it can be; None for any other."""
    if not isinstance(value, str) or not 8 <= len(value) <= _LONGEST:
        return None
    text = fold(value).strip()
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, found.groups())
        if month > 12:
            day, month = month, day
    else:
        return None
    year -= 543 * (2400 < year < 2700)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def age(born: date, today: date) -> int:
    """Whole years from a birth to a day; below zero where that is before it."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
