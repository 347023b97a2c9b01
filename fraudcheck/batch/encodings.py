"""How is a text of unknown origin encoded? Told from the file's own letters, for it says so nowhere.

UTF-8 tells itself. For the others the guess is charset-normalizer's, helped by the language that it finds: most names
differ in no letter from one Windows encoding to the next.
"""

from __future__ import annotations

import codecs
from typing import BinaryIO

from charset_normalizer import from_bytes

MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
"""Byte order marks, and what they say."""

_WRITTEN = [
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874"),
    *("iso8859_2", "koi8_r", "gb18030", "big5", "cp932", "euc_jp", "cp949"),
]
"""What spreadsheets and CRMs write; each stands for those that it contains too (GBK, TIS-620, Latin-1)."""
_USUAL = "cp1252"
_OF_LANGUAGE = {
    **dict.fromkeys(("Polish", "Czech", "Slovak", "Hungarian", "Croatian", "Slovene", "Romanian"), "cp1250"),
    "Turkish": "cp1254",
    "Lithuanian": "cp1257",
    "Vietnamese": "cp1258",
}
_PIECE, _SAMPLE, _HEAD = 1 << 20, 1 << 19, 1 << 16


def check(name: str) -> None:
    """Raises ValueError, with what to do, where there is no such encoding of text."""
    try:
        b"a".decode(name)
    except (LookupError, ValueError):  # LookupError is raised too for base64 and the like, which are no text's
        raise ValueError(f"there is no encoding {name!r}; give one such as cp1250") from None


def guess(stream: BinaryIO) -> str:
    """The encoding of a stream that has no byte order mark and can be sought in."""
    wrong = _undecodable(stream)
    if wrong is None:
        return "utf-8"
    stream.seek(0)
    return _likeliest(_telling(stream, wrong))


def _undecodable(stream: BinaryIO) -> int | None:
    """Where a stream's first byte stands that is not UTF-8, if there is one."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    done = 0
    while True:
        piece = stream.read(_PIECE)
        waiting = len(decoder.getstate()[0])
        try:
            decoder.decode(piece, not piece)
        except UnicodeDecodeError as problem:
            return done - waiting + problem.start
        if not piece:
            return None
        done += len(piece)


def _telling(stream: BinaryIO, wrong: int) -> bytes:
    """The lines that tell an encoding, since not all of them is ASCII: at the beginning and around a byte."""
    begin = max(0, wrong - _SAMPLE)
    head = stream.read(min(begin, _HEAD))
    stream.seek(begin)
    around = stream.read(2 * _SAMPLE).split(b"\n")
    # What is cut off may be half a character.
    if begin and len(around) > 2:
        del around[0]
    if len(around) > 2 and stream.read(1):
        del around[-1]
    return b"\n".join([line for line in (*head.split(b"\n")[:-1], *around) if not line.isascii()])


def _likeliest(sample: bytes) -> str:
    text = sample.decode("utf-8", "replace")
    if sum(not letter.isascii() for letter in text) > 5 * text.count("\ufffd"):
        return "utf-8"  # with some bytes spoilt: in other encodings hardly any pairs of bytes look like it
    found = from_bytes(sample, cp_isolation=_WRITTEN)
    best = found.best()
    if best is None:
        return _USUAL
    # Among encodings that fit alike, the one in which the language is written. Polish in a Western encoding is a
    # contradiction, for which a fit that is somewhat worse will do.
    margin = 0.1 if _USUAL in best.could_be_from_charset else 0.01
    for match in found:
        usual = _OF_LANGUAGE.get(match.language, _USUAL)
        alike = match.chaos < best.chaos + margin and match.coherence > best.coherence - 0.1
        if alike and usual in match.could_be_from_charset:
            return usual
    return best.encoding
