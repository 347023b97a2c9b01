"""Which encoding does a text of unknown origin have? Found out from its bytes, as the file does not name it.

UTF-8 can be recognised with certainty. Other encodings are guessed by charset-normalizer. The language that it finds
decides between encodings that fit equally well, because most names have the same bytes in several Windows encodings.
An encoding that puts a letter of another script into most words is out: "Schдfer" is no Russian, it is Schäfer.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import cache
from typing import BinaryIO

from charset_normalizer import from_bytes

MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
"""Byte order marks, and the encoding that each one stands for; that of UTF-32 begins with that of UTF-16."""

_NO_TEXT = frozenset(range(32)) - frozenset(b"\t\n\r")
"""Characters that stand in no text."""
_SHARE_OF_ZEROS = 0.2
"""Of a text in UTF-16, the least share of characters that are ASCII or Latin: headings, numbers, what separates."""

_CANDIDATES = [
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874"),
    *("iso8859_2", "koi8_r", "gb18030", "big5", "cp932", "euc_jp", "cp949"),
]
"""Encodings that spreadsheets and CRMs write. Some include another one (GBK, TIS-620, Latin-1)."""
_DEFAULT = "cp1252"
_OF_PRICES = frozenset(b"\x80\xa0\xa3")
"""€, £ and the blank before them in Windows encodings. No language's text has these bytes alone."""
_LANGUAGE_ENCODINGS = {
    **dict.fromkeys(("Polish", "Czech", "Slovak", "Hungarian", "Croatian", "Slovene", "Romanian"), "cp1250"),
    "Turkish": "cp1254",
    "Lithuanian": "cp1257",
    "Vietnamese": "cp1258",
}
_ALPHABETS = {
    "cp1252": ("äöüßéàèçêëîïôœùûâæ", "áéíóúüñàçãõâêôïºª", "àèéìíòóùîç", "åäöæøéü", "éëïöüáóú", "áàéèíìóòúù"),
    "cp1250": (
        "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž"
    ),
    "cp1254": ("çğıi̇öşüâîû",),
}  # fmt: skip
"""The letters of each language beyond ASCII, by the encoding that its files have, the commonest first."""
_MARKS_OF_TEXT = frozenset("€£§°²«»„“”‘’‚–—…•·´¿¡№®©™\u00a0")
"""What may stand in a text of any language. No more than this tells nothing."""
_FEWEST = 3
"""Different letters beyond ASCII from which on it is no accident that all are one language's."""
_SIGN = re.compile(rb"(?<=[\d \xa0])[\x80\xa3](?![\x80-\xff])|(?<![\x80-\xff])[\x80\xa3](?=[\d ])")
"""€ or £ beside an amount. Other encodings have letters there, which in every row would outweigh the names."""
_WORD, _ASCII_LETTER = re.compile(r"[^\W\d_]{2,}"), re.compile("[A-Za-z]")
_CHUNK, _SAMPLE, _HEAD = 1 << 20, 1 << 19, 1 << 16
"""Bytes that are read at a time; that are looked at on each side of the first byte that is not UTF-8; and that are
looked at from the beginning of the file."""


def check(name: str) -> None:
    """Raises ValueError, with what to do, if there is no text encoding of this name."""
    try:
        b"a".decode(name)
    except (LookupError, ValueError):  # base64 and the like, which encode no text, raise LookupError too
        raise ValueError(f"there is no encoding {name!r}; give one such as cp1250") from None


def wide_without_mark(head: bytes) -> str:
    """UTF-16 in one of its two orders, if a file that begins so is in it without saying so; "" for any other.

    Such a beginning has a Latin letter first, many of their zeros in one of each two bytes and hardly one in the other,
    and can be read as text.
    """
    head = head[: len(head) // 2 * 2]
    for encoding, high in (("utf-16-le", 1), ("utf-16-be", 0)):
        zeros, others = head[high::2].count(0), head[1 - high :: 2].count(0)
        if head[high : high + 1] == b"\0" and zeros >= _SHARE_OF_ZEROS * len(head) / 2 and 10 * others <= zeros:
            text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
            return "" if "\ufffd" in text or not _NO_TEXT.isdisjoint(map(ord, set(text))) else encoding
    return ""


def guess(stream: BinaryIO) -> str:
    """The encoding of a seekable stream without a byte order mark."""
    position = _find_non_utf8(stream)
    if position is None:
        return "utf-8"
    stream.seek(0)
    return _likeliest_encoding(_sample_lines(stream, position))


def _find_non_utf8(stream: BinaryIO) -> int | None:
    """The position of the first byte that is not UTF-8; None if all are."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    done = 0
    while True:
        chunk = stream.read(_CHUNK)
        undecoded = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk, not chunk)
        except UnicodeDecodeError as problem:
            return done - undecoded + problem.start
        if not chunk:
            return None
        done += len(chunk)


def _sample_lines(stream: BinaryIO, position: int) -> bytes:
    """The lines that are not all ASCII, at the beginning of the stream and around ``position``."""
    begin = max(0, position - _SAMPLE)
    head = stream.read(min(begin, _HEAD))
    stream.seek(begin)
    around = stream.read(2 * _SAMPLE).split(b"\n")
    # A line that was cut off may begin or end with half a character.
    if begin and len(around) > 2:
        del around[0]
    if len(around) > 2 and stream.read(1):
        del around[-1]
    return b"\n".join([line for line in (*head.split(b"\n")[:-1], *around) if not line.isascii()])


def _likeliest_encoding(sample: bytes) -> str:
    text = sample.decode("utf-8", "replace")
    if sum(not letter.isascii() for letter in text) > 5 * text.count("\ufffd"):
        return "utf-8"  # with some spoilt bytes; text in another encoding has hardly any bytes that are valid UTF-8
    if _OF_PRICES.issuperset(byte for byte in sample if byte > 127):
        return _DEFAULT
    sample = _SIGN.sub(b"", sample)
    if encoding := _by_alphabet(sample):
        return encoding
    matches = [each for each in from_bytes(sample, cp_isolation=_CANDIDATES) if not _mixes_scripts(str(each))]
    if not matches:
        return _DEFAULT
    best = matches[0]
    # Among encodings that fit about equally well, take the usual one of the language. Where the best fit is a Western
    # encoding, a worse fit counts as equal too, because Polish in a Western encoding is a contradiction.
    margin = 0.1 if _DEFAULT in best.could_be_from_charset else 0.01
    for match in matches:
        usual = _LANGUAGE_ENCODINGS.get(match.language, _DEFAULT)
        fits_equally = match.chaos < best.chaos + margin and match.coherence > best.coherence - 0.1
        if fits_equally and usual in match.could_be_from_charset:
            return usual
    return best.encoding


def _by_alphabet(sample: bytes) -> str:
    """The one encoding in which all letters are of one language's alphabet; "" if that is none, or several.

    A few rows are too few to guess by how often letters are: "ş" is "þ" in Western encodings, and "ł" is no letter.
    """
    high = bytes(sorted({byte for byte in sample if byte > 127}))
    found: dict[str, str] = {}
    for encoding, alphabets in _ALPHABETS.items():
        text = high.decode(encoding, "replace")
        letters = frozenset(text.lower()) - _MARKS_OF_TEXT
        if len(letters) >= _FEWEST and any(letters <= frozenset(alphabet) for alphabet in alphabets):
            found[text] = encoding
    return next(iter(found.values())) if len(found) == 1 else ""


def _mixes_scripts(text: str) -> bool:
    """Whether most words with a letter that is not ASCII have letters of two scripts, as no language has.

    Of the first part of the text; a single letter is no word.
    """
    words = [word for word in _WORD.findall(text, 0, _HEAD) if not word.isascii()]
    mixed = [word for word in words if _ASCII_LETTER.search(word) and not all(map(_is_latin, word))]
    return 2 * len(mixed) > len(words)


@cache
def _is_latin(letter: str) -> bool:
    return letter.isascii() or not letter.isalpha() or "LATIN" in unicodedata.name(letter, "")
