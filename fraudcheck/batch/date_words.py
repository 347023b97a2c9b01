"""What do the words of a date mean: months, weekdays, halves of the day, zones?

They become signs, so that ``dates`` has no language to know. A word that is not known makes the date unread: it may be
another calendar's, or tell something else.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from fraudcheck.adapters.lists.sources import read_table
from fraudcheck.fields.normal_form import simplify

AM, PM, MORNING, EVENING, UTC_SIGN, _SATURDAY = "\x01", "\x02", "\x03", "\x04", "\x05", "\x06"
"""What known words become (``without_words``). ``SA`` is a Vietnamese morning and a German Saturday."""
LETTER = re.compile(r"[^\W\d_]")
_LETTERS = r"[^\W\d_][^\s\d!-&(-/:-@\[-`{-~\x00-\x1f]{0,40}+"
_WORD = re.compile(rf"{_LETTERS}(?:\.{_LETTERS}){{0,6}}+\.?")
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
    **dict.fromkeys(["brt"], "-0300"),
    **dict.fromkeys(["edt"], "-0400"),
    **dict.fromkeys(["est", "cdt"], "-0500"),
    **dict.fromkeys(["mdt"], "-0600"),
    **dict.fromkeys(["mst", "pdt"], "-0700"),
    **dict.fromkeys(["pst"], "-0800"),
}
"""Short names of zones that mean one offset (RFC 2822, and usage). ``CST``, ``IST`` and ``BST`` mean several."""
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


def is_foreign(text: str) -> bool:
    """Whether a cell has a word of dates that is not English."""
    folded = text.casefold()
    words = [_simplified(word) for word in _WORD.findall(_MERIDIEM.sub(" ", folded))]
    known = [word for word in words if word in _meanings() or word in _BY_DOT]
    return _NOT_ENGLISH.search(folded) is not None or any(word not in _ENGLISH for word in known)


def has_day_before_month(text: str) -> bool | None:
    """Whether the day stands before the name of an English month; None where there is no such name."""
    month = _MONTH_OF_ENGLISH.search(text.casefold())
    return None if month is None else month["day"] is not None


def without_words(text: str) -> str:
    """The text with months as ``@11``, halves of the day and UTC as signs, and without any other word.

    Raises ValueError for a word that is not known: it may be another calendar's, or tell something else.
    """
    text = _MERIDIEM.sub(lambda half: AM if "a" in half[0] else PM, text)
    if not LETTER.search(text):
        return text
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
    text = re.sub(rf"(?<=\d)\s*{_SATURDAY}", AM, text).replace(_SATURDAY, "")
    if "#" in text:
        others = text.count("#") - ("@" not in text)
        text = _MARCH_OR_TUESDAY.sub("", text, count=others) if others else text
        text = text.replace("#", "@")
    if is_thai:
        text = _THAI_SHORT_YEAR.sub(lambda year: f"{year[1]}{_from_short_thai_year(int(year[2]))}", text)
    # German "am 5. November": the word is no half of the day.
    return re.sub(rf"^{AM}\s?(?=\d{{1,2}}[. @])", "", re.sub(r"\s+", " ", text).strip())


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
        meaning = UTC_SIGN if word.string[word.start() - 1 : word.start()].isdigit() else None
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
    for kind, sign in (("am", AM), ("pm", PM), ("morning", MORNING), ("evening", EVENING)):
        for word in words.pop(kind):
            meanings[word] = _SATURDAY if word in weekdays else sign
    for month, names in words.items():
        for name in names:
            meanings[name] = f"{'#' if name in weekdays else '@'}{int(month):02d}"
    return meanings | {"utc": UTC_SIGN, "gmt": UTC_SIGN} | _ZONES
