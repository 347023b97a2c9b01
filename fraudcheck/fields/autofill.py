"""Could a browser have written this into a field that nobody sees, in the place of the person?

Chrome and password managers fill in what they hold of a person's address (company, city, postal code, country, state,
second line of the address) also in fields that are off-screen, whatever the page asks; a link or somebody else's
mailbox is not among it. Places are known by hashes of their names (``data/places.bin``).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import Literal

from fraudcheck.fields.normal_form import PLAIN_LETTERS, normalize
from fraudcheck.records import Lead

_HASH_BYTES = 4
_MOST_LINES, _MOST_PARTS, _LONGEST = 10, 6, 100
"""Lines of a honeypot, and parts and characters of one, that an autofill may have written."""
_FEWEST_DIGITS = 7
"""Digits from which on a number that ends like the lead's is the lead's: without the country's or the area's code."""

_PARTS = re.compile(r"[,;/()、，·]| - ")
_NOT_OF_A_PROFILE = re.compile(r"://|www\.|[<>{}\[\]@=]")
_CODE = re.compile(r"[A-Z]{2,3}|[A-Z]{2}-[A-Z0-9]{1,3}")
"""A country's or a state's code: US, NSW, DE-BY. In small letters it is a word."""
_POSTCODE = re.compile(
    r"""\d{4,7} | \d{5}-\d{3,4} | \d{3}-\d{4} | \d{2}-\d{3} | \d{4}-\d{3} | \d{3}\s\d{2,3} | \d{5}\s\d{4}
    | [A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2} | [A-Z]\d[A-Z]\s?-?\d[A-Z]\d | \d{4}\s?[A-Z]{2} | [A-Z]\d[\dW]\s?[A-Z\d]{4}
    | [A-Z]\d{4}(?:[A-Z]{3})? | [A-Z]{2,3}[\s-]?\d{4,5} | [A-Z]{1,2}-\d{4,6}""",
    re.VERBOSE,
)
"""Shapes of postal codes, as countries have them. Without a blank, small letters make a random word of one."""
_UNIT_WORDS = (
    "apt|apartment|apto|suite|ste|unit|room|rm|flat|floor|fl|level|building|bldg|block"
    "|lot|depto|dpto|piso|bloco|bloque|sala|andar|casa|int|interior|appartement|appt"
    "|bâtiment|bat|étage|etage|stock|wohnung|whg|top|haus|hinterhaus|lok|lokal|m|mieszkanie"
    "|interno|scala|piano|кв|квартира|офис|корп|корпус|подъезд|tầng|tang|lầu|lau|p|phòng"
    "|phong|căn hộ|can ho|ngõ|ngo|ngách|hẻm|hem|số|so|tòa|toà|quận|quan|phường|phuong"
    "|district|ward|daire|kat|blok|lt|lantai|no"
)
_UNIT = re.compile(
    rf"""(?:(?:{_UNIT_WORDS.replace(" ", "[ ]")})(?:\.\s*|\s+|\s*[:\#-]\s*)|\#\s*)
        [a-z]{{0,2}}\d{{1,4}}[a-z]{{0,2}}(?:[-/]\d{{1,4}})?
    |\d{{1,3}}(?:\.|st|nd|rd|th|er|ème|e|º|ª)?\s*
        (?:floor|fl|og|ug|stock|étage|etage|piso|piano|andar|階|楼|层|号|號|室)""",
    re.VERBOSE | re.IGNORECASE,
)
"""The second line of an address: Apt 4B, Tầng 5, 2. OG."""
_NAME_WORD = r"[\w&.'’-]{1,40}+"
_COMPANY = re.compile(
    rf"""(?:{_NAME_WORD},?\s{{1,9}}){{1,6}}?
        (?:(?i:gmbh|gmbh\ &\ co\.?\ kg|ohg|gbr|ltd|llc|llp|inc|corp|plc|pty\ ltd|pte\ ltd|sdn\ bhd|jsc|sarl|eurl|ltda
        |eireli|kft|zrt|tbk)|Limited|LIMITED|Incorporated|Corporation|AG|UG|KG|e\.K|Co|CO|SA|S\.A|SAS|SL|S\.L|SLU|SRL|S\.R\.L
        |SpA|S\.p\.A|S\.P\.A|BV|B\.V|NV|N\.V|[Ss]p\.\ ?z\ ?o\.\ ?o|s\.r\.o|a\.s|A\.Ş|AŞ|A\.S|AS|AB|ApS|Oy|OY
        |SA\ de\ CV|S\.A\.\ de\ C\.V|d\.o\.o|ЕООД|ООД)\.?
    |(?:(?i:công\ ty|cong\ ty|cty|ctcp|tnhh)|PT\.?|CV\.?|ООО|ОАО|ЗАО|АО|ИП|ТОВ|บริษัท|شركة)
        (?:\s+["«“]?{_NAME_WORD}["»”]?){{1,8}}
    |\w{{2,20}}(?:株式会社|有限会社|有限公司|公司|㈜|\(주\))
    |(?:株式会社|有限会社|주식회사|㈜|\(주\))\s?\w{{2,20}}""",
    re.VERBOSE,
)
"""A company's name with its legal form."""
_BEFORE = re.compile(
    "(?:thanh pho|tp|thi xa|tx|xa|phuong|tinh|quan|huyen|city of|state of|province of|provincia de|comune di|ville de"
    "|stadt|landkreis|kota|gorod|город|г|обл) "
)
_BEHIND = re.compile(" (?:city|province|state|oblast|county|region|district|prefecture|voivodeship)")
_BEHIND_IN_CHINESE = frozenset("市都府県縣省区區州시도")

Held = Literal["own", "profile"]


def held_by_browser(trap: str, lead: Lead, is_place: Callable[[str], bool]) -> Held | None:
    """``own`` where a honeypot holds data of the lead itself, ``profile`` where it holds a place or a company as well.

    None where it holds anything else: then no browser wrote it. ``trap`` may have several lines, each of its own field.
    """
    lines = [line for text in trap.split("\n", _MOST_LINES) if (line := text.strip())]
    if not lines or len(lines) > _MOST_LINES:
        return None
    own = _Own(lead)
    kinds = {_line(line, own, is_place) if len(line) <= _LONGEST else own.kind(line) for line in lines}
    if None in kinds:
        return None
    return "profile" if "profile" in kinds else "own"


def _line(line: str, own: _Own, is_place: Callable[[str], bool]) -> Held | None:
    if kind := own.kind(line):
        return kind
    if _NOT_OF_A_PROFILE.search(line):
        return None
    if _is_of_profile(line, is_place):
        return "profile"
    parts = [part for text in _PARTS.split(line) if (part := text.strip())]
    if len(parts) > _MOST_PARTS:
        return None
    known = [own.kind(part) or _is_of_profile(part, is_place) for part in parts]
    return "profile" if parts and all(known) else None


def _is_of_profile(part: str, is_place: Callable[[str], bool]) -> bool:
    """Is it a postal code, a place, both in either order, the number of a flat, or a company with its legal form?"""
    if _is_postcode(part) or _UNIT.fullmatch(part) or is_place(part) or _COMPANY.fullmatch(part):
        return True
    first, _, rest = part.partition(" ")
    before, _, last = part.rpartition(" ")
    return (_is_postcode(first) and is_place(rest)) or (_is_postcode(last) and is_place(before))


def _is_postcode(text: str) -> bool:
    return _POSTCODE.fullmatch(text.upper() if " " in text else text) is not None


class _Own:
    """What of a lead's own data a text may be."""

    def __init__(self, lead: Lead) -> None:
        self._exact = {text.strip().casefold() for text in (lead.email, lead.country) if text}
        self._name = set(_words(lead.full_name[:200]))
        self._joined = {
            "".join(_words(text[:500])) for text in (lead.full_name, lead.company, lead.postal_code) if text
        }
        self._texts = [_words(text) for text in (lead.company, lead.address, lead.postal_code) if text]
        self._phone = _digits(lead.phone or "")
        self._domain = (lead.email or "").rpartition("@")[2].casefold()

    def kind(self, text: str) -> Held | None:
        return "own" if self._is_own(text) else None

    def _is_own(self, text: str) -> bool:
        if text.casefold() in self._exact:
            return True
        words = _words(text)
        if not words or "@" in text or "://" in text:
            return False
        joined = "".join(words)
        if joined in self._joined or (self._name.issuperset(words) and len(joined) > 1):
            return True
        if len(joined) > 2 and any(_holds(held, words) for held in self._texts):
            return True
        if joined.isdigit():
            digits = _digits(text)
            shorter, longer = sorted((digits, self._phone), key=len)
            return len(shorter) >= _FEWEST_DIGITS and longer.endswith(shorter)
        return len(words[0]) > 3 and "".join(_words(self._domain.partition(".")[0])) in (joined, "".join(words[:-1]))


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text[:100])).lstrip("0")


def _holds(text: Sequence[str], words: Sequence[str]) -> bool:
    """Do the words stand in the text in a row?"""
    return any(text[start : start + len(words)] == words for start in range(len(text) - len(words) + 1))


def _words(text: str) -> list[str]:
    """The text's words in small letters without accents."""
    folded = normalize("NFKD", text).casefold().translate(PLAIN_LETTERS)
    return "".join(
        letter if letter.isalnum() else " " for letter in folded if not unicodedata.combining(letter)
    ).split()


def place_key(name: str) -> str:
    """The form in which a place's name is looked up: a short code as it is, anything else folded."""
    return name if _CODE.fullmatch(name) else " ".join(_words(name))


def pack_places(names: Iterable[str]) -> bytes:
    """Pack names and codes of places into the rows of ``data/places.bin``: sorted hashes."""
    return b"".join(sorted({_hash(key) for name in names if (key := place_key(name))}))


def place_finder(packed: bytes) -> Callable[[str], bool]:
    """A look-up: is a text the name or the code of a place? ``packed`` is from ``pack_places``.

    One other text in twenty thousand has the hash of a place by chance.
    """
    rows = range(len(packed) // _HASH_BYTES)

    def is_listed(key: str) -> bool:
        hashed = _hash(key)
        row = bisect_left(rows, hashed, key=lambda i: packed[i * _HASH_BYTES : (i + 1) * _HASH_BYTES])
        return packed[row * _HASH_BYTES : (row + 1) * _HASH_BYTES] == hashed

    def find(text: str) -> bool:
        key = place_key(text)
        if not any(map(str.isalpha, key)):
            return False
        keys = {key, _BEFORE.sub("", key, 1) if _BEFORE.match(key) else key, _BEHIND.sub("", key)}
        if key[-1] in _BEHIND_IN_CHINESE:
            keys.add(key[:-1])
        return any(is_listed(key) for key in keys if key)

    return find


def _hash(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=_HASH_BYTES).digest()
