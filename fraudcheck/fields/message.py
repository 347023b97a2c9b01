"""What does a free text hold: links, markup, attacks, letters in disguise, known phrases?

Only the first ``LONGEST`` characters are looked at, and every pattern runs in linear time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from rensa import RMinHash  # type: ignore[import-untyped]  # no annotations

LONGEST = 8192
_OWN_WORDS = 45
"""Letters from which on a message is somebody's own: shorter ones (please call me back) are everybody's."""

# Vowel signs of Indic scripts belong to their word, though \w does not say so; the danda is a full stop.
_WORD = re.compile("[\\w\u0900-\u0963\u0966-\u0dff]+")
_LETTERS = re.compile(r"[^\W\d_]+")
# Accents and vowel points, which people leave out, and the letters that have no decomposition.
_MARKS = re.compile("[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670]+")
_UNDECOMPOSED = tuple(zip("łđøı", "ldoi", strict=True))
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_SYLLABIC = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

_URL = re.compile(r"(?:\b(?:https?|hxxps?|ftp)://|\bwww\.)([^\s<>\"'()\[\]{}|\\^`,;/?#]{3,253})")
# A bare domain counts only under an ending that is no word: a blank is often missing after a full stop (call me.It is).
_BARE = re.compile(
    r"\.((?:com|net|org|info|biz|xyz|shop|club|online|site|top|icu|click|ru|cn|io|(?:me|ly|gl)(?=/))(?:\.[a-z]{2})?)(?![a-z0-9-])"
)
_DOT = re.compile(r"(?<=\w)\s?(?:\(dot\)|\[dot\]|\bdot\b)\s?(?=\w)")
_ADDRESS = re.compile(r"(?<![\w.+-])(?:[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}|@[a-z]\w{4,31})")
_HOST_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789.-"
_MOST_LINKS = 50
_MARKUP = re.compile(
    r"(?P<html><a\s[^<>]{0,80}href\s?=\s?[\"']?+(?!mailto:|tel:)|<(?:iframe|img|object|embed|meta)\s)"
    r"|(?P<bbcode>\[(?:url|link|img)[=\]])|(?P<markdown>\]\(https?://)"
)
_PROBE_MARKS = re.compile(r"[<${'\";(#]")
_PROBE_WORDS = ("union", "waitfor", "../", "/etc/", "javascript:")
# What scanners send to find SQL and template injection, cross-site scripting, Log4Shell and path traversal
# (the payloads of the OWASP testing guide).
_PROBE = re.compile(
    r"(?P<script><script\b|javascript:\w{1,20}\(|<[a-z][^<>]{0,80}\bon[a-z]{4,16}\s?=)"
    r"|(?P<template>\$\{(?:jndi|env|sys|lower|upper|java|\d+\*)|\{\{\s?(?:\d+\*|config|_self|''|\"\")|<%=\s?\d|#\{\d+\*)"
    r"|(?P<sql>\bunion\s{1,9}(?:all\s{1,9})?select\b|\b(?:pg_sleep|xp_cmdshell|extractvalue)\s?\(|\bwaitfor\s{1,9}delay\b"
    r"|\bsleep\(\d{1,4}\)|['\")]\s{0,9}(?:or|and)\s{1,9}['\"(]{0,2}(\w{1,20})['\")]{0,2}\s{0,3}=\s{0,3}['\"(]{0,2}\4\b"
    r"|;\s{0,9}(?:drop\s{1,9}(?:table|database)|delete\s{1,9}from|insert\s{1,9}into)\b)"
    r"|(?P<path>(?:\.\./){2}|/etc/passwd)"
)
_ZERO_WIDTH = re.compile("(?<=[A-Za-z\u0400-\u04ff])[\u200b-\u200d\u2060\ufeff]+(?=[A-Za-z\u0400-\u04ff])")
_OTHER_ALPHABET = re.compile("[\u0370-\u03ff\u0400-\u052f]")
# A Latin word with Cyrillic or Greek letters inside, or the other way round. Ends are not looked at: people put
# endings of their own script to brands (SMSка), and the first letter is a key that was not switched.
_MIXED = re.compile(
    "[A-Za-z](?:[\u0370-\u03ff\u0400-\u052f]+)(?=[A-Za-z])|[\u0370-\u03ff\u0400-\u052f][A-Za-z]+(?=[\u0370-\u03ff\u0400-\u052f])"
)
# The words of CamelCase; capitals in a row (USA) are one.
_PIECE = re.compile("[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_VOWEL = re.compile("[aeiouyAEIOUY]")
_CONSONANTS = re.compile("[b-df-hj-np-tv-xz]{6}", re.IGNORECASE)
_NO_VOWEL = re.compile("[b-df-hj-np-tv-xz]{10}", re.IGNORECASE)
_MONEY = re.compile(
    r"(?:[$€£¥₹₽₫₦฿₩]|\b(?:usd|eur|usdt|rub|r\$|rs\.?))\s?\d"
    r"|\d\s?(?:[$€£¥₹₽₫₦฿₩]|usd\b|usdt\b|eur\b|dollars?\b|руб|元|万)"
)

Phrase = tuple[str, tuple[tuple[str, bool], ...]]


_RUN, _SKETCHED = 9, 1_000
_SKETCHES, _ROWS, _SEED = 2, 3, 20_261_123


def fold(text: str) -> str:
    """The text in lower case without accents, full-width forms and lookalike styles of letters."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text[:LONGEST])[:LONGEST].casefold()
    folded = _MARKS.sub("", folded)
    for letter, plain in _UNDECOMPOSED:
        folded = folded.replace(letter, plain)  # four of these take a fifth of what translate takes
    return folded


def own_words(text: str) -> str | None:
    """The letters of a message that is long enough to be one person's own, for telling it again; else None.

    Case, accents, digits, blanks and punctuation do not count. A Han, kana or Hangul character counts as three letters.
    """
    if len(text) < _OWN_WORDS // 3:
        return None
    letters = "".join(_LETTERS.findall(fold(text[:LONGEST])))
    weight = len(letters) + (0 if letters.isascii() else 2 * len(_SYLLABIC.findall(letters)))
    return letters if weight >= _OWN_WORDS else None


def sketches(letters: str) -> tuple[str, ...]:
    """What messages that are nearly the same have in common, for ``own_words``: most of them one of these at least.

    MinHash (Broder 1997) of the runs of nine letters, three to a sketch: of two messages that share nine tenths of
    their runs 93 % share a sketch, of two that share a half 23 %.
    """
    runs = [letters[at : at + _RUN] for at in range(min(len(letters), _SKETCHED) - _RUN + 1)]
    hashes = RMinHash(num_perm=_SKETCHES * _ROWS, seed=_SEED)
    hashes.update(runs)
    digest = hashes.digest()
    return tuple(",".join(map(str, digest[at : at + _ROWS])) for at in range(0, len(digest), _ROWS))


def links(text: str) -> list[str]:
    """The hosts of web links in lower-case text, in order, without ``www.``; mail addresses are none."""
    hosts = []
    if "://" in text or "www." in text:
        hosts = [host for link in _URL.findall(text) if (host := _host(link))]
        text = _URL.sub(" ", text)
    if "dot" in text:
        text = _DOT.sub(".", text)
    for found in _BARE.finditer(text):
        before = text[max(0, found.start() - 100) : found.start()]
        label = before[len(before.rstrip(_HOST_CHARACTERS)) :]
        if label and not before.endswith("@" + label):
            hosts.append(_host(f"{label}.{found[1]}"))
        if len(hosts) >= _MOST_LINKS:
            break
    return hosts[:_MOST_LINKS]


def mail_addresses(text: str) -> list[str]:
    """Mail addresses and handles (``@name``) in lower-case text."""
    return _ADDRESS.findall(text) if "@" in text else []


def _host(text: str) -> str:
    return text.rpartition("@")[2].partition(":")[0].strip(".-*_!").removeprefix("www.")


def markup(text: str) -> str | None:
    """Which language lower-case text has links or embedded things in: ``html``, ``bbcode``, ``markdown``."""
    found = _MARKUP.search(text) if "<" in text or "[" in text else None
    return found.lastgroup if found else None


def attack_payload(text: str) -> str | None:
    """Which attack on web applications lower-case text tries: ``script``, ``template``, ``sql``, ``path``."""
    if not (_PROBE_MARKS.search(text) or any(word in text for word in _PROBE_WORDS)):
        return None
    found = _PROBE.search(text)
    return next((name for name, part in found.groupdict().items() if part), None) if found else None


def disguised(text: str) -> tuple[str, int] | None:
    """How the text hides what it says, and in how many places.

    ``zero_width``: invisible characters within words (in scripts that do not need them); ``mixed_scripts``: words
    with lookalike letters of another alphabet; ``encoded``: a long run of base64.
    """
    if not text.isascii():
        if hidden := len(_ZERO_WIDTH.findall(text)):
            return "zero_width", hidden
        if _OTHER_ALPHABET.search(text) and (mixed := len(_MIXED.findall(text))):
            return "mixed_scripts", mixed
    if len(text) >= 120 and any(map(_is_encoded, text.split())):
        return "encoded", 2
    return None


def _is_encoded(word: str) -> bool:
    if len(word) < 120 or not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", word):
        return False
    return not word.isalpha() and not word.islower() and not word.isupper() and not word.isdigit()


_MASHED = 4.0  # decibans; names of companies and streets are made up more freely than people's


def is_random(text: str, against: Callable[[str], float]) -> bool:
    """Whether the text is nothing but one to three words of Latin letters, and one of them is random.

    ``against`` gives the decibans that a word's spelling speaks against it (``Lists.against_name``). Words with
    digits are left alone: people send article numbers.
    """
    words = [word for word in text[:80].split() if any(map(str.isalnum, word))]
    if not 1 <= len(words) <= 3 or not text.isascii() or not all(word.isalpha() for word in words):
        return False
    return any(len(word) >= 8 and (against(word) >= _MASHED or _is_shaken(word)) for word in words)


def _is_shaken(word: str) -> bool:
    """Whether capitals and small letters, or consonants, follow each other as in no word and no CamelCase of words."""
    pieces = _PIECE.findall(word)
    if len(word) < 10 or (len(pieces) < 3 and not _NO_VOWEL.search(word)):
        return False
    mute = sum(not _VOWEL.search(piece) for piece in pieces)
    short = len(pieces) >= 5 and len(word) <= 2.9 * len(pieces) and mute >= 2
    return short or _NO_VOWEL.search(word) is not None or (mute > 0 and _CONSONANTS.search(word) is not None)


def names_money(text: str) -> bool:
    """Whether lower-case text names an amount of money."""
    return _MONEY.search(text) is not None


def phrase_finder(phrases: Iterable[tuple[str, str]]) -> Callable[[str], list[str]]:
    """A finder of phrases: ``folded text -> the class of each phrase in it``, from pairs of class and phrase.

    A phrase is words in a row, where ``*`` at a word's end stands for any ending; in scripts without blanks it is
    found anywhere. Each word of a text costs one look-up, however many the phrases.
    """
    starts: dict[str, list[Phrase]] = {}
    anywhere: list[tuple[str, str]] = []
    for kind, phrase in dict.fromkeys(phrases):  # languages share some
        if _UNSPACED.search(phrase):
            anywhere.append((kind, fold(phrase)))
            continue
        words = tuple((" ".join(_WORD.findall(fold(word))), word.endswith("*")) for word in phrase.split())
        starts.setdefault(words[0][0][:4], []).append((kind, words))

    def find(text: str) -> list[str]:
        words = _WORD.findall(text)
        found = []
        for at, word in enumerate(words):
            for kind, phrase in starts.get(word[:4], ()):
                if len(words) - at >= len(phrase) and all(
                    words[at + i] == part or (open_ended and words[at + i].startswith(part))
                    for i, (part, open_ended) in enumerate(phrase)
                ):
                    found.append(kind)
        if not text.isascii() and _UNSPACED.search(text):
            found += [kind for kind, phrase in anywhere if phrase in text]
        return found

    return find


def host_class(host: str, classes: Mapping[str, str]) -> str | None:
    """The class of a host or of a domain above it."""
    while host:
        if host in classes:
            return classes[host]
        host = host.partition(".")[2]
    return None
