"""Which name was meant where an exporter read its letters in a wrong encoding, or lost them?

Three things happen to names between systems. UTF-8 is read as an older encoding (``MÃ¼ller``), which the package ftfy
undoes. One older encoding is read as another (``Èâàí Ïåòðîâ``), which is undone here where one reading alone is a name
in one script. And letters are lost (``M?ller``): then nobody can tell them, and what is left is all there is to read.

Names in plain ASCII letters cost nothing. A name that people have (``Þórður Ægisson``, ``Łukasz Żółć``) is never
touched: in none is every letter of a word accented, and in none stands a sign such as ``³`` between letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import unquote

import ftfy
from ftfy.badness import is_bad

from fraudcheck.fields.normal_form import normalize

_MARKS = re.compile(r"[^\x00-\x7f]|[?&%\\]")
_ESCAPES = re.compile(r"&(?:#x?[0-9a-fA-F]{2,6}|[a-zA-Z]{2,8});|(?:%[0-9a-fA-F]{2}){2}|\\u[0-9a-fA-F]{4}")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
# A question mark for a letter, two of them, or the mark that decoders put for what they cannot read.
_LOST = re.compile(r"\?\?|\w\?+\w|(?<!\S)\?+\w|\ufffd")
_NOT_IN_NAMES = "¡¢£¤¥¦§¨¬\xad¯±²³µ¶¸¹¼½¾¿×÷ƒ†‡‰‹›•˜ˆ…"
# What ``is_bad`` never says of a text without any of these: it is slow, and most names have one accent at a time.
_MAY_BE_BAD = re.compile("[^\x00-\x7f]{2}|[\x80-\x9fÂÃŒœ]")
_SIGN = re.compile(
    rf"(?<=\w)[{_NOT_IN_NAMES}]|[{_NOT_IN_NAMES}](?=\w)|(?<=\w)[©®°«»„“](?=\w)|[\x80-\x9f]|[\u2500-\u25ff]"
)
# A word of three letters or more, all of them accented or signs; and a capital with an accent behind a small letter.
_SOUP = re.compile(rf"(?<![^\s-])[À-ÿŠŒŽšœžŸ{_NOT_IN_NAMES}®«»ªº°·´–—’”‚]{{3,}}(?![^\s.,-])")
# What no byte of Windows' Western encoding is read as.
_BEYOND = re.compile("[^\x00-\xffŒœŠšŽžŸƒˆ˜–—‘’‚“”„†‡•…‰‹›€™\u2500-\u25ff]")
_CAPITAL_INSIDE = re.compile("[a-zà-ÿ][À-Þ]|[а-яё][А-ЯЁ]")
_ALL_ACCENTED = re.compile(r"(?<![^\s-])[\u00c0-\u02dd]{3,}(?![^\s.,-])")
_ASCII_LETTER = re.compile("[A-Za-z]")
# Two bytes of UTF-8 in Cyrillic letters: a capital and what is no letter of a name.
_CYRILLIC_OF_UTF8 = re.compile("[А-Я][\u0402-\u040f\u0452-\u045f\u0490\u0491\u00a0-\u00bb\u2010-\u2122]")
_VOWEL_TWICE = re.compile("[aeouyAEOUYaöôÖÔ][à-üøÀ-ÜØ]|[öôÖÔ]")

# Without the letters of Serbian and Macedonian alone, which nearly any bytes are in one of the encodings.
_CYRILLIC, _GREEK = re.compile("[А-яЁёЄєІіЇїҐґЎў]+"), re.compile("[\u0386-\u03ce]+")
# Five Hebrew letters have a form for a word's end; Thai vowels that are written first stand before a consonant.
_HEBREW, _ARABIC = re.compile("[\u05d0-\u05ea]*[\u05d0-\u05ea]"), re.compile("[\u0621-\u063a\u0641-\u064a]+")
_HEBREW_END_INSIDE = re.compile("[\u05da\u05dd\u05df\u05e3\u05e5](?=\\w)")
_THAI = re.compile("(?:[\u0e40-\u0e44]?[\u0e01-\u0e2e][\u0e30-\u0e3a\u0e45-\u0e4e]*)+")
_LATIN = re.compile("[A-Za-zÀ-ÖØ-öø-\u024f]+")
_OTHER_SCRIPTS = (
    *[(codec, _CYRILLIC) for codec in ("cp1251", "koi8_u", "iso8859_5", "mac_cyrillic", "cp866")],
    *[(codec, _GREEK) for codec in ("cp1253", "iso8859_7")],
    *(("cp1255", _HEBREW), ("cp1256", _ARABIC), ("iso8859_6", _ARABIC), ("cp874", _THAI)),
)
_LATIN_CODECS = ("cp1250", "iso8859_2", "cp1257", "cp1254", "cp850", "cp852", "mac_roman")
_WORD = re.compile(r"[^\s.,'’()/-]+")

# TCVN3 (ABC), the encoding of old Vietnamese fonts, and VNI, which puts the mark behind the letter.
_TCVN3 = str.maketrans(
    "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢§£¤¥¦",
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
)
_VNI_MARKS = dict(
    zip("ùøûõïâêáàåãäéèúüë", ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323", "\u0302", "\u0306", "\u0302\u0301",
        "\u0302\u0300", "\u0302\u0309", "\u0302\u0303", "\u0302\u0323", "\u0306\u0301", "\u0306\u0300", "\u0306\u0309",
        "\u0306\u0303", "\u0306\u0323"), strict=True)
)  # fmt: skip
_VNI_LETTERS = str.maketrans("ñÑôÔöÖæÆóÓòÒ", "đĐơƠưƯỉỈĩĨịỊ")
_VNI_PAIR = re.compile("([aeouyôöAEOUYÔÖ])([ùøûõïâêáàåãäéèúüëÙØÛÕÏÂÊÁÀÅÃÄÉÈÚÜË])")
# Hà and Lâm are left out: their letters stand in other people's names as they are.
_SURNAMES = frozenset(
    [*("nguyễn", "trần", "lê", "phạm", "hoàng", "huỳnh", "võ", "vũ", "đặng", "bùi", "đỗ", "ngô", "dương", "lý", "đào"),
     *("đoàn", "trịnh", "đinh", "tạ", "tô", "lưu", "mạc", "thị", "văn")]
)  # fmt: skip


Against = Callable[[str], float]
"""How a name's spelling speaks against it, in decibans (``Lists.against_name``)."""


def read_name(text: str, against: Against) -> tuple[str, str | None]:
    """A name as it was meant, and how it was read: None as it was sent, ``mended``, or ``lost``.

    Of a lost one the words are given that are whole, perhaps none.
    """
    if not _MARKS.search(text):
        return text, None
    read = text
    if _ESCAPES.search(text):
        read = unescape(unquote(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), text), errors="replace"))
    if not read.isascii():
        read = _mended(read, against)
    return _whole(read) if _LOST.search(read) else (read, "mended" if read != text else None)


def read_again(text: str, against: Against) -> tuple[str, str | None]:
    """The same for a name whose spelling speaks against it although no sign shows a wrong encoding.

    It is mended where its bytes are a name in one other encoding alone (``Jiøí Dvoøák``).
    """
    if text.isascii():
        return text, None
    # In Cyrillic letters a wrong encoding looks like mashed keys, unless it turned capitals and small letters round.
    is_cyrillic = max(text) >= "\u0400"
    if is_cyrillic and not _CAPITAL_INSIDE.search(text):
        return text, None
    shown = ("cp1251",) if is_cyrillic else ("sloppy-windows-1252", "cp1250")
    found = {read for codec in shown for read in (*_other_scripts(text, codec), *_latin(text, codec))} - {text}
    found = {read for read in found if not against(read.lower())}
    if len(found) == 1:
        return found.pop(), "mended"
    if found or _CAPITAL_INSIDE.search(text) or _ALL_ACCENTED.search(text):
        return _whole(_WORD.sub(_unread, text))
    return text, None


def _whole(text: str) -> tuple[str, str | None]:
    return " ".join(word for word in text.split() if "?" not in word and "\ufffd" not in word), "lost"


def _unread(word: re.Match[str]) -> str:
    return word[0] if word[0].isascii() else "\ufffd"


def _mended(text: str, against: Against) -> str:
    """The text with its letters put right; with U+FFFD for the words that nobody can read."""
    if _MAY_BE_BAD.search(text) and is_bad(text):
        fixed = ftfy.fix_encoding(text)
        text = text if is_bad(fixed) or _SOUP.search(fixed) else fixed
    elif _CYRILLIC_OF_UTF8.search(text):
        text = _as_utf8(text, "sloppy-windows-1251") or text
    is_signed = _SIGN.search(text) is not None
    if _BEYOND.search(text):
        return _WORD.sub(_unread, text) if is_signed else text
    if not is_signed and not _SOUP.search(text):
        return _vietnamese(text) or text
    found = {_as_utf8(text, "cp437", "cp850", "cp866"), _vietnamese(text)} - {None}
    if not found:
        found = {read for read in _other_scripts(text) if not against(read.lower())}
    if not found and _ASCII_LETTER.search(text):
        found = {next(_latin(text), None)} - {None}
    return str(found.pop()) if len(found) == 1 else _WORD.sub(_unread, text)


def _as_utf8(text: str, *codecs: str) -> str | None:
    """UTF-8 that was read as one of these, which ftfy leaves."""
    for codec in codecs:
        try:
            return text.encode(codec).decode()
        except UnicodeError:
            continue
    return None


def _decoded(text: str, shown: str, codec: str) -> str | None:
    try:
        return text.encode(shown).decode(codec)
    except UnicodeError:
        return None


def _other_scripts(text: str, shown: str = "sloppy-windows-1252") -> Iterator[str]:
    """Readings in which each word that was no ASCII is one of one other script."""
    for codec, script in _OTHER_SCRIPTS:
        read = _decoded(text, shown, codec)
        words = [word for word in _WORD.findall(read or "") if not word.isascii()]
        if not read or _HEBREW_END_INSIDE.search(read):
            continue
        if words and all(script.fullmatch(word) and _is_cased_well(word) for word in words):
            yield read


def _latin(text: str, shown: str = "sloppy-windows-1252") -> Iterator[str]:
    """Readings in Latin letters without the signs, with small letters where signs stood behind small letters."""
    for codec in _LATIN_CODECS:
        read = _decoded(text, shown, codec)
        if read and all(_LATIN.fullmatch(word) and _is_cased_well(word) for word in _WORD.findall(read)):
            yield read


def _is_cased_well(word: str) -> bool:
    return word[1:] == word[1:].lower() or word == word.upper()


def _vietnamese(text: str) -> str | None:
    """A reading from the fonts of old Vietnamese programs; certain by a surname, or by thị or văn, that comes out."""
    tables = []
    if _CAPITAL_INSIDE.search(text) or _SIGN.search(text):
        tables.append(text.translate(_TCVN3))
    if _VOWEL_TWICE.search(text):
        tables.append(_VNI_PAIR.sub(_vni_letter, text).translate(_VNI_LETTERS))
    sent = set(text.lower().split())
    for read in tables:
        words = normalize("NFC", read).lower().split()
        if len(words) > 1 and _SURNAMES.intersection(words) - sent and not _SIGN.search(read):
            return normalize("NFC", read)
    return None


def _vni_letter(pair: re.Match[str]) -> str:
    return pair[1].translate(_VNI_LETTERS) + _VNI_MARKS[pair[2].lower()]
